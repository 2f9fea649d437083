"""What a model is told: the frame with the role's part, and the thread as data that it cannot leave.

Templates are Jinja2 with StrictUndefined, from a company's `prompts/` before the shipped `agents/prompts/`. Foreign
is only ever a value. It stands between two lines with a mark derived from the case; the mark itself is taken
out of it, so that no text can close its own frame.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bizops import company
from bizops.agent.agent import Agent
from bizops.case import Case
from bizops.rules.visible import uncommented, visible

if TYPE_CHECKING:
    from jinja2 import Environment

FRAME = "frame.md.j2"
TEXT_LIMIT = 20_000  # characters of one body or comment
THREAD_LIMIT = 60_000


def system(case: Case, agent: Agent, own: Path | None = None) -> str:
    """The system message. Raises jinja2.UndefinedError for a template that names what there is not."""
    environment = _environment(own)
    values = {"case": case, "agent": agent, "mark": mark(case), "kinds": case.agent_policy.kinds}
    name = f"{agent.name}.md.j2"
    role = environment.get_template(name).render(values) if name in environment.list_templates() else agent.mission
    return environment.get_template(FRAME).render(values, role=role.strip())


def thread(case: Case) -> str:
    """The user message: the issue with its comments and the names of its data, each as framed text."""
    issue = case.issue
    head = {
        "issue": issue.number,
        "title": visible(issue.title),
        "author": issue.author.login,
        "labels": list(issue.labels),
        "priority": case.priority,
        "now": case.now,
        "fields": {name: visible(value) for name, value in case.form.items()},
    }
    parts = [framed(case, "the issue", json.dumps(head, ensure_ascii=False, default=str) + "\n\n" + _read(issue.body))]
    left = THREAD_LIMIT - len(parts[0])
    comments: list[str] = []
    for comment in reversed(case.thread.comments):
        text = framed(case, f"comment {comment.id} by {comment.author.login}", _read(comment.body))
        left -= len(text)
        if left < 0:
            comments.append("(older comments are left out)")
            break
        comments.append(text)
    parts += reversed(comments)
    names = [f"- {json.dumps(d.name, ensure_ascii=False)} ({d.source})" for d in case.data[:200]]
    names += [f"- too large to be read: {json.dumps(name, ensure_ascii=False)}" for name in case.too_large]
    parts.append(framed(case, "the names of the data", "\n".join(names) or "(none)"))
    asked = f" The newest thing asked: comment {case.work.reason.removeprefix('comment-')}." if case.work.asked else ""
    return "\n\n".join([*parts, f"Answer this issue.{asked}"])


def mark(case: Case) -> str:
    """Sixteen hex digits that no text of the case can hold: they depend on all of it."""
    said = (case.work.key, case.issue.title, case.issue.body, case.now, *(c.body for c in case.thread.comments))
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:16]


def framed(case: Case, what: str, text: str) -> str:
    """Text as untrusted data between two marked lines."""
    sign = mark(case)
    return f"[data {sign}: {what.replace(sign, '')}]\n{text.replace(sign, '')}\n[end of data {sign}]"


def capped(text: str, limit: int) -> str:
    """The text, or its first part with how much was cut."""
    return text if len(text) <= limit else f"{text[:limit]}\n[cut: {len(text) - limit} more characters]"


def _read(body: str) -> str:
    """A body as a person reads it: visible, without HTML comments, capped."""
    return capped(visible(uncommented(body)), TEXT_LIMIT)


def _environment(own: Path | None) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(company.folders("prompts", own))
    return Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True)  # noqa: S701 - text for a model
