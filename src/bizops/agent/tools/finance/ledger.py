"""What a table of entries adds up to: by account, by month, by currency; and what its own totals say."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.finance import (
    arguments,
    asked,
    caveats,
    exchange,
    movements,
    providers,
    stated,
    sums,
    trial,
    within,
)
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.sums import Outcome, Sums, Totals
from bizops.agent.tools.tables import amounts, sheets, shown
from bizops.agent.tools.tables.places import source
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact
from bizops.rules.data import prose

GROUPS = 25  # accounts and months that are listed; the rest is one line
COLUMNS = {"sides": ("debit", "credit", "balance"), "signed": ("in", "out", "net"), "plain": ("amount",)}
BY_MONTH = re.compile(r"month|monat|mensu|mois\b|maand|mensil|quarter|quartal|trimest|kwartaal", re.IGNORECASE)


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
        "stated": [f"line {s.line}: {s.kind} {s.label}" for s in sheet.stated[:20]], "caveats": caveats.of(sheet),
    }  # fmt: skip
    listed = ", ".join(f"{shown.code(name)} ({role.replace('_', ' ')})" for role, name in taken.items())
    count = str(len(sheet.lines))
    text = f"{shown.code(sheet.name)}: {count} entries; columns used: {listed or 'none'}."
    facts = {f"{arguments.prefix(case, sheet)}entries": Fact(value=count, source=sheet.table.source)}
    return Result(text, data, facts, arguments.unread(sheet), tuple(sheet.questions.values()))


@tool("compute")
def statement(case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "") -> Result:
    """Sum the entries of a file: income, expenses and net (or debit and credit), by account and by month.

    Each currency is a statement of its own; they are joined only with exchange rates that the issue or a file gives.
    Rows that state a total are compared with the sum of their entries.
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    if sheet.has("budget", "actual", "period"):
        fix = "compare budget and actual instead: its periods may overlap, as a year to date and its months do"
        raise ToolError("the file holds no entries, but a plan by period", where=sheet.name, fix=fix)
    if proved := trial.prove(case, sheet):
        return proved
    moved = movements.read(sheet)
    waiting = arguments.asks(sheet, *moved.roles)

    def read(order: Literal["day", "month"]) -> Sheet:
        return sheets.read(case, file, columns, decimal, order)

    return waiting or within.each(case, sheet, moved, lambda part: _stated(case, sheet, part, read))


def _stated(
    case: Case, sheet: Sheet, moved: movements.Movements, read: Callable[[Literal["day", "month"]], Sheet]
) -> Result:
    """The statement of the movements that count; `read` gives the sheet with its open dates in one order."""
    leads: list[str] = []  # one for each currency, together before their tables
    parts: list[str] = []
    questions: list[str] = []
    facts: dict[str, Fact] = {}
    every = [*sums.totals(sheet, moved)]
    signed, paired = moved.received or any(part.all.minus for part in every), moved.paired(sheet)
    found = {part.currency: sums.outcome(part, moved, signed=signed, paired=paired) for part in every}
    grouped = {part.currency: part for part in every}
    if any(o.columns == "plain" and o.net is not None and len(o.rows) > 1 for o in found.values()):
        grouped = {part.currency: part for part in sums.totals(sheet, sums.signed_by_kind(sheet, moved))}
    for part in every:
        text, more = _one(case, sheet, part, found[part.currency], several=len(every) > 1)
        tables, groups = _groups(case, sheet, grouped[part.currency], found[part.currency], several=len(every) > 1)
        leads.append(text)
        parts += tables
        facts |= more | groups
        questions += [_kind_question(sheet, found[part.currency].unknown, part)] if found[part.currency].unknown else []
    parts = [" ".join(leads), *parts] if leads else parts
    if len(every) > 1:
        joined = _joined(case, sheet, found)
        parts.append(joined.text)
        facts.update(joined.facts)
    nets = providers.fees(sheet)
    parts += [nets.text] if nets else []
    totals = stated.check(sheet)
    differing = (*totals, *(nets.findings if nets else ()))
    parts += ["\n".join(map(shown.item, totals))] if totals else []
    notes = [note for note in (moved.note, *sheet.notes) if note]
    if "date" in sheet.questions:
        notes.append("days and months cannot be told apart in the dates, so nothing is shown by month")
        parts += _two_readings(case, sheet, read("day"), read("month"), questions)
    parts += [f"Note: {'; '.join(notes)}."] if notes else []
    data = {name: fact.value for name, fact in facts.items()}
    findings = (*differing, *caveats.both_sides(sheet), *arguments.unread(sheet))
    return Result(
        "\n\n".join(filter(None, parts)), {"facts": data, "questions": questions}, facts, findings, tuple(questions)
    )


def _two_readings(case: Case, sheet: Sheet, day: Sheet, month: Sheet, questions: list[str]) -> list[str]:
    """The figures of the month or quarter that the issue names under both orders; the question, where they differ."""
    words = f"{case.issue.title}\n{prose(case.issue.body)}"
    spoken = asked.period(words)
    said = asked.both(*spoken, sheet, day, month) if spoken else ""
    if said or BY_MONTH.search(words):
        questions.append(sheet.questions["date"])
    return [said]


