"""`bizops demo`: example issues through the whole path, offline; with `--serve` a page stays open in the browser."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from bizops.local.demo import Demo, Example, Outcome
    from bizops.local.jobs import Done, Jobs
    from bizops.local.server import LocalGitHub

SHOWN_LINES = 24  # of an answer; the rest with --full or on the page
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
        if not arguments.json:
            console.print(f"An embedded GitHub answers on {github.url}; {created} labels created. Nothing leaves this machine.")
        outcomes = play(demo, jobs, chosen, console, quiet=arguments.json)
    if arguments.json:
        for outcome in outcomes:
            print(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        for outcome in outcomes:
            console.print(shown(outcome, full=arguments.full))
        console.print(closing(outcomes, jobs.done, time.monotonic() - started))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0
