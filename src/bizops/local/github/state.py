"""The state of the embedded GitHub: one repository, its people, and what is told about each write.

What a write means stands beside its kind: `issues.py`, `labels.py`, `runs.py`, `git.py`. They are functions on a
`State`, used by the HTTP side and by tests alike. A write is one transaction: all of it happens, and only then is it
delivered.
"""

import logging
import queue
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bizops.local.github import objects
from bizops.local.github.clock import Clock
from bizops.local.github.problem import missing
from bizops.local.github.records import BASE, Comment, Event, Issue, Label, Record, Ref, User
from bizops.local.github.store import Store

__all__ = ["BOT", "Actor", "Delivery", "State"]

log = logging.getLogger(__name__)
BOT = "github-actions[bot]"
KEPT_DELIVERIES = 20_000


@dataclass(frozen=True)
class Actor:
    """Who writes; `job` when it is by a job's token, whose events start no workflow."""

    login: str
    job: bool = False


@dataclass(frozen=True)
class Delivery:
    """What GitHub would send to a webhook. The payload is made when it is first looked at, from what was written."""

    id: str
    event: str
    action: str | None
    actor: str
    by_job_token: bool
    issue: int | None
    at: str
    render: Callable[[], dict[str, Any]] = field(repr=False, compare=False)

    @cached_property
    def payload(self) -> dict[str, Any]:
        """The webhook's JSON, as GitHub gives it to a workflow in `GITHUB_EVENT_PATH`."""
        return self.render()

    @property
    def starts_workflows(self) -> bool:
        """Whether Actions would look at it: what a job's token does starts nothing, dispatches aside."""
        return not self.by_job_token or self.event in {"workflow_dispatch", "repository_dispatch"}


class State:
    """One repository. `version` grows by one with each write; `api` and `web` are set by the server."""

    def __init__(
        self,
        repository: str = "acme/ops",
        *,
        private: bool = False,
        clock: Clock | None = None,
        file: Path | None = None,
    ) -> None:
        self.owner, self.name = repository.split("/")
        self.private = private
        self.clock = clock or Clock()
        self.store = Store(file)
        self.api = self.web = "http://127.0.0.1"
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)
        self._pending: list[Delivery] = []
        self._depth = 0
        self._outbox: queue.Queue[tuple[Callable[[Delivery], None], Delivery]] = queue.Queue()
        self._subscribers: list[Callable[[Delivery], None]] = []
        if missed := self._missing():
            with self.writing():
                for record in missed:
                    self.store.put(record)

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def version(self) -> int:
        """How many writes there have been since the start."""
        return self.store.version

    @property
    def branches(self) -> set[str]:
        """The names of the branches."""
        return {
            ref.name.removeprefix("refs/heads/") for ref in self.store.all(Ref) if ref.name.startswith("refs/heads/")
        }

    def as_of(self, version: int) -> "State":
        """The state as it was at a former version, to be read only."""
        past = object.__new__(State)
        past.__dict__.update(self.__dict__)
        past.store = self.store.as_of(version)
        return past

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write: all or nothing, in the file before it ends, and delivered afterwards. May be nested."""
        with self.store.lock:
            outermost, told = self._depth == 0, len(self._pending)
            if outermost:
                self.clock.tick()
            self._depth += 1
            try:
                with self.store.transaction():
                    yield
            except BaseException:
                del self._pending[told:]
                raise
            finally:
                self._depth -= 1
            if outermost:
                self._deliver()

    def new_id(self, kind: type[Record]) -> int:
        """The next id of a kind, inside a write."""
        return BASE[kind] + self.store.next("sequence")

    def find_user(self, login: str) -> User | None:
        """The account of that login in any case, or None."""
        return self.store.get(User, login.lower())

    def user(self, login: str) -> User:
        """The account of that login; 404 when there is none."""
        if (found := self.find_user(login)) is None:
            raise missing()
        return found

    def issue(self, number: int) -> Issue:
        """The issue or pull request; 404 when there is none."""
        if (found := self.store.get(Issue, number)) is None:
            raise missing()
        return found

    def comment(self, comment: int) -> Comment:
        """The comment; 404 when there is none."""
        if (found := self.store.get(Comment, comment)) is None:
            raise missing()
        return found

    def labels_of(self, issue: Issue) -> tuple[Label, ...]:
        """The labels of an issue, in the order in which they were added."""
        found = (self.store.get(Label, key) for key in issue.labels)
        return tuple(label for label in found if label is not None)

    def record(self, kind: str, issue: int, actor: str, **details: Any) -> Event:
        """Write a timeline event, inside a write."""
        event = Event(self.new_id(Event), issue, kind, actor, self.clock.text(), **details)
        self.store.put(event)
        return event

    def emit(
        self, event: str, action: str | None, actor: Actor, issue: int | None, render: Callable[[], dict[str, Any]]
    ) -> None:
        """Say what happened, inside a write; it is delivered when the write is done."""
        delivery = Delivery(str(uuid.uuid4()), event, action, actor.login, actor.job, issue, self.clock.text(), render)
        self._pending.append(delivery)

    def subscribe(self, callback: Callable[[Delivery], None]) -> None:
        """Call back with each later delivery, one after the other, in a thread of its own."""
        if not self._subscribers:
            threading.Thread(target=self._send, name="deliveries", daemon=True).start()
        self._subscribers.append(callback)

    def delivered(self) -> None:
        """Wait until the subscribers have been through all that was delivered so far."""
        self._outbox.join()

    def _missing(self) -> list[Record]:
        """What every repository has and this one does not: it is new, or its file is of an earlier version."""
        missed: list[Record] = []
        if self.store.get(User, BOT) is None:
            missed += [User(BOT, 41898282, "Bot"), User(self.owner, BASE[User], "Organization")]
        return missed if self.branches else missed + objects.first(self.owner, self.name, self.clock.now())

    def _deliver(self) -> None:
        done, self._pending = self._pending, []
        for delivery in done:
            self.deliveries.append(delivery)
            for callback in self._subscribers:
                self._outbox.put((callback, delivery))

    def _send(self) -> None:
        while True:
            callback, delivery = self._outbox.get()
            try:
                callback(delivery)
            except Exception:
                log.exception("a subscriber failed at %s %s of #%s", delivery.event, delivery.action, delivery.issue)
            finally:
                self._outbox.task_done()
