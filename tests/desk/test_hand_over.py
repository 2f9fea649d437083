"""From one agent to the next: in the same job, at most three, never against a person."""

import pytest

from bizops.case import Case
from bizops.decision import Decision, HandOver
from tests.desk.quick import FINANCE, SECURITY, SUPPORT, Quick, decision, saying


def to(agent: str, *, when: str = "opened"):  # type: ignore[no-untyped-def] # noqa: ANN201
    def says(case: Case) -> Decision:
        handing = case.work.reason == when and case.work.agent != agent
        return decision(case, *([HandOver(agent=agent, reason="it is theirs")] if handing else []))

    return says


def circle(case: Case) -> Decision:
    """Two agents who each say that it is the other's."""
    return decision(case, HandOver(agent=SUPPORT if case.work.agent == FINANCE else FINANCE, reason="yours"))


def test_a_hand_over_is_answered_by_the_next_agent_in_the_same_job(quick: Quick) -> None:
    number = quick.file()
    done = quick.run(number, to(SUPPORT))
    shown = quick.shown(number)
    assert len(done) == 2
    assert quick.agents(number) == [FINANCE, SUPPORT]
    assert (shown.status, shown.state) == (("status/waiting",), "open")
    assert [label for label in shown.labels if label.startswith("agent/")] == ["agent/ai-support"]
    assert quick.quiet(number)


def test_a_hand_over_takes_away_the_desks_own_former_label(quick: Quick) -> None:
    number = quick.file()

    def chain(case: Case) -> Decision:
        following = {FINANCE: SUPPORT, SUPPORT: SECURITY}.get(case.work.agent)
        return decision(case, *([HandOver(agent=following, reason="on")] if following else []))

    quick.run(number, chain)
    shown = quick.shown(number)
    assert quick.agents(number) == [FINANCE, SUPPORT, SECURITY]
    assert [label for label in shown.labels if label.startswith("agent/")] == ["agent/ai-security"]
    assert quick.quiet(number)


def test_no_more_than_three_agents_work_in_one_job(quick: Quick) -> None:
    number = quick.file()
    done = quick.run(number, circle)
    shown = quick.shown(number)
    assert len(done) == 3
    assert quick.agents(number) == [FINANCE, SUPPORT, FINANCE]
    assert [label for label in shown.labels if label.startswith("agent/")] == ["agent/ai-support"]
    assert shown.status == ("status/in-progress",)
    quick.run(number)
    assert quick.agents(number)[-1] == SUPPORT


@pytest.mark.parametrize("label", ["agent/ai-finance", "agent/ai-finance-agent"])
def test_a_persons_agent_label_is_only_proposed_against(quick: Quick, label: str) -> None:
    number = quick.file(labels=["finance/analysis"])
    quick.label("tom", number, label)
    quick.run(number, saying(HandOver(agent=SUPPORT, reason="it is theirs")))
    shown = quick.shown(number)
    assert quick.agents(number) == [FINANCE]
    assert label in shown.labels
    assert "agent/ai-support" not in shown.labels
    assert "1. `hand the issue over to ai-support-agent`" in shown.texts[0]
    assert shown.status == ("status/awaiting-approval",)


def test_an_outsiders_issue_is_handed_over_only_as_a_proposal(quick: Quick) -> None:
    number = quick.file(by="zoe")
    quick.run(number, saying(HandOver(agent=SUPPORT, reason="it is theirs")))
    shown = quick.shown(number)
    assert quick.agents(number) == [FINANCE]
    assert not [label for label in shown.labels if label.startswith("agent/")]
    assert "hand the issue over to ai-support-agent" in shown.texts[0]
    assert (shown.state, shown.status) == ("open", ("status/awaiting-approval",))


@pytest.mark.parametrize("target", ["ai-marketing-agent", "ai-nobody-agent", FINANCE, "../../etc"])
def test_a_hand_over_to_nobody_is_refused_and_said(quick: Quick, target: str) -> None:
    number = quick.file()
    quick.run(number, saying(HandOver(agent=target, reason="go")))
    shown = quick.shown(number)
    assert quick.agents(number) == [FINANCE]
    assert "Not done" in shown.texts[0]
    assert (shown.state, shown.status) == ("closed", ("status/done",))


def test_a_hand_over_that_a_person_undoes_leaves_no_work_in_progress(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, circle)
    quick.unlabel("tom", number, "agent/ai-support")
    quick.run(number)
    assert quick.shown(number).status != ("status/in-progress",)


def test_a_mentioned_agent_cannot_hand_over_to_the_one_who_has_the_issue(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("mara", number, "@ai-finance what do you think?")
    quick.run(number, saying(HandOver(agent=SUPPORT, reason="it is theirs")))
    shown = quick.shown(number)
    assert "has this issue already" in shown.texts[-1]
    assert shown.status == ("status/waiting",)


def test_a_mentioned_agent_that_hands_over_replaces_the_desks_own_label(quick: Quick) -> None:
    number = quick.file()
    quick.run(number, to(SUPPORT))
    quick.say("mara", number, "@ai-finance what do you think?")
    quick.run(
        number, lambda c: decision(c, *([HandOver(agent=SECURITY, reason="x")] if c.work.agent == FINANCE else []))
    )
    shown = quick.shown(number)
    assert [label for label in shown.labels if label.startswith("agent/")] == ["agent/ai-security"]
    assert quick.agents(number) == [FINANCE, SUPPORT, FINANCE, SECURITY]
    assert shown.status == ("status/waiting",)
