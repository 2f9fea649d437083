"""`bizops sla clock` beside an oracle that marks every second (`oracle.py`)."""

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bizops.rules.sla.lines import Clocks
from tests.rules.sla.calendars import calendars
from tests.rules.sla.oracle import DAY, clock, counted, nth, stamp

HOUR = 3600


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """A line whose instants are drawn from a few, so that they often coincide, also with closing time."""
    calendar, near = draw(calendars())
    start = near + draw(st.integers(-30, 30)) * HOUR + draw(st.sampled_from([0, 0, 900, 1800, 1, 2701]))
    marks = counted(calendar, (), start, start + 12 * DAY)
    length = draw(st.sampled_from([60, 900, HOUR, 4 * HOUR, DAY, 3 * DAY]))
    target = draw(st.one_of(st.integers(1, 40).map(lambda n: n * 900), st.integers(1, 2 * DAY)))
    edge = nth(marks, target)
    points = [
        start,
        start + HOUR,
        start + DAY,
        start + 3 * DAY,
        *([] if edge is None else [start + edge, start + edge + 1]),
    ]
    moment = st.one_of(
        st.sampled_from(points),
        st.sampled_from(points).flatmap(lambda p: st.integers(-length, length).map(lambda n: p + n)),
    )
    line: dict[str, Any] = {"id": "x", "calendar": calendar, "start": stamp(start), "target_s": target, "pauses": []}
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(moment)
        end = draw(st.one_of(st.just(None), st.just(begin), st.integers(0, 2 * DAY).map(begin.__add__), moment))
        line["pauses"].append([stamp(begin), None if end is None else stamp(max(begin, end))])
    for name in ("now", "stop"):
        if draw(st.booleans()):
            line[name] = stamp(draw(moment))
    if draw(st.booleans()):
        line["at_risk"] = draw(st.sampled_from([0, 0.5, 0.8, 0.95, 1]))
    return line


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(lines())
def test_a_clock_says_what_counting_every_second_says(line: dict[str, Any]) -> None:
    expected = clock(line)
    assume(expected is not None)
    assert Clocks().answer(json.dumps(line)) == expected
