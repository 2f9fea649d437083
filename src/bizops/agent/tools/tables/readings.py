"""Columns of cells as amounts, days and currencies, with the questions that they leave open."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, cast

from bizops.agent.tools.tables import amounts, dates, headings, shown
from bizops.agent.tools.tables.grouping import SUMMED
from bizops.agent.tools.tables.hints import Hints
from bizops.agent.tools.tables.reading import Flaw, Table

READ = ("amount", "debit", "credit", "balance", "budget", "actual", "tax_rate", "tax", "net", "gross", "paid", "open",
        "rate", "variance", "fee")  # fmt: skip
MOVES = ("amount", "debit", "credit", "gross", "net", "open")  # one of them tells what a line is about
FLAWS = 200  # of one kind; more are counted


class Money(NamedTuple):
    """Amounts by role, the decimal sign of each column; the currency of each entry, and the sides (Dr, Cr) by role."""

    values: dict[str, Sequence[Decimal | None]]
    styles: dict[str, amounts.Style]
    marks: list[str]
    sides: dict[str, dict[int, amounts.Side]]


class Gap(NamedTuple):
    """A cell that says in words or by a dash that there is no amount."""

    line: int
    role: str
    column: str
    cell: str
    how: amounts.Absent


class Column(NamedTuple):
    """A column's cells with their lines. `beside`: cells of rows that are no entries, which tell its decimal sign."""

    name: str
    lines: Sequence[int]
    cells: list[str]
    beside: Sequence[tuple[int, str]] = ()
    exact: bool = False


def money(
    table: Table, columns: Mapping[str, Column], said: Hints, forced: str, flaws: list[Flaw], questions: dict[str, str]
) -> Money:
    """The amounts of all columns that hold some. What cannot be read is added to `flaws` and `questions`."""
    present = {role: columns[role] for role in READ if role in columns}
    votes = {
        r: amounts.votes(chain(zip(c.lines, c.cells, strict=True), c.beside)) for r, c in present.items() if not c.exact
    }
    around = amounts.votes((row.line, word) for row in table.preamble for cell in row.cells for word in cell.split()
                           if re.fullmatch(r"-?[\d.,']*[.,]\d\d", word))  # fmt: skip
    together = amounts.Votes(
        around.point + sum(v.point for v in votes.values()), around.comma + sum(v.comma for v in votes.values())
    )
    count = len(next(iter(columns.values())).lines) if columns else 0
    found = Money({}, {}, [""] * count, {})
    asked = ""
    for role, column in present.items():
        if column.exact:
            found.values[role], found.styles[role] = _exact(column, flaws), "point"
            continue
        style = cast("amounts.Style", forced) or votes[role].style
        if style in ("", "mixed"):
            other = together.style if style == "" and together.style != "mixed" else ""
            style = other or said.decimal or _said_figure(column.cells, said) or style
        if style == "" and role == "tax_rate" and (open_ := votes[role].first_open):
            style = _rate_style(open_[1])
        if style not in ("point", "comma") and (first := votes[role].first_open):
            asked = asked or _decimal_question(table.name, column.name, first)  # one answer serves all columns
            questions.setdefault(role, asked)
        found.styles[role] = style
        found.values[role] = _parsed(role, column, style, flaws, found)
    return found


def _rate_style(cell: str) -> amounts.Style:
    """The decimal sign under which an open cell is a rate in percent, not one of thousands of percent."""
    point, comma = (abs(value) for value in amounts.readings(cell))
    if (point > 100) == (comma > 100):
        return ""
    return "comma" if point > 100 else "point"


def _exact(column: Column, flaws: list[Flaw]) -> list[Decimal | None]:
    values: list[Decimal | None] = []
    for line, cell in zip(column.lines, column.cells, strict=True):
        try:
            amount = amounts.exact(cell)
        except ValueError:
            amount = None
            flaws.append(Flaw(line, f"{shown.code(cell, 40)} in column {shown.code(column.name)} is no amount"))
        values.append(amount.value if amount else None)
    return values


