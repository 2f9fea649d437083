"""What the security agent's answer must say, whatever its language: a leak first, and which scans did not run."""

import re

from bizops.agent.agent import Draft, Notebook
from bizops.case import Case
from bizops.rules.spoken import silent, speaks_of, told

# Each scan with the fact that it leaves, its word in `spoken` and its name in a complaint.
SCANS = (
    ("repository_files_scanned", "secrets", "secrets of the repository"),
    ("workflow_files_scanned", "workflows", "workflows"),
    ("code_files_scanned", "code", "code"),
    ("vulnerabilities", "dependencies", "dependencies"),
)
LIVE = ("critical", "high", "medium")
HEAD = 1_500  # characters within which what must be done first has to stand
# A list or a table belongs to the sentence before it.
SENTENCE = re.compile(r"[.!?](?=\s|$)|\n\s*\n(?!\s*[-*+|])|\n(?!\s*(?:[-*+|\n]|\d{1,2}[.)]))")


def looked_at_the_issue(_case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """The issue itself was scanned, and a secret in it comes first: revoked, by a word of any language."""
    facts = notebook.facts
    if "issue_secrets" not in facts:
        return ["use scan_issue_secrets before anything else"]
    leaked = any(facts[name].value != "0" for severity in LIVE if (name := f"issue_secrets_{severity}") in facts)
    if leaked and silent(draft.summary[:HEAD], ["revoke"]):
        return ["the issue holds a live secret: say first that it must be revoked"]
    return []


def says_what_ran(_case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """Of each scan that did not run the answer says so: a reader must not take silence for a clean result."""
    missing = [(word, name) for fact, word, name in SCANS if fact not in notebook.facts]
    if not missing or not told(draft.summary):
        return []
    denied = [part for part in SENTENCE.split(draft.summary) if speaks_of(part, "denial", "left out")]
    gone = [name for word, name in missing if not any(speaks_of(part, word) for part in denied)]
    return [f"say of each scan that did not run that it did not: {', '.join(gone)}"] if gone else []
