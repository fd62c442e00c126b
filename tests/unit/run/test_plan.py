"""The plan of a run: what is refused before anything is asked."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_evalscope.api.conduct import refuse_clashes
from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import DataError, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.run.plan import LISTED, Job, jobs_of, require_requests
from pytest_evalscope.scorers import exact
from pytest_evalscope.solvers import chat, likelihood, multiple_choice, perplexity, turns
from pytest_evalscope.types import Chat, Likelihood, Model, Sample


@pytest.mark.parametrize("where", ["settings", "decorator"])
def test_several_replies_to_one_request_are_refused_with_the_way_to_have_them(where):
    settings = Settings(params={"n": 4} if where == "settings" else {})
    options = {"params": {"n": 4}} if where == "decorator" else {}
    with pytest.raises(UsageError) as caught:
        jobs_of(load("smoke_facts"), "fake/echo", settings, options, where="test")
    assert (
        caught.value.message == "generation parameter n: does not fit (4); accepted: 1, as a request has one completion"
    )
    assert caught.value.hint.startswith("--eval-repeats requests several completions of every sample")


@pytest.mark.parametrize("count", [1, None])
def test_one_reply_may_be_asked_for_by_number(count):
    [job] = jobs_of(load("smoke_facts"), "fake/echo", Settings(params={"n": count}), {}, where="test")
    assert job.params["n"] == count


def job(solve: Any, *, name: str = "sums", model: str = "mine/m") -> Job:
    made = Benchmark(name=name, data=Rows([]), sample=lambda row: Sample(input=row["q"]), solve=solve, score=exact())
    return Job(benchmark=made, subset="default", model=model)


def of_kinds(*kinds: type) -> Model:
    return cast("Model", SimpleNamespace(can=frozenset(kinds)))


async def own_solver(sample, context):
    raise AssertionError


@pytest.mark.parametrize("solve", [chat(), multiple_choice(), turns()])
def test_solvers_of_chats_need_a_model_that_chats(solve):
    require_requests([job(solve)], Settings(), lambda job: of_kinds(Chat))
    with pytest.raises(UsageError) as caught:
        require_requests([job(solve)], Settings(), lambda job: of_kinds(Likelihood))
    assert str(caught.value) == (
        "model mine/m: cannot answer messages, needed by sums; models that can: models of every provider, and "
        "functions of messages"
    )


@pytest.mark.parametrize("solve", [likelihood(), perplexity()])
def test_solvers_of_likelihoods_need_log_probabilities(solve):
    require_requests([job(solve)], Settings(), lambda job: of_kinds(Likelihood))
    with pytest.raises(UsageError) as caught:
        require_requests([job(solve)], Settings(), lambda job: of_kinds(Chat))
    assert caught.value.message.startswith(
        "model mine/m: cannot give log-probabilities of texts, needed by sums; models that can: hf/, gguf/, smollm2 and"
    )


def test_a_solver_that_says_nothing_opens_no_model():
    require_requests([job(own_solver)], Settings(), lambda job: pytest.fail("opened"))


def test_every_model_and_benchmark_that_lacks_is_named_once_up_to_a_number():
    jobs = [job(perplexity(), name=f"b{number}", model=model) for number in range(7) for model in ("a", "b")]
    with pytest.raises(UsageError, match=r"^model a, b: cannot .*, needed by b0, b1, b2, b3, b4 and 2 more; models"):
        require_requests(jobs, Settings(), lambda job: of_kinds(Chat))
    with pytest.raises(UsageError, match=r"needed by b0, b1, b2, b3, b4; models"):
        require_requests(jobs[: 2 * LISTED], Settings(), lambda job: of_kinds(Chat))


def test_completions_of_a_run_folder_need_no_model():
    settings = Settings(run_dir=Path("outputs"))
    require_requests([job(perplexity())], settings, lambda job: pytest.fail("opened"))


def numbered(numbers: Iterable[int], **fields: Any) -> Job:
    made = Benchmark(
        name="sums",
        data=Rows([{"q": f"{n} + {n}"} for n in numbers]),
        sample=lambda row: Sample(input=row["q"]),
        score=exact(),
    )
    return Job(benchmark=made, subset="default", model="mine/m", **fields)


def asked(job: Job) -> list[str]:
    return [str(sample.input) for sample in job.samples(Source())]


def test_samples_are_shuffled_before_the_limit_by_their_seed_alone():
    plain = asked(numbered(range(100)))
    seven, eight = asked(numbered(range(100), shuffle=7)), asked(numbered(range(100), shuffle=8))
    assert plain != seven != eight != plain
    assert sorted(plain) == sorted(seven) == sorted(eight)
    assert asked(numbered(range(100), shuffle=7, limit=10)) == seven[:10]
    assert asked(numbered(range(100), shuffle=7, limit=0.1)) == seven[:10]
    assert asked(numbered(reversed(range(100)), shuffle=7)) == seven, "whatever the order of the data"
    assert asked(numbered(range(3), shuffle=7, limit=10)) == [text for text in seven if text in plain[:3]]


def test_a_seed_of_the_order_is_part_of_the_plan():
    [made] = jobs_of(load("smoke_facts"), "fake/echo", Settings(shuffle=0), {}, where="test")
    assert made.shuffle == 0
    [plain] = jobs_of(load("smoke_facts"), "fake/echo", Settings(), {}, where="test")
    assert plain.shuffle is None
    with pytest.raises(UsageError, match="run it in two ways under one name"):
        refuse_clashes([(made, "test_a"), (plain, "test_b")])


def test_a_subset_without_rows_is_an_error_in_any_order():
    with pytest.raises(DataError, match="sums/default: the data set contains no row of this subset"):
        asked(numbered([], shuffle=1))
