"""Judges with options of their own: model, URL, key and generation parameters of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.capabilities import media_of_model
from pytest_evalscope.run.settings import Settings
from pytest_evalscope.types import Chat, Completion, Model, Request

if TYPE_CHECKING:
    from pytest_evalscope.media import Kind

FIELDS = ("api_key", "api_url", "generation_config", "key_variable", "model", "model_args")
"""Options of one judge; `api_key` is a SecretStr and never a text."""
WHERE = "--eval-judge-args"


def open_judge(name: str, settings: Settings, options: ModelOptions) -> Model:
    """Return the judge `name`, opened with its own options, and otherwise with `options`.

    Raises UsageError for a judge that cannot be opened so, UnknownName for an option or a judge that does not exist.
    """
    _refuse_unknown(settings)
    own = settings.judge_args.get(name, {})
    model = str(own.get("model") or name)
    url = str(own.get("api_url") or "")
    opened = replace(options, api_url=url or options.api_url, args=_mapping(name, own, "model_args"))
    _mapping(name, own, "generation_config")  # a mistake in it is reported here
    key = _key_of(name, own, settings, options)
    if key is None and not url:
        return resolve(model, opened)
    from pytest_evalscope.models.keyed import LISTED, open_keyed, takes_key

    if not takes_key(model):
        others = any(map(takes_key, model_names(settings)))
        if not url and others and not {"key_variable", "api_key"} & own.keys():
            return resolve(model, opened)  # the key of --eval-judge-key-variable is another judge's
        what = "api_url" if url else "key"
        raise UsageError(f"judge {name}: {model} takes no {what} of its own; accepted: {LISTED} models")
    return open_keyed(model, opened, key, where=f"{WHERE} {name}: api_url")


def tuned(judge: Model, name: str, settings: Settings) -> Model:
    """Return `judge` under the name `name`, its generation parameters those of a scorer with its own over them."""
    own = _mapping(name, settings.judge_args.get(name, {}), "generation_config")
    return TunedJudge(judge, name, {**settings.judge_params, **own})


class TunedJudge:
    """A judge whose own generation parameters take precedence over a scorer's; None leaves one out."""

    def __init__(self, judge: Model, name: str, params: Mapping[str, Any]) -> None:
        self._judge = judge
        self._params = dict(params)
        self.name = name

    def __repr__(self) -> str:
        return f"<tuned {self._judge!r}>"

    @property
    def identity(self) -> Mapping[str, Any]:
        """The identity of the judge inside: parameters are part of each request."""
        return self._judge.identity

    @property
    def can(self) -> frozenset[type]:
        """Kinds of request that it may answer."""
        return self._judge.can

    @property
    def media(self) -> frozenset[Kind]:
        """Kinds of media that it takes."""
        return media_of_model(self._judge)

    def tuned(self, request: Request) -> Request:
        """Return the request as it is sent."""
        if not isinstance(request, Chat):
            return request
        params = {**request.params, **self._params}
        return replace(request, params={key: value for key, value in params.items() if value is not None})

    async def send(self, request: Request) -> Completion:
        """Return the completion. Raises ModelError."""
        return await self._judge.send(self.tuned(request))

    async def aclose(self) -> None:
        """Close the judge inside."""
        await self._judge.aclose()


def model_names(settings: Settings) -> Iterator[str]:
    """Yield the model of each judge, `provider/model`, which is what prices are for."""
    for name in settings.judges:
        yield str(settings.judge_args.get(name, {}).get("model") or name)


def _key_of(name: str, own: Mapping[str, Any], settings: Settings, options: ModelOptions) -> Callable[[], str] | None:
    given = own.get("api_key")
    if given is not None:
        if not hasattr(given, "get_secret_value"):
            raise UsageError(
                f"{WHERE} {name}: a key is not accepted here, where it would be written down; "
                "accepted: key_variable, the name of the environment variable that holds it"
            )
        return lambda: str(given.get_secret_value()).strip()
    where = f"{WHERE} {name}: key_variable" if "key_variable" in own else "--eval-judge-key-variable"
    variable = str(own.get("key_variable") or settings.judge_key_variable)
    if not variable:
        return None
    if not options.replayed and not os.environ.get(variable, "").strip():
        from pytest_evalscope.text.secrets import without_secrets

        raise UsageError(f"{where}: the environment variable {without_secrets(variable)} is not set")
    return lambda: os.environ.get(variable, "").strip()


def _mapping(name: str, own: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    given = own.get(key) or {}
    if not isinstance(given, Mapping):
        raise UsageError(f"{WHERE} {name}: {key} is not an object ({type(given).__name__}); accepted: {{}}")
    return given


def _refuse_unknown(settings: Settings) -> None:
    for name, own in settings.judge_args.items():
        if name not in settings.judges:
            raise UnknownName(f"{WHERE}: judge", name, settings.judges, hint="only judges that are named have options")
        for key in own:
            if key not in FIELDS:
                raise UnknownName(f"{WHERE} {name}", str(key), FIELDS)
