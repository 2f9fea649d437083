"""Commands among answers, holds, approvals and each other: the order in which things were said decides."""

from collections.abc import Callable

import pytest

from bizops.case import Case
from bizops.decision import Ask, Close, Decision, HandOver, Label
from bizops.local.github import issues
from bizops.local.github.state import Actor
from bizops.policy import Approval, Policy
from tests.desk.quick import SECURITY, SUPPORT, Quick, decision, fails, saying
from tests.desk.test_approvals import hash_of
from tests.desk.test_commands import receipts, said

ASKS = saying(Ask(questions=("Which month?",)))


@pytest.fixture
def marked(quick: Quick, policy: Policy) -> Quick:
    """Closing takes the approval of someone with maintain permission, labels of someone with write permission."""
    rules = (Approval(kind="close", permission="maintain"), Approval(kind="label"))
    quick.world.policy = policy.model_copy(update={"access": policy.access.model_copy(update={"approval": rules})})
    quick.world.github.user("max", "maintain")
    return quick


def noted(keys: list[str]) -> Callable[[Case], Decision]:
    def says(case: Case) -> Decision:
        keys.append(case.work.key)
        return decision(case)

    return says


def state(quick: Quick, number: int) -> tuple[str, tuple[str, ...], str]:
    shown = quick.shown(number)
    return shown.state, shown.status, str(shown.record["state"])


@pytest.mark.parametrize("how", ["command", "label", "hand-over"])
def test_retry_after_a_change_of_agent_works_the_new_ones_answer_once(quick: Quick, how: str) -> None:
    number = quick.file(labels=["support/howto"])
    over = saying(HandOver(agent=SECURITY, reason="theirs"), once=True)
    quick.run(number, over if how == "hand-over" else decision)
    if how == "command":
        said(quick, number, "tom", "/assign security")
    if how == "label":
        quick.label("tom", number, "agent/ai-security")
        quick.run(number)
    worked: list[str] = []
    said(quick, number, "tom", "/retry", noted(worked))
    assert [key.partition("@")[0] for key in worked] == [SECURITY]
    assert quick.quiet(number)


