"""The engines on this machine beside what one would write by hand, in one run: tokens per second, and agreement.

    python bench/local_models.py [--rounds 3] [--requests 32] [--batch 8] [--threads N] [--only hf,gguf,agreement]

- `hf/` beside a loop over left-padded batches with `transformers.generate`: same weights, prompts, limits, batch size.
- `smollm2` beside direct calls of xllamacpp's server object from as many threads as it has slots.
- How far the two engines' log-probabilities are apart, on the weights as packaged and on the same weights unpacked:
  llama.cpp computes with 8-bit activations where the weights are quantised, transformers does not.

Both sides of a pair take turns, in an order that changes every round, each round with prompts of its own; medians of
the rounds are told. On a machine that does other work besides, tokens per CPU second say more than tokens per second,
and `--threads 1` more than a thread per core: llama.cpp's threads wait for each other by spinning.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.gguf.smollm2 import packaged_file
from pytest_evalscope.models.hf.load import Source
from pytest_evalscope.models.local.engine import cores
from pytest_evalscope.types import Chat, Completion, Model

SLOTS = 4
CONTEXT = 4096
LIMITS = (8, 16, 32, 64, 96)
"""Tokens of the replies: choices, numbers, sentences, short derivations."""
WORDS = ("France", "Japan", "gold", "water", "seven", "Monday", "cat", "sun", "Newton", "piano")
QUESTIONS = (
    "What is the capital of {}?", "Write one sentence about {}.", "Is {} a noun? Answer yes or no.",
    "Spell {} backwards.", "Translate {} into Spanish.",
)  # fmt: skip

Arm = Callable[[list[Chat]], tuple[int, float]]
"""Answers the requests; returns generated tokens and the CPU seconds it took."""


def prompts(count: int, seed: int, *, equal: bool = False) -> list[Chat]:
    """Return requests whose prompts and replies differ in length as those of evals do; `equal`: all replies alike."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        facts = " ".join(f"{rng.choice(WORDS)} is number {rng.randrange(1000)}." for _ in range(rng.choice((1, 4, 12))))
        question = rng.choice(QUESTIONS).format(rng.choice(WORDS))
        message = {"role": "user", "content": f"{number}. {facts} {question}"}
        limit = 48 if equal else rng.choice(LIMITS)
        made.append(Chat(messages=(message,), params={"max_tokens": limit}))
    return made


def ask_all(model: Model, loop: asyncio.AbstractEventLoop, requests: Sequence[Chat]) -> list[Completion]:
    """Send all requests at once and return the replies."""

    async def gathered() -> list[Completion]:
        return await asyncio.gather(*map(model.send, requests))

    return loop.run_until_complete(gathered())


@contextmanager
def opened(name: str, loop: asyncio.AbstractEventLoop, **args: Any) -> Iterator[Model]:
    """Open a model, have it loaded, and close it at the end."""
    model = resolve(name, ModelOptions(args=args))
    try:
        ask_all(model, loop, prompts(1, -1))
        yield model
    finally:
        loop.run_until_complete(model.aclose())


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def through(model: Model, loop: asyncio.AbstractEventLoop, cpu: Callable[[], float]) -> Arm:
    """Return the arm that asks a model of ours."""

    def arm(requests: list[Chat]) -> tuple[int, float]:
        begun = cpu()
        replies = ask_all(model, loop, requests)
        return sum(reply.usage.completion_tokens for reply in replies), cpu() - begun

    return arm


