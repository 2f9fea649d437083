"""Sessions that somebody could take over: cookies of a session, and identifiers of one under their usual names.

A cookie counts by its name (that of a session or a login) or because the server hides it from scripts (`HttpOnly`), and
only with a value that a server could have drawn: 16 characters or more with enough entropy. Names in documentation go
with values such as `abc123`, `<session id>` or an RFC's own, which are folded away like other placeholders.
"""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from bizops.agent.tools.security import secret_rules as rules
from bizops.agent.tools.security import secret_values as values
from bizops.agent.tools.security.secret_lines import Hit, Lines, at

LEAST = 16  # characters; RFC 6265 asks for no length, OWASP for 64 bits: 16 hexadecimal digits
RUN = 10  # letters and digits without a break: drawn values have one
BITS = 3.0  # entropy for each character
NAMES = re.compile(
    r"(?i)sess|(?:^|[._-])s?sid|sid$|auth|token|jwt|login|logged|remember|identity|refresh|access|aspx|bearer"
    r"|credential|^li_at$|^d$|user"
)
OTHER = re.compile(
    r"(?i)csrf|xsrf|consent|^_ga|^_gid|^_fbp|analytics|tracking|^ajs_|amplitude|optimizely|locale|lang|theme|expires"
    r"|^path$|^domain$|^max-age$|^samesite$|session_?(?:start|count|time)"
)


def cookies(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    """The cookies of sessions in headers, on command lines, in scripts and in cookie files."""
    for pattern, word in (
        (rules.COOKIE_HEADER, "cookie"),
        (rules.COOKIE_OPTION, "curl"),
        (rules.COOKIE_OPTION, "http"),
    ):
        for match in lines.matches(pattern, word):
            hidden = bool(match["set"]) and "httponly" in match["pairs"].casefold()
            for number, pair in enumerate(rules.COOKIE_PAIR.finditer(match["pairs"])):
                if match["set"] and number:
                    break  # what follows in Set-Cookie are attributes
                start = match.start("pairs") + pair.start("value")
                end = start + len(pair["value"])
                yield from _judged(lines, pair["name"], start, end, folded, hidden=hidden)
    for match in lines.matches(rules.COOKIE_FILE, "\ttrue\t", "\tfalse\t", " true ", " false "):
        hidden = match[0].startswith("#HttpOnly_")
        yield from _judged(lines, match["name"], *match.span("value"), folded, hidden=hidden)


def _judged(lines: Lines, name: str, start: int, end: int, folded: Counter[str], *, hidden: bool) -> Iterator[Hit]:
    raw = lines.text[start:end]
    if OTHER.search(name) or not (hidden or NAMES.search(name)):
        return
    if raw in rules.DOCUMENTED:
        yield at(lines, rules.COOKIE, start, end, 72, severity="info", note="printed in a standard's documentation")
        return
    reason = unlikely(raw)
    if reason:
        folded[reason] += 1
    else:
        yield at(lines, rules.COOKIE, start, end, 72)


def unlikely(raw: str) -> str:
    """Why a value was not drawn by a server as the secret of a session; empty where it could have been."""
    value = re.sub(r"^(?:s|j):", "", unquote(raw))
    reason = values.fold(value, "token", quoted=True)
    if reason:
        return reason
    if max(map(len, re.split(r"[^A-Za-z0-9]+", value))) < RUN:
        return "words"  # planning-2026-review-3
    mixed = bool(re.search(r"\d", value)) and bool(re.search(r"[A-Za-z]", value))
    if len(value) < LEAST or values.entropy(value) < BITS or not mixed:
        return "words"
    return "placeholder" if values.made_up(value) else ""
