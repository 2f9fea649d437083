"""Collect: look at the issue as it is, find what is to be answered and by whom, claim it, and leave a case."""

import hmac
import logging
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bizops import case as cases
from bizops.case import Case, Work
from bizops.desk import commands, comments, settle
from bizops.desk.desk import Desk, Seen
from bizops.desk.gather import commit_of, gather, too_large
from bizops.desk.lists import LISTS, slim
from bizops.errors import ConfigError, InputError, Problem, nearest
from bizops.issue import Priority, timestamp
from bizops.policy import Executor, Permission
from bizops.roster import EXECUTES, declared
from bizops.rules import reasons, trust
from bizops.rules.reasons import Reason
from bizops.rules.routing import Route

log = logging.getLogger(__name__)
MINE = ("queued", "in-progress")


@dataclass(frozen=True)
class Collected:
    """What collect found: with `go` a case waits in `case`; else `why` says why there is nothing to do."""

    go: bool
    issue: int
    why: tuple[str, ...]
    agent: str = ""
    executor: Executor = "runner"
    priority: Priority | str = ""
    case: Path | None = None
    route: Route | None = None


def collect(desk: Desk, number: int, *, again: bool = False, comment: int = 0) -> Collected:
    """One issue from GitHub to a case. What a dead run left is completed first, and then looked at again.

    `comment` is the one whose event this is: where it holds commands that do nothing, a reaction says so.
    """
    seen = commands.carry_out(desk, desk.see(number, again=again))
    if comment:
        commands.react(desk, seen, comment)
    if not seen.look.todo and _ours(desk, seen) and settle.mend(desk, seen):
        log.info("issue %d: completed what a former run left", number)
        seen = desk.see(number, again=again)
    return take(desk, seen)


def take(desk: Desk, seen: Seen, hop: int = 0) -> Collected:
    """As `collect`, from an issue that was just read; `hop` counts the agents of this job."""
    if not seen.look.todo:
        return _nothing(desk, seen)
    work, reason = seen.look.todo[0]
    record = desk.record(seen)
    if going := _claimed_elsewhere(desk, record, again=seen.again):
        return Collected(False, seen.number, (going,), work.agent, route=seen.route)
    settle.remove_doubles(desk, seen)
    believed = desk.believed(seen)
    executor, note = desk.executor(work.agent, believed.priority)
    attempt = 1 if seen.again and work.again else reasons.attempts(seen.thread, reason, desk.policy) + 1
    lists = _lists(desk, work.agent)  # before the first write: what it reads may be wrong
    case = _case(desk, seen, work, reason, believed.priority)
    status = comments.Status(
        state="in-progress",
        key=work.key,
        agent=work.agent,
        priority=believed.priority,
        executor=executor,
        run=desk.run.id,
        run_url=desk.run.url,
        group=desk.run.group,
        since=case.now,
        attempt=attempt,
        cost=settle.spent(seen),
        why=tuple(filter(None, (_rule(seen.route), *seen.route.why, *believed.why, note, *_form_warnings(seen)))),
        next=f"`{work.agent}` works out an answer and posts it here.",
    )
    claim = _claim(desk, seen, status)
    _label(desk, seen, believed.priority)
    extra: cases.Notes = {"hop": hop, "status": asdict(status) | {"comment": claim}, "input": seen.thread.issue.input}
    former = reasons.former_status(seen.thread, desk.policy, work.agent, seen.look.answers)
    extra |= {"mention": bool(reason.agent), "former_status": former}
    author = desk.github.permission(seen.thread.issue.author.login) if reason.agent else case.permission
    extra |= {"again": seen.again, "author": author, "route": seen.route.agent}
    extra |= {"client": desk.github.client, "calls": desk.github.total}
    _leave(desk, seen, replace(case, extra=extra), lists)
    log.info("issue %d %s: claimed, %s, on %s", seen.number, work.key, believed.priority, executor)
    return Collected(True, seen.number, status.why, work.agent, executor, believed.priority, case.folder, seen.route)


def _nothing(desk: Desk, seen: Seen) -> Collected:
    """Nothing is to be answered: close, where a dead run did not come to it."""
    look = seen.look
    why = look.stopped or ("held until a person frees it" if look.held else "everything is answered")
    if look.newest and _ours(desk, seen):
        _reprioritized(desk, seen)
    if look.newest and not look.held and _ours(desk, seen):
        seen = settle.expire(desk, seen)
        settle.note_edit(desk, seen)
        if settle.must_close(seen):
            settle.close(desk, seen)
    return Collected(False, seen.number, (why,), route=seen.route)


def _ours(desk: Desk, seen: Seen) -> bool:
    """Whether the desk may touch the issue: open and not stopped by a person, or closed by the desk itself."""
    if seen.thread.issue.state == "closed" and not seen.thread.issue.pull_request:
        return settle.closed_by_us(desk, seen.thread)
    return not seen.look.stopped


def _claimed_elsewhere(desk: Desk, record: Any, *, again: bool) -> str:
    """Why this run yields: another group's run works on it and is going. Claims only save money."""
    if record.get("state") not in MINE or not desk.run.id or again:
        return ""
    run, group = str(record.get("run") or ""), record.get("group")
    if not re.fullmatch(r"[0-9]{1,18}", run) or run == desk.run.id or group == desk.run.group:
        return ""
    return f"run {run} works on it" if desk.github.run_is_going(run) else ""


def _claim(desk: Desk, seen: Seen, status: comments.Status) -> int:
    """Write the status comment; its id."""
    if seen.look.status:
        return settle.update(desk, seen, seen.look.status.id, "status", "record", status.render())
    return settle.post(desk, seen, "status", "record", status.render(), look=False)


