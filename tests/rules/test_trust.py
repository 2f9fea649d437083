"""The table of belief as pure rules: who counts for what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.issue import PRIORITIES, Event, Issue, Person, Priority, Thread
from bizops.policy import PERMISSIONS, Permission, load
from bizops.rules import trust

POLICY = load()
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
BOT = "github-actions[bot]"
KNOWN: dict[str, Permission] = {"ada": "admin", "mara": "write", "tom": "triage", "rita": "read"}


def permission_of(login: str) -> Permission:
    return KNOWN.get(login, "none")


def thread(author: str, *moves: tuple[str, str, str], labels: tuple[str, ...] = ()) -> Thread:
    """An issue whose label events are (kind, who, label), a minute apart."""
    events = tuple(
        Event(n, kind, Person(who), START + timedelta(minutes=n), label)
        for n, (kind, who, label) in enumerate(moves, 1)
    )
    return Thread(Issue(7, "x", author=Person(author), labels=labels), events)


def believed(given: Thread, stated: str = "", area: str = "finance/analysis") -> Priority:
    return trust.priority(given, stated, area, POLICY, permission_of).priority


@given(st.sampled_from(PERMISSIONS), st.sampled_from(PERMISSIONS))
def test_permissions_are_ordered(one: Permission, other: Permission) -> None:
    assert trust.at_least(one, other) == (PERMISSIONS.index(one) >= PERMISSIONS.index(other))
    assert trust.at_least(one, other) or trust.at_least(other, one)


@given(st.sampled_from(PRIORITIES), st.sampled_from([*KNOWN, "zoe"]), st.booleans())
def test_nobody_is_believed_more_than_the_table_says(stated: Priority, who: str, by_label: bool) -> None:  # noqa: FBT001
    if by_label:
        given_ = thread(who, ("labeled", who, f"priority/{stated}"), labels=(f"priority/{stated}",))
        found = believed(given_)
    else:
        found = believed(thread(who), stated)
    highest = POLICY.access.belief[permission_of(who)].highest_priority
    assert found == max(stated, highest)


@pytest.mark.parametrize("area", ["security/compliance", "security/x", "operations/monitoring"])
def test_p0_counts_from_anyone_where_policy_says_so(area: str) -> None:
    assert believed(thread("zoe"), "P0", area) == "P0"


@pytest.mark.parametrize(
    "area", ["", "security", "securityx/y", "operations/optimization", "operations", "x/security/y"]
)
def test_an_area_that_only_looks_like_it_opens_nothing(area: str) -> None:
    assert believed(thread("zoe"), "P0", area) == "P1"


def test_what_is_not_believed_names_the_line_of_the_table() -> None:
    said = trust.priority(thread("zoe"), "P0", "", POLICY, permission_of).why[-1]
    number = int(said.rpartition(":")[2].rstrip(")"))
    line = (Path(__file__).parents[2] / "policies" / "access.yml").read_text().splitlines()[number - 1]
    assert line.strip().startswith("none:")


@pytest.mark.parametrize("stated", ["", "P4", "p0", "P0 please", "critical", "P0\nP0"])
def test_a_field_that_is_no_priority_counts_as_none(stated: str) -> None:
    assert believed(thread("ada"), stated) == POLICY.access.default_priority


def test_a_label_beats_the_form_and_the_strictest_label_the_others() -> None:
    one = thread("ada", ("labeled", "ada", "priority/P3"), labels=("priority/P3",))
    assert believed(one, "P1") == "P3"
    two = thread(
        "ada",
        ("labeled", "ada", "priority/P3"),
        ("labeled", "tom", "priority/P1"),
        labels=("priority/P3", "priority/P1"),
    )
    assert believed(two) == "P1"
    assert any("strictest" in reason for reason in trust.priority(two, "", "", POLICY, permission_of).why)


def test_the_strictest_is_taken_after_belief_and_not_before() -> None:
    """An outsider's P0 is worth P1; a triager's P1 beside it is not made weaker, nor the outsider's stronger."""
    both = thread(
        "zoe",
        ("labeled", "zoe", "priority/P0"),
        ("labeled", "tom", "priority/P2"),
        labels=("priority/P0", "priority/P2"),
    )
    assert believed(both) == "P1"


def test_the_desks_label_counts_as_its_source() -> None:
    shown = thread(
        "zoe",
        ("labeled", "zoe", "priority/P0"),
        ("labeled", BOT, "priority/P1"),
        ("unlabeled", BOT, "priority/P0"),
        labels=("priority/P1",),
    )
    assert believed(shown) == "P1"
    by_form = thread("zoe", ("labeled", BOT, "priority/P3"), labels=("priority/P3",))
    assert believed(by_form, "P3") == "P3"
    alone = thread("zoe", ("labeled", BOT, "priority/P0"), labels=("priority/P0",))
    assert believed(alone) == POLICY.access.default_priority


def test_a_person_who_takes_the_priority_away_voids_what_was_claimed() -> None:
    gone = thread("zoe", ("labeled", BOT, "priority/P1"), ("unlabeled", "tom", "priority/P1"))
    found = trust.priority(gone, "P1", "", POLICY, permission_of)
    assert found.priority == POLICY.access.default_priority
    assert any("tom took `priority/P1` away" in reason for reason in found.why)


def test_who_set_a_label_is_the_last_who_did() -> None:
    twice = thread("zoe", ("labeled", "tom", "x"), ("unlabeled", "ada", "x"), ("labeled", "mara", "X"), labels=("x",))
    assert trust.label_setter(twice, "x").login == "mara"
    assert trust.label_setter(twice, "never").login == "zoe"


@pytest.mark.parametrize(
    ("moves", "away"),
    [
        ((), False),
        ((("labeled", BOT, "x"),), False),
        ((("labeled", BOT, "x"), ("unlabeled", "tom", "X")), True),
        ((("labeled", BOT, "x"), ("unlabeled", BOT, "x")), False),
        ((("labeled", BOT, "x"), ("unlabeled", "tom", "x"), ("labeled", "mara", "x")), False),
    ],
)
def test_what_a_person_takes_away_stays_away_until_somebody_sets_it(
    moves: tuple[tuple[str, str, str], ...], *, away: bool
) -> None:
    assert trust.taken_away(thread("zoe", *moves), "x", POLICY) == away


@pytest.mark.parametrize("login", [BOT, "GitHub-Actions[bot]", "GITHUB-ACTIONS[BOT]"])
def test_the_desks_account_is_known_in_any_case(login: str) -> None:
    assert trust.is_desk(Person(login), POLICY)


@pytest.mark.parametrize(
    "login", ["github-actions", "github-actions[bot] ", "xgithub-actions[bot]", "intake[bot]", "ghost"]
)
def test_nobody_else_is_the_desk_whatever_the_account_is_called(login: str) -> None:
    assert not trust.is_desk(Person(login, "Bot"), POLICY)


@given(st.sampled_from(PERMISSIONS), st.lists(st.sampled_from(PERMISSIONS)))
def test_reach_is_that_of_whoever_asked_or_set_the_label_and_no_more(
    asker: Permission, setters: list[Permission]
) -> None:
    found = trust.reach(asker, setters, POLICY)
    assert set(found[:2]) == {"compute", "repository"}
    assert ("execute" in found) == any(trust.at_least(p, "write") for p in (asker, *setters))
    assert ("network" in found) == ("execute" in found)
