"""Dates from text: ISO, day or month first, names of months in seven languages, spreadsheet serials.

`03/04/2026` allows two readings. A column decides which by the cells that allow only one; where none does, the reader
must ask if the answer depends on it.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from bizops.agent.tools.tables.amounts import Ambiguous

Order = Literal["day", "month", ""]  # which comes first; "": no cell decides

PIVOT = 69  # two-digit years: 69 to 99 are 19xx, as in POSIX strptime
SERIAL = (20_000, 80_000)  # spreadsheet serials of 1954 to 2119
SERIAL_EPOCH = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ].*)?", re.DOTALL)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{4,6})?")
_NUMERIC = re.compile(r"(\d{1,2})([-./ ])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?", re.DOTALL)
_MONTH = re.compile(r"(?:(\d{4})[-./](\d{1,2})|(\d{1,2})[-./](\d{4}))")
_NAMED = re.compile(r"(?:[^\W\d_]{2,10}\.?,?\s+)??(\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?[\s./-]*(?:de\s+|of\s+)?"
                    r"([^\W\d_]{3,10})\.?,?[\s./-]*(?:de[l]?\s+)?(\d{4}|'?\d{2})(?:[T ,].*)?")  # fmt: skip
_NAMED_MONTH_FIRST = re.compile(r"([^\W\d_]{3,10})\.?[\s./-]*(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|[\s./-]+)(\d{4})(?: .*)?")
_NAMED_MONTH = re.compile(r"([^\W\d_]{3,10})\.?[\s./-]*(?:de\s+)?'?(\d{4}|\d{2})")
_NAMES = (
    "january januar jänner janvier enero gennaio januari janeiro jan ene gen janv",
    "february februar février febrero febbraio februari fevereiro feb fev févr",
    "march märz mars marzo maart março mar mrz mrt",
    "april avril abril aprile apr abr avr",
    "may mai mayo maggio mei maio mag",
    "june juni juin junio giugno junho jun giu",
    "july juli juillet julio luglio julho jul juil lug",
    "august août agosto augustus aug ago aou",
    "september septembre septiembre settembre setembro sep sept set",
    "october oktober octobre octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december dezember décembre diciembre dicembre dezembro dec dez dic",
)


def bare(text: str) -> str:
    """Text without accents and case: `März` is `marz`."""
    if text.isascii():
        return text.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


MONTHS = {bare(name): n for n, names in enumerate(_NAMES, 1) for name in names.split()}


def month_name(text: str) -> bool:
    """Whether a text names a month or a quarter, with or without a year: `Jan`, `März 2026`, `2026-03`, `Q1`."""
    low = bare(text).strip()
    if re.fullmatch(r"q[1-4](?:[ /-]?\d{2,4})?", low) or low.strip(".") in MONTHS:
        return True
    found = _NAMED_MONTH.fullmatch(low)
    return bool(_MONTH.fullmatch(low)) or (bool(found) and found[1] in MONTHS)  # type: ignore[index]


class Orders(NamedTuple):
    """What the cells of a column say about day and month: counts, and (line, cell) of the first of each."""

    day: int = 0
    month: int = 0
    first_day: tuple[int, str] | None = None
    first_month: tuple[int, str] | None = None
    first_open: tuple[int, str] | None = None

    @property
    def order(self) -> Order:
        """The order that the cells prove; where they contradict each other none."""
        return "day" if self.day and not self.month else "month" if self.month and not self.day else ""


def _year(text: str) -> int:
    text = text.lstrip("'")
    if len(text) == 4:
        return int(text)
    return int(text) + (1900 if int(text) >= PIVOT else 2000)


@lru_cache(maxsize=1 << 15)
def parse(cell: str, order: Order = "") -> date | None:
    """The date in a cell (its first day where it names a month), None where it is empty.

    Raises Ambiguous where day and month could change places, ValueError where it is no date.
    """
    text = cell.strip().strip("\u200e\u200f")
    if not text or text.casefold() in ("-", "n/a", "null", "none", "0000-00-00"):
        return None
    if len(text) > 60:
        raise ValueError(cell)
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        if found[2] == "." and not order:
            order = "day"  # with points the day comes first wherever they are used
        if order != "month" and (order == "day" or first > 12):
            return date(year, second, first)
        if order == "month" or second > 12 or first == second:
            return date(year, first, second)
        raise Ambiguous(cell)
    return _words(text)


def _words(text: str) -> date:
    low = bare(text)
    if found := _MONTH.fullmatch(low):
        return date(int(found[1] or found[4]), int(found[2] or found[3]), 1)
    if (found := _NAMED.fullmatch(low)) and found[2] in MONTHS:
        return date(_year(found[3]), MONTHS[found[2]], int(found[1]))
    if (found := _NAMED_MONTH_FIRST.fullmatch(low)) and found[1] in MONTHS:
        return date(int(found[3]), MONTHS[found[1]], int(found[2]))
    if (found := _NAMED_MONTH.fullmatch(low)) and found[1] in MONTHS:
        return date(_year(found[2]), MONTHS[found[1]], 1)
    raise ValueError(text)


def serial(cell: str) -> date | None:
    """The date of a spreadsheet serial (days since 1899-12-30). Raises ValueError outside of the plausible range."""
    if not cell.strip():
        return None
    days = int(cell.strip().partition(".")[0])
    if not SERIAL[0] <= days <= SERIAL[1]:
        raise ValueError(cell)
    return SERIAL_EPOCH + timedelta(days=days)


def orders(cells: Iterable[tuple[int, str]]) -> Orders:
    """What the cells (line, text) of one column say about the order of day and month."""
    day = month = 0
    firsts: dict[str, tuple[int, str]] = {}
    for line, cell in cells:
        found = _NUMERIC.fullmatch(cell.strip()) if len(cell) <= 60 else None
        if not found:
            continue
        first, second = int(found[1]), int(found[3])
        said = "day" if first > 12 else "month" if second > 12 else "" if first == second else "open"
        day += said == "day"
        month += said == "month"
        firsts.setdefault("day" if said == "open" and found[2] == "." else said, (line, cell))
    return Orders(day, month, firsts.get("day"), firsts.get("month"), firsts.get("open"))


def both(cell: str) -> tuple[date, date]:
    """Both readings of an open cell: day first, month first."""
    first, second = parse(cell, "day"), parse(cell, "month")
    if first is None or second is None:
        raise ValueError(cell)
    return first, second


def long(day: date) -> str:
    """A date in words that cannot be misread: `3 April 2026`."""
    return f"{day.day} {day:%B} {day.year}"
