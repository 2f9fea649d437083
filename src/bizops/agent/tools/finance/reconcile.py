"""Two records of the same money against each other: what is in both, in one alone, and what differs in amount.

Pairs are made from the surest sign to the weakest: the same number and amount, the number named in the other's text,
the same number with another amount, the same amount on the same day, the same amount within a few days.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.finance import arguments, movements
from bizops.agent.tools.finance.arguments import File, Order, Sign
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.finance.references import number
from bizops.agent.tools.tables import amounts, sheets, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

DAYS = 5  # between a booking and its line at the bank
LISTED = 40


@dataclass(frozen=True)
class Entry:
    """One entry of a side."""

    line: int
    value: Decimal
    currency: str
    number: str
    day: date | None
    text: str


@dataclass
class Sides:
    """What is not paired yet, and the pairs."""

    left: dict[int, Entry]
    right: dict[int, Entry]
    pairs: list[tuple[Entry, Entry]] = field(default_factory=list)

    def pair(self, key: Callable[[Entry], Hashable | None], other: Callable[[Entry], Hashable | None]) -> None:
        """Pair entries whose keys are equal, first with first; None never pairs."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for n, entry in self.right.items():
            if (found := other(entry)) is not None:
                waiting[found].append(n)
        for queue in waiting.values():
            queue.reverse()
        for n, entry in list(self.left.items()):
            found = key(entry)
            if found is not None and waiting.get(found):
                self.join(n, waiting[found].pop())

    def join(self, n: int, m: int) -> None:
        self.pairs.append((self.left.pop(n), self.right.pop(m)))


@tool("compute")
def reconcile(case: Case, file: File, other: File, decimal: Sign = "", dates: Order = "") -> Result:
    """Reconcile two files, such as a ledger and the bank's statement: matched, only in one, and differing amounts."""
    first, second = (sheets.read(case, name, "", decimal, dates) for name in (file, other))
    read = [_entries(first), _entries(second)]
    waiting = (*first.open(*read[0][1]), *second.open(*read[1][1]))
    if waiting:
        raise ToolError("the figures of the two files allow two readings", where=file, fix=waiting[0])
    turn = _opposite(read[0][0], read[1][0])
    right = [Entry(e.line, -e.value, e.currency, e.number, e.day, e.text) for e in read[1][0]] if turn else read[1][0]
    sides = _matched(read[0][0], right)
    differ = [pair for pair in sides.pairs if pair[0].value != pair[1].value]
    names = [shown.code(sheet.name) for sheet in (first, second)]
    only = [list(sides.left.values()), list(sides.right.values())]
    sums = [sum((e.value for e in entries), ZERO) for entries in (read[0][0], right)]
    facts = _facts(first, second, sides, differ, sums)
    findings = [*_differing(first, second, differ), *_only(first, second, only[0]), *_only(second, first, only[1])]
    matched = len(sides.pairs) - len(differ)
    counted = (
        f"{names[0]} against {names[1]}: {matched} agree, {len(differ)} differ in amount, {len(only[0])} are "
        f"only in the first and {len(only[1])} only in the second."
    )
    figures = [amounts.money(value) for value in (*sums, sums[0] - sums[1])]
    apart = f"The sums are {figures[0]} and {figures[1]}, {figures[2]} apart."
    parts = [
        counted,
        apart if len({*first.currency, *second.currency}) == 1 else "",
        _list(f"Only in {names[0]}", only[0]),
        _list(f"Only in {names[1]}", only[1]),
        _pairs(differ, (first.name, second.name)),
        "The two files have opposite signs; those of the second are turned." if turn else "",
    ]
    data = {name: fact.value for name, fact in facts.items()}
    return Result("\n\n".join(filter(None, parts)), data, facts,
                  (*findings, *arguments.unread(first), *arguments.unread(second)))  # fmt: skip


def _entries(sheet: Sheet) -> tuple[list[Entry], tuple[str, ...]]:
    moved = movements.read(sheet)
    days = sheet.days.get("date") or sheet.blank[1]
    documents, texts, parties = sheet.text("document"), sheet.text("text"), sheet.text("party")
    found = []
    for n, value in enumerate(moved.values):
        if value is not None:
            text = f"{documents[n]} {texts[n]} {parties[n]}"
            found.append(Entry(sheet.lines[n], value, sheet.currency[n], number(documents[n]), days[n], text))
    return found, moved.roles


def _opposite(left: Sequence[Entry], right: Sequence[Entry]) -> bool:
    """Whether more amounts meet with the opposite sign: the bank's credit is the ledger's debit."""
    have: dict[Decimal, int] = defaultdict(int)
    for entry in left:
        have[entry.value] += 1
    same = sum(entry.value in have for entry in right)
    return sum(-entry.value in have for entry in right) > same


