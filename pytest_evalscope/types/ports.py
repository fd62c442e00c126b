"""The seams of the engine: a model, and what a solver or scorer may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pytest_evalscope.errors import ModelError
from pytest_evalscope.types.completion import Completion
from pytest_evalscope.types.environment import Session
from pytest_evalscope.types.execution import Execution, Program
from pytest_evalscope.types.record import Score
from pytest_evalscope.types.sample import Messages, Request, Sample
from pytest_evalscope.types.tools import Tool, definitions

SHAPING = ("chat_template_kwargs", "extra_body")
"""Generation parameters that mean something where nothing is generated."""


class Model(Protocol):
    """A language model. Methods run on the engine's event loop and may be called concurrently."""

    @property
    def name(self) -> str:
        """The name the user gave, `provider/model`."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What determines its replies besides the request (endpoint, weights, revision): part of the cache key.

        Never holds a secret.
        """

    async def generate(self, request: Request) -> Completion:
        """Return the reply. Raises ModelError."""

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
    """What a solver or scorer may use while it works on one sample."""

    model: Model
    params: Mapping[str, Any] = field(default_factory=dict)
    """Generation parameters that the user or the benchmark set."""
    shots: Sequence[Sample] = ()
    """Worked examples, as many as the solver asked for; fewer when the data has no more."""
    repeat: int = 0
    seed: int = 0
    judges: Sequence[Model] = ()
    """The models that mark replies (`--eval-judge`), each behind its own cache and limits; none by default."""
    sandbox: Sandbox | None = None
    """Where code of the model may run; None unless the benchmark needs one."""
    environment: Session | None = None
    """The sample's own session in the benchmark's environment; None where it has none."""

    async def generate(
        self, messages: Messages, *, tools: Sequence[Mapping[str, Any] | Tool] = (), **params: Any
    ) -> Completion:
        """Ask the model under test; `params` are defaults that the user's own override."""
        request = Request(
            messages=messages, params={**params, **self.params}, tools=definitions(tools), repeat=self.repeat
        )
        return await self.model.generate(request)

    async def embed(self, texts: Sequence[str], **params: Any) -> tuple[tuple[float, ...], ...]:
        """Return a vector for each text, as the model under test has it; no text asks nothing. Raises ModelError.

        All texts go in one request, so there may be as many as the endpoint takes (OpenAI: 2048).
        """
        if not texts:
            return ()
        request = Request(messages=(), texts=tuple(texts), params={**params, **self.params}, repeat=self.repeat)
        embeddings = (await self.model.generate(request)).embeddings
        if len(embeddings) != len(texts):
            raise ModelError(
                f"{self.model.name}: embeds no texts ({len(embeddings)} vectors came for {len(texts)} texts)"
            )
        return embeddings

    async def likelihoods(self, messages: Messages, continuations: Sequence[str]) -> Completion:
        """Ask the model under test how likely each continuation is after `messages`; `raw(text)` is a plain prompt.

        Of the generation parameters only those that shape the prompt or the request's way matter here.

        Raises ModelError for a model that gives no log-probabilities of texts, or not as many as were asked for.
        """
        request = Request(
            messages=messages,
            params={name: self.params[name] for name in SHAPING if name in self.params},
            continuations=tuple(continuations),
            repeat=self.repeat,
        )
        completion = await self.model.generate(request)
        if len(completion.likelihoods) != len(request.continuations):
            raise ModelError(
                f"{self.model.name}: gives no log-probabilities of texts, which this benchmark needs "
                f"({len(completion.likelihoods)} came for {len(request.continuations)} texts); hf/, gguf/, smollm2 and "
                "endpoints with /v1/completions and echo do"
            )
        return completion


class Solver(Protocol):
    """How a reply is obtained. `few_shot` tells how many worked examples it wants (default 0)."""

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the reply for `sample`."""


class Scorer(Protocol):
    """How a reply is marked.

    One that runs programs may have `async def ready(self, subset, context)`: awaited once for each subset before
    anything is asked, it raises what would keep every reply from being marked.
    """

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score | Awaitable[Score]:
        """Return the marks. Raises ScorerError."""

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """The values of a sample that has no reply: what keeps it in every denominator and adds nothing."""


Row = Mapping[str, Any]
"""One row of a data set, with the source's own field names."""

MakeSample = Callable[[Row], Sample]
