"""A table from the bytes of a file: delimited text, aligned text, Markdown, JSON, with the line of every row.

What the file says about itself decides (byte order mark, the separator that gives most lines the same number of cells,
the row that looks like a header); what does not fit is a flaw with its line, never a silent repair.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables import places

source = places.source
LIMIT = 64 * 1024 * 1024  # bytes
SAMPLE = 200  # lines that decide about separator and width
HEADER_WITHIN = 60  # a header stands in the first so many rows
WIDEST = 2000  # cells in a line
OPEN_LINES = 40  # a quoted cell has at most so many lines; more is a quotation mark that never closes
RUNAWAYS = 50  # after so many of them the file's quotation marks mean nothing
NUMBER = re.compile(r"[-+−–(]?\s*[^\w\s]?\s*[-+−–]?\d[\d.,'’\s]*[%)−–-]?\s*(?:[A-Za-z]{1,3}\.?|[€$£¥₹])?\s*")
DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b.*", re.DOTALL)
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
_UNIT = re.compile(r"[(\[]?(?:in )?(?:EUR|USD|CHF|GBP|PLN|CZK|SEK|NOK|DKK|[€$£%]|(?:19|20)\d\d|Q[1-4])[)\]]?")
GAP = re.compile(r"\S\s{2,}\S")
RULER = re.compile(r"[\s|+:=_\-–—]*[-=–—]{2,}[\s|+:=_\-–—]*")
KINDS = (
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a picture"),
)


class Row(NamedTuple):
    """One row and the line (from 1) of the file on which it begins."""

    line: int
    cells: Sequence[str]


class Flaw(NamedTuple):
    """Something in the file that does not fit, and its line."""

    line: int
    text: str


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file. `exact`: columns whose cells came as JSON numbers: their point is decimal."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    header_line: int = 0  # 0: the file has no header; the names are `column 1`, `column 2`, ...
    preamble: tuple[Row, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    broken: tuple[Row, ...] = ()  # rows with more cells than the header: not in `rows`
    short: Mapping[int, int] = field(default_factory=dict)  # line and cells of rows narrower than the header
    exact: frozenset[int] = frozenset()
    from_zero: bool = False  # a journal: every account begins at nothing
    across: tuple[tuple[int, str, str], ...] = ()  # line, name, cell of a column beside those of single periods

    @property
    def source(self) -> str:
        """The rows as a source: `ledger.csv:2-11`."""
        return source(self.name, [row.line for row in self.rows])


def decode(data: bytes, name: str) -> str:
    """The text of a file: by its byte order mark, else UTF-16 by its zero bytes, UTF-8, or Windows-1252.

    Raises ToolError for files that are no text.
    """
    if len(data) > LIMIT:
        raise ToolError(f"larger than {LIMIT >> 20} MB", where=name, fix="split it")
    for magic, what in KINDS:
        if data.startswith(magic):
            raise ToolError(f"this is {what}, not text", where=name, fix="export it as CSV or JSON")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").replace("\0", "")
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        return data.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace").replace("\0", "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode(_code_page(data), "replace")
    return text.replace("\0", "")


# Letters of Polish, Czech, Slovak, Hungarian in Windows-1250 where Windows-1252 has signs that stand in no word.
_EASTERN = re.compile(rb"[A-Za-z\xc0-\xff][\xb3\xb9\xbf\xbe\x9d\xb5][a-z\xe0-\xff]|[a-z][\xb3\xb9\xbf\xbe\x9d]\b")
_CYRILLIC = re.compile(rb"[\xc0-\xff]{3,}")  # whole words of letters that other languages mix with plain ones
_LETTERS = re.compile(rb"[\xc0-\xff]")


def _code_page(data: bytes) -> str:
    """The eight-bit encoding of a text: Windows-1251 or -1250 where its words show it, else Windows-1252.

    Where a byte has no letter there, Latin-1 is taken: no byte is lost.
    """
    head = data[:100_000]
    letters = len(_LETTERS.findall(head))
    if letters and sum(map(len, _CYRILLIC.findall(head))) * 2 > letters:
        return "cp1251"
    if _EASTERN.search(head):
        return "cp1250"
    return "latin-1" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "cp1252"


def read(data: bytes, name: str, known: Callable[[str], bool] = lambda _: False) -> Table:
    """The table of a file. `known` tells whether a cell is a column name that the caller has a use for.

    Raises ToolError (what, file and line, fix) where there is no table.
    """
    text = decode(data, name)
    if not text.strip():
        raise ToolError("the file is empty", where=name, fix="give rows with a header line")
    if text.lstrip()[0] in "[{":
        from bizops.agent.tools.tables import jsontables

        return jsontables.read(text, name)
    from bizops.agent.tools.tables import bankfiles, journals

    if kind := bankfiles.kind(text):
        return bankfiles.read(text, name, kind)
    if journals.looks_like(text):
        return journals.read(text, name)
    rows, flaws = _rows(text, name, known)
    if not rows:
        raise ToolError("no rows", where=name, fix="give rows with a header line")
    return _table(name, rows, flaws, known)


def _rows(text: str, name: str, known: Callable[[str], bool]) -> tuple[list[Row], list[Flaw]]:
    lines = list(io.StringIO(text, newline=""))
    hint = re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE)
    skip = 1 if hint else 0
    sample = [line.rstrip("\r\n") for line in islice((x for x in lines[skip:] if not x.isspace()), SAMPLE)]
    separator = hint[1] if hint else separator_of(sample, known)
    flaws: list[Flaw] = []
    rows = list(_split(name, lines, skip, separator, flaws)) if separator else _aligned(lines, sample)
    rows = [row for row in rows if not (joined := "".join(row.cells)).isspace() and joined]
    if separator == "|":
        rows = [row for row in rows if not RULER.fullmatch("|".join(row.cells))]
        if sum(not row.cells[0].strip() for row in rows) > len(rows) // 2:
            rows = [Row(line, _inner(cells)) for line, cells in rows]
    return [row for row in rows if not (len(row.cells) == 1 and RULER.fullmatch(row.cells[0]))], flaws


def _inner(cells: Sequence[str]) -> Sequence[str]:
    start = 0 if cells[0].strip() else 1
    return cells[start : len(cells) - (0 if cells[-1].strip() else 1)] or cells


def separator_of(sample: Sequence[str], known: Callable[[str], bool] = lambda _: False) -> str:
    """The separator that shows a header, else that gives most lines the same number of cells; empty if none does."""
    best, found = (0, 0, 0), ""
    plain = [re.sub(r'"[^"]*"', "", line) for line in sample]
    aligned = sum(bool(GAP.search(line)) for line in plain) * 5 >= len(plain) * 4
    for separator in "\t;|,":
        counts = Counter(line.count(separator) for line in plain if separator in line)
        if not counts:
            continue
        count, lines = max(counts.items(), key=lambda item: (item[1], item[0]))
        if separator == "," and (
            all(NUMBER.fullmatch(line.strip()) for line in sample if "," in line)  # one column, decimal commas
            or (aligned and not any("," in re.sub(r"(?<=\d),(?=\d)", "", line) for line in plain))
        ):
            continue
        names = max(_names(line, separator, known) for line in sample[:HEADER_WITHIN])
        if (names > 1 or lines * 3 >= len(sample)) and (names, lines, count) > best:
            best, found = (names, lines, count), separator
    return found


def _names(line: str, separator: str, known: Callable[[str], bool]) -> int:
    """How many names of columns a line has if a separator splits it; one alone says nothing."""
    if line.count(separator) > WIDEST:
        return 0
    names = sum(known(cell.strip().strip('"')) for cell in line.split(separator))
    return names if names > 1 else 0


def _split(name: str, lines: Sequence[str], skip: int, separator: str, flaws: list[Flaw]) -> Iterator[Row]:
    """Rows of delimited lines; a quoted cell may go over several lines."""
    at, runaways = skip, 0
    while at < len(lines):
        start, line = at, lines[at].rstrip("\r\n")
        at += 1
        if not line or line.isspace():
            continue
        if line.count(separator) > WIDEST:
            raise ToolError(f"more than {WIDEST} cells in a line", where=f"{name}:{at}", fix="give one entry a line")
        if '"' not in line or runaways >= RUNAWAYS:
            yield Row(start + 1, line.split(separator))
            continue
        cells, used = _quoted(lines, start, separator)
        if cells is None:
            runaways += 1
            flaws.append(Flaw(start + 1, "a quotation mark opens and does not close"))
            cells = [cell.strip('"') for cell in line.split(separator)]
        at = start + used
        yield Row(start + 1, cells)


def _quoted(lines: Sequence[str], start: int, separator: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at `start` and the lines it uses; None where its quotation never ends."""
    text = lines[start]
    for used in range(1, OPEN_LINES + 1):
        if used > 1:
            if start + used > len(lines):
                break
            text += lines[start + used - 1]
            if '"' not in lines[start + used - 1]:
                continue
        record = text.rstrip("\r\n")
        try:
            return next(csv.reader(io.StringIO(record, newline=""), delimiter=separator, strict=True)), used
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            if used > 1:
                break
        except StopIteration:
            return [""], used
        try:  # a quotation mark inside a cell: readable, only not by the strict grammar
            return next(csv.reader([record], delimiter=separator)), used
        except csv.Error:
            break
    return None, 1


