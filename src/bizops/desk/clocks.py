"""The clocks of one issue as it is on GitHub: read, and what is missing written."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bizops.desk import breach, settle
from bizops.desk.desk import Desk, Seen
from bizops.desk.github import GitHub
from bizops.errors import ConfigError, Problem
from bizops.policy import Policy
from bizops.rules.sla.calendar import unusable
from bizops.rules.sla.clocks import Evaluation, evaluate
from bizops.rules.sla.history import ASSOCIATED, History, read
from bizops.rules.sla.instants import written
from bizops.rules.sla.ladder import Rung, ladder, posted
from bizops.rules.sla.plan import Plan, plan
from bizops.service_level import Sla

log = logging.getLogger(__name__)
PEOPLE = 20  # whose permission is asked for one issue; of the others `author_association` speaks
Records = Sequence[dict[str, Any]]  # as of `sla issue`: what is noted outside of the thread


@dataclass(frozen=True)
class Reading:
    """An issue, its clocks and what it is owed at `now`.

    `told` are the keys of what was posted; `gone`: a label is gone of which no event tells.
    """

    seen: Seen
    evaluation: Evaluation
    rungs: tuple[Rung, ...]
    plan: Plan
    told: frozenset[str]
    gone: bool
    now: int


def time(desk: Desk) -> int:
    """The instant by GitHub's clock, as of its last answer: what was read has happened by then, whatever ours says."""
    return int(desk.github.now().timestamp())


def look(desk: Desk, seen: Seen, now: int, records: Records = ()) -> Reading:
    """Work out the clocks; one request for each commenter whose permission is not known yet."""
    history = _history(desk, seen, now, records)
    evaluation = evaluate(history, _terms(desk), now)
    rungs = ladder(evaluation.clocks, history, now)
    owed = plan(history, evaluation.clocks, rungs, seen.labels, now)
    return Reading(seen, evaluation, rungs, owed, posted(history), history.gone, now)


def usable(policy: Policy, now: int) -> None:
    """Raises ConfigError with every calendar that cannot be used from `now` on: without it no clock can be kept."""
    found = list(problems(policy, now))
    if found:
        raise ConfigError(found)


def problems(policy: Policy, now: int) -> list[Problem]:
    """Every calendar of `sla.yml` and its versions that has no window from `now` on, or an unknown country."""
    sla, found = policy.sla, []
    whole = [(now, sla, ()), *((_begin(v.effective_from, now), v.terms, ("versions",)) for v in sla.versions)]
    known: set[tuple[str, str]] = set()
    for start, terms, path in whole:
        for name in terms.calendars:
            what = unusable(terms.calendar_named(name), start)
            if what and (name, what) not in known:
                known.add((name, what))
                file, line = policy.where("sla", *path, "calendars", name)
                found.append(Problem(f'the calendar "{name}" cannot be used: {what}', f"{file}:{line}"))
    return found


def _begin(moment: datetime, now: int) -> int:
    return max(now, int(moment.timestamp()))


def _terms(desk: Desk) -> Sla:
    """The policy's terms; issues from before the adoption (`answer_from`) have no clocks unless `enforce_from` says."""
    sla, adopted = desk.policy.sla, desk.policy.agents.answer_from
    return sla if sla.enforce_from or adopted is None else sla.model_copy(update={"enforce_from": adopted})


def _history(desk: Desk, seen: Seen, now: int, records: Records) -> History:
    permissions = {login: desk.github.permission(login) for login in people(seen)}
    file: dict[str, Any] = {"issue": seen.raw, "timeline": seen.timeline, "permissions": permissions}
    noted = any(record["kind"] == "gone" for record in records)
    first = [] if noted else [{"kind": "gone", "at": written(now)}]  # a label that is gone was there until now
    return read({**file, "record": [*records, *first]}, now, desk.policy.access.desk_accounts)


def people(seen: Seen) -> list[str]:
    """Whose permission counts on an issue: who commented, members first, in the order of their comments."""
    said = [c for c in seen.thread.comments if c.author.type == "User" and not seen.thread.by_author(c.author)]
    members = sorted(said, key=lambda comment: comment.association not in ASSOCIATED)
    return [login for login in dict.fromkeys(c.author.login for c in members) if login != "ghost"][:PEOPLE]


def write(desk: Desk, number: int, records: Records = ()) -> Reading:
    """Read the issue anew, write what is missing, and read it again; what a crash leaves out the next one writes."""
    for _ in range(2):
        seen = desk.see(number)
        reading = look(desk, seen, time(desk), records)
        if reading.plan.nothing:
            break
        _write(desk, reading)
    return reading


def _write(desk: Desk, reading: Reading) -> None:
    owed, seen, now = reading.plan, reading.seen, reading.now
    if owed.due or owed.risks:
        clocks, area = reading.evaluation.clocks, seen.route.area
        keys, body = breach.comment(owed, clocks, reading.rungs, area, desk.policy.people, now)
        settle.post(desk, seen, "sla", keys[0], body)
        log.info("issue %d: posted %s", seen.number, " ".join(keys))
    settle.set_labels(desk, seen, owed.add, owed.remove)


def writes(github: GitHub) -> int:
    """Requests so far that are no reads."""
    return sum(count for call, count in github.calls.items() if not call.startswith("GET "))
