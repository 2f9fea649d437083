"""Lengths of time in words."""

import pytest

from bizops.rules import wording


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 min"), (59, "0 min"), (3600, "1 h"), (5400, "1 h 30 min"), (90_000, "1 d 1 h")]
)
def test_lengths_of_time_are_for_people(seconds: int, text: str) -> None:
    assert wording.span(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 min"), (1, "1 s"), (93_900, "26 h 5 min"), (14_401, "4 h 1 s"), (86_400, "24 h")]
)
def test_business_time_is_told_in_hours_and_to_the_second(seconds: int, text: str) -> None:
    assert wording.hours(seconds) == text
