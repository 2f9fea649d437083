"""The play: everything is filed, the one who was asked answers, and one issue is worked again."""

from collections.abc import Sequence

from rich.console import Console

from bizops.local.demo.examples import REPLY, Example
from bizops.local.demo.stage import Demo, Outcome, outcomes, scripted_model
from bizops.local.demo.terminal import watch
from bizops.local.runner import Jobs

__all__ = ["play"]


def play(demo: Demo, jobs: Jobs, chosen: Sequence[Example], console: Console) -> list[Outcome]:
    """File the issues; then the one who was asked answers, and one issue is worked again. What became of each."""
    filed = [(demo.file(example), example) for example in chosen]
    watch(console, demo.github, jobs, filed, "The desk works on the issues, two at a time")
    ended = outcomes(demo, jobs.done, [number for number, _ in filed], "filed")

    asked = next((one for one in ended if one.example == chosen[-1].name and one.state == "needs-info"), None)
    if asked:
        began = len(jobs.done)
        with scripted_model():
            demo.reply(asked.asker, asked.number, REPLY)
            watch(console, demo.github, jobs, _of(filed, asked.number), "The requester answers; now with a model")
        ended += outcomes(
            demo, jobs.done[began:], [asked.number], "answered by the requester; then with a scripted model"
        )
    again = next((one for one in ended if one.state == "waiting"), None)
    if again:
        began = len(jobs.done)
        demo.rerun("ada", again.number)
        watch(console, demo.github, jobs, _of(filed, again.number), "One issue is worked again")
        ended += outcomes(demo, jobs.done[began:], [again.number], "run again")
    return ended


def _of(filed: Sequence[tuple[int, Example]], number: int) -> list[tuple[int, Example]]:
    return [entry for entry in filed if entry[0] == number]
