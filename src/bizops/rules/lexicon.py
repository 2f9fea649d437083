"""The words of `policies/words.yml` and where they occur in an issue.

An item in one line lists entries with commas between; one of several lines gives example requests, one a line. An entry
is a word, a phrase (its words in order, at most two others between), a beginning (`invoic*`) or words that must all
occur (`former + login`); `!` behind it counts double, `!!`
three times, `?` half.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bizops.rules import language
from bizops.rules.prose import Prose

TITLE, TEXT, ASIDE = 2.0, 1.0, 0.1  # what a word counts, by where it stands
GAP = 2  # other words that may stand inside a phrase
LONGER = 0.6  # what each further word of a phrase adds to its weight; a stop word a quarter of that
FADE = 60  # words of the text after which a word counts half
TEXT_WORDS = 1500  # words of the text that are looked at
AGAIN = 0.15  # what an entry counts in the text that stood in the title already

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Evidence:
    """An entry that occurs: `word` as policy writes it, `where` (`title`, `text`, `aside`), and what it `counts`."""

    word: str
    area: str
    where: str
    counts: float


@dataclass(frozen=True)
class Entry:
    """A line of the list, comparable: `words` in order, `also` anywhere in the issue."""

    text: str
    area: str
    words: tuple[str, ...]
    weight: float
    also: tuple[str, ...] = ()


def listed(words: Words) -> tuple[tuple[str, str], ...]:
    """Each area with each of its entries as policy writes them."""
    return tuple(
        (area, entry.strip())
        for area, items in words.items()
        for item in items
        if "\n" not in item.strip()
        for entry in item.split(",")
        if entry.strip()
    )


def examples(words: Words) -> tuple[tuple[str, str], ...]:
    """Each area with each of its example requests."""
    return tuple(
        (area, line.strip())
        for area, items in words.items()
        for item in items
        if "\n" in item.strip()
        for line in item.splitlines()
        if line.strip()
    )


def occurrences(prose: Prose, words: Words, routes: Mapping[str, str]) -> Iterator[Evidence]:
    """What of the list occurs: each word of the text at most once for each agent, the weightiest entry first."""
    entries, shared = _index(listed(words), tuple(routes.items()))
    seen: set[tuple[str, tuple[str, ...]]] = set()
    anywhere = set(language.tokens(f"{prose.title}\n{prose.text}", plural_only=True)[:TEXT_WORDS])
    for where, text, base in (("title", prose.title, TITLE), ("text", prose.text, TEXT), ("aside", prose.aside, ASIDE)):
        hits = _hits(text, entries, anywhere, shared, fades=where != "title")
        used: set[tuple[str, int]] = set()
        for counts, _, span, entry in sorted(hits, key=lambda h: (-h[0], h[1], h[3].text, h[3].area)):
            agent = routes[entry.area]
            if any((agent, place) in used for place in span):
                continue
            used.update((agent, place) for place in span)
            again = AGAIN if (agent, entry.words) in seen else 1.0
            seen.add((agent, entry.words))
            yield Evidence(entry.text, entry.area, where, round(counts * base * again, 4))


_Hit = tuple[float, int, tuple[int, ...], Entry]


def _hits(
    text: str,
    entries: Mapping[str, tuple[Entry, ...]],
    anywhere: set[str],
    shared: Mapping[tuple[str, ...], int],
    *,
    fades: bool,
) -> Iterator[_Hit]:
    words = language.tokens(text, plural_only=True)[:TEXT_WORDS]
    for start, word in enumerate(words):
        for entry in (*entries.get(word, ()), *entries.get(word[:3] + "*", ())):
            span = _span(entry.words, words, start)
            if span and not _denied(words, start) and all(_occurs(part, anywhere) for part in entry.also):
                fade = FADE / (FADE + start) if fades else 1.0
                yield entry.weight / shared[(*entry.words, *entry.also)] * fade, start, span, entry


@lru_cache(maxsize=8)
def _index(
    rows: tuple[tuple[str, str], ...], routes: tuple[tuple[str, str], ...]
) -> tuple[Mapping[str, tuple[Entry, ...]], Mapping[tuple[str, ...], int]]:
    """The entries by their first word (a beginning under its first three letters and a star), and who shares them."""
    agent_of = dict(routes)
    by_first: dict[str, list[Entry]] = {}
    agents: dict[tuple[str, ...], set[str]] = {}
    for area, text in rows:
        bare = text.rstrip("!? ")
        near, *far = (_flat(part) for part in bare.split(" + "))
        also = tuple(word for part in far for word in part)
        if not near or area not in agent_of:
            continue
        entry = Entry(bare, area, near, _weight(text) * _length((*near, *also)), also)
        by_first.setdefault(near[0][:3] + "*" if near[0].endswith("*") else near[0], []).append(entry)
        agents.setdefault((*near, *also), set()).add(agent_of[area])
    return {word: tuple(list_) for word, list_ in by_first.items()}, {w: len(names) for w, names in agents.items()}


def _weight(text: str) -> float:
    return 0.5 if text.endswith("?") else 1.0 + len(text) - len(text.rstrip("!"))


def _length(words: tuple[str, ...]) -> float:
    told = sum(1.0 if word not in language.STOP_STEMS else 0.25 for word in words)
    return max(1.0, 1 + LONGER * (told - 1))


def _flat(phrase: str) -> tuple[str, ...]:
    return tuple(form for word in phrase.split() for form in _comparable(word))


def _comparable(word: str) -> tuple[str, ...]:
    if word.endswith("*"):
        return (language.fold(word),)
    forms = language.tokens(word, plural_only=True)
    return tuple(forms[-1:] if "-" in word or "." in word else forms)


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


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else part == word


def _occurs(part: str, anywhere: set[str]) -> bool:
    return any(_fits(part, word) for word in anywhere) if part.endswith("*") else part in anywhere


_NOT = frozenset({"not", "isnt", "kein", "keine", "pas", "never"})
_ARTICLES = frozenset({"a", "an", "about", "the", "for", "un", "une", "ein", "eine", "de", "of"})


def _denied(words: list[str], start: int) -> bool:
    """Whether `not a`, `kein`, `pas un` stands directly before: "not a security matter" is no security matter."""
    return start > 1 and words[start - 1] in _ARTICLES and words[start - 2] in _NOT
