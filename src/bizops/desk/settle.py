"""What must follow an answer (labels, status, close), and mending what a dead run left. All may happen twice.

What follows stands in the answer's marker; what the timeline shows as done by us since is not done again, so a label
that a person took away stays away.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bizops.desk import comments
from bizops.desk.desk import Desk, Seen
from bizops.desk.github import Doubt, Gone
from bizops.errors import GitHubError
from bizops.issue import EPOCH, Comment, Event, Thread, timestamp
from bizops.rules import approvals, expiry, markers, receipts
from bizops.rules.admit import is_name
from bizops.rules.approvals import Proposal
from bizops.rules.markers import Marker
from bizops.rules.routing import agent_label
from bizops.rules.trust import is_desk, label_setter

log = logging.getLogger(__name__)
STATES = ("", "in-progress", "waiting", "needs-info", "awaiting-approval", "held", "done")  # what may follow
FUTURE = datetime.max.replace(tzinfo=UTC)  # of a comment that was just written: nothing has been done for it yet
MOST_LABELS = 100  # that an issue can have
LOOKS = 4  # how often a comment of ours is looked for before we believe that it is not there


def set_labels(desk: Desk, seen: Seen, wanted: Iterable[str], unwanted: Iterable[str] = ()) -> None:
    """Add what is missing in one request, then remove singly."""
    present = {label.casefold() for label in seen.labels}
    missing = [label for label in dict.fromkeys(wanted) if label.casefold() not in present]
    if missing:
        _add(desk, seen.number, missing)
    for label in dict.fromkeys(unwanted):
        if label.casefold() in present:
            desk.github.remove_label(seen.number, label)


def _add(desk: Desk, number: int, labels: list[str]) -> None:
    """Add labels; one that GitHub refuses (a hundred are there already) hinders neither the others nor an answer."""
    try:
        desk.github.add_labels(number, labels)
    except GitHubError as error:
        if error.status != 422:
            raise
        log.warning("issue %d: the labels %s could not be added: %s", number, ", ".join(labels), error.what)
        for label in labels if len(labels) > 1 else ():
            _add(desk, number, [label])


def set_status(desk: Desk, seen: Seen, status: str, more: Iterable[str] = (), unwanted: Iterable[str] = ()) -> None:
    """Exactly one `status/*` label, with other labels in the same request."""
    others = [label for label in seen.labels if label.startswith("status/") and label != f"status/{status}"]
    set_labels(desk, seen, [f"status/{status}", *more], [*others, *unwanted])


def post(desk: Desk, seen: Seen, kind: markers.Kind, key: str, body: str, *, look: bool = True) -> int:
    """Post a comment that carries a marker, once: the id of the one that stays.

    After a lost reply, and (with `look`) after every post, the thread is listed until our comment is visible; of two
    with the same key the one with the lowest id stays and ours goes. GitHub has no compare-and-swap.
    """
    since = timestamp(seen.thread.issue.updated_at - timedelta(seconds=2))
    posted = 0
    for attempt in range(3):
        try:
            posted = int(desk.github.comment(seen.number, body)["id"])
            if not look:
                return posted
        except Doubt as doubt:
            log.info("issue %d: %s; looking for the comment", seen.number, doubt.what)
        found = _visible(desk, seen.number, since, kind, key, posted)
        if found:
            lowest = found[0].id
            for double in found[1:]:  # our own second try, or another run that was later
                if posted in {double.id, lowest}:
                    desk.github.delete_comment(double.id)
            return lowest
        if posted:
            return posted
        desk.github.sleep(0.3 * (attempt + 1))
    raise Doubt(f"the comment {kind} {key} could not be posted on issue {seen.number}", where=desk.github.url)


def update(desk: Desk, seen: Seen, comment: int, kind: markers.Kind, key: str, body: str) -> int:
    """Give a comment of ours another text, or post it anew where a person deleted it; the id of the one that stands."""
    try:
        desk.github.edit_comment(comment, body)
    except Gone:
        return post(desk, seen, kind, key, body, look=False)
    return comment


def _visible(desk: Desk, number: int, since: str, kind: markers.Kind, key: str, posted: int) -> list[Comment]:
    """Our comments with the key, lowest id first, once the one that we posted is among them (bounded)."""
    found: list[Comment] = []
    for attempt in range(LOOKS):
        listed = [Comment.read(entry) for entry in desk.github.comments(number, since)]
        marked = [m for m in markers.of(listed, desk.policy.access.desk_accounts, kind) if m.key == key and m.comment]
        found = sorted({m.id: m.comment for m in marked if m.comment}.values(), key=lambda c: c.id)
        if posted == 0 or any(comment.id == posted for comment in found):
            break
        desk.github.sleep(0.25 * 2**attempt)
    return found


def remove_doubles(desk: Desk, seen: Seen) -> bool:
    """Remove what a second run left; whether there was any."""
    for comment in seen.look.doubles:
        desk.github.delete_comment(comment.id)
    return bool(seen.look.doubles)


def follow(desk: Desk, seen: Seen, said: Marker, *, status: bool = True) -> bool:
    """Do what must follow an answer, a hold or a receipt and is not done yet; whether anything was. Closes nothing."""
    data, command = said.data, said.kind == "command"
    since = [e for e in seen.thread.events if (e.id > receipts.seen(said) if command else e.created_at >= _since(said))]
    did = {(e.kind, e.name.casefold()) for e in since if command or is_desk(e.actor, desk.policy)}
    labels: dict[str, Any] = given if isinstance(given := data.get("labels"), dict) else {}
    wanted, unwanted = _texts(labels.get("add")), _texts(labels.get("remove"))
    if handed := handed_to(desk, said):
        wanted.append(agent_label(handed))
        unwanted += [x for x in seen.labels if x.startswith("agent/") and x != wanted[-1] and _set_by_us(desk, seen, x)]
    lower = {label.casefold() for label in seen.labels}
    wanted = [name for name in wanted if name.casefold() not in lower and ("labeled", name.casefold()) not in did]
    unwanted = [name for name in unwanted if name.casefold() in lower and ("unlabeled", name.casefold()) not in did]
    if status and (not command or "then" in data):
        more, less = _status(desk, seen, said, since)
        wanted, unwanted = [*wanted, *more], [*unwanted, *less]
    if len(seen.labels) >= MOST_LABELS:  # GitHub would refuse each of them
        wanted = []
    set_labels(desk, seen, wanted, unwanted)
    return bool(wanted or unwanted)


def _status(desk: Desk, seen: Seen, said: Marker, since: list[Event]) -> tuple[list[str], list[str]]:
    """The status label to add and those to remove; none where people set another one since."""
    state = then(desk, seen, said)
    present = [label for label in seen.labels if label.startswith("status/")]
    status = f"status/{state}" if state else ""
    if said.kind == "command":
        theirs = any(e.name.startswith("status/") and not is_desk(e.actor, desk.policy) for e in since)
        theirs = theirs and len(present) == 1
    else:
        set_before = any((e.kind, e.name) == ("labeled", status) and is_desk(e.actor, desk.policy) for e in since)
        theirs = _theirs(desk, seen, present, set_before=set_before)
    if theirs:
        return [], []
    return [status] if status and status not in present else [], [label for label in present if label != status]


def _set_by_us(desk: Desk, seen: Seen, label: str) -> bool:
    return is_desk(label_setter(seen.thread, label), desk.policy)


def then(desk: Desk, seen: Seen, answer: Marker) -> str:
    """The status that follows an answer or a notice, or nothing. Handed over and nothing to do: a person undid it."""
    waited = seen.look.newest if answer.kind == "command" else answer
    over = expiry.notice(seen.look.notices, waited) if waited else None
    if over and over.id > (answer.id if answer.kind == "command" else 0):
        return "done"
    state = answer.data.get("then", "waiting")
    if state not in STATES or (
        state == "awaiting-approval" and not awaited(seen, answer if answer.kind == "answer" else None)
    ):
        return "waiting"
    handed = handed_to(desk, answer)
    if state == "in-progress" and handed and not seen.look.todo:
        did = {(event.kind, event.name) for event in _ours(seen.thread, desk, _since(answer))}
        return "waiting" if ("labeled", agent_label(handed)) in did else str(state)
    return str(state)


def awaited(seen: Seen, posted: Marker | None = None) -> Proposal | None:
    """The proposal that waits for an approval and still can get one; `posted` since the look."""
    over = {notice.key for notice in seen.look.notices}
    fresh = [p for p in approvals.standing(seen.look, posted) if p.input == seen.thread.issue.input]
    return next((p for p in reversed(fresh) if f"expired/{p.hash}" not in over), None)


def expire(desk: Desk, seen: Seen) -> Seen:
    """Say once that the time to approve is over, and wait for the requester again; the issue as it is then."""
    proposal = awaited(seen)
    if proposal is None or desk.github.now() <= proposal.until:
        return seen
    key = f"expired/{proposal.hash}"
    post(desk, seen, "notice", key, comments.expired(key), look=False)
    seen = desk.see(seen.number)
    mend(desk, seen)
    return seen


def handed_to(desk: Desk, answer: Marker) -> str:
    """The agent to which an answer hands over, or nothing; a marker can be edited, so only the roster's names count."""
    agent = answer.data.get("hand_over")
    return agent if isinstance(agent, str) and agent in desk.policy.agents.agents else ""


