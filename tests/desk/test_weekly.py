"""The weekly report: one issue a week, opened by the sweep, answered by the project manager."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bizops.desk.weekly import week
from bizops.local.github.faults import drop, status
from bizops.policy import Policy
from tests.conftest import make_world
from tests.desk.quick import START
from tests.desk.sweeping import Sweeping

TITLES = ["Weekly report 2026-W49"]


@pytest.fixture
def swept(tmp_path: Path, policy: Policy) -> Iterator[Sweeping]:
    """Adopted on a Wednesday, in which week there is no report yet; then it is Monday."""
    with make_world(tmp_path, policy) as world:
        world.github.clock.set(START)
        swept = Sweeping(world)
        swept.sweep()
        assert reports(swept) == []
        world.github.clock.set(datetime(2026, 11, 30, 6, 5, tzinfo=UTC))
        yield swept


def reports(swept: Sweeping) -> list[str]:
    return [i["title"] for i in swept.desk().github.issues(state="all") if i["title"].startswith("Weekly")]


def test_on_the_day_of_policy_a_report_is_opened_once_and_answered_by_the_project_manager(swept: Sweeping) -> None:
    (number,) = swept.sweep().started
    assert reports(swept) == TITLES
    writes = swept.writes()
    for _ in range(3):
        swept.later(hours=7)
        swept.sweep()
    assert reports(swept) == TITLES
    assert swept.writes() > writes  # it was started again, since nothing answered it
    swept.run(number)
    assert swept.shown(number).answers == ("ai-project-manager-agent@opened",)


def test_a_week_that_is_reported_costs_no_request(swept: Sweeping) -> None:
    (number,) = swept.sweep().started
    swept.run(number)
    swept.sweep()
    writes = swept.writes()
    assert swept.sweep().requests == 3
    assert swept.writes() == writes


@pytest.mark.parametrize("what", ["deleted", "cut"])
def test_without_its_cache_a_sweep_knows_the_report_by_the_issues(swept: Sweeping, what: str) -> None:
    swept.sweep()
    swept.keep("cache.jsonl", "" if what == "deleted" else '{"since": 1')
    swept.later(minutes=5)
    swept.sweep()
    assert reports(swept) == TITLES
    swept.keep("cache.jsonl", "")
    swept.world.github.clock.advance(days=7)
    swept.sweep()
    assert sorted(reports(swept)) == [*TITLES, "Weekly report 2026-W50"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sweep_that_is_killed_anywhere_leaves_one_report_and_none_is_lost(swept: Sweeping, moment: str) -> None:
    for request in range(1, 22):  # the report's own requests come first, then those for the older ones
        swept.world.github.clock.advance(days=7)
        assert swept.killed_at(request, moment)
        swept.sweep()
        assert len(reports(swept)) == len(set(reports(swept))) == request, request


@pytest.mark.parametrize("effect", [drop(after=True), drop(), status(502, after=True), status(502)])
def test_a_lost_reply_opens_no_second_report(swept: Sweeping, effect: object) -> None:
    swept.world.github.faults.add(effect, method="POST", path=r"/issues$", times=1)  # type: ignore[arg-type]
    swept.sweep()
    swept.later(minutes=5)
    swept.sweep()
    assert reports(swept) == TITLES


def test_a_report_by_somebody_else_is_none(swept: Sweeping) -> None:
    swept.file("Weekly report", "<!-- bizops:notice weekly/2026-W49 -->", labels=["management/report"], by="zoe")
    swept.sweep()
    assert TITLES[0] in reports(swept)


def test_policy_may_have_no_report(swept: Sweeping) -> None:
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"report_day": None}))
    swept.sweep()
    assert reports(swept) == []


@pytest.mark.parametrize("day", ["mon", "wed", "sun"])
def test_the_week_changes_at_the_hour_of_its_day_alone(day: str) -> None:
    start = datetime(2026, 12, 21, tzinfo=UTC)
    hours = [start + timedelta(hours=h) for h in range(24 * 21)]
    weeks = [week(int(hour.timestamp()), day, 6) for hour in hours]
    changes = [at for at, now, before in zip(hours[1:], weeks[1:], weeks, strict=False) if now != before]
    assert [(f"{at:%a}".lower(), at.hour) for at in changes] == [(day, 6)] * 3
    assert len(set(weeks)) == 4
