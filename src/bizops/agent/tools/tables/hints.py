"""What the requester says about the data: decimal sign, order of dates, meaning of columns, day, terms, rates.

Read from the issue's own words and from the requester's later comments, so that the answer to a question of ours leads
to the result. Only statements of a fixed form count; everything else in the text changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal, cast

from bizops.agent.tools.tables import amounts, dates, keydates
from bizops.case import Case
from bizops.rules import data

TEXT = 20_000  # characters of each text that are read
_COMMA = re.compile(
    r"\b(?:decimal comma|comma(?: is| as)?(?: the| a)? decimal|comma decimals?|dezimalkomma|virgule decimale|"
    r"komma (?:ist|als) (?:das )?dezimal\w*|coma decimal|virgola decimale|decimale komma|virgula decimal|"
    r"(?:german|european|continental) (?:number )?(?:format|notation|style)|(?:point|dot|period|punkt) "
    r"(?:is|as|separates|trennt|als|ist) (?:the |a |die )?(?:thousands?|tausend\w*)\b|"
    r"thousands? (?:separator )?(?:is|=) (?:a |the )?(?:point|dot|period))"
)
_POINT = re.compile(
    r"\b(?:decimal (?:point|dot|period)|(?:point|dot|period)(?: is| as)?(?: the| a)? decimal|dezimalpunkt|"
    r"punkt (?:ist|als) (?:das )?dezimal\w*|point decimal|punto decimal|punto decimale|decimale punt|ponto decimal|"
    r"(?:english|us|american|uk|british|anglo\w*) number (?:format|notation|style)|(?:comma|komma) "
    r"(?:is|as|separates|trennt|als|ist) (?:the |a |die )?(?:thousands?|tausend\w*)\b|"
    r"thousands? (?:separator )?(?:is|=) (?:a |the )?comma)"
)
_DAY = re.compile(
    r"\b(?:days? (?:comes? |is |are |goes )?first|dd ?[/.-] ?mm|day ?/ ?month|dmy|tag (?:zuerst|vor monat)|"
    r"erst der tag|jour (?:en premier|d abord)|dia primero|primero el dia|giorno prima|prima il giorno|dag eerst|"
    r"eerst de dag|dia primeiro|(?:european|british|uk) (?:date|format|order|style)\w*)\b"
)
_MONTH = re.compile(
    r"\b(?:months? (?:comes? |is |are |goes )?first|mm ?[/.-] ?dd|month ?/ ?day|mdy|monat (?:zuerst|vor tag)|"
    r"erst der monat|mois (?:en premier|d abord)|mes primero|primero el mes|mese prima|prima il mese|maand eerst|"
    r"eerst de maand|mes primeiro|(?:us|american) (?:date|format|order|style)\w*)\b"
)
_MEANS = re.compile(
    r"(\d{1,3}[.,]\d{3})\W{0,3}\s*(?:means?|is|=|stands for|bedeutet|ist|heisst|signifie|est|significa|es|vuol dire|"
    r"betekent|e)\s+(?P<what>[^\n;]{1,80})"
)
_THOUSAND = re.compile(r"\b\w{0,20}(?:thousand|tausend|mille|mila|mil|duizend)\w{0,40}\b")
_DECIMAL = re.compile(r"\b(?:\w+ (?:point|comma|komma|virgule|coma|virgola|punt)|dec[ei]mals?|fraction)\b")
_DATE = (
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.?(?:st|nd|rd|th|er)? (?:de |of )?"
    r"[^\W\d_]{3,10}\.?,? (?:de )?\d{4}|[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
_TERMS = re.compile(
    r"\b(?:due|payable|fallig|zahlbar|zahlungsziel|terms|payment terms|net)[^\w\n]{0,3}(?:(?:in|within|after|are|is|of|"
    r"nach|innerhalb|von|net) ){0,3}(\d{1,3}) ?-?(?:days?|tagen?|tage)\b"
    r"|\bnet (10|14|15|20|30|45|60|90)\b|\b(\d{1,3}) (?:days? net|tage netto|jours|dias|giorni|dagen)\b"
)
_RATE = re.compile(r"\b1 ([A-Z]{3}) ?(?:=|is|are|equals|entspricht|vaut) ?(\d[\d.,]{0,14}) ?([A-Z]{3})\b")
_RATE_PAIR = re.compile(r"\b([A-Z]{3})/([A-Z]{3})(?: rate)? ?(?:=|:|is|at|of)? ?(\d+[.,]\d{1,8})\b")
_KIND = re.compile(
    r"[`\"“']?([^`\"“”'\n:=]{2,60}?)[`\"”']? (?:is|are|=|ist|sind) (?:an? )?(income|revenue|expenses?|costs?)\b"
)
_ROLE_NAMES = {
    "amount": "amount", "betrag": "amount", "montant": "amount", "importe": "amount", "importo": "amount",
    "bedrag": "amount", "date": "date", "datum": "date", "fecha": "date", "balance": "balance", "saldo": "balance",
    "solde": "balance", "debit": "debit", "soll": "debit", "credit": "credit", "haben": "credit", "budget": "budget",
    "actual": "actual", "ist": "actual", "account": "account", "konto": "account", "category": "account",
    "due date": "due", "falligkeit": "due", "document": "document", "invoice number": "document", "number": "document",
    "customer": "party", "party": "party", "supplier": "party", "kunde": "party", "currency": "currency",
    "tax": "tax", "vat": "tax", "tax rate": "tax_rate", "vat rate": "tax_rate", "net": "net", "gross": "gross",
    "paid": "paid", "open amount": "open", "description": "text", "rate": "rate", "exchange rate": "rate",
    "running balance": "balance", "kind": "kind", "type": "kind", "sign": "sign",
}  # fmt: skip
_NAMES = "|".join(sorted(map(re.escape, _ROLE_NAMES), key=len, reverse=True))
_QUOTED = r"[`\"“„']([^`\"“”„'\n]{1,80})[`\"”“']"
_COLUMN = re.compile(
    rf"(?:the )?(?:column|spalte|colonne|columna|colonna|kolom|coluna) (?:{_QUOTED}|(\S{{1,60}})) "
    rf"(?:is|ist|est|es|e|as|=|holds|contains|has) (?:the |der |die |das |le |la |el |il |de |het |o |a )?"
    rf"({_NAMES})s?\b",
    re.IGNORECASE,
)
_COLUMN_USED = re.compile(
    rf"\b({_NAMES})s? (?:is|are|=|:|stands?|ist|steht) (?:in )?(?:the )?"
    rf"(?:column|spalte|colonne|columna|colonna|kolom) "
    rf"(?:{_QUOTED}|(\S{{1,60}}))",
    re.IGNORECASE,
)
_COLUMN_QUOTED = re.compile(rf"{_QUOTED} (?:is|ist|=) (?:the |der |die |das )?({_NAMES})\b", re.IGNORECASE)
_IN = r"money in|incoming|in|credits?|cr|deposits?|receipts?|income|positive|plus|gutschrift|haben|eingang"
_OUT = (
    r"money out|outgoing|out|debits?|dr|withdrawals?|payments?|charges?|expenses?|negative|minus|lastschrift|soll|"
    r"ausgang"
)
_UNMARKED = re.compile(
    r"\b(?:unmarked|no mark|without (?:a |any )?(?:mark|sign|dr|cr|side)\w*|not marked|plain)\b[^.;\n]{0,40}? "
    rf"(?:is|are|=|means?|ist|sind|as) (?:an? |all )?(?:(?P<credit>{_IN})|(?P<debit>{_OUT}))\b"
)
_PLUS = re.compile(
    r"\b(?:plus|positive (?:amount|figure|number|value)s?|amounts? without a minus)\b[^.;\n]{0,20}? "
    rf"(?:is|are|=|means?|ist|sind|as) (?:an? |all )?(?:(?P<credit>{_IN})|(?P<debit>{_OUT}))\b"
)
_LINE_IS = re.compile(
    r"\b(?:lines?|zeilen?|lignes?|rows?|(?P<entry>entry|entries)) "
    r"(?P<lines>\d{1,7}(?:\.\d{1,5})?(?:(?:, ?| and | und | et )\d{1,7}(?:\.\d{1,5})?){0,20}) "
    rf"(?:is|are|=|ist|sind|est|sont) (?:an? )?(?:(?P<credit>{_IN})|(?P<debit>{_OUT}))\b"
)
_ROW_IS = re.compile(
    r"\b(?:lines?|zeilen?|lignes?|rows?) (\d{1,7}(?:(?:, ?| and | und | et )\d{1,7}){0,20}) (?:is|are|=|ist|sind|est|"
    r"sont) (?:an? |the |ein |eine |une? |les? |die )?(?:(?P<total>(?:sub)?totals?|sums?|summen?|somme)|"
    r"(?P<entry>entry|entries|bookings?|buchung(?:en)?|ecritures?))\b"
)


@dataclass(frozen=True)
class Hints:
    """What was said about the data; later words win. `said`, `days`: figures and days in the requester's comments."""

    decimal: Literal["point", "comma", ""] = ""
    order: dates.Order = ""
    columns: tuple[tuple[str, str], ...] = ()  # role, column name
    kinds: tuple[tuple[str, str], ...] = ()  # account, income or expense
    as_of: str = ""  # the key date, ISO
    as_ofs: tuple[str, ...] = ()  # the days that could be the key date, where the words name several
    as_of_words: str = ""  # what names it
    terms: int | None = None  # days
    rates: tuple[tuple[str, str, str], ...] = ()  # one unit of the first is so many of the second
    said: frozenset[str] = frozenset()  # unambiguous amounts, as `plain` writes them
    days: frozenset[str] = frozenset()  # ISO
    unmarked: amounts.Side = ""  # of an amount without a mark beside others with Dr or Cr
    plus: amounts.Side = ""  # of a positive amount in a signed column
    lines: tuple[tuple[str, amounts.Side], ...] = ()  # the side of single lines (`5`) or entries (`entry 7`)
    rows: tuple[tuple[str, Literal["entry", "total"]], ...] = ()  # whether a line is an entry or a sum of others


