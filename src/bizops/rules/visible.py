"""What the eye sees: text without hidden, direction-changing and control characters.

Removed are the general categories Cc, Cf, Co, Cs, Zl and Zp of the Unicode Standard (chapter 4, "General Category"),
its variation selectors, and the letters that have no ink. The result of every function here is a fixed point of it.
"""

import re
import unicodedata

MARKS = 4  # combining marks on one letter; more hide what stands around them
INKLESS = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159"), " ")
VARIATION = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
STRANGE = re.compile(r"[^\n\t -~]")


def visible(text: str) -> str:
    """The text without what cannot be seen; the line feed is its only line break, the tab its only other control."""
    text = BREAKS.sub("\n", text)
    if text.isascii():
        return re.sub(r"[^\n\t -~]", "", text)
    text = VARIATION.sub("", text).translate(INKLESS)
    shown = STRANGE.sub(_shown, text)
    return _few_marks(shown)


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"} else character


def _few_marks(text: str) -> str:
    """At most MARKS combining marks in a row."""
    kept, run = [], 0
    for character in text:
        run = run + 1 if character > "\u02ff" and unicodedata.category(character) in {"Mn", "Me"} else 0
        if run <= MARKS:
            kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """The visible text with every run of white space as one space."""
    return " ".join(visible(text).split())


def terminal(text: str) -> str:
    """Text that a terminal only prints: escape sequences and other controls stand as control pictures (␛), no bidi."""
    text = text.replace("\r\n", "\n")
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", lambda match: chr(0x2400 + ord(match[0])), text)
    return visible(text.replace("\x7f", "\u2421"))


def workflow_log(text: str) -> str:
    """Text that cannot command a runner: `::error::` and `##[error]` are pulled apart (actions/runner, ActionCommand).

    The runner trims a line before it looks for `::`, and finds `##[` anywhere in it.
    """
    text = re.sub(r"(?m)^(\s*):(?=:)", r"\1: ", terminal(text).replace("##[", "## ["))
    return re.sub(r"(?m)^(\s*)#(?=#\[)", r"\1# ", text)


def stop_commands(token: str) -> tuple[str, str]:
    """The lines to print before and after foreign text on a runner's log; the token must be random (16 or more)."""
    if not re.fullmatch(r"[A-Za-z0-9]{16,}", token):
        raise ValueError("the token must be 16 or more random letters and digits")
    return f"::stop-commands::{token}", f"::{token}::"


def csv_cell(text: str) -> str:
    """One cell that a spreadsheet does not run: what could be a formula gets an apostrophe; numbers stay numbers.

    Source: OWASP, "CSV Injection". Quoting is the CSV writer's business.
    """
    text = one_line(text)
    if re.fullmatch(r"[+-]?\d[\d.,]*\s?%?", text, re.ASCII):
        return text
    return f"'{text}" if text[:1] in set("=+-@|%\uff1d\uff0b\uff0d\uff20\u2212") else text
