"""`bizops sla issue` beside a plain replay of the history (`reference.py`), on histories that nobody thought of."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bizops.policy import load
from bizops.rules.sla.report import issue
from bizops.service_level import Sla, merged
from tests.rules.sla.oracle import stamp
from tests.rules.sla.reference import reference

BASE = 1_795_014_000  # 2026-11-18T15:00:00Z, a Wednesday
HOUR = 3600
SEED = load().sla.model_dump(mode="json")
OFFICE = {"tz": "America/New_York", "week": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
EAST = {"tz": "Asia/Kolkata", "week": {day: [["10:00", "13:00"], ["13:30", "19:00"]] for day in ("wed", "thu", "sat")}}
CALENDARS = {"always": {"always": True}, "office": OFFICE, "east": EAST, "both": {"union": ["office", "east"]}}
PEOPLE = {
    "ana": ("User", "NONE"),  # the requester
    "mia": ("User", "MEMBER"),
    "tom": ("User", "CONTRIBUTOR"),
    "robo[bot]": ("Bot", "MEMBER"),
    "github-actions[bot]": ("Bot", "NONE"),
}
BODIES = (
    "Hello?",
    "/ack",
    "/ack\n/retry",
    "Seen.\n\n/ack",
    "<!-- bizops:answer ai-x-agent@opened -->\nDone.",
    "Queued.",
)
LABELS = ("priority/P0", "priority/P1", "priority/P3", "status/waiting", "status/needs-info", "finance/analysis")


def sla(own: dict[str, Any]) -> Sla:
    """The policy of a file that leaves out what it does not change."""
    tree = {key: value for key, value in SEED.items() if key != "versions"}
    return Sla.model_validate(merged(tree, own))


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    asks = draw(st.booleans())
    rows = {}
    for name in ("P0", "P1", "P2", "P3"):
        row: dict[str, Any] = {"sla_hours": draw(st.sampled_from([1, 2, 2, 3, 5, 8, 24]))}
        row["requires_manager"] = draw(st.booleans())
        row["calendar"] = draw(st.sampled_from(["office", "office", "east", "both", "always"]))
        if asks:
            row["first_response_minutes"] = draw(st.sampled_from([30, 60, 240]))
            row["next_reply_minutes"] = draw(st.sampled_from([30, 60, 240]))
        rows[name] = row
    own: dict[str, Any] = {"escalation": rows, "calendars": CALENDARS}
    own["priority_change"] = draw(st.sampled_from(["carry", "carry", "recompute", "reset", "sticky"]))
    own["reopen"] = draw(st.sampled_from(["new-cycle", "resume"]))
    own["reopen_grace_seconds"] = draw(st.sampled_from([0, 0, HOUR, 3 * HOUR]))
    own["settle_seconds"] = draw(st.sampled_from([0, 60, 1800]))
    own["at_risk"] = draw(st.sampled_from([0.5, 0.8, 1]))
    own["ladder"] = {
        "clock": draw(st.sampled_from(["business", "real"])),
        "ack_timeout_minutes": draw(st.sampled_from([60, 120])),
    }
    if draw(st.booleans()):
        own["versions"] = [
            {"effective_from": stamp(BASE + 5 * HOUR), "escalation": {"P1": {**rows["P1"], "sla_hours": 4}}}
        ]
    return own


MOMENTS = st.one_of(
    st.integers(0, 24).map(lambda n: BASE + n * 1800),
    st.integers(0, 6).map(lambda n: BASE + n * HOUR),
    st.integers(-60, 5 * 24 * HOUR).map(BASE.__add__),
)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """An issue with up to a dozen moves, whose labels are what the events leave on it."""
    timeline, comments = [], []
    on: set[str] = set()
    state: dict[str, Any] = {"state": "open", "closed_at": None, "state_reason": None}
    for number, at in enumerate(sorted(draw(st.lists(MOMENTS, max_size=12))), 1):
        at = max(at, BASE)
        what = draw(st.sampled_from(["label", "label", "comment", "comment", "close", "reopen"]))
        event: dict[str, Any] = {"id": 100 + number, "created_at": stamp(at), "actor": {"login": "mia", "type": "User"}}
        if what == "comment":
            login = draw(st.sampled_from(list(PEOPLE)))
            kind, association = PEOPLE[login]
            body = draw(st.sampled_from(BODIES))
            comments.append({
                "id": 100 + number, "created_at": stamp(at), "updated_at": stamp(at), "body": body,
                "user": {"login": login, "type": kind}, "author_association": association,
            })  # fmt: skip
            continue
        if what == "label":
            name = draw(st.sampled_from(LABELS))
            if draw(st.integers(0, 4)) == 0:
                event["actor"] = {"login": "github-actions[bot]", "type": "Bot"}
            event |= {"event": "unlabeled" if name in on else "labeled", "label": {"name": name, "color": "aaaaaa"}}
            on ^= {name}
        elif what == "close":
            reason = draw(st.sampled_from([None, "completed", "completed", "not_planned", "duplicate"]))
            event |= {"event": "closed", "state_reason": reason}
            state = {"state": "closed", "closed_at": state["closed_at"] or stamp(at), "state_reason": reason}
        else:
            event |= {"event": "reopened"}
            state = {"state": "open", "closed_at": None, "state_reason": "reopened"}
        timeline += [event] * draw(st.sampled_from([1, 1, 1, 2]))
    issue = {"number": 7, "created_at": stamp(BASE), "user": {"login": "ana", "type": "User"}, **state}
    issue["labels"] = [{"name": name, "color": "aaaaaa"} for name in sorted(on)]
    return {"issue": issue, "timeline": draw(st.permutations(timeline)), "comments": comments}


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), histories(), MOMENTS, st.sampled_from([0, 2 * 24 * HOUR]))
def test_the_clocks_of_an_issue_are_what_a_plain_replay_says(
    own: dict[str, Any], file: dict[str, Any], now: int, later: int
) -> None:
    now += later
    expected = reference(file, own, now)
    got = issue(file, sla(own), now, ["github-actions[bot]"])
    told = [{key: clock[key] for key in clock if key != "why"} for clock in got["clocks"]]

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["clock"], row["cycle"], row.get("step", 0)

    assert sorted(told, key=place) == sorted(expected["clocks"], key=place)
    steps = [{key: step[key] for key in step if key != "kind"} for step in got["ladder"]]
    assert sorted(steps, key=place) == sorted(expected["ladder"], key=place)
    assert got["priority"] == expected["priority"]
