"""A desk whose agents are functions: collect and answer are the product's, over HTTP; the decision is the test's.

The decision is hostile input, so a test may leave anything in its place: a value, raw JSON, or nothing.
Time stands still and passes by a minute before each deed, so a whole run of the desk happens in one second.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from bizops import case as cases
from bizops.case import Case
from bizops.decision import Action, Decision
from bizops.desk.answer import Answered, answer
from bizops.desk.collect import Collected, collect
from bizops.local.github import issues, labels
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor
from bizops.policy import AgentPolicy, Policy
from tests.conftest import World

Says = Callable[[Case], Decision | dict[str, Any] | str | None]
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
FINANCE, SUPPORT, SECURITY, MANAGER = (f"ai-{n}-agent" for n in ("finance", "support", "security", "manager"))


@contextmanager
def github() -> Iterator[LocalGitHub]:
    """An embedded GitHub with `ada`, `mara`, `tom` and `zoe`, for all tests of a module."""
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


def fails(_case: Case) -> None:
    """The agent leaves nothing."""


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

    def quiet(self, number: int, **how: Any) -> bool:
        """Whether a run writes nothing."""
        before = len(self.world.writes())
        self.run(number, **how)
        return len(self.world.writes()) == before

    def shown(self, number: int) -> Any:
        return self.world.shown(number)


def changed(policy: Policy, agent: str = "", *, access: dict[str, Any] | None = None, **changes: Any) -> Policy:
    """The policy with other values: of one agent, of `agents.yml`, of `access.yml`."""
    agents = policy.agents
    if agent:
        own: AgentPolicy = agents.agents[agent].model_copy(update=changes)
        agents = agents.model_copy(update={"agents": {**agents.agents, agent: own}})
    elif changes:
        agents = agents.model_copy(update=changes)
    return policy.model_copy(update={"agents": agents, "access": policy.access.model_copy(update=access or {})})
