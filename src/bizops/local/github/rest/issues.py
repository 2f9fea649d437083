"""Issues: list, open, read, change, lock; their assignees, events and timeline."""

from collections.abc import Callable, Sequence
from typing import Any

from bizops.local.github import issues, labels
from bizops.local.github.problem import forbidden, invalid, missing
from bizops.local.github.records import Event, Issue
from bizops.local.github.rest.call import AREAS, ISSUES, Answer, Call, Route, areas, page, since
from bizops.local.github.state import Actor, State

__all__ = ["ROUTES"]

ONE = ISSUES + "/{number:int}"


def listed(call: Call) -> Answer:
    """GET the issues, pull requests among them."""
    call.caller.must_read(*AREAS)
    query, after = call.query, since(call)
    state, creator, assignee = (query.get(name, default) for name, default in
                                (("state", "open"), ("creator", ""), ("assignee", "")))  # fmt: skip
    for name, value, known in (
        ("state", state, {"open", "closed", "all"}),
        ("sort", query.get("sort", "created"), {"created", "updated", "comments"}),
        ("direction", query.get("direction", "desc"), {"asc", "desc"}),
    ):
        if value not in known:
            raise invalid("Issue", name, "invalid", value=value)
    wanted = [name for name in query.get("labels", "").split(",") if name]
    found = [labels.find(call.state, name) for name in wanted]
    keys = {label.id for label in found if label is not None}
    if None in found:
        return page(call, [], call.view.issue)

    def fits(issue: Issue) -> bool:
        return (
            state in {"all", issue.state}
            and issue.updated_at >= after
            and keys.issubset(issue.labels)
            and (not creator or issue.user.lower() == creator.lower())
            and (not assignee or _assigned(issue, assignee))
        )

    shown = sorted(filter(fits, call.state.store.all(Issue)), key=_order(query.get("sort", "created")))
    if query.get("direction", "desc") == "desc":
        shown.reverse()
    return page(call, shown, call.view.issue)


def opened(call: Call) -> Answer:
    """POST an issue. Labels and assignees of somebody who may not triage are dropped without a word."""
    call.caller.must_write("issues", role="read")
    title, body = call.required("title", "Issue"), call.text("body")
    trusted = call.caller.at_least("triage")
    names = call.names("labels") if trusted else []
    people = call.names("assignees") + call.names("assignee") if trusted else []
    _may_make(call, names)
    issue = issues.open_issue(call.state, call.actor, title, body, labels=names, assignees=people)
    return Answer(201, call.view.issue(issue), {"location": f"{call.url}/{issue.number}"})


def read(call: Call) -> Answer:
    """GET an issue."""
    call.caller.must_read(*AREAS)
    return Answer(200, call.view.issue(call.state.issue(call.number)))


def changed(call: Call) -> Answer:
    """PATCH an issue: title, body, state, labels, assignees."""
    state, caller, given = call.state, call.caller, call.json
    call.caller.must_read()
    issue = state.issue(call.number)
    own = issue.user == caller.login
    caller.must_write(*areas(issue), role="triage", own=own)
    title, body, wanted = call.text("title"), call.text("body"), call.text("state")
    if not own and ("title" in given or "body" in given) and not caller.at_least("write"):
        raise forbidden()
    if wanted not in {None, "open", "closed"}:
        raise invalid("Issue", "state", "invalid", value=wanted)
    if (
        wanted == "open"
        and issue.state == "closed"
        and not caller.at_least("triage")
        and issue.closed_by != caller.login
    ):
        raise forbidden()
    with state.writing():
        issues.edit(state, call.actor, issue.number, title=title, body=body if "body" in given else ...)
        if caller.at_least("triage"):
            _detail(call, issue)
        if wanted is not None:
            issues.set_state(state, call.actor, issue.number, wanted, call.text("state_reason"))
    return Answer(200, call.view.issue(state.issue(issue.number)))


