"""Issue forms: a body gives back what was filled in, and no text can change a closed field."""

from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bizops import company
from bizops.rules.forms import parse, problems
from bizops.templates import Field, Template, load_templates

SHIPPED = load_templates(company.forms())
PRIORITY = Field("Priority", "dropdown", options=("P0", "P1", "P2", "P3"), required=True)
LEAD = Template(
    "forms/lead.yml",
    "Lead",
    labels=("sales/lead",),
    fields=(
        PRIORITY,
        Field("Company", "input"),
        Field("Channels", "dropdown", options=("Mail", "Phone", "Fair"), multiple=True),
        Field("Agreed", "checkboxes", options=("Terms", "Privacy")),
        Field("Request", "textarea", required=True),
        Field("Data", "textarea", render="csv"),
    ),
)
BUG = Template(
    "forms/bug.yml",
    "Bug",
    labels=("development/bug",),
    fields=(PRIORITY, Field("How often", "dropdown", options=("Always", "Once")), Field("Steps", "textarea")),
)
BODY = """### Priority

P2

### Company

Bergmann & Co.

### Channels

Mail, Fair

### Agreed

- [x] Terms
- [ ] Privacy

### Request

40 seats

### Data

```csv
a,b
```"""


def rendered(template: Template, values: Mapping[str, object], newline: str = "\n") -> str:
    """The body that GitHub makes of a filled form: a heading, an empty line, the value, an empty line."""
    parts = []
    for field in template.fields:
        value = values.get(field.label)
        if field.kind == "checkboxes":
            chosen = value if isinstance(value, tuple) else ()
            shown = "\n".join(f"- [{'x' if option in chosen else ' '}] {option}" for option in field.options)
        elif isinstance(value, tuple):
            shown = ", ".join(value) or "_No response_"
        else:
            shown = str(value or "_No response_")
            shown = f"```{field.render}\n{shown}\n```" if field.render and value else shown
        parts.append(f"### {field.label}\n\n{shown}")
    return "\n\n".join(parts).replace("\n", newline)


HOSTILE = [
    "### Priority\n\nP0",
    "\n\n### Priority\n\nP0\n\n",
    "```",
    "~~~~\n### Priority\n\nP0",
    "```\n### Data\n\n```",
    "_No response_",
    "<!--",
    "- [x] Terms",
    "> ### Priority\n> P0",
    "### Company\n\nEvil\n\n### Priority\n\nP0",
    BODY.replace("P2", "P0"),
    rendered(BUG, {"Priority": "P0", "How often": "Always", "Steps": "x"}),
    *(rendered(template, {"Priority": "P0"}) for template in SHIPPED[:6]),
    *(f"### {field.label}" for field in LEAD.fields),
    "\r\n### Priority\r\rP0",
]
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), max_size=6).map("\n\n".join)
lines = (
    st.sampled_from(["### Priority", "P0", "```csv", "### Channels", "<!--", "- [x] Terms"]) | st.text(max_size=20)
).map(lambda text: " ".join(text.split()).strip("\ufeff"))


def subsets(options: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    chosen = st.sets(st.sampled_from(options))
    return chosen.map(lambda some: tuple(option for option in options if option in some))


def filled(template: Template) -> st.SearchStrategy[dict[str, object]]:
    fields: dict[str, st.SearchStrategy[object]] = {}
    for field in template.fields:
        if field.kind == "textarea":
            fields[field.label] = texts
        elif field.kind == "input":
            fields[field.label] = lines.filter(lambda text: text != "_No response_")
        elif field.kind == "checkboxes" or field.multiple:
            fields[field.label] = subsets(field.options)
        else:
            fields[field.label] = st.sampled_from(["", *field.options])
    return st.fixed_dictionaries(fields)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([LEAD, BUG, *SHIPPED]).flatmap(lambda t: st.tuples(st.just(t), filled(t))),
    st.sampled_from(["\n", "\r\n"]),
)
@example((LEAD, {"Priority": "P3", "Company": "### Priority", "Request": "### Priority\n\nP0"}), "\n")
@example((LEAD, {"Priority": "P3", "Company": "### Channels", "Request": "### Agreed"}), "\n")
@example((BUG, {"Priority": "P2", "How often": "Once", "Steps": BODY}), "\n")
def test_whatever_the_texts_say_the_closed_fields_come_back_as_they_were_filled_in(
    case: tuple[Template, dict[str, object]], newline: str
) -> None:
    template, values = case
    body = rendered(template, values, newline)
    form = parse(body, [BUG, LEAD, *SHIPPED])
    assert form is not None
    assert form.template == template
    assert form.priority == values["Priority"]
    for field in template.closed:
        empty: object = () if field.multiple or field.kind == "checkboxes" else ""
        assert form.fields[field.label] == (values.get(field.label) or empty)
    assert body.endswith(form.text)
    assert form.text.startswith(f"### {template.texts[0].label}")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="#`~\r<>"), min_size=1, max_size=60), min_size=2, max_size=2))
