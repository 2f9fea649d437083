"""What is missing of what an area's form asks for: empty fields of a filled form, or data that a plain issue lacks."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bizops import company
from bizops.agent.agent import Result, tool
from bizops.case import Case
from bizops.decision import Fact
from bizops.errors import BizopsError
from bizops.rules import forms, language
from bizops.rules.harmless import plain
from bizops.templates import Template, load_templates

EMPTY = ("", "_no response_", "n/a", "-", "none", "tbd", "?")


@tool("repository")
def missing_fields(
    case: Case, area: Annotated[str, Field(description="the area whose form counts; empty: the issue's own form")] = ""
) -> Result:
    """List the empty fields of the issue's form, or what the form of an area requires and a plain issue lacks."""
    templates, notes = _templates(case)
    filled = forms.parse(case.issue.body, templates)
    template = filled.template if filled else _of_area(templates, area or case.area)
    if filled:
        required = filled.missing
        empty = [label for label, value in filled.fields.items() if _is_empty(value) and label not in required]
    elif case.form:
        required, empty = tuple(label for label, value in case.form.items() if _is_empty(value)), []
    elif template:
        required, empty = _not_seen(case, template), []
    else:
        required, empty = (), []
    source = template.file if template else "issue"
    facts = {"missing_fields": Fact(value=str(len(required)), source=source)}
    data = {
        "form": template.file if template else "",
        "filled": bool(filled or case.form),
        "missing": list(required),
        "empty": list(empty),
        "notes": notes,
    }
    return Result(_text(data), data, facts)


def _text(data: dict[str, object]) -> str:
    missing, empty = data["missing"], data["empty"]
    lines = []
    if isinstance(missing, list) and missing:
        names = ", ".join(f"**{plain(name, 80)}**" for name in missing)
        said = (
            "Empty in the form"
            if data["filled"]
            else f"The form of this area (`{data['form']}`) asks for what is not here"
        )
        lines.append(f"- {said}: {names}")
    if isinstance(empty, list) and empty:
        lines.append(f"- Left empty, not required: {', '.join(plain(name, 80) for name in empty)}")
    return "\n".join(lines)


def labels(case: Case) -> tuple[str, ...]:
    """The labels of the forms that the issue's body can be of: headings that nobody typed."""
    templates, _ = _templates(case, case.issue.body)
    return tuple(dict.fromkeys([*case.form, *(field.label for t in templates for field in t.fields)]))


def _templates(case: Case, body: str | None = None) -> tuple[tuple[Template, ...], list[str]]:
    """The forms of the repository, else the shipped ones; a form that is a link is not read. `body`: see there."""
    own = company.forms(case.repository)
    folder = company.forms() if _has_links(own) else own
    try:
        return load_templates(folder, body), []
    except BizopsError as error:
        return (), [f"the forms cannot be read: {error.what}"]


def _has_links(folder: Path) -> bool:
    return folder.is_symlink() or folder.parent.is_symlink() or any(path.is_symlink() for path in folder.iterdir())


def _of_area(templates: tuple[Template, ...], area: str) -> Template | None:
    """The form of an area; of several for a whole area (`support/*`) the one that is named like it, else none."""
    exact = [t for t in templates if area and area in t.labels]
    name = area.partition("/")[0]
    alike = [t for t in templates if area and any(label.startswith(f"{name}/") for label in t.labels)]
    named = [t for t in alike if Path(t.file).stem == name]
    return next(iter((*exact, *named, *(alike if len(alike) == 1 else ()))), None)


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in EMPTY
    return not value


def _not_seen(case: Case, template: Template) -> tuple[str, ...]:
    """The required fields of which neither name nor, for a text, any data or longer text is seen in a plain issue."""
    said = set(language.tokens(f"{case.issue.title}\n{case.issue.body[:60_000]}", stop=False))
    long_text = len(case.issue.body.split()) >= 8 or bool(case.data)
    return tuple(
        field.label
        for field in template.fields
        if field.required
        and field.label != forms.PRIORITY
        and not set(language.tokens(field.label, stop=False)) & said
        and not any(set(language.tokens(option, stop=False)) & said for option in field.options)
        and not (field.kind == "textarea" and long_text)
    )
