"""A machine that all jobs of the session share, and copies of the project to run the workflow in."""

import os
from pathlib import Path

import pytest

from bizops.local.github.state import Delivery
from tests.act import harness
from tests.act.harness import Stage
from tests.conftest import COMPANY, World

SPY = Path(__file__).parent / "spy"


@pytest.fixture(scope="session")
def act() -> Path:
    """act itself. Where it is missing the tests are skipped, loudly; CI lets no test be skipped."""
    if not harness.ACT.is_file():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("act is missing: run `make tools`")
    return harness.ACT


@pytest.fixture(scope="session")
def machine(act: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a self-hosted runner: its tool cache is shared by all workers of this session."""
    assert act.is_file()
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "machine"
    shared.mkdir(exist_ok=True)
    return shared


@pytest.fixture(scope="session")
def project(machine: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The project as it stands."""
    return Stage(harness.copy(tmp_path_factory.mktemp("project")), machine)


@pytest.fixture(scope="session")
def quick(machine: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The project with a company's own agents, whose answers the issue's title chooses."""
    return Stage(harness.copy(tmp_path_factory.mktemp("quick"), COMPANY), machine)


@pytest.fixture(scope="session")
def spied(machine: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The project with an agent that looks for tokens, and a note of every Python process that the job starts."""
    tree = harness.copy(tmp_path_factory.mktemp("spied"), COMPANY, SPY)
    (tree / "seen").mkdir()
    (tree / "src" / "sitecustomize.py").write_text(NOTE.format(folder=str(tree / "seen")), "utf-8")
    harness.commit(tree)
    return Stage(tree, machine)


NOTE = """import json, os, sys
with open(os.path.join({folder!r}, f"{{os.getpid()}}.json"), "w") as file:
    json.dump({{"argv": sys.orig_argv, "environment": dict(os.environ)}}, file)
"""


def of(world: World, number: int, event: str = "issues", action: str | None = None) -> list[Delivery]:
    """The deliveries about an issue so far, oldest first."""
    known = [one for one in world.github.deliveries if one.issue == number and one.event == event]
    return [one for one in known if action in (None, one.action)]
