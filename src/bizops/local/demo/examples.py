"""Example issues for the demo: those under `examples/`, and a story of a question and its answer."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bizops.issue import read_issue_file
from bizops.local.github.records import Issue, Role

__all__ = ["PEOPLE", "REPLY", "Example", "Folders", "choose", "examples", "shipped", "story"]

PEOPLE: Mapping[str, Role] = {"ada": "admin", "mara": "write", "ren": "read", "zoe": "none"}
ASKERS = {"ordinary": "mara", "broken": "ren", "hostile": "zoe"}
LARGEST = 300_000  # bytes of a file that are shown
BESIDE = ("issue.json", "expected.json")  # of an example's folder; every other file is the repository's

STORY = """Does the plan for the third quarter hold? Please set budget against actual by account.

The file is with me, tell me if you need it."""
REPLY = """Sorry, here it is.

```csv budget.csv
account,budget,actual
Revenue,120000.00,118250.50
Materials,-41000.00,-43980.25
Wages,-52000.00,-52000.00
Rent,-8000.00,-8000.00
```
"""


def shipped() -> Path:
    """The folder of the examples that come with the engine."""
    return Path(__file__).parents[4] / "examples"


@dataclass(frozen=True)
class Example:
    """An issue to file: `name` is `ai-finance-agent/broken`, `folder` holds its files, `asker` files it."""

    name: str
    title: str
    body: str
    labels: tuple[str, ...]
    asker: str
    folder: Path | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether the example says that the agent must ask."""
        return "ask" in self.expected.get("actions", ())


def examples(folder: Path) -> list[Example]:
    """The examples of `folder`, `AGENT/KIND/issue.json` each; ordered by agent, the ordinary one first.

    Raises InputError for a file that is no issue.
    """
    found = [_example(path) for path in folder.glob("ai-*-agent/*/issue.json")]
    order = list(ASKERS)

    def place(one: Example) -> tuple[str, int, str]:
        agent, _, kind = one.name.partition("/")
        return agent, order.index(kind) if kind in order else len(order), kind

    return sorted(found, key=place)


def _example(path: Path) -> Example:
    issue, _ = read_issue_file(path)
    kind = path.parent.name
    user = issue.get("user")
    login = user.get("login") if isinstance(user, dict) else user
    names = tuple(label if isinstance(label, str) else label["name"] for label in issue.get("labels") or ())
    expected = path.parent / "expected.json"
    return Example(
        f"{path.parents[1].name}/{kind}",
        issue["title"],
        issue.get("body") or "",
        names,
        login if isinstance(login, str) and login in PEOPLE else ASKERS.get(kind, "ren"),
        path.parent,
        json.loads(expected.read_text("utf-8")) if expected.is_file() else {},
    )


def story() -> Example:
    """An issue that lacks what it is about: the desk asks, the requester answers, the desk goes on."""
    return Example(
        "ai-finance-agent/question",
        "Budget against actual",
        STORY,
        ("finance/analysis",),
        "ren",
        None,
        {"actions": ["ask"]},
    )


def choose(found: Sequence[Example]) -> list[Example]:
    """The default selection: one ordinary example of each agent, and one hostile one of the last agent."""
    agents = dict.fromkeys(one.name.partition("/")[0] for one in found)
    ordinary = [next(one for one in found if one.name.startswith(f"{agent}/")) for agent in agents]
    hostile = [one for one in found if one.name.endswith("/hostile") and one not in ordinary]
    return [*ordinary, *hostile[-1:]]


class Folders:
    """The files of the repository for each issue: an example's own, as a repository of git; for others `root`.

    `company` is a folder whose `agents/` and `prompts/` come before the shipped ones.
    """

    def __init__(
        self, parent: Path, known: Sequence[Example], root: Path | None = None, company: Path | None = None
    ) -> None:
        self._parent, self._root, self._company = parent, root, company
        self._known = {one.title: one for one in known}
        self._made: dict[str, Path] = {}
        self._lock = threading.Lock()

    def __call__(self, issue: Issue) -> Path | None:
        """The folder for an issue, known by its title (so that it is found again after a restart)."""
        example = self._known.get(issue.title)
        if example is None:
            return self._root
        with self._lock:
            if example.name not in self._made:
                self._made[example.name] = self._make(example, self._parent / str(len(self._made)))
            return self._made[example.name]

    def read(self, commit: str, path: str) -> str | None:
        """The text of a file at a commit of any of these repositories; None where there is none."""
        with self._lock:
            folders = [*self._made.values(), *([self._root] if self._root else [])]
        for folder in folders:
            words = ["git", "-C", str(folder), "cat-file", "blob", f"{commit}:{path}"]
            shown = subprocess.run(words, env=self._environment, capture_output=True, check=False)
            if shown.returncode == 0:
                return shown.stdout[:LARGEST].decode("utf-8", "replace")
        return None

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "HOME": str(self._parent), "GIT_CONFIG_NOSYSTEM": "1"}

    def _make(self, example: Example, folder: Path) -> Path:
        folder.mkdir()
        for entry in example.folder.iterdir() if example.folder else ():
            if entry.is_dir():
                shutil.copytree(entry, folder / entry.name)
            elif entry.name not in BESIDE:
                shutil.copy(entry, folder)
        identity = ("-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
        for words in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "--allow-empty", "-m", "The files")):
            command = ["git", "-C", str(folder), *identity, *words]
            subprocess.run(command, env=self._environment, capture_output=True, check=False)
        for name in ("agents", "prompts") if self._company else ():
            if self._company and (self._company / name).is_dir():
                shutil.copytree(self._company / name, folder / name, dirs_exist_ok=True)
        return folder
