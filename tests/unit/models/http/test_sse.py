"""Streams: events cut out of bytes, and deltas gathered into one reply."""

import json

import pytest

from pytest_evalscope.models.http.chat_completion import completion_of
from pytest_evalscope.models.http.sse import EventParser, StreamedChat

EVENTS = {
    "one": (b"data: a\n\n", [(b"", b"a")]),
    "no blank": (b"data:a\n\n", [(b"", b"a")]),
    "two blanks": (b"data:  a\n\n", [(b"", b" a")]),
    "several lines": (b"data: a\ndata: b\n\n", [(b"", b"a\nb")]),
    "carriage returns": (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", [(b"", b"a"), (b"", b"b"), (b"", b"c")]),
    "comment": (b": ping\n\ndata: a\n\n", [(b"", b"a")]),
    "named": (b"event: error\ndata: a\n\ndata: b\n\n", [(b"error", b"a"), (b"", b"b")]),
    "other fields": (b"id: 1\nretry: 2\ndata: a\n\n", [(b"", b"a")]),
    "unfinished": (b"data: a\n\ndata: b\n", [(b"", b"a")]),
    "no data": (b"event: x\n\n\n", []),
    "a name ends at a blank line": (b"event: error\n\ndata: a\n\n", [(b"", b"a")]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", [(b"", b"a")]),
    "byte order mark further on": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [(b"", b"a")]),
    "empty": (b"", []),
}


@pytest.mark.parametrize(("raw", "events"), EVENTS.values(), ids=EVENTS)
def test_events(raw, events):
    assert EventParser().feed(raw) == events


@pytest.mark.parametrize(("raw", "events"), EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_events_in_small_pieces(raw, events, size):
    parser = EventParser()
    pieces = [raw[place : place + size] for place in range(0, len(raw), size)]
    assert [event for piece in pieces for event in parser.feed(piece)] == events


def gather(*chunks, end=True):
    reply = StreamedChat()
    for chunk in chunks:
        reply.add(b"", json.dumps(chunk).encode())
    if end:
        reply.add(b"", b"[DONE]")
    return reply.body()


def delta(finish=None, index=0, **fields):
    end = {} if finish is None else {"finish_reason": finish}
    return {"model": "m-1", "choices": [{"index": index, "delta": fields, **end}]}


def test_text_reasoning_and_usage_are_gathered():
    body = gather(
        delta(role="assistant", content=""),
        delta(reasoning_content="6 "),
        delta(reasoning_content="x 7"),
        delta(content="4"),
        delta(content="2"),
        delta("length"),
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}},
    )
    reply = completion_of(body)
    assert (reply.text, reply.reasoning, reply.finish_reason, reply.model) == ("42", "6 x 7", "length", "m-1")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (3, 5)


def test_think_tags_may_be_cut_anywhere():
    reply = completion_of(gather(delta(content="<thi"), delta(content="nk>a</th"), delta(content="ink>42")))
    assert (reply.text, reply.reasoning) == ("42", "a")


def test_thoughts_among_the_parts_of_a_stream_are_no_answer():
    reply = completion_of(
        gather(
            delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "6 "}]}]),
            delta(content=[{"type": "reasoning", "text": "x "}, {"type": "text", "text": "7", "thought": True}]),
            delta("stop", content=[{"type": "text", "text": "4"}, {"text": "2"}]),
        )
    )
    assert (reply.text, reply.reasoning) == ("42", "6 x 7")


def test_tool_calls_come_in_pieces():
    first = {"index": 0, "id": "c1", "type": "function", "function": {"name": "add", "arguments": ""}}
    body = gather(
        delta(tool_calls=[first]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": '{"a"'}}]),
        delta(tool_calls=[{"index": 1, "id": "c2", "function": {"name": "sub", "arguments": "{}"}}]),
        delta("tool_calls", tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}]),
    )
    reply = completion_of(body)
    assert reply.finish_reason == "tool_calls"
    assert [(call["id"], call["function"]) for call in reply.tool_calls] == [
        ("c1", {"name": "add", "arguments": '{"a": 1}'}),
        ("c2", {"name": "sub", "arguments": "{}"}),
    ]


def test_logprobs_are_gathered():
    chunk = delta(content="4")
    chunk["choices"][0]["logprobs"] = {"content": [{"token": "4", "logprob": -0.5, "top_logprobs": []}]}
    reply = completion_of(gather(chunk, chunk))
    assert [(token.token, token.logprob) for token in reply.logprobs] == [("4", -0.5), ("4", -0.5)]