def _theirs(desk: Desk, seen: Seen, present: list[str], *, set_before: bool) -> bool:
    """Whether the status labels are as a person left them: one that a person set, or ours taken away."""
    if not present:
        taken = [e for e in seen.thread.events if e.kind == "unlabeled" and e.name.startswith("status/")]
        return set_before and not (taken and is_desk(taken[-1].actor, desk.policy))
    setters = [label_setter(seen.thread, label) for label in present]
    return len(present) == 1 and not is_desk(setters[0], desk.policy)


def mend(desk: Desk, seen: Seen) -> bool:
    """Complete what a dead run left after the newest answer or notice; whether there was anything. Closes nothing."""
    mended = remove_doubles(desk, seen)
    said = last_word(seen)
    if said is None:
        return mended
    mended = follow(desk, seen, said) or mended
    return show(desk, seen, said) or mended


def show(desk: Desk, seen: Seen, said: Marker, priority: str = "") -> bool:
    """Let the status comment show the state after what was said last (and a priority); whether it showed another."""
    record, state = desk.record(seen), then(desk, seen, said)
    key = str(record.get("key", "")) if said.kind == "command" else _work_key(said)
    priority = priority or str(record.get("priority", ""))[:40]
    shown = record.get("state"), record.get("key"), str(record.get("priority", ""))[:40]
    if not seen.look.status or shown == (state or "answered", key, priority):
        return False
    status = replace(status_after(desk, seen, said, state), priority=priority)
    update(desk, seen, seen.look.status.id, "status", "record", status.render())
    return True


