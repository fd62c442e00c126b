"""A Python function as a model: how it is called, what it may return, how it may fail."""

import asyncio
import sys
import textwrap
import threading
from contextvars import ContextVar
from functools import partial

import pytest

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.providers.python import as_model, wrap_callable
from pytest_evalscope.types import Chat, Completion, Likelihood, Usage, raw

MESSAGES = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "6 x 7?"})
CHAT = {"choices": [{"message": {"content": "42"}, "finish_reason": "length"}], "usage": {"completion_tokens": 1}}


def call(function, timeout=600.0, **params):
    model = wrap_callable("app", function, ModelOptions(timeout=timeout))
    return asyncio.run(model.send(Chat(messages=MESSAGES, params=params)))


class Agent:
    """An application with a state, a method, and a call of its own."""

    def __call__(self, prompt: str):
        return f"called {prompt}"

    def answer(self, prompt: str):
        return f"answered {prompt}"

    async def reply(self, prompt: str):
        return f"replied {prompt}"


class Dumps:
    """Like the reply object of a client library."""

    def model_dump(self):
        return CHAT


class AsyncCall:
    async def __call__(self, messages):
        return "42"


def takes_messages(messages):
    assert isinstance(messages, list)
    return " | ".join(message["content"] for message in messages)


def takes_text(prompt: str):
    return prompt


def takes_quoted_text(prompt: "str"):
    return prompt


async def takes_text_async(prompt: str):
    await asyncio.sleep(0)
    return prompt


def takes_params(messages, params):
    return str(params)


def takes_keyword_params(prompt: str, *, params=None):
    return str(params)


def takes_defaults(messages, temperature=0.5, *rest, **more):
    return str(temperature)


def takes_anything(*messages):
    return messages[0][1]["content"]


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (takes_messages, "Be brief. | 6 x 7?"),
        (takes_text, "6 x 7?"),
        (takes_quoted_text, "6 x 7?"),
        (takes_text_async, "6 x 7?"),
        (takes_params, "{'seed': 1}"),
        (takes_keyword_params, "{'seed': 1}"),
        (takes_defaults, "0.5"),
        (takes_anything, "6 x 7?"),
        (lambda messages: takes_text_async("from a lambda"), "from a lambda"),
        (partial(takes_params, params={"mine": 1}), "{'seed': 1}"),
        (partial(lambda style, messages: style, "brief"), "brief"),
        (Agent(), "called 6 x 7?"),
        (Agent().answer, "answered 6 x 7?"),
        (Agent().reply, "replied 6 x 7?"),
        (AsyncCall(), "42"),
    ],
)
def test_how_it_is_called(function, text):
    assert call(function, seed=1).text == text


def test_it_is_given_the_tools_where_it_asks_for_them_and_may_call_them():
    tools = ({"type": "function", "function": {"name": "add"}},)
    calls = [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}]
    seen = []

    def act(messages, tools, params):
        seen.append((messages, tools, params))
        return {"tool_calls": calls}

    answered = ({"role": "assistant", "tool_calls": calls}, {"role": "tool", "tool_call_id": "c", "content": "1"})
    request = Chat(messages=answered, tools=tools, params={"seed": 1})
    reply = asyncio.run(wrap_callable("app", act).send(request))
    assert (reply.text, reply.tool_calls, reply.finish_reason) == ("", (calls[0],), "tool_calls")
    assert seen == [([*answered], [*tools], {"seed": 1})]


def test_a_sync_function_runs_beside_the_event_loop():
    assert call(lambda messages: threading.current_thread().name).text == "evalscope-call"


def test_a_sync_function_sees_the_context_of_its_caller():
    trace: ContextVar[str] = ContextVar("trace")

    async def main():
        trace.set("traced")
        return await wrap_callable("app", lambda messages: trace.get()).send(Chat(messages=MESSAGES))

    assert asyncio.run(main()).text == "traced"


def test_sync_functions_run_at_the_same_time():
    meeting = threading.Barrier(20, timeout=30)
    model = wrap_callable("app", lambda messages: str(meeting.wait() >= 0))

    async def main():
        request = Chat(messages=MESSAGES)
        return await asyncio.gather(*(model.send(request) for _ in range(20)))

    assert [reply.text for reply in asyncio.run(main())] == ["True"] * 20


