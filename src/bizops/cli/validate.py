"""`bizops validate`: every error of policies, forms and agents at once, each with file and line."""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from bizops import company
from bizops.errors import ConfigError, Problem, nearest
from bizops.policy import FILES, Policy, load


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    add_policies(parser)


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli.setting import own_policies, repository

    root, own = repository(), own_policies(arguments)
    found: list[Problem] = []
    policy = None
    try:
        policy = load(own)
    except ConfigError as error:
        found += error.problems
    found += problems(root, own, policy)
    if found:
        raise ConfigError(found)
    print("policies, forms and agents are in order")
    return 0


def problems(root: Path | None, own: Path | None, policy: Policy | None) -> Iterator[Problem]:
    """What `load` does not see: files of no known name, forms, and agents that are on and cannot work."""
    from bizops.desk import clocks
    from bizops.rules import forms
    from bizops.templates import load_templates

    for path in sorted(own.glob("*.y*ml")) if own and own.is_dir() else ():
        if path.suffix != ".yml" or path.stem not in (*FILES, "calendars"):
            yield Problem("no policy of this name is read", f"policies/{path.name}", nearest(path.stem, FILES))
    try:
        templates = load_templates(company.forms(root))
    except ConfigError as error:
        yield from error.problems
        templates = ()
    if policy:
        yield from clocks.problems(policy, int(time.time()))
        yield from forms.problems(templates, policy.labels.routes)
        yield from _agents(root, policy)


def _agents(root: Path | None, policy: Policy) -> Iterator[Problem]:
    from bizops.desk.lists import LISTS
    from bizops.roster import EXECUTES, declared
    from bizops.rules.admit import DONE

    for name, agent in policy.agents.agents.items():
        if agent.mode == "off":
            continue
        for kind in agent.kinds:
            if kind not in DONE:
                file, line = policy.where("agents", "agents", name, "kinds")
                yield Problem(f"this desk cannot do `{kind}` yet", f"{file}:{line}", f"it can do {', '.join(DONE)}")
        try:
            says = declared(name, root / "agents" if root else None)
        except ConfigError as error:
            yield from error.problems
            continue
        if says.executes:
            yield Problem(EXECUTES, f"agents/{name}.py", "set the agent's `mode: off`")
        for need in says.needs:
            if need not in LISTS:
                yield Problem(f'unknown need "{need}"', f"agents/{name}.py", nearest(need, LISTS))
