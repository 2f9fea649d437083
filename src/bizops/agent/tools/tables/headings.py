"""What a column means, by its name: the words that accounting tools and banks use in seven languages.

A name is matched as a whole, then by the longest phrase in it, then by the end of a German compound. What the name
claims is checked against the cells later (`sheets`): `Valuta` is a currency in Italian and a date in German.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bizops.agent.tools.tables.amounts import CODES, currency_of
from bizops.agent.tools.tables.dates import bare

EXACT, WITHOUT_UNIT, PART, ENDING = 100, 95, 40, 20
DATE_ROLES = frozenset({"date", "value_date", "due", "paid_date"})
MONEY_ROLES = frozenset(
    {"amount", "debit", "credit", "balance", "opening", "budget", "actual", "tax", "net", "gross", "paid", "open"}
    | {"rate", "tax_rate", "fee", "discount", "quantity", "price", "variance"}
)  # fmt: skip
TEXT_ROLES = frozenset(
    {"period", "account", "counterpart", "text", "document", "party", "sign", "currency", "kind", "status"}
)

# The best names of a role come first: of two columns with one role the one with the earlier name is meant.
_WORDS = {
    "date": "date; datum; fecha; data; posting date; booking date; transaction date; trans date; "
    "txn date; book date; buchungsdatum; buchungstag; buchungstag valuta; date comptable; date operation; "
    "date de l operation; date d operation; fecha operacion; fecha de operacion; fecha contable; data contabile; "
    "data operazione; boekdatum; boekingsdatum; transactiedatum; data lancamento; data do lancamento; "
    "data movimento; data mov; date ecriture; ecrituredate; completed date; invoice date; bill date; "
    "document date; doc date; belegdatum; rechnungsdatum; date facture; date de facture; fecha factura; "
    "fecha de factura; fecha emision; data fattura; data emissione; data emissao; factuurdatum; entry date; "
    "issue date; created; created at; issued; buchung; posted; posted on; invoice bill date; day; tag; dia; "
    "giorno; dag; jour; month; monat; mes; mois; mese; maand; piecedate; datum operace; datum zauctovani; "
    "datum splatnosti platby; data operacji; data ksiegowania; data transakcji; dato; bokforingsdag; "
    "bokforingsdatum; bokfort dato; bogfort dato; bogforingsdato; transaktionsdag; paivamaara; kirjauspaiva; "
    "tarih; islem tarihi; datum knjizenja; konyveles datuma; дата; дата операции; 日付; 取引日; 日期; 交易日期; "
    "交易时间; 거래일자",
    "period": "period; periode; periodo; quarter",
    "value_date": "value date; valuta; valutadatum; wertstellung; date valeur; date de valeur; fecha valor; "
    "data valuta; rentedatum; data valor; effective date; interest date; started date; wertstellungsdatum; "
    "validdate; data waluty; rentedato; rantedag; valor; arvopaiva",
    "due": "due date; due; due on; duedate; fallig; fallig am; falligkeit; falligkeitsdatum; faelligkeit; "
    "faelligkeitsdatum; faellig; faellig am; zahlbar bis; echeance; date echeance; date d echeance; "
    "vencimiento; fecha vencimiento; fecha de vencimiento; scadenza; data scadenza; vervaldatum; vervaldag; "
    "vencimento; data vencimento; data de vencimento; payment due; pay by; net due date; date maturity; "
    "maturity; maturity date; fecha vto; vto; total due date",
    "paid_date": "paid date; date paid; payment date; zahlungsdatum; bezahlt am; date de paiement; date "
    "paiement; fecha pago; fecha de pago; data pagamento; betaaldatum; data de pagamento; paid on; paid at",
    "account": "full account name; account; konto; compte; cuenta; conto; rekening; conta; account name; "
    "ledger account; gl account; g l account; account code; sachkonto; kontobezeichnung; kontoname; category; "
    "kategorie; categorie; categoria; account no; account number; kontonummer; compte general; comptenum; "
    "comptelib; cuenta contable; grootboekrekening; rubriek; position; posten; line item; item; cost category; "
    "expense category; ledger; head; conto contabile; numero compte; n compte; libelle compte; department; "
    "kostenstelle; cost center; kostenart; poste; partida; voce; intitule; rubro; rubrique; rubrica; "
    "concepto presupuestario; erloesart; line; "
    "debit account; sollkonto; soll konto; compte debit; cuenta debe; conto dare; kategoria; "
    "rachunek; konto ksiegowe; ucet; kategorie transakce; konto nr; hesap; счет; 科目; 勘定科目",
    "counterpart": "counterpart account; contra account; counter account; gegenkonto; offset account; "
    "contrepartie; contrapartida; contropartita; tegenrekening; split; against account; against; tegenrekening "
    "iban naam; credit account; habenkonto; haben konto; compte credit; cuenta haber; conto avere; gegenkonto "
    "ohne bu schlussel",
    "text": "description; text; buchungstext; verwendungszweck; memo; narration; narrative; libelle; "
    "concepto; descripcion; descrizione; causale; omschrijving; mededelingen; naam omschrijving; descricao; "
    "historico; details; detail; particulars; purpose; memo description; label; notes; note; comment; bemerkung; "
    "beschreibung; bezeichnung; transaction description; payment details; ecriturelib; intitule operation; "
    "bezeichnung buchung; transaction details; remarks; info; betreff; message; remittance information; oggetto; "
    "objet; payment reference; opis; opis operacji; tytul; tytul operacji; popis; popis transakce; "
    "zprava pro prijemce; tekst; forklaring; beskrivelse; beskrivning; rubrik; selite; viesti; aciklama; "
    "kozlemeny; описание; назначение платежа; 摘要; 備考; 备注; 적요; descricao da operacao",
    "document": "document number; document no; doc no; document; voucher no; voucher number; voucher; "
    "voucher id; belegnummer; belegnr; beleg nr; beleg; belegfeld 1; invoice number; invoice no; invoice; "
    "invoice id; invoice nr; rechnungsnummer; rechnungsnr; rechnung nr; rechnung; re nr; numero facture; "
    "numero de facture; n facture; facture; no facture; numero factura; numero de factura; n factura; factura; "
    "numero fattura; n fattura; fattura; factuurnummer; factuurnr; factuur; numero da fatura; fatura; number; "
    "no; nr; num; numero; journal entry; entry no; entry number; entry; asiento; n asiento; num asiento; piece; "
    "n piece; numero piece; pieceref; ecriturenum; numero de piece; documento; n documento; numero documento; "
    "boekstuk; boekstuknummer; bill no; bill number; bill; ref no; reference; ref; referenz; referentie; referencia; "
    "riferimento; reference number; transaction id; transaction no; transaction number; check number; cheque no; "
    "journal no; journal; trans; vch no; buchungsnummer; buchungsnr; lfd nr; id; move; transaction; receipt; "
    "receipt no; quittung; credit note; credit note no; name",
    "party": "customer; customer name; kunde; kundenname; debitor; client; nom client; cliente; klant; "
    "supplier; supplier name; vendor; vendor name; lieferant; kreditor; fournisseur; proveedor; fornitore; "
    "leverancier; fornecedor; payee; name; partner; party; counterparty; counterparty name; beneficiary; "
    "empfanger; auftraggeber; beguenstigter; begunstigter; auftraggeber empfanger; "
    "beguenstigter zahlungspflichtiger; zahlungsempfanger; zahlungsbeteiligter; name zahlungsbeteiligter; "
    "auftraggeber begunstigter; tiers; nom; nombre; nome; naam; contact; contact name; company; firma; debtor; "
    "creditor; deudor; acreedor; destinataire; beneficiaire; debiteur; crediteur; relatie; description payee; "
    "merchant; destination name; compauxlib; kontrahent; nadawca odbiorca; nazev protiuctu; nazev uctu; "
    "avsandare; mottagare; modtager; saaja maksaja; 交易对方; контрагент",
    "amount": "amount; betrag; umsatz; montant; importe; importo; bedrag; valor; amount num; value num; "
    "value; wert; transaction amount; movement; bewegung; mouvement; movimiento; movimento; sum; summe; "
    "total amount; net amount; amount in local currency; amount in local cur; local amount; amount in lc; "
    "buchungsbetrag; umsatz ohne soll haben kz; amount with sym; amount in account currency; "
    "amount home currency; cantidad; monto; quantia; invoice amount; rechnungsbetrag; amt; total; "
    "payment amount; zahlbetrag; paid amount; kwota; kwota operacji; castka; belopp; belob; belop; maara; summa; "
    "tutar; islem tutari; osszeg; iznos; suma; сумма; сумма операции; 金额; 交易金额; 金額; 取引金額; 거래금액; "
    "money",
    "debit": "debit; outflow; soll; debe; dare; debet; debito; debit amount; sollbetrag; montant debit; "
    "withdrawal; withdrawals; paid out; money out; ausgang; ausgaben; ausgabe; belastung; sortie; depense; "
    "cargo; cargos; uscite; uscita; addebito; addebiti; adeudo; debito eur; payments; withdrawal amt; "
    "withdrawal amount; debits; dr; spent; out; uit; af; uitgaven; saida; saidas; debit amt; depenses; "
    "lastschriften; obciazenia; obciazenie; wyplaty; wydatki; vydaje; vydaj; debet kwota; ut; ut fra konto; "
    "ut av konto; uttag; utbetalning; utbetalinger; ud; haevet; udbetaling; otto; borc; cikan; terheles; расход; "
    "списание; дебет; 支出; 出金; 出金額; お引出し; お支払金額; 借方; 支出金额; 출금; 출금액",
    "credit": "credit; inflow; haben; haber; avere; credito; credit amount; habenbetrag; montant credit; "
    "deposit; deposits; paid in; money in; eingang; einnahmen; einnahme; gutschrift; entree; recette; abono; "
    "abonos; entrate; entrata; accredito; accrediti; ingreso; receipts; deposit amt; deposit amount; credits; "
    "cr; received; in; bij; inkomsten; entrada; entradas; credit amt; recettes; gutschriften; uznania; uznanie; "
    "wplaty; wplywy; prijmy; prijem; inn; inn pa konto; insattning; inbetalning; innbetalinger; ind; indsat; "
    "indbetaling; pano; alacak; giren; jovairas; приход; зачисление; кредит; 收入; 入金; 入金額; お預入れ; "
    "お預り金額; 貸方; 收入金额; 입금; 입금액",
    "sign": "soll haben; soll haben kennzeichen; soll haben kz; s h; s h kennzeichen; sh; sh kz; "
    "debit credit; credit debit; dr cr; cr dr; d c; c d; dc; cd; af bij; sens; segno; sentido; "
    "debit credit indicator; credit debit indicator; credit debit code; indicator; sign; vorzeichen; debe haber; "
    "dare avere; d h; type; direction; transaction type; tipo; flow; in out; kennzeichen; signe; soort; "
    "richting; debito credito; natureza; booking type; transactietype; buchungsart; umsatzart; umsatztyp; art; "
    "typ; 收 支; 收支; 借贷; 借贷标志",
    "balance": "balance; running balance; saldo; kontostand; solde; balance after; saldo na mutatie; "
    "saldo na trn; saldo contabile; account balance; closing balance; balance after transaction; "
    "saldo nach buchung; endsaldo; solde progressif; solde cumule; saldo acumulado; saldo progressivo; "
    "available balance; ledger balance; saldo actual; new balance; cumulative balance; cumulated balance; "
    "kumuliert; accountbalance; saldo disponible; laufender saldo; neuer saldo; bal; saldo eur; running total; "
    "running bal; saldo po operacji; saldo koncowe; lopend saldo; nieuw saldo; cumul; progressive balance; "
    "saldo po transakcji; zustatek; zustatek po transakci; aktualni zustatek; saldo etter; behallning; jaljella; "
    "bakiye; egyenleg; stanje; stan konta; остаток; баланс; 余额; 残高; 差引残高; 账户余额; 잔액",
    "opening": "opening balance; initial balance; opening; anfangssaldo; anfangsbestand; solde initial; saldo "
    "inicial; saldo iniziale; beginsaldo; previous balance; alter saldo; vortrag; eroffnungssaldo; eb wert; "
    "balance before",
    "currency": "currency; wahrung; waehrung; devise; moneda; divisa; valuta; munt; muntsoort; moeda; "
    "currency code; ccy; curr; lcurr; cur; wkz; wkz umsatz; iso code; currency iso; commodity currency; monnaie; "
    "waers; kontowahrung; commodity; document currency; transaction currency; idevise; waehrungscode; "
    "wahrungscode; waluta; mena; valuutta; para birimi; deviza; penznem; валюта; 币种; 通貨",
    "budget": "budget; plan; planned; forecast; prevu; prevision; previsionnel; presupuesto; presupuestado; "
    "preventivo; begroting; begroot; orcamento; orcado; target; ziel; previsto; budgeted; planwert; sollwert; "
    "planned amount; budget amount; plankosten; estimate; estimated; budgetiert; expected; geplant; "
    "ansatz; haushaltsansatz; planansatz; voranschlag; budzet; planowane; rozpocet; budsjett; aprobado; autorizado",
    "actual": "actual; actuals; ist; istwert; reel; realise; real; ejecutado; consuntivo; werkelijk; "
    "realisatie; realizado; effettivo; actual amount; spent to date; practical amount; realisiert; ist kosten; "
    "realise a ce jour; ytd actual; effectif; istkosten; wykonanie; wykonano; rzeczywiste; skutecnost; utfall; "
    "faktisk; realiseret; regnskab; regnskap; ejercido; executado",
    "variance": "variance; abweichung; ecart; desviacion; scostamento; afwijking; difference; differenz; "
    "desvio; diff; variance amount; variation; delta; diferencia; diferenca; differenza; verschil; odchylenie; "
    "roznica; odchylka; avvikelse; afvigelse; avvik",
    "tax_rate": "tax rate; vat rate; steuersatz; steuerprozent; taux; aliquota; taxa; rate; stawka; sazba; "
    "税率; 消費税率",
    "tax": "tax amount; vat amount; cuota; steuerbetrag; imposta; total tax; 税额; 消費税額; 消费税额",
    "net": "net; netto; net amount; nettobetrag; ht; montant ht; total ht; base imponible; imponibile; base; "
    "subtotal; sub total; taxable; taxable amount; taxable value; excl btw; bedrag excl btw; exclusief btw; "
    "valor sem iva; sem iva; bemessungsgrundlage; net total; untaxed amount; amount excl tax; excluding tax; "
    "excl vat; net value; base iva; importe neto; neto; importo netto; liquido; tax exclusive; total excl tax; "
    "prix ht; net price; total ohne mwst",
    "gross": "gross; brutto; gross amount; bruttobetrag; ttc; montant ttc; total ttc; total; totale; "
    "incl btw; bedrag incl btw; inclusief btw; lordo; importo lordo; invoice total; grand total; total amount; "
    "endbetrag; gesamtbetrag; gesamt; importe total; total con iva; valor com iva; com iva; amount incl tax; "
    "including tax; incl vat; total factura; rechnungsbetrag; gross total; total incl tax; prix ttc; "
    "total inc gst; bruto; totaal; amount",
    "paid": "paid; amount paid; paid amount; bezahlt; gezahlt; paye; regle; montant paye; pagado; importe "
    "pagado; pagato; betaald; pago; valor pago; received; amount received; payments; payment; zahlung; "
    "zahlungen; deja paye; cobrado; incassato; ontvangen",
    "open": "open; outstanding; open amount; amount due; balance due; offen; offener betrag; offener posten; "
    "restbetrag; reste a payer; solde du; pendiente; importe pendiente; saldo pendiente; residuo; residual; "
    "amount residual; openstaand; openstaand bedrag; em aberto; outstanding amount; unpaid; rest; noch offen; "
    "op; remaining; montant du; da pagare; da incassare; saldo aperto; open balance",
    "rate": "exchange rate; fx rate; rate; kurs; wechselkurs; cours; taux de change; tipo de cambio; cambio; "
    "koers; wisselkoers; umrechnungskurs; rate price; conversion rate; tasso di cambio; fx; eur rate; "
    "cotizacion",
    "kind": "kind; type; art; account type; income expense; section; kontoart; typ; tipo; nature; group; "
    "gruppe; class; kontotyp; root type; classification; soort; type de compte; einnahme ausgabe; report type; "
    "category type",
    "terms": "terms; payment terms; zahlungsziel; zahlungsbedingungen; net days; days; conditions; "
    "condiciones; betalingstermijn; termini; tage; zahlungsziel tage; terms days; delai; plazo",
    "status": "status; state; void; storniert; statut; estado; stato; payment status; void reason; etat; situacao; "
    "situacion; statusz; tila; stav; durum; allapot; zustand; статус; состояние; 状态; 交易状态; 状態; 상태",
    "fee": "fee; fees; gebuhr; gebuehr; frais; comision; commissione; kosten; charge; taxas; commission",
    "quantity": "quantity; qty; menge; anzahl; quantite; cantidad unidades; quantita; aantal; units; hours",
    "price": "price; unit price; preis; einzelpreis; prix; prix unitaire; precio; prezzo; prijs; preco; unit "
    "cost",
    "discount": "discount; rabatt; skonto; remise; descuento; sconto; korting; desconto",
}  # fmt: skip
# Taxes on sales in many languages, and how their amount, their rate, and figures without and with them are called.
_TAXES = (
    "tax; vat; mwst; ust; mehrwertsteuer; umsatzsteuer; steuer; tva; iva; btw; gst; hst; kdv; "
    "moms; mva; merverdiavgift; mervardesskatt; pdv; ddv; dph; afa; alv; arvonlisavero; podatek; podatek vat; "
    "sales tax; vorsteuer; taxes; taxe; impuesto; imposto; imposte; ндс; 消費税; 消费税; 增值税; 税; 부가세; "
    "부가가치세"
).split("; ")
_OF_TAX = {
    "tax": "{} amount; amount of {}; {} betrag; betrag {}; {}betrag; montant {}; montant de {}; importe {}; cuota {}; "
    "importo {}; valor {}; valor do {}; {} bedrag; bedrag {}; {}bedrag; {} belop; {}belop; {} belob; {}belob; "
    "{} belopp; {}belopp; {} tutari; kwota {}; castka {}; {} osszeg; iznos {}; zzgl {}; zuzuglich {}; plus {}; "
    "total {}; {} total; {} value; {} sum; {}",
    "tax_rate": "{} rate; {}rate; rate of {}; {} percent; percent {}; {} percentage; {}percentage; {} pct; {} satz; "
    "{}satz; {} prozent; {}prozent; {} prozentsatz; {} in percent; {} satz in percent; {} satz percent; taux "
    "{}; taux de {}; tipo {}; tipo de {}; tasa {}; porcentaje {}; aliquota {}; {} tarief; {}tarief; {} sats; "
    "{}sats; {} orani; stawka {}; sazba {}; {} sazba; {} kulcs; stopa {}; {} stopa; {} kanta; taxa {}; taxa de "
    "{}; {} code; {} type; {}",
    "net": "ohne {}; exkl {}; excl {}; ex {}; exc {}; exclusive {}; excluding {}; before {}; without {}; hors {}; "
    "sans {}; sin {}; senza {}; sem {}; exclusief {}; utan {}; ekskl {}; eks {}; uden {}; uten {}; bez {}; {} "
    "haric; {} excl; {} exclusive; net of {}; excl of {}",
    "gross": "inkl {}; incl {}; inc {}; inclusive {}; including {}; with {}; after {}; mit {}; einschl {}; con {}; com "
    "{}; inclusief {}; med {}; inklusive {}; z {}; vc {}; {} dahil; {} incl; {} inclusive; incl of {}; avec {}",
}
for _role, _text in _OF_TAX.items():
    _made = [_form.format(_tax) for _form in _text.split("; ") for _tax in _TAXES]
    _WORDS[_role] = "; ".join(dict.fromkeys((*_WORDS[_role].split("; "), *_made)))
_PHRASES: dict[str, list[tuple[str, int]]] = {}
for _role, _text in _WORDS.items():
    for _n, _phrase in enumerate(_text.split("; ")):
        _PHRASES.setdefault(_phrase, []).append((_role, _n))
_ENDINGS = (("falligkeit", "due"), ("faelligkeit", "due"),
            ("datum", "date"), ("betrag", "amount"), ("saldo", "balance"), ("gegenkonto", ""),
            ("konto", "account"), ("nummer", "document"), ("wahrung", "currency"), ("name", "party"),
            ("bezeichnung", "text"), ("text", "text"), ("satz", "tax_rate"), ("status", "status"))  # fmt: skip
_WEAK = frozenset({
    "account", "af", "art", "base", "bij", "btw", "check", "class", "cr", "created", "data", "day", "days", "dr",
    "entry", "group", "gst", "head", "ht", "id", "in", "in out", "info", "ist", "item", "iva", "journal", "line",
    "month", "move", "mwst", "name", "no", "note", "nr", "num", "op", "open", "out", "paid", "payments", "period",
    "plan", "position", "rate", "real", "rest", "sign", "state", "sum", "taux", "tax", "text", "tipo", "total",
    "trans", "transaction", "tva", "type", "uit", "ust", "vat",
})  # fmt: skip


_UNIT = re.compile(
    r"\(.*?\)|\[.*?\]|\bin\s+[A-Z]{3}\b|\b[A-Z]{3}$|[€$£]|\b(?:19|20)\d\d\b|\b\d{1,2}(?:[.,]\d{1,2})?\s?%"
)
_KEPT = frozenset({*_TAXES, "ttc", "net"})  # three letters that are no currency


_SIGNED = re.compile(r" (?:in currency )?signed$")  # Odoo: `Total Signed` is the total, with its sign


class Meaning(NamedTuple):
    """A role that a column's name may have: a higher `score` is a closer match; a lower `rank` a more usual name."""

    role: str
    score: int
    rank: int = 0


