"""The edges: which priority counts, what a change does, and what policy says."""

from typing import Any

import pytest

from tests.rules.sla.story import (
    DESK,
    clock,
    closed,
    count,
    fits,
    labeled,
    reopened,
    says,
    told,
    unlabeled,
)

P0, P1, P3 = "priority/P0", "priority/P1", "priority/P3"
FIRST = "first-response"


def changed(when: str, old: str, new: str) -> list[dict[str, Any]]:
    return [unlabeled(when, old), labeled(when, new)]


def mode(name: str) -> dict[str, Any]:
    return {"priority_change": name}


def test_two_priorities_at_once_give_the_strictest_with_a_warning() -> None:
    found = told(labeled("15:00", P3), labeled("15:00", P1), now="15:30")
    assert found["priority"] == "P1"
    assert any("P1" in warning and "P3" in warning for warning in found["warnings"])


def test_stricter_is_the_smaller_target_and_then_the_smaller_name() -> None:
    rows = {"P0": {"sla_hours": 9}, "P1": {"sla_hours": 2}, "P3": {"sla_hours": 2}}
    moves = [labeled("15:00", name) for name in (P0, P3, P1)]
    assert told(*moves, now="15:30", own={"escalation": rows})["priority"] == "P1"
    assert told(*moves[:2], now="15:30", own={"escalation": rows})["priority"] == "P3"


def test_no_priority_is_the_policys_default() -> None:
    assert told(now="15:30")["priority"] == "P2"
    assert told(now="15:30", own={"default_priority": "P3"})["priority"] == "P3"


@pytest.mark.parametrize("name", ["priority/P9", "priority/urgent", "priority/"])
def test_an_unknown_priority_is_none_with_a_warning(name: str) -> None:
    found = told(labeled("15:00", name), now="15:30")
    assert found["priority"] == "P2"
    assert any(name in warning for warning in found["warnings"])


@pytest.mark.parametrize(("when", "target"), [("15:00:59", 3600), ("15:01:00", 3600), ("15:01:01", 3600)])
def test_a_priority_set_within_the_settle_seconds_is_the_initial_one(when: str, target: int) -> None:
    found = told(labeled(when, P0), now="15:30", own=mode("reset"))
    late = when == "15:01:01"
    assert fits(clock(found), target_s=target, elapsed_s=1739 if late else 1800)
    assert fits(clock(told(labeled(when, P0), now="15:30", own=mode("sticky"))), target_s=14400 if late else 3600)


def test_the_priority_at_the_end_of_the_settle_seconds_is_the_initial_one() -> None:
    moves = [labeled("15:00:10", P0), *changed("15:00:40", P0, P3)]
    assert fits(clock(told(*moves, now="15:30", own=mode("sticky"))), target_s=28800)


def test_settle_seconds_can_be_none() -> None:
    own = {**mode("sticky"), "settle_seconds": 0}
    assert fits(clock(told(labeled("15:00:01", P0), now="15:30", own=own)), target_s=14400)
    assert fits(clock(told(labeled("15:00:00", P0), now="15:30", own=own)), target_s=3600)


def test_the_first_priority_that_the_desk_sets_is_the_initial_one() -> None:
    found = told(labeled("15:20", P0, by=DESK), now="15:30", own=mode("sticky"))
    assert fits(clock(found), target_s=3600, elapsed_s=1800)
    assert fits(clock(told(labeled("15:20", P0), now="15:30", own=mode("sticky"))), target_s=14400)
    tight = told(labeled("17:30", P0, by=DESK), now="18:00")  # from the start, so breached before it was set
    assert fits(clock(tight), state="breached", breach_at="16:00")


def test_a_tightened_target_that_is_used_up_breaches_at_the_change() -> None:
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), now="18:30")
    assert fits(clock(found), state="breached", breach_at="18:00", elapsed_s=12600, overdue_s=1800)


def test_a_change_in_this_very_second_counts() -> None:
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), now="18:00")
    assert fits(clock(found), state="breached", breach_at="18:00", target_s=7200, overdue_s=0)
    found = told(labeled("15:00", P3), *changed("16:00", P3, P1), now="16:00")
    assert fits(clock(found), state="running", due_at="17:00", target_s=7200)


def test_a_change_in_the_second_of_the_stop_does_not() -> None:
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), closed("18:00"), now="19:00")
    assert fits(clock(found), state="met", target_s=28800)


