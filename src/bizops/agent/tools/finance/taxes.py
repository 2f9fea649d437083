"""Tax arithmetic: net and tax make gross, net times rate makes tax under a rounding rule that is named.

Rules, tried in this order: half up (the usual one), half even (IEEE 754's default, "banker's"), down, up, each by
line; half up to 0.05 (5 Rappen, the smallest Swiss coin); then half up and half even of each document's total. The
first that fits all lines is the file's; where none does, the one that fits most, and the lines that deviate are named
with both figures.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.finance import arguments, stated
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.tables import amounts, sheets, shown, taxcolumns
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding
from bizops.rules.data import prose

RULES = (("half up, by line", ROUND_HALF_UP), ("half even, by line", ROUND_HALF_EVEN), ("down, by line", ROUND_DOWN),
         ("up, by line", ROUND_UP))  # fmt: skip
TOTALS = (
    ("half up, on each document's total", ROUND_HALF_UP),
    ("half even, on each document's total", ROUND_HALF_EVEN),
)
CALLED = {"net": "net", "tax": "tax", "tax_rate": "rate of the tax", "gross": "gross"}
LISTED = 40
CENT, FIVE = Decimal("0.01"), Decimal("0.05")
RAPPEN = "half up to 0.05, by line"  # Swiss practice: the smallest coin is 5 Rappen
_TAX = r"(?:vat|tax|gst|mwst|ust|mehrwertsteuer|umsatzsteuer|steuer|tva|iva|btw)\b"
_NUMBER = r"(\d{1,2}(?:[.,]\d{1,2})?)\s?(?:%|percent|prozent|pour cent|por ciento)"
_RATE = re.compile(rf"{_TAX}[^.\n\d]{{0,40}}?{_NUMBER}|{_NUMBER}\s{{0,2}}{_TAX}", re.IGNORECASE)
_ON_TOTAL = re.compile(r"\b(?:total|document|invoice|beleg|facture)\b.{0,20}round|round\w*[^.]{0,40}\btotal")
_RAPPEN = re.compile(r"\b(?:5|five|fünf|cinq)[ -]?(?:rappen|rp\b|centimes?|cents)|\b0[.,]05\b|nickel round")
_RULE_WORDS = (
    (r"half[ -]even|banker|mathematisch", "half even"),
    (r"half[ -]up|kaufm[aä]nnisch|arrondi commercial", "half up"),
    (r"round\w* down|abgerundet|abrunden|truncat", "down"),
    (r"round\w* up\b|aufgerundet|aufrunden", "up"),
)


@dataclass(frozen=True)
class Taxed:
    """One line with its figures; `rate` as a fraction (0.19), None where it is not stated."""

    line: int
    number: str
    net: Decimal | None
    tax: Decimal | None
    gross: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True)
class Deviation:
    """A line (or a document, by its first line) whose tax is not what the rule gives."""

    line: int
    number: str
    stated: Decimal
    computed: Decimal
    fits: tuple[str, ...] = ()  # the other rules under which it would be right


@tool("compute")
def tax(case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "") -> Result:
    """Check tax line by line: net + tax = gross, net × rate = tax. Says which rounding rule fits, and what deviates."""
    sheet, notes = _recognised(case, sheets.read(case, file, columns, decimal, dates), columns, decimal, dates)
    gross = "gross" if sheet.has("gross") else "amount"
    present = [role for role in ("net", "tax", gross, "tax_rate") if sheet.has(role)]
    if len(present) < 2 or (not sheet.has("net") and not sheet.has(gross)) or present == ["net", gross]:
        raise ToolError(
            "too few columns to check tax",
            where=f"{sheet.name}:{sheet.table.header_line or 1}",
            fix="at least two of net, tax, gross and rate are needed; the columns are "
            + ", ".join(shown.code(name) for name in sheet.table.header[:30]),
        )
    waiting = arguments.asks(sheet, *present)
    if waiting:
        return waiting
    lines = _lines(sheet, gross)
    said, by = _elsewhere(case, sheet)
    if said is not None:
        lines = [replace(line, rate=said) for line in lines]
    digits = amounts.places(v for line in lines for v in (line.net, line.tax, line.gross) if v is not None)
    sums, sum_findings, unequal = _sums(sheet, lines)
    rule, deviations, checked = best_rule(lines, _named_rule(case))
    head, where = arguments.prefix(case, sheet), sheet.table.source
    facts = {
        f"{head}tax_lines": Fact(value=str(len(lines)), source=where),
        f"{head}tax_deviations": Fact(value=str(len(deviations)), source=where),
    }
    facts |= _totals(sheet, lines, head, digits)
    facts |= _by_rate(lines, f"{head}tax_at", where, digits)
    wrong = len({*unequal, *(item.line for item in deviations)})
    lead = f"{wrong} of {len(lines)} lines" if wrong else f"All {len(lines)} lines"
    parts = [f"{lead} of {shown.code(sheet.name)} {'are wrong' if wrong else 'are right'} in their tax.", sums]
    if not checked:
        parts[0] = f"No rate is stated in {shown.code(sheet.name)}: that net times rate makes the tax was not checked."
    if checked:
        parts.append(_rule_text(rule, deviations, checked, digits, named=bool(_named_rule(case))))
        if said is not None:
            percent = format((said * 100).normalize(), "f")
            facts[f"{head}rate_named"] = Fact(value=percent, unit="%", source=by)
            parts.append(f"The rate is the one that {by} names: {percent} %.")
    totals = stated.check(sheet)
    parts += [*(f"{note}." for note in notes), "\n".join(map(shown.item, totals))]
    differing = [_finding(sheet, item, rule) for item in deviations[:LISTED]]
    findings = [*sum_findings, *totals, *differing, *arguments.unread(sheet)]
    data = {name: fact.value for name, fact in facts.items()} | {"rounding": rule}
    return Result("\n\n".join(filter(None, parts)), data, facts, tuple(findings))


def _recognised(case: Case, sheet: Sheet, columns: str, decimal: str, order: str) -> tuple[Sheet, list[str]]:
    """The sheet with the columns of net, rate, tax and gross that its figures show, and what was read by them alone.

    What the caller or the requester says of a column is not overruled.
    """
    named = sheet.roles.columns
    found = taxcolumns.find(sheet.table, named)
    told = {part.split("=")[0].strip() for part in re.split(r"[,;\n]", columns)} | {r for r, _ in sheet.hints.columns}
    before = {"gross": named["amount"], **named} if "amount" in named else dict(named)
    new = {role: n for role, n in found.items() if before.get(role) != n}
    if any(role in told and named.get(role) != n for role, n in found.items()):
        new = {}
    if new:
        chosen = [columns, *(f"{role}=#{n + 1}" for role, n in found.items() if role not in told)]
        sheet = sheets.read(case, sheet.name, ", ".join(filter(None, chosen)), decimal, order)
    notes = [
        f"Column {shown.code(sheet.table.header[n])} is read as the {CALLED[role]}, by its figures"
        for role, n in new.items()
    ]
    if not sheet.has("tax"):
        notes.append("No column states the tax: it is taken as the gross less the net")
    return sheet, notes


def _elsewhere(case: Case, sheet: Sheet) -> tuple[Decimal | None, str]:
    """The rate where no column states it, as a fraction, and what does: the tax's heading (`VAT 20%`), the issue."""
    if sheet.has("tax_rate"):
        return None, ""
    found = re.search(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%", sheet.heading("tax")) if sheet.has("tax") else None
    if found:
        return Decimal(found[1].replace(",", ".")) / 100, f"column {shown.code(sheet.heading('tax'))}"
    return _said(case), "the issue"


def _words(case: Case) -> str:
    return f"{case.issue.title}\n{prose(case.issue.body)}\n{case.work.asked}"[:20_000]


def _said(case: Case) -> Decimal | None:
    """The one tax rate that the issue's words name, as a fraction; None where they name none, or several."""
    rates = {(one or two).replace(",", ".") for one, two in _RATE.findall(_words(case))}
    return Decimal(rates.pop()) / 100 if len(rates) == 1 else None


def _named_rule(case: Case) -> str:
    """The rounding rule that the issue's words name, as in RULES and TOTALS, or nothing."""
    words = _words(case).casefold()
    if _RAPPEN.search(words):
        return RAPPEN
    mode = next((name for pattern, name in _RULE_WORDS if re.search(pattern, words)), "")
    total = _ON_TOTAL.search(words)
    where = ", on each document's total" if total and mode.startswith("half") else ", by line"
    return mode + where if mode else ""


def _lines(sheet: Sheet, gross: str) -> list[Taxed]:
    """The lines with their figures; where a column is missing, by the others: net or tax from the gross."""
    numbers, net, tax_, total = sheet.text("document"), sheet.amounts("net"), sheet.amounts("tax"), sheet.amounts(gross)
    has_net, has_tax = sheet.has("net"), sheet.has("tax")
    rates = _fractions(sheet)
    found = []
    for n, line in enumerate(sheet.lines):
        base = net[n] if has_net else _minus(total[n], tax_[n])
        due = tax_[n] if has_tax else _minus(total[n], net[n])
        if base is None and due is None:
            continue
        rate = rates[n]
        if isinstance(rate, tuple):  # `0.19` beside `19`: the one that gives the tax, else a percentage as beside it
            rate = next(
                (r for r in rate if base is not None and due is not None and abs(base * r - due) <= CENT), rate[1]
            )
        found.append(Taxed(line, numbers[n], base, due, total[n], rate))
    return found


def _fractions(sheet: Sheet) -> Sequence[Decimal | tuple[Decimal, Decimal] | None]:
    """The rates as fractions of one: `19 %`, `19`, `0.19`. A pair where a small figure may be meant either way."""
    rates = sheet.amounts("tax_rate")
    if not sheet.has("tax_rate"):
        return rates
    column = sheet.roles.columns["tax_rate"]
    marked = ["%" in cells[column] for cells in sheet.cells]
    plain = [abs(rate) for rate, percent in zip(rates, marked, strict=True) if rate is not None and not percent]
    whole = any(rate > 1 for rate in plain)
    whole = whole or (not any(marked) and "%" in sheet.heading("tax_rate") and any(rate >= 1 for rate in plain))
    found: list[Decimal | tuple[Decimal, Decimal] | None] = []
    for rate, percent in zip(rates, marked, strict=True):
        if rate is None or not rate:
            found.append(rate)
        elif percent or (whole and abs(rate) >= 1):
            found.append(rate / 100)
        else:
            found.append((rate, rate / 100) if whole else rate)
    return found


def _minus(total: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if total is None or part is None else total - part


def _totals(sheet: Sheet, lines: Sequence[Taxed], head: str, digits: int) -> dict[str, Fact]:
    """The sums of net, tax and gross, where the file has one currency."""
    coins = set(sheet.currency)
    facts = {}
    for name in ("net", "tax", "gross") if len(coins) == 1 else ():
        values = [v for line in lines if (v := getattr(line, name)) is not None]
        if values:
            total = amounts.plain(sum(values, ZERO), digits)
            facts[f"{head}{name}_total"] = Fact(value=total, unit=next(iter(coins)), source=sheet.table.source)
    return facts


def _sums(sheet: Sheet, lines: Sequence[Taxed]) -> tuple[str, list[Finding], list[int]]:
    """Whether net + tax = gross on every line that states all three; the lines where it is not."""
    full = [x for x in lines if x.net is not None and x.tax is not None and x.gross is not None]
    full = full if sheet.has("net", "tax") else []
    if not full:
        return "", [], []
    wrong = [(x, x.net + x.tax) for x in full if x.net is not None and x.tax is not None and x.net + x.tax != x.gross]
    findings = [_gross(sheet, x, made) for x, made in wrong[:LISTED]]
    if not wrong:
        return f"Net and tax make the gross on all {len(full)} lines.", [], []
    listed = "\n".join(shown.item(finding) for finding in findings)
    text = f"Net and tax do not make the gross on {len(wrong)} of {len(full)} lines:\n\n{listed}"
    return text, findings, [x.line for x, _ in wrong]


def _gross(sheet: Sheet, x: Taxed, made: Decimal) -> Finding:
    stated = x.gross or ZERO
    text = (
        f"net and tax make {amounts.money(made)}; the gross is stated as {amounts.money(stated)}, a difference of "
        f"{amounts.money(stated - made)}"
    )
    return arguments.finding(severity="high", rule="gross-differs", file=sheet.name, line=x.line, text=text)


def best_rule(lines: Sequence[Taxed], named: str = "") -> tuple[str, list[Deviation], int]:
    """The rule that is named, else the first that fits all lines, else the usual one; what deviates; and
    how many lines state all of it.
    """
    usable = [x for x in lines if x.net is not None and x.tax is not None and x.rate is not None]
    if not usable:
        return "", [], 0
    made = [(x.net or ZERO) * (x.rate or ZERO) for x in usable]
    if named in ("", RULES[0][0]) and not (usual := _by_line(usable, made, RULES[0][1])):
        return RULES[0][0], usual, len(usable)
    tried = [(name, _by_line(usable, made, mode)) for name, mode in RULES]
    tried.append((RAPPEN, _by_line(usable, made, ROUND_HALF_UP, FIVE)))
    if 1 < len({x.number for x in usable}) < len(usable) or named in dict(TOTALS):
        tried += [(name, _by_document(usable, mode)) for name, mode in TOTALS]
    chosen = [entry for entry in tried if entry[0] == named]
    name, wrong = next(iter(chosen or [entry for entry in tried if not entry[1]]), tried[0])
    fits = {
        x.line: [rule for rule, others in tried[1:] if x.line not in {o.line for o in others}] for x in wrong[:LISTED]
    }
    return name, [replace(x, fits=tuple(fits.get(x.line, ()))) for x in wrong], len(usable)


def _by_line(lines: Sequence[Taxed], products: Sequence[Decimal], mode: str, step: Decimal = CENT) -> list[Deviation]:
    """The lines whose tax is not net times rate (`products`, in step with them), rounded by a rule."""
    if step == CENT:
        cents = [product.quantize(CENT, mode) for product in products]
    else:
        cents = [(product / step).quantize(Decimal(1), mode) * step for product in products]
    return [
        Deviation(x.line, x.number, x.tax, computed)
        for x, computed in zip(lines, cents, strict=True)
        if x.tax is not None and computed != x.tax
    ]


def _by_document(lines: Iterable[Taxed], mode: str) -> list[Deviation]:
    """Documents whose taxes do not add up to the rounded tax of their net, rate by rate."""
    groups: dict[tuple[str, Decimal | None], list[Taxed]] = defaultdict(list)
    for x in lines:
        groups[x.number, x.rate].append(x)
    wrong = []
    for (number, rate), members in groups.items():
        net = sum((x.net or ZERO for x in members), ZERO)
        stated = sum((x.tax or ZERO for x in members), ZERO)
        computed = (net * (rate or ZERO)).quantize(Decimal("0.01"), rounding=mode)
        if computed != stated:
            wrong.append(Deviation(members[0].line, number, stated, computed))
    return wrong


def _rule_text(rule: str, deviations: Sequence[Deviation], checked: int, digits: int, *, named: bool) -> str:
    if not deviations:
        why = "as the issue says" if named else "which is inferred from these lines"
        return f"Net times rate gives the stated tax on all {checked} lines, rounded {rule}, {why}."
    rows = [
        (str(x.line), shown.safe(x.number), *(amounts.money(v, digits) for v in (x.computed, x.stated)),
         amounts.money(x.stated - x.computed, digits), "right if rounded " + x.fits[0] if x.fits else "")
        for x in deviations[:LISTED]
    ]  # fmt: skip
    table = shown.table(("line", "document", "computed", "stated", "difference", ""), rows)
    places = f"{len(deviations)} place{'s' if len(deviations) > 1 else ''}"
    lead = "By the rule that the issue names" if named else f"No rule fits all {checked} lines"
    return f"{lead}; rounded {rule}, the tax deviates in {places}:\n\n{table}"


def _by_rate(lines: Sequence[Taxed], name: str, where: str, digits: int) -> dict[str, Fact]:
    groups: dict[Decimal, Decimal] = defaultdict(Decimal)
    for x in lines:
        if x.rate is not None and x.tax is not None:
            groups[(x.rate * 100).normalize()] += x.tax
    return {
        f"{name}_{shown.slug(format(rate, 'f'))}": Fact(value=amounts.plain(value, digits), source=where)
        for rate, value in sorted(groups.items())[:20]
    }


def _finding(sheet: Sheet, item: Deviation, rule: str) -> Finding:
    text = (
        f"tax is stated as {amounts.money(item.stated)}; net times rate, rounded {rule}, is "
        f"{amounts.money(item.computed)}, a difference of {amounts.money(item.stated - item.computed)}"
    )
    text += f" (right if rounded {' or '.join(item.fits)})" if item.fits else ""
    return arguments.finding(severity="medium", rule="tax-differs", file=sheet.name, line=item.line, text=text)
