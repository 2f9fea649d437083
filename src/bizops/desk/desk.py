"""What a run of the desk works with, and how it sees an issue."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bizops import company
from bizops.desk.github import GitHub
from bizops.errors import ConfigError, Problem
from bizops.issue import Thread, is_pull_request
from bizops.policy import Executor, Permission, Policy
from bizops.rules import forms, reasons, receipts, routing, trust
from bizops.rules.reasons import Look
from bizops.rules.routing import Route
from bizops.rules.trust import Believed, PermissionOf

log = logging.getLogger(__name__)
PERSONAL = ("ghp_", "gho_", "ghu_", "github_pat_")  # how the tokens of people begin
Group = Literal["event", "dispatch", "local"]


@dataclass(frozen=True)
class Run:
    """The run that works: its id in Actions (empty outside), its concurrency group's kind, its page."""

    id: str = ""
    group: Group = "local"
    url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Run":
        run = environment.get("GITHUB_RUN_ID", "")
        if environment.get("GITHUB_ACTIONS") != "true" or not run:
            return cls()
        server, name = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
        group: Group = "dispatch" if environment.get("GITHUB_EVENT_NAME") == "workflow_dispatch" else "event"
        return cls(run, group, f"{server}/{name}/actions/runs/{run}" if server else "")


@dataclass(frozen=True)
class Seen:
    """An issue as it is now: GitHub's JSON, and what the rules make of it."""

    raw: dict[str, Any]
    timeline: list[dict[str, Any]]
    thread: Thread
    form: forms.Form | None
    route: Route
    look: Look
    again: bool = False  # whether somebody asks to work the newest key again

    @property
    def number(self) -> int:
        return self.thread.issue.number

    @property
    def labels(self) -> tuple[str, ...]:
        return self.thread.issue.labels


def judge(
    raw: dict[str, Any],
    timeline: list[dict[str, Any]],
    policy: Policy,
    repository: Path | None,
    permission_of: PermissionOf,
    *,
    again: bool = False,
) -> Seen:
    """What the rules make of GitHub's JSON, with the forms of the repository or the shipped ones."""
    thread = receipts.attributed(Thread.read(raw, timeline), policy)
    issue = thread.issue
    form = _form_of(issue.body, repository)
    route = routing.route(issue.labels, issue.assignees, policy, form.template.labels if form else ())
    look = reasons.look(thread, route, policy, permission_of, again=again)
    return Seen(raw, timeline, thread, form, route, look, again)


def _form_of(body: str, repository: Path | None) -> forms.Form | None:
    from bizops.templates import load_templates

    try:
        return forms.parse(body, load_templates(company.forms(repository), body))
    except ConfigError as error:  # GitHub shows no broken form, so nothing was filed by it
        log.warning("the forms are not read: %s", error)
        return None


def believed(seen: Seen, policy: Policy, permission_of: PermissionOf) -> Believed:
    """The priority of an issue that is believed, with what its form states."""
    stated = seen.form.fields.get("Priority", "") if seen.form else ""
    return trust.priority(
        seen.thread, stated if isinstance(stated, str) else "", seen.route.area, policy, permission_of
    )


def executor(agent: str, priority: str, policy: Policy) -> Executor:
    """Where policy wants the agent to work."""
    return policy.agent(agent).executor or policy.agents.executors[priority]  # type: ignore[index]


@dataclass(frozen=True)
class Desk:
    """One repository, its policy and its forms, the folder where cases go, and the run that works."""

    github: GitHub
    policy: Policy
    repository: Path | None
    cases: Path
    run: Run = field(default_factory=Run)
    private: bool | None = None  # whether the repository is; None where the event does not say
    aws: bool = False  # whether Batch is configured; nothing sets it before the desk can dispatch to it

    def __post_init__(self) -> None:
        self.github.before_write = self.admit_account

    def admit_account(self) -> None:
        """Before the first write: our own account must be one whose markers count. Raises ConfigError."""
        if self.run.id and not self.github.token.startswith(PERSONAL):
            return  # a job's token writes as the Actions bot; asking would be refused. Under act it may be a person's
        login = self.github.login()
        if login.casefold() not in {account.casefold() for account in self.policy.access.desk_accounts}:
            file, line = self.policy.where("access", "desk_accounts")
            fix = f'add "{login}" to desk_accounts, or use the token of such an account'
            raise ConfigError([Problem(f"{login} is not one of the desk's accounts", f"{file}:{line}", fix)])

    def is_private(self, asker: Permission) -> bool:
        """Whether only people with access see the issues; not asked where the asker may see everything anyway."""
        if self.private is None and not trust.at_least(asker, "write"):
            return self.github.private()
        return bool(self.private)

    def see(self, number: int, *, again: bool = False) -> Seen:
        """Read the issue and its timeline: two requests (and one for each hundred entries more)."""
        raw = self.github.issue(number)
        return self.judge(raw, [] if is_pull_request(raw) else self.github.timeline(number), again=again)

    def judge(self, raw: dict[str, Any], timeline: list[dict[str, Any]], *, again: bool = False) -> Seen:
        """What the rules make of GitHub's JSON."""
        return judge(raw, timeline, self.policy, self.repository, self.github.permission, again=again)

    def believed(self, seen: Seen) -> Believed:
        """The priority that is believed, asking GitHub only for the permissions that matter."""
        return believed(seen, self.policy, self.github.permission)

    def executor(self, agent: str, priority: str) -> tuple[Executor, str]:
        """Where the agent works, and a note where that is policy's fallback."""
        wanted = executor(agent, priority, self.policy)
        if wanted == "runner" or self.aws:
            return wanted, ""
        fallback = self.policy.agents.fallback
        return fallback, f"policy says `{wanted}`; AWS is not configured, so this runs on the `{fallback}`"

    def record(self, seen: Seen) -> Mapping[str, Any]:
        """What our status comment says of itself: a cache, believed for nothing but claims."""
        return seen.look.status.data if seen.look.status else {}
