"""The issue forms of a repository, read from `.github/ISSUE_TEMPLATE` and checked against GitHub's syntax.

The rules are those of "Syntax for issue forms" and "Syntax for GitHub's form schema" in GitHub's documentation. What
the desk asks of a form beyond them is in `rules/forms.problems`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bizops import yaml
from bizops.errors import ConfigError, Problem, nearest

TOP = {"name", "description", "body", "title", "labels", "assignees", "projects", "type"}
ELEMENT = {"type", "id", "attributes", "validations"}
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "markdown": frozenset({"value"}),
    "textarea": frozenset({"label", "description", "placeholder", "value", "render"}),
    "input": frozenset({"label", "description", "placeholder", "value"}),
    "dropdown": frozenset({"label", "description", "multiple", "options", "default"}),
    "checkboxes": frozenset({"label", "description", "options"}),
    "upload": frozenset({"label", "description"}),
}
_LABEL = re.compile(r"""\blabel["']?[ \t]*:[ \t]*["']?(.*?)["']?[ \t\r]*(?:[ \t]#.*)?$""", re.MULTILINE)
_ODD_LABEL = re.compile(r"""\blabel["']?\s*:\s*(?:[>|&*!]|["'].*(?:\\|''))|\{[^}\n]*\blabel\b""")
Kind = Literal["input", "dropdown", "checkboxes", "textarea"]
ID = re.compile(r"^[A-Za-z0-9_-]+$")


@dataclass(frozen=True)
class Field:
    """One field of a template. `options` are a drop-down's or the check boxes' texts; `line` is its label's, from 1."""

    label: str
    kind: Kind
    id: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    multiple: bool = False
    render: str = ""
    line: int = 0

    @property
    def closed(self) -> bool:
        """Whether its value is one line or a list of known texts, so that it has a place in the body."""
        return self.kind != "textarea"


@dataclass(frozen=True)
class Template:
    """A form: `labels` is what GitHub puts on the issue, `file` its path for messages, `lines` where its keys stand."""

    file: str
    name: str
    description: str = ""
    labels: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def closed(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.closed)

    @property
    def texts(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if not f.closed)

    def where(self, key: str = "name") -> str:
        """`file:line` of a top key, or the file where the line is not known."""
        return f"{self.file}:{self.lines[key]}" if self.lines.get(key) else self.file


def read_template(tree: Any, file: str) -> Template:
    """The template of a tree in which `schema_problems` found nothing."""
    labels = tree.get("labels") or ()
    if isinstance(labels, str):
        labels = [label.strip() for label in labels.split(",")]
    return Template(
        file=file,
        name=str(tree["name"]),
        description=str(tree.get("description") or ""),
        labels=tuple(str(label) for label in labels if str(label).strip()),
        fields=tuple(_field(element) for element in tree["body"] if element.get("type") != "markdown"),
        lines={str(key): yaml.line_of(tree, key) for key in tree},
    )


def _field(element: Any) -> Field:
    attributes = element.get("attributes") or {}
    kind: Kind = element["type"] if element["type"] in ("input", "dropdown", "checkboxes") else "textarea"
    options = attributes.get("options") or ()
    required = bool((element.get("validations") or {}).get("required"))
    if kind == "checkboxes":
        required = required or any(option.get("required") for option in options)
        options = [option["label"] for option in options]
    return Field(
        label=str(attributes["label"]).strip(),
        kind=kind,
        id=str(element.get("id") or ""),
        options=tuple(str(option).strip() for option in options),
        required=required,
        multiple=bool(attributes.get("multiple")),
        render=str(attributes.get("render") or ""),
        line=yaml.line_of(attributes, "label"),
    )


def load_templates(folder: Path, body: str | None = None) -> tuple[Template, ...]:
    """The forms of a folder by file name; empty where there is none. With `body`, only those that it can be of.

    Reading one form takes some milliseconds, so an issue's body opens only the files that hold its first headings.
    Raises ConfigError with every problem of every form that is read.
    """
    templates: list[Template] = []
    problems: list[Problem] = []
    headings = None if body is None else re.findall(r"^### (.*?)[ \t\r]*$", body[:20_000], re.MULTILINE)[:4]
    if headings == []:
        return ()
    for path in sorted(p for p in folder.glob("*.y*ml") if p.suffix in (".yml", ".yaml") and p.stem != "config"):
        file = f".github/ISSUE_TEMPLATE/{path.name}"
        try:
            text = yaml.source(path, file)
            if headings is not None and not _can_be_of(text, headings):
                continue
            tree, doubles = yaml.parse(text, file)
        except ConfigError as error:
            problems += error.problems
            continue
        wrong = [*doubles, *schema_problems(tree, file)]
        problems += wrong
        templates += [] if wrong else [read_template(tree, file)]
    if problems:
        raise ConfigError(problems)
    return tuple(templates)


def _can_be_of(text: str, headings: list[str]) -> bool:
    """Whether a form's source may have these headings as its first labels: the first, and another if there are more.

    A label that is written with escapes or over several lines cannot be compared, so such a form is always read.
    """
    if _ODD_LABEL.search(text):
        return True
    labels = {label.strip() for label in _LABEL.findall(text)}
    return headings[0] in labels and (len(headings) == 1 or not labels.isdisjoint(headings[1:]))


def schema_problems(tree: Any, file: str) -> Iterator[Problem]:
    """What GitHub would refuse in a form, each with file and line."""
    yield from _keys(tree, TOP, file)
    for key in ("name", "description"):
        if not isinstance(tree.get(key), str) or not tree[key].strip():
            yield Problem(f"`{key}` is missing or not text", _at(file, tree, key))
    if not isinstance(tree.get("title", ""), str):
        yield Problem("`title` is not text", _at(file, tree, "title"))
    for key in ("labels", "assignees", "projects"):
        value = tree.get(key, [])
        if not isinstance(value, str) and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
            yield Problem(f"`{key}` is no list of texts", _at(file, tree, key))
    body = tree.get("body")
    if not isinstance(body, list) or not body:
        yield Problem("`body` is missing or no list", _at(file, tree, "body"))
        return
    seen: dict[tuple[str, str], int] = {}
    for number, element in enumerate(body):
        if not isinstance(element, Mapping) or element.get("type") not in ATTRIBUTES:
            given = str(element.get("type")) if isinstance(element, Mapping) else ""
            fix = nearest(given, ATTRIBUTES) or f"there are {', '.join(ATTRIBUTES)}"
            yield Problem(f'no type of field: "{given}"', _at(file, body, number), fix)
            continue
        yield from _element(element, file)
        yield from _seen_before(element, seen, file)
    if all(isinstance(e, Mapping) and e.get("type") == "markdown" for e in body):
        yield Problem("the body has no field", _at(file, tree, "body"))


def _seen_before(element: Any, seen: dict[tuple[str, str], int], file: str) -> Iterator[Problem]:
    """Two fields of a form have neither an id nor a label in common."""
    attributes = element.get("attributes")
    label = attributes.get("label") if isinstance(attributes, Mapping) else None
    for what, value, place in (("id", element.get("id"), element), ("label", label, attributes)):
        if not isinstance(value, str):
            continue
        key = (what, value.strip())
        if key in seen:
            first = f"first on line {seen[key]}" if seen[key] else ""
            yield Problem(f'the {what} "{value}" stands twice', _at(file, place, what), first)
        seen.setdefault(key, yaml.line_of(place, what))


def _element(element: Any, file: str) -> Iterator[Problem]:
    kind = element["type"]
    yield from _keys(element, ELEMENT, file)
    name = element.get("id")
    if name is not None and (kind == "markdown" or not isinstance(name, str) or not ID.match(name)):
        yield Problem(f'"{name}" cannot be an id of a {kind}', _at(file, element, "id"), "letters, digits, - and _")
    attributes = element.get("attributes")
    if not isinstance(attributes, Mapping):
        yield Problem(f"a {kind} without attributes", _at(file, element))
        return
    yield from _keys(attributes, ATTRIBUTES[kind], file)
    needed = "value" if kind == "markdown" else "label"
    if not isinstance(attributes.get(needed), str) or not attributes[needed].strip():
        yield Problem(f"`{needed}` is missing or not text", _at(file, attributes, needed))
    for key in ATTRIBUTES[kind] - {needed, "multiple", "options", "default"}:
        if not isinstance(attributes.get(key, ""), str):
            yield Problem(f"`{key}` is not text", _at(file, attributes, key), "put it in quotation marks")
    if kind in ("dropdown", "checkboxes"):
        yield from _options(kind, attributes, file)
    validations = element.get("validations")
    if validations is None:
        return
    if not isinstance(validations, Mapping) or kind == "markdown":
        yield Problem("`validations` cannot stand here", _at(file, element, "validations"))
        return
    yield from _keys(validations, {"required"}, file)
    if not isinstance(validations.get("required", False), bool):
        yield Problem("`required` is neither true nor false", _at(file, validations, "required"))


def _options(kind: str, attributes: Any, file: str) -> Iterator[Problem]:
    options = attributes.get("options")
    if not isinstance(options, list) or not options:
        yield Problem("`options` is missing or no list", _at(file, attributes, "options"))
        return
    texts: list[str] = []
    for number, option in enumerate(options):
        where = _at(file, options, number)
        text = option.get("label") if kind == "checkboxes" and isinstance(option, Mapping) else option
        if kind == "checkboxes" and isinstance(option, Mapping):
            yield from _keys(option, {"label", "required"}, file)
        if not isinstance(text, str) or not text.strip() or (kind == "checkboxes") != isinstance(option, Mapping):
            yield Problem(f"option {number + 1} is not text", where, "put it in quotation marks")
            continue
        if text.strip().casefold() == "none" and kind == "dropdown":
            yield Problem('"None" is GitHub\'s own option', where)
        # GitHub reads YAML 1.1, where these words are true and false unless they stand in quotation marks.
        if re.fullmatch(r"y|n|yes|no|on|off|true|false", text, re.IGNORECASE) and type(text) is str:
            yield Problem(f"GitHub reads {text} as true or false", where, "put it in quotation marks")
        if text.strip() in texts:
            yield Problem(f'the option "{text}" stands twice', where)
        texts.append(text.strip())
    default = attributes.get("default")
    if default is not None and not (isinstance(default, int) and 0 <= default < len(options)):
        yield Problem("`default` is not the number of an option, counted from 0", _at(file, attributes, "default"))
    if not isinstance(attributes.get("multiple", False), bool):
        yield Problem("`multiple` is neither true nor false", _at(file, attributes, "multiple"))


def _keys(tree: Any, known: set[str] | frozenset[str], file: str) -> Iterator[Problem]:
    for key in tree:
        if key not in known:
            yield Problem(f'unknown key "{key}"', _at(file, tree, key), nearest(str(key), known))


def _at(file: str, tree: Any, key: Any = None) -> str:
    line = yaml.line_of(tree, key)
    return f"{file}:{line}" if line else file
