"""The report's sections as tools: each gives its lead, its tables and how they are computed."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.management.lists import Given, given, instant
from bizops.case import Case
from bizops.decision import Fact
from bizops.errors import ConfigError
from bizops.rules import measures, sections, targets
from bizops.rules.sections import Section
from bizops.rules.upcoming import next_breaches

Only = Annotated[
    str, Field(description="areas or agents that count, by commas (`finance, support/question`); empty: all")
]


@tool("compute")
def key_figures(case: Case, only: Only = "") -> Result:
    """The key figures against the mission's targets: automation, SLA compliance, cost, speed, errors."""
    data = given(case, only)
    found = measures.by_name(measures.all_measures(data.board, case.policy))
    try:
        kpis = targets.kpis(found, case.policy, data.own)
    except ConfigError as error:
        raise ToolError(str(error)) from error
    return _result(sections.key_figures(kpis), data)


@tool("compute")
def sla_compliance(case: Case, only: Only = "") -> Result:
    """The share of clocks that were met, in all and by clock, priority, agent and week, from the ledger."""
    data = given(case, only)
    return _result(sections.compliance(measures.compliance(data.board)), data)


@tool("compute")
def ageing(case: Case, only: Only = "") -> Result:
    """How old the open issues are: percentiles, buckets, the oldest and whom they wait for."""
    data = given(case, only)
    return _result(sections.queue(data.board), data)


@tool("compute")
def throughput(case: Case, only: Only = "") -> Result:
    """How many issues were opened and finished in each of the last whole weeks."""
    data = given(case, only)
    return _result(sections.throughput(data.board), data)


@tool("compute")
def workload(case: Case, only: Only = "") -> Result:
    """Open issues, arrivals, finished work and weeks to clear by agent and by area; who has too much."""
    data = given(case, only)
    return _result(sections.workload(data.board, case.policy), data)


@tool("compute")
def next_to_breach(case: Case, only: Only = "") -> Result:
    """The running clocks that breach next, with the chance of a miss, and what is breached already."""
    data = given(case, only)
    return _result(next_breaches(data.board, case.policy), data)


@tool("compute")
def forecast(
    case: Case,
    until: Annotated[str, Field(description="a day, YYYY-MM-DD: how many are done by its end; empty: none")] = "",
    only: Only = "",
) -> Result:
    """When all that is open is done, and how many are done by a day, with 50, 85 and 95 % confidence (Monte Carlo)."""
    data = given(case, only)
    return _result(sections.forecast(data.board, _end(until, case) if until else None), data)


def _end(until: str, case: Case) -> int:
    """The end of a day in seconds since 1970, counted from the present instant of the day before its end."""
    try:
        day = date.fromisoformat(until)
        today = date.fromisoformat(instant(case)[:10])
    except ValueError as error:
        raise ToolError(f"not a day: {until[:40]!r}", fix="write it as YYYY-MM-DD") from error
    if not today < day < today + timedelta(days=3_650):
        raise ToolError(f"{day} is not after today ({today})", fix="give a day of the next ten years")
    return (day - date(1970, 1, 1)).days * measures.DAY + measures.DAY - 1


def _result(section: Section, data: Given) -> Result:
    source = ", ".join(sorted(_sources(data))) or "no list"
    facts = {name: Fact(value=value, unit=unit, source=source) for name, (value, unit) in section.figures.items()}
    told = {"section": section.name, "title": section.title, "lead": section.lead, "unknown": section.unknown}
    more = {"how": section.how, "notes": list(data.notes), "broken": list(data.broken), "data": section.data}
    return Result(section.markdown, told | more, facts)


def _sources(data: Given) -> set[str]:
    board = data.board
    counted = {"open_issues": board.open, "closed_issues": board.closed, "ledger": board.rows}
    return {f"{name} ({len(entries)} entries)" for name, entries in counted.items() if entries is not None}
