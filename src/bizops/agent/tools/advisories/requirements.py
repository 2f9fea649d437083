"""pip's requirements files: pins with markers, extras, hashes, continued lines; what is not pinned is said.

Source: pip's reference of the requirements file format, PEP 508.
"""

import re
from collections.abc import Iterator

from bizops.agent.tools.advisories.locks import Pin

_LINE = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?)\s{0,5}(?:\[[^\]]{0,200}\])?\s{0,5}\(?([^;#@()]{0,300})\)?\s{0,5}(@[^;]{0,500})?(?:;(.{0,300}))?"
)


def pins(text: str, file: str) -> Iterator[Pin]:
    """A pin for each requirement; those without one exact version have an empty version and a note."""
    for number, line in logical(text):
        if line.startswith("-") and not line.startswith(("-e", "--editable")):
            continue
        if line.startswith(("-e", "--editable")) or re.match(
            r"[a-z+]+://|\.{0,2}/|[\w./-]+\.(?:whl|tar\.gz|zip)\s*$", line
        ):
            egg = re.search(r"#egg=([\w.-]+)", line)
            if egg:
                yield Pin("pypi", egg[1], "", file, number, "from a source of its own, not from an index")
            continue
        match = _LINE.fullmatch(line)
        if not match:
            continue
        name, specifier, address, marker = match[1], match[2].strip(), match[3], (match[4] or "").strip()
        note = f"only where {marker}" if marker else ""
        exact = re.fullmatch(r"===?\s*([\w.!+-]+)", specifier)
        if address:
            yield Pin("pypi", name, "", file, number, "from an address, not from an index")
        elif exact:
            yield Pin("pypi", name, exact[1], file, number, note)
        else:
            yield Pin("pypi", name, "", file, number, f"a range ({specifier})" if specifier else "no version is given")


def includes(text: str) -> list[str]:
    """The files that a requirements file includes by `-r` or `-c`."""
    lines = (line for _, line in logical(text))
    matches = (re.match(r"(?:-r|--requirement|-c|--constraint)[\s=]*(\S+)", line) for line in lines)
    return [match[1] for match in matches if match]


def logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments and per-requirement options, continued ones joined, with the number of their first."""
    start, parts = 0, list[str]()
    for number, raw in enumerate([*text.splitlines(), ""], 1):
        line = re.sub(r"(?:^|\s)#(?!egg=).*$", "", raw).rstrip()
        start = start or number
        if line.endswith("\\"):
            parts.append(line[:-1])
            continue
        whole = " ".join([*parts, line])
        whole = re.sub(r"\s--(?:hash|config-settings|global-option|install-option)[=\s]\S+", "", whole).strip()
        if whole:
            yield start, whole
        start, parts = 0, []
