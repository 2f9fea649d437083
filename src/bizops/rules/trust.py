"""Who is believed what (`policies/access.yml`): a fact's reach and priority come from whoever set it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bizops.issue import Person, Thread
from bizops.policy import PERMISSIONS, PRIORITIES, Permission, Policy, Priority, Reach

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


def priority(thread: Thread, stated: str, area: str, policy: Policy, permission_of: PermissionOf) -> Believed:
    """The priority of an issue: the strictest believed label, else the form's field (`stated`), else the default.

    A label that the desk set counts as its source and is skipped here; one that the author set counts like his words.
    """
    why: list[str] = []
    claims: list[tuple[Priority, str, str]] = []
    for label in thread.issue.labels:
        name = label.split("/", 1)[1].upper() if label.casefold().startswith("priority/") else ""
        if not name:
            continue
        if name not in PRIORITIES:
            why.append(f"`{label}` is no priority")
            continue
        setter = label_setter(thread, label)
        if not is_desk(setter, policy):
            claims.append((name, f"label `{label}`", setter.login))
    if len({claim[0] for claim in claims}) > 1:
        why.append(f"{len(claims)} priority labels: the strictest counts")
    if not claims and stated in PRIORITIES:
        claims = [(stated, "the form's field Priority", thread.issue.author.login)]
    if not claims:
        default = policy.access.default_priority
        return Believed(default, (*why, f"no priority is given: {default} by default"))
    believed = [(_capped(name, area, policy, permission_of, login), name, by) for name, by, login in claims]
    (value, said), name, by = min(believed, key=lambda entry: entry[0][0])
    return Believed(value, (*why, f"{by} says {name}{said}"))


def _capped(
    claimed: Priority, area: str, policy: Policy, permission_of: PermissionOf, login: str
) -> tuple[Priority, str]:
    """What is left of a claim, with the reason if that is less."""
    if claimed == "P0" and any(_matches(area, pattern) for pattern in policy.access.p0_from_anyone):
        return claimed, ""
    if claimed == "P3":  # the lowest there is: nothing to disbelieve
        return claimed, ""
    permission = permission_of(login)
    highest = policy.access.belief[permission].highest_priority
    if claimed < highest:
        file, line = policy.where("access", "belief", permission)
        return highest, f"; from someone with permission `{permission}` at most {highest} is believed ({file}:{line})"
    return claimed, ""


def _matches(area: str, pattern: str) -> bool:
    return area == pattern or (pattern.endswith("/*") and area.startswith(pattern[:-1]))


def reach(asker: Permission, setters: Iterable[Permission], policy: Policy) -> tuple[Reach, ...]:
    """What the tools may do: what the asker's permission gives, or that of whoever set the label that routes."""
    allowed = {r for permission in (asker, *setters) for r in policy.access.belief[permission].reach}
    order: tuple[Reach, ...] = ("compute", "repository", "network", "execute")
    return tuple(name for name in order if name in allowed)
