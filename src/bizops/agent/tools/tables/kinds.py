"""Whether an account is income or expense, by what the data says of it and by its name in seven languages."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from bizops.agent.tools.tables import headings
from bizops.agent.tools.tables.hints import Hints
from bizops.agent.tools.tables.roles import KINDS

Kind = Literal["income", "expense", "asset", "liability", "equity", ""]

# Words that make an account an expense whatever else its name says (`cost of sales`).
_COST = frozenset(
    """cost costs cogs expense expenses expenditure aufwand aufwendungen aufwendung kosten ausgaben charges charge
    depenses depense gasto gastos coste costes costo costi spese spesa uitgaven despesa despesas fee fees gebuhren
    frais commission commissions provisionen depreciation amortisation amortization abschreibung abschreibungen
    amortissement amortissements tax taxes steuern impots impuestos tasse belasting payroll salaries salary wages
    wage refunds discounts""".split()
)
_INCOME = frozenset(
    """income revenue revenues sales sale turnover earnings ertrag ertrage erlose erlos umsatz umsatze umsatzerlose
    einnahme einnahmen produits produit ventes vente recettes recette revenus ingresos ingreso ventas venta ricavi
    ricavo vendite entrate opbrengst opbrengsten omzet verkopen inkomsten receita receitas vendas subscriptions
    royalties donations grants consulting""".split()
)
_SPENT = frozenset(
    """rent rental lease utilities electricity water gas internet phone telephone insurance travel marketing
    advertising office supplies software hosting cloud legal accounting maintenance repairs training staff personnel
    bonus pension freelancers contractors materials material purchases freight shipping postage fuel meals
    entertainment equipment interest cleaning security licences licenses it hr r&d research recruiting bank
    miete mieten pacht strom wasser heizung versicherung versicherungen werbung reise reisen buro burobedarf lohne
    lohn gehalter gehalt personal sozialabgaben wareneinkauf wareneinsatz porto telefon zinsen reparaturen kfz
    loyer loyers salaires salaire achats achat assurance assurances publicite deplacements fournitures electricite
    honoraires entretien alquiler sueldos salarios nominas nomina compras seguros seguro publicidad viajes
    suministros luz agua affitto stipendi stipendio acquisti assicurazione pubblicita viaggi utenze forniture huur
    lonen salarissen inkoop verzekering verzekeringen reclame reizen aluguel salarios compras seguros""".split()
)
_INCOME_ENDINGS = ("ertrag", "ertrage", "erlose", "erlos", "umsatz", "umsatze", "einnahmen", "erloese", "ertraege")
_COST_ENDINGS = ("kosten", "aufwand", "aufwendungen", "ausgaben", "gebuhren", "gebuehren", "miete", "lohne", "gehalter",
                 "versicherung", "versicherungen", "steuer", "steuern", "abgaben", "bedarf", "einkauf")  # fmt: skip


@lru_cache(maxsize=1 << 13)
def of(name: str) -> Kind:
    """The kind of an account by its name; empty where the name does not tell."""
    head = re.split(r"[:/]| - ", name, maxsplit=1)[0] if ":" in name else ""
    if head and headings.words(head) in KINDS:
        return KINDS[headings.words(head)]  # type: ignore[return-value]
    words = headings.words(name)
    tokens = set(words.split())
    if words in KINDS and words != "bank":
        return KINDS[words]  # type: ignore[return-value]
    if tokens & _COST or any(token.endswith(_COST_ENDINGS) for token in tokens):
        return "expense"
    if tokens & _INCOME or any(token.endswith(_INCOME_ENDINGS) for token in tokens):
        return "income"
    return "expense" if tokens & _SPENT else ""


def said(hints: Hints) -> Mapping[str, Kind]:
    """The kinds that the requester states, by the words of the account's name."""
    return {headings.words(name): kind for name, kind in hints.kinds}  # type: ignore[misc]


def find(name: str, stated: str, section: str, hints: Hints) -> Kind:
    """The kind of an account: as the requester says, as its own column or section says, else by its name."""
    told = said(hints).get(headings.words(name))
    if told:
        return told
    for text in (stated, section):
        words = headings.words(text)
        if words in KINDS:
            return KINDS[words]  # type: ignore[return-value]
    return of(name)
