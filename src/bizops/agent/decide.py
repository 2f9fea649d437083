"""Decide: one case in, one decision out, in a process without a credential of GitHub or AWS.

    python -m bizops.agent.decide CASE_FOLDER

leaves `decision.json` and exits 0, or leaves `failure.json` (`{"reason": ..., "kind": "defect|model|timeout"}`) and
exits 1. The model's endpoint comes from OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL; BIZOPS_COMPANY names a
company's folder whose `agents/` and `prompts/` come before the shipped ones.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Literal

from bizops import case as cases
from bizops.agent.agent import Agent, Draft, Notebook
from bizops.case import Case
from bizops.decision import Decision, Usage
from bizops.errors import BizopsError

NO_MODEL = "No model is configured: this answer comes from the playbook (tools alone)."
FailureKind = Literal["defect", "model", "timeout"]


def decide(case: Case, agent: Agent, environment: Mapping[str, str]) -> Decision:
    """The agent's decision about a case: with the model of `environment`, or by its playbook."""
    started = time.monotonic()
    notebook = agent.notebook(case)
    draft = agent.playbook(case, notebook)
    return _decision(case, agent, draft, notebook, notes=(NO_MODEL,), usage=Usage(seconds=time.monotonic() - started))


def _decision(
    case: Case, agent: Agent, draft: Draft, notebook: Notebook, *, notes: tuple[str, ...], usage: Usage
) -> Decision:
    return Decision(
        agent=agent.name,
        issue=case.issue.number,
        voice="playbook",
        summary=draft.summary,
        facts=dict(notebook.facts),
        findings=tuple(notebook.findings),
        actions=draft.actions,
        held=draft.held,
        notes=notes,
        usage=usage,
    )


class Ended(BaseException):
    """The process was told to end."""


def main(arguments: list[str] | None = None) -> int:
    """Read the case, decide, write the decision; 0, or 1 with `failure.json`."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("usage: python -m bizops.agent.decide CASE_FOLDER", file=sys.stderr)
        return 2
    folder = Path(given[0])
    (folder / "decision.json").unlink(missing_ok=True)
    (folder / "failure.json").unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, _end)
    try:
        decision = _decide_folder(folder)
    except Ended:
        return _fail(folder, "timeout", "the process was ended before it had decided")
    except BizopsError as error:
        return _fail(folder, "defect", str(error))
    except Exception as error:  # the one place that catches everything: a run must never end without a word
        return _fail(folder, "defect", f"{type(error).__name__}: {error}")
    cases.write_json(folder / "decision.json", decision.model_dump(mode="json"))
    return 0


def _decide_folder(folder: Path) -> Decision:
    from bizops.agent import registry

    case = cases.read(folder)
    company = os.environ.get("BIZOPS_COMPANY")
    agent = registry.load(case.work.agent, case.policy.agents.agents, Path(company) / "agents" if company else None)
    return decide(case, agent, os.environ)


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended(number, frame)


def _fail(folder: Path, kind: FailureKind, reason: str) -> int:
    cases.write_json(folder / "failure.json", {"reason": reason[:2000], "kind": kind})
    print(f"{kind}: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
