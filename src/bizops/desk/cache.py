"""The sweep's memory: for each open issue how it looked and when to look again. It can be deleted at any time."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

CACHE, NEAR = "cache.jsonl", "near.json"
NEAREST = 20  # deadlines that are kept apart, for a look at the nearest alone


@dataclass(frozen=True)
class Entry:
    """One issue: `mark` is how the list showed it when it was worked out ("": never), `noted` the ledger's rows."""

    number: int
    mark: str
    next_at: int | None
    noted: tuple[str, ...] = ()


@dataclass
class Cache:
    """Entries by issue. `since`: what changed until then is in them; `full_at`: when all open issues were listed."""

    entries: dict[int, Entry] = field(default_factory=dict)
    since: str = ""
    full_at: int = 0
    reported: str = ""  # the week whose report is there

    def nearest(self) -> list[Entry]:
        """The entries that are due first."""
        waiting = [entry for entry in self.entries.values() if entry.next_at is not None]
        return sorted(waiting, key=lambda entry: (entry.next_at or 0, entry.number))

    def render(self) -> dict[str, str]:
        """The files of the cache: itself, and the few nearest deadlines."""
        head = json.dumps({"since": self.since, "full_at": self.full_at, "reported": self.reported})
        rows = (json.dumps([e.number, e.mark, e.next_at, " ".join(e.noted)]) for _, e in sorted(self.entries.items()))
        near = [[entry.number, entry.next_at] for entry in self.nearest()[:NEAREST]]
        return {CACHE: "\n".join([head, *rows]) + "\n", NEAR: json.dumps(near) + "\n"}


def parse(text: str | None) -> Cache | None:
    """The cache; None where it is missing, cut off or not ours: then it is built anew."""
    try:
        head, *rows = [json.loads(line) for line in (text or "").splitlines()]
        entries = [Entry(int(n), str(mark), _instant(at), tuple(str(noted).split())) for n, mark, at, noted in rows]
        known = {entry.number: entry for entry in entries}
        return Cache(known, str(head["since"]), int(head["full_at"]), str(head.get("reported", "")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def near(text: str | None) -> list[tuple[int, int]]:
    """Issue and instant of the nearest deadlines; empty where the file cannot be read."""
    try:
        return [(int(number), int(at)) for number, at in json.loads(text or "[]")]
    except (ValueError, TypeError, RecursionError):
        return []


def _instant(value: Any) -> int | None:
    return None if value is None else int(value)


def mark(raw: Mapping[str, Any]) -> str:
    """How an issue looks in a list: its `updated_at`, and what else can change within the same second."""
    shown = (raw.get("comments"), raw.get("state"), sorted(_names(raw.get("labels"))), raw.get("title"))
    return f"{raw.get('updated_at')} {hashlib.sha256(repr(shown).encode('utf-8', 'replace')).hexdigest()[:6]}"


def _names(labels: Iterable[Any] | None) -> list[str]:
    return [str(label.get("name") if isinstance(label, Mapping) else label) for label in labels or ()]