STROKES = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "đ": "d", "ı": "i", "İ": "I"})


@lru_cache(maxsize=1 << 15)
def words(name: str) -> str:
    """A name as plain words: no case, accents, punctuation; `postingDate` and `posting_date` are `posting date`."""
    name = re.sub(r"[Mm]wSt", "Mwst", name[:120])  # one word
    name = re.sub(r"(?<=[a-zäöü])(?=[A-Z][a-z])", " ", name).replace("%", " percent ")
    name = bare(name.translate(STROKES).replace("º", " ").replace("°", " ").replace("№", " no ")).replace("ß", "ss")
    return " ".join(re.sub(r"[^\w]|_", " ", name).split())


@lru_cache(maxsize=1 << 14)
def meanings(name: str) -> tuple[Meaning, ...]:
    """The roles that a column of this name may have, the likeliest first."""
    name = name.rsplit(".", 1)[-1] if re.fullmatch(r"[\w]+(?:\.[\w]+)+", name) else name
    whole = _SIGNED.sub("", words(name))
    short = words(_UNIT.sub(lambda found: found[0] if found[0].casefold() in _KEPT else " ", name)) or whole
    if not whole and re.fullmatch(r"[-+±/| ]+", name) and re.search("[+±]", name):
        return (Meaning("sign", EXACT),)
    found: dict[str, Meaning] = {}
    for text, score in ((whole, EXACT), (short, WITHOUT_UNIT)):
        for role, rank in _PHRASES.get(text, ()):
            found.setdefault(role, Meaning(role, score, rank))
    if not found:
        for role, score, rank in _parts(short):
            if role not in found or score > found[role].score:
                found[role] = Meaning(role, score, rank)
        if {"debit", "credit"} <= found.keys():  # `in/out` together: one column with both
            return (Meaning("amount", found["debit"].score),)
    return tuple(sorted(found.values(), key=lambda m: (-m.score, m.rank)))


