"""Issues as a page shows them: the rows of the list, and the thread with comments and events in GitHub's order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bizops.issue import instant
from bizops.local.github.records import Comment, Event, Issue, Label, User
from bizops.local.github.state import State
from bizops.local.github.view import View
from bizops.policy import Policy
from bizops.rules import markers
from bizops.rules.visible import one_line, visible

__all__ = ["Chip", "Entry", "Row", "Thread", "ago", "label_styles", "row", "thread"]

STATES = {"completed": "Closed", "not_planned": "Closed as not planned", "duplicate": "Closed as duplicate"}
HIDDEN = {"mentioned", "subscribed"}
TOGETHER = 60  # seconds: label events of one account within them are one line


@dataclass(frozen=True)
class Chip:
    """A label; `style` is a class of the style sheet that `label_styles` makes."""

    name: str
    style: str
    description: str = ""


@dataclass(frozen=True)
class Row:
    """One issue of the list. `agent`, `priority` and `status` are what the desk says; empty before it looked."""

    number: int
    title: str
    state: str  # open, closed
    shown_state: str
    author: str
    permission: str
    created_at: str
    updated_at: str
    comments: int
    labels: tuple[Chip, ...]
    agent: str
    priority: str
    status: str
    busy: bool


@dataclass(frozen=True)
class Entry:
    """A comment (`body` is Markdown) or a line of events. `tone` is desk, answer, notice or person."""

    kind: str  # comment, event
    author: str
    permission: str
    at: str
    body: str = ""
    id: int = 0
    tone: str = "person"
    badge: str = ""
    edited: bool = False
    parts: tuple[str | Chip, ...] = ()


@dataclass(frozen=True)
class Thread:
    """An issue with its entries, and the record of the desk's status comment (a cache, as everywhere)."""

    row: Row
    entries: tuple[Entry, ...]
    record: Mapping[str, Any] = field(default_factory=dict)


def ago(text: str, now: datetime) -> str:
    """`5 minutes ago` for a timestamp."""
    moment = instant(text)
    seconds = int((now - moment).total_seconds()) if moment else 0
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def label_styles(state: State) -> str:
    """A style sheet with the colours of the labels; the text on each is black or white, whichever reads better."""
    labels = state.store.all(Label)
    return "".join(f".{_style(one)}{{background:#{one.color};color:{_ink(one.color)}}}\n" for one in labels)


def _ink(color: str) -> str:
    """Black or white: the one with the higher contrast (WCAG 2.2, relative luminance)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#fff"


def _style(label: Label) -> str:
    return f"label-{label.id}"


def _chip(label: Label) -> Chip:
    return Chip(one_line(label.name), _style(label), one_line(label.description or ""))


def row(state: State, issue: Issue, policy: Policy, busy: Callable[[int], bool]) -> Row:
    """One issue for the list."""
    return _row(state, issue, _record(state, issue, policy), busy)


def _row(state: State, issue: Issue, record: Mapping[str, Any], busy: Callable[[int], bool]) -> Row:
    labels = state.labels_of(issue)
    names = [label.name for label in labels]
    ours = ("status/", "priority/")
    return Row(
        issue.number,
        one_line(issue.title) or "(no title)",
        issue.state,
        STATES.get(issue.state_reason or "", "Closed") if issue.state == "closed" else "Open",
        issue.user,
        _permission(state, issue.user),
        issue.created_at,
        issue.updated_at,
        issue.comments,
        tuple(_chip(label) for label in labels if not label.name.startswith(ours)),
        _word(record, "agent"),
        next((name.partition("/")[2] for name in names if name.startswith("priority/")), _word(record, "priority")),
        next((name.partition("/")[2] for name in names if name.startswith("status/")), ""),
        busy(issue.number),
    )


def thread(state: State, issue: Issue, policy: Policy, busy: Callable[[int], bool]) -> Thread:
    """One issue with its timeline."""
    record = _record(state, issue, policy)
    opened = Entry("comment", issue.user, _permission(state, issue.user), issue.created_at, issue.body or "")
    entries = [opened, *_timeline(state, issue, policy)]
    return Thread(_row(state, issue, record, busy), tuple(entries), record)


def _record(state: State, issue: Issue, policy: Policy) -> Mapping[str, Any]:
    """What the desk's status comment says of itself."""
    for comment in state.store.of_issue(Comment, issue.number):
        for marker in _markers(comment, policy):
            if marker.kind == "status":
                return marker.data
    return {}


