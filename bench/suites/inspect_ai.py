"""inspect_ai's tests of its scorers and of the solver for multiple choice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.suites.case import Book, Claim, Suite
from bench.suites.playing import Nothing, play

FILES = ("answer", "match", "math", "choice", "classification")
VERDICTS = {"C": 1.0, "I": 0.0, "N": 0.0, "correct": 1.0, "incorrect": 0.0, "answer_parse_error": 0.0}


class State:
    """Stands for the state of a task: the reply, and the options."""

    def __init__(self, model_output: str = "", choices: Sequence[str] = (), **_: Any) -> None:
        self.reply, self.options = model_output, list(choices)
        self.messages: list[Any] = []
        self.user_prompt = Nothing()
        self.output = Nothing()

    @property
    def choices(self) -> Any:
        """Their options: marking them does nothing here, shuffling them makes the test another one."""
        return _Options()


class _Options(Nothing):
    def shuffle(self, *_: Any) -> None:
        """Refuse to."""
        raise NotImplementedError("options are shuffled when samples are made, not when they are scored")


class _Result:
    """Stands for a score: its verdict is a claim, the rest of it nothing."""

    def __init__(self, claim: Any) -> None:
        self.text = self.value = self.status = claim
        self.answer = self.explanation = self.metadata = Nothing()


def _verdict(expected: Any) -> float:
    return VERDICTS[expected] if expected in VERDICTS else float(expected)


def _pair(expected: Any) -> tuple[float, float]:
    value = _verdict(expected)
    return float(value == 1.0), value


def collect(book: Book, root: Path) -> None:
    """Enter the cases of the scorers that have a counterpart of ours, and of the solver's reading of letters."""
    stand_ins = {"simple_task_state": State, "Target": _targets, "CORRECT": "C", "INCORRECT": "I", "NOANSWER": "N"}
    for file in FILES:
        play(book, root, f"tests/scorer/test_{file}.py", {**stand_ins, **_scorers(book, file)})
    solver: dict[str, Any] = {
        "ChatMessageAssistant": Message,
        "multiple_choice": _solver(book),
        "choices_marked_correct": lambda choices: choices,
        "Choice": dict,
    }
    play(book, root, "tests/solver/test_multiple_choice.py", {**stand_ins, **solver, "choice": _choice(book)})
    play(book, root, "tests/model/test_reasoning_parse.py", {"parse_content_with_reasoning": _reasoning(book)})


def _reasoning(book: Book) -> Callable[[str], Any]:
    def parse(reply: str) -> tuple[Any, Any]:
        return book.claim("without reasoning", reply, ""), Nothing() if "<think" in reply else None

    return parse


def _targets(target: str | Sequence[str]) -> list[str]:
    return [target] if isinstance(target, str) else list(target)


def _scorer(score: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes a scorer of theirs: awaited with a state and targets, it gives a result."""

    def made(*arguments: Any, **settings: Any) -> Any:
        async def scored(state: Any, targets: list[str]) -> _Result:
            return _Result(score(state, targets, *arguments, **settings))

        return scored

    return made


def _scorers(book: Book, file: str) -> dict[str, Any]:
    def answer(state: State, targets: list[str], kind: str) -> Any:
        if kind != "letter":
            return book.claim("stated", state.reply, tuple(targets), read=_verdict, settings={"answer": kind})
        letter = targets[0].strip()
        known = re.fullmatch(r"[A-Z]", letter)
        target = letter if known else "A"  # a target that is no letter is never met
        return book.claim("choice", state.reply, target, read=_verdict, choices=max(4, ord(target) - 64))

    def match(state: State, targets: list[str], location: str = "end", numeric: bool = False) -> Any:
        settings = {"location": location}
        return book.claim(
            "number" if numeric else "includes", state.reply, tuple(targets), read=_verdict, settings=settings
        )

    def math(state: State, targets: list[str]) -> Any:
        return book.claim("math", state.reply, tuple(targets), read=_verdict)

    def span(state: State, targets: list[str], stop_words: Sequence[str] = ()) -> Any:
        settings = {"stop_words": tuple(stop_words)}
        return book.claim("spans", state.reply, [[each] for each in targets], read=_pair, settings=settings)

    def score_span(reply: str, targets: list[str]) -> Any:
        return book.claim("spans", reply, [[each] for each in targets], read=_pair)

    return {
        "answer": _scorer(answer),
        "match": _scorer(match),
        "math": _scorer(math),
        "f1": _scorer(span),
        "exact": _scorer(lambda *given: _exactly(span(*given))),
        "max_f1_score": score_span,
        "max_exact_score": lambda *given: _exactly(score_span(*given)),
        "choice": _choice(book),
        "_score_answer": lambda reply, targets: math_result(book, reply, targets),
    }


def math_result(book: Book, reply: str, targets: Sequence[str]) -> _Result:
    """Return the result of their function that compares without a state."""
    return _Result(book.claim("math", reply, tuple(targets), read=_verdict))


def _exactly(claim: Any) -> Any:
    """Turn a claim about a span into one about its exact match alone."""
    claim.read = _verdict
    claim.case = type(claim.case)(scorer="exact span", reply=claim.case.reply, target=claim.case.target)
    return claim


def _choice(book: Book) -> Callable[..., Any]:
    def score(state: Any, targets: list[str]) -> Any:
        letters = re.findall(r"[A-Z]", "".join(targets))
        return book.claim("choice", state.reply, ",".join(letters), read=_verdict, choices=max(len(state.options), 1))

    return _scorer(score)


def _solver(book: Book) -> Callable[..., Any]:
    """Return what stands for the solver: the reply that their `generate` writes, and the letters that are marked."""

    def made(shuffle: Any = None, **settings: Any) -> Any:
        async def solved(state: State, generate: Callable[..., Any]) -> Any:
            if shuffle:
                raise NotImplementedError("options are shuffled when samples are made, not when they are scored")
            await generate(state)
            return _Solved(book, state)

        return solved

    return made


class _Solved(State):
    """Stands for a state after the solver: the options that are marked are claims about the reply."""

    def __init__(self, book: Book, state: State) -> None:
        super().__init__(state.messages[-1].content, state.options)
        self.book, self.messages = book, state.messages
        self.output = Nothing()

    @property
    def choices(self) -> Any:
        """All options at once, which `choices_marked_correct` reads, or one by one."""

        def letters(expected: Any) -> str:
            return "".join(chr(65 + index) for index, text in enumerate(self.options) if text in expected)

        claim = self.book.claim("letters", self.reply, "", read=letters, choices=len(self.options))
        return _Marks(self.book, claim.case, letters)


class _Marks(Claim):
    def __getitem__(self, index: int) -> Any:
        return list(self)[index]

    def __iter__(self) -> Iterator[Any]:
        for index in range(self.case.choices):
            yield _Mark(self.book, replace(self.case, scorer="option", target=chr(65 + index)), _correct)


class _Mark(Claim):
    @property
    def correct(self) -> Any:
        return self


def _correct(expected: Any) -> bool:
    return bool(expected.get("correct") if isinstance(expected, dict) else expected)


class Message:
    """Stands for a message of the assistant."""

    def __init__(self, content: str = "", **_: Any) -> None:
        self.content = content


SUITE = Suite(
    name="inspect_ai",
    repository="inspect_ai",
    paths=("tests/scorer", "tests/solver/test_multiple_choice.py", "tests/model/test_reasoning_parse.py"),
    collect=collect,
)
