"""What the commands of a comment lead to: a line for each, and what must follow. Pure; `desk/commands` writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bizops.errors import nearest
from bizops.issue import PRIORITIES, Comment, Thread, timestamp
from bizops.policy import Permission, Policy
from bizops.rules import approvals
from bizops.rules.approvals import Proposal
from bizops.rules.commands import COMMANDS, Command
from bizops.rules.harmless import code
from bizops.rules.reasons import Look, newest_event
from bizops.rules.receipts import ours
from bizops.rules.routing import agent_label
from bizops.rules.trust import PermissionOf, at_least, is_desk, priority_of

MOST = 12  # commands of one comment
ANY_STATE = ("explain", "help", "ack")  # these make sense on a closed issue too
STEERING = ("retry", "hold", "resume", "waiting", "approve", "reject", "cancel")  # what changes the status


@dataclass(frozen=True)
class Outcome:
    """One line for each command (Markdown, foreign text as code), the receipt's data, whether anything was done."""

    lines: tuple[str, ...]
    data: Mapping[str, Any]
    done: bool


@dataclass(frozen=True)
class Setting:
    """What the commands of a comment meet. `told` gives the words for `explain` and `ack`, worked out when used."""

    comment: Comment
    thread: Thread
    look: Look
    policy: Policy
    permission_of: PermissionOf
    now: datetime
    told: Mapping[str, Callable[[], str]]
    agent: str  # whose the issue is
    former: str  # the status to which the issue returns: that which stood before a hold

    @property
    def permission(self) -> Permission:
        return self.permission_of(self.comment.author.login)


class Refused(Exception):
    """Why a command is not carried out, in words."""


@dataclass
class _Plan:
    """Labels as they will be (but `status/*`, which follow `then`), and the receipt's data so far."""

    before: tuple[str, ...]
    labels: list[str]
    data: dict[str, Any] = field(default_factory=dict)

    def add(self, *names: str) -> None:
        here = {label.casefold() for label in self.labels}
        self.labels += [name for name in dict.fromkeys(names) if name.casefold() not in here]

    def remove(self, *names: str) -> None:
        gone = {name.casefold() for name in names}
        self.labels = [label for label in self.labels if label.casefold() not in gone]

    def changes(self) -> dict[str, list[str]]:
        before, after = ({label.casefold() for label in labels} for labels in (self.before, self.labels))
        add = [label for label in self.labels if label.casefold() not in before]
        remove = [label for label in self.before if label.casefold() not in after]
        return {name: labels for name, labels in (("add", add), ("remove", remove)) if labels}


def outcome(at: Setting) -> Outcome:
    """Carry out the commands of a comment in their order, on paper."""
    present = at.thread.issue.labels
    plan, lines, done = _Plan(present, list(present)), [], False
    given = ours(at.comment)
    for command in given[:MOST]:
        shown = code(f"/{command.name} {command.argument}".strip(), 80)
        try:
            _allowed(at, plan, command)
            lines.append(f"{shown}: {DEEDS[command.name](at, plan, command.argument)}")
            done = True
        except Refused as refused:
            lines.append(f"{shown}: not done: {refused}")
    if len(given) > MOST:
        lines.append(f"Only the first {MOST} commands of a comment are carried out.")
    data: dict[str, Any] = {"by": at.comment.author.login, "seen": newest_event(at.thread), **plan.data}
    if changes := plan.changes():
        data["labels"] = changes
    return Outcome(tuple(lines), data, done)


def _allowed(at: Setting, plan: _Plan, command: Command) -> None:
    """Raises Refused for what is no command, or where policy or the issue's state forbids it."""
    if not command.known:
        raise Refused(f"no command of this desk; {nearest(command.name, COMMANDS) or '`/help` lists them'}")
    access, author = at.policy.access, at.thread.by_author(at.comment.author)
    wanted = access.commands[command.name]  # type: ignore[index]
    if not (author and command.name in access.requester_commands) and not at_least(at.permission, wanted):
        raise Refused(f"it takes the permission `{wanted}`; {code(at.comment.author.login, 60)} has `{at.permission}`")
    if at.thread.issue.state == "closed" and command.name not in ANY_STATE:
        raise Refused("the issue is closed; reopen it first")
    if command.name in STEERING and "approved" in plan.data:
        raise Refused("something is approved in the same comment")
    if command.name in STEERING and command.name not in ("hold", "resume") and _held(at, plan):
        raise Refused(f"{code(at.look.stopped or 'held by this comment', 100)}; `/resume` first")


def _held(at: Setting, plan: _Plan) -> bool:
    """Whether a person holds the issue, before this comment or by it."""
    before = at.look.stopped and at.thread.issue.state == "open"
    return bool(plan.data.get("hold", before))


def _retry(at: Setting, plan: _Plan, _argument: str) -> str:
    if at.look.holds:
        plan.data |= {"hold": False, "then": at.former}
        return "what is held is tried again."
    plan.data["retry"] = True
    return "the newest question is worked again; the answer is updated in place."


def _assign(at: Setting, plan: _Plan, argument: str) -> str:
    word = argument.casefold().removeprefix("@").removeprefix("agent/")
    roster = at.policy.agents.agents
    name = next((n for n in (word, f"{word}-agent", f"ai-{word}", f"ai-{word}-agent") if n in roster), "")
    if not name:
        known = [agent for agent in roster if at.policy.agent(agent).mode != "off"]
        raise Refused(f"name an agent: {nearest(word, roster) or ', '.join(f'`{agent}`' for agent in known)}")
    if at.policy.agent(name).mode == "off":
        raise Refused(f"`{name}` is switched off by policy")
    plan.remove(*(label for label in plan.labels if label.casefold().startswith("agent/")))
    plan.add(agent_label(name))
    return f"the issue goes to `{name}`."


