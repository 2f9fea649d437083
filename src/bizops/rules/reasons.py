"""What is still to be answered on an issue: read from the timeline, our markers and the body, never from an event.

A reason is a word such as `opened` or `comment-2610000977`; with the agent it
is the work key, and an answer comment of ours that carries a key for a reason has answered it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bizops.case import Work
from bizops.issue import Comment, Event, Thread
from bizops.policy import Policy
from bizops.rules import markers, receipts
from bizops.rules.commands import only_commands
from bizops.rules.conversation import called, heard_by, listened, own, statuses
from bizops.rules.markers import Marker
from bizops.rules.patterns import fits
from bizops.rules.routing import Route
from bizops.rules.trust import PermissionOf, at_least, is_desk, is_quiet

ESCALATION = "ai-project-manager-agent"  # gives its view of a breach where policy asks for the manager
PASSING = ("status/queued", "status/in-progress", "status/failed")  # states of a run, not of an issue


@dataclass(frozen=True)
class Reason:
    """Why an agent should answer; `order` sorts reasons, `asker` is who is believed for it."""

    name: str
    order: tuple[datetime, int, int]
    asker: str
    asked: str = ""
    agent: str = ""  # where the reason names one (a mention)


@dataclass(frozen=True)
class Look:
    """What an issue needs. `todo` is empty where everything is answered."""

    todo: tuple[tuple[Work, Reason], ...]
    answers: tuple[Marker, ...]  # one for each key, oldest first
    doubles: tuple[Comment, ...]  # answers and status comments of ours that a second run left
    status: Marker | None
    stopped: str = ""  # why the desk does nothing here
    holds: tuple[Marker, ...] = ()  # the notices that hold keys, that of the route's agent first
    reason: Reason | None = None  # the newest that waits for an answer, else the newest of all
    notices: tuple[Marker, ...] = ()
    receipts: tuple[Marker, ...] = ()
    commands: tuple[Comment, ...] = ()  # comments with commands that are still to be carried out

    @property
    def held(self) -> Marker | None:
        return self.holds[0] if self.holds else None

    @property
    def newest(self) -> Marker | None:
        return self.answers[-1] if self.answers else None

    @property
    def closing(self) -> Marker | None:
        """The answer that says whether the issue closes: the newest of the issue's own, unless a question is open."""
        asked = self.newest and self.newest.data.get("then") in ("needs-info", "held", "awaiting-approval")
        return None if asked else next(reversed(own(self.answers)), None)


def look(thread: Thread, route: Route, policy: Policy, permission_of: PermissionOf, *, again: bool = False) -> Look:
    """What the issue as it is still needs; `again` works the newest key once more."""
    accounts = policy.access.desk_accounts
    answers, doubles = _singles(markers.of(thread.comments, accounts, "answer"))
    status, more = _singles(markers.of(thread.comments, accounts, "status"))
    notices, most = _singles(markers.of(thread.comments, accounts, "notice"))
    known, rest = _singles(markers.of(thread.comments, accounts, "command"))
    cancel, own_last = receipts.cancelled(known), next(reversed(own(answers)), None)
    last = cancel if cancel and not (own_last and receipts.later(own_last, cancel)) else own_last
    again = again or _retried(known, answers, notices)
    reasons = tuple(sorted(_reasons(thread, route, policy, answers, last, again=again), key=lambda r: r.order))
    answered = {marker.reason for marker in answers}
    waiting = [reason for reason in reasons if not _covered(reason, answered, last)]
    newest = waiting[-1] if waiting else _answered(own_last, reasons, thread)
    todo: list[tuple[Work, Reason]] = []
    holds: list[Marker | None] = []
    if newest:
        agent = _keyed_agent(newest, answers, route) if again else route.agent
        work = Work(agent, newest.name, newest.asked, again=again and newest.name in answered)
        holds = [_holding(thread, work.key, policy, notices, known) if waiting else None]
        if again or (waiting and holds == [None]):
            todo.append((work, newest))
    called_in = [m for m in _mentions(thread, route, policy, permission_of, answers) if not _covered(m, (), cancel)]
    for mention in (*called_in, *_escalations(thread, policy, answers)):
        work = Work(mention.agent, mention.name, mention.asked)
        holds.append(_holding(thread, work.key, policy, notices, known))
        if holds[-1] is None:
            todo.append((work, mention))
    stopped = _stopped(thread, policy, known)
    kept = status[0] if status else None
    doubles = (*doubles, *more, *most, *rest)
    held = tuple(filter(None, holds))
    commands = receipts.pending(thread, policy, known)
    todo = [] if stopped else todo
    return Look(tuple(todo), answers, doubles, kept, stopped, held, newest, notices, known, commands)


