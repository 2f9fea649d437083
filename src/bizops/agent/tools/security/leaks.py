"""Secrets as they are answered: each value once, however often it stands, with its places and what to do first."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bizops.agent.agent import Result
from bizops.agent.tools.security import results
from bizops.agent.tools.security.results import CLOSED, LISTED, counts, graded, listing, place
from bizops.agent.tools.security.secret_lines import Hit
from bizops.agent.tools.security.secret_scan import redacted
from bizops.case import Case
from bizops.decision import SEVERITIES, Fact, Finding, Severity
from bizops.rules.harmless import brief, code, plain
from bizops.rules.wording import many

LIVE: tuple[Severity, ...] = ("critical", "high", "medium")
PLACES = 4  # places of one value that a table names; all are counted, and each is a finding
FOLDED = {
    "reference": "names of variables",
    "placeholder": "placeholders",
    "mask": "masks",
    "hash": "hashes",
    "words": "plain words",
}


@dataclass(frozen=True)
class Found:
    """A hit with the file that it stands in."""

    file: str
    hit: Hit


@dataclass(frozen=True)
class Leak:
    """One value that must be revoked, and where it stands, the gravest place first. `key` tells values apart."""

    key: bytes
    places: tuple[Found, ...]

    @property
    def hit(self) -> Hit:
        return self.places[0].hit

    @property
    def severity(self) -> Severity:
        return self.hit.severity


def distinct(found: Iterable[Found]) -> list[Leak]:
    """The values of hits, the gravest first: places of one value are one leak."""
    order = sorted(found, key=lambda f: (SEVERITIES.index(f.hit.severity), f.file, f.hit.line, f.hit.start))
    by_value: dict[bytes, list[Found]] = {}
    for entry in order:
        by_value.setdefault(_key(entry.hit.secret), []).append(entry)
    return [Leak(key, tuple(places)) for key, places in by_value.items()]


def _key(value: str) -> bytes:
    """A hash of the value, blind to line ends and quotes (a private key in a JSON string is the same key)."""
    return hashlib.sha256(re.sub(r"\\[nr]|[\s\"',]", "", value).encode("utf-8", "replace")).digest()


def live(leaks: Iterable[Leak]) -> bool:
    """Whether something must be revoked now."""
    return any(leak.severity in LIVE for leak in leaks)


@dataclass(frozen=True)
class Scanned:
    """What was scanned: the name of the facts, where, what was folded away, and notes for the answer."""

    name: str  # issue_secrets, repository_secrets
    where: str
    source: str
    lead: str  # what to say first where something is live
    folded: Mapping[str, int]
    notes: Sequence[str] = ()


def report(case: Case, leaks: list[Leak], scanned: Scanned, facts: Mapping[str, Fact]) -> Result:
    """The result of a secret scan; to people who may not write to the repository counts alone."""
    worth = [leak for leak in leaks if leak.severity != "info"]
    tally = counts(leak.severity for leak in worth)
    places = sum(len(leak.places) for leak in worth)
    facts = {**_facts(scanned, len(worth), places, tally), **facts}
    said = many(len(worth), "secret") if worth else "No secret"
    at = f" at {many(places, 'place')}" if places > len(worth) else ""
    head = f"**{said}{at} {scanned.where}**{graded(tally)}."
    lead = scanned.lead if live(worth) else ""
    data = {"count": len(worth), "places": places, "severities": tally, "folded": dict(scanned.folded)}
    if not case.trusted:
        what = "revoke it where it was issued, then look for its use in that provider's log."
        before = [f"{lead} First: {what}"] if lead else []
        before += [CLOSED] if worth else []
        return listing(head, (), [], before=before, notes=scanned.notes, facts=facts, data=data)
    first = {leak.key: leak.places[0] for leak in leaks}
    findings = tuple(_finding(entry, first[leak.key]) for leak in leaks for entry in leak.places)
    return listing(
        head,
        ("Severity", "Place", "What", "Value (masked)", "Note"),
        [_row(leak) for leak in leaks],
        after=[_steps(worth, lead)] if worth else [],
        notes=[*scanned.notes, *_asides(leaks, scanned.folded)],
        facts=facts,
        data=data,
        findings=findings[:LISTED],
    )


def _facts(scanned: Scanned, values: int, places: int, tally: Mapping[Severity, int]) -> dict[str, Fact]:
    name, source = scanned.name, scanned.source
    facts = {
        name: Fact(value=str(values), unit="secrets", source=source),
        f"{name}_places": Fact(value=str(places), unit="places", source=source),
        **results.by_severity(name, tally, "secrets", source),
    }
    if scanned.folded:
        folded = str(sum(scanned.folded.values()))
        facts[f"{name}_folded"] = Fact(value=folded, unit="look-alikes", source=source)
    return facts


def _asides(leaks: list[Leak], folded: Mapping[str, int]) -> list[str]:
    """What was seen and does not count."""
    known = sum(leak.severity == "info" for leak in leaks)
    said = [f"{many(known, 'key')} printed in a provider's documentation: not counted"] if known else []
    if folded:
        reasons = ", ".join(f"{FOLDED[reason]} ({count})" for reason, count in sorted(folded.items()))
        said.append(f"{many(sum(folded.values()), 'look-alike')} folded away: {reasons}")
    return said


def _row(leak: Leak) -> tuple[str, ...]:
    named = [place(f.file, f.hit.line) for f in leak.places[:PLACES]]
    more = f" and {len(leak.places) - PLACES} more" if len(leak.places) > PLACES else ""
    hit = leak.hit
    where = ", ".join(dict.fromkeys(named)) + more
    return hit.severity, where, plain(hit.rule.title), code(hit.shown, table=True), plain(hit.note)


def _finding(found: Found, first: Found) -> Finding:
    """A place; one that repeats a value names the first place of it, so that nobody revokes twice."""
    hit = found.hit
    again = "" if found is first else f"; the same value as at {brief(first.file, 160)}:{first.hit.line}"
    text = f"{hit.rule.title} {hit.shown}" + (f" ({hit.note})" if hit.note else "") + f": {hit.rule.first}{again}."
    file = redacted(brief(found.file, 160))
    return Finding(severity=hit.severity, rule=hit.rule.name, text=redacted(text, "message"), file=file, line=hit.line)


def _steps(leaks: list[Leak], lead: str) -> str:
    steps = dict.fromkeys(f"{k.hit.rule.title}: {k.hit.rule.first}" for k in leaks if k.severity in LIVE)
    return "\n".join([lead, "", *(f"{n}. {plain(step)}" for n, step in enumerate(steps, 1))]) if steps else ""


def tallied(leaks: Iterable[Leak], keys: frozenset[bytes]) -> Counter[Severity]:
    """How many of the leaks have a value of `keys`, by severity."""
    return Counter(leak.severity for leak in leaks if leak.key in keys)
