"""True duplicates apart from equal bookings.

The same number, party and amount twice is a duplicate. The same amount for the same party on one day under different
numbers, or without any, may be one (two equal coffees are not): listed as possible, with the reason. A booking and its
reversal are neither.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bizops.agent.agent import Result, tool
from bizops.agent.tools.finance import arguments, movements, references, within
from bizops.agent.tools.finance.arguments import Columns, File, Order, Sign
from bizops.agent.tools.finance.movements import Movements
from bizops.agent.tools.finance.references import number
from bizops.agent.tools.tables import amounts, headings, sheets, shown
from bizops.agent.tools.tables.dates import bare
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

LISTED = 40
CLOSE = 3  # days between two payments that may be one payment twice
TYPES = frozenset({"type", "art", "typ", "tipo", "transaction type", "doc type", "document type", "voucher type",
                   "belegart", "booking type", "mutatiesoort"})  # fmt: skip
_LETTERS = re.compile(r"[^\w]+")
_REVERSED = re.compile(
    r"\b(?:storno|stornier\w*|ruckbuchung|rucklastschrift|reversal|reversed|reverse|void|voided|cancel\w*|refund\w*|"
    r"annul\w*|extourne|anulad\w*|anulacion|abono|storn\w*|nota di credito|correction|korrektur|gutschrift|"
    r"credit note|avoir|rimborso|terugboeking|estorno|chargeback)\b"
)


@dataclass(frozen=True)
class Group:
    """Entries that are the same in what matters; `certain`, or only possible, and why."""

    rows: tuple[int, ...]
    rule: Literal["duplicate", "same-line", "number-used-twice", "possible-duplicate", "equal-bookings"]
    why: str


@dataclass
class Keys:
    """What is compared of each entry."""

    number: list[str]
    party: list[str]
    kind: list[Hashable]
    reversed: list[bool] = field(default_factory=list)
    reference: list[str] = field(default_factory=list)  # the other side's number of the document
    column: str = ""  # where it stands


@tool("compute")
def duplicates(case: Case, file: File, columns: Columns = "", decimal: Sign = "", dates: Order = "") -> Result:
    """Find entries that stand in a file twice: certain ones (same number, party, amount), and possible ones with why.

    Equal bookings such as monthly fees, and a booking with its reversal, are not reported as duplicates.
    """
    sheet = sheets.read(case, file, columns, decimal, dates)
    moved = movements.read(sheet)
    waiting = arguments.asks(sheet, *moved.roles)
    return waiting or within.each(case, sheet, moved, lambda part: _stated(case, sheet, part))


def _stated(case: Case, sheet: Sheet, moved: Movements) -> Result:
    """The duplicates among the movements that count."""
    groups = find(sheet, moved)
    certain = [group for group in groups if group.rule in ("duplicate", "same-line")]
    used = [group for group in groups if group.rule == "number-used-twice"]
    possible = [group for group in groups if group.rule in ("possible-duplicate", "equal-bookings")]
    head, where = arguments.prefix(case, sheet), sheet.table.source
    extra = sum(len(group.rows) - 1 for group in certain)
    facts = {
        f"{head}duplicates": Fact(value=str(extra), source=where),
        f"{head}possible_duplicates": Fact(value=str(len(possible)), source=where),
    }
    for coin, value in _worth(sheet, moved, certain).items():
        tail = f"_{shown.slug(coin)}" if len(set(sheet.currency)) > 1 else ""
        facts[f"{head}duplicated_amount{tail}"] = Fact(value=amounts.plain(value), unit=coin, source=where)
    findings = [_finding(sheet, moved, group) for group in (*certain, *used, *possible)[:LISTED]]
    name = shown.code(sheet.name)
    parts = [
        f"{extra} duplicate {'entry' if extra == 1 else 'entries'} in {name}:" if certain else "",
        "" if certain else f"No certain duplicate in {name}.",
        _list(sheet, moved, certain),
        "Numbers that are used for different amounts or parties:" if used else "",
        _list(sheet, moved, used),
        "Possible, please look: equal in what is compared, but nothing proves one booking:" if possible else "",
        _list(sheet, moved, possible),
        references.compared(sheet),
    ]
    data = [{"rule": g.rule, "lines": [sheet.lines[n] for n in g.rows[:20]], "why": g.why} for g in groups[:200]]
    return Result("\n\n".join(filter(None, parts)), data, facts, (*findings, *arguments.unread(sheet)))


def _worth(sheet: Sheet, moved: Movements, groups: Iterable[Group]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for group in groups:
        for n in group.rows[1:]:
            found[sheet.currency[n]] += abs(moved.values[n] or Decimal(0))
    return found


def find(sheet: Sheet, moved: Movements) -> list[Group]:
    """The groups of equal entries of a sheet, certain ones first, each entry in one group at most."""
    keys = _keys(sheet)
    taken: set[int] = set()
    found = [
        *_same_lines(sheet, moved, taken),
        *_referenced(sheet, moved, keys, taken),
        *_numbered(sheet, moved, keys, taken),
        *_unnumbered(sheet, moved, keys, taken),
    ]
    order = ("duplicate", "same-line", "number-used-twice", "possible-duplicate", "equal-bookings")
    return sorted(found, key=lambda group: (order.index(group.rule), group.rows))


def _keys(sheet: Sheet) -> Keys:
    numbers = [number(text) for text in sheet.text("document")]
    if len(set(filter(None, numbers))) * 4 < len([n for n in numbers if n]):
        numbers = [""] * len(numbers)  # a word that repeats on most lines is no number
    who = sheet.text("party") if sheet.has("party") else sheet.text("text")
    types = [n for n, name in enumerate(sheet.table.header) if headings.words(name) in TYPES]
    account, sign, other = sheet.text("account"), sheet.text("sign"), sheet.text("counterpart")
    kinds: list[Hashable] = [
        (account[n], other[n], sign[n], sheet.currency[n], *(cells[t] for t in types))
        for n, cells in enumerate(sheet.cells)
    ]
    words = [
        f"{a} {b} {c}" for a, b, c in zip(sheet.text("text"), sheet.text("status"), sheet.text("kind"), strict=True)
    ]
    turned = [bool(_REVERSED.search(bare(text))) if text.strip() else False for text in words]
    at = references.column(sheet)
    others = [number(cells[at]) for cells in sheet.cells] if at is not None else [""] * len(numbers)
    names = [" ".join(_LETTERS.sub(" ", bare(text)).split()) or text.casefold() for text in who]
    return Keys(numbers, names, kinds, turned, others, sheet.table.header[at] if at is not None else "")


def _referenced(sheet: Sheet, moved: Movements, keys: Keys, taken: set[int]) -> Iterable[Group]:
    """Documents that carry one number of the other side, are of one party and amount, and are booked twice.

    What is booked, reversed and booked anew stands once. Lines of one document of ours are its parts.
    """
    if not sheet.has("party"):
        return
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for n, reference in enumerate(keys.reference):
        if reference and n not in taken and (value := moved.values[n]):
            groups[reference, keys.party[n], abs(value), sheet.currency[n], sheet.text("account")[n]].append(n)
    for rows in groups.values():
        if len(rows) < 2:
            continue
        left = _unreversed(rows, moved, keys)
        own = {keys.number[n] for n in left}
        if len(left) > 1 and own != {""} and len(own) < len(left):
            continue  # the search by our own numbers tells
        taken.update(rows)
        if len(left) > 1:
            why = f"same number in {shown.code(keys.column)}, same party, same amount"
            yield Group(tuple(left), "duplicate", why)


def _same_lines(sheet: Sheet, moved: Movements, taken: set[int]) -> Iterable[Group]:
    """Lines that are the same in every cell, the running balance too: it makes each line its own."""
    if not sheet.has("balance"):
        return
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n, cells in enumerate(sheet.cells):
        if moved.values[n] and sheet.amounts("balance")[n] is not None:
            groups[tuple(cells)].append(n)
    for same in groups.values():
        if len(same) > 1:
            taken.update(same)
            yield Group(tuple(same), "same-line", "every cell is the same, the running balance too")


def _numbered(sheet: Sheet, moved: Movements, keys: Keys, taken: set[int]) -> Iterable[Group]:
    groups: dict[str, list[int]] = defaultdict(list)
    for n, own in enumerate(keys.number):
        if own and n not in taken and moved.values[n]:
            groups[own].append(n)
    journal = sum(len(rows) > 1 for rows in groups.values()) * 3 > len(groups) and sheet.has("account")
    for rows in groups.values():
        if len(rows) < 2:
            continue
        same: dict[Hashable, list[int]] = defaultdict(list)
        for n in rows:
            same[keys.party[n] if sheet.has("party") else "", abs(moved.values[n] or Decimal(0)), keys.kind[n]].append(
                n
            )
        for equal in same.values():
            left = _unreversed(equal, moved, keys)
            if len(left) > 1:
                taken.update(equal)
                if journal and not sheet.has("party"):
                    yield Group(tuple(left), "possible-duplicate", "the same account and amount twice in one voucher")
                else:
                    yield Group(tuple(left), "duplicate", "same number, same amount" + _whose(sheet))
            elif len(equal) > 1 and not left[1:]:
                taken.update(equal)  # booked, reversed, and perhaps booked anew
        rest = [n for n in rows if n not in taken]
        if len(rest) > 1 and not journal and len({keys.kind[n] for n in rest}) == 1:
            left = _unreversed(rest, moved, keys)
            parties = {keys.party[n] for n in left}
            if len(left) > 1 and not any(keys.reversed[n] for n in left):
                why = "same number, different " + ("parties" if len(parties) > 1 and sheet.has("party") else "amounts")
                yield Group(tuple(left), "number-used-twice", why)


def _whose(sheet: Sheet) -> str:
    return ", same party" if sheet.has("party") else ""


def _unreversed(rows: Sequence[int], moved: Movements, keys: Keys) -> list[int]:
    """The entries without each pair of a booking and its reversal (opposite sign, or marked as one)."""
    plus = [n for n in rows if (moved.values[n] or 0) > 0 and not keys.reversed[n]]
    minus = [n for n in rows if (moved.values[n] or 0) < 0 and not keys.reversed[n]]
    marked = [n for n in rows if keys.reversed[n]]
    main, against = (plus, minus) if len(plus) >= len(minus) else (minus, plus)
    gone = len(against) + len(marked)
    return sorted(main[: max(0, len(main) - gone)])


def _unnumbered(sheet: Sheet, moved: Movements, keys: Keys, taken: set[int]) -> Iterable[Group]:
    days = sheet.days.get("date") or []
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for n, value in enumerate(moved.values if days else ()):
        if value and n not in taken and keys.party[n] and days[n]:
            groups[keys.party[n], value, keys.kind[n], days[n]].append(n)
    for rows in groups.values():
        if len(rows) < 2:
            continue
        numbers = {keys.number[n] for n in rows}
        if len(_unreversed(rows, moved, keys)) < 2:
            continue
        taken.update(rows)
        if numbers == {""}:
            why = "same day, party or text, and amount; there is no number that would tell them apart"
            yield Group(tuple(rows), "equal-bookings", why)
        else:
            yield Group(tuple(rows), "possible-duplicate", "same day, party and amount under different numbers")
    if days and sheet.has("party") and sheet.has("document"):
        yield from _near(sheet, moved, keys, taken)


def _near(sheet: Sheet, moved: Movements, keys: Keys, taken: set[int]) -> Iterable[Group]:
    """The same party and amount within a few days under different numbers: perhaps paid twice."""
    days = sheet.days["date"]
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for n, value in enumerate(moved.values):
        if value and days[n] and n not in taken and keys.party[n]:
            groups[keys.party[n], value, keys.kind[n]].append(n)
    for rows in groups.values():
        if not 1 < len(rows) <= 3:
            continue  # what comes again and again is a subscription
        ordered = sorted(rows, key=lambda n: (days[n] or 0, n))
        first, last = days[ordered[0]], days[ordered[-1]]
        if first and last and (last - first).days <= CLOSE and len(_unreversed(rows, moved, keys)) > 1:
            why = f"same party and amount within {CLOSE} days under different numbers"
            yield Group(tuple(ordered), "possible-duplicate", why)


def _list(sheet: Sheet, moved: Movements, groups: Sequence[Group]) -> str:
    lines = [f"- {_text(sheet, moved, group)}" for group in groups[:LISTED]]
    if len(groups) > LISTED:
        lines.append(f"- {len(groups) - LISTED} more groups")
    return "\n".join(lines)


def _text(sheet: Sheet, moved: Movements, group: Group) -> str:
    first = group.rows[0]
    values = list(dict.fromkeys(amounts.money(moved.values[n] or Decimal(0)) for n in group.rows[:50]))[:4]
    at = references.column(sheet) if group.rule == "duplicate" else None
    other = sheet.cells[first][at] if at is not None and "same number in" in group.why else ""
    what = shown.safe(other or sheet.text("document")[first] or sheet.text("text")[first])
    who = shown.safe(sheet.text("party")[first])
    parts = [part for part in (what, who, f"{' and '.join(values)} {sheet.currency[first]}".strip()) if part]
    return f"{shown.lines([sheet.lines[n] for n in group.rows])}: {', '.join(parts)} ({group.why})"


def _finding(sheet: Sheet, moved: Movements, group: Group) -> Finding:
    severity: Literal["high", "medium", "low"] = (
        "high" if group.rule in ("duplicate", "same-line") else "low" if group.rule == "equal-bookings" else "medium"
    )
    line = sheet.lines[group.rows[-1]]
    return arguments.finding(
        severity=severity, rule=group.rule, file=sheet.name, line=line, text=_text(sheet, moved, group)
    )
