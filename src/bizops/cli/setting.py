"""What several commands need: where the repository and its policies are, and a desk made from the environment."""

import argparse
import os
import tempfile
from pathlib import Path

from bizops.desk.desk import Desk, Run
from bizops.desk.gather import top_level
from bizops.desk.github import GitHub
from bizops.errors import InputError
from bizops.policy import Policy, load


def repository() -> Path | None:
    """The repository: the workflow's checkout, or git's top level of the working directory."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return Path(workspace) if workspace and Path(workspace).is_dir() else top_level(Path.cwd())


def own_policies(arguments: argparse.Namespace) -> Path | None:
    """The folder that overrides the shipped policies: `--policies`, else the repository's. Raises InputError."""
    given: Path | None = arguments.policies
    if given is not None and not given.is_dir():
        raise InputError(f"no such folder: {given}", where="--policies", fix="name a folder with policy files")
    root = repository()
    return given or (root / "policies" if root else None)


def policy(arguments: argparse.Namespace) -> Policy:
    """The policies of `--policies`, else of the repository, else the shipped ones. Raises ConfigError, InputError."""
    return load(own_policies(arguments))


def cases_folder() -> Path:
    """Where cases go: the runner's temporary folder, else a private one of ours."""
    parent = os.environ.get("RUNNER_TEMP")
    folder = Path(parent) / "bizops" if parent else Path(tempfile.mkdtemp(prefix="bizops-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def desk(rules: Policy, *, private: bool | None = None) -> Desk:
    """The desk of this environment: GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_API_URL, and the run of Actions if any."""
    return Desk(
        github=GitHub.from_environment(),
        policy=rules,
        repository=repository(),
        cases=cases_folder(),
        run=Run.from_environment(),
        private=private,
    )


def switched_off() -> bool:
    """Whether the repository variable `BIZOPS=off` stops everything."""
    return os.environ.get("BIZOPS", "").strip().casefold() == "off"
