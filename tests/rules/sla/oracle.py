"""A slow, plain second opinion on the clocks: each second of a span counts or not, then they are counted.

It asks a zone only for the offset at a UTC instant, never for what a wall time means, so a
mistake about gaps and folds in the rules cannot be made here in the same way.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

DAY = 86_400
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = date(1970, 1, 1)
Span = tuple[int, int]
Piece = tuple[int, int, int]  # from, until, seconds to add to UTC


def seconds(text: str) -> int:
    """The instant of RFC 3339 text in seconds since 1970."""
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def stamp(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def offset(zone: str, at: int) -> int:
    moved = datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset()
    assert moved is not None
    return int(moved.total_seconds())


@cache
def pieces(zone: str, first: int, last: int) -> tuple[Piece, ...]:
    """The spans of one offset in [first, last), found by looking every six hours and halving."""
    found, began, step = [], first, 6 * 3600
    for at in range(first, last, step):
        if offset(zone, at) != offset(zone, at + step):
            low, high = at, at + step
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if offset(zone, middle) != offset(zone, low) else (middle, high)
            found.append((began, high, offset(zone, low)))
            began = high
    return (*found, (began, last, offset(zone, last)))


def utc(wall: int, spans: Sequence[Piece]) -> int:
    """The instant at which the clock on the wall shows `wall` for the first time; in a gap as if the clock went on."""
    shown = [wall - moved for since, until, moved in spans if since <= wall - moved < until]
    if shown:
        return min(shown)
    return max(wall - moved for since, until, moved in spans if wall - moved >= until)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def windows(calendar: Mapping[str, Any], first: int, last: int) -> list[Span]:
    """The windows of one calendar or a union that can touch [first, last), in no order, and they may overlap."""
    if "union" in calendar:
        return [span for one in calendar["union"] for span in windows(one, first, last)]
    if calendar.get("always"):
        return [(first, last)]
    low, high = (first // DAY - 3) * DAY, (last // DAY + 4) * DAY
    spans = pieces(calendar.get("tz", "UTC"), low - 2 * DAY, high + 3 * DAY)
    found = []
    for number in range(low // DAY, high // DAY):
        day, midnight = EPOCH + timedelta(days=number), number * DAY
        if not any(since + moved < midnight + DAY and midnight < until + moved for since, until, moved in spans):
            continue  # the zone skipped this date
        for begin, end in day_windows(calendar, day):
            later = DAY if minutes(end) <= minutes(begin) else 0
            found.append((utc(midnight + minutes(begin) * 60, spans), utc(midnight + minutes(end) * 60 + later, spans)))
    return found


def day_windows(calendar: Mapping[str, Any], day: date) -> Sequence[Sequence[str]]:
    if day.isoformat() in calendar.get("holidays", ()):
        return ()
    overrides: Mapping[str, Any] = calendar.get("date_overrides", {})
    if day.isoformat() in overrides:
        return overrides[day.isoformat()]  # type: ignore[no-any-return]
    return calendar.get("week", {}).get(DAYS[day.weekday()], ())  # type: ignore[no-any-return]


def counted(calendar: Mapping[str, Any], pauses: Sequence[Sequence[int | None]], first: int, last: int) -> bytearray:
    """One byte for each second of [first, last): 1 if any window is open and no pause is."""
    marks = bytearray(last - first)

    def fill(since: int, until: int, mark: bytes) -> None:
        since, until = max(since, first), min(until, last)
        if since < until:
            marks[since - first : until - first] = mark * (until - since)

    for since, until in windows(calendar, first, last):
        fill(since, until, b"\1")
    for begin, end in pauses:
        assert begin is not None
        fill(begin, last if end is None else end, b"\0")
    return marks


def nth(marks: bytearray, number: int) -> int | None:
    """The index of the `number`-th counted second (from 1), or None."""
    if number < 1:
        return None
    seen = 0
    for block in range(0, len(marks), 3600):
        here = marks.count(1, block, block + 3600)
        if seen + here >= number:
            for index in range(block, block + 3600):
                seen += marks[index]
                if seen == number:
                    return index
        seen += here
    return None


def clock(line: Mapping[str, Any], horizon: int = 60 * DAY) -> dict[str, Any] | None:
    """What `bizops sla clock` must answer, or None if the answer lies beyond the horizon.

    `start`, `now`, `stop` and the pauses are instants as text, as in the line.
    """
    start, target = seconds(line["start"]), line["target_s"]
    now = seconds(line["now"]) if line.get("now") else None
    stop = seconds(line["stop"]) if line.get("stop") else None
    if stop is not None and now is not None and stop > now:
        stop = None
    end = stop if stop is not None else now
    pauses = [(seconds(a), None if b is None else seconds(b)) for a, b in line.get("pauses", ())]
    if end is not None:  # a pause that begins later has not happened, one that ends later is open
        pauses = [(a, None if b is None or b > end else b) for a, b in pauses if a <= end]
    if stop is not None:
        pauses = [(a, stop if b is None else b) for a, b in pauses]
    open_pause = any(b is None for _, b in pauses)
    last = max(start + horizon, (stop or now or start) + 3 * DAY)
    marks = counted(line["calendar"], pauses, start, last)
    used, over = nth(marks, target), nth(marks, target + 1)
    if not open_pause and over is None:
        return None
    due = None if used is None else start + used + 1
    breach = None if over is None else start + over
    elapsed = None if end is None else marks.count(1, 0, max(0, end - start))
    breached = elapsed is not None and elapsed > target
    answer: dict[str, Any] = {"id": line["id"], "elapsed_s": elapsed, "due_at": due, "breach_at": breach}
    answer["overdue_s"] = None if elapsed is None else max(0, elapsed - target)
    paused = end is not None and any(a <= end and (b is None or end < b) for a, b in pauses)
    if breached:
        state = "breached"
    elif stop is not None:
        state, answer["breach_at"] = "met", None
    elif paused:
        state = "paused"
    else:
        assert elapsed is not None or now is None
        began = now is None or now >= start
        state = "at-risk" if began and (elapsed or 0) >= line.get("at_risk", 0.8) * target else "running"
    if now is not None:
        answer["state"] = state
    stands = open_pause and stop is None and (breach is None if now is None else not breached)
    if stands:
        answer["due_at"] = answer["breach_at"] = None
    for name in ("due_at", "breach_at"):
        answer[name] = None if answer[name] is None else stamp(answer[name])
    return answer
