"""From the name a user typed to a model."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.types import Model

Open = Callable[[str, ModelOptions], Model]
"""Opens the model whose name, after the provider, is given; a user's mistakes are UsageErrors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Function that opens the models of one provider, and the form of their names."""

    module: str
    function: str
    form: str
    """Form of its names."""
    takes_args: bool = False
    """True when it uses `ModelOptions.args`."""
    alone: bool = False
    """True when its name is a whole model name."""
    url_variable: str = ""
    """Variable with its URL, where `ModelOptions.api_url` is not for it and its models are behind a network."""


PROVIDERS = {
    "openai": Provider(module="providers.openai", function="open_openai", form="openai/<model>"),
    "responses": Provider(module="providers.responses", function="open_responses", form="responses/<model>"),
    "openai-batch": Provider(
        module="providers.batch", function="open_batch", form="openai-batch/<model>", takes_args=True
    ),
    "azure": Provider(
        module="providers.azure", function="open_azure", form="azure/<deployment>", url_variable="AZURE_OPENAI_ENDPOINT"
    ),
    "anthropic": Provider(
        module="providers.anthropic",
        function="open_anthropic",
        form="anthropic/<model>",
        url_variable="ANTHROPIC_BASE_URL",
    ),
    "hf": Provider(module="hf", function="open_hf", form="hf/<folder or Hugging Face id>", takes_args=True),
    "gguf": Provider(module="gguf.model", function="open_gguf", form="gguf/<file>", takes_args=True),
    "smollm2": Provider(module="gguf.smollm2", function="open_smollm2", form="smollm2", takes_args=True, alone=True),
    "python": Provider(module="providers.python", function="open_python", form="python/<package.module>:<function>"),
    "fake": Provider(module="providers.fake", function="open_fake", form="fake/<rule>"),
}
"""Provider → where it is; imported when a model of it is first named. `installed_providers` are those of others."""


