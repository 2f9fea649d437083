"""What a strict endpoint says against a request of chat completions."""

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["problems"]

Json = Any
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
ROLES = ("system", "developer", "user", "assistant", "tool")


def problems(request: Json) -> Iterator[str]:
    """The reasons to refuse a request, in the order in which they are met; none for a sound one."""
    if not isinstance(request, dict) or not isinstance(request.get("model"), str) or not request["model"]:
        yield "`model` must be text"
        return
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        yield "`messages` must be a list with an entry"
        return
    yield from _message_problems(messages)
    names: list[str] = []
    for place, tool in enumerate(request.get("tools") or ()):
        function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
        if not isinstance(function, dict) or not NAME.fullmatch(str(function.get("name"))):
            yield f"tools.{place} has no function with a name of letters, digits, _ and -"
            continue
        names.append(function["name"])
        if not isinstance(function.get("description", ""), str) or len(function.get("description", "")) > 1024:
            yield f"tools.{place}.description must be text of at most 1024 characters"
        parameters = function.get("parameters", {"type": "object"})
        if not isinstance(parameters, dict) or parameters.get("type") != "object":
            yield f"tools.{place}.parameters must be a schema of type object"
        else:
            yield from _schema_problems(parameters, f"tools.{place}.parameters")
    if len(names) != len(set(names)):
        yield "two tools have the same name"


def _message_problems(messages: list[Json]) -> Iterator[str]:
    """Each call is answered exactly once, directly behind it, and nothing else is."""
    open_calls: list[str] = []
    for place, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ROLES:
            yield f"messages.{place}.role must be one of {', '.join(ROLES)}"
            return
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                yield f"messages.{place} answers the call {message.get('tool_call_id')!r}, which is not open"
                return
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            yield f"messages.{place} stands before the call {open_calls[0]!r} is answered"
            return
        calls = message.get("tool_calls") or []
        content = message.get("content")
        if not isinstance(content, str) and not (role == "assistant" and content is None and calls):
            yield f"messages.{place}.content must be text"
            return
        for call in calls:
            function = call.get("function", {})
            if not isinstance(function.get("arguments"), str) or not NAME.fullmatch(str(function.get("name"))):
                yield f"messages.{place} has a call without a sound name or without arguments as text"
                return
            open_calls.append(call["id"])
    if open_calls:
        yield f"the call {open_calls[0]!r} is not answered"


def _schema_problems(schema: Json, where: str) -> Iterator[str]:
    kinds = ("object", "array", "string", "integer", "number", "boolean", "null")
    if not isinstance(schema, dict):
        yield f"{where} is no schema"
        return
    kind = schema.get("type")
    if kind is not None and not all(one in kinds for one in (kind if isinstance(kind, list) else [kind])):
        yield f"{where}.type {kind!r} is no type"
    if "$ref" in schema:
        yield f"{where} refers to another place, which many endpoints do not follow"
    for name in schema.get("required", ()):
        if name not in schema.get("properties", {}):
            yield f"{where} requires {name!r}, which it does not describe"
    for name, part in schema.get("properties", {}).items():
        yield from _schema_problems(part, f"{where}.{name}")
    if kind == "array" and "items" in schema:
        yield from _schema_problems(schema["items"], f"{where}.items")
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _schema_problems(part, f"{where}.anyOf")
