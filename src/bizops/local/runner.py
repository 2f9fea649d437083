"""What GitHub Actions would do: each delivery of the embedded GitHub leads to a run of the desk, as the workflow says.

Events are filtered as in `process-issue.yml`, one run at a time for an issue, a waiting one is replaced by a newer one,
and each run has a job's token that ends with it. The agent decides in its own sealed process, as everywhere.
"""

import logging
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bizops.desk import event
from bizops.desk.desk import Desk, Group, Run
from bizops.desk.event import Hint
from bizops.desk.github import GitHub
from bizops.desk.run import Ran, run
from bizops.errors import BizopsError
from bizops.local.github import runs
from bizops.local.github.records import Issue
from bizops.local.github.records import Run as Record
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor, Delivery
from bizops.policy import Policy

__all__ = ["LISTENED", "Done", "Jobs"]

log = logging.getLogger(__name__)
WORKFLOW = "process-issue.yml"
LISTENED = {
    "issues": ("opened", "edited", "reopened", "labeled", "unlabeled", "assigned"),
    "issue_comment": ("created", "edited"),
    "workflow_dispatch": (None,),
}
PERMISSIONS = {"issues": "write", "contents": "read", "actions": "read"}  # those of the workflow's job `desk`
AT_ONCE = 2
LAST_WORD = 20.0  # seconds that a run under way has left to end when everything stops


@dataclass(frozen=True)
class Done:
    """A run that has ended: what it did, its requests by kind, its seconds; `error` when it broke."""

    issue: int
    event: str
    run: int
    again: bool
    ran: Ran | None
    error: str
    requests: Counter[str]
    seconds: float

    @property
    def worked(self) -> bool:
        """Whether there was anything to do, or it broke."""
        return bool(self.error) or (self.ran is not None and self.ran.collected.go)


@dataclass(frozen=True)
class Waiting:
    """A run that is to start."""

    hint: Hint
    event: str
    actor: str

    def merged(self, former: "Waiting | None") -> "Waiting":
        """What takes the place of a former one that has not started; a wish for a rerun is not lost."""
        if former is None or not former.hint.again:
            return self
        return replace(self, hint=replace(self.hint, again=True), event=former.event)


