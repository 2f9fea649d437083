"""Two figures side by side: the difference, and whether it looks like a slip of the pen."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.tables import amounts
from bizops.case import Case
from bizops.decision import Fact
from bizops.rules import data

TEXT = 20_000
_FIGURE = re.compile(
    r"(?<![\w.,/-])(?P<sign>[-−])?(?P<pre>[€$£¥₹]|[A-Z]{3} )?"
    r"(?P<body>\d{1,3}(?:[.,' \u00a0\u202f’]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{2})"
    r"(?P<post> ?(?:[€$£¥₹]|[A-Z]{3}\b))?(?![\w]|[.,/-]\d)"
)


def in_text(text: str) -> list[tuple[str, Decimal]]:
    """The amounts that a text names, as written and as values, each once; open ones are read as the others show."""
    found: dict[str, str] = {}
    for hit in _FIGURE.finditer(text[:TEXT]):
        body = hit["body"].replace("\u00a0", " ").replace("\u202f", " ")
        found.setdefault(hit[0].strip(), ("-" if hit["sign"] else "") + body)
    style = amounts.votes((1, cell) for cell in found.values()).style
    values = []
    for written, cell in found.items():
        try:
            amount = amounts.parse(cell, style)
        except ValueError:
            continue
        if amount:
            values.append((written, amount.value))
    return values


def of_issue(case: Case) -> list[tuple[str, Decimal]]:
    """The amounts that title and text of the issue name."""
    return in_text(f"{case.issue.title}\n{data.prose(case.issue.body)}")


def slip(difference: Decimal) -> str:
    """What a difference looks like: digits that changed places, a shifted decimal sign; empty if like neither."""
    cents = abs(difference) * 100
    if cents and cents == int(cents) and int(cents) % 9 == 0:
        return "it is divisible by 9, as it is when two digits have changed places"
    return ""


def transposed(first: Decimal, second: Decimal) -> bool:
    """Whether two figures are the same but for two neighbouring digits that have changed places."""
    a, b = (amounts.plain(abs(value)).replace(".", "") for value in (first, second))
    differ = [n for n in range(len(a)) if a[n] != b[n]] if len(a) == len(b) else []
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )


@tool("compute")
def compare_figures(
    case: Case,
    first: Annotated[
        str, Field(description="The first figure as the issue writes it; empty: the first that it names")
    ] = "",
    second: Annotated[str, Field(description="The second figure; empty: the second that the issue names")] = "",
) -> Result:
    """Compare two figures that the issue names: their difference, and whether two digits have changed places."""
    named = in_text(f"{first}  {second}") if first and second else of_issue(case)
    if len(named) < 2:
        raise ToolError("the issue does not name two figures", fix="name both, such as 14,220.10 and 14,202.10")
    (left, a), (right, b) = named[:2]
    facts = {
        "first_figure": Fact(value=amounts.plain(a), source="issue"),
        "second_figure": Fact(value=amounts.plain(b), source="issue"),
        "difference": Fact(value=amounts.plain(abs(a - b)), source="issue"),
    }
    if a == b:
        return Result(f"{left} and {right} are the same figure.", facts=facts)
    why = "two neighbouring digits have changed places" if transposed(a, b) else ""
    if why:
        why = f"; {why} (a difference divisible by 9), so first look for a typing error"
    elif slip(a - b):
        why = f"; {slip(a - b)}"
    elif a and b and max(a / b, b / a) in (10, 100, 1000):
        why = "; one is the other with the decimal sign shifted"
    text = f"{left} and {right} differ by {amounts.money(abs(a - b))}{why}."
    return Result(text, {name: fact.value for name, fact in facts.items()}, facts)
