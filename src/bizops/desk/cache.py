"""The sweep's memory: for each open issue how it looked and when to look again. It can be deleted at any time.

It lies on a branch that others can write to, so it is read strictly: what the sweep cannot have written makes it none.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bizops.errors import InputError
from bizops.policy import Policy
from bizops.rules.sla.instants import moment, written

CACHE, NEAR = "cache.jsonl", "near.json"
NEAREST = 20  # deadlines that are kept apart, for a look at the nearest alone
LATEST = 7_258_118_400  # the year 2200: clocks run no longer
KNOWN = 90  # issues that are known already and are listed again
LEAST = 2  # seconds that two lists overlap: GitHub's times are whole seconds
SKEW = 60  # seconds by which two of GitHub's own clocks may differ
_WEEK = re.compile(r"(\d{4}-W\d\d)?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_NOTED = re.compile(r"[a-z-]+/\d{1,6}/[a-z-]+(/\d{1,4})?@\d{1,10}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One issue. `mark`: how the list showed it when it was worked out ("": never).

    `next_at`: when to look again, `clock_at`: when a clock next needs something; both in seconds since 1970.
    `noted`: what the ledger has and what was posted, as `KEY@INSTANT`.
    """

    number: int
    mark: str
    next_at: int | None
    noted: tuple[str, ...] = ()
    clock_at: int | None = None

    @property
    def known(self) -> dict[str, int]:
        """What is noted, by key, with its instant."""
        return {key: int(at) for key, _, at in (noted.partition("@") for noted in self.noted)}


@dataclass
class Cache:
    """Entries by issue. `since`: what changed until then is in them; `full_at`: when all open issues were listed."""

    entries: dict[int, Entry] = field(default_factory=dict)
    since: str = ""
    full_at: int = 0
    reported: str = ""  # the week whose report is there
    policy: str = ""  # by which policy the entries were worked out
    page: int = 0  # of the full list, from which it goes on downwards; 0: none is under way

    def nearest(self) -> list[Entry]:
        """The entries that are due first."""
        waiting = [entry for entry in self.entries.values() if entry.next_at is not None]
        return sorted(waiting, key=lambda entry: (entry.next_at or 0, entry.number))

    def cover(self, since: str, now: int) -> None:
        """Let the next list of changes begin at `since`, or so much later that what is known fits into one page.

        Where thousands changed at once, each sweep would list them again for the sake of an overlap.
        """
        times = sorted((e.mark[:20] for e in self.entries.values() if e.mark[:20] >= since), reverse=True)
        if len(times) > KNOWN and _TIME.fullmatch(times[KNOWN]):
            later = written(min(moment(times[KNOWN]) + 1, now - LEAST)) or ""
            since = max(since, later)
        self.since = since

    def render(self) -> dict[str, str]:
        """The files of the cache: itself, and the few nearest deadlines of clocks."""
        head = {"since": self.since, "full_at": self.full_at, "reported": self.reported, "policy": self.policy}
        first = json.dumps({**head, "page": self.page, "rows": len(self.entries)})
        rows = (
            json.dumps([e.number, e.mark, e.next_at, " ".join(e.noted), e.clock_at])
            for _, e in sorted(self.entries.items())
        )
        clocks = sorted((e.clock_at, e.number) for e in self.entries.values() if e.clock_at is not None)
        near = [[number, at] for at, number in clocks[:NEAREST]]
        return {CACHE: "\n".join([first, *rows]) + "\n", NEAR: json.dumps(near) + "\n"}


def parse(text: str | None, now: int) -> Cache | None:
    """The cache; None where it is missing, cut off, from the future or not ours: then it is built anew."""
    try:
        head, *rows = [json.loads(line) for line in (text or "").splitlines()]
        entries = {entry.number: entry for entry in map(_entry, rows)}
        if not len(entries) == len(rows) == _whole(head["rows"], 0, LATEST):
            return None
        since = written(_whole(moment(head["since"]), 0, now + SKEW)) if head["since"] != "" else ""
        full_at, page = _whole(head["full_at"], 0, now + SKEW), _whole(head["page"], 0, LATEST)
        if not _WEEK.fullmatch(head["reported"]) or not isinstance(head["policy"], str):
            return None
        return Cache(entries, since or "", full_at, head["reported"], head["policy"], page)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InputError):
        return None


def near(text: str | None) -> list[tuple[int, int]]:
    """Issue and instant of the nearest deadlines; empty where the file cannot be read."""
    try:
        pairs = [(_whole(number, 1, LATEST), _whole(at, 0, LATEST)) for number, at in json.loads(text or "[]")]
    except (ValueError, TypeError, RecursionError):
        return []
    return pairs[:NEAREST]


def noted(known: Mapping[str, int]) -> tuple[str, ...]:
    """What is known of an issue as an entry holds it; a key that is none of ours (a marker by hand) is left out."""
    return tuple(text for key, at in known.items() if _NOTED.fullmatch(text := f"{key}@{at}"))


def _entry(row: Any) -> Entry:
    number, mark, at, noted, clock_at = row
    keys = tuple(noted.split())
    if not isinstance(mark, str) or not all(map(_NOTED.fullmatch, keys)):
        raise ValueError(row)
    if _TIME.fullmatch(mark[:20]):
        moment(mark[:20])
    return Entry(_whole(number, 1, LATEST), mark, _instant(at), keys, _instant(clock_at))


def _instant(value: Any) -> int | None:
    return None if value is None else _whole(value, 0, LATEST)


def _whole(value: Any, least: int, most: int) -> int:
    """A whole number within bounds. Raises ValueError: 1e999 and true are none."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError(value)
    return value


def policy_key(policy: Policy) -> str:
    """What the entries depend on besides the issues, as a short hash: the clocks' terms, and who is taken care of."""
    budget = {"requests", "writes", "starts", "full_list_hours", "nearest", "report_day", "report_hour"}
    parts = (
        policy.sla.model_dump(mode="json", exclude={"sweep": budget}),
        str(policy.agents.answer_from),
        {name: (agent.mode, agent.close_after_days) for name, agent in policy.agents.agents.items()},
        sorted(policy.access.desk_accounts),
    )
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:12]


def mark(raw: Mapping[str, Any]) -> str:
    """How an issue looks in a list: its `updated_at`, and what else can change within the same second."""
    shown = (raw.get("comments"), raw.get("state"), sorted(_names(raw.get("labels"))), raw.get("title"))
    return f"{raw.get('updated_at')} {hashlib.sha256(repr(shown).encode('utf-8', 'replace')).hexdigest()[:6]}"


def _names(labels: Iterable[Any] | None) -> list[str]:
    return [str(label.get("name") if isinstance(label, Mapping) else label) for label in labels or ()]
