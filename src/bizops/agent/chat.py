"""The conversation with a model: it calls tools, then submits a decision; policy's limits end it.

What a model does wrong is answered so that it can mend it, and counted. Where it ends without a decision, `Ended` says
why, and the playbook answers. Every turn is a line of the case's `transcript.jsonl` (no key, no header), written at
once, so that a killed process leaves it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bizops.agent import prompt, submission
from bizops.agent.agent import Agent, Draft, Notebook, Result
from bizops.agent.endpoint import Endpoint, ModelError, Reply
from bizops.agent.submission import Submitted
from bizops.case import Case
from bizops.decision import Usage
from bizops.errors import BizopsError

OUTPUT_LIMIT = 20_000  # characters of one tool result that a model sees
CALLS = 16  # in one turn; one more is told so, the others are dropped
IDENTIFIER = re.compile(r"[\w.:/+=|-]{1,500}", re.ASCII)  # of a call; another is replaced
SAME = 3  # the same call with the same arguments, then it is told; once more, and it ends
Json = Any
Complaints = Callable[[Draft, Notebook], list[str]]


class Ended(Exception):
    """The model's part is over without a decision: why, as a person reads it."""


@dataclass
class Spent:
    """What the conversation has used; `usd` is None as soon as a price or a usage is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    usd: Decimal | None = Decimal(0)
    model: str = ""
    turns: int = 0
    wrong_calls: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Remember what the desk must say, once."""
        if text not in self.notes:
            self.notes.append(text)

    def usage(self, seconds: float) -> Usage:
        """As the decision carries it."""
        usd = None if self.usd is None else f"{self.usd.quantize(Decimal('0.000001')).normalize():f}"
        return Usage(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            usd=usd,
            seconds=seconds,
            model=self.model,
            turns=self.turns,
            wrong_calls=self.wrong_calls,
        )


