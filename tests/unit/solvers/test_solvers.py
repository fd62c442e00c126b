"""Prompts as they are sent, and that few-shot examples cost nothing per sample."""

import asyncio
from dataclasses import replace

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers import (
    CHINESE_SEVERAL_STEP_BY_STEP,
    CHINESE_STEP_BY_STEP,
    DIRECT,
    STEP_BY_STEP,
    chat,
    likelihood,
    multiple_choice,
)
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Sample

QUESTION = Sample(id="q", input="What is {x} + 1?", target="2")
SHOTS = (
    Sample(input="1 + 1?", target="2", metadata={"reasoning": "one and one"}),
    Sample(input="2 + 2?", target=("4", "four"), metadata={"reasoning": "two {input}"}),
)
CAPITAL = Sample(id="c", input="Capital of France?", choices=("Rome", "{target}", "Paris"), target="C", subset="geo")


def content(messages):
    assert [message["role"] for message in messages] == ["user"]
    return messages[0]["content"]


def test_the_plain_question():
    assert chat().render(QUESTION) == ({"role": "user", "content": "What is {x} + 1?"},)


def test_worked_examples_stand_above_the_question():
    solver = chat(template="Q: {input}\nBox it: \\boxed{}.", few_shot=2, shot_template="{input} {reasoning} = {target}")
    assert content(solver.render(QUESTION, SHOTS)) == (
        "Here are some examples of how to solve similar problems:\n\n"
        "1 + 1? one and one = 2\n\n"
        "2 + 2? two {input} = 4\n\n"
        "Q: What is {x} + 1?\nBox it: \\boxed{}."
    )


@pytest.mark.parametrize("solver", [chat(), multiple_choice(), likelihood()])
def test_no_worked_example_is_asked_for_unless_a_benchmark_does(solver):
    assert (solver.few_shot, solver.system) == (0, "")


def test_a_worked_example_shows_the_first_of_its_targets():
    assert chat().render_shot(SHOTS[1]) == "2 + 2?\n4"
    several = replace(CAPITAL, target=("C", "A"))
    assert multiple_choice().render_shot(several) == "Capital of France?\nA) Rome\nB) {target}\nC) Paris\nANSWER: C,A"


def test_the_system_prompt_comes_first():
    assert chat(system="Be brief.").render(QUESTION)[0] == {"role": "system", "content": "Be brief."}
    talk = Sample(input=({"role": "user", "content": "Hi"},))
    assert [m["role"] for m in chat(system="Be brief.").render(talk)] == ["system", "user"]
    assert chat().render(talk) == talk.input


def test_the_prompts_are_those_of_evalscope():
    form = "format: 'ANSWER: [LETTER]' (without quotes) where [LETTER] is one of"
    asked = f"of your response should be of the following {form}"
    start, end = (
        "Answer the following multiple choice question. The",
        "Capital of France?\n\nA) Rome\nB) {target}\nC) Paris",
    )
    step = "Think step by step before answering."
    assert (
        content(multiple_choice(template=DIRECT).render(CAPITAL)) == f"{start} entire content {asked} A,B,C.\n\n{end}"
    )
    thought = content(multiple_choice(template=STEP_BY_STEP).render(CAPITAL))
    assert thought == f"{start} last line {asked} A,B,C. {step}\n\n{end}"


def test_the_chinese_prompts_are_those_of_evalscope():
    question = "问题：Capital of France?\n选项：\nA) Rome\nB) {target}\nC) Paris"
    last = "你的回答的最后一行应该是这样的格式："
    assert content(multiple_choice(template=CHINESE_STEP_BY_STEP).render(CAPITAL)) == (
        f'回答下面的单项选择题，请选出其中的正确答案。{last}"答案：[LETTER]"（不带引号），'
        f"其中 [LETTER] 是 A,B,C 中的一个。请在回答前进行一步步思考。\n\n{question}"
    )
    assert content(multiple_choice(template=CHINESE_SEVERAL_STEP_BY_STEP).render(CAPITAL)) == (
        f'回答下面的多项选择题，请选出其中的所有正确答案。{last}"答案：[LETTERS]"（不带引号），'
        f"其中 [LETTERS] 是 A,B,C 中的一个或多个。请在回答前进行一步步思考。\n\n{question}"
    )


def test_a_system_prompt_stands_before_the_options_too():
    system, user = multiple_choice(system="Be brief.", template="{question}").render(CAPITAL)
    assert (system, user) == (
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Capital of France?"},
    )


def test_options_have_letters():
    assert content(multiple_choice().render(CAPITAL)).endswith(
        "where [LETTER] is one of A,B,C.\n\nCapital of France?\n\nA) Rome\nB) {target}\nC) Paris"
    )


def test_a_worked_example_shows_its_letter():
    solver = multiple_choice(template=STEP_BY_STEP, few_shot=1)
    shown = content(solver.render(CAPITAL, (replace(CAPITAL, input="Which?", choices=("yes", "no"), target="B"),)))
    assert shown.startswith(
        "Here are some examples of how to answer similar questions:\n\nWhich?\nA) yes\nB) no\nANSWER: B\n\nAnswer the"
    )


