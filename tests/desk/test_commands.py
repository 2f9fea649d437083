"""Slash commands: who may what, what stands on the issue afterwards, and that each is carried out once."""

import re
from typing import Any

import pytest

from bizops.case import Case
from bizops.decision import Ask, Decision, HandOver
from bizops.local.github import issues
from bizops.local.github.state import Actor
from bizops.policy import Policy
from bizops.rules import markers
from tests.desk.quick import FINANCE, SECURITY, SUPPORT, Quick, decision, fails, saying

HOLD = saying(held="a person must look")


def receipts(quick: Quick, number: int) -> list[str]:
    """The texts of our receipts, without their markers."""
    bodies = [comment["body"] for comment in quick.world.github.comments(number)]
    return [body.partition("\n")[2] for body in bodies if any(m.kind == "command" for m in markers.parse(body))]


def said(quick: Quick, number: int, login: str, text: str, says: Any = decision) -> str:
    """What the desk answers to a comment's commands."""
    quick.say(login, number, text)
    quick.run(number, says)
    return receipts(quick, number)[-1]


def waiting(quick: Quick, **how: Any) -> int:
    """An issue that support has answered."""
    number = quick.file(labels=["support/howto"], **how)
    quick.run(number)
    return number


def label_of(quick: Quick, number: int, area: str) -> list[str]:
    return [label for label in quick.shown(number).labels if label.startswith(area)]


# --- each command


def test_retry_works_the_answer_again_in_place_and_once(quick: Quick) -> None:
    number = waiting(quick)
    said(quick, number, "tom", "/retry", lambda case: decision(case, summary="A better answer."))
    assert quick.shown(number).answers == (f"{SUPPORT}@opened",)
    assert "A better answer." in quick.shown(number).texts[0]
    assert quick.quiet(number)
    assert quick.shown(number).status == ("status/waiting",)


def test_retry_frees_what_the_desk_holds_and_is_tried_as_often_as_policy_says(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, HOLD)
    assert quick.quiet(number)
    said(quick, number, "tom", "/retry", fails)
    for _ in range(5):
        quick.run(number, fails)
    assert quick.shown(number).status == ("status/held",)
    assert quick.quiet(number)
    said(quick, number, "tom", "/retry")
    assert (quick.shown(number).answers, quick.shown(number).status) == ((f"{SUPPORT}@opened",), ("status/waiting",))


def test_assign_gives_the_issue_to_the_agent_named(quick: Quick) -> None:
    number = waiting(quick)
    said(quick, number, "tom", "/assign ai-security")
    shown = quick.shown(number)
    assert shown.answers == (f"{SUPPORT}@opened", next(key for key in shown.answers if key.startswith(SECURITY)))
    assert label_of(quick, number, "agent/") == ["agent/ai-security"]
    said(quick, number, "tom", "/assign finance")
    assert label_of(quick, number, "agent/") == ["agent/ai-finance"]
    assert quick.shown(number).answers[-1].startswith(FINANCE)


def test_what_a_person_assigned_is_handed_over_only_as_a_proposal(quick: Quick) -> None:
    number = waiting(quick)
    said(quick, number, "tom", "/assign security", saying(HandOver(agent=FINANCE, reason="it is theirs")))
    assert quick.shown(number).status == ("status/awaiting-approval",)
    assert label_of(quick, number, "agent/") == ["agent/ai-security"]


@pytest.mark.parametrize("name", ["", "nobody", "ai-marketing-agent", "<!-- x -->", "@everyone", "../../etc"])
def test_assign_to_nobody_is_refused_and_says_whom_there_is(quick: Quick, name: str) -> None:
    number = waiting(quick)
    text = said(quick, number, "tom", f"/assign {name}")
    assert "not done" in text
    assert label_of(quick, number, "agent/") == []
    assert name not in re.sub(r"`[^`\n]*`", "", text) or not name


