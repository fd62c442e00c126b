"""Options for opening a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """Options of one model. Secrets are never among them: an adapter reads its key from the environment."""

    api_url: str = ""
    """Base URL of an OpenAI-compatible endpoint; empty: `OPENAI_BASE_URL`, then OpenAI's own."""
    args: Mapping[str, Any] = field(default_factory=dict)
    """`--eval-model-args`: what the adapter documents (dtype, device, threads, context length …)."""
    timeout: float = 600.0
    """Seconds allowed for one attempt."""
    silence: float = 120.0
    """Seconds for which a stream that has begun may bring nothing."""
    attempts: int = 6
    """Requests for one completion, at most."""
    keep: Path | None = None
    """Folder for what must outlive the process (batches under way); None: nothing does."""
    concurrency: int = 32
    """Requests in flight, at most; an adapter sizes its pool or batch by it."""
    rpm: float | None = None
    """Requests a minute, at most; None for no limit."""
    tpm: float | None = None
    """Tokens a minute, at most, of prompts and completions together; None for no limit."""
    replayed: bool = False
    """True when every completion comes from the cache (`--eval-cache=replay`), so that no key is needed."""

    def __post_init__(self) -> None:
        """Guard what may contain a secret, so that no traceback shows it."""
        for name in ("api_url", "args"):
            object.__setattr__(self, name, guarded_option(getattr(self, name)))


def guarded_option(value: Any) -> Any:
    """Return the value of an option, what is secret in it guarded (`text.secrets`)."""
    if not _may_hide(value):
        return value
    from pytest_evalscope.text.secrets import guarded

    return guarded(value)


def _may_hide(value: Any) -> bool:
    """Return whether a value may contain a secret: a URL, or what is more than a number or a short name."""
    if isinstance(value, Mapping):
        return any(isinstance(each, (Mapping, list, tuple, str)) for each in value.values())
    return isinstance(value, str) and ("://" in value or len(value) > 15)
