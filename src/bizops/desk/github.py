"""GitHub as the desk uses it: a few verbs over PyGithub, JSON in and out, every request counted.

Reads are repeated by PyGithub; of the writes only those that may happen twice are repeated here. A write whose fate is
unknown raises `Doubt`: whoever made it settles that by looking (PLATFORM.md: PyGithub repeats POSTs by default).
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
from functools import cached_property
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit

from bizops.errors import GitHubError, InputError
from bizops.policy import PERMISSIONS, Permission

log = logging.getLogger(__name__)
PAGES = 50  # of 100 entries; more is not read for one issue
LONGEST_WAIT = 15.0  # seconds for one Retry-After; a desk's job has no more
_REPOSITORY = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)
_ADDRESS = re.compile(r"https?://[\w.-]+(:\d{1,5})?(/[\w./~-]*)?", re.ASCII)
DESK_IN_ACTIONS = "github-actions[bot]"


class Doubt(GitHubError):
    """A write may or may not have happened."""


class Gone(GitHubError):
    """What was asked for is not there (404, 410)."""


@dataclass
class GitHub:
    """One repository on GitHub, by a token. `calls` counts the requests by verb and kind of address."""

    repository: str
    token: str = field(repr=False)
    url: str = "https://api.github.com"
    calls: Counter[str] = field(default_factory=Counter)
    client: str = field(default_factory=lambda: secrets.token_hex(4))  # tells the processes of a job apart
    sleep: Callable[[float], None] = time.sleep
    before_write: Callable[[], None] | None = None  # called once, before the first request that is no GET
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

    def login(self) -> str:
        """The account that writes; a job's token cannot ask, and is the Actions bot."""
        try:
            return str(self._get("/user")["login"])
        except GitHubError as error:
            if error.status == 403:
                return DESK_IN_ACTIONS
            raise

    def issue(self, number: int) -> dict[str, Any]:
        """The issue as GitHub gives it. Raises InputError where there is none, GitHubError for an odd answer."""
        path = f"{self._root}/issues/{number}"
        try:
            answer = self._get(path)
        except Gone as gone:
            fix = "check the number, the repository's name, and whether the token may read it"
            raise InputError(f"no issue {number} in {self.repository} ({gone.what})", where=self.url, fix=fix) from gone
        if not isinstance(answer, dict) or not isinstance(answer.get("title"), str):
            raise GitHubError(f"GET {path}: not an answer of GitHub's API", where=self.url)
        return answer

    def timeline(self, number: int) -> list[dict[str, Any]]:
        """The whole timeline, comments in it."""
        return [entry for entry in self._pages(f"{self._root}/issues/{number}/timeline") if isinstance(entry, dict)]

    def comments(self, number: int, since: str) -> list[dict[str, Any]]:
        """The comments of an issue that changed at or after `since`."""
        return list(self._pages(f"{self._root}/issues/{number}/comments", since=since))

    def issues(self, **query: str) -> list[dict[str, Any]]:
        """Issues and pull requests, newest first, by GitHub's own query (`state`, `labels`, `since`); at most 500."""
        entries = self._pages(f"{self._root}/issues", **query)
        return [entry for _, entry in zip(range(500), entries, strict=False)]

    def private(self) -> bool:
        return bool(self._get(self._root)["private"])

    def permission(self, login: str) -> Permission:
        """The permission of an account, asked once; `none` for one that GitHub does not know."""
        if login not in self._permissions:
            self._permissions[login] = self._permission(login)
        return self._permissions[login]

    def _permission(self, login: str) -> Permission:
        try:
            answer = self._get(f"{self._root}/collaborators/{quote(login, safe='')}/permission")
        except GitHubError as error:
            if error.status == 404:
                return "none"
            raise
        named = (answer.get("role_name"), answer.get("permission"))  # a role of the company's own has a base permission
        return next((name for given in named for name in PERMISSIONS if name == given), "none")

    def run_is_going(self, run: str) -> bool:
        """Whether a run of Actions is still going; one that is gone has ended."""
        try:
            return bool(self._get(f"{self._root}/actions/runs/{run}").get("status") != "completed")
        except GitHubError as error:
            if error.status in (403, 404):
                return False
            raise

    def comment(self, number: int, body: str) -> dict[str, Any]:
        """Post a comment, once. Raises Doubt when GitHub's answer was lost."""
        return cast("dict[str, Any]", self._send("POST", f"{self._root}/issues/{number}/comments", {"body": body}))

    def edit_comment(self, comment: int, body: str) -> None:
        self._repeat("PATCH", f"{self._root}/issues/comments/{comment}", {"body": body})

    def delete_comment(self, comment: int) -> None:
        self._away(f"{self._root}/issues/comments/{comment}")

    def add_labels(self, number: int, labels: list[str]) -> None:
        self._repeat("POST", f"{self._root}/issues/{number}/labels", {"labels": labels})

    def remove_label(self, number: int, label: str) -> None:
        self._away(f"{self._root}/issues/{number}/labels/{quote(label, safe='')}")

    def close(self, number: int, reason: str = "completed") -> None:
        self._repeat("PATCH", f"{self._root}/issues/{number}", {"state": "closed", "state_reason": reason})

    def labels(self) -> list[dict[str, Any]]:
        """The labels of the repository."""
        return list(self._pages(f"{self._root}/labels"))

    def create_label(self, name: str, color: str, description: str) -> None:
        """Create a label; one that is there already is left as it is."""
        try:
            self._repeat("POST", f"{self._root}/labels", {"name": name, "color": color, "description": description})
        except GitHubError as error:
            if error.status != 422:
                raise

    @property
    def _root(self) -> str:
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

    def _get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._ask("GET", path, query)[1]

    def _pages(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        page: dict[str, Any] = {"per_page": 100, **query}
        for _ in range(PAGES):
            headers, entries = self._ask("GET", path, page)
            if not isinstance(entries, list):
                raise GitHubError(f"GET {path}: not an answer of GitHub's API", where=self.url)
            yield from entries
            following = _next_page(headers.get("link", ""))
            if not following:
                return
            page = following
        log.warning("%s has more than %d pages: the rest was not read", path, PAGES)

    def _send(self, verb: str, path: str, body: dict[str, Any]) -> Any:
        return self._ask(verb, path, None, body)[1]

    def _repeat(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
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
            self._repeat("DELETE", path)

    def _ask(
        self, verb: str, path: str, query: dict[str, Any] | None, body: dict[str, Any] | None = None
    ) -> tuple[Mapping[str, str], Any]:
        """One request, with one wait where GitHub's limit asks for it."""
        from github import GithubException
        from requests import RequestException

        if verb != "GET" and self.before_write:
            self.before_write()
            self.before_write = None
        for attempt in (1, 2):
            self.calls[f"{verb} {_kind(path)}"] += 1
            try:
                return cast(
                    "tuple[Mapping[str, str], Any]", self._requester.requestJsonAndCheck(verb, path, query, None, body)
                )
            except RequestException as error:
                kind = GitHubError if verb == "GET" else Doubt
                raise kind(f"no answer to {verb} {path}: {_reason(error)}", where=self.url) from error
            except GithubException as error:
                wait = _asked_to_wait(error)
                if wait is None or attempt == 2:
                    raise self._failed(verb, path, error) from error
                log.info("GitHub asks to wait %.0f s", wait)
                self.sleep(wait)
            except (ValueError, AssertionError, RecursionError) as error:  # an answer that is no JSON
                kind = GitHubError if verb == "GET" else Doubt
                raise kind(f"{verb} {path}: not an answer of GitHub's API", where=self.url) from error
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


def _next_page(link: str) -> dict[str, Any] | None:
    """The query of the next page, from a Link header (a cursor or a number)."""
    for part in link.split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            query = parse_qs(urlsplit(address.strip().strip("<>")).query)
            return {name: values[-1] for name, values in query.items()}
    return None


def _kind(path: str) -> str:
    """An address without its numbers and names, for counting."""
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] == "repos":
        parts = parts[3:] or ["repository"]
    named = {"labels": 1, "collaborators": 1}
    kept = [
        "*" if part.isdigit() or (index and parts[index - 1] in named) else part for index, part in enumerate(parts)
    ]
    return "/".join(kept)


def _asked_to_wait(error: Any) -> float | None:
    """Seconds that GitHub asks a write to wait (its limits), where that is short enough to do."""
    if int(error.status or 0) not in (403, 429):
        return None
    headers = {str(k).lower(): str(v) for k, v in (error.headers or {}).items()}
    after = headers.get("retry-after", "")
    return float(after) if after.isdigit() and float(after) <= LONGEST_WAIT else None


def _reason(error: Exception) -> str:
    text = str(error)
    for known in (
        "Connection refused",
        "timed out",
        "Name or service not known",
        "Connection reset",
        "RemoteDisconnected",
    ):
        if known in text:
            return known.lower() if known != "RemoteDisconnected" else "the connection was closed"
    return type(error).__name__
