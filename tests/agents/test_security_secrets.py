# ruff: noqa: FBT001 - parametrized tests take their truth values by name
"""Secrets in issues and repositories: what is shown, where, once, and what cannot silence it."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.agent import Result, ToolError
from bizops.agent.tools.security import secret_values as values
from bizops.agent.tools.security.secret_scan import redacted, scan
from bizops.agent.tools.security.secrets import read_file, scan_issue_secrets, scan_repository_secrets
from bizops.case import Case, Work
from bizops.issue import Thread
from bizops.policy import Permission
from tests.agents.security_cases import POLICY, case, committed, git

TOKEN = "gh" + "p_16C7e42F292c6912E7710c838347Ae178B4a"
AWS_ID, AWS_SECRET = "AK" + "IAQ3EGRJ7WLXN2ABCD", "kR9vX2mZ8pQ4tW7yB1nC5" + "dF0gH3jL6sA9uE2iO4K"
KEY = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MhgHcTz6sE2I2yPB\n"
PEM = f"-----BEGIN RSA ~KEY-----\n{KEY * 3}-----END RSA ~KEY-----".replace("~", "PRIVATE ")
SETTING = "DB_PASS" + "WORD=n0t-f0r-You"


def everything(result: Result) -> str:
    return f"{result.text}\n{result.data}\n{dict(result.facts)}\n{result.findings}\n{result.questions}"


def places(result: Result) -> list[tuple[str, int | None, str]]:
    return sorted((f.file, f.line or 0, f.rule) for f in result.findings)


@pytest.mark.parametrize(
    "line",
    [
        f"token {TOKEN}",
        f"the password is {SETTING[12:]}!9 for all",
        f"postgres://app:{AWS_SECRET}@db.acme.io/x",
        f"key: {PEM}",
        f"{AWS_ID} {AWS_SECRET}",
    ],
)
def test_no_answer_holds_the_secret_that_it_is_about(tmp_path: Path, line: str) -> None:
    result = scan_issue_secrets(case(tmp_path, line))
    assert result.findings
    said = everything(result)
    for secret in (TOKEN, SETTING[12:], AWS_SECRET, AWS_ID, PEM.splitlines()[1]):
        assert secret not in said
        assert secret[5:-5] not in said


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80))
def test_a_mask_never_shows_more_than_the_ends(value: str) -> None:
    shown = values.masked(value)
    assert len(shown) <= 9
    if len(value) < 20:
        assert shown == "•••"


def test_title_body_blocks_and_comments_are_read_with_their_lines(tmp_path: Path) -> None:
    body = f"hello\n\n```yaml\nsmtp:\n  password: S0me-thing!\n```\nand {TOKEN}"
    result = scan_issue_secrets(case(tmp_path, body, comments=("nothing", f"also\nmine: {TOKEN}")))
    assert places(result) == [("comment 2", 2, "github-token"), ("issue", 5, "password"), ("issue", 7, "github-token")]


def test_the_desks_own_comments_are_not_scanned(tmp_path: Path) -> None:
    thread = Thread.read({"title": "x"}, (), [{"id": 9, "user": "github-actions[bot]", "body": TOKEN}])
    own = Case(tmp_path, thread, Work("ai-security-agent", "opened"), "P2", POLICY, permission="write")
    assert not scan_issue_secrets(own).findings


@pytest.mark.parametrize(
    "mark",
    [
        "# pragma: allowlist secret",
        "# pragma: whitelist secret",
        "# nosec",
        "// gitleaks:allow",
        "# noqa: S105",
        "<!-- pragma: allowlist secret -->",
    ],
)
def test_what_stands_beside_a_secret_does_not_silence_it(mark: str) -> None:
    assert [
        hit.rule.name
        for hit in scan(f"# pragma: allowlist nextline secret\n{SETTING}  {mark}\n{TOKEN} {mark}", "app.env").hits
    ] == ["password", "github-token"]


def test_a_baseline_in_the_repository_does_not_silence_it(tmp_path: Path) -> None:
    baseline = (
        '{"version": "1.5.0", "plugins_used": [], "filters_used": [], "results": {"app.env":'
        ' [{"type": "x", "line_number": 1}]}}'
    )
    repository = committed(
        tmp_path,
        {".secrets.baseline": baseline, "app.env": SETTING, "pyproject.toml": "[tool.bandit]\nskips = ['B602']\n"},
    )
    assert places(scan_repository_secrets(case(tmp_path, repository=repository))) == [("app.env", 1, "password")]


def test_one_value_that_several_patterns_see_is_one_finding() -> None:
    hits = scan(f'GITHUB_TOKEN = "{TOKEN}"  # {TOKEN}', "settings.py").hits
    assert [(hit.line, hit.rule.name) for hit in hits] == [(1, "github-token")]
    assert [
        hit.rule.name for hit in scan(f"DATABASE_PASSWORD_URL=postgres://app:{SETTING[12:]}@db.acme.io/x", "a.env").hits
    ] == ["url-credentials"]


def test_a_key_id_with_its_secret_is_a_live_key_and_alone_it_is_not() -> None:
    both = scan(f"aws_access_key_id={AWS_ID}\naws_secret_access_key={AWS_SECRET}\n", "deploy.env").hits
    assert [(hit.rule.name, hit.severity) for hit in both] == [
        ("aws-access-key-id", "critical"),
        ("aws-secret-access-key", "critical"),
    ]
    provider = f'access_key = "{AWS_ID}"\n  secret_key = "{AWS_SECRET}"\n'
    assert [hit.severity for hit in scan(provider, "main.tf").hits] == ["critical", "critical"]
    alone = scan(f"aws_access_key_id={AWS_ID}\n", "deploy.env").hits
    assert [hit.severity for hit in alone] == ["medium"]


def test_a_secret_among_tests_weighs_one_step_less_and_says_why() -> None:
    live, fixture = scan(TOKEN, "src/app.env").hits[0], scan(TOKEN, "tests/fixtures/app.env").hits[0]
    assert (live.severity, fixture.severity) == ("critical", "high")
    assert "tests" in fixture.note


def test_keys_of_the_documentation_are_information() -> None:
    documented = "AK" + "IAIOSFODNN7EXAMPLE"
    assert [hit.severity for hit in scan(f"key = {documented}", "a.env").hits] == ["info"]


def test_a_private_key_needs_more_than_its_first_line() -> None:
    begin = PEM.splitlines()[0]
    assert not scan(f'if line.startswith("{begin}"):\n    pass\n', "a.py").hits
    assert [hit.line for hit in scan(f"x\n{PEM}\n", "id_rsa").hits] == [2]
    assert [hit.rule.name for hit in scan('"key": "' + PEM.replace("\n", "\\n") + '"', "key.json").hits] == [
        "private-key"
    ]


def test_a_service_account_is_one_finding() -> None:
    text = '{"type": "service_account",\n"client_email": "x@y.z",\n"private_key": "' + PEM.replace("\n", "\\n") + '"}'
    assert [(hit.line, hit.rule.name) for hit in scan(text, "account.json").hits] == [(3, "gcp-service-account-key")]


def test_only_what_is_tracked_at_the_commit_is_scanned(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"app.env": "A=1\n", ".gitignore": "local.env\n"})
    (repository / "local.env").write_text(SETTING)
    (repository / "new.env").write_text(SETTING)
    (repository / "app.env").write_text(SETTING)
    result = scan_repository_secrets(case(tmp_path, repository=repository))
    assert not result.findings
    assert result.facts["repository_files_scanned"].value == "2"


def test_binaries_huge_files_and_links_are_skipped_and_said(tmp_path: Path) -> None:
    outside = tmp_path / "outside.env"
    outside.write_text(SETTING)
    repository = committed(tmp_path, {"a.bin": b"\0" + SETTING.encode(), "huge.txt": "x" * 2_100_000, "b.env": SETTING})
    (repository / "link.env").symlink_to(outside)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "link")
    result = scan_repository_secrets(case(tmp_path, repository=repository))
    assert places(result) == [("b.env", 1, "password")]
    for said in ("1 file not scanned: binary", "1 file not scanned: huge", "1 file not scanned: links"):
        assert said in result.text


def test_a_file_in_utf_16_is_text(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"w.env": SETTING.encode("utf-16")})
    assert places(scan_repository_secrets(case(tmp_path, repository=repository))) == [("w.env", 1, "password")]


def test_names_of_files_cannot_break_the_table(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"a|b`c](x)\n# @dana.env": SETTING})
    result = scan_repository_secrets(case(tmp_path, repository=repository))
    row = next(line for line in result.text.splitlines() if "password" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "\n" not in result.findings[0].file


def test_the_configuration_of_a_repository_executes_nothing(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"b.env": SETTING, ".gitattributes": "* filter=evil diff=evil\n"})
    mark = tmp_path / "executed"
    with (repository / ".git/config").open("a") as config:
        config.write(
            f'[core]\n fsmonitor = "touch {mark}; false"\n hooksPath = hooks\n sshCommand = touch'
            f" {mark}\n pager = touch {mark}\n"
            f'[filter "evil"]\n smudge = touch {mark}\n required = true\n[diff "evil"]\n textconv ='
            f" touch {mark}\n[alias]\n ls-tree = !touch {mark}\n"
            f'[extensions]\n partialClone = origin\n[remote "origin"]\n url = ext::touch {mark}\n promisor = true\n'
        )
    assert places(scan_repository_secrets(case(tmp_path, repository=repository))) == [("b.env", 1, "password")]
    assert not mark.exists()


def test_a_repository_that_cannot_be_read_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    with pytest.raises(ToolError, match="no commit yet"):
        scan_repository_secrets(case(tmp_path, repository=tmp_path / "empty"))
    repository = committed(tmp_path, {"a.env": SETTING})
    (repository / ".git/objects").rename(repository / ".git/gone")
    with pytest.raises(ToolError, match="git rev-parse failed"):
        scan_repository_secrets(case(tmp_path, repository=repository))


@pytest.mark.parametrize(
    ("permission", "private", "open_"),
    [("none", False, False), ("triage", False, False), ("write", False, True), ("none", True, True)],
)
def test_outsiders_of_a_public_repository_see_counts_alone(
    tmp_path: Path,
    permission: Permission,
    private: bool,
    open_: bool,
) -> None:
    repository = committed(tmp_path, {"deep/app.env": SETTING})
    asked = case(tmp_path, f"x {TOKEN}", repository=repository, permission=permission, private=private)
    issue, tree = scan_issue_secrets(asked), scan_repository_secrets(asked)
    assert issue.facts["issue_secrets"].value == tree.facts["repository_secrets"].value == "1"
    for result in (issue, tree):
        assert bool(result.findings) is open_
        for detail in ("app.env", "GitHub", "github-token", TOKEN[:4], "issue:1"):
            assert open_ or detail not in everything(result), detail


def test_a_file_is_read_with_its_secrets_masked(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"app.env": f"A=1\n{SETTING}\nT={TOKEN}\n", "id": PEM})
    result = read_file(case(tmp_path, repository=repository), path="app.env", first=2, last=3)
    assert result.text == "2: DB_PASSWORD=•••\n3: T=ghp_…8B4a"
    assert PEM.splitlines()[1] not in read_file(case(tmp_path, repository=repository), path="id").text
    with pytest.raises(ToolError, match="no tracked text file"):
        read_file(case(tmp_path, repository=repository), path="../outside")
    with pytest.raises(ToolError, match="without write access"):
        read_file(case(tmp_path, repository=repository, permission="read"), path="app.env")


@pytest.mark.parametrize(
    "text",
    [
        "://a:" * 30_000 + "@",
        'password="' * 15_000,
        "softlayer_key" + " " * 150_000 + "x",
        "eyJ" * 50_000,
        PEM.splitlines()[0] * 5_000,
        "curl -u " * 20_000,
    ],
    ids=range(6),
)
def test_text_made_to_be_slow_is_scanned_in_time(text: str) -> None:
    start = time.process_time()
    scan(text, "slow.txt")
    assert time.process_time() - start < 2


@given(st.text(max_size=200))
def test_any_text_can_be_scanned_and_redacted(text: str) -> None:
    assert TOKEN not in redacted(f"{text} {TOKEN} {text}")
