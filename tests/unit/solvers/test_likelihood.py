"""Options as continuations of a prompt, and what the marks make of their log-probabilities."""

import asyncio
import math
from dataclasses import replace

import pytest

from pytest_evalscope.errors import ModelError, ScorerError, UsageError
from pytest_evalscope.scorers import choice, likeliest, surprisal, true_mass
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.solvers import likelihood, perplexity
from pytest_evalscope.stats import perplexities
from pytest_evalscope.types import EVERY_REQUEST, Columns, Completion, Context, ContinuationLogprob, Sample, Usage, raw

SAMPLE = Sample(id="s", input="What is {it}?", choices=("ice", "a very long word", "é"), target="B", subset="sky")
SHOT = Sample(input="Where?", choices=("here", "there"), target="B")
BLANK = Sample(id="w", input="Ann met Bea, and _ was glad.", choices=("Ann", "Bea"), target="A")


class Model:
    """Tells what it was asked; a continuation is as unlikely as it is long, and twice as much after no prompt."""

    can = EVERY_REQUEST
    name = "counting"

    def __init__(self, *, mute=False):
        self.identity = {"model": "counting"}
        self.mute = mute
        self.asked = []

    async def send(self, request):
        self.asked.append(request)
        alone = 1 if request.messages[0]["content"] else 2
        likelihoods = [
            ContinuationLogprob(logprob=-alone * len(text), tokens=len(text.split()), greedy=False)
            for text in request.continuations
        ]
        return Completion(text="", usage=Usage(prompt_tokens=5), likelihoods=() if self.mute else tuple(likelihoods))

    async def aclose(self):
        """Nothing is held."""


def solve(solver, sample, *, model=None, **context):
    model = model or Model()
    return asyncio.run(solver(sample, Context(model=model, **context))), model.asked


def test_the_options_are_tried_after_the_question():
    completion, (asked,) = solve(likelihood(), SAMPLE, params={"temperature": 0.0}, repeat=2)
    assert asked.messages == raw("Question: What is {it}?\nAnswer:")
    assert asked.continuations == (" ice", " a very long word", " é")
    assert (asked.params, asked.repeat) == ({}, 2)
    assert [one.logprob for one in completion.likelihoods] == [-4, -17, -2]
    assert completion.text == "ANSWER: C"


def test_the_letters_are_tried_where_the_options_are_shown():
    _, (asked,) = solve(likelihood(by="letter"), SAMPLE)
    assert asked.messages == raw("What is {it}?\nA. ice\nB. a very long word\nC. é\nAnswer:")
    assert asked.continuations == (" A", " B", " C")


def test_worked_examples_and_a_description_stand_above():
    _, (asked,) = solve(likelihood(system="About {it}.", few_shot=2), SAMPLE, shots=(SHOT, SHOT))
    shot = "Question: Where?\nAnswer: there\n\n"
    assert asked.messages == raw(f"About {{it}}.\n\n{shot}{shot}Question: What is {{it}}?\nAnswer:")


def test_what_stands_after_a_blank_is_tried():
    completion, asked = solve(likelihood(template="{question}", blank="_", few_shot=1), BLANK, shots=(BLANK,))
    above = "Ann met Bea, and Ann was glad.\n\nAnn met Bea, and "
    assert [request.messages for request in asked] == [raw(f"{above}Ann"), raw(f"{above}Bea")]
    assert {request.continuations for request in asked} == {(" was glad.",)}
    assert (len(completion.likelihoods), completion.usage.prompt_tokens) == (2, 10)


def test_without_the_question():
    completion, asked = solve(likelihood(unconditional=""), SAMPLE)
    assert [request.messages for request in asked] == [raw(""), raw("Question: What is {it}?\nAnswer:")]
    assert [one.logprob for one in completion.likelihoods] == [-4, -17, -2, -8, -34, -4]


@pytest.mark.parametrize("alone_cached", [True, False])
def test_requests_are_counted_that_were_sent(alone_cached):
    """Of two, one came from the cache: the one with the question, or the one without."""

    class Half(Model):
        async def send(self, request):
            alone = not request.messages[0]["content"]
            return replace(await super().send(request), cached=alone is alone_cached, attempts=2)

    completion, _ = solve(likelihood(unconditional=""), SAMPLE, model=Half())
    assert (completion.cached, completion.attempts, completion.usage.prompt_tokens) == (False, 2, 10)


