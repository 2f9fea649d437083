"""The one grammar of the desk's markers: `<!-- bizops:KIND KEY {json} -->`, alone on its line.

A marker counts only in a comment by one of the desk's accounts; `of` is the one reader that knows this. What stands
in a fence (a quoted marker) is none.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from bizops.issue import Comment

Kind = Literal["answer", "status", "sla", "notice", "command"]
KEY = re.compile(r"[A-Za-z0-9@./:_+\[\]-]{1,200}")
_MARKER = re.compile(
    rf"^<!-- bizops:({'|'.join(get_args(Kind))}) ({KEY.pattern})(?: (\{{[^\n]{{0,20000}}\}}))? -->[ \t\r]*$",
    re.MULTILINE,
)
_FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Marker:
    """A marker and the comment that carries it."""

    kind: Kind
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)
    comment: Comment | None = None

    @property
    def agent(self) -> str:
        """The agent of a work key (`ai-finance-agent@opened`)."""
        return self.key.partition("@")[0]

    @property
    def reason(self) -> str:
        """The reason of a work key."""
        return self.key.partition("@")[2]

    @property
    def id(self) -> int:
        return self.comment.id if self.comment else 0


def render(kind: Kind, key: str, data: Mapping[str, Any] | None = None) -> str:
    """The marker as text; inside stand neither `>` nor `--`, whatever the data holds."""
    if not KEY.fullmatch(key) or "--" in key:
        raise ValueError(f"not a marker's key: {key!r}")
    if data is None:
        return f"<!-- bizops:{kind} {key} -->"
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "\\u002d\\u002d")
    return f"<!-- bizops:{kind} {key} {text} -->"


def parse(body: str) -> tuple[Marker, ...]:
    """All markers of a text, in order; one whose JSON is broken has no data."""
    if "<!-- bizops:" not in body:
        return ()
    return tuple(_marker(match) for match in _MARKER.finditer(_FENCE.sub("", body)))


def _marker(match: re.Match[str]) -> Marker:
    try:
        data = json.loads(match[3]) if match[3] else {}
    except (ValueError, RecursionError):
        data = {}
    return Marker(match[1], match[2], data if isinstance(data, dict) else {})  # type: ignore[arg-type]


def of(comments: Iterable[Comment], accounts: Iterable[str], kind: Kind) -> tuple[Marker, ...]:
    """The markers of a kind that count: in comments by the desk's accounts, by the comments' order."""
    ours = {login.casefold() for login in accounts}
    return tuple(
        Marker(marker.kind, marker.key, marker.data, comment)
        for comment in comments
        if comment.author.login.casefold() in ours
        for marker in parse(comment.body)
        if marker.kind == kind
    )
