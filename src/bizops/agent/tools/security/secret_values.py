"""Whether a value is a secret, or only stands for one: a variable's name, a placeholder, a mask, a checksum.

Pure rules. `fold` returns the reason for which a value is folded away, or the empty string for one that counts.
"""

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Literal

from bizops.agent.tools.security import secret_phrases as phrases

Kind = Literal["password", "token", "session"]

_PASSWORD = frozenset(
    "password passwords passwd passwrd pwd pass passphrase passcode pw passwort kennwort contrasena"
    " contraseña senha mdp"
    " motdepasse passe wachtwoord haslo hasło lozinka losenord lösenord passord adgangskode"
    " salasana heslo jelszó parola пароль".split()
)
_TOKEN = frozenset(
    (
        "secret secrets token tokens apikey apitoken credential credentials bearer secretkey accesskey"
        " authkey authtoken privatekey clientsecret"
    ).split()
)
_KEY_BEFORE = frozenset(
    "api access secret private auth encryption signing account storage master shared service consumer deploy session"
    " subscription admin app application webhook hmac jwt aes cipher crypto license".split()
)
_META = frozenset(
    "id ids url urls uri file files filename filepath path paths dir folder name names type types length len size count"
    " expiry expires expire expiration expired ttl timeout age policy policies field fields label"
    " hint placeholder error"
    " errors message messages msg prompt title text regex pattern format hash hashes hashed digest"
    " algorithm alg endpoint"
    " host port ref refs reference arn version class input output strength reset required min max limit limits usage"
    " budget enabled disabled header headers prefix suffix index scope scopes issuer audience env var variable param"
    " params parameter provider manager store service rotation validator encoder generator helper test tests column"
    " attribute property description desc help icon link page form view route template visibility group groups policy"
    " status state date at time created updated changed last next used valid validity check checks ok present exists"
    " count counter position pos span spans tokenizer stream rule rules schema model kind source"
    " location region".split()
)
_HEAD = frozenset(
    "max min num n total has is use uses show hide forgot forgotten reset no public next page pagination continuation"
    " prev cache cursor sync eos bos pad unk mask special device csrf xsrf invalid missing wrong bad empty check verify"
    " validate get set new_token_limit input output prompt completion require required allow".split()
)
_SESSION = re.compile(
    r"(?:x|http|user|login|auth|my|web|php|asp(?:net)?|j|cf|connect)?(?:session|sess)(?:id|key|cookie|identifier)?"
)
_WORDS = re.compile(r"[A-ZÄÖÜÑŁ]+(?![a-zäöüñł])|[A-ZÄÖÜÑŁ]?[a-zäöüñłó]+|[а-яА-Я]+")
NAME_HINTS = (
    "pass pwd pw secret token cred key auth bearer sess kennwort contrase senha mdp wachtwoord haslo"
    " hasło lozinka losenord lösenord adgangskode salasana heslo jelsz parola пароль"
).split()
NAME_HINT = re.compile(f"(?i){'|'.join(NAME_HINTS)}")

