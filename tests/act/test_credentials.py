"""No credential of GitHub reaches the process that decides, and no step has more than it needs."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.act.conftest import of
from tests.act.harness import Stage
from tests.conftest import World

pytestmark = pytest.mark.slow
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
KEY = "sk-of-the-model"


def memory_is_walled() -> bool:
    """Whether the platform keeps a process of this user from reading another's memory."""
    return os.geteuid() == 0 or (YAMA.exists() and YAMA.read_text().strip() != "0")


@pytest.fixture
def looked(spied: Stage, world: World) -> Iterator[tuple[str, str, Path]]:
    """One job whose agent looks for tokens: the job's token, what the agent found, the notes of each process."""
    notes = spied.tree / "seen"
    for file in notes.iterdir():
        file.unlink()
    decoy = spied.tree / "decoy.txt"  # looks like a token, so that a search that finds nothing is known to be blind
    decoy.write_text("gh" + "s_" + "d" * 36)
    number = world.file("Look", labels=("security/compliance", "priority/P0"))
    token = world.github.job_token(spied.permissions)
    keyed = replace(spied, secrets={"OPENAI_API_KEY": KEY}, variables={"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    keyed.deliver(world.github, of(world, number)[0], token=token)
    yield token, "\n".join(world.shown(number).texts), notes
    decoy.unlink()


def test_the_agent_finds_no_token_anywhere_but_the_decoy(looked: tuple[str, str, Path]) -> None:
    _, text, _ = looked
    found = {line[2:] for line in text.splitlines() if line.startswith("- ")}
    assert {"end of the list", "file decoy.txt"} <= found, text
    rest = found - {"end of the list", "file decoy.txt"}
    assert {place for place in rest if memory_is_walled() or not place.startswith("memory")} == set()


def test_each_process_sees_its_own_credential_alone(looked: tuple[str, str, Path]) -> None:
    token, _, notes = looked
    verbs, with_token, with_key = set(), set(), set()
    for file in notes.iterdir():
        note = json.loads(file.read_text())
        verb = next(
            word for word in ("bizops.agent.decide", "collect", "decide", "answer", "sweep") if word in note["argv"]
        )
        verbs.add(verb)
        with_token |= {verb} if any(token in value for value in note["environment"].values()) else set()
        with_key |= {verb} if any(KEY in value for value in note["environment"].values()) else set()
    assert verbs == {"collect", "decide", "answer", "bizops.agent.decide", "sweep"}
    assert with_token == {"collect", "answer", "sweep"}
    assert with_key == {"decide", "bizops.agent.decide"}


def test_the_token_is_refused_beyond_the_permissions_of_the_job(quick: Stage, world: World) -> None:
    url = f"{world.github.url}/repos/acme/ops"
    headers = {"authorization": f"Bearer {world.github.job_token(quick.permissions)}"}
    number = world.file("Hello")
    dispatch: dict[str, Any] = {"ref": "main", "inputs": {"issue": str(number)}}
    starts = f"{url}/actions/workflows/process-issue.yml/dispatches"
    assert requests.post(starts, json=dispatch, headers=headers, timeout=10).status_code == 403
    comments = f"{url}/issues/{number}/comments"
    assert requests.post(comments, json={"body": "x"}, headers=headers, timeout=10).status_code == 201


def test_a_job_that_may_not_write_issues_fails_and_says_why(quick: Stage, world: World) -> None:
    number = world.file("Hello", labels=("support/ticket",))
    token = world.github.job_token({**quick.permissions, "issues": "read"})
    ran = quick.deliver(world.github, of(world, number)[0], token=token)
    assert (ran.code, ran.step("route/collect").result) == (1, "failure")
    assert world.shown(number).comments == ()
    assert "the token's permissions do not allow it" in ran.log
