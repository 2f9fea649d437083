"""`bizops route`: which agent an issue goes to, and why. Writes nothing."""

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bizops.case import Work
from bizops.issue import Thread, check, is_pull_request
from bizops.policy import Permission, Policy
from bizops.rules import routing, trust

if TYPE_CHECKING:
    from bizops.rules.classify import Ranked


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--event", metavar="FILE", type=Path, help="a webhook's payload (GITHUB_EVENT_PATH)")
    what.add_argument("--text", metavar="TEXT", help="title, an empty line, body; the author counts as unknown")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_policies(parser)


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting

    policy = setting.policy(arguments)
    decided = _text(arguments.text, policy) if arguments.text is not None else _event(arguments.event, policy)
    print(json.dumps(decided, ensure_ascii=False) if arguments.json else _readable(decided))
    return 0


def _text(text: str, policy: Policy) -> dict[str, Any]:
    """Plain words: what the manager would propose, for an author whom nobody knows. An agent that is off is said."""
    from bizops.rules.classify import classify

    title, _, body = text.strip().partition("\n")
    title = title.strip() or "(no title)"
    guess = classify(title, body.strip(), policy)
    thread = Thread.read({"title": title, "body": body.strip()})
    rule, second = (_plain(ranked, policy) for ranked in (*guess.ranked[:2], None, None)[:2])
    route = routing.Route(
        guess.agent,
        rule.rule
        if rule and guess.clear
        else routing.Rule("plain words decide nothing", *policy.where("agents", "unrouted")),
        second if guess.clear else rule,
        ("plain words route nothing by themselves: this is what the manager proposes",),
        area=guess.area,
    )
    if policy.agent(guess.agent).mode == "off":
        off = f"{guess.agent} is off: until it is on, the issue stays with {policy.agents.unrouted}"
        route = replace(route, why=(*route.why, off))
    claimed = guess.priority.priority if guess.priority else ""
    believed = trust.priority(thread, claimed, guess.area, policy, _nobody)
    return _decided(thread, route, believed, policy, ())


def _plain(ranked: "Ranked | None", policy: Policy) -> routing.Candidate | None:
    if ranked is None:
        return None
    words = ", ".join(evidence.word for evidence in ranked.evidence[:4] if evidence.word)
    rule = routing.Rule(
        f"plain words: {words}" if words else "plain words", *policy.where("words", "words", ranked.area)
    )
    return routing.Candidate(ranked.agent, rule, (5, 0, 0), area=ranked.area)


def _event(path: Path, policy: Policy) -> dict[str, Any]:
    """An event: the issue as GitHub has it now where a token is at hand, else as the payload shows it."""
    from bizops.cli.setting import repository
    from bizops.desk import event
    from bizops.desk.desk import believed, judge
    from bizops.desk.github import GitHub

    hint = event.read(path, policy, os.environ.get("GITHUB_EVENT_NAME", ""))
    if hint.issue is None:
        return _nothing(hint.why)
    github = GitHub.from_environment() if os.environ.get("GITHUB_TOKEN") else None
    timeline = []
    if github:
        raw = github.issue(hint.issue)
        timeline = [] if is_pull_request(raw) else github.timeline(hint.issue)
    elif "issue" in hint.payload:
        raw = hint.payload["issue"]
        check(raw, [c for c in [hint.payload.get("comment")] if c], str(path))
    else:  # someone's wish to look at an issue
        return _nothing("the event names an issue, and there is no token to read it with") | {"issue": hint.issue}
    permission_of = github.permission if github else _nobody
    seen = judge(raw, timeline, policy, repository(), permission_of, again=hint.again)
    priority = believed(seen, policy, permission_of)
    if not seen.look.todo:
        why = seen.look.stopped or "everything is answered"
        return _decided(seen.thread, seen.route, priority, policy, (why,)) | {"go": False}
    warnings = seen.form.warnings if seen.form else ()
    return _decided(seen.thread, seen.route, priority, policy, warnings, seen.look.todo[0][0])


def _nobody(_login: str) -> Permission:
    """Without GitHub nobody is known."""
    return "none"


def _nothing(why: str) -> dict[str, Any]:
    empty = dict.fromkeys(("issue", "agent", "priority", "executor", "rule", "second"))
    return {"go": False, **empty, "why": [why]}


def _decided(
    thread: Thread,
    route: routing.Route,
    believed: trust.Believed,
    policy: Policy,
    why: tuple[str, ...],
    work: Work | None = None,
) -> dict[str, Any]:
    from bizops.desk.desk import executor

    agent = work.agent if work else route.agent
    return {
        "go": True,
        "issue": thread.issue.number or None,
        "agent": agent,
        "priority": believed.priority,
        "executor": executor(agent, believed.priority, policy),
        "rule": vars(route.rule),
        "second": {"agent": route.second.agent, **vars(route.second.rule)} if route.second else None,
        "why": [*route.why, *believed.why, *why, *([f"work key {work.key}"] if work else [])],
    }


def _readable(decided: dict[str, Any]) -> str:
    from bizops.rules.visible import terminal

    if not decided["agent"]:
        return terminal(f"nothing to do: {'; '.join(decided['why'])}")
    rule, second = decided["rule"], decided["second"]
    lines = [
        f"{decided['agent']}, {decided['priority']}, on {decided['executor']}"
        + ("" if decided["go"] else " (nothing to do)")
    ]
    lines.append(f"  rule: {rule['text']} ({rule['file']}:{rule['line']})")
    lines += [f"  second: {second['text']} ({second['file']}:{second['line']})"] if second else []
    return terminal("\n".join([*lines, *(f"  {reason}" for reason in decided["why"])]))
