"""The resolved options of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pytest_evalscope.data import Source, default_source
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.options import guarded_option
from pytest_evalscope.models.resolve import require_read_url

if TYPE_CHECKING:
    from pytest_evalscope.run.prices import Price
    from pytest_evalscope.scorers.judging import Strategy
    from pytest_evalscope.types.shard import Shard

CacheMode = Literal["on", "off", "refresh", "replay"]
CACHE_MODES: tuple[CacheMode, ...] = ("on", "off", "refresh", "replay")


def default_cache_dir() -> Path:
    """Return the default folder of the cache: the one that EVALSCOPE_CACHE_DIR names, else the user's own cache."""
    named = os.environ.get("EVALSCOPE_CACHE_DIR", "").strip()
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("pytest-evalscope")


Oversize = Literal["resize", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """The limits of a run, each for one picture, sound or video."""

    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000
    """Width times height."""
    oversize: Oversize = "resize"
    """Treatment of a picture beyond the limits: a smaller one, or no request. Sound and video are refused."""

    def excess(self, size: int, dimensions: tuple[int, int] | None) -> str:
        """Return which limit is exceeded, with what was given and the option that sets it; "" for none."""
        if dimensions is not None and dimensions[0] * dimensions[1] > self.max_pixels:
            width, height = dimensions
            return f"{width} x {height} pixels; accepted: up to {self.max_pixels}, --eval-media-max-pixels"
        if size > self.max_bytes:
            return f"{size} bytes; accepted: up to {self.max_bytes}, --eval-media-max-bytes"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All options of a run, with defaults filled in. They contain no secret, so they may be written down."""

    models: tuple[str, ...] = ()
    data: Source = field(default_factory=default_source)
    model: ModelOptions = field(default_factory=ModelOptions)
    params: Mapping[str, Any] = field(default_factory=dict)
    """Generation parameters for every request."""
    dataset_args: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Benchmark name → overrides, as the decorator takes them."""
    limit: int | float | None = None
    """Samples per subset: a count, or a share in (0, 1)."""
    shuffle: int | None = None
    """The seed by which the samples of each subset are shuffled before the limit; None: the data's own order."""
    shard: Shard | None = None
    """The part of the samples that this run takes; None for all of them."""
    repeats: int = 1
    seed: int = 42
    concurrency: int = 32
    """Samples in flight, at most, in all workers together."""
    sample_timeout: float | None = None
    """Seconds until a sample must have its completion, pauses, retries and waits included; None for no limit."""
    judges: tuple[str, ...] = ()
    """The models that score completions; several are a panel."""
    judge_concurrency: int = 8
    """Requests in flight to each judge, at most, in all workers together."""
    judge_strategy: Strategy = "auto"
    """Scoring of benchmarks that have a rule: see `STRATEGIES`."""
    judge_max_requests: int | None = None
    """Requests to each judge, at most, in all workers together; retries not counted, None for no limit."""
    judge_api_url: str = ""
    """Base URL of an OpenAI-compatible endpoint for judges; empty: that of the models."""
    judge_key_variable: str = ""
    """The environment variable with the key of the judges; empty: their provider's own."""
    judge_params: Mapping[str, Any] = field(default_factory=dict)
    """Generation parameters of the judges, before those of a scorer; None leaves one out."""
    judge_args: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Judge → its own `model`, `api_url`, `key_variable`, `generation_config`, `model_args`."""
    cache: CacheMode = "on"
    cache_dir: Path = field(default_factory=default_cache_dir)
    work_dir: Path = Path("outputs")
    run_dir: Path | None = None
    """A run folder whose completions are re-scored; no model is called then. None: models are called."""
    sandbox: str = "local"
    """The sandbox for code of the model, for the benchmarks that need it, as `open_sandbox` reads it."""
    token_budget: int | None = None
    """Tokens that the run may spend, of prompts and completions, judges included; None for no limit."""
    cost_budget: float | None = None
    """Cost that the run may reach, in the currency of `prices`; None for no limit."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """Model → price. Where it has any, it must have every model and judge."""
    media: MediaLimits = field(default_factory=MediaLimits)
    """Limits on the pictures, sound and video that are sent."""
    max_errors: float = 0.0
    """Share of unscored samples, in [0, 1], that a gate tolerates."""

    def __post_init__(self) -> None:
        """Guard what may contain a secret, so that no traceback shows it, and follow links to the recorded run.

        Raises UsageError for a URL nobody reads.
        """
        require_read_url((*self.models, *self.judges), self.model)
        for name in ("params", "dataset_args", "judge_params", "judge_args", "judge_api_url", "sandbox"):
            object.__setattr__(self, name, guarded_option(getattr(self, name)))
        if self.run_dir is not None and Path(self.run_dir).is_symlink():  # `latest` is soon this very run
            object.__setattr__(self, "run_dir", Path(os.path.realpath(self.run_dir)))

    @property
    def counts_spending(self) -> bool:
        """True if requests are counted."""
        return self.token_budget is not None or self.cost_budget is not None or bool(self.prices)

    @property
    def judges_differ(self) -> bool:
        """True if judges have options that models under test have not, so that `run.judges` opens them."""
        return bool(self.judge_key_variable or self.judge_params or self.judge_args)

    @property
    def judge(self) -> ModelOptions:
        """Options of the judges: those of the models, but for their own."""
        return replace(
            self.model,
            api_url=self.judge_api_url or self.model.api_url,
            args={},
            concurrency=self.judge_concurrency,
        )
