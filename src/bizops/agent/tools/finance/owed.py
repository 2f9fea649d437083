"""What each line of a list of invoices adds to what is owed, and what lowers it: credit notes, payments, Cr, brackets.

A customer owes what is debited, a supplier is owed what is credited. What lowers a debt and names its invoice is taken
from that invoice; the rest stands as a negative item of its own.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bizops.agent.tools.finance import arguments
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.finance.references import number
from bizops.agent.tools.tables import amounts, headings, roles, shown
from bizops.agent.tools.tables.dates import bare
from bizops.agent.tools.tables.sheets import Sheet
from bizops.decision import Finding

ROLES = ("open", "gross", "amount", "net", "debit")  # that tell what is owed, the best first
PAID = frozenset({"paid", "bezahlt", "paye", "payee", "pagado", "pagada", "pagato", "pagata", "betaald", "pago", "paga",
                  "closed", "cleared", "settled", "regle", "ausgeglichen", "cancelled", "void", "storniert", "voided",
                  "in payment", "erledigt", "reconciled", "cobrado", "saldato"})  # fmt: skip
SUPPLIERS = frozenset(
    {"supplier", "suppliers", "vendor", "vendors", "lieferant", "lieferanten", "kreditor", "kreditoren", "fournisseur"}
    | {"fournisseurs", "proveedor", "proveedores", "fornitore", "fornitori", "leverancier", "leveranciers", "creditor"}
    | {"creditors", "fornecedor", "fornecedores", "acreedor", "acreedores", "payable", "payables", "verbindlichkeiten"}
)
_NOTE = re.compile(
    r"(?:credit ?(?:note|memo|adjustment)s?|credits?|cn|crn|cm|gutschrift(?:en)?|rechnungskorrektur|"
    r"gu|avoirs?|note de credit|nota de credito|notas? de abono|abono|nota (?:di )?(?:credito|accredito)|"
    r"creditnota|credit ?factuur|creditfactuur|kredit ?nota|kreditfaktura|kreditnote|refunds?|ruckerstattung|storno\w*|"
    r"reversal|rebate|iade)\b"
)
_PAYMENT = re.compile(
    r"(?:payments?|receipts?|pmt|paid|zahlung(?:seingang)?(?:en)?|paiements?|reglements?|encaissement|pagos?|cobros?|"
    r"pagament[oi]|incass[oi]|betaling(?:en)?|ontvangst|recebiment[oi]|recibo|remittance|indbetaling|betalning|odeme)\b"
)
_INVOICE = re.compile(
    r"(?:(?:sales |purchase |tax |customer )?(?:invoices?|bills?)|inv|rechnung(?:en)?|re|factures?|fact?uras?|fatture?|"
    r"facturen|factuur|debit ?notes?|faktura|fatura|debits?|charges?|opening balance)\b"
)
_QUIET = re.compile(r"[^\w]+")


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


@dataclass(frozen=True)
class Owed:
    """What every line adds to what is owed, in step with the sheet; `lowers`: why a line takes something from it."""

    values: Sequence[Decimal | None]
    lowers: Mapping[int, str]
    question: str = ""


@dataclass(frozen=True)
class Open:
    """The open items, the lines of open amounts whose due date is not known, and the lines that lower what is owed."""

    items: list[Item]
    undated: list[int]
    lowering: list[int]
    later: Mapping[int, Decimal]  # what was not there yet on the day, by line


def role(sheet: Sheet) -> str:
    """The role of the column that tells what is owed, empty where there is none."""
    return next((name for name in ROLES if sheet.has(name)), "")


def read(sheet: Sheet, name: str, about: str) -> Owed:
    """What the lines add to what is owed by the column of a role. `about`: the issue's title, for who owes whom."""
    party = sheet.heading("party") if sheet.has("party") else ""
    owing = bool(SUPPLIERS & set(headings.words(f"{party} {sheet.name.rsplit('.', 1)[0]} {about}").split()))
    if name == "debit" and sheet.has("credit"):
        return _columns(sheet, owing=owing)
    raw, told = sheet.amounts(name), dict(sheet.hints.lines)
    sides = {**sheet.sides.get(name, {}), **(roles.sides(sheet.text("sign")) if sheet.has("sign") else {})}
    lowering = _lowering(raw, sides, owing=owing)
    notes = _notes(sheet)
    values, lowers, doubt = list(raw), {}, -1
    mixed = {value > 0 for n, side in sides.items() if side == lowering and (value := raw[n])} == {True, False}
    for n, value in enumerate(raw):
        if not value:
            continue
        said = told.get(str(sheet.lines[n]))
        marked = f"marked {'Cr' if lowering == 'credit' else 'Dr'}" if lowering and sides.get(n) == lowering else ""
        why = notes.get(n, marked)
        if said:
            why = "as the requester says" if said == "credit" else ""
            values[n] = abs(value)
        elif why and value < 0 and mixed and not notes.get(n):
            doubt = n if doubt < 0 else doubt
        if why:
            values[n] = -abs(value)
        if why or value < 0:
            lowers[n] = why or "negative"
    return Owed(values, lowers, _question(sheet, name, doubt) if doubt >= 0 else "")


