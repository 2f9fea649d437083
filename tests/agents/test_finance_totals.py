"""Rows that state sums, cells without a figure, both sides on one line, fences left open: all are named by line."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bizops.agent.tools.tables import amounts, labels
from tests.agents.finance_cases import AGENT, answer, case, fact, found, questions

QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
BUDGET = (
    "Account,Budget,Actual,Variance,%\nRent,1000,1100,100,10.0\nOffice,500,450,-50,-10.0\n"
    "Subtotal Facilities,1500,1550,50,3.3\nTravel,300,310,10,3.3\nTotal,1800,1860,60,3.3\n"
)


# Budgets


def test_a_budget_whose_totals_agree_is_not_complained_of(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Budget vs actual", {"a.csv": BUDGET})
    assert fact(decision, "total_actual") == "1860.00"
    assert [finding for finding in decision.findings if finding.severity == "high"] == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "figures"),
    [
        ("1500,1550,50", "1500,1500,0", "total-differs", 4, ("1,500.00", "1,550.00")),
        ("1800,1860", "1800,1850", "total-differs", 6, ("1,850.00", "1,860.00")),
        ("1800,1860", "1700,1860", "total-differs", 6, ("1,700.00", "1,800.00")),
        ("1100,100,", "1100,110,", "variance-differs", 2, ("110", "100.0")),
        ("310,10,3.3", "310,10,3.9", "variance-differs", 5, ("3.9", "3.3")),
        ("1860,60", "1860,66", "variance-differs", 6, ("66", "60.0")),
    ],
)
def test_what_a_budget_states_wrong_is_named_with_both_figures(
    tmp_path: Path, old: str, new: str, rule: str, line: int, figures: tuple[str, str]
) -> None:
    decision = answer(tmp_path, "Budget vs actual", {"a.csv": BUDGET.replace(old, new)})
    assert line in found(decision, rule)
    told = next(text for text in decision.summary.splitlines() if text.startswith(f"- line {line}:"))
    assert all(figure in decision.summary for figure in figures), told
    assert fact(decision, "total_actual") == "1860.00"


GERMAN = (
    "Konto;Plan;Ist;Abw.\nMiete;1.000,00;1.100,00;-100,00\nUmsatz;5.000,00;5.500,00;500,00\nBüro;200,00;150,00;60,00\n"
)
FRENCH = (
    "Poste\tBudget\tRéalisé\tÉcart en %\nLoyer\t1 000,00\t1 100,00\t10,0\nAchats\t500,00\t450,00\t-10,0\n"
    "Ventes\t2 000,00\t1 900,00\t-6,0\n"
)
SPANISH = (
    "Concepto;Presupuesto;Ejecutado;Uso\nAlquiler;1.000,00;1.100,00;110%\nLuz;200,00;150,00;75%\n"
    "Agua;100,00;90,00;95%\n"
)
PORTUGUESE = (
    "Conta;Orçado;Realizado;Saldo por gastar\nRenda;1.000,00;900,00;100,00\nLuz;200,00;150,00;50,00\n"
    "Gás;50,00;45,00;6,00\n"
)


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH, PORTUGUESE])
def test_a_variance_of_any_name_sign_and_unit_is_checked_by_its_figures(tmp_path: Path, text: str) -> None:
    assert found(answer(tmp_path, "Budget", {"a.csv": text}), "variance-differs") == [4]


def test_a_dash_in_a_budget_says_what_zero_would_change(tmp_path: Path) -> None:
    text = "Account,Budget,Actual\nRent,1000,1100\nTravel,300,-\nOffice,n/a,450\nBonus,TBD,20\n"
    decision = answer(tmp_path, "Budget vs actual", {"a.csv": text})
    assert "if that means zero, its variance is -300.00" in decision.summary
    assert found(decision, "no-figure") == [3, 4]
    assert found(decision, "unreadable") == [5]
    assert "`TBD`" in questions(decision)


# Rows that state sums


@pytest.mark.parametrize(
    "label",
    (
        "Ergebnis,Résultat,Result,Netto,Net,Resultado,Risultato,Wynik finansowy,Jahresüberschuss,Gewinn/Verlust,Saldo,"
        "Bottom line,Razem,Ogółem,Suma,Celkem,Totalt,Somme totale,Grand Total,** TOTAL **,Σ,Insgesamt,Net income 2026,"
        "Profit / (Loss),Loss / profit"
    ).split(","),
)
def test_a_result_under_any_name_is_no_entry_and_named_if_it_is_wrong(tmp_path: Path, label: str) -> None:
    text = f"Account;Amount\nUmsatz;1.000,00\nMiete;-300,00\n{label};700,00\n"
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert fact(decision, "net") == "700.00"
    assert found(decision, "total-differs") + found(decision, "closing-unproved") == []
    wrong = answer(tmp_path, "Statement", {"a.csv": text.replace(";700,00", ";710,00")})
    assert fact(wrong, "net") == "700.00"
    assert found(wrong, "total-differs") + found(wrong, "closing-unproved") == [4]
    assert "710.00" in wrong.summary


@pytest.mark.parametrize(
    "label",
    ["Profit sharing", "Gewinn aus Verkauf", "Transport", "Netflix", "Report writing", "Alliance", "Summer party"],
)
def test_an_account_with_a_word_of_sums_in_its_name_stays_an_entry(tmp_path: Path, label: str) -> None:
    decision = answer(
        tmp_path, "Statement", {"a.csv": f"Account;Amount\nSales;1000,00\nRent;-300,00\n{label};-55,50\n"}
    )
    assert fact(decision, "net") == "644.50"
    assert found(decision, "total-differs") == []


def test_a_result_of_positive_figures_is_income_less_expenses(tmp_path: Path) -> None:
    text = "Account,Amount\nSales,1000\nRent,300\nPhone,50\nResult,650\n"
    right = answer(tmp_path, "P&L", {"a.csv": text})
    assert fact(right, "net") == "650.00"
    assert found(right, "total-differs") == []
    assert found(answer(tmp_path, "P&L", {"a.csv": text.replace("650", "660")}), "total-differs") == [5]


def test_balances_at_both_ends_are_no_entries_and_are_proved(tmp_path: Path) -> None:
    text = "Konto;Betrag\nAnfangsbestand;500,00\nUmsatz;1000,00\nMiete;-300,00\nÜbertrag;1.200,00\n"
    decision = answer(tmp_path, "Auswertung", {"a.csv": text})
    assert fact(decision, "net") == "700.00"
    assert found(decision, "total-differs") == []
    assert "line 2 (`Anfangsbestand`), line 5 (`Übertrag`): not counted" in decision.summary
    wrong = answer(tmp_path, "Auswertung", {"a.csv": text.replace("1.200", "1.100")})
    assert found(wrong, "total-differs") == [5]
    assert "1,200.00" in wrong.summary


def test_a_sum_that_no_label_tells_is_known_by_its_figures(tmp_path: Path) -> None:
    text = "Account,Amount\nSales,1000.25\nConsulting,350.50\nKasse komplett,1350.75\n"
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert fact(decision, "total" if "total" in decision.facts else "net") == "1350.75"
    assert "line 4 (`Kasse komplett`), the sum of lines 2 to 3" in decision.summary


def test_totals_above_their_entries_are_no_entries(tmp_path: Path) -> None:
    text = (
        "Kostenart;Plan;Ist\nPersonal;5.000,00;5.200,00\nGehälter;4.000,00;4.100,00\nAbgaben;1.000,00;1.100,00\n"
        "Sachkosten;1.500,00;1.400,00\nMiete;1.000,00;1.000,00\nBüro;500,00;400,00\nAlles;6.500,00;6.600,00\n"
    )
    decision = answer(tmp_path, "Plan-Ist", {"a.csv": text})
    assert fact(decision, "total_budget") == "6500.00"
    assert "line 2 (`Personal`), the sum of lines 3 to 4" in decision.summary


ROUND = "Account,Amount\nSales,1000\nZorp,500\nFoo,1500\n"


def test_round_figures_that_may_agree_by_accident_are_asked(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Statement", {"a.csv": ROUND})
    asked = questions(decision)
    assert "`a.csv` line 4: is `Foo` (`1500`) an entry, or the sum of lines 2 to 3" in asked
    assert "total" not in decision.facts
    total = answer(tmp_path, "Statement", {"a.csv": ROUND}, "", "line 4 is a total. Zorp is income, Foo is income")
    assert fact(total, "income") == "1500.00"
    entry = answer(tmp_path, "Statement", {"a.csv": ROUND}, "", "Line 4 is an entry. Zorp is income. Foo is income")
    assert fact(entry, "income") == "3000.00"


def test_a_dated_row_that_is_called_total_is_one_only_if_it_adds_up(tmp_path: Path) -> None:
    text = "Date,Text,Amount\n2026-01-01,a,-50.00\n2026-01-02,Total,-99.80\n2026-01-03,b,10.00\n"
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert "line 3: is `Total` (`-99.80`) an entry, or the sum of line 2? Not all" in questions(decision)
    adds = answer(tmp_path, "Statement", {"a.csv": text.replace("-99.80", "-50.00")})
    assert fact(adds, "net") == "-40.00"


def test_a_total_in_each_currency_and_month_is_compared_with_its_own(tmp_path: Path) -> None:
    coins = (
        "Date,Text,Amount,Currency\n2026-01-01,a,10.00,EUR\n2026-01-02,b,5.00,USD\n2026-01-03,c,7.00,EUR\n"
        ",Total,17.00,EUR\n,Total,6.00,USD\n"
    )
    assert found(answer(tmp_path, "Statement", {"a.csv": coins}), "total-differs") == [6]
    months = "Account,Jan,Feb\nRent,100.00,110.00\nSales,500.00,600.00\nTotal,600.00,711.00\n"
    decision = answer(tmp_path, "P&L by month", {"a.csv": months})
    assert [f.text for f in decision.findings if f.rule == "total-differs"] != []
    assert "600.00 in" not in "".join(f.text for f in decision.findings)


@QUICK
@given(
    groups=st.lists(st.lists(st.integers(1, 10**7), min_size=1, max_size=6), min_size=1, max_size=4),
    off=st.integers(-999, 999),
)
def test_subtotals_and_a_total_are_never_entries_and_only_the_wrong_one_is_named(
    tmp_path: Path, groups: list[list[int]], off: int
) -> None:
    lines, n = ["Account,Actual,Budget"], 0
    for group in groups:
        for cents in group:
            n += 1
            lines.append(f"Post {n},{cents / 100:.2f},{cents / 100:.2f}")
        lines.append(f"Subtotal,{sum(group) / 100:.2f},{sum(group) / 100:.2f}")
    total = sum(map(sum, groups))
    lines.append(f"Total,{(total + off) / 100:.2f},{total / 100:.2f}")
    given_ = case(tmp_path, "x", {"a.csv": "\n".join(lines)})
    result = AGENT.notebook(given_).use("budget", file="a.csv")
    assert Decimal(result.facts["total_actual"].value) * 100 == total
    differing = [finding.line for finding in result.findings if finding.rule == "total-differs"]
    assert differing == ([len(lines)] if off else [])


@given(st.sampled_from(["Total", "Ergebnis", "Übertrag", "Opening balance", "Zwischensumme", "c/f", "Wynik", "Итого"]))
def test_the_quick_look_at_dated_rows_says_what_the_full_one_says(label: str) -> None:
    assert labels.of(label, dated=True) == labels.of(label)


# Cells without a figure


@pytest.mark.parametrize(
    ("cell", "how"),
    [("-", "dash"), ("–", "dash"), ("n/a", "none"), ("k.A.", "none"), ("N.A.", "none"), ("?", "unknown"),
     ("TBD", "unknown"), ("#REF!", "unknown"), ("#N/A", "unknown"), ("#WERT!", "unknown"), ("##########", "unknown"),
     ("", ""), ("0", ""), ("12.50", ""), ("abc", "")],
)  # fmt: skip
def test_a_cell_says_in_its_own_way_that_it_has_no_figure(cell: str, how: str) -> None:
    assert amounts.absent(cell) == how


def test_lines_without_a_figure_are_named_and_left_out(tmp_path: Path) -> None:
    cells = ["10.00", "n/a", "?", "-", "TBD", "#REF!", "k.A.", "20.00"]
    text = "Date,Text,Amount\n" + "".join(f"2026-01-0{n},t{n},{cell}\n" for n, cell in enumerate(cells, 1))
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert fact(decision, "total") == "30.00"
    assert found(decision, "unreadable") == [4, 6, 7]
    assert "line 3 (`n/a` in `Amount`), line 8 (`k.A.` in `Amount`): left out" in decision.summary
    assert "line 5 (`-` in `Amount`): left out; if it means zero, the sums are the same" in decision.summary


@pytest.mark.parametrize(
    ("title", "text", "line"),
    [
        ("Overdue?", "Invoice,Customer,Due date,Amount\n1,A,2026-01-01,100.00\n2,B,2026-02-01,k.A.\n", 3),
        ("Check the VAT", "Invoice,Net,VAT %,VAT,Gross\n1,100.00,19,19.00,119.00\n2,n/a,19,38.00,238.00\n", 3),
        ("Does it balance?", "Date,Text,Amount,Balance\n2026-01-01,a,1.00,1.00\n2026-01-02,b,n/a,1.00\n", 3),
        ("Runway", "Date,Text,Amount,Balance\n2026-01-01,a,-1.00,9.00\n2026-02-02,b,n/a,9.00\n", 3),
    ],
)
def test_every_playbook_names_a_line_without_a_figure(tmp_path: Path, title: str, text: str, line: int) -> None:
    decision = answer(tmp_path, title, {"a.csv": text})
    assert found(decision, "no-figure") == [line]
    assert f"line {line} (" in decision.summary


def test_a_dash_beside_the_other_side_is_no_gap(tmp_path: Path) -> None:
    text = "Date,Text,In,Out\n2026-01-01,a,10.00,-\n2026-01-02,b,-,5.00\n"
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert fact(decision, "net") == "5.00"
    assert found(decision, "no-figure") == []


def test_the_one_line_without_a_figure_is_named_beside_the_total_that_lacks_it(tmp_path: Path) -> None:
    decision = answer(tmp_path, "Statement", {"a.csv": "Account,Amount\nRent,100.00\nFuel,n/a\nTotal,160.00\n"})
    assert "a difference of 60.00; line 3 has no figure there" in decision.summary


# Both sides of one line


def test_a_line_with_money_in_and_out_counts_on_both_sides_and_is_named(tmp_path: Path) -> None:
    text = "Date,Text,In,Out\n2026-01-01,a,10.00,\n2026-01-02,b,,5.00\n2026-01-03,c,20.00,15.00\n"
    decision = answer(tmp_path, "Statement", {"a.csv": text})
    assert [fact(decision, name) for name in ("income", "expenses", "net")] == ["30.00", "20.00", "10.00"]
    assert found(decision, "both-sides") == [4]
    assert "both `Out` 15.00 and `In` 20.00" in decision.summary


def test_a_list_of_balances_with_both_turnovers_is_not_named_line_by_line(tmp_path: Path) -> None:
    text = "Konto;Soll;Haben\n1200;100,00;40,00\n1400;60,00;10,00\n8400;20,00;130,00\n"
    assert found(answer(tmp_path, "Saldenliste", {"a.csv": text}), "both-sides") == []


@QUICK
@given(rows=st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 9999)).filter(any), min_size=1, max_size=12))
def test_turnovers_are_the_sums_of_their_columns(tmp_path: Path, rows: list[tuple[int, int]]) -> None:
    text = "Date,Text,Money in,Money out\n" + "".join(
        f"2026-01-{n:02},t{n},{a / 100:.2f},{b / 100:.2f}\n" for n, (a, b) in enumerate(rows, 1)
    )
    result = AGENT.notebook(case(tmp_path, "x", {"a.csv": text})).use("statement", file="a.csv")
    assert Decimal(result.facts["income"].value) * 100 == sum(a for a, _ in rows)
    assert Decimal(result.facts["expenses"].value) * 100 == sum(b for _, b in rows)


# Fences


def test_a_fence_that_is_not_closed_is_said(tmp_path: Path) -> None:
    rows = "Date,Text,Amount\n2026-01-01,a,10.00\n2026-01-02,b,5.00\n"
    decision = answer(tmp_path, "Statement", {"pl.csv": rows}, f"See pl.csv\n```csv\n{rows}")
    assert "The fence of `pl.csv` (its data begins at line 3 of the text) is not closed" in decision.summary
    assert fact(decision, "total") == "15.00"
    closed = answer(tmp_path, "Statement", {"pl.csv": rows}, f"See pl.csv\n```csv\n{rows}```\n")
    assert "fence" not in closed.summary
