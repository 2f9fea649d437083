"""What a text claims about itself: how urgent it is, and signs that it is junk.

Claims only: what is believed of whom is `bizops.rules.trust`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bizops.issue import PRIORITIES, Priority
from bizops.rules import language
from bizops.rules.prose import Prose


@dataclass(frozen=True)
class Claim:
    """A priority that the author's words claim, and the words."""

    priority: Priority
    words: str


_NAMED = re.compile(
    r"\b(?:priority|prio|priorität|priorité|prioridad|severity|sev)\W{0,4}(?:is |as |to )?(P[0-3])\b"
    r"|(?:^|[,;:.!(\[–—-]\s{0,2})(P[0-3])(?=\s{0,2}(?:$|[,;:.!)\]–—-]))|\b(?:is|as|a|=|to|ein|un)\s(P[0-3])\b",
    re.IGNORECASE | re.MULTILINE,
)
_ASKS_ABOUT = re.compile(r"\?|\b(?:what|why|when|mean\w{0,3}|difference|lowered|was|explain)\b", re.IGNORECASE)
_CLAIMS: tuple[tuple[Priority, re.Pattern[str]], ...] = (
    (
        "P3",
        re.compile(
            r"\b(?:not (?:very |so |at all )?urgent|nothing urgent|isn'?t urgent|no (?:rush|hurry)|"
            r"low(?:est)? priority|"
            r"whenever (?:you|there|it)|nice to have|when (?:you have|there is) time|no deadline|not (?:in a )?hurry|"
            r"nicht (?:so |sehr )?(?:dringend|eilig)|eilt nicht|keine eile|wenn zeit ist|pas (?:très )?urgent|"
            r"rien d'urgent|"
            r"no (?:es|corre) (?:urgente|prisa)|sin prisa|non urgente)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "P0",
        re.compile(
            r"\b(?:urgent(?:ly|e|es)?|emergency|critical(?:ly)?(?= (?:issue|incident|problem|outage|failure|bug)|"
            r"[.!]|$)|"
            r"showstopper|right now|"
            r"immediate(?:ly)?|top priority|highest priority|(?:production|prod|site|shop|website|server|everything|"
            r"all) "
            r"(?:is|are) (?:completely |all )?(?:down|offline|dead)|production down|(?:total |complete )?outage|"
            r"data loss|"
            r"nobody can (?:log|work|pay|buy|order)|every ?(?:body|one) is (?:locked out|affected)|dringend|eilig|"
            r"sofort|"
            r"notfall|kritisch|umgehend|urgence|immédiatement|tout de suite|critique|urgencia|inmediatamente|"
            r"de inmediato|"
            r"crítico|totalausfall)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "P1",
        re.compile(
            r"\b(?:asap|as soon as possible|high priority|(?:very |really )important|blocker|blocks us|blocking|today|"
            r"by (?:tonight|noon|this evening)|so bald wie möglich|schnellstmöglich|wichtig|heute|dès que possible|"
            r"au plus vite|aujourd'hui|lo antes posible|cuanto antes|hoy)\b",
            re.IGNORECASE,
        ),
    ),
)


def stated_priority(prose: Prose) -> Claim | None:
    """The priority that the words claim: one that is named (`P0`), else what words such as "urgent" stand for."""
    parts = (prose.title, *prose.sentences[:200])
    for part in parts:
        found = _NAMED.search(part)
        if found and not _ASKS_ABOUT.search(part[: found.start()]) and not part.rstrip().endswith(f"{found[0]}?"):
            name = next(g for g in found.groups() if g).upper()
            return Claim(PRIORITIES[PRIORITIES.index(name)], found[0].strip(" ,;:.!([-–—"))
    for priority, pattern in _CLAIMS:
        for part in parts:
            said = pattern.search(part)
            if said:
                return Claim(priority, said[0])
    return None


_LURES = re.compile(
    r"\bclick (?:here|the link|below)\b|\bfree (?:phone|iphone|gift|money|trial now|bitcoin)\b|\bwin (?:a|an|big|"
    r"now)\b|"
    r"\byou(?:'ve| have) won\b|\b(?:earn|make) (?:up to )?[$€£]?\d[\d,.]* ?(?:dollars|euros|usd|"
    r"[$€£])?.{0,20}(?:week|day|month|home)|"
    r"\bwork from home\b|\b(?:viagra|casino|jackpot|crypto giveaway|forex signals|airdrop|lottery|betting|escort|"
    r"replica)\b|"
    r"\bseo (?:backlinks?|services?|packages?)\b|\b(?:guest posts?|backlinks?)\b.{0,30}\b(?:cheap|guaranteed|offer|"
    r"rank)|"
    r"\b(?:limited (?:offer|places|time)|act now|buy now|order now|best price|lowest price|100% (?:free|guaranteed))\b|"
    r"\b(?:whatsapp|telegram)\b.{0,30}(?:\+?\d|contact|join|group)|\b(?:contact|join|write).{0,20}\b(?:whatsapp|"
    r"telegram)\b|"
    r"\b(?:gewinnspiel|jetzt klicken|hier klicken|gratis handy|cliquez ici|gagnez|haga clic aquí|gane dinero)\b",
    re.IGNORECASE,
)


def junk(prose: Prose) -> str:
    """Why a text is taken for advertising or noise; empty if it is not."""
    text = f"{prose.title}\n{prose.text}"
    lures = language.distinct(m[0].casefold() for m in _LURES.finditer(text[:20_000]))
    words = language.tokens(text[:20_000])
    repeated = len(words) >= 9 and len(set(words)) / len(words) < (0.5 if len(words) < 60 else 0.12)
    letters = [c for c in prose.title if c.isalpha()]
    shouts = len(letters) >= 8 and sum(c.isupper() for c in letters) / len(letters) > 0.8
    signs = [
        *([f"words of advertising ({_shown(lures)})"] if lures else []),
        *(["the same words again and again"] if repeated else []),
        *(["a title in capitals"] if shouts and (lures or repeated) else []),
        *(["many exclamation marks"] if text.count("!") >= 3 and (lures or repeated) else []),
    ]
    enough = len(lures) >= 2 or len(signs) >= 2
    return " and ".join(signs) if enough else ""


def _shown(lures: Iterable[str]) -> str:
    return ", ".join(f'"{" ".join(lure.split())[:40]}"' for lure in list(lures)[:3])
