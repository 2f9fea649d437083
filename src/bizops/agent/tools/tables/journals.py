"""Plain text journals (ledger, hledger, beancount) as tables: one row for each posting.

An amount that is left out is what makes its transaction balance. A price or cost (`10 ACME @ 5 USD`, `{5 USD}`) makes
the posting count in the currency of the price, as these tools do when they balance a transaction. An assertion
(`= 100`, beancount's `balance`) is a stated balance.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bizops.agent.tools.tables import amounts, shown
from bizops.agent.tools.tables.reading import Flaw, Row, Table

HEADER = ("date", "transaction", "description", "account", "amount", "currency", "balance")
_HEAD = re.compile(
    r"(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:=\S+)?\s+(?:txn\s+|[*!]\s+|[*!]$)?(?P<code>\([^)]{0,60}\)\s*)?(?P<text>.*)"
)
_POSTING = re.compile(r"\s+(?:[*!]\s+)?(?P<account>[^\s;#].*?)(?:(?:\s{2,}|\t)\s*(?P<rest>\S.*))?")
_BEANCOUNT = re.compile(r"\s+(?:[*!]\s+)?(?P<account>[A-Z][\w-]*(?::[\w-]+)+)(?:\s+(?P<rest>[-+\d].*))?")
_DIRECTIVE = re.compile(r"(?:open|close|pad|price|note|document|event|commodity|custom|query|option|plugin|balance)\b")
_BALANCE = re.compile(r"balance\s+(?P<account>\S+)\s+(?P<amount>.+)")
_NUMBER = re.compile(r"-?\d[\d.,' ]*")
_AMOUNT = re.compile(
    r"(?P<sign>-)?\s*(?P<before>[^\d\s.,;@={}()+-]+|\"[^\"]{1,40}\")?\s*(?P<body>-?\d[\d.,']*(?: \d{3})*(?:[.,]\d+)?)"
    r"\s*(?P<after>[^\d\s.,;@={}()+-][^\s;@={}]*|\"[^\"]{1,40}\")?"
)
LONGEST = 400  # characters of a line that are looked at


@dataclass
class Posting:
    """One line of a transaction: account, the digits of its amount and its currency, the balance that it asserts."""

    line: int
    account: str
    body: str = ""
    coin: str = ""
    price: str = ""  # digits of the price or cost, its currency, and whether it is for all units together
    price_coin: str = ""
    total_price: bool = False
    asserted: str = ""


@dataclass
class Transaction:
    """A dated head and its postings."""

    line: int
    date: str
    text: str
    postings: list[Posting] = field(default_factory=list)


def looks_like(text: str) -> bool:
    """Whether a text is a journal: a dated line followed by indented postings, more than once or with colons."""
    lines = [line[:LONGEST] for line in text[:50_000].splitlines() if line.strip()]
    heads = [n for n, line in enumerate(lines[:-1]) if _HEAD.fullmatch(line) and _is_posting(lines[n + 1])]
    return bool(heads) and not any(re.search(r"[;,\t|].*[;,\t|]", lines[n]) for n in heads[:5] if '"' not in lines[n])


def _is_posting(line: str) -> bool:
    if not line[:1].isspace():
        return False
    found = _POSTING.fullmatch(line)
    return bool(found) and (":" in line or bool(found["rest"] and re.search(r"\d", found["rest"])))  # type: ignore[index]


def read(text: str, name: str) -> Table:
    """The postings of a journal as rows, with what cannot be read as flaws."""
    flaws: list[Flaw] = []
    transactions = list(_transactions(text.splitlines(), flaws))
    bodies = [(p.line, p.body) for t in transactions for p in t.postings if p.body]
    style = amounts.votes(bodies).style
    rows = []
    for transaction in transactions:
        weights = _weights(transaction, style)
        for posting, (body, coin) in zip(transaction.postings, weights, strict=True):
            number = f"line {transaction.line}" if posting.body or body else ""
            rows.append(Row(posting.line, [transaction.date, number, transaction.text, posting.account, body, coin,
                                           posting.asserted]))  # fmt: skip
    return Table(name, HEADER, tuple(rows), 1, flaws=tuple(flaws), from_zero=True)


def _transactions(lines: Sequence[str], flaws: list[Flaw]) -> Iterator[Transaction]:
    current: Transaction | None = None
    for n, raw in enumerate(lines, 1):
        line = raw[:LONGEST].rstrip()
        if not line or line.lstrip()[:1] in (";", "#", "%"):
            if not line and current:
                yield current
                current = None
            continue
        if line[:1].isspace():
            if current and not re.match(r"\s+[a-z][\w-]*:\s", line):  # beancount's metadata
                _add(current, n, line, flaws)
            continue
        if current:
            yield current
        head = _HEAD.fullmatch(line)
        current = None
        if head and (found := _BALANCE.match(head["text"])):
            body, coin = _split(found["amount"])
            checked = Posting(n, found["account"], coin=coin, asserted=body)
            yield Transaction(n, head["date"], "balance", [checked])
        elif head and not _DIRECTIVE.match(head["text"]):
            words = re.sub(r'"\s+"', " | ", head["text"]).replace('"', "").partition(" ;")[0]
            current = Transaction(n, head["date"], words.strip())
    if current:
        yield current


def _add(transaction: Transaction, n: int, line: str, flaws: list[Flaw]) -> None:
    found = _BEANCOUNT.fullmatch(line) or _POSTING.fullmatch(line)
    if not found:
        return
    rest = re.split(r"\s[;#]|^[;#]", found["rest"] or "")[0].strip()
    posting = Posting(n, re.split(r"\s{2,}[;#]", found["account"])[0].strip(" ()[]"))
    rest, _, asserted = (part.strip() for part in re.sub(r"={1,2}\*?", "=", rest).partition("="))
    posting.asserted = _split(asserted)[0] if asserted else ""
    cost = re.search(r"\{\{?([^{}]*)\}\}?", rest)
    price = re.search(r"@@?\s*(.*)", rest)
    if told := cost if cost and cost[1].strip() else price:
        posting.price, posting.price_coin = _split(told[1].split(",")[0] if cost else told[1])
        posting.total_price = told[0].startswith(("@@", "{{"))
    posting.body, posting.coin = _split(re.split(r"[@{]", rest)[0])
    if rest and not posting.body:
        flaws.append(Flaw(n, f"{shown.code(rest, 40)} is no amount"))
    transaction.postings.append(posting)


def _split(text: str) -> tuple[str, str]:
    """The digits with their sign and the currency of an amount in any order: `$-5`, `-5 EUR`, `EUR 5`."""
    found = _AMOUNT.match(text.strip())
    if not found:
        return "", ""
    coin = (found["before"] or found["after"] or "").strip('"')
    body = found["body"].strip()
    return (f"-{body}" if found["sign"] and not body.startswith("-") else body), amounts.currency_of(coin) or coin


def _weights(transaction: Transaction, style: amounts.Style) -> list[tuple[str, str]]:
    """What each posting counts, as digits and currency; the one without an amount gets what is missing."""
    weights: list[tuple[str, str]] = []
    sums: dict[str, Decimal] = defaultdict(Decimal)
    open_ = False
    for posting in transaction.postings:
        body, coin = posting.body, posting.coin
        try:
            value = _value(body, style) if body else None
            if value is not None and posting.price:
                rate = _value(posting.price, style)
                value = rate.copy_sign(value) if posting.total_price else value * rate
                body, coin = format(value, "f"), posting.price_coin
                if style == "comma":
                    body = body.replace(".", ",")
            if value is not None:
                sums[coin] += value
        except ValueError:
            open_ = True
        weights.append((body, coin))
    left = {coin: value for coin, value in sums.items() if value}
    blank = [n for n, p in enumerate(transaction.postings) if not p.body and not (p.asserted and len(weights) == 1)]
    if len(blank) == 1 and len(left) <= 1 and not open_:
        coin, value = next(iter(left.items()), (next(iter(sums), ""), Decimal(0)))
        body = format(-value, "f")
        weights[blank[0]] = (body.replace(".", ",") if style == "comma" else body, coin)
    return weights


def _value(body: str, style: amounts.Style) -> Decimal:
    negative = body.startswith("-")
    value = amounts.number(body.lstrip("-").strip(), style)
    return -value if negative else value
