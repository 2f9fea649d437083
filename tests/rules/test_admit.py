"""What of a decision the host will do: everything else is a proposal or refused, and said."""

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.case import Case, Work
from bizops.decision import Action, Ask, Close, Decision, Dispatch, HandOver, Label, PullRequest, SubIssue
from bizops.issue import EPOCH, Event, Issue, Person, Thread
from bizops.policy import Kind, Permission, load
from bizops.rules.admit import DONE, Admitted, admit, closes, is_name

POLICY = load()
KINDS = get_args(Kind)
FINANCE = "ai-finance-agent"
ACTIONS: dict[str, Action] = {
    "ask": Ask(questions=("Which month?",)),
    "label": Label(add=("finance/tax",)),
    "sub_issue": SubIssue(title="x", body="y"),
    "hand_over": HandOver(agent="ai-support-agent", reason="theirs"),
    "pull_request": PullRequest(branch="b", title="t"),
    "close": Close(),
    "dispatch": Dispatch(workflow="deploy.yml"),
}


def case(permission: Permission = "write", thread: Thread | None = None, **own: Any) -> Case:
    """A case of the finance agent whose policy has other values."""
    agent = POLICY.agents.agents[FINANCE].model_copy(update=own)
    agents = POLICY.agents.model_copy(update={"agents": {**POLICY.agents.agents, FINANCE: agent}})
    policy = POLICY.model_copy(update={"agents": agents})
    return Case(Path(), thread or Thread(Issue(7, "x")), Work(FINANCE, "opened"), "P2", policy, permission)


def decision(*actions: Action, held: str | None = None) -> Decision:
    return Decision(agent=FINANCE, issue=7, voice="model", summary="x", actions=actions, held=held)


def sorted_(where: Case, *actions: Action) -> Admitted:
    return admit(decision(*actions), where)


def test_every_kind_of_the_schema_is_tried_here() -> None:
    assert set(ACTIONS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_policy_does_not_list_is_refused_and_named(kind: str) -> None:
    found = sorted_(case(kinds=()), ACTIONS[kind])
    assert (found.actions, found.proposals) == ((), ())
    assert found.refused == (f"`{kind}` is not among the actions that policy allows {FINANCE}",)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("permission", ["none", "read"])
def test_on_an_outsiders_issue_only_asking_labels_and_closing_are_done(kind: str, permission: Permission) -> None:
    found = sorted_(case(permission, kinds=KINDS), ACTIONS[kind])
    assert bool(found.actions) == (kind in ("ask", "label", "close"))
    assert bool(found.proposals) == (kind == "hand_over")
    assert bool(found.refused) == (kind not in DONE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("permission", ["triage", "write", "maintain", "admin"])
def test_for_someone_with_triage_permission_what_policy_lists_is_done(kind: str, permission: Permission) -> None:
    found = sorted_(case(permission, kinds=KINDS), ACTIONS[kind])
    assert found.actions == ((ACTIONS[kind],) if kind in DONE else ())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in DONE])
def test_what_the_desk_cannot_do_yet_is_refused_in_words(kind: str) -> None:
    assert sorted_(case("write", kinds=KINDS), ACTIONS[kind]).refused == (f"this desk cannot do `{kind}` yet",)


def test_an_outsiders_issue_stays_one_when_a_triager_asks_by_a_mention() -> None:
    asked = replace(case("triage", kinds=KINDS), extra={"author": "read"})
    assert sorted_(asked, ACTIONS["hand_over"]).proposals == (ACTIONS["hand_over"],)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_done_without_being_allowed_whatever_the_order(kind: str) -> None:
    found = sorted_(case(kinds=("ask",)), *ACTIONS.values(), ACTIONS[kind])
    assert {action.kind for action in (*found.actions, *found.proposals)} == {"ask"}


# --- labels


