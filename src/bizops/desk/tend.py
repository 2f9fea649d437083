"""What the sweep looks after besides the clocks: issues that no event answered, dead claims, waits that are over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bizops.desk import settle
from bizops.desk.desk import Desk, Seen
from bizops.issue import Event
from bizops.rules import expiry, markers
from bizops.rules.trust import is_desk

WORKING = ("status/queued", "status/in-progress")


@dataclass(frozen=True)
class Care:
    """What an issue needs from `at` on (seconds since 1970): a run that looks at it, or to be closed."""

    kind: Literal["start", "close"]
    at: int
    why: str


def care(desk: Desk, seen: Seen) -> Care | None:
    """What an issue needs, and from when on; None where nothing does."""
    limits = desk.policy.sla.sweep
    for comment in seen.look.commands[:1]:
        written = comment.created_at + timedelta(minutes=limits.unanswered_minutes)
        return Care("start", int(written.timestamp()), "a command is not carried out")
    if seen.look.stopped and not (seen.thread.issue.state == "closed" and settle.closed_by_us(desk, seen.thread)):
        return None
    claimed = _set(desk, seen, WORKING)
    if claimed:
        at = int((claimed.created_at + timedelta(minutes=limits.claim_minutes)).timestamp())
        return Care("start", at, f"{claimed.name} since {claimed.created_at:%H:%M}, and no answer")
    if seen.look.todo:
        reason = seen.look.todo[0][1]
        wait = 0 if reason.name.startswith("breach-") else limits.unanswered_minutes  # no event comes for our own post
        asked = reason.order[0] + timedelta(minutes=wait)
        return Care("start", int(asked.timestamp()), f"{reason.name} is not answered")
    if seen.look.newest and not seen.look.held and settle.must_close(seen):
        written = seen.look.newest.comment.created_at if seen.look.newest.comment else seen.thread.issue.updated_at
        return Care(
            "start", int((written + timedelta(minutes=limits.unanswered_minutes)).timestamp()), "not closed yet"
        )
    if proposal := settle.awaited(seen):
        return Care("start", int(proposal.until.timestamp()) + 1, "the time to approve is over")
    return _waits(desk, seen)


def _waits(desk: Desk, seen: Seen) -> Care | None:
    """An issue that waits for the requester closes days after our `status/waiting`, as the agent's policy says.

    What our notice says that was closed, and nobody has closed since, is closed now: a run died in between.
    """
    newest = seen.look.newest
    if seen.thread.issue.state != "open" or not newest:
        return None
    notice = expiry.notice(seen.look.notices, newest)
    if notice and notice.comment and _set(desk, seen, ("status/waiting", "status/done")):
        said = notice.comment.created_at
        if not any(event.kind == "closed" and event.created_at >= said for event in seen.thread.events):
            return Care("close", int(said.timestamp()), "our notice says so")
    waiting = _set(desk, seen, ("status/waiting",))
    if not waiting:
        return None
    days = desk.policy.agent(newest.key.partition("@")[0]).close_after_days
    at = int((waiting.created_at + timedelta(days=days)).timestamp())
    return Care("close", at, f"no word for {days} days")


def _set(desk: Desk, seen: Seen, names: tuple[str, ...]) -> Event | None:
    """The event by which the desk set one of these labels that is on the issue."""
    present = [name for name in names if name in seen.labels]
    events = [e for e in seen.thread.events if e.kind == "labeled" and e.name in present]
    return events[-1] if events and is_desk(events[-1].actor, desk.policy) else None


def close(desk: Desk, number: int, now: int) -> bool:
    """Close what waited long enough, with a word that says how to go on; False where there is news.

    The thread is read again before the word and before the closing, and a word for which there is news is taken back.
    What another run did, or one that died, is not done again.
    """
    seen = desk.see(number)
    why = _over(desk, seen, now)
    newest = seen.look.newest
    if why and newest and not expiry.notice(seen.look.notices, newest):
        key = expiry.key(newest)
        said = f"Closed: {why}. Reopen it, or open a new issue that names this one, if it is not solved."
        settle.post(desk, seen, "notice", key, f"{markers.render('notice', key)}\n\n{said}")
        seen = desk.see(number)
        why = _over(desk, seen, now)
    if not why:
        _take_back(desk, seen)
        return False
    settle.set_status(desk, seen, "done")
    desk.github.close(number)
    return True


def _over(desk: Desk, seen: Seen, now: int) -> str:
    """Why the issue is to be closed now; "" where it is not."""
    needed = care(desk, seen)
    return needed.why if needed and needed.kind == "close" and needed.at <= now else ""


def _take_back(desk: Desk, seen: Seen) -> None:
    newest = seen.look.newest
    notice = expiry.notice(seen.look.notices, newest) if newest else None
    if notice and seen.look.todo and seen.thread.issue.state == "open":
        desk.github.delete_comment(notice.id)
