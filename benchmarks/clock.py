"""What 10,000 clocks cost in one process of `bizops sla clock`, start included, beside two published engines.

    .venv/bin/python -m benchmarks.clock [LINES] [--keep]

First 10,000 lines with 20 calendars (several windows a day, nights, holidays, overrides, unions, pauses): lines per
second of processor time, which a busy machine changes little, and of wall time (goal: at least 20,000 on one core).
Then business-duration and businesstimedelta on LINES (default 2,000) lines that they can express: one window a day from
Monday to Friday, by day or over midnight, holidays, one zone, no pauses. Each engine gets a whole process for the same
lines; its answers are compared with ours, and the first that differ are shown. The engines are no dependencies of the
project: uv makes an environment for them under `.cache/clock`.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from benchmarks import figures

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "clock"
PINS = ("business-duration==0.68", "businesstimedelta==1.0.1")
ZONES = ("America/New_York", "Europe/Vienna", "Asia/Kolkata", "UTC")
WORK = ("mon", "tue", "wed", "thu", "fri")
FIRST = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())
OURS = (sys.executable, "-m", "bizops", "sla", "clock")
# Each reads our lines and writes {"id", "elapsed_s", "due_at"}; what an engine cannot tell is left out.
READ = """
import datetime, json, sys
from zoneinfo import ZoneInfo
def calendar(line):
    tree = line["calendar"]
    (begin, end), = tree["week"]["mon"]
    times = [datetime.time.fromisoformat(text) for text in (begin, end)]
    return tree["tz"], times, [datetime.date.fromisoformat(day) for day in tree["holidays"]]
lines = [json.loads(line) for line in sys.stdin]
moment = datetime.datetime.fromisoformat
"""
DURATION = (
    READ
    + """
from business_duration import businessDuration
for line in lines:
    name, (begin, end), holidays = calendar(line)
    local = [moment(line[key]).astimezone(ZoneInfo(name)).replace(tzinfo=None) for key in ("start", "now")]
    found = businessDuration(*local, begin, end, holidaylist=holidays, unit="sec")
    print(json.dumps({"id": line["id"], "elapsed_s": None if found != found else int(found)}))
"""
)
TIMEDELTA = (
    READ
    + """
import businesstimedelta, pytz
known = {}
def rules(line):
    key = json.dumps(line["calendar"])
    if key not in known:
        name, (begin, end), holidays = calendar(line)
        zone = pytz.timezone(name)
        day = businesstimedelta.WorkDayRule(start_time=begin, end_time=end, working_days=[0, 1, 2, 3, 4], tz=zone)
        known[key] = businesstimedelta.Rules([day, businesstimedelta.HolidayRule(holidays, tz=zone)])
    return known[key]
for line in lines:
    start, now, rule = moment(line["start"]), moment(line["now"]), rules(line)
    used = rule.difference(start, now).timedelta.total_seconds()
    due = start + businesstimedelta.BusinessTimeDelta(rule, seconds=line["target_s"])
    due = due.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps({"id": line["id"], "elapsed_s": int(used), "due_at": due}))
