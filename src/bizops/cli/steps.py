"""`collect`, `decide`, `answer`: the three steps, as the jobs of Actions call them."""

import argparse
import os
import secrets
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from bizops.desk.collect import Collected
    from bizops.desk.github import GitHub


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    if parser.prog.endswith("collect"):
        parser.add_argument("issue", nargs="?", help="the issue's number; without it the event of this run of Actions")
        parser.add_argument("--again", action="store_true", help="work the newest answer again")
        add_policies(parser)
    else:
        parser.add_argument("case", type=Path, help="the folder that collect left")


def main(arguments: argparse.Namespace) -> int:
    return {"collect": _collect, "decide": _decide, "answer": _answer}[arguments.command](arguments)


def _collect(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting
    from bizops.desk import event
    from bizops.desk.collect import Collected, collect

    if setting.switched_off():
        return _tell_route(Collected(False, 0, ("the repository variable BIZOPS is off",)))
    rules = setting.policy(arguments)
    if arguments.issue is None:
        hint = event.from_environment(rules)
    else:
        hint = event.Hint(event.number(arguments.issue, "issue"), again=arguments.again)
    if hint.issue is None:
        return _tell_route(Collected(False, 0, (hint.why,)))
    desk = setting.desk(rules, private=hint.private)
    try:
        return _tell_route(collect(desk, hint.issue, again=hint.again, comment=hint.comment))
    finally:
        _count(desk.github)


def _tell_route(collected: "Collected") -> int:
    outputs = {
        "go": "true" if collected.go else "false",
        "issue": str(collected.issue),
        "agent": collected.agent,
        "executor": collected.executor,
        "priority": str(collected.priority),
        "case": str(collected.case or ""),
    }
    _outputs(outputs)
    print(
        f"issue {collected.issue}: " + (f"{collected.agent}, {collected.priority}" if collected.go else "nothing to do")
    )
    _say(collected.why)
    return 0


def _decide(arguments: argparse.Namespace) -> int:
    from bizops import sealed

    said = sealed.decide(arguments.case.resolve())
    _say(said.splitlines(), sys.stderr)
    if (arguments.case / "decision.json").is_file():
        print("decided")
        return 0
    print("no decision", file=sys.stderr)
    return 1


def _answer(arguments: argparse.Namespace) -> int:
    from bizops import case as cases
    from bizops.cli import setting
    from bizops.desk.answer import answer
    from bizops.desk.collect import opened

    desk = setting.desk(cases.read(arguments.case).policy)
    case = opened(desk, arguments.case)
    desk = replace(desk, private=case.private)
    try:
        answered = answer(desk, case)
    finally:
        _count(desk.github)
    _outputs({"state": answered.state, "next": str(answered.next or "")})
    print(f"issue {answered.issue}: {answered.agent}: {answered.state}")
    _say([answered.why])
    return 0


def _outputs(values: dict[str, str]) -> None:
    """The outputs of a step: a closed set, and never foreign text."""
    if os.environ.get("GITHUB_OUTPUT"):
        from actions_toolkit import core

        for name, value in values.items():
            core.set_output(name, value)


def _say(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Print foreign text so that neither a terminal nor the runner takes it for a command."""
    from bizops.rules.visible import stop_commands, terminal, workflow_log

    lines = [terminal(line) for line in lines]
    if not lines:
        return
    start, end = stop_commands(secrets.token_hex(16)) if os.environ.get("GITHUB_ACTIONS") == "true" else ("", "")
    print("\n".join(filter(None, [start, *(f"  {workflow_log(line)}" for line in lines), end])), file=stream)


def _count(github: "GitHub") -> None:
    counted = sorted(github.calls.items())
    listed = ", ".join(f"{name} {count}" if count > 1 else name for name, count in counted)
    before = f", {github.total} with the steps before" if github.before else ""
    print(f"requests to GitHub: {github.total - github.before} ({listed}){before}", file=sys.stderr)
