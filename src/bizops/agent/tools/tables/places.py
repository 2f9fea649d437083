"""Places in a file: a line, an entry of a JSON list within a line, and how they are cited."""

from collections.abc import Sequence
from typing import Self


class Place(int):
    """A line (from 1) that holds several entries of a JSON list, and which of them is meant: `1 (entry 7)`."""

    entry: str
    rank: tuple[int, ...]

    def __new__(cls, line: int, *entry: int) -> Self:
        """`entry`: its number from 1 in the list, and the number of a line within it."""
        place = super().__new__(cls, line)
        place.entry, place.rank = ".".join(map(str, entry)), (line, *entry)
        return place

    def __str__(self) -> str:
        return f"{int(self)} (entry {self.entry})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return str(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.rank == other.rank

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: int) -> bool:
        return self.rank < other.rank if isinstance(other, Place) else int(self) < other

    def __gt__(self, other: int) -> bool:
        return self.rank > other.rank if isinstance(other, Place) else int(self) > other

    def __hash__(self) -> int:
        return hash(self.rank)  # by its line alone, all entries of a JSON list on one line would share one hash


def source(name: str, lines: Sequence[int]) -> str:
    """`ledger.csv:2-11` for the lines of a file; `ledger.json:1 (entries 1-7)` where one line holds several."""
    if not lines:
        return name
    first, last = min(lines), max(lines)
    if isinstance(first, Place) and isinstance(last, Place) and first != last:
        return f"{source(name, [int(first), int(last)])} (entries {first.entry}-{last.entry})"
    return f"{name}:{first}" if first == last else f"{name}:{first}-{last}"