def _columns(sheet: Sheet, *, owing: bool) -> Owed:
    """Of two columns: a customer's debits less the credits, a supplier's credits less the debits."""
    raises, lowers = (sheet.amounts(name) for name in (("credit", "debit") if owing else ("debit", "credit")))
    turned = not any(value and value > 0 for value in lowers)  # written with a minus in a column of their own
    values = [
        None if up is None and down is None else (up or ZERO) - (abs(down or ZERO) if turned else down or ZERO)
        for up, down in zip(raises, lowers, strict=True)
    ]
    why = f"in column {shown.code(sheet.heading('debit' if owing else 'credit'))}"
    return Owed(values, {n: why for n, value in enumerate(values) if value and value < 0})


def _lowering(raw: Sequence[Decimal | None], sides: Mapping[int, amounts.Side], *, owing: bool) -> amounts.Side:
    """The mark that lowers what is owed; none where all amounts carry the same, or none does."""
    marked = {side for n, side in sides.items() if raw[n]}
    plain = any(value and n not in sides for n, value in enumerate(raw))
    if len(marked) < 2 and not (plain and marked):
        return ""
    if marked == {"credit"}:
        return "credit"  # beside amounts without a mark, which are owed
    return "debit" if owing else "credit"


def _notes(sheet: Sheet) -> dict[int, str]:
    """The lines that a column of types calls a credit note or a payment, or whose text begins with a credit note."""
    used = {n for name, n in sheet.roles.columns.items() if name in headings.MONEY_ROLES | headings.DATE_ROLES}
    used |= {sheet.roles.columns[name] for name in ("status", "document", "party", "sign") if sheet.has(name)}
    found: dict[int, str] = {}
    for column in (n for n in range(len(sheet.table.header)) if n not in used):
        kinds = {cell: _kind(cell) for cell in {cells[column] for cells in sheet.cells} if cell}
        typed = all(kinds.values()) and any(kind != "invoice" for kind in kinds.values())
        for n, cells in enumerate(sheet.cells) if typed else ():
            if kinds.get(cells[column]) in ("credit note", "payment"):
                found[n] = f"a {kinds[cells[column]]}"
    for n, text in enumerate(sheet.text("text")):
        if n not in found and text[:1].isalpha() and _NOTE.match(bare(text)) and len(bare(text).split()[0]) > 3:
            found[n] = "a credit note"
    return found


def _kind(cell: str) -> str:
    """`invoice`, `credit note` or `payment`, as a type names it; else nothing."""
    text = _QUIET.sub(" ", bare(cell)).strip()
    for kind, pattern in (("credit note", _NOTE), ("payment", _PAYMENT), ("invoice", _INVOICE)):
        if len(text) <= 40 and pattern.match(text):
            return kind
    return ""


def _question(sheet: Sheet, name: str, n: int) -> str:
    cell = sheet.cells[n][sheet.roles.columns[name]]
    line, value = sheet.lines[n], amounts.money(abs(sheet.amounts(name)[n] or ZERO))
    return (
        f"`{sheet.name}` line {line}: does {shown.code(cell)} lower what is owed by {value}, or raise it? Its minus "
        f"may repeat its mark or turn it. Please answer “line {line} is a credit” (it lowers) or “line {line} "
        "is a debit” (it raises)."
    )


def items(sheet: Sheet, owed: Owed, name: str, day: date, terms: int | None, paid: Mapping[str, Decimal]) -> Open:
    """The open items on a day. What is dated after it was not open then.

    `terms`: days to pay where the file has no due date; `paid`: what a second file pays, by number of the invoice.
    """
    rests = _rests(sheet, owed, name, day, paid)
    written = sheet.days.get("date", ())
    late = [n for n, start in enumerate(written) if start and start > day and n in rests]
    later = {sheet.lines[n]: rests.pop(n) for n in late}
    _applied(sheet, rests)
    found = Open([], [], [sheet.lines[n] for n in owed.lowers if n in rests], later)
    due, when = sheet.days.get("due"), sheet.days.get("date")
    parties, numbers, conditions = sheet.text("party"), sheet.text("document"), sheet.text("terms")
    for n, rest in rests.items():
        if not rest:
            continue
        until = due[n] if due else None
        start = when[n] if when else None
        if until is None and start:
            own = _terms(conditions[n]) if rest > 0 else 0  # a credit counts from its own day
            wait = own if own is not None else terms
            until = start + timedelta(days=wait) if wait is not None else None
        if until is None:
            found.undated.append(sheet.lines[n])
            continue
        overdue = (day - until).days
        found.items.append(Item(sheet.lines[n], numbers[n], parties[n], sheet.currency[n], rest, until, overdue))
    return found


