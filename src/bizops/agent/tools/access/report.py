"""What an access review says: counts, the rules that it went by, the accounts to act on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bizops.agent.agent import Result
from bizops.agent.tools.access.rules import Rules
from bizops.agent.tools.security.results import CLOSED, LISTED, by_severity, counts, listing, place
from bizops.agent.tools.tables import reading as tables
from bizops.decision import Fact, Finding, Severity
from bizops.rules.harmless import brief, code, plain
from bizops.rules.wording import many, table


@dataclass(frozen=True)
class Account:
    """One row: `last` holds no day (unknown), one, or both readings; `never` that it says so."""

    file: str
    line: int
    user: str
    names: tuple[str, ...]
    role: str
    privileged: bool
    mfa: bool | None
    last: tuple[date, ...]
    never: bool
    active: bool
    kind: str


@dataclass(frozen=True)
class Problem:
    """What a rule finds wrong with an account."""

    account: Account
    rule: str
    severity: Severity
    text: str


_TITLES = {
    "access-leaver": "People who left and still have an account",
    "access-no-mfa": "Without a second factor",
    "access-inactive": "Idle",
    "access-never-used": "Never used",
    "access-shared": "Shared or generic",
    "access-duplicate": "Listed twice",
    "access-date": "Login after the review day",
}


def report(
    accounts: list[Account],
    problems: list[Problem],
    basis: Rules,
    asked: tuple[str, ...],
    left: list[str],
    *,
    closed: bool,
) -> Result:
    """The review as a result; `closed`: counts alone."""
    by_rule = Counter(p.rule for p in problems)
    off = len(accounts) - sum(a.active for a in accounts)
    touched = len({(p.account.file, p.account.line) for p in problems if p.severity != "info"})
    aside = f" ({many(off, 'account')} switched off already, not judged)" if off else ""
    head = f"**{many(touched, 'account')} of {len(accounts)} need attention**{aside}."
    facts = {**_facts(accounts, problems, basis), "accounts_to_act_on": _fact(touched, "accounts", _source(accounts))}
    data = {"accounts": len(accounts), "problems": dict(by_rule)}
    if closed:
        return listing(head, (), [], before=[CLOSED], facts=facts, data=data)
    rules = "Rules: " + "; ".join(basis.said) + ("." if left else "; no list of leavers was given.")
    numbers = [(name, str(by_rule[rule])) for rule, name in _TITLES.items() if by_rule[rule]]
    return listing(
        head,
        ("Severity", "Account", "Role", "Why", "Place"),
        [_row(p) for p in problems],
        before=[rules, *([table(("What", "Accounts"), numbers)] if numbers else [])],
        facts=facts,
        data={**data, "rules": list(basis.said)},
        findings=tuple(_finding(p) for p in problems[:LISTED]),
        questions=asked,
    )


def _fact(count: int, unit: str, source: str) -> Fact:
    return Fact(value=str(count), unit=unit, source=source)


def _source(accounts: list[Account]) -> str:
    if not accounts:
        return "the list"
    return tables.source(accounts[0].file, [a.line for a in accounts if a.file == accounts[0].file])


def _facts(accounts: list[Account], problems: list[Problem], basis: Rules) -> dict[str, Fact]:
    source = _source(accounts)
    by_rule = Counter(p.rule for p in problems)
    day = "issue" if "as the issue says" in basis.said[0] else "clock"
    idle = "issue" if "default" not in basis.said[1] else "default"
    return {
        "accounts": _fact(len(accounts), "accounts", source),
        "accounts_active": _fact(sum(a.active for a in accounts), "accounts", source),
        "accounts_privileged": _fact(sum(a.privileged for a in accounts), "accounts", source),
        "review_day": Fact(value=basis.day.isoformat(), source=day),
        "inactive_after_days": _fact(basis.days, "days", idle),
        **{rule.replace("-", "_"): _fact(by_rule[rule], "accounts", source) for rule in _TITLES},
        **by_severity("access_findings", counts(p.severity for p in problems), "findings", source),
    }


def _row(problem: Problem) -> tuple[str, ...]:
    account = problem.account
    who, role = code(account.user, table=True), plain(account.role, 40)
    return problem.severity, who, role, plain(problem.text), place(account.file, account.line)


def _finding(problem: Problem) -> Finding:
    account = problem.account
    return Finding(
        severity=problem.severity,
        rule=problem.rule,
        text=brief(f"{account.user} ({account.role or 'no role'}): {problem.text}", 300),
        file=brief(account.file),
        line=account.line,
    )
