"""The options: one table for every front door, the manifest of a run, and the documentation.

Each option `--eval-NAME` has the environment variable `EVALSCOPE_NAME` and the ini key `evalscope_NAME`. Values are
text until `run/options.py` reads them. This module is loaded with every pytest, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Literal

Kind = Literal[
    "text",
    "texts",
    "path",
    "count",
    "number",
    "limit",
    "flag",
    "mapping",
    "nested",
    "choice",
    "shard",
    "sandbox",
    "prices",
]
"""The way in which the text of an option is read."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its names, how its text is read, and which setting it becomes."""

    name: str
    """The part of the flag after `--eval-`."""
    default: str
    metavar: str
    help: str
    kind: Kind = "text"
    field: str = ""
    """The field of `run.Settings` that it becomes, dotted where that is within another; empty: the front door's own."""
    least: float = 1
    """The lower bound of a count or a number."""
    most: float | None = None
    found: Literal["", "folder", "room"] = ""
    """Requirement on a path: `folder` exists and is one; `room` is a folder, or can be made as one."""
    accepted: tuple[str, ...] = ()
    """The texts that a choice is made of."""

    many: bool = dataclass_field(init=False)
    """True if it may be repeated: in the ini file one value a line, in the environment separated by spaces."""
    flag: str = dataclass_field(init=False)
    """The command-line flag."""
    key: str = dataclass_field(init=False)
    """The name in the ini file, and the attribute of pytest's parsed options."""
    variable: str = dataclass_field(init=False)
    """The environment variable."""

    def __post_init__(self) -> None:
        key = "evalscope_" + self.name.replace("-", "_")
        made = {"many": self.kind == "texts", "flag": f"--eval-{self.name}", "key": key, "variable": key.upper()}
        for name, value in made.items():
            object.__setattr__(self, name, value)