def locked(call: Call) -> Answer:
    """PUT a lock."""
    issue = _writable(call)
    reason = call.text("lock_reason")
    if reason not in {None, "off-topic", "too heated", "resolved", "spam"}:
        raise invalid("Issue", "lock_reason", "invalid")
    issues.lock(call.state, call.actor, issue.number, reason)
    return Answer(204)


def unlocked(call: Call) -> Answer:
    """DELETE a lock."""
    issues.unlock(call.state, call.actor, _writable(call).number)
    return Answer(204)


def assigned(call: Call) -> Answer:
    """POST assignees."""
    return _assignees(call, issues.assign, 201)


def unassigned(call: Call) -> Answer:
    """DELETE assignees."""
    return _assignees(call, issues.unassign, 200)


def _assignees(call: Call, deed: Callable[[State, Actor, int, Sequence[str]], Issue], status: int) -> Answer:
    """Without the right to triage nothing happens, as on GitHub."""
    issue = _readable(call)
    call.caller.must_write(*areas(issue), role="read")
    if call.caller.at_least("triage"):
        deed(call.state, call.actor, issue.number, call.names("assignees"))
    return Answer(status, call.view.issue(call.state.issue(issue.number)))


def timeline(call: Call) -> Answer:
    """GET the timeline: comments and events in one list."""
    return page(call, call.view.timeline(_readable(call).number), call.view.entry)


def events(call: Call) -> Answer:
    """GET the events of an issue."""
    return page(call, call.state.store.of_issue(Event, _readable(call).number), call.view.event)


def all_events(call: Call) -> Answer:
    """GET the events of the repository, newest first."""
    call.caller.must_read(*AREAS)
    return page(call, call.state.store.all(Event)[::-1], lambda event: call.view.event(event, with_issue=True))


def one_event(call: Call) -> Answer:
    """GET one event."""
    call.caller.must_read(*AREAS)
    if (event := call.state.store.get(Event, call.params["event"])) is None:
        raise missing()
    return Answer(200, call.view.event(event, with_issue=True))


def _readable(call: Call) -> Issue:
    call.caller.must_read(*AREAS)
    return call.state.issue(call.number)


def _writable(call: Call) -> Issue:
    issue = _readable(call)
    call.caller.must_write(*areas(issue))
    return issue


def _may_make(call: Call, names: list[str]) -> None:
    """403 for labels that do not exist, from somebody who may set labels but not make them."""
    if not call.caller.at_least("write") and any(labels.find(call.state, name) is None for name in names):
        raise forbidden("You do not have permission to create labels on this repository.")


def _detail(call: Call, issue: Issue) -> None:
    if "labels" in call.json:
        _may_make(call, call.names("labels"))
        labels.set_all(call.state, call.actor, issue.number, call.names("labels"))
    if "assignees" in call.json:
        wanted = call.names("assignees")
        gone = [login for login in issue.assignees if login.lower() not in {name.lower() for name in wanted}]
        issues.unassign(call.state, call.actor, issue.number, gone)
        issues.assign(call.state, call.actor, issue.number, wanted)


def _assigned(issue: Issue, wanted: str) -> bool:
    if wanted in {"none", "*"}:
        return bool(issue.assignees) == (wanted == "*")
    return wanted.lower() in {login.lower() for login in issue.assignees}


def _order(sort: str) -> Any:
    orders = {
        "created": lambda issue: (issue.created_at, issue.number),
        "updated": lambda issue: (issue.updated_at, issue.number),
        "comments": lambda issue: (issue.comments, issue.number),
    }
    return orders[sort]


ROUTES: list[Route] = [
    ("GET", ISSUES, listed),
    ("POST", ISSUES, opened),
    ("GET", ISSUES + "/events", all_events),
    ("GET", ISSUES + "/events/{event:int}", one_event),
    ("GET", ONE, read),
    ("PATCH", ONE, changed),
    ("PUT", ONE + "/lock", locked),
    ("DELETE", ONE + "/lock", unlocked),
    ("POST", ONE + "/assignees", assigned),
    ("DELETE", ONE + "/assignees", unassigned),
    ("GET", ONE + "/timeline", timeline),
    ("GET", ONE + "/events", events),
]
