"""Requests to judges: one JSON verdict from each, requested once more where the first is invalid."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_evalscope.errors import ModelError, ScorerError
from pytest_evalscope.scorers.judging.prompt import REPAIR, material_of
from pytest_evalscope.scorers.judging.reading import REPEATED, read_verdict
from pytest_evalscope.scorers.judging.verdict import Answers, Scale, Verdict
from pytest_evalscope.types import Chat, Messages, Model

COLD: Mapping[str, Any] = {"temperature": 0.0}
"""Generation parameters of judges; those of the model under test are not theirs."""


async def verdicts_of(
    judges: Sequence[Model], messages: Messages, answers: Answers, *, params: Mapping[str, Any] = COLD, repeat: int = 0
) -> tuple[Verdict, ...]:
    """Return the verdict of each judge, in their order; () for no judges.

    Raises ScorerError when any of them gives none: a smaller panel is another measurement.
    """
    # A request's parameters are a plain dict: they are part of the cache's key.
    sent = {name: value for name, value in params.items() if value is not None}  # None leaves one out
    requests = (_verdict(model, messages, answers, sent, repeat) for model in judges)
    # All are waited for, also when one fails: the cache then has every verdict that was paid for.
    return tuple([_certain(verdict) for verdict in await asyncio.gather(*requests, return_exceptions=True)])


async def _verdict(
    model: Model, messages: Messages, answers: Answers, params: Mapping[str, Any], repeat: int
) -> Verdict:
    material = material_of(messages)
    try:
        text = (await model.send(Chat(messages=messages, params=params, repeat=repeat))).text
        try:
            return read_verdict(model.name, text, answers, material)
        except ScorerError as error:
            problem = error.message
        if problem == REPEATED and isinstance(answers, Scale):
            # A number in brackets may be a quotation; an object with a reason of its own is not.
            answers = replace(answers, bracketed=False)
        again = REPAIR.replace("{problem}", problem).replace("{kind}", answers.kind).replace("{form}", answers.form)
        turns = ({"role": "assistant", "content": text or "(nothing)"}, {"role": "user", "content": again})
        request = Chat(messages=messages + turns, params=params, repeat=repeat)
        return read_verdict(model.name, (await model.send(request)).text, answers, material)
    except ModelError as error:
        raise ScorerError(f"judge {model.name}: no verdict ({error.message})", hint=error.hint) from error
    except ScorerError as error:
        raise ScorerError(f"judge {model.name}: no verdict in two requests ({error.message})") from error


def _certain(verdict: Verdict | BaseException) -> Verdict:
    if isinstance(verdict, BaseException):
        raise verdict
    return verdict
