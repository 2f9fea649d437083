"""The early notice of the sweep: what history says will be late is told before it is at risk."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bizops.desk.cache import Cache
from tests.desk.sweeping import Sweeping, answered


def history(swept: Sweeping, event: str, size: int) -> None:
    """A ledger in which P1 clocks of support were all met after three hours, or all missed."""
    row = {"clock": "resolution", "cycle": 1, "priority": "P1", "agent": "ai-support-agent", "area": "support/question"}
    row |= {"at": "2026-11-20T09:00:00Z", "detected_at": "2026-11-20T09:00:00Z", "target_s": 14_400, "overdue_s": 0}
    rows = [row | {"issue": 9_000 + n, "event": event, "elapsed_s": 10_000 + 3 * n} for n in range(size)]
    month = f"{swept.world.github.clock.now():%Y-%m}"
    swept.keep(f"ledger/{month}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def likely(swept: Sweeping, number: int) -> list[str]:
    return [body for body in swept.shown(number).comments if "**Likely to be late:**" in body]


def test_what_history_says_will_be_late_is_told_early_and_once(swept: Sweeping) -> None:
    history(swept, "breach", 160)
    number = answered(swept)
    assert swept.sweep().posted == (number,)
    (body,) = likely(swept, number)
    assert "the ledger (160 clocks of this kind" in body
    writes = swept.writes()
    swept.later(minutes=20)
    swept.sweep()
    assert (swept.writes(), swept.posts(number)) == (writes, [])


@pytest.mark.parametrize("text", ["{", "[1]\n{}\nnull\n", '{"issue": []}\n', "\x00" * 50, '{"at": 1}\n' * 30])
def test_a_ledger_that_cannot_be_read_stops_no_sweep(swept: Sweeping, text: str) -> None:
    swept.keep("ledger/2026-11.jsonl", text)
    number = answered(swept)
    assert swept.sweep().complete
    assert likely(swept, number) == []


@pytest.mark.parametrize(("event", "size"), [("met", 40), ("breach", 10)])
def test_what_may_well_be_in_time_is_not_told_early(swept: Sweeping, event: str, size: int) -> None:
    history(swept, event, size)
    number = answered(swept)
    for _ in range(3):
        swept.sweep()
        swept.later(minutes=50)
    assert likely(swept, number) == []


def test_an_early_notice_comes_when_the_chance_has_grown_so_far(swept: Sweeping) -> None:
    history(swept, "met", 20)
    swept.policy(early_notice=Decimal("0.35"))
    number = answered(swept)
    swept.sweep()
    assert likely(swept, number) == []
    found = next(entry for entry in (swept.cache() or Cache()).entries.values() if entry.number == number)
    assert found.next_at is not None
    swept.world.github.clock.set(datetime.fromtimestamp(found.next_at, UTC))
    swept.sweep()
    assert len(likely(swept, number) + swept.posts(number)) == 1
