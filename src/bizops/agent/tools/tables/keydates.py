"""The key date that ages count from, as the words of an issue name it.

`as of`, `Stichtag`, `zum`, `au`, `al` name it without doubt; `on`, `at`, `by` do unless they say when something was
paid, sent or is wanted. A day without a year is the last such day, or one that comes soon. Two days are a question.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bizops.agent.tools.tables import dates
from bizops.agent.tools.tables.amounts import Ambiguous

SOON = timedelta(days=45)
_MONTH = "|".join(sorted(map(re.escape, dates.MONTHS), key=len, reverse=True))
_NAME = rf"(?:{_MONTH})\b\.?"
_YEAR = r"(?:,? ?(?:de |of |del )?(?P<year{0}>(?:19|20)\d\d))?"
_OUTSIDE = r"(?![\w/]|[.-]\d| ?(?:%|percent|days?|tage|jours|eur\b|usd\b|of\b(?! ?(?:the )?month)))"
DAY = (
    r"(?:(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<numeric>\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d))|"
    r"(?P<short>\d{1,2}[./]\d{1,2}\.?)"
    rf"|(?P<d1>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[ -]?(?:de |of |d ?['’]? ?)?(?P<m1>{_NAME})" + _YEAR.format(1) +
    rf"|(?P<m2>{_NAME}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?" + _YEAR.format(2) + rf"){_OUTSIDE}"
)  # fmt: skip
_END = (
    r"(?:the )?(?:month[- ]end|year[- ]end|quarter[- ]end|close|last day|end|ultimo|ende|(?:zum )?(?:monats|"
    r"quartals|jahres)ende|"
    r"letzter tag|letzten tag|fin|finales|final|fine|fim|eind|einde)"
)
_ENDING = (
    rf"{_END}(?: (?:of|de|di|del|dell|do|van|des|der|von|du|la|le|l|the|month|mes|mois|mese|monats?|year|"
    rf"quarter)\b['’]?){{0,3}} ?"
    rf"(?:(?P<month>{_NAME})(?:,? ?(?:de |of |del )?(?P<year3>(?:19|20)\d\d))?|"
    rf"q(?P<quarter>[1-4])[ /-]?(?P<year4>20\d\d)"
    r"|(?P<last>last|previous|letzten|vorigen|dernier|pasado|scorso|vorige) (?P<unit>month|year|quarter|monats?|"
    r"jahres?|"
    r"quartals?)|(?P<year5>(?:19|20)\d\d))(?!\w)"
)
_STRONG = (
    r"as of|as at|as on|as per|per|per end|stichtag|bilanzstichtag|zum stichtag|zum|stand|a la date du|"
    r"date d['’ ]?arrete|"
    r"arrete au|situation au|au|al|a fecha de|a fecha|fecha de corte|a data di|alla data del|"
    r"data di riferimento|op|per ultimo|"
    r"peildatum|key date|cut-?off(?: date)?|reporting date|reference date|balance sheet date|today is|heute ist|"
    r"on the day of|effective|em|a data de|a"
)
_WEAK = r"on|at|by|am|bis|until|till|up to|through|le|el|il"
_LEAD = re.compile(
    rf"(?<![\w/])(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))(?: date| day)?[: =]{{0,3}}"
    rf"(?:(?:the|den|dem|der|del|le|el|il|die|das|day|dia|jour|is|ist) ){{0,2}}(?:{DAY}|{_ENDING})"
)
_BARE_END = re.compile(rf"(?<![\w/]){_ENDING}")
_EVENT = re.compile(  # what happens on a day that is no key date
    r"(?<!\w)(?:paid|pay|payable|sent|issued|dated|invoiced|received|booked|posted|delivered|due|reminded|"
    r"called|created|answer|"
    r"reply|deadline|meeting|audit\w*|send|need(?:ed)?|want|get|deliver\w*|finish|visit\w*|comes?|arrives?|"
    r"starts?|began|"
    r"begins?|bezahlt|zahlbar|fallig|gesendet|geliefert|brauch\w*|payee?s?|echeance|recu|envoye\w*|livre\w*|"
    r"since|from|seit|"
    r"vom|depuis|desde|dal)\W*$"
)
_LATE = re.compile(  # what a key date belongs to
    r"\b(?:age[ds]?|age?ing|overdue|open|outstanding|past due|receivables?|payables?|owed|unpaid|status|"
    r"position|balance|"
    r"uberfallig\w*|offen\w*|falligkeit\w*|altersstruktur|posten|impayes?|echus?|creances?|balance agee|encours|"
    r"vencid\w*|"
    r"antiguedad|pendientes?|scadut\w*|scadenziario|crediti|aperte?|openstaand\w*|vervallen|ouderdom\w*|list\w*|"
    r"report\w*)\b"
)
_WANTED = re.compile(
    r"\b(?:send|need|answer|deliver|reply|want|submit|finish|get|have it|meeting|audit\w*|deadline|brauch\w*|"
    r"benotig\w*|"
    r"bitte bis|schick\w*|envoy\w*|besoin|necesit\w*|enviar|inviar\w*|serve)\b"
)
_CLAUSE = re.compile(r"[.;!?](?=\s|$)|,\s|\n")
_TITLE_DAY = re.compile(rf"(?<![\w/.-]){DAY}")


@dataclass(frozen=True)
class Key:
    """The key date as ISO days (several where the words leave more than one), and the words that name it."""

    days: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class _Named:
    days: tuple[date, ...]  # two where day and month could change places
    words: str
    strong: bool


def key(texts: Sequence[str], now: date, order: dates.Order = "") -> Key:
    """The key date that texts name: the title first, then the issue's text, then comments, the last of which counts.

    Texts are without accents and case. A bare day in a later text decides between the days that an earlier one left.
    """
    said = [list(_named(text, now, order, title=n == 0)) for n, text in enumerate(texts)]
    issue = [named for names in said[:2] for named in names]
    rounds = [issue, *said[2:]]
    for strong in (True, False):
        for at in range(len(rounds) - 1, -1, -1):
            found = [named for named in rounds[at] if named.strong == strong]
            if not found:
                continue
            days = sorted({day for named in found for day in named.days})
            if len(days) > 1:
                later = {day for text in texts[at + 2 :] for day in _stated(text, now, order)}
                days = [day for day in days if day in later] if len(later & set(days)) == 1 else days
            words = next(named.words for named in found if days[0] in named.days)
            return Key(tuple(day.isoformat() for day in days), words)
    return Key()


def _named(text: str, now: date, order: dates.Order, *, title: bool) -> Iterator[_Named]:
    places: list[tuple[int, int]] = []
    for found in _LEAD.finditer(text):
        days = _days(found, now, order)
        if not days or not _whole(found):
            continue
        places.append(found.span())
        before = _CLAUSE.split(text[max(0, found.start() - 120) : found.start()])[-1]
        late = bool(_LATE.search(before) or _LATE.search(_CLAUSE.split(text[found.end() : found.end() + 80])[0]))
        strong = bool(found["strong"]) and (len(found["strong"]) > 2 or late or found["strong"] in ("au", "al", "op"))
        wanted = min(days) > now and (_WANTED.search(before) or (found["weak"] in ("by", "bis") and not late))
        if _EVENT.search(before) or (wanted and not found["strong"]):
            continue
        yield _Named(days, found[0].strip(), strong or late or title)
    for found in _BARE_END.finditer(text):
        if not any(a <= found.start() < b for a, b in places) and (days := _days(found, now, order)):
            yield _Named(days, found[0].strip(), strong=title)
    if title and not places:
        for found in _TITLE_DAY.finditer(text):
            if not found["short"] and (days := _days(found, now, order)):
                yield _Named(days, found[0].strip(), strong=True)


def _whole(found: re.Match[str]) -> bool:
    """Whether a day without a year is none that could as well be a figure: `by 1/3`, `at 1.10`."""
    if not (short := found["short"]):
        return True
    if "/" in short:
        return bool(found["strong"]) or max(map(len, short.split("/"))) > 1
    return short.endswith(".") or bool(found["strong"]) or found["weak"] in ("am", "bis")


def _stated(text: str, now: date, order: dates.Order) -> Iterator[date]:
    for found in _TITLE_DAY.finditer(text):
        if len(days := _days(found, now, order)) == 1:
            yield days[0]


def _days(found: re.Match[str], now: date, order: dates.Order) -> tuple[date, ...]:
    """The days that a match names, the likeliest reading first; empty where there is no such day."""
    parts = found.groupdict()
    try:
        if written := parts.get("iso") or parts.get("numeric"):
            return _written(written, order)
        if written := parts.get("short"):
            first, second = (int(part) for part in re.findall(r"\d+", written))
            pairs = {(first, second), (second, first)} if "/" in written and not order else {(first, second)}
            pairs = {(second, first)} if order == "month" else pairs
            return tuple(sorted({_nearest(m, d, now) for d, m in pairs if 1 <= m <= 12 and 1 <= d <= 31}))
        for n in ("1", "2"):
            if parts.get(f"d{n}"):
                month, day, year = dates.MONTHS[parts[f"m{n}"].strip(".")], int(parts[f"d{n}"]), parts.get(f"year{n}")
                return (date(int(year), month, day) if year else _nearest(month, day, now),)
        return (_end(parts, now),)
    except ValueError:
        return ()


def _written(text: str, order: dates.Order) -> tuple[date, ...]:
    try:
        day = dates.parse(text, order)
    except Ambiguous:
        return tuple(sorted(dates.both(text)))
    return (day,) if day else ()


def _nearest(month: int, day: int, now: date) -> date:
    """The last such day that is past or soon comes. Raises ValueError where no year near has it."""
    years = [year for year in range(now.year - 4, now.year + 2) if day <= calendar.monthrange(year, month)[1]]
    return max(found for year in years if (found := date(year, month, day)) <= now + SOON)


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _end(parts: dict[str, str], now: date) -> date:
    """The last day of the month, quarter or year that is named."""
    if name := parts.get("month"):
        month = dates.MONTHS[name.strip(".")]
        if year := parts.get("year3"):
            return _last(int(year), month)
        return max(found for n in (-1, 0, 1) if (found := _last(now.year + n, month)) <= now + SOON)
    if parts.get("quarter"):
        return _last(int(parts["year4"]), 3 * int(parts["quarter"]))
    if parts.get("last"):
        if parts["unit"].startswith(("year", "jahr")):
            return date(now.year - 1, 12, 31)
        if parts["unit"].startswith("quart"):
            first = date(now.year, 3 * ((now.month - 1) // 3) + 1, 1)
            return first - timedelta(days=1)
        return now.replace(day=1) - timedelta(days=1)
    return date(int(parts["year5"]), 12, 31)
