"""Advisories against lock files: which pinned packages are affected, by which vulnerability, and what fixes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.advisories import gaps, locks, osv, requirements
from bizops.agent.tools.advisories.locks import Pin
from bizops.agent.tools.advisories.matching import Hit, match, unpinned, upgrades
from bizops.agent.tools.advisories.osv import Advisory
from bizops.agent.tools.security.results import (
    CLOSED,
    LISTED,
    SHOWN,
    by_severity,
    counts,
    graded,
    listing,
    place,
)
from bizops.case import Case, Data
from bizops.decision import Fact, Finding
from bizops.rules.harmless import brief, code, plain
from bizops.rules.wording import many

SIZE = 20_000_000  # bytes of one advisory or lock file
LOCKS = 40  # lock files of one repository
FORMATS = "OSV (one, a list, `vulns`, osv-scanner's `results`, JSON lines), GitHub's advisory JSON, or pip-audit's JSON"


@tool("compute")
def match_advisories(
    case: Case,
    advisory_file: Annotated[
        str, Field(description="name of the advisory file; empty: every one that the issue brings")
    ] = "",
    lock_file: Annotated[
        str, Field(description="name or path of the lock file; empty: those of the issue, else of the repository")
    ] = "",
) -> Result:
    """Match advisories (OSV, GitHub or pip-audit JSON) against lock files by the version rules of each ecosystem. Names
    of one vulnerability are merged; gives package, version, line, severity and the version that fixes it.
    """
    files, notes = _advisories(case, advisory_file)
    pins, read_locks, closed = _pins(case, lock_file, notes)
    if not pins and not notes:
        raise ToolError("the lock file pins no package", where=", ".join(read_locks[:3]), fix="give the file whole")
    live = [a for a in files if not a.withdrawn]
    found, undecided = match(pins, live)
    withdrawn = [a.id for a in files if a.withdrawn]
    if withdrawn:
        many_said = many(len(withdrawn), "advisory", "advisories")
        notes.append(f"{many_said} withdrawn, left out: {_list(withdrawn)}")
    left = gaps.gaps(case, _others(case, closed=closed), read_locks, pins, live)
    seen = _Matched(live, len(withdrawn), pins, read_locks, found, undecided, unpinned(pins, live), notes, left)
    return _counted(seen) if closed and not case.trusted else _told(seen)


@dataclass(frozen=True)
class _Matched:
    """What was compared and what came of it."""

    live: list[Advisory]
    withdrawn: int
    pins: list[Pin]
    locks: list[str]
    found: list[Hit]
    undecided: list[str]
    unpinned: list[Pin]
    notes: list[str]
    gaps: gaps.Gaps

    @property
    def vulnerabilities(self) -> int:
        return len({hit.names for hit in self.found})

    @property
    def packages(self) -> int:
        return len({(hit.pin.key, hit.pin.version) for hit in self.found})

    @property
    def pinned(self) -> int:
        return sum(bool(pin.version) for pin in self.pins)


def advisory_data(case: Case) -> list[Data]:
    """The files of the issue that hold advisories, by their content."""
    return [d for d in case.data if (value := _json(d)) is not None and any(map(osv.looks_like, value))]


def lock_data(case: Case) -> list[Data]:
    """The files of the issue that are lock files, by name or content."""
    chosen = []
    for data in case.data:
        if data.path.is_file() and data.path.stat().st_size <= SIZE:
            value = _json(data)
            if value is None or not any(map(osv.looks_like, value)):
                text = tracked.decoded(data.path.read_bytes())
                if locks.reader(data.name, text) is not None:
                    chosen.append(data)
    return chosen


def _json(data: Data) -> list[Any] | None:
    if not data.path.is_file() or data.path.stat().st_size > SIZE:
        return None
    text = tracked.decoded(data.path.read_bytes())
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return osv.parse(text, data.name)
    except ToolError:
        return None


def _advisories(case: Case, name: str) -> tuple[list[Advisory], list[str]]:
    if name:
        given = case.find(name)
        text = tracked.decoded(given.path.read_bytes()) if given else None
        if text is None and case.repository is not None:
            text = tracked.text(tracked.tree(case), name)
        if text is None:
            raise ToolError(
                f"there is no file {brief(name)}", fix="give the advisories as a `json` block with its name"
            )
        sources = [(given.name if given else name, text)]
    else:
        sources = [(d.name, tracked.decoded(d.path.read_bytes())) for d in advisory_data(case)]
    if not sources:
        raise ToolError("the issue brings no advisory", fix=f"give it as a `json` block: {FORMATS}")
    found: list[Advisory] = []
    notes: list[str] = []
    for source, text in sources:
        read = [advisory for value in osv.parse(text, source) for advisory in osv.read(value, source)]
        bare = [a.id for a in read if not any(f.name for f in a.affected) and not a.withdrawn]
        if bare:
            notes.append(f"{_list(bare)} of {code(source)} names no package: undecidable (give the whole advisory)")
        if not read:
            notes.append(f"{code(source)} holds no advisory")
        found.extend(read)
    return found, notes


def _pins(case: Case, name: str, notes: list[str]) -> tuple[list[Pin], list[str], bool]:
    """The pins, the lock files that were read, and whether they are the repository's (shown to insiders alone)."""
    if name:
        given = case.find(name)
        if given:
            return _of_data(case, [given]), [given.name], given.source == "repository"
        text = tracked.text(tracked.tree(case), name) if case.repository is not None else None
        if text is None:
            raise ToolError(
                f"there is no lock file {brief(name)}", fix=f"give its path or a block; one of: {locks.KINDS}"
            )
        return list(locks.read(name, text)), [name], True
    data = lock_data(case)
    if data:
        return _of_data(case, data), [d.name for d in data], all(d.source == "repository" for d in data)
    if case.repository is None:
        raise ToolError(
            "there is no lock file, neither in the issue nor in a repository", fix=f"give one of: {locks.KINDS}"
        )
    tree = tracked.tree(case)
    entries = [e for e in tree.files if gaps.is_lock(e.path) and e.size <= SIZE][:LOCKS]
    if not entries:
        raise ToolError(gaps.nothing_read(case, tree.paths), fix=f"give one of: {locks.KINDS}")
    pins: list[Pin] = []
    for entry, content in tracked.read(tree, entries):
        try:
            pins.extend(locks.read(entry.path, tracked.decoded(content)))
        except ToolError as error:
            notes.append(
                f"{code(entry.path) if case.trusted else 'a lock file'} could not be read: {plain(error.what)}"
            )
    return pins, [entry.path for entry in entries], True


