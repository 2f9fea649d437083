"""Which columns are net, rate, tax and gross, by the figures: net × rate = tax and net + tax = gross on most rows.

What a name says gives way only where the figures show it; where several choices fit as well, the names decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

from bizops.agent.tools.tables import roles, running
from bizops.agent.tools.tables.reading import Table

SAMPLE = 100  # rows
WIDEST = 8  # columns of figures that are tried
MOST = 0.6  # share of the rows
CENT = 0.0101  # and a little for binary fractions
LARGE = 10  # an amount whose tax shows the rate in spite of rounding
RATES = 6  # different rates in a file at most
HIGHEST = 0.6  # rate of a tax on sales
LOOSE = frozenset(
    {"net", "tax", "tax_rate", "gross", "amount", "rate", "variance", "paid", "open"}
)  # may be named wrongly
Values = Sequence[float | None]


class Choice(NamedTuple):
    """The column of each role, as far as the figures tell."""

    net: int
    rate: int | None
    tax: int | None
    gross: int | None

    @property
    def columns(self) -> dict[str, int]:
        """By the names of roles."""
        found = {"net": self.net, "tax_rate": self.rate, "tax": self.tax, "gross": self.gross}
        return {role: n for role, n in found.items() if n is not None}


def find(table: Table, named: Mapping[str, int]) -> dict[str, int]:
    """The columns of net, tax, tax_rate and gross; empty where the figures of no choice fit.

    `named`: the role of each column by its name.
    """
    firm = {n for role, n in named.items() if role not in LOOSE}
    figures = [n for n in range(len(table.header)) if n not in firm and roles.figures(table, n)][:WIDEST]
    read = running.Figures(table, ())
    values = {n: [None if v is None else float(v) for v in read.of(n)[:SAMPLE]] for n in figures}
    rates = {n: scaled for n in figures if (scaled := _rates(values[n]))}
    found = {choice: weight for choice in _choices(figures, rates) if (weight := _weight(choice, values, rates))}
    if not found:
        return {}

    def rank(choice: Choice) -> tuple[int, int, list[int]]:
        agree = sum(named.get(role) == n for role, n in choice.columns.items())
        agree += named.get("amount") in (choice.net, choice.gross)
        return found[choice], agree, [-n for n in choice.columns.values()]

    return max(found, key=rank).columns


def _choices(figures: Sequence[int], rates: Mapping[int, Values]) -> Iterator[Choice]:
    for net, other in permutations(figures, 2):
        for rate in (n for n in rates if n not in (net, other)):
            yield Choice(net, rate, other, None)
            yield Choice(net, rate, None, other)
            yield from (Choice(net, rate, other, n) for n in figures if n not in (net, other, rate))
        yield from (Choice(net, None, other, n) for n in figures if n not in (net, other))


def _rates(values: Values) -> Values:
    """The values as fractions, if they can be rates: few different ones, none negative, none as high as no tax is."""
    given = {value for value in values if value is not None}
    if not given or len(given) > RATES or min(given) < 0 or not max(given):
        return []
    if max(given) <= HIGHEST:
        return values
    return [None if v is None else v / 100 for v in values] if max(given) <= HIGHEST * 100 else []


def _weight(choice: Choice, values: Mapping[int, Values], rates: Mapping[int, Values]) -> int:
    """How many of the two equations a choice explains; 0 where one of its own does not hold on most rows."""
    net = values[choice.net]
    rate = rates[choice.rate] if choice.rate is not None else None
    tax = values[choice.tax] if choice.tax is not None else None
    gross = values[choice.gross] if choice.gross is not None else None
    if tax is None:  # the gross with its rate tells the tax
        made = [None if a is None or b is None else b - a for a, b in zip(net, gross or (), strict=True)]
        return int(_holds(net, rate or (), made))
    if rate is not None and not _holds(net, rate, tax):
        return 0
    if gross is not None and not _adds(net, tax, gross):
        return 0
    large = [(a, b) for a, b in zip(net, tax, strict=True) if a and b and abs(a) >= LARGE]
    if rate is None and len({round(b / a, 2) for a, b in large}) > RATES:
        return 0
    return (rate is not None) + (gross is not None)


def _holds(net: Values, rate: Values, tax: Values) -> bool:
    rows = [(a, r, t) for a, r, t in zip(net, rate, tax, strict=True) if a and r is not None and t is not None]
    fits = sum(abs(a * r - t) <= CENT for a, r, t in rows)
    return fits >= max(2, MOST * len(rows)) and any(t for _, _, t in rows)


def _adds(net: Values, tax: Values, gross: Values) -> bool:
    rows = [(a, t, g) for a, t, g in zip(net, tax, gross, strict=True) if a and t is not None and g is not None]
    fits = sum(abs(a + t - g) <= CENT and abs(t) < HIGHEST * abs(a) for a, t, g in rows)
    return fits >= max(2, MOST * len(rows)) and any(t for _, t, _ in rows)
