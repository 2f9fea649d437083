"""Policies: every error at once, each with its file, its line and the nearest known name."""

import shutil
import time
from pathlib import Path

import pytest

from bizops.errors import ConfigError, Problem
from bizops.policy import load, shipped


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the shipped policies in which one text is another."""
    own = folder / "policies"
    if not own.exists():
        shutil.copytree(shipped(), own)
    text = (own / file).read_text("utf-8")
    assert old in text
    (own / file).write_text(text.replace(old, new, 1), "utf-8")
    return own


def said(own: Path) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(own)
    return [str(problem) for problem in error.value.problems]


def line_of(own: Path, file: str, text: str) -> int:
    lines = (own / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("labels.yml", "routes:", "rutes:", 'unknown key "rutes"; did you mean "routes"?'),
        ("labels.yml", "marketing/*: ai-marketing-agent", "marketing/*: ai-marketin-agent", "ai-marketing-agent"),
        ("agents.yml", "attempts: 3", "attempts: many", "attempts"),
        ("agents.yml", "after_answer: close", "after_answer: shut", "'close' or 'wait'"),
        ("access.yml", "default_priority: P2", "default_priority: P9", "'P0', 'P1', 'P2' or 'P3'"),
        ("access.yml", "  none: {reach", "  nobody: {reach", "nobody"),
        ("models.yml", "model: gpt-5-mini", "model: gpt-9", 'no price for the model "gpt-9"'),
        ("sla.yml", "sla_hours: 4", "sla_hours: 0", "greater than 0"),
    ],
)
def test_an_error_names_file_line_and_remedy(tmp_path: Path, file: str, old: str, new: str, expected: str) -> None:
    own = changed(tmp_path, file, old, new)
    found = [text for text in said(own) if expected in text]
    assert found, said(own)
    assert found[0].startswith(f"policies/{file}:")
    if file != "models.yml":
        assert found[0].startswith(f"policies/{file}:{line_of(own, file, new.strip())}:")


def test_all_errors_of_all_files_come_at_once(tmp_path: Path) -> None:
    changed(tmp_path, "labels.yml", "routes:", "rutes:")
    changed(tmp_path, "agents.yml", "hops: 3", "hops: 99")
    own = changed(tmp_path, "access.yml", "link_hosts:", "link_host:")
    texts = said(own)
    assert {text.split(":")[0] for text in texts} == {
        "policies/labels.yml",
        "policies/agents.yml",
        "policies/access.yml",
    }


def test_a_name_that_another_file_does_not_know_is_said_beside_other_errors(tmp_path: Path) -> None:
    changed(tmp_path, "labels.yml", "sales/*: ai-sales-agent", "sales/*: ai-sale-agent")
    own = changed(tmp_path, "access.yml", "link_hosts:", "link_host:")
    texts = said(own)
    assert any('unknown agent "ai-sale-agent"; did you mean "ai-sales-agent"?' in text for text in texts)
    assert any('unknown key "link_host"' in text for text in texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("routes:\n  a/b: ai-sales-agent\n  a/b: ai-finance-agent\n", "policies/labels.yml:3"),
        ("routes: [1\n", "policies/labels.yml:2"),
        ("\troutes: {}\n", "policies/labels.yml:1"),
        ("", "policies/labels.yml:1"),
        ("- a\n", "policies/labels.yml:1"),
    ],
)
def test_broken_yaml_names_its_line(tmp_path: Path, text: str, expected: str) -> None:
    own = changed(tmp_path, "labels.yml", "routes:", "routes:")
    (own / "labels.yml").write_text(text, "utf-8")
    assert said(own)[0].startswith(expected), said(own)


def test_two_rules_with_the_same_pattern_are_an_error(tmp_path: Path) -> None:
    rule = "  marketing/*: ai-marketing-agent\n"
    own = changed(tmp_path, "labels.yml", rule, rule + "  marketing/*: ai-sales-agent\n")
    assert "duplicate" in said(own)[0]


def test_a_company_overrides_one_file_and_keeps_the_others(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    text = (shipped() / "access.yml").read_text("utf-8").replace("default_priority: P2", "default_priority: P3")
    (own / "access.yml").write_text(text, "utf-8")
    policy = load(own)
    assert policy.access.default_priority == "P3"
    assert policy.labels == load().labels


def test_a_rule_knows_where_it_stands() -> None:
    policy = load()
    file, line = policy.where("labels", "routes", "marketing/*")
    assert file == "policies/labels.yml"
    assert "marketing/*" in (shipped() / "labels.yml").read_text("utf-8").splitlines()[line - 1]


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\x00", b"a: !!python/object:os.system x\n", b"a: *nobody\n", b"%YAML 9\n"]
)
def test_a_file_that_is_no_yaml_is_said_with_its_name(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "sla.yml").write_bytes(content)
    assert said(own)[0].startswith("policies/sla.yml"), said(own)


def test_aliases_that_multiply_are_refused_in_time(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 10)]
    (own / "labels.yml").write_text("\n".join(lines) + "\nroutes: *a9\nlabels: {x: *a9}\n")
    started = time.process_time()
    assert said(own)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("file", ["labels", "agents", "access", "models", "sla", "words"])
@pytest.mark.parametrize("text", ["", "7\n", "{}\n", "a: {b: [c, {d: e}]}\n"])
def test_a_file_of_another_shape_is_read_or_refused_with_its_name(tmp_path: Path, file: str, text: str) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / f"{file}.yml").write_text(text)
    found: tuple[Problem, ...] = ()
    try:
        load(own)
    except ConfigError as error:
        found = error.problems
    assert [problem for problem in found if not str(problem).startswith("policies/")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("belief: 7\n", "policies/access.yml:1: belief"),
        (
            "belief:\n  admin: {reach: [fly], highest_priority: P0}\n",
            "policies/access.yml:2: belief.admin.reach.0: 'fly'",
        ),
        (
            "belief:\n  admin:\n    reach: []\n    highest: P0\n",
            'policies/access.yml:4: unknown key "highest"; did you mean "highest_priority"?',
        ),
        ("quiet_bots: 7\n", "policies/access.yml:1: quiet_bots"),
        ("p0_from_anyone:\n  - security/*\n  - '*'\n", "policies/access.yml:3: p0_from_anyone.1: '*'"),
    ],
)
def test_the_line_is_that_of_the_value_that_is_wrong(tmp_path: Path, text: str, expected: str) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "access.yml").write_text(text)
    assert any(problem.startswith(expected) for problem in said(own)), said(own)


def test_a_symbolic_path_or_a_folder_in_the_place_of_a_file_is_not_read(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    (own / "labels.yml").mkdir(parents=True)
    assert load(own).labels == load().labels
