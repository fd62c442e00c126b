"""Reasoning is told from the answer, whatever tags a model or its template forgets."""

import pytest

from pytest_evalscope.models.reasoning import split_reasoning

CASES = {
    "no tags": ("  42 \n", "", "  42 \n"),
    "empty": ("", "", ""),
    "paired": ("<think>6 x 7</think>\n\n42", "6 x 7", "42"),
    "paired after blanks": ("\n <think>\n6 x 7\n</think>42", "6 x 7", "42"),
    "thinking": ("<thinking>a</thinking>b", "a", "b"),
    "reasoning": ("<reasoning>a</reasoning>b", "a", "b"),
    "any case": ("<Think>a</THINK>b", "a", "b"),
    "empty thought": ("<think>\n\n</think>\n\n42", "", "42"),
    "two blocks": ("<think>a</think>\n<think>b</think>c", "a\nb", "c"),
    "no answer": ("<think>a</think>", "a", ""),
    "unpaired closing tag": ("6 x 7 is\n</think>\n42", "6 x 7 is", "42"),
    "last of several closing tags": ("a</think>b</think>c", "a\nb", "c"),
    "cut short": ("<think>so 6 x", "so 6 x", ""),
    "cut short after a thought": ("<think>a</think><think>b", "a\nb", ""),
    "template began the thought, then cut short": ("a</think><think>b", "a\nb", ""),
    "tags mentioned in the thought": ("<think>Use <think></think> tags. So</think>42", "Use <think>\ntags. So", "42"),
    "opening tag mentioned in the thought": ("<think>Use a <think> tag</think>42", "Use a <think> tag", "42"),
    "nested": ("<think>a<think>b</think>c</think>d", "a<think>b\nc", "d"),
    "nested in a thought that the template began": ("a<think>b</think>c</think>d", "a<think>b</think>c", "d"),
    "tags across": ("a<reasoning>b</think>c</reasoning>d", "a<reasoning>b\nc", "d"),
    "another tag inside": ("<think>write <reasoning></reasoning></think>x", "write <reasoning></reasoning>", "x"),
    "pair after the answer began": ("42 <think>sure?</think>", "", "42 <think>sure?</think>"),
    "open tag after the answer began": ("In HTML <think> is no tag", "", "In HTML <think> is no tag"),
    "trailing blanks of the answer stay": ("<think>a</think> b \n", "a", "b \n"),
    "not a tag": ("a < b </b> <thinker>", "", "a < b </b> <thinker>"),
}


@pytest.mark.parametrize(("text", "reasoning", "answer"), CASES.values(), ids=CASES)
def test_split(text, reasoning, answer):
    assert split_reasoning(text) == (reasoning, answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 150_000,
        "x" + "<think>" * 150_000,
        " " * 500_000 + "x" + "<think>" * 75_000,
        "<think></think>" * 70_000,
        "</think>" * 130_000,
        "<think> " * 100_000 + "</think> " * 100_000,
        "<" * 1_000_000,
        "</think" * 150_000,
    ],
    ids=["open", "late open", "blanks", "pairs", "close", "nested", "less-than", "unfinished"],
)
def test_a_megabyte_of_tags_ends(text):
    # Whatever is quadratic in its length would not end here.
    reasoning, answer = split_reasoning(text)
    assert len(reasoning) + len(answer) <= len(text)
