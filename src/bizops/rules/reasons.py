"""What is still to be answered on an issue: read from the timeline, our markers and the body, never from an event.

A reason is a word such as `opened` or `comment-2610000977`; with the agent it
is the work key, and an answer comment of ours that carries a key for a reason has answered it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bizops.case import Work
from bizops.issue import Comment, Event, Thread
from bizops.policy import Policy
from bizops.rules import markers
from bizops.rules.commands import only_commands
from bizops.rules.markers import Marker
from bizops.rules.patterns import fits
from bizops.rules.routing import Route
from bizops.rules.trust import PermissionOf, at_least, is_desk, is_quiet
from bizops.rules.visible import uncommented

LISTENING = ("status/in-progress", "status/needs-info", "status/waiting", "status/held")
ESCALATION = "ai-project-manager-agent"  # gives its view of a breach where policy asks for the manager
PASSING = ("status/queued", "status/in-progress", "status/failed")  # states of a run, not of an issue
_MENTION = re.compile(r"(?<![\w@/.-])@(ai(?:-[a-z]+)+)(?![\w-])", re.IGNORECASE)
_ASIDE = re.compile(  # fence, quote, indented code at the beginning, code span
    r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1|\Z)|^ {0,3}>[^\n]*|\A(?:(?: {4}|\t)[^\n]*\n?)+"
    r"|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)",
    re.MULTILINE | re.DOTALL,
)


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

    @property
    def held(self) -> Marker | None:
        return self.holds[0] if self.holds else None

    @property
    def newest(self) -> Marker | None:
        return self.answers[-1] if self.answers else None

    @property
    def closing(self) -> Marker | None:
        """The answer that says whether the issue closes: the newest of the issue's own, unless a question is open."""
        own = _own(self.answers)
        asked = self.newest and self.newest.data.get("then") in ("needs-info", "held")
        return None if asked or not own else own[-1]


def look(thread: Thread, route: Route, policy: Policy, permission_of: PermissionOf, *, again: bool = False) -> Look:
    """What the issue as it is still needs; `again` works the newest key once more."""
    accounts = policy.access.desk_accounts
    answers, doubles = _singles(markers.of(thread.comments, accounts, "answer"))
    status, more = _singles(markers.of(thread.comments, accounts, "status"))
    notices, most = _singles(markers.of(thread.comments, accounts, "notice"))
    reasons = tuple(sorted(_reasons(thread, route, policy, answers, again=again), key=lambda r: r.order))
    mentions = (*_mentions(thread, route, policy, permission_of, answers), *_escalations(thread, policy, answers))
    answered = {marker.key.partition("@")[2] for marker in answers}
    todo: list[tuple[Work, Reason]] = []
    holds: list[Marker | None] = []
    own = _own(answers)
    waiting = [reason for reason in reasons if not _covered(reason, answered, own[-1] if own else None)]
    newest = next(reversed(waiting or reasons), None)
    if newest:
        agent = _keyed_agent(newest, answers, route) if again else route.agent
        work = Work(agent, newest.name, newest.asked, again=again and newest.name in answered)
        holds = [_holding(thread, work.key, policy) if waiting else None]
        if again or (waiting and holds == [None]):
            todo.append((work, newest))
    for mention in mentions:
        work = Work(mention.agent, mention.name, mention.asked)
        holds.append(_holding(thread, work.key, policy))
        if holds[-1] is None:
            todo.append((work, mention))
    stopped = _stopped(thread, policy)
    kept = status[0] if status else None
    doubles = (*doubles, *more, *most)
    held = tuple(filter(None, holds))
    return Look(() if stopped else tuple(todo), answers, doubles, kept, stopped, held, newest, notices)


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


def event_ids(thread: Thread) -> int:
    """The newest event that the thread shows: what an answer worked out from it has taken into account."""
    return max((event.id for event in thread.events), default=0)


def comment_ids(thread: Thread) -> int:
    """The newest comment that the thread shows, as `event_ids`."""
    return max((comment.id for comment in thread.comments), default=0)


def former_status(thread: Thread, policy: Policy, agent: str, answers: tuple[Marker, ...]) -> str:
    """The status to which a mention's answer returns (`waiting`), or nothing: that which the claim took away.

    Where the agent named had asked, being mentioned before, its question is answered now: what was before it returns.
    """
    former = _taken_status(thread, policy)
    asked = next((m for m in reversed(answers) if m.data.get("then") == "needs-info"), None)
    if former != "needs-info" or not asked or not asked.data.get("mention") or asked.key.partition("@")[0] != agent:
        return former
    before = [str(marker.data.get("then")) for marker in _own(answers)][-1:]
    return next((status for status in before if status in ("waiting", "needs-info")), "waiting" if before else "")


