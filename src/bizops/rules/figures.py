"""Figures in text: which numbers stand there, in any digits and any notation, as canonical decimal text.

A figure is written in many ways: `15,337.11`, `15.337,11`, `15 337.11`, `1,23,456.00`, `(15,337.11)`, `15337.11-`,
`１５`, `١٥`, `15k`, `fifteen thousand`. `readings` gives every value that a notation can mean, so that two notations of
one value meet. Signs are kept: `-12.5` is another figure than `12.5`.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bizops.rules.visible import visible

SPACES = " \u00a0\u2007\u2009\u202f"
QUOTES = "'’ʼ`´"
NUMBER = re.compile(
    rf"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})++(?![0-9])(?:[.,][0-9]+)?"  # groups by space
    r"|[0-9]+(?:['’][0-9]{3})+(?:[.,][0-9]+)?"  # groups by apostrophe
    r"|(?:[0-9]+(?:[.,][0-9]+)*|(?<![0-9A-Za-z.])\.[0-9]+)(?:[eE][+-]?[0-9]{1,3}(?![A-Za-z0-9]))?"
)
SCALES = {
    "k": 3, "thousand": 3, "thousands": 3, "tausend": 3, "tsd": 3, "mille": 3, "mil": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6,
    "million": 6, "millions": 6, "millionen": 6, "millones": 6, "bn": 9, "b": 9, "billion": 9, "billions": 9, "mrd": 9,
    "milliarden": 9, "milliard": 9, "milliards": 9, "trillion": 12, "trillions": 12, "lakh": 5, "crore": 7, "dozen": None,
}  # fmt: skip
SCALE = re.compile(rf"[{SPACES}-]?({'|'.join(sorted(SCALES, key=len, reverse=True))})\b\.?", re.IGNORECASE)
ONES = {
    word: value
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
}  # fmt: skip
TENS = dict(zip(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), range(20, 100, 10), strict=True))
GREAT = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 10**12}
WORD = "|".join([*ONES, *TENS, *GREAT])
SPELLED = re.compile(rf"(?<![\w-])(?:a |half a )?(?:{WORD})(?:(?:[ -]|,? and |, )(?:{WORD}))*(?![\w-])", re.IGNORECASE)
