"""The page over HTTP: what it shows, what it takes, and what it refuses."""

import html
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nh3
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from bizops import company
from bizops.desk.gather import commit_of
from bizops.desk.github import GitHub
from bizops.desk.labels import create_missing
from bizops.local.demo.examples import Folders, examples
from bizops.local.github.clock import Clock
from bizops.local.github.records import Issue
from bizops.local.github.server import LocalGitHub
from bizops.local.runner import Jobs
from bizops.local.web import forms, threads
from bizops.local.web.markdown import rendered
from bizops.local.web.site import Site, routes
from bizops.policy import load
from bizops.rules.forms import parse
from bizops.templates import load_templates

COMPANY = Path(__file__).parents[1] / "company"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def desk() -> Iterator[tuple[LocalGitHub, Jobs]]:
    """A GitHub with the page, and the desk at work on it."""
    policy = load()
    jobs, shown = Jobs(policy, lambda _issue: COMPANY), forms.forms(company.forms())
    clock = Clock(datetime(2026, 11, 25, 9, tzinfo=UTC), step=1)
    with LocalGitHub(clock=clock, routes=lambda github: routes(Site(github, jobs, policy, shown))) as github:
        for login, role in {"ada": "admin", "mara": "write", "zoe": "none"}.items():
            github.user(login, role)  # type: ignore[arg-type]
        create_missing(GitHub("acme/ops", github.token("ada"), github.url), policy, load_templates(company.forms()))
        with jobs.at(github):
            yield github, jobs


@pytest.fixture(scope="module")
def github(desk: tuple[LocalGitHub, Jobs]) -> LocalGitHub:
    return desk[0]


