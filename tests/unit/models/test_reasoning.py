"""Reasoning is told from the answer, whatever tags a model or its template forgets."""

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.own_tags import without_tagged
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import Completion

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
    "code of its own": ("<think>a</think>\n\n  \n    return x\n", "a", "    return x\n"),
    "code of its own, in a template's thought": ("a</think>\r\n\treturn x", "a", "\treturn x"),
    "code behind the tag": ("<think>a</think>    return x", "a", "    return x"),
    "a blank behind the tag": ("<think>a</think>   b", "a", "b"),
    "code in a final channel": (
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>\n    return x\n<|return|>",
        "a",
        "    return x",
    ),
    "code behind Granite's thoughts": (
        "Here is my thought process: a\nHere is my response:\n\n    return x",
        "a",
        "    return x",
    ),
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
    "cut short behind a preamble": (
        "Let me think.\n<think>The answer is B. But wait, maybe",
        "The answer is B. But wait, maybe",
        "Let me think.\n",
    ),
    "cut short in a second thought": ("<think>a</think>Checking.<think>it is 42", "a\nit is 42", "Checking."),
    "cut short after a sentence": ("<think>a</think>Checking. <think>it is 42", "a\nit is 42", "Checking. "),
    "cut short after what was begun": ("a</think>Checking<think>it is 42", "a\nit is 42", "Checking"),
    "the first of several that are cut short": ("<think>a</think>b.<think>c.<think>d", "a\nc.<think>d", "b."),
    "quoted after a thought": ("<think>a</think>Use the <think> tag", "a", "Use the <think> tag"),
    "quoted in backticks after a thought": ("<think>a</think>Use `<think>`", "a", "Use `<think>`"),
    "pair after a thought": ("<think>a</think>b.<think>c</think>d", "a", "b.<think>c</think>d"),
    "behind a preamble": ("Sure!\n<think>ANSWER: B\n</think>\nANSWER: C", "ANSWER: B", "Sure!\n\nANSWER: C"),
    "behind a preamble, indented": ("Sure!\r\n  <think>a</think>b", "a", "Sure!\r\n  b"),
    "behind a preamble, several": ("Sure!\n<think>a</think> <thinking>b</thinking>c", "a\nb", "Sure!\nc"),
    "behind a preamble, in the template's thought": ("x\n<think>a</think>b</think>c", "x\na\nb", "c"),
    "behind a preamble, in brackets": ("Sure!\n[THINK]a[/THINK]b", "a", "Sure!\nb"),
    "quoted at the end of a preamble": ("Use the <think> tag\nor <think>", "", "Use the <think> tag\nor <think>"),
    "in a list": ("- <think> opens", "", "- <think> opens"),
    "in a block of code": ("Write:\n```xml\n<think>\n```\nso", "", "Write:\n```xml\n<think>\n```\nso"),
    "in a block of code without end": ("Write:\n~~~\n<think>a</think>", "", "Write:\n~~~\n<think>a</think>"),
    "in a block of code behind a thought": (
        "<think>```</think>```\n<think>\n```\n<think>b",
        "```\nb",
        "```\n<think>\n```\n",
    ),
    "behind a block of code": ("```\nx\n```\n<think>a</think>b", "a", "```\nx\n```\nb"),
    "in an indented block of code": ("Write:\n\n    <think>", "", "Write:\n\n    <think>"),
    "behind a byte order mark": ("\ufeff<think>a</think>42", "a", "42"),
    "behind a space of no width": ("\u200b\n<think>a", "a", ""),
    "behind a space of no width in a line": ("Sure!\n\u200b<think>a", "a", "Sure!\n\u200b"),
    "trailing blanks of the answer stay": ("<think>a</think> b \n", "a", "b \n"),
    "thought": ("<thought>a</thought>b", "a", "b"),
    "seed": ("<seed:think>a</seed:think>b", "a", "b"),
    "longcat": ("<longcat_think>a</longcat_think>b", "a", "b"),
    "brackets": ("[THINK]a[/THINK]b", "a", "b"),
    "brackets, unpaired": ("a[/THINK]b", "a", "b"),
    "brackets, cut short": ("[THINK]a", "a", ""),
    "brackets in small letters are text beside others": ("[THINK]a[/Think][/THINK][think]b", "a[/Think]", "[think]b"),
    "brackets in small letters are text": ("[think] of a number", "", "[think] of a number"),
    "kimi": ("◁think▷a◁/think▷b", "a", "b"),
    "thought tokens": (
        "<|begin_of_thought|>a<|end_of_thought|>\n<|begin_of_solution|>\nb\n<|end_of_solution|>",
        "a",
        "b",
    ),
    "a solution cut short": ("<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>b", "a", "b"),
    "a solution alone": ("<|begin_of_solution|>b<|end_of_solution|>", "", "b"),
    "cohere": ("<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>", "a", "b"),
    "apertus": ("<|inner_prefix|>a<|inner_suffix|>b", "a", "b"),
    "gemma 4": ("<|channel>thought\na<channel|>b", "a", "b"),
    "ernie": ("a</think>\n<response>\nb\n</response>", "a", "b"),
    "a response in tags without a thought stays": ("<response>b</response>", "", "<response>b</response>"),
    "granite": ("Here is my thought process: a\nHere is my response: b", "a", "b"),
    "granite, shortened": ("Here's my thought process: a Here's my response: b", "a", "b"),
    "here, but no granite": ("Here is my response: b", "", "Here is my response: b"),
    "harmony": (
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
        "a",
        "b",
    ),
    "harmony, several thoughts": (
        "<|channel|>analysis<|message|>a<|end|><|channel|>commentary to=f<|message|>{}<|channel|>final<|message|>b",
        "a\n{}",
        "b",
    ),
    "harmony, begun by the template": ("a<|end|><|start|>assistant<|channel|>final<|message|>b", "a", "b"),
    "harmony, cut short": ("<|channel|>analysis<|message|>a", "a", ""),
    "harmony without its tokens": ("analysis6 x 7 is 42.assistantfinal42", "6 x 7 is 42.", "42"),
    "harmony as a subject": ("Write <|channel|>final<|message|> first", "", "Write <|channel|>final<|message|> first"),
    "analysis as a word": ("analysis shows 42", "", "analysis shows 42"),
    "a pipe": ("x <| f", "", "x <| f"),
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
        "<|channel|>analysis<|message|>" * 30_000,
        "<|channel|>a" * 80_000,
        "<|start|>" * 100_000 + "<|channel|>",
        "analysis" * 100_000 + "assistantfinal",
        "<|" * 500_000,
        "x\n" + "<think>a</think>b\n" * 50_000,
        "</think>x\n<think>" * 50_000,
        "```\n<think>\n" * 80_000,
        "<think></think>" + "x.<think>" * 100_000,
        "x\n" + "> " * 500_000 + "```" + "\t" * 300_000 + "`" * 300_000,
    ],
    ids=[
        "open",
        "late open",
        "blanks",
        "pairs",
        "close",
        "nested",
        "less-than",
        "unfinished",
        "channels",
        "channels without messages",
        "starts",
        "names",
        "tokens",
        "lines",
        "begun lines",
        "fences",
        "cut ones",
        "backticks",
    ],
)
def test_a_megabyte_of_tags_ends(text):
    # Whatever is quadratic in its length would not end here.
    reasoning, answer = split_reasoning(text)
    assert len(reasoning) + len(answer) <= len(text)


