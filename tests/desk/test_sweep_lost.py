"""What the sweep noted outlives what the thread has lost, and what GitHub refuses stops nothing else."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from bizops.desk.branch import Branch
from bizops.desk.github import GitHub
from bizops.local.github.faults import status
from tests.desk.sweeping import P1, SWEEPS, Sweeping, answered


def as_ada(swept: Sweeping) -> GitHub:
    """A client of an administrator."""
    return GitHub("acme/ops", swept.world.github.token("ada"), swept.world.github.url)


def our_comments(swept: Sweeping, number: int, mark: str) -> list[int]:
    return [comment["id"] for comment in swept.world.github.comments(number) if mark in comment["body"]]


@pytest.mark.parametrize("hours", [3.5, 5])
@pytest.mark.parametrize("look", [Sweeping.sweep, Sweeping.near])
def test_a_notice_of_ours_that_a_person_deletes_is_not_posted_again(
    swept: Sweeping, hours: float, look: Callable[[Sweeping], object]
) -> None:
    number = answered(swept)
    swept.later(hours=hours)
    swept.sweep()
    (posted,) = our_comments(swept, number, "bizops:sla")
    as_ada(swept).delete_comment(posted)
    swept.later(minutes=10)
    look(swept)
    assert swept.posts(number) == []
    swept.later(hours=4)
    look(swept)
    (post,) = swept.posts(number)  # the steps that came since
    assert "<!-- bizops:sla resolution/1/at-risk/0 -->" not in post
    assert ("<!-- bizops:sla resolution/1/breach/1 -->" in post) == (hours < 4)


def with_responses(swept: Sweeping) -> None:
    terms = swept.world.policy.sla.escalation
    first = {p: t.model_copy(update={"first_response_minutes": Decimal(60)}) for p, t in terms.items()}
    swept.policy(escalation=first)


@pytest.mark.parametrize("lost", ["role", "comment"])
@pytest.mark.parametrize("cache", ["kept", "deleted"])
def test_a_first_response_that_was_met_stays_met(swept: Sweeping, lost: str, cache: str) -> None:
    with_responses(swept)
    number = swept.file(labels=("support/question", "priority/P3"), by="zoe")
    said = swept.say("mara", number, "I look into it.")
    swept.sweep()
    if lost == "role":
        swept.world.github.user("mara", None)
    else:
        as_ada(swept).delete_comment(said)
    if cache == "deleted":
        swept.keep("cache.jsonl", "")
    swept.later(hours=2)
    swept.say("zoe", number, "Any news?")
    swept.sweep()
    assert swept.posts(number) == []
    assert swept.ledger() == [f"met first-response #{number} at 2026-11-25T09:02:00Z"]


def test_a_rows_that_a_reopened_issue_has_already_are_not_written_again(swept: Sweeping) -> None:
    number = answered(swept)
    swept.later(hours=5)
    swept.sweep()
    swept.close("mara", number)
    swept.sweep()
    swept.later(days=2)
    swept.sweep()  # the full list forgets it
    cache = swept.cache()
    assert cache
    assert number not in cache.entries
    swept.reopen("mara", number)
    swept.sweep()
    assert len(swept.ledger()) == len(set(swept.ledger())) == 2


def test_a_ledger_that_was_deleted_is_written_again_for_issues_that_are_looked_at(swept: Sweeping) -> None:
    number = answered(swept)
    swept.later(hours=5)
    swept.sweep()
    swept.close("mara", number)
    swept.sweep()
    known = swept.ledger()
    client = as_ada(swept)
    client.repeat("DELETE", f"{client.root}/git/refs/heads/bizops")
    swept.later(minutes=30)
    swept.sweep()
    assert swept.ledger() == known
    assert len(known) == 2


def test_a_ledger_whose_rows_are_gone_is_written_again_though_the_cache_knows_them(swept: Sweeping) -> None:
    number = answered(swept)
    swept.later(hours=5)
    swept.sweep()
    known = swept.ledger()
    swept.keep("ledger/2026-11.jsonl", "")
    swept.say("zoe", number, "Any news?")
    swept.sweep()
    assert swept.ledger() == known
    assert len(known) == 2


def test_a_breach_of_an_issue_that_was_closed_is_found_without_cache_and_without_known_runs(swept: Sweeping) -> None:
    swept.sweep()
    number = answered(swept)
    swept.later(hours=5)
    swept.close("mara", number)
    swept.keep("cache.jsonl", "")
    swept.later(minutes=10)
    swept.sweep()
    assert len(swept.posts(number)) == 1
    assert f"breach resolution #{number} at 2026-11-25T13:02:00Z" in swept.ledger()


@pytest.mark.parametrize("how", ["renamed", "deleted"])
@pytest.mark.parametrize("look", [Sweeping.sweep, Sweeping.near])
def test_a_pause_label_that_is_lost_from_the_repository_makes_no_breach(
    swept: Sweeping, how: str, look: Callable[[Sweeping], object]
) -> None:
    number = swept.file(labels=P1, by="zoe")
    swept.run(number)
    swept.sweep()
    swept.later(hours=10)
    client = as_ada(swept)
    if how == "renamed":
        client.repeat("PATCH", f"{client.root}/labels/status%2Fwaiting", {"new_name": "waiting"})
    else:
        client.repeat("DELETE", f"{client.root}/labels/status%2Fwaiting")
    swept.keep("near.json", f"[[{number}, 1]]")
    look(swept)
    swept.say("zoe", number, "Any news?")
    swept.sweep()
    assert (swept.posts(number), swept.ledger()) == ([], [])
    swept.later(hours=4)
    swept.sweep()
    assert len(swept.posts(number)) == (1 if how == "deleted" else 0)  # its clock runs since the label was missed


def test_an_issue_that_refuses_a_comment_stops_no_other(swept: Sweeping) -> None:
    locked, other = answered(swept), answered(swept)
    swept.later(hours=9)
    refusal = status(403, '{"message": "Unable to create comment because issue is locked."}')
    swept.world.github.faults.add(refusal, method="POST", path=f"issues/{locked}/comments")
    first = swept.sweep()
    assert (first.complete, first.left) == (False, 1)
    assert any(f"issue {locked}: " in note and "locked" in note for note in first.notes)
    assert (len(swept.posts(locked)), len(swept.posts(other))) == (0, 1)
    swept.world.github.faults.clear()
    assert swept.sweep().complete
    assert len(swept.posts(locked)) == 1


@pytest.mark.parametrize("code", [403, 404, 422])
def test_a_run_that_cannot_be_started_adds_no_row_twice(swept: Sweeping, code: int) -> None:
    number, other = (swept.file(labels=P1, by="zoe") for _ in range(2))
    swept.later(hours=9)
    swept.world.github.faults.add(status(code, '{"message": "No"}'), method="POST", path="dispatches")
    for _ in range(3):
        assert not swept.sweep().complete
        swept.later(minutes=30)
    assert len(swept.ledger()) == len(set(swept.ledger())) == 4
    assert all(len(our_comments(swept, n, "breach/1 -->")) == 1 for n in (number, other))


@pytest.mark.parametrize("code", [403, 422])
def test_a_branch_that_is_protected_is_told_as_such(swept: Sweeping, code: int) -> None:
    answered(swept)
    swept.sweep()
    swept.later(hours=9)
    refusal = status(code, '{"message": "Protected branch update failed"}')
    swept.world.github.faults.add(refusal, method="PATCH", path="git/refs")
    (note,) = swept.sweep().notes
    assert "Protected branch update failed" in note


def test_a_branch_that_another_run_moved_is_no_error(swept: Sweeping) -> None:
    swept.keep("near.json", "[]")
    moved = swept.interrupted(3, lambda: swept.keep("near.json", "[[1, 2]]"))
    moved.token = swept.world.github.job_token(SWEEPS)
    assert not Branch(moved).write({"near.json": "[[3, 4]]"}, "By a run that is late")
    assert Branch(swept.desk().github).read("near.json") == "[[1, 2]]"
