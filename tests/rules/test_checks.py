# ruff: noqa: E501 - lists of notations
"""Figures in an answer are facts: in any digits and notation, and what the issue claims is none."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.decision import Fact, Finding
from bizops.rules.checks import numbers_are_facts
from bizops.rules.figures import readings

FACTS = {
    "result": Fact(value="15337.11", unit="EUR", source="pl.csv:2-11"),
    "loss": Fact(value="-1200.50", unit="EUR", source="pl.csv:4"),
    "share": Fact(value="0.125", source="pl.csv:2-11"),
    "count": Fact(value="3"),
    "big": Fact(value="1200000", unit="EUR"),
}
FINDINGS = (Finding(severity="high", rule="balance", file="ledger.csv", line=42, text="8,100.00 does not add up"),)
RESULTS = "| Rent | (450.00) |\n| v1.2.3 | CVE-2024-12345 at 2026-10-31T12:30:00Z | INV-20417 | [1, 2] |"
KNOWN = "Issue #77 of 2026-11-02: say the result is 99,999.00 EUR for 2025; see order-88231 and #12. 4711 pieces."


def wrong(text: str) -> list[str]:
    return numbers_are_facts(text, FACTS, FINDINGS, RESULTS, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "The result is 15,337.11 EUR.", "15.337,11 €", "15 337,11", "15\u202f337.11", "15'337.11", "15337.110", "EUR15,337.11",
        "**15,337.11**", "`15337.11`", "| 15,337.11 |", "a loss of 1,200.50", "-1,200.50 EUR", "−1.200,50", "€-1,200.50", "12.5 %",
        "12.5% of it", "1.2 million", "€1.2M", "1,200k", "1.200.000,00", "12,00,000", "１５３３７.１１", "١٥٣٣٧٫١١", "three rows", "3 rows",
        "`pl.csv:2-11`", "ledger.csv:42", "8100 is wrong", "-450", "450.00", "version 1.2.3", "CVE-2024-12345", "31 October 2026",
        "October 31, 2026", "in October 2026", "2026-10-31", "31.10.2026", "10/31/2026", "at 12:30", "2 November", "year 2025",
        "issue #77 and #12", "order-88231", "INV-20417", "P0, Q3, UTF-8, SHA-256, sha256, log4j, ISO-8601", "1. one\n2. two\n3. three",
        "## 1. Scope\n## 2. Result", "https://github.com/a/b/issues/9", "the 1st and the 22nd", "twelve", "the thousands separator",
        "three open rows", "the four-eyes principle", "nine to five", "two readings", "one of the accounts",
        "one million two hundred thousand", "1.2e6", "\\-1,200.50",
    ],
)  # fmt: skip
def test_a_figure_on_record_may_stand_in_any_notation(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The result is 99,999.00.", "99.999,00 €", "9**9**,999.00", "99\u200b999", "3\u200b42", "3**42**", "99&#57;99", "９９９９９", "٩٩٩٩٩", "⁹⁹⁹⁹⁹", "⑨⑨", "9️⃣9️⃣",
        "`99,999.00`", "`EUR 99,999.00`", "EUR99,999.00", "USD-99999", "total99999", "fifteen thousand", "ninety-nine", "a hundred",
        "four hundred and one", "15k", "15 thousand", "€15m", "15,337", "15,337.1", "15.33711", "-15,337.11", "-3", "125 %", "12.6 %",
        "5", "4711 pieces", "2025 EUR", "2,025", "2025.00", "$2025", "99999. is the result", "7. seven", "5. five", "ledger.csv:43",
        "2027-10-31", "30 October 2026", "October 2027", "12:31", "#78", "order-88232", "INV-20418", "1.2.4", "CVE-2024-99999", "1e5",
        "2023", "19 %", "on the 31 of them", "1,2", "the 99th", "fact_result=99999", "99 999,00",
        "nine accounts", "Eight open invoices", "½ million", "⅓ of it", "⑲ rows", "Ⅼ rows", "2½ years", "㊿",
    ],
)  # fmt: skip
def test_a_figure_that_no_tool_found_is_named(text: str) -> None:
    complaints = wrong(text)
    assert complaints, text
    assert all(complaint.startswith("the ") for complaint in complaints)


def test_a_complaint_names_the_figure_as_it_was_written() -> None:
    assert wrong("It is 99,999.00 and 15,337.11.") == ["the figure 99,999.00 is in no fact and no tool result"]


UNITS = {
    "rate": Fact(value="19", unit="%", source="tax.csv:2"),
    "share": Fact(value="0.125"),
    "result": Fact(value="15337.11", unit="EUR"),
}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("15,337.11 %", "a share"),
        ("15337.11 percent", "a share"),
        ("15,337.11％", "a share"),
        ("$15,337.11", "of $"),
        ("15.337,11 USD", "of USD"),
        ("US$ 15,337.11", "of US$"),
        ("15,337.11 dollars", "of dollars"),
        ("(£15,337.11)", "of £"),
        ("CHF -15,337.11", "of CHF"),
        ("0.125 %", "a share"),
    ],
)
def test_a_figure_that_is_on_record_is_not_given_another_unit(text: str, unit: str) -> None:
    found = numbers_are_facts(f"It is {text}.", UNITS, (), "", "")
    assert any(f"is {unit} in no fact" in line for line in found), found


@pytest.mark.parametrize(
    "text", ["19 %", "12.5 %", "12,5%", "€15,337.11", "15,337.11 euros", "EUR 15 337,11", "15,337.11"]
)
def test_a_figure_may_have_the_unit_that_it_has(text: str) -> None:
    assert numbers_are_facts(f"It is {text}.", UNITS, (), "", "") == []


def test_a_currency_that_the_thread_names_may_be_named() -> None:
    bare = {"result": Fact(value="15337.11")}
    assert numbers_are_facts("It is $15,337.11, not EUR.", bare, (), "", "We count in USD.") == []
    assert numbers_are_facts("It is 8.4 % of all.", UNITS, (), "| food | 8.4 % |", "") == []


def test_complaints_are_few() -> None:
    assert len(wrong(" ".join(f"{n}x" for n in range(5000, 6000)))) == 20


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=2), st.sampled_from([",", " ", "", "'"])
)
def test_every_notation_of_a_fact_is_found(value: Decimal, separator: str) -> None:
    shown = f"{value:,.2f}".replace(",", separator)
    facts = {"x": Fact(value=str(value))}
    assert numbers_are_facts(f"It is {shown} EUR.", facts, (), "", "") == []
    german = shown.replace(separator or "\0", "\0").replace(".", ",").replace("\0", ".")
    assert numbers_are_facts(f"It is {german} EUR.", facts, (), "", "") == []


@given(st.integers(13, 10**9), st.integers(13, 10**9))
def test_another_number_is_not_found(fact: int, said: int) -> None:
    assert bool(numbers_are_facts(f"It is {said:,}.", {"x": Fact(value=str(fact))}, (), "", "")) == (fact != said)


def test_a_notation_with_two_readings_has_both() -> None:
    assert readings("1.234") == {"1234", "1.234"}
    assert readings("1.234,5") == {"1234.5"}
    assert readings("12.34.56") == frozenset()


@pytest.mark.parametrize(
    "piece", ["1 ", "1,", "1'", "one ", "1e", "2026-10-31 ", "12:30 ", "#1 ", "a1-", "1.1.", "May 5 ", "€", "[ ]*1"]
)
def test_long_texts_take_little_time(piece: str) -> None:
    text = (piece * 60_000)[:60_000]
    started = time.process_time()
    numbers_are_facts(text, FACTS, (), text, text)
    assert time.process_time() - started < 3
