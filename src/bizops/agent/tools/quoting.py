"""Foreign text in an answer: file names, cells and messages made harmless for Markdown tables and lists."""

import re
import unicodedata
from collections.abc import Sequence

LIMIT = 160  # characters of a foreign text that is shown


def plain(text: object, limit: int = LIMIT) -> str:
    """One line of visible text: control and direction characters and lone surrogates replaced, cut at `limit`."""
    if isinstance(text, str) and len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    line = str(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    line = "".join(_visible(char) for char in line[: limit * 2])
    line = re.sub(r"\s+", " ", line).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    return "�" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else char


def cell(text: object, limit: int = LIMIT) -> str:
    """`plain` text as the cell of a table: nothing in it is Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!@])", r"\\\1", plain(text, limit))


def code(text: object, limit: int = LIMIT) -> str:
    """`plain` text as inline code, also inside a table."""
    line = plain(text, limit).replace("`", "'").replace("|", "¦")
    return f"`{line}`" if line else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the cells must be harmless already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def many(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
