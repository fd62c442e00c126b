"""Replies of every protocol, and records of a run folder: whatever comes is read or refused, in bounded time."""

import base64
import json
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_evalscope.errors import DataError, ModelError, RequestRefused
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.models.http.chat_completion import completion_of, decode_json
from pytest_evalscope.models.http.redact import redact, spellings
from pytest_evalscope.models.http.sse import EventParser, StreamedChat
from pytest_evalscope.models.providers.anthropic_body import messages_body
from pytest_evalscope.models.providers.anthropic_completion import StreamedMessage, message_of
from pytest_evalscope.models.providers.batch_lines import completion_in, lines_in
from pytest_evalscope.models.providers.openai_embeddings import embeddings_of
from pytest_evalscope.models.providers.responses_body import response_body
from pytest_evalscope.models.providers.responses_completion import StreamedResponse, response_of
from pytest_evalscope.run import RunFolder
from pytest_evalscope.types import OUTCOMES, Chat
from pytest_evalscope.types.encode import to_json

KEYS = st.sampled_from(
    [
        *(
            "content",
            "text",
            "type",
            "thinking",
            "stop_reason",
            "usage",
            "input_tokens",
            "output_tokens",
            "model",
            "id",
        ),
        *("output", "status", "incomplete_details", "reason", "summary", "call_id", "name", "arguments", "logprobs"),
        *("input", "delta", "index", "content_block", "message", "response", "error", "partial_json", "refusal"),
        *("data", "embedding", "role", "tool_calls", "function", "image_url", "url", "tool_call_id"),
    ]
)
KINDS = st.sampled_from(
    [
        *("text", "thinking", "tool_use", "message", "reasoning", "function_call", "output_text", "refusal", "error"),
        *("message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop", "image_url"),
        *("text_delta", "thinking_delta", "input_json_delta", "response.completed", "response.output_text.delta"),
        *("completed", "incomplete", "failed", "end_turn", "max_tokens", "user", "assistant", "system", "tool"),
    ]
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | KINDS
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXT, inner, max_size=4), max_leaves=25
)
BLOCK = st.fixed_dictionaries({"type": KINDS}, optional={"text": JSON, "thinking": JSON, "input": JSON, "name": JSON})
MESSAGE = st.fixed_dictionaries(
    {"content": st.lists(BLOCK | JSON, max_size=3)}, optional={"stop_reason": JSON, "usage": JSON, "model": JSON}
)
ITEM = st.fixed_dictionaries(
    {"type": KINDS}, optional={"content": st.lists(BLOCK | JSON, max_size=2), "summary": JSON, "arguments": JSON}
)
RESPONSE = st.fixed_dictionaries(
    {"output": st.lists(ITEM | JSON, max_size=3)}, optional={"status": KINDS, "incomplete_details": JSON, "usage": JSON}
)
EVENT = st.fixed_dictionaries(
    {"type": KINDS},
    optional={"index": st.integers(0, 2), "delta": BLOCK | JSON, "message": MESSAGE, "response": RESPONSE},
)
EMBEDDINGS = st.fixed_dictionaries(
    {"data": st.lists(st.fixed_dictionaries({"embedding": JSON | st.binary(max_size=9).map(
        lambda body: base64.b64encode(body).decode())}, optional={"index": JSON}), max_size=3)}
)  # fmt: skip

READERS: dict[str, Any] = {
    "chat": (completion_of, JSON),
    "messages": (message_of, JSON | MESSAGE),
    "responses": (response_of, JSON | RESPONSE),
    "embeddings": (partial(embeddings_of, count=2), JSON | EMBEDDINGS),
}


@pytest.mark.parametrize("protocol", READERS)
@settings(max_examples=40)
@given(st.data())
def test_any_json_is_a_reply_or_a_broken_one(protocol, data):
    read, values = READERS[protocol]
    body = json.dumps(data.draw(values)).encode()
    with suppress(ValueError):  # the one way of saying that a reply is broken
        reply = read(decode_json(body))
        # What every file and report takes, as it stands: no lone surrogate, no NaN, no number beyond 64 bits.
        json.loads(to_json(reply).decode(), parse_constant=pytest.fail)
        assert reply.usage.prompt_tokens >= 0


RESULT = st.fixed_dictionaries(
    {"custom_id": st.sampled_from(["a", "b"])},
    optional={
        "response": JSON
        | st.fixed_dictionaries({"status_code": JSON | st.sampled_from([200, 400, 429]), "body": JSON | MESSAGE}),
        "error": JSON,
    },
)


