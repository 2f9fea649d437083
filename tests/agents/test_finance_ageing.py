"""Ageing: the key date as the issue names it, and what lowers a debt."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import hints, keydates
from tests.agents.finance_cases import answer, case, fact, questions

NOW = date(2026, 11, 25)
HEAD = "Invoice,Customer,Due date,Amount\nA-1,Alder,2026-09-30,1000.00\n"


def key(folder: Path, title: str, body: str = "", *said: str) -> tuple[str, ...]:
    found = hints.read(case(folder, title, {}, body, *said))
    return found.as_ofs or ((found.as_of,) if found.as_of else ())


@pytest.mark.parametrize(
    "words",
    [
        "Age on 31 October 2026", "at 31.10.2026", "Open items at the end of October", "ageing by 31 Oct",
        "per 31.10.2026", "Balance âgée au 31 octobre", "Scadenziario al 31/10", "Stichtag 31.10.", "zum 31.10.2026",
        "Offene Posten Ende Oktober 2026", "Encours fin octobre", "a 31 de octubre de 2026", "as of month-end October",
        "at the end of last month", "as at October 31", "overdue on 10/31/2026", "What was outstanding on Oct 31st?",
        "up to 31/10/2026", "as of 2026-10-31", "op 31 oktober 2026", "until the end of October 2026",
        "The auditors come on 5 December 2026. Please age the receivables as of 31 October 2026.",
        "INV-3 was paid on 12 October 2026. Age them at 31 October 2026.",
    ],
)  # fmt: skip
def test_the_words_name_the_key_date(tmp_path: Path, words: str) -> None:
    assert key(tmp_path, "Receivables", words) == ("2026-10-31",)


@pytest.mark.parametrize(
    "words",
    [
        "INV-3 was paid on 12 October 2026 and INV-4 is due on 30 Nov 2026.",
        "Please send me the ageing by 4 December.",
        "Reduce it by 1/3, at 1.10 per unit, by 10.5 %, on 2/3 of the invoices.", "Age them, due in 30 days",
    ],
)  # fmt: skip
def test_other_days_and_figures_are_no_key_date(tmp_path: Path, words: str) -> None:
    assert key(tmp_path, "Receivables", words) == ()


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Ageing", "Stichtag 30.09.2026? Or as of 31 October 2026?"),
        ("Ageing at 30 September 2026", "As of 31.10.2026"),
        ("Ageing", "on 30.09.2026 and on 31.10.2026"),
    ],
)  # fmt: skip
def test_two_key_dates_are_asked_and_the_answer_decides(tmp_path: Path, title: str, body: str) -> None:
    decision = answer(tmp_path, title, {"inv.csv": HEAD}, body)
    assert "30 September 2026 or 31 October 2026" in questions(decision)
    assert fact(decision, "overdue_total_if_2026-09-30") == "0.00"
    assert fact(decision, "overdue_total_if_2026-10-31") == "1000.00"
    for said in ("as of 2026-10-31", "31 October 2026", "The end of October, 31.10.2026"):
        settled = answer(tmp_path, title, {"inv.csv": HEAD}, body, said)
        assert fact(settled, "as_of") == "2026-10-31"
        assert not questions(settled)


def test_a_day_with_two_readings_is_asked(tmp_path: Path) -> None:
    assert key(tmp_path, "Ageing", "as of 03/04/2026") == ("2026-03-04", "2026-04-03")
    assert key(tmp_path, "Ageing", "as of 03/04/2026", "day first") == ("2026-04-03",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("As of 31 October 2026", "as the issue says: “as of 31 october 2026”"),
        ("", "today; the issue names no key date"),
    ],
)
def test_the_answer_says_where_its_day_comes_from(tmp_path: Path, body: str, said: str) -> None:
    assert said in answer(tmp_path, "Ageing", {"inv.csv": HEAD}, body).summary


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["as of", "on", "zum", "au", "at", "per"]))
def test_every_day_is_read_in_every_way_to_write_it(day: date, lead: str) -> None:
    for text in (
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        found = keydates.key(["", f"the open items {lead} {text.lower()}"], NOW)
        assert found.days == (day.isoformat(),)


@pytest.mark.parametrize("cell", ["200.00 Cr", "(200.00)", "200-", "-200.00", "-200.00 Cr", "200.00CR", "(200.00) Cr"])
@pytest.mark.parametrize("head", ["Due date", "Date"])
def test_what_is_credited_lowers_the_debt(tmp_path: Path, cell: str, head: str) -> None:
    content = HEAD.replace("Due date", head) + f"A-2,Birch,2026-09-30,{cell}\n"
    decision = answer(tmp_path, "Ageing as of 2026-10-31", {"inv.csv": content}, "Due in 30 days.")
    assert fact(decision, "open_total") == "800.00"
    assert "lower what is owed: line 3" in decision.summary


@pytest.mark.parametrize("kind", ["Credit note", "Gutschrift", "Avoir", "Nota di credito", "Payment", "CN", "Zahlung"])
def test_a_type_that_is_a_credit_note_or_a_payment_lowers_the_debt(tmp_path: Path, kind: str) -> None:
    invoice = {"Avoir": "Facture", "Gutschrift": "Rechnung", "Zahlung": "Rechnung"}.get(kind, "Invoice")
    rows = f"{invoice},A-1,Alder,2026-09-30,1000.00\n{kind},A-2,Birch,2026-09-30,200.00\n"
    decision = answer(tmp_path, "Ageing", {"inv.csv": f"Type,Invoice,Customer,Due date,Amount\n{rows}"})
    assert fact(decision, "open_total") == "800.00"


def test_a_supplier_is_owed_what_is_credited(tmp_path: Path) -> None:
    rows = "Lieferant;Beleg;Fällig;Betrag\nX;1;30.09.2026;100,00 H\nY;2;30.09.2026;40,00 S\n"
    assert fact(answer(tmp_path, "Offene Posten, Altersstruktur", {"op.csv": rows}), "open_total") == "60.00"


def test_debits_and_credits_of_a_customer_are_set_against_each_other(tmp_path: Path) -> None:
    rows = (
        "Date,Invoice,Customer,Due date,Debit,Credit\n2026-09-01,A-1,Alder,2026-09-30,1000.00,\n"
        "2026-10-01,A-1,Alder,,,400.00\n2026-10-05,P-9,Birch,,,50.00\n"
    )
    decision = answer(tmp_path, "Ageing as of 2026-10-31", {"inv.csv": rows})
    assert fact(decision, "open_total") == "550.00"
    assert fact(decision, "overdue_31_60") == "600.00"  # the payment is taken from the invoice that it names
    assert fact(decision, "overdue_items") == "1"


def test_a_payment_that_names_its_invoice_in_another_cell_is_taken_from_it(tmp_path: Path) -> None:
    rows = (
        "Type,Number,Customer,Date,Due date,Amount,Text\nInvoice,A-1,Alder,2026-06-01,2026-06-30,1000.00,\n"
        "Payment,P-7,Alder,2026-10-20,,1000.00,for A-1\n"
    )
    decision = answer(tmp_path, "Ageing as of 2026-10-31", {"inv.csv": rows})
    assert fact(decision, "open_items") == "0"


def test_a_minus_beside_a_mark_is_asked_where_other_marks_have_none(tmp_path: Path) -> None:
    content = HEAD + "A-2,Birch,2026-09-30,200.00 Cr\nA-3,Birch,2026-09-30,-50.00 Cr\n"
    asked = answer(tmp_path, "Ageing", {"inv.csv": content})
    assert "line 4: does `-50.00 Cr` lower what is owed by 50.00, or raise it?" in questions(asked)
    for said, total in (("line 4 is a credit", "750.00"), ("line 4 is a debit", "850.00")):
        assert fact(answer(tmp_path, "Ageing", {"inv.csv": content}, "", said), "open_total") == total


def test_a_list_in_which_all_is_credited_is_owed_as_a_whole(tmp_path: Path) -> None:
    rows = "Supplier,Bill,Due date,Amount\nX,1,2026-09-30,100.00 Cr\nY,2,2026-09-30,40.00 Cr\n"
    assert fact(answer(tmp_path, "Ageing of payables", {"ap.csv": rows}), "open_total") == "140.00"
