"""A sheet: the entries of a table with their amounts, days and texts by role, and all that could not be read.

What the data leaves open is a question that names file, line and both readings; the columns that it concerns are then
blank. Nothing is guessed, nothing is left out in silence.
"""

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables import (
    amounts,
    dates,
    grouping,
    headings,
    hints,
    periods,
    readings,
    roles,
    rows,
    shown,
    signs,
    statuses,
)
from bizops.agent.tools.tables import reading as tables
from bizops.agent.tools.tables.amounts import Amount
from bizops.agent.tools.tables.hints import Hints
from bizops.agent.tools.tables.reading import Flaw, Table
from bizops.agent.tools.tables.readings import Column
from bizops.case import Case
from bizops.rules import data

ROWS = "rows"  # the name of the question which rows are entries
BODY = "issue"  # the name of a table that stands in the issue's text itself


@dataclass(frozen=True)
class Sheet:
    """The entries of one file. All sequences run in step with `lines`."""

    table: Table
    hints: Hints
    roles: roles.Roles
    lines: tuple[int, ...]
    cells: tuple[Sequence[str], ...]  # of each entry
    money: Mapping[str, Sequence[Decimal | None]]
    days: Mapping[str, Sequence[date | None]]
    texts: Mapping[str, Sequence[str]]
    currency: Sequence[str]
    sides: Mapping[str, Mapping[int, amounts.Side]]  # by role: the entries whose cell says Dr or Cr, S or H
    section: Sequence[str]
    stated: tuple[rows.Stated, ...]
    styles: Mapping[str, amounts.Style]
    questions: Mapping[str, str]  # by the role that cannot be read without an answer
    flaws: tuple[Flaw, ...]
    notes: tuple[str, ...]
    gaps: tuple[readings.Gap, ...]  # cells that say that there is no amount
    blank: tuple[Sequence[str], Sequence[None]]  # what stands for a column that is not there
    states: statuses.Found = field(default_factory=statuses.Found)  # what a column of states leaves out
    whole: Mapping[str, Sequence[Decimal | None]] = field(
        default_factory=dict
    )  # the money before that, if any is left out

    @property
    def name(self) -> str:
        return self.table.name

    def has(self, *names: str) -> bool:
        """Whether all these roles have a column."""
        return all(name in self.roles.columns for name in names)

    def heading(self, role: str) -> str:
        """The name of a role's column as the file writes it."""
        return self.table.header[self.roles.columns[role]]

    def unused_figures(self) -> tuple[str, ...]:
        """The names of columns that hold figures and that nothing here has a meaning for."""
        used = set(self.roles.columns.values()) | {n for others in self.roles.rivals.values() for n in others}
        return tuple(name for n, name in enumerate(self.table.header) if n not in used and roles.figures(self.table, n))

    def numbers_alone(self) -> bool:
        """Whether the cells are a bare list of numbers of documents: nearly all short, with a digit, none an amount."""
        cells = [cell for row in self.table.rows[: roles.SAMPLE] for cell in row.cells if cell]
        like = sum(len(c) <= 40 and any(map(str.isdigit, c)) and not roles.date_like(c) for c in cells)
        alone = len(self.table.header) == 1 or not any(amounts.shape(c) for c in cells)
        return bool(cells) and alone and like * 5 >= len(cells) * 4

    def text(self, role: str) -> Sequence[str]:
        """The cells of a text role, blank where there is no such column."""
        return self.texts.get(role, self.blank[0])

    def amounts(self, role: str) -> Sequence[Decimal | None]:
        """The amounts of a role, None where there is no such column."""
        return self.money.get(role, self.blank[1])

    def value(self, role: str, cells: Sequence[str]) -> Decimal | None:
        """The amount that a row outside the entries states for a role."""
        column = self.roles.columns.get(role)
        found = self.parsed(role, cells[column]) if column is not None and column < len(cells) else None
        if found and role == "balance" and found.side == "debit":
            return -abs(found.value)  # as in the running balances (`signs.running`)
        return found.value if found else None

    def parsed(self, role: str, cell: str) -> Amount | None:
        """The amount of a cell, read as those of a role are; None where it is none."""
        try:
            return amounts.parse(cell, self.styles.get(role, ""))
        except ValueError:
            return None

    def open(self, *names: str) -> tuple[str, ...]:
        """The questions that must be answered before these roles can be used; what is no entry concerns all of them."""
        return tuple(self.questions[name] for name in (ROWS, *names) if name in self.questions)


