"""Advisories against lock files: which pinned packages are affected, by which vulnerability, and what fixes it."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.advisories import locks, osv, requirements
from bizops.agent.tools.advisories.locks import Pin
from bizops.agent.tools.advisories.matching import Hit, match, unpinned, upgrades
from bizops.agent.tools.advisories.osv import Advisory
from bizops.agent.tools.quoting import cell, code, many, plain, table
from bizops.agent.tools.security.secrets import CLOSED, LISTED, SHOWN, counts, place
from bizops.case import Case, Data
from bizops.decision import Fact, Finding

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
    withdrawn = [a.id for a in files if a.withdrawn]
    live = [a for a in files if not a.withdrawn]
    found, undecided = match(pins, live)
    open_pins = unpinned(pins, live)
    return _result(case, live, withdrawn, read_locks, found, undecided, open_pins, notes, pins, closed=closed)


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
                f"there is no file {plain(name)}", fix="give the advisories as a `json` block with its name"
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
                f"there is no lock file {plain(name)}", fix=f"give its path or a block; one of: {locks.KINDS}"
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
    entries = [e for e in tree.files if _is_lock(e.path) and e.size <= SIZE][:LOCKS]
    if not entries:
        raise ToolError("no lock file is tracked in the repository", fix=f"give one of: {locks.KINDS}")
    pins: list[Pin] = []
    for entry, content in tracked.read(tree, entries):
        try:
            pins.extend(locks.read(entry.path, tracked.decoded(content)))
        except ToolError as error:
            notes.append(f"{code(entry.path) if case.trusted else 'a lock file'} could not be read: {cell(error.what)}")
    return pins, [entry.path for entry in entries], True


def _is_lock(path: str) -> bool:
    return locks.reader(path) is not None and "node_modules/" not in path and not path.endswith(".in")


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


def _result(
    case: Case,
    live: list[Advisory],
    withdrawn: list[str],
    read_locks: list[str],
    found: list[Hit],
    undecided: list[str],
    open_pins: list[Pin],
    notes: list[str],
    pins: list[Pin],
    *,
    closed: bool,
) -> Result:
    vulnerabilities = len({h.names for h in found})
    packages = len({(h.pin.key, h.pin.version) for h in found})
    source = ", ".join(read_locks[:3]) if case.trusted or not closed else "lock files of the repository"
    tally = counts(h.severity for h in found)
    facts = {
        "advisories": Fact(
            value=str(len(live)), unit="advisories", source=", ".join(sorted({a.file for a in live})[:3])
        ),
        "advisories_withdrawn": Fact(value=str(len(withdrawn)), unit="advisories", source="advisory files"),
        "locked_packages": Fact(value=str(sum(bool(p.version) for p in pins)), unit="packages", source=source),
        "lock_files": Fact(value=str(len(read_locks)), unit="files", source=source),
        "vulnerabilities": Fact(value=str(vulnerabilities), unit="vulnerabilities", source=source),
        "vulnerable_packages": Fact(value=str(packages), unit="packages", source=source),
        "vulnerability_findings": Fact(value=str(len(found)), unit="findings", source=source),
        **{f"vulnerability_findings_{s}": Fact(value=str(n), unit="findings", source=source) for s, n in tally.items()},
    }
    ignored = (
        [f"{many(len(withdrawn), 'advisory', 'advisories')} withdrawn, left out: {_list(withdrawn)}"]
        if withdrawn
        else []
    )
    if closed and not case.trusted:
        head = f"**{many(vulnerabilities, 'vulnerability', 'vulnerabilities')} in the lock files of the repository.**"
        tail = "\n".join(f"- {note}" for note in ignored)
        return Result(
            f"{head}\n\n{CLOSED if found else ''}\n\n{tail}".strip(), {"vulnerabilities": vulnerabilities}, facts
        )
    against = (
        f"{many(len(live), 'advisory', 'advisories')} against"
        f" {many(sum(bool(p.version) for p in pins), 'pinned package')} of {_list(read_locks)}"
    )
    said = ", ".join(f"{n} {s}" for s, n in tally.items())
    head = (
        f"**{many(vulnerabilities, 'vulnerability', 'vulnerabilities')} in"
        f" {many(packages, 'package version')}** ({against}{f'; {said}' if said else ''})."
    )
    if not found:
        head = f"**None of the pinned packages is affected** ({against})."
    parts = [head, *_tables(found)]
    lines = [*notes, *ignored, *(f"Undecided: {cell(text, 240)}" for text in undecided[:20])]
    lines += [
        f"Not pinned, so not judged: {code(p.name)} ({place(p.file, p.line)}; {cell(p.note)})" for p in open_pins[:20]
    ]
    questions = tuple(
        f"{plain(p.file)}:{p.line}: {plain(p.name)} has no pinned version ({plain(p.note)}), but an advisory names it."
        " Which version is installed?"
        for p in open_pins[:5]
    )
    facts["advisories_undecided"] = Fact(value=str(len(undecided)), unit="advisories", source=source)
    findings = tuple(map(_finding, found[:LISTED]))
    data = {
        "hits": [f.model_dump() for f in findings],
        "undecided": undecided,
        "unpinned": [p.name for p in open_pins],
        "withdrawn": withdrawn,
    }
    return Result(
        "\n\n".join([*parts, "\n".join(f"- {line}" for line in lines)]).strip(),
        json.loads(json.dumps(data)),
        facts,
        findings,
        questions,
    )


def _tables(found: list[Hit]) -> Iterator[str]:
    if not found:
        return
    rows = [_row(hit) for hit in found[: SHOWN + 1]]
    yield table(("Severity", "Package", "Place", "Vulnerability", "Rating", "Fixed in"), rows[:SHOWN])
    if len(found) > SHOWN:
        yield f"{len(found) - SHOWN} more are not shown in this table."
    lines = []
    for pin, version, fixable, total in sorted(upgrades(found), key=lambda u: (u[0].file, u[0].line))[:SHOWN]:
        where = f"{code(f'{pin.name} {pin.version}')} ({place(pin.file, pin.line)})"
        note = f"; {cell(pin.note)}" if pin.note else ""
        if not version:
            lines.append(f"- {where}: no fixed version is named; replace it or shield it{note}")
        else:
            rest = "" if fixable == total else f" ({total - fixable} of {total} have no fix)"
            lines.append(f"- {where}: upgrade to **{cell(version)}**{rest}{note}")
    yield "What to upgrade:\n\n" + "\n".join(lines)


def _row(hit: Hit) -> tuple[str, ...]:
    pin = hit.pin
    package, where = code(f"{pin.name} {pin.version}"), place(pin.file, pin.line)
    return hit.severity, package, where, cell(", ".join(hit.names), 120), cell(hit.rated, 120), _fix(hit)


def _fix(hit: Hit) -> str:
    if not hit.fixed:
        return (
            "no fix is named"
            if not hit.also_fixed
            else f"undecided ({cell(', '.join(hit.also_fixed))} still counts as affected)"
        )
    return cell(hit.fixed)


def _finding(hit: Hit) -> Finding:
    fix = f"upgrade to {hit.fixed}" if hit.fixed else "no fixed version is named"
    text = plain(f"{hit.pin.name} {hit.pin.version}: {', '.join(hit.names)}; {hit.rated}; {fix}. {hit.summary}", 600)
    return Finding(
        severity=hit.severity, rule=plain(hit.names[0], 80), text=text, file=plain(hit.pin.file), line=hit.pin.line
    )