def by_hand(batch: int, threads: int) -> Arm:
    """Return the loop that one would write: prompts sorted by length, padded on the left, `generate` per batch."""
    import torch

    path = packaged_file()
    args = {"device": "cpu", "dtype": "float32", "threads": threads}
    loaded = Source(name="by hand", place=str(path.parent), gguf_file=path.name, args=args).load()
    model, tokenizer = loaded.model, loaded.tokenizer
    tokenizer.padding_side = "left"

    def arm(requests: list[Chat]) -> tuple[int, float]:
        begun = time.process_time()
        pairs = [
            (tokenizer.apply_chat_template(list(request.messages), tokenize=False, add_generation_prompt=True), request)
            for request in requests
        ]
        pairs.sort(key=lambda pair: len(pair[0]))
        count = 0
        for start in range(0, len(pairs), batch):
            texts = [text for text, _ in pairs[start : start + batch]]
            limits = [request.params["max_tokens"] for _, request in pairs[start : start + batch]]
            inputs = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
            with torch.inference_mode():
                output = model.generate(**inputs, max_new_tokens=max(limits), do_sample=False, pad_token_id=loaded.pad)
            for row, limit in zip(output[:, inputs["input_ids"].shape[1] :].tolist(), limits, strict=True):
                reply = row[:limit]
                end = next((place + 1 for place, token in enumerate(reply) if token in loaded.ends), len(reply))
                tokenizer.decode(reply[:end], skip_special_tokens=True)
                count += end
        return count, time.process_time() - begun

    return arm


