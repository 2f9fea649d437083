"""Numbers in words of German, French, Spanish, Italian, Portuguese, Dutch and Polish: `fünfzehntausend`, `deux cents`.

One grammar serves all of them: small words add up where they can stand together, a hundred multiplies what is before
it in its group, a thousand or more closes the group. Languages that write numbers as one word differ by their joints
alone (`zweiundvierzig`). Words with another meaning (`neuf`, `sei`, `seize`) count only inside of a longer number.
Accents and case do not matter. Time is linear in the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

LARGEST = 10**15
PLAIN = str.maketrans(
    "äöüßáàâãåéèêëíìîïóòôõúùûçñąęłśćźżńÄÖÜÁÀÂÃÉÈÊËÍÌÎÏÓÒÔÕÚÙÛÇÑĄĘŁŚĆŹŻŃİ’",
    "aousaaaaaeeeeiiiioooouuucnaelsczznAOUAAAAEEEEIIIIOOOOUUUCNAELSCZZNI'",
)  # one character for one: places in the text stay


class Language(NamedTuple):
    """The words of a language.

    `tables`: from a value on, by a step (`20+10 twenty thirty`), forms of one word with a slash; `more`: words with
    their values. `joint`: what joins a ten and a unit; `glued`: numbers are one word. `small`: the words for three to
    twelve that mean nothing else, and the form of a noun in the plural behind them (`noun`).
    """

    tables: str
    more: str
    joint: str
    glued: bool
    small: str
    noun: str


LANGUAGES: Mapping[str, Language] = {
    "de": Language(
        """
        1+1 ein/eine/eins/einen/einer zwei drei vier funf/fuenf sechs sieben acht neun zehn elf zwolf/zwoelf
        13+1 dreizehn vierzehn funfzehn/fuenfzehn sechzehn siebzehn achtzehn neunzehn
        20+10 zwanzig dreisig/dreissig vierzig funfzig/fuenfzig sechzig siebzig achtzig neunzig
        """,
        """hundert:100 tausend:1e3 million:1e6 millionen:1e6 milliarde:1e9 milliarden:1e9 billion:1e12
        billionen:1e12""",
        "(?:und)?", True, "drei vier funf sechs sieben acht neun zehn elf zwolf",
        r"[A-Z][a-z]{2,}",
    ),
    "fr": Language(
        """
        1+1 un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
        20+10 vingt trente quarante cinquante soixante septante octante nonante
        """,
        """huitante:80 vingts:20 cent:100 cents:100 mille:1e3 million:1e6 millions:1e6 milliard:1e9
        milliards:1e9""",
        "et", False, "trois quatre cinq sept huit onze douze",
        r"[a-z]{3,}[sx]",
    ),
    "es": Language(
        """
        1+1 un/una/uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince
        16+1 dieciseis diecisiete dieciocho diecinueve veinte veintiun/veintiuno/veintiuna veintidos
        23+1 veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve
        30+10 treinta cuarenta cincuenta sesenta setenta ochenta noventa
        200+100 doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas
            quinientos/quinientas seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas
            novecientos/novecientas
        """,
        "cien:100 ciento:100 mil:1e3 millon:1e6 millones:1e6",
        "y", False, "tres cuatro cinco seis siete ocho nueve diez doce",
        r"[a-z]{3,}s",
    ),
    "it": Language(
        """
        1+1 un/una/uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici
        15+1 quindici sedici diciassette diciotto diciannove
        20+10 venti trenta quaranta cinquanta sessanta settanta ottanta novanta
        21+10 ventun/ventuno trentun/trentuno quarantun/quarantuno cinquantun/cinquantuno sessantun/sessantuno
            settantun/settantuno ottantun/ottantuno novantun/novantuno
        28+10 ventotto trentotto quarantotto cinquantotto sessantotto settantotto ottantotto novantotto
        """,
        "cento:100 mille:1e3 mila:1e3 milione:1e6 milioni:1e6 miliardo:1e9 miliardi:1e9",
        "", True, "tre quattro cinque sette otto nove dieci undici dodici",
        r"[a-z]{3,}[ie]",
    ),
    "pt": Language(
        """
        1+1 um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze
        15+1 quinze dezasseis/dezesseis dezassete/dezessete dezoito dezanove/dezenove
        20+10 vinte trinta quarenta cinquenta sessenta setenta oitenta noventa
        200+100 duzentos/duzentas trezentos/trezentas quatrocentos/quatrocentas quinhentos/quinhentas
            seiscentos/seiscentas setecentos/setecentas oitocentos/oitocentas novecentos/novecentas
        """,
        "cem:100 cento:100 mil:1e3 milhao:1e6 milhoes:1e6 bilhao:1e9 bilhoes:1e9",
        "e", False, "tres quatro cinco seis sete oito nove dez onze doze",
        r"[a-z]{3,}s",
    ),
    "nl": Language(
        """
        1+1 een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien
        17+1 zeventien achttien negentien
        20+10 twintig dertig veertig vijftig zestig zeventig tachtig negentig
        """,
        "honderd:100 duizend:1e3 miljoen:1e6 miljard:1e9",
        "(?:en)?", True, "drie vier vijf zes zeven negen tien twaalf",
        r"[a-z]{3,}(?:en|s)",
    ),
    "pl": Language(
        """
        1+1 jeden/jedna/jedno dwa/dwie/dwoch trzy/trzech cztery/czterech piec/pieciu szesc/szesciu
            siedem/siedmiu osiem/osmiu dziewiec/dziewieciu dziesiec/dziesieciu jedenascie/jedenastu
            dwanascie/dwunastu
        13+1 trzynascie/trzynastu czternascie/czternastu pietnascie/pietnastu szesnascie/szesnastu
            siedemnascie/siedemnastu osiemnascie/osiemnastu dziewietnascie/dziewietnastu dwadziescia/dwudziestu
        30+10 trzydziesci/trzydziestu czterdziesci/czterdziestu piecdziesiat/piecdziesieciu
            szescdziesiat/szescdziesieciu siedemdziesiat/siedemdziesieciu osiemdziesiat/osiemdziesieciu
            dziewiecdziesiat/dziewiecdziesieciu
        200+100 dwiescie/dwustu trzysta/trzystu czterysta/czterystu piecset/pieciuset szescset/szesciuset
            siedemset/siedmiuset osiemset/osmiuset dziewiecset/dziewieciuset
        """,
        """sto:100 stu:100 tysiac:1e3 tysiace:1e3 tysiecy:1e3 milion:1e6 miliony:1e6 milionow:1e6 miliard:1e9
        miliardy:1e9 miliardow:1e9""",
        "", False, "trzy cztery szesc siedem osiem dziewiec dziesiec jedenascie dwanascie",
        r"[a-z]{4,}",
    ),
}  # fmt: skip
# Also words of English: alone they are a number only behind a word of their own language.
ELSEWHERE: Mapping[str, frozenset[str]] = {
    "seize": frozenset("les des de et a sont en pour avec contient compte sur ont".split()),
    "six cents": frozenset("les des de et a sont en pour avec contient compte sur ont total".split()),
    "quince": frozenset("los las de hay con en por son y tiene".split()),
}
WORD = re.compile("[a-z]+")


class Numeral(NamedTuple):
    """A number in words: what it can mean and where it stands in the text."""

    values: frozenset[int]
    start: int
    end: int


@lru_cache(maxsize=1)
def _words() -> Mapping[str, tuple[Mapping[str, int], re.Pattern[str], re.Pattern[str]]]:
    """For each language the values of its words, the pattern of such words in one, and that of small numbers."""
    found = {}
    for name, language in LANGUAGES.items():
        words = {word: int(float(value)) for word, _, value in (w.partition(":") for w in language.more.split())}
        value = step = 0
        for word in language.tables.split():
            if "+" in word:
                value, step = map(int, word.split("+"))
                continue
            words |= dict.fromkeys(word.split("/"), value)
            value += step
        either = "|".join(sorted(words, key=len, reverse=True))
        glued = re.compile(rf"(?>(?:{either})(?:{language.joint}(?:{either}))*)" if language.glued else either)
        small = re.compile(rf"\b({language.small.replace(' ', '|')}) (?:[a-z-]{{2,20}} )?{language.noun}\b")
        found[name] = words, glued, small
    return found


def plain(text: str) -> str:
    """The text without accents, place by place."""
    return text if text.isascii() else text.translate(PLAIN)


@lru_cache(maxsize=1)
def words() -> Mapping[str, frozenset[int]]:
    """Each single word that is a number below a hundred in one of the languages, with what it can mean."""
    every: dict[str, set[int]] = {}
    for of_language, _, _ in _words().values():
        for word, value in of_language.items():
            if value < 100:
                every.setdefault(word, set()).add(value)
    return {word: frozenset(values) for word, values in every.items()}


def found(text: str) -> Iterator[Numeral]:
    """The numbers above twelve that stand in words, the longest reading of each place, in order."""
    low = plain(text).lower()
    if len(low) != len(text):  # a letter whose small form is longer
        low = "".join(letter.lower()[:1] for letter in plain(text))
    tokens = [(match[0], match.start(), match.end()) for match in WORD.finditer(low)]
    every: dict[tuple[int, int], set[int]] = {}
    for name in LANGUAGES:
        for value, start, end in _of_language(name, low, tokens):
            every.setdefault((start, end), set()).add(value)
    reached = -1
    for (start, end), values in sorted(every.items(), key=lambda item: (item[0][0], -item[0][1])):
        if end > reached:
            reached = end
            yield Numeral(frozenset(values), start, end)


def small(text: str) -> Iterator[Numeral]:
    """Words for three to twelve that count things: `drei offene Rechnungen`, `trois factures`."""
    bare = plain(text)
    for words, _, pattern in _words().values():
        for match in pattern.finditer(bare):
            yield Numeral(frozenset({words[match[1]]}), match.start(), match.end(1))


def _of_language(name: str, text: str, tokens: Sequence[tuple[str, int, int]]) -> Iterator[tuple[int, int, int]]:
    """The numbers of one language: value, start, end."""
    language = LANGUAGES[name]
    at = 0
    while at < len(tokens):
        run: list[tuple[int, int]] = []  # a value and the token that it stands in
        first = at
        while at < len(tokens) and (parts := _parts(name, tokens[at][0])):
            run += [(value, at) for value in parts]
            at += 1
            gap = text[tokens[at - 1][2] : tokens[at][1]] if at < len(tokens) else ""
            if gap not in (" ", "-"):
                break
            if tokens[at][0] == language.joint and at + 1 < len(tokens) and _parts(name, tokens[at + 1][0]):
                at += not language.glued
        if not run:
            at += 1
            continue
        percent = first and tokens[first - 1][0] in ("per", "por", "pour", "pro", "procent") and run[0][0] == 100
        for value, begin, end, words in _numbers(name, run[1:] if percent else run):
            start, stop = tokens[begin][1], tokens[end][2]
            phrase = text[start:stop]
            alone = words == 1 and value in GREAT
            before = tokens[begin - 1][0] if begin else ""
            if value > 12 and not alone and before in ELSEWHERE.get(phrase, (before,)):
                yield value, start, stop


GREAT = frozenset({100, 10**3, 10**6, 10**9, 10**12})


@lru_cache(maxsize=1 << 14)
def _parts(name: str, word: str) -> tuple[int, ...]:
    """The values in a word; empty if it is no number of the language."""
    words, glued, _ = _words()[name]
    if not glued.fullmatch(word):
        return ()
    if word in words:
        return (words[word],)
    return tuple(words[part] for part in _pieces(name).findall(word))


@lru_cache(maxsize=8)
def _pieces(name: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(_words()[name][0], key=len, reverse=True)))


def _numbers(name: str, run: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """The numbers that a run of values makes: value, first and last token, count of words."""
    at = 0
    while at < len(run):
        first = at
        total = group = 0
        while at < len(run) and total < LARGEST:
            grown = _grown(name, total, group, run[at][0], inside=at > first and run[at][1] == run[at - 1][1])
            if grown is None:
                break
            total, group = grown
            at += 1
        yield total + group, run[first][1], run[at - 1][1], at - first


def _grown(name: str, total: int, group: int, value: int, *, inside: bool) -> tuple[int, int] | None:
    """A number after one more word, as what is closed and what is open; None if the word begins another number."""
    if value >= 10**3:
        if total and not group and value < 10**6:
            return None
        if total and total < value:
            return (total + group) * value, 0  # `mil millones`
        return total + max(group, 1) * value, 0
    if value >= 100:
        fits = group < 10 and (group != 1 or name in ("de", "nl")) if value == 100 else not group
        return (total, max(group, 1) * 100 if value == 100 else value) if fits else None
    low = group % 100
    if name == "fr" and low == 4 and value == 20:
        return total, group + 76
    tens_first = low >= 20 and low % 10 == 0 and (value < 10 or (name == "fr" and low in (60, 80) and value < 20))
    units_first = name in ("de", "nl") and inside and 0 < low < 10 and value >= 20
    return (total, group + value) if not low or tens_first or units_first else None
