"""What GitHub may answer at any one request, and what people may do to the desk's own things meanwhile."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bizops.errors import BizopsError, GitHubError, InputError
from bizops.local.github import issues
from bizops.local.github.faults import Effect, status, truncate
from bizops.local.github.state import Actor
from tests.desk.command import bizops, there
from tests.desk.quick import ASK, SUPPORT, Quick

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("shown", [{}, {"url": None}, {"html_url": "x"}])
def test_an_issue_whose_pull_request_is_any_object_is_one(quick: Quick, shown: dict[str, Any]) -> None:
    number = quick.file(labels=["support/howto"])
    body = json.dumps(quick.world.github.issue(number) | {"pull_request": shown})
    quick.world.github.faults.add(status(200, body, headers=JSON), path=rf"/issues/{number}$")
    assert quick.quiet(number)
    assert quick.collected[-1].why == ("this is a pull request",)


@pytest.mark.slow
@pytest.mark.parametrize("keep", [True, False])
def test_run_prints_no_path_of_a_case_that_is_gone(quick: Quick, tmp_path: Path, *, keep: bool) -> None:
    number = quick.file(labels=["support/howto", "priority/P0"])
    words = ("run", str(number), "--json", *(["--keep"] if keep else []))
    done = bizops(*words, environment=there(quick.world.github, RUNNER_TEMP=str(tmp_path)))
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert (printed["collected"]["go"], len(printed["answers"])) == (True, 1)
    paths = [printed["collected"]["case"], *(answer["next"] for answer in printed["answers"])]
    assert [Path(path).is_dir() for path in paths if path] == ([True] if keep else [])


# --- who answers whose question


@pytest.mark.parametrize("body", ["@ai-support-agent It was October.", "It was October, @ai-support!"])
def test_an_answer_that_names_the_agent_which_asked_ends_the_question(quick: Quick, body: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    assert quick.shown(number).status == ("status/needs-info",)
    said = quick.say("mara", number, body)
    quick.run(number)
    shown = quick.shown(number)
    assert shown.answers == (f"{SUPPORT}@opened", f"{SUPPORT}@comment-{said}")
    assert (shown.status, shown.record["state"]) == (("status/waiting",), "waiting")
    assert quick.quiet(number)


def test_an_answer_to_an_agent_that_was_called_in_and_asked_ends_its_question(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("tom", number, "@ai-security-agent what do you say?")
    quick.run(number, ASK)
    assert quick.shown(number).status == ("status/needs-info",)
    quick.say("mara", number, "@ai-security-agent it was October.")
    quick.run(number)
    shown = quick.shown(number)
    assert (shown.status, shown.record["state"], len(shown.answers)) == (("status/waiting",), "waiting", 3)


def test_a_question_stays_open_while_another_agent_is_asked(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    quick.say("mara", number, "@ai-security-agent what do they mean?")
    quick.run(number)
    assert quick.shown(number).status == ("status/needs-info",)


# --- what GitHub answers


def no(code: int, message: str, **headers: str) -> Effect:
    return status(code, json.dumps({"message": message}), headers=JSON | headers)


ODD = {
    "403": no(403, "Resource not accessible by integration"),
    "locked": no(403, "Unable to create comment because issue is locked."),
    "limit for 10 minutes": no(403, "API rate limit exceeded", **{"x-ratelimit-remaining": "0", "retry-after": "600"}),
    "410": no(410, "This issue was deleted"),
    "409": no(409, "Conflict"),
    "422": no(422, "Validation Failed"),
    "a proxy's page": status(200, "<html>a proxy</html>", headers={"content-type": "text/html"}),
    "a page after": status(200, "<html>a proxy</html>", headers={"content-type": "text/html"}, after=True),
    "nothing": status(200, "", headers=JSON, after=True),
    "cut": truncate(),
    "null": status(200, "null", headers=JSON, after=True),
    "a list": status(200, "[]", headers=JSON, after=True),
    "an empty object": status(200, "{}", headers=JSON, after=True),
    "204": status(204, "", after=True),
    "304": status(304, "", after=True),
    "sent elsewhere": status(301, "", headers={"location": "http://elsewhere.invalid/"}),
}
QUICK = ("a page after", "locked", "null")


@pytest.mark.parametrize("kind", [x if x in QUICK else pytest.param(x, marks=pytest.mark.slow) for x in ODD])
def test_any_odd_answer_to_any_request_loses_and_doubles_nothing(quick: Quick, kind: str) -> None:
    def filed() -> int:
        return quick.file(labels=["support/howto", "priority/P0"])

    before = quick.world.github.faults.seen
    quick.run(filed())
    requests = quick.world.github.faults.seen - before
    wrong: dict[int, Any] = {}
    for request in range(1, requests + 1):
        number = filed()
        quick.world.github.faults.add(ODD[kind], nth=request)
        with suppress(BizopsError):  # anything else is a defect
            quick.run(number)
        quick.world.github.faults.clear()
        quick.run(number)
        shown = quick.shown(number)
        found = (shown.answers, shown.status, [record["state"] for record in shown.statuses])
        if found != ((f"{SUPPORT}@opened",), ("status/waiting",), ["waiting"]) or "priority/P0" not in shown.labels:
            wrong[request] = (*found, shown.labels)
    assert wrong == {}


@pytest.mark.parametrize("body", ["<html>", "", "null", "[]", "{}", '"admin"', '{"permission": null}'])
def test_a_permission_that_is_no_answer_takes_nothing_away(quick: Quick, body: str) -> None:
    number = quick.file(labels=["support/howto", "priority/P0"])
    quick.world.github.faults.add(status(200, body, headers=JSON), path="/permission$")
    with pytest.raises(GitHubError, match="not an answer of GitHub"):
        quick.run(number)
    assert quick.shown(number).comments == ()
    assert "priority/P0" in quick.shown(number).labels


@pytest.mark.parametrize("change", [{"number": 1}, {"repository_url": "https://api.github.com/repos/acme/other"}])
def test_an_issue_that_was_transferred_is_none_of_ours(quick: Quick, change: dict[str, Any]) -> None:
    number = quick.file(labels=["support/howto"])
    there = quick.world.github.issue(number) | change
    quick.world.github.faults.add(status(200, json.dumps(there), headers=JSON), path=rf"/issues/{number}$")
    before = len(quick.world.writes())
    with pytest.raises(InputError, match="was moved to"):
        quick.run(number)
    assert len(quick.world.writes()) == before


def test_one_404_that_is_wrong_makes_nobody_a_stranger(quick: Quick) -> None:
    number = quick.file(labels=["support/howto", "priority/P0"])
    quick.world.github.faults.add(status(404, "{}", headers=JSON), path="/permission$", times=1)
    quick.run(number)
    assert "priority/P0" in quick.shown(number).labels


@pytest.mark.parametrize("request_", range(1, 14))
@pytest.mark.parametrize("code", [404, 410])
def test_an_issue_that_is_deleted_meanwhile_is_a_missing_issue(quick: Quick, request_: int, code: int) -> None:
    number = quick.file(labels=["support/howto", "priority/P0"])
    quick.world.github.faults.add(
        status(code, "{}", headers=JSON), path=rf"/issues/({number}|comments)\b", nth=request_, times=99
    )
    with pytest.raises(BizopsError) as stopped:
        quick.run(number)
    assert stopped.value.exit_code == 2


# --- what people do to the desk's own things meanwhile


@pytest.mark.parametrize("kind", ["status", "answer"])
@pytest.mark.parametrize("again", [False, True])
def test_a_comment_of_ours_that_a_person_deletes_meanwhile_is_written_anew(
    quick: Quick, kind: str, *, again: bool
) -> None:
    number = quick.file(labels=["support/howto"])
    if again:
        quick.run(number)

    def delete() -> None:
        for comment in quick.world.github.comments(number):
            if f"bizops:{kind}" in comment["body"]:
                issues.delete_comment(quick.state, Actor("ada"), comment["id"])

    for request in range(1, 20):
        quick.world.github.faults.hook(_Before(request, delete))
        quick.run(number, again=True)
        quick.world.github.faults.clear()
        quick.run(number)
        shown = quick.shown(number)
        assert (len(shown.answers), len(shown.statuses) <= 1) == (1, True), request
        assert shown.status == ("status/waiting",), request


class _Before:
    """A deed just before the n-th request of a run."""

    def __init__(self, request: int, deed: Callable[[], None]) -> None:
        self.left, self.deed = request, deed

    def __call__(self, when: str, _entry: object) -> None:
        self.left -= when == "before"
        if self.left == 0 and when == "before":
            self.deed()


@pytest.mark.parametrize("how", ["EDIT: see below.\n\n{}", "{}\n\nEDIT: thanks", "{}\n```"])
def test_an_answer_that_a_person_adds_words_to_stays_the_answer(quick: Quick, how: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    answer = next(c for c in quick.world.github.comments(number) if "bizops:answer" in c["body"])
    issues.edit_comment(quick.state, Actor("ada"), answer["id"], how.format(answer["body"]))
    assert quick.quiet(number)
    assert len(quick.shown(number).answers) == 1