_MASK = re.compile(r"\*{3,}|•{3,}|●{3,}|…|\.{3}|█{2,}|(?i:x{4,}|\bx{3,}\b)|#{4,}|-{6,}|_{6,}|�")
_REFERENCE = re.compile(
    r"""(?x)
      ^\$\{?[A-Za-z_][\w.:\-]*\}?$ | ^\$\( | ^\$\{ | \$\{[\w.:-]+\} | \$\{\{ | \{\{ | \}\}   # shell, templates
      | ^%\(\w+\) | ^%[A-Z_a-z]\w*%$ | ^%[sdr]$ | <%[=-]? | ^\#\{ | ^@@?\w+@?@?$ | ^:\w+$ | ^\?$ | ^!\w+
      | ^<[^>]*>$ | ^\[[^\]]*\]$ | ^\{.*\}$                                             # brackets around all of it
      | ^[A-Za-z_.]+\[[\w\[\],\ .|"']+\]$                                                # a type: list[str]
      | \(\?[:=!<P] | \[\^?[^\]]*[a-zA-Z0-9]-[a-zA-Z0-9] | \\[wWsSdDb]                   # a pattern
      | (?i:os\.environ|process\.env|getenv|env\(|environ|import\.meta|secrets\.|vault[:/]|^vault|ssm[:/]|op://|kms:)
      | (?i:arn:|keyring|^enc\[|^enc\(|^enc:|sops|ansible_vault|secretsmanager|^projects/)
    """
)
_CODE = re.compile(
    r"^(?:[\w.\[\]'\"$>-]{1,120}\(.*|(?:self|this|config|settings|cfg|conf|options|opts|args|params"
    r"|request|req|ctx|context|data|env|var"
    r"|local|module|props|state|user|input|response|res|app|process|System|Environment)\??[.\[].*)$"
)
_PLACEHOLDER = re.compile(
    r"(?i)example|change[-_ ]?(?:me|this|it)|^your|[-_ ]your[-_ ]|your[-_]|placeholder|dummy|sample"
    r"|todo|fixme|replace|insert[-_ ]"
    r"|redacted|masked|removed|hidden|not[-_ ]?(?:a[-_ ])?real|fake|foobar|lorem|put[-_ ]|enter[-_ ]"
    r"|goes[-_ ]?here|some[-_](?:secret|token|key|pass|api)"
    r"|my[-_ ]?(?:secret|token|password|passwd|api[-_]?key|key)$|^test[-_ ]?(?:secret|token|password"
    r"|passwd|pass|key|api[-_]?key)?$"
    r"|^(?:super|very|top)[-_ ]?secret(?:[-_ ]?(?:key|token|password|value))?$|^(?:abc|xyz)[-_]?(?:123"
    r"|def)?$|deadbeef|^(?:an?|the)[-_ ]|default[-_]"
    r"|^(?:required|nullable|sometimes|string|min|max)[|:]|platzhalter|beispiel|geheim$|^dein|^ihr[-_ ]|^votre|^tu[-_ ]"
)
_PLAIN_WORDS = frozenset(
    "password passwd pass pwd secret token key string str text number integer int bool boolean object any none null nil"
    " undefined true false yes no on off required optional hidden default empty value input env vault admin root test"
    " testing postgres mysql user username guest demo public private varchar char bytes unknown"
    " unset blank basic bearer"
    " blah skip utf-8 utf8 ascii latin-1 apikey oauth oauth2 jwt file external auto generated random"
    " manual see is not the and or foo bar baz qux hunter"
    " ask prompt confirm new old current invalid missing wrong correct change reset forgot here keine kein leer ja nein"
    " typ passwort benutzer vacio ninguno aucun vide expired valid read write sha256 md5 plain plaintext http https"
    " secretstr optional[str] securestring password1 letmein field name".split()
)
_PASSWORD_HASH = re.compile(
    r"^(?:\$2[abxy]?\$\d\d\$|\$[156y]\$|\$argon2|\$apr1\$|\$scrypt\$|\$pbkdf2|pbkdf2[_:]"
    r"|\{S?SHA\d*\}|\{CRYPT\}|bcrypt|argon2|scrypt:|sha\d+\$)"
)
_CHECKSUM = re.compile(r"(?i)^(?:sha(?:1|224|256|384|512)|md5|h1|blake2b|blake3)[-:=]")
_UUID = re.compile(r"(?i)^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$")
_HEX = re.compile(r"^[0-9a-fA-F]+$")
_SEQUENCE = "abcdefghijklmnopqrstuvwxyz01234567890123456789abcdefghijklmnopqrstuvwxyz012345678909876543210"
_PATH = re.compile(r"^(?:\.{0,2}/|~/|[A-Za-z]:\\|file:)[\w./\\~ -]*$|^[\w-]+(?:/[\w.-]+)+\.[a-z]{1,5}$")
_DOTTED = re.compile(r"^[A-Za-z_$][\w-]*(?:(?:\.|::|->)[A-Za-z_$][\w-]*)+$")


def words(name: str) -> list[str]:
    """The words of an identifier, in lower case: `dbPassword`, `DB_PASSWORD` and `db-password` are the same."""
    return [word.casefold() for word in _WORDS.findall(name)]


def kind(name: str) -> Kind | None:
    """What a variable of that name holds: a password, a token, a session's identifier, or none (`token_url`)."""
    parts = words(name)
    if _SESSION.fullmatch("".join(parts)):
        return "session"
    if not parts or parts[-1] in _META or parts[0] in _HEAD or parts[0].startswith(("csrf", "xsrf")):
        return None
    if any(p in _PASSWORD or p.endswith(("password", "passwd", "passwort", "passphrase")) for p in parts):
        return "password" if parts[-1] != "key" else None
    if any(p in _TOKEN for p in parts):
        return "token"
    if any(b in ("key", "keys") and a in _KEY_BEFORE for a, b in pairwise(parts)):
        return "token"
    if re.search(r"(?i)(?:api|secret|access|auth|private|master)key", name) or parts[-1].endswith(("secret", "token")):
        return "token"
    return None


def entropy(value: str) -> float:
    """Shannon entropy in bits for each character."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values()) if value else 0.0


def made_up(value: str) -> bool:
    """Whether a well-formed token was typed rather than issued: a run of the alphabet or of digits."""
    low = value.casefold()
    runs = sum(1 for i in range(len(low) - 7) if low[i : i + 8] in _SEQUENCE)
    return runs >= max(1, len(low) // 4)


def repeats(value: str) -> bool:
    """Whether a value has too few different characters to be issued by anybody (`xxxxxxxx`, `0000`)."""
    return len(set(value.casefold())) <= (2 if len(value) < 12 else max(4, len(value) // 12))


def fold_token(value: str, body: str) -> str:
    """Why a token of a provider's own form is none; `body` is its part after the prefix."""
    if _MASK.search(value):
        return "mask"
    if repeats(body) or re.search(r"(?i)x{6,}|0{12,}|(?:your|example|placeholder|changeme|redacted|dummy|fake)", body):
        return "placeholder"
    return ""


