"""An agent that somebody names answers once, and the issue is as it was before."""

import pytest

from bizops.decision import Close
from bizops.desk.collect import collect
from bizops.issue import instant
from tests.desk.quick import ASK, FINANCE, SECURITY, SUPPORT, Quick, changed, decision, fails, saying


@pytest.mark.parametrize("name", ["@ai-support-agent", "@ai-support", "@AI-Support"])
@pytest.mark.parametrize("login", ["mara", "tom"])
def test_a_mention_is_answered_once_and_the_former_status_returns(quick: Quick, login: str, name: str) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, ASK)
    quick.say(login, number, f"{name} where is the article?")
    quick.run(number)
    shown = quick.shown(number)
    assert quick.agents(number) == [SECURITY, SUPPORT]
    assert (shown.state, shown.status) == ("open", ("status/needs-info",))
    assert quick.quiet(number)


def test_a_mention_of_an_agent_that_closes_closes_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("tom", number, "@ai-finance please add this up")
    quick.run(number, saying(Close()))
    shown = quick.shown(number)
    assert (quick.agents(number), shown.state, shown.status) == ([SUPPORT, FINANCE], "open", ("status/waiting",))


@pytest.mark.parametrize(
    "text",
    [
        "`@ai-support-agent`",
        "```\n@ai-support-agent\n```",
        "> @ai-support-agent said so",
        "mail@ai-support-agent",
        "@ai-supporter",
        "@ai-support-agent-two",
        "@ai-marketing-agent is off",
        "@ai-nobody-agent",
        "x/@ai-support",
        "~~~\n@ai-support-agent",
        "    @ai-support-agent in an indented block",
        "<!-- @ai-support-agent -->",
        "``@ai-support-agent``",
    ],
)
def test_what_only_looks_like_a_mention_is_none(quick: Quick, text: str) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number)
    quick.say("tom", number, text)
    assert quick.quiet(number)


@pytest.mark.parametrize("login", ["zoe", "dependabot[bot]"])
def test_a_mention_by_a_stranger_or_a_quiet_bot_starts_nothing(quick: Quick, login: str) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number)
    quick.say(login, number, "@ai-support-agent help")
    assert quick.quiet(number)


def test_only_the_first_agent_that_is_named_answers(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number)
    quick.say("tom", number, "@ai-support-agent and @ai-finance-agent, please")
    quick.run(number)
    assert quick.quiet(number)
    assert quick.agents(number) == [SECURITY, SUPPORT]


def test_what_came_while_an_issue_was_being_held_is_answered_in_the_same_job(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number, lambda case: decision(case, held="look" if case.work.agent == SECURITY else None))
    shown = quick.shown(number)
    assert (quick.agents(number), shown.status) == ([SUPPORT], ("status/held",))
    assert quick.quiet(number)


def test_a_mention_on_an_issue_that_the_desk_holds_leaves_it_held(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, saying(held="a person must look"))
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number)
    shown = quick.shown(number)
    assert (quick.agents(number), shown.status) == ([SUPPORT], ("status/held",))
    assert quick.quiet(number)


def test_a_mention_that_failed_once_returns_to_the_status_before(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, ASK)
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number, fails)
    assert quick.shown(number).status == ("status/failed",)
    quick.run(number)
    assert quick.shown(number).status == ("status/needs-info",)
    assert quick.agents(number) == [SECURITY, SUPPORT]


def test_a_mention_whose_run_died_returns_to_the_status_before(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, ASK)
    quick.say("tom", number, "@ai-support-agent is there an article?")
    collect(quick.world.desk(), number)
    quick.run(number)
    assert quick.shown(number).status == ("status/needs-info",)


def test_a_mention_on_an_issue_of_before_adoption_leaves_it_without_a_status(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.world.policy = changed(quick.world.policy, answer_from=instant("2027-01-01T00:00:00Z"))
    assert quick.quiet(number)
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number)
    shown = quick.shown(number)
    assert (quick.agents(number), shown.status, shown.state) == ([SUPPORT], (), "open")
    assert quick.quiet(number)


def test_a_mention_beside_a_new_issue_gives_both_answers_in_one_job(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number)
    shown = quick.shown(number)
    assert (quick.agents(number), shown.status) == ([SECURITY, SUPPORT], ("status/waiting",))
