"""The period that an issue asks for: its form's field and title first, then what its text asks, then what it names.

A period in an aside (`the rent was raised in October`), in a file's name or in quotes is none. The last comment that
names one counts. Two different ones are shown side by side, and asked about unless both are wanted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bizops.agent.tools.finance import wishes
from bizops.agent.tools.tables import dates, hints, shown, timespans
from bizops.agent.tools.tables.timespans import Named, Span
from bizops.case import Case

_WORD = r"(?:\w+ )?(?:period[eo]?s?|\w*zeitraum|tijdvak|periodo)"
_LABEL = re.compile(
    rf"(?:^|\n)[ *_#>-]{{0,8}}{_WORD}(?: of [\w ]{{1,20}})?[*_]{{0,2}} ?(?:[:=]|\n\n?)[ *_]*([^\n]{{1,120}})"
)
_FIELD = re.compile(rf"{_WORD}(?: (?:of|des|der|de|or)\b.*)?")
_EVERYTHING = re.compile(
    r"all\w*|any|everything|n/?a|none|-+|whole.*|entire.*|full.*|gesamt\w*|tout\w*|tod\w+|tutt\w+|_.*_"
)
_FILE = re.compile(r"\S+\.(?:csv|tsv|json|jsonl|xlsx?|txt|md|ya?ml|beancount|ledger|journal|sta|xml|pdf|zip|ofx|qif)\b")
_QUOTED = re.compile(r"`[^`\n]{1,200}`|“[^”\n]{1,200}”|„[^“”\n]{1,200}[“”]|«[^»\n]{1,200}»|\"[^\"\n]{1,200}\"")
_CLAUSE = re.compile(r"[.;!?](?=\s|$)|\n")
_ARTICLE = (
    r"(?: (?:the|den|dem|der|das|le|la|el|il|lo|het|o|month|monat|mois|mes|mese|maand|period|zeitraum|year|jahr|annee|"
    r"ano|anno|jaar|quarter|whole|entire|full|of|end|ende|fin|de|d'|di|du|l')){0,4} ?'?$"
)
_IN = re.compile(
    r"\b(?:for|of|in|during|within|over|im|fur|aus|vom|von|des|der|den|pour|en|de|du|d'|au|sur|para|por|del|"
    rf"durante|per|nel|nell'|di|voor|van|em|no|da|from|between){_ARTICLE}"
)
_UNTIL = re.compile(
    r"\b(?:until|till|up to|through|to the end of|bis(?: zum)?|jusqu'?(?:au|a|en)|hasta|fino al?|tot(?: en met)?|ate)"
    + _ARTICLE
)
_FROM = re.compile(rf"\b(?:from|since|starting|seit|ab|depuis|a partir de|desde|dal|vanaf|sinds){_ARTICLE}")
_BEFORE = re.compile(rf"\b(?:before|prior to|vor|avant|antes de|prima di|voor){_ARTICLE}")
_AFTER = re.compile(rf"\b(?:after|nach|apres|despues de|dopo|na){_ARTICLE}")
_BY = re.compile(rf"\b(?:by|due|deadline|on){_ARTICLE}")
_ONLY = re.compile(
    r"\b(?:only|just|solely|nur|ausschliesslich|lediglich|seulement|uniquement|solo|solamente|unicamente|soltanto|"
    r"alleen|somente|apenas|limit\w*|restrict\w*|counts?|zahlen|zahlt)\b"
)
_ASKS = re.compile(
    r"\?|\b(?:net|netto|sum|total|statement|income|expenses?|result|profit|how much|what|which|list|show|give|check|"
    r"compare|compute|please|bitte|prufe?n?|zeig\w*|berechn\w*|wie viel|welche\w*|combien|quels?|quelles?|montr\w*|"
    r"calcul\w*|cuant\w*|cual\w*|quanto|quali?|hoeveel|welke|s'il|por favor|graag|ergebnis|summe|saldo|tax|vat|budget|"
    r"duplicat\w*|missing)\b"
)
_EVENT = re.compile(
    r"\b(?:sent|issued|dated|due|deadline|meeting|audit\w*|visit\w*|called|created|raised|changed|switched|moved|"
    r"started|began|opened|closed|introduced|bought|hired|left|founded|cancell?ed|signed|migrated|joined|arrives?|"
    r"comes?|need(?:ed)?|delivered|use[ds]?|erhoht|gewechselt|gegrundet|eingefuhrt|fallig|augmente|change|cambiado|"
    r"cambiato)(?: (?:it|them|us|again|up|out|back|banks?|software|systems?))?\W*$"
)
_PAID = re.compile(r"\b(?:paid|received|booked|posted|invoiced|bezahlt|gebucht|paye\w*|pagad\w*|pagat\w*|betaald)\W*$")
_NUMBERED = re.compile(r"(?:\b(?:invoice|inv|no|nr|number|rechnung|facture|beleg|document|line|zeile|ligne|row)|#)\W*$")
_LINE = re.compile(r"\b(?:lines?|zeilen?|lignes?|rows?|regels?) \d")
_BOTH = re.compile(
    r"[\s,]*(?:and|und|et|y|e|en|vs\.?|versus|with|to|against|gegen|mit|contre|con|met|&|,)[^.;?!\n]{0,30}"
)
_COMPARE = re.compile(
    r"\b(?:compar\w*|both|each|side by side|vergleich\w*|jeweils|confront\w*|vergelijk\w*|versus|vs)\b"
)
_DOUBTFUL = frozenset("may march mar set ago out mag dec dic gen ene jan mai mei mars avr apr abr oct".split())


@dataclass(frozen=True)
class Asked:
    """The spans that could be the period; several are asked about unless `both` are wanted. `unread`: a question."""

    spans: tuple[Span, ...] = ()
    words: tuple[str, ...] = ()  # what names each
    both: bool = False
    unread: str = ""
    key_only: bool = False  # the words ask for receivables alone: the period's end is their key date

    @property
    def question(self) -> str:
        """Which of several is meant; empty where that is clear."""
        if len(self.spans) < 2 or self.both:
            return self.unread
        named = " or ".join(f"{s.text} (“{shown.safe(w)}”)" for s, w in zip(self.spans, self.words, strict=True))
        return f"Which period shall count: {named}? Please answer for example “only {self.spans[0].text}”."


@dataclass(frozen=True)
class _Said:
    span: Span
    words: str
    level: int  # 3 where it is asked for, 2 in `for October 2026`, 1 for a bare name
    source: int
    only: bool = False
    linked: bool = False  # to the one before: `October and November`
    other: bool = False  # a further reading of the one before


def asked(case: Case, said: str = "") -> Asked:
    """The period of an issue, or the one that `said` names (`2026-10`, `2026-10-01 to 2026-10-31`, `all`)."""
    told = hints.read(case)
    now, order = hints.day(case), told.order
    key_only = set(wishes.read(case)) == {"ageing"}
    if said:
        return _chosen([*_value(said, now, order, 0)], said, [], key_only=False)
    texts = [timespans.bare(text) for text, _ in hints.texts(case)]
    for source in range(len(texts) - 1, 1, -1):
        found = [*_text(texts[source], now, order, source)]
        if any(one.level > 1 for one in found) or (found and len(texts[source]) < 60):
            return _chosen(found, "", texts, key_only=key_only)
    values = [v for label, v in case.form.items() if isinstance(v, str) and _FIELD.fullmatch(timespans.bare(label))]
    every = [one for value in values for one in _value(value, now, order, 0)]
    every += [one for n, text in enumerate(texts[:2]) for one in _text(text, now, order, n + 1, title=n == 0)]
    value = next((v for v in values if v.strip()), "")
    return _chosen(every, "" if every else value, texts, key_only=key_only)


def _chosen(every: Sequence[_Said], value: str, texts: Sequence[str], *, key_only: bool) -> Asked:
    best = max((one.level for one in every), default=0)
    found = [one for one in every if one.level == best]
    only = [one for one in found if one.only]
    found = [one for one in found if one.only or not any(one.span != o.span and one.span.holds(o.span) for o in only)]
    kept: dict[Span, _Said] = {}
    for one in found:
        kept.setdefault(one.span, one)
    names = list(kept.values())
    unread = ""
    if value and not names and not _EVERYTHING.fullmatch(timespans.bare(value).strip()):
        unread = f"Which days count? The period {shown.code(value)} was not understood; all entries are counted. "
        unread += "Please answer for example “only 2026-10-01 to 2026-10-31”."
    both = len(names) > 1 and not any(one.other for one in names) and _wanted(names, texts)
    return Asked(tuple(kept), tuple(one.words for one in names), both, unread, key_only)


def _wanted(names: Sequence[_Said], texts: Sequence[str]) -> bool:
    """Whether several periods are all asked for: together, to compare them, or one as a part of the other."""
    nested = all(a.span.holds(b.span) or b.span.holds(a.span) for a in names for b in names)
    linked = all(one.linked for one in names[1:])
    return nested or linked or any(_COMPARE.search(text) for text in texts)


def _value(value: str, now: date, order: dates.Order, source: int) -> Iterator[_Said]:
    """What a field holds; a single day may mean that day, or all up to it."""
    text = timespans.bare(value).strip()
    at = 0
    for n, named in enumerate(timespans.find(text, now, order)):
        linked = bool(n and _BOTH.fullmatch(text[at : named.start]))
        at = named.end
        before = text[: named.start]
        for m, span in enumerate(_bounded(named, before, only=bool(_ONLY.search(before)), field=True)):
            yield _Said(span, value.strip(), 3, source, linked=linked, other=m > 0)


def _bounded(named: Named, before: str, *, only: bool, field: bool = False) -> tuple[Span, ...]:
    """The spans of a name with what stands before it: `until`, `since`, `before`, `after`."""
    day = timedelta(days=1)
    if _UNTIL.search(before):
        return tuple(Span(date.min, one.last) for one in named.readings)
    if _BEFORE.search(before):
        return tuple(Span(date.min, one.first - day) for one in named.readings)
    if _AFTER.search(before):
        return tuple(Span(one.last + day, date.max) for one in named.readings)
    if _FROM.search(before) and named.kind != "range" and (named.kind == "day" or not before.endswith("from ")):
        return tuple(Span(one.first, date.max) for one in named.readings)
    if named.kind != "day" or only:
        return named.readings
    return (*named.readings, *(Span(date.min, one.last) for one in named.readings)) if field else ()


def _text(text: str, now: date, order: dates.Order, source: int, *, title: bool = False) -> Iterator[_Said]:
    """What a title, a text or a comment names, with how plainly it asks for it."""
    for label in _LABEL.finditer(text):
        yield from _value(label[1], now, order, source)
    text = _LABEL.sub(lambda found: "\n" * len(found[0]), text)
    text = "\n".join("" if line.lstrip().startswith("|") else line for line in text.split("\n"))
    for pattern in (_FILE, _QUOTED):
        text = pattern.sub(lambda found: " " + "x" * (len(found[0]) - 2) + " ", text)
    at, level = -1, 0
    for named in timespans.find(text, now, order):
        start = max((cut.end() for cut in _CLAUSE.finditer(text, max(0, named.start - 200), named.start)), default=0)
        before = text[max(start, named.start - 200) : named.start]
        rest = text[named.end : named.end + 200]
        end = _CLAUSE.search(rest)
        behind = rest[: end.end() if end else len(rest)]
        linked = at >= 0 and bool(_BOTH.fullmatch(text[at : named.start]))
        only = bool(_ONLY.search(before) or _ONLY.search(behind))
        level = max(level if linked else 0, _level(named, before, behind, title=title, only=only))
        if not level or (named.readings[0].first > now and level < 3):
            continue
        at = named.end
        for m, span in enumerate(_bounded(named, before, only=only)):
            yield _Said(span, text[named.start : named.end], level, source, only, linked, m > 0)


def _level(named: Named, before: str, behind: str, *, title: bool, only: bool) -> int:
    """How plainly a text asks for a span: 0 where it is an aside, a number, a deadline or too vague."""
    bound = any(pattern.search(before) for pattern in (_UNTIL, _FROM, _BEFORE, _AFTER))
    lead = next((f for p in (_IN, _UNTIL, _FROM, _BEFORE, _AFTER, _BY) if (f := p.search(before))), None)
    asks = bool(_ASKS.search(before) or _ASKS.search(behind))
    stem = before[: lead.start()] if lead else before
    if _NUMBERED.search(before) or _LINE.search(before) or _EVENT.search(stem) or (_PAID.search(stem) and not asks):
        return 0
    if (lead and _BY.search(before) and not only) or (named.kind == "day" and not (bound or only)):
        return 0
    if not named.dated and named.kind == "month" and before.endswith("a "):
        return 0
    led = bool(lead) or only
    alone = not (before + behind).strip(" .?!\n")
    if title or only or alone or (asks and led):
        vague = not named.dated and named.kind == "month" and not led and not alone
        return 0 if vague and not title else 3
    if led:
        return 2
    return int(named.dated and named.kind in ("month", "longer", "range"))


def closing(case: Case) -> Span | None:
    """The period whose end ages count from: the one that is asked for; None where its ends are several."""
    found = asked(case)
    return found.spans[0] if len({span.last for span in found.spans}) == 1 else None
