"""A table with a column for each period, as one with a row for each."""

from collections.abc import Callable
from dataclasses import replace

from bizops.agent.tools.tables.reading import Row, Table


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
