"""Where people are needed: which agent has too much, what waits for the team, what could be moved or dropped."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from bizops.agent.agent import Result, tool
from bizops.agent.tools.management.lists import given, instant
from bizops.case import Case
from bizops.decision import Fact
from bizops.rules import flow, measures
from bizops.rules.board import Board, Item
from bizops.rules.flow import Load
from bizops.rules.harmless import code
from bizops.rules.measures import FEW
from bizops.rules.wording import many

SHOWN = 8


@tool("compute")
def resource_proposal(case: Case) -> Result:
    """Propose what to move, drop or give to whom: by Little's law, by what waits for people, by missed clocks."""
    data = given(case)
    board = data.board
    if board.open is None:
        lead = "There is no resource proposal: the open issues were not given."
        return Result(lead, {"section": "proposal", "lead": lead, "unknown": True, "notes": list(data.notes)})
    loads = flow.loads(board, case.policy, "agent")
    lines = [*_overloads(loads, board), *_waiting(case, board.open), *_slow(board), *_stale(board)]
    if not lines:
        lines = ["No agent has too much, nothing waits for the team, and nothing is stale: nothing has to be moved."]
        lines[0] += "" if loads and loads[0].weeks else " Rates are unknown: no whole week is covered."
    over = sum(bool(load.overload) for load in loads)
    facts = {"agents_with_too_much": Fact(value=str(over), source=f"open_issues ({len(board.open)} entries)")}
    text = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) if len(lines) > 1 else lines[0]
    text += (
        f"\n\nHow it is computed: {flow.HOW['load']}; too much = more arrives than is finished beyond chance, or more "
    )
    text += "than half is breached and what is open takes longer than its targets."
    told = {"section": "proposal", "lead": lines[0], "unknown": False, "notes": list(data.notes)}
    return Result(text, told | {"lines": lines}, facts)


def _overloads(loads: Sequence[Load], board: Board) -> Iterable[str]:
    """What takes the load off each agent that has too much."""
    worst = sorted((x for x in loads if x.overload), key=lambda x: (-(x.clear or 0), -x.open))
    for load in worst[:2]:
        mine = [item for item in board.open or () if item.agent == load.of]
        excess = _excess(load)
        later = [x for x in sorted(mine, key=_last_wanted) if x.priority in ("P2", "P3")][:excess]
        said = f"{code(load.of, 60)} has too much: {load.overload}."
        said += f" To come down to what fits its targets, move {many(excess, 'issue')} out: " if excess else ""
        said += _named(later) if excess and later else ""
        said += "none is P2 or P3, so it needs more people instead" if excess and not later else ""
        spare = [x for x in loads if x.use is not None and x.use < Decimal("0.8") and x.open < load.open]
        said += f". Room is at {code(spare[0].of, 60)} ({spare[0].open} open)" if spare else ""
        yield said.rstrip(".") + "."


def _excess(load: Load) -> int:
    """How many open issues are more than its pace finishes within their targets (Little: L = rate x time)."""
    if not load.finished or not load.weeks:
        return max(1, load.open // 2)
    fits = Decimal(load.finished) / load.weeks * load.allowed
    return max(0, load.open - math.ceil(fits))


def _last_wanted(item: Item) -> tuple[int, bool, int]:
    return -int(item.priority[1]), "sla/breached" in item.labels, item.changed


def _waiting(case: Case, items: Sequence[Item]) -> Iterable[str]:
    """What stands because a person of the team must act, by owner."""
    mine: dict[str, list[Item]] = {}
    day = date.fromisoformat(instant(case)[:10])
    for item in items:
        if flow.waits_for(item) == "team":
            mine.setdefault(case.policy.people.owner(item.area, day) or "", []).append(item)
    for owner, some in sorted(mine.items(), key=lambda pair: -len(pair[1])):
        who = (
            f"give them to {code(owner, 60)}" if owner else "nobody owns the area in policies/people.yml: name someone"
        )
        first = sorted(some, key=lambda item: (item.priority, item.opened))
        yield f"Waiting for a person of the team, {many(len(some), 'issue')}: {_named(first)}; {who}."


def _slow(board: Board) -> Iterable[str]:
    """The agent whose clocks are missed more often than all, beyond chance."""
    found = measures.compliance(board)
    whole = found[0]
    for m in found:
        enough = m.by == "agent" and (m.denominator or 0) >= FEW
        if enough and m.high is not None and whole.value is not None and m.high < whole.value:
            yield (
                f"{code(m.of, 60)} met {m.shown} of its clocks, all together {whole.shown}: look there first at what "
                "its late issues waited for, before people are moved."
            )


def _stale(board: Board) -> Iterable[str]:
    stale = flow.droppable(board.open or (), board.now)
    if stale:
        yield f"Ask whether these are still wanted, and drop them if not (30 days without a change): {_named(stale)}."


def _named(items: Sequence[Item]) -> str:
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(f"#{item.number} ({item.priority})" for item in items[:SHOWN]) + more
