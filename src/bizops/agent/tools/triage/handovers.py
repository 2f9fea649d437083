"""Who handed this issue to whom: read from the desk's own answers, so that nobody hands it back and forth."""

from dataclasses import dataclass

from bizops.case import Case
from bizops.rules import markers


@dataclass(frozen=True)
class Passed:
    """`back` are the agents that handed the issue to this one; `tried` those it was handed to before by this one."""

    back: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()

    @property
    def closed(self) -> frozenset[str]:
        """Agents to which a hand-over would go round in a circle."""
        return frozenset(self.back) | frozenset(self.tried)


def passed(case: Case) -> Passed:
    """The hand-overs of the thread that concern the case's agent; only markers of the desk's accounts count."""
    back: dict[str, None] = {}
    tried: dict[str, None] = {}
    for marker in markers.of(case.thread.comments, case.policy.access.desk_accounts, "answer"):
        giver = marker.key.partition("@")[0]
        taker = _agent(marker.data.get("hand_over"))
        if taker == case.work.agent and giver != case.work.agent:
            back[giver] = None
        elif giver == case.work.agent and taker:
            tried[taker] = None
    return Passed(tuple(back), tuple(tried))


def _agent(value: object) -> str:
    """The agent of a marker's `hand_over`: a name, or an object with one."""
    if isinstance(value, dict):
        value = value.get("agent")
    return value if isinstance(value, str) else ""
