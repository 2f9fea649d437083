"""Spans of days as words name them: days, months, quarters, halves, years, ranges, and what is relative to today.

Texts are without accents and case (`bare`). A month without a year is the last one that has begun; a span whose days
and months could change places has several readings. Names of months are those of `dates.MONTHS`.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Literal

from bizops.agent.tools.tables import dates
from bizops.agent.tools.tables.amounts import Ambiguous

Kind = Literal["day", "month", "longer", "year", "relative", "range"]
_MONTH = "|".join(sorted(map(re.escape, dates.MONTHS), key=len, reverse=True))
_NAME = rf"(?:{_MONTH})\b\.?"
_YEAR = r"(?:19|20)\d\d"
_OF = r"(?:de |del |of |d ?' ?|des (?:jahres )?|du |da |dell'|van |in )?"
_NTH = (
    ("first", "1st", "erst\\w*", "premier", "1er", "1ere", "primer\\w*", "primo", "eerste"),
    ("second", "2nd", "zweit\\w*", "deuxieme", "2e", "2eme", "segundo", "secondo", "tweede"),
    ("third", "3rd", "dritt\\w*", "troisieme", "3e", "3eme", "tercer\\w*", "terzo", "derde"),
    ("fourth", "4th", "viert\\w*", "quatrieme", "4e", "4eme", "cuarto", "quarto", "vierde"),
)
_ORDINAL = "|".join(f"(?P<{{0}}{n}>{n}\\.?|{'|'.join(words)})" for n, words in enumerate(_NTH, 1))
_LAST = r"last|previous|prior|past|letzte[nrsm]?|vorige[nrsm]?|vergangene[nrsm]?|vorige?|afgelopen"
_THIS = r"this|current|diese[nrsm]?|laufende[nrsm]?|deze|dit|lopende?"
_BEHIND = r"dernier|derniere|precedente?|passee?|pasad[oa]|anterior|scors[oa]|passad[oa]|ultim[oa]"
_HERE = r"ce|cette|este|esta|quest[oa]|quest'|neste|nesta|en cours"
_UNITS = {
    "week": r"week|woche|semaine|semana|settimana",
    "month": r"month|monats?|mois|mes|mese|maand",
    "quarter": r"quarter|quartals?|trimestre|kwartaal",
    "year": r"year|jahre?s?|annee|an|ano|anno|jaar",
}
_UNIT = "|".join(f"(?P<{{0}}{name}>{words})" for name, words in _UNITS.items())
_ATOM = re.compile(
    r"(?<![\w/.,#-])(?:"
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    rf"|(?P<d0>\d{{1,2}})(?:\.|st|nd|rd|th|er)? ?(?:-|to|bis(?: zum)?|through|au|al|a|ao|tot|t/m|until) ?"
    rf"(?P<d4>\d{{1,2}})(?:\.|st|nd|rd|th)? ?{_OF}(?:(?P<m0>{_NAME})(?:,? ?{_OF}(?P<y0>{_YEAR}))?"
    rf"|(?P<n0>(?:0?[1-9]|1[0-2])(?=\.))\.(?P<y7>{_YEAR})?)"
    r"|(?P<numeric>\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d))"
    r"|(?P<short>\d{1,2}\.\d{1,2}\.)"
    rf"|(?P<d1>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[ -]?{_OF}(?P<m1>{_NAME})(?:,? ?{_OF}(?P<y1>{_YEAR}))?"
    rf"|(?P<m5>{_NAME}) (?P<d5>\d{{1,2}}) ?(?:-|to|through|until) ?(?P<d6>\d{{1,2}})(?!\d),?(?: (?P<y5>{_YEAR}))?"
    rf"|(?P<m2>{_NAME}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.]\d|\d)(?:,? (?P<y2>{_YEAR}))?"
    rf"|(?P<y3>{_YEAR})[-/.](?P<n3>0?[1-9]|1[0-2])|(?P<n4>0?[1-9]|1[0-2])[-/.](?P<y4>{_YEAR})"
    rf"|(?P<m6>{_NAME}) ?[-/]? ?{_OF}(?P<y6>{_YEAR}|'\d\d)"
    rf"|(?P<m7>{_NAME})"
    rf"|(?P<yq>{_YEAR})[ /-]?[qt](?P<q1>[1-4])|(?P<yh>{_YEAR})[ /-]?h(?P<h1>[12])"
    rf"|[qt](?P<q2>[1-4])(?:[ /-]?{_OF}(?P<yq2>{_YEAR}|'?\d\d(?!\d)))?"
    rf"|(?:h|hy)(?P<h2>[12])(?:[ /-]?{_OF}(?P<yh2>{_YEAR}))?"
    rf"|(?:{_ORDINAL.format('o')})[ -](?P<part>quarter|quartals?|trimestre|kwartaal|half(?:[ -]year)?|halbjahre?s?|"
    rf"semestre|halfjaar)(?: {_OF}(?:the year )?(?P<yo>{_YEAR}))?"
    rf"|(?P<last>{_LAST}) (?:{_UNIT.format('l')})|(?P<this>{_THIS}) (?:{_UNIT.format('t')})"
    rf"|(?:{_UNIT.format('b')}) (?:{_BEHIND})|(?:{_HERE}) ?(?:{_UNIT.format('h')})|(?:{_UNIT.format('e')}) en cours"
    r"|(?P<vor>vor)(?:(?P<vmonth>monats?)|(?P<vquarter>quartals?)|(?P<vyear>jahre?s?|jahr))"
    r"|(?P<ytd>ytd|year[ -]to[ -]date|seit jahresbeginn|seit jahresanfang|depuis le debut de l'annee)"
    r"|(?P<mtd>mtd|month[ -]to[ -]date)"
    rf"|(?:fy ?|fiscal year |financial year )(?P<fy>{_YEAR}|\d\d)"
    rf"|(?P<year>{_YEAR})"
    r")(?![\w]|[.,/-]\d|/\w|-[a-z]| ?%)"
)
_TO = re.compile(
    r",? ?(?:to|-|bis(?: zum| ende)?|until|till|thru|through|up to|au|a|al|ao|alla|fino al?|jusqu'?(?:au|a|en)|t/m|"
    r"tot(?: en met)?|ate|hasta|fin|and|und|et|y|e|en|including|inclusive|->|\.{2,3})(?: (?:the|le|el|il|den|dem|"
    r"end of|ende|fin|at|as of|on))? ?"
)
_AND = re.compile(r",? ?(?:and|und|et|y|e|en) ?(?:the|le|el|il|den|dem)? ?")
_BETWEEN = re.compile(r"(?:between|zwischen(?: dem)?|entre(?: le| el)?|tra|fra|tussen)(?: the| il| den)? ?$")
_DATE_LINK = re.compile(r",? ?(?:to|through|until|till|up to|as of|as at|at|bis(?: zum)?|per|au|al|a|hasta|tot|-)? ?")
_ISO_PAIR = re.compile(r"(\d{4}-\d{1,2}(?:-\d{1,2})?)(?:/|--|\.{2,3})(?=\d{4}-)")
_NAME_PAIR = re.compile(rf"(?<![\w-])((?:{_MONTH}|[qt][1-4])\.?)[-/](?=(?:{_MONTH}|[qt][1-4])\b)")


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included; `date.min` or `date.max` where an end is open."""

    first: date
    last: date

    def holds(self, other: "Span") -> bool:
        """Whether all days of another span lie in this one."""
        return self.first <= other.first and other.last <= self.last

    @property
    def text(self) -> str:
        """`2026-10-01 to 2026-10-31`, `up to 2026-10-31`, `from 2026-10-01 on`, `2026-10-31`."""
        if self.first == date.min:
            return f"up to {self.last.isoformat()}"
        if self.last == date.max:
            return f"from {self.first.isoformat()} on"
        return " to ".join(dict.fromkeys((self.first.isoformat(), self.last.isoformat())))


