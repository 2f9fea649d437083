"""The arguments that all tools on tables share, and what a tool says when they leave something open."""

from typing import Annotated, Literal

from pydantic import Field

from bizops.agent.agent import Result, ToolError
from bizops.agent.tools.tables import sheets, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding

File = Annotated[str, Field(description="Name of the file with the table, as the issue or the repository names it")]
Columns = Annotated[
    str,
    Field(
        description="Columns that are named otherwise than expected: `amount=Betrag, date=Buchungstag`. Roles: date, "
        "due, account, party, document, text, amount, debit, credit, sign, balance, currency, budget, actual, net, "
        "tax, tax_rate, gross, paid, open, rate, kind, terms"
    ),
]
Sign = Annotated[Literal["", "point", "comma"], Field(description="Decimal sign, where the data does not decide it")]
Order = Annotated[
    Literal["", "day", "month"], Field(description="Which comes first in 03/04/2026, where the data does not decide it")
]
FINDINGS = 40  # of one rule are listed; the rest is counted


def need(sheet: Sheet, *roles: str, what: str = "") -> None:
    """Raise ToolError unless the sheet has a column for each role, naming the columns that it has."""
    missing = [role for role in roles if not sheet.has(role)]
    if missing:
        names = ", ".join(shown.code(name) for name in sheet.table.header[:30])
        raise ToolError(
            f"no column was found for {what or ' and '.join(role.replace('_', ' ') for role in missing)}",
            where=f"{sheet.name}:{sheet.table.header_line or 1}",
            fix=f'the columns are {names}; say for example: column "X" is the {missing[0].replace("_", " ")}',
        )


def prefix(case: Case, sheet: Sheet) -> str:
    """What facts of a file begin with where the issue brings several."""
    return f"{shown.slug(sheet.name.rsplit('.', 1)[0])}_" if len(sheets.names(case)) > 1 else ""


def unread(sheet: Sheet) -> tuple[Finding, ...]:
    """What stands in the file and could not be read: rows of another width, cells that are no amount, no date."""
    found = [
        Finding(severity="medium", rule="unreadable", file=sheet.name, line=flaw.line, text=flaw.text)
        for flaw in sheet.flaws[:FINDINGS]
    ]
    if len(sheet.flaws) > FINDINGS:
        more = f"{len(sheet.flaws) - FINDINGS} more places like these"
        found.append(Finding(severity="medium", rule="unreadable", file=sheet.name, text=more))
    return tuple(found)


def asks(sheet: Sheet, *roles: str) -> Result | None:
    """The result of a tool that cannot go on before its questions are answered; None where nothing is open."""
    open_ = sheet.open(*roles)
    if not open_:
        return None
    count = str(len(sheet.lines))
    facts = {"entries_" + shown.slug(sheet.name): Fact(value=count, source=sheet.table.source)}
    text = f"{shown.code(sheet.name)} has {count} entries; its figures wait for the answer to the question below."
    return Result(text, {"questions": open_}, facts, unread(sheet), open_)
