"""Tables are found in whatever file they come in, with the line of each row."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops.agent.agent import ToolError
from bizops.agent.tools.tables import headings
from bizops.agent.tools.tables import reading as tables

WANTED = [("Date", "Text", "Amount"), ["2026-01-02", "Coffee", "-3.50"], ["2026-01-03", "Salary", "1000.00"]]


def read(text: str | bytes, name: str = "a.csv") -> tables.Table:
    return tables.read(text.encode() if isinstance(text, str) else text, name, headings.known)


def rows(table: tables.Table) -> list[object]:
    return [table.header, *(list(row.cells) for row in table.rows)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_and_line_ends_are_found(separator: str, end: str) -> None:
    lines = ["Date,Text,Amount", "2026-01-02,Coffee,-3.50", "2026-01-03,Salary,1000.00"]
    found = read(end.join(lines).replace(",", separator))
    assert rows(found) == WANTED
    assert [row.line for row in found.rows] == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_the_encoding_is_found(encoding: str) -> None:
    found = read("Datum;Empfänger;Betrag\n01.02.2026;Müller & Söhne;5,00\n".encode(encoding))
    assert found.header == ("Datum", "Empfänger", "Betrag")
    assert found.rows[0].cells[1] == "Müller & Söhne"


def test_lines_before_the_header_are_kept_apart_and_counted() -> None:
    found = read(
        "Account;DE12\nPeriod;January\n\nDate;Text;Amount\n2026-01-02;Coffee;-3.50\n2026-01-03;Salary;1000.00\n"
    )
    assert rows(found) == WANTED
    assert found.header_line == 4
    assert [row.line for row in found.rows] == [5, 6]
    assert [row.line for row in found.preamble] == [1, 2]


def test_a_line_break_inside_quotes_counts_as_a_line_of_the_file() -> None:
    found = read('Date,Text,Amount\n2026-01-02,"two\nlines, ""quoted""",-3.50\n2026-01-03,Salary,1000.00\n')
    assert [row.line for row in found.rows] == [2, 4]
    assert found.rows[0].cells[1] == 'two\nlines, "quoted"'


def test_a_quotation_mark_that_never_closes_spoils_its_line_alone() -> None:
    body = "".join(f"2026-01-03,row {n},1.00\n" for n in range(100))
    found = read(f'Date,Text,Amount\n2026-01-02,"open,-3.50\n{body}')
    assert len(found.rows) == 101
    assert [flaw.line for flaw in found.flaws] == [2]


def test_rows_of_another_width_are_named_by_line() -> None:
    found = read("Date,Text,Amount\n2026-01-02,Coffee,-1,200.00\n2026-01-03,Salary,1000.00\n")
    assert [row.line for row in found.rows] == [3]
    assert [(flaw.line, "4 cells" in flaw.text) for flaw in found.flaws] == [(2, True)]


def test_the_header_once_more_is_no_row() -> None:
    head = "Date,Text,Amount\n"
    assert rows(read(f"{head}2026-01-02,Coffee,-3.50\n{head}2026-01-03,Salary,1000.00\n")) == WANTED


def test_without_a_header_columns_are_numbered() -> None:
    found = read("2026-01-02,Coffee,-3.50\n2026-01-03,Salary,1000.00\n")
    assert found.header == ("column 1", "column 2", "column 3")
    assert found.header_line == 0
    assert [row.line for row in found.rows] == [1, 2]


def test_columns_that_only_blanks_hold_apart() -> None:
    text = (
        "Date        Text      Amount\n----------  ------  --------\n"
        "2026-01-02  Coffee     -3.50\n2026-01-03  Salary   1000.00\n"
    )
    assert rows(read(text, "a.txt")) == WANTED


def test_a_markdown_table_is_a_table() -> None:
    text = (
        "| Date | Text | Amount |\n|---|:--:|---:|\n| 2026-01-02 | Coffee | -3.50 |\n"
        "| 2026-01-03 | Salary | 1000.00 |\n"
    )
    assert rows(read(text, "a.md")) == WANTED


def test_decimal_commas_are_no_separators() -> None:
    assert read("Betrag\n1,50\n2,00\n").header == ("Betrag",)
    assert read("Datum;Betrag\n01.01.2026;1,50\n02.01.2026;2,00\n").header == ("Datum", "Betrag")


ENTRIES = [{"date": "2026-01-02", "amount": -3.5}, {"date": "2026-01-03", "amount": 1000}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ENTRIES, indent=1),
        json.dumps({"meta": {"count": 2}, "data": {"entries": ENTRIES}}, indent=1),
        "\n".join(map(json.dumps, ENTRIES)),
        json.dumps([["date", "amount"], *([e["date"], e["amount"]] for e in ENTRIES)]),
    ],
)
def test_json_is_a_table_wherever_its_list_stands(text: str) -> None:
    found = read(text, "a.json")
    assert found.header == ("date", "amount")
    assert [list(row.cells) for row in found.rows] == [["2026-01-02", "-3.5"], ["2026-01-03", "1000"]]
    assert found.exact == {1}, "a JSON number has a decimal point"


def test_a_json_row_has_the_line_on_which_it_begins() -> None:
    assert [row.line for row in read(json.dumps({"rows": ENTRIES}, indent=1), "a.json").rows] == [3, 7]


def test_the_lines_of_a_document_carry_the_documents_own_cells() -> None:
    entry = {"number": "JV-1", "accounts": [{"account": "Cash", "debit": 5}, {"account": "Sales", "credit": 5}]}
    found = read(json.dumps([entry]), "a.json")
    assert [dict(zip(found.header, row.cells, strict=True))["number"] for row in found.rows] == ["JV-1", "JV-1"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1}', "no list"),
    ],
)
def test_what_holds_no_table_is_refused_in_words(data: bytes, says: str) -> None:
    with pytest.raises(ToolError, match=says):
        read(data, "a.csv")


@given(st.lists(st.lists(st.text('ab1.,;"\n -', max_size=6), min_size=3, max_size=3), max_size=8))
def test_no_text_breaks_the_reader(cells: list[list[str]]) -> None:
    text = "Date,Text,Amount\n" + "\n".join(",".join(row) for row in cells)
    lines = len(text.split("\n"))
    assert all(1 < row.line <= lines for row in read(text).rows)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        tables.read(data, "a.csv", headings.known)
    except ToolError:
        return
