"""Whatever people do, in any order, with runs of the desk that die anywhere between: what always holds."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bizops.case import Case
from bizops.decision import Ask, Decision, HandOver, Label
from bizops.local.github.problem import Problem
from bizops.local.github.server import LocalGitHub
from bizops.policy import Policy
from tests.conftest import World
from tests.desk.quick import FINANCE, SECURITY, SUPPORT, Quick, decision


def answers(kind: str) -> Any:
    """What the agents of a run say: one kind for all, a hand-over only to another."""

    def says(case: Case) -> Decision | None:
        other = SUPPORT if case.work.agent != SUPPORT else SECURITY
        acts = {
            "ask": (Ask(questions=("Which month?",)),),
            "pass": (HandOver(agent=other, reason="it is theirs"),),
            "label": (Label(add=("finance/tax", "support/faq")),),
        }
        if kind == "fail":
            return None
        return decision(case, *acts.get(kind, ()), held="a person must look" if kind == "hold" else None)

    return says


PEOPLE = st.sampled_from(["mara", "tom", "zoe", "renovate[bot]"])
TEXTS = st.sampled_from(["It was October.", "/retry", "@ai-support-agent help", "@ai-finance please", "> @ai-support"])
LABELS = st.sampled_from(
    ["finance/analysis", "support/howto", "agent/ai-security", "agent/ai-support", "priority/P1", "status/held", "x"]
)
SAID = st.sampled_from(["answer", "answer", "ask", "hold", "fail", "pass", "label"])
PERSONS = st.one_of(
    st.tuples(st.just("comment"), PEOPLE, TEXTS),
    st.tuples(st.just("label"), st.sampled_from(["mara", "tom"]), LABELS),
    st.tuples(st.just("unlabel"), st.sampled_from(["mara", "tom"]), LABELS),
    st.tuples(st.just("edit"), st.integers(0, 3)),
    st.tuples(st.just("close")),
    st.tuples(st.just("reopen")),
)
DEEDS = st.one_of(
    PERSONS,
    PERSONS,
    st.tuples(st.just("while"), SAID, st.integers(1, 25), PERSONS),
    st.tuples(st.just("run"), SAID, st.booleans()),
    st.tuples(st.just("killed"), SAID, st.integers(1, 25), st.booleans()),
    st.tuples(st.just("at once")),
)


def do(quick: Quick, number: int, deed: tuple[Any, ...]) -> None:
    """One deed. `at once` sets the clock back, so that the next deed falls into the same second."""
    match deed:
        case ("comment", who, text):
            quick.say(who, number, text)
        case ("label", who, name):
            quick.label(who, number, name)
        case ("unlabel", who, name):
            with suppress(Problem):  # it may not be on the issue
                quick.unlabel(who, number, name)
        case ("edit", version):
            quick.edit("mara", number, body=f"Version {version}")
        case ("close",):
            quick.close("mara", number)
        case ("reopen",):
            quick.reopen("mara", number)
        case ("run", kind, again):
            quick.run(number, answers(kind), again=again)
        case ("killed", kind, request, before):
            quick.dies(number, request, answers(kind), before=before)
        case ("while", kind, request, meanwhile):
            quick.world.github.faults.hook(_Meanwhile(quick, number, request, meanwhile))
            quick.run(number, answers(kind))
            quick.world.github.faults.clear()
        case ("at once",):
            quick.later(seconds=-60)


class _Meanwhile:
    """A person's deed just before the n-th request of a run, in the same second."""

    def __init__(self, quick: Quick, number: int, request: int, deed: tuple[Any, ...]) -> None:
        self.quick, self.number, self.left, self.deed = quick, number, request, deed

    def __call__(self, when: str, _entry: object) -> None:
        self.left -= when == "before"
        if self.left == 0 and when == "before":
            self.quick.later(seconds=-60)
            do(self.quick, self.number, self.deed)


