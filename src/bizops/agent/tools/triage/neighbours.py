"""Open issues that ask the same: likeness of words and of word sequences, robust to templates.

The score is the larger of two: 0.65 x the cosine of TF-IDF vectors of title and text + 0.35 x that of the titles, and
0.95 x the share of three-word sequences that the smaller text has in common with the other. Lines that many issues
share (a template's, a signature) are left out first. Work is linear in the issues: each is compared with ours alone.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.case import Case
from bizops.decision import Fact
from bizops.errors import InputError
from bizops.rules import data as data_rules
from bizops.rules import language, prose
from bizops.rules.harmless import plain
from bizops.rules.wording import many, table

SAME, ALIKE = 0.7, 0.5  # scores from which on two issues ask the same, or are worth a look
TITLE_TIMES = 2
TEXT_LIMIT = 4_000  # characters of a text that are compared
MOST = 10_000  # issues
SHARED_LEAST, SHARED_PART = 3, 0.2  # issues, and share of them, that make a line a template's
SHINGLES_LEAST = 6  # three-word sequences below which they prove nothing


@dataclass(frozen=True)
class Neighbour:
    """An open issue with its likeness to ours, 0 to 1, and the words that both have."""

    number: int
    title: str
    score: float
    words: tuple[str, ...]


@tool("compute")
def similar_issues(case: Case, limit: Annotated[int, Field(ge=1, le=20, description="how many at most")] = 5) -> Result:
    """Find open issues that ask the same, with a score from 0 to 1; from 0.7 on they are near-duplicates."""
    try:
        entries = case.entries("open_issues")
    except InputError as error:
        raise ToolError(f"the list of open issues cannot be read: {error.what}", where=error.where) from error
    others, broken = _others(entries, case.issue.number)
    given = case.find("open_issues.json")
    body = data_rules.prose(case.issue.body) if given and given.source != "repository" else case.issue.body
    found = neighbours(case.issue.title, body, others, tuple(case.form))[:limit]
    facts = {"open_issues_compared": Fact(value=str(len(others)), source="open issues")}
    facts |= {f"similarity_{n.number}": Fact(value=f"{n.score:.2f}", source=f"#{n.number}") for n in found}
    rows = [
        (f"#{n.number}", plain(n.title, 100), f"{n.score:.2f}", "near-duplicate" if n.score >= SAME else "similar",
         plain(", ".join(n.words[:6]), 100))
        for n in found
    ]  # fmt: skip
    shown = table(("issue", "title", "score", "", "words in common"), rows) if rows else "No open issue asks the same."
    note = f"\n\n{many(broken, 'entry', 'entries')} of the list could not be read." if broken else ""
    data = {
        "same": [n.number for n in found if n.score >= SAME],
        "similar": [{"number": n.number, "title": n.title[:200], "score": f"{n.score:.2f}"} for n in found],
        "compared": len(others),
    }
    return Result(f"{shown}\n\nCompared with {many(len(others), 'open issue')}.{note}", data, facts)


def _others(entries: list[Any], own: int) -> tuple[list[tuple[int, str, str]], int]:
    """Number, title and body of the open issues but ours, and how many entries could not be read."""
    found: dict[int, tuple[int, str, str]] = {}
    broken = 0
    for entry in entries[:MOST]:
        number = entry.get("number") if isinstance(entry, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or not isinstance(entry.get("title"), str):
            broken += 1
        elif number != own and not entry.get("pull_request") and entry.get("state", "open") == "open":
            found[number] = (number, entry["title"], str(entry.get("body") or "")[:TEXT_LIMIT])
    return list(found.values()), broken


def neighbours(
    title: str, body: str, others: Iterable[tuple[int, str, str]], headings: tuple[str, ...] = ()
) -> list[Neighbour]:
    """The issues from `ALIKE` on, best first. `others` are (number, title, body)."""
    rows = [(0, title, body[:TEXT_LIMIT]), *others]
    shared = _shared_lines([row[2] for row in rows])
    texts = [_Text.of(row[1], _without(row[2], shared), headings) for row in rows]
    spread = Counter(word for text in texts for word in set(text.words))
    rarity = {word: math.log(1 + (len(rows) + 1) / count) for word, count in spread.items()}
    ours = texts[0]
    found = []
    for (number, other_title, _), text in zip(rows[1:], texts[1:], strict=True):
        score = _likeness(ours, text, rarity)
        if score >= ALIKE:
            common = sorted(set(ours.words) & set(text.words), key=lambda w: (-rarity[w], w))
            spoken = language.spoken(f"{title}\n{body[:TEXT_LIMIT]}", common[:8])
            found.append(Neighbour(number, other_title, round(score, 2), spoken))
    return sorted(found, key=lambda n: (-n.score, n.number))


@dataclass(frozen=True)
class _Text:
    words: Mapping[str, int]
    title: Mapping[str, int]
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, title: str, body: str, headings: tuple[str, ...]) -> "_Text":
        head = language.tokens(title[:1_000], stop=False)
        text = language.tokens(prose.plain_text(body, headings), stop=False)
        words = Counter(text)
        for word in head:
            words[word] += TITLE_TIMES
        run = [*head, *text]
        return cls(words, Counter(head), frozenset(zip(run, run[1:], run[2:], strict=False)))


def _likeness(ours: _Text, other: _Text, rarity: Mapping[str, float]) -> float:
    titles = _cosine(ours.title, other.title, rarity)
    words = 0.65 * _cosine(ours.words, other.words, rarity) + 0.35 * titles
    least = min(len(ours.shingles), len(other.shingles))
    if least < SHINGLES_LEAST:
        return words
    return max(words, 0.95 * len(ours.shingles & other.shingles) / least)


def _cosine(a: Mapping[str, int], b: Mapping[str, int], rarity: Mapping[str, float]) -> float:
    common = sum(_weight(a[w]) * _weight(b[w]) * rarity[w] ** 2 for w in sorted(a.keys() & b.keys()))
    return common / (_norm(a, rarity) * _norm(b, rarity)) if common else 0.0


def _norm(a: Mapping[str, int], rarity: Mapping[str, float]) -> float:
    return math.sqrt(sum((_weight(count) * rarity[word]) ** 2 for word, count in sorted(a.items())))


def _weight(count: int) -> float:
    return 1 + math.log(count)


def _shared_lines(bodies: list[str]) -> frozenset[str]:
    """Lines that stand in many issues: of templates, signatures, bots."""
    seen = Counter(line for body in bodies for line in {_plain(line) for line in body.splitlines()} if line)
    least = max(SHARED_LEAST, math.ceil(SHARED_PART * len(bodies)))
    return frozenset(line for line, count in seen.items() if count >= least)


def _without(body: str, shared: frozenset[str]) -> str:
    return "\n".join(line for line in body.splitlines() if _plain(line) not in shared)


def _plain(line: str) -> str:
    return " ".join(line.casefold().split())
