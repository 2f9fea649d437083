"""Answer: take a decision as hostile input, compare it with policy and with the issue as it is now, and write once."""

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bizops import case as cases
from bizops.case import Case
from bizops.decision import Ask, Decision, HandOver, Label
from bizops.desk import commands, comments, settle
from bizops.desk.collect import take
from bizops.desk.desk import Desk, Seen
from bizops.errors import InputError
from bizops.issue import Comment, Person, timestamp
from bizops.rules import approvals, reasons
from bizops.rules.admit import Admitted, admit, closes
from bizops.rules.harmless import plain
from bizops.rules.markers import Marker

log = logging.getLogger(__name__)
REASON = 500  # characters of why there is no decision


@dataclass(frozen=True)
class Answered:
    """What became of a decision: the status, a word about it, and the next agent's case, if there is one."""

    issue: int
    agent: str
    state: str
    why: str
    next: Path | None = None


def answer(desk: Desk, case: Case) -> Answered:
    """Write what an agent decided. Everything is read again first: what no longer fits is dropped."""
    if case.extra.get("client") != desk.github.client:
        desk.github.before = int(case.extra.get("calls", 0))
    again = bool(case.extra.get("again"))
    seen = commands.carry_out(desk, desk.see(case.issue.number, again=again))
    settle.remove_doubles(desk, seen)
    settled = _no_longer(desk, seen, case)
    if settled:
        return settled
    hop = int(case.extra.get("hop", 0))
    news = _news(seen, case)
    if news and hop + 1 < desk.policy.agents.hops:
        return _hop(desk, case, seen, hop, f"dropped: {news}")
    try:
        decision = cases.read_decision(case.folder)
    except InputError as error:
        return _failed(desk, seen, case, _failure(case, error))
    if decision.held is not None:
        reason = decision.held if plain(decision.held, 10) else "the agent gave no reason"
        return _look_beside(desk, case, _hold(desk, seen, case, reason), hop)
    if _goes_round(desk, seen, decision):
        rounds = f"it was handed over {desk.policy.agents.hops} times without a word of a person"
        return _look_beside(desk, case, _hold(desk, seen, case, rounds), hop)
    if not plain(decision.summary, 10) and not any(isinstance(action, Ask) for action in decision.actions):
        return _failed(desk, seen, case, "the decision says nothing")
    marker = _post(desk, seen, case, decision, news)
    settle.follow(desk, seen, marker)
    _show_answer(desk, seen, case, marker)
    return _last_look(desk, case, marker, hop)


def _no_longer(desk: Desk, seen: Seen, case: Case) -> Answered | None:
    """What has settled the issue meanwhile: closed, held by a person, or answered by another run."""
    issue, work = seen.thread.issue, case.work
    answered = next((m for m in seen.look.answers if m.reason == work.reason), None)
    if answered and not work.again and issue.state == "open" and not seen.look.stopped:
        settle.mend(desk, seen)
        return Answered(issue.number, work.agent, str(answered.data.get("then")), "another run answered it")
    if not seen.look.stopped and _cancelled(seen, case):
        _show(desk, seen, case, "waiting", why="Given up by `/cancel`.")
        return Answered(issue.number, work.agent, "waiting", "dropped: cancelled")
    if not seen.look.stopped:
        return None
    state = "closed" if issue.state == "closed" else "held"
    if not (state == "closed" and settle.closed_by_us(desk, seen.thread)):
        settle.set_labels(desk, seen, (), ["status/in-progress"])
        _show(desk, seen, case, state)
    else:
        settle.mend(desk, seen)
    return Answered(issue.number, work.agent, state, f"dropped: {seen.look.stopped}")


def _goes_round(desk: Desk, seen: Seen, decision: Decision) -> bool:
    """Whether agents hand the issue to each other, so many times as one job has agents, and this one would again."""
    if not any(isinstance(action, HandOver) for action in decision.actions):
        return False
    passed = [m for m in seen.look.answers if not m.data.get("mention")][-desk.policy.agents.hops :]
    by_agents = all(m.data.get("hand_over") for m in passed)
    return by_agents and sum(m.reason.startswith("routed-") for m in passed) >= desk.policy.agents.hops - 1


