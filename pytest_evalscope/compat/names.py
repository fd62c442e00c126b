"""Names that EvalScope has for a model, its key and its generation parameters, in our terms: of models and judges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models.keyed import checked_key, takes_key
from pytest_evalscope.models.resolve import PROVIDERS, has_provider

ENDPOINT = ("openai_api", "openai", "server", "service")
PROTOCOL = {"openai_responses_api": "responses", "anthropic_api": "anthropic"}
"""Kinds of model in EvalScope that are a provider of ours."""
CHECKPOINT = ("llm_ckpt", "checkpoint")
ABSENT = (
    "mock_llm", "litellm", "systemone_api", "autotrust_api", "text2image", "text2speech", "image_editing", "custom",
)  # fmt: skip
"""Kinds of model in EvalScope that are not supported."""
WITHOUT_COUNTERPART = (
    *("anthropic_cache_control", "anthropic_cache_strategy", "batch_size", "cache_prompt", "extra_headers"),
    *("extra_query", "guidance_scale", "height", "num_inference_steps", "reasoning_history", "reasoning_summary"),
    *("reasoning_tokens", "response_schema", "retry_interval", "width"),
)
"""Keys of EvalScope's generation_config that mean nothing here; refused by name."""
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
DRY = "fake/echo or fake/letter:A answer by a rule, for a dry run"
_HINTS = {
    "batch_size": "eval_batch_size is the number of requests in flight",
    "retry_interval": "pauses grow, and follow the endpoint's own wish",
}


def model_name_of(given: str, kind: str | None, url: str, *, where: str = "", field: str = "model") -> str:
    """Return `provider/model` for what a task calls a model. Raises UsageError, UnknownName.

    `where` and `field` name the place in messages: `TaskConfig {where}{field}`.
    """
    if kind in ABSENT:
        hint = DRY if kind == "mock_llm" else "a function of your own may call any service: python/<module>:<function>"
        raise UsageError(f"TaskConfig {where}eval_type: not supported ({kind!r})", hint=hint)
    if kind is not None and kind not in (*ENDPOINT, *CHECKPOINT, *PROTOCOL):
        raise UnknownName(f"TaskConfig {where}eval_type", kind, (*ENDPOINT, *CHECKPOINT, *PROTOCOL))
    if not given:
        raise UsageError(
            f"TaskConfig {where}{field}: none is named; accepted: provider/model, such as openai/NAME", hint=DRY
        )
    if has_provider(given):
        _refuse_other_kind(given, given.partition("/")[0], kind, where)
        return given
    if kind in PROTOCOL:
        return f"{PROTOCOL[kind]}/{given}"
    if kind in ENDPOINT or (kind is None and url):
        return f"openai/{given}"
    folder = Path(given).expanduser()
    if kind in CHECKPOINT or folder.is_dir():
        return f"hf/{folder if folder.is_dir() else given}"
    return f"hf/{given}" if _is_hub_id(given) else given


def _is_hub_id(name: str) -> bool:
    """Return whether a name is an `owner/name` on a hub, and no misspelt provider."""
    owner, slash, rest = name.partition("/")
    if not slash or not HUB_ID.fullmatch(name):
        return False
    return bool(rest) and not get_close_matches(owner, PROVIDERS, cutoff=0.75)


def key_of(given: Any, where: str) -> SecretStr | None:
    """Return the key that a task brings; EMPTY is EvalScope's placeholder for none. Raises UsageError."""
    if isinstance(given, str):
        given = SecretStr(given)
    if not isinstance(given, SecretStr) or given.get_secret_value().strip() in ("", "EMPTY"):
        return None
    checked_key(given.get_secret_value(), where)
    return given


def generation_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return generation parameters in OpenAI's names; None for one that is to be left out.

    Raises UsageError for one that is not supported.
    """
    params = dict(given)
    for name, value in params.items():
        if name in WITHOUT_COUNTERPART and value is not None:
            raise UsageError(f"generation_config {name}: not supported; leave it out", hint=_HINTS.get(name, ""))
    params = {name: value for name, value in params.items() if name not in WITHOUT_COUNTERPART}
    if "stop_seqs" in params:
        params["stop"] = params.pop("stop_seqs")
    sampled = params.pop("do_sample", None)
    if sampled is True:
        params.setdefault("temperature", 1.0)
    elif sampled is False:
        params["temperature"] = 0.0
    return params


def _refuse_other_kind(name: str, provider: str, kind: str | None, where: str) -> None:
    meant = PROTOCOL.get(kind or "", "openai" if kind in ENDPOINT else "")
    if (meant and provider != meant) or (kind in CHECKPOINT and takes_key(name)):
        provider = meant or "hf"
        raise UsageError(
            f"TaskConfig {where}eval_type: contradicts the model's name ({kind!r}, {name}), which says what it is "
            "already",
            hint=f"leave eval_type out, or write the model as {provider}/{name}",
        )
