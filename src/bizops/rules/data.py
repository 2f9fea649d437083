"""Where data stands in an issue: its fenced blocks with their names, the files that it names, and the words around.

Fences are found by CommonMark's own rules (markdown-it-py, block rules only, linear), as GitHub renders them: what
stands in an HTML comment is no block, a fence that is not closed runs to the end of its container.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from markdown_it.token import Token

LIMIT = 50  # candidate paths of one text
BINARY = frozenset("xlsx xls xlsm ods odt pdf doc docx ppt pptx png jpg jpeg gif webp zip gz parquet".split())
EXTENSIONS = BINARY | frozenset(
    """bat c cc cfg cnf conf cpp cs css csv dat diff eml env go graphql h hcl hpp htm html ics ini ipynb j2 java js json
    json5 jsonc jsonl jsx kt ledger lock log lua md mdx mt940 ndjson ofx patch pem php pl pom properties proto ps1 psv
    py pyi qif r rb rs rst scala sh sql sta svg swift tab tf tfvars toml ts tsv tsx txt vcf vue xbrl xml xsd yaml yml
    """.split()
)
BARE = frozenset({"dockerfile", "makefile", "procfile", "gemfile", "jenkinsfile", "codeowners", "license", "readme"})
SUFFIX = {  # of a language whose name is no file extension
    "python": "py", "javascript": "js", "typescript": "ts", "markdown": "md", "shell": "sh", "bash": "sh", "yaml": "yml",
    "jsonc": "json", "json5": "json", "ndjson": "jsonl", "jsonlines": "jsonl", "ruby": "rb", "golang": "go",
}  # fmt: skip
UNTOLD = frozenset({"", "text", "txt", "plain", "plaintext", "none", "raw", "console", "data", "table"})
# Words that lead to a name but are no part of it: "Here is ledger October.csv:" names `ledger October.csv`.
LEADS = frozenset(
    """a an and are as at attached be below by called contains content contents data export exported file follows for
    from have here i in is it like look looks my named of on our output please see table that the there these this to
    use we with das den der die datei hier ist im in von aus mit anbei und unsere meine le la les voici fichier de du
    des est aqui el los archivo es del nel il""".split()
)
PROSE = frozenset(  # words with a slash that are no path
    """and or he she his her him yes no on off n a w o in out und oder et ou y true false either input output read write
    ci cd tcp ip pass fail up down s client server km h m min max day week month year am pm p0 p1 p2 p3 buy sell
    debit credit b2b b2c him them they per his/her""".split()
)
ROOTS = frozenset("bin boot dev etc home lib mnt opt proc root run sbin sys tmp usr users var".split())  # of a machine
DOMAINS = frozenset("com org net io de eu uk fr es it nl ch at dev app co us info biz ai cloud gov edu".split())

_ATTRIBUTE = re.compile(
    r"""(?:^|[\s{,])(?:file-?name|file|title|name|path)\s?[=:]\s?(?:"([^"]{1,300})"|'([^']{1,300})'|([^\s"'{},]{1,300}))""",
    re.IGNORECASE,
)
_FILE = re.compile(r"^[^\s/\\<>|?*\":]{0,150}[^\s/\\<>|?*\":.]\.([A-Za-z][A-Za-z0-9]{0,9})$")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_MARKS = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)*(?:#{1,6}\s+)?")
_LABEL = re.compile(r"^(?:file[ -]?name|file|name|path|dateiname|datei|fichier|archivo)\s*[:=]\s*", re.IGNORECASE)
_SPAN = re.compile(
    r"`+([^`]{1,200})`+|\"([^\"]{1,200})\"|[“„«]\s?([^“”„«»]{1,200}?)\s?[”“»]|(?<!\w)'([^']{1,200})'(?!\w)"
)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)")
_EDGE = " \t*_~`'\"“”„‘’«»:;,.!?()[]{}<>|…"


