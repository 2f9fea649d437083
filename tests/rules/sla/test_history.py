"""The edges: history, closing and reopening, states and instants."""

import copy
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bizops.errors import InputError
from bizops.rules.sla.report import issue
from tests.rules.sla.oracle import seconds
from tests.rules.sla.story import (
    at,
    clock,
    closed,
    count,
    file,
    fits,
    labeled,
    policy,
    reopened,
    says,
    told,
    unlabeled,
)

WAIT = "status/waiting"
RESUME = {"reopen": "resume"}


@pytest.mark.parametrize("reason", [None, "completed"])
def test_closed_without_a_reason_is_completed(reason: str | None) -> None:
    assert fits(clock(told(closed("16:00", reason), now="17:00")), state="met", stopped_at="16:00", elapsed_s=3600)


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_closed_as_not_planned_or_as_a_duplicate_is_neither_met_nor_breached(reason: str) -> None:
    found = told(closed("16:00", reason), now="22:00")
    want: dict[str, Any] = {"state": "cancelled", "stopped_at": "16:00", "elapsed_s": 3600, "overdue_s": 0}
    assert fits(clock(found), **want, due_at=None, breach_at=None)
    assert found["ladder"] == []


def test_a_second_closing_changes_only_the_reason() -> None:
    assert fits(
        clock(told(closed("16:00"), closed("16:30", "duplicate"), now="17:00")), state="cancelled", stopped_at="16:00"
    )
    assert fits(
        clock(told(closed("16:00", "not_planned"), closed("16:30"), now="17:00")), state="met", stopped_at="16:00"
    )
    assert fits(clock(told(closed("16:00"), closed("16:30", "duplicate"), now="16:20")), state="met")


def test_a_closing_that_only_closed_at_knows_counts_with_a_warning() -> None:
    facts = {"state": "closed", "closed_at": "2026-11-18T16:00:00Z", "state_reason": None}
    found = told(now="17:00", issue=facts)
    assert fits(clock(found), state="met", stopped_at="16:00")
    assert any("closed_at" in warning for warning in found["warnings"])
    assert fits(clock(told(now="15:30", issue=facts)), state="running", stopped_at=None)
    again = told(closed("15:20"), reopened("15:30"), now="17:00", issue={**facts, "state_reason": "not_planned"})
    assert fits(clock(again, cycle=2), state="cancelled", stopped_at="16:00")
    assert not told(closed("16:00"), now="17:00")["warnings"]


def test_events_later_than_now_have_not_happened() -> None:
    moves = [says("15:20", "mia"), labeled("15:30", WAIT), labeled("15:30", "priority/P0"), closed("15:40")]
    found = told(*moves, now="15:10")
    assert fits(clock(found), state="running", elapsed_s=600, due_at="19:00", target_s=14400)
    assert fits(clock(found, "first-response"), state="running")
    assert found["priority"] == "P2"
    assert not found["warnings"]


def test_an_issue_younger_than_now_is_running_with_nothing_used() -> None:
    found = told(now="14:00")
    assert fits(clock(found), state="running", elapsed_s=0, started_at="15:00", due_at="19:00", overdue_s=0)


def test_an_event_that_is_seen_twice_counts_once() -> None:
    wait = {**labeled("15:30", WAIT), "id": 1}
    found = told(
        wait, wait, {**unlabeled("15:40", WAIT), "id": 2}, {**closed("15:50"), "id": 3}, wait, now="16:00", on={}
    )
    assert fits(clock(found), state="met", elapsed_s=2400, stopped_at="15:50")
    comment = {**says("15:20", "ana"), "id": 9}
    assert count(told(says("15:10", "mia"), comment, comment, now="16:00"), "next-reply") == 1


def test_a_comment_counts_once_though_timeline_and_comments_both_hold_it() -> None:
    comment = {**says("15:10", "mia"), "id": 9}
    found = told(
        comment,
        {**comment, "event": "commented", "actor": comment["user"], "state_reason": None},
        now="16:00",
        issue={"state": "open", "closed_at": None},
    )
    assert fits(clock(found, "first-response"), state="met", stopped_at="15:10")


def test_a_label_without_any_event_counts_from_the_opening() -> None:
    found = told(now="16:00", on={WAIT: "aaaaaa", "priority/P0": "bbbbbb"})
    assert fits(clock(found), state="paused", elapsed_s=0, target_s=3600)
    assert found["priority"] == "P0"


def test_a_label_whose_only_event_is_later_than_now_was_not_there() -> None:
    assert fits(clock(told(labeled("15:30", WAIT), now="15:20")), state="running", elapsed_s=1200)


def test_a_label_that_was_only_taken_off_was_there_from_the_opening() -> None:
    assert fits(clock(told(unlabeled("15:30", WAIT), now="16:00")), state="running", elapsed_s=1800)


def test_a_renamed_label_is_the_only_new_one_of_the_colour_of_the_only_one_that_is_gone() -> None:
    found = told(labeled("15:30", "waiting", color="123456"), now="16:00", on={WAIT: "123456"})
    assert fits(clock(found), state="paused", elapsed_s=1800)


