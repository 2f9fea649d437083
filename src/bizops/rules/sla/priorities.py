"""The priority of an issue over time."""

from collections.abc import Iterator

from bizops.issue import Priority
from bizops.rules.sla.history import History, Labelled
from bizops.service_level import Terms

Steps = list[tuple[int, Priority]]  # from an instant on, this priority; the first is from the opening


def priorities(history: History, terms: Terms, now: int) -> tuple[Steps, list[str]]:
    """The priority in force from the opening until `now`, and warnings.

    What is in force `settle_seconds` after the opening, or else the first one that the desk sets, is the initial one.
    Of two labels the strictest wins: the smaller `sla_hours`, then the smaller name.
    """
    stickers = {name: times for name, times in history.labels.items() if name.startswith("priority/")}
    known = {p: times for p in terms.escalation for name, times in stickers.items() if name == f"priority/{p}"}
    warnings = [
        f'"{name}" is no priority of policies/sla.yml; it counts as none'
        for name, times in stickers.items()
        if times and name.removeprefix("priority/") not in terms.escalation
    ]
    settled = history.opened + terms.settle_seconds
    moments = sorted({edge for times in known.values() for x in times for edge in (x.start, x.end) if edge is not None})
    later = [moment for moment in moments if settled < moment <= now]
    steps: Steps = []
    initial = _strictest(known, terms, settled if now >= settled else max(now, history.opened))
    if initial is None and later and _set_by_desk(known, later[0]):
        initial = _strictest(known, terms, later[0])
    steps.append((history.opened, initial or terms.default_priority))
    for moment in later:
        current = _strictest(known, terms, moment) or terms.default_priority
        if current != steps[-1][1]:
            steps.append((moment, current))
    at_once = [p for p in known if any(_holds(x, max(now, history.opened)) for x in known[p])]
    if len(at_once) > 1:
        warnings.append(f"{' and '.join(sorted(at_once))} at once: the strictest, {steps[-1][1]}, counts")
    return steps, warnings


def at(steps: Steps, moment: int) -> Priority:
    """The priority in force at an instant; that of the opening before it."""
    return next((priority for start, priority in reversed(steps) if start <= moment), steps[0][1])


def since(steps: Steps, start: int, stop: int | None) -> Iterator[tuple[int, Priority]]:
    """The priority at `start`, and its changes until `stop`."""
    yield start, at(steps, start)
    yield from ((moment, p) for moment, p in steps if moment > start and (stop is None or moment < stop))


def _holds(times: Labelled, moment: int) -> bool:
    return times.start <= moment and (times.end is None or moment < times.end)


def _strictest(known: dict[Priority, tuple[Labelled, ...]], terms: Terms, moment: int) -> Priority | None:
    held = [p for p, times in known.items() if any(_holds(x, moment) for x in times)]
    return min(held, key=lambda p: (terms.escalation[p].sla_hours, p), default=None)


def _set_by_desk(known: dict[Priority, tuple[Labelled, ...]], moment: int) -> bool:
    return any(x.start == moment and x.by_desk for times in known.values() for x in times)
