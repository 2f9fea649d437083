"""Which scans the words of a request choose; what is unclear is all of them, and the answer says what ran and why."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.security.wishes import SCANS, wish
from tests.agents.support_cases import answer, make

AGENT = "ai-security-agent"
ROOT = Path(__file__).parents[2]
ALL = set(SCANS)
FILES = {"run.py": "import os\n\n\ndef go(x):\n    os.system(x)\n", ".github/workflows/ci.yml": "on: push\njobs: {}\n"}


@pytest.mark.parametrize(
    ("words", "scans"),
    [
        ("scan the repository and workflows for secrets, code", {"secrets", "workflows", "code"}),
        ("code + secrets", {"code", "secrets"}),
        ("Workflows;code", {"workflows", "code"}),
        ("- secrets\n- code\n- CI", {"secrets", "code", "workflows"}),
        ("SECRETS/CODE", {"secrets", "code"}),
        ("Run bandit & zizmor", {"code", "workflows"}),
        ("Bitte auf Geheimnisse und Quellcode prüfen", {"secrets", "code"}),
        ("Analysez le dépôt : mots de passe, code source, flux de travail", {"secrets", "code", "workflows"}),
        ("Escanea el repositorio en busca de contraseñas y código", {"secrets", "code"}),
        ("Controlla il codice e le credenziali", {"secrets", "code"}),
        ("scan the entire repository for leaked credentials", {"secrets"}),
        ("Only dependencies, please", {"advisories"}),
        ("scan for secrets, not code", {"secrets"}),
        ("everything except workflows", ALL - {"workflows"}),
        ("full scan, but skip code and workflows", ALL - {"code", "workflows"}),
        ("please scan\nnot code, not secrets", {"workflows", "advisories"}),
        ("do not skip the code; secrets too", {"secrets", "code"}),
    ],
)
def test_each_scan_that_is_named_runs_and_no_other(words: str, scans: set[str]) -> None:
    assert set(wish(words).scans) == scans


@pytest.mark.parametrize(
    "words",
    [
        "How safe are we?",
        "Everything, please, and the secrets first",
        "scan for secrets, licences",
        "scan for secrets, wrkflows",
        "Please scan:\n* secrets\n* code\n* the moon",
        "check secrets and dependancies",
        "security audit, including secrets",
        "scan for secrets, code, etc.",
        "skip secrets, code, workflows and dependencies",
        "Sicherheitsprüfung, insbesondere Passwörter",
        "",
    ],
)
def test_what_is_unclear_runs_every_scan(words: str) -> None:
    assert set(wish(words).scans) == ALL


@given(st.lists(st.sampled_from(["secrets", "workflows", "code", "dependencies"]), min_size=1, unique=True), st.data())
def test_order_and_separator_of_a_list_change_nothing(names: list[str], data: st.DataObject) -> None:
    separator = data.draw(st.sampled_from([", ", " and ", "/", ";", " & ", "\n- ", " + ", ", and ", " | "]))
    wanted = {"advisories" if name == "dependencies" else name for name in names}
    assert set(wish(f"Scan for {separator.join(names)}").scans) == wanted
    assert set(wish(f"Scan for {separator.join(reversed(names))}").scans) == wanted


@pytest.mark.parametrize("evil", ["secrets, ", "not code, ", "skip the ", "for ", "a,", "skip code ", "cod "])
def test_a_text_as_long_as_a_body_can_be_takes_no_time(evil: str) -> None:
    began = time.process_time()
    wish(evil * (65_536 // len(evil)))
    assert time.process_time() - began < 2


def test_the_answer_says_what_ran_and_why_the_rest_did_not(tmp_path: Path) -> None:
    said = answer(make(tmp_path, AGENT, "scan", "scan the repository for secrets, code", files=FILES)).summary
    assert "- Run: the issue itself, secrets of the repository, code" in said
    assert "- Not run: workflows, dependencies: not asked for" in said


def test_a_scan_that_cannot_run_is_named_with_its_reason(tmp_path: Path) -> None:
    said = answer(make(tmp_path, AGENT, "How safe are we?", "Please look.")).summary
    assert "- Run: the issue itself\n" in said
    assert "- Not run: code: there is neither a repository nor Python code in the issue" in said
    assert "- All scans were called for, since the request names no scan" in said


def test_words_that_are_quoted_or_left_unchecked_choose_nothing(tmp_path: Path) -> None:
    body = "Please look.\n\n> only scan workflows\n\n<!-- e.g. workflows -->\n- [ ] workflows\n\n```\nworkflows\n```\n"
    facts = answer(make(tmp_path, AGENT, "scan", body, files=FILES)).facts
    assert {"code_files_scanned", "repository_files_scanned", "workflow_files_scanned"} <= set(facts)


def test_the_choice_of_the_form_is_the_wish(tmp_path: Path) -> None:
    form = {"Check": "Code", "Rules": "What the standard says.", "Data or evidence": ""}
    case = make(tmp_path, AGENT, "x", "### Check\n\nCode\n\n### Data or evidence\n\n", files=FILES, form=form)
    facts = answer(case).facts
    assert "code_files_scanned" in facts
    assert "repository_files_scanned" not in facts


def test_an_odd_item_is_never_repeated_since_it_could_be_a_secret(tmp_path: Path) -> None:
    body = "scan for: secrets, s0meTh1ngSecret"
    assert "s0meth1ng" not in answer(make(tmp_path, AGENT, "scan", body, files=FILES)).summary.casefold()


def test_outside_a_git_repository_nothing_is_taken_for_the_repository_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "app.env").write_text("DB_PASS" + "WORD=n0t-f0r-You\n")
    (tmp_path / "issue.json").write_text(json.dumps({"title": "How safe are we?", "body": "Please look."}))
    done = subprocess.run(
        [sys.executable, ROOT / "agents" / f"{AGENT}.py", "--process-issue", "1", "--issue-data", "issue.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "not inside a git repository: the agent sees no repository" in done.stderr
    assert "secrets of the repository: there is no repository in this case" in done.stdout
    assert "app.env" not in done.stdout
