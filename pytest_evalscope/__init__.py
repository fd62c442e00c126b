"""LLM evaluation as pytest tests: benchmarks, a weighted index, and gates for CI.

Names are imported when they are first used, so that loading the plugin costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark
    from pytest_evalscope.collections import (
        CollectionSchema,
        DatasetInfo,
        StratifiedSampler,
        UniformSampler,
        WeightedSampler,
        dump_jsonl_data,
    )
    from pytest_evalscope.compat import TaskConfig, run_task
    from pytest_evalscope.data import File, Hub, Packaged, Rows
    from pytest_evalscope.environments import in_process, sandboxed
    from pytest_evalscope.errors import EvalscopeError
    from pytest_evalscope.plugin.declare import arena, benchmark, index
    from pytest_evalscope.scorers import (
        bleu,
        choice,
        chrf,
        code,
        entities,
        environment_verdict,
        exact,
        includes,
        judge,
        judged,
        label,
        likeliest,
        math,
        number,
        rubric,
        spans,
        structured,
        surprisal,
        translation,
        true_mass,
    )
    from pytest_evalscope.solvers import agent, chat, likelihood, multiple_choice, perplexity, turns
    from pytest_evalscope.stats import f1, mean, pass_at_k, pass_hat_k, perplexities, ratio, vote_at_k
    from pytest_evalscope.types import (
        Completion,
        Context,
        Estimate,
        IndexReport,
        Leaderboard,
        Limits,
        Media,
        Record,
        Sample,
        Score,
        Scores,
        Threshold,
        Tool,
        tool,
    )

__all__ = [
    "Benchmark",
    "CollectionSchema",
    "Completion",
    "Context",
    "DatasetInfo",
    "Estimate",
    "EvalscopeError",
    "File",
    "Hub",
    "IndexReport",
    "Leaderboard",
    "Limits",
    "Media",
    "Packaged",
    "Record",
    "Rows",
    "Sample",
    "Score",
    "Scores",
    "StratifiedSampler",
    "TaskConfig",
    "Threshold",
    "Tool",
    "UniformSampler",
    "WeightedSampler",
    "agent",
    "arena",
    "benchmark",
    "bleu",
    "chat",
    "choice",
    "chrf",
    "code",
    "dump_jsonl_data",
    "entities",
    "environment_verdict",
    "exact",
    "f1",
    "in_process",
    "includes",
    "index",
    "judge",
    "judged",
    "label",
    "likeliest",
    "likelihood",
    "math",
    "mean",
    "multiple_choice",
    "number",
    "pass_at_k",
    "pass_hat_k",
    "perplexities",
    "perplexity",
    "ratio",
    "rubric",
    "run_task",
    "sandboxed",
    "spans",
    "structured",
    "surprisal",
    "tool",
    "translation",
    "true_mass",
    "turns",
    "vote_at_k",
]

_HOMES = {
    "compat": ("TaskConfig", "run_task"),
    "benchmarks": ("Benchmark",),
    "collections": (
        "CollectionSchema",
        "DatasetInfo",
        "StratifiedSampler",
        "UniformSampler",
        "WeightedSampler",
        "dump_jsonl_data",
    ),
    "data": ("File", "Hub", "Packaged", "Rows"),
    "environments": ("in_process", "sandboxed"),
    "errors": ("EvalscopeError",),
    "plugin.declare": ("arena", "benchmark", "index"),
    "scorers": (
        "bleu",
        "choice",
        "chrf",
        "code",
        "entities",
        "environment_verdict",
        "exact",
        "includes",
        "judge",
        "judged",
        "label",
        "likeliest",
        "math",
        "number",
        "rubric",
        "spans",
        "structured",
        "surprisal",
        "translation",
        "true_mass",
    ),
    "solvers": ("agent", "chat", "likelihood", "multiple_choice", "perplexity", "turns"),
    "stats": ("f1", "mean", "pass_at_k", "pass_hat_k", "perplexities", "ratio", "vote_at_k"),
    "types": (
        "Completion",
        "Context",
        "Estimate",
        "IndexReport",
        "Leaderboard",
        "Limits",
        "Media",
        "Record",
        "Sample",
        "Score",
        "Scores",
        "Threshold",
        "Tool",
        "tool",
    ),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"pytest_evalscope.{home}"), name)
    raise AttributeError(f"module 'pytest_evalscope' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
