"""Duplicates, missing numbers, ageing, tax, runway, reconciliation; journals and files of banks."""

from pathlib import Path

import pytest

from tests.agents.finance_cases import answer, fact, found

INVOICES = (
    "Invoice,Customer,Date,Due date,Amount,Paid\n"
    "INV-1,Alder,2026-07-01,2026-07-31,100.00,\n"
    "INV-2,Birch,2026-08-20,2026-09-19,250.00,50.00\n"
    "INV-3,Alder,2026-09-25,2026-10-25,80.00,80.00\n"
    "INV-4,Cedar,2026-10-20,2026-11-10,60.00,\n"
    "INV-5,Cedar,2026-11-20,2026-12-20,40.00,\n"
)


# Duplicates and numbers


def test_true_duplicates_are_told_from_equal_bookings(tmp_path: Path) -> None:
    text = (
        "Date,Invoice,Supplier,Amount\n2026-01-02,77,Alder,100.00\n2026-01-09,77,Alder,100.00\n"
        "2026-01-09,77,Birch,100.00\n2026-02-01,90,Cedar,9.99\n2026-03-01,91,Cedar,9.99\n2026-04-01,92,Cedar,9.99\n"
    )
    decision = answer(tmp_path, "Any duplicates?", {"a.csv": text})
    assert fact(decision, "duplicates") == "1"
    assert found(decision, "duplicate") == [3]
    assert "Cedar" not in decision.summary.split("Also looked at")[0]


def test_two_equal_coffees_are_only_possible(tmp_path: Path) -> None:
    text = "Date,Text,Amount\n2026-01-02,Coffee,-3.50\n2026-01-02,Coffee,-3.50\n"
    decision = answer(tmp_path, "Duplicates?", {"a.csv": text})
    assert fact(decision, "duplicates") == "0"
    assert found(decision, "equal-bookings") == [3]


@pytest.mark.parametrize("text", ["78,Alder,50.00\n78,Alder,-50.00\n", "78,Alder,50.00\n78 ,Alder,(50.00)\n"])
def test_a_booking_and_its_reversal_are_no_duplicate(tmp_path: Path, text: str) -> None:
    decision = answer(tmp_path, "Duplicates?", {"a.csv": f"Invoice,Supplier,Amount\n{text}"})
    assert fact(decision, "duplicates") == "0"
    assert found(decision, "number-used-twice") == []


def test_gaps_are_named_by_series_and_long_ones_are_only_counted(tmp_path: Path) -> None:
    numbers = ["INV-2026-0001", "INV-2026-0004", "INV-2026-0002", "CN-2026-01", "CN-2026-02", "CN-2026-03",
               "INV-2025-0100", "INV-2025-0099", "INV-2025-0098", "INV-2026-9000005"]  # fmt: skip
    decision = answer(tmp_path, "Missing invoice numbers?", {"a.csv": "Number\n" + "\n".join(numbers)})
    assert "INV-2026-0003" in decision.summary
    assert found(decision, "missing-number") == [3]
    assert "9000004 (9000000), a jump" in decision.summary
    assert len(decision.summary) < 2000
    assert "CN-2026-#" in decision.summary


# Ageing, tax, runway, reconciliation


