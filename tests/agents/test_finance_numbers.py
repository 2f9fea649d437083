"""Missing document numbers: what lies between two, and series by prefix, year and letter."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bizops.agent.tools.finance.numbers import Series, series
from tests.agents.finance_cases import answer, fact, found


def made(*cells: str) -> list[Series]:
    return series(enumerate(cells, 1))


def lacking(*cells: str) -> dict[str, list[tuple[int, int]]]:
    return {one.name: one.gaps for one in made(*cells)}


@pytest.mark.parametrize(
    "content", ["Invoice,Amount\nINV-1001,5.00\nINV-1004,6.00\n", "INV-1001, INV-1004\n", "INV-1001\nINV-1004\n"]
)
def test_two_documents_are_too_few_but_what_lies_between_is_named(tmp_path: Path, content: str) -> None:
    decision = answer(tmp_path, "Which invoice numbers are missing?", {"inv.csv": content})
    assert "two are too few to be sure" in decision.summary
    assert "INV-1002 to INV-1003 (2) are missing" in decision.summary
    assert fact(decision, "missing_numbers") == "0"
    assert fact(decision, "between_inv") == "2"
    assert len(found(decision, "number-gap")) == 1


def test_two_documents_in_a_row_leave_nothing_between_them(tmp_path: Path) -> None:
    content = "Invoice,Amount\nINV-099,5.00\nINV-100,6.00\n"
    decision = answer(tmp_path, "Which invoice numbers are missing?", {"inv.csv": content})
    assert "INV-099 and INV-100, nothing between them" in decision.summary
    assert not found(decision, "number-gap")


def test_pairs_stand_beside_a_series(tmp_path: Path) -> None:
    content = "Invoice,Amount\nA-1,1.00\nA-2,1.00\nA-4,1.00\nB-0007,1.00\nB-0009,1.00\n"
    decision = answer(tmp_path, "Gaps in the invoice numbers?", {"inv.csv": content})
    assert fact(decision, "missing_numbers") == "1"
    assert "A-3" in decision.summary
    assert "if they are of one series, B-0008 is missing" in decision.summary


@pytest.mark.parametrize(
    ("cells", "gaps"),
    [
        (("2025-001", "2025-002", "2025-004", "2026-001", "2026-002", "2026-003"), {"2025-#": [(3, 3)], "2026-#": []}),
        (("RE2025001", "RE2025003", "RE2026001", "RE2026002"), {"RE2025#": [(2, 2)], "RE2026#": []}),
        (("12345678901234567890", "12345678901234567892", "A"), {}),
        (("RE12", "RE2025001", "RE2026001"), {"RE#": [(13, 2025000), (2025002, 2026000)]}),
        (("1/2026", "2/2026", "4/2026"), {"#/2026": [(3, 3)]}),
        (("inv-1", "INV-2", "Inv-4"), {"inv-#": [(3, 3)]}),
        (("R-1001A", "R-1002", "R-1003b", "R-1005"), {"R-#": [(1004, 1004)]}),
        (("1A", "2A", "3A", "1B", "2B", "4B"), {"#A": [], "#B": [(3, 3)]}),
        (("2019998", "2019999", "2020000", "2020002"), {"#": [(2020001, 2020001)]}),
    ],
)
def test_series_are_told_apart(cells: tuple[str, ...], gaps: dict[str, list[tuple[int, int]]]) -> None:
    assert lacking(*cells) == gaps


@example({101, 102}, "R/26/", 6)
@given(st.sets(st.integers(1, 500), min_size=2), st.sampled_from(["", "INV-", "R/26/"]), st.integers(1, 6))
def test_what_is_missing_is_what_is_not_there(there: set[int], head: str, width: int) -> None:
    cells = [f"{head}{number:0{width}}" for number in there]
    (one,) = made(*cells)
    missing = {number for a, b in one.gaps for number in range(a, b + 1)}
    assert missing == set(range(min(there), max(there) + 1)) - there
    assert one.between == len(missing)
    assert {one.write(number) for number in there} == set(cells)
