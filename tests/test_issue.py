"""Issues and threads from GitHub's JSON, the short form and webhook payloads; what is broken is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.errors import InputError
from bizops.issue import Comment, Issue, Person, Thread, instant, label_name, parse_issue, read_issue_file, timestamp

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = (
    "title body number state labels assignees user comments created_at updated_at pull_request state_reason html_url"
).split()


def test_the_missions_short_form_is_read() -> None:
    text = json.dumps(
        {
            "title": "Operation Title",
            "body": "Detailed description",
            "labels": ["operations/monitoring", "priority/P1", "agent/ai-operations"],
            "assignees": ["ai-operations-agent"],
        }
    )
    issue, comments = parse_issue(text, "issue.json")
    read = Issue.read(issue)
    assert (read.title, read.body, read.number, read.state) == ("Operation Title", "Detailed description", 0, "open")
    assert read.labels == ("operations/monitoring", "priority/P1", "agent/ai-operations")
    assert read.assignees == ("ai-operations-agent",)
    assert comments == []


def test_only_the_title_must_be_there() -> None:
    assert Issue.read(parse_issue('{"title": "x"}', "f")[0]) == Issue(0, "x")


def test_a_payload_brings_its_issue_and_its_comment() -> None:
    payload = {"action": "created", "issue": {"title": "x", "number": 5}, "comment": {"id": 9, "body": "hi"}}
    issue, comments = parse_issue(json.dumps(payload), "event.json")
    assert (issue["number"], [Comment.read(c).body for c in comments]) == (5, ["hi"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "expected one JSON object, got list"),
        ("7", "got int"),
        ("{}", "`title` is missing"),
        ('{"title": ""}', "`title`"),
        ('{"title": 5}', "`title`"),
        ('{"title": null}', "`title`"),
        ('{"title": "x", "body": 5}', "`body` must be str, not int"),
        ('{"title": "x", "labels": "a"}', "`labels` must be list"),
        ('{"title": "x", "labels": [7]}', "`labels` holds 7"),
        ('{"title": "x", "labels": [{"id": 1}]}', "`labels` holds"),
        ('{"title": "x", "assignees": [null]}', "`assignees` holds null"),
        ('{"issue": 5}', "`issue` must be an object"),
        ('{"title": "x", "created_at": "yesterday"}', "`created_at` is no timestamp"),
        ('{"title": "x", "number": "5"}', "`number` must be int"),
        ("[" * 100_000, "not JSON"),
        ('{"issue": null}', "`issue`"),
        ('{"title": "x", "user": 7}', "`user`"),
        ('{"title": "x", "user": {"id": 7}}', "`user`"),
        ('{"title": "x", "comments": [{"id": "a"}]}', "comment"),
        ('{"title": "x", "comments": [{"created_at": 5}]}', "comment"),
        ('{"title": "x", "number": true}', "`number`"),
        ('{"title": "x", "number": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_issue(text, "here.json")
    assert said in str(error.value), str(error.value)
    assert str(error.value).startswith("here.json")
    assert error.value.exit_code == 2


def test_several_wrong_things_are_said_at_once() -> None:
    with pytest.raises(InputError) as error:
        parse_issue('{"labels": 5, "body": []}', "f")
    assert all(name in str(error.value) for name in ("`title`", "`labels`", "`body`"))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "not UTF-8 text (byte 0)"), (b"", "not JSON"), (bytes(range(128, 200)), "not UTF-8")],
)
def test_a_file_that_is_no_text_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "i.json").write_bytes(content)
    with pytest.raises(InputError, match=r"i\.json") as error:
        read_issue_file(tmp_path / "i.json")
    assert said in str(error.value)


@pytest.mark.parametrize("name", ["nowhere.json", "."])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot read the issue"):
        read_issue_file(tmp_path / name)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "i.json").write_bytes(b'\xef\xbb\xbf{"title": "x"}')
    assert read_issue_file(tmp_path / "i.json")[0] == {"title": "x"}


@given(st.dictionaries(st.sampled_from(NAMES), anything, max_size=6), st.booleans())
def test_any_json_is_read_or_refused_and_never_breaks_anything(value: dict[str, Any], wrapped: bool) -> None:  # noqa: FBT001
    text = json.dumps({"issue": value} if wrapped else value)
    try:
        issue, comments = parse_issue(text, "f")
    except InputError:
        return
    Thread.read(issue, [dict(comment, event="commented") for comment in comments])


@given(st.text(), st.text(), st.text(), st.text())
def test_the_input_names_title_and_body(title: str, body: str, other_title: str, other_body: str) -> None:
    one, other = Issue(1, title, body), Issue(2, other_title, other_body)
    assert (one.input == other.input) == ((title, body) == (other_title, other_body))


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Status/Waiting", "status/waiting"),
        ("PRIORITY/p0", "priority/P0"),
        ("Agent/AI-Sales", "agent/ai-sales"),
        ("SLA/Breached", "sla/breached"),
        ("Finance/Analysis", "Finance/Analysis"),
        ("statusquo", "statusquo"),
        ("priority/Urgent", "priority/Urgent"),
        ("", ""),
        ("Status", "Status"),
    ],
)
def test_our_labels_are_read_as_policies_spell_them(name: str, read: str) -> None:
    assert label_name(name) == read


@pytest.mark.parametrize("text", ["2026-11-25T09:00:00Z", "2026-11-25T10:00:00+01:00", "2026-11-25T09:00:00"])
def test_times_are_utc(text: str) -> None:
    moment = instant(text)
    assert moment is not None
    assert timestamp(moment) == "2026-11-25T09:00:00Z"


def test_an_entry_seen_twice_is_one_and_the_order_is_that_of_time_and_id() -> None:
    entry = {"event": "labeled", "id": 5, "created_at": "2026-11-25T09:00:00Z", "label": {"name": "x"}, "actor": None}
    later = entry | {"id": 4, "created_at": "2026-11-25T10:00:00Z"}
    said = {"event": "commented", "id": 9, "body": "a", "user": None, "created_at": "2026-11-25T09:00:00Z"}
    thread = Thread.read({"title": "x"}, [later, entry, entry, said, said], [said])
    assert [event.id for event in thread.events] == [5, 4]
    assert [comment.id for comment in thread.comments] == [9]


def test_accounts_that_are_gone_are_not_one_another() -> None:
    thread = Thread.read({"title": "x", "user": None})
    assert not thread.by_author(Person("ghost"))
    assert Thread.read({"title": "x", "user": {"login": "zoe"}}).by_author(Person("zoe"))
