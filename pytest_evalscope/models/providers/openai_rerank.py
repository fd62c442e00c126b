"""Documents scored by an endpoint in the Cohere and Jina form: what is sent, and what is read.

Source: https://docs.cohere.com/reference/rerank; Jina, vLLM and llama.cpp's server have the same `POST /rerank`.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from pytest_evalscope.models.http.chat_completion import usage_of
from pytest_evalscope.models.http.extras import extras_in
from pytest_evalscope.types import Completion, Rerank, Timing, Usage, clean

RERANK = "/rerank"


def rerank_body(model: str, request: Rerank) -> dict[str, Any]:
    """Return the body that requests the relevance of a request's documents, of all of them (`top_n`).

    Of the parameters it takes the extras; those that say how a completion is sampled mean nothing here.
    """
    body = {"model": model, "query": request.query, "documents": request.documents, "top_n": len(request.documents)}
    return {**body, **extras_in(request.params), **(request.params.get("extra_body") or {})}


def relevance_of(response: Any, timing: Timing | None = None, *, count: int) -> Completion:
    """Return the relevance of each of the `count` documents, in the request's order.

    Raises:
        ValueError: there is no list of results, an index is missing, there twice or out of range, or a score is no
            finite number.
    """
    results = response.get("results") if isinstance(response, dict) else None
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise ValueError("the response contains no results")
    if len(results) != count:
        raise ValueError(f"the response contains {len(results)} results for {count} documents")
    scores = {index: result.get("relevance_score") for result in results if type(index := result.get("index")) is int}
    if set(scores) != set(range(count)):
        raise ValueError("the response's results do not name each document once")
    model = response.get("model")
    return Completion(
        text="",
        relevance=tuple(_number(scores[place]) for place in range(count)),
        usage=usage_of(response) if usage_of(response) != Usage() else usage_of(response, "total_tokens"),
        timing=timing or Timing(),
        model=clean(model) if isinstance(model, str) else "",
    )


def _number(value: Any) -> float:
    try:
        number = float(value) if type(value) in (int, float) else None
    except OverflowError:
        number = None
    if number is None or not isfinite(number):
        raise ValueError("the relevance of a document is no finite number")
    return number
