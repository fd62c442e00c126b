"""The judges of a task: EvalScope's field `judge` in our terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models.resolve import has_provider
from pytest_evalscope.scorers.judging import STRATEGIES, Strategy

_FORM = 'accepted: judge={"models": [{"model_id": "openai/NAME"}]}'


def judges_of(given: Mapping[str, Any] | None) -> tuple[tuple[str, ...], str]:
    """Return the names of the judges, `provider/model`, and the address that all of them share; () and "" for none.

    Raises UsageError for whatever would be lost, secrets unshown: an address for each, a key, a prompt.
    """
    given = given or {}
    models = given.get("models") or []
    if not models and strategy_of(given) in ("auto", "rule"):
        return (), ""
    for key in given:
        if key not in ("models", "strategy"):
            raise UsageError(f"TaskConfig judge.{key}: not supported; use a scorer of your own: judge(…)")
    if not isinstance(models, (list, tuple)) or not models or not all(isinstance(item, Mapping) for item in models):
        raise UsageError(f"TaskConfig judge.models: not a list of models; {_FORM}")
    urls = {str(item.get("api_url") or "") for item in models}
    if len(urls) > 1:
        raise UsageError("TaskConfig judge.models: several addresses (api_url); accepted: one that all judges share")
    return tuple(dict.fromkeys(map(_name, models))), urls.pop()


def strategy_of(given: Mapping[str, Any] | None, named: str | None = None) -> Strategy:
    """Return what scores benchmarks that have a rule: the strategy of the field `judge`, or `judge_strategy` (`named`).

    Raises UnknownName for an unknown strategy, UsageError where both fields name one and they differ.
    """
    both = {"judge_strategy": named, "judge.strategy": (given or {}).get("strategy")}
    chosen = {key: str(value) for key, value in both.items() if value not in (None, "auto")}
    for key, value in chosen.items():
        if value not in STRATEGIES:
            raise UnknownName(f"TaskConfig {key}", value, STRATEGIES)
    if len(set(chosen.values())) > 1:
        raise UsageError(
            f"TaskConfig judge_strategy: contradicts judge.strategy ({named}, {both['judge.strategy']}); leave one out"
        )
    return cast("Strategy", next(iter(chosen.values()), "auto"))


def _name(model: Mapping[str, Any]) -> str:
    for key in model:
        if key not in ("api_url", "model_id"):
            hint = "a key is read from OPENAI_API_KEY" if key == "api_key" else ""
            raise UsageError(f"TaskConfig judge.models.{key}: not supported; leave it out", hint=hint)
    name = model.get("model_id")
    if not isinstance(name, str) or not name:
        raise UsageError(f"TaskConfig judge.models: one has no model_id; {_FORM}")
    return f"openai/{name}" if model.get("api_url") and not has_provider(name) else name
