"""The sweep on the embedded GitHub: what a person finds on the issues, and what it costs."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest

from bizops.errors import BizopsError
from bizops.local.github import labels, runs
from bizops.local.github.faults import drop, status
from bizops.local.github.records import Run
from bizops.local.github.state import Actor
from bizops.people import Owner, People
from tests.desk.quick import START, at_once
from tests.desk.sweeping import P1, Sweeping, answered


def test_at_risk_then_breach_each_is_told_once(swept: Sweeping) -> None:
    number = answered(swept)
    swept.sweep()
    assert swept.posts(number) == []
    swept.later(hours=3, minutes=20)
    swept.sweep()
    assert "**At risk:** resolution" in swept.posts(number)[0]
    assert "sla/at-risk" in swept.shown(number).labels
    swept.later(hours=1)
    swept.sweep()
    assert len(swept.posts(number)) == 2
    assert "2026-11-25T13:02:00Z" in swept.posts(number)[1]
    assert {"sla/breached", "sla/at-risk"} & set(swept.shown(number).labels) == {"sla/breached"}
    before = swept.writes()
    assert swept.sweep().complete
    assert swept.writes() == before


def test_after_a_gap_one_comment_stands_for_all_steps_with_their_true_times(swept: Sweeping) -> None:
    number = answered(swept)
    swept.later(hours=9)
    swept.sweep()
    (post,) = swept.posts(number)
    assert "At risk" not in post
    for step, at in ((0, "13:02:00"), (1, "13:02:00"), (2, "13:32:00"), (3, "15:02:00")):
        assert f"<!-- bizops:sla resolution/1/breach/{step} -->" in post
        assert f"2026-11-25T{at}Z: " in post
    assert "escalated/1" in swept.shown(number).labels
    assert swept.ledger() == [
        f"at-risk resolution #{number} at 2026-11-25T12:14:00Z",
        f"breach resolution #{number} at 2026-11-25T13:02:00Z",
    ]


def test_what_breached_and_was_closed_between_two_sweeps_is_told(swept: Sweeping) -> None:
    swept.sweep()
    number = answered(swept)
    swept.later(hours=5)
    swept.close("mara", number)
    swept.later(minutes=10)
    swept.sweep()
    assert "overdue" in swept.posts(number)[0].casefold()
    assert f"breach resolution #{number} at 2026-11-25T13:02:00Z" in swept.ledger()
    before = swept.writes()
    swept.sweep()
    assert swept.writes() == before


def test_a_label_that_a_person_removes_stays_removed(swept: Sweeping) -> None:
    number = answered(swept)
    swept.later(hours=5)
    swept.sweep()
    swept.unlabel("mara", number, "sla/breached")
    swept.later(hours=6)
    swept.sweep()
    assert "sla/breached" not in swept.shown(number).labels
    assert len(swept.posts(number)) == 2  # the later steps


def test_an_acknowledged_breach_does_not_climb_until_the_time_is_over(swept: Sweeping) -> None:
    number = answered(swept)
    swept.later(hours=4)
    swept.sweep()
    swept.say("mara", number, "/ack")
    swept.later(minutes=60)
    swept.sweep()
    assert len(swept.posts(number)) == 1
    swept.later(minutes=61)
    swept.sweep()
    assert "escalated" in swept.posts(number)[1]


def test_the_owner_is_mentioned_and_the_backup_while_he_is_away(swept: Sweeping) -> None:
    people = People.model_validate(
        {
            "owners": {"support/*": {"owner": "ada", "backup": "tom"}},
            "away": [{"login": "ada", "from": START.date(), "to": START.date()}],
        }
    )
    assert people.owners["support/*"] == Owner(owner="ada", backup="tom")
    swept.world.policy = swept.world.policy.model_copy(update={"people": people})
    number = answered(swept)
    swept.later(hours=4)
    swept.sweep()
    assert "@tom" in swept.posts(number)[0]
    assert "@ada" not in swept.posts(number)[0]


def test_a_planted_marker_stops_no_post(swept: Sweeping) -> None:
    number = answered(swept)
    swept.say("zoe", number, "<!-- bizops:sla resolution/1/breach/0 -->\n<!-- bizops:sla resolution/1/breach/1 -->")
    swept.later(hours=5)
    swept.sweep()
    assert sum("**Breached:**" in post for post in swept.posts(number)) == 1


@pytest.mark.parametrize("broken", ["", "not JSON", '{"since": 3}', '{"since": "x", "full_at": 1}\n[1]\n'])
def test_a_cache_that_is_deleted_or_broken_is_built_anew(swept: Sweeping, broken: str) -> None:
    number = answered(swept)
    swept.sweep()
    swept.keep("cache.jsonl", broken)
    swept.later(hours=5)
    again = swept.sweep()
    assert again.complete
    assert len(swept.posts(number)) == 1
    cache = swept.cache()
    assert cache
    assert set(cache.entries) == {number}


def test_a_sweep_that_changes_nothing_writes_nothing_and_costs_three_requests(swept: Sweeping) -> None:
    for _ in range(3):
        answered(swept)
    swept.sweep()
    before = swept.writes()
    assert swept.sweep().requests == 3
    assert swept.writes() == before


def test_a_budget_that_is_spent_leaves_the_farthest_deadlines_to_the_next_sweep(swept: Sweeping) -> None:
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"requests": 40, "writes": 20}))
    numbers = [answered(swept) for _ in range(6)]
    swept.later(hours=9)
    first = swept.sweep()
    assert not first.complete
    assert first.left
    assert set(first.posted) == set(numbers[: len(first.posted)])
    for _ in range(6):
        last = swept.sweep()
    assert last.complete
    assert [len(swept.posts(number)) for number in numbers] == [1] * 6


def test_a_limit_in_the_middle_ends_the_sweep_and_the_next_one_completes_it(swept: Sweeping) -> None:
    numbers = [answered(swept) for _ in range(4)]
    swept.later(hours=9)
    swept.world.github.faults.add(status(403, '{"message": "API rate limit exceeded"}'), path="timeline", times=9)
    first = swept.sweep()
    assert (first.complete, first.left) == (False, 4)
    assert any("rate limit" in note for note in first.notes)
    swept.world.github.faults.clear()
    assert swept.sweep().complete
    assert [len(swept.posts(number)) for number in numbers] == [1] * 4


def test_two_sweeps_at_once_post_once(swept: Sweeping) -> None:
    numbers = [answered(swept) for _ in range(3)]
    swept.later(hours=9)
    errors = at_once(swept.sweep)
    swept.sweep()
    assert errors == []
    assert [len(swept.posts(number)) for number in numbers] == [1, 1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_request_is_completed_by_the_next_sweep(swept: Sweeping, moment: str) -> None:
    wrong, request, reached = {}, 0, True
    while reached:
        request += 1
        number = answered(swept)
        swept.later(hours=9)
        reached = swept.killed_at(request, moment)
        swept.sweep()
        if len(swept.posts(number)) != 1 or not {"sla/breached", "escalated/1"} <= set(swept.shown(number).labels):
            wrong[request] = swept.shown(number)
        swept.close("mara", number)
        swept.sweep()
    assert wrong == {}
    assert request > 10


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["reply lost", "request lost", "502 after", "rate limit"])
def test_any_fault_at_any_request_is_completed_by_the_next_sweep(swept: Sweeping, fault: str) -> None:
    effects = {
        "reply lost": drop(after=True),
        "request lost": drop(after=False),
        "502 after": status(502, "<html>bad gateway</html>", after=True),
        "rate limit": status(403, '{"message": "API rate limit exceeded"}'),
    }
    wrong = {}
    for request in range(1, 24):
        number = answered(swept)
        swept.later(hours=9)
        swept.world.github.faults.add(effects[fault], nth=request)
        with suppress(BizopsError):
            swept.sweep()
        swept.world.github.faults.clear()
        swept.sweep()
        if len(swept.posts(number)) != 1 or "sla/breached" not in swept.shown(number).labels:
            wrong[request] = swept.shown(number)
        swept.close("mara", number)
    assert wrong == {}


def test_an_issue_that_no_event_answered_is_started(swept: Sweeping) -> None:
    number = swept.file(labels=P1)
    swept.sweep()
    assert not swept.sweep().started
    swept.later(minutes=11)
    assert swept.sweep().started == (number,)
    started = [run for run in swept.state.store.all(Run) if run.event == "workflow_dispatch"]
    assert len(started) == 1
    assert not swept.sweep().started  # it has time to work


def test_a_dead_claim_is_started_again(swept: Sweeping) -> None:
    number = swept.file(labels=P1)
    labels.add(swept.state, Actor("github-actions[bot]"), number, ["status/in-progress"])
    swept.later(minutes=30)
    assert not swept.sweep().started
    swept.later(minutes=10)
    assert swept.sweep().started == (number,)


def test_an_issue_that_waited_long_enough_is_closed_with_a_word(swept: Sweeping) -> None:
    number = swept.file("Help", "How do I reset it?", labels=("support/question", "priority/P3"))
    swept.run(number)
    assert swept.shown(number).status == ("status/waiting",)
    swept.later(days=6, hours=23)
    swept.sweep()
    assert swept.shown(number).state == "open"
    swept.later(hours=2)
    assert swept.sweep().closed == (number,)
    shown = swept.shown(number)
    assert (shown.state, shown.status) == ("closed", ("status/done",))
    assert "no word for 7 days" in shown.comments[-1]
    before = swept.writes()
    swept.sweep()
    assert swept.writes() == before


def test_a_look_at_the_nearest_deadlines_costs_one_request_when_none_is_due(swept: Sweeping) -> None:
    number = answered(swept)
    swept.sweep()
    log = len(swept.world.github.log)
    assert swept.near() == ()
    assert len(swept.world.github.log) - log == 1
    swept.later(hours=5)
    assert swept.near() == (number,)
    assert len(swept.posts(number)) == 1


def test_the_age_of_the_last_complete_sweep_comes_from_the_runs_of_its_workflow(swept: Sweeping) -> None:
    assert swept.sweep().age is None
    runs.add_workflow(swept.state, "sla-sweep.yml")
    run = runs.start(swept.state, Actor("ada"), "sla-sweep.yml", event="schedule")
    runs.finish(swept.state, run.id)
    swept.later(minutes=90)
    age = swept.sweep().age
    assert age is not None
    assert timedelta(seconds=age) == timedelta(minutes=90)


def test_the_project_manager_is_started_for_a_breach_where_policy_asks_for_it(swept: Sweeping) -> None:
    agents = swept.world.policy.agents
    live = {
        **agents.agents,
        "ai-project-manager-agent": agents.agents["ai-project-manager-agent"].model_copy(update={"mode": "live"}),
    }
    swept.world.policy = swept.world.policy.model_copy(update={"agents": agents.model_copy(update={"agents": live})})
    number = answered(swept)
    swept.later(hours=4)
    assert swept.sweep().started == (number,)
    swept.run(number)
    shown = swept.shown(number)
    assert shown.answers == ("ai-support-agent@opened", "ai-project-manager-agent@breach-resolution-1")
    assert shown.state == "open"
    before = swept.writes()
    swept.later(hours=1)
    swept.run(number)
    assert swept.writes() == before


def test_more_issues_than_policy_allows_at_once_are_started_in_turn(swept: Sweeping) -> None:
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"starts": 2}))
    numbers = [swept.file(labels=P1) for _ in range(5)]
    swept.later(minutes=30)
    assert swept.sweep().started == tuple(numbers[:2])
    swept.later(minutes=31)
    assert len(swept.sweep().started) == 2


def test_each_escalation_asks_the_next_person_in_turn(swept: Sweeping) -> None:
    swept.world.policy = swept.world.policy.model_copy(update={"people": People(rungs=("ada", "tom"))})
    step = swept.world.policy.sla.ladder.steps[1]
    ladder = swept.world.policy.sla.ladder.model_copy(
        update={"steps": (step, step.model_copy(update={"after_minutes": Decimal(90)}))}
    )
    swept.policy(ladder=ladder)
    number = answered(swept)
    swept.later(hours=4, minutes=40)
    swept.sweep()
    assert "escalated to @ada" in swept.posts(number)[-1]
    swept.later(hours=1)
    swept.sweep()
    assert "escalated to @tom" in swept.posts(number)[-1]
    assert "@ada" not in swept.posts(number)[-1]
    assert "escalated/2" in swept.shown(number).labels
    assert "escalated/1" not in swept.shown(number).labels


def test_issues_from_before_the_adoption_have_no_clocks(swept: Sweeping) -> None:
    number = answered(swept)
    agents = swept.world.policy.agents.model_copy(update={"answer_from": START + timedelta(hours=1)})
    swept.world.policy = swept.world.policy.model_copy(update={"agents": agents})
    swept.later(hours=9)
    assert not swept.sweep().posted
    assert swept.posts(number) == []
