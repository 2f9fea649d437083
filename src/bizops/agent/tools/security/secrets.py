"""Secrets in the issue and in the repository at its commit, masked, each place once; what to do about them first."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.quoting import cell, code, many, plain, table
from bizops.agent.tools.security.secret_lines import Hit, Mode, mode_of
from bizops.agent.tools.security.secret_scan import redacted, scan
from bizops.case import Case
from bizops.decision import SEVERITIES, Fact, Finding, Severity

SHOWN = 40  # rows of a table; all are counted
LISTED = 300  # findings of one scan; all are counted
BUDGET = 16_000_000  # bytes of the repository that are scanned, nearest to the issue first
SECONDS = 8  # a second limit behind the budget, for text made to be slow
CLOSED = (
    "Only counts are shown: the repository is public and whoever asked cannot write to it. Someone with write access"
    " sees the places by asking here (or on an issue of their own)."
)


@dataclass(frozen=True)
class Found:
    """A hit with the file that it stands in."""

    file: str
    hit: Hit


@tool("compute")
def scan_issue_secrets(case: Case) -> Result:
    """Search title, body and comments of the issue for secrets. Gives each with line and masked value, and what to do
    first. Use it first, always: a secret that stands in an issue has to be revoked before anything else.
    """
    found, folded, cut = list[Found](), Counter[str](), False
    for name, text, modes in issue_texts(case):
        result = scan(text, name, modes)
        found.extend(Found(name, hit) for hit in result.hits)
        folded.update(result.folded)
        cut = cut or result.cut
    notes = ["a line longer than the scan reads was cut"] if cut else []
    lead = "A secret in an issue stays in its history and in notification mails: editing it out does not take it back."
    return _result(case, "issue_secrets", "in this issue", found, folded, notes, lead if _live(found) else "")


@tool("repository")
def scan_repository_secrets(
    case: Case,
    under: Annotated[str, Field(description="only files below this folder, or this file; empty for all")] = "",
) -> Result:
    """Search the tracked files of the repository at its commit for secrets (not what git ignores, no binaries, no
    files above 2 MB; no history). Gives each with file, line and masked value. Needs up to 8 seconds.
    """
    sweep = _sweep(case, under)
    tree, skipped = sweep.tree, sweep.skipped
    notes = [
        *tree.notes,
        *(f"{many(count, 'file')} not scanned: {reason}" for reason, count in sorted(skipped.items()) if count),
    ]
    notes += [
        f"{many(sweep.cut, 'file')} with lines longer than the scan reads: the rest of those lines was not scanned"
    ] * bool(sweep.cut)
    facts = {
        "repository_files_scanned": Fact(value=str(sweep.scanned), unit="files", source=_at(tree)),
        "repository_files_beyond_limits": Fact(
            value=str(sum(count for reason, count in skipped.items() if "beyond" in reason or "huge" in reason)),
            unit="files",
            source=_at(tree),
        ),
        "repository_files_not_scanned": Fact(value=str(sum(skipped.values())), unit="files", source=_at(tree)),
    }
    lead = (
        "Revoke before you clean: a commit that was pushed once has been copied. Then rewrite the"
        " history, or accept it as burnt."
    )
    commit = f" at commit {tree.commit[:12]}" if tree.commit else ""
    where = f"in {many(sweep.scanned, 'tracked file')} of the repository{commit}"
    found = list(sweep.found)
    return _result(
        case, "repository_secrets", where, found, Counter(sweep.folded), notes, lead if _live(found) else "", facts
    )


def repository_secrets(case: Case) -> tuple[list[Found], int]:
    """What the whole repository holds and how many files were scanned, for the control that asks. Raises ToolError."""
    sweep = _sweep(case, "")
    return list(sweep.found), sweep.scanned


@dataclass(frozen=True)
class Sweep:
    """One pass over the tracked files. `skipped`: how many were not scanned, by reason."""

    tree: tracked.Tree
    found: tuple[Found, ...]
    folded: Mapping[str, int]
    scanned: int
    skipped: Mapping[str, int]
    cut: int


_LAST: dict[tuple[object, ...], Sweep] = {}  # one pass serves both the scan and the matrix of the same case


def _sweep(case: Case, under: str) -> Sweep:
    said = f"{case.issue.title}\n{case.issue.body}\n{case.work.asked}"
    tree = tracked.tree(case)
    key = (tree.root, tree.commit, tree.entries, under, said)
    if key not in _LAST or not tree.commit:
        _LAST.clear()
        _LAST[key] = _pass(tree, under, said)
    return _LAST[key]


def _pass(tree: tracked.Tree, under: str, said: str) -> Sweep:
    inside = [e for e in tree.entries if not under or e.path == under or e.path.startswith(f"{under.rstrip('/')}/")]
    if under and not inside:
        raise ToolError(f"no tracked file is below {plain(under)}", fix="give a path from the top of the repository")
    skipped: Counter[str] = Counter()
    skipped["links (not followed)"] = sum(e.mode == "120000" for e in inside)
    skipped["submodules"] = sum(e.mode == "160000" for e in inside)
    chosen = _within(tracked.nearest_first((e for e in inside if e.is_file), said), skipped)
    found, folded, scanned, cut = list[Found](), Counter[str](), 0, 0
    until = time.monotonic() + SECONDS
    for done, (entry, content) in enumerate(tracked.read(tree, chosen)):
        if time.monotonic() > until:
            skipped["beyond the time limit"] = len(chosen) - done
            break
        if tracked.is_binary(content):
            skipped["binary"] += 1
            continue
        result = scan(tracked.decoded(content), entry.path)
        scanned, cut = scanned + 1, cut + result.cut
        found.extend(Found(entry.path, hit) for hit in result.hits)
        folded.update(result.folded)
    return Sweep(tree, tuple(found), folded, scanned, +skipped, cut)


@tool("repository")
def read_file(
    case: Case,
    path: Annotated[str, Field(description="a tracked file, from the top of the repository")],
    first: Annotated[int, Field(ge=1, description="first line")] = 1,
    last: Annotated[int, Field(ge=1, description="last line; at most 200 lines are given")] = 60,
) -> Result:
    """Lines of a tracked text file at the commit, with secrets masked."""
    if not case.trusted:
        raise ToolError("files are not shown to people without write access", fix="answer with counts alone")
    text = tracked.text(tracked.tree(case), path)
    if text is None:
        raise ToolError(f"no tracked text file {plain(path)}", fix="give a path from the top of the repository")
    lines = redacted(text, path).splitlines()
    shown = lines[first - 1 : min(last, first + 199)]
    numbered = [f"{first + n}: {plain(line, 500)}" for n, line in enumerate(shown)]
    return Result(text="\n".join(numbered), data={"path": plain(path), "lines": numbered, "of": len(lines)})


def issue_texts(case: Case) -> Iterator[tuple[str, str, dict[int, Mode]]]:
    """What people wrote: name, text, and how lines of fenced blocks are read. The desk's comments are not theirs."""
    yield "issue title", case.issue.title, {}
    yield "issue", case.issue.body, _modes(case.issue.body)
    ours = {name.casefold() for name in case.policy.access.desk_accounts}
    for comment in case.thread.comments:
        if comment.author.login.casefold() not in ours:
            yield f"comment {comment.id}", comment.body, _modes(comment.body)
    written = "\n".join([case.issue.body, *(c.body for c in case.thread.comments)])
    for data in case.data:
        if data.source != "repository" and data.path.is_file() and data.path.stat().st_size <= tracked.FILE_LIMIT:
            text = tracked.decoded(data.path.read_bytes())
            if text.strip() and text.strip() not in written.replace("\r\n", "\n"):
                yield data.name, text, {}


