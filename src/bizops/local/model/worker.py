"""A script for any agent: it calls the tools that fit, then submits what they found. Offline and deterministic.

It is no model, but it goes the way that one goes, so that the demo and the benchmarks can show it.
"""

import json
import re
from typing import Any

from bizops.local.model.scripted import Turn

Json = Any
CALLS = 3
UNKNOWN = "What do you see, step by step, and what should be there instead?"
FRAMED = re.compile(
    r"\[data (?P<mark>[0-9a-f]{16}): (?P<what>[^\n]*)\]\n(?P<text>.*?)\n\[end of data (?P=mark)\]", re.DOTALL
)
NAME = re.compile(r'^- ("(?:[^"\\]|\\.)*")', re.MULTILINE)


def worker(request: Json) -> Turn:
    """The next turn: first the calls, then the decision."""
    results = [message["content"] for message in request["messages"] if message["role"] == "tool"]
    if not results:
        calls = tuple(_fitting(request))[:CALLS]
        if calls:
            return Turn(calls=calls)
    decision = _decision(results)
    if results and results[-1].startswith("not accepted"):  # what a tool found does not carry an answer
        decision["summary"] = "I do not know this from what there is.\n\n" + decision["summary"]
        decision["actions"] = decision["actions"] or [{"kind": "ask", "questions": [UNKNOWN]}]
    return Turn(submit=decision)


def _fitting(request: Json) -> list[tuple[str, Json]]:
    """Calls of the tools whose required arguments can be filled from the names of the data."""
    files = [json.loads(name) for name in NAME.findall(_framed(request["messages"][1]["content"], "the names of"))]
    calls: list[tuple[str, Json]] = []
    for tool in request["tools"]:
        function = tool["function"]
        if function["name"] == "submit_decision":
            continue
        given: Json = {}
        for name in function["parameters"].get("required", ()):
            kind = function["parameters"]["properties"][name]
            if kind.get("enum"):
                given[name] = kind["enum"][0]
            elif kind.get("type") == "string" and files:
                given[name] = files[0]
            else:
                break
        else:
            calls.append((function["name"], given))
    return calls


def _decision(results: list[str]) -> Json:
    """What the tools found, in the words of the tools."""
    found = [
        json.loads(line) for result in results for line in _framed(result, "what ").splitlines()[:1] if line[:1] == "{"
    ]
    facts = {name: fact for value in found for name, fact in value.get("facts", {}).items()}
    questions = list(dict.fromkeys(question for value in found for question in value.get("questions", ())))
    rows = [
        f"- {name.replace('_', ' ')}: {fact['value']} {fact['unit']}".rstrip()
        + (f" ({fact['source']})" if fact["source"] else "")
        for name, fact in list(facts.items())[:12]
    ]
    said = "Here is what the files say." if rows else "The tools found nothing that can be counted."
    actions = [{"kind": "ask", "questions": questions[:20]}] if questions else []
    return {"summary": "\n".join([said, "", *rows]).strip(), "facts": list(facts), "actions": actions}


def _framed(text: str, what: str) -> str:
    """The text of the first frame whose title starts so."""
    return next((match["text"] for match in FRAMED.finditer(text) if match["what"].startswith(what)), "")
