"""Where agents come from: `agents/NAME.py`, a company's own folder before the shipped one.

An agent's name is its file's stem. A name counts only if the roster of `policies/agents.yml` holds it.
"""

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

from bizops import company
from bizops.agent.agent import Agent
from bizops.errors import ConfigError, InputError, Problem, nearest


def load(name: str, roster: Iterable[str], own: Path | None = None) -> Agent:
    """The agent of that name, from `own` (a company's `agents/`) or the shipped folder.

    Raises InputError for a name that is not in the roster, ConfigError for a file that is missing or holds no agent.
    """
    names = list(roster)
    if name not in names:
        raise InputError(f'unknown agent "{name}"', where="policies/agents.yml", fix=nearest(name, names))
    path = company.find("agents", f"{name}.py", own)
    if path is None:
        fix = "set its `mode: off` until the file is there"
        raise ConfigError(
            [Problem(f"the agent {name} is in the roster, its file is missing", f"agents/{name}.py", fix)]
        )
    agent = _execute(path).get("agent")
    if not isinstance(agent, Agent) or agent.name != name:
        fix = "it must hold `agent = Agent(file=__file__, ...)`"
        raise ConfigError([Problem("the file defines no agent of its own name", f"agents/{name}.py", fix)])
    return agent


def _execute(path: Path) -> dict[str, object]:
    """The names of a module loaded by path: a hyphenated file cannot be imported by name."""
    module_name = "bizops_agents." + path.stem.replace("-", "_")
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ConfigError([Problem("not a Python file", f"agents/{path.name}")])
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # before it runs: dataclasses and pydantic look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return vars(module)
