"""Large files are answered within the playbook's time, and what is too large is named with the limit."""

import json
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bizops.agent.agent import ToolError
from bizops.agent.decide import decide
from bizops.agent.tools.tables import sheets
from bizops.agent.tools.tables.places import Place
from bizops.desk.gather import gather, too_large
from tests.agents.finance_cases import AGENT, POLICY, answer, case, fact, questions

ROWS = 20_000
SECONDS = 6.0  # of the processor; work that grows with the square of the rows takes minutes


def _invoices() -> str:
    lines = [f"INV-{n:06d},Customer {n % 97},2026-01-{n % 28 + 1:02d},{n % 900 + 1}.25" for n in range(ROWS)]
    return "\n".join(["Invoice,Customer,Due date,Amount", *lines])


def _movements() -> str:
    total, rows = Decimal(0), []
    for n in range(ROWS):
        amount = Decimal(n % 700 - 300) + Decimal("0.25")
        total += amount
        rows.append({"Date": f"2026-01-{n % 28 + 1:02d}", "Text": f"booking {n}", "Amount": str(amount),
                     "Balance": str(total)})  # fmt: skip
    return json.dumps(rows)


@pytest.mark.parametrize(
    ("title", "name", "content"),
    [("Please age the overdue invoices", "inv.csv", _invoices()), ("Prove the balance", "bank.json", _movements())],
)
def test_twenty_thousand_entries_are_answered_in_seconds(tmp_path: Path, title: str, name: str, content: str) -> None:
    before = time.process_time()
    decision = answer(tmp_path, title, {name: content})
    assert time.process_time() - before < SECONDS
    assert f"{ROWS}" in decision.summary


def test_overdue_items_are_counted_in_full_and_the_oldest_are_listed(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Ageing as of 2026-11-30", {"inv.csv": _invoices()})
    listed = [finding for finding in decision.findings if finding.rule == "overdue"]
    assert fact(decision, "overdue_items") == str(ROWS)
    assert len(listed) == 40
    assert all("due 2026-01-01" in finding.text for finding in listed)


def test_entries_on_one_line_are_told_apart() -> None:
    places = [Place(1, n) for n in range(1000)]
    assert len(set(places)) == 1000
    assert len({hash(place) for place in places}) > 900


def test_a_file_that_is_too_large_is_named_with_its_size_and_the_limit(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (root / "data").mkdir(parents=True)
    (root / "data" / "bank.csv").write_bytes(b"Date,Amount\n" + b"2026-01-02,5.00\n" * 800_000)
    (root / "small.csv").write_text("Date,Amount\n2026-01-02,5.00\n")
    asked = case(tmp_path, "Statement", {}, "Please sum up data/bank.csv and small.csv.")
    named = too_large(asked.thread, POLICY, [root])
    assert named == ("data/bank.csv (12.8 MB; the limit is 12 MB)",)
    given = gather(tmp_path, asked.thread, POLICY, [root])
    assert [data.name for data in given] == ["small.csv"]
    both = replace(asked, data=given, too_large=named)
    with pytest.raises(ToolError, match="too large"):
        sheets.read(both, "bank.csv")
    for known in (both, replace(both, data=())):
        decision = decide(known, AGENT, {})
        assert "data/bank.csv (12.8 MB; the limit is 12 MB)" in decision.summary
        assert "no figures" not in decision.summary
        assert "Please give it in parts" in questions(decision)


@pytest.mark.parametrize(
    "entries", [[{f"k{n}": n for n in range(3000)}] * 2, [{f"k{n % 1500}": n} for n in range(10_000)]]
)
def test_entries_with_thousands_of_keys_are_no_table(tmp_path: Path, entries: list[dict[str, int]]) -> None:
    decision = answer(tmp_path, "Statement", {"wide.json": json.dumps(entries)})
    assert "different keys" in questions(decision)
