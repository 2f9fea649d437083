"""A drafted reply checked against the articles, and what makes a request urgent whatever its tone."""

import re
from typing import Annotated, Any

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.support.articles import Section, address
from bizops.agent.tools.support.passages import quoted
from bizops.agent.tools.support.relevance import Question, find
from bizops.agent.tools.support.search import articles_of
from bizops.agent.tools.triage.handovers import passed
from bizops.case import Case
from bizops.decision import Fact
from bizops.rules import language, prose
from bizops.rules.harmless import code, plain
from bizops.rules.wording import many, table

STATEMENTS = 25  # of a draft that are checked
COVERED = 0.55  # share of a statement that a passage must cover
_LABEL = re.compile(
    r"^[\s>*_#-]{0,8}(?:(?:our|the|my|draft|drafted|proposed|suggested)\s)?(?:answer|reply|response|draft|antwort|"
    r"entwurf|"
    r"r[ée]ponse|respuesta)(?:\s(?:draft|entwurf))?[*_]{0,2}\s?:[*_]{0,2}[ \t]*(.*)$",
    re.IGNORECASE,
)
_END = re.compile(r"^\s{0,3}(?:#{1,6}\s|(?:question|frage|context|note|source)\s?:)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,:]\d+)*(?![\w-])")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_COURTESY = re.compile(
    r"^(?:hi|hello|dear|hallo|guten|sehr geehrte|bonjour|hola|thank|thanks|danke|merci|gracias|best|kind|regards|"
    r"mit freundlichen|viele gr|cordialement|saludos|please let (?:us|me) know|i hope|we hope|we are sorry|sorry)\b",
    re.IGNORECASE,
)


def draft_of(case: Case) -> str:
    """The drafted reply that the issue brings: what follows `Answer:`, a quotation or a block included; else empty."""
    text = case.work.asked if _label_line(case.work.asked) else case.issue.body
    lines = prose.visible(text[: prose.LIMIT]).splitlines()
    start = next((i for i, line in enumerate(lines) if _LABEL.match(line)), None)
    if start is None:
        return ""
    first = _LABEL.match(lines[start])
    taken = [first[1] if first else ""]
    for line in lines[start + 1 : start + 120]:
        if _END.match(line) or line.strip() == "---":
            break
        if not line.lstrip().startswith(("```", "~~~")):
            taken.append(re.sub(r"^\s{0,3}>\s?", "", line))
    return "\n".join(taken).strip()


def _label_line(text: str) -> bool:
    return any(_LABEL.match(line) for line in text.splitlines())


@tool("repository")
def check_answer(
    case: Case,
    answer: Annotated[str, Field(description="the drafted reply; empty: the one in the issue")] = "",
    folder: Annotated[str, Field(description="folder of articles; empty: the one the issue names, else policy's")] = "",
) -> Result:
    """Check a drafted reply against the articles: which statement which passage covers, and which none does.

    A statement whose figures differ from the passage's is named apart. Raises ToolError where there is no draft.
    """
    text = answer.strip() or draft_of(case)
    if not text:
        raise ToolError("there is no drafted reply", fix="write it into the issue behind a line `Answer:`")
    shelf, notes = articles_of(case, folder)
    statements = [s.strip(" \t-*•") for s in _SENTENCE.split(text)]
    statements = [s for s in statements if _says_something(s)]
    rows = [_checked(statement, shelf.sections) for statement in statements[:STATEMENTS]]
    counts = {
        name: sum(row["verdict"] == name for row in rows) for name in ("covered", "figures differ", "not covered")
    }
    facts = {
        "statements": Fact(value=str(len(rows)), source="the drafted reply"),
        "statements_covered": Fact(value=str(counts["covered"]), source=shelf.folder),
        "statements_that_differ": Fact(value=str(counts["figures differ"]), source=shelf.folder),
        "statements_not_covered": Fact(value=str(counts["not covered"]), source=shelf.folder),
    }
    shown = [
        (plain(r["statement"], 200), r["verdict"], address(case, r["section"]) if r["section"] else "–") for r in rows
    ]
    passages = [_passage(case, row) for row in rows if row["verdict"] == "figures differ"]
    body = "\n\n".join([table(("statement", "verdict", "passage"), shown), *filter(None, passages)]) if rows else ""
    more = len(statements) - len(rows)
    notes += [f"{many(more, 'further statement')} not checked"] if more > 0 else []
    return Result(body, {"counts": counts, "notes": notes, "statements": [_row(r) for r in rows]}, facts)


def _says_something(sentence: str) -> bool:
    told = language.tokens(sentence, stop=False)
    return len(told) >= 2 and not _COURTESY.match(sentence) and not prose.is_order(sentence)


def _checked(statement: str, sections: tuple[Section, ...]) -> dict[str, Any]:
    found = find(Question.of(statement, ""), sections, limit=1)
    if not found.hits or found.level == "none" or found.hits[0].fit < COVERED:
        return {"statement": statement, "verdict": "not covered", "section": None, "words": ()}
    hit = found.hits[0]
    known = set(_NUMBER.findall(f"{hit.section.title} {hit.section.heading} {hit.section.text}"))
    differ = [n for n in _NUMBER.findall(statement) if n not in known]
    verdict = "figures differ" if differ and known else "not covered" if differ else "covered"
    return {"statement": statement, "verdict": verdict, "section": hit.section, "words": hit.words}


