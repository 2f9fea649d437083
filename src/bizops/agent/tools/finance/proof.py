"""Whether a ledger balances: line by line against its running balance, voucher by voucher, in all.

After a break the proof goes on from the stated balance, so that one error is named once. Lines of one day may stand in
another order than the one in which the bank booked them: that is no break if some order explains every balance.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bizops.agent.agent import Result, tool
from bizops.agent.tools.finance import arguments, caveats, evenness, movements, trial
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.movements import ZERO, Movements
from bizops.agent.tools.tables import amounts, sheets, shown
from bizops.agent.tools.tables.rows import Stated
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

LISTED = 30  # breaks and vouchers that are listed; the rest is counted


class Step(NamedTuple):
    """One line of the proof: what it moves and the balance that it states, if any."""

    line: int
    move: Decimal
    stated: Decimal | None
    day: date | None


class Break(NamedTuple):
    """A line whose stated balance is not the one before it plus what was moved since."""

    line: int
    computed: Decimal
    stated: Decimal
    hint: str = ""

    @property
    def difference(self) -> Decimal:
        return self.stated - self.computed


@tool("compute")
def balance_proof(case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "") -> Result:
    """Prove that a file balances: each running balance from the one before, each voucher, debit and credit in all.

    Names every line that breaks it with the computed and the stated figure.
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    if proved := trial.prove(case, sheet):
        return proved
    moved = movements.read(sheet)
    waiting = arguments.asks(sheet, *moved.roles, *(["balance"] if sheet.has("balance") else []))
    if waiting:
        return waiting
    results = [part for prove_ in (_running, _vouchers, evenness.even) if (part := prove_(case, sheet, moved))]
    if not results:
        raise arguments.no_balance(sheet)
    facts = {name: fact for part in results for name, fact in part.facts.items()}
    findings = [finding for part in results for finding in part.findings]
    findings += [*caveats.both_sides(sheet), *arguments.unread(sheet)]
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join(part.text for part in results), data, facts, tuple(findings))


