"""What the host must know of an agent without running it: read from the file's syntax, never by executing it."""

import ast
from dataclasses import dataclass
from pathlib import Path

from bizops import company
from bizops.errors import ConfigError, Problem

# No job that has a token runs such an agent, and there is none yet that has not.
EXECUTES = "its tools run code of the repository, and there is no job for that yet"


@dataclass(frozen=True)
class Declared:
    """What an agent's file declares: the lists that it needs, and whether its tools run code of the repository."""

    needs: tuple[str, ...] = ()
    executes: bool = False


def declared(name: str, own: Path | None = None) -> Declared:
    """The declaration in `agents/NAME.py` (the company's folder first). Raises ConfigError where it cannot be read."""
    path = company.find("agents", f"{name}.py", own)
    where = f"agents/{name}.py"
    if path is None:
        raise ConfigError([Problem("the file is missing", where, "set the agent's `mode: off` until it is there")])
    try:
        tree = ast.parse(path.read_bytes(), filename=where)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ConfigError([Problem(f"not Python: {error}", f"{where}:{line}")]) from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Agent":
            given = {word.arg: word.value for word in node.keywords}
            try:
                needs = ast.literal_eval(given["needs"]) if "needs" in given else ()
                executes = ast.literal_eval(given["executes"]) if "executes" in given else False
            except ValueError as error:
                fix = "write `needs` and `executes` as literals: the host reads them without running the file"
                raise ConfigError([Problem("needs or executes is computed", f"{where}:{node.lineno}", fix)]) from error
            return Declared(tuple(needs), bool(executes))
    raise ConfigError([Problem("there is no `agent = Agent(...)`", where)])
