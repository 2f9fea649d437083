"""Words of help desks that stand for each other, also across languages, and words that stand in any question.

All are compared stemmed. A company adds words of its own as `tags:` in the front matter of an article, which are
searched like its heading.
"""

from functools import lru_cache

from bizops.rules import language

SHARE = 0.8  # what a word counts that stands for another
GROUPS = tuple(
    tuple(group.split())
    for group in """
    password passwort kennwort contrasena wachtwoord senha passcode
    login log signin logon anmelden einloggen connexion connecter
    account konto compte cuenta zugang profile
    invoice bill rechnung facture factura fattura
    price cost fee charge preis kosten prix cout precio coste tarif
    pay payment zahlung zahlen bezahlen paiement payer pago pagar
    refund reimburse erstattung erstatten remboursement rembourser reembolso
    cancel cancelled cancelling cancellation terminate kundigen kundigung stornieren storniert annuler
    cancel resilier resiliation annule cancelar kundigen
    delete remove erase loschen entfernen supprimer eliminar borrar
    change modify edit update andern bearbeiten modifier changer cambiar
    order purchase bestellung bestellen commande commander pedido
    deliver delivery shipping shipment lieferung liefern versand livraison livrer envio entrega
    return rucksendung retoure retour devolucion
    printer drucker imprimante impresora
    print drucken imprimer imprimir
    paper papier papel
    jam stuck stau papierstau bourrage atasco
    ink toner tinte encre tinta cartridge patrone cartouche
    error fault fehler erreur fallo
    install setup installieren einrichten installer instalar configure
    email mail courriel correo
    phone telephone telefon telefono mobile
    language sprache langue idioma
    file datei fichier archivo document
    upload hochladen televerser subir attach attachment anhang anhangen
    download herunterladen telecharger descargar
    user benutzer nutzer utilisateur usuario
    customer kunde client cliente
    discount rabatt remise descuento reduction
    address adresse anschrift direccion
    date datum fecha
    hour stunde heure hora
    month monat mois mes
    deadline frist delai plazo
    close schliessen fermer cerrar
    reopen wiedereroffnen rouvrir reabrir
    label etikett etiquette etiqueta tag
    priority prioritat priorite prioridad urgency
    secret credential token geheimnis schlussel key cle clave
    leak leaked pasted exposed
    rotate revoke widerrufen revoquer revocar
    off disable deactivate abschalten ausschalten desactiver desactivar stop switch
    local locally laptop machine computer lokal rechner ordinateur ordenador
    run start execute ausfuhren starten lancer ejecutar
    warranty guarantee garantie garantia gewahrleistung
    forgot forgotten forget vergessen oublie oublier olvidado olvide
    turn switch disable
    resolution dpi auflosung
    express urgent eilig sofort
    damaged broken defective beschadigt kaputt defekt endommage danado
    missing fehlt lacking absent
    reprint reprinted replacement ersatz
    activate enable aktivieren einschalten activer activar
    contact reach
    wifi wlan wireless
    lost verloren perdu perdido
    overdue uberfallig impaye vencido
    export exportieren exporter exportar
    app application anwendung aplicacion
    photo picture image bild foto
    colour color farbe couleur
    size format grosse taille tamano
    expensive costly teuer cher caro
    free gratis kostenlos gratuit
    member employee staff mitarbeiter colleague
    vat tax mwst mehrwertsteuer umsatzsteuer tva iva steuer
    reminder mahnung dunning relance recordatorio
    bank iban konto
    plan tariff abo abonnement subscription suscripcion
    """.strip().split("\n")
)
COMMON = frozenset(
    word
    for text in (
        """
        about actually again article articles already always another answer ask back
        bad bit call case check come company correct day did
        different do easy end exactly fact few file fine first follow found give go good great happen hi hour idea
        information issue job keep kind know last later leave left letter little long look lot make matter mean minute
        month morning new next nice number old open page part people person place please point problem put question
        quick quickly read really reason reply right see seem send sent set show simple sir site small soon start stop
        support system take talk team thing time today tomorrow tool true turn understand use used user using usual way
        website week whole wish word work working write wrong year yesterday colleague boss customer find need new
        allgemein angabe arbeit bekomme bisschen brauche einfach ende erste
        ersten frage fragen ganz geht gehen gerade gesehen gilt gut hoch heute herr frau jahr
        kommen kommt kunde leider letzte machen macht
        morgen neu problem sache sagen schnell seite stelle tag team thema tun tut weiss
        woche zeit zeigt
        annee besoin chose demande deja dire exemple fois gens heure jour madame monsieur mois nouveau nouvelle page
        partie personne petit possible premier probleme question semaine site sujet temps travail trouver utiliser voir
        ano buen caso cosa dia ejemplo forma gente hola hora manera nuevo nueva pagina parte persona pregunta primero
        problema semana senor tiempo trabajo vez
        """,
    )
    for word in language.tokens(text)
)


def alternatives(word: str) -> tuple[tuple[str, float], ...]:
    """The other words of the groups that a stemmed word belongs to, with what they count."""
    return _table().get(word, ())


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, dict[str, float]] = {}
    for group in GROUPS:
        stems = language.distinct(form for word in group for form in language.tokens(word))
        for stem in stems:
            found.setdefault(stem, {}).update({other: SHARE for other in stems if other != stem})
    return {stem: tuple(sorted(others.items())) for stem, others in found.items()}