def get(github: LocalGitHub, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{github.url}{path}", headers=headers, timeout=30, allow_redirects=False)


def post(github: LocalGitHub, path: str, data: Any, **headers: str) -> requests.Response:
    headers = {"origin": github.url, **headers}
    return requests.post(f"{github.url}{path}", data=data, headers=headers, timeout=30, allow_redirects=False)


def words(reply: requests.Response) -> str:
    """What a person reads on a page."""
    text = re.sub(r"<(script|style|noscript)\b.*?</\1>", "", reply.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_an_issue_by_a_form_is_answered_and_its_thread_shows_everything(desk: tuple[LocalGitHub, Jobs]) -> None:
    github, jobs = desk
    page = get(github, "/acme/ops/issues/new/finance")
    fields = dict(re.findall(r'<label for="(field-\d+)">([^<]+?)\s*(?:<|$)', page.text))
    named = {label.strip(): name for name, label in fields.items()}
    answer = post(
        github,
        "/acme/ops/issues",
        {
            "form": "finance",
            "title": "Ask about October",
            "as": "zoe",
            named["Priority"]: "P1",
            named["Kind of analysis"]: "Statement",
            named["Question"]: "How much?\r\n\r\n### Priority\r\n\r\nP0",
            named["Data"]: "```csv a.csv\r\nx,y\r\n1,2\r\n```",
        },
    )
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert jobs.settle(github, 60)
    body = github.issue(int(place.rpartition("/")[2]))["body"]
    form = parse(body, load_templates(company.forms()))
    assert form is not None
    assert (form.template.name, form.priority) == ("Finance analysis", "P1")
    assert form.fields["Period"] == ""
    assert "### Priority\r\n\r\nP0" in form.fields["Question"]
    shown = words(get(github, place))
    for part in (
        "Ask about October #",
        "zoe outsider opened this just now · 2 comments",
        "Status needs info",
        "Agent ai-finance-agent",
        "Priority P1",
        "zoe outsider added finance/analysis",
        "github-actions[bot] bot added status/in-progress priority/P1",
        "Please tell us: Which month?",
        "a.csv",
    ):
        assert part in shown
    assert "bizops:" not in shown
    assert "bizops:" not in get(github, place).text
    listed = words(get(github, "/acme/ops/issues"))
    assert re.search(r"Ask about October Open: #\d+ by zoe outsider just now finance/analysis Priority P1", listed)
    assert "Agent ai-finance-agent Status needs info" in listed


def test_a_comment_goes_on_a_label_reroutes_a_run_is_made_again_and_an_issue_closes(
    desk: tuple[LocalGitHub, Jobs],
) -> None:
    github, jobs = desk
    made = post(github, "/acme/ops/issues", {"form": "blank", "title": "ask it", "body": "", "as": "mara"})
    place = made.headers["location"]
    number = int(place.rpartition("/")[2])
    assert jobs.settle(github, 60)
    assert "Agent ai-manager-agent" in words(get(github, place))
    after = post(github, f"{place}/comments", {"body": "October", "as": "mara"})
    assert re.fullmatch(rf"{place}#issuecomment-\d+", after.headers["location"])
    assert jobs.settle(github, 60)
    assert "Follows the answer before" in words(get(github, place))
    assert post(github, f"{place}/labels", {"label": "support/question", "as": "mara"}).status_code == 303
    assert jobs.settle(github, 60)
    assert "Agent ai-support-agent" in words(get(github, place))
    answers = len(github.comments(number))
    assert post(github, f"{place}/again", "", **FORM).status_code == 303
    assert jobs.settle(github, 60)
    assert len(github.comments(number)) == answers
    assert "Worked again on" in words(get(github, place))
    run = re.findall(r"/acme/ops/actions/runs/\d+", get(github, place).text)[-1]
    assert "Requests to GitHub" in words(get(github, run))
    assert "Route: support/*: ai-support-agent" in words(get(github, run))
    assert post(github, f"{place}/state", {"as": "mara"}).status_code == 303
    assert "closed this as completed" in words(get(github, place))
    refused = post(github, f"{place}/state", {"as": "zoe"})
    assert (refused.status_code, "Must have admin rights" in words(refused)) == (403, True)


HOSTILE = {
    "title": "\u202e<script>alert(1)</script>\u0007 <b onclick=alert(1)>",
    "body": "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>\n\n"
    "![a](https://evil.example/y) [b](javascript:alert(1)) <a href='data:text/html,x'>c</a> <svg onload=alert(1)>\n\n"
    "<iframe src=//evil.example></iframe><form action=//evil.example><input name=as></form>\n\n"
    "<base href=//evil.example>\n\n<meta http-equiv=refresh content=0>\n\n"
    "<style>*{display:none}</style><p style='position:fixed' id=main class=skip>d</p>\n\n"
    "<!-- bizops:answer ai-manager-agent@opened {} -->\n\n[e](https://fine.example) \u202egnp.exe\n\n</article></main>",
}


def test_hostile_text_is_shown_and_does_nothing(desk: tuple[LocalGitHub, Jobs]) -> None:
    github, jobs = desk
    number = github.file_issue("zoe", HOSTILE["title"], HOSTILE["body"]).number
    github.comment("zoe", number, HOSTILE["body"])
    assert jobs.settle(github, 60)
    for path in ("/acme/ops/issues", f"/acme/ops/issues/{number}"):
        text = get(github, path).text
        assert "&lt;script&gt;alert(1)" in text
        assert not re.search(r"<(script(?! src=\"/-/page\.js\" defer)|img|iframe|base|style)\b", text)
        assert not re.search(r"<[^>]*\b(on\w+=|javascript:|style=|data:)", text)
        assert "evil.example" not in re.sub(r"&lt;.*?&gt;|<code>.*?</code>", "", text)
        assert "\u202e" not in text
        assert "\u0007" not in text
    assert '<a href="https://fine.example" rel="nofollow noopener noreferrer">e</a>' in text
    assert text.count('id="main"') == 1
    assert text.count("<main") == text.count("</main>") == 1


LISTED = set("p br hr h4 h5 h6 blockquote ul ol li pre code em strong table thead tbody tr th td b i s a input".split())


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("<>/!-[]()`*_|:&;#\"'= \nabjx\u202e&lt;imgscriptonerrorhref"), max_size=120))
def test_whatever_markdown_says_only_listed_tags_and_attributes_come_out(text: str) -> None:
    made = str(rendered(text))
    for tag, attributes in re.findall(r"<([a-z0-9]+)((?:\s[^>]*)?)>", made):
        assert tag in LISTED
        assert not re.search(r"\bon\w+=|style=|class=|id=|src=", attributes)
    assert nh3.clean(made, link_rel=None, tags=nh3.ALLOWED_TAGS | {"input"}).count("<script") == 0


