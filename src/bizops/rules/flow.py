"""The flow of work: how old the queue is, what is finished a week, who has how much, and where it piles up. Pure.

Little's law (J. D. C. Little, 1961): mean open items = arrivals x mean time in the system, so what is open divided by
what is finished a week is how many weeks a new item waits behind it. Weeks are ISO weeks in UTC; only whole ones count.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bizops.policy import Policy
from bizops.rules.board import Board, Item
from bizops.rules.measures import DAY, week

WEEK = 7 * DAY
WEEKS = 8  # that rates are taken over, at most
PAST_WEEKS = 12  # that forecasts draw from, at most
LEAST = 5  # arrivals and finished items together below which a rate says nothing
STALE = 30 * DAY  # without a change: to be asked whether it is still wanted
BUCKETS = ((1, "under 1 day"), (3, "1 to 3 days"), (7, "3 to 7 days"), (14, "7 to 14 days"), (30, "14 to 30 days"))
OLDEST = "over 30 days"
MONDAY = 4 * DAY  # 1970-01-05 was the first Monday
WaitsFor = Literal["requester", "team", "desk"]
WAITS: dict[str, WaitsFor] = {
    "status/needs-info": "requester",
    "status/waiting": "requester",
    "status/awaiting-approval": "team",
    "status/held": "team",
    "status/failed": "team",
}
HOW = {
    "age": "time since opening of the open issues, nights and weekends included; percentiles by nearest rank",
    "throughput": "issues closed as completed in an ISO week (UTC), beside those opened in it; what is not over "
    "or not covered by a list that was cut is left out",
    "load": "open issues by the route of policy; arrivals and finished are means of the last whole weeks; weeks to "
    "clear = open / finished a week (Little's law); use = arrivals / finished",
}


@dataclass(frozen=True)
class Ages:
    """Seconds since opening of the open issues; `buckets` in the order of `BUCKETS`, the oldest last."""

    count: int
    p50: int | None
    p85: int | None
    p95: int | None
    oldest: int | None
    buckets: tuple[tuple[str, int], ...]


def ages(items: Sequence[Item], now: int) -> Ages:
    """How old the open issues are."""
    found = sorted(max(0, now - item.opened) for item in items)
    names = Counter(next((name for days, name in BUCKETS if age < days * DAY), OLDEST) for age in found)
    buckets = tuple((name, names[name]) for name in (*(name for _, name in BUCKETS), OLDEST))
    p50, p85, p95 = (rank(found, share) for share in (50, 85, 95))
    return Ages(len(found), p50, p85, p95, found[-1] if found else None, buckets)


def rank(ordered: Sequence[int], share: int) -> int | None:
    """The percentile by nearest rank: the least value that at least `share` % do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered) / 100) - 1)] if ordered else None


@dataclass(frozen=True)
class Week:
    """One whole ISO week: `start` in seconds since 1970."""

    start: int
    opened: int
    finished: int

    @property
    def name(self) -> str:
        return week(self.start)


def weeks(board: Board, items: Sequence[Item]) -> tuple[Week, ...]:
    """The last whole weeks that the lists cover, oldest first; none where the closed issues were not given.

    A repository younger than the weeks has only those since its first issue.
    """
    if board.closed is None or not board.items:
        return ()
    end = this_week(board.now)
    first = min(item.opened for item in board.items)
    covered = max(first, board.complete_from or 0)
    start = max(end - WEEKS * WEEK, this_week(covered + WEEK - 1))
    opened = Counter(this_week(item.opened) for item in items)
    finished = Counter(this_week(item.closed) for item in items if item.completed and item.closed is not None)
    return tuple(Week(at, opened[at], finished[at]) for at in range(start, end, WEEK))


def this_week(at: int) -> int:
    """The Monday 00:00 UTC that begins the week of an instant."""
    return at - (at - MONDAY) % WEEK


