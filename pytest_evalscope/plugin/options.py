"""The options: one table for the command line, the environment and the ini file.

Each option `--eval-NAME` has the environment variable `EVALSCOPE_NAME` and the ini key `evalscope_NAME`; the command
line wins over the environment, the environment over the ini file. Values are text until `settings.py` reads them.
This module is loaded with every pytest, so it imports nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

import pytest


@dataclass(frozen=True)
class Option:
    """One option; `name` is what follows `--eval-`."""

    name: str
    default: str
    metavar: str
    help: str
    many: bool = False
    """May be given several times; in the ini file one value a line, in the environment separated by spaces."""

    @property
    def flag(self) -> str:
        """The command-line flag."""
        return f"--eval-{self.name}"

    @property
    def key(self) -> str:
        """The name in the ini file, and the attribute of pytest's parsed options."""
        return "evalscope_" + self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.key.upper()


OPTIONS = (
    Option("model", "smollm2", "PROVIDER/NAME", "model under test; may be given several times", many=True),
    Option("api-url", "", "URL", "base URL of an OpenAI-compatible endpoint for openai/… models"),
    Option("model-args", "", "K=V,…|JSON", "options of the model's adapter"),
    Option("generation-config", "", "K=V,…|JSON", "generation parameters: temperature, max_tokens, top_p, stop …"),
    Option("dataset-args", "", "JSON", 'per benchmark: {"gsm8k": {"few_shot": 0}}'),
    Option("data-dir", "", "DIR", "mirror of data sets, <hub id>/<config>/<split>.jsonl; looked at before any hub"),
    Option("hub", "huggingface", "NAME", "where data sets come from: huggingface or modelscope"),
    Option("offline", "false", "BOOL", "never ask a hub for data"),
    Option("limit", "", "N|SHARE", "samples per subset: a count, or a share between 0 and 1"),
    Option("shard", "", "I/N", "ask only this part of the samples, such as 3/8; gates wait for pytest-evalscope merge"),
    Option("repeats", "1", "N", "how often each sample is asked"),
    Option("seed", "42", "N", "seed of everything random"),
    Option("concurrency", "32", "N", "samples in flight at the most, all workers together"),
    Option("judge", "", "PROVIDER/NAME", "model that marks replies; several times: a panel of judges", many=True),
    Option("judge-strategy", "auto", "NAME", "who marks benchmarks that have a rule: auto, rule, llm or llm_recall"),
    Option("judge-concurrency", "8", "N", "requests in flight at the most to each judge, all workers together"),
    Option("judge-max-requests", "", "N", "requests to each judge at the most, shared evenly by all workers"),
    Option("judge-api-url", "", "URL", "base URL for openai/… judges; left out: --eval-api-url"),
    Option("timeout", "600", "SECONDS", "time allowed for one request"),
    Option("stream-timeout", "120", "SECONDS", "silence allowed in a stream that has begun"),
    Option("sample-timeout", "", "SECONDS", "time until a sample must have its reply, retries and waits included"),
    Option("attempts", "6", "N", "requests at the most for one reply"),
    Option("rpm", "", "N", "requests a minute to an endpoint's model at the most, all workers together"),
    Option("tpm", "", "N", "tokens a minute to and from an endpoint's model at the most, all workers together"),
    Option(
        "token-budget", "", "N", "tokens that the run may spend, prompts and replies, judges and all workers together"
    ),
    Option("cost-budget", "", "X", "what the run may cost, in the currency of --eval-prices, all workers together"),
    Option("prices", "", "FILE", 'TOML table per model: ["openai/NAME"], input = X, output = Y, of a million tokens'),
    Option("cache", "on", "MODE", "reply cache: on, off, refresh (ask again, store) or replay (never ask)"),
    Option("cache-dir", "", "DIR", "folder of the reply cache"),
    Option(
        "run-dir", "", "DIR", "mark the replies of this run folder again, and hold the gates against them; ask nothing"
    ),
    Option("work-dir", "outputs", "DIR", "where run folders are made"),
    Option(
        "sandbox",
        "local",
        "KIND",
        "where code of the model runs: local (confined), docker[:IMAGE], enclave:URL, unsafe (a bare process) or off",
    ),
    Option("max-errors", "0", "SHARE", "share of samples without a score that a gate tolerates"),
    Option("threshold", "", "NAME.METRIC=X", "least value of a metric; may be given several times", many=True),
    Option("index", "", "FILE", "run the index of this file, a schema (.json) or a mixed set (.jsonl)"),
    Option("fail-under", "", "X", "least weighted average of the run's index; a named test result"),
    Option("junit", "gates", "KIND", "reports/junit.xml of the run folder: gates, samples or off"),
)


def add_options(parser: pytest.Parser) -> None:
    """Register every option but the short form `--model`."""
    group = parser.getgroup("evalscope", "evaluation of language models")
    for option in OPTIONS:
        kind: Literal["linelist", "string"] = "linelist" if option.many else "string"
        group.addoption(
            option.flag,
            dest=option.key,
            action="append" if option.many else "store",
            default=None,
            metavar=option.metavar,
            help=f"{option.help} (default: {option.default})" if option.default else option.help,
        )
        parser.addini(option.key, option.help, type=kind, default=None)


def add_short_model(parser: pytest.Parser) -> None:
    """Register `--model`, unless a conftest or another plugin has an option of this name: then theirs stays."""
    _, unknown = parser.parse_known_and_unknown_args(["--model=probe"])
    if "--model=probe" in unknown:
        group = parser.getgroup("evalscope")
        group.addoption(
            "--model", dest="evalscope_model", action="append", default=None, metavar="PROVIDER/NAME",
            help="the same as --eval-model",
        )  # fmt: skip


def given(config: pytest.Config, option: Option) -> tuple[str | list[str], str] | None:
    """Return what the user set for `option` and where (flag, variable or ini key); None when nothing was set."""
    value = getattr(config.option, option.key, None)
    if value is not None:
        return value, option.flag
    text = os.environ.get(option.variable, "")
    if text.strip():
        return (text.split() if option.many else text.strip()), option.variable
    written = config.getini(option.key)
    if written:
        return written, f"ini key {option.key}"
    return None


def any_given(config: pytest.Config, *, command_line_only: bool) -> bool:
    """Whether any option was set, anywhere or on the command line."""
    if command_line_only:
        return any(getattr(config.option, option.key, None) is not None for option in OPTIONS)
    return any(given(config, option) is not None for option in OPTIONS)


def value_of(config: pytest.Config, name: str) -> str:
    """Return the text of an option that is given once; its default where nothing was set."""
    option = next(option for option in OPTIONS if option.name == name)
    found = given(config, option)
    return option.default if found is None else str(found[0]).strip()