def _parsed(role: str, column: Column, style: amounts.Style, flaws: list[Flaw], found: Money) -> list[Decimal | None]:
    values: list[Decimal | None] = []
    bad = 0
    unread: dict[str, bool] = {}  # cells that failed once, and whether that is a flaw
    plain = amounts.PLAIN.fullmatch if style == "point" else None
    for n, cell in enumerate(column.cells):
        if plain and plain(cell):  # as most cells of large files
            values.append(Decimal(cell))
            continue
        amount = None
        if cell not in unread:
            try:
                amount = amounts.parse(cell, style)
            except ValueError as error:
                unread[cell] = not isinstance(error, amounts.Ambiguous)
        if cell in unread:
            values.append(None)
            bad += unread[cell]
            if unread[cell] and bad <= FLAWS:
                flaws.append(
                    Flaw(column.lines[n], f"{shown.code(cell, 40)} in column {shown.code(column.name)} is no amount")
                )
            continue
        if amount is None:
            values.append(None)
            continue
        values.append(amount.value)
        if amount.currency:
            found.marks[n] = found.marks[n] or amount.currency
        if amount.side:
            found.sides.setdefault(role, {})[n] = amount.side
    return values


def gaps(columns: Mapping[str, Column], money: Money, flaws: list[Flaw]) -> list[Gap]:
    """The cells of summed columns that say that there is no amount; what is still to come is added to `flaws`.

    A dash is no gap where another column of its line has the figure: reports write zero so.
    """
    found: list[Gap] = []
    moved = [money.values[role] for role in MOVES if role in columns]
    for role in (role for role in READ if role in columns):
        column, values = columns[role], money.values[role]
        bad = 0
        for n in (n for n, cell in enumerate(column.cells) if cell and values[n] is None):
            cell, how = column.cells[n], amounts.absent(column.cells[n])
            if how == "unknown" and bad < FLAWS:
                bad += 1
                place = f"{shown.code(cell, 40)} in column {shown.code(column.name)}"
                flaws.append(Flaw(column.lines[n], f"{place} is no amount"))
            beside = role in MOVES and any(values[n] is not None for values in moved)
            if _is_gap(role, how, beside=beside):
                found.append(Gap(column.lines[n], role, column.name, cell, how))
    return sorted(found)


def _is_gap(role: str, how: amounts.Absent, *, beside: bool) -> bool:
    """Whether a cell without an amount is to be told; `beside`: another column of its line has the figure."""
    if how == "none":
        return role in SUMMED and not (beside and role in ("debit", "credit"))
    return how == "dash" and (role in ("budget", "actual") or (role in MOVES and not beside))


def _said_figure(cells: list[str], said: Hints) -> amounts.Style:
    """The decimal sign under which a cell is a figure that the requester named in an answer."""
    if not said.said:
        return ""
    for cell in cells:
        found = amounts.shape(cell)
        if found and amounts.vote(found.body) == "open":
            point, comma = (amounts.plain(abs(value)) for value in amounts.readings(cell))
            if (point in said.said) != (comma in said.said):
                return "point" if point in said.said else "comma"
    return ""


def _decimal_question(file: str, column: str, first: tuple[int, str]) -> str:
    line, cell = first
    point, comma = amounts.readings(cell)
    place = f"{shown.code(cell)} in column {shown.code(column)}"
    return (
        f"`{file}` line {line}: is {place} {amounts.money(point)} (decimal point) or {amounts.money(comma)} (decimal "
        "comma)? Nothing else in the file decides it. Please answer “decimal point” or “decimal comma”."
    )


def days(
    table: Table, columns: Mapping[str, Column], said: Hints, forced: str, flaws: list[Flaw], questions: dict[str, str]
) -> dict[str, list[date | None]]:
    """The days of all columns of dates. What cannot be read is added to `flaws` and `questions`."""
    present = {role: column for role, column in columns.items() if role in headings.DATE_ROLES}
    votes = {role: dates.orders(zip(c.lines, c.cells, strict=True)) for role, c in present.items()}
    together = dates.Orders(sum(v.day for v in votes.values()), sum(v.month for v in votes.values())).order
    found: dict[str, list[date | None]] = {}
    for role, column in present.items():
        order = cast("dates.Order", forced) or votes[role].order or together or said.order
        order = order or _said_day(column.cells, said)
        if not order and (first := votes[role].first_open):
            day, month = dates.both(first[1])
            place = f"{shown.code(first[1])} in column {shown.code(column.name)}"
            questions[role] = (
                f"`{table.name}` line {first[0]}: is {place} {dates.long(day)} (day first) or {dates.long(month)} "
                f"(month first)?{_against(votes[role])} Please answer “day first” or “month first”."
            )
        values: list[date | None] = []
        bad = 0
        seen: dict[str, date | None] = {}
        unread: dict[str, bool] = {}
        for line, cell in zip(column.lines, column.cells, strict=True):
            if cell not in seen and cell not in unread:
                try:
                    seen[cell] = _day(cell, order, table)
                except ValueError as error:
                    unread[cell] = not isinstance(error, amounts.Ambiguous)
            values.append(seen.get(cell))
            if unread.get(cell):
                bad += 1
                if bad <= FLAWS:
                    flaws.append(Flaw(line, f"{shown.code(cell, 40)} in column {shown.code(column.name)} is no date"))
        found[role] = values
    return found


