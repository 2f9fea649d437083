"""Deciding without a model, and what a decide process leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bizops.agent import registry
from bizops.agent.agent import Draft, Notebook
from bizops.agent.decide import NO_MODEL, decide
from bizops.case import Case, read_decision
from bizops.errors import ConfigError, InputError
from tests.agents import desk_agent

AGENT = """
from bizops.agent.agent import Agent, Draft
{before}
def playbook(case, notebook):
    {work}
agent = Agent(file=__file__, mission="m", playbook=playbook)
"""


def company(tmp_path: Path, work: str, before: str = "") -> Path:
    folder = tmp_path / "company"
    (folder / "agents").mkdir(parents=True)
    text = AGENT.format(work=work, before=before)
    (folder / "agents" / "ai-finance-agent.py").write_text(text)
    return folder


def process(tmp_path: Path, work: str, **more: str) -> tuple[Path, subprocess.Popen[str]]:
    """A decide process on a case folder."""
    folder = tmp_path / "case"
    desk_agent.case(folder).write(desk_agent.ISSUE, [])
    environment = {"PATH": os.environ["PATH"], "BIZOPS_COMPANY": str(company(tmp_path, work)), **more}
    argv = [sys.executable, "-m", "bizops.agent.decide", str(folder)]
    return folder, subprocess.Popen(argv, env=environment, stderr=subprocess.PIPE, text=True)


def test_without_a_key_the_playbook_answers_and_says_so(tmp_path: Path) -> None:
    decision = decide(desk_agent.case(tmp_path), desk_agent.agent(), {"OPENAI_API_KEY": " "})
    assert decision.voice == "playbook"
    assert decision.notes == (NO_MODEL,)
    assert "15,337.11 EUR" in decision.summary
    assert decision.facts["result"].source == "pl.csv:2-11"
    assert [finding.rule for finding in decision.findings] == ["balance", "round"]
    assert decision.held is None
    assert decision.usage.usd == "0"


def test_the_same_case_gives_the_same_decision(tmp_path: Path) -> None:
    first, second = (
        decide(desk_agent.case(tmp_path), desk_agent.agent(), {}).model_dump(exclude={"usage"}) for _ in range(2)
    )
    assert first == second


def test_a_playbook_whose_figures_no_tool_found_is_held(tmp_path: Path) -> None:
    decision = decide(desk_agent.case(tmp_path), desk_agent.agent(desk_agent.lie), {})
    assert decision.held
    assert "99,999.00" in decision.held
    assert decision.actions == ()


def test_data_that_stops_the_tools_is_asked_for(tmp_path: Path) -> None:
    decision = decide(desk_agent.case(tmp_path), desk_agent.agent(desk_agent.stop), {})
    assert decision.held is None
    assert [action.kind for action in decision.actions] == ["ask"]
    assert "7.csv" in decision.summary


def test_an_answer_that_is_too_long_is_cut_and_says_so(tmp_path: Path) -> None:
    def long(case: Case, notebook: Notebook) -> Draft:
        return Draft(case.priority and notebook.case.priority and "word \ud800\n" * 20_000)

    decision = decide(desk_agent.case(tmp_path), desk_agent.agent(long), {})
    assert len(decision.summary) <= 60_000
    assert decision.summary.endswith("…cut")
    assert "was cut" in decision.notes[-1]
    decision.model_dump_json().encode()


def test_a_process_leaves_its_decision(tmp_path: Path) -> None:
    folder, child = process(tmp_path, "return Draft('All is well.')")
    assert child.wait(30) == 0
    assert read_decision(folder).summary == "All is well."
    assert not (folder / "failure.json").exists()


@pytest.mark.parametrize("place", ["decision.json", "failure.json", "transcript.jsonl"])
def test_a_folder_in_the_place_of_a_file_makes_way(tmp_path: Path, place: str) -> None:
    (tmp_path / "case" / place / "deep").mkdir(parents=True)
    folder, child = process(tmp_path, "return Draft('All is well.')")
    assert child.wait(30) == 0
    assert read_decision(folder).summary == "All is well."


def test_a_defect_leaves_a_failure_and_no_old_decision(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "decision.json").write_text("{}")
    folder, child = process(tmp_path, "return case.nothing")
    assert child.wait(30) == 1
    failure = json.loads((folder / "failure.json").read_text())
    assert failure["kind"] == "defect"
    assert "nothing" in failure["reason"]
    assert not (folder / "decision.json").exists()


def test_a_process_that_is_ended_leaves_a_failure(tmp_path: Path) -> None:
    work = "open(case.folder / 'begun', 'w').close(); import threading; threading.Event().wait()"
    folder, child = process(tmp_path, work)
    until = time.monotonic() + 20
    while not (folder / "begun").exists() and time.monotonic() < until:
        os.sched_yield()
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 1
    assert json.loads((folder / "failure.json").read_text())["kind"] == "timeout"


def test_a_decide_process_loads_neither_a_github_client_nor_the_desk(tmp_path: Path) -> None:
    work = "import sys; return Draft(' '.join(sys.modules))"
    folder, child = process(tmp_path, work)
    assert child.wait(30) == 0
    loaded = read_decision(folder).summary.split()
    foreign = {"github", "boto3", "openai", "httpx", "requests"}
    assert not [name for name in loaded if name.split(".")[0] in foreign]
    assert not [name for name in loaded if name.startswith(("bizops.desk", "bizops.cli", "bizops.local"))]


def test_an_agent_outside_the_roster_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match='did you mean "ai-finance-agent"'):
        registry.load("ai-finanse-agent", desk_agent.policy().agents.agents)
    with pytest.raises(InputError):
        registry.load("../../etc/ai-finance-agent", desk_agent.policy().agents.agents)


def test_a_missing_or_empty_agent_file_names_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mode: off"):
        registry.load("ai-unbuilt-agent", ["ai-unbuilt-agent"])
    (tmp_path / "ai-empty-agent.py").write_text("agent = 1\n")
    with pytest.raises(ConfigError, match="defines no agent"):
        registry.load("ai-empty-agent", ["ai-empty-agent"], tmp_path)


def test_a_company_overrides_an_agent_by_name(tmp_path: Path) -> None:
    folder = company(
        tmp_path, "return Draft('ours')", "from dataclasses import dataclass\n@dataclass\nclass Row:\n    a: int"
    )
    agent = registry.load("ai-finance-agent", ["ai-finance-agent"], folder / "agents")
    assert decide(desk_agent.case(tmp_path), agent, {}).summary == "ours"
