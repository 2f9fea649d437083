"""Versions in the order of their ecosystem: PEP 440, Semantic Versioning 2.0, and one documented rule for the others.

The general rule (RubyGems, Packagist, NuGet, Maven): the version is cut into runs of digits and of letters; numbers are
compared as numbers, missing ones are 0; letters make a version older (alpha < beta < milestone < rc < snapshot < the
release itself), unless they mean the release (final, ga, release) or something after it (sp, p, patch, post).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Key = Any
SEMVER = re.compile(r"^[v=\s]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$")
_WORDS = {
    "dev": -6,
    "alpha": -5,
    "a": -5,
    "beta": -4,
    "b": -4,
    "milestone": -3,
    "m": -3,
    "pre": -2,
    "preview": -2,
    "rc": -2,
    "cr": -2,
    "c": -2,
    "snapshot": -1,
    "final": 0,
    "ga": 0,
    "release": 0,
    "stable": 0,
    "sp": 1,
    "p": 1,
    "pl": 1,
    "patch": 1,
    "post": 1,
}


class UnknownVersionError(ValueError):
    """A version that has no place in its ecosystem's order."""


def pep440(version: str) -> Key:
    """PEP 440, by `packaging`."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version)
    except InvalidVersion as error:
        raise UnknownVersionError(version) from error


def semver(version: str) -> Key:
    """Semantic Versioning 2.0 (section 11); Go's pseudo versions are pre-releases by it. Missing numbers are 0."""
    match = SEMVER.match(version.strip())
    if not match or len(version) > 200:
        raise UnknownVersionError(version)
    numbers = tuple(int(n or 0) for n in match.groups()[:4])
    if not match[5]:
        return numbers, (1,)
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in match[5].split("."))
    return numbers, (0, parts)


def general(version: str) -> Key:
    """The rule of this module's docstring."""
    text = version.strip().lstrip("vV=").split("+")[0].casefold()
    if not text or len(text) > 200 or not text[0].isdigit():
        raise UnknownVersionError(version)
    parts: list[tuple[int, int]] = []
    for run in re.findall(r"\d+|[a-z]+", text):
        if run.isdigit():
            parts.append((0, int(run)))
        else:
            rank = _WORDS.get(run, -2)
            parts.append((rank, 0))
    while parts and parts[-1] == (0, 0):
        parts.pop()
    return _Padded(tuple(parts))


class _Padded:
    """Runs that are compared as if the shorter one went on with zeros."""

    def __init__(self, parts: tuple[tuple[int, int], ...]) -> None:
        self.parts = parts

    def _pair(self, other: "_Padded") -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
        width = max(len(self.parts), len(other.parts))
        pad = ((0, 0),)
        return self.parts + pad * (width - len(self.parts)), other.parts + pad * (width - len(other.parts))

    def __lt__(self, other: "_Padded") -> bool:
        mine, theirs = self._pair(other)
        return mine < theirs

    def __le__(self, other: "_Padded") -> bool:
        mine, theirs = self._pair(other)
        return mine <= theirs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Padded) and self._pair(other)[0] == self._pair(other)[1]

    def __hash__(self) -> int:
        return hash(self.parts)


SEMANTIC = ("npm", "go", "crates.io", "pub", "hex", "swifturl")
ORDERS: dict[str, Callable[[str], Key]] = {"pypi": pep440, **dict.fromkeys(SEMANTIC, semver)}


@lru_cache(maxsize=1 << 16)
def key(ecosystem: str, version: str) -> Key:
    """What versions of an ecosystem are sorted by. Raises UnknownVersionError."""
    return ORDERS.get(ecosystem, general)(version)


def public(ecosystem: str, version: str) -> str:
    """The version without PEP 440's local label (`+cu117`); elsewhere what follows `+` counts in no order anyway."""
    return version.partition("+")[0] if ecosystem == "pypi" else version


def same(ecosystem: str, a: str, b: str) -> bool:
    """Whether two spellings mean one version."""
    if a.removeprefix("v") == b.removeprefix("v"):
        return True
    try:
        return bool(key(ecosystem, a) == key(ecosystem, b))
    except UnknownVersionError:
        return False
