"""Each fault does what it says, to the request that it names and to no other."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from bizops.local.github import faults, labels
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor

Clients = Callable[..., Any]


@pytest.fixture
def number(github: LocalGitHub) -> int:
    return github.file_issue("zoe", "Hello").number


@pytest.fixture
def mara(as_user: Clients) -> Any:
    return as_user("mara")


def bodies(github: LocalGitHub, number: int) -> list[str]:
    return [comment["body"] for comment in github.comments(number)]


def test_a_dropped_request_never_happened_and_a_dropped_answer_did(github: LocalGitHub, number: int, mara: Any) -> None:
    address = f"/:repo/issues/{number}/comments"
    github.faults.add(faults.drop(), method="POST", nth=1)
    github.faults.add(faults.drop(after=True), method="POST", nth=2)
    for text in ("before", "after"):
        with pytest.raises(requests.ConnectionError):
            mara("POST", address, {"body": text})
    assert mara("POST", address, {"body": "third"}).status_code == 201
    assert bodies(github, number) == ["after", "third"]
    told = [(entry.status, entry.write, entry.fault) for entry in github.log]
    assert told == [(None, False, "drop before"), (None, True, "drop after"), (201, True, "")]


def test_an_error_before_the_write_leaves_nothing_and_one_after_it_leaves_the_write(
    github: LocalGitHub, number: int, mara: Any
) -> None:
    address = f"/:repo/issues/{number}/comments"
    github.faults.add(faults.status(500, "<html>unicorn</html>"), method="POST", nth=1)
    github.faults.add(faults.status(502, after=True), method="POST", nth=2)
    github.faults.add(faults.status(429, headers={"retry-after": "7"}), method="POST", nth=3)
    replies = [mara("POST", address, {"body": f"{count}"}) for count in range(4)]
    assert [reply.status_code for reply in replies] == [500, 502, 429, 201]
    assert replies[0].text == "<html>unicorn</html>"
    assert replies[2].headers["retry-after"] == "7"
    assert bodies(github, number) == ["1", "3"]


def test_a_truncated_answer_breaks_off_in_its_middle(github: LocalGitHub, number: int, mara: Any) -> None:
    github.faults.add(faults.truncate(), path=r"/issues/\d+$", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        mara("GET", f"/:repo/issues/{number}")
    assert mara("GET", f"/:repo/issues/{number}").json()["number"] == number


def test_the_secondary_limit_says_when_to_come_back(github: LocalGitHub, mara: Any) -> None:
    github.faults.add(faults.secondary_limit(retry_after=60), times=1)
    reply = mara("GET", "/:repo")
    assert (reply.status_code, reply.headers["retry-after"]) == (403, "60")
    assert "secondary rate limit" in reply.json()["message"]


@pytest.mark.parametrize("after", [False, True])
def test_a_client_may_give_up_on_a_delayed_answer_although_the_write_was_made(
    github: LocalGitHub, number: int, mara: Any, *, after: bool
) -> None:
    github.faults.add(faults.delay(3_600, after=after), method="POST", nth=1)
    with pytest.raises(requests.ReadTimeout):
        mara.session.post(
            f"{github.url}/repos/acme/ops/issues/{number}/comments",
            json={"body": "late"},
            headers={"authorization": f"token {mara.token}"},
            timeout=0.2,
        )
    assert bodies(github, number) == (["late"] if after else [])


def test_a_stale_list_lacks_the_last_writes_until_its_time_is_over(github: LocalGitHub, number: int, mara: Any) -> None:
    address = f"/:repo/issues/{number}"
    mara("POST", f"{address}/comments", {"body": "old"})
    mara("POST", f"{address}/comments", {"body": "new"})
    mara("POST", f"{address}/labels", {"labels": ["late"]})
    github.faults.add(faults.stale(writes=2), until=github.clock.now() + timedelta(seconds=60))
    assert [one["body"] for one in mara("GET", f"{address}/comments").json()] == ["old"]
    assert [one["event"] for one in mara("GET", f"{address}/timeline").json()] == ["commented"]
    assert mara("GET", f"{address}/labels").json() == []
    assert mara("GET", address).json()["comments"] == 2
    github.clock.advance(60)
    assert [one["body"] for one in mara("GET", f"{address}/comments").json()] == ["old", "new"]


def test_a_stale_list_can_stand_still_at_one_version(github: LocalGitHub, number: int, mara: Any) -> None:
    address = f"/:repo/issues/{number}/comments"
    mara("POST", address, {"body": "first"})
    github.faults.add(faults.stale(version=github.state.version), times=2)
    for text in ("second", "third"):
        mara("POST", address, {"body": text})
        assert [one["body"] for one in mara("GET", address).json()] == ["first"]
    assert len(mara("GET", address).json()) == 3


def test_what_was_deleted_or_renamed_is_still_there_in_a_stale_list(
    github: LocalGitHub, number: int, mara: Any
) -> None:
    comment = github.comment("zoe", number, "gone soon").id
    labels.create(github.state, Actor("mara"), "old")
    version = github.state.version
    mara("DELETE", f"/:repo/issues/comments/{comment}")
    mara("PATCH", "/:repo/labels/old", {"new_name": "new"})
    github.faults.add(faults.stale(version=version), times=2)
    assert [one["body"] for one in mara("GET", f"/:repo/issues/{number}/comments").json()] == ["gone soon"]
    assert [one["name"] for one in mara("GET", "/:repo/labels").json()] == ["old"]
    assert [one["name"] for one in mara("GET", "/:repo/labels").json()] == ["new"]


def test_a_request_can_be_named_by_its_place_among_all(github: LocalGitHub, mara: Any) -> None:
    mara("GET", "/:repo")
    github.faults.add(faults.status(502), request=github.faults.seen + 2)
    assert [mara("GET", "/:repo").status_code for _ in range(3)] == [200, 502, 200]


def test_hooks_are_called_on_both_sides_of_the_write(github: LocalGitHub, number: int, mara: Any) -> None:
    seen: list[Any] = []
    github.faults.hook(lambda moment, entry: seen.append((moment, entry.index, len(github.comments(number)))))
    mara("POST", f"/:repo/issues/{number}/comments", {"body": "x"})
    assert seen == [("before", 1, 0), ("after", 1, 1)]


def test_rules_come_from_another_process_too_and_a_wrong_one_is_explained(github: LocalGitHub, mara: Any) -> None:
    rule: Any = {"kind": "status", "status": 503, "method": "GET", "path": "/issues$", "nth": 2}
    assert requests.post(f"{github.url}/_local/faults", json=rule, timeout=20).status_code == 200
    assert [mara("GET", "/:repo/issues").status_code for _ in range(3)] == [200, 503, 200]
    wrong = requests.post(f"{github.url}/_local/faults", json={"kind": "explode"}, timeout=20)
    assert wrong.status_code == 422
    assert "kinds: status, delay, drop" in wrong.json()["message"]
    assert requests.post(f"{github.url}/_local/faults", json={"clear": True}, timeout=20).json() == []


def test_two_writers_at_once_are_put_in_an_order(github: LocalGitHub, number: int, as_user: Clients) -> None:
    def write(client: Any, name: str) -> None:
        for count in range(10):
            client("POST", f"/:repo/issues/{number}/comments", {"body": f"{name}{count}"})

    threads = [threading.Thread(target=write, args=(as_user("mara"), name)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = github.comments(number)
    assert len(written) == 30
    assert [one["id"] for one in written] == sorted(one["id"] for one in written)
    assert github.issue(number)["comments"] == 30
    for name in "abc":
        own = [one["body"] for one in written if one["body"].startswith(name)]
        assert own == [f"{name}{count}" for count in range(10)]
