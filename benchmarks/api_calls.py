"""The requests to GitHub for each kind of event, each named.

    .venv/bin/python -m benchmarks.api_calls [--keep]

Collect and answer are processes of their own, so each asks what it must know itself. Bounds: 16 for a P0 issue that is
answered and closed, and none for the desk's own doing; with a look at the nearest deadlines 17, and 3 for an event that
needs nothing.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from textwrap import fill

from benchmarks import figures
from bizops import case as cases
from bizops import sealed
from bizops.desk import event
from bizops.desk.answer import answer
from bizops.desk.collect import collect
from bizops.desk.sweep import near
from bizops.local.github import labels, runs
from bizops.local.github.state import Actor, Delivery
from bizops.policy import load
from tests.act.conftest import of
from tests.conftest import World, make_world

BODY = "Does it add up?\n\n```csv pl.csv\naccount,amount\nrent,1\nfood,2\n```\n"
PAD = " " * 7
P0 = ("finance/analysis", "priority/P0")


def job(world: World, delivery: Delivery, step: Callable[[str], None] = lambda _name: None) -> None:
    """What the `desk` job does about an event; `step` hears what is begun."""
    hint = event.hint(delivery.payload, world.policy, delivery.event)
    if hint.issue is None:
        return
    step("collect")
    collected = collect(world.desk(private=hint.private), hint.issue, again=hint.again)
    folder = collected.case
    while folder is not None:
        sealed.decide(folder)
        step("answer")
        folder = answer(world.desk(private=hint.private), cases.read(folder)).next
    step("deadlines")
    near(world.desk(private=hint.private))


def opened(world: World, *names: str, title: str = "Plain", by: str = "mara") -> Delivery:
    """An issue was opened."""
    return of(world, world.file(title, BODY, labels=names, by=by))[0]


def answered(world: World, title: str = "Plain") -> int:
    """An issue that the desk has answered."""
    delivery = opened(world, "support/ticket", "priority/P0", title=title)
    job(world, delivery)
    return int(delivery.issue or 0)


def comment(world: World, by: str) -> Delivery:
    """A comment on an answered issue."""
    number = answered(world)
    world.github.comment(by, number, "Thanks.")
    return of(world, number, "issue_comment")[-1]


def own(world: World) -> Delivery:
    """The desk's own comment."""
    return of(world, answered(world), "issue_comment")[-1]


def relabelled(world: World) -> Delivery:
    """A person's label moves an answered issue to another agent."""
    number = answered(world)
    labels.add(world.github.state, Actor("mara"), number, ["agent/ai-finance"])
    return of(world, number, action="labeled")[-1]


def rerun(world: World) -> Delivery:
    """A rerun by hand."""
    given = {"issue": str(answered(world))}
    runs.dispatch(world.github.state, Actor("mara"), "process-issue.yml", "main", given)
    return world.github.deliveries[-1]


KINDS: dict[str, tuple[Callable[[World], Delivery], int | None]] = {
    "P0 issue of the team, answered and closed": (lambda world: opened(world, *P0), 17),
    "P0 issue of an outsider, answered and closed": (lambda world: opened(world, *P0, by="zoe"), 17),
    "issue without labels, answered, waiting": (opened, None),
    "handed over to a second agent in the same job": (lambda world: opened(world, *P0, title="Pass it on"), None),
    "label added later, another agent answers": (relabelled, None),
    "rerun by hand, answer updated in place": (rerun, None),
    "comment that changes nothing": (lambda world: comment(world, "tom"), 3),
    "requester's comment after the answer": (lambda world: comment(world, "mara"), None),
    "the desk's own comment": (own, 0),
}


def counted(world: World, delivery: Delivery) -> list[tuple[str, str]]:
    """The requests of a job: the step that made each, and what it was."""
    begun: list[tuple[int, str]] = []
    before = len(world.github.log)
    job(world, delivery, lambda name: begun.append((len(world.github.log), name)))
    made = []
    for index, entry in enumerate(list(world.github.log)[before:], before):
        path = re.sub(r"comments/\d+", "comments/ID", entry.path.removeprefix(f"/repos/{world.github.repository}/"))
        step = [name for start, name in begun if start <= index][-1]
        made.append((step, f"{entry.method} {re.sub(r'issues/[0-9]+', 'issues/N', path)}"))
    return made


def main() -> int:
    """Count and print; 1 if a bound is broken."""
    broken = 0
    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name, make_world(Path(name), load()) as world:
        for kind, (make, bound) in KINDS.items():
            made = counted(world, make(world))
            counts[kind] = len(made)
            broken += bound is not None and len(made) > bound
            print(f"{len(made):3}  {kind}" + ("" if bound is None else f" (at most {bound})"))
            for step, steps in groupby(made, key=itemgetter(0)):
                print(
                    fill(
                        f"{step}: " + ", ".join(what for _, what in steps),
                        118,
                        initial_indent=PAD,
                        subsequent_indent=PAD,
                    )
                )
    named = {
        "answered": "P0 issue of the team, answered and closed",
        "nothing": "comment that changes nothing",
        "own": "the desk's own comment",
    }
    figures.keep("api_calls", {name: counts[kind] for name, kind in named.items()})
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
