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
from typing import Literal

from bizops.agent.tools import secret_names as names
from bizops.agent.tools import secret_rules as rules
from bizops.agent.tools import secret_values as values
from bizops.agent.tools.secret_rules import Rule
from bizops.decision import SEVERITIES, Severity

Mode = Literal["code", "config", "prose"]
PIECE, OVERLAP, PIECES = 1000, 200, 400  # characters of a long line that are looked at at once; pieces of one line
CODE = frozenset(
    "py pyi js jsx mjs cjs ts tsx java kt kts go rb php cs c cc cpp h hpp rs swift scala lua pl r dart groovy gradle vue tf"
    " sql ipynb ps1 ex exs clj svelte css scss sass less m mm python javascript typescript golang ruby java csharp rust kotlin".split()
)
PROSE = frozenset("md markdown rst txt adoc html htm tex log".split())
LOW_TRUST = re.compile(
    r"(?i)(?:^|[/_.\-])(?:tests?|testing|testdata|test_data|fixtures?|specs?|__tests__|mocks?|examples?|samples?|demo|docs?)(?:[/_.\-]|$)"
)
HASHED = re.compile(r"(?i)(?:\.lock|lock\.json|lock\.ya?ml|lockb|\.sum|\.min\.(?:js|css)|\.map|\.svg|\.snap|integrity)$")


@dataclass(frozen=True)
class Hit:
    """A secret at a line. `value` never leaves this package: neither `repr` nor any answer shows it."""

    rule: Rule
    line: int
    value: str = field(repr=False)
    start: int = 0
    end: int = 0
    rank: int = 0  # the more specific form wins where two overlap
    severity: Severity = "high"
    note: str = ""

    @property
    def shown(self) -> str:
        """The value as an answer may show it: passwords not at all, long tokens by their ends."""
        hidden = self.rule.name.endswith(("password", "credentials", "private-key", "key-encrypted")) or self.rank < 40
        return "•••" if hidden else values.masked(self.value)


@dataclass(frozen=True)
class Scan:
    """The hits of a text by line, how many look-alikes were folded and why, and whether a long line was cut."""

    hits: tuple[Hit, ...] = ()
    folded: Mapping[str, int] = field(default_factory=dict)
    cut: bool = False


