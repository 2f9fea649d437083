"""A world for tests: the embedded GitHub over HTTP, a desk on it, and what a person sees on an issue."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bizops import company
from bizops.desk.desk import Desk, Run
from bizops.desk.github import GitHub
from bizops.desk.labels import create_missing
from bizops.desk.run import Ran, run
from bizops.local.github.server import LocalGitHub
from bizops.policy import Permission, Policy, load
from bizops.rules import markers
from bizops.templates import load_templates

COMPANY = Path(__file__).parent / "company"
JOB = {"issues": "write", "contents": "read", "actions": "read"}
OURS = ("github-actions[bot]",)


@dataclass(frozen=True)
class Shown:
    """An issue as a person sees it afterwards."""

    number: int
    state: str
    labels: tuple[str, ...]
    answers: tuple[str, ...]  # the keys of the answers, in order
    texts: tuple[str, ...]  # their bodies
    statuses: tuple[dict[str, Any], ...]  # the records of the status comments
    notices: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def status(self) -> tuple[str, ...]:
        return tuple(label for label in self.labels if label.startswith("status/"))

    @property
    def record(self) -> dict[str, Any]:
        assert len(self.statuses) == 1, self.statuses
        return self.statuses[0]


@dataclass
class World:
    """The embedded GitHub `acme/ops` with `ada` (admin), `mara` (write), `tom` (triage) and `zoe` (nobody)."""

    github: LocalGitHub
    cases: Path
    policy: Policy
    company: Path = COMPANY
    runs: Iterator[int] = field(default_factory=lambda: iter(range(100, 10_000)))

    def desk(self, group: str = "event", **changes: Any) -> Desk:
        """A desk as in a job of its own, which sleeps for nothing."""
        client = GitHub("acme/ops", self.github.job_token(JOB), self.github.url, sleep=lambda _seconds: None)
        desk = Desk(client, self.policy, self.company, self.cases, Run(str(next(self.runs)), group), private=False)  # type: ignore[arg-type]
        return replace(desk, **changes)

    def run(self, number: int, *, again: bool = False, **changes: Any) -> Ran:
        return run(self.desk(**changes), number, again=again)

    def file(
        self, title: str, body: str = "", labels: tuple[str, ...] = ("finance/analysis",), by: str = "mara"
    ) -> int:
        return int(self.github.open_by_form(by, title, body, labels=labels).number)

    def shown(self, number: int) -> Shown:
        comments = self.github.comments(number)
        by_desk = [c["body"] for c in comments if c["user"]["login"] in OURS]
        found = [(marker, body) for body in by_desk for marker in markers.parse(body)]
        return Shown(
            number,
            self.github.issue(number)["state"],
            tuple(sorted(self.github.labels(number))),
            tuple(m.key for m, _ in found if m.kind == "answer"),
            tuple(body for m, body in found if m.kind == "answer"),
            tuple(dict(m.data) for m, _ in found if m.kind == "status"),
            tuple(m.key for m, _ in found if m.kind == "notice"),
            tuple(c["body"] for c in comments),
        )

    def writes(self) -> list[str]:
        """The writes so far, as `POST /repos/...`."""
        return [f"{entry.method} {entry.path}" for entry in self.github.log if entry.write]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load()


@pytest.fixture
def world(tmp_path: Path, policy: Policy) -> Iterator[World]:
    with make_world(tmp_path, policy) as made:
        yield made


class make_world:  # noqa: N801 - used as a function
    """A fresh world; also for tests that need many of them."""

    def __init__(self, cases: Path, policy: Policy) -> None:
        self.cases, self.policy = cases, policy

    def __enter__(self) -> World:
        self.github = LocalGitHub("acme/ops").start()
        people: dict[str, Permission | None] = {"ada": "admin", "mara": "write", "tom": "triage", "zoe": None}
        for login, permission in people.items():
            self.github.user(login, permission)
        admin = GitHub("acme/ops", self.github.token("ada"), self.github.url)
        create_missing(admin, self.policy, load_templates(company.forms()))
        return World(self.github, self.cases, self.policy)

    def __exit__(self, *_: object) -> None:
        self.github.stop()


@pytest.fixture(autouse=True)
def _clean_environment() -> Iterator[None]:
    """No test sees the credentials or the Actions variables of whoever runs it."""
    names = [n for n in os.environ if n.startswith(("GITHUB_", "OPENAI_", "ACTIONS_", "RUNNER_", "BIZOPS_"))]
    kept = {name: os.environ.pop(name) for name in names if name != "BIZOPS_CONTRACT_REPOSITORY"}
    yield
    os.environ.update(kept)


Make = Callable[[], World]