def _against(said: dates.Orders) -> str:
    """The lines that contradict each other about the order of day and month."""
    if not (said.first_day and said.first_month):
        return ""
    (day, one), (month, other) = said.first_day, said.first_month
    return (
        f" Other lines contradict each other: line {day} ({shown.code(one)}) has the day first, line {month} "
        f"({shown.code(other)}) the month."
    )


def _day(cell: str, order: dates.Order, table: Table) -> date | None:
    if cell.isdigit() and len(cell) == 5:
        return dates.serial(cell)
    if cell.isdigit() and len(cell) in (3, 4) and (year := _year(table)):  # day and month alone, as DATEV writes them
        return date(year, int(cell[-2:]), int(cell[:-2]))
    return dates.parse(cell, order)


@lru_cache(maxsize=4)
def _preamble_year(cells: tuple[str, ...]) -> int:
    years = [int(found[1]) for cell in cells if (found := re.fullmatch(r"(20\d\d)(?:\d{4})?", cell.strip()))]
    return years[0] if years else 0


def _year(table: Table) -> int:
    return _preamble_year(tuple(cell for row in table.preamble for cell in row.cells))


def _said_day(cells: list[str], said: Hints) -> dates.Order:
    """The order under which a cell is a day that the requester named in an answer."""
    for cell in cells if said.days else ():
        try:
            day, month = (value.isoformat() for value in dates.both(cell))
        except ValueError:
            continue
        if (day in said.days) != (month in said.days):
            return "day" if day in said.days else "month"
    return ""


def currencies(table: Table, columns: Mapping[str, Column], marks: list[str], flaws: list[Flaw]) -> list[str]:
    """The currency of each entry: its own column, the mark in the cell, the heading, the lines before the header."""
    own = columns.get("currency")
    coins = [_coin(cell) for cell in (own.cells if own else marks)]
    if own:
        strange = [line for line, cell, coin in zip(own.lines, own.cells, coins, strict=True) if cell and not coin]
        flaws += [Flaw(line, "no currency that is known") for line in strange[:FLAWS]]
    coins = [coin or mark for coin, mark in zip(coins, marks, strict=True)]
    named = {headings.unit(columns[role].name) for role in READ if role in columns} - {""}
    if not any(coins):
        said = next(iter(named)) if len(named) == 1 else "" if named else _preamble_currency(table)
        return [said] * len(coins)
    dollars = {coin for coin in coins if coin in ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")}
    if "$" in coins and len(dollars) == 1:
        coins = [next(iter(dollars)) if coin == "$" else coin for coin in coins]
    codes = {coin for coin in coins if coin}
    if len(codes) == 1:
        return [next(iter(codes))] * len(coins)
    base = next(iter(named)) if len(named) == 1 else ""
    if not base and own:
        blank = [line for line, coin in zip(own.lines, coins, strict=True) if not coin]
        flaws += [Flaw(line, "no currency, while the file has several") for line in blank[:FLAWS]]
    return [coin or base for coin in coins]


@lru_cache(maxsize=1 << 10)
def _coin(cell: str) -> str:
    """The code of a currency, or of any commodity that is written like one (`ACME`)."""
    return amounts.currency_of(cell) or (cell.upper() if re.fullmatch(r"[^\W\d_]{1,8}", cell) else "")


def _preamble_currency(table: Table) -> str:
    found = Counter(
        cell.strip()[-3:]
        for row in table.preamble
        for cell in row.cells
        if re.search(r"(?:^|\s)[A-Z]{3}$", cell.strip()) and cell.strip()[-3:] in amounts.CODES
    )
    return next(iter(found)) if len(found) == 1 else ""
