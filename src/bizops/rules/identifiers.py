"""Identifiers of digits alone (`invoice 2231`, `Kundennummer: 40817`): what kind of word stands before them.

A thread names them and an answer may repeat them behind the same kind of word, where they cannot be an amount.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from bizops.rules.figures import CURRENCY, MILLE, PERCENT
from bizops.rules.language import fold

KINDS: Mapping[str, str] = {
    "invoice": "invoice rechnung faktur factur fattur fatur bill receipt quittung beleg recibo ricevut rachun bon",
    "order": "order bestell auftrag commande pedido encomenda ordin zamow purchase",
    "customer": "customer kunde kund client client klient klant member mitglied supplier lieferant fournisseur "
    "proveedor fornecedor fornitor dostawc leverancier vendor",
    "ticket": "ticket issue vorgang anfrage demande incid chamad zglosz melding case fall caso sprawa",
    "document": "document dokument contract vertrag contrat contrat umow overeenkomst quote angebot devis",
    "account": "account konto kont compte cuenta conto conta rekening iban",
    "booking": "booking buchung reserv rezerw delivery lieferung lieferschein livraison entrega consegna dostaw parcel "
    "paket colis article artikel item position",
}
NUMBER = frozenset("number nummer numero numer num no nr n ref reference referenz id".split())
DIGITS = re.compile(
    r"(?<![\w.,'’-])[0-9]{2,12}(?!\w|[.,:'’/-][0-9]|[ \u00a0\u202f][0-9]{3}(?![0-9])"
    rf"|\s?(?:{CURRENCY}|{PERCENT}|{MILLE}|(?i:euros?|dollars?|[hkg]|days?|hours?)\b))"
)
BEFORE = re.compile(r"(?:(?P<first>[^\W\d_]{2,40})[.:]?[\s-])?(?P<second>[^\W\d_]{1,40})[.:°º]{0,2}[\s*_`\"'(#№]{0,5}$")
MORE = re.compile(r"[0-9]{2,12}\s?(?:,|and|und|et|y|e|i|en|&|/)\s?(?:[#№]\s?)?$")
WINDOW = 60  # characters before the digits that are looked at


class Named(NamedTuple):
    """Digits, the kinds of the words before them (`number` where it is only that), and where they stand."""

    digits: str
    kinds: frozenset[str]
    start: int
    end: int


@lru_cache(maxsize=1 << 12)
def kind_of(word: str) -> frozenset[str]:
    """The kinds that a word is of: `Kundennummer` is a customer's and a number."""
    folded = fold(word)
    found = {kind for kind, stems in KINDS.items() if folded.startswith(tuple(stems.split()))}
    return frozenset(found | ({"number"} if folded in NUMBER or folded.endswith(("nummer", "nr", "number")) else set()))


def named(text: str) -> Iterator[Named]:
    """The identifiers of digits alone in a normal text; of a list (`invoices 2231 and 2232`) each."""
    kinds: frozenset[str] = frozenset()
    for match in DIGITS.finditer(text):
        before = text[max(match.start() - WINDOW, 0) : match.start()]
        if not (kinds and MORE.search(before)):
            kinds = _kinds(before)
        if kinds:
            yield Named(match[0], kinds, match.start(), match.end())


def _kinds(before: str) -> frozenset[str]:
    found = BEFORE.search(before)
    if not found:
        return frozenset()
    near = kind_of(found["second"])
    return near | (kind_of(found["first"]) if near == {"number"} and found["first"] else frozenset())


def repeated(text: str, thread: Mapping[str, frozenset[str]]) -> str:
    """The text without the identifiers that the thread names behind the same kind of word, place by place."""
    letters = list(text)
    for one in named(text):
        known = thread.get(one.digits, frozenset())
        if known and (known & one.kinds or known == {"number"} or one.kinds == {"number"}):
            letters[one.start : one.end] = " " * (one.end - one.start)
    return "".join(letters)


def of_thread(text: str) -> Mapping[str, frozenset[str]]:
    """Each identifier of the thread with the kinds of words that it stands behind."""
    found: dict[str, frozenset[str]] = {}
    for one in named(text):
        found[one.digits] = found.get(one.digits, frozenset()) | one.kinds
    return found
