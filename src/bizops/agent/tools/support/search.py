"""Search in the knowledge base and among solved issues: the best passages with score and link, or "nothing fits"."""

import re
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.security.secret_scan import scan
from bizops.agent.tools.support.articles import SUFFIXES, Section, Shelf, address, cut, folders, inside, shelf
from bizops.agent.tools.support.passages import quoted
from bizops.agent.tools.support.relevance import Found, Hit, Question, find
from bizops.agent.tools.support.synonyms import COMMON
from bizops.agent.tools.support.translations import NAMES
from bizops.case import Case, Data
from bizops.decision import Fact
from bizops.errors import InputError
from bizops.rules import language, prose
from bizops.rules.harmless import code, plain
from bizops.rules.wording import many, table

ISSUE_TEXT = 3_000  # characters of a solved issue that are searched
MOST_ISSUES = 5_000
_PATH = re.compile(r"(?<![\w./\\:@-])((?:\.{0,2}/)?[\w.-]{1,80}(?:/[\w.-]{1,80}){0,8}/?)(?![\w\\])")
_WORD_OR_CODE = re.compile(r"[^\W\d_]+(?:[-'._][^\W\d_]+)*|[A-Z]{1,8}[-_]?\d{1,6}|\d{1,6}")
_DATA = re.compile(r"[{}\[\]|]|(?:[^,;]*[,;]){2}|^[\w./-]+$")
_FOLDER = re.compile(
    r"\b(?:folder|directory|ordner|verzeichnis|dossier|répertoire|carpeta|directorio|cartella)\b", re.IGNORECASE
)
_FOLDER_WORD = re.compile(
    r"(?:folder|directory|dir|ordner|verzeichnis|dossier|répertoire|carpeta|directorio|cartella|map)\s{1,3}"
    r"[`\"'„«]?([\w./-]{1,200})",
    re.IGNORECASE,
)
# A bare name counts where code or the words before it say so, and only if it is a folder.
_HINTED = re.compile(
    r"`([\w.-]{1,80})/?`"
    r"|\b(?:knowledge base|articles?|help texts?|wissensdatenbank|artikel|base de connaissances|artículos)"
    r"(?:\s{0,3}:|\s{1,3}(?:are |is |sind |sont |están )?(?:in|under|from|aus|unter|dans|en))"
    r"\s{1,3}[\"'„«]?([\w.-]{1,80})",
    re.IGNORECASE,
)


@tool("repository")
def search_knowledge(
    case: Case,
    question: Annotated[str, Field(description="what to look for; empty: the issue's own words")] = "",
    folder: Annotated[str, Field(description="folder of articles; empty: the one the issue names, else policy's")] = "",
    limit: Annotated[int, Field(ge=1, le=10, description="how many passages")] = 3,
) -> Result:
    """Search the articles and the issues closed as completed by BM25; each hit with score, link and fitting passage.

    `level` is `answer` (the first passage answers), `likely` (candidates; ask which) or `none`: nothing fits, say so.
    """
    asked = Question.of(question, "") if question.strip() else of_issue(case)
    articles, notes = articles_of(case, folder)
    solved, unread = solved_issues(case)
    notes += unread
    if asked.language != "en":
        notes = [*notes, f"the question was read as {NAMES[asked.language]}"]
    found = find(asked, (*articles.sections, *solved), limit)
    counted = {
        "articles_searched": Fact(value=str(articles.files), source=articles.folder),
        "solved_issues_searched": Fact(value=str(len(solved)), source="closed issues"),
    }
    hits = [_shown(case, hit) for hit in found.hits] if found.level != "none" else []
    facts = counted | {name: fact for number, hit in enumerate(hits, 1) for name, fact in _facts(number, hit).items()}
    looked = f"{many(articles.files, 'article')} in `{articles.folder}` and {many(len(solved), 'solved issue')}"
    text = "\n\n".join(filter(None, (_text(hits), f"Searched: {looked}.", *(f"Note: {note}." for note in notes))))
    data = {
        "level": found.level,
        "language": asked.language,
        "hits": hits,
        "searched": looked,
        "notes": notes,
        "unknown": _unknown(case, question, found),
    }
    return Result(text, data, facts)


def _unknown(case: Case, question: str, found: Found) -> list[str]:
    """Words of the question that no source knows, as they were written; common ones tell nothing.

    Nothing is repeated that is or could be a secret: parts of one that the scan sees, letters mixed with digits.
    """
    text = question or f"{case.issue.title}\n{case.words[:20_000]}\n{case.work.asked[:20_000]}"
    secrets = [hit.value.casefold() for hit in scan(text, "issue").hits]
    said = language.spoken(text, [word for word in found.unknown if word not in COMMON][:20])
    return [w for w in said if _WORD_OR_CODE.fullmatch(w) and not any(w.casefold() in s for s in secrets)][:5]


def of_issue(case: Case) -> Question:
    """The question that the issue asks, or the comment that asks again."""
    areas = {pattern.partition("/")[0] for pattern in case.policy.labels.routes}
    own = prose.own_words(case.issue.title, case.words, areas, tuple(case.form))
    if case.work.asked:
        comment = prose.own_words("", case.work.asked, areas)
        if "?" in comment.text:
            return Question.of(comment.text, own.title)
        return Question.of(own.title, f"{comment.text}\n{own.text}")
    said = "\n".join(sentence for sentence in own.sentences if not _names_a_folder(sentence))
    title = own.title or (case.issue.title[:300] if "?" in case.issue.title else "")  # `... label status/held mean?`
    return Question.of(title, f"{said}\n{codes(own)}")


