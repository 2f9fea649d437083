"""Exchange rates that the data or the issue gives, and sums converted with them. No rate is ever assumed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables import amounts, headings, hints, sheets
from bizops.case import Case

CENT = Decimal("0.01")
ROUNDING = "rounded half up to 0.01"


@dataclass(frozen=True)
class Rates:
    """What one unit of each currency is worth in `target`; `source` says where the rates stand."""

    target: str
    values: Mapping[str, Decimal]
    source: str

    def convert(self, sums: Mapping[str, Decimal]) -> Decimal | None:
        """The sum of all in the target currency, each converted and rounded half up; None where a rate is missing."""
        if any(coin != self.target and coin not in self.values for coin in sums):
            return None
        return sum((round_half_up(v * self.values.get(c, Decimal(1))) for c, v in sums.items()), Decimal(0))


def round_half_up(value: Decimal) -> Decimal:
    """A value rounded to cents, halves away from zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def find(case: Case, coins: frozenset[str]) -> Rates | None:
    """The rates that join these currencies, from the issue's words or from a file with from, to and rate."""
    said = hints.rates(hints.read(case))
    source = "the issue"
    for name in () if said else sheets.names(case):
        said = _from_file(case, name)
        if said:
            source = name
            break
    if not said:
        return None
    wanted = re.findall(r"\b(?:in|into|to|nach|en|a) ([A-Z]{3})\b", f"{case.issue.title}\n{case.issue.body[:4000]}")
    targets = [coin for coin in wanted if coin in coins] or [to for _, to in said if to in coins]
    for target in dict.fromkeys(targets):
        values = {a: rate for (a, b), rate in said.items() if b == target}
        values |= {b: 1 / rate for (a, b), rate in said.items() if a == target and rate and b not in values}
        if all(coin in values or coin == target for coin in coins):
            return Rates(target, values, source)
    return None


def _from_file(case: Case, name: str) -> dict[tuple[str, str], Decimal]:
    try:
        sheet = sheets.read(case, name)
    except ToolError:
        return {}
    columns = {headings.words(title): n for n, title in enumerate(sheet.table.header)}
    start = next((columns[w] for w in ("from", "from currency", "von", "de", "source", "base") if w in columns), None)
    end = next((columns[w] for w in ("to", "to currency", "nach", "nach wahrung", "a", "target", "quote")
                if w in columns), None)  # fmt: skip
    if start is None or end is None or not sheet.has("rate"):
        return {}
    found = {}
    by_line = {row.line: row for row in sheet.table.rows}
    for line, rate in zip(sheet.lines, sheet.amounts("rate"), strict=True):
        a, b = (amounts.currency_of(by_line[line].cells[n]) for n in (start, end))
        if rate and a and b:
            found[a, b] = rate
    return found
