"""The data that an issue brings (fenced blocks) or names (files of the repository), as files of a case."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bizops.case import Data
from bizops.issue import Thread
from bizops.policy import Policy
from bizops.rules import data as rules
from bizops.rules.trust import is_desk

LARGEST = 12_000_000  # bytes of one file that is named
MOST = 60  # files
TABLES = {
    ".csv",
    ".tsv",
    ".txt",
    ".json",
    ".jsonl",
    ".ndjson",
    ".xml",
    ".ics",
    ".md",
    ".lock",
    ".toml",
    ".yml",
    ".yaml",
}


def gather(
    folder: Path, thread: Thread, policy: Policy, roots: Iterable[Path], repository: str = ""
) -> tuple[Data, ...]:
    """Write the blocks of the issue and of its author's comments to `folder/data`, and find the files it names.

    A later block replaces an earlier one of the same name: that is how a requester mends data. Files are looked up
    below `roots`, never outside of them; links count if they are to `repository` (`owner/name`).
    """
    found: dict[str, Data] = {}
    texts = _texts(thread, policy)
    for source, text in texts:
        for block in rules.blocks(text):
            content = block.text.encode("utf-8", "replace")
            name = _name(block.name, content, found)
            if len(found) >= MOST and name not in found:  # thousands of empty blocks fit into one comment
                continue
            path = folder / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            found[name] = Data(name, path, source)
    for _, text in texts:
        for path in _named(text, roots, repository):
            if path.stat().st_size <= LARGEST:
                found.setdefault(*_entry(path, roots))
            if len(found) >= MOST:
                return tuple(found.values())
    return tuple(found.values())


def too_large(thread: Thread, policy: Policy, roots: Iterable[Path], repository: str = "") -> tuple[str, ...]:
    """The files that the issue or its author's comments name and that `gather` leaves out: name, size and the limit."""
    found: dict[str, None] = {}
    for _, text in _texts(thread, policy):
        for path in _named(text, roots, repository):
            if (size := path.stat().st_size) > LARGEST:
                limit = f"{LARGEST // 1_000_000} MB"
                found.setdefault(f"{_entry(path, roots)[0]} ({size / 1_000_000:.1f} MB; the limit is {limit})")
    return tuple(found)[:MOST]


def _texts(thread: Thread, policy: Policy) -> list[tuple[str, str]]:
    """The issue's text and its author's comments, each with what it is."""
    mine = [c for c in thread.comments if thread.by_author(c.author) and not is_desk(c.author, policy)]
    return [("issue", thread.issue.body), *((f"comment {comment.id}", comment.body) for comment in mine)]


def _named(text: str, roots: Iterable[Path], repository: str) -> Iterator[Path]:
    for name in rules.named_files(text, repository):
        yield from _files(name, roots)


def _name(name: str, content: bytes, found: Mapping[str, Data]) -> str:
    """The name of a block; one without a name of its own replaces another such only if it begins with the same line."""
    unnamed = re.fullmatch(r"block-(\d+)(\.\w+)", name)
    if not unnamed:
        return name
    number, ending = int(unnamed[1]), unnamed[2]
    first = content.split(b"\n", 1)[0]
    while (known := found.get(f"block-{number}{ending}")) and known.path.read_bytes().split(b"\n", 1)[0] != first:
        number += 1
    return f"block-{number}{ending}"


def _entry(path: Path, roots: Iterable[Path]) -> tuple[str, Data]:
    root = next(root for root in roots if path.is_relative_to(root.resolve()))
    name = str(path.relative_to(root.resolve()))
    return name, Data(name, path, "repository")


def _files(name: str, roots: Iterable[Path]) -> list[Path]:
    """The regular files that a name means: itself, or the tables of a folder; nothing outside of the roots."""
    for root in roots:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()) or ".git" in path.relative_to(root.resolve()).parts:
            continue
        if path.is_file():
            return [path]
        if path.is_dir() and path != root.resolve():
            inside = (entry for entry in sorted(path.iterdir()) if entry.suffix.casefold() in TABLES)
            return [e for e in inside if e.is_file() and not e.is_symlink()][:MOST]
    return []


def commit_of(repository: Path) -> str:
    """The commit that is checked out, or nothing."""
    done = _git(repository, "rev-parse", "HEAD")
    return done.strip() if done else ""


def top_level(folder: Path) -> Path | None:
    """Git's top level of a folder, or nothing."""
    done = _git(folder, "rev-parse", "--show-toplevel")
    return Path(done.strip()) if done.strip() else None


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *words],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