def read(case: Case) -> Hints:
    """What the issue and the requester's comments say about the data."""
    hints = Hints()
    spoken = list(texts(case))
    for text, comment in spoken:
        hints = _merge(hints, text, comment=comment)
    key = keydates.key([_bare(text) for text, _ in spoken], day(case), hints.order)
    several = key.days if len(key.days) > 1 else ()
    return replace(hints, as_of=key.days[0] if key.days else "", as_ofs=several, as_of_words=key.words)


def texts(case: Case) -> Iterator[tuple[str, bool]]:
    """The texts of the requester in order, and whether each is a comment."""
    yield case.issue.title, False
    yield data.prose(case.issue.body)[:TEXT], False
    mine = [c.body for c in case.thread.comments if c.author.login == case.issue.author.login]
    if case.work.asked and case.work.asked not in mine:
        mine.append(case.work.asked)
    for body in mine:
        plain = "\n".join(line for line in data.prose(body[:TEXT]).split("\n") if not line.lstrip().startswith(">"))
        yield plain, True


def _bare(text: str) -> str:
    return dates.bare(text).replace("ß", "ss")


def _merge(hints: Hints, text: str, *, comment: bool) -> Hints:
    low = _bare(text)
    loose = re.sub(r"['’-]", " ", low)
    decimal = _last(loose, (("comma", _COMMA), ("point", _POINT))) or _meant(low)
    order = _last(loose, (("day", _DAY), ("month", _MONTH)))
    columns = [*_columns(text)]
    days = frozenset(day.isoformat() for day in _days(low)) if comment else frozenset()
    terms = [int(next(filter(None, found.groups()))) for found in _TERMS.finditer(low)]
    return Hints(
        cast("Literal['point', 'comma', '']", decimal) or hints.decimal,
        cast("dates.Order", order) or hints.order,
        (*hints.columns, *columns),
        (*hints.kinds, *((name, _kind(f[2])) for f in _KIND.finditer(text) for name in _names(f[1]))),
        hints.as_of,
        hints.as_ofs,
        hints.as_of_words,
        terms[-1] if terms else hints.terms,
        (*hints.rates, *_rates(text)),
        hints.said | (_figures(low) if comment else frozenset()),
        hints.days | days,
        _side(list(_UNMARKED.finditer(loose))) or hints.unmarked,
        _side(list(_PLUS.finditer(loose))) or hints.plus,
        (*hints.lines, *((f"entry {n}" if found["entry"] else n, _side([found])) for found in _LINE_IS.finditer(loose)
                         for n in re.findall(r"\d[\d.]*", found["lines"]))),
        (*hints.rows, *((n, "entry" if found["entry"] else "total")
                        for found in _ROW_IS.finditer(loose) for n in re.findall(r"\d+", found[1]))),
    )  # fmt: skip


