"""What an access review goes by: columns under their many names, yes and no, the rules that the issue's words give."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables import dates
from bizops.agent.tools.tables.amounts import Ambiguous

COLUMNS = {
    "user": "user username login loginname account accountname email mail emailaddress useremail"
    " userid userprincipalname upn name member"
    " displayname benutzer benutzername benutzerkonto konto mitarbeiter utilisateur compte usuario"
    " cuenta utente gebruiker employee nutzer nutzername anmeldename identifiant courriel correo correoelectronico",
    "role": "role roles userrole group groups permission permissions access accesslevel level"
    " privilege privileges rolle rollen rechte"
    " berechtigung berechtigungen profil rol ruolo perfil droits",
    "mfa": "mfa 2fa mfaenabled 2faenabled mfaactive mfastatus mfaenrolled mfaregistered twofactor"
    " twofactorenabled twofactorauth 2fastatus"
    " twofactorauthentication otp totp multifactor multifactorauth multifactorauthentication secondfactor zweifaktor"
    " zweifaktorauthentifizierung zweiterfaktor mfaaktiv 2faaktiv doublefacteur"
    " doubleauthentification doblefactor hasmfa has2fa authentificationadeuxfacteurs authentificationmultifacteur a2f"
    " authentificationdoublefacteur autenticaciondedosfactores autenticacionmultifactor dosfactores dobleautenticacion"
    " verificacionendospasos autenticazioneaduefattori autenticacaodedoisfatores zweifaktorauthentisierung"
    " tweefactorauthenticatie",
    "last_login": "lastlogin lastlogon lastlogindate lastlogintime lastsignin lastsignindate"
    " lastseen lastactive lastactivity lastaccess lastused"
    " lastloginat lastloginutc lastsigninutc lastlogindatetime lastlogontimestamp lastsession"
    " letzteanmeldung letzterlogin zuletztangemeldet"
    " letzterzugriff letzteaktivitat derniereconnexion dernieracces ultimoacceso ultimologin"
    " ultimoaccesso laatstelogin laatsteaanmelding passwordlastused lastauthenticated lastauthentication"
    " letzteslogin letzteanmeldungam datedernierconnexion datedederniereconnexion derniereactivite ultimaconexion"
    " ultimoiniciodesesion fechaultimoacceso",
    "status": "status state accountstatus active enabled accountenabled isactive aktiv actif activo attivo",
    "kind": "type accounttype usertype kind kontotyp typ",
    "left": "leavedate leavingdate lastday lastworkingday lastdayofwork terminationdate terminated"
    " termination enddate leftat lefton left"
    " exitdate departuredate offboarded offboardingdate austritt austrittsdatum letzterarbeitstag"
    " datedepart datedesortie fechabaja",
}
YES = frozenset(
    "yes y ja j oui o si sim s true t wahr vrai 1 x ✓ ✔ ✅ on enabled enable active aktiv aktiviert"
    " actif active activo enrolled registered"
    " configured enforced required totp sms app authenticator webauthn fido fido2 u2f hardware"
    " yubikey passkey vorhanden".split()
)
NO = frozenset(
    "no n nein non nao nee nej false f falsch faux 0 - – off disabled disable inactive inaktiv deaktiviert"
    " inactif none missing keine kein ✗ ✘ ❌ aucun"
    " notenabled notenrolled notregistered notconfigured notset never nie".split()
)
NEVER = frozenset("never nie jamais nunca mai nooit neverloggedin nochnie".split())
PRIVILEGED = re.compile(
    r"(?i)(?<!non-)(?<!non )(?<!not )\b(?:\w+[-_])?(?:admin\w*|owners?|root|super\w*|sysadmin|dba"
    r"|maintainers?|sudo|poweruser)\b|privileg|verwalter|inhaber"
)
SHARED = re.compile(
    r"(?i)^(?:admin|administrator|root|info|support|office|sales|billing|team|shared|service|test|demo"
    r"|guest|dev|ops|helpdesk|reception|hr|it|marketing"
    r"|accounting|buchhaltung|empfang|backup|noreply|no-reply|everyone|all)\d{0,3}(?:@|$)|shared"
    r"|gemeinsam|sammelkonto|generic|partag"
)
ROOT = re.compile(r"(?i)<?root(?:[-_ ]?(?:account|user))?>?")  # as AWS's credential report writes it
LEFT = re.compile(
    r"(?i)left|leaver|gone|resigned|former(?: employee)?|ex-employee|off-?boarded|departed|ausgeschieden|ausgetreten"
    r"|gek[üu]ndigt|parti|sorti|baja|cesado|dimesso|uit dienst"
)
MACHINE = re.compile(
    r"(?i)^(?:svc|service|robot|bot|ci|machine|automation|api|dienst|system|app)$|^service[-_ ]?account$|dienstkonto"
)
_UNIT = r"(?P<unit>days?|d|weeks?|months?|tagen?|wochen?|monaten?|jours?|semaines?|mois|d[ií]as?|semanas?|mes(?:es)?)\b"
_PERIOD = re.compile(
    r"(?i)(?P<before>[^.;\n]{0,60}?)(?P<sign>[>≥]=?)?\s*\b(?P<number>\d{1,4})\s*-?\s*"
    + _UNIT
    + r"(?P<after>[^.;\n]{0,60})"
)
_ABOUT = re.compile(
    r"(?i)inactiv|log(?:ged)?[- ]?(?:in|on)|login|logon|sign(?:ed)?[- ]?in|dormant|stale|unused|not"
    r" used|idle|anmeld|inaktiv|connex|connect|sesi[oó]n|acceso"
)
_AT_LEAST = re.compile(r"(?i)\bat least\b|\bor (?:more|longer)\b|≥|>=|mindestens|au moins|al menos|oder mehr|\bab\b")
_DATE = (
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|\d{1,2}\.?\s(?:of\s)?[A-Za-zäéû]{3,10}\.?,?\s\d{4}|[A-Za-zäéû]{3,10}\.?\s\d{1,2}(?:st|nd|rd"
    r"|th)?,?\s\d{4})"
)
_AS_OF = re.compile(
    (
        r"(?i)\b(?:as of|as at|as on|as per|review(?:ed)? (?:day|date|on)|reference (?:day|date)"
        r"|cut-?off(?: date)?|effective|per|stand|stichtag|zum|au|al|a fecha de|date de référence"
        r"|today|heute|hoy|oggi)\s*(?:is|ist|es|è|:|=)?\s*(?:the\s|den\s|der\s|el\s|il\s)?"
    )
    + _DATE
)


@dataclass(frozen=True)
class Rules:
    """The rules of a review. `said` tells for each where it comes from: the issue's words or the default."""

    day: date
    days: int = 90  # an account is inactive after more than so many days without a login
    admin_days: int | None = None
    at_least: bool = False  # `days` themselves already count
    mfa: str = "all"  # who needs a second factor: all, privileged, none
    said: tuple[str, ...] = ()

    def inactive(self, last: date, *, privileged: bool) -> bool:
        idle = (self.day - last).days
        limit = self.admin_days if privileged and self.admin_days is not None else self.days
        return idle >= limit if self.at_least else idle > limit


