"""A heat map has a cell for each pair of values that has samples, as a table and as a picture."""

from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.reports import write_reports
from pytest_evalscope.reports.heat import heat_maps
from pytest_evalscope.reports.summary import summary_lines, summary_markdown
from pytest_evalscope.run import RunFolder
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Result, Sample

MODEL = "fake/a&b\x1b[31m\x00"
MARKS = [(1000, 0, 1.0), (1000, 50, 1.0), (32000, 50, 0.0), (32000, 50, 1.0)]


@pytest.fixture
def mapped(result, summary):
    made = summary(result(benchmark="needle", subset="en<&", axes=("length", "depth"), model=MODEL))
    path = RunFolder(made.folder).file("reviews", MODEL, "needle", "en<&")
    path.parent.mkdir(parents=True)
    lines = [
        orjson.dumps(
            {
                "sample_id": str(number),
                "repeat": 0,
                "outcome": "scored",
                "values": {"accuracy": value, "length": length, "depth": depth},
                "target": "x",
            }
        )
        for number, (length, depth, value) in enumerate(MARKS)
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return made


def test_each_cell_is_the_mean_of_its_samples(mapped):
    (made,) = heat_maps(mapped)
    assert made.cells == {(1000, 0): 1.0, (1000, 50): 1.0, (32000, 50): 0.5}
    table = made.table()
    assert table.headers == ("depth", "1000", "32000")
    assert table.rows == (("0", "1.00", ""), ("50", "1.00", "0.50"))
    for shown in (summary_markdown(mapped), "\n".join(summary_lines(mapped, 120))):
        assert "depth by length" in shown
        assert "0.50" in shown


def test_the_picture_is_whole_and_harmless(mapped):
    paths = write_reports(mapped, "off")
    (picture,) = [path for path in paths if path.suffix == ".svg"]
    root = ElementTree.fromstring(picture.read_bytes())
    texts = ["".join(item.itertext()) for item in root.iter() if item.tag.endswith("text")]
    assert texts[0] == "accuracy of needle/en<&: depth by length, fake/a&b"
    assert texts.count("1.00") == 2
    assert texts.count("0.50") == 1


def test_without_axes_or_samples_there_is_none(result, summary):
    assert heat_maps(summary(result(), result(benchmark="needle", axes=("length", "depth")))) == []


def test_axes_survive_the_way_from_a_worker(result):
    made = result(axes=("length", "depth"))
    assert Result.from_plain(orjson.loads(orjson.dumps(made.to_plain()))) == made


def test_axes_are_two_values_of_the_scorer():
    def make(**slots: Any) -> Benchmark:
        return Benchmark(name="b", data=Rows([]), sample=lambda row: Sample(input=""), score=exact(), **slots)

    with pytest.raises(UnknownName, match=r"value of the scorer of b, for a heat map: unknown name \('length'\)"):
        make(axes=("length", "accuracy"))
    with pytest.raises(UsageError, match=r"b: a heat map has two axes \(accuracy\)"):
        make(axes=("accuracy",))
