"""A scripted model: a server that speaks chat completions and says what a script tells it to.

    with ScriptedModel([Turn(calls=(("statement", {"file": "pl.csv"}),)), Turn(submit={"summary": "..."})]) as model:
        decide(case, agent, model.environment)
    assert model.loose_ends == []

It is as strict as a strict endpoint: a request of a wrong shape gets 400 with the reason. A script is a list of turns
or a function of the request; `worker` holds one for any agent.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from bizops.local.model.strict import problems

__all__ = ["ScriptedModel", "Turn"]

Json = Any


@dataclass(frozen=True)
class Turn:
    """What the model does once. Arguments may be raw text, to be wrong; `body` replaces the whole reply."""

    calls: tuple[tuple[str, Mapping[str, Json] | str], ...] = ()
    submit: Mapping[str, Json] | str | None = None
    text: str | None = None
    refusal: str | None = None
    finish: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes | None = None
    error: Mapping[str, Json] | str = "the script says so"
    usage: tuple[int, int] | None = (100, 20)
    wait: float = 0  # seconds before the first byte
    drip: float = 0  # seconds between two bytes
    hang_up: bool = False  # close without an answer
    cut: bool = False  # close in the middle of the answer


Script = Sequence[Turn] | Callable[[Json], Turn]


class ScriptedModel:
    """The server, on a port of its own while the `with` block runs.

    `requests` are the bodies it was sent, `problems` what it refused as ill-formed, `unexpected` the requests that the
    script has no turn for, `unspoken` the turns that nobody asked for. `ending` is set when the block ends.
    """

    def __init__(self, script: Script, *, key: str = "sk-scripted", models: Sequence[str] = ()) -> None:
        self.key, self.models = key, tuple(models)
        self.requests: list[Json] = []
        self.problems: list[str] = []
        self.unexpected: list[int] = []
        self._script = script
        self._spoken = 0
        self._lock = threading.Lock()
        self.ending = threading.Event()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.model = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, as OPENAI_BASE_URL takes it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find this model."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": self.key}

    @property
    def unspoken(self) -> list[Turn]:
        """The turns of a list that were not asked for."""
        return [] if callable(self._script) else list(self._script[self._spoken :])

    @property
    def loose_ends(self) -> list[str]:
        """All that did not go by the script, one line each."""
        ends = [f"request {number} was unexpected: the script has no turn for it" for number in self.unexpected]
        ends += [f"turn {self._spoken + n + 1} was never asked for: {turn}" for n, turn in enumerate(self.unspoken)]
        return ends + [f"a request was ill-formed: {problem}" for problem in self.problems]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()

    def turn(self, request: Json) -> Turn:
        """The next turn of the script for a sound request."""
        with self._lock:
            self.requests.append(request)
            if callable(self._script):
                return self._script(request)
            if self._spoken >= len(self._script):
                self.unexpected.append(len(self.requests))
                return Turn(status=500, error="the script has ended")
            self._spoken += 1
            return self._script[self._spoken - 1]

    def refuse(self, problem: str) -> Turn:
        """The answer to an ill-formed request."""
        self.problems.append(problem)
        return Turn(status=400, error={"message": problem, "type": "invalid_request_error"})


class Server(ThreadingHTTPServer):
    """A server that knows whose turns it speaks."""

    daemon_threads = True
    model: ScriptedModel


class Handler(BaseHTTPRequestHandler):
    """One request: checked, answered by the script, and sent in whatever way the turn says."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """List the models."""
        if self.path.removeprefix("/v1") != "/models":
            return self._send(404, {"error": {"message": f"no such path: {self.path}"}})
        names = self.server.model.models or ("scripted",)
        data = [{"id": name, "object": "model", "owned_by": "bizops"} for name in names]
        return self._send(200, {"object": "list", "data": data})

    def do_POST(self) -> None:
        """Complete a chat."""
        model = self.server.model
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.removeprefix("/v1") != "/chat/completions":
            return self._send(404, {"error": {"message": f"no such path: {self.path}"}})
        if self.headers.get("authorization") != f"Bearer {model.key}":
            return self._send(401, {"error": {"message": "Incorrect API key provided"}})
        try:
            request = json.loads(raw)
        except ValueError:
            return self._speak(model.refuse("the body is no JSON"), {})
        if model.models and request.get("model") not in model.models:
            return self._send(404, {"error": {"message": f"the model {request.get('model')} does not exist"}})
        problem = next(problems(request), None)
        return self._speak(model.refuse(problem) if problem else model.turn(request), request)

    def _speak(self, turn: Turn, request: Json) -> None:
        self.server.model.ending.wait(turn.wait)
        if turn.hang_up:
            return self._close()
        if turn.status != 200 and turn.body is None:
            error = {"message": turn.error} if isinstance(turn.error, str) else turn.error
            return self._send(turn.status, {"error": error}, turn)
        return self._send(turn.status, reply(turn, request, len(self.server.model.requests)), turn)

    def _send(self, status: int, value: Json, turn: Turn | None = None) -> None:
        turn = turn or Turn()
        body = json.dumps(value).encode() if turn.body is None else turn.body
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        kind = "text/html" if body[:1] == b"<" else "application/json"
        for name, text in {"Content-Type": kind, "Content-Length": str(len(body)), **turn.headers}.items():
            self.send_header(name, text)
        self.end_headers()
        if turn.cut:
            self.wfile.write(body[: len(body) // 2])
            return self._close()
        for at in range(0, len(body), 1 if turn.drip else max(len(body), 1)):
            if turn.drip and self.server.model.ending.wait(turn.drip):
                return self._close()
            self.wfile.write(body[at : at + 1] if turn.drip else body)
        return None

    def _close(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


def reply(turn: Turn, request: Json, number: int) -> Json:
    """A turn as a chat completion."""
    calls = [*turn.calls, *([("submit_decision", turn.submit)] if turn.submit is not None else [])]
    message: Json = {"role": "assistant", "content": turn.text, "refusal": turn.refusal}
    if calls:
        message["tool_calls"] = [
            {
                "id": f"call_{number}_{place}",
                "type": "function",
                "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
            }
            for place, (name, given) in enumerate(calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": turn.finish or ("tool_calls" if calls else "stop")}
    value: Json = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model", ""),
        "choices": [choice],
    }
    if turn.usage:
        total = sum(turn.usage)
        value["usage"] = {"prompt_tokens": turn.usage[0], "completion_tokens": turn.usage[1], "total_tokens": total}
    return value