def of_words(words: str, now: date) -> tuple[Rules, tuple[str, ...]]:
    """The rules that the words of an issue give, and what they leave open."""
    words = words[:60_000]
    questions: list[str] = []
    said: list[str] = []
    day, found = _day(words, now, questions)
    said.append(
        f"as of {dates.long(day)} ({'as the issue says' if found else 'the day of this answer: the issue names none'})"
    )
    days, admin, least = _periods(words, questions)
    if days is None and admin is None:
        said.append("inactive means more than 90 days without a login (default: the issue names no period)")
    else:
        word = "at least" if least else "more than"
        said.append(
            f"inactive means {word} {days or 90} days without a login"
            + (f", {admin} for privileged accounts" if admin else "")
            + " (as the issue says)"
        )
    mfa = _who(words)
    text = {"all": "everyone", "privileged": "privileged accounts", "none": "nobody"}[mfa or "all"]
    said.append(f"a second factor is required of {text} ({'as the issue says' if mfa else 'default'})")
    return Rules(day, 90 if days is None else days, admin, least, mfa or "all", tuple(said)), tuple(questions)


def _day(words: str, now: date, questions: list[str]) -> tuple[date, bool]:
    for match in _AS_OF.finditer(words):
        try:
            value = dates.parse(match[1])
        except Ambiguous:
            first, second = dates.both(match[1])
            questions.append(
                f"The review day {match[1]!r} has two readings: {dates.long(first)} or {dates.long(second)}?"
            )
            return min(first, second), True
        except ValueError:
            continue
        if value:
            return value, True
    return now, False


