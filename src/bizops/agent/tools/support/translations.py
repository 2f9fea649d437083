"""Words of help desks in seven languages with the English words that articles have for them.

A question is read in one language (`spoken_in`), so that a word is never taken for one of another: `note`, `alle`,
`fin`. An entry is a beginning (`desactiv*`) or a whole word, folded; behind it nothing else is guessed. `-` stands for
words that stand in any question and tell nothing.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from bizops.rules import language

CODES = ("de", "fr", "es", "pt", "it", "pl", "nl")
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "pl": "Polish", "nl": "Dutch",
}  # fmt: skip
MARKS = {"de": "ßäü", "fr": "œûîë", "es": "¿¡ñ", "pt": "ãõ", "it": "ìò", "pl": "łąęśćźż", "nl": "ĳ"}
TABLE = """
issue | ticket* anfrage* anliegen* meldung* vorgang* | ticket* demand* requet* | incidencia* solicitud* tique* ticket*
    peticion* | chamad* solicitac* ticket* pedido* incident* | richiest* ticket* segnalazion* | zgloszen* zgloszon*
    ticket* bilet* | ticket* verzoek* melding* aanvra*
desk | bot* system* dienst desk roboter* assistent* | bot* systeme service robot* assistant* | bot* sistema servicio
    robot* asistent* | bot* sistema servico robo* assistent* | bot* sistema servizio robot* assistent* | bot* system*
    uslug* robot* asystent* | bot* systeem dienst robot* assistent*
agent | agent* | agent* | agente* | agente* | agente* agenti | agent* | agent* medewerk*
answer reply | antwort* beantwort* | repon* reponse* | respuest* respond* contest* | respost* respond* | rispost*
    rispond* | odpowied* odpowiad* | antwoord* beantwoord*
priority | prioritat* dringlichkeit* | priorit* urgenc* | priorid* urgenc* | priorid* urgenc* | priorit* urgenz* |
    priorytet* | priorit*
lowered | gesenkt* herabgesetzt* herabgestuft* herunter* runter* niedrig* | abaiss* baiss* rabaiss* reduit* dimin* |
    baj* rebaj* reduc* reduj* dismin* | baix* rebaix* reduz* diminu* | abbassat* ridott* declassat* diminu* | obniz*
    zmniejsz* | verlaagd* omlaag*
time respond resolve | dauer* dauert reaktionszeit* antwortzeit* losungszeit* bearbeitungszeit* zeit lang behandel*
    bearbeitungsdauer | delai* temps duree dure repons* resolu* resoud* longtemps trait* vite rapid* | tard* tiempo*
    plazo* resolv* resuel* rapid* atend* | demor* tempo* prazo* resolv* rapid* atend* | tempo tempi impieg* risolv*
    risolt* rapid* veloc* evas* vuole | czas* trwa* rozwiaz* dlug* szybk* zalatw* | duurt tijd* oplos* opgelost* lang
    snel* behandel*
overdue breach | uberfallig* verspat* frist* | retard* depass* | vencid* retras* | atras* vencid* | scadut* ritard* |
    spoznion* przetermin* | verlopen* te-laat
pauses clock | uhr* pausier* angehalten | horloge* pause* | reloj* pausa* | relogio* pausa* | orologi* pausa* ferma* |
    zegar* wstrzym* | klok* pauze*
off disable switch | abschalt* ausschalt* abstell* deaktivier* ausmach* schalt* stoppen anhalt* | desactiv* eteind*
    arret* coup* debranch* | desactiv* apag* det* deshabilit* parar | desativ* deslig* parar desabilit* | disattiv*
    spegn* spent* ferm* | wylacz* wylacz* zatrzym* dezaktyw* | uitzet* uitschakel* uit stopp* zet schakel*
everything | komplett* ganz* vollstandig* gesamt* | complet* entier* totalement | complet* total* | complet* total* |
    complet* total* del-tutto | calkowic* calk* zupeln* | helemaal volledig* geheel
one | einzeln* | seul* unique | unico individual solo | unico individual | singol* unic* | pojedyncz* jedn* | enkel*
    afzonderlijk*
label | etikett* schild* label* | etiquet* label* | etiquet* label* | etiquet* rotul* label* | etichet* label* |
    etykiet* | label* etiket*
status | status* zustand* | statut* etat* | estad* status | status estad* situac* | stat* status | status* stan |
    status* toestand
mean | bedeut* heisst meint | signif* veut-dire veut dire | signif* | signif* | signif* vuol dire | oznacz* znacz* |
    beteken*
