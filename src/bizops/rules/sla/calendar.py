"""What business hours amount to: windows in UTC, and how many business seconds lie between two instants.

Rules: windows are local wall time; a time that does not exist moves forward by the gap, an ambiguous
one is the first occurrence (PEP 495, fold=0). An override beats the week, a holiday beats an override; both belong to
the local date on which a window begins. A date that a zone skipped has no windows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from bizops.errors import InputError
from bizops.hours import Hours, Window

DAY = 86400
LONGEST_GAP = 400 * DAY  # a calendar that stays closed for longer is an error
NO_WINDOW = "the calendar has no window within 400 days"
YEARS = range(1900, 2200)  # in which clocks can run
_EPOCH = date(1970, 1, 1).toordinal()
_BEGIN, _END = ((date(year, 1, 1).toordinal() - _EPOCH) * DAY for year in (YEARS.start, YEARS.stop))


class Timetable:
    """The windows of a calendar in UTC, worked out year by year as they are asked for, and their running sum.

    Every method raises InputError for an instant outside `YEARS`, and where the calendar has no window for 400 days.
    """

    def __init__(self, hours: Hours) -> None:
        self._members = tuple(hours.leaves)
        self.always = any(member.always for member in self._members)
        self._first = self._last = 0  # the years that are worked out, both included
        self._by_year: dict[int, list[Window]] = {}
        self._open: list[int] = []
        self._close: list[int] = []
        self._sum: list[int] = []  # business seconds before each window
        self._from = self._until = 0  # between these instants every window is known

    def between(self, start: int, end: int) -> int:
        """Business seconds in [start, end); 0 if end is not after start."""
        if end <= start:
            return 0
        if self.always:
            return end - start
        if not self._from <= start < end < self._until:
            for moment in (start, end):
                if not self._from <= moment < self._until:
                    self._reach(moment)
        return self._count(end) - self._count(start)

    def after(self, start: int, seconds: int) -> int:
        """The first instant at which `seconds` (more than 0) of business time have passed since `start`."""
        if self.always:
            return _within_years(start + seconds)
        if not self._from <= start < self._until:
            self._reach(start)
        wanted = self._count(start) + seconds
        while True:
            index = bisect_left(self._sum, wanted) - 1
            if index >= 0:
                moment = self._open[index] + wanted - self._sum[index]
                if moment <= self._close[index] and moment < self._until:
                    return moment
            self._grow(start)

    def running(self, moment: int) -> int:
        """The first instant at or after `moment` at which the calendar is open."""
        if self.always:
            return _within_years(moment)
        if not self._from <= moment < self._until:
            self._reach(moment)
        while True:
            index = bisect_right(self._close, moment)
            if index < len(self._close) and (found := max(moment, self._open[index])) < self._until:
                if found - moment > LONGEST_GAP:
                    raise InputError(NO_WINDOW)
                return found
            self._grow(moment)

    def _count(self, moment: int) -> int:
        index = bisect_right(self._open, moment) - 1
        if index < 0:
            return 0
        opened, closed = self._open[index], self._close[index]
        return self._sum[index] + min(moment, closed) - opened

    def _grow(self, since: int) -> None:
        """Know one year more; after 400 days without a window there is none."""
        last = self._close[-1] if self._close else since
        if self._until - max(since, last) > LONGEST_GAP:
            raise InputError(NO_WINDOW)
        self._know(self._first, self._last + 1)

    def _reach(self, moment: int) -> None:
        """Know the years up to this instant, if it is not `_from <= moment < _until`."""
        year = datetime.fromtimestamp(moment, UTC).year
        first, last = (self._first, self._last) if self._last else (year, year)
        self._know(min(first, year), max(last, year))
        if not self._from <= moment < self._until:  # within three days of a year's end
            self._know(self._first - (moment < self._from), self._last + (moment >= self._until))

    def _know(self, first: int, last: int) -> None:
        for year in (first, last):
            _within_years((date(year, 1, 1).toordinal() - _EPOCH) * DAY)
        for year in range(first, last + 1):
            if year not in self._by_year:
                self._by_year[year] = [window for member in self._members for window in _opened(member, year)]
        merged: list[Window] = []
        for start, end in sorted(window for year in range(first, last + 1) for window in self._by_year[year]):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        self._open, self._close = [start for start, _ in merged], [end for _, end in merged]
        self._sum = list(accumulate((end - start for start, end in merged), initial=0))[: len(merged)]
        self._first, self._last = first, last
        # What begins in the years beside reaches up to three days into these (a zone's offset and a night's end).
        self._from = (date(first, 1, 4).toordinal() - _EPOCH) * DAY
        self._until = (date(last, 12, 29).toordinal() - _EPOCH) * DAY


@lru_cache(maxsize=256)
def timetable(hours: Hours) -> Timetable:
    """The timetable of a calendar, worked out once."""
    return Timetable(hours)


def unusable(hours: Hours, moment: int) -> str:
    """Why no clock can run in a calendar from an instant on; "" where one can."""
    try:
        timetable(hours).running(moment)
    except InputError as error:
        return str(error)
    return ""


def _within_years(moment: int) -> int:
    if not _BEGIN <= moment < _END:
        raise InputError(f"clocks run from {YEARS[0]} to {YEARS[-1]} only")
    return moment


def _opened(hours: Hours, year: int) -> Iterator[Window]:
    """The windows that begin on the local dates of a year, as UTC instants; some overlap, by a change of the clock."""
    zone, overrides = ZoneInfo(hours.tz), dict(hours.overrides)
    holidays = hours.holidays | _country_holidays(hours, year)
    dates, midnights = _midnights(hours.tz, year)
    for day, midnight, next_one, after_next in zip(dates, midnights, midnights[1:], midnights[2:], strict=False):
        spans = () if day in holidays else overrides.get(day, hours.week[day.weekday()])
        if not spans or next_one == midnight:  # closed, or a date that the zone skipped
            continue
        even = next_one - midnight == after_next - next_one == DAY
        for start, end in spans:
            opened, closed = (
                (midnight + start, midnight + end) if even else (_utc(day, start, zone), _utc(day, end, zone))
            )
            if opened < closed:
                yield opened, closed


@lru_cache(maxsize=256)
def _midnights(tz: str, year: int) -> tuple[list[date], list[int]]:
    """The dates of a year and two more, and the instants at which they begin in a zone."""
    zone, first = ZoneInfo(tz), date(year, 1, 1)
    dates = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days + 2)]
    return dates, [int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) for day in dates]


def _utc(day: date, seconds: int, zone: ZoneInfo) -> int:
    """The instant of a wall-clock time of a date, given in seconds from its midnight (PEP 495, fold=0)."""
    wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - the zone comes next
    return int(wall.replace(tzinfo=zone).timestamp())


def _country_holidays(hours: Hours, year: int) -> frozenset[date]:
    """The days off of a country or its subdivision; observances are none (the package's category `public`).

    Raises InputError for a country or subdivision that the `holidays` package does not know.
    """
    if not hours.country:
        return frozenset()
    import holidays
    from holidays import registry

    known = (*registry.COUNTRIES.values(), *registry.FINANCIAL.values())
    if not any(hours.country in names for names in known):  # other names of the package are no countries
        raise InputError(f"country: {hours.country!r} is not known"[:120])
    try:
        return frozenset(holidays.country_holidays(hours.country, subdiv=hours.subdivision, years=year))
    except NotImplementedError as error:
        raise InputError(f"country: {error}") from error
