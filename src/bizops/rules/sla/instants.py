"""Instants as text: strict RFC 3339 in, seconds since 1970 within, `Z` out."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bizops.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: Any) -> int:
    """An RFC 3339 timestamp as seconds since 1970, fractions of a second left out. Raises InputError."""
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return _odd_moment(text)
    if found.tzinfo is None or len(text) < 20:
        raise InputError(f"{text!r} has no offset from UTC, expected YYYY-MM-DDTHH:MM:SSZ")
    since = found - _EPOCH
    return since.days * 86400 + since.seconds


def written(instant: int | None) -> str | None:
    """Seconds since 1970 as a timestamp in UTC."""
    return None if instant is None else (_EPOCH + timedelta(0, instant)).isoformat()[:19] + "Z"


def _odd_moment(text: Any) -> int:
    """What RFC 3339 allows and `fromisoformat` does not: a small `z`, a leap second. Raises InputError."""
    if isinstance(text, str) and len(text) > 19 and text.endswith("z"):
        return moment(f"{text[:-1]}Z")
    if isinstance(text, str) and len(text) > 19 and text[17:19] == "60":
        return moment(f"{text[:17]}59{text[19:]}") + 1
    raise InputError(f"{text!r} is no timestamp, expected YYYY-MM-DDTHH:MM:SSZ"[:120])
