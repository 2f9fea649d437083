"""Trial balances: debit and credit are no money out and in; pairs, lines and the profit are proved."""

from pathlib import Path

import pytest

from tests.agents.finance_cases import answer, fact, found, questions

SAGE = (
    "N/C,Name,Debit,Credit\n0020,Plant and Machinery,50000.00,\n1200,Bank Current Account,,4321.09\n"
    "2100,Creditors Control Account,,15345.67\n3000,Ordinary Shares,,30000.00\n4000,Sales North,,61234.56\n"
    "5000,Materials Purchased,43567.89,\n7100,{cost},17333.43,\n"
)
PAIRS = (
    "Code;Account;{0};{1};{2};{3};{4};{5}\n1000;Bank;5000.00;0.00;1000.00;700.00;5300.00;0.00\n"
    "2000;Payables;0.00;1500.00;700.00;200.00;0.00;1000.00\n3000;Equity;0.00;3500.00;0.00;0.00;0.00;3500.00\n"
    "4000;Sales;0.00;0.00;0.00;1000.00;0.00;1000.00\n5000;Costs;0.00;0.00;200.00;0.00;{closing};0.00\n"
)
NAMES = (
    ("Opening Debit", "Opening Credit", "Period Debit", "Period Credit", "Closing Debit", "Closing Credit"),
    ("Initial Debit", "Initial Credit", "Debit", "Credit", "End Debit", "End Credit"),
    ("EB Soll", "EB Haben", "Monat Soll", "Monat Haben", "Saldo Soll", "Saldo Haben"),
)


@pytest.mark.parametrize("cost", ["Rent", "Sundry"])
def test_the_profit_of_a_trial_balance_is_income_less_expenses(tmp_path: Path, cost: str) -> None:
    decision = answer(tmp_path, "What is the profit of this period?", {"tb.csv": SAGE.format(cost=cost)})
    assert [fact(decision, name) for name in ("income", "expenses", "net")] == ["61234.56", "60901.32", "333.24"]
    assert fact(decision, "debit_minus_credit") == "0.00"


def test_accounts_that_nothing_tells_apart_are_asked_about(tmp_path: Path) -> None:
    text = "Account,Debit,Credit\nZorp,100.00,\nBlib,,60.00\nQuux,,40.00\n"
    decision = answer(tmp_path, "What is the profit of this period?", {"tb.csv": text})
    assert "net" not in decision.facts
    assert "which accounts are income" in questions(decision)


@pytest.mark.parametrize("names", NAMES)
def test_opening_and_period_make_the_closing_balance_of_each_account(tmp_path: Path, names: tuple[str, ...]) -> None:
    right = answer(tmp_path, "Check this trial balance", {"tb.csv": PAIRS.format(*names, closing="200.00")})
    assert [finding for finding in right.findings if finding.severity == "high"] == []
    wrong = answer(tmp_path, "Check this trial balance", {"tb.csv": PAIRS.format(*names, closing="270.00")})
    assert found(wrong, "closing-differs") == [6]
    assert len(found(wrong, "debit-credit-differ")) == 1
    assert "70.00" in wrong.summary


def test_the_saldo_of_a_list_of_balances_is_no_running_balance(tmp_path: Path) -> None:
    text = (
        "Konto;Bezeichnung;EB-Wert Soll;EB-Wert Haben;Monat Soll;Monat Haben;Saldo;S/H\n"
        "1200;Bank;10.000,00;;5.000,00;3.000,00;12.000,00;S\n0800;Gez. Kapital;;10.000,00;;;10.000,00;H\n"
        "8400;Erlöse;;;;5.000,00;5.000,00;H\n4210;Miete;;;3.000,00;;2.900,00;S\n"
    )
    decision = answer(tmp_path, "Summen- und Saldenliste: geht sie auf?", {"susa.csv": text})
    assert found(decision, "balance-breaks") == []
    assert found(decision, "closing-differs") == [5]
    assert fact(decision, "net") == "2000.00"
