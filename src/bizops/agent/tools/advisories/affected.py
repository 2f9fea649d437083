"""Which versions an advisory calls affected, and which it calls fixed. Source: the OSV schema 1.6, "evaluation"."""

import re
from dataclasses import dataclass
from typing import Any

from bizops.agent.tools.advisories import versions
from bizops.decision import Severity

_COMPARED = re.compile(r"\s*(<=|>=|<|>|==|=)?\s*([^\s,<>=]+)\s*$")


@dataclass(frozen=True)
class Affected:
    """One package of an advisory. `ranges`: for each its (kind, version) pairs; `git`: it also has GIT ranges;
    `severity`: this package's own, where it has one (OSV 1.6, "affected[].severity").
    """

    ecosystem: str
    name: str
    ranges: tuple[tuple[tuple[str, str], ...], ...] = ()
    versions: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    git: bool = False
    severity: Severity | None = None
    rated_by: str = ""


def hits(affected: Affected, version: str) -> bool | None:
    """Whether a version is affected; None where that cannot be decided (GIT ranges alone, nothing given).

    A local build (`1.13.0+cu117`) counts as the version that it was built from: PEP 440 ignores local labels of the
    installed version in `==` and `<=`.
    """
    whole, version = version, versions.public(affected.ecosystem, version)
    if any(versions.same(affected.ecosystem, v, listed) for listed in affected.versions for v in {whole, version}):
        return True
    decided = bool(affected.versions)
    for events in affected.ranges:
        if events:
            decided = True
            if _within(affected.ecosystem, events, version):
                return True
    for expression in affected.expressions:
        if expression.strip():
            decided = True
            if any(_satisfies(affected.ecosystem, part, version) for part in expression.split("||")):
                return True
    return False if decided else None


def _within(ecosystem: str, events: tuple[tuple[str, str], ...], version: str) -> bool:
    """OSV's evaluation: the events in the order of their versions, each opening or closing what is affected."""
    wanted = versions.key(ecosystem, version)
    rank = {"fixed": 0, "limit": 0, "introduced": 1, "last_affected": 2}
    zero = [e for e in events if e[0] == "introduced" and e[1] == "0"]
    rest = sorted(
        (e for e in events if e not in zero and e[0] in rank and e[1] != "*"),
        key=lambda e: (Order(versions.key(ecosystem, e[1])), rank[e[0]]),
    )
    inside = bool(zero)
    for kind, at in rest:
        place = versions.key(ecosystem, at)
        if kind == "introduced" and place <= wanted:
            inside = True
        elif (kind in ("fixed", "limit") and place <= wanted) or (kind == "last_affected" and place < wanted):
            inside = False
    return inside


class Order:
    """A version key as a sort key that only needs `<`."""

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: "Order") -> bool:
        return bool(self.key < other.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Order) and bool(self.key == other.key)

    __hash__ = None  # type: ignore[assignment]


def _satisfies(ecosystem: str, expression: str, version: str) -> bool:
    """GitHub's `>= 1.0, < 1.2`; `= 1.3` and a bare version mean just that one."""
    wanted = versions.key(ecosystem, version)
    for part in filter(str.strip, re.split(r",|(?<=[\w])\s+(?=[<>=])", expression)):
        match = _COMPARED.match(part)
        if not match:
            raise versions.UnknownVersionError(part)
        bound = versions.key(ecosystem, match[2])
        good = {
            "<": wanted < bound,
            "<=": wanted <= bound,
            ">": bound < wanted,
            ">=": bound <= wanted,
            "=": wanted == bound,
            "==": wanted == bound,
            None: wanted == bound,
        }[match[1]]
        if not good:
            return False
    return True


def fixes(affected: Affected) -> tuple[str, ...]:
    """Every version that the advisory names as fixed for the package."""
    return (*affected.fixes, *(v for events in affected.ranges for kind, v in events if kind == "fixed"))