def direct(threads: int) -> Arm:
    """Return direct calls of xllamacpp, from one thread per slot."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(packaged_file())
    params.n_parallel, params.n_ctx, params.verbosity = SLOTS, SLOTS * CONTEXT, -1
    for pool in (params.cpuparams, params.cpuparams_batch):
        pool.n_threads = threads
    server = xllamacpp.Server(params)

    def arm(requests: list[Chat]) -> tuple[int, float]:
        begun = time.process_time()
        waiting, counts = list(requests), []

        def work() -> None:
            while waiting:
                try:
                    request = waiting.pop()
                except IndexError:
                    return
                body = {"messages": list(map(dict, request.messages)), "temperature": 0, **request.params}
                counts.append(server.handle_chat_completions(body)["usage"]["completion_tokens"])

        workers = [threading.Thread(target=work) for _ in range(SLOTS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return sum(counts), time.process_time() - begun

    return arm


@dataclass(frozen=True)
class Turn:
    """One arm in one round."""

    tokens: int
    wall: float
    cpu: float


def take_turns(name: str, arms: dict[str, Arm], work: Callable[[int], list[Chat]], rounds: int) -> list[list[Any]]:
    """Run the arms `rounds` times, in changing order; return a row of the table for each, and one for their ratio."""
    turns: dict[str, list[Turn]] = {arm: [] for arm in arms}
    loads = []
    for number in range(rounds):
        for arm in list(arms) if number % 2 else reversed(list(arms)):
            begun = time.perf_counter()
            tokens, cpu = arms[arm](work(number))
            turns[arm].append(Turn(tokens, time.perf_counter() - begun, cpu))
            loads.append(os.getloadavg()[0])
    ours, theirs = turns.values()
    rows = [
        [
            name, arm, statistics.median(turn.tokens for turn in taken),
            statistics.median(turn.tokens / turn.wall for turn in taken),
            statistics.median(turn.tokens / turn.cpu for turn in taken), statistics.median(loads),
        ]
        for arm, taken in turns.items()
    ]  # fmt: skip
    pairs = list(zip(ours, theirs, strict=True))
    wall = statistics.median((one.tokens / one.wall) / (two.tokens / two.wall) for one, two in pairs)
    cpu = statistics.median((one.tokens / one.cpu) / (two.tokens / two.cpu) for one, two in pairs)
    return [*rows, [name, "ratio (ours / theirs)", None, wall, cpu, None]]


def measure_hf(loop: asyncio.AbstractEventLoop, options: argparse.Namespace) -> list[list[Any]]:
    """Return the rows of `hf/` beside the loop by hand, on replies of mixed and of equal lengths."""
    rows = []
    with opened("hf/smollm2", loop, device="cpu", batch_size=options.batch, threads=options.threads) as model:
        arms = {"hf/": through(model, loop, time.process_time), "generate": by_hand(options.batch, options.threads)}
        for name, equal in (("hf, mixed lengths", False), ("hf, equal lengths", True)):
            work = partial(prompts, options.requests, equal=equal)
            rows += take_turns(name, arms, work, options.rounds)
    return rows


def measure_gguf(loop: asyncio.AbstractEventLoop, options: argparse.Namespace) -> list[list[Any]]:
    """Return the rows of `smollm2` beside direct calls."""
    with opened("smollm2", loop, parallel=SLOTS, context=CONTEXT, threads=options.threads) as model:
        pid = model._server._process.pid  # type: ignore[attr-defined]  # its own CPU seconds are wanted
        arms = {
            "smollm2": through(model, loop, lambda: time.process_time() + cpu_of(pid)),
            "xllamacpp": direct(options.threads),
        }
        return take_turns("llama.cpp, mixed lengths", arms, partial(prompts, options.requests), options.rounds)


def unpacked(folder: Path) -> Path:
    """Write the packaged weights once more, every tensor as 32-bit numbers; return the file."""
    import gguf
    from gguf.quants import dequantize

    reader = gguf.GGUFReader(packaged_file())
    path = folder / "smollm2-f32.gguf"
    writer = gguf.GGUFWriter(path, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name not in ("general.architecture", "general.file_type"):
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, dequantize(tensor.data, tensor.tensor_type).astype("float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def likeliest(name: str, loop: asyncio.AbstractEventLoop, **args: Any) -> list[tuple[tuple[str, float], ...]]:
    """Return the likeliest first tokens of the replies to 50 short questions."""
    params = {"max_tokens": 1, "logprobs": True, "top_logprobs": 20}
    texts = [question.format(word) for question in QUESTIONS for word in WORDS]
    asked = [Chat(messages=({"role": "user", "content": text},), params=params) for text in texts]
    with opened(name, loop, **args) as model:
        return [reply.logprobs[0].top for reply in ask_all(model, loop, asked)]


def differences(ours: list[Any], theirs: list[Any]) -> list[float]:
    """Return how far the log-probabilities of our five likeliest tokens are apart; parts of characters are left out."""
    pairs = zip(ours, map(dict, theirs), strict=True)
    return [abs(value - their[token]) for our, their in pairs for token, value in our[:5] if "\ufffd" not in token]


def agreement(loop: asyncio.AbstractEventLoop) -> list[list[Any]]:
    """Return the rows of the table of agreement."""
    hf = likeliest("hf/smollm2", loop, device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        files = {"Q4_1, as packaged": "smollm2", "the same weights as float32": f"gguf/{unpacked(Path(folder))}"}
        found = {title: differences(hf, likeliest(name, loop)) for title, name in files.items()}
    return [
        [title, len(apart), max(apart), statistics.mean(apart), sum(one > 0.1 for one in apart)]
        for title, apart in found.items()
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=32)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--only", default="hf,gguf,agreement")
    options = parser.parse_args()
    only = options.only.split(",")
    loop = asyncio.new_event_loop()
    rows: list[list[Any]] = []
    if "hf" in only:
        rows += measure_hf(loop, options)
    if "gguf" in only:
        rows += measure_gguf(loop, options)
    if rows:
        heads = ["work", "arm", "tokens", "tokens/s", "tokens/CPU s", "load"]
        print(tabulate(rows, heads, floatfmt=("", "", ".0f", ".2f", ".2f", ".1f")))
        print(f"medians of {options.rounds} rounds of {options.requests} requests, {options.threads} threads\n")
    if "agreement" in only:
        heads = ["llama.cpp beside transformers", "log-probabilities", "largest apart", "mean", "over 0.1"]
        print(tabulate(agreement(loop), heads, floatfmt=".4f"))
    loop.close()


if __name__ == "__main__":
    main()
