"""One embedded GitHub for all tests of a module, and a desk on it for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bizops.local.github.server import LocalGitHub
from bizops.policy import Policy
from tests.conftest import World, make_world
from tests.desk.quick import START, Quick, populated
from tests.desk.sweeping import Sweeping


@pytest.fixture(scope="module")
def github() -> Iterator[LocalGitHub]:
    with populated() as made:
        yield made


@pytest.fixture
def quick(github: LocalGitHub, tmp_path: Path, policy: Policy) -> Iterator[Quick]:
    yield Quick(World(github, tmp_path, policy))
    github.faults.clear()


@pytest.fixture
def swept(tmp_path: Path, policy: Policy) -> Iterator[Sweeping]:
    with make_world(tmp_path, policy) as world:
        world.github.clock.set(START)
        yield Sweeping(world)
