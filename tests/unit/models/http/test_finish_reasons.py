"""Reasons why completions ended, in the words of many providers: only a complete one is scored."""

import json

import pytest

from pytest_evalscope.errors import ModelError, RequestRefused, TransientError
from pytest_evalscope.models.http.chat_completion import completion_of, error_in
from pytest_evalscope.models.http.finish_reasons import finish_word, worse

FILTERED = (
    "content_filter", "content_filter: RECITATION", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII",
    "LANGUAGE", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "MODEL_ARMOR", "sensitive", "refusal",
    "guardrail_intervened", "content_filtered", "ERROR_TOXIC", "content-filter", "Content Filter",
    "blacklist", "response_blocked", "output-moderation", "model_safety", "PROHIBITED", "contentFilter",
    "text_filtered", "content_filter_error", "block_reason: other",
)  # fmt: skip
BROKEN = (
    "error", "abort", "aborted", "insufficient_system_resource", "network_error", "NETWORK_ERROR", "cancelled",
    "MALFORMED_FUNCTION_CALL", "function_call_filter: MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER",
    "MALFORMED_RESPONSE", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE", "FINISH_REASON_UNSPECIFIED", "null",
    "ERROR_LIMIT", "TIMEOUT", "USER_CANCEL", "server_error", "pause_turn", "unknown", "malformed_tool_use",
    "timed_out", "Timed out", "RATE_LIMIT", "interrupted", "exception", "network-error",
    "not_finished", "Not-Finished", "repetition", "repetition_detected", "max_time", "time_out", "shutdown", "closed",
    "connection closed", "networkError", "generation.failed", "context canceled", "context deadline exceeded",
)  # fmt: skip
WHOLE = {
    "stop": "stop", "STOP": "stop", "end_turn": "stop", "COMPLETE": "stop", "eos_token": "stop", "eos": "eos",
    "MAX_TOKENS": "length", "model_context_window_exceeded": "length", "TOOL_CALL": "tool_calls", "": "",
    "max-tokens": "length", "truncated": "length", "tool-calls": "tool_calls",
    "max_new_tokens": "length", "maxTokens": "length", "MAX_OUTPUT": "length", "token-limit-reached": "length",
    "context_length_exceeded": "length", "Context": "length", "output_truncated": "length", "length_error": "length",
    "stop_sequence": "stop", "tool_use": "tool_calls", "function_call": "function_call", "completed": "stop",
    "finished": "finished", "done": "done", "normal": "normal", "unfiltered": "unfiltered", "disclosed": "disclosed",
}  # fmt: skip


@pytest.mark.parametrize("word", FILTERED)
def test_filtered(word):
    assert finish_word(word) == "content_filter"


@pytest.mark.parametrize("word", BROKEN)
def test_broken_off(word):
    with pytest.raises(ValueError, match="the endpoint aborted the completion"):
        finish_word(word)


@pytest.mark.parametrize(("word", "meaning"), WHOLE.items())
def test_whole(word, meaning):
    assert finish_word(word) == meaning


RANKED = (None, "stop", "length", "content_filter", "error")


@pytest.mark.parametrize(("better", "worst"), [(a, b) for n, b in enumerate(RANKED) for a in RANKED[:n]])
def test_the_worse_of_two_reasons(better, worst):
    assert worse(better, worst) == worse(worst, better) == worst


def test_of_reasons_as_bad_the_last_counts():
    assert worse("stop", "tool_calls") == "tool_calls"
    assert worse("tool_calls", "stop") == "stop"


@pytest.mark.parametrize("message", [{"content": ""}, {"content": None}, {"content": "<think></think>"}, {}])
def test_nothing_without_a_reason_is_no_completion(message):
    with pytest.raises(ValueError, match="neither text nor the reason why it ended"):
        completion_of({"choices": [{"message": message, "finish_reason": None}]})


def test_minimax_says_beside_the_reason_that_it_filtered():
    body = {"choices": [{"message": {"content": "4"}, "finish_reason": "stop"}], "output_sensitive": True}
    assert completion_of(body).finish_reason == "content_filter"


CUT = {"message": {"content": "the answer is 4"}, "error": {"code": 502, "message": "lost"}}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"choices": [CUT]}, {"code": 502, "message": "lost"}),
        ({"choices": [{**CUT, "error": None}]}, None),
        ({"error": "no", "choices": [CUT]}, "no"),
        ({"error": {}, "choices": []}, None),
        ({"choices": [3]}, None),
        ({"choices": "no"}, None),
        ([], None),
    ],
)
def test_the_error_in_a_response(body, error):
    assert error_in(body) == error


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 502, "message": "lost"}, TransientError),
        ({"message": "lost"}, TransientError),
        ({"code": 402, "message": "lost"}, RequestRefused),
        ("lost", TransientError),
    ],
)
def test_a_choice_with_an_error_is_no_completion(ask, script, streamed, error, kind):
    if streamed:
        begun = {"choices": [{"index": 0, "delta": {"content": "the answer is 4"}, "finish_reason": None}]}
        ended = {"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "stop", "error": error}]}
        sent = script.stream(*(f"data: {json.dumps(chunk)}\n\n" for chunk in (begun, ended)), "data: [DONE]\n\n")
    else:
        sent = script.say("the answer is 4", error=error)
    with pytest.raises(ModelError, match=r"^openai/m: the endpoint returned an error \(lost\)") as caught:
        ask(sent, **({"stream": True} if streamed else {}))
    assert type(caught.value) is kind


def test_a_stream_that_announced_an_end_and_has_none_is_broken_off(ask, script):
    chunk = {"choices": [{"index": 0, "delta": {"content": "the answer is 4"}, "finish_reason": None}]}
    with pytest.raises(TransientError, match="ended without the reason why the completion did"):
        ask(script.stream(f"data: {json.dumps(chunk)}\n\n", "data: [DONE]\n\n"), stream=True)


@pytest.mark.parametrize(("header", "model"), [("", "m-1"), ("0", "m-1"), ("1", "m-1 (fallback)")])
def test_a_completion_of_a_gateways_fallback_says_so(ask, script, header, model):
    body = {"model": "m-1", "choices": [{"message": {"content": "4"}, "finish_reason": "stop"}]}
    headers = f"x-litellm-attempted-fallbacks: {header}\r\n"
    assert ask(script.send(200, body, headers=headers)).model == model