def _cancelled(seen: Seen, case: Case) -> bool:
    """Whether a `/cancel` came after what the agent read."""
    open_ = {work.key for work, _ in seen.look.todo}
    late = any(r.data.get("cancel") and r.id > reasons.newest_comment(case.thread) for r in seen.look.receipts)
    return late and case.work.key not in open_


def _news(seen: Seen, case: Case) -> str:
    """Why the decision no longer fits the issue as it is, or nothing."""
    if seen.thread.issue.input != case.extra.get("input"):
        return "title or body changed meanwhile"
    if case.extra.get("mention"):
        return ""
    newest = seen.look.reason.name if seen.look.reason else ""
    if newest != case.work.reason:
        return f"there is a newer reason ({newest})"
    if not case.work.again and seen.route.agent != case.work.agent:
        return f"it is routed to {seen.route.agent} now"
    return ""


def _hop(desk: Desk, case: Case, seen: Seen, hop: int, why: str) -> Answered:
    collected = take(desk, seen, hop + 1)
    if not collected.go:
        return Answered(seen.number, case.work.agent, "done", f"{why}; {'; '.join(collected.why)}")
    following = collected.case if collected.executor == "runner" else None
    return Answered(seen.number, case.work.agent, "in-progress", f"{why}; next: {collected.agent}", following)


def _post(desk: Desk, seen: Seen, case: Case, decision: Decision, news: str) -> Marker:
    """Post the answer, or update the one of the same key (a rerun); its marker."""
    admitted = admit(decision, case)
    data = _follows(desk, seen, case, decision, admitted)
    notes = []
    if news:
        notes.append(f"This was the last agent of this run, so the answer stands although {news}.")
    existing = next((m for m in seen.look.answers if m.key == case.work.key), None)
    if existing and existing.comment:
        notes.append(f"Worked again on {timestamp(datetime.now(UTC))}.")
    body = comments.answer(case, decision, admitted, data, notes)
    if existing and existing.comment:
        stays = settle.update(desk, seen, existing.id, "answer", case.work.key, body)
    else:
        stays = settle.post(desk, seen, "answer", case.work.key, body)
    # Nothing of what follows has been done for this answer: its time lies after every event that was read.
    return Marker("answer", case.work.key, data, Comment(stays, Person("desk"), body, settle.FUTURE, settle.FUTURE))


def _follows(desk: Desk, seen: Seen, case: Case, decision: Decision, admitted: Admitted) -> dict[str, Any]:
    """What the marker says must follow, and what the answer was worked out from."""
    closing = closes(decision, admitted, case)
    handed = admitted.of(HandOver)
    then = "done" if closing else "waiting"
    if case.extra.get("mention"):
        then = str(case.extra.get("former_status", ""))
    if handed:
        then = "in-progress"
    if admitted.proposals:
        then = "awaiting-approval"
    if admitted.of(Ask):
        then = "needs-info"
    if any(notice.key != f"held/{case.work.key}" for notice in seen.look.holds):
        closing, then = "", "held"  # something else here waits for a person: that must stay in sight
    labels = admitted.of(Label)
    data: dict[str, Any] = {"then": then, "input": seen.thread.issue.input, "seen": reasons.newest_event(case.thread)}
    data |= {"heard": reasons.newest_comment(case.thread), **settle.after(seen)}
    data |= {"close": closing} if closing else {}
    data |= {"hand_over": handed[0].agent} if handed else {}
    if admitted.proposals:
        proposal = approvals.propose(admitted.proposals, case.work.key, data["input"], desk.policy, desk.github.now())
        data["proposed"] = proposal.data()
    data |= {"mention": True} if case.extra.get("mention") else {}
    data |= {"cost": decision.usage.usd} if decision.usage.usd != "0" else {}
    if labels:
        data["labels"] = {"add": [x for a in labels for x in a.add], "remove": [x for a in labels for x in a.remove]}
    return data


