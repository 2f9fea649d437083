"""`sla.yml` decoded: targets, calendars, pauses, the ladder."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from bizops.errors import InputError, nearest
from bizops.hours import Hours
from bizops.issue import PRIORITIES, Priority
from bizops.part import Part, PlacedError

ClockName = Literal["first-response", "next-reply", "resolution"]
CLOCKS: tuple[ClockName, ...] = ("first-response", "next-reply", "resolution")
Deed = Literal["label", "mention", "escalate", "manager", "alert"]


class Target(Part):
    """What a priority promises: resolution in `sla_hours`, and if given a first response and next replies."""

    sla_hours: Decimal = Field(gt=0)
    requires_manager: bool = False
    calendar: str | None = None
    first_response_minutes: Decimal | None = Field(None, gt=0)
    next_reply_minutes: Decimal | None = Field(None, gt=0)

    def seconds(self, clock: ClockName) -> int | None:
        """The clock's target in business seconds; None where there is no such clock."""
        minutes = {
            "resolution": self.sla_hours * 60,
            "first-response": self.first_response_minutes,
            "next-reply": self.next_reply_minutes,
        }[clock]
        return None if minutes is None else max(1, int(minutes * 60))


class Step(Part):
    """One step of the ladder: so many minutes after the breach, do this."""

    after_minutes: Decimal = Field(ge=0)
    do: tuple[Deed, ...] = Field(min_length=1)


class Ladder(Part):
    clock: Literal["business", "real"]
    steps: tuple[Step, ...]
    at_risk_steps: tuple[Step, ...] = ()
    ack_timeout_minutes: Decimal = Field(gt=0)


def _calendar(tree: Any) -> Any:
    """A calendar as it is written, once it is known to be readable: a case carries the policy as JSON."""
    try:
        hours = Hours.read(tree)
    except InputError as error:
        raise ValueError(str(error)) from error
    if not (hours.union or hours.always or any(hours.week) or any(spans for _, spans in hours.overrides)):
        raise ValueError("the calendar has no window")
    return _plain(tree)