@dataclass(frozen=True)
class Named:
    """A span that a text names: its readings, the likeliest first, its place in the text, whether a year is said."""

    readings: tuple[Span, ...]
    start: int
    end: int
    kind: Kind
    dated: bool = True


@dataclass(frozen=True)
class _Atom:
    start: int
    end: int
    kind: Kind
    spans: tuple[Span, ...] = ()  # where the year is known
    written: str = ""  # a day in figures
    month: int = 0  # else the first and last month and day of any year; day 0: the last of the month
    day: int = 1
    month_to: int = 0
    day_to: int = 0

    def within(self, year: int) -> Span:
        """The span in a year. Raises ValueError where there is no such day."""
        last = calendar.monthrange(year, self.month_to)[1]
        return Span(date(year, self.month, self.day), date(year, self.month_to, self.day_to or last))


def bare(text: str) -> str:
    """A text as `find` reads it: without accents and case, dashes and apostrophes of one kind, ranges with `to`."""
    low = dates.bare(text).replace("ß", "ss").translate({0x2013: "-", 0x2014: "-", 0x2019: "'", 0xA0: " ", 0x202F: " "})
    return _NAME_PAIR.sub(r"\1 to ", _ISO_PAIR.sub(r"\1 to ", low))


def find(text: str, now: date, order: dates.Order = "") -> list[Named]:
    """The spans that a text names, in order. `now` is what relative ones count from and what has begun."""
    atoms = list(_atoms(text, now, order))
    found: list[Named] = []
    at = 0
    while at < len(atoms):
        first, second = atoms[at], atoms[at + 1] if at + 1 < len(atoms) else None
        joined = _joined(text, first, second, now, order) if second else None
        if joined:
            found.append(joined)
            at += 2
            continue
        follows = second is not None and not second.spans  # `October and November 2026`: of one year
        year = _shared(text, first, second) if second and not follows else None
        if spans := first.spans or _yearless(first, now, year):
            found.append(Named(spans, first.start, first.end, first.kind, bool(first.spans) or year is not None))
        at += 1
    return found


