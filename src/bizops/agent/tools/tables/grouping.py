"""Which rows are sums of others, by their figures: totals below their entries, and above them.

Figures agree by accident too, round ones easily: `10, 20, 30`. So only whole groups count (from the top, from the last
sum, heading or blank line on), and a row that no label calls a total needs figures with more digits than an accident
has. What is left between the two is a doubt.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from bizops.agent.tools.tables import headings, kinds, roles, running
from bizops.agent.tools.tables.labels import Said
from bizops.agent.tools.tables.reading import Row, Table

ZERO = Decimal(0)
MOST = 20_000  # rows; in longer tables the labels alone tell
BACK = 60  # groups above that a row may be the sum of
AHEAD = 60  # entries below that a row may be the sum of, apart from all of them
SURE = 1000  # times the number of rows: figures of so many different values do not agree by accident
ASKED = 2  # significant digits that a figure needs for the question whether it is a sum
SUMMED = ("amount", "debit", "credit", "budget", "actual", "net", "tax", "gross", "paid", "open")
Vector = tuple[Decimal | None, ...]


class Span(NamedTuple):
    """Entries by number, `start` to `end` (not included)."""

    start: int
    end: int


class Mark(NamedTuple):
    """A row with its label and what that says. `apart`: a blank line stands above; `heads`: it only names a section."""

    row: Row
    label: str
    said: Said | None
    section: str = ""
    dated: bool = False
    numbered: bool = False
    apart: bool = False
    last: bool = False
    heads: bool = False
    bare: bool = False  # figures and nothing that says what they are


@dataclass
class Grouped:
    """What each row states, in step with the marks; the spans of those known by their figures; rows in doubt."""

    said: list[Said | None]
    spans: dict[int, Span] = field(default_factory=dict)
    doubts: dict[int, Span] = field(default_factory=dict)
    accidents: set[int] = field(default_factory=set)  # those whose figures are too round to say so
    agree: set[int] = field(default_factory=set)  # the rows in doubt whose figures are the sums of their span


def group(
    table: Table, columns: Mapping[str, int], marks: Sequence[Mark], told: Mapping[str, Literal["entry", "total"]]
) -> Grouped:
    """What every row states, by its label, its figures and what the requester said of it."""
    found = Grouped([_by_label(mark) for mark in marks])
    for n, mark in enumerate(marks):
        if (word := told.get(str(mark.row.line))) and not mark.heads:
            found.said[n] = None if word == "entry" else mark.said or Said("total", 2)
    if all(mark.heads or found.said[n] for n, mark in enumerate(marks)):  # a summary: its totals are all there is
        found.said = [said if said and (said.strength == 2 or said.kind == "result") else None for said in found.said]
    open_ = [n for n, mark in enumerate(marks) if str(mark.row.line) not in told and _may_sum(mark, found.said[n])]
    if not open_ or len(marks) > MOST or not any(role in columns for role in SUMMED):
        return found
    vectors = _vectors(table, columns, [mark.row for mark in marks])
    _below(marks, vectors, found, frozenset(open_))
    if "date" not in columns and not told:
        _above(marks, vectors, found, frozenset(n for n in open_ if found.said[n] is None and n not in found.doubts))
    return found


def _by_label(mark: Mark) -> Said | None:
    """What the label alone settles: a total without a date, or in the last row; an opening or closing balance."""
    said = mark.said
    if said is None:
        return None
    if said.kind in ("opening", "closing"):
        return said if said.strength == 2 or (said.strength and not mark.dated) else None
    if said.kind == "result" and said.strength == 0 and said.alone and mark.last and not mark.dated:
        return said
    return said if (said.strength and not mark.dated) or (said.strength == 2 and mark.last) else None


def _may_sum(mark: Mark, said: Said | None) -> bool:
    """Whether the figures are to decide about a row: it has no date and no number, or a label in doubt."""
    return not mark.heads and said is None and (mark.said is not None or not (mark.dated or mark.numbered))


def _vectors(table: Table, columns: Mapping[str, int], rows: Sequence[Row]) -> list[Vector]:
    """The figures of each row that can be summed, with the sign that a column of signs gives."""
    read = [running.values(table, rows, columns[role]) for role in SUMMED if role in columns]
    vectors = list(zip(*read, strict=True))
    if "sign" in columns:
        for n in (n for n, side in roles.sides([r.cells[columns["sign"]] for r in rows]).items() if side == "debit"):
            vectors[n] = tuple(None if value is None else -value for value in vectors[n])
    return vectors


def _agrees(sums: Vector, said: Vector, *, turned: bool = False) -> bool:
    """Whether a row states these sums: every figure that it has, and at least one that is not zero."""
    pairs = [(a or ZERO, b) for a, b in zip(sums, said, strict=True) if b is not None]
    if not any(b for _, b in pairs):
        return False
    return all(a == b for a, b in pairs) or (turned and all(a == -b for a, b in pairs))


def _digits(vector: Vector) -> int:
    """The significant digits of a row's different figures: how hard it is to agree by accident."""
    return sum(len(value.normalize().as_tuple().digits) for value in {abs(v) for v in vector if v})


