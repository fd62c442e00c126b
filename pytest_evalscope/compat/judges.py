"""The judges of a task: EvalScope's fields `judge`, `judge_model_args` and `judge_worker_num` in our terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import SecretStr

from pytest_evalscope.compat.names import generation_of, key_of, model_name_of
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models.keyed import takes_key
from pytest_evalscope.models.resolve import has_provider
from pytest_evalscope.scorers.judging import STRATEGIES, Strategy

_FORM = 'accepted: judge={"models": [{"model_id": "openai/NAME"}]}'
_FIELDS = ("api_key", "api_url", "eval_type", "generation_config", "judge_id", "model_args", "model_id")
_PROMPTS = "prompts and scales of judges belong to a scorer: score=judge(criteria=…, labels=… or scale=…)"
_MEANS_NOTHING: Mapping[str, tuple[Any, ...]] = {
    "contract": (None, {}),
    "repeats": (None, 1),
    "position_swap": (None, "auto"),
    "aggregation": (None, "majority_vote"),
    "min_valid_judges": (None, 1),
}
"""Parts of `judge` that are not supported: the values at which each says what is done here anyway."""
_HINTS = {
    "contract": _PROMPTS,
    "repeats": "name a judge twice, under two judge_id, for two verdicts",
    "position_swap": "pairs are judged in both orders",
    "aggregation": "a panel's verdicts are pooled by the scorer: judge(panel='median')",
    "min_valid_judges": "every judge must give a verdict: a smaller panel is another measurement",
}
_LEGACY: Mapping[str, tuple[Any, ...]] = {
    "score_type": (None, "pattern", "numeric"),
    "prompt_template": (None, ""),
    "system_prompt": (None, ""),
    "score_pattern": (None, ""),
    "score_mapping": (None, {}),
}
"""Parts of `judge_model_args` that are no options of a model: the values at which each is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """The judges of a run, in the terms of `Settings`."""

    names: tuple[str, ...] = ()
    args: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """Judge → its own options; a key in them is a SecretStr."""
    numeric: bool = False
    """True if they are to rate rather than to compare with the right answer."""


def judges_of(given: Mapping[str, Any] | None, legacy: Mapping[str, Any] | None = None) -> Judges:
    """Return the judges that `judge`, or the older `judge_model_args` (`legacy`), names.

    Raises UsageError for whatever would be lost, secrets unshown.
    """
    given = given or {}
    models = given.get("models") or []
    if legacy:
        if models:
            raise UsageError("TaskConfig judge_model_args: contradicts judge.models; leave one of them out")
        return _judges([_legacy(legacy)], "judge_model_args", numeric=legacy.get("score_type") == "numeric")
    if not models and strategy_of(given) in ("auto", "rule"):
        return Judges()
    for key, value in given.items():
        if key not in ("models", "strategy", *_MEANS_NOTHING):
            raise UnknownName("TaskConfig judge", key, ("models", "strategy", *_MEANS_NOTHING))
        if key in _MEANS_NOTHING and _plain(key, value) not in _MEANS_NOTHING[key]:
            raise UsageError(f"TaskConfig judge.{key}: not supported; leave it out", hint=_HINTS[key])
    if not isinstance(models, (list, tuple)) or not models or not all(isinstance(item, Mapping) for item in models):
        raise UsageError(f"TaskConfig judge.models: not a list of models; {_FORM}")
    contract = given.get("contract") or {}
    return _judges(models, "judge.models", numeric=contract.get("score_type") == "numeric")


def _plain(key: str, value: Any) -> Any:
    """Return a contract without the kind of verdict, which is supported."""
    if key == "contract" and isinstance(value, Mapping) and value.get("score_type") in (None, "pattern", "numeric"):
        return {name: each for name, each in value.items() if name != "score_type" and each not in (None, "", {})}
    return value


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


def without_plain_keys(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the field `judge` or `judge_model_args` with every key in it as a SecretStr, which does not show it."""
    if given is None:
        return None
    made = {name: _hidden(name, value) for name, value in given.items()}
    if isinstance(models := made.get("models"), (list, tuple)):
        made["models"] = [
            {name: _hidden(name, value) for name, value in each.items()} if isinstance(each, Mapping) else each
            for each in models
        ]
    return made


def _hidden(name: str, value: Any) -> Any:
    return SecretStr(str(value)) if name == "api_key" and isinstance(value, str) else value


def _legacy(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `judge_model_args` in the form of one of `judge.models`."""
    for key in given:
        if key in _LEGACY and given[key] not in _LEGACY[key]:
            raise UsageError(f"TaskConfig judge_model_args.{key}: not supported; leave it out", hint=_PROMPTS)
    return {key: value for key, value in given.items() if key not in _LEGACY}


def _judges(models: Any, where: str, *, numeric: bool = False) -> Judges:
    args: dict[str, dict[str, Any]] = {}
    plain: dict[str, dict[str, Any]] = {}
    for model in models:
        name, own = _judge(model, where)
        if plain.setdefault(name, own) != own:
            raise UsageError(f"TaskConfig {where}: two judges go by one name ({name}); give each a judge_id of its own")
        if own:
            args[name] = own
    return Judges(names=tuple(plain), args=args, numeric=numeric)


def _judge(given: Mapping[str, Any], where: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a judge and its own options."""
    for key in given:
        if key not in _FIELDS:
            raise UnknownName(f"TaskConfig {where}", str(key), _FIELDS)
    named = given.get("model_id")
    if not isinstance(named, str) or not named:
        raise UsageError(f"TaskConfig {where}: one has no model_id; {_FORM}")
    url = str(given.get("api_url") or "")
    kind = given.get("eval_type") or (None if has_provider(named) else "openai_api")  # a judge is behind an API
    name = model_name_of(named, kind, url, where=f"{where}.", field="model_id")
    own = {**_access(given, where, name, url), **_parameters(given, where)}
    label = given.get("judge_id")
    if label and label != name:
        return str(label), {"model": name, **own}
    return name, own


def _access(given: Mapping[str, Any], where: str, name: str, url: str) -> dict[str, Any]:
    """Return the URL and the key of a judge. Raises UsageError for a model that takes none."""
    key = key_of(given.get("api_key"), f"TaskConfig {where}.api_key")
    access = {option: value for option, value in (("api_url", url), ("api_key", key)) if value}
    for option in () if takes_key(name) else access:
        raise UsageError(f"TaskConfig {where}.{option}: would be lost, for {name} takes none")
    return access


def _parameters(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for option in ("generation_config", "model_args"):
        value = given.get(option) or {}
        if not isinstance(value, Mapping):
            raise UsageError(f"TaskConfig {where}.{option}: not an object; accepted: {{}}")
        if value:
            made[option] = generation_of(value) if option == "generation_config" else dict(value)
    return made