def _aligned(lines: Sequence[str], sample: Sequence[str]) -> list[Row]:
    """Columns by the gaps of two or more blanks that go through all lines of the sample."""
    body = [line.expandtabs() for line in sample if GAP.search(line) and not RULER.fullmatch(line)]
    if len(body) < 2:
        return [Row(n, [line.rstrip("\r\n")]) for n, line in enumerate(lines, 1)]
    width = max(map(len, body))
    blank = [all(len(line) <= at or line[at] == " " for line in body) for at in range(width)]
    cuts, at = [0], 0
    while at < width:
        end = at
        while end < width and blank[end]:
            end += 1
        if end - at >= 2 and at > 0 and end < width:
            cuts.append(end)
        at = max(end, at + 1)
    spans = list(zip(cuts, [*cuts[1:], None], strict=True))
    rows = []
    for n, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n").expandtabs()
        if not RULER.fullmatch(line):
            rows.append(Row(n, [line[a:b].strip() for a, b in spans]))
    return rows


def _numeric(cell: str) -> bool:
    cell = cell.strip()
    return bool(cell) and bool(NUMBER.fullmatch(cell) or DATE.fullmatch(cell))


def _table(name: str, rows: list[Row], flaws: list[Flaw], known: Callable[[str], bool]) -> Table:
    at = _header_at(rows, known)
    if at is None:
        width = Counter(len(row.cells) for row in rows[:SAMPLE]).most_common(1)[0][0]
        first = next(n for n, row in enumerate(rows) if len(row.cells) == width)
        header, line = tuple(f"column {n}" for n in range(1, width + 1)), 0
        preamble, body = rows[:first], rows[first:]
    else:
        cells = [cell.strip() for cell in rows[at].cells]
        while cells and not cells[-1]:
            cells.pop()
        header, line = tuple(cell or f"column {n}" for n, cell in enumerate(cells, 1)), rows[at].line
        preamble, body = rows[:at], rows[at + 1 :]
        if body and (units := _units(body[0].cells)):
            header = tuple(f"{name} {units.get(n, '')}".strip() for n, name in enumerate(header))
            body = body[1:]
    return _fitted(Table(name, header, (), line, tuple(preamble)), body, flaws)


