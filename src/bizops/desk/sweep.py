"""The sweep: every clock kept, what is due posted, what was missed started again, within a budget.

What it writes is worked out from each issue as it is, so two sweeps at once, or one that was killed,
leave nothing wrong: the next one does what is missing.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from bizops.desk import cache as caches
from bizops.desk import clocks, weekly
from bizops.desk.branch import Branch, lines
from bizops.desk.cache import CACHE, NEAR, Cache, Entry, mark
from bizops.desk.clocks import Reading
from bizops.desk.desk import Desk
from bizops.desk.early import Early
from bizops.desk.queue import Waiting, listing
from bizops.desk.tend import care, close
from bizops.errors import GitHubError, InputError
from bizops.issue import instant
from bizops.rules.sla.instants import written
from bizops.rules.sla.plan import Row

log = logging.getLogger(__name__)
WORKFLOW, OWN_WORKFLOW = "process-issue.yml", "sla-sweep.yml"
RESERVE = 11  # requests kept for reading the ledger and writing the branch
FOR_ONE = 6  # requests that one issue may take
REFUSED = (401, 403, 429)  # the token has expired, or a limit is reached: the next request would fare no better
AGAIN = 1800  # seconds after which a run that was started is looked for again


@dataclass(frozen=True)
class Swept:
    """What a sweep did. `left` issues wait for the next one; `age`: seconds since the last complete sweep."""

    complete: bool
    looked: int
    posted: tuple[int, ...]
    started: tuple[int, ...]
    closed: tuple[int, ...]
    left: int
    requests: int
    writes: int
    age: int | None
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class _Done:
    """What was done so far."""

    early: Early
    looked: int = 0
    posted: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def sweep(desk: Desk, now: int) -> Swept:
    """One sweep. Raises GitHubError where GitHub cannot be reached at all."""
    branch, done = Branch(desk.github), _Done(Early(desk))
    cache = caches.parse(branch.read(CACHE))
    if cache is None:
        done.notes.append("no cache, or one that cannot be read: it is built anew")
        cache = Cache()
    before = dict(cache.entries)
    age, last = _last_complete(desk, now)
    if not cache.since and last:
        cache.since = last  # what was closed since then is in no list of open issues
    listed = listing(desk, cache, now, (_requests_left(desk) - FOR_ONE) or 1)
    if listed.open is not None:
        cache.entries = {n: e for n, e in cache.entries.items() if n in listed.open or e.next_at is not None}  # closed
        cache.full_at = now
    left = _work(desk, cache, listed.waiting, now, done)
    complete = not left and not listed.cut
    known = cache.reported
    complete &= _weekly(desk, cache, now, done)
    if cache.entries != before or listed.open is not None or done.rows or cache.reported != known:
        cache.since = listed.since
        complete &= _keep(branch, cache, done, now)
    return Swept(
        complete=complete,
        looked=done.looked,
        posted=tuple(dict.fromkeys(done.posted)),
        started=tuple(done.started),
        closed=tuple(done.closed),
        left=left,
        requests=sum(desk.github.calls.values()),
        writes=clocks.writes(desk.github),
        age=age,
        notes=tuple(done.notes),
    )


def near(desk: Desk, now: int) -> tuple[int, ...]:
    """Look at the few nearest deadlines that are due: a late sweep matters less then. One request if none is."""
    due = [number for number, at in caches.near(Branch(desk.github).read(NEAR)) if at <= now]
    wrote = []
    for number in due[: desk.policy.sla.sweep.nearest]:
        before = clocks.writes(desk.github)
        try:
            clocks.write(desk, number, now)
        except (GitHubError, InputError) as error:
            log.warning("issue %d: %s", number, error)
        if clocks.writes(desk.github) > before:
            wrote.append(number)
    return tuple(wrote)


def _requests_left(desk: Desk) -> int:
    return desk.policy.sla.sweep.requests - sum(desk.github.calls.values()) - RESERVE


def _spent(desk: Desk) -> bool:
    return _requests_left(desk) < FOR_ONE or clocks.writes(desk.github) + FOR_ONE > desk.policy.sla.sweep.writes


def _last_complete(desk: Desk, now: int) -> tuple[int | None, str]:
    """Seconds since the last complete sweep, and when it began: the last successful run of its workflow."""
    path = f"{desk.github.root}/actions/workflows/{OWN_WORKFLOW}/runs"
    try:
        runs = desk.github.get(path, {"status": "success", "per_page": 1})["workflow_runs"]
    except GitHubError as error:
        log.info("the age of the last sweep is unknown: %s", error)
        return None, ""
    began = instant(runs[0].get("run_started_at") or runs[0].get("created_at")) if runs else None
    return (now - int(began.timestamp()), written(int(began.timestamp())) or "") if began else (None, "")


def _work(desk: Desk, cache: Cache, waiting: Iterable[Waiting], now: int, done: _Done) -> int:
    """Look at the issues in their order; how many were left because the budget was spent, or GitHub failed."""
    left, refused = 0, False
    for one in waiting:
        if refused or _spent(desk):
            _postpone(cache, one)
            left += 1
            continue
        try:
            cache.entries[one.number] = _one(desk, one, cache.entries.get(one.number), now, done)
            done.looked += 1
        except InputError as error:  # the issue is gone
            log.info("issue %d: %s", one.number, error)
            cache.entries.pop(one.number, None)
        except GitHubError as error:
            done.notes.append(f"issue {one.number}: {error.what}")
            refused = error.status in REFUSED
            _postpone(cache, one)
            left += 1
    return left


def _postpone(cache: Cache, one: Waiting) -> None:
    """An issue that was not worked out waits in the cache, due at its nearest possible deadline."""
    known = cache.entries.get(one.number)
    cache.entries[one.number] = Entry(one.number, "", one.deadline, known.noted if known else ())


def _one(desk: Desk, one: Waiting, known: Entry | None, now: int, done: _Done) -> Entry:
    """Look at one issue, write what is missing, and say when to look again."""
    seen = desk.judge(one.raw, desk.github.timeline(one.number)) if one.raw else desk.see(one.number)
    reading = clocks.look(desk, seen, now)
    if not reading.plan.nothing:
        reading = clocks.write(desk, one.number, now)
        done.posted.append(one.number)
    noted = known.noted if known else ()
    done.rows += [_row(reading, row, now) for row in reading.plan.rows if row.key not in noted]
    foretold, told = done.early.notice(reading, now)
    if told:
        done.posted.append(one.number)
        reading = clocks.look(desk, desk.see(one.number), now)
    tended = _tend(desk, reading, now, done)
    if one.number in done.closed:
        reading = clocks.look(desk, desk.see(one.number), now)
    following = [at for at in (reading.plan.next_at, foretold, tended) if at is not None]
    keys = tuple(dict.fromkeys((*noted, *(row.key for row in reading.plan.rows))))
    return Entry(one.number, mark(reading.seen.raw), min(following, default=None), keys)


def _tend(desk: Desk, reading: Reading, now: int, done: _Done) -> int | None:
    """Start or close what needs it; when to look again."""
    needed = care(desk, reading.seen)
    if needed is None or needed.at > now:
        return needed.at if needed else None
    number = reading.seen.number
    log.info("issue %d: %s (%s)", number, needed.kind, needed.why)
    if needed.kind == "close":
        close(desk, reading.seen, needed.why)
        done.closed.append(number)
        return None
    if len(done.started) >= desk.policy.sla.sweep.starts:
        return now + AGAIN
    _start(desk, number, done)
    return now + AGAIN


def _weekly(desk: Desk, cache: Cache, now: int, done: _Done) -> bool:
    """Open the weekly report where it is due; False where that could not be done."""
    try:
        cache.reported, number = weekly.report(desk, cache.reported, now)
        if number:
            done.notes.append(f"opened the weekly report #{number}")
            _start(desk, number, done)
    except GitHubError as error:
        done.notes.append(f"the weekly report: {error.what}")
        return False
    return True


def _start(desk: Desk, number: int, done: _Done) -> None:
    desk.github.dispatch(WORKFLOW, desk.github.default_branch, {"issue": str(number), "again": "false"})
    done.started.append(number)


def _row(reading: Reading, row: Row, now: int) -> dict[str, object]:
    """A line of the ledger, whose key is (issue, clock, cycle, event): a line that comes twice counts once."""
    newest = reading.seen.look.newest
    return {
        "issue": reading.seen.number,
        "clock": row.clock.clock,
        "cycle": row.clock.cycle,
        "event": row.event,
        "at": written(row.at),
        "detected_at": written(now),
        "priority": row.clock.priority,
        "agent": newest.key.partition("@")[0] if newest else reading.seen.route.agent,
        "area": reading.seen.route.area,
        "target_s": row.clock.target,
        "elapsed_s": row.clock.elapsed,
        "overdue_s": row.clock.overdue,
    }


def _keep(branch: Branch, cache: Cache, done: _Done, now: int) -> bool:
    """Write cache and ledger in one commit; whether that could be done. Without it the next sweep looks again."""
    files = cache.render()
    try:
        if done.rows:
            path = f"ledger/{datetime.fromtimestamp(now, UTC):%Y-%m}.jsonl"
            files[path] = (branch.read(path) or "") + lines(done.rows)
        if branch.write(files, f"Sweep at {written(now)}"):
            return True
        done.notes.append("another sweep wrote its cache meanwhile: this one's is dropped")
    except GitHubError as error:
        done.notes.append(f"the cache could not be kept: {error.what}")
    return False
