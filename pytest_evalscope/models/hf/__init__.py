"""`hf/<folder, hub id or GGUF file>`: causal language models by transformers, on the CPU or a CUDA device."""

from pytest_evalscope.models.hf.model import open_hf

__all__ = ["open_hf"]