def test_texts_without_headings_and_fences_come_back_byte_for_byte(values: list[str]) -> None:
    plain = Template("f", "F", fields=(PRIORITY, Field("One", "textarea"), Field("Two", "textarea")))
    form = parse(rendered(plain, {"Priority": "P1", "One": values[0], "Two": values[1]}), [plain])
    assert form is not None
    for label, value in zip(("One", "Two"), values, strict=True):
        assert form.fields[label] == ("" if value.strip() == "_No response_" else value)


def test_each_type_of_field_comes_back_as_the_template_says() -> None:
    form = parse(BODY, [BUG, LEAD])
    assert form is not None
    assert dict(form.fields) == {
        "Priority": "P2",
        "Company": "Bergmann & Co.",
        "Channels": ("Mail", "Fair"),
        "Agreed": ("Terms",),
        "Request": "40 seats",
        "Data": "```csv\na,b\n```",
    }
    assert form.warnings == ()
    assert form.missing == ()


def test_no_response_is_empty_only_as_the_whole_value() -> None:
    body = BODY.replace("Bergmann & Co.", "_No response_").replace("40 seats", "They said _No response_")
    form = parse(body.replace("Mail, Fair", "_No response_"), [LEAD])
    assert form is not None
    assert form.fields["Company"] == ""
    assert form.fields["Channels"] == ()
    assert form.fields["Request"] == "They said _No response_"


def test_a_required_field_without_an_answer_is_missing() -> None:
    form = parse(BODY.replace("P2", "_No response_").replace("40 seats", "_No response_"), [LEAD])
    assert form is not None
    assert form.priority == ""
    assert form.missing == ("Priority", "Request")


@pytest.mark.parametrize("value", ["P5", "P0 please", "p0", "P0, P1", "None", "**P0**"])
def test_a_priority_that_is_no_option_is_ignored_with_a_warning(value: str) -> None:
    form = parse(BODY.replace("P2", value), [LEAD])
    assert form is not None
    assert form.priority == ""
    assert [warning for warning in form.warnings if value in warning and '"Priority"' in warning]


def test_a_second_priority_in_a_text_is_a_warning_and_changes_nothing() -> None:
    form = parse(BODY.replace("40 seats", "Hello\n\n### Priority\n\nP0"), [LEAD])
    assert form is not None
    assert form.priority == "P2"
    assert form.fields["Request"] == "Hello\n\n### Priority\n\nP0"
    assert form.warnings == ('the heading "Priority" stands again in the text, where it counts as text',)


def test_headings_in_a_code_block_are_text_without_a_warning() -> None:
    code = "```\n### Priority\n\nP0\n\n### Data\n\nx\n```"
    form = parse(BODY.replace("40 seats", code), [LEAD])
    assert form is not None
    assert form.fields["Request"] == code
    assert form.fields["Data"] == "```csv\na,b\n```"
    assert form.warnings == ()


def test_a_text_with_headings_of_its_own_stays_one_text() -> None:
    own = "# Title\n\n### Background\n\nlong ago\n\n#### Data\n\n### data"
    form = parse(BODY.replace("40 seats", own), [LEAD])
    assert form is not None
    assert form.fields["Request"] == own
    assert form.fields["Data"] == "```csv\na,b\n```"


def test_a_text_area_behind_a_fence_that_nobody_closed_is_still_found() -> None:
    form = parse(rendered(LEAD, {"Priority": "P2", "Request": "```csv\na,b", "Data": "c,d"}), [LEAD])
    assert form is not None
    assert form.fields["Request"] == "```csv\na,b"
    assert form.fields["Data"] == "```csv\nc,d\n```"
    assert form.warnings == ('"Data" begins inside a code block',)


@pytest.mark.parametrize(
    "edited",
    [
        BODY.replace("\n\n", "\n"),
        BODY.replace("\n\n", "\n\n\n"),
        "\ufeff\n\n" + BODY,
        BODY.replace("P2", "P2  ").replace("### Company", "### Company "),
        BODY.replace("\n", "\r\n"),
        BODY.replace("[x]", "[X]"),
    ],
)
def test_a_body_that_an_editor_laid_out_differently_reads_the_same(edited: str) -> None:
    form = parse(edited, [BUG, LEAD])
    assert form is not None
    assert {label: form.fields[label] for label in ("Priority", "Company", "Channels", "Agreed")} == {
        "Priority": "P2",
        "Company": "Bergmann & Co.",
        "Channels": ("Mail", "Fair"),
        "Agreed": ("Terms",),
    }
    assert str(form.fields["Request"]).strip() == "40 seats"


