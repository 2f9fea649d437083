"""The demo: example issues filed over the API of an embedded GitHub, and the desk that answers them as on Actions."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bizops.desk.github import GitHub
from bizops.desk.labels import create_missing
from bizops.errors import BizopsError
from bizops.issue import Comment, read_issue_file
from bizops.local.jobs import PERMISSIONS, WORKFLOW, Done
from bizops.local.records import Issue, Role
from bizops.local.server import LocalGitHub
from bizops.policy import Policy
from bizops.rules import markers
from bizops.rules.forms import Template

__all__ = [
    "PEOPLE",
    "REPOSITORY",
    "Demo",
    "Example",
    "Folders",
    "Outcome",
    "choose",
    "examples",
    "outcomes",
    "shipped",
    "story",
]

REPOSITORY = "acme/ops"
PEOPLE: Mapping[str, Role] = {"ada": "admin", "mara": "write", "ren": "read", "zoe": "none"}
ASKERS = {"ordinary": "mara", "broken": "ren", "hostile": "zoe"}
Step = Literal["filed", "answered by the requester", "run again"]
ENDS = ("done", "waiting", "needs-info")
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
    return Path(__file__).parents[3] / "examples"


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


@dataclass(frozen=True)
class Outcome:
    """What became of one issue: the run, the answer's Markdown without markers, its status, and what is wrong."""

    number: int
    title: str
    asker: str
    step: Step
    example: str
    done: Done
    state: str
    labels: tuple[str, ...]
    answer: str
    wrong: str = ""

    def as_json(self) -> dict[str, Any]:
        """One object for `--json`."""
        ran = self.done.ran
        route = ran.collected.route if ran else None
        return {
            "issue": self.number,
            "title": self.title,
            "example": self.example,
            "asker": self.asker,
            "permission": PEOPLE.get(self.asker, "none"),
            "step": self.step,
            "agent": ran.answers[-1].agent if ran and ran.answers else ran.collected.agent if ran else "",
            "rule": vars(route.rule) if route else None,
            "second": vars(route.second.rule) if route and route.second else None,
            "priority": str(ran.collected.priority) if ran else "",
            "why": list(ran.collected.why) if ran else [],
            "state": self.state,
            "labels": list(self.labels),
            "requests": sum(self.done.requests.values()),
            "seconds": round(self.done.seconds, 2),
            "answer": self.answer,
            "ok": not self.wrong,
            "wrong": self.wrong,
        }


class Demo:
    """Files issues on an embedded GitHub, and says what became of them."""

    def __init__(self, github: LocalGitHub, policy: Policy) -> None:
        self.github, self.policy = github, policy
        self.filed: dict[int, Example] = {}

    def prepare(self, templates: Sequence[Template]) -> int:
        """People with their permissions, and the labels that the desk uses; how many labels were new."""
        for login, role in PEOPLE.items():
            self.github.user(login, role)
        token = self.github.job_token(PERMISSIONS)
        client = GitHub(self.github.repository, token, self.github.url)
        created = create_missing(client, self.policy, templates)
        self.github.revoke(token)
        return len(created)

    def file(self, example: Example) -> int:
        """File an issue over HTTP: by the API where the asker may set labels, else as a form does; its number."""
        issue = {"title": example.title, "body": example.body, "labels": list(example.labels)}
        if PEOPLE[example.asker] in {"admin", "write"} and "### " not in example.body:
            made = self._ask(example.asker, "issues", issue)
        else:
            made = self._ask("", f"{self.github.url}/_local/issues", {"login": example.asker, **issue})
        number = int(made["number"])
        self.filed[number] = example
        return number

    def reply(self, login: str, number: int, body: str) -> None:
        """Comment over the API."""
        self._ask(login, f"issues/{number}/comments", {"body": body})

    def rerun(self, login: str, number: int) -> None:
        """Dispatch the workflow over the API, as the button "Run workflow" does."""
        inputs = {"ref": "main", "inputs": {"issue": str(number)}}
        self._ask(login, f"actions/workflows/{WORKFLOW}/dispatches", inputs)

    def _ask(self, login: str, path: str, body: Any) -> Any:
        import requests

        url = path if path.startswith("http") else f"{self.github.url}/repos/{self.github.repository}/{path}"
        headers = {}
        if login:
            headers["authorization"] = f"Bearer {self.github.token(login)}"
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment has no business on loopback
            reply = session.post(url, json=body, headers=headers, timeout=60)
        if reply.status_code >= 400:
            raise BizopsError(f"the embedded GitHub said {reply.status_code}: {reply.text[:300]}", where=url)
        return reply.json() if reply.content else None

    def outcome(self, done: Done, step: Step) -> Outcome:
        """What a run left on its issue."""
        issue = self.github.issue(done.issue)
        example = self.filed.get(done.issue)
        labels = tuple(self.github.labels(done.issue))
        said = [Comment.read(entry) for entry in self.github.comments(done.issue)]
        answers = markers.of(said, self.policy.access.desk_accounts, "answer")
        notices = markers.of(said, self.policy.access.desk_accounts, "notice")
        state = next((label.removeprefix("status/") for label in labels if label.startswith("status/")), "")
        shown = notices[-1] if state == "held" and notices else answers[-1] if answers else None
        text = without_markers(shown.comment.body) if shown and shown.comment else ""
        wrong = _wrong(done, state, text, example, first=step == "filed")
        return Outcome(
            done.issue,
            issue["title"],
            issue["user"]["login"],
            step,
            example.name if example else "",
            done,
            state,
            labels,
            text,
            wrong,
        )


def _wrong(done: Done, state: str, text: str, example: Example | None, *, first: bool) -> str:
    """What did not end as it should, or nothing."""
    if done.error:
        return done.error
    allowed = [*ENDS, *(["held"] if example and example.expected.get("held") else [])]
    if state not in allowed:
        why = done.ran.answers[-1].why if done.ran and done.ran.answers else ""
        return f"it ended as {state or 'nothing'}{': ' + why if why else ''}"
    if not text:
        return "there is no answer"
    if first and example and example.asks and state != "needs-info":
        return f"the agent should have asked; it ended as {state}"
    return ""


def outcomes(demo: Demo, done: Sequence[Done], numbers: Sequence[int], step: Step) -> list[Outcome]:
    """What became of these issues, by the last run of each that had something to do."""
    found = []
    for number in numbers:
        worked = [one for one in done if one.issue == number and one.worked]
        none = Done(number, "", 0, step == "run again", None, "no run of the desk worked on it", Counter(), 0.0)
        found.append(demo.outcome(worked[-1] if worked else none, step))
    return found


def without_markers(body: str) -> str:
    """A comment of the desk without its markers."""
    return re.sub(r"^<!-- bizops:.* -->[ \t\r]*\n*", "", body, flags=re.MULTILINE).strip()


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

    def _make(self, example: Example, folder: Path) -> Path:
        folder.mkdir()
        for entry in example.folder.iterdir() if example.folder else ():
            if entry.is_dir():
                shutil.copytree(entry, folder / entry.name)
            elif entry.name not in BESIDE:
                shutil.copy(entry, folder)
        identity = ("-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
        for words in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "--allow-empty", "-m", "The files")):
            environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self._parent), "GIT_CONFIG_NOSYSTEM": "1"}
            subprocess.run(
                ["git", "-C", str(folder), *identity, *words], env=environment, capture_output=True, check=False
            )
        for name in ("agents", "prompts") if self._company else ():
            if self._company and (self._company / name).is_dir():
                shutil.copytree(self._company / name, folder / name, dirs_exist_ok=True)
        return folder