OPTIONS = (
    Option("model", "", "PROVIDER/NAME", "model under test; repeat for several", kind="texts", field="models"),
    Option("api-url", "", "URL", "base URL of an OpenAI-compatible endpoint, for openai/…", field="model.api_url"),
    Option("model-args", "", "K=V,…|JSON", "options of the model's provider", kind="mapping", field="model.args"),
    Option(
        "generation-config", "", "K=V,…|JSON", "generation parameters: temperature, max_tokens, top_p, stop …",
        kind="mapping", field="params",
    ),
    Option(
        "dataset-args", "", "JSON", 'options per benchmark: {"gsm8k": {"few_shot": 0}}',
        kind="nested", field="dataset_args",
    ),
    Option(
        "data-dir", "", "DIR", "mirror of datasets, <hub id>/<config>/<split>.jsonl; read in place of any hub",
        kind="path", field="data.data_dir", found="folder",
    ),
    Option(
        "hub", "huggingface", "NAME", "where datasets come from: huggingface or modelscope",
        kind="choice", field="data.hub", accepted=("huggingface", "modelscope"),
    ),
    Option("offline", "false", "BOOL", "read only data that was downloaded before", kind="flag", field="data.offline"),
    Option(
        "limit", "", "N|SHARE", "samples per subset: a count, or a share between 0 and 1", kind="limit", field="limit"
    ),
    Option(
        "shuffle", "", "SEED", "order of each subset's samples before the limit, by this seed; default: the data's own",
        kind="count", field="shuffle", least=0,
    ),
    Option(
        "shard", "", "I/N", "run only this part of the samples, such as 3/8; gates wait for pytest-evalscope merge",
        kind="shard", field="shard",
    ),
    Option("repeats", "1", "N", "completions of each sample", kind="count", field="repeats"),
    Option("seed", "42", "N", "seed of everything random", kind="count", field="seed", least=0),
    Option(
        "concurrency", "32", "N", "maximum concurrent samples, across all workers", kind="count", field="concurrency"
    ),
    Option("judge", "", "PROVIDER/NAME", "judge model; repeat for a panel", kind="texts", field="judges"),
    Option(
        "judge-strategy", "auto", "NAME",
        "what scores benchmarks that have a rule: auto, rule, llm or llm_recall",
        kind="choice", field="judge_strategy", accepted=("auto", "rule", "llm", "llm_recall"),
    ),
    Option(
        "judge-concurrency", "8", "N", "maximum concurrent requests to each judge, across all workers",
        kind="count", field="judge_concurrency",
    ),
    Option(
        "judge-max-requests", "", "N", "maximum requests to each judge, shared evenly by all workers",
        kind="count", field="judge_max_requests",
    ),
    Option("judge-api-url", "", "URL", "base URL for openai/… judges; default: --eval-api-url", field="judge_api_url"),
    Option(
        "judge-key-variable", "", "NAME", "environment variable with the judges' key; default: their provider's",
        field="judge_key_variable",
    ),
    Option(
        "judge-generation-config", "", "K=V,…|JSON", "generation parameters of judges; null leaves one out",
        kind="mapping", field="judge_params",
    ),
    Option(
        "judge-args", "", "JSON", 'options per judge: {"NAME": {"model": …, "api_url": …, "generation_config": …}}',
        kind="nested", field="judge_args",
    ),
    Option("timeout", "600", "SECONDS", "time limit of a request", kind="number", field="model.timeout", least=0.001),
    Option(
        "stream-timeout", "120", "SECONDS", "maximum silence of a stream that has begun",
        kind="number", field="model.silence", least=0.001,
    ),
    Option(
        "sample-timeout", "", "SECONDS",
        "time limit of a sample's completion, and as much for its score, retries and waits included",
        kind="number", field="sample_timeout", least=0.001,
    ),
    Option("attempts", "6", "N", "maximum requests for one completion", kind="count", field="model.attempts"),
    Option(
        "rpm", "", "N", "maximum requests a minute to an endpoint's model, across all workers",
        kind="number", field="model.rpm", least=0.001,
    ),
    Option(
        "tpm", "", "N", "maximum tokens a minute to and from an endpoint's model, across all workers",
        kind="number", field="model.tpm",
    ),
    Option(
        "token-budget", "", "N", "maximum tokens of the run: prompts, completions and judges, across all workers",
        kind="count", field="token_budget",
    ),
    Option(
        "cost-budget", "", "X", "maximum cost of the run, in the currency of --eval-prices, across all workers",
        kind="number", field="cost_budget", least=0.000001,
    ),
    Option(
        "prices", "", "FILE", 'TOML table per model: ["openai/NAME"], input = X, output = Y, of a million tokens',
        kind="prices", field="prices",
    ),
    Option(
        "cache", "on", "MODE",
        "cache of completions: on, off, refresh (request again and store) or replay (cached completions only)",
        kind="choice", field="cache", accepted=("on", "off", "refresh", "replay"),
    ),
    Option(
        "cache-dir", "", "DIR", "folder of the cache of completions", kind="path", field="cache_dir", found="room"
    ),
    Option(
        "run-dir", "", "DIR", "re-score the completions of this run folder and gate them, without calling the model",
        kind="path", field="run_dir",
    ),
    Option("work-dir", "outputs", "DIR", "where run folders are made", kind="path", field="work_dir",
           found="room"),
    Option(
        "sandbox", "local", "KIND",
        "where code of the model runs: local (confined), docker[:IMAGE], enclave:URL, unsafe (a bare process), off",
        kind="sandbox", field="sandbox",
    ),
    Option(
        "max-errors", "0", "SHARE", "share of samples without a score that a gate tolerates",
        kind="number", field="max_errors", least=0, most=1,
    ),
    Option("threshold", "", "NAME.METRIC=X", "least value of a metric; repeat for several", kind="texts"),
    Option(
        "decide", "value", "BY", "what declared thresholds are compared with: the value, or the 95 % interval",
        kind="choice", accepted=("value", "interval"),
    ),
    Option(
        "inconclusive", "warn", "POLICY", "what a gate is whose interval does not decide it: warn, fail or pass",
        kind="choice", accepted=("warn", "fail", "pass"),
    ),
    Option("index", "", "FILE", "run the index of this file, a schema (.json) or a mixed set (.jsonl)", kind="path"),
    Option("fail-under", "", "X", "least weighted average of the run's index; a named test result",
           kind="number", least=0, most=1),
    Option("junit", "gates", "KIND", "JUnit files of the run folder: gates, samples (a second file of them) or off",
           kind="choice", accepted=("gates", "samples", "off")),
    Option("junit-properties", "true", "BOOL", "numbers of gates as <properties> of test cases, also in --junitxml",
           kind="flag"),
    Option("redact", "false", "BOOL",
           "prompts, completions and answers by their lengths alone in terminal and reports; the records have them",
           kind="flag"),
    Option("media-max-bytes", "20000000", "N", "maximum bytes of a picture, a sound or a video that is sent",
           kind="count", field="media.max_bytes"),
    Option("media-max-pixels", "40000000", "N", "maximum pixels, width times height, of a picture that is sent",
           kind="count", field="media.max_pixels"),
    Option("media-oversize", "resize", "MODE", "what is done with a picture beyond these limits: resize or refuse",
           kind="choice", field="media.oversize", accepted=("resize", "refuse")),
)  # fmt: skip

BY_NAME = {option.name: option for option in OPTIONS}
