"""Plain words to an area and its agent, with the words that say so.

The words stand in `policies/labels.yml` under `words:`, area by area. An entry is a word, a phrase (its words in
order, at most two others between them) or a beginning (`invoic*`); `!` behind it makes it count double, `?` half. All
are compared folded and stemmed. The title counts twice the text, the beginning of a text more than its end, code and
quotations a tenth, a word that points to several agents is shared among them, and every word of the text speaks at
most once for an agent. Sentences that give orders to the desk, names of agents and labels typed in the text are no
evidence (`bizops.rules.prose`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bizops.policy import Labels
from bizops.rules import language
from bizops.rules.claims import Claim, junk, stated_priority
from bizops.rules.prose import Prose, own_words

TITLE, TEXT, ASIDE = 2.0, 1.0, 0.1  # what a word counts, by where it stands
GAP = 2  # other words that may stand inside a phrase
FADE = 60  # words of the text after which a word counts half
LEAST = 1.0  # evidence below this decides nothing
MARGIN = 0.12  # of the best score, by which the best must be ahead
TEXT_WORDS = 1500  # words of the text that are looked at
HISTORY_LEAST = 12  # earlier issues below which they teach nothing
HISTORY_MOST = 2.0  # what earlier issues can add to one agent


@dataclass(frozen=True)
class Evidence:
    """An entry of the list that occurs: `word` as policy writes it, `where` (`title`, `text`, `aside`), `counts`."""

    word: str
    area: str
    where: str
    counts: float


@dataclass(frozen=True)
class Ranked:
    """An agent with its best area, its score and what speaks for it, strongest first; `earlier` are issue numbers."""

    agent: str
    area: str
    score: float
    evidence: tuple[Evidence, ...] = ()
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """An earlier issue and the agent that its area label led to."""

    number: int
    title: str
    agent: str
    area: str


@dataclass(frozen=True)
class Guess:
    """Where plain words point. `agent` is the unrouted one's where nothing decides; `margin` is a share of the best."""

    agent: str
    area: str
    ranked: tuple[Ranked, ...]
    margin: float
    clear: bool
    priority: Claim | None = None
    spam: str = ""
    orders: tuple[str, ...] = ()
    empty: bool = False


def classify(title: str, body: str, labels: Labels, unrouted: str, history: Iterable[Earlier] = ()) -> Guess:
    """Rank the agents of `labels.routes` for a title and a text; pure, the same words give the same guess."""
    prose = own_words(title, body, {pattern.partition("/")[0] for pattern in labels.routes})
    spam = junk(prose)
    ranked = tuple(_ranked(prose, labels, tuple(history)))
    best = ranked[0].score if ranked else 0.0
    second = ranked[1].score if len(ranked) > 1 else 0.0
    margin = (best - second) / best if best else 0.0
    clear = not spam and best >= LEAST and margin >= MARGIN
    first = ranked[0] if clear else None
    return Guess(
        first.agent if first else unrouted,
        first.area if first else "",
        ranked,
        round(margin, 4),
        clear,
        None if spam else stated_priority(prose),
        spam,
        prose.orders,
        empty=not prose.title and not prose.sentences,
    )


def _ranked(prose: Prose, labels: Labels, history: tuple[Earlier, ...]) -> list[Ranked]:
    entries = _entries(tuple((area, words) for area, words in labels.words.items()))
    shared = _sharers(entries, labels.routes)
    found: dict[str, dict[str, list[Evidence]]] = {}
    for evidence in _occurrences(prose, entries, shared, labels.routes):
        found.setdefault(labels.routes[evidence.area], {}).setdefault(evidence.area, []).append(evidence)
    before = _earlier(prose, history)
    ranked = []
    for agent in {*found, *before}:
        areas = found.get(agent, {})
        said = sorted((e for list_ in areas.values() for e in list_), key=lambda e: (-e.counts, e.word, e.area))
        bonus, numbers, area = before.get(agent, (0.0, (), ""))
        weight = {name: sum(e.counts for e in list_) for name, list_ in areas.items()}
        area = min(weight, key=lambda name: (-weight[name], name)) if weight else area
        ranked.append(Ranked(agent, area, round(sum(weight.values()) + bonus, 4), tuple(said), numbers))
    return sorted(ranked, key=lambda r: (-r.score, r.agent))


@dataclass(frozen=True)
class _Entry:
    text: str
    area: str
    words: tuple[str, ...]
    weight: float
    also: tuple[str, ...] = ()  # words that must stand anywhere in the issue besides


@lru_cache(maxsize=8)
def _entries(words: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, tuple[_Entry, ...]]:
    """The entries by their first word; a beginning stands under its first three letters with a star."""
    by_first: dict[str, list[_Entry]] = {}
    for area, listed in words:
        for text in language.distinct(listed):
            weight = 2.0 if text.endswith("!") else 0.5 if text.endswith("?") else 1.0
            bare = text.rstrip("!? ")
            near, *far = (_flat(part) for part in bare.split("+"))
            also = tuple(word for part in far for word in part)
            flat = near
            if flat:
                entry = _Entry(bare, area, flat, weight * (1 + 0.6 * (len(flat) + len(also) - 1)), also)
                by_first.setdefault(flat[0][:3] + "*" if flat[0].endswith("*") else flat[0], []).append(entry)
    return {first: tuple(entries) for first, entries in by_first.items()}


