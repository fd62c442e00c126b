"""Mixed sets as files: what they hold, what is checked, EvalScope's own."""

import json
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
from pytest_evalscope.errors import DataError, DataNotFound, UnknownName, UsageError
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Sample

FIELDS = ["index", "prompt", "tags", "categories", "task_type", "weight", "dataset_name", "subset_name"]


@pytest.fixture
def own(make):
    return [make("a", few_shot=1, x=20, y=10), make("b", all=9)]


@pytest.fixture
def mixed(own, index):
    return WeightedSampler(index(a=3, b=1), benchmarks=own).sample(12)


@pytest.fixture
def file(mixed, tmp_path):
    dump_jsonl_data(mixed, tmp_path / "set.jsonl")
    return tmp_path / "set.jsonl"


def lines(file):
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def rewrite(file, change):
    """Pass the records through `change` and write them back."""
    file.write_text("".join(json.dumps(record) + "\n" for record in change(lines(file))), "utf-8")


def theirs(**changes):
    """A record as EvalScope dumps it."""
    record = {
        "index": 0,
        "prompt": {
            "input": [{"id": "1f", "content": "Here are examples\n\nWhat is 1?", "role": "user", "source": None}],
            "choices": None,
            "target": "1",
            "id": 0,
            "group_id": 0,
            "metadata": {},
        },
        "tags": ["en"],
        "categories": ["root", "math"],
        "task_type": "math",
        "weight": 0.25,
        "dataset_name": "b",
        "subset_name": "all",
    }
    return {**record, **changes}


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def test_records_have_evalscopes_fields_and_four_of_ours(file):
    first, second = lines(file)[:2]
    assert list(first) == [*FIELDS, "leaf", "sample", "hash", "provenance"]
    assert list(second) == [*FIELDS, "leaf", "sample", "hash"]
    assert [record["index"] for record in lines(file)] == list(range(12))
    assert sum(record["weight"] for record in lines(file)) == pytest.approx(1)


def test_the_prompt_is_rendered_and_the_question_travels_with_it(file):
    record = lines(file)[0]
    (message,) = record["prompt"]["input"]
    assert message["role"] == "user"
    assert "shot 0?" in message["content"]
    assert message["content"].endswith(f"Q: {record['sample']['input']}")


def test_the_provenance_says_where_the_set_comes_from(file):
    provenance = lines(file)[0]["provenance"]
    assert {key: provenance[key] for key in ("schema", "name", "sampler", "seed", "count", "normalize")} == {
        "schema": 1,
        "name": "index",
        "sampler": "weighted",
        "seed": 42,
        "count": 12,
        "normalize": "product",
    }
    assert [leaf["name"] for leaf in provenance["leaves"]] == ["a", "b"]
    assert provenance["leaves"][0] == {
        "name": "a",
        "dataset": "a",
        "version": "1",
        "share": "3/4",
        "count": 9,
        "task_type": "recall",
        "tags": ["en", "index"],
        "categories": ["index"],
        "args": {},
        "rendered": False,
    }
    assert CollectionSchema.from_dict(provenance["collection"]).flatten()[0].weight == 0.75


def test_reading_gives_what_was_drawn(mixed, file, own):
    read = load_mixed(file, benchmarks=own)
    assert (read.name, read.drawn, read.remarks) == (mixed.name, mixed.drawn, mixed.remarks)
    for part, drawn in zip(members(read), members(mixed), strict=True):
        assert (part.leaf.name, part.subset, part.count, part.share) == (
            drawn.leaf.name,
            drawn.subset,
            drawn.count,
            drawn.share,
        )
        assert list(part.samples(Source())) == list(drawn.samples(Source()))
        assert part.leaf.benchmark.solve == drawn.leaf.benchmark.solve


