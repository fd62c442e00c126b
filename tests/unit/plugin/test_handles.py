"""The handles of ordinary tests: the request that a prompt, a question or a program becomes."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.plugin.handles import JudgeHandle, ModelHandle, SandboxHandle
from pytest_evalscope.types import Completion, ContinuationLogprob, Embed, Likelihood, Limits, Rerank, Score, raw


class Run:
    """A run that remembers what it is asked."""

    def __init__(self, judges: int = 2) -> None:
        self.settings = SimpleNamespace(params={"temperature": 0.0}, seed=7)
        self.resources = self
        self.asked: list[Any] = []
        self._judges = tuple(SimpleNamespace(name=f"judge{number}") for number in range(judges))

    def model(self, name: str) -> Any:
        async def send(request: Any) -> Completion:
            self.asked.append(request)
            one = ContinuationLogprob(logprob=-1.0, tokens=1, greedy=True)
            return Completion(
                text=f"{name} answers", embeddings=((0.5,),) * 2, likelihoods=(one,) * 2, relevance=(0.5, 0.25)
            )

        return SimpleNamespace(name=name, send=send)

    def within_limits(self, model: Any) -> Any:
        return model

    def judges(self) -> Any:
        return self._judges

    def sandbox(self) -> Any:
        async def run(program: Any) -> str:
            self.asked.append(program)
            return "ended"

        return SimpleNamespace(name="local", run=run)

    def call(self, coroutine: Any) -> Any:
        try:
            coroutine.send(None)
        except StopIteration as ended:
            return ended.value
        raise AssertionError("it waits for something")


def test_the_model_gets_a_prompt_or_messages_and_the_option_wins_over_the_call():
    run: Any = Run()
    handle = ModelHandle(run, "m")
    assert handle("hello", max_tokens=5, temperature=1.0) == "m answers"
    message = {"role": "system", "content": "be brief"}
    assert handle.generate([message], repeat=2).text == "m answers"
    first, second = run.asked
    assert (first.messages, first.repeat) == (({"role": "user", "content": "hello"},), 0)
    assert first.params == {"max_tokens": 5, "temperature": 0.0}
    assert (second.messages, second.params, second.repeat) == ((message,), {"temperature": 0.0}, 2)
    assert (repr(handle), handle.name) == ("<model m>", "m")


def test_the_model_embeds_finds_likelihoods_and_scores_documents():
    run: Any = Run()
    door = ModelHandle(run, "m")
    assert door.embed(["a", "b"], dimensions=1) == ((0.5,), (0.5,))
    assert len(door.likelihoods("Ice is", [" cold", " hot"], repeat=1).likelihoods) == 2
    door.likelihoods(({"role": "user", "content": "Is ice cold?"},), ["Yes", "No"])
    assert door.rerank("fox", ["a fox", "tea"], repeat=2) == (0.5, 0.25)
    assert run.asked == [
        Embed(texts=("a", "b"), params={"dimensions": 1, "temperature": 0.0}),
        Likelihood(messages=raw("Ice is"), continuations=(" cold", " hot"), repeat=1),
        Likelihood(messages=({"role": "user", "content": "Is ice cold?"},), continuations=("Yes", "No")),
        Rerank(query="fox", documents=("a fox", "tea"), params={"temperature": 0.0}, repeat=2),
    ]


def test_judges_get_question_answer_and_target_and_the_scorer_that_was_named():
    run: Any = Run()
    handle = JudgeHandle(run)
    asked: list[Any] = []

    async def by(sample: Any, completion: Any, context: Any) -> Score:
        asked.append((sample.input, sample.target, completion.text, context.seed, context.judges, context.model))
        return Score(values={"accuracy": 1}, answer="yes")

    assert handle("why?", "because", target=("so", "thus"), by=by).answer == "yes"  # type: ignore[arg-type]
    assert handle("why?", "because", by=by).answer == "yes"  # type: ignore[arg-type]
    judges = run.judges()
    assert asked == [
        ("why?", ("so", "thus"), "because", 7, judges, judges[0]),
        ("why?", "", "because", 7, judges, judges[0]),
    ]
    assert repr(handle) == "<judges judge0, judge1>"


def test_without_a_judge_there_is_no_door():
    run: Any = Run(judges=0)
    with pytest.raises(UsageError) as told:
        JudgeHandle(run)
    assert told.value.message == "judge: no judge is named, and the model under test does not judge itself"
    assert told.value.hint.startswith("name one with --eval-judge=")


def test_the_sandbox_gets_a_python_text_or_any_command():
    run: Any = Run()
    handle: Any = SandboxHandle(run)
    limits = Limits(seconds=1.0)
    assert handle("print(1)", stdin="in", limits=limits) == "ended"
    assert handle("print(2)") == "ended"
    assert handle.run("bash", "x.sh", files={"x.sh": "true"}, stdin="in", limits=limits, image="i") == "ended"
    assert handle.run("true") == "ended"
    first, second, third, fourth = run.asked
    assert (first.command, first.files) == (("python", "main.py"), {"main.py": "print(1)"})
    assert (first.stdin, first.limits, first.image) == ("in", limits, "")
    assert (second.files, second.stdin, second.limits) == ({"main.py": "print(2)"}, "", Limits())
    assert (third.command, third.files, third.stdin) == (("bash", "x.sh"), {"x.sh": "true"}, "in")
    assert (third.limits, third.image) == (limits, "i")
    assert (fourth.command, fourth.files, fourth.stdin, fourth.limits, fourth.image) == (
        ("true",),
        {},
        "",
        Limits(),
        "",
    )
    assert (repr(handle), handle.name) == ("<sandbox local>", "local")
