"""Who speaks to whom on an issue: whether the desk was listening, and which agent a comment calls in."""

import re

from bizops.issue import Comment, Event, Thread
from bizops.policy import Policy
from bizops.rules.markers import Marker
from bizops.rules.routing import Route
from bizops.rules.trust import is_desk
from bizops.rules.visible import uncommented

LISTENING = tuple(f"status/{s}" for s in ("in-progress", "needs-info", "waiting", "held", "awaiting-approval"))
_MENTION = re.compile(r"(?<![\w@/.-])@(ai(?:-[a-z]+)+)(?![\w-])", re.IGNORECASE)
_ASIDE = re.compile(  # fence, quote, indented code at the beginning, code span
    r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1|\Z)|^ {0,3}>[^\n]*|\A(?:(?: {4}|\t)[^\n]*\n?)+"
    r"|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^/[a-z-]+[^\n]*", re.IGNORECASE | re.MULTILINE)
ASKING = ("status/waiting", "status/needs-info")  # set by a person these wait for the requester too


def own(answers: tuple[Marker, ...]) -> tuple[Marker, ...]:
    """The answers of the route's agents, without those to mentions."""
    return tuple(marker for marker in answers if not marker.data.get("mention"))


def called(thread: Thread, comment: Comment, route: Route, policy: Policy, answers: tuple[Marker, ...]) -> str:
    """The agent that a comment calls in beside the issue's own work, or nothing.

    The requester who names the agent that has the issue, while it listens, only answers it.
    """
    agent = mentioned(comment, policy)
    to_its_own = (
        agent == route.agent and thread.by_author(comment.author) and listened(thread, comment, policy, answers)
    )
    return "" if to_its_own else agent


def heard_by(agent: str, comment: Comment, answers: tuple[Marker, ...]) -> bool:
    """Whether an agent that had the issue answered it since and knew the comment: the route may have changed later."""
    theirs = [marker.data.get("heard") for marker in own(answers) if marker.agent == agent]
    return any(isinstance(heard, int) and comment.id <= heard for heard in theirs)


def mentioned(comment: Comment, policy: Policy) -> str:
    """The first agent that a comment names with `@`, outside quotes and code; one that is off is not named."""
    if "@ai" not in comment.body.casefold():
        return ""
    words = _COMMAND.sub(" ", _ASIDE.sub(" ", uncommented(comment.body)))  # `/assign @ai-security` calls nobody in
    for match in _MENTION.finditer(words):
        name = match[1].casefold().removesuffix("-agent") + "-agent"
        if policy.agent(name).mode != "off":
            return name
    return ""


def listened(thread: Thread, comment: Comment, policy: Policy, answers: tuple[Marker, ...]) -> bool:
    """Whether the desk was listening when a comment came: claimed, asking, waiting or holding.

    Times are whole seconds: what the desk set in the same second may have come after the comment. A comment from
    between the reading and the claim is known by its id, which the first answer had not seen. `done` listens until our
    closing, which comes last.
    """
    closed = [e.created_at for e in thread.events if e.kind == "closed" and is_desk(e.actor, policy)]
    theirs = [e for e in thread.events if e.kind == "labeled" and e.name in ASKING and not is_desk(e.actor, policy)]
    set_ = sorted((*statuses(thread, "labeled", policy), *theirs), key=lambda event: (event.created_at, event.id))
    set_ = [event for event in set_ if event.created_at <= comment.created_at]
    before = [e for e in set_ if e.created_at < comment.created_at][-1:]
    near = [*before, *(e for e in set_ if e.created_at == comment.created_at)]
    if near:
        return any(
            event.name in LISTENING
            or (event.name == "status/done" and not any(event.created_at <= at <= comment.created_at for at in closed))
            for event in near
        )
    heard = next((marker.data.get("heard") for marker in own(answers)), None)
    return isinstance(heard, int) and comment.id > heard


def statuses(thread: Thread, kind: str, policy: Policy) -> list[Event]:
    """The desk's own events of a kind with a status label."""
    return [e for e in thread.events if e.kind == kind and e.name.startswith("status/") and is_desk(e.actor, policy)]
