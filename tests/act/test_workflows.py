"""What must hold of every workflow and action, and of what they repeat of the policies."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bizops.policy import Policy
from tests.act.harness import ROOT, WORKFLOW

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / "actions").glob("*/action.yml"))
NAMES = re.compile(r"fromJSON\('(\[.*?\])'\)")
DEED = {  # what an event is worth, in the order of the job's `if`
    "vars.BIZOPS != 'off'",
    "github.event_name == 'workflow_dispatch'",
    "!github.event.issue.pull_request",
    "github.event.action == 'opened'",
    "github.event.sender.login",
}


def tree(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """The steps of a workflow's jobs, or of an action."""
    known = tree(path)
    for job in known.get("jobs", {"": known.get("runs")}).values():
        yield from job["steps"]


@pytest.fixture(params=[*WORKFLOWS, *ACTIONS], ids=lambda path: "/".join(path.parts[-2:]))
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_no_expression_reaches_a_shell_and_no_step_is_a_program(path: Path) -> None:
    for step in steps(path):
        script = str(step.get("run", ""))
        assert "${{" not in script, step
        assert len(script.strip().splitlines()) <= 3, step


def test_every_remote_action_is_pinned_with_its_version_behind(path: Path) -> None:
    used = [line for line in path.read_text("utf-8").splitlines() if re.match(r"\s*(- )?uses:", line)]
    for line in used:
        assert re.search(r"uses: \./actions/[a-z-]+$|uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_a_workflow_starts_without_permissions_and_each_job_ends() -> None:
    for workflow in WORKFLOWS:
        known = tree(workflow)
        assert known["permissions"] == {}, workflow
        for job in known["jobs"].values():
            assert job["timeout-minutes"] <= 30
            assert job["permissions"]


def test_checkout_is_the_only_remote_action_of_the_desk_and_leaves_no_credential() -> None:
    [remote] = [step for step in steps(ROOT / WORKFLOW) if not step.get("uses", "./").startswith("./")]
    assert remote["uses"].startswith("actions/checkout@")
    assert remote["with"] == {"persist-credentials": False}


def test_the_outputs_are_a_closed_set_and_inputs_are_one_word() -> None:
    outputs = {path.parent.name: set(tree(path).get("outputs", {})) for path in ACTIONS}
    assert outputs == {
        "route": {"go", "issue", "agent", "executor", "priority", "case"},
        "agent-runner": {"state", "next"},
        "sweep": set(),
    }
    assert all(re.fullmatch("[a-z]+", name) for path in ACTIONS for name in tree(path).get("inputs", {}))


def test_the_token_is_in_the_environment_of_collect_answer_and_sweep_alone() -> None:
    holders = [step["name"] for path in ACTIONS for step in steps(path) if "github.token" in json.dumps(step)]
    assert sorted(holders) == ["Answer", "Collect", "Sweep"]
    keys = [step["name"] for path in ACTIONS for step in steps(path) if "inputs.key" in json.dumps(step)]
    assert keys == ["Decide"]
    assert "github.token" not in (ROOT / WORKFLOW).read_text("utf-8")
    assert "GITHUB_TOKEN" not in (ROOT / WORKFLOW).read_text("utf-8")


def test_who_is_quiet_stands_in_the_workflow_as_the_policy_says(policy: Policy) -> None:
    access = policy.access
    lists = [json.loads(text) for text in NAMES.findall((ROOT / WORKFLOW).read_text("utf-8"))]
    assert lists == [[*access.desk_accounts, *access.quiet_bots]] * 2


def test_what_the_job_skips_has_a_concurrency_group_of_its_own() -> None:
    known = tree(ROOT / WORKFLOW)
    group, condition = known["concurrency"]["group"], known["jobs"]["desk"]["if"]
    assert group.endswith("|| github.run_id }}")
    for part in DEED:
        assert group.count(part) == condition.count(part) == 1, part
    assert known["concurrency"]["cancel-in-progress"] is False


def test_a_third_agent_is_the_last_as_policy_says(policy: Policy) -> None:
    runners = [step for step in steps(ROOT / WORKFLOW) if step.get("uses") == "./actions/agent-runner"]
    assert len(runners) == policy.agents.hops
    assert [step["with"]["case"] for step in runners] == [
        "${{ steps.route.outputs.case }}",
        "${{ steps.first.outputs.next }}",
        "${{ steps.second.outputs.next }}",
    ]
    assert len({json.dumps({**step["with"], "case": ""}) for step in runners}) == 1
