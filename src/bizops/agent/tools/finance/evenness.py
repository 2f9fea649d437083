"""Whether all debits of a file equal all its credits, currency by currency."""

from bizops.agent.agent import Result
from bizops.agent.tools.finance import arguments
from bizops.agent.tools.finance.movements import ZERO, Movements
from bizops.agent.tools.tables import amounts, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding


def even(case: Case, sheet: Sheet, moved: Movements) -> Result | None:
    """Whether all debits equal all credits, where the file is a ledger or a trial balance."""
    if not moved.two_sided or moved.flow or moved.paired(sheet) or len(set(sheet.text("account"))) == 1:
        return None  # one account need not be even
    head, parts, facts, findings = arguments.prefix(case, sheet), [], {}, []
    coins = sorted(set(sheet.currency))
    for coin in coins:
        rows = [n for n, other in enumerate(sheet.currency) if other == coin]
        debit, credit = (sum((side[n] or ZERO for n in rows), ZERO) for side in (moved.debit, moved.credit))
        tail = f"_{shown.slug(coin)}" if len(coins) > 1 else ""
        for name, value in (("total_debit", debit), ("total_credit", credit), ("debit_minus_credit", debit - credit)):
            facts[f"{head}{name}{tail}"] = Fact(value=amounts.plain(value), unit=coin, source=sheet.table.source)
        figures = f"debit {amounts.money(debit)}, credit {amounts.money(credit)}"
        name = shown.code(sheet.name)
        if debit == credit:
            parts.append(f"Debit and credit of {name} are equal in all: {figures}{' ' + coin if coin else ''}.")
            continue
        off = amounts.money(debit - credit)
        parts.append(
            f"Debit and credit of {name} are not equal: {figures}{' ' + coin if coin else ''}, a difference of {off}."
        )
        text = f"{figures} differ by {off}"
        findings.append(Finding(severity="high", rule="debit-credit-differ", file=sheet.name, text=text))
    return Result("\n\n".join(parts), facts=facts, findings=tuple(findings))
