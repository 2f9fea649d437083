"""A desk whose agents are functions: collect and answer are the product's, over HTTP; the decision is the test's.

The decision is hostile input, so a test may leave anything in its place: a value, raw JSON, or nothing.
Time stands still and passes by a minute before each deed, so a whole run of the desk happens in one second.
"""

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bizops import case as cases
from bizops.case import Case
from bizops.decision import Action, Ask, Decision
from bizops.desk.answer import Answered, answer
from bizops.desk.collect import Collected, collect
from bizops.desk.github import GitHub
from bizops.local.github import issues, labels
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor
from bizops.policy import AgentPolicy, Policy
from tests.conftest import World

Says = Callable[[Case], Decision | dict[str, Any] | str | None]
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
FINANCE, SUPPORT, SECURITY, MANAGER = (f"ai-{n}-agent" for n in ("finance", "support", "security", "manager"))


@contextmanager
def populated() -> Iterator[LocalGitHub]:
    """An embedded GitHub with `ada`, `mara`, `tom` and `zoe`."""
    with LocalGitHub("acme/ops", clock=START) as made:
        for login, permission in {"ada": "admin", "mara": "write", "tom": "triage", "zoe": None}.items():
            made.user(login, permission)  # type: ignore[arg-type]
        yield made


def decision(case: Case, *actions: Action, summary: str = "", held: str | None = None) -> Decision:
    """A decision as the agent of the case would leave it."""
    text = summary or f"{case.work.agent} answers {case.work.reason}."
    return Decision(
        agent=case.work.agent, issue=case.issue.number, voice="playbook", summary=text, actions=actions, held=held
    )


def saying(*actions: Action, held: str | None = None, once: bool = False) -> Says:
    """Every case (with `once` the first) is answered with these actions."""
    left = [actions]

    def says(case: Case) -> Decision:
        given = left.pop() if once and left else () if once else actions
        return decision(case, *given, held=held)

    return says


ASK = saying(Ask(questions=("Which month?",)))


def fails(_case: Case) -> None:
    """The agent leaves nothing."""


class Killed(BaseException):
    """The runner is gone."""


def _die() -> None:
    raise Killed


@dataclass
class Interrupted(GitHub):
    """A client before (or after) whose n-th request something else happens; `paths` are asked for since."""

    left: int = 0
    deed: Callable[[], object] = field(default=lambda: None)
    early: bool = True
    paths: list[str] = field(default_factory=list)

    def _ask(self, verb: str, path: str, *words: Any, **more: Any) -> Any:
        self.left -= 1
        if self.left == 0 and self.early:
            self.deed()
        if self.left <= 0:
            self.paths.append(path)
        said = super()._ask(verb, path, *words, **more)
        if self.left == 0 and not self.early:
            self.deed()
        return said


