"""The unit beside a figure: money of a currency, a share in percent or per mille. It must be the unit on record.

A model that writes `900 EUR` where the fact says `900 USD`, or `19 ‰` where it says `19 %`, is wrong though the
figure is right.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bizops.decision import Fact
from bizops.rules.figures import CURRENCY, Figure, normal, numbers, shifted, values

BEFORE_MONEY = re.compile(rf"{CURRENCY}\s?-?\(?$")
MONEY = re.compile(
    rf"\)?\s?(?:{CURRENCY}|(?i:(?:us[- ]?)?(?:euro|dollar|dólare|dollaro|dollari|franken|złoty|złotych)s?\b))"
)
OF_ANOTHER = re.compile(r"[0-9]\)?\s?$")  # `190.00 EUR (19 %)`
DOLLARS = "usd cad aud nzd sgd hkd mxn ars clp cop $ dollar"
CURRENCIES = {
    "$": DOLLARS, "dollar": DOLLARS, "us$": "usd", "c$": "cad", "a$": "aud", "nz$": "nzd", "hk$": "hkd", "s$": "sgd",
    "€": "eur", "euro": "eur", "£": "gbp egp", "¥": "jpy cny", "₹": "inr", "₽": "rub", "₩": "krw", "₺": "try",
    "₴": "uah", "฿": "thb", "₫": "vnd", "₪": "ils", "franken": "chf", "złoty": "pln", "złotych": "pln",
    "dólare": DOLLARS, "dollaro": DOLLARS, "dollari": DOLLARS, "us dollar": "usd", "us-dollar": "usd",
    "usdollar": "usd",
}  # fmt: skip


def currencies(name: str) -> frozenset[str]:
    """The currencies that a sign, a code or a word can mean; the sign itself is one of them."""
    bare = name.strip().casefold().removesuffix("s")
    return frozenset({bare, *CURRENCIES.get(bare, "").split()})


def named(text: str) -> frozenset[str]:
    """All currencies that a text names."""
    return frozenset(code for match in MONEY.finditer(text) for code in currencies(match[0]))


def beside(figure: Figure, text: str) -> Iterator[str]:
    """The currencies that stand directly before and after a figure, as they are written; not that of the one before."""
    before, after = BEFORE_MONEY.search(text, max(figure.start - 8, 0), figure.start), MONEY.match(text, figure.end)
    if before and (figure.percent or OF_ANOTHER.search(text, max(before.start() - 3, 0), before.start())):
        before = None
    for said in filter(None, (before, after)):
        yield said[0].strip(" (-)")


@dataclass(frozen=True)
class Units:
    """The units of the figures on record, by value: those of facts, and those that tools wrote beside them."""

    facts: Mapping[str, frozenset[str]]  # units of the facts that have a currency or a percent sign
    money: Mapping[str, frozenset[str]]  # currencies
    percents: frozenset[str]
    mille: frozenset[str]
    currencies: frozenset[str]  # that are named on record or in the thread
    shares: frozenset[str]  # facts below one, which may be shown in percent

    def given(self, figure: Figure) -> bool:
        """Whether a figure in percent or per mille is a fact below one."""
        power = -2 if figure.percent else -3
        return (figure.percent or figure.mille) and any(shifted(v, power) in self.shares for v in figure.values)

    def invented(self, figure: Figure, text: str) -> str:
        """The unit that a figure on record got in the text alone; empty if it has none or the right one."""
        for name in beside(figure, text):
            said = currencies(name)
            if self.currencies and not said & self.currencies:
                return f"of {name}"
            if self._other(figure, said):
                return f"of {name}"
        if self.given(figure):
            return ""
        if figure.percent and not figure.values & self.percents:
            return "a share"
        return "a share per mille" if figure.mille and not figure.values & self.mille else ""

    def _other(self, figure: Figure, said: frozenset[str]) -> bool:
        """Whether each fact with this figure has another currency, and no tool wrote this one beside it."""
        units = [unit for value in figure.values for unit in self.facts.get(value, ())]
        if not units or any(currencies(unit) & said for unit in units):
            return False
        return not any(self.money.get(value, frozenset()) & said for value in figure.values)


def units(facts: Iterable[Fact], sources: str, everything: str) -> Units:
    """The units on record. `sources` is what tools said, `everything` the thread too; both normal texts."""
    every = list(facts)
    known: dict[str, set[str]] = {}
    shares: set[str] = set()
    for fact in every:
        found = values(normal(fact.value))
        if fact.unit == "%" or MONEY.fullmatch(fact.unit):
            for value in found:
                known.setdefault(value.removeprefix("-"), set()).add(fact.unit)
        if fact.unit != "%":
            shares |= {value for value in found if value.startswith("0.")}
    money: dict[str, set[str]] = {}
    figures = list(numbers(sources))
    for figure in figures:
        for name in beside(figure, sources):
            for value in figure.values:
                money.setdefault(value, set()).update(currencies(name))
    return Units(
        {value: frozenset(units) for value, units in known.items()},
        {value: frozenset(codes) for value, codes in money.items()},
        frozenset(value for figure in figures if figure.percent for value in figure.values),
        frozenset(value for figure in figures if figure.mille for value in figure.values),
        named(everything),
        frozenset(shares),
    )
