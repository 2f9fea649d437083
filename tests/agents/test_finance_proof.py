"""Rules that hold for every ledger: sums are those of plain arithmetic, proofs find exactly what is wrong."""

from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bizops.agent.agent import Result
from bizops.agent.tools.finance import numbers
from bizops.agent.tools.finance.proof import Step, prove
from tests.agents.finance_cases import AGENT, case

MOVES = st.lists(st.integers(-100_000, 100_000).filter(bool), min_size=2, max_size=25)
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def use(folder: Path, tool: str, text: str) -> Result:
    given_ = case(folder, "x", {"a.csv": text})
    return AGENT.notebook(given_).use(tool, file="a.csv")


def german(cents: int) -> str:
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def chain(moves: list[int], opening: int = 5_000) -> list[tuple[int, int]]:
    rows, balance = [], opening
    for move in moves:
        balance += move
        rows.append((move, balance))
    return rows


@QUICK
@given(moves=MOVES, german_style=st.booleans())
def test_a_statement_is_the_plain_sum(tmp_path: Path, moves: list[int], german_style: bool) -> None:  # noqa: FBT001
    write = german if german_style else (lambda cents: f'"{cents / 100:,.2f}"')
    separator = ";" if german_style else ","
    rows = [f"2026-01-{n % 28 + 1:02}{separator}text {n}{separator}{write(move)}" for n, move in enumerate(moves)]
    result = use(tmp_path, "statement", "\n".join([f"Date{separator}Text{separator}Amount", *rows]))
    expected = sum((Decimal(move) / 100 for move in moves), Decimal(0))
    name = "net" if "net" in result.facts else "total"
    assert Decimal(result.facts[name].value) == expected


@QUICK
@given(moves=MOVES, newest_first=st.booleans(), data=st.data())
def test_a_proof_finds_exactly_the_line_whose_amount_was_altered(
    tmp_path: Path,
    moves: list[int],
    newest_first: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    rows = chain(moves)
    at = data.draw(st.integers(1, len(rows) - 1))
    off = data.draw(st.integers(1, 999))
    wrong = rows[at][0] + off
    assume(wrong)
    lines = [f"2026-{n // 28 + 1:02}-{n % 28 + 1:02},t,{(wrong if n == at else m) / 100:.2f},{b / 100:.2f}"
             for n, (m, b) in enumerate(rows)]  # fmt: skip
    result = use(
        tmp_path, "balance_proof", "\n".join(["Date,Text,Amount,Balance", *(lines[::-1] if newest_first else lines)])
    )
    place = len(lines) - at if newest_first else at + 1
    assert [f.line for f in result.findings if f.rule == "balance-breaks"] == [place + 1]


@given(moves=MOVES, data=st.data())
def test_a_wrong_balance_is_named_at_its_own_line_alone(moves: list[int], data: st.DataObject) -> None:
    rows = chain(moves)
    at = data.draw(st.integers(0, len(rows) - 1))
    steps = [
        Step(n + 1, Decimal(move), Decimal(balance + (7 if n == at else 0)), None)
        for n, (move, balance) in enumerate(rows)
    ]
    breaks = prove(steps, Decimal(5_000))
    assert [item.line for item in breaks] == [at + 1]
    assert breaks[0].difference == 7


@given(moves=MOVES, data=st.data())
def test_any_order_within_one_day_is_no_break(moves: list[int], data: st.DataObject) -> None:
    from datetime import date

    rows = data.draw(st.permutations(chain(moves)))
    steps = [Step(n, Decimal(move), Decimal(balance), date(2026, 1, 1)) for n, (move, balance) in enumerate(rows, 1)]
    assert prove(steps, Decimal(5_000)) == []


@given(st.sets(st.integers(1, 400), min_size=1, max_size=80))
def test_missing_numbers_are_those_that_are_not_there(there: set[int]) -> None:
    found = numbers.series((n, f"RE-2026-{n:04}") for n in there)
    missing = {n for a, b in found[0].gaps for n in range(a, b + 1)}
    assert missing == set(range(min(there), max(there) + 1)) - there
