"""The decision: the whole surface that a model controls, and the one thing that leaves an agent."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Severity = Literal["critical", "high", "medium", "low", "info"]
Voice = Literal["model", "playbook"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
MOST_LABELS = 20  # that one decision adds, and that it removes
SUMMARY_LIMIT = 60_000  # characters; a comment holds 65,536, the rest is ours

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class Record(BaseModel):
    """A frozen value that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Record):
    """A figure that a tool computed, with where it comes from (`pl.csv:2-11`)."""

    value: str
    unit: str = ""
    source: str = ""


class Finding(Record):
    """Something that is wrong at a place."""

    severity: Severity
    rule: str
    text: str
    file: str = ""
    line: int | None = None


class Ask(Record):
    """Ask the requester; the issue waits with `status/needs-info`."""

    kind: Literal["ask"] = "ask"
    questions: tuple[Text, ...] = Field(min_length=1, max_length=20)


class Label(Record):
    """Add and remove labels that policy allows the agent."""

    kind: Literal["label"] = "label"
    add: tuple[Line, ...] = Field(default=(), max_length=MOST_LABELS)
    remove: tuple[Line, ...] = Field(default=(), max_length=MOST_LABELS)


class HandOver(Record):
    """Give the issue to another agent."""

    kind: Literal["hand_over"] = "hand_over"
    agent: Line
    reason: Text


class Close(Record):
    """Close the issue."""

    kind: Literal["close"] = "close"
    reason: Literal["completed", "not_planned"] = "completed"


class SubIssue(Record):
    """Open an issue below this one."""

    kind: Literal["sub_issue"] = "sub_issue"
    title: Line
    body: str = Field(max_length=SUMMARY_LIMIT)
    labels: tuple[Line, ...] = ()


class PullRequest(Record):
    """Propose a change: whole files, or a patch."""

    kind: Literal["pull_request"] = "pull_request"
    branch: Line
    title: Line
    files: dict[str, str] = {}
    patch: str = ""


class Dispatch(Record):
    """Start a workflow."""

    kind: Literal["dispatch"] = "dispatch"
    workflow: Line
    inputs: dict[str, str] = {}


Action = Annotated[Ask | Label | SubIssue | HandOver | PullRequest | Close | Dispatch, Field(discriminator="kind")]


Usd = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,12})?$")]


class Usage(Record):
    """What the decision cost: tokens, USD as a decimal number in text (null: price unknown), seconds."""

    input_tokens: int = 0
    output_tokens: int = 0
    usd: Usd | None = "0"
    seconds: float = 0
    model: str = ""
    turns: int = 0
    wrong_calls: int = 0


class Decision(Record):
    """What an agent decided about one issue."""

    agent: str
    issue: int
    voice: Voice
    summary: str = Field(max_length=SUMMARY_LIMIT)
    facts: dict[str, Fact] = {}
    findings: tuple[Finding, ...] = ()
    actions: tuple[Action, ...] = Field(default=(), max_length=20)
    held: str | None = None
    notes: tuple[str, ...] = ()  # said by the desk below the answer: why the playbook spoke, what was cut
    usage: Usage = Usage()
