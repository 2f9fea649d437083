"""Weaknesses in the repository's Python code at its commit, by bandit's own interface in a sealed process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from bizops import sealed
from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.security.results import Files, Scanner, Weakness, weaknesses
from bizops.agent.tools.security.secret_scan import LOW_TRUST, lower, redacted
from bizops.case import Case
from bizops.decision import SEVERITIES, Severity
from bizops.rules.harmless import brief

READING = 6  # seconds after which no further file is begun
SECONDS = 9  # seconds after which bandit is ended: one file has kept it
BUDGET = 4_000_000  # bytes of Python: bandit reads about 1 MB in a second
FILE_LIMIT = 500_000
# bandit's severity and confidence: what it is not sure of counts one step less; nothing of bandit's is critical here.
GRADES: dict[tuple[str, str], Severity] = {
    ("HIGH", "HIGH"): "high",
    ("HIGH", "MEDIUM"): "high",
    ("HIGH", "LOW"): "medium",
    ("MEDIUM", "HIGH"): "medium",
    ("MEDIUM", "MEDIUM"): "medium",
    ("MEDIUM", "LOW"): "low",
    ("LOW", "HIGH"): "low",
    ("LOW", "MEDIUM"): "low",
    ("LOW", "LOW"): "info",
}
SECRETS = frozenset({"B105", "B106", "B107"})  # passwords: the secret scan has them, by better rules
ASSERTS = frozenset({"B101"})
BANDIT = Scanner(
    name="bandit",
    prefix="code",
    files="Python file",
    column="Test",
    unread="Python",
    notes="note (an assert, an import, or what bandit itself is unsure of)",
)


@tool("repository")
def scan_code(
    case: Case,
    under: Annotated[str, Field(description="only files below this folder, or this file; empty for all")] = "",
) -> Result:
    """Check tracked Python files with bandit; `# nosec` does not silence it. Gives file, line, test, severity. Up to
    9 seconds.
    """
    pasted = [(d.name, d.path.read_bytes()) for d in case.data if d.source != "repository" and d.name.endswith(".py")]
    if case.repository is None and not pasted:
        raise ToolError(
            "there is neither a repository nor Python code in the issue", fix="paste it as a `python` block"
        )
    tree = tracked.tree(case) if case.repository is not None else tracked.Tree(case.folder, "", ())
    chosen, beyond = _chosen(case, tree, under)
    sources = [*pasted, *((entry.path, content) for entry, content in tracked.read(tree, chosen))]
    if not sources:
        text = "No Python file is tracked: there is no code for bandit."
        return Result(text, {"files": 0}, BANDIT.facts(tree.source, 0, unreadable=0, beyond_limits=beyond))
    try:
        report = _bandit(sources)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"bandit took longer than {SECONDS} seconds on {len(sources)} files: not measured") from error
    names = [name for name, _ in sources]
    order = sorted(_weaknesses(report, names), key=lambda w: (SEVERITIES.index(w.severity), w.file, w.line, w.rule))
    late = len(report["left"])
    files = Files(
        tree.source,
        len(sources) - late,
        [(names[int(at)], reason) for at, reason in report["skipped"]],
        frozenset(name for name, _ in pasted),
        beyond + late,
    )
    return weaknesses(case, BANDIT, order, files)


def _chosen(case: Case, tree: tracked.Tree, under: str) -> tuple[list[tracked.Entry], int]:
    """The Python files within the limits, nearest to the issue first, and how many are beyond them."""
    below = f"{under.rstrip('/')}/"
    files = [
        e for e in tree.files if e.path.endswith((".py", ".pyw")) and (not under or f"{e.path}/".startswith(below))
    ]
    said = f"{case.issue.title}\n{case.issue.body}\n{case.work.asked}"
    chosen: list[tracked.Entry] = []
    size = 0
    for entry in tracked.nearest_first(files, said):
        if entry.size <= FILE_LIMIT and size + entry.size <= BUDGET:
            chosen.append(entry)
            size += entry.size
    return chosen, len(files) - len(chosen)


def _bandit(sources: list[tuple[str, bytes]]) -> Any:
    """Bandit's report on copies with harmless names (`0007.py` is the source number 7)."""
    with tempfile.TemporaryDirectory(prefix="code-") as folder:
        for number, (_, content) in enumerate(sources):
            Path(folder, f"{number:05}.py").write_bytes(content)
        argv = [sys.executable, "-P", "-m", "bizops.agent.tools.security.bandit_run", folder, str(READING)]
        done = sealed.run(argv, timeout=SECONDS, cwd=Path(folder))
    if done.returncode:
        raise ToolError(f"bandit ended with {done.returncode}: not measured ({brief(done.stderr[-200:])})")
    return json.loads(done.stdout)


def _weaknesses(report: Any, names: list[str]) -> Iterator[Weakness]:
    for number, line, test, severity, confidence, text in report["results"]:
        file = names[number]
        if test in SECRETS or (test in ASSERTS and LOW_TRUST.search(file)):
            continue
        grade = GRADES.get((severity, confidence), "info")
        if LOW_TRUST.search(file) and grade in ("critical", "high", "medium"):
            grade = lower(grade)
        if test in ASSERTS or test.startswith("B4"):  # asserts; a mere import of a module that can be misused
            grade = "info"
        yield Weakness(file, line, test, grade, brief(redacted(text, "message"), 240))
