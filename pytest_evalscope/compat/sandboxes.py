"""The sandbox of a task: EvalScope's fields in our terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.sandbox import checked_kind

ENGINES = ("docker", "enclave", "local", "unsafe")
"""EvalScope's own is `docker`, which with a `base_url` means an enclave; the others are ours."""
PLAIN_CONFIG = ("image", "tools_config", "network_enabled")
"""Parts of `default_config` that are read; tools and network are as every sandbox here has them."""


def sandbox_of(
    sandbox: Mapping[str, Any] | None, *, use: bool, engine: str | None, manager_config: Mapping[str, Any] | None
) -> str:
    """Return where code runs, as `open_sandbox` reads it: `local` unless the task says otherwise.

    The field `sandbox` wins over the older three, `use_sandbox`, `sandbox_type` and `sandbox_manager_config`.

    Raises UsageError for whatever would be lost, UnknownName for another engine.
    """
    given = sandbox
    if given is None:
        given = {"enabled": use, "engine": engine, "manager_config": manager_config}
        named = "TaskConfig sandbox_type", "TaskConfig sandbox_manager_config"
    else:
        named = "TaskConfig sandbox.engine", "TaskConfig sandbox.manager_config"
    for key in given:
        if key not in ("enabled", "engine", "default_config", "manager_config", "pool_size"):
            raise UsageError(f"TaskConfig sandbox.{key}: not supported; leave it out")
    if not given.get("enabled"):
        return "local"
    engine = str(given.get("engine") or "docker")
    if engine not in ENGINES:
        raise UnknownName(named[0], engine, ENGINES)
    image = _image(given.get("default_config") or {})
    url = _url(given.get("manager_config") or {}, where=named[1])
    if engine in ("docker", "enclave") and url:
        return checked_kind(f"enclave:{url}" + (f"#{image}" if image else ""), named[1])
    if engine == "enclave":
        raise UsageError(f"{named[1]}: names no server; accepted: {{'base_url': 'http://HOST:PORT'}}")
    if engine == "docker":
        return f"docker:{image}" if image else "docker"
    if image or url:
        raise UsageError(f"{named[0]}: {engine} has neither image nor base_url; leave them out")
    return engine


def _image(config: Any) -> str:
    if not isinstance(config, Mapping):
        raise UsageError("TaskConfig sandbox.default_config: not an object; accepted: {'image': 'NAME'}")
    for key in config:
        if key not in PLAIN_CONFIG:
            raise UsageError(
                f"TaskConfig sandbox.default_config.{key}: not supported; leave it out",
                hint="limits are each benchmark's own",
            )
    if config.get("network_enabled"):
        raise UsageError(
            "TaskConfig sandbox.default_config.network_enabled: no sandbox has a network here; leave it out"
        )
    return str(config.get("image") or "")


def _url(config: Any, *, where: str) -> str:
    if not isinstance(config, Mapping):
        raise UsageError(f"{where}: not an object; accepted: {{'base_url': 'http://HOST:PORT'}}")
    for key in config:
        if key != "base_url":
            hint = "a key is read from MS_ENCLAVE_API_KEY" if key == "api_key" else ""
            raise UsageError(f"{where}.{key}: not supported; leave it out", hint=hint)
    return str(config.get("base_url") or "")
