"""Document numbers that are missing in their series: by prefix, year and what else stands in them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bizops.agent.agent import Result, tool
from bizops.agent.tools.finance import arguments
from bizops.agent.tools.finance.arguments import Columns, File
from bizops.agent.tools.tables import sheets, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

LISTED = 30  # gaps that are listed in each series
FEWEST = 3  # numbers make a series
PAIR = 2  # are too few to be sure of one, and are said with what lies between
PAIRS = 10  # that are listed
JUMP = 100  # and more missing in one piece: rather another range than lost documents
SCATTERED = 5  # times more missing than there: no series at all
LONGEST = 60  # characters of a document number
_ONE = re.compile(r"(\D*)(\d+)(\D*)")
_RUNS = re.compile(r"(\d+)")
_DATED = re.compile(r"(?:20\d|[1-4])\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEARS = re.compile(r"(?:19|20)\d\d")
_LETTER = re.compile(r"(?:[-./ ]?[a-z])?")  # behind a counter: a correction, a part; or another series
_COUNTER = 15  # digits of a counter at most

Counted = dict[int, tuple[int, int]]  # a number's line and how many digits it is written with


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

    @property
    def missing(self) -> int:
        """How many numbers are missing, without those of a jump."""
        return sum(b - a + 1 for a, b in self.gaps if not self.jumps(a, b))

    @property
    def between(self) -> int:
        """How many numbers lie between the first and the last and are not there."""
        return sum(b - a + 1 for a, b in self.gaps)

    def jumps(self, first: int, last: int) -> bool:
        """Whether a gap is so long that another range begins after it rather than that documents are lost."""
        return last - first + 1 >= max(JUMP, len(self.numbers))

    @property
    def scattered(self) -> bool:
        """Whether the numbers do not run on: random identifiers, not a series."""
        jumps = sum(self.jumps(a, b) for a, b in self.gaps)
        return jumps * 2 > len(self.numbers) - 1 or self.missing > SCATTERED * len(self.numbers) + JUMP

    def write(self, number: int) -> str:
        return shown.safe(f"{self.head}{str(number).zfill(self.width)}{self.tail}")


@tool("compute")
def missing_numbers(case: Case, file: File, columns: Columns = "") -> Result:
    """Find the gaps in each series of document numbers (invoices, vouchers), by prefix and year, in any order."""
    sheet = sheets.read(case, file, columns)
    found: list[Series] = []
    scattered: list[Series] = []
    pairs: list[Series] = []
    for one in series(_numbers(sheet)):
        if len(one.numbers) >= FEWEST:
            (scattered if one.scattered else found).append(one)
        elif len(one.numbers) == PAIR:
            pairs.append(one)
    head, parts, facts = arguments.prefix(case, sheet), [], {}
    findings: list[Finding] = []
    total = 0
    for one in found[:LISTED]:
        total += one.missing
        text = f"{shown.code(one.name)}: {len(one.numbers)} numbers from {one.write(one.numbers[0])} to "
        text += f"{one.write(one.numbers[-1])}, {one.missing} missing"
        parts.append(f"- {text}{': ' + _ranges(one) if one.gaps else ''}")
        facts[f"{head}missing_{shown.slug(one.name)}"] = Fact(value=str(one.missing), source=_where(sheet, one))
        findings += _findings(sheet, one)
    facts[f"{head}missing_numbers"] = Fact(value=str(total), source=sheet.table.source)
    parts += [
        f"- {shown.code(one.name)}: {len(one.numbers)} numbers that do not run on; no series" for one in scattered[:5]
    ]
    for one in pairs[:PAIRS]:
        parts.append(f"- {_pair(one)}")
        facts[f"{head}between_{shown.slug(one.name)}"] = Fact(value=str(one.between), source=_where(sheet, one))
        findings += _findings(sheet, one)
    name = shown.code(sheet.name)
    if not parts:
        return Result(f"{name} has no series of document numbers.", None, facts)
    intro = f"{_count(total)} in {name}, between the first and the last of each series."
    if not found and pairs:
        intro = f"No series of {FEWEST} or more document numbers is in {name}; two are too few to be sure of one."
    return Result(f"{intro}\n\n" + "\n".join(parts), {n: f.value for n, f in facts.items()}, facts, tuple(findings))


def _numbers(sheet: Sheet) -> list[tuple[int, str]]:
    """The document numbers with their lines: the column of them, else a bare list without any other column."""
    if sheet.has("document"):
        return list(zip(sheet.lines, sheet.text("document"), strict=True))
    if len(sheet.table.header) > 1 and (sheet.table.header_line or not sheet.numbers_alone()):
        arguments.need(sheet, "document", what="the document numbers")
    return [(row.line, cell) for row in sheet.table.rows for cell in row.cells if cell]


def _count(total: int) -> str:
    if not total:
        return "No document number is missing"
    return f"{total} document number{' is' if total == 1 else 's are'} missing"


def _pair(one: Series) -> str:
    first, last = one.write(one.numbers[0]), one.write(one.numbers[1])
    if not one.between:
        return f"{shown.code(one.name)}: {first} and {last}, nothing between them"
    return (
        f"{shown.code(one.name)}: only {first} and {last}; if they are of one series, {_ranges(one)} "
        f"{'is' if one.between == 1 else 'are'} missing"
    )


def series(cells: Iterable[tuple[int, str]]) -> list[Series]:
    """The series among document numbers (line, text): numbers of one shape that differ in their counter alone.

    Upper and lower case are the same; a year before the counter begins a series of its own; a letter behind it
    (`1002A`) does where numbers with the same letter run on by themselves.
    """
    shapes: dict[tuple[str, ...], list[tuple[int, list[str]]]] = defaultdict(list)
    alone: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)  # with one run of digits, as most
    for line, cell in cells:
        if len(text := cell.strip()) > LONGEST:
            continue
        if one := _ONE.fullmatch(text):
            alone[one[1], one[3]].append((line, one[2]))
        elif len(parts := _RUNS.split(text)) > 1:  # what stands around the runs, and them
            shapes[tuple(map(str.casefold, parts[::2]))].append((line, parts))
    found: dict[tuple[str, str], Counted] = defaultdict(dict)
    spelled: dict[str, str] = {}
    for (head, tail), ones in alone.items():
        _count_in(found, spelled, head, tail, ones)
    for members in shapes.values():
        at = 2 * _counter([parts[1::2] for _, parts in members]) + 1
        apart: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for line, parts in members:
            apart["".join(parts[:at]), "".join(parts[at + 1 :])].append((line, parts[at]))
        for (head, tail), ones in apart.items():
            _count_in(found, spelled, head, tail, ones)
    made = [_series(spelled[head], spelled.get(tail, ""), numbers)
            for (head, tail), numbers in _lettered(found).items()]  # fmt: skip
    return sorted(made, key=lambda one: (-len(one.numbers), one.name))


def _count_in(
    found: dict[tuple[str, str], Counted],
    spelled: dict[str, str],
    head: str,
    tail: str,
    ones: Sequence[tuple[int, str]],
) -> None:
    """Put the numbers between a head and a tail (line, digits) into their series; a year begins one of its own."""
    short = [(line, run) for line, run in ones if len(run) <= _COUNTER]
    years = _years(sorted({run for _, run in short}))
    heads: dict[str, Counted] = {}
    for line, run in short:
        year, digits = (run[:4], run[4:]) if years else ("", run)
        if year not in heads:
            key = f"{head}{year}".casefold(), tail.casefold()
            spelled.setdefault(key[0], f"{head}{year}")
            spelled.setdefault(key[1], tail)
            heads[year] = found[key]
        heads[year].setdefault(int(digits), (line, len(digits)))


def _series(head: str, tail: str, numbers: Counted) -> Series:
    ordered = sorted(numbers)
    padded = [width for number, (_, width) in numbers.items() if width > len(str(number))]
    lines = tuple(numbers[number][0] for number in ordered)
    return Series(head, tail, max(padded, default=1), tuple(ordered), lines)


def _years(runs: Sequence[str]) -> bool:
    """Whether runs of digits (in order) begin with a year, after which the counter starts anew: `2025003, 2026001`."""
    if len(runs) < 2 or len(runs[0]) <= len("2025") + 2 or not _YEARS.match(runs[0]):
        return False
    if len({len(run) for run in runs}) > 1 or not all(_YEARS.match(run) for run in runs) or runs[0][:4] == runs[-1][:4]:
        return False
    steps = ((int(b) - int(a), a[:4] == b[:4]) for a, b in pairwise(runs))
    return all(same or step > JUMP for step, same in steps)


def _lettered(found: Mapping[tuple[str, str], Counted]) -> dict[tuple[str, str], Counted]:
    """The series by head and tail; those that differ in a letter behind the counter as one, if fewer then lack."""
    made: dict[tuple[str, str], Counted] = {}
    heads: dict[str, list[str]] = defaultdict(list)
    for head, tail in found:
        if _LETTER.fullmatch(tail):
            heads[head].append(tail)
        else:
            made[head, tail] = found[head, tail]
    for head, tails in heads.items():
        together: Counted = {}
        for tail in tails:
            for number, place in found[head, tail].items():
                together.setdefault(number, place)
        apart = [found[head, tail] for tail in tails]
        lone = any(len(numbers) == 1 for numbers in apart)
        twice = sum(map(len, apart)) - len(together)  # with several letters: parallel series, unless they are few
        lack, lacking = _lack(together), sum(map(_lack, apart))
        if len(tails) > 1 and twice * 3 <= len(together) and (lack < lacking or (lone and lack == lacking)):
            made[head, ""] = together
        else:
            made |= {(head, tail): found[head, tail] for tail in tails}
    return made


def _lack(numbers: Counted) -> int:
    return max(numbers) - min(numbers) + 1 - len(numbers)


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
        if len(one.numbers) == PAIR:
            yield arguments.finding(severity="low", rule="number-gap", file=sheet.name, line=after[b + 1],
                          text=f"{what}, if the two documents beside are of one series")  # fmt: skip
        elif one.jumps(a, b):
            yield arguments.finding(severity="low", rule="number-jump", file=sheet.name, line=after[b + 1],
                          text=f"{what}: a jump, perhaps another range")  # fmt: skip
        else:
            yield arguments.finding(
                severity="medium", rule="missing-number", file=sheet.name, line=after[b + 1], text=what
            )