def last_word(seen: Seen) -> Marker | None:
    """What was said last of the issue's state: the newest answer, the notice that holds it, or a command's receipt."""
    held, newest = seen.look.held, seen.look.newest
    said = held or newest
    if held and held.comment and newest and newest.comment:
        said = max(held, newest, key=lambda one: (one.comment.updated_at, one.id) if one.comment else (EPOCH, 0))
    ordered = next((r for r in reversed(seen.look.receipts) if "then" in r.data), None)
    after = [m for m in (*seen.look.answers, *seen.look.holds) if ordered and receipts.later(m, ordered)]
    return said if ordered is None or after else ordered


def after(seen: Seen) -> dict[str, int]:
    """What the marker of an answer or a hold says of the receipts that it knew, as their order counts."""
    return {"after": seen.look.receipts[-1].id} if seen.look.receipts else {}


def former(desk: Desk, seen: Seen) -> str:
    """The status before a hold by command, or nothing: what the last word but that says."""
    look = seen.look
    before = tuple(r for r in look.receipts if r.data.get("then") != "held")
    said = last_word(replace(seen, look=replace(look, receipts=before, holds=())))
    return then(desk, seen, said) if said else ""


def _work_key(said: Marker) -> str:
    """The work key of an answer, or of the notice that holds one."""
    return said.key.removeprefix("held/")


