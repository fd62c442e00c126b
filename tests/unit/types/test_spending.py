"""What a run has spent, in numbers and in sentences."""

import pytest

from pytest_evalscope.types import Spending, Spent

MINE = Spent(model="mine", requests=1200, prompt_tokens=3000, completion_tokens=500, estimated=1000, cost=0.25)
JUDGE = Spent(model="judge", requests=2, prompt_tokens=40, completion_tokens=3, cost=1.5)
FREE = Spent(model="free", requests=1, prompt_tokens=1, completion_tokens=1)


def test_what_one_model_was_asked_for_adds_up():
    more = Spent(model="mine", requests=1, prompt_tokens=20, completion_tokens=300, estimated=4000, cost=2.0)
    both = Spent(model="mine", requests=1201, prompt_tokens=3020, completion_tokens=800, estimated=5000, cost=2.25)
    assert MINE + more == both
    assert (MINE + FREE).cost is None
    assert (FREE + MINE).cost is None


def test_a_run_has_spent_what_its_models_have():
    spending = Spending(models=(MINE, JUDGE))
    assert (spending.tokens, spending.cost, spending.problem) == (3543, 1.75, "")
    assert Spending(models=(MINE, FREE)).cost is None
    assert (Spending().tokens, Spending().cost) == (0, 0)


@pytest.mark.parametrize(
    ("budgets", "problem"),
    [
        ({"token_budget": 3544}, ""),
        ({"token_budget": 3543}, "3,543 of 3,543 tokens are spent (--eval-token-budget)"),
        ({"token_budget": 0}, "3,543 of 0 tokens are spent (--eval-token-budget)"),
        ({"cost_budget": 1.76}, ""),
        ({"cost_budget": 1.75}, "1.75 of 1.75 are spent (--eval-cost-budget)"),
        ({"cost_budget": 0.0}, "1.75 of 0 are spent (--eval-cost-budget)"),
        ({"token_budget": 9999, "cost_budget": 1.0}, "1.75 of 1 are spent (--eval-cost-budget)"),
        ({"token_budget": 1, "cost_budget": 1.0}, "3,543 of 1 tokens are spent (--eval-token-budget)"),
    ],
)
def test_a_budget_is_spent_when_it_is_reached(budgets, problem):
    assert Spending(models=(MINE, JUDGE), **budgets).problem == problem


def test_without_prices_no_cost_is_reached():
    assert Spending(models=(FREE,), cost_budget=0.0).problem == ""


def test_the_spending_is_told_in_sentences():
    assert Spending(models=(MINE, JUDGE), token_budget=4000, cost_budget=2.0).lines() == [
        "spent: 3,543 tokens of 4,000, cost 1.75 of 2",
        "mine: 3,000 tokens in, 500 out, 1,200 requests, cost 0.25",
        "judge: 40 tokens in, 3 out, 2 requests, cost 1.5",
        "the endpoint did not count the tokens of 1,000 requests: they are estimated",
    ]
    assert Spending(models=(FREE,), cost_budget=2.0).lines() == [
        "spent: 2 tokens",
        "free: 1 tokens in, 1 out, 1 requests",
    ]
    assert Spending(models=(JUDGE,)).lines()[0] == "spent: 43 tokens, cost 1.5"