def _markers(comment: Comment, policy: Policy) -> Sequence[markers.Marker]:
    accounts = {login.casefold() for login in policy.access.desk_accounts}
    return markers.parse(comment.body) if comment.user.casefold() in accounts else ()


def _word(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return one_line(value)[:60] if isinstance(value, str) else ""


def _timeline(state: State, issue: Issue, policy: Policy) -> Iterable[Entry]:
    together: list[Event] = []
    for entry in View(state).timeline(issue.number):
        if isinstance(entry, Event) and entry.event in {"labeled", "unlabeled"}:
            if together and not _one_line(together, entry):
                yield _labels(state, together)
                together = []
            together.append(entry)
            continue
        if together:
            yield _labels(state, together)
            together = []
        if isinstance(entry, Comment):
            yield _comment(state, entry, policy)
        elif entry.event not in HIDDEN:
            parts = _sentence(entry)
            yield Entry("event", entry.actor, _permission(state, entry.actor), entry.created_at, parts=parts)
    if together:
        yield _labels(state, together)


def _one_line(before: Sequence[Event], after: Event) -> bool:
    """Whether a label event stands in one line with those before it: the same account, close by, no label twice."""
    first, second = instant(before[-1].created_at), instant(after.created_at)
    near = first is not None and second is not None and (second - first).total_seconds() <= TOGETHER
    fresh = after.label is not None and all(event.label and event.label[0] != after.label[0] for event in before)
    return before[0].actor == after.actor and near and fresh


def _labels(state: State, events: Sequence[Event]) -> Entry:
    known = {label.name: label for label in state.store.all(Label)}
    parts: list[str | Chip] = []
    for kind, word in (("labeled", "added"), ("unlabeled", "removed")):
        named = [event.label[0] for event in events if event.event == kind and event.label]
        if named:
            parts.append(word if not parts else f"and {word}")
            parts += [_chip(known[name]) if name in known else Chip(one_line(name), "label-gone") for name in named]
    first = events[0]
    return Entry("event", first.actor, _permission(state, first.actor), first.created_at, parts=tuple(parts))


def _sentence(event: Event) -> tuple[str | Chip, ...]:
    if event.event == "closed":
        return (f"closed this as {(event.state_reason or 'completed').replace('_', ' ')}",)
    if event.event in {"assigned", "unassigned"}:
        return (f"{event.event} {event.assignee}",)
    if event.event == "renamed" and event.rename:
        return (f"changed the title from “{one_line(event.rename[0])}” to “{one_line(event.rename[1])}”",)
    return (f"{event.event.replace('_', ' ')} this",)


def _comment(state: State, comment: Comment, policy: Policy) -> Entry:
    found = {marker.kind: marker for marker in _markers(comment, policy)}
    tone, badge = "person", ""
    if found:
        tone = "answer" if "answer" in found else "notice" if "notice" in found else "desk"
        badge = {"answer": found["answer"].key.partition("@")[0] if "answer" in found else "", "notice": "held"}.get(
            tone, "status"
        )
    return Entry(
        "comment",
        comment.user,
        _permission(state, comment.user),
        comment.created_at,
        visible(comment.body),
        comment.id,
        tone,
        badge,
        comment.updated_at != comment.created_at,
    )


def _permission(state: State, login: str) -> str:
    user = state.find_user(login)
    if user is None:
        return "unknown"
    if user.type == "Bot":
        return "bot"
    return "outsider" if user.role == "none" else user.role


def people(state: State) -> list[User]:
    """Who can act on the page: everybody but bots and the owner."""
    return [user for user in state.store.all(User) if user.type == "User"]
