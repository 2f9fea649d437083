"""The label map of the mission, and which rule wins."""

import pytest

from bizops.policy import AgentPolicy, Policy, load
from bizops.rules.routing import Route, route

SHIPPED = load()
MISSION = {
    "operations/monitoring": "ai-operations-agent",
    "operations/optimization": "ai-operations-agent",
    "support/quality-assurance": "ai-support-agent",
    "analytics/reporting": "ai-analytics-agent",
    "security/compliance": "ai-security-agent",
    "success/user-research": "ai-customer-success-agent",
    "finance/analysis": "ai-finance-agent",
    "marketing/campaign": "ai-marketing-agent",
    "sales/lead": "ai-sales-agent",
    "management/report": "ai-project-manager-agent",
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The shipped policy with every agent on."""
    on = {name: AgentPolicy(mode="live") for name in SHIPPED.agents.agents}
    return SHIPPED.model_copy(update={"agents": SHIPPED.agents.model_copy(update={"agents": on})})


def to(policy: Policy, *labels: str, assignees: tuple[str, ...] = (), form: tuple[str, ...] = ()) -> Route:
    return route(labels, assignees, policy, form)


@pytest.mark.parametrize(("label", "agent"), MISSION.items())
def test_every_pattern_of_the_mission_routes(policy: Policy, label: str, agent: str) -> None:
    found = to(policy, label)
    assert found.agent == agent
    assert found.rule.file == "policies/labels.yml"
    assert found.area == label


def test_a_label_is_matched_without_regard_to_case(policy: Policy) -> None:
    assert to(policy, "Finance/Analysis").agent == "ai-finance-agent"


@pytest.mark.parametrize(
    ("labels", "assignees", "form", "agent"),
    [
        (("agent/ai-sales", "security/compliance"), ("ai-finance-agent",), ("support/question",), "ai-sales-agent"),
        (("security/compliance",), ("ai-finance-agent",), ("support/question",), "ai-finance-agent"),
        (("security/compliance", "marketing/x"), (), ("support/question",), "ai-security-agent"),
        (("marketing/x", "marketing/compliance"), (), ("security/compliance",), "ai-marketing-agent"),
        ((), (), ("security/compliance",), "ai-security-agent"),
        ((), (), (), "ai-manager-agent"),
        (("bug", "help wanted"), ("mara",), (), "ai-manager-agent"),
    ],
)
def test_the_most_specific_rule_wins(
    policy: Policy, labels: tuple[str, ...], assignees: tuple[str, ...], form: tuple[str, ...], agent: str
) -> None:
    assert to(policy, *labels, assignees=assignees, form=form).agent == agent


def test_the_runner_up_is_another_agents_best_rule(policy: Policy) -> None:
    found = to(policy, "security/compliance", "marketing/x")
    assert found.second is not None
    assert (found.second.agent, found.second.rule.text) == ("ai-marketing-agent", "marketing/*: ai-marketing-agent")
    assert found.second.rule.line == policy.where("labels", "routes", "marketing/*")[1]


def test_between_equals_the_order_of_the_file_decides_and_that_is_said(policy: Policy) -> None:
    found = to(policy, "finance/analysis", "support/quality-assurance")
    assert found.agent == "ai-support-agent"
    assert any("equally well" in reason for reason in found.why)
    assert to(policy, "support/quality-assurance", "finance/analysis").agent == "ai-support-agent"


def test_an_agent_that_is_off_gives_its_issues_to_the_manager_and_that_is_said() -> None:
    found = to(SHIPPED, "marketing/campaign")
    assert found.agent == "ai-manager-agent"
    assert any("ai-marketing-agent is off" in reason for reason in found.why)


def test_an_agent_label_that_names_nobody_is_said_and_passed_over(policy: Policy) -> None:
    found = to(policy, "agent/ai-nobody", "finance/analysis")
    assert found.agent == "ai-finance-agent"
    assert any("agent/ai-nobody" in reason for reason in found.why)


@pytest.mark.parametrize("label", ["finance", "finance/", "xfinance/analysis", "finance/analysis/more x", "agent/"])
def test_what_only_looks_like_an_area_is_none_of_an_exact_rule(policy: Policy, label: str) -> None:
    assert to(policy, label).rule.text != "finance/analysis: ai-finance-agent"
