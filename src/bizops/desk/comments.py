"""What the desk says on an issue: the status comment, the answer, the notices. Foreign text goes through `harmless`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bizops.case import Case
from bizops.decision import Ask, Decision, Finding, HandOver
from bizops.policy import AgentPolicy
from bizops.rules import markers
from bizops.rules.admit import Admitted
from bizops.rules.approvals import words
from bizops.rules.harmless import code, harmless, plain
from bizops.rules.masks import holds, masked

SHOWN_FINDINGS = 30
SHOWN_QUESTIONS = 20
WHY, MOST_WHY = 240, 12  # characters and number of the record's reasons: a marker holds 20,000, at six for some letters
ROOM = 65_000  # characters of a comment that are ours; GitHub takes 65,536
PASTED = "This issue holds what looks like a secret: revoke it now; an edit does not take it out of the history."
STEPS = ("Read the issue and its thread", "Claimed for {agent}", "Decided", "Answered")


@dataclass(frozen=True)
class Status:
    """The state of the desk's work on one issue, as its status comment shows it."""

    state: str  # in-progress, done, waiting, needs-info, held, failed, closed
    key: str
    agent: str
    priority: str
    executor: str
    run: str = ""
    run_url: str = ""
    group: str = "local"
    since: str = ""
    attempt: int = 1
    cost: str | None = "0"
    calls: int = 0
    why: tuple[str, ...] = ()
    next: str = ""

    def record(self) -> dict[str, Any]:
        """The part that the next run may look at: a cache."""
        said = {name: value for name, value in vars(self).items() if name != "next"}
        return said | {"why": [reason[:WHY] for reason in self.why[:MOST_WHY]]}

    def render(self) -> str:
        agent, priority, state = (plain(text, 60) for text in (self.agent, self.priority, self.state.replace("-", " ")))
        done = {"in-progress": 2, "failed": 2, "held": 3}.get(self.state, 4)
        steps = [f"- [{'x' if number < done else ' '}] {step.format(agent=agent)}" for number, step in enumerate(STEPS)]
        run = f" ([run]({self.run_url}))" if re.fullmatch(r"https?://[\w.:/-]+", self.run_url) else ""
        cost = "unknown" if self.cost is None else f"{plain(self.cost, 20)} USD"
        lines = [
            markers.render("status", "record", self.record()),
            f"**{agent}** · {priority} · {state}{run}",
            "",
            *steps,
            "",
            *[f"- {harmless(reason, link_hosts=(), limit=500)}" for reason in self.why],
            f"- Model cost so far: {cost}",
            *([f"- Requests to GitHub until this comment: {int(self.calls)}"] if self.calls else []),
        ]
        if self.next:
            lines += ["", f"**Next:** {self.next}"]
        return "\n".join(lines)


def answer(case: Case, decision: Decision, admitted: Admitted, data: Mapping[str, Any], notes: Iterable[str]) -> str:
    """The answer comment: its marker, what the agent says, findings, questions, proposals and the desk's own notes."""

    def tame(text: str, limit: int) -> str:
        hosts, requester = case.policy.access.link_hosts, (case.issue.author.login,)
        text = masked(text)
        return harmless(text, link_hosts=hosts, mentions=requester, limit=limit, repository=case.repository_name)

    parts = [markers.render("answer", case.work.key, data)]
    if case.work.former:
        parts.append(f"Follows [the answer before]({case.work.former}).")
    parts.append(tame(decision.summary, 40_000))
    if admitted.proposals:
        parts.append(_proposed(admitted, data["proposed"]))
    if decision.findings:
        parts.append(findings(decision.findings))
    questions = [question for action in admitted.of(Ask) for question in action.questions][:SHOWN_QUESTIONS]
    if questions:
        asked = "\n".join(f"{number}. {tame(question, 600)}" for number, question in enumerate(questions, 1))
        parts.append("**Please tell us:**\n\n" + asked)
    parts += [
        f"**Handed over** to {code(action.agent, 60)}: {tame(action.reason, 1_000)}" for action in admitted.of(HandOver)
    ]
    pasted = any(holds(text) for text in (case.issue.title, case.issue.body, case.work.asked))
    said = [
        PASTED if pasted else "",
        _voice(decision, case.work.agent),
        *decision.notes,
        *notes,
        *(f"Not done: {reason}" for reason in admitted.refused[:20]),
    ]
    parts.append("\n>\n".join(f"> {tame(' '.join(note.split()), 600)}" for note in said if note))
    return _fitting(part for part in parts if part)


