"""Plain functions as scorers: which are accepted, and what becomes of what they return."""

import asyncio
import math
import operator
import pickle
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers import bleu, exact
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.stats import clipped, f1, mean, pass_at_k, perplexities, ratio, values_read, vote_at_k
from pytest_evalscope.types import Completion, Context, Sample, Score

SAMPLE = Sample(input="Capital of France?", target="Paris")
CONTEXT = Context(model=None, repeat=3)  # type: ignore[arg-type]  # no scorer here uses the model


def read(row):
    return Sample(input=row["q"])


def bench(score, **fields):
    return Benchmark(name="mine", data=Rows([{"q": "?"}]), sample=read, score=score, **fields)


def contains(sample, completion):
    """Score by a substring; at module level, so that it can be pickled."""
    return sample.target in completion.text


def run(benchmark, text="It is Paris."):
    made = benchmark.score(SAMPLE, Completion(text=text), CONTEXT)
    return asyncio.run(made) if asyncio.iscoroutine(made) else made


async def async_function(sample, completion):
    await asyncio.sleep(0)
    return sample.target in completion.text


class Grader:
    """A method and a callable instance."""

    def grade(self, sample, completion):
        return sample.target in completion.text

    __call__ = grade


def with_context(sample, completion, context):
    return context.repeat == 3 and contains(sample, completion)


def with_options(sample, completion, strict=False, *, context):
    assert strict is False
    return with_context(sample, completion, context)


async def async_with_context(sample, completion, ctx):
    return with_context(sample, completion, ctx)


