"""Short stories about an issue, as the file that `bizops sla issue` reads. All on 2026-11-18, a Wednesday, in UTC."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from bizops.policy import load
from bizops.rules.sla.report import issue
from bizops.service_level import Sla, merged
from tests.rules.sla.oracle import seconds

PEOPLE = {  # login: type, association
    "ana": ("User", "NONE"),  # opens the issue
    "mia": ("User", "MEMBER"),
    "nora": ("User", "NONE"),
    "robo[bot]": ("Bot", "NONE"),
    "github-actions[bot]": ("Bot", "NONE"),
}
DESK = "github-actions[bot]"
ANSWER = "<!-- bizops:answer ai-support-agent@opened -->\nThe export works again."
OFFICE = {"tz": "UTC", "week": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
HOURS = {"P0": 1, "P1": 2, "P2": 4, "P3": 8}
POLICY: dict[str, Any] = {
    "escalation": {
        name: {
            "sla_hours": hours,
            "requires_manager": False,
            "first_response_minutes": hours * 30,
            "next_reply_minutes": hours * 30,
        }
        for name, hours in HOURS.items()
    },
    "calendars": {"always": {"always": True}, "office": OFFICE},
}
Move = dict[str, Any]


@cache
def _seed() -> dict[str, Any]:
    tree = load().sla.model_dump(mode="json")
    return {key: value for key, value in tree.items() if key != "versions"}


def policy(own: Mapping[str, Any]) -> Sla:
    """The policy of a `sla.yml` that holds only `own`, over the one of these stories."""
    return Sla.model_validate(merged(merged(_seed(), POLICY), own))


def at(when: str) -> str:
    """`15:00` or `15:00:01`, of the 18th; `20 15:00` of another day of the month; whole timestamps as they are."""
    if "T" in when:
        return when
    day, _, time = when.rpartition(" ")
    return f"2026-11-{day or '18'}T{time if time.count(':') == 2 else time + ':00'}Z"


def labeled(when: str, name: str, by: str = "mia", *, color: str = "aaaaaa", event: str = "labeled") -> Move:
    return {"event": event, "created_at": at(when), "actor": _who(by), "label": {"name": name, "color": color}}


def unlabeled(when: str, name: str, by: str = "mia", *, color: str = "aaaaaa") -> Move:
    return labeled(when, name, by, color=color, event="unlabeled")


def closed(when: str, reason: str | None = "completed") -> Move:
    return {"event": "closed", "created_at": at(when), "actor": _who("mia"), "state_reason": reason}


def reopened(when: str) -> Move:
    return {"event": "reopened", "created_at": at(when), "actor": _who("ana"), "state_reason": None}


def says(when: str, who: str, body: str = "Hello.", **more: Any) -> Move:
    """A comment; `association`, `type` and other keys may be given."""
    kind, association = PEOPLE[who]
    user = {"login": who, "type": more.pop("type", kind)}
    known = {"author_association": more.pop("association", association)}
    return {"created_at": at(when), "updated_at": at(when), "user": user, "body": body, **known, **more}


def _who(login: str) -> dict[str, str]:
    return {"login": login, "type": PEOPLE[login][0]}


def file(*moves: Move, opened: str = "15:00", on: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """The file: what the moves leave on the issue is its labels, unless `on` gives them with their colours."""
    rows = [{"id": 100 + number, **move} for number, move in enumerate(moves)]
    events = [row for row in rows if "event" in row]
    left: dict[str, str] = {}
    facts: dict[str, Any] = {"state": "open", "closed_at": None, "state_reason": None}
    for event in events:
        if event["event"] == "labeled":
            left[event["label"]["name"]] = event["label"]["color"]
        elif event["event"] == "unlabeled":
            left.pop(event["label"]["name"], None)
        else:
            is_closed = event["event"] == "closed"
            facts = {
                "state": "closed" if is_closed else "open",
                "closed_at": event["created_at"] if is_closed else None,
            }
            facts["state_reason"] = event["state_reason"] if is_closed else "reopened"
    labels = [{"name": name, "color": color} for name, color in (left if on is None else on).items()]
    facts |= {"number": 7, "created_at": at(opened), "user": _who("ana"), "labels": labels, **more.pop("issue", {})}
    return {"issue": facts, "timeline": events, "comments": [row for row in rows if "event" not in row], **more}


def told(*moves: Move, now: str, own: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """What `bizops sla issue --json` says about a story."""
    return issue(file(*moves, **more), policy(own or {}), seconds(at(now)), [DESK])


def clock(result: Mapping[str, Any], name: str = "resolution", cycle: int = 1) -> dict[str, Any]:
    """One clock of the result; there must be exactly one such."""
    (found,) = [row for row in result["clocks"] if (row["clock"], row["cycle"]) == (name, cycle)]
    return dict(found)


def count(result: Mapping[str, Any], name: str) -> int:
    return sum(row["clock"] == name for row in result["clocks"])


def fits(have: Mapping[str, Any], **want: Any) -> bool:
    """Whether a clock has these values; short times stand for instants. Fails with what differs."""
    for name, value in want.items():
        expected = at(value) if name.endswith("_at") and value else value
        assert have[name] == expected, f"{name}: expected {expected}, got {have[name]} in {have}"
    return True
