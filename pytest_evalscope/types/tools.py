"""Tools that a model may call, and how a Python function becomes one."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pytest_evalscope.errors import UsageError

ACCEPTED = "str, int, float, bool, list, dict, list[…], dict[str, …], Literal[…], each also as Optional or Annotated"
"""The type hints of parameters that have a JSON schema here."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLAIN: Mapping[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that a model may call: what the model reads of it, and the function itself."""

    name: str
    """1 to 64 letters, digits, `_` and `-`: what every endpoint accepts."""
    description: str = ""
    parameters: Mapping[str, Any]
    """JSON schema of the arguments, an object; which keywords are checked before a call: `types.schema.CHECKED`."""
    call: Callable[..., Any]
    """Sync or async; called with the arguments as keywords. A sync one runs in a thread."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UsageError(f"tool: not a name ({self.name!r}); accepted: 1 to 64 letters, digits, _ and -")
        if self.parameters.get("type") != "object":
            raise UsageError(
                f"tool {self.name}: its parameters are no object (type {self.parameters.get('type')!r}); "
                'accepted: a JSON schema with "type": "object"'
            )

    @property
    def definition(self) -> dict[str, Any]:
        """The tool as requests name it, in OpenAI's form."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}

    def problem(self, arguments: Mapping[str, Any]) -> str:
        """Return why these arguments do not fit the parameters, in one line; "" when they do."""
        from pytest_evalscope.types.schema import problem_of  # here: runs without tools have no use for it

        return problem_of(arguments, self.parameters)


def definitions(tools: Iterable[Mapping[str, Any] | Tool]) -> tuple[Mapping[str, Any], ...]:
    """Return the tools as requests name them; definitions stay what they are."""
    return tuple(each.definition if isinstance(each, Tool) else each for each in tools)


def tool(function: Callable[..., Any] | Tool) -> Tool:
    """Return the tool that a Python function is, sync or async; a decorator too.

    Its name is the function's, its description the first line of the docstring, its parameters those of the function:
    their type hints become the schema, `Annotated[str, "…"]` describes one, and one with a default is not required. A
    method of an object and a `functools.partial` will do; a tool is returned as it is.

    Raises UsageError for a parameter without a hint or with another one, and for `*args`, `**kwargs` and positional
    parameters.
    """
    return function if isinstance(function, Tool) else _described(function, skip=0)


def state_tool(function: Callable[..., Any]) -> Tool:
    """Return the tool of a function whose first parameter is not the model's but given by `bound`.

    Raises UsageError as `tool` does, and for a function without parameters.
    """
    return _described(function, skip=1)


def bound(made: Tool, state: Any) -> Tool:
    """Return a `state_tool` with its first parameter filled in."""
    return replace(made, call=partial(made.call, state))


def _described(function: Callable[..., Any], *, skip: int) -> Tool:
    plain, parameters = _signature(function)
    name = str(getattr(plain, "__name__", ""))
    if len(parameters) < skip:
        raise UsageError(f"tool {name}: it has no parameter for the environment's state; accepted: f(state, …)")
    taken = parameters[skip:]
    hints = _hints(name, plain, taken)
    properties: dict[str, Any] = {}
    for one in taken:
        properties[one.name] = _schema(name, one.name, hints[one.name])
        if isinstance(one.default, (str, int, float, bool)):
            properties[one.name] = {**properties[one.name], "default": one.default}
    schema = {
        "type": "object",
        "properties": properties,
        "required": [one.name for one in taken if one.default is one.empty],
        "additionalProperties": False,
    }
    first = (inspect.getdoc(plain) or "").partition("\n")[0].strip()
    return Tool(name=name, description=first, parameters=schema, call=function)


def _signature(function: Callable[..., Any]) -> tuple[Any, list[inspect.Parameter]]:
    """Return the function behind methods and partials, and the parameters that are still to be given."""
    plain: Any = function
    given: set[str] = set()
    while isinstance(plain, partial):
        given |= set(plain.keywords)
        plain = plain.func
    plain = inspect.unwrap(getattr(plain, "__func__", plain))
    if not isinstance(plain, types.FunctionType):
        raise UsageError(
            f"tool: not a Python function ({type(function).__qualname__}); accepted: a function, a method of an "
            "object, a partial of either, or Tool(name=…, parameters=…, call=…)"
        )
    return plain, [one for one in inspect.signature(function).parameters.values() if one.name not in given]


def _hints(name: str, plain: types.FunctionType, parameters: list[inspect.Parameter]) -> dict[str, Any]:
    """Return the evaluated hints of these parameters alone: those of others need not be importable."""
    for one in parameters:
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.POSITIONAL_ONLY):
            raise UsageError(
                f"tool {name}: a model cannot fill in {str(one)!r}; accepted: parameters that have a name of their own"
            )
        if one.annotation is one.empty:
            raise UsageError(f"tool {name}: the parameter {one.name!r} has no type hint; accepted: {ACCEPTED}")
    shown = types.FunctionType(_shown.__code__, plain.__globals__)
    shown.__annotations__ = {one.name: one.annotation for one in parameters}
    try:
        return get_type_hints(shown, include_extras=True)
    except (NameError, TypeError, SyntaxError) as error:
        raise UsageError(
            f"tool {name}: a type hint cannot be read ({error}); accepted: {ACCEPTED}, of names that the module imports"
        ) from None


def _shown() -> None:
    """Lend its code to a function that only has annotations."""


def _schema(tool: str, parameter: str, hint: Any) -> dict[str, Any]:
    """Return the JSON schema of one type hint. Raises UsageError for one that has none here."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        words = [text for text in args[1:] if isinstance(text, str)]
        return {**_schema(tool, parameter, args[0]), **({"description": words[0]} if words else {})}
    if isinstance(hint, type) and hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if origin is Literal and all(isinstance(value, (str, int, bool)) or value is None for value in args):
        kinds = {_PLAIN[type(value)] for value in args}
        return {**({"type": kinds.pop()} if len(kinds) == 1 else {}), "enum": list(args)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(tool, parameter, each) for each in args]}
    if origin is list:
        return {"type": "array", "items": _schema(tool, parameter, args[0])}
    if origin is dict and args[0] is str:
        return {"type": "object", "additionalProperties": _schema(tool, parameter, args[1])}
    raise UsageError(
        f"tool {tool}: the parameter {parameter!r} has a type hint without a JSON schema here ({_name(hint)}); "
        f"accepted: {ACCEPTED}"
    )


def _name(hint: Any) -> str:
    name = hint.__qualname__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    return name.removeprefix("typing.")
