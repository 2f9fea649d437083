"""Tables from JSON: a list of objects or of lists, alone, below a key, or one object a line; with the line of each."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables.places import Place
from bizops.agent.tools.tables.reading import WIDEST, Flaw, Row, Table

CELLS = 5_000_000  # in a table: a file that is read has no more unless its entries have different keys
DEPTH = 4  # a list of rows stands at most so deep
BLANK = re.compile(r"\s*")
FLAT = 3  # levels of objects inside a row that become columns `customer.name`


class Numeral(str):
    """A JSON number, as it is written."""

    __slots__ = ()


DECODER = json.JSONDecoder(parse_float=Numeral, parse_int=Numeral, parse_constant=Numeral)


def read(text: str, name: str) -> Table:
    """The table of a JSON text. Raises ToolError with the line where it is no JSON or holds no rows."""
    text = text.lstrip("\ufeff")
    flaws: list[Flaw] = []
    try:
        records = _whole(text, name)
    except (json.JSONDecodeError, RecursionError) as error:
        records = _lines(text, flaws)
        if not records:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            message = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            raise ToolError(f"not JSON: {message}", where=f"{name}:{line}", fix="give one list of objects") from error
    if not records:
        raise ToolError("the JSON holds no list of objects", where=name, fix='give `[{"date": ..., "amount": ...}]`')
    return _table(name, _placed(records), flaws)


def _placed(records: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """The records with the number of their entry beside the line, where a line holds several of them."""
    if len({line for line, _ in records}) == len(records):
        return records
    names = all(isinstance(value, list) for _, value in records)  # the first list holds the names of columns
    return [(Place(line, n), value) for n, (line, value) in enumerate(records, 0 if names else 1)]


def _whole(text: str, name: str) -> list[tuple[int, Any]]:
    value, end = DECODER.raw_decode(text, BLANK.match(text).end())  # type: ignore[union-attr]
    if text[end:].strip():
        raise json.JSONDecodeError("Extra data", text, end)
    path = _path(value)
    if path is None:
        raise ToolError("the JSON holds no list of rows", where=name, fix='give `[{"date": ..., "amount": ...}]`')
    return list(_elements(text, path))


def _path(value: Any, depth: int = DEPTH) -> tuple[str, ...] | None:
    """The keys that lead to the longest list of objects or lists; () is the value itself."""
    if isinstance(value, list):
        return () if value and all(isinstance(entry, dict | list) for entry in value) else None
    if not isinstance(value, dict) or depth == 0:
        return None
    found = [(len(_at(value[key], path)), (key, *path)) for key in value
             if (path := _path(value[key], depth - 1)) is not None]  # fmt: skip
    return max(found, key=lambda item: item[0])[1] if found else None


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _elements(text: str, path: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    """The elements of the list at `path` with the line of each: the decoder itself keeps no places."""

    def blank(at: int) -> int:
        return BLANK.match(text, at).end()  # type: ignore[union-attr]

    at = blank(0)
    for wanted in path:
        at = blank(at + 1)
        while True:
            key, at = DECODER.raw_decode(text, at)
            at = blank(blank(at) + 1)
            if key == wanted:
                break
            _, at = DECODER.raw_decode(text, at)
            at = blank(blank(at) + 1)
    line, seen, at = 1, 0, blank(at + 1)
    while at < len(text) and text[at] != "]":
        value, end = DECODER.raw_decode(text, at)
        line += text.count("\n", seen, at)
        seen = at
        yield line, value
        at = blank(end)
        at = blank(at + 1) if text[at : at + 1] == "," else at


def _lines(text: str, flaws: list[Flaw]) -> list[tuple[int, Any]]:
    records = []
    for n, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value, end = DECODER.raw_decode(line.strip())
        except (json.JSONDecodeError, RecursionError):
            flaws.append(Flaw(n, "this line is no JSON object"))
            continue
        if isinstance(value, dict) and not line.strip()[end:]:
            records.append((n, value))
    return records if len(records) > len(flaws) else []


def _flat(value: dict[str, Any], prefix: str = "", depth: int = FLAT) -> tuple[dict[str, str], list[Any]]:
    """The scalars of an object by dotted name, and its first list of objects."""
    cells: dict[str, str] = {}
    children: list[Any] = []
    for key, entry in value.items():
        if isinstance(entry, dict) and depth:
            inner, below = _flat(entry, f"{prefix}{key}.", depth - 1)
            cells.update(inner)
            children = children or below
        elif isinstance(entry, list) and entry and all(isinstance(child, dict) for child in entry):
            children = children or entry
        else:
            cells[prefix + key] = _cell(entry)
    return cells, children


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if isinstance(value, Numeral) else value.strip()
    return json.dumps(value, ensure_ascii=False)


def _table(name: str, records: list[tuple[int, Any]], flaws: list[Flaw]) -> Table:
    if all(isinstance(value, list) for _, value in records):
        first, body = records[0], records[1:]
        header = tuple(_cell(cell) or f"column {n}" for n, cell in enumerate(first[1], 1))
        rows = [(line, dict(zip(header, map(_cell, cells), strict=False))) for line, cells in body]
        return _columns(name, header, rows, first[0], flaws)
    rows = []
    for order, (line, value) in enumerate(records, 1):
        if not isinstance(value, dict):
            flaws.append(Flaw(line, "this entry is no object"))
            continue
        cells, children = _flat(value)
        if not children:
            rows.append((line, cells))
        for n, child in enumerate(children, 1):  # a document with its lines: each line gets the document's own cells
            inner = {(f"line.{key}" if key in cells else key): cell for key, cell in _flat(child)[0].items()}
            rows.append((Place(line, order, n) if len(children) > 1 else line, {**cells, **inner}))
    header = tuple(dict.fromkeys(key for _, cells in rows for key in cells))
    return _columns(name, header, rows, 0, flaws)


def _columns(
    name: str, header: tuple[str, ...], rows: list[tuple[int, dict[str, str]]], line: int, flaws: list[Flaw]
) -> Table:
    if not header or not rows:
        raise ToolError("the JSON holds no rows", where=name, fix='give `[{"date": ..., "amount": ...}]`')
    if len(header) > WIDEST or len(header) * len(rows) > CELLS:
        what = f"{len(header)} different keys in {len(rows)} entries, more than a table has"
        raise ToolError(what, where=name, fix=f"give entries of at most {WIDEST} keys, the same in all")
    made = tuple(Row(at, [cells.get(key, "") for key in header]) for at, cells in rows)
    exact = frozenset(
        n
        for n in range(len(header))
        if all(isinstance(row.cells[n], Numeral) for row in made if row.cells[n]) and any(row.cells[n] for row in made)
    )
    return Table(name, header, made, line or 1, flaws=tuple(flaws), exact=exact)