"""
)
ENGINES = {"business-duration": DURATION, "businesstimedelta": TIMEDELTA}


class Run(NamedTuple):
    """A whole process: its answers by id, and seconds of wall and processor time."""

    answers: dict[str, dict[str, Any]]
    wall: float
    cpu: float


def main() -> int:
    """Measure and print."""
    few = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 2000)
    rich = list(lines(10_000, _rich))
    run(OURS, rich[:10])  # once for the bytecode
    runs = [run(OURS, rich) for _ in range(5)]
    cpu, wall = (len(rich) / min(getattr(one, name) for one in runs) for name in ("cpu", "wall"))
    print(f"bizops sla clock, {len(rich):,} lines, 20 calendars, best of {len(runs)} whole processes")
    print(f"  {cpu:9,.0f} lines a second of processor time  (goal: at least 20,000)")
    print(f"  {wall:9,.0f} lines a second of wall time")
    figures.keep("clock", {"cpu": cpu, "wall": wall})
    missing = prepare()
    for what, calendar in (("windows by day, holidays", _plain), ("windows over midnight, holidays", _nights)):
        _beside(what, list(lines(few, calendar)), missing)
    return 0


def _beside(what: str, given: Sequence[Mapping[str, Any]], missing: str) -> None:
    """Print what we and the engines make of the same lines."""
    own = min((run(OURS, given) for _ in range(3)), key=lambda one: one.cpu)
    print(f"{what}: {len(given):,} lines, whole processes, lines a second of processor time")
    print(f"  {'bizops sla clock':20} {len(given) / own.cpu:9,.0f}")
    if missing:
        print(f"  no other engine: {missing}")
    for name, program in () if missing else ENGINES.items():
        try:
            other = run((str(CACHE / "env" / "bin" / "python"), "-c", program), given)
        except RuntimeError as error:
            print(f"  {name:20} failed: {error}")
            continue
        print(f"  {name:20} {len(given) / other.cpu:9,.0f}  ({other.cpu / own.cpu:,.0f} times slower)")
        for told in _compared(given, own.answers, other.answers):
            print(f"    {told}")


def lines(number: int, calendar: Any) -> Iterator[dict[str, Any]]:
    """Clocks of 2026, the same each time; `calendar` makes the n-th of 20 calendars."""
    draw = random.Random(7)  # noqa: S311 - no secret
    calendars = [calendar(n) for n in range(20)]
    for n in range(number):
        start = FIRST + draw.randrange(300 * 86_400)
        line = {
            "id": str(n),
            "calendar": calendars[n % 20],
            "start": _written(start),
            "target_s": draw.randrange(60, 360_000),
        }
        line["now"] = _written(start + draw.randrange(20 * 86_400))
        if calendar is _rich:
            begins = [start + draw.randrange(5 * 86_400) for _ in range(n % 4)]
            line["pauses"] = [[_written(begin), _written(begin + draw.randrange(90_000))] for begin in begins]
            line["stop"] = _written(start + draw.randrange(10 * 86_400)) if n % 3 == 0 else None
        yield line


def _plain(n: int) -> dict[str, Any]:
    window = [f"{7 + n % 3:02d}:00", f"{16 + n % 4:02d}:30"]
    return {"tz": ZONES[n % 4], "week": {day: [window] for day in WORK}, "holidays": ["2026-04-06", "2026-11-26"]}


def _nights(n: int) -> dict[str, Any]:
    return {**_plain(n), "week": {day: [[f"{20 + n % 3}:00", f"{5 + n % 4:02d}:00"]] for day in WORK}}


def _rich(n: int) -> dict[str, Any]:
    week: dict[str, Any] = {day: [["08:30", "12:15"], ["13:00", f"17:{n:02d}"]] for day in WORK}
    if n % 5 == 0:
        week["sat"] = [["22:00", "06:00"]]
    overrides = {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []}
    one = {"tz": ZONES[n % 4], "week": week, "holidays": ["2026-04-06", "2026-11-26"], "date_overrides": overrides}
    return {"union": [one, _plain(n + 1)]} if n % 10 == 9 else one


def _written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run(argv: Sequence[str], given: Sequence[Mapping[str, Any]]) -> Run:
    """A process that is given the lines. Raises RuntimeError with the end of its complaint."""
    with TemporaryFile("w+") as lines, TemporaryFile("w+") as out:
        lines.writelines(json.dumps(line) + "\n" for line in given)
        lines.seek(0)
        before, began = _spent(), time.perf_counter()
        done = subprocess.run(argv, stdin=lines, stdout=out, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
        wall, cpu = time.perf_counter() - began, _spent() - before
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-200:] or f"exit code {done.returncode}")
        out.seek(0)
        return Run({answer["id"]: answer for answer in map(json.loads, out)}, wall, cpu)


def _spent() -> float:
    """Processor seconds of all children so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare() -> str:
    """Make the environment of the engines unless it is there; why it cannot be made, or ""."""
    python, uv = CACHE / "env" / "bin" / "python", ROOT / ".venv" / "bin" / "uv"
    if not uv.exists():
        return "there is no .venv/bin/uv"
    commands = [
        [str(uv), "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(CACHE / "env")],
        [str(uv), "pip", "install", "--quiet", "--python", str(python), *PINS],
    ]
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return "uv took more than five minutes"
        if done.returncode:
            return f"uv cannot install them: {done.stderr.strip()[-200:]}"
    return ""


def _compared(given: Sequence[Mapping[str, Any]], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    """How often two engines agree on each value, and the first lines on which they do not."""
    for name in ("elapsed_s", "due_at"):
        both = [line for line in given if name in theirs.get(line["id"], ())]
        differ = [line for line in both if theirs[line["id"]][name] != ours[line["id"]][name]]
        if both:
            yield f"{name}: {len(both) - len(differ)} of {len(both)} agree"
        for line in differ[:2]:
            (window,), zone = line["calendar"]["week"]["mon"], line["calendar"]["tz"]
            what = f"{line['target_s']} s from {line['start']} to {line['now']}, {'-'.join(window)} {zone}"
            yield f"  {what}: {theirs[line['id']][name]}, ours {ours[line['id']][name]}"


if __name__ == "__main__":
    sys.exit(main())
