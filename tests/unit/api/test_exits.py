"""`os._exit` while evals run, and afterwards."""

import os
from typing import Any

import pytest

from pytest_evalscope.api.exits import end_as_broken


@pytest.mark.parametrize(("status", "ends"), [(0, 10), (1, 1), (77, 77)])
def test_a_success_is_none(monkeypatch, capfd, status, ends):
    ended: list[int] = []
    leave: Any = os
    monkeypatch.setattr(os, "_exit", ended.append)
    before = os._exit
    undo = end_as_broken(10)
    leave._exit(status)
    undo()
    undo()
    assert ended == [ends]
    assert os._exit is before
    told = capfd.readouterr().err
    assert ("ended before their gates, by os._exit(0) at " in told) == (status == 0)


def test_a_child_ends_as_it_says(monkeypatch):
    ended: list[int] = []
    leave: Any = os
    monkeypatch.setattr(os, "_exit", ended.append)
    undo = end_as_broken(10)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    leave._exit(0)
    undo()
    assert ended == [0]


def test_whoever_has_replaced_it_since_keeps_it(monkeypatch):
    monkeypatch.setattr(os, "_exit", print)
    undo = end_as_broken(10)
    leave: Any = os
    leave._exit = theirs = len
    undo()
    assert leave._exit is theirs
