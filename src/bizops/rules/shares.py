"""Figures in words that are no numerals: halves, thirds and dozens, in the languages of `numerals`.

`half of the invoices`, `ein Drittel der Kosten`, `une douzaine de factures`. A word counts only in a form that means
a quantity: `the third quarter`, `a third party`, `the second half of the year` and `half an hour` are no figures.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

OF = r"(?:(?:ze?|of|the|all|der|des|von|vom|aller|de|du|dell?[ae]?|dei|degli|di|da|do|das|dos|van)\b|d['’](?!heure))"
ONE = r"(?:an?|one|eine?[mnrs]?|une?|una|uno|um|uma|jedn[aąeę]|een)"
BY = rf"(?:by {ONE}|um ein|d['’]un|de un|di un|em um|o jedną|met een)"
ENDS = r"(?= ?(?:[^\w ]|$)| (?:to|in|from|since|and|against|on|over|compared|auf|gegen|par|à|a|en|y|e|i|op)\b)"
HALF = r"(?:half|hälfte|haelfte|moitié|mitad|metà|metade|połow[aęy]|helft)"
BY_HALF = rf"(?:by (?:a |one )?|um die |de (?:la )?|de moitié|della |pela |em |o |met de ){HALF}"
PERIOD = r"(?: (?:year|month|week|day|quarter|january|february|march|april|may|june|july|august|september|october|"
PERIOD += r"november|december)\b)"
NOT_FIRST = "".join(
    f"(?<!{word} )"
    for word in "first second other last this next zweite zweiten erste ersten première seconde primera segunda prima "
    "seconda primeira pierwsza druga better worse".split()
)
MANY = r"(?P<times>two|three|zwei|drei|deux|trois|dos|tres|due|tre|duas|dois|dwie|trzy|twee|drie)"
TIMES = {
    word: count
    for count, words in ((2, "two zwei deux dos due duas dois dwie twee"), (3, "three drei trois tres tre trzy drie"))
    for word in words.split()
}
WHOLE: tuple[tuple[int, str, str], ...] = (  # one such part, several
    (3, "third|drittel|tiers|tercio|terzo|terço|trzecia|trzecią|derde|tercera parte|terça parte",
     "thirds|drittel|tiers|tercios|terzi|terços|trzecie|derde"),
    (4, "quarter|viertel|quart|cuarto|quarto|czwarta|czwartą|kwart|cuarta parte|quarta parte",
     "quarters|viertel|quarts|cuartos|quarti|quartos|czwarte|kwart"),
    (5, "fifth|fünftel|cinquième|quinto|piąta|piątą|vijfde|quinta parte",
     "fifths|fünftel|cinquièmes|quintos|quinti|piąte|vijfde"),
    (10, "tenth|zehntel|dixième|décimo|decimo|dziesiąta|dziesiątą|tiende|décima parte",
     "tenths|zehntel|dixièmes|décimos|decimi|dziesiąte|tiende"),
)  # fmt: skip
SEVERAL = {"half a": 6, "two": 24, "three": 36, "four": 48, "five": 60, "six": 72, "zwei": 24, "drei": 36, "deux": 24,
           "trois": 36, "dos": 24, "tres": 36, "due": 24, "duas": 24, "twee": 24}  # fmt: skip
DOZEN = re.compile(
    rf"\b(?P<many>{'|'.join(SEVERAL)}|{ONE}|the) (?:dozen|dutzend|douzaines?|docenas?|dozzin[ae]|dúzias?|dozijn)\b"
    r"|\btuzin\b"
)
HALVES = re.compile(rf"\b(?:{NOT_FIRST}{HALF} (?={OF})(?!{OF}{PERIOD})|{BY_HALF}{ENDS})")


class Share(NamedTuple):
    """A share or a dozen in words: each usual way to write its value (`0.5`, `50` percent), and where it stands."""

    values: frozenset[str]
    start: int
    end: int


def _parts() -> Iterator[tuple[re.Pattern[str], int]]:
    for whole, one, several in WHOLE:
        either = rf"{ONE} (?:{one})(?= {OF})|{BY} (?:{one}){ENDS}|{MANY} (?:{several})\b"
        yield re.compile(rf"\b(?:{either})"), whole


PARTS = tuple(_parts())


def found(text: str) -> Iterator[Share]:
    """The shares and dozens of a normal text."""
    low = text.lower()
    if len(low) != len(text):  # a letter whose small form is longer
        low = "".join(letter.lower()[:1] for letter in text)
    for match in HALVES.finditer(low):
        yield Share(_written(1, 2), match.start(), match.end())
    for pattern, whole in PARTS:
        for match in pattern.finditer(low):
            yield Share(_written(TIMES.get(match["times"] or "", 1), whole), match.start(), match.end())
    for match in DOZEN.finditer(low):
        yield Share(frozenset({str(SEVERAL.get(match["many"] or "", 12))}), match.start(), match.end())


def _written(part: int, whole: int) -> frozenset[str]:
    """A share as a fraction of two to four places and in percent of none to two."""
    exact = part / whole
    told = [f"{exact:.{places}f}" for places in (2, 3, 4)] + [f"{100 * exact:.{places}f}" for places in (1, 2)]
    return frozenset({*(value.rstrip("0").rstrip(".") for value in told), f"{100 * exact:.0f}"})
