"""Spending of a run on requests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Requests to one model and their tokens; completions from the cache cost nothing and are not counted."""

    model: str
    requests: int
    """Requests that were answered."""
    prompt_tokens: int
    completion_tokens: int
    estimated: int = 0
    """Number of the requests whose tokens the endpoint did not count: 4 characters are taken as one."""
    cost: float | None = None
    """In the currency of the price table; None without one."""

    def __add__(self, other: Spent) -> Spent:
        """Return the sum of both, which are of one model."""
        return Spent(
            model=self.model,
            requests=self.requests + other.requests,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            estimated=self.estimated + other.estimated,
            cost=None if self.cost is None or other.cost is None else self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Spending of a run, judges included, and its budgets."""

    models: tuple[Spent, ...] = ()
    token_budget: int | None = None
    cost_budget: float | None = None

    @property
    def tokens(self) -> int:
        """Tokens of prompts and completions together."""
        return sum(one.prompt_tokens + one.completion_tokens for one in self.models)

    @property
    def cost(self) -> float | None:
        """The sum of the models' costs, in the currency of the price table; None without one."""
        costs = [one.cost for one in self.models]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def problem(self) -> str:
        """Reason why no more requests are made, in words; empty while a budget is left."""
        if self.token_budget is not None and self.tokens >= self.token_budget:
            return f"{self.tokens:,} of {self.token_budget:,} tokens are spent (--eval-token-budget)"
        if self.cost_budget is not None and self.cost is not None and self.cost >= self.cost_budget:
            return f"{self.cost:.4g} of {self.cost_budget:g} are spent (--eval-cost-budget)"
        return ""

    def lines(self) -> list[str]:
        """Return the spending as sentences: the whole, then each model."""
        tokens = f"{self.tokens:,} tokens" + ("" if self.token_budget is None else f" of {self.token_budget:,}")
        made = [f"spent: {tokens}" + _costs(self.cost, self.cost_budget)]
        made += [
            f"{one.model}: {one.prompt_tokens:,} tokens in, {one.completion_tokens:,} out, {one.requests:,} requests"
            + _costs(one.cost, None)
            for one in self.models
        ]
        estimated = sum(one.estimated for one in self.models)
        if estimated:
            made.append(f"the endpoint did not count the tokens of {estimated:,} requests: they are estimated")
        return made


def _costs(cost: float | None, budget: float | None) -> str:
    return "" if cost is None else f", cost {cost:.6g}" + ("" if budget is None else f" of {budget:g}")
