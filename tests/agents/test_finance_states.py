"""A column of states: what never came about, is pending or a draft is in no sum, and is named with its state."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import statuses
from tests.agents.finance_cases import answer, fact, found

BANK = """Date,Text,Amount,Currency,{name}
2026-01-03,Client A,1000.00,EUR,{done}
2026-01-05,Card shop,-50.00,EUR,{done}
2026-01-07,Client B,700.00,EUR,{void}
2026-01-09,Card hotel,-200.00,EUR,{wait}
"""
WORDS = [
    ("Status", "Completed", "Failed", "Pending"), ("State", "COMPLETED", "REVERTED", "PENDING"),
    ("Status", "Gebucht", "Storniert", "Vorgemerkt"), ("Buchungsstatus", "gebucht", "zurückgewiesen", "in Bearbeitung"),
    ("Statut", "Exécuté", "Annulée", "En attente"), ("Estado", "Completada", "Rechazada", "Pendiente"),
    ("Stato", "Contabilizzato", "Rifiutato", "In sospeso"), ("Stan", "Zrealizowana", "Odrzucona", "Oczekująca"),
    ("Stav", "Zaúčtováno", "Zamítnuto", "Čekající"), ("Status", "Geboekt", "Mislukt", "In behandeling"),
    ("Durum", "Tamamlandı", "İptal edildi", "Beklemede"), ("状态", "已完成", "已取消", "处理中"),
    ("Whatever", "posted", "declined - no funds", "authorisation"), ("Sts", "BOOK", "RJCT", "PDNG"),
    ("TransactionStatus", "SUCCEEDED", "PAYMENT_FAILED", "NOT_BOOKED"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "done", "void", "wait"), WORDS)
def test_what_failed_or_is_pending_is_in_no_sum_and_named(
    tmp_path: Path, name: str, done: str, void: str, wait: str
) -> None:
    text = BANK.format(name=name, done=done, void=void, wait=wait)
    decision = answer(tmp_path, "Income and spending in January", {"b.csv": text})
    assert [fact(decision, n) for n in ("income", "expenses", "net")] == ["1000.00", "50.00", "950.00"]
    assert f"`b.csv`, by `{name}`: line 4 (`{void}`, 700.00 EUR): not counted, in no sum." in decision.summary
    assert f"line 5 (`{wait}`, -200.00 EUR): pending, so not yet in any sum." in decision.summary
    assert found(decision, "left-out") == [4, 5]


def test_a_state_that_is_not_known_is_counted_and_named(tmp_path: Path) -> None:
    text = BANK.format(name="Status", done="Completed", void="Zorped", wait="Declined")
    decision = answer(tmp_path, "Statement", {"b.csv": text})
    assert fact(decision, "income") == "1700.00"
    assert "states that are not known here, which are counted: `Zorped` in `Status` (line 4)" in decision.summary


def test_a_state_may_be_a_mark_in_a_column_of_its_name(tmp_path: Path) -> None:
    text = "Date,Text,Amount,Voided\n2026-01-03,a,10.00,no\n2026-01-04,b,20.00,yes\n2026-01-05,c,-5.00,\n"
    decision = answer(tmp_path, "Statement", {"b.csv": text})
    assert [fact(decision, n) for n in ("income", "expenses")] == ["10.00", "5.00"]
    assert found(decision, "left-out") == [3]


REVERSED = """Date,Text,Amount,State,Balance
2026-03-01,Top-Up,500.00,COMPLETED,500.00
2026-03-05,Amazon,-20.00,REVERSED,{first}
2026-03-06,Tesco,-50.00,COMPLETED,{last}
"""


@pytest.mark.parametrize(("first", "last", "spent"), [("", "450.00", "50.00"), ("500.00", "450.00", "50.00"),
                                                       ("480.00", "430.00", "70.00")])  # fmt: skip
def test_the_running_balance_tells_whether_a_reversed_line_counts(
    tmp_path: Path, first: str, last: str, spent: str
) -> None:
    decision = answer(tmp_path, "Statement", {"r.csv": REVERSED.format(first=first, last=last)})
    assert fact(decision, "expenses") == spent
    assert fact(decision, "balance_breaks") == "0"
    assert "line 3 (`REVERSED`, -20.00" in decision.summary
    assert ("the running balance counts it" in decision.summary) == (spent == "70.00")


def test_the_running_balance_tells_that_a_line_of_unknown_state_does_not_count(tmp_path: Path) -> None:
    text = REVERSED.format(first="500.00", last="450.00").replace("REVERSED", "Zorped")
    decision = answer(tmp_path, "Statement", {"r.csv": text})
    assert fact(decision, "expenses") == "50.00"
    assert "`Zorped`, -20.00; the running balance leaves it out" in decision.summary


def test_a_reversed_line_that_another_line_takes_back_counts_with_it(tmp_path: Path) -> None:
    text = "Date,Party,Invoice No,Amount,Status\n2026-01-03,A,R-1,100.00,Posted\n2026-01-04,B,R-2,70.00,Reversed\n"
    text += "2026-01-05,B,R-2,-70.00,Posted\n"
    decision = answer(tmp_path, "Statement", {"r.csv": text})
    assert fact(decision, "net") == "100.00"
    assert "line 3 (`Reversed`, 70.00; line 4 takes it back): counted all the same" in decision.summary


def test_a_total_that_counts_what_is_pending_is_no_error(tmp_path: Path) -> None:
    text = "Date,Text,Amount,Status\n2026-01-03,a,10.00,Posted\n2026-01-04,b,25.00,Pending\nTotal,,35.00,\n"
    decision = answer(tmp_path, "Statement", {"b.csv": text})
    assert fact(decision, "total") == "10.00"
    assert not found(decision, "total-differs")


def test_drafts_and_void_invoices_are_not_owed_and_pending_ones_are(tmp_path: Path) -> None:
    text = "Rechnung;Kunde;Fällig;Betrag;Status\n1;A;01.02.2026;100,00;Entwurf\n2;B;01.02.2026;200,00;Offen\n"
    text += "3;C;01.02.2026;300,00;Storniert\n4;D;01.02.2026;50,00;Ausstehend\n5;E;01.02.2026;70,00;Bezahlt\n"
    decision = answer(tmp_path, "Wer schuldet uns was zum 31.03.2026?", {"x.csv": text})
    assert fact(decision, "open_total") == "250.00"
    assert "line 2 (`Entwurf`, 100.00): drafts, in no sum." in decision.summary
    assert "line 4 (`Storniert`, 300.00): not counted" in decision.summary
    assert "0 missing" in decision.summary or "No document number is missing" in decision.summary


@given(
    word=st.sampled_from(sorted(statuses.WORDS)), upper=st.booleans(), tail=st.sampled_from(["", " (", "_2", " 12.03."])
)
def test_a_word_means_the_same_in_any_case_and_with_what_surrounds_it(word: str, *, upper: bool, tail: str) -> None:
    assert statuses.kind((word.upper() if upper else word) + tail) == statuses.WORDS[word]