@dataclass
class Chat:
    """One conversation about one case."""

    case: Case
    agent: Agent
    endpoint: Endpoint
    notebook: Notebook
    models: list[str]  # the first is asked; the next where it does not answer
    deadline: float
    complaints: Complaints
    own: Path | None = None
    spent: Spent = field(default_factory=Spent)
    messages: list[Json] = field(default_factory=list)
    logged: int = 0
    told_about_figures: bool = False
    calls: Counter[str] = field(default_factory=Counter)

    def run(self) -> Submitted:
        """The model's decision. Raises Ended where there is none within the limits."""
        form = submission.form(self.case.agent_policy.kinds)
        usable = [tool for tool in self.agent.tools if tool.reach in self.case.reach]
        tools = [*map(_described, usable), _submit_tool(form)]
        self.messages = [
            {"role": "system", "content": prompt.system(self.case, self.agent, self.own)},
            {"role": "user", "content": prompt.thread(self.case)},
        ]
        done: Submitted | None = None
        try:
            while done is None:
                done = self._turn(tools, form)
        except Ended as ended:
            self._log({"ended": str(ended)})
            raise
        self._log({"decided": True})
        return done

    def _turn(self, tools: list[Json], form: type[Json]) -> Submitted | None:
        """Ask once and do what the reply asks for."""
        done = self._heed(self._ask(tools), form)
        if done is None and self.spent.wrong_calls > self.case.policy.models.limits.wrong_calls:
            raise Ended(f"the model made {self.spent.wrong_calls} wrong calls")
        return done

    def _ask(self, tools: list[Json]) -> Reply:
        """One reply, from the cheaper model where the first does not answer."""
        limit = self._room()
        while True:
            model = self.spent.model = self.models[0]
            try:
                reply = self.endpoint.ask(model, self.messages, tools, limit, self.deadline)
                break
            except ModelError as error:
                self._log({"model": model, "error": error.reason})
                self._in_time(f": the model {model} did not answer: {error.reason}")
                if not error.cheaper or len(self.models) == 1:
                    raise Ended(f"the model {model} did not answer: {error.reason}") from error
                self.models = self.models[1:]
                self.spent.note(
                    f"The model {model} did not answer ({error.reason}); {self.models[0]} was asked instead."
                )
        self.spent.turns += 1
        self._count(reply, model)
        self._log({"model": model, "reply": dict(reply.message), "finish": reply.finish, "usage": reply.tokens})
        return reply

    def _room(self) -> int:
        """Tokens that the next reply may have. Raises Ended at a limit of policy."""
        policy = self.case.policy.models
        limits, spent = policy.limits, self.spent
        if spent.turns >= limits.turns:
            raise Ended(f"the limit of {limits.turns} turns was reached")
        self._in_time()
        coming = len(json.dumps(self.messages, ensure_ascii=False)) // 4  # tokens, roughly
        room = limits.tokens - spent.input_tokens - spent.output_tokens - coming
        if room <= 0:
            raise Ended(f"the limit of {limits.tokens} tokens was reached")
        price = policy.prices.get(self.models[0])
        if price is not None and spent.usd is not None:
            left = limits.usd - spent.usd - price.input * coming / 1_000_000
            if left <= 0:
                raise Ended(f"the limit of {limits.usd} USD was reached")
            room = min(room, int(left * 1_000_000 / price.output)) if price.output else room
        return max(min(room, policy.max_output_tokens), 1)

    def _in_time(self, why: str = "") -> None:
        """Raise Ended where policy's seconds for the whole conversation are used up."""
        if self.endpoint.clock() >= self.deadline:
            raise Ended(f"the limit of {self.case.policy.models.limits.seconds} seconds was reached{why}")

    def _count(self, reply: Reply, model: str) -> None:
        spent, policy = self.spent, self.case.policy.models
        tokens = reply.tokens
        if tokens is None:
            spent.usd = None
            spent.note("The endpoint does not say what it used: tokens are estimated, the cost is not known.")
            sent = len(json.dumps(self.messages, ensure_ascii=False)) // 4
            tokens = (sent, len(json.dumps(dict(reply.message), ensure_ascii=False)) // 4)
        spent.input_tokens += tokens[0]
        spent.output_tokens += tokens[1]
        price = policy.prices.get(model)
        if price is None:
            spent.usd = None
            spent.note(f"There is no price for the model {model}: its cost is not known, its limit cannot be measured.")
        elif spent.usd is not None:
            spent.usd += (price.input * tokens[0] + price.output * tokens[1]) / 1_000_000

    def _heed(self, reply: Reply, form: type[Json]) -> Submitted | None:
        """Do what a reply asks for; the decision where it submits a sound one."""
        message = reply.message
        if message.get("refusal") or reply.finish == "content_filter":
            raise Ended("the model refused")
        calls = _calls(message.get("tool_calls"), self.spent.turns)
        content = message.get("content")
        text = content if isinstance(content, str) else ""
        said: Json = {"role": "assistant", "content": sound(text) or (None if calls else "(nothing)")}
        self.messages.append({**said, "tool_calls": calls} if calls else said)
        if not calls:
            cut = " Your output was cut at its limit: be shorter." if reply.finish == "length" else ""
            self._wrong()
            self.messages.append(
                {"role": "user", "content": f"Nobody reads text: call a tool or {submission.NAME}.{cut}"}
            )
            return None
        decided: Submitted | None = None
        for place, call in enumerate(calls):
            if place:  # a tool may have used the time
                self._in_time()
            alone = len(calls) == 1
            answer = self._answer(call, form, cut=reply.finish == "length", alone=alone, place=place)
            if isinstance(answer, Submitted):
                decided, answer = answer, "accepted"
            self.messages.append({"role": "tool", "tool_call_id": call["id"], "content": answer})
        return decided

    def _answer(self, call: Json, form: type[Json], *, cut: bool, alone: bool, place: int) -> str | Submitted:
        name, raw = call["function"]["name"], call["function"]["arguments"]
        if place >= CALLS:
            return self._wrong(f"not run: at most {CALLS} calls in one turn")
        try:
            arguments = json.loads(raw or "{}")
        except (ValueError, RecursionError) as error:
            why = "your output was cut at its limit, be shorter" if cut else f"the arguments are no JSON: {error}"
            return self._wrong(why)
        if not isinstance(arguments, dict):
            return self._wrong("the arguments must be a JSON object")
        if name == submission.NAME:
            return self._submitted(arguments, form, alone=alone)
        key = f"{name} {json.dumps(arguments, sort_keys=True)}"
        self.calls[key] += 1
        if self.calls[key] > SAME:
            raise Ended(f"the model called {name} with the same arguments again and again")
        if self.calls[key] == SAME:
            return self._wrong(f"you have this result already, {SAME} times asked: go on, or submit your decision")
        return self._used(name, arguments)

    def _used(self, name: str, arguments: Mapping[str, Json]) -> str:
        before = len(self.notebook.findings)
        try:
            result = self.notebook.use(name, **arguments)
        except BizopsError as error:
            return self._wrong(prompt.framed(self.case, "why the tool did not run", sound(str(error)[:4_000])))
        except Exception as error:  # noqa: BLE001 - a tool's defect must not end the conversation; the playbook can still answer
            return self._wrong(f"the tool {name} failed inside ({type(error).__name__}): use another")
        return shown(self.case, name, result, before, self.notebook)

    def _submitted(self, arguments: Json, form: type[Json], *, alone: bool) -> str | Submitted:
        if not alone:
            return self._wrong("not accepted: submit alone, when you have seen the results of all tools")
        found = submission.read(form, arguments, self.case, self.notebook)
        if isinstance(found, list):
            return self._wrong("not accepted:\n" + "\n".join(f"- {line}" for line in found))
        wrong = self.complaints(found.draft, self.notebook)
        if not wrong:
            return found
        if self.told_about_figures:
            raise Ended(f"the model's answer did not pass its checks twice: {wrong[0]}")
        self.told_about_figures = True
        lines = "\n".join(f"- {line}" for line in wrong)
        return self._wrong(f"not accepted, say only what tools found (call one, or leave it out):\n{lines}")

    def _wrong(self, answer: str = "") -> str:
        self.spent.wrong_calls += 1
        return answer

    def _log(self, line: Mapping[str, Json]) -> None:
        """A line of the transcript: the messages since the line before, and what came back."""
        added = self.messages[self.logged :]
        self.logged = len(self.messages)
        entry = json.dumps({"turn": self.spent.turns, "added": added, **line}, ensure_ascii=False, default=str)
        if self.endpoint.key:
            entry = entry.replace(self.endpoint.key, "***")
        with (self.case.folder / "transcript.jsonl").open("a", encoding="utf-8", errors="replace") as file:
            file.write(entry + "\n")


def shown(case: Case, name: str, result: Result, before: int, notebook: Notebook) -> str:
    """A tool's result as a model sees it: JSON within the frame of untrusted data, capped."""
    new = [
        {"index": i, **f.model_dump()} for i, f in enumerate(notebook.findings) if f in result.findings or i >= before
    ]
    value = {
        "facts": {fact: value.model_dump() for fact, value in result.facts.items()},
        "findings": new[:100],
        "questions": result.questions,
        "text": prompt.capped(result.text, OUTPUT_LIMIT // 2),
    }
    text = json.dumps(value, ensure_ascii=False, default=str)
    if result.data is not None:
        text += "\n" + json.dumps({"data": result.data}, ensure_ascii=False, default=str)
    return prompt.framed(case, f"what {name} found", prompt.capped(sound(text), OUTPUT_LIMIT))


def sound(text: str) -> str:
    """The text without halves of surrogate pairs, which no UTF-8 can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _described(tool: Json) -> Json:
    schema = submission.schema(tool.arguments)
    function = {"name": tool.name, "description": tool.description[:1000], "parameters": schema}
    return {"type": "function", "function": function}


def _submit_tool(form: type[Json]) -> Json:
    text = "Submit the decision: once, alone, after the tools. Every figure in it comes from a tool."
    function = {"name": submission.NAME, "description": text, "parameters": submission.schema(form)}
    return {"type": "function", "function": function}


def _calls(value: Json, turn: int) -> list[Json]:
    """The tool calls of a message in the form that goes back to the endpoint: with an id, and arguments as text."""
    calls: list[Json] = []
    known: set[str] = set()
    for number, call in enumerate(value[: CALLS + 1] if isinstance(value, list) else ()):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            continue
        arguments = function.get("arguments")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
        name = re.sub(r"[^A-Za-z0-9_-]", "_", str(function.get("name") or "unnamed"))[:64]
        identifier = call.get("id")
        if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier) or identifier in known:
            identifier = f"call_{turn}_{number}"
        known.add(identifier)
        calls.append({"id": identifier, "type": "function", "function": {"name": name, "arguments": sound(text)}})
    return calls


def start(
    case: Case,
    agent: Agent,
    environment: Mapping[str, str],
    complaints: Complaints,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Chat:
    """A conversation with the model that the environment names (OPENAI_MODEL before policy's), not yet begun."""
    policy = case.policy.models
    key, url = environment["OPENAI_API_KEY"].strip(), environment.get("OPENAI_BASE_URL", "").strip()
    first = environment.get("OPENAI_MODEL", "").strip() or policy.model
    own = environment.get("BIZOPS_COMPANY")
    return Chat(
        case=case,
        agent=agent,
        endpoint=Endpoint(key, url or None, policy.retry, clock, sleep),
        notebook=agent.notebook(case),
        models=list(dict.fromkeys(filter(None, (first, policy.cheaper)))),
        deadline=clock() + policy.limits.seconds,
        complaints=complaints,
        own=Path(own) / "prompts" if own else None,
    )
