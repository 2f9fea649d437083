"""Exports of payment providers: charges are received, payouts and refunds go out, net is amount less fee."""

from pathlib import Path

import pytest

from tests.agents.finance_cases import answer, fact, found

HEAD = "id,Type,Amount,Fee,Net,Currency,Created\n"
ROWS = """txn_1,charge,100.00,3.20,96.80,eur,2026-02-01
txn_2,payment,250.00,7.55,242.45,eur,2026-02-02
txn_3,charge,80.00,2.62,77.83,eur,2026-02-06
"""


@pytest.mark.parametrize("name", ["Type", "Kind of", "Reporting Category"])
def test_charges_and_payments_of_a_provider_are_money_received(tmp_path: Path, name: str) -> None:
    text = f"{name},Amount,Currency,Created\ncharge,100.00,eur,2026-02-01\npayment,250.00,eur,2026-02-02\n"
    decision = answer(tmp_path, "How much did customers pay us?", {"p.csv": text})
    assert [fact(decision, n) for n in ("income", "expenses")] == ["350.00", "0.00"]


@pytest.mark.parametrize("sign", ["", "-"])
def test_refunds_payouts_and_fees_go_out_whether_they_carry_a_minus_or_not(tmp_path: Path, sign: str) -> None:
    text = "Type,Amount,Currency,Created\ncharge,100.00,eur,2026-02-01\n"
    text += (
        f"refund,{sign}10.00,eur,2026-02-02\npayout,{sign}80.00,eur,2026-02-03\nstripe_fee,{sign}2.00,eur,2026-02-03\n"
    )
    decision = answer(tmp_path, "Statement", {"p.csv": text})
    assert [fact(decision, n) for n in ("income", "expenses", "net")] == ["100.00", "92.00", "8.00"]
    assert "payouts to the bank are no expense" in decision.summary


def test_a_net_that_is_not_amount_less_fee_is_named_by_line(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Do gross, fee and net agree on every line?", {"p.csv": HEAD + ROWS})
    assert found(decision, "net-differs") == [4]
    assert "line 4: 80.00 less a fee of 2.62 is 77.38; net is stated as 77.83, a difference of 0.45" in decision.summary


def test_fees_that_are_written_with_a_minus_are_added(tmp_path: Path) -> None:
    text = (
        "Date,Name,Gross,Fee,Net,Currency\n2026-01-02,a,119.00,-3.31,115.69,EUR\n2026-01-03,b,-59.50,1.48,-58.02,EUR\n"
    )
    decision = answer(tmp_path, "Statement", {"p.csv": text})
    assert "`Gross` and `Fee` is `Net` on all 2 lines" in decision.summary
    assert not found(decision, "net-differs")
