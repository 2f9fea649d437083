"""Cases for support and manager: an issue, a folder as the repository, lists as the host reads them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from bizops.agent import registry
from bizops.agent.decide import complaints, decide
from bizops.case import Case, Work, write_json
from bizops.decision import Decision
from bizops.issue import Thread
from bizops.policy import Policy, load
from bizops.rules import markers

POLICY = load()
KNOWLEDGE = Path(__file__).parent / "knowledge"
Mode = Literal["off", "live"]


def with_modes(policy: Policy, **modes: Mode) -> Policy:
    """The policy with other modes: `with_modes(POLICY, sales="live")`."""
    agents = dict(policy.agents.agents)
    for name, mode in modes.items():
        full = f"ai-{name.replace('_', '-')}-agent"
        agents[full] = agents[full].model_copy(update={"mode": mode})
    return policy.model_copy(update={"agents": policy.agents.model_copy(update={"agents": agents})})


def make(
    folder: Path,
    agent: str,
    title: str,
    body: str = "",
    *,
    files: dict[str, str] | None = None,
    lists: dict[str, Any] | None = None,
    comments: list[dict[str, Any]] | None = None,
    policy: Policy = POLICY,
    **changes: Any,
) -> Case:
    """A case of issue 7 by `zoe`; `files` become the repository, `lists` what the host read."""
    root = folder / "repository"
    for name, text in (files or {}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name, value in (lists or {}).items():
        write_json(folder / "case" / "lists" / f"{name}.json", value)
    issue = {"number": 7, "title": title, "body": body, "user": "zoe", "labels": changes.pop("labels", [])}
    return replace(
        Case(
            folder=folder / "case",
            thread=Thread.read(issue, (), comments or []),
            work=Work(agent, "opened"),
            priority="P2",
            policy=policy,
            repository=root if files else None,
            now="2026-11-25T10:00:00Z",
        ),
        **changes,
    )


def answer(case: Case) -> Decision:
    """The playbook's decision, which must also pass every check that a model's answer would have to pass."""
    agent = registry.load(case.work.agent, case.policy.agents.agents)
    notebook = agent.notebook(case)
    draft = agent.playbook(case, notebook)
    assert complaints(case, agent, draft, notebook, by_model=True) == []
    decision = decide(case, agent, {})
    again = decide(case, agent, {})
    without = {"usage"}
    assert decision.model_dump(exclude=without) == again.model_dump(exclude=without)
    return decision


def kinds(decision: Decision) -> list[str]:
    return [action.kind for action in decision.actions]


def asked(decision: Decision) -> str:
    return "\n".join(q for action in decision.actions if action.kind == "ask" for q in action.questions)


def answered_by(number: int, agent: str, *, hand_over: str = "", by: str = "github-actions[bot]") -> dict[str, Any]:
    """An answer comment of the desk (or of someone who imitates one)."""
    data = {"then": "waiting", **({"hand_over": hand_over} if hand_over else {})}
    marker = markers.render("answer", f"{agent}@opened", data)
    return {"id": number, "user": by, "body": f"Not for me.\n\n{marker}", "created_at": f"2026-11-25T09:0{number}:00Z"}


def block(name: str, value: Any) -> str:
    return f"\n\n{name}\n\n```json\n{json.dumps(value)}\n```\n"
