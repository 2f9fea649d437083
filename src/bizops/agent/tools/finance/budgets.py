"""Budget against actual: by account and in all, in amounts and percent, good or bad by the kind of the account."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.finance import arguments, movements, stated, variances
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.tables import amounts, headings, kinds, roles, sheets, shown
from bizops.agent.tools.tables.dates import MONTHS
from bizops.agent.tools.tables.places import source
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding
from bizops.rules.data import prose

LISTED = 60
TENTH = Decimal("0.1")


@dataclass
class Line:
    """One account of the comparison; None where a side has no figure."""

    name: str
    kind: kinds.Kind = ""
    budget: Decimal | None = None
    actual: Decimal | None = None
    lines: list[int] = field(default_factory=list)
    file: str = ""
    period: str = ""  # where the file has several pairs of budget and actual
    dash: bool = False  # the side without a figure is a dash, which may mean zero

    @property
    def variance(self) -> Decimal:
        return (self.actual or ZERO) - (self.budget or ZERO)

    @property
    def percent(self) -> str:
        return percent(self.variance, self.budget)


def percent(variance: Decimal, budget: Decimal | None) -> str:
    """The variance in percent of the budget, one decimal, rounded half up; empty where there is no budget."""
    if not budget:
        return ""
    return f"{(variance * 100 / abs(budget)).quantize(TENTH, rounding=ROUND_HALF_UP):+}"


@tool("compute")
def budget(
    case: Case, file: File, actual_file: File = "", columns: Columns = "", decimal: Sign = "", dates: Order = ""
) -> Result:
    """Compare budget and actual by account: variance in amount and percent, favourable or not, missing pairs, totals.

    One file with both columns, or the budget in `file` and the entries in `actual_file`.
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    if actual_file:
        other = sheets.read(case, actual_file, "", decimal, dates)
        return _compare(case, (sheet, other), _two(sheet, other))
    arguments.need(sheet, "budget", "actual", what="the budget and the actual figures")
    waiting = arguments.asks(sheet, "budget", "actual")
    if waiting:
        return waiting
    found: dict[tuple[str, str, str], Line] = {}
    periods = sheet.text("period")
    dashes = {gap.line for gap in sheet.gaps if gap.how == "dash"}
    for n, name in enumerate(_names(sheet)):
        plan, real = sheet.amounts("budget")[n], sheet.amounts("actual")[n]
        if plan is None and real is None:
            continue
        line = found.setdefault((periods[n], name, sheet.currency[n]), Line(name, file=sheet.name, period=periods[n]))
        line.kind = line.kind or kinds.find(name, sheet.text("kind")[n], sheet.section[n], sheet.hints)
        line.budget = line.budget if plan is None else (line.budget or ZERO) + plan
        line.actual = line.actual if real is None else (line.actual or ZERO) + real
        line.lines.append(sheet.lines[n])
        line.dash = line.dash or sheet.lines[n] in dashes
    lines = list(found.values())
    return (
        _by_period(case, sheet, lines) if len({line.period for line in lines}) > 1 else _compare(case, (sheet,), lines)
    )


def _by_period(case: Case, sheet: Sheet, lines: Sequence[Line]) -> Result:
    """A comparison for each period: all of them, or those that the issue names; a year to date is no other's sum."""
    every = list(dict.fromkeys(line.period for line in lines))
    said = {_period(word) for word in headings.words(f"{case.issue.title} {prose(case.issue.body)}"[:4000]).split()}
    asked = [name for name in every if said >= {_period(word) for word in headings.words(name).split()}] or every
    parts = [(name, _compare(case, (sheet,), [x for x in lines if x.period == name], name)) for name in asked]
    wrong = (*stated.check(sheet), *variances.check(sheet))
    text = [part.text for _, part in parts]
    text += ["The file's own figures do not agree:\n\n" + "\n".join(map(shown.item, wrong))] if wrong else []
    left = [name for name in every if name not in asked]
    text += [f"Not asked for and not shown: {', '.join(map(shown.code, left))}."] if left else []
    findings = dict.fromkeys((*wrong, *(finding for _, part in parts for finding in part.findings)))
    questions = dict.fromkeys(question for _, part in parts for question in part.questions)
    facts = {name: fact for _, part in parts for name, fact in part.facts.items()}
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join(text), data, facts, tuple(findings), tuple(questions))


def _period(word: str) -> str:
    """A word of a period, the same for all names of a month."""
    return str(MONTHS[word]) + "m" if word in MONTHS else word


