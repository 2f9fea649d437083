"""What the sweep looks after besides the clocks: issues that no event answered, dead claims, waits that are over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bizops.desk import settle
from bizops.desk.desk import Desk, Seen
from bizops.issue import Event
from bizops.rules import markers
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
    """An issue that waits for the requester closes days after our `status/waiting`, as the agent's policy says."""
    newest, waiting = seen.look.newest, _set(desk, seen, ("status/waiting",))
    if seen.thread.issue.state != "open" or not waiting:
        return None
    agent = newest.key.partition("@")[0] if newest else seen.route.agent
    days = desk.policy.agent(agent).close_after_days
    at = int((waiting.created_at + timedelta(days=days)).timestamp())
    return Care("close", at, f"no word for {days} days")


def _set(desk: Desk, seen: Seen, names: tuple[str, ...]) -> Event | None:
    """The event by which the desk set one of these labels that is on the issue."""
    present = [name for name in names if name in seen.labels]
    events = [e for e in seen.thread.events if e.kind == "labeled" and e.name in present]
    return events[-1] if events and is_desk(events[-1].actor, desk.policy) else None


def close(desk: Desk, seen: Seen, why: str) -> None:
    """Close what waited long enough, with a word that says how to go on."""
    newest = seen.look.newest
    key = f"expired/{newest.id if newest else seen.number}"
    said = f"Closed: {why}. Reopen it, or open a new issue that names this one, if it is not solved."
    settle.post(desk, seen, "notice", key, f"{markers.render('notice', key)}\n\n{said}", look=False)
    settle.set_status(desk, seen, "done")
    desk.github.close(seen.number)
