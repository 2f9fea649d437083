"""Which scans the words of a request name: in any order, with any separator, in some languages.

To scan too much costs seconds, to scan too little leaves a hole that nobody looks for. So whatever is unclear means all
scans: a wish for everything, a list with an item that is no scan, a word that only resembles one, examples ("such as").
Only words that stand directly behind "except", "skip", "not" leave a scan out, and never all of them.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bizops.rules.prose import is_order

Part = Literal["secrets", "workflows", "code", "advisories", "controls", "access"]
SCANS: tuple[Part, ...] = ("secrets", "workflows", "code", "advisories")
LIMIT = 60_000  # characters that are looked at
WORDS_LIKE = 400  # words that are compared with misspelt names
LIKE = 0.84  # share of equal letters (difflib) from which on a word resembles a name

# Words without accents, in lower case: English, German, French, Spanish, Italian, Portuguese, Dutch.
_NAMES: dict[Part, str] = {
    "access": (
        r"access (?:review|recertification|list)s?|user (?:access )?reviews?|reviews? (?:of )?(?:user )?(?:access"
        r"|accounts)|recertif\w*|dormant accounts?|inactive (?:accounts?|users?)|leavers?|berechtigungsprufung\w*"
        r"|rezertifizierung\w*|zugriffs(?:rechte|pr)\w*|revue des acces|revision de accesos"
    ),
    "advisories": (
        r"advisor(?:y|ies)|cve(?:s|-\d[\d-]*)?|ghsa(?:-[\w-]+)?|osv|sbom|sca|pip-audit|dependabot|lock ?files?"
        r"|dependenc(?:y|ies)|deps|packages?|librar(?:y|ies)|third[- ]part(?:y|ies)|supply[- ]chain|abhangigkeit\w*"
        r"|pakete?n?|bibliothek\w*|dependances?|paquets?|bibliotheques?|dependencias?|paquetes?|bibliotecas?"
        r"|dipendenze|pacchetti|librerie|pacotes?|afhankelijkheden|requirements\.txt"
    ),
    "controls": (
        r"complian\w*|(?<!access )(?<!version )(?<!source )(?<!remote )controls?(?! panel)|soc ?2"
        r"|iso[ /]?(?:iec )?27\d{3}|asvs|audit evidence|evidence matrix|konformit\w*|kontrollen"
    ),
    "workflows": (
        r"work[- ]?flows?|github[- ]actions?|gha|zizmor|ci(?:[/ -]cd)?|pipelines?|arbeitsablauf\w*|flux de travail"
        r"|flujos? de trabajo|flussi di lavoro|fluxos? de trabalho|werkstromen|\.github(?:/workflows)?"
    ),
    "code": (
        r"(?<!error )(?<!status )(?<!exit )(?<!qr )(?<!zip )(?<!postal )code(?:s|base)?"
        r"(?! (?:execution|injection|of conduct|owners?))|source ?(?:code|files?)|sources|quell(?:code|text)\w*"
        r"|programmcode|python|py|bandit|sast|static(?:ally)? anal\w+|statische\w* analyse\w*|analyse statique"
        r"|analisis estatico|codigos?(?: fuente| fonte)?|codice(?: sorgente)?|broncode"
    ),
    "secrets": (
        r"secrets?|credentials?|creds|leak(?:s|ed|ing|age)?|expos(?:ed|ure)|api[- ]?keys?"
        r"|(?:private |ssh |access )?keys|private key|tokens?|pass(?:words?|wd|phrases?)|hard-?coded|gitleaks"
        r"|trufflehog"
        r"|detect-secrets|incident"
        r"|geheimniss?e?n?|zugangsdaten|anmeldedaten|kennwort\w*|passwort\w*|\w*schlussel|mots? de passe|identifiants"
        r"|cles? (?:d.?api|privees?|secretes?)|secretos?|credenciales|contrasenas?|claves?|segreti|credenziali|chiavi"
        r"|segredos?|credenciais|senhas?|chaves|geheimen|wachtwoord\w*"
    ),
}  # fmt: skip
_OTHER_SCRIPTS: dict[Part, str] = {  # where words have no spaces or other letters
    "secrets": r"密钥|机密|凭[据证]|シークレット|секрет\w*|парол\w*",
    "workflows": r"工作流|ワークフロー",
    "code": r"代码|源码|コード|\bкод\w*",
    "advisories": r"依赖|依存|зависимост\w*",
}
_PART = {
    part: re.compile(rf"(?<![\w-])(?:{names})(?![\w])" + (f"|{_OTHER_SCRIPTS[part]}" if part in _OTHER_SCRIPTS else ""))
    for part, names in _NAMES.items()
}
_WHOLE = re.compile(
    r"\b(?:everything|all (?:of )?(?:(?:these|them|the|your|security|available|possible) )?(?:scans?|checks?|scanners?"
    r"|parts|tools|areas)|all of (?:these|them|it)|(?:full|complete|comprehensive|thorough|entire)(?:ly)?"
    r"(?! (?:repo|git|code ?base|tree|history|list))|and so on|and the rest|etc|alles?|komplett\w*"
    r"|vollstandig\w*|samtliche\w*|usw"
    r"|tout(?:es)?|completes?|integrale?|todos?|todas?|complet[oa]s?|tutt[oi]|tudo|volledig\w*)\b|(?<=\w)\s?(?:\.{3}|…)"
)
_GENERAL = re.compile(
    r"\b(?:security|pen(?:etration)?[- ]?test\w*|vulnerabilit\w*|weakness\w*|holes|sicherheit\w*|schwachstelle\w*"
    r"|securite|failles?|vulnerabilite\w*|seguridad|seguranca|sicurezza|vulnerabilidad\w*|audit\w*)\b"
)
_EXAMPLES = re.compile(
    r"\b(?:also|includ(?:es?|ing)|plus|as well|especially|(?:in )?particular(?:ly)?|such as|e\.?g"
    r"|for (?:example|instance)|among|z\.? ?b|zum beispiel|insbesondere|auch|unter anderem|par exemple"
    r"|notamment|aussi|por ejemplo|incluso"
    r"|incluyendo|tambien|ad esempio|anche|por exemplo|inclusive|tambem|bijvoorbeeld|ook)\b"
)
_LEFT_OUT = re.compile(
    r"(?:\b(?:except(?:ing)?(?: for)?|excluding|excludes?|skip(?:ping)?|leav(?:e|ing) out|omit(?:ting)?|ausser"
    r"|ausgenommen|sauf|hormis|excepto|salvo|tranne|exceto|behalve)"
    r"|\b(?:do not|don.?t|no need to|need not|please not) (?:scan|check|look at|run|include|need)(?: for)?"
    r"|(?:^|[\n,;(–—-]|\b(?:and|but|und|aber|mais|pero))\s{0,3}(?:not|nicht|pas|niet))"
    r"\s{1,3}(?:(?:the|our|any|for|in|die|den|das|unsere|les?|la|l.|des|el|los|las|il|i|gli|as|os|de|het) ?){0,2}"
)
_DENIED = re.compile(r"(?:not|never|n.?t|nicht|ne|no)\s{1,2}$")
_SEPARATOR = re.compile(
    r"\s*(?:[,;/&+|·•]+|\b(?:and|or|nor|as well as|und|oder|sowie|et|ou|y|o|u|e|ed|en|of)\b)\s*(?:the |our |for )?"
)
_LISTED = re.compile(r"(?:\b(?:for|nach|auf|on|pour|para|per|voor)\b|:)([^.:!?\n]{3,300})")
_BULLETS = re.compile(r"(?m)^ {0,6}(?:[-*+•]|\d{1,2}[.)]) {1,4}(.{1,80})$")
_TAIL = re.compile(r" (?:scan|check|part|file|analysis)s?\b")
_POLITE = re.compile(
    r"\s*(?:please|pls|thanks?(?: you)?(?: very much| a lot)?|asap|today|tomorrow|now|urgent(?:ly)?|bitte|danke"
    r"|s.il (?:vous|te) plait|svp|merci|por favor|gracias|per favore|grazie|obrigad[oa]|alstublieft)\W*"
)
_LIKE = (
    "secret", "secrets", "credential", "credentials", "password", "passwords", "workflow", "workflows", "bandit",
    "zizmor", "dependency", "dependencies", "packages", "library", "libraries", "codebase",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What the words name, in their fixed order, what they leave out, and whether that decides which scans run.

    `why`: for what reason all scans run where it does not.
    """

    named: tuple[Part, ...]
    left_out: tuple[Part, ...]
    why: str

    @property
    def scans(self) -> tuple[Part, ...]:
        """The scans to run: those that are named where that is clear, else all; never none."""
        base = tuple(part for part in SCANS if part in self.named) if not self.why else SCANS
        kept = tuple(part for part in base if part not in self.left_out)
        return kept or tuple(part for part in SCANS if part not in self.left_out) or SCANS


