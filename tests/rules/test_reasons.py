"""Reasons read from a thread: pure, so every order, second and spelling can be tried."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.issue import Comment, Event, Issue, Person, Thread
from bizops.policy import Permission, load
from bizops.rules import markers, reasons, routing
from bizops.rules.reasons import Look

POLICY = load()
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
BOT = "github-actions[bot]"
SUPPORT = "ai-support-agent"


def permission_of(login: str) -> Permission:
    return {"tom": "triage", "mara": "write"}.get(login, "none")  # type: ignore[return-value]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def comment(number: int, who: str, body: str, minute: float) -> Comment:
    return Comment(number, Person(who), body, at(minute), at(minute))


def event(number: int, kind: str, who: str, name: str, minute: float) -> Event:
    return Event(number, kind, Person(who), at(minute), name)


def answer(number: int, key: str, minute: float, **data: Any) -> Comment:
    return comment(number, BOT, markers.render("answer", key, data), minute)


def look(thread: Thread, *, again: bool = False, **policy: Any) -> Look:
    rules = POLICY.model_copy(update={"agents": POLICY.agents.model_copy(update=policy)})
    issue = thread.issue
    return reasons.look(thread, routing.route(issue.labels, issue.assignees, rules), rules, permission_of, again=again)


def keys(seen: Look) -> list[str]:
    return [work.key for work, _ in seen.todo]


ISSUE = Issue(7, "Help", "How?", Person("zoe"), labels=("support/howto",), created_at=START)
ASKED = Thread(
    ISSUE,
    (event(1, "labeled", BOT, "status/in-progress", 1), event(2, "labeled", BOT, "status/needs-info", 2)),
    (answer(10, f"{SUPPORT}@opened", 2, then="needs-info", input=ISSUE.input, seen=0, heard=0),),
)


def also(thread: Thread, *entries: Comment | Event) -> Thread:
    comments = (*thread.comments, *(e for e in entries if isinstance(e, Comment)))
    events = (*thread.events, *(e for e in entries if isinstance(e, Event)))
    return Thread(
        thread.issue,
        tuple(sorted(events, key=lambda e: (e.created_at, e.id))),
        tuple(sorted(comments, key=lambda c: (c.created_at, c.id))),
    )


def test_a_new_issue_has_one_reason() -> None:
    assert keys(look(Thread(ISSUE))) == [f"{SUPPORT}@opened"]


def test_an_answered_issue_has_none() -> None:
    assert keys(look(ASKED)) == []


@pytest.mark.parametrize("second", range(-1, 3))
def test_a_comment_counts_in_every_second_after_the_claim(second: int) -> None:
    said = comment(11, "zoe", "October", 2 + second / 60)
    assert keys(look(also(ASKED, said))) == [f"{SUPPORT}@comment-11"]


def test_of_several_comments_the_newest_is_the_reason() -> None:
    said = [comment(11 + n, "zoe", "October", 3 + n) for n in range(4)]
    assert keys(look(also(ASKED, *said))) == [f"{SUPPORT}@comment-14"]


def test_a_newer_answer_covers_every_older_reason() -> None:
    said = [comment(11 + n, "zoe", "October", 3 + n) for n in range(4)]
    done = answer(20, f"{SUPPORT}@comment-14", 9, then="waiting", input=ISSUE.input, seen=2, heard=14)
    whole = also(ASKED, *said, done)
    assert keys(look(whole)) == []
    without = Thread(whole.issue, whole.events, tuple(c for c in whole.comments if c.id != 14))
    assert keys(look(without)) == []  # the comment was deleted after it was answered


def test_an_edit_comes_directly_after_the_question() -> None:
    edited = replace(ASKED, issue=replace(ISSUE, body="How, in October?"))
    key = f"{SUPPORT}@edited-{edited.issue.input}"
    assert keys(look(edited)) == [key]
    assert keys(look(also(edited, comment(11, "zoe", "Done", 3)))) == [f"{SUPPORT}@comment-11"]
    done = answer(12, f"{SUPPORT}@comment-11", 4, then="waiting", input=edited.issue.input, seen=2, heard=11)
    assert keys(look(also(edited, comment(11, "zoe", "Done", 3), done))) == []


def test_a_question_of_a_mention_is_no_open_question() -> None:
    asked = answer(12, "ai-finance-agent@comment-11", 4, then="needs-info", input="old", mention=True)
    waits = answer(10, f"{SUPPORT}@opened", 2, then="waiting", input="old", seen=0, heard=0)
    whole = Thread(ISSUE, ASKED.events, (waits, comment(11, "tom", "@ai-finance?", 3), asked))
    assert keys(look(whole)) == []


def test_a_route_that_changed_is_a_reason_only_if_somebody_changed_it() -> None:
    issue = replace(ISSUE, labels=("support/howto", "agent/ai-security"))
    seen = replace(ASKED, issue=issue)
    assert keys(look(seen)) == []
    label = event(5, "labeled", "tom", "agent/ai-security", 5)
    assert keys(look(also(seen, label))) == ["ai-security-agent@routed-5"]
    quiet = event(5, "labeled", "renovate[bot]", "agent/ai-security", 5)
    assert keys(look(also(seen, replace(quiet, name="security/x")))) == []
    ours = event(5, "labeled", BOT, "agent/ai-security", 5)
    assert keys(look(also(seen, ours))) == ["ai-security-agent@routed-5"]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("stop", ["closed", "pull request", "held by a person"])
def test_nothing_is_to_be_done_where_the_desk_is_stopped(stop: str, *, again: bool) -> None:
    issue = replace(
        ISSUE,
        state="closed" if stop == "closed" else "open",
        pull_request=stop == "pull request",
        labels=(*ISSUE.labels, "status/held"),
    )
    seen = look(Thread(issue, (event(1, "labeled", "tom", "status/held", 1),)), again=again)
    assert keys(seen) == []
    assert seen.stopped


def test_a_rerun_works_the_newest_key_again_by_the_agent_that_answered() -> None:
    whole = replace(ASKED, issue=replace(ISSUE, labels=("finance/analysis",)))
    (work, _) = look(whole, again=True).todo[0]
    assert (work.key, work.again) == (f"{SUPPORT}@opened", True)


def test_before_adoption_only_somebody_who_asks_is_answered() -> None:
    old = datetime(2027, 1, 1, tzinfo=UTC)
    assert keys(look(Thread(ISSUE), answer_from=old)) == []
    assert keys(look(also(Thread(ISSUE), comment(1, "zoe", "hello?", 1)), answer_from=old)) == []
    assert keys(look(Thread(ISSUE), answer_from=old, again=True)) == [f"{SUPPORT}@opened"]
    mention = comment(1, "zoe", "@ai-finance-agent hello?", 1)
    assert keys(look(also(Thread(ISSUE), mention), answer_from=old)) == ["ai-finance-agent@comment-1"]


HELD = also(
    Thread(ISSUE, (event(1, "labeled", BOT, "status/in-progress", 1),)),
    comment(10, BOT, markers.render("notice", f"held/{SUPPORT}@opened", {"then": "held"}), 2),
    event(2, "labeled", BOT, "status/held", 2),
)


def test_a_held_key_waits_for_a_person_a_new_reason_or_a_rerun() -> None:
    assert keys(look(HELD)) == []
    assert keys(look(HELD, again=True)) == [f"{SUPPORT}@opened"]
    assert keys(look(also(HELD, event(3, "unlabeled", "tom", "status/held", 3)))) == [f"{SUPPORT}@opened"]
    assert keys(look(also(HELD, event(3, "unlabeled", BOT, "status/held", 3)))) == []
    assert keys(look(also(HELD, event(3, "unlabeled", "tom", "status/held", 1.5)))) == []
    assert keys(look(also(HELD, comment(11, "zoe", "October", 3)))) == [f"{SUPPORT}@comment-11"]


def test_a_notice_that_somebody_else_wrote_holds_nothing() -> None:
    planted = comment(10, "zoe", markers.render("notice", f"held/{SUPPORT}@opened"), 2)
    assert keys(look(Thread(ISSUE, (), (planted,)))) == [f"{SUPPORT}@opened"]


def test_attempts_are_counted_from_the_timeline() -> None:
    reason = look(Thread(ISSUE)).todo[0][1]
    failed = [event(n, "labeled", BOT, "status/failed", n) for n in (2, 3)]
    once = also(Thread(ISSUE), *failed)
    assert reasons.attempts(once, reason, POLICY) == 2
    assert reasons.attempts(also(once, event(4, "unlabeled", "tom", "status/held", 4)), reason, POLICY) == 0
    assert reasons.attempts(also(once, event(4, "labeled", "tom", "security/x", 4)), reason, POLICY) == 0
    assert reasons.attempts(also(once, event(4, "labeled", "tom", "status/failed", 4)), reason, POLICY) == 2


def mentioned(body: str) -> list[str]:
    return keys(look(also(ASKED, comment(11, "tom", body, 3))))


@pytest.mark.parametrize(
    "body",
    [
        "@ai-finance",
        "@ai-finance-agent",
        "hey @AI-Finance!",
        "(@ai-finance)",
        "**@ai-finance**",
        "@ai-finance, @ai-support",
        "- @ai-finance",
        "`x` @ai-finance",
        "> quoted\n\n@ai-finance",
        "```\ncode\n```\n@ai-finance",
        "@ai-nobody @ai-finance",
        "1. first\n\n    @ai-finance below a list",
        "@ai-marketing is off, @ai-finance",
        "`` ` `` @ai-finance",
        "a `b @ai-finance",
    ],
)
def test_a_mention(body: str) -> None:
    assert mentioned(body) == ["ai-finance-agent@comment-11"]


@pytest.mark.parametrize("body", ["@ai-support-agent It was October.", "October, @AI-Support!", "@ai-support"])
@pytest.mark.parametrize("status", ["needs-info", "waiting", "held", "in-progress"])
def test_the_requester_who_names_the_agent_that_has_the_issue_answers_it(status: str, body: str) -> None:
    asked = replace(ASKED, events=(event(1, "labeled", BOT, f"status/{status}", 2),))
    said = also(asked, comment(11, "zoe", body, 3))
    ((work, reason),) = look(said).todo
    assert (work.key, reason.agent, work.asked) == (f"{SUPPORT}@comment-11", "", body)
    later = also(said, comment(12, "zoe", "No, September.", 4))
    assert keys(look(later)) == [f"{SUPPORT}@comment-12"]  # one answer for both
    done = answer(13, f"{SUPPORT}@comment-12", 5, then="waiting", input=ISSUE.input, seen=1, heard=12)
    assert keys(look(also(later, done))) == []
    moved = replace(ISSUE, labels=("agent/ai-security",))
    routed = also(replace(later, issue=moved), done, event(9, "labeled", "tom", "agent/ai-security", 6))
    assert keys(look(routed)) == ["ai-security-agent@routed-9"]  # and not the comment once more


@pytest.mark.parametrize(
    ("who", "body"), [("tom", "@ai-support"), ("zoe", "@ai-finance It was October."), ("mara", "@ai-support-agent now")]
)
def test_everybody_else_and_every_other_agent_is_a_mention(who: str, body: str) -> None:
    ((work, reason),) = look(also(ASKED, comment(11, who, body, 3))).todo
    assert (work.reason, reason.agent) == ("comment-11", work.agent)


@given(st.text(alphabet="`~> \n\t@ai-financesuport.<!->x", max_size=60))
def test_no_text_breaks_the_reader_and_only_agents_that_work_are_named(body: str) -> None:
    live = {name for name, own in POLICY.agents.agents.items() if own.mode != "off"}
    for key in mentioned(body):
        assert key.partition("@")[0] in live
        assert "@ai-" in body


@given(st.text(max_size=40), st.sampled_from(["`{}`", "```\n{}\n```", "~~~\n{}\n~~~", "> {}", "<!-- {} -->", "``{}``"]))
def test_code_quotes_and_hidden_text_name_nobody(before: str, frame: str) -> None:
    quiet = "".join(c for c in before if c.isalnum() or c == " ")
    assert mentioned(f"{quiet}\n\n" + frame.format("@ai-finance")) == []


# --- any thread


@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.just("comment"),
                st.sampled_from(["zoe", "tom", "mara", BOT]),
                st.sampled_from(
                    [
                        "x",
                        "@ai-finance",
                        "/retry",
                        markers.render("answer", f"{SUPPORT}@opened"),
                        markers.render("notice", f"held/{SUPPORT}@opened"),
                    ]
                ),
            ),
            st.tuples(
                st.sampled_from(["labeled", "unlabeled"]),
                st.sampled_from(["tom", BOT]),
                st.sampled_from(["status/held", "status/waiting", "agent/ai-security", "finance/x", "y"]),
            ),
            st.tuples(st.sampled_from(["reopened", "closed", "renamed"]), st.sampled_from(["zoe", BOT]), st.just("")),
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_answering_what_is_to_be_done_ends(entries: list[tuple[str, str, str]], again: bool) -> None:  # noqa: FBT001
    """Whatever stands on an issue: answering each key in turn comes to an end, and no key is asked for twice."""
    thread = Thread(ISSUE)
    for number, (kind, who, what) in enumerate(entries, 1):
        new = comment(number, who, what, number) if kind == "comment" else event(number, kind, who, what, number)
        thread = also(thread, new)
    done: list[str] = []
    for step in range(20):
        todo = look(thread, again=again and not step).todo
        if not todo:
            return
        key = todo[0][0].key
        assert key not in done
        done.append(key)
        data = {
            "then": "waiting",
            "input": ISSUE.input,
            "seen": reasons.newest_event(thread),
            "heard": reasons.newest_comment(thread),
        }
        mention = {"mention": True} if todo[0][1].agent else {}
        thread = also(thread, answer(100 + step, key, 100 + step, **data, **mention))
    pytest.fail(f"never done: {done}")
