"""Foreign text made harmless: what a model or an outsider wrote, fit for a comment of the desk.

`harmless` for Markdown, `plain` for one line within Markdown (table cells), `code` for one as code, `brief` for one
where no Markdown is read. Terminals and logs are in `rules/visible`.

Blocks are believed as little as spans (`rules/inline`): a fence counts only where every parser of Markdown must agree,
which is enforced by writing its lines with the prefix of its first line. Sources: CommonMark 0.31, GitHub Flavored
Markdown (cmark-gfm), GitHub's documentation of mentions, references, alerts and formulas. All rules take time linear
in the text, and `harmless(harmless(x)) == harmless(x)`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from bizops.rules.inline import Allowed, escaped, inline
from bizops.rules.visible import one_line, visible

DEPTH = 8  # block quotes and lists within each other on one line
INDENT = 40  # spaces before a line, hence lists within each other over lines
CUT = "…cut"
LANGUAGES = frozenset(
    re.findall(
        r"\S+",
        "bash c cmd console cpp csharp css csv diff dockerfile go hcl html http ini java javascript js json jsonc "
        "jsonl kotlin log makefile markdown md php powershell py python r ruby rust sh shell sql swift text toml ts "
        "tsv txt typescript xml yaml yml",
    )
)  # languages of a fence; others (mermaid, math, geojson, suggestion) make GitHub run or draw something
QUOTE = re.compile(r"(?: {0,3}> ?)*")
MARKER = re.compile(r"( *)([-*+]|[0-9]{1,9}[.)])( +)(?=\S)")
FENCE = re.compile(r"(`{3,20}(?!`)|~{3,20}(?!~))([^\n]*)")
CONTAINER = re.compile(r" *(?:>|(?:[-*+]|[0-9]{1,9}[.)])(?= |$))")
RULE = re.compile(r" *([-*_])(?: *\1){2,} *")
HEAD = " \t>*+-0123456789.)"
TASK = re.compile(r"([\s>]*(?:\[[ xX]\])?\s*)(/[A-Za-z][A-Za-z0-9-]*+)(?!/)")
COMMAND_IN_CODE = re.compile(r"([\s>]*)(?=/[A-Za-z][A-Za-z0-9-]*+(?!/))")
MARKER_COMMENT = re.compile(r"<!(?=--\s*bizops)", re.IGNORECASE)
STARTS = re.compile(r"\A(?=#{1,6}(?: |$)|[-+=](?=[-+= ]*$)|[-+] |>|/[A-Za-z])|\A[0-9]{1,9}(?=[.)](?: |$))")


def harmless(
    text: str,
    *,
    link_hosts: Collection[str],
    mentions: Collection[str] = (),
    limit: int,
    repository: str = "",
) -> str:
    """Markdown in which nothing of the author's acts: no mention but of `mentions`, no link but to `link_hosts`.

    Other addresses, mentions, references to other repositories and slash commands stand as code; HTML, pictures,
    formulas and entities are escaped; hidden characters are gone; fences are closed and name one of `LANGUAGES`. Links
    to threads are live only within `repository` (`owner/name`). At most `limit` characters, with "…cut" where it ended.
    It may stand behind other words or marks on a line: a fence never begins on its first line, where a mark before it
    (`1. `) would make it another one.
    """
    lines = MARKER_COMMENT.sub("<! ", visible(text)).split("\n")
    allowed = Allowed.of(link_hosts, mentions, repository)
    first = _Blocks(allowed, _tables(lines[:1]))
    list(first.lines(0, lines[0]))
    lines = ["", *lines] if first.fence else lines
    start = _Blocks(allowed, _tables(lines))
    whole = _whole(replace(start, items=[]), lines, limit)
    return whole if whole is not None else _cut(start, lines, limit)


@dataclass
class _Fence:
    """An open fence: the prefix of its lines, its indentation, its characters, how many quotes it stands in."""

    prefix: str
    indent: int
    mark: str
    quotes: int

    @property
    def closer(self) -> str:
        return self.prefix + " " * self.indent + self.mark


@dataclass
class _Blocks:
    """Line by line: where we are in fences and lists."""

    allowed: Allowed
    tables: list[bool]
    fence: _Fence | None = None
    items: list[int] = field(default_factory=list)  # where the text of each open list item starts
    quotes: int = 0
    blank: bool = True

    def lines(self, number: int, line: str) -> Iterator[str]:
        """What to write for one line: itself made harmless; before it a closing fence where its container ended."""
        if self.fence:
            inside = self._within(self.fence, line)
            if inside is not None:
                yield inside
                return
            yield self.fence.closer
            self.fence = None
        yield self._outside(number, line)

    def _within(self, fence: _Fence, line: str) -> str | None:
        """A line of the open fence, or None where the quote around it has ended."""
        quote = re.match(rf"(?: {{0,3}}> ?){{{fence.quotes}}}", line)
        if quote is None:
            return None
        rest = line[quote.end() :]
        if (fence.quotes or fence.indent) and (tabbed := re.match(r"[ \t]*\t", rest)):
            margin = " " * len(fence.prefix)
            rest = (margin + tabbed[0]).expandtabs(4)[len(margin) :] + rest[tabbed.end() :]
        closer = re.fullmatch(rf"( *){re.escape(fence.mark[0])}{{{len(fence.mark)},}}\s*", rest)
        if closer and len(closer[1]) < fence.indent + 4:
            self.fence = None
            return fence.closer
        if not rest.strip("\t "):
            return fence.prefix.rstrip(" ")
        command = COMMAND_IN_CODE.match(rest)
        rest = f"{command[1]}\\{rest[command.end() :]}" if command else rest
        missing = fence.indent - (len(rest) - len(rest.lstrip(" ")))
        return fence.prefix + " " * max(missing, 0) + rest

    def _outside(self, number: int, line: str) -> str:
        if not line:
            self._track(0, 0, "")
            return ""
        bare = line.lstrip(HEAD)
        line = _shallow(line[: len(line) - len(bare)].expandtabs(4) + bare)
        start = _quoted(line)
        rest = line[start:].lstrip(" ")
        indent = len(line) - start - len(rest)
        self._track(line[:start].count(">"), indent, rest)
        opened = FENCE.fullmatch(rest)
        if opened and not (opened[1][0] == "`" and "`" in opened[2]) and self._certain(indent):
            language = opened[2].split()[0].lower() if opened[2].split() else ""
            around = line[:start] + (" " if line[:start].endswith(">") else "")
            self.fence = _Fence(around, indent, opened[1], around.count(">"))
            return self.fence.closer + (opened[2].split()[0] if language in LANGUAGES else "")
        return self._text(line, table=self.tables[number])

    def _track(self, quotes: int, indent: int, rest: str) -> None:
        """Keep the list items that are open for certain."""
        if quotes != self.quotes:
            self.items, self.blank = [], quotes > self.quotes
            self.quotes = quotes
        if not rest:
            self.blank = True
            return
        before = list(self.items)
        self.items = [offset for offset in self.items if offset <= indent]
        marker = MARKER.match(" " * indent + rest)
        base = self.items[-1] if self.items else 0
        if marker and indent - base < 4 and not RULE.fullmatch(rest):
            sibling = len(before) > len(self.items) and not self.blank
            if not marker[2][0].isdigit() or int(marker[2][:-1]) == 1 or self.blank or sibling:
                self.items.append(marker.end() if len(marker[3]) < 5 else marker.end(2) + 1)
        self.blank = False

    def _certain(self, indent: int) -> bool:
        """Whether a fence with that indentation is one for every parser."""
        base = self.items[-1] if self.items else 0
        return indent < 4 or base <= indent < base + 4

    def _text(self, line: str, *, table: bool) -> str:
        start = 0
        if not RULE.fullmatch(line, _quoted(line)):
            while container := CONTAINER.match(line, start):
                start = container.end()
        rest = line[start:]
        bare = rest.lstrip(" ")
        gap = rest[: len(rest) - len(bare)]
        if bare.startswith("~~~"):
            width = len(bare) - len(bare.lstrip("~"))
            return line[:start] + gap + "\\~" * width + inline(bare[width:], self.allowed, table=table)
        if command := TASK.match(rest):
            tail = rest[command.end() :]
            rest = f"{command[1]}`{command[2]}`{' ' if tail[:1] == '`' else ''}{tail}"
        return line[:start] + inline(rest, self.allowed, table=table)


def _quoted(line: str) -> int:
    """Where the text behind the marks of block quotes starts."""
    marks = QUOTE.match(line)
    return marks.end() if marks else 0


def _shallow(line: str) -> str:
    """At most DEPTH quotes and list markers, and INDENT spaces, before the text: what is deeper is escaped."""
    bare = line.lstrip(" ")
    line = " " * min(len(line) - len(bare), INDENT) + bare
    start = 0
    for _ in range(DEPTH):
        found = None if RULE.fullmatch(line, start) else CONTAINER.match(line, start)
        if not found:
            return line
        start = found.end()
    found = None if RULE.fullmatch(line, start) else CONTAINER.match(line, start)
    return f"{line[: found.end() - 1]}\\{line[found.end() - 1 :]}" if found else line


def _delimits(line: str) -> bool:
    """Whether the line could be the row below a table's head."""
    return "-" in line and ("|" in line or ":" in line) and not line.strip(" \t>*+0123456789.)-:|")


