"""`bizops report`: the key figures, each with how it is computed, as Markdown or as JSON."""

import argparse
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bizops.desk.report import Report

FILE = """Without --data the issues, comments, events and the ledger are read from GitHub (GITHUB_REPOSITORY,
GITHUB_TOKEN). FILE holds {"issues": [...], "ledger": [...]} as GitHub's API and the ledger give them, and may hold
"comments", "events", "deadlines", "permissions" ({"login": "write"}), "now", "targets" ({"sla_compliance": ">99"}) and
"baseline" ({"usd_per_operation": 12, "hours_per_operation": 6}). What a file lacks is reported as unknown."""


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    parser.add_argument("--since", metavar="DATE", help="count from this day or instant on (default: 91 days back)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--data", metavar="FILE", type=Path, help="count a file instead of asking GitHub")
    parser.add_argument("--now", metavar="T", help="with --data: the instant of the report (default: the clock)")
    parser.epilog = FILE
    add_policies(parser)


def main(arguments: argparse.Namespace) -> int:
    from bizops.rules.visible import terminal

    found = _made(arguments)
    text = found.markdown()
    print(json.dumps(found.as_json(), ensure_ascii=False) if arguments.json else terminal(text), flush=True)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
    return 0


def _made(arguments: argparse.Namespace) -> "Report":
    from bizops.cli import setting
    from bizops.cli.given import json_object
    from bizops.desk import report

    since = _instant(arguments.since, "--since") if arguments.since else None
    if not arguments.data:
        desk = setting.desk(setting.policy(arguments))
        return report.from_github(desk.github, desk.policy, int(time.time()), since)
    lists = json_object(arguments.data, "data")
    told = arguments.now or lists.get("now")
    now = _instant(told, "--now" if arguments.now else "now") if told else int(time.time())
    return report.from_file(lists, setting.policy(arguments), now, since)


def _instant(text: Any, where: str) -> int:
    """A day (its midnight in UTC) or an RFC 3339 instant. Raises InputError."""
    import re

    from bizops.errors import InputError
    from bizops.rules.sla.instants import moment

    day = isinstance(text, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    try:
        return moment(f"{text}T00:00:00Z" if day else text)
    except InputError as error:
        raise InputError(f"not a day or an instant: {str(text)[:60]!r}", where=where, fix="2026-11-01") from error
