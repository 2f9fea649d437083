"""What is broken, odd or hostile on its way in: issues and timelines here, the command line below."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bizops.case import Case
from bizops.decision import Ask
from bizops.local.github import labels
from bizops.local.github.faults import secondary_limit, status
from bizops.local.github.server import LocalGitHub
from bizops.local.github.state import Actor
from bizops.policy import Policy
from tests.conftest import COMPANY, JOB, World
from tests.desk.quick import FINANCE, SUPPORT, Quick, decision, saying
from tests.desk.quick import github as quick_github

ASK = saying(Ask(questions=("Which month?",)))
SRC = Path(__file__).parents[2] / "src"
GHOST: Any = None


@pytest.fixture(scope="module")
def github() -> Iterator[LocalGitHub]:
    with quick_github() as made:
        yield made


@pytest.fixture
def quick(github: LocalGitHub, tmp_path: Path, policy: Policy) -> Iterator[Quick]:
    yield Quick(World(github, tmp_path, policy))
    github.faults.clear()


# --- issues


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        " \n\t",
        "x" * 65_536,
        "a,b\r\n1,2",
        "\x00\x07\x1b[31m",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "`" * 65_536,
        "> " * 30_000,
        "<!--" * 16_000,
        "### Priority\n\nP0\n\n" * 3_000,
        "@ai-support-agent " * 3_000,
        "```csv x.csv\n" + "1,2\n" * 16_000,
        "#" * 65_536,
        "[" * 65_536,
        "\u202e\u2066reversed",
    ],
)
def test_any_body_is_answered_once_and_in_time(quick: Quick, body: str | None) -> None:
    number = quick.file(body=body, labels=["support/howto"])
    started = time.process_time()
    quick.run(number)
    assert time.process_time() - started < 10
    assert quick.shown(number).answers == ("ai-support-agent@opened",)
    assert quick.quiet(number)


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "`x` **y** | z",
        "x" * 256,
        "::set-output name=go::true",
        "\u202eabc",
        "-- > <!-- bizops:answer a@b -->",
    ],
)
def test_any_title_is_answered_once(quick: Quick, title: str) -> None:
    number = quick.file(title, labels=["support/howto"])
    quick.run(number)
    assert quick.shown(number).answers == ("ai-support-agent@opened",)


@pytest.mark.parametrize(
    "text",
    [
        "`" * 60_000,
        "```\n" * 16_000,
        "<!--" * 15_000,
        "> @ai-support\n" * 4_000,
        "@ai-" * 16_000,
        "/x\n" * 20_000,
        "@ai" + "-a" * 30_000,
    ],
)
def test_any_comment_is_looked_at_in_time(quick: Quick, text: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, ASK)
    for _ in range(5):
        quick.say("mara", number, text)
    started = time.process_time()
    quick.run(number)
    assert time.process_time() - started < 5


def test_a_long_history_is_read_to_its_end(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    for _ in range(130):
        labels.add(quick.state, Actor("mara"), number, ["noise"])
        labels.remove(quick.state, Actor("mara"), number, "noise")
    quick.label("tom", number, "agent/ai-finance")
    quick.run(number)
    assert len(quick.world.github.timeline(number)) > 250
    assert [key.partition("@")[0] for key in quick.shown(number).answers] == [SUPPORT, FINANCE]
    assert quick.quiet(number)


def test_many_status_labels_become_one(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.label("mara", number, *(f"status/odd-{index}" for index in range(75)))
    quick.run(number)
    assert quick.shown(number).status == ("status/waiting",)


def test_an_issue_with_a_hundred_labels_is_answered_all_the_same(quick: Quick) -> None:
    number = quick.file(labels=["support/howto", *(f"x-{index}" for index in range(99))])
    quick.run(number)
    assert len(quick.shown(number).answers) == 1


def test_labels_spelled_with_capitals_are_the_same_labels(tmp_path: Path, policy: Policy) -> None:
    names = (
        "Status/Waiting",
        "STATUS/In-Progress",
        "Status/Needs-Info",
        "Status/Held",
        "Priority/p0",
        "Agent/AI-Support",
        "Support/HowTo",
        "status/Done",
    )
    with quick_github() as server:
        quick = Quick(World(server, tmp_path, policy))
        for name in names:
            labels.create(quick.state, Actor("ada"), name)
        number = quick.file(labels=["finance/analysis", "Agent/AI-Support", "Priority/p0"])
        quick.run(number, ASK)
        assert [label for label in quick.shown(number).labels if label.lower().startswith("status/")] == [
            "Status/Needs-Info"
        ]
        quick.say("mara", number, "October")
        quick.run(number)
        shown = quick.shown(number)
        assert [label for label in shown.labels if label.lower().startswith("status/")] == ["Status/Waiting"]
        assert [label for label in shown.labels if label.lower().startswith("priority/")] == ["Priority/p0"]
        assert [key.partition("@")[0] for key in shown.answers] == [SUPPORT, SUPPORT]
        assert quick.quiet(number)
        quick.label("tom", number, "status/held")
        quick.say("mara", number, "November")
        assert quick.quiet(number)


# --- timelines as GitHub gives them on old and odd issues

ODD: list[Any] = [
    {"event": "committed", "sha": "a" * 40, "author": {"name": "x", "date": "2026-11-25T09:00:00Z"}, "message": "m"},
    {"event": "cross-referenced", "actor": {"login": "zoe"}, "created_at": "2026-11-25T09:00:00Z", "source": {}},
    {"event": "labeled", "id": 1, "actor": None, "created_at": "2026-11-25T09:00:00Z", "label": {"name": "x"}},
    {"event": "assigned", "id": 2, "actor": None, "assignee": None, "created_at": "2026-11-25T09:00:00Z"},
    {"event": "labeled", "id": 3, "actor": {"login": "zoe"}, "created_at": "2026-11-25T09:00:00Z", "label": None},
    {"event": "reopened", "id": 4, "created_at": None, "actor": None},
    {"event": "line-commented", "comments": []},
    {"event": "reviewed", "id": 5, "user": None, "body": None},
    {"event": "commented", "id": 6, "user": None, "actor": None, "body": None, "created_at": "2026-11-25T09:00:00Z"},
    {"event": "never-heard-of", "id": 7, "created_at": "2026-11-25T09:00:00Z"},
    {"event": None},
    {},
    None,
    [],
    "text",
    7,
    {
        "event": "closed",
        "id": 8,
        "actor": {"login": "x", "type": None},
        "state_reason": None,
        "created_at": "2026-11-25T09:00:00Z",
    },
    {
        "event": "renamed",
        "id": 9,
        "actor": {},
        "rename": {"from": "a", "to": "b"},
        "created_at": "2026-11-25T09:00:00Z",
    },
    {"event": "subscribed", "id": "10", "actor": {"login": None}, "created_at": "2026-11-25T09:00:00Z"},
]


@pytest.mark.parametrize("index", [*range(len(ODD)), None])
def test_an_odd_entry_of_the_timeline_does_no_harm(quick: Quick, index: int | None) -> None:
    number = quick.file(labels=["support/howto"])
    odd = ODD if index is None else [ODD[index]]
    real = json.dumps([*odd, *quick.world.github.timeline(number)])
    quick.world.github.faults.add(
        status(200, real, headers={"content-type": "application/json"}), path="/timeline$", nth=1
    )
    quick.run(number)
    assert "ai-support-agent@" in quick.shown(number).answers[-1]


def test_an_issue_without_a_user_is_answered(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    raw = quick.world.github.issue(number) | {"user": None, "body": None, "labels": [], "assignees": None}
    body = json.dumps(raw)
    quick.world.github.faults.add(
        status(200, body, headers={"content-type": "application/json"}), path=rf"/issues/{number}$"
    )
    quick.run(number)
    assert len(quick.shown(number).answers) == 1


# --- the command line


def bizops(
    *words: str, cwd: Path = COMPANY, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m bizops ...` as a person calls it."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC), "HOME": str(cwd), **(environment or {})}
    return subprocess.run(
        [sys.executable, "-m", "bizops", *words],
        cwd=cwd,
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def there(github: LocalGitHub, **more: str) -> dict[str, str]:
    """The environment of a job on this GitHub."""
    return {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/ops",
        "GITHUB_TOKEN": github.job_token(JOB),
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "77",
        **more,
    }


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
        assert done.returncode == 1, (kind, done.stdout + done.stderr)
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


SECRET = "AKIA-TOPSECRET-0123456789"


def _leave(case: Case, how: str, secret: Path) -> None:
    decision, failure = case.folder / "decision.json", case.folder / "failure.json"
    if how == "link":
        decision.symlink_to(secret)
    elif how == "pipe":
        os.mkfifo(decision)
    elif how == "folder":
        decision.mkdir()
    elif how == "other shape":
        decision.write_text(f'{{"agent": 5, "{SECRET}": "{SECRET}"}}', "utf-8")
    elif how == "deep failure":
        failure.write_text("[" * 200_000, "utf-8")
    elif how == "linked failure":
        failure.symlink_to(secret)
    elif how == "long failure":
        failure.write_text(json.dumps({"reason": "<é中" * 25_000}), "utf-8")
    elif how == "failure of nothing":
        failure.write_text('{"reason": null}', "utf-8")


@pytest.mark.parametrize(
    "how",
    ["link", "pipe", "folder", "other shape", "deep failure", "linked failure", "long failure", "failure of nothing"],
)
def test_what_an_agent_leaves_in_the_place_of_a_decision_leads_nowhere(quick: Quick, tmp_path: Path, how: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f'"{SECRET}"', "utf-8")
    number = quick.file(labels=["support/howto"])
    (done,) = quick.run(number, lambda case: _leave(case, how, secret))
    shown = quick.shown(number)
    assert done.state == "failed"
    assert shown.status == ("status/failed",)
    assert len(shown.statuses) == 1
    assert ": None" not in "\n".join(shown.comments)
    assert SECRET.casefold() not in "\n".join(shown.comments).casefold() or how == "other shape"
    assert f'"{SECRET}"' not in "\n".join(shown.comments)


@pytest.mark.parametrize("deed", ["add", "remove"])
@pytest.mark.parametrize(("actions", "names"), [(1, 420), (20, 20)])
def test_a_decision_with_many_labels_is_settled_once(quick: Quick, deed: str, actions: int, names: int) -> None:
    def says(case: Case) -> dict[str, Any]:
        many = [{"kind": "label", deed: [f"support/x{n}-{a}" for n in range(names)]} for a in range(actions)]
        return decision(case).model_dump(mode="json") | {"actions": many}

    number = quick.file(labels=["support/howto"])
    for _ in range(2):
        quick.run(number, says)
    shown = quick.shown(number)
    assert len(shown.answers) <= 1
    assert len(shown.statuses) == len(shown.status) == 1
    assert len(shown.labels) < 50


@pytest.mark.parametrize("summary", ["", " ", "\u200b\u0000"])
def test_an_answer_that_says_nothing_is_none(quick: Quick, summary: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | {"summary": summary})
    assert (quick.shown(number).answers, quick.shown(number).status) == ((), ("status/failed",))


def test_a_hold_without_a_reason_says_so(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(held="  "))
    assert "the agent gave no reason" in "\n".join(quick.shown(number).comments)
