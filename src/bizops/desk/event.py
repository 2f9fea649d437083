"""A webhook's payload as a hint: which issue to look at. Nothing else of it is believed."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bizops.errors import InputError
from bizops.issue import Person, is_pull_request, wrong_person, wrong_types
from bizops.policy import Policy
from bizops.rules.trust import is_desk, is_quiet

EVENTS = ("issues", "issue_comment", "workflow_dispatch")


@dataclass(frozen=True)
class Hint:
    """Look at `issue`; without one there is nothing to do, and `why` says so. `again` asks for a rerun."""

    issue: int | None
    why: str = ""
    again: bool = False
    private: bool | None = None
    comment: int = 0  # the comment whose event this is
    payload: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path, policy: Policy, name: str = "") -> Hint:
    """The hint of an event file. `name` is GITHUB_EVENT_NAME; without it the payload's keys tell.

    Raises InputError for a file that is missing, cut or not an event's.
    """
    try:
        payload = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read the event: {error.strerror}", where=str(path)) from error
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"the event is not JSON: {error}", where=f"{path}{line}") from error
    if not isinstance(payload, dict):
        raise InputError(f"the event is a {type(payload).__name__}, expected an object", where=str(path))
    return hint(payload, policy, name or _name(payload), str(path))


def _name(payload: Mapping[str, Any]) -> str:
    if "comment" in payload and "issue" in payload:
        return "issue_comment"
    if "issue" in payload:
        return "issues"
    return "workflow_dispatch" if "inputs" in payload else "unknown"


def hint(payload: Mapping[str, Any], policy: Policy, name: str, where: str = "event") -> Hint:
    """What a payload asks to look at. Raises InputError that names every field of a wrong type, but those of `issue`.

    The issue is read from GitHub; what the payload shows of it counts only where there is no token (`issue.check`).
    """
    if name not in EVENTS:
        return Hint(None, f"nothing to do for the event `{name[:40]}`")
    wrong = [*_wrong(payload, name)]
    if wrong:
        raise InputError("; ".join(wrong), where=where)
    private = (payload.get("repository") or {}).get("private")
    if name == "workflow_dispatch":
        inputs = payload["inputs"]
        again = str(inputs.get("again", "true")).casefold() not in ("false", "0", "no")
        return Hint(number(inputs.get("issue"), where, "inputs.issue"), again=again, private=private, payload=payload)
    issue = payload["issue"]
    noise = _noise(payload, issue, policy, name)
    if noise:
        return Hint(None, noise, private=private, payload=payload)
    said = payload["comment"].get("id") if name == "issue_comment" else 0
    comment = said if isinstance(said, int) else 0
    return Hint(number(issue.get("number"), where, "issue.number"), private=private, comment=comment, payload=payload)


def _wrong(payload: Mapping[str, Any], name: str) -> Iterator[str]:
    """What is wrong with an event around its issue, in words."""
    needed = {"workflow_dispatch": ("inputs",), "issue_comment": ("issue", "comment")}.get(name, ("issue",))
    yield from (f"the event has no `{part}`" for part in needed if payload.get(part) is None)
    yield from wrong_types(payload, {"action": str, **dict.fromkeys((*needed, "repository"), dict)}, "")
    yield from wrong_person(payload, "sender")
    parts = {part: value for part, value in payload.items() if isinstance(value, dict)}
    yield from wrong_types(parts.get("repository", {}), {"private": bool}, "`repository` with ")
    yield from wrong_types(parts.get("issue", {}), {"pull_request": (dict, bool)}, "")
    if name == "issue_comment" and "comment" in parts:
        yield from wrong_person(parts["comment"], "user", "a comment's ")
    if name == "workflow_dispatch" and "inputs" in parts:
        yield from wrong_types(parts["inputs"], {"again": (str, bool)}, "`inputs` with ")


def number(value: Any, where: str = "", name: str = "") -> int:
    """An issue's number from text or a number. Raises InputError, which names the field of an event."""
    text = str(value).strip().removeprefix("#")
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or not 0 < int(text[:18]) < 10**12:
        named = f"`{name}` is " if name else ""
        raise InputError(f"{named}not the number of an issue: {str(value)[:40]!r}", where=where)
    return int(text)


def _noise(payload: Mapping[str, Any], issue: Mapping[str, Any], policy: Policy, name: str) -> str:
    """Why an event is not worth a look: pull requests, the desk's own doings, bots that policy calls quiet."""
    if is_pull_request(issue):
        return "this is a pull request"
    sender = _person(payload.get("sender"))
    if name == "issue_comment":
        comment = payload.get("comment")
        if payload.get("action") == "edited" and isinstance(comment, dict) and "/" not in str(comment.get("body")):
            return "an edited comment without a command"
        sender = _person(comment.get("user")) if isinstance(comment, dict) else sender
    if sender is None:
        return ""
    opened = name == "issues" and payload.get("action") == "opened"  # an issue that a bot files is answered
    if is_desk(sender, policy) and not opened:
        return "the desk's own doing"
    return f"{sender.login} is a quiet bot" if is_quiet(sender, policy) and not opened else ""


def _person(value: Any) -> Person | None:
    return Person.read(value) if isinstance(value, dict) and isinstance(value.get("login"), str) else None


def from_environment(policy: Policy, environment: Mapping[str, str] = os.environ) -> Hint:
    """The event that started this run of Actions. Raises InputError outside of Actions."""
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        raise InputError("GITHUB_EVENT_PATH is not set", fix="give an issue number, or --event FILE")
    return read(Path(path), policy, environment.get("GITHUB_EVENT_NAME", ""))