def _periods(words: str, questions: list[str]) -> tuple[int | None, int | None, bool]:
    days: dict[int, str] = {}
    admin: int | None = None
    least = False
    for match in _PERIOD.finditer(words):
        context = f"{match['before']} {match['after']}"
        if not _ABOUT.search(context) or re.search(r"(?i)password|passwort|rotat|key", context):
            continue
        count = int(match["number"]) * _length(match["unit"])
        if PRIVILEGED.search(match["before"]) and not re.search(
            r"(?i)\b(?:users?|everyone|accounts? )\b", match["before"]
        ):
            admin = count
        else:
            days.setdefault(count, match[0].strip())
        least = least or bool(_AT_LEAST.search(f"{match['before'][-14:]} {match['sign'] or ''} {match['after'][:10]}"))
    if len(days) > 1:
        questions.append(
            f"The issue names more than one period without a login"
            f" ({', '.join(f'{n} days' for n in days)}): which holds?"
        )
    return (min(days) if days else None), admin, least


def _length(unit: str) -> int:
    low = unit.casefold()
    return 7 if low.startswith(("w", "sem")) else 30 if low.startswith("mo") or low in ("mes", "meses", "mois") else 1


def _who(words: str) -> str:
    for sentence in re.split(r"[.;\n]", words):
        if re.search(
            (
                r"(?i)\b(?:mfa|2fa)\b|two-?factor|multi-?factor|second factor|zwei-?faktor|double facteur"
                r"|zweite[rn]? faktor"
            ),
            sentence,
        ) and re.search(
            (
                r"(?i)\b(?:need|must|require|required|should|mandatory|has to|have to|enforced?|muss"
                r"|müssen|brauchen|pflicht|doivent|deben)\b|without|no mfa|ohne|sans|sin "
            ),
            sentence,
        ):
            if re.search(
                (
                    r"(?i)\b(?:all|every|everyone|everybody|any|each|alle|jede[rs]?|tous|todos)\b(?!"
                    r" (?:admin|privileg|owner))"
                ),
                sentence,
            ):
                return "all"
            if PRIVILEGED.search(sentence):
                return "privileged"
    return ""


def yes(cell: str, *, ticks: bool = False) -> bool | None:
    """Yes, no, or None where a cell says neither. `ticks`: the column has ticks and blanks alone, so a blank is no."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", cell.casefold()) if unicodedata.category(c) != "Mn")
    text = re.sub(r"[\s_-]+", "", letters) or ("-" if ticks else "")
    if re.search(r"\bnot\b|\bnicht\b", cell.casefold()):
        return False
    if text in YES or re.match(r"(?:yes|ja|oui|si|true|enabled)[(:,]", text):
        return True
    if text in NO or cell.strip() in ("-", "–", "—") or re.match(r"(?:no|nein|non|false|disabled)[(:,]", text):
        return False
    return None


def ticks(cells: list[str]) -> bool:
    """Whether a column has ticks and blanks alone."""
    given = {c.strip().casefold() for c in cells if c.strip()}
    return bool(given) and given <= {"x", "✓", "✔", "✅", "1", "yes", "y", "ja"} and any(not c.strip() for c in cells)


def day_of(cell: str, order: dates.Order) -> tuple[date, ...]:
    """No day for an empty cell, one, or two readings. Raises ToolError for what is no date."""
    text = cell.strip()
    if re.fullmatch(r"\d{10}(?:\d{3})?", text):  # seconds or milliseconds since 1970
        return (datetime.fromtimestamp(int(text[:10]), UTC).date(),)
    try:
        if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
            found = dates.serial(text)
        else:
            found = dates.parse(re.sub(r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+", "", text), order)
    except Ambiguous:
        return dates.both(text)
    except ValueError as error:
        raise ToolError(f"{text[:40]!r} is no date") from error
    return (found,) if found else ()
