"""What a model submits: names of facts and findings that tools produced, words, and the actions that policy allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from bizops.agent.agent import Draft, Notebook
from bizops.case import Case
from bizops.decision import SUMMARY_LIMIT, Action, Fact, Finding
from bizops.errors import nearest
from bizops.rules.admit import refusals
from bizops.rules.visible import one_line

NAME = "submit_decision"
ACTIONS: Mapping[str, type[BaseModel]] = {
    action.model_fields["kind"].default: action for action in get_args(get_args(Action)[0])
}
KEPT = ("critical", "high")  # findings that no model can leave out
Json = Any


@dataclass(frozen=True)
class Submitted:
    """A submission that fits its schema and names only what there is."""

    draft: Draft
    facts: dict[str, Fact]
    findings: tuple[Finding, ...]


class _Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")

    summary: Annotated[
        str, Field(min_length=1, max_length=SUMMARY_LIMIT, description="Markdown, what the requester reads")
    ]
    facts: Annotated[tuple[str, ...], Field(description="Names of facts that tools gave; empty: all of them")] = ()
    findings: Annotated[
        tuple[int | str, ...] | None,
        Field(description="Indexes or rules of findings to show, the worst first; null: all"),
    ] = None
    held: Annotated[str | None, Field(description="Why a person must look before anything is sent; else null")] = None


def form(kinds: Iterable[str]) -> type[BaseModel]:
    """The submission as a pydantic model, with the actions of these kinds."""
    allowed = [ACTIONS[kind] for kind in kinds]
    union: Any = reduce(or_, allowed) if allowed else None
    many: Any = Annotated[union, Field(discriminator="kind")] if len(allowed) > 1 else union
    entries: Any = tuple[many, ...] if allowed else tuple[()]
    field: Any = (entries, Field(default=(), max_length=20))
    return create_model("Submission", __base__=_Submission, actions=field)


def schema(model: type[BaseModel]) -> Json:
    """A model's JSON schema in the small dialect that every endpoint knows: no references, titles or defaults."""
    whole = model.model_json_schema()
    return _plain(whole, whole.get("$defs", {}))


def _plain(node: Json, parts: Mapping[str, Json]) -> Json:
    if isinstance(node, list):
        return [_plain(entry, parts) for entry in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(
            {**parts[node["$ref"].rsplit("/", 1)[-1]], **{k: v for k, v in node.items() if k != "$ref"}}, parts
        )
    dropped = {"title", "default", "discriminator", "$defs"}
    done = {
        key: {name: _plain(part, parts) for name, part in value.items()}
        if key == "properties"
        else _plain(value, parts)
        for key, value in node.items()
        if key not in dropped or (key == "title" and isinstance(value, dict))
    }
    if "oneOf" in done:
        done["anyOf"] = done.pop("oneOf")
    if "kind" in node.get("properties", {}):
        done["required"] = ["kind", *(name for name in done.get("required", []) if name != "kind")]
    if "const" in done:
        done["enum"] = [done.pop("const")]
        done.setdefault("type", "string")
    return done


def read(model: type[BaseModel], arguments: Json, case: Case, notebook: Notebook) -> Submitted | list[str]:
    """The submission, or everything that is wrong with it, as the model is told."""
    try:
        value: Any = model.model_validate(arguments)
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()[:20]]
    wrong = [
        f'facts: there is no fact "{name}"; {nearest(name, notebook.facts) or "call the tool that gives it"}'
        for name in value.facts
        if name not in notebook.facts
    ]
    chosen, unknown = _findings(value.findings, notebook.findings)
    wrong += [f"findings: there is no finding {entry!r}; there are {len(notebook.findings)}" for entry in unknown]
    wrong += [
        problem
        for n, action in enumerate(value.actions)
        for problem in refusals(action, case, value.actions, value.actions[:n])
    ]
    draft = Draft(value.summary, value.actions, value.held)
    if not all(map(one_line, (draft.summary, *draft.questions))):
        wrong.append("summary, questions: there is nothing to read")
    if wrong:
        return wrong
    facts = {name: notebook.facts[name] for name in value.facts} or dict(notebook.facts)
    return Submitted(draft, facts, chosen)


def _findings(named: Iterable[int | str] | None, found: list[Finding]) -> tuple[tuple[Finding, ...], list[int | str]]:
    """The named findings in that order, and the names that mean none; the severe ones are always among them."""
    if named is None:
        return tuple(found), []
    chosen: list[Finding] = []
    unknown: list[int | str] = []
    for entry in named:
        index = int(entry) if isinstance(entry, int) or entry.isdecimal() else None
        if index is not None:
            hits = found[index : index + 1] if index >= 0 else []
        else:
            hits = [finding for finding in found if finding.rule == entry]
        chosen += [finding for finding in hits if finding not in chosen]
        unknown += [] if hits else [entry]
    chosen += [finding for finding in found if finding.severity in KEPT and finding not in chosen]
    return tuple(chosen), unknown
