"""The one shape of what a scan says: head, table of places, what is behind it; as facts, findings and data as well."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bizops.agent.agent import Result
from bizops.agent.tools.security.secret_scan import redacted
from bizops.case import Case
from bizops.decision import SEVERITIES, Fact, Finding, Severity
from bizops.rules.harmless import brief, code, plain
from bizops.rules.wording import many, table

SHOWN = 40  # rows of a table; all are counted
LISTED = 300  # findings of one scan; all are counted
CLOSED = (
    "Only counts are shown: the repository is public and whoever asked cannot write to it. Someone with write access"
    " sees the places by asking here (or on an issue of their own)."
)


@dataclass(frozen=True)
class Weakness:
    """What a scanner found at a line."""

    file: str
    line: int
    rule: str
    severity: Severity
    text: str


@dataclass(frozen=True)
class Scanner:
    """What a scanner reads and how its facts begin; `notes`: what the findings that cost nothing are called."""

    name: str  # of the program, before its rules
    prefix: str  # of its facts
    files: str
    column: str
    unread: str
    notes: str

    def facts(self, source: str, scanned: int, found: Sequence[Weakness] = (), **more: int) -> dict[str, Fact]:
        """Files, weaknesses by severity, and `more` counts of files (`code_files_unreadable`)."""
        worth = [w for w in found if w.severity != "info"]
        tally = counts(w.severity for w in worth)
        return {
            f"{self.prefix}_files_scanned": Fact(value=str(scanned), unit="files", source=source),
            **{f"{self.prefix}_files_{k}": Fact(value=str(n), unit="files", source=source) for k, n in more.items()},
            f"{self.prefix}_weaknesses": Fact(value=str(len(worth)), unit="findings", source=source),
            **by_severity(f"{self.prefix}_weaknesses", tally, "findings", source),
            f"{self.prefix}_notes": Fact(value=str(len(found) - len(worth)), unit="findings", source=self.name),
        }


@dataclass(frozen=True)
class Files:
    """What a scanner had before it: where from, how many it read, which it could not read, which the issue brings."""

    source: str
    scanned: int
    unreadable: Sequence[tuple[str, str]] = ()  # name and reason
    own: frozenset[str] = frozenset()
    beyond: int = 0


def weaknesses(case: Case, scanner: Scanner, found: Sequence[Weakness], files: Files) -> Result:
    """The result of a scanner; places in the repository are for those who may write to it."""
    worth = [w for w in found if w.severity != "info"]
    visible = [w for w in worth if case.trusted or w.file in files.own]
    tally = counts(w.severity for w in worth)
    notes = []
    if files.beyond:
        notes.append(f"{many(files.beyond, 'file')} not scanned: huge, or beyond the limits of this scan")
    if files.unreadable:
        named = [
            place(name) + (f" ({plain(reason)})" if reason else "")
            for name, reason in files.unreadable[:10]
            if case.trusted or name in files.own
        ]
        unread = f"{many(len(files.unreadable), 'file')} could not be read as {scanner.unread} (not measured)"
        notes.append(f"{unread}: {', '.join(named) or 'not shown'}")
    if len(found) > len(worth):
        notes.append(f"{many(len(found) - len(worth), scanner.notes)} not counted")
    weak = many(len(worth), "weakness", "weaknesses")
    findings = tuple(
        Finding(
            severity=w.severity,
            rule=f"{scanner.name}-{w.rule}",
            text=w.text,
            file=redacted(brief(w.file, 160)),
            line=w.line,
        )
        for w in visible[:LISTED]
    )
    return listing(
        f"**{weak} in {many(files.scanned, scanner.files)}**{graded(tally)}.",
        ("Severity", "Place", scanner.column, "What"),
        [(w.severity, place(w.file, w.line), plain(w.rule), plain(w.text)) for w in visible],
        before=[CLOSED] if len(visible) < len(worth) else [],
        notes=notes,
        facts=scanner.facts(
            files.source, files.scanned, found, unreadable=len(files.unreadable), beyond_limits=files.beyond
        ),
        data={"files": files.scanned, "severities": tally, "unreadable": len(files.unreadable)},
        findings=findings,
    )


def listing(
    head: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    *,
    facts: Mapping[str, Fact],
    data: Mapping[str, Any],
    before: Iterable[str] = (),
    after: Iterable[str] = (),
    notes: Sequence[str] = (),
    findings: tuple[Finding, ...] = (),
    questions: tuple[str, ...] = (),
) -> Result:
    """A result from parts that are harmless Markdown already: `before` and `after` the table, then `notes`."""
    shown = [table(columns, rows[:SHOWN])] if rows else []
    left = [f"{len(rows) - SHOWN} more are not shown in this table"] if len(rows) > SHOWN else []
    parts = [head, *before, *shown, *after, "\n".join(f"- {note}" for note in (*left, *notes))]
    whole = {**data, "findings": [finding.model_dump() for finding in findings]}
    return Result("\n\n".join(part for part in parts if part), whole, facts, findings, questions)


def counts(severities: Iterable[Severity]) -> dict[Severity, int]:
    """How many of each severity, the worst first; none are left out."""
    number = Counter(severities)
    return {severity: number[severity] for severity in SEVERITIES if number[severity]}


def graded(tally: Mapping[Severity, int]) -> str:
    """` (2 high, 1 low)`, or nothing."""
    said = ", ".join(f"{count} {severity}" for severity, count in tally.items())
    return f" ({said})" if said else ""


def by_severity(name: str, tally: Mapping[Severity, int], unit: str, source: str) -> dict[str, Fact]:
    """A fact for each severity that occurs, `NAME_high`."""
    return {f"{name}_{s}": Fact(value=str(count), unit=unit, source=source) for s, count in tally.items()}


def place(file: str, line: int | None = None) -> str:
    """A file and line as the cell of a table; a secret in the name is masked as well."""
    return code(redacted(brief(file, 160)) + (f":{line}" if line else ""), table=True)