def _side(found: list[re.Match[str]]) -> amounts.Side:
    """The side that the last of these says."""
    if not found:
        return ""
    return "credit" if found[-1]["credit"] else "debit"


def _last(text: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    """The name of the pattern that is found last: a later word corrects an earlier one."""
    places = [(found.end(), name) for name, pattern in patterns for found in pattern.finditer(text)]
    return max(places)[1] if places else ""


def _meant(text: str) -> str:
    """The decimal sign that `1.234 means one thousand two hundred thirty-four` states."""
    for found in _MEANS.finditer(text):
        sign, what = found[1][-4], found["what"]
        whole = re.match(r"\W{0,3}(\d{4,6})\b(?![.,]\d{3})", what)
        if _THOUSAND.search(what) or (whole and whole[1] == found[1].replace(sign, "")):
            return "comma" if sign == "." else "point"
        if _DECIMAL.search(what):
            return "point" if sign == "." else "comma"
    return ""


def _columns(text: str) -> Iterator[tuple[str, str]]:
    for found in _COLUMN.finditer(text):
        yield _ROLE_NAMES[dates.bare(found[3])], found[1] or found[2].strip("`\"'“”,")
    for found in _COLUMN_USED.finditer(text):
        yield _ROLE_NAMES[dates.bare(found[1])], found[2] or found[3].strip("`\"'“”,.;")
    for found in _COLUMN_QUOTED.finditer(text):
        yield _ROLE_NAMES[dates.bare(found[2])], found[1]


def _kind(word: str) -> str:
    return "income" if word.casefold() in ("income", "revenue") else "expense"


def _names(said: str) -> tuple[str, str]:
    """The account of `line 4 is a total. Zorp is income`: all of it, and what follows its last stop or comma."""
    return said.strip(), re.split(r"[.,;] +(?:and |und )?", said)[-1].strip()


def _days(text: str) -> Iterator[date]:
    """The days that a text states without doubt."""
    for found in re.finditer(_DATE, text):
        try:
            day = dates.parse(found[0])
        except ValueError:
            continue
        if day:
            yield day


def _rates(text: str) -> Iterator[tuple[str, str, str]]:
    for found in _RATE.finditer(text):
        yield found[1], found[3], found[2].replace(",", ".")
    for found in _RATE_PAIR.finditer(text):
        yield found[1], found[2], found[3].replace(",", ".")


def _figures(text: str) -> frozenset[str]:
    """The amounts that a text states without doubt."""
    found = set()
    for word in re.findall(r"(?<![\w.,])-?\d[\d.,']{0,20}", text):
        body = word.strip("-.,'")
        if body and amounts.vote(body) in ("point", "comma", "none"):
            found.add(amounts.plain(amounts.number(body, "")))
    return frozenset(found)


def today(case: Case, hints: Hints) -> date:
    """The day that ages count from: as the issue says, else the day of the case."""
    if hints.as_of:
        return date.fromisoformat(hints.as_of)
    return day(case)


def day(case: Case) -> date:
    """The day of the case, UTC."""
    return datetime.fromisoformat(case.now.replace("Z", "+00:00")).astimezone(UTC).date()


def rates(hints: Hints) -> dict[tuple[str, str], Decimal]:
    """The exchange rates that were said: (from, to) and the value of one unit."""
    return {(a, b): Decimal(text) for a, b, text in hints.rates if re.fullmatch(r"\d+(?:\.\d+)?", text)}
