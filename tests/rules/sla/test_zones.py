"""Every change of the clock in every zone from 2024 to 2027, and the odd ones of other years."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

import pytest

from bizops.hours import Hours
from bizops.rules.sla.calendar import Timetable
from tests.rules.sla.oracle import DAY, DAYS, EPOCH, offset, seconds

FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2024, 2028))
WEEK = 7 * DAY
QUARTER = 900  # all offsets and changes of these years are a multiple of it


def changes(zone: str) -> Iterator[tuple[int, int, int]]:
    """(instant, offset before, offset after) of each change; found by halving the weeks in which there is one."""
    for at in range(FIRST, LAST, WEEK):
        low, high = at, at + WEEK
        if offset(zone, low) == offset(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(zone, middle) != offset(zone, low) else (middle, high)
        yield high, offset(zone, low), offset(zone, high)


@cache
def kinds() -> dict[tuple[int, tuple[tuple[int, int, int], ...]], list[str]]:
    """The zones of the database by what their clocks do in these years: many names, some hundred kinds."""
    found: dict[tuple[int, tuple[tuple[int, int, int], ...]], list[str]] = {}
    for zone in sorted(available_timezones() - {"localtime", "posixrules"}):
        found.setdefault((offset(zone, FIRST), tuple(changes(zone))), []).append(zone)
    return found


def timetable(zone: str, *window: str) -> Timetable:
    return Timetable(Hours.read({"tz": zone, "week": {day: [list(window)] for day in DAYS}}))


def local(zone: str, at: int) -> int:
    return at + offset(zone, at)


def test_every_zone_of_the_database_is_read() -> None:
    names = [zone for zones in kinds().values() for zone in zones]
    assert len(names) > 400
    assert [Hours.read({"tz": name}).tz for name in names] == names
    assert sum(len(moved) for _, moved in kinds()) > 200


def test_around_every_change_days_from_0_to_24_hours_give_real_seconds() -> None:
    for (_, moved), (zone, *_rest) in kinds().items():
        whole = timetable(zone, "00:00", "24:00")
        for at, _, _ in moved or ((FIRST + WEEK, 0, 0),):
            for start in (at - 36 * 3600, at - 3600, at - 1, at, at + 1800):
                assert whole.between(start, at + 50 * 3600) == at + 50 * 3600 - start, (zone, at)
                assert whole.after(start, 30 * 3600) == start + 30 * 3600, (zone, at)


def test_the_day_of_a_change_has_as_many_hours_as_its_clock_shows() -> None:
    for (_, moved), (zone, *_rest) in kinds().items():
        for at, before, after in moved:
            day = EPOCH + timedelta(days=max(local(zone, at - 1), local(zone, at)) // DAY)
            if local(zone, at) % DAY == 0 or local(zone, at - 1) // DAY != local(zone, at) // DAY:
                continue  # a change at midnight belongs to two days: `test_a_window_at_a_change`
            only = {"tz": zone, "date_overrides": {day.isoformat(): [["00:00", "24:00"]]}}
            length = Timetable(Hours.read(only)).between(at - 2 * DAY, at + 2 * DAY)
            assert length == DAY - (after - before), (zone, day)


def test_around_every_change_a_window_is_open_when_the_clock_on_the_wall_says_so() -> None:
    for (_, moved), (zone, *_rest) in kinds().items():
        office = timetable(zone, "09:00", "17:00")
        for at, _, _ in moved or ((FIRST + WEEK, 0, 0),):
            first, last = at - 40 * 3600, at + 40 * 3600
            first -= first % QUARTER
            shown = sum(9 * 3600 <= local(zone, t) % DAY < 17 * 3600 for t in range(first, last, QUARTER)) * QUARTER
            assert office.between(first, first + -(-(last - first) // QUARTER) * QUARTER) == shown, (zone, at)


@pytest.mark.parametrize(
    ("zone", "day", "window", "opened", "length"),
    [
        ("Europe/Berlin", "2026-03-29", ("02:30", "04:00"), "2026-03-29T01:30:00Z", 1800),  # 02:30 is 03:30
        ("Europe/Berlin", "2026-03-29", ("02:15", "02:45"), "2026-03-29T01:15:00Z", 1800),  # both move
        ("Europe/Berlin", "2026-03-29", ("01:00", "02:30"), "2026-03-29T00:00:00Z", 5400),  # to 03:30
        ("Europe/Berlin", "2026-03-29", ("02:30", "03:15"), "2026-03-29T01:15:00Z", 0),  # would end before it begins
        ("Europe/Berlin", "2026-10-25", ("02:30", "03:00"), "2026-10-25T00:30:00Z", 5400),  # the first 02:30
        ("Europe/Berlin", "2026-10-25", ("01:00", "02:30"), "2026-10-24T23:00:00Z", 5400),  # until the first 02:30
        ("Australia/Lord_Howe", "2026-10-04", ("00:00", "24:00"), "2026-10-03T13:30:00Z", 23 * 3600 + 1800),
        ("Australia/Lord_Howe", "2026-04-05", ("00:00", "24:00"), "2026-04-04T13:00:00Z", 24 * 3600 + 1800),
        ("Australia/Lord_Howe", "2026-10-04", ("02:15", "03:00"), "2026-10-03T15:45:00Z", 900),  # 02:15 is 02:45
        ("America/Santiago", "2026-09-06", ("00:00", "24:00"), "2026-09-06T04:00:00Z", 23 * 3600),  # begins at 01:00
        ("America/Santiago", "2026-04-04", ("00:00", "24:00"), "2026-04-04T03:00:00Z", 25 * 3600),  # 23:00 twice
        ("America/Santiago", "2026-04-04", ("23:30", "24:00"), "2026-04-05T02:30:00Z", 5400),
        ("America/Sao_Paulo", "2018-11-04", ("00:00", "06:00"), "2018-11-04T03:00:00Z", 5 * 3600),
        ("Antarctica/Troll", "2026-03-29", ("00:00", "24:00"), "2026-03-29T00:00:00Z", 22 * 3600),
        ("Pacific/Apia", "2011-12-29", ("00:00", "24:00"), "2011-12-29T10:00:00Z", 24 * 3600),
        ("Pacific/Apia", "2011-12-30", ("00:00", "24:00"), "2011-12-30T10:00:00Z", 0),  # there was no such date
        ("Pacific/Apia", "2011-12-31", ("00:00", "24:00"), "2011-12-30T10:00:00Z", 24 * 3600),
        ("Pacific/Apia", "2011-12-29", ("22:00", "06:00"), "2011-12-30T08:00:00Z", 8 * 3600),  # into the 31st
        ("Pacific/Apia", "2011-12-30", ("22:00", "06:00"), "2011-12-30T08:00:00Z", 0),
        ("Asia/Kathmandu", "2026-11-18", ("09:00", "17:00"), "2026-11-18T03:15:00Z", 8 * 3600),
        ("Africa/Cairo", "2026-04-24", ("00:00", "24:00"), "2026-04-23T22:00:00Z", 23 * 3600),
        ("Pacific/Chatham", "2026-09-27", ("02:00", "04:00"), "2026-09-26T13:15:00Z", 3600),
    ],
)
def test_a_window_at_a_change(zone: str, day: str, window: tuple[str, str], opened: str, length: int) -> None:
    around = (date.fromisoformat(day) - EPOCH).days * DAY
    table = Timetable(Hours.read({"tz": zone, "date_overrides": {day: [list(window)]}}))
    assert table.between(around - 2 * DAY, around + 3 * DAY) == length
    if length:
        assert table.running(around - 2 * DAY) == seconds(opened)