def test_open_items_are_aged_by_due_date_after_part_payments(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Ageing as of 2026-11-30", {"inv.csv": INVOICES})
    names = ("not_due", "overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90")
    assert [fact(decision, name) for name in names] == ["40.00", "60.00", "0.00", "200.00", "100.00"]
    assert fact(decision, "as_of") == "2026-11-30"
    assert "| Birch | 0.00 | 0.00 | 0.00 | 200.00 | 0.00 | 200.00 |" in decision.summary


def test_the_day_of_the_case_counts_where_the_issue_names_none(tmp_path: Path) -> None:
    assert fact(answer(tmp_path, "Who is overdue?", {"inv.csv": INVOICES}), "as_of") == "2026-11-25"


def test_payments_of_a_second_file_reduce_what_is_open(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "inv.csv": INVOICES,
        "payments.csv": "Date,Invoice,Amount\n2026-11-01,INV-1,100.00\n",
    }
    decision = answer(tmp_path, "Overdue invoices after payments, as of 2026-11-30", files)
    assert fact(decision, "inv_overdue_over_90") == "0.00"


def test_the_rounding_rule_of_a_tax_is_named_and_deviations_by_line(tmp_path: Path) -> None:
    lines = "A1,100.00,19,19.00,119.00\nA2,10.50,5,0.52,11.02\nA3,0.50,5,0.02,0.52\nA4,1.50,5,0.08,1.58\n"
    head = "Invoice,Net,VAT %,VAT,Gross\n"
    even = answer(tmp_path, "Check the VAT", {"a.csv": head + lines})
    assert "half even" in even.summary
    assert fact(even, "tax_deviations") == "0"
    usual = answer(tmp_path, "Check the VAT", {"a.csv": f"{head}A1,10.10,5%,0.51,10.61\nA2,100.00,5%,5.10,105.11\n"})
    assert found(usual, "tax-differs") == [3]
    assert found(usual, "gross-differs") == [3]


def test_the_cash_lasts_so_many_months(tmp_path: Path) -> None:
    text = "Date,Text,Amount,Balance\n2026-01-10,a,-1000,9000\n2026-02-10,b,-500,8500\n2026-03-10,c,-1500,7000\n"
    assert fact(answer(tmp_path, "What is our runway?", {"a.csv": text}), "runway_months") == "7.0"


def test_a_ledger_is_reconciled_with_the_bank(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "ledger.csv": "Date,Number,Text,Amount\n2026-01-02,INV-1,a,100.00\n"
        "2026-01-03,INV-2,b,250.00\n2026-01-05,INV-3,c,99.90\n",
        "bank.csv": "Buchungstag;Text;Betrag\n03.01.2026;INV-1 Alpha;100,00\n"
        "05.01.2026;INV-2;205,00\n07.01.2026;Fee;-5,00\n",
    }
    decision = answer(tmp_path, "Reconcile the ledger with the bank", files)
    assert [fact(decision, n) for n in ("matched", "amounts_differ", "only_in_first", "only_in_second")] == list("1111")
    assert found(decision, "amount-differs") == [3]


# Journals and files of banks

JOURNAL = """; a comment
2026-01-01 opening
    assets:bank      $1000
    equity:opening

2026/01/02 * (12) Grocery
    expenses:food    $20.50
    assets:bank             = $979.50

2026-01-05 pay
    assets:bank      $500.00  = $1479.60
    income:salary

2026-01-06 broken
    expenses:rent   $300.00
    assets:bank    $-200.00
"""


def test_a_plain_text_journal_is_proved(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Do the transactions balance?", {"a.journal": JOURNAL})
    assert found(decision, "balance-breaks") == [11]
    assert found(decision, "voucher-unbalanced") == [15]
    assert [fact(decision, name) for name in ("income", "expenses")] == ["500.00", "320.50"]


def test_beancounts_assertions_hold_at_the_begin_of_a_day(tmp_path: Path) -> None:
    text = (
        '2026-01-01 open Assets:Bank EUR\n2026-01-02 * "Shop" "Food"\n  Assets:Bank  -20.00 EUR\n'
        "  Expenses:Food\n2026-01-03 balance Assets:Bank -21.00 EUR\n"
        '2026-01-03 * "Boss" "Pay"\n  Assets:Bank  5.00 EUR\n  Income:Pay\n'
    )
    assert found(answer(tmp_path, "Does it balance?", {"a.beancount": text}), "balance-breaks") == [5]
    right = answer(tmp_path, "Does it balance?", {"a.beancount": text.replace("21", "20")})
    assert fact(right, "balance_breaks") == "0"


OFX = """OFXHEADER:100
<OFX><CURDEF>EUR
<STMTTRN>
<DTPOSTED>20260113
<TRNAMT>-1500.00
<FITID>1
</STMTTRN>
<STMTTRN><DTPOSTED>20260115<TRNAMT>4000.00<FITID>2</STMTTRN></OFX>
"""
MT940 = (
    ":20:START\n:25:1/2\n:28C:0\n:60F:C251127EUR1188,85\n:61:2511271127DR17,90NDDTREF+\n:86:105?00Shop\n"
    ":62F:C251127EUR1170,95\n-\n:60F:C251128EUR1170,95\n:61:2511281128CR100,NTRFNONREF\n:86:166?00Pay\n"
    ":62F:C251128EUR1271,95\n-\n"
)


def test_a_bank_statement_in_mt940_is_proved_day_by_day(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Does the statement balance?", {"a.sta": MT940})
    assert found(decision, "balance-breaks") == [12]
    assert [fact(decision, n) for n in ("income", "expenses", "opening_balance")] == ["100.00", "17.90", "1188.85"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.qif", "!Type:Bank\nD01/13/2026\nT-1,500.00\nPLandlord\n^\nD01/15/2026\nT4,000.00\nPClient\n^\n"),
        ("a.ofx", OFX),
    ],
)
def test_qif_and_ofx_are_read(tmp_path: Path, name: str, text: str) -> None:
    decision = answer(tmp_path, "Statement", {name: text})
    assert [fact(decision, n) for n in ("income", "expenses", "net")] == ["4000.00", "1500.00", "2500.00"]


@pytest.mark.parametrize(
    "said",
    [
        "The VAT rate is 19 percent, rounded half up for each line.",
        "Check VAT at 19 %, round half up per line",
        "Bitte mit 19 % MwSt prüfen, kaufmännisch gerundet.",
    ],
)
def test_a_rate_and_a_rule_that_the_issue_names_are_used(tmp_path: Path, said: str) -> None:
    text = "invoice,net,vat,gross\n1,200.00,38.00,238.00\n2,100.00,18.00,118.00\n"
    decision = answer(tmp_path, "Check the VAT", {"v.csv": text}, said)
    assert found(decision, "tax-differs") == [3]
    assert "| 3 | 2 | 19.00 | 18.00 |" in decision.summary
    assert fact(decision, "rate_named") == "19"


def test_a_rule_that_is_only_inferred_is_called_that(tmp_path: Path) -> None:
    text = "invoice,net,rate,vat\n1,200.00,19,38.00\n2,100.00,19,19.00\n"
    assert "inferred from these lines" in answer(tmp_path, "Check the VAT", {"v.csv": text}).summary


BOOKED = """Vendor;{reference};Posting Date;{own};Amount;Curr
Telekom;8812;05.01.2026;5100001;59,95;EUR
Telekom;8950;05.02.2026;5100002;59,95;EUR
Papier & Co;E-501;07.01.2026;5100004;119,00;EUR
Papier & Co.;E501;19.01.2026;5100005;119,00;EUR
Gas AG;77;09.01.2026;5100006;300,00;EUR
Wasser AG;77;09.01.2026;5100007;300,00;EUR
ACME;A-1;10.01.2026;5100008;500,00;EUR
ACME;A-1;12.01.2026;5100009;-500,00;EUR
ACME;A-1;13.01.2026;5100010;500,00;EUR
Nord;N-3;20.01.2026;5100012;210,00;EUR
Nord;N-3;25.01.2026;5100013;210,00;EUR
"""


@pytest.mark.parametrize(
    ("reference", "own"),
    [("Vendor Invoice No", "Document No"), ("Referenz", "Belegnummer"), ("Bill#", "Voucher No"), ("Ref", "Entry No"),
     ("Rechnungsnr. Lieferant", "Belegnr"), ("N° facture fournisseur", "Numéro pièce")],
)  # fmt: skip
def test_a_vendors_number_booked_twice_is_a_duplicate_under_any_numbers_of_ours(
    tmp_path: Path, reference: str, own: str
) -> None:
    text = BOOKED.format(reference=reference, own=own)
    decision = answer(tmp_path, "Were any supplier invoices booked twice?", {"ap.csv": text})
    assert found(decision, "duplicate") == [5, 12]
    assert not found(decision, "possible-duplicate")
    assert f"Compared by the number in `{reference}`; `{own}` is taken for the books' own number." in decision.summary