def _retried(known: tuple[Marker, ...], answers: tuple[Marker, ...], notices: tuple[Marker, ...]) -> bool:
    """Whether a `/retry` waits: nothing that the desk said since answers, holds or cancels it."""
    asked = next((receipt for receipt in reversed(known) if receipt.data.get("retry")), None)
    cancels = [receipt for receipt in known if receipt.data.get("cancel")]
    held = [notice for notice in notices if notice.data.get("then") == "held"]
    return asked is not None and not any(receipts.later(said, asked) for said in (*own(answers), *held, *cancels))


def _answered(answer: Marker | None, reasons: tuple[Reason, ...], thread: Thread) -> Reason | None:
    """The reason of the issue's newest own answer, which a rerun works again; without one the newest that there is."""
    if answer is None or answer.comment is None:
        return next(reversed(reasons), None)
    name = answer.reason
    order = (answer.comment.created_at, 3, answer.id)
    return next((r for r in reasons if r.name == name), Reason(name, order, thread.issue.author.login))


def _covered(reason: Reason, answered: Collection[str], newest: Marker | None) -> bool:
    """Whether a reason is answered: by its key, or because our newest answer knew it (times are whole seconds)."""
    if reason.name in answered:
        return True
    kind, _, number = reason.name.partition("-")
    if newest is None or newest.comment is None or kind not in ("opened", "comment", "reopened"):
        return False
    known = newest.data.get({"comment": "heard", "reopened": "seen"}.get(kind, ""))
    if isinstance(known, int) and number:
        return int(number) <= known
    return kind == "opened" or reason.order[0] < newest.comment.created_at


def newest_event(thread: Thread) -> int:
    """The newest event that the thread shows: what an answer worked out from it has taken into account."""
    return max((event.id for event in thread.events), default=0)


def newest_comment(thread: Thread) -> int:
    """The newest comment that the thread shows, as `newest_event`."""
    return max((comment.id for comment in thread.comments), default=0)


def former_status(thread: Thread, policy: Policy, agent: str, answers: tuple[Marker, ...]) -> str:
    """The status to which a mention's answer returns (`waiting`), or nothing: that which the claim took away.

    Where the agent named had asked, being mentioned before, its question is answered now: what was before it returns.
    """
    former = _taken_status(thread, policy)
    asked = next((m for m in reversed(answers) if m.data.get("then") == "needs-info"), None)
    if former != "needs-info" or not asked or not asked.data.get("mention") or asked.agent != agent:
        return former
    before = [str(marker.data.get("then")) for marker in own(answers)][-1:]
    return next((status for status in before if status in ("waiting", "needs-info")), "waiting" if before else "")


def _taken_status(thread: Thread, policy: Policy) -> str:
    present = [x for x in thread.issue.labels if x.startswith("status/")]
    kept = [x for x in present if x not in PASSING]
    taken = [e.name for e in statuses(thread, "unlabeled", policy) if e.name not in PASSING]
    return (kept or (taken[-1:] if present else []) or ["status/"])[0].removeprefix("status/")


