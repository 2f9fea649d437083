"""What happens around the closing of an answered issue, which is the desk's last write: nothing is closed over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bizops.desk.github import GitHub
from bizops.local.github.server import LocalGitHub
from bizops.policy import Policy
from tests.conftest import JOB, World
from tests.desk.quick import FINANCE, SECURITY, SUPPORT, Quick
from tests.desk.quick import github as quick_github


@pytest.fixture(scope="module")
def github() -> Iterator[LocalGitHub]:
    with quick_github() as made:
        yield made


@pytest.fixture
def quick(github: LocalGitHub, tmp_path: Path, policy: Policy) -> Quick:
    return Quick(World(github, tmp_path, policy))


@dataclass
class Raced(GitHub):
    """A client before whose n-th request something else happens."""

    left: int = 0
    deed: Callable[[], Any] = field(default=lambda: None)
    paths: list[str] = field(default_factory=list)  # asked for after the deed

    def _ask(self, verb: str, path: str, *words: Any, **more: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            self.deed()
        if self.left <= 0:
            self.paths.append(path)
        return super()._ask(verb, path, *words, **more)


def raced(quick: Quick, number: int, request: int, deed: Callable[[], Any]) -> bool:
    """A run, in which something happens just before the n-th request; whether the run read the thread after that."""
    token = quick.world.github.job_token(JOB)
    client = Raced("acme/ops", token, quick.world.github.url, sleep=lambda _s: None, left=request, deed=deed)
    quick.run(number, github=client)
    assert client.paths, "the run has fewer requests"
    return any(path.endswith("/timeline") for path in client.paths[1:])


def test_a_mention_beside_an_answer_that_closes_leaves_nothing_open(quick: Quick) -> None:
    number = quick.file()
    quick.say("tom", number, "@ai-security-agent, please look.")
    for _ in range(3):
        quick.run(number)
    shown = quick.shown(number)
    assert {key.partition("@")[0] for key in shown.answers} == {FINANCE, SECURITY}
    assert (shown.state, shown.status) == ("closed", ("status/done",))


@pytest.mark.parametrize("request_", range(8, 16))
def test_an_edit_that_the_last_look_can_see_gets_its_note_before_the_closing(quick: Quick, request_: int) -> None:
    number = quick.file()
    read = raced(quick, number, request_, lambda: quick.edit("mara", number, body="Quite another question."))
    quick.run(number)
    shown = quick.shown(number)
    assert any(key.startswith("edited/") for key in shown.notices) == read
    assert (len(shown.answers), shown.state, shown.status) == (1, "closed", ("status/done",))


@pytest.mark.parametrize("request_", range(4, 16))
def test_a_comment_of_the_requester_that_the_last_look_can_see_is_not_closed_over(quick: Quick, request_: int) -> None:
    number = quick.file()
    said: list[int] = []
    read = raced(quick, number, request_, lambda: said.append(quick.say("mara", number, "And one thing more?")))
    quick.run(number)
    shown = quick.shown(number)
    assert (f"{FINANCE}@comment-{said[0]}" in shown.answers) == read
    assert shown.status == ("status/done",)


@pytest.mark.parametrize("request_", range(3, 15))
def test_two_desks_on_one_mention_leave_one_status(quick: Quick, request_: int) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.say("tom", number, "@ai-security-agent, please look.")
    raced(quick, number, request_, lambda: quick.run(number))
    quick.run(number)
    shown = quick.shown(number)
    assert shown.status == ("status/waiting",)
    assert len(shown.answers) == 2
    assert shown.answers[0] == f"{SUPPORT}@opened"
