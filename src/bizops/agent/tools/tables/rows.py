"""Which rows of a table are entries, and which state a sum, an opening or closing balance, or the name of a section.

The label tells (`labels`), and the figures do (`grouping`): a row whose figures are the sums of the rows above it is
their total under any name, and a label that might be an account's needs figures that agree. What leaves two readings is
a doubt, to be asked.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from bizops.agent.tools.tables import amounts, grouping, labels, roles
from bizops.agent.tools.tables.grouping import Mark, Span
from bizops.agent.tools.tables.headings import MONEY_ROLES
from bizops.agent.tools.tables.labels import Said, StatedKind
from bizops.agent.tools.tables.reading import Row, Table

Told = Literal["entry", "total"]
SAMPLE = 400  # rows that show whether rows have a label


class Stated(NamedTuple):
    """A row that states figures about other rows. `at`: how many entries stand above it.

    `span`: the entries that its figures are the sums of, where it was known by them and not by its label.
    """

    line: int
    label: str
    kind: StatedKind
    at: int
    cells: Sequence[str]
    span: Span | None = None
    strength: int = 2


class Doubt(NamedTuple):
    """A row that may be an entry or the sum of `lines` (first and last); `agrees`: its figures are that sum.

    `accident`: they are too round to say anything; the row is counted as an entry and that is said.
    """

    line: int
    label: str
    cells: Sequence[str]
    lines: tuple[int, int]
    agrees: bool
    accident: bool = False


class Sorted(NamedTuple):
    """The rows of a table by what they are; `section` is the heading above each entry."""

    entries: tuple[Row, ...]
    stated: tuple[Stated, ...]
    section: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()


def sort(table: Table, columns: Mapping[str, int], told: Mapping[str, Told] | None = None) -> Sorted:
    """Entries, stated sums and sections of a table whose columns are known. `told`: the requester's words by line."""
    marks = list(_marks(table, columns))
    grouped = grouping.group(table, columns, marks, told or {})
    entries: list[Row] = []
    stated: list[Stated] = []
    sections: list[str] = []
    doubts: list[Doubt] = []
    heads = {n: span.end for n, span in grouped.spans.items() if span.start > n}  # sums above their entries
    head, until = "", 0
    at = [0, *accumulate(not mark.heads and said is None for mark, said in zip(marks, grouped.said, strict=True))]
    for n, (mark, said) in enumerate(zip(marks, grouped.said, strict=True)):
        line, cells = mark.row
        if n in heads:
            head, until = mark.label, heads[n]
        span = grouped.spans.get(n)
        if said:
            span = span and Span(at[span.start], at[span.end])
            stated.append(Stated(line, mark.label, said.kind, at[n], cells, span, said.strength))
        elif not mark.heads:
            entries.append(mark.row)
            sections.append(mark.section or (head if n < until else ""))
        if n in grouped.doubts:
            of = grouped.doubts[n]
            ends = (marks[of.start].row.line, marks[of.end - 1].row.line)
            doubts.append(Doubt(line, mark.label, cells, ends, n in grouped.agree, n in grouped.accidents))
    return Sorted(tuple(entries), tuple(stated), tuple(sections), tuple(doubts))


def _marks(table: Table, columns: Mapping[str, int]) -> Iterable[Mark]:
    """Each row with its label and what that says."""
    money = [n for role, n in columns.items() if role in MONEY_ROLES]
    date = columns.get("date")
    places = [columns[role] for role in ("account", "text", "party", "document") if role in columns]
    places += [n for n in range(min(3, len(table.header))) if n not in places and n not in money]
    places = [n for n in places if n != date]
    named = sum(any(row.cells[n] for n in places) for row in table.rows[:SAMPLE]) * 2 > len(table.rows[:SAMPLE])
    figures = {n for n in range(len(table.header)) if n not in columns.values() and roles.figures(table, n)}
    section, before = "", table.header_line
    last = table.rows[-1].line if table.rows else 0
    first = True
    for row in table.rows:
        cells = row.cells
        apart, before = row.line > before + 1, row.line
        if money and sum(map(bool, cells)) == 1 and not any(cells[n] for n in money):
            section = next(filter(None, cells))
            yield Mark(row, section, None, heads=True)
            continue
        dated = date is not None and bool(cells[date])
        label, said = _label(cells, places, date, dated=dated, first=first)
        if date is not None and said and label == cells[date]:
            dated = False  # a label in the column of dates
        bare = not label and not dated and _bare(cells, money, {*figures, columns.get("currency", -1)})
        if not said and bare and (date is not None or row.line == last):
            label, said = "(no text)", Said("total", 2)
        if said and (not any(cells[n] for n in money) or (dated and _moves(cells, columns, said))):
            said = None
        numbered = any(role in columns and any(map(str.isdigit, cells[columns[role]])) for role in ("document", "due"))
        yield Mark(row, label, said, section, dated=dated, numbered=numbered, apart=apart, last=row.line == last,
                   bare=bare and named)  # fmt: skip
        first = first and said is not None


def _label(
    cells: Sequence[str], places: Sequence[int], date: int | None, *, dated: bool, first: bool
) -> tuple[str, Said | None]:
    """The first text of a row and what it says; a total, alone in a later cell, says so as well."""
    has_dates = date is not None
    if dated and date is not None and labels.letters(cells[date])[:1].isalpha():
        said = labels.of(cells[date], has_dates=True, first=first)
        sum_of = said and said.kind in ("total", "subtotal") and not roles.date_like(cells[date])
        if said and (said.strength == 2 or sum_of):  # `Total Business Bank Account`
            return cells[date], said
    found = [cells[n] for n in places if labels.letters(cells[n])[:1].isalpha()]
    if not found:
        return "", None
    said = labels.of(found[0], dated=dated, has_dates=has_dates, first=first)
    for text in found[1:] if not said and not dated else ():
        other = labels.of(text, has_dates=has_dates, first=first)
        if other and other.strength == 2 and other.kind in ("total", "subtotal", "result"):
            return f"{found[0]}, {text}", other
    return found[0], said


def _bare(cells: Sequence[str], money: Sequence[int], beside: Container[int]) -> bool:
    """Whether a row holds amounts and nothing else that says what it is: the sum that some reports end with.

    `beside`: the columns of the currency and of figures that have no meaning here.
    """
    names = (cell.strip("*=Σ ∑") for n, cell in enumerate(cells) if n not in money and n not in beside)
    return any(cells[n] for n in money) and not any(names)


def _moves(cells: Sequence[str], columns: Mapping[str, int], said: Said) -> bool:
    """Whether a dated row that is called an opening or closing balance moves money beside stating a balance."""
    if "balance" not in columns or said.kind not in ("opening", "closing", "carried"):
        return False
    moved = [cells[columns[role]] for role in ("amount", "debit", "credit") if role in columns]
    filled = [cell for cell in moved if not amounts.empty(cell) and cell.strip("0.,- ")]
    return bool(filled) and filled != [cells[columns["balance"]]]
