"""The records in memory, with undo, history and an optional sqlite file behind them.

Reads come from memory. A transaction is written to the file before it ends, so what was answered survives a
`kill -9`. The file is a plain table of JSON documents; it is opened by one process at a time.
"""

import base64
import json
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from bizops.errors import BizopsError
from bizops.local.github.records import (
    Comment,
    Counter,
    Event,
    Issue,
    Key,
    Label,
    Object,
    Reaction,
    Record,
    Ref,
    Run,
    Token,
    User,
    Workflow,
    key_of,
)

__all__ = ["Store"]

R = TypeVar("R", bound=Record)
Change = tuple[type[Any], Key, Record | None, Record | None]
Place = tuple[type[Any], int, int | None]

KINDS: dict[str, type[Record]] = {
    kind.__name__.lower(): kind
    for kind in (User, Token, Label, Issue, Comment, Event, Reaction, Workflow, Run, Object, Ref, Counter)
}
HISTORY = 2_000


class Store:
    """All records by kind and key, the ids of each issue's comments, events and reactions, and past versions."""

    def __init__(self, file: Path | None = None) -> None:
        self.lock = RLock()
        self.version = 0
        self.tables: dict[type[Any], dict[Key, Any]] = {kind: {} for kind in KINDS.values()}
        self._places: dict[Place, tuple[int, ...]] = {}
        self._history: deque[tuple[Change, ...]] = deque(maxlen=HISTORY)
        self._changes: list[Change] = []
        self._depth = 0
        self._file = None if file is None else _opened(file)
        if self._file is not None:
            self._load(self._file)

    def close(self) -> None:
        """Close the file; nothing is left to be written."""
        with self.lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def get(self, kind: type[R], key: Key) -> R | None:
        """The record of that kind and key, or None."""
        found: R | None = self.tables[kind].get(key)
        return found

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind, in the order in which they were first written."""
        return list(self.tables[kind].values())

    def of_issue(self, kind: type[R], issue: int, comment: int | None = None) -> list[R]:
        """The comments, events or reactions of an issue (reactions: of one of its comments), oldest first."""
        table = self.tables[kind]
        return [table[key] for key in self._places.get((kind, issue, comment), ())]

    def put(self, record: Record) -> None:
        """Write a record, inside a transaction."""
        kind, key = type(record), key_of(record)
        self._changes.append((kind, key, self.tables[kind].get(key), record))
        self._set(kind, key, record)

    def delete(self, record: Record) -> None:
        """Remove a record, inside a transaction."""
        kind, key = type(record), key_of(record)
        self._changes.append((kind, key, self.tables[kind].get(key), None))
        self._set(kind, key, None)

    def next(self, name: str) -> int:
        """The next number of a counter, inside a transaction."""
        counter = self.get(Counter, name)
        value = 1 if counter is None else counter.value + 1
        self.put(Counter(name, value))
        return value

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside it happens, or on an exception nothing. Nested ones belong to the outermost."""
        with self.lock:
            self._depth += 1
            mark = len(self._changes)
            try:
                yield
                if self._depth == 1:
                    self._commit()
            except BaseException:
                self._undo(self._changes[mark:])
                del self._changes[mark:]
                raise
            finally:
                self._depth -= 1

    def as_of(self, version: int) -> "Store":
        """A copy as it was at a former version; as old as the kept history reaches, without a file behind it."""
        with self.lock:
            past = Store()
            past.version = max(version, self.version - len(self._history))
            past.tables = {kind: dict(table) for kind, table in self.tables.items()}
            past._places = dict(self._places)
            steps = min(self.version - past.version, len(self._history))
            for changes in list(self._history)[len(self._history) - steps :][::-1]:
                past._undo(list(changes))
            return past

    def _set(self, kind: type[Record], key: Key, record: Record | None) -> None:
        table = self.tables[kind]
        before = table.get(key)
        if record is None:
            table.pop(key, None)
            if before is not None and (place := _place(before)):
                self._places[place] = tuple(one for one in self._places[place] if one != key)
        else:
            table[key] = record
            if before is None and (place := _place(record)):
                assert isinstance(key, int)
                known = self._places.get(place, ())
                self._places[place] = (*known, key) if not known or known[-1] < key else tuple(sorted((*known, key)))

    def _undo(self, changes: list[Change]) -> None:
        for kind, key, before, _ in reversed(changes):
            self._set(kind, key, before)

    def _commit(self) -> None:
        if not self._changes:
            return
        if self._file is not None:
            with self._file:
                self._file.execute("begin immediate")
                for kind, key, _, record in self._changes:
                    _write(self._file, kind, key, record)
        self.version += 1
        self._history.append(tuple(self._changes))
        self._changes = []

    def _load(self, file: sqlite3.Connection) -> None:
        for name, value in file.execute("select kind, value from records order by rowid"):
            record = _decoded(KINDS[name], json.loads(value))
            self._set(type(record), key_of(record), record)


def _place(record: Record) -> Place | None:
    match record:
        case Comment() | Event():
            return type(record), record.issue, None
        case Reaction():
            return Reaction, record.issue, record.comment
        case _:
            return None


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=0.5)
    try:
        connection.execute("pragma locking_mode = exclusive")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(
            "create table if not exists records (kind text, key text, value text, unique (kind, key) on conflict fail)"
        )
    except sqlite3.DatabaseError as error:
        connection.close()
        reason = "in use by another process" if "locked" in str(error) else f"no state file ({error})"
        raise BizopsError(
            f"{file} is {reason}", fix="name another file, or stop the process that has it open"
        ) from None
    return connection


def _write(file: sqlite3.Connection, kind: type[Record], key: Key, record: Record | None) -> None:
    name = kind.__name__.lower()
    if record is None:
        file.execute("delete from records where kind = ? and key = ?", (name, str(key)))
        return
    file.execute(
        "insert into records values (?, ?, ?) on conflict (kind, key) do update set value = excluded.value",
        (name, str(key), json.dumps(asdict(record), default=_text)),
    )


def _text(value: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode("ascii")}


def _decoded(kind: type[Record], value: dict[str, Any]) -> Record:
    known = {field.name for field in fields(kind)}
    return kind(**{name: _value(item) for name, item in value.items() if name in known})


def _value(value: Any) -> Any:
    match value:
        case list():
            return tuple(_value(item) for item in value)
        case {"base64": str(text)}:
            return base64.b64decode(text)
        case _:
            return value