def _flat(phrase: str) -> tuple[str, ...]:
    return tuple(form for word in phrase.split() for form in _comparable(word))


def _comparable(word: str) -> tuple[str, ...]:
    if word.endswith("*"):
        return (language.fold(word),)
    forms = language.tokens(word, plural_only=True)
    return tuple(forms[-1:] if "-" in word or "." in word else forms)


def _sharers(entries: Mapping[str, tuple[_Entry, ...]], routes: Mapping[str, str]) -> Mapping[tuple[str, ...], int]:
    """How many agents claim the same words."""
    agents: dict[tuple[str, ...], set[str]] = {}
    for listed in entries.values():
        for entry in listed:
            agents.setdefault(entry.words, set()).add(routes[entry.area])
    return {words: len(names) for words, names in agents.items()}


def _occurrences(
    prose: Prose,
    entries: Mapping[str, tuple[_Entry, ...]],
    shared: Mapping[tuple[str, ...], int],
    routes: Mapping[str, str],
) -> Iterator[Evidence]:
    """Each entry once for each place, and each word of the text once for each agent, the weightiest entry first."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    anywhere = sorted(set(language.tokens(f"{prose.title}\n{prose.text}", plural_only=True)[:TEXT_WORDS]))
    for where, text, base in (("title", prose.title, TITLE), ("text", prose.text, TEXT), ("aside", prose.aside, ASIDE)):
        words = language.tokens(text, plural_only=True)[:TEXT_WORDS]
        hits = []
        for start, word in enumerate(words):
            for entry in (*entries.get(word, ()), *entries.get(word[:3] + "*", ())):
                span = _span(entry.words, words, start)
                if span and not _denied(words, start) and all(_occurs(also, anywhere) for also in entry.also):
                    fade = 1.0 if where == "title" else FADE / (FADE + start)
                    hits.append((entry.weight / shared[entry.words] * base * fade, -start, span, entry))
        used: set[tuple[str, int]] = set()
        for counts, _, span, entry in sorted(hits, key=lambda h: (-h[0], -h[1], h[3].text, h[3].area)):
            agent = routes[entry.area]
            if any((agent, place) in used for place in span):
                continue
            used.update((agent, place) for place in span)
            again = 0.15 if (agent, entry.words) in seen else 1.0
            seen.add((agent, entry.words))
            yield Evidence(entry.text, entry.area, where, round(counts * again, 4))


def _span(phrase: tuple[str, ...], words: list[str], start: int) -> tuple[int, ...]:
    """The places of a phrase's words from `start` on, or nothing."""
    places: list[int] = []
    at = start
    for part in phrase:
        limit = start + 1 if not places else min(len(words), at + GAP + 1)
        at = next((i for i in range(at, limit) if _fits(part, words[i])), -1)
        if at < 0:
            return ()
        places.append(at)
        at += 1
    return tuple(places)


def _occurs(part: str, anywhere: list[str]) -> bool:
    return any(_fits(part, word) for word in anywhere)


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else part == word


_NOT = frozenset({"not", "isnt", "kein", "keine", "pas", "never"})
_ARTICLES = frozenset({"a", "an", "about", "the", "for", "un", "une", "ein", "eine", "de", "of"})


def _denied(words: list[str], start: int) -> bool:
    """Whether `not a`, `kein`, `pas un` stands directly before: "not a security matter" is no security matter."""
    return start > 1 and words[start - 1] in _ARTICLES and words[start - 2] in _NOT


def _earlier(prose: Prose, history: tuple[Earlier, ...]) -> dict[str, tuple[float, tuple[int, ...], str]]:
    """What earlier issues with like titles add: up to `HISTORY_MOST` for each agent, shared by likeness."""
    if len(history) < HISTORY_LEAST:
        return {}
    titles = {entry.number: frozenset(language.tokens(entry.title, stop=False)) for entry in history}
    spread: dict[str, int] = {}
    for words in titles.values():
        for word in words:
            spread[word] = spread.get(word, 0) + 1
    own = frozenset(language.tokens(prose.title, stop=False))
    near = []
    for entry in history:
        common, either = own & titles[entry.number], own | titles[entry.number]
        if common:
            weight = {word: 1 / spread.get(word, 1) ** 0.5 for word in either}
            near.append((sum(weight[w] for w in sorted(common)) / sum(weight[w] for w in sorted(either)), entry))
    near = sorted((n for n in near if n[0] >= 0.2), key=lambda n: (-n[0], n[1].number))[:5]
    votes: dict[str, tuple[float, tuple[int, ...], str]] = {}
    for likeness, entry in near:
        counted, numbers, area = votes.get(entry.agent, (0.0, (), entry.area))
        votes[entry.agent] = (min(HISTORY_MOST, counted + 2 * likeness), (*numbers, entry.number), area)
    return votes
