"""Which entries a column of states takes out of the sums: what never came about, what is pending, what is a draft.

The column is known by its name or by its cells. A running balance that counts such a line, or leaves out another, knows
better; a line that a second one takes back is counted with it. A state that is not known here counts, and is named.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from bizops.agent.tools.tables import amounts, headings
from bizops.agent.tools.tables.statewords import ABSENT, COUNTED, DRAFT, FLAGS, NAMED, NOT, OPEN, PARTLY, PENDING, VOID

Kind = Literal["counted", "void", "pending", "draft", ""]  # "": not known
Values = Sequence[Decimal | None]
_TEXTS: tuple[tuple[Kind, str], ...] = (
    ("counted", COUNTED), ("draft", DRAFT), ("pending", PENDING), ("void", VOID)
)  # fmt: skip
_FLAGGED: tuple[tuple[Kind, str], ...] = (
    ("counted", FLAGS["counted"]), ("draft", FLAGS["draft"]), ("pending", FLAGS["pending"]), ("void", FLAGS["void"])
)  # fmt: skip
WORDS: Mapping[str, Kind] = {headings.words(word): kind for kind, text in _TEXTS for word in text.split("; ")}
_FLAGS: Mapping[str, Kind] = {headings.words(word): kind for kind, text in _FLAGGED for word in text.split("; ")}
_OPEN = frozenset(headings.words(word) for word in OPEN.split("; "))
_NAMED = frozenset(headings.words(word) for word in NAMED.split("; "))
_ABSENT = frozenset(headings.words(word) for word in ABSENT.split("; "))
_ELSEWHERE = re.compile(r"fulfil|shipp|ship |deliver|versand|liefer|e ?mail|print|druck|order type|tax|vat|ust|user")
_TURNED = re.compile(
    r"revers|storn|return|retour|ruck|rueck|annul|anul|extourn|contrepass|terug|estorn|devol|devuel|void|cancel|zrus|"
    r"tilbag|tilbak|aterfor|отмен|возвр|冲正|取消|撤销"
)
SAMPLE, DISTINCT, KNOWN = 400, 12, 0.8  # rows, different states and share of known ones that show a column of states
FIGURES = headings.MONEY_ROLES | headings.DATE_ROLES
MOVED = ("amount", "gross", "net", "actual", "open")
RANK: Mapping[Kind, int] = {"void": 4, "draft": 3, "pending": 2, "": 1, "counted": 0}


class State(NamedTuple):
    """One entry with a state that takes it out of the sums, or might. `n`: its place; `value`: what it would move."""

    n: int
    line: int
    column: str
    cell: str
    kind: Kind
    value: Decimal | None
    why: str = ""  # why it is counted, or left out, against what its word says


@dataclass(frozen=True)
class Found:
    """The entries that are left out of all sums, and those that count though their state might say otherwise."""

    left: tuple[State, ...] = ()
    counted: tuple[State, ...] = ()


@lru_cache(maxsize=1 << 12)
def kind(cell: str) -> Kind:
    """What a word for a state says of its entry, in the languages of banks and ledgers; empty where it is unknown."""
    text = re.sub(r"\b\d+\b", " ", headings.words(cell)).strip()
    if not text or len(text) > 60:
        return "" if text else "counted"
    if text in WORDS:
        return WORDS[text]
    tokens = text.split()
    found: list[tuple[Kind, bool]] = []
    at = 0
    while at < len(tokens):
        size = next((s for s in (3, 2, 1) if " ".join(tokens[at : at + s]) in WORDS), 0)
        if size:
            found.append((WORDS[" ".join(tokens[at : at + size])], bool(at and tokens[at - 1] in NOT)))
        at += size or 1
    kinds: set[Kind] = {("pending" if k == "counted" else "counted") if turned else k for k, turned in found}
    if PARTLY & set(tokens):
        return "counted" if kinds == {"counted"} else ""
    return max(kinds, key=lambda k: RANK[k], default="")


def find(
    header: Sequence[str], lines: Sequence[int], cells: Sequence[Sequence[str]], columns: Mapping[str, int],
    money: Mapping[str, Values], coins: Sequence[str],
) -> Found:  # fmt: skip
    """The entries that columns of states leave out. `columns`: the place of each role; `money`: amounts by role."""
    invoices = bool({"due", "open"} & columns.keys())
    moves = _moves(money, len(lines))
    found: dict[int, State] = {}
    for at in _columns(header, cells, columns):
        told = {cell: _told(header[at], cell, invoices=invoices) for cell in {row[at] for row in cells}}
        if not _speaks(header[at], told):
            continue
        for n, row in enumerate(cells):
            said = told[row[at]]
            if said != "counted" and (n not in found or RANK[said] > RANK[found[n].kind]):
                found[n] = State(n, lines[n], header[at], row[at], said, moves[n])
    return _settled(found, money, coins, _takes_back(found, lines, cells, columns, moves)) if found else Found()


def blanked(values: Mapping[str, Values], left: Iterable[State]) -> dict[str, Values]:
    """The amounts without those of the entries that are left out; a balance stays where nothing moved it."""
    gone = {state.n for state in left}
    made: dict[str, Values] = {}
    for role, column in values.items():
        kept: list[Decimal | None] = [None if n in gone else v for n, v in enumerate(column)]
        for n in sorted(gone) if role == "balance" else ():
            if column[n] in [*_beside(column, gone, n)]:
                kept[n] = column[n]
        made[role] = kept
    return made


def _beside(column: Values, gone: set[int], n: int) -> Iterator[Decimal]:
    """The nearest balances above and below that lines state which count."""
    for step in (-1, 1):
        at = n + step
        while 0 <= at < len(column) and abs(at - n) < DISTINCT and (at in gone or column[at] is None):
            at += step
        if 0 <= at < len(column) and at not in gone and (value := column[at]) is not None:
            yield value


def _columns(header: Sequence[str], cells: Sequence[Sequence[str]], columns: Mapping[str, int]) -> Iterator[int]:
    """The columns of states: by their names, else by their cells, where no other meaning is known."""
    roles = {at: role for role, at in columns.items() if role not in ("status", "kind", "sign")}
    for at, name in enumerate(header):
        text = headings.words(name)
        if _ELSEWHERE.search(text) or roles.get(at) in FIGURES:
            continue
        if text in _FLAGS or _named(name):
            yield at
        elif at not in roles:
            seen = {row[at] for row in cells[:SAMPLE]}
            seen = {row[at] for row in cells} - {""} if len(seen) <= DISTINCT + 1 else set()
            known = [cell for cell in seen if kind(cell)]
            if 0 < len(seen) <= DISTINCT and len(known) >= KNOWN * len(seen) and any(map(_taken, known)):
                yield at


def _taken(cell: str) -> bool:
    return kind(cell) in ("void", "pending", "draft") and headings.words(cell) not in ("storno", "hold", "estimate")


def _named(name: str) -> bool:
    return bool(_NAMED & set(headings.words(name).split())) or any(
        meaning.role == "status" and meaning.score > headings.PART for meaning in headings.meanings(name)
    )


def _told(name: str, cell: str, *, invoices: bool) -> Kind:
    """What a cell of a column says. A column that is itself called `Void` or `Storniert` takes any mark for a yes."""
    flag, text = _FLAGS.get(headings.words(name)), headings.words(cell)
    if flag:
        absent = text in _ABSENT or not cell.strip("-–. ")
        if flag == "counted":
            return "pending" if absent and cell else "counted"
        return "counted" if absent else kind(cell) if text in WORDS else flag
    if invoices and text in _OPEN:
        return "counted"
    return kind(cell) if cell.strip("-–. ") else "counted"


def _speaks(name: str, told: Mapping[str, Kind]) -> bool:
    """Whether a column tells states at all: a word of it is known, or its name can mean nothing else."""
    if any(said for cell, said in told.items() if cell.strip("-–. ")):
        return True
    words = [cell for cell in told if len(headings.words(cell)) >= 3 and re.search(r"[^\W\d_]{2}", cell)]
    return bool(words) and len(words) <= DISTINCT and bool(_NAMED & set(headings.words(name).split()))


def _moves(money: Mapping[str, Values], count: int) -> Values:
    """What each entry would move, by the first column that tells."""
    if "debit" in money and "credit" in money:
        pairs = zip(money["debit"], money["credit"], strict=True)
        sided = [None if a is None and b is None else abs(b or Decimal(0)) - abs(a or Decimal(0)) for a, b in pairs]
        if any(value is not None for value in sided):
            return sided
    role = next((name for name in (*MOVED, "debit", "credit", *money) if name in money), "")
    return money[role] if role else [None] * count


def _takes_back(
    found: Mapping[int, State], lines: Sequence[int], cells: Sequence[Sequence[str]], columns: Mapping[str, int],
    moves: Values,
) -> dict[int, int]:  # fmt: skip
    """The lines that another line takes back, which counts, with that line: of both together nothing is left."""
    places = [columns[role] for role in ("document", "party", "text") if role in columns]
    turned = {n: s for n, s in found.items() if s.kind == "void" and s.value and _TURNED.search(headings.words(s.cell))}
    if not turned or not places:
        return {}
    waiting: dict[tuple[int, str, Decimal], list[int]] = defaultdict(list)
    for n, row in enumerate(cells):
        if (value := moves[n]) and (n not in found or not found[n].kind):
            for at in places:
                if row[at]:
                    waiting[at, row[at], -value].append(n)
    used: set[int] = set()
    made: dict[int, int] = {}
    for n, state in sorted(turned.items()):
        keys = [(at, cells[n][at], state.value or Decimal(0)) for at in places]
        other = next((m for key in keys for m in waiting.get(key, ()) if m not in used), None)
        if other is not None:
            used.add(other)
            made[n] = lines[other]
    return made


def _settled(
    found: Mapping[int, State], money: Mapping[str, Values], coins: Sequence[str], back: Mapping[int, int]
) -> Found:
    """What is left out in the end: as the words say, unless the running balance says otherwise."""
    left = {n for n, state in found.items() if state.kind and n not in back}
    why = {n: f"line {line} takes it back" for n, line in back.items()}
    if any(value is not None for value in money.get("balance", ())):
        best = _explained(money, coins, left)
        for word, _ in Counter(state.cell for state in found.values()).most_common(DISTINCT):
            same = {n for n, state in found.items() if state.cell == word}
            for other, says in ((left - same, "the running balance counts it"),
                                (left | same, "the running balance leaves it out")):  # fmt: skip
                if other != left and (score := _explained(money, coins, other)) > best:
                    why |= dict.fromkeys(other ^ left, says)
                    left, best = other, score
    states = [state._replace(why=why.get(n, "")) for n, state in sorted(found.items())]
    return Found(tuple(s for s in states if s.n in left), tuple(s for s in states if s.n not in left))


def _explained(money: Mapping[str, Values], coins: Sequence[str], left: set[int]) -> int:
    """How many changes of the running balance the amounts explain without the entries that are left out."""
    balances, count = money["balance"], len(coins)
    groups = [[*range(count)]]
    if len(set(coins)) > 1:
        groups.append(sorted(range(count), key=lambda n: coins[n]))
    plain = [_moves({role: money[role]}, count) for role in MOVED if role in money]
    plain += [_moves(money, count)] if {"debit", "credit"} & money.keys() else []
    fees = money.get("fee")
    ways = [
        *plain,
        *([v if v is None else v - abs(f or Decimal(0)) for v, f in zip(p, fees, strict=True)] for p in plain if fees),
    ]
    ways += [[v if v is None else -v for v in way] for way in ways]
    best = 0
    for order in groups:
        for way in ways:
            moved = [None if n in left else way[n] for n in order]
            best = max(best, *amounts.fits(moved, [balances[n] for n in order]))
    return best
