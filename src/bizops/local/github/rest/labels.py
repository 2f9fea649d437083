"""Labels of the repository and of an issue. A name may hold slashes, encoded in the path or not."""

from bizops.local.github import labels
from bizops.local.github.problem import forbidden
from bizops.local.github.records import Issue, Label
from bizops.local.github.rest.call import AREAS, ISSUES, Answer, Call, Route, areas, names_in, page

__all__ = ["ROUTES"]

BOOK = "/repos/{owner}/{repo}/labels"
LABEL = BOOK + "/{name:path}"
ONE = ISSUES + "/{number:int}/labels"


def listed(call: Call) -> Answer:
    """GET the labels of the repository."""
    call.caller.must_read(*AREAS)
    return page(call, call.state.store.all(Label), call.view.label)


def created(call: Call) -> Answer:
    """POST a label."""
    call.caller.must_write(*AREAS)
    color = call.text("color") or "ededed"
    made = labels.create(call.state, call.actor, call.required("name", "Label"), color, call.text("description"))
    shown = call.view.label(made)
    return Answer(201, shown, {"location": shown["url"]})


def read(call: Call) -> Answer:
    """GET a label."""
    call.caller.must_read(*AREAS)
    return Answer(200, call.view.label(labels.get(call.state, call.params["name"])))


def changed(call: Call) -> Answer:
    """PATCH a label."""
    call.caller.must_write(*AREAS)
    made = labels.change(
        call.state,
        call.actor,
        call.params["name"],
        new_name=call.text("new_name"),
        color=call.text("color"),
        description=call.text("description"),
    )
    return Answer(200, call.view.label(made))


def deleted(call: Call) -> Answer:
    """DELETE a label, from the issues too."""
    call.caller.must_write(*AREAS)
    labels.delete(call.state, call.actor, call.params["name"])
    return Answer(204)


def of_issue(call: Call) -> Answer:
    """GET the labels of an issue."""
    call.caller.must_read(*AREAS)
    return page(call, call.state.labels_of(call.state.issue(call.number)), call.view.label)


def added(call: Call) -> Answer:
    """POST labels onto an issue: one that does not exist is made."""
    issue, names = _target(call), _names(call)
    return _now(call, labels.add(call.state, call.actor, issue.number, names))


def replaced(call: Call) -> Answer:
    """PUT: these labels and no others."""
    issue, names = _target(call), _names(call)
    return _now(call, labels.set_all(call.state, call.actor, issue.number, names))


def removed(call: Call) -> Answer:
    """DELETE one label from an issue."""
    return _now(call, labels.remove(call.state, call.actor, _target(call).number, call.params["name"]))


def cleared(call: Call) -> Answer:
    """DELETE every label from an issue."""
    labels.set_all(call.state, call.actor, _target(call).number, ())
    return Answer(204)


def _target(call: Call) -> Issue:
    call.caller.must_read()
    issue = call.state.issue(call.number)
    call.caller.must_write(*areas(issue), role="triage")
    return issue


def _names(call: Call) -> list[str]:
    """The body is a list, or an object with `labels`."""
    names = names_in("labels", call.anything) if isinstance(call.anything, list) else call.names("labels")
    if not call.caller.at_least("write") and any(labels.find(call.state, name) is None for name in names):
        raise forbidden("You do not have permission to create labels on this repository.")
    return names


def _now(call: Call, issue: Issue) -> Answer:
    return Answer(200, [call.view.label(label) for label in call.state.labels_of(issue)])


ROUTES: list[Route] = [
    ("GET", BOOK, listed),
    ("POST", BOOK, created),
    ("GET", LABEL, read),
    ("PATCH", LABEL, changed),
    ("DELETE", LABEL, deleted),
    ("GET", ONE, of_issue),
    ("POST", ONE, added),
    ("PUT", ONE, replaced),
    ("DELETE", ONE, cleared),
    ("DELETE", ONE + "/{name:path}", removed),
]
