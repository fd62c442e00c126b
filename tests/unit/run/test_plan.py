"""The plan of a run: what is refused before anything is asked."""

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.errors import UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.run.plan import jobs_of


@pytest.mark.parametrize("where", ["settings", "decorator"])
def test_several_replies_to_one_request_are_refused_with_the_way_to_have_them(where):
    settings = Settings(params={"n": 4} if where == "settings" else {})
    options = {"params": {"n": 4}} if where == "decorator" else {}
    with pytest.raises(UsageError) as caught:
        jobs_of(load("smoke_facts"), "fake/echo", settings, options, where="test")
    assert caught.value.message == "generation parameter n: does not fit (4); accepted: 1, a request has one reply"
    assert caught.value.hint.startswith("--eval-repeats asks every sample several times")


@pytest.mark.parametrize("count", [1, None])
def test_one_reply_may_be_asked_for_by_number(count):
    [job] = jobs_of(load("smoke_facts"), "fake/echo", Settings(params={"n": count}), {}, where="test")
    assert job.params["n"] == count
