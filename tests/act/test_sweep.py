"""The canary: an issue with a target of one minute proves, under act, that a breach really fires end to end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bizops.desk.branch import Branch
from bizops.desk.cache import NEAR
from tests.act import harness
from tests.act.harness import Stage
from tests.conftest import COMPANY, World
from tests.desk.sweeping import SWEEPS

pytestmark = pytest.mark.slow
MINUTE = "escalation: {P0: {sla_hours: 0.016667}}\nat_risk: 0.5\n"


@pytest.fixture(scope="module")
def sweeps(quick: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The project whose P0 issues have a minute."""
    tree = harness.copy(tmp_path_factory.mktemp("canary"), COMPANY)
    (tree / "policies" / "sla.yml").write_text(MINUTE, "utf-8")
    harness.commit(tree)
    return replace(quick, tree=tree, workflow=Path(".github/workflows/sla-sweep.yml"))


def test_the_canary_breaches_and_is_told_once(sweeps: Stage, world: World) -> None:
    world.github.clock.set(datetime.now(UTC) - timedelta(seconds=75))
    number = world.file("Canary", labels=("operations/monitoring", "priority/P0"))
    world.github.clock.set(datetime.now(UTC))
    first = sweeps.run(world.github, "workflow_dispatch", {"inputs": {}})
    assert first.code == 0, first.log
    shown = world.shown(number)
    (post,) = [body for body in shown.comments if "<!-- bizops:sla resolution/1/breach/1 -->" in body]
    assert "**Breached:** resolution." in post
    assert "sla/breached" in shown.labels
    writes = len(world.writes())
    again = sweeps.run(world.github, "workflow_dispatch", {"inputs": {}})
    assert again.code == 0, again.log
    assert len(world.writes()) == writes


def test_an_event_on_another_issue_posts_the_nearest_breach(sweeps: Stage, world: World) -> None:
    world.github.clock.set(datetime.now(UTC) - timedelta(seconds=75))
    number = world.file("Canary", labels=("operations/monitoring", "priority/P0"))
    world.github.clock.set(datetime.now(UTC))
    client = replace(world.desk().github, token=world.github.job_token(SWEEPS))
    Branch(client).write({NEAR: f"[[{number}, 1]]"}, "what a sweep leaves")
    other = world.file("Hello", labels=("support/ticket",))
    events = replace(sweeps, workflow=Path(".github/workflows/process-issue.yml"))
    ran = events.deliver(world.github, next(one for one in world.github.deliveries if one.issue == other))
    assert ran.code == 0, ran.log
    assert "<!-- bizops:sla resolution/1/breach/1 -->" in "\n".join(world.shown(number).comments)
    assert world.shown(other).answers