def codes(own: prose.Prose) -> str:
    """What stands in code: error texts are the best words there are; data and paths say nothing."""
    lines = [line for line in f"{own.aside}\n{own.brought}".splitlines() if len(line) <= 120 and not _DATA.search(line)]
    return " ".join(line for line in lines if not prose.is_order(line))[:600]


def _names_a_folder(sentence: str) -> bool:
    """Whether a sentence only says where the articles are."""
    folder = _FOLDER.search(sentence) or _HINTED.search(sentence)
    named = bool(folder) or any("/" in match[1] for match in _PATH.finditer(sentence))
    return named and len(language.tokens(sentence)) <= 14


def solved_issues(case: Case) -> tuple[list[Section], list[str]]:
    """The issues closed as completed as sections, and what of the list could not be read."""
    try:
        entries = case.entries("closed_issues")
    except InputError as error:
        return [], [f"the list of closed issues cannot be read: {plain(str(error), 200)}"]
    found, broken = [], 0
    for entry in entries[:MOST_ISSUES]:
        if not isinstance(entry, dict) or not isinstance(entry.get("title"), str) or not _number(entry):
            broken += 1
        elif _is_solved(entry) and _number(entry) != case.issue.number:
            text = prose.plain_text(str(entry.get("body") or "")[:ISSUE_TEXT])
            title = prose.own_words(entry["title"], "").title or "(untitled)"
            found.append(Section("", title, title, "", text, 1, kind="issue", number=_number(entry)))
    return found, [f"{many(broken, 'entry', 'entries')} of the closed issues could not be read"] if broken else []


def _number(entry: dict[str, Any]) -> int:
    value = entry.get("number")
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _is_solved(entry: dict[str, Any]) -> bool:
    """Closed, as completed or for no stated reason, and no pull request."""
    closed = entry.get("state", "closed") == "closed" and not entry.get("pull_request")
    return closed and entry.get("state_reason") in (None, "", "completed")


def articles_of(case: Case, folder: str) -> tuple[Shelf, list[str]]:
    """The articles of the folder that is asked for, else of those that the issue names, else of policy's."""
    if folder:
        return shelf(case, folder), []
    named, brought, notes = named_folders(case)
    usual = str(case.agent_policy.settings.get("articles") or "docs/kb")
    if named:
        found = [shelf(case, name) for name in named[:3]]
        sections = tuple(section for part in found for section in part.sections)
        said = [note for part in found for note in part.notes]
        return Shelf(
            ", ".join(part.folder for part in found), sections, sum(part.files for part in found)
        ), notes + said
    if brought:
        sections = tuple(s for d in brought for s in cut(d.path.read_text("utf-8", "replace")[:1_000_000], d.name))
        where = ", ".join(dict.fromkeys(d.name.rpartition("/")[0] for d in brought))
        return Shelf(where, sections, len(brought)), notes
    try:
        read = shelf(case, usual)
    except ToolError as error:
        return Shelf(usual), [*notes, error.what]
    return read, [*notes, *read.notes]


def named_folders(case: Case) -> tuple[list[str], list[Data], list[str]]:
    """The folders with articles that the issue names, articles that the host found below one, and what to say."""
    known = folders(case)
    text = f"{case.issue.title}\n{prose.visible(case.issue.body[: prose.LIMIT])}\n{case.work.asked[:20_000]}"
    taken: dict[str, None] = {}
    brought: dict[str, Data] = {}
    notes: list[str] = []
    explicit = [match[1].rstrip(".,;:") for match in _FOLDER_WORD.finditer(text)]
    hinted = [name for match in _HINTED.finditer(text) if (name := (match[1] or match[2]).rstrip(".")) in known]
    for name in [*explicit, *hinted, *(match[1] for match in _PATH.finditer(text) if "/" in match[1])][:200]:
        path = inside(name)
        if path is None:
            notes.append(f"the folder {code(name, 60)} leads out of the repository and was not read")
        elif path in known:
            taken[path] = None
        elif path and (files := [d for d in case.data if d.source == "repository" and _is_below(d.name, path)]):
            brought.update({d.name: d for d in files})
        elif name in explicit and "/" in name and "." not in path.rpartition("/")[2]:
            notes.append(f"there are no articles in {code(name, 60)}")
    outermost = [p for p in taken if not any(p.startswith(f"{other}/") for other in taken)]
    return outermost, list(brought.values()), list(dict.fromkeys(notes))[:3]


def _is_below(name: str, folder: str) -> bool:
    """Whether a file is an article below the folder, which the host may have found below another root."""
    return f"/{folder}/" in f"/{name}" and name.casefold().endswith(SUFFIXES)


def _shown(case: Case, hit: Hit) -> dict[str, Any]:
    section = hit.section
    return {
        "kind": section.kind,
        "title": section.title,
        "heading": section.heading,
        "link": address(case, section),
        "source": section.source,
        "score": f"{hit.score:.2f}",
        "covers": f"{hit.fit * 100:.0f}",
        "passage": quoted(case, section, hit.words),
    }


def _facts(number: int, hit: dict[str, Any]) -> dict[str, Fact]:
    return {
        f"score_{number}": Fact(value=hit["score"], unit="BM25", source=hit["source"]),
        f"covers_{number}": Fact(value=hit["covers"], unit="%", source=hit["source"]),
    }


def _text(hits: list[dict[str, Any]]) -> str:
    """The hits as a table."""
    if not hits:
        return ""
    rows = [
        (
            str(number),
            f"{hit['link']}"
            + (f" {plain(hit['title'], 90)}" if hit["kind"] == "issue" or hit["link"][0] == "`" else ""),
            "solved issue" if hit["kind"] == "issue" else "article",
            hit["score"],
            f"{hit['covers']} %",
        )
        for number, hit in enumerate(hits, 1)
    ]
    return table(("", "where", "kind", "score (BM25)", "covers the question"), rows)
