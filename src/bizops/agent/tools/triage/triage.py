"""Who should take an issue, and why: labels, words, earlier issues, who is on, and who had it before."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from bizops.agent.agent import Result, tool
from bizops.agent.tools.triage.fields import labels
from bizops.agent.tools.triage.handovers import passed
from bizops.case import Case
from bizops.decision import Fact
from bizops.errors import InputError
from bizops.rules.classify import LEAST, MARGIN, Earlier, Guess, Ranked, classify
from bizops.rules.harmless import code, plain
from bizops.rules.wording import many, table

READINGS = {
    "development/architecture": "the design and the structure of the system",
    "development/implementation": "a change or a new function of the software",
    "development/bug": "a mistake in the software that must be mended",
    "development/testing": "tests, coverage and whether something is good enough",
    "development/deployment": "a release, the pipeline or a deployment",
    "operations": "running services: slow, down, certificates, cost of machines",
    "support": "help with using something",
    "success": "customers who may leave, satisfaction, surveys",
    "analytics": "a figure, table or chart from data",
    "finance": "the books: invoices, payments, budget, tax",
    "security": "access, secrets, weaknesses, compliance",
    "marketing": "texts, campaigns, channels",
    "sales": "an offer, a lead, a price",
    "management": "planning: who does what by when, progress, priorities",
    "general": "something else",
}
Outcome = Literal["hand_over", "off", "circle", "own", "unclear", "spam", "empty"]
HISTORY = 5_000  # earlier issues that are looked at
REPEATED = 2  # hand-overs in a circle after which a person must decide


@dataclass(frozen=True)
class _Choice:
    outcome: Outcome
    agent: str = ""
    area: str = ""
    why: str = ""


@tool("compute")
def propose_route(
    case: Case, text: Annotated[str, Field(description="words to classify; empty: the issue's own")] = ""
) -> Result:
    """Propose the agent for the issue from its label or form, its words and earlier issues, with the runner-up.

    `outcome`: `hand_over`, `off` (the agent is off: a person must take it), `circle` (it had the issue before), `own`
    (a matter of the manager), `unclear` (ask which of `candidates`), `spam`, `empty`.
    """
    history, notes = _history(case)
    body = text or "\n\n".join(filter(None, (case.work.asked, case.issue.body)))
    guess = classify("" if text else case.issue.title, body, case.policy, history, labels(case))
    choice = _choice(case, guess)
    facts = {
        f"score_{ranked.agent.removesuffix('-agent').replace('-', '_')}": Fact(
            value=f"{ranked.score:.2f}", source="the issue's words"
        )
        for ranked in guess.ranked[:3]
    }
    facts["margin"] = Fact(value=f"{guess.margin * 100:.0f}", unit="%", source="best score against second")
    facts["earlier_issues"] = Fact(value=str(len(history)), source="open and closed issues with an area label")
    data = {
        "outcome": choice.outcome,
        "agent": choice.agent,
        "area": choice.area,
        "why": choice.why,
        "candidates": [
            {"agent": r.agent, "area": r.area, "about": about(r.area)} for r in guess.ranked[:2] if r.score >= LEAST
        ],
        "claims": guess.priority.priority if guess.priority else "",
        "claim_words": guess.priority.words if guess.priority else "",
        "spam": guess.spam,
        "orders": len(guess.orders),
        "notes": notes,
        "returned_by": list(passed(case).back),
    }
    return Result(_text(guess, len(history)), data, facts)


def about(area: str) -> str:
    """What an area is about, in a few words."""
    return READINGS.get(area) or READINGS.get(area.partition("/")[0]) or area or "something else"


def _choice(case: Case, guess: Guess) -> _Choice:
    labelled = _labelled(case)
    closed = passed(case).closed
    if labelled and labelled[0] not in closed:
        return _placed(case, labelled[0], labelled[1], f"the label or form says `{labelled[1]}`")
    if guess.empty:
        return _Choice("empty", why="the issue has neither a title nor a text that says anything")
    if guess.spam:
        return _Choice("spam", why=f"it reads like advertising or noise: {guess.spam}")
    if not guess.clear:
        return _Choice("unclear", why=_why_unclear(guess))
    if guess.agent == case.work.agent:
        return _Choice("own", guess.agent, guess.area, "no agent but the manager does this")
    if guess.agent in closed:
        return _around(case, guess, closed)
    return _placed(case, guess.agent, guess.area, f"its words point to `{guess.area}`")


def _placed(case: Case, agent: str, area: str, why: str) -> _Choice:
    if agent == case.work.agent:
        return _Choice("own", agent, area, why)
    if case.policy.agent(agent).mode == "off":
        file, line = case.policy.where("agents", "agents", agent)
        return _Choice("off", agent, area, f"{why}, but `{agent}` is off ({file}:{line})")
    return _Choice("hand_over", agent, area, why)


def _around(case: Case, guess: Guess, closed: frozenset[str]) -> _Choice:
    """The words point to an agent that had the issue: the next one, if it is clear without it, else a question."""
    back = passed(case)
    rest = [r for r in guess.ranked if r.agent not in closed and r.agent != case.work.agent]
    lead = (rest[0].score - (rest[1].score if len(rest) > 1 else 0.0)) / rest[0].score if rest else 0.0
    if len(back.back) + len(back.tried) < REPEATED and rest and rest[0].score >= 2 * LEAST and lead >= MARGIN * 2:
        why = f"`{guess.agent}` had it already; the next by the words is `{rest[0].area}`"
        return _placed(case, rest[0].agent, rest[0].area, why)
    return _Choice(
        "circle", guess.agent, guess.area, f"the words point to `{guess.agent}`, which had the issue already"
    )


def _why_unclear(guess: Guess) -> str:
    if not guess.ranked or guess.ranked[0].score < LEAST:
        return "its words say too little"
    return f"its words point to `{guess.ranked[0].area}` and to `{guess.ranked[1].area}` about equally"


def _labelled(case: Case) -> tuple[str, str] | None:
    """The agent and area that a label or the form names, where that is not the manager."""
    from bizops.rules import routing

    on = case.policy.model_copy(update={"agents": case.policy.agents.model_copy(update={"agents": _all_on(case)})})
    route = routing.route(case.issue.labels, case.issue.assignees, on, (case.area,) if case.area else ())
    if route.agent == case.work.agent or route.rule.text.startswith("no label"):
        return None
    return route.agent, route.area or route.label


def _all_on(case: Case) -> dict[str, Any]:
    return {n: p.model_copy(update={"mode": "live"}) for n, p in case.policy.agents.agents.items()}


def _history(case: Case) -> tuple[tuple[Earlier, ...], list[str]]:
    """Earlier issues with an area label that leads to an agent other than the manager, and lists that are broken."""
    found: dict[int, Earlier] = {}
    notes = []
    for need in ("open_issues", "closed_issues"):
        try:
            entries = case.entries(need)
        except InputError as error:
            notes.append(f"the list {need} cannot be read: {plain(str(error), 200)}")
            continue
        for entry in entries[:HISTORY]:
            earlier = _routed(entry, case)
            if earlier:
                found[earlier.number] = earlier
    return tuple(found.values()), notes


def _routed(entry: Any, case: Case) -> Earlier | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("title"), str) or entry.get("pull_request"):
        return None
    number = entry.get("number")
    if not isinstance(number, int) or number == case.issue.number:
        return None
    routes = case.policy.labels.routes
    for label in entry.get("labels") or ():
        name = (label.get("name") if isinstance(label, dict) else label) or ""
        area = name.casefold() if isinstance(name, str) else ""
        agent = routes.get(area) or routes.get(area.partition("/")[0] + "/*" if "/" in area else "")
        if agent and agent != case.work.agent:
            return Earlier(number, entry["title"], agent, area)
    return None


def _text(guess: Guess, earlier: int) -> str:
    """The first three agents with what speaks for them."""
    if not guess.ranked:
        return "No word of the issue points to an area."
    rows = [
        (code(r.agent, table=True), code(r.area, table=True), f"{r.score:.2f}", _reasons(r)) for r in guess.ranked[:3]
    ]
    left = (
        f" Not counted, since they give orders to the desk: {many(len(guess.orders), 'sentence')}."
        if guess.orders
        else ""
    )
    taught = f" Earlier issues with an area label: {earlier}." if earlier else ""
    return (
        f"{table(('agent', 'area', 'score', 'because of'), rows)}\n\nMargin: {guess.margin * 100:.0f} %.{taught}{left}"
    )


def _reasons(ranked: Ranked) -> str:
    words = list(dict.fromkeys(e.word for e in ranked.evidence))[:5]
    parts = [", ".join(f"“{plain(word, 40)}”" for word in words)] if words else []
    parts += ["it reads like requests of this kind"] if ranked.learnt >= 1 else []
    parts += [f"like {', '.join(f'#{n}' for n in ranked.earlier)}"] if ranked.earlier else []
    return "; ".join(parts) or "a weak likeness"
