"""The runs that deliveries lead to: what Actions would start, and in which order."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from ruamel.yaml import YAML

from bizops import company
from bizops.desk.github import GitHub
from bizops.desk.labels import create_missing
from bizops.local.github import issues, labels, runs
from bizops.local.github.records import Issue, Run
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor
from bizops.local.runner import LISTENED, PERMISSIONS, WORKFLOW, Jobs
from bizops.policy import load
from bizops.templates import load_templates

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "tests" / "company"
BOT = Actor("github-actions[bot]", job=True)


@contextmanager
def at_work(folder: Callable[[Issue], Path | None] = lambda _issue: COMPANY) -> Iterator[tuple[LocalGitHub, Jobs]]:
    policy = load()
    jobs = Jobs(policy, folder)
    with LocalGitHub() as github:
        for login, role in {"ada": "admin", "mara": "write", "zoe": "none"}.items():
            github.user(login, role)  # type: ignore[arg-type]
        create_missing(GitHub("acme/ops", github.token("ada"), github.url), policy, load_templates(company.forms()))
        with jobs.at(github):
            yield github, jobs


def test_it_listens_to_what_the_workflow_listens_to_and_has_its_permissions() -> None:
    workflow = YAML(typ="safe").load((ROOT / ".github" / "workflows" / WORKFLOW).read_text())
    on: dict[str, Any] = workflow["on"]
    assert set(on) == set(LISTENED)
    for event in ("issues", "issue_comment"):
        assert set(on[event]["types"]) == set(LISTENED[event])
    assert dict(workflow["jobs"]["desk"]["permissions"]) == PERMISSIONS


def test_an_issue_is_answered_its_question_goes_on_by_a_comment_and_a_dispatch_works_it_again() -> None:
    with at_work() as (github, jobs):
        number = github.open_by_form("zoe", "Ask me", "no data", labels=["finance/analysis"]).number
        assert jobs.settle(github, 60)
        assert "status/needs-info" in github.labels(number)
        github.comment("zoe", number, "October, please")
        assert jobs.settle(github, 60)
        assert "status/done" in github.labels(number)
        issues.set_state(github.state, Actor("ada"), number, "open")
        assert jobs.settle(github, 60)
        count = len(github.comments(number))
        runs.dispatch(github.state, Actor("ada"), WORKFLOW, "main", {"issue": str(number)})
        issues.set_state(github.state, Actor("ada"), number, "open")
        assert jobs.settle(github, 60)
        assert len(github.comments(number)) == count
        assert [done.error for done in jobs.done] == [""] * len(jobs.done)
        ended = github.state.store.all(Run)
        assert {(run.status, run.conclusion) for run in ended} <= {("completed", "success"), ("completed", "cancelled")}
        assert {run.event for run in ended} >= {"issues", "issue_comment", "workflow_dispatch"}


def test_noise_starts_nothing_and_a_burst_of_labels_few_runs() -> None:
    with at_work() as (github, jobs):
        number = github.open_by_form("mara", "Count", "x", labels=["finance/analysis", "priority/P1"]).number
        assert jobs.settle(github, 60)
        assert len(jobs.done) <= 2
        before = len(jobs.done)
        issues.comment(github.state, BOT, number, "by the desk")
        labels.add(github.state, BOT, number, ["status/held"])
        github.user("dependabot[bot]")
        github.comment("dependabot[bot]", number, "bumped")
        github.file_issue("mara", "A change", "x", pull_request=True)
        made = issues.comment(github.state, Actor("mara"), number, "first")
        before += 1
        assert jobs.settle(github, 60)
        issues.edit_comment(github.state, Actor("mara"), made.id, "second")
        issues.lock(github.state, Actor("mara"), number)
        assert jobs.settle(github, 60)
        assert len(jobs.done) == before


def test_two_issues_are_worked_at_once_and_one_issue_never_twice() -> None:
    together, working, twice = threading.Barrier(2, timeout=30), set(), []
    lock = threading.Lock()

    def folder(issue: Issue) -> Path:
        with lock:
            twice.extend([issue.number] if issue.number in working else [])
            working.add(issue.number)
        if issue.title == "Together":
            together.wait()
        with lock:
            working.discard(issue.number)
        return COMPANY

    with at_work(folder) as (github, jobs):
        first, second = (github.file_issue("mara", "Together", labels=["finance/analysis"]).number for _ in range(2))
        assert jobs.settle(github, 60)
        assert not together.broken
        for _ in range(4):
            labels.add(github.state, Actor("mara"), first, ["priority/P1"])
            labels.remove(github.state, Actor("mara"), first, "priority/P1")
        assert not twice
        for number in (first, second):
            assert "status/done" in github.labels(number)


def test_a_run_that_breaks_is_told_and_the_next_one_works(caplog: pytest.LogCaptureFixture) -> None:
    def folder(issue: Issue) -> Path:
        if issue.title == "Break":
            raise RuntimeError("no folder")
        return COMPANY

    with at_work(folder) as (github, jobs):
        broken = github.file_issue("mara", "Break", labels=["finance/analysis"]).number
        good = github.file_issue("mara", "Good", labels=["finance/analysis"]).number
        assert jobs.settle(github, 60)
        assert {done.error for done in jobs.done if done.issue == broken} == {"RuntimeError: no folder"}
        assert "status/done" in github.labels(good)
        assert any(run.conclusion == "failure" for run in github.state.store.all(Run))
        assert "no folder" in caplog.text


def test_the_token_of_a_run_ends_with_it() -> None:
    with at_work() as (github, jobs):
        github.file_issue("mara", "Count", labels=["finance/analysis"])
        assert jobs.settle(github, 60)
        left = [
            token
            for token in github.state.store.tables.values()
            for token in token.values()
            if getattr(token, "job", False)
        ]
        assert left == []
        reply = requests.get(f"{github.url}/repos/acme/ops/issues/1/comments", timeout=20)
        assert len(reply.json()) == 2
