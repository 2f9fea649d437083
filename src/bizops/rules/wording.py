"""Pieces of a text that are ours: a table, a count with its noun, a length of time.

Foreign text comes by `bizops.rules.harmless`.
"""

from collections.abc import Iterable, Sequence

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))  # and their seconds


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; the cells must be harmless already."""
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def many(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def span(seconds: int) -> str:
    """A length of time for people, in the two largest units that tell it: `2 d 3 h`, `5 h 10 min`, `40 min`."""
    parts = _parts(seconds, UNITS[:3])
    first = next((at for at, part in enumerate(parts) if part), 0)
    return _joined(parts[first : first + 2])


def hours(seconds: int) -> str:
    """A length of business time, to the second: `26 h 5 min`, `4 h 1 s`. No business day has 24 hours, so no days."""
    return _joined(_parts(seconds, UNITS[1:]))


def _parts(seconds: int, units: Iterable[tuple[str, int]]) -> list[str]:
    parts = []
    for unit, size in units:
        number, seconds = divmod(seconds, size)
        parts.append(f"{number} {unit}" if number else "")
    return parts


def _joined(parts: Iterable[str]) -> str:
    return " ".join(filter(None, parts)) or "0 min"
