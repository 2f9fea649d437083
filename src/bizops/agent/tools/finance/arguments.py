"""The arguments that all tools on tables share, and what a tool says when they leave something open."""

from typing import Annotated, Literal

from pydantic import Field

from bizops.agent.agent import Result, ToolError
from bizops.agent.tools.tables import sheets, shown
from bizops.agent.tools.tables.places import Place
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Fact, Finding, Severity

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


def no_balance(sheet: Sheet) -> ToolError:
    """What was looked for in vain, and the columns that could be it: a balance of unknown name may be among them."""
    unused = sheet.unused_figures()
    names = ", ".join(map(shown.code, unused[:8]))
    fix = "give the ledger with a balance column, or with debit and credit, or the bank's statement beside it"
    if unused:
        fix = f'what is {names}? Say for example: column "{shown.safe(unused[0])}" is the balance'
    looked = "a running balance (by its name, and by figures whose differences are the amounts) or debit and credit"
    return ToolError(
        f"the balance was not proved: no column was recognised as {looked}",
        where=f"{sheet.name}:{sheet.table.header_line or 1}",
        fix=fix,
    )


def prefix(case: Case, sheet: Sheet) -> str:
    """What facts of a file begin with where the issue brings several."""
    return f"{shown.slug(sheet.name.rsplit('.', 1)[0])}_" if len(sheets.names(case)) > 1 else ""


def finding(severity: Severity, rule: str, file: str, line: int | None, text: str) -> Finding:
    """A finding at a line. Where the line holds several entries, the text begins with the one that is meant."""
    if isinstance(line, Place):
        text = f"(entry {line.entry}) {text}"
    return Finding(severity=severity, rule=rule, file=file, line=None if line is None else int(line), text=text)


def gaps(sheet: Sheet) -> tuple[Finding, ...]:
    """The cells that say that there is no amount, where one would be summed."""
    return tuple(
        finding(
            "low", "no-figure", sheet.name, gap.line, f"{shown.code(gap.cell)} in {shown.code(gap.column)}: no figure"
        )
        for gap in sheet.gaps[:FINDINGS]
    )


def unread(sheet: Sheet) -> tuple[Finding, ...]:
    """What stands in the file and could not be read: rows of another width, cells that are no amount, no date."""
    found = [
        finding(severity="medium", rule="unreadable", file=sheet.name, line=flaw.line, text=flaw.text)
        for flaw in sheet.flaws[:FINDINGS]
    ]
    if len(sheet.flaws) > FINDINGS:
        more = f"{len(sheet.flaws) - FINDINGS} more places like these"
        found.append(Finding(severity="medium", rule="unreadable", file=sheet.name, text=more))
    return (*found, *gaps(sheet), *_left(sheet))


def _left(sheet: Sheet) -> list[Finding]:
    """The entries that a column of states takes out of the sums, with their state."""
    said = {"void": "not counted", "pending": "pending, not counted", "draft": "a draft, not counted"}
    found = [
        finding("low", "left-out", sheet.name, state.line,
                f"{shown.code(state.cell)} in {shown.code(state.column)}: {said.get(state.kind, 'not counted')}")
        for state in sheet.states.left[:FINDINGS]
    ]  # fmt: skip
    if len(sheet.states.left) > FINDINGS:
        text = f"{len(sheet.states.left) - FINDINGS} more entries are not counted, by their state"
        found.append(Finding(severity="low", rule="left-out", file=sheet.name, text=text))
    return found


def asks(sheet: Sheet, *roles: str) -> Result | None:
    """The result of a tool that cannot go on before its questions are answered; None where nothing is open."""
    open_ = sheet.open(*roles)
    if not open_:
        return None
    count = str(len(sheet.lines))
    facts = {"entries_" + shown.slug(sheet.name): Fact(value=count, source=sheet.table.source)}
    text = f"{shown.code(sheet.name)} has {count} entries; its figures wait for the answer to the question below."
    return Result(text, {"questions": open_}, facts, unread(sheet), open_)
