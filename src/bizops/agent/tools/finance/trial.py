"""A trial balance: each pair of debit and credit is equal in all, opening and period make closing, and its profit.

A balance in debit is no money out. Profit is the income accounts less the expense accounts; an account is one or the
other by its type, its name, or its number in the charts below. Where these leave two results, it is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bizops.agent.agent import Result
from bizops.agent.tools.finance import arguments, wishes
from bizops.agent.tools.finance.movements import FLOW_NAMES, ZERO
from bizops.agent.tools.tables import amounts, headings, kinds, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

# The first digits of income and of expense accounts in charts of accounts in use.
CHARTS = {
    "4 income, 5 to 8 expenses (Sage, many US charts, EKR)": ("4", "5678"),
    "4 income, 5 to 9 expenses": ("4", "56789"),
    "8 income, 2 to 4 expenses (SKR03)": ("8", "234"),
    "4 income, 5 to 7 expenses (SKR04)": ("4", "567"),
    "7 income, 6 expenses (PCG, PGC)": ("7", "6"),
    "3 income, 4 to 8 expenses (Swiss and Swedish charts)": ("3", "45678"),
    "8 income, 4 expenses (Dutch charts)": ("8", "4"),
}
OPENING = frozenset(
    """opening initial eb ab wert begin beginning anfang anfangs eroffnung vortrag ouverture inicial iniziale apertura
    poczatkowe brought forward bf ib""".split()
)
CLOSING = frozenset("closing end ending final saldo schluss cloture finale balance cierre koncowe ytd ub".split())
# Words that make an account one of the balance sheet, whatever else its name says.
HELD = frozenset(
    """bank cash debtors creditors control receivable receivables payable payables shares share capital equity loan
    loans plant machinery vehicles vehicle stock inventory prepayments accruals vat retained reserves reserve drawings
    suspense goodwill assets asset liabilities liability kasse forderungen verbindlichkeiten kapital eigenkapital
    vorsteuer umsatzsteuer anlagen darlehen banque caisse clients fournisseurs banco caja clientes
    proveedores""".split()
)
SPENT = frozenset(
    """charges charge fees fee interest expense expenses cost costs hire repairs adjustment adjustments written rent
    kosten gebuhren zinsen aufwand miete frais interets gastos intereses""".split()
)  # beside a word of the balance sheet the name alone does not tell: `Bank charges`, `Loan interest payable`


def fits(sheet: Sheet) -> bool:
    """Whether a sheet is a trial balance: no dates, debit and credit by account, each account once."""
    columns = pairs(sheet)
    plain = sheet.has("debit", "credit") and not sheet.has("amount")
    date = sheet.roles.columns.get("date")  # `Monat Soll` is no date, though 1000.00 could be a spreadsheet's serial
    dated = date is not None and all(date not in at for at in columns.values())
    if dated or not (len(columns) > 1 or (plain and columns)):
        return False
    named = {word for at in columns.values() for n in at for word in headings.words(sheet.table.header[n]).split()}
    labels = [cells[0] for cells in sheet.cells]
    return len(labels) > 2 and len(set(labels)) == len(labels) and not named & FLOW_NAMES


def pairs(sheet: Sheet) -> dict[str, tuple[int, int]]:
    """The columns of debit and credit by what else their names say: `opening`, `period`, nothing."""
    found: dict[str, dict[str, int]] = {}
    for n, name in enumerate(sheet.table.header):
        role, rest = headings.parted(name, ("debit", "credit"))
        if role:
            found.setdefault(rest, {}).setdefault(role, n)
    return {rest: (at["debit"], at["credit"]) for rest, at in found.items() if len(at) == 2}


def prove(case: Case, sheet: Sheet) -> Result | None:
    """The proof and the profit; None where the sheet is no trial balance."""
    if not fits(sheet) or not (columns := pairs(sheet)) or sheet.open("debit", "credit"):
        return None
    read = {rest: [_sides(sheet, cells, at) for cells in sheet.cells] for rest, at in columns.items()}
    head = arguments.prefix(case, sheet)
    parts, facts, findings = _even(sheet, read, head)
    wrong = list(_closing(sheet, read))
    findings += wrong
    parts += ["\n".join(map(shown.item, wrong))] if wrong else []
    last = [rest for rest in read if CLOSING & set(rest.split())][:1] or list(read)
    balances = [sum((read[rest][n][0] - read[rest][n][1] for rest in last), ZERO) for n in range(len(sheet.lines))]
    results = _results(sheet, balances)
    questions: list[str] = []
    if len(set(results.values())) == 1:
        (income, spent), why = next(iter(results.values())), next(iter(results))
        for name, value in (("income", income), ("expenses", spent), ("net", income - spent)):
            facts[head + name] = Fact(value=amounts.plain(value), source=sheet.table.source)
        figures = (
            f"income {amounts.money(income)}, expenses {amounts.money(spent)}, net {amounts.money(income - spent)}"
        )
        parts.append(f"The profit or loss accounts: {figures}, by {why}.")
    elif "statement" in wishes.read(case):
        questions.append(_question(sheet, results))
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join(parts), data, facts, (*findings, *arguments.unread(sheet)), tuple(questions))


def _even(
    sheet: Sheet, read: Mapping[str, Sequence[tuple[Decimal, Decimal]]], head: str
) -> tuple[list[str], dict[str, Fact], list[Finding]]:
    """Whether each pair of columns is equal in all: what to say, facts, findings."""
    parts: list[str] = []
    facts: dict[str, Fact] = {}
    findings: list[Finding] = []
    for rest, rows in read.items():
        debit, credit = (sum((row[n] for row in rows), ZERO) for n in (0, 1))
        tail = f"_{shown.slug(rest)}" if len(read) > 1 and rest else ""
        for name, value in (("total_debit", debit), ("total_credit", credit), ("debit_minus_credit", debit - credit)):
            facts[f"{head}{name}{tail}"] = Fact(value=amounts.plain(value), source=sheet.table.source)
        figures = f"debit {amounts.money(debit)}, credit {amounts.money(credit)}"
        of = f"{shown.code(sheet.name)}{f' ({rest})' if rest else ''}"
        if debit == credit:
            parts.append(f"Debit and credit of {of} are equal in all: {figures}.")
            continue
        text = f"Debit and credit of {of} are not equal: {figures}, a difference of {amounts.money(debit - credit)}."
        parts.append(text)
        findings.append(Finding(severity="high", rule="debit-credit-differ", file=sheet.name, text=text))
    return parts, facts, findings


def _sides(sheet: Sheet, cells: Sequence[str], at: tuple[int, int]) -> tuple[Decimal, Decimal]:
    role = next((name for name in ("debit", "credit", "balance", "amount") if sheet.styles.get(name)), "")
    debit, credit = (sheet.parsed(role, cells[n]) for n in at)
    return (debit.value if debit else ZERO, credit.value if credit else ZERO)


def _closing(sheet: Sheet, read: Mapping[str, Sequence[tuple[Decimal, Decimal]]]) -> Iterator[Finding]:
    """The accounts whose opening balance and movements do not make the closing one."""
    first = next((rest for rest in read if OPENING & set(rest.split())), None)
    last = next((rest for rest in read if rest != first and CLOSING & set(rest.split())), None)
    between = [rest for rest in read if rest not in (first, last)]
    if first is None or len(between) != 1 or (last is None and not sheet.has("balance")):
        return
    for n, line in enumerate(sheet.lines):
        made = sum((read[rest][n][0] - read[rest][n][1] for rest in (first, between[0])), ZERO)
        if last is not None:
            said = read[last][n][0] - read[last][n][1]
        else:
            told = sheet.amounts("balance")[n] or ZERO
            said = abs(told).copy_sign(made) if told >= 0 else told  # its side stands beside it, or nowhere
        if said != made:
            figures = [amounts.money(value) for value in (made, said, said - made)]
            text = f"opening and movements make {figures[0]}; closing is stated as {figures[1]}, a difference of "
            text += f"{figures[2]} (debit less credit)"
            yield arguments.finding("high", "closing-differs", sheet.name, line, text)


def _kind(sheet: Sheet, n: int, name: str) -> str:
    """`income`, `expense`, `held` (balance sheet), or nothing where type and name do not tell."""
    stated = sheet.text("kind")[n]
    words = set(headings.words(name).split())
    if not stated and HELD & words:
        return "" if SPENT & words else "held"
    kind = kinds.find(name, stated, sheet.section[n], sheet.hints)
    return "held" if kind in ("asset", "liability", "equity") else kind


def _results(sheet: Sheet, balances: Sequence[Decimal]) -> dict[str, tuple[Decimal, Decimal]]:
    """Income and expenses under each way to tell the accounts apart that contradicts none of their names."""
    money = {n for role, n in sheet.roles.columns.items() if role in headings.MONEY_ROLES}
    texts = [[cell for n, cell in enumerate(cells) if n not in money and cell] for cells in sheet.cells]
    known = [_kind(sheet, n, " ".join(parts)) for n, parts in enumerate(texts)]
    digits = [next((p.strip()[:1] for p in parts if p.strip()[:2].isdigit()), "") for parts in texts]
    if all(known):
        return {"the names and types of the accounts": _sum(known, balances)}
    found = {}
    for chart, (income, spent) in CHARTS.items() if all(digits) else ():
        by = ["income" if d in income else "expense" if d in spent else "held" for d in digits]
        clear = [(a, b) for a, b in zip(known, by, strict=True) if a in ("income", "held") or (a and b != "held")]
        if {"income", "expense"} & {*known} and all(a == b for a, b in clear):
            found[f"the numbers of the accounts, {chart}"] = _sum(by, balances)
    return found


def _sum(of: Sequence[str], balances: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    income = -sum((value for value, kind in zip(balances, of, strict=True) if kind == "income"), ZERO)
    return income, sum((value for value, kind in zip(balances, of, strict=True) if kind == "expense"), ZERO)


def _question(sheet: Sheet, results: Mapping[str, tuple[Decimal, Decimal]]) -> str:
    asked = f"`{sheet.name}`: which accounts are income and which are expenses? "
    if results:
        ways = " or ".join(
            f"{amounts.money(income - spent)} ({why})" for why, (income, spent) in [*results.items()][:3]
        )
        return f"{asked}The profit is {ways}. Please name the chart of accounts, or give a column with their types."
    return f"{asked}Their names and numbers do not tell, and the profit depends on it. Please give a column with types."
