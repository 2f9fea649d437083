"""What is broken, odd or hostile on its way in: issues and timelines here, the command line below."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bizops.local.github import labels
from bizops.local.github.faults import status
from bizops.local.github.state import Actor
from bizops.policy import Policy
from tests.conftest import World
from tests.desk.quick import ASK, FINANCE, SUPPORT, Quick, populated

SRC = Path(__file__).parents[2] / "src"
GHOST: Any = None


# --- issues


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        " \n\t",
        "x" * 65_536,
        "a,b\r\n1,2",
        "\x00\x07\x1b[31m",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "`" * 65_536,
        "> " * 30_000,
        "<!--" * 16_000,
        "### Priority\n\nP0\n\n" * 3_000,
        "@ai-support-agent " * 3_000,
        "```csv x.csv\n" + "1,2\n" * 16_000,
        "#" * 65_536,
        "[" * 65_536,
        "\u202e\u2066reversed",
    ],
)
def test_any_body_is_answered_once_and_in_time(quick: Quick, body: str | None) -> None:
    number = quick.file(body=body, labels=["support/howto"])
    started = time.process_time()
    quick.run(number)
    assert time.process_time() - started < 10
    assert quick.shown(number).answers == ("ai-support-agent@opened",)
    assert quick.quiet(number)


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "`x` **y** | z",
        "x" * 256,
        "::set-output name=go::true",
        "\u202eabc",
        "-- > <!-- bizops:answer a@b -->",
    ],
)
def test_any_title_is_answered_once(quick: Quick, title: str) -> None:
    number = quick.file(title, labels=["support/howto"])
    quick.run(number)
    assert quick.shown(number).answers == ("ai-support-agent@opened",)


@pytest.mark.parametrize(
    "text",
    [
        "`" * 60_000,
        "```\n" * 16_000,
        "<!--" * 15_000,
        "> @ai-support\n" * 4_000,
        "@ai-" * 16_000,
        "/x\n" * 20_000,
        "@ai" + "-a" * 30_000,
    ],
)
def test_any_comment_is_looked_at_in_time(quick: Quick, text: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    for _ in range(5):
        quick.say("mara", number, text)
    started = time.process_time()
    quick.run(number)
    assert time.process_time() - started < 5


def test_a_long_history_is_read_to_its_end(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    for _ in range(130):
        labels.add(quick.state, Actor("mara"), number, ["noise"])
        labels.remove(quick.state, Actor("mara"), number, "noise")
    quick.label("tom", number, "agent/ai-finance")
    quick.run(number)
    assert len(quick.world.github.timeline(number)) > 250
    assert [key.partition("@")[0] for key in quick.shown(number).answers] == [SUPPORT, FINANCE]
    assert quick.quiet(number)


def test_many_status_labels_become_one(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.label("mara", number, *(f"status/odd-{index}" for index in range(75)))
    quick.run(number)
    assert quick.shown(number).status == ("status/waiting",)


def test_an_issue_with_a_hundred_labels_is_answered_all_the_same(quick: Quick) -> None:
    number = quick.file(labels=["support/howto", *(f"x-{index}" for index in range(99))])
    quick.run(number)
    assert len(quick.shown(number).answers) == 1


def test_labels_spelled_with_capitals_are_the_same_labels(tmp_path: Path, policy: Policy) -> None:
    names = (
        "Status/Waiting",
        "STATUS/In-Progress",
        "Status/Needs-Info",
        "Status/Held",
        "Priority/p0",
        "Agent/AI-Support",
        "Support/HowTo",
        "status/Done",
    )
    with populated() as server:
        quick = Quick(World(server, tmp_path, policy))
        for name in names:
            labels.create(quick.state, Actor("ada"), name)
        number = quick.file(labels=["finance/analysis", "Agent/AI-Support", "Priority/p0"])
        quick.run(number, ASK)
        assert [label for label in quick.shown(number).labels if label.lower().startswith("status/")] == [
            "Status/Needs-Info"
        ]
        quick.say("mara", number, "October")
        quick.run(number)
        shown = quick.shown(number)
        assert [label for label in shown.labels if label.lower().startswith("status/")] == ["Status/Waiting"]
        assert [label for label in shown.labels if label.lower().startswith("priority/")] == ["Priority/p0"]
        assert [key.partition("@")[0] for key in shown.answers] == [SUPPORT, SUPPORT]
        assert quick.quiet(number)
        quick.label("tom", number, "status/held")
        quick.say("mara", number, "November")
        assert quick.quiet(number)


# --- timelines as GitHub gives them on old and odd issues

ODD: list[Any] = [
    {"event": "committed", "sha": "a" * 40, "author": {"name": "x", "date": "2026-11-25T09:00:00Z"}, "message": "m"},
    {"event": "cross-referenced", "actor": {"login": "zoe"}, "created_at": "2026-11-25T09:00:00Z", "source": {}},
    {"event": "labeled", "id": 1, "actor": None, "created_at": "2026-11-25T09:00:00Z", "label": {"name": "x"}},
    {"event": "assigned", "id": 2, "actor": None, "assignee": None, "created_at": "2026-11-25T09:00:00Z"},
    {"event": "labeled", "id": 3, "actor": {"login": "zoe"}, "created_at": "2026-11-25T09:00:00Z", "label": None},
    {"event": "reopened", "id": 4, "created_at": None, "actor": None},
    {"event": "line-commented", "comments": []},
    {"event": "reviewed", "id": 5, "user": None, "body": None},
    {"event": "commented", "id": 6, "user": None, "actor": None, "body": None, "created_at": "2026-11-25T09:00:00Z"},
    {"event": "never-heard-of", "id": 7, "created_at": "2026-11-25T09:00:00Z"},
    {"event": None},
    {},
    None,
    [],
    "text",
    7,
    {
        "event": "closed",
        "id": 8,
        "actor": {"login": "x", "type": None},
        "state_reason": None,
        "created_at": "2026-11-25T09:00:00Z",
    },
    {
        "event": "renamed",
        "id": 9,
        "actor": {},
        "rename": {"from": "a", "to": "b"},
        "created_at": "2026-11-25T09:00:00Z",
    },
    {"event": "subscribed", "id": "10", "actor": {"login": None}, "created_at": "2026-11-25T09:00:00Z"},
]


@pytest.mark.parametrize("index", [*range(len(ODD)), None])
def test_an_odd_entry_of_the_timeline_does_no_harm(quick: Quick, index: int | None) -> None:
    number = quick.file(labels=["support/howto"])
    odd = ODD if index is None else [ODD[index]]
    real = json.dumps([*odd, *quick.world.github.timeline(number)])
    quick.world.github.faults.add(
        status(200, real, headers={"content-type": "application/json"}), path="/timeline$", nth=1
    )
    quick.run(number)
    assert "ai-support-agent@" in quick.shown(number).answers[-1]


def test_an_issue_without_a_user_is_answered(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    raw = quick.world.github.issue(number) | {"user": None, "body": None, "labels": [], "assignees": None}
    body = json.dumps(raw)
    quick.world.github.faults.add(
        status(200, body, headers={"content-type": "application/json"}), path=rf"/issues/{number}$"
    )
    quick.run(number)
    assert len(quick.shown(number).answers) == 1
