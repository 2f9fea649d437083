"""What webhooks are told: GitHub's own models take it, and it tells what was written at that moment."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from bizops.local.github import issues, labels, runs
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor, Delivery

MARA = Actor("mara")
JOB = Actor("github-actions[bot]", job=True)


def told(github: LocalGitHub, since: int = 0) -> list[str]:
    return [f"{one.event}.{one.action}" for one in list(github.deliveries)[since:]]


def test_every_kind_of_delivery_fits_githubs_model(github: LocalGitHub, conforms: Callable[[str, Any], Any]) -> None:
    state = github.state
    number = github.file_issue("zoe", "Hello", None, labels=["a/b"]).number
    issues.edit(state, MARA, number, title="Renamed", body="text")
    labels.remove(state, MARA, number, "a/b")
    issues.assign(state, MARA, number, ["mara"])
    issues.unassign(state, MARA, number, ["mara"])
    comment = issues.comment(state, MARA, number, "one").id
    issues.edit_comment(state, MARA, comment, "two")
    issues.delete_comment(state, MARA, comment)
    issues.lock(state, MARA, number, "resolved")
    issues.unlock(state, MARA, number)
    issues.set_state(state, MARA, number, "closed")
    issues.set_state(state, MARA, number, "open")
    labels.change(state, MARA, "a/b", new_name="b/a")
    labels.delete(state, MARA, "b/a")
    runs.dispatch(state, MARA, "process-issue.yml", "main", {"issue": "7", "again": "false"})
    names = {"issues": "WebhookIssues", "issue_comment": "WebhookIssueComment", "label": "WebhookLabel"}
    for delivery in github.deliveries:
        name = names.get(delivery.event, "WebhookWorkflowDispatch") + (delivery.action or "").capitalize()
        conforms(name, delivery.payload)
    assert told(github) == [
        "label.created",
        "issues.opened",
        "issues.labeled",
        "issues.edited",
        "issues.unlabeled",
        "issues.assigned",
        "issues.unassigned",
        "issue_comment.created",
        "issue_comment.edited",
        "issue_comment.deleted",
        "issues.locked",
        "issues.unlocked",
        "issues.closed",
        "issues.reopened",
        "label.edited",
        "label.deleted",
        "workflow_dispatch.None",
    ]


def test_an_issue_with_labels_is_opened_once_and_labeled_once_for_each(github: LocalGitHub) -> None:
    for name in ("finance", "priority/P1"):
        labels.create(github.state, MARA, name)
    before = len(github.deliveries)
    issue = github.open_by_form("zoe", "Hello", "text", labels=["finance", "priority/P1", "never made"])
    assert told(github, before) == ["issues.opened", "issues.labeled", "issues.labeled"]
    payloads = [delivery.payload for delivery in list(github.deliveries)[before:]]
    assert [label["name"] for label in payloads[0]["issue"]["labels"]] == ["finance", "priority/P1"]
    assert [payload["label"]["name"] for payload in payloads[1:]] == ["finance", "priority/P1"]
    assert {payload["sender"]["login"] for payload in payloads} == {"zoe"}
    assert [entry["actor"]["login"] for entry in github.timeline(issue.number)] == ["zoe", "zoe"]
    assert labels.find(github.state, "never made") is None


def test_a_payload_shows_the_moment_of_its_write_even_if_it_is_looked_at_later(github: LocalGitHub) -> None:
    number = github.file_issue("zoe", "Before", labels=["a"]).number
    opened = next(one for one in github.deliveries if one.action == "opened")
    issues.edit(github.state, MARA, number, title="After")
    labels.remove(github.state, MARA, number, "a")
    assert opened.payload["issue"]["title"] == "Before"
    assert [label["name"] for label in opened.payload["issue"]["labels"]] == ["a"]
    edited = next(one for one in github.deliveries if one.action == "edited")
    assert edited.payload["changes"] == {"title": {"from": "Before"}}


def test_what_a_job_writes_starts_no_workflow_but_its_dispatch_does(github: LocalGitHub) -> None:
    number = github.file_issue("zoe", "x").number
    token = {"authorization": f"token {github.job_token({'issues': 'write', 'actions': 'write'})}"}
    base = f"{github.url}/repos/acme/ops"
    requests.post(f"{base}/issues/{number}/comments", json={"body": "x"}, headers=token, timeout=20)
    start = f"{base}/actions/workflows/process-issue.yml/dispatches"
    requests.post(start, json={"ref": "main", "inputs": {"issue": 7, "again": False}}, headers=token, timeout=20)
    comment, dispatch = list(github.deliveries)[-2:]
    assert (comment.event, comment.by_job_token, comment.starts_workflows) == ("issue_comment", True, False)
    assert (dispatch.event, dispatch.by_job_token, dispatch.starts_workflows) == ("workflow_dispatch", True, True)
    assert dispatch.payload["inputs"] == {"issue": "7", "again": "false"}
    assert dispatch.payload["ref"] == "refs/heads/main"
    assert dispatch.payload["workflow"] == ".github/workflows/process-issue.yml"
    assert all(one.starts_workflows for one in github.deliveries if one.actor == "zoe")


def test_an_outside_event_is_delivered_with_what_it_carries(github: LocalGitHub) -> None:
    token = {"authorization": f"token {github.job_token({'contents': 'write'})}"}
    body: Any = {"event_type": "tick", "client_payload": {"issue": 7}}
    reply = requests.post(f"{github.url}/repos/acme/ops/dispatches", json=body, headers=token, timeout=20)
    delivery = github.deliveries[-1]
    assert (reply.status_code, delivery.event, delivery.action) == (204, "repository_dispatch", "tick")
    assert delivery.payload["client_payload"] == {"issue": 7}
    assert delivery.starts_workflows


def test_nothing_is_told_where_nothing_changed(github: LocalGitHub) -> None:
    number = github.file_issue("zoe", "x", "body", labels=["a"]).number
    issues.assign(github.state, MARA, number, ["mara"])
    before, version = len(github.deliveries), github.state.version
    labels.add(github.state, MARA, number, ["A"])
    labels.set_all(github.state, MARA, number, ["a"])
    issues.assign(github.state, MARA, number, ["MARA", "nobody"])
    issues.edit(github.state, MARA, number, title="x", body="body")
    issues.set_state(github.state, MARA, number, "open")
    issues.unlock(github.state, MARA, number)
    assert (len(github.deliveries), github.state.version) == (before, version)


def test_subscribers_hear_everything_in_order_and_may_fail_or_call_back(
    github: LocalGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def listen(delivery: Delivery) -> None:
        shown = requests.get(f"{github.url}/repos/acme/ops/issues/{delivery.issue}", timeout=20).json()
        heard.append(f"{delivery.action} {shown['comments']}")
        if delivery.action == "opened":
            raise RuntimeError("a subscriber's own defect")

    github.state.subscribe(listen)
    number = github.file_issue("zoe", "x").number
    github.state.delivered()
    github.comment("zoe", number, "y")
    github.state.delivered()
    assert heard == ["opened 0", "created 1"]
    assert "a subscriber failed at issues opened of #1" in caplog.text


def test_another_process_can_read_the_deliveries_of_an_issue(github: LocalGitHub) -> None:
    github.file_issue("zoe", "one")
    github.file_issue("zoe", "two")
    address = f"{github.url}/_local/deliveries"
    first, second = requests.get(address, timeout=20).json()
    assert second["payload"]["issue"]["title"] == "two"
    assert requests.get(f"{address}?after={first['id']}", timeout=20).json() == [second]
    assert requests.get(f"{address}?issue=1", timeout=20).json() == [first]
