"""The security score of the quality gate: 100 - (40 critical, 15 high, 5 medium, 1 low), not below 0."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, tool
from bizops.case import Case
from bizops.decision import Fact, Severity

WEIGHTS: Mapping[Severity, int] = {"critical": 40, "high": 15, "medium": 5, "low": 1}
GATE = 85
Count = Annotated[int, Field(ge=0)]


def score(counts: Mapping[Severity, int]) -> int:
    """The score of findings counted by severity; info costs nothing."""
    return max(0, 100 - sum(WEIGHTS.get(severity, 0) * count for severity, count in counts.items()))


@tool("compute")
def security_score(
    _case: Case,
    critical: Count = 0,
    high: Count = 0,
    medium: Count = 0,
    low: Count = 0,
    not_measured: Annotated[str, Field(description="what could not be scanned, separated by commas")] = "",
) -> Result:
    """The security score of so many findings, with its arithmetic, against the gate of 85. A part that was not
    measured is never passed.
    """
    counts: dict[Severity, int] = {"critical": critical, "high": high, "medium": medium, "low": low}
    value = score(counts)
    terms = " + ".join(f"{WEIGHTS[severity]}×{count}" for severity, count in counts.items())
    cost = sum(WEIGHTS[severity] * count for severity, count in counts.items())
    missing = [part.strip() for part in not_measured.split(",") if part.strip()]
    verdict = "not passed" if value < GATE else f"not measured ({', '.join(missing)})" if missing else "passed"
    floor = ", not below 0" if cost > 100 else ""
    text = f"**Security score {value}** = 100 − ({terms}) = 100 − {cost}{floor}; gate {GATE}: **{verdict}**."
    if missing and value < GATE:
        text += f" Not measured: {', '.join(missing)}."
    facts = {
        "security_score": Fact(value=str(value), unit="points", source="findings of this answer"),
        "security_gate": Fact(value=str(GATE), unit="points", source="quality gate of the roles"),
        "security_score_deduction": Fact(value=str(cost), unit="points", source="findings of this answer"),
        **{
            f"findings_{name}": Fact(value=str(count), unit="findings", source="findings of this answer")
            for name, count in counts.items()
        },
    }
    return Result(text, {"score": value, "gate": GATE, "verdict": verdict, "counts": counts}, facts)


def tally(severities: Iterable[Severity]) -> dict[Severity, int]:
    """How many findings of each severity that costs something."""
    total: dict[Severity, int] = dict.fromkeys(WEIGHTS, 0)
    for severity in severities:
        if severity in total:
            total[severity] += 1
    return total
