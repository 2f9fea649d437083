"""Weaknesses in the repository's Python code at its commit, by bandit's own interface in a sealed process."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from bizops import sealed
from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.quoting import cell, plain, table
from bizops.agent.tools.secret_scan import LOW_TRUST, lower, redacted
from bizops.agent.tools.secrets import CLOSED, LISTED, SHOWN, counts, place
from bizops.case import Case
from bizops.decision import SEVERITIES, Fact, Finding, Severity

SECONDS = 12
BUDGET = 6_000_000  # bytes of Python: bandit reads about 1 MB in a second
FILE_LIMIT = 500_000
# bandit's severity and confidence: what it is not sure of counts one step less; nothing of bandit's is critical here.
GRADES: dict[tuple[str, str], Severity] = {
    ("HIGH", "HIGH"): "high", ("HIGH", "MEDIUM"): "high", ("HIGH", "LOW"): "medium",
    ("MEDIUM", "HIGH"): "medium", ("MEDIUM", "MEDIUM"): "medium", ("MEDIUM", "LOW"): "low",
    ("LOW", "HIGH"): "low", ("LOW", "MEDIUM"): "low", ("LOW", "LOW"): "info",
}  # fmt: skip
SECRETS = frozenset({"B105", "B106", "B107"})  # passwords: the secret scan has them, by better rules
ASSERTS = frozenset({"B101"})


@dataclass(frozen=True)
class Weakness:
    """What bandit found: its test, grade and line."""

    file: str
    line: int
    test: str
    severity: Severity
    text: str


@tool("repository")
def scan_code(
    case: Case,
    under: Annotated[str, Field(description="only files below this folder, or this file; empty for all")] = "",
) -> Result:
    """Check tracked Python files with bandit; `# nosec` does not silence it. Gives file, line, test, severity. Up to
    12 seconds."""
    tree = tracked.tree(case)
    said = f"{case.issue.title}\n{case.issue.body}\n{case.work.asked}"
    files = [e for e in tree.files if e.path.endswith((".py", ".pyw")) and (not under or f"{e.path}/".startswith(f"{under.rstrip('/')}/"))]
    pasted = [(data.name, data.path.read_bytes()) for data in case.data if data.source != "repository" and data.name.endswith(".py")]
    if not files and not pasted:
        return Result("No Python file is tracked: there is no code for bandit.", {"files": 0}, _facts(tree, 0, [], 0))
    notes, chosen, size = Counter[str](), [], 0
    for entry in tracked.nearest_first(files, said):
        if entry.size > FILE_LIMIT or size + entry.size > BUDGET:
            notes["huge or beyond the limit of this scan: not scanned"] += 1
        else:
            chosen.append(entry)
            size += entry.size
    sources = [*pasted, *((entry.path, content) for entry, content in tracked.read(tree, chosen))]
    try:
        report = _bandit(sources)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"bandit took longer than {SECONDS} seconds on {len(sources)} files: not measured") from error
    own = {name for name, _ in pasted}
    found = sorted(_weaknesses(report, [name for name, _ in sources]), key=lambda w: (SEVERITIES.index(w.severity), w.file, w.line, w.test))
    broken = [(sources[int(at)][0], reason) for at, reason in report["skipped"]]
    return _result(case, tree, found, broken, own, notes, len(sources))


def _bandit(sources: list[tuple[str, bytes]]) -> Any:
    """bandit's report on copies with harmless names (`0007.py` is the source number 7)."""
    with tempfile.TemporaryDirectory(prefix="code-") as folder:
        for number, (_, content) in enumerate(sources):
            Path(folder, f"{number:05}.py").write_bytes(content)
        argv = [sys.executable, "-P", "-m", "bizops.agent.tools.bandit_run", folder]
        done = sealed.run(argv, timeout=SECONDS, cwd=Path(folder))
    if done.returncode:
        raise ToolError(f"bandit ended with {done.returncode}: not measured ({plain(done.stderr[-200:])})")
    return json.loads(done.stdout)


def _weaknesses(report: Any, names: list[str]) -> Iterator[Weakness]:
    for number, line, test, severity, confidence, text in report["results"]:
        file = names[number]
        if test in SECRETS or (test in ASSERTS and LOW_TRUST.search(file)):
            continue
        grade = GRADES.get((severity, confidence), "info")
        if LOW_TRUST.search(file) and grade in ("critical", "high", "medium"):
            grade = lower(grade)
        if test in ASSERTS:
            grade = "info"
        yield Weakness(file, line, test, grade, redacted(plain(text, 240), "message"))


def _result(
    case: Case, tree: tracked.Tree, found: list[Weakness], broken: list[tuple[str, str]], own: set[str], notes: Counter[str], scanned: int
) -> Result:  # fmt: skip
    tally = counts(w.severity for w in found)
    facts = _facts(tree, scanned, found, len(broken))
    said = ", ".join(f"{count} {severity}" for severity, count in tally.items())
    head = f"**{len(found)} weaknesses in {scanned} Python files**{f' ({said})' if said else ''}."
    tail = [f"- {count} files {reason}" for reason, count in sorted(notes.items())]
    data: dict[str, Any] = {"files": scanned, "severities": tally, "unreadable": len(broken)}
    visible = [w for w in found if case.trusted or w.file in own]
    if broken:
        tail.append(f"- {len(broken)} files could not be read as Python: " + (
            ", ".join(f"{place(name)} ({cell(reason)})" for name, reason in broken[:10] if case.trusted or name in own) or "not shown"))  # fmt: skip
    if len(visible) < len(found):
        tail.insert(0, CLOSED)
    worth = [w for w in visible if w.severity != "info"]
    rows = [(w.severity, place(w.file, w.line), w.test, cell(w.text)) for w in worth]
    if len(visible) - len(worth):
        tail.append(f"- {len(visible) - len(worth)} notes (asserts, and what bandit itself is unsure of) are not shown")
    parts = [head, table(("Severity", "Place", "Test", "What"), rows[:SHOWN])] if rows else [head]
    if len(rows) > SHOWN:
        tail.insert(0, f"- {len(rows) - SHOWN} more are not shown in this table")
    findings = tuple(Finding(severity=w.severity, rule=f"bandit-{w.test}", text=w.text, file=redacted(plain(w.file)), line=w.line) for w in worth[:LISTED])
    data["findings"] = [finding.model_dump() for finding in findings]
    return Result("\n\n".join([*parts, "\n".join(tail)]).strip(), data, facts, findings)


def _facts(tree: tracked.Tree, scanned: int, found: list[Weakness], broken: int) -> dict[str, Fact]:
    source = f"git commit {tree.commit[:12]}" if tree.commit else "folder"
    return {
        "code_files_scanned": Fact(value=str(scanned), unit="files", source=source),
        "code_files_unreadable": Fact(value=str(broken), unit="files", source=source),
        "code_weaknesses": Fact(value=str(len(found)), unit="findings", source=source),
        **{f"code_weaknesses_{s}": Fact(value=str(n), unit="findings", source=source) for s, n in counts(w.severity for w in found).items()},
    }  # fmt: skip
