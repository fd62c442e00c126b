"""Replies in the OpenAI chat form, and everything that endpoints make of it."""

import json

import pytest

from pytest_evalscope.models.http.chat_completion import completion_of, decode_json
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
        ({"content": [{"type": "reasoning", "text": "x"}, {"type": "text", "text": ""}]}, "", "x"),
        ({"content": [{"type": "thinking", "text": "x"}, {"type": "output_text", "text": "42"}]}, "42", "x"),
        ({"content": [{"type": "reasoning_text", "text": "x"}, {"text": "42"}]}, "42", "x"),
        ({"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "x"}]}, "42"]}, "42", "x"),
        ({"content": [{"type": "reasoning", "content": [{"text": "x"}]}]}, "", "x"),
        ({"content": [{"type": "text", "text": "x", "thought": True}, {"type": "text", "text": "42"}]}, "42", "x"),
        ({"content": [{"text": "42", "thought": False}, {"text": "x", "thought": True}]}, "42", "x"),
        ({"content": [{"type": "redacted_thinking", "data": "x"}, {"type": ["text"], "text": "42"}]}, "", ""),
        ({"content": [{"type": "tool_result", "text": "43"}, {"type": "text", "text": "42"}]}, "42", ""),
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
        (None, "contains no choices"),
        ([], "contains no choices"),
        ({}, "contains no choices"),
        ({"choices": []}, "contains no choices"),
        ({"choices": {"0": 1}}, "contains no choices"),
        ({"choices": [None]}, "first choice contains no message"),
        ({"choices": [{"text": "42"}]}, "first choice contains no message"),
        ({"choices": [{"message": "42"}]}, "first choice contains no message"),
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
    with pytest.raises(ValueError, match=r"^the response is not JSON$"):
        decode_json(body)


@pytest.mark.parametrize(
    ("told", "finish"),
    [
        ("length", "length"),
        ("MAX_TOKENS", "length"),
        ("model_length", "length"),
        ("content_filter", "content_filter"),
        ("content_filter: PROHIBITED_CONTENT", "content_filter"),
        ("SAFETY", "content_filter"),
        ("eos", "eos"),
        (None, "stop"),
        (3, "stop"),
        ("x" * 1000, "x" * 100),
    ],
)
def test_why_a_reply_ended(told, finish):
    assert completion_of({"choices": [{"message": {"content": "4"}, "finish_reason": told}]}).finish_reason == finish


@pytest.mark.parametrize("told", ["error", "abort", "insufficient_system_resource"])
def test_a_reply_that_the_endpoint_broke_off_is_none(told):
    with pytest.raises(ValueError, match=f"the endpoint aborted the completion \\(finish_reason '{told}'\\)"):
        completion_of({"choices": [{"message": {"content": "4"}, "finish_reason": told}]})


def test_a_filter_may_keep_the_whole_message_back():
    reply = completion_of({"choices": [{"finish_reason": "content_filter"}]})
    assert (reply.text, reply.finish_reason) == ("", "content_filter")


@pytest.mark.parametrize("count", [-1, True, 1.5, "7", None, 10**13, [7]])
def test_counts_that_are_none(count):
    reply = {"choices": [{"message": {"content": "4"}}], "usage": {"prompt_tokens": count, "completion_tokens": 7}}
    assert (completion_of(reply).usage.prompt_tokens, completion_of(reply).usage.completion_tokens) == (0, 7)


@pytest.mark.parametrize("value", [2**70, json.loads("[" * 300 + "]" * 300)])
def test_tool_calls_that_no_file_could_hold(value):
    with pytest.raises(ValueError, match="tool calls are nested too deeply, or hold numbers beyond 64 bits"):
        completion_of({"choices": [{"message": {"tool_calls": [{"function": {"x": value}}]}}]})
