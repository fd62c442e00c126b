"""Mixed sets that EvalScope wrote."""

import base64
from fractions import Fraction
from typing import Any

import orjson
import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    StratifiedSampler,
    WeightedSampler,
    dump_jsonl_data,
    load_mixed,
    members,
)
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import DataError, UsageError
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Media, Sample


def test_a_set_of_evalscopes_is_sent_as_it_stands(tmp_path, own, theirs, write):
    file = write(tmp_path / "test.jsonl", theirs(), theirs(index=1, weight=0.75, dataset_name="a", subset_name="x"))
    read = load_mixed(tmp_path, benchmarks=own)
    assert (read.name, len(read)) == ("root", 2)
    a, b = members(read)
    assert (a.share, b.share) == (Fraction(3, 4), Fraction(1, 4))
    assert (b.leaf.task_type, b.leaf.tags, b.leaf.categories) == ("math", ("en",), ("root", "math"))
    (asked,) = b.samples(Source())
    message = {"role": "user", "content": "Here are examples\n\nWhat is 1?"}
    assert asked.input == (message,)
    solve: Any = b.leaf.benchmark.solve
    assert solve.render(asked) == (message,)
    assert b.leaf.benchmark.shots("all", Source()) == ()
    assert b.leaf.benchmark.score is own[1].score
    assert file.is_file()


def test_leaves_of_one_benchmark_are_told_apart_by_their_weights(tmp_path, own, theirs, write):
    records = [theirs(index=i, weight=weight) for i, weight in enumerate([0.2, 0.2, 0.6])]
    read = load_mixed(write(tmp_path / "set.jsonl", *records), benchmarks=own)
    assert sorted((part.count, float(part.share)) for part in members(read)) == [(1, 0.6), (2, 0.4)]
    assert len({leaf.name for leaf in read.leaves}) == 2


def test_leaves_are_told_apart_by_everything_that_is_said_of_them(tmp_path, own, theirs, write):
    changes: list[dict[str, Any]] = [
        {},
        {"tags": ["x"]},
        {"task_type": "x"},
        {"categories": ["x"]},
        {"weight": 0.5},
        {"dataset_name": "a"},
    ]
    records = [theirs(index=number, **change) for number, change in enumerate([*changes, {"subset_name": "x"}])]
    read = load_mixed(write(tmp_path / "set.jsonl", *records), benchmarks=own)
    assert sorted(sum(leaf.size(subset) or 0 for subset in leaf.subsets) for leaf in read.leaves) == [1, 1, 1, 1, 1, 2]
    assert {leaf.version for leaf in read.leaves} == {"1"}
    assert all(leaf.rendered for leaf in read.leaves)


def test_a_set_without_groups_is_named_after_its_file(tmp_path, own, theirs, write):
    records = [theirs(categories=[]), theirs(index=1, categories=["later"], dataset_name="a")]
    assert load_mixed(write(tmp_path / "set.jsonl", records[0]), benchmarks=own).name == "set"
    assert load_mixed(write(tmp_path / "other.jsonl", *records), benchmarks=own).name == "later"


def test_the_same_question_twice_is_two_samples(tmp_path, own, theirs, write):
    read = load_mixed(write(tmp_path / "set.jsonl", theirs(), theirs(index=1)), benchmarks=own)
    (part,) = members(read)
    first, second = (item.id for item in part.samples(Source()))
    assert second == f"{first}~1"


def test_a_row_that_evalscope_kept_gives_what_marking_needs(tmp_path, theirs, write):
    row = {
        "key": 7,
        "prompt": "Say hi without commas.",
        "instruction_id_list": ["punctuation:no_comma"],
        "kwargs": [{"num_words": None}],
    }
    prompt = {"input": [{"role": "user", "content": row["prompt"]}], "target": "", "metadata": row}
    file = write(tmp_path / "set.jsonl", theirs(dataset_name="ifeval", subset_name="default", prompt=prompt))
    (part,) = members(load_mixed(file))
    (asked,) = part.samples(Source())
    assert asked.metadata == {"instructions": (("punctuation:no_comma", {}),)}


def test_a_set_of_evalscopes_can_be_written_and_read_again(tmp_path, own, lines, theirs, write):
    read = load_mixed(write(tmp_path / "theirs.jsonl", theirs()), benchmarks=own)
    dump_jsonl_data(read, tmp_path / "ours.jsonl")
    again = load_mixed(tmp_path / "ours.jsonl", benchmarks=own)
    assert again.leaves[0].rendered
    assert list(again) == list(read)
    assert lines(tmp_path / "ours.jsonl")[0]["prompt"]["input"] == [
        {"role": "user", "content": "Here are examples\n\nWhat is 1?"}
    ]