def test_used_up_exactly_at_the_change_is_no_breach_yet() -> None:
    found = told(labeled("15:00", P3), *changed("17:00", P3, P1), now="17:00")
    assert fits(clock(found), state="at-risk", elapsed_s=7200)
    assert fits(
        clock(told(labeled("15:00", P3), *changed("17:00", P3, P1), now="17:00:01")),
        state="breached",
        breach_at="17:00",
    )


def test_a_loosened_target_counts_with_what_was_used() -> None:
    found = told(labeled("15:00", P1), *changed("16:30", P1, P3), now="17:30")
    assert fits(clock(found), state="running", elapsed_s=9000, due_at="23:00", target_s=28800)


def test_a_breached_clock_stays_so_whatever_the_mode() -> None:
    for name in ("carry", "recompute", "reset", "sticky"):
        found = told(labeled("15:00", P0), *changed("17:00", P0, P3), now="17:30", own=mode(name))
        assert fits(clock(found), state="breached", breach_at="16:00", due_at="16:00", overdue_s=5400)


def test_a_met_clock_stays_so() -> None:
    found = told(labeled("15:00", P3), closed("18:00"), *changed("18:30", P3, P0), now="19:00")
    assert fits(clock(found), state="met", target_s=28800)
    assert found["priority"] == "P0"


def test_with_carry_the_new_calendar_counts_from_the_change() -> None:
    own = {"escalation": {"P3": {"calendar": "office"}}}
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), now="18:30", own=own)
    want = {"state": "breached", "breach_at": "18:00", "due_at": "18:00", "overdue_s": 1800}
    assert fits(clock(found), **want, elapsed_s=9000)  # two hours until closing time, then half an hour by night


def test_recompute_is_as_if_the_present_priority_had_been_there_from_the_start() -> None:
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), now="18:30", own=mode("recompute"))
    assert fits(clock(found), state="breached", breach_at="17:00", due_at="17:00", overdue_s=5400, target_s=7200)


def test_reset_begins_with_nothing_used() -> None:
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), now="18:30", own=mode("reset"))
    assert fits(clock(found), state="running", elapsed_s=1800, due_at="20:00", started_at="15:00")


def test_sticky_keeps_the_initial_priority() -> None:
    found = told(labeled("15:00", P3), *changed("18:00", P3, P1), now="18:30", own=mode("sticky"))
    assert fits(clock(found), state="running", elapsed_s=12600, target_s=28800)


ONLY_P0 = {"escalation": {p: {"first_response_minutes": None, "next_reply_minutes": None} for p in ("P1", "P2", "P3")}}


def test_a_priority_without_a_target_for_a_clock_has_no_such_clock() -> None:
    found = told(says("15:10", "mia"), says("15:20", "ana"), now="16:00", own=ONLY_P0)
    assert [row["clock"] for row in found["clocks"]] == ["resolution"]


def test_a_change_to_a_priority_without_the_target_cancels_and_one_from_it_starts_at_the_change() -> None:
    found = told(labeled("15:00", P0), *changed("15:10", P0, P3), now="16:00", own=ONLY_P0)
    assert fits(clock(found, FIRST), state="cancelled", stopped_at="15:10", elapsed_s=600, due_at=None)
    found = told(labeled("15:00", P3), *changed("15:10", P3, P0), now="15:20", own=ONLY_P0)
    assert fits(clock(found, FIRST), state="running", started_at="15:10", elapsed_s=600, due_at="15:40")
    again = told(labeled("15:00", P0), *changed("15:10", P0, P3), *changed("15:20", P3, P0), now="15:30", own=ONLY_P0)
    assert fits(clock(again, FIRST, 2), state="running", started_at="15:20", elapsed_s=600)
    assert fits(clock(again), state="running", elapsed_s=1800)


def test_a_change_from_it_starts_no_clock_for_what_was_answered_before() -> None:
    found = told(labeled("15:00", P3), says("15:05", "mia"), *changed("15:10", P3, P0), now="15:20", own=ONLY_P0)
    assert count(found, FIRST) == 0
    asked = told(
        labeled("15:00", P3),
        says("15:05", "mia"),
        says("15:06", "ana"),
        *changed("15:10", P3, P0),
        now="15:20",
        own=ONLY_P0,
    )
    assert fits(clock(asked, "next-reply"), state="running", started_at="15:10", elapsed_s=600)


