"""A number in words counts in eight languages; a word with another meaning does not."""

import time

import pytest

from bizops.decision import Fact
from bizops.rules.checks import numbers_are_facts

NUMBERS = [
    ("Es sind fünfzehntausend Euro.", 15000), ("zweiundvierzig Belege", 42),
    ("eine Million zweihunderttausend", 1200000),
    ("zweihundertdreiundvierzigtausendfünfhundert", 243500), ("DREISSIG Posten", 30), ("fuenfzig Euro", 50),
    ("quinze mille euros", 15000), ("quatre-vingt-dix-sept", 97), ("deux cent mille", 200000), ("soixante et onze", 71),
    ("mille neuf cent quatre-vingt-quatre", 1984), ("les seize factures", 16), ("quince mil euros", 15000),
    ("treinta y cinco", 35), ("doscientos cincuenta mil", 250000), ("mil millones", 10**9), ("dieciséis", 16),
    ("quindicimila euro", 15000), ("duecentoquarantacinque", 245), ("trentotto", 38), ("ventitré", 23),
    ("vinte e cinco mil", 25000), ("duzentos e cinquenta", 250), ("dois milhões", 2000000),
    ("vijftienduizend euro", 15000), ("tweeëntwintig", 22), ("negenhonderdvijftig", 950), ("een miljoen", 10**6),
    ("piętnaście tysięcy", 15000), ("sto dwadzieścia trzy", 123), ("pięćset tysięcy złotych", 500000),
    ("drei offene Rechnungen", 3), ("trois factures", 3), ("siete facturas", 7), ("nove fatture", 9),
    ("drie facturen", 3), ("trzy faktury", 3), ("três faturas", 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_in_words_must_be_a_fact(text: str, value: int) -> None:
    assert numbers_are_facts(text, {"x": Fact(value=str(value))}, (), "", "") == []
    assert len(numbers_are_facts(text, {"x": Fact(value=str(value + 1))}, (), "", "")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Das ist ein Beleg und eine Rechnung.", "un compte neuf", "sei sicuro che", "een rekening", "acht geben",
        "one of the second", "customs may seize goods", "50 ct, or some cents", "dix pour cent", "por ciento",
        "al cento per cento", "tausend Dank", "die achte Zeile", "pay once accounts are due", "the due date",
        "una factura", "Otto hat recht", "sto bene", "ein einziger Posten", "quince jam", "per mille", "a mil thick",
    ],
)  # fmt: skip
def test_an_ordinary_word_is_no_number(text: str) -> None:
    assert numbers_are_facts(text, {"x": Fact(value="50")}, (), "", "") == []


@pytest.mark.parametrize("piece", ["zestien", "einein", "cent mille ", "vingt-", "y e et und ", "drei "])
def test_long_runs_of_words_take_little_time(piece: str) -> None:
    text = (piece * 60_000)[:60_000]
    started = time.process_time()
    numbers_are_facts(text, {}, (), text, text)
    assert time.process_time() - started < 3
