"""The measures: right fractions, honest bounds, unknown that is never 0 %, and the flow of work beside them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.errors import ConfigError, InputError
from bizops.policy import load
from bizops.rules import flow, measures, targets, upcoming
from bizops.rules.board import Board, read

POLICY = load()
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)  # a Wednesday
DESK = {"login": "github-actions[bot]", "type": "Bot"}
MARA = {"login": "mara", "type": "User"}


def ago(**units: float) -> str:
    return (NOW - timedelta(**units)).strftime("%Y-%m-%dT%H:%M:%SZ")


def issue(number: int, opened: float, closed: float | None = None, *labels: str, **more: Any) -> dict[str, Any]:
    """An issue opened and closed so many days ago."""
    entry = {"number": number, "title": f"Issue {number}", "user": {"login": "zoe"}, "labels": list(labels)}
    entry |= {"created_at": ago(days=opened), "updated_at": ago(days=closed or opened), "state": "open"}
    if closed is not None:
        entry |= {"state": "closed", "state_reason": "completed", "closed_at": ago(days=closed)}
    return entry | more


def row(number: int, event: str, days: float = 1, **more: Any) -> dict[str, Any]:
    entry = {"issue": number, "clock": "resolution", "cycle": 1, "event": event, "at": ago(days=days)}
    entry |= {"priority": "P2", "agent": "ai-finance-agent", "area": "finance/analysis"}
    return entry | {"target_s": 86400, "elapsed_s": 3600} | more


def said(number: int, body: str, days: float, by: dict[str, str] = DESK, role: str = "NONE") -> dict[str, Any]:
    address = f"https://api.github.com/repos/acme/ops/issues/{number}"
    times = {"created_at": ago(days=days), "updated_at": ago(days=days)}
    return {"id": number, "issue_url": address, "user": by, "author_association": role, "body": body, **times}


def answered(number: int, days: float, data: str = "") -> dict[str, Any]:
    return said(number, f"Done.\n\n<!-- bizops:answer ai-finance-agent@opened{data and ' ' + data} -->", days)


def done(number: int, kind: str, days: float, by: dict[str, str] = DESK, label: str = "") -> dict[str, Any]:
    entry: dict[str, Any] = {"id": number * 100, "event": kind, "issue": {"number": number}, "actor": by}
    return entry | {"created_at": ago(days=days)} | ({"label": {"name": label}} if label else {})


def board(**lists: Any) -> Board:
    return read(lists, POLICY, int(NOW.timestamp()))


def shown(board: Board) -> dict[str, str]:
    return {name: m.shown for name, m in measures.by_name(measures.all_measures(board, POLICY)).items()}


def test_nothing_given_is_unknown_and_never_zero() -> None:
    found = measures.all_measures(board(), POLICY)
    assert {m.bound for m in found} == {"unknown"}
    assert [m.value for m in found if m.value is not None] == []
    assert all(m.shown == "unknown" and m.note and m.how for m in found)


def test_empty_lists_have_nothing_to_divide_by() -> None:
    found = measures.by_name(measures.all_measures(board(issues=[], ledger=[], comments=[], events=[]), POLICY))
    assert {m.shown for m in found.values()} == {"unknown"}
    assert found["sla_compliance"].note == "there is no case to count"


def test_compliance_is_of_decided_clocks_by_clock_priority_agent_and_week() -> None:
    rows = [
        row(1, "met"),
        row(2, "at-risk"),
        row(2, "met"),
        row(3, "breach", 9, priority="P1", agent="ai-support-agent"),
    ]
    rows += [row(4, "at-risk"), row(5, "cancelled"), row(6, "breach"), row(6, "cancelled"), row(7, "met", clock="x")]
    found = measures.compliance(board(ledger=rows))
    assert found[0].shown == "60.0 % (3 of 5; few)"
    parts = {(m.by, m.of): (m.numerator, m.denominator) for m in found if m.by}
    assert parts["clock", "resolution"] == (2, 4)
    assert parts["priority", "P1"] == (0, 1)
    assert parts["agent", "ai-finance-agent"] == (3, 4)
    assert parts["week", "2026-W47"] == (0, 1)
    assert parts["week", "2026-W48"] == (3, 4)


def test_a_breach_stays_one_whatever_comes_after_it() -> None:
    both = [row(1, "breach"), row(1, "met")]
    assert measures.compliance(board(ledger=both))[0].numerator == 0
    assert measures.compliance(board(ledger=both[::-1]))[0].numerator == 0


events = st.tuples(st.integers(1, 6), st.sampled_from(["at-risk", "breach", "met", "cancelled"]), st.integers(1, 2))


@given(st.lists(events), st.randoms(use_true_random=False))
def test_rows_that_come_twice_and_in_any_order_count_once(keys: list[tuple[int, str, int]], draw: Any) -> None:
    rows = [row(number, event, cycle=cycle) for number, event, cycle in keys]
    again = rows * 2
    draw.shuffle(again)
    one, other = (measures.compliance(board(ledger=given))[0] for given in (rows, again))
    assert (one.numerator, one.denominator) == (other.numerator, other.denominator)


def test_a_share_is_100_only_when_it_is() -> None:
    assert measures.percent(9_999, 10_000) == Decimal("99.9")
    assert measures.percent(1, 10_000) == Decimal("0.1")
    assert measures.percent(10, 10) == 100
    assert measures.percent(0, 10) == 0


def test_the_interval_is_that_of_wilson() -> None:
    assert measures.wilson(10, 10) == (Decimal("72.2"), Decimal("100.0"))
    assert measures.wilson(0, 10) == (Decimal("0.0"), Decimal("27.8"))
    assert measures.wilson(81, 263) == (Decimal("25.5"), Decimal("36.6"))  # Newcombe 1998, table I


def test_broken_rows_and_issues_are_counted_and_named() -> None:
    rows = [row(1, "met"), {"event": "met"}, "x", row(2, "done"), row(3, "met", target_s=0), row(4, "met", at="now")]
    found = board(ledger=rows, issues=[issue(1, 3), {"number": 2}, None, issue(3, 2, pull_request={})])
    assert found.rows is not None
    assert len(found.rows) == 1
    assert "ledger: 5 rows (number 2, 3, 4, 5, 6) cannot be read and count for nothing" in found.notes
    assert "issues: 2 entries (number 2, 3) cannot be read and count for nothing" in found.notes
    assert "issues: pull requests are left out (1)" in found.notes


def test_a_list_that_is_none_is_an_error() -> None:
    with pytest.raises(InputError, match="expected a JSON list, got dict"):
        board(ledger={})


# Automation: closed without people, and not reopened.

ALONE = {"issues": [issue(1, 20, 10)], "comments": [answered(1, 19)], "events": [done(1, "closed", 10)]}


def automation(**changes: Any) -> str:
    return measures.automation(board(**{**ALONE, **changes}), POLICY).shown


def test_what_the_desk_answered_and_nobody_touched_is_automated() -> None:
    assert automation() == "100.0 % (1 of 1; few)"


ZOE = {"login": "zoe", "type": "User"}
TOUCHED: dict[str, dict[str, Any]] = {
    "a member commented": {"comments": [answered(1, 19), said(1, "Mine.", 15, MARA, "MEMBER")]},
    "the desk never answered": {"comments": []},
    "a person closed it": {"events": [done(1, "closed", 10, MARA)]},
    "a person labelled it": {"events": [done(1, "labeled", 15, MARA, "finance/analysis")]},
    "the author relabelled it later": {"events": [done(1, "labeled", 15, ZOE, "priority/P1")]},
    "it was reopened after 6 days": {"events": [done(1, "closed", 10), done(1, "reopened", 4, ZOE)]},
    "a stranger imitates the desk": {"comments": [answered(1, 19) | {"user": MARA}]},
}
LEFT: dict[str, dict[str, Any]] = {
    "a stranger commented": {"comments": [answered(1, 19), said(1, "Me too.", 15, MARA, "NONE")]},
    "the requester commented": {"comments": [answered(1, 19), said(1, "Here.", 15, ZOE, "MEMBER")]},
    "the requester closed it": {"events": [done(1, "closed", 10, ZOE)]},
    "the form labelled it": {"events": [done(1, "labeled", 20, ZOE, "finance/analysis")]},
    "it was reopened after 8 days": {"events": [done(1, "closed", 10), done(1, "reopened", 2, ZOE)]},
    "a person commented after it was closed": {"comments": [answered(1, 19), said(1, "Thanks.", 9, MARA, "MEMBER")]},
    "another bot labelled it": {"events": [done(1, "labeled", 15, {"login": "x[bot]", "type": "Bot"}, "bug")]},
}


@pytest.mark.parametrize("what", TOUCHED)
def test_an_issue_is_not_automated_when(what: str) -> None:
    assert automation(**TOUCHED[what]) == "0 % (0 of 1; few)"


@pytest.mark.parametrize("what", LEFT)
def test_an_issue_is_automated_although(what: str) -> None:
    assert automation(**LEFT[what]) == "100.0 % (1 of 1; few)"


def test_a_role_that_is_known_counts_more_than_the_association() -> None:
    talk = [answered(1, 19), said(1, "Mine.", 15, MARA, "MEMBER")]
    assert automation(comments=talk, permissions={"mara": "read"}) == "100.0 % (1 of 1; few)"
    assert automation(comments=[talk[0], talk[1] | {"author_association": "NONE"}], permissions={"Mara": "write"}) == (
        "0 % (0 of 1; few)"
    )


def test_an_issue_that_is_open_again_counts_as_closed_then() -> None:
    again = {"issues": [issue(1, 20)], "events": [done(1, "closed", 10), done(1, "reopened", 9)]}
    assert automation(**again) == "0 % (0 of 1; few)"


def test_what_was_closed_this_week_waits_and_what_was_not_planned_does_not_count() -> None:
    fresh = measures.automation(board(**{**ALONE, "issues": [issue(1, 20, 3)], "events": []}), POLICY)
    assert fresh.shown == "unknown"
    assert "1 closed in the last 7 days" in fresh.note
    assert automation(issues=[issue(1, 20, 10, state_reason="not_planned")], events=[]) == "unknown"


def test_without_comments_automation_is_only_bounded() -> None:
    issues = [issue(1, 20, 10, "status/done"), issue(2, 20, 10)]
    assert measures.automation(board(issues=issues), POLICY).shown == "at most 50.0 % (1 of 2; few)"


def test_errors_are_a_floor_without_the_events() -> None:
    issues = [issue(1, 2, 1, "status/done"), issue(2, 2, None, "status/failed"), issue(3, 2, None, "status/held")]
    issues += [issue(4, 2, 1, "status/waiting"), issue(5, 2)]
    found = measures.errors(board(issues=issues))
    assert [m.shown for m in found] == [
        "at least 50.0 % (2 of 4; few)",
        "at least 25.0 % (1 of 4; few)",
        "at least 25.0 % (1 of 4; few)",
    ]
    mended = measures.errors(board(issues=issues, events=[done(1, "labeled", 1, DESK, "status/failed")]))
    assert mended[0].shown == "75.0 % (3 of 4; few)"


def test_the_cost_is_by_answers_and_what_is_unknown_is_said() -> None:
    talk = [answered(1, 9, '{"cost":"0.03"}'), answered(2, 8), answered(3, 7, '{"cost":null}')]
    talk += [said(4, '<!-- bizops:status record {"cost":"0.06"} -->', 5), said(5, "hello", 4)]
    talk += [answered(6, 3, '{"cost":"99"}') | {"user": MARA}]
    found = measures.cost(board(issues=[], comments=talk), POLICY)
    assert found.shown == "at least 0.0300 USD (n = 3)"
    assert found.note == "the cost of 1 is unknown and not counted"


# Key figures against their targets.


def verdicts(**lists: Any) -> dict[str, str]:
    found = measures.by_name(measures.all_measures(board(**lists), POLICY))
    return {kpi.name: kpi.verdict for kpi in targets.kpis(found, POLICY, lists)}


def test_every_target_of_the_mission_is_there_and_unknown_is_no_verdict() -> None:
    assert verdicts() == dict.fromkeys(targets.NAMES, "unknown")


def test_99_percent_is_not_more_than_99_percent() -> None:
    at_99 = [row(n, "met" if n else "breach") for n in range(100)]
    above = [row(n, "met" if n else "breach") for n in range(101)]
    assert verdicts(ledger=at_99)["sla_compliance"] == "missed"
    assert verdicts(ledger=above)["sla_compliance"] == "met"


def test_a_bound_proves_only_the_contrary() -> None:
    most = [issue(n, 20, 10, *(["status/done"] if n < 2 else [])) for n in range(1, 3)]
    assert verdicts(issues=most)["automation_rate"] == "missed"
    assert verdicts(issues=most[:1])["automation_rate"] == "unknown"
    assert verdicts(issues=[issue(1, 2, None, "status/failed")])["error_rate"] == "missed"
    assert verdicts(issues=[issue(1, 2, 1, "status/done")])["error_rate"] == "unknown"


def test_cost_and_speed_need_what_it_was_before() -> None:
    lists = {"issues": [issue(1, 9, 8)], "comments": [answered(1, 8.9, '{"cost":"3"}')], "events": []}
    before = {"usd_per_operation": 10, "hours_per_operation": "23.9"}
    assert verdicts(**lists)["cost_reduction"] == "unknown"
    found = verdicts(**lists, baseline=before)
    assert (found["cost_reduction"], found["processing_speed"]) == ("met", "missed")  # 70 %; 10 times 2.4 h is 24


def test_a_target_that_is_none_names_the_file() -> None:
    with pytest.raises(ConfigError, match=r"policies/agents\.yml"):
        verdicts(ledger=[row(1, "met")], targets={"sla_compliance": "most"})


# The flow of work.


def test_ages_are_percentiles_by_nearest_rank_and_every_issue_is_in_one_bucket() -> None:
    items = board(issues=[issue(n, days) for n, days in enumerate((0.5, 1, 2, 7, 40), 1)]).open or ()
    found = flow.ages(items, int(NOW.timestamp()))
    assert (found.p50, found.p85, found.oldest) == (2 * 86400, 40 * 86400, 40 * 86400)
    assert dict(found.buckets) == {
        "under 1 day": 1, "1 to 3 days": 2, "3 to 7 days": 0, "7 to 14 days": 1, "14 to 30 days": 0, "over 30 days": 1
    }  # fmt: skip


def test_only_whole_weeks_that_the_lists_cover_count() -> None:
    """Wednesday: this week is not over; a list that was cut covers what was closed since its oldest change."""
    issues = [issue(1, 25, 16), issue(2, 15, 9), issue(3, 8, 1)]
    found = board(issues=issues)
    assert [(w.name, w.opened, w.finished) for w in flow.weeks(found, found.items)] == [
        ("2026-W45", 0, 0),
        ("2026-W46", 1, 1),
        ("2026-W47", 1, 1),
    ]
    cut = board(issues=issues, complete_from=ago(days=10))
    assert [w.name for w in flow.weeks(cut, cut.items)] == ["2026-W47"]
    assert flow.weeks(board(open_issues=issues[2:]), ()) == ()


def test_a_list_of_500_is_taken_as_cut() -> None:
    closed = [issue(n, 30, 1 + n / 50) for n in range(1, 501)]
    assert board(closed_issues=closed).complete_from == int((NOW - timedelta(days=11)).timestamp())
    assert board(closed_issues=closed[:499]).complete_from is None


def load_of(open_: int, arrivals: int, finished: int, breached: int = 0) -> flow.Load:
    return flow.Load("a", open_, breached, 0, 0, 0, 8, arrivals, finished, Decimal("0.14"))


def test_little_says_how_long_the_queue_takes() -> None:
    assert load_of(12, 16, 32).clear == 3  # 12 open / 4 a week
    assert load_of(12, 16, 32).use == Decimal("0.5")
    assert load_of(12, 16, 0).clear is None


@pytest.mark.parametrize(
    ("load", "too_much"),
    [
        (load_of(30, 40, 12), True),  # the queue grows
        (load_of(10, 14, 12), False),  # by chance
        (load_of(10, 12, 12, breached=7), True),  # long, and late
        (load_of(10, 12, 12), False),  # long, but waiting within its targets
        (load_of(6, 5, 0), True),  # nothing is finished
        (load_of(2, 1, 0), False),  # too little to say
    ],
)
def test_too_much_is_said_only_where_the_figures_show_it(load: flow.Load, too_much: bool) -> None:  # noqa: FBT001
    assert bool(load.overload) is too_much


def test_the_next_breach_is_the_nearest_one_that_runs() -> None:
    issues = [
        issue(1, 0.5, None, "priority/P2"),
        issue(2, 0.1, None, "priority/P1"),
        issue(3, 0.9, None, "sla/breached"),
    ]
    issues += [issue(4, 0.9, None, "status/needs-info"), issue(5, 0.15, None, "priority/P1", "sla/at-risk")]
    deadlines = [
        {"number": 5, "next_at": ago(hours=-5)},
        {"number": 2, "next_at": "soon"},
        {"number": 99, "next_at": ago()},
    ]
    found = board(open_issues=issues, ledger=[], deadlines=deadlines)
    order = [(n.item.number, n.sure) for n in upcoming.to_breach(found, POLICY)]
    assert order == [(2, False), (5, True), (1, False)]
    section = upcoming.next_breaches(found, POLICY)
    assert section.lead.startswith("#2 (P1) is next: 2026-11-25T11:36:00Z, in 1 h 36 min, later if it was paused.")
    assert "1 open issue is breached already" in section.lead


def test_what_is_past_its_target_without_the_label_is_said_apart() -> None:
    found = upcoming.next_breaches(board(open_issues=[issue(1, 5, None, "priority/P1")]), POLICY)
    assert found.lead.startswith("No clock that runs is known to breach next.")
    assert "not labelled as breached (paused before, or the sweep is late): #1 (P1)" in found.text


def test_a_part_of_the_board_is_by_area_or_agent() -> None:
    issues = [issue(1, 1, None, "finance/analysis"), issue(2, 1, None, "support/question"), issue(3, 1)]
    found = board(open_issues=issues, ledger=[row(1, "met"), row(2, "met", area="support/question", agent="x")])
    assert [item.number for item in found.only(["Finance/*"]).items] == [1]
    assert [item.number for item in found.only(["ai-support-agent"]).items] == [2]
    assert len(found.only(["finance"]).rows or ()) == 1
