"""The edges: who responds, and what is a response."""

import pytest

from tests.rules.sla.story import ANSWER, DESK, clock, closed, count, fits, labeled, reopened, says, told

FIRST = "first-response"


@pytest.mark.parametrize("role", ["admin", "maintain", "write"])
def test_admin_maintain_and_write_have_write_access(role: str) -> None:
    found = told(says("15:10", "nora"), now="16:00", permissions={"nora": role})
    assert fits(clock(found, FIRST), state="met", stopped_at="15:10", elapsed_s=600, breach_at=None, due_at="17:00")


@pytest.mark.parametrize("role", ["triage", "read", "none"])
def test_a_known_permission_beats_the_association(role: str) -> None:
    found = told(says("15:10", "mia"), now="16:00", permissions={"mia": role})
    assert fits(clock(found, FIRST), state="running", stopped_at=None)


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR"])
def test_a_login_without_a_permission_counts_by_its_association_and_why_says_so(association: str) -> None:
    found = told(says("15:10", "nora", association=association), now="16:00", permissions={"mia": "write"})
    first = clock(found, FIRST)
    assert fits(first, state="met", stopped_at="15:10")
    assert "author_association" in " ".join(first["why"])


@pytest.mark.parametrize("association", ["NONE", "CONTRIBUTOR", "FIRST_TIMER", "MANNEQUIN"])
def test_a_stranger_does_not_respond(association: str) -> None:
    found = told(says("15:10", "nora", association=association), now="16:00")
    assert fits(clock(found, FIRST), state="running")


def test_permissions_are_found_whatever_the_capitals_of_a_login() -> None:
    found = told(says("15:10", "nora"), now="16:00", permissions={"Nora": "write"})
    assert fits(clock(found, FIRST), state="met")


def test_a_person_counts_also_through_an_app() -> None:
    found = told(says("15:10", "mia", performed_via_github_app={"slug": "slack"}), now="16:00")
    assert fits(clock(found, FIRST), state="met")


def test_a_bot_with_write_access_is_no_person() -> None:
    found = told(says("15:10", "robo[bot]", association="MEMBER"), now="16:00", permissions={"robo[bot]": "admin"})
    assert fits(clock(found, FIRST), state="running")


def test_the_requester_does_not_respond_to_himself_though_he_has_write_access() -> None:
    found = told(says("15:10", "ana", association="OWNER"), now="16:00", permissions={"ana": "admin"})
    assert fits(clock(found, FIRST), state="running")


def test_an_answer_of_an_agent_is_a_response_and_so_is_its_question() -> None:
    found = told(says("15:10", DESK, ANSWER), now="16:00")
    assert fits(clock(found, FIRST), state="met", stopped_at="15:10")
    asked = '<!-- bizops:answer ai-x-agent@opened {"then":["ask"]} -->\nWhich month?'
    assert fits(clock(told(says("15:10", DESK, asked), now="16:00"), FIRST), state="met")


@pytest.mark.parametrize(
    "body",
    [
        "Queued for ai-support-agent.",
        '<!-- bizops:status 7 {"state":"done"} -->\nDone.',
        "<!-- bizops:sla resolution/1/breach/1 -->\nLate.",
        "<!-- bizops:notice held -->\nHeld.",
    ],
)
def test_what_the_desk_says_besides_answers_is_no_response(body: str) -> None:
    assert fits(clock(told(says("15:10", DESK, body), now="16:00"), FIRST), state="running")


@pytest.mark.parametrize("who", ["nora", "ana", "robo[bot]"])
def test_an_answer_that_someone_else_planted_is_no_response(who: str) -> None:
    assert fits(clock(told(says("15:10", who, ANSWER), now="16:00"), FIRST), state="running")


def test_the_desk_is_the_account_that_the_file_names() -> None:
    own = says("15:10", "robo[bot]", ANSWER)
    assert fits(clock(told(own, now="16:00", desk="robo[bot]"), FIRST), state="met")
    assert fits(clock(told(says("15:10", DESK, ANSWER), now="16:00", desk="robo[bot]"), FIRST), state="running")


@pytest.mark.parametrize("body", ["/ack", "/retry\n/priority P1", "/help\n\n/waiting", "  \n/hold\n"])
def test_a_comment_of_nothing_but_commands_is_no_response_and_starts_no_clock(body: str) -> None:
    found = told(says("15:10", "mia", body), now="16:00")
    assert fits(clock(found, FIRST), state="running")
    later = told(says("15:10", "mia"), says("15:20", "ana", body), now="16:00")
    assert count(later, "next-reply") == 0


