"""Running the tool calls of an assistant message: each has its answer, whatever is wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from pytest_evalscope.errors import EvalscopeError, Outcome, named, where
from pytest_evalscope.types import Completion, Message, Tool, clean, plain
from pytest_evalscope.types.calls import attempted, give_up
from pytest_evalscope.types.trajectory import STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits of one call: seconds, and characters of its result."""

    seconds: float
    characters: int
    """Largest length of its result; of a longer one the beginning and the end are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One tool call of a completion."""

    name: str
    arguments: Mapping[str, Any] | str
    """The arguments as an object, or a text that says why they are not one."""
    sent: Mapping[str, Any]
    """The call as the conversation has it from then on."""


def calls_of(completion: Completion, number: int) -> tuple[Call, ...]:
    """Return the tool calls of a completion, the one with this number in its conversation.

    In the conversation each has an id that no other of its message has, and arguments that are a JSON object, for many
    endpoints refuse others: what is none goes into one, as `{"arguments": …}`. What an endpoint put into a call besides
    (a signature, say) stays there.
    """
    made: list[Call] = []
    for place, call in enumerate(completion.tool_calls):
        function = call.get("function")
        function = function if isinstance(function, Mapping) else {}
        name, given, text = function.get("name"), call.get("id"), function.get("arguments")
        name = name if isinstance(name, str) else ""
        arguments = parse(text)
        if isinstance(arguments, str) or not isinstance(text, str) or not text.strip():
            text = json.dumps({"arguments": text} if isinstance(arguments, str) else arguments)
        if not isinstance(given, str) or not given or any(each.sent["id"] == given for each in made):
            given = f"call_{number}_{place}"
        sent = {**call, "id": given, "type": "function", "function": {**function, "name": name, "arguments": text}}
        made.append(Call(name=name, arguments=arguments, sent=sent))
    return tuple(made)


async def run_calls(calls: Sequence[Call], tools: Mapping[str, Tool], bounds: Bounds) -> list[Message]:
    """Run the calls in their order and return the answer to each as a message of the trajectory.

    What a tool raises is its answer, in one line and without a traceback; the record has the file and line of it.

    Raises EvalscopeError when a tool does: that is no failure of its own but of what it depends on (an environment).
    """
    answers: list[Message] = []
    for call in calls:
        begun = perf_counter()
        text, step = await _answer(call, tools, bounds)
        step = {"tool": call.name, **step, "seconds": round(perf_counter() - begun, 6)}
        if len(text) > bounds.characters:
            step["characters"], text = len(text), _cut(text, bounds.characters)
        answers.append({"role": "tool", "tool_call_id": call.sent["id"], "content": clean(text), STEP: step})
    return answers


def parse(arguments: Any) -> dict[str, Any] | str:
    """Return the arguments of a call as an object; a text that says why they are none. Nothing at all is `{}`."""
    if isinstance(arguments, Mapping):
        return dict(arguments)
    if arguments is None or (isinstance(arguments, str) and not arguments.strip()):
        return {}
    if not isinstance(arguments, str):
        return f"not a JSON object ({type(arguments).__name__})"
    try:
        made = plain(json.loads(arguments, parse_constant=_refuse))
    except (ValueError, RecursionError) as error:
        return f"not JSON ({_one_line(str(error))})"
    return made if isinstance(made, dict) else f"not a JSON object ({type(made).__name__})"


async def _answer(call: Call, tools: Mapping[str, Tool], bounds: Bounds) -> tuple[str, dict[str, Any]]:
    """Return what the model reads, and what the record has of it."""
    made, arguments = tools.get(call.name), call.arguments
    if made is None:
        return f"error: there is no tool {call.name!r}; there are: {', '.join(tools)}", {"outcome": "unknown_tool"}
    if isinstance(arguments, str):
        return f"error: the arguments of {call.name} are {arguments}; a JSON object is accepted", {
            "outcome": "not_json"
        }
    problem = made.problem(arguments)
    if problem:
        return f"error: the arguments of {call.name} do not fit: {problem}", {"outcome": "wrong_arguments"}
    outcome = await _in_time(made, arguments, bounds.seconds)
    if outcome is None:
        return f"error: {call.name} did not end within {bounds.seconds:g} seconds", {"outcome": "timeout"}
    result, failure = outcome
    try:
        if failure is not None:
            raise failure
        return _text(result), {"outcome": "ok"}
    except EvalscopeError:
        raise
    except BaseException as error:  # noqa: BLE001  # a user's own tool may raise anything, sys.exit() too
        said = clean(named(error))
        return f"error: {said}", {"outcome": "exception", "where": where(error)}


async def _in_time(made: Tool, arguments: Mapping[str, Any], seconds: float) -> Outcome | None:
    """Return what came of the call; None when it took too long, and is cancelled or, in a thread, left behind."""
    task = asyncio.ensure_future(attempted(made.call, **arguments))
    try:
        await asyncio.wait({task}, timeout=seconds)
        return task.result() if task.done() else None
    finally:
        await give_up(task)


def _text(result: Any) -> str:
    """Return a result as the model reads it: a text as it is, anything else as JSON."""
    if isinstance(result, str):
        return result
    from pytest_evalscope.types.encode import to_json

    return to_json(result).decode()


def _cut(text: str, characters: int) -> str:
    """Return the beginning and the end of a text that is too long, with a line between them that says so."""
    head, tail = characters - characters // 2, characters // 2
    left_out = f"\n[{len(text) - characters} of {len(text)} characters are left out here]\n"
    return text[:head] + left_out + text[len(text) - tail :]


def _one_line(text: str) -> str:
    return clean(" ".join(text.split()))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
