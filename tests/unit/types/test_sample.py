"""What a sample may be made of: anything else is refused where it is made, with what is accepted."""

from datetime import date
from typing import Any

import pytest

from pytest_evalscope.errors import DataError, ScorerError
from pytest_evalscope.types import Sample
from pytest_evalscope.types.sample import target_text


def made(**fields: Any) -> Sample:
    return Sample(input="q", **fields)


def nested(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    "given",
    [
        *(None, 5, 0.5, True, b"x", ["x"], {"role": "user", "content": "x"}, [{"content": "x"}]),
        *([{"role": 3, "content": "x"}], [{"role": "user", "content": 5}], [None], {"x"}, object(), [], ()),
    ],
)
def test_an_input_is_a_text_or_messages(given):
    with pytest.raises(DataError, match=r"^input of a sample: ") as caught:
        Sample(input=given)
    assert 'accepted: a text, or messages such as [{"role": "user", "content": "…"}]' in caught.value.message
    assert type(given).__name__ in caught.value.message or "message" in caught.value.message


def test_an_empty_text_is_one():
    assert Sample(input="").input == ""


@pytest.mark.parametrize("content", ["x", [{"type": "text", "text": "x"}], None])
def test_messages_are_kept(content):
    given: Any = [{"role": "user", "content": content}]
    assert Sample(input=given).input == tuple(given)


@pytest.mark.parametrize(
    "target",
    ["x", ("x", "y"), ["x"], [], {"n": 1}, [1, "x"], 3, 0, 0.5, True, False, None, {"a": [{"b": None}]}, [["x"]]],
)
def test_a_target_is_any_json(target):
    assert Sample(input="q", target=target).target == target


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({1, 2}, "a set"),
        (b"x", "a bytes"),
        (date(2026, 1, 1), "a date"),
        (object(), "a object"),
        (float("nan"), "nan"),
        ({"a": [1, float("inf")]}, "['a'][1]: inf"),
        ({"a": {3: "x"}}, "['a']: the key 3, which is no text"),
        ({None: "x"}, "the key None, which is no text"),
        (2**70, "an integer beyond 64 bits"),
        (nested(200), "more than 100 levels"),
        (len, "a builtin_function_or_method"),
    ],
)
def test_a_target_that_is_not_json_is_refused(target, words):
    with pytest.raises(DataError, match=r"^target of a sample: not JSON ") as caught:
        Sample(input="q", target=target)
    assert words in caught.value.message
    assert "accepted: a text, texts, numbers" in caught.value.message


@pytest.mark.parametrize("target", [{"n": 1}, 3, 0, None, True, [1, "x"], [["x"]]])
def test_a_structured_target_is_no_text(target):
    with pytest.raises(ScorerError, match=r"^target: neither a text nor texts") as caught:
        _ = Sample(input="q", target=target).targets
    assert "accepted by this scorer: a text, or texts" in caught.value.message


def test_texts_are_targets():
    assert Sample(input="q", target="x").targets == ("x",)
    assert Sample(input="q", target=["x", "y"]).targets == ("x", "y")
    assert Sample(input="q").targets == ("",)


def test_a_target_to_read():
    assert target_text("x", " or ") == "x"
    assert target_text(("x", "y"), " or ") == "x or y"
    assert target_text({"n": [1, "ä"]}, " or ") == '{"n": [1, "ä"]}'


@pytest.mark.parametrize("field", ["id", "group"])
def test_an_id_may_be_an_integer(field):
    for given, kept in ((7, "7"), (0, "0"), (-3, "-3"), (None, "")):
        assert getattr(made(**{field: given}), field) == kept


@pytest.mark.parametrize("field", ["id", "group"])
@pytest.mark.parametrize("value", [7.0, True, b"7", ("a",), object()])
def test_an_id_of_another_kind_is_refused(field, value):
    with pytest.raises(DataError, match=f"^{field} of a sample: neither text nor integer"):
        made(**{field: value})


def test_white_space_around_an_option_is_left_out():
    assert made(choices=(" 4\n", "5", "\u00a0six seven ")).choices == ("4", "5", "six seven")
    assert made(choices=["4", "5"]).choices == ("4", "5")


@pytest.mark.parametrize("choices", ["abc", (1, 2), ["a", None], {"a": 1}])
def test_choices_are_texts(choices):
    with pytest.raises(DataError, match=r"^choices of a sample: not texts"):
        made(choices=choices)


@pytest.mark.parametrize("metadata", [["x"], "x", 3])
def test_metadata_is_a_mapping(metadata):
    with pytest.raises(DataError, match=r"^metadata of a sample: no mapping"):
        made(metadata=metadata)
