"""Every shipped example gives what its `expected.json` says, by the command line that a person uses."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*/issue.json"))
KNOWN = {"actions", "facts", "summary_has", "summary_lacks", "findings", "held"}


def decided(example: Path) -> dict[str, Any]:
    agent = ROOT / "agents" / f"{example.parent.parent.name}.py"
    done = subprocess.run(
        [sys.executable, agent, "--process-issue", "1", "--issue-data", example, "--json"],
        capture_output=True,
        text=True,
        cwd=example.parent,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


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
    got = decided(example)
    assert list(differences(expected, got)) == []
    again = decided(example)
    assert {**again, "usage": None} == {**got, "usage": None}, "the same case must give the same decision"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 12
