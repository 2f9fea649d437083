"""The case: a folder that is the agent's whole world, and where its decision is left.

    case.json        the issue, its thread, who is asked, the policy in force (see `Case`)
    data/            fenced blocks of the issue, as files under their names
    lists/*.json     what the agent declared that it needs (`needs=("open_issues",)`)
    seen/            what network tools saw, read from there the second time
    files/           large tables and pictures beside the decision
    transcript.jsonl the model's turns (never uploaded from a public repository)
    decision.json    the decision
    failure.json     why there is none
The repository is a path in `case.json`, not a copy.
"""

import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from pydantic import ValidationError

from bizops.decision import Decision
from bizops.errors import InputError
from bizops.issue import Issue, Priority, Thread
from bizops.policy import AgentPolicy, Permission, Policy, Reach

LARGEST = 64_000_000  # bytes of one file of a case
NAME = re.compile(r"^[^\W.][\w. -]{0,99}$")


@dataclass(frozen=True)
class Data:
    """A file that the issue brings or names. `name` is how answers cite it; `source` says where it stands."""

    name: str
    path: Path
    source: str  # "issue", "comment 2610000977", "repository"


@dataclass(frozen=True)
class Work:
    """What is to be answered and why."""

    agent: str
    reason: str  # "opened", "comment-2610000977", ...
    asked: str = ""  # the comment that asks, where the reason is one
    again: bool = False  # a rerun updates the answer in place
    former: str = ""  # URL of the answer before, where there is one

    @property
    def key(self) -> str:
        """The work key, `ai-finance-agent@opened`."""
        return f"{self.agent}@{self.reason}"


class Notes(TypedDict, total=False):
    """What collect leaves for answer, and the agent has no use for."""

    hop: int  # how many agents of this job came before
    status: dict[str, Any]  # the claim's record (`desk.comments.Status`) and the id of its comment
    input: str  # the hash of title and body that the case was made from
    mention: bool  # whether the agent was asked by a mention
    former_status: str  # what returns after a mention
    again: bool
    author: Permission  # of the issue's author, where someone else asked
    route: str  # the agent that the issue is routed to
    client: str  # the process that made the case
    calls: int  # requests to GitHub of the run so far


@dataclass(frozen=True)
class Case:
    """One issue for one agent. `reach` is what its tools may do; `permission` that of the one who asked."""

    folder: Path
    thread: Thread
    work: Work
    priority: Priority
    policy: Policy
    permission: Permission = "none"
    reach: tuple[Reach, ...] = ("compute", "repository")
    repository: Path | None = None
    repository_name: str = ""
    private: bool = False
    commit: str = ""
    data: tuple[Data, ...] = ()
    too_large: tuple[str, ...] = ()  # files that the issue names and no agent reads: name, size and the limit
    now: str = ""  # UTC, when the case was collected: an agent has no other clock
    form: Mapping[str, str] = field(default_factory=dict)  # a form's fields, by label
    free: str = ""  # of a form what follows its closed fields: the text areas
    area: str = ""
    extra: Notes = field(default_factory=Notes)

    @property
    def issue(self) -> Issue:
        return self.thread.issue

    @property
    def words(self) -> str:
        """What the author wrote freely: the body, without a form's drop-downs and lines."""
        return self.free or self.issue.body

    @property
    def agent_policy(self) -> AgentPolicy:
        return self.policy.agent(self.work.agent)

    @property
    def trusted(self) -> bool:
        """Whether whoever asked may write to the repository, or it is private."""
        return self.private or self.permission in ("admin", "maintain", "write")

    def find(self, name: str) -> Data | None:
        """The data of that name, without regard to case or folder."""
        wanted = name.casefold().removeprefix("./")
        exact = [d for d in self.data if d.name.casefold() == wanted]
        return next(iter(exact or [d for d in self.data if d.name.rsplit("/", 1)[-1].casefold() == wanted]), None)

    def entries(self, need: str) -> list[Any]:
        """A list that the host read (`open_issues`), or a file of the issue that is named like it; else empty."""
        given = self.find(f"{need}.json")
        path = given.path if given else self.folder / "lists" / f"{need}.json"
        if not path.is_file():
            return []
        try:
            value = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise InputError(f"not JSON: {error}", where=path.name) from error
        if not isinstance(value, list):
            raise InputError("expected a JSON list", where=path.name)
        return value

    def write(self, issue: Any, timeline: list[Any]) -> None:
        """Write `case.json`; `issue` and `timeline` are GitHub's own JSON, from which `read` makes the thread again."""
        value = {
            "version": 1,
            "issue": issue,
            "timeline": timeline,
            "work": asdict(self.work),
            "policy": self.policy.model_dump(mode="json"),
            "repository": str(self.repository) if self.repository else None,
            "data": [
                {"name": d.name, "path": os.path.relpath(d.path, self.folder), "source": d.source} for d in self.data
            ],
            **{name: getattr(self, name) for name in SIMPLE},
        }
        write_json(self.folder / "case.json", value)


SIMPLE = (
    *("priority", "permission", "reach", "repository_name", "private", "commit", "now"),
    *("form", "free", "area", "extra", "too_large"),
)


def read(folder: Path) -> Case:
    """The case of a folder. Raises InputError if there is none or it is broken."""
    folder = folder.resolve()
    value = read_json(folder / "case.json")
    try:
        return Case(
            folder=folder,
            thread=Thread.read(value["issue"], value["timeline"]),
            work=Work(**value["work"]),
            policy=Policy.model_validate(value["policy"]),
            repository=Path(value["repository"]) if value["repository"] else None,
            data=tuple(Data(d["name"], (folder / d["path"]).resolve(), d["source"]) for d in value["data"]),
            **{name: value[name] for name in SIMPLE}
            | {"reach": tuple(value["reach"]), "too_large": tuple(value["too_large"])},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"not a case: {error}", where=str(folder / "case.json")) from error


def read_decision(folder: Path) -> Decision:
    """The decision of a case, checked against its schema. Raises InputError if it is missing or of another shape."""
    path = folder / "decision.json"
    if not path.is_symlink() and not path.exists():
        raise InputError("the agent left no decision", where=str(path))
    content = left(path)
    try:
        return Decision.model_validate_json(content)
    except ValidationError as error:  # its places and rules, never what the file held
        worst = error.errors(include_input=False)[:3]
        wrong = [f"{'.'.join(map(str, one['loc']))[:80]}: {one['msg'][:120]}" for one in worst]
        raise InputError(f"the decision is not of its schema: {'; '.join(wrong)}", where=str(path)) from error


def read_json(path: Path) -> Any:
    """A file of the case as JSON. Raises InputError, in whose words nothing of the file stands."""
    try:
        return json.loads(left(path))
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", where=f"{path}:{error.lineno}") from error
    except (ValueError, RecursionError) as error:
        raise InputError("not JSON", where=str(path)) from error


def left(path: Path) -> bytes:
    """A file that the agent could have left: no link, which could lead to a secret, no pipe, and not too large."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise InputError(f"cannot read: {what}", where=str(path)) from error
    try:
        shape = os.fstat(handle)
        if not stat.S_ISREG(shape.st_mode) or shape.st_size > LARGEST:
            raise InputError(f"cannot read: no file of at most {LARGEST:,} bytes", where=str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(LARGEST)
    finally:
        os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str), "utf-8")
    part.replace(path)
