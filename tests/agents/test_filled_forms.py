"""What people fill into the forms is read as what it is: a question without the drop-downs, a day as a day."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ACCOUNTS = "```csv users.csv\nuser,role,mfa,last_login\nada,admin,yes,2026-11-01\nbob,user,yes,2026-08-24\n```"


def answer(tmp_path: Path, agent: str, title: str, fields: dict[str, str]) -> str:
    """What an agent's command line answers to a filled form."""
    body = "\n\n".join(f"### {label}\n\n{value}" for label, value in fields.items())
    (tmp_path / "issue.json").write_text(json.dumps({"number": 9, "title": title, "body": body}), "utf-8")
    program, file = str(ROOT / "agents" / f"ai-{agent}-agent.py"), str(tmp_path / "issue.json")
    argv = [sys.executable, program, "--process-issue", "9", "--issue-data", file]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.parametrize("version", ["2.3", "Web app 3.2", "_No response_"])
def test_a_question_by_form_is_answered_as_in_plain_words(tmp_path: Path, version: str) -> None:
    fields = {"Priority": "P2", "Topic": "How do I ...", "Product and version": version}
    fields |= {"Question": "How do I run an answer again?", "What you have tried": "_No response_"}
    assert "docs/kb/ask-again.md#run-the-same-answer-once-more" in answer(tmp_path, "support", "Again", fields)


@pytest.mark.parametrize(("day", "idle"), [("2026-11-20", 0), ("20 November 2026", 0), ("2026-11-25", 1)])
def test_the_day_of_an_access_review_comes_from_its_field(tmp_path: Path, day: str, idle: int) -> None:
    fields = {"Priority": "P2", "Check": "Access review", "Scope": "all", "Day of the review": day}
    fields |= {"Rules": "Accounts unused for 90 days are disabled.", "Data or evidence": ACCOUNTS}
    said = answer(tmp_path, "security", "Review", fields)
    assert f"{idle} account{'' if idle == 1 else 's'} of 2" in said
    assert "the issue names none" not in said


def test_for_a_whole_area_the_form_that_is_named_like_it_asks() -> None:
    from bizops.agent.tools.triage.fields import _of_area
    from bizops.templates import load_templates

    templates = load_templates(ROOT / ".github" / "ISSUE_TEMPLATE")
    found = {area: _of_area(templates, area) for area in ("support/*", "security/*", "support/quality-assurance")}
    names = {area: Path(one.file).stem if one else "" for area, one in found.items()}
    assert names == {"support/*": "support", "security/*": "", "support/quality-assurance": "support-quality"}
