"""Which rows of a table are entries, and which state a sum, an opening or closing balance, or the name of a section."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from bizops.agent.tools.tables import amounts
from bizops.agent.tools.tables.dates import bare
from bizops.agent.tools.tables.headings import MONEY_ROLES
from bizops.agent.tools.tables.reading import Row, Table

StatedKind = Literal["total", "subtotal", "result", "opening", "closing"]
_OPENING = re.compile(
    r"(?:opening|anfangss?aldo|anfangsbestand|eroffnungs\w*|saldovortrag|saldo (?:inicial|iniziale|anterior|precedente|"
    r"vortrag|begin)|solde (?:initial|precedent|reporte|d ?ouverture|au debut)|beginsaldo|balance (?:brought|b/?f)|b/f|"
    r"(?:balance )?brought forward|vortrag|alter saldo|alter kontostand|startsaldo|starting balance|previous balance|"
    r"report a nouveau|a nouveau|initial balance|"
    r"balance at (?:the )?(?:start|beginning)|saldo a nuevo)\b.*"
)
_CLOSING = re.compile(
    r"(?:closing|ending|endsaldo|endbestand|schlusss?aldo|solde (?:final|de cloture|actuel|nouveau|a la fin)|"
    r"saldo (?:final|finale|actual|atual|attuale|disponible|al)|neuer (?:saldo|kontostand)|eindsaldo|"
    r"balance (?:carried|c/?f)|c/f|carried forward|final balance|"
    r"new balance|balance at (?:the )?end)\b.*"
)
_TOTAL = re.compile(
    r"(?:(?:grand |overall |column |report )?totals?|totaux|totale?|totaal|summen?|sum|gesamt(?:summe|betrag|"
    r"ergebnis)?|endsumme|suma|sumas|somma|soma|total general|total general(?:e|al)|insgesamt|saldo|solde|"
    r"balance)\b(?P<rest>.*)"
)
_SUBTOTAL = re.compile(
    r"(?:sub-? ?totals?|zwischensumme|sous-? ?total|subtotaal|subtotale|parziale|suma parcial|ubertrag|carry)\b.*"
)
_RESULT = re.compile(
    r"(?:net (?:income|profit|loss|result|earnings|cash ?flow|change)|gross (?:profit|margin)|operating (?:profit|"
    r"income|result)|(?:betriebs|jahres)?ergebnis|jahresuberschuss|gewinn|verlust|resultat(?: net)?|resultado|"
    r"risultato|utile|resultaat|ebitda?|profit|surplus|benefice|beneficio|lucro|uberschuss|nettoresultaat)\b.*"
)
# The first three letters of all these words: most labels are told apart by them alone.
_STARTS = frozenset({
    "ope", "anf", "erö", "ero", "sal", "sol", "beg", "bal", "b/f", "bro", "vor", "alt", "sta", "pre", "rep", "ini",
    "clo", "end", "sch", "neu", "ein", "c/f", "car", "fin", "new", "à n", "a n", "gra", "ove", "col", "tot", "sum",
    "ges", "som", "ins", "sub", "zwi", "sou", "par", "übe", "ube", "net", "gro", "bet", "jah", "gew", "ver", "res",
    "ris", "uti", "ebi", "pro", "sur", "bén", "ben", "luc",
})  # fmt: skip


class Stated(NamedTuple):
    """A row that states figures about other rows. `at`: how many entries stand above it."""

    line: int
    label: str
    kind: StatedKind
    at: int
    cells: Sequence[str]


class Sorted(NamedTuple):
    """The rows of a table by what they are; `section` is the heading above each entry."""

    entries: tuple[Row, ...]
    stated: tuple[Stated, ...]
    section: tuple[str, ...]


def sort(table: Table, columns: Mapping[str, int]) -> Sorted:
    """Entries, stated sums and sections of a table whose columns are known."""
    money = [n for role, n in columns.items() if role in MONEY_ROLES]
    date = columns.get("date")
    places = [columns[role] for role in ("account", "text", "party", "document") if role in columns]
    places += [n for n in range(min(3, len(table.header))) if n not in places and n not in money]
    entries: list[Row] = []
    stated: list[Stated] = []
    sections: list[str] = []
    section = ""
    last = table.rows[-1].line if table.rows else 0
    for row in table.rows:
        cells = row.cells
        dated = date is not None and bool(cells[date])
        label = next((cells[n] for n in places if cells[n] and cells[n][:1].isalpha() and n != date), "")
        if dated and date is not None and cells[date][:1].isalpha():
            kind, named = _kind(cells[date], first=not entries), cells[date]  # a label in the column of dates
            label, dated = (named, False) if kind else (label, dated)
        else:
            kind = _kind(label, dated=dated and row.line != last, has_dates=date is not None, first=not entries)
        if (
            not kind
            and not label
            and not dated
            and _bare(cells, money, columns)
            and (date is not None or row.line == last)
        ):
            kind, label = "total", "(no text)"
        if kind in ("opening", "closing") and dated and _moves(cells, columns):
            kind = None
        if kind and any(cells[n] for n in money):
            stated.append(Stated(row.line, label, kind, len(entries), cells))
            continue
        if money and sum(map(bool, cells)) == 1 and not any(cells[n] for n in money):
            section = next(filter(None, cells))
            continue
        entries.append(row)
        sections.append(section)
    return Sorted(tuple(entries), tuple(stated), tuple(sections))


def _bare(cells: Sequence[str], money: Sequence[int], columns: Mapping[str, int]) -> bool:
    """Whether a row holds amounts and nothing else that says what it is: the sum that some reports end with."""
    apart = {*money, columns.get("currency", -1)}
    return any(cells[n] for n in money) and not any(
        cell.strip("*=Σ ∑") for n, cell in enumerate(cells) if n not in apart
    )


def _moves(cells: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Whether a dated row that is called an opening or closing balance moves money beside stating a balance."""
    if "balance" not in columns:
        return False
    moved = [cells[columns[role]] for role in ("amount", "debit", "credit") if role in columns]
    filled = [cell for cell in moved if not amounts.empty(cell) and cell.strip("0.,- ")]
    return bool(filled) and filled != [cells[columns["balance"]]]


def _kind(label: str, *, dated: bool = False, has_dates: bool = True, first: bool = False) -> StatedKind | None:
    """What a label says its row states; rows with a date are entries unless they state a balance."""
    if label.lstrip("*= -'\"")[:3].lower() not in _STARTS:
        return None
    text = bare(label).strip(" :*=-'\"").replace("_", " ")[:80]
    if _OPENING.fullmatch(text):
        return "opening"
    if _CLOSING.fullmatch(text):
        return "closing"
    if dated:
        return None
    if _SUBTOTAL.fullmatch(text):
        return "subtotal"
    if _RESULT.fullmatch(text):
        return "result"
    if found := _TOTAL.fullmatch(text):
        if text.startswith(("saldo", "solde", "balance")):
            if found["rest"].strip() and not has_dates:
                return None
            return "opening" if first else "closing"
        return "total"
    return None
