"""The tables that an issue brings, read once each: lists of accounts, of people who left, of controls."""

import re
from functools import lru_cache
from pathlib import Path

from bizops.agent.tools.access.rules import COLUMNS as ACCESS
from bizops.agent.tools.tables import dates
from bizops.agent.tools.tables import reading as tables
from bizops.case import Data

CONTROLS = {
    "id": "id nr no number key ref reference controlid controlno kontrollnr",
    "control": (
        "control title name description controlname controltitle controldescription kontrolle massnahme mesure controle"
    ),
    "evidence": (
        "evidence path file evidencepath evidencefile location artefact artifact nachweis preuve evidencia proof where"
    ),
    "requirement": (
        "anforderung requirement requirements contains mustcontain expected expectation criteria criterion"
        " pattern check kriterium exigence"
    ),
    "severity": "severity priority risk schwere",
}


def bare(name: str) -> str:
    """A column's name without case, accents and everything that is no letter or digit."""
    return re.sub(r"[^a-z0-9]", "", dates.bare(name))


def columns(header: tuple[str, ...], known: dict[str, str]) -> dict[str, int]:
    """The place of the first column of each known kind."""
    at: dict[str, int] = {}
    for place, name in enumerate(header):
        if kind := _kind(name, known):
            at.setdefault(kind, place)
    return at


def _kind(name: str, known: dict[str, str]) -> str:
    short = bare(name)
    return next((kind for kind, names in known.items() if short in names.split()), "")


def read(data: Data) -> tables.Table:
    """The table of a file. Raises ToolError where there is none."""
    state = data.path.stat()
    return _read(data.path, data.name, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, name: str, _size: int, _changed: int) -> tables.Table:
    return tables.read(path.read_bytes(), name, lambda cell: bool(_kind(cell, ACCESS) or _kind(cell, CONTROLS)))