def _units(cells: Sequence[str]) -> dict[int, str]:
    """The units, years or quarters that a second row of headings gives, by column; empty for any other row."""
    found = {n: cell.strip() for n, cell in enumerate(cells) if cell.strip()}
    return found if found and 0 not in found and all(map(_UNIT.fullmatch, found.values())) else {}


def _fitted(table: Table, body: list[Row], flaws: list[Flaw]) -> Table:
    """The table with its rows: as wide as the header, the header once more left out, wider ones set apart."""
    header, width = table.header, len(table.header)
    good, broken, short = [], [], {}
    for row in body:
        cells = [*map(str.strip, row.cells)]
        if len(cells) > width:
            if any(cells[width:]):
                broken.append(Row(row.line, cells))
                flaws.append(Flaw(row.line, f"{len(cells)} cells where the header has {width}"))
                continue
            cells = cells[:width]
        elif len(cells) < width:
            if len(cells) == 1 and cells[0].startswith("#"):
                continue
            short[row.line] = len(cells)
            cells += [""] * (width - len(cells))
        if (
            table.header_line
            and cells[0] == header[0]
            and all(a in ("", b) for a, b in zip(cells, header, strict=True))
        ):
            continue
        good.append(Row(row.line, cells))
    return replace(table, rows=tuple(good), flaws=tuple(flaws), broken=tuple(broken), short=short)


def _header_at(rows: list[Row], known: Callable[[str], bool]) -> int | None:
    """The header's place: the row with most known names, else the first row of names above a row with a number."""
    head = rows[:HEADER_WITHIN]
    width = Counter(len(row.cells) for row in rows[:SAMPLE]).most_common(1)[0][0]
    names = [sum(bool(cell.strip()) and known(cell) for cell in row.cells) for row in head]
    best = max(range(len(head)), key=lambda n: (names[n], -n))
    filled = [sum(bool(cell.strip()) for cell in row.cells) for row in head]
    below = [*(row.cells for row in rows[1 : len(head) + 1]), ()][: len(head)]
    numbers = [
        _figures(row.cells, under if named else ()) for row, under, named in zip(head, below, names, strict=True)
    ]
    enough = 1 if width == 1 or (width == 2 and not numbers[best]) else 2
    if names[best] >= enough and filled[best] * 2 >= min(width, 12) and numbers[best] * 2 <= filled[best]:
        return best
    for n, row in enumerate(head[:-1]):
        if len(row.cells) >= width > 1 and not numbers[n] and filled[n] * 2 >= width and numbers[n + 1]:
            return n
    return None


def _figures(cells: Sequence[str], below: Sequence[str]) -> int:
    """How many cells of a row are figures; a year that heads a column of figures (`Account,2025`) is none."""
    heads = sum(bool(_YEAR.fullmatch(a) and _numeric(b) and not _YEAR.fullmatch(b)) for a, b in zip(cells, below))  # noqa: B905
    return sum(map(_numeric, cells)) - heads
