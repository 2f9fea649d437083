# ruff: noqa: E501 - lists of notations
"""Dates in any of the project's languages are those of the record; identifiers of the thread may be repeated."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.rules.checks import numbers_are_facts
from bizops.rules.dates import NAMES, days

KNOWN = "Issue #7: please check 2026-03-28 and 2026-03-02. Invoice 2231 of customer 40817 was paid; Auftrag Nr. 5512, room 12. Order number 889 is 310 EUR."


def wrong(text: str) -> list[str]:
    return numbers_are_facts(text, {}, (), "", KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Le 28 mars 2026", "Am 28. März 2026", "El 28 de marzo de 2026", "Il 28 marzo 2026", "Op 28 maart 2026", "Dnia 28 marca 2026 r.",
        "Em 28 de março de 2026", "2026年3月28日支出", "On 28 March 2026", "on the 28th of March", "im März 2026", "en mars 2026", "em março de 2026",
        "w marcu 2026", "3月28日", "vom 2. bis 28. März 2026", "du 2 au 28 mars 2026", "2–28 March", "2 MARS 2026", "28 marzo",
    ],
)  # fmt: skip
def test_a_date_of_the_record_may_be_written_out(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Le 27 mars 2026", "Am 28. April 2026", "El 28 de mayo de 2026", "28 luglio 2026", "27 maart", "29 marca 2026", "28 de março de 2027", "2026年3月29日",
        "im Juli 2026", "28 mars EUR 3",
    ],
)  # fmt: skip
def test_another_date_is_named(text: str) -> None:
    assert wrong(text)


@given(st.integers(1, 12), st.integers(1, 28), st.data())
def test_every_name_of_a_month_is_that_month(month: int, day: int, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES[month - 1].split()))
    if name != "marco":
        assert (2025, month, day) in set(days(f"{day}. {name.title()} 2025"))


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 2231 was paid twice.", "The invoice no. 2231", "Rechnung 2231", "Rechnungsnummer 2231", "la facture n° 2231", "For customer 40817:",
        "Kunde Nr. 40817", "Kundennummer: 40817", "order 5512", "the order #5512", "**invoice 2231**", "no. 2231", "pedido 889", "Bestellung Nr. 889",
        "customer 40817, invoice 2231",
    ],
)  # fmt: skip
def test_an_identifier_of_the_thread_may_be_repeated(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "invoice 2232", "2231 EUR", "invoice 2231 EUR", "It is the same as issue 2231.", "2231 invoices", "customer 2231", "invoice 40817", "order 310",
        "invoice 2,231.00", "a total of 2231", "2231 %", "room 40817", "EUR 2231", "invoice 2231 days", "the same as #2231", "Issue #5512",
    ],
)  # fmt: skip
def test_an_identifier_is_no_amount_and_of_its_own_kind(text: str) -> None:
    assert wrong(text)


@pytest.mark.parametrize("piece", ["28 mars ", "invoice 22 ", "2 to ", "22, ", "no. ", "1月", "de "])
def test_long_texts_take_little_time(piece: str) -> None:
    began = time.process_time()
    wrong(piece * (60_000 // len(piece)))
    assert time.process_time() - began < 4
