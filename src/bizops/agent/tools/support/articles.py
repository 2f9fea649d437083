"""The articles of a knowledge base, read from the repository and cut into sections by their headings.

Markdown, text, reStructuredText, AsciiDoc and HTML, without front matter, comments and markup. Only tracked files
inside the folder are read, and no links are followed (`bizops.agent.tools.tracked`).
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote

from bizops.agent.agent import ToolError
from bizops.agent.tools import tracked
from bizops.case import Case
from bizops.rules.visible import one_line, uncommented

SUFFIXES = (".md", ".markdown", ".txt", ".rst", ".adoc", ".asciidoc", ".html", ".htm")
MOST_FILES = 2_000
MOST_BYTES = 10_000_000
ONE_FILE = 1_000_000
MOST_LINES = 20_000  # of one file

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"^(title|tags|keywords|aliases)\s*:\s*(.{1,300})$", re.MULTILINE | re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|template|head)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]{0,200}>(.{0,300}?)</title", re.DOTALL | re.IGNORECASE)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,300}>(.{0,500}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,1000}>")
_MARKDOWN_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.{1,300}?)\s*#*\s*$")
_ASCIIDOC_HEADING = re.compile(r"^(={1,6})\s+(.{1,300})$")
_UNDERLINE = re.compile(r"^([=\-~^\"'*+#])\1{2,}\s*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Section:
    """A passage that can be cited. `kind` is `article` or `issue`; `line` is its heading's, from 1; `extra` is tags."""

    path: str
    title: str
    heading: str
    anchor: str
    text: str
    line: int
    kind: str = "article"
    number: int = 0
    extra: str = ""

    @property
    def source(self) -> str:
        """How it is cited: `docs/kb/sla.md:12` or `#123`."""
        return f"#{self.number}" if self.kind == "issue" else f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Shelf:
    """The sections of a folder's articles; `folder` as it is named, `notes` say what was left out."""

    folder: str
    sections: tuple[Section, ...] = ()
    files: int = 0
    notes: tuple[str, ...] = field(default=())


def shelf(case: Case, folder: str) -> Shelf:
    """The articles below a folder of the repository. Raises ToolError if there is no such folder or repository."""
    wanted = inside(folder)
    if wanted is None:
        raise ToolError(
            f"the folder {folder[:100]!r} is not inside the repository", fix="name a folder of the repository"
        )
    tree = tracked.tree(case)
    entries = [e for e in tree.files if _is_article(e.path) and _below(e.path, wanted)]
    if not entries:
        raise ToolError(f"there are no articles in {wanted or 'the repository'}", fix="name a folder with .md files")
    taken, notes = _within_limits(entries)
    sections: list[Section] = []
    for entry, content in tracked.read(tree, taken):
        if not tracked.is_binary(content):
            sections += cut(tracked.decoded(content).encode("utf-8", "replace").decode(), entry.path)
    return Shelf(wanted or ".", tuple(sections), len(taken), tuple(notes))


def inside(folder: str) -> str | None:
    """A folder's path from the top of the repository, or None if it leads out of it."""
    if "\\" in folder or "\0" in folder or folder.startswith(("/", "~")):
        return None
    parts = [part for part in PurePosixPath(folder).parts if part != "."]
    return None if ".." in parts or ".git" in parts else "/".join(parts)


def folders(case: Case) -> frozenset[str]:
    """Every folder of the repository that holds an article, at whatever depth; empty without a repository."""
    try:
        paths = [entry.path for entry in tracked.tree(case).files if _is_article(entry.path)]
    except ToolError:
        return frozenset()
    return frozenset(str(parent) for path in paths for parent in PurePosixPath(path).parents if str(parent) != ".")


def _is_article(path: str) -> bool:
    return path.casefold().endswith(SUFFIXES)


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _within_limits(entries: list[tracked.Entry]) -> tuple[list[tracked.Entry], list[str]]:
    taken: list[tracked.Entry] = []
    size = large = 0
    for entry in entries:
        if entry.size > ONE_FILE:
            large += 1
        elif len(taken) < MOST_FILES and size + entry.size <= MOST_BYTES:
            taken.append(entry)
            size += entry.size
    left = len(entries) - len(taken) - large
    notes = [f"{large} articles over {ONE_FILE} bytes were left out"] if large else []
    return taken, [*notes, *([f"{left} articles beyond the limits were left out"] if left else [])]