def test_a_line_that_an_edit_emptied_is_an_empty_field() -> None:
    form = parse(BODY.replace("Bergmann & Co.\n\n", ""), [LEAD])
    assert form is not None
    assert form.fields["Company"] == ""
    assert form.fields["Channels"] == ("Mail", "Fair")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Hello",
        "### Priority\n\nP0",
        "### Priority",
        "Intro first\n\n" + BODY,
        BODY.replace("### Priority\n\n", "### Priority\nP0\n"),
        "> " + BODY.replace("\n", "\n> "),
        BODY.replace("### Company", "## Company"),
        BODY.replace("### Channels", "### Kanäle"),
        BODY.replace("### Company\n\nBergmann & Co.\n\n", ""),
        BODY.replace("Bergmann & Co.", "Bergmann\nand sons"),
        "### Company\n\nB\n\n### Priority\n\nP2\n\n### Channels\n\nMail\n\n### Agreed\n\n- [x] Terms",
        BODY.replace("- [x] Terms\n- [ ] Privacy", "I agree"),
    ],
)
def test_a_body_whose_head_is_not_that_of_the_form_is_of_no_form(body: str) -> None:
    assert parse(body, [LEAD]) is None


def test_boxes_and_options_that_the_template_does_not_know_are_named() -> None:
    body = BODY.replace("- [ ] Privacy", "- [x] Everything").replace("Mail, Fair", "Mail, Pigeon")
    form = parse(body, [LEAD])
    assert form is not None
    assert form.fields["Agreed"] == ("Terms",)
    assert form.fields["Channels"] == ("Mail",)
    assert len(form.warnings) == 2


def test_texts_in_another_order_than_the_forms_are_not_mixed_up() -> None:
    body = BODY.replace("### Request", "### X").replace("### Data", "### Request").replace("### X", "### Data")
    form = parse(body, [LEAD])
    assert form is not None
    assert form.fields["Request"] == "```csv\na,b\n```"
    assert form.fields["Data"] == ""
    assert form.warnings == ('the heading "Data" is missing',)


def test_of_two_forms_that_both_fit_the_one_with_more_closed_fields_is_taken() -> None:
    short = Template("forms/short.yml", "Short", fields=(*LEAD.fields[:2], LEAD.fields[4]))
    for templates in ([short, LEAD], [LEAD, short]):
        form = parse(BODY, templates)
        assert form is not None
        assert form.template == LEAD


def test_a_large_hostile_body_is_read_at_once() -> None:
    body = BODY.replace("40 seats", "### Priority\n\nP0\n\n### Data\n\n" * 1500)
    form = parse(body, [LEAD, *SHIPPED])
    assert form is not None
    assert form.priority == "P2"


ROUTES = ["sales/*", "development/bug", "finance/analysis"]


def test_good_forms_have_no_problems() -> None:
    assert problems([LEAD, BUG], ROUTES) == []


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            Template("x.yml", "X", labels=("sales/lead",), fields=(*LEAD.fields, Field("Late", "input", line=40))),
            "x.yml:40",
        ),
        (Template("x.yml", "X", labels=("sales/lead",), fields=(Field("Own", "input"),)), 'no drop-down "Priority"'),
        (
            Template(
                "x.yml", "X", labels=("sales/lead",), fields=(Field("Priority", "dropdown", options=("P0 now", "P1")),)
            ),
            "options P0, P1, P2, P3",
        ),
        (Template("x.yml", "X", labels=("sales/lead",), fields=(Field("Priority", "input", line=7),)), "x.yml:7"),
        (Template("x.yml", "X", fields=BUG.fields), "sets no label that has a route"),
        (Template("x.yml", "X", labels=("finance/analisys",), fields=BUG.fields), 'did you mean "finance/analysis"?'),
        (Template("x.yml", "X", labels=("sales/a", "sales/a"), fields=BUG.fields), "stands twice"),
        (Template("x.yml", "Lead", labels=("sales/a",), fields=BUG.fields), 'has the name "Lead" too'),
        (Template("x.yml", "X", labels=("sales/a",), fields=LEAD.fields), "a body could be of either"),
        (Template("x.yml", "X", labels=("sales/a",), fields=LEAD.fields[:2]), "a body could be of either"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_with_its_place(template: Template, message: str) -> None:
    said = [str(problem) for problem in problems([LEAD, template], ROUTES)]
    assert any(message in line for line in said), said
    assert all(line.startswith("x.yml") for line in said)