class Jobs:
    """The runs of one embedded GitHub. `folder` names the repository's files for an issue; `told` hears each end."""

    def __init__(
        self,
        policy: Policy,
        folder: Callable[[Issue], Path | None] = lambda _issue: None,
        told: Callable[[Done], None] = lambda _done: None,
    ) -> None:
        self.done: list[Done] = []
        self._policy, self._folder, self._told = policy, folder, told
        self._changed = threading.Condition()
        self._waiting: dict[int, Waiting] = {}
        self._working: dict[int, float] = {}
        self._ended = False

    @contextmanager
    def at(self, github: LocalGitHub) -> Iterator["Jobs"]:
        """Work for that GitHub until the block ends; what is under way then has some seconds to end."""
        with tempfile.TemporaryDirectory(prefix="bizops-cases-", ignore_cleanup_errors=True) as cases:
            threads = [
                threading.Thread(target=self._work, args=(github, Path(cases)), name=f"job {count}", daemon=True)
                for count in range(AT_ONCE)
            ]
            for thread in threads:
                thread.start()
            github.state.subscribe(self.heard)
            try:
                yield self
            finally:
                with self._changed:
                    self._ended = True
                    self._waiting.clear()
                    self._changed.notify_all()
                until = time.monotonic() + LAST_WORD
                for thread in threads:
                    thread.join(max(0.0, until - time.monotonic()))

    def heard(self, delivery: Delivery) -> None:
        """Take a delivery as the workflow would: most are noise."""
        if delivery.action not in LISTENED.get(delivery.event, ()) or not delivery.starts_workflows:
            return
        try:
            hint = event.hint(delivery.payload, self._policy, delivery.event)
        except BizopsError as error:
            log.warning("%s: %s", delivery.event, error)
            return
        if hint.issue is not None:
            self._add(hint.issue, Waiting(hint, delivery.event, delivery.actor))

    def look(self, number: int) -> None:
        """Look at an issue without an event, as the sweep does."""
        self._add(number, Waiting(Hint(number), "schedule", "github-actions[bot]"))

    def busy(self, number: int) -> bool:
        """Whether a run works on an issue or is to start."""
        with self._changed:
            return number in self._waiting or number in self._working

    def working(self) -> dict[int, float]:
        """The issues that are worked on, with the seconds since the start of each run."""
        with self._changed:
            now = time.monotonic()
            return {number: now - since for number, since in self._working.items()}

    def settle(self, github: LocalGitHub, seconds: float = 300) -> bool:
        """Wait until everything that happened so far has been worked on; whether it was in that time."""
        github.state.delivered()
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._working, seconds)

    def _add(self, number: int, wanted: Waiting) -> None:
        with self._changed:
            if not self._ended:
                self._waiting[number] = wanted.merged(self._waiting.get(number))
                self._changed.notify_all()

    def _next(self) -> tuple[int, Waiting] | None:
        """Take the oldest run that may start; None when everything ends."""

        def free() -> int | None:
            return next((number for number in self._waiting if number not in self._working), None)

        with self._changed:
            self._changed.wait_for(lambda: self._ended or free() is not None)
            number = free()
            if self._ended or number is None:
                return None
            self._working[number] = time.monotonic()
            return number, self._waiting.pop(number)

    def _work(self, github: LocalGitHub, cases: Path) -> None:
        while (taken := self._next()) is not None:
            number, waiting = taken
            done = self._one(github, cases, number, waiting)
            with self._changed:
                self.done.append(done)
            self._told(done)
            with self._changed:
                del self._working[number]
                self._changed.notify_all()

    def _one(self, github: LocalGitHub, cases: Path, number: int, waiting: Waiting) -> Done:
        started = time.monotonic()
        record = _record(github, waiting)
        token = github.job_token(PERMISSIONS)
        client = GitHub(github.repository, token, github.url)
        ran, error = None, ""
        try:
            with tempfile.TemporaryDirectory(prefix=f"{number}-", dir=cases, ignore_cleanup_errors=True) as folder:
                group: Group = "dispatch" if waiting.event == "workflow_dispatch" else "event"
                page = f"{github.url}/{github.repository}/actions/runs/{record.id}"
                desk = Desk(
                    github=client,
                    policy=self._policy,
                    repository=self._folder(github.state.issue(number)),
                    cases=Path(folder),
                    run=Run(str(record.id), group, page),
                    private=waiting.hint.private,
                )
                ran = run(desk, number, again=waiting.hint.again)
        except BizopsError as problem:
            error = str(problem)
        except Exception as problem:  # a defect ends this run, not the desk
            log.exception("issue %d", number)
            error = f"{type(problem).__name__}: {problem}"
        finally:
            github.revoke(token)
            runs.finish(github.state, record.id, "failure" if error else "success")
        seconds = time.monotonic() - started
        return Done(number, waiting.event, record.id, waiting.hint.again, ran, error, client.calls, seconds)


def _record(github: LocalGitHub, waiting: Waiting) -> Record:
    """The run as Actions would list it; a dispatch has one already, which waits."""
    if waiting.event == "workflow_dispatch":
        queued = [one for one in github.state.store.all(Record) if one.status == "queued"]
        found = [one for one in queued if dict(one.inputs).get("issue") == str(waiting.hint.issue)]
        for replaced in found[:-1]:
            runs.cancel(github.state, replaced.id)
        if found:
            with github.state.writing():
                begun = replace(found[-1], status="in_progress", updated_at=github.clock.text())
                github.state.store.put(begun)
                return begun
    return runs.start(github.state, Actor(waiting.actor), WORKFLOW, event=waiting.event)
