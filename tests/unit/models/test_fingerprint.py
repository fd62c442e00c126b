"""Functions told apart, and from what they were before an edit."""

import threading
from functools import partial, wraps
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.models.fingerprint import fingerprint, path_of


class Agent:
    def __init__(self, style: object = "brief"):
        self.style = style

    def __call__(self, messages):
        return "42"

    def answer(self, messages):
        return "42"

    @classmethod
    def default(cls, messages):
        return "42"


class Slotted(Agent):
    __slots__ = ("hidden",)


def first(messages):
    return "42"


def second(messages):
    return "42"


def takes_style(messages, style=None):
    return "42"


def make(answer):
    return lambda messages: answer


def shouting(function):
    @wraps(function)
    def shout(messages):
        return function(messages).upper()

    return shout


def with_default(style):
    def answer(messages, style=style):
        return style

    return answer


SAME = {
    "function": lambda: first,
    "closure": lambda: make("a"),
    "closure over values": lambda: make({"a": [1, (2.5, None, ...)], "b": {"x", "y", "z"}, "c": Path("p")}),
    "closure over a function": lambda: make(first),
    "closure over a module and a class": lambda: make([threading, Agent]),
    "partial": lambda: partial(first, Agent(1)),
    "default": lambda: with_default("a"),
    "decorated": lambda: shouting(first),
    "object": lambda: Agent(),
    "method": lambda: Agent().answer,
    "class method": lambda: Agent.default,
    "builtin": lambda: print,
}


@pytest.mark.parametrize("made", SAME.values(), ids=SAME)
def test_it_stays_the_same(made):
    assert len(fingerprint(made())) == 16
    assert fingerprint(made()) == fingerprint(made())


def test_it_tells_functions_apart():
    one, other = (lambda messages: "a", lambda messages: "b")
    different = [
        *(first, second, one, other, shouting(first), shouting(second), shouting(shouting(first))),
        *(make("a"), make("b"), make(1), make(None), make(["a", {"b": 1}]), make(["a", {"b": 2}]), make(first)),
        *(make({"a"}), make(Agent("a")), make(Agent("b")), make(Agent), make(threading)),
        *(partial(first, 1), partial(first, 2), partial(takes_style, style=1), with_default("a"), with_default("b")),
        *(Agent(), Agent("long"), Agent().answer, Agent("long").answer, Agent.default),
    ]
    assert len({fingerprint(function) for function in different}) == len(different)


@pytest.mark.parametrize(
    "hidden", [threading.Lock(), iter(()), object(), Slotted(), ValueError(), Agent(threading.Lock())]
)
def test_what_cannot_be_looked_into_has_none(hidden):
    assert fingerprint(make(hidden)) == ""
    assert fingerprint(partial(first, hidden)) == ""
    assert fingerprint(Agent(hidden).answer) == ""
    assert fingerprint(Agent(hidden)) == ""


def test_what_refers_to_itself_has_none():
    endless: list[Any] = []
    endless.append(endless)
    assert fingerprint(make(endless)) == ""

    def recursive(messages):
        return recursive(messages[1:]) if messages else "42"

    assert fingerprint(recursive) == ""


def test_an_edit_anywhere_in_the_file_changes_it(tmp_path):
    prints = []
    for factor in (1, 2):
        scope: dict[str, Any] = {}
        path = tmp_path / "app.py"
        path.write_text(f"def answer(messages): return scale(6)\ndef scale(value): return {factor} * value\n")
        exec(compile(path.read_text(), str(path), "exec"), scope)
        prints.append(fingerprint(scope["answer"]))
    assert prints[0] != prints[1]


def test_functions_without_a_file_are_told_apart_by_their_code():
    scope: dict[str, Any] = {}
    exec("def answer(messages): return 'a'\nkept = answer\ndef answer(messages): return len(messages)", scope)
    assert fingerprint(scope["kept"]) != fingerprint(scope["answer"])


def test_names():
    assert path_of(first) == f"{__name__}:first"
    assert path_of(partial(shouting(first))) == f"{__name__}:first"
    assert path_of(Agent().answer) == f"{__name__}:Agent.answer"
    assert path_of(Agent()) == f"{__name__}:Agent.__call__"
    assert path_of(print) == "builtins:print"
