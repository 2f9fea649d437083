"""Slash commands carried out: for each comment that has commands and no receipt a receipt, and then what it says.

The receipt comes first and says what must follow, as an answer's marker does: a run that died in between is completed
by the next one.
"""

import logging
from datetime import datetime
from functools import partial

from bizops.desk import clocks, settle
from bizops.desk.desk import Desk, Seen
from bizops.issue import Comment, Person
from bizops.rules import markers, outcomes, receipts
from bizops.rules.harmless import code, harmless
from bizops.rules.markers import Marker
from bizops.rules.outcomes import Outcome, Setting
from bizops.rules.sla.clocks import Clock
from bizops.rules.sla.instants import written
from bizops.rules.wording import hours

log = logging.getLogger(__name__)
MOST = 10  # comments with commands that one look carries out


def carry_out(desk: Desk, seen: Seen) -> Seen:
    """Carry out every command that waits; the issue as it is then (as it was, where none waits)."""
    if seen.look.receipts and settle.follow(desk, seen, seen.look.receipts[-1]):
        seen = desk.see(seen.number, again=seen.again)
    for _ in range(MOST):
        if not seen.look.commands:
            break
        _one(desk, seen, seen.look.commands[0])
        seen = desk.see(seen.number, again=seen.again)
        settle.show_commanded(desk, seen)
    return seen


def _one(desk: Desk, seen: Seen, comment: Comment) -> None:
    now = desk.github.now()
    told = {"explain": partial(_explain, desk, seen, now), "ack": partial(_ack, desk, seen, now)}
    setting = Setting(comment, seen.thread, seen.look, desk.policy, desk.github.permission, now, told)
    result = outcomes.outcome(setting)
    key = str(comment.id)
    stays = settle.post(desk, seen, "command", key, _text(comment, result))
    receipt = Marker("command", key, result.data, Comment(stays, Person("desk"), "", settle.FUTURE, settle.FUTURE))
    settle.follow(desk, seen, receipt)
    desk.github.react(comment.id, "+1" if result.done else "confused")
    log.info("issue %d: carried out the commands of comment %d", seen.number, comment.id)


def _text(comment: Comment, result: Outcome) -> str:
    lines = [markers.render("command", str(comment.id), result.data), f"To {code(comment.author.login, 60)}:", ""]
    return "\n".join([*lines, *(f"- {line}" for line in result.lines)])


def react(desk: Desk, seen: Seen, comment: int) -> None:
    """A reaction to a comment whose commands do nothing: they were edited, or stand in code or a quote."""
    found = next((c for c in seen.thread.comments if c.id == comment), None)
    if found and str(found.id) not in {receipt.key for receipt in seen.look.receipts} and receipts.dead(found):
        desk.github.react(comment, "confused")


def _ack(desk: Desk, seen: Seen, now: datetime) -> str:
    """What an `/ack` does: `{until}` stands for the end of the pause."""
    late = [clock for clock in _clocks(desk, seen, now) if clock.state == "breached"]
    if not late:
        return "noted; no clock is breached, so there is no escalation to pause."
    names = ", ".join(clock.clock.replace("-", " ") for clock in late)
    return f"noted for {names}: the next step of the escalation waits until {{until}} at least."


def _explain(desk: Desk, seen: Seen, now: datetime) -> str:
    """Why the issue went where it went, what is open, and how its clocks stand."""
    route, believed = seen.route, desk.believed(seen)
    second = f"; the runner-up is {route.second.rule.text}" if route.second else ""
    lines = [
        f"`{route.agent}` by {route.rule.text} ({route.rule.file}:{route.rule.line}){second}",
        *route.why,
        f"priority {believed.priority}: {'; '.join(believed.why) or 'as labelled'}",
        f"open: {seen.look.stopped or ', '.join(reason.name for _, reason in seen.look.todo) or 'nothing'}",
        *(_told(clock) for clock in _clocks(desk, seen, now)),
    ]
    return "\n" + "\n".join(f"  - {harmless(line, link_hosts=(), limit=400)}" for line in lines)


def _told(clock: Clock) -> str:
    due = f", due {written(clock.due_at)}" if clock.due_at else ""
    used = f"{hours(clock.elapsed)} of {hours(clock.target)} used"
    return f"{clock.clock.replace('-', ' ')} clock, cycle {clock.cycle}: {clock.state}, {used}{due}"


def _clocks(desk: Desk, seen: Seen, now: datetime) -> tuple[Clock, ...]:
    return clocks.look(desk, seen, int(now.timestamp())).evaluation.clocks