@pytest.mark.parametrize("body", ["We look.\n/waiting", "/etc/hosts is wrong", "> /ack", "```\n/ack\n```", ""])
def test_a_comment_with_more_than_commands_is_a_response(body: str) -> None:
    assert fits(clock(told(says("15:10", "mia", body), now="16:00"), FIRST), state="met")


def test_a_recorded_response_outlives_its_comment_and_its_writers_role() -> None:
    record = [{"clock": FIRST, "cycle": 1, "kind": "response", "at": "2026-11-18T15:10:00Z", "step": None}]
    assert fits(clock(told(now="16:00", record=record), FIRST), state="met", stopped_at="15:10")
    lost = told(says("15:10", "mia"), now="16:00", record=record, permissions={"mia": "none"})
    assert fits(clock(lost, FIRST), state="met", stopped_at="15:10")
    later = told(says("15:30", "mia"), now="16:00", record=record)
    assert fits(clock(later, FIRST), stopped_at="15:10")


def test_a_record_that_is_later_than_now_has_not_happened() -> None:
    record = [{"clock": FIRST, "cycle": 1, "kind": "response", "at": "2026-11-18T16:10:00Z"}]
    assert fits(clock(told(now="16:00", record=record), FIRST), state="running")


def test_a_recorded_breach_stays_breached() -> None:
    record = [{"clock": "resolution", "cycle": 1, "kind": "breach", "at": "2026-11-18T17:00:00Z"}]
    found = told(now="18:00", record=record)
    assert fits(clock(found), state="breached", breach_at="17:00")


def test_an_edited_comment_still_responds() -> None:
    assert fits(clock(told(says("15:10", "mia", updated_at="2026-11-18T15:50:00Z"), now="16:00"), FIRST), state="met")


def test_a_reply_exactly_when_it_is_due_is_met_and_a_second_later_it_is_not() -> None:
    assert fits(clock(told(says("17:00", "mia"), now="18:00"), FIRST), state="met", elapsed_s=7200, overdue_s=0)
    late = clock(told(says("17:00:01", "mia"), now="18:00"), FIRST)
    assert fits(late, state="breached", breach_at="17:00", due_at="17:00", elapsed_s=7201, overdue_s=1)


def test_the_next_reply_starts_with_the_first_comment_after_a_response_and_ends_with_the_next_reply() -> None:
    moves = [
        says("15:05", "ana"),
        says("15:10", "mia"),
        says("15:20", "ana"),
        says("15:30", "ana"),
        says("15:40", DESK, ANSWER),
        says("15:50", "ana"),
    ]
    found = told(*moves, now="16:00")
    assert count(found, "next-reply") == 2
    assert fits(clock(found, "next-reply", 1), state="met", started_at="15:20", stopped_at="15:40", elapsed_s=1200)
    assert fits(clock(found, "next-reply", 2), state="running", started_at="15:50", due_at="17:50")


def test_strangers_start_no_next_reply() -> None:
    assert count(told(says("15:10", "mia"), says("15:20", "nora"), now="16:00"), "next-reply") == 0


def test_at_one_instant_comments_go_by_their_id() -> None:
    asks, replies = says("15:20", "ana"), says("15:20", "mia")
    before = told(says("15:10", "mia"), {**asks, "id": 8}, {**replies, "id": 9}, now="16:00")
    assert fits(clock(before, "next-reply"), state="met", elapsed_s=0, stopped_at="15:20")
    after = told(says("15:10", "mia"), {**asks, "id": 9}, {**replies, "id": 8}, now="16:00")
    assert fits(clock(after, "next-reply"), state="running", started_at="15:20")


def test_a_comment_on_a_closed_issue_starts_no_clock_until_it_is_reopened() -> None:
    moves = [says("15:10", "mia"), closed("15:20"), says("15:30", "ana", "It still fails.")]
    assert count(told(*moves, now="16:00"), "next-reply") == 0
    found = told(*moves, reopened("15:40"), now="16:00")
    assert fits(clock(found, "next-reply"), started_at="15:40", state="running")
    answered = told(*moves, says("15:35", "mia"), reopened("15:40"), now="16:00")
    assert count(answered, "next-reply") == 0


def test_waiting_pauses_the_replies_and_needs_info_only_the_resolution() -> None:
    found = told(says("15:10", "mia"), says("15:20", "ana"), labeled("15:30", "status/needs-info"), now="16:00")
    assert fits(clock(found), state="paused", elapsed_s=1800, due_at=None, breach_at=None)
    assert fits(clock(found, "next-reply"), state="running", elapsed_s=2400)
    waits = told(says("15:10", "mia"), says("15:20", "ana"), labeled("15:30", "status/waiting"), now="16:00")
    assert fits(clock(waits, "next-reply"), state="paused", elapsed_s=600)
