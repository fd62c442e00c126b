"""One request for each continuation: a model that splits a request for log-probabilities."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Completion, Likelihood, Model, Request, Usage


def separate(model: Model) -> Model:
    """Return `model`, sent one continuation at a time, all of a request at once.

    Around a model that is limited and retries: every one of them has its place and its attempts, and a failure costs
    only one of them another.
    """

    async def send(request: Request) -> Completion:
        if not isinstance(request, Likelihood) or len(request.continuations) < 2:
            return await model.send(request)
        sending = [
            asyncio.ensure_future(model.send(replace(request, continuations=(text,)))) for text in request.continuations
        ]
        try:
            completions = await asyncio.gather(*sending)
        finally:
            for task in sending:
                task.cancel()
        return replace(
            completions[0],
            likelihoods=tuple(one for completion in completions for one in completion.likelihoods),
            usage=Usage(prompt_tokens=sum(completion.usage.prompt_tokens for completion in completions)),
            attempts=sum(completion.attempts for completion in completions),
        )

    return wrapped(model, send, kind="separate")
