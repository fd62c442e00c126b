"""Models that answer by rule: for tests and dry runs."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.errors import ModelError, ModelTimeout, UsageError
from pytest_evalscope.models.capabilities import check_media, refused
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.prompt import content_text, last_user_text
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import (
    Chat,
    Completion,
    ContinuationLogprob,
    Embed,
    Likelihood,
    Model,
    Request,
    Rerank,
    Timing,
    Usage,
    clean,
)

FORMS = ("echo", "fixed:TEXT", "letter:A", "letter:*", "blank", "error", "slow:SECONDS:TEXT")
"""The accepted names after `fake/`; `letter:*` picks A to D by a hash of the question.

All but `error` give log-probabilities of texts, by a hash too, and score documents by the query's words in them.
"""

_FORM = re.compile(r"(echo|blank|error)|(fixed):(.*)|(letter):([A-Z*])|(slow):(\d{1,6}(?:\.\d{1,6})?):(.*)", re.DOTALL)


def open_fake(rule: str, options: ModelOptions) -> Model:
    """Return `fake/<rule>`. Raises UsageError, which lists the accepted forms."""
    found = _FORM.fullmatch(rule)
    if not found:
        raise UsageError(
            f"fake model: unknown form ({rule!r}); accepted: {', '.join('fake/' + form for form in FORMS)}"
        )
    kind, *values = (part for part in found.groups() if part is not None)
    seconds = float(values[0]) if kind == "slow" else 0.0
    return _Fake(rule=rule, kind=kind, text=clean(values[-1]) if values else "", seconds=seconds, limit=options.timeout)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fake:
    rule: str
    kind: str
    text: str
    seconds: float
    limit: float

    @property
    def name(self) -> str:
        return f"fake/{self.rule}"

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"fake": self.rule}

    @property
    def can(self) -> frozenset[type]:
        return frozenset({Chat, Likelihood, Rerank})

    async def send(self, request: Request) -> Completion:
        if self.kind == "error":
            raise ModelError(f"{self.name}: fails every request, as its name says")
        if self.seconds:
            await asyncio.sleep(min(self.seconds, self.limit))
            if self.seconds > self.limit:
                raise ModelTimeout(f"{self.name}: no complete response within {self.limit:g} seconds")
        match request:
            case Chat():
                check_media(self.name, request.messages)
                return self._reply(request)
            case Likelihood():
                check_media(self.name, request.messages)
                return self._weigh(request)
            case Rerank():
                return self._compare(request)
            case Embed():
                raise refused(self.name, request)

    def _reply(self, request: Chat) -> Completion:
        said = self._say(last_user_text(request.messages))
        reasoning, text = split_reasoning(said)
        words = sum(len(content_text(message.get("content")).split()) for message in request.messages)
        return Completion(
            text=text,
            reasoning=reasoning,
            usage=Usage(prompt_tokens=words, completion_tokens=len(said.split())),
            timing=Timing(latency=self.seconds),
            model=self.name,
        )

    def _weigh(self, request: Likelihood) -> Completion:
        """Return log-probabilities that look like some, from a hash of prompt and continuation; a word is a token."""
        prompt = "".join(content_text(message.get("content")) for message in request.messages)
        likelihoods = []
        for text in map(clean, request.continuations):
            digest = hashlib.sha256(f"{clean(prompt)}{text}".encode()).digest()
            words = len(text.split()) or bool(text)
            likelihoods.append(
                ContinuationLogprob(logprob=-words * (1 + digest[0] / 64), tokens=words, greedy=not words)
            )
        usage = Usage(prompt_tokens=len(prompt.split()) + sum(one.tokens for one in likelihoods))
        return Completion(text="", usage=usage, likelihoods=tuple(likelihoods), model=self.name)

    def _compare(self, request: Rerank) -> Completion:
        """Return for each document the share of the query's words that it contains, in [0, 1]."""
        query = _words(request.query)
        found = [_words(document) for document in request.documents]
        usage = Usage(prompt_tokens=len(query) * len(found) + sum(map(len, found)))
        relevance = tuple(len(query & words) / len(query) if query else 0.0 for words in found)
        return Completion(text="", usage=usage, relevance=relevance, model=self.name)

    def _say(self, question: str) -> str:
        if self.kind == "echo":
            return clean(question)
        if self.text == "*" and self.kind == "letter":
            return "ABCD"[hashlib.sha256(clean(question).encode()).digest()[0] % 4]
        return self.text

    async def aclose(self) -> None:
        """Do nothing: a fake model has nothing to release."""


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
