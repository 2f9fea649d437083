"""The report's sections as Markdown and as data, for the command and the agent alike. Pure; foreign text is harmless.

Words come first: each section has a lead that says what it means. `how` says how it is computed. Every figure of a lead
stands in `figures` too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bizops.policy import Policy
from bizops.rules import flow
from bizops.rules import forecast as forecasts
from bizops.rules.board import Board, Item
from bizops.rules.flow import Load
from bizops.rules.harmless import code, plain
from bizops.rules.measures import DAY, FEW, Measure
from bizops.rules.targets import Kpi
from bizops.rules.wording import many, span, table

SHOWN = 10  # rows of a table; more are counted
Figures = dict[str, tuple[str, str]]  # name: value, unit


@dataclass(frozen=True)
class Section:
    """One part of the report. `unknown`: the data for it was not given, and the lead says so."""

    name: str
    title: str
    lead: str
    text: str = ""
    how: str = ""
    data: Any = None
    figures: Figures = field(default_factory=dict)
    unknown: bool = False

    @property
    def markdown(self) -> str:
        how = f"How it is computed: {self.how}." if self.how else ""
        return "\n\n".join(filter(None, (self.lead, self.text, how)))


def key_figures(kpis: Sequence[Kpi]) -> Section:
    """The KPI table."""
    met, missed, open_ = ([kpi for kpi in kpis if kpi.verdict == verdict] for verdict in ("met", "missed", "unknown"))
    said = [f"{len(met)} of {many(len(kpis), 'target')} met", f"{len(missed)} missed", f"{len(open_)} unknown"]
    names = ", ".join(f"{kpi.title} {kpi.measure.shown}, target {kpi.target}" for kpi in missed)
    rows = [
        [kpi.title, kpi.measure.shown, f"{plain(kpi.target, 20)} {kpi.measure.unit}", _verdict(kpi), _note(kpi.measure)]
        for kpi in kpis
    ]
    hows = "\n".join(f"- {kpi.title}: {kpi.measure.how}." for kpi in kpis)
    figures: Figures = {"targets_met": (str(len(met)), ""), "targets_missed": (str(len(missed)), "")}
    for kpi in kpis:
        if kpi.measure.value is not None:
            figures[kpi.name] = str(kpi.measure.value), kpi.measure.unit
    return Section(
        "key_figures",
        "Key figures against the targets",
        f"{'; '.join(said)}.{f' Missed: {names}.' if names else ''}",
        table(["Key figure", "Value", "Target", "Verdict", "Note"], rows) + f"\n\nHow they are computed:\n\n{hows}",
        "",
        [{"name": k.name, "target": k.target, "verdict": k.verdict, **k.measure.as_json()} for k in kpis],
        figures,
        unknown=not met and not missed,
    )


def _verdict(kpi: Kpi) -> str:
    few = kpi.verdict != "unknown" and (kpi.measure.denominator or FEW) < FEW
    return f"{kpi.verdict}, by few" if few else kpi.verdict


def _note(measure: Measure) -> str:
    between = f"95 % interval {measure.low} to {measure.high} %" if measure.low is not None else ""
    return plain("; ".join(filter(None, (between, measure.note))), 300)


def compliance(measures: Iterable[Measure]) -> Section:
    """SLA compliance with its parts."""
    found = [m for m in measures if m.name == "sla_compliance"]
    whole, parts = found[0], [m for m in found if m.by]
    if whole.value is None:
        return Section("compliance", "SLA compliance", f"SLA compliance is unknown: {whole.note}.", unknown=True)
    worst = min(
        (m for m in parts if m.by != "clock"), key=lambda m: (m.value or 0, -(m.denominator or 0)), default=None
    )
    low = f" Lowest: {worst.by} {code(worst.of, 60)} with {worst.shown}." if worst and whole.value < 100 else ""
    lead = f"{whole.shown} of the clocks that were decided were met.{low}"
    rows = [[m.by, code(m.of, 60, table=True), m.shown, f"{m.low} to {m.high} %"] for m in parts]
    text = table(["By", "Of", "Met", "95 % interval"], rows[:40])
    figures: Figures = {"sla_compliance": (str(whole.value), "%"), "clocks_decided": (str(whole.denominator), "")}
    return Section("compliance", "SLA compliance", lead, text, whole.how, [m.as_json() for m in found], figures)


def queue(board: Board) -> Section:
    """How old the open issues are."""
    title = "Ageing"
    if board.open is None:
        return Section("queue", title, "The age of the queue is unknown: the open issues were not given.", unknown=True)
    ages = flow.ages(board.open, board.now)
    if not ages.count or ages.p50 is None or ages.p85 is None or ages.p95 is None or ages.oldest is None:
        return Section("queue", title, "No issue is open.", data=asdict(ages), figures={"open_issues": ("0", "")})
    least = "at least " if board.open_cut else ""
    lead = (
        f"{least}{many(ages.count, 'issue')} open; half are at most {span(ages.p50)} old, 85 % {span(ages.p85)}, "
        f"95 % {span(ages.p95)}; the oldest is {span(ages.oldest)} old."
    )
    old = sorted(board.open, key=lambda item: (item.opened, item.number))[:5]
    text = table(["Age", "Open issues"], ages.buckets) + "\n\nThe oldest:\n\n"
    text += table(
        ["Issue", "Priority", "Agent", "Age", "Waits for", "Title"],
        [[*issue(item)[:3], span(board.now - item.opened), flow.waits_for(item), issue(item)[3]] for item in old],
    )
    figures: Figures = {"open_issues": (str(ages.count), ""), "age_p50": (span(ages.p50), "")}
    figures |= {"age_p85": (span(ages.p85), ""), "age_p95": (span(ages.p95), "")}
    return Section("queue", title, lead[:1].upper() + lead[1:], text, flow.HOW["age"], asdict(ages), figures)


def issue(item: Item) -> list[str]:
    return [f"#{item.number}", item.priority, f"`{item.agent}`", plain(item.issue.title, 80)]


def throughput(board: Board) -> Section:
    """What was opened and finished, week by week."""
    title, weeks = "Throughput", flow.weeks(board, board.items)
    if not weeks:
        why = "the closed issues were not given" if board.closed is None else "no whole week is covered yet"
        return Section("throughput", title, f"Throughput is unknown: {why}.", unknown=True)
    opened, finished = sum(w.opened for w in weeks), sum(w.finished for w in weeks)
    rates = flow.rate(finished, len(weeks)), flow.rate(opened, len(weeks))
    lead = f"{rates[0]} issues are finished and {rates[1]} opened a week, over {many(len(weeks), 'whole week')}."
    text = table(["Week", "Opened", "Finished"], [[w.name, w.opened, w.finished] for w in weeks])
    data = [{"week": w.name, "opened": w.opened, "finished": w.finished} for w in weeks]
    figures: Figures = {"finished_a_week": (str(rates[0]), "issues"), "opened_a_week": (str(rates[1]), "issues")}
    return Section("throughput", title, lead, text, flow.HOW["throughput"], data, figures)


def workload(board: Board, policy: Policy) -> Section:
    """What each agent and each area has, and which has too much."""
    title = "Workload"
    if board.open is None:
        return Section("workload", title, "Workload is unknown: the open issues were not given.", unknown=True)
    agents, areas = (flow.loads(board, policy, by) for by in ("agent", "area"))
    over = [load for load in (*agents, *areas) if load.overload]
    top = agents[0] if agents and agents[0].open else None
    lead = (
        f"Most is with `{top.of}`: {top.open} of {many(len(board.open), 'open issue')}." if top else "No issue is open."
    )
    lead += (
        " " + ("; ".join(f"Too much: {code(x.of, 60)}, {x.overload}" for x in over[:2]) or "None has too much") + "."
    )
    text = "\n\n".join(_loads(by, loads) for by, loads in (("Agent", agents), ("Area", areas)))
    data = {"agents": [_load(x) for x in agents], "areas": [_load(x) for x in areas]}
    figures: Figures = {f"open_{load.of.replace('/', '_')}": (str(load.open), "issues") for load in agents[:SHOWN]}
    return Section("workload", title, lead, text, flow.HOW["load"], data, figures)


def _loads(by: str, loads: Sequence[Load]) -> str:
    head = [by, "Open", "Breached", "At risk", "Wait for requester", "Wait for team"]
    head += ["Arrive a week", "Finished a week", "Weeks to clear", "Use"]
    rows = [
        [
            *(code(x.of, 60, table=True), x.open, x.breached, x.at_risk, x.requester, x.team),
            *((flow.rate(x.arrivals, x.weeks), flow.rate(x.finished, x.weeks)) if x.weeks else ("unknown", "unknown")),
            *(_known(x.clear), _known(x.use)),
        ]
        for x in loads[:SHOWN]
    ]
    more = f"\n\n{len(loads) - SHOWN} more are not shown." if len(loads) > SHOWN else ""
    return table(head, rows) + more


def _known(value: Decimal | None) -> str:
    return "unknown" if value is None else str(flow.tenth(value))


def _load(load: Load) -> dict[str, Any]:
    more = {"clear_weeks": _known(load.clear), "use": _known(load.use), "overload": load.overload}
    return {**asdict(load), "allowed": str(flow.tenth(load.allowed)), **more}


def forecast(board: Board, until: int | None = None) -> Section:
    """When what is open is done, and how much is done by a day (seconds since 1970, its end counts)."""
    title, name = "Forecast", "forecast"
    if board.open is None or board.closed is None:
        lost = " and ".join(w for w, part in (("open", board.open), ("closed", board.closed)) if part is None)
        return Section(name, title, f"There is no forecast: the {lost} issues were not given.", unknown=True)
    history = forecasts.blocks(flow.daily(board, board.items))
    count = len(board.open)
    found = forecasts.finish(history, count)
    if found.refused:
        return Section(name, title, f"There is no forecast: {found.refused}.", data=asdict(found), unknown=True)
    days = {share: (_day(board.now, day), day) for share, day in found.days}
    lead = f"The {many(count, 'open issue')} are done by {days[50][0]} with 50 %, by {days[85][0]} with 85 % and by "
    lead += f"{days[95][0]} with 95 % confidence." if count else ""
    lead = lead if count else "No issue is open: nothing is left to forecast."
    rows = [[f"{share} %", *days[share]] for share in days] if count else []
    text = table(
        ["Confidence", "All done by", "Days from today"], [[a, b, "-" if c is None else c] for a, b, c in rows]
    )
    figures: Figures = {f"done_p{share}": (day, "") for share, (day, _) in days.items()} if count else {}
    data: dict[str, Any] = {"finish": asdict(found)}
    if until is not None and until >= board.now:
        told = forecasts.amount(history, int((until - board.now) // DAY))
        least = dict(told.at_least)
        by = _date(until)
        lead = f"By {by} at least {least[85]} issues are done with 85 % confidence ({least[50]} with 50 %). {lead}"
        text += "\n\n" + table(["Confidence", f"Done by {by}, at least"], [[f"{s} %", n] for s, n in least.items()])
        figures |= {f"done_by_{by}_p{share}": (str(n), "issues") for share, n in least.items()}
        data["amount"] = asdict(told)
    how = (
        f"Monte Carlo, {forecasts.RUNS} runs, each drawing whole weeks of the last {found.blocks} with replacement "
        f"({found.done} issues finished in them); what is open comes before what is new, and the team stays as it was"
    )
    return Section(name, title, lead, text if count or until else "", how, data, figures)


def _day(now: int, days: int | None) -> str:
    return "more than five years" if days is None else _date(now + days * DAY)


def _date(at: int) -> str:
    return (datetime.fromtimestamp(at, UTC) + timedelta(0)).date().isoformat()