held stopped | angehalten* gestoppt* | bloqu* suspend* | deten* bloque* suspend* | parad* bloque* suspens* | blocc*
    sospes* | wstrzym* zatrzym* | gestopt* aangehouden
password | passwort* kennwort* zugangsdaten* | passe mdp | contrasen* clave* | senha* palavra-passe | password* |
    hasl* | wachtwoord*
secret key token | schlussel* geheim* token* | cle cles secret* jeton* token* | secret* clave* llave* token* | segred*
    chave* token* | segret* chiav* token* | klucz* token* tajn* sekret* | sleutel* geheim* token*
pasted posted | eingefug* kopier* gepost* gelandet veroffentlicht* reingeschrieben hineinkopier* eingestellt gestellt
    preisgegeb* verraten geteilt | coll* copi* poste* publi* diffus* divulg* envoy* partag* | peg* copi* public*
    publi* compart* fug* expus* | col* copi* public* posta* expus* compartilh* vazou | incoll* copiat* pubblic*
    condivis* espost* | wklei* skopiow* opublik* udostepn* ujawn* | geplakt* gekopieer* geplaatst* gedeeld* gelekt*
revoke rotate | widerruf* zurucknehm* sperren erneuer* | revoqu* renouvel* | revoc* renov* rotar | revog* renov* |
    revoc* rinnov* | uniewaz* odwol* | intrek* vernieuw*
remove delete | losch* entfern* geloscht rausnehm* wegmach* | supprim* efface* retir* enlev* | borr* elimin* quit* |
    apag* exclu* remov* delet* tirar retir* | elimin* cancell* rimuov* togli* toglier* | usun* usuw* skasow* wymaz* |
    verwijder* wissen weghal*
attach | anhang* anfug* beifug* anhang hochlad* mitschick* beileg* | joind* joint* attach* pieces piece televers*
    ajout* | adjunt* anex* sub* | anex* enviar envio junt* | alleg* carica* | zalacz* dolacz* przesl* | bijlag*
    bijvoeg* upload* toevoeg*
data table | daten* tabelle* | donne* tableau* | dato* tabla* hoja* | dado* tabela* planilha* | dati tabell* | dane
    danych tabel* | gegeven* tabel*
file | datei* | fichier* | archivo* fichero* | arquivo* ficheiro* | file | plik* | bestand*
large size | gross* maximal* grosse | taille* grand* maximal* | tamano* grand* maxim* | tamanho* grand* maxim* |
    dimension* grand* massim* | rozmiar* wielk* duz* maksym* | groot* grootte maxima*
open file | eroffn* erstell* anleg* aufmach* stellen einreich* offnen | ouvr* creer cree* depos* soumet* | abr* crear
    crea* present* | abr* cri* regist* submet* | apr* crea* invi* present* | otwor* utworz* zglos* zalozy* stworz* |
    openen maak* indien* aanmak*
form | formular* ausfull* | formulaire* rempl* | formulari* rellen* | formulari* preench* | modul* compil* |
    formularz* wypeln* | formulier* invul*
without | ohne | sans | sin | sem | senza | bez | zonder
costs | kost* preis* gebuhr* teuer | cout* prix tarif* payer payant* | cost* cuest* preci* pag* gast* | cust* prec*
    pag* | cost* prezz* pag* | koszt* cen* plac* oplat* | kost* prijs* betal*
month | monat* | mois | mes meses mensual* | mes meses mensa* | mes* mensil* | miesi* | maand*
minutes | minute* | minute* | minuto* | minuto* | minut* | minut* | minuut minuten
model | modell* sprachmodell* ki | modele* ia langage* | modelo* ia lenguaje* | modelo* ia linguage* | modell* ia
    linguistic* | model* ai jezykow* | model* taalmodel*
provider | anbieter* | fournisseur* | proveedor* | fornecedor* provedor* | fornitor* provider* | dostawc* | aanbieder*
    leverancier*
connect | verbind* anbind* anschlie* | connect* branch* raccord* | conect* | conect* lig* | colleg* connett* |
    podlacz* polacz* | verbind* aansluit* koppel*
works | funktionier* arbeit* lauft geht | fonctionn* marche* | funcion* | funcion* | funzion* | dziala* pracuj* |
    werk*
fails | ausfall* fallt ausfallt versag* | panne echou* echec* defaill* tomb* | fall* falla* | falh* | fall* | zawied*
    awari* | faal* uitval* storing*
run | ausfuhr* laufen ausprobier* test* | lanc* execut* essay* test* | ejecut* corr* prob* lanz* | execut* rod* test*
    experiment* | esegui* prov* lanci* | uruch* odpal* wyprob* test* | uitvoer* draai* prober* test*
