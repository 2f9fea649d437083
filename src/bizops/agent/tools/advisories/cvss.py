"""The base score of a CVSS 3.0 or 3.1 vector, by the equations of FIRST's specification (3.1, section 7.1 and 7.4)."""

import math
import re
from typing import Any

from bizops.decision import Severity

_WEIGHTS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def base(vector: str) -> float | None:
    """The base score (0.0 to 10.0) of a 3.x vector; None if it is another version or not complete."""
    if not re.match(r"CVSS:3\.[01]/", vector):
        return None
    metrics = dict(part.split(":", 1) for part in vector.split("/")[1:] if ":" in part)
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