def test_other_choices_are_left_out():
    assert completion_of(gather(delta(content="42"), delta(content="43", index=1))).text == "42"


def test_a_finish_reason_ends_a_stream_without_an_end_mark():
    assert completion_of(gather(delta("stop", content="42"), end=False)).text == "42"


def test_a_cut_stream():
    with pytest.raises(ValueError, match="the stream ended early"):
        gather(delta(content="4"), end=False)


def test_a_stream_without_choices():
    with pytest.raises(ValueError, match="contains no choices"):
        completion_of(gather())


@pytest.mark.parametrize("data", [b"{", b"3", b"[1]", b'"text"', b"pin"])
def test_broken_events(data):
    with pytest.raises(ValueError, match="JSON"):
        StreamedChat().add(b"", data)


@pytest.mark.parametrize(("event", "chunk"), [(b"", {"error": {"message": "no"}}), (b"error", {"message": "no"})])
def test_errors_end_a_stream(event, chunk):
    reply = StreamedChat()
    reply.add(event, json.dumps(chunk).encode())
    assert reply.done
    assert reply.body() == {"error": {"message": "no"}}


@pytest.mark.parametrize(
    "choice",
    [
        3,
        {},
        {"delta": None},
        {"delta": {"content": 3, "tool_calls": [3, {"function": 3}, {"index": "x", "function": {"name": 3}}]}},
        {"delta": {}, "logprobs": {"content": None}},
    ],
)
def test_odd_shapes_do_no_harm(choice):
    body = gather({"choices": [choice]}, delta(content="42"), {"choices": None})
    assert completion_of(body).text == "42"


@pytest.mark.parametrize(
    "data", [b"", b" ", b"null", b"ping", b'"ping"', b"[]", b"keep-alive", b"heartbeat", b"{}", b'{"type": "ping"}']
)
def test_events_that_keep_a_connection_alive_are_nothing(data):
    reply = StreamedChat()
    reply.add(b"", data)
    reply.add(b"ping", data)
    reply.add(b"", json.dumps(delta("stop", content="42")).encode())
    assert not reply.done
    assert completion_of(reply.body()).text == "42"


@pytest.mark.parametrize("end", [b"[DONE]", b" [DONE]", b"[DONE] "])
def test_the_end_mark(end):
    reply = StreamedChat()
    reply.add(b"", end)
    assert reply.done


def test_a_message_in_place_of_a_delta_is_read():
    first = {"choices": [{"message": {"content": "4"}}]}
    second = {"choices": [{"message": {"content": "2"}, "finish_reason": "stop"}]}
    assert completion_of(gather(first, second)).text == "42"


def test_a_whole_message_after_its_deltas_is_read_once():
    whole = {"object": "chat.completion", "choices": [{"message": {"content": "42"}, "finish_reason": "stop"}]}
    assert completion_of(gather(delta(content="4"), delta(content="2"), whole)).text == "42"
    assert completion_of(gather(whole)).text == "42"


USAGE = {"prompt_tokens": 3.0, "completion_tokens": 5}


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": [], "x_groq": {"usage": USAGE}},
        {"choices": [{"delta": {}, "finish_reason": "stop", "usage": USAGE}]},
        {"choices": [], "usage": USAGE},
    ],
    ids=["Groq", "Moonshot", "OpenAI"],
)
def test_usage_wherever_it_is(chunk):
    usage = completion_of(gather(delta(content="42"), chunk)).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (3, 5)


STREAM = (b'\xef\xbb\xbfdata: {"choices": [{"delta": {"content": "4"}}]}\n\n', b"data\n\n", b"event: error\n\n")
LAST = b'data: {"choices": [{"delta": {"content": "2"}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize(
    "kind",
    [
        "text/event-stream", "Text/Event-Stream; charset=utf-8", "text/plain", "application/octet-stream", "",
        "application/json", "application/x-ndjson",
    ],
)  # fmt: skip
def test_a_stream_is_read_whatever_it_is_called(ask, script, kind):
    reply = ask(script.send(200, b"".join((*STREAM, LAST)), kind=kind), stream=True)
    assert (reply.text, reply.finish_reason) == ("42", "stop")
    assert reply.timing.ttft is not None


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream"])
@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"\n "])
def test_a_whole_response_where_a_stream_was_requested(ask, script, kind, head):
    body = head + b'{"choices": [{"message": {"content": "42"}, "finish_reason": "stop"}]}'
    assert ask(script.send(200, body, kind=kind), stream=True).text == "42"
