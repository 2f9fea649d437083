"""Amounts and dates are read as they are meant, and never where they could mean two things."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.tools.tables import amounts, dates

CENTS = st.integers(-(10**11), 10**11)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1 234,56", "1234.56"), ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"), ("1'234.56", "1234.56"), ("1’234.50", "1234.50"), ("1,23,456.78", "123456.78"),
        ("(1,234.56)", "-1234.56"), ("1.234,56-", "-1234.56"), ("−5,00", "-5.00"), ("–5,00", "-5.00"),
        ("$(12.00)", "-12.00"), ("(12.00) EUR", "-12.00"), ("-€5.20", "-5.20"), ("€ -5.20", "-5.20"),
        ("12 EUR", "12"), ("EUR 12,5", "12.5"), ("kr 1 234,50", "1234.50"), ("100,-", "100.00"), ("19 %", "19"),
        ("0.123", "0.123"), (".5", "0.5"), ("1.234.567", "1234567"), ("12,345,678", "12345678"), ("+7.00", "7.00"),
        ("CHF 1'234.50-", "-1234.50"), ("R$ 1.234,56", "1234.56"), ("1.200,--", "1200.00"), ("1234.567", "1234.567"),
    ],
)  # fmt: skip
def test_a_cell_with_one_reading_has_that_value(cell: str, value: str) -> None:
    found = amounts.parse(cell)
    assert found is not None
    assert found.value == Decimal(value)


@pytest.mark.parametrize("cell", ["1.234", "1,234", "-12.500", "€ 1.000", "(9,999)", "1.000 EUR"])
def test_three_digits_behind_one_sign_are_never_guessed(cell: str) -> None:
    with pytest.raises(amounts.Ambiguous):
        amounts.parse(cell)
    point, comma = amounts.readings(cell)
    assert abs(point) != abs(comma)
    assert 1000 in (abs(comma / point), abs(point / comma))


@pytest.mark.parametrize(
    "cell", ["abc", "12abc", "1,2,3", "12 34", "2026-01-01", "=1+1", "1..2", "--5", "1" * 41, "5)"]
)
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        amounts.parse(cell)


@pytest.mark.parametrize("cell", ["", " ", "-", "–", "n/a", "N/A", "null", "k.A."])
def test_a_blank_is_no_zero(cell: str) -> None:
    assert amounts.parse(cell) is None


@pytest.mark.parametrize(
    ("cell", "side", "coin"),
    [("500.00 Cr", "credit", ""), ("500.00 Dr.", "debit", ""), ("12,34 H", "credit", ""), ("12,34 S", "debit", ""),
     ("Rs. 1,00,000.00 Dr", "debit", "INR"), ("5.00 USD", "", "USD"), ("£5", "", "GBP"), ("$5", "", "$")],
)  # fmt: skip
def test_side_and_currency_stand_beside_the_figure(cell: str, side: str, coin: str) -> None:
    found = amounts.parse(cell)
    assert found is not None
    assert (found.side, found.currency) == (side, coin)


def test_a_column_decides_by_the_cells_that_allow_one_reading() -> None:
    assert amounts.votes([(2, "1.234"), (3, "5,50")]).style == "comma"
    assert amounts.votes([(2, "1.234"), (3, "0.5")]).style == "point"
    assert amounts.votes([(2, "1.234"), (3, "800")]).style == ""
    assert amounts.votes([(2, "1,50"), (3, "1.50")]).style == "mixed"


def written(cents: int, decimal: str, group: str, sign: str) -> str:
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", group) + decimal + f"{rest:02}"
    if cents >= 0:
        return text
    return {"front": f"-{text}", "back": f"{text}-", "brackets": f"({text})", "unicode": f"\u2212{text}"}[sign]


@given(
    CENTS,
    st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u00a0"), (".", "'"), (",", "\u202f"), (".", "")]),
    st.sampled_from(["front", "back", "brackets", "unicode"]),
)
def test_an_amount_written_in_any_country_is_read_back(cents: int, signs: tuple[str, str], sign: str) -> None:
    found = amounts.parse(written(cents, *signs, sign))
    assert found is not None
    assert found.value == Decimal(cents) / 100


@given(CENTS)
def test_what_facts_and_texts_show_is_the_same_figure(cents: int) -> None:
    value = Decimal(cents) / 100
    assert Decimal(amounts.plain(value)) == value
    assert amounts.money(value).replace(",", "") == amounts.plain(value)
    assert "-0.00" not in amounts.money(value)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        amounts.parse(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-04", (2026, 3, 4)), ("2026-03-04T10:00:00Z", (2026, 3, 4)), ("20260304", (2026, 3, 4)),
        ("04.03.2026", (2026, 3, 4)), ("4.3.26", (2026, 3, 4)), ("13/04/2026", (2026, 4, 13)),
        ("04/13/2026", (2026, 4, 13)), ("3. März 2026", (2026, 3, 3)), ("4 de marzo de 2026", (2026, 3, 4)),
        ("1er janvier 2026", (2026, 1, 1)), ("Mar 4, 2026", (2026, 3, 4)), ("04-Mar-26", (2026, 3, 4)),
        ("5 mei 2026", (2026, 5, 5)), ("7 giugno 2026", (2026, 6, 7)), ("9 de dezembro de 2026", (2026, 12, 9)),
        ("2026-03", (2026, 3, 1)), ("05/05/2026", (2026, 5, 5)), ("2026/03/04", (2026, 3, 4)),
    ],
)  # fmt: skip
def test_a_date_with_one_reading_is_that_day(cell: str, day: tuple[int, int, int]) -> None:
    assert dates.parse(cell) == date(*day)


def test_day_and_month_that_can_change_places_are_never_guessed() -> None:
    with pytest.raises(amounts.Ambiguous):
        dates.parse("03/04/2026")
    assert dates.both("03/04/2026") == (date(2026, 4, 3), date(2026, 3, 4))
    assert dates.orders([(2, "03/04/2026"), (3, "25/04/2026")]).order == "day"
    assert dates.orders([(2, "03/04/2026"), (3, "04/25/2026")]).order == "month"


@pytest.mark.parametrize("cell", ["31/02/2026", "2026-13-01", "99.99.9999", "tomorrow", "12", "1.2.3.4"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        dates.parse(cell)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%Y%m%d"]))
def test_a_day_written_in_these_forms_is_read_back(day: date, form: str) -> None:
    assert dates.parse(day.strftime(form)) == day


def test_a_spreadsheets_serial_is_a_day() -> None:
    assert dates.serial("45292") == date(2024, 1, 1)
    with pytest.raises(ValueError, match="100"):
        dates.serial("100")


@given(
    CENTS,
    st.sampled_from([",", "."]),
    st.sampled_from(["", ","]),
    st.sampled_from(["", " EUR", "€", " Cr", "DR", " kg", " x"]),
)
def test_the_short_way_to_read_a_cell_gives_what_the_long_way_gives(
    cents: int, decimal: str, group: str, after: str
) -> None:
    other = "." if decimal == "," else ","
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", group and other)
    cell = f"{'-' if cents < 0 else ''}{text}{decimal}{rest:02}{after}"
    blanks = f" {cell} "  # with blanks around it no short way fits
    for style in ("point", "comma", ""):
        read: list[object] = []
        for written in (cell, blanks):
            try:
                read.append(amounts.parse(written, style))
            except ValueError as error:
                read.append(type(error))
        assert read[0] == read[1]
    assert amounts.votes([(1, cell)]).style == amounts.votes([(1, blanks)]).style
