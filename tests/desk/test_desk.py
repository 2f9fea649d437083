"""What stands on an issue after the desk has worked: one scenario for each sentence of the design."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bizops.case import Case
from bizops.decision import Ask, Close, Decision, HandOver, Label
from bizops.issue import instant
from bizops.local.github.server import LocalGitHub
from bizops.policy import Policy
from tests.conftest import World
from tests.desk.quick import FINANCE, MANAGER, SECURITY, SUPPORT, Quick, Says, changed, decision, fails, saying
from tests.desk.quick import github as quick_github

ASK = saying(Ask(questions=("Which month?",)))


@pytest.fixture(scope="module")
def github() -> Iterator[LocalGitHub]:
    with quick_github() as made:
        yield made


@pytest.fixture
def quick(github: LocalGitHub, tmp_path: Path, policy: Policy) -> Iterator[Quick]:
    yield Quick(World(github, tmp_path, policy))
    github.faults.clear()


def agents(quick: Quick, number: int) -> list[str]:
    return [key.partition("@")[0] for key in quick.shown(number).answers]


def reasons(quick: Quick, number: int) -> list[str]:
    return [re.sub(r"-\d+$", "", key.partition("@")[2]) for key in quick.shown(number).answers]


# --- the first answer


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
    assert writes[-1] == "PATCH issues/N" or writes[-1].endswith("issues/N"), writes


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
    assert agents(quick, number) == [FINANCE]


# --- the route


def test_an_unrouted_issue_goes_to_the_manager_and_a_label_of_a_person_moves_it_once(quick: Quick) -> None:
    number = quick.file(labels=[])
    quick.run(number)
    quick.label("tom", number, "finance/analysis")
    quick.run(number)
    assert quick.quiet(number)
    assert agents(quick, number) == [MANAGER, FINANCE]
    assert reasons(quick, number) == ["opened", "routed"]


def test_an_issue_of_an_agent_that_is_off_goes_to_the_manager_and_says_so(quick: Quick) -> None:
    number = quick.file(labels=["marketing/copy"])
    quick.run(number)
    shown = quick.shown(number)
    assert agents(quick, number) == [MANAGER]
    assert "ai-marketing-agent is off" in shown.comments[0]


def test_an_assignee_routes_when_no_agent_label_does(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis"])
    quick.assign("tom", number, "ai-support-agent")
    quick.run(number)
    assert agents(quick, number) == [SUPPORT]
    assert quick.world.github.issue(number)["assignees"][0]["login"] == "ai-support-agent"  # the desk assigns nobody


def test_an_agent_label_beats_assignee_area_and_form(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis", "agent/ai-security"])
    quick.assign("tom", number, "ai-support-agent")
    quick.run(number)
    assert agents(quick, number) == [SECURITY]


def test_two_labels_of_equal_rank_are_decided_by_the_file_with_a_warning(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis", "security/compliance"])
    quick.run(number)
    assert agents(quick, number) == [SECURITY]
    assert "the order of the file decides" in quick.shown(number).comments[0]


def test_a_label_that_comes_before_the_first_run_is_no_second_reason(quick: Quick) -> None:
    number = quick.file(labels=[])
    quick.label("tom", number, "finance/analysis")
    quick.run(number)
    assert quick.quiet(number)
    assert reasons(quick, number) == ["opened"]


def test_a_label_set_while_the_agent_decides_drops_that_decision(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    done = quick.run(number, during=lambda: quick.label("tom", number, "agent/ai-security"))
    assert "dropped" in done[0].why
    assert agents(quick, number) == [SECURITY]


def test_a_label_removed_again_before_the_run_changes_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.label("tom", number, "agent/ai-security")
    quick.unlabel("tom", number, "agent/ai-security")
    assert quick.quiet(number)


def test_removing_the_label_that_routed_is_a_reason_too(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.label("tom", number, "agent/ai-security")
    quick.run(number)
    quick.unlabel("tom", number, "agent/ai-security")
    quick.run(number)
    assert agents(quick, number) == [SECURITY, SUPPORT]
    assert quick.quiet(number)


def test_a_changed_policy_is_no_reason(quick: Quick) -> None:
    number = quick.file(labels=["marketing/copy"])
    quick.run(number)
    quick.world.policy = changed(quick.world.policy, "ai-marketing-agent", mode="live")
    assert quick.quiet(number)


def test_a_quiet_bots_label_moves_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.label("dependabot[bot]", number, "security/compliance")
    assert quick.quiet(number)


# --- the requester comes back


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
    assert reasons(quick, number)[-1] == "comment"
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
    assert reasons(quick, number) == ["comment"]
    assert shown.state == "closed"


def test_the_requests_are_counted_over_both_processes_and_shown(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    shown = quick.shown(number)
    made = [
        entry
        for entry in quick.world.github.log
        if f"/issues/{number}" in entry.path or "/collaborators/" in entry.path
    ]
    (line,) = [line for line in shown.comments[0].splitlines() if "Requests to GitHub" in line]
    assert 10 <= int(line.rsplit(" ", 1)[1]) <= len(made)
    assert shown.record["calls"] == int(line.rsplit(" ", 1)[1])


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
    assert reasons(quick, number) == ["opened", "comment"]
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
    assert reasons(quick, number) == ["opened"]


def test_a_comment_with_a_command_and_words_is_a_reason(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say("mara", number, "It was October.\n/retry")
    quick.run(number)
    assert reasons(quick, number) == ["opened", "comment"]


def test_a_path_is_no_command(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say("mara", number, "/var/log/app.log")
    quick.run(number)
    assert reasons(quick, number) == ["opened", "comment"]


def test_a_comment_that_is_deleted_while_a_run_is_dead_leaves_one_status(quick: Quick) -> None:
    from bizops.local.github.issues import delete_comment
    from bizops.local.github.state import Actor

    number = quick.file(labels=["support/howto"])
    quick.run(number)
    comment = quick.say("mara", number, "And in November?")
    from bizops.desk.collect import collect

    collect(quick.world.desk(), number)  # claimed, and never decided
    delete_comment(quick.state, Actor("mara"), comment)
    quick.run(number)
    shown = quick.shown(number)
    assert (shown.status, shown.record["state"]) == (("status/waiting",), "waiting")
    assert quick.quiet(number)


# --- edits, reopening


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
    assert reasons(quick, number) == ["opened"]


def test_a_comment_after_an_edit_is_the_newer_reason(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.edit("mara", number, body="Does October add up?")
    quick.say("mara", number, "I have edited it.")
    quick.run(number)
    assert reasons(quick, number) == ["opened", "comment"]
    assert quick.quiet(number)


@pytest.mark.parametrize("login", ["mara", "tom"])
def test_a_reopened_issue_is_answered_again_and_closed_again(quick: Quick, login: str) -> None:
    number = quick.file()
    quick.run(number)
    quick.reopen(login, number)
    quick.run(number)
    shown = quick.shown(number)
    assert reasons(quick, number) == ["opened", "reopened"]
    assert (shown.state, shown.status) == ("closed", ("status/done",))


def test_an_issue_closed_and_reopened_before_the_desk_came_gets_one_answer(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.close("mara", number)
    quick.reopen("mara", number)
    quick.run(number)
    assert reasons(quick, number) == ["reopened"]
    assert quick.quiet(number)


# --- mentions


@pytest.mark.parametrize("name", ["@ai-support-agent", "@ai-support", "@AI-Support"])
@pytest.mark.parametrize("login", ["mara", "tom"])
def test_a_mention_is_answered_once_and_the_former_status_returns(quick: Quick, login: str, name: str) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, ASK)
    quick.say(login, number, f"{name} where is the article?")
    quick.run(number)
    shown = quick.shown(number)
    assert agents(quick, number) == [SECURITY, SUPPORT]
    assert (shown.state, shown.status) == ("open", ("status/needs-info",))
    assert quick.quiet(number)


def test_a_mention_of_an_agent_that_closes_closes_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("tom", number, "@ai-finance please add this up")
    quick.run(number, saying(Close()))
    shown = quick.shown(number)
    assert (agents(quick, number), shown.state, shown.status) == ([SUPPORT, FINANCE], "open", ("status/waiting",))


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
    assert agents(quick, number) == [SECURITY, SUPPORT]


def test_what_came_while_an_issue_was_being_held_is_answered_in_the_same_job(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number, lambda case: decision(case, held="look" if case.work.agent == SECURITY else None))
    shown = quick.shown(number)
    assert (agents(quick, number), shown.status) == ([SUPPORT], ("status/held",))
    assert quick.quiet(number)


def test_a_mention_on_an_issue_that_the_desk_holds_leaves_it_held(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, saying(held="a person must look"))
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number)
    shown = quick.shown(number)
    assert (agents(quick, number), shown.status) == ([SUPPORT], ("status/held",))
    assert quick.quiet(number)


def test_a_mention_that_failed_once_returns_to_the_status_before(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number, ASK)
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number, fails)
    assert quick.shown(number).status == ("status/failed",)
    quick.run(number)
    assert quick.shown(number).status == ("status/needs-info",)
    assert agents(quick, number) == [SECURITY, SUPPORT]


def test_a_mention_whose_run_died_returns_to_the_status_before(quick: Quick) -> None:
    from bizops.desk.collect import collect

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
    assert (agents(quick, number), shown.status, shown.state) == ([SUPPORT], (), "open")
    assert quick.quiet(number)


def test_a_mention_beside_a_new_issue_gives_both_answers_in_one_job(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.say("tom", number, "@ai-support-agent is there an article?")
    quick.run(number)
    shown = quick.shown(number)
    assert (agents(quick, number), shown.status) == ([SECURITY, SUPPORT], ("status/waiting",))


# --- rerun and look


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
    assert reasons(quick, number) == ["opened", "comment"]


def test_an_issue_of_before_adoption_is_answered_when_someone_routes_it_afterwards(quick: Quick) -> None:
    number = quick.file(labels=["marketing/copy"])
    quick.world.policy = changed(quick.world.policy, answer_from=instant("2026-11-26T00:00:00Z"))
    quick.later(days=2)
    quick.label("tom", number, "support/howto")
    quick.run(number)
    assert reasons(quick, number) == ["routed"]
    assert quick.quiet(number)


# --- held and failed


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
    assert reasons(quick, number) == ["opened", "comment"]


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
    from bizops.local.github.issues import delete_comment
    from bizops.local.github.state import Actor

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


# --- hand-over


def to(agent: str, *, when: str = "opened"):  # type: ignore[no-untyped-def] # noqa: ANN201
    def says(case: Case) -> Decision:
        handing = case.work.reason == when and case.work.agent != agent
        return decision(case, *([HandOver(agent=agent, reason="it is theirs")] if handing else []))

    return says


def test_a_hand_over_is_answered_by_the_next_agent_in_the_same_job(quick: Quick) -> None:
    number = quick.file()
    done = quick.run(number, to(SUPPORT))
    shown = quick.shown(number)
    assert len(done) == 2
    assert agents(quick, number) == [FINANCE, SUPPORT]
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
    assert agents(quick, number) == [FINANCE, SUPPORT, SECURITY]
    assert [label for label in shown.labels if label.startswith("agent/")] == ["agent/ai-security"]
    assert quick.quiet(number)


def test_no_more_than_three_agents_work_in_one_job(quick: Quick) -> None:
    number = quick.file()

    def circle(case: Case) -> Decision:
        return decision(case, HandOver(agent=SUPPORT if case.work.agent == FINANCE else FINANCE, reason="yours"))

    done = quick.run(number, circle)
    shown = quick.shown(number)
    assert len(done) == 3
    assert agents(quick, number) == [FINANCE, SUPPORT, FINANCE]
    assert [label for label in shown.labels if label.startswith("agent/")] == ["agent/ai-support"]
    assert shown.status == ("status/in-progress",)
    quick.run(number)
    assert agents(quick, number)[-1] == SUPPORT


@pytest.mark.parametrize("label", ["agent/ai-finance", "agent/ai-finance-agent"])
def test_a_persons_agent_label_is_only_proposed_against(quick: Quick, label: str) -> None:
    number = quick.file(labels=["finance/analysis"])
    quick.label("tom", number, label)
    quick.run(number, saying(HandOver(agent=SUPPORT, reason="it is theirs")))
    shown = quick.shown(number)
    assert agents(quick, number) == [FINANCE]
    assert label in shown.labels
    assert "agent/ai-support" not in shown.labels
    assert "1. `hand the issue over to ai-support-agent`" in shown.texts[0]
    assert shown.status == ("status/awaiting-approval",)


def test_an_outsiders_issue_is_handed_over_only_as_a_proposal(quick: Quick) -> None:
    number = quick.file(by="zoe")
    quick.run(number, saying(HandOver(agent=SUPPORT, reason="it is theirs")))
    shown = quick.shown(number)
    assert agents(quick, number) == [FINANCE]
    assert not [label for label in shown.labels if label.startswith("agent/")]
    assert "hand the issue over to ai-support-agent" in shown.texts[0]
    assert (shown.state, shown.status) == ("open", ("status/awaiting-approval",))


@pytest.mark.parametrize("target", ["ai-marketing-agent", "ai-nobody-agent", FINANCE, "../../etc"])
def test_a_hand_over_to_nobody_is_refused_and_said(quick: Quick, target: str) -> None:
    number = quick.file()
    quick.run(number, saying(HandOver(agent=target, reason="go")))
    shown = quick.shown(number)
    assert agents(quick, number) == [FINANCE]
    assert "Not done" in shown.texts[0]
    assert (shown.state, shown.status) == ("closed", ("status/done",))


def test_a_hand_over_that_a_person_undoes_leaves_no_work_in_progress(quick: Quick) -> None:
    number = quick.file()

    def circle(case: Case) -> Decision:
        return decision(case, HandOver(agent=SUPPORT if case.work.agent == FINANCE else FINANCE, reason="yours"))

    quick.run(number, circle)
    quick.unlabel("tom", number, "agent/ai-support")
    quick.run(number)
    assert quick.shown(number).status != ("status/in-progress",)


# --- closing


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
    from bizops.local.github import issues, labels
    from bizops.local.github.state import BOT, Actor

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


def test_a_pull_request_is_left_alone(quick: Quick) -> None:
    number = quick.world.github.file_issue("mara", "Change", "body", pull_request=True).number
    assert quick.quiet(number)
    assert quick.quiet(number, again=True)
    assert quick.collected[-1].why == ("this is a pull request",)


# --- what a decision may claim


def test_a_decision_that_lies_about_its_agent_and_issue_changes_nothing(quick: Quick) -> None:
    victim, number = quick.file(), quick.file()
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | {"agent": MANAGER, "issue": victim})
    assert quick.shown(number).answers == ("ai-finance-agent@opened",)
    assert quick.shown(victim).comments == ()


def test_labels_that_policy_does_not_allow_are_not_set(quick: Quick) -> None:
    number = quick.file()
    refused = ("status/held", "priority/P0", "agent/ai-security", "security/compliance", "sla/breached")
    wanted = Label(add=("finance/tax", *refused), remove=("finance/analysis", "priority/P2"))
    quick.run(number, saying(wanted))
    shown = quick.shown(number)
    assert "finance/tax" in shown.labels
    assert not set(refused) & set(shown.labels)
    assert "priority/P2" in shown.labels
    assert shown.texts[0].count("is not one that policy allows") == len(refused) + 1


def test_a_label_that_a_person_takes_away_stays_away(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(Label(add=("support/faq",))))
    assert "support/faq" in quick.shown(number).labels
    quick.unlabel("tom", number, "support/faq")
    assert quick.quiet(number)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"agent": 1}', "x" * 1000, '{"summary": "' + "y" * 70_000 + '"}']
)
def test_a_decision_of_another_shape_is_a_failure_and_never_an_answer(quick: Quick, text: str) -> None:
    number = quick.file()
    quick.run(number, lambda _case: text)
    shown = quick.shown(number)
    assert (shown.answers, shown.status) == ((), ("status/failed",))


def test_a_kind_of_action_that_does_not_exist_is_a_failure(quick: Quick) -> None:
    number = quick.file()
    bad = {"kind": "delete_repository"}
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | {"actions": [bad]})
    assert quick.shown(number).status == ("status/failed",)


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
    assert agents(quick, number) == [FINANCE, SUPPORT, FINANCE, SECURITY]
    assert shown.status == ("status/waiting",)


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


def test_a_label_that_the_agent_removed_and_a_person_set_again_stays(quick: Quick) -> None:
    number = quick.file(labels=["support/howto", "support/urgent"])
    quick.run(number, saying(Label(remove=("support/urgent",))))
    assert "support/urgent" not in quick.shown(number).labels
    quick.label("tom", number, "support/urgent")
    assert quick.quiet(number)


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


def test_a_run_takes_away_its_own_cases_alone(world: World, tmp_path: Path) -> None:
    other = tmp_path / "temp" / "bizops" / "7-other"
    other.mkdir(parents=True)
    token = world.github.job_token({"issues": "write", "contents": "read", "actions": "read"})
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "77",
        "GITHUB_REPOSITORY": "acme/ops",
        "GITHUB_TOKEN": token,
        "GITHUB_API_URL": world.github.url,
    }
    number = world.file("How do I file an issue?", "Where is the form?", labels=("support/question",))
    words = [sys.executable, "-m", "bizops", "run", str(number)]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "temp" / "bizops").iterdir()) == [other]
