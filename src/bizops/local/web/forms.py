"""Issue forms in a browser: the fields of `.github/ISSUE_TEMPLATE` as inputs, and what GitHub makes of a filled one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bizops import yaml
from bizops.rules.forms import NO_RESPONSE
from bizops.templates import Template

__all__ = ["Form", "Input", "body", "forms", "missing"]


@dataclass(frozen=True)
class Input:
    """One field as the browser shows it; `name` is its key in the form that comes back."""

    name: str
    kind: str  # markdown, input, textarea, dropdown, checkboxes
    label: str = ""
    description: str = ""
    placeholder: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    multiple: bool = False
    render: str = ""


@dataclass(frozen=True)
class Form:
    """A form: `key` is its file's stem, `labels` what GitHub sets on the issue."""

    key: str
    name: str
    description: str
    title: str
    labels: tuple[str, ...]
    inputs: tuple[Input, ...]


def forms(folder: Path) -> list[Form]:
    """The forms of a folder. Raises ConfigError as `load_templates` does, which checks them first."""
    from bizops.templates import load_templates

    made = []
    for template in load_templates(folder):
        path = folder / Path(template.file).name
        tree, _ = yaml.parse(yaml.source(path, template.file), template.file)
        made.append(_form(path.stem, template, tree))
    return made


def _form(key: str, template: Template, tree: Mapping[str, Any]) -> Form:
    inputs = tuple(_input(f"field-{number}", element) for number, element in enumerate(tree["body"]))
    return Form(key, template.name, template.description, str(tree.get("title") or ""), template.labels, inputs)


def _input(name: str, element: Mapping[str, Any]) -> Input:
    given = element.get("attributes") or {}
    options = tuple(str(one["label"] if isinstance(one, dict) else one) for one in given.get("options") or ())
    default = given.get("default")
    return Input(
        name,
        element["type"],
        str(given.get("label") or ""),
        str(given.get("description") or ""),
        str(given.get("placeholder") or "").rstrip(),
        str(given.get("value") or ""),
        options,
        options[default] if isinstance(default, int) and 0 <= default < len(options) else "",
        bool((element.get("validations") or {}).get("required")),
        bool(given.get("multiple")),
        str(given.get("render") or ""),
    )


def body(form: Form, given: Mapping[str, Sequence[str]]) -> str:
    """The body that GitHub makes of a filled form: a heading for each field, in the form's order."""
    parts = [f"### {one.label}\n\n{_value(one, given.get(one.name, ()))}" for one in _filled(form)]
    return "\n\n".join(parts)


def missing(form: Form, given: Mapping[str, Sequence[str]]) -> list[str]:
    """The labels of the required fields that are empty."""
    return [one.label for one in _filled(form) if one.required and not "".join(given.get(one.name, ())).strip()]


def _filled(form: Form) -> Iterator[Input]:
    return (one for one in form.inputs if one.kind in {"input", "textarea", "dropdown", "checkboxes"})


def _value(one: Input, given: Sequence[str]) -> str:
    if one.kind == "checkboxes":
        return "\n".join(f"- [{'X' if option in given else ' '}] {option}" for option in one.options)
    if one.kind == "dropdown":
        return ", ".join(option for option in one.options if option in given) or NO_RESPONSE
    text = "".join(given[:1])
    if one.kind == "input":
        return " ".join(text.split()) or NO_RESPONSE
    if one.render and text.strip():
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`{3,}", text)), 0)
        return f"{fence}{one.render}\n{text}\n{fence}"
    return text if text.strip() else NO_RESPONSE
