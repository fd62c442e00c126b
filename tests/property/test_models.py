"""Replies of endpoints: whatever comes, in whatever pieces."""

import json
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_evalscope.models.http.chat_completion import completion_of, decode_json
from pytest_evalscope.models.http.errors import error_inside, message_in, one_line
from pytest_evalscope.models.http.sse import EventParser, StreamedChat
from pytest_evalscope.models.reasoning import split_reasoning

KEYS = st.sampled_from(
    [
        *("choices", "message", "delta", "content", "text", "type", "thinking", "reasoning_content", "reasoning"),
        *("refusal", "tool_calls", "function", "name", "arguments", "id", "index", "logprobs", "token", "logprob"),
        *("top_logprobs", "usage", "prompt_tokens", "completion_tokens", "model", "finish_reason", "error", "code"),
    ]
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXT, inner, max_size=4), max_leaves=25
)


def shaped(message):
    """Values nested as replies are, so that odd leaves are reached and not only odd roots."""
    choice = st.fixed_dictionaries({"message": message}, optional={"logprobs": JSON, "finish_reason": JSON})
    return st.fixed_dictionaries(
        {"choices": st.lists(choice, min_size=1, max_size=2)}, optional={"usage": JSON, "model": JSON}
    )


MESSAGE = st.fixed_dictionaries(
    {}, optional={"content": JSON, "tool_calls": JSON, "reasoning": JSON, "reasoning_content": JSON, "refusal": JSON}
)


@settings(deadline=None)
@given(JSON | shaped(JSON) | shaped(MESSAGE))
def test_any_json_is_a_completion_or_a_broken_reply(value):
    body = json.dumps(value).encode()
    try:
        reply = completion_of(decode_json(body))
    except ValueError:
        return
    # Only what every encoder and report accepts may leave this place.
    (reply.text + reply.reasoning + reply.finish_reason + reply.model).encode()
    json.dumps([dict(call) for call in reply.tool_calls], allow_nan=False).encode()
    assert reply.usage.prompt_tokens >= 0
    assert all(-1e300 < token.logprob < 1e300 for token in reply.logprobs)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_refused(body):
    with suppress(ValueError):  # the one way of refusing
        decode_json(body)


@settings(deadline=None)
@given(JSON)
def test_any_error_object_has_words(value):
    text = json.dumps(value)
    assert "\n" not in str(error_inside("m", text))
    assert len(message_in(text)) <= 300


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=400), st.integers(1, 50))
def test_one_line_is_one_short_printable_line(text, limit):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.isprintable()


LINE = st.sampled_from(
    [
        b"data: a",
        b"data:b",
        b"data: \xc3\xa9",
        b"data",
        b"",
        b"",
        b"event: error",
        b": ping",
        b"id: 1",
        b"odd",
        b"data: x:y",
    ]
)
STREAM = st.lists(st.tuples(LINE, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=30).map(
    lambda lines: b"".join(line + end for line, end in lines)
)


@st.composite
def cut(draw, streams):
    stream = draw(streams)
    places = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    return stream, [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]


@settings(deadline=None)
@given(cut(STREAM | st.binary(max_size=60)))
@example((b"data: a\n\n", [b"data: a", b"\n\n"]))
@example((b"data: a\r\n\r\n", [b"data: a\r", b"\n", b"", b"\r", b"\n"]))
def test_a_stream_reads_the_same_however_it_is_cut(case):
    stream, pieces = case
    parser = EventParser()
    assert [event for piece in pieces for event in parser.feed(piece)] == EventParser().feed(stream)


DELTA = st.fixed_dictionaries(
    {}, optional={"content": TEXT, "reasoning_content": TEXT, "tool_calls": JSON, "refusal": JSON}
)
CHUNK = st.fixed_dictionaries(
    {"choices": st.lists(st.fixed_dictionaries({"delta": DELTA}, optional={"logprobs": JSON}), max_size=2)},
    optional={"usage": JSON, "model": JSON},
)


@settings(deadline=None)
@given(st.lists(CHUNK | JSON, max_size=6), st.booleans())
def test_any_events_are_a_reply_or_a_broken_one(chunks, ended):
    reply = StreamedChat()
    try:
        for chunk in chunks:
            reply.add(b"", json.dumps(chunk).encode())
        if ended:
            reply.add(b"", b"[DONE]")
        body = reply.body()
        if "error" not in body:
            completion_of(body).text.encode()
    except ValueError:
        pass  # the one way of saying that a reply is broken


PIECES = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "<THINK>",
            "<reasoning>",
            "</reasoning>",
            "a",
            ".",
            " ",
            "\n",
            "<",
            "\n<think>",
            "\n```\n",
        ]
    ),
    max_size=40,
).map("".join)


@settings(deadline=None)
@given(PIECES | st.text())
def test_an_answer_is_in_its_text_and_holds_no_more_reasoning(text):
    reasoning, answer = split_reasoning(text)
    rest = iter(text)
    assert all(character in rest for character in answer)
    assert len(reasoning) + len(answer) <= len(text)
    assert split_reasoning(answer) == ("", answer)


@settings(deadline=None)
@given(st.text(), st.text())
def test_paired_tags_split_where_they_should(thought, answer):
    if "<" in thought + answer:
        return
    assert split_reasoning(f"<think>{thought}</think>{answer}") == (thought.strip(), answer.lstrip())
    assert split_reasoning(f"{thought}</think>{answer}") == (thought.strip(), answer.lstrip())
    assert split_reasoning(f"<think>{thought}") == (thought.strip(), "")


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["<think>", "</think>", "<", "</think", "<think>a</think>", " <think>", "x<think>"]), st.booleans()
)
def test_a_megabyte_of_anything_ends(piece, begun):
    text = ("x" if begun else "") + piece * (1_000_000 // len(piece))
    reasoning, answer = split_reasoning(text)
    assert len(reasoning) + len(answer) <= len(text)


@pytest.mark.parametrize("body", [b"[" * 10_000_000, b'{"a":' * 1_000_000, b'"' + b"\\ud83d" * 100_000 + b'"'])
def test_megabytes_of_nesting_end(body):
    with suppress(ValueError):  # the one way of refusing
        decode_json(body)
