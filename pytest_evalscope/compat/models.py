"""The model of a task: the one of ours that EvalScope's fields mean, opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import SecretStr

from pytest_evalscope.api.plan import AnyModel
from pytest_evalscope.compat.task import TaskConfig
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.http.endpoint import endpoint_at, openai_headers, variable
from pytest_evalscope.models.providers.anthropic import anthropic_headers, open_anthropic
from pytest_evalscope.models.providers.openai import open_openai
from pytest_evalscope.models.providers.responses import open_responses
from pytest_evalscope.models.resolve import has_provider
from pytest_evalscope.types import Model

ENDPOINT = ("openai_api", "openai", "server", "service")
PROTOCOL = {"openai_responses_api": "responses", "anthropic_api": "anthropic"}
"""Kinds of model in EvalScope that are a provider of ours."""
CHECKPOINT = ("llm_ckpt", "checkpoint")
ABSENT = (
    "mock_llm", "litellm", "systemone_api", "autotrust_api", "text2image", "text2speech", "image_editing", "custom",
)  # fmt: skip
"""Kinds of model in EvalScope that are not supported."""
_OPENS: dict[str, tuple[Callable[..., Model], Callable[..., dict[str, str]], str]] = {
    "openai": (open_openai, openai_headers, "OPENAI_API_KEY"),
    "responses": (open_responses, openai_headers, "OPENAI_API_KEY"),
    "anthropic": (open_anthropic, anthropic_headers, "ANTHROPIC_API_KEY"),
}
"""Providers that a task may bring URL and key for: how they are opened, what makes their headers, the key's name."""
_LISTED = "openai/, responses/ and anthropic/"
_DRY = "fake/echo or fake/letter:A answer by a rule, for a dry run"


def named_model(task: TaskConfig, options: ModelOptions) -> dict[str, AnyModel]:
    """Return the model of a task under the name it goes by in reports.

    A key goes from the task into the head of this model's requests and nowhere else: neither the environment nor an
    option ever contains it.

    Raises UsageError for a name or kind of model that means none here, and fields that contradict each other.
    """
    if task.model is not None and not isinstance(task.model, (str, Path)):
        _refuse_endpoint(task, "the model is an object")
        own = getattr(task.model, "name", None) or getattr(task.model, "__name__", type(task.model).__name__)
        return {task.model_id or str(own): task.model}
    name = model_name(task)
    provider, _, rest = name.partition("/")
    if provider not in _OPENS:
        _refuse_endpoint(task, f"{name} takes none")
        return {task.model_id or name: name}
    if task.api_url:
        endpoint_at(task.api_url, source="TaskConfig api_url")
    open_, make, variable_of_key = _OPENS[provider]
    key = _key(task)
    opened = open_(rest, options, headers=_headers_with(key, make, variable_of_key)) if key else name
    if provider == "anthropic" and task.api_url:  # a URL among the options is one of OpenAI's protocols
        headers = _headers_with(key, make, variable_of_key) if key else make
        opened = open_anthropic(rest, options, headers=headers, url=task.api_url)
    return {task.model_id or name: opened}


def model_name(task: TaskConfig) -> str:
    """Return `provider/model` for what the task calls its model. Raises UsageError, UnknownName."""
    given, kind = str(task.model or ""), task.eval_type
    if kind in ABSENT:
        hint = _DRY if kind == "mock_llm" else "a function of your own may call any service: python/<module>:<function>"
        raise UsageError(f"TaskConfig eval_type: not supported ({kind!r})", hint=hint)
    if kind is not None and kind not in (*ENDPOINT, *CHECKPOINT, *PROTOCOL):
        raise UnknownName("TaskConfig eval_type", kind, (*ENDPOINT, *CHECKPOINT, *PROTOCOL))
    if not given:
        raise UsageError("TaskConfig model: none is named; accepted: provider/model, such as openai/NAME", hint=_DRY)
    if has_provider(given):
        _refuse_other_kind(given, given.partition("/")[0], kind)
        return given
    if kind in PROTOCOL:
        return f"{PROTOCOL[kind]}/{given}"
    if kind in ENDPOINT or (kind is None and task.api_url):
        return f"openai/{given}"
    if kind in CHECKPOINT or Path(given).expanduser().is_dir():
        return f"hf/{Path(given).expanduser() if Path(given).expanduser().is_dir() else given}"
    return given


def _refuse_other_kind(name: str, provider: str, kind: str | None) -> None:
    meant = PROTOCOL.get(kind or "", "openai" if kind in ENDPOINT else "")
    if (meant and provider != meant) or (kind in CHECKPOINT and provider in _OPENS):
        provider = meant or "hf"
        raise UsageError(
            f"TaskConfig eval_type: contradicts the model's name ({kind!r}, {name}), which says what it is already",
            hint=f"leave eval_type out, or write the model as {provider}/{name}",
        )


def _refuse_endpoint(task: TaskConfig, why: str) -> None:
    for name, given in (("api_url", task.api_url), ("api_key", _key(task))):
        if given:
            raise UsageError(f"TaskConfig {name}: would be lost, for {why}; only {_LISTED} models take one")


def _key(task: TaskConfig) -> SecretStr | None:
    """Return the key that the task brings; EMPTY is EvalScope's placeholder for none."""
    key = task.api_key
    if not isinstance(key, SecretStr) or key.get_secret_value().strip() in ("", "EMPTY"):
        return None
    if not _sendable(key.get_secret_value()):
        raise UsageError(
            "TaskConfig api_key: contains characters that no HTTP header may carry; accepted: printable ASCII"
        )
    return key


def _sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _headers_with(key: SecretStr, make: Callable[..., dict[str, str]], name: str) -> Callable[[], Mapping[str, str]]:
    return lambda: make(lambda wanted: key.get_secret_value().strip() if wanted == name else variable(wanted))
