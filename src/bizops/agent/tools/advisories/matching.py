"""Pins against advisories: names of one vulnerability merged, the version that fixes it, what cannot be decided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bizops.agent.tools.advisories import affected as verdicts
from bizops.agent.tools.advisories import osv, versions
from bizops.agent.tools.advisories.affected import Affected
from bizops.agent.tools.advisories.locks import Pin
from bizops.agent.tools.advisories.osv import Advisory
from bizops.decision import SEVERITIES, Severity


@dataclass(frozen=True)
class Hit:
    """A pin that a vulnerability affects. `names` are all its names, the one it is called by first."""

    pin: Pin
    names: tuple[str, ...]
    severity: Severity
    rated: str
    fixed: str
    also_fixed: tuple[str, ...]
    summary: str
    unknown: bool = False  # nobody has rated it


def unpinned(pins: Iterable[Pin], advisories: Iterable[Advisory]) -> list[Pin]:
    """The pins without a version that an advisory is about."""
    keys = {(a.ecosystem, osv.normal(a.ecosystem, a.name)) for advisory in advisories for a in advisory.affected}
    return [pin for pin in pins if not pin.version and pin.key in keys]


def _groups(advisories: Iterable[Advisory]) -> dict[str, str]:
    """For each name of a vulnerability the name of its group: names that share an advisory are one, transitively."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for advisory in advisories:
        first = root(advisory.id)
        for alias in advisory.aliases:
            parent[root(alias)] = first
    return {name: root(name) for name in list(parent)}


def match(pins: Iterable[Pin], advisories: list[Advisory]) -> tuple[list[Hit], list[str]]:
    """What affects the pins, the worst first, and in words what cannot be decided."""
    group = _groups(advisories)
    members: dict[str, list[str]] = defaultdict(list)
    for name in sorted(group, key=_rank):
        members[group[name]].append(name)
    index: dict[tuple[str, str], list[tuple[Advisory, Affected]]] = defaultdict(list)
    for advisory in advisories:
        for affected in advisory.affected:
            index[affected.ecosystem, osv.normal(affected.ecosystem, affected.name)].append((advisory, affected))
    found: list[Hit] = []
    undecided: dict[tuple[str, str, str], str] = {}
    for pin in pins:
        by_group: dict[str, list[tuple[Advisory, Affected]]] = defaultdict(list)
        for advisory, affected in index.get(pin.key, ()) if pin.version else ():
            try:
                verdict = verdicts.hits(affected, pin.version)
            except versions.UnknownVersionError as error:
                why = f"the version {error} has no place in the order of {pin.ecosystem}"
                undecided.setdefault((pin.name, pin.version, advisory.id), why)
                continue
            if verdict is None:
                why = "it gives commits (GIT ranges) alone" if affected.git else "it names no versions"
                undecided.setdefault((pin.name, pin.version, advisory.id), why)
            elif verdict:
                by_group[group[advisory.id]].append((advisory, affected))
        for root, hits in by_group.items():
            everything = [(a, f) for a, f in index[pin.key] if group[a.id] == root]
            found.append(_hit(pin, tuple(members[root]), hits, everything))
    decided = {(h.pin.name, h.pin.version, name) for h in found for name in h.names}
    left = [f"{key[0]} {key[1]}, {key[2]}: {why}" for key, why in undecided.items() if key not in decided]
    return sorted(found, key=lambda h: (SEVERITIES.index(h.severity), h.pin.file, h.pin.line, h.names)), left


def _rank(name: str) -> tuple[int, str]:
    order = ("CVE-", "GHSA-", "PYSEC-")
    return next((n for n, prefix in enumerate(order) if name.startswith(prefix)), 3), name


def _hit(
    pin: Pin, names: tuple[str, ...], hits: list[tuple[Advisory, Affected]], everything: list[tuple[Advisory, Affected]]
) -> Hit:
    ratings = [(f.severity, f.rated_by) if f.severity else (a.severity, a.rated_by) for a, f in hits]
    rated = sorted((SEVERITIES.index(severity), severity, by) for severity, by in ratings if severity)
    severity: Severity = rated[0][1] if rated else "medium"
    words = rated[0][2] if rated else f"{hits[0][0].rated_by}: counted as medium"
    candidates = _above(pin, (v for _, affected in hits for v in verdicts.fixes(affected)))
    safe = [v for v in candidates if not any(_affects(affected, v) for _, affected in everything)]
    fixed = (safe or [""])[0]
    summary = next((a.summary for a, _ in hits if a.summary), "")
    return Hit(
        pin, names, severity, words, fixed, tuple(v for v in candidates if v != fixed)[:3], summary, unknown=not rated
    )


def _above(pin: Pin, wanted: Iterable[str]) -> list[str]:
    """The fixed versions above the installed one, the smallest first."""
    above: dict[str, Any] = {}
    for version in wanted:
        try:
            place = versions.key(pin.ecosystem, version)
            if versions.key(pin.ecosystem, pin.version) < place:
                above.setdefault(version, place)
        except versions.UnknownVersionError:
            continue
    return sorted(above, key=lambda v: verdicts.Order(above[v]))


def _affects(affected: Affected, version: str) -> bool:
    try:
        return bool(verdicts.hits(affected, version))
    except versions.UnknownVersionError:
        return False


def upgrades(found: Iterable[Hit]) -> Iterator[tuple[Pin, str, int, int]]:
    """For each affected pin the smallest version that fixes all that can be fixed, how many that is, of how many."""
    by_pin: dict[Pin, list[Hit]] = defaultdict(list)
    for hit in found:
        by_pin[hit.pin].append(hit)
    for pin, hits in by_pin.items():
        wanted = _above(pin, (h.fixed for h in hits if h.fixed))
        yield pin, wanted[-1] if wanted else "", sum(bool(h.fixed) for h in hits), len(hits)
