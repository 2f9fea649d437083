"""One clock: how much of its target is used at an instant, when it is due, when it is breached.

Rules: `due_at` is the first instant with elapsed >= target, `breach_at` the first after which elapsed >
target; the two differ where the target is used up exactly as a gap begins. Met: elapsed(stop) <= target.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from bizops.rules.sla.calendar import Timetable

if TYPE_CHECKING:  # `bizops sla clock` needs no issue, and its start counts
    from bizops.issue import Priority

State = Literal["running", "paused", "at-risk", "met", "breached", "cancelled"]
Interval = tuple[int, int | None]  # [start, end); None: it goes on


class Span(NamedTuple):
    """From `start` to the next span this calendar and target (seconds) are in force; `reset` counts from 0 again."""

    start: int
    timetable: Timetable
    target: int
    reset: bool = False
    priority: "Priority" = "P2"  # whose calendar and target they are


class Meter:
    """A clock that is run over its history; `measure` makes one.

    `due_at`, `breach_at` and `risk_at` (elapsed >= share of the target) lie in the future while the clock runs, and are
    None where a pause is open. `span` is the one in force: the last, or that of the breach.
    """

    def __init__(self, first: Span, share: Fraction) -> None:
        self.span, self._share, self._risk = first, share, 0  # the share of the target in whole seconds
        self.elapsed = 0
        self.due_at: int | None = None
        self.breach_at: int | None = None
        self.risk_at: int | None = None
        self._used_at_breach = 0

    def breached(self, moment: int) -> bool:
        """Whether elapsed > target at `moment`."""
        if self.breach_at is None:
            return False
        return moment > self.breach_at or (moment == self.breach_at and self._used_at_breach > self.span.target)

    def at_risk(self, moment: int) -> bool:
        """Whether elapsed >= share of the target at `moment`."""
        return self.risk_at is not None and moment >= self.risk_at

    @property
    def overdue(self) -> int:
        """Business seconds after the target was used up."""
        return 0 if self.breach_at is None else max(0, self.elapsed - self._used_at_breach)

    def enter(self, span: Span) -> None:
        """A span begins: elapsed is kept, the new target counts.

        A breach by a tightened target is dated here, never before; equal to the target is no breach yet. A clock that
        is breached stays so.
        """
        if self.breach_at is not None:
            return
        self.span = span
        if span.reset:
            self.elapsed = 0
        self._risk = -(-self._share.numerator * span.target // self._share.denominator)
        self.due_at = self._reached(self.due_at, span.target, span.start)
        self.risk_at = self._reached(self.risk_at, self._risk, span.start)
        if self.elapsed > span.target:
            self.breach_at, self._used_at_breach = span.start, self.elapsed

    def run(self, timetable: Timetable, start: int, end: int | None, until: int | None) -> None:
        """Nothing pauses in [start, end): find what is reached, and count it, the last piece (None) up to `until`."""
        business = None if end is None else timetable.between(start, end)
        if self.risk_at is None:
            self.risk_at = self._find(timetable, start, business, self._risk)
        if self.due_at is None:
            self.due_at = self._find(timetable, start, business, self.span.target)
        if self.breach_at is None and (business is None or self.elapsed + business > self.span.target):
            used_up = self.due_at if self.due_at is not None and self.elapsed < self.span.target else start
            self.breach_at = timetable.running(used_up)
            self._used_at_breach = self.span.target
        if business is None:
            business = 0 if until is None else timetable.between(start, until)
        self.elapsed += business

    def _reached(self, found: int | None, wanted: int, moment: int) -> int | None:
        return (moment if found is None else found) if self.elapsed >= wanted else None

    def _find(self, timetable: Timetable, start: int, business: int | None, wanted: int) -> int | None:
        left = wanted - self.elapsed
        if business is not None and business < left:
            return None
        return timetable.after(start, left) if left > 0 else start


def measure(spans: Sequence[Span], pauses: Sequence[Interval], until: int | None, share: Fraction) -> Meter:
    """The clock that begins with the first span, run until `until` (None: only when it is due) and foreseen after.

    `pauses` are what `known` at `until` gives; no span begins later than that. Raises InputError as `Timetable` does.
    """
    meter = Meter(spans[0], share)
    ends = [*(span.start for span in spans[1:]), None]
    for span, end in zip(spans, ends, strict=True):
        meter.enter(span)
        for start, stop in _between(span.start, end, pauses):
            meter.run(span.timetable, start, stop, until)
    return meter


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The intervals in order, those that touch or overlap as one; what lasts zero seconds is left out."""
    merged: list[Interval] = []
    for start, end in sorted(intervals, key=lambda interval: interval[0]):
        if end is not None and end <= start:
            continue
        if merged and ((last := merged[-1][1]) is None or start <= last):
            merged[-1] = merged[-1][0], None if last is None or end is None else max(last, end)
        else:
            merged.append((start, end))
    return merged


def known(intervals: Iterable[Interval], moment: int | None) -> list[Interval]:
    """The `union` as it is known at an instant: what begins later has not happened, what ends later has not ended."""
    if moment is None:
        return union(intervals)
    return [(a, None if b is None or b > moment else b) for a, b in union(intervals) if a <= moment]


def paused(pauses: Iterable[Interval], moment: int) -> bool:
    """Whether a pause is open at an instant."""
    return any(start <= moment and (end is None or moment < end) for start, end in pauses)


def _between(start: int, end: int | None, pauses: Sequence[Interval]) -> Iterator[Interval]:
    """The pieces of [start, end) in which nothing pauses."""
    for begin, over in pauses:
        if end is not None and begin >= end:
            break
        if over is not None and over <= start:
            continue
        if begin > start:
            yield start, begin
        if over is None:
            return
        start = over
    if end is None or start < end:
        yield start, end
