"""Words of a text, made comparable: folded, lightly stemmed, in any of the languages that people write to us in.

One stemmer serves all languages, since a query and an article may be in different ones and a title is too short to
tell. It takes off plural and inflexion endings of English, German, French and Spanish and leaves everything with a
digit alone, so that error codes stay what they are.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain

LONGEST_WORD = 40  # characters; what is longer is a key, a hash or a blob and no word
_WORD = re.compile(r"[^\W_]+(?:[.'’@-][^\W_]+)*")
_ELISION = re.compile(r"^(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu)['’](?=[^\W\d_]{2})")
_PART = re.compile(r"[^\W_]+")
_SCRIPT_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TRANSLITERATED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")

SMALL: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": """
    a about after all also am an and any are as at be because been before being both but by can cannot cant could
    couldnt did didnt do does doesnt doing dont each else even ever every for from get gets getting got had has have
    havent having he hello help her here hers hey hi him his how i if im in into is isnt it its ive just know let like
    may me might mine more most much must my need needs no nor not now of ok on once one only or other our ours out
    over own please possible regards same say says shall she should since so some somebody someone something still such
    sure tell than thank thanks that the their them then there these they thing things think this those through to too
    try tried trying two under until up us very want wants was wasnt way we well were what whats when where which while
    who whom whose why will with without wont would yes yet you your yours dear anybody anyone anything everything
    """,
        "de": """
    aber alle allem allen als also am an auch auf aus bei bin bis bitte da damit dann das dass dein dem den denn der
    des dich die dies diese dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer
    fur gibt habe haben hallo hat hatte hier ich ihm ihn ihr ihre im in ins ist ja jede jeder jetzt kann kannst kein
    keine konnen konnte man mehr mein meine meinem meinen meiner mich mir mit muss nach nicht nichts noch nun nur
    ob oder ohne schon sehr sein seine seit sich sie sind so soll uber um und uns unser unsere unter vom von vor
    wann warum was wenn
    wer werde werden wie wieder wir wird wo wurde zu zum zur danke gern gerne
    """,
        "fr": """
    alors au aucun aussi autre aux avec avez avoir bien bonjour ce cela ces cet cette comme comment dans de depuis des
    dois doit donc du elle en encore est et etre eu faire fait faut il ils j je la le les leur lui ma mais merci mes moi
    mon meme ne nos notre nous on ont ou par pas peut peux plus pour pourquoi puis puisje quand que quel quelle quelles
    quels qui quoi sa sans se ses si son sont sous sur ta te tes toi ton tous tout toute tres tu un une vos votre vous y
    ai est-ce quil svp
    """,
        "es": """
    al algo algun alguna ante antes asi aun cada como con cual cuando de del desde donde dos e el ella ellos en entre
    era es esa ese eso esta estan estar este esto estoy fue gracias ha hace hacer hacia han hasta hay hola la las le les
    lo los mas me mi mis mucho muy nada ni no nos nosotros o para pero por porque puede puedo que quien quiero se sea
    segun ser si sin sobre solo son soy su sus tal tambien tan tengo tiene todo todos tu tus un una uno unos usted y ya
    favor
    """,
        "it": """
    agli alla alle anche avere che chi ci ciao come con cosa cui da dal dalla degli dei del della delle dello di dopo
    dove due e ed essere gli ha hanno ho il io la le lei lo loro ma mi mia mio ne nei nel nella noi non o per perche piu
    posso puo qual quale quando quello questa questo se sei senza si sono sta su sua sul sulla suo tra un una uno vi
    voi grazie
    """,
        "nl": """
    aan al alle als bij dan dat de deze die dit doen een en er geen had heb hebben heeft het hij hoe iets ik in is
    je jij kan kunnen maar me met mij mijn moet na naar niet nog nu of om ons ook op over te tot uit van veel voor waar
    wat we wel werd wie wij wil worden ze zich zij zijn zo zonder zou bedankt graag
    """,
        "pt": """
    ao aos ate com como da das de dela dele do dos e ela ele em entao era essa esse esta este eu foi isso isto ja la
    mais mas meu minha muito na nao nas nem no nos num numa o obrigado os ou para pela pelo por porque posso qual quando
    que quem se sem ser seu sim so sua tambem te tem tenho um uma voce
    """,
        "pl": """
    ale albo bo bardzo byc bylo byly bym chce ci ciebie co czego czy czym czyj dla dlaczego gdy gdzie gdzies go
    ich ile ja jak jaka jaki jakie jako jego jej jest jestem jestesmy jesli juz kiedy komu kto ktora ktore ktory
    ktorego lub mam maja masz mi mnie mna moge moglbym moj moja moje moich mojego mojej mozna moze mozemy musze
    na nad nam nami nas nasz nasza nasze nie nim od oraz po pod przed przez przy sa sie sobie swoj swoja swoje
    tak takze tego tej ten tym tylko tutaj u w we wam was wasz z za ze zeby zostal zostala zostalo zostac
    dziekuje prosze dzien dobry
    """,
    }.items()
}
STOP_WORDS = frozenset().union(*(words - {"ten", "pod"} for words in SMALL.values()))


def fold(text: str) -> str:
    """Lower case without accents: `Größe` is `grosse`, `Élève` is `eleve`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_TRANSLITERATED)
    return "".join(c for c in plain if not unicodedata.combining(c)) if not plain.isascii() else plain


