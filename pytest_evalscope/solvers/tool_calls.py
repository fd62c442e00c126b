"""Running the tool calls of an assistant message: each has its answer, whatever is wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any

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


if TYPE_CHECKING:
    from pytest_evalscope.types.parts import Part

    Content = str | list[Part]
    """The content of a message: text, or parts."""


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

    A text that a tool returns is its answer; a picture, sound or video, alone or in a list, becomes a part of the
    message; anything else is JSON. What a generator or another iterator yields is a list, made within the tool's time.
    What a tool raises is its answer, in one line and without a traceback; the record has the file and line of it.

    Raises EvalscopeError when a tool does: that is no failure of its own but of what it depends on (an environment).
    """
    answers: list[Message] = []
    for call in calls:
        begun = perf_counter()
        content, step = await _answer(call, tools, bounds)
        step = {"tool": call.name, **step, "seconds": round(perf_counter() - begun, 6)}
        length = len(content) if isinstance(content, str) else sum(len(part.get("text", "")) for part in content)
        if length > bounds.characters:
            step["characters"], content = length, _within(content, bounds.characters)
        answers.append({"role": "tool", "tool_call_id": call.sent["id"], "content": content, STEP: step})
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


async def _answer(call: Call, tools: Mapping[str, Tool], bounds: Bounds) -> tuple[Content, dict[str, Any]]:
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
    outcome = await _in_time(_called(made.call, arguments, bounds.characters), bounds.seconds)
    if outcome is None:
        return f"error: {call.name} did not end within {bounds.seconds:g} seconds", {"outcome": "timeout"}
    result, failure = outcome
    try:
        if failure is not None:
            raise failure
        return _content(result), {"outcome": "ok"}
    except EvalscopeError:
        raise
    except BaseException as error:  # noqa: BLE001  # a user's own tool may raise anything, sys.exit() too
        said = clean(named(error))
        return f"error: {said}", {"outcome": "exception", "where": where(error)}


async def _called(call: Callable[..., Any], arguments: Mapping[str, Any], characters: int) -> Outcome:
    """Return what came of the call; of an iterator the list of what it yields, as far as a model may read it."""
    result, failure = await attempted(call, **arguments)
    if isinstance(result, AsyncIterator):
        return await attempted(_listed, result, characters)
    return await attempted(list, islice(result, characters)) if isinstance(result, Iterator) else (result, failure)


async def _listed(result: AsyncIterator[Any], count: int) -> list[Any]:
    made: list[Any] = []
    async for each in result:
        made.append(each)
        if len(made) >= count:
            break
    return made


async def _in_time(work: Coroutine[Any, Any, Outcome], seconds: float) -> Outcome | None:
    """Return what came of the call; None when it took too long, and is cancelled or, in a thread, left behind."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        return task.result() if task.done() else None
    finally:
        await give_up(task)


def _content(result: Any) -> Content:
    """Return a result as the model reads it: a text as it is, media as parts of a message, anything else as JSON."""
    if isinstance(result, str):
        return clean(result)
    from pytest_evalscope.types import Media, media_part, text_part
    from pytest_evalscope.types.encode import to_json

    several = isinstance(result, (list, tuple)) and any(isinstance(each, Media) for each in result)
    made: list[Part] = []
    for each in result if several else (result,):
        if isinstance(each, Media):
            made.append(media_part(each))
        elif _shows(each, 0):
            raise TypeError(
                f"a picture within a {type(each).__name__}; accepted of a tool: Media, or a list with Media"
            )
        else:
            made.append(text_part(clean(each) if isinstance(each, str) else to_json(each).decode()))
    return made if several or isinstance(result, Media) else str(made[0]["text"])


def _shows(result: Any, level: int) -> bool:
    """Return whether there is a picture, sound or video somewhere in a result, of which JSON would be a few fields."""
    from pytest_evalscope.types import Media

    if isinstance(result, Media) or level > 50:
        return level <= 50
    inner = result.values() if isinstance(result, dict) else result if isinstance(result, (list, tuple)) else ()
    return any(_shows(each, level + 1) for each in inner)


def _within(content: Content, characters: int) -> Content:
    """Return the content with no more text than that: of several texts each has its share."""
    if isinstance(content, str):
        return _cut(content, characters)
    texts = [part["text"] for part in content if "text" in part]
    share = max(1, characters // len(texts))
    cut = {id(part): _cut(part["text"], share) for part in content if len(part.get("text", "")) > share}
    return [{**part, "text": cut[id(part)]} if id(part) in cut else part for part in content]


def _cut(text: str, characters: int) -> str:
    """Return the beginning and the end of a text that is too long, with a line between them that says so."""
    head, tail = characters - characters // 2, characters // 2
    left_out = f"\n[{len(text) - characters} of {len(text)} characters are left out here]\n"
    return text[:head] + left_out + text[len(text) - tail :]


def _one_line(text: str) -> str:
    return clean(" ".join(text.split()))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