def _show_answer(desk: Desk, seen: Seen, case: Case, marker: Marker) -> None:
    state = str(marker.data["then"])
    following = comments.following(state, close=str(marker.data.get("close", "")), policy=case.agent_policy)
    _show(desk, seen, case, state or "answered", following, cost=settle.spent(seen, marker))


def _show(
    desk: Desk, seen: Seen, case: Case, state: str, following: str = "", why: str = "", cost: str | None = "0"
) -> None:
    """Update the status comment that collect wrote."""
    known = dict(case.extra["status"])
    comment = seen.look.status.id if seen.look.status else known["comment"]
    known.pop("comment")
    status = comments.Status(**known | {"why": tuple(known["why"])})
    following = following or comments.following(state, close="", policy=case.agent_policy)
    status = replace(status, state=state, next=following, cost=cost, calls=desk.github.total + 1)
    status = replace(status, why=(*status.why, *([why] if why else [])))
    settle.update(desk, seen, comment, "status", "record", status.render())


def _last_look(desk: Desk, case: Case, marker: Marker, hop: int) -> Answered:
    """Whether something new arrived; only if not, close."""
    number, state = case.issue.number, str(marker.data["then"]) or "answered"
    seen = desk.see(number)
    if seen.look.todo and hop + 1 < desk.policy.agents.hops:
        return _hop(desk, case, seen, hop, "answered")
    if not seen.look.todo:
        settle.note_edit(desk, seen)
        if settle.must_close(seen):
            settle.close(desk, seen)
    left = "; more is to be answered, by the next run" if seen.look.todo else ""
    return Answered(number, case.work.agent, state, f"answered{left}")


def _look_beside(desk: Desk, case: Case, held: Answered, hop: int) -> Answered:
    """What else is to be answered, beside a key that is held now."""
    seen = desk.see(case.issue.number)
    if seen.look.todo and hop + 1 < desk.policy.agents.hops:
        return _hop(desk, case, seen, hop, f"held: {held.why}")
    return held


def _hold(desk: Desk, seen: Seen, case: Case, reason: str) -> Answered:
    """Hold the key with a notice that names the reason."""
    key = f"held/{case.work.key}"
    body = comments.held(case.work.key, reason, timestamp(datetime.now(UTC)), settle.after(seen))
    before = next((notice for notice in seen.look.notices if notice.key == key), None)
    if before:  # its time of change says since when: a label that was taken away before frees nothing now
        settle.update(desk, seen, before.id, "notice", key, body)
    else:
        settle.post(desk, seen, "notice", key, body)
    settle.set_status(desk, seen, "held")
    _show(desk, seen, case, "held", why=f"Held: {reason}")
    return Answered(seen.number, case.work.agent, "held", reason)


def _failed(desk: Desk, seen: Seen, case: Case, reason: str) -> Answered:
    """The agent left no decision: the next look tries again, up to the policy's attempts; then it is held."""
    attempt, most = int(case.extra["status"]["attempt"]), desk.policy.agents.attempts
    if attempt >= most:
        return _hold(desk, seen, case, f"{attempt} attempts failed, the last one because: {reason}")
    settle.set_status(desk, seen, "failed")
    _show(desk, seen, case, "failed", why=f"Attempt {attempt} of {most} failed: {reason}")
    return Answered(seen.number, case.work.agent, "failed", reason)


def _failure(case: Case, error: InputError) -> str:
    """Why there is no decision, in the words of whoever noticed."""
    path = case.folder / "failure.json"
    with suppress(InputError, KeyError, TypeError):
        if isinstance(reason := cases.read_json(path)["reason"], str) and reason.strip():
            return reason[:REASON]
    return error.what[:REASON]