@dataclass(frozen=True)
class Block:
    """A fenced block. `name` is a safe file name, unique within its text; `line` (from 1) is where its content begins.

    `language` is what the fence says, else what the name or the content tells (`csv`, `json`, ...). `note` says what
    was changed about the name: cleaned, or the second of its name.
    """

    name: str
    language: str
    text: str
    line: int
    note: str = ""


def blocks(text: str) -> tuple[Block, ...]:
    """Every fenced block of `text`, in order. Line ends become `\\n`; a block without a name is `block-2.csv`."""
    fences, lines, hidden = _fences(text)
    covered = {line for fence in fences for line in range(*_span(fence))}
    given: list[tuple[str, str]] = []
    for fence in fences:
        language, name = _info(fence.info.strip())
        given.append((language, name or _line_before(_span(fence)[0], lines, covered, hidden)))
    taken = {_safe(name, "").casefold() for _, name in given if name}
    used: set[str] = set()
    found: list[Block] = []
    for order, (fence, (said, name)) in enumerate(zip(fences, given, strict=True), 1):
        language = said if said not in UNTOLD else _extension(name) or _sniffed(fence.content)
        suffix = SUFFIX.get(language, language)
        wanted = _safe(name, suffix) if name else f"block-{order}.{suffix}"
        final, number = wanted, 1
        while final.casefold() in used or (number > 1 or not name) and final.casefold() in taken:
            number += 1
            stem, dot, end = wanted.rpartition(".")
            final = f"{stem[:90]}-{number}{dot}{end}" if stem else f"{end[:90]}-{number}"
        used.add(final.casefold())
        found.append(Block(final, language, fence.content, _span(fence)[0] + 2, _note(name, wanted, final)))
    return tuple(found)


def prose(text: str) -> str:
    """The text without its fenced blocks; other lines stay as they are."""
    fences, lines, _ = _fences(text)
    covered = {line for fence in fences for line in range(*_span(fence))}
    return "\n".join(line for number, line in enumerate(lines) if number not in covered) if fences else text


def named_files(text: str, repository: str = "") -> tuple[str, ...]:
    """Candidate paths in the repository that `text` names outside its blocks, in order, at most 50.

    Never absolute, never with `..`, without a slash at the end. A link counts where it leads to a file of
    `repository` (`OWNER/NAME`; empty: of any repository on the host). Whether a path exists is for the caller to see.
    """
    found: dict[str, None] = {}
    for candidate in _candidates(_HIDDEN.sub(" ", prose(text)), repository.casefold()):
        path = _repository_path(candidate)
        if path:
            found.setdefault(path)
        if len(found) == LIMIT:
            break
    return tuple(found)


def _fences(text: str) -> tuple[list["Token"], list[str], set[int]]:
    """The fences as markdown-it's tokens, the lines of the text, and the numbers of the lines that a comment hides."""
    lines = re.split(r"\r\n?|\n", text)
    if "```" not in text and "~~~" not in text:
        return [], lines, set()
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").disable(["inline", "reference", "lheading"]).parse(text)
    hidden: set[int] = set()
    for token in tokens:
        if token.type == "html_block" and token.content.lstrip().startswith("<!--"):
            hidden.update(range(*_span(token)))
    return [token for token in tokens if token.type == "fence"], lines, hidden


def _span(token: "Token") -> tuple[int, int]:
    first, end = token.map or (0, 0)
    return first, end


def _info(info: str) -> tuple[str, str]:
    """Language and file name of an info string; either may be empty."""
    attribute = _ATTRIBUTE.search(info)
    name = next(filter(None, attribute.groups()), "") if attribute else ""
    words = (_ATTRIBUTE.sub(" ", info) if attribute else info).replace("{", " ").replace("}", " ").split()
    first = words[0] if words else ""
    if not name and (_is_file(first.rsplit("/", 1)[-1]) or first.casefold() in BARE):
        return _extension(first) or first.casefold(), first
    language, colon, rest = first.lstrip(".").partition(":")
    words = ([rest] if colon and rest else []) + words[1:]
    if not name:
        files = [word for word in words if _is_file(re.split(r"[/\\]", word)[-1])]
        name = " ".join(words) if len(files) == 1 and words[-1] == files[0] else (files or [""])[0]
    return re.sub(r"[^\w+#-]", "", language).casefold()[:20], name


