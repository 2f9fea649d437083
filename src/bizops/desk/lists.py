"""The lists that an agent may need besides its issue: what GitHub lists, and what the sweep keeps on its branch."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bizops.desk import cache
from bizops.desk.branch import Branch
from bizops.desk.github import GitHub
from bizops.rules.sla.instants import written

Json = dict[str, Any]
KEPT = frozenset(
    "number title body user author_association labels assignees state state_reason created_at updated_at closed_at "
    "pull_request html_url id event actor label assignee comments".split()
)


def slim(entry: Json) -> Json:
    """GitHub's JSON without what no rule reads."""
    kept = {name: value for name, value in entry.items() if name in KEPT}
    for name in ("user", "actor", "assignee"):
        if isinstance(kept.get(name), dict):
            kept[name] = {key: kept[name].get(key) for key in ("login", "type")}
    return kept


def _open_issues(github: GitHub) -> list[Json]:
    return [slim(entry) for entry in github.issues(state="open", sort="updated")]


def _closed_issues(github: GitHub) -> list[Json]:
    return [slim(entry) for entry in github.issues(state="closed", sort="updated")]


def ledger(github: GitHub, months: int = 3) -> list[Json]:
    """The ledger's rows of the last months, oldest first; one that came twice counts once, a broken one is left out."""
    branch, month = Branch(github), github.now().replace(day=1)
    texts = []
    for _ in range(months):
        texts.append(branch.read(f"ledger/{month:%Y-%m}.jsonl") or "")
        month = (month - timedelta(days=1)).replace(day=1)
    lines = [line for text in reversed(texts) for line in text.splitlines() if line.strip()]
    rows = [row for line in lines if (row := _row(line))]
    first = {tuple(str(row.get(name)) for name in ("issue", "clock", "cycle", "event")): row for row in reversed(rows)}
    return list(first.values())[::-1]


def _row(line: str) -> Json:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def deadlines(github: GitHub) -> list[Json]:
    """When each open issue needs something next, the nearest first."""
    text = Branch(github).read(cache.CACHE)
    known = cache.parse(text, int(github.now().timestamp())) or cache.Cache()
    return [{"number": entry.number, "next_at": written(entry.next_at)} for entry in known.nearest()]


LISTS: dict[str, Callable[[GitHub], list[Json]]] = {
    "open_issues": _open_issues,
    "closed_issues": _closed_issues,
    "ledger": ledger,
    "deadlines": deadlines,
}
