"""The command line as people and tools use it: what is printed, in which form, and the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bizops.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]
PAYLOAD: dict[str, Any] = {
    "action": "opened",
    "issue": {
        "number": 5,
        "title": "Does it add up?",
        "body": "x",
        "labels": [{"name": "finance/analysis"}],
        "user": {"login": "zoe"},
    },
    "sender": {"login": "zoe"},
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """A working directory that is no repository."""
    former = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(former)


def event(folder: Path, payload: Any) -> str:
    file = folder / "event.json"
    file.write_text(json.dumps(payload))
    return str(file)


def routed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The one JSON object that `route` prints."""
    assert main(["route", *words, "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert set(found) == {"go", "issue", "agent", "priority", "executor", "rule", "second", "why"}
    return dict(found)


# --- route


def test_an_event_is_routed_with_rule_file_and_line(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = routed(capsys, "--event", event(elsewhere, PAYLOAD))
    assert (found["go"], found["issue"], found["agent"], found["priority"]) == (True, 5, "ai-finance-agent", "P2")
    assert found["executor"] == "batch"
    rule = found["rule"]
    line = (ROOT / rule["file"]).read_text().splitlines()[rule["line"] - 1]
    assert line.strip() == "finance/analysis: ai-finance-agent"
    assert any("ai-finance-agent@opened" in reason for reason in found["why"])


@pytest.mark.parametrize(
    ("change", "go", "said"),
    [
        ({"state": "closed"}, False, "the issue is closed"),
        ({"state": "CLOSED"}, False, "the issue is closed"),
        ({"pull_request": {"url": "x"}}, False, "this is a pull request"),
        ({"pull_request": {}}, False, "this is a pull request"),
        ({"pull_request": None}, True, "ai-finance-agent@opened"),
        ({"labels": []}, True, "nothing routes this issue"),
        ({"labels": [{"name": "marketing/x"}]}, True, "ai-marketing-agent is off"),
        ({"user": None}, True, "no priority is given"),
        ({"assignees": [{"login": "ai-security-agent"}]}, True, "ai-security-agent@opened"),
    ],
)
def test_an_event_without_a_token_is_routed_by_what_it_shows(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str, *, go: bool
) -> None:
    payload = {**PAYLOAD, "issue": {**PAYLOAD["issue"], **change}}
    found = routed(capsys, "--event", event(elsewhere, payload))
    assert found["go"] == go
    assert any(said in reason for reason in found["why"])


def test_a_repository_dispatch_or_a_comment_of_the_desk_is_nothing_to_do(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    payloads: list[dict[str, Any]] = [{"client_payload": {}}]
    payloads.append({**PAYLOAD, "comment": {"user": {"login": "github-actions[bot]"}}})
    for payload in payloads:
        found = routed(capsys, "--event", event(elsewhere, payload))
        assert (found["go"], found["agent"], found["rule"]) == (False, None, None)


TEXTS = ("body", "state", "state_reason", "html_url", "author_association", "created_at", "updated_at")
# Which JSON types each field that is read may have, null and missing aside.
KINDS: dict[str, dict[str, tuple[type, ...]]] = {
    "issue": {"title": (str,), **dict.fromkeys(TEXTS, (str,)), "labels": (list,), "assignees": (list,)}
    | {"user": (str, dict), "assignee": (str, dict)},
    "comment": {**dict.fromkeys(("body", "html_url", "created_at"), (str,)), "id": (int,)},
    "": {"action": (str,), "sender": (str, dict), "repository": (dict,)},
}


@pytest.mark.parametrize("part", list(KINDS))
@pytest.mark.parametrize("value", ["x", 5, 1.5, True, [5], [None], {"a": 1}], ids=repr)
def test_every_field_of_a_wrong_type_in_an_event_is_named_with_its_file(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], part: str, value: Any
) -> None:
    kinds = {name: kind for name, kind in KINDS[part].items() if type(value) not in kind}
    payload = {**PAYLOAD, "comment": {"id": 9, "body": "x", "user": {"login": "zoe"}}}
    wrong = dict.fromkeys(kinds, value)
    file = event(elsewhere, payload | ({part: {**payload[part], **wrong}} if part else wrong))
    assert main(["route", "--event", file, "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert file in printed.err
    assert [name for name in kinds if f"`{name}`" not in printed.err] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"issue": {"number": 5}}, "`title` is missing"),
        ({"issue": {**PAYLOAD["issue"], "title": " "}}, "`title` is missing"),
        ({"issue": {**PAYLOAD["issue"], "title": None}}, "`title` is missing"),
        ({"issue": {**PAYLOAD["issue"], "number": "5"}}, "`number` must be int, not str"),
        ({"issue": {**PAYLOAD["issue"], "number": None}}, "`issue.number` is not the number"),
        ({"issue": {**PAYLOAD["issue"], "labels": [5]}}, "`labels` holds 5"),
        ({"issue": {**PAYLOAD["issue"], "labels": [{"id": 1}]}}, "`labels` holds"),
        ({"issue": {**PAYLOAD["issue"], "assignees": [None]}}, "`assignees` holds null"),
        ({"issue": {**PAYLOAD["issue"], "user": {"login": "zoe", "type": 0}}}, "`user.type` must be str"),
        ({"issue": {**PAYLOAD["issue"], "created_at": "yesterday"}}, "`created_at` is no timestamp"),
        ({"issue": {**PAYLOAD["issue"], "pull_request": "x"}}, "`pull_request` must be an object"),
        ({"issue": {**PAYLOAD["issue"], "pull_request": []}}, "`pull_request` must be an object"),
        ({"comment": None}, "the event has no `comment`"),
        ({"comment": {"user": 5}}, "a comment's `user` must be"),
        ({"repository": {"private": "yes"}}, "`private` must be bool"),
        ({"sender": {"login": 5}}, "`sender` must be"),
    ],
)
def test_what_is_missing_or_wrong_inside_an_event_is_named(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str
) -> None:
    file = event(elsewhere, {**PAYLOAD, **change})
    assert main(["route", "--event", file, "--json"]) == 2
    printed = capsys.readouterr()
    assert (said in printed.err, file in printed.err, printed.out) == (True, True, ""), printed.err


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "`inputs.issue` is not the number"),
        ({"issue": None}, "`inputs.issue`"),
        ({"issue": [5]}, "`inputs.issue`"),
        ({"issue": "five"}, "`inputs.issue`"),
        ({"issue": "5", "again": []}, "`again` must be"),
        (5, "`inputs` must be an object"),
        ([], "`inputs` must be an object"),
        (None, "the event has no `inputs`"),
    ],
)
def test_a_dispatch_with_wrong_inputs_ends_with_2(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], inputs: Any, said: str
) -> None:
    file = event(elsewhere, {"inputs": inputs})
    assert main(["route", "--event", file, "--json"]) == 2
    assert said in capsys.readouterr().err


