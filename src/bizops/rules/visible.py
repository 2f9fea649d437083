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
COMMENT_OR_CODE = re.compile(
    r"(?P<comment><!--(?:-?>)?)|^(?: {0,3}> ?){0,9} {0,3}(?P<fence>`{3,}|~{3,})|\\[\\`]|`+", re.MULTILINE
)
SPAN = 1_000  # characters of a code span that is looked for
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


def uncommented(text: str) -> str:
    """Markdown without its HTML comments; their line feeds stay. Code keeps what looks like one.

    A comment that is not closed hides all the rest where it begins a line, and is a text elsewhere (CommonMark 0.31,
    4.6 and 6.6: `<!-->` and `<!--->` are whole). Linear in the text.
    """
    if "<!--" not in text:
        return text
    kept: list[str] = []
    done = at = 0
    last = text.rfind("-->")
    while match := COMMENT_OR_CODE.search(text, at):
        at = match.end()
        if match["comment"]:
            whole = match["comment"].endswith(">")
            end = at if whole else text.find("-->", at) + 3 if last >= at else len(text)
            if whole or last >= at or _begins(text, match.start()):
                kept += [text[done : match.start()], "\n" * text.count("\n", match.start(), end)]
                done = at = end
        elif match[0][0] != "\\":
            at = _code_end(text, match)
    return "".join([*kept, text[done:]])


def _begins(text: str, at: int) -> bool:
    """Whether a line begins here, or at most three spaces before."""
    _, feed, lead = text[max(at - 4, 0) : at].rpartition("\n")
    return not lead.strip(" ") and (bool(feed) or at < 4)


def _code_end(text: str, opened: re.Match[str]) -> int:
    """Where the code ends that may begin here; a run of backticks that opens none is text."""
    fence, at = opened["fence"], opened.end()
    line_end = text.find("\n", at) if "\n" in text[at : at + 1000] else min(len(text), at + 1000)
    if fence and not (fence[0] == "`" and "`" in text[at:line_end]):
        closer = re.compile(rf"^[ >]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$", re.MULTILINE).search(text, at)
        return closer.end() if closer else len(text)
    width = len(opened[0].strip(" >"))
    span = re.compile(rf"(?<!`)`{{{width}}}(?!`)").search(text, at, at + SPAN)
    return span.end() if span and "\n\n" not in text[at : span.end()] else at


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
