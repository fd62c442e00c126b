"""What may cross the pipe between a worker and the controller of xdist."""

from pathlib import Path

from pytest_evalscope.plugin.sendable import sendable


class Text(str):
    """A subclass, which the pipe does not take."""


def test_what_crosses_is_of_built_in_types():
    value = {Text("key"): (Text("a"), [Path("a/b"), b"raw", True, None, 1.5]), 1: "lone \ud83d surrogate"}
    made = sendable(value)
    assert made == {"key": ("a", [str(Path("a/b")), b"raw", True, None, 1.5]), 1: "lone \ufffd surrogate"}
    assert [type(key) for key in made] == [str, int]
    assert type(made["key"]) is tuple
    assert [type(item) for item in made["key"][1]] == [str, bytes, bool, type(None), float]
    assert type(made["key"][0]) is str