def tokens(text: str, *, stop: bool = True, plural_only: bool = False) -> list[str]:
    """The comparable words of a text in order; without stop words where `stop` is false.

    `plural_only` leaves other endings on, so that `accounting` is not `account` and `planning` not `plan`. `E-1234`
    gives `e-1234` and `e1234`; `pl.csv` gives itself and its parts; `check-out` its parts and `checkout`. Scripts
    without spaces give pairs of characters.
    """
    found = list(chain.from_iterable(map(_plural_forms if plural_only else _stemmed_forms, _WORD.findall(text))))
    return found if stop else [word for word in found if word not in STOP_STEMS]


@lru_cache(maxsize=200_000)
def _stemmed_forms(word: str) -> tuple[str, ...]:
    return _forms(word, stem)


@lru_cache(maxsize=200_000)
def _plural_forms(word: str) -> tuple[str, ...]:
    return _forms(word, without_plural)


def _forms(word: str, cut: Callable[[str], str]) -> tuple[str, ...]:
    if len(word) > LONGEST_WORD:
        return ()
    if _SCRIPT_WITHOUT_SPACES.search(word):
        return tuple(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    folded = _ELISION.sub("", fold(word))
    parts = _PART.findall(folded)
    if len(parts) == 1:
        return (cut(parts[0]),)
    if "'" in folded or "’" in folded:  # it's, don't, O'Neill
        return (cut(parts[0]) if parts[-1] == "s" else cut("".join(parts)),)
    if any(c.isdigit() for c in folded):
        named = [cut(p) for p in parts if p.isalpha() and len(p) > 2]
        codes = [p for p in parts if not p.isalpha() and not p.isdigit()]
        if named and codes and len(named) + len(codes) == len(parts):  # `P2-Meldung`: a code and a word
            return (*codes, *named)
        return (folded, *(["".join(parts)] if "-" in folded else []), *named)
    if all(len(part) == 1 or part in STOP_WORDS for part in parts):  # a-t-elle, est-ce
        return tuple(parts)
    whole = folded if "." in folded or "@" in folded else cut("".join(parts))
    return (*(cut(p) for p in parts), whole)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A folded word without its ending: `invoices`, `invoicing`, `invoiced` are `invoic`; words with digits stay."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = _plural(word)
    for ending, least in (("ing", 3), ("ed", 3), ("ungen", 4), ("ern", 4), ("er", 4), ("en", 4), ("em", 4), ("ly", 4)):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= least and _VOWEL.search(rest):
            word = rest + "ung" if ending == "ungen" else _DOUBLED.sub(r"\1", rest)
            break
    if len(word) > 7 and word.endswith(("tion", "sion")):
        word = word[:-3]
    if len(word) > 4 and word[-1] in "eoa":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word[-1] == "y" and word[-2] not in "aeiou" else word


_WHOLE = frozenset({"customs"})  # duty and buyers share a stem, not a meaning


@lru_cache(maxsize=200_000)
def without_plural(word: str) -> str:
    """A folded word without the ending of a plural or of a case: `invoices` is `invoic`, `Rechnungen` is `rechnung`."""
    if word in _WHOLE or len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = _plural(word)
    for ending in ("en", "er", "e", "a", "o"):
        if word.endswith(ending) and len(word) - len(ending) >= (5 if len(ending) > 1 else 4):
            return word.removesuffix(ending)
    return word


def _plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-2]
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us")) and (len(word) == 4 or not word.endswith("is")):
        return word[:-1]
    return word


STOP_STEMS = frozenset(STOP_WORDS | {stem(word) for word in STOP_WORDS if len(word) > 3})


def spoken(text: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """The stems of `wanted` as the text writes them."""
    written: dict[str, str] = {}
    for match in _WORD.finditer(text):
        for form in _stemmed_forms(match[0]):
            written.setdefault(form, match[0])
    return tuple(written.get(stem_, stem_) for stem_ in wanted)


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """The words once each, in their order."""
    return tuple(dict.fromkeys(words))
