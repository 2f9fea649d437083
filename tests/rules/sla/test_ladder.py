"""The edges: the ladder."""

from typing import Any

import pytest

from tests.rules.sla.story import DESK, at, clock, closed, fits, labeled, reopened, says, told, unlabeled

P1 = labeled("15:00", "priority/P1")  # two hours: breached at 17:00
STEPS = {"ladder": {"steps": [{"after_minutes": 0, "do": ["label"]}, {"after_minutes": 60, "do": ["alert"]}]}}


def rungs(found: dict[str, Any], name: str = "resolution", cycle: int = 1) -> list[tuple[int, str, str]]:
    """(step, time, state) of each step of a clock."""
    rows = [row for row in found["ladder"] if (row["clock"], row["cycle"]) == (name, cycle)]
    return [(row["step"], row["at"], row["state"]) for row in rows]


def steps(*expected: tuple[int, str, str]) -> list[tuple[int, str, str]]:
    return [(number, at(when), state) for number, when, state in expected]


def test_every_step_of_a_breached_clock_is_listed_from_1_with_what_policy_says() -> None:
    found = told(P1, now="17:40")
    assert rungs(found) == steps((1, "17:00", "due"), (2, "17:30", "due"), (3, "19:00", "pending"))
    do = [row["do"] for row in found["ladder"] if row["clock"] == "resolution"]
    assert do == [["label", "mention"], ["escalate"], ["alert"]]


def test_a_step_is_due_from_its_time_on() -> None:
    assert rungs(told(P1, now="17:29:59"))[1] == (2, at("17:30"), "pending")
    assert rungs(told(P1, now="17:30:00"))[1] == (2, at("17:30"), "due")


def test_a_clock_that_is_not_breached_has_no_steps() -> None:
    assert rungs(told(P1, now="17:00:00")) == []
    assert rungs(told(P1, now="17:00:01"))[0] == (1, at("17:00"), "due")


def test_first_response_has_its_own_steps() -> None:
    assert rungs(told(P1, now="16:10"), "first-response") == steps(
        (1, "16:00", "due"), (2, "16:30", "pending"), (3, "18:00", "pending")
    )


def test_a_manager_is_a_step_of_its_own_at_0_minutes() -> None:
    own = {"escalation": {"P1": {"requires_manager": True}}}
    found = told(P1, now="17:10", own=own)
    (manager,) = [row for row in found["ladder"] if row["clock"] == "resolution" and row["do"] == ["manager"]]
    assert (manager["step"], manager["at"], manager["state"]) == (0, at("17:00"), "due")
    assert [row for row in rungs(found) if row[0]] == rungs(told(P1, now="17:10"))


def test_our_own_marker_makes_a_step_done() -> None:
    post = says(
        "17:05", DESK, "Late.\n\n<!-- bizops:sla resolution/1/breach/1 -->\n<!-- bizops:sla resolution/1/breach/2 -->"
    )
    assert rungs(told(P1, post, now="17:40")) == steps(
        (1, "17:00", "done"), (2, "17:30", "done"), (3, "19:00", "pending")
    )


@pytest.mark.parametrize("who", ["nora", "mia", "robo[bot]"])
def test_a_marker_that_someone_else_planted_makes_nothing_done(who: str) -> None:
    post = says("17:05", who, "<!-- bizops:sla resolution/1/breach/1 -->")
    assert rungs(told(P1, post, now="17:40"))[0] == (1, at("17:00"), "due")


def test_a_recorded_step_is_done_though_its_comment_is_gone() -> None:
    record = [{"clock": "resolution", "cycle": 1, "kind": "step", "step": 1, "at": at("17:05")}]
    assert rungs(told(P1, now="17:40", record=record))[0] == (1, at("17:00"), "done")


def test_when_the_clock_stops_later_steps_are_cancelled_and_earlier_ones_stay_due() -> None:
    found = told(P1, closed("17:40"), now="23:00")
    assert rungs(found) == steps((1, "17:00", "due"), (2, "17:30", "due"), (3, "19:00", "cancelled"))


def test_the_steps_of_an_earlier_cycle_stay() -> None:
    found = told(P1, closed("17:40"), reopened("18:00"), now="20:30")
    assert rungs(found) == steps((1, "17:00", "due"), (2, "17:30", "due"), (3, "19:00", "cancelled"))
    assert rungs(found, cycle=2) == steps((1, "20:00", "due"), (2, "20:30", "due"), (3, "22:00", "pending"))


OFFICE = {"calendar": "office", **STEPS}  # 09:00 to 17:00


def test_business_offsets_count_in_the_clocks_calendar_and_real_ones_do_not() -> None:
    early = labeled("14:30", "priority/P1")  # breached at 16:30
    found = told(early, opened="14:30", now="16:40", own=OFFICE)
    assert rungs(found) == steps((1, "16:30", "due"), (2, "19 09:30", "pending"))
    real = {**OFFICE, "ladder": {**STEPS["ladder"], "clock": "real"}}
    assert rungs(told(early, opened="14:30", now="16:40", own=real)) == steps(
        (1, "16:30", "due"), (2, "17:30", "pending")
    )


def test_a_step_that_lands_on_closing_time_is_at_closing_time() -> None:
    early = labeled("14:00", "priority/P1")
    found = told(early, opened="14:00", now="16:10", own=OFFICE)
    assert rungs(found) == steps((1, "16:00", "due"), (2, "17:00", "pending"))


