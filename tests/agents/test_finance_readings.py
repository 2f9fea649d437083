"""Columns of any name, signs of any kind, entries of one line: each is proved by the figures, or asked."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import headings, roles
from bizops.agent.tools.tables import reading as tables
from bizops.agent.tools.tables.hints import Hints
from tests.agents.finance_cases import answer, fact, found, questions

ROWS = [("in", "1000.00", "1500.00"), ("rent", "-300.00", "1200.00"), ("shop", "-55.20", "1144.80"),
        ("power", "-100.00", "1044.80"), ("bonus", "250.00", "1294.80")]  # fmt: skip
HEADERS = ["Data operacji,Opis,Kwota,Saldo po operacji", "Txn Date,Details,Money,Bal", "Zeit,Was,Wieviel,Bleibt",
           "P,Q,R,S", "Date,Description,Movement,Total", "Kuupäev,Selgitus,Summa kokku,Jääk"]  # fmt: skip


def statement(header: str, rows: list[tuple[str, str, str]], *, newest_first: bool = False) -> str:
    lines = [f"2026-01-{n:02},{','.join(row)}" for n, row in enumerate(rows, 2)]
    return "\n".join([header, *(reversed(lines) if newest_first else lines)]) + "\n"


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_running_balance_is_found_under_any_name(tmp_path: Path, *, header: str, newest_first: bool) -> None:
    decision = answer(
        tmp_path, "Does the balance run through?", {"s.csv": statement(header, ROWS, newest_first=newest_first)}
    )
    assert fact(decision, "balances_checked") == "5"
    assert fact(decision, "balance_breaks") == "0"
    assert fact(decision, "net") == "794.80"


@pytest.mark.parametrize("header", HEADERS)
def test_a_balance_of_unknown_name_that_breaks_is_still_the_balance(tmp_path: Path, header: str) -> None:
    rows = [*ROWS[:3], ("power", "-100.00", "1050.80"), ("bonus", "250.00", "1300.80")]
    decision = answer(tmp_path, "Does the balance run through?", {"s.csv": statement(header, rows)})
    assert found(decision, "balance-breaks") == [5]
    assert "| 5 | 1,044.80 | 1,050.80 | 6.00 |" in decision.summary


def test_money_in_and_money_out_of_unknown_names_are_told_apart_by_the_balance(tmp_path: Path) -> None:
    text = "Aa,Bb,Cc,Dd,Ee\n2026-01-02,x,500.00,,900.00\n2026-01-03,y,,80.50,819.50\n2026-01-04,z,,19.50,800.00\n"
    decision = answer(tmp_path, "Statement", {"s.csv": text})
    assert [fact(decision, n) for n in ("income", "expenses", "balance_breaks")] == ["500.00", "100.00", "0"]


def test_two_columns_that_explain_the_balance_alike_are_asked(tmp_path: Path) -> None:
    text = "Datum;Text;W1;W2;Rest\n05.01.2026;a;100,00;90,00;600,00\n13.01.2026;b;-40,00;-40,00;560,00\n"
    text += "20.01.2026;c;-15,50;-15,50;544,50\n"
    asked = questions(answer(tmp_path, "Statement", {"s.csv": text}))
    assert "`s.csv` line 2: which column is the amount, `W1` (100,00) or `W2` (90,00)?" in asked
    decision = answer(tmp_path, "Statement", {"s.csv": text}, "", 'column "W2" is the amount')
    assert fact(decision, "net") == "34.50"


def test_a_column_of_figures_without_a_meaning_is_named_where_no_balance_is_recognised(tmp_path: Path) -> None:
    text = "Date,Details,Amount,Level\n2026-01-02,in,1000.00,1.50\n2026-01-03,rent,-300.00,120.00\n"
    decision = answer(tmp_path, "Does the balance run through?", {"s.csv": text})
    assert "what is `Level`?" in questions(decision)
    assert "no running balance" not in decision.summary + questions(decision)


def test_counting_up_by_one_is_no_running_balance(tmp_path: Path) -> None:
    text = "Line,What,Amount\n1,a,1.00\n2,b,1.00\n3,c,1.00\n"
    assert "balances_checked" not in answer(tmp_path, "Statement and balance", {"s.csv": text}).facts


@given(
    cents=st.lists(st.integers(-(10**7), 10**7).filter(bool), min_size=4, max_size=12, unique_by=abs),
    newest_first=st.booleans(),
)
def test_the_balance_is_found_whatever_moves(*, cents: list[int], newest_first: bool) -> None:
    total, rows = 5 * 10**8, []
    for cent in cents:
        total += cent
        rows.append(("x", f"{Decimal(cent) / 100:.2f}", f"{Decimal(total) / 100:.2f}"))
    text = statement("A,B,C,D", rows, newest_first=newest_first)
    table = tables.read(text.encode(), "s.csv", headings.known)
    columns = roles.assign(table, Hints(), {}).columns
    assert (columns["amount"], columns["balance"]) == (2, 3)


# Signs


MIXED = 'Date,Category,Amount\n2026-01-02,Fee,"(1,234.50)"\n2026-01-03,Rent,500.00-\n2026-01-05,Sale,2000.00 Cr\n'
MIXED += "2026-01-07,Power,120.00 Dr\n2026-01-09,Shop,-30.00\n"


def test_brackets_minus_and_marks_in_one_column_all_count(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Statement", {"s.csv": MIXED})
    assert [fact(decision, n) for n in ("income", "expenses", "net")] == ["2000.00", "1884.50", "115.50"]
    assert fact(decision, "account_rent_out") == "500.00"


@pytest.mark.parametrize(
    ("said", "net"), [("Unmarked amounts are money out.", "70.50"), ("unmarked lines are credits", "160.50")]
)
def test_an_amount_without_a_mark_beside_marked_ones_is_asked(tmp_path: Path, said: str, net: str) -> None:
    files: dict[str, str | bytes] = {"s.csv": MIXED + "2026-01-10,Gift,45.00\n"}
    asked = questions(answer(tmp_path, "Statement", files))
    assert "`s.csv` line 7: is `45.00` in column `Amount` money in (credit) or money out (debit)?" in asked
    assert fact(answer(tmp_path, "Statement", files, "", said), "net") == net


@pytest.mark.parametrize(("after", "net"), [("945.00", "45.00"), ("855.00", "-45.00")])
def test_a_running_balance_settles_an_amount_without_a_mark(tmp_path: Path, after: str, net: str) -> None:
    text = "Date,Text,Amount,Balance\n2026-01-01,Opening balance,,1000.00\n2026-01-02,a,100.00 Dr,900.00\n"
    text += f"2026-01-03,b,45.00,{after}\n2026-01-04,c,100.00 Cr,{Decimal(after) + 100}\n"
    assert fact(answer(tmp_path, "Statement", {"s.csv": text}), "net") == net


def test_a_minus_beside_a_mark_may_turn_it_and_is_asked(tmp_path: Path) -> None:
    text = "Date,Text,Amount\n2026-01-02,a,-10.00 Dr\n2026-01-05,b,2000.00 Cr\n2026-01-07,c,120.00 Dr\n"
    assert "`s.csv` line 2: is `-10.00 Dr`" in questions(answer(tmp_path, "Statement", {"s.csv": text}))
    decision = answer(tmp_path, "Statement", {"s.csv": text}, "", "Line 2 is money in.")
    assert fact(decision, "net") == "1890.00"


def test_a_minus_beside_marks_in_a_ledger_of_several_accounts_is_asked(tmp_path: Path) -> None:
    text = 'Date,Account,Amount\n2026-01-02,Sales,"(9.50)"\n2026-01-05,Bank,9.50 Dr\n2026-01-05,Cash,1.00 Cr\n'
    assert "the file books to several accounts" in questions(answer(tmp_path, "Statement", {"l.csv": text}))


def test_a_plus_in_the_statement_of_a_card_is_asked(tmp_path: Path) -> None:
    text = "Date,Description,Card Member,Amount\n01/15/2026,UBER,X,25.00\n01/20/2026,AUTOPAY,X,-100.00\n"
    text += "01/22/2026,SHOP,X,75.50\n"
    assert "a plus is money out" in questions(answer(tmp_path, "Statement", {"s.csv": text}))
    assert fact(answer(tmp_path, "Statement", {"s.csv": text}, "", "A plus is money out."), "expenses") == "100.50"


# Entries of one line


def test_entries_of_json_on_one_line_are_cited_by_their_number(tmp_path: Path) -> None:
    rows = [{"date": f"2026-01-0{n}", "amount": 10.0, "balance": 100.0 + n * 10 + (n > 3)} for n in range(1, 6)]
    decision = answer(tmp_path, "Does the balance run through?", {"ledger.json": json.dumps(rows)})
    assert "at line 1 (entry 4)" in decision.summary
    assert "| 1 (entry 4) | 140.00 | 141.00 |" in decision.summary
    assert decision.facts["closing_balance"].source == "ledger.json:1 (entry 5)"
    assert decision.facts["balance_breaks"].source == "ledger.json:1 (entries 1-5)"
    assert [f.text.startswith("(entry 4) the balance") for f in decision.findings] == [True]


def test_lines_of_a_json_document_are_cited_within_it(tmp_path: Path) -> None:
    lines = [{"account": "1000", "debit": 10, "credit": 0}, {"account": "4000", "debit": 0, "credit": 9}]
    even = [{"account": "1000", "debit": 7, "credit": 0}, {"account": "4000", "debit": 0, "credit": 7}]
    records = [{"number": "J1", "lines": lines}, {"number": "J2", "lines": even}, {"number": "J3", "lines": even}]
    summary = answer(tmp_path, "Do the vouchers balance?", {"j.json": json.dumps(records)}).summary
    assert "differ by 1.00 (line 1 (entries 1.1 and 1.2))" in summary


def test_json_with_an_entry_a_line_is_cited_by_the_line(tmp_path: Path) -> None:
    rows = ",\n".join(f'{{"date": "2026-01-0{n}", "amount": {n}.5}}' for n in (1, 2, 3))
    decision = answer(tmp_path, "Statement", {"l.json": f"[\n{rows}\n]"})
    assert decision.facts["entries"].source == "l.json:2-4"


@pytest.mark.parametrize("heading", ["Account,2025", "Konto;2024", "Account|1999"])
def test_a_year_above_a_column_of_amounts_is_its_heading_and_no_entry(tmp_path: Path, heading: str) -> None:
    mark = next(c for c in ",;|" if c in heading)
    text = "\n".join(
        [heading, *(mark.join(row) for row in (("Sales", "100.00"), ("Other", "50.00"), ("Rent", "-30.00")))]
    )
    decision = answer(tmp_path, "Statement, please", {"x.csv": text + "\n"})
    assert [fact(decision, name) for name in ("income", "expenses", "net")] == ["150.00", "30.00", "120.00"]


def test_an_amount_that_looks_like_a_year_is_an_entry_all_the_same(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Statement, please", {"x.csv": "Sales,2020\nRent,-1500\nOther,300\n"})
    assert [fact(decision, name) for name in ("income", "expenses")] == ["2320.00", "1500.00"]


FOREIGN = [
    ("Date,Text,Amount (EUR),Original Amount,Original Currency", "-92.10,-100.00,USD"),
    ("Date,Text,Orig currency,Orig amount,Amount,Payment currency", "USD,-100.00,-92.10,EUR"),
    ("Date,Text,Amount,Currency,Customer Facing Amount,Customer Facing Currency", "-92.10,EUR,-100.00,USD"),
    ("Datum,Text,Betrag in EUR,Ursprungsbetrag,Währung Ursprungsbetrag", "-92.10,-100.00,USD"),
    ("Date,Libellé,Devise d'origine,Montant d'origine,Montant,Devise", "USD,-100.00,-92.10,EUR"),
    ("Datum,Text,Fremdwährung,Fremdwährungsbetrag,Betrag (€)", "USD,-100.00,-92.10"),
]


@pytest.mark.parametrize(("header", "cells"), FOREIGN)
def test_the_currency_is_the_amounts_own_and_not_that_of_the_original_amount(
    tmp_path: Path, header: str, cells: str
) -> None:
    home = cells.replace("USD", "EUR").replace("-100.00", "-34.50").replace("-92.10", "-34.50")
    text = f"{header}\n2026-01-02,a,{home}\n2026-01-05,b,{cells}\n"
    decision = answer(tmp_path, "Expenses in January?", {"n.csv": text})
    assert fact(decision, "expenses") == "126.60"
    assert "126.60, net -126.60 EUR." in decision.summary
    assert "USD" not in decision.summary


OPEN_DATES = "Date,Text,Debit,Credit\n03/04/2026,Rent,900.00,\n04/03/2026,Power,80.00,\n05/06/2026,Client,,3000.00\n"


@pytest.mark.parametrize(("title", "day", "month"), [
    ("How much did we spend in April 2026?", "April 2026: read day first, income 0.00, expenses 900.00", "80.00"),
    ("How much did we spend in Q1?", "Q1: read day first, income 0.00, expenses 80.00", "900.00"),
    ("Ausgaben im März 2026?", "Marz 2026: read day first, income 0.00, expenses 80.00", "900.00"),
])  # fmt: skip
def test_a_month_that_depends_on_the_order_of_the_dates_is_asked_with_both_figures(
    tmp_path: Path, title: str, day: str, month: str
) -> None:
    decision = answer(tmp_path, title, {"t.csv": OPEN_DATES})
    assert f"{day}; read month first, income 0.00, expenses {month}" in decision.summary
    assert "`t.csv` line 2: is `03/04/2026` in column `Date` 3 April 2026" in questions(decision)


def test_lines_that_contradict_each_other_about_the_order_are_both_named(tmp_path: Path) -> None:
    text = "Date,Amount,Text\n03/04/2026,100.00,a\n25/04/2026,-20.00,b\n04/28/2026,50.00,c\n"
    asked = questions(answer(tmp_path, "Statement by month", {"w.csv": text}))
    assert "line 3 (`25/04/2026`) has the day first, line 4 (`04/28/2026`) the month" in asked


def test_ages_whose_key_date_and_due_dates_are_both_open_show_no_empty_table(tmp_path: Path) -> None:
    text = "Invoice,Customer,Due Date,Amount\n1001,A,03/04/2026,100.00\n1002,B,04/05/2026,200.00\n"
    decision = answer(tmp_path, "Overdue at 05/06/2026?", {"ar.csv": text})
    assert "| as of |" not in decision.summary
    assert "6 May 2026 or 5 June 2026" in questions(decision)
    assert "3 April 2026 (day first) or 4 March 2026 (month first)" in questions(decision)