def issue_values(case: Case) -> frozenset[str]:
    """The secrets of the issue as they are, to prove that an answer does not hold them. They go nowhere else."""
    scans = (scan(text, name, modes) for name, text, modes in issue_texts(case))
    return frozenset(
        hit.value for result in scans for hit in result.hits if hit.severity != "info" and len(hit.value) >= 6
    )


def _modes(text: str) -> dict[int, Mode]:
    from bizops.rules.data import blocks

    return {
        block.line + n: mode_of(block.language) if block.language not in ("", "text", "txt") else "config"
        for block in blocks(text)
        for n in range(block.text.count("\n") + 1)
    }


def _within(files: Iterable[tracked.Entry], skipped: Counter[str]) -> list[tracked.Entry]:
    chosen, size = list[tracked.Entry](), 0
    for entry in files:
        if entry.size > tracked.FILE_LIMIT:
            skipped["huge (above 2 MB)"] += 1
        elif size + entry.size > BUDGET or len(chosen) >= tracked.COUNT_LIMIT:
            skipped["beyond the limit of this scan"] += 1
        else:
            chosen.append(entry)
            size += entry.size
    return chosen


def _at(tree: tracked.Tree) -> str:
    return f"git commit {tree.commit[:12]}" if tree.commit else "folder"


