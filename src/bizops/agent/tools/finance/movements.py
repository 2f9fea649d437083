"""What each entry moves, with its sign: from one signed column, from amounts with a side, or from debit and credit.

Where the data carries a running balance, the balance shows which sign convention the file has.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bizops.agent.agent import ToolError
from bizops.agent.tools.finance import providers
from bizops.agent.tools.tables import amounts, headings, roles, shown, signs
from bizops.agent.tools.tables.roles import FLOW, KINDS
from bizops.agent.tools.tables.sheets import Sheet

ZERO = Decimal(0)
AMOUNTS = ("amount", "gross", "net", "actual", "open", "paid", "balance")
DEBITED = frozenset({"debit", "soll", "sollkonto", "debe", "dare"})
FLOW_NAMES = frozenset(
    {"withdrawal", "deposit", "paid", "money", "ausgang", "eingang", "ausgaben", "einnahmen", "ausgabe", "einnahme"}
    | {"sortie", "entree", "depense", "recette", "cargo", "cargos", "abono", "abonos", "uscite", "entrate", "payments"}
    | {"withdrawals", "deposits", "receipts", "out", "in", "gutschrift", "belastung", "af", "bij", "addebiti"}
    | {"accrediti", "spent", "received", "adeudo", "ingreso", "saidas", "entradas", "uit"}
)  # fmt: skip


@dataclass(frozen=True)
class Movements:
    """Signed amounts in step with the sheet's entries. `flow`: plus is money in; else plus is debit.

    `debit` and `credit` are given where the file tells the two apart (columns, a column of signs, Dr and Cr).
    """

    values: Sequence[Decimal | None]
    roles: tuple[str, ...]
    flow: bool = True
    debit: Sequence[Decimal | None] = ()
    credit: Sequence[Decimal | None] = ()
    note: str = ""
    received: bool = False  # the types of a payment provider tell what is received and what goes out

    def paired(self, sheet: Sheet) -> bool:
        """Whether each entry names both accounts, so that debit and credit are equal by themselves."""
        if not self.two_sided or self.flow:
            return False
        return sum(map(bool, sheet.text("counterpart"))) * 2 > len(sheet.lines)

    @property
    def two_sided(self) -> bool:
        return bool(self.debit)

    def parts(self, n: int) -> tuple[Decimal, ...]:
        """What an entry moves, side by side where it fills both: their sum is its value."""
        value = self.values[n] or ZERO
        debit, credit = (self.debit[n], self.credit[n]) if self.two_sided else (None, None)
        if not debit or not credit or abs(value) != abs(credit - debit):
            return (value,)
        return (credit, -debit) if self.flow else (debit, -credit)

    def on_both_sides(self) -> list[int]:
        """The entries that fill debit and credit (money out and money in) at once."""
        return [n for n, (d, c) in enumerate(zip(self.debit, self.credit, strict=True)) if d and c]


def read(sheet: Sheet) -> Movements:
    """The movements of a sheet. Raises ToolError where no column holds amounts."""
    debit, credit = sheet.amounts("debit"), sheet.amounts("credit")
    sided = sheet.has("debit", "credit") and any(v is not None for v in (*debit[:1000], *credit[:1000]))
    if sided or ((sheet.has("debit") or sheet.has("credit")) and not sheet.has("amount")):
        return _columns(sheet, debit, credit)
    role = next((name for name in AMOUNTS if sheet.has(name)), None)
    if role is None:
        raise ToolError(
            "no column of amounts was found",
            where=f"{sheet.name}:{sheet.table.header_line or 1}",
            fix='say which it is, for example: column "X" is the amount. The columns are '
            + ", ".join(shown.code(name) for name in sheet.table.header[:30]),
        )
    rivals = [name for name in ("amount", "gross", "net") if any(v is not None for v in sheet.amounts(name))]
    role = rivals[0] if role in ("amount", "gross", "net") and rivals and role not in rivals else role
    if sheet.has("balance") and len(rivals) > 1:  # the balance shows which of them moves it
        balances = running(sheet)
        found = max((_amounts(sheet, name) for name in rivals), key=lambda found: _best(sheet, found.values, balances))
    else:
        found = _amounts(sheet, role)
    if sheet.has("balance", "fee") and (less := _less_fees(sheet, found)):
        return replace(found, values=less, note="the fees are part of what moves the balance")
    return found


def _less_fees(sheet: Sheet, found: Movements) -> list[Decimal | None]:
    """The amounts less their fees, where that explains more of the running balance."""
    fees = sheet.amounts("fee")
    less = [v if v is None else v - abs(fee or ZERO) for v, fee in zip(found.values, fees, strict=True)]
    balances = running(sheet)
    return less if any(fees) and _best(sheet, less, balances) > _best(sheet, found.values, balances) else []


def running(sheet: Sheet) -> list[Decimal | None]:
    """The running balance with its sign: a balance in debit (`Dr`) is negative beside one in credit."""
    return signs.running(sheet.amounts("balance"), sheet.sides.get("balance", {}))


def newest_first(sheet: Sheet) -> bool | None:
    """Whether the dates say that the newest entry stands first; None where they do not say."""
    days = [day for day in sheet.days.get("date", ()) if day]
    return None if len(days) < 2 or days[0] == days[-1] else days[0] > days[-1]


def _best(sheet: Sheet, values: Sequence[Decimal | None], balances: Sequence[Decimal | None]) -> int:
    """How many balances the movements explain, read in the direction of the dates, else in the better one."""
    newest = newest_first(sheet)
    best = 0
    for groups in ([range(len(values))], _accounts(sheet)):
        fits = [amounts.fits([values[n] for n in g], [balances[n] for n in g]) for g in groups]
        down, up = sum(f[0] for f in fits), sum(f[1] for f in fits)
        best = max(best, max(down, up) if newest is None else up if newest else down)
    return best


def _accounts(sheet: Sheet) -> list[list[int]]:
    """The entries of each account, where there are several that could have a balance of their own."""
    groups: dict[str, list[int]] = defaultdict(list)
    for n, name in enumerate(sheet.text("account")):
        groups[name].append(n)
    return list(groups.values()) if 1 < len(groups) <= len(sheet.lines) // 2 else []


def _negated(values: Sequence[Decimal | None]) -> list[Decimal | None]:
    return [None if value is None else -value for value in values]


def _columns(sheet: Sheet, debit: Sequence[Decimal | None], credit: Sequence[Decimal | None]) -> Movements:
    if not any(value and value > 0 for value in debit):
        debit = [abs(value) if value else value for value in debit]  # a column of withdrawals written with a minus
    if not any(value and value > 0 for value in credit) and any(value and value < 0 for value in credit):
        credit = [abs(value) if value else value for value in credit]
    values = [
        None if d is None and c is None else (c or ZERO) - (d or ZERO) for d, c in zip(debit, credit, strict=True)
    ]
    used = tuple(role for role in ("debit", "credit") if sheet.has(role))
    words = {word for role in used for word in headings.words(sheet.heading(role)).split()}
    flow = bool(words & FLOW_NAMES) or not _ledger(sheet)
    if sheet.has("balance"):
        balances = running(sheet)
        credit_plus, debit_plus = _best(sheet, values, balances), _best(sheet, _negated(values), balances)
        flow = credit_plus > debit_plus or (credit_plus == debit_plus and flow)
    return Movements(values if flow else _negated(values), used, flow, debit, credit)


def _ledger(sheet: Sheet) -> bool:
    """Whether the file books to several accounts: a ledger's debit is no money out."""
    return sheet.has("account") and roles.ledger(sheet.text("account"), sheet.heading("account"))


