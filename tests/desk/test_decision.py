"""What a decision may claim and leave: policy decides what of it is done."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bizops.case import Case
from bizops.decision import Label
from tests.desk.quick import MANAGER, Quick, decision, saying


def test_a_decision_that_lies_about_its_agent_and_issue_changes_nothing(quick: Quick) -> None:
    victim, number = quick.file(), quick.file()
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | {"agent": MANAGER, "issue": victim})
    assert quick.shown(number).answers == ("ai-finance-agent@opened",)
    assert quick.shown(victim).comments == ()


def test_labels_that_policy_does_not_allow_are_not_set(quick: Quick) -> None:
    number = quick.file()
    refused = ("status/held", "priority/P0", "agent/ai-security", "security/compliance", "sla/breached")
    wanted = Label(add=("finance/tax", *refused), remove=("finance/analysis", "priority/P2"))
    quick.run(number, saying(wanted))
    shown = quick.shown(number)
    assert "finance/tax" in shown.labels
    assert not set(refused) & set(shown.labels)
    assert "priority/P2" in shown.labels
    assert shown.texts[0].count("is not one that policy allows") == len(refused) + 1


def test_a_label_that_a_person_takes_away_stays_away(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(Label(add=("support/faq",))))
    assert "support/faq" in quick.shown(number).labels
    quick.unlabel("tom", number, "support/faq")
    assert quick.quiet(number)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"agent": 1}', "x" * 1000, '{"summary": "' + "y" * 70_000 + '"}']
)
def test_a_decision_of_another_shape_is_a_failure_and_never_an_answer(quick: Quick, text: str) -> None:
    number = quick.file()
    quick.run(number, lambda _case: text)
    shown = quick.shown(number)
    assert (shown.answers, shown.status) == ((), ("status/failed",))


def test_a_kind_of_action_that_does_not_exist_is_a_failure(quick: Quick) -> None:
    number = quick.file()
    bad = {"kind": "delete_repository"}
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | {"actions": [bad]})
    assert quick.shown(number).status == ("status/failed",)


def test_a_label_that_the_agent_removed_and_a_person_set_again_stays(quick: Quick) -> None:
    number = quick.file(labels=["support/howto", "support/urgent"])
    quick.run(number, saying(Label(remove=("support/urgent",))))
    assert "support/urgent" not in quick.shown(number).labels
    quick.label("tom", number, "support/urgent")
    assert quick.quiet(number)


SECRET = "AKIA-TOPSECRET-0123456789"


def _leave(case: Case, how: str, secret: Path) -> None:
    decision, failure = case.folder / "decision.json", case.folder / "failure.json"
    if how == "link":
        decision.symlink_to(secret)
    elif how == "pipe":
        os.mkfifo(decision)
    elif how == "folder":
        decision.mkdir()
    elif how == "other shape":
        decision.write_text(f'{{"agent": 5, "{SECRET}": "{SECRET}"}}', "utf-8")
    elif how == "deep failure":
        failure.write_text("[" * 200_000, "utf-8")
    elif how == "linked failure":
        failure.symlink_to(secret)
    elif how == "long failure":
        failure.write_text(json.dumps({"reason": "<é中" * 25_000}), "utf-8")
    elif how == "failure of nothing":
        failure.write_text('{"reason": null}', "utf-8")


@pytest.mark.parametrize(
    "how",
    ["link", "pipe", "folder", "other shape", "deep failure", "linked failure", "long failure", "failure of nothing"],
)
def test_what_an_agent_leaves_in_the_place_of_a_decision_leads_nowhere(quick: Quick, tmp_path: Path, how: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f'"{SECRET}"', "utf-8")
    number = quick.file(labels=["support/howto"])
    (done,) = quick.run(number, lambda case: _leave(case, how, secret))
    shown = quick.shown(number)
    assert done.state == "failed"
    assert shown.status == ("status/failed",)
    assert len(shown.statuses) == 1
    assert ": None" not in "\n".join(shown.comments)
    assert SECRET.casefold() not in "\n".join(shown.comments).casefold() or how == "other shape"
    assert f'"{SECRET}"' not in "\n".join(shown.comments)


@pytest.mark.parametrize("deed", ["add", "remove"])
@pytest.mark.parametrize(("actions", "names"), [(1, 420), (20, 20)])
def test_a_decision_with_many_labels_is_settled_once(quick: Quick, deed: str, actions: int, names: int) -> None:
    def says(case: Case) -> dict[str, Any]:
        many = [{"kind": "label", deed: [f"support/x{n}-{a}" for n in range(names)]} for a in range(actions)]
        return decision(case).model_dump(mode="json") | {"actions": many}

    number = quick.file(labels=["support/howto"])
    for _ in range(2):
        quick.run(number, says)
    shown = quick.shown(number)
    assert len(shown.answers) <= 1
    assert len(shown.statuses) == len(shown.status) == 1
    assert len(shown.labels) < 50


@pytest.mark.parametrize("summary", ["", " ", "\u200b\u0000"])
def test_an_answer_that_says_nothing_is_none(quick: Quick, summary: str) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, lambda case: decision(case).model_dump(mode="json") | {"summary": summary})
    assert (quick.shown(number).answers, quick.shown(number).status) == ((), ("status/failed",))


def test_a_hold_without_a_reason_says_so(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number, saying(held="  "))
    assert "the agent gave no reason" in "\n".join(quick.shown(number).comments)
