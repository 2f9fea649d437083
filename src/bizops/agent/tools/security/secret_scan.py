"""Secrets in one text: by form, by the name of what they are assigned to, by detect-secrets; one hit for one place.

Nothing that stands in the text can silence a hit: detect-secrets' plugins are called themselves, none of its filters
(pragmas, allow lists, baselines, verification) is in the way. What only looks like a secret is folded and counted.
"""

import base64
import binascii
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bizops.agent.tools.security import detector
from bizops.agent.tools.security import secret_forms as forms
from bizops.agent.tools.security import secret_names as names
from bizops.agent.tools.security import secret_rules as rules
from bizops.agent.tools.security import secret_values as values
from bizops.agent.tools.security.secret_cookies import cookies
from bizops.agent.tools.security.secret_lines import HASHED, Hit, Lines, Mode, at
from bizops.decision import SEVERITIES, Severity

LOW_TRUST = re.compile(
    r"(?i)(?:^|[/_.\-])(?:tests?|testing|testdata|test_data|fixtures?|specs?|__tests__|mocks?"
    r"|examples?|samples?|demo|docs?)(?:[/_.\-]|$)"
)


@dataclass(frozen=True)
class Scan:
    """The hits of a text by line, how many look-alikes were folded and why, and whether a long line was cut."""

    hits: tuple[Hit, ...] = ()
    folded: Mapping[str, int] = field(default_factory=dict)
    cut: bool = False


def scan(text: str, name: str, modes: Mapping[int, Mode] | None = None) -> Scan:
    """Every secret of a text. `name` is its path (or `issue`), `modes` says where lines of it are code or prose."""
    lines = Lines(text, name, modes)
    folded: Counter[str] = Counter()
    found = [
        *_forms(lines, folded),
        *_keys(lines),
        *names.assigned(lines, folded),
        *_contexts(lines, folded),
        *cookies(lines, folded),
    ]
    found.extend(detector.found(lines, folded))
    found.extend(_encoded(lines, found))
    hits = _pairs(_whole(_merged(found), lines), lines)
    return Scan(tuple(_placed(hit, name) for hit in hits), dict(folded), lines.cut)