def test_a_new_cycle_counts_with_the_priority_of_its_start() -> None:
    moves = [labeled("15:00", P3), closed("16:00"), *changed("16:10", P3, P0), reopened("16:30")]
    found = told(*moves, now="16:40")
    assert fits(clock(found, cycle=2), target_s=3600, elapsed_s=600, due_at="17:30")


VERSION = {"versions": [{"effective_from": "2026-11-18T16:00:00Z", "escalation": {"P2": {"sla_hours": 1}}}]}


def test_a_version_counts_for_clocks_that_start_at_or_after_it() -> None:
    moves = [closed("15:30"), reopened("16:00")]
    found = told(*moves, now="16:30", own=VERSION)
    assert fits(clock(found), target_s=14400)
    assert fits(clock(found, cycle=2), target_s=3600, due_at="17:00")
    assert fits(clock(told(closed("15:30"), reopened("15:59:59"), now="16:30", own=VERSION), cycle=2), target_s=14400)


def test_a_version_may_change_the_default_priority_for_the_clocks_that_start_then() -> None:
    own = {"versions": [{"effective_from": "2026-11-18T16:00:00Z", "default_priority": "P0"}]}
    found = told(closed("15:30"), reopened("16:00"), now="16:30", own=own)
    assert fits(clock(found), target_s=14400)
    assert fits(clock(found, cycle=2), target_s=3600)


def test_a_version_keeps_what_it_does_not_name() -> None:
    found = told(opened="16:00", now="16:30", own=VERSION)
    assert fits(clock(found, FIRST), target_s=7200)
    assert found["priority"] == "P2"


def test_later_versions_lie_over_earlier_ones_in_the_order_of_time_and_not_of_writing() -> None:
    rows = [
        {"effective_from": "2026-11-18T16:00:00+00:00", "escalation": {"P2": {"sla_hours": 1}}},
        {"effective_from": "2026-11-18T17:00:00+02:00", "calendar": "office", "escalation": {"P2": {"sla_hours": 2}}},
    ]  # the second is of 15:00 in UTC
    found = told(opened="16:30", now="18:30", own={"versions": rows})
    assert fits(clock(found), target_s=3600, elapsed_s=1800)


def test_a_calendar_of_a_version_counts_from_it_on() -> None:
    short = {"tz": "UTC", "week": {"wed": [["16:00", "16:30"]], "thu": [["09:00", "17:00"]]}}
    own = {
        "calendar": "office",
        "versions": [{"effective_from": "2026-11-18T16:00:00Z", "calendars": {"office": short}}],
    }
    assert fits(clock(told(opened="16:00", now="16:59", own=own)), elapsed_s=1800)
    assert fits(clock(told(opened="15:59:59", now="16:59:59", own=own)), elapsed_s=3600)


def test_enforce_from_looks_at_the_opening_only() -> None:
    own = {"enforce_from": "2026-11-18T15:00:01Z"}
    found = told(closed("15:30"), reopened("16:00"), now="17:00", own=own)
    assert (found["clocks"], found["ladder"], found["priority"]) == ([], [], None)
    assert found["warnings"]
    assert count(told(now="17:00", own={"enforce_from": "2026-11-18T15:00:00Z"}), "resolution") == 1


def test_maps_given_in_part_keep_the_other_keys() -> None:
    own = {"pause_labels": {"resolution": ["status/awaiting-approval"]}}
    found = told(labeled("15:30", "status/waiting"), now="16:00", own=own)
    assert fits(clock(found), state="running")
    assert fits(clock(found, FIRST), state="paused")
    assert fits(clock(told(labeled("15:30", "status/awaiting-approval"), now="16:00", own=own)), state="paused")


def test_the_clock_of_a_union_runs_while_any_office_is_open() -> None:
    offices = {
        "vienna": {"tz": "Europe/Vienna", "week": {"wed": [["09:00", "17:00"]], "thu": [["09:00", "17:00"]]}},
        "coast": {"tz": "America/Los_Angeles", "week": {"wed": [["09:00", "17:00"]]}, "holidays": ["2026-11-19"]},
        "both": {"union": ["vienna", "coast"]},
    }
    own = {"calendar": "both", "calendars": offices}
    found = told(opened="15:00", now="18:00", own=own)  # Vienna until 16:00, the coast from 17:00 until 01:00
    assert fits(clock(found), elapsed_s=7200, due_at="20:00")
