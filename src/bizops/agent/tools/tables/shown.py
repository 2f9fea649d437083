"""Figures and foreign text as Markdown: tables, lists, names of facts."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bizops.agent.tools.tables.dates import bare
from bizops.agent.tools.tables.places import Place
from bizops.decision import Finding
from bizops.rules.checks import numbers_are_facts
from bizops.rules.figures import readings

CELL = 60  # characters of foreign text in a cell


def safe(text: str, limit: int = CELL) -> str:
    """Foreign text for a table or a sentence: one line, no Markdown, cut."""
    text = _line(text, limit)
    return re.sub(r"([\\`*_|<>\[\]~])", r"\\\1", text).replace("@", "(at)")


def code(text: str, limit: int = CELL) -> str:
    """Foreign text as code: what a cell holds, to the letter as far as one line can."""
    text = _line(text, limit).replace("`", "'").replace("|", "/")
    return f"`{text}`" if text else "blank"


@lru_cache(maxsize=1 << 12)
def _line(text: str, limit: int) -> str:
    """One visible line, cut. Digits that are no figure are set apart (`1,2,3`) or hidden: every figure of an answer
    must be on record, and what can be read in two ways never is.
    """
    text = " ".join(re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", " ", text).split())
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    if not re.search(r"\d", text):
        return text
    text = re.sub(r"\d+(?:[.,]\d+){2,}", lambda run: run[0] if readings(run[0]) else _apart(run[0]), text)
    return re.sub(r"\d[\d.,]*", "…", text) if numbers_are_facts(text, {}, (), text, "") else text


def _apart(run: str) -> str:
    return re.sub(r"([.,])", r"\1 ", run) if "," in run else run


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column left, the others right."""
    lines = [
        "| " + " | ".join(header) + " |",
        "|---|" + "---:|" * (len(header) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def slug(text: str) -> str:
    """Text as part of a fact's name: `Office & Rent` is `office_rent`."""
    return re.sub(r"[^a-z0-9]+", "_", bare(text)).strip("_")[:40] or "blank"


def lines(numbers: Sequence[int], limit: int = 12) -> str:
    """`line 5`, `lines 5, 7 and 9`, `line 1 (entries 5 and 7)`; after `limit` the rest is not listed."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    entries = [number.entry for number in numbers if isinstance(number, Place)]
    if len(entries) == len(numbers) and len(set(map(int, numbers))) == 1:
        return f"line {int(numbers[0])} (entries {_listed(entries, limit)})"
    return f"lines {_listed(list(map(str, numbers)), limit)}"


def _listed(words: Sequence[str], limit: int) -> str:
    if len(words) <= limit:
        return f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{', '.join(words[:limit])} and more"


def span(numbers: Sequence[int]) -> str:
    """`line 5`, or `lines 2 to 11` for the first and the last; `line 1 (entries 1 to 7)`."""
    first, last = min(numbers), max(numbers)
    if isinstance(first, Place) and isinstance(last, Place) and first != last:
        return f"{span([int(first), int(last)])} (entries {first.entry} to {last.entry})"
    return f"line {first}" if first == last else f"lines {first} to {last}"


def item(finding: Finding) -> str:
    """A finding as an item of a list: `- line 1 (entry 7): ...`."""
    entry = _ENTRY.match(finding.text)
    return f"- line {finding.line}{f' {entry[1]}' if entry else ''}: {says(finding)}"


def says(finding: Finding) -> str:
    """The text of a finding without its place."""
    return _ENTRY.sub("", finding.text)


_ENTRY = re.compile(r"^(\(entry [\d.]+\)) ")  # as `arguments.finding` begins a text
