"""`bizops sla clock` and `bizops sla issue` as programs: bad lines, errors of policy, and what the exit code says."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bizops.errors import ConfigError
from bizops.policy import load
from bizops.rules.sla.lines import Clocks
from tests.rules.sla.story import file

WEEK = {"mon": [["09:00", "17:00"]], "wed": [["09:00", "17:00"]]}
LINE: dict[str, Any] = {
    "id": "x",
    "calendar": {"tz": "UTC", "week": WEEK},
    "start": "2026-11-18T10:00:00Z",
    "target_s": 3600,
}
ROOT = Path(__file__).parents[3]


def bizops(*words: str, text: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    given = text if isinstance(text, bytes) else text.encode()
    argv = [sys.executable, "-m", "bizops", "sla", *words]
    return subprocess.run(argv, input=given, capture_output=True, env=environment, cwd=ROOT, timeout=60, check=False)


def answer(**changes: Any) -> dict[str, Any]:
    return Clocks().answer(json.dumps({**LINE, **changes}))


def test_bad_lines_are_named_and_the_others_are_answered() -> None:
    lines = [
        json.dumps(LINE).encode(),
        b'{"id": "b"}',
        b"no json",
        b'{"id": "\xff"}',
        b"",
        b"[1]",
        json.dumps(LINE).encode(),
    ]
    done = bizops("clock", text=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert [sorted(found) for found in answers[1:-1]] == [["error", "id"]] * 4
    assert [found["id"] for found in answers] == ["x", "b", None, None, None, "x"]
    assert answers[0]["due_at"] == answers[-1]["due_at"] == "2026-11-18T11:00:00Z"


def test_good_lines_alone_end_with_0_and_a_blank_line_is_none() -> None:
    done = bizops("clock", text=f"\n{json.dumps(LINE)}\r\n\n")
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (0, 1, b"")


def test_without_stop_and_now_elapsed_and_overdue_are_null_and_there_is_no_state() -> None:
    found = answer()
    due = "2026-11-18T11:00:00Z"
    assert found == {"id": "x", "elapsed_s": None, "due_at": due, "breach_at": due, "overdue_s": None}
    assert "state" not in answer(stop="2026-11-18T12:00:00Z")
    assert answer(stop="2026-11-18T12:00:00Z")["overdue_s"] == 3600


def test_a_stop_after_now_has_not_happened() -> None:
    found = answer(stop="2026-11-18T10:40:00Z", now="2026-11-18T10:30:00Z")
    assert (found["state"], found["elapsed_s"]) == ("running", 1800)


def test_at_risk_is_a_share_of_the_target() -> None:
    states = [answer(now="2026-11-18T10:30:00Z", at_risk=share)["state"] for share in (0.5, 0.51, 0, 1, None)]
    assert states == ["at-risk", "running", "at-risk", "running", "running"]
    assert answer(now="2026-11-18T10:29:59Z", at_risk=0.5)["state"] == "running"


@pytest.mark.parametrize(
    "text", ["2026-11-18T11:00:00+01:00", "2026-11-18T10:00:00z", "2026-11-18t10:00:00Z", "2026-11-17T23:00:00.5-11:00"]
)
def test_times_come_in_with_any_offset_and_go_out_in_utc(text: str) -> None:
    assert answer(start=text)["due_at"] == "2026-11-18T11:00:00Z"


BAD: tuple[dict[str, Any], ...] = (
    {"target_s": 0}, {"target_s": -1}, {"target_s": "1"}, {"target_s": None}, {"target_s": True}, {"target_s": 1e300},
    {"start": None}, {"start": "2026-11-18"}, {"start": "2026-11-18T10:00:00"}, {"start": 5}, {"stop": "soon"},
    {"now": []}, {"pauses": 5}, {"pauses": [["2026-11-18T10:00:00Z"]]}, {"pauses": [[None, None]]},
    {"pauses": {"a": 1}},    {"pauses": [["2026-11-18T11:00:00Z", "2026-11-18T10:00:00Z"]]}, {"pauses": True},
    {"at_risk": 1.1}, {"at_risk": -0.1}, {"at_risk": [1]}, {"at_risk": "high"}, {"at_risk": True},
    {"calendar": None}, {"calendar": []}, {"calendar": {"always": True}, "start": "9999-12-31T23:59:59Z"},
)  # fmt: skip


@pytest.mark.parametrize("change", BAD, ids=str)
def test_a_bad_line_is_an_error_with_its_id(change: dict[str, Any]) -> None:
    found = answer(**change)
    assert sorted(found) == ["error", "id"]
    assert found["id"] == "x"


def test_a_line_with_a_huge_target_around_the_clock_is_an_error() -> None:
    assert "error" in answer(calendar={"always": True}, target_s=1e300)
    assert "error" in answer(calendar={"always": True}, target_s=10**12)


ERRORS: dict[str, Any] = {
    "an unknown zone": {"tz": "Mars/Base", "week": WEEK},
    "overlapping windows": {"week": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
    "overlapping windows over midnight": {"week": {"mon": [["20:00", "04:00"], ["22:00", "23:00"]]}},
    "overlapping windows of a date": {
        "week": WEEK,
        "date_overrides": {"2026-11-18": [["09:00", "12:00"], ["11:59", "13:00"]]},
    },
    "no window": {"week": {}},
    "no window within 400 days": {"week": {}, "date_overrides": {"2020-01-01": [["09:00", "10:00"]]}},
    "no window for 401 days": {"date_overrides": {"2027-12-25": [["09:00", "10:00"]]}},
    "no such time": {"week": {"mon": [["09:00", "24:01"]]}},
    "a start at 24:00": {"week": {"mon": [["24:00", "25:00"]]}},
    "no such day": {"week": {"monday": [["09:00", "17:00"]]}},
    "no such date": {"week": WEEK, "holidays": ["2026-02-30"]},
    "an unknown key": {"week": WEEK, "hollidays": []},
    "an unknown country": {"week": WEEK, "country": "ZZ"},
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_calendar_that_cannot_be_is_an_error_of_its_line(name: str) -> None:
    assert sorted(answer(calendar=ERRORS[name])) == ["error", "id"]


def test_a_window_after_399_days_is_none_too_late() -> None:
    calendar = {"date_overrides": {"2027-12-22": [["09:00", "10:00"]], "2027-12-23": [["09:00", "10:00"]]}}
    assert answer(calendar=calendar, target_s=60)["due_at"] == "2027-12-22T09:01:00Z"


def test_windows_may_touch() -> None:
    week = {"wed": [["09:00", "10:30"], ["10:30", "12:00"], ["12:00", "24:00"]]}
    assert answer(calendar={"week": week}, target_s=4 * 3600)["due_at"] == "2026-11-18T14:00:00Z"


def test_a_holiday_beats_an_override_which_beats_the_week_but_none_of_them_beats_always() -> None:
    overrides = {"2026-11-18": [["20:00", "21:00"]]}
    assert answer(calendar={"week": WEEK, "date_overrides": overrides})["due_at"] == "2026-11-18T21:00:00Z"
    off = {"week": WEEK, "date_overrides": overrides, "holidays": ["2026-11-18"]}
    assert answer(calendar=off)["due_at"] == "2026-11-23T10:00:00Z"
    assert answer(calendar={**off, "always": True})["due_at"] == "2026-11-18T11:00:00Z"


def test_an_empty_list_is_a_closed_day_and_a_night_belongs_to_the_date_on_which_it_begins() -> None:
    closed = {"week": WEEK, "date_overrides": {"2026-11-18": []}}
    assert answer(calendar=closed)["due_at"] == "2026-11-23T10:00:00Z"
    nights = {day: [["22:00", "06:00"]] for day in ("tue", "wed")}
    night = {"week": nights, "holidays": ["2026-11-18"]}
    found = answer(calendar=night, start="2026-11-18T05:00:00Z", target_s=7200)
    assert found["due_at"] == "2026-11-24T23:00:00Z"


def test_country_holidays_are_days_off_and_observances_are_not() -> None:
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    austria = {"tz": "UTC", "week": week, "country": "AT"}
    assert answer(calendar=austria, start="2026-10-26T09:00:00Z")["due_at"] == "2026-10-27T10:00:00Z"
    assert answer(calendar=austria, start="2026-12-24T09:00:00Z")["due_at"] == "2026-12-24T10:00:00Z"
    bavaria = {"tz": "UTC", "week": week, "country": "DE", "subdivision": "BY"}
    assert answer(calendar=bavaria, start="2026-01-06T09:00:00Z")["due_at"] == "2026-01-07T10:00:00Z"
    germany = {"tz": "UTC", "week": week, "country": "DE"}
    assert answer(calendar=germany, start="2026-01-06T09:00:00Z")["due_at"] == "2026-01-06T10:00:00Z"


def issue(folder: Path, policy: str, *, more: str = "") -> subprocess.CompletedProcess[bytes]:
    """`bizops sla issue` of a plain issue with a policy of one's own."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "sla.yml").write_text(policy, "utf-8")
    if more:
        (policies / "calendars.yml").write_text(more, "utf-8")
    (folder / "issue.json").write_text(json.dumps(file()), "utf-8")
    words = ["--timeline", str(folder / "issue.json"), "--policies", str(policies), "--now", "2026-11-18T16:00:00Z"]
    return bizops("issue", *words, "--json")


