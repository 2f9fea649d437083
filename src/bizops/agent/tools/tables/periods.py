"""A table with a column for each period, or a pair of them (budget and actual), as one with a row for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bizops.agent.tools.tables import headings
from bizops.agent.tools.tables.reading import Row, Table

COMPARED = ("budget", "actual", "variance")
NAMES = {"budget": "Budget", "actual": "Actual", "variance": "Variance"}


def lengthened(table: Table, period: Callable[[str], bool], amount: Callable[[str], bool]) -> Table:
    """A table with one column for each period (`Jan`, `Feb`, ...) as one with a row for each; else as it is."""
    apart = [
        n for n, name in enumerate(table.header)
        if period(name) and any(row.cells[n] for row in table.rows) and all(amount(row.cells[n]) for row in table.rows)
    ]  # fmt: skip
    if len(apart) < 2 or apart[0] == 0:
        return table
    kept = list(range(apart[0]))
    rows = tuple(
        Row(row.line, [*(row.cells[n] for n in kept), table.header[n], row.cells[n]])
        for row in table.rows for n in apart if row.cells[n]
    )  # fmt: skip
    header = (*(table.header[n] for n in kept), "period", "amount")
    exact = frozenset({len(kept) + 1}) if all(n in table.exact for n in apart) else frozenset()
    beside = [n for n in range(apart[-1] + 1, len(table.header)) if all(amount(row.cells[n]) for row in table.rows)]
    across = tuple((row.line, table.header[n], row.cells[n]) for n in beside[:1] for row in table.rows)
    return replace(table, header=header, rows=rows, exact=exact, short={}, across=across)


def pairs(table: Table) -> dict[str, dict[str, int]]:
    """The columns of budget and actual by what else their names say: `Jan Budget`, `Jan Actual`, `YTD Budget`, ...

    Where the names are the same for each period, the line above them names it (`;January;;February;`).
    """
    wanted = COMPARED
    ist = any("ist" in headings.words(name).split() for name in table.header)  # `Soll` is the plan beside `Ist`
    found: dict[str, dict[str, int]] = {}
    above = _above(table) if len(set(table.header)) < len(table.header) else ()
    for n, name in enumerate(table.header if table.header_line else ()):
        role, rest = headings.parted(name, wanted)
        parts = headings.words(name).split()
        if not role and ist and "soll" in parts:
            role, rest = "budget", " ".join(part for part in parts if part != "soll")
        if role:
            found.setdefault(rest or (above[n] if above else ""), {}).setdefault(role, n)
    return {rest: columns for rest, columns in found.items() if {"budget", "actual"} <= columns.keys()}


def _above(table: Table) -> Sequence[str]:
    """The line above the header, each name over all columns up to the next."""
    row = [*map(str.strip, table.preamble[-1].cells)] if table.preamble else []
    row += [""] * (len(table.header) - len(row))
    last, found = "", []
    for cell in row[: len(table.header)]:
        last = cell or last
        found.append(last)
    return found if len(set(filter(None, found))) > 1 else ()


def compared(table: Table) -> Table:
    """A table with several pairs of budget and actual as one with a row for each period; else as it is.

    Period after period, so that no line stands under those that it may be the sum of (a year to date under its months).
    """
    found = pairs(table)
    if len(found) < 2:
        return table
    taken = {n for columns in found.values() for n in columns.values()}
    roles = [role for role in COMPARED if all(role in columns for columns in found.values())]
    kept = [n for n in range(min(taken)) if n not in taken]
    rows = tuple(
        Row(row.line, [*(row.cells[n] for n in kept), _name(table, columns, rest), *(row.cells[columns[role]]
                                                                                     for role in roles)])
        for rest, columns in found.items() for row in table.rows
        if not any(row.cells[n] for n in taken) or any(row.cells[columns[role]] for role in roles)
    )  # fmt: skip
    header = (*(table.header[n] for n in kept), "period", *(NAMES[role] for role in roles))
    places = {len(kept) + 1 + n: [columns[role] for columns in found.values()] for n, role in enumerate(roles)}
    exact = frozenset(at for at, columns in places.items() if all(n in table.exact for n in columns))
    return replace(table, header=header, rows=rows, exact=exact, short={})


def _name(table: Table, columns: Mapping[str, int], rest: str) -> str:
    """A period as the file writes it: what remains of `Jan Budget` without the word for the role."""
    words = table.header[columns["budget"]].replace("_", " ").split()
    own = [word for word in words if headings.words(word) and set(headings.words(word).split()) <= set(rest.split())]
    return " ".join(own) or rest or "(no period)"
