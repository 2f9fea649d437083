"""The model's endpoint: one request of chat completions, tried again by our policy alone.

The openai package is imported late (0.7 s) and has its own retries switched off. Replies are read as plain JSON: what
other servers leave out or get wrong must not surprise a typed client.
"""

import json
import queue
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from bizops.policy import Retry

if TYPE_CHECKING:
    from openai import OpenAI

BODY_LIMIT = 8_000_000  # bytes of a reply; a decision holds 60,000 characters
MOST_TOKENS = 10_000_000  # of one reply; who claims more counts wrongly
PATIENCE = 10  # seconds; a request gets no less while so much is left
KEY = re.compile(r"[!-~]+")  # what a header can hold
FINAL = frozenset({400, 401, 403, 404, 405, 413, 422})  # the same request gets the same answer
Json = Any
_KEYLIKE = re.compile(r"\b(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{20,200}\b")  # long, of letters and digits


class ModelError(Exception):
    """The model gave no usable reply. `cheaper`: whether another model of the endpoint may still do it."""

    def __init__(self, reason: str, *, cheaper: bool = True) -> None:
        self.reason, self.cheaper = reason, cheaper
        super().__init__(reason)


@dataclass(frozen=True)
class Reply:
    """One answer: the message as JSON, why it ended, tokens in and out (None where the endpoint does not say)."""

    message: Mapping[str, Json]
    finish: str
    tokens: tuple[int, int] | None


@dataclass(eq=False)
class _Failed(Exception):
    reason: str
    again: bool
    wait: float | None = None
    cheaper: bool = True
    status: int = 0


@dataclass
class Endpoint:
    """A connection to an OpenAI-compatible server. `clock` gives seconds, `sleep` waits for some."""

    key: str
    url: str | None
    retry: Retry
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - spreads waits, no secret
    attempts: int = 0  # of the newest request
    limit_name: str = "max_completion_tokens"
    _client: "OpenAI | None" = None

    def ask(self, model: str, messages: list[Json], tools: list[Json], limit: int, deadline: float) -> Reply:
        """The model's reply with at most `limit` tokens. Raises ModelError where there is none before `deadline`."""
        if not KEY.fullmatch(self.key):  # the error of the client would show it
            raise ModelError("OPENAI_API_KEY holds characters that no key has", cheaper=False)
        waited = self.retry.first_wait
        for attempt in range(1, self.retry.attempts + 1):
            self.attempts = attempt
            try:
                return self._once(model, messages, tools, limit, deadline)
            except _Failed as failed:
                last = failed
            pause = last.wait if last.wait is not None else self.jitter.uniform(0, waited)
            waited = min(waited * 2, self.retry.longest_wait)
            if not last.again or attempt == self.retry.attempts:
                break
            if pause > self.retry.longest_wait:
                last = _Failed(f"{last.reason}; it asks to wait {pause:.0f} s, which is too long", again=False)
                break
            if self.clock() + pause >= deadline:
                last = _Failed(f"{last.reason}; no time is left to try again", again=False)
                break
            self.sleep(pause)
        tried = f" ({self.attempts} attempts)" if self.attempts > 1 else ""
        raise ModelError(self.masked(last.reason) + tried, cheaper=last.cheaper)

    def masked(self, text: str) -> str:
        """The text on one line, without the key and without what looks like one: it is shown on the issue."""
        hidden = text.replace(self.key, "***") if self.key else text
        return _KEYLIKE.sub("***", " ".join(hidden.split())[:2_000])[:300]

    def _once(self, model: str, messages: list[Json], tools: list[Json], limit: int, deadline: float) -> Reply:
        request = {"model": model, "messages": messages, "tools": tools}
        left = deadline - self.clock()
        if left <= 0:
            raise _Failed("the time is used up", again=False, cheaper=False)
        seconds = left / 2 if left > PATIENCE else left  # so that one silent reply does not use it all
        try:
            return _within(seconds, lambda: self._send({**request, self.limit_name: limit}, seconds))
        except _Failed as failed:
            if failed.status != 400 or self.limit_name not in failed.reason or self.limit_name == "max_tokens":
                raise
            self.limit_name = "max_tokens"  # the older name, which some servers alone know
        return _within(seconds, lambda: self._send({**request, self.limit_name: limit}, seconds))

    def _send(self, request: Mapping[str, Json], seconds: float) -> Reply:
        import openai

        try:
            with self._connected(seconds).chat.completions.with_streaming_response.create(**request) as response:
                body = _capped(response.iter_bytes())
                return _read(body, response.headers.get("content-type", ""))
        except openai.APITimeoutError as error:
            raise _Failed(_late(seconds), again=False) from error
        except openai.APIConnectionError as error:
            raise _Failed(f"no connection: {_cause(error)}", again=True) from error
        except openai.APIStatusError as error:
            raise _status(error) from error
        except openai.OpenAIError as error:
            raise _Failed(str(error), again=False) from error
        except _Failed:
            raise
        except Exception as error:
            if type(error).__module__.split(".")[0] not in {"httpx", "httpx2", "httpcore", "httpcore2", "h11"}:
                raise
            raise _Failed(f"the reply broke off: {_cause(error)}", again=True) from error

    def _connected(self, seconds: float) -> "OpenAI":
        if self._client is None:
            import openai

            client = openai.DefaultHttpxClient(follow_redirects=False)  # the thread goes to the endpoint alone
            self._client = openai.OpenAI(api_key=self.key, base_url=self.url or None, max_retries=0, http_client=client)
        return self._client.with_options(timeout=seconds)


