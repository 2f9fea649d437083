"""Amounts of money from text: decimal signs, groups of thousands, signs, sides and currencies; and back to text.

`1.234` alone allows two readings. A column decides which decimal sign it has by the cells that allow only one; where
none does, the reader must ask. Nothing here guesses.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Style = Literal["point", "comma", "mixed", ""]  # "": no cell decides
Side = Literal["debit", "credit", ""]

_NO_SIDE: Side = ""
_CENT = Decimal("0.01")
LONGEST = 40  # characters of a cell that may be an amount
DIGITS = 24  # more digits than any amount of money has: an account number
ZERO_PLACES = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "HUF", "¥"})
PAIRS = 20_000  # neighbouring balances that decide about a sign convention
DOMINATES = 20  # so many times more cells of one style make the other an exception, not a second style

_GROUPS = r"(?:[ '’]\d{3})+"
_POINT = re.compile(
    rf"(?:\d+|[1-9]\d{{0,2}}(?:,\d{{3}})+|0(?:,\d{{3}})+(?=\.)|[1-9]\d?(?:,\d{{2}})+,\d{{3}}|\d{{1,3}}{_GROUPS})?(?:\.\d*)?"
)
_COMMA = re.compile(rf"(?:\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+|0(?:\.\d{{3}})+(?=,)|\d{{1,3}}{_GROUPS})?(?:,\d*)?")
PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?")
# What nearly every cell of a large file looks like, and the only reading that it has.
_USUAL = re.compile(r"(-?)(?:(\d{1,15}\.\d\d?|[1-9]\d{0,2}(?:,\d{3}){1,4}\.\d\d?)"
                    r"|(\d{1,15},\d\d?|[1-9]\d{0,2}(?:\.\d{3}){1,4},\d\d?))(?: ?([A-Za-z]{1,3}|[€£]))?")  # fmt: skip
_CELL = re.compile(
    r"(?P<open>\()?\s*(?P<s1>[-+])?\s*(?P<pre>[^\d\s.,()+-][^\d,()+-]{0,7}?)?\s*(?P<s2>[-+])?\s*(?P<open2>\()?\s*"
    r"(?P<body>\d[\d.,'’ ]*|[.,]\d+)\s*(?P<percent>%)?\s*(?P<s3>[-+])?\s*(?P<close>\))?\s*"
    r"(?P<post>[^\d()+-]{1,14})?\s*(?P<close2>\))?"
)
_CLEAN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2212": "-", "\u2013": "-",
                        "\u2014": "-", "\u2012": "-", "\u2011": "-", "\uff0d": "-", "´": "'", "`": "'", "\u200e": None,
                        "\u200f": None, "\ufeff": None, "\u066b": ".", "\u066c": ","})  # fmt: skip
Absent = Literal["dash", "none", "unknown", ""]
_DASHES = frozenset({"-", "--", "---", ".", "./.", "-.-", "-,-", "*-*", "–.–", "_", "-:-"})
_NONE = frozenset(
    {"n/a", "n.a.", "na", "n.v.", "k.a.", "k. a.", "null", "none", "nil", "s/o", "n/d", "n.d.", "nd", "n. a.", "keine",
     "keine angabe", "entfallt", "entfällt", "not applicable", "not available", "sans objet", "b/d", "n.b.", "nvt",
     "n.v.t.", "nul", "néant", "neant", "ninguno", "no aplica", "brak", "nan", "(blank)", "(leer)", "empty", "blank"}
)  # fmt: skip
_UNKNOWN = frozenset(
    {"tbd", "t.b.d.", "tba", "tbc", "tbd.", "unknown", "unbekannt", "inconnu", "desconocido", "pending", "ausstehend",
     "fehlt", "missing", "todo", "to do", "xx", "xxx", "xxxx", "x,xx", "x.xx", "folgt", "à définir",
     "por definir", "da definire", "nnb", "...", "…"}
)  # fmt: skip
_BROKEN = re.compile(r"[?¿]{1,5}|#[A-ZÄÖÜ0-9/]{1,12}[!?]?|#{2,40}|err(?:or)?:?\d{0,4}", re.IGNORECASE)
SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "¥", "₹": "INR", "rs": "INR", "rs.": "INR", "zł": "PLN", "zl": "PLN", "kč": "CZK",
    "r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "nz$": "NZD", "s$": "SGD",
    "₽": "RUB", "₺": "TRY", "₪": "ILS", "₩": "KRW", "฿": "THB", "₫": "VND", "₱": "PHP", "₦": "NGN", "fr.": "CHF",
    "sfr.": "CHF", "$": "$", "kr": "kr", "kr.": "kr", "ft": "HUF", "lei": "RON", "лв": "BGN", "лв.": "BGN",
    "euro": "EUR", "euros": "EUR", "₴": "UAH", "r": "ZAR",
}  # fmt: skip
CODES = frozenset({
    "AED", "ARS", "AUD", "BGN", "BRL", "BTC", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "ETH", "EUR",
    "GBP", "HKD", "HRK", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "MAD", "MXN", "MYR", "NGN",
    "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY",
    "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
})  # fmt: skip
_SIDES: dict[str, Side] = {
    "dr": "debit", "dr.": "debit", "db": "debit", "debit": "debit", "d": "debit", "s": "debit", "soll": "debit",
    "od": "debit",
    "cr": "credit", "cr.": "credit", "credit": "credit", "c": "credit", "h": "credit", "haben": "credit",
}  # fmt: skip


class Ambiguous(ValueError):
    """A cell with two readings that nothing decides."""


class Shape(NamedTuple):
    """What a cell looks like: the digits with their separators, and all that stands around them."""

    negative: bool
    body: str
    currency: str = ""
    side: Side = ""
    percent: bool = False


class Votes(NamedTuple):
    """What the cells of a column say about its decimal sign: counts, and (line, cell) of the first of each."""

    point: int = 0
    comma: int = 0
    first_point: tuple[int, str] | None = None
    first_comma: tuple[int, str] | None = None
    first_open: tuple[int, str] | None = None

    @property
    def style(self) -> Style:
        if not self.point and not self.comma:
            return ""
        if not self.comma or self.point >= DOMINATES * self.comma:
            return "point"
        return "comma" if not self.point or self.comma >= DOMINATES * self.point else "mixed"


def absent(cell: str) -> Absent:
    """How a cell says that there is no amount: by a dash (which may mean zero), `n/a`, or as what is still to come.

    The last are `?`, `TBD` and a spreadsheet's errors (`#REF!`). Empty for a blank cell and for any other text.
    """
    text = cell.translate(_CLEAN).strip().casefold()
    if not text or len(text) > LONGEST or text[:1].isdigit():
        return ""
    if text in _DASHES:
        return "dash"
    if text in _NONE:
        return "none"
    return "unknown" if text in _UNKNOWN or _BROKEN.fullmatch(text) else ""


def empty(cell: str) -> bool:
    """Whether a cell says that there is no amount: blank, a dash, `n/a`, `?`, `TBD`, `#REF!`."""
    return not cell or cell.isspace() or bool(absent(cell))


def currency_of(text: str) -> str:
    """The code (or the bare symbol) of a currency, else the empty string: `€` is `EUR`; `$` stays `$`."""
    text = text.strip().removeprefix("CURRENCY::")  # as GnuCash exports it
    return text.upper() if text.upper() in CODES else SYMBOLS.get(text.casefold(), "")


def shape(cell: str) -> Shape | None:
    """The shape of a cell that may be an amount; None for any other text."""
    text = cell.translate(_CLEAN).strip()
    if not text or len(text) > LONGEST:
        return None
    if ",-" in text or ".-" in text:
        text = re.sub(r"([.,])-{1,2}(?=$| )", r"\g<1>00", text)  # `1.200,-` and `1'200.--`
    found = _CELL.fullmatch(text)
    if not found:
        return None
    brackets = bool(found["open"] or found["open2"])
    if brackets != bool(found["close"] or found["close2"]):
        return None
    signs = [sign for sign in (found["s1"], found["s2"], found["s3"]) if sign]
    if len(signs) > 1 or sum(map(str.isdigit, found["body"])) > DIGITS:
        return None
    marks = _marks(f"{found['pre'] or ''} {found['post'] or ''}")
    if marks is None:
        return None
    return Shape(brackets or signs == ["-"], found["body"].strip(), *marks, bool(found["percent"]))


@lru_cache(maxsize=1 << 10)
def _marks(around: str) -> tuple[str, Side] | None:
    """The currency and the side that stand around the digits; None where another word does."""
    currency, side = "", _NO_SIDE
    for word in around.split():
        if not currency and (code := currency_of(word)):
            currency = code
        elif not side and word.casefold() in _SIDES:
            side = _SIDES[word.casefold()]
        else:
            return None
    return currency, side


def vote(body: str) -> Literal["point", "comma", "open", "none", "bad"]:
    """Which decimal sign the digits allow: only one, both with different values (`open`), no matter, or neither."""
    point, comma = bool(_POINT.fullmatch(body)), bool(_COMMA.fullmatch(body))
    if point and comma:
        return "open" if "." in body or "," in body else "none"
    return "point" if point else "comma" if comma else "bad"


def _said(cell: str) -> Literal["point", "comma", "open", "none", "bad"]:
    usual = _USUAL.fullmatch(cell)
    if usual and _marks(usual[4] or "") is not None:
        return "point" if usual[2] else "comma"
    found = shape(cell)
    return vote(found.body) if found else "bad"


def votes(cells: Iterable[tuple[int, str]]) -> Votes:
    """What the cells (line, text) of one column say about its decimal sign."""
    point = comma = 0
    firsts: dict[str, tuple[int, str]] = {}
    plain, heard = PLAIN.fullmatch, lru_cache(maxsize=1 << 12)(_said)
    for line, cell in cells:
        said = ("point" if "." in cell else "none") if plain(cell) else heard(cell)
        if said == "point":
            point += 1
        elif said == "comma":
            comma += 1
        if said not in firsts:
            firsts[said] = line, cell
    return Votes(point, comma, firsts.get("point"), firsts.get("comma"), firsts.get("open"))


def number(body: str, style: Style) -> Decimal:
    """The value of digits. Raises Ambiguous where the style does not decide, ValueError where they fit no style."""
    said = vote(body)
    if said == "open":
        if style not in ("point", "comma"):
            raise Ambiguous(body)
        said = style
    elif style in ("point", "comma") and said not in ("none", style):
        said = "bad"
    if said == "bad":
        raise ValueError(body)
    plain = re.sub(r"[ '’]", "", body)
    plain = plain.replace(".", "").replace(",", ".") if said == "comma" else plain.replace(",", "")
    return Decimal(plain)


class Amount(NamedTuple):
    """An amount as a cell states it; `side` where the cell says Dr or Cr, S or H."""

    value: Decimal
    currency: str = ""
    side: Side = ""


@lru_cache(maxsize=1 << 16)
def parse(cell: str, style: Style = "") -> Amount | None:
    """The amount in a cell, None where it is empty.

    Raises Ambiguous where the cell allows two values under `style`, ValueError where it is no amount of that style.
    """
    if style == "point" and PLAIN.fullmatch(cell):
        return Amount(Decimal(cell))
    if (usual := _USUAL.fullmatch(cell)) and (marks := _marks(usual[4] or "")) is not None:
        minus, point, comma, _ = usual.groups()
        if style == ("comma" if point else "point"):
            raise ValueError(cell)
        digits = point.replace(",", "") if point else comma.replace(".", "").replace(",", ".")
        return Amount(Decimal(minus + digits), *marks)
    if empty(cell):
        return None
    found = shape(cell)
    if not found:
        raise ValueError(cell)
    value = number(found.body, style)
    return Amount(-value if found.negative else value, found.currency, found.side)


def exact(cell: str) -> Amount | None:
    """The amount of a JSON number. Raises ValueError for NaN, Infinity and more digits than money has."""
    if not cell:
        return None
    value = Decimal(cell) if len(cell) <= LONGEST and cell.lower().strip("-") not in ("nan", "infinity") else None
    if value is None or abs(value.adjusted()) > DIGITS:
        raise ValueError(cell)
    return Amount(value)


def readings(cell: str) -> tuple[Decimal, Decimal]:
    """Both values of an open cell: with a decimal point, with a decimal comma."""
    found = shape(cell)
    if found is None:
        raise ValueError(cell)
    sign = -1 if found.negative else 1
    return sign * number(found.body, "point"), sign * number(found.body, "comma")


def places(values: Iterable[Decimal], currency: str = "") -> int:
    """How many decimal places amounts are written with: as many as they have, two at least in most currencies."""
    most = 0 if currency in ZERO_PLACES else 2
    for value in values:
        if most >= 2 and value.same_quantum(_CENT):
            continue
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > most:
            most = -exponent
    return min(most, 10)


def plain(value: Decimal, digits: int | None = None) -> str:
    """A value as facts carry it: `15337.11`; two places at least, or exactly `digits`."""
    if digits is None:
        digits = places([value.normalize() if value else value])
    return f"{abs(value) if not round(value, digits) else value:.{digits}f}"


def money(value: Decimal, digits: int | None = None) -> str:
    """A value as texts carry it: `15,337.11`, the figures of `plain` with groups of thousands."""
    text = plain(value, digits)
    whole, dot, rest = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}{dot}{rest}"


def fits(values: Sequence[Decimal | None], balances: Sequence[Decimal | None]) -> tuple[int, int]:
    """How many neighbouring balances the movements explain, read downwards and read upwards."""
    down = up = pairs = 0
    total = before_total = last_total = Decimal(
        0
    )  # moved up to this line, to the last balance, and to the line above it
    before: Decimal | None = None
    for value, balance in zip(values, balances, strict=True):
        above, total = total, total + (value or Decimal(0))
        if balance is None:
            continue
        if before is not None:
            down += balance - before == total - before_total
            up += before - balance == above - last_total
            pairs += 1
            if pairs >= PAIRS:
                break
        before, before_total, last_total = balance, total, above
    return down, up