def _rests(sheet: Sheet, owed: Owed, name: str, day: date, paid: Mapping[str, Decimal]) -> dict[int, Decimal]:
    """What is left of every line after its own payments, by its place; without what is closed."""
    status, settled, texts = sheet.text("status"), sheet.days.get("paid_date"), sheet.text("document")
    before, left = _paid(sheet, name), dict(paid)
    closed = {text for text in set(status) if bare(text).strip() in PAID}
    rests: dict[int, Decimal] = {}
    for n, amount in enumerate(owed.values):
        rest = amount or ZERO
        rest += abs(before[n]) if rest < 0 else -before[n]
        if left and rest > 0 and left.get(key := number(texts[n])):
            rest, left[key] = rest - left[key], ZERO
        done = settled[n] if settled else None
        over = status[n] in closed or (done is not None and done <= day and not before[n])
        if rest and not (over and name != "open"):
            rests[n] = rest
    return rests


def differing(sheet: Sheet) -> list[Finding]:
    """The lines whose open amount is not the amount less what is paid, where it is so on others; at most 40."""
    role = next((name for name in ("gross", "amount") if sheet.has(name)), "")
    if not role or not sheet.has("open", "paid") or sheet.open(role, "open", "paid"):
        return []
    rows = zip(sheet.lines, *(sheet.amounts(name) for name in (role, "paid", "open")), strict=True)
    full = [
        (line, total, abs(paid or ZERO).copy_sign(total), rest)
        for line, total, paid, rest in rows
        if total is not None and rest is not None
    ]
    wrong = [row for row in full if row[1] - row[2] != row[3]]
    if len(wrong) == len(full) > 2:
        return []  # the columns mean something else
    found = []
    for line, total, paid, rest in wrong[: arguments.FINDINGS]:
        made = total - paid
        figures = [amounts.money(value) for value in (total, paid, made, rest, rest - made)]
        names = [shown.code(sheet.heading(name)) for name in (role, "paid", "open")]
        text = f"{names[0]} {figures[0]} less {names[1]} {figures[1]} is {figures[2]}; {names[2]} is stated as "
        text += f"{figures[3]}, a difference of {figures[4]}"
        found.append(arguments.finding("high", "open-differs", sheet.name, line, text))
    return found


def _paid(sheet: Sheet, name: str) -> list[Decimal]:
    """What a column says is paid of every line, as a positive amount; nothing beside open amounts."""
    column = "paid" if sheet.has("paid") else "credit" if name != "debit" and sheet.has("credit") else ""
    values = [value or ZERO for value in sheet.amounts(column)] if column and name != "open" else []
    if not values:
        return [ZERO] * len(sheet.lines)
    minus = not any(value > 0 for value in values)
    return [abs(value) for value in values] if minus else values


def _applied(sheet: Sheet, rests: dict[int, Decimal]) -> None:
    """Take what lowers a debt from the invoice whose number it carries, or names in another cell."""
    lowering = [n for n, rest in rests.items() if rest < 0]
    if not lowering or not sheet.has("document"):
        return
    invoices: dict[str, list[int]] = defaultdict(list)
    for n, text in enumerate(sheet.text("document")):
        if rests.get(n, ZERO) > 0 and (key := number(text)):
            invoices[key].append(n)
    parties = sheet.text("party")
    money = {at for name, at in sheet.roles.columns.items() if name in headings.MONEY_ROLES | headings.DATE_ROLES}
    for n in lowering:
        cells = [cell for at, cell in enumerate(sheet.cells[n]) if at not in money and cell]
        words = {word for cell in cells for word in (cell, *cell.split())}
        named = {places[0] for word in words if len(places := invoices.get(number(word), [])) == 1}
        if len(named) != 1:
            continue
        target = named.pop()
        if sheet.currency[target] == sheet.currency[n] and parties[n] in ("", parties[target]):
            part = min(-rests[n], rests[target])
            rests[n], rests[target] = rests[n] + part, rests[target] - part


def _terms(cell: str) -> int | None:
    digits = [part for part in "".join(c if c.isdigit() else " " for c in cell).split() if len(part) <= 3]
    return int(digits[-1]) if digits else None
