"""The results of tools as a model reads them: text, pictures, what is iterated."""

import asyncio
import itertools
import json

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.capabilities import check_media
from pytest_evalscope.models.http.media_parts import chat_messages
from pytest_evalscope.models.providers.anthropic_body import messages_body
from pytest_evalscope.models.providers.responses_body import response_body
from pytest_evalscope.solvers.tool_calls import Bounds, calls_of, run_calls
from pytest_evalscope.types import Chat, Completion, Media, media_part, text_part, tool

BOUNDS = Bounds(seconds=5.0, characters=1000)


def answer(function, bounds=BOUNDS):
    """Return the message that answers a call of `function`."""
    made = tool(function)
    called = {"id": "c", "type": "function", "function": {"name": made.name, "arguments": "{}"}}
    calls = calls_of(Completion(text="", tool_calls=(called,)), 1)
    (message,) = asyncio.run(run_calls(calls, {made.name: made}, bounds))
    return message


@pytest.fixture
def seen(png):
    return Media.from_bytes(png())


def test_what_a_tool_yields_is_a_list_of_bounded_length():
    async def later():
        for each in itertools.count():
            yield each

    def count():
        return itertools.count(1)

    def few():
        yield from "ab"

    def broken():
        yield 1
        raise KeyError("no more")

    assert answer(few)["content"] == '["a","b"]'
    for endless, first in ((count, 1), (later, 0)):
        message = answer(endless, Bounds(seconds=5.0, characters=40))
        assert message["content"].startswith(f"[{first},{first + 1},")
        assert message["step"]["outcome"] == "ok"
    assert answer(broken)["content"] == "error: KeyError: 'no more'"


def test_an_iterator_that_waits_for_ever_is_a_timeout():
    async def later():
        await asyncio.Event().wait()
        yield 1

    message = answer(later, Bounds(seconds=0.05, characters=100))
    assert message["content"] == "error: later did not end within 0.05 seconds"


def test_a_picture_is_a_part_of_the_answer(seen):
    assert answer(lambda_of(seen))["content"] == [media_part(seen)]
    mixed = answer(lambda_of(["It shows:", seen, {"width": 3}]))
    assert mixed["content"] == [text_part("It shows:"), media_part(seen), text_part('{"width":3}')]
    assert mixed["step"]["outcome"] == "ok"


def test_a_picture_within_something_else_is_no_json_of_its_fields(seen):
    for within in ({"picture": seen}, [{"deep": [seen]}], ["text", {"picture": seen}, seen]):
        message = answer(lambda_of(within))
        assert message["content"].startswith("error: TypeError: a picture within a ")
        assert message["step"]["outcome"] == "exception"


def test_texts_beside_a_picture_are_cut(seen):
    message = answer(lambda_of(["x" * 5000, seen, "y"]))
    long, picture, short = message["content"]
    assert (picture, short) == (media_part(seen), text_part("y"))
    assert "[4500 of 5000 characters are left out here]" in long["text"]
    assert message["step"]["characters"] == 5001


def lambda_of(result):
    def look():
        return result

    return look


def asked(seen):
    call = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    return (
        {"role": "user", "content": "What is there?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": [text_part("Here."), media_part(seen)]},
    )


def test_protocols_that_have_a_form_send_it(seen):
    (*_, turn) = messages_body("m", "m", Chat(messages=asked(seen)))["messages"]
    (result,) = turn["content"]
    assert (result["type"], result["tool_use_id"]) == ("tool_result", "c")
    assert [block["type"] for block in result["content"]] == ["text", "image"]
    assert result["content"][1]["source"]["media_type"] == "image/png"

    (*_, output) = response_body("m", "m", Chat(messages=asked(seen)))["input"]
    assert (output["type"], output["call_id"]) == ("function_call_output", "c")
    assert [part["type"] for part in output["output"]] == ["input_text", "input_image"]

    (*_, answered) = chat_messages("m", asked(seen))
    assert [part["type"] for part in answered["content"]] == ["text", "image_url"]
    assert json.dumps(answered)


def test_openais_chat_has_no_form_and_says_so(seen):
    with pytest.raises(
        RequestRefused, match=r"^m: takes no picture, sound or video in the result of a tool; accepted: text"
    ):
        chat_messages("m", asked(seen), hosted=True)


def test_a_result_in_anthropics_own_form_is_sent_in_it(seen):
    result = {"type": "tool_result", "tool_use_id": "c", "content": [media_part(seen), text_part("Here.")]}
    messages = ({"role": "user", "content": [result]},)
    with pytest.raises(RequestRefused, match=r"^m: takes no image; accepted: text"):
        check_media("m", messages)
    ((sent,),) = [turn["content"] for turn in messages_body("m", "m", Chat(messages=messages))["messages"]]
    assert [block["type"] for block in sent["content"]] == ["image", "text"]
    assert sent["content"][0]["source"]["type"] == "base64"
