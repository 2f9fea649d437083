"""Label patterns of the policies: an exact name, or everything below an area (`marketing/*`); case does not count."""

from collections.abc import Iterable


def fits(label: str, patterns: Iterable[str]) -> bool:
    """Whether a label is named by one of the patterns; `*` at the end stands for any rest."""
    folded = label.casefold()
    return any(folded == p or (p.endswith("*") and folded.startswith(p[:-1])) for p in map(str.casefold, patterns))
