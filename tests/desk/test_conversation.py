"""The requester comes back: comments, edits, reopening, each answered once or rightly not at all."""

import re
from typing import Any

import pytest

from bizops.desk.collect import collect
from bizops.local.github.issues import delete_comment
from bizops.local.github.state import Actor
from tests.desk.quick import ASK, Quick, Says, decision, saying


@pytest.mark.parametrize(
    ("says", "status"), [(decision, "waiting"), (ASK, "needs-info"), (saying(held="a person must look"), "held")]
)
def test_the_requesters_comment_is_answered_anew(quick: Quick, says: Says, status: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, says)
    assert quick.shown(number).status == (f"status/{status}",)
    quick.say("mara", number, "It was October.")
    quick.run(number)
    shown = quick.shown(number)
    assert quick.reasons(number)[-1] == "comment"
    assert shown.status == ("status/waiting",)
    assert ("Follows [the answer before]" in shown.texts[-1]) == (status != "held")
    assert quick.quiet(number)


def test_the_new_answer_links_the_one_before(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("mara", number, "And in November?")
    quick.run(number)
    first = next(c for c in quick.world.github.comments(number) if "bizops:answer" in c["body"])
    assert first["html_url"] in quick.shown(number).texts[1]


def test_a_comment_while_the_agent_decides_is_not_lost(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis"])
    quick.run(number, during=lambda: quick.say("mara", number, "I forgot: it is October."))
    shown = quick.shown(number)
    assert quick.reasons(number) == ["comment"]
    assert shown.state == "closed"


def test_a_comment_in_the_same_second_as_the_last_status_is_not_lost(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis"])
    world = quick.world
    done: list[Any] = []

    def hook(when: str, _entry: object) -> None:
        said = [c for c in world.github.comments(number) if "bizops:answer" in c["body"]]
        if when == "before" and said and not done:  # after the answer, before status/done, in the same second
            done.append(world.github.comment("mara", number, "I forgot: it is October."))

    world.github.faults.hook(hook)
    quick.run(number)
    assert done
    assert quick.reasons(number) == ["opened", "comment"]
    assert quick.shown(number).state == "closed"


def test_a_comment_between_the_reading_and_the_claim_is_not_lost(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    world = quick.world
    done: list[Any] = []

    def hook(when: str, entry: object) -> None:
        if when == "before" and not done and entry.method == "POST":  # type: ignore[attr-defined]
            done.append(world.github.comment("mara", number, "I forgot: it is October."))

    world.github.faults.hook(hook)
    heard = []
    quick.run(number, lambda case: heard.append(len(case.thread.comments)) or decision(case))  # type: ignore[func-returns-value]
    assert done
    assert any(heard), "no agent has read the comment"


def test_a_comment_after_the_issue_is_done_starts_nothing(quick: Quick) -> None:
    number = quick.file()
    quick.run(number)
    quick.say("mara", number, "Thanks!")
    assert quick.quiet(number)


@pytest.mark.parametrize("login", ["zoe", "tom", "ada", "dependabot[bot]", "intake[bot]"])
def test_a_comment_of_anybody_else_starts_nothing(quick: Quick, login: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say(login, number, "It was October.")
    assert quick.quiet(number)


@pytest.mark.parametrize("text", ["/explain", "/ack\n\n/approve 3f2a9c"])
def test_a_comment_of_commands_alone_is_no_reason(quick: Quick, text: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say("mara", number, text)
    quick.run(number)
    assert quick.reasons(number) == ["opened"]


def test_a_comment_with_a_command_and_words_is_a_reason(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say("mara", number, "It was October.\n/retry")
    quick.run(number)
    assert quick.reasons(number) == ["opened", "comment"]


def test_a_path_is_no_command(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say("mara", number, "/var/log/app.log")
    quick.run(number)
    assert quick.reasons(number) == ["opened", "comment"]


def test_a_comment_that_is_deleted_while_a_run_is_dead_leaves_one_status(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    comment = quick.say("mara", number, "And in November?")
    collect(quick.world.desk(), number)  # claimed, and never decided
    delete_comment(quick.state, Actor("mara"), comment)
    quick.run(number)
    shown = quick.shown(number)
    assert (shown.status, shown.record["state"]) == (("status/waiting",), "waiting")
    assert quick.quiet(number)


def test_an_edit_after_our_question_is_answered(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.edit("mara", number, body="Does October add up?")
    quick.run(number)
    key = quick.shown(number).answers[-1]
    assert re.fullmatch(r"ai-support-agent@edited-[0-9a-f]{12}", key)
    assert quick.shown(number).status == ("status/waiting",)
    assert quick.quiet(number)


def test_an_edit_after_an_answer_starts_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.edit("mara", number, title="Another title", body="Another body")
    quick.run(number)
    assert quick.reasons(number) == ["opened"]


def test_a_comment_after_an_edit_is_the_newer_reason(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.edit("mara", number, body="Does October add up?")
    quick.say("mara", number, "I have edited it.")
    quick.run(number)
    assert quick.reasons(number) == ["opened", "comment"]
    assert quick.quiet(number)


@pytest.mark.parametrize("login", ["mara", "tom"])
def test_a_reopened_issue_is_answered_again_and_closed_again(quick: Quick, login: str) -> None:
    number = quick.file()
    quick.run(number)
    quick.reopen(login, number)
    quick.run(number)
    shown = quick.shown(number)
    assert quick.reasons(number) == ["opened", "reopened"]
    assert (shown.state, shown.status) == ("closed", ("status/done",))


def test_an_issue_closed_and_reopened_before_the_desk_came_gets_one_answer(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.close("mara", number)
    quick.reopen("mara", number)
    quick.run(number)
    assert quick.reasons(number) == ["reopened"]
    assert quick.quiet(number)
