"""The lists of a case as a board: what is missing is known as missing, what the issue itself gives is said."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bizops.agent.agent import ToolError
from bizops.agent.tools.management.wishes import as_of
from bizops.case import Case
from bizops.errors import InputError
from bizops.rules.board import Board, read
from bizops.rules.harmless import brief
from bizops.rules.sla.instants import moment

LISTS = ("open_issues", "closed_issues", "ledger", "deadlines")
MORE = ("comments", "events")  # read where the host or the issue gives them
OWN = ("targets", "baseline")  # `targets.json`: {"sla_compliance": ">95"}, of the issue alone


@dataclass(frozen=True)
class Given:
    """The board, the names of the lists that were not given, those that the issue itself gives, and what is broken."""

    board: Board
    missing: tuple[str, ...]
    by_issue: tuple[str, ...]
    broken: tuple[str, ...]
    own: Mapping[str, Any]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the data."""
        names = ", ".join(self.by_issue)
        said = [f"given by the issue itself, not read from GitHub: {names}"] if names else []
        said += [f"not given, so what needs it is unknown: {', '.join(self.missing)}"] if self.missing else []
        return (*said, *self.broken, *self.board.notes)


def given(case: Case, only: str = "") -> Given:
    """Every list of the case; `only` names areas or agents, by commas. Raises ToolError for one that nothing has."""
    found = _given(_Same(case))
    names = [name.strip() for name in only.split(",") if name.strip()]
    return replace(found, board=_part(found.board, names)) if names else found


@dataclass(frozen=True, eq=False)
class _Same:
    """A case as a key: the tools of one decision read the lists once, which may hold 50,000 entries."""

    case: Case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.case is self.case

    def __hash__(self) -> int:
        return id(self.case)


@lru_cache(maxsize=1)
def _given(same: _Same) -> Given:
    case = same.case
    lists: dict[str, Any] = {}
    by_issue, broken = [], []
    for name in (*LISTS, *MORE):
        try:
            value = _entries(case, name)
        except InputError as error:
            broken.append(f"{brief(error.where, 80)}: {brief(error.what, 200)}")
            continue
        if value is not None:
            lists[name] = value
            by_issue += [name] if _file(case, name) else []
    missing = tuple(name for name in LISTS if name not in lists)
    own = {name: _own(case, name, broken) for name in OWN}
    board = _without(case, read(lists, case.policy, moment(instant(case))))
    return Given(board, missing, tuple(by_issue), tuple(broken), own)


def _without(case: Case, board: Board) -> Board:
    """The board without the issue that asks for the report; one of another title only has its number."""
    if not case.area.startswith("management/") or board.open is None:
        return board
    own = case.issue.number, case.issue.title
    return replace(board, open=tuple(item for item in board.open if (item.number, item.issue.title) != own))


def instant(case: Case) -> str:
    """The instant that counts: the case's, or that of the issues which the request itself gives and dates."""
    own = case.find("open_issues.json") or case.find("closed_issues.json")
    told = as_of(case) if own else ""
    try:
        return told if told and moment(told) else case.now
    except InputError:
        return case.now


def _part(board: Board, names: list[str]) -> Board:
    part = board.only(names)
    if not part.items and board.items:
        known = sorted({item.area for item in board.items} | {item.agent for item in board.items})
        raise ToolError(
            f"no issue is in {brief(', '.join(names), 100)}", fix=f"there are {brief(', '.join(known), 300)}"
        )
    return part


def _file(case: Case, name: str) -> Any:
    return case.find(f"{name}.json") or case.find(f"{name}.jsonl")


def _entries(case: Case, name: str) -> list[Any] | None:
    """A list of the case; None where there is none. Raises InputError for one that is broken."""
    lines = case.find(f"{name}.jsonl")
    if lines and not case.find(f"{name}.json"):
        return [_line(text, lines.name, n) for n, text in enumerate(_text(lines), 1) if text.strip()]
    if not case.find(f"{name}.json") and not (case.folder / "lists" / f"{name}.json").is_file():
        return None
    try:
        return case.entries(name)
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not JSON: {type(error).__name__}", where=f"{name}.json") from error


def _text(data: Any) -> list[str]:
    return str(data.path.read_text("utf-8", "replace")).splitlines()


def _line(text: str, name: str, number: int) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {"unreadable": f"{name}:{number}"}


def _own(case: Case, name: str, broken: list[str]) -> Any:
    """Targets or baseline that the issue gives, as an object of names and values."""
    found = case.find(f"{name}.json")
    if found is None:
        return {}
    try:
        value = json.loads(found.path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        broken.append(f"{brief(found.name, 80)}: not JSON: {brief(str(error), 100)}")
        return {}
    if not isinstance(value, dict):
        broken.append(f"{brief(found.name, 80)}: expected one object of names and values")
        return {}
    return value