def _priority(at: Setting, plan: _Plan, argument: str) -> str:
    name = next((p for p in PRIORITIES if p == argument.upper()), None)
    if name is None:
        raise Refused("name a priority: `P0`, `P1`, `P2` or `P3`")
    highest = at.policy.access.belief[at.permission].highest_priority
    if name < highest:
        raise Refused(f"with the permission `{at.permission}` at most {highest} is believed")
    plan.remove(*(label for label in plan.labels if priority_of(label)))
    plan.add(f"priority/{name}")
    return f"the priority is {name}."


def _hold(_at: Setting, plan: _Plan, _argument: str) -> str:
    plan.data |= {"hold": True, "then": "held"}
    return "the desk does nothing here until `/resume`; the clocks run on."


def _resume(at: Setting, plan: _Plan, _argument: str) -> str:
    if not _held(at, plan) and not at.look.holds and "status/held" not in plan.labels:
        raise Refused("nothing is held here")
    plan.data |= {"hold": False, "then": at.former}
    return "the desk goes on."


def _waiting(_at: Setting, plan: _Plan, _argument: str) -> str:
    plan.data["then"] = "waiting"
    return "this waits for the requester; the clocks stand still until the next word from there."


def _cancel(at: Setting, plan: _Plan, _argument: str) -> str:
    since = [e for e in at.thread.events if e.created_at <= at.comment.created_at]
    plan.data["cancel"] = {"heard": at.comment.id, "seen": max((e.id for e in since), default=0), "agent": at.agent}
    plan.data.pop("retry", None)
    if waits := approvals.standing(at.look):
        plan.data["rejected"] = waits[-1].hash
    plan.data |= {"hold": False, "then": "waiting"}
    return "what was being worked on is given up. Comment to go on, or close the issue."


def _approve(at: Setting, plan: _Plan, argument: str) -> str:
    proposal = _waits(at, plan, argument)
    if wrong := approvals.void(proposal, at.thread, at.look, at.comment.created_at):
        raise Refused(wrong)
    if any(name in plan.data for name in ("then", "retry", "cancel")):
        raise Refused("another command of the same comment changes the state; approve in a comment of its own")
    person = at.comment.author
    if at.thread.by_author(person):
        raise Refused("whoever opened the issue cannot approve what is proposed on it")
    if is_desk(person, at.policy) or person.type != "User":
        raise Refused("only a person approves")
    needs = approvals.takes(proposal, at.policy)
    if not at_least(at.permission, needs):
        raise Refused(f"this takes the permission `{needs}`; you have `{at.permission}`")
    add, remove, closing = approvals.effects(proposal, plan.labels)
    plan.remove(*remove)
    plan.add(*add)
    asked = at.former == "needs-info" and not closing
    plan.data |= {"approved": proposal.hash, "then": "needs-info" if asked else "done" if closing else "waiting"}
    plan.data |= {"close": closing} if closing else {}
    return f"approved: {'; '.join(code(approvals.words(action), 300) for action in proposal.actions)}."


def _reject(at: Setting, plan: _Plan, argument: str) -> str:
    proposal = _waits(at, plan, argument, any_=True)
    needs = approvals.takes(proposal, at.policy)
    if not at.thread.by_author(at.comment.author) and not at_least(at.permission, needs):
        raise Refused(f"this takes the permission `{needs}`; you have `{at.permission}`")
    plan.data |= {"rejected": proposal.hash, "then": "needs-info" if at.former == "needs-info" else "waiting"}
    return "turned down; nothing of it is done."


def _waits(at: Setting, plan: _Plan, argument: str, *, any_: bool = False) -> Proposal:
    """The proposal whose hash is named (with `any_` the newest, where none is). Raises Refused where there is none."""
    given, waits = argument.casefold().partition(" ")[0], approvals.standing(at.look)
    if any(name in plan.data for name in approvals.DECIDED):
        raise Refused("this comment has decided already")
    if not waits:
        raise Refused("nothing waits for an approval here")
    found = [proposal for proposal in waits if proposal.hash == given] or (waits[-1:] if any_ and not given else [])
    if not found:
        raise Refused("no proposal with this hash waits; what waits now is newer" if given else "name the hash")
    return found[0]


def _ack(at: Setting, plan: _Plan, _argument: str) -> str:
    plan.data["ack"] = True
    until = at.now + timedelta(minutes=float(at.policy.sla.ladder.ack_timeout_minutes))
    return at.told["ack"]().format(until=timestamp(until))


def _explain(at: Setting, _plan: _Plan, _argument: str) -> str:
    return at.told["explain"]()


def _help(at: Setting, _plan: _Plan, _argument: str) -> str:
    access = at.policy.access
    rows = [
        f"| `/{name}{' ' + argument if argument else ''}` | {what} | `{access.commands[name]}`"  # type: ignore[index]
        f"{' or the requester' if name in access.requester_commands else ''} |"
        for name, (argument, what) in COMMANDS.items()
    ]
    return "\n\n| Command | What | Who |\n|---|---|---|\n" + "\n".join(rows)


DEEDS: Mapping[str, Callable[[Setting, _Plan, str], str]] = {
    "retry": _retry,
    "assign": _assign,
    "priority": _priority,
    "hold": _hold,
    "resume": _resume,
    "waiting": _waiting,
    "approve": _approve,
    "reject": _reject,
    "ack": _ack,
    "cancel": _cancel,
    "explain": _explain,
    "help": _help,
}
