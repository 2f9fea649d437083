"""What the desk says about clocks: one comment for all steps that are due, with their true times."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bizops.people import People
from bizops.rules import markers
from bizops.rules.reasons import ESCALATION
from bizops.rules.sla.clocks import Clock
from bizops.rules.sla.instants import written
from bizops.rules.sla.ladder import Rung
from bizops.rules.sla.plan import Plan, risk_key
from bizops.rules.wording import hours


def comment(
    plan: Plan, clocks: tuple[Clock, ...], rungs: tuple[Rung, ...], area: str, people: People, now: int
) -> tuple[tuple[str, ...], str]:
    """The keys that the comment covers, and its text with a marker for each."""
    keys = (*(rung.key for rung in plan.due), *(risk_key(clock) for clock in plan.risks))
    told = [clock for clock in clocks if any(rung.of(clock) for rung in plan.due) or clock in plan.risks]
    lines = [
        *(markers.render("sla", key) for key in keys),
        _headline(told),
        "",
        "| Clock | Priority | Target | Due | Breached | Overdue |",
        "|---|---|---|---|---|---|",
        *map(_row, told),
    ]
    if plan.due:
        lines += ["", *(f"- {line}" for line in _steps(plan.due, rungs, area, people, now))]
    lines += ["", _hint(plan)]
    return keys, "\n".join(lines)


def _headline(told: list[Clock]) -> str:
    late = [clock for clock in told if clock.state == "breached"]
    names = " and ".join(clock.title for clock in (late or told))
    return f"**Breached:** {names}." if late else f"**At risk:** {names}."


def _row(clock: Clock) -> str:
    breached = written(clock.breach_at) if clock.state == "breached" else ""
    overdue = hours(clock.overdue) if clock.state == "breached" else ""
    due = written(clock.due_at) or ""
    return f"| {clock.title} | {clock.priority} | {hours(clock.target)} | {due} | {breached} | {overdue} |"


def _steps(due: tuple[Rung, ...], rungs: tuple[Rung, ...], area: str, people: People, now: int) -> Iterator[str]:
    """What each step asks, since when; the mentions are live: they are policy's, not foreign text."""
    day = datetime.fromtimestamp(now, UTC).date()
    owner, heard = people.owner(area, day), ", ".join(f"@{login}" for login in people.alert)
    for rung in due:
        height = sum(
            "escalate" in r.do
            for r in rungs
            if r.key.rpartition("/")[0] == rung.key.rpartition("/")[0] and r.at <= rung.at
        )
        person = people.rung(height, day)
        said = {
            "label": "labelled",
            "mention": f"@{owner}, please look"
            if owner
            else f"nobody owns {area or 'this area'} (policies/people.yml)",
            "escalate": f"escalated to @{person}" if person else "escalated; policies/people.yml names no rungs",
            "manager": f"`{ESCALATION}` gives its view",
            "alert": f"alert: {heard}" if heard else "alert; policies/people.yml names nobody to hear it",
        }
        yield f"{written(rung.at)}: {'; '.join(said[deed] for deed in rung.do)}"


def _hint(plan: Plan) -> str:
    if plan.due:
        return "Someone with write access may write `/ack` in a comment: the next steps wait for a while then."
    return "Nothing is late yet."