def _shared(text: str, first: _Atom, second: _Atom) -> int | None:
    """The year of what follows, where the two are named together."""
    if first.spans or first.kind == "day" or not _AND.fullmatch(text[first.end : second.start]):
        return None
    return second.spans[0].first.year


def _yearless(atom: _Atom, now: date, year: int | None) -> tuple[Span, ...]:
    try:
        if year:
            return (atom.within(year),)
        here = atom.within(now.year)
        return (here if here.first <= now else atom.within(now.year - 1),)
    except ValueError:
        return ()


def _joined(text: str, first: _Atom, second: _Atom, now: date, order: dates.Order) -> Named | None:
    """Two that are the ends of one range; `and` makes one after `between` only."""
    gap = text[first.end : second.start]
    if first.kind == "relative":
        return _to_date(text, first, second, now)
    if not _TO.fullmatch(gap) or (_AND.fullmatch(gap) and not _BETWEEN.search(text[: first.start][-20:])):
        return None
    if first.written and second.written:
        pairs = _in_one_order(first.written, second.written, order)
    elif first.spans and second.spans:
        pairs = list(product(first.spans, second.spans))
    elif second.spans:
        pairs = [(begin, end) for end in second.spans for year in (end.last.year, end.last.year - 1)
                 for begin in _yearless(first, now, year) if begin.first <= end.last][:1]  # fmt: skip
    elif first.spans:
        pairs = [(begin, end) for begin in first.spans for year in (begin.first.year, begin.first.year + 1)
                 for end in _yearless(second, now, year) if begin.first <= end.last][:1]  # fmt: skip
    else:
        ends = _yearless(second, now, None)
        pairs = [(begin, end) for end in ends for year in (end.last.year, end.last.year - 1)
                 for begin in _yearless(first, now, year) if begin.first <= end.last][:1]  # fmt: skip
    spans = tuple(dict.fromkeys(Span(a.first, b.last) for a, b in pairs if a.first <= b.last))
    dated = bool(first.spans or second.spans)
    return Named(spans, first.start, second.end, "range", dated) if spans else None


def _in_one_order(first: str, second: str, order: dates.Order) -> list[tuple[Span, Span]]:
    """Two days in figures, each as it is with the day first and with the month first, if both are days then."""
    pairs = []
    orders: tuple[dates.Order, ...] = (order,) if order else ("day", "month")
    for one in orders:
        try:
            days = dates.parse(first, one), dates.parse(second, one)
        except ValueError:
            continue
        pairs += [(Span(days[0], days[0]), Span(days[1], days[1]))] if days[0] and days[1] else []
    return pairs


def _to_date(text: str, first: _Atom, second: _Atom, now: date) -> Named | None:
    """`ytd to 31 October`: from the begin of the year to the end of what follows."""
    if not text[first.start : first.end].startswith(("ytd", "year", "seit", "depuis")):
        return None
    if not _DATE_LINK.fullmatch(text[first.end : second.start]) or second.kind == "relative":
        return None
    ends = second.spans or _yearless(second, now, None)
    spans = tuple(Span(date(end.last.year, 1, 1), end.last) for end in ends)
    return Named(spans, first.start, second.end, "range", dated=bool(second.spans))


def _atoms(text: str, now: date, order: dates.Order) -> Iterator[_Atom]:
    for found in _ATOM.finditer(text):
        parts = {name: value for name, value in found.groupdict().items() if value is not None}
        try:
            atom = _atom(found, parts, now, order)
        except ValueError:
            continue
        if atom:
            yield atom