def _taken_status(thread: Thread, policy: Policy) -> str:
    present = [x for x in thread.issue.labels if x.startswith("status/")]
    kept = [x for x in present if x not in PASSING]
    taken = [e.name for e in _statuses(thread, "unlabeled", policy) if e.name not in PASSING]
    return (kept or (taken[-1:] if present else []) or ["status/"])[0].removeprefix("status/")


def attempts(thread: Thread, reason: Reason, policy: Policy) -> int:
    """How often the desk failed at a reason, by the timeline: not before it was freed, held or routed anew."""
    freeing = [e for e in thread.events if _frees(e, policy) or _routes(e, policy)]
    held = [e for e in _statuses(thread, "labeled", policy) if e.name == "status/held"]
    since = max([reason.order[0], *(e.created_at for e in (*freeing, *held))])
    return sum(e.name == "status/failed" and e.created_at >= since for e in _statuses(thread, "labeled", policy))


def _statuses(thread: Thread, kind: str, policy: Policy) -> list[Event]:
    """The desk's own events of a kind with a status label."""
    return [e for e in thread.events if e.kind == kind and e.name.startswith("status/") and is_desk(e.actor, policy)]


def _listened(thread: Thread, comment: Comment, policy: Policy, answers: tuple[Marker, ...]) -> bool:
    """Whether the desk was listening when a comment came: claimed, asking, waiting or holding.

    Times are whole seconds: what the desk set in the same second may have come after the comment. A comment from
    between the reading and the claim is known by its id, which the first answer had not seen. `done` listens until our
    closing, which comes last.
    """
    closed = [e.created_at for e in thread.events if e.kind == "closed" and is_desk(e.actor, policy)]
    set_ = [e for e in _statuses(thread, "labeled", policy) if e.created_at <= comment.created_at]
    before = [e for e in set_ if e.created_at < comment.created_at][-1:]
    near = [*before, *(e for e in set_ if e.created_at == comment.created_at)]
    if near:
        return any(
            event.name in LISTENING
            or (event.name == "status/done" and not any(event.created_at <= at <= comment.created_at for at in closed))
            for event in near
        )
    heard = next((marker.data.get("heard") for marker in _own(answers)), None)
    return isinstance(heard, int) and comment.id > heard


def _own(answers: tuple[Marker, ...]) -> tuple[Marker, ...]:
    """The answers of the route's agents, without those to mentions."""
    return tuple(marker for marker in answers if not marker.data.get("mention"))


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


def _stopped(thread: Thread, policy: Policy) -> str:
    if thread.issue.pull_request:
        return "this is a pull request"
    if thread.issue.state == "closed":
        return "the issue is closed"
    if "status/held" in thread.issue.labels:
        setters = [e.actor for e in thread.events if e.kind == "labeled" and e.name == "status/held"]
        if setters and not is_desk(setters[-1], policy):
            return f"{setters[-1].login} set status/held"
    return ""


def _keyed_agent(reason: Reason, answers: tuple[Marker, ...], route: Route) -> str:
    """The agent of the key that a rerun works again: the one that answered, else the route's."""
    agents = [m.key.partition("@")[0] for m in answers if m.key.partition("@")[2] == reason.name]
    return agents[-1] if agents else route.agent


def _reasons(
    thread: Thread, route: Route, policy: Policy, answers: tuple[Marker, ...], *, again: bool
) -> Iterator[Reason]:
    """The reasons that go to the agent of the route; mentions are apart. A rerun is someone who asks."""
    issue = thread.issue
    author = issue.author.login
    since = policy.agents.answer_from
    answered = {marker.key.partition("@")[2] for marker in answers}
    if again or since is None or issue.created_at >= since or "opened" in answered:
        yield Reason("opened", (issue.created_at, -1, 0), author)
    for event in thread.events:
        if event.kind == "reopened" and not is_desk(event.actor, policy):
            yield Reason(f"reopened-{event.id}", (event.created_at, 0, event.id), author)
    for comment in thread.comments:
        if not thread.by_author(comment.author) or is_desk(comment.author, policy):
            continue
        if not _called(thread, comment, route, policy, answers):
            name = f"comment-{comment.id}"
            heard = name in answered or _listened(thread, comment, policy, answers)
            if heard and not only_commands(comment.body):
                yield Reason(name, (comment.created_at, 1, comment.id), author, comment.body)
    own = _own(answers)
    newest = own[-1] if own else None
    if newest and newest.comment and newest.data.get("then") == "needs-info":
        seen = newest.data.get("input")
        if seen and seen != issue.input:
            yield Reason(f"edited-{issue.input}", (newest.comment.created_at, 2, newest.id), author)
    yield from _rerouted(thread, route, policy, newest)


