"""The sandbox of a run: opened for the jobs that need one, refused before anything is asked."""

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import problem_here
from pytest_evalscope.scorers import code
from pytest_evalscope.scorers.probes import require_packages
from pytest_evalscope.types import Program, Score

pytestmark = pytest.mark.skipif(problem_here("unsafe") is not None, reason="the system has no sandbox to run it in")


class Runs:
    metrics = ("accuracy",)

    async def __call__(self, sample, completion, context):
        execution = await context.sandbox.run(Program(command=("python", "-c", f"print({completion.text})")))
        return Score(values={"accuracy": float(execution.stdout == f"{sample.target}\n")}, answer=completion.text)

    def failed(self, sample):
        return {"accuracy": 0.0}


def test_a_job_that_needs_a_sandbox_has_it(open_run, make_job, adder):
    run = open_run(sandbox="unsafe")
    scores = run.result(make_job(adder(), 3, benchmark={"score": Runs(), "needs": ("sandbox",)}))
    assert (scores.accuracy, scores.outcomes) == (1.0, {"scored": 3})


def test_without_a_sandbox_nothing_is_asked(open_run, make_job, adder):
    model = adder()
    run = open_run(sandbox="off")
    with pytest.raises(SandboxError, match="code of the model may not run"):
        run.result(make_job(model, benchmark={"score": Runs(), "needs": ("sandbox",)}))
    assert model.asked == []


def test_a_job_that_needs_none_opens_none(open_run, make_job, adder):
    assert open_run(sandbox="off").result(make_job(adder(), 3)).accuracy == 1.0


class Demands(Runs):
    async def ready(self, subset, context):
        await require_packages(context.sandbox, {"default": ("json", "no_such_package")}, subset)


def test_what_the_sandbox_lacks_is_told_before_anything_is_asked(open_run, make_job, adder):
    model = adder()
    run = open_run(sandbox="unsafe")
    with pytest.raises(SandboxError) as caught:
        run.result(make_job(model, benchmark={"score": Demands(), "needs": ("sandbox",)}))
    assert caught.value.message == (
        "sandbox unsafe: Python packages that the tests of 'default' import are missing (no_such_package)"
    )
    assert "--eval-sandbox=docker:IMAGE" in caught.value.hint
    assert model.asked == []


def test_a_benchmark_names_its_packages(open_run, make_job, adder):
    model = adder()
    with pytest.raises(SandboxError, match=r"missing \(no_such_package\)"):
        open_run(sandbox="unsafe").result(
            make_job(model, benchmark={"score": code(packages=("no_such_package",)), "needs": ("sandbox",)})
        )
    assert model.asked == []
