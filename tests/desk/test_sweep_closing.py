"""What waited for its requester is closed once, and never over a word that came meanwhile."""

from contextlib import suppress

import pytest

from bizops.errors import BizopsError
from bizops.local.github.faults import Effect, drop, status
from tests.desk.quick import at_once
from tests.desk.sweeping import Sweeping

P3 = ("support/question", "priority/P3")


def waiting(swept: Sweeping, days: float = 8) -> int:
    """An issue of `zoe` that was answered and waits for her, some days later; the week's report is no concern here."""
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"report_day": None}))
    number = swept.file("Help", "How do I reset it?", labels=P3, by="zoe")
    swept.run(number)
    swept.sweep()
    swept.later(days=days)
    return number


def words(swept: Sweeping, number: int) -> int:
    return sum("no word for 7 days" in body for body in swept.shown(number).comments)


def ended(swept: Sweeping, number: int) -> tuple[str, tuple[str, ...], int]:
    shown = swept.shown(number)
    return shown.state, shown.status, words(swept, number)


def test_the_clock_that_the_closing_meets_is_in_the_ledger(swept: Sweeping) -> None:
    number = waiting(swept)
    swept.sweep()
    swept.later(minutes=30)
    swept.sweep()
    assert [row.rpartition(" at ")[0] for row in swept.ledger()] == [f"met resolution #{number}"]


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_closing_that_is_killed_anywhere_is_completed_with_one_word(swept: Sweeping, moment: str) -> None:
    wrong, request, reached = {}, 0, True
    while reached:
        request += 1
        number = waiting(swept)
        reached = swept.killed_at(request, moment)
        swept.later(hours=1)
        swept.sweep()
        if ended(swept, number) != ("closed", ("status/done",), 1):
            wrong[request] = ended(swept, number)
    assert wrong == {}
    assert request > 15


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_event_after_a_closing_that_was_killed_does_not_undo_it(swept: Sweeping, moment: str) -> None:
    wrong = {}
    for request in range(8, 18):
        number = waiting(swept)
        swept.killed_at(request, moment)
        told = words(swept, number)
        swept.run(number)
        if told and "status/waiting" in swept.shown(number).status:
            wrong[request] = swept.shown(number).status
        swept.sweep()
        if ended(swept, number) != ("closed", ("status/done",), 1):
            wrong[request] = ended(swept, number)
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("effect", [drop(after=True), drop(), status(403, '{"message": "API rate limit exceeded"}')])
def test_any_fault_while_closing_is_mended_by_the_next_sweep(swept: Sweeping, effect: Effect) -> None:
    wrong = {}
    for request in range(4, 20):
        number = waiting(swept)
        swept.world.github.faults.add(effect, nth=request)
        with suppress(BizopsError):  # at the first list
            swept.sweep()
        swept.world.github.faults.clear()
        swept.sweep()
        if ended(swept, number) != ("closed", ("status/done",), 1):
            wrong[request] = ended(swept, number)
    assert wrong == {}


def test_three_sweeps_at_once_close_with_one_word(swept: Sweeping) -> None:
    number = waiting(swept)
    assert at_once(swept.sweep) == []
    assert ended(swept, number) == ("closed", ("status/done",), 1)


@pytest.mark.parametrize("path", [r"/issues/\d+$", r"/comments$"])
def test_a_word_of_the_requester_just_before_keeps_the_issue_open(swept: Sweeping, path: str) -> None:
    """It comes before our word is posted, or while it is."""
    number = waiting(swept)
    said = list[int]()

    def hook(when: str, entry: object) -> None:
        method, asked = getattr(entry, "method", ""), getattr(entry, "path", "")
        post = path == r"/comments$"
        wanted = method == ("POST" if post else "GET") and asked.endswith("/comments" if post else f"/{number}")
        if when == "before" and wanted and not said:
            said.append(1)
            swept.world.github.comment("zoe", number, "No, it still fails. Please help.")

    swept.world.github.faults.hook(hook)
    assert swept.sweep().closed == ()
    swept.world.github.faults.clear()
    assert said
    assert ended(swept, number) == ("open", ("status/waiting",), 0)
    swept.run(number)
    assert len(swept.shown(number).answers) == 2


def test_an_event_after_the_closing_leaves_the_issue_done(swept: Sweeping) -> None:
    number = waiting(swept)
    swept.sweep()
    swept.say("zoe", number, "Thanks!")
    swept.run(number)
    assert ended(swept, number) == ("closed", ("status/done",), 1)


def test_an_issue_that_is_reopened_and_answered_waits_and_closes_again(swept: Sweeping) -> None:
    number = waiting(swept)
    swept.sweep()
    swept.reopen("mara", number)
    swept.run(number)
    assert swept.shown(number).status == ("status/waiting",)
    swept.sweep()
    swept.later(days=8)
    swept.sweep()
    assert ended(swept, number) == ("closed", ("status/done",), 2)
