"""The database of git: blobs, trees, commits and refs."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from bizops.local.github import git
from bizops.local.github.objects import Commit, Entry, Person, content, parsed
from bizops.local.github.problem import Problem, invalid, missing
from bizops.local.github.records import Object, ObjectKind, Ref
from bizops.local.github.rest.call import Answer, Call, Route, instant, page

__all__ = ["ROUTES", "binary", "decoded", "person", "shown_commit", "too_large", "wrapped"]

GIT = "/repos/{owner}/{repo}/git"
MODES: dict[str, ObjectKind] = {
    "100644": "blob",
    "100755": "blob",
    "120000": "blob",
    "040000": "tree",
    "160000": "commit",
}
Json = dict[str, Any]


def blob(call: Call) -> Answer:
    """GET a blob: base64, or with the raw media type its bytes."""
    call.caller.must_read("contents")
    found = git.get(call.state, call.params["sha"], "blob")
    data = binary(found)
    if call.raw:
        return Answer(200, data)
    shown = {"node_id": f"B_{found.sha}", "size": found.size, "content": wrapped(data), "encoding": "base64"}
    return Answer(200, {"sha": found.sha, "url": _url(call, found), **shown})


def blob_made(call: Call) -> Answer:
    """POST a blob."""
    call.caller.must_write("contents")
    text, encoding = call.required("content", "Blob"), call.text("encoding") or "utf-8"
    data = decoded(text) if encoding == "base64" else text.encode()
    if len(data) > git.LARGEST:
        raise too_large()
    made = git.save(call.state, "blob", data)
    return Answer(201, {"sha": made.sha, "url": _url(call, made)}, {"location": _url(call, made)})


def tree(call: Call) -> Answer:
    """GET a tree by its id, or by a commit or branch; with `recursive` what is below it too."""
    call.caller.must_read("contents")
    sha = _tree_of(call, call.params["sha"])
    if sha is None:
        raise missing()
    return Answer(200, _shown_tree(call, sha, deep="recursive" in call.query))


def tree_made(call: Call) -> Answer:
    """POST a tree: entries over `base_tree`; one whose `sha` is null is removed."""
    call.caller.must_write("contents")
    given = call.json.get("tree")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Problem(422, "Invalid tree info")
    named = call.text("base_tree")
    base = None if named is None else _tree_of(call, named)
    if named is not None and base is None:
        raise Problem(422, "base_tree is not a valid tree oid")
    with call.state.writing():
        changes = dict(_change(call, one) for one in given)
        made = git.save_tree(call.state, base, changes)
    return Answer(201, _shown_tree(call, made.sha), {"location": _url(call, made)})


def commit(call: Call) -> Answer:
    """GET a commit."""
    call.caller.must_read("contents")
    return Answer(200, shown_commit(call, git.get(call.state, call.params["sha"], "commit")))


def commit_made(call: Call) -> Answer:
    """POST a commit; nothing points to it yet."""
    call.caller.must_write("contents")
    message, root = call.required("message", "Commit"), call.required("tree", "Commit")
    parents = call.json.get("parents") or []
    if not isinstance(parents, list) or not all(isinstance(one, str) for one in parents):
        raise invalid("Commit", "parents", "invalid")
    author = person(call, "author") or git.person(call.state, call.actor)
    committer = person(call, "committer") or author
    made = git.save_commit(call.state, Commit(root, tuple(parents), author, committer, message))
    return Answer(201, shown_commit(call, made), {"location": _url(call, made)})


def ref(call: Call) -> Answer:
    """GET one ref by its whole name without `refs/`."""
    call.caller.must_read("contents")
    found = call.state.store.get(Ref, f"refs/{call.params['ref']}")
    if found is None:
        raise missing()
    return Answer(200, _shown_ref(call, found))


def refs(call: Call) -> Answer:
    """GET the refs whose names begin so."""
    call.caller.must_read("contents")
    start = f"refs/{call.params['ref']}"
    found = sorted((one for one in call.state.store.all(Ref) if one.name.startswith(start)), key=lambda one: one.name)
    return page(call, found, lambda one: _shown_ref(call, one))


def ref_made(call: Call) -> Answer:
    """POST a ref."""
    call.caller.must_write("contents")
    name, sha = call.required("ref", "Reference"), call.required("sha", "Reference")
    shown = _shown_ref(call, git.create_ref(call.state, call.actor, name, sha))
    return Answer(201, shown, {"location": shown["url"]})


def ref_moved(call: Call) -> Answer:
    """PATCH a ref; without `force` only forward."""
    call.caller.must_write("contents")
    name, sha = f"refs/{call.params['ref']}", call.required("sha", "Reference")
    force = call.json.get("force") is True
    return Answer(200, _shown_ref(call, git.move_ref(call.state, call.actor, name, sha, force=force)))


def ref_deleted(call: Call) -> Answer:
    """DELETE a ref."""
    call.caller.must_write("contents")
    git.delete_ref(call.state, call.actor, f"refs/{call.params['ref']}")
    return Answer(204)


def binary(found: Object) -> bytes:
    """The bytes of a blob; 403 for one that is larger than the API gives."""
    if found.size > git.LARGEST:
        raise too_large()
    return content(found)


def too_large() -> Problem:
    """What GitHub says of a blob of more than 100 MB."""
    error = {"resource": "Blob", "field": "data", "code": "too_large"}
    return Problem(
        403,
        "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API, but you "
        "can always clone the repository via Git in order to obtain it.",
        errors=[error],
    )


def wrapped(data: bytes) -> str:
    """Base64 in lines of 60 characters, as GitHub sends it."""
    text = base64.b64encode(data).decode("ascii")
    return "".join(f"{text[at : at + 60]}\n" for at in range(0, len(text), 60))


def decoded(text: str) -> bytes:
    """The bytes of base64, in lines or not; 422 when it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Problem(422, "content is not valid Base64") from None


