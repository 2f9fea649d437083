"""The ledger as the sweep reads and writes it: what is known of an issue's clocks outlives what its thread has lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bizops.desk.cache import noted
from bizops.desk.clocks import Reading
from bizops.desk.github import GitHub
from bizops.desk.lists import ledger
from bizops.rules.board import Row as Past
from bizops.rules.board import rows
from bizops.rules.sla.instants import written
from bizops.rules.sla.plan import Row
from bizops.service_level import CLOCKS

MONTHS = 3  # that are read
GONE = "labels/1/gone"  # noted when a label was first seen to be gone of which no event tells


@dataclass(frozen=True)
class Ledger:
    """The rows of the last months, read once where they are asked for."""

    github: GitHub

    @cached_property
    def rows(self) -> tuple[Past, ...]:
        return rows(ledger(self.github, MONTHS), [])

    @cached_property
    def _issues(self) -> Mapping[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for row in self.rows:
            if row.clock in CLOCKS:
                found.setdefault(row.issue, {}).setdefault(f"{row.clock}/{row.cycle}/{row.event}", row.at)
        return found

    def of(self, number: int) -> Mapping[str, int]:
        """What it has about an issue: `CLOCK/CYCLE/EVENT` and its instant."""
        return self._issues.get(number, {})

    def lost(self, known: Mapping[str, int]) -> bool:
        """Whether there is no ledger any more, though rows are known: then they are written again."""
        return bool(known) and not self.rows


def line(reading: Reading, row: Row) -> dict[str, object]:
    """A line of the ledger, whose key is (issue, clock, cycle, event): a line that comes twice counts once."""
    newest = reading.seen.look.newest
    return {
        "issue": reading.seen.number,
        "clock": row.clock.clock,
        "cycle": row.clock.cycle,
        "event": row.event,
        "at": written(row.at),
        "detected_at": written(reading.now),
        "priority": row.clock.priority,
        "agent": newest.key.partition("@")[0] if newest else reading.seen.route.agent,
        "area": reading.seen.route.area,
        "target_s": row.clock.target,
        "elapsed_s": row.clock.elapsed,
        "overdue_s": row.clock.overdue,
    }


def records(known: Mapping[str, int]) -> list[dict[str, Any]]:
    """What is noted, as the record that the clocks believe where the thread has lost it (`rules/sla/history`)."""
    kinds = {"met": "response", "breach": "breach", "gone": "gone"}
    found: list[dict[str, Any]] = []
    for key, at in ((key, int(at)) for key, _, at in (text.partition("@") for text in noted(known))):
        clock, cycle, event, *step = key.split("/")
        kind = ("step" if event == "breach" else event) if step else kinds.get(event)
        if kind and not (kind == "response" and clock == "resolution"):
            number = int(step[0]) if step else 0
            found.append({"clock": clock, "cycle": int(cycle), "kind": kind, "at": written(at), "step": number})
    return found
