"""Plain words to an area and its agent, with the words that say so.

Words (`bizops.rules.lexicon`), what requests of the kind read like and where like issues went before
(`bizops.rules.likeness`) are added up for each agent. Sentences that give orders to the desk, names of agents and
labels typed in the text, data in blocks, quotations and what a form says itself are no evidence; code within sentences
counts a tenth (`bizops.rules.prose`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bizops.policy import Policy
from bizops.rules import lexicon, likeness
from bizops.rules.claims import Claim, junk, stated_priority
from bizops.rules.lexicon import Evidence
from bizops.rules.likeness import Earlier
from bizops.rules.prose import Prose, own_words

__all__ = ("Earlier", "Evidence", "Guess", "Ranked", "classify")

LEAST = 1.5  # a score below this decides nothing
MARGIN = 0.1  # share of the best score by which the best must be ahead
LEARNT = 3.0  # what the likeness to policy's example requests adds at most


@dataclass(frozen=True)
class Ranked:
    """An agent with its best area and its score. `evidence`, `learnt` and `earlier` (issue numbers) say why."""

    agent: str
    area: str
    score: float
    evidence: tuple[Evidence, ...] = ()
    learnt: float = 0.0
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True)
class Guess:
    """Where plain words point; `agent` is the unrouted one where nothing decides.

    `margin` is the lead as a share of the best score, `clear` whether it decides; `priority` is what the author claims,
    not what is believed; `spam` says why the text is taken for junk; `orders` are sentences that were left out.
    """

    agent: str
    area: str
    ranked: tuple[Ranked, ...]
    margin: float
    clear: bool
    priority: Claim | None = None
    spam: str = ""
    orders: tuple[str, ...] = ()
    empty: bool = False


def classify(
    title: str, body: str, policy: Policy, history: Iterable[Earlier] = (), headings: Iterable[str] = ()
) -> Guess:
    """Rank the agents of the routes for a title and a text; pure, the same words give the same guess.

    `headings`: labels of the form that the text was filled in, which are the company's words.
    """
    prose = own_words(title, body, {pattern.partition("/")[0] for pattern in policy.labels.routes}, headings)
    spam = junk(prose)
    ranked = tuple(_ranked(prose, policy, tuple(history)))
    best = ranked[0].score if ranked else 0.0
    second = ranked[1].score if len(ranked) > 1 else 0.0
    margin = (best - second) / best if best else 0.0
    clear = not spam and best >= LEAST and margin >= MARGIN
    first = ranked[0] if clear else None
    return Guess(
        first.agent if first else policy.agents.unrouted,
        first.area if first else "",
        ranked,
        round(margin, 4),
        clear,
        None if spam else stated_priority(prose),
        spam,
        prose.orders,
        empty=not any(c.isalnum() for c in f"{prose.title}{prose.text}"),
    )


def _ranked(prose: Prose, policy: Policy, history: tuple[Earlier, ...]) -> list[Ranked]:
    words, routes = policy.words.words, policy.labels.routes
    said: dict[str, dict[str, list[Evidence]]] = {}
    for evidence in lexicon.occurrences(prose, words, routes):
        said.setdefault(routes[evidence.area], {}).setdefault(evidence.area, []).append(evidence)
    like: dict[str, dict[str, float]] = {}
    for area, share in likeness.learnt(prose, lexicon.examples(words)).items():
        if area in routes:
            like.setdefault(routes[area], {})[area] = share
    before = likeness.votes(prose, history)
    ranked = []
    for agent in {*said, *like, *before}:
        found = [e for listed in said.get(agent, {}).values() for e in listed]
        learnt = round(LEARNT * sum(like.get(agent, {}).values()), 4)
        vote = before.get(agent)
        score = sum(e.counts for e in found) + learnt + (vote.counts if vote else 0.0)
        weights = {area: sum(e.counts for e in listed) for area, listed in said.get(agent, {}).items()}
        for area, share in like.get(agent, {}).items():
            weights[area] = weights.get(area, 0.0) + LEARNT * share
        area = min(weights, key=lambda name: (-weights[name], name)) if weights else vote.area if vote else ""
        strongest = tuple(sorted(found, key=lambda e: (-e.counts, e.word, e.area)))
        ranked.append(Ranked(agent, area, round(score, 4), strongest, learnt, vote.numbers if vote else ()))
    return sorted((r for r in ranked if r.score >= 0.05), key=lambda r: (-r.score, r.agent))