LISTS = frozenset(
    f"{name}.json" for name in ("open_issues", "closed_issues", "deadlines", "comments", "events")
)  # issues


def names(case: Case) -> tuple[str, ...]:
    """The names of the files that could hold a table, and `issue` where its text itself holds one."""
    found = [d.name for d in case.data if d.name.rsplit("/", 1)[-1].casefold() not in LISTS]
    return tuple(found) or ((BODY,) if _body_table(case.issue.body) else ())


def _body_table(body: str) -> bytes:
    """The lines of a Markdown table in the issue's text; the other lines are blank, so that the numbers stay."""
    lines = [line if re.match(r"\s*\|.*\|\s*$", line) else "" for line in data.prose(body).splitlines()]
    return "\n".join(lines).encode() if sum(map(bool, lines)) >= 3 else b""


def read(case: Case, file: str, columns: str = "", decimal: str = "", order: str = "") -> Sheet:
    """The sheet of a file of the case. `columns`: `amount=Betrag, date=Buchungstag`.

    Raises ToolError for a file that is not there or holds no table, and for arguments that do not fit.
    """
    found = case.find(file)
    if found is None and not (file == BODY and _body_table(case.issue.body)):
        for said in case.too_large:
            if said.casefold().rsplit("/", 1)[-1].startswith(f"{file.casefold().rsplit('/', 1)[-1]} ("):
                raise ToolError("the file is too large to be read", where=said, fix="give it in parts")
        have = ", ".join(names(case)) or "no file"
        raise ToolError(f'there is no file "{file}"', fix=f"the issue brings {have}")
    told = hints.read(case)
    if found is None:
        table = periods.compared(tables.read(_body_table(case.issue.body), BODY, headings.known))
        return _sheet(table, told, _chosen(columns), decimal, order)
    stat = found.path.stat()
    return _cached(found.path, found.name, (stat.st_mtime_ns, stat.st_size), told, (columns, decimal, order))


@lru_cache(maxsize=8)
def _cached(path: Path, name: str, _version: tuple[int, int], said: Hints, options: tuple[str, str, str]) -> Sheet:
    columns, decimal, order = options
    with uncollected():
        return _sheet(_table(path, name, _version), said, _chosen(columns), decimal, order)


