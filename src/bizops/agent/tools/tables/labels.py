"""What the label of a row says that its figures are: a total, a result, an opening or closing balance, carried over.

The words of some twenty languages, as accounting tools, spreadsheets and people write them. A word with others behind
it (`Total staff`) or before it (`Staff total`) says less than the word alone, and words that are accounts as often
(`Transport`, `All`) say nothing alone: there the figures decide (see `rows`).
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from bizops.agent.tools.tables import headings
from bizops.agent.tools.tables.amounts import CODES
from bizops.agent.tools.tables.dates import MONTHS

LONGEST = 80  # characters of a label; longer texts are those of entries
StatedKind = Literal["total", "subtotal", "result", "opening", "closing", "carried"]

# Plain words as `headings.words` makes them: no case, accents, strokes or punctuation.
_OPENING = (
    r"opening|anfangss?aldo|anfangsbestand|anfangskontostand|eroffnungs\w*|saldovortrag|saldo (?:inicial|iniziale|"
    r"anterior|precedente|vortrag|begin|poczatkowe|z przeniesienia|al inicio|de apertura|per anfang)|solde (?:initial|"
    r"precedent|reporte|d ?ouverture|au debut|anterieur)|beginsaldo|beginning|(?:balance |bal )?(?:brought|b) "
    r"(?:forward|fwd|f|d)|balance forward|vortrag|alter (?:saldo|kontostand)|startsaldo|starting balance|"
    r"previous balance|"
    r"report a nouveau|a nouveau|initial balance|balance at (?:the )?(?:start|beginning)|saldo a nuevo|suma anterior|"
    r"stan poczatkowy|bilans otwarcia|z przeniesienia|pocatecni (?:stav|zustatek)|in(?:n)?gaende (?:saldo|balans)|"
    r"riporto (?:precedente|iniziale)|transporte anterior|kassenanfangsbestand|nyito egyenleg|alkusaldo"
)
_CLOSING = (
    r"closing|ending|endsaldo|endbestand|endkontostand|schlusss?aldo|solde (?:final|de cloture|actuel|nouveau|a la "
    r"fin)|saldo (?:final|finale|actual|atual|attuale|disponible|al|koncowe|de cierre)|neuer (?:saldo|kontostand)|"
    r"eindsaldo|final balance|new balance|balance at (?:the )?end|stan koncowy|bilans zamkniecia|"
    r"konecny (?:stav|zustatek)|utgaende (?:saldo|balans)|kassenbestand|kassenendbestand|zaro egyenleg|loppusaldo"
)
_CARRIED = (
    r"(?:balance |bal )?(?:carried|carry|c) (?:forward|fwd|over|f|d)|carry|ubertrag|a reporter|report|a riportare|"
    r"riporto|suma y sigue|a transportar|transporte?|transport|do przeniesienia|over te brengen|overboeken"
)
_TOTAL = (
    r"(?:grand |overall |column |report |sum )?totals?|totaux|totale?|totaal|totalen|totali|totales|totais|summen?|sum|"
    r"gesamt(?:summe|betrag|kosten|ausgaben|einnahmen|budget|saldo|umsatz|aufwand|ertrag|total)?|endsumme|suma|sumas|"
    r"somma|soma|insgesamt|total (?:general|generale|geral|global)|zusammen|alles zusammen|im ganzen|ensemble|in all|"
    r"altogether|combined|aggregate|all accounts|alle konten|alle|all|tous|todos|tutti|razem|ogolem|lacznie|celkem|"
    r"celkom|soucet|totalt|i alt|summa|yhteensa|toplam|genel toplam|osszesen|mindosszesen|ukupno|skupaj|итого|всего|"
    r"合計|総計|总计|合计|합계|총계|σ|∑"
)
_SUBTOTAL = (
    r"sub ?totals?|zwischensummen?|teilsummen?|sous total|sous totaux|subtotaal|subtotale|subtotales|subtotais|"
    r"parziale|totale parziale|suma parcial|soma parcial|suma czesciowa|suma posrednia|mezisoucet|medzisucet|"
    r"delsumma|delsum|valisumma|ara toplam|reszosszeg|meduzbroj|подытог|промежуточный итог|小計|小计|소계"
)
_BALANCE = r"saldo|solde|balance|kontostand|zustatek|egyenleg"
_RESULT = (
    r"net (?:(?:operating|ordinary|other|trading|pre ?tax|comprehensive|total) ){0,2}(?:income|profit|loss|result|"
    r"earnings|cash ?flow|change|surplus|deficit|position|movement|total|margin|savings?|profit loss)|"
    r"gross (?:profit|margin|result|loss)|"
    r"(?:income|earnings|profit) (?:from (?:continuing )?operations|(?:before|after) (?:income )?tax(?:es|ation)?)|"
    r"(?:operating|ordinary|trading|pre ?tax|comprehensive) (?:profit|income|result|loss|surplus|deficit|earnings)|"
    r"nett?o?|results?|(?:betriebs|jahres|gesamt|roh|perioden|monats|netto|brutto|finanz|vorsteuer|reine?)?ergebnis|"
    r"jahresuberschuss|jahresfehlbetrag|fehlbetrag|(?:rein|roh|brutto|netto|betriebs)?gewinn|verlust|"
    r"gewinn (?:und|oder)? ?verlust|deckungsbeitrag|rohertrag|"
    r"(?:bedrijfs|rorelse|drifts)resultat(?:et)?|bedrijfsresultaat|(?:bruto|netto)winst|margine operativo|utilidad|"
    r"resultat(?:en)?|resultado|resultados|risultato|rezultat|resultaat|nettoresultaat|arsresultat|tulos|eredmeny|utile|"
    r"perdita|ebitd?a?|ebt|profit|loss|profit (?:and|or)? ?loss|p (?:and )?l|surplus|deficit|surplus deficit|excedent|"
    r"benefice|perte|marge(?: brute| nette)?|beneficio|perdida|superavit|lucro|prejuizo|uberschuss|bottom line|"
    r"wynik(?: finansowy)?|zysk|strata|zysk strata|(?:hospodarsky )?vysledek|vysledok|zisk|ztrata|прибыль|результат|"
    r"cash ?flow"
)
# What follows a result's word where it is another account: `profit sharing`, `Gewinn aus Anlagenabgang`.
_OTHER = (
    r"(?! (?:from|on|sharing|of sale|aus|auf|durch|von|sur|sui|su|por|par|uit|op|tax|steuer\w*|vortrag|financ\w*|"
    r"gehalter|lohne|salar\w*|wages|pay|payroll)\b)"
)
_WORDS: tuple[tuple[StatedKind, str], ...] = (
    ("opening", _OPENING), ("closing", _CLOSING), ("carried", _CARRIED), ("subtotal", _SUBTOTAL), ("total", _BALANCE),
    ("total", _TOTAL), ("result", _RESULT),
)  # fmt: skip
_PATTERNS = tuple(
    (kind, re.compile(rf"(?:{words})(?!\w){_OTHER if kind == 'result' else ''}(?P<rest>.*)")) for kind, words in _WORDS
)
_BALANCED = re.compile(rf"(?:{_BALANCE})(?!\w)")
_ENDING = re.compile(
    r".* (?:sub ?totals?|totals?|totale|totaal|gesamt|insgesamt|summe|zwischensumme|ergebnis|razem|celkem|totalt|"
    r"yhteensa)"
)
# Words that are an account or a name as often: they count only where the figures agree.
_COMMON = re.compile(
    r"(?:all|alle|ensemble|report|transporte?|transport|loss|strata|perte|perdida|perdita|verlust|combined|tous|todos|"
    r"tutti|cash ?flow|zusammen|carry|aggregate|utile|riporto)"
)
_ADDED = frozenset(
    """of for the year month period quarter to date per am zum au al im de del der des da dello dell l d el la le in at
    on brought carried forward net netto gross brut brutto balance balances cash bank position stand saldo und and
    or oder et y e verlust gewinn profit gain surplus benefice beneficio utile lucro zysk zisk loss strata perte
    perdida deficit fehlbetrag liquido neto nette exercice ejercicio esercizio exercicio operating operations
    ordinary exploitation courant operationnel operativo operativa operacional explotacion ordinario lordo lorda
    bruta operacyjny bruto finansowy okresu roku before after vor nach steuern tax taxes interest steuer impots
    annee mois jahr jahres monat monats periode q1 q2 q3 q4 h1 h2 fy ytd general generale geral global report page
    seite sum amount betrag montant importe""".split()
)


class Said(NamedTuple):
    """What a label says. `strength`: 2, the words alone; 1, with others; 0, only if the figures agree.

    `alone`: no other words stand beside, whatever the strength.
    """

    kind: StatedKind
    strength: int
    alone: bool = True


def letters(cell: str) -> str:
    """A cell from its first letter on, without the marks before it: `** Total` is `Total`."""
    return cell if cell[:1].isalpha() else cell.lstrip(" *=-–—_#([.'\"•>")


# The letters in threes of all words above, their first ones among them: most labels of entries are told apart by these.
_STARTS = frozenset(part for _, pattern in _PATTERNS for part in re.findall(r"[^\W\d]{1,3}", pattern.pattern))


def of(label: str, *, dated: bool = False, has_dates: bool = True, first: bool = False) -> Said | None:
    """What a label says its row states; None for the label of an entry. `first`: no entry stands above the row.

    A dated row is looked at more quickly: there are hundreds of thousands of them in a bank's file.
    """
    if not label or len(label) > LONGEST:
        return None
    plain = letters(label)
    start = plain[:3].casefold()
    if dated and start.isascii() and (start if start.isalpha() else start[:1]) not in _STARTS:
        return None
    words = headings.words(plain)
    found = _read(words)
    if found and found.kind == "total" and _BALANCED.match(words):
        if found.strength < 2 and not has_dates:
            return None  # a list of accounts has names such as `balance sheet costs`
        return Said("opening" if first else "closing" if has_dates else "result", found.strength)
    if found and found.kind == "carried" and first:
        return Said("opening", found.strength)
    return found


@lru_cache(maxsize=1 << 12)
def _read(words: str) -> Said | None:
    for kind, pattern in _PATTERNS:
        if found := pattern.fullmatch(words):
            rest = found["rest"].split()
            alone = all(word in _ADDED or word.isdigit() or word in MONTHS or word.upper() in CODES for word in rest)
            common = bool(_COMMON.fullmatch(words[: len(words) - len(found["rest"])]))
            if common and _ENDING.fullmatch(words):
                break
            common = common and not (alone and rest and kind == "result")  # `Loss / profit`
            weak = common or (not alone and kind not in ("total", "subtotal"))
            return Said(kind, 0 if weak else 2 if alone else 1, alone)
    return Said("subtotal", 1) if _ENDING.fullmatch(words) else None
