"""Issue forms: what a template says, what is wrong with it, and what a body that GitHub made from it holds.

GitHub flattens a filled form to `### Label`, an empty line, the value, an empty line, and so on; a text area can hold
the same lines. So nothing is searched for: the closed fields (drop-down, check boxes, one line) head the body, each at
its place with a value of known length, and everything behind them is text.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bizops.errors import Problem, nearest
from bizops.issue import PRIORITIES
from bizops.rules.data import fenced_lines, text_lines
from bizops.templates import Field, Template

Value = str | tuple[str, ...]
NO_RESPONSE = "_No response_"
PRIORITY = "Priority"
_BOX = re.compile(r"^- \[([ xX])\] (.*)$")


@dataclass(frozen=True)
class Form:
    """A body read by its template: values by label, `text` all that follows the closed fields, byte for byte.

    A drop-down with `multiple` and check boxes give the chosen texts, every other field one text, empty without answer.
    """

    template: Template
    fields: Mapping[str, Value]
    warnings: tuple[str, ...] = ()
    text: str = ""

    @property
    def priority(self) -> str:
        """`P0` to `P3`, or empty."""
        value = self.fields.get(PRIORITY, "")
        return value if isinstance(value, str) and value in PRIORITIES else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The labels of the required fields without an answer (GitHub enforces them in public repositories only)."""
        return tuple(f.label for f in self.template.fields if f.required and not self.fields.get(f.label))


def problems(templates: Sequence[Template], routes: Collection[str]) -> list[Problem]:
    """What `bizops validate` says about the forms, in their order. `routes` are the patterns of `labels.yml`."""
    found: list[Problem] = []
    for number, template in enumerate(templates):
        found += _field_problems(template)
        found += _label_problems(template, routes)
        for other in templates[:number]:
            found += _pair_problems(template, other)
    return found


def _field_problems(template: Template) -> Iterator[Problem]:
    area: Field | None = None
    for one in template.fields:
        where = f"{template.file}:{one.line}" if one.line else template.file
        area = area or (None if one.closed else one)
        if one.closed and area:
            yield Problem(
                f'the field "{one.label}" stands after the text area "{area.label}", where a text could imitate it',
                where,
                "move it before the first text area",
            )
        if one.multiple and any(", " in option for option in one.options):
            yield Problem(f'an option of "{one.label}" holds ", ", by which GitHub joins the chosen ones', where)
        if one.label == PRIORITY and not (one.kind == "dropdown" and not one.multiple and one.options == PRIORITIES):
            yield Problem('"Priority" is not a drop-down with the options P0, P1, P2, P3', where)
    if PRIORITY not in [one.label for one in template.fields]:
        yield Problem('no drop-down "Priority"', template.where("body"), "add it with the options P0, P1, P2, P3")


def _label_problems(template: Template, routes: Collection[str]) -> Iterator[Problem]:
    where = template.where("labels")
    areas = [label for label in template.labels if label in routes or label.partition("/")[0] + "/*" in routes]
    if not areas:
        yield Problem("the form sets no label that has a route", where, "add its area to `labels`")
    for label in template.labels:
        if "/" in label and label not in areas and not label.startswith("agent/"):
            yield Problem(f'no route for the label "{label}"', where, nearest(label, routes))
    for label in sorted({label for label in template.labels if template.labels.count(label) > 1}):
        yield Problem(f'the label "{label}" stands twice', where)


def _pair_problems(template: Template, other: Template) -> Iterator[Problem]:
    """Two forms whose bodies could not be told apart, or that people could not tell apart."""
    if template.name == other.name:
        yield Problem(f'{other.file} has the name "{template.name}" too', template.where("name"))
    mine, theirs = [f.label for f in template.closed], [f.label for f in other.closed]
    if mine[: len(theirs)] == theirs[: len(mine)]:
        yield Problem(
            f"its closed fields are those of {other.file}, or begin like all of them: a body could be of either",
            template.where("body"),
            "give one of them a closed field of its own",
        )


def parse(body: str, templates: Sequence[Template]) -> Form | None:
    """The body read by the template whose closed fields all head it, or None where there is no such template.

    The layout must first be GitHub's own; only if no template fits is one looked for with empty lines added or lost by
    an edit. A text can neither change a closed field nor choose the template.
    """
    lines = text_lines(body)
    for exact in (True, False):
        heads = [(template, _head(template, lines, exact=exact)) for template in templates if template.closed]
        fitting = [(template, head) for template, head in heads if head]
        if fitting:
            template, head = max(fitting, key=lambda pair: len(pair[0].closed))
            return _form(template, head, lines, body)
    return None


@dataclass(frozen=True)
class _Head:
    fields: dict[str, Value]
    warnings: tuple[str, ...]
    end: int  # the number of the first line that is no part of it


Lines = Sequence[tuple[int, str]]  # offset in the body, and the line without its end


