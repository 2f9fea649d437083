"""What a write to labels means: those of the repository, and those of an issue."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bizops.local.github.payloads import issue_event, label_event
from bizops.local.github.problem import Problem, invalid, missing
from bizops.local.github.records import Issue, Label
from bizops.local.github.state import Actor, State

__all__ = ["add", "change", "create", "delete", "find", "get", "remove", "resolve", "set_all"]

MOST = 100
LONGEST = 50


def find(state: State, name: str) -> Label | None:
    """The label of that name, in any case."""
    wanted = name.casefold()
    return next((label for label in state.store.all(Label) if label.name.casefold() == wanted), None)


def get(state: State, name: str) -> Label:
    """The label of that name; 404 when there is none."""
    if (found := find(state, name)) is None:
        raise missing()
    return found


def create(state: State, actor: Actor, name: str, color: str = "ededed", description: str | None = None) -> Label:
    """A new label of the repository."""
    _checked(name, color)
    if find(state, name) is not None:
        raise invalid("Label", "name", "already_exists")
    with state.writing():
        label = Label(state.new_id(Label), name, color.lower(), description)
        state.store.put(label)
        label_event(state, "created", actor, label)
        return label


def change(
    state: State,
    actor: Actor,
    name: str,
    *,
    new_name: str | None = None,
    color: str | None = None,
    description: str | None = None,
) -> Label:
    """Rename or recolor a label. Issues show the new name, events keep the old one."""
    with state.writing():
        before = get(state, name)
        label = replace(
            before,
            name=before.name if new_name is None else new_name,
            color=before.color if color is None else color.lower(),
            description=before.description if description is None else description,
        )
        _checked(label.name, label.color)
        other = find(state, label.name)
        if other is not None and other.id != before.id:
            raise invalid("Label", "name", "already_exists")
        state.store.put(label)
        changes = {"name": {"from": before.name}} if before.name != label.name else {}
        label_event(state, "edited", actor, label, changes)
        return label


def delete(state: State, actor: Actor, name: str) -> None:
    """Remove a label from the repository, and so from every issue; nothing is told on their timelines."""
    with state.writing():
        label = get(state, name)
        for issue in state.store.all(Issue):
            if label.id in issue.labels:
                state.store.put(replace(issue, labels=tuple(key for key in issue.labels if key != label.id)))
        state.store.delete(label)
        label_event(state, "deleted", actor, label)


def resolve(state: State, actor: Actor, names: Iterable[str], *, make: bool) -> tuple[Label, ...]:
    """The labels of those names, each once. One that does not exist is made, or with `make=False` left out."""
    found: dict[int, Label] = {}
    for name in names:
        label = find(state, name)
        if label is None and make:
            label = create(state, actor, name)
        if label is not None:
            found[label.id] = label
    return tuple(found.values())


def add(state: State, actor: Actor, number: int, names: Sequence[str], *, make: bool = True) -> Issue:
    """Add labels to an issue; one that it has already changes nothing and makes no event."""
    with state.writing():
        issue = state.issue(number)
        for label in resolve(state, actor, names, make=make):
            if label.id not in issue.labels:
                issue = _put_on(state, actor, issue, label)
        return issue


def remove(state: State, actor: Actor, number: int, name: str) -> Issue:
    """Take one label off an issue; 404 `Label does not exist` when it is not on it."""
    with state.writing():
        issue = state.issue(number)
        label = find(state, name)
        if label is None or label.id not in issue.labels:
            raise Problem(404, "Label does not exist")
        return _take_off(state, actor, issue, label)


def set_all(state: State, actor: Actor, number: int, names: Sequence[str]) -> Issue:
    """Make these the labels of an issue: what people had set goes."""
    with state.writing():
        issue = state.issue(number)
        wanted = resolve(state, actor, names, make=True)
        keep = {label.id for label in wanted}
        for label in state.labels_of(issue):
            if label.id not in keep:
                issue = _take_off(state, actor, issue, label)
        for label in wanted:
            if label.id not in issue.labels:
                issue = _put_on(state, actor, issue, label)
        return issue


def _put_on(state: State, actor: Actor, issue: Issue, label: Label) -> Issue:
    if len(issue.labels) >= MOST:
        raise invalid("Issue", "labels", "custom", f"Issues cannot have more than {MOST} labels")
    issue = replace(issue, labels=(*issue.labels, label.id), updated_at=state.clock.text())
    state.store.put(issue)
    state.record("labeled", issue.number, actor.login, label=(label.name, label.color))
    issue_event(state, "labeled", actor, issue, label=label)
    return issue


def _take_off(state: State, actor: Actor, issue: Issue, label: Label) -> Issue:
    rest = tuple(key for key in issue.labels if key != label.id)
    issue = replace(issue, labels=rest, updated_at=state.clock.text())
    state.store.put(issue)
    state.record("unlabeled", issue.number, actor.login, label=(label.name, label.color))
    issue_event(state, "unlabeled", actor, issue, label=label)
    return issue


def _checked(name: str, color: str) -> None:
    if not name.strip():
        raise invalid("Label", "name", "missing_field")
    if len(name) > LONGEST:
        raise invalid("Label", "name", "custom", f"name is too long (maximum is {LONGEST} characters)")
    if not re.fullmatch(r"[0-9a-fA-F]{6}", color):
        raise invalid("Label", "color", "invalid")
