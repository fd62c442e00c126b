"""`transformers serve`, with the weights of SmolLM2 that are saved as transformers reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bench.servers.environment import Environment, weights
from bench.servers.outcome import LIKELIHOOD, Expected, Line, Scenario
from bench.servers.place import Place
from bench.servers.process import CannotBeHad, free_port, last_words, responds, running, wait_until

SAVE = """
import sys
from pathlib import Path
from transformers import AutoModelForCausalLM, AutoTokenizer
file = Path(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype="float32")
model.hf_quantizer = None  # the weights are plain numbers once they are read
model.config.__dict__.pop("quantization_config", None)
model.save_pretrained(sys.argv[2])
AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name).save_pretrained(sys.argv[2])
"""
SHORT = "--eval-generation-config=max_tokens=8"
SAMPLES = 2
SLOW = Expected(scored=SAMPLES, truncated=SAMPLES, seconds=180)
SCENARIOS = (
    *(
        Scenario(name=f"{name}{how}", model=f"{provider}/smollm2", samples=SAMPLES, options=(options,), expected=SLOW)
        for name, provider in (("chat", "openai"), ("responses", "responses"))
        for how, options in (("", SHORT), (", streamed", f"{SHORT},stream=true"))
    ),
    Scenario(
        name="messages, which it does not have", model="anthropic/smollm2", samples=SAMPLES,
        expected=Expected(scored=0, exit=10, says=("HTTP 404", "look at the model's name and at the URL"), seconds=60),
    ),
    Scenario(
        name="log-probabilities of a server that only generates", model="openai/smollm2", samples=8, test=LIKELIHOOD,
        expected=Expected(scored=0, exit=10, says=("gives no log-probabilities",)),
    ),
)  # fmt: skip


def lines(place: Place) -> Iterator[Line]:
    """Yield the lines of the table."""
    environment = Environment(place.environments / "transformers")
    file = weights()
    environment.install((os.environ.get("TORCH", "torch"), "transformers[serving]", "gguf"))
    name = f"transformers serve {environment.version('transformers')}"
    model = environment.folder / "SmolLM2-135M-Instruct"
    save(environment, file, model, place)
    folder, port = place.folder("transformers"), free_port()
    (folder / "smollm2").symlink_to(model)  # what it serves is named as it is opened
    log = folder / "log.txt"
    command = [
        environment.bin / "transformers", "serve", "smollm2",
        "--host", "127.0.0.1", "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    with running(command, log, {"HF_HUB_OFFLINE": "1"}) as child:
        wait_until(child, lambda: responds(f"http://127.0.0.1:{port}/health"), log, 180)
        yield from place.lines(name, SCENARIOS, f"http://127.0.0.1:{port}/v1")


def save(environment: Environment, file: Path, model: Path, place: Place) -> None:
    """Write the weights of a GGUF file as transformers reads them, once. Raises CannotBeHad."""
    if (model / "tokenizer_config.json").is_file():
        return
    log = place.folder("weights") / "log.txt"
    with running([environment.python, "-c", SAVE, file, model], log, {"HF_HUB_OFFLINE": "1"}) as child:
        if child.wait(600):
            raise CannotBeHad(f"its weights cannot be written ({last_words(log)})")
