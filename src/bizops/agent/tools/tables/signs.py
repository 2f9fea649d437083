"""Which way each amount of a column goes, where some cells say Dr or Cr and others a minus, brackets or nothing.

In a statement of one account Dr, a minus and brackets are money out for the holder, Cr is money in. A cell without a
mark beside marked ones has two readings, and so has a minus beside a mark where it could turn it. A running balance
settles them: its change is the amount with its sign. What it leaves open is asked.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from bizops.agent.tools.tables import shown
from bizops.agent.tools.tables.amounts import Side
from bizops.agent.tools.tables.dates import bare
from bizops.agent.tools.tables.places import Place

Way = Literal[1, -1]  # money in (credit), money out (debit)
Doubt = Literal["unmarked", "minus", "turned"]
WAYS: Mapping[str, Way] = {"credit": 1, "debit": -1}
CARD = re.compile(
    r"(?<![a-z])(?:credit ?card|card ?member|card ?holder|card (?:no|number)|amex|american express|mastercard|visa|"
    r"kreditkarte\w*|karteninhaber|carte (?:de credit|bancaire)|tarjeta|carta di credito|cartao|creditcard)(?![a-z])"
)
REASONS: Mapping[Doubt, str] = {
    "unmarked": "Other lines say Dr or Cr, this one says neither",
    "minus": "Other lines say Dr or Cr, this one has a minus, and the file books to several accounts",
    "turned": "It has both a minus and a mark, which may mean the same twice or turn each other",
}


@dataclass(frozen=True)
class Column:
    """The amounts of one role: in step with `lines`. `own`: the marks stand in the cells, not in their own column."""

    file: str
    name: str
    lines: Sequence[int]
    cells: Sequence[str]
    values: Sequence[Decimal | None]
    sides: Mapping[int, Side]
    own: bool = True
    ledger: bool = False  # the file books to several accounts: a minus alone tells no side


class Settled(NamedTuple):
    """Amounts with the sign of their side, the side of every entry, and what must be asked."""

    values: list[Decimal | None]
    sides: dict[int, Side]
    question: str = ""


def running(balances: Sequence[Decimal | None], sides: Mapping[int, Side]) -> list[Decimal | None]:
    """A running balance with its signs: a balance in debit (`Dr`) is negative beside one in credit."""
    return [-abs(value) if value is not None and sides.get(n) == "debit" else value
            for n, value in enumerate(balances)]  # fmt: skip


def settle(
    column: Column,
    balances: Sequence[Decimal | None],
    opening: Decimal | None = None,
    unmarked: Side = "",
    told: Mapping[str, Side] | None = None,
) -> Settled | None:
    """The amounts with all their signs; None where no cell is marked, or all are.

    `balances`: the signed running balance, empty where there is none; `opening`: the balance before the first entry.
    `unmarked` and `told` (`5` or `entry 7`) are the requester's words.
    """
    ways, doubts = _read(column)
    if not column.sides or (not doubts and len(column.sides) >= len(ways)):
        return None
    ways |= {n: WAYS[side] for n in doubts if (side := (told or {}).get(_named(column.lines[n]), ""))}
    if unmarked:
        ways |= {n: WAYS[unmarked] for n, kind in doubts.items() if kind == "unmarked" and n not in ways}
    chain = _Chain(column.values, balances, opening, ledger=column.ledger)
    ways |= chain.ways(ways, [n for n in doubts if n not in ways])
    for kind in REASONS:  # lines of one kind go as those that are settled, if these agree
        same = {ways[n] for n, other in doubts.items() if other == kind and n in ways}
        if len(same) == 1:
            ways |= dict.fromkeys((n for n, k in doubts.items() if k == kind and n not in ways), same.pop())
    values: list[Decimal | None] = list(column.values)
    for n, way in ways.items():
        if column.own or n in doubts or n not in column.sides:
            values[n] = way * abs(values[n] or Decimal(0))
    sides: dict[int, Side] = {n: "credit" if way > 0 else "debit" for n, way in ways.items()}
    return Settled(values, sides, _question(column, {n: k for n, k in doubts.items() if n not in ways}))


def card(column: Column, words: str) -> str:
    """The question what a plus means, where a card's statement has mostly positive amounts; else empty.

    `words`: the names of the file and its columns and the lines before them. Banks write charges of a card with a plus
    as well as with a minus; in an account's statement a plus is money in.
    """
    plus = [n for n, value in enumerate(column.values) if value and value > 0]
    minus = [n for n, value in enumerate(column.values) if value and value < 0]
    if not minus or len(plus) < len(minus) or not CARD.search(bare(words)):
        return ""
    line, place = column.lines[plus[0]], f"{shown.code(column.cells[plus[0]])} in column {shown.code(column.name)}"
    return (
        f"`{column.file}` line {line}: is {place} money out (a charge to the card) or money in (a payment to it)? "
        "Cards are written both ways, and no running balance settles it. Please answer “a plus is money out” or “a "
        "plus is money in”."
    )


def _named(line: int) -> str:
    """How the requester names a line: by its number, or as an entry where the line holds several."""
    return f"entry {line.entry}" if isinstance(line, Place) else str(line)


def _read(column: Column) -> tuple[dict[int, Way], dict[int, Doubt]]:
    """What the cells say for certain, and what they leave in doubt."""
    ways: dict[int, Way] = {}
    doubts: dict[int, Doubt] = {}
    debits = [value for n, side in column.sides.items() if side == "debit" and (value := column.values[n])]
    signed = bool(debits) and all(value < 0 for value in debits)
    for n, value in enumerate(column.values):
        side = column.sides.get(n)
        if not value:
            continue
        if side and (value > 0 or not column.own or (side == "debit" and signed)):
            ways[n] = WAYS[side]
        elif side:
            doubts[n] = "turned"
        elif value > 0:
            doubts[n] = "unmarked"
        elif column.ledger:
            doubts[n] = "minus"
        else:
            ways[n] = -1
    return ways, doubts


@dataclass(frozen=True)
class _Chain:
    """The amounts beside their running balance."""

    values: Sequence[Decimal | None]
    balances: Sequence[Decimal | None]
    opening: Decimal | None
    ledger: bool

    def ways(self, known: Mapping[int, Way], doubts: Sequence[int]) -> dict[int, Way]:
        """The ways of doubtful lines, as the balance changes, read in the order that explains most certain lines."""
        if not doubts or not any(balance is not None for balance in self.balances):
            return {}
        fits: Counter[tuple[int, int]] = Counter()
        for step in (-1, 1):  # the balance before stands on the line above, or on the line below
            for n, way in known.items():
                if change := self._change(n, step):
                    fits[step, way if change > 0 else -way] += 1
        if not fits and not self.ledger:  # money in lets the balance rise
            fits.update({(step, 1): sum(bool(self._change(n, step)) for n in doubts) for step in (-1, 1)})
        if not fits:
            return {}
        step, polarity = max(fits, key=lambda key: fits[key])
        return {n: 1 if change * polarity > 0 else -1 for n in doubts if (change := self._change(n, step))}

    def _change(self, n: int, step: int) -> Decimal | None:
        """The change of the balance on a line, if the line's amount is what changes it."""
        at = n + step
        before = self.balances[at] if 0 <= at < len(self.balances) else self.opening
        after = self.balances[n]
        if before is None or after is None or abs(after - before) != abs(self.values[n] or Decimal(0)):
            return None
        return after - before


def _question(column: Column, doubts: Mapping[int, Doubt]) -> str:
    if not doubts:
        return ""
    first = min(doubts)
    kind = doubts[first]
    more = sum(other == kind for other in doubts.values()) - 1
    others = f"; so with {more} more line{'s' if more > 1 else ''}" if more else ""
    line = column.lines[first]
    what = (
        "Unmarked amounts are"
        if kind == "unmarked"
        else f"{'' if isinstance(line, Place) else 'line '}{_named(line)} is".capitalize()
    )
    into, out = ("a credit", "a debit") if column.ledger else ("money in", "money out")
    if kind == "unmarked" and column.ledger:
        into, out = "credits", "debits"
    place = f"{shown.code(column.cells[first])} in column {shown.code(column.name)}"
    return (
        f"`{column.file}` line {line}: is {place} money in (credit) or money out (debit)? {REASONS[kind]}, and no "
        f"running balance settles it{others}. Please answer “{what} {into}” or “{what} {out}”."
    )
