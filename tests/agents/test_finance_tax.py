"""The columns of a tax are found whatever they are called, by their figures where no name tells them."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import headings, taxcolumns
from bizops.agent.tools.tables import reading as tables
from tests.agents.finance_cases import answer, fact, found, questions

NAMES = ("MwSt", "MwSt.", "USt", "TVA", "IVA", "VAT amount", "GST", "KDV", "moms", "MVA", "Umsatzsteuer", "BTW", "ÁFA")
CENT = Decimal("0.01")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rate", ["{} %", "{}-Satz", "Rate", "Satz", "Taux", "{} rate"])
def test_a_tax_is_found_beside_its_rate(tmp_path: Path, name: str, rate: str) -> None:
    head = f"Nr;Netto;{rate.format(name.removesuffix(' amount').strip('.'))};{name};Brutto"
    rows = "1;100,00;19;19,00;119,00\n2;200,00;7;14,00;214,00\n3;50,00;19;9,60;59,60\n4;10,00;19;1,90;11,90\n"
    decision = answer(tmp_path, "Please check the tax", {"tax.csv": f"{head}\n{rows}"})
    assert fact(decision, "tax_total") == "44.50"
    assert fact(decision, "tax_deviations") == "1"
    assert found(decision, "tax-differs") == [4]


@pytest.mark.parametrize("rate", ["19", "19%", "0.19", "19.0 %", "19.00", "0.190", "19.000 %"])
def test_a_rate_is_read_in_every_way_to_write_it(tmp_path: Path, rate: str) -> None:
    rows = f"1,100.00,{rate},19.00,119.00\n2,50.00,{rate},9.60,59.60\n"
    decision = answer(tmp_path, "Check the VAT", {"tax.csv": f"No,Net,VAT rate,VAT,Gross\n{rows}"})
    assert found(decision, "tax-differs") == [3]
    assert not questions(decision)


def test_rates_of_two_ways_to_write_stand_in_one_column(tmp_path: Path) -> None:
    rows = "1;100,00;19%;19,00;119,00\n2;200,00;0,07;14,00;214,00\n3;50,00;19;9,50;59,50\n4;50,00;19,0 %;9,60;59,60\n"
    decision = answer(tmp_path, "Steuer prüfen", {"tax.csv": f"Nr;Netto;Satz;MwSt;Brutto\n{rows}"})
    assert found(decision, "tax-differs") == [5]


def test_columns_without_a_name_are_told_by_their_figures_and_that_is_said(tmp_path: Path) -> None:
    rows = "1,100.00,20,20.00,120.00\n2,50.00,10,5.00,55.00\n3,10.00,20,2.05,12.05\n4,30.00,20,6.00,36.00\n"
    decision = answer(tmp_path, "Check the VAT", {"tax.csv": f"Invoice,A,B,C,D\n{rows}"})
    assert found(decision, "tax-differs") == [4]
    for column, role in (("A", "net"), ("B", "rate of the tax"), ("C", "tax"), ("D", "gross")):
        assert f"Column `{column}` is read as the {role}, by its figures" in decision.summary


def test_a_column_named_like_the_tax_may_hold_its_rate(tmp_path: Path) -> None:
    rows = "1;100,00;19;119,00\n2;200,00;7;214,00\n3;50,00;19;59,50\n"
    decision = answer(tmp_path, "MwSt prüfen", {"tax.csv": f"Nr;Netto;MwSt;Brutto\n{rows}"})
    assert "Column `MwSt` is read as the rate of the tax, by its figures" in decision.summary
    assert "taken as the gross less the net" in decision.summary
    assert fact(decision, "tax_deviations") == "0"


def test_a_rate_may_stand_in_the_heading(tmp_path: Path) -> None:
    rows = "1,100.00,25.00,125.00\n2,50.00,12.51,62.51\n"
    decision = answer(tmp_path, "Check the VAT", {"tax.csv": f"Invoice,Net,VAT 25%,Gross\n{rows}"})
    assert found(decision, "tax-differs") == [3]
    assert "`VAT 25%` names: 25 %" in decision.summary


def test_what_the_requester_says_of_a_column_is_not_overruled(tmp_path: Path) -> None:
    rows = "1,100.00,20,20.00,120.00\n2,50.00,10,5.00,55.00\n"
    files: dict[str, str | bytes] = {"tax.csv": f"Invoice,A,B,C,D\n{rows}"}
    decision = answer(tmp_path, "Check the VAT", files, 'column "D" is the net, column "C" is the tax')
    assert "by its figures" not in decision.summary


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("MwStBetrag", "tax"), ("MwSt-Betrag (EUR)", "tax"), ("Montant TVA", "tax"), ("VAT 20%", "tax"),
        ("zzgl. MwSt", "tax"), ("MwSt %", "tax_rate"), ("MwStSatz", "tax_rate"), ("% IVA", "tax_rate"),
        ("Momssats", "tax_rate"), ("KDV oranı", "tax_rate"), ("Total incl. VAT", "gross"),
        ("Brutto inkl. MwSt", "gross"),
        ("Betrag inkl. USt.", "gross"), ("Total TTC", "gross"), ("Netto ohne MwSt", "net"), ("Net (excl. VAT)", "net"),
        ("Taxable amount", "net"), ("Amount EUR", "amount"), ("VAT number", "document"),
    ],
)  # fmt: skip
def test_a_name_means(name: str, role: str) -> None:
    assert headings.meanings(name)[0].role == role


@given(
    st.lists(
        st.tuples(st.integers(1000, 9_999_999), st.sampled_from([5, 10, 20])), min_size=4, max_size=12, unique=True
    ),
    st.permutations(["net", "tax_rate", "tax", "gross"]),
)
def test_the_figures_tell_the_columns_in_any_order(lines: list[tuple[int, int]], order: list[str]) -> None:
    rows = []
    for cents, rate in lines:
        net = Decimal(cents) / 100
        tax = (net * rate / 100).quantize(CENT, ROUND_HALF_UP)
        cells = {"net": f"{net:.2f}", "tax_rate": str(rate), "tax": f"{tax:.2f}", "gross": f"{net + tax:.2f}"}
        rows.append(",".join(cells[role] for role in order))
    table = tables.read(("w,x,y,z\n" + "\n".join(rows)).encode(), "t.csv")
    assert taxcolumns.find(table, {}) == {role: n for n, role in enumerate(order)}


def test_figures_that_do_not_hang_together_tell_nothing() -> None:
    table = tables.read(b"w,x,y\n100.00,30.00,90.00\n70.00,55.00,40.00\n20.00,7.00,19.00\n", "t.csv")
    assert taxcolumns.find(table, {}) == {}


@pytest.mark.parametrize("words", ["auf 5 Rappen gerundet", "rounded to the nearest 0.05", "as in the file"])
def test_rounding_to_five_rappen_is_a_rule(tmp_path: Path, words: str) -> None:
    text = (
        "Rechnung;Datum;Netto CHF;MWST 8.1%;Brutto CHF\n2001;2026-01-05;1'234.50;100.00;1'334.50\n"
        "2002;2026-01-06;99.90;8.10;108.00\n2003;2026-01-08;10.00;0.80;10.80\n"
    )
    right = answer(tmp_path, f"MwSt 8.1% check, {words}", {"m.csv": text})
    assert fact(right, "tax_deviations") == "0"
    assert "half up to 0.05" in right.summary
    wrong = answer(
        tmp_path, "MwSt check, auf 5 Rappen gerundet", {"m.csv": text.replace("100.00;1'334.50", "99.99;1'334.49")}
    )
    assert found(wrong, "tax-differs") == [2]
