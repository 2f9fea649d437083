"""The repository itself as JSON: mostly addresses."""

from typing import Any

from bizops.local.github.records import Issue
from bizops.local.github.view import View

__all__ = ["full", "minimal", "repository"]

ADDRESSES = """archive={archive_format}{/ref} assignees:{/user} blobs=git/blobs{/sha} branches:{/branch}
collaborators:{/collaborator} comments:{/number} commits:{/sha} compare:/{base}...{head} contents:/{+path} contributors:
deployments: downloads: events: forks: git_commits=git/commits{/sha} git_refs=git/refs{/sha} git_tags=git/tags{/sha}
hooks: issue_comment=issues/comments{/number} issue_events=issues/events{/number} issues:{/number} keys:{/key_id}
labels:{/name} languages: merges: milestones:{/number} notifications:{?since,all,participating} pulls:{/number}
releases:{/id} stargazers: statuses:/{sha} subscribers: subscription: tags: teams: trees=git/trees{/sha}"""
CREATED = "2026-01-01T00:00:00Z"


def minimal(view: View) -> dict[str, Any]:
    """What every mention of a repository has."""
    state = view.state
    return {
        "id": 812345678,
        "node_id": "R_kgDOMGtzTg",
        "name": state.name,
        "full_name": state.repository,
        "private": state.private,
        "owner": view.user(state.owner),
        "html_url": view.page,
        "description": None,
        "fork": False,
        "url": view.repo,
        **_addresses(view.repo),
    }


def repository(view: View, role: str | None = None) -> dict[str, Any]:
    """The repository, with `permissions` when `role` is what whoever asks may do."""
    state = view.state
    opened = sum(issue.state == "open" for issue in state.store.all(Issue))
    bare = view.page.split("://", 1)[1]
    given: dict[str, Any] = {
        **minimal(view),
        **{f"has_{name}": name in {"issues", "projects", "wiki"} for name in
           ("issues", "projects", "downloads", "wiki", "pages", "discussions", "pull_requests")},
        **dict.fromkeys(("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size"), 0),
        **dict.fromkeys(("mirror_url", "homepage", "language", "license"), None),
        **dict.fromkeys(("archived", "disabled", "is_template", "web_commit_signoff_required"), False),
        "git_url": f"git://{bare}.git",
        "ssh_url": f"git@{bare.replace('/', ':', 1)}.git",
        "clone_url": f"{view.page}.git",
        "svn_url": view.page,
        "created_at": CREATED,
        "updated_at": CREATED,
        "pushed_at": CREATED,
        "open_issues": opened,
        "open_issues_count": opened,
        "allow_forking": True,
        "topics": [],
        "visibility": "private" if state.private else "public",
        "default_branch": "main",
    }  # fmt: skip
    if role is not None:
        given["permissions"] = view.collaborator(state.user(state.owner), role)["permissions"]
    return given


def full(view: View, role: str | None) -> dict[str, Any]:
    """What `GET /repos/OWNER/NAME` gives."""
    return {**repository(view, role), "network_count": 0, "subscribers_count": 0}


def _addresses(url: str) -> dict[str, str]:
    given = {}
    for item in ADDRESSES.split():
        if "=" in item.split("{", 1)[0]:
            name, path = item.split("=", 1)
        else:
            name, rest = item.split(":", 1)
            path = name + rest
        given[f"{name}_url"] = f"{url}/{path}"
    return given