machine own local | rechner* computer* laptop* lokal* eigenen eigene eigener pc notebook* pc* heim* zuhause |
    ordinateur* poste local* propre* machine* pc portable* maison chez | ordenador* computador* local* maquin* propi*
    equipo pc portatil* casa | computador* local* maquin* propri* pc notebook* portatil* casa | computer* local*
    macchin* propri* pc portatile* notebook* casa | komputer* lokaln* wlasn* maszyn* pc laptop* domu domow* |
    computer* lokaal* eigen machine* pc laptop* thuis
network offline | netz* netzwerk* offline internet* verbindung* | reseau* hors-ligne internet* connexion connexion* |
    red internet sin-conexion offline conexion* | rede internet offline conexao ligac* | rete internet offline
    connession* | siec* sieci* internet* offline polaczen* | netwerk* internet* offline verbinding*
reopen closing | wiedereroffn* offn* wieder-offnen geschlossen* schliess* | rouvr* reouv* ferm* clos* | reabr* reabi*
    cerr* | reabr* reabi* fech* encerr* | riapr* riapert* chius* chiud* | ponown* otworz* zamkn* zamyk* | heropen*
    gesloten sluit* dicht
again rerun | nochmal* erneut* wiederhol* neu-starten neu nochmals | nouveau* refaire relanc* repet* encore | otra
    nuevamente volver repet* vuelvo volver* vuelt* | novamente outra repet* refazer volto voltar | nuovamente ancora
    ripet* di-nuovo volta | ponown* jeszcze znowu powtorz* znow | opnieuw nogmaals herhaal* weer
edit correct | bearbeit* korrigier* berichtig* geander* ander* verander* uberarbeit* | modifi* edit* corrig* rectifi*
    | edit* corregi* corrig* modific* rectific* | edit* corrig* corrij* alter* retific* | modific* corregg* corrett*
    rettific* | edyt* popraw* zmodyfik* | bewerk* corrig* verbeter* aanpass*
comment | kommentar* kommentier* | commentaire* comment* | comentari* coment* | comentari* coment* | commento commenti
    comment* | komentar* komentow* | commentaar reactie* opmerking*
mention | erwahn* nennen | mention* cit* | mencion* | mencion* | menzion* cit* | wspomn* wzmian* oznaczy* | noem*
    vermeld*
who which | wer welch* zustandig* zugewies* zustand* kummer* | qui quel* attribu* assign* charge occupe | quien* cual*
    que asign* encarg* atiend* | quem qual* que atribu* respons* | chi quale quali assegn* occup* gestis* | kto ktory
    ktora ktore przypis* zajm* przydzie* | wie welk* toegewez* verantwoordelijk*
move another | verschieb* verleg* weiterleit* anderen andere wechs* | deplac* transfer* autre* chang* | mover mueve*
    transfer* otro otra pasar cambi* | mover mova transfer* outro outra encaminh* mud* troc* | spost* trasfer* altro
    altra cambi* | przenie* przekaz* inny innego innemu zmien* zmian* | verplaats* doorstu* andere ander wissel*
    verander*
waiting requester | wart* ruckfrage* | attend* attente* suspens | esper* pendiente* | esper* aguard* pendente* |
    attes* aspett* attend* sospes* | czek* oczek* oczekuj* | wacht* wachtend*
approval approve | genehmig* freigab* | approuv* approbation* valid* | aprob* aprueb* | aprov* | approv* | zatwierdz*
    akcept* | goedkeur*
permission | recht* berechtig* erlaub* | droit* permission* autoris* | permis* derech* | permiss* direit* | permess*
    autorizz* | uprawn* pozwol* | recht* toestemming*
example | beispiel* | exemple* | ejemplo* | exempl* | esemp* | przyklad* | voorbeeld*
invoice bill | rechnung* | facture* | factura* | fatura* | fattur* | faktur* | factu*
order purchase | bestell* auftrag* | commande* | pedido* compra* | encomenda* compra* | ordin* acquist* | zamow* |
    bestel*
delivery shipping | liefer* versand* zustell* | livr* expedi* | entreg* envi* | entreg* envi* | consegn* spediz* sped*
    | dostaw* dostarcz* wysyl* | lever* bezorg* verzend*
return refund | ruckgab* rucksend* zuruckgeb* erstatt* ruckerstatt* | retour* rembours* renvoy* | devol* devuel*
    reembols* | devol* reembols* | rimbors* restitu* reso | zwrot* zwroc* | retour* terugbetal* terugstu*
cancel | kundig* stornier* | annul* resili* | cancel* anul* | cancel* anul* | annull* disd* | anulow* rezygn*
    wypowied* | annul* opzeg*
