"""How good the chance of a miss is: its Brier score beside that of the plain share rule, on seeded histories.

python -m benchmarks.chances
"""

import random
from collections.abc import Iterable, Iterator, Sequence

from bizops.rules.forecast import Chances, Past, share_used

HOUR = 3600
MIXED = {"ai-finance-agent": 1.3, "ai-support-agent": 0.2, "ai-security-agent": 0.6}  # median time / target
ALIKE = {"a": 0.8, "b": 0.8}
SIZES = (0, 10, 30, 200)
SEEDS = range(0, 10, 2)


def lived(seed: int, pace: dict[str, float], size: int, target: int = 24 * HOUR) -> Iterator[tuple[str, int]]:
    """Clocks of agents whose median time is `pace` x target: agent and true duration."""
    draw = random.Random(seed)  # noqa: S311 - a simulation
    for _ in range(size):
        agent = draw.choice(sorted(pace))
        yield agent, int(target * pace[agent] * draw.lognormvariate(0, 0.6))


def swept(clocks: Iterator[tuple[str, int]], target: int = 24 * HOUR) -> list[tuple[str, int, bool]]:
    """Each clock as ten sweeps see it while it runs: agent, elapsed, and whether it will be missed."""
    looks = range(0, target, target // 10)
    return [(agent, look, seconds > target) for agent, seconds in clocks for look in looks if look < seconds]


def recorded(agent: str, seconds: int, target: int = 24 * HOUR) -> Past:
    """As the ledger has it: a breached clock is known to have run past its target, no more."""
    return Past(agent, "P2", min(seconds, target), seconds <= target)


def brier(chances: Iterable[float], missed: Sequence[bool]) -> float:
    """The mean squared difference between chance and what happened (G. W. Brier, 1950); smaller is better."""
    return sum((chance - late) ** 2 for chance, late in zip(chances, missed, strict=True)) / len(missed)


def scores(pace: dict[str, float], size: int, seed: int = 7, fresh: int = 300) -> tuple[float, float]:
    """The Brier scores of the chance and of the plain share rule, on clocks that are not in the history."""
    target = 24 * HOUR
    chances = Chances(recorded(agent, seconds) for agent, seconds in lived(seed, pace, size))
    looks = swept(lived(seed + 1, pace, fresh))
    missed = [late for _, _, late in looks]
    told = [chances.missed(agent, "P2", elapsed, target) for agent, elapsed, _ in looks]
    return brier(told, missed), brier((share_used(elapsed, target) for _, elapsed, _ in looks), missed)


def main() -> None:
    """Print the scores; below 1 the ratio says by how much the chance is better than the share rule."""
    print("| agents | clocks of history | Brier score | share rule | ratio |\n|---|---|---|---|---|")
    for name, pace in (("differ", MIXED), ("are alike", ALIKE)):
        for size in SIZES:
            found = [scores(pace, size, seed) for seed in SEEDS]
            own, plain = (sum(pair[n] for pair in found) / len(found) for n in (0, 1))
            print(f"| {name} | {size} | {own:.3f} | {plain:.3f} | {own / plain:.2f} |")


if __name__ == "__main__":
    main()
