"""Slash commands carried out: for each comment that has commands and no receipt a receipt, and then what it says.

The receipt comes first and says what must follow, as an answer's marker does: a run that died in between is completed
by the next one.
"""

import logging
from datetime import datetime
from functools import partial

from bizops.desk import clocks, settle
from bizops.desk.desk import Desk, Seen
from bizops.issue import Comment
from bizops.rules import markers, outcomes, receipts
from bizops.rules.harmless import code, harmless
from bizops.rules.outcomes import Outcome, Setting
from bizops.rules.sla.clocks import Clock
from bizops.rules.sla.instants import written
from bizops.rules.trust import at_least
from bizops.rules.wording import hours

log = logging.getLogger(__name__)
MOST, STRANGERS = 40, 5  # comments with commands that one look carries out; of people without triage permission


def carry_out(desk: Desk, seen: Seen) -> Seen:
    """Carry out every command that waits; the issue as it is then (as it was, where none waits)."""
    if seen.look.receipts and (settle.remove_doubles(desk, seen) or _complete(desk, seen)):
        seen = desk.see(seen.number, again=seen.again)
    strangers = 0
    for _ in range(MOST):
        for comment in seen.look.commands:
            stranger = not at_least(desk.github.permission(comment.author.login), "triage")
            strangers += stranger
            if not stranger or strangers <= STRANGERS:
                break
        else:
            break
        _one(desk, seen, comment)
        seen = desk.see(seen.number, again=seen.again)
        if _complete(desk, seen):
            seen = desk.see(seen.number, again=seen.again)
    return seen


def _complete(desk: Desk, seen: Seen) -> bool:
    """Do what the newest receipt says and is not done yet, be the issue held or closed; whether anything was."""
    newest, said = seen.look.receipts[-1], settle.last_word(seen)
    last = said is not None and said.id == newest.id
    done = settle.follow(desk, seen, newest, status=last)
    if last and settle.must_close(seen):  # what is approved is done before anything newer is looked at
        settle.close(desk, seen)
        return True
    return (last and said is not None and settle.show(desk, seen, said)) or done


def _one(desk: Desk, seen: Seen, comment: Comment) -> None:
    now = desk.github.now()
    told = {"explain": partial(_explain, desk, seen, now), "ack": partial(_ack, desk, seen, now)}
    permission_of, former = desk.github.permission, settle.former(desk, seen)
    setting = Setting(comment, seen.thread, seen.look, desk.policy, permission_of, now, told, seen.route.agent, former)
    result = outcomes.outcome(setting)
    key = str(comment.id)
    settle.post(desk, seen, "command", key, _text(comment, result))
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
