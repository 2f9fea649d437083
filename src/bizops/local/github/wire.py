"""The connection under the HTTP server: answers that break off, and a server that stops at once."""

import asyncio
import socket
import threading
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Dropped", "Server", "Truncated"]

LINES: dict[tuple[str, tuple[str, int]], asyncio.Transport] = {}
"""The open connections of every server in this process, by the server's name and the client's address."""


class Line(H11Protocol):
    """A connection that can be found again by its client's address, to be cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        if self.client is not None:
            LINES[_key(self.server, self.client)] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """A client is gone."""
        if self.client is not None:
            LINES.pop(_key(self.server, self.client), None)
        super().connection_lost(exc)


def _key(server: Any, client: Any) -> tuple[str, tuple[str, int]]:
    return f"{server}", (client[0], client[1])


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection behind a request; what was sent so far still goes out."""
    line = LINES.get(_key(scope["server"], scope["client"]))
    if line is not None:
        line.close()
    while (await receive())["type"] != "http.disconnect":
        pass


class Dropped(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Close it."""
        await _cut(scope, receive)


class Truncated(Response):
    """The head and half of the body of an answer, then nothing."""

    def __init__(self, whole: Response) -> None:
        super().__init__()
        self.whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is left of it."""
        whole = self.whole
        await send({"type": "http.response.start", "status": whole.status_code, "headers": whole.raw_headers})
        half = bytes(whole.body)[: len(whole.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _cut(scope, receive)


class Server(uvicorn.Server):
    """A uvicorn that says when it is ready and stops without waiting for a tick."""

    def __init__(self, application: ASGIApp) -> None:
        config = uvicorn.Config(
            application,
            http=Line,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_keep_alive=60,
        )
        super().__init__(config)
        self.ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Wait until stopped."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await self.on_tick(0)
        self.ready.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection and whatever is under way, without the tenth of a second that uvicorn waits."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)

    def stop(self) -> None:
        """Stop, from any thread. Requests that are under way are dropped."""
        self.should_exit = self.force_exit = True
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
