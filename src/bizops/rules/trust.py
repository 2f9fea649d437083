"""Who is believed what (`policies/access.yml`): a fact's reach and priority come from whoever set it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bizops.issue import PRIORITIES, Event, Person, Priority, Thread
from bizops.policy import PERMISSIONS, REACHES, Permission, Policy, Reach
from bizops.rules.patterns import fits

PermissionOf = Callable[[str], Permission]  # asks GitHub for a login, once


def at_least(permission: Permission, wanted: Permission) -> bool:
    """Whether `permission` includes `wanted`; `read` < `triage` < `write` < `maintain` < `admin`."""
    return PERMISSIONS.index(permission) >= PERMISSIONS.index(wanted)


def is_desk(person: Person, policy: Policy) -> bool:
    """Whether the account is the desk's own."""
    return person.login.casefold() in {login.casefold() for login in policy.access.desk_accounts}


def is_quiet(person: Person, policy: Policy) -> bool:
    """Whether the account's comments and labels start nothing: the desk itself, and bots that policy names."""
    return is_desk(person, policy) or person.login.casefold() in {b.casefold() for b in policy.access.quiet_bots}


@dataclass(frozen=True)
class Believed:
    """The priority that the desk believes, and why."""

    priority: Priority
    why: tuple[str, ...]


def label_setter(thread: Thread, label: str) -> Person:
    """Who set a label that is on the issue: the actor of its last `labeled` event, else the author."""
    folded = label.casefold()
    actors = [e.actor for e in thread.events if e.kind == "labeled" and e.name.casefold() == folded]
    return actors[-1] if actors else thread.issue.author


def taken_away(thread: Thread, label: str, policy: Policy) -> bool:
    """Whether a person took a label off the issue, and nobody set it since: it stays away."""
    folded = label.casefold()
    last = [e for e in thread.events if e.kind in ("labeled", "unlabeled") and e.name.casefold() == folded][-1:]
    return any(event.kind == "unlabeled" and not is_desk(event.actor, policy) for event in last)


def priority_of(label: str) -> Priority | None:
    """The priority that a label names, or None."""
    area, _, name = label.partition("/")
    return next((p for p in PRIORITIES if p == name.upper()), None) if area.casefold() == "priority" else None


def priority(thread: Thread, stated: str, area: str, policy: Policy, permission_of: PermissionOf) -> Believed:
    """The priority of an issue: the strictest believed label, else the form's field (`stated`), else the default.

    A label that the desk set counts as its source: the form's field, or the label that it replaced. One that the author
    set counts like his words. Who takes the priority away voids what was claimed before.
    """
    shown = [x for x in thread.issue.labels if x.casefold().startswith("priority/")]
    why = [f"`{label}` is no priority" for label in shown if priority_of(label) is None]
    claims = _claims(thread, shown, policy)
    if len({claim[0] for claim in claims}) > 1:
        why.append(f"{len(claims)} priority labels: the strictest counts")
    void = _withdrawn(thread, policy) if not claims else ""
    if not claims and not void:
        claims = _claims(thread, _replaced(thread, policy), policy)
    if not claims and not void and stated in PRIORITIES:
        claims = [(stated, "the form's field Priority", thread.issue.author.login)]
    if not claims:
        default = policy.access.default_priority
        return Believed(default, (*why, f"{void or 'no priority is given'}: {default} by default"))
    believed = [(_capped(name, area, policy, permission_of, login), name, by) for name, by, login in claims]
    (value, said), name, by = min(believed, key=lambda entry: entry[0][0])
    return Believed(value, (*why, f"{by} says {name}{said}"))


def _claims(thread: Thread, labels: Iterable[str], policy: Policy) -> list[tuple[Priority, str, str]]:
    """What labels claim, and who set them; those of the desk claim nothing."""
    set_by = [(name, label, label_setter(thread, label)) for label in labels if (name := priority_of(label))]
    return [(name, f"label `{label}`", by.login) for name, label, by in set_by if not is_desk(by, policy)]


def _moves(thread: Thread) -> dict[str, Event]:
    """The last event of each priority label, in the order in which they happened."""
    found: dict[str, Event] = {}
    for event in thread.events:
        if event.kind in ("labeled", "unlabeled") and priority_of(event.name):
            found.pop(event.name.casefold(), None)
            found[event.name.casefold()] = event
    return found


def _replaced(thread: Thread, policy: Policy) -> list[str]:
    """The labels that the desk took away because it believed less."""
    return [e.name for e in _moves(thread).values() if e.kind == "unlabeled" and is_desk(e.actor, policy)]


def _withdrawn(thread: Thread, policy: Policy) -> str:
    """That a person took the last priority away, in words, or nothing."""
    last = [*_moves(thread).values()][-1:]
    gone = [e for e in last if e.kind == "unlabeled" and not is_quiet(e.actor, policy)]
    return f"{gone[0].actor.login} took `{gone[0].name}` away" if gone else ""


def _capped(
    claimed: Priority, area: str, policy: Policy, permission_of: PermissionOf, login: str
) -> tuple[Priority, str]:
    """What is left of a claim, with the reason if that is less."""
    if claimed == "P0" and fits(area, policy.access.p0_from_anyone):
        return claimed, ""
    if claimed == "P3":  # the lowest there is: nothing to disbelieve
        return claimed, ""
    permission = permission_of(login)
    highest = policy.access.belief[permission].highest_priority
    if claimed < highest:
        file, line = policy.where("access", "belief", permission)
        return highest, f"; from someone with permission `{permission}` at most {highest} is believed ({file}:{line})"
    return claimed, ""


def reach(asker: Permission, setters: Iterable[Permission], policy: Policy) -> tuple[Reach, ...]:
    """What the tools may do: what the asker's permission gives, or that of whoever set the label that routes."""
    allowed = {r for permission in (asker, *setters) for r in policy.access.belief[permission].reach}
    return tuple(name for name in REACHES if name in allowed)
