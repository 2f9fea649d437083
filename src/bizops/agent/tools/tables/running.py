"""Which column moves money and which carries the running balance, by the figures alone, whatever the names say.

The differences of a running balance are the amounts beside it: a column (or two, one in and one out) for which that
holds on most lines, read downwards or upwards, is the movement, the other the balance. Two figures agree to the cent by
accident on few lines only, so that some breaks do no harm.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

from bizops.agent.tools.tables import amounts
from bizops.agent.tools.tables.reading import Row, Table

SAMPLE = 400  # rows
WIDEST = 10  # columns of figures that are compared with each other
ZERO = Decimal(0)
Values = Sequence[Decimal | None]


class Pair(NamedTuple):
    """Columns that explain each other: one of amounts, or one of money out and one of money in; and the balance."""

    moves: tuple[int, ...]
    balance: int


class Fit(NamedTuple):
    """How many changes of a balance the movements explain, of how many, in how many different sizes; and the digits of
    the longest of these.
    """

    explained: int = 0
    changes: int = 0
    sizes: int = 0
    digits: int = 0

    @property
    def convinces(self) -> bool:
        """Whether this is more than an accident where a name tells one of the columns."""
        return self.explained * 2 >= self.changes and (self.explained > 1 or self.digits >= 3)

    @property
    def speaks_alone(self) -> bool:
        """Whether this is enough where no name tells anything."""
        return self.convinces and self.explained > 1 and self.sizes > 1


class Figures:
    """The amounts of a table's first rows by column, each column read once."""

    def __init__(self, table: Table, keys: Iterable[int]) -> None:
        """`keys`: columns that may tell the accounts apart that have a balance each."""
        self.table, self.rows = table, table.rows[:SAMPLE]
        self._read: dict[int, Values] = {}
        self._groups = [list(range(len(self.rows))), *_groups(self.rows, keys)]

    def of(self, column: int) -> Values:
        """The amounts of a column; a balance or an amount in debit (`Dr`) is negative."""
        if column not in self._read:
            self._read[column] = values(self.table, self.rows, column)
        return self._read[column]

    def fit(self, pair: Pair) -> Fit:
        """How well a movement explains a balance."""
        moves, balances = self._moves(pair.moves), self.of(pair.balance)
        # Where accounts are mixed, each has a chain of its own; the first entry of `_groups` is the whole file.
        whole = _fit(moves, balances, [self._groups[0]])
        apart = _fit(moves, balances, self._groups[1:]) if len(self._groups) > 1 else Fit()
        return max(whole, apart)

    def _moves(self, columns: tuple[int, ...]) -> Values:
        if len(columns) == 1:
            return self.of(columns[0])
        out, into = (self.of(n) for n in columns)
        return [None if a is None and b is None else abs(b or ZERO) - abs(a or ZERO)
                for a, b in zip(out, into, strict=True)]  # fmt: skip

    def moved(self, pair: Pair) -> int:
        """How many rows state a movement beside their balance."""
        both = zip(self._moves(pair.moves), self.of(pair.balance), strict=True)
        return sum(move is not None and balance is not None for move, balance in both)

    def one_side_each(self, out: int, into: int) -> bool:
        """Whether each row fills one of two columns: money out and money in."""
        both = list(zip(self.of(out), self.of(into), strict=True))
        filled = [(bool(a), bool(b)) for a, b in both if a or b]
        return (
            bool(filled) and all(a != b for a, b in filled) and any(a for a, _ in filled) and any(b for _, b in filled)
        )

    def oriented(self, pair: Pair) -> bool:
        """Whether money out and money in stand in this order, not in the other."""
        if len(pair.moves) == 1:
            return True
        balances = self.of(pair.balance)
        there, back = (self._moves(m) for m in (pair.moves, pair.moves[::-1]))
        return max(amounts.fits(there, balances)) >= max(amounts.fits(back, balances))


