"""`bizops demo`: example issues through the whole path, offline; with `--serve` a page stays open in the browser."""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from bizops.local.demo import Demo, Example, Folders, Outcome
    from bizops.local.jobs import Jobs
    from bizops.policy import Policy

PORT = 8414


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.setting import add_policies

    parser.add_argument("--all", action="store_true", help="every example, not one for each agent and a hostile one")
    parser.add_argument("--full", action="store_true", help="whole answers, however long")
    parser.add_argument("--json", action="store_true", help="one object for each issue, on a line of its own")
    parser.add_argument("--serve", action="store_true", help="stay, and show issues and threads in the browser")
    parser.add_argument("--port", type=_port, help=f"of the page (default {PORT}, or a free one if that is taken)")
    parser.add_argument("--state", metavar="FILE", type=Path, help="keep what --serve shows in a file")
    parser.add_argument(
        "--company", metavar="DIR", type=Path, help="a folder whose agents/, prompts/ and examples/ come first"
    )
    add_policies(parser)


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return number


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting
    from bizops.errors import InputError
    from bizops.local import demo as demos

    if arguments.json and arguments.serve:
        raise InputError("--json and --serve do not go together")
    if arguments.state and not arguments.serve:
        raise InputError("--state needs --serve", fix="without it nothing is left to look at later")
    company: Path | None = arguments.company
    if company is not None and not company.is_dir():
        raise InputError("no such folder", where=str(company))
    _offline()
    rules = setting.policy(arguments)
    known = demos.examples(company / "examples") if company else []
    known = known or demos.examples(demos.shipped())
    with tempfile.TemporaryDirectory(prefix="bizops-demo-", ignore_cleanup_errors=True) as folder:
        root = company.resolve() if company else setting.repository()
        story = demos.story()
        folders = demos.Folders(Path(folder), [*known, story], root, company and company.resolve())
        chosen = [*(known if arguments.all else demos.choose(known)), story]
        if arguments.serve:
            from bizops.cli.serve import serve

            return serve(arguments, rules, folders, chosen)
        return _once(arguments, rules, folders, chosen)


def _offline() -> None:
    """Forget the model's endpoint and key: the demo works without any, whatever the environment says."""
    from bizops.sealed import MODEL

    for name in MODEL:
        os.environ.pop(name, None)


def _once(arguments: argparse.Namespace, rules: "Policy", folders: "Folders", chosen: "Sequence[Example]") -> int:
    from rich.console import Console

    from bizops.local import terminal
    from bizops.local.demo import REPOSITORY, Demo
    from bizops.local.jobs import Jobs
    from bizops.local.server import LocalGitHub
    from bizops.templates import load_templates, shipped

    started = time.monotonic()
    console = Console(stderr=arguments.json, highlight=False)
    jobs = Jobs(rules, folders)
    with LocalGitHub(REPOSITORY) as github, jobs.at(github):
        demo = Demo(github, rules)
        created = demo.prepare(load_templates(shipped()))
        console.print(
            f"An embedded GitHub answers on {github.url}; {created} labels created. Nothing leaves this machine."
        )
        outcomes = play(demo, jobs, chosen, console)
    if arguments.json:
        for outcome in outcomes:
            print(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        for outcome in outcomes:
            console.print(terminal.shown(outcome, full=arguments.full))
    console.print(terminal.closing(outcomes, jobs.done, time.monotonic() - started))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


def play(demo: "Demo", jobs: "Jobs", chosen: "Sequence[Example]", console: "Console") -> "list[Outcome]":
    """File the issues; then the one that was asked answers, and one run is made again. What became of each."""
    from bizops.local.demo import REPLY, outcomes
    from bizops.local.terminal import watch

    filed = [(demo.file(example), example) for example in chosen]
    watch(console, demo.github, jobs, filed, "The desk works on the issues, two at a time")
    ended = outcomes(demo, jobs.done, [number for number, _ in filed], "filed")
    began = len(jobs.done)
    more = []
    asked = next((one for one in ended if one.example == chosen[-1].name and one.state == "needs-info"), None)
    if asked:
        demo.reply(asked.asker, asked.number, REPLY)
        more.append((asked.number, "answered by the requester"))
    again = next((one for one in ended if one.state == "waiting"), None)
    if again:
        demo.rerun("ada", again.number)
        more.append((again.number, "run again"))
    wanted = [(number, example) for number, example in filed if number in dict(more)]
    watch(console, demo.github, jobs, wanted, "The requester answers a question; another issue is worked again")
    for number, step in more:
        ended += outcomes(demo, jobs.done[began:], [number], step)
    return ended
