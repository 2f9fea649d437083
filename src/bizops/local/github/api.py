"""The HTTP side: each request is let in, carried out as one atomic step, logged, and answered or made to fail."""

import asyncio
import hashlib
import json
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from email.utils import format_datetime
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bizops.local.github.access import Caller, Rates, identify
from bizops.local.github.faults import Effect, Entry, Faults
from bizops.local.github.problem import Problem, missing
from bizops.local.github.rest import actions, comments, contents, git, issues, labels, repository
from bizops.local.github.rest.call import Answer, Call, Handler
from bizops.local.github.state import State
from bizops.local.github.view import View
from bizops.local.github.wire import Dropped, Truncated

__all__ = ["Api"]

log = logging.getLogger(__name__)
ROUTES = [route for part in (repository, comments, issues, labels, actions, contents, git) for route in part.ROUTES]
PREFIX = "/api/v3"
VERSIONS = ("2022-11-28", "2026-03-10")
KEPT_ENTRIES = 200_000


class Api:
    """The REST API over a state. `log` holds every request to it, the newest last."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.rates = Rates(state)
        self.faults = Faults(state.clock)
        self.log: deque[Entry] = deque(maxlen=KEPT_ENTRIES)

    def application(self, first: Sequence[BaseRoute] = ()) -> Starlette:
        """The ASGI application; the routes in `first` are looked at before those of the API."""
        routes: list[BaseRoute] = list(first)
        for prefix in ("", PREFIX):
            routes += [Route(prefix + path, self._endpoint(do), methods=[method]) for method, path, do in ROUTES]
        every = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
        routes.append(Route("/{rest:path}", self._endpoint(_nowhere), methods=every))
        return Starlette(routes=routes)

    def _endpoint(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        return partial(self.serve, handler=handler)

    async def serve(self, request: Request, handler: Handler) -> Response:
        """Answer one request, with whatever the faults do to it."""
        try:
            body = await request.body()
        except ClientDisconnect:
            return Dropped()
        path = request.url.path.removeprefix(PREFIX)
        index = self.faults.arrive()
        effects = self.faults.effects(index, request.method, path)
        entry = Entry(index, request.method, path, request.url.query, "", fault=", ".join(map(_named, effects)))
        self.faults.tell("before", entry)
        await _pause(effects, after=False)
        forced = _first(effects, "status", "drop", after=False)
        if forced is not None:
            self.log.append(replace(entry, status=forced.status if forced.kind == "status" else None))
            return _broken(forced, Response())
        answer, entry = self._carried_out(request, body, handler, effects, entry)
        late = _first(effects, "status", "drop", "truncate", after=True)
        if late is not None and late.kind != "truncate":
            entry = replace(entry, status=late.status if late.kind == "status" else None)
        self.log.append(entry)
        self.faults.tell("after", entry)
        await _pause(effects, after=True)
        return answer if late is None else _broken(late, answer)

    def _carried_out(
        self, request: Request, body: bytes, handler: Handler, effects: list[Effect], entry: Entry
    ) -> tuple[Response, Entry]:
        with self.state.store.lock:
            version, caller = self.state.version, Caller(self.state)
            free = handler is repository.limit
            try:
                caller = identify(self.state, request.headers.get("authorization"))
                if not free:
                    self.rates.take(caller)
                answer = handler(self._call(request, body, caller, effects))
            except Problem as problem:
                answer = Answer(problem.status, problem.body(), problem.headers)
            except Exception:
                log.exception("request %d, %s %s", entry.index, entry.method, entry.path)
                answer = Answer(500, {"message": "Server Error"})
            response = self._response(request, answer, caller)
            wrote = self.state.version != version
            return response, replace(entry, status=response.status_code, account=caller.login, write=wrote)

    def _call(self, request: Request, body: bytes, caller: Caller, effects: list[Effect]) -> Call:
        version = request.headers.get("x-github-api-version", VERSIONS[0])
        if version not in VERSIONS:
            raise Problem(400, f'"{version}" is not a supported version.')
        params = dict(request.path_params)
        wanted = f"{params.get('owner', self.state.owner)}/{params.get('repo', self.state.name)}"
        if wanted.lower() != self.state.repository.lower():
            raise missing()
        state = self.state
        for effect in effects:
            if effect.kind == "stale":
                state = self.state.as_of(
                    self.state.version - effect.writes if effect.version is None else effect.version
                )
        root = f"{request.url.scheme}://{request.url.netloc}"
        api = root + (PREFIX if request.url.path.startswith(PREFIX) else "")
        view = View(state, api, root, dated=version != VERSIONS[0])
        url, accept = root + request.url.path, request.headers.get("accept", "")
        return Call(state, caller, self.rates, view, url, params, dict(request.query_params), body, accept)

    def _response(self, request: Request, answer: Answer, caller: Caller) -> Response:
        content, media = _body(answer)
        headers = {
            "date": format_datetime(self.state.clock.now(), usegmt=True),
            "server": "github.com",
            "x-github-media-type": "github.v3; format=json",
            "x-github-api-version-selected": request.headers.get("x-github-api-version", VERSIONS[0]),
            "x-github-request-id": f"BIZO:{self.faults.seen:04X}",
            "access-control-expose-headers": "ETag, Link, Location, Retry-After, X-RateLimit-Limit, "
            "X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset",
            "x-content-type-options": "nosniff",
            **answer.headers,
        }
        status = answer.status
        if request.method in {"GET", "HEAD"} and status == 200:
            headers["etag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
            headers["cache-control"] = "private, max-age=60, s-maxage=60"
            if headers["etag"] in re.split(r",\s*", request.headers.get("if-none-match", "")):
                self.rates.give_back(caller)
                status, content = 304, b""
        headers |= self.rates.headers(caller)
        return Response(content, status, headers, media if content else None)


def _body(answer: Answer) -> tuple[bytes, str]:
    """The bytes of an answer and what they are: those of a file as they are, all else as JSON."""
    if isinstance(answer.content, bytes):
        return answer.content, "application/vnd.github.raw+json; charset=utf-8"
    content = b"" if answer.content is None else json.dumps(answer.content, ensure_ascii=False).encode()
    return content, "application/json; charset=utf-8"


def _nowhere(_call: Call) -> Answer:
    raise missing()


def _first(effects: list[Effect], *kinds: str, after: bool) -> Effect | None:
    return next((effect for effect in effects if effect.kind in kinds and effect.after == after), None)


def _broken(effect: Effect, answer: Response) -> Response:
    if effect.kind == "drop":
        return Dropped()
    if effect.kind == "truncate":
        return Truncated(answer)
    body: Any = effect.body or json.dumps({"message": "Server Error"})
    return Response(body, effect.status, dict(effect.headers), "application/json; charset=utf-8")


def _named(effect: Effect) -> str:
    return f"{effect.kind} {'after' if effect.after else 'before'}" if effect.kind != "stale" else "stale"


async def _pause(effects: list[Effect], *, after: bool) -> None:
    for effect in effects:
        if effect.kind == "delay" and effect.after == after:
            await asyncio.sleep(effect.seconds)
