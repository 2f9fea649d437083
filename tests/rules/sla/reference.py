"""A slow, plain second opinion on the clocks of one issue, written from the rules of docs/sla.md alone.

It reads a policy with every key present (`policy` below fills them in), marks seconds as `oracle.py` does and replays
the history in one pass for each clock. It knows the shapes that the tests make, not each accident of GitHub's API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from tests.rules.sla.oracle import DAY, counted, nth, seconds, stamp

WRITERS = ("admin", "maintain", "write")
PAUSES = {
    "resolution": ["status/waiting", "status/needs-info"],
    "first-response": ["status/waiting"],
    "next-reply": ["status/waiting"],
}
STEPS = [
    {"after_minutes": 0, "do": ["label", "mention"]},
    {"after_minutes": 30, "do": ["escalate"]},
    {"after_minutes": 120, "do": ["alert"]},
]
DEFAULTS: dict[str, Any] = {
    "default_priority": "P2",
    "calendar": "always",
    "enforce_from": None,
    "priority_change": "carry",
    "reopen": "new-cycle",
    "reopen_grace_seconds": 0,
    "settle_seconds": 60,
    "at_risk": 0.8,
}
Row = Mapping[str, Any]
Gaps = list[list[int | None]]
Run = tuple[int, int | None, bool, Gaps]  # start, stop, cancelled by it, times as closed


def policy(own: Row) -> dict[str, Any]:
    """The policy with every default."""
    ladder = {"clock": "business", "steps": STEPS, "at_risk_steps": [], "ack_timeout_minutes": 120}
    return {
        **DEFAULTS,
        **own,
        "pause_labels": {**PAUSES, **own.get("pause_labels", {})},
        "ladder": {**ladder, **own.get("ladder", {})},
        "calendars": {"always": {"always": True}, **own.get("calendars", {})},
    }


def in_force(whole: Row, start: int) -> dict[str, Any]:
    """The policy for a clock that starts then."""
    found = dict(whole)
    for version in sorted(whole.get("versions", ()), key=lambda v: seconds(v["effective_from"])):
        if seconds(version["effective_from"]) <= start:
            for name, value in version.items():
                found[name] = {**found[name], **value} if isinstance(value, dict) else value
    return found


@dataclass
class Facts:
    """The history up to now."""

    opened: int
    now: int
    labels: dict[str, Gaps] = field(default_factory=dict)
    closed: list[list[Any]] = field(default_factory=list)  # at, completed, reopened or None
    talk: list[tuple[int, str, str]] = field(default_factory=list)  # at, who ("team", "author"), body
    acks: list[int] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    desk_set: list[tuple[int, str]] = field(default_factory=list)


def facts(file: Row, now: int) -> Facts:
    """Read the file: what happened until now, in order."""
    issue = file["issue"]
    opened = seconds(issue["created_at"])
    now = max(now, opened)  # the runner's clock is behind
    found = Facts(opened, now)
    desk = file.get("desk", "github-actions[bot]")
    events = {e["id"]: e for e in file["timeline"] if e["event"] != "commented"}
    for label in {row["name"] for row in issue["labels"]}:
        if not any(e.get("label", {}).get("name") == label for e in events.values()):
            found.labels.setdefault(label, []).append([found.opened, None])
    for event in sorted(events.values(), key=lambda e: (seconds(e["created_at"]), e["id"])):
        at = seconds(event["created_at"])
        if at <= now:
            _event(found, at, event, desk)
    for comment in sorted(file["comments"], key=lambda c: (seconds(c["created_at"]), c["id"])):
        at = seconds(comment["created_at"])
        if at <= now:
            _comment(found, at, comment, issue["user"]["login"], desk, file.get("permissions", {}))
    found.closed = [span for span in found.closed if span[0] != span[2]]  # what lasts zero seconds has no effect
    return found


def _event(found: Facts, at: int, event: Row, desk: str) -> None:
    match event["event"]:
        case "labeled":
            spans = found.labels.setdefault(event["label"]["name"], [])
            if not spans or spans[-1][1] is not None:
                spans.append([at, None])
            if event["actor"]["login"] == desk:
                found.desk_set.append((at, event["label"]["name"]))
        case "unlabeled":
            spans = found.labels.setdefault(event["label"]["name"], [])
            if not spans:
                spans.append([found.opened, at])
            elif spans[-1][1] is None:
                spans[-1][1] = at
        case "closed":
            completed = event.get("state_reason") in {None, "completed"}
            if found.closed and found.closed[-1][2] is None:
                found.closed[-1][1] = completed
            else:
                found.closed.append([at, completed, None])
        case "reopened":
            if found.closed and found.closed[-1][2] is None:
                found.closed[-1][2] = at


def _comment(found: Facts, at: int, comment: Row, author: str, desk: str, permissions: Row) -> None:
    user, body = comment["user"], comment["body"]
    if user["login"] == desk:
        if "<!-- bizops:answer " in body:
            found.talk.append((at, "team", body))
        if "<!-- bizops:sla " in body:
            found.done.add(body.split("<!-- bizops:sla ")[1].split()[0])
        return
    trusted = comment["author_association"] in {"OWNER", "MEMBER", "COLLABORATOR"}
    known = permissions.get(user["login"])
    writes = user["type"] == "User" and (trusted if known is None else known in WRITERS)
    lines = [line for line in body.splitlines() if line.strip()]
    if writes and any(line.split()[0] == "/ack" for line in lines):
        found.acks.append(at)
    if all(line.startswith("/") for line in lines):
        return
    if user["login"] == author:
        found.talk.append((at, "author", body))
    elif writes:
        found.talk.append((at, "team", body))


def priority_at(found: Facts, whole: Row, at: int) -> str | None:
    """The strictest known priority label on the issue at an instant, or None."""
    table = whole["escalation"]
    on = [
        name.removeprefix("priority/")
        for name, spans in found.labels.items()
        if name.startswith("priority/") and any(a <= at and (b is None or at < b) for a, b in spans)  # type: ignore[operator]
    ]
    known = [name for name in on if name in table]
    return min(known, key=lambda name: (table[name]["sla_hours"], name)) if known else None


def priorities(found: Facts, whole: Row) -> list[tuple[int, str]]:
    """(since, priority) from the opening: the initial one, then each change."""
    settled = min(found.opened + whole["settle_seconds"], found.now)
    first = priority_at(found, whole, settled)
    if first is None:
        by_desk = [
            (at, name.removeprefix("priority/"))
            for at, name in found.desk_set
            if name.startswith("priority/")
            and name.removeprefix("priority/") in whole["escalation"]
            and at > settled  # what was gone again by then has been settled
            and any(a == at != b for a, b in found.labels[name])  # what lasts zero seconds has no effect
        ]
        if by_desk and not _had_one(found, whole, settled, by_desk[0][0]):
            settled, first = by_desk[0]
            first = priority_at(found, whole, settled)
    legs = [(found.opened, first or whole["default_priority"])]
    moments = sorted({at for spans in found.labels.values() for span in spans for at in span if at is not None})
    for at in moments:
        present = priority_at(found, whole, at) or whole["default_priority"]
        if at > settled and present != legs[-1][1]:
            legs.append((at, present))
    return legs


def _had_one(found: Facts, whole: Row, since: int, until: int) -> bool:
    moments = {at for spans in found.labels.values() for span in spans for at in span if at is not None}
    return any(priority_at(found, whole, at) for at in moments if since < at < until)


def calendar(plan: Row, name: str) -> Row:
    value = plan["calendars"][name]
    return {"union": [calendar(plan, one) for one in value["union"]]} if "union" in value else value


def target(plan: Row, priority: str, kind: str) -> int | None:
    row = plan["escalation"][priority]
    if kind == "resolution":
        return int(row["sla_hours"] * 3600)
    minutes = row.get("first_response_minutes" if kind == "first-response" else "next_reply_minutes")
    return None if minutes is None else int(minutes * 60)


@dataclass
class Clock:
    """One clock, replayed."""

    kind: str
    start: int
    stop: int | None
    cancels: bool  # its stop is no success
    gaps: Gaps
    plan: Row
    now: int
    elapsed: int = 0
    due: int | None = None
    breach: int | None = None
    before: int = 0  # elapsed at the breach
    target: int = 0
    priority: str = ""
    calendar: Row = field(default_factory=dict)

    @property
    def end(self) -> int:
        return self.now if self.stop is None else self.stop

    @property
    def paused(self) -> bool:
        return any(a <= self.end and (b is None or self.end < b) for a, b in self.gaps)  # type: ignore[operator]

    @property
    def state(self) -> str:
        if self.breach is not None and self.breach < self.end:
            return "breached"
        if self.breach is not None and self.before > self.target:  # dated at a change that is the end itself
            return "breached"
        if self.stop is not None:
            return "cancelled" if self.cancels else "met"
        if self.paused:
            return "paused"
        return "at-risk" if self.elapsed >= self.plan["at_risk"] * self.target else "running"


def replay(clock: Clock, legs: Sequence[tuple[int, str]]) -> Clock:
    """Walk through the priorities that were in force while the clock ran."""
    mode, last = clock.plan["priority_change"], clock.end + 60 * DAY
    for number, (since, name) in enumerate(legs):
        until = legs[number + 1][0] if number + 1 < len(legs) else None
        chosen = calendar(clock.plan, clock.plan["escalation"][name].get("calendar") or clock.plan["calendar"])
        if clock.breach is not None:  # it stays breached; only the new calendar counts
            if mode == "recompute":
                break
            end = clock.end if until is None else until
            clock.elapsed += counted(chosen, clock.gaps, since, end).count(1)
            continue
        clock.target, clock.priority = target(clock.plan, name, clock.kind) or 0, name
        clock.calendar = chosen
        if number and mode == "recompute":
            since, clock.elapsed = clock.start, 0
        if number and mode == "reset":
            clock.elapsed = 0
        _leg(clock, since, until, last)
    return clock


def _leg(clock: Clock, since: int, until: int | None, last: int) -> None:
    marks = counted(clock.calendar, clock.gaps, since, last)
    used, over = nth(marks, clock.target - clock.elapsed), nth(marks, clock.target + 1 - clock.elapsed)
    already = clock.due if clock.due is not None and clock.due < since else since
    clock.due = already if clock.elapsed >= clock.target else (None if used is None else since + used + 1)
    at = since if clock.elapsed > clock.target else (None if over is None else since + over)
    happened = at is not None and at < (last if until is None else until)
    if happened:
        clock.breach = at
        clock.before = max(clock.elapsed, clock.target)
    end = until if until is not None and not (happened and clock.plan["priority_change"] == "recompute") else clock.end
    clock.elapsed += marks.count(1, 0, max(0, end - since))


def shown(clock: Clock, cycle: int) -> dict[str, Any]:
    state = clock.state
    breached = state == "breached"
    due = clock.due if state in {"running", "at-risk", "met", "breached"} else None
    breach = clock.breach if state in {"running", "at-risk", "breached"} else None
    if clock.breach is None and state in {"running", "at-risk"}:
        due = None
    return {
        "clock": clock.kind,
        "cycle": cycle,
        "state": state,
        "started_at": stamp(clock.start),
        "stopped_at": None if clock.stop is None else stamp(clock.stop),
        "target_s": clock.target,
        "elapsed_s": clock.elapsed,
        "due_at": None if due is None else stamp(due),
        "breach_at": None if breach is None else stamp(breach),
        "overdue_s": clock.elapsed - clock.before if breached else 0,
        "pauses": [[stamp(a), None if b is None else stamp(b)] for a, b in joined(clock)],
    }


def joined(clock: Clock) -> list[tuple[int, int | None]]:
    """The pauses of a clock since its start, those that touch as one, without those of zero seconds."""
    endless = 10**11
    found: list[list[int]] = []
    for begin, over in sorted((max(a or 0, clock.start), endless if b is None else b) for a, b in clock.gaps):
        if over <= begin:
            continue
        if found and begin <= found[-1][1]:
            found[-1][1] = max(found[-1][1], over)
        else:
            found.append([begin, over])
    return [(a, None if b == endless else b) for a, b in found]


def spans_of(found: Facts, whole: Row, kind: str) -> list[Run]:
    """(start, stop, cancelled at the stop, closed spans) for each time such a clock was asked to run."""
    if kind == "resolution":
        return _resolutions(found, whole)
    runs: list[Run] = []
    start: int | None = found.opened if kind == "first-response" else None
    answered = False
    waits, gaps = False, cast("Gaps", [])
    moments = [(at, 1, n, "closed") for n, (at, _, _) in enumerate(found.closed)]
    moments += [(at, 2, n, "reopened") for n, (_, _, at) in enumerate(found.closed) if at is not None]
    last = {at: n for n, (at, who, _) in enumerate(found.talk) if who == "team"}  # comments go by their id
    moments += [(at, 0 if n <= last.get(at, -1) else 3, n, who) for n, (at, who, _) in enumerate(found.talk)]
    for at, _, _, what in sorted(moments):
        is_open = not any(a <= at and (b is None or at < b) for a, _, b in found.closed)
        if start is not None and what == "closed" and resumed(found, whole, (start, at, True, gaps), kind):
            gaps = [*gaps, next([at, end] for since, _, end in found.closed if since == at)]
        elif start is not None and what in {"closed", "team"}:
            runs.append((start, at, what == "closed", gaps))
            start, gaps = None, []
        answered, waits = answered or what == "team", waits and what != "team"
        asks = what == "author" and answered
        waits = waits or (asks and not is_open)
        if kind == "next-reply" and start is None and is_open and (asks or (waits and what == "reopened")):
            start, waits = at, False
    if start is not None:
        runs.append((start, None, False, gaps))
    return runs


def resumed(found: Facts, whole: Row, run: Run, kind: str) -> bool:
    """Whether the reopening after this stop goes on with the clock: one that is breached, or met by the closing."""
    reopened = next((end for since, _, end in found.closed if since == run[1]), None)
    if reopened is None or not (run[2] is False or replay_at(found, whole, run, kind).state == "breached"):
        return False
    plan = in_force(whole, run[0])
    return plan["reopen"] == "resume" or bool(0 < plan["reopen_grace_seconds"] >= reopened - (run[1] or 0))


def _resolutions(found: Facts, whole: Row) -> list[Run]:
    runs: list[Run] = []
    start, gaps = found.opened, cast("Gaps", [])
    for at, completed, reopened in found.closed:
        runs.append((start, at, not completed, gaps))
        if reopened is None:
            return runs
        if resumed(found, whole, runs[-1], "resolution"):
            runs.pop()
            gaps = [*gaps, [at, reopened]]
        else:
            start, gaps = reopened, []
    runs.append((start, None, False, gaps))
    return runs


def replay_at(found: Facts, whole: Row, run: Run, kind: str = "resolution") -> Clock:
    start, stop, cancels, gaps = run
    plan = in_force(whole, start)
    paused = [span for name in plan["pause_labels"][kind] for span in found.labels.get(name, ())]
    clock = Clock(kind, start, stop, cancels, [*paused, *gaps], plan, max(found.now, start))
    end = clock.end
    clock.gaps = [[a, None if b is None or b > end else b] for a, b in clock.gaps if a <= end]  # type: ignore[operator]
    if stop is not None:
        clock.gaps = [[a, stop if b is None else b] for a, b in clock.gaps]
    every = priorities(found, plan)
    if plan["priority_change"] == "sticky":
        every = every[:1]
    first = [name for at, name in every if at <= start][-1]
    later = [(at, name) for at, name in every if start < at and (at <= found.now if stop is None else at < stop)]
    return replay(clock, [(start, first), *later])


def reference(file: Row, own: Row, now: int) -> dict[str, Any]:
    """What `bizops sla issue` must say, less words and warnings. Every priority must have the same targets'
    names: what changes to a priority without a target do is in the tables of `test_edges.py`."""
    whole = policy(own)
    found = facts(file, now)
    if whole["enforce_from"] and found.opened < seconds(whole["enforce_from"]):
        return {"priority": None, "clocks": [], "ladder": []}
    clocks, steps = [], []
    for kind in ("first-response", "resolution", "next-reply"):
        cycle = 0
        for run in spans_of(found, whole, kind):
            if target(in_force(whole, run[0]), "P2", kind) is None:
                continue
            cycle += 1
            clock = replay_at(found, whole, run, kind)
            clocks.append(shown(clock, cycle))
            if clock.state == "breached":
                steps += ladder(clock, cycle, found, whole)
    return {"priority": priorities(found, in_force(whole, found.opened))[-1][1], "clocks": clocks, "ladder": steps}


def ladder(clock: Clock, cycle: int, found: Facts, whole: Row) -> list[dict[str, Any]]:
    """The steps of a breached clock; pauses make no difference to their times."""
    rules, breach = whole["ladder"], clock.breach
    assert breach is not None
    marks = counted(clock.calendar, (), breach, clock.end + 60 * DAY)

    def later(since: int, minutes: int) -> int:
        if rules["clock"] == "real":
            return since + minutes * 60
        need = marks.count(1, 0, since - breach) + minutes * 60
        if minutes == 0:
            return since
        index = nth(marks, need)
        assert index is not None, "beyond the horizon"
        return breach + index + 1

    steps = rules["steps"]
    times = [later(breach, step["after_minutes"]) for step in steps]
    stop = clock.stop if clock.stop is not None else found.now + 10**9
    for ack in found.acks:
        ahead = [i for i, at in enumerate(times) if at > ack]
        if ack <= breach or not ahead:
            continue
        base = steps[ahead[0]]["after_minutes"]
        for i in ahead:
            times[i] = later(ack, rules["ack_timeout_minutes"] + steps[i]["after_minutes"] - base)
    rows = [(n, at, step["do"]) for n, (at, step) in enumerate(zip(times, steps, strict=True), 1)]
    if clock.plan["escalation"][clock.priority].get("requires_manager"):
        rows.insert(0, (0, breach, ["manager"]))
    return [
        {
            "clock": clock.kind,
            "cycle": cycle,
            "step": number,
            "at": stamp(at),
            "state": _step_state(f"{clock.kind}/{cycle}/breach/{number}", at, stop, found),
            "do": do,
        }
        for number, at, do in rows
    ]


def _step_state(key: str, at: int, stop: int, found: Facts) -> str:
    if key in found.done:
        return "done"
    if at > stop:
        return "cancelled"
    return "due" if at <= found.now else "pending"
