"""The report: what GitHub lists and the ledger on the desk's branch, counted by `rules/measures` and its neighbours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bizops.desk.github import GitHub
from bizops.desk.lists import deadlines, ledger, slim
from bizops.errors import GitHubError, InputError
from bizops.issue import Person
from bizops.policy import Policy
from bizops.rules import measures, sections, targets
from bizops.rules.board import Board, read
from bizops.rules.harmless import plain
from bizops.rules.measures import DAY, Measure
from bizops.rules.sections import Section
from bizops.rules.sla.instants import moment, written
from bizops.rules.targets import Kpi
from bizops.rules.trust import is_desk
from bizops.rules.upcoming import next_breaches
from bizops.rules.wording import many, table

Json = dict[str, Any]
PERIOD = 91 * DAY  # looked back on, where no day is given
PAGES = 20  # of 100 entries for each list
PEOPLE = 20  # whose permission is asked
LARGEST = 10**15


@dataclass(frozen=True)
class Report:
    """A report at `now` about what happened since `since` (seconds since 1970)."""

    now: int
    since: int
    measures: tuple[Measure, ...]
    kpis: tuple[Kpi, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    requests: int = 0

    def as_json(self) -> Json:
        found = [measure.as_json() for measure in self.measures]
        times = {"now": written(self.now), "since": written(self.since)}
        more = {"notes": list(self.notes), "requests": self.requests}
        parts = {s.name: {"lead": s.lead, "unknown": s.unknown, "how": s.how, "data": s.data} for s in self.sections}
        return {**times, "measures": found, **parts, **more}

    def markdown(self) -> str:
        """The report for people: words first, then the tables, each with how it is computed."""
        first, *rest = self.sections
        parts = [
            f"# Report of {written(self.now)}",
            f"What happened since {written(self.since)}; the queue as it is now.",
            *([f"> {plain(note, 300)}" for note in self.notes]),
            f"## {first.title}\n\n{first.markdown}",
            f"## All measures\n\n{_measures(self.measures)}",
            *(f"## {section.title}\n\n{section.markdown}" for section in rest),
        ]
        return "\n\n".join(parts) + "\n"


def _measures(found: Sequence[Measure]) -> str:
    whole = [m for m in found if not m.by or m.by == "status"]
    rows = [[_name(m), m.shown, plain(m.note, 300)] for m in whole]
    how = "\n".join(f"- {_name(m)}: {m.how}." for m in whole if not m.by)
    return f"{table(['Measure', 'Value', 'Note'], rows)}\n\nHow they are computed:\n\n{how}"


def _name(measure: Measure) -> str:
    name = measure.name.replace("_", " ").capitalize().replace("Sla", "SLA")
    return f"{name}, {measure.of.removeprefix('status/')}" if measure.by else name


def report(board: Board, policy: Policy, since: int, own: Mapping[str, Any] | None = None) -> Report:
    """The report of a board. Raises ConfigError for a target that is none."""
    found = measures.all_measures(board, policy, since)
    kpis = targets.kpis(measures.by_name(found), policy, own)
    parts = (
        sections.key_figures(kpis),
        next_breaches(board, policy),
        sections.workload(board, policy),
        sections.queue(board),
        sections.throughput(board),
        sections.forecast(board),
        sections.compliance(found),
    )
    return Report(board.now, since, found, kpis, parts, board.notes)


def from_github(github: GitHub, policy: Policy, now: int, since: int | None = None) -> Report:
    """The report of a repository: one request for each 100 issues, comments and events, and the ledger's months."""
    since = now - PERIOD if since is None else since
    lists, notes = _lists(github, policy, since, now)
    found = report(read(lists, policy, now), policy, since)
    return replace(found, notes=(*notes, *found.notes), requests=sum(github.calls.values()))


def from_file(lists: Mapping[str, Any], policy: Policy, now: int, since: int | None = None) -> Report:
    """The report of a file with `issues` and `ledger`, and if they are known `comments`, `events`, `deadlines`.

    Raises InputError for a number that no list can hold: not finite, or beyond 10^15.
    """
    if odd := next(_odd_numbers(lists), None):
        raise InputError(odd, where="data")
    board = read({"whole": True, **lists}, policy, now)
    return report(board, policy, now - PERIOD if since is None else since, lists)


def _odd_numbers(tree: Any) -> Iterator[str]:
    """Where a number is that is none of GitHub's, a ledger's or a company's."""
    stack: list[tuple[str, Any]] = [("", tree)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Mapping):
            stack += [(f"{path}.{key}".lstrip("."), part) for key, part in value.items()]
        elif isinstance(value, list):
            stack += [(f"{path}[{place}]", part) for place, part in enumerate(value)]
        elif isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
            yield f"{path}: {str(value)[:40]} is no number that can be counted with"


def _lists(github: GitHub, policy: Policy, since: int, now: int) -> tuple[Json, list[str]]:
    notes: list[str] = []
    start = written(since) or ""
    root = f"{github.root}/issues"
    opened = list(github.pages(root, {"state": "open", "sort": "updated", "direction": "desc"}, PAGES))
    query = {"state": "closed", "since": start, "sort": "updated", "direction": "desc"}
    closed = list(github.pages(root, query, PAGES))
    comments = list(github.pages(f"{root}/comments", {"since": start, "sort": "updated", "direction": "desc"}, PAGES))
    complete = start
    if _full(closed):
        complete = min(str(entry["updated_at"]) for entry in closed)
        notes.append(f"only the {many(len(closed), 'closed issue')} changed last were read: whole since {complete}")
    if _full(opened):
        notes.append(f"only {len(opened)} open issues were read")
    lists: Json = {
        "open_issues": [slim(entry) for entry in opened],
        "closed_issues": [slim(entry) for entry in closed],
        "complete_from": complete,
        "open_cut": _full(opened),
        "ledger": ledger(github, max(2, (now - since) // (28 * DAY) + 2)),
        "deadlines": deadlines(github),
        "comments": comments,
        "events": _events(github, since, notes),
    }
    if _full(comments):
        notes.append("more comments than were read: the automation rate and the cost are unknown")
        lists["comments"] = None
    lists["permissions"] = _permissions(github, policy, comments)
    return lists, notes


def _full(entries: Sequence[Any]) -> bool:
    return len(entries) >= PAGES * 100


def _events(github: GitHub, since: int, notes: list[str]) -> list[Json] | None:
    """The events of all issues since then, which GitHub lists newest first; None where they are too many."""
    found: list[Json] = []
    for entry in github.pages(f"{github.root}/issues/events", None, PAGES):
        if moment(entry["created_at"]) < since:
            return found
        found.append({**slim(entry), "event": entry.get("event"), "issue": {"number": entry["issue"]["number"]}})
    if _full(found):
        notes.append("more events than were read: the automation rate is unknown")
        return None
    return found


def _permissions(github: GitHub, policy: Policy, comments: Sequence[Json]) -> dict[str, str]:
    """What the people who commented may do; of those that GitHub does not tell, `author_association` speaks."""
    people = [Person.read(entry.get("user")) for entry in comments]
    logins = dict.fromkeys(p.login for p in people if p.type == "User" and not is_desk(p, policy))
    found: dict[str, str] = {}
    for login in list(logins)[:PEOPLE]:
        try:
            found[login.casefold()] = github.permission(login)
        except GitHubError:
            break
    return found
