"""What leaves a process is JSON and nothing else."""

import enum
import json
import math
from dataclasses import dataclass
from pathlib import PurePosixPath

import orjson
import pytest

from pytest_evalscope.types import clean, plain
from pytest_evalscope.types.encode import to_json


class Word(str):
    """A str that shows itself as another."""

    __slots__ = ()

    def __str__(self):
        return "another"


class Colour(enum.IntEnum):
    RED = 3


class Half(float):
    """A float of another type."""


@dataclass
class Point:
    x: float
    name: object = "p"


class Scalar:
    """As a tensor without dimensions: a number that is of no type of Python's."""

    ndim = 0

    def item(self):
        return 2.5


class Tensor(Scalar):
    """As one that has the methods of the others too."""

    def __iter__(self):
        raise TypeError("iteration over a 0-d tensor")


class Vector:
    """As a tensor of one dimension that cannot be gone through."""

    ndim = 1

    def item(self):
        raise ValueError("more than one")

    def __str__(self):
        return "a vector"


class Field:
    item, ndim = 3, 0

    def __str__(self):
        return "a field"


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (Colour.RED, 3),
        (0.5, 0.5),
        (Half(0.25), 0.25),
        (math.nan, None),
        (-math.inf, None),
        ("x", "x"),
        (Word("word"), "word"),
        ("\ud83d\ude00 \ud83d", "😀 \ufffd"),
        ({1: (1, 2), "\ud83d": {"a"}}, {"1": [1, 2], "\ufffd": ["a"]}),
        (Point(1, Point(math.inf)), {"x": 1, "name": {"x": None, "name": "p"}}),
        (Point, str(Point)),
        ({10, 9, 2}, [10, 2, 9]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ((item for item in "ab"), ["a", "b"]),
        (b"ab", "b'ab'"),
        (bytearray(b"ab"), "bytearray(b'ab')"),
        (PurePosixPath("a/b"), "a/b"),
        (Scalar(), 2.5),
        (Tensor(), 2.5),
        (Vector(), "a vector"),
        (Field(), "a field"),
        (3 + 1j, "(3+1j)"),
    ],
)
def test_any_value_becomes_json_types(value, made):
    got = plain(value)
    assert got == made
    assert type(got) is type(made)
    assert json.loads(json.dumps(got)) == made


def test_numbers_and_arrays_of_numpy_become_json_types():
    np = pytest.importorskip("numpy", reason="numpy comes with the extras `datasets` and `hf`")
    given = [np.float32(0.5), np.int64(3), np.bool_(True), np.str_("x"), np.array(4), np.array([[1.5], [math.nan]])]
    assert plain(given) == [0.5, 3, True, "x", 4, [[1.5], [None]]]


def test_text_without_surrogates_stays_as_it_is():
    text = "größer 😀"
    assert clean(text) is text
    assert clean("a\udc00b\ud83d\ude00") == "a\ufffdb😀"


def test_json_is_made_of_what_json_has_no_form_for():
    assert to_json({"b": {1}, "a": PurePosixPath("x")}) == b'{"b":[1],"a":"x"}'
    assert to_json({"b": 1, "a": 2}, orjson.OPT_SORT_KEYS) == b'{"a":2,"b":1}'
    assert (
        to_json({2: "\ud83d", 1: {3}}, orjson.OPT_INDENT_2) == '{\n  "2": "\ufffd",\n  "1": [\n    3\n  ]\n}'.encode()
    )


@pytest.mark.parametrize("option", [0, orjson.OPT_APPEND_NEWLINE, orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS])
def test_integers_beyond_64_bits_are_written_as_orjson_writes_others(option):
    small, large = ({"b": [number, "é"], "a": {}} for number in (10**9, 10**25))
    assert to_json(large, option) == to_json(small, option).replace(b"1000000000", b"1" + b"0" * 25)


def test_an_integer_that_python_does_not_write_is_described():
    assert json.loads(to_json({"n": 10**5000})) == {"n": "an integer of 16610 bits"}
