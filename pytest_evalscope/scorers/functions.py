"""Plain functions as scorers: `(sample, completion)` or `(sample, completion, context)`, sync or async.

Parameters with these names receive what the name says, in whichever order they are.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import isfinite
from typing import Any, SupportsFloat, TypeAlias

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.types import Completion, Context, Sample, Score, Scorer

Result: TypeAlias = SupportsFloat | Score
"""Return value of a function: a bool, any finite number (numpy's too) or a Score."""

ScoreFunction: TypeAlias = (
    Callable[[Sample, Completion], Result | Awaitable[Result]]
    | Callable[[Sample, Completion, Context], Result | Awaitable[Result]]
)

ACCEPTED = "accepted: a scorer such as exact(), or a function (sample, completion) or (sample, completion, context)"
RETURNS = "accepted: a bool, a finite number or a Score"
_NAMES = ("sample", "completion", "context")
_PASSED = (None, None, None)  # one placeholder per argument, to check whether a signature accepts them


def right_or_wrong(right: bool, answer: str | None, explanation: str = "") -> Score:
    """Return the score of an answer: accuracy 1 or 0."""
    return Score(values={"accuracy": float(right)}, answer=answer, explanation=explanation)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionScorer:
    """Scorer around a function of the user's own.

    A bool or a number is the value of its one metric, and the answer is the completion's text: None, so that the
    sample counts as `no_answer`, where that is blank.
    """

    function: Callable[..., Any]
    metrics: tuple[str, ...]
    """The values that it gives: one for a bool or a number, every key of its Score otherwise."""
    needs: tuple[str, ...] = ()
    takes_context: bool = field(default=False, repr=False)
    by_name: bool = field(default=False, repr=False)
    """Pass the context as `context=`, by the parameter's name, and by position otherwise."""
    order: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Parameter ("" for the next by position) and the name of what it receives, where names say another order."""

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score | Awaitable[Score]:
        """Return the function's score of the completion. Raises ScorerError for anything else that it returns."""
        if self.order:
            return self._ordered({"sample": sample, "completion": completion, "context": context})
        by_place = (context,) if self.takes_context and not self.by_name else ()
        by_name = {"context": context} if self.by_name else {}
        return self._result(completion, self.function(sample, completion, *by_place, **by_name))

    def _ordered(self, given: Mapping[str, Any]) -> Score | Awaitable[Score]:
        by_place = [given[what] for name, what in self.order if not name]
        by_name = {name: given[what] for name, what in self.order if name}
        return self._result(given["completion"], self.function(*by_place, **by_name))

    def _result(self, completion: Completion, result: Any) -> Score | Awaitable[Score]:
        if inspect.isawaitable(result):
            return self._wait(completion, result)
        return self._score(completion, result)

    async def _wait(self, completion: Completion, result: Awaitable[Any]) -> Score:
        return self._score(completion, await result)

    def _score(self, completion: Completion, result: Any) -> Score:
        if isinstance(result, Score):
            return self._checked(result)
        value = _number(result)
        if value is None:
            raise ScorerError(f"score function {name_of(self.function)}: returned {_shown(result)}; {RETURNS}")
        if len(self.metrics) > 1:
            raise ScorerError(
                f"score function {name_of(self.function)}: returned one number ({result!r}) for {len(self.metrics)} "
                f"metrics; accepted: a Score with the values {', '.join(self.metrics)}"
            )
        return Score(values={self.metrics[0]: value}, answer=completion.text.strip() or None)

    def _checked(self, score: Score) -> Score:
        given: object = score.values  # whatever the function put there
        if not isinstance(given, Mapping) or set(given) != set(self.metrics):
            names = ", ".join(map(str, given)) if isinstance(given, Mapping) else repr(given)
            raise ScorerError(
                f"score function {name_of(self.function)}: its Score has other values than declared "
                f"({names or 'none'}); declared: {', '.join(self.metrics)}",
                hint='Benchmark(metrics={"recall": mean("recall"), …}) declares what a function gives',
            )
        for metric, value in given.items():
            if _number(value) is None:
                raise ScorerError(
                    f"score function {name_of(self.function)}: the value {metric!r} of its Score is {_shown(value)}; "
                    "accepted: a bool or a finite number"
                )
        # Numbers of other libraries (numpy's) become plain ones, which every file can hold.
        return replace(score, values={metric: float(value) for metric, value in given.items()})


def scorer_of(score: Scorer | ScoreFunction, metrics: tuple[str, ...], *, where: str) -> Scorer:
    """Return `score` where it is a scorer, else the scorer around that function, whose values are `metrics`.

    A function may name its values itself, by an attribute `metrics` as scorers have; a scorer's `metrics` always win.

    Raises UsageError, which `where` begins, for anything else: a class instead of an instance, a function with other
    parameters, metrics that are no tuple of names.
    """
    given: Any = score
    if inspect.isclass(given):
        raise UsageError(
            f"{where}: score is a class, not an instance ({given.__name__}); {ACCEPTED}",
            hint=f"write score={given.__name__}()",
        )
    if not callable(given):
        raise UsageError(f"{where}: score cannot be called ({_shown(given)}); {ACCEPTED}")
    own = getattr(given, "metrics", None)
    if own is not None and not _are_names(own):
        raise UsageError(
            f"{where}: the scorer's metrics are not a tuple of names ({own!r})",
            hint='one metric is written metrics = ("accuracy",), with the comma',
        )
    if own is None or inspect.isroutine(given) or isinstance(given, partial):
        return _around(given, metrics if own is None else tuple(own), where)
    if not _fits(given, *_PASSED) or _misplaced(given):
        raise _wrong_parameters(given, where, "accepted of a scorer with metrics: (sample, completion, context)")
    scorer: Scorer = given
    return scorer


def _around(function: Callable[..., Any], metrics: tuple[str, ...], where: str) -> FunctionScorer:
    if _misplaced(function):
        order = _order(function)
        if not order:
            raise _wrong_parameters(function, where, ACCEPTED)
        needs = tuple(getattr(function, "needs", ()))
        return FunctionScorer(function=function, metrics=metrics, needs=needs, order=order)
    by_name = _named_context(function)
    takes_two = _fits(function, *_PASSED[:2])
    if not (by_name or takes_two or _fits(function, *_PASSED)):
        raise _wrong_parameters(function, where, ACCEPTED)
    return FunctionScorer(
        function=function,
        metrics=metrics,
        needs=tuple(getattr(function, "needs", ())),
        takes_context=by_name or not takes_two,
        by_name=by_name,
    )


def _wrong_parameters(score: Callable[..., Any], where: str, accepted: str) -> UsageError:
    return UsageError(f"{where}: score takes the wrong parameters ({name_of(score)}{_signature(score)}); {accepted}")


def failed_values(scorer: Scorer, sample: Sample) -> Mapping[str, float]:
    """Return the values of a sample that has no completion or no score: the scorer's `failed`, by default all 0.0."""
    failed: Callable[[Sample], Mapping[str, float]] | None = getattr(scorer, "failed", None)
    return dict.fromkeys(scorer.metrics, 0.0) if failed is None else failed(sample)


def name_of(function: object) -> str:
    """Return the name of `function`, or of its class."""
    inner = getattr(function, "func", function)
    return str(getattr(inner, "__name__", type(inner).__name__))


def _fits(function: Callable[..., Any], *args: object, **named: object) -> bool:
    try:
        inspect.signature(function).bind(*args, **named)
    except (TypeError, ValueError):  # ValueError: a builtin without a signature
        return False
    return True


def _named_context(function: Callable[..., Any]) -> bool:
    try:
        parameter = inspect.signature(function).parameters.get("context")
    except (TypeError, ValueError):
        return False
    by_name = parameter is not None and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    return by_name and _fits(function, *_PASSED[:2], context=None)


def _misplaced(function: Callable[..., Any]) -> bool:
    """Return whether a parameter has the name of what would go to another by position: `(completion, sample)`."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return False
    first = [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)][:2]
    return any(name in _NAMES and name != _NAMES[place] for place, name in enumerate(first)) or any(
        each.name in _NAMES[:2] and each.name not in first and each.default is each.empty for each in parameters
    )


def _order(function: Callable[..., Any]) -> tuple[tuple[str, str], ...]:
    """Return what each parameter receives: by its name, else what is left over; () where one would receive nothing."""
    parameters = inspect.signature(function).parameters.values()
    own = [each.name for each in parameters]
    left = [name for name in _NAMES[:2] if name not in own]
    made: list[tuple[str, str]] = []
    for each in parameters:
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        if each.name not in _NAMES and each.default is not each.empty:
            continue
        if each.name not in _NAMES and not left:
            return ()
        what = each.name if each.name in _NAMES else left.pop(0)
        made.append(("" if each.kind is each.POSITIONAL_ONLY else each.name, what))
    return tuple(made) if len(made) > 1 else ()


def _signature(function: Callable[..., Any]) -> str:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return "(…)"
    bare = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def _are_names(metrics: object) -> bool:
    return isinstance(metrics, (tuple, list)) and bool(metrics) and all(isinstance(name, str) for name in metrics)


def _number(result: object) -> float | None:
    """Return `result` as a finite number; None for anything else."""
    if isinstance(result, (str, bytes)) or not isinstance(result, SupportsFloat):
        return None
    try:
        value = float(result)
    except (TypeError, ValueError, OverflowError):  # an array of several numbers, an integer beyond all floats
        return None
    return value if isfinite(value) else None


def _shown(value: object) -> str:
    """Return a value as a message names it: None, nan and text as they are, anything else with its type."""
    text = repr(value)
    short = text if len(text) <= 60 else f"{text[:57]}…"
    return short if value is None or isinstance(value, (bool, int, float)) else f"{type(value).__name__} {short}"
