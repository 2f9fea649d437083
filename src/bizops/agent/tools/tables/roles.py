"""Which column is which: names claim a role, cells confirm it, what the requester says overrules both.

Where two columns have the same claim to the amount and other figures, that is a question, not a choice.
"""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables import amounts, coincolumns, dates, headings, labels, periods, running, shown
from bizops.agent.tools.tables.hints import Hints
from bizops.agent.tools.tables.reading import Table
from bizops.errors import nearest

SAMPLE = 400  # rows whose cells confirm a role
WHOLE = headings.WITHOUT_UNIT  # names that mean the role as a whole, whatever their unit: equal claims
CONFIRMS = 0.6  # share of the filled cells
SIGNS: Mapping[str, amounts.Side] = {
    **dict.fromkeys(("s", "soll", "d", "debit", "debet", "debito", "dr", "dbit", "af", "out", "outgoing", "withdrawal",
                     "debe", "dare", "uscita", "sortie", "depense", "ausgang", "ausgabe", "expense", "expenses", "uit",
                     "cargo", "saida", "money out", "payment out", "-", "gasto", "spesa", "lastschrift", "belastung",
                     "soll s", "db", "debits"), "debit"),
    **dict.fromkeys(("h", "haben", "c", "credit", "cr", "crdt", "bij", "in", "incoming", "deposit", "haber", "avere",
                     "credito", "entrada", "entrata", "recette", "entree", "eingang", "einnahme", "income", "abono",
                     "money in", "payment in", "+", "ingreso", "gutschrift", "revenue", "haben h", "credits"),
                    "credit"),
}  # fmt: skip
FLOW = frozenset(
    {"af", "bij", "in", "out", "incoming", "outgoing", "withdrawal", "deposit", "uscita", "entrata", "sortie", "entree"}
    | {"recette", "depense", "ausgang", "eingang", "ausgabe", "einnahme", "cargo", "abono", "+", "-", "income", "uit"}
    | {"expense", "expenses", "revenue", "money in", "money out", "gasto", "ingreso", "entrada", "saida", "spesa"}
    | {"lastschrift", "gutschrift", "belastung"}
)  # fmt: skip
KINDS = {
    **dict.fromkeys(("income", "revenue", "revenues", "sales", "ertrag", "ertrage", "erlose", "erlos", "einnahme",
                     "einnahmen", "produit", "produits", "revenu", "revenus", "recette", "recettes", "ingreso",
                     "ingresos", "ricavo", "ricavi", "entrate", "opbrengst", "opbrengsten", "omzet", "inkomsten",
                     "receita", "receitas", "other income", "turnover", "gains", "umsatz", "umsatzerlose"),
                    "income"),
    **dict.fromkeys(("expense", "expenses", "cost", "costs", "aufwand", "aufwendungen", "ausgabe", "ausgaben", "kosten",
                     "charge", "charges", "depense", "depenses", "gasto", "gastos", "costo", "costi", "spese", "uscite",
                     "uitgaven", "despesa", "despesas", "cogs", "cost of goods sold", "cost of sales", "opex",
                     "operating expenses", "other expense", "other expenses", "overhead", "lasten"), "expense"),
    **dict.fromkeys(("asset", "assets", "aktiva", "bank", "cash", "actif", "activo", "attivo", "activa", "receivable",
                     "current asset", "accounts receivable", "fixed asset"), "asset"),
    **dict.fromkeys(("liability", "liabilities", "passiva", "passif", "pasivo", "passivo", "payable", "credit card",
                     "accounts payable", "current liability"), "liability"),
    **dict.fromkeys(("equity", "eigenkapital", "capitaux", "patrimonio", "eigen vermogen"), "equity"),
}  # fmt: skip


@dataclass(frozen=True)
class Roles:
    """The column of each role, the other columns with an equal claim to it, and what was said about the choice."""

    columns: Mapping[str, int]
    rivals: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...] = ()


