"""The forecast against distributions that are known exactly, and the chance of a miss against the share rule."""

import math
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.chances import MIXED, brier, lived, recorded, scores, swept
from bizops.rules.board import Row
from bizops.rules.forecast import (
    RUNS,
    Blocks,
    Chances,
    Past,
    amount,
    blocks,
    counts,
    finish,
    past,
    prior,
    spread,
)

COIN: Blocks = ((0,), (1,))  # a day finishes one item or none, each as likely
HOUR = 3600


def exact(history: Blocks, count: int, most: int = 400) -> list[float]:
    """P(done within d days) for d = 0, 1, ..., by convolution over blocks of one day."""
    left, found = {0: 1.0}, [0.0]
    for _ in range(most):
        step: dict[int, float] = {}
        for have, chance in left.items():
            for (done,) in history:
                step[have + done] = step.get(have + done, 0.0) + chance / len(history)
        found.append(found[-1] + sum(chance for have, chance in step.items() if have >= count))
        left = {have: chance for have, chance in step.items() if have < count}
    return found


@pytest.mark.parametrize("history", [COIN, ((0,), (0,), (3,)), ((1,), (2,), (0,), (5,))])
@pytest.mark.parametrize("count", [1, 10, 40])
def test_the_percentiles_are_those_of_the_exact_distribution(history: Blocks, count: int) -> None:
    chances = exact(history, count)
    slack = 4 * math.sqrt(0.25 / RUNS)
    for share, day in spread(history, count):
        assert day is not None
        assert chances[day] >= share / 100 - slack, (share, day)
        assert chances[day - 1] <= share / 100 + slack, (share, day)


def test_a_coin_a_day_gives_the_negative_binomial() -> None:
    """Ten heads: P(N <= n) = P(Bin(n, 1/2) >= 10); its median is 20 and its 95 % point 28 tosses."""
    days = dict(spread(COIN, 10))
    assert days[50] in (19, 20)
    assert days[95] in (27, 28, 29)
    binomial = sum(math.comb(28, k) for k in range(10, 29)) / 2**28
    assert exact(COIN, 10)[28] == pytest.approx(binomial)


def test_how_many_are_done_by_a_day_is_binomial() -> None:
    """100 tosses: 50 +- 5; with 95 % confidence at least 42 (the 5 % point of Bin(100, 1/2))."""
    found = dict(counts(COIN, 100))
    assert found[50] == 50
    assert found[95] in (41, 42, 43)
    assert found[85] in (44, 45, 46)


def test_a_steady_pace_has_no_spread() -> None:
    assert [day for _, day in spread(((1,) * 7,) * 4, 21)] == [21, 21, 21]
    assert [n for _, n in counts(((2, 0, 0, 0, 0, 0, 1),) * 4, 8)] == [5, 5, 5]


def test_weekends_stay_weekends() -> None:
    """The history ends yesterday; a block begins with tomorrow, so today's weekday is its last day."""
    monday_to_sunday = (5, 5, 5, 5, 5, 0, 0)
    assert blocks(monday_to_sunday * 2) == ((5, 5, 5, 5, 0, 0, 5),) * 2  # today is a Monday, tomorrow a Tuesday
    assert blocks((9, *monday_to_sunday)) == ((5, 5, 5, 5, 0, 0, 5),), "a part of a week at the beginning is left out"


def test_the_same_history_gives_the_same_answer_and_another_one_another() -> None:
    history = tuple((n % 3, n % 2, n % 5, 0, 1, 0, 0) for n in range(8))
    assert finish(history, 30) == finish(history, 30)
    assert amount(history, 45) == amount(history, 45)
    assert finish(history, 30) != finish(history[:-1], 30)


def test_too_little_history_is_refused_in_words() -> None:
    assert "3 whole weeks of history are known; a forecast needs at least 4" in finish(((3,) * 7,) * 3, 5).refused
    assert "4 issues were finished in 4 weeks" in amount(((1, 0, 0, 0, 0, 0, 0),) * 4, 9).refused
    assert finish((), 5).days == ()


def test_what_takes_longer_than_five_years_is_said_so() -> None:
    slow = ((1, 0, 0, 0, 0, 0, 0),) * 12
    assert dict(finish(slow, 300).days) == {50: None, 85: None, 95: None}
    assert finish(slow, 0).days == ((50, 0), (85, 0), (95, 0))


@given(st.lists(st.lists(st.integers(0, 6), min_size=7, max_size=7), min_size=4, max_size=9), st.integers(1, 60))
def test_more_confidence_never_comes_sooner(weeks: list[list[int]], count: int) -> None:
    history = tuple(map(tuple, weeks))
    days = (
        [day if day is not None else 10**6 for _, day in spread(history, count, runs=60)]
        if sum(map(sum, weeks))
        else []
    )
    assert days == sorted(days)
    done = [n for _, n in counts(history, count, runs=60)]
    assert done == sorted(done, reverse=True)
    assert all(0 <= n <= sum(accumulate(sorted(map(sum, weeks)), max)) * count for n in done)