def _others(case: Case, *, closed: bool) -> list[str]:
    """Names of files among which there may be lock files that were not read: the repository's, or the issue's."""
    if closed and case.repository is not None:
        return list(tracked.tree(case).paths)
    return [data.name for data in case.data]


def _of_data(case: Case, data: Iterable[Data]) -> list[Pin]:
    pins, done = list[Pin](), set[str]()
    todo = [(d.name, tracked.decoded(d.path.read_bytes())) for d in data]
    while todo:
        name, text = todo.pop(0)
        if name in done or len(done) > LOCKS:
            continue
        done.add(name)
        pins.extend(locks.read(name, text))
        for other in requirements.includes(text) if "{" not in text[:1] else ():
            given = case.find(other)
            inner = tracked.decoded(given.path.read_bytes()) if given else None
            if inner is not None:
                todo.append((other, inner))
    return pins


def _list(names: Iterable[str]) -> str:
    shown = [code(name, 60) for name in names]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def _facts(seen: _Matched, source: str) -> dict[str, Fact]:
    numbers = {
        "locked_packages": (seen.pinned, "packages"),
        "lock_files": (len(seen.locks), "files"),
        "vulnerabilities": (seen.vulnerabilities, "vulnerabilities"),
        "vulnerable_packages": (seen.packages, "packages"),
        "vulnerability_findings": (len(seen.found), "findings"),
        "advisories_undecided": (len(seen.undecided), "advisories"),
        "advisories_not_measured": (len(seen.gaps.advisories), "advisories"),
        "lock_files_not_measured": (len(seen.gaps.files), "files"),
    }
    files = ", ".join(sorted({a.file for a in seen.live})[:3])
    return {
        "advisories": Fact(value=str(len(seen.live)), unit="advisories", source=files),
        "advisories_withdrawn": Fact(value=str(seen.withdrawn), unit="advisories", source="advisory files"),
        **{name: Fact(value=str(count), unit=unit, source=source) for name, (count, unit) in numbers.items()},
        **by_severity("vulnerability_findings", counts(h.severity for h in seen.found), "findings", source),
    }


