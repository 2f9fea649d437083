"""What a table of entries adds up to: by account, by month, by currency; and what its own totals say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, islice

from bizops.agent.agent import Result, tool
from bizops.agent.tools import amounts, arguments, exchange, kinds, movements, sheets, shown
from bizops.agent.tools.arguments import Columns, File, Order, Sign
from bizops.agent.tools.movements import ZERO, Movements
from bizops.agent.tools.sheets import Sheet
from bizops.agent.tools.tables import source
from bizops.case import Case
from bizops.decision import Fact, Finding

GROUPS = 25  # accounts and months that are listed; the rest is one line
LABELS = ("account", "party", "text")


@tool("compute")
def inspect_table(case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "") -> Result:
    """What a file holds: its columns and what each is taken for, rows, currencies, and what is unclear or unreadable.

    Use it first. What it asks must be answered (by the issue, or by the arguments) before figures can be trusted.
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    taken = {role: sheet.table.header[n] for role, n in sheet.roles.columns.items()}
    rows = [row.cells for row in sheet.table.rows[:5]]
    data = {
        "columns": sheet.table.header, "taken_for": taken, "entries": len(sheet.lines), "first_rows": rows,
        "header_line": sheet.table.header_line, "currencies": sorted(set(sheet.currency)),
        "questions": list(sheet.questions.values()), "notes": sheet.notes,
        "stated": [f"line {s.line}: {s.kind} {s.label}" for s in sheet.stated[:20]],
    }  # fmt: skip
    listed = ", ".join(f"{shown.code(name)} ({role.replace('_', ' ')})" for role, name in taken.items())
    count = str(len(sheet.lines))
    text = f"{shown.code(sheet.name)}: {count} entries; columns used: {listed or 'none'}."
    facts = {f"{arguments.prefix(case, sheet)}entries": Fact(value=count, source=sheet.table.source)}
    return Result(text, data, facts, arguments.unread(sheet), tuple(sheet.questions.values()))


@dataclass
class Sums:
    """Running sums of one group of entries."""

    plus: Decimal = ZERO
    minus: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    lines: list[int] = field(default_factory=list)
    kind: kinds.Kind = ""

    @property
    def net(self) -> Decimal:
        return self.plus + self.minus


@dataclass(frozen=True)
class Totals:
    """Sums of the entries in one currency: all, by label, by month (`2026-10`)."""

    currency: str
    all: Sums
    labels: Mapping[str, Sums]
    months: Mapping[str, Sums]


