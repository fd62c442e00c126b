"""Mixed sets as files: what they hold, and what comes back."""

from fractions import Fraction
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    WeightedSampler,
    dump_jsonl_data,
    load_mixed,
    members,
)
from pytest_evalscope.collections.format import record_hash
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import DataError
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Media, Sample, tool

FIELDS = ["index", "prompt", "tags", "categories", "task_type", "weight", "dataset_name", "subset_name"]


def test_records_have_evalscopes_fields_and_four_of_ours(file, lines):
    first, second = lines(file)[:2]
    assert list(first) == [*FIELDS, "leaf", "sample", "hash", "provenance"]
    assert list(second) == [*FIELDS, "leaf", "sample", "hash"]
    assert [record["index"] for record in lines(file)] == list(range(12))
    assert sum(record["weight"] for record in lines(file)) == pytest.approx(1)


def test_the_prompt_is_rendered_and_the_question_travels_with_it(file, lines):
    record = lines(file)[0]
    (message,) = record["prompt"]["input"]
    assert message["role"] == "user"
    assert "shot 0?" in message["content"]
    assert message["content"].endswith(f"Q: {record['sample']['input']}")


def test_the_provenance_says_where_the_set_comes_from(file, lines):
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


def test_a_record_says_what_its_leaf_says(file, lines):
    record = lines(file)[9]
    assert record["hash"] == record_hash(record)
    assert {key: value for key, value in record.items() if key not in ("prompt", "sample", "hash")} == {
        "index": 9,
        "tags": ["en", "index"],
        "categories": ["index"],
        "task_type": "recall",
        "weight": 1 / 12,
        "dataset_name": "b",
        "subset_name": "all",
        "leaf": 1,
    }
    number = record["sample"]["input"].removeprefix("all ").partition("?")[0]
    assert record["sample"] == {"id": f"all-{number}", "input": f"all {number}? ", "language": "en"}
    content = f"Q: all {number}? "
    assert record["prompt"] == {"input": [{"role": "user", "content": content}], "target": number, "metadata": {}}


def test_a_set_is_shown_as_a_table(make, index):
    own = [make("007", x=20, y=10), make("b", all=3)]
    mixed = WeightedSampler(index(**{"007": 3, "b": 1}), benchmarks=own).sample(16)
    assert str(mixed).splitlines() == [
        "index: 16 samples",
        "leaf    share    samples    subsets    tags",
        "------  -------  ---------  ---------  ---------",
        "007     0.7500   13         2          en, index",
        "b       0.2500   3          1          en, index",
        "index/b: 4 samples requested, 3 exist; the rest was sampled from the other leaves",
    ]


def test_a_member_has_its_part_of_its_leafs_share(mixed):
    assert [(part.subset, part.count, part.share) for part in members(mixed)] == [
        ("x", 6, Fraction(1, 2)),
        ("y", 3, Fraction(1, 4)),
        ("all", 3, Fraction(1, 4)),
    ]
    assert len(mixed) == 12


def test_a_solver_of_the_users_own_has_its_bare_question_in_the_prompt(index):
    async def ask(sample, context):
        raise NotImplementedError

    turns = ({"role": "system", "content": "Hi"}, {"role": "user", "content": "two?"})
    inputs: dict[str, Any] = {"one": "one?", "two": turns}
    benchmark = Benchmark(
        name="own",
        data=Rows([{"id": name} for name in inputs]),
        sample=lambda row: Sample(id=row["id"], input=inputs[row["id"]], choices=("x", "y"), target="A"),
        score=exact(),
        solve=ask,
    )
    one, two = WeightedSampler(index(own=1), benchmarks=[benchmark]).sample()
    choices = {"target": "A", "metadata": {}, "choices": ["x", "y"]}
    assert one["prompt"] == {"input": [{"role": "user", "content": "one?"}], **choices}
    assert one["sample"] == {"id": "one", "input": "one?", "language": "en"}
    assert two["prompt"] == {"input": list(turns), **choices}
    assert two["sample"] == {"id": "two", "language": "en"}, "the same as in the prompt"


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


def test_a_set_of_everything_comes_back_the_same(own, index, tmp_path):
    everything = WeightedSampler(index(a=3, b=1), benchmarks=own).sample()
    assert len(everything) == 39
    dump_jsonl_data(everything, tmp_path / "all.jsonl")
    read = load_mixed(tmp_path / "all.jsonl", benchmarks=own)
    assert read.drawn == everything.drawn
    assert list(read) == list(everything)


def test_worked_examples_are_read_from_the_benchmark(file, own):
    part = members(load_mixed(file, benchmarks=own))[0]
    assert [shot.id for shot in part.leaf.benchmark.shots(part.subset, Source())] == ["shot-0"]


def test_a_sample_keeps_all_it_has(tmp_path, index, lines, gif):
    whole = Sample(
        id="one",
        input=({"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is seen?"}),
        target=("cat", "Katze"),
        choices=("cat", "dog"),
        language="de",
        group="picture 1",
        tools=({"type": "function", "function": {"name": "zoom"}},),
        media=(gif, Media.from_url("https://pets.example/cat.mp4", kind="video")),
        metadata={"limits": [1, 2.5, None]},
    )
    benchmark = Benchmark(name="pets", data=Rows([{"row": 1}]), sample=lambda row: whole, score=exact())
    dump_jsonl_data(WeightedSampler(index(pets=1), benchmarks=[benchmark]).sample(1), tmp_path / "pets.jsonl")
    (part,) = members(load_mixed(tmp_path / "pets.jsonl", benchmarks=[benchmark]))
    (read,) = part.samples(Source())
    kept = {name: getattr(whole, name) for name in Sample.__slots__}
    assert read == Sample(**{**kept, "subset": "default", "digest": read.digest})
    assert [one.read() if one.size else one.url for one in read.media] == [gif, "https://pets.example/cat.mp4"]
    # EvalScope's benchmarks look for the row where marking needs more than target and choices.
    assert lines(tmp_path / "pets.jsonl")[0]["prompt"]["metadata"] == {"row": 1}


def test_of_a_tool_its_definition_is_written(tmp_path, index):
    def zoom(factor: int) -> None: ...

    one = Sample(id="one", input="?", tools=(tool(zoom),))
    benchmark = Benchmark(name="pets", data=Rows([{}]), sample=lambda row: one, score=exact())
    dump_jsonl_data(WeightedSampler(index(pets=1), benchmarks=[benchmark]).sample(1), tmp_path / "pets.jsonl")
    (part,) = members(load_mixed(tmp_path / "pets.jsonl", benchmarks=[benchmark]))
    assert [item.tools for item in part.samples(Source())] == [(tool(zoom).definition,)]


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
