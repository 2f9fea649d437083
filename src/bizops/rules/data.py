"""Where data stands in an issue: its fenced blocks with their names, the files that it names, and the words around.

Fences are found by CommonMark's own rules (markdown-it-py, block rules only, linear), as GitHub renders them: what
stands in an HTML comment is no block, a fence that is not closed runs to the end of its container.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bizops.rules import filenames as names
from bizops.rules.visible import uncommented

if TYPE_CHECKING:
    from markdown_it.token import Token

LIMIT = 50  # candidate paths of one text
TEXT_LIMIT = 300_000  # characters that are searched for paths; a body of GitHub's holds 65,536
SUFFIX = {  # of a language whose name is no file extension
    "python": "py", "javascript": "js", "typescript": "ts", "markdown": "md", "shell": "sh", "bash": "sh",
    "yaml": "yml", "jsonc": "json", "json5": "json", "ndjson": "jsonl", "jsonlines": "jsonl", "ruby": "rb",
    "golang": "go", "c++": "cpp", "c#": "cs",
}  # fmt: skip
UNTOLD = frozenset({"", "text", "txt", "plain", "plaintext", "none", "raw", "console", "data", "table"})
# Words with a slash between them that are no path: `and/or`.
PROSE = names.word_set(
    """and or he she his her him yes no on off n a w o in out und oder et ou y true false either input output read
    write ci cd tcp ip pass fail up down s client server km h m min max day week month year am pm p0 p1 p2 p3
    buy sell debit credit b2b b2c him them they per"""
)
ROOTS = names.word_set("bin boot dev etc home lib mnt opt proc root run sbin sys tmp usr users var")  # of a machine
DOMAINS = names.word_set("com org net io de eu uk fr es it nl ch at dev app co us info biz ai cloud gov edu")

_LINE_END = re.compile(r"\r\n?|\n")
# In a form's `render:` area GitHub puts a fence around a fence that somebody typed: then the typed one is meant.
_WRAPPED = re.compile(
    r"^(### .*\n\n)```\w+\n"
    r"((?:[ \t]*\n)*```[ \t]*[^`\s][^`\n]*\n(?:(?!```).*\n)*```[ \t]*)(\n```)?(?=\n\n### |\n*\Z)",
    re.MULTILINE,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_MARKS = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)*(?:#{1,6}\s+)?")


@dataclass(frozen=True)
class Block:
    """A fenced block. `name` is a safe file name, unique within its text; `line` (from 1) is where its content begins.

    `language` is what the fence says, else what the name or the content tells (`csv`, `json`, ...). `closed`: whether
    the fence ends with a fence; else the block runs to the end of the text (or of its container), and may be cut off.
    """

    name: str
    language: str
    text: str
    line: int
    closed: bool = True


def blocks(text: str) -> tuple[Block, ...]:
    """Every fenced block of `text`, in order. Line ends become LF; a block without a name is `block-2.csv`."""
    fences, lines, covered, hidden = _fences(text)
    given: list[tuple[str, str]] = []
    for fence in fences:
        language, name = names.in_info(fence.info.strip())
        given.append((language, name or _line_before(_span(fence)[0], lines, covered, hidden)))
    taken = {names.safe(name, "").casefold() for _, name in given if name}
    used: dict[str, int] = {}
    found: list[Block] = []
    for order, (fence, (said, name)) in enumerate(zip(fences, given, strict=True), 1):
        language = said if said not in UNTOLD else names.extension(name) or _sniffed(fence.content)
        suffix = SUFFIX.get(language) or re.sub(r"[^a-z0-9]", "", language) or "txt"
        wanted = names.safe(name, suffix) if name else f"block-{order}.{suffix}"
        final = wanted if name or wanted.casefold() not in taken else names.numbered(wanted, 2)
        while final.casefold() in used or (final != wanted and final.casefold() in taken):
            used[wanted.casefold()] = number = used.get(wanted.casefold(), 1) + 1
            final = names.numbered(wanted, number)
        used.setdefault(final.casefold(), 1)
        first, end = _span(fence)
        lines_within = fence.content.count("\n") + (fence.content[-1:] not in ("", "\n"))
        closed = end - first == lines_within + 2  # a line for each fence
        found.append(Block(final, language, fence.content, first + 2, closed))
    return tuple(found)


def prose(text: str) -> str:
    """The text without its fenced blocks; other lines stay as they are."""
    fences, lines, covered, _ = _fences(text)
    return "\n".join(line for number, line in enumerate(lines) if number not in covered) if fences else text


def text_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a text as Markdown counts them (LF, CRLF, CR): the offset of each, and the line without its end."""
    found, start = [], 0
    for match in _LINE_END.finditer(text):
        found.append((start, text[start : match.start()]))
        start = match.end()
    return [*found, (start, text[start:])]


