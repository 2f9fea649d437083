"""What a write to the repository's files means: objects, trees, commits, and the names that point to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bizops.local.github.objects import (
    FOLDER,
    Commit,
    Entry,
    Person,
    commit_bytes,
    content,
    entries,
    packed,
    parsed,
    tree_bytes,
)
from bizops.local.github.payloads import push_event
from bizops.local.github.problem import Problem, missing
from bizops.local.github.records import Object, ObjectKind, Ref
from bizops.local.github.state import Actor, State

__all__ = [
    "LARGEST",
    "Change",
    "commit",
    "create_ref",
    "delete_ref",
    "entry_at",
    "find",
    "get",
    "move_ref",
    "person",
    "put_file",
    "resolve",
    "save",
    "save_commit",
    "save_tree",
    "split",
    "tree",
]

DEEPEST = 100  # folders
LARGEST = 100_000_000  # bytes of a blob: above, the API neither takes nor gives it
REF = re.compile(r"(?!.*(?:\.\.|@\{))refs(?:/(?!\.)[^\x00-\x20\x7f~^:?*\[\\/]+(?<!\.)(?<!\.lock)){2,}")
Parts = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One commit that changes one file: `data` None removes it; `sha` is the blob that it must have had."""

    path: str
    data: bytes | None
    message: str
    branch: str = "main"
    sha: str | None = None
    author: Person | None = None
    committer: Person | None = None


def save(state: State, kind: ObjectKind, data: bytes) -> Object:
    """An object of that content; one that exists is not written again."""
    made = packed(kind, data)
    if (known := state.store.get(Object, made.sha)) is not None:
        return known
    with state.writing():
        state.store.put(made)
    return made


def find(state: State, sha: str, kind: ObjectKind) -> Object | None:
    """The object of that id and kind."""
    found = state.store.get(Object, sha)
    return found if found is not None and found.kind == kind else None


def get(state: State, sha: str, kind: ObjectKind) -> Object:
    """The object of that id and kind; 404 when there is none."""
    if (found := find(state, sha, kind)) is None:
        raise missing()
    return found


def commit(state: State, sha: str) -> Commit:
    """The commit of that id; 404 when there is none."""
    return parsed(content(get(state, sha, "commit")))


def tree(state: State, sha: str) -> tuple[Entry, ...]:
    """The entries of a tree; 404 when there is none of that id."""
    return tuple(entries(content(get(state, sha, "tree"))))


def resolve(state: State, name: str) -> str | None:
    """The commit that a branch, a tag, a full name or an id stands for; None when there is none."""
    for full in (f"refs/heads/{name}", f"refs/tags/{name}", name, f"refs/{name}"):
        if (ref := state.store.get(Ref, full)) is not None:
            return ref.sha
    return name if find(state, name, "commit") else None


def split(path: str, field: str = "path") -> Parts:
    """The parts of a path; 422 for one that no tree can hold."""
    parts = tuple(path.split("/"))
    wrong = any(not part or part in {".", ".."} or part.lower() == ".git" or "\0" in part for part in parts)
    if wrong or len(parts) > DEEPEST:
        raise Problem(422, f"{field} contains a malformed path component")
    return parts


def entry_at(state: State, root: str, path: Parts) -> Entry | None:
    """What stands at a path below a tree."""
    entry: Entry | None = Entry(FOLDER, "", root)
    for part in path:
        if entry is None or entry.kind != "tree":
            return None
        entry = next((one for one in tree(state, entry.sha) if one.name == part), None)
    return entry


def save_tree(state: State, base: str | None, changes: Mapping[Parts, Entry | None]) -> Object:
    """The tree `base` with these entries set, or removed where None; a folder that is left empty goes too."""
    held = {entry.name: entry for entry in tree(state, base)} if base else {}
    below: dict[str, dict[Parts, Entry | None]] = {}
    for (head, *rest), entry in changes.items():
        if rest:
            below.setdefault(head, {})[tuple(rest)] = entry
        elif entry is not None:
            held[head] = replace(entry, name=head)
        elif held.pop(head, None) is None:
            raise Problem(422, "GitRPC::BadObjectState")
    for name, deeper in below.items():
        known = held.get(name)
        made = save_tree(state, known.sha if known and known.kind == "tree" else None, deeper)
        held[name] = Entry(FOLDER, name, made.sha)
        if made.size == 0:
            del held[name]
    return save(state, "tree", tree_bytes(held.values()))


