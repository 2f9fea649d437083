"""Policies: the numbers and names of `policies/*.yml`, decoded into types, with all errors at once.

The files are read by `bizops.yaml`. A company's own folder overrides the shipped one file by file (`bizops.company`).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from bizops import company, yaml
from bizops.errors import ConfigError, InputError, Problem, nearest
from bizops.hours import Hours
from bizops.issue import Priority
from bizops.part import Part
from bizops.people import People
from bizops.service_level import DEFAULTS, Sla, merged

Executor = Literal["runner", "batch", "lambda"]
Permission = Literal["admin", "maintain", "write", "triage", "read", "none"]
PERMISSIONS: tuple[Permission, ...] = ("none", "read", "triage", "write", "maintain", "admin")  # weakest first
Reach = Literal["compute", "repository", "network", "execute"]
REACHES: tuple[Reach, ...] = ("compute", "repository", "network", "execute")  # narrowest first
Command = Literal[
    "retry", "assign", "priority", "hold", "resume", "waiting", "approve", "reject", "ack", "cancel", "explain", "help"
]
Kind = Literal["ask", "label", "sub_issue", "hand_over", "pull_request", "close", "dispatch"]
AgentName = Annotated[str, StringConstraints(pattern=r"^ai-[a-z]+(-[a-z]+)*-agent$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*(/([a-z0-9][a-z0-9-]*|\*))?$")]
Color = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6}$")]


class LabelStyle(Part):
    color: Color = "ededed"
    description: Annotated[str, StringConstraints(max_length=100)] = ""


class Labels(Part):
    """`labels.yml`: which label goes to which agent, and how our labels look."""

    routes: dict[Pattern, AgentName] = Field(default_factory=dict)
    labels: dict[str, LabelStyle] = Field(default_factory=dict)


class Words(Part):
    """`words.yml`: plain words by the pattern of a route, where neither label nor form routes an issue."""

    words: dict[Pattern, tuple[str, ...]] = Field(default_factory=dict)


class AgentPolicy(Part):
    """One agent: whether it works, what follows its answer, what it may ask the host to do."""

    mode: Literal["off", "live"] = "off"
    after_answer: Literal["close", "wait"] = "wait"
    close_after_days: int = Field(7, ge=1, le=365)
    executor: Executor | None = None
    kinds: tuple[Kind, ...] = ("ask", "label")
    labels: tuple[str, ...] = ()  # patterns that a `label` action may add or remove
    settings: dict[str, Any] = Field(default_factory=dict)  # the agent's own, read by its tools (`kb: docs/kb`)


def _executors() -> dict[Priority, Executor]:
    return {"P0": "runner", "P1": "batch", "P2": "batch", "P3": "batch"}


class Agents(Part):
    """`agents.yml`: the roster and who works where."""

    unrouted: AgentName = "ai-manager-agent"
    answer_from: AwareDatetime | None = None
    attempts: int = Field(3, ge=1, le=10)
    hops: int = Field(3, ge=1, le=5)
    executors: dict[Priority, Executor] = Field(default_factory=_executors)
    fallback: Literal["runner"] = "runner"
    decide_seconds: int = Field(600, ge=10, le=1500)
    playbook_seconds: int = Field(18, ge=5, le=600)
    agents: dict[AgentName, AgentPolicy]


class Belief(Part):
    """What is believed of someone with a permission: the tools' reach, and the highest priority that counts."""

    reach: tuple[Reach, ...]
    highest_priority: Priority


class Approval(Part):
    """A kind of action that a person must approve: the least permission for it; for which agents (none: for all)."""

    kind: Kind
    permission: Permission = "write"
    agents: tuple[AgentName, ...] = ()


def _commands() -> dict[Command, Permission]:
    given: dict[Command, Permission] = dict.fromkeys(get_args(Command), "triage")
    return {**given, "ack": "write", "explain": "read", "help": "none"}


