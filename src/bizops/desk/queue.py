"""What a sweep has to look at: what changed, what is due, and once a day all open issues. Nearest deadline first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bizops.desk.cache import Cache, mark
from bizops.desk.desk import Desk
from bizops.desk.lists import slim
from bizops.issue import instant
from bizops.rules.sla.instants import written
from bizops.rules.trust import priority_of

OVERLAP = 2  # seconds that two lists overlap: GitHub's times are whole seconds
SHORT = 4_000  # characters of a body that is kept from the list; an issue with a longer one is read again


@dataclass(frozen=True)
class Waiting:
    """An issue to look at, with the earliest instant at which it can need something; `raw` as the list showed it."""

    number: int
    deadline: int
    raw: dict[str, Any] | None = None


@dataclass(frozen=True)
class Listing:
    """`waiting` in order; `since`: until when every change is among them; `open`: all open issues, where listed."""

    waiting: tuple[Waiting, ...]
    since: str
    open: frozenset[int] | None
    cut: bool  # whether the budget ended a list


def listing(desk: Desk, cache: Cache, now: int, pages: int) -> Listing:
    """One request for what changed since the last sweep; a page for each 100 open issues where a full list is due."""
    found: dict[int, Waiting] = {}
    cut = False
    since = written(now - OVERLAP) or ""
    path = f"{desk.github.root}/issues"
    if cache.since:
        query = {"state": "all", "since": cache.since, "sort": "updated", "direction": "asc"}
        read = 0
        for raw in desk.github.pages(path, query, pages):
            read += 1
            _add(found, desk, cache, raw)
            newest = str(raw.get("updated_at"))
        cut = read >= pages * 100
        since, pages = (newest if cut else since), pages - read // 100 - 1
    full: set[int] | None = None
    if not cut and now - cache.full_at >= desk.policy.sla.sweep.full_list_hours * 3600:
        full = set()
        query = {"state": "open", "sort": "created", "direction": "asc"}
        for raw in desk.github.pages(path, query, pages):
            full.add(int(raw["number"]))
            _add(found, desk, cache, raw)
        if len(full) >= pages * 100:
            full, cut = None, True
    for entry in cache.entries.values():
        lost = full is not None and entry.next_at is not None and entry.number not in full
        if not entry.mark or lost or (entry.next_at is not None and entry.next_at <= now):
            found.setdefault(entry.number, Waiting(entry.number, entry.next_at or now))
    order = sorted(found.values(), key=lambda waiting: (waiting.deadline, waiting.number))
    return Listing(tuple(order), since, frozenset(full) if full is not None else None, cut)


def _add(found: dict[int, Waiting], desk: Desk, cache: Cache, raw: dict[str, Any]) -> None:
    """An issue of a list, unless it looks as it did when it was last worked out."""
    number = int(raw["number"])
    known = cache.entries.get(number)
    if raw.get("pull_request") is not None or (known and known.mark == mark(raw)):
        return
    deadline = known.next_at if known and known.next_at is not None else _earliest(desk, raw)
    found[number] = Waiting(number, deadline, slim(raw) if len(raw.get("body") or "") < SHORT else None)


def _earliest(desk: Desk, raw: dict[str, Any]) -> int:
    """The nearest possible deadline of an issue of which only the list is known: its opening and its labels."""
    opened = instant(raw.get("created_at"))
    terms = desk.policy.sla
    named = [terms.escalation[p] for label in _labels(raw) if (p := priority_of(str(label.get("name"))))]
    hours = min((target.sla_hours for target in named), default=terms.escalation[terms.default_priority].sla_hours)
    return int((opened.timestamp() if opened else 0) + float(hours * terms.at_risk) * 3600)


def _labels(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (label for label in raw.get("labels") or () if isinstance(label, dict))
