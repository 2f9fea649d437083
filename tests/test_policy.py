"""Policies: every error at once, each with its file, its line and the nearest known name."""

import json
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bizops import company, yaml
from bizops.errors import ConfigError, Problem
from bizops.policy import load


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the shipped policies in which one text is another."""
    own = folder / "policies"
    if not own.exists():
        shutil.copytree(company.SHIPPED["policies"], own)
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


def test_a_duplicate_key_hides_nothing_behind_it(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "labels.yml").write_text(
        "routes:\n  sales/*: ai-sales-agent\n  sales/*: ai-finance-agent\n  a/b: ai-sale-agent\nrutes: {}\n"
        "labels:\n  x: {color: red, color: blue}\nroutes: {}\n"
    )
    (own / "agents.yml").write_text("hops: 99\nhops: 3\nhops: 4\nagents:\n  ai-sales-agent: {mode: liv}\n")
    assert said(own) == [
        'policies/labels.yml:3: duplicate key "sales/*"; first on line 2',
        'policies/labels.yml:7: duplicate key "color"; first on line 7',
        'policies/labels.yml:8: duplicate key "routes"; first on line 1',
        "policies/labels.yml:7: labels.x.color: 'red': String should match pattern '^[0-9a-f]{6}$'",
        'policies/labels.yml:5: unknown key "rutes"; did you mean "routes"?',
        'policies/agents.yml:2: duplicate key "hops"; first on line 1',
        'policies/agents.yml:3: duplicate key "hops"; first on line 1',
        "policies/agents.yml:1: hops: 99: Input should be less than or equal to 5",
        (
            "policies/agents.yml:5: agents.ai-sales-agent.mode: 'liv': Input should be 'off' or 'live'; "
            'did you mean "live"?'
        ),
        'policies/agents.yml:1: unknown agent "ai-manager-agent"; did you mean "ai-sales-agent"?',
        'policies/labels.yml:4: unknown agent "ai-sale-agent"; did you mean "ai-sales-agent"?',
    ]


def test_a_company_may_have_other_areas_than_the_shipped_words_know(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "labels.yml").write_text("routes:\n  finance/*: ai-finance-agent\n")
    assert list(load(own).words.words) == ["finance/*"]
    (own / "words.yml").write_text("words:\n  finanse/*: [tax]\n")
    assert said(own) == ['policies/words.yml:2: words for "finanse/*", which is no route; did you mean "finance/*"?']


def test_what_a_company_leaves_out_of_its_clocks_is_as_the_shipped_file_shows_it(tmp_path: Path) -> None:
    (tmp_path / "sla.yml").write_text("settle_seconds: 90\n")
    assert load(tmp_path).sla.model_copy(update={"settle_seconds": 60}) == load().sla


BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 10)}]\n" for n in range(10))
RUBBISH: dict[str, tuple[bytes, str]] = {
    "a tab": (b"routes:\n\tx: 1\n", "2: found character '\\t' that cannot start any token; indent with spaces"),
    "a line too far in": (
        b"labels: {}\n  routes: {}\n",
        "2: expected <block end>, but found '<block mapping start>'; a line is in",
    ),
    "a text with a colon": (
        b"labels: {}\nroutes: a: b\n",
        "2: mapping values are not allowed here; a line is indented",
    ),
    "a line between two levels": (b"routes:\n    a: b\n  c: d\n", "3: expected <block end>"),
    "a key without a colon": (b"labels: {}\nroutes\n", "3: could not find expected ':'; a key ends with a colon"),
    "a second document": (b"labels: {}\n---\nroutes: {}\n", "2: a second document begins; a file holds one"),
    "a bomb of anchors": (BOMB.encode() + b"routes: *a9\n", "5: more than 20000 entries"),
    "many keys": (b"".join(b"k%d: v\n" % n for n in range(30_000)), "20000: more than 20000 entries"),
    "an anchor that holds itself": (b"routes: &a [*a]\n", '1: nothing above has the anchor "a"'),
    "a merge": (b"labels: &l {}\nroutes:\n  <<: *l\n", "3: keys cannot be merged"),
    "many levels": (b"routes: " + b"[" * 100_000, "1: more than 40 levels"),
    "a long file": (b"a" * 10_000_000, "1: the file is longer than 1 MB"),
    "a long comment": (b"#" * 999_999, "1: expected keys and values; the file holds nothing"),
    "bytes": (b"routes: {}\n\x89PNG\r\n", "2: not text in UTF-8"),
    "text of two bytes": ("routes: {}".encode("utf-16"), "1: not text in UTF-8"),
    "a zero": (b"routes: {}\nlabels: \0\n", "2: a character that no text has: U+0000"),
    "an escape": (b"routes: {}\n# \x1b[31m\n", "2: a character that no text has: U+001B"),
    "nothing": (b"", "1: expected keys and values; the file holds nothing"),
    "a mark of its order alone": (b"\xef\xbb\xbf", "1: expected keys and values; the file holds nothing"),
    "a list": (b"- a\n", "1: expected keys and values; the file holds a list"),
    "a number": (b"7\n", "1: expected keys and values; the file holds a single value"),
    "a list as a key": (b"[a]: 1\n", "1: a key is one text"),
    "Python": (b"routes: {}\nlabels: !!python/object:os.system x\n", "2: the tag tag:yaml.org,2002:python/object"),
    "no value": (b"routes:\nlabels: {}\n", "1: routes: expected keys and values"),
    "a date": (b"labels:\n  x: {description: 2026-11-25}\n", "2: labels.x.description: '2026-11-25': expected a text"),
    "a number for a text": (
        b"labels:\n  x:\n    color: 000000\n",
        "3: labels.x.color: 0: expected a text; put it in q",
    ),
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_said_at_once_with_its_line(tmp_path: Path, name: str) -> None:
    content, expected = RUBBISH[name]
    own = tmp_path / "policies"
    own.mkdir()
    (own / "labels.yml").write_bytes(content)
    (own / "models.yml").write_text("model: 7\n")
    started = time.process_time()
    found = said(own)
    assert time.process_time() - started < 3
    assert any(text.startswith(f"policies/labels.yml:{expected}") for text in found), found
    assert "policies/models.yml:1: model: 7: expected a text; put it in quotation marks" in found


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "1e999", "-1", "true", "2026-11-25", "[1]", "many", "''"])
@pytest.mark.parametrize("key", ["first_wait", "attempts"])
def test_a_number_that_is_none_is_refused_with_its_line(tmp_path: Path, key: str, value: str) -> None:
    own = changed(tmp_path, "models.yml", "\nlimits:", f"\nretry:\n  {key}: {value}\nlimits:")
    line = line_of(own, "models.yml", f"{key}: {value}")
    assert [text for text in said(own) if text.startswith(f"policies/models.yml:{line}: retry.{key}: ")], said(own)


def test_every_nested_path_has_its_line() -> None:
    text = "a:\n  - b: 1\n    c: [x,\n      y]\n  - [p, q]\n'd': >-\n  e\n"
    tree, problems = yaml.parse(text, "f.yml")
    assert problems == []
    assert tree == {"a": [{"b": 1, "c": ["x", "y"]}, ["p", "q"]], "d": "e"}
    paths: list[tuple[str | int, ...]] = [("a",), ("a", 0), ("a", 0, "c"), ("a", 0, "c", 1), ("a", 1, 1), ("d",)]
    assert [yaml.line_of(tree, *path) for path in paths] == [1, 2, 3, 4, 5, 6]
    assert yaml.line_of(tree, "a", 0, "nowhere", 7) == 2
    assert dict(yaml.lines(tree))["a", "0", "c", "1"] == 4


@given(st.dictionaries(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abc: -#'\"\n01.eE+[]{}"), st.lists, max_leaves=9
)))  # fmt: skip
def test_what_is_written_as_json_is_read_as_it_was(value: dict[str, object]) -> None:
    tree, problems = yaml.parse(json.dumps(value), "f.yml")
    assert problems == []
    assert tree == value


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
    text = (company.SHIPPED["policies"] / "access.yml").read_text("utf-8")
    text = text.replace("default_priority: P2", "default_priority: P3")
    (own / "access.yml").write_text(text, "utf-8")
    policy = load(own)
    assert policy.access.default_priority == "P3"
    assert policy.labels == load().labels


def test_a_rule_knows_where_it_stands() -> None:
    policy = load()
    file, line = policy.where("labels", "routes", "marketing/*")
    assert file == "policies/labels.yml"
    assert "marketing/*" in (company.SHIPPED["policies"] / "labels.yml").read_text("utf-8").splitlines()[line - 1]


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
