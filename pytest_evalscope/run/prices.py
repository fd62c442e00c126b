"""The price table of a user: the cost of a model's tokens."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import UnknownName, UsageError

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
MILLION = 1_000_000
FORM = '["openai/NAME"] with the lines input = X and output = Y, prices of a million tokens'


@dataclass(frozen=True, slots=True)
class Price:
    """The cost of a million tokens of a model, in the currency of the table."""

    input: float
    output: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the cost of so many tokens."""
        return (prompt_tokens * self.input + completion_tokens * self.output) / MILLION


def read_prices(path: Path, where: str) -> dict[str, Price]:
    """Return model → price from a TOML file. Raises UsageError, which names file and model, for a broken one."""
    try:
        tables: Mapping[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{where}: the file cannot be read ({path}: {error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{where}: not TOML ({path}: {error})") from None
    return {name: _price(table, f"{where}: {path} [{name}]") for name, table in tables.items()}


def _price(table: Any, place: str) -> Price:
    if not isinstance(table, dict) or set(table) != {"input", "output"}:
        raise UsageError(f"{place}: not a price; accepted: a table {FORM}")
    for name, value in table.items():
        amount = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not amount or not math.isfinite(value) or value < 0:
            raise UsageError(f"{place} {name}: not a price ({value!r}); accepted: a number from 0")
    return Price(float(table["input"]), float(table["output"]))


def price_of(model: str, prices: Mapping[str, Price]) -> Price:
    """Return a model's price. Raises UnknownName: what has no price is not free."""
    if model not in prices:
        hint = f"one that is free says so: {FORM}"
        raise UnknownName("--eval-prices: price of a model", model, prices, hint=hint)
    return prices[model]


def require_prices(models: Iterable[str], prices: Mapping[str, Price], *, budget: float | None) -> None:
    """Raise UsageError, before anything is requested, where a cost is wanted and a model has no price."""
    if budget is not None and not prices:
        hint = f"--eval-prices=FILE names a table: {FORM}"
        raise UsageError(f"--eval-cost-budget: no price is known (a budget of {budget:g})", hint=hint)
    for model in models if prices else ():
        price_of(model, prices)
