"""Lengths of time in text, in the project's languages: `24 hours`, `zwei Stunden`, `3 à 5 jours`, `14-day`."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from bizops.rules import numerals
from bizops.rules.figures import NUMBER, ONES, SMALL, normal, readings
from bizops.rules.language import fold

UNITS: Mapping[str, str] = {
    "second": "seconds? sekund(?:en?|y)? secondes? segundos? second[oi] seconden sec",
    "minute": "minutes? minut(?:en?|i|o|os|a|y)? min",
    "hour": "hours? stunden? heures? horas? or[ae] godzin[ay]? uren uur hrs? h std",
    "day": "days? tagen? tages? tage jours? dias? giorn[oi] dni dzien dnia dag(?:en)? (?:werk|arbeits)tag(?:en?|es)? "
    "werkdag(?:en)? (?:business|working|calendar|work)-days?",
    "week": "weeks? wochen? semaines? semanas? settiman[ae] tygodni(?:e|a)? tydzien weken week",
    "month": "months? monat(?:en?|s)? mois mes(?:es)? mes[ei] miesi(?:ac|ace|ecy|aca) maand(?:en)?",
    "year": "years? jahr(?:en?|es)? ans? annees? anos? ann[oi] lat rok(?:u)? lata jaar jaren",
}
TO = r"(?:[ ]?[-–—][ ]?|[ ](?:to|or|and|bis|oder|und|a|ou|et|y|o|do|lub|tot|of|ate)[ ])"
ADJECTIVE = r"(?:(?:business|working|calendar|full|whole|volle[nr]?|ganze[nr]?)[ ])?"


class Duration(NamedTuple):
    """A length of time: each value that its number can mean, its unit, and where it stands in the folded text."""

    values: frozenset[str]
    unit: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _words() -> Mapping[str, frozenset[str]]:
    found = {word: {str(value)} for word, value in SMALL.items() if word in ONES[2:] or value >= 20}
    for word, values in numerals.words().items():
        found.setdefault(word, set()).update(str(value) for value in values if value > 1)
    return {word: frozenset(values) for word, values in found.items() if values}


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(sorted(_words(), key=len, reverse=True))
    units = "|".join(f"(?P<{name}>{'|'.join(forms.split())})" for name, forms in UNITS.items())
    number = rf"(?:{NUMBER}|(?<![a-z])(?:{words})(?![a-z]))"
    return (
        re.compile(rf"(?<![\w.,])(?:(?P<low>{number}){TO})?(?P<high>{number})[ -]?{ADJECTIVE}(?:{units})(?![a-z0-9])"),
        re.compile(rf"(?<![a-z])(?:{units})(?![a-z])"),
    )


def durations(text: str) -> list[Duration]:
    """The lengths of time of a text; the ends of a range are one each. `one day` and `an hour` are none."""
    return list(_found(fold(normal(text))))


def _found(low: str) -> Iterator[Duration]:
    for match in _pattern()[0].finditer(low):
        unit = next(name for name in UNITS if match[name])
        for number in filter(None, (match["low"], match["high"])):
            yield Duration(_words().get(number) or readings(number), unit, match.start(), match.end())


def of_tables(text: str) -> list[tuple[str, Duration]]:
    """The numbers of tables below a heading that names a unit (`hours`), each with its row as folded text."""
    found: list[tuple[str, Duration]] = []
    units: list[str] = []
    for line in fold(normal(text)).splitlines():
        cells = line.strip().strip("|").split("|") if line.count("|") >= 2 else []
        if not cells:
            units = []
        elif not units:
            units = [next((n for m in _pattern()[1].finditer(c) for n in UNITS if m[n]), "") for c in cells]
        else:
            for cell, unit in zip(cells, units, strict=False):
                if unit and re.fullmatch(NUMBER, cell.strip()):
                    found.append((line, Duration(readings(cell.strip()), unit, 0, 0)))
    return found
