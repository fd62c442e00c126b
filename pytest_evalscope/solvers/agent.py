"""Letting a model act: it calls tools until it has a final answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from pytest_evalscope.errors import EnvironmentFailed, EvalscopeError, UsageError, one_line
from pytest_evalscope.solvers.chat import chat
from pytest_evalscope.solvers.prompt import check
from pytest_evalscope.solvers.steps import joined, own_message
from pytest_evalscope.solvers.tool_calls import Bounds, calls_of, run_calls
from pytest_evalscope.types import (
    Chat,
    Completion,
    Context,
    Message,
    Messages,
    Sample,
    Session,
    Tool,
    definitions,
    plain,
    tool,
)
from pytest_evalscope.types.trajectory import STEP, sendable

SNAPSHOT = 8192
"""Bytes of JSON that the record keeps of the environment's state after a step; of a larger one its size and a hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class agent:  # noqa: N801 - it is called like a function in a benchmark's slots: `solve=agent(tools=[search])`
    """Send the question with tools, run the calls of each completion and send their results, until one calls none.

    That one is the final answer. The tools are the environment's, those of the sample, and `tools`; functions become
    tools as by `tool()`. Calls are the endpoint's own (`tool_calls`), never read from text. Several in one message are
    run in their order, each answered by its id. An unknown name, arguments that are no JSON or do not fit, an exception
    and a call that takes too long are answered with one line that says so, and the model goes on.

    An attempt without a final answer is over too: after `max_turns` requests its `finish_reason` is `max_turns`, once
    the sample has spent its tokens `budget`, and its text is empty, so a scorer finds no answer (`no_answer`). A
    completion that met its token limit ends it as well (`truncated`): its calls may be cut.

    `completion.trajectory` has every message after the prompt. Tokens, seconds and requests are those of all together.
    With the cache, a run that goes on sends no request twice; its tools are run again.
    """

    tools: Sequence[Tool | Callable[..., Any]] = ()
    max_turns: int = 20
    """Requests for one sample."""
    budget: int | None = None
    """Tokens of a sample, of prompts and completions together, after which no request is sent; None for no limit.

    They are the endpoint's own counts: one that gives none spends nothing.
    """
    system: str = ""
    template: str = "{input}"
    tool_timeout: float = 60.0
    """Seconds that a call may take."""
    tool_output: int = 16_000
    """Characters of a call's result that the model is sent: of a longer one the two ends, with a line between them."""

    needs_requests: ClassVar[frozenset[type]] = frozenset({Chat})
    _own: tuple[Tool, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check("agent", self.template, "input", 0)
        for name in ("max_turns", "budget", "tool_timeout", "tool_output"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"agent: {name} does not fit ({value!r}); accepted: more than 0")
        object.__setattr__(self, "_own", tuple(map(tool, self.tools)))

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the last completion, with the trajectory. Raises UsageError without tools, or for two of one name."""
        tools = self._tools(sample, context.environment)
        offered = definitions(tools.values())
        prompt = self.render(sample)
        said: list[Message] = []
        completions: list[Completion] = []
        while len(completions) < self.max_turns and not self._spent(completions):
            completion = await context.generate((*prompt, *sendable(said)), tools=offered)
            completions.append(completion)
            calls = calls_of(completion, len(completions))
            said.append(own_message(completion, **({"tool_calls": [each.sent for each in calls]} if calls else {})))
            if not calls or completion.finish_reason in ("length", "content_filter"):
                return joined(completions, said)
            answers = await run_calls(calls, tools, Bounds(seconds=self.tool_timeout, characters=self.tool_output))
            said += await _with_snapshot(answers, context.environment)
        ended = "budget" if self._spent(completions) else "max_turns"
        return replace(joined(completions, said), text="", finish_reason=ended)

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the messages that the conversation begins with."""
        return chat(template=self.template, system=self.system).render(sample)

    def _spent(self, completions: Sequence[Completion]) -> bool:
        tokens = sum(each.usage.prompt_tokens + each.usage.completion_tokens for each in completions)
        return self.budget is not None and tokens >= self.budget

    def _tools(self, sample: Sample, environment: Session | None) -> dict[str, Tool]:
        made: dict[str, Tool] = {}
        for each in (*(environment.tools if environment else ()), *sample.tools, *self._own):
            if not isinstance(each, Tool):
                raise UsageError(
                    f"agent: sample {sample.id!r} has a definition that nothing runs ({_name(each)}); accepted: a Tool"
                )
            if each.name in made:
                raise UsageError(f"agent: two tools have one name ({each.name}); accepted: a name for each")
            made[each.name] = each
        if not made:
            raise UsageError(
                "agent: there are no tools",
                hint="name some in agent(tools=…), in the sample's tools, or by the benchmark's environment",
            )
        return made


async def _with_snapshot(answers: list[Message], environment: Session | None) -> list[Message]:
    """Return the answers, the last one with the state of the environment after them."""
    if environment is None:
        return answers
    try:
        state = plain(await environment.snapshot())
    except EvalscopeError:
        raise
    except Exception as error:  # a user's own environment may raise anything
        raise EnvironmentFailed(f"environment: snapshot failed ({one_line(error)})") from error
    text = json.dumps(state, sort_keys=True).encode()
    shown = state
    if len(text) > SNAPSHOT:
        shown = {"left_out": f"{len(text)} bytes", "hash": hashlib.sha256(text).hexdigest()[:16]}
    last = answers[-1]
    return [*answers[:-1], {**last, STEP: {**last[STEP], "snapshot": shown}}]


def _name(definition: Mapping[str, Any]) -> str:
    function = definition.get("function")
    return repr(function.get("name") if isinstance(function, Mapping) else definition.get("name"))
