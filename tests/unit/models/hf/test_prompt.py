"""From messages to tokens."""

import logging

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.hf.prompt import remark_on, row_of
from pytest_evalscope.models.hf.sequence import Order
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.types import Chat, raw

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

TOOL = {"type": "function", "function": {"name": "f"}}


def order(messages):
    return Order(request=Chat(messages=messages), sampling=Sampling())


@pytest.fixture
def prompt_of(loaded, decoder_of):
    def prompt(*messages, loaded=loaded, **params):
        row = decoder_of(loaded, 1).row(Chat(messages=messages, params=params))
        return loaded.tokenizer.decode(row.prompt)

    return prompt


def test_the_template_of_the_tokenizer_is_used(prompt_of):
    text = prompt_of({"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"})
    assert text == "<s>system Be brief.</s><s>user Hi</s><s>assistant "


def test_a_reply_that_was_begun_is_continued(prompt_of):
    text = prompt_of({"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Well, the"})
    assert text == "<s>user Hi</s><s>assistant Well, the"


def test_text_in_parts_is_joined_and_made_plain(prompt_of):
    parts = [{"type": "text", "text": "one "}, "two", {"type": "text", "text": " \ud83d"}]
    assert prompt_of({"role": "user", "content": parts}) == "<s>user one two \ufffd</s><s>assistant "


def test_parameters_reach_the_template(tmp_path, save, load_from, prompt_of):
    loaded = load_from(
        save(tmp_path, template="{{ 'thinking' if enable_thinking else 'plain' }}: {{ messages[0].content }}")
    )
    message = {"role": "user", "content": "Hi"}
    assert prompt_of(message, loaded=loaded) == "plain: Hi"
    assert prompt_of(message, loaded=loaded, chat_template_kwargs={"enable_thinking": True}) == "thinking: Hi"


@pytest.mark.parametrize(("frame", "begin"), [("<s> $A", [0]), ("<s> $A </s>", [0]), ("$A </s>", []), ("$A", [])])
def test_a_plain_prompt_begins_once_and_does_not_end(tokenized, frame, begin):
    loaded = tokenized(frame=frame)
    letters = loaded.tokenizer("Ice", add_special_tokens=False)["input_ids"]
    prompts = [row_of("hf/tiny", loaded, order(raw(text))).prompt for text in ("Ice", "<s>Ice", "Ice</s>")]
    assert prompts == [(*begin, *letters), (0, *letters), (*begin, *letters, 1)]


@pytest.fixture
def bare(tmp_path, save, load_from):
    """A model without a chat template."""
    return load_from(save(tmp_path, template=None))


def test_without_a_template_messages_are_lines(bare, prompt_of, decoder_of):
    message = {"role": "user", "content": "Hi"}
    assert prompt_of({"role": "system", "content": "S"}, message, loaded=bare) == "system: S\nuser: Hi\nassistant:"
    begun = {"role": "assistant", "content": "Well"}
    assert prompt_of(message, begun, loaded=bare) == "user: Hi\nassistant: Well"
    assert decoder_of(bare, 1).row(Chat(messages=(message,), params={"stop": "x"})).stop == ("x", "\nuser:")


def test_without_a_template_there_is_a_remark(bare, loaded, caplog):
    with caplog.at_level(logging.WARNING):
        remark_on("hf/tiny", loaded)
        assert caplog.messages == []
        remark_on("hf/bare", bare)
    [message] = caplog.messages
    assert message.startswith("hf/bare: its tokenizer has no chat template, so messages are given as lines")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            Chat(messages=({"role": "user", "content": [{"type": "image_url", "image_url": {}}]},)),
            "hf/tiny: a message holds more than text; hf/ models take text alone",
        ),
        (
            Chat(messages=({"role": "user", "content": None},)),
            "hf/tiny: the content of a message is not text (NoneType)",
        ),
        (
            Chat(messages=({"role": "user", "content": "x"},), tools=(TOOL,)),
            "hf/tiny: tools are not supported by hf/ models; gguf/ and openai/ models take them",
        ),
        (
            Chat(messages=({"role": "user", "content": "x" * 600},)),
            "hf/tiny: the prompt has 618 tokens; accepted: 1 to 511, the model's context",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(decoder_of, loaded, request_, message):
    with pytest.raises(RequestRefused) as caught:
        decoder_of(loaded, 1).row(request_)
    assert caught.value.message == message


def test_a_template_may_refuse(tmp_path, save, load_from, decoder_of, asking):
    loaded = load_from(save(tmp_path, template="{{ raise_exception('System role not supported') }}"))
    with pytest.raises(RequestRefused) as caught:
        decoder_of(loaded, 1).row(asking("x"))
    assert caught.value.message == (
        "hf/tiny: its chat template does not take these messages (System role not supported)"
    )


def test_a_reply_has_the_room_that_the_prompt_leaves(decoder_of, loaded, asking):
    row = decoder_of(loaded, 1).row(asking("x" * 480))
    assert row.limit == 512 - len(row.prompt)
    assert decoder_of(loaded, 1).row(asking("x", max_tokens=5)).limit == 5