def assign(table: Table, hints: Hints, chosen: Mapping[str, str]) -> Roles:
    """The role of each column. `chosen`: role and column name (or `#3`, its place) that the caller gives.

    Raises ToolError for a chosen column that is not there.
    """
    cells = [[row.cells[n] for row in table.rows[:SAMPLE] if row.cells[n]] for n in range(len(table.header))]
    fixed = _fixed(table, hints, chosen)
    compared = [*periods.pairs(table).values()]
    if len(compared) == 1 and not {"budget", "actual"} & fixed.keys():  # `Budget 2025; Budget 2026; Actual 2026`
        fixed |= {role: n for role, n in compared[0].items() if n not in fixed.values()}
    claims = [
        (-meaning.score, meaning.rank, n, meaning.role)
        for n, name in enumerate(table.header if table.header_line else ())
        for meaning in _meanings(table, name)
        if (cells[n] or meaning.score > headings.PART + 40) and _fits(meaning.role, cells[n], exact=n in table.exact)
    ]
    columns = dict(fixed)
    rivals: dict[str, tuple[int, ...]] = {}
    for score, _, n, role in sorted(claims):
        if n in columns.values():
            continue
        if role not in columns:
            columns[role] = n
        elif role == "amount" and role not in fixed and max(score, _score(claims, columns[role], role)) <= -WHOLE:
            rivals[role] = (*rivals.get(role, ()), n)
    if "currency" in columns and "currency" not in fixed:
        _currency(table, cells, columns, {n for _, _, n, role in claims if role == "currency"})
    return _by_content(table, cells, columns, rivals, fixed)


def _currency(table: Table, cells: list[list[str]], columns: dict[str, int], claimed: set[int]) -> None:
    """Keep the column of currencies that belongs to the amounts, or none where all belong to others."""
    named = [n for n in sorted(claimed) if n not in columns.values() or n == columns["currency"]]
    money = [n for n in range(len(table.header)) if cells[n] and n not in named and figures(table, n)]
    own = coincolumns.own(table.header, columns, named, money)
    del columns["currency"]
    if own is not None:
        columns["currency"] = own


BARE_RATES = {"rate", "rates", "percent", "pct", "prozent", "satz", "taux", "tasa", "tarief", "aliquota"}


CATEGORIES = frozenset({"category", "kategorie", "categorie", "categoria", "rubriek", "rubro", "department", "label"})


def ledger(accounts: Sequence[str], name: str) -> bool:
    """Whether a file books to several accounts: its debit is no money out. Categories of spending are no accounts."""
    return len(set(filter(None, accounts))) > 1 and not CATEGORIES & set(headings.words(name).split())


def sides(cells: Sequence[str]) -> dict[int, amounts.Side]:
    """The side that each cell of a column of signs states (`S`, `Haben`, `Dr`, `+`)."""
    return {n: side for n, cell in enumerate(cells) if (side := SIGNS.get(cell) or SIGNS.get(headings.words(cell)))}


def _fixed(table: Table, hints: Hints, chosen: Mapping[str, str]) -> dict[str, int]:
    fixed: dict[str, int] = {}
    names = {headings.words(name): n for n, name in reversed(list(enumerate(table.header)))}
    for role, name in hints.columns:
        at = names.get(headings.words(name))
        if at is not None:
            fixed = {r: c for r, c in fixed.items() if c != at} | {role: at}
    for role, name in chosen.items():
        place = int(name[1:]) - 1 if re.fullmatch(r"#[1-9]\d{0,3}", name) and name not in table.header else None
        at = place if place is not None and place < len(table.header) else names.get(headings.words(name))
        if at is None:
            near = nearest(name, table.header) or "the columns are " + ", ".join(table.header[:30])
            raise ToolError(f'there is no column "{name}"', where=f"{table.name}:{table.header_line or 1}", fix=near)
        fixed = {r: c for r, c in fixed.items() if c != at} | {role: at}
    return fixed


def _meanings(table: Table, name: str) -> list[headings.Meaning]:
    found = list(headings.meanings(name))
    whole = {headings.words(other) for other in table.header}
    if headings.words(name).startswith("soll") and "ist" in {word.split()[0] for word in whole if word}:
        return [headings.Meaning("budget", headings.EXACT)]  # `Soll` is the plan beside `Ist`, the debit beside `Haben`
    if set(headings.words(name).split()) <= BARE_RATES:
        beside = {meaning.role for other in table.header if other != name for meaning in headings.meanings(other)}
        if "tax" in beside or {"net", "gross"} <= beside:  # else a bare `rate` is one of exchange
            return [headings.Meaning("tax_rate", headings.EXACT)]
    return found


