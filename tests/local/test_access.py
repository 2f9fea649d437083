"""Who may do what: tokens, jobs' permissions, roles, outsiders, private repositories, the rate limit."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from bizops.local.github import issues, labels
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor

Clients = Callable[..., Any]
JOB = "Resource not accessible by integration"


def said(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["message"]


def test_a_job_may_write_what_its_permissions_name_and_nothing_else(github: LocalGitHub, as_user: Clients) -> None:
    number = github.file_issue("zoe", "Hello").number
    reader = as_user(job={"contents": "read", "issues": "read"})
    writer = as_user(job={"issues": "write"})
    comment = {"body": "from a job"}
    refused = reader("POST", f"/:repo/issues/{number}/comments", comment)
    assert said(refused) == (403, JOB)
    assert refused.headers["x-accepted-github-permissions"] == "issues=write"
    assert writer("POST", f"/:repo/issues/{number}/comments", comment).status_code == 201
    assert github.comments(number)[0]["user"] == {**github.comments(number)[0]["user"], "type": "Bot"}
    assert github.comments(number)[0]["user"]["login"] == "github-actions[bot]"
    start = "/:repo/actions/workflows/process-issue.yml/dispatches"
    assert said(writer("POST", start, {"ref": "main"})) == (403, JOB)
    assert as_user(job={"actions": "write"})("POST", start, {"ref": "main"}).status_code == 204


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/:repo/issues/1", {"state": "closed"}),
    ("POST", "/:repo/issues", {"title": "x"}),
    ("POST", "/:repo/issues/1/comments", {"body": "x"}),
    ("PATCH", "/:repo/issues/comments/:comment", {"body": "y"}),
    ("DELETE", "/:repo/issues/comments/:comment", None),
    ("POST", "/:repo/issues/1/labels", {"labels": ["x"]}),
    ("DELETE", "/:repo/issues/1/labels/known", None),
    ("DELETE", "/:repo/issues/1/labels", None),
    ("PUT", "/:repo/issues/1/labels", {"labels": []}),
    ("POST", "/:repo/labels", {"name": "x"}),
    ("PATCH", "/:repo/labels/known", {"color": "ffffff"}),
    ("DELETE", "/:repo/labels/known", None),
    ("POST", "/:repo/issues/1/assignees", {"assignees": ["mara"]}),
    ("DELETE", "/:repo/issues/1/assignees", {"assignees": ["mara"]}),
    ("POST", "/:repo/issues/1/reactions", {"content": "eyes"}),
    ("PUT", "/:repo/issues/1/lock", None),
    ("DELETE", "/:repo/issues/1/lock", None),
    ("POST", "/:repo/dispatches", {"event_type": "tick"}),
    ("POST", "/:repo/actions/workflows/process-issue.yml/dispatches", {"ref": "main"}),
    ("POST", "/:repo/actions/runs/7/cancel", None),
]


@pytest.mark.parametrize("who", ["job", "anonymous"])
@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write[0]} {write[1]}")
def test_no_write_gets_past_a_token_that_only_reads(
    github: LocalGitHub, as_user: Clients, who: str, write: tuple[str, str, Any]
) -> None:
    method, path, body = write
    github.file_issue("zoe", "Hello", labels=["known"])
    comment = github.comment("zoe", 1, "x").id
    client = as_user(job={"issues": "read", "contents": "read"}) if who == "job" else as_user()
    before = github.state.version
    reply = client(method, path.replace(":comment", str(comment)), body)
    assert said(reply) == ((403, JOB) if who == "job" else (401, "Requires authentication"))
    assert github.state.version == before


def test_a_job_is_no_user_and_its_token_ends_with_it(github: LocalGitHub, as_user: Clients) -> None:
    job = as_user(job={"issues": "write"})
    assert said(job("GET", "/user")) == (403, JOB)
    github.revoke(job.token)
    assert said(job("GET", "/:repo")) == (401, "Bad credentials")


def test_a_fine_grained_token_may_less_than_its_owner(as_user: Clients) -> None:
    narrow = as_user("mara", permissions={"issues": "read"})
    assert said(narrow("POST", "/:repo/issues", {"title": "x"})) == (
        403,
        "Resource not accessible by personal access token",
    )
    assert narrow("GET", "/user").json()["login"] == "mara"


def test_an_outsider_opens_issues_but_labels_nothing(github: LocalGitHub, as_user: Clients) -> None:
    zoe = as_user("zoe")
    made = zoe("POST", "/:repo/issues", {"title": "x", "labels": ["priority/P0"], "assignees": ["mara"]}).json()
    assert (made["labels"], made["assignees"], made["author_association"]) == ([], [], "NONE")
    address = f"/:repo/issues/{made['number']}"
    assert zoe("POST", f"{address}/labels", {"labels": ["priority/P0"]}).status_code == 403
    assert zoe("PATCH", address, {"labels": ["priority/P0"], "title": "own title"}).json()["labels"] == []
    assert zoe("POST", f"{address}/assignees", {"assignees": ["mara"]}).json()["assignees"] == []
    assert github.issue(made["number"])["title"] == "own title"
    assert labels.find(github.state, "priority/P0") is None


def test_an_outsider_changes_only_what_is_his(github: LocalGitHub, as_user: Clients) -> None:
    number = github.file_issue("mara", "Theirs").number
    theirs = github.comment("mara", number, "theirs").id
    zoe, mara = as_user("zoe"), as_user("mara")
    assert zoe("PATCH", f"/:repo/issues/{number}", {"title": "mine now"}).status_code == 403
    assert zoe("PATCH", f"/:repo/issues/comments/{theirs}", {"body": "forged"}).status_code == 403
    assert zoe("DELETE", f"/:repo/issues/comments/{theirs}").status_code == 403
    own = zoe("POST", f"/:repo/issues/{number}/comments", {"body": "own"}).json()["id"]
    assert zoe("PATCH", f"/:repo/issues/comments/{own}", {"body": "own, edited"}).status_code == 200
    assert mara("PATCH", f"/:repo/issues/comments/{own}", {"body": "by a maintainer"}).status_code == 200
    assert github.comments(number)[1]["user"]["login"] == "zoe"


def test_an_author_reopens_only_what_he_closed_himself(github: LocalGitHub, as_user: Clients) -> None:
    number, zoe = github.file_issue("zoe", "Mine").number, as_user("zoe")
    address = f"/:repo/issues/{number}"
    assert zoe("PATCH", address, {"state": "closed"}).json()["closed_by"]["login"] == "zoe"
    assert zoe("PATCH", address, {"state": "open"}).status_code == 200
    issues.set_state(github.state, Actor("mara"), number, "closed")
    assert zoe("PATCH", address, {"state": "open"}).status_code == 403
    assert as_user("mara")("PATCH", address, {"state": "open"}).status_code == 200


def test_triage_labels_and_closes_but_makes_no_labels_and_edits_no_text(github: LocalGitHub, as_user: Clients) -> None:
    github.user("tom", "triage")
    labels.create(github.state, Actor("mara"), "known")
    number, tom = github.file_issue("zoe", "x").number, as_user("tom")
    address = f"/:repo/issues/{number}"
    assert tom("POST", f"{address}/labels", {"labels": ["known"]}).status_code == 200
    refused = tom("POST", f"{address}/labels", {"labels": ["known", "new"]})
    assert said(refused) == (403, "You do not have permission to create labels on this repository.")
    assert tom("PATCH", address, {"title": "other"}).status_code == 403
    assert tom("PATCH", address, {"state": "closed"}).status_code == 200
    assert said(tom("GET", "/:repo/collaborators/zoe/permission")) == (
        403,
        "Must have push access to view collaborator permission.",
    )


@pytest.mark.parametrize(
    ("role", "legacy"),
    [
        ("admin", "admin"),
        ("maintain", "write"),
        ("write", "write"),
        ("triage", "read"),
        ("read", "read"),
        ("none", "read"),
    ],
)
def test_a_permission_has_its_old_name_and_its_role(
    github: LocalGitHub, as_user: Clients, role: Any, legacy: str
) -> None:
    github.user("ada", role)
    told = as_user(job={"issues": "write"})("GET", "/:repo/collaborators/ADA/permission").json()
    shown = "read" if role == "none" else role
    assert (told["permission"], told["role_name"], told["user"]["login"]) == (legacy, shown, "ada")
    assert told["user"]["permissions"]["triage"] == (role not in {"read", "none"})


def test_a_bot_is_not_a_user_and_strangers_may_not_ask(as_user: Clients) -> None:
    job = as_user(job={"issues": "write"})
    reply = job("GET", "/:repo/collaborators/github-actions[bot]/permission")
    assert said(reply) == (404, "github-actions[bot] is not a user")
    assert as_user()("GET", "/:repo/collaborators/mara/permission").status_code == 401


def test_a_private_repository_does_not_exist_for_strangers() -> None:
    with LocalGitHub("acme/ops", private=True) as github:
        github.user("mara", "write")
        number = github.file_issue("mara", "secret").number

        def get(token: str | None, path: str = "") -> int:
            from requests import get

            headers = {"authorization": f"token {token}"} if token else {}
            return get(f"{github.url}/repos/acme/ops{path}", headers=headers, timeout=20).status_code

        stranger, job = github.token("zoe"), github.job_token({"contents": "read"})
        for path in ("", "/issues", f"/issues/{number}", "/issues/comments", "/labels", "/actions/runs"):
            assert (get(stranger, path), get(None, path)) == (404, 404)
        assert get(github.token("mara"), f"/issues/{number}") == 200
        assert get(job, f"/issues/{number}") == 403
        assert get(github.job_token({"issues": "read"}), f"/issues/{number}") == 200
        permission = f"{github.url}/repos/acme/ops/collaborators/zoe/permission"
        from requests import get as ask

        told = ask(permission, headers={"authorization": f"token {github.token('mara')}"}, timeout=20).json()
        assert (told["permission"], told["role_name"]) == ("none", "none")


def test_anybody_reads_a_public_repository_with_any_token_or_none(github: LocalGitHub, as_user: Clients) -> None:
    github.file_issue("zoe", "x")
    for client in (as_user(), as_user("zoe"), as_user(job={"contents": "read"})):
        assert client("GET", "/:repo/issues").json()[0]["title"] == "x"
    assert as_user()("GET", "/repos/acme/other").status_code == 404
    assert as_user()("GET", "/repos/ACME/Ops").status_code == 200


def test_only_people_who_may_write_comment_on_a_locked_issue(github: LocalGitHub, as_user: Clients) -> None:
    number = github.file_issue("zoe", "x").number
    issues.lock(github.state, Actor("mara"), number)
    address = f"/:repo/issues/{number}/comments"
    refused = as_user("zoe")("POST", address, {"body": "still here"})
    assert said(refused) == (403, "Unable to create comment because issue is locked.")
    assert as_user(job={"issues": "write"})("POST", address, {"body": "the desk"}).status_code == 201


def test_a_pull_request_takes_either_permission_but_makes_no_label_with_its_own(
    github: LocalGitHub, as_user: Clients
) -> None:
    number = github.file_issue("mara", "A change", pull_request=True).number
    job = as_user(job={"pull-requests": "write"})
    assert job("POST", f"/:repo/issues/{number}/comments", {"body": "x"}).status_code == 201
    assert job("POST", f"/:repo/issues/{number}/labels", ["new"]).status_code == 403
    assert as_user()("GET", f"/:repo/issues/{number}").json()["pull_request"]["url"].endswith(f"/pulls/{number}")


def test_the_basic_scheme_and_the_prefix_of_an_enterprise_server_work_too(
    github: LocalGitHub, as_user: Clients
) -> None:
    client = as_user()
    secret = base64.b64encode(f"x-access-token:{github.token('mara')}".encode()).decode()
    reply = client("GET", "/api/v3/user", headers={"authorization": f"Basic {secret}"})
    assert reply.json()["login"] == "mara"
    assert reply.json()["url"] == f"{github.url}/api/v3/users/mara"


def test_a_used_up_limit_refuses_until_the_hour_is_over(github: LocalGitHub, as_user: Clients) -> None:
    github.limit(2)
    mara = as_user("mara")
    assert [mara("GET", "/:repo").headers["x-ratelimit-remaining"] for _ in range(2)] == ["1", "0"]
    refused = mara("GET", "/:repo")
    assert refused.status_code == 403
    assert refused.json()["message"].startswith("API rate limit exceeded for user ID")
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert mara("GET", "/rate_limit").json()["resources"]["core"]["remaining"] == 0
    assert as_user("zoe")("GET", "/:repo").status_code == 200
    github.clock.advance(hours=1)
    assert mara("GET", "/:repo").status_code == 200


def test_the_newer_api_version_answers_differently_where_github_does(github: LocalGitHub, as_user: Clients) -> None:
    number = github.file_issue("zoe", "x").number
    newer = {"headers": {"x-github-api-version": "2026-03-10"}}
    mara = as_user("mara")
    assert "assignee" in mara("GET", f"/:repo/issues/{number}").json()
    assert "assignee" not in mara("GET", f"/:repo/issues/{number}", **newer).json()
    start = "/:repo/actions/workflows/process-issue.yml/dispatches"
    assert "workflow_run_id" in mara("POST", start, {"ref": "main"}, **newer).json()
    assert mara("GET", "/:repo", headers={"x-github-api-version": "2020-01-01"}).status_code == 400
