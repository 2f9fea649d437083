"""What is still open and how long it is overdue, and how long the cash lasts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from heapq import nsmallest
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.finance import arguments, movements, owed, period, stated
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.finance.owed import Item, Open
from bizops.agent.tools.finance.references import number
from bizops.agent.tools.tables import amounts, hints, sheets, shown
from bizops.agent.tools.tables.dates import long
from bizops.agent.tools.tables.places import source
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact

BUCKETS = (("not due", None, 0), ("1 to 30 days", 1, 30), ("31 to 60 days", 31, 60), ("61 to 90 days", 61, 90),
           ("over 90 days", 91, None))  # fmt: skip
NAMES = tuple(name for name, _, _ in BUCKETS)
KEYS = ("not_due", "overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90")
LISTED = 40
FOREVER = -(10**6)  # days: every item is at least so late


@dataclass(frozen=True)
class Key:
    """The day that ages count from, and where it comes from."""

    day: date
    why: str
    source: str = "day of the case"

    @property
    def text(self) -> str:
        return f"{self.day.isoformat()} ({self.why})"


def bucket(item: Item) -> int:
    """An item's place in BUCKETS."""
    return next(n for n, (_, _, last) in enumerate(BUCKETS) if last is None or item.overdue <= last)


@tool("compute")
def ageing(
    case: Case, file: File, payments: File = "", columns: Columns = "", decimal: Sign = "", dates: Order = "",
    as_of: Annotated[str, Field(description="The day ages count from, ISO; else as the issue says, else today")] = "",
    terms: Annotated[int, Field(ge=-1, le=365, description="Days to pay where the file has no due date")] = -1,
) -> Result:  # fmt: skip
    """Age open invoices by their due date: not due, 1 to 30, 31 to 60, 61 to 90, over 90 days; by customer.

    What is open: its own column, else the amount less what is paid (a column, or a second file by number).
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    role = owed.role(sheet)
    if not role:
        arguments.need(sheet, "amount", what="the open amounts")
    waiting = arguments.asks(sheet, role, *(name for name in ("paid", "credit") if sheet.has(name)))
    if waiting:
        return waiting
    key = Key(_day(as_of), "as it was asked of this tool") if as_of else _key(case, sheet)
    days_to_pay = terms if terms >= 0 else sheet.hints.terms
    paid = _payments(sheets.read(case, payments, "", decimal, dates)) if payments else {}
    found = owed.read(sheet, role, case.issue.title)
    if found.question:
        text = f"{shown.code(sheet.name)} has {len(sheet.lines)} entries; what is owed waits for the answer below."
        return Result(text, {"questions": [found.question]}, {}, arguments.unread(sheet), (found.question,))
    if len(sheet.hints.as_ofs) > 1 and not as_of:
        every = [(d, owed.items(sheet, found, role, d, days_to_pay, paid)) for d in map(_day, sheet.hints.as_ofs)]
        return _two_days(case, sheet, every)
    open_ = owed.items(sheet, found, role, key.day, days_to_pay, paid)
    asked = sheet.open("due" if sheet.has("due") else "date")
    if asked and open_.undated:
        return _two_readings(case, sheet, role, (key, days_to_pay, paid), (file, columns, decimal))
    if not open_.items and open_.undated and not sheet.has("due") and days_to_pay is None and not sheet.has("terms"):
        arguments.need(sheet, "due", what="the due date (or the date with terms of payment, such as: due in 30 days)")
    return _aged(case, sheet, open_, key)


def _key(case: Case, sheet: Sheet) -> Key:
    """The key date and where it comes from."""
    if not (words := sheet.hints.as_of_words):
        if (asked := period.closing(case)) and (end := asked.last) <= hints.day(case):
            return Key(end, f"the end of the period asked for, {asked.text}", "issue")
        return Key(hints.today(case, sheet.hints), "today; the issue names no key date")
    return Key(hints.today(case, sheet.hints), f"as the issue says: “{shown.safe(words)}”", "issue")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ToolError(f'"{text}" is no day', fix="write it as 2026-03-31") from error


def _two_readings(
    case: Case,
    sheet: Sheet,
    role: str,
    how: tuple[Key, int | None, Mapping[str, Decimal]],
    which: tuple[str, str, str],
) -> Result:
    """The ages under both orders of day and month: one answer where they agree, else both and the question."""
    file, columns, decimal = which
    key, terms, paid = how
    both: dict[str, Open] = {}
    for order in ("day", "month"):
        read = sheets.read(case, file, columns, decimal, order)
        both[order] = owed.items(read, owed.read(read, role, case.issue.title), role, key.day, terms, paid)
    if _sums(both["day"].items) == _sums(both["month"].items):
        made = _aged(case, sheet, both["day"], key)
        note = "The dates allow two readings; both give these sums."
        findings = tuple(finding for finding in made.findings if finding.rule != "overdue")
        return Result(f"{made.text}\n\n{note}", made.data, made.facts, findings)
    asked = sheet.open("due" if sheet.has("due") else "date")
    facts: dict[str, Fact] = {}
    head, rows = arguments.prefix(case, sheet), []
    for order, open_ in both.items():
        for coin in sorted({item.currency for item in open_.items}):
            mine = [item for item in open_.items if item.currency == coin]
            sums = [sum((item.open for item in mine if bucket(item) == n), ZERO) for n in range(len(BUCKETS))]
            tail = f"_{shown.slug(coin)}" if coin else ""
            where = source(sheet.name, [item.line for item in mine])
            for part, value in zip((*KEYS, "open_total"), (*sums, sum(sums, ZERO)), strict=True):
                name = f"{head}{part}{tail}" + ("" if part == "open_total" else f"_if_{order}_first")
                facts[name] = Fact(value=amounts.plain(value), unit=coin, source=where)
            figures = (amounts.money(value) for value in (*sums, sum(sums, ZERO)))
            rows.append((f"{order} first {coin}".rstrip(), *figures))
    text = f"{shown.code(sheet.name)} as of {key.text}; what is overdue depends on how its dates are read:"
    facts[f"{head}as_of"] = Fact(value=key.day.isoformat(), source=key.source)
    data = {"questions": asked} | {name: fact.value for name, fact in facts.items()}
    table = shown.table(("read as", *NAMES, "open"), rows)
    return Result(f"{text}\n\n{table}", data, facts, arguments.unread(sheet), asked)


def _two_days(case: Case, sheet: Sheet, every: Sequence[tuple[date, Open]]) -> Result:
    """What is overdue on each of several days, one of which the issue means, and the question which."""
    facts: dict[str, Fact] = {}
    head, rows = arguments.prefix(case, sheet), []
    for day, open_ in every:
        for coin in sorted({item.currency for item in open_.items}):
            mine = [item for item in open_.items if item.currency == coin]
            late = sum((item.open for item in mine if item.overdue > 0), ZERO)
            total = sum((item.open for item in mine), ZERO)
            name = f"{head}overdue_total{f'_{shown.slug(coin)}' if coin else ''}_if_{day.isoformat()}"
            facts[name] = Fact(value=amounts.plain(late), unit=coin, source=source(sheet.name, [i.line for i in mine]))
            rows.append((day.isoformat(), coin, amounts.money(total), amounts.money(late)))
    days = [day for day, _ in every]
    question = (
        f"As of which day shall `{sheet.name}` be aged: {' or '.join(map(long, days))}? The issue leaves both. Please "
        f"answer for example “as of {days[0].isoformat()}”."
    )
    text = (
        f"{shown.code(sheet.name)}: what is overdue depends on the key date, for which the issue leaves several days:"
    )
    if asked := () if rows else sheet.open("due" if sheet.has("due") else "date"):
        text = f"{shown.code(sheet.name)}: what is overdue depends on the key date and on how its dates are read."
        return Result(text, {"questions": [question, *asked]}, {}, arguments.unread(sheet), (question, *asked))
    table = shown.table(("as of", "currency", "open", "overdue"), rows)
    data = {"questions": [question]} | {name: fact.value for name, fact in facts.items()}
    return Result(f"{text}\n\n{table}", data, facts, arguments.unread(sheet), (question,))


def _payments(sheet: Sheet) -> Mapping[str, Decimal]:
    """What was paid for each document number."""
    arguments.need(sheet, "document", what="the number of the invoice that is paid")
    moved = movements.read(sheet)
    if waiting := sheet.open(*moved.roles):
        raise ToolError("its figures allow two readings", where=sheet.name, fix=waiting[0])
    found: dict[str, Decimal] = defaultdict(Decimal)
    for text, value in zip(sheet.text("document"), moved.values, strict=True):
        if value and number(text):
            found[number(text)] += value
    total = sum(found.values(), ZERO)
    return {key: -value if total < 0 else value for key, value in found.items()}


def _sums(items: Sequence[Item]) -> dict[tuple[str, str, int], Decimal]:
    found: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for item in items:
        found[item.currency, item.party, bucket(item)] += item.open
    return dict(found)


def _aged(case: Case, sheet: Sheet, open_: Open, key: Key) -> Result:
    items, undated = open_.items, open_.undated
    head, parts, facts = arguments.prefix(case, sheet), [], {}
    coins = sorted({item.currency for item in items})
    facts[f"{head}as_of"] = Fact(value=key.day.isoformat(), source=key.source)
    for coin in coins:
        mine = [item for item in items if item.currency == coin]
        tail = f"_{shown.slug(coin)}" if len(coins) > 1 else ""
        digits = amounts.places((item.open for item in mine), coin)
        sums = [sum((item.open for item in mine if bucket(item) == n), ZERO) for n in range(len(BUCKETS))]
        where = source(sheet.name, [item.line for item in mine])
        for part, value in zip((*KEYS, "open_total", "overdue_total"), (*sums, sum(sums, ZERO), sum(sums[1:], ZERO)),
                              strict=True):  # fmt: skip
            facts[f"{head}{part}{tail}"] = Fact(value=amounts.plain(value, digits), unit=coin, source=where)
        parts.append(_table(mine, coin, digits))
    late = [item for item in items if item.overdue > 0 and item.open > 0]
    facts[f"{head}open_items"] = Fact(value=str(len(items)), source=sheet.table.source)
    facts[f"{head}overdue_items"] = Fact(value=str(len(late)), source=sheet.table.source)
    findings = [
        arguments.finding("medium" if item.overdue > 60 else "low", "overdue", sheet.name, item.line,
                text=f"{shown.safe(item.number or item.party)}: {amounts.money(item.open)} {item.currency}".strip()
                + f" open, {item.overdue} days overdue (due {item.due.isoformat()})")
        for item in nsmallest(arguments.FINDINGS, late, key=lambda i: (-i.overdue, i.line))
    ]  # fmt: skip
    if undated:
        text = f"{len(undated)} open amounts have no due date"
        findings.append(
            arguments.finding(severity="medium", rule="no-due-date", file=sheet.name, line=undated[0], text=text)
        )
    figures = []
    for coin in coins:
        mine = [item for item in items if item.currency == coin]
        sums = [sum((item.open for item in mine if item.overdue >= least), ZERO) for least in (FOREVER, 1)]
        figures.append(f"{amounts.money(sums[0])} {coin}".strip() + f" is open, of it {amounts.money(sums[1])} overdue")
    intro = f"{shown.code(sheet.name)} as of {key.text}: {'; '.join(figures) or 'nothing is open'}"
    intro += f" ({len(items)} items, {len(late)} overdue)."
    parts += _beside(open_, key)
    if totals := (*stated.check(sheet), *owed.differing(sheet)):
        parts.append("\n".join(map(shown.item, totals)))
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join([intro, *parts]), data, facts, (*totals, *findings, *arguments.unread(sheet)))


def _beside(open_: Open, key: Key) -> list[str]:
    """What lowers the sums, what is not in them because it came later, and what has no due date."""
    found = []
    if open_.lowering:
        found.append(f"Credit notes and payments lower what is owed: {shown.lines(open_.lowering)}.")
    if open_.later:
        sum_ = amounts.money(sum(open_.later.values(), ZERO))
        found.append(
            f"Dated after {key.day.isoformat()} and not counted: {shown.lines(list(open_.later))}, {sum_} in all."
        )
    if open_.undated:
        found.append(f"Without a due date: {shown.lines(open_.undated)}.")
    return found


def _table(items: Sequence[Item], coin: str, digits: int) -> str:
    by_party: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * len(BUCKETS))
    for item in items:
        by_party[item.party][bucket(item)] += item.open
    ordered = sorted(by_party.items(), key=lambda entry: (-sum(entry[1]), entry[0]))
    rows = [
        (shown.safe(name) or "(no name)", *(amounts.money(value, digits) for value in (*sums, sum(sums, ZERO))))
        for name, sums in ordered[:LISTED]
    ]
    if len(ordered) > LISTED:
        rows.append((f"{len(ordered) - LISTED} more", *("" for _ in range(len(BUCKETS) + 1))))
    sums = [sum((s[n] for s in by_party.values()), ZERO) for n in range(len(BUCKETS))]
    rows.append(("**total**", *(amounts.money(value, digits) for value in (*sums, sum(sums, ZERO)))))
    return shown.table((f"customer{f' ({coin})' if coin else ''}", *NAMES, "open"), rows)


@tool("compute")
def runway(
    case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "",
    cash: Annotated[str, Field(description="Cash at hand, `120000.00`, where the file has no running balance")] = "",
) -> Result:  # fmt: skip
    """Months that the cash lasts: the last balance divided by the average net burn of the months in the file."""
    sheet = sheets.read(case, file, columns, decimal, dates)
    moved = movements.read(sheet)
    waiting = arguments.asks(sheet, *moved.roles, "date", *(["balance"] if sheet.has("balance") else []))
    if waiting:
        return waiting
    arguments.need(sheet, "date", what="the dates")
    if len(set(sheet.currency)) > 1:
        raise ToolError("the file has several currencies", where=sheet.name, fix="give one file for each")
    months: dict[str, Decimal] = defaultdict(Decimal)
    for day, value in zip(sheet.days["date"], moved.values, strict=True):
        if day and value:
            months[f"{day.year:04}-{day.month:02}"] += value
    balance, where = _cash(sheet, cash)
    if balance is None or not months:
        fix = "give a column with the running balance, or the cash at hand"
        raise ToolError("the cash at hand is not known", where=sheet.name, fix=fix)
    first, last = (int(name[:4]) * 12 + int(name[5:]) for name in (min(months), max(months)))
    count = last - first + 1
    burn = -sum(months.values(), ZERO) / count
    coin, head = sheet.currency[0] if sheet.currency else "", arguments.prefix(case, sheet)
    cents = burn.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    facts = {
        f"{head}cash": Fact(value=amounts.plain(balance), unit=coin, source=where),
        f"{head}monthly_burn": Fact(value=amounts.plain(cents), unit=coin, source=sheet.table.source),
        f"{head}months": Fact(value=str(count), source=sheet.table.source),
    }
    intro = f"Cash {amounts.money(balance)} {coin}".strip()
    if burn <= 0:
        text = f"{intro}; on average the {count} months bring in {amounts.money(-cents)} more than they cost: no burn."
        return Result(text, facts=facts, findings=arguments.unread(sheet))
    lasts = (balance / burn).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    facts[f"{head}runway_months"] = Fact(value=str(lasts), unit="months", source=sheet.table.source)
    text = (
        f"{intro} lasts {lasts} months at an average net burn of {amounts.money(cents)} a month "
        f"({count} months, {min(months)} to {max(months)}; rounded half up)."
    )
    return Result(text, {n: f.value for n, f in facts.items()}, facts, arguments.unread(sheet))


def _cash(sheet: Sheet, said: str) -> tuple[Decimal | None, str]:
    if said:
        try:
            found = amounts.parse(said, "point")
        except ValueError as error:
            raise ToolError(f'"{said}" is no amount', fix="write it as 120000.00") from error
        return (found.value if found else None), "issue"
    steps = [(line, value, day) for line, value, day in zip(
        sheet.lines, movements.running(sheet), sheet.days["date"], strict=True) if value is not None]  # fmt: skip
    if not steps:
        return None, ""
    newest_first = steps[0][2] and steps[-1][2] and steps[0][2] > steps[-1][2]
    line, value, _ = steps[0] if newest_first else steps[-1]
    return value, f"{sheet.name}:{line}"
