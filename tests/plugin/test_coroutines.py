"""An eval written as `async def` is run by the plugin that can, and else an error before anything is requested."""

import pytest

ASYNC = "\n\n@benchmark(SUMS)\nasync def test_sums(scores):\n    assert scores.accuracy >= 0.05\n"
OTHER = ASYNC.replace("async def test_sums", "def test_other").replace(
    "@benchmark(SUMS", "@benchmark(SUMS, name='other'"
)
RUNNER = """
import asyncio

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if asyncio.iscoroutinefunction(pyfuncitem.obj):
        asyncio.run(pyfuncitem.obj(pyfuncitem.funcargs["scores"]))
        return True
"""


@pytest.mark.workers
def test_without_a_plugin_that_runs_it_it_is_an_error_and_nothing_is_requested(project, sums):
    project.write("test_sums.py", sums + ASYNC + OTHER)
    result = project.run()
    result.assert_outcomes(errors=1, passed=1)
    assert result.ret == 10, "a gate was not computed"
    result.stdout.fnmatch_lines(
        ["test_sums: an async function, which pytest does not run; accepted: a plain function", "test_sums.py:*"]
    )
    result.stdout.re_match_lines([r"sums +error .*"])
    assert {path.parent.name for path in project.folder.rglob("*.jsonl")} == {"other"}, "nothing of it was requested"


@pytest.mark.parametrize("how", ["a marker", "a mode", "a conftest"])
def test_with_one_it_is_run(plain_project, sums, how):
    marked = ASYNC.replace("@benchmark", "@__import__('pytest').mark.anyio\n@benchmark")
    plain_project.write("test_sums.py", sums + (marked if how == "a marker" else ASYNC))
    plain_project.write(
        "conftest.py",
        RUNNER
        if how == "a conftest"
        else "import pytest\n\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n",
    )
    options = () if how == "a conftest" else ("-p", "anyio.pytest_plugin")
    options = (*options, "-o", "anyio_mode=auto") if how == "a mode" else options
    plain_project.run(*options).assert_outcomes(passed=1)
    plain_project.write("test_sums.py", (plain_project.path / "test_sums.py").read_text("utf-8").replace("0.05", "0.5"))
    plain_project.run(*options).assert_outcomes(failed=1)