def status_after(desk: Desk, seen: Seen, answer: Marker, state: str) -> comments.Status:
    """The status comment after an answer: the record's explanations are kept, what counts comes from the marker."""
    record = desk.record(seen)
    key = str(record.get("key", ""))[:200] if answer.kind == "command" else _work_key(answer)
    agent = key.partition("@")[0]
    said = {name: str(record.get(name, ""))[:40] for name in ("priority", "executor", "run", "since")}
    close = (
        "not_planned" if answer.data.get("close") == "not_planned" else "completed" if answer.data.get("close") else ""
    )
    return comments.Status(
        state=state or "answered",
        key=key,
        agent=agent,
        priority=said["priority"],
        executor=said["executor"],
        run=said["run"],
        since=said["since"],
        run_url=str(record.get("run_url", ""))[:300],
        why=tuple(_texts(record.get("why")))[:20],
        cost=spent(seen, answer if answer.kind == "answer" else None),
        next=comments.following(state, close=close, policy=desk.policy.agent(agent)),
    )


def spent(seen: Seen, newest: Marker | None = None) -> str | None:
    """USD that the issue's answers have cost, with one that was just written; None where one is unknown."""
    answers = {marker.key: marker for marker in (*seen.look.answers, *([newest] if newest else []))}
    try:
        return str(sum((Decimal(marker.data.get("cost", "0")) for marker in answers.values()), Decimal(0)))
    except (InvalidOperation, TypeError, ValueError):
        return None


def must_close(seen: Seen) -> bool:
    """Whether the issue must be closed: an answer closes it, or an approval, and nobody closed it since."""
    said = _closing(seen)
    if said is None or not said.data.get("close") or seen.thread.issue.state == "closed":
        return False
    return not any(e.kind == "closed" and e.created_at >= _since(said) for e in seen.thread.events)


def _closing(seen: Seen) -> Marker | None:
    said = last_word(seen)
    return said if said and said.kind == "command" else seen.look.closing


def note_edit(desk: Desk, seen: Seen) -> None:
    """Say once how to ask again, where title or body changed after an answer: an edit alone starts no work."""
    issue, newest = seen.thread.issue, seen.look.newest
    key = f"edited/{issue.input}"
    known = {notice.key for notice in seen.look.notices}
    if newest and issue.state == "open" and newest.data.get("input") not in (None, issue.input) and key not in known:
        post(desk, seen, "notice", key, comments.edited(key), look=False)


def close(desk: Desk, seen: Seen) -> None:
    """Close as the answer says: completed, or not planned."""
    answer = _closing(seen)
    assert answer is not None
    desk.github.close(seen.number, "not_planned" if answer.data.get("close") == "not_planned" else "completed")


def closed_by_us(desk: Desk, thread: Thread) -> bool:
    """Whether the last closing was the desk's."""
    closings = [event for event in thread.events if event.kind == "closed"]
    return bool(closings) and is_desk(closings[-1].actor, desk.policy)


def _since(answer: Marker) -> datetime:
    assert answer.comment is not None
    return answer.comment.created_at


def _ours(thread: Thread, desk: Desk, since: datetime) -> list[Any]:
    return [event for event in thread.events if event.created_at >= since and is_desk(event.actor, desk.policy)]


def _texts(value: Any) -> list[str]:
    return [entry for entry in value if isinstance(entry, str) and is_name(entry)] if isinstance(value, list) else []