def _fitting(parts: Iterable[str]) -> str:
    """The parts that fit into a comment. Harmless text is never cut: a cut could open a code span again."""
    kept, room = [], ROOM
    for part in parts:
        if len(part) + 2 > room:
            kept.append("> Something is left out here: the answer is too long for a comment.")
            break
        kept.append(part)
        room -= len(part) + 2
    return "\n\n".join(kept)


def following(state: str, *, close: str, policy: AgentPolicy) -> str:
    """What happens next, for the person who reads; `close` says as what the issue closes, if it does."""
    if close:
        undo = "Reopen it, or open a new issue that names this one, if it is not solved."
        return f"This closes as {close.replace('_', ' ')}. {undo}"
    return {
        "needs-info": "Answer the questions in a comment, or edit the issue; the clock stands still meanwhile.",
        "waiting": f"Comment to go on. Without a word from you this closes after {policy.close_after_days} days.",
        "awaiting-approval": "A person approves or turns down what is proposed; the clock runs on meanwhile.",
        "held": "A person of the team looks at it.",
        "failed": "The desk tries again at the next event, rerun or sweep.",
        "closed": "The issue was closed meanwhile; nothing was answered.",
    }.get(state, "")


def _voice(decision: Decision, agent: str) -> str:
    if decision.voice == "playbook":
        return ""  # the agent's own note says why
    cost = "unknown" if decision.usage.usd is None else f"{decision.usage.usd} USD"
    model = f"the model {code(decision.usage.model, 60)}" if decision.usage.model.strip() else "a model"
    return f"By {agent} with {model}. Cost: {cost}."


def _proposed(admitted: Admitted, proposed: Mapping[str, Any]) -> str:
    """What waits for an approval, exactly as it will be done."""
    steps = [f"{number}. {code(words(action), 3_000)}" for number, action in enumerate(admitted.proposals, 1)]
    reasons = [f"{plain(a.reason, 600)}" for a in admitted.proposals if isinstance(a, HandOver)]
    told = f"**Proposed**, and done only once a person with the permission `{proposed['needs']}` approves:"
    how = (
        f"To approve exactly this, write `/approve {proposed['hash']}`; to turn it down, `/reject {proposed['hash']}`. "
        f"Not by the requester; until {proposed['until']}; an edit of the issue or a newer answer voids it."
    )
    return "\n\n".join([told, "\n".join(steps), *reasons, how])


def findings(found: tuple[Finding, ...]) -> str:
    """The findings as a table, the worst first as the agent gave them; what is too long is counted."""
    rows = [
        f"| {f.severity} | {code(f.rule, 60, table=True)} | {code(_place(f), 120, table=True)} | {_said(f)} |"
        for f in found[:SHOWN_FINDINGS]
    ]
    more = [f"\n{len(found) - SHOWN_FINDINGS} more are not shown."] if len(found) > SHOWN_FINDINGS else []
    return "\n".join(["| Severity | Rule | Place | Finding |", "|---|---|---|---|", *rows, *more])


def _said(finding: Finding) -> str:
    return plain(masked(finding.text), 300)


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}" if finding.line else finding.file


def edited(key: str) -> str:
    """The notice that an edit alone starts no work."""
    said = "Title or text changed after the answer above. To have it worked again, say so in a comment, or rerun it."
    return f"{markers.render('notice', key)}\n\n{said}"


def expired(key: str) -> str:
    """The notice that nobody approved a proposal in time."""
    said = "The time to approve what was proposed above is over: nothing of it is done. `/retry` works it out anew."
    return f"{markers.render('notice', key)}\n\n{said}"


def held(key: str, reason: str, since: str, after: Mapping[str, Any]) -> str:
    """The notice that a key is held since a time, `after` the receipts that it knew."""
    return "\n\n".join(
        (
            markers.render("notice", f"held/{key}", {"then": "held", "since": since, **after}),
            f"**Held:** {harmless(reason, link_hosts=(), limit=2_000)}",
            "A person must look. `/retry` lets the desk try again, as does taking the label `status/held` away.",
        )
    )
