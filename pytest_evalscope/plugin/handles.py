"""Synchronous handles on the engine, for ordinary tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Completion, Context, Messages, Sample, Score, raw

if TYPE_CHECKING:
    from pytest_evalscope.run import Run
    from pytest_evalscope.scorers import judge
    from pytest_evalscope.types import Execution, Limits

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours


class ModelHandle:
    """The model under test, with the run's cache, limits and engine behind it."""

    def __init__(self, run: Run, name: str) -> None:
        self._run = run
        opened = run.resources.model(name)
        if "reasoning_tags" in run.settings.params:
            opened = run.resources.splitting(opened, run.settings.params)
        self._model = run.resources.within_limits(opened)
        self.name = name

    def __call__(self, prompt: str | Sequence[Mapping[str, Any]], **params: Any) -> str:
        """Return the answer to a prompt or to chat messages. Raises ModelError."""
        return self.generate(prompt, **params).text

    def generate(self, prompt: str | Sequence[Mapping[str, Any]], *, repeat: int = 0, **params: Any) -> Completion:
        """Return the whole completion; `params` are sampling parameters such as temperature. Raises ModelError."""
        return self._run.call(self.agenerate(prompt, repeat=repeat, **params))

    async def agenerate(
        self, prompt: str | Sequence[Mapping[str, Any]], *, repeat: int = 0, **params: Any
    ) -> Completion:
        """Do the same on the engine's own loop."""
        if params:
            from pytest_evalscope.models.parameters import check_params

            check_params(self.name, params, where="model: generation parameter")
        messages = ({"role": "user", "content": prompt},) if isinstance(prompt, str) else tuple(prompt)
        return await self._context(repeat).generate(messages, **params)

    def embed(self, texts: Sequence[str], *, repeat: int = 0, **params: Any) -> tuple[tuple[float, ...], ...]:
        """Return a vector for each text; no text sends nothing. Raises ModelError."""
        return self._run.call(self._context(repeat).embed(texts, **params))

    def likelihoods(self, prompt: str | Messages, continuations: Sequence[str], *, repeat: int = 0) -> Completion:
        """Return the log-probability of each continuation of a plain prompt, or of chat messages. Raises ModelError."""
        messages = raw(prompt) if isinstance(prompt, str) else prompt
        return self._run.call(self._context(repeat).likelihoods(messages, continuations))

    def rerank(self, query: str, documents: Sequence[str], *, repeat: int = 0, **params: Any) -> tuple[float, ...]:
        """Return the relevance of each document to `query`; no document sends nothing. Raises ModelError."""
        return self._run.call(self._context(repeat).rerank(query, documents, **params))

    def _context(self, repeat: int) -> Context:
        return Context(model=self._model, params=self._run.settings.params, repeat=repeat)

    def __repr__(self) -> str:
        return f"<model {self.name}>"


class JudgeHandle:
    """The judges of the run, with its cache, limits and engine behind them. Raises UsageError when none is named."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._judges = run.resources.judges()
        if not self._judges:
            from pytest_evalscope.scorers.judging import HINT, NO_JUDGE

            raise UsageError(f"judge: {NO_JUDGE}", hint=HINT)

    def __call__(
        self, question: str | Messages, answer: str, *, target: str | tuple[str, ...] = "", by: judge | None = None
    ) -> Score:
        """Return the score of an answer. Raises ScorerError when a judge gives no verdict.

        Args:
            question: The prompt, as text or as chat messages.
            answer: The text that is scored; it is data to the judges, whatever it says.
            target: The right answer, or several of which any will do; may be left out where the criteria need none.
            by: A scorer `judge(…)`; left out: correct, incorrect or not attempted.
        """
        sample = Sample(input=question, target=target)
        from pytest_evalscope.scorers import judge

        # No model is under test here; `judge` calls none, and a context must name one.
        context = Context(model=self._judges[0], seed=self._run.settings.seed, judges=self._judges)
        return self._run.call((by or judge())(sample, Completion(text=answer), context))

    def __repr__(self) -> str:
        return f"<judges {', '.join(model.name for model in self._judges)}>"


class SandboxHandle:
    """The sandbox of the run. Raises SandboxError without one, or when it does not work here."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._sandbox = run.resources.sandbox()
        self.name = self._sandbox.name

    def __call__(self, code: str, *, stdin: str = "", limits: Limits | None = None) -> Execution:
        """Run a Python text to its end or to a limit, and return its end and its output.

        Raises SandboxError when it could not be run at all.
        """
        return self.run("python", "main.py", files={"main.py": code}, stdin=stdin, limits=limits)

    def run(
        self,
        *command: str,
        files: Mapping[str, str] | None = None,
        stdin: str = "",
        limits: Limits | None = None,
        image: str = "",
    ) -> Execution:
        """Run a command in a fresh folder that contains `files` (relative path → content). Raises SandboxError."""
        from pytest_evalscope.types import Limits, Program

        program = Program(command=command, files=files or {}, stdin=stdin, limits=limits or Limits(), image=image)
        return self._run.call(self._sandbox.run(program))

    def __repr__(self) -> str:
        return f"<sandbox {self.name}>"
