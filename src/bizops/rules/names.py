"""Figures beside the name of a fact: `income 300, expenses 900` must be so, not the other way round.

A name is a word of a fact's own name (`october_income`) or another word for it (`called.CALLED`). It is bound to a
figure of the same clause where only small words stand between them, or as row and column of a table. Whatever leaves
doubt (words between, a comparison, two figures for one name) binds nothing: a true sentence must not be taken for a
false one. Time is linear in the text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bizops.decision import Fact
from bizops.rules.called import GENERIC, JOINTS, LINKS, NOT, names_of
from bizops.rules.figures import CODES, CURRENCY, Figure, normal, numbers, values
from bizops.rules.language import STOP_WORDS, fold

WORD = re.compile(r"[^\W\d_]+")
CODE = re.compile(r"`[^`\n]*`")
ASIDE = re.compile(r"\(([^()\n]*)\)")
MONEY_ALONE = re.compile(rf"[\s\d.,'’+-]*(?:{CURRENCY})?[\s\d.,'’+-]*(?:{CURRENCY})?\s*", re.IGNORECASE)
END = re.compile(r"[.;!?](?=\s|$)|\n")
RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*")
MONEY_CODES = frozenset(CODES.casefold().split("|"))
TOGETHER = re.compile("N[Nl]*(?:Al*N[Nl]*)+Fl*(?:Al*Fl*)*")
AHEAD, BEHIND = re.compile("[lX]*(?:(?<!X)N[Nl]*Fl*)+"), re.compile("l*(?:Fl*N[Nl]*)+")
ALONE = re.compile("(?<!X)(?P<before>(?:N[Nl]*)?)F(?!X)(?P<after>(?:l*N[Nl]*)?)")


@dataclass(frozen=True)
class Bound:
    """A figure and the names that it stands for; `said` as the text has them."""

    names: frozenset[str]
    figure: Figure
    said: str


@dataclass(frozen=True)
class _Token:
    kind: str  # N name, F figure, A joint, C comparison or denial, l small word, X any other
    text: str = ""
    names: tuple[str, ...] = ()
    figure: Figure | None = None


@dataclass(frozen=True)
class Names:
    """The facts by the words of their names. `facts` are those that have one figure."""

    facts: Mapping[str, Fact]

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """Of each fact the words that name it, in order."""
        found = {}
        for key in self.facts:
            words = [w for w in WORD.findall(key.replace("_", " ")) if len(w) > 2 and w.casefold() not in MONEY_CODES]
            told = (name for w in words if w.casefold() not in GENERIC | STOP_WORDS for name in names_of(w))
            found[key] = tuple(dict.fromkeys(told))
        return found

    @cached_property
    def vocabulary(self) -> Mapping[str, frozenset[str]]:
        """Each word with the facts that it names."""
        found: dict[str, set[str]] = {}
        for key, words in self.words.items():
            for word in words:
                found.setdefault(word, set()).add(key)
        return {word: frozenset(keys) for word, keys in found.items()}

    @cached_property
    def by_value(self) -> Mapping[str, frozenset[str]]:
        """The facts with a value."""
        found: dict[str, set[str]] = {}
        for key, fact in self.facts.items():
            for value in values(normal(fact.value)):
                found.setdefault(value.removeprefix("-"), set()).add(key)
        return {value: frozenset(keys) for value, keys in found.items()}

    def known(self, word: str) -> tuple[str, ...]:
        """The names that a word is; empty if one of them is no word of a fact."""
        found = names_of(word)
        return found if all(name in self.vocabulary for name in found) else ()

    @cached_property
    def found(self) -> dict[frozenset[str], tuple[frozenset[str], frozenset[str]]]:
        """What `named` has found."""
        return {}

    def named(self, names: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The facts that all of these words name, and their units; none if none of them ends with one of the words."""
        if names not in self.found:
            sets = sorted((self.vocabulary[name] for name in names if name in self.vocabulary), key=len)
            both = frozenset.intersection(*sets) if len(sets) == len(names) and sets else frozenset()
            keys = both if any(self.words[key][-1] in names for key in both) else frozenset()
            whole = frozenset(key for key in keys if len(names) > 1 and set(self.words[key]) == names)
            keys = whole or keys  # `security score` is not `security_score_deduction`
            self.found[names] = keys, frozenset(self.facts[key].unit for key in keys)
        return self.found[names]


