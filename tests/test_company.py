"""A company's own files come before the shipped ones: the same way for policies, agents, prompts and forms."""

from pathlib import Path

import pytest

from bizops import company

FILES: dict[company.Part, str] = {
    "policies": "labels.yml",
    "agents": "ai-finance-agent.py",
    "prompts": "frame.md.j2",
    "forms": "finance.yml",
}


@pytest.mark.parametrize("part", FILES)
def test_a_file_of_the_company_comes_before_the_shipped_one_of_its_name(tmp_path: Path, part: company.Part) -> None:
    own = company.own(part, tmp_path)
    assert own is not None
    shipped = company.find(part, FILES[part], own)
    assert shipped == company.SHIPPED[part] / FILES[part]
    own.mkdir(parents=True)
    (own / "other").touch()
    assert company.find(part, FILES[part], own) == shipped
    (own / FILES[part]).mkdir()  # a folder is no file
    assert company.find(part, FILES[part], own) == shipped
    (own / FILES[part]).rmdir()
    (own / FILES[part]).touch()
    assert company.find(part, FILES[part], own) == own / FILES[part]
    assert company.find(part, "nowhere", own) is None


def test_forms_override_as_a_whole(tmp_path: Path) -> None:
    assert company.forms() == company.forms(tmp_path) == company.SHIPPED["forms"]
    (tmp_path / ".github" / "ISSUE_TEMPLATE").mkdir(parents=True)
    assert company.forms(tmp_path) == tmp_path / ".github" / "ISSUE_TEMPLATE"
