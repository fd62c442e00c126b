"""Where a streamed completion ends, in every protocol: what comes after the end mark is nobody's answer."""

import json

import pytest

from pytest_evalscope.errors import TransientError
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.anthropic import AnthropicModel
from pytest_evalscope.models.providers.openai import OpenAIModel
from pytest_evalscope.models.providers.responses import ResponsesModel


def chat(text, finish=None):
    end = {} if finish is None else {"finish_reason": finish}
    return {"choices": [{"index": 0, "delta": {"content": text} if text else {}, **end}]}


def piece(text):
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


def whole(text, kind="completed"):
    parts = [{"type": "output_text", "text": text}]
    response = {"status": kind, "output": [{"type": "message", "content": parts}]}
    return {"type": f"response.{kind}", "response": response}


HEAD = {"type": "message_start", "message": {"id": "m", "content": [], "stop_reason": None}}
STOP = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
DONE = "[DONE]"
ERROR = {"type": "error", "error": {"message": "died"}}
MAKES = {"chat": OpenAIModel, "messages": AnthropicModel, "responses": ResponsesModel}
AFTER = [
    ("chat", [chat("42"), chat("", "stop"), DONE], chat(" or 43", "length")),
    ("chat", [chat("42"), DONE], chat(" or 43", "stop")),
    ("chat", [chat("42", "stop"), DONE], {"error": {"message": "died"}}),
    ("chat", [chat("42", "stop"), DONE], "no JSON"),
    ("chat", [chat("42", "stop"), DONE], "ping"),
    ("messages", [HEAD, piece("42"), STOP, {"type": "message_stop"}], piece(" or 43")),
    ("messages", [HEAD, piece("42"), STOP, {"type": "message_stop"}], {**HEAD, "message": {"content": []}}),
    ("messages", [HEAD, piece("42"), STOP, {"type": "message_stop"}], ERROR),
    ("messages", [HEAD, piece("42"), STOP, DONE], piece(" or 43")),
    ("responses", [whole("42")], whole("43")),
    ("responses", [whole("42")], whole("43", "incomplete")),
    ("responses", [whole("42")], {"type": "response.failed", "response": {"status": "failed"}}),
    ("responses", [whole("42")], ERROR),
]


def streamed(ask_at, script, protocol, events, *, pieces=True):
    def at(url, options):
        base = url.removesuffix("/v1") if protocol == "messages" else url
        endpoint = endpoint_at(base, source="test", environment=dict)
        return MAKES[protocol]("x/m", model="m", endpoint=endpoint, options=options)

    sent = [f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n" for event in events]
    return ask_at(at)(script.stream(*(sent if pieces else ["".join(sent)])), stream=True)


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize(("protocol", "events", "after"), AFTER)
def test_what_comes_after_the_end_is_not_read(ask_at, script, protocol, events, after, pieces):
    completion = streamed(ask_at, script, protocol, [*events, after, after], pieces=pieces)
    assert (completion.text, completion.finish_reason) == ("42", "stop")


@pytest.mark.parametrize(
    ("protocol", "events"),
    [
        ("chat", [chat("4", "stop"), chat("2", "length"), DONE]),
        ("chat", [chat("4", "stop"), chat("2", "length")]),
        ("messages", [HEAD, piece("4"), STOP, piece("2"), {"type": "message_stop"}]),
        ("messages", [HEAD, piece("4"), STOP, piece("2"), STOP]),
    ],
)
def test_what_comes_between_the_finish_reason_and_the_end_is_read(ask_at, script, protocol, events):
    """As the clients of both read it: some servers give each event a reason; the worst one counts."""
    completion = streamed(ask_at, script, protocol, events)
    assert completion.text == "42"
    assert completion.finish_reason == ("length" if protocol == "chat" else "stop")


@pytest.mark.parametrize("between", ["", "2"])
@pytest.mark.parametrize(
    ("protocol", "reason", "finish"),
    [
        ("chat", "content_filter", "content_filter"),
        ("chat", "length", "length"),
        ("messages", "refusal", "content_filter"),
        ("messages", "max_tokens", "length"),
    ],
)
def test_a_stream_that_was_cut_or_filtered_is_not_whole_for_a_later_reason(
    ask_at, script, protocol, reason, finish, between
):
    bad = {"type": "message_delta", "delta": {"stop_reason": reason}}
    events = {
        "chat": [chat("4"), chat("", reason), chat(between, "stop"), DONE],
        "messages": [HEAD, piece("4"), bad, piece(between), STOP, {"type": "message_stop"}],
    }
    completion = streamed(ask_at, script, protocol, events[protocol])
    assert (completion.text, completion.finish_reason) == ("4" + between, finish)


@pytest.mark.parametrize(
    ("protocol", "events"),
    [
        ("chat", [chat("4", "stop"), chat("2")]),
        ("messages", [HEAD, piece("4"), STOP, piece("2")]),
        ("messages", [HEAD, piece("42"), DONE]),
        ("messages", [DONE]),
        ("responses", [{"type": "response.created"}, DONE, whole("43")]),
    ],
)
def test_a_stream_without_its_end_is_cut(ask_at, script, protocol, events):
    with pytest.raises(TransientError, match=r"^x/m: the stream ended early"):
        streamed(ask_at, script, protocol, events)