def _live(found: list[Found]) -> bool:
    return any(f.hit.severity in ("critical", "high", "medium") for f in found)


def counts(severities: Iterable[Severity]) -> dict[Severity, int]:
    """How many of each severity, the worst first; none are left out."""
    number = Counter(severities)
    return {severity: number[severity] for severity in SEVERITIES if number[severity]}


def _result(
    case: Case,
    name: str,
    where: str,
    found: list[Found],
    folded: Counter[str],
    notes: list[str],
    lead: str,
    more: dict[str, Fact] | None = None,
) -> Result:
    source = "issue" if name == "issue_secrets" else (more or {})["repository_files_scanned"].source
    found = sorted(found, key=lambda f: (SEVERITIES.index(f.hit.severity), f.file, f.hit.line))
    tally = counts(f.hit.severity for f in found)
    total = len(found) - tally.pop("info", 0)
    facts = {name: Fact(value=str(total), unit="secrets", source=source), **(more or {})}
    facts |= {
        f"{name}_{severity}": Fact(value=str(count), unit="secrets", source=source) for severity, count in tally.items()
    }
    if folded:
        facts[f"{name}_folded"] = Fact(value=str(sum(folded.values())), unit="look-alikes", source=source)
    said = ", ".join(f"{count} {severity}" for severity, count in tally.items())
    head = f"**{many(total, 'secret') if total else 'No secret'} {where}**{f' ({said})' if said else ''}."
    tail = [f"- {note}" for note in notes]
    if total < len(found) and case.trusted:
        tail.append(f"- {many(len(found) - total, 'key')} printed in a provider's documentation: not counted")
    if folded and case.trusted:
        reasons = ", ".join(f"{_FOLDED[reason]} ({count})" for reason, count in sorted(folded.items()))
        tail.append(f"- {many(sum(folded.values()), 'look-alike')} folded away: {reasons}")
    data = {"count": total, "severities": tally, "folded": dict(folded), "notes": notes}
    if not case.trusted:
        closed = [CLOSED] if total else []
        first = (
            [f"{lead} First: revoke it where it was issued, then look for its use in that provider's log."]
            if lead
            else []
        )
        return Result("\n\n".join([head, *first, *closed, "\n".join(tail)]).strip(), data, facts)
    findings = tuple(_finding(f) for f in found[:LISTED])
    rows = [
        (f.hit.severity, place(f.file, f.hit.line), cell(f.hit.rule.title), code(f.hit.shown), cell(f.hit.note))
        for f in found[:SHOWN]
    ]
    parts = [head]
    if rows:
        parts.append(table(("Severity", "Place", "What", "Value (masked)", "Note"), rows))
        if len(found) > SHOWN:
            tail.insert(0, f"- {len(found) - SHOWN} more are not shown in this table")
        parts.append(_steps(found, lead))
    data["hits"] = [finding.model_dump() for finding in findings]
    return Result("\n\n".join([*parts, "\n".join(tail)]).strip(), data, facts, findings)


_FOLDED = {
    "reference": "names of variables",
    "placeholder": "placeholders",
    "mask": "masks",
    "hash": "hashes",
    "words": "plain words",
}


def place(file: str, line: int | None = None) -> str:
    """A file and line as the cell of a table; a secret in the name is masked as well."""
    return code(redacted(plain(file)) + (f":{line}" if line else ""))


def _finding(found: Found) -> Finding:
    hit = found.hit
    text = f"{hit.rule.title} {hit.shown}" + (f" ({hit.note})" if hit.note else "") + f": {hit.rule.first}."
    return Finding(
        severity=hit.severity, rule=hit.rule.name, text=text, file=redacted(plain(found.file)), line=hit.line
    )


def _steps(found: list[Found], lead: str) -> str:
    steps = dict.fromkeys(
        f"{f.hit.rule.title}: {f.hit.rule.first}" for f in found if f.hit.severity in ("critical", "high", "medium")
    )
    return "\n".join([lead, "", *(f"{n}. {cell(step, 300)}" for n, step in enumerate(steps, 1))]) if steps else ""
