"""Access review: a list of accounts against the rules of the issue: second factor, idle, leavers, shared, twice."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Result, ToolError, tool
from bizops.agent.tools.access import listing, rules
from bizops.agent.tools.access.listing import bare
from bizops.agent.tools.access.report import Account, Problem, report
from bizops.agent.tools.access.rules import Rules
from bizops.agent.tools.tables import dates
from bizops.agent.tools.tables import reading as tables
from bizops.case import Case, Data
from bizops.decision import SEVERITIES
from bizops.rules.harmless import brief

OFF = re.compile(
    r"(?i)no|n|0|false|nein|non|inactive|disabled|deactivated|suspended|locked|deleted|terminated"
    r"|gesperrt|deaktiviert|inaktiv|inactif"
)
LEAVERS = re.compile(
    r"(?i)leaver|left|terminat|offboard|departe?d|former|exit|austritt|ausgeschieden|d[ée]part|sortie|bajas?\b"
)

_DAY = re.compile(r"\b(?:day|date)\b", re.IGNORECASE)  # a form's field for the day of the review


@tool("compute")
def access_review(
    case: Case,
    accounts_file: Annotated[
        str, Field(description="CSV or JSON of accounts (user, role, mfa, last_login); empty: the issue's")
    ] = "",
    leavers_file: Annotated[
        str, Field(description="list of people who left (user, and the day if known); empty: the issue's, if any")
    ] = "",
) -> Result:
    """Review accounts: second factor missing, idle for too long, people who left, shared, listed twice. The rules and
    the day are read from the words of the issue; what it does not say has named defaults; two readings are asked.
    """
    from bizops.rules.data import prose

    days = [f"as of {value}" for label, value in case.form.items() if value and _DAY.search(label)]
    words = "\n".join([*days, case.issue.title, prose(case.issue.body), case.work.asked])
    basis, questions = rules.of_words(words, _today(case))
    data = [_named(case, accounts_file)] if accounts_file else account_data(case)
    data = (
        data
        or [d for d in case.data if d.name.casefold().endswith((".csv", ".tsv")) and d not in leaver_data(case)][:3]
    )
    if not data:
        raise ToolError(
            "there is no list of accounts", fix="give a `csv` block with the columns user, role, mfa, last_login"
        )
    asked = list(questions)
    accounts = [account for d in data for account in _accounts(d, asked)]
    left = [_named(case, leavers_file)] if leavers_file else leaver_data(case)
    problems = [
        *(p for a in accounts if a.active for p in _judged(a, basis, asked)),
        *_twice(accounts),
        *(p for d in left for p in _leavers(d, accounts, basis, asked)),
    ]
    problems.sort(key=lambda p: (SEVERITIES.index(p.severity), p.account.file, p.account.line, p.rule))
    closed = not case.trusted and any(d.source == "repository" for d in data)
    return report(accounts, problems, basis, tuple(asked[:15]), [d.name for d in left], closed=closed)


def _today(case: Case) -> date:
    return datetime.fromisoformat(case.now.replace("Z", "+00:00")).date() if case.now else case.issue.updated_at.date()


def _named(case: Case, name: str) -> Data:
    found = case.find(name)
    if found is None:
        raise ToolError(
            f"there is no file {brief(name)}", fix="give it as a `csv` block with its name in the line before"
        )
    return found


def _read(data: Data) -> tuple[tables.Table, dict[str, int]]:
    read = listing.read(data)
    return read, listing.columns(read.header, rules.COLUMNS)


def _tables(case: Case) -> Iterator[tuple[Data, tables.Table, dict[str, int]]]:
    for data in case.data:
        if data.path.is_file() and data.name.rsplit(".", 1)[-1].casefold() in (
            "csv",
            "tsv",
            "txt",
            "json",
            "jsonl",
            "md",
            "psv",
            "tab",
        ):
            try:
                yield data, *_read(data)
            except ToolError:
                continue


def account_data(case: Case) -> list[Data]:
    """The files of the issue that list accounts, by their columns."""
    return [d for d, _, at in _tables(case) if "user" in at and {"mfa", "last_login"} & set(at) and "left" not in at]


def leaver_data(case: Case) -> list[Data]:
    """The files of the issue that list people who left, by a column or by name."""
    return [
        d
        for d, _, at in _tables(case)
        if "user" in at and "mfa" not in at and "last_login" not in at and ("left" in at or LEAVERS.search(d.name))
    ]


@dataclass
class Gaps:
    """What a list leaves open: questions, and the lines of empty cells."""

    asked: list[str]
    ticked: bool = False
    no_mfa: list[int] = field(default_factory=list)
    no_login: list[int] = field(default_factory=list)


def _accounts(data: Data, asked: list[str]) -> Iterator[Account]:
    read, at = _read(data)
    if "user" not in at:
        raise ToolError(
            "no column names the account", where=f"{data.name}:{read.header_line or 1}", fix="give a column `user`"
        )
    names = [n for n, name in enumerate(read.header) if bare(name) in rules.COLUMNS["user"].split()]
    asked.extend(f"{data.name}:{flaw.line}: {brief(flaw.text)}: what is meant?" for flaw in read.flaws[:3])
    missing = [kind for kind in ("mfa", "last_login") if kind not in at]
    asked.extend(
        f"{data.name}: there is no column for {kind.replace('_', ' ')}: is it under another name, or in another list?"
        for kind in missing
    )
    column = [row.cells[at["last_login"]] for row in read.rows] if "last_login" in at else []
    order: dates.Order = (
        dates.orders((row.line, c) for row, c in zip(read.rows, column, strict=True)).order if column else ""
    )
    ticked = rules.ticks([row.cells[at["mfa"]] for row in read.rows]) if "mfa" in at else False
    gaps = Gaps(asked, ticked)
    for row in read.rows:
        given = {kind: row.cells[n].strip() for kind, n in at.items()}
        if given["user"]:
            yield _account(data.name, row, given, names, order, gaps)
        else:
            asked.append(f"{data.name}:{row.line}: the row names no account: whose is it?")
    if gaps.no_login:
        asked.append(f"{data.name}:{_lines(gaps.no_login)}: the last login is empty: never, or not known?")
    if gaps.no_mfa:
        asked.append(f"{data.name}:{_lines(gaps.no_mfa)}: the second factor is empty: none, or not known?")


def _lines(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:20])) + (f" and {len(numbers) - 20} more" if len(numbers) > 20 else "")


def _account(
    file: str, row: tables.Row, given: dict[str, str], names: list[int], order: dates.Order, gaps: Gaps
) -> Account:
    at = f"{file}:{row.line}"
    active = not OFF.fullmatch(given.get("status", ""))
    if rules.LEFT.fullmatch(given.get("status", "")):
        gaps.asked.append(
            f"{at}: the status of {brief(given['user'], 60)} is {brief(given['status'], 30)!r}: is the account closed,"
            " or still open?"
        )
    mfa = rules.yes(given["mfa"], ticks=gaps.ticked) if "mfa" in given else None
    if "mfa" in given and mfa is None and active:
        if given["mfa"]:
            gaps.asked.append(
                f"{at}: the second factor of {brief(given['user'], 60)} is {brief(given['mfa'], 30)!r}: yes or no?"
            )
        else:
            gaps.no_mfa.append(row.line)
    text = given.get("last_login", "")
    never = bare(text) in rules.NEVER or text in ("-", "–", "—")
    last: tuple[date, ...] = ()
    try:
        last = () if never else rules.day_of(text, order)
    except ToolError:
        gaps.asked.append(
            f"{at}: the last login of {brief(given['user'], 60)} is {brief(text, 40)!r}, which is no date: when was it?"
        )
    if not text and "last_login" in given and active:
        gaps.no_login.append(row.line)
    role = given.get("role", "")
    keys = tuple(dict.fromkeys(row.cells[n].strip().casefold() for n in names if row.cells[n].strip()))
    privileged = bool(rules.PRIVILEGED.search(role) or rules.ROOT.fullmatch(given["user"]))
    return Account(
        file, row.line, given["user"], keys, role, privileged, mfa, last, never, active, given.get("kind", "")
    )


def _judged(account: Account, basis: Rules, asked: list[str]) -> Iterator[Problem]:
    who = "privileged account" if account.privileged else "account"
    machine = bool(rules.MACHINE.search(account.kind))
    if account.mfa is False and basis.mfa != "none" and (account.privileged or basis.mfa == "all") and not machine:
        yield Problem(
            account, "access-no-mfa", "high" if account.privileged else "medium", f"{who} without a second factor"
        )
    if account.never:
        yield Problem(
            account,
            "access-never-used",
            "high" if account.privileged else "medium",
            f"{who} that nobody has ever logged in to",
        )
    verdicts = {basis.inactive(day, privileged=account.privileged) for day in account.last}
    if len(verdicts) > 1:
        first, second = account.last
        asked.append(
            f"{account.file}:{account.line}: the last login of {brief(account.user, 60)} has two"
            f" readings: {dates.long(first)} or {dates.long(second)}?"
        )
    elif verdicts == {True}:
        idle = " or ".join(str((basis.day - day).days) for day in sorted(set(account.last), reverse=True))
        yield Problem(
            account, "access-inactive", "high" if account.privileged else "medium", f"{who} idle for {idle} days"
        )
    if any(day > basis.day for day in account.last) and verdicts == {False}:
        yield Problem(account, "access-date", "info", "last login after the day of the review")
    if (rules.SHARED.search(account.user) or rules.SHARED.search(account.kind)) and not machine:
        yield Problem(
            account,
            "access-shared",
            "high" if account.privileged else "medium",
            f"shared or generic {who}: nobody answers for it",
        )


def _twice(accounts: Iterable[Account]) -> Iterator[Problem]:
    seen: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        seen[account.names[0]].append(account)
    for same in seen.values():
        roles = {a.role.casefold() for a in same}
        for account in same[1:]:
            conflict = (
                f" with another role ({brief(same[0].role, 40)} and {brief(account.role, 40)})"
                if len(roles) > 1
                else ""
            )
            yield Problem(
                account,
                "access-duplicate",
                "medium" if conflict else "low",
                f"listed a second time{conflict}; first in line {same[0].line}",
            )


def _leavers(data: Data, accounts: list[Account], basis: Rules, asked: list[str]) -> Iterator[Problem]:
    read, at = _read(data)
    if "user" not in at:
        raise ToolError(
            "no column names who left",
            where=f"{data.name}:{read.header_line or 1}",
            fix="give a column `user` or `email`",
        )
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
            asked.append(f"{data.name}:{row.line}: {brief(keys[0], 60)} left; which account is theirs ({lines})?")
            continue
        when = _left_on(data.name, row, at, order, basis, asked)
        if when is not None:
            for account in active:
                text = f"still active although the person left{when} ({data.name}:{row.line})"
                yield Problem(account, "access-leaver", "critical" if account.privileged else "high", text)


def _left_on(
    file: str, row: tables.Row, at: dict[str, int], order: dates.Order, basis: Rules, asked: list[str]
) -> str | None:
    """` on 3 April 2026`, nothing where no day is given, None where the person is still there on the review's day."""
    text = row.cells[at["left"]].strip() if "left" in at else ""
    try:
        days = rules.day_of(text, order)
    except ToolError:
        return ""
    gone = {day <= basis.day for day in days}
    if len(gone) > 1:
        asked.append(
            f"{file}:{row.line}: the day of leaving has two readings: {dates.long(days[0])} or {dates.long(days[1])}?"
        )
        return None
    if gone == {False}:
        return None
    return f" on {dates.long(days[0])}" if len(days) == 1 else ""
