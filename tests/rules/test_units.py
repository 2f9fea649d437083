# ruff: noqa: E501 - lists of notations
"""A figure has the unit of its fact, and a share in words is a figure."""

import time

import pytest

from bizops.decision import Fact
from bizops.rules.checks import numbers_are_facts

TAX = {
    "rate": Fact(value="19", unit="%"),
    "tax_total": Fact(value="190.00", unit="EUR"),
    "net_total": Fact(value="1000.00", unit="USD"),
    "share": Fact(value="0.25"),
}


@pytest.mark.parametrize(
    "text",
    [
        "19 %", "19 percent", "19 per cent", "19 Prozent", "19 pour cent", "19 por ciento", "19 por cento", "19 procent",
        "190.00 EUR", "€190", "190,00 Euro", "1,000.00 USD", "$1,000", "1.000,00 US-Dollar", "tax 190.00 EUR (19 %)",
        "25 %", "250 ‰", "a quarter of the invoices", "ein Viertel der Rechnungen", "un quart des factures",
        "the third quarter", "a third party", "paid by a third person", "the other half of the team", "in half an hour",
        "the second half of the year", "die zweite Hälfte des Jahres", "la meta de SLA", "dozens of them", "the third of May",
        "we stand halfway", "the better half of it", "broken down by quarter", "un quart d'heure",
    ],
)  # fmt: skip
def test_a_unit_on_record_and_a_word_that_is_no_share_pass(text: str) -> None:
    assert numbers_are_facts(f"It is {text}.", TAX, (), "", "In May we count in EUR and USD.") == []


@pytest.mark.parametrize(
    "text",
    [
        "19 ‰", "19 per mille", "19 Promille", "19 EUR", "190.00 USD", "$190.00", "190 US-Dollar", "1,000.00 EUR", "€1,000", "EUR 1000",
        "190.00 %", "190 Prozent", "190 pour cent", "190 por cento", "2.5 ‰", "half of the tax", "half the invoices", "a third of it",
        "two thirds of them", "three quarters", "down by a third", "up by half", "a dozen invoices", "two dozen", "half a dozen",
        "die Hälfte der Rechnungen", "ein Drittel der Kosten", "um die Hälfte", "ein Dutzend Rechnungen", "la moitié des factures",
        "un tiers des factures", "une douzaine de factures", "la mitad de las facturas", "un tercio de ellas", "una docena de facturas",
        "metade das faturas", "um terço das faturas", "metà delle fatture", "due terzi", "połowa z faktur", "de helft van de facturen",
    ],
)  # fmt: skip
def test_another_unit_or_a_share_of_nothing_is_named(text: str) -> None:
    assert numbers_are_facts(f"It is {text}.", TAX, (), "", "In May we count in EUR and USD.")


def test_a_figure_that_two_facts_have_may_have_either_unit() -> None:
    both = {"a": Fact(value="300", unit="EUR"), "b": Fact(value="300", unit="USD")}
    assert numbers_are_facts("It is 300 EUR and 300 USD.", both, (), "", "") == []
    assert numbers_are_facts("It is 300 CHF.", both, (), "We pay in CHF.", "") != []


@pytest.mark.parametrize("piece", ["a third of ", "half ", "by a ", "EUR (", "two two "])
def test_long_texts_take_little_time(piece: str) -> None:
    text = (piece * 60_000)[:60_000]
    started = time.process_time()
    numbers_are_facts(text, TAX, (), text, text)
    assert time.process_time() - started < 3
