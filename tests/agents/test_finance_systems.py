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


# Open items


def test_an_invoice_of_after_the_key_date_is_not_open_then_and_is_named(tmp_path: Path) -> None:
    text = (
        "Invoice,Customer,Invoice Date,Due Date,Amount\n1001,Alpha,2026-02-01,2026-03-03,100.00\n"
        "1002,Beta,2026-03-31,2026-04-30,200.00\n1003,Gamma,2026-04-01,2026-05-01,400.00\n"
    )
    decision = answer(tmp_path, "Open receivables ageing as of 31 March 2026", {"ar.csv": text})
    assert fact(decision, "open_total") == "300.00"
    assert "Dated after 2026-03-31 and not counted: line 4, 400.00" in decision.summary


def test_the_ageing_of_signed_columns_counts_the_total_with_its_tax(tmp_path: Path) -> None:
    text = (
        "Number,Customer,Invoice Date,Due Date,Untaxed Amount Signed,Tax Signed,Total Signed\n"
        "A/1,Azure,2026-01-05,2026-02-04,1000.00,210.00,1210.00\nA/2,Deco,2026-01-07,2026-02-06,500.00,105.00,605.00\n"
    )
    assert fact(answer(tmp_path, "Ageing as of 2026-03-31", {"i.csv": text}), "overdue_total") == "1815.00"


def test_a_german_structure_of_ages_counts_from_the_net_due_date(tmp_path: Path) -> None:
    text = (
        "Debitor;Belegnr;Belegdatum;Verzug nach Nettofälligkeit;Nettofälligkeit;Betrag;HWähr\n"
        "100;1800001;02.01.2026;120;01.02.2026;1.190,00;EUR\n200;1800002;10.02.2026;100;12.03.2026;2.380,00;EUR\n"
    )
    decision = answer(tmp_path, "Altersstruktur der Debitoren zum 31.03.2026", {"op.csv": text})
    assert [fact(decision, name) for name in ("overdue_1_30", "overdue_31_60")] == ["2380.00", "1190.00"]


OUTSTANDING = (
    "Customer,Invoice,Due Date,Invoice Amount,Paid,Outstanding\nAlpha,10001,2026-06-14,1000.00,250.00,750.00\n"
    "Gamma,10003,2026-05-19,300.00,100.00,250.00\nDelta,10005,2026-07-19,400.00,0.00,400.00\n"
)


def test_an_open_amount_that_is_not_what_is_left_to_pay_is_named(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Overdue receivables as of 2026-06-30", {"ar.csv": OUTSTANDING})
    assert found(decision, "open-differs") == [3]
    assert "200.00" in decision.summary


def test_gaps_in_a_list_of_open_items_are_told_only_if_asked(tmp_path: Path) -> None:
    assert "missing" not in answer(tmp_path, "Overdue as of 2026-06-30", {"ar.csv": OUTSTANDING}).summary
    asked = answer(tmp_path, "Overdue as of 2026-06-30, and which numbers are missing?", {"ar.csv": OUTSTANDING})
    assert "10002" in asked.summary


def test_a_total_in_the_column_of_dates_is_no_entry(tmp_path: Path) -> None:
    text = (
        "Date,Source,Description,Debit,Credit,Running Balance\nBusiness Bank Account,,,,,\n"
        'Opening Balance,,,"1,000.00",,"1,000.00"\n05 Jan 2026,Receive,Client,500.00,,"1,500.00"\n'
        "09 Jan 2026,Spend,Rent,,700.00,800.00\nTotal Business Bank Account,,,500.00,{credit},800.00\n"
        "Closing Balance,,,800.00,,800.00\n"
    )
    decision = answer(tmp_path, "Check the account balance", {"x.csv": text.format(credit="700.00")})
    assert fact(decision, "balance_breaks") == "0"
    assert fact(decision, "entries") == "2"
    wrong = answer(tmp_path, "Check the account balance", {"x.csv": text.format(credit="710.00")})
    assert found(wrong, "total-differs") == [6]
