"""What GitHub tells a webhook, and so a workflow, about a write."""

from typing import Any

from bizops.local.records import Comment, Issue, Label, Run, Workflow
from bizops.local.repository import repository
from bizops.local.state import Actor, State
from bizops.local.view import View

__all__ = ["comment_event", "dispatch_event", "issue_event", "label_event", "outside_event"]

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


def _common(view: View, actor: Actor) -> JSON:
    return {"repository": repository(view), "sender": view.user(actor.login)}
