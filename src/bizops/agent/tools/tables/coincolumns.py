"""Which column of currencies belongs to the amounts, where others tell what an original or a foreign amount was in.

`Original Currency` beside `Original Amount` says nothing of `Amount (EUR)`. Names tell which belong together: the same
word before both, else a plain `Currency`, else the one that stands beside the amount.
"""

from collections.abc import Mapping, Sequence

from bizops.agent.tools.tables import headings

ROLES = ("amount", "gross", "net", "debit", "credit", "open", "balance")  # whose currency it is, the best first
PLAIN = frozenset(
    "currency currencies code iso ccy curr cur wahrung waehrung devise monnaie moneda divisa valuta munt muntsoort "
    "moeda waluta mena valuutta deviza penznem para birimi wkz waers kontowahrung the of der de la del des di da in "
    "amount amounts betrag montant importe importo bedrag valor value wert kwota castka belopp belob belop umsatz "
    "transaction total gross net debit credit account konto local lc home base main валюта 币种 通貨 quantity".split()
)
FOREIGN = frozenset(
    "original orig originale originaler originalwahrung originalwaehrung originalbetrag ursprungliche ursprunglicher "
    "ursprung fremdwahrung fremdwaehrung foreign customer facing presentment fx source instructed entered origine "
    "initial initiale oryginalna oryginalny puvodni ursprunglig ursprungligt alkuperainen orijinal eredeti extranjera "
    "estera etrangere vreemde oorspronkelijke origineel originalvaluta native merchant purchase spent "
    "counter target transacted charged obca obcej zagraniczna".split()
)


def own(
    header: Sequence[str], columns: Mapping[str, int], candidates: Sequence[int], figures: Sequence[int]
) -> int | None:
    """The column of the currency of the amounts; None where no column, or the amount's own name, tells it.

    `columns`: the place of each role; `candidates`: the columns that hold currencies; `figures`: those of amounts.
    """
    at = next((columns[role] for role in ROLES if role in columns), None)
    if at is None:
        return columns.get("currency")
    others = [n for n in figures if n != at]
    said = _words(header[at])
    told = bool(headings.unit(header[at]))
    best: list[tuple[int, int, int]] = []
    for n in candidates:
        words = _words(header[n])
        elsewhere = bool(words) and words != said and any(words == _words(header[other]) for other in others)
        if elsewhere or (told and words != said and (words & FOREIGN or others)):
            continue
        foreign = bool(words & FOREIGN) and words != said
        if foreign and (others or told):
            continue
        rank = 0 if words == said else 1 if not words else 2
        best.append((rank, abs(n - at), n))
    return min(best)[2] if best else None


def _words(name: str) -> frozenset[str]:
    """What a name says beside that it is a currency or an amount: `Orig currency` and `Orig amount` say `orig`."""
    unit = headings.unit(name).casefold()
    words = (word for word in headings.words(name).split() if word not in PLAIN and word != unit)
    return frozenset("orig" if word.startswith(("orig", "ursprung")) else word for word in words)
