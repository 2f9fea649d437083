"""What a sweep reads: many issues, what changed since, timelines in pages, the last run that went well."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bizops.local.github import issues, labels, runs
from bizops.local.github.seed import seed
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor

Clients = Callable[..., Any]
Check = Callable[[str, Any], Any]
ZOE = Actor("zoe")
WORKFLOW = "process-issue.yml"
RUNS = f"/:repo/actions/workflows/{WORKFLOW}/runs"


def walked(client: Any, path: str) -> list[Any]:
    """A whole list, by its links."""
    reply = client("GET", path)
    found = list(reply.json())
    while "next" in reply.links:
        reply = client("GET", reply.links["next"]["url"])
        found += reply.json()
    return found


def test_a_hundred_of_ten_thousand_issues_are_listed_in_a_moment(github: LocalGitHub, as_user: Clients) -> None:
    state = github.state
    numbers = seed(state, 10_000, author="zoe", labels=lambda place: ("finance", f"priority/P{place % 4}"), body="text")
    with state.writing():
        for number in numbers[::10]:
            issues.comment(state, ZOE, number, "comment")
    mara = as_user("mara")
    for path in (
        "/:repo/issues?per_page=100&page=50&state=all&sort=updated&direction=asc&since=2026-01-01T00:00:00Z",
        "/:repo/issues?per_page=100&labels=priority/P3",
        "/:repo/issues/comments?per_page=100&since=2026-11-25T09:00:00Z&sort=updated",
    ):
        took = []
        for _ in range(5):
            began = time.process_time()
            assert len(mara("GET", path).json()) == 100
            took.append(time.process_time() - began)
        assert min(took) < 0.05


def test_seeded_issues_are_like_those_that_were_filed(github: LocalGitHub, as_user: Clients, conforms: Check) -> None:
    github.user("zoe")
    before, told = github.file_issue("zoe", "first").number, len(github.deliveries)
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    numbers = seed(
        github.state,
        3,
        author="zoe",
        opened=lambda place: at + timedelta(hours=place),
        labels=lambda place: ("finance",) * (place != 1),
    )
    assert (numbers, github.file_issue("zoe", "last").number) == ([before + 1, before + 2, before + 3], before + 4)
    mara = as_user("mara")
    shown = mara("GET", "/:repo/issues?direction=asc").json()
    conforms("list[Issue]", shown)
    assert [one["created_at"] for one in shown[:3]] == [f"2026-11-20T{hour}:00:00Z" for hour in (12, 13, 14)]
    assert [[label["name"] for label in one["labels"]] for one in shown[:3]] == [["finance"], [], ["finance"]]
    timeline = mara("GET", f"/:repo/issues/{numbers[0]}/timeline").json()
    assert [(one["event"], one["created_at"]) for one in timeline] == [("labeled", "2026-11-20T12:00:00Z")]
    assert [one.event for one in list(github.deliveries)[told:]] == ["label", "issues"]  # the label, and the last issue
    assert seed(github.state, 0, author="zoe") == []
    assert github.file_issue("zoe", "after none").number == before + 5


def test_what_changed_since_an_instant_is_listed_whatever_its_zone(github: LocalGitHub, as_user: Clients) -> None:
    mara = as_user("mara")
    numbers = []
    for hour in (9, 10, 11):
        github.clock.set(datetime(2026, 11, 26, hour, tzinfo=UTC) - timedelta(seconds=1))
        numbers.append(github.file_issue("zoe", f"at {hour}").number)
        github.clock.set(datetime(2026, 11, 26, hour, tzinfo=UTC) - timedelta(seconds=1))
        issues.comment(github.state, ZOE, numbers[-1], f"at {hour}")
    for since in ("2026-11-26T10:00:00Z", "2026-11-26T11:00:00%2B01:00", "2026-11-26T05:00:00-05:00"):
        asked = mara("GET", f"/:repo/issues?state=all&sort=updated&direction=asc&since={since}").json()
        assert [one["number"] for one in asked] == numbers[1:]
        said = mara("GET", f"/:repo/issues/comments?sort=updated&direction=asc&since={since}").json()
        assert [one["body"] for one in said] == ["at 10", "at 11"]
    for wrong in ("yesterday", "0001-01-01T00:00:00%2B23:00"):
        assert mara("GET", f"/:repo/issues?since={wrong}").status_code == 422


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_long_timeline_is_whole_in_pages_of_any_size(github: LocalGitHub, as_user: Clients, size: int) -> None:
    number = github.file_issue("zoe", "long").number
    for count in range(3):
        labels.add(github.state, ZOE, number, [f"label {count}"])
        issues.comment(github.state, ZOE, number, f"comment {count}")
    found = walked(as_user("mara"), f"/:repo/issues/{number}/timeline?per_page={size}")
    assert [one["event"] for one in found] == ["labeled", "commented"] * 3


def test_the_last_run_that_went_well_is_found(github: LocalGitHub, as_user: Clients, conforms: Check) -> None:
    mara, started = as_user(job={"actions": "read"}), []
    for conclusion in ("success", "success", "failure", None):
        started.append(runs.start(github.state, Actor("github-actions[bot]"), WORKFLOW, event="schedule").id)
        if conclusion:
            runs.finish(github.state, started[-1], conclusion)
    reply = mara("GET", f"{RUNS}?status=success&per_page=1")
    shown = conforms("list[WorkflowRun]", reply.json()["workflow_runs"])
    assert (reply.json()["total_count"], [one.id for one in shown]) == (2, [started[1]])
    assert shown[0].head_sha == mara("GET", "/:repo/git/ref/heads/main").json()["object"]["sha"]
    assert mara("GET", f"{RUNS}?status=in_progress").json()["workflow_runs"][0]["id"] == started[3]