def test_in_a_chat():
    _, (asked,) = solve(likelihood(chat=True), SAMPLE, params={"chat_template_kwargs": {"thinking": False}})
    assert asked.messages == ({"role": "user", "content": "Question: What is {it}?\nAnswer:"},)
    assert asked.continuations == SAMPLE.choices
    assert asked.params == {"chat_template_kwargs": {"thinking": False}}


def test_a_model_that_gives_none():
    with pytest.raises(ModelError, match=r"counting: gives no log-probabilities of texts, .* \(0 came for 3 texts\)"):
        solve(likelihood(), SAMPLE, model=Model(mute=True))


MESSAGES = ({"role": "user", "content": "?"},)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: solve(likelihood(), replace(SAMPLE, choices=())),
            "likelihood: sample 's' has no options (choices=()); multiple choice is needed",
        ),
        (
            lambda: solve(likelihood(), replace(SAMPLE, input=MESSAGES)),
            "likelihood: the question of sample 's' must be text (messages were given)",
        ),
        (
            lambda: solve(likelihood(blank="_"), SAMPLE),
            "likelihood: the question of sample 's' has no blank ('_')",
        ),
        (
            lambda: solve(likelihood(few_shot=1), SAMPLE, shots=(replace(SHOT, target="C"),)),
            "likelihood: the target of a few-shot example is not one of its options ('C')",
        ),
        (
            lambda: likelihood(by="words"),  # type: ignore[arg-type]  # the mistake is the test
            "likelihood: unknown way to try options (by='words'); accepted: 'text', 'letter'",
        ),
        (
            lambda: likelihood(blank="_", unconditional=""),
            "likelihood: blank and unconditional cannot be combined; accepted: one of them",
        ),
        (
            lambda: likelihood(template="Answer:"),
            "likelihood: the template has no place for the question ('Answer:'); accepted: one with {question}",
        ),
        (lambda: likelihood(few_shot=-1), "likelihood: not a number of few-shot examples (-1); accepted: 0 or more"),
        (
            lambda: solve(perplexity(), replace(SAMPLE, input=MESSAGES)),
            "perplexity: the input of sample 's' must be text (messages were given)",
        ),
    ],
)
def test_what_it_cannot_ask(make, message):
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("solver", "options"),
    [
        (likelihood(), (" here", " there")),
        (likelihood(by="letter"), (" A", " B")),
        (likelihood(chat=True), ("here", "there")),
        (likelihood(by="letter", chat=True), ("A", "B")),
        (likelihood(blank="_"), ("here", "there")),
        (likelihood(option="{label}: {text}"), ("A: here", "B: there")),
    ],
)
def test_options_follow_a_space_unless_they_begin_a_reply_or_fill_a_blank(solver, options):
    assert solver.options(SHOT) == options


def test_templates_may_name_options_subset_and_metadata():
    sample = replace(SAMPLE, metadata={"note": "{question}", "number": 3})
    solver = likelihood(template="{subset}|{note}|{number}|{question}|{choices}", shown="({label}) {text}")
    shown = "(A) ice\n(B) a very long word\n(C) é"
    assert solver.render(sample) == raw(f"sky|{{question}}|{{number}}|What is {{it}}?|{shown}")


def test_a_worked_example_has_its_right_option_once():
    assert likelihood().render_shot(replace(SHOT, target=("A", "B"))) == "Question: Where?\nAnswer: here"
    twice = replace(BLANK, input="_ and _", target="B")
    assert likelihood(template="{question}", blank="_").render_shot(twice) == "Bea and _"


def test_the_first_of_the_likeliest_is_the_answer_and_all_are_kept():
    even = Sample(id="e", input="?", choices=("aa", "bb", "ccc"), target="A")
    completion, _ = solve(likelihood(unconditional="Answer:", chat=True), even)
    assert completion.text == "ANSWER: A"
    assert len(completion.likelihoods) == 6


def test_the_prompt_without_the_question_is_a_message_in_a_chat_too():
    _, asked = solve(likelihood(unconditional="Answer:", chat=True), SHOT)
    said = [({"role": "user", "content": text},) for text in ("Answer:", "Question: Where?\nAnswer:")]
    assert [request.messages for request in asked] == said
    assert [request.continuations for request in asked] == [SHOT.choices] * 2


def test_replies_from_the_cache_took_no_request_and_count_as_one():
    class Cached(Model):
        async def send(self, request):
            usage = Usage(prompt_tokens=5, completion_tokens=2)
            return replace(await super().send(request), cached=True, attempts=3, usage=usage)

    completion, _ = solve(likelihood(unconditional=""), SAMPLE, model=Cached())
    assert (completion.cached, completion.attempts) == (True, 1)
    assert completion.usage == Usage(prompt_tokens=10, completion_tokens=4)