# The chance of a miss.


@pytest.mark.parametrize(("size", "ratio"), [(10, 0.95), (30, 0.85), (200, 0.72)])
def test_the_chance_beats_the_share_rule_where_agents_differ(size: int, ratio: float) -> None:
    found = [scores(MIXED, size, seed) for seed in range(0, 10, 2)]
    own, plain = (sum(pair[n] for pair in found) / len(found) for n in (0, 1))
    print(f"Brier score with {size} clocks of history: {own:.4f}, share rule {plain:.4f}")
    assert own < plain * ratio


@pytest.mark.parametrize("pace", [{"a": 0.2, "b": 0.3}, {"a": 1.5, "b": 2.0}, {"a": 0.8, "b": 0.8}])
def test_the_chance_is_no_worse_where_agents_are_alike(pace: dict[str, float]) -> None:
    own, plain = scores(pace, 60)
    assert own < plain


def test_agents_of_their_own_beat_one_group_for_all() -> None:
    target, pace = 24 * HOUR, {"slow": 1.4, "quick": 0.15}
    history = list(lived(3, pace, 400))
    apart = Chances(recorded(agent, seconds) for agent, seconds in history)
    together = Chances(recorded("all", seconds) for _, seconds in history)
    looks = swept(lived(4, pace, 1_000))
    missed = [late for _, _, late in looks]
    one = brier((apart.missed(agent, "P2", elapsed, target) for agent, elapsed, _ in looks), missed)
    other = brier((together.missed("all", "P2", elapsed, target) for _, elapsed, _ in looks), missed)
    print(f"Brier score by agent {one:.4f}, for all together {other:.4f}")
    assert one < other * 0.8


def test_without_history_the_chance_follows_the_share_and_is_never_certain() -> None:
    chances = Chances(())
    told = [chances.missed("a", "P1", elapsed, 100) for elapsed in range(101)]
    assert told == sorted(told)
    assert told == [prior(elapsed, 100) for elapsed in range(101)]
    assert 0.05 < told[0] < 0.1
    assert 0.9 < told[100] < 1


def test_a_clock_past_its_target_is_missed_for_certain() -> None:
    assert Chances(()).missed("a", "P1", 101, 100) == 1
    assert Chances([Past("a", "P1", 10, True)] * 50).missed("a", "P1", 101, 100) == 1


def test_one_case_does_not_make_a_certainty() -> None:
    once = Chances([Past("a", "P1", 200, False)]).missed("a", "P1", 0, 100)
    often = Chances([Past("a", "P1", 200, False)] * 60).missed("a", "P1", 0, 100)
    assert 0.05 < once < 0.5
    assert often > 0.9


def test_what_is_still_running_counts_for_as_long_as_it_is_known() -> None:
    """Of ten, four ended by 50, two were lost sight of at 60, two ended at 80, two ran on: S(100) = 0.6 x 0.5."""
    group = [Past("a", "P2", 50, True)] * 4 + [Past("a", "P2", 60, False)] * 2
    group += [Past("a", "P2", 80, True)] * 2 + [Past("a", "P2", 100, False)] * 2
    many = Chances(group * 1_000)
    assert many.missed("a", "P2", 0, 100) == pytest.approx(0.3, abs=0.01)
    assert many.missed("a", "P2", 70, 100) == pytest.approx(0.5, abs=0.01)
    assert many.missed("a", "P2", 90, 100) == pytest.approx(1.0, abs=0.01)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["P1", "P2"]), st.integers(0, 300), st.booleans())),
    st.integers(0, 300),
    st.integers(1, 300),
)
def test_a_chance_is_always_between_none_and_certain(
    rows: list[tuple[str, str, int, bool]], elapsed: int, target: int
) -> None:
    chance = Chances(Past(*row) for row in rows).missed("a", "P1", elapsed, target)
    assert 0 < chance <= 1
    assert chance == 1 or elapsed <= target


def row(event: str, elapsed: int, issue: int = 1) -> Row:
    return Row(issue, "resolution", 1, event, 0, "P2", "a", "none", 100, elapsed)


def test_the_ledger_tells_what_ended_what_was_missed_and_what_still_runs() -> None:
    rows = [row("at-risk", 80), row("met", 90), row("at-risk", 80, 2), row("breach", 101, 2), row("at-risk", 85, 3)]
    found = {(one.seconds, one.ended) for one in past(rows)}
    assert found == {(90, True), (101, False), (85, False)}
    assert {(one.seconds, one.ended) for one in past(reversed(rows))} == found
