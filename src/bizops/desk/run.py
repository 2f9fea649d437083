"""The three steps on one issue, one after the other: collect, decide, answer, and again for the next agent."""

import logging
from dataclasses import dataclass

from bizops import sealed
from bizops.desk.answer import Answered, answer
from bizops.desk.collect import Collected, collect, opened
from bizops.desk.desk import Desk

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ran:
    """What a run did: what it collected, and each answer."""

    collected: Collected
    answers: tuple[Answered, ...] = ()


def run(desk: Desk, number: int, *, again: bool = False) -> Ran:
    """Everything that one issue needs now, where its executor is the runner."""
    collected = collect(desk, number, again=again)
    if not collected.go or collected.case is None or collected.executor != "runner":
        return Ran(collected)
    answers: list[Answered] = []
    folder = collected.case
    while True:
        sealed.decide(folder)
        answers.append(answer(desk, opened(desk, folder)))
        following = answers[-1].next
        if following is None:
            return Ran(collected, tuple(answers))
        folder = following
