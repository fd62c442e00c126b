"""Budgets: nothing new is sent once they are spent, and what was asked is kept."""

from typing import Any

import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.gates import coverage_error
from pytest_evalscope.run import Run
from pytest_evalscope.run.budget import Ledger, spending_of
from pytest_evalscope.run.prices import Price, read_prices, require_prices
from pytest_evalscope.types import (
    EVERY_REQUEST,
    Chat,
    Completion,
    Embed,
    Likelihood,
    Request,
    Spending,
    Usage,
    prompt_of,
)


class Priced:
    """A model that adds, and says that a question has 7 tokens and an answer 3; replies wait for each other."""

    can = EVERY_REQUEST
    name = "priced"

    def __init__(self, usage: Usage | None = None, together: int = 1) -> None:
        self.identity = {"priced": 1}
        self.usage = usage or Usage(prompt_tokens=7, completion_tokens=3)
        self.asked = 0
        self.together = together
        self.waiting: list[Any] = []

    async def send(self, request: Request) -> Completion:
        import asyncio

        self.asked += 1
        gate = asyncio.get_running_loop().create_future()
        self.waiting.append(gate)
        if len(self.waiting) == self.together:
            while self.waiting:
                self.waiting.pop().set_result(None)
        await gate
        first, _, second = prompt_of(request)[-1]["content"].split()
        return Completion(text=str(int(first) + int(second)), usage=self.usage)

    async def aclose(self) -> None:
        """Nothing is held."""


def spent_by(run: Run) -> Spending:
    made = spending_of(run.folder, run.settings)
    assert made is not None
    return made


def test_a_token_budget_stops_the_run_and_a_larger_one_completes_it(open_run, make_job):
    model = Priced()
    run = open_run(token_budget=35, concurrency=1)
    scores = run.result(make_job(run.resources.behind_cache(model), 10))
    assert (dict(scores.outcomes), model.asked) == ({"scored": 4, "not_asked": 6}, 4)
    assert scores.accuracy == 0.4
    left = [record for record in scores.samples if record.outcome == "not_asked"]
    assert {(record.attempts, record.values["accuracy"]) for record in left} == {(0, 0.0)}
    assert left[0].error.startswith("budget: 40 of 35 tokens are spent (--eval-token-budget)")
    problem = coverage_error(scores, max_errors=1.0, first_error=run.tallies[next(iter(run.tallies))].first_error)
    assert problem.startswith("6 of 10 samples were not requested: the budget is spent: first ")
    spent = spent_by(run)
    assert (spent.tokens, spent.cost, spent.models[0].requests) == (40, None, 4)
    assert spent.lines() == ["spent: 40 tokens of 35", "priced: 28 tokens in, 12 out, 4 requests"]

    again = open_run(token_budget=60, concurrency=1)
    scores = again.result(make_job(again.resources.behind_cache(model), 10))
    assert (dict(scores.outcomes), model.asked) == ({"scored": 10}, 10)
    assert spent_by(again).tokens == 60, "what is cached is not counted"


def test_what_is_in_flight_ends_and_is_kept(open_run, make_job):
    model = Priced(together=4)
    run = open_run(token_budget=1, concurrency=4)
    scores = run.result(make_job(run.resources.behind_cache(model), 12))
    assert (dict(scores.outcomes), model.asked) == ({"scored": 4, "not_asked": 8}, 4)


def test_a_cost_budget_counts_in_the_users_prices(open_run, make_job):
    prices = {"priced": Price(input=1_000_000, output=2_000_000)}
    run = open_run(cost_budget=30.0, prices=prices, concurrency=1)
    scores = run.result(make_job(run.resources.behind_cache(Priced()), 10))
    assert dict(scores.outcomes) == {"scored": 3, "not_asked": 7}
    spent = spent_by(run)
    assert spent.cost == 39.0
    assert spent.lines()[0] == "spent: 30 tokens, cost 39 of 30"


