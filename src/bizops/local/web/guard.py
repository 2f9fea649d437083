"""The gate before every page: who may ask, how much he may send, what a browser may do with the answer.

The page has no log-in, so whatever reaches it could write. Three things keep other sites out: the host must be this
machine by a name that nobody can rent (against DNS rebinding), a write must come from the page itself (`Origin`,
`Sec-Fetch-Site`: against forged requests), and nothing may frame or read it. Sources: Fetch Metadata Request Headers
(W3C), Content Security Policy Level 3 (W3C).
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bizops.local.github.problem import Problem

__all__ = ["HEADERS", "Asked", "guarded"]

log = logging.getLogger(__name__)
HERE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
LARGEST = 1_000_000  # bytes of a form: 65,536 characters, each as up to 12 bytes of a percent-encoded one
READ_ON = 20_000_000  # bytes that are read and dropped: a browser shows no answer while it still sends
MOST_FIELDS = 200
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",  # not no-referrer: that would make the Origin of our own forms `null`
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@dataclass(frozen=True)
class Asked:
    """A request that was let in: parts of the path, the query, and the fields of a form."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]]

    def field(self, name: str) -> str:
        """The field's text, or nothing."""
        return next(iter(self.form.get(name, ())), "")


Handler = Callable[[Asked], Response]
Failure = Callable[[int, str], Response]


def guarded(handler: Handler, failure: Failure) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that lets only requests from here in, runs `handler` in a thread, and shows errors as pages."""

    async def endpoint(request: Request) -> Response:
        try:
            _admit(request)
            form = await _form(request) if request.method == "POST" else {}
            asked = Asked({k: str(v) for k, v in request.path_params.items()}, dict(request.query_params), form)
            response = await run_in_threadpool(handler, asked)
        except Problem as problem:
            response = await run_in_threadpool(failure, problem.status, problem.message)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            log.exception("%s %s", request.method, request.url.path)
            response = failure(500, "The page has a defect; the terminal shows it.")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return endpoint


def _admit(request: Request) -> None:
    host = request.headers.get("host", "")
    if not HERE.fullmatch(host):
        raise Problem(403, "This page answers only to the names 127.0.0.1 and localhost.")
    if request.method != "POST":
        return
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{host}":
        raise Problem(403, "This form was sent by another site.")
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Problem(403, "This form was sent by another site.")


async def _form(request: Request) -> Mapping[str, Sequence[str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Problem(415, "A form of this page is expected.")
    whole, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST:
            whole += chunk
        elif size > READ_ON:
            break
    if size > LARGEST:
        raise Problem(413, f"A form of this page holds at most {LARGEST:,} bytes.")
    try:
        return parse_qs(whole.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Problem(400, f"A form of this page has at most {MOST_FIELDS} fields.") from None