def _line_before(fence: int, lines: list[str], covered: set[int], hidden: set[int]) -> str:
    """The file name that the last visible line before a fence gives."""
    for number in range(fence - 1, -1, -1):
        if number in covered:
            return ""
        line = "" if number in hidden else _TAG.sub(" ", _HIDDEN.sub(" ", lines[number][:1000]))
        line = _MARKS.sub("", line).strip()
        if line:
            return _name_in(line)
    return ""


def _name_in(line: str) -> str:
    """The one file name in a line, or nothing where there is none or more than one."""
    line = _LABEL.sub("", _LINK.sub(r"\1", line).lstrip("*_ "))
    spans = [next(filter(None, match.groups()), "").strip() for match in _SPAN.finditer(line)]
    spans = [span for span in spans if _is_named(re.split(r"[/\\]", span)[-1])]
    if spans:
        return spans[0] if len(set(spans)) == 1 else ""
    words = line.split()
    bare = [re.split(r"[/\\]", word.strip(_EDGE))[-1] for word in words]
    at = [n for n, word in enumerate(bare) if _is_known(word) and "@" not in word and "://" not in words[n]]
    if not at:
        whole = line.strip(_EDGE)
        return whole if whole.casefold() in BARE else ""
    if len({bare[n] for n in at}) > 1:
        return ""
    last = first = at[0]
    while (
        first > 0 and words[first - 1].strip(_EDGE).casefold() not in LEADS and words[first - 1][-1] not in ":,;.)=–—-"
    ):
        first -= 1
    if last - first > 3:  # a sentence, not a name of several words
        first = last
    return " ".join([*(word.lstrip(_EDGE) for word in words[first:last]), words[last].strip(_EDGE)])


def _is_file(word: str) -> bool:
    return bool(_FILE.match(word))


def _is_known(word: str) -> bool:
    return _is_file(word) and _extension(word) in EXTENSIONS - BINARY


def _is_named(name: str) -> bool:
    """A name in quotes or a code span, where it may have spaces."""
    return _is_known(name.replace(" ", "_")) or name.casefold() in BARE


def _extension(name: str) -> str:
    match = _FILE.match(re.split(r"[/\\]", name)[-1].replace(" ", "_"))
    return match[1].casefold() if match else ""