def _counted(seen: _Matched) -> Result:
    """Counts alone, for people who may not write to the repository that the lock files are of."""
    said = many(seen.vulnerabilities, "vulnerability", "vulnerabilities")
    return listing(
        f"**{said} in the lock files of the repository{seen.gaps.said}.**",
        (),
        [],
        before=[CLOSED] if seen.found else [],
        notes=seen.notes,
        facts=_facts(seen, "lock files of the repository"),
        data={"vulnerabilities": seen.vulnerabilities},
    )


def _told(seen: _Matched) -> Result:
    against = (
        f"{many(len(seen.live), 'advisory', 'advisories')} against"
        f" {many(seen.pinned, 'pinned package')} of {_list(seen.locks)}"
    )
    said = many(seen.vulnerabilities, "vulnerability", "vulnerabilities")
    head = f"**{said} in {many(seen.packages, 'package version')}** ({against})"
    head += f"{graded(counts(h.severity for h in seen.found))}{seen.gaps.said}."
    if not seen.found:
        head = f"**None of the pinned packages is affected** ({against}){seen.gaps.said}."
    notes = [*seen.gaps.notes(_list), *seen.notes, *(f"Undecided: {plain(text, 240)}" for text in seen.undecided[:20])]
    notes += [
        f"Not pinned, so not judged: {code(p.name)} ({place(p.file, p.line)}; {plain(p.note)})"
        for p in seen.unpinned[:20]
    ]
    questions = tuple(
        f"{brief(p.file)}:{p.line}: {brief(p.name)} has no pinned version ({brief(p.note)}), but an advisory names it."
        " Which version is installed?"
        for p in seen.unpinned[:5]
    )
    return listing(
        head,
        ("Severity", "Package", "Place", "Vulnerability", "Rating", "Fixed in"),
        [_row(hit) for hit in seen.found],
        after=[_upgrades(seen.found)] if seen.found else [],
        notes=notes,
        facts=_facts(seen, ", ".join(seen.locks[:3])),
        data={"undecided": seen.undecided, "unpinned": [p.name for p in seen.unpinned], "withdrawn": seen.withdrawn},
        findings=tuple(map(_finding, seen.found[:LISTED])),
        questions=questions,
    )


def _upgrades(found: list[Hit]) -> str:
    lines = []
    for pin, version, fixable, total in sorted(upgrades(found), key=lambda u: (u[0].file, u[0].line))[:SHOWN]:
        where = f"{code(f'{pin.name} {pin.version}')} ({place(pin.file, pin.line)})"
        note = f"; {plain(pin.note)}" if pin.note else ""
        if not version:
            lines.append(f"- {where}: no fixed version is named; replace it or shield it{note}")
        else:
            rest = "" if fixable == total else f" ({total - fixable} of {total} have no fix)"
            lines.append(f"- {where}: upgrade to **{plain(version)}**{rest}{note}")
    return "What to upgrade:\n\n" + "\n".join(lines)


def _row(hit: Hit) -> tuple[str, ...]:
    pin = hit.pin
    package, where = code(f"{pin.name} {pin.version}", table=True), place(pin.file, pin.line)
    return hit.severity, package, where, plain(", ".join(hit.names), 120), plain(hit.rated, 120), _fix(hit)


def _fix(hit: Hit) -> str:
    if not hit.fixed:
        return (
            "no fix is named"
            if not hit.also_fixed
            else f"undecided ({plain(', '.join(hit.also_fixed))} still counts as affected)"
        )
    return plain(hit.fixed)


def _finding(hit: Hit) -> Finding:
    fix = f"upgrade to {hit.fixed}" if hit.fixed else "no fixed version is named"
    text = brief(f"{hit.pin.name} {hit.pin.version}: {', '.join(hit.names)}; {hit.rated}; {fix}. {hit.summary}", 600)
    return Finding(
        severity=hit.severity, rule=brief(hit.names[0], 80), text=text, file=brief(hit.pin.file), line=hit.pin.line
    )
