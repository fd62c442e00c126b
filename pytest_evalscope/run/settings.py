"""The resolved options of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pytest_evalscope.data import Source, default_source
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.scorers.judging import Strategy
from pytest_evalscope.types.shard import Shard

if TYPE_CHECKING:
    from pytest_evalscope.run.prices import Price

CacheMode = Literal["on", "off", "refresh", "replay"]
CACHE_MODES: tuple[CacheMode, ...] = ("on", "off", "refresh", "replay")


def default_cache_dir() -> Path:
    """Return where replies are kept when nobody says: what EVALSCOPE_CACHE_DIR names, else the user's own cache."""
    named = os.environ.get("EVALSCOPE_CACHE_DIR", "").strip()
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("pytest-evalscope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run was told, with defaults filled in. Holds no secret, so it may be written down."""

    models: tuple[str, ...] = ()
    data: Source = field(default_factory=default_source)
    model: ModelOptions = field(default_factory=ModelOptions)
    params: Mapping[str, Any] = field(default_factory=dict)
    """Generation parameters for every request."""
    dataset_args: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Benchmark name → overrides, as the decorator takes them."""
    limit: int | float | None = None
    """Samples per subset: a count, or a share in (0, 1)."""
    shard: Shard | None = None
    """The part of the samples that this run asks; None for all of them."""
    repeats: int = 1
    seed: int = 42
    concurrency: int = 32
    """Samples in flight at the most, in all workers together."""
    sample_timeout: float | None = None
    """Seconds until a sample must have its reply, pauses, retries and waits for a place included; None for no limit."""
    judges: tuple[str, ...] = ()
    """The models that mark replies; several are a panel."""
    judge_concurrency: int = 8
    """Requests in flight at the most to each judge, in all workers together."""
    judge_strategy: Strategy = "auto"
    """Who marks the replies of benchmarks that have a rule."""
    judge_max_requests: int | None = None
    """Requests to each judge at the most, in all workers together; retries not counted, None for no limit."""
    judge_api_url: str = ""
    """Base URL of an OpenAI-compatible endpoint for judges; empty: that of the models."""
    cache: CacheMode = "on"
    cache_dir: Path = field(default_factory=default_cache_dir)
    work_dir: Path = Path("outputs")
    run_dir: Path | None = None
    """A run folder whose replies are marked again; no model is asked then. None: models are asked."""
    sandbox: str = "local"
    """Where code of the model runs, for the benchmarks that need it, as `open_sandbox` reads it."""
    token_budget: int | None = None
    """Tokens that the run may spend, of prompts and replies, judges included; None for no limit."""
    cost_budget: float | None = None
    """What it may cost, in the currency of `prices`; None for no limit."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """Model → price. Where it holds any, it must hold every model and judge."""
    max_errors: float = 0.0
    """Share of unscored samples, in [0, 1], that a gate tolerates."""

    @property
    def counts_spending(self) -> bool:
        """Whether what is asked is counted."""
        return self.token_budget is not None or self.cost_budget is not None or bool(self.prices)

    @property
    def judge(self) -> ModelOptions:
        """How judges are opened: as the models, but for what is their own."""
        return replace(
            self.model,
            api_url=self.judge_api_url or self.model.api_url,
            args={},
            concurrency=self.judge_concurrency,
        )
