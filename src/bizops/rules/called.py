"""Words of a clause that names a figure, folded: other words for the names of facts, and the small words between.

Names are in English, as the tools give them; a model answers in the language of who asked.
"""

from collections.abc import Mapping
from functools import lru_cache

from bizops.rules.language import fold, stem

CALLED: Mapping[str, str] = {
    "income": "revenue revenues receipts earnings turnover einnahmen ertrag ertrage einkunfte erlose revenu revenus "
    "recettes produits ingresos ricavi entrate receitas receita przychody przychod wplywy inkomsten opbrengsten",
    "expenses": "costs spending expenditure expenditures outgoings ausgaben aufwand aufwande aufwendungen kosten "
    "depenses charges gastos egresos spese costi uscite despesas gasto koszty wydatki uitgaven",
    "net": "result profit loss surplus deficit netto ergebnis gewinn verlust resultat benefice perte resultado "
    "beneficio perdida risultato utile perdita lucro prejuizo wynik zysk strata resultaat winst verlies",
    "debit": "debits debito debitos obciazenia", "credit": "credits credito creditos",
    "budget": "plan planned planned budgeted geplant presupuesto orcamento bilancio budzet",
    "actual": "actuals reel reels real reales effettivo realizado rzeczywiste werkelijk",
    "variance": "deviation abweichung ecart desviacion scostamento desvio odchylenie afwijking",
    "tax": "vat steuer umsatzsteuer mehrwertsteuer taxe tva impuesto iva imposto imposta podatek vat belasting btw",
    "cash": "kasse bargeld tresorerie efectivo cassa caixa gotowka",
    "opening balance": "anfangsbestand anfangssaldo eroffnungssaldo",
    "closing balance": "endbestand endsaldo schlusssaldo schlussbestand",
    "overdue": "uberfallig uberfallige echu echus vencido vencidos scaduto scaduti zalegle achterstallig",
    "critical": "kritisch kritische critique critiques critico criticos critici krytyczne kritiek",
    "duplicates": "duplicate dubletten doublons duplicados duplicati duplikaty",
}  # fmt: skip
GENERIC = frozenset(
    "amount total totals value figure sum number numbers count account month group category label per and the of "
    "document documents line lines row rows entry entries item items file files place places day days".split()
)
JOINTS = frozenset("and und et y e i en og och versus vs against gegen or oder ou o lub whereas while".split())
NOT = frozenset(
    "not no nor never without less minus plus than over under above below before after more most except kein keine "
    "nicht nie ohne mehr weniger als uber unter pas ni sans moins que non sin menos mas piu meno senza bez ponad "
    "niet geen minder meer zonder instead rather but aber mais pero ma ale maar sino sondern if wenn ob si "
    "should would could might".split()
)
LINKS = frozenset(
    "came come comes amounts amount amounted totals total totalled totaled stands stood reached reaches makes equals "
    "equal overall altogether whole exactly precisely namely shows show showed have has had see gives there sum figure "
    "value euro euros dollar dollars betragt betragen betrug betrugen belauft belaufen beliefen liegt liegen lag lagen "
    "insgesamt gesamt summe hohe eleve elevent totaux totale totali montant somme ascienden asciende "
    "suma suman importe ammonta ammontano pari importo soma somam montante wynosi wynosza wyniosly wyniosl "
    "lacznie suma razem bedraagt bedragen bedroeg bedroegen totaal reported recorded booked per pro auf a à i de von "
    "were are is was be sind ist waren war sont est etaient etait son es fueron fue sono erano era sao foi foram sa "
    "january february april june july august september october november december januar februar marz juni juli oktober "
    "dezember janvier fevrier avril juin juillet aout septembre octobre novembre decembre enero abril octubre "
    "byly byl zijn waren sich s an bei is: jest kwota currently now only".split()
)


@lru_cache(maxsize=1)
def _called() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in CALLED.items():
        parts = tuple(stem(part) for part in name.split())
        for word in words.split() if len(parts) > 1 else (name, *words.split()):
            found[word] = found[stem(word)] = parts
    return found


@lru_cache(maxsize=1 << 14)
def names_of(word: str) -> tuple[str, ...]:
    """The word as names: folded, without its ending, the first of those that mean the same; two of a compound."""
    folded = fold(word)
    called = _called()
    return called.get(folded) or called.get(stem(folded)) or (stem(folded),)
