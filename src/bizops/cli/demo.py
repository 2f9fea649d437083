"""`bizops demo`: example issues through the whole path, offline; with `--serve` a page stays open in the browser."""

import argparse
import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bizops.local.demo.examples import Example, Folders
    from bizops.local.github.server import LocalGitHub, Routes
    from bizops.policy import Policy

PORT = 8414


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies, port

    parser.add_argument("--all", action="store_true", help="every example, not one for each agent and a hostile one")
    parser.add_argument("--full", action="store_true", help="whole answers, however long")
    parser.add_argument("--json", action="store_true", help="one object for each issue, on a line of its own")
    parser.add_argument("--serve", action="store_true", help="stay, and show issues and threads in the browser")
    parser.add_argument("--port", type=port, help=f"of the page (default {PORT}, or a free one if that is taken)")
    parser.add_argument("--state", metavar="FILE", type=Path, help="keep what --serve shows in a file")
    parser.add_argument(
        "--company", metavar="DIR", type=Path, help="a folder whose agents/, prompts/ and examples/ come first"
    )
    add_policies(parser)


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting
    from bizops.errors import InputError
    from bizops.local.demo import examples

    if arguments.json and arguments.serve:
        raise InputError("--json and --serve do not go together")
    if arguments.state and not arguments.serve:
        raise InputError("--state needs --serve", fix="without it nothing is left to look at later")
    company: Path | None = arguments.company
    if company is not None and not company.is_dir():
        raise InputError("no such folder", where=str(company))
    _offline()
    rules = setting.policy(arguments)
    known = examples.examples(company / "examples") if company else []
    known = known or examples.examples(examples.shipped())
    with tempfile.TemporaryDirectory(prefix="bizops-demo-", ignore_cleanup_errors=True) as folder:
        root = company.resolve() if company else setting.repository()
        story = examples.story()
        folders = examples.Folders(Path(folder), [*known, story], root, company and company.resolve())
        chosen = [*(known if arguments.all else examples.choose(known)), story]
        if arguments.serve:
            return _serve(arguments, rules, folders, chosen)
        return _once(arguments, rules, folders, chosen)


def _offline() -> None:
    """Forget the model's endpoint and key, and ask no proxy: the demo stays on this machine whatever is set."""
    from bizops.sealed import MODEL

    for name in MODEL:
        os.environ.pop(name, None)
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))


def _once(arguments: argparse.Namespace, rules: "Policy", folders: "Folders", chosen: "Sequence[Example]") -> int:
    from bizops import company
    from bizops.local.demo import terminal
    from bizops.local.demo.play import play
    from bizops.local.demo.stage import REPOSITORY, Demo, as_json
    from bizops.local.github.server import LocalGitHub
    from bizops.local.runner import Jobs
    from bizops.templates import load_templates

    started = time.monotonic()
    console = terminal.console(stderr=arguments.json)
    jobs = Jobs(rules, folders)
    with LocalGitHub(REPOSITORY) as github, jobs.at(github):
        demo = Demo(github, rules)
        created = demo.prepare(load_templates(company.forms()))
        console.print(
            f"An embedded GitHub answers on {github.url}; {created} labels created. Nothing leaves this machine."
        )
        outcomes = play(demo, jobs, chosen, console)
    if arguments.json:
        for number in dict.fromkeys(outcome.number for outcome in outcomes):
            print(json.dumps(as_json([one for one in outcomes if one.number == number]), ensure_ascii=False))
    else:
        for outcome in outcomes:
            console.print(terminal.shown(outcome, full=arguments.full))
    console.print(terminal.closing(outcomes, jobs.done, time.monotonic() - started))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


def _serve(arguments: argparse.Namespace, rules: "Policy", folders: "Folders", chosen: "Sequence[Example]") -> int:
    """The page, until Ctrl-C. What a state file holds already is only looked at again."""
    from bizops import company
    from bizops.local.demo import terminal
    from bizops.local.demo.play import play
    from bizops.local.demo.stage import REPOSITORY, Demo
    from bizops.local.github.records import Issue
    from bizops.local.runner import Jobs
    from bizops.local.web.forms import forms
    from bizops.local.web.site import Site, routes
    from bizops.templates import load_templates

    console = terminal.console()
    jobs = Jobs(rules, folders)
    shown = forms(company.forms())
    github = _served(arguments, lambda started: routes(Site(started, jobs, rules, shown, folders.read)))
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with github, jobs.at(github):
            demo = Demo(github, rules)
            demo.prepare(load_templates(company.forms()))
            console.print(f"The page: {github.url}/{REPOSITORY}/issues (Ctrl-C ends it)")
            known = github.state.store.all(Issue)
            for issue in known:
                if issue.state == "open":
                    jobs.look(issue.number)
            if not known:
                ended = play(demo, jobs, chosen, console)
                console.print(terminal.closing(ended, jobs.done, sum(done.seconds for done in jobs.done)))
            threading.Event().wait()
    except KeyboardInterrupt:
        console.print("\nEnded." + (f" {arguments.state} keeps what was written." if arguments.state else ""))
    finally:
        signal.signal(signal.SIGTERM, former)
    return 0


def _served(arguments: argparse.Namespace, pages: "Routes") -> "LocalGitHub":
    """An embedded GitHub on the wanted port; on a free one where none is named and the usual one is taken."""
    from bizops.errors import BizopsError
    from bizops.local.demo.stage import REPOSITORY
    from bizops.local.github.server import LocalGitHub

    if arguments.port is not None:
        return LocalGitHub(REPOSITORY, port=arguments.port, state=arguments.state, routes=pages)
    try:
        return LocalGitHub(REPOSITORY, port=PORT, state=arguments.state, routes=pages)
    except BizopsError as error:
        if "port" not in error.what:
            raise
        return LocalGitHub(REPOSITORY, state=arguments.state, routes=pages)
