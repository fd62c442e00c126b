"""An agent acts until it has an answer; whatever a model does wrong is answered, recorded, and no error of the run."""

import asyncio
import hashlib
import json
import sys
import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pytest_evalscope.errors import EnvironmentFailed, ModelError, UsageError
from pytest_evalscope.solvers import agent
from pytest_evalscope.types import Chat, Completion, Context, Sample, Timing, Tool, Usage, tool

SAMPLE = Sample(id="s", input="What is 2 + 3?", target="5")


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def call(name, arguments, id_="c"):
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": text}}


def calling(*calls, text="", **fields):
    return Completion(text=text, tool_calls=calls, finish_reason="tool_calls", **fields)


class Scripted:
    """A model whose completions are written down; the last one again and again."""

    name, identity, can = "scripted", {"scripted": 1}, frozenset({Chat})

    def __init__(self, *completions):
        self.completions, self.requests = completions, []

    async def send(self, request):
        self.requests.append(request)
        made = self.completions[min(len(self.requests), len(self.completions)) - 1]
        if isinstance(made, Exception):
            raise made
        return Completion(text=made) if isinstance(made, str) else made

    async def aclose(self):
        """Hold nothing."""


def solve(*completions, solver=None, sample=SAMPLE, environment=None):
    model = Scripted(*completions)
    context = Context(model=model, params={"temperature": 0.0}, repeat=1, environment=environment)
    return asyncio.run((solver or agent(tools=[add]))(sample, context)), model.requests


def answers(completion):
    return [said["content"] for said in completion.trajectory if said["role"] == "tool"]


def steps(completion):
    return [
        {name: value for name, value in said["step"].items() if name != "seconds"}
        for said in completion.trajectory
        if said["role"] == "tool"
    ]


def test_it_acts_until_it_answers():
    made, requests = solve(calling(call("add", {"a": 2, "b": 3})), "It is 5.")
    assert (made.text, made.finish_reason, made.turns) == ("It is 5.", "stop", ("", "It is 5."))
    prompt = {"role": "user", "content": "What is 2 + 3?"}
    acted = {"role": "assistant", "content": "", "tool_calls": [call("add", {"a": 2, "b": 3})]}
    assert [request.messages for request in requests] == [
        (prompt,),
        (prompt, acted, {"role": "tool", "tool_call_id": "c", "content": "5"}),
    ]
    assert all(request.tools == (tool(add).definition,) for request in requests)
    assert all((request.params, request.repeat) == ({"temperature": 0.0}, 1) for request in requests)
    assert [said["role"] for said in made.trajectory] == ["assistant", "tool", "assistant"]
    assert steps(made) == [{"tool": "add", "outcome": "ok"}]


def test_it_tells_the_plan_that_it_sends_chats():
    assert agent.needs_requests == {Chat}


def test_system_and_template_stand_around_the_question():
    solver = agent(tools=[add], system="Be brief.", template="Q: {input}")
    _, requests = solve("5", solver=solver)
    said = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "Q: What is 2 + 3?"})
    assert requests[0].messages == solver.render(SAMPLE) == said


def test_two_calls_at_once_are_run_in_their_order_and_answered_by_their_ids():
    ran: list[str] = []

    async def note(text: str) -> str:
        await asyncio.sleep(0)
        ran.append(text)
        return f"noted {text}"

    both = calling(call("note", {"text": "one"}, "x"), call("note", {"text": "two"}, "y"))
    made, requests = solve(both, "done", solver=agent(tools=[note]))
    assert ran == ["one", "two"]
    assert [(said["tool_call_id"], said["content"]) for said in requests[1].messages[-2:]] == [
        ("x", "noted one"), ("y", "noted two"),
    ]  # fmt: skip
    assert made.text == "done"