@contextmanager
def uncollected() -> Iterator[None]:
    """A stretch of work without garbage collection.

    Hundreds of thousands of rows are made and none is garbage: looking for some takes a good part of the time.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
        gc.freeze()


@lru_cache(maxsize=8)
def _table(path: Path, name: str, _version: tuple[int, int]) -> Table:
    table = periods.compared(tables.read(path.read_bytes(), name, headings.known))
    return periods.lengthened(table, dates.month_name, roles.money_like)


def _chosen(columns: str) -> dict[str, str]:
    chosen = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", columns))):
        role, equals, name = part.partition("=")
        known = headings.MONEY_ROLES | headings.DATE_ROLES | headings.TEXT_ROLES | {"terms"}
        if not equals or role.strip() not in known:
            raise ToolError(f'"{part}" names no column', fix=f"write role=name, with one of {', '.join(sorted(known))}")
        chosen[role.strip()] = name.strip()
    return chosen


def _sheet(table: Table, said: Hints, chosen: Mapping[str, str], decimal: str, order: str) -> Sheet:
    found = roles.assign(table, said, chosen)
    ordered = rows.sort(table, found.columns, dict(said.rows))
    lines = tuple(row.line for row in ordered.entries)
    columns = {
        role: Column(table.header[n], lines, [row.cells[n] for row in ordered.entries],
                     [(s.line, s.cells[n]) for s in ordered.stated if n < len(s.cells)], n in table.exact)
        for role, n in found.columns.items()
    }  # fmt: skip
    open_ = [doubt for doubt in ordered.doubts if not doubt.accident]
    notes = [f"line {d.line} ({shown.code(d.label)}) states the sum of {shown.span(d.lines)} and is counted as an entry"
             for d in ordered.doubts if d.accident]  # fmt: skip
    flaws, questions = list(table.flaws), dict(_rivals(table, found)) | _doubted(table, found, open_)
    money = readings.money(table, columns, said, decimal, flaws, questions)
    days = readings.days(table, columns, said, order, flaws, questions)
    texts = {r: c.cells for r, c in columns.items() if r not in headings.MONEY_ROLES and r not in headings.DATE_ROLES}
    _fill_down(days, texts)
    _settle(table, found, columns, money, texts, said, questions, ordered.stated)
    gaps = tuple(readings.gaps(columns, money, flaws))
    flaws += _gaps(table, found, lines, columns)
    coins = readings.currencies(table, columns, money.marks, flaws)
    cells = tuple(row.cells for row in ordered.entries)
    states = statuses.find(table.header, lines, cells, found.columns, money.values, coins)
    counted = statuses.blanked(money.values, states.left) if states.left else money.values
    return Sheet(table, said, found, lines, cells, counted, days, texts, coins, money.sides, ordered.section,
                 ordered.stated, money.styles, questions, tuple(sorted(set(flaws))), (*found.notes, *notes),
                 gaps, (("",) * len(lines), (None,) * len(lines)), states,
                 money.values if states.left else {})  # fmt: skip


INVOICED = frozenset({"due", "open", "paid", "terms"})  # columns of invoices: there an amount without a mark is owed


def _settle(
    table: Table, found: roles.Roles, columns: Mapping[str, Column], money: readings.Money,
    texts: Mapping[str, list[str]], said: Hints, questions: dict[str, str], stated: Iterable[rows.Stated],
) -> None:  # fmt: skip
    """Give every amount its side where only some cells say Dr or Cr; what stays open is a question."""
    role = next((name for name in ("amount", "gross", "net") if name in columns), None)
    invoices = INVOICED & columns.keys() or (said.terms is not None and "balance" not in columns)
    if role is None or invoices or role in questions:
        return
    own = "sign" not in texts
    sides = money.sides.get(role, {}) if own else roles.sides(texts["sign"])
    ledger = roles.ledger(texts.get("account", ()), columns["account"].name if "account" in columns else "")
    column = signs.Column(
        table.name, columns[role].name, columns[role].lines, columns[role].cells, money.values[role], sides, own, ledger
    )
    balances = signs.running(money.values.get("balance", ()), money.sides.get("balance", {}))
    opening = _opening(found.columns.get("balance"), money.styles.get("balance", ""), stated)
    settled = signs.settle(column, balances, opening, said.unmarked, dict(said.lines))
    if settled:
        money.values[role], money.sides[role] = settled.values, settled.sides
        if settled.question:
            questions[role] = settled.question
    elif said.plus == "debit":
        money.values[role] = [None if value is None else -value for value in money.values[role]]
    elif not any(b is not None for b in balances) and not said.plus and not sides and not ledger and role == "amount":
        before = [cell for row in table.preamble for cell in row.cells]
        if question := signs.card(column, " ".join([table.name, *table.header, *before])[:2000]):
            questions[role] = question


def _opening(column: int | None, style: amounts.Style, stated: Iterable[rows.Stated]) -> Decimal | None:
    """The balance that a row before the entries states, with its sign."""
    row = next((row for row in stated if row.kind == "opening"), None)
    if row is None or column is None or column >= len(row.cells):
        return None
    try:
        said = amounts.parse(row.cells[column], style)
    except ValueError:
        return None
    return signs.running([said.value], {0: said.side})[0] if said else None


def _gaps(table: Table, found: roles.Roles, lines: Sequence[int], columns: Mapping[str, Column]) -> Iterable[Flaw]:
    """Entries that lack what nearly all others have: an amount, or the last cells of the line."""
    moves = [columns[role].cells for role in ("amount", "debit", "credit", "gross", "net", "budget", "actual", "open",
                                              "balance") if role in columns]  # fmt: skip
    filled = zip(*moves, strict=True) if moves else ()
    blank = [line for line, cells in zip(lines, filled, strict=False) if not any(cells)]
    if 0 < len(blank) <= max(2, len(lines) // 10) and len(blank) * 2 < len(lines):
        yield from (Flaw(line, "no amount") for line in blank[: readings.FLAWS])
    used = [n for role, n in found.columns.items() if role in readings.READ or role in headings.DATE_ROLES]
    cut = [line for line in lines if line in table.short and any(n >= table.short[line] for n in used)]
    if 0 < len(cut) <= max(2, len(lines) // 5) and len(cut) * 2 < len(lines):
        width = len(table.header)
        yield from (
            Flaw(line, f"{table.short[line]} cells where the header has {width}") for line in cut if line not in blank
        )


def _doubted(table: Table, found: roles.Roles, doubts: Sequence[rows.Doubt]) -> dict[str, str]:
    """The question whether a row is an entry or a sum of others, if there is such a row."""
    if not doubts:
        return {}
    line, label, cells, ends, agrees, _ = doubts[0]
    figures = ", ".join(shown.code(cells[n]) for r, n in found.columns.items() if r in grouping.SUMMED and cells[n])
    what = f"the sum of {shown.span(ends)}"
    why = "Its figures are that sum, as they may be by accident" if agrees else "Not all its figures are that sum"
    more = f"; so with line {' and '.join(str(d.line) for d in doubts[1:4])}" if len(doubts) > 1 else ""
    return {
        ROWS: f"`{table.name}` line {line}: is {shown.code(label) if label else 'this row'} ({figures}) an entry, or "
        f"{what}? {why}{more}. Please answer “line {line} is an entry” or “line {line} is a total”."
    }


def _rivals(table: Table, found: roles.Roles) -> Iterable[tuple[str, str]]:
    """The question which of several columns is the amount, unless they hold the same figures."""
    for role, others in found.rivals.items():
        together = [found.columns[role], *others] if role in found.columns else list(others)
        styles = [amounts.votes([(1, row.cells[n]) for row in table.rows[:200]]).style for n in together]
        for row in table.rows:
            read = [_magnitude(row.cells[n], style) for n, style in zip(together, styles, strict=True)]
            if len(set(read)) > 1:
                what = " or ".join(
                    f"{shown.code(table.header[n])} ({shown.safe(row.cells[n], 40) or 'blank'})" for n in together
                )
                yield (
                    role,
                    (
                        f"`{table.name}` line {row.line}: which column is the {role}, {what}? "
                        f'Answer for example: column "{shown.safe(table.header[together[0]], 80)}" is the {role}.'
                    ),
                )
                break


def _magnitude(cell: str, style: amounts.Style) -> Decimal | str | None:
    """A cell's amount without its sign, its text where it cannot be read."""
    try:
        found = amounts.parse(cell, style)
    except ValueError:
        return cell
    return abs(found.value) if found else None


def _fill_down(days: dict[str, list[date | None]], texts: dict[str, list[str]]) -> None:
    """Give the lines of one booking its date and number where only the first of them carries both."""
    when, what = days.get("date"), texts.get("document")
    if not when or not when[0]:
        return
    blanks = [n for n, day in enumerate(when) if day is None and not (what and what[n])]
    if len(blanks) * 10 < len(when):
        return
    for n in blanks:
        when[n] = when[n - 1]
        if what:
            what[n] = what[n - 1]
