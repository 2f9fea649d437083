"""A rerun works the newest key again; a look does only what is missing."""

from bizops.issue import instant
from tests.desk.quick import Quick, changed, decision


def test_a_rerun_updates_the_answer_in_place_and_says_so(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    first = quick.shown(number)
    quick.run(number, lambda case: decision(case, summary="Better."), again=True)
    shown = quick.shown(number)
    assert shown.answers == first.answers
    assert len(shown.comments) == len(first.comments)
    assert "Better." in shown.texts[0]
    assert "Worked again" in shown.texts[0]
    assert shown.status == ("status/waiting",)
    assert quick.quiet(number)


def test_a_rerun_works_the_newest_key(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("mara", number, "And in November?")
    quick.run(number)
    quick.run(number, lambda case: decision(case, summary="Better."), again=True)
    shown = quick.shown(number)
    assert len(shown.answers) == 2
    assert "Better." in shown.texts[1]
    assert "Better." not in shown.texts[0]
    assert "Follows [the answer before]" in shown.texts[1]


def test_a_look_at_an_answered_issue_writes_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    assert quick.quiet(number, group="dispatch")


def test_a_rerun_of_an_issue_that_was_never_answered_answers_it(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, again=True)
    assert quick.shown(number).answers == ("ai-support-agent@opened",)


def test_an_issue_of_before_adoption_is_answered_when_someone_reruns_it(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.world.policy = changed(quick.world.policy, answer_from=instant("2027-01-01T00:00:00Z"))
    assert quick.quiet(number)
    quick.run(number, again=True)
    assert quick.shown(number).answers == ("ai-support-agent@opened",)
    assert quick.quiet(number)
    quick.say("mara", number, "And in November?")
    quick.run(number)
    assert quick.reasons(number) == ["opened", "comment"]


def test_an_issue_of_before_adoption_is_answered_when_someone_routes_it_afterwards(quick: Quick) -> None:
    number = quick.file(labels=["marketing/copy"])
    quick.world.policy = changed(quick.world.policy, answer_from=instant("2026-11-26T00:00:00Z"))
    quick.later(days=2)
    quick.label("tom", number, "support/howto")
    quick.run(number)
    assert quick.reasons(number) == ["routed"]
    assert quick.quiet(number)