def misplaced(text: str, facts: Mapping[str, Fact], results: str) -> Iterator[str]:
    """What is wrong with the figures of a normal text that stand beside the name of another fact.

    Only a figure that is itself a fact of the same unit can be misplaced, and not one that the tools' own words
    (`results`, normal) put beside the same name.
    """
    names = Names({key: fact for key, fact in facts.items() if fact.value and WORD.search(key)})
    wrong = [found for found in bound(text, names) if _is_misplaced(found, names)] if names.vocabulary else []
    if not wrong:
        return
    told: dict[str, set[frozenset[str]]] = {}
    for pair in bound(results, names, freely=True):
        for value in pair.figure.values:
            told.setdefault(value, set()).add(pair.names)
    for found in wrong:
        beside = {heard for value in found.figure.values for heard in told.get(value, ())}
        if not any(heard <= found.names or heard >= found.names for heard in beside):
            yield f"the figure {found.figure.text.strip()} stands beside “{found.said}”, but {_right(found, names)}"


def _right(found: Bound, names: Names) -> str:
    """What the facts of a name are, the first three."""
    keys = sorted(names.named(found.names)[0])[:3]
    return ", ".join(f"{key} is {names.facts[key].value} {names.facts[key].unit}".rstrip() for key in keys)


def _is_misplaced(found: Bound, names: Names) -> bool:
    keys, units = names.named(found.names)
    holders = frozenset().union(*(names.by_value.get(value, frozenset()) for value in found.figure.values))
    return not keys & holders and any(names.facts[key].unit in units for key in holders)


def bound(text: str, names: Names, *, freely: bool = False) -> Iterator[Bound]:
    """The figures of a text with the names that they stand beside; `freely` also with other words between."""
    text = CODE.sub(lambda span: span[0] if not WORD.search(span[0]) else " " * len(span[0]), text)
    header: list[str] = []
    previous = ""
    for line in text.splitlines():
        if line.count("|") < 2:
            header = []
            yield from _of_line(line, names, freely=freely)
        elif RULE.fullmatch(line):
            header = _cells(previous)
        else:
            yield from _of_row(line, header, names)
        previous = line


