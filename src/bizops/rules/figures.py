"""Figures in text: which numbers stand there, in any digits and any notation, as canonical decimal text.

One value is written in many ways: `15,337.11`, `15.337,11`, `15 337.11`, `1,23,456.00`, `(15,337.11)`, `15337.11-`,
`１５`, `١٥`, `15k`, `fifteen thousand`, `quinze mille`. `readings` gives every value that a notation can mean, so that
two notations of one value meet. Time is linear in the text.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bizops.rules import numerals
from bizops.rules.visible import visible

SPACES = " \u00a0\u2007\u2009\u202f"
NUMBER = (
    rf"(?:[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?"  # groups by space
    r"|[0-9]{1,3}(?:['’][0-9]{3})+(?:[.,][0-9]+)?"  # groups by apostrophe
    r"|[0-9]+(?:[.,][0-9]+)*|(?<![0-9A-Za-z.])\.[0-9]+)"
)
POWERS = {
    "k": 3, "K": 3, "M": 6, "MM": 6, "mn": 6, "bn": 9, "thousand": 3, "tausend": 3, "tsd": 3, "mille": 3, "mil": 3,
    "mio": 6, "million": 6, "millions": 6, "millionen": 6, "millones": 6, "billion": 9, "billions": 9, "mrd": 9,
    "milliarden": 9, "milliard": 9, "milliards": 9, "trillion": 12, "trillions": 12, "lakh": 5, "crore": 7,
}  # fmt: skip
MONEY_POWERS = {"m": 6, "b": 9, "B": 9}  # metres and minutes elsewhere
SCALE = rf"[{SPACES}-]?(?:[kKMmbB]|MM|mn|bn|(?i:{'|'.join(p for p in POWERS if len(p) > 2)}))(?![A-Za-z0-9])"
CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|BRL|MXN|ZAR|SGD|HKD|KRW|THB|"
    "AED|SAR|ILS|ARS|CLP|COP|IDR|MYR|PHP|VND|NGN|EGP|KES"
)  # ISO 4217, the more frequent
CURRENCY = rf"(?:[$€£¥₹₽₩₺₴฿₫₪]|(?:US|A|C|NZ|HK|S)\$|(?:{CODES})(?![A-Za-z]))"
MARKS = {"٬": ",", "٫": ".", "，": ",", "．": ".", "−": "-", "－": "-", "％": "%", "\u20e3": ""}
BEFORE = re.compile(rf"{CURRENCY}\s?-?\(?$")
PERCENT = r"(?:%|(?i:per ?cent|pct|prozent|procent|pour[ -]cent|por[ -]ciento|por[ -]cento|per[ -]cento|proc)\b)"
MILLE = r"(?:‰|(?i:per[ -]mille?|promille|promil[ei]?|pour[ -]mille|por[ -]mil)\b)"
AFTER = re.compile(rf"\)?\s?(?:{CURRENCY}|euros?\b|dollars?\b|cents?\b|{PERCENT}|{MILLE})")
TOKEN = re.compile(rf"(?P<number>{NUMBER})(?:[eE](?P<exponent>[+-]?[0-9]{{1,3}})(?![A-Za-z0-9]))?(?P<scale>{SCALE})?")
STRAY = re.compile(r"(?<=[0-9.,])(?:[*_~`\\]+)(?=[.,]?[0-9])|(?<=[0-9])(?:[*_~`\\]+)(?=[.,][0-9])")
ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen").split(" ")  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = {word: value for value, word in enumerate(ONES)} | {word: 20 + 10 * i for i, word in enumerate(TENS)}
GREAT = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
LARGEST = 10**15
SPELLED = re.compile(rf"\b(?:{'|'.join([*SMALL, *GREAT])})\b(?:,? and |[ -])?", re.IGNORECASE)

COUNTED = re.compile(rf"\b({'|'.join(ONES[3:13])}) (?:[a-z][a-z-]* ){{0,2}}[a-z]{{2,}}s\b", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """A number that stands in a text: as written, its possible values (canonical, no sign), and where it stands.

    `amount`: it is money, a share, a decimal or scaled, so no year and no ordinal. `percent`,
    `mille`: a share in percent, per mille.
    """

    text: str
    values: frozenset[str]
    start: int
    end: int
    negative: bool = False
    amount: bool = False
    percent: bool = False
    mille: bool = False


def normal(text: str) -> str:
    """The text as it is read: entities and foreign digits as ASCII, nothing hidden, no markup within a number."""
    text = visible(html.unescape(text) if "&" in text else text)
    if not text.isascii():
        text = re.sub(r"[^\x00-\x7f]+", _plain_digits, text)
    return STRAY.sub("", text)


def _plain_digits(match: re.Match[str]) -> str:
    done: list[str] = []
    for character in match[0]:
        digit = unicodedata.digit(character, None)
        whole = unicodedata.numeric(character, None) if unicodedata.category(character) in {"No", "Nl"} else None
        if digit is None and whole is not None:  # ½, ⑫, Ⅻ
            done.append(f" {whole:.4f}".rstrip("0").rstrip(".") + " ")
        elif digit is None:
            done.append(
                {"٬": ",", "٫": ".", "，": ",", "．": ".", "−": "-", "－": "-", "％": "%", "\u20e3": ""}.get(
                    character, character
                )
            )
        elif character in "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉":
            done.append(f" {digit}" if not done or not done[-1].strip().isdigit() else str(digit))
        else:
            done.append(str(digit))
    return "".join(done)


def readings(number: str) -> frozenset[str]:
    """Every value that a number can mean: `1.234` is 1234 and 1.234; empty for versions, addresses and the like."""
    number = re.sub(rf"[{SPACES}'’]", "", number)
    marks = [character for character in number if character in ".,"]
    if not marks:
        return frozenset({_canonical(number, "")})
    head, *groups = re.split(r"[.,]", number)
    if len(set(marks)) == 1 and len(marks) == 1:
        values = {_canonical(head, groups[0])}
        if len(groups[0]) == 3 and 1 <= len(head) <= 3 and head[0] != "0":
            values.add(_canonical(head + groups[0], ""))
        return frozenset(values)
    if len(set(marks)) == 1:
        return frozenset({_canonical(head + "".join(groups), "")} if _grouped(head, groups) else ())
    if marks.count(marks[-1]) == 1 and len(set(marks[:-1])) == 1 and _grouped(head, groups[:-1]):
        return frozenset({_canonical(head + "".join(groups[:-1]), groups[-1])})
    return frozenset()


def _grouped(head: str, groups: list[str]) -> bool:
    """Whether these are groups of thousands, or of two digits and a last of three as in India."""
    inner = {len(group) for group in groups[:-1]}
    return 1 <= len(head) <= 3 and len(groups[-1]) == 3 and (inner <= {3} or (inner == {2} and len(head) <= 2))


def _canonical(whole: str, fraction: str, power: int = 0) -> str:
    if power > 0:
        fraction = fraction.ljust(power, "0")
        whole, fraction = whole + fraction[:power], fraction[power:]
    elif power < 0:
        whole = whole.rjust(1 - power, "0")
        whole, fraction = whole[:power], whole[power:] + fraction
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")


def shifted(value: str, power: int) -> str:
    """A canonical value times a power of ten."""
    whole, _, fraction = value.partition(".")
    return _canonical(whole, fraction, power)


def numbers(text: str) -> Iterator[Figure]:
    """The numbers of a normal text. A scaled one (`15k`, `1.2 million`) has its full value alone."""
    for match in TOKEN.finditer(text):
        before, after = text[max(match.start() - 6, 0) : match.start()], text[match.end() : match.end() + 12]
        money = bool(BEFORE.search(before) or AFTER.match(after))
        values = readings(match["number"])
        if match["exponent"]:
            values = frozenset(shifted(value, int(match["exponent"])) for value in values)
        scale = (match["scale"] or "").strip(SPACES + "-")
        power = POWERS.get(scale) or POWERS.get(scale.lower() if len(scale) > 2 else "") or 0
        power = power or (MONEY_POWERS.get(scale, 0) if money or BEFORE.search(before) else 0)
        yield Figure(
            match[0] if power else match[0].removesuffix(match["scale"] or ""),
            frozenset(shifted(value, power) for value in values) if power else values,
            match.start(),
            match.end() if power else match.end() - len(match["scale"] or ""),
            negative=bool(
                re.search(rf"(?:^|[^\w)\].-])-(?:{CURRENCY}\s?)?$", text[max(match.start() - 8, 0) : match.start()])
            ),
            amount=money or bool(power or match["exponent"]) or any(mark in match["number"] for mark in "., '’"),
            percent=bool(re.match(rf"\s?{PERCENT}", after)),
            mille=bool(re.match(rf"\s?{MILLE}", after)),
        )


def spelled(text: str) -> Iterator[Figure]:
    """The number words of a normal text that mean more than twelve: `fifteen thousand`, `zweiundvierzig`."""
    yield from _english(text)
    for found in numerals.found(text):
        yield Figure(
            text[found.start : found.end], frozenset(map(str, found.values)), found.start, found.end, amount=True
        )


def _english(text: str) -> Iterator[Figure]:
    words = list(SPELLED.finditer(text))
    index = 0
    while index < len(words):
        first = index
        total, group = 0, 0
        while index < len(words) and (index == first or words[index].start() == words[index - 1].end()):
            word = re.match("[a-z]+", words[index][0].lower())[0]  # type: ignore[index]
            if total + group > LARGEST:
                break
            if word in SMALL:
                if index > first and not _follows(group, SMALL[word]):
                    break
                group += SMALL[word]
            elif GREAT[word] == 100:
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * GREAT[word], 0
            index += 1
        start, end = words[first].start(), words[index - 1].end()
        phrase = text[start:end].strip(" ,-")
        lone = phrase.lower() in GREAT and not re.search(
            r"\b(?:an?|per|one)\s$", text[max(start - 5, 0) : start], re.IGNORECASE
        )
        digits = phrase.lower().startswith(tuple(GREAT)) and re.search(r"[0-9][\s-]?$", text[max(start - 2, 0) : start])
        if total + group > 12 and not lone and not digits:
            yield Figure(phrase, frozenset({str(total + group)}), start, end, amount=True)


def counted(text: str) -> Iterator[Figure]:
    """Small number words that count things: `nine accounts`, `drei offene Rechnungen`, not `twelve` alone."""
    for match in COUNTED.finditer(text):
        yield Figure(match[1], frozenset({str(SMALL[match[1].lower()])}), match.start(), match.end(1))
    for found in numerals.small(text):
        yield Figure(text[found.start : found.end], frozenset(map(str, found.values)), found.start, found.end)


def _follows(group: int, value: int) -> bool:
    """Whether a small number word can go on a number: `sixty` `four`, `hundred` `twenty`, `thousand` `one`."""
    return group % 100 == 0 or (group % 10 == 0 and group % 100 >= 20 and value < 10)


def values(text: str) -> frozenset[str]:
    """All values that a text of tool results can mean, signed: `(5)`, `5-`, `-5` and `5 Cr` are also `-5`."""
    found: set[str] = set()
    pattern = re.compile(
        rf"([-(]?)({NUMBER})((?:[eE][+-]?[0-9]{{1,3}}(?![A-Za-z0-9]))?)((?:{SCALE})?)([-)]|\s?C[rR]\b)?"
    )
    for before, number, exponent, scale, after in set(pattern.findall(text)):
        plain = readings(number) | _parts(number)
        if exponent:
            plain |= {shifted(value, int(exponent[1:])) for value in plain}
        scale_name = scale.strip(SPACES + "-")
        power = POWERS.get(scale_name) or POWERS.get(scale_name.lower()) or MONEY_POWERS.get(scale_name) or 0
        plain |= {shifted(value, power) for value in plain} if power else set()
        found |= plain
        if before == "-" or after or before == "(":
            found |= {f"-{value}" for value in plain}
    return frozenset(found)


def _parts(number: str) -> set[str]:
    """Numbers in a row that only look like groups: `10 200` in a list."""
    parts = re.split(rf"[{SPACES}]", number)
    return {value for part in parts for value in readings(part)} if len(parts) > 1 else set()