def _forms(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    for rule in (*rules.TOKENS, *forms.TOKENS):
        if not any(hint in lines.text for hint in rule.hint.split()):
            continue
        for match in rule.pattern.finditer(lines.text):
            start, end = match.span(1) if match.re.groups else match.span()
            value = lines.text[start:end]
            after = lines.text[end : end + 3]
            reason = values.fold_token(value, _body(value)) or ("mask" if after.startswith(("…", "...", "***")) else "")
            if value in rules.DOCUMENTED or (rule.name.startswith("aws-") and value.endswith("EXAMPLE")):
                yield at(lines, rule, start, end, 90, severity="info", note="printed in the provider's documentation")
            elif reason or not _likely(rule.name, value):
                folded[reason or "words"] += 1
            elif values.made_up(_body(value)):
                yield at(lines, rule, start, end, 90, severity="low", note="looks typed rather than issued")
            else:
                yield at(lines, rule, start, end, 90)


def _body(value: str) -> str:
    return re.sub(
        r"^(?:github_pat_|gh[pousr]_|[a-z]{2,8}_(?:live|test)_|sk-(?:proj-|ant-(?:api\d\d-)?)?|[A-Za-z0-9]{2,10}[-_.])",
        "",
        value,
    )


def _likely(rule: str, value: str) -> bool:
    """Whether a value of a loose form is a token: `sk-` also begins names with hyphens."""
    if rule == "openai-key":
        return any(c.isdigit() for c in value) and (
            any(c.isupper() for c in value) or bool(re.search(r"[0-9a-f]{32}", value))
        )
    if rule in ("slack-token", "gitlab-token", "pypi-token"):
        return any(c.isdigit() for c in value)
    return True


def _keys(lines: Lines) -> Iterator[Hit]:
    text = lines.text
    account = "service_account" in text and "client_email" in text
    for match in rules.PEM.finditer(text):
        body = text[match.end() : match.end() + 8000]
        stop = re.search(r"-----END|-----BEGIN|---- END", body)
        body = body[: stop.start()] if stop else body
        runs = re.findall(r"[A-Za-z0-9+/=]{16,}", body.replace("\\n", "\n").replace("\\r", "\n"))
        if (
            sum(map(len, runs)) < 40
            or len(set("".join(runs))) < 12
            or re.search(r"(?i)\.{3}|…|x{8,}|\*{4,}|example", body)
        ):
            continue
        end = match.end() + len(body)
        locked = "ENCRYPTED" in match[0] or "ENCRYPTED" in body[:200]
        rule = rules.SERVICE_ACCOUNT if account else rules.ENCRYPTED_KEY if locked else rules.PRIVATE_KEY
        yield at(lines, rule, match.start(), end, 95)
    for match in rules.PUTTY.finditer(text):
        if "Private-Lines" in text[match.end() : match.end() + 8000]:
            yield at(lines, rules.PRIVATE_KEY, match.start(), match.end(), 95)


def _contexts(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    """Passwords that their surroundings give away: addresses, headers, netrc, docker, command lines."""
    yield from _urls(lines, folded)
    commands = ((pattern, word, rules.COMMAND_LINE) for word, pattern in rules.COMMANDS)
    logins = ((pattern, word, rules.LOGIN) for word, pattern in rules.LOGINS)
    files = ((rules.PGPASS_LINE, ":", rules.LOGIN),) if "pgpass" in lines.name else ()
    for pattern, word, rule in ((rules.NETRC_LINE, "login", rules.NETRC), *commands, *logins, *files):
        for match in lines.matches(pattern, word):
            start, end = match.span(match.lastindex or 1)
            value = lines.text[start:end]
            reason = values.fold(value, "password", quoted=True)
            if not reason and rule is rules.LOGIN and value.replace("_", "").replace("-", "").isalpha():
                reason = "words"  # `auth("editor", "reader")`
            if reason:
                folded[reason] += 1
            else:
                yield at(lines, rule, start, end, 70)
    for match in lines.matches(rules.AUTH_HEADER, "authorization"):
        reason = values.fold(match[2], "token", quoted=True)
        if reason and match[1].casefold() != "basic":
            folded[reason] += 1
        elif match[1].casefold() != "basic":
            yield at(lines, rules.AUTHORIZATION, *match.span(2), 75)
    for match in lines.matches(rules.BEARER, "bearer"):
        mixed = all(re.search(kind, match[1]) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
        if mixed and not values.fold(match[1], "token", quoted=True):
            yield at(lines, rules.AUTHORIZATION, *match.span(1), 60)
    for match in lines.matches(rules.BASIC, "basic"):
        user, colon, password = plain_base64(match[1]).partition(":")
        if colon and user.isprintable() and password.isprintable():
            reason = values.fold(password, "password", quoted=True)
            if reason:
                folded[reason] += 1
            else:
                yield replace(at(lines, rules.AUTHORIZATION, *match.span(1), 75), inner=password)
    for match in lines.matches(rules.DOCKER_LINE, "auth"):
        user, colon, password = plain_base64(match[1]).partition(":")
        if (
            colon
            and user.isprintable()
            and password.isprintable()
            and not values.fold(password, "password", quoted=True)
        ):
            yield replace(at(lines, rules.DOCKER_AUTH, *match.span(1), 80), inner=password)


LOCAL = re.compile(
    r"^(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker|db$|postgres$|mysql$|redis$|mongo$|rabbitmq$)", re.IGNORECASE
)

DOCUMENTATION = re.compile(r"(?i)(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid)$")  # RFC 2606


def _urls(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    if "@" in lines.text:
        for match in lines.matches(rules.URL, "://"):
            user, password, host = match[2], match[3], match[4]
            reason = values.fold(password, "password", quoted=True)
            weak = password.casefold() in ("password", "postgres", "root", "admin", "guest", user.casefold())
            documented = DOCUMENTATION.search(host)
            if (documented and weak) or "," in password:
                reason = "placeholder"
            if reason:
                folded[reason] += 1
                continue
            severity: Severity = (
                "low" if LOCAL.match(host) else "medium" if documented else "high" if weak else "critical"
            )
            note = (
                "of this machine"
                if severity == "low"
                else "the host is reserved for documentation"
                if documented
                else ""
            )
            yield at(lines, rules.URL_PASSWORD, *match.span(3), 85, severity=severity, note=note)
    for match in lines.matches(rules.URL_TOKEN, "://"):
        if values.fold_token(match[1], match[1]) or values.made_up(match[1]):
            folded["placeholder"] += 1
        else:
            yield at(lines, rules.URL_PASSWORD, *match.span(1), 65)
    for match in lines.matches(rules.CONNECTION_PART, "password", "pwd", "sharedaccesskey"):
        piece, _ = lines.around(match.start(1))
        if not rules.CONNECTION_LINE.search(piece):
            continue
        reason = values.fold(match[1], "password", quoted=True)
        if reason:
            folded[reason] += 1
        else:
            local = re.search(r"(?i)(?:server|host|data source)\s?=\s?\(?(?:localhost|127\.|\.|local)", piece)
            yield at(lines, rules.CONNECTION, *match.span(1), 72, severity="low" if local else "high")


def _encoded(lines: Lines, found: list[Hit]) -> Iterator[Hit]:
    """Secrets of a known form in one layer of base64."""
    if HASHED.search(lines.name):
        return
    for match in rules.BASE64.finditer(lines.text):
        decoded = plain_base64(match[0])
        if len(decoded) < 16 or any(hit.start <= match.start() < hit.end and hit.rank >= 80 for hit in found):
            continue
        inner = Lines(decoded, "decoded")
        hits = [*_forms(inner, Counter()), *_keys(inner), *_urls(inner, Counter()), *names.assigned(inner, Counter())]
        for hit in sorted(hits, key=lambda h: -h.rank)[:1]:
            whole = at(lines, hit.rule, match.start(), match.end(), 93)
            yield replace(whole, severity=hit.severity, note="in base64", inner=hit.secret)


def plain_base64(value: str) -> str:
    """The text that a base64 value holds, or nothing where it holds no readable text."""
    value = value.strip().rstrip("=")
    try:
        raw = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
        text = raw.decode("utf-8")
    except (ValueError, binascii.Error):
        return ""
    return text if all(char.isprintable() or char in "\r\n\t" for char in text) else ""


def _merged(found: list[Hit]) -> list[Hit]:
    """One hit for one place: of those that overlap the most specific; of one value on one line the first."""
    kept: list[Hit] = []
    taken: list[tuple[int, int]] = []
    seen: set[tuple[int, str]] = set()
    for hit in sorted(found, key=lambda h: (-h.rank, h.start, -h.end)):
        if (hit.line, hit.value) in seen:
            continue
        place = bisect_right(taken, (hit.start, 1 << 62))
        before = taken[place - 1] if place else (0, -1)
        after = taken[place] if place < len(taken) else (1 << 62, 1 << 62)
        if before[1] > hit.start or after[0] < hit.end:
            continue
        seen.add((hit.line, hit.value))
        taken.insert(place, (hit.start, hit.end))
        kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


def _whole(hits: list[Hit], lines: Lines) -> list[Hit]:
    """The hits without those that the edge of a piece of a long line cut off: the piece beside it has them whole."""
    by_piece: dict[int, list[Hit]] = {}
    for hit in hits:
        by_piece.setdefault(lines.index(hit.start), []).append(hit)

    def cut(hit: Hit) -> bool:
        own = lines.index(hit.start)
        edge = lines.starts[own] + len(lines.pieces[own])
        sides = ((own + 1, hit.end >= edge), (own - 1, hit.start == lines.starts[own]))
        beside = (other for side, touches in sides if touches for other in by_piece.get(side, ()))
        return any(
            other.line == hit.line and len(other.value) > len(hit.value) and hit.value in other.value
            for other in beside
        )

    return [hit for hit in hits if not cut(hit)]


def _pairs(hits: list[Hit], lines: Lines) -> list[Hit]:
    """AWS: a key ID with its secret beside it is a live key; alone it opens nothing."""
    ids = [hit for hit in hits if hit.rule.name == "aws-access-key-id" and hit.severity != "info"]
    if not ids:
        return hits
    extra: list[Hit] = []
    for identity in ids:
        first = max(0, lines.index(identity.start) - 3)
        last = min(len(lines.pieces) - 1, lines.index(identity.start) + 4)
        begin, end = lines.starts[first], lines.starts[last] + len(lines.pieces[last])
        for match in rules.AWS_SECRET_VALUE.finditer(lines.text, begin, end):
            value = match[1]
            if (
                values.is_hex(value)
                or not re.search(r"\d", value)
                or values.repeats(value)
                or values.entropy(value) < 3.5
            ):
                continue
            extra.append(at(lines, rules.AWS_SECRET, match.start(1), match.end(1), 88))
    merged = _merged([*hits, *extra])
    secrets = [hit.line for hit in merged if hit.rule.name == "aws-secret-access-key"]
    return [
        replace(
            hit,
            severity="critical" if any(abs(line - hit.line) <= 8 for line in secrets) else "medium",
            note=hit.note or ("" if secrets else "the ID alone: its secret was not seen here"),
        )
        if hit in ids and hit.severity == "high"
        else replace(hit, severity="critical")
        if hit.rule is rules.AWS_SECRET and hit.severity == "high" and any(abs(i.line - hit.line) <= 8 for i in ids)
        else hit
        for hit in merged
    ]


def _placed(hit: Hit, name: str) -> Hit:
    """The severity in its place: one step lower in folders of tests and examples."""
    severity, note = hit.severity, hit.note
    if severity in ("critical", "high", "medium") and LOW_TRUST.search(name):
        severity, note = lower(severity), note or "in a folder of tests or examples"
    return replace(hit, severity=severity, note=note)


def lower(severity: Severity) -> Severity:
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, 3)]


def redacted(text: str, name: str = "issue", known: Iterable[str] = ()) -> str:
    """The text with every secret in it (and every known one) masked."""
    hidden = {hit.value: hit.shown for hit in scan(text, name).hits} | dict.fromkeys(known, "•••")
    for value in sorted(hidden, key=len, reverse=True):
        if "\n" in value:
            for part in {line.strip() for line in value.splitlines()}:
                text = text.replace(part, "•••") if len(part) >= 16 and not part.startswith("-----") else text
        elif len(value) >= 4:
            text = text.replace(value, hidden[value])
    return text