@pytest.mark.parametrize(
    "label",
    [
        "security/compliance",
        "finance",
        "finance-x",
        "status/held",
        "priority/P0",
        "agent/ai-x",
        "sla/breached",
        "escalated/1",
        "STATUS/done",
        " finance/x",
        "finance/x ",
        "finance/" + "x" * 60,
        "finance/a\nb",
        "finance/\u202e",
    ],
)
def test_a_label_outside_the_agents_patterns_is_dropped_and_said(label: str) -> None:
    found = sorted_(case(labels=("finance/*",)), Label(add=(label, "finance/tax"), remove=(label,)))
    assert found.actions == (Label(add=("finance/tax",)),)
    assert len(found.refused) == 2


@given(st.sampled_from(["status", "priority", "agent", "sla", "escalated", "Status", "AGENT"]), st.text(max_size=20))
def test_no_pattern_opens_the_desks_own_labels(area: str, rest: str) -> None:
    found = sorted_(case(labels=("*", "status/*", "agent/*")), Label(add=(f"{area}/{rest}",)))
    assert found.actions == ()


@pytest.mark.parametrize("label", ["finance/tax", "Finance/Tax", "finance/"])
def test_labels_are_compared_without_case(label: str) -> None:
    assert sorted_(case(labels=("finance/*",)), Label(add=(label,))).actions == (Label(add=(label,)),)


def test_a_label_action_of_which_nothing_is_left_is_no_action() -> None:
    assert sorted_(case(), Label(add=("nonsense",))).actions == ()


@given(st.text())
def test_what_is_a_name_is_what_github_takes(text: str) -> None:
    assert is_name(text) == (0 < len(text) <= 50 and text.isprintable() and text == text.strip())


# --- hand-over


@pytest.mark.parametrize("agent", [FINANCE, "ai-marketing-agent", "ai-nobody-agent", "x", "../etc/passwd"])
def test_a_hand_over_to_itself_to_nobody_or_to_one_who_is_off_is_refused(agent: str) -> None:
    found = sorted_(case(), HandOver(agent=agent, reason="x"))
    assert (found.actions, found.proposals, len(found.refused)) == ((), (), 1)


def test_only_one_agent_takes_over_and_none_while_something_is_asked() -> None:
    other = HandOver(agent="ai-security-agent", reason="x")
    assert sorted_(case(), ACTIONS["hand_over"], other).actions == (ACTIONS["hand_over"],)
    assert sorted_(case(), ACTIONS["hand_over"], ACTIONS["ask"]).actions == (ACTIONS["ask"],)


@pytest.mark.parametrize(
    ("label", "by", "proposed"),
    [
        ("agent/ai-finance", "tom", True),
        ("agent/ai-finance-agent", "tom", True),
        ("agent/ai-sales", "tom", True),
        ("agent/ai-finance", "github-actions[bot]", False),
        ("finance/analysis", "tom", False),
    ],
)
def test_against_a_persons_agent_label_a_hand_over_is_a_proposal(label: str, by: str, *, proposed: bool) -> None:
    thread = Thread(Issue(7, "x", labels=(label,)), (Event(1, "labeled", Person(by), EPOCH, label),))
    found = sorted_(case(thread=thread), ACTIONS["hand_over"])
    assert (found.proposals == (ACTIONS["hand_over"],)) == proposed


# --- closing


@pytest.mark.parametrize(
    ("after", "actions", "held", "mention", "closed"),
    [
        ("close", (), None, False, "completed"),
        ("wait", (), None, False, ""),
        ("wait", (Close(),), None, False, "completed"),
        ("close", (Close(reason="not_planned"),), None, False, "not_planned"),
        ("close", (ACTIONS["ask"],), None, False, ""),
        ("close", (ACTIONS["hand_over"], Close()), None, False, ""),
        ("close", (Close(),), "look", False, ""),
        ("close", (Close(),), None, True, ""),
    ],
)
def test_an_answer_closes_by_policy_or_action_and_never_while_something_is_open(
    after: str, actions: tuple[Action, ...], held: str | None, *, mention: bool, closed: str
) -> None:
    where = replace(case(after_answer=after, kinds=KINDS), extra={"mention": mention})
    said = decision(*actions, held=held)
    assert closes(said, admit(said, where), where) == closed
