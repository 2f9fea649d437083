"""Proposals: actions that a person must approve, under a hash of exactly what will be done.

The hash covers the actions, the work key, title and body of the issue, the permission that it takes and the end, so an
approval by its hash can be for nothing else. A newer answer, an edit of the issue or the end makes a proposal void.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bizops.decision import Action, Close, HandOver, Label
from bizops.issue import Thread, instant, timestamp
from bizops.policy import PERMISSIONS, Permission, Policy
from bizops.rules.conversation import own
from bizops.rules.markers import Marker
from bizops.rules.reasons import Look
from bizops.rules.routing import agent_label

ACTIONS: TypeAdapter[tuple[Action, ...]] = TypeAdapter(tuple[Action, ...])
DECIDED = ("approved", "rejected")  # keys of a receipt's data, whose value is a hash


@dataclass(frozen=True)
class Proposal:
    """What an answer proposes; `hash` is computed from the rest."""

    key: str
    actions: tuple[Action, ...]
    input: str
    needs: Permission
    until: datetime

    @property
    def hash(self) -> str:
        told = {"key": self.key, "input": self.input, **self._data()}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    def data(self) -> dict[str, Any]:
        """What the answer's marker carries as `proposed`."""
        return {**self._data(), "hash": self.hash}

    def _data(self) -> dict[str, Any]:
        actions = [
            action.model_dump(mode="json", exclude={"reason"} if _worded(action) else None) for action in self.actions
        ]
        return {"actions": actions, "needs": self.needs, "until": timestamp(self.until)}


def _worded(action: Action) -> bool:
    return isinstance(action, HandOver)  # why it is handed over changes nothing of what is done


def needed(action: Action, agent: str, policy: Policy) -> Permission | None:
    """The permission that policy asks for an action of an agent (`approval` in access.yml), or None."""
    rules = [r for r in policy.access.approval if r.kind == action.kind and (not r.agents or agent in r.agents)]
    return max((rule.permission for rule in rules), key=PERMISSIONS.index, default=None)


def propose(actions: Iterable[Action], key: str, input_: str, policy: Policy, now: datetime) -> Proposal:
    """The proposal of an answer. What policy marks nowhere is proposed to people with triage permission."""
    actions = tuple(actions)
    needs = _needs(actions, key, policy)
    return Proposal(
        key, actions, input_, needs, now.replace(microsecond=0) + timedelta(hours=policy.access.approval_hours)
    )


def read(answer: Marker) -> Proposal | None:
    """The proposal of an answer's marker; None where there is none, or its hash is not that of the rest."""
    told = answer.data.get("proposed")
    if not isinstance(told, Mapping) or not isinstance(told.get("actions"), list):
        return None
    try:
        given = [{"reason": "as proposed", **a} if a.get("kind") == "hand_over" else a for a in told["actions"]]
        needs, until = told.get("needs"), instant(told.get("until"))
        if needs not in PERMISSIONS or until is None:
            return None
        found = Proposal(answer.key, ACTIONS.validate_python(given), str(answer.data.get("input")), needs, until)
    except (AttributeError, TypeError, ValueError, ValidationError):
        return None
    return found if found.hash == told.get("hash") else None


def takes(proposal: Proposal, policy: Policy) -> Permission:
    """The permission that an approval takes now: what the proposal names, or what policy asks, if that is more."""
    return max(proposal.needs, _needs(proposal.actions, proposal.key, policy), key=PERMISSIONS.index)


def _needs(actions: tuple[Action, ...], key: str, policy: Policy) -> Permission:
    asked = [needed(action, key.partition("@")[0], policy) or "triage" for action in actions]
    return max(asked, key=PERMISSIONS.index, default="triage")


def standing(look: Look, posted: Marker | None = None) -> tuple[Proposal, ...]:
    """The proposals that wait: of the issue's newest own answer and of mentions' since, where nobody has decided.

    `posted` is an answer that was written after the look.
    """
    answers = [*(m for m in look.answers if posted is None or m.key != posted.key), *([posted] if posted else [])]
    latest = max((place for place, answer in enumerate(answers) if own((answer,))), default=0)
    decided = {str(receipt.data.get(name)) for receipt in look.receipts for name in DECIDED}
    found = [proposal for answer in answers[latest:] if (proposal := read(answer))]
    return tuple(proposal for proposal in found if proposal.hash not in decided)


def void(proposal: Proposal, thread: Thread, look: Look, now: datetime) -> str:
    """Why a proposal cannot be approved any more, or nothing."""
    if thread.issue.input != proposal.input:
        return "title or body of the issue changed since: `/retry` works out a new proposal"
    if now > proposal.until:
        return "the time to approve is over: `/retry` works out a new proposal"
    if any(not reason.agent for _, reason in look.todo):
        return "something newer waits for an answer first"
    return ""


def effects(proposal: Proposal, present: Collection[str]) -> tuple[list[str], list[str], str]:
    """What to do, in our terms: labels to add, labels to remove (of those `present`), and as what to close."""
    add: list[str] = []
    remove: list[str] = []
    closing = ""
    for action in proposal.actions:
        if isinstance(action, Label):
            add += action.add
            remove += action.remove
        elif isinstance(action, HandOver):
            add.append(agent_label(action.agent))
            remove += [label for label in present if label.casefold().startswith("agent/") and label != add[-1]]
        elif isinstance(action, Close):
            closing = action.reason
    return add, remove, closing


def words(action: Action) -> str:
    """What an action will do, exactly, in words; names in it are foreign text."""
    if isinstance(action, Label):
        parts = [
            f"{verb} the label{'s' if len(names) > 1 else ''} {', '.join(names)}"
            for verb, names in (("add", action.add), ("remove", action.remove))
            if names
        ]
        return " and ".join(parts)
    if isinstance(action, HandOver):
        return f"hand the issue over to {action.agent}"
    if isinstance(action, Close):
        return f"close the issue as {action.reason.replace('_', ' ')}"
    return f"{action.kind}: {action.model_dump_json(exclude={'kind'})}"
