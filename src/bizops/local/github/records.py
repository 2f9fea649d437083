"""What the embedded GitHub keeps: one frozen record for each thing, and the ids that GitHub would give it.

Times are text as GitHub sends it (`2026-11-25T09:42:00Z`), so they sort as text. Text may hold CRLF and is kept as is.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Comment",
    "Counter",
    "Event",
    "Issue",
    "Label",
    "Object",
    "Reaction",
    "Record",
    "Ref",
    "Run",
    "Token",
    "User",
    "Workflow",
    "key_of",
    "sequence_of",
]

Role = Literal["admin", "maintain", "write", "triage", "read", "none"]
UserType = Literal["User", "Bot", "Organization"]
ObjectKind = Literal["blob", "tree", "commit"]


@dataclass(frozen=True, slots=True)
class User:
    """An account. `role` is what the repository gave it; `none` is somebody who merely exists."""

    login: str
    id: int
    type: UserType = "User"
    role: Role = "none"
    association: str | None = None
    name: str | None = None
    created_at: str = "2020-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Token:
    """A credential. `permissions` is None for a personal token that may whatever its owner may."""

    value: str
    login: str
    job: bool = False
    permissions: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the repository; issues name it by id, so that a rename reaches them."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or with `pull_request` a pull request. `labels` are ids, people are logins."""

    id: int
    number: int
    title: str
    body: str | None
    user: str
    created_at: str
    updated_at: str
    state: str = "open"
    state_reason: str | None = None
    labels: tuple[int, ...] = ()
    assignees: tuple[str, ...] = ()
    locked: bool = False
    lock_reason: str | None = None
    comments: int = 0
    closed_at: str | None = None
    closed_by: str | None = None
    pull_request: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of an issue."""

    id: int
    issue: int
    user: str
    body: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Event:
    """A timeline event. `label` is name and color as they were: a rename does not change the past."""

    id: int
    issue: int
    event: str
    actor: str
    created_at: str
    label: tuple[str, str] | None = None
    assignee: str | None = None
    rename: tuple[str, str] | None = None
    state_reason: str | None = None
    lock_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction to an issue, or to the comment `comment` of it."""

    id: int
    issue: int
    comment: int | None
    user: str
    content: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow file. `inputs` are the names that a dispatch may give; None takes any."""

    id: int
    file: str
    name: str
    inputs: tuple[str, ...] | None = None
    created_at: str = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow run."""

    id: int
    workflow: int
    number: int
    event: str
    branch: str
    actor: str
    created_at: str
    updated_at: str
    status: str = "queued"
    conclusion: str | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    head: str = "0" * 40


@dataclass(frozen=True, slots=True)
class Object:
    """An object of git; `packed` is its content, deflated."""

    sha: str
    kind: ObjectKind
    size: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class Ref:
    """A name for a commit: `refs/heads/main`."""

    name: str
    sha: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that only grows, kept so that a deleted thing's id is never given again."""

    name: str
    value: int


Record = User | Token | Label | Issue | Comment | Event | Reaction | Workflow | Run | Object | Ref | Counter
Key = str | int

BASE: dict[type[Record], int] = {
    Label: 7_000_000_000,
    Issue: 3_600_000_000,
    Comment: 2_610_000_000,
    Event: 15_300_000_000,
    Reaction: 290_000_000,
    Workflow: 84_000_000,
    Run: 17_200_000_000,
    User: 58_000_000,
}
"""Where the ids of each kind begin: about as large as GitHub's, beyond 32 bits where GitHub's are."""


def key_of(record: Record) -> Key:
    """The key of a record among those of its kind."""
    match record:
        case User():
            return record.login.lower()
        case Token():
            return record.value
        case Issue():
            return record.number
        case Object():
            return record.sha
        case Counter() | Ref():
            return record.name
        case _:
            return record.id


def sequence_of(record: Comment | Event) -> int:
    """The place of a timeline entry among all: the ids of every kind grow with one common count."""
    return record.id - BASE[type(record)]
