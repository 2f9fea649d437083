# ruff: noqa: E501 - lists of sentences
"""A figure stands beside the name of its own fact, in any language; a true sentence is not taken for a false one."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bizops.decision import Fact
from bizops.rules.checks import numbers_are_facts


def facts(told: str) -> dict[str, Fact]:
    """Facts from lines `name value unit`."""
    rows = [line.split(maxsplit=2) for line in told.strip().splitlines()]
    return {name: Fact(value=value, unit=" ".join(unit)) for name, value, *unit in rows}


OCTOBER = facts(
    """
    october_income 900.00 EUR
    october_expenses 300.00 EUR
    october_net 600.00 EUR
    october_entries 8
    october_duplicates 2
    """
)
BUDGET = facts(
    """
    opening_balance 12000.00 EUR
    closing_balance 18037.60 EUR
    balance_breaks 1
    balances_checked 7
    budget_sales_budget 8000.00
    budget_sales_actual 8330.00
    budget_sales_variance 330.00
    budget_rent_budget 1850.00
    budget_rent_actual 1850.00
    budget_rent_variance 0.00
    budget_office_supplies_budget 150.00
    budget_office_supplies_actual 238.00
    budget_office_supplies_variance 88.00
    october_income 8330.00 EUR
    october_expenses 2319.40 EUR
    october_net 6010.60 EUR
    october_entries 7
    duplicates 1
    duplicated_amount 119.00 EUR
    missing_numbers 1
    """
)
SECURITY = facts(
    """
    issue_secrets 4 secrets
    issue_secrets_places 6 places
    advisories 2 advisories
    locked_packages 3 packages
    vulnerable_packages 1 packages
    vulnerabilities 1 vulnerabilities
    security_score 60 points
    security_gate 85 points
    security_score_deduction 40 points
    findings_critical 1 findings
    findings_high 5 findings
    findings_medium 0 findings
    findings_low 2 findings
    """
)
TARGETS = facts(
    """
    targets_met 0
    targets_missed 2
    automation_rate 100.0 %
    sla_compliance 97.3 %
    error_rate 1.4 %
    open_ai-finance-agent 3 issues
    open_ai-support-agent 2 issues
    open_issues 6
    finished_a_week 9.0 issues
    opened_a_week 9.4 issues
    done_by_p50 29 issues
    done_by_p85 26 issues
    clocks_decided 73
    age_p50 10 h
    age_p85 45 d
    """
)
TWO = facts(
    """
    pl_income_eur 900.00 EUR
    pl_expenses_eur 300.00 EUR
    pl_income_usd 700.00 USD
    pl_expenses_usd 200.00 USD
    """
)
TAX = facts(
    """
    rate 19 %
    tax_total 190.00 EUR
    net_total 1000.00 EUR
    gross_total 1190.00 EUR
    """
)
RESULTS = (
    "`october.csv`, 8 entries (lines 2 to 9): income 900.00, expenses 300.00, net 600.00 EUR.\n"
    "71 of 73 clocks; 1 critical finding, 5 high; 1 vulnerability in 1 locked package"
)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (OCTOBER, "Income is 900 EUR, expenses are 300 EUR, net 600 EUR."),
        (OCTOBER, "Income and expenses were 900.00 and 300.00 EUR respectively."),
        (OCTOBER, "Income, expenses and net: 900, 300 and 600 EUR."),
        (OCTOBER, "Income less expenses gives 600 EUR."),
        (OCTOBER, "Income exceeds expenses by 600.00 EUR."),
        (OCTOBER, "In October you earned 900 EUR and spent 300 EUR, so 600 EUR remain."),
        (OCTOBER, "With 900 EUR in income and 300 EUR in expenses, the net is 600 EUR."),
        (OCTOBER, "900 income, 300 expenses, 600 net"),
        (OCTOBER, "The income of 900 EUR covers the expenses of 300 EUR; 600 EUR is left."),
        (OCTOBER, "Income is 600 EUR above expenses."),
        (OCTOBER, "Income is not 300 EUR but 900 EUR."),
        (OCTOBER, "The net of income and expenses is 600 EUR."),
        (OCTOBER, "| | EUR |\n|---|---|\n| Income | 900.00 |\n| Expenses | 300.00 |\n| Net | 600.00 |"),
        (OCTOBER, "| income | expenses | net |\n|---|---|---|\n| 900 | 300 | 600 |"),
        (OCTOBER, "| month | income | expenses | net |\n|---|---|---|---|\n| October | 900 | 300 | 600 |"),
        (OCTOBER, "Die Einnahmen betragen 900 EUR, die Ausgaben 300 EUR, das Ergebnis 600 EUR."),
        (OCTOBER, "Einnahmen von 900,00 € stehen Ausgaben von 300,00 € gegenüber; netto bleiben 600,00 €."),
        (OCTOBER, "Les recettes s'élèvent à 900 EUR et les dépenses à 300 EUR, soit un résultat de 600 EUR."),
        (OCTOBER, "Los ingresos ascienden a 900 EUR y los gastos a 300 EUR; el resultado es de 600 EUR."),
        (OCTOBER, "As receitas somam 900 EUR e as despesas 300 EUR; o resultado é 600 EUR."),
        (OCTOBER, "I ricavi ammontano a 900 EUR e le spese a 300 EUR, con un risultato di 600 EUR."),
        (OCTOBER, "Przychody wyniosły 900 EUR, a wydatki 300 EUR; wynik to 600 EUR."),
        (OCTOBER, "De inkomsten bedragen 900 EUR en de uitgaven 300 EUR; het resultaat is 600 EUR."),
        (OCTOBER, "Net income for October is 600 EUR (income 900, expenses 300)."),
        (OCTOBER, "Profit: 600 EUR = 900 EUR income − 300 EUR expenses."),
        (OCTOBER, "Of the 900 EUR of income, 300 EUR went into expenses and 600 EUR is net."),
        (OCTOBER, "After expenses of 300 EUR, 600 EUR of the 900 EUR income is left."),
        (OCTOBER, "Income (8 entries): 900 EUR. Expenses: 300 EUR."),
        (OCTOBER, "The 8 entries of October include 2 duplicates; expenses come to 300 EUR."),
        (OCTOBER, "Your income statement shows 900 in, 300 out and 600 net."),
        (OCTOBER, "Income minus 300 EUR expenses leaves 600 EUR."),
        (OCTOBER, "Net 600 (900 income, 300 expenses)"),
        (OCTOBER, "- **Income:** 900.00 EUR\n- **Expenses:** 300.00 EUR\n- **Net:** 600.00 EUR"),
        (OCTOBER, "Income 900 - expenses 300 = net 600 EUR"),
        (OCTOBER, "Net = 900 - 300 = 600"),
        (OCTOBER, "Without the 300 EUR of expenses, income would be 900 EUR."),
        (BUDGET, "The opening balance was 12,000.00 EUR and the closing balance 18,037.60 EUR."),
        (BUDGET, "The balance rose from 12,000.00 EUR to 18,037.60 EUR."),
        (BUDGET, "Sales: budget 8,000.00, actual 8,330.00, variance 330.00."),
        (BUDGET, "Sales came in at 8,330.00 against a budget of 8,000.00, which is 330.00 more."),
        (BUDGET, "Office supplies cost 238.00 instead of the planned 150.00, 88.00 over budget."),
        (BUDGET, "Rent is as planned, 1,850.00."),
        (BUDGET, "Actual sales of 8,330.00 exceed the budget of 8,000.00 by 330.00."),
        (BUDGET, "Income was 8,330.00 EUR in 7 entries, of which 1 is a duplicate of 119.00 EUR."),
        (BUDGET, "The duplicated amount is 119.00 EUR; 1 number is missing."),
        (BUDGET, "Expenses of 2,319.40 EUR leave a net of 6,010.60 EUR."),
        (BUDGET, "Expenses for office supplies were 238.00."),
        (BUDGET, "The balance breaks 1 time; 7 balances were checked."),
        (BUDGET, "Der Anfangsbestand beträgt 12.000,00 EUR, der Endbestand 18.037,60 EUR."),
        (BUDGET, "Das Budget für Sales war 8.000,00, das Ist 8.330,00, die Abweichung 330,00."),
        (BUDGET, "Le budget des ventes était de 8 000,00 et le réel de 8 330,00, soit un écart de 330,00."),
        (BUDGET, "Closing balance 18,037.60 EUR less opening balance 12,000.00 EUR is not the net of 6,010.60 EUR."),
        (BUDGET, "| account | budget | actual | variance |\n|---|---|---|---|\n| Sales | 8,000.00 | 8,330.00 | 330.00 |\n| Office supplies | 150.00 | 238.00 | 88.00 |"),
        (BUDGET, "| Position | Budget | Ist | Abweichung |\n|---|---|---|---|\n| Sales | 8.000,00 | 8.330,00 | 330,00 |"),
        (BUDGET, "Of the 7 entries, 1 is booked twice (119.00 EUR)."),
        (BUDGET, "Income without the duplicate of 119.00 EUR would be lower than 8,330.00 EUR."),
        (BUDGET, "The largest variance is 330.00 (sales), then 88.00 (office supplies)."),
        (SECURITY, "4 secrets in 6 places."),
        (SECURITY, "The security score is 60, below the gate of 85."),
        (SECURITY, "1 known vulnerability in 1 locked package."),
        (SECURITY, "2 advisories against 3 locked packages, 1 of them vulnerable."),
        (SECURITY, "Findings: 1 critical, 5 high, 0 medium, 2 low."),
        (SECURITY, "1 critical, 5 high and 2 low findings."),
        (SECURITY, "There is 1 critical finding and there are 5 high ones."),
        (SECURITY, "| Severity | Findings |\n|---|---|\n| critical | 1 |\n| high | 5 |\n| low | 2 |"),
        (SECURITY, "The score fell by 40 points to 60; the gate is 85."),
        (SECURITY, "Score: 60 (gate 85)"),
        (SECURITY, "Der Score ist 60, das Gate 85."),
        (TARGETS, "SLA compliance is 97.3 %, the error rate 1.4 %."),
        (TARGETS, "97.3 % SLA compliance (71 of 73), error rate 1.4 %."),
        (TARGETS, "0 targets met, 2 missed."),
        (TARGETS, "6 issues are open, 3 with ai-finance-agent and 2 with ai-support-agent."),
        (TARGETS, "9.0 issues are finished and 9.4 opened a week."),
        (TARGETS, "The automation rate is at most 100.0 %, compliance 97.3 % and the error rate at least 1.4 %."),
        (TARGETS, "With an SLA compliance of 97.3 % and an error rate of 1.4 %, two targets are missed."),
        (TWO, "In EUR, income is 900.00 and expenses 300.00; in USD, income is 700.00 and expenses 200.00."),
        (TWO, "Income 900.00 EUR and 700.00 USD, expenses 300.00 EUR and 200.00 USD."),
        (TWO, "Income: 900.00 EUR, $700.00"),
        (TWO, "Income 900 EUR, expenses 300 EUR. Income 700 USD, expenses 200 USD."),
        (TWO, "| | EUR | USD |\n|---|---|---|\n| income | 900.00 | 700.00 |\n| expenses | 300.00 | 200.00 |"),
        (TAX, "Net 1,000.00 EUR, tax 190.00 EUR (19 %), gross 1,190.00 EUR."),
        (TAX, "At a rate of 19 %, the tax on 1,000.00 EUR net is 190.00 EUR."),
        (TAX, "Bei 19 Prozent sind das 190,00 EUR Steuer auf 1.000,00 EUR netto, brutto 1.190,00 EUR."),
        (TAX, "The tax rate is 19 per cent."),
    ],
)  # fmt: skip
def test_a_true_sentence_passes(told: dict[str, Fact], text: str) -> None:
    assert numbers_are_facts(text, told, (), RESULTS, "") == []


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (OCTOBER, "income 300, expenses 900"),
        (OCTOBER, "Income is 300 EUR, expenses are 900 EUR, net 600 EUR."),
        (OCTOBER, "The income was 300.00 EUR and the expenses were 900.00 EUR."),
        (OCTOBER, "Income and expenses were 300.00 and 900.00 EUR respectively."),
        (OCTOBER, "Income: 300; expenses: 900"),
        (OCTOBER, "With 300 EUR in income and 900 EUR in expenses."),
        (OCTOBER, "300 EUR income, 900 EUR expenses."),
        (OCTOBER, "Total income came to 600 EUR."),
        (OCTOBER, "| | EUR |\n|---|---|\n| Income | 300.00 |\n| Expenses | 900.00 |"),
        (OCTOBER, "| income | expenses |\n|---|---|\n| 300 | 900 |"),
        (OCTOBER, "| month | income | expenses |\n|---|---|---|\n| October | 300 | 900 |"),
        (OCTOBER, "Die Einnahmen betragen 300 EUR, die Ausgaben 900 EUR."),
        (OCTOBER, "Einnahmen: 300,00 €; Ausgaben: 900,00 €"),
        (OCTOBER, "Les recettes s'élèvent à 300 EUR et les dépenses à 900 EUR."),
        (OCTOBER, "Los ingresos ascienden a 300 EUR y los gastos a 900 EUR."),
        (OCTOBER, "As receitas somam 300 EUR e as despesas 900 EUR."),
        (OCTOBER, "I ricavi ammontano a 300 EUR e le spese a 900 EUR."),
        (OCTOBER, "Przychody wyniosły 300 EUR, a wydatki 900 EUR."),
        (OCTOBER, "De inkomsten bedragen 300 EUR en de uitgaven 900 EUR."),
        (OCTOBER, "- **Income:** 300.00 EUR\n- **Expenses:** 900.00 EUR"),
        (OCTOBER, "The net is 900 EUR."),
        (OCTOBER, "There are 2 entries and 8 duplicates."),
        (OCTOBER, "Revenue of 300 EUR, costs of 900 EUR"),
        (OCTOBER, "Expenses for October were 900 EUR."),
        (OCTOBER, "Your income is EUR 300.00"),
        (OCTOBER, "income (300 EUR), expenses (900 EUR)"),
        (OCTOBER, "october_income = 300"),
        (BUDGET, "The opening balance was 18,037.60 EUR and the closing balance 12,000.00 EUR."),
        (BUDGET, "Sales: budget 8,330.00, actual 8,000.00."),
        (BUDGET, "Actual sales are 8,000.00, the budget is 8,330.00."),
        (BUDGET, "Income was 2,319.40 EUR."),
        (BUDGET, "The net is 8,330.00 EUR."),
        (BUDGET, "The duplicated amount is 2,319.40 EUR."),
        (BUDGET, "There are 7 duplicates."),
        (BUDGET, "Opening balance: 6,010.60 EUR"),
        (BUDGET, "| account | budget | actual | variance |\n|---|---|---|---|\n| Sales | 8,330.00 | 8,000.00 | 330.00 |"),
        (BUDGET, "| account | budget | actual |\n|---|---|---|\n| Office supplies | 1,850.00 | 238.00 |"),
        (BUDGET, "Anfangsbestand: 18.037,60 EUR"),
        (SECURITY, "The security score is 85, the gate is 60."),
        (SECURITY, "Findings: 5 critical, 1 high, 0 medium, 2 low."),
        (SECURITY, "5 critical and 1 high findings"),
        (SECURITY, "| Severity | Findings |\n|---|---|\n| critical | 5 |\n| high | 1 |"),
        (SECURITY, "Critical: 5, high: 1"),
        (SECURITY, "Score 85"),
        (TARGETS, "SLA compliance is 1.4 %, the error rate 97.3 %."),
        (TARGETS, "Error rate: 97.3 %"),
        (TARGETS, "2 targets met, 0 missed."),
        (TWO, "Income 200 USD, expenses 700 USD."),
        (TWO, "| | EUR | USD |\n|---|---|---|\n| income | 300.00 | 700.00 |"),
        (TAX, "Net 1,190.00 EUR, gross 1,000.00 EUR."),
        (TAX, "tax 1,000.00 EUR, net 190.00 EUR"),
    ],
)  # fmt: skip
def test_true_figures_in_each_others_place_are_named(told: dict[str, Fact], text: str) -> None:
    complaints = numbers_are_facts(text, told, (), RESULTS, "")
    assert complaints
    assert all("stands beside" in complaint for complaint in complaints), complaints


def test_the_complaint_says_what_the_named_fact_is() -> None:
    assert numbers_are_facts("The income is 300 EUR.", OCTOBER, (), "", "") == [
        "the figure 300 stands beside “income”, but october_income is 900.00 EUR"
    ]


def test_what_a_tool_put_beside_a_name_may_stand_there() -> None:
    assert numbers_are_facts("Income: 300 EUR", OCTOBER, (), "In March income was 300 EUR.", "") == []


def test_a_row_is_not_taken_for_another_that_a_tool_showed() -> None:
    told = {"account_rent_net": Fact(value="-250.00", unit="EUR"), "account_fees_net": Fact(value="-50.00", unit="EUR")}
    table = "| account | net |\n|---|---|\n| Rent | -{}.00 |\n| Fees | -{}.00 |"
    assert numbers_are_facts(table.format(250, 50), told, (), table.format(250, 50), "") == []
    assert len(numbers_are_facts(table.format(50, 250), told, (), table.format(250, 50), "")) == 2


@settings(deadline=None)  # the first one compiles the numerals of all languages
@given(
    st.integers(13, 10**7),
    st.integers(13, 10**7),
    st.sampled_from(["{} {}, {} {}", "{} is {} and {} is {}", "{}: {}; {}: {}", "- {}: {}\n- {}: {}"]),
)
def test_two_figures_are_told_apart_in_every_form(first: int, second: int, form: str) -> None:
    told = {"income": Fact(value=str(first), unit="EUR"), "expenses": Fact(value=str(second), unit="EUR")}
    assert numbers_are_facts(form.format("income", first, "expenses", second), told, (), "", "") == []
    assert bool(numbers_are_facts(form.format("income", second, "expenses", first), told, (), "", "")) == (
        first != second
    )


@pytest.mark.parametrize("piece", ["income 300 ", "income ", "income, ", "| income | 300 ", "300, ", "(income ", "`a"])
def test_long_texts_take_little_time(piece: str) -> None:
    text = (piece * 60_000)[:60_000]
    started = time.process_time()
    numbers_are_facts(text, OCTOBER, (), text, text)
    assert time.process_time() - started < 3
