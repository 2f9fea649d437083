"""What a request to the project manager is about: its topics, the day it asks for, its areas, the issue it names."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bizops.case import Case
from bizops.rules.data import prose
from bizops.rules.visible import visible

READ = 20_000  # characters of a text that are searched
TOPICS = {
    "key_figures": r"key figures?|kpis?\b|targets?\b|automation rate|error rate|cost per|kennzahl\w*|zielwert\w*|"
    r"indicateurs?",
    "sla_compliance": r"sla compliance|compliance|slas?\b|service levels?",
    "next_to_breach": r"breach\w*|deadlines?|at risk|danger|overdue|on schedule|behind schedule|verzug|fristen?|"
    r"retards?|due next",
    "workload": r"work ?load|who has|capacity|open tickets|auslastung|arbeitslast|charge de travail|busy|"
    r"by (?:agent|team)",
    "proposal": r"resources?|staff\w*|reassign\w*|too much|overload\w*|what (?:could|can|to) (?:move|drop)|postpone|"
    r"people for|lose one|ressourcen?",
    "ageing": r"age(?:ing|s)?\b|aging|older than|oldest|how old|stale|blocked|untouched|liegt seit",
    "throughput": r"throughput|velocity|per week|a week|finished last|durchsatz|débit",
    "forecast": r"forecast\w*|when (?:will|are|is|can)\b.{0,40}(?:done|finish\w*)|can we finish|predict\w*|finish by|"
    r"prognose|vorhersage|prévision|how (?:many|much).{0,40}\b(?:by|until)\b",
}
FORM = {
    "throughput": "throughput",
    "ageing": "ageing",
    "workload": "workload",
    "forecast": "forecast",
    "key figures against targets": "key_figures",
}
ISO = re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
GERMAN = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(20\d\d)(?!\d)")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(20\d\d)(?!\d)")
MONTHS = ("january february march april may june july august september october november december").split()
NAMED = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\.? ({'|'.join(MONTHS)})\b,? ?(20\d\d)?", re.IGNORECASE)
NAMED_FIRST = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?\b,? ?(20\d\d)?", re.IGNORECASE)
WITHIN = re.compile(r"\b(?:in|within|next) (\d{1,3}) (day|week|month)s?\b", re.IGNORECASE)
END = re.compile(r"\bend of (?:the |this )?(month|quarter|year)\b|\b(?:this )(quarter)\b", re.IGNORECASE)
AS_OF = re.compile(r"\b(?:as of|as at|stand)\b[ :]{1,3}(20\d\d-\d\d-\d\d)(T\d\d:\d\d:\d\dZ)?", re.IGNORECASE)
ISSUE = re.compile(r"(?<!\w)#(\d{1,9})\b")


@dataclass(frozen=True)
class Wish:
    """`topics` in the order in which they are named (none: the whole report); `until` a day or empty.

    `readings`: the two days that a date can mean. `only`: areas, by commas. `issue`: the one that is asked about.
    """

    topics: tuple[str, ...]
    until: str = ""
    readings: tuple[str, ...] = ()
    only: str = ""
    issue: int = 0
    escalated: bool = False


def wish(case: Case) -> Wish:
    """What the case asks for. Form fields speak first, then the newest request, the title and the text."""
    asked = "" if case.work.reason.startswith("breach-") else case.work.asked
    text = _text(case, asked)
    form = {key.casefold(): value.strip() for key, value in case.form.items() if isinstance(value, str)}
    today = date.fromisoformat((as_of(case) or case.now)[:10])
    days = sorted(set(_days(form.get("period or target day") or AS_OF.sub(" ", text), today)))
    topics = _form_topics(form.get("report", "")) if form else None
    own = case.area.startswith("management/") or not case.area
    escalated = case.work.reason.startswith("breach-") or (
        not own and ("sla/breached" in case.issue.labels or case.work.reason.startswith("comment-"))
    )
    named = {int(number) for number in ISSUE.findall(asked or case.issue.title)} or set(map(int, ISSUE.findall(text)))
    first = bool(ISSUE.search(asked or case.issue.title))
    topics = tuple(_topics(asked) or _topics(text)) if topics is None else topics
    return Wish(
        topics,
        until=days[0] if len(days) == 1 else "",
        readings=tuple(days) if len(days) == 2 else (),
        only=_only(form.get("only these areas or labels", "")),
        issue=named.pop() if len(named) == 1 and (first or not topics) and not form else 0,
        escalated=escalated,
    )


def as_of(case: Case) -> str:
    """The instant of the lists that the issue itself gives, where it says one (`as of 2026-11-25`); else nothing."""
    found = AS_OF.search(_text(case, case.work.asked))
    return f"{found[1]}{found[2] or 'T23:59:59Z'}" if found else ""


def _text(case: Case, asked: str) -> str:
    return visible("\n".join((asked, case.issue.title, prose(case.issue.body))))[:READ]


def _form_topics(report: str) -> tuple[str, ...] | None:
    folded = report.casefold()
    if folded in FORM:
        return (FORM[folded],)
    return () if folded else None


def _topics(text: str) -> list[str]:
    """The topics by where they are first named; the whole report where it is asked for as such."""
    if re.search(r"(?i)weekly report|monthly report|status report|statusbericht|wochenbericht|the whole report", text):
        return []
    found = {name: match.start() for name, words in TOPICS.items() if (match := re.search(rf"(?i)\b(?:{words})", text))}
    return sorted(found, key=lambda name: found[name])


def _only(text: str) -> str:
    names = re.findall(r"[A-Za-z][\w-]*(?:/[\w*-]+)?", text[:500])
    return ",".join(name for name in names if name.casefold() not in ("all", "and", "or", "no", "response", "none"))


def _days(text: str, today: date) -> Iterator[str]:
    """The days after today that a text names; two for `03/04/2027`, which has two readings."""
    for found in _named(text, today):
        if found is not None and found > today:
            yield found.isoformat()


def _named(text: str, today: date) -> Iterator[date | None]:
    for year, month, day in ISO.findall(text):
        yield _date(year, month, day)
    for day, month, year in GERMAN.findall(text):
        yield _date(year, month, day)
    for first, second, year in SLASHED.findall(text):
        yield _date(year, second, first)
        yield _date(year, first, second)
    spelled = [(d, m, y) for d, m, y in NAMED.findall(text)] + [(d, m, y) for m, d, y in NAMED_FIRST.findall(text)]
    for day, name, year in spelled:
        month = MONTHS.index(name.casefold()) + 1
        found = _date(year or today.year, month, day)
        yield _date(today.year + 1, month, day) if found and not year and found <= today else found
    for number, unit in WITHIN.findall(text):
        yield today + timedelta(days=int(number) * {"day": 1, "week": 7, "month": 30}[unit.casefold()])
    for unit, quarter in END.findall(text):
        yield _end((unit or quarter).casefold(), today)


def _date(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _end(unit: str, today: date) -> date:
    month = {"month": today.month, "quarter": (today.month + 2) // 3 * 3, "year": 12}[unit]
    return date(today.year, month, calendar.monthrange(today.year, month)[1])
