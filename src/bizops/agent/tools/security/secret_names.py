"""Values assigned to a name that tells a secret: in code, configuration, tables and running text."""

import re
from collections import Counter
from collections.abc import Iterator

from bizops.agent.tools.security import secret_cookies as cookies
from bizops.agent.tools.security import secret_phrases as phrases
from bizops.agent.tools.security import secret_prose as prose
from bizops.agent.tools.security import secret_rules as rules
from bizops.agent.tools.security import secret_values as values
from bizops.agent.tools.security.secret_lines import Hit, Lines, at

NAME = re.compile(r"(?<![\w%])[A-Za-z_][\w.\-]{1,79}|(?<![\w.])(?:pw|pwd)(?![\w.])")
JOIN = re.compile(
    r"""(?x)
    (?P<close>["'`\]\)]{0,3})\s{0,8}
    (?P<op>
        :\s{0,4}[A-Za-z_][\w\[\]|<>.?]{0,40}\s{0,4}=(?!=)   # a type between: password: str = "..."
      | \s?(?:string|String|str|char\s?\*?|const)\s{0,4}=(?!=)
      | :=|=>|={1,3}|!={1,2}|:|,|\(
      | \s(?=["'`])
      |(?<=\s)
    )\s{0,8}"""
)
VALUE = re.compile(
    r"""(?x)
    [rbuf@$L]{0,2}(?P<quote>\\?["'`])(?P<quoted>(?:(?!(?P=quote))[^\n]){1,400})(?P=quote)
  | (?P<bare>[^\s"'`]{1,400})"""
)
CALL = re.compile(r"(?i)(?:get|env|set|put|add|define|default|header|property|append|option)\(['\"]$")
XML = re.compile(r"<(?P<name>[A-Za-z][\w.:-]{1,60})(?:\s[^<>]{0,100})?>(?P<value>[^<>\n]{1,300})</")
PAIR = re.compile(
    r"""(?xi)\b(?:key|name)["']?\s{0,3}[=:]\s{0,3}["']?(?P<name>[A-Za-z_][\w.:-]{1,60})["']?,?\s{1,40}["']?value["']?\s{0,3}[=:]\s{0,3}
    (?:"(?P<a>[^"\n]{1,300})"|'(?P<b>[^'\n]{1,300})'|(?P<c>[^\s"',]{1,300}))"""
)
TABLE = re.compile(
    r"\|\s{0,8}[*_`]{0,3}(?P<name>[^|\n]{2,40}?)[*_`]{0,3}\s{0,8}\|\s{0,8}[*_`]{0,3}(?P<value>[^"
    r"|\s`]{4,200})[*_`]{0,3}\s{0,8}(?=\|)"
)
SAID_LINE = re.compile(
    r"(?i)[\s>*_`+-]{0,12}(?P<name>password|passphrase|pass phrase|passwort|kennwort|mot de passe|contraseña|senha)"
    r"[*_`]{0,3}:[*_`]{0,3}\s{1,3}[*_`]{0,3}(?P<value>\w+(?:[ '-]\w+){1,11})[*_`\s]{0,4}$"
)
WHOLE_LINE = re.compile(  # all that follows is the value: YAML, properties, .env, a Dockerfile's ENV with a space
    r"[^\s\"'`#][^\"'`#\n]{0,200}?(?=\s{1,20}\#|\s{0,20}$)"
)
LINE_BEGIN = re.compile(r"\s{0,80}(?:-\s{1,4}|export\s|ENV\s){0,2}[\w.\-]{0,60}$")
SHELL = re.compile(r"(?i)(?:\.(?:sh|bash|zsh|ksh|fish|bat|cmd|ps1|mk|make)|makefile|dockerfile[\w.]*|\.envrc)$")
BLOCK = re.compile(  # YAML's block scalar of one line
    r"(?m)^[ \t]{0,80}(?:- )?[\"']?(?P<name>[A-Za-z_][\w.\-]{1,79})[\"']?:[ ]{1,4}[|>][+-]?[ \t]{0,8}\n"
    r"[ \t]{1,80}(?P<value>[^\s\"'{}\[\]]{6,400})[ \t]{0,8}$"
)
PUBLIC = frozenset(
    (
        "sha sha1 sha256 sha512 md5 hash digest checksum integrity fingerprint etag commit rev revision"
        " nonce public certificate cert thumbprint"
    ).split()
)


