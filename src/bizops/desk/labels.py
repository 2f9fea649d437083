"""The labels that a repository needs: GitHub's forms silently drop a label that does not exist."""

from collections.abc import Iterable

from bizops.desk.github import GitHub
from bizops.policy import LabelStyle, Policy
from bizops.rules.routing import agent_label
from bizops.templates import Template

AREA = LabelStyle(color="0052cc")
AGENT = LabelStyle(color="5319e7", description="Goes to this agent, whatever else the issue says")


def wanted(policy: Policy, templates: Iterable[Template]) -> dict[str, LabelStyle]:
    """Every label of ours by name: policy's own, the areas of routes and forms, and one for each agent."""
    exact = [pattern for pattern in policy.labels.routes if not pattern.endswith("*")]
    areas = dict.fromkeys([*exact, *(label for template in templates for label in template.labels)])
    return {
        **dict.fromkeys(areas, AREA),
        **{agent_label(agent): AGENT for agent in policy.agents.agents},
        **policy.labels.labels,
    }


def create_missing(github: GitHub, policy: Policy, templates: Iterable[Template]) -> list[str]:
    """Create what the repository lacks; the names created. A label that people changed is left as it is."""
    present = {label["name"].casefold() for label in github.labels()}
    missing = {name: style for name, style in wanted(policy, templates).items() if name.casefold() not in present}
    for name, style in missing.items():
        github.create_label(name, style.color, style.description)
    return list(missing)
