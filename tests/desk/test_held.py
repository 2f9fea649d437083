"""What is held or failed says why, waits for a person, and is freed by one."""

from bizops.local.github.issues import delete_comment
from bizops.local.github.state import Actor
from tests.desk.quick import ASK, SUPPORT, Quick, decision, fails, saying


def test_a_held_issue_says_why_and_is_left_alone(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(held="a person must look"))
    shown = quick.shown(number)
    assert (shown.answers, shown.status) == ((), ("status/held",))
    assert shown.notices == ("held/ai-support-agent@opened",)
    assert any("a person must look" in c for c in shown.comments)
    assert quick.quiet(number)


def test_a_person_who_takes_the_label_away_frees_it_once(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(held="a person must look"))
    quick.unlabel("tom", number, "status/held")
    quick.run(number, saying(held="still"))
    shown = quick.shown(number)
    assert (shown.status, len(shown.notices)) == (("status/held",), 1)
    assert quick.quiet(number)
    quick.unlabel("tom", number, "status/held")
    quick.run(number)
    assert quick.shown(number).answers == ("ai-support-agent@opened",)


def test_a_rerun_works_what_is_held(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(held="a person must look"))
    quick.run(number, again=True)
    shown = quick.shown(number)
    assert (shown.answers, shown.status) == (("ai-support-agent@opened",), ("status/waiting",))
    assert quick.quiet(number)


def test_held_that_a_person_sets_stops_the_desk(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.label("tom", number, "status/held")
    quick.say("mara", number, "October")
    assert quick.quiet(number)
    assert quick.quiet(number, again=True)
    quick.unlabel("tom", number, "status/held")
    quick.run(number)
    assert quick.reasons(number) == ["opened", "comment"]


def test_held_that_a_person_sets_meanwhile_drops_the_decision(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, during=lambda: quick.label("tom", number, "status/held"))
    shown = quick.shown(number)
    assert (shown.answers, shown.status, shown.record["state"]) == ((), ("status/held",), "held")
    assert quick.quiet(number)


def test_a_decision_that_fails_is_tried_again_by_each_look_and_then_held(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    for attempt in (1, 2):
        quick.run(number, fails)
        shown = quick.shown(number)
        assert shown.status == ("status/failed",)
        assert any(f"Attempt {attempt} of 3 failed" in c for c in shown.comments)
    quick.run(number, fails)
    shown = quick.shown(number)
    assert (shown.status, len(shown.notices)) == (("status/held",), 1)
    assert quick.quiet(number)


def test_a_status_comment_that_somebody_deletes_does_not_start_the_attempts_anew(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    for _ in range(3):
        quick.run(number, fails)
        for comment in quick.world.github.comments(number):
            if "bizops:status" in comment["body"]:
                delete_comment(quick.state, Actor("mara"), comment["id"])
    assert quick.shown(number).status == ("status/held",)


def test_a_second_attempt_that_succeeds_is_an_ordinary_answer(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, fails)
    quick.run(number)
    shown = quick.shown(number)
    assert (shown.state, shown.status, len(shown.answers)) == ("closed", ("status/done",), 1)


def test_after_a_held_key_is_freed_it_has_all_its_attempts_again(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    for _ in range(3):
        quick.run(number, fails)
    quick.unlabel("tom", number, "status/held")
    quick.run(number, fails)
    assert quick.shown(number).status == ("status/failed",)


def test_while_something_is_held_no_other_answer_hides_that(quick: Quick) -> None:
    number = quick.file()
    quick.say("mara", number, "@ai-support help")
    quick.run(number, lambda case: decision(case, held="look" if case.work.agent == SUPPORT else None))
    quick.run(number, lambda case: decision(case, held="look" if case.work.agent == SUPPORT else None))
    quick.say("tom", number, "@ai-security what about you?")
    quick.run(number, ASK)
    shown = quick.shown(number)
    assert (shown.state, shown.status) == ("open", ("status/held",))
    assert quick.quiet(number)
    quick.unlabel("tom", number, "status/held")
    quick.run(number)
    assert len(quick.shown(number).answers) == 3
