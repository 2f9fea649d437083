"""Dates in text, in any notation and with the months' names of the project's languages; `2026年3月28日` too."""

import re
from collections.abc import Iterator, Mapping

from bizops.rules.language import fold

Day = tuple[int | None, int | None, int | None]  # year, month, day; None where the text is silent
NAMES = """
januar janner janvier enero gennaio janeiro stycznia styczen styczniu januari
februar fevrier febrero febbraio fevereiro lutego luty lutym februari
märz marz maerz mars marzo março marca marzec marcu maart
avril abril aprile kwietnia kwiecien kwietniu
mai mayo maggio maio maja maj maju mei
juni juin junio giugno junho czerwca czerwiec czerwcu
juli juillet julio luglio julho lipca lipiec lipcu
août aout agosto sierpnia sierpień sierpniu augustus augusti
septembre septiembre setiembre settembre setembro wrzesnia wrzesien wrzesniu
oktober octobre octubre ottobre outubro pazdziernika pazdziernik pazdzierniku
novembre noviembre novembro listopada listopad listopadzie
dezember decembre diciembre dicembre dezembro grudnia grudzien grudniu
""".strip().splitlines()
ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS: Mapping[str, int] = {fold(name): n for n, names in enumerate(NAMES, 1) for name in names.split()}
ACCENTS = {"a": "aä", "e": "eéè", "u": "uû", "c": "cç", "n": "nń", "s": "sś", "z": "zź"}
OTHER = "|".join(
    "".join(f"[{ACCENTS[letter]}]" if letter in ACCENTS else letter for letter in name)
    for name in sorted(MONTHS, key=len, reverse=True)
    if name != "marco"  # a name of a person; with its cedilla below
)
MONTH = (
    r"(?P<{0}>[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|Mar(?:ch)?|[Aa]pr(?:il)?|May|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|"
    r"[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\b"
)  # "may" and "march" are verbs too
ANY_MONTH = MONTH[:-3] + rf"|(?i:{OTHER}|março))\b"
OF = r"(?:(?:of|de|del|d['’])\s?)?"
TO = r"\s?(?:[-–]|(?:to|and|bis|und|au|et|al|a|y|e|ao|do|i|tot|en)\b)\s?"
NTH = r"(?:st|nd|rd|th|\.|er|[ºª°])?"
DATE = re.compile(
    r"(?<![\w.])(?:(?P<y1>[12][0-9]{3})-(?P<m1>[01]?[0-9])(?:-(?P<d1>[0-3]?[0-9]))?(?![0-9-])"
    r"|(?P<y2>[12][0-9]{3})[./](?P<m2>[01]?[0-9])[./](?P<d2>[0-3]?[0-9])(?![0-9])"
    r"|(?:(?P<y7>[12][0-9]{3})\s?[年년]\s?)?(?P<m7>[01]?[0-9])\s?[月월](?:\s?(?P<d7>[0-3]?[0-9])\s?[日일号])?"
    r"|(?P<a3>[0-3]?[0-9])(?P<s3>[./-])(?P<b3>[0-3]?[0-9])(?P=s3)(?P<y3>[12][0-9]{3}|[0-9]{2})(?![0-9])"
    rf"|(?:(?P<r4>[0-3]?[0-9]){NTH}{TO})?(?P<d4>[0-3]?[0-9]){NTH}\s{OF}{ANY_MONTH.format('m4')}"
    rf"(?:\.?,?\s{OF}(?P<y4>[12][0-9]{{3}})\b)?"
    rf"|{MONTH.format('m5')}\.?\s(?:(?P<d5>[0-3]?[0-9])(?:st|nd|rd|th)?(?![0-9])(?:,?\s(?P<y5>[12][0-9]{{3}})\b)?"
    r"|(?P<y6>[12][0-9]{3})\b)"
    rf"|{ANY_MONTH.format('m8')}\.?\s{OF}(?P<y8>[12][0-9]{{3}})\b)"
)


def days(text: str) -> Iterator[Day]:
    """The days of a text, each reading of each."""
    for match in DATE.finditer(text):
        yield from readings(match)
        if first := of_range(match):
            yield first


def of_range(match: re.Match[str]) -> Day | None:
    """The first day of `2 to 28 March`."""
    if not match["r4"]:
        return None
    ((year, month, _),) = readings(match)
    return year, month, int(match["r4"])


def readings(match: re.Match[str]) -> list[Day]:
    """The days (year, month, day) that a date can mean; None where it is silent."""
    part = match.groupdict()
    if part["a3"]:
        first, second, year = int(part["a3"]), int(part["b3"]), int(part["y3"])
        year += 2000 if year < 100 else 0
        return [
            (year, month, day) for day, month in ((first, second), (second, first)) if 0 < month < 13 and 0 < day < 32
        ]
    name = fold(part["m4"] or part["m5"] or part["m8"] or "")
    number = part["m1"] or part["m2"] or part["m7"]
    month = int(number) if number else MONTHS.get(name) or ENGLISH.index(name[:3]) + 1
    year_text = part["y1"] or part["y2"] or part["y7"] or part["y4"] or part["y5"] or part["y6"] or part["y8"]
    day_text = part["d1"] or part["d2"] or part["d7"] or part["d4"] or part["d5"]
    return [(int(year_text) if year_text else None, month, int(day_text) if day_text else None)]


def parts(day: Day) -> Iterator[Day]:
    """A day and what may be said of it alone: its month with the year, its day without."""
    year, month, number = day
    yield day
    yield (year, month, None)
    yield (None, month, number)