def _capped(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > BODY_LIMIT:
            raise _Failed("the reply is longer than 8 MB", again=False)
    return bytes(body)


def _within(seconds: float, work: Callable[[], Reply]) -> Reply:
    """The result of some work, given up after that time: a reply that drips in satisfies every time-out of a socket."""
    results: queue.Queue[Reply | BaseException] = queue.Queue()

    def run() -> None:
        try:
            results.put(work())
        except BaseException as error:  # noqa: BLE001 - handed over to the caller's thread
            results.put(error)

    threading.Thread(target=run, daemon=True, name="model").start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise _Failed(_late(seconds), again=False) from None  # the next would be as slow, or another model's
    if isinstance(result, BaseException):
        raise result
    return result


def _late(seconds: float) -> str:
    return f"no whole reply in time ({seconds:.3g} s)"


def _read(body: bytes, content_type: str) -> Reply:
    """A reply from its body. Raises _Failed for what is none: HTML, cut JSON, no choices."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        what = "an HTML page" if "html" in content_type or body.lstrip()[:1] == b"<" else "no JSON"
        raise _Failed(f"the endpoint answered with {what}", again=True) from None
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        error = value.get("error") if isinstance(value, dict) else None
        raise _Failed(f"a reply without choices{': ' + _text(error) if error else ''}", again=True)
    message = choices[0].get("message")
    if not isinstance(message, dict):
        raise _Failed("a reply without a message", again=True)
    return Reply(message, str(choices[0].get("finish_reason") or ""), _tokens(value.get("usage")))


def _tokens(usage: Json) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    if any(not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= MOST_TOKENS for n in counts):
        return None
    return counts[0], counts[1]  # type: ignore[return-value]


def _status(error: Json) -> _Failed:
    status = int(error.status_code)
    if 300 <= status < 400:
        where = str(error.response.headers.get("location", "elsewhere"))[:100]
        reason = f"HTTP {status}: the endpoint sends on to {where}, which is not followed; name it in OPENAI_BASE_URL"
        return _Failed(reason, again=False, cheaper=False, status=status)
    body = error.body if isinstance(error.body, dict) else {}
    text = _text(body.get("error", body)) if body else ""
    reason = f"HTTP {status}{': ' + text if text else ''}"
    spent = "insufficient_quota" in json.dumps(body, default=str)
    final = status in FINAL or spent
    wait = _retry_after(error.response.headers) if status in {429, 503} else None
    return _Failed(reason, again=not final, wait=wait, cheaper=status not in {401, 403} and not spent, status=status)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, in either of its forms (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", value):
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError):
        return None


def _text(error: Json) -> str:
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else json.dumps(error, default=str)[:200]


def _cause(error: BaseException) -> str:
    cause = error.__cause__ or error
    return f"{cause}" or type(cause).__name__
