"""The sweep's cache is believed only where the sweep can have written it, and no list loses an issue."""

import pytest

from bizops.desk.branch import Branch
from bizops.desk.cache import mark, parse
from bizops.local.github import issues
from bizops.local.github.records import Issue
from bizops.local.github.state import Actor
from tests.desk.sweeping import Sweeping, answered

HEAD = '"reported": "", "policy": "x", "page": 0'
ODD = {
    "a number that is none": f'{{"since": "", "full_at": Infinity, {HEAD}, "rows": 0}}',
    "a number that overflows": f'{{"since": "", "full_at": 1e999, {HEAD}, "rows": 0}}',
    "no instant": f'{{"since": "x", "full_at": 1, {HEAD}, "rows": 0}}',
    "a list in the future": f'{{"since": "2026-11-25T09:00:00Z", "full_at": 9999999999, {HEAD}, "rows": 0}}',
    "a change in the future": f'{{"since": "2099-01-01T00:00:00Z", "full_at": 1, {HEAD}, "rows": 0}}',
    "true for one": f'{{"since": "", "full_at": true, {HEAD}, "rows": 0}}',
    "rows that are missing": f'{{"since": "", "full_at": 1, {HEAD}, "rows": 2}}\n[1, "m", 5, "", null]',
    "an issue twice": f'{{"since": "", "full_at": 1, {HEAD}, "rows": 2}}\n[1, "m", 5, "", null]\n[1, "m", 5, "", null]',
    "a deadline that overflows": f'{{"since": "", "full_at": 1, {HEAD}, "rows": 1}}\n[1, "m", 1e400, "", null]',
    "a deadline in a far year": f'{{"since": "", "full_at": 1, {HEAD}, "rows": 1}}\n[1, "m", 99999999999, "", null]',
    "an issue below one": f'{{"since": "", "full_at": 1, {HEAD}, "rows": 1}}\n[-1, "m", 5, "", null]',
    "what no sweep notes": f'{{"since": "", "full_at": 1, {HEAD}, "rows": 1}}\n[1, "m", 5, "x/y/z", null]',
    "no week": '{"since": "", "full_at": 1, "reported": 3, "policy": "x", "page": 0, "rows": 0}',
    "a list": "[]",
}


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_a_cache_that_no_sweep_wrote_is_built_anew(swept: Sweeping, text: str) -> None:
    number = answered(swept)
    swept.sweep()
    swept.keep("cache.jsonl", text + "\n")
    swept.later(hours=5)
    again = swept.sweep()
    assert again.complete
    assert any("built anew" in note for note in again.notes)
    assert len(swept.posts(number)) == 1
    assert swept.sweep().requests == 3


def test_a_cache_that_is_cut_at_a_lines_end_loses_no_issue(swept: Sweeping) -> None:
    numbers = [answered(swept) for _ in range(3)]
    swept.sweep()
    text = Branch(swept.desk().github).read("cache.jsonl") or ""
    swept.keep("cache.jsonl", "".join(text.splitlines(keepends=True)[:2]))
    swept.later(hours=10)
    swept.sweep()
    assert [len(swept.posts(number)) for number in numbers] == [1, 1, 1]


def test_what_a_sweep_writes_is_read_as_it_was(swept: Sweeping) -> None:
    answered(swept)
    swept.later(hours=5)
    swept.sweep()
    cache = swept.cache()
    assert cache
    assert parse(cache.render()["cache.jsonl"], swept.now) == cache


@pytest.mark.parametrize(
    "text", ["[[1, Infinity]]", "[[1, 1e999]]", "[[true, 1]]", "[[-5, 1]]", "[[1, -5]]", "5", "[1"]
)
def test_nearest_deadlines_that_no_sweep_wrote_are_none(swept: Sweeping, text: str) -> None:
    answered(swept)
    swept.sweep()
    swept.keep("near.json", text)
    swept.later(hours=5)
    assert swept.near() == ()