def test_a_set_that_was_read_writes_the_same_bytes(file, own, tmp_path):
    dump_jsonl_data(load_mixed(file, benchmarks=own), tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def test_worked_examples_are_read_from_the_benchmark(file, own):
    part = members(load_mixed(file, benchmarks=own))[0]
    assert [shot.id for shot in part.leaf.benchmark.shots(part.subset, Source())] == ["shot-0"]


def test_a_sample_keeps_all_it_has(tmp_path, index):
    whole = Sample(
        id="one",
        input=({"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is seen?"}),
        target=("cat", "Katze"),
        choices=("cat", "dog"),
        group="picture 1",
        tools=({"type": "function", "function": {"name": "zoom"}},),
        media=({"type": "image", "path": "cat.png"},),
        metadata={"limits": [1, 2.5, None]},
    )
    benchmark = Benchmark(name="pets", data=Rows([{"row": 1}]), sample=lambda row: whole, score=exact())
    dump_jsonl_data(WeightedSampler(index(pets=1), benchmarks=[benchmark]).sample(1), tmp_path / "pets.jsonl")
    (part,) = members(load_mixed(tmp_path / "pets.jsonl", benchmarks=[benchmark]))
    (read,) = part.samples(Source())
    assert read == Sample(**{**{name: getattr(whole, name) for name in Sample.__slots__}, "subset": "default"})
    # EvalScope's benchmarks look for the row where marking needs more than target and choices.
    assert lines(tmp_path / "pets.jsonl")[0]["prompt"]["metadata"] == {"row": 1}


def test_an_empty_question_stays_empty(tmp_path, index):
    benchmark = Benchmark(name="blank", data=Rows([{}]), sample=lambda row: Sample(id="one", input=""), score=exact())
    dump_jsonl_data(WeightedSampler(index(blank=1), benchmarks=[benchmark]).sample(1), tmp_path / "blank.jsonl")
    (part,) = members(load_mixed(tmp_path / "blank.jsonl", benchmarks=[benchmark]))
    assert [item.input for item in part.samples(Source())] == [""]


def test_args_of_a_leaf_travel_with_the_set(make, tmp_path):
    leaf = DatasetInfo("a", args={"few_shot_num": 3, "subset_list": ["y"], "system_prompt": "Be brief."})
    own = [make("a", x=5, y=5)]
    schema = CollectionSchema("index", datasets=[leaf])
    dump_jsonl_data(WeightedSampler(schema, benchmarks=own).sample(4), tmp_path / "set.jsonl")
    (part,) = members(load_mixed(tmp_path / "set.jsonl", benchmarks=own))
    assert part.subset == "y"
    solve: Any = part.leaf.benchmark.solve
    assert (solve.few_shot, solve.system) == (3, "Be brief.")


def test_a_mixed_set_is_a_leaf_that_keeps_its_own_index(file, own, make, tmp_path):
    schema = CollectionSchema(
        "outer", datasets=[DatasetInfo("data_collection", 1, args={"local_path": str(file)}), DatasetInfo("c", 1)]
    )
    outer = WeightedSampler(schema, benchmarks=[*own, make("c", all=30)]).sample(16)
    assert {leaf.name: (leaf.share, leaf.categories) for leaf in outer.leaves} == {
        "a": (Fraction(3, 8), ("outer", "index")),
        "b": (Fraction(1, 8), ("outer", "index")),
        "c": (Fraction(1, 2), ("outer",)),
    }
    assert [part.count for part in members(outer)] == [4, 2, 2, 8]
    dump_jsonl_data(outer, tmp_path / "outer.jsonl")
    read = load_mixed(tmp_path / "outer.jsonl", benchmarks=[*own, make("c", all=30)])
    assert list(read) == list(outer)


def test_an_error_while_writing_leaves_the_old_file(tmp_path):
    file = tmp_path / "set.jsonl"
    file.write_text("old")
    with pytest.raises(TypeError):
        dump_jsonl_data([{"index": 0}, {"index": object()}], file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_what_no_json_holds_is_told_by_its_sample(index, tmp_path):
    def huge(row):
        return Sample(id="one", input="?", metadata={"number": 10**30})

    benchmark = Benchmark(name="huge", data=Rows([{}]), sample=huge, score=exact())
    with pytest.raises(DataError, match=r"^huge/default: sample one cannot be written as JSON"):
        list(WeightedSampler(index(huge=1), benchmarks=[benchmark]).sample(1))


# Integrity


def test_a_record_that_was_changed_is_refused_by_its_line(file, own):
    def change(records):
        records[4]["prompt"]["target"] = "another"
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match=r"set\.jsonl, line 5: the record was changed after it was written"):
        load_mixed(file, benchmarks=own)


def test_another_order_other_spacing_and_a_byte_order_mark_change_nothing(file, own, mixed):
    rewrite(file, lambda records: [{**record, "index": i} for i, record in enumerate(reversed(records))])
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\n\n"))
    read = load_mixed(file, benchmarks=own)
    assert {item.id for part in members(read) for item in part.samples(Source())} == {
        record["sample"]["id"] for record in mixed
    }


def test_missing_records_are_noticed(file, own):
    rewrite(file, lambda records: records[:-1])
    with pytest.raises(DataError, match=r"set\.jsonl: records of b are missing or too many \(2; 3 drawn\)"):
        load_mixed(file, benchmarks=own)


def test_a_lost_provenance_is_noticed(file, own):
    rewrite(file, lambda records: records[1:])
    with pytest.raises(
        DataError, match=r"line 1: the record belongs to no leaf .*the record that carried it is missing"
    ):
        load_mixed(file, benchmarks=own)


def test_two_sets_in_one_file_are_noticed(file, own):
    rewrite(file, lambda records: [*records, *({**record, "index": record["index"] + 12} for record in records)])
    with pytest.raises(DataError, match="line 13: a second provenance; two mixed sets cannot share a file"):
        load_mixed(file, benchmarks=own)


def test_our_records_and_others_do_not_mix(file, own):
    rewrite(file, lambda records: [*records, theirs(index=12)])
    with pytest.raises(DataError, match=r"line 13: the record belongs to no leaf of the provenance \(None\)"):
        load_mixed(file, benchmarks=own)


def test_shares_that_were_tampered_with_are_noticed(file, own):
    def change(records):
        records[0]["provenance"]["leaves"][0]["share"] = "1/2"
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match="the shares of the provenance do not sum to 1"):
        load_mixed(file, benchmarks=own)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (theirs(weight=0), r"weight does not fit \(0\)"),
        (theirs(weight=-0.5), r"weight does not fit \(-0\.5\)"),
        (theirs(weight=float("nan")), "weight does not fit"),
        (theirs(weight=True), r"weight does not fit \(True\)"),
        (theirs(prompt={}), r"prompt\.input does not fit"),
        (theirs(tags="en"), r"tags does not fit \('en'\)"),
        (theirs(dataset_name=""), r"dataset_name does not fit \(''\)"),
        (theirs(leaf=0, hash="00"), "the record was changed"),
        (theirs(leaf=0), "the record was changed"),
        (theirs(provenance={"schema": 2}), r"provenance\.schema does not fit \(2\)"),
        (["no", "object"], "the record does not fit"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_by_its_line(record, said, tmp_path, own):
    file = write(tmp_path / "set.jsonl", theirs(index=7), record)
    with pytest.raises(DataError, match=rf"^mixed set .*set\.jsonl, line 2: {said}"):
        load_mixed(file, benchmarks=own)


def test_a_share_is_read_as_a_ratio_of_bounded_length(file, own):
    def change(records):
        records[0]["provenance"]["leaves"][0]["share"] = "1e999999999"
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match=r"line 1: provenance\.leaves\.0\.share does not fit"):
        load_mixed(file, benchmarks=own)


