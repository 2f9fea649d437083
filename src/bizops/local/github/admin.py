"""The administrative side under `/_local/`: what only this server has, for tests in other processes and for `act`.

It answers loopback alone: a page of another site cannot reach it, not even by a name that points to 127.0.0.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bizops.local.github import runs
from bizops.local.github.problem import Problem
from bizops.local.github.state import Actor

if TYPE_CHECKING:
    from bizops.local.github.server import LocalGitHub

__all__ = ["administration"]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Deed = Callable[["LocalGitHub", dict[str, Any]], Any]


def administration(github: LocalGitHub) -> list[BaseRoute]:
    """The routes."""

    def route(method: str, name: str, deed: Deed) -> Route:
        async def endpoint(request: Request) -> JSONResponse:
            if not _from_here(request):
                return JSONResponse({"message": "only from this machine"}, 403)
            try:
                given = await request.json() if method == "POST" else dict(request.query_params)
                return JSONResponse(deed(github, given))
            except Problem as problem:
                return JSONResponse(problem.body(), problem.status)
            except (ValueError, TypeError, KeyError) as error:
                return JSONResponse({"message": f"{type(error).__name__}: {error}"}, 422)

        return Route(f"/_local/{name}", endpoint, methods=[method])

    return [route(method, name, deed) for method, name, deed in DEEDS]


def _from_here(request: Request) -> bool:
    origin = request.headers.get("origin")
    hosts = [urlsplit(f"//{request.headers.get('host', '')}").hostname]
    hosts += [] if origin is None else [urlsplit(origin).hostname]
    return all(host in LOOPBACK for host in hosts) and request.headers.get("sec-fetch-site") != "cross-site"


def _clock(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """`{"at": "2026-11-25T09:00:00Z"}`, `{"at": null}` for real time, or `{"advance": 3600}` (seconds)."""
    if "at" in given:
        github.clock.set(None if given["at"] is None else datetime.fromisoformat(given["at"]))
    if "advance" in given:
        github.clock.advance(float(given["advance"]))
    return {"now": github.clock.text()}


def _user(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """`{"login": "mara", "permission": "write"}`."""
    return asdict(github.user(**given))


def _token(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """`{"login": "mara"}` for a personal token, `{"job": {"issues": "write"}}` for a job's."""
    if "job" in given:
        return {"token": github.job_token(given["job"])}
    return {"token": github.token(given["login"], given.get("permissions"))}


def _fault(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """A rule as JSON, or `{"clear": true}`."""
    if given.get("clear"):
        github.faults.clear()
    else:
        github.faults.add_json(given)
    return github.faults.shown()


def _issue(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """An issue by a form: `{"login", "title", "body", "labels"}`."""
    return github.issue(github.open_by_form(**given).number)


def _run(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """A run: `{"file", "event", "run", "status"}`, or with `conclusion` the end of `run`."""
    if "conclusion" in given:
        return asdict(runs.finish(github.state, int(given["run"]), given["conclusion"]))
    actor = Actor(given.pop("login", "github-actions[bot]"))
    return asdict(runs.start(github.state, actor, **given))


def _log(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """The requests after index `after`."""
    after = int(given.get("after", 0))
    return [asdict(entry) for entry in list(github.log) if entry.index > after]


def _deliveries(github: LocalGitHub, given: dict[str, Any]) -> Any:
    """The deliveries with their payloads; `after` names the id of the last one known, `issue` one issue."""
    known = list(github.deliveries)
    ids = [delivery.id for delivery in known]
    if given.get("after") in ids:
        known = known[ids.index(given["after"]) + 1 :]
    return [
        {
            "id": one.id,
            "event": one.event,
            "action": one.action,
            "actor": one.actor,
            "by_job_token": one.by_job_token,
            "starts_workflows": one.starts_workflows,
            "issue": one.issue,
            "at": one.at,
            "payload": one.payload,
        }
        for one in known
        if given.get("issue") in {None, str(one.issue)}
    ]


def _about(github: LocalGitHub, _given: dict[str, Any]) -> Any:
    """What this is."""
    return {
        "repository": github.repository,
        "url": github.url,
        "now": github.clock.text(),
        "requests": github.faults.seen,
    }


DEEDS: list[tuple[str, str, Deed]] = [
    ("GET", "about", _about),
    ("POST", "clock", _clock),
    ("POST", "users", _user),
    ("POST", "tokens", _token),
    ("POST", "faults", _fault),
    ("POST", "issues", _issue),
    ("POST", "runs", _run),
    ("GET", "log", _log),
    ("GET", "deliveries", _deliveries),
]
