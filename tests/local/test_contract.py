"""One suite for the embedded GitHub and, with BIZOPS_CONTRACT_REPOSITORY and BIZOPS_CONTRACT_TOKEN, for the real one.

Each answer is checked against GitHub's own schema. On the real one it writes only to issues and labels that it made,
and closes or deletes them. The token's account needs the right to write.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import github as pygithub
import pytest
import requests

Check = Callable[[str, Any], Any]
TIMELINE = {
    "commented": "TimelineCommentEvent",
    "labeled": "LabeledIssueEvent",
    "unlabeled": "UnlabeledIssueEvent",
    "assigned": "TimelineAssignedIssueEvent",
    "unassigned": "TimelineUnassignedIssueEvent",
    "renamed": "RenamedIssueEvent",
    "closed": "StateChangeIssueEvent",
    "reopened": "StateChangeIssueEvent",
    "locked": "LockedIssueEvent",
    "unlocked": "IssueEvent",
    "mentioned": "IssueEvent",
    "subscribed": "IssueEvent",
}


def opened(site: Any, **fields: Any) -> Any:
    reply = site.client("POST", "/:repo/issues", {"title": "Contract", "body": "by a test", **fields})
    assert reply.status_code == 201, reply.text
    return reply.json()


@pytest.fixture
def issue(site: Any) -> Iterator[Any]:
    made = opened(site)
    yield made
    site.client("PATCH", f"/:repo/issues/{made['number']}", {"state": "closed", "state_reason": "not_planned"})


@pytest.fixture
def label(site: Any) -> Iterator[str]:
    name = f"contract/{uuid.uuid4().hex[:8]}"
    yield name
    site.client("DELETE", f"/:repo/labels/{name}")


def events(site: Any, number: int, wanted: set[str]) -> list[Any]:
    reply = site.client("GET", f"/:repo/issues/{number}/timeline?per_page=100")
    return [entry for entry in reply.json() if entry["event"] in wanted]


def test_the_account_and_the_repository_look_like_githubs(site: Any, conforms: Check) -> None:
    conforms("PublicUser", site.client("GET", "/user").json())
    repository = conforms("FullRepository", site.client("GET", "/:repo").json())
    assert repository.full_name == site.client.repository
    assert repository.permissions.push is True


def test_the_rate_limit_is_in_a_document_of_its_own_and_in_every_answers_headers(site: Any, conforms: Check) -> None:
    before = conforms("RateLimitOverview", site.client("GET", "/rate_limit").json()).resources.core
    headers = site.client("GET", "/:repo").headers
    assert int(headers["x-ratelimit-limit"]) == before.limit
    assert int(headers["x-ratelimit-remaining"]) < before.limit
    assert headers["x-ratelimit-resource"] == "core"
    assert int(headers["x-ratelimit-used"]) + int(headers["x-ratelimit-remaining"]) == before.limit


def test_an_issue_is_opened_read_changed_closed_and_reopened(site: Any, conforms: Check, issue: Any) -> None:
    conforms("Issue", issue)
    address = f"/:repo/issues/{issue['number']}"
    changed = site.client("PATCH", address, {"title": "Another title", "body": "line\r\nline"}).json()
    assert conforms("Issue", changed).title == "Another title"
    assert site.client("GET", address).json()["body"] == "line\r\nline"
    closed = conforms("Issue", site.client("PATCH", address, {"state": "closed"}).json())
    assert (closed.state, closed.state_reason) == ("closed", "completed")
    assert closed.closed_at is not None
    reopened = conforms("Issue", site.client("PATCH", address, {"state": "open"}).json())
    assert (reopened.state, reopened.state_reason, reopened.closed_at) == ("open", "reopened", None)


def test_issues_are_listed_by_state_label_and_date(site: Any, conforms: Check, issue: Any, label: str) -> None:
    numbers = [opened(site, labels=[label])["number"] for _ in range(2)]
    site.client("PATCH", f"/:repo/issues/{numbers[0]}", {"state": "closed"})

    def listed(query: str, field: str = "number") -> list[Any]:
        reply = site.client("GET", f"/:repo/issues?labels={label}&{query}")
        conforms("list[Issue]", reply.json())
        return [one[field] for one in reply.json()]

    assert listed("") == [numbers[1]]
    assert listed("state=closed") == [numbers[0]]
    assert listed("state=all&direction=asc") == numbers
    updated = listed("state=all&sort=updated", "updated_at")
    assert updated == sorted(updated, reverse=True)
    assert listed("state=all&sort=updated&direction=asc", "updated_at") == updated[::-1]
    assert listed("state=all&since=2100-01-01T00:00:00Z") == []
    assert issue["number"] not in listed("state=all")
    site.client("PATCH", f"/:repo/issues/{numbers[1]}", {"state": "closed"})


def test_the_pages_of_a_list_are_joined_by_link_headers(site: Any, issue: Any) -> None:
    address = f"/:repo/issues/{issue['number']}/comments"
    for text in ("one", "two", "three"):
        assert site.client("POST", address, {"body": text}).status_code == 201
    seen, reply = [], site.client("GET", f"{address}?per_page=1")
    assert set(reply.links) == {"next", "last"}
    while True:
        seen += [one["body"] for one in reply.json()]
        if "next" not in reply.links:
            break
        reply = site.client("GET", reply.links["next"]["url"])
    assert seen == ["one", "two", "three"]
    assert {"prev", "first"} <= set(reply.links)
    beyond = site.client("GET", f"{address}?per_page=2&page=9")
    assert beyond.json() == []


def test_a_comment_is_made_read_changed_listed_and_deleted(site: Any, conforms: Check, issue: Any) -> None:
    address = f"/:repo/issues/{issue['number']}/comments"
    reply = site.client("POST", address, {"body": "first\r\nline"})
    made = conforms("IssueComment", reply.json())
    assert reply.status_code == 201
    assert made.id > 2**31
    one = f"/:repo/issues/comments/{made.id}"
    assert site.client("GET", one).json()["body"] == "first\r\nline"
    assert conforms("IssueComment", site.client("PATCH", one, {"body": "second"}).json()).body == "second"
    everywhere = site.client("GET", "/:repo/issues/comments?sort=updated&direction=desc&per_page=100").json()
    conforms("list[IssueComment]", everywhere)
    assert made.id in [comment["id"] for comment in everywhere]
    assert site.client("GET", f"{address}?since=2100-01-01T00:00:00Z").json() == []
    assert site.client("GET", f"/:repo/issues/{issue['number']}").json()["comments"] == 1
    assert site.client("DELETE", one).status_code == 204
    assert site.client("GET", one).status_code == 404
    assert events(site, issue["number"], {"commented"}) == []


def test_the_timeline_tells_what_happened_in_order(site: Any, conforms: Check, issue: Any, label: str) -> None:
    address = f"/:repo/issues/{issue['number']}"
    login = site.client("GET", "/user").json()["login"]
    site.client("POST", f"{address}/labels", {"labels": [label]})
    site.client("POST", f"{address}/comments", {"body": "hello"})
    site.client("PATCH", address, {"title": "Renamed"})
    site.client("POST", f"{address}/assignees", {"assignees": [login]})
    site.client("DELETE", f"{address}/assignees", {"assignees": [login]})
    site.client("DELETE", f"{address}/labels/{label}")
    site.client("PUT", f"{address}/lock", {"lock_reason": "resolved"})
    site.client("DELETE", f"{address}/lock")
    site.client("PATCH", address, {"state": "closed", "state_reason": "not_planned"})
    site.client("PATCH", address, {"state": "open"})
    entries = site.client("GET", f"{address}/timeline?per_page=100").json()
    for entry in entries:
        conforms(TIMELINE[entry["event"]], entry)
    names = [entry["event"] for entry in entries if entry["event"] not in {"mentioned", "subscribed"}]
    told = ["labeled", "commented", "renamed", "assigned", "unassigned", "unlabeled", "locked", "unlocked", "closed"]
    assert names == [*told, "reopened"]
    by_name = {entry["event"]: entry for entry in entries}
    assert set(by_name["labeled"]["label"]) == {"name", "color"}
    assert by_name["renamed"]["rename"] == {"from": "Contract", "to": "Renamed"}
    assert by_name["closed"]["state_reason"] == "not_planned"
    assert by_name["commented"]["actor"]["login"] == login
    assert by_name["assigned"]["assignee"]["login"] == login


def test_issue_events_leave_out_comments_and_those_of_the_repository_name_their_issue(
    site: Any, conforms: Check, issue: Any, label: str
) -> None:
    address = f"/:repo/issues/{issue['number']}"
    site.client("POST", f"{address}/comments", {"body": "hello"})
    site.client("POST", f"{address}/labels", {"labels": [label]})
    of_issue = site.client("GET", f"{address}/events").json()
    conforms("list[IssueEvent]", of_issue)
    assert [event["event"] for event in of_issue] == ["labeled"]
    newest = conforms("list[IssueEvent]", site.client("GET", "/:repo/issues/events").json())[0]
    assert newest.issue.number == issue["number"]
    conforms("IssueEvent", site.client("GET", f"/:repo/issues/events/{newest.id}").json())


def test_an_edit_of_the_body_leaves_no_trace_on_the_timeline(site: Any, issue: Any) -> None:
    address = f"/:repo/issues/{issue['number']}"
    before = site.client("GET", f"{address}/timeline").json()
    site.client("PATCH", address, {"body": "something else"})
    assert site.client("GET", f"{address}/timeline").json() == before


def test_labels_may_hold_slashes_and_are_the_same_in_any_case(
    site: Any, conforms: Check, issue: Any, label: str
) -> None:
    address = f"/:repo/issues/{issue['number']}/labels"
    added = site.client("POST", address, {"labels": [label]}).json()
    conforms("list[Label]", added)
    assert [(one["name"], one["color"], one["description"]) for one in added] == [(label, "ededed", None)]
    again = site.client("POST", address, [label.upper()])
    assert [one["name"] for one in again.json()] == [label]
    assert len(events(site, issue["number"], {"labeled"})) == 1
    assert site.client("DELETE", f"{address}/{label.replace('/', '%2F')}").json() == []
    gone = site.client("DELETE", f"{address}/{label}")
    assert (gone.status_code, gone.json()["message"]) == (404, "Label does not exist")
    site.client("PUT", address, {"labels": [label]})
    assert site.client("DELETE", address).status_code == 204
    assert site.client("GET", address).json() == []
    encoded = site.client("GET", f"/:repo/labels/{label.replace('/', '%2f')}")
    assert conforms("Label", encoded.json()).name == label


def test_a_label_of_the_repository_is_made_renamed_and_deleted(
    site: Any, conforms: Check, issue: Any, label: str
) -> None:
    made = site.client("POST", "/:repo/labels", {"name": label, "color": "B60205", "description": "a test"})
    assert (made.status_code, conforms("Label", made.json()).color) == (201, "b60205")
    twice = site.client("POST", "/:repo/labels", {"name": label.upper()})
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (422, "already_exists")
    address = f"/:repo/issues/{issue['number']}"
    site.client("POST", f"{address}/labels", {"labels": [label]})
    renamed = f"{label}-2"
    site.client("PATCH", f"/:repo/labels/{label}", {"new_name": renamed})
    try:
        assert [one["name"] for one in site.client("GET", address).json()["labels"]] == [renamed]
        assert [one["label"]["name"] for one in events(site, issue["number"], {"labeled"})] == [label]
        assert site.client("GET", f"/:repo/labels/{label}").status_code == 404
    finally:
        assert site.client("DELETE", f"/:repo/labels/{renamed}").status_code == 204
    assert site.client("GET", address).json()["labels"] == []


def test_what_is_too_long_missing_or_broken_is_refused_in_githubs_words(site: Any, conforms: Check, issue: Any) -> None:
    address = f"/:repo/issues/{issue['number']}/comments"
    longest = site.client("POST", address, {"body": "x" * 65_536})
    assert longest.status_code == 201
    for path, body, field in (
        ("/:repo/issues", {"title": "t", "body": "x" * 65_537}, "body"),
        ("/:repo/issues", {"title": "x" * 257}, "title"),
        (address, {"body": "x" * 65_537}, "data"),
        (address, {"body": " "}, "data"),
    ):
        reply = site.client("POST", path, body)
        assert reply.status_code == 422, reply.text
        problem = conforms("ValidationError", reply.json())
        assert problem.message == "Validation Failed"
        assert problem.errors[0].field == field
    assert site.client("POST", "/:repo/issues", {"body": "no title"}).status_code == 422
    broken = site.client("POST", address, data=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["message"]) == (400, "Problems parsing JSON")


def test_what_does_not_exist_is_a_404_in_githubs_shape(site: Any, conforms: Check) -> None:
    for path in (
        "/:repo/issues/99999999",
        "/:repo/issues/comments/1",
        "/:repo/labels/no/such",
        "/:repo/actions/runs/1",
    ):
        reply = site.client("GET", f"/:repo/{path}")
        assert reply.status_code == 404, path
        assert conforms("BasicError", reply.json()).message == "Not Found"


def test_a_wrong_token_is_refused(site: Any) -> None:
    reply = requests.get(f"{site.client.url}/user", headers={"authorization": "token wrong"}, timeout=20)
    assert (reply.status_code, reply.json()["message"]) == (401, "Bad credentials")


def test_reactions_are_counted_once_for_each_account(site: Any, conforms: Check, issue: Any) -> None:
    address = f"/:repo/issues/{issue['number']}"
    comment = site.client("POST", f"{address}/comments", {"body": "hello"}).json()
    for target in (address, f"/:repo/issues/comments/{comment['id']}"):
        first = site.client("POST", f"{target}/reactions", {"content": "eyes"})
        conforms("Reaction", first.json())
        second = site.client("POST", f"{target}/reactions", {"content": "eyes"})
        assert (first.status_code, second.status_code) == (201, 200)
        assert site.client("GET", target).json()["reactions"]["eyes"] == 1
        conforms("list[Reaction]", site.client("GET", f"{target}/reactions").json())
        assert site.client("DELETE", f"{target}/reactions/{first.json()['id']}").status_code == 204
        assert site.client("GET", f"{target}/reactions").json() == []


def test_the_permission_of_an_account_is_told_and_nobody_is_a_404(site: Any, conforms: Check) -> None:
    login = site.client("GET", "/user").json()["login"]
    reply = site.client("GET", f"/:repo/collaborators/{login}/permission").json()
    assert conforms("RepositoryCollaboratorPermission", reply).permission in {"write", "admin"}
    nobody = site.client("GET", f"/:repo/collaborators/no-one-{uuid.uuid4().hex[:12]}/permission")
    assert nobody.status_code == 404
    conforms("list[Collaborator]", site.client("GET", "/:repo/collaborators").json())


def test_an_unchanged_answer_is_not_sent_again(site: Any, issue: Any) -> None:
    address = f"/:repo/issues/{issue['number']}"
    first = site.client("GET", address)
    second = site.client("GET", address, headers={"if-none-match": first.headers["etag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]


def test_workflows_and_runs_look_like_githubs(site: Any, conforms: Check) -> None:
    workflows = site.client("GET", "/:repo/actions/workflows").json()["workflows"]
    conforms("list[Workflow]", workflows)
    reply = site.client("GET", "/:repo/actions/runs?per_page=1").json()
    assert set(reply) == {"total_count", "workflow_runs"}
    conforms("list[WorkflowRun]", reply["workflow_runs"])


def test_a_dispatch_starts_a_run_that_can_be_found_and_cancelled(site: Any, conforms: Check) -> None:
    if site.local is None:
        pytest.skip("would start a workflow of the real repository")
    start = "/:repo/actions/workflows/process-issue.yml/dispatches"
    assert site.client("POST", start, {"ref": "main", "inputs": {"issue": "7"}}).status_code == 204
    told = site.client("POST", start, {"ref": "main", "return_run_details": True})
    run = conforms("WorkflowDispatchResponse", told.json()).workflow_run_id
    address = f"/:repo/actions/runs/{run}"
    shown = conforms("WorkflowRun", site.client("GET", address).json())
    assert (shown.status, shown.event) == ("queued", "workflow_dispatch")
    listed = site.client("GET", "/:repo/actions/workflows/process-issue.yml/runs?event=workflow_dispatch").json()
    assert listed["workflow_runs"][0]["id"] == run
    assert listed["total_count"] == 2
    assert site.client("POST", f"{address}/cancel").status_code == 202
    assert site.client("POST", f"{address}/cancel").status_code == 409
    assert site.client("GET", address).json()["conclusion"] == "cancelled"
    assert site.client("POST", start, {"ref": "nowhere"}).json()["message"] == "No ref found for: nowhere"
    assert site.client("POST", start.replace("process", "no"), {"ref": "main"}).status_code == 404


def test_pygithub_cannot_tell(site: Any, label: str) -> None:
    auth = pygithub.Auth.Token(site.client.token)
    pause: Any = {"seconds_between_requests": 0, "seconds_between_writes": 0} if site.local else {}
    hub: Any = pygithub.Github(base_url=site.client.url, auth=auth, retry=None, **pause)
    repository = hub.get_repo(site.client.repository)
    issue = repository.create_issue("By PyGithub", body="text", labels=[label])
    assert [one.name for one in issue.labels] == [label]
    comments = [issue.create_comment(f"number {count}") for count in range(3)]
    comments[0].edit("changed")
    comments[1].delete()
    assert [one.body for one in issue.get_comments()] == ["changed", "number 2"]
    assert [event.event for event in issue.get_timeline()][:2] == ["labeled", "commented"]
    issue.remove_from_labels(label)
    issue.create_reaction("rocket").content  # noqa: B018
    issue.edit(state="closed", state_reason="not_planned")
    again = repository.get_issue(issue.number)
    assert (again.state, again.state_reason, again.comments) == ("closed", "not_planned", 2)
    assert issue.number in [one.number for one in repository.get_issues(state="closed", sort="updated")[:5]]
    assert repository.get_collaborator_permission(hub.get_user().login) in {"write", "admin"}
    with pytest.raises(pygithub.UnknownObjectException):
        repository.get_issue(99_999_999)
