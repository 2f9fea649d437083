"""Exports as accounting systems and banks write them: what is compared with what, and which rows are no entries."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import headings, labels
from tests.agents.finance_cases import answer, fact, found

# Budgets with a pair of columns for each period

PLAN = (
    "Cost centre,Jan Budget,Jan Actual,Feb Budget,Feb Actual,YTD Budget,YTD Actual\nMarketing,1000,1200,1000,900,2000,"
    "2100\nIT,500,450,500,700,1000,1150\nRent,2000,2000,2000,2000,4000,4000\nTotal,3500,3650,3500,3600,7000,{total}\n"
)
ABOVE = ";Januar;;Februar;\nKonto;Soll;Ist;Soll;Ist\nMiete;100,00;110,00;100,00;120,00\nStrom;50,00;50,00;50,00;45,00\n"


def test_each_period_of_a_plan_is_compared_with_itself(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Budget vs actual by month, which are over?", {"plan.csv": PLAN.format(total=7250)})
    assert [fact(decision, f"{name}_total_variance") for name in ("jan", "feb", "ytd")] == [
        "150.00",
        "100.00",
        "250.00",
    ]
    assert fact(decision, "feb_it_variance") == "200.00"
    assert "total 7,250.00" not in decision.summary.replace("actual 7,250.00", "")
    assert found(decision, "total-differs") == []


def test_a_period_that_the_question_names_is_shown_alone(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Budget vs actual in February?", {"plan.csv": PLAN.format(total=7250)})
    assert fact(decision, "feb_total_variance") == "100.00"
    assert "jan_total_variance" not in decision.facts
    assert "`Jan`, `YTD`" in decision.summary


def test_a_total_of_one_period_that_is_wrong_is_named(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Budget vs actual", {"plan.csv": PLAN.format(total=7350)})
    assert found(decision, "total-differs") == [5]
    assert "7,350.00" in decision.summary


def test_periods_named_above_the_header_are_told_apart(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Soll/Ist-Vergleich", {"plan.csv": ABOVE})
    assert fact(decision, "januar_miete_variance") == "10.00"
    assert fact(decision, "februar_miete_variance") == "20.00"


def test_the_budget_of_the_year_that_has_actual_figures_is_the_one_compared(tmp_path: Path) -> None:
    text = "Account,Budget 2025,Budget 2026,Actual 2026\nRent,900,1000,1100\nOffice,400,500,450\n"
    decision = answer(tmp_path, "Budget vs actual", {"plan.csv": text})
    assert fact(decision, "rent_budget") == "1000.00"
    assert fact(decision, "rent_variance") == "100.00"


@given(
    st.sampled_from(["Jan", "Q1", "2026", "YTD", "Week 7"]), st.sampled_from([("Budget", "budget"), ("Ist", "actual")])
)
def test_the_period_of_a_column_stands_before_or_behind_its_role(period: str, role: tuple[str, str]) -> None:
    wanted = ("budget", "actual")
    rest = headings.words(period)
    assert headings.parted(f"{period} {role[0]}", wanted) == (role[1], rest)
    assert headings.parted(f"{role[0]} {period}", wanted) == (role[1], rest)


@pytest.mark.parametrize(
    "label",
    ["NET OPERATING INCOME", "Net Ordinary Income", "Gross Profit", "Income before tax", "Profit before taxes",
     "Bruttoergebnis", "Rohgewinn", "Résultat d'exploitation", "Resultado de explotación", "Margine operativo lordo",
     "Nettowinst", "Bedrijfsresultaat", "Net Other Income"],
)  # fmt: skip
def test_a_result_is_known_by_its_name(label: str) -> None:
    said = labels.of(label, has_dates=False)
    assert said is not None
    assert said.kind == "result"
    assert said.strength


@pytest.mark.parametrize("label", ["Other income", "Operating lease", "Interest income", "Net salaries", "Netflix"])
def test_an_account_that_sounds_like_a_result_stays_an_entry(label: str) -> None:
    said = labels.of(label, has_dates=False)
    assert said is None or said.strength == 0


QUICKBOOKS = """Budget vs. Actuals: FY26 - P&L
Acme Corp

,Actual,Budget,over Budget
Income,,,
   Sales,"12,500.00","10,000.00","2,500.00"
Total Income,"$12,500.00","$10,000.00","$2,500.00"
GROSS PROFIT,"$12,500.00","$10,000.00","$2,500.00"
Expenses,,,
   Advertising,"1,200.00","1,000.00",200.00
   Rent,"2,500.00","2,500.00",0.00
Total Expenses,"$3,700.00","$3,500.00",$200.00
NET OPERATING INCOME,"$8,800.00","$6,500.00","$2,300.00"
NET INCOME,"$8,800.00","$6,500.00","$2,300.00"
"""


def test_the_results_of_a_budget_report_are_no_entries(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Compare budget and actual", {"bva.csv": QUICKBOOKS})
    assert [fact(decision, name) for name in ("compared", "expenses_actual", "result_actual")] == [
        "3", "3700.00", "8800.00",
    ]  # fmt: skip
    wrong = answer(tmp_path, "Compare budget and actual", {"bva.csv": QUICKBOOKS.replace("8,800", "8,700")})
    assert set(found(wrong, "total-differs")) == {13, 14}


# Banks


@pytest.mark.parametrize(("mark", "last"), [("D", "D"), ("DR", "DR"), ("Dr", "Dr"), ("OD", "OD")])
def test_an_opening_balance_in_debit_is_negative(tmp_path: Path, mark: str, last: str) -> None:
    text = (
        f"Date,Details,Paid out,Paid in,Balance\n01/04/2026,Balance brought forward,,,1200.00 {mark}\n"
        "02/04/2026,CLIENT LTD,,3000.00,1800.00\n13/04/2026,RENT,950.00,,850.00\n"
        f"14/04/2026,HMRC,1000.00,,150.00 {last}\n14/04/2026,Balance carried forward,,,{{end}} {last}\n"
    )
    decision = answer(tmp_path, "Check the running balance", {"s.csv": text.format(end="150.00")})
    assert fact(decision, "balance_breaks") == "0"
    assert [finding for finding in decision.findings if finding.severity == "high"] == []
    wrong = answer(tmp_path, "Check the running balance", {"s.csv": text.format(end="160.00")})
    assert found(wrong, "closing-differs") == [6]


MT940 = (
    ":20:S\n:25:1/2\n:28C:1/1\n:60F:C260101EUR1000,00\n:61:2601020102DR45,50NMSC1\n:86:Strom\n"
    ":61:2601050105CR1190,00NMSC2\n:86:Kunde\n:62F:C260107EUR{closing}\n-\n"
)


def test_the_opening_and_closing_balance_of_a_swift_statement_prove_it(tmp_path: Path) -> None:
    right = answer(tmp_path, "Stimmt der Saldo?", {"k.sta": MT940.format(closing="2144,50")})
    assert fact(right, "balance_breaks") == "0"
    wrong = answer(tmp_path, "Stimmt der Saldo?", {"k.sta": MT940.format(closing="2174,50")})
    assert found(wrong, "balance-breaks") == [9]
    assert "30.00" in wrong.summary


def test_a_swift_statement_that_is_missing_between_two_is_named(tmp_path: Path) -> None:
    first = MT940.format(closing="2144,50")
    second = first.replace("C260101EUR1000,00", "C260108EUR2000,00").replace("2144,50", "3144,50")
    decision = answer(tmp_path, "Stimmt der Saldo?", {"k.sta": first + second})
    assert found(decision, "balance-breaks") == [14]
    assert "-144.50" in decision.summary