def test_a_priority_by_command_is_believed_like_its_giver(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"], by="zoe")
    quick.run(number)
    said(quick, number, "tom", "/priority p0")
    assert label_of(quick, number, "priority/") == ["priority/P0"]
    quick.say("zoe", number, "More about it.")
    quick.run(number)
    assert label_of(quick, number, "priority/") == ["priority/P0"]
    assert "P0" in str(quick.collected[-1].priority)


def test_hold_stops_the_desk_and_resume_lets_it_go_on(quick: Quick) -> None:
    number = waiting(quick)
    said(quick, number, "tom", "/hold")
    assert quick.shown(number).status == ("status/held",)
    quick.say("mara", number, "One thing more?")
    assert quick.quiet(number)
    said(quick, number, "tom", "/resume")
    assert len(quick.shown(number).answers) == 2
    assert quick.shown(number).status == ("status/waiting",)


def test_resume_where_nothing_is_open_brings_the_former_status_back(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(Ask(questions=("Which month?",))))
    said(quick, number, "tom", "/hold\n/resume")
    assert quick.shown(number).status == ("status/needs-info",)
    said(quick, number, "tom", "/hold")
    said(quick, number, "tom", "/resume")
    assert quick.shown(number).status == ("status/needs-info",)
    assert "nothing is held" in said(quick, number, "tom", "/resume")


def test_hold_on_what_the_desk_holds_is_a_persons_hold(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, HOLD)
    said(quick, number, "tom", "/hold")
    quick.say("mara", number, "One thing more?")
    assert quick.quiet(number)
    assert "not done" in said(quick, number, "tom", "/retry")
    said(quick, number, "tom", "/resume")
    assert quick.shown(number).answers


def test_waiting_pauses_until_the_requester_speaks(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(Ask(questions=("Which month?",))))
    said(quick, number, "tom", "/waiting")
    assert quick.shown(number).status == ("status/waiting",)
    assert quick.quiet(number)
    quick.say("mara", number, "It was October.")
    quick.run(number)
    assert len(quick.shown(number).answers) == 2


def test_cancel_gives_up_what_is_open(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, fails)
    quick.say("mara", number, "@ai-security-agent, please look.")
    said(quick, number, "mara", "/cancel")
    shown = quick.shown(number)
    assert (shown.answers, shown.status) == ((), ("status/waiting",))
    assert quick.quiet(number)
    quick.say("mara", number, "Now then, once more.")
    quick.run(number)
    assert len(quick.shown(number).answers) == 1


def test_cancel_drops_what_an_agent_is_deciding(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, during=lambda: quick.say("mara", number, "/cancel"))
    shown = quick.shown(number)
    assert (shown.answers, shown.status) == ((), ("status/waiting",))
    assert quick.quiet(number)


def test_hold_while_an_agent_decides_stops_its_answer(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, during=lambda: quick.say("tom", number, "/hold"))
    assert (quick.shown(number).answers, quick.shown(number).status) == ((), ("status/held",))
    said(quick, number, "tom", "/resume")
    assert (len(quick.shown(number).answers), quick.shown(number).status) == (1, ("status/waiting",))


def test_explain_names_rule_line_priority_and_clocks(quick: Quick) -> None:
    number = waiting(quick)
    text = said(quick, number, "mara", "/explain")
    assert re.search(r"policies/labels\.yml:\d+", text)
    assert "priority P2" in text
    assert "resolution clock, cycle 1: paused" in text


def test_help_lists_every_command_with_who_may_use_it(quick: Quick, policy: Policy) -> None:
    number = waiting(quick)
    text = said(quick, number, "zoe", "/help")
    for name, permission in policy.access.commands.items():
        assert re.search(rf"`/{name}[^|]*\|[^|]*\| `{permission}`", text), name


def test_ack_without_a_breach_says_so(quick: Quick) -> None:
    number = waiting(quick)
    assert "no clock is breached" in said(quick, number, "ada", "/ack")


# --- who may, and what is a command


@pytest.mark.parametrize(
    "text", ["/retry", "/assign ai-finance", "/priority P0", "/hold", "/waiting", "/cancel", "/ack"]
)
def test_a_stranger_commands_nothing_and_is_told(quick: Quick, text: str) -> None:
    number = waiting(quick)
    before = quick.shown(number)
    told = said(quick, number, "zoe", text)
    after = quick.shown(number)
    assert "not done" in told
    assert (after.labels, after.answers, after.texts) == (before.labels, before.answers, before.texts)
    assert quick.quiet(number)


def test_the_requester_may_what_policy_says(quick: Quick) -> None:
    number = waiting(quick, by="zoe")
    assert "not done" not in said(quick, number, "zoe", "/retry")
    assert "not done" in said(quick, number, "zoe", "/hold")


@pytest.mark.parametrize(
    "text",
    ["> /hold", "```\n/hold\n```", "    /hold", "`/hold`", "- /hold", "<div>\n/hold\n</div>", "say /hold", "/etc/hold"],
)
def test_what_is_no_command_does_nothing(quick: Quick, text: str) -> None:
    number = waiting(quick)
    quick.say("ada", number, text)
    quick.run(number)
    assert receipts(quick, number) == []
    assert quick.shown(number).status == ("status/waiting",)


def test_an_edited_comment_commands_nothing(quick: Quick) -> None:
    number = waiting(quick)
    comment = quick.say("ada", number, "hello")
    quick.later()
    issues.edit_comment(quick.state, Actor("ada"), comment, "/hold")
    quick.run(number)
    assert receipts(quick, number) == []


def test_several_commands_of_one_comment_are_carried_out_in_their_order_with_one_receipt(quick: Quick) -> None:
    number = waiting(quick)
    text = said(quick, number, "tom", "/priority P1\n/assign security\nThank you.\n\n/hold\n/retyr")
    assert [line.split("`")[1] for line in text.splitlines() if line.startswith("- ")] == [
        "/priority P1", "/assign security", "/hold", "/retyr",
    ]  # fmt: skip
    assert "did you mean" in text
    assert quick.shown(number).status == ("status/held",)
    assert label_of(quick, number, "priority/") == ["priority/P1"]


def test_commands_for_other_bots_are_none_of_ours(quick: Quick) -> None:
    number = waiting(quick)
    quick.say("ada", number, "/lgtm\n/deploy production")
    assert quick.quiet(number)


def test_on_a_closed_issue_only_what_makes_sense_there(quick: Quick) -> None:
    number = quick.file()
    quick.run(number)
    assert quick.shown(number).state == "closed"
    assert "reopen it first" in said(quick, number, "tom", "/retry")
    assert "not done" not in said(quick, number, "tom", "/explain")
    assert len(quick.shown(number).answers) == 1


def test_commands_from_before_the_adoption_are_history(quick: Quick, policy: Policy) -> None:
    number = waiting(quick)
    quick.say("tom", number, "/hold")
    quick.later()
    agents = policy.agents.model_copy(update={"answer_from": quick.world.github.clock.now()})
    quick.run(number, policy=policy.model_copy(update={"agents": agents}))
    assert receipts(quick, number) == []


def test_a_forged_receipt_hides_no_command(quick: Quick) -> None:
    number = waiting(quick)
    comment = quick.say("tom", number, "/hold")
    quick.say("zoe", number, f"<!-- bizops:command {comment} -->")
    quick.run(number)
    assert quick.shown(number).status == ("status/held",)


# --- once


@pytest.mark.parametrize("text", ["/hold", "/assign security", "/priority P0\n/retry", "/cancel", "/waiting"])
@pytest.mark.parametrize("before", [True, False])
def test_a_command_is_carried_out_once_wherever_a_run_dies(quick: Quick, text: str, *, before: bool) -> None:
    ended = False
    for request in range(1, 40):
        if ended:
            break
        number = waiting(quick)
        quick.say("tom", number, text)
        ended = not quick.dies(number, request, before=before)
        quick.run(number)
        assert len(receipts(quick, number)) == 1, request
        shown = quick.shown(number)
        assert shown.status == (("status/held",) if text == "/hold" else ("status/waiting",)), request
        assert len(label_of(quick, number, "priority/")) == 1, request
        assert label_of(quick, number, "agent/") == (["agent/ai-security"] if "assign" in text else []), request
        assert len(shown.answers) == (2 if "assign" in text else 1), request
        assert quick.quiet(number), request
    assert ended


def test_a_label_that_a_command_set_and_a_person_took_away_stays_away(quick: Quick) -> None:
    number = waiting(quick)
    said(quick, number, "tom", "/priority P0")
    quick.unlabel("ada", number, "priority/P0")
    quick.run(number)
    assert "priority/P0" not in quick.shown(number).labels


def test_the_giver_sees_a_reaction(quick: Quick) -> None:
    number = waiting(quick)
    done = quick.say("tom", number, "/hold")
    quick.run(number)
    refused = quick.say("zoe", number, "/hold")
    quick.run(number)
    shown = {c["id"]: c["reactions"] for c in quick.world.github.comments(number)}
    assert (shown[done]["+1"], shown[refused]["confused"]) == (1, 1)


def _hands_over(case: Case) -> Decision:
    return decision(case, *([HandOver(agent=SECURITY, reason="theirs")] if case.work.agent == SUPPORT else []))


def test_a_command_given_while_agents_hand_over_is_found_by_the_next(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, _hands_over, during=lambda: quick.say("tom", number, "/priority P1"))
    assert len(receipts(quick, number)) == 1
    assert label_of(quick, number, "priority/") == ["priority/P1"]


@pytest.mark.parametrize(("text", "state"), [("/hold", "held"), ("/waiting", "waiting")])
def test_the_status_comment_shows_what_a_command_set(quick: Quick, text: str, state: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(Ask(questions=("Which month?",))))
    said(quick, number, "tom", text)
    assert quick.shown(number).record["state"] == state
    assert quick.quiet(number)
