"""The judges of a task: EvalScope's field `judge` in our terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models.resolve import PROVIDERS

STRATEGIES = ("auto", "llm")
"""Those that mean what is done here: a judge marks the benchmarks that are made for one."""
_FORM = 'judge={"models": [{"model_id": "openai/NAME"}]} names one'


def judges_of(given: Mapping[str, Any] | None) -> tuple[tuple[str, ...], str]:
    """Return the names of the judges, `provider/model`, and the address that all of them share; () and "" for none.

    Raises UsageError for whatever would be lost, secrets unshown: an address for each, a key, a prompt, a strategy.
    """
    given = given or {}
    models = given.get("models") or []
    if not models and given.get("strategy", "auto") in ("auto", "rule"):
        return (), ""
    for key in given:
        if key not in ("models", "strategy"):
            raise UsageError(f"TaskConfig judge.{key}: has no counterpart here; a scorer of your own says it: judge(…)")
    if given.get("strategy", "auto") not in STRATEGIES:
        raise UnknownName("TaskConfig judge.strategy", str(given["strategy"]), STRATEGIES)
    if not isinstance(models, (list, tuple)) or not models or not all(isinstance(item, Mapping) for item in models):
        raise UsageError(f"TaskConfig judge.models: not a list of models; {_FORM}")
    urls = {str(item.get("api_url") or "") for item in models}
    if len(urls) > 1:
        raise UsageError("TaskConfig judge.models: several addresses (api_url); judges share one")
    return tuple(dict.fromkeys(map(_name, models))), urls.pop()


def _name(model: Mapping[str, Any]) -> str:
    for key in model:
        if key not in ("api_url", "model_id"):
            hint = "a key is read from OPENAI_API_KEY" if key == "api_key" else ""
            raise UsageError(f"TaskConfig judge.models.{key}: has no counterpart here; leave it out", hint=hint)
    name = model.get("model_id")
    if not isinstance(name, str) or not name:
        raise UsageError(f"TaskConfig judge.models: one has no model_id; {_FORM}")
    provider, slash, _ = name.partition("/")
    known = PROVIDERS.get(provider)
    ours = known is not None and (bool(slash) or known.alone)
    return f"openai/{name}" if model.get("api_url") and not ours else name
