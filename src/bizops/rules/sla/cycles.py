"""When each clock of an issue starts and stops."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from bizops.rules.commands import only_commands
from bizops.rules.sla.clock import Interval
from bizops.rules.sla.history import Closing, History, answers
from bizops.service_level import ClockName, Sla

End = Literal["met", "cancelled"]


@dataclass(frozen=True)
class Cycle:
    """A clock from its start on; `how` it ended at `stop`. `closed` are times as closed that it went through."""

    clock: ClockName
    start: int
    stop: int | None = None
    how: End | None = None
    closed: tuple[Interval, ...] = ()
    why: tuple[str, ...] = ()


Breached = Callable[[Cycle, int], bool]  # whether a cycle is breached at an instant


@dataclass(frozen=True)
class Word:
    """A comment that counts: a reply by the team or an agent, or the requester's."""

    at: int
    id: int
    reply: bool
    why: str


@dataclass
class _Open:
    """The next-reply clock as the thread is read."""

    cycle: Cycle | None = None
    replied: bool = False
    waiting: str = ""  # a comment on the closed issue, whose clock starts when it is reopened
    closed: bool = False
    done: list[Cycle] = field(default_factory=list)


def cycles(history: History, sla: Sla, breached: Breached) -> list[Cycle]:
    """Every cycle of every clock, by its start."""
    words = list(_words(history))
    found = [
        _first_response(history, sla, words, breached),
        *_next_replies(history, sla, words, breached),
        *_resolutions(history, sla, breached),
    ]
    return sorted(found, key=lambda cycle: cycle.start)


def _words(history: History) -> Iterator[Word]:
    for comment in history.comments:
        at = int(comment.created_at.timestamp())
        if only_commands(comment.body):
            continue
        if history.by_desk(comment):
            if answers(comment):
                yield Word(at, comment.id, True, f"an agent's answer (comment {comment.id})")
        elif history.by_requester(comment):
            yield Word(at, comment.id, False, f"comment {comment.id} of the requester")
        elif comment.author.type == "User" and (role := history.member(comment)):
            yield Word(at, comment.id, True, f"{comment.author.login}, who {role} (comment {comment.id})")
    for record in history.records:
        if record.kind == "response":
            yield Word(record.at, 0, True, "a response that our record noted")


def _resumes(sla: Sla, cycle: Cycle, closing: Closing, breached: Breached) -> bool:
    """Whether a reopening goes on with the cycle; one that was cancelled is never resumed."""
    terms = sla.at(cycle.start)
    over = closing.completed and cycle.clock == "resolution"
    if closing.end is None or not (over or breached(cycle, closing.start)):
        return False
    return terms.reopen == "resume" or 0 < terms.reopen_grace_seconds >= closing.end - closing.start


def _through(cycle: Cycle, closing: Closing) -> Cycle:
    return replace(cycle, closed=(*cycle.closed, (closing.start, closing.end)))


def _resolutions(history: History, sla: Sla, breached: Breached) -> Iterator[Cycle]:
    cycle = Cycle("resolution", history.opened, why=("opened",))
    for closing in history.closings:
        if _resumes(sla, cycle, closing, breached):
            cycle = _through(cycle, closing)
            continue
        how: End = "met" if closing.completed else "cancelled"
        yield replace(cycle, stop=closing.start, how=how, why=(*cycle.why, f"closed as {closing.reason}"))
        if closing.end is None:
            return
        cycle = Cycle("resolution", closing.end, why=("reopened",))
    yield cycle


def _first_response(history: History, sla: Sla, words: list[Word], breached: Breached) -> Cycle:
    cycle = Cycle("first-response", history.opened, why=("opened",))
    first = min((word for word in words if word.reply), key=lambda word: (word.at, word.id), default=None)
    for closing in history.closings:
        if first and first.at <= closing.start:
            break
        if not _resumes(sla, cycle, closing, breached):
            return replace(cycle, stop=closing.start, how="cancelled", why=(*cycle.why, "closed without a response"))
        cycle = _through(cycle, closing)
    return replace(cycle, stop=first.at, how="met", why=(*cycle.why, f"answered by {first.why}")) if first else cycle


def _next_replies(history: History, sla: Sla, words: list[Word], breached: Breached) -> list[Cycle]:
    """At one instant stops come before starts: replies, closing, reopening, the requester's comments."""
    replies = {word.at: max(w.id for w in words if w.reply and w.at == word.at) for word in words if word.reply}
    told: list[tuple[int, int, int, Word | Closing]] = [
        (word.at, 0 if word.id <= replies.get(word.at, -1) else 3, word.id, word) for word in words
    ]
    for closing in history.closings:
        told.append((closing.start, 1, 0, closing))
        if closing.end is not None:
            told.append((closing.end, 2, 0, closing))
    state = _Open()
    for at, rank, _, what in sorted(told, key=lambda entry: entry[:3]):
        if isinstance(what, Closing):
            _closing(state, what, rank == 1, sla, breached)
        elif what.reply:
            state.replied, state.waiting = True, ""
            if state.cycle:
                ended = replace(state.cycle, stop=at, how="met", why=(*state.cycle.why, f"answered by {what.why}"))
                state.done.append(ended)
                state.cycle = None
        elif state.replied and not state.cycle:
            if state.closed:
                state.waiting = state.waiting or what.why
            else:
                state.cycle = Cycle("next-reply", at, why=(what.why,))
    return [*state.done, *([state.cycle] if state.cycle else [])]


def _closing(state: _Open, closing: Closing, begins: bool, sla: Sla, breached: Breached) -> None:  # noqa: FBT001
    state.closed = begins
    if begins and state.cycle:
        if _resumes(sla, state.cycle, closing, breached):
            state.cycle = _through(state.cycle, closing)
        else:
            state.done.append(
                replace(state.cycle, stop=closing.start, how="cancelled", why=(*state.cycle.why, "closed"))
            )
            state.cycle = None
    elif not begins and state.waiting and closing.end is not None:
        state.cycle = Cycle("next-reply", closing.end, why=(f"{state.waiting}, reopened",))
        state.waiting = ""
