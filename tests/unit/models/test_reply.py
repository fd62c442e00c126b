"""Replies in the OpenAI chat form, and everything that endpoints make of it."""

import pytest

from pytest_evalscope.models.reply import completion_of, decode_json
from pytest_evalscope.types import Timing, TokenLogprob, Usage


def read(message, **outer):
    choice = {"message": message, **outer.pop("choice", {})}
    return completion_of({"choices": [choice], **outer})


def test_a_whole_reply():
    timing = Timing(latency=0.5)
    body = {
        "id": "x",
        "model": "m-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "42"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 1, "total_tokens": 8},
    }
    reply = completion_of(body, timing)
    assert (reply.text, reply.reasoning, reply.finish_reason, reply.model) == ("42", "", "stop", "m-1")
    assert (reply.usage, reply.timing) == (Usage(prompt_tokens=7, completion_tokens=1), timing)
    assert (reply.tool_calls, reply.logprobs, reply.cached, reply.attempts) == ((), (), False, 1)


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": None}, "", ""),
        ({}, "", ""),
        ({"content": ""}, "", ""),
        ({"content": "42", "reasoning_content": " 6 x 7\n"}, "42", "6 x 7"),
        ({"content": "42", "reasoning": "6 x 7"}, "42", "6 x 7"),
        ({"content": "42", "reasoning_content": None, "reasoning": "6 x 7"}, "42", "6 x 7"),
        ({"content": "<think>b</think>42", "reasoning_content": "a"}, "42", "a\nb"),
        ({"content": "<think>6 x 7</think>42"}, "42", "6 x 7"),
        ({"content": "6 x 7</think>42"}, "42", "6 x 7"),
        ({"content": "<think>6 x"}, "", "6 x"),
        ({"content": None, "refusal": "I cannot help"}, "I cannot help", ""),
        ({"content": "42", "refusal": None}, "42", ""),
        ({"content": [{"type": "text", "text": "4"}, {"type": "text", "text": "2"}]}, "42", ""),
        (
            {"content": [{"type": "thinking", "thinking": [{"text": "6 x 7"}]}, {"type": "text", "text": "42"}]},
            "42",
            "6 x 7",
        ),
        ({"content": [3, None, {"image": 1}]}, "", ""),
        ({"content": "\ud83d"}, "\ufffd", ""),
        ({"content": "4", "reasoning": "\ud83d"}, "4", "\ufffd"),
    ],
)
def test_text_and_reasoning(message, text, reasoning):
    reply = read(message)
    assert (reply.text, reply.reasoning) == (text, reasoning)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("eos", "eos"),
        (None, "stop"),
        (3, "stop"),
    ],
)
def test_finish_reason(told, kept):
    assert read({"content": "42"}, choice={"finish_reason": told}).finish_reason == kept


def test_tool_calls():
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    reply = read({"content": None, "tool_calls": [call, "odd"]})
    assert (reply.tool_calls, reply.text, reply.finish_reason) == ((call,), "", "tool_calls")


def test_logprobs():
    content = [
        {
            "token": "B",
            "logprob": -0.1,
            "bytes": [66],
            "top_logprobs": [
                {"token": "B", "logprob": -0.1},
                {"token": "C", "logprob": -2},
                {"token": 3, "logprob": 0},
            ],
        }
    ]
    reply = read({"content": "B"}, choice={"logprobs": {"content": content}})
    assert reply.logprobs == (TokenLogprob(token="B", logprob=-0.1, top=(("B", -0.1), ("C", -2.0))),)


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        3,
        {},
        {"content": None},
        {"content": [3]},
        {"content": [{"token": "B"}]},
        {"content": [{"token": "B", "logprob": -0.1}, {"token": "C", "logprob": float("nan")}]},
        {"content": [{"token": "B", "logprob": float("-inf")}]},
        {"content": [{"token": "B", "logprob": -(10**400)}]},
    ],
)
def test_odd_logprobs_are_none(logprobs):
    assert read({"content": "B"}, choice={"logprobs": logprobs}).logprobs == ()


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        ({"prompt_tokens": 1, "completion_tokens": 2}, (1, 2)),
        ({"prompt_tokens": -1, "completion_tokens": True}, (0, 0)),
        ({"prompt_tokens": "1", "completion_tokens": 1.5}, (0, 0)),
        ({}, (0, 0)),
        (None, (0, 0)),
        ([1], (0, 0)),
    ],
)
def test_usage(usage, counts):
    read_usage = read({"content": "42"}, usage=usage).usage
    assert (read_usage.prompt_tokens, read_usage.completion_tokens) == counts


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (None, "holds no choices"),
        ([], "holds no choices"),
        ({}, "holds no choices"),
        ({"choices": []}, "holds no choices"),
        ({"choices": {"0": 1}}, "holds no choices"),
        ({"choices": [None]}, "first choice holds no message"),
        ({"choices": [{"text": "42"}]}, "first choice holds no message"),
        ({"choices": [{"message": "42"}]}, "first choice holds no message"),
        ({"choices": [{"message": {"content": 42}}]}, "content is neither text nor null"),
        ({"choices": [{"message": {"content": {"text": "42"}}}]}, "content is neither text nor null"),
    ],
)
def test_replies_without_a_message(body, problem):
    with pytest.raises(ValueError, match=problem):
        completion_of(body)


def test_tool_calls_nested_beyond_measure():
    nested: dict[str, object] = {}
    for _ in range(1000):
        nested = {"a": nested}
    with pytest.raises(ValueError, match="nested too deeply"):
        read({"tool_calls": [nested]})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a": "\\ud83d"}', {"a": "\ud83d"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
    ],
    ids=["pair", "lone surrogate", "byte order mark", "no UTF-8"],
)
def test_decode_json_forgives(body, value):
    assert decode_json(body) == value


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[" * 100_000, b"1" * 5000, b'{"a": "\x01"}'])
def test_decode_json_refuses(body):
    with pytest.raises(ValueError, match=r"^the reply is not JSON$"):
        decode_json(body)