def _less(a: Vector, b: Vector) -> Vector:
    return tuple((x or ZERO) - (y or ZERO) for x, y in zip(a, b, strict=True))


def _plus(a: Vector, b: Vector) -> Vector:
    return tuple((x or ZERO) + (y or ZERO) for x, y in zip(a, b, strict=True))


@dataclass
class _Above:
    """The sums of the entries read so far, and where groups began: (number of entries, number of the row)."""

    sums: list[Vector]
    starts: list[tuple[int, int]]
    opening: Vector

    def begin(self, n: int) -> None:
        """A new group begins with row `n`."""
        if self.starts[-1][0] == len(self.sums) - 1:
            self.starts[-1] = (self.starts[-1][0], n)
        else:
            self.starts.append((len(self.sums) - 1, n))

    def near(self, vector: Vector) -> int | None:
        """The row where the group begins of which a row states some figures rightly, and others not."""
        count = len(self.sums) - 1
        for at, row in [*self.starts[: -BACK - 1 : -1], self.starts[0]]:
            made = _less(self.sums[-1], self.sums[at])
            right = [a == b for a, b in zip(made, vector, strict=True) if a and b]
            if count - at >= 2 and any(right) and not all(right):
                return row
        return None

    @property
    def last(self) -> int:
        """The row where the last group with an entry begins."""
        count = len(self.sums) - 1
        return next((row for at, row in reversed(self.starts) if at < count), 0)

    def match(self, vector: Vector, least: int, *, turned: bool) -> int | None:
        """The row where the group begins that a row is the sum of; `least`: so many entries must stand in it."""
        count = len(self.sums) - 1
        for at, row in [*self.starts[: -BACK - 1 : -1], self.starts[0]]:
            made = _less(self.sums[-1], self.sums[at])
            if count - at >= least and _agrees(made, vector, turned=turned):
                return row
        if turned and count >= least and _agrees(_plus(self.sums[-1], self.opening), vector):
            return self.starts[0][1]
        return None


def _below(marks: Sequence[Mark], vectors: Sequence[Vector], found: Grouped, open_: frozenset[int]) -> None:
    """Find the rows that are the sums of a group above them."""
    zero: Vector = tuple(ZERO for _ in vectors[0])
    above = _Above([zero], [(0, 0)], zero)
    dated = sum(mark.dated for mark in marks) * 5 > len(marks) * 4
    for n, mark in enumerate(marks):
        if mark.heads or mark.apart:
            above.begin(n)
        if n in open_:
            _judge(marks, vectors, found, n, above, dated=dated)
        said = found.said[n]
        if said and said.kind == "opening":
            above.opening = vectors[n]
        if said:
            above.begin(n + 1)
        elif not mark.heads:
            above.sums.append(_plus(above.sums[-1], vectors[n]))


def _judge(
    marks: Sequence[Mark], vectors: Sequence[Vector], found: Grouped, n: int, above: _Above, *, dated: bool
) -> None:
    """Settle one row by its figures, or put it in doubt."""
    mark, vector = marks[n], vectors[n]
    labelled = mark.said is not None
    start = above.match(vector, 1 if labelled else 2, turned=labelled)
    account = len({*filter(None, vector)}) < 2 and _is_account(mark.label)
    if start is not None and (labelled or mark.bare or dated or (_sure(vector, len(marks)) and not account)):
        found.said[n], found.spans[n] = mark.said or Said("subtotal" if start else "total", 2), Span(start, n)
        return
    if labelled and not any(vector):  # a balance alone
        found.said[n] = mark.said if mark.said and mark.said.strength == 2 else None
        return
    if labelled and mark.said and mark.said.strength == 2 and above.near(vector) is not None:
        found.said[n] = mark.said  # a total with one figure that is right and another that is not
        return
    if labelled:
        doubted = mark.said is not None and mark.said.strength == 2
    else:
        doubted = mark.last and not kinds.of(mark.label) and (start is not None or above.near(vector) is not None)
        doubted = doubted or (start is not None and account and _sure(vector, len(marks)))
    if doubted or (mark.bare and len(above.sums) > 2 and any(vector)):
        found.doubts[n] = Span(above.last if start is None else start, n)
        found.agree |= {n} if start is not None else set()
        found.accidents |= {n} if not labelled and not mark.bare and _digits(vector) < ASKED else set()