@pytest.mark.parametrize(
    ("text", "tags", "reasoning", "answer"),
    [
        ("<plan>a</plan>b", ["<plan>", "</plan>"], "x\na", "b"),
        ("<PLAN>a</PLAN>b", ("<plan>", "</plan>"), "x\na", "b"),
        ("a</plan>b", ["<plan>", "</plan>"], "x\na", "b"),
        ("<plan>a", ["<plan>", "</plan>"], "x\na", ""),
        ("((a))b", [["<plan>", "</plan>"], ["((", "))"]], "x\na", "b"),
        ("b <plan>a</plan>", ["<plan>", "</plan>"], "x", "b <plan>a</plan>"),
        ("b", ["<plan>", "</plan>"], "x", "b"),
        ("[think]a[/think]b", ["[think]", "[/think]"], "x\na", "b"),
    ],
)
def test_a_users_own_tags(text, tags, reasoning, answer):
    made = without_tagged(Completion(text=text, reasoning="x"), tags)
    assert (made.reasoning, made.text) == (reasoning, answer)


@pytest.mark.parametrize(
    "tags", [None, "", "<plan>", [], ["<plan>"], ["<plan>", ""], ["a", "b", "c"], [["a", "b"], 3], 3]
)
def test_tags_that_are_none(tags):
    with pytest.raises(RequestRefused, match="generation parameter reasoning_tags: does not fit"):
        without_tagged(Completion(text="b"), tags)