@settings(max_examples=60)
@given(st.lists((RESULT | JSON).map(lambda line: json.dumps(line).encode()) | st.binary(max_size=20), max_size=4))
def test_any_result_file_of_a_batch_is_replies_or_errors(lines):
    for key, line in lines_in(b"\n".join(lines)).items():
        assert line["custom_id"] == key
        with suppress(ModelError):
            to_json(completion_in("m", "http://h", line))


@pytest.mark.parametrize(("gather", "read"), [(StreamedMessage, message_of), (StreamedResponse, response_of)])
@settings(max_examples=40)
@given(st.lists(EVENT | JSON, max_size=6))
def test_any_events_are_a_reply_or_a_broken_one(gather, read, events):
    reply = gather()
    with suppress(ValueError):
        for event in events:
            reply.add(b"", json.dumps(event).encode())
        body = reply.body()
        if not body.get("error"):
            to_json(read(body))


PART = TEXT | st.fixed_dictionaries(
    {"type": KINDS}, optional={"text": TEXT, "image_url": TEXT | st.fixed_dictionaries({"url": TEXT})}
)
CALL = st.fixed_dictionaries({"id": TEXT, "function": st.fixed_dictionaries({"name": TEXT, "arguments": TEXT})})
CHAT = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "developer", "user", "assistant", "tool"])},
    optional={"content": st.none() | TEXT | st.lists(PART, max_size=3), "tool_calls": st.lists(CALL, max_size=2)},
)
PARAMS = st.dictionaries(
    st.sampled_from(["max_tokens", "max_completion_tokens", "temperature", "seed", "top_p", "logprobs", "stop"]),
    st.none() | st.integers(0, 9) | TEXT,
)


@pytest.mark.parametrize("make", [messages_body, response_body])
@settings(max_examples=40)
@given(st.lists(CHAT, max_size=4), PARAMS)
def test_any_chat_has_a_form_or_is_refused(make, messages, params):
    if "image_url" in json.dumps(messages):
        messages = [{**message, "content": "x"} for message in messages]
    with suppress(RequestRefused):
        body = make("m", "x", Chat(messages=tuple(messages), params=params))
        assert all(value is not None for value in body.values())
        json.dumps(body)


def test_a_megabyte_without_a_line_end_is_kept_once():
    parser = EventParser()
    for _ in range(20_000):
        assert parser.feed(b"x" * 50) == []
    assert sum(map(len, parser._line)) == 1_000_000
    assert parser.feed(b"\ndata: 4\n\n") == [(b"", b"4")]
    assert parser._line == []


def test_arguments_that_come_letter_by_letter_end():
    reply = StreamedChat()
    piece = json.dumps(
        {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "xy"}}]}}]}
    ).encode()
    for _ in range(50_000):
        reply.add(b"", piece)
    reply.add(b"", b"[DONE]")
    [call] = completion_of(reply.body()).tool_calls
    assert len(call["function"]["arguments"]) == 100_000


@settings(max_examples=40)
@given(st.text(st.characters(codec="utf-8"), min_size=8, max_size=20), TEXT, st.text(max_size=5))
def test_a_secret_is_gone_from_whatever_stands_around_it(secret, before, behind):
    forms = spellings([secret])
    assert secret not in redact(f"{before}{secret}{behind}", forms) or secret in "***"
    assert redact(base64.b64encode(f"me:{secret}{behind}".encode()).decode(), forms).count("***") >= 1


RECORD = {
    "sample_id": "q1", "repeat": 0, "outcome": "scored", "values": {"accuracy": 1.0}, "answer": "4", "target": "4",
    "explanation": "", "error": "", "group": "", "attempts": 1, "seconds": 0.5,
}  # fmt: skip
ODD = st.tuples(st.sampled_from(sorted(RECORD)), JSON).map(lambda change: {**RECORD, change[0]: change[1]})
LINES = st.lists(
    (JSON | ODD).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=30) | st.just(to_json(RECORD)),
    max_size=4,
)


@settings(max_examples=60)
@given(lines=LINES, torn=st.booleans())
def test_any_lines_are_records_or_told_with_their_place(tmp_path_factory, lines, torn):
    folder = RunFolder(tmp_path_factory.getbasetemp() / "records")
    path = folder.file("reviews", "m", "b", "s")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(lines) + (b"" if torn else b"\n"))
    try:
        records = list(read_records(folder, "m", "b", "s"))
    except DataError as error:
        told = str(error)
    else:
        told = f"{path}:"
        assert all(record.outcome in OUTCOMES for record in records)
        to_json(records)
    assert told.startswith(f"{path}:")
