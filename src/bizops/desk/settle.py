"""What must follow an answer (labels, status, close), and mending what a dead run left. All may happen twice.

What follows stands in the answer's marker; what the timeline shows as done by us since is not done again, so a label
that a person took away stays away.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bizops.desk import comments
from bizops.desk.desk import Desk, Seen
from bizops.desk.github import Doubt
from bizops.issue import Comment, Thread, timestamp
from bizops.rules import markers
from bizops.rules.markers import Marker
from bizops.rules.routing import agent_label
from bizops.rules.trust import is_desk, label_setter

log = logging.getLogger(__name__)
LOOKS = 4  # how often a comment of ours is looked for before we believe that it is not there


def set_labels(desk: Desk, seen: Seen, wanted: Iterable[str], unwanted: Iterable[str] = ()) -> None:
    """Add what is missing in one request, then remove singly."""
    present = {label.casefold() for label in seen.labels}
    missing = [label for label in dict.fromkeys(wanted) if label.casefold() not in present]
    if missing:
        desk.github.add_labels(seen.number, missing)
    for label in dict.fromkeys(unwanted):
        if label.casefold() in present:
            desk.github.remove_label(seen.number, label)


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


def follow(desk: Desk, seen: Seen, answer: Marker) -> bool:
    """Do what must follow an answer and has not been done; whether anything was. Closing is not among it."""
    data = answer.data
    did = {(event.kind, event.name) for event in _ours(seen.thread, desk, _since(answer))}
    labels: dict[str, Any] = given if isinstance(given := data.get("labels"), dict) else {}
    wanted, unwanted = _texts(labels.get("add")), _texts(labels.get("remove"))
    if handed := data.get("hand_over"):
        wanted.append(agent_label(str(handed)))
        unwanted.append(agent_label(answer.key.partition("@")[0]))
    status = f"status/{data.get('then', 'waiting')}"
    present = [label for label in seen.labels if label.startswith("status/")]
    if not _theirs(desk, seen, present, set_before=("labeled", status) in did):
        wanted.append(status)
        unwanted += [label for label in present if label != status]
        did.discard(("labeled", status))
    wanted = [name for name in wanted if name not in seen.labels and ("labeled", name) not in did]
    unwanted = [name for name in unwanted if name in seen.labels and ("unlabeled", name) not in did]
    set_labels(desk, seen, wanted, unwanted)
    return bool(wanted or unwanted)


def _theirs(desk: Desk, seen: Seen, present: list[str], *, set_before: bool) -> bool:
    """Whether the status labels are as a person left them: one that a person set, or ours taken away."""
    if not present:
        return set_before
    setters = [label_setter(seen.thread, label) for label in present]
    return len(present) == 1 and not is_desk(setters[0], desk.policy)


def mend(desk: Desk, seen: Seen) -> bool:
    """Complete what a dead run left after the newest answer or notice; whether there was anything. Closes nothing."""
    mended = remove_doubles(desk, seen)
    said = seen.look.held or seen.look.newest
    if said is None:
        return mended
    mended = follow(desk, seen, said) or mended
    record = desk.record(seen)
    if seen.look.status and (record.get("state"), record.get("key")) != (said.data.get("then"), _work_key(said)):
        desk.github.edit_comment(seen.look.status.id, receipt(desk, record, said).render())
        mended = True
    return mended


def _work_key(said: Marker) -> str:
    """The work key of an answer, or of the notice that holds one."""
    return said.key.removeprefix("held/")


def receipt(desk: Desk, record: Mapping[str, Any], answer: Marker) -> comments.Status:
    """The status comment after an answer: of the record only names, the rest comes from the marker."""
    agent, state = _work_key(answer).partition("@")[0], str(answer.data.get("then", "waiting"))
    said = {name: str(record.get(name, ""))[:40] for name in ("priority", "executor", "run", "since")}
    return comments.Status(
        state=state,
        key=_work_key(answer),
        agent=agent,
        priority=said["priority"],
        executor=said["executor"],
        run=said["run"],
        since=said["since"],
        cost=answer.data.get("cost", "0"),
        next=comments.following(state, closing=bool(answer.data.get("close")), policy=desk.policy.agent(agent)),
    )


def must_close(desk: Desk, seen: Seen, answer: Marker) -> bool:
    """Whether the answer closes the issue and we have not closed it since."""
    if not answer.data.get("close") or seen.thread.issue.state == "closed":
        return False
    return not any(event.kind == "closed" for event in _ours(seen.thread, desk, _since(answer)))


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
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