def pairs(figures: Figures, named: Mapping[str, int], movements: Sequence[int], free: Sequence[int]) -> list[Pair]:
    """The columns that explain each other best: one pair, or several that are as good; empty where none do.

    `named`: columns of the roles amount, debit, credit and balance by their names; `movements`: columns with the same
    claim to the amount; `free`: other columns of figures.
    """
    free = list(free)[:WIDEST]
    told: list[tuple[int, ...]] = [(named["debit"], named["credit"])] if {"debit", "credit"} <= set(named) else []
    told += [(n,) for n in movements]
    half = [n for role in ("debit", "credit") if role in named and len(told) == len(movements) for n in [named[role]]]
    balance = [named["balance"]] if "balance" in named else []
    others: list[tuple[int, ...]] = [(n,) for n in (*half, *free)]
    others += _sides(figures, named, half, free)
    for moves, balances, alone in (
        (told, balance, False),
        (told, [*free, *(n for n in movements if len(movements) > 1)], False),
        (others, balance, False),
        (others, free, True),
    ):
        found = {
            pair: fit
            for move in moves
            for at in balances
            if at not in move and figures.oriented(pair := Pair(tuple(move), at))
            if (fit := figures.fit(pair)).speaks_alone or (fit.convinces and not alone)
        }
        if found:
            ranks = {pair: (fit.explained, figures.moved(pair), -len(pair.moves)) for pair, fit in found.items()}
            best = max(ranks.values())
            return [pair for pair, rank in ranks.items() if rank == best]
    return []


def _sides(
    figures: Figures, named: Mapping[str, int], half: Sequence[int], free: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Columns that could be money out and money in; where a name tells one of them, the other is looked for."""
    if half:
        known = half[0]
        for n in free:
            if figures.one_side_each(known, n):
                yield (known, n) if "debit" in named else (n, known)
        return
    yield from (two for two in permutations(free, 2) if figures.one_side_each(*two))


def _groups(rows: Sequence[Row], keys: Iterable[int]) -> list[list[int]]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    columns = tuple(keys)
    for n, row in enumerate(rows):
        groups[tuple(row.cells[key] for key in columns)].append(n)
    return list(groups.values()) if 1 < len(groups) <= len(rows) // 2 else []


def values(table: Table, rows: Sequence[Row], column: int) -> Values:
    """The amounts of a column, read by what its own cells decide; an amount in debit (`Dr`) is negative."""
    cells = [row.cells[column] for row in rows]
    style = "point" if column in table.exact else amounts.votes(enumerate(cells)).style
    # An open column (`1.234` alone) is read in one way throughout: whole columns scale together.
    style = style if style in ("point", "comma") else "point"
    read: list[Decimal | None] = []
    for cell in cells:
        try:
            found = amounts.exact(cell) if column in table.exact else amounts.parse(cell, style)
        except ValueError:
            found = None
        value = found.value if found else None
        read.append(-value if found and value and found.side == "debit" and value > 0 else value)
    return read


def _fit(moves: Values, balances: Values, groups: Sequence[Sequence[int]]) -> Fit:
    down: list[Decimal] = []
    up: list[Decimal] = []
    changes = 0
    for group in groups:
        total = last = ZERO  # moved up to this row, and up to the last balance
        above = over = ZERO  # the same without the row itself
        before: Decimal | None = None
        for n in group:
            above, total = total, total + (moves[n] or ZERO)
            here = balances[n]
            if here is None:
                continue
            if before is not None and (here != before or total != last):
                change = abs(here - before)
                changes += 1
                if change and change == abs(total - last):
                    down.append(change)
                if change and change == abs(above - over):
                    up.append(change)
            before, last, over = here, total, above
    best = max(down, up, key=len)
    sizes = len(set(best)) if set(best) != {Decimal(1)} else 0  # counting up by one is a line number
    digits = max((len(size.normalize().as_tuple().digits) for size in best), default=0)
    return Fit(len(best), changes, sizes, digits) if sizes else Fit(0, changes)
