"""Business hours as policy and `bizops sla clock` write them, decoded: what a calendar says, not what it amounts to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bizops.errors import InputError, nearest

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("tz", "always", "week", "holidays", "country", "subdivision", "date_overrides", "union")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")

Window = tuple[int, int]  # seconds from the day's midnight by the wall clock; the end may lie on the next day


@dataclass(frozen=True)
class Hours:
    """One calendar: wall-clock windows by weekday in a zone, and the dates that differ; or the union of several."""

    tz: str = "UTC"
    always: bool = False
    week: tuple[tuple[Window, ...], ...] = ((),) * 7  # from Monday
    holidays: frozenset[date] = frozenset()
    country: str | None = None
    subdivision: str | None = None
    overrides: tuple[tuple[date, tuple[Window, ...]], ...] = ()
    union: "tuple[Hours | str, ...]" = ()  # a name until it is `resolved`

    @classmethod
    def read(cls, tree: Any) -> "Hours":
        """From JSON or YAML. Raises InputError with the key and what is wrong with it."""
        if not isinstance(tree, Mapping):
            raise InputError(f"a calendar must hold keys and values, not {tree!r}"[:100])
        for key in tree:
            if key not in KEYS:
                raise InputError(f'unknown key "{key}"; {nearest(str(key), KEYS)}'.rstrip("; "))
        if "union" in tree:
            return cls._united(tree)
        if not isinstance(always := tree.get("always") or False, bool):
            raise InputError(f"always: expected true or false, not {always!r}")
        return cls(
            tz=_zone(tree.get("tz") or "UTC"),
            always=always,
            week=_week(tree.get("week") or {}),
            holidays=frozenset(_date(day, "holidays") for day in _list(tree.get("holidays"), "holidays")),
            country=_text(tree.get("country"), "country"),
            subdivision=_text(tree.get("subdivision"), "subdivision"),
            overrides=_overrides(tree.get("date_overrides") or {}),
        )

    @classmethod
    def _united(cls, tree: Mapping[str, Any]) -> "Hours":
        members = _list(tree["union"], "union")
        if len(tree) > 1 or not members:
            raise InputError("union: expected a list of calendars and no other key")
        return cls(union=tuple(member if isinstance(member, str) else cls.read(member) for member in members))

    def resolved(self, named: "Mapping[str, Hours]", seen: tuple[str, ...] = ()) -> "Hours":
        """With the calendars that a union names in their place. Raises InputError for an unknown or circular name."""
        members = []
        for member in self.union:
            if isinstance(member, str) and (member not in named or member in seen):
                what = f'union: "{member}" is part of itself' if member in named else f'union: no calendar "{member}"'
                raise InputError(what, fix="" if member in named else nearest(member, named))
            whole, path = (named[member], (*seen, member)) if isinstance(member, str) else (member, seen)
            members.append(whole.resolved(named, path))
        return replace(self, union=tuple(members))

    @property
    def leaves(self) -> "Iterator[Hours]":
        """The calendars of a union, and of the unions in it; itself where it is none. Raises InputError for a name."""
        for member in self.union:
            if isinstance(member, str):
                raise InputError(f'union: expected a calendar, not the name "{member}"')
            yield from member.leaves
        if not self.union:
            yield self


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, TypeError, OSError) as error:  # OSError: a folder of the zone database
        raise InputError(f"tz: unknown time zone {name!r}") from error


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value := [] if value is None else value, list | tuple):
        raise InputError(f"{key}: expected a list, not {value!r}"[:100])
    return list(value)


def _text(value: Any, key: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InputError(f"{key}: expected text, not {value!r}"[:100])
    return value or None


def _date(value: Any, key: str) -> date:
    """A local date, from text or as YAML reads it."""
    if type(value) is date:
        return value
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a local date has no zone
    except (ValueError, TypeError) as error:
        raise InputError(f"{key}: {value!r} is no date, expected YYYY-MM-DD"[:100]) from error


def _week(tree: Any) -> tuple[tuple[Window, ...], ...]:
    if not isinstance(tree, Mapping):
        raise InputError(f"week: expected days and their windows, not {tree!r}"[:100])
    for day in tree:
        if day not in DAYS:
            raise InputError(f'week: unknown day "{day}", expected {", ".join(DAYS)}')
    return tuple(_windows(tree.get(day), f"week.{day}") for day in DAYS)


def _overrides(tree: Any) -> tuple[tuple[date, tuple[Window, ...]], ...]:
    if not isinstance(tree, Mapping):
        raise InputError(f"date_overrides: expected dates and their windows, not {tree!r}"[:100])
    return tuple(
        (_date(day, "date_overrides"), _windows(value, f"date_overrides.{day}")) for day, value in tree.items()
    )


def _windows(value: Any, key: str) -> tuple[Window, ...]:
    windows = sorted(_window(pair, key) for pair in _list(value, key))
    for one, two in pairwise(windows):
        if two[0] < one[1]:
            raise InputError(f"{key}: two windows overlap")
    return tuple(windows)


def _window(pair: Any, key: str) -> Window:
    """An end at or before the start is on the next day."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise InputError(f'{key}: expected ["HH:MM", "HH:MM"], not {pair!r}'[:120])
    start, end = _time(pair[0], key), 86400 if pair[1] == "24:00" else _time(pair[1], key)
    return start, end if end > start else end + 86400


def _time(value: Any, key: str) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise InputError(f'{key}: {value!r} is no time of day, expected "HH:MM" in quotes'[:120])
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
