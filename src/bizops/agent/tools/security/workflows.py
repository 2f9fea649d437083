"""Weaknesses in GitHub Actions workflows, by zizmor: offline, without its configuration or ignore comments."""

import json
import shutil
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
from bizops.agent.tools.security.secret_scan import redacted
from bizops.case import Case, Data
from bizops.decision import SEVERITIES, Severity
from bizops.rules.harmless import brief

SECONDS = 4
FILES = 500
FILE_LIMIT = 500_000
SINGLE = 60  # files that are asked one by one
GRADES: dict[str, Severity] = {"High": "high", "Medium": "medium", "Low": "low", "Informational": "info"}
FLAGS = (
    "--offline",
    "--no-config",
    "--no-ignores",
    "--no-exit-codes",
    "--no-progress",
    "--quiet",
    "--format",
    "json-v1",
    "--collect",
    "all",
    "--persona",
    "pedantic",
)
ZIZMOR = Scanner(
    name="zizmor",
    prefix="workflow",
    files="workflow or action file",
    column="Audit",
    unread="a workflow",
    notes="informational note",
)
EVERYTHING = "uses write-all permissions"  # zizmor leaves it to pedants where a workflow has one job; no job needs all


@tool("repository")
def scan_workflows(
    case: Case,
    pasted_only: Annotated[bool, Field(description="only what the issue pastes, not the repository")] = False,  # noqa: FBT002
) -> Result:
    """Audit the workflows and action files of the repository, and workflows pasted into the issue, with zizmor. Its
    ignore comments and configuration do not count. Gives file, line, audit, severity.
    """
    sources = [(data.name, data.path.read_bytes()) for data in pasted(case)]
    own = frozenset(name for name, _ in sources)
    source, beyond = "issue", 0
    if case.repository is not None and not (pasted_only and sources):
        tree = tracked.tree(case)
        source = tree.source
        entries = [e for e in tree.files if _is_ci(e.path)]
        chosen = [e for e in entries if e.size <= FILE_LIMIT][:FILES]
        sources += [(entry.path, content) for entry, content in tracked.read(tree, chosen)]
        beyond = len(entries) - len(chosen)
    elif not sources:
        raise ToolError(
            "there is neither a repository nor a workflow in the issue", fix="paste the workflow as a `yaml` block"
        )
    if not sources:
        text = "No workflow and no action file is tracked: there is nothing for zizmor."
        return Result(text, {"files": 0}, ZIZMOR.facts(source, 0, unreadable=0, beyond_limits=beyond))
    try:
        found, broken = _audit(sources)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"zizmor took longer than {SECONDS} seconds: not measured") from error
    found.sort(key=lambda w: (SEVERITIES.index(w.severity), w.file, w.line, w.rule))
    return weaknesses(case, ZIZMOR, found, Files(source, len(sources), [(n, "") for n in broken], own, beyond))


def pasted(case: Case) -> list[Data]:
    """The workflows and actions that the issue brings, by their keys."""
    small = (
        d for d in case.data if d.source != "repository" and d.path.is_file() and d.path.stat().st_size <= FILE_LIMIT
    )
    return [data for data in small if _is_workflow(data.name, data.path.read_bytes())]


def _is_ci(path: str) -> bool:
    parts = path.split("/")
    return path.endswith((".yml", ".yaml")) and (
        (len(parts) == 3 and parts[:2] == [".github", "workflows"]) or parts[-1] in ("action.yml", "action.yaml")
    )


def _is_workflow(name: str, content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    lines = [line.split("#")[0].rstrip() for line in text.splitlines()]
    keys = {line.split(":")[0].strip("'\" ") for line in lines if line and not line[0].isspace() and ":" in line}
    return name.endswith((".yml", ".yaml", ".txt")) and (
        ("jobs" in keys and bool({"on", "true"} & keys)) or "runs" in keys
    )


def _audit(sources: list[tuple[str, bytes]]) -> tuple[list[Weakness], list[str]]:
    """Copies under names of ours, so that no name of theirs reaches a command line; back by their number."""
    with tempfile.TemporaryDirectory(prefix="workflows-") as folder:
        paths = []
        for number, (name, content) in enumerate(sources):
            action = name.rsplit("/", 1)[-1].startswith("action.") or b"\nruns:" in b"\n" + content
            path = (
                Path(folder, str(number), "action.yml")
                if action
                else Path(folder, ".github/workflows", f"{number}.yml")
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            paths.append(path)
        found, complete = _run(Path(folder), folder)
        results = list(_weaknesses(found, folder, paths, [name for name, _ in sources]))
        broken: list[str] = []
        if (
            not complete
        ):  # zizmor does not name a file that it cannot parse: those without findings are asked one by one
            for number, path in enumerate(paths[:SINGLE]):
                name = sources[number][0]
                if not any(w.file == name for w in results):
                    alone, readable = _run(path, folder)
                    broken.extend([name] * (not readable))
                    results.extend(
                        _weaknesses(alone, folder, paths, [name for name, _ in sources]) if not found else ()
                    )
        return results, broken


def _run(path: Path, folder: str) -> tuple[list[Any], bool]:
    """Zizmor's results for a file or folder, and whether it could read everything there."""
    done = sealed.run([_zizmor(), *FLAGS, path], timeout=SECONDS, cwd=Path(folder))
    results = json.loads(done.stdout) if done.stdout.lstrip().startswith("[") else []
    return results, done.returncode == 0 and "failed to" not in done.stderr


def _weaknesses(results: list[Any], folder: str, paths: list[Path], names: list[str]) -> Iterator[Weakness]:
    numbers = {str(path.relative_to(folder)): number for number, path in enumerate(paths)}
    seen = set()
    for result in results:
        location = next((x for x in result["locations"] if x["symbolic"]["kind"] == "Primary"), result["locations"][0])
        grave = result["ident"] == "excessive-permissions" and location["symbolic"].get("annotation") == EVERYTHING
        if result["determinations"].get("persona", "Regular") != "Regular" and not grave:
            continue
        given = location["symbolic"]["key"]["Local"]
        path = str(given.get("verbatim_path") or given.get("given_path"))
        number = next((n for key, n in numbers.items() if path == key or path.endswith(f"/{key}")), None)
        if number is None:
            continue
        line = location["concrete"]["location"]["start_point"]["row"] + 1
        annotation = brief(location["symbolic"].get("annotation") or "", 120)
        grade = GRADES.get(result["determinations"]["severity"], "medium")
        text = brief(result["desc"]) + (f" ({annotation})" if annotation else "")
        weakness = Weakness(names[number], line, brief(result["ident"], 60), grade, redacted(text, "message"))
        key = (weakness.file, line, weakness.rule)
        if key not in seen:
            seen.add(key)
            yield weakness


def _zizmor() -> str:
    beside = Path(sys.executable).with_name("zizmor")
    found = str(beside) if beside.is_file() else shutil.which("zizmor")
    if not found:
        raise ToolError("zizmor is not installed: workflows are not measured", fix="install the extra `security`")
    return found