def attempts(thread: Thread, reason: Reason, policy: Policy) -> int:
    """How often the desk failed at a reason, by the timeline: not before it was freed, held or routed anew."""
    freeing = [e for e in thread.events if _frees(e, policy) or _routes(e, policy)]
    freed = [r.comment.created_at for r in receipts.of(thread, policy) if receipts.frees(r) and r.comment]
    held = [e for e in statuses(thread, "labeled", policy) if e.name == "status/held"]
    since = max([reason.order[0], *freed, *(e.created_at for e in (*freeing, *held))])
    return sum(e.name == "status/failed" and e.created_at >= since for e in statuses(thread, "labeled", policy))


def _singles(found: tuple[Marker, ...]) -> tuple[tuple[Marker, ...], tuple[Comment, ...]]:
    """One marker for each key (the lowest comment id stays), and the comments that double one."""
    kept: dict[str, Marker] = {}
    doubles: list[Comment] = []
    for marker in sorted(found, key=lambda m: m.id):
        if marker.key not in kept:
            kept[marker.key] = marker
        elif marker.comment and marker.comment != kept[marker.key].comment:
            doubles.append(marker.comment)
    return tuple(sorted(kept.values(), key=lambda m: m.id)), tuple(doubles)


def _stopped(thread: Thread, policy: Policy, known: tuple[Marker, ...] = ()) -> str:
    if thread.issue.pull_request:
        return "this is a pull request"
    if thread.issue.state == "closed":
        return "the issue is closed"
    ordered = next((receipt for receipt in reversed(known) if "hold" in receipt.data), None)
    moves = [e for e in thread.events if e.name == "status/held" and e.kind in ("labeled", "unlabeled")]
    moves = [e for e in moves if ordered is None or e.id > receipts.seen(ordered)]  # what is newer counts
    if moves and not is_desk(moves[-1].actor, policy):
        held = moves[-1].kind == "labeled" and "status/held" in thread.issue.labels
        return f"{moves[-1].actor.login} set status/held" if held else ""
    return f"{ordered.data.get('by')} said /hold" if ordered and ordered.data["hold"] is True else ""


def _keyed_agent(reason: Reason, answers: tuple[Marker, ...], route: Route) -> str:
    """The agent of the key that a rerun works again: the one that answered, else the route's."""
    agents = [m.agent for m in answers if m.reason == reason.name]
    return agents[-1] if agents else route.agent


def _reasons(
    thread: Thread, route: Route, policy: Policy, answers: tuple[Marker, ...], last: Marker | None, *, again: bool
) -> Iterator[Reason]:
    """The reasons that go to the agent of the route; mentions are apart. A rerun is someone who asks.

    `last` is what settled the issue's own reasons last: an answer, or a `/cancel`.
    """
    issue = thread.issue
    author = issue.author.login
    since = policy.agents.answer_from
    answered = {marker.reason for marker in answers}
    if again or since is None or issue.created_at >= since or "opened" in answered:
        yield Reason("opened", (issue.created_at, -1, 0), author)
    for event in thread.events:
        if event.kind == "reopened" and not is_desk(event.actor, policy):
            yield Reason(f"reopened-{event.id}", (event.created_at, 0, event.id), author)
    for comment in thread.comments:
        if not thread.by_author(comment.author) or is_desk(comment.author, policy):
            continue
        if not called(thread, comment, route, policy, answers):
            name = f"comment-{comment.id}"
            heard = name in answered or listened(thread, comment, policy, answers)
            if heard and not only_commands(comment.body):
                yield Reason(name, (comment.created_at, 1, comment.id), author, comment.body)
    if last and last.comment and last.data.get("then") == "needs-info":
        seen = last.data.get("input")
        if seen and seen != issue.input:
            yield Reason(f"edited-{issue.input}", (last.comment.created_at, 2, last.id), author)
    yield from _rerouted(thread, route, policy, last)


def _rerouted(thread: Thread, route: Route, policy: Policy, newest: Marker | None) -> Iterator[Reason]:
    """A label or assignee (or our hand-over) that the newest answer did not know and that changed the agent."""
    since = policy.agents.answer_from
    if newest is None and (since is None or thread.issue.created_at >= since):
        return  # `opened` is still to be answered, by whatever route there is now
    if newest is not None and newest.data.get("agent", newest.agent) == route.agent:
        return
    for event in reversed(thread.events):
        if _later(event, newest, since) and _routes(event, policy):
            yield Reason(f"routed-{event.id}", (event.created_at, 0, event.id), thread.issue.author.login)
            return


