"""Admit a decision: what of it the host will do. The decision is hostile input; case and policy are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bizops.case import Case
from bizops.decision import MOST_LABELS, Action, Ask, Close, Decision, HandOver, Label
from bizops.errors import nearest
from bizops.rules.approvals import needed
from bizops.rules.patterns import fits
from bizops.rules.receipts import attributed
from bizops.rules.trust import at_least, is_desk, label_setter

Kind = TypeVar("Kind")
DONE = ("ask", "label", "hand_over", "close")  # the kinds of action that the desk can do
OURS = ("status/", "priority/", "agent/", "sla/", "escalated/")  # labels that the desk alone sets for itself


@dataclass(frozen=True)
class Admitted:
    """What will be done, what is only proposed to a person, and what was refused with the reason."""

    actions: tuple[Action, ...]
    proposals: tuple[Action, ...]
    refused: tuple[str, ...]

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """The admitted actions of one kind."""
        return tuple(action for action in self.actions if isinstance(action, kind))


def admit(decision: Decision, case: Case) -> Admitted:
    """Sort the actions of a decision by what policy allows its agent and whoever asked.

    Kinds outside the agent's own are refused; what policy marks under `approval` is a proposal, and so is, on the issue
    of someone without triage permission, what is not in `outsider_kinds`; labels must fit the agent's patterns and
    never be the desk's own.
    """
    own = case.agent_policy
    actions: list[Action] = []
    proposals: list[Action] = []
    refused: list[str] = []
    outsider = not all(at_least(who, "triage") for who in (case.permission, case.extra.get("author", case.permission)))
    for action in decision.actions:
        wrong = refusals(action, case, decision.actions, actions)
        refused += wrong
        if isinstance(action, Label) and action.kind in own.kinds:
            action = _allowed(action, case)
            named = sum(len(a.add) + len(a.remove) for a in (*actions, *proposals) if isinstance(a, Label))
            if named + len(action.add) + len(action.remove) > MOST_LABELS * 2:
                refused.append(f"more than {MOST_LABELS * 2} labels are named")
                continue
            wrong = [] if action.add or action.remove else wrong or ["no label is named"]
        if wrong:
            continue
        if (isinstance(action, HandOver) and _a_person_chose(case)) or (
            (outsider and action.kind not in case.policy.access.outsider_kinds)
            or (action.kind != "ask" and needed(action, case.work.agent, case.policy))
        ):
            proposals.append(action)
        else:
            actions.append(action)
    return Admitted(tuple(actions), tuple(proposals), tuple(refused))


def refusals(action: Action, case: Case, beside: Sequence[Action], before: Sequence[Action]) -> list[str]:
    """Why policy does not let the agent ask for an action, `beside` the decision's others, some of them `before` it.

    The host refuses by this, and a model is told the same while it can still mend its decision.
    """
    if action.kind not in case.agent_policy.kinds:
        return [f"`{action.kind}` is not among the actions that policy allows {case.work.agent}"]
    if action.kind not in DONE:
        return [f"this desk cannot do `{action.kind}` yet"]
    if isinstance(action, Label):
        kept = _allowed(action, case)
        dropped = [name for name in (*action.add, *action.remove) if name not in (*kept.add, *kept.remove)]
        return [f"the label `{name}` is not one that policy allows {case.work.agent}" for name in dropped]
    if isinstance(action, HandOver):
        return list(filter(None, [_no_hand_over(action, case, beside, before)]))
    return []


def closes(decision: Decision, admitted: Admitted, case: Case) -> str:
    """As what the issue is closed after the answer, by an admitted action or by policy (`after_answer`), or nothing.

    Nothing closes while something was asked, proposed or handed over, nor after a mention's answer.
    """
    if decision.held or case.extra.get("mention") or admitted.proposals:
        return ""
    if any(action.kind in ("ask", "hand_over") for action in admitted.actions):
        return ""
    by_policy = "completed" if case.agent_policy.after_answer == "close" else ""
    return next((action.reason for action in admitted.of(Close)), by_policy)


def is_name(label: str) -> bool:
    """Whether GitHub takes a text as a label's name: up to 50 printable characters."""
    return 0 < len(label) <= 50 and label.isprintable() and label == label.strip()


def _allowed(action: Label, case: Case) -> Label:
    """What is left of a label action: names that policy's patterns name, and never the desk's own labels."""

    def may(name: str) -> bool:
        return is_name(name) and not name.casefold().startswith(OURS) and fits(name, case.agent_policy.labels)

    return Label(add=tuple(filter(may, action.add)), remove=tuple(filter(may, action.remove)))


def _no_hand_over(action: HandOver, case: Case, beside: Sequence[Action], before: Sequence[Action]) -> str:
    """Why a hand-over cannot be, or nothing."""
    if any(isinstance(other, Ask) for other in beside):
        return "nothing is handed over while the requester is asked"
    if any(isinstance(other, HandOver) for other in before):
        return f"only one agent takes over: not {action.agent}"
    if action.agent == case.work.agent:
        return f"{case.work.agent} cannot hand over to itself"
    if action.agent == case.extra.get("route"):
        return f"`{action.agent}` has this issue already"
    if case.policy.agent(action.agent).mode == "off":
        near = nearest(action.agent, case.policy.agents.agents)
        return f"`{action.agent}` is off or unknown: nothing is handed over{'; ' + near if near else ''}"
    return ""


def _a_person_chose(case: Case) -> bool:
    """Whether an `agent/*` label on the issue was set by someone else than the desk, or by a command."""
    direct = [label for label in case.issue.labels if label.casefold().startswith("agent/")]
    thread = attributed(case.thread, case.policy)
    return any(not is_desk(label_setter(thread, label), case.policy) for label in direct)
