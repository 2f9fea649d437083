"""What was answered is still there after a kill."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from bizops.errors import BizopsError
from bizops.local.github import issues, labels, runs
from bizops.local.github.problem import Problem
from bizops.local.github.records import Run, User
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor, State

SERVER = """
import sys
import threading
from bizops.local.github.server import serve
serve("acme/ops", state=sys.argv[1], ready=lambda github: print(github.url, flush=True))
"""


@contextmanager
def running(file: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def admin(url: str, name: str, body: Any) -> Any:
    return requests.post(f"{url}/_local/{name}", json=body, timeout=20).json()


def test_every_answered_write_survives_a_kill_and_ids_go_on(tmp_path: Path) -> None:
    file, token = tmp_path / "state", ""
    known: list[str] = []
    for round_ in range(3):
        with running(file) as (process, url):
            if not token:
                admin(url, "users", {"login": "mara", "permission": "write"})
                token = admin(url, "tokens", {"login": "mara"})["token"]
                admin(url, "issues", {"login": "zoe", "title": "Hello", "body": "a\r\nb"})
            session = requests.Session()
            session.headers["authorization"] = f"Bearer {token}"
            address = f"{url}/repos/acme/ops/issues/1/comments"
            assert [one["body"] for one in session.get(address).json()] == known
            for count in range(5):
                made = session.post(address, json={"body": f"{round_}.{count}"})
                assert made.status_code == 201
                known.append(f"{round_}.{count}")
            process.send_signal(signal.SIGKILL)
            process.wait()
    with LocalGitHub("acme/ops", state=file) as again:
        assert [one["body"] for one in again.comments(1)] == known
        ids = [one["id"] for one in again.comments(1)]
        assert ids == sorted(set(ids))
        assert again.issue(1)["body"] == "a\r\nb"
        assert again.issue(1)["comments"] == 15


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    file, enough = tmp_path / "state", threading.Event()
    answered: list[str] = []

    def write(url: str, token: str) -> None:
        session = requests.Session()
        session.headers["authorization"] = f"Bearer {token}"
        with suppress(requests.ConnectionError):
            for count in range(100_000):
                made = session.post(f"{url}/repos/acme/ops/issues/1/comments", json={"body": f"{count}"})
                answered.append(made.json()["body"])
                if count == 40:
                    enough.set()

    with running(file) as (process, url):
        admin(url, "issues", {"login": "zoe", "title": "Hello", "body": ""})
        token = admin(url, "tokens", {"login": "zoe"})["token"]
        writer = threading.Thread(target=write, args=(url, token))
        writer.start()
        assert enough.wait(20)
        process.kill()
        writer.join(20)
    with LocalGitHub("acme/ops", state=file) as again:
        kept = [one["body"] for one in again.comments(1)]
        assert kept[: len(answered)] == answered
        assert len(kept) - len(answered) in {0, 1}
        assert again.issue(1)["comments"] == len(kept)


def test_every_kind_of_thing_comes_back_from_the_file(tmp_path: Path) -> None:
    file, mara = tmp_path / "state", Actor("mara")

    def everything(github: LocalGitHub) -> str:
        number = 1
        view = {
            "issue": github.issue(number),
            "timeline": github.timeline(number),
            "users": [str(user) for user in github.state.store.all(User)],
            "runs": [str(run) for run in github.state.store.all(Run)],
        }
        return json.dumps(view, sort_keys=True).replace(github.url, "")

    with LocalGitHub("acme/ops", state=file) as first:
        first.user("mara", "write")
        first.file_issue("zoe", "Hello \U0001f600", "for @mara", labels=["a/b", "c"], assignees=["zoe"])
        labels.remove(first.state, mara, 1, "c")
        labels.change(first.state, mara, "a/b", new_name="b/a", description="moved")
        issues.edit(first.state, mara, 1, title="Renamed")
        comment = issues.comment(first.state, mara, 1, "x")
        issues.react(first.state, mara, 1, "eyes", comment.id)
        issues.set_state(first.state, mara, 1, "closed", "not_planned")
        runs.start(first.state, mara, "process-issue.yml", run=7, inputs={"issue": "1"})
        token, before = first.token("zoe"), everything(first)
    with LocalGitHub("acme/ops", state=file) as second:
        assert everything(second) == before
        assert second.file_issue("zoe", "Next").number == 2
        user = requests.get(f"{second.url}/user", headers={"authorization": f"token {token}"}, timeout=20)
        assert user.json()["login"] == "zoe"


def test_the_id_of_a_deleted_comment_is_never_given_again(tmp_path: Path) -> None:
    file, mara = tmp_path / "state", Actor("mara")
    with LocalGitHub("acme/ops", state=file) as first:
        first.user("mara", "write")
        first.file_issue("mara", "x")
        gone = first.comment("mara", 1, "x").id
        issues.delete_comment(first.state, mara, gone)
    with LocalGitHub("acme/ops", state=file) as second:
        assert second.comment("mara", 1, "y").id > gone


def test_a_write_that_is_refused_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    state = State("acme/ops", file=tmp_path / "state")
    number = issues.open_issue(state, Actor("mara"), "x").number
    told, version = len(state.deliveries), state.version
    with pytest.raises(Problem, match="Validation Failed"):
        labels.add(state, Actor("mara"), number, [f"label {count}" for count in range(101)])
    assert (len(state.deliveries), state.version) == (told, version)
    assert labels.find(state, "label 0") is None
    with state.writing():
        with pytest.raises(Problem):
            labels.add(state, Actor("mara"), number, [f"label {count}" for count in range(101)])
        issues.comment(state, Actor("mara"), number, "the outer write goes on")
    assert [one.event for one in list(state.deliveries)[told:]] == ["issue_comment"]
    state.store.close()
    again = State("acme/ops", file=tmp_path / "state")
    assert labels.find(again, "label 0") is None
    assert again.issue(number).labels == ()


def test_a_file_has_one_owner_at_a_time_and_must_be_a_state_file(tmp_path: Path) -> None:
    with (
        LocalGitHub("acme/ops", state=tmp_path / "state"),
        pytest.raises(BizopsError, match="in use by another process"),
    ):
        LocalGitHub("acme/ops", state=tmp_path / "state")
    (tmp_path / "other").write_text("this is no database, and long enough to be looked at as one " * 20)
    with pytest.raises(BizopsError, match="no state file"):
        LocalGitHub("acme/ops", state=tmp_path / "other")
