"""What GitHub tells a webhook, and so a workflow, about a write."""

from typing import Any

from bizops.local.github.objects import Commit, content, parsed
from bizops.local.github.records import Comment, Issue, Label, Object, Run, Workflow
from bizops.local.github.repository import repository
from bizops.local.github.state import Actor, State
from bizops.local.github.view import View

__all__ = ["comment_event", "dispatch_event", "issue_event", "label_event", "outside_event", "push_event"]

MOST_COMMITS = 2_048  # that a push tells of, as on GitHub
NOTHING = "0" * 40
JSON = dict[str, Any]


def issue_event(
    state: State,
    action: str,
    actor: Actor,
    issue: Issue,
    *,
    label: Label | None = None,
    assignee: str | None = None,
    changes: JSON | None = None,
) -> None:
    """Deliver `issues` (`pull_request` of one), with the issue as it is at this moment of the write."""
    labels = state.labels_of(issue)

    def render() -> JSON:
        view = View(state)
        more: JSON = {}
        if label is not None:
            more["label"] = view.label(label)
        if assignee is not None:
            more["assignee"] = view.user(assignee)
        if changes is not None:
            more["changes"] = changes
        return {"action": action, "issue": view.issue(issue, labels), **more, **_common(view, actor)}

    state.emit("pull_request" if issue.pull_request else "issues", action, actor, issue.number, render)


def comment_event(
    state: State, action: str, actor: Actor, issue: Issue, comment: Comment, *, changes: JSON | None = None
) -> None:
    """Deliver `issue_comment`."""
    labels = state.labels_of(issue)

    def render() -> JSON:
        view = View(state)
        more = {} if changes is None else {"changes": changes}
        parts = {"issue": view.issue(issue, labels), "comment": view.comment(comment)}
        return {"action": action, **more, **parts, **_common(view, actor)}

    state.emit("issue_comment", action, actor, issue.number, render)


def label_event(state: State, action: str, actor: Actor, label: Label, changes: JSON | None = None) -> None:
    """Deliver `label`: one of the repository's labels was created, edited or deleted."""

    def render() -> JSON:
        view = View(state)
        more = {} if changes is None else {"changes": changes}
        return {"action": action, "label": view.label(label), **more, **_common(view, actor)}

    state.emit("label", action, actor, None, render)


def dispatch_event(state: State, actor: Actor, workflow: Workflow, run: Run) -> None:
    """Deliver `workflow_dispatch`."""

    def render() -> JSON:
        path = f".github/workflows/{workflow.file}"
        parts = {"inputs": dict(run.inputs) or None, "ref": f"refs/heads/{run.branch}", "workflow": path}
        return {**parts, **_common(View(state), actor)}

    state.emit("workflow_dispatch", None, actor, None, render)


def outside_event(state: State, actor: Actor, event_type: str, payload: JSON) -> None:
    """Deliver `repository_dispatch`."""

    def render() -> JSON:
        parts = {"action": event_type, "branch": "main", "client_payload": payload, "installation": None}
        return {**parts, **_common(View(state), actor)}

    state.emit("repository_dispatch", event_type, actor, None, render)


def push_event(state: State, actor: Actor, ref: str, before: str | None, after: str | None) -> None:
    """Deliver `push`: a branch or tag was made (`before` None), moved, or deleted (`after` None)."""

    def render() -> JSON:
        view = View(state)
        news = _between(state, before, after)
        told = [_pushed(view, sha, commit) for sha, commit in news[:MOST_COMMITS][::-1]]
        return {
            "ref": ref,
            "before": before or NOTHING,
            "after": after or NOTHING,
            "created": before is None,
            "deleted": after is None,
            "forced": before is not None and after is not None and not any(before in one.parents for _, one in news),
            "base_ref": None,
            "compare": f"{view.page}/compare/{(before or NOTHING)[:12]}...{(after or NOTHING)[:12]}",
            "commits": told,
            "head_commit": told[-1] if told else None,
            "pusher": {"name": actor.login, "email": None},
            **_common(view, actor),
        }

    state.emit("push", None, actor, None, render)


def _between(state: State, before: str | None, after: str | None) -> list[tuple[str, Commit]]:
    """The commits from `after` back to `before`, by first parents, the newest first."""
    found: list[tuple[str, Commit]] = []
    while after and after != before and len(found) < MOST_COMMITS:
        record = state.store.get(Object, after)
        assert record is not None
        commit = parsed(content(record))
        found.append((after, commit))
        after = commit.parents[0] if commit.parents else None
    return found


def _pushed(view: View, sha: str, commit: Commit) -> JSON:
    people = {
        role: {"name": person.name, "email": person.email}
        for role, person in (("author", commit.author), ("committer", commit.committer))
    }
    return {
        "id": sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": f"{commit.committer.at:%Y-%m-%dT%H:%M:%SZ}",
        "url": f"{view.page}/commit/{sha}",
        **people,
        "added": [],
        "removed": [],
        "modified": [],
    }


def _common(view: View, actor: Actor) -> JSON:
    return {"repository": repository(view), "sender": view.user(actor.login)}
