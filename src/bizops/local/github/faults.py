"""What can go wrong between a client and GitHub, on purpose: rules that match requests, and their effects.

`faults.add(drop(after=True), method="POST", nth=3)`: the third POST from now is done, and its answer never arrives.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, get_args

from bizops.local.github.clock import Clock

__all__ = ["Effect", "Entry", "Faults", "Rule", "delay", "drop", "secondary_limit", "stale", "status", "truncate"]

Kind = Literal["status", "delay", "drop", "truncate", "stale"]
Moment = Literal["before", "after"]
LISTS = re.compile(r"/(issues|comments|timeline|events|labels|reactions|runs)$")


@dataclass(frozen=True)
class Entry:
    """A line of the request log. `write`: it changed the state. `status` is None when no answer was sent."""

    index: int
    method: str
    path: str
    query: str
    account: str
    status: int | None = None
    write: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Effect:
    """What goes wrong. `after`: the request was carried out first, and only its answer suffers."""

    kind: Kind
    after: bool = False
    status: int = 502
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    writes: int = 0
    version: int | None = None


@dataclass
class Rule:
    """Which requests an effect meets; what is None or empty matches all.

    `request` is the index over all requests since the start (as in the log); `nth` counts the matching ones since the
    rule was added, from 1; `times` is how often it happens (once with `nth`, else without end); `until` ends it by
    the clock.
    """

    effect: Effect
    request: int | None = None
    nth: int | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = None
    until: datetime | None = None
    seen: int = 0

    def meets(self, index: int, method: str, path: str, now: datetime) -> bool:
        """Whether the effect happens to this request; counts it when it matches."""
        if self.until is not None and now >= self.until:
            return False
        if self.method not in {None, method} or self.request not in {None, index}:
            return False
        if self.path is not None and not re.search(self.path, path):
            return False
        if self.effect.kind == "stale" and (method != "GET" or (self.path is None and not LISTS.search(path))):
            return False
        self.seen += 1
        first = self.nth or 1
        times = (1 if self.nth else None) if self.times is None else self.times
        return self.seen >= first and (times is None or self.seen < first + times)


class Faults:
    """The rules in force, the count of requests, and the hooks that are called around each."""

    def __init__(self, clock: Clock) -> None:
        self.seen = 0
        self.rules: list[Rule] = []
        self._clock = clock
        self._hooks: list[Callable[[Moment, Entry], None]] = []

    def add(self, effect: Effect, **match: Any) -> Rule:
        """A rule from now on: `request`, `nth`, `method`, `path` (a regular expression), `times`, `until`."""
        rule = Rule(effect, **match)
        self.rules.append(rule)
        return rule

    def add_json(self, given: dict[str, Any]) -> Rule:
        """A rule from JSON: the fields of `Effect` and of `Rule` in one object. ValueError when it is none."""
        effect_fields = {one.name for one in fields(Effect)}
        rule_fields = {one.name for one in fields(Rule)} - {"effect", "seen"}
        if given.get("kind") not in get_args(Kind) or (unknown := set(given) - effect_fields - rule_fields):
            known = f"kinds: {', '.join(get_args(Kind))}; fields: {', '.join(sorted(effect_fields | rule_fields))}"
            raise ValueError(f"no such fault; {known}")
        del unknown
        effect = Effect(**{name: value for name, value in given.items() if name in effect_fields})
        match = {name: value for name, value in given.items() if name in rule_fields}
        if "until" in match:
            match["until"] = datetime.fromisoformat(match["until"])
        re.compile(match.get("path") or "")
        return self.add(effect, **match)

    def clear(self) -> None:
        """No rules and no hooks any more."""
        self.rules.clear()
        self._hooks.clear()

    def hook(self, callback: Callable[[Moment, Entry], None]) -> None:
        """Call back before each request is carried out and after it, before it is answered. The server waits for it."""
        self._hooks.append(callback)

    def arrive(self) -> int:
        """Count a request; its index."""
        self.seen += 1
        return self.seen

    def effects(self, index: int, method: str, path: str) -> list[Effect]:
        """What happens to this request."""
        now = self._clock.now()
        return [rule.effect for rule in self.rules if rule.meets(index, method, path, now)]

    def tell(self, moment: Moment, entry: Entry) -> None:
        """Call the hooks."""
        for callback in list(self._hooks):
            callback(moment, entry)

    def shown(self) -> list[dict[str, Any]]:
        """The rules as JSON."""
        return [{**asdict(rule), "until": rule.until.isoformat() if rule.until else None} for rule in self.rules]


def status(code: int, body: str = "", *, headers: Mapping[str, str] | None = None, after: bool = False) -> Effect:
    """An answer of that status; with `after` although the request was carried out."""
    return Effect("status", after, code, body, headers or {})


def drop(*, after: bool = False) -> Effect:
    """The connection is closed without an answer, before anything happened or after it did."""
    return Effect("drop", after)


def delay(seconds: float, *, after: bool = False) -> Effect:
    """Nothing for so many seconds, before the request is carried out or before it is answered."""
    return Effect("delay", after, seconds=seconds)


def truncate() -> Effect:
    """The request is carried out, and half of the answer's body arrives."""
    return Effect("truncate", after=True)


def secondary_limit(retry_after: int = 60) -> Effect:
    """GitHub's secondary rate limit; `retry_after` is seconds."""
    body = (
        '{"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. '
        'If you reach out to GitHub Support for help, please include the request ID.", "documentation_url": '
        '"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}'
    )
    return Effect("status", status=403, body=body, headers={"retry-after": str(retry_after)})


def stale(writes: int = 1, *, version: int | None = None) -> Effect:
    """Lists as they were before the last so many writes, or at a version of the state. Of GET alone."""
    return Effect("stale", writes=writes, version=version)
