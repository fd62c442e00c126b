"""Thoughts that a prompt opens or special tokens mark are never part of the answer."""

import pytest

from pytest_evalscope.models.opened_thought import made_whole, opened_by
from pytest_evalscope.types import Chat, raw

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

THINKING = (
    "{% for message in messages %}<s>{{ message['role'] }}\n{{ message['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant\nTAIL{% endif %}"
)
HARMONY = ("<|start|>", "<|channel|>", "<|message|>", "<|constrain|>", "<|end|>", "<|return|>", "<|call|>")


@pytest.fixture
def thinking(tokenized):
    return lambda tail="<think>\n", **options: tokenized(THINKING.replace("TAIL", tail), **options)


@pytest.mark.parametrize(
    ("tail", "text", "reasoning", "answer"),
    [
        ("<think>\n", "It is 4, I", "It is 4, I", ""),
        ("<think>\n", "It is 4.\n</think>\n\n5", "It is 4.", "5"),
        ("<think>\n", "<think>\nIt is 4, I", "It is 4, I", ""),
        ("<think>\nOkay, ", "it is 4", "it is 4", ""),
        ("<think>\n\n</think>\n\n", "It is 4", "", "It is 4"),
        ("", "It is 4", "", "It is 4"),
        ("[THINK]", "It is 4", "It is 4", ""),
        ("<|START_THINKING|>", "It is 4", "It is 4", ""),
        ("<|START_THINKING|>", "It is 4<|END_THINKING|>5", "It is 4", "5"),
        ("<seed:think>", "It is 4", "It is 4", ""),
        ("◁think▷", "It is 4", "It is 4", ""),
        ("<|channel>thought\n", "It is 4<channel|>5", "It is 4", "5"),
        ("<|channel|>analysis<|message|>", "It is 4", "It is 4", ""),
        ("<|channel|>final<|message|>", "It is 4", "", "It is 4"),
    ],
)
def test_what_a_template_opens(thinking, spoken, asking, tail, text, reasoning, answer):
    completion = spoken(thinking(tail), asking("2 + 2?", max_tokens=len(text.encode())), text)
    assert (completion.reasoning, completion.text, completion.finish_reason) == (reasoning, answer, "length")


def test_a_thought_that_is_cut_is_no_answer_of_a_model(tmp_path, save, generate, asking):
    folder = save(tmp_path, template=THINKING.replace("TAIL", "<think>\n"))
    [cut] = generate(f"hf/{folder}", asking("2 + 2?", max_tokens=8))
    assert (cut.text, cut.finish_reason) == ("", "length")
    assert cut.reasoning


@pytest.mark.parametrize("question", ["k", "think", "Use <think> tags.", "What does <think> do? <think>"])
def test_tags_in_a_question_open_nothing(thinking, spoken, asking, question):
    assert spoken(thinking(""), asking(question), "4</s>").text == "4"
    assert spoken(thinking(), asking(question), "4</s>").text == ""


@pytest.mark.parametrize(
    ("begun", "answer"),
    [("<think>\nIt", ""), ("<think>a</think>It", " is 4"), ("The tag <think> and", " is 4"), ("It", " is 4")],
)
def test_a_begun_message_may_open_one(thinking, spoken, begun, answer):
    for content in (begun, [{"type": "text", "text": begun}]):
        messages = ({"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": content})
        assert spoken(thinking(), Chat(messages=messages), " is 4</s>").text.strip() == answer.strip()


def test_a_plain_prompt_may_open_one(tokenized, spoken):
    assert spoken(tokenized(), Chat(messages=raw("Q: 2 + 2?\n<think>\n")), "It is 4</s>").text == ""
    assert spoken(tokenized(), Chat(messages=raw("Q: what is <think>? A:")), "It is 4</s>").text == "It is 4"


def test_without_messages_only_the_end_counts():
    assert opened_by("a <think>", ()) == "<think>"
    assert opened_by("a <think> b", ()) == opened_by("", ()) == opened_by("<think></think>", ()) == ""
    assert made_whole("<think>", "a") == "<think>a"


@pytest.mark.parametrize(
    ("special", "text", "reasoning", "answer"),
    [
        (("<think>", "</think>"), "<think>It is 4.</think>5", "It is 4.", "5"),
        (("<think>", "</think>"), "<think>It is 4.", "It is 4.", ""),
        (("<think>", "</think>"), "It is 4.</think>5", "It is 4.", "5"),
        (("<think>", "</think>"), "5 is <think>it</think>.", "", "5 is it."),
        (("[THINK]", "[/THINK]"), "[THINK]It is 4.[/THINK]5", "It is 4.", "5"),
        (("<|channel>", "<channel|>"), "<|channel>thought\nIt is 4.<channel|>5", "It is 4.", "5"),
        (HARMONY, "<|channel|>analysis<|message|>It is 4.", "It is 4.", ""),
        (HARMONY, "<|channel|>anal", "<|channel|>anal", ""),
        (
            HARMONY,
            "<|channel|>analysis<|message|>It is 4.<|end|><|start|>assistant<|channel|>final<|message|>5<|return|>",
            "It is 4.",
            "5",
        ),
        (("<|sep|>",), "4<|sep|>5", "", "45"),
        (("<|end|>",), "4<|end|>5", "", "45"),
    ],
)
def test_tags_that_are_special_tokens(tokenized, spoken, asking, special, text, reasoning, answer):
    completion = spoken(tokenized(special=special), asking("2 + 2?"), f"{text}</s>")
    assert (completion.reasoning, completion.text) == (reasoning, answer)


def test_tags_are_told_from_other_special_tokens(tokenized):
    loaded = tokenized(special=("<think>", "<|sep|>"))
    assert list(loaded.special.tags.values()) == ["<think>"]
    assert sorted(loaded.special.hidden.values()) == ["</s>", "<s>", "<|sep|>"]


@pytest.mark.parametrize(
    ("stop", "answer"),
    [
        ("<|im_end|>", "4"),
        ("\n<|im_end|>", "4"),
        (["x", "<|im_end|>5"], "4"),
        ("</think>", "4"),
        ("end", "45"),
    ],
)
def test_a_special_token_may_stop(tokenized, spoken, asking, stop, answer):
    loaded = tokenized(special=("<|im_end|>", "</think>", "<|sep|>"))
    text = {"\n<|im_end|>": "<|sep|>4\n<|im_end|>5", "</think>": "4</think>5"}.get(str(stop), "<|sep|>4<|im_end|>5")
    completion = spoken(loaded, asking("2 + 2?", stop=stop), f"{text}</s>")
    assert (completion.text, completion.finish_reason) == (answer, "stop")