def _tables(lines: list[str]) -> list[bool]:
    """For each line, whether it could belong to a table: its paragraph holds a delimiter row."""
    found: list[bool] = []
    for solid, group in groupby(lines, lambda line: bool(line.strip())):
        block = list(group)
        found += [solid and any(map(_delimits, block))] * len(block)
    return found


def _whole(blocks: _Blocks, lines: list[str], limit: int) -> str | None:
    """All lines, or None where they are longer than `limit`."""
    done: list[str] = []
    size = -1
    for number, line in enumerate(lines):
        for piece in blocks.lines(number, line):
            done.append(piece)
            size += len(piece) + 1
        if size > limit:
            return None
    done += [blocks.fence.closer] if blocks.fence else []
    text = "\n".join(done)
    return text if len(text) <= limit else None


def _cut(blocks: _Blocks, lines: list[str], limit: int) -> str:
    """As many lines as fit with the note, and the first part of the next."""
    done: list[str] = []
    room = limit - len(CUT) - 2
    for number, line in enumerate(lines):
        before = replace(blocks, items=list(blocks.items))
        pieces = list(blocks.lines(number, line))
        need = sum(len(piece) + 1 for piece in pieces) + (len(blocks.fence.closer) + 1 if blocks.fence else 0)
        if need <= room:
            done += pieces
            room -= sum(len(piece) + 1 for piece in pieces)
            continue
        blocks = before
        length = min(len(line), room)
        while length > 20:
            trial = replace(before, items=list(before.items))
            while length and unicodedata.combining(line[length : length + 1] or " "):
                length -= 1
            part = line[:length].rstrip()
            pieces = [] if _delimits(part) else list(trial.lines(number, part))
            need = sum(len(piece) + 1 for piece in pieces) + (len(trial.fence.closer) + 1 if trial.fence else 0)
            if need <= room and (number or not trial.fence):  # a first line that is cut must not become a fence
                done, blocks = done + pieces, trial
                break
            length //= 2
        break
    done += [blocks.fence.closer] if blocks.fence else []
    return "\n".join([*done, "", CUT] if done else [CUT])[: max(limit, 0)]


def plain(text: str, limit: int = 300) -> str:
    """One line that Markdown shows as it is written, for table cells and list items: no markup, no mention, no link."""
    line = _short(one_line(text), limit)
    shown = escaped(line)
    return STARTS.sub(r"\g<0>\\", shown)


def code(text: str, limit: int = 200, *, table: bool = False) -> str:
    """One line as a code span, which `plain` within backticks would not be; `table`: for a cell."""
    line = _short(one_line(text), limit).replace("`", "'")
    line = MARKER_COMMENT.sub("<! ", line.replace("|", r"\|") if table else line)
    return f"`{line}`" if line else ""


def brief(text: str, limit: int = 200) -> str:
    """One visible line for a place that knows no Markdown: a finding, a question, an error, a file's name."""
    return _short(one_line(text), limit)


def _short(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    end = max(limit - 1, 0)
    while end and unicodedata.combining(line[end]):
        end -= 1
    return line[:end].rstrip() + "…" * min(limit, 1)