def assigned(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    """Every value under a secret's name that counts; the others are folded by reason."""
    done: set[int] = set()
    for index, (name, start, end, quoted, rank) in _candidates(lines):
        raw = lines.text[start:end]
        kind = values.kind(name)
        if kind is None or start in done or not raw:
            continue
        done.add(start)
        mode = lines.mode(start)
        reason = _reason(raw, name, kind, mode, lines.pieces[index], quoted=quoted, said=rank == 20)
        if not reason and " " in raw and phrases.in_labels(lines.name, _beside(lines, index)):
            reason = "words"
        if reason:
            folded[reason] += 1
            continue
        rule, severity, note = _graded(raw, name, kind)
        yield at(lines, rule, start, end, 88 if rule is rules.AWS_SECRET else rank, severity=severity, note=note)


def _beside(lines: Lines, index: int) -> str:
    """The two lines before and after, without the line itself."""
    return "\n".join((*lines.pieces[max(0, index - 2) : index], *lines.pieces[index + 1 : index + 3]))


def _reason(raw: str, name: str, kind: values.Kind, mode: str, piece: str, *, quoted: bool, said: bool) -> str:
    if raw in rules.DOCUMENTED:
        return ""
    if not quoted and mode == "code":
        return "reference"
    if not quoted and (
        raw.startswith(("{", "[", "(", "<", "|", ">", "&", "*", "!", "\\")) or raw.endswith(("(", "{", "["))
    ):
        return "reference"
    if kind == "session":
        return cookies.unlikely(raw) if len(raw) >= 20 and not raw.startswith(("cs_", "mock")) else "words"
    spoken = said or (mode == "prose" and not quoted)
    reason = values.fold(raw, kind, quoted=quoted, name=name, prose=spoken)
    if not reason and spoken and " " not in raw and not prose.likely(raw):
        return "words"
    if (
        not reason
        and kind == "token"
        and re.search(r"(?i)sha(?:1|256|512)|checksum|digest|integrity", piece)
        and values.is_hex(raw)
    ):
        return "hash"
    return reason


def _graded(raw: str, name: str, kind: values.Kind) -> tuple[rules.Rule, str, str]:
    parts = values.words(name)
    if raw in rules.DOCUMENTED or (raw.endswith("EXAMPLEKEY")):
        return rules.AWS_SECRET, "info", "printed in the provider's documentation"
    if re.fullmatch(r"[A-Za-z0-9+/]{40}", raw) and "secret" in "".join(parts) and not values.is_hex(raw):
        return rules.AWS_SECRET, "critical" if "aws" in parts or "access" in parts else "high", ""
    if kind == "session" and not values.is_uuid(raw):
        return rules.SESSION, "medium", ""
    if kind == "password":
        weak = raw.isalpha() or len(raw) < 6 or raw.isdigit()
        return rules.PASSWORD, "medium" if weak else "high", "short or plain" if weak else ""
    if values.is_uuid(raw):
        return rules.TOKEN, "low", "a UUID under a secret's name"
    if values.made_up(raw):
        return rules.TOKEN, "low", "looks typed rather than issued"
    strong = values.entropy(raw) >= 3.0 and len(raw) >= 16
    return rules.TOKEN, "high" if strong else "medium", ""


def _candidates(lines: Lines) -> Iterator[tuple[int, tuple[str, int, int, bool, int]]]:
    for index in lines.hinted:
        piece = lines.pieces[index]
        base = lines.starts[index]
        for name, start, end, quoted, rank in _of_piece(
            lines, piece, lines.modes.get(lines.numbers[index], lines.default)
        ):
            yield index, (name, base + start, base + end, quoted, rank)
    yield from _told(lines)
    text = lines.text
    for match in BLOCK.finditer(text):
        yield lines.index(match.start("value")), (match["name"], *match.span("value"), True, 45)
    if "value" in lines.low and ("name" in lines.low or "key" in lines.low):
        for match in PAIR.finditer(text):
            group = next(g for g in "abc" if match[g])
            yield lines.index(match.start(group)), (match["name"], *match.span(group), group != "c", 50)


def _told(lines: Lines) -> Iterator[tuple[int, tuple[str, int, int, bool, int]]]:
    """What people tell each other without a name beside the value: below a heading, or after a user."""
    heads = (index for index in lines.hinted if lines.mode(lines.starts[index]) != "code")
    for name, row, start, end in prose.tables(lines.pieces, heads):
        yield row, (name, lines.starts[row] + start, lines.starts[row] + end, False, 20)
    for index in sorted(lines.holding(*prose.LOGIN_HINTS)):
        base = lines.starts[index]
        if lines.mode(base) == "prose":
            for start, end in prose.logins(lines.pieces[index]):
                yield index, ("password", base + start, base + end, False, 20)


def _of_piece(lines: Lines, piece: str, mode: str) -> Iterator[tuple[str, int, int, bool, int]]:
    line = SAID_LINE.match(piece) if mode == "prose" else None
    if line and phrases.is_phrase(line["value"], plain=True):
        yield line["name"].replace(" ", "_"), *line.span("value"), True, 20
    for match in XML.finditer(piece):
        yield match["name"], *match.span("value"), True, 50
    if piece.count("|") >= 2:
        for match in TABLE.finditer(piece):
            yield match["name"], *match.span("value"), False, 30
    for match in NAME.finditer(piece):
        if values.NAME_HINT.search(match[0]):
            yield from _after(piece, match, mode, lines.name)
    if mode == "prose":
        for said, start, end in prose.said(piece):
            yield said, start, end, False, 20


def _after(piece: str, name: re.Match[str], mode: str, file: str) -> Iterator[tuple[str, int, int, bool, int]]:
    word = name[0].rstrip(".-")
    join = JOIN.match(piece, name.start() + len(word))
    if not join:
        return
    operator = join["op"].strip()
    value = VALUE.match(piece, join.end())
    if not value:
        return
    before = piece[max(0, name.start() - 16) : name.start()]
    if not operator:
        option = before.endswith("--")
        declared = re.search(r"(?:^|\s)(?:ENV|ARG)\s$", before) is not None and "ocker" in file
        sql = word.casefold() == "password" and value["quote"] == "'" and not before.rstrip().endswith((",", "'"))
        netrc = file.rsplit("/", 1)[-1].casefold() in (".netrc", "_netrc") and word == "password"
        gradle = file.endswith((".gradle", ".groovy")) and bool(value["quote"])
        said = mode == "prose" and value["quote"] == "`" and word.casefold() in ("password", "passwort", "passphrase")
        if not (option or declared or sql or netrc or gradle or said):
            return
    if operator in (",", "(") and not value["quote"]:
        return
    if operator == "," and not (join["close"] and CALL.search(before)):
        return
    if value["quote"]:
        start, end = value.span("quoted")
        if piece[end - 1 : end] == "\\":
            end -= 1
        yield word, start, end, True, 45
        return
    if mode == "config" and (whole := _whole_line(piece, name.start(), join, value.start(), file)):
        yield word, *whole, True, 43
        return
    if mode == "prose" and value["bare"].startswith(("*", "<", "_")):
        return  # emphasis: the sentence is read without it
    start, end = value.span("bare")
    end -= _tail(piece[start:end], comma=mode != "prose")
    yield word, start, end, False, 42


def _whole_line(piece: str, name: int, join: re.Match[str], start: int, file: str) -> tuple[int, int] | None:
    """Where a value of several words stands that needs no quotes, because the line ends it."""
    operator = join["op"].strip()
    ends = operator == ":" or (operator == "=" and not SHELL.search(file)) or (not operator and "ocker" in file)
    if not ends or join["close"].strip("\"'") or not LINE_BEGIN.fullmatch(piece[:name]):
        return None
    whole = WHOLE_LINE.match(piece, start)
    several = whole and re.fullmatch(r"[^\W_][\w'!?&.-]*(?: [\w'!?&.,-]+)+", whole[0])
    if not whole or not several:
        return None
    first = whole[0].split()[0]
    alone = len(first) >= 6 and re.search(r"\d", first) and re.search(r"[^\W\d_]", first)
    return None if alone and not phrases.is_phrase(whole[0], plain=False) else whole.span()


def _tail(value: str, *, comma: bool = True) -> int:
    """How many characters at the end of an unquoted value belong to what surrounds it."""
    kept = re.sub(r"(?:[,;)\]}>]|</.*|\\n|[.:!?](?=$))+$" if comma else r"[,;.)\]:!?]+$", "", value)
    if value.endswith(("!", "?")) and comma:
        kept = value
    return len(value) - len(kept)


def judged(piece: str, place: int, value: str, mode: str) -> bool:
    """Whether a value that detect-secrets' keyword plugin saw counts: the name before it decides, as for our own."""
    named = [m for m in NAME.finditer(piece[:place]) if values.NAME_HINT.search(m[0])]
    name = named[-1][0].rstrip(".-") if named else ""
    kind = values.kind(name)
    if kind is None or len(value) < 6 or " " in value:
        return False
    quoted = piece[place - 1 : place] in ("'", '"', "`") and place > 0
    between = piece[named[-1].end() : place]
    if len(between) > 12 or re.search(r"[A-Za-z]{3}", between):
        return False
    return not _reason(value, name, kind, mode, piece, quoted=quoted, said=not quoted)