def _rerouted(thread: Thread, route: Route, policy: Policy, newest: Marker | None) -> Iterator[Reason]:
    """A label or assignee (or our hand-over) that the newest answer did not know and that changed the agent."""
    since = policy.agents.answer_from
    if newest is None and (since is None or thread.issue.created_at >= since):
        return  # `opened` is still to be answered, by whatever route there is now
    if newest is not None and newest.key.partition("@")[0] == route.agent:
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
    answered = {marker.key.partition("@")[2] for marker in answers}
    for comment in thread.comments:
        agent = _called(thread, comment, route, policy, answers)
        if not agent or is_quiet(comment.author, policy) or f"comment-{comment.id}" in answered:
            continue
        by_author = thread.by_author(comment.author)
        if by_author and _heard_by(agent, comment, answers):
            continue
        if by_author or at_least(permission_of(comment.author.login), "triage"):
            order = (comment.created_at, 1, comment.id)
            yield Reason(f"comment-{comment.id}", order, comment.author.login, comment.body, agent)


def _escalations(thread: Thread, policy: Policy, answers: tuple[Marker, ...]) -> Iterator[Reason]:
    """The breaches that the sweep gave to the project manager: step 0 of the ladder (docs/sla.md)."""
    answered = {marker.key for marker in answers}
    for marker in markers.of(thread.comments, policy.access.desk_accounts, "sla"):
        clock, _, step = marker.key.partition("/")
        cycle, _, kind = step.partition("/")
        name = f"breach-{clock}-{cycle}"
        if kind != "breach/0" or marker.comment is None or f"{ESCALATION}@{name}" in answered:
            continue
        if policy.agent(ESCALATION).mode != "off":
            order = (marker.comment.created_at, 1, marker.id)
            yield Reason(name, order, thread.issue.author.login, f"The {clock} clock is breached.", ESCALATION)


def _called(thread: Thread, comment: Comment, route: Route, policy: Policy, answers: tuple[Marker, ...]) -> str:
    """The agent that a comment calls in beside the issue's own work, or nothing.

    The requester who names the agent that has the issue, while it listens, only answers it.
    """
    agent = _mentioned(comment, policy)
    own = agent == route.agent and thread.by_author(comment.author) and _listened(thread, comment, policy, answers)
    return "" if own else agent


def _heard_by(agent: str, comment: Comment, answers: tuple[Marker, ...]) -> bool:
    """Whether an agent that had the issue answered it since and knew the comment: the route may have changed later."""
    theirs = [marker.data.get("heard") for marker in _own(answers) if marker.key.partition("@")[0] == agent]
    return any(isinstance(heard, int) and comment.id <= heard for heard in theirs)


def _mentioned(comment: Comment, policy: Policy) -> str:
    """The first agent that a comment names with `@`, outside quotes and code; one that is off is not named."""
    if "@ai" not in comment.body.casefold():
        return ""
    for match in _MENTION.finditer(_ASIDE.sub(" ", uncommented(comment.body))):
        name = match[1].casefold().removesuffix("-agent") + "-agent"
        if policy.agent(name).mode != "off":
            return name
    return ""


def _holding(thread: Thread, key: str, policy: Policy) -> Marker | None:
    """The notice that holds a key, unless a person took `status/held` away since."""
    found = [m for m in markers.of(thread.comments, policy.access.desk_accounts, "notice") if m.key == f"held/{key}"]
    if not found or found[-1].comment is None:
        return None
    since = found[-1].comment.updated_at
    freed = any(_frees(event, policy) and event.created_at >= since for event in thread.events)
    return None if freed else found[-1]


def _frees(event: Event, policy: Policy) -> bool:
    """Whether a person takes `status/held` away."""
    return event.kind == "unlabeled" and event.name == "status/held" and not is_desk(event.actor, policy)
