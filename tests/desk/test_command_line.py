"""The command line as a person or a job calls it: what is broken ends with a code and a message, not half done."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bizops.local.github.faults import secondary_limit, status
from bizops.local.github.server import LocalGitHub
from tests.conftest import World
from tests.desk.command import bizops, there
from tests.desk.quick import Quick

EVENTS: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 2, "event is not JSON"),
    "cut": (b'{"action": "opened", "issue": {"numb', 2, "event is not JSON"),
    "binary": (bytes(range(256)), 2, "event is not JSON"),
    "deep": (b"[" * 100_000, 2, "event is not JSON"),
    "list": (b"[]", 2, "expected an object"),
    "text": (b'"x"', 2, "expected an object"),
    "number": (b"1" * 5000, 2, "event"),
    "no issue": (b'{"action": "opened"}', 2, "the event has no `issue`"),
    "issue is text": (b'{"issue": "x"}', 2, "`issue` must be an object, not str"),
    "issue is null": (b'{"issue": null}', 2, "the event has no `issue`"),
    "no number": (b'{"issue": {}}', 2, "not the number of an issue"),
    "number is text": (b'{"issue": {"number": "x"}}', 2, "not the number of an issue"),
    "number is true": (b'{"issue": {"number": true}}', 2, "not the number of an issue"),
    "number is a list": (b'{"issue": {"number": [1]}}', 2, "not the number of an issue"),
    "number is negative": (b'{"issue": {"number": -1}}', 2, "not the number of an issue"),
    "number is a fraction": (b'{"issue": {"number": 1.5}}', 2, "not the number of an issue"),
    "number is huge": (b'{"issue": {"number": ' + b"9" * 4000 + b"}}", 2, "not the number of an issue"),
    "number is NaN": (b'{"issue": {"number": NaN}}', 2, "not the number of an issue"),
    "sender is text": (b'{"issue": {"number": 99999}, "sender": "x"}', 2, "99999"),
    "repository is 7": (b'{"issue": {"number": 99999}, "repository": 7}', 2, "`repository` must be an object"),
    "missing issue": (b'{"issue": {"number": 99999}}', 2, "99999"),
    "UTF-8 mark": (b'\xef\xbb\xbf{"issue": {"number": 99999}}', 2, "99999"),
    "huge": (b'{"issue": {"number": 99999, "body": "' + b"x" * 20_000_000 + b'"}}', 2, "99999"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(EVENTS))
def test_a_broken_event_ends_with_2_and_says_what_is_wrong(github: LocalGitHub, tmp_path: Path, kind: str) -> None:
    content, code, said = EVENTS[kind]
    file = tmp_path / "event.json"
    file.write_bytes(content)
    before = [entry for entry in github.log if entry.write]
    done = bizops("collect", environment=there(github, GITHUB_EVENT_NAME="issues", GITHUB_EVENT_PATH=str(file)))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry for entry in github.log if entry.write] == before
    routed = bizops("route", "--event", str(file), "--json", environment={"GITHUB_EVENT_NAME": "issues"})
    assert routed.returncode == 2, routed.stdout + routed.stderr
    assert (said if said != "99999" else "`title` is missing") in routed.stderr
    assert "Traceback" not in routed.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("push", {"ref": "x"}),
        ("schedule", {}),
        ("pull_request", {"pull_request": {}}),
        ("label", {"label": {}}),
        ("issues", {"action": "opened", "issue": {"number": 99999, "pull_request": {"url": "x"}}}),
        ("issue_comment", {"issue": {"number": 99999}, "comment": {"user": {"login": "github-actions[bot]"}}}),
        ("issues", {"action": "labeled", "issue": {"number": 99999}, "sender": {"login": "renovate[bot]"}}),
    ],
)
def test_an_event_that_is_none_of_ours_ends_with_0_and_no_request(
    github: LocalGitHub, tmp_path: Path, name: str, content: Any
) -> None:
    file, output = tmp_path / "event.json", tmp_path / "output"
    file.write_text(json.dumps(content))
    before = github.faults.seen
    environment = there(github, GITHUB_EVENT_NAME=name, GITHUB_EVENT_PATH=str(file), GITHUB_OUTPUT=str(output))
    output.touch()
    done = bizops("collect", environment=environment)
    assert (done.returncode, github.faults.seen) == (0, before), done.stderr
    assert "go" in output.read_text()
    assert "true" not in output.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "inputs", [None, [], "x", {}, {"issue": ""}, {"issue": "x"}, {"issue": "1; rm -rf"}, {"issue": "-1"}]
)
def test_a_dispatch_without_a_number_ends_with_2(github: LocalGitHub, tmp_path: Path, inputs: Any) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"inputs": inputs}))
    environment = there(github, GITHUB_EVENT_NAME="workflow_dispatch", GITHUB_EVENT_PATH=str(file))
    done = bizops("collect", environment=environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [("run", "0"), ("run", "x"), ("run", "-5"), ("run", "1.5"), ("run", "99999"), ("collect", "99999"), ("run", "٣")],
)
def test_a_number_that_is_no_issue_ends_with_2(github: LocalGitHub, words: tuple[str, ...]) -> None:
    done = bizops(*words, environment=there(github))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("http://127.0.0.1:1", 1, "connection refused"),
        ("http://no-such-host.invalid", 1, "GET"),
        ("not an address", 2, "GITHUB_API_URL"),
    ],
)
def test_a_github_that_is_not_there_ends_with_a_message(address: str, code: int, said: str) -> None:
    environment = {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": "acme/ops", "GITHUB_TOKEN": "x"}
    started = time.monotonic()
    done = bizops("run", "1", environment=environment)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 20


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["GITHUB_TOKEN", "GITHUB_REPOSITORY"])
def test_a_variable_that_is_not_set_is_named(github: LocalGitHub, missing: str) -> None:
    environment = {k: v for k, v in there(github).items() if k != missing}
    for words in (("run", "1"), ("collect", "1"), ("labels",)):
        done = bizops(*words, environment=environment)
        assert done.returncode == 2
        assert f"{missing} not set" in done.stderr


@pytest.mark.slow
def test_a_repository_name_that_is_wrong_or_no_name_ends_with_2(github: LocalGitHub) -> None:
    for name in ("acme/opps", "acme", "acme/ops/x", "../..", "acme/ops?x=1"):
        done = bizops("run", "1", environment=there(github) | {"GITHUB_REPOSITORY": name})
        assert done.returncode == 2, (name, done.stdout + done.stderr)
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_what_github_refuses_is_said_with_its_reason_and_nothing_is_half_done(quick: Quick) -> None:
    number = quick.file()
    github = quick.world.github
    faults = {
        "401": status(401, '{"message": "Bad credentials"}'),
        "403": status(403, '{"message": "Resource not accessible by integration"}'),
        "429": status(429, "", headers={"retry-after": "3600"}),
        "limit": secondary_limit(3600),
        "html": status(200, "<html>a proxy's page</html>", headers={"content-type": "text/html"}),
        "empty": status(200, ""),
    }
    for kind, fault in faults.items():
        github.faults.add(fault)
        started = time.monotonic()
        done = bizops("run", str(number), environment=there(github))
        github.faults.clear()
        assert done.returncode == (2 if kind == "401" else 1), (kind, done.stdout + done.stderr)
        assert "Traceback" not in done.stderr, (kind, done.stderr)
        assert time.monotonic() - started < 20, kind
        if kind in ("401", "403", "429"):
            assert kind in done.stderr, done.stderr
    assert quick.shown(number).comments == ()


@pytest.mark.slow
def test_a_token_that_may_only_read_is_told_what_it_lacks(quick: Quick) -> None:
    number = quick.file()
    token = quick.world.github.job_token({"issues": "read"})
    done = bizops("run", str(number), environment=there(quick.world.github) | {"GITHUB_TOKEN": token})
    assert done.returncode == 1
    assert "403" in done.stderr
    assert "permissions" in done.stderr
    assert quick.shown(number).comments == ()


@pytest.mark.slow
def test_an_account_that_is_not_the_desks_ends_with_2_before_the_first_write(quick: Quick) -> None:
    number = quick.file()
    environment = {
        "GITHUB_API_URL": quick.world.github.url,
        "GITHUB_REPOSITORY": "acme/ops",
        "GITHUB_TOKEN": quick.world.github.token("ada"),
    }
    done = bizops("run", str(number), environment=environment)
    assert done.returncode == 2
    assert 'add "ada" to desk_accounts' in done.stderr
    assert "policies/access.yml:" in done.stderr
    assert (quick.shown(number).comments, quick.shown(number).status) == ((), ())


@pytest.mark.slow
def test_the_off_switch_stops_everything(quick: Quick) -> None:
    number = quick.file()
    before = quick.world.github.faults.seen
    for words in (("run", str(number)), ("collect", str(number)), ("run", str(number), "--again")):
        done = bizops(*words, environment=there(quick.world.github, BIZOPS="off"))
        assert done.returncode == 0
        assert "off" in done.stdout
    assert quick.world.github.faults.seen == before


@pytest.mark.slow
def test_an_error_of_configuration_comes_before_the_first_request(quick: Quick, tmp_path: Path) -> None:
    number = quick.file()
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "access.yml").write_text("desk_acounts: [x]\n")
    (tmp_path / "policies" / "agents.yml").write_text("agents: {ai-finance-agent: {mode: sometimes}}\n")
    before = quick.world.github.faults.seen
    for words in (("run", str(number)), ("collect", str(number)), ("validate",), ("route", "--text", "x"), ("labels",)):
        done = bizops(*words, "--policies", str(tmp_path / "policies"), environment=there(quick.world.github))
        assert done.returncode == 2, (words, done.stderr)
        assert 'policies/access.yml:1: unknown key "desk_acounts"; did you mean "desk_accounts"?' in done.stderr
        assert "policies/agents.yml:1: agents.ai-finance-agent.mode: 'sometimes'" in done.stderr
    assert quick.world.github.faults.seen == before


@pytest.mark.slow
def test_an_agent_whose_file_is_missing_ends_with_2_before_the_first_write(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    text = (Path(__file__).parents[2] / "policies" / "agents.yml").read_text()
    text = text.replace("ai-marketing-agent: {mode: off}", "ai-marketing-agent: {mode: live}")
    (tmp_path / "policies" / "agents.yml").write_text(text)
    number = quick.file(labels=["marketing/copy"])
    done = bizops("run", str(number), "--policies", str(tmp_path / "policies"), environment=there(quick.world.github))
    assert done.returncode == 2, done.stderr
    assert "agents/ai-marketing-agent.py: the file is missing" in done.stderr
    assert quick.shown(number).comments == ()
    checked = bizops("validate", "--policies", str(tmp_path / "policies"))
    assert checked.returncode == 2
    assert "agents/ai-marketing-agent.py: the file is missing" in checked.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"version": 1}', '{"issue": {"title": "x"}, "timeline": 7}', "\x00"]
)
def test_a_case_that_is_none_ends_with_2(github: LocalGitHub, tmp_path: Path, content: str) -> None:
    (tmp_path / "case.json").write_text(content)
    for words in (("decide", str(tmp_path)), ("answer", str(tmp_path)), ("decide", str(tmp_path / "nowhere"))):
        done = bizops(*words, environment=there(github))
        assert done.returncode == 2, (words, done.stdout + done.stderr)
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_foreign_text_on_the_output_starts_no_command_of_actions(quick: Quick, tmp_path: Path) -> None:
    number = quick.file("::set-output name=go::true\n::add-mask::x\x1b[2J", labels=["::error::x", "finance/analysis"])
    output = tmp_path / "output"
    output.touch()
    environment = there(quick.world.github, GITHUB_OUTPUT=str(output), RUNNER_TEMP=str(tmp_path))
    done = bizops("collect", str(number), environment=environment)
    assert done.returncode == 0, done.stderr
    case = next((tmp_path / "bizops").iterdir())
    (case / "failure.json").write_text(json.dumps({"reason": "::error::boom\n::set-output name=next::/etc\x1b[0m"}))
    done = bizops("answer", str(case), environment=environment)
    assert done.returncode == 0, done.stderr
    lines = (done.stdout + done.stderr).splitlines()
    assert not [line for line in lines if line.startswith("::") and "stop-commands" not in line and len(line) < 30]
    assert "\x1b" not in done.stdout + done.stderr
    assert "/etc" not in output.read_text()


def test_a_run_takes_away_its_own_cases_alone(world: World, tmp_path: Path) -> None:
    other = tmp_path / "temp" / "bizops" / "7-other"
    other.mkdir(parents=True)
    number = world.file("How do I file an issue?", "Where is the form?", labels=("support/question",))
    environment = there(world.github, RUNNER_TEMP=str(tmp_path / "temp"))
    done = bizops("run", str(number), cwd=tmp_path, environment=environment)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "temp" / "bizops").iterdir()) == [other]
