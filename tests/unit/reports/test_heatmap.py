"""A heat map has a cell for each pair of values that has samples, as a table and as a picture."""

from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.reports import write_reports
from pytest_evalscope.reports.heatmap import HeatMap, heat_maps
from pytest_evalscope.reports.summary import summary_lines, summary_markdown
from pytest_evalscope.reports.table import Table
from pytest_evalscope.run import RunFolder
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Result, Sample
from pytest_evalscope.types.names import folder_name

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
    assert picture.parent.name == folder_name(MODEL)
    assert picture.name == f"needle-{folder_name('en<&')}.svg"
    assert picture.read_text(encoding="utf-8") == heat_maps(mapped)[0].svg()
    root = ElementTree.fromstring(picture.read_bytes())
    texts = ["".join(item.itertext()) for item in root.iter() if item.tag.endswith("text")]
    assert texts[0] == "accuracy of needle/en<&: depth by length, fake/a&b"
    assert texts.count("1.00") == 2
    assert texts.count("0.50") == 1


PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="238" height="140"
  viewBox="0 0 238 140" font-family="sans-serif" font-size="12" text-anchor="middle">
<title>accuracy of needle/en: depth by length</title>
<rect width="238" height="140" fill="white"/>
<text x="8" y="18" text-anchor="start">accuracy of needle/en: depth by length, a&amp;b</text>
<text x="142" y="46" fill="black">1000</text>
<text x="206" y="46" fill="black">32000.5</text>
<text x="55" y="74" fill="black">0</text>
<rect x="110" y="56" width="63" height="27" fill="rgb(20,92,132)"/>
<text x="142" y="74" fill="white">1.25</text>
<text x="55" y="102" fill="black">50</text>
<rect x="110" y="84" width="63" height="27" fill="rgb(134,161,168)"/>
<text x="142" y="102" fill="black">0.50</text>
<rect x="174" y="84" width="63" height="27" fill="rgb(247,230,205)"/>
<text x="206" y="102" fill="black">-0.25</text>
</svg>
"""


def test_the_picture_shows_each_cell_in_its_place_and_colour(result):
    cells = {(1000, 0.0): 1.25, (1000, 50): 0.5, (32000.5, 50): -0.25}
    needle = result(benchmark="needle", subset="en", model="a&b", axes=("length", "depth"))
    made = HeatMap(result=needle, columns=(1000, 32000.5), rows=(0.0, 50), cells=cells)
    assert made.svg() == PICTURE
    assert made.table() == Table(
        title="accuracy of needle/en: depth by length (a&b)",
        headers=("depth", "1000", "32000.5"),
        rows=(("0", "1.25", ""), ("50", "0.50", "-0.25")),
        numbers=frozenset({"depth", "1000", "32000.5"}),
    )


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
