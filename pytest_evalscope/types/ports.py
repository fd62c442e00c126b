"""The seams of the engine: a model, and what a solver or scorer may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from pytest_evalscope.errors import ModelError
from pytest_evalscope.types.completion import Completion
from pytest_evalscope.types.record import Score
from pytest_evalscope.types.requests import SHAPING, Chat, Embed, Likelihood, Request, Rerank
from pytest_evalscope.types.sample import Messages, Sample
from pytest_evalscope.types.tools import Tool, definitions

if TYPE_CHECKING:
    from pytest_evalscope.types.environment import Session
    from pytest_evalscope.types.execution import Execution, Program


class Model(Protocol):
    """A language model. Methods run on the engine's event loop and may be called concurrently."""

    @property
    def name(self) -> str:
        """The name the user gave, `provider/model`."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """Values that determine its completions besides the request (endpoint, weights, …): part of the cache key.

        Never holds a secret.
        """

    @property
    def can(self) -> frozenset[type]:
        """The kinds of request it answers, or may answer: what only the endpoint can tell counts as possible."""

    async def send(self, request: Request, /) -> Completion:
        """Return the completion of a request. Raises ModelError, and RequestRefused for a kind that it cannot."""

    async def aclose(self) -> None:
        """Release connections, processes and memory."""


class Sandbox(Protocol):
    """A place where code that nobody trusts may run. Used on the engine's event loop, concurrently."""

    @property
    def name(self) -> str:
        """The kind, as the user named it, such as `local`."""

    async def run(self, program: Program) -> Execution:
        """Run `program` to its end or to a limit. Raises SandboxError when it could not be run at all."""

    async def aclose(self) -> None:
        """End whatever still runs and remove what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Resources of a solver or scorer while it works on one sample."""

    model: Model
    params: Mapping[str, Any] = field(default_factory=dict)
    """Generation parameters that the user or the benchmark set."""
    shots: Sequence[Sample] = ()
    """Few-shot examples, as many as the solver's `few_shot`; fewer when the data has no more."""
    repeat: int = 0
    seed: int = 0
    judges: Sequence[Model] = ()
    """The models that judge completions (`--eval-judge`), each behind its own cache and limits; none by default."""
    sandbox: Sandbox | None = None
    """Sandbox for code of the model; None unless the benchmark needs one."""
    environment: Session | None = None
    """The sample's own session in the benchmark's environment; None where it has none."""

    async def generate(
        self, messages: Messages, *, tools: Sequence[Mapping[str, Any] | Tool] = (), **params: Any
    ) -> Completion:
        """Send a chat to the model under test; `params` are defaults that the user's own override, None drops."""
        merged = {**params, **self.params}
        if None in merged.values():  # null leaves a parameter out
            merged = {name: value for name, value in merged.items() if value is not None}
        request = Chat(messages=messages, params=merged, tools=definitions(tools), repeat=self.repeat)
        return await self.model.send(request)

    async def embed(self, texts: Sequence[str], **params: Any) -> tuple[tuple[float, ...], ...]:
        """Return a vector for each text from the model under test; no text sends nothing. Raises ModelError.

        All texts go in one request, so there may be as many as the endpoint takes (OpenAI: 2048).
        """
        if not texts:
            return ()
        request = Embed(texts=tuple(texts), params={**params, **self.params}, repeat=self.repeat)
        embeddings = (await self.model.send(request)).embeddings
        if len(embeddings) != len(texts):
            raise ModelError(
                f"{self.model.name}: embeds no texts ({len(embeddings)} vectors came for {len(texts)} texts)"
            )
        return embeddings

    async def rerank(self, query: str, documents: Sequence[str], **params: Any) -> tuple[float, ...]:
        """Return the relevance of each document to `query`, by the model under test; no document sends nothing.

        More is more relevant; the scale is the model's. Raises ModelError.
        """
        if not documents:
            return ()
        request = Rerank(query=query, documents=tuple(documents), params={**params, **self.params}, repeat=self.repeat)
        relevance = (await self.model.send(request)).relevance
        if len(relevance) != len(documents):
            raise ModelError(
                f"{self.model.name}: scores no documents ({len(relevance)} scores came for {len(documents)} documents)"
            )
        return relevance

    async def likelihoods(self, messages: Messages, continuations: Sequence[str]) -> Completion:
        """Return how likely each continuation is after `messages`, by the model under test; `raw(text)` is a prompt.

        Of the generation parameters only those that shape the prompt or the HTTP request matter here.

        Raises ModelError for a model that gives no log-probabilities of texts, or fewer than there are continuations.
        """
        request = Likelihood(
            messages=messages,
            params={name: self.params[name] for name in SHAPING if name in self.params},
            continuations=tuple(continuations),
            repeat=self.repeat,
        )
        completion = await self.model.send(request)
        if len(completion.likelihoods) != len(request.continuations):
            raise ModelError(
                f"{self.model.name}: gives no log-probabilities of texts, which this benchmark needs "
                f"({len(completion.likelihoods)} came for {len(request.continuations)} texts); accepted: hf/, gguf/, "
                "smollm2 and endpoints with /v1/completions and echo"
            )
        return completion


class Solver(Protocol):
    """Way to obtain the completion of a sample.

    `few_shot` is the number of few-shot examples that it wants (default 0), `needs_requests` the kinds of request that
    a model must answer (default none): a model that cannot is then reported before anything is requested.
    """

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the completion for `sample`."""


class Scorer(Protocol):
    """Way to score a completion. A plain function will do too, see `pytest_evalscope.scorers.functions`.

    Three methods are optional. `check_sample(self, sample)` is called as rows are read, before anything is
    requested, and raises ScorerError for a sample that no completion can meet. `failed(self, sample) ->
    Mapping[str, float]` returns the values of a sample that has no completion or no score, where not every metric
    is 0.0 then: what keeps it in every denominator and adds nothing (for a metric of which less is better, its
    worst value). `async def ready(self, subset, context)` is awaited once for each subset before anything is
    requested, and raises what would keep every completion from being scored.
    """

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score | Awaitable[Score]:
        """Return the score. Raises ScorerError."""


Row = Mapping[str, Any]
"""One row of a data set, with the source's own field names."""

MakeSample = Callable[[Row], Sample]
