"""Many issues at once: for the SLA sweep's tests and for benchmarks."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bizops.local.github import labels as label_book
from bizops.local.github.records import Event, Issue, Label
from bizops.local.github.state import Actor, State

__all__ = ["seed"]


def seed(
    state: State,
    count: int,
    *,
    author: str,
    opened: Callable[[int], datetime] | None = None,
    labels: Callable[[int], Sequence[str]] = lambda _place: (),
    body: str = "",
) -> list[int]:
    """So many open issues by `author` in one write that is not delivered; their numbers.

    The functions are given the place from 0: `opened` when the issue was opened (a minute after the one before, the
    last one a minute ago), `labels` what it had from that moment on, told on its timeline. Labels that do not exist
    are made.
    """
    first = state.clock.now() - timedelta(minutes=count)
    known: dict[str, Label] = {}
    numbers = []
    with state.writing():
        for place in range(count):
            number = state.store.next("number")
            at = opened(place) if opened else first + timedelta(minutes=place)
            then = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            key, held = state.new_id(Issue), []
            for name in dict.fromkeys(labels(place)):
                if name not in known:
                    (known[name],) = label_book.resolve(state, Actor(author), [name], make=True)
                held.append(label := known[name])
                told = (label.name, label.color)
                state.store.put(Event(state.new_id(Event), number, "labeled", author, then, label=told))
            ids = tuple(label.id for label in held)
            state.store.put(Issue(key, number, f"Issue {number}", body or None, author, then, then, labels=ids))
            numbers.append(number)
    return numbers