def _is_account(label: str) -> bool:
    """Whether a label is the name of an account, and not of income or expenses as such."""
    return bool(kinds.of(label)) and roles.KINDS.get(headings.words(label)) not in ("income", "expense")


def _sure(vector: Vector, count: int) -> bool:
    return _digits(vector) >= math.log10(SURE * max(10, count))


def _above(marks: Sequence[Mark], vectors: Sequence[Vector], found: Grouped, open_: frozenset[int]) -> None:
    """Find the rows that are the sums of entries below them."""
    leaves = [n for n, mark in enumerate(marks) if found.said[n] is None and not mark.heads]
    if not 3 <= len(leaves) <= MOST // 10 or any(n not in open_ for n in leaves):
        return
    heads = _partition(vectors, leaves)
    if len(heads) < 2:
        heads = [pair for pair in _single(vectors, leaves) if _sure(vectors[pair[0]], 10 * len(marks))]
    if not heads and (whole := _whole(vectors, leaves)):
        label = marks[leaves[0]].label
        if headings.words(label) in roles.KINDS:
            heads = [whole]
        elif not kinds.of(label):
            found.doubts[leaves[0]] = Span(leaves[0] + 1, leaves[-1] + 1)
            found.agree.add(leaves[0])
            found.accidents |= {leaves[0]} if _digits(vectors[leaves[0]]) < ASKED else set()
    for n, end in heads:
        found.said[n] = Said("total" if n == end else "subtotal", 2)
        found.spans[n] = Span(n + 1, end + 1) if n < end else Span(leaves[0], leaves[-1] + 1)


def _partition(vectors: Sequence[Vector], leaves: Sequence[int]) -> list[tuple[int, int]]:
    """The rows that head groups, with the last row of each, if all entries stand in such groups of two or more.

    The first or the last row may be the sum of all groups.
    """
    for inner in (leaves, leaves[1:], leaves[:-1]):
        heads, at = [], 0
        while at < len(inner):
            end = next(_runs(vectors, inner, at), None)
            if end is None:
                break
            heads.append((inner[at], inner[end]))
            at = end + 1
        if at < len(inner) or (inner is not leaves and len(heads) < 2):
            continue
        whole = [n for n in (leaves[0], leaves[-1]) if n not in inner]
        total = tuple(sum((vectors[n][c] or ZERO for n, _ in heads), ZERO) for c in range(len(vectors[0])))
        if all(_agrees(total, vectors[n]) for n in whole):
            return [*heads, *((n, n) for n in whole)]
    return []


def _runs(vectors: Sequence[Vector], leaves: Sequence[int], at: int) -> Iterator[int]:
    """The places in `leaves` where the entries below the one at `at` add up to it."""
    total: Vector = tuple(ZERO for _ in vectors[0])
    for end in range(at + 1, min(at + 1 + AHEAD, len(leaves))):
        total = _plus(total, vectors[leaves[end]])
        if end > at + 1 and _agrees(total, vectors[leaves[at]]):
            yield end


def _single(vectors: Sequence[Vector], leaves: Sequence[int]) -> list[tuple[int, int]]:
    """Rows that are the sum of entries directly below, from the bottom up: a head of heads counts entries."""
    heads: list[tuple[int, int]] = []
    below: list[int] = []  # entries below, the nearest last
    for n in reversed(leaves):
        run = [n, *below[: -AHEAD - 1 : -1]]
        end = next(_runs(vectors, run, 0), None)
        if end is None:
            below.append(n)
        else:
            heads.append((n, run[end]))
    return heads


def _whole(vectors: Sequence[Vector], leaves: Sequence[int]) -> tuple[int, int] | None:
    """The first row, if it is the sum of all others."""
    total: Vector = tuple(ZERO for _ in vectors[0])
    for n in leaves[1:]:
        total = _plus(total, vectors[n])
    return (leaves[0], leaves[-1]) if _agrees(total, vectors[leaves[0]]) else None