def test_steps_count_from_the_breach_and_not_from_the_due_time() -> None:
    found = told(P1, now="19 09:10", own=OFFICE)  # used up at closing time, breached in the morning
    assert fits(clock(found), due_at="17:00", breach_at="19 09:00")
    assert rungs(found) == steps((1, "19 09:00", "due"), (2, "19 10:00", "pending"))


def test_pauses_move_no_step() -> None:
    found = told(P1, labeled("17:10", "status/waiting"), unlabeled("17:50", "status/waiting"), now="18:10", own=STEPS)
    assert rungs(found) == steps((1, "17:00", "due"), (2, "18:00", "due"))


def test_an_ack_moves_the_next_step_to_its_timeout_and_the_others_keep_their_distance() -> None:
    found = told(P1, says("17:10", "mia", "/ack"), now="18:00")
    assert rungs(found) == steps((1, "17:00", "due"), (2, "19:10", "pending"), (3, "20:40", "pending"))
    after = told(P1, says("17:40", "mia", "Seen.\n\n/ack"), now="18:00")
    assert rungs(after) == steps((1, "17:00", "due"), (2, "17:30", "due"), (3, "19:40", "pending"))


def test_another_ack_moves_the_next_step_again() -> None:
    found = told(P1, says("17:10", "mia", "/ack"), says("19:00", "mia", "/ack"), now="20:00")
    assert rungs(found) == steps((1, "17:00", "due"), (2, "21:00", "pending"), (3, "22:30", "pending"))
    past = told(P1, says("17:10", "mia", "/ack"), says("19:20", "mia", "/ack"), now="20:00")
    assert rungs(past) == steps((1, "17:00", "due"), (2, "19:10", "due"), (3, "21:20", "pending"))


def test_an_ack_counts_for_all_breached_clocks_of_the_issue() -> None:
    found = told(P1, says("17:10", "nora", "/ack", association="OWNER"), now="17:20")
    assert rungs(found, "first-response")[2] == (3, at("19:10"), "pending")
    assert rungs(found)[1] == (2, at("19:10"), "pending")


@pytest.mark.parametrize(
    "body",
    ["> /ack", "    /ack", "```\n/ack\n```", "We /ack this", "`/ack`", "/acknowledge", "\\/ack", "<!--\n/ack\n-->"],
)
def test_an_ack_in_code_in_a_quote_or_in_a_line_is_none(body: str) -> None:
    assert rungs(told(P1, says("17:10", "mia", body), now="18:00"))[1] == (2, at("17:30"), "due")


@pytest.mark.parametrize(
    "body", ["/ack", "/ack thanks", "Seen\n/ack", "/ACK", "> is it?\n\n/ack", "/ack\r\n/retry", "a\u2028b\n\n/ack"]
)
def test_an_ack_is_a_line_of_a_comment(body: str) -> None:
    assert rungs(told(P1, says("17:10", "mia", body), now="18:00"))[1] == (2, at("19:10"), "pending")


@pytest.mark.parametrize("who", ["nora", "ana", "robo[bot]", DESK])
def test_an_ack_needs_a_person_with_write_access(who: str) -> None:
    assert rungs(told(P1, says("17:10", who, "/ack"), now="18:00"))[1] == (2, at("17:30"), "due")


def test_a_requester_with_write_access_can_ack() -> None:
    found = told(P1, says("17:10", "ana", "/ack", association="OWNER"), now="18:00")
    assert rungs(found)[1] == (2, at("19:10"), "pending")


@pytest.mark.parametrize("when", ["16:30", "17:00:00"])
def test_an_ack_before_the_breach_does_nothing(when: str) -> None:
    assert rungs(told(P1, says(when, "mia", "/ack"), now="18:00"))[1] == (2, at("17:30"), "due")


def test_an_ack_later_than_now_has_not_happened() -> None:
    assert rungs(told(P1, says("17:10", "mia", "/ack"), now="17:05"))[1] == (2, at("17:30"), "pending")


def test_an_ack_counts_in_the_clocks_calendar_where_the_ladder_does() -> None:
    early = labeled("14:00", "priority/P1")  # breached at 16:00; step 2 at 17:00
    found = told(early, says("16:10", "mia", "/ack"), opened="14:00", now="16:20", own=OFFICE)
    assert rungs(found)[1] == (2, at("19 10:10"), "pending")


def test_steps_at_risk_have_the_same_form() -> None:
    own = {
        "ladder": {"at_risk_steps": [{"after_minutes": 0, "do": ["mention"]}, {"after_minutes": 20, "do": ["alert"]}]}
    }
    found = told(P1, now="16:40", own=own)  # at risk at 16:36
    rows = [row for row in found["ladder"] if row["clock"] == "resolution"]
    assert [(row["step"], row["at"], row["state"]) for row in rows] == steps(
        (1, "16:36", "due"), (2, "16:56", "pending")
    )
    assert [row["do"] for row in rows] == [["mention"], ["alert"]]
    assert rungs(told(P1, now="16:30", own=own)) == []


def test_a_cancelled_clock_escalates_nothing() -> None:
    assert rungs(told(P1, closed("16:50", "not_planned"), now="23:00")) == []