_LONG = 16
"""Characters of the shortest name that may contain a key."""
_REASONERS = re.compile(r"(?:.*/)?(?:o[1-9](?!\w)|gpt-5(?![.\w]|-chat))", re.IGNORECASE)
"""Models of OpenAI that take no sampling parameters, and the limit of tokens under its newer name only."""
_REFUSED = {"anthropic": ("temperature", "top_p", "top_k"), "responses": ("stop", "seed")}
"""Provider → parameters that its models refuse."""
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def defaults_for(
    name: str, params: Mapping[str, Any], chosen: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """Return parameters that a benchmark or a scorer set by itself, without those that the model refuses, and `chosen`.

    What a person chose is sent as it is; null leaves a parameter out. `anthropic/` models of today take neither
    temperature nor top_p nor top_k, and none takes them while it thinks. The Responses API has neither stop nor seed;
    OpenAI and `transformers serve` refuse a request that has them.
    """
    provider, _, model = name.partition("/")
    made = {key: value for key, value in params.items() if key not in _REFUSED.get(provider, ())}
    if provider in ("openai", "responses", "openai-batch", "azure") and _REASONERS.match(model):
        made = {key: value for key, value in made.items() if key not in ("temperature", "top_p")}
        if "max_tokens" in made:
            made["max_completion_tokens"] = made.pop("max_tokens")
    if chosen and any(limit in chosen for limit in _LIMITS):
        made = {key: value for key, value in made.items() if key not in _LIMITS}
    return {**made, **chosen}


def has_provider(name: str) -> bool:
    """Return whether a name begins with a provider, ours or another distribution's, as `provider/model` does."""
    provider, slash, _ = name.partition("/")
    known = PROVIDERS.get(provider)
    if known is None:
        from pytest_evalscope.models.installed import installed_providers

        return bool(slash) and provider in installed_providers()
    return bool(slash) or known.alone


def resolve(name: str, options: ModelOptions) -> Model:
    """Return the model that `name` (`provider/model`) means, retrying where a network lies between.

    A built-in provider takes precedence over one of the same name from another distribution, which is not looked for.

    Nothing is loaded and no network is used before the first request, but the user's mistakes are reported here.

    Raises:
        UsageError: no provider, an unknown one, a name or a file that its provider does not accept, arguments that
            it does not take, a missing extra.
    """
    known = require_provider(name, options)
    provider, _, rest = name.partition("/")
    if known is None:
        from pytest_evalscope.models.installed import open_installed

        return open_installed(provider, rest, options)
    opened = getattr(import_module(f"pytest_evalscope.models.{known.module}"), known.function)
    return cast("Open", opened)(rest, options)


def require_provider(name: str, options: ModelOptions) -> Provider | None:
    """Return the built-in provider that a name has; None for one of another distribution. Opens and imports nothing.

    Raises UsageError for what the name alone tells: no provider, an unknown one, arguments that it does not take.
    """
    if len(name) >= _LONG:
        refuse_key(name)
    provider, slash, rest = name.partition("/")
    known = PROVIDERS.get(provider)
    if known is None:
        from pytest_evalscope.models.installed import installed_providers

        if provider in installed_providers():
            return None
        raise _unknown(name, provider if slash else "")
    if known.alone == bool(rest):
        raise UsageError(
            f"model: {'too much' if rest else 'no model'} after {provider} ({name!r}); accepted: {known.form}"
        )
    if options.args and not known.takes_args:
        given = ", ".join(map(str, options.args))
        raise UsageError(f"model {name}: takes no model arguments ({given}); accepted: none for {provider}/ models")
    return known


def require_read_url(names: Iterable[str], options: ModelOptions) -> None:
    """Raise UsageError for a URL that no named model reads, where requests would go to another one with their key."""
    named = {name.partition("/")[0] for name in names} if options.api_url else set()
    variables = {name: PROVIDERS[name].url_variable for name in sorted(named) if name in PROVIDERS}
    if named and all(variables.get(name) for name in named):
        raise UsageError(
            f"--eval-api-url: not read by {' and '.join(f'{name}/' for name in variables)} models; accepted with "
            f"openai/, responses/ and openai-batch/",
            hint=f"set {' and '.join(variables.values())} instead",
        )


def refuse_key(name: str, where: str = "model") -> None:
    """Raise UsageError for a name with a key or a password in it: names are written down and shown everywhere."""
    from pytest_evalscope.text.secrets import has_secret, without_secrets

    if has_secret(name):
        raise UsageError(
            f"{where}: the name contains a key or a password ({without_secrets(name)}); accepted: a name without one",
            hint="keys are read from the environment, under the names of their providers (OPENAI_API_KEY)",
        )


def _unknown(name: str, provider: str) -> UsageError:
    from pytest_evalscope.models.installed import installed_providers

    if provider and not name.endswith(".gguf") and not _is_folder(name):
        hint = f"a Hugging Face id reads hf/{name}; a model behind an OpenAI-compatible URL reads openai/{name}"
        return UnknownName("model provider", provider, [*PROVIDERS, *installed_providers()], hint=hint)
    others = [f"{installed}/<model>" for installed in installed_providers()]
    forms = ", ".join([*(known.form for known in PROVIDERS.values()), *others])
    hint = f"did you mean {_likely(name)}?" if name else ""
    return UsageError(f"model: no provider in the name ({name!r}); accepted: {forms}", hint=hint)


def _likely(name: str) -> str:
    """Return what was probably meant by a name without a provider."""
    if name.endswith(".gguf"):
        return f"gguf/{name}"
    if _is_folder(name):
        return f"hf/{name}"
    module, colon, function = name.partition(":")
    if colon and "." in module and all(part.isidentifier() for part in (*module.split("."), function)):
        return f"python/{name}"
    alone = [known for known, provider in PROVIDERS.items() if provider.alone]
    return next(iter(get_close_matches(name, alone, cutoff=0.8)), f"openai/{name}")


def _is_folder(name: str) -> bool:
    return os.path.isdir(name)  # noqa: PTH112  # pathlib raises for a name that is too long, and this may be any text
