"""What stands on an issue after its first run: answer, labels, status, the end by policy."""

import re

from bizops.case import Case
from bizops.decision import Decision, HandOver
from tests.desk.quick import FINANCE, SUPPORT, Quick, Says, decision


def test_an_opened_issue_is_answered_once_labelled_and_closed_by_policy(quick: Quick) -> None:
    number = quick.file()
    quick.run(number)
    shown = quick.shown(number)
    assert shown.answers == ("ai-finance-agent@opened",)
    assert (shown.state, shown.status) == ("closed", ("status/done",))
    assert {"finance/analysis", "priority/P2"} <= set(shown.labels)
    assert shown.record["state"] == "done"
    assert "Reopen it" in next(c for c in shown.comments if "bizops:status" in c)


def test_an_agent_that_waits_leaves_the_issue_open(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    shown = quick.shown(number)
    assert (shown.answers, shown.state, shown.status) == (("ai-support-agent@opened",), "open", ("status/waiting",))
    assert "7 days" in shown.comments[0]


def test_what_follows_happens_in_the_order_of_the_design(quick: Quick) -> None:
    number = quick.file(by="zoe")
    before = len(quick.world.writes())
    quick.run(number)
    writes = [
        re.sub(r"\d+", "N", w.split("/acme/ops/")[0][:6] + w.split("/acme/ops/")[1]) for w in quick.world.writes()
    ]
    events = [e.get("label", {}).get("name") or e["event"] for e in quick.world.github.timeline(number)]
    assert writes[before:][0] == "POST /issues/N/comments"  # the claim
    assert events.index("status/in-progress") < events.index("status/done") < events.index("closed")
    answered = [i for i, e in enumerate(quick.world.github.timeline(number)) if "bizops:answer" in e.get("body", "")]
    assert events.index("status/in-progress") < answered[0] < events.index("status/done")
    assert writes[-1] == "PATCH issues/N"


def test_the_new_status_is_there_before_the_old_one_goes(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    story = [
        (e["event"], e["label"]["name"])
        for e in quick.world.github.timeline(number)
        if e["event"] in ("labeled", "unlabeled") and e["label"]["name"].startswith("status/")
    ]
    assert story == [
        ("labeled", "status/in-progress"),
        ("labeled", "status/waiting"),
        ("unlabeled", "status/in-progress"),
    ]


def test_an_issue_that_a_bot_files_is_answered(quick: Quick) -> None:
    number = quick.file(by="intake[bot]")
    quick.run(number)
    assert quick.agents(number) == [FINANCE]


def test_a_pull_request_is_left_alone(quick: Quick) -> None:
    number = quick.world.github.file_issue("mara", "Change", "body", pull_request=True).number
    assert quick.quiet(number)
    assert quick.quiet(number, again=True)
    assert quick.collected[-1].why == ("this is a pull request",)


def test_the_cost_that_is_shown_is_that_of_all_answers(quick: Quick) -> None:
    def costs(usd: str) -> Says:
        def says(case: Case) -> Decision:
            made = decision(case)
            return made.model_copy(update={"usage": made.usage.model_copy(update={"usd": usd})})

        return says

    number = quick.file(labels=["support/howto"])
    quick.run(number, costs("0.40"))
    quick.say("mara", number, "And now?")
    quick.run(number, costs("0.30"))
    assert "Model cost so far: 0.70 USD" in "\n".join(quick.shown(number).comments)


def test_the_signature_comes_from_the_case_not_from_the_decision(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    lie = {"agent": "ai-finance-agent", "issue": 99, "voice": "model"}
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | lie)
    assert "By ai-support-agent with a model." in quick.shown(number).texts[0]
    assert "ai-finance-agent" not in quick.shown(number).texts[0].partition("\n")[2].replace(
        "ai-finance-agent answers", ""
    )


def test_no_token_of_the_issue_is_repeated_and_the_answer_says_to_revoke_it(quick: Quick) -> None:
    token = "ghp_" + "a1B2c3D4e5" * 3 + "a1B2c3"
    number = quick.file(body=f"I pasted it here: {token}", labels=["support/howto"])
    quick.run(number, lambda case: decision(case, summary=f"You wrote {token}."))
    text = quick.shown(number).texts[0]
    assert token not in text
    assert "revoke it now" in text


def test_a_priority_that_a_person_sets_after_the_answer_is_the_one_that_shows(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.label("mara", number, "priority/P0")
    quick.run(number)
    shown = quick.shown(number)
    assert [label for label in shown.labels if label.startswith("priority/")] == ["priority/P0"]
    assert shown.record["priority"] == "P0"
    assert quick.quiet(number)


def test_agents_that_hand_an_issue_to_each_other_for_ever_are_held(quick: Quick) -> None:
    number = quick.file()

    def circle(case: Case) -> Decision:
        return decision(case, HandOver(agent=SUPPORT if case.work.agent == FINANCE else FINANCE, reason="yours"))

    for _ in range(4):
        quick.run(number, circle)
    shown = quick.shown(number)
    assert shown.status == ("status/held",)
    assert len(shown.answers) <= 4
    assert quick.quiet(number, says=circle)
