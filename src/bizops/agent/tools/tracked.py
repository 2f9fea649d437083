"""The files of the repository at its commit, read from git's objects: not the work tree, not what git ignores.

`git ls-tree` and `git cat-file` run no filter, hook, pager or text conversion, follow no link and need no index, so
nothing that the repository's own configuration says is executed. Transports are forbidden (a partial clone fetches).
A folder that is no repository (an example's files) is read as it is, without links.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bizops import sealed
from bizops.agent.agent import ToolError
from bizops.case import Case

FILE_LIMIT = 2_000_000  # bytes of one file
COUNT_LIMIT = 20_000  # files
SECONDS = 10
SAFE = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.alternateRefsCommand=",
    "protocol.allow=never",
    "safe.directory=*",
)
NOT_FILES = frozenset({"issue.json", "expected.json"})  # an example's own, beside its repository files
FOLDED = frozenset({".git", ".venv", "node_modules", "__pycache__"})


@dataclass(frozen=True)
class Entry:
    """A tracked file: path from the top of the repository, git's mode and object name, size in bytes."""

    path: str
    mode: str
    object: str
    size: int

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")


@dataclass(frozen=True)
class Tree:
    """All tracked entries of one commit. `commit` is empty for a plain folder."""

    root: Path
    commit: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """How a fact names it."""
        return f"git commit {self.commit[:12]}" if self.commit else "folder"

    @property
    def files(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_file)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(entry.path for entry in self.files)

    def find(self, path: str) -> Entry | None:
        """The file of that path, without regard to a leading `./`; then without regard to case."""
        wanted = path.removeprefix("./").strip("/")
        exact = [e for e in self.files if e.path == wanted]
        near = exact or [e for e in self.files if e.path.casefold() == wanted.casefold()]
        return near[0] if near else None


def tree(case: Case) -> Tree:
    """The files of the case's repository. Raises ToolError if there is none, or git cannot read it."""
    root = case.repository
    if root is None or not root.is_dir():
        raise ToolError("there is no repository in this case", fix="run the desk in a checkout of the repository")
    if not _is_repository(root):
        return Tree(root, "", tuple(_walk(root)), ("the folder is no git repository: its files were read as they are",))
    commit, notes = _commit(case, root)
    listing = _git(root, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
    return Tree(root, commit, tuple(sorted(_entries(listing), key=lambda e: e.path)), notes)


def read(tree: Tree, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """The content of each entry, in order. Raises ToolError if git fails."""
    wanted = list(entries)
    if not tree.commit:
        for entry in wanted:
            yield entry, (tree.root / entry.path).read_bytes()
        return
    for start in range(0, len(wanted), 200):  # 200 files at a time, so that memory stays small
        some = wanted[start : start + 200]
        names = "".join(f"{entry.object}\n" for entry in some).encode()
        answer, at = _git(tree.root, "cat-file", "--batch", stdin=names), 0
        for entry in some:
            end = answer.index(b"\n", at)
            header = answer[at:end].split()
            if len(header) != 3:
                raise ToolError(f"git has no content for {entry.path!r}", fix="fetch the whole commit")
            size = int(header[2])
            yield entry, answer[end + 1 : end + 1 + size]
            at = end + size + 2


def text(tree: Tree, path: str) -> str | None:
    """One tracked file as text; None if there is no such file, or it is binary or huge."""
    entry = tree.find(path)
    if entry is None or entry.size > FILE_LIMIT:
        return None
    content = next(iter(read(tree, [entry])))[1]
    return None if is_binary(content) else decoded(content)


def is_binary(content: bytes) -> bool:
    """As git decides: a NUL among the first 8,000 bytes (UTF-16 with its mark is text)."""
    return b"\0" in content[:8000] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))


def decoded(content: bytes) -> str:
    """Text of UTF-8, UTF-16 with a mark, or bytes that are neither (undecodable ones replaced)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def nearest_first(entries: Iterable[Entry], said: str) -> list[Entry]:
    """The files that the issue names, then those of folders that it names, then the rest, each by path."""

    def distance(entry: Entry) -> tuple[int, str]:
        base = entry.path.rsplit("/", 1)[-1]
        folder = entry.path.rpartition("/")[0]
        named = entry.path in said or (len(base) > 4 and base in said)
        return (0 if named else 1 if folder and f"{folder}/" in said else 2), entry.path

    return sorted(entries, key=distance)


def _is_repository(root: Path) -> bool:
    return (root / ".git").exists() or ((root / "HEAD").is_file() and (root / "objects").is_dir())


def _commit(case: Case, root: Path) -> tuple[str, tuple[str, ...]]:
    for name in filter(None, (case.commit, "HEAD")):
        if name.startswith("-"):
            continue
        found = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False).decode().strip()
        if found:
            away = case.commit and name != case.commit
            return found, (f"commit {case.commit[:12]} is not here: HEAD ({found[:12]}) was read",) if away else ()
    _git(root, "rev-parse", "--git-dir")  # says what is wrong where this is no repository that git can read
    known = _git(root, "rev-parse", "--verify", "--quiet", "HEAD", check=False)
    what = (
        "the commit of the repository is not here" if known else "the repository has no commit yet: nothing is tracked"
    )
    raise ToolError(what, fix="fetch it" if known else "commit something first")


def _entries(listing: bytes) -> Iterator[Entry]:
    for line in listing.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if path:
            mode, _, name, size = head.decode().split()
            yield Entry(path.decode("utf-8", "surrogateescape"), mode, name, int(size) if size.isdigit() else 0)


def _walk(root: Path) -> Iterator[Entry]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in FOLDED)
        for name in sorted(names):
            path = Path(folder, name)
            if name in NOT_FILES and path.parent == root:
                continue
            mode = "120000" if path.is_symlink() else "100644" if path.is_file() else "000000"
            yield Entry(path.relative_to(root).as_posix(), mode, "", path.lstat().st_size)


def _git(root: Path, *words: str, stdin: bytes = b"", check: bool = True) -> bytes:
    settings = [word for setting in SAFE for word in ("-c", setting)]
    with sealed.empty_home() as home:
        surroundings = sealed.environment(home) | {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_CEILING_DIRECTORIES": str(root.resolve().parent),
        }
        try:
            done = subprocess.run(
                ["git", "--no-pager", *settings, "-C", str(root), *words],
                input=stdin,
                capture_output=True,
                env=surroundings,
                timeout=SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise ToolError("git is not installed", fix="install git") from error
        except subprocess.TimeoutExpired as error:
            raise ToolError(f"git {words[0]} took longer than {SECONDS} seconds: not measured") from error
    if check and done.returncode:
        said = done.stderr.decode("utf-8", "replace").replace(str(root), ".").strip().splitlines()
        raise ToolError(f"git {words[0]} failed: {said[-1][:200] if said else done.returncode}")
    return done.stdout
