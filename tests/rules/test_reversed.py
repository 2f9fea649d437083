# ruff: noqa: E501 - lists of sentences
"""A gain is no loss and a count that is not zero is not denied, in any of the project's languages."""

import time

import pytest

from bizops.decision import Fact
from bizops.rules.checks import numbers_are_facts

FACTS = {
    "income": Fact(value="10550.50", unit="EUR"),
    "expenses": Fact(value="3557.50", unit="EUR"),
    "net": Fact(value="6993.00", unit="EUR"),
    "repository_secrets": Fact(value="4", unit="secrets"),
    "issue_secrets": Fact(value="0", unit="secrets"),
    "vulnerable_packages": Fact(value="21", unit="packages"),
    "duplicates": Fact(value="0"),
}


def wrong(text: str) -> list[str]:
    return numbers_are_facts(text, FACTS, (), "", "")


@pytest.mark.parametrize(
    "text",
    [
        "The result is a loss of 6,993.00 EUR.", "Das Ergebnis ist ein Verlust von 6.993,00 €.", "une perte de 6 993,00 €", "una pérdida de 6.993,00 €",
        "net minus 6,993.00 EUR", "The net is minus 6,993.00 EUR.", "Net: (6,993.00) EUR", "There is no secret in the repository.",
        "No secrets were found.", "Es gibt kein Geheimnis im Repository.", "Aucun secret dans le dépôt.", "None of your packages is affected.",
    ],
)  # fmt: skip
def test_a_fact_that_is_turned_round_is_named(text: str) -> None:
    assert wrong(text)


@pytest.mark.parametrize(
    "text",
    [
        "Net: +6,993.00 EUR", "10,550.50 EUR minus 3,557.50 EUR leaves 6,993.00 EUR.", "Expenses: (3,557.50) EUR", "The net result (6,993.00 EUR) is fine.",
        "There is no loss: 6,993.00 EUR remain.", "no secret in the issue", "no secrets in `b.py`", "no duplicates were found", "no secret is masked here by hand",
        "No secret may stay in the repository: revoke all 4 secrets.", "a gain, no loss of 6,993.00 EUR",
    ],
)  # fmt: skip
def test_what_is_true_passes(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize("piece", ["loss of ", "no secret ", "net minus 6,993.00 ", "is was "])
def test_long_texts_take_little_time(piece: str) -> None:
    began = time.process_time()
    wrong(piece * (60_000 // len(piece)))
    assert time.process_time() - began < 4
