"""The compliance matrix: each control with its status and the evidence for it, file and line."""

import fnmatch
import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.access import listing as lists
from bizops.agent.tools.security.control_list import CONTROLS, Control
from bizops.agent.tools.security.evidence import Evidence, Repository, Status
from bizops.agent.tools.security.leaks import LIVE
from bizops.agent.tools.security.results import CLOSED, by_severity, counts, listing, place
from bizops.agent.tools.security.secret_scan import redacted
from bizops.agent.tools.security.secrets import repository_secrets
from bizops.agent.tools.tables import reading as tables
from bizops.case import Case, Data
from bizops.decision import SEVERITIES, Fact, Finding, Severity
from bizops.rules.harmless import brief, code, plain
from bizops.rules.wording import many

SIZE = 5_000_000  # bytes of a list of controls
EXISTS = re.compile(
    r"(?i)^(?:the )?(?:file )?(?:must )?(?:exists?|present|be present|is present|must exist|available"
    r"|vorhanden|existiert)\.?$"
)
SHOWN = 200
_COMMUNITY = re.compile(r"(?i)(?:codeowners|(?:security|contributing|code_of_conduct|support)(?:\.(?:md|rst|txt))?)$")


@dataclass(frozen=True)
class Row:
    """One control of a list, as it stands in it."""

    id: str
    title: str
    references: str
    evidence: Evidence
    severity: Severity
    line: int = 0


@tool("repository")
def control_matrix(
    case: Case,
    control_file: Annotated[
        str,
        Field(
            description=(
                "CSV or JSON of controls (id, control, evidence, requirement); empty: the"
                " issue's, else the default list"
            )
        ),
    ] = "",
) -> Result:
    """The compliance matrix: each control is met, not met or not measured (never guessed), with the file and line that
    shows it. Takes the issue's own list of controls, or the default list of 15 with ISO 27001, SOC 2 and ASVS ids.
    """
    data = _list(case, control_file)
    if data is None and case.repository is None:
        raise ToolError("there is neither a repository nor a list of controls", fix="run the desk in a checkout")
    repository = None
    if case.repository is not None:
        repository = Repository(tracked.tree(case), lambda: _secrets(case))
    rows = _own(case, data, repository) if data else _default(repository)
    return _result(case, rows, data.name if data else "default list")


def control_data(case: Case) -> list[Data]:
    """The files of the issue that are lists of controls, by their columns."""
    return [d for d in case.data if _columns(d) is not None]


def readable(data: Data) -> str | None:
    """Why a file is no table; None for one that is."""
    try:
        lists.read(data)
    except (ToolError, OSError) as error:
        return str(error)
    return None


def _list(case: Case, name: str) -> Data | None:
    if name:
        given = case.find(name)
        if given is None:
            raise ToolError(
                f"there is no file {brief(name)}", fix="give it as a `csv` block with its name in the line before"
            )
        if _columns(given) is None:
            raise ToolError(
                "no list of controls", where=given.name, fix="give columns id, control, evidence (and requirement)"
            )
        return given
    return next(iter(control_data(case)), None)


def _columns(data: Data) -> tuple[tables.Table, dict[str, int]] | None:
    if not data.path.is_file() or data.path.stat().st_size > SIZE:
        return None
    try:
        read = lists.read(data)
    except ToolError:
        return None
    kinds = lists.columns(read.header, lists.CONTROLS)
    if "control" not in kinds and "requirement" in kinds and "evidence" in kinds:
        kinds["control"] = kinds.pop("requirement")  # a list of requirements: each is its own title
    named = "control" in kinds and bool({"evidence", "requirement"} & set(kinds))
    return (read, kinds) if named or ("id" in kinds and "evidence" in kinds) else None


def _default(repository: Repository | None) -> list[Row]:
    if repository is None:
        raise ToolError("there is no repository in this case")
    return [Row(c.id, c.title, c.references, c.check(repository), c.severity) for c in CONTROLS]


def _own(case: Case, data: Data, repository: Repository | None) -> list[Row]:
    found = _columns(data)
    if found is None:
        raise ToolError("no list of controls", where=data.name)
    read, at = found
    rows = []
    for line, cells in read.rows:
        given = {kind: cells[place].strip() if place < len(cells) else "" for kind, place in at.items()}
        title = given.get("control", "") or given.get("id", "")
        if not title:
            continue
        evidence = _evidence(case, given.get("evidence", ""), given.get("requirement", ""), title, repository)
        severity = given.get("severity", "").casefold()
        grade: Severity = next((s for s in SEVERITIES if s == severity), "medium")
        rows.append(Row(given.get("id", ""), title, "", evidence, grade, line))
    if not rows:
        raise ToolError("the list holds no control", where=data.name, fix="give a row for each control")
    return rows


def _evidence(case: Case, named: str, requirement: str, title: str, repository: Repository | None) -> Evidence:
    if re.search(r"https?://", named):
        return Evidence("not measured", "its evidence stands outside of the repository")
    paths = [part.strip().strip("`\"'") for part in re.split(r"[;,\n]| and | und ", named) if part.strip()]
    if paths and all(_is_path(path) for path in paths):
        verdicts = [_of_path(case, path, requirement, repository) for path in paths]
        order: tuple[Status, ...] = ("not met", "not measured", "met")
        return min(verdicts, key=lambda v: order.index(v.status))
    control = _recognised(f"{named} {requirement} {title}" if named else f"{title} {requirement}")
    if control is not None and repository is not None:
        found = control.check(repository)
        return Evidence(found.status, f"{found.text} (checked as: {control.title})", found.file, found.line)
    return Evidence(
        "not measured", "no evidence is named" if not named else "its evidence is no file of the repository"
    )