def save_commit(state: State, made: Commit) -> Object:
    """A commit; 422 when its tree or a parent does not exist."""
    if find(state, made.tree, "tree") is None:
        raise Problem(422, "Tree SHA does not exist")
    if any(find(state, parent, "commit") is None for parent in made.parents):
        raise Problem(422, "Parent SHA does not exist or is not a commit object")
    return save(state, "commit", commit_bytes(made))


def create_ref(state: State, actor: Actor, name: str, sha: str) -> Ref:
    """A new name for a commit."""
    if not REF.fullmatch(name):
        raise Problem(422, f"{name} is not a valid ref name.")
    if state.store.get(Ref, name) is not None:
        raise Problem(422, "Reference already exists")
    return _point(state, actor, name, sha)


def move_ref(state: State, actor: Actor, name: str, sha: str, *, force: bool = False) -> Ref:
    """Point a name to another commit; 422 when that would lose commits, unless `force`."""
    before = _known(state, name)
    if not force and find(state, sha, "commit") and not _descends(state, sha, before.sha):
        raise Problem(422, "Update is not a fast forward")
    return _point(state, actor, name, sha)


def delete_ref(state: State, actor: Actor, name: str) -> None:
    """Take a name away; the commits stay."""
    gone = _known(state, name)
    if name == "refs/heads/main":
        raise Problem(422, "Cannot delete the default branch")
    with state.writing():
        state.store.delete(gone)
        push_event(state, actor, name, gone.sha, None)


def put_file(state: State, actor: Actor, change: Change) -> tuple[Entry | None, Object, bool]:
    """One file set or removed in one commit on a branch: its entry, the commit, and whether the file is new.

    As on GitHub the branch is looked at first, and `sha` matters only where there is a file: none is 422, another 409.
    """
    ref = state.store.get(Ref, f"refs/heads/{change.branch}")
    if ref is None:
        raise Problem(404, f"Branch {change.branch} not found")
    path, root = split(change.path), commit(state, ref.sha).tree
    before = entry_at(state, root, path)
    if before is None and change.data is None:
        raise missing()
    above = (entry_at(state, root, path[:end]) for end in range(1, len(path)))
    if any(entry is not None and entry.kind != "tree" for entry in above):
        raise Problem(422, f"{change.path} lies below a file")  # GitHub refuses too; its words are not documented
    if before is not None and change.sha is None:
        raise Problem(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if before is not None and change.sha != before.sha:
        raise Problem(409, f"{change.path} does not match {change.sha}")
    with state.writing():
        entry = None
        if change.data is not None:
            mode = before.mode if before and before.kind == "blob" else "100644"
            entry = Entry(mode, path[-1], save(state, "blob", change.data).sha)
        author = change.author or person(state, actor)
        made = Commit(
            save_tree(state, root, {path: entry}).sha,
            (ref.sha,),
            author,
            change.committer or author,
            change.message,
        )
        saved = save_commit(state, made)
        _point(state, actor, ref.name, saved.sha)
        return entry, saved, before is None


def person(state: State, actor: Actor) -> Person:
    """An account as git names it, at this moment."""
    user = state.user(actor.login)
    address = f"{user.id}+{user.login}@users.noreply.github.com"
    return Person(user.name or user.login, address, state.clock.now())


def _point(state: State, actor: Actor, name: str, sha: str) -> Ref:
    if find(state, sha, "commit") is None:
        raise Problem(422, "Object does not exist")
    before, made = state.store.get(Ref, name), Ref(name, sha)
    if made != before:
        with state.writing():
            state.store.put(made)
            push_event(state, actor, name, before.sha if before else None, sha)
    return made


def _known(state: State, name: str) -> Ref:
    if (found := state.store.get(Ref, name)) is None:
        raise Problem(422, "Reference does not exist")
    return found


def _descends(state: State, sha: str, ancestor: str) -> bool:
    """Whether a commit is another one or comes after it."""
    ahead, seen = [sha], {sha}
    while ahead:
        if (here := ahead.pop()) == ancestor:
            return True
        new = [parent for parent in commit(state, here).parents if parent not in seen]
        seen.update(new)
        ahead += new
    return False