def test_plain_words_are_routed_for_an_author_whom_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    found = routed(
        capsys, "--text", "P0: the invoices do not add up\n\nPlease look at the ledger, rent is booked twice."
    )
    assert found["agent"] == "ai-finance-agent"
    assert found["priority"] == "P1"
    assert found["issue"] is None


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00\x1b[31m", "x" * 100_000, "`" * 1000, "\ud800"])
def test_any_text_is_routed(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert routed(capsys, "--text", text)["agent"]


def test_without_json_a_person_can_read_it(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["route", "--event", event(elsewhere, PAYLOAD)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("ai-finance-agent, P2, on batch\n")
    assert "rule: finance/analysis: ai-finance-agent (policies/labels.yml:" in printed


def test_a_terminal_takes_no_command_from_an_issue(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = [{"name": "agent/\x1b[2J\u202e"}, {"name": "finance/\x1b]0;x\x07"}]
    main(["route", "--event", event(elsewhere, {**PAYLOAD, "issue": {**PAYLOAD["issue"], "labels": labels}})])
    printed = capsys.readouterr().out
    assert not set(printed) & {"\x1b", "\x07", "\u202e"}


# --- arguments


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["run"],
        ["route"],
        ["route", "--event"],
        ["decide"],
        ["answer"],
        ["run", "1", "--nope"],
        ["route", "--text", "x", "--event", "y"],
    ],
)
def test_arguments_that_are_none_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: bizops" in capsys.readouterr().err


def test_help_lists_every_command_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert all(f"    {name} " in printed for name in COMMANDS)
    assert "Exit codes: 0 done" in printed


@pytest.mark.parametrize("command", ["route", "validate", "labels", "run", "collect"])
def test_a_folder_of_policies_that_is_not_there_ends_with_2(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = {"route": ["--text", "x"], "run": ["1"], "collect": ["1"]}.get(command, [])
    assert main([command, *words, "--policies", "/no/such/folder"]) == 2
    assert "--policies: no such folder: /no/such/folder" in capsys.readouterr().err


def test_collect_outside_of_actions_says_what_is_missing(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect"]) == 2
    assert "GITHUB_EVENT_PATH is not set; give an issue number" in capsys.readouterr().err
    assert elsewhere


def test_a_reader_that_goes_away_is_no_defect() -> None:
    done = subprocess.run(
        f"{sys.executable} -m bizops labels --dry-run | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1


# --- validate and labels


def test_the_shipped_repository_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate"]) == 0
    assert "in order" in capsys.readouterr().out


def test_validate_tells_everything_at_once(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = elsewhere / "policies"
    own.mkdir()
    (own / "lables.yml").write_text("routes: {}\n")
    (own / "access.yml").write_text("default_priority: P7\n")
    (own / "models.yml").write_text("model: x\nmodl: y\n")
    assert main(["validate", "--policies", str(own)]) == 2
    said = capsys.readouterr().err
    assert 'policies/lables.yml: no policy of this name is read; did you mean "labels"?' in said
    assert "policies/access.yml:1: default_priority: 'P7'" in said
    assert 'policies/models.yml:2: unknown key "modl"; did you mean "model"?' in said


def test_the_labels_are_listed_without_github(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["labels", "--dry-run"]) == 0
    names = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert {"priority/P0", "status/held", "agent/ai-finance", "finance/analysis"} <= set(names)
    assert len(names) == len(set(names))


# --- an agent's own command line


def agent(*words: str, cwd: Path = ROOT, name: str = "ai-finance-agent") -> subprocess.CompletedProcess[str]:
    path = ROOT / "agents" / f"{name}.py"
    return subprocess.run(
        [sys.executable, str(path), *words], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.slow
def test_an_agent_prints_one_object_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "i.json"
    file.write_text(json.dumps({"title": "Sum", "body": "```csv pl.csv\naccount,amount\nrent,1.50\nfood,2.25\n```"}))
    for cwd in (ROOT, ROOT / "agents", tmp_path):
        done = agent("--process-issue", "311", "--issue-data", str(file), "--json", cwd=cwd)
        assert done.returncode == 0, done.stderr
        decision = json.loads(done.stdout)
        assert (decision["agent"], decision["issue"], decision["voice"]) == ("ai-finance-agent", 311, "playbook")
        assert "3.75" in decision["summary"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--process-issue", "x", "--issue-data", "i.json"], 2, "not the number of an issue"),
        (["--process-issue", "0", "--issue-data", "i.json"], 2, "not the number of an issue"),
        (["--process-issue", "5", "--issue-data", "nowhere.json"], 2, "cannot read the issue"),
        (["--process-issue", "5"], 2, "GITHUB_REPOSITORY and GITHUB_TOKEN not set"),
        (["--process-issue", "5", "--issue-data", "closed.json"], 0, "closed: nothing to do"),
        (["--process-issue", "5", "--issue-data", "pull.json"], 0, "a pull request: nothing to do"),
        ([], 2, "usage"),
        (["--demo", "--process-issue", "5"], 2, "not allowed with"),
    ],
)
def test_an_agents_arguments(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    (tmp_path / "i.json").write_text('{"title": "x"}')
    (tmp_path / "closed.json").write_text('{"title": "x", "state": "closed"}')
    (tmp_path / "pull.json").write_text('{"title": "x", "pull_request": {"url": "y"}}')
    done = agent(*words, cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_agent_without_its_environment_says_in_one_line_what_to_run() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "agents" / "ai-finance-agent.py"), "--demo"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
    assert ".venv/bin/python" in done.stderr
