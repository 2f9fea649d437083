"""What an agent is: a value with a mission, tools, a playbook and checks.

    agent = Agent(file=__file__, mission="...", needs=("open_issues",), tools=(statement,), playbook=playbook)

A tool is a typed function of the case; its signature is its JSON schema, its docstring its description:

    @tool("compute")
    def statement(case: Case, file: str, period: str = "") -> Result:
        "Sum a ledger by account. ..."
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from bizops.case import Case
from bizops.decision import Action, Ask, Fact, Finding
from bizops.errors import BizopsError
from bizops.policy import Reach


class ToolError(BizopsError):
    """A tool cannot do what was asked: what is wrong with the data or the arguments, where, what would help."""


@dataclass(frozen=True)
class Result:
    """What a tool found.

    `text`: Markdown for the answer (a table, a list), complete in itself. `data`: the same for a model, as JSON.
    `facts`: every figure, by a name that says what it is (`net_income_2026_10`). `findings`: what is wrong, and where.
    `questions`: what the data leaves open, for the requester, each naming file, line and the readings.
    """

    text: str = ""
    data: Any = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A function of the case that an agent may use, with its reach."""

    function: Callable[..., Result]
    reach: Reach

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return inspect.getdoc(self.function) or ""

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The tool's arguments as a model that refuses unknown ones."""
        fields: dict[str, Any] = {}
        for name, parameter in list(inspect.signature(self.function, eval_str=True).parameters.items())[1:]:
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[name] = (parameter.annotation, default)
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    def __call__(self, case: Case, **arguments: Any) -> Result:
        """Check the arguments and the reach, then run. Raises ToolError."""
        if self.reach not in case.reach:
            raise ToolError(f"the tool {self.name} needs reach `{self.reach}`, which whoever asked does not have")
        try:
            values = self.arguments.model_validate(arguments)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise ToolError(f"wrong arguments for {self.name}: {wrong}") from error
        return self.function(case, **{name: getattr(values, name) for name in type(values).model_fields})


def tool(reach: Reach = "compute") -> Callable[[Callable[..., Result]], Tool]:
    """Make a typed function of the case a tool."""
    return lambda function: Tool(function, reach)


@dataclass
class Notebook:
    """What one decision has found so far. Tools are used only through it, so every figure is on record."""

    case: Case
    tools: Mapping[str, Tool]
    facts: dict[str, Fact] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def use(self, name: Tool | str, **arguments: Any) -> Result:
        """Run a tool and record what it found. Raises ToolError."""
        tool = self.tools.get(name) if isinstance(name, str) else name
        if tool is None:
            raise ToolError(f"there is no tool {name}; there are {', '.join(self.tools)}")
        result = tool(self.case, **arguments)
        self.results.append(result)
        self.facts.update(result.facts)
        self.findings.extend(finding for finding in result.findings if finding not in self.findings)
        return result


@dataclass(frozen=True)
class Draft:
    """What a playbook or a model proposes: Markdown for the person who asked, and actions."""

    summary: str
    actions: tuple[Action, ...] = ()
    held: str | None = None

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(q for action in self.actions if isinstance(action, Ask) for q in action.questions)


Playbook = Callable[[Case, Notebook], Draft]
Check = Callable[[Case, Draft, Notebook], list[str]]


@dataclass(frozen=True)
class Agent:
    """One role. Its name is its file's stem; prompt, examples and policy key have the same."""

    file: str
    mission: str
    playbook: Playbook
    tools: tuple[Tool, ...] = ()
    needs: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    executes: bool = False

    @property
    def name(self) -> str:
        return Path(self.file).stem

    def notebook(self, case: Case) -> Notebook:
        return Notebook(case, {tool.name: tool for tool in self.tools})
