"""A pass phrase of plain words, told from a label: `correct horse battery staple`, not `Enter your password`.

Both are words with spaces under a password's name. A label talks about passwords or to its reader, ends as a sentence
does, stands in a file of translations or among other labels; a pass phrase does none of this. Pure rules.
"""

import re

from bizops.rules.language import STOP_WORDS, fold

MOST_WORDS = 12
_WORD = re.compile(r"[^\W\d_]+")
_TALKS_OF_PASSWORDS = re.compile(
    r"(?i)passw|passphrase|pass ?code|\bpass\b|\bpin\b|secret|token|credential|kennwort|mot de passe|mdp|contrase|"
    r"\bclave\b|senha|palavra|wachtwoord|hasł|haslo|lozinka|l[öo]senord|passord|adgangskode|kodeord|salasana|\bheslo|"
    r"jelsz|parol|пароль|парол|κωδικ|şifre|sifre|parool|密码|密碼|パスワード|비밀번호|mật khẩu|kata sandi|sandi|"
    r"रहस्य|पासवर्ड|كلمة|סיסמ|รหัส"
)
_TALKS_TO_READERS = frozenset(
    fold(word)
    for word in """
    abgelaufen access account accounts actual admin adresse afficher alterar amount andern ange anmelden
    anmeldung any anzeigen appears ask asked assigned attuale atual authentication auto automatically available
    base64 before bekrafta bekreft below benutzer benutzername bestaand bevestig bitte blank bledne cambia
    cambiar cannot cant caracteres case change changed changer character characters check choisir choisissez
    choose click compte conferma config configuration configure configured confirm confirmar confirmation
    confirme confirmer confirmez connexion conta contact contain contains cuenta database debe default defaults
    defined dein deine description deve digit digite digits dimenticata dimenticato din disabled display ditt
    doit dont eingabe eingeben elija email empty enabled encoded encrypted ensure enter entered entrer entrez
    env environment erforderlich errata error escriba esqueceu esqueci example expire expired expires failed
    falsch fehlt field file fill forgot forgotten format from geben gebruiker generate generated gespeichert
    given gjenta glemt glomt hashed here hidden hide hier hint huidige identifiant ignored ihr ihre incorrect
    incorrecta incorrecte incorreta indtast informe ingresar ingrese input inserire inserisci insert insira
    instead internal introduce introduzca invalid invalida invalide invoeren keep keychain kies known konto
    label leave leer length locked log logged login lower lowercase managed manager match matches minimo minimum
    mismatch missing mostrar mudar muss mussen must need needed neu neue neues new nicht nieprawidlowe nieuw
    nieuwe none not nouveau nouvelle nova nowe nueva nuevo null numbers nuova nytt obbligatorio obligatoire
    obligatorio obrigatorio obtained olvidado olvidaste olvido ongeldig onjuist only option optional oublie
    override passen perdu pflichtfeld placeholder plain please podaj potwierdz powtorz previous prompt prompted
    protected provide provided random read recover recovery redefinir registered reinitialiser remember
    remembered repeat repetir repita replace requerida requerido request required requis requise reset
    restablecer retrieve retype ripeti saisir saisissez same save security see sent server service session set
    setting setup setzen seu should show sign signin signup skriv special specify stimmen store stored strength
    string strong su sua symbols system taken temporary text try tu tua twoje type typed ungultig unknown unset
    update updated uppercase upprepa use used user username users uses using usuario utente utilisateur
    utilizador uw uzytkownik valid valida valide value variable vault vereist vergessen vergeten verify
    verplicht veuillez via vos votre vul wahlen was weak wiederholen wijzig wijzigen without wpisz wprowadz
    write wrong wymagane you your zapomnialem zapomniales zeichen zmien zuruck zurucksetzen
    """.split()
)
_LANGUAGES = (
    "en|de|fr|es|it|pt|nl|pl|sv|da|nb|nn|fi|cs|sk|sl|hr|sr|hu|ro|bg|el|tr|ru|uk|ja|ko|zh|ar|he|hi|th|vi|id|ca|eu"
)
_LABEL_FILE = re.compile(
    r"(?i)(?:^|[/_.\-])(?:i18n|l10n|locales?|lang|langs|languages?|translations?|messages?|strings|nls|copy|labels?)"
    rf"(?:[/_.\-]|$)|(?:^|/)(?:{_LANGUAGES})(?:[-_][a-z]{{2,4}})?\.(?:json|ya?ml|php|ts|js|properties|po|arb|xlf|resx)$|\.(?:po|pot|"
    r"arb|xlf|xliff|strings|resx|ftl)$"
)
_LABEL_LINE = re.compile(
    r"[\w.\-\]]{1,60}[\"']?\s{0,4}(?::|=>|=)\s{0,4}[\"'][A-ZÀ-ÖØ-ÞА-Я][^\W\d_]*(?:[ '’][^\W\d_]+){0,9}[\"'.!?]"
)


def in_labels(name: str, lines_around: str) -> bool:
    """Whether a place is of labels: a file of translations, or lines around it that give names to other fields."""
    return bool(_LABEL_FILE.search(name)) or len(_LABEL_LINE.findall(lines_around)) > 1


def is_label(value: str) -> bool:
    """Whether a text talks about passwords, or to whoever reads it."""
    talks = any(fold(word) in _TALKS_TO_READERS for word in _WORD.findall(value))
    return talks or bool(_TALKS_OF_PASSWORDS.search(value))


def is_phrase(value: str, *, plain: bool) -> bool:
    """Whether a value of several words is a pass phrase. `plain`: in running text, where sentences are likely."""
    bare = value.strip()
    pieces = bare.split()
    words = [fold(word) for word in _WORD.findall(bare)]
    if not 2 <= len(pieces) <= MOST_WORDS or len(bare) < 10 or bare.endswith((".", ":", "?", "…", ",", ";")):
        return False
    if is_label(bare):
        return False
    if re.search(r"[()\[\]{}<>|=\\\"`$]|\.\s|, |://|%[sd]|\s[-–—]\s", bare):
        return False
    small = sum(word in STOP_WORDS for word in words)
    numbered = any(any(c.isdigit() for c in piece) for piece in pieces)
    if plain:
        return len(words) >= 4 and not small and bare.islower()
    if numbered:
        return bool(words) and small * 2 <= len(words)
    return len(words) >= 3 and small * 2 < len(words)
