"""What a tool finds within the period that the issue asks for: the other entries do not count, and that is said."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from bizops.agent.agent import Result
from bizops.agent.tools.finance import period
from bizops.agent.tools.finance.movements import Movements
from bizops.agent.tools.tables import shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.agent.tools.tables.timespans import Span
from bizops.case import Case


def each(case: Case, sheet: Sheet, moved: Movements, compute: Callable[[Movements], Result]) -> Result:
    """The result for the period, or for each of several, side by side with the question which one is meant."""
    found = period.asked(case)
    days = sheet.days.get("date", ())
    if found.key_only or not found.spans:
        made = compute(moved)
        return replace(made, questions=(*made.questions, found.unread)) if found.unread else made
    if not any(days) or "date" in sheet.questions:
        made = compute(moved)
        why = "its dates have two readings" if "date" in sheet.questions else "it has no dates"
        note = f"Not limited to {found.spans[0].text}, as {why}; all lines count until then."
        asked = [sheet.questions["date"]] if "date" in sheet.questions else []
        return replace(made, text=f"{note} {made.text}", questions=tuple(dict.fromkeys([*made.questions, *asked])))
    masks = {span: [day is not None and span.first <= day <= span.last for day in days] for span in found.spans}
    if len({tuple(mask) for mask in masks.values()}) == 1:
        span, mask = next(iter(masks.items()))
        return compute(moved) if all(mask) else _within(sheet, moved, span, mask, compute)
    parts = [(span, _within(sheet, moved, span, mask, compute)) for span, mask in masks.items()]
    facts = {f"{name}_{shown.slug(span.text)}": fact for span, part in parts for name, fact in part.facts.items()}
    findings = tuple(dict.fromkeys(finding for _, part in parts for finding in part.findings))
    open_ = [*(q for _, part in parts for q in part.questions), *filter(None, [found.question])]
    text = "\n\n".join(part.text for _, part in parts)
    return Result(text, {n: f.value for n, f in facts.items()}, facts, findings, tuple(dict.fromkeys(open_)))


def _within(
    sheet: Sheet, moved: Movements, span: Span, mask: list[bool], compute: Callable[[Movements], Result]
) -> Result:
    outside = [line for line, inside in zip(sheet.lines, mask, strict=True) if not inside]
    if not any(mask):
        return Result(f"No entry of {shown.code(sheet.name)} lies in the period asked for: {span.text}.")

    def kept(values: Sequence[Decimal | None]) -> Sequence[Decimal | None]:
        return [v if i else None for v, i in zip(values, mask, strict=True)] if values else values

    part = replace(moved, values=kept(moved.values), debit=kept(moved.debit), credit=kept(moved.credit))
    made = compute(part)
    lie = "lies" if len(outside) == 1 else "lie"
    note = f"Only {span.text}; {len(outside)} of {len(mask)} lines {lie} outside: {shown.lines(outside)}."
    return replace(made, text=f"{note} {made.text}")
