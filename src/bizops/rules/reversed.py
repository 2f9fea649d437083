"""A fact that an answer turns round: a gain called a loss, a count that is not zero denied.

Only what leaves no doubt is named: the amount is a positive fact that no tool wrote with a minus, directly behind the
word; the denied name is the whole name of a fact, and nothing narrows the denial down. Time is linear in the text.
"""

import re
from collections.abc import Iterator, Mapping

from bizops.decision import Fact
from bizops.rules.figures import CURRENCY, Figure, normal, numbers, values
from bizops.rules.language import fold

WINDOW = 60  # characters before a figure that are looked at
SMALL = (
    r"(?:\W{0,4}(?:of|von|de|di|van|w wysokosci|wysokosci|is|was|ist|war|est|es|e|jest|bij|in hohe|d|result|income)\b)"
    r"{0,3}"
)
DENIED = (
    r"(?P<not>\b(?:no|not|kein\w*|nicht|pas|aucune?|sin|nessuna?|non|bez|geen|niet|without|ohne)\W+"
    r"(?:an?|einen?|une?|de)?\W*)?"
)
LOSS = re.compile(
    rf"{DENIED}\b(?:loss|deficit|verlust|fehlbetrag|perte|perdida|perdita|prejuizo|strata|strate|verlies)\b"
    rf"{SMALL}[\s:*_(]{{0,5}}(?:{fold(CURRENCY)})?\s?$"
)
NET = re.compile(
    r"\b(?:net|result|profit|ergebnis|netto|resultat|resultado|risultato|wynik|resultaat)\b"
    rf"{SMALL}[\s:*_|=]{{0,5}}(?P<sign>minus|moins|menos|meno|negative|\()\s?(?:{fold(CURRENCY)})?\s?$"
)
NO = (
    r"(?:no|none of (?:your|the|our|these)|kein(?:e[nrsm]?)?|aucune?s?(?: de vos| des)?|ningun[ao]?|nessun[ao]?|"
    r"nenhuma?|zadn\w{1,4}|geen|zero)"
)
CALLED: Mapping[str, str] = {
    "secrets": r"secrets?|geheimnis(?:se[ns]?)?|secretos?|segredos?|segret[oi]|sekret\w{0,3}|geheim(?:en)?",
    "findings": r"findings?|befunde?|constats?|hallazgos?|bevindingen",
    "vulnerabilities": r"vulnerabilit\w{1,5}|schwachstellen?|vulnerabilidad\w{0,2}|kwetsbaarheden",
    "duplicates": r"duplicates?|dubletten?|doublons?|duplicad[oa]s?|duplicat[oi]|duplikat\w{0,3}",
}
WHERE = re.compile(
    r"\W{0,4}(?:(?:is|are|was|were|has|have|been|found|here|there|at all|gefunden|vorhanden|trouve\w*|"
    r"encontrad\w+|trovat\w+|znalezion\w+|gevonden|in (?:the|your|our|this) (?:repository|repo)|im repository|"
    r"dans le depot|"
    r"en el repositorio|nel repository|no repositorio|in de repository)\W{0,3}){0,4}(?:[.!;\n]|$)"
)
PACKAGES = (
    r"(?:none of (?:your|the|our) (?:\w+ )?packages? (?:is|are)|no (?:\w+ )?packages? (?:is|are)|"
    r"kein(?:es|e)? (?:\w+ )?pakete? ist|aucun (?:de vos )?paquets?\W+n.est|ningun paquete esta|nessun pacchetto e|"
    r"nenhum pacote esta|zaden pakiet nie jest|geen enkel pakket is)"
)
AFFECTED = re.compile(
    rf"\b{PACKAGES} (?:affected|vulnerable|betroffen|verwundbar|affecte|afectado|interessato|vulnerabile|"
    r"afetado|vulneravel|podatny|getroffen|kwetsbaar)\b"
)


def reversed_facts(text: str, facts: Mapping[str, Fact], recorded: frozenset[str]) -> Iterator[str]:
    """What a normal text turns round; `recorded` are the values on record, signed."""
    yield from _losses(text, facts, recorded)
    low = fold(text)
    for name, words in CALLED.items():
        held = [fact for key, fact in facts.items() if _is_count_of(key, name)]
        sure = held and all(_positive(fact) for fact in held)
        for match in re.finditer(rf"\b{NO} (?:{words})\b", low) if sure else ():
            if WHERE.match(low, match.end()):
                yield f"“{match[0]}”: {name} is {held[0].value} on record"
    packages = facts.get("vulnerable_packages")
    if packages and _positive(packages) and (denied := AFFECTED.search(low)):
        yield f"“{denied[0]}”: vulnerable_packages is {packages.value} on record"


def _is_count_of(key: str, name: str) -> bool:
    """Whether a fact is the whole count: `repository_secrets` and `duplicates`; the issue's own are another matter."""
    return key in (name, f"repository_{name}", f"certain_{name}")


def _positive(fact: Fact) -> bool:
    return bool(re.fullmatch(r"[0-9]+", fact.value)) and int(fact.value) > 0


def _losses(text: str, facts: Mapping[str, Fact], recorded: frozenset[str]) -> Iterator[str]:
    gains = {value for fact in facts.values() if "." in fact.value for value in values(normal(fact.value))}
    gains = {value for value in gains if not value.startswith("-") and f"-{value}" not in recorded and value != "0"}
    for figure in numbers(text):
        if figure.values & gains and figure.amount and _is_turned(text, figure):
            yield f"the figure {figure.text.strip()} is no loss and has no minus on record"


def _is_turned(text: str, figure: Figure) -> bool:
    before = fold(text[max(figure.start - WINDOW, 0) : figure.start])
    loss = LOSS.search(before)
    if loss and not loss["not"]:
        return True
    net = NET.search(before)
    return net is not None and (net["sign"] != "(" or bool(re.match(r"\)", text[figure.end :][:1])))
