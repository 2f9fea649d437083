"""An issue and its thread as values, read from GitHub's JSON, the mission's short form or a webhook payload."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bizops.errors import InputError

Json = Any
Priority = Literal["P0", "P1", "P2", "P3"]
PRIORITIES: tuple[Priority, ...] = ("P0", "P1", "P2", "P3")  # strictest first
GHOST = "ghost"  # what GitHub shows in the place of an account that is gone
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str | None) -> datetime | None:
    """An RFC 3339 timestamp as an aware UTC datetime; None stays None."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """A datetime as GitHub writes it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(value: Json) -> int:
    given = value.get("id")
    return int(given) if isinstance(given, int | str) and re.fullmatch(r"[0-9]{1,18}", str(given)) else 0


def label_name(name: str) -> str:
    """A label's name; ours as the policies spell them, since GitHub keeps capitals and compares without them."""
    folded = name.casefold()
    if re.fullmatch(r"priority/p[0-3]", folded):
        return f"priority/{folded[-2:].upper()}"
    return folded if folded.startswith(("status/", "agent/", "sla/", "escalated/")) else name


def is_pull_request(issue: Mapping[str, Json]) -> bool:
    """Whether an issue of GitHub's JSON is a pull request: the key is there, whatever the object holds."""
    return issue.get("pull_request") not in (None, False)


@dataclass(frozen=True)
class Person:
    """An account: `type` is `User`, `Bot` or `Organization`; a ghost has the login `ghost`."""

    login: str
    type: str = "User"

    @classmethod
    def read(cls, value: Json) -> "Person":
        if isinstance(value, str):
            return cls(value or GHOST)
        login = value.get("login") if isinstance(value, Mapping) else None
        return cls(login, value.get("type") or "User") if isinstance(login, str) and login else cls(GHOST)


@dataclass(frozen=True)
class Comment:
    """A comment of the thread; `id` is GitHub's, `association` its `author_association`."""

    id: int
    author: Person
    body: str
    created_at: datetime
    updated_at: datetime
    association: str = "NONE"
    url: str = ""

    @classmethod
    def read(cls, value: Json) -> "Comment":
        created = instant(value.get("created_at")) or EPOCH
        return cls(
            _id(value),
            Person.read(value.get("user") or value.get("actor")),
            value.get("body") or "",
            created,
            instant(value.get("updated_at")) or created,
            value.get("author_association") or "NONE",
            value.get("html_url") or "",
        )


@dataclass(frozen=True)
class Event:
    """A timeline event that is no comment: `kind` is GitHub's `event`; `name` the label or the assignee."""

    id: int
    kind: str
    actor: Person
    created_at: datetime
    name: str = ""
    detail: str = ""

    @classmethod
    def read(cls, value: Json) -> "Event":
        label, assignee = value.get("label"), value.get("assignee")
        name = label_name((label or {}).get("name") or "") or (assignee or {}).get("login") or ""
        return cls(
            _id(value),
            value["event"],
            Person.read(value.get("actor")),
            instant(value.get("created_at")) or EPOCH,
            name,
            value.get("state_reason") or "",
        )


