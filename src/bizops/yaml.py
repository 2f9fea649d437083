"""One reader of YAML: the tree of a file that people write by hand, the line of all in it, and all that is wrong.

YAML 1.2 in its core schema (yaml.org, 10.3: `on` and `yes` stay text), and dates. The file is read event by event, so
that a duplicate key hides nothing behind it, and neither depth, aliases nor size can make it slow. Only this module
knows ruamel.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bizops.errors import ConfigError, Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

SIZE = 1_000_000  # bytes of a file
ENTRIES = 20_000  # keys and values of a file, those that aliases repeat included
DEPTH = 40
DOUBLES = 50  # duplicate keys that are named; more help nobody
_BINARY = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq", "int", "float", "bool", "null"))}
_TYPED: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]{1,4000}"), int),
    (re.compile(r"0o[0-7]{1,4000}|0x[0-9a-fA-F]{1,4000}"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+ ?(?:[Zz]|[-+][0-9:]{2,5})?"), datetime.fromisoformat),
)
_MEANS = {  # the parser's words, and what a person did
    "cannot start any token": "indent with spaces, and put a text that begins with a special character in quotes",
    "expected <block end>": "a line is indented otherwise than its neighbours",
    "mapping values are not allowed": "a line is indented too far, or a text with a colon needs quotation marks",
    "could not find expected ':'": "a key ends with a colon and a space",
}


class Map(dict[str, Any]):
    """A mapping that knows its line and those of its keys, from 1."""

    line: int
    lines: dict[str, int]


class Seq(list[Any]):
    """A list that knows its line and those of its entries, from 1."""

    line: int
    lines: list[int]


class Quoted(str):
    """A text that does not stand bare: it cannot be taken for another type."""

    __slots__ = ()


def source(path: Path, file: str) -> str:
    """The text of a file; `file` is its name in messages. Raises ConfigError for what is too long or no text."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(SIZE + 1)
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror}", f"{file}:1")]) from error
    if len(raw) > SIZE:
        raise ConfigError([Problem(f"the file is longer than {SIZE // 1_000_000} MB", f"{file}:1")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem("not text in UTF-8", f"{file}:{line}")]) from error
    if odd := _BINARY.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise ConfigError([Problem(f"a character that no text has: U+{ord(odd[0]):04X}", f"{file}:{line}")])
    return text


def parse(text: str, file: str) -> tuple[Map, list[Problem]]:
    """The tree of a text, and what is wrong with it that does not keep the rest from being read: duplicate keys.

    Of two equal keys the first counts. Raises ConfigError where there is no tree of keys and values.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        reader = _Reader(file, YAML(typ="safe", pure=True).parse(text))
        tree = reader.document()
    except MarkedYAMLError as error:
        raise ConfigError([_broken(error, file)]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        said = (str(error).splitlines() or ["not YAML"])[0]
        raise ConfigError([Problem(said, f"{file}:1")]) from error
    if not isinstance(tree, Map):
        held = {Seq: "a list", type(None): "nothing"}.get(type(tree), "a single value")
        fix = f"the file holds {held}"
        raise ConfigError([Problem("expected keys and values", f"{file}:1", fix)])
    return tree, reader.problems


def line_of(tree: Any, *path: Any) -> int:
    """The line (from 1) of what stands at a path below a tree, else of the nearest thing above it that has one."""
    line = int(getattr(tree, "line", 0))
    for part in path:
        try:
            line = tree.lines[part]
            tree = tree[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def lines(tree: Any, path: tuple[str, ...] = (), above: int = 0) -> Iterator[tuple[tuple[str, ...], int]]:
    """Path and line of every key, and of every list's entry on another line than what holds it."""
    for key, value in tree.items() if isinstance(tree, Map) else enumerate(tree) if isinstance(tree, Seq) else ():
        line = tree.lines[key]
        if isinstance(tree, Map) or line != above:
            yield (*path, str(key)), line
        yield from lines(value, (*path, str(key)), line)


def _broken(error: "MarkedYAMLError", file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = " ".join(str(error.problem or error.context or "not YAML").split())
    fix = next((meaning for words, meaning in _MEANS.items() if words in said), "")
    return Problem(said, f"{file}:{mark.line + 1 if mark else 1}", fix)


@dataclass
class _Reader:
    """The events of one file, made a tree. `sizes` is how many entries each anchor's value holds."""

    file: str
    events: Iterator[Any]
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    entries: int = 0

    def document(self) -> Any:
        """The value of the only document; None where there is none."""
        tree = None
        documents = 0
        for event in self.events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop("a second document begins", event, "a file holds one")
            elif kind not in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent", "CommentEvent"}:
                tree = self._value(event, 0)
        return tree

    def _value(self, event: Any, depth: int) -> Any:
        kind, before = type(event).__name__, self.entries
        anchor: Any = getattr(event, "anchor", None)
        self._count(1, event)
        if kind == "AliasEvent":
            if anchor not in self.anchors:
                self._stop(f'nothing above has the anchor "{anchor}"', event)
            self._count(self.sizes[anchor], event)
            return self.anchors[anchor]
        if event.tag is not None and str(event.tag) not in _TAGS:
            self._stop(f"the tag {event.tag} is not known here", event, "leave it out")
        if depth > DEPTH:
            self._stop(f"more than {DEPTH} levels within each other", event)
        if kind == "ScalarEvent":
            value = self._scalar(event)
        else:
            value = self._map(event, depth) if kind == "MappingStartEvent" else self._seq(event, depth)
        if anchor is not None:
            self.anchors[anchor], self.sizes[anchor] = value, self.entries - before
        return value

    def _map(self, start: Any, depth: int) -> Map:
        tree = Map()
        tree.line, tree.lines = _line(start), {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                self._stop("a key is one text", event)
            key, line = _text(event), _line(event)
            if key == "<<" and event.style is None:
                self._stop("keys cannot be merged from elsewhere (`<<`)", event, "write them out")
            value = self._value(next(self.events), depth + 1)
            if key in tree:
                first = f"first on line {tree.lines[key]}"
                double = Problem(f'duplicate key "{key[:100]}"', f"{self.file}:{line}", first)
                self.problems += [double] if len(self.problems) < DOUBLES else []
                continue
            tree[key], tree.lines[key] = value, line
        return tree

    def _seq(self, start: Any, depth: int) -> Seq:
        tree = Seq()
        tree.line, tree.lines = _line(start), []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            tree.append(self._value(event, depth + 1))
            tree.lines.append(_line(event))
        return tree

    def _scalar(self, event: Any) -> Any:
        text = _text(event)
        tag = str(event.tag or "").rpartition(":")[2]
        if tag in {"str", "!"} or (event.style is not None and not tag):
            return Quoted(text)
        for pattern, typed in _TYPED:
            if pattern.fullmatch(text):
                with suppress(ValueError, OverflowError):  # 2026-13-01 is a text
                    return typed(text)
        return text

    def _count(self, more: int, event: Any) -> None:
        self.entries += more
        if self.entries > ENTRIES:
            self._stop(f"more than {ENTRIES} entries (aliases repeat theirs)", event)

    def _stop(self, what: str, event: Any, fix: str = "") -> None:
        raise ConfigError([*self.problems, Problem(what, f"{self.file}:{_line(event)}", fix)])


def _text(event: Any) -> str:
    """The text of a scalar; two escapes for the halves of one character are that character, as in JSON."""
    text = str(event.value)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