def _running(case: Case, sheet: Sheet, moved: Movements) -> Result | None:
    if not sheet.has("balance") or "balance" in moved.roles:
        return None
    balances = movements.running(sheet)
    stated = sum(balance is not None for balance in balances)
    begun = sheet.table.from_zero or _stated(sheet, "opening")[0] is not None
    if stated < (1 if begun else 2) or all(
        v is not None and b in (v, -v) for v, b in zip(moved.values, balances, strict=True)
    ):
        return None  # a balance of each line's own
    if stated > 1 and len(set(balances)) == 1 and sum(bool(value) for value in moved.values) > 1:
        return None  # one balance of the whole account on each line
    groups, upward = _chains(sheet, moved, balances)
    head = arguments.prefix(case, sheet)
    breaks: list[Break] = []
    facts: dict[str, Fact] = {}
    digits = amounts.places((b for b in balances if b is not None), sheet.currency[0] if sheet.currency else "")
    for name, steps in groups.items():
        opening, source = _stated(sheet, "opening") if len(groups) == 1 else (None, "")
        opening = ZERO if sheet.table.from_zero else opening
        breaks += prove(steps, opening)
        if len(groups) <= LISTED:
            tail = f"_{shown.slug(name)}" if len(groups) > 1 else ""
            facts |= _ends(sheet, steps, opening, (head, tail, source, digits))
    breaks.sort()
    findings = [_finding(sheet, item, digits) for item in breaks[:LISTED]]
    findings += _closing(sheet, next(iter(groups.values())), digits) if len(groups) == 1 else []
    facts[f"{head}balance_breaks"] = Fact(value=str(len(breaks)), source=sheet.table.source)
    facts[f"{head}balances_checked"] = Fact(value=str(stated), source=sheet.table.source)
    order = "newest first" if upward else "oldest first"
    many = f" in {len(groups)} accounts" if len(groups) > 1 else ""
    if not breaks:
        on = f"all {stated} lines that state one" if stated > 1 else "the one line that states one"
        text = f"The running balance of {shown.code(sheet.name)} is right on {on}{many} ({order})."
    else:
        where = shown.lines([item.line for item in breaks])
        text = f"The running balance of {shown.code(sheet.name)} breaks {_times(len(breaks))}, at {where} ({order})"
        text += f"{many}:\n\n" + shown.table(
            ("line", "computed", "stated", "difference", ""),
            [(str(b.line), *(amounts.money(v, digits) for v in (b.computed, b.stated, b.difference)), b.hint)
             for b in breaks[:LISTED]],
        )  # fmt: skip
    return Result(text, facts=facts, findings=tuple(findings))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _chains(sheet: Sheet, moved: Movements, balances: Sequence[Decimal | None]) -> tuple[dict[str, list[Step]], bool]:
    """The lines in the order of their balances, one chain for each account that has a balance of its own."""
    days = sheet.days.get("date") or [None] * len(sheet.lines)
    steps = [Step(*item) for item in zip(sheet.lines, (v or ZERO for v in moved.values), balances, days, strict=True)]
    accounts = sheet.text("account")
    both = [" ".join(pair) for pair in zip(accounts, sheet.currency, strict=True)]
    keys = [[""] * len(steps)]
    keys += [
        list(key)
        for key in (accounts, sheet.currency, both, sheet.section)
        if 1 < len(set(key)) <= max(2, len(steps) // 2)
    ]
    best: tuple[int, int, int] = (-1, 0, 0)
    chosen, upward = {"": steps}, False
    if sheet.table.from_zero:  # assertions hold by date, at the day's begin where they stand alone (beancount)
        order = sorted(range(len(steps)), key=lambda n: (days[n] or date.min, moved.values[n] is not None))
        steps, keys = [steps[n] for n in order], [[both[n] for n in order]]
    for rank, key in enumerate(keys):
        groups: dict[str, list[Step]] = defaultdict(list)
        for step, name in zip(steps, key, strict=True):
            groups[name].append(step)
        fits = [amounts.fits([s.move for s in group], [s.stated for s in group]) for group in groups.values()]
        down, up = sum(f[0] for f in fits), sum(f[1] for f in fits)
        pairs = sum(max(sum(s.stated is not None for s in group) - 1, 0) for group in groups.values())
        if (score := (max(down, up), -pairs, -rank)) > best:  # of equal chains those with fewer breaks
            best = score
            upward = _upward(steps, down, up)
            chosen = {name: group[::-1] if upward else group for name, group in groups.items()}
    return chosen, upward


def _upward(steps: Sequence[Step], down: int, up: int) -> bool:
    """Whether the newest line stands first: by the dates, unless most balances say otherwise."""
    days = [step.day for step in steps if step.day]
    if len(days) > 1 and days[0] != days[-1]:
        newest_first = days[0] > days[-1]
        against = down if newest_first else up
        return newest_first != (against * 2 > len(steps) and against > 2 * (up if newest_first else down))
    return up > down


def _stated(sheet: Sheet, kind: str) -> tuple[Decimal | None, str]:
    """The opening or closing balance that the file states, and where."""
    row = next((row for row in sheet.stated if row.kind == kind), None)
    return (_said(sheet, row), f"{sheet.name}:{row.line}") if row else (None, "")


def _said(sheet: Sheet, row: Stated | None) -> Decimal | None:
    """The balance that a row states."""
    roles = ("balance", "amount", "credit", "debit", "net")
    said = (sheet.value(role, row.cells) for role in roles) if row else ()
    return next((value for value in said if value is not None), None)


def _closing(sheet: Sheet, steps: Sequence[Step], digits: int) -> list[Finding]:
    """The closing balance that the file states in a row of its own, against the last running balance."""
    row = next((row for row in sheet.stated if row.kind == "closing"), None)
    if not row and sheet.stated and sheet.stated[-1].kind == "carried" and sheet.stated[-1].at == len(sheet.lines):
        row = sheet.stated[-1]  # `BALANCE CARRIED FORWARD` under the last entry
    said = _said(sheet, row)
    last = next((step for step in reversed(steps) if step.stated is not None), None)
    if row is None or said is None or last is None or last.stated is None or said == last.stated:
        return []
    figures = [amounts.money(value, digits) for value in (said, last.stated, said - last.stated)]
    text = f"the closing balance is stated as {figures[0]}; line {last.line} ends at {figures[1]}, {figures[2]} apart"
    return [arguments.finding(severity="high", rule="closing-differs", file=sheet.name, line=row.line, text=text)]


def _ends(
    sheet: Sheet, steps: Sequence[Step], opening: Decimal | None, names: tuple[str, str, str, int]
) -> dict[str, Fact]:
    head, tail, source, digits = names
    with_balance = [step for step in steps if step.stated is not None]
    if not with_balance:
        return {}
    first, last = with_balance[0], with_balance[-1]
    before = sum((step.move for step in steps[: steps.index(first) + 1]), ZERO)
    start = opening if opening is not None else (first.stated or ZERO) - before
    coin = sheet.currency[0] if sheet.currency else ""
    return {
        f"{head}opening_balance{tail}": Fact(
            value=amounts.plain(start, digits), unit=coin, source=source or f"{sheet.name}:{first.line}"
        ),
        f"{head}closing_balance{tail}": Fact(
            value=amounts.plain(last.stated or ZERO, digits), unit=coin, source=f"{sheet.name}:{last.line}"
        ),
    }


def prove(steps: Sequence[Step], opening: Decimal | None = None) -> list[Break]:
    """The breaks in a chain of lines, oldest first; the first balance is believed where no opening is given."""
    breaks: list[Break] = []
    balance, at = opening, 0
    while at < len(steps):
        end = at + 1
        while steps[at].day and end < len(steps) and steps[end].day == steps[at].day:
            end += 1
        found, after = _day(steps[at:end], balance)
        if found and balance is not None and end - at > 1:
            trail = _any_order(steps[at:end], balance)
            if trail is not None:
                found, after = [], trail
        breaks += found
        balance, at = after, end
    return _paired(breaks, steps)


def _day(steps: Sequence[Step], balance: Decimal | None) -> tuple[list[Break], Decimal | None]:
    breaks = []
    for step in steps:
        computed = None if balance is None else balance + step.move
        if step.stated is not None and computed is not None and step.stated != computed:
            breaks.append(Break(step.line, computed, step.stated, _hint(step, computed)))
        balance = step.stated if step.stated is not None else computed
    return breaks, balance


def _any_order(steps: Sequence[Step], balance: Decimal) -> Decimal | None:
    """The balance after the lines in some order that explains all their balances; None if there is no such order.

    Each line leads from the balance before it to its own: an order is a trail through all these edges (Hierholzer).
    """
    if any(step.stated is None for step in steps):
        return None
    ways: dict[Decimal, list[Decimal]] = defaultdict(list)
    for step in steps:
        if step.stated is not None:
            ways[step.stated - step.move].append(step.stated)
    stack, trail = [balance], []
    while stack:
        if ways.get(stack[-1]):
            stack.append(ways[stack[-1]].pop())
        else:
            trail.append(stack.pop())
    return trail[0] if len(trail) == len(steps) + 1 else None


def _hint(step: Step, computed: Decimal) -> str:
    """What may have happened, from the size of the difference."""
    difference = (step.stated or ZERO) - computed
    if step.move and difference == -2 * step.move:
        return "the sign of the amount may be wrong"
    if step.move and difference == -step.move:
        return "the balance leaves this amount out"
    if step.move and difference == step.move:
        return "the balance counts this amount twice"
    cents = difference * 100
    if cents == int(cents) and int(cents) % 9 == 0:
        return "the difference is divisible by 9, as when two digits have changed places"
    return ""


def _paired(breaks: list[Break], steps: Sequence[Step]) -> list[Break]:
    """One break where a single balance is wrong: the next line goes on from the computed one."""
    place = {step.line: n for n, step in enumerate(steps) if step.stated is not None}
    rank = {line: n for n, line in enumerate(place)}
    kept: list[Break] = []
    for item in breaks:
        last = kept[-1] if kept else None
        opposite = last and not last.hint.startswith("only") and last.difference == -item.difference
        if last and opposite and rank[item.line] == rank[last.line] + 1:
            hint = f"only this balance is wrong: line {item.line} goes on from the computed one"
            kept[-1] = last._replace(hint=hint)
            continue
        kept.append(item)
    return kept


def _finding(sheet: Sheet, item: Break, digits: int) -> Finding:
    figures = [amounts.money(value, digits) for value in (item.computed, item.stated, item.difference)]
    text = f"the balance should be {figures[0]} and is stated as {figures[1]}, a difference of {figures[2]}"
    text += f"; {item.hint}" if item.hint else ""
    return arguments.finding(severity="high", rule="balance-breaks", file=sheet.name, line=item.line, text=text)


def _vouchers(case: Case, sheet: Sheet, moved: Movements) -> Result | None:
    """Whether debit and credit of each voucher are equal, where the file books vouchers of several lines."""
    numbers = sheet.text("document")
    if not (moved.two_sided or sheet.has("account")) or not sheet.has("document") or (moved.flow and moved.two_sided):
        return None
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, number in enumerate(numbers):
        if number and moved.values[n] is not None:
            groups[number, sheet.currency[n]].append(n)
    several = [rows for rows in groups.values() if len(rows) > 1]
    sums = {key: sum((moved.values[n] or ZERO for n in rows), ZERO) for key, rows in groups.items()}
    if not several or sum(not total for total in sums.values()) * 2 < len(sums):
        return None
    wrong = [(key, rows) for key, rows in groups.items() if sums[key]]
    head = arguments.prefix(case, sheet)
    facts = {
        f"{head}vouchers": Fact(value=str(len(groups)), source=sheet.table.source),
        f"{head}unbalanced_vouchers": Fact(value=str(len(wrong)), source=sheet.table.source),
    }
    findings = [_voucher(sheet, moved, key[0], rows) for key, rows in wrong[:LISTED]]
    if not wrong:
        return Result(f"Every voucher of {shown.code(sheet.name)} balances ({len(groups)}).", facts=facts)
    text = f"{len(wrong)} of {len(groups)} vouchers of {shown.code(sheet.name)} do not balance:\n\n" + "\n".join(
        f"- {shown.says(finding)} ({shown.lines([sheet.lines[n] for n in rows])})"
        for finding, (_, rows) in zip(findings, wrong, strict=False)
    )
    return Result(text, facts=facts, findings=tuple(findings))


def _voucher(sheet: Sheet, moved: Movements, number: str, rows: Sequence[int]) -> Finding:
    plus = sum((v for n in rows if (v := moved.values[n]) and v > 0), ZERO)
    minus = -sum((v for n in rows if (v := moved.values[n]) and v < 0), ZERO)
    text = (
        f"voucher {shown.code(number)}: debit {amounts.money(plus)} and credit {amounts.money(minus)} differ by "
        f"{amounts.money(plus - minus)}"
    )
    return arguments.finding(
        severity="high", rule="voucher-unbalanced", file=sheet.name, line=sheet.lines[rows[0]], text=text
    )