def _label(desk: Desk, seen: Seen, priority: str) -> None:
    """Show what the desk believes: in progress, priority, area. A priority that is not believed goes."""
    wanted, unwanted = f"priority/{priority}", _unbelieved(desk, seen, priority)
    people = [x for x in seen.labels if trust.priority_of(x) and x not in unwanted]
    more = [*([] if people else [wanted]), *([seen.route.area] if seen.route.area else [])]
    more = [label for label in more if not trust.taken_away(seen.thread, label, desk.policy)]
    settle.set_status(desk, seen, "in-progress", more, unwanted)


def _unbelieved(desk: Desk, seen: Seen, priority: str) -> list[str]:
    """The priority labels that go: the desk's own and an outsider's, where they say something else."""
    unwanted = []
    for label in seen.labels:
        if label.casefold().startswith("priority/") and label.casefold() != f"priority/{priority}".casefold():
            setter = trust.label_setter(seen.thread, label)
            by_author = setter.login == seen.thread.issue.author.login
            outsider = by_author and not trust.at_least(desk.github.permission(setter.login), "triage")
            if outsider or trust.is_desk(setter, desk.policy):
                unwanted.append(label)
    return unwanted


def _reprioritized(desk: Desk, seen: Seen) -> None:
    """Show a priority that changed after the answer: one label, and the status comment with it."""
    shown = [found for label in seen.labels if (found := trust.priority_of(label))]
    record = desk.record(seen)
    if not shown or (len(shown) == 1 and shown[0] == record.get("priority")):
        return
    believed = desk.believed(seen).priority
    settle.set_labels(desk, seen, (), _unbelieved(desk, seen, believed))
    if record.get("priority") != believed and (said := settle.last_word(seen)):
        settle.show(desk, seen, said, believed)


def _case(desk: Desk, seen: Seen, work: Work, reason: Reason, priority: Priority) -> Case:
    asker = desk.github.permission(reason.asker)
    folder = Path(tempfile.mkdtemp(prefix=f"{seen.number}-", dir=desk.cases))
    roots = [desk.repository] if desk.repository else []
    own = next((m.id for m in seen.look.answers if m.key == work.key), 0)
    earlier = [m.comment for m in seen.look.answers if m.comment and (not own or m.id < own)]
    former = earlier[-1].url if earlier else ""
    return Case(
        folder=folder,
        thread=seen.thread,
        work=replace(work, former=former),
        priority=priority,
        policy=desk.policy,
        permission=asker,
        reach=trust.reach(asker, _setters(desk, seen), desk.policy),
        repository=desk.repository,
        repository_name=desk.github.repository,
        private=desk.is_private(asker),
        commit=commit_of(desk.repository) if desk.repository else "",
        data=gather(folder, seen.thread, desk.policy, roots, desk.github.repository),
        too_large=too_large(seen.thread, desk.policy, roots, desk.github.repository),
        now=timestamp(datetime.now(UTC)),
        form=dict(seen.form.fields) if seen.form else {},  # type: ignore[arg-type]
        free=seen.form.text if seen.form else "",
        area=seen.route.area,
    )


def _setters(desk: Desk, seen: Seen) -> list[Permission]:
    """The permission of whoever set the label that routes; the author and the desk open nothing by it."""
    if seen.route.label not in seen.labels:
        return []
    setter = trust.label_setter(seen.thread, seen.route.label)
    if setter.login == seen.thread.issue.author.login or trust.is_desk(setter, desk.policy):
        return []
    return [desk.github.permission(setter.login)]


def _lists(desk: Desk, agent: str) -> dict[str, list[dict[str, Any]]]:
    """What the agent declared that it needs. Raises ConfigError where that cannot be read."""
    own = desk.repository / "agents" if desk.repository else None
    says = declared(agent, own)
    needs = says.needs
    if says.executes:
        raise ConfigError([Problem(EXECUTES, f"agents/{agent}.py", "set the agent's `mode: off`")])
    if unknown := [need for need in needs if need not in LISTS]:
        fix = nearest(str(unknown[0]), LISTS)
        raise ConfigError([Problem(f'unknown need "{unknown[0]}"', f"agents/{agent}.py", fix)])
    return {need: LISTS[need](desk.github) for need in needs}


def _leave(desk: Desk, seen: Seen, case: Case, lists: Mapping[str, list[dict[str, Any]]]) -> None:
    """Write the lists that the agent needs, and the case."""
    for need, entries in lists.items():
        cases.write_json(case.folder / "lists" / f"{need}.json", entries)
    case.write(slim(seen.raw), [slim(entry) for entry in seen.timeline])
    (case.folder / "case.mac").write_text(_mac(desk, case.folder), "utf-8")


def opened(desk: Desk, folder: Path) -> Case:
    """The case that collect left. Raises InputError if it was changed since: the agent can write into its folder.

    The code is keyed by the token, which collect and answer have and the agent has not.
    """
    mac = folder / "case.mac"
    if not mac.is_file() or not hmac.compare_digest(mac.read_text("utf-8", "replace"), _mac(desk, folder)):
        fix = "let collect leave a new one"
        raise InputError("the case is not as collect left it with this token", where=str(folder), fix=fix)
    return cases.read(folder)


def _mac(desk: Desk, folder: Path) -> str:
    try:
        content = (folder / "case.json").read_bytes()
    except OSError as error:
        raise InputError(f"not a case: {error.strerror}", where=str(folder)) from error
    return hmac.new(desk.github.token.encode(), content, "sha256").hexdigest()


def _rule(route: Route) -> str:
    second = f"; second: {route.second.rule.text}" if route.second else ""
    return f"Route: {route.rule.text} ({route.rule.file}:{route.rule.line}){second}"


def _form_warnings(seen: Seen) -> tuple[str, ...]:
    return tuple(seen.form.warnings) if seen.form else ()
