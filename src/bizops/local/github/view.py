"""Records as the JSON that GitHub's REST API gives."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from bizops.local.github.records import Comment, Event, Issue, Label, Reaction, Run, User, Workflow, sequence_of
from bizops.local.github.state import State

__all__ = ["CONTENTS", "ROLES", "View"]

CONTENTS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
ROLES = ("none", "read", "triage", "write", "maintain", "admin")
BLOCKS = ("blocked_by", "total_blocked_by", "blocking", "total_blocking")
JSON = dict[str, Any]


class View:
    """What a client sees: `api` is the address that it came by (with `/api/v3` if it used that), `web` the site's."""

    def __init__(self, state: State, api: str = "", web: str = "", *, dated: bool = False) -> None:
        self.state = state
        self.web = web or state.web
        self.api = api or state.api
        self.repo = f"{self.api}/repos/{state.repository}"
        self.page = f"{self.web}/{state.repository}"
        self.dated = dated
        self._users: dict[str, JSON] = {}

    def user(self, login: str) -> JSON:
        """A simple user."""
        if login not in self._users:
            user = self.state.find_user(login) or User(login, 10137, "User")
            self._users[login] = self._user(user)
        return self._users[login]

    def _user(self, user: User) -> JSON:
        name = user.login.replace("[", "%5B").replace("]", "%5D")
        url = f"{self.api}/users/{name}"
        page = f"{self.web}/apps/{user.login.removesuffix('[bot]')}" if user.type == "Bot" else f"{self.web}/{name}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": f"U_{user.id}",
            "avatar_url": f"{self.web}/avatars/u/{user.id}?v=4",
            "gravatar_id": "",
            "url": url,
            "html_url": page,
            "followers_url": f"{url}/followers",
            "following_url": url + "/following{/other_user}",
            "gists_url": url + "/gists{/gist_id}",
            "starred_url": url + "/starred{/owner}{/repo}",
            "subscriptions_url": f"{url}/subscriptions",
            "organizations_url": f"{url}/orgs",
            "repos_url": f"{url}/repos",
            "events_url": url + "/events{/privacy}",
            "received_events_url": f"{url}/received_events",
            "type": user.type,
            "user_view_type": "public",
            "site_admin": False,
        }

    def association(self, login: str) -> str:
        """`author_association`: a hint that nothing may rest on, on GitHub as here."""
        user = self.state.find_user(login)
        if user is None or user.type == "Bot":
            return "NONE"
        if user.association is not None:
            return user.association
        if user.login.lower() == self.state.owner.lower():
            return "OWNER"
        return {"none": "NONE", "admin": "MEMBER", "maintain": "MEMBER"}.get(user.role, "COLLABORATOR")

    def label(self, label: Label) -> JSON:
        """A label of the repository."""
        return {
            "id": label.id,
            "node_id": f"LA_{label.id}",
            "url": f"{self.repo}/labels/{quote(label.name, safe='/:')}",
            "name": label.name,
            "color": label.color,
            "default": False,
            "description": label.description,
            "archived_at": None,
            "archived_by": None,
        }

    def issue(self, issue: Issue, labels: Iterable[Label] | None = None) -> JSON:
        """An issue or pull request; `labels` when they are not those that it has now."""
        url, page = f"{self.repo}/issues/{issue.number}", f"{self.page}/issues/{issue.number}"
        shown = self.state.labels_of(issue) if labels is None else labels
        people = [self.user(login) for login in issue.assignees]
        given: JSON = {
            "url": url,
            "repository_url": self.repo,
            "labels_url": url + "/labels{/name}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": page.replace("/issues/", "/pull/") if issue.pull_request else page,
            "id": issue.id,
            "node_id": f"I_{issue.id}",
            "number": issue.number,
            "title": issue.title,
            "user": self.user(issue.user),
            "labels": [self.label(label) for label in shown],
            "state": issue.state,
            "locked": issue.locked,
            "assignees": people,
            "milestone": None,
            "comments": issue.comments,
            "created_at": issue.created_at,
            "updated_at": issue.updated_at,
            "closed_at": issue.closed_at,
            "author_association": self.association(issue.user),
            "active_lock_reason": issue.lock_reason,
            "body": issue.body,
            "closed_by": None if issue.closed_by is None else self.user(issue.closed_by),
            "reactions": self.rollup(f"{url}/reactions", self.state.store.of_issue(Reaction, issue.number)),
            "timeline_url": f"{url}/timeline",
            "performed_via_github_app": None,
            "state_reason": issue.state_reason,
            "sub_issues_summary": dict.fromkeys(("total", "completed", "percent_completed"), 0),
            "issue_dependencies_summary": dict.fromkeys(BLOCKS, 0),
        }
        if not self.dated:
            given["assignee"] = people[0] if people else None
        if issue.pull_request:
            given |= {"draft": False, "pull_request": self._pull(issue.number)}
        return given

    def _pull(self, number: int) -> JSON:
        pull = f"{self.page}/pull/{number}"
        return {
            "url": f"{self.repo}/pulls/{number}",
            "html_url": pull,
            "diff_url": f"{pull}.diff",
            "patch_url": f"{pull}.patch",
            "merged_at": None,
        }

    def comment(self, comment: Comment) -> JSON:
        """A comment of an issue."""
        url = f"{self.repo}/issues/comments/{comment.id}"
        given = self.state.store.of_issue(Reaction, comment.issue, comment.id)
        return {
            "url": url,
            "html_url": f"{self.page}/issues/{comment.issue}#issuecomment-{comment.id}",
            "issue_url": f"{self.repo}/issues/{comment.issue}",
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "user": self.user(comment.user),
            "created_at": comment.created_at,
            "updated_at": comment.updated_at,
            "body": comment.body,
            "author_association": self.association(comment.user),
            "reactions": self.rollup(f"{url}/reactions", given),
            "performed_via_github_app": None,
        }

    def event(self, event: Event, *, with_issue: bool = False) -> JSON:
        """A timeline event, or with its issue one of the repository's events."""
        given: JSON = {
            "id": event.id,
            "node_id": f"EV_{event.id}",
            "url": f"{self.repo}/issues/events/{event.id}",
            "actor": self.user(event.actor),
            "event": event.event,
            "commit_id": None,
            "commit_url": None,
            "created_at": event.created_at,
            "performed_via_github_app": None,
        }
        if event.label is not None:
            given["label"] = {"name": event.label[0], "color": event.label[1]}
        if event.assignee is not None:
            given["assignee"] = self.user(event.assignee)
            given["assigner"] = self.user(event.actor)
        if event.rename is not None:
            given["rename"] = {"from": event.rename[0], "to": event.rename[1]}
        if event.event in {"closed", "reopened"}:
            given["state_reason"] = event.state_reason
        if event.event in {"locked", "unlocked"}:
            given["lock_reason"] = event.lock_reason
        if with_issue and (issue := self.state.store.get(Issue, event.issue)) is not None:
            given["issue"] = self.issue(issue)
        return given

    def entry(self, entry: Comment | Event) -> JSON:
        """An entry of the timeline."""
        if isinstance(entry, Event):
            return self.event(entry)
        return {**self.comment(entry), "event": "commented", "actor": self.user(entry.user)}

    def timeline(self, issue: int) -> list[Comment | Event]:
        """The comments and events of an issue, in the order in which they happened."""
        store = self.state.store
        entries: list[Comment | Event] = [*store.of_issue(Comment, issue), *store.of_issue(Event, issue)]
        return sorted(entries, key=sequence_of)

    def rollup(self, url: str, reactions: list[Reaction]) -> JSON:
        """How many reactions of each kind."""
        counts = dict.fromkeys(CONTENTS, 0)
        for reaction in reactions:
            counts[reaction.content] += 1
        return {"url": url, "total_count": len(reactions), **counts}

    def reaction(self, reaction: Reaction) -> JSON:
        """A reaction."""
        return {
            "id": reaction.id,
            "node_id": f"REA_{reaction.id}",
            "user": self.user(reaction.user),
            "content": reaction.content,
            "created_at": reaction.created_at,
        }

    def collaborator(self, user: User, role: str) -> JSON:
        """An account with what it may do here."""
        rank = ROLES.index(role)
        names = {"pull": 1, "triage": 2, "push": 3, "maintain": 4, "admin": 5}
        return {
            **self.user(user.login),
            "permissions": {name: rank >= least for name, least in names.items()},
            "role_name": role,
        }

    def workflow(self, workflow: Workflow) -> JSON:
        """A workflow file."""
        return {
            "id": workflow.id,
            "node_id": f"W_{workflow.id}",
            "name": workflow.name,
            "path": f".github/workflows/{workflow.file}",
            "state": "active",
            "created_at": workflow.created_at,
            "updated_at": workflow.created_at,
            "url": f"{self.repo}/actions/workflows/{workflow.id}",
            "html_url": f"{self.page}/blob/main/.github/workflows/{workflow.file}",
            "badge_url": f"{self.page}/workflows/{workflow.name.replace(' ', '%20')}/badge.svg",
        }

    def run(self, run: Run, repository: JSON) -> JSON:
        """A workflow run; `repository` is how the repository looks to whoever asks."""
        url, workflow = f"{self.repo}/actions/runs/{run.id}", self.state.store.get(Workflow, run.workflow)
        return {
            "id": run.id,
            "name": workflow.name if workflow else None,
            "node_id": f"WFR_{run.id}",
            "head_branch": run.branch,
            "head_sha": run.head,
            "path": f".github/workflows/{workflow.file}" if workflow else "",
            "run_number": run.number,
            "run_attempt": 1,
            "event": run.event,
            "display_title": workflow.name if workflow else "",
            "status": run.status,
            "conclusion": run.conclusion,
            "workflow_id": run.workflow,
            "check_suite_id": run.id,
            "check_suite_node_id": f"CS_{run.id}",
            "url": url,
            "html_url": f"{self.page}/actions/runs/{run.id}",
            "pull_requests": [],
            "created_at": run.created_at,
            "updated_at": run.updated_at,
            "run_started_at": run.created_at,
            "actor": self.user(run.actor),
            "triggering_actor": self.user(run.actor),
            "jobs_url": f"{url}/jobs",
            "logs_url": f"{url}/logs",
            "check_suite_url": f"{self.repo}/check-suites/{run.id}",
            "artifacts_url": f"{url}/artifacts",
            "cancel_url": f"{url}/cancel",
            "rerun_url": f"{url}/rerun",
            "previous_attempt_url": None,
            "workflow_url": f"{self.repo}/actions/workflows/{run.workflow}",
            "head_commit": None,
            "repository": repository,
            "head_repository": repository,
        }
