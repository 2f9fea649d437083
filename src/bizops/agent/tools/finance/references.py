"""Numbers of documents: the books' own and the other side's, which is the one that tells a document booked twice."""

import re

from bizops.agent.tools.tables import headings, shown
from bizops.agent.tools.tables.sheets import Sheet

# Columns with the number that the other side gave a document: two bookings of it are one document twice.
REFERENCES = frozenset({
    "referenz", "reference", "ref", "ref no", "ref nr", "reference no", "reference number", "referentie", "referencia",
    "riferimento", "xblnr", "vendor invoice no", "vendor invoice number", "vendor invoice", "vendor inv no",
    "supplier invoice no", "supplier invoice number", "supplier invoice", "supplier reference", "vendor reference",
    "supplier ref", "vendor ref", "external document no", "external doc no", "external reference", "bill", "bill no",
    "bill number", "bill id", "invoice", "invoice no", "invoice number", "invoice nr", "inv no", "invoice ref",
    "invoice reference", "their reference", "your reference", "rechnung", "rechnungsnr", "rechnungsnummer",
    "rechnung nr", "re nr", "rechnungsnr lieferant", "rechnungsnummer lieferant", "lieferantenrechnungsnr",
    "lieferantenrechnungsnummer", "lieferantenrechnung", "externe belegnummer", "externe belegnr", "externe nummer",
    "fremdbelegnummer", "belegfeld 1", "numero facture", "n facture", "facture", "no facture", "facture fournisseur",
    "n facture fournisseur", "ref fournisseur", "reference fournisseur", "reference facture", "factura", "n factura",
    "numero factura", "factura proveedor", "n factura proveedor", "su referencia", "referencia proveedor", "fattura",
    "n fattura", "numero fattura", "fattura fornitore", "n fattura fornitore", "rif fornitore", "factuur", "factuurnr",
    "factuurnummer", "factuurnummer leverancier", "fatura", "n fatura", "numero da fatura", "numer faktury",
    "nr faktury", "faktura", "cislo faktury", "fakturanummer", "fakturanr", "laskun numero", "fatura no",
})  # fmt: skip
_APART, _ZEROS, _DIGIT = re.compile(r"[^0-9a-z]+"), re.compile(r"(?<!\d)0+(?=\d)"), re.compile(r"\d")
_JOINT = re.compile(r"(?<=[a-z])-(?=\d)")  # `E-501` is `E501`


def column(sheet: Sheet) -> int | None:
    """The column of the other side's numbers beside another one of document numbers, or where none is known."""
    own = sheet.roles.columns.get("document")
    taken = {at for role, at in sheet.roles.columns.items() if role not in ("document", "text")}
    named = [
        at
        for at, name in enumerate(sheet.table.header)
        if at not in taken and headings.words(name) in REFERENCES and at != own and not _unique(sheet, at)
    ]
    if own is not None and not named:
        return None
    filled = {at: sum(bool(number(cells[at])) for cells in sheet.cells) for at in named}
    best = max(named, key=lambda at: filled[at], default=None)
    if best is None or filled[best] * 2 < len(sheet.lines):
        return None
    if own is not None and headings.words(sheet.heading("document")) in REFERENCES and not _unique(sheet, own):
        return None  # that number is the other side's already
    return best


def _unique(sheet: Sheet, at: int) -> bool:
    """Whether no number of a column stands twice."""
    seen = [found for cells in sheet.cells if (found := number(cells[at]))]
    return len(set(seen)) == len(seen)


def compared(sheet: Sheet) -> str:
    """Which column of numbers was compared, where two could be meant."""
    at = column(sheet)
    if at is None or not sheet.has("document"):
        return ""
    return (
        f"Compared by the number in {shown.code(sheet.table.header[at])}; {shown.code(sheet.heading('document'))} is "
        "taken for the books' own number."
    )


def number(text: str) -> str:
    """A document number without what people write in different ways: case, blanks, signs, leading zeros."""
    plain = _APART.sub("-", text.casefold()).strip("-")
    if "0" in plain:
        plain = _ZEROS.sub("", plain)
    if "-" in plain:
        plain = _JOINT.sub("", plain)
    return plain if _DIGIT.search(plain) else ""
