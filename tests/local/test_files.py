"""Files and git's database over the API: one suite for the embedded GitHub and, as in `test_contract`, the real one.

On the real one it writes to a branch of its own and deletes it.
"""

import base64
import os
import sqlite3
import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import github as pygithub
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bizops.local.github import git, objects
from bizops.local.github.clock import Clock
from bizops.local.github.problem import Problem
from bizops.local.github.records import Object, Ref
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import BOT, Actor, State

Check = Callable[[str, Any], Any]
RAW = {"accept": "application/vnd.github.raw"}
PERSON = {"name": "Mara", "email": "mara@example.com", "date": "2026-11-25T10:00:00+01:00"}


def text(data: bytes | str) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


@pytest.fixture
def branch(site: Any) -> Iterator[str]:
    """A branch of the test's own, at the head of main."""
    name = f"contract-{uuid.uuid4().hex[:8]}"
    head = site.client("GET", "/:repo/git/ref/heads/main").json()["object"]["sha"]
    made = site.client("POST", "/:repo/git/refs", {"ref": f"refs/heads/{name}", "sha": head})
    assert made.status_code == 201, made.text
    yield name
    site.client("DELETE", f"/:repo/git/refs/heads/{name}")


def put(site: Any, branch: str, path: str, data: bytes | str, **more: Any) -> Any:
    body = {"message": f"Write {path}", "content": text(data), "branch": branch, **more}
    return site.client("PUT", f"/:repo/contents/{path}", body)


def commit(site: Any, branch: str, data: str, parents: list[str]) -> str:
    """A commit of one file over what the branch has."""
    entry = {"path": "sla/ledger.jsonl", "mode": "100644", "type": "blob", "content": data}
    tree = site.client("POST", "/:repo/git/trees", {"base_tree": branch, "tree": [entry]}).json()["sha"]
    body = {"message": data, "tree": tree, "parents": parents}
    return str(site.client("POST", "/:repo/git/commits", body).json()["sha"])


def test_a_file_is_made_read_changed_and_removed(site: Any, conforms: Check, branch: str) -> None:
    address = f"/:repo/contents/sla/ledger.jsonl?ref={branch}"
    made = put(site, branch, "sla/ledger.jsonl", '{"at": 1}\n')
    conforms("FileCommit", made.json())
    assert (made.status_code, made.json()["content"]["name"]) == (201, "ledger.jsonl")
    shown = site.client("GET", address).json()
    conforms("ContentFile", shown)
    assert base64.b64decode(shown["content"]) == b'{"at": 1}\n'
    changed = put(site, branch, "sla/ledger.jsonl", '{"at": 2}\n', sha=shown["sha"])
    assert (changed.status_code, changed.json()["commit"]["parents"][0]["sha"]) == (200, made.json()["commit"]["sha"])
    before = site.client("GET", f"/:repo/contents/sla/ledger.jsonl?ref={made.json()['commit']['sha']}", headers=RAW)
    assert before.content == b'{"at": 1}\n'
    body = {"message": "Remove it", "sha": changed.json()["content"]["sha"], "branch": branch}
    gone = site.client("DELETE", "/:repo/contents/sla/ledger.jsonl", body)
    conforms("FileCommit", gone.json())
    assert (gone.status_code, gone.json()["content"]) == (200, None)
    assert site.client("GET", address).json()["message"] == "Not Found"
    assert site.client("GET", f"/:repo/contents/sla?ref={branch}").status_code == 404


