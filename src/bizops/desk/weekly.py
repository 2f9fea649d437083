"""The weekly report: an issue that the sweep opens once a week, and that the project manager answers like any other."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bizops.desk.desk import Desk
from bizops.desk.github import Doubt
from bizops.issue import Person
from bizops.rules import markers
from bizops.rules.reasons import ESCALATION
from bizops.rules.trust import is_desk

log = logging.getLogger(__name__)
LABEL = "management/report"  # as of the form
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(now: int, day: str, hour: int) -> str:
    """The ISO week (`2026-W48`) of the newest instant for a report, at or before `now`; day and hour are UTC."""
    moment = datetime.fromtimestamp(now, UTC) - timedelta(hours=hour)
    year, number, _ = (moment - timedelta(days=(moment.weekday() - DAYS.index(day)) % 7)).isocalendar()
    return f"{year}-W{number:02d}"


def report(desk: Desk, reported: str, now: int) -> tuple[str, int | None]:
    """The week that is reported now, and the number of the issue if it was opened just now.

    `reported` is the week that the cache knows; without one the list of reports tells, and where there is none yet (the
    adoption) the first report comes with the next week. No request in a week that is reported.
    """
    terms = desk.policy.sla.sweep
    if terms.report_day is None or desk.policy.agent(ESCALATION).mode == "off":
        return reported, None
    due = week(now, terms.report_day, terms.report_hour)
    if due == reported:
        return reported, None
    known = _reports(desk)
    if due in known or not (reported or known):
        return due, None
    try:
        number = desk.github.open_issue(f"Weekly report {due}", _body(due), [LABEL])
    except Doubt as doubt:
        log.info("%s; looking for the report", doubt.what)
        return (due, None) if due in _reports(desk) else (reported, None)
    first = _reports(desk).get(due, number)
    if first < number:  # another sweep was at it too
        desk.github.close(number, "not_planned")
        return due, None
    return due, number


def _reports(desk: Desk) -> dict[str, int]:
    """The reports that there are: the lowest issue of each week."""
    found: dict[str, int] = {}
    for raw in desk.github.issues(labels=LABEL, state="all"):
        if is_desk(Person.read(raw.get("user")), desk.policy) and (key := _week(raw)):
            found[key] = min(found.get(key, raw["number"]), raw["number"])
    return found


def _week(raw: Mapping[str, Any]) -> str:
    keys = [marker.key for marker in markers.parse(raw.get("body") or "") if marker.key.startswith("weekly/")]
    return keys[0].removeprefix("weekly/") if keys else ""


def _body(due: str) -> str:
    return "\n".join(
        (
            markers.render("notice", f"weekly/{due}"),
            "The weekly report, please: key figures against the targets, workload, ageing, the forecast, what breaches",
            "next, and a proposal where resources are short.",
        )
    )
