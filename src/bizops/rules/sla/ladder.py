"""What escalates when: the steps after a breach and before one.

Offsets count from `breach_at` in the clock's calendar or in real time; pauses do not count. `/ack` moves the next step
to its own time plus `ack_timeout_minutes`, and the others keep their distance. Where the clock stops, later steps are
cancelled and earlier ones stay due.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bizops.rules import markers
from bizops.rules.commands import edited, parse
from bizops.rules.sla.calendar import Timetable
from bizops.rules.sla.clocks import Clock
from bizops.rules.sla.history import History
from bizops.service_level import ClockName, Deed, Ladder, Step

Kind = Literal["at-risk", "breach"]


@dataclass(frozen=True)
class Rung:
    """One step of one clock; the manager's is 0, the others count from 1. `at` in seconds since 1970."""

    clock: ClockName
    cycle: int
    kind: Kind
    step: int
    at: int
    state: Literal["due", "done", "pending", "cancelled"]
    do: tuple[Deed, ...]

    @property
    def key(self) -> str:
        """What stands in the marker of the post that covers it."""
        return f"{self.clock}/{self.cycle}/{self.kind}/{self.step}"

    def of(self, clock: Clock) -> bool:
        """Whether it is a step of this cycle of this clock."""
        return (self.clock, self.cycle) == (clock.clock, clock.cycle)


def ladder(clocks: Iterable[Clock], history: History, now: int) -> tuple[Rung, ...]:
    """Every step of every breached clock, and the steps at risk that policy names."""
    done, acknowledged = posted(history), acks(history)
    return tuple(rung for clock in clocks for rung in _of(clock, acknowledged, done, now))


def posted(history: History) -> frozenset[str]:
    """The keys of all steps that the desk has posted: by its markers, and by its record."""
    ours = (comment for comment in history.comments if history.by_desk(comment))
    shown = {marker.key for comment in ours for marker in markers.parse(comment.body) if marker.kind == "sla"}
    kinds = {"step": "breach", "at-risk": "at-risk"}
    noted = {f"{r.clock}/{r.cycle}/{kinds[r.kind]}/{r.step}" for r in history.records if r.kind in kinds}
    return frozenset(shown | noted)


def acks(history: History) -> list[int]:
    """When someone with write access wrote `/ack`; in a comment that was edited it counts only if we had taken it."""
    ours = (comment for comment in history.comments if history.by_desk(comment))
    told = [marker for comment in ours for marker in markers.parse(comment.body) if marker.kind == "command"]
    taken = {marker.key for marker in told if marker.data.get("ack")}
    return [
        int(comment.created_at.timestamp())
        for comment in history.comments
        if comment.author.type == "User"
        and history.member(comment)
        and (str(comment.id) in taken or (not edited(comment) and any(c.name == "ack" for c in parse(comment.body))))
    ]


def _of(clock: Clock, acknowledged: list[int], done: frozenset[str], now: int) -> Iterator[Rung]:
    terms = clock.terms.ladder
    breached = clock.state == "breached"
    if clock.risk_at is not None and clock.risk_at <= now:
        over = clock.breach_at if breached else clock.stopped_at
        for number, step, at in _times(terms, terms.at_risk_steps, clock.timetable, clock.risk_at, []):
            yield _rung(
                clock, "at-risk", number, step.do, at, done, now, over, moot=clock.stopped_at is not None or breached
            )
    if not breached or clock.breach_at is None:
        return
    if clock.terms.escalation[clock.priority].requires_manager:
        yield _rung(clock, "breach", 0, ("manager",), clock.breach_at, done, now, clock.stopped_at)
    after = [ack for ack in acknowledged if ack > clock.breach_at]
    for number, step, at in _times(terms, terms.steps, clock.timetable, clock.breach_at, after):
        yield _rung(clock, "breach", number, step.do, at, done, now, clock.stopped_at)


def _rung(
    clock: Clock, kind: Kind, number: int, do: tuple[Deed, ...], at: int, done: frozenset[str], now: int,
    over: int | None, *, moot: bool = False,
) -> Rung:  # fmt: skip
    rung = Rung(clock.clock, clock.cycle, kind, number, at, "pending", do)
    if rung.key in done:
        state = "done"
    elif moot or (over is not None and at > over):
        state = "cancelled"
    else:
        state = "due" if at <= now else "pending"
    return Rung(clock.clock, clock.cycle, kind, number, at, state, do)  # type: ignore[arg-type]


def _times(
    terms: Ladder, steps: tuple[Step, ...], timetable: Timetable, start: int, acks: list[int]
) -> list[tuple[int, Step, int]]:
    """Number, step and time of each step, in the order of the policy."""
    order = sorted(range(len(steps)), key=lambda n: steps[n].after_minutes)
    times = {n: _after(terms, timetable, start, steps[n].after_minutes) for n in order}
    for ack in acks:
        later = [n for n in order if times[n] > ack]
        for n in later:
            distance = steps[n].after_minutes - steps[later[0]].after_minutes
            times[n] = _after(terms, timetable, ack, terms.ack_timeout_minutes + distance)
    return [(n + 1, steps[n], times[n]) for n in range(len(steps))]


def _after(terms: Ladder, timetable: Timetable, start: int, minutes: Decimal) -> int:
    seconds = int(minutes * 60)
    return start + seconds if terms.clock == "real" or not seconds else timetable.after(start, seconds)
