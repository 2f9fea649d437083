"""Small readings of what goes over the wire: addresses for counting, links between pages, waits, lost connections."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

LONGEST_WAIT = 15.0  # seconds for one Retry-After; a desk's job has no more


def next_page(link: str, relation: str = "next") -> dict[str, Any] | None:
    """The query of the next page (or of the `last`), from a Link header (a cursor or a number)."""
    for part in link.split(","):
        address, _, named = part.partition(";")
        if f'rel="{relation}"' in named:
            query = parse_qs(urlsplit(address.strip().strip("<>")).query)
            return {name: values[-1] for name, values in query.items()}
    return None


def kind_of(path: str) -> str:
    """An address without its numbers and names, for counting."""
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] == "repos":
        parts = parts[3:] or ["repository"]
    named = {"labels": 1, "collaborators": 1}
    kept = [
        "*" if part.isdigit() or (index and parts[index - 1] in named) else part for index, part in enumerate(parts)
    ]
    return "/".join(kept)


def asked_to_wait(error: Any) -> float | None:
    """Seconds that GitHub asks a write to wait (its limits), where that is short enough to do."""
    if int(error.status or 0) not in (403, 429):
        return None
    headers = {str(k).lower(): str(v) for k, v in (error.headers or {}).items()}
    after = headers.get("retry-after", "")
    return float(after) if after.isdigit() and float(after) <= LONGEST_WAIT else None


def reason(error: Exception) -> str:
    text = str(error)
    for known in (
        "Connection refused",
        "timed out",
        "Name or service not known",
        "Connection reset",
        "RemoteDisconnected",
    ):
        if known in text:
            return known.lower() if known != "RemoteDisconnected" else "the connection was closed"
    return type(error).__name__
