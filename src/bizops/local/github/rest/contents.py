"""Files of the repository by their paths: read, listed, written and removed in one commit each."""

from typing import Any
from urllib.parse import quote

from bizops.local.github import git
from bizops.local.github.objects import Entry, content
from bizops.local.github.problem import Problem, missing
from bizops.local.github.records import Object
from bizops.local.github.rest.call import Answer, Call, Route
from bizops.local.github.rest.git import binary, decoded, person, shown_commit, too_large, wrapped

__all__ = ["ROUTES"]

ROOT = "/repos/{owner}/{repo}/contents"
LARGEST = 1_000_000  # bytes of a file that the JSON holds: above, `content` is empty and `encoding` is `none`
MOST_LISTED = 1_000
Json = dict[str, Any]


def read(call: Call) -> Answer:
    """GET a file or a folder, at `ref` (a branch, a tag or a commit)."""
    call.caller.must_read("contents")
    ref = call.query.get("ref") or "main"
    sha = git.resolve(call.state, ref)
    if sha is None:
        raise Problem(404, f"No commit found for the ref {ref}")
    path = call.params.get("path", "").strip("/")
    parts = git.split(path) if path else ()
    entry = git.entry_at(call.state, git.commit(call.state, sha).tree, parts)
    if entry is None:
        raise missing()
    if entry.kind == "tree":
        inside = git.tree(call.state, entry.sha)[:MOST_LISTED]
        listed = [_item(call, "/".join((*parts, one.name)), one, ref) for one in inside]
        return Answer(
            200, listed if "vnd.github.object" not in call.accept else _folder(call, path, entry, ref, listed)
        )
    if entry.kind == "blob" and call.raw:
        return Answer(200, binary(git.get(call.state, entry.sha, "blob")))
    return Answer(200, _whole(call, path, entry, ref))


def written(call: Call) -> Answer:
    """PUT a file: 201 when it is new, else 200."""
    call.caller.must_write("contents")
    data = decoded(_required(call, "content"))
    if len(data) > git.LARGEST:
        raise too_large()
    return _changed(call, data)


def removed(call: Call) -> Answer:
    """DELETE a file."""
    call.caller.must_write("contents")
    return _changed(call, None)


def _changed(call: Call, data: bytes | None) -> Answer:
    path, branch = call.params["path"], call.text("branch") or "main"
    change = git.Change(
        path,
        data,
        _required(call, "message"),
        branch,
        call.text("sha"),
        person(call, "author"),
        person(call, "committer"),
    )
    entry, commit, new = git.put_file(call.state, call.actor, change)
    shown = None if entry is None else _item(call, path, entry, branch)
    return Answer(201 if new else 200, {"content": shown, "commit": shown_commit(call, commit)})


def _required(call: Call, name: str) -> str:
    if (value := call.text(name)) is None:
        raise Problem(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
    return value


def _item(call: Call, path: str, entry: Entry, ref: str) -> Json:
    """An entry without its content."""
    view, found = call.view, call.state.store.get(Object, entry.sha)
    link = entry.mode == "120000"
    kind = "symlink" if link else {"tree": "dir", "blob": "file", "commit": "submodule"}[entry.kind]
    url = f"{view.repo}/contents/{quote(path)}?ref={quote(ref, safe='')}"
    place = f"{quote(ref)}/{quote(path)}"
    git_url = f"{view.repo}/git/{entry.kind}s/{entry.sha}"
    html_url = f"{view.page}/{'tree' if kind == 'dir' else 'blob'}/{place}"
    return {
        "name": entry.name,
        "path": path,
        "sha": entry.sha,
        "size": found.size if found and entry.kind == "blob" else 0,
        "url": url,
        "html_url": html_url,
        "git_url": git_url,
        "download_url": f"{view.page}/raw/{place}" if entry.kind == "blob" else None,
        "type": kind,
        "_links": {"self": url, "git": git_url, "html": html_url},
    }


def _whole(call: Call, path: str, entry: Entry, ref: str) -> Json:
    """A file with its content, as far as the JSON holds it; a link with its target."""
    item = _item(call, path, entry, ref)
    if entry.kind == "commit":
        return {**item, "submodule_git_url": None}
    found = git.get(call.state, entry.sha, "blob")
    if entry.mode == "120000":
        return {**item, "target": content(found).decode("utf-8", "replace")}
    if found.size > LARGEST:
        if found.size > git.LARGEST:
            raise too_large()
        return {**item, "content": "", "encoding": "none"}
    return {**item, "content": wrapped(content(found)), "encoding": "base64"}


def _folder(call: Call, path: str, entry: Entry, ref: str, listed: list[Json]) -> Json:
    return {**_item(call, path, entry, ref), "entries": listed}


ROUTES: list[Route] = [
    ("GET", ROOT, read),
    ("GET", ROOT + "/{path:path}", read),
    ("PUT", ROOT + "/{path:path}", written),
    ("DELETE", ROOT + "/{path:path}", removed),
]