def _names(sheet: Sheet) -> list[str]:
    """What each line is about: the account or what stands for it, else the one column that has no other meaning."""
    label = next((role for role in ("account", "text", "party", "document", "kind") if sheet.has(role)), "")
    if label:
        return list(sheet.text(label))
    used = set(sheet.roles.columns.values())
    free = [
        n for n in range(len(sheet.table.header)) if n not in used and any(cells[n].strip() for cells in sheet.cells)
    ]
    if len(free) > 1:  # shares and the like are no names
        free = [n for n in free if not roles.figures(sheet.table, n)]
    if len(free) == 1:
        return [cells[free[0]].strip() for cells in sheet.cells]
    if len(sheet.lines) < 2:
        return [""] * len(sheet.lines)
    columns = ", ".join(shown.code(name) for name in sheet.table.header[:30])
    raise ToolError(
        "no column says which account each line is",
        where=f"{sheet.name}:{sheet.table.header_line or 1}",
        fix=f"say which one it is; the columns are {columns}",
    )


def _two(plan: Sheet, real: Sheet) -> list[Line]:
    """The lines of two files, joined by the words of the account's name."""
    found: dict[str, Line] = {}
    for sheet, side in ((plan, "budget"), (real, "actual")):
        role = next((r for r in (side, "amount") if sheet.has(r)), "")
        moved = movements.read(sheet) if not role or (side == "actual" and not sheet.has("actual")) else None
        waiting = sheet.open(*(moved.roles if moved else (role,)))
        if waiting:
            raise ToolError("its figures allow two readings", where=sheet.name, fix=waiting[0])
        names = _names(sheet)
        for n, value in enumerate(moved.values if moved else sheet.amounts(role)):
            if value is None:
                continue
            name = names[n]
            line = found.setdefault(headings.words(name), Line(name, file=sheet.name))
            line.kind = line.kind or kinds.find(name, sheet.text("kind")[n], sheet.section[n], sheet.hints)
            if side == "budget":
                line.budget = (line.budget or ZERO) + value
            else:
                line.actual = (line.actual or ZERO) + value
            if line.file == sheet.name:
                line.lines.append(sheet.lines[n])
    _same_sign(list(found.values()))
    return list(found.values())


def _same_sign(lines: Sequence[Line]) -> None:
    """A budget gives costs as positive figures where the ledger books them as negative ones: one sign for both."""
    pairs = [line for line in lines if line.budget and line.actual]
    if pairs and all(line.budget and line.budget > 0 for line in pairs):
        for line in lines:
            line.actual = abs(line.actual) if line.actual is not None and line.kind != "income" else line.actual


def _compare(case: Case, used: Sequence[Sheet], lines: list[Line], period: str = "") -> Result:
    coins = sorted({coin for sheet in used for coin in sheet.currency})
    if len(coins) > 1:
        raise ToolError(
            f"budget and actual are in several currencies ({', '.join(coins)})",
            where=used[0].name,
            fix="give one file for each, or the exchange rates",
        )
    coin = coins[0] if coins else ""
    digits = amounts.places((v for line in lines for v in (line.budget, line.actual) if v is not None), coin)
    head = arguments.prefix(case, used[0]) if len(used) == 1 else ""
    head += f"{shown.slug(period)}_" if period else ""
    signed = _signed(lines)
    checked = () if period else used
    wrong = [finding for sheet in checked for finding in (*stated.check(sheet), *variances.check(sheet))]
    rows, facts, findings = [], {}, list(wrong)
    for line in sorted(lines, key=lambda line: (-abs(line.variance), line.name))[:LISTED]:
        rows.append(_row(line, digits, signed=signed))
        where = source(line.file, line.lines)
        for what, value in (("budget", line.budget), ("actual", line.actual), ("variance", line.variance)):
            if value is not None and (what != "variance" or None not in (line.budget, line.actual)):
                fact = Fact(value=amounts.plain(value, digits), unit=coin, source=where)
                facts[f"{head}{shown.slug(line.name)}_{what}"] = fact
    findings += [_lonely(line) for line in lines if line.budget is None or line.actual is None][: arguments.FINDINGS]
    total, more = _totals(lines, signed=signed, digits=digits)
    for name, value in more.items():
        facts[f"{head}{name}"] = Fact(value=amounts.plain(value, digits), unit=coin, source=used[0].table.source)
    title = f"account ({coin})" if coin else "account"
    table = shown.table((title, "budget", "actual", "variance", "%", ""), [*rows, *total])
    count = str(len(lines))
    facts[f"{head}compared"] = Fact(value=count, source=used[0].table.source)
    questions = _unclear(used[0], lines, signed=signed)
    findings += [finding for sheet in used for finding in arguments.unread(sheet)]
    of = f" {shown.code(period)}" if period else ""
    lead = f"Budget against actual{of}, {count} accounts{_lead(more, digits, coin)}. Variance is actual less budget."
    lonely = [f"{shown.item(f)}; the totals count it as nothing" for f in findings if f.rule == "no-pair"]
    differing = "The file's own figures do not agree:\n\n" + "\n".join(map(shown.item, wrong)) if wrong else ""
    text = "\n\n".join(filter(None, [lead, table, differing, "\n".join(lonely)]))
    data = {name: fact.value for name, fact in facts.items()}
    return Result(text, data, facts, tuple(findings), tuple(questions))


