"""Access review: a list of accounts against the rules of the issue: second factor, idle, leavers, shared, twice."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools import access_rules as rules
from bizops.agent.tools import dates, tables
from bizops.agent.tools.access_rules import Rules
from bizops.agent.tools.controls import bare
from bizops.agent.tools.quoting import cell, code, many, plain, table
from bizops.agent.tools.secrets import CLOSED, LISTED, counts, place
from bizops.case import Case, Data
from bizops.decision import SEVERITIES, Fact, Finding, Severity

SHOWN = 60
LEAVERS = re.compile(r"(?i)leaver|left|terminat|offboard|departe?d|former|exit|austritt|ausgeschieden|d[ée]part|sortie|bajas?\b")


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


@tool("compute")
def access_review(
    case: Case,
    accounts_file: Annotated[str, Field(description="CSV or JSON of accounts (user, role, mfa, last_login); empty: the issue's")] = "",
    leavers_file: Annotated[str, Field(description="list of people who left (user, and the day if known); empty: the issue's, if any")] = "",
) -> Result:
    """Review accounts: second factor missing, idle for too long, people who left, shared, listed twice. The rules and
    the day are read from the words of the issue; what it does not say has named defaults; two readings are asked."""
    from bizops.rules.data import prose

    words = "\n".join([case.issue.title, prose(case.issue.body), case.work.asked])
    basis, questions = rules.of_words(words, _today(case))
    data = [_named(case, accounts_file)] if accounts_file else account_data(case)
    if not data:
        raise ToolError("there is no list of accounts", fix="give a `csv` block with the columns user, role, mfa, last_login")
    asked = list(questions)
    accounts = [account for d in data for account in _accounts(d, basis, asked)]
    left = [_named(case, leavers_file)] if leavers_file else leaver_data(case)
    problems = [
        *(p for a in accounts if a.active for p in _judged(a, basis, asked)),
        *_twice(accounts), *(p for d in left for p in _leavers(d, accounts, basis, asked)),
    ]  # fmt: skip
    problems.sort(key=lambda p: (SEVERITIES.index(p.severity), p.account.file, p.account.line, p.rule))
    closed = not case.trusted and any(d.source == "repository" for d in data)
    return _result(accounts, problems, basis, tuple(asked[:15]), [d.name for d in left], closed=closed)


def _today(case: Case) -> date:
    return datetime.fromisoformat(case.now.replace("Z", "+00:00")).date() if case.now else case.issue.updated_at.date()


def _named(case: Case, name: str) -> Data:
    found = case.find(name)
    if found is None:
        raise ToolError(f"there is no file {plain(name)}", fix="give it as a `csv` block with its name in the line before")
    return found


def _kind(name: str) -> str:
    short = bare(name)
    return next((kind for kind, names in rules.COLUMNS.items() if short in names.split()), "")


def _read(data: Data) -> tuple[tables.Table, dict[str, int]]:
    read = tables.read(data.path.read_bytes(), data.name, lambda name: bool(_kind(name)))
    at: dict[str, int] = {}
    for place_, name in enumerate(read.header):
        if kind := _kind(name):
            at.setdefault(kind, place_)
    return read, at


def _tables(case: Case) -> Iterator[tuple[Data, tables.Table, dict[str, int]]]:
    for data in case.data:
        if data.path.is_file() and data.name.rsplit(".", 1)[-1].casefold() in ("csv", "tsv", "txt", "json", "jsonl", "md", "psv", "tab"):
            try:
                yield data, *_read(data)
            except ToolError:
                continue


def account_data(case: Case) -> list[Data]:
    """The files of the issue that list accounts, by their columns."""
    return [d for d, _, at in _tables(case) if "user" in at and {"mfa", "last_login"} & set(at) and "left" not in at]


def leaver_data(case: Case) -> list[Data]:
    """The files of the issue that list people who left, by a column or by name."""
    return [d for d, _, at in _tables(case) if "user" in at and "mfa" not in at and "last_login" not in at and ("left" in at or LEAVERS.search(d.name))]


def _accounts(data: Data, basis: Rules, asked: list[str]) -> Iterator[Account]:
    read, at = _read(data)
    if "user" not in at:
        raise ToolError("no column names the account", where=f"{data.name}:{read.header_line or 1}", fix="give a column `user`")
    names = [n for n, name in enumerate(read.header) if bare(name) in rules.COLUMNS["user"].split()]
    asked.extend(f"{data.name}:{flaw.line}: {plain(flaw.text)}: what is meant?" for flaw in read.flaws[:3])
    missing = [kind for kind in ("mfa", "last_login") if kind not in at]
    asked.extend(f"{data.name}: there is no column for {kind.replace('_', ' ')}: is it under another name, or in another list?" for kind in missing)
    column = [row.cells[at["last_login"]] for row in read.rows] if "last_login" in at else []
    order = dates.orders((row.line, c) for row, c in zip(read.rows, column, strict=True)).order if column else ""
    ticked = rules.ticks([row.cells[at["mfa"]] for row in read.rows]) if "mfa" in at else False
    for row in read.rows:
        given = {kind: row.cells[n].strip() for kind, n in at.items()}
        if not given["user"]:
            asked.append(f"{data.name}:{row.line}: the row names no account: whose is it?")
            continue
        yield _account(data.name, row, given, names, order, asked, ticked=ticked)


def _account(
    file: str, row: tables.Row, given: dict[str, str], names: list[int], order: dates.Order, asked: list[str], *, ticked: bool
) -> Account:
    mfa = rules.yes(given["mfa"], ticks=ticked) if "mfa" in given else None
    if "mfa" in given and mfa is None:
        asked.append(f"{file}:{row.line}: the second factor of {plain(given['user'], 60)} is {plain(given['mfa'], 30)!r}: yes or no?")
    last, never = (), False
    text = given.get("last_login", "")
    if bare(text) in rules.NEVER or text in ("-", "–", "—"):
        never = True
    else:
        try:
            last = rules.day_of(text, order)
        except ToolError:
            asked.append(f"{file}:{row.line}: the last login of {plain(given['user'], 60)} is {plain(text, 40)!r}, which is no date: when was it?")
            text = "?"
        if not last and not text and "last_login" in given:
            asked.append(f"{file}:{row.line}: the last login of {plain(given['user'], 60)} is empty: never, or not known?")
    active = not re.fullmatch(r"(?i)(?:no|n|0|false|nein|non|inactive|disabled|deactivated|suspended|locked|deleted|terminated|gesperrt|deaktiviert|inaktiv|inactif)", given.get("status", ""))
    privileged = bool(rules.PRIVILEGED.search(given.get("role", "")))
    keys = tuple(dict.fromkeys(row.cells[n].strip().casefold() for n in names if row.cells[n].strip()))
    return Account(file, row.line, given["user"], keys, given.get("role", ""), privileged, mfa, last, never, active, given.get("kind", ""))


def _judged(account: Account, basis: Rules, asked: list[str]) -> Iterator[Problem]:
    who = "privileged account" if account.privileged else "account"
    machine = bool(rules.MACHINE.search(account.kind))
    if account.mfa is False and basis.mfa != "none" and (account.privileged or basis.mfa == "all") and not machine:
        yield Problem(account, "access-no-mfa", "high" if account.privileged else "medium", f"{who} without a second factor")
    if account.never:
        yield Problem(account, "access-never-used", "high" if account.privileged else "medium", f"{who} that nobody has ever logged in to")
    verdicts = {basis.inactive(day, privileged=account.privileged) for day in account.last}
    if len(verdicts) > 1:
        first, second = account.last
        asked.append(f"{account.file}:{account.line}: the last login of {plain(account.user, 60)} has two readings: {dates.long(first)} or {dates.long(second)}?")
    elif verdicts == {True}:
        idle = " or ".join(str((basis.day - day).days) for day in sorted(set(account.last), reverse=True))
        yield Problem(account, "access-inactive", "high" if account.privileged else "medium", f"{who} idle for {idle} days")
    if any(day > basis.day for day in account.last) and verdicts == {False}:
        yield Problem(account, "access-date", "info", "last login after the day of the review")
    if (rules.SHARED.search(account.user) or rules.SHARED.search(account.kind)) and not machine:
        yield Problem(account, "access-shared", "high" if account.privileged else "medium", f"shared or generic {who}: nobody answers for it")


def _twice(accounts: Iterable[Account]) -> Iterator[Problem]:
    seen: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        seen[account.names[0]].append(account)
    for same in seen.values():
        roles = {a.role.casefold() for a in same}
        for account in same[1:]:
            conflict = f" with another role ({plain(same[0].role, 40)} and {plain(account.role, 40)})" if len(roles) > 1 else ""
            yield Problem(account, "access-duplicate", "medium" if conflict else "low", f"listed a second time{conflict}; first in line {same[0].line}")


def _leavers(data: Data, accounts: list[Account], basis: Rules, asked: list[str]) -> Iterator[Problem]:
    read, at = _read(data)
    if "user" not in at:
        raise ToolError("no column names who left", where=f"{data.name}:{read.header_line or 1}", fix="give a column `user` or `email`")
    names = [n for n, name in enumerate(read.header) if bare(name) in rules.COLUMNS["user"].split()]
    index: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        for name in {*account.names, *(n.split("@")[0] for n in account.names)}:
            index[name].append(account)
    order = dates.orders((row.line, row.cells[at["left"]]) for row in read.rows).order if "left" in at else ""
    for row in read.rows:
        keys = [row.cells[n].strip().casefold() for n in names if row.cells[n].strip()]
        exact = {id(a): a for k in keys for a in index.get(k, ()) if k in a.names}
        found = exact or {id(a): a for k in keys for a in index.get(k.split("@")[0], ())}
        active = [a for a in found.values() if a.active]
        if not active:
            continue
        if not exact and len(active) > 1:
            lines = ", ".join(f"{a.file}:{a.line}" for a in active[:5])
            asked.append(f"{data.name}:{row.line}: {plain(keys[0], 60)} left; which account is theirs ({lines})?")
            continue
        when = _left_on(data.name, row, at, order, basis, asked)
        if when is not None:
            for account in active:
                text = f"still active although the person left{when} ({data.name}:{row.line})"
                yield Problem(account, "access-leaver", "critical" if account.privileged else "high", text)


def _left_on(file: str, row: tables.Row, at: dict[str, int], order: dates.Order, basis: Rules, asked: list[str]) -> str | None:
    """` on 3 April 2026`, nothing where no day is given, None where the person is still there on the day of the review."""
    text = row.cells[at["left"]].strip() if "left" in at else ""
    try:
        days = rules.day_of(text, order)
    except ToolError:
        return ""
    gone = {day <= basis.day for day in days}
    if len(gone) > 1:
        asked.append(f"{file}:{row.line}: the day of leaving has two readings: {dates.long(days[0])} or {dates.long(days[1])}?")
        return None
    if gone == {False}:
        return None
    return f" on {dates.long(days[0])}" if len(days) == 1 else ""


_TITLES = {
    "access-leaver": "People who left and still have an account", "access-no-mfa": "Without a second factor", "access-inactive": "Idle",
    "access-never-used": "Never used", "access-shared": "Shared or generic", "access-duplicate": "Listed twice", "access-date": "Login after the review day",
}  # fmt: skip


def _result(accounts: list[Account], problems: list[Problem], basis: Rules, asked: tuple[str, ...], left: list[str], *, closed: bool) -> Result:
    by_rule = Counter(p.rule for p in problems)
    files = ", ".join(dict.fromkeys(a.file for a in accounts)) or "the list"
    source = tables.source(accounts[0].file, [a.line for a in accounts if a.file == accounts[0].file]) if accounts else files
    facts = {
        "accounts": Fact(value=str(len(accounts)), unit="accounts", source=source),
        "accounts_active": Fact(value=str(sum(a.active for a in accounts)), unit="accounts", source=source),
        "accounts_privileged": Fact(value=str(sum(a.privileged for a in accounts)), unit="accounts", source=source),
        "review_day": Fact(value=basis.day.isoformat(), source="issue" if "as the issue says" in basis.said[0] else "clock"),
        "inactive_after_days": Fact(value=str(basis.days), unit="days", source="issue" if "default" not in basis.said[1] else "default"),
        **{rule.replace("-", "_"): Fact(value=str(by_rule[rule]), unit="accounts", source=source) for rule in _TITLES},
        **{f"access_findings_{s}": Fact(value=str(n), unit="findings", source=source) for s, n in counts(p.severity for p in problems).items()},
    }
    touched = len({(p.account.file, p.account.line) for p in problems if p.severity != "info"})
    facts["accounts_to_act_on"] = Fact(value=str(touched), unit="accounts", source=source)
    off = len(accounts) - sum(a.active for a in accounts)
    head = f"**{many(touched, 'account')} of {len(accounts)} need attention** ({many(off, 'account')} switched off already, not judged)." if off else f"**{many(touched, 'account')} of {len(accounts)} need attention.**"
    basis_text = "Rules: " + "; ".join(basis.said) + ("." if left else "; no list of leavers was given.")
    numbers = [(title, str(by_rule[rule])) for rule, title in _TITLES.items() if by_rule[rule]]
    if closed:
        return Result(f"{head}\n\n{CLOSED}", {"accounts": len(accounts), **by_rule}, facts)
    rows = [(p.severity, code(p.account.user), cell(p.account.role, 40), cell(p.text), place(p.account.file, p.account.line)) for p in problems]
    parts = [head, basis_text, *([table(("What", "Accounts"), numbers)] if numbers else [])]
    if rows:
        parts.append(table(("Severity", "Account", "Role", "Why", "Place"), rows[:SHOWN]))
    if len(rows) > SHOWN:
        parts.append(f"{len(rows) - SHOWN} more are not shown in this table.")
    findings = tuple(
        Finding(severity=p.severity, rule=p.rule, text=plain(f"{p.account.user} ({p.account.role or 'no role'}): {p.text}", 300), file=plain(p.account.file), line=p.account.line)
        for p in problems[:LISTED]
    )  # fmt: skip
    data = {"accounts": len(accounts), "rules": list(basis.said), "problems": dict(by_rule), "findings": [f.model_dump() for f in findings[:100]]}
    return Result("\n\n".join(parts), data, facts, findings, asked)