@pytest.mark.parametrize("ids", [("same", "same"), ("", ""), (None, 3)])
def test_calls_without_an_id_of_their_own_are_given_one(ids):
    both = calling(*(replaced(call("add", {"a": 1, "b": 1}), id=each) for each in ids))
    _, requests = solve(both, "2")
    _, acted, *answered = requests[1].messages
    sent = [each["id"] for each in acted["tool_calls"]]
    assert len(set(sent)) == 2
    assert sent == [each["tool_call_id"] for each in answered]
    assert all(isinstance(each, str) and each for each in sent)


def replaced(each: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**each, **fields}


def broken(text: str) -> str:
    raise KeyError(f"no {text}\nat all")


def leaves(code: int) -> str:
    sys.exit(code)


def loop() -> list[Any]:
    """Return what no JSON can hold."""
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    ("asked", "said", "outcome"),
    [
        (call("sum", {}), "error: there is no tool 'sum'; there are: add, broken, leaves, loop", "unknown_tool"),
        ({"id": "c"}, "error: there is no tool ''; there are: add, broken, leaves, loop", "unknown_tool"),
        (
            call("add", '{"a": 1'),
            "error: the arguments of add are not JSON (Expecting ',' delimiter: line 1 column 8 (char 7)); a JSON ",
            "not_json",
        ),
        (call("add", '{"a": NaN}'), "error: the arguments of add are not JSON (NaN is no JSON); a JSON", "not_json"),
        (call("add", "[1, 2]"), "error: the arguments of add are not a JSON object (list); a JSON", "not_json"),
        (call("add", "[" * 100_000), "error: the arguments of add are not JSON (maximum recursion", "not_json"),
        (call("add", {"a": 1}), "error: the arguments of add do not fit: 'b' is missing", "wrong_arguments"),
        (call("add", ""), "error: the arguments of add do not fit: 'a' is missing", "wrong_arguments"),
        (call("broken", {"text": "x"}), "error: KeyError: 'no x\\nat all'", "exception"),
        (call("leaves", {"code": 3}), "error: SystemExit: 3", "exception"),
        (call("loop", {}), '["<list: contains itself>"]', "ok"),
    ],
)
def test_what_a_model_does_wrong_is_answered_in_one_line(asked, said, outcome):
    made, requests = solve(calling(asked), "sorry", solver=agent(tools=[add, broken, leaves, loop]))
    (answer,) = answers(made)
    assert answer.startswith(said)
    assert "\n" not in answer
    assert "Traceback" not in answer
    (step,) = steps(made)
    assert step["outcome"] == outcome
    assert made.text == "sorry"
    (sent,) = requests[1].messages[1]["tool_calls"]
    assert isinstance(json.loads(sent["function"]["arguments"]), dict), "endpoints refuse what is no JSON object"


def test_the_record_tells_where_a_tool_failed_and_the_model_is_not_told():
    made, requests = solve(calling(call("broken", {"text": "x"})), "sorry", solver=agent(tools=[broken]))
    (step,) = steps(made)
    line = broken.__code__.co_firstlineno + 1
    assert step["where"].endswith(f"test_agent.py:{line}")
    assert "test_agent" not in json.dumps(requests[1].messages)


def test_nothing_of_the_record_is_sent():
    _, requests = solve(calling(call("add", {"a": 1, "b": 1}), reasoning="hm"), "2")
    assert not any("step" in said or "reasoning" in said for said in requests[1].messages)


def test_what_an_endpoint_put_into_a_call_goes_back_to_it():
    signed = {**call("add", {"a": 1, "b": 1}), "extra_content": {"signature": "x"}}
    _, requests = solve(calling(signed), "2")
    assert requests[1].messages[1]["tool_calls"] == [signed]


def test_an_endless_loop_ends_without_an_answer():
    endless = calling(call("add", {"a": 1, "b": 1}), text="5, I think")
    made, requests = solve(endless, solver=agent(tools=[add], max_turns=3))
    assert len(requests) == 3
    assert (made.text, made.finish_reason) == ("", "max_turns")
    assert len(answers(made)) == 3, "the last calls are run too: the state is what the model made of it"
    assert made.turns == ("5, I think",) * 3


