"""Every clock of an issue at an instant, with the arithmetic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, pairwise

from bizops.issue import Priority
from bizops.rules.sla.calendar import Timetable, timetable
from bizops.rules.sla.clock import Interval, Meter, Span, State, known, measure, paused, union
from bizops.rules.sla.cycles import Cycle, cycles
from bizops.rules.sla.history import History
from bizops.rules.sla.instants import written
from bizops.rules.sla.priorities import Steps, priorities, since
from bizops.rules.wording import hours
from bizops.service_level import CLOCKS, ClockName, Sla, Terms


@dataclass(frozen=True)
class Clock:
    """One cycle of a clock, read at an instant. Instants are seconds since 1970, the rest business seconds.

    `due_at` and `breach_at` are foreseen while it runs; `risk_at` is the instant at which the share `at_risk` is used.
    """

    clock: ClockName
    cycle: int
    state: State
    started_at: int
    stopped_at: int | None
    target: int
    elapsed: int
    due_at: int | None
    breach_at: int | None
    risk_at: int | None
    overdue: int
    pauses: tuple[Interval, ...]
    why: tuple[str, ...]
    priority: Priority
    timetable: Timetable
    terms: Terms

    @property
    def title(self) -> str:
        """For people: `next reply`, from the second on `next reply (cycle 2)`."""
        name = self.clock.replace("-", " ")
        return f"{name} (cycle {self.cycle})" if self.cycle > 1 else name


@dataclass(frozen=True)
class Evaluation:
    """All clocks of an issue; an issue that is not evaluated has none and no priority."""

    priority: Priority | None
    clocks: tuple[Clock, ...]
    warnings: tuple[str, ...]


def evaluate(history: History, sla: Sla, now: int) -> Evaluation:
    """The clocks of an issue at `now`. Raises InputError where a calendar cannot be used."""
    if history.pull_request:
        return Evaluation(None, (), ("a pull request has no clocks",))
    if sla.enforce_from and history.opened < sla.enforce_from.timestamp():
        return Evaluation(None, (), (f"opened before enforce_from ({sla.enforce_from.isoformat()}): not evaluated",))
    steps, warnings = priorities(history, sla.at(history.opened), now)
    bench = _Bench(history, sla, now)
    numbers = {name: count(1) for name in CLOCKS}
    readings = (reading for cycle in cycles(history, sla, bench.breached) for reading in bench.read(cycle))
    clocks = tuple(_recorded(replace(reading, cycle=next(numbers[reading.clock])), history) for reading in readings)
    return Evaluation(steps[-1][1], clocks, (*history.warnings, *warnings))


def _recorded(clock: Clock, history: History) -> Clock:
    """A breach that our record noted stays, though the timeline has lost what it came from."""
    for record in history.records:
        same = record.kind == "breach" and (record.clock, record.cycle) == (clock.clock, clock.cycle)
        if same and clock.state != "breached" and record.at >= clock.started_at:  # else it is another clock's
            why = (*clock.why, f"breached at {written(record.at)} by our record")
            return replace(clock, state="breached", breach_at=record.at, due_at=clock.due_at or record.at, why=why)
    return clock


class _Bench:
    """Reads the cycles of one issue at `now`."""

    def __init__(self, history: History, sla: Sla, now: int) -> None:
        self._history, self._sla, self._now = history, sla, now
        self._steps: dict[int, Steps] = {}

    def _priorities(self, terms: Terms) -> Steps:
        """The priority over time by the table and the default of these terms."""
        if id(terms) not in self._steps:
            self._steps[id(terms)], _ = priorities(self._history, terms, self._now)
        return self._steps[id(terms)]

    def breached(self, cycle: Cycle, moment: int) -> bool:
        """Whether a cycle is breached at an instant."""
        return any(clock.state == "breached" for clock in self.read(replace(cycle, stop=moment, how="cancelled")))

    def read(self, cycle: Cycle) -> Iterator[Clock]:
        """The clocks that a cycle makes: none, one, or several where a priority between has no target for it."""
        terms = self._sla.at(cycle.start)
        for spans, end in self._runs(cycle, terms):
            stop, how = (end, "cancelled") if end is not None else (cycle.stop, cycle.how)
            yield self._clock(cycle, terms, spans, stop, how)

    def _runs(self, cycle: Cycle, terms: Terms) -> Iterator[tuple[list[Span], int | None]]:
        """The spans of each clock, and when a priority without a target cancels it."""
        mode = terms.priority_change
        every = self._priorities(terms)
        steps = list(since(every, cycle.start, cycle.stop))
        if mode == "sticky":
            steps = [(cycle.start, every[0][1])]
        if mode == "recompute":
            steps = self._recomputed(cycle, terms, steps)
        spans: list[Span] = []
        for start, priority in steps:
            target = terms.escalation[priority].seconds(cycle.clock)
            if target is not None:
                reset = mode == "reset" and bool(spans)
                spans.append(Span(start, timetable(terms.hours(priority)), target, reset, priority))
            elif spans:
                if self._meter(cycle, terms, spans, start)[0].breached(start):
                    break  # a clock that is breached stays so
                yield spans, start
                spans = []
        if spans:
            yield spans, None

    def _recomputed(self, cycle: Cycle, terms: Terms, steps: Steps) -> Steps:
        """As if the present priority had been there from the start, unless the clock was breached before a change."""
        for (_, priority), (change, _) in pairwise(steps):
            target = terms.escalation[priority].seconds(cycle.clock)
            if target is not None:
                span = Span(cycle.start, timetable(terms.hours(priority)), target, priority=priority)
                if self._meter(cycle, terms, [span], change)[0].breached(change):
                    return [(cycle.start, priority)]
        return [(cycle.start, steps[-1][1])]

    def _meter(self, cycle: Cycle, terms: Terms, spans: Sequence[Span], until: int) -> tuple[Meter, list[Interval]]:
        """The clock at `until`, and its pauses: labels, and times as closed that it went through."""
        stickers = self._history.on(terms.pause_labels.get(cycle.clock, ()))
        pauses = [(max(a, spans[0].start), b) for a, b in known([*stickers, *cycle.closed], until)]
        return measure(spans, union(pauses), until, Fraction(terms.at_risk)), union(pauses)

    def _clock(self, cycle: Cycle, terms: Terms, spans: list[Span], stop: int | None, how: str | None) -> Clock:
        until = max(self._now, spans[0].start) if stop is None else stop
        meter, pauses = self._meter(cycle, terms, spans, until)
        if stop is not None:
            pauses = union((a, stop if b is None else b) for a, b in pauses)
            meter = measure(spans, pauses, until, Fraction(terms.at_risk))
        late = meter.breached(until)
        stands = stop is None and paused(pauses, until)
        state: State = (
            "breached" if late
            else "cancelled" if how == "cancelled"
            else "met" if how == "met"
            else "paused" if stands
            else "at-risk" if meter.at_risk(until)
            else "running"
        )  # fmt: skip
        shown = late or not (stands or how == "cancelled")
        clock = Clock(
            clock=cycle.clock,
            cycle=0,
            state=state,
            started_at=spans[0].start,
            stopped_at=stop,
            target=meter.span.target,
            elapsed=meter.elapsed,
            due_at=meter.due_at if shown else None,
            breach_at=meter.breach_at if shown and (late or stop is None) else None,
            risk_at=meter.risk_at if shown or (meter.risk_at is not None and meter.risk_at <= until) else None,
            overdue=meter.overdue if late else 0,
            pauses=tuple(pauses),
            why=(),
            priority=meter.span.priority,
            timetable=meter.span.timetable,
            terms=terms,
        )
        return replace(clock, why=(*cycle.why, *_arithmetic(clock, spans)))


def _arithmetic(clock: Clock, spans: Sequence[Span]) -> Iterator[str]:
    """How the figures come about, in words."""
    for span in spans:
        calendar = clock.terms.escalation[span.priority].calendar or clock.terms.calendar
        yield f"from {written(span.start)}: {span.priority}, target {hours(span.target)}, calendar {calendar}"
    for start, end in clock.pauses:
        lasted = f"{hours(clock.timetable.between(start, end))} of business time" if end is not None else "still open"
        yield f"paused from {written(start)} to {written(end) if end is not None else 'now'}: {lasted}"
    yield f"used {hours(clock.elapsed)} of {hours(clock.target)}"
    if clock.state == "breached":
        yield f"breached at {written(clock.breach_at)}, overdue {hours(clock.overdue)}"