def _plain(tree: Any) -> Any:
    """With the dates that YAML reads as text."""
    if isinstance(tree, Mapping):
        return {_plain(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_plain(value) for value in tree]
    return tree.isoformat() if isinstance(tree, date) else tree


class Terms(Part):
    """What counts for a clock from its start on."""

    escalation: dict[Priority, Target]
    default_priority: Priority
    calendar: str
    priority_change: Literal["carry", "recompute", "reset", "sticky"]
    reopen: Literal["new-cycle", "resume"]
    reopen_grace_seconds: int = Field(ge=0)
    settle_seconds: int = Field(ge=0)
    pause_labels: dict[ClockName, tuple[str, ...]]
    at_risk: Decimal = Field(ge=0, le=1)
    ladder: Ladder
    calendars: dict[str, Annotated[Any, BeforeValidator(_calendar)]]

    @model_validator(mode="after")
    def _complete(self) -> "Terms":
        targets = [(("escalation", name, "calendar"), target.calendar) for name, target in self.escalation.items()]
        for path, name in [(("calendar",), self.calendar), *targets]:
            if name is not None and name not in self.calendars:
                raise PlacedError(f'no calendar "{name}"; {nearest(name, self.calendars)}'.rstrip("; "), *path)
        for name in self.calendars:
            try:
                self.calendar_named(name)
            except InputError as error:
                raise PlacedError(str(error), "calendars", name) from error
        if missing := [name for name in PRIORITIES if name not in self.escalation]:
            raise ValueError(f"escalation lacks {', '.join(missing)}")
        return self

    def hours(self, priority: Priority) -> Hours:
        """The business hours that count for a priority."""
        return self.calendar_named(self.escalation[priority].calendar or self.calendar)

    def calendar_named(self, name: str) -> Hours:
        """A calendar with those that it names in their place. Raises InputError for an unknown or circular name."""
        named = {known: Hours.read(tree) for known, tree in self.calendars.items()}
        return named[name].resolved(named, (name,))


class Version(Part):
    """From an instant on, other terms; what it does not name stays."""

    effective_from: AwareDatetime
    terms: Terms


class Sweep(Part):
    """What one sweep may use, and when it does what: the rest is left to the next."""

    requests: int = Field(200, ge=20)
    writes: int = Field(60, ge=9)  # one issue takes up to six, cache and ledger three
    starts: int = Field(20, ge=0)  # runs for issues that no event answered
    full_list_hours: int = Field(24, ge=1)
    nearest: int = Field(3, ge=0, le=10)  # deadlines that `bizops sweep --near` looks at
    unanswered_minutes: int = Field(10, ge=1)  # after which an issue that no run answered is started again
    claim_minutes: int = Field(35, ge=1)  # after which a claim is believed dead; a job ends after 30
    report_day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = "mon"  # of the weekly report
    report_hour: int = Field(6, ge=0, le=23)  # UTC


class Sla(Terms):
    """All of `sla.yml`: the terms, from which opening on they are enforced, and how they change."""

    enforce_from: AwareDatetime | None = None
    early_notice: Decimal | None = Field(Decimal("0.9"), gt=0, le=1)  # chance of a miss from which on it is told early
    versions: tuple[Version, ...] = ()
    sweep: Sweep = Sweep()

    @model_validator(mode="before")
    @classmethod
    def _versions(cls, tree: Any) -> Any:
        """Each version as whole terms: the named keys laid over what was in force before."""
        if not isinstance(tree, Mapping) or not isinstance(versions := tree.get("versions"), list):
            return tree
        alone = set(cls.model_fields) - set(Terms.model_fields)  # these have no versions
        terms = {key: value for key, value in tree.items() if key not in alone}
        whole = []
        for version in sorted(versions, key=_begins):
            if not isinstance(version, Mapping) or "terms" in version:
                return tree
            terms = merged(terms, {key: value for key, value in version.items() if key != "effective_from"})
            whole.append({"effective_from": version.get("effective_from"), "terms": terms})
        return {**tree, "versions": whole}

    def at(self, start: int) -> Terms:
        """The terms for a clock that starts at an instant (seconds since 1970)."""
        since = [version for version in self.versions if version.effective_from.timestamp() <= start]
        return since[-1].terms if since else self


def _begins(version: Any) -> float:
    """When a version begins, in seconds since 1970, to bring them in order; what is no instant is refused later."""
    try:
        moment = TypeAdapter(AwareDatetime).validate_python(version["effective_from"])
    except (ValidationError, KeyError, TypeError):
        return 0
    return moment.timestamp()


DEFAULTS: Mapping[str, Any] = {  # of what `sla.yml` leaves out; the shipped file shows the same
    "escalation": {
        "P0": {"sla_hours": 1, "requires_manager": True},
        "P1": {"sla_hours": 4, "requires_manager": True},
        "P2": {"sla_hours": 24, "requires_manager": False},
        "P3": {"sla_hours": 72, "requires_manager": False},
    },
    "default_priority": "P2",
    "calendar": "always",
    "priority_change": "carry",
    "reopen": "new-cycle",
    "reopen_grace_seconds": 0,
    "settle_seconds": 60,
    "pause_labels": {
        "resolution": ["status/waiting", "status/needs-info"],
        "first-response": ["status/waiting"],
        "next-reply": ["status/waiting"],
    },
    "at_risk": 0.8,
    "ladder": {
        "clock": "business",
        "steps": [
            {"after_minutes": 0, "do": ["label", "mention"]},
            {"after_minutes": 30, "do": ["escalate"]},
            {"after_minutes": 120, "do": ["alert"]},
        ],
        "ack_timeout_minutes": 120,
    },
    "calendars": {"always": {"always": True}},
}


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Maps given in part keep the other keys of `base`; lists, values and each calendar are taken whole."""
    both = dict(base)
    for key, value in own.items():
        if key == "calendars" and isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            both[key] = {**base[key], **value}
        elif isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            both[key] = merged(base[key], value)
        else:
            both[key] = value
    return both