def test_the_answer_of_the_last_turn_counts():
    made, _ = solve(calling(call("add", {"a": 1, "b": 1})), "2", solver=agent(tools=[add], max_turns=2))
    assert (made.text, made.finish_reason) == ("2", "stop")


def test_the_budget_ends_an_attempt_before_the_next_request():
    endless = calling(call("add", {"a": 1, "b": 1}), usage=Usage(prompt_tokens=30, completion_tokens=20))
    made, requests = solve(endless, solver=agent(tools=[add], budget=100))
    assert (len(requests), made.text, made.finish_reason) == (2, "", "budget")
    final = Completion(text="2", usage=Usage(prompt_tokens=500))
    made, _ = solve(final, solver=agent(tools=[add], budget=100))
    assert (made.text, made.finish_reason) == ("2", "stop"), "what was paid for counts"


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_a_completion_that_was_cut_off_ends_the_attempt_and_its_calls_are_not_run(reason):
    ran: list[int] = []

    def note(number: int) -> None:
        ran.append(number)

    cut = replace(calling(call("note", {"number": 1})), finish_reason=reason)
    made, requests = solve(cut, solver=agent(tools=[note]))
    assert (len(requests), made.finish_reason, ran) == (1, reason, [])


def test_the_sums_are_over_all_requests():
    first = calling(
        call("add", {"a": 1, "b": 1}),
        usage=Usage(prompt_tokens=3, completion_tokens=1),
        timing=Timing(latency=0.5),
        reasoning="hm",
        cached=True,
    )
    last = Completion(text="2", usage=Usage(prompt_tokens=7, completion_tokens=2), timing=Timing(latency=1.0))
    made, _ = solve(first, last)
    assert made.usage == Usage(prompt_tokens=10, completion_tokens=3)
    assert (made.timing.latency, made.attempts, made.cached) == (1.5, 1, False)
    assert made.trajectory[0]["step"] == {
        "finish_reason": "tool_calls", "prompt_tokens": 3, "completion_tokens": 1, "seconds": 0.5, "cached": True,
        "reasoning": "hm",
    }  # fmt: skip


def test_a_request_that_fails_leaves_the_sample_without_a_completion():
    with pytest.raises(ModelError, match="gone"):
        solve(calling(call("add", {"a": 1, "b": 1})), ModelError("gone"))


def test_a_long_result_is_cut_in_the_middle_and_says_so():
    def long() -> str:
        return "a" * 50 + "b" * 50

    made, _ = solve(calling(call("long", {})), "ok", solver=agent(tools=[long], tool_output=21))
    assert answers(made) == [f"{'a' * 11}\n[79 of 100 characters are left out here]\n{'b' * 10}"]
    assert steps(made) == [{"tool": "long", "outcome": "ok", "characters": 100}]
    made, _ = solve(calling(call("long", {})), "ok", solver=agent(tools=[long], tool_output=100))
    assert answers(made) == ["a" * 50 + "b" * 50]


@dataclass
class Place:
    name: str


def test_results_are_text_or_json():
    results: list[Any] = ["é\ud83d", None, {"a": Place("x")}, [1, float("nan")]]

    def give() -> Any:
        return results.pop(0)

    made, _ = solve(*[calling(call("give", {}))] * 4, "ok", solver=agent(tools=[give]))
    assert answers(made) == ["é\ufffd", "null", '{"a":{"name":"x"}}', "[1,null]"]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_tool_that_takes_too_long_is_given_up(kind):
    released = threading.Event()

    def hang() -> bool:
        return released.wait(60)

    async def hang_too() -> None:
        await asyncio.Event().wait()

    name = "hang" if kind == "sync" else "hang_too"
    try:
        made, _ = solve(calling(call(name, {})), "so be it", solver=agent(tools=[hang, hang_too], tool_timeout=0.02))
    finally:
        released.set()
    assert answers(made) == [f"error: {name} did not end within 0.02 seconds"]
    assert made.text == "so be it"