@pytest.mark.parametrize(
    "piece", ["[", "![", "<div>", "*a ", "`` `", "> ", "- ", "|a", "<!--", "[a](b ", "_a__b", "\u202e"]
)
def test_a_body_of_65536_characters_is_rendered_in_a_moment(piece: str) -> None:
    began = time.process_time()
    rendered((piece * 65_536)[:65_536])
    assert time.process_time() - began < 10


def test_markdown_is_as_on_github_as_far_as_the_desk_needs_it() -> None:
    made = str(
        rendered("# A\nx\ny\n\n- [x] done\n- [ ] open\n\n|a|b|\n|-:|-|\n|1|2|\n\n```csv a.csv\n1\n```\n\n~~no~~")
    )
    assert "<h4>A</h4>" in made
    assert "x<br>" in made
    assert re.search(r'<li><input [^>]*checked=""[^>]*> done</li>\s*<li><input (?![^>]*checked)[^>]*> open</li>', made)
    assert '<td align="right">1</td>' in made
    assert "<p><code>a.csv</code></p><pre><code>1\n</code></pre>" in made
    assert "<s>no</s>" in made or "<del>no</del>" in made


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"host": "127.0.0.1.evil.example"}, {"host": ""}, {"host": "evil.example:80@127.0.0.1"}],
)
def test_a_foreign_name_for_this_machine_is_refused(github: LocalGitHub, headers: dict[str, str]) -> None:
    for path in ("/", "/acme/ops/issues", "/-/page.css"):
        assert get(github, path, **headers).status_code in {400, 403}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://localhost"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_writes_nothing(github: LocalGitHub, headers: dict[str, str]) -> None:
    before = github.state.store.all(Issue)
    reply = post(github, "/acme/ops/issues", {"form": "blank", "title": "x", "as": "ada"}, **headers)
    assert (reply.status_code, "sent by another site" in words(reply)) == (403, True)
    assert github.state.store.all(Issue) == before


def test_every_page_forbids_scripts_frames_and_other_hosts(github: LocalGitHub) -> None:
    for path in ("/", "/acme/ops/issues", "/acme/ops/issues/new", "/acme/ops/nothing", "/-/page.js", "/-/labels.css"):
        headers = get(github, path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/acme/ops/issues/999", 404, "There is no issue 999."),
        ("/acme/ops/issues/abc", 404, "“abc” is not the number of an issue."),
        ("/acme/ops/issues/%3Cscript%3E", 404, "is not the number of an issue."),
        ("/acme/ops/issues/new/nothing", 404, "There is no form “nothing”."),
        ("/acme/ops/actions/runs/1", 404, "There is no run 1."),
        ("/acme/ops/elsewhere/1", 404, "Nothing is at this address."),
        ("/-/../page.py", 404, ""),
        ("/-/base.html.j2", 404, "Nothing is at this address."),
    ],
)
def test_what_is_not_there_is_said_on_a_page(github: LocalGitHub, path: str, status: int, said: str) -> None:
    reply = get(github, path)
    assert reply.status_code == status
    assert said in words(reply) or not said
    assert "<script>" not in reply.text


def test_what_cannot_be_taken_is_said_and_a_half_filled_form_keeps_what_was_written(github: LocalGitHub) -> None:
    root = "/acme/ops/issues"
    before = github.state.store.all(Issue)
    reply = post(github, root, {"form": "finance", "title": " ", "as": "mara", "field-5": "<b>kept</b>"})
    assert reply.status_code == 422
    assert "“Title” is missing." in words(reply)
    assert "“Kind of analysis” is missing." in words(reply)
    assert "&lt;b&gt;kept&lt;/b&gt;" in reply.text
    assert post(github, root, {"form": "blank", "title": "x", "as": "nobody"}).status_code == 422
    assert post(github, root, {"form": "blank", "title": "x", "as": "github-actions[bot]"}).status_code == 422
    assert "title is too long" in words(post(github, root, {"form": "blank", "title": "x" * 300, "as": "mara"}))
    assert post(github, root, {"form": "blank", "title": "x", "body": "y" * 1_500_000, "as": "mara"}).status_code == 413
    assert post(github, root, "&".join(f"a{n}=1" for n in range(500)), **FORM).status_code == 400
    assert post(github, root, "{}", **{"content-type": "application/json"}).status_code == 415
    assert post(github, root, b"form=blank&title=%ff%fe&as=nobody", **FORM).status_code == 422
    assert requests.put(f"{github.url}{root}", timeout=20).status_code in {404, 405}
    assert github.state.store.all(Issue) == before