class Access(Part):
    """`access.yml`: the one table of belief, the desk's accounts, the hosts that may be linked, commands, approvals.

    `approve` and `reject` also need what the proposal names.
    """

    desk_accounts: tuple[str, ...] = ("github-actions[bot]",)
    quiet_bots: tuple[str, ...] = ()
    belief: dict[Permission, Belief]
    p0_from_anyone: tuple[Pattern, ...] = ()
    default_priority: Priority = "P2"
    link_hosts: tuple[str, ...] = ()
    outsider_kinds: tuple[Kind, ...] = ("ask", "label", "close")
    commands: dict[Command, Permission] = Field(default_factory=_commands)
    requester_commands: tuple[Command, ...] = ("retry", "cancel", "reject", "explain", "help")
    approval: tuple[Approval, ...] = ()
    approval_hours: int = Field(72, ge=1, le=8760)

    @field_validator("commands", mode="before")
    @classmethod
    def _rest_by_default(cls, given: Any) -> Any:
        return {**_commands(), **given} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _complete(self) -> "Access":
        missing = [name for name in PERMISSIONS if name not in self.belief]
        if missing:
            raise ValueError(f"belief lacks {', '.join(missing)}")
        return self


class Price(Part):
    """USD for a million tokens."""

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


class Limits(Part):
    """What one decision may use; the first limit that is reached ends the model's part."""

    turns: int = Field(12, ge=1, le=100)
    tokens: int = Field(200_000, ge=1000)
    seconds: int = Field(300, ge=5, le=1500)
    usd: Decimal = Field(Decimal(1), gt=0)
    wrong_calls: int = Field(4, ge=0)


class Retry(Part):
    """Our only retry policy for the model: attempts, first wait in seconds (doubled, full jitter), the longest wait."""

    attempts: int = Field(3, ge=1, le=10)
    first_wait: float = Field(1, ge=0)
    longest_wait: float = Field(20, ge=0)


class Models(Part):
    """`models.yml`: default model, cheaper model to fall back on, prices, limits."""

    model: str
    cheaper: str | None = None
    prices: dict[str, Price] = Field(default_factory=dict)
    limits: Limits = Limits()
    retry: Retry = Retry()
    max_output_tokens: int = Field(8_000, ge=256)


class Policy(Part):
    """All policies. `where` gives the file and line of a rule: `where("labels", "routes", "marketing/*")`."""

    labels: Labels
    words: Words = Words()
    agents: Agents
    access: Access
    models: Models
    sla: Sla
    people: People = People()
    lines: dict[str, int] = Field(default_factory=dict)

    def where(self, file: str, *path: str) -> tuple[str, int]:
        """File and line (from 1) of a key or a list's entry (`"0"`), else of the nearest thing above it."""
        keys = ["/".join((file, *path[:end])) for end in range(len(path), 0, -1)]
        return f"policies/{file}.yml", next((self.lines[key] for key in keys if key in self.lines), 1)

    def agent(self, name: str) -> AgentPolicy:
        return self.agents.agents.get(name, AgentPolicy())


FILES: Mapping[str, type[BaseModel]] = {
    "labels": Labels, "words": Words, "agents": Agents, "access": Access, "models": Models, "sla": Sla,
    "people": People,
}  # fmt: skip


def _keep_routed(trees: Mapping[str, Any]) -> None:
    """Leave out the shipped words for areas that the company's own labels do not have."""
    words, routes = (trees.get(file, {}).get(key) for file, key in (("words", "words"), ("labels", "routes")))
    for pattern in [*words] if isinstance(words, dict) and isinstance(routes, dict) else ():
        if pattern not in routes:
            del words[pattern]


MEANS = {  # pydantic's types of errors, in the words of a file
    "string_type": "expected a text",
    "tuple_type": "expected a list",
    "dict_type": "expected keys and values",
    "model_type": "expected keys and values",
    "decimal_type": "expected a number",
}


def load(own: Path | None = None) -> Policy:
    """The policies of `own` (a company's folder), each missing file from the shipped folder.

    Raises ConfigError with every problem of every file: `policies/labels.yml:12: unknown key "rout"; did you mean ...`.
    """
    problems: list[Problem] = []
    parts: dict[str, Any] = {}
    trees: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for name, model in FILES.items():
        path, file = company.find("policies", f"{name}.yml", own), f"policies/{name}.yml"
        if path is None:
            problems.append(Problem("missing", file))
            continue
        try:
            trees[name], doubles = yaml.parse(yaml.source(path, file), file)
            problems += doubles
            if name == "words" and own not in path.parents:
                _keep_routed(trees)
            lines.update((f"{name}/" + "/".join(key), line) for key, line in yaml.lines(trees[name]))
            tree = trees[name]
            if name == "sla":
                problems += _more_calendars(tree, own)
            parts[name] = model.model_validate(merged(DEFAULTS, tree) if name == "sla" else tree, strict=False)
        except ConfigError as error:
            problems.extend(error.problems)
        except ValidationError as error:
            problems.extend(_problems(error, trees[name], file, model))
    problems += _cross_checks(trees)
    if problems:
        raise ConfigError(problems)
    return Policy(**parts, lines=lines)


