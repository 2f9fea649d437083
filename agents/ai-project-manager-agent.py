"""ai-project-manager-agent: the weekly report, key figures, workload, forecast; on a late issue its view."""

import sys

try:
    from bizops.agent.agent import Agent, Draft, Notebook, Result, ToolError
except ModuleNotFoundError as missing:
    print(f"{missing}: run `make venv` once, then .venv/bin/python {sys.argv[0]}", file=sys.stderr)
    sys.exit(2)

from bizops.agent.tools.management.escalation import issue_view
from bizops.agent.tools.management.figures import (
    ageing,
    forecast,
    key_figures,
    next_to_breach,
    sla_compliance,
    throughput,
    workload,
)
from bizops.agent.tools.management.lists import given
from bizops.agent.tools.management.proposal import resource_proposal
from bizops.agent.tools.management.wishes import Wish, wish
from bizops.case import Case
from bizops.decision import Ask
from bizops.rules.harmless import brief, plain

TITLES = {"proposal": "Resource proposal", "issue_view": "This issue"}
WEEKLY = (
    "key_figures",
    "next_to_breach",
    "workload",
    "proposal",
    "ageing",
    "throughput",
    "forecast",
    "sla_compliance",
)
TOOLS = {
    "key_figures": key_figures,
    "next_to_breach": next_to_breach,
    "workload": workload,
    "ageing": ageing,
    "throughput": throughput,
    "sla_compliance": sla_compliance,
}


def playbook(case: Case, notebook: Notebook) -> Draft:
    """Its view of a late issue, or the sections that are asked for, or the whole weekly report."""
    wanted = wish(case)
    if wanted.escalated:
        return _view(notebook.use(issue_view))
    if wanted.issue and wanted.issue != case.issue.number and _listed(case, wanted.issue):
        return _view(notebook.use(issue_view, number=wanted.issue))
    topics = wanted.topics or WEEKLY
    if "workload" in topics and "proposal" not in topics:
        topics = (*topics, "proposal")
    try:
        found = [_used(notebook, topic, wanted) for topic in topics]
    except ToolError as error:
        said = brief(str(error), 600)
        return Draft(f"I cannot count this: {plain(said, 600)}.", (Ask(questions=(f"Please mend this: {said}",)),))
    return _report(found, wanted)


def _listed(case: Case, number: int) -> bool:
    """Whether the one issue that is asked about is in a list; else the report is what there is to say."""
    return any(item.number == number for item in given(case).board.items)


def _used(notebook: Notebook, topic: str, wanted: Wish) -> Result:
    if topic == "proposal":
        return notebook.use(resource_proposal)
    if topic == "forecast":
        return notebook.use(forecast, until=wanted.until, only=wanted.only)
    return notebook.use(TOOLS[topic], only=wanted.only)


def _view(result: Result) -> Draft:
    return Draft(f"**{result.data['lead']}**\n\n{result.text}")


def _report(found: list[Result], wanted: Wish) -> Draft:
    """The leads first, then each section; what the data lacks is said once, and asked for where nothing is left."""
    leads = [f"**{found[0].data['lead']}**", *(f"- {r.data['lead']}" for r in found[1:])]
    notes = dict.fromkeys(note for result in found for note in result.data["notes"])
    parts = ["\n".join([leads[0], "", *leads[1:]]).strip()]
    parts += ["### About the data\n\n" + "\n".join(f"- {plain(note, 300)}" for note in notes)] if notes else []
    parts += [_section(r) for r in found if not r.data["unknown"] or r.data["section"] == "key_figures"]
    questions = []
    if wanted.readings:
        one, other = wanted.readings
        questions.append(f"Which day is meant, {one} or {other}? The forecast by a day waits for that.")
    broken = dict.fromkeys(line for result in found for line in result.data.get("broken", ()))
    questions += [f"Please mend this list: {line}" for line in broken]
    if not broken and all(result.data["unknown"] for result in found):
        questions.append(_lacking(list(notes)))
    return Draft("\n\n".join(parts), (Ask(questions=tuple(questions)),) if questions else ())


def _section(result: Result) -> str:
    title = result.data.get("title") or TITLES[result.data["section"]]
    return f"### {title}\n\n{result.text.removeprefix(result.data['lead']).strip()}"


def _lacking(notes: list[str]) -> str:
    """The one question where nothing could be counted."""
    said = f" ({brief('; '.join(notes), 500)})" if notes else ""
    return (
        f"Nothing could be counted{said}. Please give open_issues.json and closed_issues.json as fenced blocks, or let "
        "the desk read them from GitHub?"
    )


def counted_it(case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """A report rests on the tools; the view of a late issue on its thread; nothing is relabelled."""
    used = {r.data["section"] for r in notebook.results if isinstance(r.data, dict) and "section" in r.data}
    wrong = [] if used or draft.questions else ["use the tools: a report without figures is none"]
    if wish(case).escalated and "issue_view" not in used:
        wrong.append("this issue is late: use issue_view and give your view of it")
    wrong += [
        f"{action.kind} is not yours to do: propose it in words" for action in draft.actions if action.kind != "ask"
    ]
    return wrong


agent = Agent(
    file=__file__,
    mission="Report the state of all operations: key figures against their targets, workload, ageing, forecast, what "
    "breaches next; propose where people are needed; give a view of an escalated issue.",
    needs=("open_issues", "closed_issues", "ledger", "deadlines"),
    tools=(*TOOLS.values(), forecast, resource_proposal, issue_view),
    playbook=playbook,
    checks=(counted_it,),
)  # fmt: skip

if __name__ == "__main__":
    from bizops.cli.agent import main

    main(agent)
