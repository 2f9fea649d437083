"""Odd files of accounts: sums under any name and in any place, headings of two rows, columns of units and periods."""

from pathlib import Path

import pytest

from tests.agents.finance_cases import answer, fact, found, questions

# file, a figure that must come out, and the lines whose stated sums are wrong
ODD = {
    "groups that end with their sums, in any order of words": (
        (
            "Category,Amount\nFood,120.50\nDrinks,40.25\nCatering Total,160.75\nBus,12.00\nTaxi,30.00\n"
            "Transport Total,43.00\n"
            "Grand Total,202.75\n"
        ),
        ("total", "202.75"),
        [7],
    ),
    "the word for a sum in a column of its own": (
        (
            "Dept;Item;Budget;Actual\nIT;Laptops;5000;5200\nIT;Cloud;2000;2500\nIT;Subtotal;7000;7700\nHR;Training;1000;900\n"
            "HR;Subtotal;1000;950\nTotal;;8000;8600\n"
        ),
        ("total_actual", "8600.00"),
        [6],
    ),
    "three levels of sums": (
        (
            "Acct,Budget,Actual\nSalaries,100,110\nBonus,20,20\nTotal staff,120,130\nRent,50,50\nPower,10,15\n"
            "Total premises,60,60\nTotal overhead,180,195\nPaper,5,5\nTotal,185,200\n"
        ),
        ("total_actual", "200.00"),
        [7],
    ),
    "a total in the first row": (
        "Account,Budget,Actual\nTotal,1800,1860\nRent,1000,1100\nOffice,500,450\nTravel,300,320\n",
        ("total_actual", "1870.00"),
        [2],
    ),
    "sections with sums and a result, all figures positive": (
        (
            "Position;Betrag\nErträge\nUmsatzerlöse;10.000,00\nZinsen;200,00\nSumme Erträge;10.200,00\nAufwendungen\n"
            "Löhne;6.000,00\nMiete;1.200,00\nSumme Aufwendungen;7.300,00\nJahresüberschuss;3.000,00\n"
        ),
        ("net", "3000.00"),
        [9],
    ),
    "heads that carry the sums of what is below them": (
        (
            "Category,Budget,Actual\nIncome,5000,5500\nMembership,3000,3200\nGrants,2000,2300\nExpenses,4000,4100\n"
            "Rent,2500,2500\nStaff,1500,1600\nNet,1000,1500\n"
        ),
        ("result_actual", "1400.00"),
        [8],
    ),
    "sums in the column of dates": (
        (
            "Datum;Betrag\n01.01.2026;10,00\n02.01.2026;20,00\nSumme Januar;30,00\n"
            "01.02.2026;5,00\nSumme Februar;6,00\nGesamt;35,00\n"
        ),
        ("total", "35.00"),
        [6],
    ),
    "a row of bare sums below debit and credit": (
        "Datum;Text;Soll;Haben\n01.02.2026;Kasse;100,00;\n02.02.2026;Bank;;40,00\n;;100,00;50,00\n",
        ("net", "-60.00"),
        [4],
    ),
    "balances carried in the column of credit": (
        (
            "Date,Particulars,Debit,Credit\n,Balance b/f,,500.00\n2026-01-02,Sale,,120.00\n2026-01-03,Rent,80.00,\n"
            ",Carried forward,,540.00\n2026-01-04,Sale,,60.00\n,Balance c/d,,610.00\n"
        ),
        ("net", "100.00"),
        [7],
    ),
    "dated sums and balances at the end of a month": (
        (
            "Data;Histórico;Entradas;Saídas\n01/01/2026;Saldo anterior;1.000,00;\n15/01/2026;Venda;500,00;\n"
            "20/01/2026;Aluguel;;300,00\n31/01/2026;Total;500,00;310,00\n31/01/2026;Saldo final;1.200,00;\n"
        ),
        ("net", "200.00"),
        [5],
    ),
    "a balance at the end that is not what was carried": (
        (
            "Date;Libellé;Débit;Crédit\n01/01/2026;Report à nouveau;;1 000,00\n05/01/2026;Vente;;250,00\n"
            "20/01/2026;Loyer;400,00;\n31/01/2026;Solde au 31/01/2026;;860,00\n"
        ),
        ("net", "-150.00"),
        [5],
    ),
    "a sum with its side": (
        "Buchungstag;Text;Betrag;S/H\n01.02.2026;Miete;800,00;S\n02.02.2026;Erlös;1.500,00;H\n;Summe;710,00;H\n",
        ("net", "700.00"),
        [4],
    ),
    "brackets, with gross and net profit between": (
        (
            "Description;Amount\nSales;12,345.60\nRefunds;(345.60)\nNet sales;12,000.00\nCost of sales;(7,000.00)\n"
            "Gross profit;5,000.00\nRent;(1,500.00)\nNet profit;3,400.00\n"
        ),
        ("net", "3500.00"),
        [8],
    ),
    "two rows of headings": (
        (
            ";Q1;Q1\nKostenstelle;Plan;Ist\n;EUR;EUR\nVertrieb;12'000.00;11'500.00\nEinkauf;3'000.00;3'100.00\n"
            "Total Q1;15'000.00;14'650.00\n"
        ),
        ("total_actual", "14600.00"),
        [6],
    ),
    "Polish, with a no-break space in the thousands": (
        (
            "Pozycja;Budżet;Wykonanie\nCzynsz;1\u202f200,00;1\u202f200,00\nPensje;8\u202f000,00;8\u202f450,00\n"
            "Razem;9\u202f200,00;9\u202f560,00\n"
        ),
        ("total_actual", "9650.00"),
        [4],
    ),
    "a column across the periods": (
        "Account,Q1,Q2,Q3,Q4,Total\nRent,100,100,100,100,400\nSales,500,600,700,800,2700\nTotal,600,700,800,900,3000\n",
        ("net", "2200.00"),
        [3],
    ),
    "MwSt": (
        "Rechnung;Netto;MwSt;Brutto\n1;100,00;19,00;119,00\n2;200,00;38,00;238,00\nSumme;300,00;58,00;357,00\n",
        ("tax_total", "57.00"),
        [4],
    ),
    "open items with sums of customers": (
        (
            "Customer,Invoice,Due,Open\nAlder,1,2026-01-01,100.00\nAlder,2,2026-02-01,50.00\nAlder Total,,,150.00\n"
            "Birch,3,2026-02-01,70.00\nBirch Total,,,75.00\nGrand Total,,,220.00\n"
        ),
        ("open_total", "220.00"),
        [6],
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_sums_are_no_entries_and_the_wrong_ones_are_named(tmp_path: Path, name: str) -> None:
    text, (figure, value), wrong = ODD[name]
    decision = answer(tmp_path, "Please check these figures", {"a.csv": text})
    assert questions(decision) == ""
    assert fact(decision, figure) == value
    assert found(decision, "total-differs") == wrong
    assert all(f"line {line}: " in decision.summary for line in wrong)


def test_a_total_that_is_off_because_of_another_says_so(tmp_path: Path) -> None:
    text = "Account,Amount\nRent,50\nPower,15\nSubtotal,60\nPaper,5\nTotal,65\n"
    decision = answer(tmp_path, "Totals", {"a.csv": text})
    assert found(decision, "total-differs") == [4, 6]
    assert "as line 4 is off by as much" in decision.summary


def test_a_row_without_a_name_that_nearly_adds_up_is_asked(tmp_path: Path) -> None:
    text = (
        "Account\tBudget\tActual\nWages\t50 000.00\t51 200.00\nPension\t5 000.00\t5 100.00\n\t55 000.00\t56 300.00\n\n"
        "Rent\t12 000.00\t12 000.00\nHeating\t3 000.00\t3 600.00\n\t15 000.00\t15 500.00\n\n\t70 000.00\t71 900.00\n"
    )
    asked = answer(tmp_path, "Budget", {"a.csv": text})
    assert "line 8: is this row (`15 000.00`, `15 500.00`) an entry, or the sum of lines 6 to 7" in questions(asked)
    told = answer(tmp_path, "Budget", {"a.csv": text}, "", "Line 8 is a total.")
    assert fact(told, "total_actual") == "71900.00"
    assert found(told, "total-differs") == [8]


def test_an_account_of_the_ledger_that_is_called_profit_and_loss_stays_an_entry(tmp_path: Path) -> None:
    text = "Ledger,Debit,Credit\nCash,700.00,\nCapital,,200.00\nProfit and loss account,,500.00\n"
    decision = answer(tmp_path, "Trial balance", {"a.csv": text})
    assert fact(decision, "debit_minus_credit") == "0.00"


def test_totals_that_share_a_file_of_several_currencies_without_naming_one_are_said(tmp_path: Path) -> None:
    text = "Date,Text,Amount,Currency\n2026-01-01,a,10.00,EUR\n2026-01-02,b,5.00,USD\n,Total,15.00,\n"
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert "its sums are compared only where they name theirs" in decision.summary


def test_a_last_figure_of_one_digit_that_is_the_sum_by_accident_is_counted_and_said(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Sum", {"a.csv": "Customer,Amount\nAlder,100\nBirch,200\nCedar,300\n"})
    assert questions(decision) == ""
    assert fact(decision, "total") == "600.00"
    assert "line 4 (`Cedar`) states the sum of lines 2 to 3 and is counted as an entry" in decision.summary


def test_an_account_whose_one_figure_is_the_sum_of_those_above_is_asked(tmp_path: Path) -> None:
    text = "Account,Amount\nCash,100.50\nReceivables,50.25\nEquity,150.75\n"
    assert "is `Equity` (`150.75`) an entry, or the sum of lines 2 to 3" in questions(
        answer(tmp_path, "Statement", {"a.csv": text})
    )
