"""The order of work on accounts without a model: what the issue asks first, then what else its data tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from bizops.agent.agent import Notebook, Result, ToolError
from bizops.agent.tools.finance import caveats, figures, wishes
from bizops.agent.tools.finance.wishes import Wish
from bizops.agent.tools.tables import headings, sheets, shown
from bizops.agent.tools.tables.sheets import Sheet
from bizops.case import Case
from bizops.decision import Finding

ORDER: tuple[Wish, ...] = (
    "budget",
    "tax",
    "ageing",
    "balance",
    "reconcile",
    "statement",
    "runway",
    "duplicates",
    "missing",
)
TOOLS: dict[Wish, str] = {
    "budget": "budget", "tax": "tax", "ageing": "ageing", "balance": "balance_proof", "reconcile": "reconcile",
    "statement": "statement", "runway": "runway", "duplicates": "duplicates", "missing": "missing_numbers",
}  # fmt: skip
PLANS = ("budget", "plan", "soll", "forecast", "presupuesto", "prevu")
PAYMENTS = ("payment", "zahlung", "paiement", "pago", "pagament", "betaling")
SERIOUS = ("critical", "high", "medium")
FILES = 12  # tables of one issue that are worked on


@dataclass
class Work:
    """What has been found through the notebook: texts in order, and what must be asked."""

    notebook: Notebook
    texts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # what is not in the figures
    questions: list[str] = field(default_factory=list)
    done: set[tuple[Wish, str]] = field(default_factory=set)

    def ask(self, question: str) -> None:
        """Ask once. What a tool said by an error is on record as well: its lines and figures stand in the question."""
        if question and question not in self.questions:
            self.questions.append(question)
            self.notebook.results.append(Result(questions=(question,)))

    def note(self, text: str) -> None:
        """Say beside the answer what a tool said by an error; its lines stand on record like those of a result."""
        if text not in self.others:
            self.others.append(text)
            self.notebook.results.append(Result(text))

    def leave(self, text: str, *findings: Finding) -> None:
        """Say what is not in the figures."""
        self.left.append(text)
        self.notebook.results.append(Result(text, findings=findings))
        self.notebook.findings.extend(finding for finding in findings if finding not in self.notebook.findings)


def fits(sheet: Sheet) -> tuple[Wish, ...]:
    """What the data of a sheet supports, without being asked for it."""
    money = [role for role in ("amount", "gross", "net", "debit", "credit", "actual", "open") if sheet.has(role)]
    found: list[Wish] = []
    if sheet.has("budget", "actual"):
        return ("budget",)
    taxed = sum(sheet.has(role) for role in ("net", "tax_rate")) + (sheet.has("gross") or sheet.has("amount"))
    if sheet.has("tax") and taxed >= 1 and (sheet.has("net") or sheet.has("tax_rate")):
        found.append("tax")
    invoices = sheet.has("due") or sheet.has("open") or sheet.has("paid")
    if invoices and money:
        found.append("ageing")
    numbers = list(filter(None, sheet.text("document")))
    journal = sheet.has("account") and len(set(numbers)) < len(numbers)
    if (sheet.has("balance") and money) or sheet.has("debit", "credit") or journal:
        found.append("balance")
    if money and not invoices:
        found.append("statement")
    if money and (sheet.has("document") or sheet.has("party") or sheet.has("text")):
        found.append("duplicates")
    if _numbered(sheet) and not (sheet.has("due") and (sheet.has("open") or sheet.has("paid"))):
        found.append("missing")  # in a list of open items the paid ones are not there: only if it is asked
    return tuple(found)


def _numbered(sheet: Sheet) -> bool:
    """Whether the documents carry numbers of their own: most lines have one, with a digit, seldom the same."""
    if sheet.table.from_zero:
        return False  # a journal's transactions are told apart by their lines
    cells = [cell for cell in sheet.text("document") if any(map(str.isdigit, cell))]
    return len(set(cells)) >= 3 and len(cells) * 2 > len(sheet.lines) and len(set(cells)) * 3 > len(cells)


def work(case: Case, notebook: Notebook) -> Work:
    """Do what the issue asks and what its data supports, through the notebook."""
    with sheets.uncollected():
        return _work(case, notebook)


def _work(case: Case, notebook: Notebook) -> Work:
    found = Work(notebook)
    for name in case.too_large:
        found.ask(
            f"{shown.code(name)} is too large to be read; nothing of it is in this answer. Please give it in parts."
        )
    tables = _tables(case, found)
    asked = wishes.read(case)
    if len(tables) == 2:
        _pair(notebook, found, tables, asked)
    able_to = {sheet.name: (fits(sheet), _able(sheet)) for sheet in tables}
    for wish in asked:
        able = [sheet for sheet in tables if wish in (*able_to[sheet.name][0], *able_to[sheet.name][1])]
        if wish == "statement" and not able and any(sheet.has("budget", "actual") for sheet in tables):
            continue  # a plan's figures are no entries: the comparison has their sums
        for sheet in able or tables[:1]:
            _use(notebook, found, wish, sheet, first=True, wanted=not found.texts and len(asked) == 1)
    answered = bool(found.texts)
    for wish in ORDER:
        for sheet in tables:
            if wish in able_to[sheet.name][0]:
                _use(notebook, found, wish, sheet, first=not answered, wanted=False)
    if tables and not found.texts and not found.questions:
        found.texts += [notebook.use("inspect_table", file=sheet.name).text for sheet in tables]
    for sheet in tables:
        _unreadable(found, sheet)
        for text in caveats.of(sheet):
            found.leave(text)
    for name, line in caveats.open_fences(case):
        text = f"the fence of {shown.code(name)} (its data begins at line {line} of the text) is not closed"
        said = Finding(severity="medium", rule="fence-open", file=name, text=text)
        found.leave(
            f"{text[0].upper()}{text[1:]}: all that follows was read as its data, and the data may be cut off.", said
        )
    _named_figures(case, notebook, found, tables)
    for result in list(notebook.results):
        for question in result.questions:
            found.ask(question)
    return found


def _able(sheet: Sheet) -> tuple[Wish, ...]:
    """What more can be done with a sheet when it is asked for."""
    more: list[Wish] = ["missing"] if _numbered(sheet) else []
    if sheet.has("date") and sheet.has("balance"):
        more.append("runway")
    if sheet.has("date") and sheet.has("document") and (sheet.has("amount") or sheet.has("gross")):
        more.append("ageing")
    return tuple(more)


def _tables(case: Case, found: Work) -> list[Sheet]:
    """The files that hold tables; what looks like a table and cannot be read is asked for."""
    tables = []
    problems = []
    for name in sheets.names(case)[:FILES]:
        try:
            sheet = sheets.read(case, name)
        except ToolError as error:
            problems.append(str(error))
            continue
        except OSError as error:
            problems.append(f"{name}: cannot be read: {error.strerror}")
            continue
        if sheet.lines or sheet.stated or not sheet.table.header_line:
            tables.append(sheet)
        else:
            problems.append(f"{name}:{sheet.table.header_line}: a header and no entry below it")
    useful = [sheet for sheet in tables if _holds_accounts(sheet)]
    if not useful:
        for problem in problems[:3]:
            found.ask(f"{problem}. Please give the table again.")
    if not useful and tables:
        named = ", ".join(shown.code(sheet.name) for sheet in tables[:5])
        found.ask(f"No amounts were found in {named}. {wanted_data(case)}")
    return useful


def _holds_accounts(sheet: Sheet) -> bool:
    """Whether a table has to do with accounts: amounts, a question about them, or a list of numbers."""
    if any(role in headings.MONEY_ROLES for role in sheet.roles.columns) or sheet.questions:
        return True
    return (len(sheet.table.header) == 1 or not sheet.table.header_line) and sheet.numbers_alone()


def _pair(notebook: Notebook, found: Work, tables: Sequence[Sheet], asked: Sequence[Wish]) -> None:
    """What two files tell together: budget and actual, invoices and payments, ledger and bank."""
    first, second = tables
    plan = next((sheet for sheet in tables if _is(sheet, *PLANS)), None)
    if plan and not plan.has("budget", "actual") and ("budget" in asked or not asked):
        other = second if plan is first else first
        _try(notebook, found, "budget", (plan, other), file=plan.name, actual_file=other.name)
        return
    paid = next((sheet for sheet in tables if _is(sheet, *PAYMENTS)), None)
    bills = next((sheet for sheet in tables if sheet is not paid and (sheet.has("due") or sheet.has("document"))), None)
    if paid and bills and paid.has("document") and ("ageing" in asked or (bills.has("due") and not asked)):
        _try(notebook, found, "ageing", (bills, paid), file=bills.name, payments=paid.name)
        return
    if all(_record(sheet) for sheet in tables) and ("reconcile" in asked or "balance" in asked or not asked):
        _try(notebook, found, "reconcile", (first, second), file=first.name, other=second.name)


def _record(sheet: Sheet) -> bool:
    """Whether a sheet records money that moved: dated or numbered entries, no plan."""
    money = any(sheet.has(role) for role in ("amount", "gross", "debit", "credit", "net"))
    return money and (sheet.has("date") or sheet.has("document")) and not sheet.has("budget")


def _is(sheet: Sheet, *words: str) -> bool:
    name = headings.words(sheet.name)
    named = any(word in name for word in words)
    return named or ("budget" in words and sheet.has("budget") and not sheet.has("actual"))


def _try(notebook: Notebook, found: Work, wish: Wish, pair: Sequence[Sheet], **arguments: str) -> None:
    try:
        result = notebook.use(TOOLS[wish], **arguments)
    except ToolError:
        return
    _take(found, result, first=True)
    found.done.update((wish, sheet.name) for sheet in pair)


def _use(notebook: Notebook, found: Work, wish: Wish, sheet: Sheet, *, first: bool, wanted: bool) -> None:
    """Run the tool of a wish on a sheet; what is missing is asked for only if it was wanted."""
    if (wish, sheet.name) in found.done or wish == "reconcile":
        return
    found.done.add((wish, sheet.name))
    try:
        result = notebook.use(TOOLS[wish], file=sheet.name)
    except ToolError as error:
        if wanted:
            found.ask(f"For the {wishes.TITLES[wish]}: {error}. Needed are: {wishes.NEEDS[wish]}.")
        elif (
            first and wish == "balance" and not sheet.questions
        ):  # asked beside other things: not passed over in silence
            found.note(f"{wishes.TITLES[wish].capitalize()}: {error}.")
        return
    _take(found, result, first=first or any(f.severity in SERIOUS and f.rule != "unreadable" for f in result.findings))


def _take(found: Work, result: Result, *, first: bool) -> None:
    lead = result.text.split("\n\n", 1)[0]
    if first and result.text not in found.texts:
        found.texts.append(result.text)
    elif not first and lead not in found.others and not any(text.startswith(lead) for text in found.texts):
        found.others.append(lead)
    for question in result.questions:
        found.ask(question)


def _unreadable(found: Work, sheet: Sheet) -> None:
    if not sheet.flaws:
        return
    listed = "; ".join(f"line {flaw.line}: {flaw.text}" for flaw in sheet.flaws[:8])
    more = f"; and {len(sheet.flaws) - 8} more" if len(sheet.flaws) > 8 else ""
    found.ask(
        f"`{sheet.name}` has places that could not be read and are left out: {listed}{more}. What should stand there?"
    )


def _named_figures(case: Case, notebook: Notebook, found: Work, tables: Sequence[Sheet]) -> None:
    """The two figures that an issue sets against each other, and what the data says of each."""
    named = figures.of_issue(case)
    if len(named) != 2 or named[0][1] == named[1][1]:
        return
    if tables and "balance" not in wishes.read(case) and "reconcile" not in wishes.read(case):
        return
    result = notebook.use("compare_figures")
    lines = [result.text]
    for written, value in named if tables else ():
        where = [f"{name.replace('_', ' ')} ({fact.source})" for name, fact in notebook.facts.items()
                 if name not in ("first_figure", "second_figure") and _equal(fact.value, value)]  # fmt: skip
        says = "is the " + " and the ".join(where[:3]) if where else "is none of the figures found here"
        lines.append(f"{written} {says}.")
    found.texts.insert(0, " ".join(lines))
    if not tables:
        found.ask(
            "Which entries make up the difference? Please give the ledger (and the bank's statement, if there is "
            f"one) as a fenced CSV block or a file of the repository, with {wishes.NEEDS['balance']}."
        )


def _equal(text: str, value: Decimal) -> bool:
    try:
        return Decimal(text) == value
    except InvalidOperation:
        return False


def summary(found: Work) -> str:
    """The answer as Markdown: what was asked, what else was seen, what is open."""
    parts = list(found.texts)
    if found.left:
        parts.append(
            "What is not in these figures, or may be missing:\n\n" + "\n".join(f"- {text}" for text in found.left)
        )
    if found.others:
        parts.append("Also looked at:\n\n" + "\n".join(f"- {text}" for text in found.others))
    if found.questions:
        parts.append("To go on I need an answer to what is asked below.")
    return "\n\n".join(parts)


def wanted_data(case: Case) -> str:
    """The question for data, with the columns that what the issue asks needs."""
    asked = wishes.read(case)
    needs = "; ".join(f"for the {wishes.TITLES[wish]}: {wishes.NEEDS[wish]}" for wish in asked[:3])
    needs = needs or f"for a statement: {wishes.NEEDS['statement']}"
    return (
        "Please give the figures as a fenced CSV or JSON block (its file name in the line before) or name a file of "
        f"the repository, with a header line. Columns needed {needs}."
    )
