"""Which agent an issue goes to, and why: `agent/*` label, assignee, exact label, longest wildcard, form."""

from collections.abc import Iterable
from dataclasses import dataclass

from bizops.policy import Policy
from bizops.rules.patterns import fits


@dataclass(frozen=True)
class Rule:
    """The rule that spoke: what it says, and where it stands."""

    text: str
    file: str
    line: int


@dataclass(frozen=True)
class Candidate:
    """One rule that fits. The least `order` wins."""

    agent: str
    rule: Rule
    order: tuple[int, int, int]
    label: str = ""  # the label or login that the rule matched
    area: str = ""


@dataclass(frozen=True)
class Route:
    """The agent, the rule, the runner-up. `label` is the label that decided, `area` the area label, if any."""

    agent: str
    rule: Rule
    second: Candidate | None = None
    why: tuple[str, ...] = ()
    label: str = ""
    area: str = ""


def agent_label(agent: str) -> str:
    """`ai-finance-agent` as a label: `agent/ai-finance`."""
    return f"agent/{agent.removesuffix('-agent')}"


def route(labels: Iterable[str], assignees: Iterable[str], policy: Policy, form_labels: Iterable[str] = ()) -> Route:
    """The route of an issue as it is. An agent whose mode is off is replaced by `unrouted`, and that is said."""
    labels = tuple(labels)
    found = sorted(
        [
            *_direct(labels, assignees, policy),
            *_matches(labels, policy, form=False),
            *_matches(form_labels, policy, form=True),
        ],
        key=lambda candidate: candidate.order,
    )
    why: list[str] = [
        f"`{label}` names no agent of policies/agents.yml"
        for label in labels
        if label.startswith("agent/") and _named(label, policy) is None
    ]
    fallback = policy.agents.unrouted
    if not found:
        where = Rule("no label, assignee or form says otherwise", *policy.where("agents", "unrouted"))
        return Route(fallback, where, None, (*why, f"nothing routes this issue: it goes to {fallback}"))
    best, rest = found[0], [c for c in found[1:] if c.agent != found[0].agent]
    second = next(iter(rest or found[1:]), None)  # another agent's best rule, else the next rule of the same agent
    if rest and rest[0].order[:2] == best.order[:2]:
        why.append(f"{best.rule.text} and {rest[0].rule.text} fit equally well: the order of the file decides")
    agent = best.agent
    if policy.agent(agent).mode == "off":
        file, line = policy.where("agents", "agents", agent)
        why.append(f"{agent} is off ({file}:{line}): the issue goes to {fallback}")
        agent = fallback
    area = next((c.area for c in found if c.area), "")
    return Route(agent, best.rule, second, tuple(why), best.label, area)


def _named(label: str, policy: Policy) -> str | None:
    name = label.split("/", 1)[1].casefold()
    return next((agent for agent in policy.agents.agents if name in (agent, agent.removesuffix("-agent"))), None)


def _direct(labels: Iterable[str], assignees: Iterable[str], policy: Policy) -> Iterable[Candidate]:
    roster = list(policy.agents.agents)
    for label in labels:
        agent = _named(label, policy) if label.startswith("agent/") else None
        if agent:
            rule = Rule(f"{label}: {agent}", *policy.where("agents", "agents", agent))
            yield Candidate(agent, rule, (0, 0, roster.index(agent)), label)
    for login in assignees:
        if login.casefold() in roster:
            agent = login.casefold()
            rule = Rule(f"assignee {agent}", *policy.where("agents", "agents", agent))
            yield Candidate(agent, rule, (1, 0, roster.index(agent)), login)


def _matches(labels: Iterable[str], policy: Policy, *, form: bool) -> Iterable[Candidate]:
    for label in labels:
        for number, (pattern, agent) in enumerate(policy.labels.routes.items()):
            exact, folded = pattern == label.casefold(), label.casefold()
            if not fits(label, [pattern]):
                continue
            rank = 4 if form else 2 if exact else 3
            text = f"{pattern}: {agent}" + (f" (form: {label})" if form else "")
            rule = Rule(text, *policy.where("labels", "routes", pattern))
            yield Candidate(agent, rule, (rank, 0 if exact else 200 - len(pattern), number), label, folded)