def test_tokens_that_nobody_counted_are_estimated_and_never_free(open_run, make_job):
    model = Priced(usage=Usage())
    run = open_run(token_budget=6, concurrency=1)
    scores = run.result(make_job(run.resources.behind_cache(model), 10))
    assert dict(scores.outcomes) == {"scored": 2, "not_asked": 8}
    assert "of 2 requests: they are estimated" in spent_by(run).lines()[-1]


def test_texts_to_embed_and_continuations_are_estimated_too(open_run):
    run = open_run(token_budget=1000)
    ledger = Ledger(run.folder, run.settings)
    ledger.book("m", Embed(texts=("a" * 40, "b" * 40)), Completion(text=""))
    prompt = ({"role": "raw", "content": "c" * 20},)
    ledger.book("m", Likelihood(messages=prompt, continuations=("d" * 10, "e" * 10)), Completion(text=""))
    ledger.close()
    assert (spent_by(run).tokens, spent_by(run).models[0].estimated) == (30, 2)


def test_a_judge_that_is_not_asked_leaves_its_sample_unasked(open_run, make_job):
    from pytest_evalscope.scorers import judge

    said = '{"verdict": "CORRECT", "reason": "so"}'
    run = open_run(judges=(f"fake/fixed:{said}",), token_budget=1, concurrency=1)
    model = Priced(usage=Usage(prompt_tokens=1))
    scores = run.result(
        make_job(
            run.resources.behind_cache(model), 3, benchmark={"score": judge(), "metrics": {}, "primary_metric": ""}
        )
    )
    assert dict(scores.outcomes) == {"not_asked": 3}
    errors = [record.error for record in scores.samples]
    assert any(error.startswith("judge fake/fixed:") and "budget: 1 of 1 tokens" in error for error in errors)


def test_two_processes_share_one_budget(open_run):
    run = open_run(token_budget=20)
    first, second = (Ledger(run.folder, run.settings) for _ in range(2))
    request = Chat(messages=({"role": "user", "content": "1 + 1"},))
    first.book("m", request, Completion(text="2", usage=Usage(prompt_tokens=9, completion_tokens=1)))
    second.check()
    first.book("m", request, Completion(text="2", usage=Usage(prompt_tokens=9, completion_tokens=1)))
    with pytest.raises(Exception, match="budget: 20 of 20 tokens are spent"):
        second.check()
    first.close()
    second.close()


def test_a_price_table(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text('["openai/a"]\ninput = 0.15\noutput = 0.6\n\n["fake/free"]\ninput = 0\noutput = 0\n')
    prices = read_prices(path, "--eval-prices")
    assert prices["openai/a"].of(1_000_000, 500_000) == pytest.approx(0.45)
    require_prices(["openai/a", "fake/free"], prices, budget=1.0)
    with pytest.raises(UnknownName, match="price of a model: unknown name \\('openai/aa'\\); did you mean openai/a"):
        require_prices(["openai/aa"], prices, budget=None)
    with pytest.raises(UsageError, match=r"--eval-cost-budget: no price is known \(a budget of 1\)"):
        require_prices(["openai/a"], {}, budget=1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("input = 1", "not a price; accepted: a table"),
        ('["m"]\ninput = 1', "not a price; accepted: a table"),
        ('["m"]\ninput = -1\noutput = 1', r"input: not a price \(-1\); accepted: a number from 0"),
        ('["m"]\ninput = nan\noutput = 1', r"input: not a price \(nan\)"),
        ('["m"]\ninput = true\noutput = 1', r"input: not a price \(True\)"),
        ("[", "not TOML"),
    ],
)
def test_what_is_no_price_table(tmp_path, text, said):
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_prices(path, "--eval-prices")
    with pytest.raises(UsageError, match="the file cannot be read"):
        read_prices(tmp_path / "none.toml", "--eval-prices")