def _head(template: Template, lines: Lines, *, exact: bool) -> _Head | None:
    """The closed fields at the head of a body, each heading at its place."""
    at = _after_blank(lines, 0)
    fields: dict[str, Value] = {}
    warnings: list[str] = []
    headings = [f"### {one.label}" for one in (*template.closed, *template.texts[:1])]
    for number, one in enumerate(template.closed):
        if not _is(lines, at, headings[number]):
            return None
        if exact and not _is(lines, at + 1, ""):
            return None
        at = at + 2 if exact else _after_blank(lines, at + 1)
        if not exact and at < len(lines) and lines[at][1].rstrip() in headings[number + 1 : number + 2]:
            fields[one.label] = () if one.multiple or one.kind == "checkboxes" else ""  # emptied by an edit
            continue
        taken = _taken(one, lines, at)
        if not taken:
            return None
        fields[one.label], warned = _value(one, taken)
        warnings += warned
        at += len(taken)
        if exact and at < len(lines) and not _is(lines, at, ""):
            return None
        at = min(at + 1, len(lines)) if exact else _after_blank(lines, at)
    return _Head(fields, tuple(warnings), at)


def _taken(one: Field, lines: Lines, at: int) -> list[str]:
    """The lines of a closed field's value: one, or as many as there are boxes."""
    first = lines[at][1].strip() if at < len(lines) else ""
    if one.kind != "checkboxes" or first == NO_RESPONSE:
        return [first] if first else []
    taken: list[str] = []
    while at < len(lines) and _BOX.match(lines[at][1].strip()):
        taken.append(lines[at][1].strip())
        at += 1
    return taken


def _value(one: Field, taken: Sequence[str]) -> tuple[Value, list[str]]:
    """The value by the template's type, with a warning for each text that is none of its options."""
    if one.kind == "input":
        return ("" if taken[0] == NO_RESPONSE else taken[0]), []
    if list(taken) == [NO_RESPONSE]:
        return (() if one.multiple or one.kind == "checkboxes" else ""), []
    if one.kind == "checkboxes":
        boxes = [match for match in map(_BOX.match, taken) if match]
        given, chosen = [box[2] for box in boxes], [box[2] for box in boxes if box[1] != " "]
    else:
        given = chosen = taken[0].split(", ") if one.multiple else [taken[0]]
    warned = [
        f'"{text[:80]}" is no option of "{one.label}" and is ignored' for text in given if text not in one.options
    ]
    valid = tuple(dict.fromkeys(text for text in chosen if text in one.options))
    if one.kind == "dropdown" and not one.multiple:
        return (valid[0] if valid else ""), warned
    return valid, warned


def _form(template: Template, head: _Head, lines: Lines, body: str) -> Form:
    """The head together with the texts behind it."""
    start = lines[head.end][0] if head.end < len(lines) else len(body)
    text = body[start:]
    rest = text_lines(text)
    fenced = fenced_lines(text)
    places: dict[str, list[int]] = {f"### {one.label}": [] for one in template.fields}
    inside: dict[str, list[int]] = {heading: [] for heading in places}
    for number, (_, line) in enumerate(rest):
        if line.rstrip() in places:
            (inside if number in fenced else places)[line.rstrip()].append(number)
    warnings = list(head.warnings)
    warnings += [
        f'the heading "{one.label}" stands again in the text, where it counts as text'
        for one in template.fields
        if len(places[f"### {one.label}"]) > (0 if one.closed else 1)
    ]
    found: list[tuple[str, int]] = []
    after = -1
    for one in template.texts:
        heading = f"### {one.label}"
        at = next((n for n in places[heading] if n > after), None)
        if at is None:
            at = next((n for n in inside[heading] if n > after), None)
            lost = (
                f'the heading "{one.label}" is missing' if at is None else f'"{one.label}" begins inside a code block'
            )
            warnings.append(lost)
        if at is not None:
            found.append((one.label, at))
            after = at
    fields: dict[str, Value] = {**head.fields, **{one.label: "" for one in template.texts}}
    for (label, at), (_, following) in zip(found, [*found[1:], ("", len(rest))], strict=True):
        fields[label] = _text(text, rest, at, following)
    return Form(template, MappingProxyType(fields), tuple(warnings), text)


def _text(text: str, rest: Lines, at: int, following: int) -> str:
    """What stands between two headings, without the one empty line that GitHub puts on each side."""
    first = at + 2 if _is(rest, at + 1, "") else at + 1
    last = following - 1
    if following < len(rest) and last > first and _is(rest, last, ""):
        last -= 1
    if first > last:
        return ""
    value = text[rest[first][0] : rest[last][0] + len(rest[last][1])]
    return "" if value.strip() == NO_RESPONSE else value


def _is(lines: Lines, at: int, text: str) -> bool:
    return at < len(lines) and lines[at][1].rstrip() == text


def _after_blank(lines: Lines, at: int) -> int:
    while at < len(lines) and not lines[at][1].strip("\ufeff \t"):
        at += 1
    return at
