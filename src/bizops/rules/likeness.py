"""What requests of a kind read like, learnt from examples: policy's own, and earlier issues of the repository.

Policy's examples teach a multinomial naive Bayes over words and pairs of words (Laplace smoothing `SMOOTHING`, equal
priors); its log-probabilities are softened by `SOFTNESS`, since words of a sentence are not independent. Earlier issues
count by the likeness of their titles: the share of common words, weighted by rarity.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bizops.rules import language
from bizops.rules.prose import Prose

SMOOTHING = 0.05
SOFTNESS = 4.0
WORDS = 80  # of title and text that are compared; later ones tell little about the kind
HISTORY_LEAST = 12  # earlier issues below which they teach nothing
HISTORY_MOST = 2.0  # what earlier issues can add to one agent
ALIKE = 0.2  # likeness of titles from which on an earlier issue counts


@dataclass(frozen=True)
class Earlier:
    """An earlier issue and the agent that its area label led to."""

    number: int
    title: str
    agent: str
    area: str


@dataclass(frozen=True)
class Votes:
    """What earlier issues add for one agent, and which they are."""

    counts: float
    numbers: tuple[int, ...]
    area: str


_Model = tuple[Mapping[str, Mapping[str, int]], Mapping[str, int], int]


def learnt(prose: Prose, examples: tuple[tuple[str, str], ...]) -> dict[str, float]:
    """The probability of each class of `examples` (class, request); empty where no word of the text is known."""
    counts, totals, size = _model(examples)
    features = _features(prose.title, prose.text)
    known = {f: times for f, times in features.items() if any(f in listed for listed in counts.values())}
    if not known:
        return {}
    logs = {
        name: sum(
            times * math.log((listed.get(f, 0) + SMOOTHING) / (totals[name] + SMOOTHING * size))
            for f, times in known.items()
        )
        for name, listed in counts.items()
    }
    best = max(logs.values())
    shares = {name: math.exp((value - best) / SOFTNESS) for name, value in logs.items()}
    whole = sum(shares.values())
    return {name: share / whole for name, share in shares.items()}


@lru_cache(maxsize=8)
def _model(examples: tuple[tuple[str, str], ...]) -> _Model:
    counts: dict[str, Counter[str]] = {}
    for name, request in examples:
        head, mark, rest = request.partition("? ") if "? " in request[:120] else request.partition(". ")
        counts.setdefault(name, Counter()).update(_features(head + mark, rest))
    size = len({feature for listed in counts.values() for feature in listed})
    return counts, {name: sum(listed.values()) for name, listed in counts.items()}, size


def _features(title: str, text: str) -> dict[str, int]:
    """Words and pairs of words: twice in the title, once in the text, at most twice each."""
    found: Counter[str] = Counter()
    for part, times in ((title, 2), (text[:5_000], 1)):
        words = language.tokens(part, plural_only=True)[:WORDS]
        for feature in (*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))):
            found[feature] = min(2, found[feature] + times)
    return dict(found)


def votes(prose: Prose, history: Iterable[Earlier]) -> dict[str, Votes]:
    """What earlier issues with like titles add, for each agent: at most `HISTORY_MOST`, five issues in all."""
    history = tuple(history)
    own = _telling(prose.title)
    if len(history) < HISTORY_LEAST or not own:
        return {}
    titles = [(entry, _telling(entry.title[:300])) for entry in history]
    spread = Counter(word for _, words in titles for word in words)
    near = []
    for entry, words in titles:
        common = sum(1 / spread[word] ** 0.5 for word in sorted(own & words))
        either = sum(1 / max(1, spread[word]) ** 0.5 for word in sorted(own | words))
        if common / either >= ALIKE:
            near.append((common / either, entry))
    found: dict[str, Votes] = {}
    for likeness, entry in sorted(near, key=lambda n: (-n[0], n[1].number))[:5]:
        before = found.get(entry.agent, Votes(0.0, (), entry.area))
        counts = min(HISTORY_MOST, before.counts + 2 * likeness)
        found[entry.agent] = Votes(counts, (*before.numbers, entry.number), before.area)
    return found


def _telling(title: str) -> frozenset[str]:
    """The words of a title without stop words and numbers."""
    return frozenset(word for word in language.tokens(title, stop=False) if any(c.isalpha() for c in word))
