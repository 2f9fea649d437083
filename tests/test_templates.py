"""The shipped issue forms: what GitHub would refuse, what the desk needs, and that every area has one."""

import time
from pathlib import Path

import pytest

from bizops import company, policy
from bizops.errors import ConfigError
from bizops.rules.data import blocks
from bizops.rules.forms import problems
from bizops.templates import Template, load_templates

TEMPLATES = load_templates(company.forms())
ROUTES = policy.load().labels.routes
FORM = """\
name: Lead
description: A lead
labels: [sales/lead]
body:
  - type: markdown
    attributes:
      value: Hello
  - type: dropdown
    id: priority
    attributes:
      label: Priority
      options: [P0, P1, P2, P3]
      default: 2
    validations:
      required: true
  - type: checkboxes
    attributes:
      label: Agreed
      options:
        - label: Terms
          required: true
  - type: textarea
    id: request
    attributes:
      label: Request
      render: csv
"""


def area(template: Template) -> str:
    return next(label for label in template.labels if "/" in label)


def test_the_shipped_forms_have_no_problems() -> None:
    assert [str(problem) for problem in problems(TEMPLATES, ROUTES)] == []


def test_every_area_with_a_route_has_a_form() -> None:
    areas = {area(template) for template in TEMPLATES}
    without = [
        pattern
        for pattern in ROUTES
        if pattern not in areas
        and not (pattern.endswith("/*") and any(label.startswith(pattern[:-1]) for label in areas))
    ]
    assert without == []


def test_every_form_sets_one_area_that_has_a_route() -> None:
    for template in TEMPLATES:
        (label,) = template.labels
        assert label in ROUTES or label.partition("/")[0] + "/*" in ROUTES, template.file


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: Path(template.file).stem)
def test_a_form_asks_for_the_priority_and_for_something_of_its_own_before_any_text(template: Template) -> None:
    kinds = [field.closed for field in template.fields]
    assert kinds == sorted(kinds, reverse=True)
    others = {field.label for other in TEMPLATES if other is not template for field in other.closed}
    assert {field.label for field in template.closed} - others
    assert template.texts
    assert any(field.required for field in template.texts)
    assert all(field.id for field in template.fields)
    assert template.description


@pytest.mark.parametrize("path", sorted(company.forms().glob("*.yml")), ids=lambda path: path.stem)
def test_the_examples_of_data_in_a_form_are_found_as_blocks_with_their_names(path: Path) -> None:
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    fences = [line for line in lines if line.startswith("```") and len(line) > 3]
    found = blocks("\n".join(line for line in lines if line))
    assert [block.name for block in found] == [fence.split()[1] for fence in fences]
    assert all(block.text.strip() for block in found)


def test_blank_issues_stay_possible() -> None:
    assert "blank_issues_enabled: true" in (company.forms() / "config.yml").read_text("utf-8")


def test_only_the_forms_that_a_body_can_be_of_are_read(tmp_path: Path) -> None:
    body = "### Priority\n\nP2\n\n### Kind of analysis\n\nTax\n\n### Period\n\n2026-10\n\n### Currency\n\nEUR"
    some = load_templates(company.forms(), body)
    assert "Finance analysis" in [template.name for template in some]
    assert len(some) < 4
    assert load_templates(company.forms(), "No form") == ()
    assert load_templates(tmp_path / "none") == ()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: Path(template.file).stem)
def test_the_form_of_a_body_is_always_among_those_that_are_read(template: Template) -> None:
    body = "\n\n".join(f"### {field.label}\n\n_No response_" for field in template.fields)
    assert template in load_templates(company.forms(), body)
    assert template in load_templates(company.forms(), body.replace("\n", "\r\n"))


def test_a_form_whose_labels_are_written_oddly_is_read_all_the_same(tmp_path: Path) -> None:
    for number, label in enumerate(('"Agr\\x65ed"', ">-\n        Agreed", "'It''s agreed'", "&a Agreed")):
        (tmp_path / f"{number}.yml").write_text(
            FORM.replace("label: Agreed", f"label: {label}").replace("Lead", f"Form {number}")
        )
    assert len(load_templates(tmp_path, "### Priority\n\nP2\n\n### Agreed\n\n- [x] Terms")) == 4


def test_the_forms_for_one_body_are_read_within_60_milliseconds() -> None:
    body = "### Priority\n\nP2\n\n### Kind of analysis\n\nTax\n\n### Period\n\n2026-10\n\n### Currency\n\nEUR"
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load_templates(company.forms(), body)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.06


