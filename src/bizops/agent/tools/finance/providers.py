"""Exports of payment providers: which types are money received, and whether amount less fee is net on every line."""

from collections.abc import Sequence
from decimal import Decimal

from bizops.agent.agent import Result
from bizops.agent.tools.finance import arguments
from bizops.agent.tools.tables import amounts, headings, shown
from bizops.agent.tools.tables.sheets import Sheet

IN = frozenset({"charge", "payment", "capture", "sale"})
OUT = frozenset({"refund", "payment refund", "payout", "fee", "stripe fee", "application fee", "dispute", "chargeback",
                 "payment failure refund", "withdrawal", "tax fee", "network cost"})  # fmt: skip
BOTH = frozenset({"adjustment", "transfer", "payout failure", "payout cancel", "refund failure", "payment reversal",
                  "topup", "contribution", "reserve transaction", "dispute reversal", "fee refund"})  # fmt: skip


def types(sheet: Sheet) -> list[str]:
    """The provider's type of each entry; empty where no column holds such types (a bank's `payment` alone is none)."""
    for at in range(len(sheet.table.header)):
        seen = {headings.words(cells[at]) for cells in sheet.cells} - {""}
        if "charge" in seen and seen <= IN | OUT | BOTH:
            return [headings.words(cells[at]) for cells in sheet.cells]
    return []


def signed(values: Sequence[Decimal | None], told: Sequence[str]) -> list[Decimal | None]:
    """The amounts with money received as plus and what goes out as minus, where the file writes all as plus."""
    if any(value and value < 0 for value in values):
        return list(values)
    return [-v if v and kind in OUT else v for v, kind in zip(values, told, strict=True)]


def note(told: Sequence[str]) -> str:
    """What the two sides of a provider's export are."""
    paid = ", and payouts to the bank are no expense though they go out" if "payout" in told else ""
    return f"charges and payments are money received by the provider{paid}"


def fees(sheet: Sheet) -> Result | None:
    """Whether amount less fee is net, line by line, where it is on half of the lines at least; fails are findings."""
    gross = next((role for role in ("amount", "gross") if sheet.has(role)), "")
    if not gross or not sheet.has("fee", "net") or {gross, "fee", "net"} & sheet.questions.keys():
        return None
    columns = (sheet.amounts(role) for role in (gross, "fee", "net"))
    rows = [(line, a, f, n) for line, a, f, n in zip(sheet.lines, *columns, strict=True)
            if a is not None and f is not None and n is not None]  # fmt: skip
    sign = max((-1, 1), key=lambda s: sum(a + s * f == n for _, a, f, n in rows))
    wrong = [(line, a, f, n) for line, a, f, n in rows if a + sign * f != n]
    if not rows or len(wrong) * 2 > len(rows):
        return None
    names = [shown.code(sheet.heading(role)) for role in (gross, "fee", "net")]
    rule = f"{names[0]} {'less' if sign < 0 else 'and'} {names[1]} is {names[2]}"
    found = [
        arguments.finding(
            "high", "net-differs", sheet.name, line,
            f"{amounts.money(a)} {'less' if sign < 0 else 'and'} a fee of {amounts.money(f)} is "
            f"{amounts.money(a + sign * f)}; net is stated as {amounts.money(n)}, "
            f"a difference of {amounts.money(n - a - sign * f)}",
        )
        for line, a, f, n in wrong[: arguments.FINDINGS]
    ]  # fmt: skip
    if not found:
        return Result(f"{rule} on all {len(rows)} lines that state them.")
    listed = "\n".join(map(shown.item, found))
    return Result(f"{rule}, but not on {len(wrong)} of {len(rows)} lines:\n\n{listed}", findings=tuple(found))
