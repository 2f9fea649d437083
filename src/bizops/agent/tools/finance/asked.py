"""The month or quarter that an issue asks about, where the dates of a file leave two readings: both, with figures."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from bizops.agent.tools.finance import movements
from bizops.agent.tools.tables import amounts, dates, shown
from bizops.agent.tools.tables.sheets import Sheet

_NAMES = "|".join(sorted(map(re.escape, dates.MONTHS), key=len, reverse=True))
_MONTH = re.compile(rf"(?<!\w)(?P<name>{_NAMES})\b\.?(?: (?:de )?(?P<year>20\d\d))?")
_QUARTER = re.compile(r"(?<!\w)(?:q(?P<a>[1-4])|(?P<b>[1-4])(?:\.|st|nd|rd|th|er|e|º)? ?(?:quarter|quartal|trimestre|"
                      r"kwartaal))(?:[ /-]?(?P<year>20\d\d))?")  # fmt: skip
MONTHS, QUARTER = 1, 3


def period(text: str) -> tuple[str, Callable[[date], bool]] | None:
    """The month or quarter that a text names, and whether a day is in it; None where it names none."""
    low = dates.bare(text)
    if found := _QUARTER.search(low):
        first, length = 3 * int(found["a"] or found["b"]) - 2, QUARTER
    elif (found := _MONTH.search(low)) and (len(found["name"]) > 3 or found["year"]) and (
        found["name"] not in ("may", "mars", "march", "set", "sept") or found["year"]
    ):  # fmt: skip
        first, length = dates.MONTHS[found["name"]], MONTHS
    else:
        return None
    year = int(found["year"] or 0)
    return found[0].strip().title(), lambda day: first <= day.month < first + length and year in (0, day.year)


def both(name: str, within: Callable[[date], bool], sheet: Sheet, day: Sheet, month: Sheet) -> str:
    """What the period comes to under both orders of day and month, as one text; empty where they agree."""
    says = [_figures(read, within) for read in (day, month)]
    if says[0] == says[1]:
        return ""
    return (
        f"{shown.code(sheet.name)}, {shown.safe(name)}: read day first, {says[0]}; read month first, {says[1]}. "
        "Which of the two it is must be answered below."
    )


def _figures(sheet: Sheet, within: Callable[[date], bool]) -> str:
    sums: dict[str, list[Decimal]] = {}
    days = sheet.days.get("date") or sheet.blank[1]
    for value, when, coin in zip(movements.read(sheet).values, days, sheet.currency, strict=True):
        if value and when and within(when):
            sums.setdefault(coin, [Decimal(0), Decimal(0)])[value < 0] += abs(value)
    said = [f"income {amounts.money(a)}, expenses {amounts.money(b)} {coin}".rstrip() for coin, (a, b) in sums.items()]
    return " and ".join(said) or "there is no entry in it"
