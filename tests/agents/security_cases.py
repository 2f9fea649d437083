"""Cases and repositories for the tests of the security agent."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bizops import policy
from bizops.case import Case, Data, Work
from bizops.issue import Thread
from bizops.policy import Permission

POLICY = policy.load()


def case(
    folder: Path,
    body: str = "",
    *,
    title: str = "please look",
    repository: Path | None = None,
    permission: Permission = "write",
    private: bool = False,
    comments: tuple[str, ...] = (),
    **files: str,
) -> Case:
    """An issue with comments of `dana` and with files, each by its name whose dots are `__`."""
    data = []
    for key, content in files.items():
        path = folder / key.replace("__", ".")
        path.write_text(content, "utf-8")
        data.append(Data(path.name, path, "issue"))
    said = [{"id": n, "user": "dana", "body": text} for n, text in enumerate(comments, 1)]
    thread = Thread.read({"title": title, "body": body, "number": 5}, (), said)
    return Case(
        folder,
        thread,
        Work("ai-security-agent", "opened"),
        "P2",
        POLICY,
        permission=permission,
        private=private,
        repository=repository,
        data=tuple(data),
        now="2026-11-20T08:00:00Z",
    )


def git(repository: Path, *words: str) -> None:
    """A command of git in a repository, whatever the machine's own settings are."""
    subprocess.run(
        ["git", "-c", "user.name=d", "-c", "user.email=d@acme.example", *words],
        cwd=repository,
        env={"PATH": os.environ["PATH"], "HOME": str(repository), "GIT_CONFIG_NOSYSTEM": "1"},
        check=True,
        capture_output=True,
    )


def committed(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository whose one commit holds these files."""
    repository = folder / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    for name, content in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "state")
    return repository