def _unclear(sheet: Sheet, lines: Sequence[Line], *, signed: bool) -> list[str]:
    """The question which accounts are income and which expense, where some are known to be income."""
    unknown = [line for line in lines if not line.kind]
    if not unknown or signed or not any(line.kind == "income" for line in lines):
        return []
    places = ", ".join(f"{shown.code(line.name)} (line {line.lines[0]})" for line in unknown[:8] if line.lines)
    asked = f"`{sheet.name}`: is each of these income or expense: {places}? The result and what is favourable"
    return [f'{asked} depend on it. Answer for example: "{shown.safe(unknown[0].name, 40)}" is an expense.']


def _lead(totals: Mapping[str, Decimal], digits: int, coin: str) -> str:
    """The last of the totals as a clause: `: result planned 1,000.00, actual 900.00, -100.00 (-10.0 %) EUR`."""
    name = next((name for name in ("result", "total") if f"{name}_budget" in totals), "")
    if not name:
        return ""
    plan, real, off = (totals[f"{name}_{what}"] for what in ("budget", "actual", "variance"))
    figures = [amounts.money(value, digits) for value in (plan, real, off)]
    share = f" ({percent(off, plan)} %)" if plan else ""
    return f": {name} planned {figures[0]}, actual {figures[1]}, variance {figures[2]}{share} {coin}".rstrip()


def _signed(lines: Sequence[Line]) -> bool:
    """Whether costs carry a minus."""
    costs = [line.budget if line.budget is not None else line.actual for line in lines if line.kind == "expense"]
    figures = costs or [v for line in lines for v in (line.budget,)]
    return sum(bool(v and v < 0) for v in figures) * 2 > len(figures)


def _row(line: Line, digits: int, *, signed: bool) -> tuple[str, ...]:
    figures = [amounts.money(v, digits) if v is not None else "missing" for v in (line.budget, line.actual)]
    if line.budget is None or line.actual is None:
        return (shown.safe(line.name) or "(blank)", *figures, "", "", "")
    judged = ""
    if line.variance and line.kind in ("income", "expense"):
        good = line.variance > 0 if line.kind == "income" or signed else line.variance < 0
        judged = "favourable" if good else "unfavourable"
    return (shown.safe(line.name) or "(blank)", *figures, amounts.money(line.variance, digits), line.percent, judged)


def _lonely(line: Line) -> Finding:
    side = "budget" if line.budget is None else "actual figure"
    text = f"{shown.code(line.name)} has no {side}"
    if line.dash:
        text += f", but a dash; if that means zero, its variance is {amounts.money(line.variance)}"
    at = line.lines[0] if line.lines else None
    return arguments.finding(severity="medium", rule="no-pair", file=line.file, line=at, text=text)


def _totals(lines: Sequence[Line], *, signed: bool, digits: int) -> tuple[list[tuple[str, ...]], Mapping[str, Decimal]]:
    """The last rows: income, expenses and result where the kinds are known, else one total."""
    rows: list[tuple[str, ...]] = []
    facts: dict[str, Decimal] = {}
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.kind].append(line)

    def add(name: str, plan: Decimal, real: Decimal) -> None:
        facts[f"{name}_budget"], facts[f"{name}_actual"], facts[f"{name}_variance"] = plan, real, real - plan
        figures = (amounts.money(value, digits) for value in (plan, real, real - plan))
        rows.append((f"**{name}**", *figures, percent(real - plan, plan), ""))

    def both(of: Sequence[Line]) -> tuple[Decimal, Decimal]:
        return sum((x.budget or ZERO for x in of), ZERO), sum((x.actual or ZERO for x in of), ZERO)

    if set(groups) == {"income", "expense"} and not signed:
        (income, got), (cost, spent) = both(groups["income"]), both(groups["expense"])
        add("income", income, got)
        add("expenses", cost, spent)
        add("result", income - cost, got - spent)
    elif "income" not in groups or signed:
        plan, real = both(lines)
        add("result" if signed else "total", plan, real)
    return rows, facts
