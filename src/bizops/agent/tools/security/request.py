"""What an issue asks of the security agent, by the data that it brings and the words that it uses."""

import json
import re
from dataclasses import dataclass
from typing import Literal

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.access import listing
from bizops.agent.tools.access import review as access
from bizops.agent.tools.advisories import advisories, osv
from bizops.agent.tools.quoting import plain
from bizops.agent.tools.security import controls, workflows
from bizops.agent.tools.security.secret_scan import redacted
from bizops.case import Case, Data

Part = Literal["secrets", "workflows", "code", "advisories", "controls", "access"]
SCANS: tuple[Part, ...] = ("secrets", "workflows", "code", "advisories")
WORDS: tuple[tuple[Part, str], ...] = (
    (
        "access",
        (
            r"access (?:review|recertification|list)|user (?:access )?review|review (?:of )?(?:user"
            r" )?(?:access|accounts)|recertif|dormant accounts?|inactive (?:accounts?|users?)|leavers?\b"
            r"|berechtigungspr[üu]fung|rezertifizierung|zugriffs(?:rechte|pr)|revue des acc[eè]s|revisi[oó]n de accesos"
        ),
    ),
    (
        "advisories",
        (
            r"advisor(?:y|ies)|\bCVE-\d|\bGHSA-|\bOSV\b|vulnerab\w* (?:package|dependenc|librar)"
            r"|dependenc\w* (?:scan|check|audit|review|vulnerab)|affected (?:package|version)s?|lock"
            r" ?file"
        ),
    ),
    (
        "controls",
        (
            r"compliance|complian(?:t|z)|controls?\b(?! panel)|\bSOC ?2\b|\bISO[ /]?(?:IEC"
            r" )?27\d{3}\b|\bASVS\b|audit evidence|evidence matrix|konformit|kontrollen"
        ),
    ),
    ("workflows", r"workflows?\b|github actions|zizmor|\bCI security|pipeline security"),
    ("code", r"\bbandit\b|code (?:scan|review|audit)|static analysis|\bSAST\b|insecure code"),
    (
        "secrets",
        (
            r"secrets?\b|credentials?\b|leak(?:ed|s)?\b|expos(?:ed|ure)|api[-"
            r" ]?keys?\b|\btokens?\b|private keys?|\bincident\b|zugangsdaten|geheimnis"
        ),
    ),
)


@dataclass(frozen=True)
class Request:
    """The parts of the answer in their order, whether the issue asked for them, and what of its data is broken."""

    parts: tuple[Part, ...]
    clear: bool
    pasted: bool  # a workflow is pasted: it alone is meant
    broken: tuple[str, ...]


@tool("compute")
def said_by_a_tool(_case: Case, text: str) -> Result:
    """What a tool said in place of a result, put on record with its figures. For the playbook, not for a model."""
    return Result(text, questions=(text,))


def request(case: Case) -> Request:
    """What to do for an issue. Data decides before words; without either the repository is scanned as a whole."""
    from bizops.rules.data import prose

    words = "\n".join([case.issue.title, prose(case.issue.body)[:60_000], case.work.asked])
    by_words = [part for part, pattern in WORDS if re.search(pattern, words, re.IGNORECASE)]
    by_data: list[Part] = []
    if access.account_data(case) or _called(case, r"users?|accounts?|access|konten|benutzer|members?"):
        by_data.append("access")
    if advisories.advisory_data(case):
        by_data.append("advisories")
    if controls.control_data(case):
        by_data.append("controls")
    if workflows.pasted(case):
        by_data.append("workflows")
    broken = _broken(case)
    if by_data:
        strong = [p for p in by_words if p in ("controls", "access") and p not in by_data and _named(p, words)]
        parts = [*by_data, *strong]
    else:
        parts = _of_words(by_words, words)
    if not parts and not broken:
        return Request(("secrets", "workflows", "code"), clear=False, pasted=False, broken=())
    pasted = "workflows" in by_data and not re.search(
        r"(?i)\b(?:our|all|every|the) (?:\w+ )?(?:workflows|repositor)", words
    )
    return Request(tuple(dict.fromkeys(parts)), clear=True, pasted=pasted, broken=broken)


def _of_words(found: list[Part], words: str) -> list[Part]:
    if "access" in found and not re.search(r"(?i)compliance|controls?\b", words):
        return ["access"]
    if "controls" in found:
        return ["controls", *(p for p in found if p in ("access", "advisories"))]
    if "secrets" in found and len(found) > 1:
        return ["secrets", *(p for p in found if p != "secrets")]
    return found


def _named(part: Part, words: str) -> bool:
    pattern = r"compliance|control (?:matrix|check|list)|matrix" if part == "controls" else r"access review|recertif"
    return bool(re.search(pattern, words, re.IGNORECASE))


def _called(case: Case, words: str) -> bool:
    """Whether a table of the issue is named like a list of accounts, whatever its columns are."""
    return any(
        re.search(rf"(?i)(?:^|[^a-z])(?:{words})(?:[^a-z]|$)", d.name.rsplit(".", 1)[0]) and _is_table(d)
        for d in case.data
    )


def _is_table(data: Data) -> bool:
    return data.name.casefold().endswith((".csv", ".tsv")) and controls.readable(data) is None


def _broken(case: Case) -> tuple[str, ...]:
    """Questions about files that the issue brings and nobody can read, each with its line."""
    found = []
    for data in case.data:
        if data.source == "repository" or not data.path.is_file():
            continue
        text = tracked.decoded(data.path.read_bytes()[: tracked.FILE_LIMIT])
        problem = ""
        try:
            if not text.strip():
                problem = f"{data.name}: the block is empty: what belongs in it?"
            elif data.name.casefold().endswith((".json", ".jsonl", ".ndjson")):
                osv.parse(text, data.name)
            elif data.name.casefold().endswith((".csv", ".tsv")):
                listing.read(data)
        except (ToolError, json.JSONDecodeError) as error:
            problem = str(error)
        if problem:
            found.append(redacted(plain(problem, 400)))
    return tuple(found[:8])