class Quick:
    """People and a desk on one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.collected: list[Collected] = []

    @property
    def state(self) -> Any:
        return self.world.github.state

    def later(self, **units: float) -> None:
        self.world.github.clock.advance(**units or {"minutes": 1})

    def file(
        self,
        title: str = "Balance",
        body: str | None = "Does it add up?",
        labels: Sequence[str] = ("finance/analysis",),
        by: str = "mara",
    ) -> int:
        self.later()
        return self.world.github.file_issue(by, title, body, labels=labels).number

    def say(self, login: str, number: int, text: str) -> int:
        self.later()
        return self.world.github.comment(login, number, text).id

    def label(self, login: str, number: int, *names: str) -> None:
        self.later()
        labels.add(self.state, Actor(login), number, names)

    def unlabel(self, login: str, number: int, *names: str) -> None:
        self.later()
        for name in names:
            labels.remove(self.state, Actor(login), number, name)

    def edit(self, login: str, number: int, **changes: Any) -> None:
        self.later()
        issues.edit(self.state, Actor(login), number, **changes)

    def close(self, login: str, number: int, reason: str = "completed") -> None:
        self.later()
        issues.set_state(self.state, Actor(login), number, "closed", reason)

    def reopen(self, login: str, number: int) -> None:
        self.later()
        issues.set_state(self.state, Actor(login), number, "open")

    def assign(self, login: str, number: int, *who: str) -> None:
        self.later()
        for name in who:
            self.world.github.user(name, "triage")
        issues.assign(self.state, Actor(login), number, who)

    def run(
        self,
        number: int,
        says: Says = decision,
        *,
        again: bool = False,
        during: Callable[[], Any] | None = None,
        **changes: Any,
    ) -> list[Answered]:
        """One job: collect, and for each hop decide and answer. `during` happens while the first agent decides."""
        self.later()
        desk = self.world.desk(**changes)
        collected = collect(desk, number, again=again)
        self.collected.append(collected)
        done: list[Answered] = []
        folder = collected.case if collected.go and collected.executor == "runner" else None
        while folder is not None:
            case = cases.read(folder)
            left = says(case)
            if isinstance(left, Decision):
                left = left.model_dump(mode="json")
            if left is not None:
                text = left if isinstance(left, str) else json.dumps(left)
                (folder / "decision.json").write_text(text, "utf-8")
            if during:
                during()
                during = None
            done.append(answer(desk, case))
            folder = done[-1].next
        return done

    def interrupted(self, request: int, deed: Callable[[], object], *, before: bool = True) -> Interrupted:
        """A client for one run, before or after whose n-th request the deed happens."""
        made = self.world.desk().github
        return Interrupted(
            made.repository, made.token, made.url, sleep=made.sleep, left=request, deed=deed, early=before
        )

    def dies(self, number: int, request: int, says: Says = decision, *, before: bool) -> bool:
        """A run that dies before or after its n-th request; whether it came so far."""
        with suppress(Killed):
            self.run(number, says, github=self.interrupted(request, _die, before=before))
            return False
        return True

    def quiet(self, number: int, **how: Any) -> bool:
        """Whether a run writes nothing."""
        before = len(self.world.writes())
        self.run(number, **how)
        return len(self.world.writes()) == before

    def shown(self, number: int) -> Any:
        return self.world.shown(number)

    def agents(self, number: int) -> list[str]:
        """Who answered, in order."""
        return [key.partition("@")[0] for key in self.shown(number).answers]

    def reasons(self, number: int) -> list[str]:
        """What was answered, in order: `opened`, `comment`, `routed`."""
        return [re.sub(r"-\d+$", "", key.partition("@")[2]) for key in self.shown(number).answers]


def killed_at(github: LocalGitHub, request: int, moment: str, work: Callable[[], object]) -> bool:
    """Work in a process that is killed `before` or `after` its n-th request; whether it came so far.

    What the work needs of the server (a token) must be made before.
    """
    seen, child = [0], [0]

    def hook(when: str, _entry: object) -> None:
        if when == moment:
            seen[0] += 1
            if seen[0] == request:
                os.kill(child[0], signal.SIGKILL)

    github.faults.hook(hook)
    child[0] = os.fork()
    if child[0] == 0:
        signal.alarm(60)
        try:
            work()
        finally:
            os._exit(0)
    _, ended = os.waitpid(child[0], 0)
    github.faults.clear()
    return os.WIFSIGNALED(ended) and seen[0] == request


def at_once(work: Callable[[], object], times: int = 3) -> list[BaseException]:
    """The same work in several threads at the same time; what it raised."""
    errors: list[BaseException] = []

    def one() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed back
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def changed(policy: Policy, agent: str = "", *, access: dict[str, Any] | None = None, **changes: Any) -> Policy:
    """The policy with other values: of one agent, of `agents.yml`, of `access.yml`."""
    agents = policy.agents
    if agent:
        own: AgentPolicy = agents.agents[agent].model_copy(update=changes)
        agents = agents.model_copy(update={"agents": {**agents.agents, agent: own}})
    elif changes:
        agents = agents.model_copy(update=changes)
    return policy.model_copy(update={"agents": agents, "access": policy.access.model_copy(update=access or {})})
