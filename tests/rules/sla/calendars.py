"""Calendars for the property tests, at the places where clocks go wrong."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.rules.sla.oracle import DAYS, EPOCH

# A zone, and a local date near which it does something odd.
PLACES = (
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/London", "2026-10-25"),
    ("Europe/Berlin", "2026-03-29"),
    ("Asia/Kolkata", "2026-11-18"),
    ("Asia/Kathmandu", "2026-11-18"),
    ("America/Sao_Paulo", "2018-11-04"),  # midnight is missing
    ("America/Sao_Paulo", "2018-02-18"),  # the last hour of a day twice
    ("Australia/Lord_Howe", "2026-10-04"),  # half an hour
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Pacific/Apia", "2011-12-30"),  # a date that did not exist
    ("Pacific/Kwajalein", "1993-08-21"),
    ("America/Santiago", "2026-09-06"),
    ("America/Santiago", "2026-04-05"),
    ("Africa/Cairo", "2026-04-24"),
    ("Africa/Cairo", "2026-10-30"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Antarctica/Troll", "2026-03-29"),  # two hours
    ("Pacific/Chatham", "2026-09-27"),  # at 02:45
    ("UTC", "2024-02-29"),
)
MINUTES = st.one_of(st.integers(0, 95).map(lambda n: n * 15), st.sampled_from([0, 60, 90, 119, 120, 150, 180, 1425]))


def text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def days(draw: st.DrawFn) -> list[list[str]]:
    """The windows of a day, in any order; some touch, the last may go over midnight."""
    edges = sorted(draw(st.sets(MINUTES, min_size=2, max_size=6)))
    found = [[text(a), text(b)] for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) > 2 and draw(st.booleans()):
        found = [[text(a), text(b)] for a, b in pairwise(edges)]
    last = edges[-1]
    end = draw(st.sampled_from(["", "", "24:00", text(edges[0]), "00:00"]))
    if end:
        found = [pair for pair in found if pair[0] < text(last)] + [[text(last), end]]
    return draw(st.permutations(found)) if len(found) > 1 else found


@st.composite
def places(draw: st.DrawFn) -> tuple[str, date]:
    zone, day = draw(st.sampled_from(PLACES))
    return zone, date.fromisoformat(day)


@st.composite
def offices(draw: st.DrawFn, zone: str, around: date) -> dict[str, Any]:
    """A calendar with windows near a date; one weekday at least is open, so that no gap is long."""
    week = draw(st.dictionaries(st.sampled_from(DAYS), days(), min_size=2))
    near = st.integers(-3, 6).map(lambda n: (around + timedelta(days=n)).isoformat())
    return {
        "tz": zone,
        "week": week,
        "holidays": draw(st.lists(near, max_size=2)),
        "date_overrides": draw(st.dictionaries(near, st.one_of(st.just([]), days()), max_size=3)),
    }


@st.composite
def calendars(draw: st.DrawFn) -> tuple[dict[str, Any], int]:
    """A calendar, and an instant near the odd date of its zone."""
    zone, day = draw(places())
    midnight = (day - EPOCH).days * 86400
    kind = draw(st.sampled_from(["office", "office", "office", "union", "always"]))
    if kind == "always":
        return {"always": True}, midnight
    if kind == "office":
        return draw(offices(zone, day)), midnight
    others = draw(st.lists(st.sampled_from([z for z, _ in PLACES]), min_size=1, max_size=2))
    return {"union": [draw(offices(one, day)) for one in [zone, *others]]}, midnight