def _score(claims: list[tuple[int, int, int, str]], column: int, role: str) -> int:
    return next((score for score, _, n, r in claims if n == column and r == role), 0)


def _fits(role: str, cells: list[str], *, exact: bool) -> bool:
    """Whether the cells of a column can have the role; a column without any can have all."""
    if not cells:
        return True
    test = _TESTS.get(role)
    if role in headings.MONEY_ROLES:
        return exact or _share(cells, money_like) >= CONFIRMS
    if role in headings.DATE_ROLES:
        dates_ = [cell for cell in cells if not labels.of(cell)]  # totals are labelled there in some reports
        return bool(dates_) and _share(dates_, date_like) >= CONFIRMS
    if role == "tax_rate" and not exact:
        return _share(cells, money_like) >= CONFIRMS
    return test(cells) if test else True


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def money_like(cell: str) -> bool:
    """Whether a cell is an amount or says that there is none."""
    return amounts.shape(cell) is not None or amounts.empty(cell)


def figures(table: Table, column: int) -> bool:
    """Whether nearly all cells of a column are amounts, and not dates."""
    cells = [row.cells[column] for row in table.rows[:SAMPLE] if row.cells[column]]
    if not cells or _share(cells, _surely_date) >= 0.9:
        return False
    return column in table.exact or _share(cells, money_like) >= 0.9


def date_like(cell: str) -> bool:
    """Whether a cell is a date, a spreadsheet's serial, or day and month alone (`0112`)."""
    try:
        dates.parse(cell)
    except amounts.Ambiguous:
        return True
    except ValueError:
        return bool(re.fullmatch(r"\d{3,5}(?:\.\d+)?", cell))
    return True


def _currency_like(cells: list[str]) -> bool:
    return _share(cells, lambda cell: bool(amounts.currency_of(cell) or re.fullmatch(r"[A-Z]{3}", cell))) >= 0.8


def _sign_like(cells: list[str]) -> bool:
    return _share(cells, lambda cell: headings.words(cell) in SIGNS or cell in SIGNS) >= 0.95


def _kind_like(cells: list[str]) -> bool:
    return _share(cells, lambda cell: headings.words(cell) in KINDS) >= CONFIRMS


def _party_like(cells: list[str]) -> bool:
    """Names, not the numbers that some tools keep in a column `name` (`JV-0001`)."""
    return _text_like(cells) and _share(cells, lambda cell: bool(re.fullmatch(r"[\w/.-]*\d{2,}", cell))) < 0.8


def _text_like(cells: list[str]) -> bool:
    return _share(cells, lambda cell: not re.search(r"[^\W\d_]", cell) and "." in cell and money_like(cell)) < CONFIRMS


def _number_like(cells: list[str]) -> bool:
    return _share(cells, lambda cell: bool(re.fullmatch(r"-?[\d., ]*[.,]\d\d", cell))) < CONFIRMS


def _terms_like(cells: list[str]) -> bool:
    return _share(cells, lambda cell: bool(re.search(r"\d", cell))) >= CONFIRMS


_TESTS: Mapping[str, Callable[[list[str]], bool]] = {
    "currency": _currency_like,
    "sign": _sign_like,
    "kind": _kind_like,
    "party": _party_like,
    "text": _text_like,
    "document": _number_like,
    "account": _number_like,
    "terms": _terms_like,
}