def settled(quick: Quick, number: int) -> None:
    """Let the desk look until it has nothing to do; that must come soon."""
    for _ in range(8):
        if quick.quiet(number, says=answers("answer")):
            return
    pytest.fail(f"never quiet: {quick.world.writes()[-8:]}")


def wrong(quick: Quick, number: int) -> list[str]:
    """What is wrong with an issue that the desk has settled, in words."""
    shown, found = quick.shown(number), []
    if len(set(shown.answers)) != len(shown.answers):
        found.append(f"answers twice: {shown.answers}")
    if len(shown.statuses) > 1:
        found.append(f"{len(shown.statuses)} status comments")
    stopped = quick.collected[-1].why
    if shown.state == "open" and not any("set status/held" in why for why in stopped):
        seen = quick.world.desk().see(number)
        if seen.look.todo:
            found.append(f"unanswered: {seen.look.todo}")
        if len(shown.status) > 1:
            found.append(f"status labels {shown.status}")
        if shown.status and shown.statuses and shown.status[0] != f"status/{shown.record['state']}":
            found.append(f"{shown.status} and the record says {shown.record['state']}")
        if shown.status[:1] in (("status/in-progress",), ("status/failed",)):
            found.append(f"left at {shown.status}")
    return found


def owed(quick: Quick, number: int, deed: tuple[Any, ...]) -> str:
    """What kind of answer a comment earns by the sentences of the design, seen with a person's eyes just before it."""
    shown = quick.shown(number)
    if deed[0] != "comment" or shown.state == "closed":
        return ""
    _, who, text = deed
    if text.startswith("@") and who in ("mara", "tom"):
        return "any later" if who == "mara" and "finance" in text else "its own"  # to the agent that has the issue
    waits = shown.status in (("status/waiting",), ("status/needs-info",))
    return "any later" if who == "mara" and text == "It was October." and waits else ""


def lost(quick: Quick, number: int, debts: list[tuple[int, str]]) -> list[int]:
    """The comments that earned an answer and have none, on an issue that is open and not held."""
    shown = quick.shown(number)
    if shown.state == "closed" or "status/held" in shown.labels:
        return []
    keys = [key.partition("@")[2] for key in shown.answers]
    said = [c["id"] for c in quick.world.github.comments(number) if "bizops:answer" in c["body"]]
    late = {"its own": lambda debt: f"comment-{debt}" in keys, "any later": lambda debt: any(c > debt for c in said)}
    return [debt for debt, kind in debts if not late[kind](debt)]


def check(github: LocalGitHub, folder: Path, policy: Policy, deeds: list[tuple[Any, ...]]) -> None:
    quick = Quick(World(github, folder, policy))
    number = quick.file(labels=["finance/analysis"])
    debts: list[tuple[int, str]] = []
    for deed in deeds:
        kind = owed(quick, number, deed)
        do(quick, number, deed)
        debts += [(max(c["id"] for c in quick.world.github.comments(number)), kind)] if kind else []
    settled(quick, number)
    assert wrong(quick, number) == []
    assert lost(quick, number, debts) == []
    assert quick.quiet(number)


SLOWLY = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@settings(SLOWLY, max_examples=6)
@given(st.lists(DEEDS, max_size=8))
def test_any_order_of_deeds_ends_in_a_right_issue(
    github: LocalGitHub, tmp_path_factory: pytest.TempPathFactory, policy: Policy, deeds: list[tuple[Any, ...]]
) -> None:
    check(github, tmp_path_factory.getbasetemp(), policy, deeds)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(SLOWLY, max_examples=120)
@given(st.lists(DEEDS, min_size=3, max_size=14))
def test_many_orders_of_deeds_end_in_a_right_issue(
    github: LocalGitHub, tmp_path_factory: pytest.TempPathFactory, policy: Policy, deeds: list[tuple[Any, ...]]
) -> None:
    check(github, tmp_path_factory.getbasetemp(), policy, deeds)


def test_the_names_above_are_the_policys(policy: Policy) -> None:
    assert {FINANCE, SUPPORT, SECURITY} <= set(policy.agents.agents)
