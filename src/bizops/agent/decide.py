"""Decide: one case in, one decision out, in a process without a credential of GitHub or AWS.

    python -m bizops.agent.decide CASE_FOLDER

leaves `decision.json` and exits 0, or leaves `failure.json` (`{"reason": ..., "kind": "defect|model|timeout"}`) and
exits 1. The model's endpoint comes from OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL; BIZOPS_COMPANY names a
company's folder whose `agents/` and `prompts/` come before the shipped ones.
"""

import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from bizops import case as cases
from bizops.agent.agent import Agent, Draft, Notebook, ToolError
from bizops.case import Case
from bizops.decision import SUMMARY_LIMIT, Ask, Decision, Fact, Finding, Usage, Voice
from bizops.errors import BizopsError, InputError
from bizops.rules.checks import numbers_are_facts
from bizops.rules.harmless import plain

NO_MODEL = "No model is configured: this answer comes from the playbook (tools alone)."
RECORD_LIMIT = 1_000_000  # characters of tool results that a figure is looked for in
FailureKind = Literal["defect", "model", "timeout"]


def decide(
    case: Case,
    agent: Agent,
    environment: Mapping[str, str],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Decision:
    """The agent's decision about a case: with the model of `environment`, or by its playbook, and then it says why.

    `clock` gives seconds and `sleep` waits for some. Without a model the same case gives the same decision (`usage`
    aside). Raises what a playbook raises that is no fault of the data.
    """
    started = clock()
    _clear(case.folder / "transcript.jsonl")
    if not environment.get("OPENAI_API_KEY", "").strip():
        return _by_playbook(case, agent, [NO_MODEL], lambda: Usage(seconds=_since(started, clock)))
    from bizops.agent import chat

    def wrong(draft: Draft, notebook: Notebook) -> list[str]:
        return [*_shows(draft, talk.endpoint.key), *complaints(case, agent, draft, notebook, by_model=True)]

    talk = chat.start(case, agent, environment, wrong, clock, sleep)
    with suppress(ToolError, InputError):  # what the tools find is on record first: a model cannot pass it over
        agent.playbook(case, talk.notebook)
    try:
        found = talk.run()
    except chat.Ended as ended:
        why = str(ended)
    except BizopsError as error:
        why = f"the model's part failed: {error}"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the model's part, the playbook can still answer
        print(traceback.format_exc().replace(talk.endpoint.key, "***"), file=sys.stderr)
        why = f"the model's part failed ({type(error).__name__})"
    else:
        usage = talk.spent.usage(_since(started, clock))
        return _decision(
            case, agent, found.draft, found.facts, found.findings, voice="model", notes=talk.spent.notes, usage=usage
        )
    why = talk.endpoint.masked(why[:1].upper() + why[1:])
    notes = [*talk.spent.notes, f"{why.rstrip('.')}: this answer comes from the playbook (tools alone)."]
    return _by_playbook(case, agent, notes, lambda: talk.spent.usage(_since(started, clock)))


def _shows(draft: Draft, key: str) -> list[str]:
    """That a draft shows the endpoint's key, which an endpoint that echoes its header would bring to an issue."""
    said = json.dumps([draft.summary, draft.held, *(action.model_dump() for action in draft.actions)], default=str)
    return ["the answer shows the key of the endpoint"] if key and json.dumps(key)[1:-1] in said else []


def _by_playbook(case: Case, agent: Agent, notes: list[str], usage: Callable[[], Usage]) -> Decision:
    notebook = agent.notebook(case)
    try:
        draft = agent.playbook(case, notebook)
    except (ToolError, InputError) as error:
        draft, wrong = _stuck(case, error), []
    else:
        wrong = complaints(case, agent, draft, notebook, by_model=False)
    if wrong:
        reason = f"the playbook's own answer does not pass its checks: {'; '.join(wrong)}"
        draft = Draft(draft.summary, (), draft.held or reason)
    findings = tuple(notebook.findings)
    return _decision(case, agent, draft, notebook.facts, findings, voice="playbook", notes=notes, usage=usage())


def _stuck(case: Case, error: BizopsError) -> Draft:
    """What goes out where the data stops every tool: the error is the question."""
    said = plain(str(error), 1_000)
    summary = f"This cannot be worked out as it stands: {said}"
    if "ask" in case.agent_policy.kinds:
        return Draft(summary, (Ask(questions=(f"Please correct or complete this: {said}",)),))
    return Draft(summary, (), str(error)[:1_000])


def complaints(case: Case, agent: Agent, draft: Draft, notebook: Notebook, *, by_model: bool) -> list[str]:
    """Everything that is wrong with a draft: figures that no tool found, and what the agent's own checks say."""
    said = [draft.summary, *draft.questions, draft.held or ""]
    for action in draft.actions:
        said += [getattr(action, words, "") for words in ("reason", "title", "body")]
    text = "\n\n".join(said)
    facts, found, said_by_tools = notebook.facts, notebook.findings, _results(notebook)
    wrong = numbers_are_facts(text, facts, found, said_by_tools, _known(case), by_model=by_model)
    return [*wrong, *(line for check in agent.checks for line in check(case, draft, notebook))]


def _results(notebook: Notebook) -> str:
    """All that tools said, as text."""
    parts: list[str] = []
    for result in notebook.results:
        parts += [result.text, *result.questions]
        if result.data is not None:
            parts.append(json.dumps(result.data, ensure_ascii=False, default=str))
    return "\n".join(parts)[:RECORD_LIMIT]


def _known(case: Case) -> str:
    """The thread as text, for the dates, numbers of issues and names that an answer may repeat."""
    issue = case.issue
    said = [
        f"#{issue.number} {issue.title}",
        issue.body,
        case.now,
        case.commit,
        f"{issue.created_at.isoformat()} {issue.updated_at.isoformat()}",
        *(f"{data.name} {data.source}" for data in case.data),
        *case.too_large,
        *(f"{comment.created_at.isoformat()} {comment.id} {comment.body}" for comment in case.thread.comments),
    ]
    return "\n".join(said)[:RECORD_LIMIT]


def _decision(
    case: Case,
    agent: Agent,
    draft: Draft,
    facts: Mapping[str, Fact],
    findings: tuple[Finding, ...],
    *,
    voice: Voice,
    notes: list[str],
    usage: Usage,
) -> Decision:
    summary = draft.summary or "(no words)"
    if len(summary) > SUMMARY_LIMIT:
        summary = summary[: SUMMARY_LIMIT - 10].rsplit("\n", 1)[0] + "\n\n…cut"
        notes = [*notes, f"The answer was longer than {SUMMARY_LIMIT} characters and was cut."]
    value = {
        "agent": agent.name,
        "issue": case.issue.number,
        "voice": voice,
        "summary": summary,
        "facts": {name: fact.model_dump() for name, fact in facts.items()},
        "findings": [finding.model_dump() for finding in findings],
        "actions": [action.model_dump() for action in draft.actions],
        "held": draft.held,
        "notes": notes,
        "usage": usage.model_dump(),
    }
    return Decision.model_validate(_encodable(value))


def _encodable(value: Any) -> Any:
    """The value without halves of surrogate pairs, which file names and cells can bring and no UTF-8 can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(entry) for key, entry in value.items()}
    return [_encodable(entry) for entry in value] if isinstance(value, list | tuple) else value


def _since(started: float, clock: Callable[[], float]) -> float:
    return round(max(clock() - started, 0), 3)


class Stopped(BaseException):
    """The process was told to end."""


def main(arguments: list[str] | None = None) -> int:
    """Read the case, decide, write the decision; 0, or 1 with `failure.json`."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("usage: python -m bizops.agent.decide CASE_FOLDER", file=sys.stderr)
        return 2
    folder = Path(given[0])
    if not folder.is_dir():
        print(f"{folder}: there is no such folder", file=sys.stderr)
        return 2
    for name in ("decision.json", "failure.json"):
        _clear(folder / name)
    signal.signal(signal.SIGTERM, _stop)
    try:
        decision = _decide_folder(folder)
    except Stopped:
        return _fail(folder, "timeout", "the process was ended before it had decided")
    except BizopsError as error:
        return _fail(folder, "defect", str(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a run must not end without a word
        traceback.print_exc()
        return _fail(folder, "defect", f"{type(error).__name__}: {error}")
    cases.write_json(folder / "decision.json", decision.model_dump(mode="json"))
    return 0


def _clear(path: Path) -> None:
    """Take away what a former run left in this place, whatever it is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _decide_folder(folder: Path) -> Decision:
    from bizops.agent import registry

    case = cases.read(folder)
    company = os.environ.get("BIZOPS_COMPANY")
    agent = registry.load(case.work.agent, case.policy.agents.agents, Path(company) / "agents" if company else None)
    return decide(case, agent, os.environ)


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once: the failure is being written
    raise Stopped(number, frame)


def _fail(folder: Path, kind: FailureKind, reason: str) -> int:
    key = os.environ.get("OPENAI_API_KEY")
    text = reason.replace(key, "***") if key else reason
    text = text.encode("utf-8", "replace").decode()[:2000]
    cases.write_json(folder / "failure.json", {"reason": text, "kind": kind})
    print(f"{kind}: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