def many(swept: Sweeping, count: int) -> list[int]:
    """Issues that need no run, for which the budget suffices."""
    budget = {"requests": 1000, "writes": 500, "unanswered_minutes": 50_000}
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update=budget))
    labels = ("support/question", "priority/P3")
    found = [swept.world.github.file_issue("mara", f"t{n}", "b", labels=labels).number for n in range(count)]
    swept.later(minutes=5)
    return found


def during_a_list(swept: Sweeping, state: str, deed: object) -> None:
    """A sweep between whose first and second page of issues (`all` that changed, or `open`) something happens."""
    left = [deed]

    def hook(when: str, entry: object) -> None:
        page = getattr(entry, "method", "") == "GET" and getattr(entry, "path", "").endswith("/issues")
        if when == "after" and page and f"state={state}" in getattr(entry, "query", "") and left:
            left.pop()()  # type: ignore[operator]

    swept.world.github.faults.hook(hook)
    swept.sweep()
    swept.world.github.faults.clear()


@pytest.mark.parametrize("place", [0, 5, 99, 150])
def test_an_issue_that_closes_between_two_pages_hides_no_other(swept: Sweeping, place: int) -> None:
    numbers = many(swept, 201)
    swept.later(days=3)  # too long ago for the list of changes
    closing = lambda: issues.set_state(swept.state, Actor("mara"), numbers[place], "closed", "completed")  # noqa: E731
    during_a_list(swept, "open", closing)
    cache = swept.cache()
    assert cache
    assert set(numbers) - set(cache.entries) <= {numbers[place]}


def test_an_issue_that_changes_between_two_pages_hides_no_other(swept: Sweeping) -> None:
    numbers = many(swept, 102)
    swept.sweep()
    for number in numbers:
        swept.later(seconds=1)
        swept.world.github.comment("mara", number, "More.")
    swept.later(minutes=5)
    during_a_list(swept, "all", lambda: swept.world.github.comment("mara", numbers[0], "And more."))
    swept.later(minutes=20)
    swept.sweep()
    cache, github = swept.cache(), swept.desk().github
    assert cache
    assert [number for number in numbers if cache.entries[number].mark != mark(github.issue(number))] == []


def test_a_list_that_lags_behind_loses_nothing(swept: Sweeping) -> None:
    from bizops.local.github.faults import stale

    number = answered(swept)
    swept.later(minutes=5)
    swept.sweep()
    late = answered(swept)
    swept.later(seconds=30)
    swept.say("zoe", number, "Any news?")
    swept.later(seconds=20)
    swept.world.github.faults.add(stale(writes=1), path=r"/issues$", times=1)
    swept.sweep()
    swept.world.github.faults.clear()
    swept.sweep()
    cache, github = swept.cache(), swept.desk().github
    assert cache
    assert [n for n in (number, late) if cache.entries[n].mark != mark(github.issue(n))] == []


@pytest.mark.parametrize("ago", [3, 60])
def test_thousands_that_changed_just_before_are_not_listed_again_by_each_sweep(swept: Sweeping, ago: int) -> None:
    many(swept, 350)
    swept.sweep()
    swept.keep("cache.jsonl", "")
    for issue in swept.state.store.all(Issue):
        swept.world.github.comment("mara", issue.number, "All at once.")
    swept.later(seconds=ago)
    swept.sweep()
    assert swept.sweep().requests == 3


def test_a_full_list_that_the_budget_cuts_goes_on_in_the_next_sweep(swept: Sweeping) -> None:
    numbers = many(swept, 430)
    swept.later(days=3)  # too long ago for the list of changes
    swept.policy(sweep=swept.world.policy.sla.sweep.model_copy(update={"requests": 22, "writes": 20}))
    pages, known = [], set[int]()
    for _ in range(3):
        assert not swept.sweep().complete
        cache = swept.cache()
        assert cache
        pages.append(cache.page)
        known = set(cache.entries)
    assert pages == [4, 2, 0]
    assert known == set(numbers)