def test_an_index_that_stands_twice_is_refused(tmp_path, own):
    file = write(tmp_path / "set.jsonl", theirs(), theirs())
    with pytest.raises(DataError, match=r"line 2: this index stands twice \(0\)"):
        load_mixed(file, benchmarks=own)


def test_an_unknown_benchmark_is_refused_by_its_line(tmp_path, own):
    file = write(tmp_path / "set.jsonl", theirs(), theirs(index=1, dataset_name="gsm9k"))
    with pytest.raises(UnknownName, match=r"set\.jsonl, line 2: benchmark: unknown name .*did you mean gsm8k"):
        load_mixed(file, benchmarks=own)


def test_an_empty_file_and_none_at_all_are_refused(tmp_path):
    (tmp_path / "set.jsonl").write_text("\n\n")
    with pytest.raises(DataError, match="the file holds no records"):
        load_mixed(tmp_path / "set.jsonl")
    with pytest.raises(DataNotFound, match=r"there is no such file \(.*test\.jsonl\); a \.jsonl file or a folder with"):
        load_mixed(tmp_path)


def test_a_file_that_changes_while_in_use_is_an_error(file, own):
    part = members(load_mixed(file, benchmarks=own))[0]
    file.write_bytes(file.read_bytes().replace(b"x-", b"z-"))
    with pytest.raises(DataError, match="line 1: the file changed while it was in use"):
        list(part.samples(Source()))


