"""What of an issue's text are the author's own words, apart from what only came along.

Data and code in blocks, quotations, mail history, tables, signatures, headings and boxes of forms, comments that nobody
sees, and sentences that give orders to the desk ("ignore the rules", "send this to ai-security-agent") say nothing
about what the issue is about. Every pattern is bounded and every line is looked at once, so that no text makes this
slow.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bizops.rules.visible import uncommented

SIGNED = 4  # short lines below a "kind regards" that are a name, a role, a telephone number
LIMIT = 200_000  # characters that are looked at; a body holds 65,536
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\s]{0,500}\)")
_ADDRESS = re.compile(r"\bhttps?://\S{1,500}|\bwww\.\S{1,300}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,80}")
_INLINE = re.compile(r"`([^`\n]{1,300})`")
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_PREFORMATTED = re.compile(r"<(pre|samp|blockquote)\b[^<>]{0,200}>(.*?)(?:</\1\s{0,9}>|\Z)", re.DOTALL | re.IGNORECASE)
_DATA = re.compile(  # a line of a table or of JSON that stands without a fence
    r"^\s*(?:\|.*\|?\s*$|[\[{]\s*$|[\]}]+[,;]?\s*$|\{.*[}\]],?\s*$|\[\s*[{\"\d\[].*\],?\s*$"
    r"|\"[^\"\n]{1,200}\"\s*(?::\s*\S.*|,)$|(?:[^\t\n]*\t){2}|(?:[^;\n]{0,80};(?=\S)){3})"
)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.{1,200})$")
_BOX = re.compile(r"^\s{0,6}[-*+]\s+\[[ xX]\]\s")
_FILE_NAME = re.compile(r"^[\s*`_#>-]{0,8}[\w./-]{1,120}\.[a-zA-Z]{2,5}[\s*`_:]{0,4}$")
_BULLET = re.compile(r"^\s{0,12}(?:[-*+•]|\d{1,3}[.)])\s+")
_HISTORY = re.compile(
    r"^\s{0,3}(?:-{2,}\s?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|forwarded)"
    r"|(?:on|am|le|el|il|op)\b.{4,120}\b(?:wrote|schrieb.{0,60}|a écrit|escribió|ha scritto|schreef)\s?:\s*$"
    r"|from: .{2,100}$|von: .{2,100}$)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s{0,3}(?:-- ?$|_{5,}$|(?:(?:best|kind|warm|many) (?:regards|wishes)|regards|cheers|sincerely|yours|"
    r"thanks(?: a lot| in"
    r" advance)?|thank you(?: very much)?|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe) gr(?:ü|ue)(?:ß|"
    r"ss)e|"
    r"mfg|vg|lg|cordialement|bien à vous|merci(?: d'avance)?|saludos|un saludo|gracias|atentamente|"
    r"sent from my .{2,40})"
    r"[\s,.!]{0,3}$)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\s{0,3}(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|servus|moin|"
    r"sehr geehrte\w{0,2}|liebe[rs]?|bonjour|salut|hola|buenos días|buenas tardes|ciao|beste|"
    r"olá)\b[^,.!?:\n]{0,40}(?:[,.!:]|$)",
    re.IGNORECASE,
)
_TEMPLATE = frozenset(
    {
        "steps to reproduce", "expected behavior", "expected behaviour", "actual behavior", "actual behaviour",
        "additional context", "describe the bug", "screenshots", "environment", "description", "summary", "priority",
        "what happened", "what happened?", "checklist", "acceptance criteria", "area", "details", "context", "data",
        "to reproduce", "possible solution", "is your feature request related to a problem", "anything else?",
    }
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[;:])\s{2,}")

_AGENT = re.compile(r"(?<![\w/-])@?ai-[a-z]{2,20}(?:-[a-z]{2,20}){0,3}\b|\bagent/[\w-]{1,40}", re.IGNORECASE)
_LABEL = re.compile(r"(?<![\w/.-])([a-z][a-z-]{1,30})/(?:\*|[\w*-]{1,40})(?![\w/.])", re.IGNORECASE)
_MOVE = (
    r"(?:send|route|assign|forward|hand|escalate|transfer|pass|redirect|give|move|label|tag|classify|treat|mark|file|"
    r"set|call|run|let|make|schick\w{0,2}|leite|weise|gib|envoie\w{0,2}|transf[eè]re\w{0,2}|assigne\w{0,2}|"
    r"env[ií]a\w{0,2}|"
    r"manda|asigna|reenv[ií]a)"
)
_MOVES = re.compile(rf"\b{_MOVE}\b", re.IGNORECASE)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"(?:^|\b(?:and|then|please|now|must|should)\s|[,:;>*\]\"']\s{0,2})(?:ignore[zr]?|disregard|forget|override|"
            r"bypass|"
            r"ignorier\w{0,3}|vergiss|oublie[zr]?|ignora|olvida)\s.{0,60}\b(?:rules?|instructions?|prompts?|above|"
            r"previous|prior|"
            r"polic(?:y|ies)|guidelines?|regeln?|anweisung\w{0,3}|vorgaben|r[eè]gles?|consignes|reglas|instrucciones)\b"
        ),
        (
            r"\byou are (?:now|no longer)\b|\bfrom now on,? you\b|\bsystem prompt\b|\bas an? (?:ai|language model)\b|"
            r"\bjailbreak"
        ),
        r"^\W{0,4}(?:system|assistant|developer|admin)\W{0,3}:|<\|?(?:system|im_start|instructions?)\|?>|\[/?inst\]",
        r"\b(?:do not|don't|never) (?:tell|mention|show|inform) (?:the |any)?(?:user|human|person|requester)",
        (
            rf"\b{_MOVE}\s(?:this|it|that|the (?:issue|ticket|request))"
            r"(?:\s(?:issue|ticket|request|case|one|over|on|directly|straight|immediately|now)){0,2}\s(?:to|as)\b"
        ),
        r"\b(?:leite|schick\w{0,2}|weise|gib)\s(?:das|dies\w{0,2}|es)\b.{0,30}\s(?:an|zu|weiter)\b",
        r"\b(?:envoie\w{0,2}|transf[eè]re\w{0,2}|assigne\w{0,2})\s(?:ceci|ça|cela|ce (?:ticket|message))\b",
        r"\b(?:env[ií]a|manda|asigna|reenv[ií]a)\s(?:esto|este (?:ticket|mensaje))\b",
        r"\b(?:call|use|invoke|run) (?:the )?(?:tool|function) |\bsubmit_decision\b|\bhand_over\b",
    )
)  # fmt: skip

# One of these stands in every sentence that a pattern of _ORDERS can match: most sentences are done with this look.
_SIGNS = (
    "ignor", "disregard", "forget", "overrid", "bypass", "vergiss", "oubli", "olvida", "you are", "from now", "system",
    "as a", "jailbreak", "assistant", "developer", "admin", "inst", "im_start", "tell", "mention", "show", "inform",
    " to", " as", " an", " zu", " weiter", "ceci", "ça", "cela", "ce ", "esto", "este", "tool", "function",
    "submit_decision", "hand_over",
)  # fmt: skip


@dataclass(frozen=True)
class Prose:
    """The author's own sentences; `aside` is code and boxes among them; `orders` are sentences that were left out.

    `brought`: what only came along (blocks, quotations, mail history, tables), which says nothing of what is wanted.
    """

    title: str
    sentences: tuple[str, ...]
    aside: str = ""
    orders: tuple[str, ...] = ()
    brought: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.sentences)


def own_words(title: str, body: str, areas: Iterable[str] = (), headings: Iterable[str] = ()) -> Prose:
    """Split an issue into what its author says and what only came along.

    `areas`: the first parts of the desk's labels (`finance`), whose labels typed in the text are no words; `headings`:
    labels of a form, left out like those of common templates.
    """
    known = frozenset({area.casefold() for area in areas} | {"agent", "priority", "status", "sla", "escalated"})
    headings = {heading.strip(" :*_#").casefold() for heading in headings}
    skipped = _TEMPLATE | headings
    own, aside, brought = _lines(_unblocked(uncommented(body[:LIMIT])), skipped, form=bool(headings))
    orders: list[str] = []
    said: list[str] = []
    for sentence in (part for line in own for part in _SENTENCE.split(line)):
        kept = _heard(sentence, known, orders)
        if kept:
            said.append(kept)
    heading = " ".join(filter(None, (_heard(s, known, orders) for s in _SENTENCE.split(uncommented(title[:1000])))))
    return Prose(heading, tuple(said), "\n".join(aside), tuple(orders), "\n".join(brought))


def plain_text(body: str, headings: Iterable[str] = ()) -> str:
    """A body without comments, fence marks, headings of templates and empty fields: cheap, for comparing many."""
    skipped = _TEMPLATE | {heading.strip().casefold() for heading in headings}
    kept = []
    for line in uncommented(body).splitlines():
        bare = line.strip()
        said = bare.lstrip("#").strip(" :*_").casefold() if bare.startswith(("#", "_", "*")) else ""
        if bare and not bare.startswith(("```", "~~~")) and not (said in skipped or said == "no response"):
            kept.append(bare)
    return "\n".join(kept)


def is_order(sentence: str) -> bool:
    """Whether a sentence gives orders to the desk or to a model, rather than saying what is wanted."""
    folded = sentence.casefold()
    return any(sign in folded for sign in _SIGNS) and any(pattern.search(sentence) for pattern in _ORDERS)


def visible(text: str) -> str:
    """A text without comments, tags and link targets."""
    return _LINK.sub(r"\1", _TAG.sub(" ", uncommented(text)))


def _heard(sentence: str, known: frozenset[str], orders: list[str]) -> str:
    """A sentence without names of agents, labels and addresses; empty, and noted, if it gives orders to the desk."""
    names = bool(_AGENT.search(sentence)) or any(m[1].casefold() in known for m in _LABEL.finditer(sentence))
    if is_order(sentence) or (names and _MOVES.search(sentence)):
        orders.append(sentence.strip())
        return ""
    plain = _ADDRESS.sub(" ", _LINK.sub(r"\1", sentence))
    plain = _LABEL.sub(lambda m: " " if m[1].casefold() in known else m[0], _AGENT.sub(" ", plain))
    return _TAG.sub(" ", plain).strip()


def _unblocked(body: str) -> str:
    """A body with its preformatted and quoted HTML as fenced blocks, which is what they stand for."""
    if "<" not in body:
        return body
    return _PREFORMATTED.sub(lambda block: f"\n```\n{block[2].replace('```', chr(39) * 3)}\n```\n", body)


def _lines(body: str, skipped: frozenset[str], *, form: bool) -> tuple[list[str], list[str], list[str]]:
    """The lines that are the author's own, those aside, and those that were brought; boxes of a form are the form's."""
    own: list[str] = []
    aside: list[str] = []
    brought: list[str] = []
    fence = ""
    history = False
    signed = 0
    for line in body.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            else:
                brought.append(line)
        elif mark:
            fence = mark[1]
        elif history or _indented(line) or line.lstrip().startswith(">") or _DATA.match(line):
            brought.append(line.lstrip("> \t"))
        elif _BOX.match(line):
            (brought if form else aside).append(line.lstrip())
        elif _HISTORY.match(line):
            history = True
        elif _FILE_NAME.match(line):
            continue  # the name of the block below
        elif _SIGNATURE.match(line):
            signed = SIGNED
        elif signed and len(line.split()) <= 5:
            signed -= 1
        else:
            signed = 0
            own.extend(_own(line, skipped, aside))
    return own, aside, brought


def _indented(line: str) -> bool:
    return line.startswith(("    ", "\t")) and not _BULLET.match(line)


def _own(line: str, skipped: frozenset[str], aside: list[str]) -> Iterable[str]:
    heading = _HEADING.match(line)
    if (heading or line.lstrip().startswith("**")) and line.strip(" :*_#").casefold() in skipped:
        return
    aside.extend(_INLINE.findall(line))
    plain = _INLINE.sub(" ", heading[1] if heading else _BULLET.sub("", line))
    plain = _GREETING.sub("", plain).strip(" *_")
    if plain and plain.casefold() not in ("no response", "n/a", "none"):
        yield plain
