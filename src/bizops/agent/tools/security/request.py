"""What an issue asks of the security agent, by the data that it brings and the words that it uses."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import tracked
from bizops.agent.tools.access import listing
from bizops.agent.tools.access import review as access
from bizops.agent.tools.advisories import advisories, osv
from bizops.agent.tools.security import controls, workflows
from bizops.agent.tools.security.secret_scan import redacted
from bizops.agent.tools.security.wishes import SCANS, Part, wish
from bizops.case import Case, Data
from bizops.rules.harmless import brief

NAMES: dict[Part, str] = {
    "secrets": "secrets of the repository",
    "workflows": "workflows",
    "code": "code",
    "advisories": "dependencies",
    "controls": "controls",
    "access": "access",
}
_BOX = re.compile(r"(?m)^[ \t>]{0,8}[-*+][ \t]{1,4}\[(.)\][ \t]*(.*)$")
_QUOTE = re.compile(r"(?m)^ {0,3}>.*$")
_SCANNING = re.compile(
    r"(?i)\bscan|\bsearch|\bsast\b|\bbandit\b|\bzizmor\b|durchsuch|escane|analy[sz]"
    r"|\b(?:check|audit|review|pr[üu]f\w*|v[ée]rifi\w+|revis\w+) (?:\w+ ){0,2}"
    r"(?:code|repo\w*|workflows?|secrets?|source)"
)


@dataclass(frozen=True)
class Request:
    """The parts of the answer in their order, what of the scans is not among them and why, and what data is broken.

    `named`: what the words or the data of the issue call for; `why`: for what reason all scans run, if they do.
    """

    parts: tuple[Part, ...]
    named: frozenset[Part]
    not_run: Mapping[Part, str]
    why: str
    pasted: bool  # a workflow is pasted: it alone is meant
    broken: tuple[str, ...]


@tool("compute")
def said_by_a_tool(_case: Case, text: str) -> Result:
    """What a tool said in place of a result, put on record with its figures. For the playbook, not for a model."""
    return Result(text, questions=(text,))


def request(case: Case) -> Request:
    """What to do for an issue: what its data is for, what its words name, and all scans where that is unclear."""
    words = own_words(case)
    wanted = wish(words)
    data = _by_data(case)
    scanning = bool(_SCANNING.search(words))
    frames = [part for part in ("access", "controls") if part in wanted.named and (not data or _named(part, words))]
    parts: list[Part] = [*data, *frames]
    if not parts or (scanning and any(part in SCANS for part in wanted.named)):
        parts += wanted.scans
    elif "controls" in parts and "advisories" in wanted.named:
        parts.append("advisories")
    order = dict.fromkeys(sorted(parts, key=_place) if not data else parts)
    gone = {part: "not asked for" for part in SCANS if part not in order}
    gone |= {part: "the request leaves it out" for part in wanted.left_out if part in gone}
    whole = wanted.why if set(SCANS) - set(wanted.left_out) <= set(order) else ""
    pasted = "workflows" in data and not re.search(
        r"(?i)\b(?:our|all|every|the) (?:\w+ )?(?:workflows|repositor)", words
    )
    named = frozenset({*data, *wanted.named})
    return Request(tuple(order), named, gone, whole, pasted, _broken(case))


def scans_said(wanted: Request, measured: Collection[Part], not_run: Mapping[Part, str]) -> str:
    """Which scans ran, and for each other one why it did not, as a list."""
    ran = ["the issue itself", *(name for part, name in NAMES.items() if part in measured)]
    why = [f"- All scans were called for, since {wanted.why}"] if wanted.why else []
    by_reason: dict[str, list[str]] = {}
    for part in (part for part in NAMES if part in not_run):
        by_reason.setdefault(not_run[part], []).append(NAMES[part])
    gone = [f"- Not run: {', '.join(names)}: {reason}" for reason, names in by_reason.items()]
    return "\n".join([f"- Run: {', '.join(ran)}", *gone, *why])


def own_words(case: Case) -> str:
    """What the requester says: title, a form's values, sentences outside of data and quotations, the comment."""
    from bizops.rules.data import prose
    from bizops.rules.visible import uncommented

    body = "\n".join(map(str, case.form.values())) if case.form else case.issue.body
    texts = (prose(uncommented(text)) for text in (body, case.work.asked))
    kept = "" if case.form else r"\2"  # a form's boxes are its own sentences, checked or not
    said = (_BOX.sub(lambda m: m.expand(kept) if m[1] in "xX" else "", _QUOTE.sub("", text)) for text in texts)
    return "\n".join([case.issue.title, *said])[:60_000]


def _place(part: Part) -> int:
    return ("controls", "access", *SCANS).index(part)


def _by_data(case: Case) -> list[Part]:
    found: list[Part] = []
    if access.account_data(case) or _called(case, r"users?|accounts?|access|konten|benutzer|members?"):
        found.append("access")
    if advisories.advisory_data(case):
        found.append("advisories")
    if controls.control_data(case):
        found.append("controls")
    if workflows.pasted(case):
        found.append("workflows")
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
            found.append(redacted(brief(problem, 400)))
    return tuple(found[:8])