def _cells(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")


def _of_row(line: str, header: list[str], names: Names) -> Iterator[Bound]:
    """A table's figures stand for the names of their row and of their column."""
    cells = _cells(line)
    if not header:
        return
    first = [word for word in WORD.findall(cells[0]) if names.known(word)]
    if len(first) < len([w for w in WORD.findall(cells[0]) if fold(w) not in GENERIC | STOP_WORDS | LINKS]):
        return  # another row than those that are named
    for cell, head in zip(cells[1:], header[1:], strict=False):
        figures = list(numbers(cell))
        above = [word for word in WORD.findall(head) if names.known(word)]
        said = [*first, *above]
        if len(figures) == 1 and said and not WORD.search(MONEY_WORDS.sub("", cell)):
            yield Bound(frozenset(name for word in said for name in names_of(word)), figures[0], " ".join(said))


MONEY_WORDS = re.compile(rf"{CURRENCY}|[*_]+", re.IGNORECASE)


def _of_line(line: str, names: Names, *, freely: bool) -> Iterator[Bound]:
    """The clauses of a line; what stands in brackets is a clause of its own unless it is only an amount."""
    apart: list[str] = []

    def aside(match: re.Match[str]) -> str:
        if MONEY_ALONE.fullmatch(match[1]):
            return f" {match[1]} "
        apart.append(match[1])
        return " "

    for part in (ASIDE.sub(aside, line), *apart):
        start = 0
        for end in (*(match.start() for match in END.finditer(part)), len(part)):
            yield from _of_clause(part[start:end], names, freely=freely)
            start = end


def _of_clause(text: str, names: Names, *, freely: bool) -> Iterator[Bound]:
    tokens = list(_tokens(text, names))
    if freely:
        tokens = [token for token in tokens if token.kind not in "XC"]
    kinds = "".join(token.kind for token in tokens)
    if "N" not in kinds or "F" not in kinds:
        return
    start = 0
    for match in TOGETHER.finditer(kinds):
        yield from _in_order(tokens[match.start() : match.end()])
        yield from _apart(tokens[start : match.start()])
        start = match.end()
    yield from _apart(tokens[start:])


def _in_order(tokens: list[_Token]) -> Iterator[Bound]:
    """`income and expenses were 900 and 300`: the first name has the first figure; `net of both is 600`: none."""
    groups: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == "A" and groups[-1]:
            groups.append([])
        elif token.kind == "N":
            groups[-1].append(token)
    heard = [group for group in groups if group]
    figures = [token for token in tokens if token.kind == "F"]
    if len(heard) == len(figures):
        for group, figure in zip(heard, figures, strict=True):
            yield from _bound(group, figure.figure)


def _apart(tokens: list[_Token]) -> Iterator[Bound]:
    """Each part between two joints by itself."""
    joints = [-1, *(at for at, token in enumerate(tokens) if token.kind == "A"), len(tokens)]
    for before, after in pairwise(joints):
        part = tokens[before + 1 : after]
        kinds = "".join(token.kind for token in part)
        if "C" in kinds or "N" not in kinds:
            continue
        if kinds.count("F") == 1 and (match := ALONE.search(kinds)):
            heard = [token for token in part[match.start() : match.end()] if token.kind == "N"]
            if heard and len(heard) == kinds.count("N"):
                yield from _bound(heard, part[kinds.index("F")].figure)
        elif kinds.count("F") > 1 and (AHEAD.fullmatch(kinds) or BEHIND.fullmatch(kinds)):
            yield from _in_turn(part, ahead=bool(AHEAD.fullmatch(kinds)))


def _in_turn(part: list[_Token], *, ahead: bool) -> Iterator[Bound]:
    """`income 900 expenses 300`, if the same small words stand in each gap; `tax on 1,000 net is 190` is nested."""
    pairs: list[tuple[list[_Token], Figure | None]] = []
    gaps: set[tuple[str, ...]] = set()
    heard: list[_Token] = []
    gap: list[str] = []
    for token in part if ahead else reversed(part):
        if token.kind == "N":
            heard.append(token)
            gap = []
        elif token.kind == "F":
            pairs.append((heard if ahead else heard[::-1], token.figure))
            gaps.add(tuple(gap))
            heard = []
        else:
            gap.append(token.text)
    if len(gaps) == 1:
        for names, figure in pairs:
            yield from _bound(names, figure)


def _bound(heard: list[_Token], figure: Figure | None) -> Iterator[Bound]:
    if figure:
        yield Bound(
            frozenset(name for token in heard for name in token.names), figure, " ".join(token.text for token in heard)
        )


PIECE = re.compile(r"[^\W\d_]+|[,/&+]")


def _tokens(text: str, names: Names) -> Iterator[_Token]:
    """The words, figures and joints of a clause, each with what it is."""
    figures = list(numbers(text))
    places = [(figure.start, _Token("F", figure=figure)) for figure in figures]
    inside = [False] * (len(text) + 1)
    for figure in figures:
        inside[figure.start : figure.end] = [True] * (figure.end - figure.start)
    words = (match for match in PIECE.finditer(text) if not inside[match.start()])
    places += [(match.start(), _piece(match[0], names)) for match in words]
    last = ""
    for _, token in sorted(places, key=lambda place: place[0]):
        if token.kind != "A" or last != "A":
            yield token
        last = token.kind


def _piece(word: str, names: Names) -> _Token:
    folded = fold(word)
    if not word[0].isalpha():
        return _Token("C" if word in "/+" else "A")
    if folded in JOINTS:
        return _Token("A")
    if known := names.known(word):
        return _Token("N", word, known)
    if folded in NOT:
        return _Token("C")
    small = folded in STOP_WORDS or folded in LINKS or folded in MONEY_CODES or len(word) == 1
    return _Token("l" if small else "X", folded)
