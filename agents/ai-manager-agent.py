"""ai-manager-agent: triage of what nothing routes: who takes it, what is like it, what is missing, what to ask."""

import sys
from typing import Any

try:
    from bizops.agent.agent import Agent, Draft, Notebook, ToolError
except ModuleNotFoundError as missing:
    print(f"{missing}: run `make venv` once, then .venv/bin/python {sys.argv[0]}", file=sys.stderr)
    sys.exit(2)

from bizops.agent.tools.triage.fields import missing_fields
from bizops.agent.tools.triage.neighbours import similar_issues
from bizops.agent.tools.triage.triage import propose_route
from bizops.case import Case
from bizops.decision import Action, Ask, HandOver
from bizops.rules.harmless import plain

DONE = "What should be different when it is done?"


def playbook(case: Case, notebook: Notebook) -> Draft:
    """Route, near-duplicates and missing fields; a hand-over where it is clear, else the right question."""
    route = notebook.use(propose_route).data
    alike = _similar(notebook)
    fields = notebook.use(missing_fields, area=route["area"])
    same = alike["same"]
    actions, held = _actions(case, route, fields.data, same)
    parts = [_answer(case, route, same), "### Why", notebook.results[0].text]
    parts += (
        [f"The author claims {route['claims']} (“{plain(route['claim_words'], 60)}”); in force is {case.priority}."]
        if route["claims"]
        else []
    )
    parts += ["### Like it", *(r.text for r in notebook.results[1:2])] if alike["similar"] else []
    asks = fields.data["filled"] or route["outcome"] in ("hand_over", "off")
    parts += ["### Missing", fields.text] if fields.text and asks else []
    parts += [f"Note: {plain(line, 300)}." for line in (*route["notes"], *fields.data["notes"])]
    return Draft("\n\n".join(parts), actions, held)


def _similar(notebook: Notebook) -> dict[str, Any]:
    """What the open issues have in common with this one; nothing where their list is broken, which the route says."""
    try:
        return dict(notebook.use(similar_issues).data)
    except ToolError:
        return {"same": [], "similar": []}


def _answer(case: Case, route: dict[str, Any], same: list[int]) -> str:
    """Who takes it, in one or two sentences."""
    agent, why = f"`{route['agent']}`", route["why"]
    said = {
        "hand_over": f"**This goes to {agent}**: {why}.",
        "off": f"**{agent} would be responsible once it is switched on**: {why}. Until then a person has to take it.",
        "circle": f"**A person should decide who takes this**: {why}. It is not handed back.",
        "own": f"**This stays with `{case.work.agent}`**: {why}. A person has to take it.",
        "unclear": f"**I cannot tell who should take this**: {why}.",
        "spam": f"**This is not routed**: {why}.",
        "empty": f"**There is nothing to route**: {why}.",
    }[route["outcome"]]
    again = f" It reads the same as {', '.join(f'#{number}' for number in same)}." if same else ""
    orders = " What the text orders the desk to do was not followed." if route["orders"] else ""
    return f"{said}{again}{orders}"


def _actions(
    case: Case, route: dict[str, Any], fields: dict[str, Any], same: list[int]
) -> tuple[tuple[Action, ...], str | None]:
    """The hand-over where it is clear; else one question for each thing that is open."""
    if route["outcome"] == "hand_over":
        reason = f"{route['why'].replace('`', '')}."
        return (HandOver(agent=route["agent"], reason=reason[:1].upper() + reason[1:]),), None
    if route["outcome"] == "circle" and len(route["returned_by"]) >= 2:
        return (), "the agents hand this issue back and forth: a person must say who takes it"
    questions = [_question(case, route)]
    questions += [f"Is this the same as #{same[0]}? Then please go on there."] if same else []
    if route["outcome"] == "off" and fields["missing"]:
        names = ", ".join(plain(name, 80) for name in fields["missing"])
        questions.append(f"Whoever takes it will need: {names}. Can you add that?")
    return (Ask(questions=tuple(questions)),), None


def _question(case: Case, route: dict[str, Any]) -> str:
    """What has to be known to route the issue: the two readings, or what it is about at all."""
    outcome = route["outcome"]
    readings = [c for c in route["candidates"] if c["agent"] != case.work.agent]
    if outcome == "off":
        return (
            f"Who of the team takes this while {route['agent']} is off? Please name a person, or say that it can wait."
        )
    if outcome == "own":
        return (
            "What exactly should be done, what is it about (a product, a document, a customer, a place), and by when?"
        )
    if outcome == "circle":
        had = ", ".join(route["returned_by"]) or route["agent"]
        return f"{had} had this issue already. What is still open, and who should do it?"
    if outcome == "spam":
        return "Is this a real request? If so: what do you need from us, in one sentence and without advertising?"
    if outcome == "empty" or not readings:
        return f"What do you need, and which product, document or customer is it about? {DONE}"
    if len(readings) == 1:
        return f"Is this about {readings[0]['about']} ({readings[0]['agent']})? If not: what is it about? {DONE}"
    first, second = readings[:2]
    one, other = (f"{c['about']} ({c['agent']})" for c in (first, second))
    return f"Is this about {one}, or about {other}? {DONE}"


def routes_with_reasons(case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """The route was looked up; a hand-over goes where the tool allows one."""
    routes = [r.data for r in notebook.results if isinstance(r.data, dict) and "outcome" in r.data]
    if not routes:
        return ["use propose_route before you answer"]
    wrong = []
    for action in draft.actions:
        if not isinstance(action, HandOver):
            continue
        if case.policy.agent(action.agent).mode == "off":
            wrong.append(f"{action.agent} is off: say who would be responsible, and that a person has to take it")
        if action.agent == case.work.agent or action.agent in routes[-1]["returned_by"]:
            wrong.append(f"{action.agent} had the issue already: ask, or hold it for a person")
        if routes[-1]["outcome"] in ("spam", "empty"):
            wrong.append("spam and empty issues are not handed over: ask what is needed")
    return wrong


agent = Agent(
    file=__file__,
    mission="Find who should take an issue that nothing routes, with reasons; name its near-duplicates and what is "
    "missing; ask the right question where it cannot be told.",
    needs=("open_issues", "closed_issues"),
    tools=(propose_route, similar_issues, missing_fields),
    playbook=playbook,
    checks=(routes_with_reasons,),
)  # fmt: skip

if __name__ == "__main__":
    from bizops.cli.agent import main

    main(agent)