def test_another_version_of_a_benchmark_is_a_remark(file, own):
    newer = [Benchmark(**{**vars(benchmark), "version": "2"}) for benchmark in own]
    assert load_mixed(file, benchmarks=newer).remarks[0] == (
        "a: the set was drawn from version 1 of the benchmark, this is version 2; results of the two do not compare"
    )


# EvalScope's own files


def test_a_set_of_evalscopes_is_sent_as_it_stands(tmp_path, own):
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


def test_leaves_of_one_benchmark_are_told_apart_by_their_weights(tmp_path, own):
    records = [theirs(index=i, weight=weight) for i, weight in enumerate([0.2, 0.2, 0.6])]
    read = load_mixed(write(tmp_path / "set.jsonl", *records), benchmarks=own)
    assert sorted((part.count, float(part.share)) for part in members(read)) == [(1, 0.6), (2, 0.4)]
    assert len({leaf.name for leaf in read.leaves}) == 2


def test_the_same_question_twice_is_two_samples(tmp_path, own):
    read = load_mixed(write(tmp_path / "set.jsonl", theirs(), theirs(index=1)), benchmarks=own)
    (part,) = members(read)
    first, second = (item.id for item in part.samples(Source()))
    assert second == f"{first}~1"


def test_a_row_that_evalscope_kept_gives_what_marking_needs(tmp_path):
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


def test_a_set_of_evalscopes_can_be_written_and_read_again(tmp_path, own):
    read = load_mixed(write(tmp_path / "theirs.jsonl", theirs()), benchmarks=own)
    dump_jsonl_data(read, tmp_path / "ours.jsonl")
    again = load_mixed(tmp_path / "ours.jsonl", benchmarks=own)
    assert again.leaves[0].rendered
    assert list(again) == list(read)
    assert lines(tmp_path / "ours.jsonl")[0]["prompt"]["input"] == [
        {"role": "user", "content": "Here are examples\n\nWhat is 1?"}
    ]


def test_a_set_of_evalscopes_can_be_drawn_from(tmp_path, own):
    records = [theirs(index=i, weight=0.1, prompt={"input": f"Question {i}", "target": "1"}) for i in range(10)]
    file = write(tmp_path / "set.jsonl", *records)
    schema = CollectionSchema("outer", datasets=[DatasetInfo("data_collection", args={"local_path": str(file)})])
    drawn = StratifiedSampler(schema, benchmarks=own).sample(4)
    assert len(list(drawn)) == 4
    assert drawn.leaves[0].categories == ("outer", "root", "math")


def test_options_for_a_set_of_evalscopes_are_given_again(tmp_path):
    prompt = {"input": "Which?", "choices": ["x", "y"], "target": "A,B"}
    file = write(tmp_path / "set.jsonl", theirs(dataset_name="general_mcq", prompt=prompt))
    args = {"general_mcq": {"extra_params": {"multiple_correct": True}}}
    (part,) = members(load_mixed(file, dataset_args=args))
    assert type(part.leaf.benchmark.score).__name__ == "all_of"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"role": "tool", "content": "42"}, r"a message cannot be sent \(role 'tool'\)"),
        ({"role": "assistant", "content": "", "tool_calls": [{}]}, "a message cannot be sent"),
        ({"role": "user"}, r"a message has no content \(NoneType\)"),
        ({"role": "user", "content": [{"type": "audio"}]}, r"a message holds what cannot be sent \(audio\)"),
        ({"role": "user", "content": ["text"]}, r"a message holds what cannot be sent \(None\)"),
    ],
)
def test_messages_that_cannot_be_sent_are_refused_by_their_line(message, said, tmp_path, own):
    file = write(tmp_path / "set.jsonl", theirs(prompt={"input": [message], "target": "1"}))
    (part,) = members(load_mixed(file, benchmarks=own))
    with pytest.raises(DataError, match=rf"line 1: {said}"):
        list(part.samples(Source()))


def test_pictures_of_evalscopes_are_sent_in_the_openai_form(tmp_path, own):
    content = [{"type": "text", "text": "What is it?"}, {"type": "image", "image": "data:image/png;base64,AA=="}]
    message = {"role": "user", "content": content}
    (part,) = members(load_mixed(write(tmp_path / "set.jsonl", theirs(prompt={"input": [message]})), benchmarks=own))
    (asked,) = part.samples(Source())
    sent = asked.input[0]
    assert isinstance(sent, dict)
    assert sent["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
    ]


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