FUNCTIONS = [
    contains,
    lambda sample, completion: sample.target in completion.text,
    lambda s, c, strict=True: strict and s.target in c.text,
    lambda *both: both[0].target in both[1].text,
    lambda s, c, ctx: with_context(s, c, ctx),
    with_context,
    with_options,
    async_function,
    async_with_context,
    Grader().grade,
    Grader(),
    partial(with_context, context=CONTEXT),
    partial(lambda word, s, c: word in c.text, "Paris"),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_a_function_is_a_scorer(function):
    made = bench(function)
    assert (made.score.metrics, list(made.metrics), made.primary_metric) == (("accuracy",), ["accuracy"], "accuracy")
    assert run(made) == Score(values={"accuracy": 1.0}, answer="It is Paris.")
    assert run(made, "Rome") == Score(values={"accuracy": 0.0}, answer="Rome")
    assert run(made, " \n").answer is None
    assert failed_values(made.score, SAMPLE) == {"accuracy": 0.0}


@pytest.mark.parametrize(
    ("given", "value"),
    [(0.25, 0.25), (3, 3.0), (-1, -1.0), (True, 1.0), (Fraction(1, 4), 0.25), (Decimal("0.5"), 0.5)],
)
def test_a_number_is_the_value(given, value):
    assert dict(run(bench(lambda s, c: given)).values) == {"accuracy": value}


def test_numbers_of_numpy_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert dict(run(bench(lambda s, c: numpy.bool_(True))).values) == {"accuracy": 1.0}
    assert type(run(bench(lambda s, c: numpy.float32(0.5))).values["accuracy"]) is float
    value = run(bench(lambda s, c: Score(values={"accuracy": numpy.float64(0.5)}, answer="x"))).values["accuracy"]
    assert type(value) is float
    with pytest.raises(ScorerError, match=r"returned ndarray array\(\[1, 2\]\); accepted: a bool,"):
        run(bench(lambda s, c: numpy.array([1, 2])))


RETURNED = [
    (None, "None"),
    (math.nan, "nan"),
    (math.inf, "inf"),
    ("1", "str '1'"),
    ([1], "list [1]"),
    ({"accuracy": 1}, "dict {'accuracy': 1}"),
    ("x" * 99, f"str '{'x' * 56}…"),
]


@pytest.mark.parametrize(("returned", "shown"), RETURNED, ids=[shown for _, shown in RETURNED])
def test_anything_else_is_an_error_that_names_function_and_value(returned, shown):
    def grade(sample, completion):
        return returned

    with pytest.raises(ScorerError) as caught:
        run(bench(grade))
    assert caught.value.message == (
        f"score function grade: returned {shown}; accepted: a bool, a finite number or a Score"
    )


def test_the_value_is_named_by_the_benchmark():
    assert bench(contains, primary_metric="similarity").score.metrics == ("similarity",)
    assert list(bench(contains, primary_metric="similarity").metrics) == ["similarity"]
    own = bench(contains, metrics={"median": lambda columns: columns})
    assert (own.score.metrics, own.primary_metric) == (("median",), "median")
    tries = bench(contains, metrics={"accuracy": mean("right"), "pass_at_5": pass_at_k(5, "right")})
    assert tries.score.metrics == ("right",)
    assert bench(lambda s, c: 1, metrics={"f1": f1()}).score.metrics == ("correct", "predicted", "expected")


def test_a_function_may_name_its_values_itself():
    def grade(sample, completion):
        return Score(values={"precision": 0.5, "recall": True}, answer=completion.text)

    vars(grade).update(metrics=("precision", "recall"), needs=("judge",))
    made = bench(grade)
    assert (made.score.metrics, list(made.metrics), made.needs) == (
        ("precision", "recall"),
        ["precision", "recall"],
        ("judge",),
    )
    assert run(made) == Score(values={"precision": 0.5, "recall": 1.0}, answer="It is Paris.")

    def similarity(sample, completion, context):
        return context.repeat / 4

    vars(similarity).update(metrics=["similarity"])
    assert run(bench(similarity)).values == {"similarity": 0.75}


def test_a_score_has_the_declared_values():
    both = {"precision": mean("precision"), "recall": mean("recall")}
    values = {"precision": 0.5, "recall": 1.0}
    made = bench(lambda s, c: Score(values=values, answer="a", explanation="b"), metrics=both)
    assert run(made) == Score(values=values, answer="a", explanation="b")
    assert failed_values(made.score, SAMPLE) == {"precision": 0.0, "recall": 0.0}
    with pytest.raises(ScorerError) as caught:
        run(bench(lambda s, c: Score(values=values, answer=None)))
    assert caught.value.message == (
        "score function <lambda>: its Score has other values than declared (precision, recall); declared: accuracy"
    )
    assert caught.value.hint.startswith("Benchmark(metrics=")
    with pytest.raises(ScorerError, match=r"than declared \(none\); declared: accuracy"):
        run(bench(lambda s, c: Score(values={}, answer=None)))
    with pytest.raises(ScorerError, match=r"than declared \(None\); declared: accuracy"):
        run(bench(lambda s, c: Score(values=None, answer=None)))  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ScorerError) as caught:
        run(bench(lambda s, c: True, metrics=both))
    assert caught.value.message == (
        "score function <lambda>: returned one number (True) for 2 metrics; "
        "accepted: a Score with the values precision, recall"
    )
    with pytest.raises(ScorerError) as caught:
        run(bench(lambda s, c: Score(values={"accuracy": math.nan}, answer=None)))
    assert caught.value.message == (
        "score function <lambda>: the value 'accuracy' of its Score is nan; accepted: a bool or a finite number"
    )


class Wrong:
    """A scorer that does not take the context."""

    metrics = ("accuracy",)

    def __call__(self, sample, completion):
        raise NotImplementedError


class OneName:
    """A scorer whose tuple lacks its comma."""

    metrics = "accuracy"

    def __call__(self, sample, completion, context):
        raise NotImplementedError


BOTH = "accepted: a scorer such as exact(), or a function (sample, completion) or (sample, completion, context)"

THREE = "accepted of a scorer with metrics: (sample, completion, context)"


@pytest.mark.parametrize(
    ("score", "message", "hint"),
    [
        (exact, f"score is a class, not an instance (exact); {BOTH}", "write score=exact()"),
        (Grader, f"score is a class, not an instance (Grader); {BOTH}", "write score=Grader()"),
        ("exact", f"score cannot be called (str 'exact'); {BOTH}", ""),
        (None, f"score cannot be called (None); {BOTH}", ""),
        (lambda s: True, f"score takes the wrong parameters (<lambda>(s)); {BOTH}", ""),
        (lambda: True, f"score takes the wrong parameters (<lambda>()); {BOTH}", ""),
        (lambda a, b, c, d=1, *, e: 1, f"score takes the wrong parameters (<lambda>(a, b, c, d=1, *, e)); {BOTH}", ""),
        (partial(contains, 1), f"score takes the wrong parameters (contains(completion)); {BOTH}", ""),
        (bleu(), f"score takes the wrong parameters (metric(columns)); {BOTH}", ""),
        (operator.not_, f"score takes the wrong parameters (not_(a, /)); {BOTH}", ""),
        (
            Wrong(),
            f"score takes the wrong parameters (Wrong(sample, completion)); {THREE}",
            "",
        ),
        (
            OneName(),
            "the scorer's metrics are not a tuple of names ('accuracy')",
            'one metric is written metrics = ("accuracy",), with the comma',
        ),
    ],
)
def test_what_is_no_scorer_is_refused_when_the_benchmark_is_made(score, message, hint):
    with pytest.raises(UsageError) as caught:
        bench(score)
    assert (caught.value.message, caught.value.hint) == (f"benchmark mine: {message}", hint)


