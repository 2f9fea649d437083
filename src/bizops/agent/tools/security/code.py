"""Weaknesses in the repository's Python code at its commit, by bandit's own interface in a sealed process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from bizops import sealed
from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.quoting import cell, many, plain, table
from bizops.agent.tools.security.secret_scan import LOW_TRUST, lower, redacted
from bizops.agent.tools.security.secrets import CLOSED, LISTED, SHOWN, counts, place
from bizops.case import Case
from bizops.decision import SEVERITIES, Fact, Finding, Severity

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
        return Result(text, {"files": 0}, _facts(tree, 0, [], 0, beyond))
    try:
        report = _bandit(sources)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"bandit took longer than {SECONDS} seconds on {len(sources)} files: not measured") from error
    names = [name for name, _ in sources]
    order = sorted(_weaknesses(report, names), key=lambda w: (SEVERITIES.index(w.severity), w.file, w.line, w.test))
    broken = [(names[int(at)], reason) for at, reason in report["skipped"]]
    late = len(report["left"])
    return _result(case, tree, order, broken, {n for n, _ in pasted}, beyond + late, len(sources) - late)


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
        if test in ASSERTS or test.startswith("B4"):  # asserts; a mere import of a module that can be misused
            grade = "info"
        yield Weakness(file, line, test, grade, redacted(plain(text, 240), "message"))


def _result(
    case: Case,
    tree: tracked.Tree,
    found: list[Weakness],
    broken: list[tuple[str, str]],
    own: set[str],
    beyond: int,
    scanned: int,
) -> Result:
    worth = [w for w in found if w.severity != "info"]
    tally = counts(w.severity for w in worth)
    said = ", ".join(f"{count} {severity}" for severity, count in tally.items())
    weak = many(len(worth), "weakness", "weaknesses")
    head = f"**{weak} in {many(scanned, 'Python file')}**{f' ({said})' if said else ''}."
    tail = []
    if beyond:
        tail.append(f"- {many(beyond, 'file')} not scanned: huge, or beyond the limits of this scan")
    if broken:
        named = [f"{place(name)} ({cell(reason)})" for name, reason in broken[:10] if case.trusted or name in own]
        tail.append(f"- {many(len(broken), 'file')} could not be read as Python: {', '.join(named) or 'not shown'}")
    if len(found) > len(worth):
        notes = many(len(found) - len(worth), "note")
        tail.append(f"- {notes} (asserts, imports, and what bandit itself is unsure of) not counted")
    visible = [w for w in worth if case.trusted or w.file in own]
    if len(visible) < len(worth):
        tail.insert(0, CLOSED)
    rows = [(w.severity, place(w.file, w.line), w.test, cell(w.text)) for w in visible[:SHOWN]]
    if len(visible) > SHOWN:
        tail.insert(0, f"- {len(visible) - SHOWN} more are not shown in this table")
    parts = [head, table(("Severity", "Place", "Test", "What"), rows)] if rows else [head]
    findings = tuple(
        Finding(severity=w.severity, rule=f"bandit-{w.test}", text=w.text, file=redacted(plain(w.file)), line=w.line)
        for w in visible[:LISTED]
    )
    data = {
        "files": scanned,
        "severities": tally,
        "unreadable": len(broken),
        "findings": [f.model_dump() for f in findings],
    }
    facts = _facts(tree, scanned, worth, len(broken), beyond)
    facts["code_notes"] = Fact(value=str(len(found) - len(worth)), unit="findings", source="bandit")
    return Result("\n\n".join([*parts, "\n".join(tail)]).strip(), data, facts, findings)


def _facts(tree: tracked.Tree, scanned: int, worth: list[Weakness], broken: int, beyond: int) -> dict[str, Fact]:
    source = f"git commit {tree.commit[:12]}" if tree.commit else "folder"
    tally = counts(w.severity for w in worth)
    return {
        "code_files_scanned": Fact(value=str(scanned), unit="files", source=source),
        "code_files_unreadable": Fact(value=str(broken), unit="files", source=source),
        "code_files_beyond_limits": Fact(value=str(beyond), unit="files", source=source),
        "code_weaknesses": Fact(value=str(len(worth)), unit="findings", source=source),
        **{f"code_weaknesses_{s}": Fact(value=str(n), unit="findings", source=source) for s, n in tally.items()},
    }
