"""The variances that a budget file states itself, in amounts or percent, against its own budget and actual figures.

A column is known by its figures, whatever its name: on most lines it is actual less budget, budget less actual, what is
favourable by the kind of the account, or one of these in percent of the budget, or the share that was used up. The
lines on which it is not are named with both figures. A percentage may be rounded to as many places as the cell has.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import islice
from typing import NamedTuple

from bizops.agent.tools.finance import arguments
from bizops.agent.tools.tables import amounts, headings, kinds, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.decision import Finding

HALF = Decimal("0.5")
PLACES = 6  # of a percentage in a text


class Compared(NamedTuple):
    """A row of the file, sums included, that states budget and actual."""

    line: int
    label: str
    kind: kinds.Kind
    budget: Decimal
    actual: Decimal
    cells: Sequence[str]


Way = Callable[[Compared], Decimal | None]


def _favourable(row: Compared) -> Decimal | None:
    off = row.actual - row.budget
    return off if row.kind == "income" else -off if row.kind == "expense" else None


def _share(way: Way, times: int) -> Way:
    def share(row: Compared) -> Decimal | None:
        value = way(row)
        return value * times / abs(row.budget) if value is not None and row.budget else None

    return share


AMOUNTS: tuple[tuple[str, Way], ...] = (
    ("actual less budget", lambda row: row.actual - row.budget),
    ("budget less actual", lambda row: row.budget - row.actual),
    ("what is favourable", _favourable),
    ("the distance of actual and budget", lambda row: abs(row.actual - row.budget)),
)
SHARES: tuple[tuple[str, Way], ...] = tuple(
    (f"{name} {unit} of the budget", _share(way, times))
    for times, unit in ((100, "in percent"), (1, "as a fraction"))
    for name, way in (*AMOUNTS, ("actual", lambda row: row.actual))
)


def check(sheet: Sheet) -> tuple[Finding, ...]:
    """The lines whose stated variance or percentage is not the one of their own figures; at most 40 of a column."""
    if not sheet.has("budget", "actual") or sheet.open("budget", "actual"):
        return ()
    rows = list(_rows(sheet))
    used = {n for role, n in sheet.roles.columns.items() if role in ("budget", "actual") or role in headings.TEXT_ROLES}
    free = [n for n in range(len(sheet.table.header)) if n not in used]
    return tuple(finding for n in free for finding in islice(_column(sheet, rows, n), arguments.FINDINGS))


def _rows(sheet: Sheet) -> Iterator[Compared]:
    plans, reals = sheet.amounts("budget"), sheet.amounts("actual")
    label = next((role for role in ("account", "text", "party", "document") if sheet.has(role)), "")
    for n, line in enumerate(sheet.lines):
        name = sheet.text(label)[n] if label else sheet.cells[n][0]
        plan, real = plans[n], reals[n]
        if plan is not None and real is not None:
            kind = kinds.find(name, sheet.text("kind")[n], sheet.section[n], sheet.hints)
            yield Compared(line, name, kind, plan, real, sheet.cells[n])
    for row in sheet.stated:
        plan, real = sheet.value("budget", row.cells), sheet.value("actual", row.cells)
        if plan is not None and real is not None:
            kind = "income" if row.kind == "result" else kinds.of(row.label)  # more of a result is favourable
            yield Compared(row.line, row.label, kind, plan, real, row.cells)


def _column(sheet: Sheet, rows: Sequence[Compared], column: int) -> Iterator[Finding]:
    """What a column states wrong, if it holds variances."""
    stated = [(row, *read) for row in rows if (read := _figure(sheet, row.cells, column)) is not None]
    header = sheet.table.header[column]
    named = sheet.roles.columns.get("variance") == column or "percent" in headings.words(header).split()
    best: tuple[int, str, Way] | None = None
    for name, way in (*AMOUNTS, *SHARES):
        right = sum(_equal(way(row), value, places) for row, value, places in stated if value)
        if right and (best is None or right > best[0]):
            best = right, name, way
    filled = sum(bool(value) for _, value, _ in stated)
    if best is None or best[0] * 2 < filled + (not named):
        return  # another figure
    _, name, way = best
    for row, value, places in stated:
        made = way(row)
        if made is None or _equal(made, value, places):
            continue
        figures = _shown(value, min(places, PLACES)), _shown(made, min(max(places, 1), PLACES))
        text = (
            f"{shown.code(row.label)}: {shown.code(sheet.table.header[column])} is stated as {figures[0]}; {name} is "
            f"{figures[1]}"
        )
        yield arguments.finding("high", "variance-differs", sheet.name, row.line, text)


def _figure(sheet: Sheet, cells: Sequence[str], column: int) -> tuple[Decimal, int] | None:
    """The figure of a cell and its decimal places; None where it has none."""
    cell = cells[column] if column < len(cells) else ""
    style = sheet.styles.get("variance" if sheet.roles.columns.get("variance") == column else "budget", "")
    found = None
    for way in (amounts.votes([(1, cell)]).style, style, "point"):
        try:
            found = amounts.parse(cell, way) if way in ("point", "comma") else None
        except ValueError:
            continue
        if found:
            break
    if found is None:
        return None
    exponent = found.value.as_tuple().exponent
    return found.value, -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _equal(made: Decimal | None, value: Decimal, places: int) -> bool:
    """Whether a figure is the one that was made, rounded to its places in whatever way."""
    return made is not None and abs(made - value) <= HALF.scaleb(-places)


def _shown(value: Decimal, places: int) -> str:
    with localcontext() as context:
        context.prec = 60
        return amounts.money(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), places)
