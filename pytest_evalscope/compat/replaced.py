"""Parts of EvalScope that are not supported, and what there is instead: names to import, commands, fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_evalscope.errors import UsageError

LOAD = "load tests are not supported; `evalscope perf` itself measures the same endpoint"
BENCHMARK = "a benchmark is a value, without a class or a registry: Benchmark(name=…, data=…, sample=…, score=…)"
_SUMMARY = "every run has reports/summary.md and reports/index.json in its folder"

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "Arguments": LOAD,
        "run_perf_benchmark": LOAD,
        "BenchmarkMeta": BENCHMARK,
        "DataAdapter": BENCHMARK,
        "DefaultDataAdapter": BENCHMARK,
        "MultiChoiceAdapter": BENCHMARK,
        "register_benchmark": BENCHMARK,
        "ModelAPI": "a model of your own is a function, python/<module>:<function>, or an object with send()",
        "register_model_api": "a provider of your own is an entry point in the group pytest_evalscope.models",
        "register_metric": "a metric is a function of all scores: Benchmark(metrics={NAME: function})",
        "NativeAgentConfig": "an agent is a solver: Benchmark(solve=agent(…))",
        "run_single_task": "run_task(task_cfg=…)",
        "Summarizer": _SUMMARY,
        "get_report_list": _SUMMARY,
    }
)
"""Name that documented scripts import → what there is instead."""

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "app": "pages are files: open reports/summary.md of a run folder, or publish it by $GITHUB_STEP_SUMMARY",
        "benchmark-info": "pytest-evalscope benchmarks [NAME]",
        "perf": LOAD,
        "service": "runs are started by pytest, by pytest-evalscope eval, or by run_task in a service of your own",
    }
)
"""Command of `evalscope` → what there is instead."""

BACKENDS: Mapping[str, str] = MappingProxyType(
    {
        "OpenCompass": "most of its data sets are benchmarks here: datasets=[…], see `pytest-evalscope benchmarks`",
        "VLMEvalKit": "benchmarks of pictures of your own: Sample(input=messages with image_url parts)",
        "RAGEval": "embeddings and reranking of your own benchmarks: model.embed, model.rerank",
        "ThirdParty": "run that project itself",
    }
)
"""`eval_backend` → what there is instead."""


FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "agent_config": "an agent is a solver of a benchmark of your own: Benchmark(solve=agent(…))",
        "analysis_report": "reports/summary.md of the run folder has the numbers; no model writes about them",
        "chat_template": "a checkpoint's own template is used; another belongs into its tokenizer_config.json",
        "collect_perf": "latency and tokens are always in the records, and cost nothing",
        "enable_progress_tracker": "progress goes to stderr, and records appear in the run folder as they are made",
        "eval_config": "datasets=[…] names benchmarks",
        "model_task": "only text is generated",
    }
)
"""Field of TaskConfig → what there is instead."""


def replaced(name: str) -> UsageError:
    """Return the error for a name that is not supported."""
    return UsageError(f"pytest_evalscope.compat: {name} is not supported", hint=NAMES[name])
