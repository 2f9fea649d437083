"""What the rows of a file say about its other rows, against these: totals, subtotals, results, balances carried over.

A total's figures may be the sums from the top, from the last sum, heading or other sum on, or of the entries below it;
the reading counts that most of its figures fit, and the others are named. A result is income less expenses where all
figures are positive, by the kinds of the accounts or as the difference of two sums that the file states.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, islice

from bizops.agent.agent import ToolError
from bizops.agent.tools.finance import arguments, figures, movements
from bizops.agent.tools.finance.movements import ZERO
from bizops.agent.tools.tables import amounts, grouping, kinds, shown
from bizops.agent.tools.tables.grouping import Span
from bizops.agent.tools.tables.rows import Stated
from bizops.agent.tools.tables.sheets import Sheet
from bizops.decision import Finding

MOST = 5_000  # rows that state sums are looked at
BACK = 40  # groups above that a row may be the sum of


@dataclass
class Reader:
    """The sums of any run of entries by role; each way to read a column is one of them. `own`: which entries count."""

    sheet: Sheet
    own: Sequence[bool]  # those in the currency and of the period that the row names
    columns: Mapping[str, Sequence[Sequence[Decimal | None]]]
    opening: dict[str, Decimal] = field(default_factory=dict)
    before: list[dict[str, Decimal]] = field(default_factory=list)  # what the rows above state
    off: dict[tuple[str, Decimal], int] = field(default_factory=dict)  # the line of a difference found before
    _sums: dict[str, list[list[Decimal]]] = field(default_factory=dict)
    _results: dict[str, tuple[list[Decimal], list[int]]] = field(default_factory=dict)

    def sums(self, role: str, span: Span) -> list[Decimal]:
        """What the entries of a run add up to in a column, under each way to read it."""
        if role not in self._sums:
            self._sums[role] = [
                [ZERO, *accumulate((v or ZERO) if own else ZERO for v, own in zip(values, self.own, strict=True))]
                for values in self.columns[role]
            ]
        return [upto[span.end] - upto[span.start] for upto in self._sums[role]]

    def result(self, role: str, span: Span) -> Decimal | None:
        """Income less expenses of a run of entries; None where the kind of one is not known, or one carries a minus."""
        if role not in self._results:
            self._results[role] = self._by_kind(role)
        upto, unclear = self._results[role]
        return None if unclear[span.end] > unclear[span.start] else upto[span.end] - upto[span.start]

    def _by_kind(self, role: str) -> tuple[list[Decimal], list[int]]:
        """Income less expenses up to each entry, and how many entries up to it are neither."""
        sheet = self.sheet
        label = next((name for name in ("account", "text", "party", "document") if sheet.has(name)), "")
        upto, unclear = [ZERO], [0]
        for n, value in enumerate(self.columns[role][0]):
            name = sheet.text(label)[n] if label else sheet.cells[n][0]
            kind = kinds.find(name, sheet.text("kind")[n], sheet.section[n], sheet.hints) if value else ""
            own = bool(value) and self.own[n]
            clear = not own or (kind in ("income", "expense") and (value or ZERO) > 0)
            upto.append(upto[-1] + (((value or ZERO) * (1 if kind == "income" else -1)) if own else ZERO))
            unclear.append(unclear[-1] + (not clear))
        return upto, unclear


def check(sheet: Sheet) -> tuple[Finding, ...]:
    """The rows whose figures do not agree with the entries that they speak of, with both figures; at most 40."""
    below = islice(_differing(sheet), arguments.FINDINGS) if sheet.stated and sheet.lines else ()
    return (*below, *islice(_across(sheet), arguments.FINDINGS))


def _across(sheet: Sheet) -> Iterator[Finding]:
    """The lines whose column beside the periods is not their sum, if on most lines it is."""
    if not sheet.table.across or "amount" in sheet.questions or "period" not in sheet.roles.columns:
        return
    made: dict[int, Decimal] = defaultdict(Decimal)
    for line, value in zip(sheet.lines, sheet.amounts("amount"), strict=True):
        made[line] += value or ZERO
    for row in sheet.stated:
        made[row.line] += sheet.value("amount", row.cells) or ZERO
    read = [(line, name, found.value) for line, name, cell in sheet.table.across
            if (found := sheet.parsed("amount", cell)) and line in made]  # fmt: skip
    wrong = [(line, name, said) for line, name, said in read if said != made[line]]
    for line, name, said in wrong if len(wrong) * 2 <= len(read) else ():
        text = (
            f"{shown.code(name)} states {amounts.money(said)}; the periods of the line add up to "
            f"{amounts.money(made[line])}, a difference of {amounts.money(said - made[line])}"
        )
        yield arguments.finding("high", "total-differs", sheet.name, line, text)


def _differing(sheet: Sheet) -> Iterator[Finding]:
    columns = _columns(sheet)
    readers: dict[tuple[str, str], Reader] = {}
    coins, periods = set(sheet.currency), set(sheet.text("period"))
    several = len(coins) > 1
    bounds = _bounds(sheet)
    for n, row in enumerate(sheet.stated[:MOST]):
        coin, period = _coin(sheet, row, coins) if several else "", _period(sheet, row, periods)
        said = {role: v for role in columns if (v := sheet.value(role, row.cells)) is not None}
        if not said or (several and not coin):
            continue
        if (coin, period) not in readers:
            readers[coin, period] = Reader(sheet, _own(sheet, coin, period), columns)
        reader = readers[coin, period]
        if row.kind == "opening" and not row.at:
            reader.opening |= said
            continue
        if row.span is None:
            yield from _row(reader, row, said, _spans(sheet, n, bounds))
        reader.before.append(said)


def _columns(sheet: Sheet) -> dict[str, list[Sequence[Decimal | None]]]:
    """The columns that sums can be stated of: as they stand, and with the signs that the entries have."""
    columns: dict[str, list[Sequence[Decimal | None]]] = {
        role: [sheet.amounts(role), *filter(None, [sheet.whole.get(role)])]
        for role in grouping.SUMMED
        if role in sheet.money and role not in sheet.questions
    }
    try:
        moved = movements.read(sheet)
    except ToolError:
        return columns
    if len(moved.roles) == 1 and moved.roles[0] not in sheet.questions:
        ways = columns.setdefault(moved.roles[0], [sheet.amounts(moved.roles[0])])
        if any(a != b for a, b in zip(moved.values, ways[0], strict=True)):
            ways.append(moved.values)
    return columns


def _coin(sheet: Sheet, row: Stated, coins: Container[str]) -> str:
    """The currency that a row of sums names, where the file has several."""
    at = sheet.roles.columns.get("currency")
    words = [row.cells[at]] if at is not None and at < len(row.cells) else []
    marks = [shape.currency for cell in row.cells if (shape := amounts.shape(cell)) and shape.currency]
    named = [amounts.currency_of(word) or word for word in (*words, *marks, *row.label.split())]
    return next((coin for coin in named if coin and coin in coins), "")


def _period(sheet: Sheet, row: Stated, periods: Container[str]) -> str:
    """The period that a row of sums names, where entries name the same."""
    at = sheet.roles.columns.get("period")
    cell = row.cells[at] if at is not None and at < len(row.cells) else ""
    return cell if cell and cell in periods else ""


def _own(sheet: Sheet, coin: str, period: str) -> list[bool]:
    return [coin in ("", c) and period in ("", p) for c, p in zip(sheet.currency, sheet.text("period"), strict=True)]


def _bounds(sheet: Sheet) -> list[int]:
    """Where groups of entries begin: at the top, under a sum, under a heading, under a blank line."""
    taken = {int(row.line) for row in sheet.table.rows}
    starts = {0, len(sheet.lines), *(row.at for row in sheet.stated)}
    starts |= {
        n
        for n, line in enumerate(sheet.lines)
        if n and (sheet.section[n] != sheet.section[n - 1] or int(line) - 1 not in taken)
    }
    return sorted(starts)


def _spans(sheet: Sheet, n: int, bounds: Sequence[int]) -> list[Span]:
    """The runs of entries that a row may be the sum of, the likeliest first."""
    row = sheet.stated[n]
    cut = bisect_left(bounds, row.at)
    above = bounds[max(0, cut - BACK) : cut][::-1]
    last = sheet.stated[n - 1].at if n else 0
    whole = [0, last] if row.kind != "subtotal" and row.strength == 2 else [last, 0]
    spans = [Span(start, row.at) for start in dict.fromkeys([*whole, *above, 0]) if start < row.at]
    below = [Span(row.at, end) for end in bounds[bisect_right(bounds, row.at) :][:BACK]]
    return [*spans, *below, Span(row.at, len(sheet.lines))] if spans else [*below[::-1], *below]


def _row(reader: Reader, row: Stated, said: Mapping[str, Decimal], spans: Sequence[Span]) -> Iterator[Finding]:
    """What a row states that differs, read as the sum that most of its figures are."""
    spans = [span for span in spans if span.start < span.end]
    if not spans:
        return
    best, most, right = spans[0], -1, set[str]()
    for span in spans:
        fits = {role for role, value in said.items() if _right(reader, row, role, value, span)}
        if len(fits) == len(said):
            return
        if (count := sum(said[role] != 0 for role in fits)) > most:  # of equals the first
            best, most, right = span, count, fits
    if most <= 0:  # nothing fits: the likelier of the two first readings is the nearer one
        best = min(spans[:2], key=lambda span: sum(abs(v - reader.sums(role, span)[0]) for role, v in said.items()))
    for role, value in said.items():
        if role not in right:
            yield _finding(reader, row, role, value, best)


def _right(reader: Reader, row: Stated, role: str, value: Decimal, span: Span) -> bool:
    made = reader.sums(role, span)
    if value in made or -value in made:
        return True
    opening = reader.opening.get(role, ZERO)
    if opening and row.kind != "subtotal" and not span.start and any(value in (s + opening, s - opening) for s in made):
        return True
    if (
        role in ("debit", "credit")
        and row.kind in ("closing", "carried", "result")
        and abs(value) == _even(reader, span)
    ):
        return True
    return row.kind == "result" and _result(reader, role, value, span)


def _even(reader: Reader, span: Span) -> Decimal:
    """What makes debit and credit even, from the opening balance on."""
    debit, credit = (
        reader.sums(role, span)[0] + (ZERO if span.start else reader.opening.get(role, ZERO))
        if role in reader.columns
        else ZERO
        for role in ("debit", "credit")
    )
    return abs(debit - credit)


def _result(reader: Reader, role: str, value: Decimal, span: Span) -> bool:
    """Whether a figure is income less expenses: by the kinds of the accounts, or of two sums stated before."""
    if abs(value) == abs(reader.result(role, span) or ZERO) and value:
        return True
    stated = [before[role] for before in reader.before[-12:] if role in before]
    return any(abs(value) == abs(a - sign * b) for n, a in enumerate(stated) for b in stated[:n] for sign in (1, -1))


def _finding(reader: Reader, row: Stated, role: str, value: Decimal, span: Span) -> Finding:
    sheet = reader.sheet
    where = f"{shown.code(row.label)} states {amounts.money(value)} in {shown.code(sheet.heading(role))}"
    computed = reader.sums(role, span)[0]
    kinds_tell = reader.result(role, span) if row.kind == "result" else None
    signed = any(v and v < 0 for v in reader.columns[role][0])
    opening = reader.opening.get(role)
    side = "above" if span.end == row.at else "below"
    entries = f"the entries {side} ({shown.span(sheet.lines[span.start : span.end])})"
    if row.kind == "result" and kinds_tell is None and not signed:
        text = (
            f"{where}, which was not checked: for some entries above it is not known whether they are income or expense"
        )
        return arguments.finding("low", "result-unproved", sheet.name, row.line, text)
    made = "add up to"
    if kinds_tell is not None:
        computed, made = kinds_tell, "come, as income less expenses, to"
    elif row.kind in ("closing", "carried") and role in ("debit", "credit"):
        computed, made = _even(reader, span), "and what was there before them come to" if reader.opening else "come to"
    elif opening and not span.start and row.kind in ("closing", "carried"):
        computed, made = computed + opening, "and what was there before them come to"
    apart = value - computed
    text = f"{where}; {entries} {made} {amounts.money(computed)}, a difference of {amounts.money(apart)}"
    if row.kind == "closing" and not reader.opening:
        text += "; the file states no opening balance that would explain it"
        return arguments.finding("medium", "closing-unproved", sheet.name, row.line, text)
    text += f"; {hint}" if (hint := _hint(reader, role, value, computed, span)) else ""
    reader.off.setdefault((role, apart), row.line)
    return arguments.finding("high", "total-differs", sheet.name, row.line, text)


def _hint(reader: Reader, role: str, value: Decimal, computed: Decimal, span: Span) -> str:
    """What may have happened: a line without a figure, sums of wrong subtotals, digits that changed places."""
    lines, values = reader.sheet.lines, reader.columns[role][0]
    blank = [n for n in range(span.start, span.end) if reader.own[n] and values[n] is None]
    if len(blank) == 1 and not {"debit", "credit"} & {role}:
        return f"line {lines[blank[0]]} has no figure there, the difference would make it right"
    same = [n for n in range(span.start, span.end) if values[n] and abs(values[n] or ZERO) == abs(value - computed)]
    if off := reader.off.get((role, value - computed)):
        return f"as line {off} is off by as much"
    stated = [before[role] for before in reader.before if role in before]
    if len(stated) > 1 and sum(stated, ZERO) == value:
        return "it is the sum of the subtotals as they are stated"
    if figures.transposed(value, computed):
        return "two neighbouring digits have changed places"
    return f"the difference is the figure of line {lines[same[0]]}" if len(same) == 1 else ""
