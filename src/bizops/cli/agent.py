"""One agent from the command line: `python agents/NAME.py --process-issue N [--issue-data F] [--json]`, `--demo`.

The caller counts as an operator, the agent works sealed as everywhere, and nothing is written to GitHub.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bizops import case as cases
from bizops import company, sealed
from bizops.agent.agent import Agent
from bizops.case import Case, Work
from bizops.cli import guarded
from bizops.decision import Decision
from bizops.errors import BizopsError, InputError
from bizops.issue import Thread, is_pull_request, read_issue_file, timestamp
from bizops.policy import Policy, load


class AgentFailed(BizopsError):
    """The agent left no decision."""

    exit_code = 1


def parser(agent: Agent) -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog=f"{agent.name}.py",
        description=agent.mission,
        epilog="An issue file holds GitHub's JSON of an issue, the short form (title, body, labels and assignees as "
        "texts; only title must be there), or a webhook's payload. Exit codes: 0 done, held or nothing to do; "
        "1 defect; 2 configuration or input.",
    )
    what = top.add_mutually_exclusive_group(required=True)
    what.add_argument("--process-issue", metavar="N", help="the issue's number")
    what.add_argument("--demo", action="store_true", help="work the shipped examples of this agent")
    top.add_argument("--issue-data", metavar="FILE", type=Path, help="read the issue from a file, not from GitHub")
    top.add_argument("--json", action="store_true", help="print the decision as one JSON object")
    top.add_argument("--policies", metavar="DIR", type=Path, help="policies that override the shipped ones")
    top.add_argument("-v", "--verbose", action="store_true", help="one line for each step on standard error")
    return top


def main(agent: Agent, argv: Sequence[str] | None = None) -> None:
    """Parse the command line, work, print, and exit."""
    arguments = parser(agent).parse_args(argv)
    sys.exit(guarded(lambda: _demo(agent, arguments) if arguments.demo else _issue(agent, arguments)))


def _issue(agent: Agent, arguments: argparse.Namespace) -> int:
    from bizops.cli.setting import own_policies, repository
    from bizops.desk.event import number

    wanted = number(arguments.process_issue, "--process-issue")
    root = repository()
    own = own_policies(arguments)
    roots = [root] if root else []
    lists: dict[str, list[Any]] = {}
    if arguments.issue_data:
        issue, comments = read_issue_file(arguments.issue_data)
        timeline = [dict(comment, event="commented") for comment in comments]
        roots += [arguments.issue_data.resolve().parent, Path.cwd()]
    else:
        issue, timeline, lists = _from_github(agent, wanted)
    issue = {**issue, "number": wanted if arguments.process_issue else issue.get("number")}
    if is_pull_request(issue) or issue.get("state") == "closed":
        kind = "a pull request" if is_pull_request(issue) else "closed"
        print(f"issue {wanted} is {kind}: nothing to do", file=sys.stderr)
        if arguments.json:
            print(json.dumps({"agent": agent.name, "issue": wanted, "go": False, "why": f"the issue is {kind}"}))
        return 0
    if root is None:
        print("not inside a git repository: the agent sees no repository", file=sys.stderr)
    decision = work(agent, issue, timeline, policy=load(own), repository=root, roots=roots, lists=lists)
    show(decision, as_json=arguments.json)
    return 0


def _from_github(agent: Agent, number: int) -> tuple[Any, list[Any], dict[str, list[Any]]]:
    from bizops.desk.github import GitHub
    from bizops.desk.lists import LISTS

    github = GitHub.from_environment()
    issue = github.issue(number)
    timeline = [] if is_pull_request(issue) else github.timeline(number)
    return issue, timeline, {need: LISTS[need](github) for need in agent.needs}


def work(
    agent: Agent,
    issue: Any,
    timeline: list[Any],
    *,
    policy: Policy,
    repository: Path | None,
    roots: Sequence[Path],
    lists: dict[str, list[Any]] | None = None,
) -> Decision:
    """One decision about one issue, by the agent's sealed process. Raises AgentFailed.

    Files that the issue names are looked up below `roots`; `repository` is what the agent takes for the company's own.
    """
    from bizops.desk.gather import commit_of, gather, too_large

    with tempfile.TemporaryDirectory(prefix="bizops-") as name:
        folder = Path(name)
        thread = Thread.read(issue, timeline)
        for need, entries in (lists or {}).items():
            cases.write_json(folder / "lists" / f"{need}.json", entries)
        form, free, area = _form(thread, policy)
        case = Case(
            folder=folder,
            thread=thread,
            work=Work(agent.name, "opened"),
            priority=policy.access.default_priority,
            policy=policy,
            permission="admin",
            reach=policy.access.belief["admin"].reach,
            repository=repository,
            private=True,
            commit=commit_of(repository) if repository else "",
            data=gather(folder, thread, policy, roots),
            too_large=too_large(thread, policy, roots),
            now=timestamp(datetime.now(UTC)),
            form=form,
            free=free,
            area=area,
        )
        case.write(issue, timeline)
        said = sealed.decide(folder)
        try:
            return cases.read_decision(folder)
        except InputError as error:
            raise AgentFailed(f"{agent.name} left no decision: {said.strip() or error.what}") from error


def _form(thread: Thread, policy: Policy) -> tuple[dict[str, Any], str, str]:
    """A form's fields, its text areas as text, and the area that its labels name."""
    from bizops.rules import forms, routing
    from bizops.templates import load_templates

    form = forms.parse(thread.issue.body, load_templates(company.forms(), thread.issue.body))
    labels = form.template.labels if form else ()
    route = routing.route(thread.issue.labels, thread.issue.assignees, policy, labels)
    return (dict(form.fields) if form else {}), (form.text if form else ""), route.area


def show(decision: Decision, *, as_json: bool) -> None:
    """Print a decision: one JSON object, or what a person would read."""
    from bizops.rules.visible import terminal

    if as_json:
        print(json.dumps(decision.model_dump(mode="json"), ensure_ascii=False))
        return
    lines = [decision.summary, ""]
    lines += [f"[{f.severity}] {f.file}{':' + str(f.line) if f.line else ''} {f.text}" for f in decision.findings]
    for action in decision.actions:
        details = action.model_dump(exclude={"kind"}, exclude_defaults=True)
        lines.append(f"{action.kind}: " + "; ".join(f"{k}: {_words(v)}" for k, v in details.items()))
    lines += [f"held: {decision.held}"] if decision.held else []
    lines += [*decision.notes]
    print(terminal("\n".join(lines)))


def _words(value: Any) -> str:
    return " / ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _demo(agent: Agent, arguments: argparse.Namespace) -> int:
    from bizops.cli.setting import own_policies

    folder = Path(agent.file).resolve().parents[1] / "examples" / agent.name
    files = sorted(folder.glob("*/issue.json"))
    if not files:
        raise InputError("no examples", where=f"examples/{agent.name}")
    policy = load(own_policies(arguments))
    for path in files:
        issue, comments = read_issue_file(path)
        timeline = [dict(comment, event="commented") for comment in comments]
        if not arguments.json:
            print(f"--- {path.parent.name}: {issue['title']}")
        own = path.parent  # an example's files are its repository
        decision = work(agent, {"number": 1, **issue}, timeline, policy=policy, repository=own, roots=[own])
        show(decision, as_json=arguments.json)
    return 0
