"""What a match of advisories could not measure: lock files and manifests that were not read, advisories without one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bizops.agent.tools.advisories import locks
from bizops.agent.tools.advisories.locks import Pin
from bizops.agent.tools.advisories.osv import Advisory
from bizops.agent.tools.advisories.other_locks import Unread, unread
from bizops.case import Case
from bizops.rules.harmless import brief, code, plain
from bizops.rules.wording import many

SHOWN = 12  # files and advisories of one reason that are named; all are counted


@dataclass(frozen=True)
class Gaps:
    """Files that were not read, and advisories by the ecosystem of which nothing was; `named`: whether files may be."""

    files: Sequence[Unread]
    advisories: Sequence[tuple[str, str]]  # id, ecosystem
    named: bool

    @property
    def said(self) -> str:
        """`; not measured: 2 lock files or manifests and 1 advisory`, or nothing."""
        parts = [many(len(self.files), "lock file or manifest", "lock files or manifests")] if self.files else []
        parts += [many(len(self.advisories), "advisory", "advisories")] if self.advisories else []
        return f"; not measured: {' and '.join(parts)}" if parts else ""

    def notes(self, listed: Callable[[Iterable[str]], str]) -> list[str]:
        """A line for each reason, naming what it holds for."""
        said = []
        by_why: dict[str, list[str]] = defaultdict(list)
        for file in self.files if self.named else ():
            by_why[file.why].append(file.file)
        for why, files in by_why.items():
            said.append(f"Not measured: {_some(files)} ({why}): what stands in there is not judged")
        by_kind: dict[str, list[str]] = defaultdict(list)
        for name, kind in self.advisories:
            by_kind[kind].append(name)
        for kind, names in by_kind.items():
            said.append(f"Not measured: {listed(names)}, of {plain(brief(kind, 40))}: no lock file of it was read")
        return said


def gaps(case: Case, paths: Iterable[str], read: Sequence[str], pins: Iterable[Pin], live: Iterable[Advisory]) -> Gaps:
    """What was left out of a match. `paths`: what could have been read; `read`: the lock files that were."""
    pins = tuple(pins)
    kinds = {pin.ecosystem for pin in pins}
    empty = [Unread(file, "", "it pins no package") for file in read if file not in {pin.file for pin in pins}]
    paths = tuple(paths)
    left = [file for file in unread(paths, {(pin.file, pin.ecosystem) for pin in pins}) if file.file not in read]
    named = {*read, *(file.file for file in left)}
    left += [Unread(path, "", "not read here") for path in paths if is_lock(path) and path not in named]
    without = [
        (advisory.id, next(affected.ecosystem for affected in advisory.affected if affected.name))
        for advisory in live
        if any(a.name for a in advisory.affected) and not any(a.ecosystem in kinds for a in advisory.affected if a.name)
    ]
    return Gaps((*left, *empty), tuple(dict.fromkeys(without)), case.trusted)


def is_lock(path: str) -> bool:
    """Whether a tracked file is a lock file of a kind that is read."""
    return locks.reader(path) is not None and "node_modules/" not in path and not path.endswith(".in")


def nothing_read(case: Case, paths: Iterable[str]) -> str:
    """Why there is nothing to match: no lock file at all, or only such as are not read."""
    left = unread(paths, ())
    if not left:
        return "no lock file is tracked in the repository"
    what = many(len(left), "lock file or manifest is", "lock files or manifests are")
    named = f": {_some([file.file for file in left])}" if case.trusted else ""
    return f"{what} tracked, none of a kind that is read, so nothing was measured{named}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(code(brief(name, 160)) for name in names[:SHOWN]) + more
