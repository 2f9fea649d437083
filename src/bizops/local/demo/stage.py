"""The demo: example issues filed over the API of an embedded GitHub, and the desk that answers them as on Actions."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from bizops.desk.github import GitHub
from bizops.desk.labels import create_missing
from bizops.errors import BizopsError
from bizops.issue import Comment
from bizops.local.demo.examples import PEOPLE, Example
from bizops.local.github.client import ask
from bizops.local.github.problem import Problem
from bizops.local.github.server import LocalGitHub
from bizops.local.runner import PERMISSIONS, WORKFLOW, Done
from bizops.policy import Policy
from bizops.rules import markers
from bizops.templates import Template

__all__ = ["REPOSITORY", "Demo", "Outcome", "as_json", "outcomes", "scripted_model"]

REPOSITORY = "acme/ops"
Step = Literal["filed", "answered by the requester; then with a scripted model", "run again"]
ENDS = ("done", "waiting", "needs-info")


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

    @property
    def agent(self) -> str:
        """The agent that spoke last."""
        ran = self.done.ran
        return ran.answers[-1].agent if ran and ran.answers else ran.collected.agent if ran else ""

    def as_step(self) -> dict[str, Any]:
        """What one run did."""
        return {
            "step": self.step,
            "agent": self.agent,
            "state": self.state,
            "requests": sum(self.done.requests.values()),
            "seconds": round(self.done.seconds, 2),
            "wrong": self.wrong,
        }


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """One object for `--json`: an issue by all its outcomes, the first of which routed it."""
    first, last = outcomes[0], outcomes[-1]
    ran = first.done.ran
    route = ran.collected.route if ran else None
    return {
        "issue": first.number,
        "title": first.title,
        "example": first.example,
        "asker": first.asker,
        "permission": PEOPLE.get(first.asker, "none"),
        "agent": last.agent,
        "rule": vars(route.rule) if route else None,
        "second": vars(route.second.rule) if route and route.second else None,
        "priority": str(ran.collected.priority) if ran else "",
        "why": list(ran.collected.why) if ran else [],
        "state": last.state,
        "labels": list(last.labels),
        "requests": sum(sum(one.done.requests.values()) for one in outcomes),
        "seconds": round(sum(one.done.seconds for one in outcomes), 2),
        "answer": last.answer,
        "steps": [one.as_step() for one in outcomes],
        "ok": not any(one.wrong for one in outcomes),
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
            made = self._ask("", "/_local/issues", {"login": example.asker, **issue})
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
        try:
            return ask(self.github, login, "POST", path, body)
        except Problem as problem:
            raise BizopsError(f"the embedded GitHub said {problem.status}: {problem.message}", where=path) from problem

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
        if not wrong and len({marker.key for marker in answers}) < len(answers):
            wrong = "two answers carry the same key"
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


@contextmanager
def scripted_model() -> Iterator[None]:
    """A model for the runs within, on this machine: its address is in the environment as long."""
    from bizops.local.model.scripted import ScriptedModel
    from bizops.local.model.worker import worker

    with ScriptedModel(worker) as model:
        os.environ.update(model.environment)
        try:
            yield
        finally:
            for name in model.environment:
                os.environ.pop(name, None)


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
