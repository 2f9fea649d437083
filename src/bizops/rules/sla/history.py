"""An issue's history as the clocks need it, read from GitHub's JSON: when it was closed, labelled, answered.

Rules: order by time; within events by event id, within comments by comment id. What is later than
`now` has not happened. An event seen twice counts once. A label without any event counts from the opening; a renamed
one is recognised as the only new one of the colour of the only one that is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from bizops.errors import InputError
from bizops.issue import Comment, Person, instant, label_name
from bizops.rules import markers
from bizops.rules.sla.clock import Interval, union
from bizops.rules.sla.instants import written

Json = Any
WRITERS = ("admin", "maintain", "write")
ASSOCIATED = ("OWNER", "MEMBER", "COLLABORATOR")
DESK = ("github-actions[bot]",)
KINDS = ("response", "breach", "step", "at-risk", "gone")  # of a record


class Closing(NamedTuple):
    """A time as closed, and why; `end` is None while it lasts."""

    start: int
    end: int | None
    reason: str  # completed, not_planned, duplicate

    @property
    def completed(self) -> bool:
        return self.reason == "completed"


class Labelled(NamedTuple):
    """A time with a label; whether the desk set it, and whether a person took it off."""

    start: int
    end: int | None
    by_desk: bool = False
    taken: bool = False


@dataclass(frozen=True)
class Record:
    """What the desk noted: a response, a breach, what it posted (a step, of a breach or at risk).

    The timeline may have lost it. `gone`: when it saw that a label was gone of which no event tells.
    """

    clock: str
    cycle: int
    kind: Literal["response", "breach", "step", "at-risk", "gone"]
    at: int
    step: int = 0


@dataclass(frozen=True)
class History:
    """`comments` are oldest first, `labels` by name, logins without capitals."""

    number: int
    opened: int
    author: str
    desk: tuple[str, ...]
    closings: tuple[Closing, ...]
    labels: Mapping[str, tuple[Labelled, ...]]
    comments: tuple[Comment, ...]
    permissions: Mapping[str, str]
    records: tuple[Record, ...]
    warnings: tuple[str, ...]
    pull_request: bool = False
    gone: bool = False  # whether a label is gone of which no event tells
    renamed: Mapping[str, str] = field(default_factory=dict)  # labels by their former names, and what they are called

    def member(self, comment: Comment) -> str:
        """Why the writer of a comment counts as one with write access; "" if he does not."""
        login = comment.author.login.casefold()
        if login in self.permissions:
            role = self.permissions[login]
            return f"has the role {role}" if role in WRITERS else ""
        if comment.association in ASSOCIATED:
            return f"is {comment.association} by author_association, since no permission is known"
        return ""

    def by_desk(self, comment: Comment) -> bool:
        return comment.author.login.casefold() in self.desk

    def by_requester(self, comment: Comment) -> bool:
        return comment.author.login.casefold() == self.author and not self.by_desk(comment)

    def on(self, names: Iterable[str]) -> list[Interval]:
        """When any of these labels was on the issue; one that was renamed meanwhile is the same label."""
        wanted = {label_name(name).casefold() for name in names}
        wanted |= {new.casefold() for old, new in self.renamed.items() if old.casefold() in wanted}
        return union(
            (x.start, x.end) for name, times in self.labels.items() if name.casefold() in wanted for x in times
        )


def read(file: Mapping[str, Json], now: int, desk: Iterable[str] = DESK) -> History:
    """From `{"issue", "timeline", "comments"}` as GitHub's API gives them, with `permissions`, `desk` and `record`.

    `desk` are the desk's accounts unless the file names one. Raises InputError for what is no issue.
    """
    issue = file.get("issue")
    if not isinstance(issue, Mapping) or not isinstance(issue.get("created_at"), str):
        raise InputError("`issue` must be an object with `created_at`, as GitHub's API gives it")
    opened = _at(issue["created_at"])
    horizon = max(now, opened)
    entries = _entries(file, "timeline")
    said = [entry for entry in entries if entry.get("event") == "commented"]
    events = _events(entry for entry in entries if entry.get("event") != "commented")
    named = file.get("desk")
    accounts = [named] if isinstance(named, str) else named if isinstance(named, list) else desk
    ours = tuple(str(login).casefold() for login in accounts)
    warnings: list[str] = []
    permissions = file.get("permissions")
    records = tuple(_records(file.get("record"), horizon))
    stickers = _stickers(events, opened, ours)
    seen = sorted(record.at for record in records if record.kind == "gone")
    renamed, gone = _match(issue, stickers, opened, seen, warnings)
    return History(
        number=_number(issue.get("number")),
        opened=opened,
        author=Person.read(issue.get("user")).login.casefold(),
        desk=ours,
        closings=tuple(_closings(issue, events, horizon, warnings)),
        labels={name: sticker.until(horizon) for name, sticker in stickers.items()},
        comments=_comments([*said, *_entries(file, "comments")], horizon),
        permissions={str(who).casefold(): str(role) for who, role in permissions.items()}
        if isinstance(permissions, Mapping)
        else {},
        records=records,
        warnings=tuple(warnings),
        pull_request=issue.get("pull_request") is not None,
        gone=gone,
        renamed=renamed,
    )


def _at(text: Json) -> int:
    try:
        found = instant(text)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(f"{text!r} is no timestamp"[:100]) from error
    if found is None:
        raise InputError("an entry without a time")
    return int(found.timestamp())


def _entries(file: Mapping[str, Json], key: str) -> list[Json]:
    value = file.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise InputError(f"`{key}` must be a list of objects, as GitHub's API gives it")
    return value


def _events(entries: Iterable[Json]) -> list[Json]:
    """Each event once, by time and id; what has no time (a commit) is none of ours."""
    once = {(_number(entry.get("id")) or str(entry)): entry for entry in entries if entry.get("created_at")}
    return sorted(once.values(), key=lambda entry: (_at(entry["created_at"]), _number(entry.get("id"))))


def _number(value: Json) -> int:
    return value if isinstance(value, int) else 0


def _comments(entries: list[Json], horizon: int) -> tuple[Comment, ...]:
    found = {}
    for entry in entries:
        comment = _comment(entry)
        if comment.created_at.timestamp() <= horizon:
            found[comment.id or (comment.created_at, comment.body)] = comment
    return tuple(sorted(found.values(), key=lambda c: (c.created_at, c.id)))


def _comment(entry: Json) -> Comment:
    try:
        comment = Comment.read(entry)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(f"a comment is not as GitHub's API gives it: {error}"[:200]) from error
    if not isinstance(comment.body, str):
        raise InputError(f"the body of comment {comment.id} is no text")
    return comment


def _closings(issue: Json, events: list[Json], horizon: int, warnings: list[str]) -> Iterable[Closing]:
    """The times as closed; a second closing changes only the reason, one that ends at once is none."""
    found: list[Closing] = []
    open_now = issue.get("state") != "closed"
    for entry in events:
        kind, at = entry.get("event"), _at(entry["created_at"])
        if kind not in ("closed", "reopened") or at > horizon:
            continue
        still = bool(found) and found[-1].end is None
        if kind == "closed":
            reason = entry.get("state_reason") or "completed"
            found = [*found[:-1], found[-1]._replace(reason=reason)] if still else [*found, Closing(at, None, reason)]
        elif still:
            found[-1] = found[-1]._replace(end=at)
    closed_at = _at(issue["closed_at"]) if issue.get("closed_at") else None
    opened_since = max((closing.end or horizon + 1 for closing in found), default=0)
    if not open_now and closed_at is not None and opened_since <= closed_at <= horizon:
        warnings.append("closed_at says that the issue was closed, but no event does: it counts")
        found.append(Closing(closed_at, None, issue.get("state_reason") or "completed"))
    return [closing for closing in found if closing.end is None or closing.end > closing.start]


class _Sticker:
    """One label over time, as the events tell it."""

    def __init__(self) -> None:
        self.times: list[Labelled] = []
        self.since: tuple[int, bool] | None = None
        self.color = ""

    def until(self, horizon: int) -> tuple[Labelled, ...]:
        """Its times as they are known at an instant."""
        last = [Labelled(self.since[0], None, self.since[1])] if self.since else []
        return tuple(
            x._replace(end=None if x.end is None or x.end > horizon else x.end)
            for x in (*self.times, *last)
            if x.start <= horizon and x.end != x.start
        )


def _stickers(events: list[Json], opened: int, desk: tuple[str, ...]) -> dict[str, _Sticker]:
    """Each label by its events. All of them are read, to compare with the labels of today."""
    stickers: dict[str, _Sticker] = {}
    for entry in events:
        kind, label = entry.get("event"), entry.get("label")
        if kind not in ("labeled", "unlabeled") or not isinstance(label, Mapping):
            continue
        sticker = stickers.setdefault(label_name(str(label.get("name"))), _Sticker())
        sticker.color = str(label.get("color") or sticker.color)
        at, by_desk = _at(entry["created_at"]), Person.read(entry.get("actor")).login.casefold() in desk
        if kind == "labeled":
            sticker.since = sticker.since or (at, by_desk)
        elif sticker.since:
            sticker.times.append(Labelled(sticker.since[0], at, sticker.since[1], not by_desk))
            sticker.since = None
        elif not sticker.times:
            sticker.times.append(Labelled(opened, at, taken=not by_desk))
    return stickers


def _match(
    issue: Json, stickers: dict[str, _Sticker], opened: int, seen: list[int], warnings: list[str]
) -> tuple[dict[str, str], bool]:
    """Compare with the labels that the issue has: which were renamed (old name and new), and whether one is gone.

    One that is gone without an event counts until it was first `seen` to be gone, if that is noted.
    """
    colors, renamed = {}, {}
    labels = issue.get("labels") or ()
    if not isinstance(labels, list | tuple):
        raise InputError("`labels` must be a list, as GitHub's API gives it")
    for label in labels:
        name = label if isinstance(label, str) else str(label.get("name")) if isinstance(label, Mapping) else ""
        if name:
            colors[label_name(name)] = str(label.get("color") or "") if isinstance(label, Mapping) else ""
    gone = [name for name, sticker in stickers.items() if sticker.since and name not in colors]
    new = [name for name in colors if name not in stickers or not stickers[name].since]
    for name in new:
        alike = [old for old in gone if colors[name] and stickers[old].color == colors[name]]
        if len(alike) == 1 and [colors[other] for other in new].count(colors[name]) == 1:
            old = stickers.pop(alike[0])
            gone.remove(alike[0])
            kept = stickers.get(name)
            if kept:
                old.times = sorted([*old.times, *kept.times])
            stickers[name] = old
            renamed[alike[0]] = name
            warnings.append(f'the label "{alike[0]}" is now called "{name}"')
        else:
            sticker = stickers.setdefault(name, _Sticker())
            since = max((x.end or opened for x in sticker.times), default=opened)
            sticker.since = (since, False)
            if gone or sticker.times:
                warnings.append(f'no event says when the label "{name}" was set: it counts from the opening')
    for name in gone:
        sticker = stickers[name]
        start, by_desk = sticker.since or (opened, False)
        end = next((at for at in seen if at > start), None)
        sticker.since = None
        sticker.times += [Labelled(start, end, by_desk)] if end is not None else []
        until = "its last time does not count" if end is None else f"it counts until {written(end)}"
        warnings.append(f'the label "{name}" is gone and no event says since when: {until}')
    return renamed, bool(gone)


def _records(value: Json, horizon: int) -> Iterable[Record]:
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, Mapping) or entry.get("kind") not in KINDS:
            continue
        if isinstance(entry.get("at"), str) and (at := _at(entry["at"])) <= horizon:
            yield Record(
                str(entry.get("clock")), _number(entry.get("cycle")) or 1, entry["kind"], at, _number(entry.get("step"))
            )


def answers(comment: Comment) -> bool:
    """Whether a comment of the desk carries an answer's marker; the manager's view of a breach answers nobody."""
    keys = [marker.key for marker in markers.parse(comment.body) if marker.kind == "answer"]
    if keys:
        return not all(key.partition("@")[2].startswith("breach-") for key in keys)
    return "<!-- bizops:answer " in comment.body
