"""Forecasts: when open items are done by past throughput, and the chance that a running clock is missed. Pure.

Monte Carlo: whole past weeks are drawn with replacement (a block bootstrap, H. R. Künsch 1989, so that a weekend stays
a weekend). The draws are seeded by the data: the same history gives the same answer.

Chance of a miss: the conditional survival P(T > target | T > elapsed) by the product-limit estimate (Kaplan and Meier,
1958), which counts open clocks for as long as they are known, shrunk towards the next wider group where few are known:
agent and priority -> priority -> all -> the share of the target that is used (a Beta prior of `PRIOR` cases at each).
"""

import hashlib
import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from bizops.rules.board import Row

RUNS = 10_000
LEAST_WEEKS = 4
LEAST_DONE = 10
FARTHEST = 1_820  # days: five years
PRIOR = 6.0  # cases that a wider group counts for
PERCENTILES = (50, 85, 95)


@dataclass(frozen=True)
class Finish:
    """In how many days (1 is tomorrow) `count` items are done, by percentile; None: more than five years.

    `refused` says why there is no forecast.
    """

    count: int
    days: tuple[tuple[int, int | None], ...] = ()
    blocks: int = 0
    done: int = 0  # items finished in the history
    refused: str = ""


@dataclass(frozen=True)
class Amount:
    """How many items are done within `days`, by the confidence in percent: in so many of the runs at least so many."""

    days: int
    at_least: tuple[tuple[int, int], ...] = ()
    blocks: int = 0
    done: int = 0
    refused: str = ""


Blocks = tuple[tuple[int, ...], ...]


def blocks(days: Sequence[int], length: int = 7) -> Blocks:
    """A history by day, whose last entry is yesterday, as weeks that each begin with tomorrow's weekday."""
    whole = [tuple(days[at : at + length]) for at in range(len(days) % length, len(days), length)]
    return tuple((*block[1:], block[0]) if length > 1 else block for block in whole)


def refusal(history: Blocks) -> str:
    """Why a history is too short to forecast from; empty where it is not."""
    done = sum(map(sum, history))
    if len(history) < LEAST_WEEKS:
        return f"{len(history)} whole weeks of history are known; a forecast needs at least {LEAST_WEEKS}"
    if done < LEAST_DONE:
        return f"{done} issues were finished in {len(history)} weeks; a forecast needs at least {LEAST_DONE}"
    return ""


def finish(history: Blocks, count: int) -> Finish:
    """When `count` items are done, if those that are open now come before new ones."""
    done = sum(map(sum, history))
    if why := refusal(history):
        return Finish(count, refused=why, blocks=len(history), done=done)
    return Finish(count, spread(history, count), len(history), done)


def spread(history: Blocks, count: int, runs: int = RUNS) -> tuple[tuple[int, int | None], ...]:
    """The percentiles of the days until `count` items are done, from any history that is not empty."""
    if count <= 0:
        return tuple((share, 0) for share in PERCENTILES)
    draw = _draws(history, f"finish {count}")
    sums, size = [sum(block) for block in history], len(history)
    inside = [tuple(accumulate(block)) for block in history]
    found: list[int] = []
    for _ in range(runs):
        total = day = 0
        while day < FARTHEST:
            index = int(draw() * size)
            if total + sums[index] >= count:
                day += bisect_left(inside[index], count - total) + 1
                break
            total += sums[index]
            day += len(history[index])
        found.append(day)
    found.sort()
    ranks = {share: found[max(0, math.ceil(share * runs / 100) - 1)] for share in PERCENTILES}
    return tuple((share, None if day >= FARTHEST else day) for share, day in ranks.items())


def amount(history: Blocks, days: int) -> Amount:
    """How many items are done within so many days from tomorrow on."""
    done = sum(map(sum, history))
    if why := refusal(history):
        return Amount(days, refused=why, blocks=len(history), done=done)
    return Amount(days, counts(history, min(days, FARTHEST)), len(history), done)


def counts(history: Blocks, days: int, runs: int = RUNS) -> tuple[tuple[int, int], ...]:
    """By confidence: in `share` % of the runs at least so many were done within the days."""
    draw = _draws(history, f"amount {days}")
    size, length = len(history), len(history[0])
    sums, whole, rest = [sum(block) for block in history], days // length, days % length
    starts = [sum(block[:rest]) for block in history]
    found = sorted(
        sum(sums[int(draw() * size)] for _ in range(whole)) + (starts[int(draw() * size)] if rest else 0)
        for _ in range(runs)
    )
    return tuple((share, found[runs - math.ceil(share * runs / 100)]) for share in PERCENTILES)


