"""The period that an issue asks for: only its entries count, and the answer says so."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import timespans
from tests.agents.finance_cases import answer, fact, questions

LEDGER = (
    "date,account,amount\n2026-09-30,Sales,1000\n2026-10-02,Rent,-800\n2026-10-05,Sales,300\n2026-11-02,Rent,-800\n"
)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Statement", "Period: 2026-10"),
        ("Statement", "Period: October 2026"),
        ("Statement for October 2026", "Only October 2026."),
        ("Statement", "What is the net of October 2026?"),
        ("Statement", "Only entries from 2026-10-01 to 2026-10-31 count."),
        ("Statement", "Oktober 2026"),
        ("Statement", "le mois d'octobre 2026"),
        ("Statement", "last month"),
    ],
)
def test_only_the_entries_of_the_period_count(tmp_path: Path, title: str, body: str) -> None:
    decision = answer(tmp_path, title, {"ledger.csv": LEDGER}, body)
    assert fact(decision, "net") == "-500.00"
    assert "Only 2026-10-01 to 2026-10-31; 2 of 4 lines lie outside: lines 2 and 5." in decision.summary


@pytest.mark.parametrize(
    "body", ["", "Our rent was raised in October 2026.", "See october-2026.csv and `October 2026`."]
)
def test_a_month_in_an_aside_or_a_name_is_no_period(tmp_path: Path, body: str) -> None:
    assert fact(answer(tmp_path, "Statement", {"ledger.csv": LEDGER}, body), "net") == "-300.00"


def test_two_periods_are_shown_and_asked(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Statement for November 2026", {"ledger.csv": LEDGER}, "Period: 2026-10")
    assert "Which period shall count" in questions(decision)
    assert fact(decision, "net_2026_10_01_to_2026_10_31") == "-500.00"


def test_a_period_without_entries_is_said(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Statement", {"ledger.csv": LEDGER}, "Period: 2025-10")
    assert "No entry of `ledger.csv` lies in the period asked for" in decision.summary


def test_a_period_over_dates_with_two_readings_is_asked(tmp_path: Path) -> None:
    rows = "date,account,amount\n03/04/2026,Sales,1000\n04/05/2026,Rent,-800\n"
    decision = answer(tmp_path, "Statement", {"ledger.csv": rows}, "Period: 2026-04")
    assert "day first" in questions(decision)
    assert "all lines count until then" in decision.summary


def test_receivables_are_aged_at_the_end_of_the_period(tmp_path: Path) -> None:
    bills: dict[str, str | bytes] = {"inv.csv": "Invoice,Customer,Due date,Amount\nA-1,Alder,2026-11-10,1000.00\n"}
    decision = answer(tmp_path, "Receivables by age", bills, "Period: 2026-10-31")
    assert fact(decision, "as_of") == "2026-10-31"
    assert fact(decision, "overdue_total") == "0.00"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_a_range_is_read_as_it_is_written(first: date, length: int) -> None:
    span = timespans.Span(first, first + timedelta(days=length))
    (named,) = timespans.find(timespans.bare(f"{span.first} to {span.last}"), date(2026, 11, 25))
    assert named.readings == (span,)