def _one(case: Case, sheet: Sheet, part: Totals, found: Outcome, *, several: bool) -> tuple[str, dict[str, Fact]]:
    """The statement in one currency in a sentence."""
    coin = part.currency
    digits = _digits(part)
    tail = f"_{shown.slug(coin)}" if several else ""
    head = arguments.prefix(case, sheet)
    where = source(sheet.name, part.all.lines)
    facts = {
        f"{head}{shown.slug(name)}{tail}": Fact(value=amounts.plain(value, digits), unit=coin, source=where)
        for name, value in found.rows
    }
    count = str(len(part.all.lines))
    facts[f"{head}entries{tail}"] = Fact(value=count, source=where)
    figures = ", ".join(f"{name} {amounts.money(value, digits)}" for name, value in found.rows)
    entries = "entry" if count == "1" else "entries"
    span = shown.span(part.all.lines)
    return f"{shown.code(sheet.name)}, {count} {entries} ({span}): {figures} {coin}".rstrip() + ".", facts


def _digits(part: Totals) -> int:
    return amounts.places((part.all.plus, part.all.minus, part.all.debit, part.all.credit), part.currency)


def _groups(
    case: Case, sheet: Sheet, part: Totals, found: Outcome, *, several: bool
) -> tuple[list[str], dict[str, Fact]]:
    """The tables by label and by month, and their figures."""
    label = sums.label_of(sheet) or "account"
    tail = f"_{shown.slug(part.currency)}" if several else ""
    columns = "signed" if found.columns == "plain" and part.all.minus else found.columns
    tables: list[str] = []
    facts: dict[str, Fact] = {}
    for title, groups in ((label, part.labels), ("month", part.months)):
        even = title == "month" and columns == "signed" and not any(s.net for s in groups.values())
        if len(groups) < 2 or even:  # a journal's months come to nothing, each
            continue
        rows = []
        for name, group in _largest(title, groups):
            figures = _figures(group, columns)
            rows.append((shown.safe(name) or "(blank)", *(amounts.money(v, _digits(part)) for v in figures.values())))
            for what, value in figures.items():
                key = f"{arguments.prefix(case, sheet)}{title}_{shown.slug(name)}_{what}{tail}"
                text = amounts.plain(value, _digits(part))
                facts[key] = Fact(value=text, unit=part.currency, source=source(sheet.name, group.lines))
        if len(groups) > GROUPS:
            rows.append((f"{len(groups) - GROUPS} more", *("" for _ in COLUMNS[columns])))
        named = f"{title} ({part.currency})" if several and part.currency else title
        tables.append(shown.table((named, *COLUMNS[columns]), rows))
    return tables, facts


def _figures(group: Sums, columns: str) -> dict[str, Decimal]:
    if columns == "sides":
        return {"debit": group.debit, "credit": group.credit, "balance": group.debit - group.credit}
    if columns == "plain":
        return {"amount": group.net}
    return {"in": group.plus, "out": -group.minus, "net": group.net}


def _largest(title: str, groups: Mapping[str, Sums]) -> list[tuple[str, Sums]]:
    """The groups that are shown: months in order, the largest accounts first."""
    if title == "month":
        ordered = list(groups.items())
        return (sorted(ordered) if ordered[0][0][:1].isdigit() else ordered)[-GROUPS:]
    return sorted(groups.items(), key=lambda item: (-item[1].volume, item[0]))[:GROUPS]


def _kind_question(sheet: Sheet, unknown: Sequence[str], part: Totals) -> str:
    places = ", ".join(f"{shown.code(name)} (line {part.labels[name].lines[0]})" for name in unknown[:8])
    return (
        f"`{sheet.name}`: is each of these income or expense: {places}? All figures are positive, so the net depends "
        f'on it. Answer for example: "{shown.safe(unknown[0], 40)}" is an expense.'
    )


def _joined(case: Case, sheet: Sheet, found: Mapping[str, Outcome]) -> Result:
    """All currencies in one, where rates are given."""
    listed = ", ".join(sorted(coin or "no currency" for coin in found))
    rates = exchange.find(case, frozenset(found))
    nets = {coin: net for coin, one in found.items() if (net := one.net) is not None}
    joined = rates.convert(nets) if rates and len(nets) == len(found) else None
    if rates is None or joined is None:
        why = "no exchange rates are given" if rates is None else "not all of them come to one net"
        return Result(f"The file has several currencies ({listed}); they are not added up: {why}.")
    used = ", ".join(f"1 {coin} = {amounts.plain(rates.values[coin].normalize())} {rates.target}"
                     for coin in sorted(found) if coin in rates.values)  # fmt: skip
    name = f"{arguments.prefix(case, sheet)}net_in_{shown.slug(rates.target)}"
    where = f"{sheet.table.source} with rates of {rates.source}"
    fact = Fact(value=amounts.plain(joined), unit=rates.target, source=where)
    text = f"Together {amounts.money(joined)} {rates.target} net, with {used}; each currency {exchange.ROUNDING}."
    return Result(text, facts={name: fact})