def test_a_write_over_what_another_wrote_is_refused(site: Any, branch: str) -> None:
    first = put(site, branch, "a/b.txt", "one").json()["content"]["sha"]
    assert put(site, branch, "a/b.txt", "two", sha=first).status_code == 200
    late = put(site, branch, "a/b.txt", "three", sha=first)
    assert (late.status_code, late.json()["message"]) == (409, f"a/b.txt does not match {first}")
    without = put(site, branch, "a/b.txt", "four")
    assert (without.status_code, without.json()["message"]) == (422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    assert site.client("GET", f"/:repo/contents/a/b.txt?ref={branch}", headers=RAW).text == "two"
    assert put(site, branch, "a/new.txt", "five", sha="0" * 40).status_code == 201


def test_a_write_that_lacks_something_says_what(site: Any, branch: str) -> None:
    for body, status, message in (
        ({"branch": "nowhere", "message": "m", "content": text("x")}, 404, "Branch nowhere not found"),
        ({"branch": branch, "content": text("x")}, 422, 'Invalid request.\n\n"message" wasn\'t supplied.'),
        ({"branch": branch, "message": "m"}, 422, 'Invalid request.\n\n"content" wasn\'t supplied.'),
        ({"branch": branch, "message": "m", "content": "no base64!"}, 422, "content is not valid Base64"),
    ):
        reply = site.client("PUT", "/:repo/contents/a.txt", body)
        assert (reply.status_code, reply.json()["message"]) == (status, message)
    missing = site.client("GET", "/:repo/contents/README.md?ref=nowhere")
    assert (missing.status_code, missing.json()["message"]) == (404, "No commit found for the ref nowhere")


def test_a_folder_is_listed_with_what_it_holds(site: Any, conforms: Check, branch: str) -> None:
    put(site, branch, "sla/2026/11.jsonl", "x")
    put(site, branch, "sla/open issues.json", "[]")
    shown = site.client("GET", f"/:repo/contents/sla?ref={branch}").json()
    conforms("list[ContentDirectoryItems]", shown)
    assert [(one["type"], one["path"], one["size"]) for one in shown] == [
        ("dir", "sla/2026", 0),
        ("file", "sla/open issues.json", 2),
    ]
    assert site.client("GET", shown[1]["url"]).json()["sha"] == shown[1]["sha"]
    assert site.client("GET", shown[1]["git_url"], headers=RAW).text == "[]"
    whole = {"accept": "application/vnd.github.object"}
    folder = conforms("ContentTree", site.client("GET", f"/:repo/contents/sla?ref={branch}", headers=whole).json())
    assert [one.name for one in folder.entries] == ["2026", "open issues.json"]
    assert "README.md" in [one["name"] for one in site.client("GET", "/:repo/contents/").json()]


def test_a_large_file_comes_as_it_is_or_as_a_blob(site: Any, conforms: Check, branch: str) -> None:
    data = os.urandom(1_200_000)
    assert put(site, branch, "large.bin", data).status_code == 201
    address = f"/:repo/contents/large.bin?ref={branch}"
    shown = site.client("GET", address).json()
    conforms("ContentFile", shown)
    assert (shown["encoding"], shown["content"], shown["size"]) == ("none", "", len(data))
    raw = site.client("GET", address, headers=RAW)
    assert (raw.content, raw.headers["content-type"].partition(";")[0]) == (data, "application/vnd.github.raw+json")
    blob = site.client("GET", shown["git_url"]).json()
    conforms("Blob", blob)
    assert base64.b64decode(blob["content"]) == data


def test_a_commit_is_built_from_blobs_and_a_tree_and_a_branch_moves_to_it(
    site: Any, conforms: Check, branch: str
) -> None:
    head = site.client("GET", f"/:repo/git/ref/heads/{branch}").json()["object"]["sha"]
    blob = site.client("POST", "/:repo/git/blobs", {"content": text("ünï"), "encoding": "base64"})
    assert (blob.status_code, conforms("ShortBlob", blob.json()).sha) == (201, blob.json()["sha"])
    same = site.client("POST", "/:repo/git/blobs", {"content": "ünï"}).json()["sha"]
    assert same == blob.json()["sha"]
    entries = [
        {"path": "sla/a.txt", "mode": "100644", "type": "blob", "sha": same},
        {"path": "sla/run.sh", "mode": "100755", "type": "blob", "content": "true\n"},
    ]
    tree = site.client("POST", "/:repo/git/trees", {"base_tree": head, "tree": entries})
    assert tree.status_code == 201
    conforms("GitTree", tree.json())
    assert {"README.md", "sla"} <= {one["path"] for one in tree.json()["tree"]}
    body = {"message": "Two files", "tree": tree.json()["sha"], "parents": [head], "author": PERSON}
    made = site.client("POST", "/:repo/git/commits", body)
    told = conforms("GitCommit", made.json())
    assert (told.author.name, told.author.date) == ("Mara", datetime(2026, 11, 25, 9, tzinfo=UTC))
    moved = site.client("PATCH", f"/:repo/git/refs/heads/{branch}", {"sha": told.sha})
    assert (moved.status_code, conforms("GitRef", moved.json()).ref) == (200, f"refs/heads/{branch}")
    deep = site.client("GET", f"/:repo/git/trees/{branch}?recursive=1").json()
    conforms("GitTree", deep)
    modes = {one["path"]: one["mode"] for one in deep["tree"]}
    assert modes.items() >= {"sla": "040000", "sla/a.txt": "100644", "sla/run.sh": "100755"}.items()
    assert conforms("GitCommit", site.client("GET", f"/:repo/git/commits/{told.sha}").json()).message == "Two files"
    less = {"base_tree": tree.json()["sha"], "tree": [{**entries[0], "sha": None}, {**entries[1], "sha": None}]}
    del less["tree"][1]["content"]
    assert (
        site.client("POST", "/:repo/git/trees", less).json()["sha"]
        == site.client("GET", f"/:repo/git/commits/{head}").json()["tree"]["sha"]
    )


def test_a_branch_moves_only_forward_unless_forced(site: Any, branch: str) -> None:
    address = f"/:repo/git/refs/heads/{branch}"
    head = site.client("GET", f"/:repo/git/ref/heads/{branch}").json()["object"]["sha"]
    ours, theirs = (commit(site, branch, name, [head]) for name in ("ours", "theirs"))
    assert site.client("PATCH", address, {"sha": theirs}).status_code == 200
    for body in ({"sha": ours}, {"sha": ours, "force": False}, {"sha": head}):
        refused = site.client("PATCH", address, body)
        assert (refused.status_code, refused.json()["message"]) == (422, "Update is not a fast forward")
    merged = commit(site, branch, "both", [ours, theirs])
    assert site.client("PATCH", address, {"sha": merged}).status_code == 200
    assert site.client("PATCH", address, {"sha": ours, "force": True}).status_code == 200
    assert site.client("GET", f"/:repo/git/ref/heads/{branch}").json()["object"]["sha"] == ours


def test_what_the_database_does_not_have_is_refused_in_githubs_words(site: Any, branch: str) -> None:
    nothing, head = "1" * 40, site.client("GET", "/:repo/git/ref/heads/main").json()["object"]["sha"]
    tree = site.client("GET", f"/:repo/git/commits/{head}").json()["tree"]["sha"]
    entry = {"path": "a", "mode": "100644", "type": "blob", "sha": nothing}
    for method, path, body, message in (
        ("POST", "trees", {"tree": [entry]}, f"tree.sha {nothing} is not a valid blob"),
        ("POST", "trees", {"tree": [{**entry, "path": "a/../b"}]}, "tree.path contains a malformed path component"),
        ("POST", "trees", {"base_tree": nothing, "tree": [entry]}, "base_tree is not a valid tree oid"),
        ("POST", "trees", {"base_tree": tree, "tree": [{**entry, "sha": None}]}, "GitRPC::BadObjectState"),
        ("POST", "commits", {"message": "m", "tree": nothing}, "Tree SHA does not exist"),
        ("POST", "commits", {"message": "m", "tree": tree, "parents": [nothing]},
         "Parent SHA does not exist or is not a commit object"),
        ("POST", "refs", {"ref": f"refs/heads/{branch}", "sha": head}, "Reference already exists"),
        ("POST", "refs", {"ref": "refs/heads/other", "sha": nothing}, "Object does not exist"),
        ("PATCH", "refs/heads/no/such", {"sha": head}, "Reference does not exist"),
        ("DELETE", "refs/heads/no/such", None, "Reference does not exist"),
    ):  # fmt: skip
        reply = site.client(method, f"/:repo/git/{path}", body)
        assert (reply.status_code, reply.json()["message"]) == (422, message)
    for path in (f"blobs/{nothing}", f"trees/{nothing}", f"commits/{nothing}", "ref/heads/no", f"blobs/{head}"):
        assert site.client("GET", f"/:repo/git/{path}").status_code == 404, path


def test_whatever_is_sent_is_no_servers_error(github: LocalGitHub, as_user: Callable[..., Any]) -> None:
    mara, head = as_user("mara"), git.resolve(github.state, "main")
    tree = git.commit(github.state, head or "").tree
    link = {"path": "l", "mode": "120000", "content": "README.md"}
    odd: list[Any] = [
        None, "", 0, True, [], {}, "\ud800", "\0", tree, [head], [None], [{}], "x" * 40, {"name": 1},
        [{"path": "s", "mode": "160000", "sha": "zz"}], [{"path": "a", "mode": "040000", "sha": tree}], [link],
        *({"name": "a<\n", "email": ">", "date": date} for date in ("0001-01-01T00:00:00+23:00", "1969-12-31", 7, "x")),
    ]  # fmt: skip
    sound = {"message": "m", "content": text("x"), "tree": tree, "parents": [head], "ref": "refs/heads/x", "sha": head}
    for method, path in (
        ("PUT", "contents/a.txt"), ("DELETE", "contents/README.md"), ("POST", "git/blobs"), ("POST", "git/trees"),
        ("POST", "git/commits"), ("POST", "git/refs"), ("PATCH", "git/refs/heads/main"),
    ):  # fmt: skip
        for name in (*sound, "author", "committer", "base_tree", "encoding", "branch", "force"):
            for value in odd:
                reply = mara(method, f"/:repo/{path}", {**sound, name: value})
                assert reply.status_code < 500, (method, path, name, value)
    assert mara("GET", "/:repo/contents/").status_code == 200


def test_refs_are_found_by_how_they_begin(site: Any, conforms: Check, branch: str) -> None:
    found = site.client("GET", f"/:repo/git/matching-refs/heads/{branch[:-2]}").json()
    conforms("list[GitRef]", found)
    assert [one["ref"] for one in found] == [f"refs/heads/{branch}"]


def test_pygithub_keeps_a_file_and_moves_a_branch(site: Any, branch: str) -> None:
    auth = pygithub.Auth.Token(site.client.token)
    pause: Any = {"seconds_between_requests": 0, "seconds_between_writes": 0} if site.local else {}
    hub: Any = pygithub.Github(base_url=site.client.url, auth=auth, retry=None, **pause)
    repository = hub.get_repo(site.client.repository)
    made = repository.create_file("sla/x.json", "Make it", "{}", branch=branch)
    repository.update_file("sla/x.json", "Change it", "[1]", made["content"].sha, branch=branch)
    assert repository.get_contents("sla/x.json", ref=branch).decoded_content == b"[1]"
    with pytest.raises(pygithub.GithubException) as refused:
        repository.update_file("sla/x.json", "Late", "[2]", made["content"].sha, branch=branch)
    assert refused.value.status == 409
    ref = repository.get_git_ref(f"heads/{branch}")
    base = repository.get_git_commit(ref.object.sha)
    entry = pygithub.InputGitTreeElement("y.txt", "100644", "blob", content="y")
    tree = repository.create_git_tree([entry], repository.get_git_tree(ref.object.sha))
    ref.edit(repository.create_git_commit("Over the database", tree, [base]).sha)
    assert {one.path for one in repository.get_git_tree(branch, recursive=True).tree} >= {"y.txt", "sla/x.json"}


@pytest.mark.parametrize(
    ("permissions", "status"), [({"contents": "write"}, 201), ({"contents": "read"}, 403), ({"issues": "write"}, 403)]
)
def test_a_job_writes_files_only_with_contents_write(
    as_user: Callable[..., Any], permissions: dict[str, str], status: int
) -> None:
    job = as_user(job=permissions)
    reply = job("PUT", "/:repo/contents/a.txt", {"message": "m", "content": text("x")})
    blob = job("POST", "/:repo/git/blobs", {"content": "x"})
    assert (reply.status_code, blob.status_code) == (status, status)
    if status == 403:
        assert reply.headers["x-accepted-github-permissions"] == "contents=write"
    else:
        assert reply.json()["commit"]["author"]["name"] == BOT


def test_an_outsider_reads_a_public_repository_and_writes_nothing(as_user: Callable[..., Any]) -> None:
    zoe = as_user("zoe")
    assert zoe("GET", "/:repo/contents/README.md", headers=RAW).text == "# ops\n"
    assert zoe("PUT", "/:repo/contents/a.txt", {"message": "m", "content": text("x")}).status_code == 403
    assert zoe("PATCH", "/:repo/git/refs/heads/main", {"sha": "1" * 40}).status_code == 403


def test_a_write_is_told_as_a_push_and_a_jobs_write_starts_nothing(
    github: LocalGitHub, as_user: Callable[..., Any], conforms: Check
) -> None:
    for client in (as_user("mara"), as_user(job={"contents": "write"})):
        client("PUT", f"/:repo/contents/{client.token[:3]}.txt", {"message": "m", "content": text("x")})
    by_mara, by_job = github.deliveries
    assert (by_mara.event, by_mara.starts_workflows, by_job.starts_workflows) == ("push", True, False)
    shown = conforms("WebhookPush", by_job.payload)
    assert (shown.ref, shown.before, shown.forced) == ("refs/heads/main", by_mara.payload["after"], False)
    assert [one.message for one in shown.commits] == ["m"]


def test_files_and_refs_outlive_the_process(tmp_path: Path) -> None:
    file, mara = tmp_path / "state.db", Actor("mara")
    with LocalGitHub("acme/ops", state=file) as github:
        github.user("mara", "write")
        git.put_file(github.state, mara, git.Change("a.bin", b"\0\xff", "m"))
        head = git.resolve(github.state, "main")
    with LocalGitHub("acme/ops", state=file) as github:
        assert git.resolve(github.state, "main") == head
        assert files(github.state) == {"README.md": b"# ops\n", "a.bin": b"\0\xff"}


def test_a_state_file_of_an_earlier_version_gets_its_main_branch(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with LocalGitHub("acme/ops", state=file) as github:
        github.user("acme", "admin", name="Acme")
    with sqlite3.connect(file) as connection:
        connection.execute("delete from records where kind in ('object', 'ref')")
    connection.close()
    with LocalGitHub("acme/ops", state=file) as github:
        assert files(github.state) == {"README.md": b"# ops\n"}
        assert github.state.user("acme").name == "Acme"


@pytest.mark.parametrize("name", "main refs/heads refs/heads/ refs/heads/a..b refs/heads/.a refs/heads/a.lock "
                         "refs/heads/a\\b refs//a/b refs/heads/a~1".split())  # fmt: skip
def test_a_name_that_git_would_not_take_is_refused(site: Any, name: str) -> None:
    head = site.client("GET", "/:repo/git/ref/heads/main").json()["object"]["sha"]
    assert site.client("POST", "/:repo/git/refs", {"ref": name, "sha": head}).status_code == 422


def test_every_id_is_the_one_that_git_gives(github: LocalGitHub, as_user: Callable[..., Any], tmp_path: Path) -> None:
    mara = as_user("mara")
    for path in ("b.txt", "b/x", "b0", "ünï/ß"):
        mara("PUT", f"/:repo/contents/{path}", {"message": f"Add {path}\n\nWhy.", "content": text(path)})
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*words: str, given: bytes = b"") -> str:
        done = subprocess.run(
            ["git", *words], cwd=tmp_path, env=environment, input=given, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    run("init", "-q")
    for record in github.state.store.all(Object):
        assert run("hash-object", "-w", "-t", record.kind, "--stdin", given=objects.content(record)) == record.sha
    head = github.state.store.get(Ref, "refs/heads/main")
    assert head is not None
    run("fsck", "--strict", head.sha)
    assert run("-c", "core.quotepath=off", "ls-tree", "-r", "--name-only", head.sha).split("\n") == [
        "README.md", "b.txt", "b/x", "b0", "ünï/ß",
    ]  # fmt: skip
    assert run("log", "--format=%an <%ae> %s", "-1", head.sha).endswith("users.noreply.github.com> Add ünï/ß")


def files(state: State, tree: str = "", above: str = "") -> dict[str, bytes]:
    """Every file of main by its path."""
    found: dict[str, bytes] = {}
    for entry in git.tree(state, tree or git.commit(state, git.resolve(state, "main") or "").tree):
        path = above + entry.name
        if entry.kind == "tree":
            found |= files(state, entry.sha, f"{path}/")
        else:
            found[path] = objects.content(git.get(state, entry.sha, "blob"))
    return found


PATHS = st.lists(st.sampled_from(["a", "b", "a.b", "a0"]), min_size=1, max_size=3).map("/".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PATHS, st.none() | st.binary(max_size=3)), max_size=12))
def test_whatever_is_written_is_what_is_there(writes: list[tuple[str, bytes | None]]) -> None:
    state, mara = State(clock=Clock(datetime(2026, 11, 25, tzinfo=UTC), step=1)), Actor("acme")
    held: dict[str, bytes] = {"README.md": b"# ops\n"}
    for path, data in writes:
        change = git.Change(path, data, "m", sha=objects.packed("blob", held[path]).sha if path in held else None)
        if any(name.startswith(f"{path}/") or path.startswith(f"{name}/") for name in held):
            with pytest.raises(Problem):
                git.put_file(state, mara, change)
        elif data is None and path not in held:
            with pytest.raises(Problem, match="Not Found"):
                git.put_file(state, mara, change)
        else:
            git.put_file(state, mara, change)
            held = {name: kept for name, kept in {**held, path: data}.items() if kept is not None}
        assert files(state) == held
