"""The board: all issues and the ledger's rows as a report counts them, read from GitHub's JSON with all its gaps.

What is broken is left out and said, never guessed. A list that was not given is None, which is not the same as empty.
Pull requests are no issues. An issue in both lists counts once, as it was changed last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from bizops.errors import InputError
from bizops.issue import PRIORITIES, Comment, Event, Issue, Priority, check, is_pull_request
from bizops.policy import Policy
from bizops.rules.routing import route
from bizops.rules.sla.instants import moment
from bizops.rules.sla.plan import Happening

Json = Any
CUT = 500  # entries after which the desk reads no more of a list (newest change first)
NONE = "none"  # an issue without an area
EVENTS = frozenset(get_args(Happening))


@dataclass(frozen=True)
class Item:
    """One issue: instants in seconds since 1970; `agent` and `area` by the routes of policy as its labels are now."""

    issue: Issue
    opened: int
    changed: int
    closed: int | None
    priority: Priority
    agent: str
    area: str

    @property
    def number(self) -> int:
        return self.issue.number

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(self.issue.labels)

    @property
    def completed(self) -> bool:
        """Closed, and neither as not planned nor as a duplicate (no reason counts as completed)."""
        return self.closed is not None and self.issue.state_reason not in ("not_planned", "duplicate")


@dataclass(frozen=True)
class Row:
    """One row of the ledger; seconds since 1970, and business seconds."""

    issue: int
    clock: str
    cycle: int
    event: str  # at-risk, breach, met, cancelled
    at: int
    priority: str
    agent: str
    area: str
    target: int
    elapsed: int

    @property
    def of(self) -> tuple[int, str, int]:
        """The clock that it belongs to."""
        return self.issue, self.clock, self.cycle


@dataclass(frozen=True)
class Board:
    """`complete_from`: what was closed before may be missing, since the list was cut (None: nothing is missing).

    `comments` and `events` are those of the whole repository by issue, None where they were not read; `permissions`
    by login without capitals.
    """

    now: int
    open: tuple[Item, ...] | None
    closed: tuple[Item, ...] | None
    rows: tuple[Row, ...] | None
    deadlines: tuple[Mapping[str, Json], ...] | None = None
    comments: Mapping[int, tuple[Comment, ...]] | None = None
    events: Mapping[int, tuple[Event, ...]] | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    complete_from: int | None = None
    open_cut: bool = False
    notes: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return (*(self.open or ()), *(self.closed or ()))

    def only(self, keep: Iterable[str]) -> "Board":
        """The part that concerns areas or agents: `finance` means `finance/...`, else the name as it is."""
        names = tuple(name.casefold().rstrip("/*") for name in keep)

        def wanted(area: str, agent: str) -> bool:
            return any(area == n or area.startswith(f"{n}/") or agent == n for n in names)

        def part(items: tuple[Item, ...] | None) -> tuple[Item, ...] | None:
            return None if items is None else tuple(x for x in items if wanted(x.area, x.agent))

        rows = None if self.rows is None else tuple(row for row in self.rows if wanted(row.area, row.agent))
        return replace(self, open=part(self.open), closed=part(self.closed), rows=rows)


def read(lists: Mapping[str, Json], policy: Policy, now: int) -> Board:
    """Lists by name: `open_issues`, `closed_issues` or `issues`, `ledger`, `deadlines`, `comments`, `events`.

    A name that is missing or None is a list that was not given. `permissions` is a map of logins. `whole` says that no
    list was cut, `complete_from` since when the closed issues are all there. Raises InputError where a list is none.
    """
    notes: list[str] = []
    issues = {name: _list(lists, name) for name in ("open_issues", "closed_issues", "issues")}
    given = {name: entries for name, entries in issues.items() if entries is not None}
    items = _newest(_items(given, policy, notes))
    both = "issues" in given
    closed_list = given.get("closed_issues", given.get("issues", []))
    ledger = _list(lists, "ledger")
    return Board(
        now=now,
        open=tuple(x for x in items if x.closed is None) if both or "open_issues" in given else None,
        closed=tuple(x for x in items if x.closed is not None) if both or "closed_issues" in given else None,
        rows=None if ledger is None else rows(ledger, notes),
        deadlines=_deadlines(_list(lists, "deadlines"), notes),
        comments=_by_issue(_list(lists, "comments"), Comment.read, "comments", notes),
        events=_by_issue(_list(lists, "events"), Event.read, "events", notes),
        permissions={str(k).casefold(): str(v) for k, v in named(lists, "permissions").items()},
        complete_from=_complete_from(lists, closed_list),
        open_cut=bool(lists.get("open_cut", not lists.get("whole") and len(given.get("open_issues", ())) >= CUT)),
        notes=tuple(notes),
    )


def rows(entries: Sequence[Json], notes: list[str]) -> tuple[Row, ...]:
    """The ledger's rows, one for each (issue, clock, cycle, event): the first one that came counts."""
    found: dict[tuple[int, str, int, str], Row] = {}
    bad = []
    for number, entry in enumerate(entries, 1):
        try:
            row = _row(entry)
        except (InputError, ValueError, TypeError, KeyError, OverflowError, AttributeError):
            bad.append(number)
        else:
            found.setdefault((*row.of, row.event), row)
    if bad:
        notes.append(f"ledger: {_counted(bad, 'row')} cannot be read and count for nothing")
    return tuple(found.values())


