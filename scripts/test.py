"""Everything that must hold, as `make test` and CI run it.

    python scripts/test.py [--lint-only]

The lint first (what it says is shown when it fails), then the fast tests, then the slow ones. Everything runs, also
after a failure; the exit code is 1 if anything failed. With CI=true a test that was skipped is a failure: there
everything that the tests need is installed.
"""

import argparse
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
TOOLS = ROOT / ".cache" / "tools" / "bin"
TYPED = ("src", "agents", "scripts", "tests", "benchmarks", "actions")
WORKFLOWS = (".github", "actions")


@dataclass(frozen=True)
class Outcome:
    """How one check ended: seconds, and what is wrong with it (nothing if empty)."""

    name: str
    seconds: float
    wrong: str


def lint() -> list[tuple[str, list[str | Path]]]:
    """The checks that read files alone."""
    python: list[str | Path] = [BIN / "python", "-m"]
    typed = [folder for folder in TYPED if any((ROOT / folder).rglob("*.py"))]
    return [
        ("ruff format", [BIN / "ruff", "format", "--check", "-q", "."]),
        ("ruff check", [BIN / "ruff", "check", "-q", "."]),
        # hyphenated agents have equal names in `agents/` and in the tests' company: modules are told by their path
        ("mypy", [*python, "mypy", "--strict", "--explicit-package-bases", *typed]),
        ("actionlint", [TOOLS / "actionlint"]),
        ("zizmor", [BIN / "zizmor", "--offline", "-q", "--config", ".github/zizmor.yml", *WORKFLOWS]),
        ("bizops validate", [BIN / "bizops", "validate"]),
    ]


def check(name: str, words: list[str | Path]) -> Outcome:
    """Run one check; what it printed is shown only if it failed."""
    started = time.monotonic()
    try:
        done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True, check=False)
        said, code = done.stdout + done.stderr, done.returncode
    except OSError as error:
        said, code = f"{words[0]}: {error.strerror}; run `make tools`\n", 127
    if code:
        print(f"--- {name}\n{said}", flush=True)
    return Outcome(name, time.monotonic() - started, f"exit code {code}" if code else "")


def tests(name: str, *words: str) -> Outcome:
    """Run a part of the tests, shown as they go."""
    report = ROOT / ".cache" / f"{name.replace(' ', '-')}.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    started = time.monotonic()
    print(f"--- {name}", flush=True)
    command: list[str | Path] = [BIN / "python", "-m", "pytest", "-n", "2", "-rs", f"--junitxml={report}", *words]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    wrong = [] if code == 0 else [f"exit code {code}"]
    if os.environ.get("CI") == "true" and (skipped := skips(report)):
        wrong.append(f"{len(skipped)} skipped: {', '.join(skipped[:5])}")
    return Outcome(name, time.monotonic() - started, "; ".join(wrong))


def skips(report: Path) -> list[str]:
    """The tests that a report calls skipped; those that are expected to fail are none."""
    if not report.is_file():
        return []
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - our own file
    skipped = [(case, one) for case in cases for one in case.iter("skipped")]
    return [case.get("name", "?") for case, one in skipped if one.get("type") != "pytest.xfail"]


def main() -> int:
    """Run the checks; 0, or 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lint-only", action="store_true", help="run no tests")
    only_lint = parser.parse_args().lint_only
    outcomes = [check(name, words) for name, words in lint()]
    if not only_lint:
        outcomes.append(tests("fast tests", "-m", "not slow"))
        outcomes.append(tests("slow tests", "-m", "slow", "--dist", "loadfile"))
    print()
    for outcome in outcomes:
        word = "FAILED" if outcome.wrong else "ok"
        print(f"{word:6}  {outcome.seconds:6.1f} s  {outcome.name}  {outcome.wrong}".rstrip())
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
