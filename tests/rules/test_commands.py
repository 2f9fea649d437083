"""Which lines of a comment are commands, by CommonMark."""

import pytest

from bizops.rules.commands import Command, only_commands, parse


@pytest.mark.parametrize(
    "body", ["/retry", "/ack\r\n\r\n/approve 3f2a9c\r\n", "/Hold", "/assign ai-finance-agent\n/priority P1"]
)
def test_commands_alone(body: str) -> None:
    assert only_commands(body)


@pytest.mark.parametrize(
    "body",
    [
        "", "\n \n", "/", "/ retry", "/var/log", "/1", "retry", "/retry\nplease", "//retry", "> /retry", "\t/hold",
        "```\n/retry\n```", "- /retry", "# /retry", "<div>\n/retry\n</div>", "<!--\n/retry\n-->", "/tmp",
    ],
)  # fmt: skip
def test_what_is_not_commands_alone(body: str) -> None:
    assert not only_commands(body)


def test_several_commands_in_one_comment_come_in_their_order() -> None:
    found = parse("Hello\n/priority P1\nand\n\n/assign   ai-finance-agent\n\n> /hold\n\n    /cancel\n")
    assert found == (Command("priority", "P1"), Command("assign", "ai-finance-agent"))


@pytest.mark.parametrize(
    "body",
    [
        "`a\n/ack\nb`",
        "1. x\n   /ack",
        "> x\n/ack",
        "/ack\n---",
        "text <!--\n/ack\n--> text",
        "  /ack",
        "[x]: /ack\n/ack_not",
    ],
)
def test_what_only_looks_like_a_command_is_none(body: str) -> None:
    assert Command("ack") not in parse(body)


def test_an_unknown_word_is_told_apart() -> None:
    (command,) = parse("/asign ai-finance-agent")
    assert (command.known, command.name) == (False, "asign")
