"""Generation parameters as the engines of this process read them."""

from types import MappingProxyType

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.local.sampling import Sampling, read_sampling, sampling_seed
from pytest_evalscope.types import Chat


def read(**params):
    return read_sampling("hf/m", Chat(messages=(), params=params))


def test_without_parameters_it_is_greedy_and_bounded():
    sampling = read()
    assert (sampling.temperature, sampling.max_tokens, sampling.stop, sampling.logprobs) == (0, 512, (), False)


def test_every_parameter_is_read():
    params = {
        "max_tokens": 9, "temperature": 1, "top_p": 0.5, "top_k": 3.0, "stop": ["a", "b"], "logprobs": True,
        "top_logprobs": 20, "chat_template_kwargs": {"enable_thinking": False},
    }  # fmt: skip
    sampling = read(**params)
    assert sampling == Sampling(
        max_tokens=9, temperature=1.0, top_p=0.5, top_k=3, seed=sampling.seed, stop=("a", "b"), logprobs=True,
        top_logprobs=20, template={"enable_thinking": False},
    )  # fmt: skip


def test_spellings_of_one_thing():
    assert read(stop="x").stop == ("x",)
    assert read(max_completion_tokens=7, max_tokens=9).max_tokens == 7
    assert read(top_k=-1).top_k == read(top_k=0).top_k == 0
    absent = {"temperature": None, "stop": None, "max_tokens": None, "seed": None, "n": None}
    assert read(**absent) == read()


def test_what_means_nothing_is_accepted():
    assert read(n=1, frequency_penalty=0.0, presence_penalty=0, stream=False) == read()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"temperature": -1}, "hf/m: temperature does not fit (-1); accepted: a number of at least 0"),
        ({"temperature": "hot"}, "hf/m: temperature does not fit ('hot'); accepted: a number of at least 0"),
        ({"temperature": float("nan")}, "hf/m: temperature does not fit (None); accepted: a number of at least 0"),
        ({"top_p": 1.1}, "hf/m: top_p does not fit (1.1); accepted: a number of at least 0 and at most 1"),
        ({"max_tokens": 0}, "hf/m: max_tokens does not fit (0); accepted: an integer of at least 1"),
        ({"max_tokens": 1.5}, "hf/m: max_tokens does not fit (1.5); accepted: an integer of at least 1"),
        ({"max_tokens": True}, "hf/m: max_tokens does not fit (True); accepted: an integer of at least 1"),
        ({"top_k": -2}, "hf/m: top_k does not fit (-2); accepted: an integer of at least -1"),
        (
            {"top_logprobs": 21},
            "hf/m: top_logprobs does not fit (21); accepted: an integer of at least 0 and at most 20",
        ),
        ({"stop": 3}, "hf/m: stop does not fit (3); accepted: a string, or a list of strings, none empty"),
        (
            {"stop": ["a", ""]},
            "hf/m: stop does not fit (['a', '']); accepted: a string, or a list of strings, none empty",
        ),
        ({"chat_template_kwargs": 1}, "hf/m: chat_template_kwargs does not fit (1); accepted: an object"),
        ({"n": 2}, "hf/m: n does not fit (2); accepted: 1 (it has no effect here)"),
        ({"frequency_penalty": 0.5}, "hf/m: frequency_penalty does not fit (0.5); accepted: 0 (it has no effect here)"),
        ({"temprature": 1}, "hf/m: generation parameter: unknown name ('temprature'); did you mean temperature?"),
    ],
)
def test_what_does_not_fit_is_refused(params, message):
    with pytest.raises(RequestRefused) as caught:
        read(**params)
    assert caught.value.message == message


def ask(text, repeat=0, **params):
    return Chat(messages=({"role": "user", "content": text},), params=params, repeat=repeat)


def test_a_seed_depends_on_seed_repeat_and_prompt_alone():
    seeds = [
        sampling_seed(request)
        for request in (ask("a"), ask("b"), ask("a", repeat=1), ask("a", seed=1), ask("a", repeat=1, seed=1))
    ]
    assert len(set(seeds)) == 5
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert sampling_seed(ask("a", temperature=1, max_tokens=3)) == sampling_seed(ask("a", seed=0)) == seeds[0]
    proxied = Chat(messages=(MappingProxyType({"role": "user", "content": "a"}),))
    assert sampling_seed(proxied) == seeds[0]


def test_a_seed_is_the_same_in_every_process():
    assert sampling_seed(ask("6 x 7?", seed=42)) == 822533842
