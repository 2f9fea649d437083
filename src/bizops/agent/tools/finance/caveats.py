"""What of a file is not in its figures, or is there in another way than it stands, in sentences with their lines.

Nothing is left out in silence: cells without a figure, rows that state sums or balances, totals that were not compared,
rows with money in and money out at once, and fences that nobody closed, after which data may be missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from bizops.agent.agent import ToolError
from bizops.agent.tools.finance import arguments, movements, stated, trial
from bizops.agent.tools.tables import amounts, labels, readings, shown
from bizops.agent.tools.tables.readings import Gap
from bizops.agent.tools.tables.sheets import Sheet
from bizops.agent.tools.tables.statuses import State
from bizops.case import Case
from bizops.decision import Finding
from bizops.rules import data

STATES: Mapping[str, str] = {
    "void": "not counted, in no sum",
    "pending": "pending, so not yet in any sum",
    "draft": "drafts, in no sum",
    "": "not counted, in no sum",
}
LISTED = 12  # places in one sentence; more are counted


def of(sheet: Sheet) -> list[str]:
    """What to know of a sheet beside its figures."""
    return [*_left(sheet), *_absent(sheet), *_blank(sheet), *_stated(sheet), *_both(sheet)]


def open_fences(case: Case) -> list[tuple[str, int]]:
    """The files that stand in a fence which is not closed, with the line of its text where the data begins."""
    texts = [case.issue.body, *(c.body for c in case.thread.comments if case.thread.by_author(c.author))]
    found = []
    for text in texts:
        for block in data.blocks(text):
            content = block.text.encode("utf-8", "replace")
            names = (
                []
                if block.closed
                else [d.name for d in case.data if d.source != "repository" and _holds(d.path, content)]
            )
            found += [(name, block.line) for name in names[:1]]
    return found


def both_sides(sheet: Sheet) -> tuple[Finding, ...]:
    """The entries that state money in and money out (debit and credit) at once, where most others do not."""
    if trial.fits(sheet):
        return ()  # debit and credit of an account are no money out and in
    try:
        moved = movements.read(sheet)
    except ToolError:
        return ()
    rows = moved.on_both_sides()
    filled = sum(value is not None for value in moved.values)
    if not rows or (len(rows) * 2 > filled and filled > 2 and not moved.flow):
        return ()  # a list of balances has both on each line
    found = []
    for n in rows[: arguments.FINDINGS]:
        debit, credit = (amounts.money(side[n] or movements.ZERO) for side in (moved.debit, moved.credit))
        names = [shown.code(sheet.heading(role)) if sheet.has(role) else role for role in ("debit", "credit")]
        net = amounts.money(moved.values[n] or movements.ZERO)
        text = f"both {names[0]} {debit} and {names[1]} {credit}; each counts on its side, net {net}"
        found.append(arguments.finding("low", "both-sides", sheet.name, sheet.lines[n], text))
    return tuple(found)


def _holds(path: object, content: bytes) -> bool:
    try:
        return path.read_bytes() == content  # type: ignore[attr-defined, no-any-return]
    except OSError:
        return False


def _listed(places: Sequence[str]) -> str:
    places = list(dict.fromkeys(places))
    more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
    return ", ".join(places[:LISTED]) + more


def _left(sheet: Sheet) -> Iterator[str]:
    """What a column of states takes out of the sums, what is pending and what a draft apart, and what counts all the
    same.
    """
    name = shown.code(sheet.name)
    for kind, says in STATES.items():
        states = [state for state in sheet.states.left if state.kind == kind]
        if states:
            columns = " and ".join(dict.fromkeys(shown.code(state.column) for state in states))
            places = _listed([f"line {state.line} ({_state(sheet, state)})" for state in states])
            sums = f"; together {_sums(sheet, states)}" if len(states) > 1 and kind in ("pending", "draft") else ""
            yield f"{name}, by {columns}: {places}: {says}{sums}."
    proved = [state for state in sheet.states.counted if state.why]
    if proved:
        places = _listed([f"line {state.line} ({_state(sheet, state)})" for state in proved])
        yield f"{name}: {places}: counted all the same."
    unknown: dict[str, list[State]] = defaultdict(list)
    for state in sheet.states.counted:
        if not state.why:
            unknown[state.cell].append(state)
    if unknown:
        words = [f"{shown.code(cell)} in {shown.code(states[0].column)} ({shown.lines([s.line for s in states])})"
                 for cell, states in unknown.items()]  # fmt: skip
        yield f"{name} has states that are not known here, which are counted: {_listed(words)}."


def _state(sheet: Sheet, state: State) -> str:
    """A state with what its entry would have moved, and why it counts or not where its word does not tell."""
    value = f", {amounts.money(state.value)} {sheet.currency[state.n]}".rstrip() if state.value else ""
    return f"{shown.code(state.cell)}{value}{f'; {state.why}' if state.why else ''}"


def _sums(sheet: Sheet, states: Iterable[State]) -> str:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for state in states:
        found[sheet.currency[state.n]] += state.value or Decimal(0)
    return " and ".join(f"{amounts.money(value)} {coin}".rstrip() for coin, value in sorted(found.items()))


def _absent(sheet: Sheet) -> Iterator[str]:
    def places(gaps: Iterable[Gap]) -> str:
        return _listed([f"line {gap.line} ({shown.code(gap.cell)} in {shown.code(gap.column)})" for gap in gaps])

    told = [gap for gap in sheet.gaps if gap.how == "none"]
    dashes = [gap for gap in sheet.gaps if gap.how == "dash"]
    name = shown.code(sheet.name)
    if told:
        yield f"{name} states no figure at {places(told)}: left out of all sums."
    if dashes:
        compared = any(gap.role in ("budget", "actual") for gap in dashes)
        changes = "a variance is another, see above" if compared else "the sums are the same"
        yield f"{name} has a dash for a figure at {places(dashes)}: left out; if it means zero, {changes}."


def _blank(sheet: Sheet) -> Iterator[str]:
    """Entries with nothing in any column of money, where they are too many to be asked for one by one."""
    roles = [role for role in (*readings.MOVES, "budget", "actual", "balance") if sheet.has(role)]
    cells = [sheet.roles.columns[role] for role in roles]
    known = {flaw.line for flaw in sheet.flaws}
    blank = [line for line, row in zip(sheet.lines, sheet.cells, strict=True)
             if cells and not any(row[n] for n in cells) and line not in known]  # fmt: skip
    if blank:
        yield f"{shown.code(sheet.name)} has no figure at all on {shown.lines(blank)}: left out."


def _stated(sheet: Sheet) -> Iterator[str]:
    name = shown.code(sheet.name)
    by_figures = [
        f"line {row.line} ({shown.code(row.label)}), the sum of {shown.span(sheet.lines[span.start : span.end])}"
        for row in sheet.stated
        if (span := row.span) and not labels.of(row.label)
    ]
    others = [f"line {row.line} ({shown.code(row.label)})" for row in sheet.stated
              if not row.span or labels.of(row.label)]  # fmt: skip
    if others:
        yield f"{name} states sums or balances at {_listed(others)}: not counted as entries."
    if by_figures:
        yield f"{name} has rows whose figures are those of a sum, {_listed(by_figures)}: not counted as entries."
    if len(sheet.stated) > stated.MOST:
        last = sheet.stated[stated.MOST - 1].line
        yield f"{name} states sums on {len(sheet.stated)} lines; they were compared as far as line {last}."
    coins = set(sheet.currency)
    totals = [row.line for row in sheet.stated if row.kind in ("total", "subtotal", "result")]
    if len(coins) > 1 and totals:
        yield f"{name} has several currencies: its sums are compared only where they name theirs."


def _both(sheet: Sheet) -> Iterator[str]:
    found = both_sides(sheet)
    if found:
        places = [f"line {finding.line}: {shown.says(finding)}" for finding in found]
        yield f"{shown.code(sheet.name)} has money in and out (debit and credit) on one line: {_listed(places)}."
