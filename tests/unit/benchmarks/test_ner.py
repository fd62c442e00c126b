"""The family of sets of named entities: real rows, domains, and metrics over all texts."""

from dataclasses import replace
from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import field, load, names
from pytest_evalscope.data import Hub, Rows, Source
from pytest_evalscope.errors import DataError
from pytest_evalscope.types import Columns, Completion, Context

pytestmark = pytest.mark.slow  # rows by the thousand

CONTEXT = Context(model=cast("Any", None))
SETS = [name for name in names() if field(name) == "ner"]


def columns(benchmark, samples, replies):
    marks: list[Any] = [benchmark.score(*pair, CONTEXT) for pair in zip(samples, map(done, replies), strict=True)]
    values = {name: [mark.values[name] for mark in marks] for name in benchmark.score.metrics}
    return Columns(values=values, clusters=range(len(marks)), samples=range(len(marks)))


def done(reply):
    return Completion(text=reply)


def test_there_are_22_sets():
    assert len(SETS) == 22


@pytest.mark.parametrize(("part", "rows", "entities"), [("test", 1287, 1079), ("train", 3394, 1975)])
def test_every_real_row_is_read_and_its_target_is_right(part, rows, entities, hub_dir):
    benchmark = replace(load("wnut2017"), data=Hub("leondz/wnut_17", config="wnut_17", split=part))
    samples = list(benchmark.samples("wnut_17", Source(data_dir=hub_dir, offline=True)))
    assert len(samples) == len({sample.id for sample in samples}) == rows
    marks = columns(benchmark, samples, [sample.target for sample in samples])
    assert sum(marks.values["expected"]) == entities
    assert marks.values["correct"] == marks.values["predicted"] == marks.values["expected"]
    assert {metric(marks).value for metric in benchmark.metrics.values()} == {1.0}
    blank = columns(benchmark, samples, [""] * rows)
    assert {metric(blank).value for metric in benchmark.metrics.values()} == {0.0}


def test_f1_is_of_all_texts_and_no_mean_of_theirs():
    row = {"tokens": ["Oslo", "and", "Bergen"], "ner_tags": ["B-LOC", "O", "B-LOC"]}
    benchmark = replace(load("conll2003"), data=Rows([row, {"tokens": ["Oslo"], "ner_tags": ["B-LOC"]}]))
    samples = list(benchmark.samples("default", Source()))
    replies = ["<location>Oslo</location> <location>and</location> Bergen", "<person>Oslo</person>"]
    measured = {name: metric(columns(benchmark, samples, replies)) for name, metric in benchmark.metrics.items()}
    assert measured["precision"].value == pytest.approx(1 / 3)
    assert measured["recall"].value == pytest.approx(1 / 3)
    assert measured["f1"].value == pytest.approx(1 / 3)
    assert measured["f1_location"].value == pytest.approx(2 / (2 + 3))
    assert measured["f1_person"].value == 0.0
    assert measured["f1"].stderr > 0


def test_every_domain_of_cross_ner_asks_for_its_own_types(tmp_path):
    benchmark = load("cross_ner")
    solver: Any = benchmark.solve
    asked = {}
    for domain in benchmark.data.subsets:
        place = tmp_path / f"extraordinarylab/cross-ner/{domain}/test.jsonl"
        place.parent.mkdir(parents=True)
        place.write_text('{"tokens": ["Oslo"], "ner_tags": ["B-location"]}\n')
        (sample,) = benchmark.samples(domain, Source(data_dir=tmp_path, offline=True))
        asked[domain] = solver.render(sample)[0]["content"]
    assert {domain for domain in asked if "<politician>" in asked[domain]} == {"politics"}
    assert {domain for domain in asked if "<award>" in asked[domain]} == {"literature", "music", "science"}
    assert all("<location>" in text for text in asked.values())


@pytest.mark.parametrize("row", [{"tokens": ["a"], "ner_tags": []}, {"tokens": [], "ner_tags": []}])
def test_a_row_without_a_tag_for_every_token_is_refused(row):
    benchmark = replace(load("ncbi"), data=Rows([row]))
    with pytest.raises(DataError, match="as many tags as tokens are wanted"):
        list(benchmark.samples("default", Source()))
