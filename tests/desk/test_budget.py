"""How many requests each kind of event costs: DESIGN's seventh property, and the goals of the README."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bizops import case as cases
from bizops.decision import HandOver
from bizops.desk import event
from bizops.desk.answer import answer
from bizops.desk.collect import collect
from bizops.desk.desk import Run
from bizops.desk.github import GitHub
from bizops.local.github import runs
from bizops.local.github.faults import secondary_limit
from bizops.local.github.state import Actor
from tests.conftest import JOB
from tests.desk.quick import ASK, SECURITY, SUPPORT, Quick, Says, changed, decision, saying


def cost(quick: Quick, number: int, says: Says = ASK, **how: Any) -> list[str]:
    """The requests of one job, as the server counts them."""
    before = quick.world.github.faults.seen
    quick.run(number, says, **how)
    return [f"{e.method} {e.path}" for e in quick.world.github.log if e.index > before]


@pytest.mark.parametrize("by", ["mara", "zoe"])
def test_a_p0_issue_answered_and_closed_costs_at_most_16_requests(quick: Quick, by: str) -> None:
    number = quick.file(labels=["finance/analysis", "priority/P0"], by=by)
    spent = cost(quick, number, saying())
    assert quick.shown(number).state == "closed"
    assert len(spent) <= 16, spent


def test_outside_of_actions_asking_who_writes_is_within_the_16(quick: Quick) -> None:
    quick.world.policy = changed(quick.world.policy, access={"desk_accounts": ("ada",)})
    number = quick.file(labels=["finance/analysis", "priority/P0"], by="tom")
    client = GitHub("acme/ops", quick.world.github.token("ada"), quick.world.github.url, sleep=lambda _s: None)
    spent = cost(quick, number, saying(), github=client, run=Run())
    assert "GET /user" in spent
    assert quick.shown(number).state == "closed"
    assert len(spent) <= 16, spent


def test_an_issue_whose_agent_needs_a_list_costs_at_most_16_requests(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    text = 'agent = Agent(file=__file__, mission="m", needs=("open_issues",), playbook=None)\n'
    (tmp_path / "agents" / "ai-finance-agent.py").write_text(text)
    number = quick.file(labels=["finance/analysis", "priority/P0"], by="tom")
    spent = cost(quick, number, saying(), repository=tmp_path)
    assert any(entry.endswith("/issues") for entry in spent)
    assert quick.shown(number).state == "closed"
    assert len(spent) <= 16, spent


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_the_count_shown_is_of_all_processes_of_a_run(quick: Quick, hops: int) -> None:
    number = quick.file(labels=["finance/analysis", "priority/P0"])
    agents = iter([SUPPORT, SECURITY][:hops])
    before = quick.world.github.faults.seen
    folder = collect(quick.world.desk(), number).case  # each desk has a client of its own, as each process has
    while folder is not None:
        case, following = cases.read(folder), next(agents, "")
        acts = [HandOver(agent=following, reason="it is theirs")] if following else []
        (folder / "decision.json").write_text(decision(case, *acts).model_dump_json(), "utf-8")
        folder = answer(quick.world.desk(), case).next
    made = [entry for entry in quick.world.github.log if entry.index > before]
    last = max(n for n, e in enumerate(made, 1) if e.method == "PATCH" and "/issues/comments/" in e.path)
    assert len(quick.shown(number).answers) == 1 + hops
    assert quick.shown(number).record["calls"] == last


@pytest.mark.parametrize(
    "what", ["comment", "label", "status label", "edit", "nothing", "look", "held", "unassign", "done"]
)
def test_an_event_that_needs_nothing_costs_at_most_2_requests(quick: Quick, what: str) -> None:
    number = quick.file(labels=["support/howto"] if what != "done" else ["finance/analysis"])
    quick.run(number, saying(held="look") if what == "held" else saying() if what == "done" else ASK)
    if what == "comment":
        quick.say("zoe", number, "me too")
    if what == "label":
        quick.label("tom", number, "wontfix")
    if what == "status label":
        quick.label("tom", number, "priority/P2")
    if what == "edit":
        quick.say("zoe", number, "x")
        quick.edit("mara", number, title="Balance")
    if what == "unassign":
        quick.assign("tom", number, "mara")
    spent = cost(quick, number, group="dispatch" if what == "look" else "event")
    assert len(spent) <= 2, spent


@pytest.mark.parametrize("state", ["closed", "pull request"])
def test_what_is_none_of_the_desks_business_costs_at_most_2_requests(quick: Quick, state: str) -> None:
    number = quick.world.github.file_issue("mara", "x", "y", pull_request=state == "pull request").number
    if state == "closed":
        quick.close("mara", number)
    assert len(cost(quick, number)) <= 2


def test_an_edit_after_an_answer_costs_one_note_once(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.edit("mara", number, body="Another text")
    assert len(cost(quick, number)) <= 3
    assert any("say so in a comment, or rerun it" in text for text in quick.shown(number).comments)
    assert len(cost(quick, number)) <= 2


@pytest.mark.parametrize("login", ["github-actions[bot]", "dependabot[bot]", "renovate[bot]"])
def test_comments_and_labels_of_the_desk_and_of_quiet_bots_cost_nothing(quick: Quick, login: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.say(login, number, "done")
    quick.label(login, number, "finance/analysis")
    told = [d for d in quick.world.github.deliveries if d.issue == number and d.actor == login]
    assert len(told) == 2
    for delivery in told:
        assert event.hint(delivery.payload, quick.world.policy, delivery.event).issue is None


def test_an_issue_that_a_quiet_bot_opens_is_looked_at(quick: Quick) -> None:
    number = quick.file(labels=[], by="dependabot[bot]")
    told = next(d for d in quick.world.github.deliveries if d.issue == number)
    assert event.hint(told.payload, quick.world.policy, told.event).issue == number


def test_a_run_of_another_group_yields_while_the_claimant_is_going(quick: Quick) -> None:

    number = quick.file(labels=["support/howto"])
    going = runs.start(quick.state, Actor("mara"), "process-issue.yml")
    assert collect(quick.world.desk(run=Run(str(going.id), "event")), number).go
    before = len(quick.world.writes())
    look = collect(quick.world.desk(run=Run("555", "dispatch")), number)
    assert (look.go, look.why) == (False, (f"run {going.id} works on it",))
    assert len(quick.world.writes()) == before
    assert collect(quick.world.desk(run=Run("556", "event")), number).go  # the same group: the former has ended
    runs.finish(quick.state, going.id)
    assert collect(quick.world.desk(run=Run("557", "dispatch")), number).go


@pytest.mark.parametrize("how", ["again", "outside of Actions", "gone"])
def test_what_never_yields(quick: Quick, how: str) -> None:

    number = quick.file(labels=["support/howto"])
    going = runs.start(quick.state, Actor("mara"), "process-issue.yml")
    claimant = "4242" if how == "gone" else str(going.id)
    collect(quick.world.desk(run=Run(claimant, "event")), number)
    other = Run() if how == "outside of Actions" else Run("555", "dispatch")
    github = GitHub("acme/ops", quick.world.github.job_token(JOB), quick.world.github.url, sleep=lambda _s: None)
    desk = replace(quick.world.desk(), run=other, github=github)
    assert collect(desk, number, again=how == "again").go


def test_a_permission_is_asked_once_for_each_person(quick: Quick) -> None:
    number = quick.file(labels=["security/compliance"])
    quick.run(number)
    for index in range(5):
        quick.say("zoe", number, f"@ai-support-agent {index}")
    asked = [entry for entry in cost(quick, number) if entry.endswith("/permission")]
    assert asked == ["GET /repos/acme/ops/collaborators/zoe/permission"]


def test_a_secondary_limit_on_a_write_is_waited_for_once(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.world.github.faults.add(secondary_limit(3), method="POST", nth=1)
    quick.run(number)
    assert len(quick.shown(number).answers) == 1


def test_the_requests_are_counted_over_both_processes_and_shown(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    shown = quick.shown(number)
    made = [
        entry
        for entry in quick.world.github.log
        if f"/issues/{number}" in entry.path or "/collaborators/" in entry.path
    ]
    (line,) = [line for line in shown.comments[0].splitlines() if "Requests to GitHub" in line]
    assert 10 <= int(line.rsplit(" ", 1)[1]) <= len(made)
    assert shown.record["calls"] == int(line.rsplit(" ", 1)[1])
