"""What the sweep owes an issue: labels, steps of the ladder that are due, rows of the ledger, and when to look again.

Level-triggered: worked out from what is, so that doing it twice changes nothing the second time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bizops.rules.sla.clocks import Clock
from bizops.rules.sla.history import History
from bizops.rules.sla.ladder import Rung, posted

AT_RISK, BREACHED, ESCALATED = "sla/at-risk", "sla/breached", "escalated/"
Happening = Literal["at-risk", "breach", "met", "cancelled"]


@dataclass(frozen=True)
class Row:
    """One line of the ledger: what happened to a clock, at its true time (seconds since 1970)."""

    clock: Clock
    event: Happening
    at: int

    @property
    def key(self) -> str:
        return f"{self.clock.clock}/{self.clock.cycle}/{self.event}"


@dataclass(frozen=True)
class Plan:
    """`due` are the steps that one post stands for, in their order; `risks` the clocks at risk that nobody was told of.

    `next_at`: the next instant at which anything of this can change by itself; None where only an event can.
    """

    add: tuple[str, ...]
    remove: tuple[str, ...]
    due: tuple[Rung, ...]
    risks: tuple[Clock, ...]
    rows: tuple[Row, ...]
    next_at: int | None

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to write on the issue."""
        return not (self.add or self.remove or self.due or self.risks)


def risk_key(clock: Clock) -> str:
    """What stands in the marker of the post that says that a clock is at risk."""
    return f"{clock.clock}/{clock.cycle}/at-risk/0"


def plan(history: History, clocks: Iterable[Clock], rungs: Iterable[Rung], labels: Iterable[str], now: int) -> Plan:
    """What is missing on the issue, which carries `labels`."""
    clocks, rungs = tuple(clocks), tuple(rungs)
    newest = tuple({clock.clock: clock for clock in clocks}.values())
    wanted = dict(_wanted(newest, rungs))
    ours = [name for name in labels if name in (AT_RISK, BREACHED) or name.startswith(ESCALATED)]
    done = posted(history)
    return Plan(
        add=tuple(name for name, since in wanted.items() if name not in ours and not _taken(history, name, since)),
        remove=tuple(name for name in ours if name not in wanted),
        due=tuple(sorted((rung for rung in rungs if rung.state == "due"), key=lambda rung: rung.at)),
        risks=tuple(clock for clock in clocks if clock.state == "at-risk" and risk_key(clock) not in done),
        rows=tuple(row for clock in clocks for row in _rows(clock, now)),
        next_at=min(_instants(clocks, rungs, now), default=None),
    )


def _wanted(newest: tuple[Clock, ...], rungs: tuple[Rung, ...]) -> Iterator[tuple[str, int]]:
    """The labels that the newest cycle of each clock calls for, and since when."""
    breached = [clock for clock in newest if clock.state == "breached"]
    at_risk = [clock for clock in newest if clock.state == "at-risk"]
    if breached:
        yield BREACHED, min(clock.started_at for clock in breached)
    elif at_risk:
        yield AT_RISK, min(clock.started_at for clock in at_risk)
    heights = {
        clock.started_at: sum("escalate" in r.do and r.state in ("due", "done") for r in rungs if r.of(clock))
        for clock in breached
    }
    if any(heights.values()):
        yield f"{ESCALATED}{max(heights.values())}", min(heights)


def _taken(history: History, name: str, since: int) -> bool:
    """Whether a person took our label off in this cycle: it stays off."""
    return any(x.taken and x.end is not None and x.end >= since for x in history.labels.get(name, ()))


def _rows(clock: Clock, now: int) -> Iterator[Row]:
    until = now if clock.stopped_at is None else clock.stopped_at
    if clock.risk_at is not None and clock.risk_at <= until:
        yield Row(clock, "at-risk", clock.risk_at)
    if clock.state == "breached" and clock.breach_at is not None:
        yield Row(clock, "breach", clock.breach_at)
    if clock.stopped_at is not None and clock.state in ("met", "cancelled"):
        yield Row(clock, "met" if clock.state == "met" else "cancelled", clock.stopped_at)


def _instants(clocks: tuple[Clock, ...], rungs: tuple[Rung, ...], now: int) -> Iterator[int]:
    for clock in clocks:
        if clock.state in ("running", "at-risk"):
            yield from (at for at in (clock.risk_at,) if at is not None and at > now)
            yield from (at + 1 for at in (clock.breach_at,) if at is not None)
    yield from (rung.at for rung in rungs if rung.state == "pending")
