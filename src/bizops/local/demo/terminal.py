"""The demo on a terminal: what is under way, what became of each issue, and the sum. Foreign text only prints."""

import os
import re
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from bizops.local.demo.examples import PEOPLE, Example
from bizops.local.demo.stage import Outcome
from bizops.local.github.server import LocalGitHub
from bizops.local.runner import Done, Jobs
from bizops.rules.visible import one_line, terminal

__all__ = ["closing", "console", "shown", "watch"]

SHOWN_LINES = 24  # of an answer's Markdown
COLORS = {"done": "green", "waiting": "green", "needs-info": "yellow", "held": "red", "failed": "red"}


def console(*, stderr: bool = False) -> Console:
    """The terminal, or where there is none plain lines of a fixed width."""
    plain = not (sys.stderr if stderr else sys.stdout).isatty() and not os.environ.get("COLUMNS")
    return Console(stderr=stderr, highlight=False, width=110 if plain else None)


def watch(console: Console, github: LocalGitHub, jobs: Jobs, wanted: Sequence[tuple[int, Example]], label: str) -> None:
    """Show the runs of these issues until everything is worked on: live on a terminal, else a line for each end."""
    began = len(jobs.done)
    if not console.is_terminal:
        told = began
        while not jobs.settle(github, 0.2) or told < len(jobs.done):
            for done in jobs.done[told:]:
                told += 1
                if done.worked:
                    console.print(Text(f"  #{done.issue} {_end(done)} ({done.seconds:.1f} s)"))
        return
    spinners = {number: Spinner("dots", style="cyan") for number, _ in wanted}

    def table() -> RenderableType:
        rows = Table.grid(padding=(0, 1))
        working = jobs.working()
        ended = {done.issue: done for done in jobs.done[began:] if done.worked}
        for number, example in wanted:
            mark: RenderableType = Text("·", style="dim")
            note = Text("waits", style="dim")
            if number in working:
                mark, note = spinners[number], Text(f"{working[number]:.1f} s", style="cyan")
            elif number in ended:
                note = Text(_end(ended[number]))
                mark = Text("✗", style="red") if ended[number].error else Text("✓", style="green")
            rows.add_row(mark, Text(f"#{number}", style="dim"), Text(_cut(example.title, 48)), note)
        return Group(Text(label, style="bold"), rows)

    with Live(get_renderable=table, console=console, refresh_per_second=10, transient=True):
        while not jobs.settle(github, 0.5):
            pass


def _end(done: Done) -> str:
    """How a run ended, in a few words."""
    if done.error:
        return one_line(done.error)[:100]
    answers = done.ran.answers if done.ran else ()
    return " → ".join(f"{answer.agent}: {answer.state}" for answer in answers) or "nothing to do"


def shown(outcome: Outcome, *, full: bool) -> RenderableType:
    """One issue: who asked, how it was routed, what was believed, the answer, and what it took."""
    ran = outcome.done.ran
    step = "" if outcome.step == "filed" else f"  {outcome.step}"
    title = Text.assemble((f"#{outcome.number} ", "bold cyan"), (_cut(outcome.title, 60), "bold"), (step, "italic"))
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    if outcome.step == "filed":
        permission = PEOPLE.get(outcome.asker, "none")
        who = "an outsider" if permission == "none" else f"permission {permission}"
        facts.add_row("from", Text(terminal(f"{outcome.asker}, {who}; example {outcome.example}")))
    if ran:
        for name, text in _route(outcome):
            facts.add_row(name, Text(terminal(text)))
    color = "red" if outcome.wrong else COLORS.get(outcome.state, "")
    facts.add_row("status", Text(outcome.state or "none", style=color))
    facts.add_row("took", f"{outcome.done.seconds:.1f} s, {sum(outcome.done.requests.values())} requests to GitHub")
    parts: list[RenderableType] = [Text(), Rule(title, align="left", style="cyan"), facts]
    if outcome.answer:
        parts += [Text(), Padding(_answer(outcome.answer, full=full), (0, 2))]
    if outcome.wrong:
        parts += [Text(), Text(f"Not as it should be: {terminal(outcome.wrong)}", style="bold red")]
    return Group(*parts)


def _route(outcome: Outcome) -> Iterable[tuple[str, str]]:
    assert outcome.done.ran is not None
    collected = outcome.done.ran.collected
    agents = [answered.agent for answered in outcome.done.ran.answers] or [outcome.agent]
    yield "agent", " → ".join(dict.fromkeys(agents))
    if outcome.step != "filed":
        return
    if collected.route:
        rule, second = collected.route.rule, collected.route.second
        other = f"; second: {second.rule.text} ({second.rule.file}:{second.rule.line})" if second else "; no second"
        yield "route", f"{rule.text} ({rule.file}:{rule.line}){other}"
    yield "priority", str(collected.priority)
    for reason in collected.why:
        if not reason.startswith("Route: "):
            yield "", reason


def _answer(answer: str, *, full: bool) -> RenderableType:
    boxes = re.sub(
        r"^(\s*[-*] )\[([ xX])\] ",
        lambda box: f"{box[1]}{'☐' if box[2] == ' ' else '☑'} ",
        terminal(answer),
        flags=re.MULTILINE,
    )
    lines = boxes.splitlines()
    if full or len(lines) <= SHOWN_LINES:
        return Markdown("\n".join(lines), hyperlinks=False)
    kept = lines[:SHOWN_LINES]
    if sum(line.lstrip("> ").startswith(("```", "~~~")) for line in kept) % 2:
        kept.append("```")
    note = Text(f"… {len(lines) - SHOWN_LINES} more lines: --full shows them, --serve shows the thread", style="dim")
    return Group(Markdown("\n".join(kept), hyperlinks=False), Text(), note)


def closing(outcomes: Sequence[Outcome], done: Sequence[Done], seconds: float) -> RenderableType:
    """The sum: issues, answers, questions, held, requests, seconds."""
    states = [outcome.state for outcome in outcomes]
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    answered = sum(state in {"done", "waiting"} for state in states)
    requests = sum(sum(one.requests.values()) for one in done)
    parts = [
        _count(len({outcome.number for outcome in outcomes}), "issue"),
        _count(answered, "answer"),
        f"{states.count('needs-info')} asked",
        f"{states.count('held')} held",
        f"{len(wrong)} not as it should be" if wrong else "all as they should be",
        f"{requests} requests",
        f"{seconds:.1f} s",
    ]
    line = Text(", ".join(parts), style="bold red" if wrong else "bold green")
    return Group(Text(), Rule(style="cyan"), line)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _cut(text: str, length: int) -> str:
    text = terminal(one_line(text))
    return text if len(text) <= length else text[: length - 1] + "…"
