"""What `bizops sla issue` shows: every clock, cycle and step, as JSON or as text."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bizops.rules.sla.clocks import Clock, evaluate
from bizops.rules.sla.history import read
from bizops.rules.sla.instants import written
from bizops.rules.sla.ladder import Rung, ladder
from bizops.service_level import Sla

Missed = Callable[[Clock], float]  # the chance of a miss of a running clock


def issue(
    file: Mapping[str, Any], sla: Sla, now: int, desk: Iterable[str], missed: Missed | None = None
) -> dict[str, Any]:
    """The JSON of `sla issue`; with `missed` each running clock has `chance_missed`, from 0 to 1.

    Raises InputError for what is no issue, or a calendar that cannot be used.
    """
    history = read(file, now, desk)
    evaluation = evaluate(history, sla, now)
    return {
        "issue": history.number,
        "now": written(now),
        "priority": evaluation.priority,
        "clocks": [_clock(clock, missed) for clock in evaluation.clocks],
        "ladder": [_rung(rung) for rung in ladder(evaluation.clocks, history, now)],
        "warnings": list(evaluation.warnings),
    }


def _clock(clock: Clock, missed: Missed | None) -> dict[str, Any]:
    running = missed is not None and clock.state in ("running", "at-risk", "paused")
    chance = {"chance_missed": round(missed(clock), 3)} if missed and running else {}
    return {
        "clock": clock.clock,
        "cycle": clock.cycle,
        "state": clock.state,
        "started_at": written(clock.started_at),
        "stopped_at": written(clock.stopped_at),
        "target_s": clock.target,
        "elapsed_s": clock.elapsed,
        "due_at": written(clock.due_at),
        "breach_at": written(clock.breach_at),
        "overdue_s": clock.overdue,
        "pauses": [[written(start), written(end)] for start, end in clock.pauses],
        "why": list(clock.why),
        **chance,
    }


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "clock": rung.clock,
        "cycle": rung.cycle,
        "kind": rung.kind,
        "step": rung.step,
        "at": written(rung.at),
        "state": rung.state,
        "do": list(rung.do),
    }


def text(result: Mapping[str, Any]) -> str:
    """The JSON for people."""
    lines = [f"issue #{result['issue']} at {result['now']}: priority {result['priority'] or 'not evaluated'}"]
    for clock in result["clocks"]:
        due = f", due {clock['due_at']}" if clock["due_at"] else ""
        chance = f", chance of a miss {clock['chance_missed']:.0%}" if "chance_missed" in clock else ""
        lines.append(f"  {clock['clock']} {clock['cycle']}: {clock['state']}{due}{chance}")
        lines += [f"    {why}" for why in clock["why"]]
    for rung in result["ladder"]:
        name = f"{rung['clock']} {rung['cycle']}, {rung['kind']} step {rung['step']}"
        lines.append(f"  {name}: {rung['state']} at {rung['at']}: {', '.join(rung['do'])}")
    return "\n".join([*lines, *(f"  warning: {warning}" for warning in result["warnings"])])
