"""The finance agent: statements, proofs and checks of accounts, each figure with its file and line."""

import sys

try:
    from bizops.agent.agent import Agent, Draft, Notebook
except ModuleNotFoundError as missing:
    print(f"{missing}: run `make venv` once, then .venv/bin/python {sys.argv[0]}", file=sys.stderr)
    sys.exit(2)

from bizops.agent.tools.finance import bookkeeping
from bizops.agent.tools.finance.budgets import budget
from bizops.agent.tools.finance.duplicates import duplicates
from bizops.agent.tools.finance.figures import compare_figures
from bizops.agent.tools.finance.ledger import inspect_table, statement
from bizops.agent.tools.finance.numbers import missing_numbers
from bizops.agent.tools.finance.proof import balance_proof
from bizops.agent.tools.finance.receivables import ageing, runway
from bizops.agent.tools.finance.reconcile import reconcile
from bizops.agent.tools.finance.taxes import tax
from bizops.agent.tools.tables import sheets, shown
from bizops.case import Case
from bizops.decision import Ask

QUESTIONS = 8  # at once; more would not be answered


def playbook(case: Case, notebook: Notebook) -> Draft:
    """Answer what the issue asks of its figures; ask where they are missing or leave two readings."""
    found = bookkeeping.work(case, notebook)
    if not sheets.names(case) and not found.texts and not case.too_large:
        question = bookkeeping.wanted_data(case)
        return Draft("There are no figures in this issue yet, so nothing is computed.", (Ask(questions=(question,)),))
    asked = tuple(found.questions[:QUESTIONS])
    summary = bookkeeping.summary(found) or "Nothing in the data of this issue could be computed."
    if case.too_large:
        summary = f"Too large to be read: {', '.join(map(shown.code, case.too_large))}.\n\n{summary}"
    return Draft(summary, (Ask(questions=asked),) if asked else ())


def names_what_is_wrong(case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """An answer must not keep silent about the gravest thing that the tools found."""
    del case
    grave = [finding for finding in notebook.findings if finding.severity in ("critical", "high")]
    if grave and not any(str(finding.line or finding.file[:40]) in draft.summary for finding in grave):
        first = grave[0]
        return [f"the answer does not name {first.file} line {first.line} ({first.rule}), which is wrong"]
    return []


def asks_what_is_open(case: Case, draft: Draft, notebook: Notebook) -> list[str]:
    """A figure that has two readings must be asked about, not chosen."""
    del case
    open_ = [question for result in notebook.results for question in result.questions]
    return [f"this is open and must be asked: {open_[0]}"] if open_ and not draft.questions else []


agent = Agent(
    file=__file__,
    mission="Turn accounts and bank data into statements and proofs; name every difference by line, guess nothing.",
    tools=(
        inspect_table,
        statement,
        balance_proof,
        budget,
        duplicates,
        missing_numbers,
        ageing,
        tax,
        runway,
        reconcile,
        compare_figures,
    ),
    playbook=playbook,
    checks=(names_what_is_wrong, asks_what_is_open),
)

if __name__ == "__main__":
    from bizops.cli.agent import main

    main(agent)
