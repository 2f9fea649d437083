"""What an answer speaks of, by beginnings of words of the project's languages: `widerruf` and `revok` mean one thing.

For checks of answers, which come in the language of who asked: none may hang on a word of English. A text that is
mostly in other letters than Latin ones is beyond these words, and `told` is false for it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bizops.rules.language import fold

BEGINNINGS: Mapping[str, str] = {
    "secrets": "secret geheim schlussel passw kennw zugangsdat credential token cle cles clave contrasen llave segred "
    "chave senha segret chiav klucz sekret tajn hasl sleutel wachtwoord key password mdp jeton hemlig",
    "workflows": "workflow arbeitsabl ablauf flux flujo fluxo fluss przeplyw werkstro action pipeline",
    "code": "code codic codig codi kod quellcod quelltext python broncod programm",
    "dependencies": "depend abhangig dipenden zaleznos afhankelijk package paket paquet paquete pacot pacchett "
    " pakiet pakket librar bibliot lock advisor vulnerab schwachstell beroende",
    "revoke": "revok rotat rotier roter rotaz rotac rota ruot invalid deactiv deaktiv desactiv desativ disattiv "
    "dezaktyw disabl renew replac regenerat widerruf widerrief zuruckzieh zuruckzuzieh zuruckgezog sperr gesperrt "
    "erneuer tausch austausch ausgetauscht ersetz ungultig revoq revoc revog renouvel remplac annul renov reemplaz "
    "cambi rinnov sostitu troc substitu uniewaz odwol cofn wymien wymian intrek ingetrok trek herroep vernieuw "
    "vervang ongeldig aterkall",
    "denial": "not no nor none never nothing nobody neither without cannot dont doesnt isnt arent couldnt wasnt hasnt "
    "nicht nichts nie niemand kein keine keinen keiner keinem keines ohne weder pas aucun aucune rien jamais ni sans "
    "no ningun ninguno ninguna nada nunca sin nao nenhum nenhuma nem sem non nessun nessuna nessuno niente nulla senza "
    "mai nie zaden zadna zadne zadnego zadnych nic brak bez niet niets geen nooit zonder noch inte ingen",
    "left out": "skip omit omiss exclu outside scope pending open remain beyond unable fail ausgelass ausgenomm "
    "ausgeschloss ubersprung offen ausstehend verzicht unterblieb entfiel entfall hors omis reste fuera omiti omit "
    "pendient excep fora pendent ignor escluso esclusi esclus fuori tralasci saltat omess pomini wykluc poza "
    "zabrak pozosta overgeslag weggelat buiten uitgesloten ontbr uncheck unscan untest ungepruft only nur solo sola "
    "seulement uniquement soltanto solamente somente apenas tylko wylacznie alleen slechts",
}
WHOLE = frozenset({"denial"})  # whose words must stand as they are
SHORT = 4  # letters up to which a beginning must be the whole word, but for an ending of two letters
WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    found = {}
    for name, words in BEGINNINGS.items():
        every = sorted(set(words.split()), key=len, reverse=True)
        ends = [f"{word}{'' if name in WHOLE else '[a-z]{0,2}' if len(word) <= SHORT else '[a-z]*'}" for word in every]
        found[name] = re.compile(rf"\b(?:{'|'.join(ends)})\b")
    return found


def speaks_of(text: str, *names: str) -> bool:
    """Whether a text has a word for one of these."""
    low = fold(text.replace("n't", "not").replace("n’t", "not").replace("_", " "))
    return any(_patterns()[name].search(low) for name in names)


def told(text: str) -> bool:
    """Whether a text is in letters that the words here are written in."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter < "\u0250" for letter in letters) > len(letters)


def silent(text: str, names: Iterable[str]) -> list[str]:
    """Those of the names that a text has no word for; none where the text is in letters that cannot be read."""
    return [name for name in names if not speaks_of(text, name)] if told(text) else []
