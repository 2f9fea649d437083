"""The scripted model: what it says, and what it refuses."""

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

import pytest

from bizops.local.model.scripted import ScriptedModel, Turn
from bizops.local.model.strict import problems

USER = {"role": "user", "content": "hi"}
CALL = {"id": "c1", "type": "function", "function": {"name": "total", "arguments": "{}"}}
ASKED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWER = {"role": "tool", "tool_call_id": "c1", "content": "ok"}


def post(model: ScriptedModel, body: Any, path: str = "/chat/completions", key: str = "") -> tuple[int, Any]:
    data = json.dumps(body).encode()
    request = urllib.request.Request(model.url + path, data, {"Authorization": f"Bearer {key or model.key}"})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def sound(*messages: Any, **more: Any) -> Any:
    return {"model": "m", "messages": list(messages or [USER]), **more}


def test_it_speaks_its_script_with_usage() -> None:
    with ScriptedModel([Turn(calls=(("total", {"a": 1}),)), Turn(text="done", usage=(7, 3))]) as model:
        status, first = post(model, sound())
        assert status == 200
        call = first["choices"][0]["message"]["tool_calls"][0]
        assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("total", {"a": 1})
        assert first["choices"][0]["finish_reason"] == "tool_calls"
        assert post(model, sound())[1]["usage"] == {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    assert model.loose_ends == []
    assert len(model.requests) == 2


def test_an_unexpected_call_and_an_unspoken_line_are_told_apart() -> None:
    with ScriptedModel([Turn(text="only")]) as model:
        post(model, sound())
        assert post(model, sound())[0] == 500
    assert model.loose_ends == ["request 2 was unexpected: the script has no turn for it"]
    with ScriptedModel([Turn(text="one"), Turn(text="two")]) as model:
        post(model, sound())
    assert len(model.loose_ends) == 1
    assert model.loose_ends[0].startswith("turn 2 was never asked for")


def test_a_script_can_be_a_function_of_the_request() -> None:
    with ScriptedModel(lambda request: Turn(text=request["messages"][0]["content"])) as model:
        assert post(model, sound())[1]["choices"][0]["message"]["content"] == "hi"


def test_it_lists_models_and_knows_no_others() -> None:
    with ScriptedModel([], models=["m1"]) as model:
        with urllib.request.urlopen(model.url + "/models", timeout=5) as response:
            assert [entry["id"] for entry in json.load(response)["data"]] == ["m1"]
        assert post(model, sound())[0] == 404
        assert post(model, sound(), path="/other")[0] == 404


def test_it_wants_its_key_and_can_be_asked_without_v1() -> None:
    with ScriptedModel([Turn(text="x")]) as model:
        assert post(model, sound(), key="wrong")[0] == 401
        model_url = model.url.removesuffix("/v1")
        request = urllib.request.Request(
            model_url + "/chat/completions", json.dumps(sound()).encode(), {"Authorization": f"Bearer {model.key}"}
        )
        with urllib.request.urlopen(request, timeout=5) as response:
            assert response.status == 200


TOOL = {"type": "function", "function": {"name": "total", "parameters": {"type": "object", "properties": {}}}}


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"messages": [USER]}, "`model`"),
        ({"model": "m", "messages": []}, "`messages`"),
        (sound({"role": "robot", "content": "x"}), "role"),
        (sound({"role": "user", "content": None}), "content must be text"),
        (sound(USER, ASKED), "is not answered"),
        (sound(USER, ASKED, USER), "before the call 'c1' is answered"),
        (sound(USER, ASKED, ANSWER, ANSWER), "which is not open"),
        (sound(USER, ANSWER), "which is not open"),
        (
            sound(USER, {**ASKED, "tool_calls": [{**CALL, "function": {"name": "t", "arguments": {}}}]}),
            "arguments as text",
        ),
        (sound(tools=[TOOL, TOOL]), "same name"),
        (sound(tools=[{"type": "function", "function": {"name": "a b"}}]), "name of letters"),
        (
            sound(tools=[{"type": "function", "function": {"name": "a", "parameters": {"type": "array"}}}]),
            "type object",
        ),
        (
            sound(
                tools=[
                    {"type": "function", "function": {"name": "a", "parameters": {"type": "object", "required": ["x"]}}}
                ]
            ),
            "requires 'x'",
        ),
    ],
)
def test_a_strict_endpoint_refuses_ill_formed_requests(request_: Any, problem: str) -> None:
    with ScriptedModel([Turn(text="never")]) as model:
        status, body = post(model, request_)
    assert status == 400
    assert problem in body["error"]["message"]
    assert model.unspoken
    assert any("ill-formed" in end for end in model.loose_ends)


def test_a_sound_request_has_no_problems() -> None:
    assert list(problems(sound({"role": "system", "content": "s"}, USER, ASKED, ANSWER, tools=[TOOL]))) == []


@pytest.mark.parametrize("turn", [Turn(hang_up=True), Turn(cut=True, text="x")])
def test_it_can_hang_up(turn: Turn) -> None:
    with ScriptedModel([turn]) as model, pytest.raises((OSError, HTTPException)) as caught:
        post(model, sound())
    assert not isinstance(caught.value, urllib.error.HTTPError)


def test_it_can_answer_with_anything() -> None:
    with ScriptedModel([Turn(status=503, headers={"Retry-After": "2"}), Turn(body="<html>")]) as model:
        assert post(model, sound())[0] == 503
        with pytest.raises(json.JSONDecodeError):
            post(model, sound())
