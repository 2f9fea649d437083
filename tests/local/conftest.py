"""What the tests of the embedded GitHub share: a site to talk to, plain requests, and GitHub's own schema."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from pydantic import TypeAdapter

from bizops.local.github.clock import Clock
from bizops.local.github.server import LocalGitHub

START = datetime(2026, 11, 25, 9, tzinfo=UTC)


@dataclass
class Client:
    """Plain HTTP with one token; `/issues` and the like are taken as paths of the repository."""

    url: str
    repository: str
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        address = path if path.startswith("http") else self.url + path.replace("/:repo", f"/repos/{self.repository}")
        headers = {**self.headers, **more.pop("headers", {})}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        return self.session.request(method, address, json=body, headers=headers, timeout=20, **more)


@dataclass
class Site:
    """A GitHub under test: the embedded one, or with `local` None the real one."""

    client: Client
    local: LocalGitHub | None


@pytest.fixture
def github() -> Iterator[LocalGitHub]:
    """An embedded GitHub where each write takes a second."""
    with LocalGitHub("acme/ops", clock=Clock(START, step=1)) as started:
        started.user("mara", "write")
        started.user("zoe")
        yield started


@pytest.fixture
def as_user(github: LocalGitHub) -> Callable[..., Client]:
    """A client for a login, for a job with permissions, or for nobody."""

    def client(login: str | None = None, job: dict[str, str] | None = None, **more: Any) -> Client:
        token = github.job_token(job) if job is not None else github.token(login, **more) if login else None
        return Client(github.url, github.repository, token)

    return client


@pytest.fixture
def conforms() -> Callable[[str, Any], Any]:
    """Check an answer against a model of GitHub's schema (`list[Issue]` for lists); the parsed value."""
    from githubkit_schemas.v2026_03_10 import models

    def check(name: str, answer: Any) -> Any:
        inner = name.removeprefix("list[").removesuffix("]")
        model = getattr(models, inner)
        kind: Any = list.__class_getitem__(model) if inner != name else model
        return TypeAdapter(kind).validate_python(answer)

    return check


REAL = os.environ.get("BIZOPS_CONTRACT_REPOSITORY"), os.environ.get("BIZOPS_CONTRACT_TOKEN")


@pytest.fixture(params=["embedded", "github.com"] if all(REAL) else ["embedded"])
def site(request: pytest.FixtureRequest) -> Site:
    """The embedded GitHub, and the real one where the environment names a repository to write to."""
    if request.param == "embedded":
        local: LocalGitHub = request.getfixturevalue("github")
        return Site(Client(local.url, local.repository, local.token("mara")), local)
    address = os.environ.get("BIZOPS_CONTRACT_URL", "https://api.github.com")
    return Site(Client(address, str(REAL[0]), REAL[1]), None)
