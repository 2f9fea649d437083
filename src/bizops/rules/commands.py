"""Slash commands in a comment: which lines are commands (CommonMark), and which commands there are.

A command is a line that begins with `/` in the first column of a paragraph; in code, quotes, lists, headings and HTML
blocks it is text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bizops.issue import Comment

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

COMMANDS = {
    "retry": ("", "work the newest question again"),
    "assign": ("AGENT", "give the issue to an agent"),
    "priority": ("P0..P3", "set the priority"),
    "hold": ("", "stop the desk on this issue"),
    "resume": ("", "let the desk go on"),
    "waiting": ("", "wait for the requester; the clocks stand still"),
    "approve": ("HASH", "approve exactly what the proposal with this hash says"),
    "reject": ("[HASH]", "turn the proposal down"),
    "ack": ("", "take note of a breach; the escalation pauses"),
    "cancel": ("", "end the work on the newest question"),
    "explain": ("", "why the issue went where it went, and how its clocks stand"),
    "help": ("", "list the commands"),
}
_NEWLINE = re.compile(r"\r\n?|\n")  # CommonMark's line endings: others, such as U+2028, are text


@dataclass(frozen=True)
class Command:
    """`/assign ai-finance-agent`: its name without the slash and without capitals, and the rest of the line."""

    name: str
    argument: str = ""

    @property
    def known(self) -> bool:
        return self.name in COMMANDS


@lru_cache(maxsize=64)  # an issue is looked at some times in a run
def parse(body: str) -> tuple[Command, ...]:
    """The commands of a comment, in order; a name that is none of ours is among them, if it is a plain word."""
    lines = _NEWLINE.split(body)
    if not any(line.startswith("/") for line in lines):
        return ()
    found = []
    for paragraph, source in _paragraphs(body, lines):
        for text in _lines(paragraph):
            name, _, argument = text[1:].partition(" ")
            if name.replace("-", "").isalpha() and any(line.startswith(text.split()[0]) for line in source):
                found.append(Command(name.casefold(), " ".join(argument.split())))
    return tuple(found)


def only_commands(body: str) -> bool:
    """Whether a comment holds nothing but slash commands."""
    lines = [line for line in _NEWLINE.split(body) if line.strip()]
    named = [line[1:].partition(" ")[0].strip().casefold() for line in lines if line.startswith("/")]
    if not lines or len(named) < len(lines) or not all(name in COMMANDS for name in named):
        return False
    return len(parse(body)) == len(lines)


def edited(comment: Comment) -> bool:
    """Whether a comment was changed after it was written: its commands do nothing."""
    return comment.updated_at > comment.created_at


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _paragraphs(body: str, lines: list[str]) -> "Iterator[tuple[Token, list[str]]]":
    """The inline part of each paragraph that stands in nothing else, and its lines."""
    tokens = _reader().parse(body)
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0 and opening.map:
            yield inline, lines[opening.map[0] : opening.map[1]]


def _lines(inline: "Token") -> Iterator[str]:
    """The lines of a paragraph that begin with a slash that is text."""
    line: str | None = None
    begins = True
    for child in inline.children or ():
        if child.type in ("softbreak", "hardbreak"):
            if line is not None:
                yield line
            line, begins = None, True
            continue
        if begins and child.type == "text" and child.content.startswith("/"):
            line = child.content
        elif line is not None:
            line += child.content
        begins = False
    if line is not None:
        yield line