def _by_content(
    table: Table,
    cells: list[list[str]],
    columns: dict[str, int],
    rivals: Mapping[str, tuple[int, ...]],
    fixed: Container[str],
) -> Roles:
    """What no name tells, where the cells leave one reading: dates, amounts, and what runs on from line to line."""
    free = [n for n in range(len(table.header)) if n not in columns.values() and cells[n]]
    notes = []
    money = [n for n in free if figures(table, n)]
    days = [n for n in free if n not in money and _share(cells[n], _surely_date) >= 0.9]
    if "date" not in columns and len(days) == 1:
        columns["date"] = days[0]
        notes.append(f"column {shown.code(table.header[days[0]])} is read as the date")
    rivals = dict(rivals)
    notes += _running(table, columns, rivals, money, fixed)
    if not (MOVED | {"net", "gross", "budget", "actual", "open"}) & columns.keys() and "amount" not in rivals:
        left = [n for n in money if n not in columns.values()]
        coins = [n for n in left if any(re.search(r"[.,]\d\d\b", cell) for cell in cells[n])] or left
        notes += _only_amounts(table, columns, rivals, coins)
    texts = [n for n in free if n not in money and n not in days]
    if not table.header_line and texts and "text" not in columns:
        columns["text"] = max(texts, key=lambda n: sum(map(len, cells[n])))
    return Roles(columns, rivals, tuple(notes))


MOVED = frozenset({"amount", "debit", "credit"})
LOOSE = ("gross", "net", "open", "paid", "opening")  # names such as `total`, which a running balance has as well


def _running(
    table: Table,
    columns: dict[str, int],
    rivals: dict[str, tuple[int, ...]],
    free: Sequence[int],
    fixed: Container[str],
) -> list[str]:
    """Find the movement and the running balance by the figures; what is as good as the best becomes a rival."""
    loose = [columns[role] for role in LOOSE if role in columns and role not in fixed]
    moves = [columns["amount"], *rivals.get("amount", ())] if "amount" in columns else []
    if not moves and not {"debit", "credit"} <= columns.keys():
        moves = [columns[role] for role in ("gross", "net", "open") if role in columns]
    figures = running.Figures(table, [columns[role] for role in ("account", "currency") if role in columns])
    named = {role: n for role, n in columns.items() if role in MOVED | {"balance"}}
    found = running.pairs(figures, named, moves, [*free, *loose])
    if not found:
        return []
    before = dict(columns)
    best = found[0]
    roles = ("amount",) if len(best.moves) == 1 else ("debit", "credit")
    taken = {**dict(zip(roles, best.moves, strict=True)), "balance": best.balance}
    if any(role in fixed and columns.get(role) != n for role, n in taken.items()):
        return []
    others = {
        "balance": [p.balance for p in found if p.moves == best.moves and p != best],
        "amount": [p.moves[0] for p in found if len(p.moves) == 1 and p.balance == best.balance and p != best],
    }
    rivals.pop("amount", None)
    rivals.update({role: tuple(ns) for role, ns in others.items() if ns})
    if len(best.moves) == 1 and best.moves[0] in loose:
        del taken["amount"]  # it keeps the closer name
    for role in [role for role, n in columns.items() if n in taken.values()]:
        del columns[role]
    columns.update(taken)
    said = {"amount": "the amount", "debit": "money out", "credit": "money in", "balance": "the running balance"}
    return [
        f"column {shown.code(table.header[n])} is read as {said[role]}, by its figures"
        for role, n in taken.items()
        if before.get(role) != n
    ]


def _only_amounts(
    table: Table, columns: dict[str, int], rivals: dict[str, tuple[int, ...]], coins: Sequence[int]
) -> list[str]:
    """Take the only column of amounts, or two of which one carries the minus; several are a question."""
    if len(coins) == 1:
        columns["amount"] = coins[0]
        return [f"column {shown.code(table.header[coins[0]])} is read as the amount"]
    if len(coins) == 2 and (sides := _two_sides(table, coins)):
        columns["debit"], columns["credit"] = sides
    elif 1 < len(coins) <= 4:
        rivals["amount"] = tuple(coins)
    return []


def _surely_date(cell: str) -> bool:
    try:
        dates.parse(cell)
    except amounts.Ambiguous:
        return True
    except ValueError:
        return False
    return not cell.isdigit() or len(cell) == 8


def _two_sides(table: Table, coins: Sequence[int]) -> tuple[int, int] | None:
    """Debit and credit, where each row fills one of two columns and one of them carries the minus."""
    figures = running.Figures(table, ())
    if not figures.one_side_each(coins[0], coins[1]):
        return None
    for out, into in (coins, coins[::-1]):
        minus, plus = (list(filter(None, figures.of(n))) for n in (out, into))
        if all(v < 0 for v in minus) and all(v > 0 for v in plus):
            return out, into
    return None
