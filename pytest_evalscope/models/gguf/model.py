"""`gguf/<file>`: llama.cpp, inside the `xllamacpp` wheel, behind its own OpenAI-compatible server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import MissingExtra, ModelError, RequestRefused, TransientError, UsageError
from pytest_evalscope.models.capabilities import chat_of, check_media
from pytest_evalscope.models.gguf.process import ServerProcess
from pytest_evalscope.models.gguf.scoring import TextScorer
from pytest_evalscope.models.gguf.template import ServedTemplate, opened_completion_of, served_template
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.local.engine import READING, cores, digest, existing_file, in_thread, read_args
from pytest_evalscope.models.local.sampling import DEFAULT_MAX_TOKENS, sampling_seed
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.openai import OpenAIModel
from pytest_evalscope.types import Chat, Completion, Likelihood, Model, Request

INSTALL = "pip install 'pytest-evalscope[gguf]'"
ARGS = {"threads": int, "parallel": int, "context": int}
PARALLEL = 4
"""Requests that are decoded together unless the arguments say."""
CONTEXT = 4096
"""Tokens of a prompt and its completion together unless the arguments say."""
_GREEDY = {"temperature": 0, "top_p": 1, "top_k": 0, "min_p": 0}
"""Defaults of a request, here as in `hf/`; llama.cpp's own choice would be random and cut."""
_MAX_TOKENS = ("max_tokens", "max_completion_tokens", "n_predict")


def open_gguf(rest: str, options: ModelOptions) -> Model:
    """Return `gguf/<path of a file>`.

    Model arguments: `threads` (all free cores), `parallel` (requests decoded together, 4), `context` (tokens of
    a prompt and its completion together, 4096; never more than the model was trained for).

    Requests are greedy unless they name a temperature, and generate up to 512 tokens unless they name `max_tokens`; any
    parameter of llama.cpp's server may be among theirs. Nothing is loaded before the first request.

    Raises:
        UsageError: no such file, none in the GGUF format, an unknown argument or one that does not fit.
        MissingExtra: xllamacpp is not installed.
    """
    return open_file(f"gguf/{rest}", existing_file(f"gguf/{rest}", rest), options)


def open_file(name: str, file: Path, options: ModelOptions) -> Model:
    """Return the model in `file`, under the name that the user gave. Arguments and errors are those of `open_gguf`."""
    args = {"threads": cores(), "parallel": PARALLEL, "context": CONTEXT, **read_args(name, options.args, ARGS)}
    with file.open("rb") as head:
        if head.read(4) != b"GGUF":
            raise UsageError(f"{name}: not a GGUF file ({file}); accepted: a model in llama.cpp's format")
    if find_spec("xllamacpp") is None:
        raise MissingExtra(name, "xllamacpp", INSTALL)
    return GgufModel(name, file, args, options)


class GgufModel:
    """A model that llama.cpp serves from a child process; used on one event loop."""

    def __init__(self, name: str, file: Path, args: Mapping[str, int], options: ModelOptions) -> None:
        self.name = name
        self.identity: Mapping[str, Any] = {
            "engine": "llama.cpp",
            "model": file.name,
            "bytes": file.stat().st_size,
            "content": digest(file),
            "context": args["context"],
            "reading": READING,
        }
        self.can: frozenset[type] = frozenset({Chat, Likelihood})
        self._options = options
        model = {"file": str(file.absolute()), "name": file.name, **args}
        self._server = ServerProcess(name, model)
        self._scorer = TextScorer(name, model)
        # Twice as many as are decoded together: a freed slot finds the next request waiting in the server, and no
        # request spends its time limit in a queue.
        self._places = asyncio.Semaphore(2 * args["parallel"])
        self._opening: asyncio.Future[OpenAIModel | ModelError] | None = None
        self._template: ServedTemplate | None = None

    def __repr__(self) -> str:
        return f"<GgufModel {self.name}>"

    async def send(self, request: Request) -> Completion:
        """Return the completion, or the log-probabilities of the continuations that the request names.

        Raises:
            RequestRefused: llama.cpp does not take the request; a prompt longer than the context, or tools that the
                model's chat template has no place for.
            ModelTimeout: no completion within the seconds that the options allow.
            ModelError: the file cannot be loaded, or the server has ended.
        """
        if isinstance(request, Likelihood):
            check_media(self.name, request.messages)
            return await in_thread(partial(self._scorer.score, request))
        chat_request = chat_of(self.name, request)
        async with self._places:
            chat = await self._opened()
            template = self._template
            if template and chat_request.tools and not template.takes_tools:
                raise RequestRefused(f"{self.name}: its chat template has no place for tools; other models' have one")
            whole = replace(chat_request, params=_params(chat_request))
            opening = await in_thread(partial(template.opening, whole)) if template and template.thinks else ""
            try:
                return await (_opened(chat, whole, opening) if opening else chat.send(whole))
            except TransientError as error:
                failure = error
            code = await in_thread(self._server.exit_code)
            if code is not None:
                raise ModelError(f"{self.name}: llama.cpp's server has ended (exit code {code})")
            raise failure

    async def aclose(self) -> None:
        """Stop the server and free its memory; requests under way fail."""
        await in_thread(self._scorer.stop)
        opening, self._opening = self._opening, None
        if opening is None:
            return
        self._server.stop()  # a start under way fails by it
        chat = await opening
        if isinstance(chat, OpenAIModel):
            await chat.aclose()
        self._server.stop()  # a start that had only begun has ended by now

    async def _opened(self) -> OpenAIModel:
        """The client of the running server. The first caller starts it; the others wait for the same start."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(in_thread(self._open))
        chat = await asyncio.shield(self._opening)
        if isinstance(chat, ModelError):
            raise ModelError(chat.message, hint=chat.hint)
        return chat

    def _open(self) -> OpenAIModel | ModelError:
        """Start the server, which takes as long as loading the file; an error is returned, for all who wait for it."""
        try:
            url, key = self._server.start()
        except ModelError as error:
            return error
        self._template = served_template(url, key)
        headers = {"Authorization": f"Bearer {key}"}
        endpoint = endpoint_at(f"{url}/v1", source=self.name, environment=lambda: headers)
        return OpenAIModel(self.name, model=self.identity["model"], endpoint=endpoint, options=self._options)


async def _opened(chat: OpenAIModel, request: Chat, opening: str) -> Completion:
    """Return the completion after a prompt that opened a thought.

    A parameter keeps llama.cpp from splitting the text: it knows some templates and not others, and does not say which.
    """
    params = {**request.params, "reasoning_format": "none"}
    return await chat.send_chat(replace(request, params=params), partial(opened_completion_of, opening=opening))


def _params(request: Chat) -> dict[str, Any]:
    """The parameters of `request` with the defaults of local models filled in."""
    params = {**_GREEDY, **{name: value for name, value in request.params.items() if value is not None}}
    if not any(name in params for name in _MAX_TOKENS):
        params["max_tokens"] = DEFAULT_MAX_TOKENS
    params["seed"] = sampling_seed(request)
    return params