def _more_calendars(tree: Any, own: Path | None) -> Iterator[Problem]:
    """Add the calendars of `calendars.yml`, if there is one, to those of `sla.yml`: it may not repeat a name."""
    path, file = company.find("policies", "calendars.yml", own), "policies/calendars.yml"
    if path is None:
        return
    more, doubles = yaml.parse(yaml.source(path, file), file)
    yield from doubles
    known = tree.setdefault("calendars", {}) if isinstance(tree, dict) else {}
    names = {*known, "always"}
    for name, calendar in more.items():
        where = f"{file}:{yaml.line_of(more, name) or 1}"
        try:
            Hours.read(calendar)
        except InputError as error:
            yield Problem(f"{name}: {error.what}", where, error.fix)
            continue
        if name in names:
            yield Problem(f'the calendar "{name}" is in policies/sla.yml already', where)
        known.setdefault(name, calendar)


def _problems(error: ValidationError, tree: Any, file: str, model: type[BaseModel]) -> Iterator[Problem]:
    for detail in error.errors():
        found = detail.get("ctx", {}).get("error")
        path = [part for part in (*detail["loc"], *getattr(found, "path", ())) if part != "[key]"]
        where = f"{file}:{yaml.line_of(tree, *path) or 1}"
        name = ".".join(map(str, path))[:200]
        given = detail["input"]
        if detail["type"] == "extra_forbidden":
            yield Problem(f'unknown key "{path[-1]}"', where, nearest(str(path[-1]), _known_keys(model, path[:-1])))
        elif detail["type"] == "missing":
            yield Problem(f'missing key "{name}"', where)
        else:
            message = MEANS.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
            shown = repr(str(given) if isinstance(given, str | date) else given)[:100]
            said = f"{shown}: " if isinstance(given, str | int | float | date) else ""
            fix = "put it in quotation marks" if detail["type"] == "string_type" and said else ""
            yield Problem(f"{name + ': ' if name else ''}{said}{message}", where, fix or _near(given, detail))


def _near(given: Any, detail: Any) -> str:
    """The nearest of the values that a closed set allows."""
    allowed = re.findall(r"'([^']*)'", detail["msg"]) if detail["type"] == "literal_error" else []
    return nearest(str(given), allowed)


def _known_keys(model: Any, path: list[Any]) -> list[str]:
    """The keys that pydantic knows at a path, through dicts of models."""
    for part in path:
        field = model.model_fields.get(part) if isinstance(model, type) and issubclass(model, BaseModel) else None
        annotation = field.annotation if field else model
        inner = [a for a in getattr(annotation, "__args__", ()) if isinstance(a, type) and issubclass(a, BaseModel)]
        model = inner[0] if inner else annotation
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _cross_checks(trees: Mapping[str, Any]) -> Iterator[Problem]:
    """What no single file can know: names that another file defines. The files may hold other errors."""

    def at(file: str, *path: str) -> Any:
        tree = trees.get(file)
        for part in path:
            tree = tree.get(part) if isinstance(tree, dict) else None
        return tree

    def keys(file: str, *path: str) -> dict[str, Any]:
        return found if isinstance(found := at(file, *path), dict) else {}

    def unknown(what: str, known: Mapping[str, Any], file: str, *path: str) -> Problem:
        return Problem(what, f"policies/{file}.yml:{yaml.line_of(trees[file], *path) or 1}", nearest(name, known))

    roster, routes, prices = keys("agents", "agents"), keys("labels", "routes"), keys("models", "prices")
    named = [(name, ("labels", "routes", pattern)) for pattern, name in routes.items()]
    unrouted = keys("agents").get("unrouted", Agents.model_fields["unrouted"].default)
    for name, path in [(unrouted, ("agents", "unrouted")), *named] if roster else ():
        if isinstance(name, str) and name not in roster:
            yield unknown(f'unknown agent "{name}"', roster, *path)
    for name in keys("words", "words") if routes else ():
        if name not in routes:
            yield unknown(f'words for "{name}", which is no route', routes, "words", "words", name)
    for name in (at("models", "model"), at("models", "cheaper")):
        if isinstance(name, str) and name not in prices:
            yield unknown(f'no price for the model "{name}"', prices, "models", "prices")
