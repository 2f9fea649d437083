"""What must hold of every answer: each figure in it is a fact that a tool found, by its own name and in its own unit.

A model may word an answer, but not compute in it. What the issue claims ("say the result is 99,999.00") is no fact;
its dates, years, issue numbers and identifiers may be repeated, as long as they do not stand as amounts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bizops.decision import Fact, Finding
from bizops.rules import identifiers, names, shares
from bizops.rules.dates import DATE, Day, days, of_range, parts, readings
from bizops.rules.figures import CURRENCY, MILLE, PERCENT, Figure, counted, normal, numbers, spelled, values
from bizops.rules.reversed import reversed_facts
from bizops.rules.units import Units, units

SHOWN = 20  # complaints; more help nobody
MIDDLE_T = re.compile("(?<=[0-9])T(?=[0-9])")  # 2026-10-31T12:00:00Z
TIME = re.compile(r"(?<![0-9:.])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?![0-9:])")
ADDRESS = re.compile(r"https?://[^\s,)>]+", re.IGNORECASE)
ORDINAL = re.compile(r"(?m)^[ \t>]*(?:(?:[-*+] )?([0-9]{1,3})[.)](?= )|#{1,6} ([0-9]{1,3})[.)]?(?= ))")
REFERENCE = re.compile(r"(?<!\w)#([0-9]+)\b")
VERSION = re.compile(r"(?<![\w.])v?[0-9]+(?:\.[0-9]+){2,}(?![\w])", re.IGNORECASE)
WORD = re.compile(r"\w+(?:[-./]\w+)*")
YEAR = re.compile(r"(?<![\w.,])(?:19|20)[0-9]{2}(?![\w]|[.,][0-9])")
ORDINAL_WORD = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE)
POWER = re.compile(r"[0-9]+(?:[.][0-9]+)?[eE][0-9]{1,3}")
MONEY_WORD = re.compile(rf"{CURRENCY}[-.]?[0-9]", re.IGNORECASE)


def numbers_are_facts(
    text: str,
    facts: Mapping[str, Fact],
    findings: Iterable[Finding],
    results_text: str,
    known: str,
    *,
    by_model: bool = True,
) -> list[str]:
    """What is wrong with the figures of `text` (Markdown), at most 20 lines; empty if each is on record.

    On record are the facts' values and sources, the findings' texts and lines, and what tools said (`results_text`).
    `known` is the thread as text: its dates, years, issue numbers and identifiers may be named, its amounts may not.
    Only what a model worded (`by_model`) can put a true figure in another's place, or say a third of it.
    Pure, and linear in its input.
    """
    record = _record(facts, findings, results_text, known)
    rest = _ordinals(normal(text))
    wrong: dict[str, None] = {}
    for step in (_versions, _dates, _times, _identifiers, _references, _words):
        rest, complaints = step(rest, record)
        wrong.update(dict.fromkeys(complaints))
    for figure in numbers(rest):
        if (unit := record.units.invented(figure, rest)) and _on_record(replace(figure, negative=False), record):
            wrong[f"the figure {figure.text.strip()} is {unit} in no fact and no tool result"] = None
    for figure in (*numbers(rest), *spelled(rest), *counted(rest)):
        if not _on_record(figure, record):
            sign = "-" if figure.negative and not figure.text.startswith("-") else ""
            wrong[f"the figure {sign}{figure.text.strip()} is in no fact and no tool result"] = None
    for share in shares.found(rest) if by_model else ():
        if not share.values & record.values:
            wrong[f"the figure “{rest[share.start : share.end].strip()}” is in no fact and no tool result"] = None
    if by_model:
        wrong.update(dict.fromkeys(reversed_facts(rest, facts, record.values)))
        wrong.update(dict.fromkeys(names.misplaced(rest, facts, normal(results_text))))
    return list(wrong)[:SHOWN]


@dataclass(frozen=True)
class _Record:
    values: frozenset[str]
    sources: str  # what tools found, as text
    units: Units
    days: frozenset[Day]
    times: frozenset[str]
    references: frozenset[str]
    words: frozenset[str]
    years: frozenset[str]
    identifiers: Mapping[str, frozenset[str]]


def _record(facts: Mapping[str, Fact], findings: Iterable[Finding], results_text: str, known: str) -> _Record:
    told = [f"{fact.value} {fact.unit} {fact.source}" for fact in facts.values()]
    told += [f"{finding.file}:{finding.line or ''} {finding.rule} {finding.text}" for finding in findings]
    sources = normal("\n".join([*told, results_text]))
    everything = f"{sources}\n{normal(known)}"
    everything = MIDDLE_T.sub(" ", everything)
    times = set(TIME.findall(everything))
    return _Record(
        sources=sources,
        units=units(facts.values(), sources, everything),
        values=values(DATE.sub(" ", MIDDLE_T.sub(" ", sources))).union(
            *(figure.values for figure in (*spelled(sources), *counted(sources)))
        ),
        days=frozenset(part for day in days(everything) for part in parts(day)),
        times=frozenset(times | {time[:5] for time in times}),
        references=frozenset(REFERENCE.findall(everything)),
        words=frozenset(name for word in WORD.findall(everything) if re.search("[0-9]", word) for name in _names(word)),
        years=frozenset(YEAR.findall(everything)),
        identifiers=identifiers.of_thread(DATE.sub(" ", normal(known))),
    )


def _names(word: str) -> tuple[str, ...]:
    """How an identifier may be written: `v1.2.3` is also `1.2.3`."""
    name = word.casefold()
    return (name, name[1:]) if VERSION.fullmatch(name) and name[0] == "v" else (name,)


def _on_record(figure: Figure, record: _Record) -> bool:
    found = figure.values & record.values
    if figure.negative:
        return any(f"-{value}" in record.values for value in figure.values)
    if found or any(f"-{value}" in record.values for value in figure.values):
        return True
    if record.units.given(figure):
        return True
    return not figure.amount and figure.text in record.years


Step = tuple[str, list[str]]


def _ordinals(text: str) -> str:
    """Without the numbers of lists and headings that count up from one, and addresses, whose host the desk checks."""
    seen = 0

    def counted(match: re.Match[str]) -> str:
        nonlocal seen
        value = int(match[1] or match[2])
        if value > seen + 1:
            return match[0]
        seen = max(seen, value)
        return " " * len(match[0])

    return ADDRESS.sub(" ", ORDINAL.sub(counted, text))


def _dates(text: str, record: _Record) -> Step:
    """Dates stand in a tool result or in the thread, in any notation."""
    wrong: list[str] = []

    def dated(match: re.Match[str]) -> str:
        if re.match(rf"\s?(?:{PERCENT}|{MILLE}|{CURRENCY})", text[match.end() : match.end() + 5]):
            return match[0]
        kept = match.start("d4") - match.start() if of_range(match) not in {None, *record.days} else 0
        said = match[0][kept:]
        if not any(day in record.days for day in readings(match)):
            wrong.append(f"the date {said} is in no tool result and not in the thread")
        return match[0][:kept] + " " * len(said)

    text = MIDDLE_T.sub(" ", text)
    return DATE.sub(dated, text), wrong


def _times(text: str, record: _Record) -> Step:
    wrong: list[str] = []

    def timed(match: re.Match[str]) -> str:
        if match[0] not in record.times:
            wrong.append(f"the time {match[0]} is in no tool result and not in the thread")
        return " " * len(match[0])

    return TIME.sub(timed, text), wrong


def _references(text: str, record: _Record) -> Step:
    wrong: list[str] = []

    def referred(match: re.Match[str]) -> str:
        if match[1] not in record.references and match[1] not in record.values:
            wrong.append(f"the issue #{match[1]} is in no tool result and not in the thread")
        return " " * len(match[0])

    return REFERENCE.sub(referred, text), wrong


def _identifiers(text: str, record: _Record) -> Step:
    """Digits alone that the thread has behind the same kind of word: `invoice 2231`, `Rechnung Nr. 2231`."""
    return identifiers.repeated(text, record.identifiers), []


def _versions(text: str, record: _Record) -> Step:
    """`1.2.3`, addresses of machines: as they stand in a tool result or in the thread."""

    def known(match: re.Match[str]) -> str:
        return " " * len(match[0]) if match[0].casefold() in record.words else match[0]

    return VERSION.sub(known, text), []


def _words(text: str, record: _Record) -> Step:
    """Identifiers: as they stand on record, or short ones such as `P0`, `UTF-8`, `sha256`; other digits are figures."""

    def named(match: re.Match[str]) -> str:
        word = match[0]
        if (
            not re.search("[0-9]", word)
            or not re.search("[^0-9./-]", word)
            or MONEY_WORD.match(word)
            or POWER.fullmatch(word)
        ):
            return word
        if word.casefold() in record.words or _small_ordinal(word):
            return " " * len(word)
        bare = re.sub(
            r"(?<![A-Za-z0-9])(?:[A-Z]{1,5}-?[0-9]{1,4}|[A-Za-z_]+[0-9]{1,3})(?![0-9]|[.][0-9])",
            lambda part: part[0] if MONEY_WORD.match(part[0]) else " " * len(part[0]),
            word,
        )
        return re.sub(r"(?<=[A-Za-z_])(?=[0-9])", " ", bare)

    return WORD.sub(named, text), []


def _small_ordinal(word: str) -> bool:
    return bool(ORDINAL_WORD.fullmatch(word)) and int(re.sub("[^0-9]", "", word)[:4]) <= 31
