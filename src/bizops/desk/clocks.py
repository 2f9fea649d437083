"""The clocks of one issue as it is on GitHub: read, and what is missing written."""

import logging
from dataclasses import dataclass
from typing import Any

from bizops.desk import breach, settle
from bizops.desk.desk import Desk, Seen
from bizops.desk.github import GitHub
from bizops.rules.sla.clocks import Evaluation, evaluate
from bizops.rules.sla.history import History, read
from bizops.rules.sla.ladder import Rung, ladder
from bizops.rules.sla.plan import Plan, plan
from bizops.service_level import Sla

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """An issue, its clocks and what it is owed."""

    seen: Seen
    evaluation: Evaluation
    rungs: tuple[Rung, ...]
    plan: Plan


def look(desk: Desk, seen: Seen, now: int) -> Reading:
    """Work out the clocks; one request for each commenter whose permission is not known yet."""
    history = _history(desk, seen, now)
    evaluation = evaluate(history, _terms(desk), now)
    rungs = ladder(evaluation.clocks, history, now)
    return Reading(seen, evaluation, rungs, plan(history, evaluation.clocks, rungs, seen.labels, now))


def _terms(desk: Desk) -> Sla:
    """The policy's terms; issues from before the adoption (`answer_from`) have no clocks unless `enforce_from` says."""
    sla, adopted = desk.policy.sla, desk.policy.agents.answer_from
    return sla if sla.enforce_from or adopted is None else sla.model_copy(update={"enforce_from": adopted})


def _history(desk: Desk, seen: Seen, now: int) -> History:
    thread = seen.thread
    people = {c.author.login for c in thread.comments if c.author.type == "User" and not thread.by_author(c.author)}
    permissions = {login: desk.github.permission(login) for login in sorted(people) if login != "ghost"}
    file: dict[str, Any] = {"issue": seen.raw, "timeline": seen.timeline, "permissions": permissions}
    return read(file, now, desk.policy.access.desk_accounts)


def write(desk: Desk, number: int, now: int) -> Reading:
    """Read the issue anew, write what is missing, and read it again; what a crash leaves out the next one writes."""
    for _ in range(2):
        reading = look(desk, desk.see(number), now)
        if reading.plan.nothing:
            break
        _write(desk, reading, now)
    return reading


def _write(desk: Desk, reading: Reading, now: int) -> None:
    owed, seen = reading.plan, reading.seen
    if owed.due or owed.risks:
        clocks, area = reading.evaluation.clocks, seen.route.area
        keys, body = breach.comment(owed, clocks, reading.rungs, area, desk.policy.people, now)
        settle.post(desk, seen, "sla", keys[0], body)
        log.info("issue %d: posted %s", seen.number, " ".join(keys))
    settle.set_labels(desk, seen, owed.add, owed.remove)


def writes(github: GitHub) -> int:
    """Requests so far that are no reads."""
    return sum(count for call, count in github.calls.items() if not call.startswith("GET "))
