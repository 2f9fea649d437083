"""One request as a handler sees it, and the answer that it gives; pages and their `Link` header."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from bizops.local.github.access import Caller, Rates
from bizops.local.github.problem import Problem, invalid
from bizops.local.github.records import Issue
from bizops.local.github.state import Actor, State
from bizops.local.github.view import View

__all__ = ["AREAS", "ISSUES", "Answer", "Call", "Handler", "Route", "areas", "instant", "page", "since"]

T = TypeVar("T")
MOST, USUAL = 100, 30
ISSUES = "/repos/{owner}/{repo}/issues"
AREAS = ("issues", "pull-requests")  # of a token's permissions; both open what issues and pull requests share


@dataclass(frozen=True)
class Answer:
    """Status, JSON (None for no body, bytes as they are) and headers."""

    status: int = 200
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request that was let in. `url` is its address without the query, `params` come from the path."""

    state: State
    caller: Caller
    rates: Rates
    view: View
    url: str
    params: Mapping[str, Any]
    query: Mapping[str, str]
    body: bytes
    accept: str = ""

    @property
    def actor(self) -> Actor:
        """Who writes."""
        return self.caller.actor

    @property
    def number(self) -> int:
        """The issue's number in the path."""
        return int(self.params["number"])

    @property
    def raw(self) -> bool:
        """Whether a file is wanted as it is, not as JSON."""
        return re.search(r"application/vnd\.github\.(v3\.)?raw\b", self.accept) is not None

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as an object (an empty body is one); 400 when it is none."""
        given = self.anything
        if not isinstance(given, dict):
            raise Problem(400, "Body should be a JSON object")
        return given

    @cached_property
    def anything(self) -> Any:
        """The body as JSON; 400 when it is none."""
        if not self.body.strip():
            return {}
        try:
            return _clean(json.loads(self.body))
        except (ValueError, RecursionError):
            raise Problem(400, "Problems parsing JSON") from None

    def text(self, name: str) -> str | None:
        """A field of the body that is text or null; 422 when it is something else."""
        value = self.json.get(name)
        if value is not None and not isinstance(value, str):
            raise _mistyped(name, value, "a string")
        return value

    def required(self, name: str, resource: str) -> str:
        """A field of the body that must be text; 422 when it is missing."""
        if (value := self.text(name)) is None:
            raise invalid(resource, name, "missing_field")
        return value

    def names(self, field: str) -> list[str]:
        """A list of names: texts, or objects with a `name`, under that field."""
        return names_in(field, self.json.get(field) or [])


Handler = Callable[[Call], Answer]
Route = tuple[str, str, Handler]


def names_in(field: str, given: Any) -> list[str]:
    """The names in a list of texts and of objects with a `name`."""
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, list):
        raise _mistyped(field, given, "an array")
    names: list[str] = []
    for item in items:
        name = item.get("name") if isinstance(item, dict) else item
        if not isinstance(name, str):
            raise _mistyped(field, name, "a string")
        names.append(name)
    return names


def page(call: Call, items: Sequence[T], render: Callable[[T], Any], within: str | None = None) -> Answer:
    """One page of a list, with the addresses of the others; `within` names the key of a list inside an object."""
    size = max(1, min(MOST, _number(call.query.get("per_page"), USUAL)))
    last = max(1, -(-len(items) // size))
    here = max(1, _number(call.query.get("page"), 1))
    shown = [render(item) for item in items[(here - 1) * size : here * size]]
    links = {}
    if here > 1:
        links["prev"] = min(here - 1, last)
    if here < last:
        links |= {"next": here + 1, "last": last}
    if here > 1:
        links["first"] = 1
    headers = {"link": ", ".join(f'<{_address(call, at)}>; rel="{rel}"' for rel, at in links.items())} if links else {}
    return Answer(200, shown if within is None else {"total_count": len(items), within: shown}, headers)


def since(call: Call) -> str:
    """The query's `since`, in any zone, as the state writes times, or the empty text; 422 when it is no time."""
    if not (given := call.query.get("since", "")):
        return ""
    if (at := instant(given)) is None:
        raise invalid("Issue", "since", "invalid", value=given)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def instant(given: Any) -> datetime | None:
    """An ISO 8601 time in UTC, which is also the zone of one that names none; None when it is none."""
    try:
        at = datetime.fromisoformat(given)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _address(call: Call, at: int) -> str:
    return f"{call.url}?{urlencode({**call.query, 'page': at}, quote_via=quote)}"


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else default


def _mistyped(name: str, value: Any, wanted: str) -> Problem:
    shown = json.dumps(value)[:100]
    return Problem(422, f"Invalid request.\n\nFor 'properties/{name}', {shown} is not {wanted}.")


def _clean(value: Any) -> Any:
    """The same without halves of surrogate pairs, which no UTF-8 can carry."""
    match value:
        case str():
            return value if _sound(value) else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {_clean(key): _clean(item) for key, item in value.items()}
        case _:
            return value


def _sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def areas(issue: Issue) -> tuple[str, ...]:
    """The areas of a token's permissions that open an issue."""
    return AREAS if issue.pull_request else ("issues",)