def test_every_part_of_a_multiple_choice_prompt_can_be_changed():
    solver = multiple_choice(
        template="{subset}|{note}|{question}|{choices}|{letters}",
        option="{label}. {text}",
        subset_titles={"geo": "地理"},
    )
    sample = replace(CAPITAL, metadata={"note": "n", "number": 3})
    assert content(solver.render(sample)) == "地理|n|Capital of France?|A. Rome\nB. {target}\nC. Paris|A,B,C"
    assert content(solver.render(replace(sample, subset="other"))).startswith("other|")


def test_a_subset_may_have_a_template_of_its_own():
    solver = multiple_choice(templates={"geo": "Erdkunde: {question}"}, subset_titles={"geo": "geography"})
    assert content(solver.render(CAPITAL)) == "Erdkunde: Capital of France?"
    assert content(solver.render(replace(CAPITAL, subset="other"))).startswith("Answer the following")


def test_the_line_above_worked_examples_may_name_the_subset():
    solver = multiple_choice(few_shot=1, shots_intro="On {subset}:", subset_titles={"geo": "geography"})
    assert content(solver.render(CAPITAL, (CAPITAL,))).startswith("On geography:\n\nCapital of France?")


def test_a_variant_is_made_by_replace():
    assert replace(chat(few_shot=4), few_shot=8) == chat(few_shot=8)
    assert replace(multiple_choice(subset_titles={"a": "b"}), system="x").subset_titles == {"a": "b"}


def test_solvers_that_are_equal_have_one_hash():
    makes = (lambda: multiple_choice(templates={"a": "{question}"}, subset_titles={"a": "b"}), chat, likelihood)
    assert len({make() for make in (*makes, *makes)}) == 3


def test_worked_examples_are_rendered_once_for_a_job():
    seen = []

    class Recording(dict[str, str]):
        def items(self):
            seen.append(1)
            return super().items()

    shots = (Sample(input="1 + 1?", target="2", metadata=Recording(reasoning="x")),)
    solver = chat(few_shot=1)
    for _ in range(100):
        solver.render(QUESTION, shots)
    assert len(seen) == 1
    solver.render(QUESTION, (*shots,))  # another job's examples
    assert len(seen) == 2
    chat(few_shot=1, shots_intro="Others:").render(QUESTION, shots)
    assert len(seen) == 3
    solver.render(QUESTION, list(shots))  # a list may change, so it is no key
    assert len(seen) == 4


def test_other_examples_are_other_text_even_where_they_are_equal_in_place():
    solver = chat(few_shot=1)
    first = content(solver.render(QUESTION, (Sample(input="one", target="1"),)))
    second = content(solver.render(QUESTION, (Sample(input="two", target="2"),)))
    assert "one\n1" in first
    assert "two\n2" in second
    assert "one" not in second


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: chat(template="no place"),
            "chat: the template has no place for the question ('no place'); accepted: one with {input}",
        ),
        (
            lambda: multiple_choice(template="{input}"),
            "multiple_choice: the template has no place for the question ('{input}'); accepted: one with {question}",
        ),
        (
            lambda: multiple_choice(templates={"geo": "{choices}"}),
            "multiple_choice: the template has no place for the question ('{choices}'); accepted: one with {question}",
        ),
        (lambda: chat(few_shot=-1), "chat: not a number of few-shot examples (-1); accepted: 0 or more"),
        (
            lambda: multiple_choice(few_shot=-1),
            "multiple_choice: not a number of few-shot examples (-1); accepted: 0 or more",
        ),
        (
            lambda: chat().render(Sample(input=({"role": "user", "content": "x"},)), SHOTS),
            "chat: few-shot examples need an input that is text (messages were given)",
        ),
        (
            lambda: multiple_choice().render(Sample(id="m", input=({"role": "user", "content": "x"},))),
            "multiple_choice: the question of sample 'm' must be text (messages were given)",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(make, message):
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == message


class Recorder:
    """A model that keeps what it was asked."""

    can = EVERY_REQUEST
    name, identity = "recorder", {"recorder": 1}

    def __init__(self):
        self.requests = []

    async def send(self, request):
        self.requests.append(request)
        return Completion(text="ok")

    async def aclose(self):
        """Hold nothing."""


@pytest.mark.parametrize("solver", [chat(few_shot=2), multiple_choice(few_shot=2)])
def test_a_solver_asks_what_it_renders(solver):
    model = Recorder()
    sample = replace(QUESTION, tools=({"type": "function"},))
    context = Context(model=model, params={"temperature": 0.0}, shots=SHOTS, repeat=3)
    assert asyncio.run(solver(sample, context)).text == "ok"
    (request,) = model.requests
    assert request.messages == solver.render(sample, SHOTS)
    assert (request.params, request.tools, request.repeat) == ({"temperature": 0.0}, sample.tools, 3)
