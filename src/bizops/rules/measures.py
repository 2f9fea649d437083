"""The measures of the desk, each with its fraction and how it is computed: pure, over a `Board`.

Unknown is a state of its own and never 0 %. A value that the data can only bound says so (`at-most`, `at-least`).
Ratios carry the 95 % interval of Wilson (1927), which holds for few cases too; fewer than `FEW` are said to be few.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any, Literal

from bizops.issue import Comment, Event
from bizops.policy import Policy
from bizops.rules import markers
from bizops.rules.board import Board, Item, Row
from bizops.rules.sla.history import ASSOCIATED, WRITERS
from bizops.rules.trust import is_desk, is_quiet

DAY = 86400
FEW = 20  # cases below which a ratio is said to rest on few
SETTLED = 7 * DAY  # after which a closed issue that nobody reopened counts
HANDS = frozenset(
    "labeled unlabeled assigned unassigned closed renamed milestoned".split()
)  # events by which one works
Bound = Literal["exact", "at-most", "at-least", "unknown"]

HOW = {
    "sla_compliance": "clocks of the ledger that were met, divided by those that were met or breached; a breach counts "
    "at its instant, a met clock when it stops, cancelled and running ones not at all; a row that came twice is one",
    "automation_rate": "issues closed as completed at least 7 days ago that had an answer of the desk, that nobody "
    "with write access but the author commented on, that no person but the author labelled, assigned, renamed or "
    "closed (the author only at the opening, or by closing), and that were not reopened within 7 days; divided by "
    "all issues closed as completed at least 7 days ago",
    "error_rate": "issues that the desk worked on and that carry or carried `status/failed` or `status/held`, divided "
    "by all issues with a status label of the desk",
    "cost_per_operation": "USD of the model by the records in the desk's answers (else in its status comments), "
    "divided by the answers whose cost is known; minutes of runners are not in it",
    "hours_to_close": "median of the hours from opening to closing of the issues closed as completed, nights and "
    "weekends included",
    "hours_to_answer": "median of the hours from opening to the desk's first answer, nights and weekends included",
}


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is in `unit` (a share in percent); `low` and `high` its 95 % interval, where it is a share.

    `by` and `of` name the part that it is about (`priority`, `P1`); empty: all.
    """

    name: str
    value: Decimal | None
    unit: str
    how: str
    numerator: Decimal | int | None = None
    denominator: int | None = None
    bound: Bound = "exact"
    note: str = ""
    by: str = ""
    of: str = ""
    low: Decimal | None = None
    high: Decimal | None = None

    def as_json(self) -> dict[str, Any]:
        return {key: str(v) if isinstance(v, Decimal) else v for key, v in asdict(self).items()}

    @property
    def shown(self) -> str:
        """The value for people: `96.4 % (27 of 28; few)`."""
        if self.value is None:
            return "unknown"
        sign = {"at-most": "at most ", "at-least": "at least "}.get(self.bound, "")
        if self.unit != "%":
            few = f" (n = {self.denominator})" if self.denominator is not None else ""
            return f"{sign}{self.value} {self.unit}{few}"
        few = "; few" if (self.denominator or 0) < FEW else ""
        return f"{sign}{self.value} % ({self.numerator} of {self.denominator}{few})"


def share(
    name: str, part: int, whole: int, note: str = "", bound: Bound = "exact", by: str = "", of: str = ""
) -> Measure:
    """A ratio in percent; unknown where there is nothing to divide by."""
    if not whole:
        return Measure(name, None, "%", HOW[name], 0, 0, "unknown", note or "there is no case to count", by, of)
    value = percent(part, whole)
    return Measure(name, value, "%", HOW[name], part, whole, bound, note, by, of, *wilson(part, whole))


def percent(part: int, whole: int) -> Decimal:
    """Percent with one decimal; 100 and 0 only where that is exact."""
    value = (Decimal(100 * part) / whole).quantize(Decimal("0.1"))
    if part < whole:
        value = min(value, Decimal("99.9"))
    return max(value, Decimal("0.1")) if part else Decimal(0)


def wilson(part: int, whole: int) -> tuple[Decimal, Decimal]:
    """The 95 % interval of a ratio in percent (E. B. Wilson, 1927)."""
    z, p = 1.959964, part / whole
    middle, reach = p + z * z / (2 * whole), z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    low, high = ((middle + sign * reach) / (1 + z * z / whole) for sign in (-1, 1))
    return _tenth(100 * max(0.0, low)), _tenth(100 * min(1.0, high))


