"""What the support agent's answer must hold, whatever its language: a source, its times as the source has them."""

import re
from typing import Any
from urllib.parse import unquote

from bizops.agent.agent import Draft, Notebook, ToolError
from bizops.agent.tools.support.articles import shelf
from bizops.case import Case
from bizops.decision import HandOver
from bizops.rules.durations import Duration, durations, of_tables
from bizops.rules.language import fold
from bizops.rules.spoken import silent

CLAUSE = re.compile(r"[,;!?\n]|\.(?=\s|$)|\b(?:and|und|et|y|e|i|en|but|aber|mais|pero|ma|ale|maar)\b")
CODE = re.compile(r"\b[a-z]{1,4}[0-9]{1,4}\b")


def looked_it_up(_case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """No answer from memory: the articles were searched, or a drafted reply checked, or the issue handed over."""
    used = any(isinstance(r.data, dict) and ("level" in r.data or "counts" in r.data) for r in notebook.results)
    return [] if used or _passed_on(draft) else ["use search_knowledge (or check_answer) before you answer"]


def cites_a_source(_case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """An answer names the article or issue that it is from; where nothing fits, it says no and asks."""
    levels = [r.data["level"] for r in notebook.results if isinstance(r.data, dict) and "level" in r.data]
    if not levels or _passed_on(draft):
        return []
    if all(level == "none" for level in levels):
        told = draft.questions and not silent(draft.summary, ["denial"])
        return [] if told else ["nothing fits: say that you do not know, and ask"]
    if not _cited(draft, notebook):
        links = ", ".join(hit["link"] for hit in _hits(notebook))
        return [f"cite a source that search_knowledge gave: {links[:300]}"]
    return []


def times_as_cited(case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """A length of time in an answer stands with its unit in what it cites, or in the thread; `P1` in the line of P1."""
    cited = _cited(draft, notebook)
    said = durations(draft.summary)
    if not said or not cited:
        return []
    text = "\n".join(part for hit in cited for part in _text(case, hit))
    asked = "\n".join([case.issue.title, case.issue.body, *(comment.body for comment in case.thread.comments)])
    rows = [(fold(line), found) for line in text.splitlines() for found in durations(line)] + of_tables(text)
    known = [found for _, found in rows] + durations(asked[:100_000])
    low = fold(draft.summary)
    wrong: dict[str, None] = {}
    for duration in said:
        if not _is_among(duration, known):
            wrong[f"“{low[duration.start : duration.end]}” is not in what you cite"] = None
    return [*wrong, *_of_another(draft, rows)][:10]


def _of_another(draft: Draft, rows: list[tuple[str, Duration]]) -> list[str]:
    """Times beside a code (`P1`) whose own lines have other times."""
    wrong = []
    for clause in CLAUSE.split(fold(draft.summary)):
        codes, said = set(CODE.findall(clause)), durations(clause)
        if len(codes) != 1 or len(said) != 1:
            continue
        code = codes.pop()
        own = [found for line, found in rows if set(CODE.findall(line)) == {code}]
        if own and not _is_among(said[0], own):
            wrong.append(f"“{clause.strip()[:80]}”: what you cite has another time for {code.upper()}")
    return wrong


def _is_among(duration: Duration, known: list[Duration]) -> bool:
    return any(duration.unit == one.unit and duration.values & one.values for one in known)


def _passed_on(draft: Draft) -> bool:
    return any(isinstance(action, HandOver) for action in draft.actions)


def _hits(notebook: Notebook) -> list[dict[str, Any]]:
    return [hit for r in notebook.results if isinstance(r.data, dict) for hit in r.data.get("hits", ())]


def _cited(draft: Draft, notebook: Notebook) -> list[dict[str, Any]]:
    """The hits whose path, link or number stands in the answer, in code or not, with its heading's anchor or not."""
    said = unquote(draft.summary)
    return [hit for hit in _hits(notebook) if _stands(hit, said)]


def _stands(hit: dict[str, Any], said: str) -> bool:
    if hit["kind"] == "issue":
        return bool(re.search(rf"(?<![\w#]){re.escape(hit['source'])}(?![0-9])|/issues/{hit['source'][1:]}\b", said))
    return hit["link"] in said or _path(hit) in said


def _path(hit: dict[str, Any]) -> str:
    return str(hit["source"]).rpartition(":")[0]


def _text(case: Case, hit: dict[str, Any]) -> list[str]:
    """All that a cited article says; of an issue, or where the file is not in the repository, the passage."""
    said = [hit["heading"], hit["passage"]]
    path = _path(hit)
    if hit["kind"] == "issue":
        return said
    try:
        sections = shelf(case, path.rpartition("/")[0]).sections
    except ToolError:
        return said
    return [*said, *(f"{part.heading}\n{part.text}" for part in sections if part.path == path)]
