"""A budget is one for all workers; the gates of what was not asked are errors; a larger one completes the run."""

from importlib.util import find_spec

import pytest

MORE = """

from dataclasses import replace

OTHER = replace(SUMS, name="other", data=Rows([{"q": f"{n} + {n} =", "a": str(2 * n)} for n in range(1, 11)]))


@benchmark(OTHER)
def test_other(scores):
    assert scores.accuracy >= 0.05


@benchmark(SUMS)
def test_sums(scores):
    assert scores.accuracy >= 0.05
"""
WHOLE = 10 * 4 + 10 * 5
"""The fake model counts words: 3 or 4 of a question, 1 of its answer."""


@pytest.fixture
def costly(plain_project, sums):
    plain_project.write("test_sums.py", sums + MORE)
    plain_project.write("prices.toml", '["fake/fixed:4"]\ninput = 1000\noutput = 2000\n')
    return plain_project


def test_a_budget_ends_a_run_and_a_larger_one_completes_it(costly):
    options = ("--eval-concurrency=2", "--eval-prices=prices.toml", "--eval-fail-under=0")
    workers = ("-n", "2") if find_spec("xdist") else ()
    result = costly.run("--eval-token-budget=50", "--eval-max-errors=1", *options, *workers)
    result.stdout.fnmatch_lines(["*the index was not computed: * samples were not requested, for the budget is spent*"])
    assert result.ret == 10
    assert result.parseoutcomes().get("errors", 0) >= 1
    result.stdout.fnmatch_lines(["*samples were not requested: the budget is spent: first *tokens are spent*"])
    result.stdout.fnmatch_lines(["spent: 5? tokens of 50, cost 0.0*", "fake/fixed:4: * tokens in, * out, * requests*"])
    result.stdout.fnmatch_lines(
        ["remark: the budget is spent: * of 20 samples were not requested; the same command with a *"]
    )
    first = costly.report("index.json")["spent"]
    assert 50 <= first["tokens"] < 60, "one request of each worker may be in flight"
    (spent,) = first["models"]
    assert first["cost"] == pytest.approx(spent["prompt_tokens"] / 1000 + spent["completion_tokens"] / 500)

    costly.run("--eval-token-budget=500", *options).assert_outcomes(passed=3)
    assert costly.report("index.json")["spent"]["tokens"] == WHOLE - first["tokens"], "what was asked is not paid twice"


def test_what_has_no_price_is_refused_before_anything_is_asked(plain_project):
    plain_project.write("prices.toml", '["fake/echo"]\ninput = 1\noutput = 1\n')
    for options, said in (
        (("--eval-cost-budget=5",), "*--eval-cost-budget: no price is known (a budget of 5)*"),
        (("--eval-prices=prices.toml",), "*--eval-prices: price of a model: unknown name ('fake/fixed:4')*"),
        (("--eval-token-budget=0",), "*--eval-token-budget: not a whole number from 1 ('0')*"),
    ):
        result = plain_project.run(*options)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([said])
        assert not (plain_project.path / "outputs").exists()


def test_an_application_without_a_price_is_an_error_and_is_not_asked(plain_project):
    plain_project.write(
        "conftest.py",
        "import pytest\n\n\n@pytest.fixture\ndef model():\n    return lambda prompt: open('asked', 'w') and '4'\n",
    )
    plain_project.write("prices.toml", '["fake/fixed:4"]\ninput = 1\noutput = 1\n')
    result = plain_project.run("--eval-prices=prices.toml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*--eval-prices: price of a model: unknown name ('application')*"])
    assert not (plain_project.path / "asked").exists()
