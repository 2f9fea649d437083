"""`bizops sweep`: keep every clock, post what is due, start what was missed."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bizops.desk.desk import Desk
    from bizops.desk.sweep import Swept

LOCAL = ("127.0.0.1", "localhost", "::1")
PACE = 1.0  # seconds between writes that GitHub asks of whoever makes many


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="one sweep (the default)")
    how.add_argument("--monitor", action="store_true", help="a sweep, and another after each interval, until stopped")
    how.add_argument("--near", action="store_true", help="only the few nearest deadlines, by the last sweep's cache")
    parser.add_argument("--interval", type=_seconds, default=300, metavar="SECONDS", help="of --monitor (default 300)")
    parser.add_argument("--json", action="store_true", help="one JSON object for each sweep on standard output")
    parser.epilog = "Exit code 1: the sweep is incomplete; the next one goes on where it stopped."
    add_policies(parser)


def _seconds(text: str) -> int:
    if not text.isdigit() or not 10 <= int(text) <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not from 10 to 86400 seconds")
    return int(text)


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting

    if setting.switched_off():
        print("the variable BIZOPS is off: nothing is done")
        return 0
    policy = setting.policy(arguments)
    while True:
        desk = setting.desk(policy)
        desk.github.pace = 0 if urlsplit(desk.github.url).hostname in LOCAL else PACE
        if arguments.near:
            return _near(desk)
        code = _once(desk, as_json=arguments.json, carry_on=arguments.monitor)
        if not arguments.monitor:
            return code
        time.sleep(arguments.interval)


def _near(desk: "Desk") -> int:
    from bizops.desk.sweep import near

    wrote = near(desk)
    print(f"nearest deadlines: {', '.join(f'#{n}' for n in wrote) or 'none is due'}")
    return 0


def _once(desk: "Desk", *, as_json: bool, carry_on: bool) -> int:
    """One sweep; of a monitor the errors that pass (no network) are told, and the next one tries again."""
    from bizops.desk.sweep import sweep
    from bizops.errors import GitHubError
    from bizops.rules.visible import terminal

    try:
        swept = sweep(desk)
    except GitHubError as error:
        if not carry_on:
            raise
        print(terminal(f"bizops: {error}"), file=sys.stderr)
        return error.exit_code
    print(json.dumps(swept.as_json()) if as_json else terminal(text(swept)), flush=True)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"### Sweep\n\n{text(swept)}\n")
    return 0 if swept.complete else 1


def text(swept: "Swept") -> str:
    """A sweep in a few lines of Markdown."""

    def listed(numbers: tuple[int, ...]) -> str:
        return ", ".join(f"#{number}" for number in numbers) or "none"

    age = "unknown" if swept.age is None else f"{swept.age // 60} min ago"
    lines = [
        "complete" if swept.complete else f"**incomplete**: {swept.left} issues are left for the next sweep",
        f"- looked at {swept.looked} issues; clocks written on {listed(swept.posted)}",
        f"- started again: {listed(swept.started)}; closed after waiting: {listed(swept.closed)}",
        f"- {swept.requests} requests, {swept.writes} of them writes; the last complete sweep was {age}",
        *(f"- {note}" for note in swept.notes),
    ]
    return "\n".join(lines)
