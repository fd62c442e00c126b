"""Opening a causal language model with transformers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.hf.cache import separable
from pytest_evalscope.models.hf.special_tokens import SpecialTokens, special_tokens
from pytest_evalscope.models.http.errors import one_line
from pytest_evalscope.models.local.frame import Frame, frame_of

CPU_ROWS = 8
CUDA_ROWS = 32
_NO_CONTEXT = 2**20
"""Some configurations name no longest context, and some an absurd one; then memory is the only bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model that is ready to generate."""

    model: Any
    tokenizer: Any
    context: int
    """Tokens that prompt and completion may have together."""
    ends: frozenset[int]
    """Tokens that end a completion."""
    pad: int
    rows: int
    """Requests that are decoded together, at most."""
    special: SpecialTokens = field(default_factory=SpecialTokens)
    frame: Frame = field(default_factory=Frame)
    """Tokens that the tokenizer puts around every text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Place of a model and the arguments to open it with."""

    name: str
    """The name that the user gave."""
    place: str
    """A folder, a hub id, or the folder of a GGUF file."""
    gguf_file: str = ""
    args: Mapping[str, Any]

    def load(self) -> Loaded:
        """Read tokenizer and weights; takes seconds to minutes. Raises ModelError for whatever goes wrong."""
        try:
            with _quiet(gguf=bool(self.gguf_file)):
                return self._load()
        except ModelError:
            raise
        except Exception as error:  # what a loader raises for a broken file is anything
            raise _failure(self.name, error) from error

    def _load(self) -> Loaded:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        device = self._device(torch)
        torch.set_num_threads(self.args["threads"])
        options: dict[str, Any] = {"trust_remote_code": False}
        if self.gguf_file:
            options["gguf_file"] = self.gguf_file
        elif "revision" in self.args:
            options["revision"] = self.args["revision"]
        tokenizer = AutoTokenizer.from_pretrained(self.place, **options)
        dtype = self.args["dtype"]
        if dtype == "auto" and device.type == "cpu":
            dtype = "float32"  # half precision is slower than single on most CPUs
        kind = AutoModelForCausalLM if self.gguf_file else _kind_of(self.place, options)
        options |= {"dtype": dtype, "output_loading_info": True}
        model, found = kind.from_pretrained(self.place, **options)
        if missing := sorted(found["missing_keys"]):
            raise ValueError(f"{len(missing)} of its tensors are missing, {missing[0]} for one")
        model = model.to(device).eval()
        config = model.config.get_text_config()
        longest = getattr(config, "max_position_embeddings", None) or _NO_CONTEXT
        ends = _ends(model, tokenizer)
        rows = self.args.get("batch_size") or (CPU_ROWS if device.type == "cpu" else CUDA_ROWS)
        return Loaded(
            model=model,
            tokenizer=tokenizer,
            context=min(longest, self.args.get("context", longest)),
            ends=ends,
            pad=tokenizer.pad_token_id if tokenizer.pad_token_id is not None else min(ends, default=0),
            rows=rows if separable(model) else 1,
            special=special_tokens(tokenizer),
            frame=frame_of(partial(encode, tokenizer)),
        )

    def _device(self, torch: Any) -> Any:
        name = self.args["device"]
        if name == "auto":
            name = "cuda" if torch.cuda.is_available() else "cpu"
        if name.startswith("cuda") and not torch.cuda.is_available():
            raise ModelError(
                f"{self.name}: no CUDA device is there ({name}); accepted: cpu, or auto",
                hint="is this build of torch one for CUDA? torch.cuda.is_available() says no",
            )
        return torch.device(name)


def _kind_of(place: str, options: Mapping[str, Any]) -> Any:
    """Return the class that opens a model: models of pictures and text, such as Qwen2.5-VL, have one of their own.

    An encoder with a decoder is left to the class of causal models, which refuses it.
    """
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText
    from transformers.models.auto import modeling_auto as known

    try:
        config = AutoConfig.from_pretrained(place, **options)
    except OSError:  # an adapter on the hub has no configuration; where peft is installed, the class finds its model
        return AutoModelForCausalLM
    pictures = config.model_type in known.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES
    causal = config.model_type in known.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    return AutoModelForImageTextToText if pictures and not causal and not _encodes(config) else AutoModelForCausalLM


def _encodes(config: Any) -> bool:
    return bool(getattr(config, "is_encoder_decoder", False))


def encode(tokenizer: Any, texts: Sequence[str], special: bool) -> list[list[int]]:
    """Return the tokens of texts; `special`: with those that the tokenizer puts around every text."""
    tokens: list[list[int]] = tokenizer(list(texts), add_special_tokens=special)["input_ids"] if texts else []
    return tokens


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return the tokens that end a completion, from everywhere a model may name them."""
    named: list[Any] = [tokenizer.eos_token_id]
    for config in (model.generation_config, model.config, model.config.get_text_config()):
        value = getattr(config, "eos_token_id", None)
        named += value if isinstance(value, (list, tuple)) else [value]
    return frozenset(token for token in named if token is not None)


@contextmanager
def _quiet(*, gguf: bool) -> Iterator[None]:
    """Keep transformers from drawing progress bars and from logging less than errors, as it does unasked."""
    from transformers.utils import logging as log

    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        with _without_gguf_bar() if gguf else nullcontext():
            yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()


@contextmanager
def _without_gguf_bar() -> Iterator[None]:
    """Keep the reader of GGUF files from showing its progress bar, for which it has no option."""
    from transformers import modeling_gguf_pytorch_utils as reader

    bar = reader.tqdm
    reader.tqdm = lambda tensors, **_: tensors
    try:
        yield
    finally:
        reader.tqdm = bar


def _failure(name: str, error: Exception) -> ModelError:
    """The error to show for whatever transformers raised, with what can be done about it."""
    text = str(error)
    hint = "accepted: a folder or Hugging Face id of a causal language model, or a .gguf file"
    if "trust_remote_code" in text:
        hint = "the model brings code of its own, which is never run; take one that transformers knows"
    elif isinstance(error, ImportError) or "is required" in text:
        hint = "pip install 'pytest-evalscope[hf]'"
    elif isinstance(error, OSError):
        hint = f"{hint}; without a network it must be in the Hugging Face cache already"
        if "config.json" in text:
            hint = f"{hint}; an adapter (PEFT) is to be merged into its model first"
    shown = one_line(next(iter(text.strip().splitlines()), "") or type(error).__name__, 300)
    return ModelError(f"{name}: cannot be loaded ({shown})", hint=hint)
