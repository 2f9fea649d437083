"""One late issue: what is late, by how much, whom it waits for as far as the thread shows, and one proposal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.management.lists import given
from bizops.case import Case
from bizops.decision import Fact
from bizops.errors import InputError
from bizops.issue import GHOST, Comment, Event, Thread, timestamp
from bizops.rules import flow, markers
from bizops.rules.board import Item
from bizops.rules.harmless import code, plain
from bizops.rules.sla.clocks import Clock, evaluate
from bizops.rules.sla.history import ASSOCIATED, read
from bizops.rules.sla.instants import moment, written
from bizops.rules.trust import is_desk
from bizops.rules.wording import hours, many, span, table


@dataclass(frozen=True)
class Cause:
    """Whom the issue waits for, since when, why we think so, and what would move it."""

    who: str
    why: str
    since: datetime | None
    proposal: str


@tool("compute")
def issue_view(
    case: Case, number: Annotated[int, Field(description="the issue; 0: the one that is being answered", ge=0)] = 0
) -> Result:
    """What is late on one issue and by how much, whom it waits for by its thread, and one proposal."""
    if number in (0, case.issue.number):
        return _own(case)
    data = given(case)
    item = next((x for x in data.board.items if x.number == number), None)
    if item is None:
        raise ToolError(f"#{number} is in no list", fix="name an issue of open_issues or closed_issues")
    return _other(case, item, data.board.now, tuple(data.board.rows or ()))


def _own(case: Case) -> Result:
    now = moment(case.now)
    clocks = _clocks(case, now)
    late = [clock for clock in clocks if clock.state == "breached"]
    cause = why(case)
    first = f"The {late[0].title} clock of #{case.issue.number} is late by {hours(late[0].overdue)}" if late else ""
    marked = "sla/breached" in case.issue.labels or case.work.reason.startswith("breach-")
    but = ", though it is marked so" if marked else ""
    first = first or f"No clock of #{case.issue.number} is breached by its thread at {case.now}{but}"
    since = f" since {timestamp(cause.since)} ({span(_passed(cause.since, now))})" if cause.since else ""
    lead = f"{first}; it waits for {cause.who}{since}."
    rows = [
        [c.title, c.priority, c.state, hours(c.target), hours(c.elapsed), written(c.due_at) or "-", hours(c.overdue)]
        for c in clocks
    ]
    head = ["Clock", "Priority", "State", "Target", "Used", "Due", "Late by"]
    told = table(head, rows) if rows else "No clock runs on this issue by policy, or its opening is not known."
    text = f"{told}\n\nWhy, as far as the thread shows: {cause.why}.\n\n**Proposal:** {cause.proposal}"
    facts = {}
    if late:
        source = f"timeline of #{case.issue.number}"
        facts = {"late_by": Fact(value=hours(late[0].overdue), source=source)}
    data = {"section": "issue_view", "lead": lead, "waits_for": cause.who, "proposal": cause.proposal, "unknown": False}
    return Result(text, data, facts)


def _passed(since: datetime, now: int) -> int:
    return max(0, now - int(since.timestamp()))


def _clocks(case: Case, now: int) -> tuple[Clock, ...]:
    """The newest cycle of each clock, and those of earlier ones that were breached."""
    try:
        history = read(_file(case.thread), now, case.policy.access.desk_accounts)
        clocks = evaluate(history, case.policy.sla, now).clocks
    except InputError:
        return ()
    newest = {clock.clock: clock for clock in clocks}
    found = [clock for clock in clocks if clock.state == "breached" or newest[clock.clock] is clock]
    return tuple(sorted(found, key=lambda clock: (clock.state != "breached", -clock.overdue)))


def _file(thread: Thread) -> dict[str, Any]:
    """The thread as GitHub's JSON, which the clocks are read from."""
    issue = thread.issue
    closed = [event for event in thread.events if event.kind == "closed"]
    value = {
        "number": issue.number,
        "title": issue.title,
        "user": _user(issue.author),
        "state": issue.state,
        "state_reason": issue.state_reason or None,
        "labels": [{"name": name} for name in issue.labels],
        "created_at": timestamp(issue.created_at),
        "closed_at": timestamp(closed[-1].created_at) if closed and issue.state == "closed" else None,
    }
    comments = [_comment(comment) for comment in thread.comments]
    return {"issue": value, "timeline": [_event(event) for event in thread.events], "comments": comments}


def _user(person: Any) -> dict[str, str]:
    return {"login": person.login, "type": person.type}


def _comment(comment: Comment) -> dict[str, Any]:
    told = {"id": comment.id, "user": _user(comment.author), "body": comment.body}
    times = {"created_at": timestamp(comment.created_at), "updated_at": timestamp(comment.updated_at)}
    return {**told, **times, "author_association": comment.association}


