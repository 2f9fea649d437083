"""A conversation between an agent and the scripted model, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bizops.agent.decide import decide
from bizops.decision import Decision
from bizops.local.model.scripted import ScriptedModel, Turn
from tests.agents import desk_agent


@dataclass
class Clock:
    """Time that only passes when somebody waits."""

    now: float = 0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@dataclass
class Told:
    """A decision, and what the model was sent."""

    decision: Decision
    requests: list[Any]
    transcript: str
    waits: list[float]

    @property
    def answers(self) -> list[str]:
        """What the model got back for its calls, in order."""
        return [m["content"] for m in self.requests[-1]["messages"] if m["role"] in {"tool", "user"}][1:]


def run(
    tmp_path: Path,
    *script: Turn,
    models: Mapping[str, Any] | None = None,
    body: str = "Please sum it.",
    **environment: str,
) -> Told:
    clock = Clock()
    case = desk_agent.case(tmp_path, models, body)
    with ScriptedModel(script) as model:
        decision = decide(
            case, desk_agent.agent(), {**model.environment, **environment}, clock=clock, sleep=clock.sleep
        )
        assert model.problems == []
        assert model.unspoken == []
        assert model.unexpected == []
    transcript = (tmp_path / "transcript.jsonl").read_text()
    assert model.key not in transcript + decision.model_dump_json()
    return Told(decision, model.requests, transcript, clock.waits)


def playbook(told: Told, why: str) -> None:
    """The playbook answered, and says why."""
    assert told.decision.voice == "playbook"
    assert "15,337.11 EUR" in told.decision.summary
    assert told.decision.held is None
    assert "this answer comes from the playbook" in told.decision.notes[-1]
    assert why in told.decision.notes[-1]
