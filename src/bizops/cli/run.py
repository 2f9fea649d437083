"""`bizops run N`: the three steps on one issue."""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bizops.desk.run import Ran


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    parser.add_argument("issue", help="the issue's number")
    parser.add_argument("--again", action="store_true", help="work the newest answer again, and update it in place")
    parser.add_argument("--keep", action="store_true", help="keep the case folders (they hold the transcript)")
    parser.add_argument("--json", action="store_true", help="print one object")
    add_policies(parser)


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting
    from bizops.desk import event
    from bizops.desk.run import Ran, run
    from bizops.rules.visible import terminal

    if setting.switched_off():
        print("the variable BIZOPS is off: nothing is done")
        return 0
    desk = setting.desk(setting.policy(arguments))
    desk = replace(desk, cases=Path(tempfile.mkdtemp(prefix="run-", dir=desk.cases)))  # other runs may share the folder
    try:
        ran = run(desk, event.number(arguments.issue, "issue"), again=arguments.again)
    finally:
        if not arguments.keep:
            shutil.rmtree(desk.cases, ignore_errors=True)
        print(f"requests to GitHub: {desk.github.total}", file=sys.stderr)
    if not arguments.keep:  # no path of what is gone
        ran = Ran(replace(ran.collected, case=None), tuple(replace(a, next=None) for a in ran.answers))
    if arguments.json:
        print(json.dumps(asdict(ran), default=str))
        return _code(ran)
    print(terminal(f"issue {ran.collected.issue}: {'; '.join(ran.collected.why)}"))
    for answered in ran.answers:
        print(terminal(f"issue {answered.issue}: {answered.agent}: {answered.state}: {answered.why}"))
    return _code(ran)


def _code(ran: "Ran") -> int:
    """1 where an agent failed; held, asked and answered are 0."""
    return 1 if any(answered.state == "failed" for answered in ran.answers) else 0
