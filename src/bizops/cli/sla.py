"""`bizops sla clock` and `bizops sla issue`: the clocks, for people and for other tools."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bizops.rules.sla.report import Missed

CLOCK = """One clock a line, on standard input and output, as JSON. A line:
  {"id": "x", "calendar": {"tz": "Europe/Vienna", "week": {"mon": [["09:00", "17:00"]]}, "holidays": ["2026-12-25"]},
   "start": "2026-11-18T15:00:00Z", "target_s": 7200, "pauses": [["2026-11-18T16:00:00Z", null]],
   "stop": null, "now": "2026-11-25T00:00:00Z", "at_risk": 0.8}
gives {"id", "state", "elapsed_s", "due_at", "breach_at", "overdue_s"}; a bad one {"id", "error"}: the others are
answered, and the exit code is 2. `stop`, `now`, `pauses` and `at_risk` may be missing; without `now` the state is."""

ISSUE = """The clocks of one issue, every cycle, and every step of the escalation, with the arithmetic. FILE holds the
issue as GitHub's API gives it, {"issue": {...}, "timeline": [...], "comments": [...]}, and may hold "permissions"
({"login": "admin|maintain|write|triage|read|none"}), "desk" (the desk's account) and "record"."""


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    sub = parser.add_subparsers(dest="what", metavar="clock|issue", required=True)
    raw = argparse.RawDescriptionHelpFormatter
    sub.add_parser("clock", help="one clock a line: JSON lines in and out", description=CLOCK, formatter_class=raw)
    issue = sub.add_parser("issue", help="the clocks of one issue", description=ISSUE, formatter_class=raw)
    issue.add_argument("--timeline", required=True, type=Path, metavar="FILE", help="the issue with its history")
    issue.add_argument("--now", metavar="T", help="the instant, such as 2026-11-25T09:00:00Z (default: the clock)")
    issue.add_argument("--ledger", type=Path, metavar="FILE", help="the sweep's ledger: adds the chance of a miss")
    issue.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_policies(issue)


def main(arguments: argparse.Namespace) -> int:
    return clock() if arguments.what == "clock" else issue(arguments)


def clock() -> int:
    """Answer the lines of standard input; 2 if one was bad."""
    from bizops.rules.sla.lines import Clocks

    answer, write = Clocks().answer, sys.stdout.write
    bad = False
    with open(sys.stdin.fileno(), "rb", buffering=1 << 16, closefd=False) as lines:  # a pipe's whole content at once
        for line in lines:  # in bytes: one that is no UTF-8 is a bad line among the others
            if line.strip():
                found = answer(line)
                bad = bad or "error" in found
                write(json.dumps(found) + "\n")
    return 2 if bad else 0


def issue(arguments: argparse.Namespace) -> int:
    """Print the clocks and the ladder of the issue in a file."""
    import time

    from bizops.cli.given import json_object
    from bizops.cli.setting import own_policies
    from bizops.errors import InputError
    from bizops.policy import load
    from bizops.rules.sla import report
    from bizops.rules.sla.instants import moment

    policy = load(own_policies(arguments))
    try:
        now = moment(arguments.now) if arguments.now else int(time.time())
    except InputError as error:
        raise InputError(error.what, where="--now") from error
    history = json_object(arguments.timeline, "issue", "see `bizops sla issue --help`")
    desk = policy.access.desk_accounts
    missed = _missed(arguments.ledger, history, desk) if arguments.ledger else None
    result = report.issue(history, policy.sla, now, desk, missed)
    print(json.dumps(result) if arguments.json else report.text(result))
    return 0


def _missed(path: Path, history: Mapping[str, Any], desk: Iterable[str]) -> "Missed":
    """The chance of a miss by the clocks of a ledger (JSON lines); the agent is that of the issue's newest answer."""
    from bizops.errors import InputError
    from bizops.issue import Thread
    from bizops.rules import markers
    from bizops.rules.board import rows
    from bizops.rules.forecast import Chances, past

    try:
        lines = [json.loads(line) for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
    except OSError as error:
        raise InputError(f"cannot read the ledger: {error.strerror}", where=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON lines: {error}", where=str(path)) from error
    parts = (history.get("timeline") or (), history.get("comments") or ())
    answers = markers.of(Thread.read({"number": 0, "title": ""}, *parts).comments, desk, "answer")
    agent, chances = answers[-1].agent if answers else "", Chances(past(rows(lines, [])))
    return lambda clock: chances.missed(agent, clock.priority, clock.elapsed, clock.target, clock.clock)
