"""What the documentation site consists of: its navigation, and where each public name is described.

Nothing is imported here, so that `docs/generate.py`, the build and the tests read the same tables. A page or a public
name that has no place in them fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass

PACKAGE = "pytest_evalscope"

NAVIGATION: dict[str, tuple[str, ...]] = {
    "Start": (
        "README.md",
        "docs/getting-started.md",
        "docs/how-it-works.md",
        "docs/coming-from-evalscope.md",
        "docs/platforms.md",
        "docs/limitations.md",
    ),
    "Writing evals": (
        "docs/writing-evals.md",
        "docs/answers.md",
        "docs/agents.md",
        "docs/likelihood.md",
        "docs/benchmarks.md",
        "docs/sandbox.md",
    ),
    "Running": ("docs/options.md", "docs/data.md", "docs/long-runs.md", "docs/comparing.md", "docs/python.md"),
    "Models": ("docs/models.md", "docs/servers.md"),
    "Judges and arena": ("docs/judges.md", "docs/arena.md"),
    "Index": ("docs/index.md",),
    "Reports": ("docs/why-did-it-fail.md", "docs/reports.md", "docs/run-folder.md"),
    "Reference": ("docs/reference.md", "docs/parity.md"),
    "Contributing": ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "RELEASING.md", "CODE_OF_CONDUCT.md"),
}
"""Heading of the sidebar → its pages, by their paths in the repository."""

HOME = "README.md"
RENAMED = {HOME: "index.md", "docs/index.md": "weighted-index.md"}
"""Pages whose address on the site is not their own name: a site's `index` is its home page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One page of the API reference."""

    title: str
    about: str
    """Markdown above the names; links are relative to `docs/`."""
    names: tuple[str, ...] = ()
    """Public names, `from pytest_evalscope import …`."""
    extra: tuple[str, ...] = ()
    """Names that are documented below them and imported from elsewhere, each with its key of `MODULES`."""
    extra_title: str = "Related types"
    fixtures: bool = False
    """Whether the fixtures of the plugin are described here."""
    errors: bool = False
    """Whether the whole tree of errors is described here."""


REFERENCE: dict[str, Group] = {
    "evals": Group(
        title="Evals and fixtures",
        about=(
            "Decorators that turn a test into an eval, and the fixtures that it requests. "
            "The guide is [writing evals](writing-evals.md)."
        ),
        names=("benchmark", "index", "arena", "Benchmark"),
        fixtures=True,
    ),
    "values": Group(
        title="Values",
        about=(
            "Immutable, keyword-only dataclasses that solvers, scorers and fixtures take and return. "
            "[How it works](how-it-works.md) shows where each of them occurs."
        ),
        names=(
            *("Sample", "Media", "Context", "Completion", "Score", "Record", "Estimate", "Scores", "Threshold"),
            *("IndexReport", "Leaderboard", "Limits"),
        ),
        extra=(
            *("types.Usage", "types.Timing", "types.ContinuationLogprob", "types.TokenLogprob", "types.Execution"),
            *("types.Decision", "types.InconclusiveWarning"),
            *("types.IndexLevel", "types.IndexRow", "types.Standing", "types.Orders", "types.Columns"),
        ),
    ),
    "scorers": Group(
        title="Scorers",
        about=(
            "A scorer turns a sample and its completion into a `Score`. Pass one as `score=` of a `Benchmark`; "
            "[judges](judges.md) and [log-probabilities](likelihood.md) have guides of their own."
        ),
        names=(
            *("exact", "includes", "choice", "number", "math", "label", "spans", "entities", "code", "translation"),
            "structured",
            *("judge", "rubric", "judged", "environment_verdict", "likeliest", "true_mass", "surprisal"),
        ),
        extra=("types.Scorer",),
        extra_title="A scorer of your own",
    ),
    "solvers": Group(
        title="Solvers",
        about=(
            "A solver turns a sample into requests to the model, and returns the completion that is scored. "
            "Pass one as `solve=` of a `Benchmark`, or of `@benchmark(…)`."
        ),
        names=("chat", "multiple_choice", "turns", "agent", "likelihood", "perplexity"),
        extra=(
            *("types.Solver", "types.Model"),
            *("types.Chat", "types.Likelihood", "types.Embed", "types.Rerank", "types.raw"),
            *("types.media_part", "types.text_part", "types.media_in"),
        ),
        extra_title="A solver or model of your own",
    ),
    "tools": Group(
        title="Tools and environments",
        about="What an agent calls, and the world that it acts in. The guide is [agents](agents.md).",
        names=("tool", "Tool", "in_process", "sandboxed"),
        extra=("types.Environment", "types.Session", "types.Machine"),
        extra_title="An environment of your own",
    ),
    "metrics": Group(
        title="Metrics",
        about=(
            "A metric computes an `Estimate` from the scores of all samples. Each function here returns one, "
            "for `metrics=` of a `Benchmark`. [Reports](reports.md#how-the-numbers-are-made) lists the intervals."
        ),
        names=("mean", "ratio", "f1", "bleu", "chrf", "pass_at_k", "pass_hat_k", "vote_at_k", "perplexities"),
        extra=("stats.cohen_kappa", "stats.krippendorff_alpha"),
        extra_title="Agreement",
    ),
    "data": Group(
        title="Data",
        about="Sources of rows, for `data=` of a `Benchmark`.",
        names=("Rows", "File", "Hub", "Packaged"),
    ),
    "index": Group(
        title="The weighted index",
        about="Schemas, samplers and mixed sets. The guide is [the weighted index](index.md).",
        names=(
            *("CollectionSchema", "DatasetInfo", "WeightedSampler", "StratifiedSampler", "UniformSampler"),
            "dump_jsonl_data",
        ),
    ),
    "python": Group(
        title="Running from Python",
        about="Runs without pytest. The guide is [from Python and the command line](python.md).",
        names=("TaskConfig", "run_task"),
        extra=(
            *("api.evaluate", "api.problems", "api.rescore", "api.merge", "api.export", "api.samples_frame"),
            *("api.Interrupted", "run.Settings"),
            *("types.RunSummary", "types.Result"),
        ),
        extra_title="Functions and results",
    ),
    "errors": Group(
        title="Errors",
        about=(
            "Every error that this package raises on purpose is an `EvalscopeError`. A message reads "
            "`subject: what is wrong (what was given); what is accepted`, and may end with a line `hint: …`."
        ),
        names=("EvalscopeError",),
        errors=True,
    ),
}
"""Page below `reference/` → what it describes. Every name of `pytest_evalscope.__all__` is in one group."""

MODULES: dict[str, str] = {
    "api": f"{PACKAGE}.api",
    "run": f"{PACKAGE}.run",
    "stats": f"{PACKAGE}.stats",
    "types": f"{PACKAGE}.types",
    "fixtures": f"{PACKAGE}.plugin.fixtures",
}
"""Where the names are that the package itself does not export. The one place to change when a module moves."""


def located(extra: str) -> tuple[str, str]:
    """Return module and name of an entry of `Group.extra`."""
    key, _, name = extra.partition(".")
    return MODULES[key], name


def site_path(page: str) -> str:
    """Return where a page of the repository is on the site: `docs/models.md` → `models.md`."""
    if page in RENAMED:
        return RENAMED[page]
    return page.removeprefix("docs/") if page.startswith("docs/") else page.lower().replace("_", "-")
