"""Document numbers that are missing in their series: by prefix, year and what else stands in them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bizops.agent.agent import Result, tool
from bizops.agent.tools.finance import arguments
from bizops.agent.tools.finance.arguments import Columns, File
from bizops.agent.tools.tables import sheets, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

LISTED = 30  # gaps that are listed in each series
FEWEST = 3  # numbers make a series
JUMP = 100  # and more missing in one piece: rather another range than lost documents
SCATTERED = 5  # times more missing than there: no series at all
LONGEST = 60  # characters of a document number
_RUNS = re.compile(r"(\d+)")
_DATED = re.compile(r"(?:20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEARS = re.compile(r"(?:19|20)\d\d")
_COUNTER = 15  # digits of a counter at most


@dataclass(frozen=True)
class Series:
    """One series: what stands before and after its counter, how wide that is, and the numbers that are there."""

    head: str
    tail: str
    width: int
    numbers: tuple[int, ...]  # in order, each once
    lines: tuple[int, ...]  # of these

    @property
    def name(self) -> str:
        """The series with `#` for the counter: `INV-2026-#`."""
        return f"{self.head}#{self.tail}"

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """The missing ranges between the first and the last number, both ends included."""
        pairs = zip(self.numbers, self.numbers[1:], strict=False)
        return [(a + 1, b - 1) for a, b in pairs if b - a > 1]

    def jumps(self, first: int, last: int) -> bool:
        """Whether a gap is so long that another range begins after it rather than that documents are lost."""
        return last - first + 1 >= max(JUMP, len(self.numbers))

    @property
    def scattered(self) -> bool:
        """Whether the numbers do not run on: random identifiers, not a series."""
        jumps = sum(self.jumps(a, b) for a, b in self.gaps)
        missing = sum(b - a + 1 for a, b in self.gaps if not self.jumps(a, b))
        return jumps * 2 > len(self.numbers) - 1 or missing > SCATTERED * len(self.numbers) + JUMP

    def write(self, number: int) -> str:
        return shown.safe(f"{self.head}{str(number).zfill(self.width)}{self.tail}")


@tool("compute")
def missing_numbers(case: Case, file: File, columns: Columns = "") -> Result:
    """Find the gaps in each series of document numbers (invoices, vouchers), by prefix and year, in any order."""
    sheet = sheets.read(case, file, columns)
    if not sheet.has("document") and len(sheet.table.header) == 1:
        cells = [row.cells[0] for row in sheet.table.rows]
        lines: Sequence[int] = [row.line for row in sheet.table.rows]
    else:
        arguments.need(sheet, "document", what="the document numbers")
        cells, lines = list(sheet.text("document")), sheet.lines
    found: list[Series] = []
    scattered: list[Series] = []
    for one in series(zip(lines, cells, strict=True)):
        if len(one.numbers) >= FEWEST:
            (scattered if one.scattered else found).append(one)
    head, parts, facts = arguments.prefix(case, sheet), [], {}
    findings: list[Finding] = []
    total = 0
    for one in found[:LISTED]:
        missing = sum(b - a + 1 for a, b in one.gaps if not one.jumps(a, b))
        total += missing
        text = f"{shown.code(one.name)}: {len(one.numbers)} numbers from {one.write(one.numbers[0])} to "
        text += f"{one.write(one.numbers[-1])}, {missing} missing"
        parts.append(f"- {text}{': ' + _ranges(one) if one.gaps else ''}")
        facts[f"{head}missing_{shown.slug(one.name)}"] = Fact(value=str(missing), source=_where(sheet, one))
        findings += _findings(sheet, one)
    facts[f"{head}missing_numbers"] = Fact(value=str(total), source=sheet.table.source)
    parts += [
        f"- {shown.code(one.name)}: {len(one.numbers)} numbers that do not run on; no series" for one in scattered[:5]
    ]
    name = shown.code(sheet.name)
    if not parts:
        return Result(f"{name} has no series of document numbers.", None, facts)
    count = (
        f"{total} document number{' is' if total == 1 else 's are'} missing"
        if total
        else "No document number is missing"
    )
    intro = f"{count} in {name}, between the first and the last of each series."
    return Result(f"{intro}\n\n" + "\n".join(parts), {n: f.value for n, f in facts.items()}, facts, tuple(findings))


def series(cells: Iterable[tuple[int, str]]) -> list[Series]:
    """The series among document numbers (line, text): numbers of one shape that differ in their counter alone."""
    shapes: dict[tuple[str, ...], list[tuple[int, list[str]]]] = defaultdict(list)
    for line, cell in cells:
        if len(cell) <= LONGEST and len(parts := _RUNS.split(cell)) > 1:  # what stands around the runs, and the runs
            shapes[tuple(parts[::2])].append((line, parts))
    found: dict[tuple[str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    for members in shapes.values():
        at = 2 * _counter([parts[1::2] for _, parts in members]) + 1
        for line, parts in members:
            if len(run := parts[at]) <= _COUNTER:
                key = "".join(parts[:at]), "".join(parts[at + 1 :])
                found[key].setdefault(int(run), (line, len(run)))
    made = []
    for (head, tail), numbers in found.items():
        ordered = sorted(numbers)
        padded = [width for number, (_, width) in numbers.items() if width > len(str(number))]
        lines = tuple(numbers[number][0] for number in ordered)
        made.append(Series(head, tail, max(padded, default=1), tuple(ordered), lines))
    return sorted(made, key=lambda one: (-len(one.numbers), one.name))


def _counter(runs: Sequence[Sequence[str]]) -> int:
    """Which run of digits counts: the one with most different values that is no date and no year, else the last."""
    best, at = -1, len(runs[0]) - 1
    for n in range(len(runs[0])):
        values = {run[n] for run in runs}
        if len(runs[0]) > 1 and (all(map(_DATED.fullmatch, values)) or all(map(_YEARS.fullmatch, values))):
            continue
        if len(values) >= best:
            best, at = len(values), n
    return at


def _where(sheet: Sheet, one: Series) -> str:
    return f"{sheet.name}:{min(one.lines)}-{max(one.lines)}"


def _ranges(one: Series) -> str:
    listed = [
        f"{one.write(a)} to {one.write(b)} ({b - a + 1}){', a jump' if one.jumps(a, b) else ''}"
        if b > a
        else one.write(a)
        for a, b in one.gaps[:LISTED]
    ]
    more = len(one.gaps) - LISTED
    return ", ".join(listed) + (f" and {more} more gaps" if more > 0 else "")


def _findings(sheet: Sheet, one: Series) -> Iterable[Finding]:
    after = dict(zip(one.numbers, one.lines, strict=True))
    for a, b in one.gaps[:LISTED]:
        count = b - a + 1
        what = f"{one.write(a)} is missing" if count == 1 else f"{one.write(a)} to {one.write(b)} are missing ({count})"
        if one.jumps(a, b):
            yield arguments.finding(severity="low", rule="number-jump", file=sheet.name, line=after[b + 1],
                          text=f"{what}: a jump, perhaps another range")  # fmt: skip
        else:
            yield arguments.finding(
                severity="medium", rule="missing-number", file=sheet.name, line=after[b + 1], text=what
            )
