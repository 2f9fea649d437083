"""The passage of a section that fits, short and fit to be quoted: no orders, no secrets, nothing that acts."""

import re

from bizops.agent.tools.support.articles import Section
from bizops.case import Case
from bizops.rules import language, prose
from bizops.rules.harmless import harmless
from bizops.rules.visible import visible

LONGEST = 700  # characters of a quoted passage
OF_ISSUE = 240  # of one from a solved issue, which outsiders wrote
_SUSPICIOUS = re.compile(r"(?i)[A-Za-z0-9+/_=-]{16,}|passw|secret|token|-----BEGIN|\bkey\b|://[^/\s]+:[^/\s]+@")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+")


def quoted(case: Case, section: Section, words: tuple[str, ...]) -> str:
    """The best lines of a section as a quotation; empty where none can be shown."""
    limit = OF_ISSUE if section.kind == "issue" else LONGEST
    blocks = [kept for block in _blocks(section.text) if (kept := _fit(block))]
    if not blocks:
        return ""
    wanted = set(words)
    best = max(range(len(blocks)), key=lambda i: (_matches(blocks[i], wanted), -i))
    whole = "\n\n".join(blocks)
    if section.kind == "article" and len(whole) <= limit:
        best, blocks = 0, [whole]
    taken = blocks[best]
    for more in blocks[best + 1 : best + 3]:  # what follows often is the rest of the answer
        if section.kind == "issue" or len(taken) + len(more) > limit:
            break
        taken += "\n" + more
    safe = harmless(_short(taken, limit), link_hosts=case.policy.access.link_hosts, limit=limit + 200,
                    repository=case.repository_name)  # fmt: skip
    return "\n".join(f"> {line}" if line.strip() else ">" for line in safe.split("\n"))


def _blocks(text: str) -> list[str]:
    """Paragraphs; a list or a table belongs to the line before it."""
    blocks: list[list[str]] = []
    for line in visible(text).split("\n")[:2_000]:
        listed = re.match(r"\s*(?:[-*+|]|\d{1,3}[.)])\s?", line)
        if not line.strip():
            blocks.append([])
        elif not blocks or (not blocks[-1] and not (listed and len(blocks) > 1 and blocks[-2])):
            blocks = blocks or [[]]
            blocks[-1].append(line.rstrip())
        elif not blocks[-1]:
            blocks.pop()
            blocks[-1] += ["", line.rstrip()] if line.lstrip().startswith("|") else [line.rstrip()]
        else:
            blocks[-1].append(line.rstrip())
    return ["\n".join(block) for block in blocks if block]


def _fit(block: str) -> str:
    """The lines of a block without sentences that give orders, and without lines that may hold a secret."""
    lines = []
    for line in block.split("\n"):
        kept = " ".join(part for part in _SENTENCE.split(line) if part and not prose.is_order(part))
        if line.strip() and not kept.strip():
            continue
        lines.append(_masked(kept) if _SUSPICIOUS.search(kept) else kept)
    return "\n".join(lines).strip("\n")


def _masked(line: str) -> str:
    from bizops.agent.tools.security.secret_scan import redacted

    return redacted(line)


def _matches(block: str, words: set[str]) -> int:
    return len(words & set(language.tokens(block[:4_000], stop=False)))


def _short(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = text[:limit]
    end = max(cut.rfind(". "), cut.rfind("\n"), limit // 2)
    return cut[: end + 1].rstrip() + " …"
