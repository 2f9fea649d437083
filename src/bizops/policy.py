"""Policies: the numbers and names of `policies/*.yml`, decoded into types, with all errors at once.

The files are YAML 1.2 (ruamel: duplicate keys are refused, `on:` stays text, lines are known). A company's own folder
overrides the shipped one file by file (`load(own, shipped)`).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bizops.errors import ConfigError, Problem, nearest

Priority = Literal["P0", "P1", "P2", "P3"]
PRIORITIES: tuple[Priority, ...] = ("P0", "P1", "P2", "P3")
Executor = Literal["runner", "batch", "lambda"]
Permission = Literal["admin", "maintain", "write", "triage", "read", "none"]
PERMISSIONS: tuple[Permission, ...] = ("none", "read", "triage", "write", "maintain", "admin")  # weakest first
Reach = Literal["compute", "repository", "network", "execute"]
Kind = Literal["ask", "label", "sub_issue", "hand_over", "pull_request", "close", "dispatch"]
AgentName = Annotated[str, StringConstraints(pattern=r"^ai-[a-z]+(-[a-z]+)*-agent$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*(/([a-z0-9][a-z0-9-]*|\*))?$")]
Color = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6}$")]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelStyle(Part):
    color: Color = "ededed"
    description: Annotated[str, StringConstraints(max_length=100)] = ""


class Labels(Part):
    """`labels.yml`: which label goes to which agent, and how our labels look."""

    routes: dict[Pattern, AgentName] = {}
    labels: dict[str, LabelStyle] = {}


class Words(Part):
    """`words.yml`: plain words by the pattern of a route, where neither label nor form routes an issue."""

    words: dict[Pattern, tuple[str, ...]] = {}


class AgentPolicy(Part):
    """One agent: whether it works, what follows its answer, what it may ask the host to do."""

    mode: Literal["off", "shadow", "live"] = "off"
    after_answer: Literal["close", "wait"] = "wait"
    close_after_days: int = Field(7, ge=1, le=365)
    executor: Executor | None = None
    kinds: tuple[Kind, ...] = ("ask", "label")
    labels: tuple[str, ...] = ()  # patterns that a `label` action may add or remove
    settings: dict[str, Any] = {}  # the agent's own, read by its tools (`kb: docs/kb`)


class Agents(Part):
    """`agents.yml`: the roster and who works where."""

    unrouted: AgentName = "ai-manager-agent"
    answer_from: AwareDatetime | None = None
    attempts: int = Field(3, ge=1, le=10)
    hops: int = Field(3, ge=1, le=5)
    executors: dict[Priority, Executor] = {"P0": "runner", "P1": "batch", "P2": "batch", "P3": "batch"}
    fallback: Literal["runner"] = "runner"
    decide_seconds: int = Field(600, ge=10, le=1500)
    playbook_seconds: int = Field(18, ge=5, le=600)
    agents: dict[AgentName, AgentPolicy]


class Belief(Part):
    """What is believed of someone with a permission: the tools' reach, and the highest priority that counts."""

    reach: tuple[Reach, ...]
    highest_priority: Priority


class Access(Part):
    """`access.yml`: the one table of belief, the desk's accounts, the hosts that may be linked."""

    desk_accounts: tuple[str, ...] = ("github-actions[bot]",)
    quiet_bots: tuple[str, ...] = ()
    belief: dict[Permission, Belief]
    p0_from_anyone: tuple[Pattern, ...] = ()
    default_priority: Priority = "P2"
    link_hosts: tuple[str, ...] = ()
    outsider_kinds: tuple[Kind, ...] = ("ask", "label", "close")

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
    prices: dict[str, Price] = {}
    limits: Limits = Limits()
    retry: Retry = Retry()
    max_output_tokens: int = Field(8_000, ge=256)


class Escalation(Part):
    sla_hours: Decimal = Field(gt=0)
    requires_manager: bool = False