account | konto* | compte* | cuenta* | conta contas | account conto | kont* | account*
install setup | installier* einricht* | install* configur* | instal* configur* | instal* configur* | install*
    configur* | instal* skonfig* konfigur* | install* instell*
error | fehler* | erreur* | error* fallo* | erro erros | errore errori | blad* bled* | fout*
language | sprach* | langue* | idioma* lengua* | idioma* lingua* | lingua* | jezyk* | taal talen
user | benutz* nutz* | utilisateur* | usuari* | usuari* utilizador* | utent* | uzytkownik* | gebruiker*
customer | kund* | client* | client* | client* | client* | klient* | klant*
warranty | garant* gewahrleist* | garanti* | garanti* | garanti* | garanzi* | gwaranc* | garanti*
printer print | druck* | imprim* impress* | impresor* imprim* | impress* imprim* | stamp* | drukar* druk* | print*
    druk*
discount | rabatt* | remise* rabais | descuent* | descont* | scont* | rabat* znizk* | korting*
address | adress* anschrift* | adress* | direccion* | enderec* morada* | indirizz* | adres* | adres*
- | viel pro zuruck bekomm* brauch* mochte* wollen gern* genau eigentlich bitte mal nun kurz versehentlich nutzung*
    benutzung verwendung passiert tun soll sollte was ab an auf aus ein um zu los wieviel* einzeln* nutz
    anbei hier dort dazu
    dafur sonst etwa etwas start* passier* nichts habt wen gesetzt setz* versehen* kommt | peux puis fait faire erreur
    accident utilis* dois savoir passe combien ete atelle atil estce cela celui celle chaque faut demarr* suffi*
    accident* arrive* possible* | puedo puede quiero hago hacer necesit* favor uso usar debo saber acciden* error pasa
    tarda hac* cuanto cuantos cuanta cuantas cada arranc* bast* accident* posible* | posso faco fazer preciso favor
    uso usar utiliz* devo saber engano acontece quanto quantos quanta quantas cada inici* bast* acident* possivel* |
    posso devo fare faccio uso usar* utilizz* bisogno sapere errore caso succede serve quanto quanta quanti quante
    ogni avvi* basta sbagli* possib* | moge mozna chce zrobic robic potrzeb* prosze przypadk* omylk* uzyw* korzyst*
    trzeba ile kazdy kazda kazde wystarcz* przypad* mozliw* | kan moet wil graag gebruik* nodig per-ongeluk gebeurt
    doen hoeveel elk elke start* opstart* ongeluk* mogelijk*
"""
_WORD = re.compile(r"[^\W\d_]+")
_ENDS = 3  # letters that a beginning must have at least


@lru_cache(maxsize=1)
def _entries() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """For each language its entries with the English stems that they stand for."""
    found: dict[str, dict[str, tuple[str, ...]]] = {code: {} for code in CODES}
    for line in re.split(r"\n(?! )", TABLE.strip()):
        english, *columns = (column.split() for column in line.split("|"))
        stems = language.distinct(form for word in english for form in language.tokens(word, stop=False))
        for code, words in zip(CODES, columns, strict=True):
            for word in words:
                bare = language.stem(word.removesuffix("*"))
                for form in {word, bare + "*" * word.endswith("*")}:  # questions come stemmed
                    found[code][form] = language.distinct((*found[code].get(form, ()), *stems))
    return found


@lru_cache(maxsize=1 << 14)
def translated(word: str, code: str) -> tuple[str, ...] | None:
    """The English stems for a stemmed word of a language; empty if it tells nothing, None if it is not known."""
    entries = _entries().get(code, {})
    if word in entries:
        return entries[word]
    beginnings = (entries.get(f"{word[:length]}*") for length in range(len(word), _ENDS - 1, -1))
    return next((found for found in beginnings if found is not None), None)


def spoken_in(text: str) -> str:
    """The language that a question is most likely in (ISO 639-1), by its small words, its letters and its vocabulary.

    English where nothing speaks for another language.
    """
    words = [language.fold(word) for word in _WORD.findall(text[:4_000])]
    scores = {"en": float(sum(word in language.SMALL["en"] for word in words))}
    low = text[:4_000].casefold()
    for code in CODES:
        small = sum(word in language.SMALL[code] for word in words)
        known = sum(translated(language.stem(word), code) is not None for word in words)
        marks = sum(mark in low for mark in MARKS[code])
        scores[code] = small + 0.4 * known + 1.5 * min(marks, 2) if small + marks else 0.0
    return max(scores, key=lambda code: (scores[code], code == "en"))
