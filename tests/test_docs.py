"""The documents are executed: what they tell people to type works."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bizops.local.github.server import LocalGitHub
from bizops.policy import load
from bizops.rules.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "setup.md"
ELSEWHERE = {"gh", "make", "export"}  # GitHub's own tool, what built this environment, and the shell's own word


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_the_page_has_the_commands_of_every_section() -> None:
    first = [shlex.split(command)[0] for command in commands()]
    assert {"git", "gh", "make", ".venv/bin/bizops"} <= set(first)
    assert set(first) <= {*ELSEWHERE, "git", ".venv/bin/bizops"}


@pytest.mark.slow
def test_every_command_of_the_set_up_page_runs(tmp_path: Path) -> None:
    clone, bare = tmp_path / "clone", tmp_path / "company.git"
    subprocess.run(["git", "init", "-q", "--bare", bare], check=True)
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    with LocalGitHub("OWNER/REPO") as github:
        github.user("ada", "admin")
        done: list[str] = []
        for command in commands():
            words = shlex.split(command.replace("https://github.com/OWNER/REPO.git", str(bare)))
            if words[0] in ELSEWHERE:
                continue
            if command == ".venv/bin/bizops run 1":
                github.file_issue("ada", "How do I file an issue?", "Where is the form?", labels=["support/question"])
            token = github.job_token({"issues": "write"}) if "run" in words else github.token("ada")
            answer = run(words, clone, github.url, token)
            assert answer.returncode == 0, f"{command}: {answer.stdout}{answer.stderr}"
            done.append(command)
        created = [entry for entry in github.log if (entry.method, entry.path) == ("POST", "/repos/OWNER/REPO/labels")]
        assert len(created) > 40
        assert any("bizops:answer" in comment["body"] for comment in github.comments(1))
    assert len(done) >= 7


def run(words: list[str], clone: Path, url: str, token: str) -> subprocess.CompletedProcess[str]:
    if words[0] == ".venv/bin/bizops":
        words = [sys.executable, "-m", "bizops", *words[1:]]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(clone.parent),
        "PYTHONPATH": str(clone / "src"),
        "GITHUB_API_URL": url,
        "GITHUB_REPOSITORY": "OWNER/REPO",
        "GITHUB_TOKEN": token,
    }
    return subprocess.run(words, cwd=clone, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_page_of_commands_says_who_may_what_as_policy_does() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `/([a-z]+)[^`]*` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    access = load().access
    assert list(rows) == list(COMMANDS) == list(access.commands)
    for name, permission in access.commands.items():
        who = "everybody" if permission == "none" else permission
        assert rows[name].startswith((who, "as for")), name