def swapped(completion, sample):
    return contains(sample, completion)


async def all_swapped(context, completion, sample):
    return context.repeat == 3 and contains(sample, completion)


def by_place_alone(completion, sample, /):
    return contains(sample, completion)


def by_name_alone(*, completion, sample):
    return contains(sample, completion)


def one_named(answer, sample):
    return contains(sample, answer)


def without_sample(context, completion):
    return context.repeat == 3 and "Paris" in completion.text


def with_more(completion, sample, limit=3, *, context):
    return limit == context.repeat == 3 and contains(sample, completion)


class Swapped:
    def __call__(self, completion, sample):
        return contains(sample, completion)


@pytest.mark.parametrize(
    "function",
    [swapped, all_swapped, by_place_alone, by_name_alone, one_named, without_sample, with_more, Swapped(),
     partial(swapped), lambda completion, sample: contains(sample, completion)],
)  # fmt: skip
def test_parameters_receive_what_their_names_say(function):
    assert run(bench(function)).values == {"accuracy": 1.0}
    assert run(bench(function), "It is Rome.").values == {"accuracy": 0.0}


def test_a_function_with_parameters_in_another_order_is_pickled():
    made = pickle.loads(pickle.dumps(bench(swapped).score))
    assert made(SAMPLE, Completion(text="It is Paris."), CONTEXT).values == {"accuracy": 1.0}


@pytest.mark.parametrize(
    "function",
    [lambda completion, sample, reference: True, lambda completion, context, one, two: True],
)
def test_names_in_another_order_beside_something_unknown_are_refused(function):
    with pytest.raises(
        UsageError, match=r"score takes the wrong parameters \(<lambda>\(completion, .*\); accepted: a sco"
    ):
        bench(function)


def test_a_scorer_with_its_parameters_in_another_order_is_refused():
    class Wrong:
        metrics = ("accuracy",)

        def __call__(self, completion, sample, context):
            raise AssertionError

    with pytest.raises(UsageError) as caught:
        bench(Wrong())
    assert caught.value.message.endswith(
        "score takes the wrong parameters (Wrong(completion, sample, context)); accepted of a scorer with metrics: "
        "(sample, completion, context)"
    )


def test_a_builtin_that_does_not_tell_its_parameters_is_refused():
    with pytest.raises(UsageError, match=r"score takes the wrong parameters \(max"):
        bench(max)


def test_no_score_is_a_missing_argument():
    with pytest.raises(TypeError, match="score"):
        Benchmark(name="mine", data=Rows([]), sample=read)


def test_a_scorer_stays_as_it_is():
    scorer = exact()
    assert bench(scorer).score is scorer
    assert failed_values(scorer, SAMPLE) == {"accuracy": 0.0}


def test_a_benchmark_with_a_function_is_copied_and_pickled():
    made = bench(contains)
    assert replace(made, version="2").score == made.score
    assert replace(made) == made
    assert replace(made, score=async_function) != made
    again = pickle.loads(pickle.dumps(replace(made, metrics={"accuracy": vote_at_k(1)})))
    assert (again.score, run(again).values) == (made.score, {"accuracy": 1.0})


def test_the_values_that_a_metric_reads_are_known():
    assert values_read(clipped(mean("a"))) == ("a",)
    assert values_read(ratio("a", "b", empty=0.0)) == ("a", "b")
    assert values_read(vote_at_k(3)) == ("accuracy",)
    assert [values_read(metric) for metric in perplexities().values()] == [()] * len(perplexities())
    assert values_read(bench(contains, metrics={"own": lambda columns: columns}).metrics["own"]) == ()
