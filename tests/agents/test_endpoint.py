"""An endpoint that breaks, refuses and drips: tried again by policy, then the cheaper model, then the playbook."""

import gzip
from pathlib import Path

import pytest

from bizops.agent.decide import decide
from bizops.local.model.scripted import ScriptedModel, Turn
from tests.agents import desk_agent
from tests.agents.talk import Clock, playbook, run

TOTAL = Turn(calls=(("total", {}),))
GOOD = Turn(submit={"summary": "The result is 15,337.11 EUR.", "facts": ["result"]})
BROKEN = {
    "HTTP 500": Turn(status=500),
    "HTTP 503": Turn(status=503),
    "HTTP 429": Turn(status=429, headers={"Retry-After": "3"}),
    "HTML": Turn(body="<html>Bad gateway</html>"),
    "no JSON": Turn(body='{"choices": [{"mess'),
    "no choices": Turn(body='{"choices": []}'),
    "a list": Turn(body="[]"),
    "null": Turn(body="null"),
    "no message": Turn(body='{"choices": [{"index": 0}]}'),
    "an empty body": Turn(body=""),
    "bytes": Turn(body=b"\xff\xfe\x00"),
    "a hang-up": Turn(hang_up=True),
    "half a reply": Turn(cut=True),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_reply_is_tried_again(tmp_path: Path, name: str) -> None:
    told = run(tmp_path, TOTAL, BROKEN[name], GOOD)
    assert told.decision.voice == "model"
    assert told.decision.usage.wrong_calls == 0
    assert len(told.waits) == 1
    assert told.waits[0] == 3 if "429" in name else 0 <= told.waits[0] <= 1


@pytest.mark.parametrize("name", BROKEN)
def test_an_endpoint_that_stays_broken_is_left_for_the_cheaper_model_and_then_the_playbook(
    tmp_path: Path, name: str
) -> None:
    told = run(tmp_path, *[BROKEN[name]] * 6)
    assert [request["model"] for request in told.requests] == ["gpt-5-mini"] * 3 + ["gpt-5-nano"] * 3
    assert "gpt-5-nano was asked instead" in told.decision.notes[0]
    playbook(told, "gpt-5-nano did not answer")


def test_the_cheaper_model_can_answer(tmp_path: Path) -> None:
    told = run(tmp_path, *[Turn(status=503)] * 3, TOTAL, GOOD)
    assert told.decision.voice == "model"
    assert told.decision.usage.model == "gpt-5-nano"
    assert told.decision.usage.usd == "0.000026"
    assert "gpt-5-mini did not answer (HTTP 503" in told.decision.notes[0]


@pytest.mark.parametrize(("status", "asked"), [(401, 1), (403, 1), (404, 2), (400, 2), (422, 2)])
def test_what_would_fail_again_is_not_tried_again(tmp_path: Path, status: int, asked: int) -> None:
    told = run(tmp_path, *[Turn(status=status)] * asked)
    assert told.waits == []
    playbook(told, f"HTTP {status}")


def test_a_spent_quota_is_not_tried_again(tmp_path: Path) -> None:
    error = {"message": "You exceeded your quota", "code": "insufficient_quota"}
    told = run(tmp_path, Turn(status=429, error=error))
    playbook(told, "exceeded your quota")


def test_a_wait_that_is_too_long_is_not_waited(tmp_path: Path) -> None:
    told = run(tmp_path, *[Turn(status=429, headers={"Retry-After": "3600"})] * 2)
    assert told.waits == []
    playbook(told, "asks to wait 3600 s")


def test_a_server_that_knows_only_the_older_limit_is_asked_so(tmp_path: Path) -> None:
    refused = Turn(status=400, error="Unrecognized request argument supplied: max_completion_tokens")
    told = run(tmp_path, refused, TOTAL, GOOD)
    assert told.decision.voice == "model"
    assert "max_tokens" in told.requests[-1]
    assert "max_completion_tokens" not in told.requests[-1]


@pytest.mark.parametrize("key", ["sk-scripted", "sk-other-1234567890abcdefghijklmnop"])
def test_a_key_in_an_error_is_masked(tmp_path: Path, key: str) -> None:
    told = run(tmp_path, Turn(status=401, error=f"Incorrect API key provided: {key}."))
    playbook(told, "Incorrect API key provided: ***")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_thread_is_not_sent_on_to_where_an_endpoint_points(tmp_path: Path, status: int) -> None:
    with ScriptedModel([]) as other:
        there = Turn(status=status, headers={"Location": f"{other.url}/chat/completions"})
        told = run(tmp_path, there)
        assert other.requests == []
    playbook(told, "which is not followed; name it in OPENAI_BASE_URL")


def test_an_endpoint_that_counts_absurdly_is_not_believed(tmp_path: Path) -> None:
    told = run(tmp_path, Turn(calls=(("total", {}),), usage=(10**40, 10**40)), GOOD)
    assert told.decision.voice == "model"
    assert told.decision.usage.usd is None
    assert "does not say what it used" in told.decision.notes[0]


SLOW = pytest.mark.parametrize(
    "turn", [Turn(wait=60), Turn(drip=1), Turn(drip=1, status=500), Turn(drip=1, body=" " * 99)]
)


@SLOW
def test_a_reply_that_takes_too_long_is_given_up_for_the_cheaper_model(tmp_path: Path, turn: Turn) -> None:
    case = desk_agent.case(tmp_path, {"limits": {"seconds": 5}})
    begun = iter([0.0, 0.0])
    with ScriptedModel([turn, turn]) as model:
        decision = decide(case, desk_agent.agent(), model.environment, clock=lambda: next(begun, 4.8))
        assert [request["model"] for request in model.requests] == ["gpt-5-mini", "gpt-5-nano"]  # each once
    assert decision.voice == "playbook"
    assert "gpt-5-mini did not answer (no whole reply in time (0.2 s)); gpt-5-nano was asked" in decision.notes[0]
    assert "gpt-5-nano did not answer: no whole reply in time (0.2 s)" in decision.notes[-1]


@SLOW
def test_the_limit_of_all_seconds_ends_it_and_is_said(tmp_path: Path, turn: Turn) -> None:
    case = desk_agent.case(tmp_path, {"limits": {"seconds": 5}})
    times = iter([0.0, 0.0, 4.8, 4.8])
    with ScriptedModel([turn]) as model:
        decision = decide(case, desk_agent.agent(), model.environment, clock=lambda: next(times, 5.1))
        assert len(model.requests) == 1
    assert decision.voice == "playbook"
    [note] = decision.notes
    assert note.startswith(
        "The limit of 5 seconds was reached: the model gpt-5-mini did not answer: no whole reply in time (0.2 s): "
    )


@pytest.mark.parametrize("key", ["sk-secret\nx", "sk-secret\tx", "sk-secretü", "sk-secret\x00", "sk- secret"])
def test_a_key_that_is_none_is_said_without_showing_it(tmp_path: Path, key: str) -> None:
    told = run(tmp_path, OPENAI_API_KEY=key)
    playbook(told, "OPENAI_API_KEY holds characters that no key has")
    assert "secret" not in told.decision.model_dump_json() + told.transcript


@pytest.mark.parametrize("layers", [1, 2])
def test_a_reply_that_grows_when_it_is_unpacked_is_given_up(tmp_path: Path, layers: int) -> None:
    body = b" " * 100_000_000
    for _ in range(layers):
        body = gzip.compress(body, 1)
    case = desk_agent.case(tmp_path)
    turn = Turn(body=body, headers={"Content-Encoding": ", ".join(["gzip"] * layers)})
    with ScriptedModel([turn, turn]) as model:
        decision = decide(case, desk_agent.agent(), model.environment)
    assert decision.voice == "playbook"
    assert "the reply is longer than 8 MB" in decision.notes[-1]


def test_nothing_listens(tmp_path: Path) -> None:
    clock = Clock()
    environment = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": "http://127.0.0.1:9"}
    case = desk_agent.case(tmp_path)
    decision = decide(case, desk_agent.agent(), environment, clock=clock, sleep=clock.sleep)
    assert "no connection" in decision.notes[-1]
    assert decision.voice == "playbook"
