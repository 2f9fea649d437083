"""Cases for finance: an issue by `zoe` with files, and the decision of the real agent without a model."""

import itertools
from pathlib import Path

from bizops.agent import registry
from bizops.agent.decide import decide
from bizops.case import Case, Data, Work
from bizops.decision import Decision
from bizops.issue import Thread
from bizops.policy import load

POLICY = load()
NAME = "ai-finance-agent"
AGENT = registry.load(NAME, POLICY.agents.agents)
COUNT = itertools.count()


def case(
    folder: Path, title: str, files: dict[str, str | bytes] | None = None, body: str = "", *said: str,
    asked: str = "", now: str = "2026-11-25T10:00:00Z",
) -> Case:  # fmt: skip
    """Issue 7 with `files` as its data; `said` are the requester's comments, one after the other."""
    data = []
    for name, content in (files or {}).items():
        path = folder / "data" / str(next(COUNT)) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        data.append(Data(name, path, "issue"))
    issue = {"number": 7, "title": title, "body": body, "user": "zoe"}
    comments = [
        {"id": n, "user": {"login": "zoe"}, "body": text, "created_at": f"2026-11-24T10:00:0{n}Z"}
        for n, text in enumerate(said, 1)
    ]
    thread = Thread.read(issue, (), comments)
    work = Work(NAME, "opened", asked)
    return Case(folder, thread, work, "P2", POLICY, data=tuple(data), now=now)


def answer(
    folder: Path, title: str, files: dict[str, str | bytes] | None = None, body: str = "", *said: str, asked: str = ""
) -> Decision:
    """The decision; an answer with a figure that no tool found would be held, so none may be."""
    decision = decide(case(folder, title, files, body, *said, asked=asked), AGENT, {})
    assert decision.held is None, decision.held
    return decision


def questions(decision: Decision) -> str:
    """All questions in one text."""
    return "\n".join(text for action in decision.actions if action.kind == "ask" for text in action.questions)


def fact(decision: Decision, name: str) -> str:
    """The value of a fact."""
    assert name in decision.facts, sorted(decision.facts)
    return decision.facts[name].value


def found(decision: Decision, rule: str) -> list[int | None]:
    """The lines of the findings of a rule."""
    return [finding.line for finding in decision.findings if finding.rule == rule]
