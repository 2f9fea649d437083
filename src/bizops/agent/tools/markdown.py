"""Pieces of an answer that are ours: a table, a count with its noun. Foreign text comes by `bizops.rules.harmless`."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the cells must be harmless already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def many(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
