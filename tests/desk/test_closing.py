"""What happens around the closing of an answered issue, which is the desk's last write: nothing is closed over."""

from collections.abc import Callable
from typing import Any

import pytest

from bizops.decision import Ask, Close
from bizops.local.github import issues, labels
from bizops.local.github.state import BOT, Actor
from tests.desk.quick import FINANCE, SECURITY, SUPPORT, Quick, saying


def raced(quick: Quick, number: int, request: int, deed: Callable[[], Any]) -> bool:
    """A run, in which something happens just before the n-th request; whether the run read the thread after that."""
    client = quick.interrupted(request, deed)
    quick.run(number, github=client)
    assert client.paths, "the run has fewer requests"
    return any(path.endswith("/timeline") for path in client.paths[1:])


def test_a_mention_beside_an_answer_that_closes_leaves_nothing_open(quick: Quick) -> None:
    number = quick.file()
    quick.say("tom", number, "@ai-security-agent, please look.")
    for _ in range(3):
        quick.run(number)
    shown = quick.shown(number)
    assert {key.partition("@")[0] for key in shown.answers} == {FINANCE, SECURITY}
    assert (shown.state, shown.status) == ("closed", ("status/done",))


@pytest.mark.parametrize("request_", range(8, 16))
def test_an_edit_that_the_last_look_can_see_gets_its_note_before_the_closing(quick: Quick, request_: int) -> None:
    number = quick.file()
    read = raced(quick, number, request_, lambda: quick.edit("mara", number, body="Quite another question."))
    quick.run(number)
    shown = quick.shown(number)
    assert any(key.startswith("edited/") for key in shown.notices) == read
    assert (len(shown.answers), shown.state, shown.status) == (1, "closed", ("status/done",))


@pytest.mark.parametrize("request_", range(4, 16))
def test_a_comment_of_the_requester_that_the_last_look_can_see_is_not_closed_over(quick: Quick, request_: int) -> None:
    number = quick.file()
    said: list[int] = []
    read = raced(quick, number, request_, lambda: said.append(quick.say("mara", number, "And one thing more?")))
    quick.run(number)
    shown = quick.shown(number)
    assert (f"{FINANCE}@comment-{said[0]}" in shown.answers) == read
    assert shown.status == ("status/done",)


@pytest.mark.parametrize("request_", range(3, 15))
def test_two_desks_on_one_mention_leave_one_status(quick: Quick, request_: int) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("tom", number, "@ai-security-agent, please look.")
    raced(quick, number, request_, lambda: quick.run(number))
    quick.run(number)
    shown = quick.shown(number)
    assert shown.status == ("status/waiting",)
    assert len(shown.answers) == 2
    assert shown.answers[0] == f"{SUPPORT}@opened"


def test_a_close_as_not_planned_is_closed_as_that(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, saying(Close(reason="not_planned")))
    issue = quick.world.github.issue(number)
    assert (issue["state"], issue["state_reason"]) == ("closed", "not_planned")


def test_nothing_closes_while_something_is_asked(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, saying(Ask(questions=("Which month?",)), Close()))
    shown = quick.shown(number)
    assert (shown.state, shown.status) == ("open", ("status/needs-info",))


def test_an_agent_that_may_not_close_closes_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(Close()))
    shown = quick.shown(number)
    assert (shown.state, shown.status) == ("open", ("status/waiting",))
    assert "`close` is not among the actions" in shown.texts[0]


def test_a_closed_issue_is_not_answered(quick: Quick) -> None:
    number = quick.file()
    quick.close("mara", number)
    assert quick.quiet(number)
    assert quick.quiet(number, again=True)


def test_an_issue_that_a_person_closes_meanwhile_keeps_no_status(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, during=lambda: quick.close("mara", number))
    shown = quick.shown(number)
    assert (shown.answers, shown.status, shown.record["state"]) == ((), (), "closed")


def test_what_a_dead_run_left_on_an_issue_the_desk_closed_is_put_right(quick: Quick) -> None:
    number = quick.file()
    quick.run(number)
    bot = Actor(BOT, job=True)
    double = quick.shown(number).texts[0]
    issues.comment(quick.state, bot, number, double)
    labels.add(quick.state, bot, number, ["status/in-progress"])
    quick.run(number)
    shown = quick.shown(number)
    assert (shown.state, shown.status, len(shown.answers)) == ("closed", ("status/done",), 1)
    assert quick.quiet(number)