def _parts(text: str) -> list[tuple[str, int, int]]:
    tokens = text.split()
    found = []
    for size in range(min(4, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            phrase = " ".join(tokens[start : start + size])
            if phrase not in _WEAK and phrase not in _TAXES:
                found += [(role, PART + 10 * size, rank) for role, rank in _PHRASES.get(phrase, ())]
    if not found and tokens:
        for ending, role in _ENDINGS:
            if role and any(token.endswith(ending) for token in tokens):
                found.append((role, ENDING + (len(tokens) == 1), 0))  # `Verzug nach Nettofälligkeit` is no due date
                break
    return found


def parted(name: str, wanted: Sequence[str]) -> tuple[str, str]:
    """The role of one word of a name and the other words: `Jan Budget` is (budget, jan). Blank where none, or several.

    `wanted`: the roles that count.
    """
    tokens = words(name).split()
    found = [(n, role) for n, token in enumerate(tokens) for role, _ in _PHRASES.get(token, ()) if role in wanted]
    if len({n for n, _ in found}) != 1:
        return "", ""
    return found[0][1], " ".join(tokens[: found[0][0]] + tokens[found[0][0] + 1 :])


def known(cell: str) -> bool:
    """Whether a cell is the name of a column that means something here."""
    return 0 < len(cell) <= 80 and bool(meanings(cell)) and meanings(cell)[0].score > ENDING - 1


def unit(name: str) -> str:
    """The currency that a column's name states: `Amount (EUR)`, `Betrag in EUR`, `Saldo €`; else empty."""
    found = [
        word for word in re.findall(r"\b(?:R|US|A|C|CA|HK|NZ|S)\$|[^\W\d_]+|[€£$¥₹]", name) if word.upper() == word
    ]
    codes = {currency_of(word) for word in found if word in CODES or not word.isalpha()} - {""}
    return codes.pop() if len(codes) == 1 else ""
