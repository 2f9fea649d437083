"""Doing things once: kills, lost replies, doubled events, two desks. Judged by what stands on the issue."""

from functools import partial
from pathlib import Path

import pytest

from bizops.desk.run import run
from bizops.errors import BizopsError
from bizops.local.github.faults import drop, stale, status
from bizops.policy import Policy
from tests.conftest import Shown, World, make_world
from tests.desk.quick import at_once, killed_at

BODY = "Does it add up?\n\n```csv pl.csv\naccount,amount\nrent,1\nfood,2\n```\n"
# title: (state, status label, answers)
SCENES = {
    "Plain": ("closed", "status/done", ("ai-finance-agent@opened",)),
    "Ask": ("open", "status/needs-info", ("ai-finance-agent@opened",)),
    "Pass it on": ("open", "status/waiting", ("ai-finance-agent@opened", "ai-support-agent@routed-")),
    "Hold": ("open", "status/held", ()),
}


def scene(world: World, title: str) -> int:
    return world.file(title, BODY, labels=("finance/analysis", "priority/P0"))


def right(shown: Shown, title: str) -> list[str]:
    """What is wrong with an issue that should be finished, in words."""
    state, label, answers = SCENES[title]
    wrong = []
    if shown.state != state:
        wrong.append(f"state {shown.state}")
    if shown.status != (label,):
        wrong.append(f"status labels {shown.status}")
    if len(shown.answers) != len(answers) or not all(map(str.startswith, shown.answers, answers)):
        wrong.append(f"answers {shown.answers}")
    if len(shown.statuses) != 1 or f"status/{shown.statuses[0]['state']}" != label:
        wrong.append(f"status comments {shown.statuses}")
    if "priority/P0" not in shown.labels or "finance/analysis" not in shown.labels:
        wrong.append(f"labels {shown.labels}")
    if title == "Hold" and len(shown.notices) != 1:
        wrong.append(f"notices {shown.notices}")
    return wrong


def requests_of(world: World, title: str) -> int:
    """How many requests a whole run makes, and that it ends as it should."""
    before = len(world.github.log)
    number = scene(world, title)
    world.run(number)
    assert right(world.shown(number), title) == []
    return len(world.github.log) - before


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("title", list(SCENES))
def test_a_kill_at_any_request_followed_by_the_same_event_loses_and_doubles_nothing(
    world: World, title: str, moment: str
) -> None:
    wrong = {}
    for request in range(1, requests_of(world, title) + 1):
        number = scene(world, title)
        came = killed_at(world.github, request, moment, partial(run, world.desk(), number))
        assert came, "the desk was not killed where it should be"
        world.run(number)
        if found := right(world.shown(number), title):
            wrong[request] = found
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["reply lost", "request lost", "502 after", "502 before"])
@pytest.mark.parametrize("title", list(SCENES))
def test_any_lost_request_or_reply_loses_and_doubles_nothing(world: World, title: str, fault: str) -> None:
    effects = {
        "reply lost": drop(after=True),
        "request lost": drop(after=False),
        "502 after": status(502, "<html>bad gateway</html>", after=True),
        "502 before": status(502, "<html>bad gateway</html>"),
    }
    wrong = {}
    for request in range(1, requests_of(world, title) + 1):
        number = scene(world, title)
        world.github.faults.add(effects[fault], nth=request)
        try:
            world.run(number)
        except BizopsError:
            world.run(number)
        world.github.faults.clear()
        if found := right(world.shown(number), title):
            wrong[request] = found
    assert wrong == {}


def test_the_same_event_twice_gives_one_answer(world: World) -> None:
    number = scene(world, "Plain")
    world.run(number)
    before = world.shown(number)
    world.run(number)
    assert world.shown(number) == before
    assert right(before, "Plain") == []


@pytest.mark.parametrize("title", list(SCENES))
def test_desks_that_work_at_the_same_time_give_one_answer(world: World, title: str) -> None:
    number = scene(world, title)
    errors = at_once(lambda: world.run(number))
    world.run(number)
    assert errors == []
    assert right(world.shown(number), title) == []


def test_a_stale_list_of_comments_leads_to_no_second_answer(world: World) -> None:
    number = scene(world, "Plain")
    world.github.faults.add(stale(writes=3), path=r"/timeline$", nth=2)
    world.github.faults.add(stale(writes=2), path=r"/comments$", method="GET", nth=1)
    world.run(number)
    world.run(number)
    assert right(world.shown(number), "Plain") == []


def test_a_status_comment_on_the_second_page_is_found(world: World) -> None:
    number = scene(world, "Ask")
    for index in range(120):
        world.github.comment("zoe", number, f"noise {index}")
    world.run(number)
    for index in range(120):
        world.github.comment("zoe", number, f"more noise {index}")
    world.github.comment("mara", number, "October")
    world.run(number)
    shown = world.shown(number)
    assert len(shown.statuses) == 1
    assert len(shown.answers) == 2
    assert (shown.state, shown.status) == ("closed", ("status/done",))


def test_an_issue_that_is_closed_meanwhile_gets_no_answer(tmp_path: Path, policy: Policy) -> None:
    with make_world(tmp_path, policy) as world:
        number = scene(world, "Plain")
        world.github.faults.hook(_close_when_claimed(world, number))
        world.run(number)
        shown = world.shown(number)
    assert (shown.answers, shown.status, shown.state) == ((), (), "closed")
    assert shown.record["state"] == "closed"


def _close_when_claimed(world: World, number: int):  # type: ignore[no-untyped-def] # noqa: ANN202
    from bizops.local.github.issues import set_state
    from bizops.local.github.state import Actor

    done: list[int] = []

    def hook(when: str, entry: object) -> None:
        if when == "after" and not done and entry.method == "POST" and entry.path.endswith("/labels"):  # type: ignore[attr-defined]
            done.append(1)
            set_state(world.github.state, Actor("mara"), number, "closed", "completed")

    return hook


def test_an_issue_that_is_edited_meanwhile_is_worked_again_before_anything_is_said(world: World) -> None:
    from bizops.local.github.issues import edit
    from bizops.local.github.state import Actor

    number = scene(world, "Plain")
    done: list[int] = []

    def hook(when: str, entry: object) -> None:
        if when == "after" and not done and entry.method == "POST" and entry.path.endswith("/labels"):  # type: ignore[attr-defined]
            done.append(1)
            edit(world.github.state, Actor("mara"), number, body=BODY.replace("food,2", "food,2\ntrain,3"))

    world.github.faults.hook(hook)
    world.run(number)
    shown = world.shown(number)
    assert len(shown.answers) == 1
    assert "3 rows" in shown.texts[0]
