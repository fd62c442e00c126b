"""What a mixed set holds, told without its benchmarks."""

import json
from fractions import Fraction
from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.collections import load_mixed
from pytest_evalscope.collections.inspect import Portion, contents_of
from pytest_evalscope.errors import DataError, DataNotFound


def test_it_tells_what_the_set_itself_tells(packaged):
    contents, mixed = contents_of(packaged), load_mixed(packaged)
    assert (contents.name, contents.count, contents.drawn) == (mixed.name, len(mixed), mixed.drawn)
    assert str(contents) == str(mixed)
    assert [portion.share for portion in contents.portions] == [leaf.share for leaf in mixed.leaves]
    assert [portion.version for portion in contents.portions] == [leaf.version for leaf in mixed.leaves]


def test_every_portion_is_told_whole(file):
    a, b = contents_of(file).portions
    told: dict[str, Any] = {
        "version": "1",
        "task_type": "recall",
        "tags": ("en", "index"),
        "categories": ("index",),
        "args": {},
    }
    assert a == Portion(name="a", dataset="a", share=Fraction(3, 4), subsets={"x": 6, "y": 3}, **told)
    assert b == Portion(name="b", dataset="b", share=Fraction(1, 4), subsets={"all": 3}, **told)
    assert (a.count, b.count) == (9, 3)


def test_every_portion_of_a_set_of_evalscopes_is_told_whole(tmp_path, theirs, write):
    path = write(tmp_path / "theirs.jsonl", theirs(subset_name="y"), theirs(index=1), theirs(index=2, categories=[]))
    contents = contents_of(path)
    told: dict[str, Any] = {"version": "", "task_type": "math", "tags": ("en",), "args": {}}
    assert contents.portions == (
        Portion(
            name="root/math/b",
            dataset="b",
            share=Fraction(2, 3),
            subsets={"all": 1, "y": 1},
            categories=("root", "math"),
            **told,
        ),
        Portion(name="b", dataset="b", share=Fraction(1, 3), subsets={"all": 1}, categories=(), **told),
    )
    assert (contents.name, contents.path, contents.remarks) == ("root", path, ())
    assert contents.changes == (
        "root/math/b: no benchmark of this name is known here (b)",
        "b: no benchmark of this name is known here (b)",
    )
    assert contents_of(write(tmp_path / "bare.jsonl", theirs(categories=[]))).name == "bare"


def test_a_set_is_shown_as_a_table(tmp_path, theirs, write, file, rewrite):
    path = write(tmp_path / "theirs.jsonl", theirs(dataset_name="007", categories=[]), theirs(index=1, weight=0.75))
    assert str(contents_of(path)).splitlines() == [
        "root: 2 samples",
        "leaf         share    samples    subsets    tags",
        "-----------  -------  ---------  ---------  ------",
        "007          0.2500   1          1          en",
        "root/math/b  0.7500   1          1          en",
        "007: no benchmark of this name is known here (007)",
        "root/math/b: no benchmark of this name is known here (b)",
    ]
    remarked = {"remarks": ["5 were wanted, 3 exist"], "hash": None}
    rewrite(file, lambda all_: [{**all_[0], "provenance": {**all_[0]["provenance"], **remarked}}, *all_[1:]])
    shown = str(contents_of(file)).splitlines()
    assert shown[-3:] == [
        "5 were wanted, 3 exist",
        "a: no benchmark of this name is known here (a)",
        "b: no benchmark of this name is known here (b)",
    ]


def test_benchmarks_that_there_are_not_are_no_error_but_said(file):
    contents = contents_of(file)
    assert [portion.dataset for portion in contents.portions] == ["a", "b"]
    assert contents.changes == tuple(f"{name}: no benchmark of this name is known here ({name})" for name in "ab")


def test_another_version_of_a_benchmark_is_said(packaged):
    lines = packaged.read_text().splitlines()
    first = json.loads(lines[0])
    first["provenance"]["leaves"][0]["version"] = "0"
    del first["provenance"]["hash"]
    packaged.write_text("\n".join([json.dumps(first), *lines[1:]]))
    (change,) = contents_of(packaged).changes
    assert change == (
        f"smoke_arithmetic: sampled from version 0 of the benchmark, this is version "
        f"{load('smoke_arithmetic').version}; "
        "results of the two do not compare"
    )
    assert change in str(contents_of(packaged))


def test_the_shares_of_a_set_of_evalscopes_come_from_its_weights(tmp_path, theirs):
    records = [
        *(theirs(index=number, dataset_name="gsm8k", weight=0.25) for number in range(3)),
        theirs(index=3, dataset_name="arc", weight=0.25),
    ]
    (tmp_path / "test.jsonl").write_text("\n".join(map(json.dumps, records)))
    contents = contents_of(tmp_path)
    assert {portion.dataset: portion.share for portion in contents.portions} == {
        "gsm8k": Fraction(3, 4),
        "arc": Fraction(1, 4),
    }
    assert contents.path == tmp_path / "test.jsonl"
    assert contents.drawn == {}
    assert contents.changes == ()


def test_it_checks_what_reading_checks(file, rewrite):
    rewrite(file, lambda records: records[:-1])
    with pytest.raises(DataError, match=r"^owner/set, file: records of b are missing or too many"):
        contents_of(file, where="owner/set, file")
    with pytest.raises(DataNotFound, match="mixed set not found: "):
        contents_of(file.with_name("nowhere.jsonl"))
