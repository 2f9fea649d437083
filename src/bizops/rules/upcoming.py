"""What breaches next: the running clocks of the open issues, nearest first, with the chance of a miss of each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bizops.policy import Policy
from bizops.rules import flow
from bizops.rules import forecast as forecasts
from bizops.rules.board import Board, Item
from bizops.rules.sections import SHOWN, Figures, Section, issue
from bizops.rules.sla.calendar import timetable
from bizops.rules.sla.instants import written
from bizops.rules.wording import many, span, table

MOST = 100  # in the data


@dataclass(frozen=True)
class Next:
    """An open clock that can breach at `due`, which the sweep knows (`sure`) or which the opening says, without pauses.

    `chance` is that of a miss, from the business seconds since the opening.
    """

    item: Item
    due: int
    sure: bool
    chance: float


def to_breach(board: Board, policy: Policy) -> tuple[Next, ...]:
    """The resolution clocks that run and are not breached, the nearest first.

    The sweep's next instant of an issue at risk is its breach. Issues that wait for the requester are paused by policy,
    and left out.
    """
    chances = forecasts.Chances(forecasts.past(board.rows or ()))
    known = {item.number: at for item, at in flow.due(board)}
    paused = frozenset(policy.sla.pause_labels.get("resolution", ()))
    tables = {priority: timetable(policy.sla.hours(priority)) for priority in policy.sla.escalation}
    found = []
    for item in board.open or ():
        target = policy.sla.escalation[item.priority].seconds("resolution")
        if target is None or "sla/breached" in item.labels or paused & item.labels:
            continue
        times = tables[item.priority]
        used, due = times.between(item.opened, board.now), times.after(item.opened, target)
        look = known.get(item.number)
        sure = "sla/at-risk" in item.labels and look is not None and look >= due
        chance = chances.missed(item.agent, item.priority, used, target)
        found.append(Next(item, look if sure and look is not None else due, sure, chance))
    return tuple(sorted(found, key=lambda n: (n.due, n.item.number)))


def next_breaches(board: Board, policy: Policy) -> Section:
    """What breaches next."""
    title, name = "Next to breach", "next_to_breach"
    if board.open is None:
        return Section(name, title, "What breaches next is unknown: the open issues were not given.", unknown=True)
    late = [item for item in board.open if "sla/breached" in item.labels]
    every = to_breach(board, policy)
    found, odd = [n for n in every if n.due > board.now], [n for n in every if n.due <= board.now]
    said = f"{many(len(late), 'open issue')} {'is' if len(late) == 1 else 'are'} breached already."
    lead = f"No clock that runs is known to breach next. {said}"
    if found:
        how = "" if found[0].sure else ", later if it was paused"
        lead = f"#{found[0].item.number} ({found[0].item.priority}) is next: {written(found[0].due)}, in "
        lead += f"{span(found[0].due - board.now)}{how}. {said}"
    rows = [
        [*issue(n.item)[:3], written(n.due), "sweep" if n.sure else "opening", _percent(n), issue(n.item)[3]]
        for n in found[:SHOWN]
    ]
    head = ["Issue", "Priority", "Agent", "Breaches", "By", "Chance of a miss", "Title"]
    parts = [table(head, rows)] if rows else []
    parts += [f"{len(found) - SHOWN} more run."] if len(found) > SHOWN else []
    parts += [f"Breached: {_named(late)}"] if late else []
    past = "Older than their target and not labelled as breached (paused before, or the sweep is late)"
    parts += [f"{past}: {_named([n.item for n in odd])}"] if odd else []
    figures: Figures = {"breached_now": (str(len(late)), "issues")}
    return Section(name, title, lead, "\n\n".join(parts), NEXT, [_next(n) for n in every[:MOST]], figures)


NEXT = (
    "by `sweep`: the instant that the sweep foresees; by `opening`: opening + target in policy's business hours, and "
    "later if the clock was paused. The chance is P(T > target | T > elapsed) from the ledger's clocks of the same "
    "agent and priority, drawn towards all clocks and the share of the target used where these are few"
)


def _named(items: Sequence[Item]) -> str:
    more = f" and {len(items) - 30} more" if len(items) > 30 else ""
    return ", ".join(f"#{item.number} ({item.priority})" for item in items[:30]) + more


def _percent(one: Next) -> str:
    return f"{min(99, max(1, round(100 * one.chance)))} %"


def _next(one: Next) -> dict[str, Any]:
    told: dict[str, Any] = {"number": one.item.number, "priority": one.item.priority, "agent": one.item.agent}
    return {**told, "breaches": written(one.due), "by_sweep": one.sure, "chance": round(one.chance, 3)}