def person(call: Call, role: str) -> Person | None:
    """The author or committer that a request names, or None; `date` is now unless it is named."""
    given = call.json.get(role)
    if given is None:
        return None
    named = given if isinstance(given, dict) else {}
    name, email, date = named.get("name"), named.get("email"), named.get("date")
    if not isinstance(name, str) or not isinstance(email, str):
        raise Problem(422, f'Invalid request.\n\n"email", "name" weren\'t supplied for {role}.')
    at = call.state.clock.now() if date is None else instant(date)
    if at is None or at.timestamp() < 0:  # git counts from 1970
        raise invalid("Commit", f"{role}.date", "invalid")
    return Person(name, email, at)


def shown_commit(call: Call, saved: Object) -> Json:
    """A commit of the database."""
    made = parsed(content(saved))
    root, site = f"{call.view.repo}/git", call.view.page

    def shown(one: Person) -> Json:
        return {"name": one.name, "email": one.email, "date": f"{one.at:%Y-%m-%dT%H:%M:%SZ}"}

    return {
        "sha": saved.sha,
        "node_id": f"C_{saved.sha}",
        "url": f"{root}/commits/{saved.sha}",
        "html_url": f"{site}/commit/{saved.sha}",
        "author": shown(made.author),
        "committer": shown(made.committer),
        "tree": {"sha": made.tree, "url": f"{root}/trees/{made.tree}"},
        "message": made.message,
        "parents": [
            {"sha": one, "url": f"{root}/commits/{one}", "html_url": f"{site}/commit/{one}"} for one in made.parents
        ],
        "verification": {
            "verified": False,
            "reason": "unsigned",
            **dict.fromkeys(("signature", "payload", "verified_at")),
        },
    }


def _url(call: Call, found: Object) -> str:
    return f"{call.view.repo}/git/{found.kind}s/{found.sha}"


def _shown_ref(call: Call, found: Ref) -> Json:
    target = {"type": "commit", "sha": found.sha, "url": f"{call.view.repo}/git/commits/{found.sha}"}
    url = f"{call.view.repo}/git/{found.name}"
    return {"ref": found.name, "node_id": f"REF_{found.name}", "url": url, "object": target}


def _tree_of(call: Call, name: str) -> str | None:
    """The tree that an id, or a name of a commit, stands for."""
    if git.find(call.state, name, "tree"):
        return name
    sha = git.resolve(call.state, name)
    return None if sha is None else git.commit(call.state, sha).tree


def _shown_tree(call: Call, sha: str, *, deep: bool = False) -> Json:
    listed = [_shown_entry(call, path, entry) for path, entry in _walk(call, sha, "", deep=deep)]
    return {"sha": sha, "url": f"{call.view.repo}/git/trees/{sha}", "tree": listed, "truncated": False}


def _walk(call: Call, sha: str, above: str, *, deep: bool) -> Iterator[tuple[str, Entry]]:
    for entry in git.tree(call.state, sha):
        yield above + entry.name, entry
        if deep and entry.kind == "tree":
            yield from _walk(call, entry.sha, f"{above}{entry.name}/", deep=True)


def _shown_entry(call: Call, path: str, entry: Entry) -> Json:
    shown = {"path": path, "mode": entry.mode.zfill(6), "type": entry.kind, "sha": entry.sha}
    found = call.state.store.get(Object, entry.sha)
    if found is None:  # a submodule: a commit of another repository
        return shown
    sized = {"size": found.size} if found.kind == "blob" else {}
    return {**shown, **sized, "url": _url(call, found)}


def _change(call: Call, given: Json) -> tuple[tuple[str, ...], Entry | None]:
    """An entry of a new tree: an object that exists, a text that becomes a blob, or None to remove."""
    path, mode, sha, text = (given.get(name) for name in ("path", "mode", "sha", "content"))
    if not isinstance(path, str) or not path:
        raise Problem(422, "Must supply a valid tree.path")
    parts = git.split(path, "tree.path")
    if isinstance(text, str) and sha is None:
        sha = git.save(call.state, "blob", text.encode()).sha
    elif sha is None and "sha" in given:
        return parts, None
    if not isinstance(mode, str) or mode not in MODES:
        raise Problem(422, "Must supply a valid tree.mode")
    kind = MODES[mode]
    sha = sha if isinstance(sha, str) else ""
    outside = kind == "commit" and re.fullmatch(r"[0-9a-f]{40}", sha)  # a submodule: another repository's commit
    if not outside and (kind == "commit" or git.find(call.state, sha, kind) is None):
        raise Problem(422, f"tree.sha {sha} is not a valid {kind}")
    return parts, Entry(mode.lstrip("0"), parts[-1], sha)


ROUTES: list[Route] = [
    ("POST", GIT + "/blobs", blob_made),
    ("GET", GIT + "/blobs/{sha}", blob),
    ("POST", GIT + "/trees", tree_made),
    ("GET", GIT + "/trees/{sha:path}", tree),
    ("POST", GIT + "/commits", commit_made),
    ("GET", GIT + "/commits/{sha}", commit),
    ("POST", GIT + "/refs", ref_made),
    ("GET", GIT + "/ref/{ref:path}", ref),
    ("GET", GIT + "/matching-refs/{ref:path}", refs),
    ("PATCH", GIT + "/refs/{ref:path}", ref_moved),
    ("DELETE", GIT + "/refs/{ref:path}", ref_deleted),
]
