"""What is still open and how long it is overdue, and how long the cash lasts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from heapq import nsmallest
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.finance import arguments, movements
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.duplicates import number
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.tables import amounts, hints, sheets, shown
from bizops.agent.tools.tables.dates import bare
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
PAID = frozenset({"paid", "bezahlt", "paye", "payee", "pagado", "pagada", "pagato", "pagata", "betaald", "pago", "paga",
                  "closed", "cleared", "settled", "regle", "ausgeglichen", "cancelled", "void", "storniert", "voided",
                  "in payment", "erledigt", "reconciled", "cobrado", "saldato"})  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One open document: what is open of it, since when it is due (days, negative before), whose, and its line."""

    line: int
    number: str
    party: str
    currency: str
    open: Decimal
    due: date
    overdue: int

    @property
    def bucket(self) -> int:
        """Its place in BUCKETS."""
        return next(n for n, (_, _, last) in enumerate(BUCKETS) if last is None or self.overdue <= last)


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
    role = next((r for r in ("open", "gross", "amount", "net", "debit") if sheet.has(r)), "")
    if not role:
        arguments.need(sheet, "amount", what="the open amounts")
    waiting = arguments.asks(sheet, role, *(["paid"] if sheet.has("paid") else []))
    if waiting:
        return waiting
    day = _day(as_of) if as_of else hints.today(case, sheet.hints)
    days_to_pay = terms if terms >= 0 else sheet.hints.terms
    paid = _payments(sheets.read(case, payments, "", decimal, dates)) if payments else {}
    items, undated = _items(sheet, role, day, days_to_pay, paid)
    asked = sheet.open("due" if sheet.has("due") else "date")
    if asked and undated:
        return _two_readings(case, sheet, role, (day, days_to_pay, paid), (file, columns, decimal))
    if not items and undated and not sheet.has("due") and days_to_pay is None and not sheet.has("terms"):
        arguments.need(sheet, "due", what="the due date (or the date with terms of payment, such as: due in 30 days)")
    return _aged(case, sheet, items, undated, day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ToolError(f'"{text}" is no day', fix="write it as 2026-03-31") from error


def _two_readings(
    case: Case,
    sheet: Sheet,
    role: str,
    how: tuple[date, int | None, Mapping[str, Decimal]],
    which: tuple[str, str, str],
) -> Result:
    """The ages under both orders of day and month: one answer where they agree, else both and the question."""
    file, columns, decimal = which
    both = {order: _items(sheets.read(case, file, columns, decimal, order), role, *how) for order in ("day", "month")}
    if _sums(both["day"][0]) == _sums(both["month"][0]):
        made = _aged(case, sheet, *both["day"], how[0])
        note = "The dates allow two readings; both give these sums."
        findings = tuple(finding for finding in made.findings if finding.rule != "overdue")
        return Result(f"{made.text}\n\n{note}", made.data, made.facts, findings)
    asked = sheet.open("due" if sheet.has("due") else "date")
    facts: dict[str, Fact] = {}
    head, rows = arguments.prefix(case, sheet), []
    for order, (items, _) in both.items():
        for coin in sorted({item.currency for item in items}):
            mine = [item for item in items if item.currency == coin]
            sums = [sum((item.open for item in mine if item.bucket == n), ZERO) for n in range(len(BUCKETS))]
            tail = f"_{shown.slug(coin)}" if coin else ""
            where = source(sheet.name, [item.line for item in mine])
            for key, value in zip((*KEYS, "open_total"), (*sums, sum(sums, ZERO)), strict=True):
                name = f"{head}{key}{tail}" + ("" if key == "open_total" else f"_if_{order}_first")
                facts[name] = Fact(value=amounts.plain(value), unit=coin, source=where)
            figures = (amounts.money(value) for value in (*sums, sum(sums, ZERO)))
            rows.append((f"{order} first {coin}".rstrip(), *figures))
    text = f"{shown.code(sheet.name)} as of {how[0].isoformat()}; what is overdue depends on how its dates are read:"
    facts[f"{head}as_of"] = Fact(value=how[0].isoformat(), source="issue")
    data = {"questions": asked} | {name: fact.value for name, fact in facts.items()}
    table = shown.table(("read as", *NAMES, "open"), rows)
    return Result(f"{text}\n\n{table}", data, facts, arguments.unread(sheet), asked)


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


def _items(
    sheet: Sheet, role: str, day: date, terms: int | None, paid: Mapping[str, Decimal]
) -> tuple[list[Item], list[int]]:
    """The open items, and the lines of open amounts whose due date is not known."""
    due, when = sheet.days.get("due"), sheet.days.get("date")
    status, settled = sheet.text("status"), sheet.days.get("paid_date")
    before, left = sheet.amounts("paid"), dict(paid)
    items, undated = [], []
    for n, amount in enumerate(sheet.amounts(role)):
        rest = (amount or ZERO) - ((before[n] or ZERO) if role != "open" else ZERO)
        key = number(sheet.text("document")[n])
        if left.get(key):
            rest, left[key] = rest - left[key], ZERO
        done = settled[n] if settled else None
        closed = bare(status[n]).strip() in PAID or (done is not None and done <= day and before[n] is None)
        if not rest or (closed and role != "open"):
            continue
        until = due[n] if due else None
        start = when[n] if when else None
        if until is None and start:
            own = _terms(sheet.text("terms")[n])
            wait = own if own is not None else terms
            until = start + timedelta(days=wait) if wait is not None else None
        if until is None:
            undated.append(sheet.lines[n])
            continue
        items.append(Item(sheet.lines[n], sheet.text("document")[n], sheet.text("party")[n], sheet.currency[n], rest,
                          until, (day - until).days))  # fmt: skip
    return items, undated


def _terms(cell: str) -> int | None:
    digits = [part for part in "".join(c if c.isdigit() else " " for c in cell).split() if len(part) <= 3]
    return int(digits[-1]) if digits else None


def _sums(items: Sequence[Item]) -> dict[tuple[str, str, int], Decimal]:
    found: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for item in items:
        found[item.currency, item.party, item.bucket] += item.open
    return dict(found)


def _aged(case: Case, sheet: Sheet, items: Sequence[Item], undated: Sequence[int], day: date) -> Result:
    head, parts, facts = arguments.prefix(case, sheet), [], {}
    coins = sorted({item.currency for item in items})
    facts[f"{head}as_of"] = Fact(value=day.isoformat(), source="issue" if sheet.hints.as_of else "day of the case")
    for coin in coins:
        mine = [item for item in items if item.currency == coin]
        tail = f"_{shown.slug(coin)}" if len(coins) > 1 else ""
        digits = amounts.places((item.open for item in mine), coin)
        sums = [sum((item.open for item in mine if item.bucket == n), ZERO) for n in range(len(BUCKETS))]
        where = source(sheet.name, [item.line for item in mine])
        for key, value in zip((*KEYS, "open_total", "overdue_total"), (*sums, sum(sums, ZERO), sum(sums[1:], ZERO)),
                              strict=True):  # fmt: skip
            facts[f"{head}{key}{tail}"] = Fact(value=amounts.plain(value, digits), unit=coin, source=where)
        parts.append(_table(mine, coin, digits))
    late = [item for item in items if item.overdue > 0]
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
    intro = f"{shown.code(sheet.name)} as of {day.isoformat()}: {'; '.join(figures) or 'nothing is open'}"
    intro += f" ({len(items)} items, {len(late)} overdue)."
    if undated:
        parts.append(f"Without a due date: {shown.lines(undated)}.")
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join([intro, *parts]), data, facts, (*findings, *arguments.unread(sheet)))


def _table(items: Sequence[Item], coin: str, digits: int) -> str:
    by_party: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * len(BUCKETS))
    for item in items:
        by_party[item.party][item.bucket] += item.open
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