class Lines:
    """The text as pieces of bounded length, with the line number and mode of each place."""

    def __init__(self, text: str, name: str, modes: Mapping[int, Mode] | None = None) -> None:
        self.name, self.cut, self.modes = name, False, modes or {}
        self.default = mode_of(name)
        self.pieces: list[str] = []
        self.numbers: list[int] = []
        self.starts: list[int] = []
        at = 0
        for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
            for piece in self._pieces(line):
                self.pieces.append(piece)
                self.numbers.append(number)
                self.starts.append(at)
                at += len(piece) + 1
        self.text = "\n".join(self.pieces)
        low = self.text.lower()
        self.low = low if len(low) == len(self.text) else "".join(c.lower() if c.isascii() else c for c in self.text)
        self.hinted = tuple(sorted(self.holding(*values.NAME_HINTS)))

    def holding(self, *words: str) -> set[int]:
        """The pieces that hold one of the words, without regard to case (a plain search is what makes this fast)."""
        found: set[int] = set()
        for word in words:
            place = self.low.find(word)
            while place >= 0:
                index = self.index(place)
                found.add(index)
                if index + 1 == len(self.starts):
                    break
                place = self.low.find(word, self.starts[index + 1])
        return found

    def matches(self, pattern: re.Pattern[str], *words: str) -> Iterator[re.Match[str]]:
        """The matches of a pattern within the pieces that hold one of the words."""
        for index in sorted(self.holding(*words)):
            start = self.starts[index]
            yield from pattern.finditer(self.text, start, start + len(self.pieces[index]))

    def _pieces(self, line: str) -> Iterable[str]:
        if len(line) <= PIECE:
            return (re.sub(r"[ \t]{9,}", "        ", line),)
        line = re.sub(r"[ \t]{9,}", "        ", line)
        starts = range(0, max(1, len(line) - OVERLAP), PIECE - OVERLAP)
        self.cut = self.cut or len(starts) > PIECES
        return [line[start : start + PIECE] for start in starts[:PIECES]]

    def index(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def line(self, offset: int) -> int:
        return self.numbers[self.index(offset)]

    def mode(self, offset: int) -> Mode:
        return self.modes.get(self.line(offset), self.default)

    def around(self, offset: int) -> tuple[str, int]:
        """The piece that holds an offset, and where it begins."""
        index = self.index(offset)
        return self.pieces[index], self.starts[index]


def mode_of(name: str) -> Mode:
    """How unquoted values are read in a file of that name or language."""
    end = name.rsplit("/", 1)[-1].rsplit(".", 1)[-1].casefold()
    return "code" if end in CODE else "prose" if end in PROSE or name.startswith(("issue", "comment")) else "config"


def scan(text: str, name: str, modes: Mapping[int, Mode] | None = None, *, public: bool = True) -> Scan:
    """Every secret of a text. `name` is its path (or `issue`), `modes` says where lines of it are code or prose.

    `public` tells that everybody can read the text: a live key is critical there, one step less elsewhere.
    """
    lines = Lines(text, name, modes)
    folded: Counter[str] = Counter()
    found = [*_forms(lines, folded), *_keys(lines), *names.assigned(lines, folded), *_contexts(lines, folded)]
    from bizops.agent.tools import detector

    found.extend(detector.found(lines, folded))
    found.extend(_encoded(lines, found))
    hits = _pairs(_merged(found), lines)
    return Scan(tuple(_placed(hit, name, public=public) for hit in hits), dict(folded), lines.cut)


def at(lines: Lines, rule: Rule, start: int, end: int, rank: int, **more: str) -> Hit:
    """A hit at a place of the text; severity and note as given, else the rule's."""
    severity = more.get("severity", rule.severity)
    note = more.get("note", "")
    return Hit(rule, lines.line(start), lines.text[start:end], start, end, rank, severity, note)  # type: ignore[arg-type]


def _forms(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    for rule in rules.TOKENS:
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
    return re.sub(r"^(?:github_pat_|gh[pousr]_|[a-z]{2,8}_(?:live|test)_|sk-(?:proj-|ant-(?:api\d\d-)?)?|[A-Za-z0-9]{2,10}[-_.])", "", value)


def _likely(rule: str, value: str) -> bool:
    """Whether a value of a loose form is a token: `sk-` also begins names with hyphens."""
    if rule == "openai-key":
        return any(c.isdigit() for c in value) and (any(c.isupper() for c in value) or bool(re.search(r"[0-9a-f]{32}", value)))
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
        if sum(map(len, runs)) < 40 or len(set("".join(runs))) < 12 or re.search(r"(?i)\.{3}|…|x{8,}|\*{4,}|example", body):
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
    for pattern, word, rule in ((rules.NETRC_LINE, "login", rules.NETRC), *commands):
        for match in lines.matches(pattern, word):
            start, end = match.span(match.lastindex or 1)
            reason = values.fold(lines.text[start:end], "password", quoted=True)
            if reason:
                folded[reason] += 1
            else:
                yield at(lines, rule, start, end, 70)
    for match in lines.matches(rules.AUTH_HEADER, "authorization"):
        start, end = match.span(2)
        decoded = plain_base64(match[2]) if match[1].casefold() == "basic" else match[2]
        secret = decoded.partition(":")[2] if match[1].casefold() == "basic" else decoded
        if match[1].casefold() == "basic" and not secret:
            continue
        reason = values.fold(secret, "password" if match[1].casefold() == "basic" else "token", quoted=True)
        if reason:
            folded[reason] += 1
        else:
            yield at(lines, rules.AUTHORIZATION, start, end, 75)
    for match in lines.matches(rules.DOCKER_LINE, "auth"):
        user, colon, password = plain_base64(match[1]).partition(":")
        if colon and user.isprintable() and password.isprintable() and not values.fold(password, "password", quoted=True):
            yield at(lines, rules.DOCKER_AUTH, *match.span(1), 80)


LOCAL = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker|db$|postgres$|mysql$|redis$|mongo$|rabbitmq$)", re.IGNORECASE)

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
            severity: Severity = "low" if LOCAL.match(host) else "medium" if documented else "high" if weak else "critical"
            note = "of this machine" if severity == "low" else "the host is reserved for documentation" if documented else ""
            yield at(lines, rules.URL_PASSWORD, *match.span(3), 85, severity=severity, note=note)
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
            yield replace(at(lines, hit.rule, match.start(), match.end(), 93), severity=hit.severity, note="in base64")


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
            if values.is_hex(value) or not re.search(r"\d", value) or values.repeats(value) or values.entropy(value) < 3.5:
                continue
            extra.append(at(lines, rules.AWS_SECRET, match.start(1), match.end(1), 88))
    merged = _merged([*hits, *extra])
    secrets = [hit.line for hit in merged if hit.rule.name == "aws-secret-access-key"]
    return [
        replace(hit, severity="critical" if any(abs(line - hit.line) <= 8 for line in secrets) else "medium",
                note=hit.note or ("" if secrets else "the ID alone: its secret was not seen here"))
        if hit in ids and hit.severity == "high" else hit
        for hit in merged
    ]  # fmt: skip


def _placed(hit: Hit, name: str, *, public: bool) -> Hit:
    """The severity in its place: lower in tests and examples, and for a live key that only insiders can read."""
    severity, note = hit.severity, hit.note
    if not public and severity == "critical":
        severity, note = "high", note or "in a private place"
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
