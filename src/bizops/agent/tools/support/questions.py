"""The right question: what is missing to answer or to route, asked so that one reply settles it."""

import re

from bizops.agent.tools.support.search import codes
from bizops.case import Case
from bizops.rules import prose
from bizops.rules.harmless import plain

_TROUBLE = re.compile(
    r"\b(?:error|fails?|failed|broken|does(?:n't| not) work|not working|crash\w{0,3}|problem|stuck|can(?:'t|not)|"
    r"unable|stopped|"
    r"wrong|fehler|geht nicht|funktioniert nicht|kaputt|erreur|ne (?:marche|fonctionne)|no funciona|error al)\b",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"[\"„“«'`][^\"“”»'`\n]{6,}[\"”“»'`]|\b[A-Z]{1,5}-?\d{2,6}\b|\b(?:error|fehler|erreur) \d{2,6}\b|"
    r"exception",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"\b(?:v(?:ersion)?\s?)?\d+\.\d+(?:\.\d+)?\b|windows|macos|linux|android|iphone|ios|chrome|firefox|"
    r"safari",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"^\s{0,6}(?:\d{1,2}[.)]|[-*])\s|\b(?:when|after|while|as soon as|sobald|wenn|nachdem|quand|"
    r"cuando)\b",
    re.IGNORECASE | re.MULTILINE,
)


def about_candidates(headings: list[str]) -> str:
    """Which of the candidates is meant, or, with one, what speaks against it."""
    names = [f"“{plain(heading, 90)}”" for heading in dict.fromkeys(headings)]
    if len(names) == 1:
        return f"Does {names[0]} answer it? If not: what exactly are you trying to do, and what happens instead?"
    return (
        f"Which is meant: {', '.join(names[:-1])} or {names[-1]}? Or something else: what exactly are you trying to do?"
    )


def about_gap(case: Case) -> tuple[str, ...]:
    """What a person would need to help: for trouble the message, the version and the steps; else the aim."""
    own = prose.own_words(case.issue.title, case.issue.body)
    text = f"{own.title}\n{own.text}\n{codes(own)}\n{case.work.asked}"[:50_000]
    if not re.search(r"\w", f"{own.title}{own.text}"):
        return ("What is your question? Please write it in one sentence, with the name of the product or page.",)
    if _TROUBLE.search(text):
        wanted = [
            *([] if _MESSAGE.search(text) else ["the exact text of the error message (or that there is none)"]),
            *([] if _VERSION.search(text) else ["the product and its version, and the system or browser"]),
            *([] if _STEPS.search(text) else ["what you did just before it happened, step by step"]),
        ]
        if wanted:
            return (f"Please tell us {_joined(wanted)}.",)
        return ("Since when does it happen, and does it happen to others too, or on another device?",)
    about = "Which product, page or document is this about, and what should be different when it is done?"
    return (f"{about} If there is a text that should answer it, name its file or folder.",)


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
