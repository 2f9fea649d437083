"""What `bizops sla issue` shows: every clock, cycle and step, as JSON or as text."""

from collections.abc import Iterable, Mapping
from typing import Any

from bizops.rules.sla.clocks import Clock, evaluate
from bizops.rules.sla.history import read
from bizops.rules.sla.instants import written
from bizops.rules.sla.ladder import Rung, ladder
from bizops.service_level import Sla


def issue(file: Mapping[str, Any], sla: Sla, now: int, desk: Iterable[str]) -> dict[str, Any]:
    """The JSON of `sla issue`. Raises InputError for what is no issue, or a calendar that cannot be used."""
    history = read(file, now, desk)
    evaluation = evaluate(history, sla, now)
    return {
        "issue": history.number,
        "now": written(now),
        "priority": evaluation.priority,
        "clocks": [_clock(clock) for clock in evaluation.clocks],
        "ladder": [_rung(rung) for rung in ladder(evaluation.clocks, history, now)],
        "warnings": list(evaluation.warnings),
    }


def _clock(clock: Clock) -> dict[str, Any]:
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
        lines.append(f"  {clock['clock']} {clock['cycle']}: {clock['state']}{due}")
        lines += [f"    {why}" for why in clock["why"]]
    for rung in result["ladder"]:
        name = f"{rung['clock']} {rung['cycle']}, {rung['kind']} step {rung['step']}"
        lines.append(f"  {name}: {rung['state']} at {rung['at']}: {', '.join(rung['do'])}")
    return "\n".join([*lines, *(f"  warning: {warning}" for warning in result["warnings"])])
