"""A model that transformers runs inside this process."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import MissingExtra, UnknownName, UsageError
from pytest_evalscope.models.capabilities import check_media, refused
from pytest_evalscope.models.gguf.smollm2 import packaged_file
from pytest_evalscope.models.hf.load import Source
from pytest_evalscope.models.hf.worker import Worker
from pytest_evalscope.models.local.engine import READING, cores, digest, existing_file, in_thread, read_args
from pytest_evalscope.models.local.sampling import read_sampling
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.types import Chat, Completion, Likelihood, Model, Request

INSTALL = "pip install 'pytest-evalscope[hf]'"
ARGS = {"device": str, "dtype": str, "batch_size": int, "threads": int, "context": int, "revision": str}
DTYPES = ("auto", "float32", "bfloat16", "float16")
_HUB_ID = re.compile(r"\w[\w.-]{0,95}(?:/\w[\w.-]{0,95})?", re.ASCII)
_CONTENT = frozenset({".safetensors", ".bin", ".json", ".jinja", ".model", ".txt"})


def open_hf(rest: str, options: ModelOptions) -> Model:
    """Return `hf/<rest>`: a folder, a GGUF file, `smollm2` (the packaged file), or an id of the Hugging Face hub.

    Model arguments: `device` (`auto`: CUDA where there is one, `cpu`, `cuda`, `cuda:1`), `dtype` (`auto`: the
    checkpoint's own, float32 on the CPU), `batch_size` (requests decoded together; 8 on the CPU, 32 on CUDA),
    `threads` (all free cores), `context` (tokens of prompt and completion together; its own), `revision` (of a hub
    id).

    Requests are greedy unless they name a temperature, and generate up to 512 tokens unless they name `max_tokens`.
    Nothing is loaded before the first request.

    Raises:
        UsageError: no such file, an unknown argument or one that does not fit.
        MissingExtra: torch or transformers are not installed.
    """
    name = f"hf/{rest}"
    args: dict[str, Any] = {"device": "auto", "dtype": "auto", **read_args("hf", options.args, ARGS)}
    if args["dtype"] not in DTYPES:
        raise UnknownName("hf dtype", args["dtype"], DTYPES)
    if not re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?", args["device"]):
        raise UnknownName("hf device", args["device"], ("auto", "cpu", "cuda", "cuda:0"))
    place, gguf_file, identity = _locate(name, rest)
    for package in ("torch", "transformers", *(("gguf", "accelerate") if gguf_file else ())):
        if find_spec(package) is None:
            raise MissingExtra(name, package, INSTALL)
    identity |= {key: value for key, value in args.items() if key in ("device", "dtype", "context", "revision")}
    identity["reading"] = READING
    args.setdefault("threads", cores())
    return HfModel(Source(name=name, place=place, gguf_file=gguf_file, args=args), identity)


class HfModel:
    """A causal language model in this process; its requests are decoded together."""

    def __init__(self, source: Source, identity: Mapping[str, Any]) -> None:
        self.name = source.name
        self.identity = identity
        self.can: frozenset[type] = frozenset({Chat, Likelihood})
        self._worker = Worker(source.name, source.load)

    def __repr__(self) -> str:
        return f"<HfModel {self.name}>"

    async def send(self, request: Request) -> Completion:
        """Return the completion; cancelling frees its place in the batch.

        Raises:
            RequestRefused: a parameter, message or prompt that the model does not take.
            ModelError: it cannot be loaded, or failed.
        """
        if not isinstance(request, (Chat, Likelihood)):
            raise refused(self.name, request)
        check_media(self.name, request.messages)
        return await asyncio.wrap_future(self._worker.submit(request, read_sampling(self.name, request)))

    async def aclose(self) -> None:
        """End the thread and free the model; requests under way fail."""
        await in_thread(self._worker.close)


def _locate(name: str, rest: str) -> tuple[str, str, dict[str, Any]]:
    """The folder or hub id to load from, the GGUF file in it, and what tells this model's content from others."""
    path = packaged_file() if rest == "smollm2" else Path(rest).expanduser()
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in _CONTENT and file.is_file())
        if (path / "adapter_config.json").is_file():
            raise _adapter(name, path)
        if not (path / "config.json").is_file():
            raise UsageError(
                f"{name}: holds no model ({path}); accepted: a folder with a config.json, as transformers saves"
            )
        return str(path), "", {"model": path.name, "content": digest(*files)}
    if path.suffix.lower() == ".gguf":
        file = existing_file(name, str(path))
        return str(file.parent), file.name, {"model": file.name, "content": digest(file)}
    if not _HUB_ID.fullmatch(rest):
        raise UsageError(f"{name}: no such folder ({rest}); accepted: a folder, a .gguf file, or a Hugging Face id")
    return rest, "", {"model": rest, "revision": "main"}


def _adapter(name: str, path: Path) -> UsageError:
    """The error for a folder of PEFT, whose weights are a part of a model's."""
    try:
        said = json.loads((path / "adapter_config.json").read_text("utf-8"))
    except (OSError, ValueError):
        said = {}
    base = said.get("base_model_name_or_path") if isinstance(said, dict) else None
    return UsageError(
        f"{name}: holds an adapter (PEFT), no whole model ({path}, on {base or 'a model that it does not name'}); "
        "accepted: a folder into which adapter and model were merged",
        hint=f"AutoPeftModelForCausalLM.from_pretrained({str(path)!r}).merge_and_unload().save_pretrained(folder), "
        "with the tokenizer saved there too; or let vLLM serve the adapter and take openai/",
    )
