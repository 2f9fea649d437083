"""Every shipped example gives what its `expected.json` says, by the command line that a person uses."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*/issue.json"))
KNOWN = {"actions", "facts", "summary_has", "summary_lacks", "findings", "held"}


@cache
def demo(agent: str, time: int) -> dict[str, dict[str, Any]]:
    """The decisions of `--demo`, by example; `time` is there to ask twice."""
    del time
    done = subprocess.run(
        [sys.executable, ROOT / "agents" / f"{agent}.py", "--demo", "--json"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = [path.parent.name for path in EXAMPLES if path.parent.parent.name == agent]
    return dict(zip(names, map(json.loads, done.stdout.splitlines()), strict=True))


def differences(expected: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    """What is not as the example says."""
    yield from (f"expected.json: unknown key {name}" for name in expected.keys() - KNOWN)
    kinds = [action["kind"] for action in got["actions"]]
    if "actions" in expected and sorted(kinds) != sorted(expected["actions"]):
        yield f"actions {kinds}, expected {expected['actions']}"
    for name, value in expected.get("facts", {}).items():
        if got["facts"].get(name, {}).get("value") != value:
            yield f"fact {name}: {got['facts'].get(name)}, expected {value}"
    said = got["summary"] + "\n" + "\n".join(q for a in got["actions"] for q in a.get("questions", ()))
    yield from (f"summary lacks {text!r}" for text in expected.get("summary_has", ()) if text not in said)
    yield from (f"summary has {text!r}" for text in expected.get("summary_lacks", ()) if text in said)
    for wanted in expected.get("findings", ()):
        if not any(all(finding.get(k) == v for k, v in wanted.items()) for finding in got["findings"]):
            yield f"no finding like {wanted}"
    if "held" in expected and bool(got["held"]) != expected["held"]:
        yield f"held: {got['held']}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}")
def test_an_example_gives_what_it_says(example: Path) -> None:
    expected = json.loads((example.parent / "expected.json").read_text("utf-8"))
    assert expected, "an example that expects nothing shows nothing"
    agent, name = example.parent.parent.name, example.parent.name
    got = demo(agent, 1)[name]
    assert list(differences(expected, got)) == []
    again = demo(agent, 2)[name]
    assert {**again, "usage": None} == {**got, "usage": None}, "the same case must give the same decision"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 12