def cut(text: str, path: str) -> list[Section]:
    """An article as sections: one for each heading with text below it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title, extra, skipped = "", "", 0
    front = _FRONT.match(text)
    if front:
        named = {m[1].casefold(): m[2].strip(" \"'[]") for m in _FRONT_LINE.finditer(front[1])}
        title = named.pop("title", "")
        extra = " ".join(named.values())
        skipped = front[0].count("\n")
        text = text[front.end() :]
    if path.casefold().endswith((".html", ".htm")):
        found = _HTML_TITLE.search(text)
        title = title or (_bare(found[1]) if found else "")
        text = _from_html(text)
    text = uncommented(text)
    parts = list(_parts(text.split("\n")[:MOST_LINES], skipped))
    title = title or next((heading for heading, _, _ in parts if heading), "") or PurePosixPath(path).stem
    anchors: dict[str, int] = {}
    sections = []
    for heading, line, lines in parts:
        anchor = _anchor(heading, anchors) if heading else ""
        body = "\n".join(lines).strip()
        if body or (heading and heading != title):
            sections.append(Section(path, title, heading or title, anchor, body, line, extra=extra))
    return sections or [Section(path, title, title, "", "", 1, extra=extra)]


def _from_html(text: str) -> str:
    text = uncommented(_UNSEEN.sub(" ", text))
    text = _HTML_HEADING.sub(lambda m: f"\n\n{'#' * int(m[1])} {' '.join(_bare(m[2]).split())}\n\n", text)
    text = re.sub(r"(?i)<(?:br|/p|/li|/tr|/div|/h[1-6])\b[^<>]{0,200}>", "\n", text)
    return html.unescape(_TAG.sub(" ", text))


def _bare(text: str) -> str:
    return html.unescape(_TAG.sub(" ", text)).strip()


_Part = tuple[str, int, list[str]]


def _parts(lines: list[str], skipped: int) -> Iterator[_Part]:
    """Heading, its line and the lines below it; the first may have no heading."""
    heading, at, below = "", skipped + 1, list[str]()
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        found = None if fence else _MARKDOWN_HEADING.match(line) or _ASCIIDOC_HEADING.match(line)
        under = None if fence or not below else _UNDERLINE.match(line)
        if found:
            yield heading, at, below
            heading, at, below = found[2].strip(" *_`"), number + skipped + 1, []
        elif under and _underlines(below, line):
            title = below.pop().strip()
            yield heading, at, below
            heading, at, below = title, number + skipped, []
        elif not (under and not below[-1].strip()):
            below.append(line)
    yield heading, at, below


def _underlines(below: list[str], line: str) -> bool:
    text = below[-1].strip()
    lonely = len(below) < 2 or not below[-2].strip() or bool(_UNDERLINE.match(below[-2]))
    return bool(text) and lonely and "|" not in text and len(text) <= 200 and len(line.strip()) >= min(len(text), 3)


def _anchor(heading: str, used: dict[str, int]) -> str:
    """The anchor that GitHub gives a heading."""
    base = re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-")
    again = used.get(base, 0)
    used[base] = again + 1
    return f"{base}-{again}" if again else base


def address(case: Case, section: Section) -> str:
    """Where a section can be read: a link where the repository's name is known, else its path as code."""
    if section.kind == "issue":
        return f"#{section.number}"
    target = section.path + (f"#{section.anchor}" if section.anchor else "")
    shown = re.sub(r"[`\s|]", " ", target)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", case.repository_name):
        return f"`{shown}`"
    where = f"https://github.com/{case.repository_name}/blob/{case.commit or 'HEAD'}/{quote(section.path)}"
    text = re.sub(r"[\[\]`|\\]", " ", one_line(section.heading))[:100]
    return f"[{text}]({where}{'#' + quote(section.anchor) if section.anchor else ''})"
