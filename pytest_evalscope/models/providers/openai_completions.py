"""Log-probabilities of given text from `/v1/completions`: the endpoint echoes a prompt with those of its tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.http.chat_completion import LARGEST, usage_of
from pytest_evalscope.models.http.extras import extras_in
from pytest_evalscope.types import ContinuationLogprob

SERVERS = "vLLM, SGLang and llama-cpp-python give them (/v1/completions with echo); most others only generate"
_ROUNDING = 1e-3


def echo_body(model: str, text: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that has `text` echoed.

    It generates one token, which is not looked at: some servers refuse to generate none.
    """
    extra = {**extras_in(params), **(params.get("extra_body") or {})}
    return {"model": model, "prompt": text, "echo": True, "logprobs": 1, "max_tokens": 1, "temperature": 0, **extra}


@dataclass(frozen=True, slots=True)
class Echo:
    """The tokens of an echoed text, and the one or more generated after it."""

    subject: str
    """The model and its endpoint, for errors."""
    tokens: Sequence[str]
    logprobs: Sequence[Any]
    tops: Sequence[Any]
    count: int
    """Number of the text's tokens, as the endpoint counts; 0 where it does not say."""

    def span(self, prompt: str, whole: str) -> tuple[int, int] | None:
        """Return the number of the first token that reaches beyond `prompt`, and of the one after the end of `whole`.

        None when the tokens do not spell the text: one that holds a part of a character has no spelling.
        """
        ends, length = [], 0
        for token in self.tokens:
            length += len(token)
            ends.append(length)
        begin = "".join(self.tokens).find(whole)  # a token that begins a text may precede it
        if begin < 0:
            return None
        first = next(number for number, end in enumerate(ends) if end > begin + len(prompt))
        return first, next(number for number, end in enumerate(ends) if end >= begin + len(whole)) + 1

    def likelihood(self, first: int, end: int) -> ContinuationLogprob:
        """Return the log-probability of the tokens from `first` to before `end`.

        The first token of a text has none where the endpoint puts no token before it, and is left out. Where the
        endpoint names no alternatives, nothing is said to be the likeliest.

        Raises RequestRefused when a token has none.
        """
        if first == 0 and self.logprobs[:1] == [None]:
            first = 1
        scored = self.logprobs[first:end]
        if not all(isinstance(value, (int, float)) and -LARGEST < value <= _ROUNDING for value in scored):
            raise no_logprobs(self.subject, "a token of the continuation has none")
        tops = [top.values() if isinstance(top, dict) else () for top in self.tops[first:end]]
        greedy = len(tops) == len(scored) and all(
            bool(top) and value >= max(top) for value, top in zip(scored, tops, strict=True)
        )
        return ContinuationLogprob(logprob=float(sum(scored)), tokens=len(scored), greedy=greedy)


def read_echo(subject: str, response: Any) -> Echo:
    """Return the echo in a response. Raises RequestRefused when it has no log-probabilities, or none of the prompt."""
    choices = response.get("choices") if isinstance(response, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    logprobs = choice.get("logprobs")
    logprobs = logprobs if isinstance(logprobs, dict) else {}
    tokens, values = logprobs.get("tokens"), logprobs.get("token_logprobs")
    if not (isinstance(tokens, list) and isinstance(values, list) and len(tokens) == len(values)):
        raise no_logprobs(subject, "the response contains none")
    count = usage_of(response).prompt_tokens
    if len(tokens) < max(count, 2):
        raise no_logprobs(subject, f"{len(tokens)} came, of what was generated")
    tops = logprobs.get("top_logprobs")
    return Echo(subject, [str(token) for token in tokens], values, tops if isinstance(tops, list) else (), count)


def cannot_echo(error: RequestRefused) -> bool:
    """Return whether a refusal is about what the endpoint can do: it would refuse every other text too."""
    said = error.message.lower()
    lacks = error.status in (404, 405, 501) or (error.status is None and error.hint == SERVERS)
    return lacks or (error.status in (400, 403, 422) and ("echo" in said or "logprobs" in said))


def no_logprobs(subject: str, why: str) -> RequestRefused:
    """Return the error for an endpoint that does not give the log-probabilities of a prompt."""
    return RequestRefused(f"{subject} gives no log-probabilities of a prompt's tokens ({why})", hint=SERVERS)
