"""Any Python function as a model: how an application is put under test."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from math import isfinite
from operator import attrgetter
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from pytest_evalscope.errors import ModelError, UnknownName, UsageError, described, is_interrupt
from pytest_evalscope.media import Kind
from pytest_evalscope.models.capabilities import NONE, chat_of, check_declared, check_kinds_of_media, refused
from pytest_evalscope.models.http.chat_completion import completion_of
from pytest_evalscope.models.http.deadline import within
from pytest_evalscope.models.http.errors import one_line
from pytest_evalscope.models.http.media_parts import SERVED, built, chat_messages
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.prompt import last_user_text
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import (
    Chat,
    Completion,
    Model,
    Request,
    Rerank,
    Timing,
    clean,
    media_in,
    prompt_of,
)
from pytest_evalscope.types.calls import attempted
from pytest_evalscope.types.completion import misfit
from pytest_evalscope.types.trajectory import without_reasoning

ACCEPTED = (
    "f(messages) or f(prompt: str), each with optional arguments `params`, `tools` and `media`, or f(query, documents) "
    "to score documents, with an optional `params`; sync or async"
)
"""The signatures that a function may have."""
RETURNED = 'str, Completion, {"text": …, "context": …}, or a mapping in the OpenAI form'
"""The values that a function may return."""

_OPTIONAL: Mapping[str, Callable[[Any], Any]] = {
    "params": lambda request: dict(request.params),
    "tools": lambda request: [dict(each) for each in request.tools],
    "media": lambda request: tuple(media_in(request.messages)),
}
"""Arguments that a function need not have, and what each receives."""
_MEMBERS = ("name", "identity", "can", "send", "aclose")


def open_python(target: str, options: ModelOptions) -> Model:
    """Return `python/<package.module>:<function>`; what is found there may also be a Model. The module is imported.

    The current folder is searched too, after everything else, as it is under `python -m pytest`.

    Raises UsageError when the module or function is not found, or its import or its signature does not do.
    """
    name = f"python/{target}"
    module_name, colon, attribute = target.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module_name.split("."), *attribute.split("."))):
        raise UsageError(f"{name}: not a function's name; accepted: python/<package.module>:<function>")
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise UsageError(f"{name}: no module {error.name!r} on the path or in {Path.cwd()}") from None
        raise UsageError(f"{name}: the import of {module_name} failed ({one_line(str(error))})") from error
    except BaseException as error:  # a user's module may raise anything, sys.exit() too
        if is_interrupt(error):
            raise
        raise UsageError(f"{name}: the import of {module_name} failed ({described(error)})") from error
    try:
        found = attrgetter(attribute)(module)
    except AttributeError:
        raise UsageError(f"{name}: {module_name} has no {attribute!r}") from None
    return as_model(name, found, options)


def as_model(name: str, value: object, options: ModelOptions | None = None) -> Model:
    """Return `value` itself when it is a Model, and a Model that calls it when it is a function.

    An object with `generate` in the place of `send` is a model of the form before 0.2, and is deprecated.

    Raises UsageError for anything else, for a Model whose `can`, `media` or `identity` has another form, and for a
    function whose signature does not do.
    """
    if isinstance(value, type):
        raise UsageError(
            f"{name}: a class is no model ({value.__qualname__}); accepted: an instance of it, or a function"
        )
    missing = [member for member in _MEMBERS if not hasattr(value, member)]
    if not missing:
        check_declared(name, cast("Model", value))
        return cast("Model", value)
    if missing == ["can", "send"] and hasattr(value, "generate"):
        from pytest_evalscope.models.providers.old_form import model_of_old_form  # few have one, and it goes with 0.3

        check_kinds_of_media(name, value)
        return model_of_old_form(name, value)
    if hasattr(value, "send") or hasattr(value, "generate"):
        raise UsageError(f"{name}: {type(value).__qualname__} is no model, it lacks {', '.join(missing)}")
    if not callable(value):
        raise UsageError(f"{name}: neither a model nor a function ({type(value).__qualname__}); accepted: {ACCEPTED}")
    return wrap_callable(name, value, options)


def wrap_callable(name: str, function: Callable[..., Any], options: ModelOptions | None = None) -> Model:
    """Return a Model that calls `function`: `f(messages)` or `f(prompt: str)`, each with optional `params` and `tools`.

    A first argument annotated `str` receives the last user message's text, any other the list of messages; `params`
    receives the sampling parameters as a dict, `tools` the definitions of what it may call as a list. Pictures, sound
    and video are in the messages in OpenAI's form, as data URLs; an argument `media` receives those of all messages as
    a tuple of Media. A function of a text without that argument takes none. The function returns text, a Completion,
    `{"text": …, "context": …}` with what it retrieved as any JSON, or a mapping in the OpenAI form (a whole response,
    or one message, which may have a `context` too). A sync function runs in a thread of its own. An
    exception in it is a ModelError and is not retried.

    `f(query, documents)`, by these names, scores documents instead: it receives a text and a list of texts, and returns
    a number for each of them, more for more relevant.

    Its identity is empty, so its completions are never cached: an application may change anywhere behind the function.
    Who wants them kept gives a Model with an identity that changes with the application.

    Raises UsageError when the signature is another.
    """
    return _Function(name, function, options or ModelOptions())


class _Function:
    def __init__(self, name: str, function: Callable[..., Any], options: ModelOptions) -> None:
        self.name = name
        # Nothing can tell whether the application behind a function is still what it was, so nothing is kept.
        self.identity: Mapping[str, Any] = {}
        kind, self.media, self._bind = _binding(name, function)
        self.can: frozenset[type] = frozenset({kind})
        self._timeout = options.timeout

    def __repr__(self) -> str:
        return f"<model {self.name}>"

    async def send(self, request: Request) -> Completion:
        if type(request) not in self.can:
            raise refused(self.name, request)
        encoded: Chat | Rerank = request if isinstance(request, Rerank) else chat_of(self.name, request, self.media)
        messages = prompt_of(encoded)
        if isinstance(encoded, Chat):
            encoded = replace(encoded, messages=await built(messages, lambda: chat_messages(self.name, messages)))
        start = perf_counter()
        complaint = f"{self.name}: no complete response within {self._timeout:g} seconds"
        result = await within(self._timeout, self._call(self._bind(request, encoded)), complaint)
        timing = Timing(latency=perf_counter() - start)
        if isinstance(request, Rerank):
            return self._scored(result, len(request.documents), timing)
        return self._completion(result, timing)

    async def aclose(self) -> None:
        """Do nothing: a function has nothing to release."""

    async def _call(self, call: Callable[[], Any]) -> Any:
        result, failure = await attempted(call)
        if failure is None:
            return result
        if isinstance(failure, ModelError):
            raise failure
        raise ModelError(f"{self.name}: the function raised {described(failure)}") from failure

    def _scored(self, result: Any, count: int, timing: Timing) -> Completion:
        if isinstance(result, Completion):
            return result
        scores = result.tolist() if hasattr(result, "tolist") else result  # an array's own numbers are not Python's
        if not isinstance(scores, (list, tuple)) or not all(map(_is_number, scores)) or len(scores) != count:
            found = f"{len(scores)} items" if isinstance(scores, (list, tuple)) else type(result).__qualname__
            raise ModelError(
                f"{self.name}: the function returned {found}; accepted: a list of {count} finite numbers, one for "
                "each document"
            )
        return Completion(text="", relevance=tuple(map(float, scores)), timing=timing)

    def _completion(self, result: Any, timing: Timing) -> Completion:
        if isinstance(result, str):
            reasoning, text = split_reasoning(clean(result))
            return Completion(text=text, reasoning=reasoning, timing=timing)
        if isinstance(result, Completion):
            problem = misfit(result)
            if problem:
                raise ModelError(f"{self.name}: the function returned a Completion, but its {problem}")
            return replace(result, text=clean(result.text), reasoning=clean(result.reasoning))
        if hasattr(result, "model_dump"):  # the response of a client library, handed on as it came
            result = result.model_dump()
        if not isinstance(result, Mapping):
            raise ModelError(f"{self.name}: the function returned {type(result).__qualname__}; accepted: {RETURNED}")
        if "text" in result and "choices" not in result:
            return self._completion(self._of_text(result, timing), timing)
        is_message = "choices" not in result and ("content" in result or "tool_calls" in result)
        whole = {"choices": [{"message": dict(result)}]} if is_message else dict(result)
        try:
            made = completion_of(whole, timing)
        except ValueError as error:
            raise ModelError(
                f"{self.name}: the function returned a mapping, but {error}; accepted: {RETURNED}"
            ) from None
        context = whole["choices"][0]["message"].get("context")  # as Azure's answers on one's own data have it
        return made if context is None else self._completion(replace(made, context=context), timing)

    def _of_text(self, result: Mapping[str, Any], timing: Timing) -> Completion:
        """Return the completion of a mapping with a text and what was retrieved for it."""
        unknown = [str(key) for key in result if key not in ("text", "context")]
        if unknown:
            known = UnknownName(f"{self.name}: field of what the function returned", unknown[0], ("text", "context"))
            raise ModelError(known.message, hint=known.hint)
        if not isinstance(result["text"], str):
            raise ModelError(
                f"{self.name}: the function returned a mapping whose text is a {type(result['text']).__name__}; "
                f"accepted: {RETURNED}"
            )
        reasoning, text = split_reasoning(clean(result["text"]))
        return Completion(text=text, reasoning=reasoning, timing=timing, context=result.get("context"))


def _binding(
    name: str, function: Callable[..., Any]
) -> tuple[type, frozenset[Kind], Callable[[Any, Any], Callable[[], Any]]]:
    """Return the kind of request that `function` takes, the kinds of media, and what makes of one its call.

    That has no arguments; it is made of the request, and of the same with its messages in OpenAI's form.

    Raises UsageError for any other signature.
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return Chat, SERVED, lambda request, _: partial(function, *_messages(request))
    kind, own = (Rerank, 2) if _scores_documents(parameters) else (Chat, 1)
    first = parameters[0] if parameters else None
    if first is None or first.kind in (first.KEYWORD_ONLY, first.VAR_KEYWORD):
        raise UsageError(f"{name}: the function takes no question; accepted: {ACCEPTED}")
    others = [one for one in parameters[own:] if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    optional = [name for name in _OPTIONAL if kind is Chat or name == "params"]
    unmet = [one.name for one in others if one.default is one.empty and one.name not in optional]
    if unmet:
        raise UsageError(f"{name}: nothing is there for the arguments {', '.join(unmet)}; accepted: {ACCEPTED}")
    wanted = {one.name: _OPTIONAL[one.name] for one in others if one.name in optional}
    given = _query if kind is Rerank else _prompt if first.annotation in (str, "str") else _messages

    def bind(request: Any, encoded: Any) -> Callable[[], Any]:
        return partial(function, *given(encoded), **{argument: read(request) for argument, read in wanted.items()})

    return kind, SERVED if given is _messages or "media" in wanted else NONE, bind


def _scores_documents(parameters: Sequence[inspect.Parameter]) -> bool:
    own = [one.name for one in parameters[:2] if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]
    return own == ["query", "documents"]


def _prompt(request: Chat) -> tuple[str]:
    return (last_user_text(request.messages),)


def _messages(request: Chat) -> tuple[list[dict[str, Any]]]:
    return ([dict(message) for message in without_reasoning(request.messages)],)


def _query(request: Rerank) -> tuple[str, list[str]]:
    return request.query, list(request.documents)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
