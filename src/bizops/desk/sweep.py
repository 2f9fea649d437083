"""The sweep: every clock kept, what is due posted, what was missed started again, within a budget.

What it writes is worked out from each issue as it is, so two sweeps at once, or one that was killed,
leave nothing wrong: the next one does what is missing.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bizops.desk import cache as caches
from bizops.desk import clocks, tend, weekly
from bizops.desk.branch import Branch, lines
from bizops.desk.cache import CACHE, NEAR, Cache, Entry, mark
from bizops.desk.clocks import Reading
from bizops.desk.desk import Desk, Seen
from bizops.desk.early import Early
from bizops.desk.github import Absent, Gone
from bizops.desk.ledger import GONE, Ledger, line, records
from bizops.desk.queue import OVERLAP, Listing, Waiting, listing
from bizops.errors import GitHubError, InputError
from bizops.issue import instant
from bizops.rules.sla.instants import written

log = logging.getLogger(__name__)
WORKFLOW, OWN_WORKFLOW = "process-issue.yml", "sla-sweep.yml"
RESERVE = 11  # requests kept for reading the ledger and writing the branch
KEEPING = 3  # writes that cache and ledger take
FOR_ONE = 6  # requests that one issue may take
AGAIN = 1800  # seconds after which a run that was started is looked for again
LIMIT = re.compile(r"rate limit|abuse|too many", re.IGNORECASE)


class _Later(Exception):
    """The budget does not suffice for this issue any more."""


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

    ledger: Ledger
    early: Early
    looked: int = 0
    posted: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    rows: dict[tuple[int, str], dict[str, object]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def sweep(desk: Desk) -> Swept:
    """One sweep, at the time of GitHub's clock.

    Raises ConfigError for a calendar that cannot be used, GitHubError where GitHub cannot be reached at all.
    """
    branch, ledger = Branch(desk.github), Ledger(desk.github)
    done = _Done(ledger, Early(desk, ledger))
    text = branch.read(CACHE)
    now = clocks.time(desk)
    clocks.usable(desk.policy, now)
    cache = caches.parse(text, now)
    if cache is None:
        done.notes.append("no cache, or one that cannot be read: it is built anew")
    cache = _by_policy(cache or Cache(), desk, done)
    before = replace(cache, entries=dict(cache.entries))
    age, last = _last_complete(desk, now)
    if not cache.since:  # what was closed since then is in no list of open issues
        cache.since = last or written(now - desk.policy.sla.sweep.full_list_hours * 3600) or ""
    listed = listing(desk, cache, now, (_requests_left(desk) - FOR_ONE) or 1)
    _forget(cache, listed, now)
    left = _work(desk, cache, listed.waiting, done)
    complete = not left and not listed.cut
    complete &= _weekly(desk, cache, now, done)
    if done.rows or listed.full or replace(cache, since=before.since) != before:
        cache.cover(listed.since, now)
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


def _by_policy(cache: Cache, desk: Desk, done: _Done) -> Cache:
    """The cache by the present policy: where that has changed, every issue is due again, by a full list."""
    key = caches.policy_key(desk.policy)
    if cache.policy == key:
        return cache
    if cache.entries:
        done.notes.append("the policy has changed: every issue is looked at again")
    entries = {number: replace(entry, mark="") for number, entry in cache.entries.items()}
    return replace(cache, entries=entries, policy=key, full_at=0, page=0)


def _forget(cache: Cache, listed: Listing, now: int) -> None:
    """Take over how far the full list came, and forget what it proves closed and no list of changes shows again."""
    cache.page = listed.page
    if listed.full:
        cache.full_at = now
    if listed.open is not None:
        recent = written(now - 2 * OVERLAP) or ""
        cache.entries = {
            number: entry
            for number, entry in cache.entries.items()
            if number in listed.open or entry.next_at is not None or entry.mark >= recent
        }


def near(desk: Desk) -> tuple[int, ...]:
    """Look at the few nearest deadlines that are due: a late sweep matters less then. One request if none is.

    Those for which nothing is to be written (an event was here before) do not count.
    """
    branch = Branch(desk.github)
    text = branch.read(NEAR)
    now = clocks.time(desk)
    due = [number for number, at in caches.near(text) if at <= now]
    most, wrote = desk.policy.sla.sweep.nearest, list[int]()
    if not due or not most:
        return ()
    clocks.usable(desk.policy, now)
    cache = caches.parse(branch.read(CACHE), now) or Cache()
    for number in due:
        before = clocks.writes(desk.github)
        known = cache.entries[number].known if number in cache.entries else {}
        try:
            clocks.write(desk, number, records(known))
        except (GitHubError, InputError) as error:
            log.warning("issue %d: %s", number, error)
            if isinstance(error, GitHubError) and _ends(error):
                break
        if clocks.writes(desk.github) > before:
            wrote.append(number)
        if len(wrote) == most:
            break
    return tuple(wrote)


def _requests_left(desk: Desk) -> int:
    return desk.policy.sla.sweep.requests - sum(desk.github.calls.values()) - RESERVE


def _spent(desk: Desk) -> bool:
    terms = desk.policy.sla.sweep
    return _requests_left(desk) < FOR_ONE or clocks.writes(desk.github) + FOR_ONE + KEEPING > terms.writes


def _ends(error: GitHubError) -> bool:
    """Whether the next request would fare no better: the token has expired, or a limit is reached."""
    return error.status in (401, 429) or (error.status == 403 and LIMIT.search(error.what) is not None)


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


def _work(desk: Desk, cache: Cache, waiting: Iterable[Waiting], done: _Done) -> int:
    """Look at the issues in their order; how many were left because the budget was spent, or GitHub failed."""
    left, refused = 0, False
    for one in waiting:
        if refused or _spent(desk):
            _postpone(cache, one)
            left += 1
            continue
        try:
            if _one(desk, cache, one, done):
                done.looked += 1
                continue
        except Absent as error:
            log.info("issue %d: %s", one.number, error)
            cache.entries.pop(one.number, None)
            continue
        except _Later:
            log.info("issue %d: more people than requests are left for", one.number)
        except (InputError, GitHubError) as error:
            done.notes.append(f"issue {one.number}: {error.what}")
            refused = isinstance(error, GitHubError) and _ends(error)
        _postpone(cache, one)
        left += 1
    return left


def _postpone(cache: Cache, one: Waiting) -> None:
    """An issue that was not worked out waits in the cache, due at its nearest possible deadline."""
    known = cache.entries.get(one.number)
    cache.entries[one.number] = Entry(one.number, "", one.deadline, known.noted if known else (), one.deadline)


def _one(desk: Desk, cache: Cache, one: Waiting, done: _Done) -> bool:
    """Look at one issue, write what is missing, and note when to look again; False where it is left to the next sweep.

    What the cache notes and what goes to the ledger come from the same reading, so neither outruns the other.
    """
    seen = _seen(desk, one)
    if done.looked and len(clocks.people(seen)) + 3 * (len(seen.timeline) // 100) > _requests_left(desk):
        raise _Later
    known = _known(cache, one.number, done)
    reading = clocks.look(desk, seen, clocks.time(desk), records(known))
    if not reading.plan.nothing:
        done.posted.append(one.number)
        reading = clocks.write(desk, one.number, records(known))
    _note(cache, one, reading, known, done)
    foretold, told = done.early.notice(reading, known)
    if told:
        known |= dict.fromkeys(told, reading.now)
        done.posted.append(one.number)
        reading = clocks.look(desk, desk.see(one.number), clocks.time(desk), records(known))
    tended = _tend(desk, reading, done)
    if one.number in done.closed:
        reading = clocks.look(desk, desk.see(one.number), clocks.time(desk), records(known))
    _note(cache, one, reading, known, done)
    changed = instant(reading.seen.raw.get("updated_at"))
    unseen = int(changed.timestamp()) if changed and changed.timestamp() > reading.now else None  # of a clock ahead
    following = [at for at in (reading.plan.next_at, foretold, tended.at, unseen) if at is not None]
    entry = cache.entries[one.number]
    at = min(following, default=None)
    cache.entries[one.number] = replace(entry, mark=mark(reading.seen.raw), next_at=at, clock_at=reading.plan.next_at)
    return not tended.left


def _seen(desk: Desk, one: Waiting) -> Seen:
    """The issue as it is; Absent where it is gone."""
    if not one.raw:
        return desk.see(one.number)
    try:
        return desk.judge(one.raw, desk.github.timeline(one.number))
    except Gone as gone:
        raise Absent(gone.what) from gone


def _known(cache: Cache, number: int, done: _Done) -> dict[str, int]:
    """What cache and ledger know of an issue, by key: rows that the ledger has, and what was posted."""
    entry = cache.entries.get(number)
    return {**(entry.known if entry else {}), **done.ledger.of(number)}


def _note(cache: Cache, one: Waiting, reading: Reading, known: dict[str, int], done: _Done) -> None:
    """Rows for the ledger, and in the cache that they are there; until the rest is done the issue stays due."""
    there = done.ledger.of(one.number) if done.ledger.lost(known) else known
    for row in reading.plan.rows:
        if row.key not in there:
            done.rows.setdefault((one.number, row.key), line(reading, row))
    known |= {row.key: row.at for row in reading.plan.rows}
    told = sorted(reading.told) + ([GONE] if reading.gone else [])
    known |= {key: known.get(key, reading.now) for key in told}
    cache.entries[one.number] = Entry(one.number, "", one.deadline, caches.noted(known), one.deadline)


@dataclass(frozen=True)
class _Tended:
    """When to look again, and whether something had to be left."""

    at: int | None = None
    left: bool = False


def _tend(desk: Desk, reading: Reading, done: _Done) -> _Tended:
    """Start or close what needs it."""
    now, needed = reading.now, tend.care(desk, reading.seen)
    if needed is None or needed.at > now:
        return _Tended(needed.at if needed else None)
    number, starts = reading.seen.number, desk.policy.sla.sweep.starts
    log.info("issue %d: %s (%s)", number, needed.kind, needed.why)
    if needed.kind == "close":
        if tend.close(desk, number, now):
            done.closed.append(number)
            return _Tended()
        return _Tended(now)  # there is news: the next sweep sees what it asks for
    if starts and len(done.started) >= starts:
        return _Tended(now, left=True)
    if starts:
        _start(desk, number, done)
    return _Tended(now + AGAIN)


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


def _keep(branch: Branch, cache: Cache, done: _Done, now: int) -> bool:
    """Write cache and ledger in one commit; whether that could be done. Without it the next sweep looks again."""
    files = cache.render()
    try:
        if done.rows:
            path = f"ledger/{datetime.fromtimestamp(now, UTC):%Y-%m}.jsonl"
            files[path] = (branch.read(path) or "") + lines(done.rows.values())
        if branch.write(files, f"Sweep at {written(now)}"):
            return True
        done.notes.append("another sweep wrote its cache meanwhile: this one's is dropped")
    except GitHubError as error:
        done.notes.append(f"the cache could not be kept: {error.what}")
    return False
