"""The key figures against their targets: met, missed or unknown, by the fraction itself and not by what is shown.

Targets and baselines stand in `policies/agents.yml` (settings of the project manager); the targets are the mission's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any, Literal

from bizops.errors import ConfigError, Problem
from bizops.policy import Policy
from bizops.rules.board import named
from bizops.rules.measures import Measure

AGENT = "ai-project-manager-agent"
NAMES = {
    "automation_rate": "Automation rate",
    "sla_compliance": "SLA compliance",
    "cost_reduction": "Cost reduction",
    "processing_speed": "Processing speed",
    "error_rate": "Error rate",
}
TARGET = re.compile(r"(>=|<=|>|<)\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)")
Verdict = Literal["met", "missed", "unknown"]


@dataclass(frozen=True)
class Kpi:
    """A key figure, its target (`>99`) and whether it is met."""

    name: str
    target: str
    measure: Measure
    verdict: Verdict

    @property
    def title(self) -> str:
        return NAMES[self.name]


def kpis(measures: Mapping[str, Measure], policy: Policy, own: Mapping[str, Any] | None = None) -> tuple[Kpi, ...]:
    """Every key figure of the mission; `own` overrides targets and baselines. Raises ConfigError for a bad one,
    InputError where they are no names with values.
    """
    settings = policy.agent(AGENT).settings
    targets = {**named(settings, "targets"), **named(own or {}, "targets")}
    baseline = {**named(settings, "baseline"), **named(own or {}, "baseline")}
    found = {
        **measures,
        "cost_reduction": _reduction(measures["cost_per_operation"], baseline.get("usd_per_operation")),
        "processing_speed": _speed(measures, baseline.get("hours_per_operation")),
    }
    return tuple(
        Kpi(name, str(targets[name]), found[name], verdict(found[name], str(targets[name])))
        for name in NAMES
        if name in targets
    )


def verdict(measure: Measure, target: str) -> Verdict:
    """Whether a measure meets a target such as `>99`; one that is only bounded may prove the contrary alone."""
    match = TARGET.fullmatch(target.strip())
    if not match:
        raise ConfigError([Problem(f"not a target: {target[:40]!r}", "policies/agents.yml", "write it like `>99`")])
    if measure.value is None:
        return "unknown"
    sign, limit = match[1], Fraction(match[2])
    value = exact(measure)
    holds = {">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit}[sign]
    low = sign.startswith(">")
    if measure.bound == "at-most":
        return "missed" if low and not holds else "met" if not low and holds else "unknown"
    if measure.bound == "at-least":
        return "met" if low and holds else "missed" if not low and not holds else "unknown"
    return "met" if holds else "missed"


def exact(measure: Measure) -> Fraction:
    """The value before it was rounded for people."""
    if measure.unit == "%" and isinstance(measure.numerator, int) and measure.denominator:
        return Fraction(100 * measure.numerator, measure.denominator)
    return Fraction(measure.value or 0)


def _reduction(cost: Measure, before: Any) -> Measure:
    """How much cheaper an operation is than it was without the desk."""
    how = "100 % - (cost of the model for an operation / cost of one before the desk, `usd_per_operation`)"
    base = _positive(before)
    if base is None or cost.value is None:
        why = "the cost of an operation before the desk is not given" if base is None else cost.note
        return Measure("cost_reduction", None, "%", how, bound="unknown", note=why)
    value = (100 - 100 * cost.value / base).quantize(Decimal("0.1"), ROUND_FLOOR)
    bound = "at-most" if cost.bound == "at-least" else cost.bound
    note = f"{cost.value} USD against {base} USD, n = {cost.denominator}; runners are not in it"
    return Measure("cost_reduction", value, "%", how, bound=bound, note=note)


def _speed(measures: Mapping[str, Measure], before: Any) -> Measure:
    """How many times faster an answer comes than by hand."""
    how = "hours of an operation before the desk (`hours_per_operation`) / median hours to the desk's first answer"
    taken, base = measures["hours_to_answer"], _positive(before)
    if taken.value is None:
        taken, how = measures["hours_to_close"], how.replace("to the desk's first answer", "from opening to closing")
    if base is None or not taken.value:
        why = "the hours of an operation before the desk are not given" if base is None else taken.note
        return Measure("processing_speed", None, "times", how, bound="unknown", note=why)
    value = (base / taken.value).quantize(Decimal("0.1"), ROUND_FLOOR)  # 9.96 times is not 10 times
    return Measure("processing_speed", value, "times", how, None, taken.denominator)


def _positive(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() and found > 0 else None
