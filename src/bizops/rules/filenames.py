"""File names in an issue's text: in the info string of a fence and in a line of prose, and how they are made safe."""

import re
import unicodedata


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for tables that read like a list."""
    return frozenset(text.split())


BINARY = word_set("xlsx xls xlsm ods odt pdf doc docx ppt pptx png jpg jpeg gif webp zip gz parquet")
EXTENSIONS = BINARY | word_set(
    """bat c cc cfg cnf conf cpp cs css csv dat diff eml env go graphql h hcl hpp htm html ics ini ipynb j2 java js
    json json5 jsonc jsonl jsx kt ledger lock log lua md mdx mt940 ndjson ofx patch pem php pl pom properties
    proto ps1 psv py pyi qif r rb rs rst scala sh sql sta svg swift tab tf tfvars toml ts tsv tsx txt vcf vue
    xbrl xml xsd yaml yml"""
)
BARE = frozenset({"dockerfile", "makefile", "procfile", "gemfile", "jenkinsfile", "codeowners", "license", "readme"})
# Words that lead to a name but are no part of it: "Here is ledger October.csv:" names `ledger October.csv`.
LEADS = word_set(
    """a an and are as at attached be below by called contains content contents data export exported file follows for
    from have here i in is it like look looks my named of on our output please see table that the there these
    this to use we with das den der die datei hier ist im in von aus mit anbei und unsere meine le la les
    voici fichier de du des est aqui el los archivo es del nel il"""
)
_ATTRIBUTE = re.compile(
    r"""(?:^|[\s{,])(?:file-?name|file|title|name|path)\s?[=:]\s?(?:"([^"]{1,300})"|'([^']{1,300})'|([^\s"'{},]{1,300}))""",
    re.IGNORECASE,
)
_FILE = re.compile(r"^[^\s/\\<>|?*\":]{0,150}[^\s/\\<>|?*\":.]\.([A-Za-z][A-Za-z0-9]{0,9})$")
_DOTTED = re.compile(r"^\.[a-z][a-z-]{1,30}$")
_LABEL = re.compile(r"^(?:file[ -]?name|file|name|path|dateiname|datei|fichier|archivo)\s*[:=]\s*", re.IGNORECASE)
_SPAN = re.compile(
    r"`+([^`]{1,200})`+|\"([^\"]{1,200})\"|[“„«]\s?([^“”„«»]{1,200}?)\s?[”“»]|(?<!\w)'([^']{1,200})'(?!\w)"
)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)")
_EDGE = " \t*_~`'\"“”„‘’«»:;,.!?()[]{}<>|…"


def in_info(info: str) -> tuple[str, str]:
    """Language and file name of an info string; either may be empty."""
    attribute = _ATTRIBUTE.search(info)
    name = next(filter(None, attribute.groups()), "") if attribute else ""
    words = (_ATTRIBUTE.sub(" ", info) if attribute else info).replace("{", " ").replace("}", " ").split()
    first = words[0] if words else ""
    if not name and (_is_file(first.rsplit("/", 1)[-1]) or first.casefold() in BARE):
        return extension(first) or first.casefold(), first
    language, colon, rest = first.lstrip(".").partition(":")
    words = ([rest] if colon and rest else []) + words[1:]
    if not name:
        files = [word for word in words if _is_file(re.split(r"[/\\]", word)[-1])]
        name = " ".join(words) if len(files) == 1 and words[-1] == files[0] else (files or [""])[0]
    return re.sub(r"[^\w+#-]", "", language).casefold()[:20], name


def in_line(line: str) -> str:
    """The one file name in a line, or nothing where there is none or more than one."""
    line = _LABEL.sub("", _LINK.sub(r"\1", line).lstrip("*_ "))
    spans = [next(filter(None, match.groups()), "").strip() for match in _SPAN.finditer(line)]
    spans = [span for span in spans if _is_named(re.split(r"[/\\]", span)[-1])]
    if spans:
        return spans[0] if len(set(spans)) == 1 else ""
    words = line.split()
    bare = [re.split(r"[/\\]", word.strip(_EDGE))[-1] for word in words]
    at = [n for n, word in enumerate(bare) if is_known(word) and "@" not in word and "://" not in words[n]]
    if not at:
        whole = line.strip(_EDGE)
        dotted = line.strip(_EDGE.replace(".", ""))
        return dotted if is_dotted(dotted) else whole if whole.casefold() in BARE else ""
    if len({bare[n] for n in at}) > 1:
        return ""
    last = first = at[0]
    while (
        first > 0 and words[first - 1].strip(_EDGE).casefold() not in LEADS and words[first - 1][-1] not in ":,;.)=–—-"
    ):
        first -= 1
    if last - first > 3:  # a sentence, not a name of several words
        first = last
    return " ".join([*(word.lstrip(_EDGE) for word in words[first:last]), words[last].strip(_EDGE)])


def _is_file(word: str) -> bool:
    return bool(_FILE.match(word))


def is_known(word: str) -> bool:
    """Whether a word is the name of a text file by its extension; `example.com` and `3.2` are not."""
    return _is_file(word) and extension(word) in EXTENSIONS - BINARY


def _is_named(name: str) -> bool:
    """A name in quotes or a code span, where it may have spaces."""
    return is_known(name.replace(" ", "_")) or name.casefold() in BARE or is_dotted(name)


def is_dotted(name: str) -> bool:
    """Whether a name is like `.env` or `.gitignore`, and not just an extension that is spoken of."""
    return bool(_DOTTED.match(name)) and (name[1:] not in EXTENSIONS or name == ".env")


def extension(name: str) -> str:
    """The extension in lower case without its dot, or nothing."""
    match = _FILE.match(re.split(r"[/\\]", name)[-1].replace(" ", "_"))
    return match[1].casefold() if match else ""


def safe(name: str, suffix: str) -> str:
    """A file name that fits `bizops.case.NAME`: no folder, no dot in front, no character that hides or turns."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name.rstrip("/\\ "))[-1])
    dotted = is_dotted(name)
    name = "".join(c if re.match(r"[\w. -]", c) else "" if unicodedata.category(c)[0] == "C" else "-" for c in name)
    name = re.sub(r"\.{2,}", ".", name).strip(" .-")
    if suffix and not extension(name) and name.casefold() not in BARE and not dotted:
        name = f"{name or 'block'}.{suffix}"
    stem, dot, end = name.rpartition(".")
    return f"{stem[: 90 - len(end)]}{dot}{end}" if len(name) > 90 and stem and len(end) < 20 else name[:90] or "block"


def numbered(name: str, number: int) -> str:
    """`pl.csv` as `pl-2.csv`: no `~` or bracket, which `bizops.case.NAME` refuses."""
    stem, dot, end = name.rpartition(".")
    return f"{stem[:90]}-{number}{dot}{end}" if stem else f"{end[:90]}-{number}"