def _row(entry: Json) -> Row:
    if entry["event"] not in EVENTS or entry.get("clock") is None:
        raise ValueError(entry["event"])
    target = int(entry["target_s"])
    if isinstance(entry["target_s"], bool) or target <= 0:
        raise ValueError(target)
    return Row(
        issue=int(entry["issue"]),
        clock=str(entry["clock"]),
        cycle=int(entry.get("cycle") or 1),
        event=str(entry["event"]),
        at=moment(entry["at"]),
        priority=str(entry.get("priority") or "unknown"),
        agent=str(entry.get("agent") or "unknown"),
        area=str(entry.get("area") or NONE),
        target=target,
        elapsed=max(0, int(entry.get("elapsed_s") or 0)),
    )


def _items(given: Mapping[str, list[Json]], policy: Policy, notes: list[str]) -> Iterator[Item]:
    routes: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, str]] = {}
    for name, entries in given.items():
        bad, pulls = [], 0
        for number, entry in enumerate(entries, 1):
            if isinstance(entry, Mapping) and is_pull_request(entry):
                pulls += 1
                continue
            item = _item(entry, name, policy, routes)
            if item is None:
                bad.append(number)
            else:
                yield item
        if bad:
            notes.append(f"{name}: {_counted(bad, 'entry', 'entries')} cannot be read and count for nothing")
        if pulls:
            notes.append(f"{name}: pull requests are left out ({pulls})")


def _item(entry: Json, name: str, policy: Policy, routes: dict[Any, tuple[str, str]]) -> Item | None:
    """One entry of a list; None where it lacks what every count needs: number, title and the time of its opening."""
    try:
        check(entry, (), name)
        issue = Issue.read(entry)
        opened = moment(entry["created_at"])
        state = entry.get("state") or ("closed" if name == "closed_issues" or entry.get("closed_at") else "open")
        closed = moment(entry.get("closed_at") or entry.get("updated_at")) if state == "closed" else None
    except (InputError, ValueError, TypeError, KeyError, OverflowError):
        return None
    if issue.number <= 0 or (closed is not None and closed < opened):
        return None
    key = (tuple(issue.labels), tuple(issue.assignees))
    if key not in routes:
        found = route(*key, policy)
        routes[key] = found.agent, found.area or NONE
    stickers = {label.rpartition("/")[2] for label in issue.labels if label.startswith("priority/")}
    priority = next((p for p in PRIORITIES if p in stickers), policy.sla.default_priority)
    changed = int(issue.updated_at.timestamp())
    return Item(issue, opened, changed, closed, priority, *routes[key])


def _newest(items: Iterable[Item]) -> list[Item]:
    found: dict[int, Item] = {}
    for item in items:
        known = found.get(item.number)
        if known is None or item.changed > known.changed:
            found[item.number] = item
    return [found[number] for number in sorted(found)]


def _complete_from(lists: Mapping[str, Json], entries: Sequence[Json]) -> int | None:
    """A list that was cut, newest change first, has everything that was closed since the oldest change in it."""
    if lists.get("complete_from"):
        return moment(lists["complete_from"])
    if lists.get("whole") or len(entries) < CUT:
        return None
    changes = []
    for entry in entries:
        try:
            changes.append(moment(entry["updated_at"]))
        except (InputError, TypeError, KeyError):
            continue
    return min(changes, default=None)


def _by_issue(entries: list[Json] | None, make: Any, name: str, notes: list[str]) -> dict[int, tuple[Any, ...]] | None:
    """Comments or events of the whole repository, by issue, oldest first."""
    if entries is None:
        return None
    found: dict[int, list[Any]] = {}
    bad = []
    for number, entry in enumerate(entries, 1):
        try:
            issue = (entry.get("issue") or {}).get("number") or str(entry.get("issue_url") or "").rpartition("/")[2]
            found.setdefault(int(issue), []).append(make(entry))
        except (ValueError, TypeError, KeyError, AttributeError):
            bad.append(number)
    if bad:
        notes.append(f"{name}: {_counted(bad, 'entry', 'entries')} cannot be read and count for nothing")
    return {issue: tuple(sorted(some, key=lambda x: (x.created_at, x.id))) for issue, some in found.items()}


def _deadlines(entries: list[Json] | None, notes: list[str]) -> tuple[Mapping[str, Json], ...] | None:
    if entries is None:
        return None
    found, bad = [], []
    for number, entry in enumerate(entries, 1):
        try:
            found.append({**entry, "number": int(entry["number"]), "at": moment(entry["next_at"])})
        except (InputError, ValueError, TypeError, KeyError):
            bad.append(number)
    if bad:
        notes.append(f"deadlines: {_counted(bad, 'entry', 'entries')} cannot be read and count for nothing")
    return tuple(sorted(found, key=lambda entry: (entry["at"], entry["number"])))


def _list(lists: Mapping[str, Json], name: str) -> list[Json] | None:
    value = lists.get(name)
    if value is not None and not isinstance(value, list):
        raise InputError(f"expected a JSON list, got {type(value).__name__}", where=name)
    return value


def named(given: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """A part that holds values by name; empty where it is not given. Raises InputError where it is something else."""
    value = given.get(name)
    if value is not None and not isinstance(value, Mapping):
        raise InputError(f"expected names with values, got {type(value).__name__}", where=name)
    return value or {}


def _counted(bad: Sequence[int], one: str, many: str = "") -> str:
    """`2 rows (number 3, 7)`."""
    shown = ", ".join(map(str, bad[:5])) + (", …" if len(bad) > 5 else "")
    return f"{len(bad)} {one if len(bad) == 1 else many or one + 's'} (number {shown})"