def test_a_pause_label_that_is_renamed_goes_on_pausing_by_its_new_name() -> None:
    moves = [labeled("15:20", WAIT, color="123456"), unlabeled("15:25", WAIT), labeled("15:30", WAIT, color="123456")]
    found = told(*moves, now="16:00", on={"waiting": "123456"})
    assert fits(clock(found), state="paused", elapsed_s=1500)


def test_a_label_that_is_gone_without_an_event_counts_until_it_was_seen_to_be_gone() -> None:
    label = labeled("15:30", WAIT, color="123456")
    assert fits(clock(told(label, now="16:00", on={})), state="running", elapsed_s=3600)
    seen = {"kind": "gone", "at": at("15:50")}
    assert fits(clock(told(label, now="16:00", on={}, record=[seen])), state="running", elapsed_s=2400)


@pytest.mark.parametrize(
    "on", [{WAIT: "654321"}, {WAIT: "123456", "other": "123456"}], ids=["another colour", "two of the colour"]
)
def test_a_label_that_is_not_recognised_counts_from_the_opening_with_a_warning(on: dict[str, str]) -> None:
    found = told(labeled("15:30", "waiting", color="123456"), now="16:00", on=on)
    assert fits(clock(found), state="paused", elapsed_s=0)
    assert any(WAIT in warning for warning in found["warnings"])


def test_two_gone_labels_of_one_colour_leave_the_new_one_unrecognised() -> None:
    moves = [labeled("15:30", "waiting", color="123456"), labeled("15:40", "pending", color="123456")]
    found = told(*moves, now="16:00", on={WAIT: "123456"})
    assert fits(clock(found), state="paused", elapsed_s=0)
    assert any(WAIT in warning for warning in found["warnings"])


def test_what_lasts_zero_seconds_has_no_effect() -> None:
    moves = [labeled("15:30", WAIT), unlabeled("15:30", WAIT), closed("15:40"), reopened("15:40")]
    found = told(*moves, now="16:00")
    assert fits(clock(found), state="running", elapsed_s=3600, pauses=[])
    assert count(found, "resolution") == 1


def test_at_one_instant_a_stop_comes_before_a_pause() -> None:
    found = told(labeled("15:30", WAIT), closed("15:30"), now="16:00")
    assert fits(clock(found), state="met", elapsed_s=1800)


def test_a_reply_in_the_second_of_the_closing_counts() -> None:
    found = told(says("15:30", "mia"), closed("15:30"), now="16:00")
    assert fits(clock(found, "first-response"), state="met", stopped_at="15:30")


def test_a_breached_clock_keeps_its_instants_through_a_pause_and_a_paused_one_has_none() -> None:
    found = told(labeled("19:30", WAIT), now="20:00")
    assert fits(clock(found), state="breached", due_at="19:00", breach_at="19:00", elapsed_s=16200, overdue_s=1800)
    assert fits(clock(told(labeled("18:00", WAIT), now="20:00")), state="paused", due_at=None, breach_at=None)


def test_paused_comes_before_at_risk_and_at_risk_before_running() -> None:
    assert fits(clock(told(labeled("18:30", WAIT), now="20:00")), state="paused", elapsed_s=12600)
    assert fits(clock(told(now="18:12")), state="at-risk")
    assert fits(clock(told(now="18:11:59")), state="running")
    assert fits(clock(told(now="19:00")), state="at-risk", elapsed_s=14400, breach_at="19:00")
    assert fits(clock(told(now="19:00:01")), state="breached", overdue_s=1)


def test_due_and_breach_differ_where_the_target_is_used_up_at_closing_time() -> None:
    own = {"calendar": "office"}
    found = told(opened="13:00", now="18:00", own=own)
    assert fits(clock(found), state="at-risk", due_at="17:00", breach_at="19 09:00", elapsed_s=14400)
    assert fits(clock(told(opened="13:00", now="19 09:00:01", own=own)), state="breached", overdue_s=1)


def test_a_met_clock_shows_the_due_time_in_force_at_its_stop() -> None:
    moves = [labeled("15:30", WAIT), unlabeled("15:40", WAIT), closed("16:00"), labeled("16:30", WAIT)]
    assert fits(clock(told(*moves, now="17:00")), state="met", due_at="19:10", breach_at=None)


def test_an_open_pause_ends_at_the_stop() -> None:
    found = clock(told(labeled("15:30", WAIT), closed("16:00"), now="17:00"))
    assert fits(
        found, state="met", elapsed_s=1800, due_at="19:30", pauses=[["2026-11-18T15:30:00Z", "2026-11-18T16:00:00Z"]]
    )


def test_closing_cancels_first_response_and_next_reply() -> None:
    found = told(closed("15:30"), now="22:00")
    assert fits(clock(found, "first-response"), state="cancelled", stopped_at="15:30", elapsed_s=1800, due_at=None)
    asked = told(says("15:10", "mia"), says("15:20", "ana"), closed("15:30"), now="22:00")
    assert fits(clock(asked, "next-reply"), state="cancelled", stopped_at="15:30", elapsed_s=600)


