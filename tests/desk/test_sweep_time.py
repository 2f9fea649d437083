"""The time of a sweep is GitHub's, and a policy that changes reaches every issue."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bizops.local.github.faults import status
from tests.desk.command import bizops, there
from tests.desk.sweeping import SWEEPS, Sweeping, answered

P2, P3 = ("support/question", "priority/P2"), ("support/question", "priority/P3")


def by_command(swept: Sweeping, *words: str) -> None:
    github = swept.world.github
    done = bizops("sweep", *words, environment=there(github, GITHUB_TOKEN=github.job_token(SWEEPS)))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("year", [2025, 2031])
def test_a_runner_whose_clock_is_wrong_by_years_loses_no_breach(swept: Sweeping, year: int) -> None:
    """The embedded GitHub lives in another year than the process that sweeps."""
    swept.world.github.clock.set(datetime(year, 3, 3, 9, tzinfo=UTC))
    number = answered(swept)
    by_command(swept)
    assert swept.posts(number) == []
    later = answered(swept)
    swept.later(hours=5)
    by_command(swept, "--near")
    assert "**Breached:** resolution." in swept.posts(number)[0]
    by_command(swept)
    assert len(swept.posts(number)) == len(swept.posts(later)) == 1
    assert f"breach resolution #{number} at {year}-03-03T13:02:00Z" in swept.ledger()


def test_what_happens_while_a_sweep_works_is_seen_by_the_next_one(swept: Sweeping) -> None:
    """The clock of GitHub goes on during a sweep, and the issue is closed after its first request."""
    number = answered(swept, labels=P3)
    swept.sweep()
    deeds = [lambda: swept.close("mara", number)]

    def hook(when: str, _entry: object) -> None:
        if when == "after" and deeds:
            deeds.pop()()

    swept.later(minutes=10)
    swept.say("zoe", number, "Any news?")
    swept.world.github.faults.hook(hook)
    swept.sweep()
    swept.world.github.faults.clear()
    swept.sweep()
    assert [row for row in swept.ledger() if row.startswith("met resolution")]


def escalation(swept: Sweeping, priority: str, **changes: object) -> dict[str, Any]:
    terms: dict[str, Any] = {str(name): target for name, target in swept.world.policy.sla.escalation.items()}
    return {**terms, priority: terms[priority].model_copy(update=changes)}


def test_a_shorter_target_reaches_issues_that_nothing_else_changes(swept: Sweeping) -> None:
    number = answered(swept, labels=P3)
    swept.sweep()
    swept.later(hours=2)
    swept.policy(escalation=escalation(swept, "P3", sla_hours=Decimal(1)))
    first = swept.sweep()
    assert first.posted == (number,)
    assert any("policy has changed" in note for note in first.notes)
    assert (swept.sweep().requests, len(swept.posts(number))) == (3, 1)


def test_a_longer_wait_before_closing_reaches_issues_that_wait_already(swept: Sweeping) -> None:
    number = swept.file("Help", "How?", labels=P3)
    swept.run(number)
    swept.sweep()
    agents = swept.world.policy.agents
    patient = agents.agents["ai-support-agent"].model_copy(update={"close_after_days": 2})
    agents = agents.model_copy(update={"agents": {**agents.agents, "ai-support-agent": patient}})
    swept.world.policy = swept.world.policy.model_copy(update={"agents": agents})
    swept.sweep()
    swept.later(days=2, hours=1)
    assert swept.sweep().closed == (number,)


def test_a_budget_alone_is_no_change_of_policy(swept: Sweeping) -> None:
    answered(swept)
    swept.sweep()
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"requests": 150}))
    assert swept.sweep().requests == 3


def test_a_change_of_policy_is_worked_off_within_the_budget(swept: Sweeping) -> None:
    numbers = [answered(swept, labels=P3) for _ in range(6)]
    swept.sweep()
    swept.policy(
        escalation=escalation(swept, "P3", sla_hours=Decimal(1)),
        sweep=swept.world.policy.sla.sweep.model_copy(update={"requests": 40, "writes": 20}),
    )
    swept.later(hours=2)
    first = swept.sweep()
    assert not first.complete
    assert first.requests <= 40
    for _ in range(6):
        last = swept.sweep()
    assert last.complete
    assert [len(swept.posts(number)) for number in numbers] == [1] * 6


def short(swept: Sweeping, **more: int) -> None:
    """A budget that suffices for a few issues."""
    budget = {"requests": 40, "writes": 20, **more}
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update=budget))


def test_an_issue_whose_priority_was_raised_goes_before_those_that_are_due_later(swept: Sweeping) -> None:
    numbers = [answered(swept, labels=P2) for _ in range(6)]
    hot = answered(swept, labels=P3)
    swept.sweep()
    short(swept)
    swept.later(hours=21)
    swept.unlabel("mara", hot, "priority/P3")
    swept.label("mara", hot, "priority/P0")
    first = swept.sweep()
    assert first.posted[0] == hot
    assert first.left
    assert len(numbers) > first.looked


def test_a_first_response_that_is_due_goes_before_a_resolution_that_is_due_later(swept: Sweeping) -> None:
    terms = escalation(swept, "P3", first_response_minutes=Decimal(10))
    short(swept, requests=26, unanswered_minutes=50_000)
    swept.policy(escalation=terms)
    swept.sweep()
    for _ in range(12):
        swept.file(labels=P2, by="zoe")
    hot = swept.file(labels=P3, by="zoe")
    swept.later(minutes=30)
    swept.sweep()
    assert len(swept.posts(hot)) == 1


def test_more_starts_than_policy_allows_leave_the_sweep_incomplete(swept: Sweeping) -> None:
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"starts": 2}))
    numbers = [swept.file(labels=P2) for _ in range(5)]
    swept.later(minutes=30)
    sweeps = [swept.sweep() for _ in range(3)]
    assert [(one.complete, one.left) for one in sweeps] == [(False, 3), (False, 1), (True, 0)]
    assert sorted(number for one in sweeps for number in one.started) == numbers


def test_people_who_comment_do_not_overrun_the_budget(swept: Sweeping) -> None:
    numbers = [answered(swept) for _ in range(2)]
    for number in numbers:
        for n in range(40):
            swept.world.github.user(f"u{number}x{n}", None)
            swept.world.github.comment(f"u{number}x{n}", number, "Me too.")
    short(swept, requests=60)
    swept.later(hours=9)
    assert swept.sweep().requests <= 60
    assert swept.sweep().complete
    assert [len(swept.posts(number)) for number in numbers] == [1, 1]


def test_nearest_deadlines_that_need_nothing_do_not_hide_the_next_ones(swept: Sweeping) -> None:
    for _ in range(4):
        swept.file(labels=P3)  # nobody answers: due for a run, which is not what is looked for
    numbers = [answered(swept) for _ in range(5)]
    swept.sweep()
    swept.later(hours=9)
    assert swept.near() == tuple(numbers[:3])
    assert swept.near() == tuple(numbers[3:])
    assert swept.near() == ()


@pytest.mark.parametrize("shown", [{}, {"country": "ZZ"}, {"country": "registry"}])
@pytest.mark.parametrize("words", [(), ("--near",)])
def test_a_calendar_that_cannot_be_used_ends_the_sweep_before_it_writes(
    swept: Sweeping, tmp_path: Any, shown: dict[str, str], words: tuple[str, ...]
) -> None:
    number = answered(swept)
    swept.sweep()
    swept.later(hours=9)
    before = swept.writes()
    policies = tmp_path / "own"
    policies.mkdir()
    more = "".join(f", {key}: {value}" for key, value in shown.items())
    day = "date_overrides: {2020-01-01: [['09:00', '17:00']]}" if not shown else "week: {mon: [['09:00', '17:00']]}"
    (policies / "sla.yml").write_text(f"calendar: odd\ncalendars:\n  odd: {{tz: UTC, {day}{more}}}\n")
    github = swept.world.github
    environment = there(github, GITHUB_TOKEN=github.job_token(SWEEPS))
    done = bizops("sweep", *words, "--policies", str(policies), environment=environment)
    assert (done.returncode, swept.writes(), swept.posts(number)) == (2, before, [])
    assert 'the calendar "odd" cannot be used' in done.stderr
    found = bizops("validate", "--policies", str(policies))
    assert found.returncode == 2
    assert "sla.yml:3" in found.stderr


def test_an_issue_that_is_gone_is_forgotten_and_the_others_are_kept(swept: Sweeping) -> None:
    gone, kept = answered(swept), answered(swept)
    swept.sweep()
    swept.later(hours=9)
    swept.world.github.faults.add(status(404, '{"message": "Not Found"}'), path=f"issues/{gone}(/timeline)?$")
    assert swept.sweep().complete
    cache = swept.cache()
    assert cache
    assert (set(cache.entries), len(swept.posts(kept))) == ({kept}, 1)
