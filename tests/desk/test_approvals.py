"""Approvals: what is proposed is what is done, by whom policy names, in time, and nothing newer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bizops.decision import Ask, Close, HandOver, Label
from bizops.local.github import issues
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor
from bizops.policy import Approval, Policy
from tests.conftest import World
from tests.desk.quick import FINANCE, SUPPORT, Quick, decision, populated, saying
from tests.desk.test_commands import label_of, said

AWAITING, WAITING = ("status/awaiting-approval",), ("status/waiting",)
OVER = saying(HandOver(agent=SUPPORT, reason="it is theirs"), once=True)


@pytest.fixture(scope="module")
def github() -> Iterator[LocalGitHub]:
    with populated() as made:
        made.user("max", "maintain")
        yield made


@pytest.fixture
def quick(github: LocalGitHub, tmp_path: Path, policy: Policy) -> Iterator[Quick]:
    """Closing takes the approval of someone with maintain permission, labels of someone with write permission."""
    rules = (Approval(kind="close", permission="maintain"), Approval(kind="label"))
    marked = policy.model_copy(update={"access": policy.access.model_copy(update={"approval": rules})})
    yield Quick(World(github, tmp_path, marked))
    github.faults.clear()


def hash_of(quick: Quick, number: int) -> str:
    found = re.findall(r"write `/approve ([0-9a-f]+)`", quick.shown(number).texts[-1])
    assert len(found) == 1
    return str(found[0])


def proposed(quick: Quick, *actions: Any, **how: Any) -> int:
    number = quick.file(**how)
    quick.run(number, saying(*(actions or (Close(),))))
    assert (quick.shown(number).status, quick.shown(number).state) == (AWAITING, "open")
    assert quick.quiet(number)
    return number


def test_what_is_approved_is_done(quick: Quick) -> None:
    number = proposed(quick, Close(reason="not_planned"), Label(add=("finance/tax",), remove=("finance/analysis",)))
    assert "close the issue as not planned" in quick.shown(number).texts[0]
    assert "add the label finance/tax and remove the label finance/analysis" in quick.shown(number).texts[0]
    said(quick, number, "max", f"/approve {hash_of(quick, number)}")
    shown = quick.shown(number)
    assert (shown.state, shown.status) == ("closed", ("status/done",))
    assert label_of(quick, number, "finance/") == ["finance/tax"]
    assert quick.world.github.issue(number)["state_reason"] == "not_planned"


def test_an_approved_hand_over_starts_the_agent(quick: Quick) -> None:
    number = quick.file(by="zoe")
    quick.run(number, OVER)
    assert quick.shown(number).status == AWAITING
    said(quick, number, "tom", f"/approve {hash_of(quick, number)}")
    assert [key.partition("@")[0] for key in quick.shown(number).answers] == [FINANCE, SUPPORT]
    assert label_of(quick, number, "agent/") == ["agent/ai-support"]


@pytest.mark.parametrize("login", ["zoe", "tom", "mara"])
def test_who_lacks_the_permission_that_is_named_approves_nothing(quick: Quick, login: str) -> None:
    number = proposed(quick, by="ada")
    assert "not done" in said(quick, number, login, f"/approve {hash_of(quick, number)}")
    assert (quick.shown(number).status, quick.shown(number).state) == (AWAITING, "open")


def test_the_requester_never_approves_but_may_turn_down(quick: Quick) -> None:
    number = proposed(quick, by="max")
    given = hash_of(quick, number)
    assert "cannot approve" in said(quick, number, "max", f"/approve {given}")
    assert quick.shown(number).state == "open"
    assert "not done" not in said(quick, number, "max", "/reject")
    assert quick.shown(number).status == WAITING
    assert "nothing waits" in said(quick, number, "ada", f"/approve {given}")
    assert quick.shown(number).state == "open"


@pytest.mark.parametrize("given", ["", "3f2a9c", "0" * 12, "<!-- -->"])
def test_another_hash_approves_nothing(quick: Quick, given: str) -> None:
    number = proposed(quick)
    assert "not done" in said(quick, number, "max", f"/approve {given}")
    assert quick.shown(number).state == "open"


def test_an_edit_of_the_issue_voids_what_was_proposed(quick: Quick) -> None:
    number = proposed(quick)
    given = hash_of(quick, number)
    quick.edit("mara", number, body="Something else altogether.")
    assert "changed since" in said(quick, number, "max", f"/approve {given}")
    assert quick.shown(number).state == "open"


def test_a_newer_answer_voids_what_was_proposed(quick: Quick) -> None:
    number = proposed(quick)
    old = hash_of(quick, number)
    quick.say("mara", number, "And one thing more.")
    quick.run(number, saying(Close(reason="not_planned")))
    new = hash_of(quick, number)
    assert old != new
    assert "newer" in said(quick, number, "max", f"/approve {old}")
    assert quick.shown(number).state == "open"
    said(quick, number, "max", f"/approve {new}")
    assert quick.world.github.issue(number)["state_reason"] == "not_planned"


def test_a_rerun_makes_a_new_proposal_and_the_old_hash_does_nothing(quick: Quick) -> None:
    number = proposed(quick)
    old = hash_of(quick, number)
    said(quick, number, "tom", "/retry", saying(Close(reason="not_planned")))
    assert "newer" in said(quick, number, "max", f"/approve {old}")
    assert quick.shown(number).state == "open"


def test_a_proposal_ends_after_the_hours_of_policy_and_that_is_said_once(quick: Quick, policy: Policy) -> None:
    number = quick.file()
    short = quick.world.policy.access.model_copy(update={"approval_hours": 1})
    quick.run(number, saying(Close()), policy=policy.model_copy(update={"access": short}))
    given = hash_of(quick, number)
    quick.later(hours=3)
    assert "the time to approve is over" in said(quick, number, "max", f"/approve {given}")
    assert (quick.shown(number).state, quick.shown(number).status) == ("open", WAITING)
    assert sum(key.startswith("expired/") for key in quick.shown(number).notices) == 1
    assert quick.quiet(number)


def test_an_edited_marker_is_approved_by_nobody(quick: Quick) -> None:
    number = proposed(quick)
    given = hash_of(quick, number)
    answer = next(c for c in quick.world.github.comments(number) if "bizops:answer" in c["body"])
    forged = answer["body"].replace('"reason":"completed"', '"reason":"not_planned"')
    assert forged != answer["body"]
    issues.edit_comment(quick.state, Actor("mara"), answer["id"], forged)
    assert "not done" in said(quick, number, "max", f"/approve {given}")
    assert quick.shown(number).state == "open"


def test_while_something_is_asked_the_issue_waits_for_the_requester(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, saying(Ask(questions=("Which month?",)), Label(add=("finance/tax",))))
    assert quick.shown(number).status == ("status/needs-info",)
    said(quick, number, "max", f"/approve {hash_of(quick, number)}")
    assert label_of(quick, number, "finance/") == ["finance/analysis", "finance/tax"]


def test_a_mentions_answer_leaves_the_proposal_waiting(quick: Quick) -> None:
    number = proposed(quick, Label(add=("finance/tax",)))
    quick.say("tom", number, "@ai-security-agent, please look.")
    quick.run(number, decision)
    assert quick.shown(number).status == AWAITING


@pytest.mark.parametrize("before", [True, False])
def test_an_approval_is_carried_out_once_wherever_a_run_dies(quick: Quick, *, before: bool) -> None:
    ended = False
    for request in range(1, 30):
        if ended:
            break
        number = proposed(quick, Close(), Label(add=("finance/tax",)))
        quick.say("max", number, f"/approve {hash_of(quick, number)}")
        ended = not quick.dies(number, request, before=before)
        quick.run(number)
        quick.run(number)
        shown = quick.shown(number)
        assert (shown.state, shown.status) == ("closed", ("status/done",)), request
        assert "finance/tax" in shown.labels, request
        assert sum("approved:" in text for text in shown.comments) == 1, request
    assert ended