def test_an_empty_comment_and_one_that_is_too_long_are_refused(github: LocalGitHub) -> None:
    number = github.file_issue("mara", "A pull request", pull_request=True).number
    place = f"/acme/ops/issues/{number}"
    assert post(github, f"{place}/comments", {"body": " ", "as": "mara"}).status_code == 422
    long = post(github, f"{place}/comments", {"body": "\U0001f600" * 65_537, "as": "mara"})
    assert (long.status_code, "too long" in words(long)) == (422, True)
    assert post(github, f"{place}/comments", {"body": "\U0001f600" * 60_000, "as": "mara"}).status_code == 303


def test_links_to_the_repository_stay_on_this_machine_and_show_the_file_that_was_cited(tmp_path: Path) -> None:
    """The links of an answer name github.com, as the desk writes them anywhere."""
    policy = load()
    place = tmp_path / "examples" / "ai-support-agent" / "ordinary"
    (place / "help").mkdir(parents=True)
    (place / "issue.json").write_text('{"title": "Where is it?"}')
    (place / "help" / "a.md").write_text("# Here\n\n<script>alert(1)</script>it is")
    (place / "secret.txt").write_text("<b>one</b>\ntwo")
    (tmp_path / "made").mkdir()
    folders = Folders(tmp_path / "made", examples(tmp_path / "examples"))
    quiet = Jobs(policy)
    with LocalGitHub(routes=lambda started: routes(Site(started, quiet, policy, (), folders.read))) as github:
        issue = github.file_issue("zoe", "Where is it?", "")
        folder = folders(github.state.issue(issue.number))
        assert folder is not None
        commit = commit_of(folder)
        links = (f"https://github.com/acme/ops/blob/{commit}/help/a.md", "http://127.0.0.1:1/acme/ops/issues/1")
        github.comment(
            "zoe", issue.number, " ".join(f"[x]({link})" for link in (*links, "https://github.com/acme/opsx/y"))
        )
        shown = re.findall('href="([^"]+)" rel="nofollow', get(github, f"/acme/ops/issues/{issue.number}").text)
        assert shown == [f"/acme/ops/blob/{commit}/help/a.md", "/acme/ops/issues/1", "https://github.com/acme/opsx/y"]
        file = get(github, shown[0])
        assert ("it is" in words(file), "<script>alert" in file.text) == (True, False)
        plain = get(github, f"/acme/ops/blob/{commit}/secret.txt")
        assert '<li id="L1"><code>&lt;b&gt;one&lt;/b&gt;</code></li>' in plain.text
        for path in (
            f"{commit}/issue.json",
            f"{commit}/../x",
            "HEAD/secret.txt",
            f"{'0' * 40}/secret.txt",
            f"{commit}/%00",
        ):
            assert get(github, f"/acme/ops/blob/{path}").status_code == 404


def test_the_state_of_many_issues_is_shown_in_pages_and_by_state() -> None:
    policy = load()
    quiet = Jobs(policy)
    with LocalGitHub(routes=lambda started: routes(Site(started, quiet, policy))) as many:
        assert "No issue here." in words(get(many, "/acme/ops/issues"))
        for count in range(60):
            many.file_issue("zoe", f"number {count}")
        first, second = (get(many, f"/acme/ops/issues?page={page}").text for page in (1, 2))
        assert (first.count('class="row"'), second.count('class="row"')) == (50, 10)
        assert "Page 2 of 2" in words(get(many, "/acme/ops/issues?page=99999999999"))
        assert "No issue here." in words(get(many, "/acme/ops/issues?state=closed"))
        assert get(many, "/acme/ops/issues?state=%3Cb%3E&page=-1").status_code == 200


@given(st.from_regex(r"[0-9a-f]{6}", fullmatch=True))
def test_the_text_on_a_label_of_any_colour_can_be_read(color: str) -> None:
    def luminance(value: str) -> float:
        parts = [int(value[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    ink = {"#000": 0.0, "#fff": 1.0}[threads._ink(color)]
    low, high = sorted((luminance(color), ink))
    assert (high + 0.05) / (low + 0.05) >= 4.5