def test_an_error_of_what_a_tool_depends_on_ends_the_sample():
    def touch() -> None:
        raise EnvironmentFailed("environment: gone")

    with pytest.raises(EnvironmentFailed, match="gone"):
        solve(calling(call("touch", {})), "?", solver=agent(tools=[touch]))


class World:
    """A session with one tool and a state."""

    def __init__(self, state=None):
        self.state: Any = {} if state is None else state
        self.tools = (tool(self.put),)

    def put(self, key: str, value: int) -> str:
        """Put a value there."""
        self.state[key] = value
        return "ok"

    async def verdict(self):
        return {"success": True}

    async def snapshot(self):
        if isinstance(self.state, Exception):
            raise self.state
        return self.state

    async def aclose(self):
        """Hold nothing."""


def test_without_tools_of_its_own_it_has_those_of_the_environment():
    made, requests = solve(
        calling(call("put", {"key": "a", "value": 1}), call("put", {"key": "b", "value": 2}, "d")),
        calling(call("put", {"key": "a", "value": 3})),
        "done",
        solver=agent(),
        environment=World(),
    )
    assert [each["function"]["name"] for each in requests[0].tools] == ["put"]
    states = [said["step"].get("snapshot") for said in made.trajectory if said["role"] == "tool"]
    assert states == [None, {"a": 1, "b": 2}, {"a": 3, "b": 2}], "one for each step"


def test_a_large_state_is_recorded_by_its_hash():
    made, _ = solve(
        calling(call("put", {"key": "a", "value": 1})), "done", solver=agent(), environment=World({"b": "x" * 9000})
    )
    state = json.dumps({"a": 1, "b": "x" * 9000}).encode()
    shown = {"left_out": f"{len(state)} bytes", "hash": hashlib.sha256(state).hexdigest()[:16]}
    assert made.trajectory[1]["step"]["snapshot"] == shown


def test_a_state_that_cannot_be_read_is_the_environment_s_failure():
    said = r"^environment: snapshot failed \(ValueError: torn at .*test_agent\.py:\d+\)$"
    with pytest.raises(EnvironmentFailed, match=said):
        solve(
            calling(call("put", {"key": "a", "value": 1})), "?", solver=agent(), environment=World(ValueError("torn"))
        )


def test_tools_of_environment_sample_and_solver_come_together():
    theirs = Tool(name="theirs", parameters={"type": "object"}, call=lambda: "x")
    _, requests = solve("?", environment=World(), sample=replace(SAMPLE, tools=(theirs,)))
    assert [each["function"]["name"] for each in requests[0].tools] == ["put", "theirs", "add"]


@pytest.mark.parametrize(
    ("solver", "tools", "said"),
    [
        (agent(), (), "agent: there are no tools"),
        (agent(tools=[add]), (tool(add),), "agent: two tools have one name (add); accepted: a name for each"),
        (
            agent(tools=[add]),
            ({"type": "function", "function": {"name": "look"}},),
            "agent: sample 's' has a definition that nothing runs ('look'); accepted: a Tool",
        ),
    ],
)
def test_tools_that_do_not_do_are_told_before_anything_is_sent(solver, tools, said):
    model = Scripted("?")
    with pytest.raises(UsageError) as caught:
        asyncio.run(solver(replace(SAMPLE, tools=tools), Context(model=model)))
    assert (caught.value.message, model.requests) == (said, [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"max_turns": 0}, "agent: max_turns does not fit (0); accepted: more than 0"),
        ({"budget": -1}, "agent: budget does not fit (-1); accepted: more than 0"),
        ({"template": "x"}, "agent: the template has no place for the question ('x'); accepted: one with {input}"),
    ],
)
def test_settings_that_do_not_do_are_told(fields, said):
    with pytest.raises(UsageError) as caught:
        agent(tools=[add], **fields)
    assert caught.value.message == said
