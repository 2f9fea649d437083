"""The server itself: start and stop, the clock, the log, what guards the administrative side, speed."""

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from bizops.errors import BizopsError
from bizops.local.github import faults
from bizops.local.github.clock import Clock
from bizops.local.github.server import LocalGitHub

Clients = Callable[..., Any]


def test_it_starts_and_stops_at_once_even_while_somebody_waits() -> None:
    began = time.process_time()
    with LocalGitHub() as github:
        github.faults.add(faults.delay(3_600))
        with pytest.raises(requests.ReadTimeout):
            requests.get(github.url, timeout=0.05)
    assert time.process_time() - began < 1
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(github.url.rsplit(":", 1)[1]))) != 0


def test_two_of_them_live_side_by_side_and_a_taken_port_is_said() -> None:
    with LocalGitHub("acme/ops") as one, LocalGitHub("acme/ops") as two:
        one.file_issue("zoe", "x")
        assert requests.get(f"{two.url}/repos/acme/ops/issues", timeout=20).json() == []
        with pytest.raises(BizopsError, match="cannot be used"):
            LocalGitHub(port=int(one.url.rsplit(":", 1)[1]))


def test_the_clock_stands_where_it_was_set_and_dates_everything(github: LocalGitHub, as_user: Clients) -> None:
    github.clock.set(datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC))
    reply = as_user("mara")("POST", "/:repo/issues", {"title": "x"})
    assert reply.json()["created_at"] == "2027-02-03T04:05:08Z"  # two writes: the token, the issue
    assert reply.headers["date"] == "Wed, 03 Feb 2027 04:05:08 GMT"
    told = requests.post(f"{github.url}/_local/clock", json={"advance": 3600}, timeout=20).json()
    assert told == {"now": "2027-02-03T05:05:08Z"}
    told = requests.post(f"{github.url}/_local/clock", json={"at": "2028-01-01T00:00:00+01:00"}, timeout=20).json()
    assert told == {"now": "2027-12-31T23:00:00Z"}
    assert abs(Clock().now() - datetime.now(UTC)).total_seconds() < 5


def test_the_log_tells_who_asked_for_what_and_whether_it_wrote(github: LocalGitHub, as_user: Clients) -> None:
    mara = as_user("mara")
    mara("POST", "/:repo/issues", {"title": "x"})
    mara("GET", "/:repo/issues?state=all")
    mara("PATCH", "/:repo/issues/1", {"title": "x"})
    as_user()("GET", "/api/v3/repos/acme/ops/nothing")
    assert [(one.index, one.method, one.path, one.query, one.status, one.account, one.write) for one in github.log] == [
        (1, "POST", "/repos/acme/ops/issues", "", 201, "mara", True),
        (2, "GET", "/repos/acme/ops/issues", "state=all", 200, "mara", False),
        (3, "PATCH", "/repos/acme/ops/issues/1", "", 200, "mara", False),
        (4, "GET", "/repos/acme/ops/nothing", "", 404, "", False),
    ]
    shown = requests.get(f"{github.url}/_local/log?after=3", timeout=20).json()
    assert [entry["status"] for entry in shown] == [404]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"host": ""},
    ],
)
def test_the_administrative_side_answers_only_this_machine(github: LocalGitHub, headers: dict[str, str]) -> None:
    token = {"login": "mara"}
    reply = requests.post(f"{github.url}/_local/tokens", json=token, headers=headers, timeout=20)
    assert (reply.status_code, "token" in reply.json()) == (403, False)
    reply = requests.get(f"{github.url}/_local/deliveries", headers=headers, timeout=20)
    assert reply.status_code == 403


def test_the_administrative_side_works_for_programs_and_local_pages(github: LocalGitHub) -> None:
    port = github.url.rsplit(":", 1)[1]
    for headers in ({}, {"host": f"localhost:{port}"}, {"origin": f"http://localhost:{port}"}, {"host": "[::1]:1"}):
        made = requests.post(f"{github.url}/_local/tokens", json={"login": "mara"}, headers=headers, timeout=20)
        assert made.status_code == 200
    seen = github.faults.seen
    job = requests.post(f"{github.url}/_local/tokens", json={"job": {"issues": "write"}}, timeout=20).json()["token"]
    run: Any = {"file": "process-issue.yml", "run": 42}
    assert requests.post(f"{github.url}/_local/runs", json=run, timeout=20).json()["status"] == "in_progress"
    end: Any = {"run": 42, "conclusion": "failure"}
    assert requests.post(f"{github.url}/_local/runs", json=end, timeout=20).json()["status"] == "completed"
    wrong = requests.post(f"{github.url}/_local/users", json={"name": "no login"}, timeout=20)
    assert (wrong.status_code, "login" in wrong.json()["message"]) == (422, True)
    assert github.faults.seen == seen
    headers = {"authorization": f"token {job}"}
    shown = requests.get(f"{github.url}/repos/acme/ops/actions/runs/42", headers=headers, timeout=20).json()
    assert (shown["status"], shown["conclusion"]) == ("completed", "failure")


def test_addresses_in_answers_lead_back_by_the_name_that_was_used(github: LocalGitHub) -> None:
    github.file_issue("zoe", "x")
    address = github.url.replace("127.0.0.1", "localhost")
    shown = requests.get(f"{address}/api/v3/repos/acme/ops/issues/1", timeout=20).json()
    assert shown["url"] == f"{address}/api/v3/repos/acme/ops/issues/1"
    assert shown["html_url"] == f"{address}/acme/ops/issues/1"
    assert requests.get(shown["url"], timeout=20).status_code == 200


def test_text_that_no_file_could_hold_is_taken_and_given_back_whole(github: LocalGitHub, as_user: Clients) -> None:
    mara = as_user("mara")
    number = github.file_issue("mara", "x").number
    address = f"/:repo/issues/{number}/comments"
    body = b'{"body": "half \\ud83d, whole \\ud83d\\ude00, null \\u0000, \\u202e"}'
    made = mara("POST", address, data=body, headers={"content-type": "application/json"})
    assert made.json()["body"] == "half �, whole \U0001f600, null \x00, \u202e"
    oddities: list[Any] = [[], {"labels": [7]}, {"labels": "one"}, {"labels": {"a": 1}}]
    for odd in oddities:
        assert mara("POST", f"/:repo/issues/{number}/labels", odd).status_code in {200, 422}
    assert mara("POST", address, {"body": 7}).status_code == 422
    assert mara("POST", address, ["x"]).status_code == 400
    deep = mara("POST", address, data=b"[" * 100_000, headers={"content-type": "application/json"})
    assert deep.status_code == 400
    assert mara("GET", f"{address}?page=abc&per_page=-1").json() != []


def test_pages_of_every_size_agree_with_the_whole_list(github: LocalGitHub, as_user: Clients) -> None:
    for count in range(7):
        github.file_issue("zoe", f"issue {count}")
    client = as_user("mara")
    whole = [one["number"] for one in client("GET", "/:repo/issues").json()]
    for size in range(1, 9):
        seen: list[int] = []
        reply = client("GET", f"/:repo/issues?per_page={size}&direction=desc")
        while True:
            seen += [one["number"] for one in reply.json()]
            if "next" not in reply.links:
                break
            assert "direction=desc" in reply.links["next"]["url"]
            reply = client("GET", reply.links["next"]["url"])
        assert seen == whole
