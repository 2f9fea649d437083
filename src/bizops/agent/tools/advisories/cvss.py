"""What a CVSS vector says: the base score of versions 2 and 3, and what is known of a version 4 one.

3.0 and 3.1: the equations of FIRST's specification (3.1, section 7.1 and 7.4). 2: "A Complete Guide to the Common
Vulnerability Scoring System Version 2.0", section 3.2.1, in decimals, so that binary fractions decide no rounding;
rated as the NVD rates version 2 (high from 7.0 on: that version has no "critical").

A score of version 4 is looked up in FIRST's table of 270 macro vectors and interpolated, which is not done here. What
nobody has computed is unknown, and an unknown one counts as high: that sends somebody to look at it first, while
"medium" would let a critical one wait. Only a vector without any impact has a score by definition (0.0, section 8.2).
"""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bizops.decision import SEVERITIES, Severity

_WEIGHTS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


_TWO = {
    "AV": {"L": "0.395", "A": "0.646", "N": "1.0"},
    "AC": {"H": "0.35", "M": "0.61", "L": "0.71"},
    "AU": {"M": "0.45", "S": "0.56", "N": "0.704"},
    "C": {"N": "0.0", "P": "0.275", "C": "0.660"},
    "I": {"N": "0.0", "P": "0.275", "C": "0.660"},
    "A": {"N": "0.0", "P": "0.275", "C": "0.660"},
}
_FOUR = ("VC", "VI", "VA", "SC", "SI", "SA")  # the impact metrics of version 4


@dataclass(frozen=True)
class Rated:
    """A severity and the words that say where it comes from; `score` is None where none was computed."""

    severity: Severity
    words: str
    score: float | None = None


def rated(vector: str) -> Rated | None:
    """What a vector of any version says (or a bare score); None if it is no vector or not complete."""
    vector = vector.strip().strip("()")
    if re.fullmatch(r"(?:10(?:\.0)?|\d(?:\.\d)?)", vector):
        return Rated(rating(float(vector)), f"CVSS {float(vector)}", float(vector))
    score = base(vector)
    if score is not None:
        return Rated(rating(score), f"CVSS {score} ({vector})", score)
    score = base2(vector)
    if score is not None:
        severity = min(rating(score), "high", key=lambda s: -SEVERITIES.index(s))
        return Rated(severity, f"CVSS 2 {score} ({vector})", score)
    return _rated4(vector)


def _rated4(vector: str) -> Rated | None:
    metrics = _metrics(vector)
    if not re.match(r"(?i)CVSS:4\.\d+/", vector):
        return None
    if all(metrics.get(name) == "N" for name in _FOUR):
        return Rated("info", f"CVSS 0.0 ({vector})", 0.0)
    return Rated("high", f"severity not computed from a CVSS 4 vector: unknown, counted as high ({vector})")


def _metrics(vector: str) -> dict[str, str]:
    parts = (part.split(":", 1) for part in vector.upper().split("/") if ":" in part)
    return {name: value for name, value in parts if name != "CVSS"}


def base2(vector: str) -> float | None:
    """The base score (0.0 to 10.0) of a version 2 vector, with or without brackets; None if it is none or not whole."""
    metrics = _metrics(re.sub(r"^(?:\(|CVSS2#|CVSS:2\.0/)+", "", vector.strip(), flags=re.IGNORECASE).rstrip(")"))
    try:
        weight = {name: Decimal(table[metrics[name]]) for name, table in _TWO.items()}
    except KeyError:
        return None
    impact = Decimal("10.41") * (1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"]))
    exploitability = 20 * weight["AV"] * weight["AC"] * weight["AU"]
    factor = Decimal("1.176") if impact else Decimal(0)
    score = (Decimal("0.6") * impact + Decimal("0.4") * exploitability - Decimal("1.5")) * factor
    return float(max(score, Decimal(0)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def base(vector: str) -> float | None:
    """The base score (0.0 to 10.0) of a 3.x vector; None if it is another version or not complete."""
    if not re.match(r"(?i)CVSS:3\.[01]/", vector):
        return None
    metrics = _metrics(vector)
    try:
        weight = {name: table[metrics[name]] for name, table in _WEIGHTS.items()}
        scope = metrics["S"]
        privileges = _PRIVILEGES[scope][metrics["PR"]]
    except KeyError:
        return None
    iss = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 if scope == "C" else 6.42 * iss
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"]
    return _roundup(min((impact + exploitability) * (1.08 if scope == "C" else 1), 10))


def _roundup(value: float) -> float:
    """Up to one decimal, by whole numbers (CVSS 3.1, appendix A: floating point must not decide)."""
    scaled = round(value * 100_000)
    return scaled / 100_000 if scaled % 10_000 == 0 else (math.floor(scaled / 10_000) + 1) / 10


def rating(score: float) -> Severity:
    """The qualitative rating of a score (CVSS 3.1, section 5)."""
    return (
        "critical"
        if score >= 9
        else "high"
        if score >= 7
        else "medium"
        if score >= 4
        else "low"
        if score > 0
        else "info"
    )


_WORDS: dict[str, Severity] = {
    "critical": "critical",
    "high": "high",
    "important": "high",
    "moderate": "medium",
    "medium": "medium",
    "low": "low",
    "none": "info",
    "informational": "info",
    "negligible": "info",
}


def word(value: Any) -> Severity | None:
    """The severity that an advisory gives in a word (`MODERATE`)."""
    return _WORDS.get(value.strip().casefold()) if isinstance(value, str) else None