def _draws(history: Blocks, what: str) -> Callable[[], float]:
    seed = hashlib.sha256(repr((history, what)).encode()).digest()
    return random.Random(int.from_bytes(seed[:8], "big")).random  # noqa: S311 - a simulation


class Past(NamedTuple):
    """A clock of the past: it ended after `seconds` of business time, or (not `ended`) was still running then."""

    agent: str
    priority: str
    seconds: int
    ended: bool
    clock: str = "resolution"


def past(rows: Iterable[Row]) -> tuple[Past, ...]:
    """The clocks of the ledger: a met one ended, a breached one is known to have run past its target."""
    newest: dict[tuple[int, str, int], Row] = {}
    for row in rows:
        known = newest.get(row.of)
        if known is None or known.event == "at-risk" or row.event == "breach":
            newest[row.of] = row
    return tuple(
        Past(
            row.agent,
            row.priority,
            max(row.elapsed, row.target) if row.event == "breach" else row.elapsed,
            row.event == "met",
            row.clock,
        )
        for row in newest.values()
    )


class Survival:
    """The product-limit estimate of one group, worked out once: S(t) and who was known to run longer."""

    def __init__(self, group: Sequence[Past]) -> None:
        self._times = sorted(p.seconds for p in group)
        self._censored = sorted(p.seconds for p in group if not p.ended)
        self._ends: list[int] = []
        self._left: list[float] = []
        left, size = 1.0, len(group)
        ends = sorted(p.seconds for p in group if p.ended)
        for at in dict.fromkeys(ends):
            running = size - bisect_left(self._times, at)
            left *= 1 - (bisect_right(ends, at) - bisect_left(ends, at)) / running
            self._ends.append(at)
            self._left.append(left)

    def missed(self, elapsed: int, target: int) -> tuple[float, float]:
        """P(T > target | T > elapsed), and from how many clocks whose fate between the two is known."""
        running = len(self._times) - bisect_right(self._times, elapsed)
        lost = bisect_left(self._censored, target) - bisect_right(self._censored, elapsed)
        if running - lost <= 0 or not (now := self._at(elapsed)):
            return 0.0, 0.0
        return self._at(target) / now, float(running - lost)

    def _at(self, seconds: int) -> float:
        index = bisect_right(self._ends, seconds)
        return self._left[index - 1] if index else 1.0


class Chances:
    """The history of all clocks: `missed` gives the chance that a running one is missed.

    A wider group holds only what the narrower one does not, so that no clock speaks twice.
    """

    def __init__(self, history: Iterable[Past]) -> None:
        self._history = tuple(history)
        self._groups: dict[tuple[str, str, str], tuple[Survival, ...]] = {}

    def missed(self, agent: str, priority: str, elapsed: int, target: int, clock: str = "resolution") -> float:
        """The chance (0 to 1) that a clock with `elapsed` of `target` business seconds used is missed."""
        if elapsed > target:
            return 1.0
        chance = prior(elapsed, target)
        for group in self._of(agent, priority, clock):
            found, known = group.missed(elapsed, target)
            chance = (found * known + chance * PRIOR) / (known + PRIOR)
        return chance

    def _of(self, agent: str, priority: str, clock: str) -> tuple[Survival, ...]:
        """The groups of a clock, the widest first: other priorities, other agents of the priority, its own."""
        key = agent, priority, clock
        if key not in self._groups:
            groups: tuple[list[Past], ...] = ([], [], [])
            for one in self._history:
                if one.clock == clock:
                    groups[(one.priority == priority) + (one.priority == priority and one.agent == agent)].append(one)
            self._groups[key] = tuple(Survival(group) for group in groups if group)
        return self._groups[key]


def prior(elapsed: int, target: int) -> float:
    """What is said without any history: the share of the target that is used, never quite 0 nor 1."""
    return (PRIOR * share_used(elapsed, target) + 0.5) / (PRIOR + 1)


def share_used(elapsed: int, target: int) -> float:
    """The plain share rule: how much of the target is used, at most 1."""
    return min(1.0, max(0, elapsed) / target) if target > 0 else 1.0
