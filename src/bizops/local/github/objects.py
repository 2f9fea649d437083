"""Git's objects as git writes them, so that each id here is the one that git itself would give.

Source of the formats: the chapter "Git Internals" of the book Pro Git, and `git help hash-object`.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bizops.local.github.records import Object, ObjectKind, Record, Ref

__all__ = ["FOLDER", "Commit", "Entry", "Person", "commit_bytes", "content", "entries", "first", "packed", "parsed",
           "tree_bytes"]  # fmt: skip

FOLDER = "40000"
KINDS: dict[str, ObjectKind] = {FOLDER: "tree", "160000": "commit"}
PERSON = re.compile(r"(?P<name>[^<]*) <(?P<email>[^>]*)> (?P<at>\d+) [+-]\d{4}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a tree: `mode` as git writes it (`100644`, `40000`)."""

    mode: str
    name: str
    sha: str

    @property
    def kind(self) -> ObjectKind:
        """What it names: a tree, a commit (a submodule) or a blob."""
        return KINDS.get(self.mode, "blob")


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or made a commit, and when, to the second."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: the ids of its tree and parents, people, and the message."""

    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


def packed(kind: ObjectKind, data: bytes) -> Object:
    """An object with its id, the SHA-1 over kind, length and content."""
    sha = hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)), usedforsecurity=False)
    sha.update(data)
    return Object(sha.hexdigest(), kind, len(data), zlib.compress(data, 1))


def content(found: Object) -> bytes:
    """What an object holds."""
    return zlib.decompress(found.packed)


def tree_bytes(given: Iterable[Entry]) -> bytes:
    """The content of a tree; folders sort as if their names ended with a slash."""
    ordered = sorted(given, key=lambda entry: entry.name.encode() + (b"/" if entry.mode == FOLDER else b""))
    return b"".join(f"{one.mode} {one.name}".encode() + b"\0" + bytes.fromhex(one.sha) for one in ordered)


def entries(data: bytes) -> Iterator[Entry]:
    """The entries of a tree's content, in its order."""
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].decode().partition(" ")
        yield Entry(mode, name, data[end + 1 : end + 21].hex())
        at = end + 21


def commit_bytes(commit: Commit) -> bytes:
    """The content of a commit."""
    lines = [f"tree {commit.tree}", *(f"parent {parent}" for parent in commit.parents)]
    lines += [f"author {_line(commit.author)}", f"committer {_line(commit.committer)}", "", commit.message]
    return "\n".join(lines).encode()


def parsed(data: bytes) -> Commit:
    """A commit's content, read back."""
    head, _, message = data.decode().partition("\n\n")
    fields = [line.partition(" ")[::2] for line in head.split("\n")]
    named = dict(fields)
    parents = tuple(value for name, value in fields if name == "parent")
    return Commit(named["tree"], parents, _person(named["author"]), _person(named["committer"]), message)


def first(owner: str, name: str, at: datetime) -> list[Record]:
    """What a new repository holds on `main`: a README in one commit."""
    readme = packed("blob", f"# {name}\n".encode())
    tree = packed("tree", tree_bytes([Entry("100644", "README.md", readme.sha)]))
    person = Person(owner, f"{owner}@users.noreply.github.com", at)
    commit = packed("commit", commit_bytes(Commit(tree.sha, (), person, person, "Initial commit")))
    return [readme, tree, commit, Ref("refs/heads/main", commit.sha)]


def _line(person: Person) -> str:
    return f"{_plain(person.name)} <{_plain(person.email)}> {int(person.at.timestamp())} +0000"


def _plain(text: str) -> str:
    """Without the characters that end a field of the line; git drops them too."""
    return re.sub(r"[<>\n\0]", "", text).strip()


def _person(line: str) -> Person:
    found = PERSON.fullmatch(line)
    assert found is not None, line
    return Person(found["name"], found["email"], datetime.fromtimestamp(int(found["at"]), UTC))
