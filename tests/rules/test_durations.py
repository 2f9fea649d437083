# ruff: noqa: E501 - lists of notations
"""Lengths of time are read in the project's languages, in digits and in words, with the unit that they have."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.rules.durations import durations, of_tables


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("within 24 hours", {"24"}, "hour"), ("innerhalb von zwei Stunden", {"2"}, "hour"), ("sous 10 jours", {"10"}, "day"),
        ("3 to 5 working days", {"3", "5"}, "day"), ("3–5 Werktage", {"3", "5"}, "day"), ("de 3 a 5 días hábiles", {"3", "5"}, "day"),
        ("14-day trial", {"14"}, "day"), ("24h", {"24"}, "hour"), ("30 dni", {"30"}, "day"), ("72 uur", {"72"}, "hour"),
        ("dwa tygodnie", {"2"}, "week"), ("quinze jours", {"15"}, "day"), ("12 mesi", {"12"}, "month"), ("2 anos", {"2"}, "year"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read_with_its_unit(text: str, values: set[str], unit: str) -> None:
    found = durations(text)
    assert {value for duration in found for value in duration.values} == values
    assert {duration.unit for duration in found} == {unit}


@pytest.mark.parametrize("text", ["one day", "an hour", "24/7", "4 M", "the same day", "line 3", "5 hosts", "P1 day"])
def test_what_is_no_length_of_time_is_none(text: str) -> None:
    assert durations(text) == []


def test_a_heading_gives_the_unit_of_its_column() -> None:
    ((row, found),) = of_tables("| p | time (hours) |\n|---|---|\n| P1 | 4 |\n")
    assert (row, found.unit, found.values) == ("| p1 | 4 |", "hour", frozenset({"4"}))


@given(st.integers(1, 9999), st.sampled_from(["hours", "Stunden", "heures", "horas", "ore", "godzin", "uur"]))
def test_every_number_of_hours_is_found_in_every_language(number: int, unit: str) -> None:
    (found,) = durations(f"It takes {number} {unit}.")
    assert str(number) in found.values
    assert found.unit == "hour"


@pytest.mark.parametrize("piece", ["3 to ", "drei ", "9 ", "1,", "4 business ", "99-"])
def test_long_texts_take_little_time(piece: str) -> None:
    began = time.process_time()
    durations(piece * (60_000 // len(piece)))
    assert time.process_time() - began < 2