def _tenth(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.1"))


def week(at: int) -> str:
    """The ISO week in UTC: `2026-W47`."""
    return datetime.fromtimestamp(at, UTC).strftime("%G-W%V")


def unknown(name: str, unit: str, why: str) -> Measure:
    return Measure(name, None, unit, HOW[name], bound="unknown", note=why)


def compliance(board: Board, since: int = 0) -> tuple[Measure, ...]:
    """SLA compliance, in all and by clock, priority, agent and ISO week."""
    if board.rows is None:
        return (unknown("sla_compliance", "%", "the ledger was not given"),)
    decided = outcomes(board.rows, since)
    all_of = share("sla_compliance", sum(met for _, met in decided), len(decided))
    parts: dict[str, Callable[[Row], str]] = {
        "clock": lambda row: row.clock,
        "priority": lambda row: row.priority,
        "agent": lambda row: row.agent,
        "week": lambda row: week(row.at),
    }
    return (all_of, *(m for by, of in parts.items() for m in _split(decided, by, of)))


def outcomes(rows: Iterable[Row], since: int = 0) -> list[tuple[Row, bool]]:
    """The row that decided each clock, and whether it was met; a breach outlives what came after it."""
    found: dict[tuple[int, str, int], tuple[Row, bool]] = {}
    for row in rows:
        if row.event == "breach" or (row.event == "met" and row.of not in found):
            found[row.of] = row, row.event == "met"
    return [(row, met) for row, met in found.values() if row.at >= since]


def _split(decided: list[tuple[Row, bool]], by: str, of: Callable[[Row], str]) -> Iterator[Measure]:
    groups: dict[str, list[bool]] = {}
    for row, met in decided:
        groups.setdefault(of(row), []).append(met)
    for name in sorted(groups):
        yield share("sla_compliance", sum(groups[name]), len(groups[name]), by=by, of=name)


def automation(board: Board, policy: Policy, since: int = 0) -> Measure:
    """The share of issues closed without people. Without comments and events only a bound is known."""
    name = "automation_rate"
    if board.closed is None:
        return unknown(name, "%", "the closed issues were not given")
    since = max(since, board.complete_from or 0)
    closings = {x: _first_closing(x, board, since) for x in board.items}
    ripe = {x: at for x, at in closings.items() if at is not None and at <= board.now - SETTLED}
    fresh = sum(at is not None and at > board.now - SETTLED for at in closings.values())
    note = f"{fresh} closed in the last 7 days are not counted yet" if fresh else ""
    if board.comments is None or board.events is None:
        ours = sum(any(label in ("status/done", "status/waiting") for label in x.labels) for x in ripe)
        why = "who commented and labelled was not read: counted are those that the desk may have finished"
        return share(name, ours, len(ripe), "; ".join(filter(None, (why, note))), "at-most" if ours else "exact")
    alone = sum(_alone(x, at, board, policy) for x, at in ripe.items())
    if not board.permissions:
        note = "; ".join(filter(None, (note, "write access is taken from author_association")))
    return share(name, alone, len(ripe), note)


def _first_closing(item: Item, board: Board, since: int) -> int | None:
    """When the issue was first closed as completed since then, though it may be open again."""
    events = (board.events or {}).get(item.number, ())
    told = [int(e.created_at.timestamp()) for e in events if e.kind == "closed" and _completed(e)]
    if item.closed is not None and item.completed:
        told.append(item.closed)
    return min((at for at in told if at >= since), default=None)


def _completed(event: Event) -> bool:
    return event.detail not in ("not_planned", "duplicate")


def _alone(item: Item, closed: int, board: Board, policy: Policy) -> bool:
    """Whether the desk finished an issue without people: see `HOW`."""
    comments = (board.comments or {}).get(item.number, ())
    events = (board.events or {}).get(item.number, ())
    author = item.issue.author.login.casefold()
    reopened = [int(e.created_at.timestamp()) for e in events if e.kind == "reopened"]
    if any(closed <= at <= closed + SETTLED for at in reopened):
        return False
    before = [c for c in comments if c.created_at.timestamp() <= closed]
    if not markers.of(before, policy.access.desk_accounts, "answer"):
        return False
    if any(_writes(c, board) and c.author.login.casefold() != author and not _bot(c, policy) for c in before):
        return False
    settled = item.opened + policy.sla.settle_seconds
    for event in events:
        at = int(event.created_at.timestamp())
        own = event.actor.login.casefold() == author and (event.kind in ("closed", "renamed") or at <= settled)
        if event.kind in HANDS and at <= closed and not own and not _bot(event, policy):
            return False
    return True


def _writes(comment: Comment, board: Board) -> bool:
    role = board.permissions.get(comment.author.login.casefold())
    return role in WRITERS if role else comment.association in ASSOCIATED


def _bot(made: Comment | Event, policy: Policy) -> bool:
    who = made.author if isinstance(made, Comment) else made.actor
    return who.type == "Bot" or is_desk(who, policy) or is_quiet(who, policy)


def errors(board: Board, since: int = 0) -> tuple[Measure, ...]:
    """The error rate, in all and apart for failed and held."""
    name = "error_rate"
    if board.open is None and board.closed is None:
        return (unknown(name, "%", "the issues were not given"),)
    seen = {x: _statuses(x, board) for x in board.items if x.changed >= since}
    worked = {x: names for x, names in seen.items() if names}
    lost = [key for key, given in (("open", board.open), ("closed", board.closed)) if given is None]
    note = "" if board.events is not None else "only what stands now: failures that were mended since are not seen"
    note = "; ".join(filter(None, (note, f"the {' and '.join(lost)} issues were not given" if lost else "")))
    bound: Bound = "exact" if board.events is not None and not lost else "at-least"
    wrong = {"status/failed", "status/held"}
    found = [share(name, sum(bool(names & wrong) for names in worked.values()), len(worked), note, bound)]
    for label in sorted(wrong):
        part = sum(label in names for names in worked.values())
        found.append(share(name, part, len(worked), note, bound, by="status", of=label))
    return tuple(found)


def _statuses(item: Item, board: Board) -> frozenset[str]:
    told = (e.name for e in (board.events or {}).get(item.number, ()) if e.kind == "labeled")
    return frozenset(label for label in (*item.labels, *told) if label.startswith("status/"))


def cost(board: Board, policy: Policy, since: int = 0) -> Measure:
    """USD of the model for one answer."""
    name = "cost_per_operation"
    if board.comments is None:
        return unknown(name, "USD", "the comments with the desk's records were not read")
    known: list[Decimal] = []
    lost = 0
    for some in board.comments.values():
        recent = [c for c in some if c.created_at.timestamp() >= since]
        answers = markers.of(recent, policy.access.desk_accounts, "answer")
        for marker in answers or markers.of(recent, policy.access.desk_accounts, "status")[-1:]:
            value = _usd(marker.data.get("cost", "0"))
            known += [] if value is None else [value]
            lost += value is None
    note = f"the cost of {lost} is unknown and not counted" if lost else ""
    if not known:
        return Measure(name, None, "USD", HOW[name], bound="unknown", note=note or "the desk answered nothing yet")
    total = sum(known, Decimal(0))
    bound: Bound = "at-least" if lost else "exact"
    each = (total / len(known)).quantize(Decimal("0.0001"))
    return Measure(name, each, "USD", HOW[name], total, len(known), bound, note)


def _usd(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def speed(board: Board, policy: Policy, since: int = 0) -> tuple[Measure, ...]:
    """How long issues take: to closing, and to the first answer where the comments were read."""
    closed = [x for x in board.closed or () if x.completed and x.closed is not None and x.closed >= since]
    told = _median("hours_to_close", [(x.closed or 0) - x.opened for x in closed])
    if board.comments is None:
        return told, unknown("hours_to_answer", "h", "the comments were not read")
    waits = []
    for item in board.items:
        answers = markers.of(board.comments.get(item.number, ()), policy.access.desk_accounts, "answer")
        if answers and answers[0].comment and item.opened >= since:
            waits.append(max(0, int(answers[0].comment.created_at.timestamp()) - item.opened))
    return told, _median("hours_to_answer", waits)


def _median(name: str, seconds: list[int]) -> Measure:
    if not seconds:
        return unknown(name, "h", "there is no case to count")
    hours = max(Decimal(median(seconds) / 3600).quantize(Decimal("0.01")), Decimal("0.01"))
    return Measure(name, hours, "h", HOW[name], None, len(seconds))


def all_measures(board: Board, policy: Policy, since: int = 0) -> tuple[Measure, ...]:
    """Every measure of this module, those in all before their parts."""
    found = (
        *compliance(board, since),
        automation(board, policy, since),
        *errors(board, since),
        cost(board, policy, since),
        *speed(board, policy, since),
    )
    return tuple(sorted(found, key=lambda m: bool(m.by)))


def by_name(found: Iterable[Measure]) -> Mapping[str, Measure]:
    """The measures in all, by name."""
    return {m.name: m for m in found if not m.by}
