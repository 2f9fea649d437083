"""What an access review says: counts, the rules that it went by, the accounts to act on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bizops.agent.agent import Result
from bizops.agent.tools.access.rules import Rules
from bizops.agent.tools.quoting import cell, code, many, plain, table
from bizops.agent.tools.security.secrets import CLOSED, LISTED, counts, place
from bizops.agent.tools.tables import reading as tables
from bizops.decision import Fact, Finding, Severity

SHOWN = 60


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
    files = ", ".join(dict.fromkeys(a.file for a in accounts)) or "the list"
    source = (
        tables.source(accounts[0].file, [a.line for a in accounts if a.file == accounts[0].file]) if accounts else files
    )
    facts = {
        "accounts": Fact(value=str(len(accounts)), unit="accounts", source=source),
        "accounts_active": Fact(value=str(sum(a.active for a in accounts)), unit="accounts", source=source),
        "accounts_privileged": Fact(value=str(sum(a.privileged for a in accounts)), unit="accounts", source=source),
        "review_day": Fact(
            value=basis.day.isoformat(), source="issue" if "as the issue says" in basis.said[0] else "clock"
        ),
        "inactive_after_days": Fact(
            value=str(basis.days), unit="days", source="issue" if "default" not in basis.said[1] else "default"
        ),
        **{rule.replace("-", "_"): Fact(value=str(by_rule[rule]), unit="accounts", source=source) for rule in _TITLES},
        **{
            f"access_findings_{s}": Fact(value=str(n), unit="findings", source=source)
            for s, n in counts(p.severity for p in problems).items()
        },
    }
    touched = len({(p.account.file, p.account.line) for p in problems if p.severity != "info"})
    facts["accounts_to_act_on"] = Fact(value=str(touched), unit="accounts", source=source)
    off = len(accounts) - sum(a.active for a in accounts)
    head = (
        (
            f"**{many(touched, 'account')} of {len(accounts)} need attention** ({many(off, 'account')}"
            f" switched off already, not judged)."
        )
        if off
        else f"**{many(touched, 'account')} of {len(accounts)} need attention.**"
    )
    basis_text = "Rules: " + "; ".join(basis.said) + ("." if left else "; no list of leavers was given.")
    numbers = [(title, str(by_rule[rule])) for rule, title in _TITLES.items() if by_rule[rule]]
    if closed:
        return Result(f"{head}\n\n{CLOSED}", {"accounts": len(accounts), **by_rule}, facts)
    rows = [
        (
            p.severity,
            code(p.account.user),
            cell(p.account.role, 40),
            cell(p.text),
            place(p.account.file, p.account.line),
        )
        for p in problems[:SHOWN]
    ]
    parts = [head, basis_text, *([table(("What", "Accounts"), numbers)] if numbers else [])]
    if rows:
        parts.append(table(("Severity", "Account", "Role", "Why", "Place"), rows))
    if len(problems) > SHOWN:
        parts.append(f"{len(problems) - SHOWN} more are not shown in this table.")
    findings = tuple(
        Finding(
            severity=p.severity,
            rule=p.rule,
            text=plain(f"{p.account.user} ({p.account.role or 'no role'}): {p.text}", 300),
            file=plain(p.account.file),
            line=p.account.line,
        )
        for p in problems[:LISTED]
    )
    data = {
        "accounts": len(accounts),
        "rules": list(basis.said),
        "problems": dict(by_rule),
        "findings": [f.model_dump() for f in findings[:100]],
    }
    return Result("\n\n".join(parts), data, facts, findings, asked)