def _passage(case: Case, row: dict[str, Any]) -> str:
    passage = quoted(case, row["section"], row["words"])
    return f"{address(case, row['section'])} says:\n\n{passage}" if passage else ""


def _row(row: dict[str, Any]) -> dict[str, str]:
    return {
        "statement": row["statement"][:200],
        "verdict": row["verdict"],
        "passage": row["section"].source if row["section"] else "",
    }


_VULNERABLE = re.compile(
    r"\b(?:sql injection|cross[- ]site scripting|xss\b|csrf|remote code execution|path traversal|cve-\d{4}-\d{3,7}|"
    r"(?:found|report\w{0,3}|discovered|there is|have|exploit\w{0,3})\b.{0,30}\b(?:vulnerabilit\w{1,3}|"
    r"security (?:hole|flaw|bug))|"
    r"(?:can|could|able to) (?:see|read|open|access|download|change)\b.{0,30}\bother (?:customers?|users?|"
    r"people)\S{0,2}|"
    r"sicherheitslücke|schwachstelle gefunden|faille de sécurité|vulnerabilidad)",
    re.IGNORECASE,
)
_OUTAGE = re.compile(
    r"\b(?:outage|(?:site|shop|server|system|service|everything|production|website|app|api|database)\b.{0,20}\b(?:is|"
    r"are|went)"
    r"(?: completely| all)? (?:down|offline|unreachable|dead)|(?:nobody|no one|none of us) can (?:log|work|pay|order|"
    r"reach|get)|"
    r"50[234] (?:error|for all|everywhere)|(?:ausgefallen|nicht erreichbar|totalausfall)|en panne|no responde|caído)\b",
    re.IGNORECASE,
)
_LOSS = re.compile(
    r"\b(?:data ?loss|lost (?:all|our) (?:data|files|orders)|(?:all|our) (?:data|files|orders|invoices) (?:is|are|"
    r"were) (?:gone|deleted"
    r"|lost)|datenverlust|daten sind weg|perte de données|pérdida de datos)\b",
    re.IGNORECASE,
)
_ASKS_HOW = re.compile(
    r"\b(?:how (?:do|can|should|to|must)|what (?:is|does|should)|wie kann|comment|cómo|policy|article)\b", re.IGNORECASE
)
RULES = (
    ("vulnerability report", _VULNERABLE, "security/compliance"),
    ("outage", _OUTAGE, "operations/monitoring"),
    ("data loss", _LOSS, "operations/monitoring"),
)


@tool("compute")
def urgency(case: Case) -> Result:
    """What makes the issue urgent, by its matter and not by its tone: a secret, a vulnerability, an outage, data loss.

    `data.agent` is the agent that should have it; `data.clear` is true only for a secret or a report of a weakness.
    """
    own = prose.own_words(case.issue.title, case.issue.body)
    sentences = [own.title, *own.sentences[:300], *prose.own_words("", case.work.asked).sentences[:100]]
    signs = [
        (name, area, part)
        for name, pattern, area in RULES
        for part in sentences
        if pattern.search(part) and not (name == "vulnerability report" and _ASKS_HOW.search(part))
    ]
    secrets = _secrets(case)
    kinds = list(dict.fromkeys([*(["secret"] if secrets else []), *(name for name, _, _ in signs)]))
    if not kinds:
        return Result(data={"kinds": [], "agent": "", "clear": False})
    clear = "secret" in kinds or "vulnerability report" in kinds
    area = "security/compliance" if clear else next(area for _, area, _ in signs)
    agent = case.policy.labels.routes.get(area, "")
    said = [f"{many(secrets, 'value')} in the issue that looks like a secret"] if secrets else []
    said += [
        f"{name}: {code(next(part for n, _, part in signs if n == name), 100)}" for name in kinds if name != "secret"
    ]
    free = agent and agent not in passed(case).closed and agent != case.work.agent
    live = bool(free) and case.policy.agent(agent).mode != "off"
    facts = {"secrets_in_issue": Fact(value=str(secrets), source="issue")} if secrets else {}
    text = "\n".join(f"- {line}" for line in said)
    return Result(text, {"kinds": kinds, "agent": agent, "clear": clear and live, "live": live, "area": area}, facts)


def _secrets(case: Case) -> int:
    """How many values of the issue are secrets of high severity: forms of keys, no words that only look odd."""
    text = f"{case.issue.title}\n{case.issue.body}\n{case.work.asked}"[:300_000]
    if not re.search(r"[A-Za-z0-9+/_=-]{16,}|-----BEGIN|(?i:passw\w{0,6}|pwd|secret|token)\s{0,3}[:=]", text):
        return 0
    from bizops.agent.tools.security.secret_scan import scan

    return sum(hit.severity in ("critical", "high") for hit in scan(text, "issue").hits)
