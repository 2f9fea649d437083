"""`bizops report`: from GitHub with few requests, from a file offline, as Markdown, as JSON and as a step summary."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bizops.desk import report
from bizops.errors import InputError
from tests.conftest import World
from tests.desk.command import bizops
from tests.desk.sweeping import P1, Sweeping


@pytest.fixture
def sweeping(world: World) -> Sweeping:
    return Sweeping(world)


def made(sweeping: Sweeping, since: int | None = None) -> report.Report:
    desk = sweeping.desk()
    return report.from_github(desk.github, desk.policy, sweeping.now, since)


def told(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return bizops("report", *words, environment=environment)


def test_the_report_counts_what_happened_on_github(sweeping: Sweeping) -> None:
    world = sweeping.world
    first = world.file("Does the ledger balance?", "No data yet.", P1)
    second = world.file("Another question", "No data yet.", P1)
    world.run(first)
    sweeping.later(hours=5)
    sweeping.sweep()  # the second, which nobody answered, is breached
    sweeping.later(days=9)
    found = made(sweeping)
    assert found.requests < 20
    assert found.notes == ()
    values = {m.name: m for m in found.measures if not m.by}
    assert (values["sla_compliance"].numerator, values["sla_compliance"].denominator) == (0, 1)
    assert values["cost_per_operation"].denominator == 1
    text = found.markdown()
    assert "2 issues open" in text
    assert f"Breached: #{second} (P1)" in text
    assert text.count("How it is computed") + text.count("How they are computed") >= 5


def test_an_empty_repository_gives_a_report_of_unknowns(sweeping: Sweeping) -> None:
    found = made(sweeping)
    assert {m.value for m in found.measures} == {None}
    assert "No issue is open." in found.markdown()
    assert "0 of 5 targets met; 0 missed; 5 unknown." in found.markdown()


def test_who_closed_an_issue_and_who_commented_is_asked_of_github(sweeping: Sweeping) -> None:
    world = sweeping.world
    alone, helped = (world.file("A question", "No data yet.", P1, by="zoe") for _ in range(2))
    for number in (alone, helped):
        world.run(number)
    world.github.comment("mara", helped, "I did it by hand.")
    for number in (alone, helped):
        sweeping.close("zoe", number)
    sweeping.later(days=8)
    found = {m.name: m for m in made(sweeping).measures if not m.by}
    assert found["automation_rate"].shown == "50.0 % (1 of 2; few)"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    issue = {
        "number": 1,
        "title": "Late | <b>@all</b>",
        "labels": ["sla/breached"],
        "created_at": "2026-11-20T10:00:00Z",
    }
    row = {"issue": 1, "clock": "resolution", "cycle": 1, "event": "breach", "at": "2026-11-21T10:00:00Z"}
    row |= {"priority": "P2", "agent": "ai-finance-agent", "area": "x", "target_s": 86400, "elapsed_s": 86401}
    path.write_text(json.dumps({"issues": [issue], "ledger": [row, row], "now": "2026-11-25T10:00:00Z"}), "utf-8")
    return path


def test_a_file_is_counted_offline_and_the_summary_of_the_step_gets_it_too(data: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    done = told("--data", str(data), GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 0, done.stderr
    assert "0 % (0 of 1; few) of the clocks that were decided were met" in done.stdout
    assert "Automation rate | unknown" in done.stdout
    assert "<b>" not in done.stdout
    assert summary.read_text("utf-8").startswith("# Report of 2026-11-25T10:00:00Z")


def test_json_has_every_measure_with_its_fraction_and_how_it_is_computed(data: Path) -> None:
    done = told("--data", str(data), "--json", "--since", "2026-11-01")
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["since"] == "2026-11-01T00:00:00Z"
    first = next(m for m in found["measures"] if m["name"] == "sla_compliance")
    assert (first["numerator"], first["denominator"], first["value"]) == (0, 1, "0")
    assert all(m["how"] and m["bound"] for m in found["measures"])
    unknown = next(m for m in found["measures"] if m["name"] == "automation_rate")
    assert unknown["value"] is None
    assert found["workload"]["data"]["agents"][0]["breached"] == 1


def test_what_happened_before_the_day_does_not_count(data: Path) -> None:
    done = told("--data", str(data), "--since", "2026-11-22")
    assert "SLA compliance is unknown: there is no case to count." in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "yesterday"), "not a day or an instant: 'yesterday'"),
        (("--data", "/nowhere/x.json"), "cannot read the data"),
        ((), "GITHUB_REPOSITORY and GITHUB_TOKEN not set"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(words: tuple[str, ...], said: str) -> None:
    done = told(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["[]", "{", '{"issues": {}}', '{"now": "later"}', '{"permissions": []}'])
def test_a_broken_file_is_told_and_no_defect(text: str, tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text(text, "utf-8")
    done = told("--data", str(path))
    assert done.returncode == 2, done.stdout[-300:] + done.stderr
    assert "Traceback" not in done.stderr


def test_a_ledger_that_is_no_list_is_an_error(sweeping: Sweeping) -> None:
    with pytest.raises(InputError, match="ledger"):
        report.from_file({"ledger": "x"}, sweeping.world.policy, sweeping.now)


@pytest.mark.parametrize("text", ["Infinity", "-Infinity", "NaN", "1e999", "1e30", "-1000000000000000000000"])
@pytest.mark.parametrize("where", ["issues", "ledger", "baseline"])
def test_a_number_that_nothing_can_count_with_is_told_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    issue = {"number": 1, "title": "t", "created_at": "2026-11-01T00:00:00Z", "comments": "HERE"}
    row = {"issue": 1, "clock": "resolution", "event": "met", "at": "2026-11-01T00:00:00Z", "target_s": "HERE"}
    parts = {"issues": [issue], "ledger": [row], "baseline": {"usd_per_operation": "HERE"}}
    shown = {"issues": [], "ledger": [], where: parts[where]}
    path = tmp_path / "data.json"
    path.write_text(json.dumps(shown).replace('"HERE"', text))
    done = told("--data", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"bizops: data: {where}")
    assert "no number that can be counted with" in done.stderr