def test_a_good_form_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "lead.yml").write_text(FORM)
    (tmp_path / "config.yml").write_text("blank_issues_enabled: false\n")
    (template,) = load_templates(tmp_path)
    assert (template.name, template.labels) == ("Lead", ("sales/lead",))
    assert [(f.label, f.kind, f.options, f.required, f.line) for f in template.fields] == [
        ("Priority", "dropdown", ("P0", "P1", "P2", "P3"), True, 11),
        ("Agreed", "checkboxes", ("Terms",), True, 18),
        ("Request", "textarea", (), False, 25),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: Lead", "nam: Lead", 'lead.yml:1: unknown key "nam"; did you mean "name"?'),
        ("name: Lead\n", "", "lead.yml:1: `name` is missing or not text"),
        ("description: A lead", "description: 12", "lead.yml:2: `description` is missing or not text"),
        ("[sales/lead]", "{a: b}", "lead.yml:3: `labels` is no list of texts"),
        ("type: textarea", "type: textarae", 'lead.yml:22: no type of field: "textarae"; did you mean "textarea"?'),
        ("id: request", "id: the request", 'lead.yml:23: "the request" cannot be an id of a textarea'),
        ("id: request", "id: priority", 'lead.yml:23: the id "priority" stands twice; first on line 9'),
        ("label: Request", "label: Priority", 'lead.yml:25: the label "Priority" stands twice; first on line 11'),
        ("      label: Request\n", "", "`label` is missing or not text"),
        ("render: csv", "rendr: csv", 'lead.yml:26: unknown key "rendr"; did you mean "render"?'),
        ("required: true\n  - type: ch", "required: please\n  - type: ch", "lead.yml:15: `required` is neither"),
        ("[P0, P1, P2, P3]", "[P0, P0]", 'lead.yml:12: the option "P0" stands twice'),
        ("[P0, P1, P2, P3]", "[P0, yes]", "lead.yml:12: GitHub reads yes as true or false"),
        ("[P0, P1, P2, P3]", "[None, a, b]", 'lead.yml:12: "None" is GitHub\'s own option'),
        ("[P0, P1, P2, P3]", "[1, 2, 3]", "lead.yml:12: option 1 is not text"),
        ("[P0, P1, P2, P3]", "[]", "lead.yml:12: `options` is missing or no list"),
        ("default: 2", "default: 4", "lead.yml:13: `default` is not the number of an option"),
        ("value: Hello", "value: 3", "lead.yml:7: `value` is missing or not text"),
        ("- label: Terms\n          required: true", "- Terms", "lead.yml:20: option 1 is not text"),
        ("label: Request", "label: [Request", "lead.yml:2"),
        ("name: Lead", "name: Lead\nname: Again", 'lead.yml:2: duplicate key "name"; first on line 1'),
        (FORM, "- just\n- a list\n", "lead.yml:1: expected keys and values"),
        (FORM, "", "lead.yml:1: expected keys and values"),
        (FORM[FORM.index("body:") :], "body: []\n", "lead.yml:4: `body` is missing or no list"),
    ],
)
def test_what_github_would_refuse_is_said_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FORM
    (tmp_path / "lead.yml").write_text(FORM.replace(old, new, 1))
    with pytest.raises(ConfigError) as refused:
        load_templates(tmp_path)
    assert message in str(refused.value)


def test_a_duplicate_key_hides_nothing_behind_it(tmp_path: Path) -> None:
    text = FORM.replace("    id: request\n", "    id: request\n    id: again\n").replace("render: csv", "rendr: csv")
    (tmp_path / "lead.yml").write_text("name: First\n" + text.replace("[P0, P1, P2, P3]", "[P0, P0]"))
    with pytest.raises(ConfigError) as refused:
        load_templates(tmp_path)
    assert [str(problem).removeprefix(".github/ISSUE_TEMPLATE/") for problem in refused.value.problems] == [
        'lead.yml:2: duplicate key "name"; first on line 1',
        'lead.yml:25: duplicate key "id"; first on line 24',
        'lead.yml:13: the option "P0" stands twice',
        "lead.yml:14: `default` is not the number of an option, counted from 0",
        'lead.yml:28: unknown key "rendr"; did you mean "render"?',
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: Lead\n\tbody: x\n", "lead.yml:2: found character '\\t'"),
        (b"name: Lead\n---\nname: Lead\n", "lead.yml:2: a second document"),
        (b"name: &a [x, x]\nbody: [" + b"*a, " * 30_000 + b"]\n", "lead.yml:2: more than 20000 entries"),
        (b"x" * 2_000_000, "lead.yml:1: the file is longer than 1 MB"),
        (b"name: Lead\n\xff\n", "lead.yml:2: not text in UTF-8"),
        (FORM.replace("A lead", "2026-11-25").encode(), "lead.yml:2: `description` is missing or not text"),
        (FORM.replace("[P0, P1, P2, P3]", "[2026-11-25, .nan]").encode(), "lead.yml:12: option 1 is not text"),
    ],
)
def test_a_form_that_is_rubbish_is_said_at_once_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "lead.yml").write_bytes(content)
    started = time.process_time()
    with pytest.raises(ConfigError) as refused:
        load_templates(tmp_path)
    assert time.process_time() - started < 3
    assert message in str(refused.value)


def test_an_alias_stands_for_what_it_names(tmp_path: Path) -> None:
    text = FORM.replace("label: Agreed", "label: &x Agreed").replace("- label: Terms", "- label: *x")
    (tmp_path / "lead.yml").write_text(text)
    (template,) = load_templates(tmp_path)
    assert (template.fields[1].label, template.fields[1].options) == ("Agreed", ("Agreed",))


def test_a_quoted_yes_is_an_option_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "lead.yml").write_text(FORM.replace("label: Terms", 'label: "Yes"'))
    (template,) = load_templates(tmp_path)
    assert template.fields[1].options == ("Yes",)


def test_all_broken_forms_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(FORM.replace("name:", "nam:"))
    (tmp_path / "b.yml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.yml").write_text("a: [")
    with pytest.raises(ConfigError) as refused:
        load_templates(tmp_path)
    assert {problem.where.split("/")[-1].split(":")[0] for problem in refused.value.problems} == {
        "a.yml",
        "b.yml",
        "c.yml",
    }
