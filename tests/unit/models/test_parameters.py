"""Generation parameters that were typed: names, values, and what a benchmark's own become for a model."""

import pytest

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models.parameters import check_params
from pytest_evalscope.models.resolve import PROVIDERS, defaults_for

CHECKED = [name for name in PROVIDERS if name != "python"]


def named(provider):
    return provider if PROVIDERS[provider].alone else f"{provider}/m"


@pytest.mark.parametrize("provider", CHECKED)
def test_a_misspelt_name_is_refused_with_the_nearest(provider):
    with pytest.raises(UnknownName) as caught:
        check_params(named(provider), {"temprature": 1})
    assert caught.value.message.startswith(
        "generation parameter: unknown name ('temprature'); did you mean temperature"
    )
    assert ("extra_body" in caught.value.hint) == (provider != "hf")


@pytest.mark.parametrize("provider", CHECKED)
@pytest.mark.parametrize("value", ["hot", -1, True, [1], float("nan"), float("inf")])
def test_a_temperature_that_is_none(provider, value):
    with pytest.raises(UsageError, match=r"^generation parameter temperature: does not fit \(.*\); accepted: a number"):
        check_params(named(provider), {"temperature": value})


@pytest.mark.parametrize(
    "params",
    [
        {"top_p": 1.5}, {"top_k": 0.5}, {"max_tokens": 0}, {"max_tokens": "many"}, {"seed": "x"}, {"stop": [""]},
        {"stop": 3}, {"stream": "True"}, {"logprobs": 5}, {"top_logprobs": -1}, {"extra_body": "x"},
        {"chat_template_kwargs": [1]}, {"response_format": "json"}, {"reasoning_effort": 3}, {"thinking": True},
        {"presence_penalty": "low"}, {"reasoning_tags": "<plan>"},
    ],
    ids=str,
)  # fmt: skip
def test_values_that_do_not_fit(params):
    with pytest.raises(UsageError, match=f"^generation parameter {next(iter(params))}: does not fit "):
        check_params("openai/m", params)


@pytest.mark.parametrize("name", ["extra_headers", "extra_query"])
def test_what_may_be_a_secret_is_not_shown(name):
    with pytest.raises(UsageError) as caught:
        check_params("openai/m", {name: "x-key: sk-SENTINEL"})
    assert (
        str(caught.value) == f"generation parameter {name}: does not fit; accepted: an object, or null to leave it out"
    )


@pytest.mark.parametrize(
    "params",
    [
        {"temperature": 0, "top_p": 1, "top_k": -1, "max_tokens": 8.0, "stop": ("a",), "seed": -1, "stream": False},
        {"temperature": None, "stop": None, "max_tokens": None, "reasoning_tags": None},
        {"extra_body": {"temprature": 1}, "extra_headers": {"a": "b"}, "extra_query": {"a": 1}},
        {"thinking": {"type": "enabled"}, "repetition_penalty": 1.1, "min_p": 0.1, "enable_thinking": False},
        {"reasoning_tags": ["<plan>", "</plan>"]},
    ],
)
def test_values_that_fit(params):
    check_params("openai/m", params)


@pytest.mark.parametrize("model", ["python/shop:answer", "elsewhere/m", "my application"])
def test_any_name_is_fine_where_nothing_is_known(model):
    check_params(model, {"temprature": 1})


@pytest.mark.parametrize("name", names())
def test_what_benchmarks_set_is_known(name):
    for provider in CHECKED:
        check_params(named(provider), load(name).params)


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("openai/gpt-4o", {"temperature": 0, "max_tokens": 9, "stop": "x"}),
        ("openai/gpt-5.1", {"temperature": 0, "max_tokens": 9, "stop": "x"}),
        ("openai/gpt-5-chat-latest", {"temperature": 0, "max_tokens": 9, "stop": "x"}),
        ("openai/o1mini-of-ours", {"temperature": 0, "max_tokens": 9, "stop": "x"}),
        ("openai/o3-mini", {"max_completion_tokens": 9, "stop": "x"}),
        ("responses/gpt-5", {"max_completion_tokens": 9}),
        ("responses/m", {"temperature": 0, "max_tokens": 9}),
        ("azure/gpt-5-mini", {"max_completion_tokens": 9, "stop": "x"}),
        ("openai/openai/o4-mini", {"max_completion_tokens": 9, "stop": "x"}),
        ("anthropic/claude-x", {"max_tokens": 9, "stop": "x"}),
        ("hf/m", {"temperature": 0, "max_tokens": 9, "stop": "x"}),
    ],
)
def test_what_a_benchmark_set_is_left_out_where_the_model_refuses_it(model, sent):
    assert defaults_for(model, {"temperature": 0, "max_tokens": 9, "stop": "x"}) == sent


def test_what_a_person_chose_is_sent_as_it_is():
    defaults = {"temperature": 0, "max_tokens": 9}
    assert defaults_for("anthropic/m", defaults, {"temperature": 1}) == {"temperature": 1, "max_tokens": 9}
    assert defaults_for("responses/m", defaults, {"stop": "x"}) == {**defaults, "stop": "x"}
    assert defaults_for("openai/o3", defaults, {"max_tokens": 3}) == {"max_tokens": 3}
    assert defaults_for("openai/m", defaults, {"temperature": None}) == {"temperature": None, "max_tokens": 9}
