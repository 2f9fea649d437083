"""What a sweep has to look at: what changed, what is due, and once a day all open issues. Nearest deadline first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bizops.desk.cache import Cache, mark
from bizops.desk.desk import Desk
from bizops.desk.github import GitHub
from bizops.desk.lists import slim
from bizops.desk.wire import next_page
from bizops.issue import instant
from bizops.rules.sla.instants import written
from bizops.rules.trust import priority_of

OVERLAP = 120  # seconds that two lists overlap: a list may lag behind
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
    full: bool  # whether a list of all open issues ended here
    page: int  # from which that list goes on downwards in the next sweep
    cut: bool  # whether the budget ended a list


@dataclass
class _Pages:
    """Pages of a repository's list of issues, within a budget of so many that are `left`."""

    github: GitHub
    left: int
    cut: bool = False
    newest: str = ""
    page: int = 0

    def read(self, query: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
        self.left -= 1
        return self.github.page(f"{self.github.root}/issues", query)

    def changed(self, since: str) -> Iterator[dict[str, Any]]:
        """What changed since then, oldest first.

        After a page the list begins anew at that page's last change: what changes meanwhile moves to the end, and with
        numbered pages another issue would slip into one that was read already.
        """
        base = {"state": "all", "sort": "updated", "direction": "asc"}
        query: dict[str, Any] | None = {**base, "since": since}
        self.newest = since
        while query:
            if self.left < 1:
                self.cut = True
                return
            entries, link = self.read(query)
            yield from entries
            query = next_page(link)
            last = str(entries[-1].get("updated_at")) if entries else ""
            if query and last > self.newest:
                query = {**base, "since": last}
            self.newest = max(self.newest, last)

    def opened(self, page: int) -> Iterator[dict[str, Any]]:
        """All open issues, from the last page to the first, or from `page` on downwards.

        An issue that is closed meanwhile moves the later ones forward: into pages that are still to be read.
        """
        query: dict[str, Any] = {"state": "open", "sort": "created", "direction": "asc"}
        if not page:
            entries, link = self.read(query)
            yield from entries
            last = (next_page(link, "last") or {}).get("page", "")
            if not last.isdigit():
                yield from self._onward(next_page(link))
                return
            page = int(last)
        for number in range(page, 0, -1):
            if self.left < 1:
                self.cut, self.page = True, number
                return
            yield from self.read({**query, "page": number})[0]

    def _onward(self, query: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
        """The pages of a list with cursors, each of which goes on after an entry, whatever moved."""
        while query:
            if self.left < 1:
                self.cut = True
                return
            entries, link = self.read(query)
            yield from entries
            query = next_page(link)


def listing(desk: Desk, cache: Cache, now: int, pages: int) -> Listing:
    """One request for what changed since the last sweep; a page for each 100 open issues where a full list is due."""
    found: dict[int, Waiting] = {}
    since = written(now - OVERLAP) or ""
    lists = _Pages(desk.github, pages)
    for raw in lists.changed(cache.since):
        _add(found, desk, cache, raw)
    if lists.cut:
        since = lists.newest
    listed: set[int] = set()
    due = now - cache.full_at >= desk.policy.sla.sweep.full_list_hours * 3600
    walked = lists.left > 0 and not lists.cut and (due or cache.page > 0)
    if walked:
        for raw in lists.opened(cache.page):
            listed.add(int(raw["number"]))
            _add(found, desk, cache, raw)
    full = walked and not lists.cut
    known = full and not cache.page  # the whole list was read by this sweep
    for entry in cache.entries.values():
        closed = known and entry.number not in listed
        if entry.next_at is None and (entry.mark or closed):
            continue
        if not entry.mark or closed or (entry.next_at is not None and entry.next_at <= now):
            found.setdefault(entry.number, Waiting(entry.number, entry.next_at or now))
    order = sorted(found.values(), key=lambda waiting: (waiting.deadline, waiting.number))
    page = lists.page if walked else cache.page
    cut = lists.cut or (due and not walked)
    return Listing(tuple(order), since, frozenset(listed) if known else None, full, page, cut)


def _add(found: dict[int, Waiting], desk: Desk, cache: Cache, raw: dict[str, Any]) -> None:
    """An issue of a list, unless it looks as it did when it was last worked out."""
    number = int(raw["number"])
    known = cache.entries.get(number)
    if raw.get("pull_request") is not None or (known and known.mark == mark(raw)):
        return
    earliest = _earliest(desk, raw)
    deadline = earliest if known is None or known.next_at is None else min(known.next_at, earliest)
    found[number] = Waiting(number, deadline, slim(raw) if len(raw.get("body") or "") < SHORT else None)


def _earliest(desk: Desk, raw: dict[str, Any]) -> int:
    """The nearest possible deadline of an issue of which only the list is known: its times and its labels.

    The strictest label counts, with the target of a first response from the opening, that of a next reply from the last
    change.
    """
    opened, changed = (_seconds(raw.get(name)) for name in ("created_at", "updated_at"))
    terms = desk.policy.sla.at(opened)
    named = [terms.escalation[p] for label in _labels(raw) if (p := priority_of(str(label.get("name"))))]
    found = []
    for target in named or [terms.escalation[terms.default_priority]]:
        for name, start in (("resolution", opened), ("first-response", opened), ("next-reply", changed)):
            if (seconds := target.seconds(name)) is not None:  # type: ignore[arg-type]
                found.append(start + int(seconds * terms.at_risk))
    return min(found)


def _seconds(text: Any) -> int:
    at = instant(text)
    return int(at.timestamp()) if at else 0


def _labels(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (label for label in raw.get("labels") or () if isinstance(label, dict))