PLAIN = 'calendar: office\ncalendars:\n  office:\n    tz: UTC\n    week: {wed: [["09:00", "17:00"]]}\n'


def test_a_policy_of_its_own_counts_and_keeps_the_defaults(tmp_path: Path) -> None:
    done = issue(tmp_path, PLAIN)
    found = json.loads(done.stdout)
    assert found["clocks"][0]["target_s"] == 24 * 3600
    assert found["clocks"][0]["elapsed_s"] == 3600
    assert (done.returncode, found["issue"], found["now"]) == (0, 7, "2026-11-18T16:00:00Z")


def test_calendars_may_stand_in_a_file_of_their_own_and_repeat_no_name(tmp_path: Path) -> None:
    done = issue(tmp_path, "calendar: shop\n", more='shop: {tz: UTC, week: {wed: [["15:30", "17:00"]]}}\n')
    assert json.loads(done.stdout)["clocks"][0]["elapsed_s"] == 1800
    (tmp_path / "twice").mkdir()
    twice = issue(tmp_path / "twice", PLAIN, more="\noffice: {always: true}\n")
    assert twice.returncode == 2
    assert b"policies/calendars.yml:2" in twice.stderr


WRONG = {
    "no such zone": ("    tz: UTC", "    tz: Mars/Base", 3),
    "overlap": ('[["09:00", "17:00"]]', '[["09:00", "17:00"], ["16:00", "18:00"]]', 3),
    "no such calendar": ("calendar: office", "\n\ncalendar: offices", 3),
    "no such calendar of a priority": ("calendar: office", "escalation:\n  P1: {calendar: o}\ncalendar: office", 2),
    "share above 1": ("calendar: office", "at_risk: 1.2\ncalendar: office", 1),
    "no target": ("calendar: office", "escalation:\n  P1: {sla_hours: 0}\ncalendar: office", 2),
    "negative offset": (
        "calendar: office",
        "ladder:\n  steps:\n    - {after_minutes: -1, do: [label]}\ncalendar: office",
        3,
    ),
    "unknown deed": (
        "calendar: office",
        "ladder:\n  steps:\n    - {after_minutes: 1, do: [shout]}\ncalendar: office",
        3,
    ),
    "unknown mode": ("calendar: office", "priority_change: guess\ncalendar: office", 1),
    "empty week": ('week: {wed: [["09:00", "17:00"]]}', "week: {}", 3),
    "a clock as a number": ('"09:00", "17:00"', "9:00, 17:00", 3),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_in_the_policy_names_file_and_line(name: str, tmp_path: Path) -> None:
    old, new, line = WRONG[name]
    (tmp_path / "sla.yml").write_text(PLAIN.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert f"policies/sla.yml:{line}" in str(caught.value)


def test_an_error_in_the_policy_ends_with_2(tmp_path: Path) -> None:
    done = issue(tmp_path, PLAIN.replace("UTC", "Mars/Base"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"policies/sla.yml:3" in done.stderr


def test_a_calendar_that_stays_closed_for_400_days_ends_with_2(tmp_path: Path) -> None:
    done = issue(
        tmp_path,
        PLAIN.replace('week: {wed: [["09:00", "17:00"]]}', 'date_overrides: {"2020-01-01": [["09:00", "10:00"]]}'),
    )
    assert done.returncode == 2
    assert b"400 days" in done.stderr


@pytest.mark.parametrize("text", ["", "[]", "{", '{"issue": 5}', '{"issue": {"created_at": "x"}}'])
def test_a_timeline_that_is_none_ends_with_2(text: str, tmp_path: Path) -> None:
    (tmp_path / "issue.json").write_text(text, "utf-8")
    done = bizops("issue", "--timeline", str(tmp_path / "issue.json"), "--now", "2026-11-18T16:00:00Z")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_with_a_ledger_each_running_clock_has_its_chance_of_a_miss(tmp_path: Path) -> None:
    row = {"clock": "resolution", "cycle": 1, "priority": "P2", "agent": "a", "area": "", "event": "met"}
    row |= {"at": "2026-11-01T00:00:00Z", "target_s": 86_400, "elapsed_s": 600, "overdue_s": 0}
    (tmp_path / "issue.json").write_text(json.dumps(file()), "utf-8")
    words = ("issue", "--timeline", str(tmp_path / "issue.json"), "--now", "2026-11-18T16:00:00Z", "--json")
    assert "chance_missed" not in json.loads(bizops(*words).stdout)["clocks"][0]
    chances = []
    for event in ("met", "breach"):
        rows = [row | {"issue": n, "event": event} for n in range(50)]
        (tmp_path / "ledger.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
        told = json.loads(bizops(*words, "--ledger", str(tmp_path / "ledger.jsonl")).stdout)
        chances.append(told["clocks"][0]["chance_missed"])
    assert chances[0] < 0.2
    assert chances[1] > 0.8
    assert bizops(*words, "--ledger", str(tmp_path / "none")).returncode == 2


@pytest.mark.parametrize("country", ["registry", "__init__", "constants", "common", "HolidayBase", "ZZ", "at", ""])
def test_a_country_that_is_none_is_an_error_of_its_line_alone(country: str) -> None:
    lines = [{**LINE, "calendar": {**LINE["calendar"], "country": country}}, LINE]
    done = bizops("clock", text="\n".join(map(json.dumps, lines)))
    odd, fine = (json.loads(line) for line in done.stdout.splitlines())
    assert fine["due_at"] == "2026-11-18T11:00:00Z"
    assert ("country" in odd.get("error", "")) == bool(country)
    assert done.returncode == (2 if country else 0)


@pytest.mark.parametrize("country", ["AT", "AUT", "Austria", "XNYS"])
def test_a_country_goes_by_any_of_its_names(country: str) -> None:
    assert "error" not in answer(calendar={**LINE["calendar"], "country": country})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", '{"a": [NaN]}', "[1e999]"])
@pytest.mark.parametrize("key", ["id", "target_s", "at_risk"])
def test_what_is_no_number_of_json_is_never_echoed(key: str, text: str) -> None:
    line = json.dumps({**LINE, key: "HERE"}).replace('"HERE"', text)
    done = bizops("clock", text=line)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(done.stdout, parse_constant=refuse)
    assert (done.returncode, found["id"]) == (2, None)
    assert "no number of JSON" in found["error"]
