"""Which sections fit a question, and how well: BM25 for the order, coverage of the question for the decision.

The score is BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75, Lucene's idf), summed over the question's words. A
BM25 score says nothing by itself about whether anything fits, so the decision looks at the share of the question that
a section covers, each word weighted by its idf: a word that no article knows weighs most, and counts against every
one. `answer` and `likely` were set on questions of two companies (tests/agents/test_support_search.py).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bizops.agent.tools.support.articles import Section
from bizops.agent.tools.support.synonyms import COMMON, SHARE, alternatives
from bizops.agent.tools.support.translations import spoken_in, translated
from bizops.rules import language

K1, B = 1.2, 0.75
TITLE_TIMES, HEADING_TIMES = 2, 3  # how often a title and a heading count in their section
TEXT_WEIGHT = 0.5  # of a word that stands only in the text, not in its title
COMMON_WEIGHT = 0.2  # of a word that stands in questions of any kind
NEAR = 0.7  # what a word of the same beginning counts
ELSEWHERE = 0.5  # what a word counts that stands in another section of the same article
BODY = 0.85  # what a word counts that stands in the text and not in the heading
TITLE = 0.6  # what a word counts that stands in the article's title alone
ANSWER, LIKELY = 0.6, 0.36  # shares of the question that a section must cover
SHOWN = 0.2  # share that a further source must cover to be listed
LEAD = 0.1  # by which the best must be ahead of another article to be the answer
BY_TITLE = 0.9  # what the share of the title alone counts: a text often tells a story around the question
UNKNOWN = 0.5  # sections in which a word is said to stand that stands in none
TERMS = 40  # words of a question that are looked for
SECTION_WORDS = 3_000

Level = Literal["answer", "likely", "none"]


@dataclass(frozen=True)
class Question:
    """The comparable words of a title and a text, without stop words, once each."""

    title: tuple[str, ...]
    text: tuple[str, ...]
    language: str = "en"  # that it is read in

    @classmethod
    def of(cls, title: str, text: str) -> "Question":
        head = language.distinct(language.tokens(title, stop=False))[:TERMS]
        body = language.distinct(w for w in language.tokens(text, stop=False) if w not in head)
        return cls(head, body[: TERMS - len(head) // 2], spoken_in(f"{title}\n{text}"))

    def is_common(self, word: str) -> bool:
        """Whether a word stands in questions of any kind, itself or in English."""
        english = translated(word, self.language)
        return all(one in COMMON for one in ((word,) if english is None else english))

    def telling(self, words: Iterable[str]) -> list[str]:
        """Those of the words that are not common."""
        return [word for word in words if not self.is_common(word)]

    @property
    def weights(self) -> dict[str, float]:
        """What each word weighs; the text in all no more than the title, where the title says anything."""

        def common(word: str) -> float:
            return COMMON_WEIGHT if self.is_common(word) else 1.0

        weights = {word: common(word) for word in self.title}
        told = sum(weights.values())
        text = {word: TEXT_WEIGHT * common(word) for word in self.text}
        if told >= 1.5 and sum(text.values()) > told:
            shrink = told / sum(text.values())
            text = {word: weight * shrink for word, weight in text.items()}
        return weights | text


@dataclass(frozen=True)
class Hit:
    """A section with its BM25 score, the share of the question that it covers, and the words that it covers."""

    section: Section
    score: float
    fit: float
    words: tuple[str, ...]
    heads: tuple[str, ...] = ()  # those that stand in title or heading


@dataclass(frozen=True)
class Found:
    """The best sections, one for each article or issue, and whether the first answers the question."""

    level: Level
    hits: tuple[Hit, ...] = ()
    unknown: tuple[str, ...] = ()  # words of the question that nothing knows


def find(question: Question, sections: Sequence[Section], limit: int = 3) -> Found:
    """The sections that fit; level `none` where no section covers enough. Deterministic, linear in the sections."""
    weights = question.weights
    if not weights or not sections:
        return Found("none", unknown=tuple(weights))
    import numpy as np

    index = _Index(sections, weights, question.language)
    score = np.zeros(len(sections))
    hits: dict[str, Any] = {}
    parts = {"all": _Cover(np.zeros(len(sections))), "title": _Cover(np.zeros(len(sections)))}
    unknown = []
    for word, weight in weights.items():
        bm25, credit = index.word(word)
        known = int((credit > 0).sum())
        idf = math.log(1 + (len(sections) + 1) / max(known, UNKNOWN))
        told = np.maximum(credit, ELSEWHERE * index.of_article(credit))
        for part in ("all", "title") if word in question.title else ("all",):
            parts[part] = parts[part].with_word(weight * idf, told)
        if known:
            score += weight * bm25
            hits[word] = credit
        else:
            unknown.append(word)
    fit = parts["all"].share
    if len(question.telling(question.title)) >= 2:
        fit = np.maximum(fit, BY_TITLE * parts["title"].share)
    rank = np.lexsort((np.arange(len(sections)), -score, -np.round(fit, 6)))
    best = _one_each(rank, sections, limit, lambda i: float(fit[i]) > 0)
    listed = tuple(
        Hit(
            sections[i],
            round(float(score[i]), 2),
            round(float(fit[i]), 4),
            tuple(word for word in hits if hits[word][i] > 0),
            tuple(word for word in hits if hits[word][i] > 0 and hits[word][i] / index.share(word) >= 1 - 1e-9),
        )
        for i in best
    )
    return Found(_level(listed, question), _worth_showing(listed), tuple(unknown))


def _level(hits: tuple[Hit, ...], question: Question) -> Level:
    if not hits or hits[0].fit < LIKELY or not _enough(hits[0], question):
        return "none"
    others = [hit for hit in hits[1:] if hit.section.path != hits[0].section.path or hit.section.kind == "issue"]
    ahead = not others or hits[0].fit - others[0].fit >= LEAD or hits[0].score >= 1.5 * others[0].score
    return "answer" if hits[0].fit >= ANSWER and ahead and not _by_one_like_word(hits[0], question) else "likely"


def _likened(word: str, hit: Hit) -> bool:
    """Whether a word stands in a section only by another that stands for it: `laptop` by `machine`."""
    section = hit.section
    said = f"{section.title} {section.heading} {section.extra} {section.text}"
    return word not in language.tokens(said, stop=False)


def _in_title(word: str, hit: Hit, question: Question) -> bool:
    """Whether a word of another language stands in a title in English."""
    return bool(set(translated(word, question.language) or ()) & set(language.tokens(hit.section.title, stop=False)))


def _by_one_like_word(hit: Hit, question: Question) -> bool:
    """Whether all that matches is one word of several, and that not itself."""
    telling = question.telling(hit.words)
    return len(telling) == 1 and len(question.weights) > 1 and _likened(telling[0], hit)


def _enough(hit: Hit, question: Question) -> bool:
    """Whether the words that match tell anything: two, or one that is an error code or stands in a heading."""
    weights = question.weights
    asked = question.telling(weights) or list(weights)
    telling = [w for w in hit.words if w in asked]
    if len(telling) != 1:
        return len(telling) > 1
    heads = telling[0] in hit.heads or _in_title(telling[0], hit, question)
    code = any(c.isdigit() for c in telling[0]) and not telling[0].isdigit()
    return code or (len(asked) == 1 and (heads or not _likened(telling[0], hit))) or (len(asked) == 2 and heads)


def _worth_showing(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.fit >= SHOWN)


def _one_each(rank: Any, sections: Sequence[Section], limit: int, fits: Any) -> list[int]:
    taken: dict[tuple[str, int], int] = {}
    for at in rank:
        i = int(at)
        if len(taken) == limit or not fits(i):
            break
        taken.setdefault((sections[i].path, sections[i].number), i)
    return list(taken.values())


@dataclass(frozen=True)
class _Cover:
    """How much of a question each section covers: `got` for each, of `whole`."""

    got: Any
    whole: float = 0.0

    def with_word(self, weight: float, credit: Any) -> "_Cover":
        return _Cover(self.got + weight * credit, self.whole + weight)

    @property
    def share(self) -> Any:
        return self.got / self.whole if self.whole else self.got


class _Index:
    """BM25 over the sections, and where each word stands."""

    def __init__(self, sections: Sequence[Section], wanted: Iterable[str], spoken: str) -> None:
        import bm25s
        import numpy as np

        heads = [language.tokens(f"{s.heading} {s.extra}", stop=False) for s in sections]
        texts = [language.tokens(s.text, stop=False)[:SECTION_WORDS] for s in sections]
        corpus = [
            [*(language.tokens(s.title, stop=False) * TITLE_TIMES),
             *(language.tokens(s.heading, stop=False) * HEADING_TIMES), *language.tokens(s.extra, stop=False), *text]
            for s, text in zip(sections, texts, strict=True)
        ]  # fmt: skip
        self.size = len(sections)
        known = frozenset(word for words in corpus for word in words)
        self.forms = {word: _forms(word, known, spoken) for word in wanted}
        needed = frozenset(form for forms in self.forms.values() for form, _ in forms)
        self.heads, self.texts, self.places = (_places(rows, needed) for rows in (heads, texts, corpus))
        self.bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        self.bm25.index([words or [""] for words in corpus], show_progress=False)
        keys: dict[tuple[str, int], int] = {}
        self.article = np.array([keys.setdefault((s.path, s.number), len(keys)) for s in sections])
        self.articles = len(keys)

    def word(self, word: str) -> tuple[Any, Any]:
        """For each section the BM25 score of a word or what stands for it, and how far it counts as covered."""
        import numpy as np

        bm25, credit = np.zeros(self.size), np.zeros(self.size)
        for form, share in self.forms[word]:
            here = np.zeros(self.size)
            here[self.places[form]] = TITLE
            here[self.texts.get(form, [])] = BODY
            here[self.heads.get(form, [])] = 1.0
            credit = np.maximum(credit, share * here)
            bm25 = np.maximum(bm25, share * self.bm25.get_scores([form]))
        return bm25, credit

    def share(self, word: str) -> float:
        """What a word or the nearest that stands for it counts at most."""
        return max(share for _, share in self.forms[word])

    def of_article(self, credit: Any) -> Any:
        """The best credit within the article that each section belongs to."""
        import numpy as np

        best = np.zeros(self.articles)
        np.maximum.at(best, self.article, credit)
        return best[self.article]


def _forms(word: str, known: frozenset[str], spoken: str) -> tuple[tuple[str, float], ...]:
    """What stands for a word in the sections, with what it counts: itself, its synonyms, else a like beginning."""
    forms = {other: share for other, share in alternatives(word) if other in known}
    forms |= {other: SHARE for other in translated(word, spoken) or () if other in known}
    forms |= {word: 1.0} if word in known else {}
    if not forms and len(word) >= 5 and word.isalpha():
        near = sorted(other for other in known if other[:5] == word[:5] and other.isalpha())
        forms = {other: NEAR for other in near[:200] if _same_beginning(word, other)}
    return tuple(sorted(forms.items()))


def _places(rows: list[list[str]], needed: frozenset[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, words in enumerate(rows):
        for word in needed.intersection(words):
            found.setdefault(word, []).append(at)
    return found


def _same_beginning(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    common = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return common >= max(5, math.ceil(0.75 * len(long)))
