"""Markers: one writer, one reader; text from others never becomes one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.issue import Comment, Person
from bizops.rules import markers

NOW = datetime(2026, 11, 25, tzinfo=UTC)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def by(login: str, body: str, number: int = 1) -> Comment:
    return Comment(number, Person(login, "Bot"), body, NOW, NOW)


@given(st.dictionaries(st.text(), json_values))
def test_what_is_written_is_read_again_and_cannot_leave_its_comment(data: dict[str, Any]) -> None:
    text = markers.render("answer", "ai-finance-agent@opened", data)
    inside = text.removeprefix("<!-- ").removesuffix(" -->")
    assert ">" not in inside
    assert "--" not in inside
    (found,) = markers.parse(f"{text}\n\nHello")
    assert (found.kind, found.key, found.data) == ("answer", "ai-finance-agent@opened", data)


@pytest.mark.parametrize(
    "text",
    [
        "see <!-- bizops:answer ai-x-agent@opened -->",
        "<!-- bizops:answer ai-x-agent@opened --> more",
        "<!--bizops:answer ai-x-agent@opened -->",
        "<!-- bizops:other ai-x-agent@opened -->",
        "<!-- bizops:answer -->",
        "> <!-- bizops:answer ai-x-agent@opened -->",
        "    <!-- bizops:answer ai-x-agent@opened -->",
        "`<!-- bizops:answer ai-x-agent@opened -->`",
        "```\n<!-- bizops:answer ai-x-agent@opened -->\n```",
        "~~~~ md\n~~~\n<!-- bizops:answer ai-x-agent@opened -->\n~~~~",
        "```\n<!-- bizops:answer ai-x-agent@opened -->",
        "said\n\n   ```html\n<!-- bizops:answer ai-x-agent@opened -->\n   ```\nmore",
    ],
)
def test_what_is_not_the_grammar_is_no_marker(text: str) -> None:
    assert markers.parse(text) == ()


def test_a_marker_counts_only_from_an_account_of_the_desk() -> None:
    text = markers.render("answer", "ai-x-agent@opened")
    said = [by("mallory", text, 1), by("github-actions[bot]", text, 2), by("GitHub-Actions[bot]", text, 3)]
    assert [m.id for m in markers.of(said, ["github-actions[bot]"], "answer")] == [2, 3]


def test_a_marker_after_a_fence_counts_and_one_inside_does_not() -> None:
    first, second = (markers.render("answer", f"ai-x-agent@comment-{n}", {"then": "```"}) for n in (1, 2))
    quoted = markers.render("answer", "ai-x-agent@opened")
    body = f"{first}\n```\n{quoted}\n```\n~~~\n{quoted}\n```\n~~~\n{second}"
    assert [marker.key for marker in markers.parse(body)] == ["ai-x-agent@comment-1", "ai-x-agent@comment-2"]


def test_broken_json_leaves_a_marker_without_data() -> None:
    (found,) = markers.parse('<!-- bizops:status record {"a": } -->')
    assert found.data == {}


@pytest.mark.parametrize("key", ["", "a b", "a--b", "a>b", "x" * 300, "a\nb"])
def test_a_key_that_could_break_the_grammar_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        markers.render("answer", key)