def _atom(found: re.Match[str], parts: dict[str, str], now: date, order: dates.Order) -> _Atom | None:
    """What a match names. Raises ValueError where there is no such day."""
    start, end = found.span()
    if written := parts.get("iso") or parts.get("numeric"):
        return _Atom(start, end, "day", tuple(Span(day, day) for day in _written(written, order)), written)
    if parts.keys() & {"last", "this", "vor", "ytd", "mtd"} or any(name[1:] in _UNITS for name in parts):
        return _Atom(start, end, "relative", (_relative(parts, now),))
    if "fy" in parts or "year" in parts:
        year = _full(parts.get("fy") or parts["year"])
        return _Atom(start, end, "year", (Span(date(year, 1, 1), date(year, 12, 31)),))
    kind, month, day, month_to, day_to, said = _numbers(parts)
    atom = _Atom(start, end, kind, (), "", month, day, month_to, day_to)
    if said:
        return _Atom(start, end, kind, (atom.within(_full(said)),))
    atom.within(2024)  # a leap year: there must be such a day
    return atom


def _numbers(parts: dict[str, str]) -> tuple[Kind, int, int, int, int, str]:
    """Kind, first month and day, last month and day, and the year as it is written, if it is."""
    if "d0" in parts:
        month = _month(parts["m0"]) if "m0" in parts else int(parts["n0"])
        return "range", month, int(parts["d0"]), month, int(parts["d4"]), parts.get("y0") or parts.get("y7", "")
    if "m5" in parts:
        month = _month(parts["m5"])
        return "range", month, int(parts["d5"]), month, int(parts["d6"]), parts.get("y5", "")
    if "short" in parts:
        day, month = (int(part) for part in parts["short"].strip(".").split("."))
        return "day", month, day, month, day, ""
    for n in ("1", "2"):
        if f"d{n}" in parts:
            month, day = _month(parts[f"m{n}"]), int(parts[f"d{n}"])
            return "day", month, day, month, day, parts.get(f"y{n}", "")
    for n in ("3", "4"):
        if f"n{n}" in parts:
            return "month", int(parts[f"n{n}"]), 1, int(parts[f"n{n}"]), 0, parts[f"y{n}"]
    if name := parts.get("m6") or parts.get("m7"):
        return "month", _month(name), 1, _month(name), 0, parts.get("y6", "")
    return _pieces(parts)


def _pieces(parts: dict[str, str]) -> tuple[Kind, int, int, int, int, str]:
    """A quarter or a half of a year."""
    nth = next((int(name[1]) for name in parts if re.fullmatch(r"o[1-4]", name)), 0)
    half = int(parts.get("h1") or parts.get("h2") or 0)
    half = half or (nth if parts.get("part", "").startswith(("half", "halb", "semestre")) else 0)
    if half > 2:
        raise ValueError(half)
    year = parts.get("yq") or parts.get("yq2") or parts.get("yh") or parts.get("yh2") or parts.get("yo", "")
    if half:
        return "longer", 6 * half - 5, 1, 6 * half, 0, year
    quarter = int(parts.get("q1") or parts.get("q2") or nth)
    return "longer", 3 * quarter - 2, 1, 3 * quarter, 0, year


def _relative(parts: dict[str, str], now: date) -> Span:
    if "ytd" in parts:
        return Span(date(now.year, 1, 1), now)
    if "mtd" in parts:
        return Span(now.replace(day=1), now)
    name = next(name for name in parts if name[1:] in _UNITS)
    back = 0 if name[0] in "the" else 1
    return _units(name[1:], now, back)


def _units(unit: str, now: date, back: int) -> Span:
    """The week, month, quarter or year of a day, or one before."""
    if unit == "week":
        monday = now - timedelta(days=now.weekday() + 7 * back)
        return Span(monday, monday + timedelta(days=6))
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    count = (now.year * 12 + now.month - 1) // size * size - size * back
    end = count + size - 1
    last = calendar.monthrange(end // 12, end % 12 + 1)[1]
    return Span(date(count // 12, count % 12 + 1, 1), date(end // 12, end % 12 + 1, last))


def _month(name: str) -> int:
    return dates.MONTHS[name.strip(".")]


def _full(year: str) -> int:
    year = year.lstrip("'")
    return int(year) if len(year) == 4 else 2000 + int(year)


def _written(text: str, order: dates.Order) -> Sequence[date]:
    try:
        day = dates.parse(text, order)
    except Ambiguous:
        return dates.both(text)
    return (day,) if day else ()


def together(spans: Sequence[Span]) -> Span | None:
    """The one span that several make which follow each other without a day between; else None."""
    ordered = sorted(spans, key=lambda span: span.first)
    if len(ordered) < 2 or any(a.last + timedelta(days=1) != b.first for a, b in pairwise(ordered)):
        return None
    return Span(ordered[0].first, ordered[-1].last)