def test_a_set_of_evalscopes_can_be_drawn_from(tmp_path, own, theirs, write):
    records = [theirs(index=i, weight=0.1, prompt={"input": f"Question {i}", "target": "1"}) for i in range(10)]
    file = write(tmp_path / "set.jsonl", *records)
    schema = CollectionSchema("outer", datasets=[DatasetInfo("data_collection", args={"local_path": str(file)})])
    drawn = StratifiedSampler(schema, benchmarks=own).sample(4)
    assert len(list(drawn)) == 4
    assert drawn.leaves[0].categories == ("outer", "root", "math")


def test_options_for_a_set_of_evalscopes_are_given_again(tmp_path, theirs, write):
    prompt = {"input": "Which?", "choices": ["x", "y"], "target": "A,B"}
    file = write(tmp_path / "set.jsonl", theirs(dataset_name="general_mcq", prompt=prompt))
    args = {"general_mcq": {"extra_params": {"multiple_correct": True}}}
    (part,) = members(load_mixed(file, dataset_args=args))
    vary: Any = part.leaf.benchmark.vary
    assert vary.keywords["multiple_correct"] is True


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"role": "tool", "content": "42"}, r"a message cannot be sent \(role 'tool'\)"),
        ({"role": "assistant", "content": "", "tool_calls": [{}]}, "a message cannot be sent"),
        ({"role": "user"}, r"a message has no content \(NoneType\)"),
        ({"role": "user", "content": [{"type": "audio"}]}, r"a part of a message cannot be sent \(audio\)"),
        ({"role": "user", "content": ["text"]}, r"a part of a message cannot be sent \(None\)"),
    ],
)
def test_messages_that_cannot_be_sent_are_refused_by_their_line(message, said, tmp_path, own, theirs, write):
    file = write(tmp_path / "set.jsonl", theirs(prompt={"input": [message], "target": "1"}))
    (part,) = members(load_mixed(file, benchmarks=own))
    with pytest.raises(DataError, match=rf"line 1: {said}"):
        list(part.samples(Source()))


def test_pictures_of_evalscopes_are_read(tmp_path, own, theirs, write, gif):
    url = f"data:image/png;base64,{base64.b64encode(gif).decode()}"
    content = [{"type": "text", "text": "What is it?"}, {"type": "image", "image": url}]
    message = {"role": "user", "content": content}
    (part,) = members(load_mixed(write(tmp_path / "set.jsonl", theirs(prompt={"input": [message]})), benchmarks=own))
    (asked,) = part.samples(Source())
    sent = asked.input[0]
    assert isinstance(sent, dict)
    assert sent["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "media", "media": Media.from_bytes(gif)},
    ]


def test_a_picture_of_evalscopes_that_is_none_is_told_by_its_line(tmp_path, own, theirs, write):
    message = {"role": "user", "content": [{"type": "image", "image": "data:image/png;base64,AA=="}]}
    (part,) = members(load_mixed(write(tmp_path / "set.jsonl", theirs(prompt={"input": [message]})), benchmarks=own))
    with pytest.raises(DataError, match=r"set.jsonl, line 1: media: 1 bytes is of no known format; accepted: a pict"):
        list(part.samples(Source()))


def test_records_are_one_line_each_even_with_odd_separators(index, tmp_path):
    odd = "a\u2028b\u0085c\r\nd\ud83d"
    benchmark = Benchmark(name="odd", data=Rows([{}]), sample=lambda row: Sample(id="one", input=odd), score=exact())
    file = tmp_path / "odd.jsonl"
    dump_jsonl_data(WeightedSampler(index(odd=1), benchmarks=[benchmark]).sample(1), file)
    assert file.read_bytes().count(b"\n") == 1
    (part,) = members(load_mixed(file, benchmarks=[benchmark]))
    (asked,) = part.samples(Source())
    assert asked.input == "a\u2028b\u0085c\r\nd\ufffd"
    assert orjson.loads(file.read_bytes())["sample"]["input"] == asked.input


def test_a_mixed_leaf_takes_its_path_and_nothing_else(tmp_path):
    for args, said in [
        ({}, r"local_path names no file or folder \(None\)"),
        (
            {"local_path": str(tmp_path), "few_shot_num": 2},
            r"a mixed set takes local_path and nothing else \(few_shot\)",
        ),
    ]:
        schema = CollectionSchema("outer", datasets=[DatasetInfo("data_collection", args=args)])
        with pytest.raises(UsageError, match=rf"^schema outer/data_collection: {said}"):
            WeightedSampler(schema).sample(1)