def _amounts(sheet: Sheet, role: str) -> Movements:
    raw = sheet.amounts(role)
    sides = _sides(sheet, role)
    if not sides:
        return _unsided(sheet, role, raw)
    debits = [raw[n] for n, side in sides.items() if side == "debit" and raw[n]]
    signed = sum(value < 0 for value in debits if value) * 2 > len(debits)
    values: list[Decimal | None] = []
    for n, value in enumerate(raw):
        values.append(-value if value and not signed and sides.get(n) == "debit" else value)
    words = {cell.casefold() for cell in sheet.text("sign")[:1000]}
    flow = bool(words & FLOW) or sheet.has("kind") or not (_ledger(sheet) or any(sheet.text("counterpart")[:100]))
    if sheet.has("balance") and role != "balance":
        balances = running(sheet)
        plus, minus = _best(sheet, values, balances), _best(sheet, _negated(values), balances)
        flow = plus > minus or (plus == minus and flow)
    debit = [-v if v is not None and sides.get(n) == "debit" else None for n, v in enumerate(values)]
    credit = [v if v is not None and sides.get(n) == "credit" else None for n, v in enumerate(values)]
    return Movements(values if flow else _negated(values), (role,), flow, debit, credit)


def _sides(sheet: Sheet, role: str) -> dict[int, amounts.Side]:
    """The side of each entry: its column of signs, Dr or Cr in the cell, or what settled the entries without them."""
    settled = dict(sheet.sides.get(role, {}))
    return settled | roles.sides(sheet.text("sign")) if sheet.has("sign") else settled