@dataclass(frozen=True)
class Issue:
    """The issue itself; `state_reason` is `completed`, `not_planned`, `duplicate`, `reopened` or empty."""

    number: int
    title: str
    body: str = ""
    author: Person = Person(GHOST)
    association: str = "NONE"
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    state: str = "open"
    state_reason: str = ""
    created_at: datetime = EPOCH
    updated_at: datetime = EPOCH
    pull_request: bool = False
    url: str = ""

    @classmethod
    def read(cls, value: Json) -> "Issue":
        """From GitHub's JSON or the short form, where any field but `title` may be missing."""
        created = instant(value.get("created_at")) or EPOCH
        return cls(
            number=int(value.get("number") or 0),
            title=value["title"],
            body=value.get("body") or "",
            author=Person.read(value.get("user")),
            association=value.get("author_association") or "NONE",
            labels=tuple(label_name(x if isinstance(x, str) else x["name"]) for x in value.get("labels") or ()),
            assignees=tuple(who if isinstance(who, str) else who["login"] for who in value.get("assignees") or ()),
            state=(value.get("state") or "open").casefold(),
            state_reason=value.get("state_reason") or "",
            created_at=created,
            updated_at=instant(value.get("updated_at")) or created,
            pull_request=is_pull_request(value),
            url=value.get("html_url") or "",
        )

    @property
    def input(self) -> str:
        """The hash of title and body: what the desk's answer was worked out from (12 hex digits)."""
        return hashlib.sha256(f"{self.title}\0{self.body}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True)
class Thread:
    """An issue with its history: events by id, comments by id, both oldest first."""

    issue: Issue
    events: tuple[Event, ...] = ()
    comments: tuple[Comment, ...] = ()

    def by_author(self, person: Person) -> bool:
        """Whether a person is the issue's author; accounts that are gone all look alike, so none of them is."""
        return person.login == self.issue.author.login != GHOST

    @classmethod
    def read(cls, issue: Json, timeline: Iterable[Json] = (), comments: Iterable[Json] = ()) -> "Thread":
        """From GitHub's JSON: the timeline's `commented` entries carry the comments; an entry seen twice is one."""
        timeline = [entry for entry in timeline if isinstance(entry, Mapping) and "event" in entry]
        said = [*(entry for entry in timeline if entry["event"] == "commented"), *comments]
        done = [entry for entry in timeline if entry["event"] != "commented" and entry.get("id")]
        return cls(
            Issue.read(issue),
            tuple(sorted({e.id: e for e in map(Event.read, done)}.values(), key=lambda e: (e.created_at, e.id))),
            tuple(sorted({c.id: c for c in map(Comment.read, said)}.values(), key=lambda c: (c.created_at, c.id))),
        )


def read_issue_file(path: Path) -> tuple[Json, list[Json]]:
    """The issue and the comments of an `--issue-data` file: GitHub's JSON, the short form, or a webhook payload.

    Raises InputError with the place where the file cannot be used.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read the issue: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text (byte {error.start})", where=str(path)) from error
    return parse_issue(text, str(path))


def parse_issue(text: str, where: str) -> tuple[Json, list[Json]]:
    """As `read_issue_file`, from text; `where` names its source in errors."""
    try:
        value = json.loads(text)
        if re.search(r"\\ud[89a-f]", text, re.IGNORECASE):  # half a character cannot be written anywhere
            value = json.loads(
                json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            )
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"not JSON: {error}", where=f"{where}{line}") from error
    if not isinstance(value, dict):
        raise InputError(f"expected one JSON object, got {type(value).__name__}", where=where)
    issue = value.get("issue", value)
    comments = [*_list(value.get("comments")), *([value["comment"]] if value.get("comment") is not None else [])]
    check(issue, comments, where)
    return issue, comments


def check(issue: Json, comments: Iterable[Json], where: str) -> None:
    """Whether `Thread.read` can read them. Raises InputError with everything that is wrong."""
    wrong = [*_wrong_issue(issue), *(problem for comment in comments for problem in _wrong_comment(comment))]
    if wrong:
        raise InputError("; ".join(wrong), where=where, fix="see `--help` for the forms an issue may have")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


# The fields that are read, with their types; each may be null or missing.
ISSUE: dict[str, type | tuple[type, ...]] = {
    "body": str,
    "number": int,
    "state": str,
    "state_reason": str,
    "html_url": str,
    "author_association": str,
    "labels": list,
    "assignees": list,
}
COMMENT: dict[str, type | tuple[type, ...]] = {"body": str, "html_url": str, "author_association": str}


def wrong_types(value: Mapping[str, Json], fields: Mapping[str, type | tuple[type, ...]], whose: str) -> Iterator[str]:
    """What is wrong with the fields of an object, in words; `whose` stands before a field's name."""
    for name, kind in fields.items():
        kinds = kind if isinstance(kind, tuple) else (kind,)
        given = value.get(name)
        if given is not None and (not isinstance(given, kinds) or (isinstance(given, bool) and bool not in kinds)):
            wanted = " or ".join("an object" if k is dict else k.__name__ for k in kinds)
            yield f"{whose}`{name}` must be {wanted}, not {type(given).__name__}"


def _wrong_issue(issue: Json) -> Iterator[str]:
    if not isinstance(issue, dict):
        yield f"`issue` must be an object, not {type(issue).__name__}"
        return
    if not isinstance(issue.get("title"), str) or not issue["title"].strip():
        yield "`title` is missing or not text"
    yield from wrong_types(issue, ISSUE | {"pull_request": (dict, bool)}, "")
    for name, key in (("labels", "name"), ("assignees", "login")):
        for entry in _list(issue.get(name)):
            if not isinstance(entry, str) and not (isinstance(entry, dict) and isinstance(entry.get(key), str)):
                yield f"`{name}` holds {_shown(entry)}, expected text or an object with `{key}`"
    yield from wrong_person(issue, "assignee")
    yield from _wrong_details(issue, "")


def _wrong_comment(comment: Json) -> Iterator[str]:
    if not isinstance(comment, dict):
        yield f"a comment must be an object, not {_shown(comment)}"
        return
    if comment.get("id") is not None and not _id(comment):
        yield f"a comment's `id` is no number: {_shown(comment['id'])}"
    yield from wrong_types(comment, COMMENT, "a comment's ")
    yield from _wrong_details(comment, "a comment's ")


def _wrong_details(entry: Json, whose: str) -> Iterator[str]:
    """What issues and comments have in common: who wrote them, and when."""
    yield from wrong_person(entry, "user", whose)
    for name in ("created_at", "updated_at"):
        given = entry.get(name)
        try:
            wrong = given is not None and not isinstance(given, str)
            instant(None if wrong else given)
        except (ValueError, OverflowError):
            wrong = True
        if wrong:
            yield f"{whose}`{name}` is no timestamp: {_shown(given)}"


def wrong_person(entry: Mapping[str, Json], name: str, whose: str = "") -> Iterator[str]:
    """What is wrong with an account's field, in words; null is an account that is gone."""
    user = entry.get(name)
    if user is None or isinstance(user, str):
        return
    if Person.read(user).login == GHOST != _login(user):
        yield f"{whose}`{name}` must be a login or an object with `login`, not {_shown(user)}"
    elif not isinstance(user.get("type", ""), str | None):
        yield f"{whose}`{name}.type` must be str, not {type(user['type']).__name__}"


def _login(user: Json) -> Json:
    return user.get("login") if isinstance(user, dict) else None


def _shown(value: Json) -> str:
    return json.dumps(value)[:60]
