"""The models that completions are from, as endpoints call them: what a gateway fell back to is reported."""

import pytest

from pytest_evalscope.api.summary import remarks_on
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.plan import Job
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Completion, Record, Result, Sample

SUMS = Benchmark(
    name="sums",
    data=Rows([{"q": "1 + 1", "a": "2"}]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    score=number(),
)


def result(model, *answered, opened=""):
    tally = Tally(Job(benchmark=SUMS, subset="default", model=model, alias_of=opened))
    for place, name in enumerate(answered):
        record = Record(
            sample_id=str(place), benchmark="sums", subset="default", model=model, outcome="scored",
            values={"accuracy": 1.0}, completion=Completion(text="2", model=name),
        )  # fmt: skip
        tally.add(record, place)
    return result_of_job(tally.job, tally.scores())


@pytest.mark.parametrize(
    ("model", "answered"),
    [
        ("openai/gpt-4o", "gpt-4o-2024-08-06"),
        ("openai/openai/gpt-4o", "gpt-4o-2024-08-06"),
        ("openai/qwen2.5-7b-instruct", "Qwen/Qwen2.5-7B-Instruct"),
        ("openai/m", ""),
        ("openai/meta-llama/Llama-3.1-8B", "llama3.1:8b"),
        ("hf/org/qwen-3", "Qwen3-0.6B"),
        ("smollm2", "SmolLM2-135M-Instruct.Q4_K_M.gguf"),
        ("gguf/models/a.gguf", "a.gguf"),
        ("azure/ours", "gpt-4o"),
        ("python/shop:answer", "gpt-4o"),
    ],
)
def test_one_model_by_its_own_name_is_nothing_to_report(model, answered):
    made = result(model, answered, answered)
    assert made.answered_by == {}
    assert remarks_on([made], complete=True) == ()


def test_a_dead_model_that_another_answers_for_is_reported():
    made = result("openai/gpt-4o", "claude-x", "claude-x")
    assert made.answered_by == {"claude-x": 2}
    assert Result.from_plain(made.to_plain()) == made
    (remark,) = remarks_on([made, made], complete=True)
    assert remark == "openai/gpt-4o: the endpoint says that the completions are from claude-x (4)"


@pytest.mark.parametrize(
    ("model", "answered"),
    [
        ("openai/gpt-4", "gpt-4o"),
        ("openai/m", "other-model"),
        ("openai/gpt-4", "gpt-4 (fallback)"),
        ("openai/o1", "o1x"),
    ],
)
def test_a_name_that_only_begins_alike_is_another_model(model, answered):
    assert result(model, answered).answered_by == {answered: 1}


def test_two_models_in_one_run_are_reported():
    made = result("openai/gpt-4o", "gpt-4o", "gpt-4o", "gpt-4o (fallback)", "")
    (remark,) = remarks_on([made], complete=True)
    assert remark == (
        "openai/gpt-4o: the endpoint says that the completions are from gpt-4o (2), gpt-4o (fallback) (1); "
        "one run measures one model"
    )


def test_a_name_of_ones_own_means_the_model_that_was_opened():
    assert result("cold", "gpt-4o", opened="openai/gpt-4o").answered_by == {}
    assert result("cold", "other", opened="openai/gpt-4o").answered_by == {"other": 1}


def test_a_name_cannot_steer_a_terminal():
    (remark,) = remarks_on([result("openai/m", "\x1b[2Jx")], complete=True)
    assert "\x1b" not in remark