def daily(board: Board, items: Iterable[Item]) -> tuple[int, ...]:
    """Finished issues by day (UTC), whole weeks that end yesterday, oldest first; empty where nothing covers one."""
    if board.closed is None or not board.items:
        return ()
    today = board.now - board.now % DAY
    covered = max(min(item.opened for item in board.items), board.complete_from or 0)
    days = min(PAST_WEEKS, (today - covered) // WEEK) * 7
    counts = Counter((today - 1 - item.closed) // DAY for item in items if item.completed and item.closed is not None)
    return tuple(counts[back] for back in range(days - 1, -1, -1))


@dataclass(frozen=True)
class Load:
    """What one agent or area has. `arrivals` and `finished` are counts over `weeks` whole weeks."""

    of: str
    open: int
    breached: int
    at_risk: int
    requester: int  # of the open: waiting for whoever asked
    team: int  # of the open: waiting for a person of the team
    weeks: int
    arrivals: int
    finished: int
    allowed: Decimal  # weeks: the mean target of what is open

    @property
    def clear(self) -> Decimal | None:
        """Weeks until what is open is done at the present rate; None where no rate is known."""
        return Decimal(self.open * self.weeks) / self.finished if self.finished else None

    @property
    def use(self) -> Decimal | None:
        """Arrivals for each finished item: above 1 the queue grows."""
        return Decimal(self.arrivals) / self.finished if self.finished else None

    @property
    def grows(self) -> bool:
        """Whether more arrives than is finished, beyond chance (two counts of Poisson: z above 2)."""
        both = self.arrivals + self.finished
        return both >= LEAST and (self.arrivals - self.finished) / math.sqrt(both) > 2

    @property
    def overload(self) -> str:
        """Why it has too much, in words; empty where it has not, or where too little is known to say so."""
        if self.grows:
            return f"{self.arrivals} arrived and {self.finished} were finished in {self.weeks} weeks: the queue grows"
        if self.finished + self.arrivals < LEAST or self.open < 3:
            return ""
        if not self.finished:
            return f"{self.open} are open and none was finished in {self.weeks} weeks"
        late = self.breached * 2 > self.open
        if self.clear is not None and self.clear > self.allowed and late:
            return (
                f"{self.open} open / {rate(self.finished, self.weeks)} finished a week = {tenth(self.clear)} weeks "
                f"of work, and {self.breached} are breached"
            )
        return ""


def rate(count: int, over: int) -> Decimal:
    """A mean by week, with one decimal."""
    return tenth(Decimal(count) / over) if over else Decimal(0)


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


def loads(board: Board, policy: Policy, by: Literal["agent", "area"]) -> tuple[Load, ...]:
    """The load of each agent or area that has open issues or had work, the largest first."""
    of: Callable[[Item], str] = (lambda item: item.agent) if by == "agent" else (lambda item: item.area)
    open_ = board.open or ()
    whole = weeks(board, board.items)
    start, end = (whole[0].start, whole[-1].start + WEEK) if whole else (0, 0)
    arrived = Counter(of(item) for item in board.items if start <= item.opened < end)
    done = Counter(of(x) for x in board.items if x.completed and x.closed is not None and start <= x.closed < end)
    mine: dict[str, list[Item]] = {name: [] for name in (*arrived, *done)}
    for item in open_:
        mine.setdefault(of(item), []).append(item)
    found = [_load(name, items, arrived[name], done[name], len(whole), policy) for name, items in mine.items()]
    return tuple(sorted(found, key=lambda load: (-load.open, -load.arrivals, load.of)))


def _load(name: str, items: list[Item], arrivals: int, finished: int, over: int, policy: Policy) -> Load:
    hours = [policy.sla.escalation[item.priority].sla_hours for item in items]
    waits = Counter(waits_for(item) for item in items)
    return Load(
        of=name,
        open=len(items),
        breached=sum("sla/breached" in item.labels for item in items),
        at_risk=sum("sla/at-risk" in item.labels for item in items),
        requester=waits["requester"],
        team=waits["team"],
        weeks=over,
        arrivals=arrivals,
        finished=finished,
        allowed=sum(hours, Decimal(0)) / len(hours) / 168 if hours else Decimal(0),
    )


def waits_for(item: Item) -> WaitsFor:
    """Whom an open issue waits for, by its status label."""
    return next((who for label, who in WAITS.items() if label in item.labels), "desk")


def droppable(items: Iterable[Item], now: int) -> tuple[Item, ...]:
    """What could be dropped first: P3 before P2, not changed for 30 days, the longest untouched first."""
    stale = [x for x in items if now - x.changed >= STALE and x.priority in ("P2", "P3")]
    return tuple(sorted(stale, key=lambda x: (-int(x.priority[1]), x.changed, x.number)))


def due(board: Board) -> tuple[tuple[Item, int], ...]:
    """The open issues that are not breached yet, by the next instant that the sweep knows for them, nearest first."""
    items = {item.number: item for item in board.open or ()}
    found = [(items[entry["number"]], int(entry["at"])) for entry in board.deadlines or () if entry["number"] in items]
    return tuple((item, at) for item, at in found if "sla/breached" not in item.labels)