def test_the_function_may_change_what_it_is_given():
    def spoil(messages, params):
        messages[0]["content"] = "spoilt"
        messages.clear()
        params.clear()
        return "42"

    assert call(spoil, seed=1).text == "42"
    assert MESSAGES[0]["content"] == "Be brief."


@pytest.mark.parametrize(
    ("reply", "text", "reasoning", "finish"),
    [
        ("42", "42", "", "stop"),
        ("<think>6 x 7</think>42", "42", "6 x 7", "stop"),
        ("4\ud83d", "4\ufffd", "", "stop"),
        (Completion(text="4\ud83d", reasoning="\ud83d", finish_reason="length"), "4\ufffd", "\ufffd", "length"),
        (CHAT, "42", "", "length"),
        (Dumps(), "42", "", "length"),
        ({"role": "assistant", "content": "42", "reasoning_content": "6 x 7"}, "42", "6 x 7", "stop"),
    ],
)
def test_what_it_may_return(reply, text, reasoning, finish):
    got = call(lambda messages: reply)
    assert (got.text, got.reasoning, got.finish_reason) == (text, reasoning, finish)


def test_usage_and_time_are_kept():
    got = call(lambda messages: CHAT)
    assert got.usage == Usage(completion_tokens=1)
    assert got.timing.latency > 0


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (None, "the function returned NoneType; accepted: str, Completion, "),
        (42, "the function returned int; accepted"),
        ({}, "the function returned a mapping, but the response contains no choices; accepted"),
        (
            {"content": 42},
            "the function returned a mapping, but the response's content is neither text nor null; accepted",
        ),
    ],
)
def test_what_it_may_not_return(reply, problem):
    with pytest.raises(ModelError) as caught:
        call(lambda messages: reply)
    assert str(caught.value).startswith(f"app: {problem}")


def fail(error):
    raise error


async def fail_async(messages):
    raise ValueError("no\x1b[31m luck")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("no luck"), "ValueError: no luck"),
        (KeyError("x"), "KeyError: 'x'"),
        (RuntimeError(), "RuntimeError"),
        (StopIteration(3), "StopIteration: 3"),
        (asyncio.TimeoutError(), "TimeoutError"),
        (SystemExit(1), "SystemExit: 1"),
        (pytest.skip.Exception("not today"), "Skipped: not today"),
    ],
)
def test_an_exception_is_a_model_error(error, words):
    with pytest.raises(ModelError) as caught:
        call(lambda messages: fail(error))
    assert str(caught.value).startswith(f"app: the function raised {words} at tests/unit/models/providers/test_python.")
    assert type(caught.value) is ModelError
    assert caught.value.__cause__ is error


def test_an_exception_of_an_async_function_is_one_too():
    with pytest.raises(ModelError, match=r"^app: the function raised ValueError: no \[31m luck at tests/.*py:\d+$"):
        call(fail_async)


def test_model_errors_of_its_own_pass():
    error = TransientError("the database is busy")
    with pytest.raises(TransientError) as caught:
        call(lambda messages: fail(error))
    assert caught.value is error


def test_it_is_not_asked_again(tmp_path, monkeypatch):
    (tmp_path / "counting_app.py").write_text(
        "calls = []\ndef answer(messages):\n    calls.append(1)\n    raise OSError('x')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    model = resolve("python/counting_app:answer", ModelOptions())
    with pytest.raises(ModelError, match=r"^python/counting_app:answer: .* raised OSError: x at .*counting_app.py:4$"):
        asyncio.run(model.send(Chat(messages=MESSAGES)))
    assert sys.modules["counting_app"].calls == [1]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_reply_in_time(kind):
    released = threading.Event()

    async def hang(messages):
        await asyncio.Event().wait()

    try:
        with pytest.raises(ModelTimeout, match=r"^app: no complete response within 0.02 seconds$"):
            call(hang if kind == "async" else lambda messages: released.wait(), timeout=0.02)
    finally:
        released.set()


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda: "42", "the function takes no question"),
        (lambda *, messages: "42", "the function takes no question"),
        (lambda **kwargs: "42", "the function takes no question"),
        (lambda messages, judges: "42", "nothing is there for the arguments judges"),
        (lambda messages, a, *, b: "42", "nothing is there for the arguments a, b"),
        (lambda query, documents, top: [0.5], "nothing is there for the arguments top"),
    ],
)
def test_signatures_that_do_not_do(function, problem):
    with pytest.raises(UsageError) as caught:
        wrap_callable("app", function)
    assert str(caught.value) == (
        f"app: {problem}; accepted: f(messages) or f(prompt: str), each with optional arguments `params`, `tools` and "
        "`media`, or f(query, documents) to score documents, with an optional `params`; sync or async"
    )