def _matched(left: Sequence[Entry], right: Sequence[Entry]) -> Sides:
    sides = Sides(dict(enumerate(left)), dict(enumerate(right)))

    def numbered(e: Entry) -> Hashable | None:
        return (e.number, e.value) if e.number else None

    def dated(e: Entry) -> Hashable | None:
        return (e.day, e.value) if e.day else None

    sides.pair(numbered, numbered)
    _named(sides, exactly=True)
    sides.pair(lambda e: e.number or None, lambda e: e.number or None)
    _named(sides, exactly=False)
    sides.pair(dated, dated)
    _near(sides)
    if not any(e.day for e in left) or not any(e.day for e in right):
        sides.pair(lambda e: e.value, lambda e: e.value)
    return sides


def _named(sides: Sides, *, exactly: bool) -> None:
    """Pair an entry with the one whose text names its number, in either direction; `exactly` with its amount too."""
    for mine, theirs, turned in ((sides.left, sides.right, False), (sides.right, sides.left, True)):
        named: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
        for m, entry in theirs.items():
            for word in set(re.findall(r"[\w/-]*\d[\w/-]*", entry.text[:300])):
                if exactly or re.search(r"[^\W\d]|\d{4}", word):  # a bare small number says too little alone
                    named[number(word), entry.value if exactly else ZERO].append(m)
        for n, entry in list(mine.items()):
            queue = named.get((entry.number, entry.value if exactly else ZERO), []) if entry.number else []
            while queue and queue[-1] not in theirs:
                queue.pop()
            if queue:
                sides.join(*((queue.pop(), n) if turned else (n, queue.pop())))


def _near(sides: Sides) -> None:
    """Pair equal amounts whose days are a few apart, the nearest first."""
    by_value: dict[Decimal, list[int]] = defaultdict(list)
    for m, entry in sides.right.items():
        if entry.day:
            by_value[entry.value].append(m)
    for n, entry in list(sides.left.items()):
        queue = by_value.get(entry.value)
        if not entry.day or not queue:
            continue
        near = min(queue[:200], key=lambda m: abs((sides.right[m].day - entry.day).days))  # type: ignore[operator]
        gap = sides.right[near].day
        if gap and abs((gap - entry.day).days) <= DAYS:
            queue.remove(near)
            sides.join(n, near)


def _facts(
    first: Sheet, second: Sheet, sides: Sides, differ: Sequence[tuple[Entry, Entry]], sums: Sequence[Decimal]
) -> dict[str, Fact]:
    both = f"{first.table.source} and {second.table.source}"
    counts = {
        "matched": len(sides.pairs) - len(differ),
        "amounts_differ": len(differ),
        "only_in_first": len(sides.left),
        "only_in_second": len(sides.right),
    }
    facts = {name: Fact(value=str(count), source=both) for name, count in counts.items()}
    if len({*first.currency, *second.currency}) == 1:
        coin = first.currency[0]
        facts["sum_first"] = Fact(value=amounts.plain(sums[0]), unit=coin, source=first.table.source)
        facts["sum_second"] = Fact(value=amounts.plain(sums[1]), unit=coin, source=second.table.source)
        facts["sums_apart"] = Fact(value=amounts.plain(sums[0] - sums[1]), unit=coin, source=both)
    return facts


def _says(entry: Entry) -> str:
    day = f"{entry.day.isoformat()} " if entry.day else ""
    return f"{day}{shown.safe(entry.text)} {amounts.money(entry.value)} {entry.currency}".strip()


def _list(title: str, entries: Sequence[Entry]) -> str:
    if not entries:
        return ""
    lines = [f"- line {entry.line}: {_says(entry)}" for entry in entries[:LISTED]]
    if len(entries) > LISTED:
        lines.append(f"- {len(entries) - LISTED} more")
    return f"{title}:\n\n" + "\n".join(lines)


def _pairs(differ: Sequence[tuple[Entry, Entry]], names: tuple[str, str]) -> str:
    if not differ:
        return ""
    rows = []
    for a, b in differ[:LISTED]:
        both = (f"{amounts.money(entry.value)} (line {entry.line})" for entry in (a, b))
        rows.append((shown.safe(a.text, 40), *both, amounts.money(a.value - b.value)))
    header = ("entry", *(shown.safe(name, 40) for name in names), "difference")
    return "Differing amounts:\n\n" + shown.table(header, rows)


def _differing(first: Sheet, second: Sheet, differ: Iterable[tuple[Entry, Entry]]) -> Iterable[Finding]:
    for a, b in list(differ)[:LISTED]:
        text = (
            f"{amounts.money(a.value)} here, {amounts.money(b.value)} in {shown.code(second.name)} line {b.line}, "
            f"{amounts.money(a.value - b.value)} apart"
        )
        yield arguments.finding(severity="high", rule="amount-differs", file=first.name, line=a.line, text=text)


def _only(here: Sheet, there: Sheet, entries: Sequence[Entry]) -> Iterable[Finding]:
    for entry in entries[:LISTED]:
        text = f"{_says(entry)} is not in {shown.code(there.name)}"
        yield arguments.finding(severity="medium", rule="only-in-one", file=here.name, line=entry.line, text=text)