def fenced_lines(text: str) -> frozenset[int]:
    """The numbers (from 0) of the lines that belong to a fenced block, its fences included."""
    return _fences(text)[2]


def named_files(text: str, repository: str = "") -> tuple[str, ...]:
    """Candidate paths in the repository that `text` names outside its blocks, in order, at most 50.

    Never absolute, never with `..`, without a slash at the end. A link counts where it leads to a file of
    `repository` (`OWNER/NAME`; empty: of any repository on the host). Whether a path exists is for the caller to see.
    """
    found: dict[str, None] = {}
    for candidate in _candidates(uncommented(prose(text)[:TEXT_LIMIT]), repository.casefold()):
        path = _repository_path(candidate)
        if path:
            found.setdefault(path)
        if len(found) == LIMIT:
            break
    return tuple(found)


@lru_cache(maxsize=2)
def _fences(text: str) -> tuple[list["Token"], list[str], frozenset[int], frozenset[int]]:
    """The fences as markdown-it's tokens, the lines, the numbers of those in a fence and of the hidden ones."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "```" not in text and "~~~" not in text:
        return [], text.split("\n"), frozenset(), frozenset()
    from markdown_it import MarkdownIt

    text = _WRAPPED.sub(lambda m: f"{m[1]}\n{m[2]}" + ("\n" if m[3] else ""), text)
    tokens = MarkdownIt("commonmark").disable(["inline", "reference", "lheading"]).parse(text)
    fences = [token for token in tokens if token.type == "fence"]
    hidden = [t for t in tokens if t.type == "html_block" and t.content.lstrip().startswith("<!--")]
    return fences, text.split("\n"), _lines_of(fences), _lines_of(hidden)


def _lines_of(tokens: list["Token"]) -> frozenset[int]:
    return frozenset(line for token in tokens for line in range(*_span(token)))


def _span(token: "Token") -> tuple[int, int]:
    first, end = token.map or (0, 0)
    return first, end


def _line_before(fence: int, lines: list[str], covered: frozenset[int], hidden: frozenset[int]) -> str:
    """The file name that the last visible line before a fence gives."""
    for number in range(fence - 1, -1, -1):
        if number in covered:
            return ""
        line = "" if number in hidden else _TAG.sub(" ", uncommented(lines[number][:1000]))
        line = _MARKS.sub("", line).strip()
        if line:
            return names.in_line(line)
    return ""


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
                if names.extension(inside) in names.EXTENSIONS:
                    yield inside
                yield from (part for part in re.split(r"[\s,;|=]+", inside) if "://" not in part)
            elif "://" not in inside:
                yield inside


def _repository_path(word: str) -> str:
    """A word as a path in the repository, or nothing where it cannot be one."""
    if word.lstrip("*(\"'`").startswith("~/"):
        return ""
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
    if (
        not parts
        or ".." in parts
        or parts[0][0] == "~"
        or "@" in parts[0]
        or (slashed.startswith("/") and parts[0].casefold() in ROOTS)
    ):
        return ""
    stem, dot, domain = parts[0].rpartition(".")
    if len(parts) > 1 and stem and dot and (domain.casefold() in DOMAINS or stem.startswith("www.")):
        return ""
    last = parts[-1]
    if not (names.extension(last) in names.EXTENSIONS or last.casefold() in names.BARE or names.is_dotted(last)):
        folder = slashed.strip("/").count("/") or slashed.endswith("/")
        plain = all(part.casefold() in PROSE or not re.search(r"[^\W\d_]", part) for part in parts)
        if not folder or plain:
            return ""
    return "/".join(parts)