@pytest.fixture
def app(tmp_path, monkeypatch):
    """Writes a module that only this test can import, and returns its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    names = []

    def write(source, name="evaluated_app"):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(source))
        names.append(name)
        return name

    yield write
    for name in names:
        sys.modules.pop(name, None)


def test_a_function_in_the_current_folder(app):
    name = app("def answer(prompt: str): return prompt.upper()")
    model = resolve(f"python/{name}:answer", ModelOptions())
    assert asyncio.run(model.send(Chat(messages=MESSAGES))).text == "6 X 7?"
    assert model.name == "python/evaluated_app:answer"


def test_a_method_of_an_object(app):
    name = app(
        """
        class Agent:
            def answer(self, prompt: str):
                return "42"
        agent = Agent()
        """
    )
    model = resolve(f"python/{name}:agent.answer", ModelOptions())
    assert asyncio.run(model.send(Chat(messages=MESSAGES))).text == "42"


def test_a_model_in_a_module_is_used_as_it_is(app):
    name = app(
        """
        from pytest_evalscope.models import ModelOptions, resolve
        model = resolve("fake/echo", ModelOptions())
        """
    )
    model = resolve(f"python/{name}:model", ModelOptions())
    assert model is sys.modules[name].model


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("evaluated_app:nothing", "evaluated_app has no 'nothing'"),
        ("evaluated_app:answer.nothing", "evaluated_app has no 'answer.nothing'"),
        ("evaluated_app:Agent", "a class is no model (Agent); accepted: an instance of it, or a function"),
        ("evaluated_app:NUMBER", "neither a model nor a function (int); accepted: f(messages) or"),
        ("evaluated_app:half", "Half is no model, it lacks name, identity, can, send, aclose"),
        ("no_such_app:answer", "no module 'no_such_app' on the path or in "),
        ("no_such_app.inner:answer", "no module 'no_such_app' on the path or in "),
        ("evaluated_app.inner:answer", "no module 'evaluated_app.inner' on the path or in "),
        ("evaluated_app", "not a function's name; accepted: python/<package.module>:<function>"),
        ("evaluated_app:", "not a function's name"),
        (":answer", "not a function's name"),
        ("evaluated app:answer", "not a function's name"),
        ("./evaluated_app.py:answer", "not a function's name"),
    ],
)
def test_what_is_not_found(app, target, problem):
    app(
        """
        NUMBER = 1
        class Agent: pass
        class Half:
            def generate(self): ...
        half = Half()
        def answer(messages): return "42"
        """
    )
    with pytest.raises(UsageError) as caught:
        resolve(f"python/{target}", ModelOptions())
    assert str(caught.value).startswith(f"python/{target}: {problem}")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import no_such_library", "No module named 'no_such_library'"),
        ("raise ValueError('no config')", "ValueError: no config"),
        ("def (", "SyntaxError: "),
    ],
)
def test_a_module_that_cannot_be_imported(app, source, problem):
    name = app(source)
    with pytest.raises(UsageError) as caught:
        resolve(f"python/{name}:answer", ModelOptions())
    assert str(caught.value).startswith(f"python/{name}:answer: the import of {name} failed ({problem}")


def test_as_model_passes_a_model_through():
    model = resolve("fake/echo", ModelOptions())
    assert as_model("app", model) is model


def test_as_model_wraps_a_function():
    assert as_model("app", takes_text).name == "app"


def test_a_function_has_no_identity_so_its_replies_are_never_kept():
    assert wrap_callable("app", takes_text).identity == {}


def test_a_function_gives_no_log_probabilities():
    model = wrap_callable("python/f", lambda messages: "4")
    with pytest.raises(RequestRefused, match="python/f: cannot give log-probabilities of texts; models that can: hf/"):
        asyncio.run(model.send(Likelihood(messages=raw("2 + 2 ="), continuations=(" 4",))))