def _is_path(text: str) -> bool:
    return bool(re.fullmatch(r"[\w.@+*?\[\]-][\w.@+*?\[\] /-]{0,200}(?::\d+)?", text)) and (
        "/" in text or "." in text or "*" in text or text.isupper() or text in ("Makefile", "Dockerfile")
    )


def _recognised(text: str) -> Control | None:
    return next((control for control in CONTROLS if re.search(control.words, text[:2000], re.IGNORECASE)), None)


def _of_path(case: Case, path: str, requirement: str, repository: Repository | None) -> Evidence:
    path, _, _ = path.partition(":")
    given = case.find(path)
    if given is not None and given.path.is_file():
        name, lines = given.name, tables.decode(given.path.read_bytes(), given.name).splitlines()
    elif repository is None:
        return Evidence("not measured", f"{path}: there is no repository in this case")
    else:
        places = (path,) if "/" in path else (path, f".github/{path}", f"docs/{path}")  # where GitHub reads them
        name = repository.first(*(places if _COMMUNITY.match(path) else (path,))) or next(
            (p for p in repository.paths if fnmatch.fnmatchcase(p, path)), ""
        )
        folder = path.rstrip("/") + "/"
        name = name or next((p for p in repository.paths if p.startswith(folder)), "")
        if not name:
            return Evidence("not met", f"{path} is not tracked")
        lines = repository.lines(name)
    filled = next((n for n, line in enumerate(lines, 1) if line.strip()), None)
    if filled is None:
        return Evidence("not met", "the file is empty or no text", name, 1)
    return _required(requirement, name, lines, filled)


def _required(requirement: str, name: str, lines: list[str], filled: int) -> Evidence:
    """Whether a file shows what is required: only what can be searched literally is judged."""
    if not requirement or EXISTS.match(requirement):
        return Evidence("met", "the file is there", name, filled)
    quoted = [
        a or b or c
        for a, b, c in re.findall(r"\"([^\"]{1,200})\"|`([^`]{1,200})`|(?<!\w)'([^']{1,200})'(?!\w)", requirement)
    ]
    phrase = re.sub(
        (
            r"(?i)^(?:must |should )?(?:contain|contains|include|includes|mention|mentions|says?|enthält"
            r"|state|states)\s*:?\s*"
        ),
        "",
        requirement,
    )
    wanted = quoted or [phrase]
    places = [next((n for n, line in enumerate(lines, 1) if w.casefold() in line.casefold()), None) for w in wanted]
    if all(places):
        return Evidence("met", "what is required stands there", name, places[0])
    if quoted or phrase != requirement:
        missing = wanted[places.index(None)]
        return Evidence("not met", f"it does not say {brief(missing, 60)!r}", name, 1)
    return Evidence(
        "not measured",
        f"the file is there; whether it shows {brief(requirement, 80)!r} is for a person to read",
        name,
        filled,
    )


def _secrets(case: Case) -> Evidence:
    try:
        found, scanned = repository_secrets(case)
    except ToolError as error:
        return Evidence("not measured", error.what)
    live = [leak for leak in found if leak.severity in LIVE]
    if live:
        first = live[0].places[0]
        return Evidence("not met", f"{many(len(live), 'secret')} found", first.file, first.hit.line)
    return Evidence("met", f"none found in {many(scanned, 'file')}")


def _line(row: Row) -> tuple[str, ...]:
    found = row.evidence
    where = place(found.file, found.line) if found.file else ""
    return (
        plain(row.id, 30),
        plain(row.title),
        plain(row.references, 60),
        f"**{found.status}**",
        where,
        plain(redacted(found.text)),
    )


def _result(case: Case, rows: list[Row], source: str) -> Result:
    number = Counter(row.evidence.status for row in rows)
    tally = counts(r.severity for r in rows if r.evidence.status == "not met")
    facts = {"controls": Fact(value=str(len(rows)), unit="controls", source=source)} | {
        f"controls_{status.replace(' ', '_')}": Fact(value=str(number[status]), unit="controls", source=source)
        for status in ("met", "not met", "not measured")
    }
    facts |= by_severity("control_findings", tally, "findings", source)
    head = (
        f"**{number['met']} of {many(len(rows), 'control')} met, {number['not met']} not met,"
        f" {number['not measured']} not measured** ({code(source)})."
    )
    data: dict[str, Any] = {"controls": len(rows)} | {str(status): count for status, count in number.items()}
    if not case.trusted:
        return listing(head, (), [], before=[CLOSED], facts=facts, data=data)
    lines: list[tuple[str, ...]] = [_line(row) for row in rows]
    columns: tuple[str, ...] = ("Id", "Control", "Maps to", "Status", "Evidence", "Why")
    if not any(r.references for r in rows):
        lines, columns = [(*line[:2], *line[3:]) for line in lines], (*columns[:2], *columns[3:])
    data["rows"] = [
        {"id": brief(r.id, 40), "status": r.evidence.status, "file": brief(r.evidence.file), "line": r.evidence.line}
        for r in rows
    ]
    findings = tuple(_finding(row, source) for row in rows if row.evidence.status == "not met")
    return listing(head, columns, lines, facts=facts, data=data, findings=findings)


def _finding(row: Row, source: str) -> Finding:
    return Finding(
        severity=row.severity,
        rule=f"control-{brief(row.id, 40) or 'unnamed'}",
        text=brief(redacted(f"{row.title}: {row.evidence.text}"), 300),
        file=redacted(brief(row.evidence.file)) or (brief(source) if row.line else ""),
        line=row.evidence.line if row.evidence.file else row.line or None,
    )