def _unsided(sheet: Sheet, role: str, raw: Sequence[Decimal | None]) -> Movements:
    if sheet.has("account", "counterpart") and DEBITED & set(headings.words(sheet.heading("account")).split()):
        return Movements(raw, (role,), False, raw, sheet.blank[1])  # `debit account; credit account; amount`
    if told := providers.types(sheet):
        return Movements(providers.signed(raw, told), (role,), note=providers.note(told), received=True)
    kinds = [KINDS.get(headings.words(cell), "") for cell in sheet.text("kind")]
    positive = not any(value and value < 0 for value in raw)
    if positive and kinds and all(kind in ("income", "expense") for kind in kinds):
        return Movements([-v if v and k == "expense" else v for v, k in zip(raw, kinds, strict=True)], (role,))
    found = Movements(raw, (role,))
    if not sheet.has("balance") or role == "balance":
        return found
    balances = running(sheet)
    pairs = sum(balance is not None for balance in balances[: amounts.PAIRS]) - 1
    fit = _best(sheet, raw, balances)
    if positive and 0 <= fit < pairs and (guessed := _by_balance(sheet, raw, balances, fit)):
        return replace(found, values=guessed, note="the file gives no signs; they are taken from the running balance")
    if fit * 2 < pairs <= _best(sheet, _negated(raw), balances) * 2:
        return replace(found, values=_negated(raw), note="a plus in the file is money out, as its balances show")
    return found


def _by_balance(
    sheet: Sheet, raw: Sequence[Decimal | None], balances: Sequence[Decimal | None], fit: int
) -> list[Decimal | None]:
    """Amounts without a sign, each with the sign of the change of the balance beside it.

    None unless that explains more balances than the plain amounts do, and turns a good part of them: one line that
    would have to be turned is an error in the file, not its way to write.
    """
    downward = [v if v is None or n == 0 or _rises(balances[n - 1], balances[n]) else -v for n, v in enumerate(raw)]
    last = len(raw) - 1
    upward = [v if v is None or n == last or _rises(balances[n + 1], balances[n]) else -v for n, v in enumerate(raw)]
    best = max((downward, upward), key=lambda values: _best(sheet, values, balances))
    turned = sum(bool(value and value < 0) for value in best)
    return best if _best(sheet, best, balances) > fit and turned * 5 >= len(raw) else []


def _rises(before: Decimal | None, after: Decimal | None) -> bool:
    return before is None or after is None or after >= before
