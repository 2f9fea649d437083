"""Passwords as people write them to each other: in sentences, in emphasis, under a table's heading, beside a login.

A line of running text is read without its Markdown and HTML: `**Password:** x`, `<b>Password:</b> x` and `Password: x`
say the same. Pure rules; every place is given in the text as it stands, so that it can be masked there.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence

from bizops.agent.tools.security import secret_values as values

LOGIN_HINTS = (
    "login log-in zugang anmeld access acces accès acceso acesso accesso identifiant credenzial credencia credential"
    " creds logowani inlog user usuario usuário utente utilisateur account konto benutzer gebruiker"
).split()
_MARKUP = re.compile(
    r"</?(?:b|strong|em|i|u|code|kbd|tt|samp|span|p|li|td|th|br|div|font|mark|small|pre)(?:\s[^<>\n]{0,80})?/?>"
    r"|`{1,3}|(?<![\w*])[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?![\w*])",
    re.IGNORECASE,
)
_NAMES = (
    "password|passwd|pwd|passphrase|pass phrase|passcode|passwort|kennwort|zugangscode|mot de passe|mdp|contraseña"
    "|contrasena|clave de acceso|senha|palavra-passe|hasło|haslo|wachtwoord|lösenord(?:et)?|passord(?:et)?"
    "|adgangskoden?|kodeord(?:et)?|salasana|heslo|jelszó|jelszo|parola|lozinka|пароль|şifre"
    "|session(?: id| key| cookie)?|token|secret|api[ -]?key"
)
_ALSO = re.compile(r"(?i)(?:zugangscode|clave_de_acceso|kodeord|şifre|lozinka|ordet|koden)$")  # no words of programs
_OF = (
    "for|of|on|to|in|at|für|zu|zum|zur|am|auf|des|der|vom|von|beim|pour|de|du|des|del|della|dello|dell'|di|da|do|dos"
    "|das|para|per|voor|van|bij|til|till|för|dla|od|w|na|k|ke|ku|pro|для|от|к|на"
)
_IS = (
    r"is|are|was|ist|lautet|war|est|es|era|é|è|to|är|er|on|je|jest|bylo|było|auf"
    r"|(?:wurde|wird|ist|war) auf|(?:(?:is|was|has been|wurde|ist) )?(?:set|changed|reset|gesetzt|geändert) (?:to|auf)"
)
_NOW = (
    "now|currently|still|as follows|jetzt|nun|aktuell|derzeit|noch|maintenant|actuellement|ahora|agora|adesso|ora|nu"
    "|teraz"
)
_OPEN, _STOP = r"[\"'„“”«»‚‘’*(\[]{0,3}", r"\s\"„“”«»|"
SAID = re.compile(
    rf"(?i)(?<![^\W_])(?P<name>[\w-]{{0,30}}?(?:{_NAMES})|(?<!-)pass)"
    rf"(?P<of>\s(?:{_OF})(?!\w)[^\n:=|]{{1,40}}?|\s?\([^()\n]{{1,40}}\))?"
    rf"(?:\s?[:=：]|\s(?:->|=>|→|–|—|-)(?=\s)|\s(?P<is>{_IS})(?:\s(?:{_NOW}))?(?:\s?:)?(?=\s))\s{{0,3}}"
    rf"{_OPEN}(?P<value>[^{_STOP}]{{5,200}})"
)
_LOGIN_WORDS = "|".join(LOGIN_HINTS)
LOGIN = re.compile(
    rf"(?i)(?<![^\W_])(?:{_LOGIN_WORDS})[\w-]{{0,12}}(?:\s[^\W\d_]{{2,12}}){{0,3}}\s?[:=]\s{{0,3}}{_OPEN}"
    r"(?P<user>[\w.@+\\-]{2,60})[\"']?(?:\s{0,3}[/,;:|]\s{0,3}|\s{1,3}(?:and|und|et|y|e|en|i|mit|with|-|–)\s{1,3})"
    rf"{_OPEN}(?P<value>[^{_STOP}]{{6,200}})"
)
_NO_PASSWORD = re.compile(
    r"(?i)(?:sha|aes|rsa|pbkdf|b?crypt|argon|md|oauth|tls|ssl|hmac|[rhep]s|ed|jwt|utf|base|rfc|iso|nist|totp|fido|u2f|v"
    r"|http|ipv|win|windows|x)[-_ ]?\d[\w./-]{0,12}$|\d{1,4}[-./:]\d{1,2}[-./:]\d{1,4}(?:T[\d:.]+Z?)?$|[\d.,:%<>=+-]+$"
    r"|#\d+$|@[\w-]+$|\d+(?:st|nd|rd|th|px|ms|s|h|d|m|min|kb|mb|gb|x)$"
)
_SEPARATORS = "|\t;,"


def unmarked(piece: str) -> tuple[str, Sequence[int]]:
    """A line without emphasis, code marks and inline tags; where each of its characters stood, and where it ended."""
    kept: list[str] = []
    places: list[int] = []
    last = 0
    for match in _MARKUP.finditer(piece):
        kept.append(piece[last : match.start()])
        places.extend(range(last, match.start()))
        last = match.end()
    kept.append(piece[last:])
    places.extend(range(last, len(piece) + 1))
    return "".join(kept), places


def said(piece: str) -> Iterator[tuple[str, int, int]]:
    """What a sentence or a labelled line calls a secret: its name, and where the value begins and ends."""
    text, places = unmarked(piece)
    for match in SAID.finditer(text):
        start, end = match.span("value")
        end -= tail(match["value"])
        if match["is"] and match["is"].casefold() == "to" and not strong(text[start:end]):
            continue  # "the password to login2"
        if end > start:
            name = match["name"].replace(" ", "_")
            yield "password" if _ALSO.search(name) else name, places[start], places[end - 1] + 1


def logins(piece: str) -> Iterator[tuple[int, int]]:
    """Where a password stands beside a user without a name of its own: `login: admin / Gh6!stone-45`."""
    text, places = unmarked(piece)
    for match in LOGIN.finditer(text):
        start, end = match.span("value")
        end -= tail(match["value"])
        if strong(text[start:end]):
            yield places[start], places[end - 1] + 1


def strong(value: str) -> bool:
    """Whether a value without a name of its own looks like a password: letters, digits and a sign, or digits inside."""
    digit, letter = re.search(r"\d", value), re.search(r"[^\W\d_]", value)
    if not digit or not letter or re.search(r"[/\\<>(){}]|@\w+\.\w", value) or _NO_PASSWORD.match(value):
        return False
    mixed = value != value.lower() and value != value.upper()
    inside = re.search(r"\d[^\W\d_]", value) and re.search(r"[^\W\d_]\d", value)
    return bool(re.search(r"[!#$%^&*+=~?§€]", value)) or bool(mixed and inside and len(value) >= 8)


def tables(pieces: Sequence[str], heads: Iterable[int]) -> Iterator[tuple[str, int, int, int]]:
    """The values below headings that name a secret: the name, the line's index, and where the value stands in it.

    `heads` are the lines that may be headings, in order. Rows go on as long as they have the heading's number of cells;
    a Markdown table's rule between them is passed over. A cell of several words is none.
    """
    end = -1
    for head in heads:
        if head > end:
            end = yield from _rows(pieces, head)


def _rows(pieces: Sequence[str], head: int) -> Generator[tuple[str, int, int, int], None, int]:
    """The values of one table; returns the index of its last line, so that no line is read twice."""
    line = pieces[head]
    separator = next((sign for sign in _SEPARATORS if sign in line), "")
    names = [unmarked(cell)[0].strip(" \"'") for cell in line.split(separator)] if separator else []
    wanted = [n for n, name in enumerate(names) if name and len(name) <= 40 and name.count(" ") < 3 and _names(name)]
    row = head
    while wanted and row + 1 < len(pieces) and pieces[row + 1].count(separator) + 1 == len(names):
        row, at = row + 1, 0
        for n, part in enumerate(pieces[row].split(separator)):
            if n in wanted and (place := _cell(part)):
                yield names[n].replace(" ", "_"), row, at + place[0], at + place[1]
            at += len(part) + 1
    return row


def _cell(part: str) -> tuple[int, int] | None:
    text, places = unmarked(part)
    value = text.strip(" \"'")
    if not value or " " in value or not likely(value):
        return None
    start = text.find(value)
    return places[start], places[start + len(value) - 1] + 1


def _names(heading: str) -> bool:
    return values.kind(heading.replace(" ", "_")) in ("password", "token")


def likely(value: str) -> bool:
    """Whether a value in running text could be a secret: not a plain word, an amount, a date or a standard's name."""
    odd = re.search(r"\d|[!@#$%^&*+=~]|[a-z][A-Z]", value.rstrip(".,;:!?)"))
    return bool(odd) and not _NO_PASSWORD.match(value)


def tail(value: str) -> int:
    """How many characters at the end of a value belong to the sentence around it."""
    return len(value) - len(re.sub(r"(?:[,;.)\]:!?'’‘*]|\.$)+$", "", value))
