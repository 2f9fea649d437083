"""What states are called in the exports of banks, shops and ledgers, without accents and case where these are letters.

Counted: what came about, and invoices in any state that owes or paid something. Void: what never came about or was
undone. Pending: announced, not yet booked. Draft: not yet a document.
"""

COUNTED = (
    "completed; complete; posted; booked; paid; settled; succeeded; success; successful; cleared; processed; "
    "executed; done; final; finalised; finalized; open; overdue; sent; partially paid; partly paid; part paid; "
    "partial; unpaid; due; closed; approved; confirmed; captured; reconciled; unreconciled; issued; active; "
    "delivered; received; accepted; ok; awaiting payment; past due; not paid; in payment; matched; book; acsc; accc; "
    "comp; cmpl; viewed; late; gebucht; verbucht; abgeschlossen; ausgefuhrt; ausgefuehrt; bezahlt; offen; "
    "uberfallig; ueberfaellig; fallig; faellig; teilbezahlt; teilweise bezahlt; versendet; gesendet; erledigt; "
    "ausgeglichen; festgeschrieben; erfolgreich; bestatigt; valutiert; gezahlt; beglichen; nicht bezahlt; unbezahlt; "
    "gemahnt; umsatz gebucht; genehmigt; comptabilise; comptabilisee; effectue; effectuee; execute; executee; "
    "termine; terminee; paye; payee; regle; reglee; valide; validee; reussi; reussie; envoye; envoyee; en retard; "
    "echu; echue; a payer; ouvert; ouverte; impaye; impayee; partiellement paye; partiellement payee; realise; "
    "realisee; confirme; confirmee; traite; traitee; cloture; soldee; contabilizado; contabilizada; completado; "
    "completada; realizado; realizada; pagado; pagada; liquidado; liquidada; ejecutado; ejecutada; confirmado; "
    "confirmada; vencido; vencida; abierto; abierta; enviado; enviada; cobrado; cobrada; parcialmente pagado; "
    "parcialmente pagada; aprobado; aprobada; procesado; procesada; cerrado; impagado; impagada; no pagado; "
    "no pagada; emitido; emitida; contabilizzato; contabilizzata; completato; completata; eseguito; eseguita; "
    "pagato; pagata; saldato; saldata; scaduto; scaduta; aperto; aperta; inviato; inviata; confermato; confermata; "
    "incassato; incassata; emesso; emessa; riuscito; riuscita; non pagato; non pagata; registrato; registrata; "
    "geboekt; verwerkt; voltooid; betaald; uitgevoerd; verzonden; verstuurd; vervallen; afgerond; openstaand; "
    "deels betaald; goedgekeurd; geslaagd; verlopen; niet betaald; onbetaald; afgehandeld; concluido; concluida; "
    "pago; paga; efetuado; efetuada; efetivado; efetivada; processado; processada; aberto; aberta; recebido; "
    "recebida; em aberto; nao pago; aprovado; aprovada; lancado; zaksiegowana; zaksiegowano; zaksiegowany; "
    "zaksiegowane; zrealizowana; zrealizowano; zrealizowany; zrealizowane; zakonczona; zakonczony; zakonczono; "
    "wykonana; wykonany; wykonano; oplacona; oplacony; zaplacona; zaplacono; rozliczona; rozliczono; wyslana; "
    "nieoplacona; przeterminowana; czesciowo oplacona; otwarta; zatwierdzona; zauctovano; zauctovana; provedeno; "
    "provedena; uhrazeno; uhrazena; zaplaceno; zaplacena; dokonceno; neuhrazeno; neuhrazena; po splatnosti; "
    "odeslano; uskutecneno; zuctovane; zrealizovane; bokford; bokfort; genomford; genomfort; betald; klar; slutford; "
    "skickad; forfallen; obetald; gennemfort; betalt; sendt; forfalden; afsluttet; ubetalt; utfort; gjennomfort; "
    "fullfort; forfalt; kirjattu; maksettu; suoritettu; valmis; avoin; eraantynyt; lahetetty; tamamlandi; odendi; "
    "gerceklesti; onaylandi; basarili; islendi; konyvelt; lekonyvelt; teljesitve; teljesult; fizetve; kifizetve; "
    "finalizat; procesat; platit; izvrseno; izvrsena; placeno; placena; proknjizeno; knjizeno; realizirano; "
    "исполнено; исполнен; исполнена; проведено; проведен; проведена; завершено; завершен; завершена; выполнено; "
    "выполнен; выполнена; оплачено; оплачен; оплачена; успешно; 完了; 済; 支払済; 入金済; 確定; 処理済; 已完成; "
    "成功; 交易成功; 已入账; 已付款; 已支付; 支付成功; 완료; 승인; 처리완료"
)
VOID = (
    "reverted; reversed; declined; rejected; refused; failed; failure; denied; cancelled; canceled; void; voided; "
    "expired; returned; bounced; error; blocked; unsuccessful; aborted; deleted; invalid; revoked; removed; "
    "abandoned; nullified; rjct; canc; rej; cancelled by user; dishonoured; dishonored; not executed; not completed; "
    "withdrawn; storniert; storno; abgelehnt; fehlgeschlagen; abgebrochen; zuruckgewiesen; zurueckgewiesen; "
    "ruckgangig; rueckgaengig; ungultig; ungueltig; annulliert; geloscht; geloescht; verworfen; nicht ausgefuhrt; "
    "nicht ausgefuehrt; abgewiesen; verweigert; gescheitert; zuruckgezogen; widerrufen; fehler; fehlerhaft; "
    "ruckgebucht; rueckgebucht; zuruckgebucht; zurueckgebucht; nichtig; abgelaufen; zuruckgegeben; annule; annulee; "
    "refuse; refusee; rejete; rejetee; echoue; echouee; echec; expire; expiree; abandonne; abandonnee; supprime; "
    "supprimee; extourne; extournee; contrepasse; contrepassee; non execute; non executee; retournee; anulado; "
    "anulada; cancelado; cancelada; rechazado; rechazada; fallido; fallida; denegado; denegada; revertido; "
    "revertida; devuelto; devuelta; caducado; caducada; eliminado; eliminada; expirado; expirada; no realizado; "
    "no completado; recusado; recusada; rejeitado; rejeitada; falhado; falhada; falhou; estornado; estornada; "
    "negado; negada; devolvido; devolvida; excluido; excluida; nao efetuado; sem sucesso; annullato; annullata; "
    "rifiutato; rifiutata; respinto; respinta; fallito; fallita; stornato; stornata; negato; negata; revocato; "
    "revocata; non eseguito; non eseguita; non riuscito; non riuscita; cancellato; cancellata; eliminato; "
    "geannuleerd; afgewezen; geweigerd; mislukt; teruggedraaid; gestorneerd; verworpen; verwijderd; ingetrokken; "
    "teruggeboekt; niet uitgevoerd; niet gelukt; afgekeurd; anulowana; anulowano; anulowany; anulowane; odrzucona; "
    "odrzucono; odrzucony; odrzucone; nieudana; nieudany; wycofana; cofnieta; stornowana; usunieta; blad; "
    "niezrealizowana; odmowa; odwolana; zruseno; zrusena; zruseny; zamitnuto; zamitnuta; odmitnuto; odmitnuta; "
    "neprovedeno; neprovedena; stornovano; stornovana; vraceno; selhalo; neuspesna; neuspesne; zrusene; zamietnute; "
    "avbruten; avvisad; nekad; misslyckad; misslyckades; makulerad; annullerad; aterford; avslagen; annulleret; "
    "afvist; mislykket; mislykkedes; tilbagefort; afbrudt; slettet; kansellert; avvist; mislyktes; tilbakefort; "
    "annullert; avbrutt; peruttu; peruutettu; hylatty; epaonnistunut; mitatoity; iptal; iptal edildi; reddedildi; "
    "basarisiz; torolt; torolve; elutasitva; elutasitott; sikertelen; sztornozott; sztornozva; visszavont; "
    "stornozva; anulat; anulata; respins; respinsa; refuzat; esuat; esuata; otkazano; odbijeno; stornirano; "
    "ponisteno; zavrnjeno; preklicano; отменено; отменен; отменена; отклонено; отклонен; отклонена; аннулировано; "
    "аннулирован; ошибка; возвращен; отказано; отказ; 取消; 取消済; キャンセル; 失敗; 拒否; エラー; 無効; 却下; "
    "失败; 已取消; 已撤销; 已拒绝; 交易关闭; 交易失败; 已冲正; 作废; 已作废; 撤销; 취소; 취소됨; 실패; 거절; 거부"
)
PENDING = (
    "pending; processing; in progress; in process; in transit; on hold; held; hold; awaiting approval; "
    "pending approval; waiting; scheduled; incomplete; unposted; not posted; not booked; unbooked; queued; "
    "submitted; initiated; requested; requires action; requires capture; uncaptured; planned; under review; "
    "in review; pre authorised; pre authorized; preauthorised; preauthorized; authorisation; authorization; "
    "authorised; authorized; reserved; reservation; provisional; parked; pdng; pend; awaiting; info; upcoming; "
    "not yet posted; to be posted; unsettled; not settled; vorgemerkt; ausstehend; in bearbeitung; in prufung; "
    "schwebend; wartend; wartet; noch nicht gebucht; nicht gebucht; ungebucht; reserviert; geplant; terminiert; "
    "autorisiert; angekundigt; angekuendigt; vorlaufig; vorlaeufig; in vorbereitung; zur freigabe; freizugeben; "
    "geparkt; vorerfasst; zuruckgestellt; in ausfuhrung; vormerkung; angefragt; in verarbeitung; wird verarbeitet; "
    "unbestatigt; nicht verbucht; en attente; en cours; a venir; en traitement; programme; programmee; en instance; "
    "non comptabilise; non comptabilisee; autorisation; en cours de traitement; prevu; prevue; a comptabiliser; "
    "provisoire; en suspens; pendiente; en proceso; en curso; retenido; retenida; programado; programada; en espera; "
    "procesando; en tramite; previsto; no contabilizado; no contabilizada; retencion; por contabilizar; "
    "pendiente de aprobacion; autorizado; pendente; em processamento; em andamento; agendado; agendada; em analise; "
    "processando; aguardando; a processar; in attesa; in sospeso; in corso; in elaborazione; in lavorazione; "
    "programmato; programmata; prenotato; prenotata; da contabilizzare; non contabilizzato; non contabilizzata; "
    "autorizzato; autorizzata; provvisorio; in behandeling; in afwachting; gereserveerd; wachtend; lopend; gepland; "
    "nog niet geboekt; niet geboekt; in verwerking; reservering; geautoriseerd; oczekujaca; oczekujace; oczekujacy; "
    "w toku; w trakcie; w realizacji; blokada; zaplanowana; zaplanowany; niezaksiegowana; niezaksiegowane; oczekuje; "
    "zlecona; autoryzacja; do zatwierdzenia; zablokowana; cekajici; ceka; nezauctovano; nezauctovana; blokace; "
    "probiha; zpracovava se; naplanovano; rezervovano; ve zpracovani; cakajuca; rezervovane; nezuctovane; "
    "reserverad; reserveret; reservert; vantande; preliminar; afventer; afventende; venter; under behandling; "
    "kommande; planlagt; odottaa; varaus; kasittelyssa; vireilla; odottava; beklemede; bekliyor; provizyon; islemde; "
    "onay bekliyor; fuggo; fuggoben; feldolgozas alatt; varakozik; folyamatban; zarolt; zarolas; konyveletlen; "
    "in asteptare; in curs; na cekanju; u obradi; v obdelavi; rezervirano; neproknjizeno; в обработке; ожидание; "
    "ожидает; в ожидании; обрабатывается; холд; авторизация; запланировано; не проведено; 保留; 保留中; 処理中; "
    "未確定; 予定; 未処理; 待处理; 处理中; 待入账; 进行中; 未入账; 대기; 대기중; 보류; 처리중; 승인대기"
)
DRAFT = (
    "draft; drafts; drft; proforma; pro forma; quote; quotation; estimate; unfinalized; entwurf; im entwurf; "
    "in entwurf; rechnungsentwurf; vorlage; brouillon; borrador; rascunho; bozza; in bozza; concept; conceptfactuur; "
    "ontwerp; szkic; roboczy; robocza; wersja robocza; koncept; navrh; rozpracovano; utkast; udkast; kladde; "
    "luonnos; taslak; vazlat; piszkozat; tervezet; ciorna; nacrt; skica; osnutek; черновик; 下書き; 草稿; 草案; "
    "초안; 임시저장"
)
# Announced at a bank; of an invoice they say that it waits to be paid, so that it is owed.
OPEN = (
    "pending; authorised; authorized; awaiting; submitted; ausstehend; pendiente; pendente; pending payment; "
    "en attente; in attesa; in sospeso; in behandeling; oczekujaca; oczekujacy; oczekuje; beklemede; bekliyor; "
    "in afwachting; waiting; processing; in bearbeitung; en cours; in corso; en curso; lopend; afventer; venter; "
    "odottaa; odottava; vantande; ceka; cekajici; fuggo; fuggoben; ожидает; в ожидании; 保留中; 대기; 待支付; "
    "待付款; scheduled; upcoming; geplant; provisional; requested; autorizado; autorisiert; en espera; aguardando; "
    "in progress; in process"
)
# Columns that are called by one state: any mark in them says yes.
FLAGS = {
    "void": (
        "void; voided; is void; cancelled; canceled; is cancelled; is canceled; cancelled at; canceled at; deleted; "
        "is deleted; reversed; is reversed; storniert; storno; stornierung; stornodatum; storniert am; annule; "
        "annulee; anulado; anulada; annullato; annullata; geannuleerd; anulowana; anulowano; zruseno; failed; "
        "declined; void reason; cancellation reason; failure reason; decline reason; stornogrund; voided date; "
        "date voided; cancelado; cancelada; stornokennzeichen; storno kz; declined reason; failure message; "
        "failure code"
    ),
    "pending": ("pending; is pending; vorgemerkt; en attente; pendiente; in attesa; pendente"),
    "draft": ("draft; is draft; entwurf; brouillon; borrador; bozza; rascunho"),
    "counted": (
        "posted; is posted; booked; is booked; gebucht; verbucht; ist gebucht; completed; is completed; captured; "
        "comptabilise; contabilizado; contabilizzato; geboekt"
    ),
}
NAMED = (
    "status; statut; estado; stato; situacao; situacion; buchungsstatus; zahlungsstatus; rechnungsstatus; "
    "belegstatus; umsatzstatus; auftragsstatus; transaktionsstatus; zahlstatus; dokumentstatus; statusz; tila; "
    "tilstand; stav; durum; durumu; allapot; stare; zustand; статус; состояние; 状态; 交易状态; 状態; ステータス; "
    "상태; transactionstatus; paymentstatus; betaalstatus; boekingsstatus; betalningsstatus"
)
ABSENT = (
    "no; n; nein; non; nee; nie; nej; nei; ne; false; f; falsch; faux; falso; 0; none; null; na; n a; nao; hayir; "
    "nem; ei; нет; 否; не; off; 00 00 0000"
)
NOT = frozenset("not non nicht noch no niet nie ikke inte nao never".split())
PARTLY = frozenset(
    "partially partly partial teilweise teils partiellement parcialmente parzialmente gedeeltelijk deels czesciowo "
    "castecne delvis delvist".split()
)
