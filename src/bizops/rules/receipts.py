"""Commands that wait, and what our receipts for the others tell: a receipt is a marker `command COMMENT_ID`.

What is still to be carried out is a comment with commands that has no receipt. A receipt's data: `by` (who gave the
command), `seen` (the newest event that was there before), `labels` (to be added and removed), `then` (the status that
follows), `retry` (true: the newest answer is worked again), `hold` (true: the desk stops; false: what is held is free),
`cancel` (`heard`, `seen`, `agent`: what was there when it was said), `ack`, `approved`, `rejected` (a hash), `close`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bizops.errors import nearest
from bizops.issue import Comment, Event, Person, Thread
from bizops.policy import Policy
from bizops.rules import markers
from bizops.rules.commands import COMMANDS, Command, edited, parse
from bizops.rules.markers import Marker
from bizops.rules.trust import is_desk, is_quiet

_LIKE = re.compile(rf"^[ \t>*+`~-]*/({'|'.join(COMMANDS)})\b(?![/.-])", re.IGNORECASE | re.MULTILINE)
_NAMES = re.compile(r"^/([a-z-]{1,20})", re.IGNORECASE | re.MULTILINE)


def of(thread: Thread, policy: Policy) -> tuple[Marker, ...]:
    """One receipt for each comment (the lowest id), oldest first."""
    kept: dict[str, Marker] = {}
    for marker in sorted(markers.of(thread.comments, policy.access.desk_accounts, "command"), key=lambda m: m.id):
        kept.setdefault(marker.key, marker)
    return tuple(kept.values())


def seen(receipt: Marker) -> int:
    """The newest event that was there before the receipt."""
    given = receipt.data.get("seen")
    return given if isinstance(given, int) else 0


def later(said: Marker, receipt: Marker) -> bool:
    """Whether an answer or a notice was written after a receipt; one that is updated in place keeps its id."""
    after = said.data.get("after")
    return said.id > receipt.id or (isinstance(after, int) and after >= receipt.id)


def frees(receipt: Marker) -> bool:
    """Whether a receipt lets the desk try again what it held or failed at."""
    return bool(receipt.data.get("retry")) or receipt.data.get("hold") is False


def cancelled(known: tuple[Marker, ...]) -> Marker | None:
    """The newest `/cancel` as what settles reasons: it heard what was there when it was written."""
    receipt = next((r for r in reversed(known) if isinstance(r.data.get("cancel"), Mapping)), None)
    return replace(receipt, data={**receipt.data["cancel"], "after": receipt.id}) if receipt else None


def ours(comment: Comment) -> tuple[Command, ...]:
    """The commands of a comment, if one of them is ours or nearly; commands for others are none of our business."""
    named = {word.casefold() for word in _NAMES.findall(comment.body)}
    if not any(word in COMMANDS or nearest(word, COMMANDS) for word in sorted(named)[:100]):
        return ()  # most comments: they need not be read as Markdown
    given = parse(comment.body)
    return given if any(c.known or nearest(c.name, COMMANDS) for c in given) else ()


def pending(thread: Thread, policy: Policy, known: tuple[Marker, ...]) -> tuple[Comment, ...]:
    """Comments with commands that have no receipt, oldest first: not edited ones, and none from before the adoption."""
    done, since = {receipt.key for receipt in known}, policy.agents.answer_from
    if thread.issue.pull_request:
        return ()
    return tuple(
        comment
        for comment in thread.comments
        if str(comment.id) not in done
        and "/" in comment.body
        and not is_quiet(comment.author, policy)
        and not edited(comment)
        and (since is None or comment.created_at >= since)
        and ours(comment)
    )


def dead(comment: Comment) -> bool:
    """Whether a comment holds what looks like a command of ours and does nothing: edited, or in code or a quote."""
    like = len(_LIKE.findall(comment.body))
    return like > 0 and (edited(comment) or like > sum(command.known for command in parse(comment.body)))


def attributed(thread: Thread, policy: Policy) -> Thread:
    """The thread in which labels that we set or removed by a command count as the doing of whoever gave it."""
    known = of(thread, policy)
    if not known:
        return thread
    writers = {str(comment.id): comment.author for comment in thread.comments}
    events = list(thread.events)
    for receipt in known:
        giver = writers.get(receipt.key) or Person(str(receipt.data.get("by") or "ghost")[:100])
        for place in _caused(events, receipt, policy):
            events[place] = replace(events[place], actor=giver)
    return replace(thread, events=tuple(events))


def _caused(events: list[Event], receipt: Marker, policy: Policy) -> Iterator[int]:
    """The places of the events that a receipt caused: for each label our first one since."""
    labels = receipt.data.get("labels")
    named = labels if isinstance(labels, dict) else {}
    parts = (("labeled", named.get("add")), ("unlabeled", named.get("remove")))
    lists = [(kind, names) for kind, names in parts if isinstance(names, list)]
    wanted = {(kind, str(name).casefold()) for kind, names in lists for name in names}
    for place, event in enumerate(events):
        told = (event.kind, event.name.casefold())
        if told in wanted and event.id > seen(receipt) and is_desk(event.actor, policy):
            wanted.discard(told)
            yield place
