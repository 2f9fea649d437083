"""What an issue asks of the accounts, by key words in seven languages, in the order in which it asks."""

import re
from typing import Literal

from bizops.agent.tools.tables.dates import bare
from bizops.case import Case
from bizops.rules import data

Wish = Literal["budget", "ageing", "tax", "duplicates", "missing", "reconcile", "balance", "runway", "statement"]
TEXT = 20_000  # characters that are read

_WORDS: dict[Wish, str] = {
    "duplicates": r"duplicat\w*|duplikat\w*|dublette\w*|doppelt\w*|doppelbuchung\w*|zweimal|doublons?|en double|"
    r"deux fois|duplicad\w*|dos veces|doppi\w*|due volte|dubbel\w*|twice|double (?:booking|entr|pay)\w*|"
    r"double-\w+|duas vezes|paid again|same invoice",
    "missing": r"missing (?:\w+ )?(?:numbers?|invoices?|vouchers?|documents?|nos?)|gaps?|number series|sequence|"
    r"(?:numbers?|invoices?|vouchers?|documents?|nos?) (?:(?:are|is|were|that|which|go) ){0,2}missing|"
    r"lucken?|luckenlos\w*|fehlende\w*|fehlen|numeros? manquants?|trous?|manquante?s?|faltan|faltantes|huecos?|"
    r"numeri mancanti|mancanti|ontbrek\w*|em falta|skipped",
    "reconcile": r"reconcil\w*|abgleich\w*|abstimm\w*|rapproch\w*|conciliac\w*|conciliar|riconcili\w*|aansluit\w*|"
    r"match (?:\w+ ){0,3}(?:bank|statement|payments?)|against the bank|with the bank",
    "balance": r"balances?|balanced|balancing|trial balance|saldo|saldi|saldos|saldenliste|solde|soldes|"
    r"kontostand|cuadra\w*|quadr\w*|klopt|kloppen|stimm\w*|out by|off by|add up|adds up|ties? out|carry forward|"
    r"equilibr\w*|ausgeglichen|bilanz\w*|does not agree|doesn t agree|do not agree|"
    r"debits? (?:and|und|equal\w*) credits?|discrepanc\w*|differenz\w*|do the books",
    "budget": r"budget\w*|plan[- /]ist\w*|soll[- /]ist\w*|variances?|abweichung\w*|planned|forecast|prevu\w*|"
    r"previsionnel\w*|ecarts?|presupuest\w*|desviacion\w*|preventivo|scostament\w*|begroting\w*|begroot\w*|"
    r"orcament\w*|over ?spen\w*|actuals?",
    "ageing": r"ageing|altersstruktur\w*|altersanalyse\w*|alterslist\w*|"
    r"aging|aged|overdue|past due|receivables?|payables?|debtors?|creditors?|uberfallig\w*|"
    r"offene posten|forderung\w*|verbindlichkeit\w*|fallig\w*|mahn\w*|echean\w*|impaye\w*|en retard|balance agee|"
    r"creances?|vencid\w*|vencimient\w*|cobrar|scadut\w*|scadenz\w*|achterstallig\w*|openstaand\w*|vervallen|dso|"
    r"unpaid|outstanding|open items|open invoices|who owes|owes? us|contas a receber|opos",
    "tax": r"tax|taxes|vat|mwst|ust|umsatzsteuer|mehrwertsteuer|vorsteuer|tva|iva|btw|gst|steuer\w*|sales tax|"
    r"imposta|impuesto\w*|imposto\w*|belasting\w*",
    "runway": r"runway|burn(?: rate)?|how long (?:\w+ ){0,6}(?:cash|money)|cash (?:\w+ ){0,3}lasts?|liquiditat\w*|"
    r"reichweite|tresorerie|liquidez|liquidita",
    "statement": r"statement|p ?& ?l|p and l|profit|loss|income|expenses?|earnings|totals?|sums?|sum up|summary|"
    r"summar\w*|overview|by (?:month|category|account)|per (?:month|category|account)|guv|ergebnis\w*|umsatz\w*|"
    r"einnahmen|ausgaben|auswertung|ubersicht|resultat|compte de resultat|recettes|depenses|resultado|ingresos|"
    r"gastos|conto economico|ricavi|winst|verlies|omzet|cash ?flow|how much|wie viel|wieviel|combien|cuanto\w*|"
    r"quanto|hoeveel|revenue|spend\w*|spent|turnover|result",
}
_PATTERNS = {wish: re.compile(rf"(?<![\w])(?:{words})(?![\w])") for wish, words in _WORDS.items()}
TITLES: dict[Wish, str] = {
    "budget": "comparison of budget and actual", "ageing": "ageing", "tax": "tax check", "missing": "missing numbers",
    "duplicates": "search for duplicates", "reconcile": "reconciliation", "balance": "proof of the balance",
    "runway": "cash runway", "statement": "statement",
}  # fmt: skip
NEEDS: dict[Wish, str] = {
    "budget": "account, budget, actual (and income or expense, if the names do not tell)",
    "ageing": "invoice number, customer, due date, amount, and what is paid",
    "tax": "invoice number, net, tax rate, tax, gross",
    "duplicates": "date, number, party, amount",
    "missing": "the document numbers",
    "reconcile": "the ledger and the bank's statement, each with date, text or number, and amount",
    "balance": "date, text, amount (or debit and credit), running balance",
    "runway": "date, amount, running balance",
    "statement": "date, account or category, amount (or debit and credit)",
}


def read(case: Case) -> tuple[Wish, ...]:
    """What the issue asks, first things first; empty where it asks nothing in particular."""
    asked = data.prose(case.work.asked)[:TEXT] if case.work.asked else ""
    found: dict[Wish, int] = {}
    for weight, text in ((0, case.issue.title), (TEXT, data.prose(case.issue.body)[:TEXT]), (2 * TEXT, asked)):
        plain = re.sub(r"['’]", " ", bare(re.sub(r"\S+\.\w{2,5}\b", " ", text)))
        for wish, pattern in _PATTERNS.items():
            if (hit := pattern.search(plain)) and wish not in found:
                found[wish] = weight + hit.start()
    if set(found) >= {"balance", "ageing"} and re.search(r"balance agee", bare(case.issue.title)):
        found.pop("balance")
    return tuple(sorted(found, key=lambda wish: (wish == "statement", found[wish])))
