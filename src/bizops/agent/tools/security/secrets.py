"""Secrets in the issue and in the repository at its commit, masked, each place once; what to do about them first."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.security.leaks import Found, Leak, Scanned, distinct, report, tallied
from bizops.agent.tools.security.results import by_severity
from bizops.agent.tools.security.secret_lines import Mode, mode_of
from bizops.agent.tools.security.secret_scan import redacted, scan
from bizops.case import Case
from bizops.decision import Fact
from bizops.rules.harmless import brief
from bizops.rules.wording import many

BUDGET = 16_000_000  # bytes of the repository that are scanned, nearest to the issue first
SECONDS = 8  # a second limit behind the budget, for text made to be slow


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
    scanned = Scanned("issue_secrets", "in this issue", "issue", lead, folded, notes)
    return report(case, distinct(found), scanned, {})


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
    leaks = distinct(sweep.found)
    again = tallied(leaks, frozenset(leak.key for leak in _issue_leaks(case)))
    if again and case.trusted:
        notes.append(f"{many(again.total(), 'of these values', 'of these values')} stand in the issue as well")
    beyond = sum(count for reason, count in skipped.items() if "beyond" in reason or "huge" in reason)
    files = {"scanned": sweep.scanned, "beyond_limits": beyond, "not_scanned": sum(skipped.values())}
    facts = {f"repository_files_{k}": Fact(value=str(n), unit="files", source=tree.source) for k, n in files.items()}
    facts |= by_severity("repository_secrets_of_the_issue", again, "secrets", tree.source)
    lead = (
        "Revoke before you clean: a commit that was pushed once has been copied. Then rewrite the"
        " history, or accept it as burnt."
    )
    commit = f" at commit {tree.commit[:12]}" if tree.commit else ""
    where = f"in {many(sweep.scanned, 'tracked file')} of the repository{commit}"
    return report(case, leaks, Scanned("repository_secrets", where, tree.source, lead, sweep.folded, notes), facts)


def repository_secrets(case: Case) -> tuple[list[Leak], int]:
    """What the whole repository holds and how many files were scanned, for the control that asks. Raises ToolError."""
    sweep = _sweep(case, "")
    return distinct(sweep.found), sweep.scanned


def _issue_leaks(case: Case) -> list[Leak]:
    return distinct(Found(name, hit) for name, text, modes in issue_texts(case) for hit in scan(text, name, modes).hits)


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
        raise ToolError(f"no tracked file is below {brief(under)}", fix="give a path from the top of the repository")
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
        raise ToolError(f"no tracked text file {brief(path)}", fix="give a path from the top of the repository")
    lines = redacted(text, path).splitlines()
    shown = lines[first - 1 : min(last, first + 199)]
    numbered = [f"{first + n}: {brief(line, 500)}" for n, line in enumerate(shown)]
    return Result(text="\n".join(numbered), data={"path": brief(path), "lines": numbered, "of": len(lines)})


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