def fold(value: str, kind: Kind, *, quoted: bool, name: str = "", prose: bool = False) -> str:
    """Why a value assigned to a variable is no secret: mask, reference, placeholder, hash or word; else empty.

    `quoted` tells that the value stood in quotes; `prose` that it stood in running text, where words are likely.
    """
    bare = value.strip()
    low = bare.casefold()
    if _MASK.search(bare):
        return "mask"
    if _REFERENCE.search(bare) or _CODE.match(bare) or (_DOTTED.match(bare) and not any(c.isdigit() for c in bare)):
        return "reference"
    if _PATH.match(bare) or "://" in bare:
        return "reference"
    if _PASSWORD_HASH.match(bare) or _CHECKSUM.match(bare):
        return "hash"
    if _PLACEHOLDER.search(bare) or low.rstrip("?!;,") in _PLAIN_WORDS or repeats(bare) or low == name.casefold():
        return "placeholder"
    if made_up(bare) and len(bare) <= 16:
        return "placeholder"
    if re.fullmatch(r"[\d.,:%-]+", bare) and (
        len(bare) < 6 or kind == "token" or bare in "123456789012345678901234567890"
    ):
        return "placeholder"
    return _fold_password(bare, quoted=quoted, prose=prose) if kind == "password" else _fold_token_value(bare)


def _fold_password(bare: str, *, quoted: bool, prose: bool) -> str:
    letters = bare.replace("_", "").replace("-", "").isalpha() and not scrambled(bare)
    if " " in bare:
        odd = any(c.isdigit() for c in bare) and any(not c.isalnum() and c not in " .,'-:" for c in bare)
        return "" if (odd and not phrases.is_label(bare)) or phrases.is_phrase(bare, plain=prose) else "words"
    if len(bare) < 4 or (prose and len(bare) < 5):
        return "placeholder"
    if letters and (prose or not quoted) and (bare.islower() or bare.istitle() or bare.isupper()) and prose:
        return "words"
    if letters and re.search(r"(?i)passw|secret|token|kennwort", bare):
        return "placeholder"
    if letters and ("_" in bare or "-" in bare or _camel(bare)):
        return "words"
    return ""


def _fold_token_value(bare: str) -> str:
    if " " in bare and phrases.is_phrase(bare, plain=True):
        return ""
    if len(bare) < 8 or " " in bare:
        return "words"
    if scrambled(bare) and len(bare) >= 16:
        return ""
    if bare.replace("_", "").replace("-", "").replace(".", "").isalpha():
        if bare.islower() or bare.isupper() or _camel(bare) or "_" in bare or "-" in bare or len(bare) < 16:
            return "words"
    elif re.fullmatch(r"(?:[a-z]{2,}|v?\d{1,4})(?:[-_.](?:[a-z]{2,}|v?\d{1,4}))+", bare):
        return "words"  # my-service-v2
    parts = bare.split("_")
    if (
        len(parts) >= 3
        and sum(p.isalpha() for p in parts) * 2 > len(parts)
        and len(bare) < 64
        and not bare.startswith("sk_")
    ):
        return "words"  # an_identifier_with_v2
    if not any(c.isalpha() for c in bare) or entropy(bare) < 2.5:
        return "placeholder"
    return ""


def _camel(text: str) -> bool:
    humps = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text)
    long = [hump for hump in humps if len(hump) >= 4]
    spoken = len(long) > 1 and sum(map(len, long)) * 2 >= len(text)
    return len(humps) > 1 and (spoken or sum(map(len, humps)) / len(humps) >= 3.5)


def scrambled(text: str) -> bool:
    """Whether letters with hyphens were drawn, not written: their case jumps, or there is hardly a vowel to speak.

    `JMKlB-muMgPY` is, `prod-db-password`, `userNameField` and `VPN_TLS_KEY` are not.
    """
    letters = re.sub(r"[-_.]", "", text)
    if len(letters) < 8 or not letters.isalpha() or not letters.isascii():
        return False
    if letters.islower() or letters.isupper():
        return len(letters) >= 10 and sum(c in "aeiouyAEIOUY" for c in letters) / len(letters) < 0.12
    humps = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", text)
    return len(humps) >= 4 and len(letters) / len(humps) < 2.7


def is_uuid(value: str) -> bool:
    return bool(_UUID.match(value))


def is_hex(value: str) -> bool:
    return bool(_HEX.match(value))


def masked(value: str) -> str:
    """At most the first four and the last four characters of a long token, three bullets for a short one."""
    value = "".join(char for char in value if char.isprintable() and char not in "`|")
    if len(value) >= 32:
        return f"{value[:4]}…{value[-4:]}"
    return f"{value[:4]}…{value[-2:]}" if len(value) >= 20 else "•••"