def wish(text: str) -> Wish:
    """What a request's own words (without data and quotations) wish for."""
    flat = _flat(text[:LIMIT])
    left, spared = _left_out(flat)
    named = tuple(part for part, pattern in _PART.items() if pattern.search(spared))
    scans = [part for part in SCANS if part in named]
    return Wish(named, tuple(part for part in dict.fromkeys(left) if part not in scans), _unclear(spared, scans))


def _flat(text: str) -> str:
    """Lower case without accents, one kind of space and apostrophe."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    return re.sub(r"[^\S\n]+", " ", plain.replace("_", " ").replace("’", "'"))


def _unclear(text: str, scans: list[Part]) -> str:
    """Why the words do not decide which scans run, or nothing."""
    if not scans:
        return "the request names no scan"
    if _WHOLE.search(text):
        return "the request asks for everything"
    if _GENERAL.search(text) and _EXAMPLES.search(text):
        return "the request names scans as examples"
    if _odd_item(text):  # its words are not repeated: they could be a part of a secret
        return "its list holds something that is no scan known here"
    return "a word resembles the name of a scan" if _misspelt(text) else ""


def _odd_item(text: str) -> bool:
    """Whether an item of a list of scans is none."""
    lists = [_SEPARATOR.split(match[1]) for match in _LISTED.finditer(text)]
    for listed in (*lists, _BULLETS.findall(text)):
        items = [item.strip(" -*`'\"().;,") for item in listed]
        items = [item for item in items if item and not _POLITE.fullmatch(item)]
        known = [any(pattern.search(item) for pattern in _PART.values()) for item in items]
        if len(items) > 1 and sum(known) > 0:
            strange = (item for item, known_one in zip(items, known, strict=True) if not known_one)
            if any(len(item.split()) <= 2 for item in strange):
                return True
    return False


def _misspelt(text: str) -> bool:
    """Whether a word resembles the name of a scan and is none."""
    words: list[str] = re.findall(r"[a-z]{5,14}", text)
    for word in list(dict.fromkeys(words))[:WORDS_LIKE]:
        known = any(pattern.fullmatch(word) for pattern in _PART.values())
        if not known and difflib.get_close_matches(word, _LIKE, 1, LIKE):
            return True
    return False


def _left_out(text: str) -> tuple[list[Part], str]:
    """The parts that stand directly behind words of leaving out, and the text without them."""
    parts: list[Part] = []
    kept = list(text)
    for match in _LEFT_OUT.finditer(text):
        near = max(0, match.start() - 200)
        start = max(near, *(text.rfind(mark, near, match.start()) + 1 for mark in ".!?\n"))
        if _DENIED.search(text, start, match.start()) or is_order(text[start : match.end() + 80]):
            continue
        at = match.end()
        while found := next(((p, m) for p, pattern in _PART.items() if (m := pattern.match(text, at))), None):
            parts.append(found[0])
            kept[match.start() : found[1].end()] = " " * (found[1].end() - match.start())
            at = found[1].end()
            tail = _TAIL.match(text, at)
            at = tail.end() if tail else at
            joined = _SEPARATOR.match(text, at)
            if not joined:
                break
            at = joined.end()
    return parts, "".join(kept)
