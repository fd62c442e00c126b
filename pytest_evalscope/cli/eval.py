"""`pytest-evalscope eval`: a run with EvalScope's flags, without a test file and without gates."""

from __future__ import annotations

import sys
import traceback
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click

from pytest_evalscope.cli.options import read
from pytest_evalscope.errors import EvalscopeError


class SeveralValues(click.Command):
    """A command whose repeatable options may be written once with several values: `--datasets gsm8k arc`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, with the flag put before each of its values."""
        flags = {flag for option in self.params if getattr(option, "multiple", False) for flag in option.opts}
        written: list[str] = []
        current = ""
        for word, following in zip_longest(args, args[1:], fillvalue="-"):
            if word.startswith("-"):
                current = word if word in flags else ""
                written += [word] if not current or following.startswith("-") else []
            else:
                written += [current, word] if current else [word]
        return super().parse_args(ctx, written)


@click.command("eval", cls=SeveralValues)
@click.option(
    "--config", type=click.Path(path_type=Path), help="YAML or JSON with these options; flags take precedence."
)
@click.option("--model", help="provider/model; with --api-url a model there; the folder of a checkpoint.")
@click.option("--model-id", help="The model's name in files and reports.")
@click.option("--model-args", callback=read("mapping"), metavar="K=V,…|JSON", help="Options for opening local weights.")
@click.option("--datasets", multiple=True, metavar="NAME...", help="Benchmarks, or data_collection for a mixed set.")
@click.option("--dataset-args", callback=read("nested"), metavar="JSON|@FILE", help="Benchmark → its options.")
@click.option("--dataset-dir", metavar="DIR", help="A mirror of the data. [env: EVALSCOPE_DATA_DIR]")
@click.option("--dataset-hub", type=click.Choice(["huggingface", "modelscope", "local"]), help="local contacts no hub.")
@click.option("--generation-config", callback=read("mapping"), metavar="K=V,…|JSON", help="temperature, max_tokens …")
@click.option("--eval-type", help="openai_api or llm_ckpt. [default: by --api-url and --model]")
@click.option("--eval-batch-size", type=click.IntRange(min=1), help="Maximum concurrent requests. [default: 32]")
@click.option("--judge", callback=read("mapping"), metavar="JSON", help='{"models": [{"model_id": "…"}]}')
@click.option("--judge-strategy", metavar="NAME", help="auto, rule, llm or llm_recall. [default: auto]")
@click.option("--judge-model-args", callback=read("mapping"), metavar="JSON", help="The older form of one judge.")
@click.option("--judge-worker-num", type=click.IntRange(min=1), help="Maximum concurrent requests to a judge.")
@click.option("--sandbox", callback=read("mapping"), metavar="JSON|@FILE", help='{"enabled": true, "engine": …}')
@click.option("--use-sandbox", is_flag=True, default=None, help="Run code of the model in --sandbox-type.")
@click.option("--sandbox-type", metavar="ENGINE", help="docker, local, enclave or unsafe. [default: docker]")
@click.option("--sandbox-manager-config", callback=read("mapping"), metavar="JSON", help='{"base_url": "http://…"}')
@click.option("--limit", callback=read("limit"), metavar="N|SHARE", help="Samples per subset; in all of a mixed set.")
@click.option("--repeats", type=click.IntRange(min=1), help="Number of requests per sample.")
@click.option("--use-cache", metavar="DIR", help="A run folder to continue; completions are cached in any case.")
@click.option("--rerun-review", is_flag=True, default=None, help="Score cached completions again, without requests.")
@click.option("--work-dir", metavar="DIR", help="Folder for run folders. [default: outputs]")
@click.option("--no-timestamp", is_flag=True, default=None, help="Make --work-dir itself the run folder.")
@click.option("--ignore-errors", is_flag=True, default=None, help="Tolerate samples without a score; they count 0.")
@click.option("--debug", is_flag=True, default=None, help="Show the traceback of an error.")
@click.option("--dry-run", is_flag=True, default=None, help="Check everything and show the plan, without requests.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of everything random. [default: 42]")
@click.option("--api-url", metavar="URL", help="Base URL of an OpenAI-compatible endpoint.")
@click.option(
    "--api-key", metavar="KEY", help="Its key; command lines are visible to others, so prefer OPENAI_API_KEY."
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds for one request. [default: 600]")
@click.option("--stream", is_flag=True, default=None, help="Stream completions, to time the first token.")
@click.option("--model-task", hidden=True)
@click.option("--chat-template", hidden=True)
@click.option("--eval-backend", hidden=True)
@click.option("--eval-config", hidden=True)
@click.option("--agent-config", hidden=True)
@click.option("--analysis-report", is_flag=True, default=None, hidden=True)
@click.option("--enable-progress-tracker", is_flag=True, default=None, hidden=True)
@click.option("--no-collect-perf", "collect_perf", is_flag=True, flag_value=False, default=None, hidden=True)
@click.pass_context
def eval_(ctx: click.Context, /, config: Path | None, **given: Any) -> None:
    """Evaluate a model on benchmarks, with EvalScope's flags.

    Prints the tables of the run and, last, the path of its reports. The exit status is 0 when everything was measured,
    1 when something could not be or the run was cut off, 2 for a usage error. Gates on the numbers are pytest's:
    `pytest evals`.
    """
    from pytest_evalscope.api import Interrupted, problems
    from pytest_evalscope.compat import TaskConfig
    from pytest_evalscope.compat.start import run_one
    from pytest_evalscope.compat.task import read_config

    fields = {} if config is None else read_config(config)
    given["datasets"] = list(given["datasets"]) or None
    fields |= {name: value for name, value in given.items() if value is not None}
    try:
        summary = run_one(TaskConfig.from_dict(fields), tables=sys.stdout)
    except Interrupted as interruption:
        summary = interruption.summary
    except EvalscopeError:
        if fields.get("debug"):
            click.echo(traceback.format_exc(), err=True)
        raise
    if problems(summary) and not fields.get("dry_run"):
        ctx.exit(1)
