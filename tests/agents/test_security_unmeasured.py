"""What was not measured is said: lock files of other kinds, advisories without a lock file, a score without a scan."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.agent import ToolError
from bizops.agent.tools.advisories.advisories import match_advisories
from bizops.agent.tools.advisories.other_locks import unread
from bizops.agent.tools.security.controls import control_matrix
from tests.agents.security_cases import case, committed
from tests.agents.test_security_advisories import advisory, asked

ACME = advisory("GHSA-1", "acme", {"introduced": "0"}, {"fixed": "2.0"})


def osv(*entries: object) -> str:
    import json

    return json.dumps(entries)


@pytest.mark.parametrize("name", ["pom.xml", "bun.lockb", "apps/Podfile.lock", "sub/packages.config", "odd.lock"])
def test_a_lock_file_that_is_not_read_is_named_beside_the_all_clear(tmp_path: Path, name: str) -> None:
    repository = committed(tmp_path, {"requirements.txt": "acme==2.0\n", name: "x\n"})
    answer = match_advisories(case(tmp_path, repository=repository, osv__json=osv(ACME)))
    first = answer.text.splitlines()[0]
    assert "None of the pinned packages is affected" in first
    assert "not measured: 1 lock file or manifest" in first
    assert f"Not measured: `{name}`" in answer.text
    assert answer.facts["lock_files_not_measured"].value == "1"


def test_where_only_other_lock_files_are_tracked_nothing_is_called_clear(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"pom.xml": "<project/>\n", "web/package.json": "{}\n"})
    with pytest.raises(ToolError, match=r"2 lock files or manifests are tracked.*`pom.xml`, `web/package.json`"):
        match_advisories(case(tmp_path, repository=repository, osv__json=osv(ACME)))


def test_an_advisory_of_an_ecosystem_without_a_lock_file_is_named(tmp_path: Path) -> None:
    other = advisory("GHSA-2", "plug", {"introduced": "0"}, ecosystem="Hex")
    answer = asked(tmp_path, osv__json=[ACME, other], requirements__txt="acme==2.0\n")
    assert "not measured: 1 advisory" in answer.text.splitlines()[0]
    assert "Not measured: `GHSA-2`, of hex" in answer.text


def test_who_may_not_see_the_repository_gets_the_count_of_what_was_not_measured(tmp_path: Path) -> None:
    repository = committed(tmp_path, {"requirements.txt": "acme==2.0\n", "pom.xml": "x\n"})
    asked_by = case(tmp_path, repository=repository, permission="read", osv__json=osv(ACME))
    answer = match_advisories(asked_by)
    assert "not measured: 1 lock file or manifest" in answer.text
    assert "pom.xml" not in answer.text


@given(st.lists(st.sampled_from(["a/", "a/b/", ""]), min_size=1, max_size=3, unique=True))
def test_a_manifest_counts_unless_its_lock_file_was_read_beside_or_above(folders: list[str]) -> None:
    left = unread([f"{folder}package.json" for folder in folders], [("a/package-lock.json", "npm")])
    assert [entry.file for entry in left] == [f"{folder}package.json" for folder in sorted(folders) if folder == ""]


@pytest.mark.parametrize("name", [".github/CODEOWNERS", "docs/CODEOWNERS"])
def test_a_control_accepts_code_owners_where_github_reads_them(tmp_path: Path, name: str) -> None:
    repository = committed(tmp_path, {name: "* @acme/core\n"})
    rows = "id,control,evidence\nC1,Every change is reviewed,CODEOWNERS\n"
    assert control_matrix(case(tmp_path, repository=repository, controls__csv=rows)).data["met"] == 1
