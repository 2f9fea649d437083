"""Sums of entries: in all, by account or other label, by month, in each currency; and what they come to.

A file tells income from expense by the signs of its amounts, by debit and credit, or, where all figures are positive,
by the kinds of its accounts; then every account must have one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from bizops.agent.tools.finance.movements import ZERO, Movements
from bizops.agent.tools.tables import kinds
from bizops.agent.tools.tables.sheets import Sheet

LABELS = ("account", "party", "text")


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

    @property
    def volume(self) -> Decimal:
        """What moved in either direction."""
        return max(self.plus - self.minus, self.debit + self.credit)


@dataclass(frozen=True)
class Totals:
    """Sums of the entries in one currency: all, by label, by month (`2026-10`)."""

    currency: str
    all: Sums
    labels: Mapping[str, Sums]
    months: Mapping[str, Sums]


def totals(sheet: Sheet, moved: Movements) -> Iterable[Totals]:
    """The sums of a sheet, currency by currency, the one with most entries first."""
    label = label_of(sheet)
    names = sheet.section if label == "section" else sheet.text(label) if label else [""] * len(sheet.lines)
    stated = sheet.text("kind")
    days = sheet.days.get("date") or sheet.blank[1]
    every: dict[str, Sums] = defaultdict(Sums)
    labels: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    months: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    sided, paired = moved.two_sided, moved.paired(sheet) and label == "account"
    others, periods = sheet.text("counterpart"), sheet.text("period")
    for n, value in enumerate(moved.values):
        if value is None:
            continue
        coin, day = sheet.currency[n], days[n]
        groups = [every[coin]]
        if label:
            groups.append(labels[coin][names[n]])
            if not groups[1].kind and label == "account":
                groups[1].kind = kinds.find(names[n], stated[n], sheet.section[n], sheet.hints)
        if day or periods[n]:
            groups.append(months[coin][f"{day.year:04}-{day.month:02}" if day else periods[n]])
        for group in groups:
            for part in moved.parts(n):  # a row with money in and money out counts on both sides
                if part > 0:
                    group.plus += part
                else:
                    group.minus += part
            if sided:
                group.debit += moved.debit[n] or ZERO
                group.credit += moved.credit[n] or ZERO
            group.lines.append(sheet.lines[n])
        if paired and others[n]:
            other = labels[coin][others[n]]
            other.kind = other.kind or kinds.find(others[n], "", "", sheet.hints)
            other.debit += moved.credit[n] or ZERO
            other.credit += moved.debit[n] or ZERO
            other.lines.append(sheet.lines[n])
    for coin in sorted(every, key=lambda c: (-len(every[c].lines), c)):
        yield Totals(coin, every[coin], labels[coin], months[coin])


def label_of(sheet: Sheet) -> str:
    """The role that entries are grouped by: accounts where they differ, else whoever or whatever repeats."""
    if len({*sheet.text("account"), *(sheet.text("counterpart") if sheet.has("account") else ())}) > 1:
        return "account"
    if len(set(filter(None, sheet.section))) > 1:
        return "section"
    for role in LABELS[1:]:
        distinct = len(set(sheet.text(role)))
        if 1 < distinct <= len(sheet.lines) // 2:
            return role
    return ""


@dataclass(frozen=True)
class Outcome:
    """The named figures of a statement, how its groups are to be read, and the accounts that leave it open."""

    rows: Sequence[tuple[str, Decimal]]
    columns: Literal["sides", "signed", "plain"] = "signed"
    unknown: tuple[str, ...] = ()

    @property
    def net(self) -> Decimal | None:
        """What it comes to; None where that is open, or where debit and credit alone are known."""
        return next((value for name, value in self.rows if name in ("net", "total")), None)


def outcome(part: Totals, moved: Movements, *, signed: bool, paired: bool) -> Outcome:
    """Income, expenses and net as the signs, the sides or the kinds of the accounts give them.

    `signed`: whether the file has amounts of both signs, in whatever currency; `paired`: whether each entry names both
    of its accounts.
    """
    known = {name: s for name, s in part.labels.items() if s.kind in ("income", "expense")}
    unknown = tuple(name for name, s in part.labels.items() if not s.kind)
    ledger = moved.two_sided and not moved.flow
    nets = {name: s.debit - s.credit if ledger else s.net for name, s in known.items()}
    incomes = [nets[name] for name, s in known.items() if s.kind == "income"]
    costs = [nets[name] for name, s in known.items() if s.kind == "expense"]
    if ledger:
        sides = part.all.debit, part.all.credit
        rows = [("debit", sides[0]), ("credit", sides[1]), ("difference", sides[0] - sides[1])]
        rows = [("booked", sides[0] + sides[1])] if paired else rows
        return Outcome(
            [*rows, *_result(-sum(incomes, ZERO), sum(costs, ZERO))] if known and not unknown else rows, "sides"
        )
    if any(s.kind in ("asset", "liability", "equity") for s in part.labels.values()) and known:
        flip = -1 if sum(incomes, ZERO) < 0 or (not incomes and sum(costs, ZERO) > 0) else 1
        return Outcome(_result(flip * sum(incomes, ZERO), -flip * sum(costs, ZERO)))
    if not signed and not moved.two_sided and not incomes:
        return Outcome([("total", part.all.plus)], "plain")
    if moved.two_sided or not incomes or (signed and sum(c > 0 for c in costs) <= sum(c < 0 for c in costs)):
        return Outcome([("income", part.all.plus), ("expenses", -part.all.minus), ("net", part.all.net)])
    if unknown:
        open_ = sum((part.labels[name].net for name in unknown), ZERO)
        rows = [("income", sum(incomes, ZERO)), ("expenses", sum(costs, ZERO)), ("not yet clear", open_)]
        return Outcome(rows, "plain", unknown)
    return Outcome(_result(sum(incomes, ZERO), sum(costs, ZERO)), "plain")


def _result(income: Decimal, spent: Decimal) -> list[tuple[str, Decimal]]:
    return [("income", income), ("expenses", spent), ("net", income - spent)]


def signed_by_kind(sheet: Sheet, moved: Movements) -> Movements:
    """The movements of a file whose figures are all positive, with the expenses as what goes out."""
    names, stated = sheet.text("account"), sheet.text("kind")
    values = [
        -v if v and kinds.find(name, told, section, sheet.hints) == "expense" else v
        for v, name, told, section in zip(moved.values, names, stated, sheet.section, strict=True)
    ]
    return replace(moved, values=values)
