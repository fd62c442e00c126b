"""Request bodies against the types that the providers publish: those of their own client libraries.

A key that a type does not have is refused by the API (`Extra inputs are not permitted`), and so is a missing one.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.models.providers.anthropic_body import messages_body
from pytest_evalscope.models.providers.openai import chat_body
from pytest_evalscope.models.providers.responses_body import response_body
from pytest_evalscope.models.resolve import defaults_for
from pytest_evalscope.types import Chat

WHERE = "is needed: pip install {}"
FUNCTION = {"name": "add", "description": "adds", "parameters": {"type": "object", "properties": {"a": {}}}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
CALL = {"id": "c", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
PNG = "data:image/png;base64,AAAA"
MESSAGES = (
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "1"}, {"type": "image_url", "image_url": {"url": PNG}}]},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c", "content": "2"},
    {"role": "user", "content": "and now?"},
)
FORMAT = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA, "strict": True}}
PARAMS: dict[str, dict[str, object]] = {
    "none": {},
    "common": {"max_tokens": 9, "stop": ["\n"], "n": 1},
    "limit": {"max_completion_tokens": 9, "stop": "x"},
    "format": {"response_format": FORMAT},
    "text": {"response_format": {"type": "text"}},
    "effort": {"reasoning_effort": "low"},
    "choice": {"tool_choice": "required", "parallel_tool_calls": False},
    "function": {"tool_choice": {"type": "function", "function": {"name": "add"}}},
    "stream": {"stream": True},
}
TOOLS = {
    "none": (),
    "plain": ({"type": "function", "function": FUNCTION},),
    "strict": ({"type": "function", "function": {**FUNCTION, "strict": True}},),
    "bare": ({"type": "function", "function": {"name": "now"}},),
}
OF_BENCHMARKS: dict[str, Mapping[str, object]] = {
    str(params): params for params in [load(name).params for name in names()]
}


@pytest.fixture(autouse=True)
def published_types(monkeypatch):
    """The script that the checks are in, also those of what whole benchmarks send."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[4] / "bench"))
    return importlib.import_module("published_types")


@pytest.fixture
def check(published_types):
    def checked(body, kind):
        assert published_types.first_error(body, kind) == ""

    return checked


def bodies(provider, make):
    every: tuple[Mapping[str, object], ...] = (*PARAMS.values(), *OF_BENCHMARKS.values())
    for tools in TOOLS.values():
        for params in every:
            sent = defaults_for(f"{provider}/m", params)
            yield make(Chat(messages=MESSAGES, params=sent, tools=tools))


def test_anthropic_messages(check):
    pytest.importorskip("anthropic", reason=WHERE.format("anthropic"))
    from anthropic.types import message_create_params as published

    for body in bodies("anthropic", lambda chat: messages_body("anthropic/m", "m", chat)):
        kind = published.MessageCreateParamsStreaming if "stream" in body else published.MessageCreateParamsNonStreaming
        check(body, kind)


def test_openai_responses(check):
    pytest.importorskip("openai", reason=WHERE.format("'pytest-evalscope[openai]'"))
    from openai.types.responses import response_create_params as published

    for body in bodies("responses", lambda chat: response_body("responses/m", "m", chat)):
        kind = (
            published.ResponseCreateParamsStreaming if "stream" in body else published.ResponseCreateParamsNonStreaming
        )
        check(body, kind)


def test_openai_chat(check):
    pytest.importorskip("openai", reason=WHERE.format("'pytest-evalscope[openai]'"))
    from openai.types.chat import completion_create_params as published

    for body in bodies("openai", lambda chat: chat_body("openai/m", "m", chat, hosted=True)):
        kind = (
            published.CompletionCreateParamsStreaming
            if "stream" in body
            else published.CompletionCreateParamsNonStreaming
        )
        check(body, kind)


def test_a_key_that_a_type_does_not_have_is_found(published_types):
    pytest.importorskip("openai", reason=WHERE.format("'pytest-evalscope[openai]'"))
    from openai.types.chat import completion_create_params as published

    body = {"model": "m", "messages": [{"role": "user", "content": "1", "step": {}}], "temprature": 1}
    kind = published.CompletionCreateParamsNonStreaming
    assert published_types.unknown(body, kind) == ["body.temprature", "body.messages[0].step"]
    assert published_types.first_error(body, kind) == "body.temprature: the type has no such key"
    assert published_types.first_error({"model": "m"}, kind) == "messages: Field required"