# Marks


def mark(scorer, sample, *pairs):
    likelihoods = tuple(ContinuationLogprob(logprob=logprob, tokens=tokens, greedy=False) for logprob, tokens in pairs)
    score = scorer(sample, Completion(text="", likelihoods=likelihoods), None)
    assert set(score.values) == set(scorer.metrics) == set(failed_values(scorer, sample))
    return dict(score.values), score.answer


def test_the_ways_to_compare_options():
    # Per character -1.33, -0.5, -0.4; per byte -1.33, -0.5, -0.2; per token -4, -2, -0.4.
    marks, answer = mark(likeliest(), SAMPLE, (-4, 1), (-8, 4), (-0.4, 1))
    assert (marks, answer) == ({"accuracy": 0, "acc_norm": 0, "acc_bytes": 0, "acc_token": 0}, "C")
    # Per character -1.33, -0.5, -0.6; per byte -1.33, -0.5, -0.3: é is one character of two bytes.
    marks, answer = mark(likeliest(), SAMPLE, (-4, 1), (-8, 20), (-0.6, 1))
    assert (marks, answer) == ({"accuracy": 0, "acc_norm": 1, "acc_bytes": 0, "acc_token": 1}, "C")


def test_how_much_likelier_the_question_makes_it():
    scorer = likeliest(unconditional=True)
    marks, _ = mark(scorer, SAMPLE, (-4, 1), (-8, 4), (-3, 1), (-5, 1), (-12, 4), (-4, 1))
    assert (marks["accuracy"], marks["acc_mutual_info"]) == (0, 1)


def test_letters_have_one_length():
    marks, answer = mark(likeliest(option=" {label}"), SAMPLE, (-4, 1), (-1, 1), (-3, 1))
    assert (set(marks.values()), answer) == ({1.0}, "B")


def test_the_first_of_equals_and_any_of_several_targets():
    marks, answer = mark(likeliest(), replace(SAMPLE, target=("A", "B")), (-4, 1), (-4, 1), (-5, 1))
    assert (marks["accuracy"], answer) == (1, "A")


def test_the_text_can_be_marked_like_a_reply():
    completion, _ = solve(likelihood(), SAMPLE)
    assert choice()(replace(SAMPLE, target="C"), completion, Context(model=Model())).values == {"accuracy": 1}


def test_what_cannot_be_marked():
    for scorer in (likeliest(), true_mass()):
        with pytest.raises(ScorerError, match=r"has 2 log-probabilities where 3 are needed"):
            mark(scorer, SAMPLE, (-1, 1), (-1, 1))
        with pytest.raises(ScorerError, match=r"target is not one of the options \('D'\); accepted: A,B,C"):
            mark(scorer, replace(SAMPLE, target="D"), *[(-1, 1)] * 3)
    with pytest.raises(ScorerError, match="has no token"):
        mark(surprisal(), SAMPLE, (0, 0))


# Perplexity


def test_a_text_is_read_from_its_beginning():
    completion, (asked,) = solve(perplexity(), Sample(input="It rained. "))
    assert (asked.messages, asked.continuations) == (raw(""), ("It rained. ",))
    assert completion.likelihoods[0].logprob == -22


def columns(*rows):
    names = ("nats", "tokens", "words", "bytes")
    values = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return Columns(values=values, clusters=list(range(len(rows))), samples=list(range(len(rows))))


def test_perplexities_are_over_all_texts_together():
    found = {name: metric(columns((10, 5, 4, 20), (2, 5, 4, 20))) for name, metric in perplexities().items()}
    assert {name: estimate.value for name, estimate in found.items()} == pytest.approx(
        {
            "byte_probability": math.exp(-12 / 40),
            "bits_per_byte": 12 / 40 / math.log(2),
            "byte_perplexity": math.exp(12 / 40),
            "word_perplexity": math.exp(12 / 8),
            "token_perplexity": math.exp(12 / 10),
        }
    )
    for estimate in found.values():
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.stderr > 0
    assert found["byte_perplexity"].stderr / found["byte_perplexity"].value == pytest.approx(
        found["bits_per_byte"].stderr * math.log(2)
    )


def test_a_text_that_no_model_foresees():
    assert perplexities()["word_perplexity"](columns((5000.0, 5, 1, 20))).value == math.exp(709)
