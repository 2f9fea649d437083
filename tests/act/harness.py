"""The real workflow under act, without Docker, against the embedded GitHub: how tests and benchmarks start it.

act hands its caller's whole environment to every step, so it starts with an empty one; its secret comes by standard
input, since a command line can be read by every process. What it does not do (concurrency, token scopes, cancelling)
is not judged here: the embedded GitHub refuses what the job's `permissions` do not allow.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Delivery

ROOT = Path(__file__).parents[2]
ACT = ROOT / ".cache" / "tools" / "bin" / "act"
WORKFLOW = Path(".github/workflows/process-issue.yml")
PASSED = ("PIP_", "UV_", "SSL_CERT_")  # where packages come from is the machine's business
STOPS = re.compile("stop-commands$|[0-9a-f]{16,}$")
LONGEST = 180  # seconds for one run of act


@dataclass(frozen=True)
class Step:
    """A step that ran: its path (`first/answer`), how it ended, seconds, what it printed."""

    name: str
    result: str
    seconds: float
    output: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ran:
    """One run of act: its exit code, its steps in order, everything it printed."""

    code: int
    steps: tuple[Step, ...]
    log: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps)

    @property
    def commands(self) -> tuple[str, ...]:
        """The printed lines that the runner obeyed as commands, without those that stop and resume obeying."""
        entries = [entry for entry in _entries(self.log) if "raw" in entry and entry["command"] != "ignored"]
        return tuple(entry["raw"] for entry in entries if not STOPS.match(entry["command"]))

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)


@dataclass
class Stage:
    """A copy of the project, the folders that jobs of one machine share, and a way to send an event."""

    tree: Path
    machine: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    caches: Mapping[str, str] = field(default_factory=dict)  # of pip and uv; the user's own if not given
    runs: Iterator[int] = field(default_factory=lambda: count(7001))
    workflow: Path = WORKFLOW

    @property
    def permissions(self) -> dict[str, str]:
        """What the workflow's first job may do."""
        workflow = YAML(typ="safe").load((self.tree / self.workflow).read_text("utf-8"))
        return dict(next(iter(workflow["jobs"].values()))["permissions"])

    def deliver(self, github: LocalGitHub, delivery: Delivery, **more: Any) -> Ran:
        """What Actions would do about a delivery."""
        return self.run(github, delivery.event, delivery.payload, **more)

    def run(self, github: LocalGitHub, event: str, payload: Any, *, token: str | None = None) -> Ran:
        """Run the workflow on a payload (an object, or text as it stands)."""
        token = github.job_token(self.permissions) if token is None else token
        secrets = "".join(f"{name}={value}\n" for name, value in {**self.secrets, "GITHUB_TOKEN": token}.items())
        with tempfile.TemporaryDirectory(prefix="event-", dir=self.machine) as folder:
            file = Path(folder) / "event.json"
            file.write_text(payload if isinstance(payload, str) else json.dumps(payload), "utf-8")
            done = subprocess.run(
                self._words(github, event, file),
                cwd=self.tree,
                env=self._environment(),
                input=secrets,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        return Ran(done.returncode, tuple(_steps(done.stdout)), done.stdout + done.stderr)

    def _words(self, github: LocalGitHub, event: str, payload: Path) -> list[str]:
        environment = {
            "GITHUB_API_URL": github.url,
            "GITHUB_SERVER_URL": github.url,
            "GITHUB_REPOSITORY": github.repository,
            "GITHUB_RUN_ID": str(next(self.runs)),
        }
        words = [str(ACT), event, "--json", "--no-cache-server", "--workflows", str(self.workflow)]
        words += ["--eventpath", str(payload), "--secret-file", "/dev/stdin"]
        words += ["--action-cache-path", str(self.machine / "act")]
        words += [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
        return words + [word for name, value in self.variables.items() for word in ("--var", f"{name}={value}")]

    def _environment(self) -> dict[str, str]:
        home = Path.home() / ".cache"
        caches = {"UV_CACHE_DIR": str(home / "uv"), "PIP_CACHE_DIR": str(home / "pip")}
        passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED)}
        return {**caches, **passed, **self.caches, "PATH": os.environ["PATH"], "HOME": str(self.machine)}


def _steps(out: str) -> Iterator[Step]:
    """The steps of a JSON log that ended with a result. `Set up job` and the like are left out."""
    printed: dict[str, list[str]] = {}
    for entry in _entries(out):
        name = "/".join(entry.get("stepID") or [])
        if entry.get("raw_output"):
            printed.setdefault(name, []).append(entry["msg"].rstrip("\n"))
        elif "executionTime" in entry and entry.get("stage") == "Main":
            yield Step(name, entry["stepResult"], entry["executionTime"] / 1e9, tuple(printed.pop(name, ())))


def _entries(log: str) -> Iterator[dict[str, Any]]:
    """The entries of act's JSON log; other lines are passed over."""
    for line in log.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def copy(destination: Path, *overlays: Path) -> Path:
    """The project as it stands (what git tracks or would track), with other folders laid over it, as a repository."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-coz", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (destination / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, destination / name)
    for overlay in overlays:
        shutil.copytree(overlay, destination, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    commit(destination)
    return destination


def commit(tree: Path) -> None:
    """Make a folder a repository with everything in it."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    clean = {"PATH": os.environ["PATH"], "HOME": str(tree), "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "A copy"]):
        subprocess.run(["git", *words], cwd=tree, env=clean, check=True, capture_output=True)