def _safe(name: str, suffix: str) -> str:
    """A file name that fits `bizops.case.NAME`: no folder, no dot in front, no character that hides or turns."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name.rstrip("/\\ "))[-1])
    name = "".join(c if re.match(r"[\w. -]", c) else "" if unicodedata.category(c)[0] == "C" else "-" for c in name)
    name = re.sub(r"\.{2,}", ".", name).strip(" .-")
    if suffix and not _extension(name) and name.casefold() not in BARE:
        name = f"{name or 'block'}.{suffix}"
    stem, dot, end = name.rpartition(".")
    return f"{stem[: 90 - len(end)]}{dot}{end}" if len(name) > 90 and stem and len(end) < 20 else name[:90] or "block"


def _note(given: str, wanted: str, final: str) -> str:
    """What happened to a name, for whoever is told about the data."""
    if final != wanted:
        return f"another block has the name {wanted}; this one is called {final}"
    plain = re.split(r"[/\\]", given)[-1]
    return f"the name was cleaned; the file is called {final}" if given and plain != wanted else ""


def _sniffed(content: str) -> str:
    """`json`, `csv`, `tsv` or `txt`, by what the content looks like."""
    start = content.lstrip()[:1]
    if start in ("{", "["):
        try:
            json.loads(content)
        except (ValueError, RecursionError):
            pass
        else:
            return "json"
    rows = [re.sub(r'"[^"]*"', "", line) for line in content[:20_000].split("\n")[:20] if line.strip()]
    for separator, language in (("\t", "tsv"), (";", "csv"), (",", "csv"), ("|", "csv")):
        counts = [row.count(separator) for row in rows]
        if len(rows) > 1 and min(counts) > 0 and max(counts) == counts[0]:
            return language
    return "txt"


_PIECE = re.compile(
    r"\]\(<?([^()<>\s]{1,500})>?[^()]{0,200}\)"  # 1: the target of a link
    r"|(https?://[^\s<>\"'`)\]]{1,1000})"  # 2: an address
    r"|`{1,3}([^`\n]{1,300})`{1,3}"  # 3: code
    r"|\"([^\"\n]{1,200})\"|[“„«]\s?([^“”„«»\n]{1,200})[”“»]|(?<!\w)'([^'\n]{1,200})'(?!\w)"  # 4-6: quotes
    r"|([^\s,;|=`\"“”„«»\[\]()<>]+)"  # 7: a word
)
_HOSTED = re.compile(
    r"^https?://[^/\s]{1,200}/([^/\s]{1,100}/[^/\s]{1,100})/(?:blob|tree|raw|blame)/[^/\s]{1,200}/(.+)$"
)


def _candidates(text: str, repository: str) -> Iterator[str]:
    """What could be a path: link targets, code, quotes with their words, and words with a slash or an extension."""
    for match in _PIECE.finditer(text):
        link, address, *spans, word = match.groups()
        address = address or (link if link and "://" in link else "")
        if address:
            hosted = _HOSTED.match(address.rstrip(".,;:!?*_"))
            if hosted and repository in ("", hosted[1].casefold()):
                yield unquote(re.split(r"[?#]", hosted[2])[0])
        elif link:
            yield unquote(re.split(r"[?#]", link)[0])
        elif word:
            yield word
        else:
            inside = next(filter(None, spans), "").strip()
            if " " in inside:
                if _extension(inside) in EXTENSIONS:
                    yield inside
                yield from (part for part in re.split(r"[\s,;|=]+", inside) if "://" not in part)
            elif "://" not in inside:
                yield inside


def _repository_path(word: str) -> str:
    """A word as a path in the repository, or nothing where it cannot be one."""
    word = word.strip().strip("*~`'\"‘’:;,!?(){}<>|…").rstrip(".")
    if word.startswith("_") and word.endswith("_"):
        word = word.strip("_")
    word = re.sub(r"(?::\d+(?:[-:]\d+)?|#L\d+(?:-L?\d+)?)$", "", word)
    if not 1 < len(word) <= 300 or re.match(r"[A-Za-z]:|~|@", word) or re.search(r"[\x00-\x1f\x7f<>:\"|#]", word):
        return ""
    slashed = word.replace("\\", "/")
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    wild = next((n for n, part in enumerate(parts) if re.search(r"[*?\[\]{}$]", part)), len(parts))
    parts = parts[:wild]
    if not parts or ".." in parts or "@" in parts[0] or (slashed.startswith("/") and parts[0].casefold() in ROOTS):
        return ""
    if len(parts) > 1 and (parts[0].startswith("www.") or parts[0].rsplit(".", 1)[-1].casefold() in DOMAINS):
        if "." in parts[0].lstrip("."):
            return ""
    if not (_extension(parts[-1]) in EXTENSIONS or parts[-1].casefold() in BARE):
        folder = slashed.strip("/").count("/") or slashed.endswith("/")
        plain = all(part.casefold() in PROSE or not re.search(r"[^\W\d_]", part) for part in parts)
        if not folder or plain:
            return ""
    return "/".join(parts)
