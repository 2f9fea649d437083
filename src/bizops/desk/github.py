"""GitHub as the desk uses it: a few verbs over PyGithub, JSON in and out, every request counted.

Reads are repeated by PyGithub; of the writes only those that may happen twice are repeated here. A write whose fate is
unknown raises `Doubt`: whoever made it settles that by looking (PyGithub repeats POSTs by default).
"""

import logging
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote

from bizops.desk.wire import asked_to_wait, kind_of, next_page, reason
from bizops.errors import GitHubError, InputError
from bizops.policy import PERMISSIONS, Permission

log = logging.getLogger(__name__)
PAGES = 50  # of 100 entries; more is not read for one issue
_REPOSITORY = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)
_ADDRESS = re.compile(r"https?://[\w.-]+(:\d{1,5})?(/[\w./~-]*)?", re.ASCII)
ODD = "not an answer of GitHub's API"
DESK_IN_ACTIONS = "github-actions[bot]"


class Doubt(GitHubError):
    """A write may or may not have happened."""


class Gone(GitHubError):
    """What was asked for is not there (404, 410): an issue that was deleted meanwhile, or a name that is wrong."""

    exit_code = 2


class Absent(InputError):
    """There is no such issue: it was deleted or moved, or its number is wrong."""


@dataclass
class GitHub:
    """One repository on GitHub, by a token. `calls` counts the requests by verb and kind of address."""

    repository: str
    token: str = field(repr=False)
    url: str = "https://api.github.com"
    calls: Counter[str] = field(default_factory=Counter)
    before: int = 0  # requests that the run's earlier processes made
    client: str = field(default_factory=lambda: secrets.token_hex(4))  # tells the processes of a job apart
    sleep: Callable[[float], None] = time.sleep
    before_write: Callable[[], None] | None = None  # called once, before the first request that is no GET
    pace: float = 0  # seconds between two writes; GitHub asks for one or more of whoever makes many
    _wrote: float = -1e9
    _date: str = ""  # of GitHub's last answer
    _permissions: dict[str, Permission] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "GitHub":
        """By `GITHUB_REPOSITORY`, `GITHUB_TOKEN` and `GITHUB_API_URL`. Raises InputError naming what is missing."""
        missing = [name for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN") if not environment.get(name)]
        if missing:
            raise InputError(f"{' and '.join(missing)} not set", fix="set them, or work from a file with --issue-data")
        name, url = environment["GITHUB_REPOSITORY"], environment.get("GITHUB_API_URL") or "https://api.github.com"
        if not _REPOSITORY.fullmatch(name) or {".", ".."} & set(name.split("/")):
            raise InputError(f"not a repository's name: {name[:100]!r}", where="GITHUB_REPOSITORY", fix="OWNER/NAME")
        if not _ADDRESS.fullmatch(url):
            raise InputError(f"not an address of an API: {url[:100]!r}", where="GITHUB_API_URL", fix="https://HOST")
        return cls(name, environment["GITHUB_TOKEN"], url)

    @property
    def total(self) -> int:
        """The requests of the run so far, those of its earlier processes among them."""
        return self.before + sum(self.calls.values())

    def login(self) -> str:
        """The account that writes; a job's token cannot ask, and is the Actions bot."""
        try:
            return str(self._object("/user", "login")["login"])
        except GitHubError as error:
            if error.status == 403:
                return DESK_IN_ACTIONS
            raise

    def issue(self, number: int) -> dict[str, Any]:
        """The issue as GitHub gives it. Raises Absent where there is none, GitHubError for an odd answer.

        GitHub redirects to where an issue was transferred: that is none of ours.
        """
        path = f"{self.root}/issues/{number}"
        try:
            answer = self._object(path, "title")
        except Gone as gone:
            fix = "check the number, the repository's name, and whether the token may read it"
            raise Absent(f"no issue {number} in {self.repository} ({gone.what})", where=self.url, fix=fix) from gone
        home = str(answer.get("repository_url") or self.root).casefold()
        if answer.get("number") != number or not home.endswith(self.root.casefold()):
            raise Absent(f"issue {number} of {self.repository} was moved to {answer.get('html_url')}", where=self.url)
        return answer

    def timeline(self, number: int) -> list[dict[str, Any]]:
        """The whole timeline, comments in it."""
        return [entry for entry in self.pages(f"{self.root}/issues/{number}/timeline") if isinstance(entry, dict)]

    def comments(self, number: int, since: str) -> list[dict[str, Any]]:
        """The comments of an issue that changed at or after `since`."""
        return list(self.pages(f"{self.root}/issues/{number}/comments", {"since": since}))

    def issues(self, **query: str) -> list[dict[str, Any]]:
        """Issues and pull requests, newest first, by GitHub's own query (`state`, `labels`, `since`); at most 500."""
        entries = self.pages(f"{self.root}/issues", query)
        return [entry for _, entry in zip(range(500), entries, strict=False)]

    def private(self) -> bool:
        return bool(self._object(self.root, "private")["private"])

    def permission(self, login: str) -> Permission:
        """The permission of an account, asked once; `none` for one that GitHub does not know."""
        if login not in self._permissions:
            self._permissions[login] = self._permission(login)
        return self._permissions[login]

    def _permission(self, login: str) -> Permission:
        path = f"{self.root}/collaborators/{quote(login, safe='')}/permission"
        try:
            answer = self._object(path, "permission")
        except Gone:
            try:  # who is taken for a stranger is believed less, for good: one 404 that is wrong must not do that
                answer = self._object(path, "permission")
            except Gone:
                return "none"
        named = (answer.get("role_name"), answer.get("permission"))  # a role of the company's own has a base permission
        return next((name for given in named for name in PERMISSIONS if name == given), "none")

    def run_is_going(self, run: str) -> bool:
        """Whether a run of Actions is still going; one that is gone has ended."""
        try:
            return bool(self._object(f"{self.root}/actions/runs/{run}", "status")["status"] != "completed")
        except GitHubError as error:
            if error.status in (403, 404):
                return False
            raise

    def comment(self, number: int, body: str) -> dict[str, Any]:
        """Post a comment, once. Raises Doubt when GitHub's answer was lost."""
        path = f"{self.root}/issues/{number}/comments"
        posted = self.send("POST", path, {"body": body})
        if not isinstance(posted, dict) or not isinstance(posted.get("id"), int):
            raise Doubt(f"POST {path}: {ODD}", where=self.url)
        return posted

    def edit_comment(self, comment: int, body: str) -> None:
        self.repeat("PATCH", f"{self.root}/issues/comments/{comment}", {"body": body})

    def delete_comment(self, comment: int) -> None:
        self._away(f"{self.root}/issues/comments/{comment}")

    def react(self, comment: int, content: Literal["+1", "confused"]) -> None:
        """A reaction to a comment, for the eye alone: that it cannot be set is no error. Set twice it is one."""
        try:
            self._ask("POST", f"{self.root}/issues/comments/{comment}/reactions", None, {"content": content})
        except GitHubError as error:
            log.info("comment %d: no reaction: %s", comment, error.what)

    def open_issue(self, title: str, body: str, labels: list[str]) -> int:
        """Open an issue, once; its number. Raises Doubt when GitHub's answer was lost."""
        path = f"{self.root}/issues"
        opened = self.send("POST", path, {"title": title, "body": body, "labels": labels})
        if not isinstance(opened, dict) or not isinstance(opened.get("number"), int):
            raise Doubt(f"POST {path}: {ODD}", where=self.url)
        return int(opened["number"])

    def add_labels(self, number: int, labels: list[str]) -> None:
        self.repeat("POST", f"{self.root}/issues/{number}/labels", {"labels": labels})

    def remove_label(self, number: int, label: str) -> None:
        self._away(f"{self.root}/issues/{number}/labels/{quote(label, safe='')}")

    def close(self, number: int, reason: str = "completed") -> None:
        self.repeat("PATCH", f"{self.root}/issues/{number}", {"state": "closed", "state_reason": reason})

    @cached_property
    def default_branch(self) -> str:
        return str(self._object(self.root, "default_branch")["default_branch"])

    def dispatch(self, workflow: str, ref: str, inputs: dict[str, str]) -> None:
        """Start a workflow. May be done twice: what it starts looks at what is."""
        self.repeat("POST", f"{self.root}/actions/workflows/{workflow}/dispatches", {"ref": ref, "inputs": inputs})

    def labels(self) -> list[dict[str, Any]]:
        """The labels of the repository."""
        return list(self.pages(f"{self.root}/labels"))

    def create_label(self, name: str, color: str, description: str) -> None:
        """Create a label; one that is there already is left as it is."""
        try:
            self.repeat("POST", f"{self.root}/labels", {"name": name, "color": color, "description": description})
        except GitHubError as error:
            if error.status != 422:
                raise

    @property
    def root(self) -> str:
        return f"/repos/{self.repository}"

    @cached_property
    def _requester(self) -> Any:
        from github import Auth, Github
        from urllib3.util import Retry

        # Not PyGithub's own: that sleeps four times for a limit which will not be over in a job's time (see `_ask`).
        retry = Retry(
            total=4,
            backoff_factor=0.3,
            allowed_methods={"GET"},
            status_forcelist=[500, 502, 503, 504],
            respect_retry_after_header=False,
            raise_on_status=False,
        )
        # A desk's job makes some 15 requests: pacing is the sweep's business.
        return Github(
            auth=Auth.Token(self.token),
            base_url=self.url.rstrip("/"),
            retry=retry,
            per_page=100,
            seconds_between_requests=0,
            seconds_between_writes=0,
        ).requester

    def now(self) -> datetime:
        """The time by GitHub's clock, as of its last answer; ours may differ."""
        try:
            return parsedate_to_datetime(self._date)
        except ValueError:
            return datetime.now(UTC)

    def text(self, path: str, ref: str) -> str | None:
        """A file of a branch, up to 100 MB; None where the branch or the file is not there."""
        self.calls["GET contents"] += 1
        headers = {"Accept": "application/vnd.github.raw+json"}
        address = f"{self.root}/contents/{quote(path)}"
        status, answered, body = self._requester.requestJson("GET", address, {"ref": ref}, headers)
        self._date = str(answered.get("date", ""))
        if status == 404:
            return None
        if status != 200:
            raise GitHubError(f"GET {address}: {status}", status=status, where=self.url)
        return str(body)

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._ask("GET", path, query)[1]

    def _object(self, path: str, *names: str) -> dict[str, Any]:
        """An object that has these fields: a page of a proxy must not pass for one."""
        answer = self.get(path)
        if not isinstance(answer, dict) or any(answer.get(name) is None for name in names):
            raise GitHubError(f"GET {path}: {ODD}", where=self.url)
        return answer

    def pages(self, path: str, query: Mapping[str, str] | None = None, most: int = PAGES) -> Iterator[dict[str, Any]]:
        """The entries of a list, of at most so many pages of 100."""
        following: Mapping[str, Any] | None = query or {}
        for _ in range(most):
            entries, link = self.page(path, following or {})
            yield from entries
            following = next_page(link)
            if not following:
                return
        log.warning("%s has more than %d pages: the rest was not read", path, most)

    def page(self, path: str, query: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
        """One page of a list, with the links to the others."""
        headers, entries = self._ask("GET", path, {"per_page": 100, **query})
        if not isinstance(entries, list):
            raise GitHubError(f"GET {path}: {ODD}", where=self.url)
        return entries, headers.get("link", "")

    def send(self, verb: str, path: str, body: dict[str, Any]) -> Any:
        return self._ask(verb, path, None, body)[1]

    def repeat(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A write that may happen twice: after a doubt it is made again, some times."""
        for wait in (0.2, 0.8, 2.0):
            try:
                return self._ask(verb, path, None, body)[1]
            except Doubt as doubt:
                log.info("%s %s: %s; again", verb, path, doubt.what)
                self.sleep(wait)
        return self._ask(verb, path, None, body)[1]

    def _away(self, path: str) -> None:
        """Delete what may be gone already."""
        with suppress(Gone):
            self.repeat("DELETE", path)

    def _ask(
        self, verb: str, path: str, query: dict[str, Any] | None, body: dict[str, Any] | None = None
    ) -> tuple[Mapping[str, str], Any]:
        """One request, with one wait where GitHub's limit asks for it."""
        from github import GithubException
        from requests import RequestException

        if verb != "GET" and self.before_write:
            self.before_write()
            self.before_write = None
        if verb != "GET" and self.pace:
            self.sleep(max(0.0, self._wrote + self.pace - time.monotonic()))
            self._wrote = time.monotonic()
        for attempt in (1, 2):
            self.calls[f"{verb} {kind_of(path)}"] += 1
            try:
                headers, answer = self._requester.requestJsonAndCheck(verb, path, query, None, body)
            except RequestException as error:
                kind = GitHubError if verb == "GET" else Doubt
                raise kind(f"no answer to {verb} {path}: {reason(error)}", where=self.url) from error
            except GithubException as error:
                wait = asked_to_wait(error)
                if wait is None or attempt == 2:
                    raise self._failed(verb, path, error) from error
                log.info("GitHub asks to wait %.0f s", wait)
                self.sleep(wait)
            except (ValueError, AssertionError, RuntimeError) as error:  # no JSON, or sent on to another server
                kind = GitHubError if verb == "GET" else Doubt
                raise kind(f"{verb} {path}: {ODD}", where=self.url) from error
            else:
                self._date = str(headers.get("date", ""))
                return headers, answer
        raise AssertionError("unreachable")

    def _failed(self, verb: str, path: str, error: Any) -> GitHubError:
        status = int(error.status or 0)
        message = (error.data or {}).get("message", "") if isinstance(error.data, dict) else str(error.data or "")[:200]
        what = f"{verb} {path}: {status} {message}".strip()
        if status in (404, 410):
            return Gone(what, status=status, where=self.url)
        if status >= 500 and verb != "GET":
            return Doubt(what, status=status, where=self.url)
        fix = {401: "the token is not valid", 403: "the token's permissions do not allow it, or a limit is reached"}
        return GitHubError(what, status=status, where=self.url, fix=fix.get(status, ""))