@pytest.mark.parametrize("text", ["/cancel\n/retry", "/retry\n/cancel"])
def test_retry_and_cancel_end(quick: Quick, text: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    said(quick, number, "tom", text)
    assert quick.quiet(number)
    assert state(quick, number) == ("open", ("status/waiting",), "waiting")


def test_what_is_said_after_a_cancel_is_answered_though_the_desk_came_late(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("mara", number, "/cancel")
    quick.say("mara", number, "Now this instead: what is X?")
    quick.say("tom", number, "@ai-security-agent, please look.")
    quick.run(number)
    assert [key.partition("@")[0] for key in quick.shown(number).answers] == [SUPPORT, SUPPORT, SECURITY]


def test_a_label_for_the_same_agent_after_a_cancel_is_no_reason(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    said(quick, number, "tom", "/cancel")
    quick.label("tom", number, "support/faq")
    assert quick.quiet(number)


@pytest.mark.parametrize("held", ["label", "command"])
@pytest.mark.parametrize("text", ["/cancel", "/reject", "/retry", "/approve {hash}", "/waiting"])
def test_what_a_person_holds_only_resume_frees(marked: Quick, held: str, text: str) -> None:
    number = marked.file(by="zoe")
    marked.run(number, saying(Close()))
    text = text.format(hash=hash_of(marked, number))
    if held == "command":
        said(marked, number, "ada", "/hold")
    else:
        marked.label("ada", number, "status/held")
    for login in ("zoe", "max"):
        assert "not done" in said(marked, number, login, text)
    assert "status/held" in marked.shown(number).status
    marked.say("zoe", number, "One thing more?")
    assert marked.quiet(number)


def test_the_permission_for_an_approval_comes_from_policy_not_from_a_marker(marked: Quick) -> None:
    from dataclasses import replace

    from bizops.rules import markers
    from bizops.rules.approvals import read

    number = marked.file(by="zoe")
    marked.run(number, saying(Close()))
    answer = next(c for c in marked.world.github.comments(number) if "bizops:answer" in c["body"])
    (marker,) = markers.parse(answer["body"])
    proposal = read(marker)
    assert proposal is not None
    forged = replace(proposal, needs="triage")
    text = markers.render("answer", marker.key, {**marker.data, "proposed": forged.data()})
    issues.edit_comment(marked.state, Actor("mara"), answer["id"], text + "\n" + answer["body"].partition("\n")[2])
    assert "maintain" in said(marked, number, "tom", f"/approve {forged.hash}")
    assert marked.shown(number).state == "open"


@pytest.mark.parametrize(
    "texts", [("/approve {0}\n/reject {0}",), ("/approve {0}\n/hold",), ("/approve {0}", "/retry")]
)
def test_what_is_approved_is_done_before_anything_later(marked: Quick, texts: tuple[str, ...]) -> None:
    number = marked.file()
    marked.run(number, saying(Close(), Label(add=("finance/tax",))))
    given = hash_of(marked, number)
    for text in texts:
        marked.say("max", number, text.format(given))
    marked.run(number, ASKS)
    assert state(marked, number) == ("closed", ("status/done",), "done")
    assert "not done" in receipts(marked, number)[-1]


def test_nothing_is_approved_while_the_requester_waits_for_an_answer(marked: Quick) -> None:
    number = marked.file()
    marked.run(number, saying(Close()))
    given = hash_of(marked, number)
    marked.say("mara", number, "New figures came in.")
    assert "something newer" in said(marked, number, "max", f"/approve {given}", ASKS)
    assert state(marked, number) == ("open", ("status/needs-info",), "needs-info")


@pytest.mark.parametrize("text", ["/waiting", "/hold\n/resume", "/reject"])
def test_an_answer_after_a_command_sets_its_own_status(marked: Quick, text: str) -> None:
    number = marked.file()
    marked.run(number, saying(Close()))
    marked.say("mara", number, "New figures came in.")
    marked.run(number, ASKS, during=lambda: marked.say("max", number, text))
    assert state(marked, number) == ("open", ("status/needs-info",), "needs-info")
    assert marked.quiet(number)


@pytest.mark.parametrize("decided", ["/approve {0}", "/reject {0}"])
def test_resume_brings_back_no_proposal_that_is_decided(marked: Quick, decided: str) -> None:
    number = marked.file()
    marked.run(number, saying(Label(add=("finance/tax",))))
    said(marked, number, "max", decided.format(hash_of(marked, number)))
    said(marked, number, "max", "/hold")
    assert state(marked, number) == ("open", ("status/held",), "held")
    said(marked, number, "max", "/resume")
    assert state(marked, number) == ("open", ("status/waiting",), "waiting")


@pytest.mark.parametrize(("text", "shown"), [("/hold", "held"), ("/cancel", "waiting")])
def test_without_an_answer_the_status_comment_shows_a_command_too(quick: Quick, text: str, shown: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, fails)
    said(quick, number, "tom", text, fails)
    assert state(quick, number) == ("open", (f"status/{shown}",), shown)
    assert quick.quiet(number)


def test_retry_tries_a_mention_again_that_is_held(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("tom", number, "@ai-security-agent, please look.")
    quick.run(number, saying(held="a person must look"))
    worked: list[str] = []
    said(quick, number, "tom", "/retry", noted(worked))
    assert [key.partition("@")[0] for key in worked] == [SECURITY]
    assert state(quick, number) == ("open", ("status/waiting",), "waiting")


def test_an_agent_that_is_assigned_with_an_at_sign_answers_once(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    said(quick, number, "tom", "/assign @ai-security-agent")
    assert [key.partition("@")[0] for key in quick.shown(number).answers] == [SUPPORT, SECURITY]
    assert quick.quiet(number)


def test_an_answer_however_long_shows_what_it_proposes(marked: Quick) -> None:
    number = marked.file()
    long = "\n".join(f"{n}. " + "word " * 40 for n in range(1_000))[:50_000]
    marked.run(number, lambda case: decision(case, Close(), summary=long))
    assert hash_of(marked, number)


def test_strangers_do_not_keep_a_hold_from_being_heard(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    for _ in range(25):
        quick.say("zoe", number, "/help")
    quick.say("tom", number, "/hold")
    quick.run(number)
    assert (quick.shown(number).answers, quick.shown(number).status) == ((), ("status/held",))


def test_of_two_receipts_one_stays(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    said(quick, number, "tom", "/hold")
    body = next(c["body"] for c in quick.world.github.comments(number) if "bizops:command" in c["body"])
    issues.comment(quick.state, Actor("github-actions[bot]", job=True), number, body)
    quick.run(number)
    assert len(receipts(quick, number)) == 1


@pytest.mark.parametrize("request_", range(6, 18))
def test_a_closing_by_an_approval_is_not_done_again_after_people_reopened(marked: Quick, request_: int) -> None:
    number = marked.file()
    marked.run(number, saying(Close()))
    marked.say("max", number, f"/approve {hash_of(marked, number)}")
    marked.dies(number, request_, before=False)
    if marked.shown(number).state == "open":
        marked.close("ada", number, "not_planned")
    marked.reopen("ada", number)
    said(marked, number, "ada", "/cancel")
    assert marked.shown(number).state == "open"
    assert marked.quiet(number)