@tool("compute")
def statement(case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "") -> Result:
    """Sum the entries of a file: income, expenses and net (or debit and credit), by account and by month.

    Each currency is a statement of its own; they are joined only with exchange rates that the issue or a file gives.
    Rows that state a total are compared with the sum of their entries.
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    moved = movements.read(sheet)
    waiting = arguments.asks(sheet, *moved.roles)
    if waiting:
        return waiting
    parts: list[str] = []
    questions: list[str] = []
    facts: dict[str, Fact] = {}
    totals = [*_totals(sheet, moved)]
    for part in totals:
        made, more = _one(case, sheet, moved, part, several=len(totals) > 1)
        parts.append(made.text)
        facts.update(made.facts)
        questions += more
    if len(totals) > 1:
        made = _joined(case, sheet, totals)
        parts.append(made.text)
        facts.update(made.facts)
        questions += made.questions
    findings = (*islice(_stated(sheet, moved), arguments.FINDINGS), *arguments.unread(sheet))
    notes = [note for note in (moved.note, *sheet.notes) if note]
    if "date" in sheet.questions:
        notes.append("days and months cannot be told apart in the dates, so nothing is shown by month")
    parts += [f"Note: {note}." for note in notes]
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join(parts), {"facts": data, "questions": questions}, facts, findings, tuple(questions))


def _totals(sheet: Sheet, moved: Movements) -> Iterable[Totals]:
    """The sums of a sheet, currency by currency, the one with most entries first."""
    label = _label(sheet)
    names = sheet.section if label == "section" else sheet.text(label) if label else [""] * len(sheet.lines)
    stated = sheet.text("kind")
    days = sheet.days.get("date") or sheet.blank[1]
    every: dict[str, Sums] = defaultdict(Sums)
    labels: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    months: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    sided = moved.two_sided
    for n, value in enumerate(moved.values):
        if value is None:
            continue
        coin, day = sheet.currency[n], days[n]
        groups = [every[coin]]
        if label:
            groups.append(labels[coin][names[n]])
            if not groups[1].kind and label == "account":
                groups[1].kind = kinds.find(names[n], stated[n], sheet.section[n], sheet.hints)
        if day:
            groups.append(months[coin][f"{day.year:04}-{day.month:02}"])
        for group in groups:
            if value > 0:
                group.plus += value
            else:
                group.minus += value
            if sided:
                group.debit += moved.debit[n] or ZERO
                group.credit += moved.credit[n] or ZERO
            group.lines.append(sheet.lines[n])
    for coin in sorted(every, key=lambda c: (-len(every[c].lines), c)):
        yield Totals(coin, every[coin], labels[coin], months[coin])


def _label(sheet: Sheet) -> str:
    """The role that entries are grouped by: accounts where they differ, else whoever or whatever repeats."""
    if len(set(sheet.text("account"))) > 1:
        return "account"
    if len(set(filter(None, sheet.section))) > 1:
        return "section"
    for role in LABELS[1:]:
        distinct = len(set(sheet.text(role)))
        if 1 < distinct <= len(sheet.lines) // 2:
            return role
    return ""


def _one(case: Case, sheet: Sheet, moved: Movements, part: Totals, *, several: bool) -> tuple[Result, list[str]]:
    """The statement in one currency, and what must be asked to complete it."""
    coin = part.currency
    digits = amounts.places((v for v in moved.values if v), coin)
    tail = f"_{shown.slug(coin)}" if several else ""
    head = arguments.prefix(case, sheet)
    found = _result(part, moved)
    where = source(sheet.name, part.all.lines)
    rows, facts = [], {}
    for name, value in found.rows:
        facts[f"{head}{shown.slug(name)}{tail}"] = Fact(value=amounts.plain(value, digits), unit=coin, source=where)
        rows.append((name, amounts.money(value, digits)))
    count = str(len(part.all.lines))
    facts[f"{head}entries{tail}"] = Fact(value=count, source=where)
    figures = ", ".join(f"{name} {figure}" for name, figure in rows)
    entries = "entry" if count == "1" else "entries"
    text = [
        f"{shown.code(sheet.name)}, {count} {entries} ({shown.span(part.all.lines)}): {figures} {coin}".rstrip() + "."
    ]
    for title, groups in ((_label(sheet) or "account", part.labels), ("month", part.months)):
        if len(groups) > 1:
            text.append(_grouped(title, groups, moved, digits))
            facts |= _group_facts(sheet, groups, moved, (f"{head}{title}", tail, coin, digits))
    questions = [] if not found.unknown else [_kind_question(sheet, found.unknown, part)]
    return Result("\n\n".join(text), facts=facts), questions


@dataclass(frozen=True)
class Outcome:
    """The named figures of a statement, and the accounts whose kind would change them."""

    rows: Sequence[tuple[str, Decimal]]
    unknown: tuple[str, ...] = ()


def _result(part: Totals, moved: Movements) -> Outcome:
    """Income, expenses and net as the signs, the sides or the kinds of the accounts give them."""
    known = {name: s for name, s in part.labels.items() if s.kind in ("income", "expense")}
    incomes = [s.net for s in known.values() if s.kind == "income"]
    costs = [s.net for s in known.values() if s.kind == "expense"]
    if moved.two_sided and not moved.flow:
        rows = [
            ("debit", part.all.debit),
            ("credit", part.all.credit),
            ("difference", part.all.debit - part.all.credit),
        ]
        if incomes and costs:
            income, spent = -sum(incomes, ZERO), sum(costs, ZERO)
            rows += [("income", income), ("expenses", spent), ("net", income - spent)]
        return Outcome(rows)
    if any(s.kind in ("asset", "liability", "equity") for s in part.labels.values()) and (incomes or costs):
        flip = -1 if sum(incomes, ZERO) < 0 or (not incomes and sum(costs, ZERO) > 0) else 1
        income, spent = flip * sum(incomes, ZERO), -flip * sum(costs, ZERO)
        return Outcome([("income", income), ("expenses", spent), ("net", income - spent)])
    if part.all.minus or moved.two_sided or not incomes:
        if not part.all.minus and not moved.two_sided:
            return Outcome([("total", part.all.plus)])
        if moved.two_sided or not incomes or sum(cost > 0 for cost in costs) <= sum(cost < 0 for cost in costs):
            rows = [("income", part.all.plus), ("expenses", -part.all.minus), ("net", part.all.net)]
            return Outcome(rows)
    # Positive figures in both: their kinds tell income from expense, and every account must have one.
    unknown = tuple(name for name, s in part.labels.items() if s.kind not in ("income", "expense"))
    if unknown:
        open_ = sum((part.labels[name].net for name in unknown), ZERO)
        return Outcome(
            [("income", sum(incomes, ZERO)), ("expenses", sum(costs, ZERO)), ("not yet clear", open_)], unknown
        )
    income, spent = sum(incomes, ZERO), sum(costs, ZERO)
    return Outcome([("income", income), ("expenses", spent), ("net", income - spent)])


def _kind_question(sheet: Sheet, unknown: Sequence[str], part: Totals) -> str:
    places = ", ".join(f"{shown.code(name)} (line {part.labels[name].lines[0]})" for name in unknown[:8])
    return (
        f"`{sheet.name}`: is each of these income or expense: {places}? All figures are positive, so the net depends "
        f'on it. Answer for example: "{unknown[0][:40]}" is an expense.'
    )


def _grouped(title: str, groups: Mapping[str, Sums], moved: Movements, digits: int) -> str:
    ledger = moved.two_sided and not moved.flow
    rows = []
    for name, sums in _largest(title, groups):
        figures = (sums.debit, sums.credit, sums.debit - sums.credit) if ledger else (sums.plus, -sums.minus, sums.net)
        rows.append((shown.safe(name) or "(blank)", *(amounts.money(value, digits) for value in figures)))
    if len(groups) > GROUPS:
        rows.append((f"{len(groups) - GROUPS} more", *("" for _ in range(3))))
    names = ("debit", "credit", "balance") if ledger else ("in", "out", "net")
    return shown.table((title, *names), rows)


def _largest(title: str, groups: Mapping[str, Sums]) -> list[tuple[str, Sums]]:
    """The groups that are shown: months in order, the largest accounts first."""
    if title == "month":
        return sorted(groups.items())[-GROUPS:]
    return sorted(groups.items(), key=lambda item: (-abs(item[1].plus) - abs(item[1].minus), item[0]))[:GROUPS]


def _group_facts(
    sheet: Sheet, groups: Mapping[str, Sums], moved: Movements, names: tuple[str, str, str, int]
) -> dict[str, Fact]:
    head, tail, coin, digits = names
    ledger = moved.two_sided and not moved.flow
    facts = {}
    for name, sums in _largest(head.rsplit("_", 1)[-1], groups):
        figures = {"debit": sums.debit, "credit": sums.credit, "balance": sums.debit - sums.credit} if ledger else {
            "in": sums.plus, "out": -sums.minus, "net": sums.net}  # fmt: skip
        for what, value in figures.items():
            key = f"{head}_{shown.slug(name)}_{what}{tail}"
            facts[key] = Fact(value=amounts.plain(value, digits), unit=coin, source=source(sheet.name, sums.lines))
    return facts


def _joined(case: Case, sheet: Sheet, totals: Sequence[Totals]) -> Result:
    """All currencies in one, where rates are given; else the question for them."""
    coins = frozenset(part.currency for part in totals)
    listed = ", ".join(sorted(coin or "no currency" for coin in coins))
    rates = exchange.find(case, coins)
    joined = rates.convert({part.currency: part.all.net for part in totals}) if rates else None
    if rates is None or joined is None:
        text = (
            f"The file has several currencies ({listed}); they are not added up, because no exchange rates are given."
        )
        return Result(text)
    used = ", ".join(f"1 {coin} = {amounts.plain(rates.values[coin].normalize())} {rates.target}"
                     for coin in sorted(coins) if coin in rates.values)  # fmt: skip
    name = f"{arguments.prefix(case, sheet)}net_in_{shown.slug(rates.target)}"
    where = f"{sheet.table.source} with rates of {rates.source}"
    fact = Fact(value=amounts.plain(joined), unit=rates.target, source=where)
    text = f"Together {amounts.money(joined)} {rates.target} net, with {used}; each currency {exchange.ROUNDING}."
    return Result(text, facts={name: fact})


def _stated(sheet: Sheet, moved: Movements) -> Iterable[Finding]:
    """The totals that the file states, against the sums of its entries: below the last total, or from the top."""
    columns = {role: sheet.amounts(role) for role in sheet.money if role in ("debit", "credit", "budget", "actual")}
    columns |= {role: sheet.amounts(role) for role in moved.roles}
    if "balance" in moved.roles or len(set(sheet.currency)) > 1:
        return
    prefixes = {role: [ZERO, *accumulate(v or ZERO for v in values)] for role, values in columns.items()}
    starts = _section_starts(sheet.section)
    last = 0
    for row in sheet.stated:
        if row.kind not in ("total", "subtotal"):
            continue
        for role, sums in prefixes.items():
            said = sheet.value(role, row.cells)
            begins = (0, last, starts[row.at - 1] if row.at else 0)
            parts = [sums[row.at] - sums[start] for start in begins]
            if said is None or said in parts or -said in parts:
                continue
            computed = parts[0] if row.kind == "total" else parts[1]
            text = (
                f"{shown.code(row.label)} states {amounts.money(said)} in {shown.code(sheet.heading(role))}; the "
                f"entries above add up to {amounts.money(computed)}, a difference of {amounts.money(said - computed)}"
            )
            yield Finding(severity="high", rule="total-differs", file=sheet.name, line=row.line, text=text)
        last = row.at


def _section_starts(sections: Sequence[str]) -> list[int]:
    """For each entry, where its section begins."""
    starts: list[int] = []
    for n, name in enumerate(sections):
        starts.append(starts[-1] if n and name == sections[n - 1] else n)
    return starts
