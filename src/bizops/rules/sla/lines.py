"""`bizops sla clock`: one clock a line, JSON in and JSON out."""

import json
import marshal
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any

from bizops.errors import InputError
from bizops.hours import Hours
from bizops.rules.sla.calendar import Timetable
from bizops.rules.sla.clock import Interval, Meter, Span, State, known, measure, paused
from bizops.rules.sla.instants import moment, written

AT_RISK = Fraction(4, 5)


def _number(text: str) -> float:
    """Raises ValueError for what is no JSON (`NaN`) and what no number can hold (`1e400`): both would be echoed."""
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text[:40]} is no number of JSON")
    return value


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_number)


class Clocks:
    """Answers lines; each calendar is worked out once."""

    def __init__(self) -> None:
        self._timetables: dict[bytes, Timetable] = {}

    def answer(self, line: str | bytes) -> dict[str, Any]:
        """The answer to one line: a clock's reading, or `{"id", "error"}`."""
        given: Any = None
        try:
            given = _DECODER.decode((line.decode() if isinstance(line, bytes) else line).removeprefix("\ufeff"))
            if isinstance(given, dict):
                return self._read(given)
            return {"id": None, "error": f"expected one JSON object, got {type(given).__name__}"}
        except (InputError, ValueError, OverflowError, RecursionError) as error:
            return {"id": given.get("id") if isinstance(given, dict) else None, "error": str(error)}

    def _read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        timetable = self._timetable(given.get("calendar"))
        start, target = _moment(given, "start"), _target(given.get("target_s"))
        now, stop = _optional(given, "now"), _optional(given, "stop")
        if stop is not None and now is not None and stop > now:
            stop = None
        until = now if stop is None else stop
        pauses = known(_pauses(given.get("pauses")), until)
        if stop is not None:
            pauses = [(begin, stop if end is None else end) for begin, end in pauses]
        timetable.running(start)  # an error of the calendar shows even where the clock does not need the window
        meter = measure([Span(start, timetable, target)], pauses, until, _share(given.get("at_risk")))
        late = meter.breach_at is not None if until is None else meter.breached(until)
        stands = stop is None and not late and (paused(pauses, until) if until is not None else _open(pauses))
        answer: dict[str, Any] = {"id": given.get("id")}
        if now is not None:
            answer["state"] = _state(meter, late, now, stop is not None, stands)
        answer["elapsed_s"] = None if until is None else meter.elapsed
        answer["due_at"] = None if stands else written(meter.due_at)
        answer["breach_at"] = None if stands or (stop is not None and not late) else written(meter.breach_at)
        answer["overdue_s"] = None if until is None else meter.overdue
        return answer

    def _timetable(self, calendar: Any) -> Timetable:
        key = marshal.dumps(calendar, 2)
        if key not in self._timetables:
            self._timetables[key] = Timetable(Hours.read(calendar))
        return self._timetables[key]


def _state(meter: Meter, late: bool, now: int, stopped: bool, stands: bool) -> State:  # noqa: FBT001
    if late:
        return "breached"
    if stopped:
        return "met"
    if stands:
        return "paused"
    return "at-risk" if meter.at_risk(now) else "running"


def _moment(given: Mapping[str, Any], key: str) -> int:
    try:
        return moment(given.get(key))
    except InputError as error:
        raise InputError(f"{key}: {error}") from error


def _optional(given: Mapping[str, Any], key: str) -> int | None:
    return None if given.get(key) is None else _moment(given, key)


def _target(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or value <= 0:
        raise InputError(f"target_s: expected whole seconds above 0, not {value!r}"[:120])
    return int(value)


def _pauses(value: Any) -> list[Interval]:
    if value is not None and not isinstance(value, list):
        raise InputError(f"pauses: expected a list, not {value!r}"[:120])
    found: list[Interval] = []
    for pair in value or ():
        if not isinstance(pair, list) or len(pair) != 2:
            raise InputError(f"pauses: expected [start, end], not {pair!r}"[:120])
        start, end = moment(pair[0]), None if pair[1] is None else moment(pair[1])
        if end is not None and end < start:
            raise InputError(f"pauses: {pair[1]} is before {pair[0]}")
        found.append((start, end))
    return found


def _open(pauses: list[Interval]) -> bool:
    return bool(pauses) and pauses[-1][1] is None


def _share(value: Any) -> Fraction:
    if value is None:
        return AT_RISK
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InputError(f"at_risk: expected a number from 0 to 1, not {value!r}"[:120])
    return _fraction(value)


@lru_cache(maxsize=64)
def _fraction(value: float) -> Fraction:
    return Fraction(str(value))