def test_a_breach_stays_whatever_the_reason_of_closing() -> None:
    found = told(closed("20:00", "not_planned"), now="22:00")
    assert fits(clock(found), state="breached", breach_at="19:00", stopped_at="20:00", overdue_s=3600)
    assert fits(clock(found, "first-response"), state="breached", breach_at="17:00", stopped_at="20:00")


def test_a_reopening_is_a_new_cycle_and_an_earlier_breach_stays() -> None:
    found = told(closed("20:00"), reopened("20:30"), now="21:00")
    assert fits(clock(found), state="breached", breach_at="19:00")
    assert fits(clock(found, cycle=2), state="running", started_at="20:30", elapsed_s=1800, due_at="19 00:30")


@pytest.mark.parametrize(("grace", "cycles"), [(1799, 2), (1800, 1), (1801, 1), (0, 2)])
def test_a_reopening_within_the_grace_resumes(grace: int, cycles: int) -> None:
    found = told(closed("16:00"), reopened("16:30"), now="17:00", own={"reopen_grace_seconds": grace})
    assert count(found, "resolution") == cycles
    if cycles == 1:
        assert fits(clock(found), state="running", elapsed_s=5400, due_at="19:30")


def test_time_as_closed_does_not_count_with_resume() -> None:
    found = told(closed("16:00"), reopened("20 16:00"), now="20 17:00", own=RESUME)
    assert fits(clock(found), state="running", elapsed_s=7200, due_at="20 19:00", started_at="15:00", stopped_at=None)


def test_a_cancelled_cycle_is_never_resumed() -> None:
    found = told(closed("16:00", "not_planned"), reopened("16:30"), now="17:00", own=RESUME)
    assert fits(clock(found), state="cancelled")
    assert fits(clock(found, cycle=2), state="running", started_at="16:30")
    assert fits(clock(found, "first-response"), state="cancelled")


def test_a_breached_cycle_that_is_resumed_stays_breached() -> None:
    found = told(closed("20:00", "not_planned"), reopened("20:30"), now="21:00", own=RESUME)
    assert fits(clock(found), state="breached", breach_at="19:00", elapsed_s=19800, overdue_s=5400, stopped_at=None)


def test_a_label_that_stays_on_pauses_the_next_cycle_too() -> None:
    found = told(labeled("15:30", WAIT), closed("16:00"), reopened("16:30"), now="17:00")
    assert fits(clock(found, cycle=2), state="paused", elapsed_s=0)


def test_a_pull_request_has_no_clocks() -> None:
    found = told(now="16:00", issue={"pull_request": {"url": "x"}})
    assert found["clocks"] == []
    assert found["priority"] is None


def test_a_thousand_events_take_less_than_a_second() -> None:
    moves = []
    for number in range(250):
        hour, minute = 15 + number // 60, number % 60
        when = f"{hour}:{minute:02d}"
        moves += [
            labeled(f"{when}:00", WAIT),
            unlabeled(f"{when}:20", WAIT),
            closed(f"{when}:30"),
            reopened(f"{when}:40"),
        ]
    for mode in ("new-cycle", "resume"):
        began = time.perf_counter()
        found = told(*moves, now="22:00", own={"reopen": mode})
        assert time.perf_counter() - began < 1
        assert count(found, "resolution") == (251 if mode == "new-cycle" else 1)


def test_a_thousand_comments_take_less_than_a_second() -> None:
    body = "/ack\n\nSee https://example.com/a/b and `c/d`.\n\n- one\n- two\n" * 3
    moves = [says(f"15:{n // 60:02d}:{n % 60:02d}", ("mia", "ana", "nora")[n % 3], body) for n in range(1000)]
    began = time.perf_counter()
    found = told(*moves, now="22:00")
    assert time.perf_counter() - began < 1
    assert count(found, "next-reply") == 333


JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    "x",
    [],
    {},
    [None],
    [1],
    {"a": 1},
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a JSON tree."""
    if path:
        yield path
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from places(value, (*path, key))


def test_a_file_with_anything_anywhere_is_read_or_refused_in_words() -> None:
    moves = [labeled("15:00", "priority/P1"), says("15:10", "mia"), says("15:20", "ana", "/ack"), closed("18:00")]
    record = [{"clock": "resolution", "cycle": 1, "kind": "step", "step": 1, "at": "2026-11-18T17:05:00Z"}]
    whole = file(*moves, permissions={"mia": "write"}, record=record, desk="github-actions[bot]")
    rules, refused = policy({}), 0
    for *way, last in places(whole):
        for junk in JUNK:
            tree = copy.deepcopy(whole)
            inner: Any = tree
            for key in way:
                inner = inner[key]
            inner[last] = junk
            try:
                assert issue(tree, rules, seconds("2026-11-18T20:00:00Z"), [])["clocks"] is not None
            except InputError:
                refused += 1
    assert refused > 50