def _later(event: Event, newest: Marker | None, since: datetime | None) -> bool:
    if newest is None or newest.comment is None:
        return event.created_at >= (since or datetime.max.replace(tzinfo=UTC))
    seen = newest.data.get("seen")
    return event.id > seen if isinstance(seen, int) else event.created_at >= newest.comment.created_at


def _routes(event: Event, policy: Policy) -> bool:
    """Whether an event can change the route, and whoever made it counts."""
    if event.kind in ("assigned", "unassigned"):
        return event.name.casefold() in policy.agents.agents and not is_quiet(event.actor, policy)
    if event.kind not in ("labeled", "unlabeled"):
        return False
    if event.name.startswith("agent/"):  # the desk sets and removes these only to hand over
        return event.kind == "labeled" or not is_quiet(event.actor, policy)
    return fits(event.name, policy.labels.routes) and not is_quiet(event.actor, policy)


def _mentions(
    thread: Thread, route: Route, policy: Policy, permission_of: PermissionOf, answers: tuple[Marker, ...]
) -> Iterator[Reason]:
    answered = {marker.reason for marker in answers}
    for comment in thread.comments:
        agent = called(thread, comment, route, policy, answers)
        if not agent or is_quiet(comment.author, policy) or f"comment-{comment.id}" in answered:
            continue
        by_author = thread.by_author(comment.author)
        if by_author and heard_by(agent, comment, answers):
            continue
        if by_author or at_least(permission_of(comment.author.login), "triage"):
            order = (comment.created_at, 1, comment.id)
            yield Reason(f"comment-{comment.id}", order, comment.author.login, comment.body, agent)


def _escalations(thread: Thread, policy: Policy, answers: tuple[Marker, ...]) -> Iterator[Reason]:
    """The breaches that the sweep gave to the project manager (docs/sla.md)."""
    answered = {marker.key for marker in answers}
    for marker in markers.of(thread.comments, policy.access.desk_accounts, "sla"):
        clock, _, step = marker.key.partition("/")
        cycle, _, kind = step.partition("/")
        name = f"breach-{clock}-{cycle}"
        if not _for_the_manager(kind, policy) or marker.comment is None or f"{ESCALATION}@{name}" in answered:
            continue
        if policy.agent(ESCALATION).mode != "off":
            answered.add(f"{ESCALATION}@{name}")  # one view for each cycle
            order = (marker.comment.created_at, 1, marker.id)
            yield Reason(name, order, thread.issue.author.login, f"The {clock} clock is breached.", ESCALATION)


def _for_the_manager(kind: str, policy: Policy) -> bool:
    """Whether a step of the ladder (`breach/2`) asks the project manager: step 0 does, and what policy says so."""
    name, _, step = kind.partition("/")
    if name != "breach" or not step.isdecimal():
        return False
    steps = policy.sla.ladder.steps
    return int(step) == 0 or (int(step) <= len(steps) and "manager" in steps[int(step) - 1].do)


def _holding(
    thread: Thread, key: str, policy: Policy, notices: tuple[Marker, ...], known: tuple[Marker, ...]
) -> Marker | None:
    """The notice that holds a key, unless a person took `status/held` away since, or a command frees it."""
    found = next((notice for notice in notices if notice.key == f"held/{key}"), None)
    if found is None or found.comment is None:
        return None
    since = found.comment.updated_at
    freed = any(_frees(event, policy) and event.created_at >= since for event in thread.events)
    told = any(receipts.frees(receipt) and not receipts.later(found, receipt) for receipt in known)
    return None if freed or told else found


def _frees(event: Event, policy: Policy) -> bool:
    """Whether a person takes `status/held` away."""
    return event.kind == "unlabeled" and event.name == "status/held" and not is_desk(event.actor, policy)
