"""Compliance matrix and access review: evidence, rules from the issue's words, dates and answers with two readings."""

from datetime import date
from pathlib import Path

import pytest

from bizops.agent.agent import Result, ToolError
from bizops.agent.tools.access import rules as access_rules
from bizops.agent.tools.access.review import access_review
from bizops.agent.tools.security.controls import control_matrix
from tests.agents.security_cases import case

NOW = date(2026, 11, 20)


def folder_of(tmp_path: Path, **files: str) -> Path:
    """A plain folder stands for a repository; a name's `__` is a slash, `_dot_` a dot."""
    root = tmp_path / "tree"
    for key, content in files.items():
        path = root / key.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def statuses(result: Result) -> dict[str, tuple[str, str]]:
    """For each control its status and evidence, as a reader sees them in the table."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in result.text.splitlines()
        if line.startswith("| ")
    ][2:]
    width = len(rows[0])
    return {row[0]: (row[width - 3].strip("*"), row[width - 2].strip("`")) for row in rows}


SHA = "692973e3d937129bcbf40652eb9f2f61becf3332"
GOOD = (
    f"on: push\npermissions:\n  contents: read\njobs:\n  a:\n    steps:\n      - uses:"
    f" actions/checkout@{SHA}\n      - run: python -m pytest\n"
)


def test_each_control_of_the_default_list_has_its_evidence(tmp_path: Path) -> None:
    root = folder_of(
        tmp_path,
        CODEOWNERS="# who\n* @acme/core\n",
        SECURITY_dot_md="# Report\n",
        LICENSE="MIT\n",
        _dot_gitignore="*.pyc\n.env\n",
        _dot_github__workflows__ci_dot_yml=GOOD,
        _dot_github__dependabot_dot_yml="version: 2\n",
        requirements_dot_txt="a==1 --hash=sha256:00\n",
    )
    found = statuses(control_matrix(case(tmp_path, repository=root)))
    assert {k: v for k, v in found.items() if v[0] == "met"} == {
        "C01": ("met", "CODEOWNERS:2"),
        "C03": ("met", "SECURITY.md:1"),
        "C04": ("met", "LICENSE:1"),
        "C05": ("met", ".github/workflows/ci.yml:8"),
        "C06": ("met", "requirements.txt:1"),
        "C07": ("met", ".github/workflows/ci.yml:7"),
        "C08": ("met", ".github/workflows/ci.yml:2"),
        "C09": ("met", ""),
        "C10": ("met", ".github/dependabot.yml:1"),
        "C11": ("met", ".gitignore:2"),
    }
    assert {found[c][0] for c in ("C02", "C13", "C14", "C15")} == {"not measured"}
    assert found["C12"][0] == "not met"


def test_what_breaks_a_control_is_named_with_its_line(tmp_path: Path) -> None:
    bad = GOOD.replace(SHA, "v4").replace("permissions:\n  contents: read", "permissions: write-all")
    root = folder_of(
        tmp_path,
        _dot_github__workflows__ci_dot_yml=bad,
        _dot_env="A=1\n",
        pyproject_dot_toml="[project]\n",
        CODEOWNERS="# nobody\n",
    )
    found = statuses(control_matrix(case(tmp_path, repository=root)))
    assert found["C01"] == ("not met", "CODEOWNERS:1")
    assert found["C06"] == ("not met", "pyproject.toml:1")
    assert found["C07"] == ("not met", ".github/workflows/ci.yml:6")
    assert found["C08"] == ("not met", ".github/workflows/ci.yml:2")
    assert found["C11"] == ("not met", ".env:1")


LIST = """Control ID;Kontrolle;Nachweis;Anforderung
A1;Security policy;SECURITY.md;must mention "24 hours"
A2;Security policy;SECURITY.md;must mention "48 hours"
A3;Backups;docs/backup.md;
A4;Readme;README.md;
A5;Minutes of the board;https://acme.example/minutes;
A6;Readme is well written;README.md;easy to read
A7;Fire drill;;
A8;Empty;EMPTY.md;
A9;The main branch needs a review;branch protection;
B1;Two files;README.md, docs/none.md;
"""


def test_a_companys_own_list_is_judged_by_its_evidence_and_never_guessed(tmp_path: Path) -> None:
    root = folder_of(
        tmp_path,
        SECURITY_dot_md="# Policy\nWe answer within 24 hours.\n",
        README_dot_md="\n# Acme\n",
        EMPTY_dot_md="\n",
    )
    result = control_matrix(case(tmp_path, repository=root, controls__csv=LIST))
    assert statuses(result) == {
        "A1": ("met", "SECURITY.md:2"),
        "A2": ("not met", "SECURITY.md:1"),
        "A3": ("not met", ""),
        "A4": ("met", "README.md:2"),
        "A5": ("not measured", ""),
        "A6": ("not measured", "README.md:2"),
        "A7": ("not measured", ""),
        "A8": ("not met", "EMPTY.md:1"),
        "A9": ("not measured", ""),
        "B1": ("not met", ""),
    }
    assert {
        name: result.facts[name].value
        for name in ("controls", "controls_met", "controls_not_met", "controls_not_measured")
    } == {
        "controls": "10",
        "controls_met": "2",
        "controls_not_met": "4",
        "controls_not_measured": "4",
    }


def test_a_list_of_controls_may_be_json(tmp_path: Path) -> None:
    root = folder_of(tmp_path, README_dot_md="# Acme\n")
    listed = (
        '[{"id": "X1", "control": "Readme", "evidence": "README.md"},\n{"id": "X2", "control":'
        ' "Gone", "evidence": "GONE.md"}]'
    )
    assert statuses(control_matrix(case(tmp_path, repository=root, controls__json=listed))) == {
        "X1": ("met", "README.md:1"),
        "X2": ("not met", ""),
    }


def test_an_outsider_sees_of_the_matrix_only_the_counts(tmp_path: Path) -> None:
    result = control_matrix(case(tmp_path, repository=folder_of(tmp_path, LICENSE="MIT\n"), permission="read"))
    assert "LICENSE" not in result.text + str(result.data)
    assert not result.findings
    assert result.facts["controls"].value == "15"


ACCOUNTS = """user,role,mfa,last_login
anna,admin,yes,2026-09-30
ben,admin,no,2026-09-30
caro,member,no,2026-09-30
dora,member,yes,2026-07-03
emil,member,yes,2026-07-02
"""


def found(result: Result) -> list[tuple[str, int | None, str]]:
    return sorted((f.rule, f.line, f.severity) for f in result.findings)


def test_the_rules_and_the_day_are_those_of_the_issue(tmp_path: Path) -> None:
    body = "Review as of 2026-10-01: inactive for more than 90 days is out, admins need MFA."
    result = access_review(case(tmp_path, body, users__csv=ACCOUNTS))
    assert found(result) == [("access-inactive", 6, "medium"), ("access-no-mfa", 3, "high")]
    assert result.facts["review_day"].value == "2026-10-01"
    assert result.questions == ()


def test_at_least_ninety_days_counts_the_ninetieth(tmp_path: Path) -> None:
    body = "As of 2026-10-01. Everyone must have 2FA. Accounts without a login for 90 days or more are closed."
    assert found(access_review(case(tmp_path, body, users__csv=ACCOUNTS))) == [
        ("access-inactive", 5, "medium"),
        ("access-inactive", 6, "medium"),
        ("access-no-mfa", 3, "high"),
        ("access-no-mfa", 4, "medium"),
    ]


def test_defaults_are_named(tmp_path: Path) -> None:
    text = access_review(case(tmp_path, "Please review.", users__csv=ACCOUNTS)).text
    assert "20 November 2026 (the day of this answer: the issue names none)" in text
    assert "more than 90 days without a login (default" in text
    assert "required of everyone (default)" in text


OTHERS = {
    "german": (
        "Benutzer;Rolle;2FA;Letzte"
        " Anmeldung\nanna;Admin;ja;30.09.2026\nben;Admin;nein;30.09.2026\nemil;Nutzer;ja;02.07.2026\n"
    ),
    "french": (
        "Utilisateur\tRôle\tMFA\tDernière"
        " connexion\nanna\tadmin\toui\t30/09/2026\nben\tadmin\tnon\t30/09/2026\nemil\tmembre\toui\t02/07/2026\n"
    ),
    "ticks": (
        "login,role,two factor,last"
        " seen\nanna,owner,x,2026-09-30T10:00:00Z\nben,owner,,2026-09-30T10:00:00Z\ne,member,x,2026-07-02T23:59:00Z\n"
    ),
    "words": (
        "Account,Permission,MFA enabled,Last sign-in\nanna,Administrator,Enabled,Sep 30"
        " 2026\nben,Administrator,Disabled,30 Sep 2026\nemil,Reader,TRUE,2 July 2026\n"
    ),
    "french words": (
        "Utilisateur\tRôle\tAuthentification à deux facteurs\tDate de dernière connexion\n"
        "anna\tadmin\toui\t30/09/2026\nben\tadmin\tnon\t30/09/2026\nemil\tmembre\toui\t02/07/2026\n"
    ),
    "spanish": (
        "Correo;Rol;Doble autenticación;Última conexión\na@x.es;administrador;sí;30/09/2026\n"
        "b@x.es;administrador;no;30/09/2026\nc@x.es;lector;sí;02/07/2026\n"
    ),
    "epoch": "username|group|mfa|last_login\nanna|admins|1|1790726400\nben|admins|0|1790726400\ne|x|1|1782950400\n",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_names_notations_and_languages_mean_the_same(tmp_path: Path, kind: str) -> None:
    body = "As of 2026-10-01: admins need MFA; inactive more than 90 days."
    result = access_review(case(tmp_path, body, users__csv=OTHERS[kind]))
    assert found(result) == [("access-inactive", 4, "medium"), ("access-no-mfa", 3, "high")]
    assert result.questions == ()


def test_the_credential_report_of_aws_is_read(tmp_path: Path) -> None:
    table = (
        "user,arn,password_enabled,password_last_used,mfa_active,access_key_1_active\n"
        "<root_account>,arn:aws:iam::123456789012:root,not_supported,2026-09-30T00:00:00+00:00,false,true\n"
        "anna,arn:aws:iam::123456789012:user/anna,true,2026-01-01T00:00:00+00:00,true,false\n"
    )
    result = access_review(case(tmp_path, "Today is 2026-10-01.", credentials__csv=table))
    assert found(result) == [("access-inactive", 3, "medium"), ("access-no-mfa", 2, "high")]
    assert result.questions == ()


def test_a_status_that_says_that_the_person_left_is_asked(tmp_path: Path) -> None:
    table = "Benutzer;Rolle;MFA;Letzte Anmeldung;Status\nclara;Leser;ja;2026-09-30;ausgeschieden\n"
    questions = access_review(case(tmp_path, "Stichtag 2026-10-01.", konten__csv=table)).questions
    assert questions == ("konten.csv:2: the status of clara is 'ausgeschieden': is the account closed, or still open?",)


def test_a_date_with_two_readings_is_asked_only_where_it_matters(tmp_path: Path) -> None:
    body = "As of 2026-10-01, inactive more than 90 days."
    table = (
        "user,role,mfa,last_login\nanna,member,yes,03/07/2026\nben,member,yes,01/02/2026\ncaro,member,yes,08/09/2026\n"
    )
    result = access_review(case(tmp_path, body, users__csv=table))
    assert result.questions == ("users.csv:2: the last login of anna has two readings: 3 July 2026 or 7 March 2026?",)
    assert [(f.rule, f.line) for f in result.findings] == [("access-inactive", 3)]


def test_what_is_empty_or_unreadable_is_asked_by_line(tmp_path: Path) -> None:
    rows = ("anna,member,maybe,2026-09-30", "ben,member,yes,", ",member,yes,2026-09-30", "dora,member,yes,soon")
    table = "\n".join(["user,role,mfa,last_login", *rows])
    questions = access_review(case(tmp_path, "As of 2026-10-01.", users__csv=table)).questions
    assert [q.split(": ")[0] for q in questions] == ["users.csv:2", "users.csv:4", "users.csv:5", "users.csv:3"]


def test_leavers_duplicates_and_shared_accounts_are_found(tmp_path: Path) -> None:
    rows = (
        "email,role,mfa,last_login,status",
        "Anna@acme.io,admin,yes,2026-09-30,active",
        "ben@acme.io,member,yes,2026-09-30,active",
        "info@acme.io,member,yes,2026-09-30,active",
        "anna@acme.io,member,yes,2026-09-30,active",
        "caro@acme.io,member,no,2020-01-01,disabled",
        "dora@acme.io,member,yes,2026-09-30,active",
    )
    table = "\n".join(rows)
    left = "email,last day\nanna@acme.io,2026-08-31\ndora@acme.io,2026-12-31\ncaro@acme.io,2026-01-31\n"
    result = access_review(case(tmp_path, "As of 2026-10-01.", users__csv=table, leavers__csv=left))
    assert found(result) == [
        ("access-duplicate", 5, "medium"),
        ("access-leaver", 2, "critical"),
        ("access-leaver", 5, "high"),
        ("access-shared", 4, "medium"),
    ]
    assert "leavers.csv:2" in result.text


def test_a_list_without_accounts_is_an_error_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"users\.csv:1: no column names the account"):
        access_review(case(tmp_path, users__csv="mfa,last_login\nyes,2026-01-01\n"), accounts_file="users.csv")
    with pytest.raises(ToolError, match="no list of accounts"):
        access_review(case(tmp_path))


@pytest.mark.parametrize(
    ("words", "days", "mfa", "day"),
    [
        ("accounts not logged in for 60 days as of October 1, 2026", 60, "all", date(2026, 10, 1)),
        ("Stand 01.10.2026: inaktiv mehr als 30 Tage", 30, "all", date(2026, 10, 1)),
        ("idle for over 6 weeks; MFA is required for all users", 42, "all", NOW),
        ("privileged users must use multi-factor. Passwords rotate every 45 days.", 90, "privileged", NOW),
        ("dormant >3 months", 90, "all", NOW),
    ],
)
def test_rules_are_read_from_words(words: str, days: int, mfa: str, day: date) -> None:
    rules, questions = access_rules.of_words(words, NOW)
    assert (rules.days, rules.mfa, rules.day, questions) == (days, mfa, day, ())


def test_two_periods_in_the_words_are_asked() -> None:
    _, questions = access_rules.of_words("inactive for 30 days. Accounts without login for 60 days go.", NOW)
    assert "30 days, 60 days" in questions[0]
