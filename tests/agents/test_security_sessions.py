"""Sessions that a stranger could take over: cookies and identifiers; and one value that stands at several places."""

import base64
import random
import time
from pathlib import Path

import pytest

from bizops.agent.tools.security.secret_scan import scan
from tests.agents.support_cases import answer, make

AGENT = "ai-security-agent"
DRAW = random.Random(7)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX = "".join(DRAW.choice("0123456789abcdef") for _ in range(32))
WORD = "".join(DRAW.choice(LETTERS) for _ in range(32))
TOKEN = "gh" + "p_16C7e42F292c6912E7710c838347Ae178B4a"


@pytest.mark.parametrize(
    "line",
    [
        f"Cookie: session={HEX}",
        f"Set-Cookie: sid={WORD}; Path=/; HttpOnly",
        f"set-cookie: anything={WORD}; secure; httponly",
        f"cookie: theme=dark; connect.sid=s%3A{WORD}.{HEX}",
        f"curl -b 'PHPSESSID={WORD.lower()}' https://shop.acme.io",
        f'"Cookie": "JSESSIONID={HEX.upper()}"',
        f'document.cookie = "sessionToken={WORD}"',
        f"X-Session-Id: {WORD}",
        f"session_id: {HEX}",
        f'{{"name": "session", "value": "{WORD}"}}',
        f".acme.io\tTRUE\t/\tTRUE\t1799999999\tsessionid\t{WORD}",
        f"my session id is {WORD}",
    ],
)
def test_the_identifier_of_a_session_is_a_secret(line: str) -> None:
    hits = scan(line, "issue").hits
    assert [hit.severity in ("critical", "high", "medium") for hit in hits] == [True]
    assert WORD not in hits[0].shown


@pytest.mark.parametrize(
    "line",
    [
        "Cookie: session=<your-session-id>",
        "Cookie: session=abc123",
        "Set-Cookie: sid=xxxxxxxxxxxxxxxxxxxxxxxx; HttpOnly",
        "Set-Cookie: SID=31d4d96e407aad42; Path=/; Secure; HttpOnly",
        "Cookie: PHPSESSID=298zf09hf012fh2; csrftoken=u32t4o3tb3gg43; _gat=1",
        "Cookie: session=YOUR_SESSION_COOKIE_HERE",
        "Cookie: sessionid=$SESSION_ID",
        "Cookie: session={{ session }}",
        "Cookie: _ga=GA1.2.1234567890.1700000000; theme=dark",
        "Set-Cookie: lang=en-US; Expires=Wed, 09 Jun 2030 10:18:14 GMT; HttpOnly",
        "session = requests.Session()",
        "session: Q4-2026-planning-review-3",
        "We set a cookie: it expires after 30 days.",
    ],
)
def test_placeholders_of_documentation_are_no_sessions(line: str) -> None:
    assert [hit for hit in scan(line, "issue").hits if hit.severity != "info"] == []


@pytest.mark.parametrize("evil", ["a=b; ", "cookie: ", "cookie", "sess", " true "])
def test_a_hostile_text_takes_no_time(evil: str) -> None:
    began = time.process_time()
    scan("Cookie: " + evil * (300_000 // len(evil)), "issue")
    assert time.process_time() - began < 3


def test_one_secret_at_two_places_is_one_to_revoke_and_both_places_are_named(tmp_path: Path) -> None:
    decision = answer(make(tmp_path, AGENT, f"leak of {TOKEN}", f"in the log:\n{TOKEN}\nand\n{TOKEN}\n", private=True))
    assert decision.summary.startswith("**Act now: this issue holds 1 secret that must be revoked")
    assert decision.facts["issue_secrets"].value == "1"
    assert decision.facts["issue_secrets_places"].value == "3"
    assert "`issue:2`, `issue:4`, `issue title:1`" in decision.summary
    assert {(f.file, f.line) for f in decision.findings} == {("issue title", 1), ("issue", 2), ("issue", 4)}


def test_a_secret_in_base64_is_the_same_secret(tmp_path: Path) -> None:
    wrapped = base64.b64encode(TOKEN.encode()).decode()
    decision = answer(make(tmp_path, AGENT, "leak", f"{TOKEN}\n\nand {wrapped}\n"))
    assert decision.facts["issue_secrets"].value == "1"


def test_values_on_a_very_long_line_are_counted_once_each(tmp_path: Path) -> None:
    draw = random.Random(9)
    ids = ("".join(draw.choice("0123456789abcdef") for _ in range(32)) for _ in range(300))
    body = "Cookie: " + "; ".join(f"sess{n}={value}" for n, value in enumerate(ids))
    assert answer(make(tmp_path, AGENT, "leak", body)).facts["issue_secrets"].value == "300"


def test_two_secrets_on_one_line_stay_two(tmp_path: Path) -> None:
    other = TOKEN.replace("4a", "9f")
    assert answer(make(tmp_path, AGENT, "leak", f"{TOKEN} {other}")).facts["issue_secrets"].value == "2"


def test_a_value_in_two_files_and_the_issue_costs_the_score_once(tmp_path: Path) -> None:
    files = {"a.env": f"TOKEN={TOKEN}\n", "b.env": f"X={TOKEN}\n"}
    decision = answer(make(tmp_path, AGENT, "secrets", f"Here it is: {TOKEN}", files=files, private=True))
    assert decision.facts["repository_secrets"].value == "1"
    assert "`a.env:1`, `b.env:1`" in decision.summary
    assert decision.facts["security_score"].value == "60"
    assert TOKEN not in decision.model_dump_json()
