"""Resources of a run: models and judges behind budget, cache and limits, and the sandbox for code."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.wrapped import waiting_of
from pytest_evalscope.run.cache import CompletionCache, cached
from pytest_evalscope.run.listening import MediaDoor
from pytest_evalscope.run.plan import Job, require_requests
from pytest_evalscope.run.settings import Settings
from pytest_evalscope.types import Context, Model, Sandbox

if TYPE_CHECKING:
    from pytest_evalscope.run.budget import Ledger


class Resources:
    """Resources of one process of a run, each opened once, on first use, with this process's share of its limits.

    `given` are models that are not opened by the name they go by here; they are closed with the others.
    """

    def __init__(self, settings: Settings, folder: RunFolder, workers: int, given: Mapping[str, Model]) -> None:
        self.concurrency = max(1, settings.concurrency // workers)
        self._settings = settings
        self._workers = workers
        self._opening = threading.Lock()
        """For one at a time: the engine's thread opens them as well as the door's."""
        self._cache = None if settings.cache == "off" else CompletionCache(settings.cache_dir)
        self._ledger = _open_ledger(folder, settings) if settings.counts_spending else None
        self._models = {name: self.behind_cache(model) for name, model in given.items()}
        self._judges: tuple[Model, ...] | None = None
        self._sandbox: Sandbox | None = None

    def check(self) -> None:
        """Raise StorageError once the cache could not be written."""
        if self._cache is not None and self._cache.failure is not None:
            raise self._cache.failure

    def take_unreadable(self) -> int:
        """Return how many entries of the cache could not be read since this was last called."""
        if self._cache is None:
            return 0
        found, self._cache.unreadable = self._cache.unreadable, 0
        return found

    def context(self, job: Job) -> Context:
        """Return the context that the samples of a job share.

        Raises SandboxError for a job whose code has no sandbox, UsageError for one that its model cannot run.
        """
        require_requests([job], self._settings, self.model_of)
        needs = job.benchmark.needs
        return Context(
            model=self.splitting(self.model_of(job), job.params),
            judges=self.judges() if "judge" in needs else (),
            sandbox=self.sandbox() if "sandbox" in needs else None,
        )

    def waiting(self, job: Job) -> str:
        """Return what the requests of a job, or those to its judges, wait for; "" for nothing. Opens no model."""
        model = job.application or self._models.get(job.opened)
        judges = (self._judges or ()) if "judge" in job.benchmark.needs else ()
        return next(filter(None, (waiting_of(each) for each in (model, *judges) if each is not None)), "")

    def splitting(self, model: Model, params: Mapping[str, Any]) -> Model:
        """Return `model`, with reasoning in tags of the user's own split off where the parameters name some."""
        if "reasoning_tags" not in params:
            return model
        from pytest_evalscope.models.own_tags import splitting

        return splitting(model, params)

    def model_of(self, job: Job) -> Model:
        """Return the model of a job, the user's own or one that is opened by its name. Raises UsageError."""
        return self.model(job.opened) if job.application is None else job.application

    def model(self, name: str) -> Model:
        """Return the model of this name behind the cache. Raises UsageError."""
        with self._opening:
            found = self._models.get(name)
            if found is None:
                found = self._models[name] = self._opened(name)
        return found

    def _opened(self, name: str) -> Model:
        if self._settings.run_dir is None:
            return self.behind_cache(resolve(name, self._share(self._settings.model, self.concurrency)))

        from pytest_evalscope.run.replay import Silent

        return Silent(name)

    def judges(self) -> tuple[Model, ...]:
        """Return the judges, each behind cache and limit. Raises UsageError."""
        with self._opening:
            if self._judges is None:
                at_once = max(1, self._settings.judge_concurrency // self._workers)
                options = self._share(self._settings.judge, at_once)
                whole = self._settings.judge_max_requests
                requests = None if whole is None else whole // self._workers
                self._judges = tuple(self._judge(name, options, at_once, requests) for name in self._settings.judges)
        return self._judges

    def _judge(self, name: str, options: ModelOptions, at_once: int, requests: int | None) -> Model:
        if not self._settings.judges_differ:
            return self.behind_cache(resolve(name, options), most=at_once, requests=requests)
        from pytest_evalscope.run.judges import open_judge, tuned

        opened = open_judge(name, self._settings, options)
        return tuned(self.behind_cache(opened, most=at_once, requests=requests), name, self._settings)

    def sandbox(self) -> Sandbox:
        """Return the sandbox for code of the model. Raises SandboxError without one."""
        from pytest_evalscope.sandbox import open_sandbox

        with self._opening:
            if self._sandbox is None:
                self._sandbox = open_sandbox(self._settings.sandbox, workers=self._workers)
        return self._sandbox

    def behind_cache(self, model: Model, *, most: int | None = None, requests: int | None = None) -> Model:
        """Return `model` with the run's budget before it, at most `most` requests at once, and its cache.

        A model with a bound may also have a last request: the one with the number `requests`.

        Raises UnknownName for a model without a price where there are prices.
        """
        if self._ledger is not None:
            from pytest_evalscope.run.budget import metered

            model = metered(model, self._ledger, self._settings)
        if most is not None:
            from pytest_evalscope.models.middleware.concurrency_limit import bounded

            model = bounded(model, most, requests)
        return model if self._cache is None else cached(model, self._cache, self._settings.cache)

    def within_limits(self, model: Model) -> Model:
        """Return `model`, sent nothing beyond the run's limits on pictures, sound and video."""
        return MediaDoor(self._settings.media).around(model)

    async def aclose(self) -> None:
        """Close models, judges and the sandbox."""
        for model in (*self._models.values(), *(self._judges or ())):
            await model.aclose()
        if self._sandbox is not None:
            await self._sandbox.aclose()

    def leave(self) -> None:
        """End the programs in the sandbox, where nobody can wait for the rest: Python waits for their threads."""
        stop = getattr(self._sandbox, "stop", None)
        if stop is not None:
            stop()

    def close_files(self) -> None:
        """Close the cache and the ledger, once nothing is in flight."""
        if self._cache is not None:
            self._cache.close()
        if self._ledger is not None:
            self._ledger.close()

    def _share(self, whole: ModelOptions, concurrency: int) -> ModelOptions:
        settings = self._settings
        return replace(
            whole,
            keep=None if settings.cache == "off" else settings.cache_dir,
            concurrency=concurrency,
            rpm=None if whole.rpm is None else whole.rpm / self._workers,
            tpm=None if whole.tpm is None else whole.tpm / self._workers,
            replayed=settings.cache == "replay",
        )


def _open_ledger(folder: RunFolder, settings: Settings) -> Ledger:
    from pytest_evalscope.run.budget import Ledger

    return Ledger(folder, settings)