def _event(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {"id": event.id, "event": event.kind, "actor": _user(event.actor)}
    told |= {"created_at": timestamp(event.created_at), "state_reason": event.detail or None}
    return told | ({"label": {"name": event.name}} if event.kind in ("labeled", "unlabeled") else {})


def why(case: Case) -> Cause:
    """Whom the issue waits for: by its status, else by who spoke last."""
    labels, number = case.issue.labels, case.issue.number
    day = date.fromisoformat(case.now[:10])
    owner = case.policy.people.owner(case.area, day)
    person = code(owner, 60) if owner else "a person of the team (policies/people.yml names no owner of this area)"
    if case.issue.assignees:
        person = f"{code(case.issue.assignees[0], 60)}, who is assigned"
    if "status/awaiting-approval" in labels:
        said = "what is proposed above needs an approval, and nobody gave or refused it"
        return Cause("an approval", said, _since(case, "status/awaiting-approval"), f"{person} approves or rejects it.")
    if "status/held" in labels:
        said = "the desk stopped there and a person must look (`status/held`)"
        do = f"{person} reads the hold, decides, and removes `status/held`; the desk goes on by itself then."
        return Cause("a person of the team", said, _since(case, "status/held"), do)
    if "status/failed" in labels:
        tries = sum(e.kind == "labeled" and e.name == "status/failed" for e in case.thread.events) or 1
        said = f"the desk failed here ({many(tries, 'time')}) and has not answered"
        do = f"Rerun it once (`bizops run {number} --again`); if it fails again, {person} answers by hand."
        return Cause("the desk", said, _since(case, "status/failed"), do)
    return _by_thread(case, person)


def _by_thread(case: Case, person: str) -> Cause:
    """By who spoke last: the requester, the team or nobody."""
    said = list(_spoken(case))
    last_who, last = said[-1] if said else ("", None)
    asked = _since(case, "status/needs-info")
    if "status/needs-info" in case.issue.labels and last_who != "requester":
        told = "the desk asked the requester something and has no answer; the resolution clock stands still meanwhile"
        do = f"{person} asks the requester once more, by another way than the issue, and sets a day to close it by."
        return Cause("the requester", told, asked or (last.created_at if last else None), do)
    if last_who == "requester" and last is not None:
        told = f"the requester wrote last ({timestamp(last.created_at)}), and nobody answered"
        return Cause("the team's reply", told, last.created_at, f"{person} answers that comment first.")
    if not said:
        told = "nobody answered since it was opened: neither the desk nor a person"
        do = f"Start the desk on it (`bizops run {case.issue.number}`) and look why no run took it; if that gives no "
        return Cause("a first answer", told, case.issue.created_at, f"{do}answer, {person} takes it over.")
    told = f"{'the desk' if last_who == 'desk' else 'the team'} wrote last, and nobody closed it"
    do = f"{person} asks the requester whether it is solved, and closes it as completed if it is."
    return Cause("its closing", told, last.created_at if last else None, do)


def _spoken(case: Case) -> Iterator[tuple[str, Comment]]:
    """Who said something that counts, oldest first: the requester, the team, or an answer of the desk."""
    for comment in case.thread.comments:
        if is_desk(comment.author, case.policy):
            if markers.of([comment], case.policy.access.desk_accounts, "answer"):
                yield "desk", comment
        elif comment.author.login != GHOST and case.thread.by_author(comment.author):
            yield "requester", comment
        elif comment.author.type == "User" and comment.association in ASSOCIATED:
            yield "team", comment


def _since(case: Case, label: str) -> datetime | None:
    """When a label was last put on."""
    times = [e.created_at for e in case.thread.events if e.kind == "labeled" and e.name == label]
    return times[-1] if times else None


def _other(case: Case, item: Item, now: int, rows: tuple[Any, ...]) -> Result:
    """An issue of which only the lists are known."""
    mine = [row for row in rows if row.issue == item.number]
    breaches = [row for row in mine if row.event == "breach"]
    closed = f"closed on {written(item.closed)}" if item.closed is not None else "open"
    state = "breached" if breaches or "sla/breached" in item.labels else "not breached"
    lead = f"#{item.number} ({item.priority}, `{item.agent}`) is {closed}, {span(now - item.opened)} old and {state}."
    waits = {"requester": "the requester", "team": "a person of the team", "desk": "the desk"}[flow.waits_for(item)]
    facts = [f"- {plain(item.issue.title, 120)}", f"- last changed on {written(item.changed)}"]
    facts += [f"- it waits for {waits}, by its labels"] if item.closed is None else []
    facts += [f"- {row.clock}: breached on {written(row.at)}, target {hours(row.target)}" for row in breaches]
    owner = case.policy.people.owner(item.area, date.fromisoformat(case.now[:10]))
    who = code(owner, 60) if owner else "its area's owner (policies/people.yml names none)"
    do = f"**Proposal:** {who} looks at #{item.number} first." if item.closed is None else ""
    text = (
        "\n".join(facts) + "\n\nOnly the lists are known here, not its thread; ask on the issue itself for the cause."
    )
    data = {"section": "issue_view", "lead": lead, "waits_for": waits, "unknown": False}
    return Result(f"{text}\n\n{do}".strip(), data, {"age": Fact(value=span(now - item.opened), source="lists")})