class Sla(BaseModel):
    """`sla.yml`: the table of the mission; its other keys belong to the clocks (SLA rules)."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    escalation: dict[Priority, Escalation]


class Policy(Part):
    """All policies. `where` gives the file and line of a rule: `where("labels", "routes", "marketing/*")`."""

    labels: Labels
    words: Words = Words()
    agents: Agents
    access: Access
    models: Models
    sla: Sla
    lines: dict[str, int] = {}

    def where(self, file: str, *path: str) -> tuple[str, int]:
        """File and line (from 1) of a key."""
        return f"policies/{file}.yml", self.lines.get("/".join((file, *path)), 1)

    def agent(self, name: str) -> AgentPolicy:
        return self.agents.agents.get(name, AgentPolicy())


FILES: Mapping[str, type[BaseModel]] = {
    "labels": Labels, "words": Words, "agents": Agents, "access": Access, "models": Models, "sla": Sla,
}  # fmt: skip


def shipped() -> Path:
    """The folder of the policies that come with the engine."""
    return Path(__file__).parents[2] / "policies"


def load(own: Path | None = None) -> Policy:
    """The policies of `own` (a company's folder), each missing file from the shipped folder.

    Raises ConfigError with every problem of every file: `policies/labels.yml:12: unknown key "rout"; did you mean ...`.
    """
    problems: list[Problem] = []
    parts: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for name, model in FILES.items():
        path = next((p for p in (own and own / f"{name}.yml", shipped() / f"{name}.yml") if p and p.is_file()), None)
        if path is None:
            problems.append(Problem("missing", f"policies/{name}.yml"))
            continue
        try:
            tree = _read(path)
            lines.update((f"{name}/" + "/".join(key), line) for key, line in _lines(tree))
            parts[name] = model.model_validate(tree, strict=False)
        except ConfigError as error:
            problems.extend(error.problems)
        except ValidationError as error:
            problems.extend(_problems(error, tree, f"policies/{name}.yml", model))
    problems += _cross_checks(parts, lines)
    if problems:
        raise ConfigError(problems)
    return Policy(**parts, lines=lines)


def _read(path: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    where = f"policies/{path.name}"
    try:
        tree = YAML(typ="rt").load(path.read_text("utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise ConfigError([Problem(str(error.problem), f"{where}:{mark.line + 1}" if mark else where)]) from error
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(error).splitlines()[0], where)]) from error
    if not isinstance(tree, dict):
        raise ConfigError([Problem("expected keys and values", f"{where}:1")])
    return tree


def _lines(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """The line (from 1) of each key below `tree`."""
    if hasattr(tree, "lc") and hasattr(tree, "items"):
        for key, value in tree.items():
            yield (*path, str(key)), tree.lc.key(key)[0] + 1
            yield from _lines(value, (*path, str(key)))


def _problems(error: ValidationError, tree: Any, file: str, model: type[BaseModel]) -> Iterator[Problem]:
    for detail in error.errors():
        path = [part for part in detail["loc"] if part != "[key]"]
        node, line, parent = tree, 1, model
        for part in path:
            marks = getattr(node, "lc", None)
            try:
                line = (marks.key(part) if isinstance(node, dict) else marks.item(part))[0] + 1 if marks else line
                node = node[part]
            except (KeyError, IndexError, TypeError):
                break
        name = ".".join(map(str, path))
        if detail["type"] == "extra_forbidden":
            fix = nearest(str(path[-1]), _known_keys(parent, path[:-1]))
            yield Problem(f'unknown key "{path[-1]}"', f"{file}:{line}", fix)
        elif detail["type"] == "missing":
            yield Problem(f'missing key "{name}"', f"{file}:{line}")
        else:
            given = repr(detail["input"]) if isinstance(detail["input"], str | int | float | bool) else ""
            yield Problem(f"{name}: {given + ': ' if given else ''}{detail['msg']}", f"{file}:{line}")


def _known_keys(model: Any, path: list[Any]) -> list[str]:
    """The keys that pydantic knows at a path, through dicts of models."""
    for part in path:
        field = model.model_fields.get(part) if isinstance(model, type) and issubclass(model, BaseModel) else None
        annotation = field.annotation if field else model
        inner = [a for a in getattr(annotation, "__args__", ()) if isinstance(a, type) and issubclass(a, BaseModel)]
        model = inner[0] if inner else annotation
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _cross_checks(parts: Mapping[str, Any], lines: Mapping[str, int]) -> Iterator[Problem]:
    """What no single file can know: names that another file defines; of the files that could be read."""
    agents: Agents | None = parts.get("agents")
    labels: Labels | None = parts.get("labels")
    words: Words | None = parts.get("words")
    model: Models | None = parts.get("models")
    roster = list(agents.agents) if agents else []

    def unknown(name: str, file: str, *path: str) -> Iterator[Problem]:
        if name not in roster:
            line = lines.get("/".join((file, *path)), 1)
            yield Problem(f'unknown agent "{name}"', f"policies/{file}.yml:{line}", nearest(name, roster))

    if agents:
        yield from unknown(agents.unrouted, "agents", "unrouted")
    for pattern, agent in labels.routes.items() if agents and labels else ():
        yield from unknown(agent, "labels", "routes", pattern)
    routes = labels.routes if labels else {}
    for pattern in words.words if words and labels else ():
        if pattern not in routes:
            line = lines.get(f"words/words/{pattern}", 1)
            known = nearest(pattern, routes)
            yield Problem(f'words for "{pattern}", which is no route', f"policies/words.yml:{line}", known)
    for name in (model.model, model.cheaper) if model else ():
        if model and name and name not in model.prices:
            line = lines.get("models/prices", 1)
            yield Problem(f'no price for the model "{name}"', f"policies/models.yml:{line}")
