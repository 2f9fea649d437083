"""Files that banks give: MT940 (SWIFT), OFX and QIF, as tables."""

import re
from collections.abc import Iterator, Sequence

from bizops.agent.tools.tables.reading import Flaw, Row, Table

HEADER = ("date", "document number", "name", "description", "amount", "currency", "balance")
_MT940_LINE = re.compile(
    r":61:(?P<date>\d{6})(?:\d{4})?(?P<mark>R?[CD])[A-Z]?(?P<amount>\d{1,15},\d{0,2})(?:[A-Z]\w{3})?(?P<ref>[^/\n]{0,35})"
)
_MT940_BALANCE = re.compile(r":6[02][FM]:(?P<mark>[CD])(?P<date>\d{6})(?P<coin>[A-Z]{3})(?P<amount>\d{1,15},\d{0,2})")
_OFX_FIELD = re.compile(r"<(?P<name>[A-Z0-9.]{3,32})>(?P<value>[^<\r\n]*)")


def kind(text: str) -> str:
    """`mt940`, `ofx`, `qif` or nothing."""
    head = text[:4000]
    if re.search(r"^:61:", text[:100_000], re.MULTILINE) and re.search(r"^:6[02][FM]:", text[:100_000], re.MULTILINE):
        return "mt940"
    if "<OFX>" in head.upper() or head.lstrip().upper().startswith("OFXHEADER"):
        return "ofx"
    return "qif" if re.match(r"\s*!(?:Type|Account|Option)", head, re.IGNORECASE) else ""


def read(text: str, name: str, what: str) -> Table:
    """The entries of a bank's file of that kind."""
    lines = text.splitlines()
    flaws: list[Flaw] = []
    rows = tuple({"mt940": _mt940, "ofx": _ofx, "qif": _qif}[what](lines, flaws))
    return Table(name, HEADER, rows, 1, flaws=tuple(flaws))


def _day(text: str) -> str:
    return f"20{text[:2]}-{text[2:4]}-{text[4:6]}"


def _mt940(lines: Sequence[str], flaws: list[Flaw]) -> Iterator[Row]:
    """Entries with the closing balance of each statement on a row of its own; the first opening one leads.

    A later opening balance is a row as well where it is not the closing one before: a statement between may be missing.
    """
    coin, account, closed = "", "", ("", "")
    led = False
    pending: tuple[int, list[str]] | None = None
    for n, line in enumerate(lines, 1):
        if pending and not line.startswith(":86:") and line[:1] in (":", "-"):
            yield Row(*pending)
            pending = None
        if line.startswith(":25:"):
            account = line[4:].strip()
        elif found := _MT940_BALANCE.match(line):
            coin = found["coin"]
            amount = ("-" if found["mark"] == "D" else "") + found["amount"]
            if line.startswith(":60") and not led:
                led = True
                yield Row(n, ["", "", "", "Opening balance", "", coin, amount])
            elif line.startswith(":60") and closed[0] == account and closed[1] != amount:
                yield Row(n, [_day(found["date"]), "", "", "Begin of the statement", "", coin, amount])
            elif line.startswith(":62"):
                closed = account, amount
                yield Row(n, [_day(found["date"]), "", "", "End of the day", "", coin, amount])
        elif line.startswith(":61:"):
            entry = _MT940_LINE.match(line)
            if not entry:
                flaws.append(Flaw(n, "this line is no MT940 entry"))
                continue
            sign = "-" if entry["mark"] in ("D", "RC") else ""
            reference = "" if "NONREF" in entry["ref"] else entry["ref"].strip()
            pending = (n, [_day(entry["date"]), reference if re.search(r"\d", reference) else "", "", "",
                           sign + entry["amount"], coin, ""])  # fmt: skip
        elif pending and not line.startswith(":"):
            pending[1][3] += line[:200] if len(pending[1][3]) < 400 else ""
        if pending and line.startswith(":86:"):
            pending[1][3] += line[4:204]
    if pending:
        yield Row(*pending)


def _ofx(lines: Sequence[str], flaws: list[Flaw]) -> Iterator[Row]:
    """Entries; OFX has a decimal point by its standard, some banks write a comma: the column decides."""
    del flaws
    fields: dict[str, str] = {}
    coin, start = "", 0
    for n, line in enumerate(lines, 1):
        if "<STMTTRN>" in line.upper():
            fields, start = {}, n
        for found in _OFX_FIELD.finditer(line):
            value = found["value"].strip()
            if found["name"] == "CURDEF":
                coin = value
            fields.setdefault(found["name"], value)
        if "</STMTTRN>" in line.upper() and start:
            text = " ".join(filter(None, (fields.get("NAME", ""), fields.get("MEMO", ""))))
            yield Row(start, [fields.get("DTPOSTED", "")[:8], fields.get("CHECKNUM") or fields.get("FITID", ""),
                              fields.get("NAME", ""), text, fields.get("TRNAMT", ""), coin, ""])  # fmt: skip
            start = 0


def _qif(lines: Sequence[str], flaws: list[Flaw]) -> Iterator[Row]:
    del flaws
    fields: dict[str, str] = {}
    start = 0
    for n, line in enumerate([*lines, "^"], 1):
        if line.startswith("!"):
            fields, start = {}, 0
        elif line.startswith("^"):
            if "T" in fields or "U" in fields:
                text = " ".join(filter(None, (fields.get("M", ""), fields.get("L", ""))))
                day = fields.get("D", "").replace("'", "/").replace(" ", "")
                amount = fields.get("T") or fields.get("U", "")
                yield Row(start, [day, fields.get("N", ""), fields.get("P", ""), text, amount, "", ""])
            fields, start = {}, 0
        elif line:
            start = start or n
            fields.setdefault(line[0], line[1:].strip())
