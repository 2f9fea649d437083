"""A text as the secret scan reads it: pieces of bounded length with their line numbers, and hits at places of it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bizops.agent.tools.security import secret_values as values
from bizops.agent.tools.security.secret_rules import Rule
from bizops.decision import Severity

Mode = Literal["code", "config", "prose"]
PIECE, OVERLAP, PIECES = 1000, 200, 400  # characters of a long line that are looked at at once; pieces of one line
CODE = frozenset(
    "py pyi js jsx mjs cjs ts tsx java kt kts go rb php cs c cc cpp h hpp rs swift scala lua pl r"
    " dart groovy gradle vue tf"
    " sql ipynb ps1 ex exs clj svelte css scss sass less m mm python javascript typescript golang"
    " ruby java csharp rust kotlin".split()
)
PROSE = frozenset("md markdown rst txt adoc html htm tex log".split())
HASHED = re.compile(
    r"(?i)(?:\.lock|lock\.json|lock\.ya?ml|lockb|\.sum|\.min\.(?:js|css)|\.map|\.svg|\.snap|integrity)$"
)


_BLANKS = re.compile(r"[ \t]{9,}")  # patterns of others are quadratic in them


@dataclass(frozen=True)
class Hit:
    """A secret at a line. `value` never leaves this package: neither `repr` nor any answer shows it."""

    rule: Rule
    line: int
    value: str = field(repr=False)
    start: int = 0
    end: int = 0
    rank: int = 0  # the more specific form wins where two overlap
    severity: Severity = "high"
    note: str = ""
    inner: str = field(default="", repr=False)  # the secret itself, where the value holds it encoded

    @property
    def secret(self) -> str:
        """What must be revoked, the same wherever and however it stands."""
        return self.inner or self.value

    @property
    def shown(self) -> str:
        """The value as an answer may show it: passwords not at all, long tokens by their ends."""
        hidden = self.rule.name.endswith(("password", "credentials", "private-key", "key-encrypted")) or self.rank < 40
        return "•••" if hidden else values.masked(self.value)


class Lines:
    """The text as pieces of bounded length, with the line number and mode of each place."""

    def __init__(self, text: str, name: str, modes: Mapping[int, Mode] | None = None) -> None:
        self.name, self.cut, self.modes = name, False, modes or {}
        self.default = mode_of(name)
        self.pieces: list[str] = []
        self.numbers: list[int] = []
        self.starts: list[int] = []
        at = 0
        for number, line in enumerate(
            _BLANKS.sub("        ", text).replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1
        ):
            for piece in self._pieces(line):
                self.pieces.append(piece)
                self.numbers.append(number)
                self.starts.append(at)
                at += len(piece) + 1
        self.text = "\n".join(self.pieces)
        low = self.text.lower()
        self.low = low if len(low) == len(self.text) else "".join(c.lower() if c.isascii() else c for c in self.text)
        self.hinted = tuple(sorted(self.holding(*values.NAME_HINTS)))

    def holding(self, *words: str) -> set[int]:
        """The pieces that hold one of the words, without regard to case (a plain search is what makes this fast)."""
        found: set[int] = set()
        for word in words:
            place = self.low.find(word)
            while place >= 0:
                index = self.index(place)
                found.add(index)
                if index + 1 == len(self.starts):
                    break
                place = self.low.find(word, self.starts[index + 1])
        return found

    def matches(self, pattern: re.Pattern[str], *words: str) -> Iterator[re.Match[str]]:
        """The matches of a pattern within the pieces that hold one of the words."""
        for index in sorted(self.holding(*words)):
            start = self.starts[index]
            yield from pattern.finditer(self.text, start, start + len(self.pieces[index]))

    def _pieces(self, line: str) -> Iterable[str]:
        if len(line) <= PIECE:
            return (line,)
        starts = range(0, max(1, len(line) - OVERLAP), PIECE - OVERLAP)
        self.cut = self.cut or len(starts) > PIECES
        return [line[start : start + PIECE] for start in starts[:PIECES]]

    def index(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def line(self, offset: int) -> int:
        return self.numbers[self.index(offset)]

    def mode(self, offset: int) -> Mode:
        return self.modes.get(self.line(offset), self.default)

    def around(self, offset: int) -> tuple[str, int]:
        """The piece that holds an offset, and where it begins."""
        index = self.index(offset)
        return self.pieces[index], self.starts[index]


def mode_of(name: str) -> Mode:
    """How unquoted values are read in a file of that name or language."""
    end = name.rsplit("/", 1)[-1].rsplit(".", 1)[-1].casefold()
    return "code" if end in CODE else "prose" if end in PROSE or name.startswith(("issue", "comment")) else "config"


def at(lines: Lines, rule: Rule, start: int, end: int, rank: int, **more: str) -> Hit:
    """A hit at a place of the text; severity and note as given, else the rule's."""
    severity = more.get("severity", rule.severity)
    note = more.get("note", "")
    return Hit(rule, lines.line(start), lines.text[start:end], start, end, rank, severity, note)  # type: ignore[arg-type]
