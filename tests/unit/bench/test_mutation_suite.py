"""What the mutants' suite keeps of a run under coverage."""

import importlib
from pathlib import Path

from coverage import CoverageData

BENCH = Path(__file__).resolve().parents[3] / "bench"
FILE = "pytest_evalscope/stats/pooling.py"


def test_a_part_whose_process_was_killed_while_it_wrote_costs_no_other(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    suites = importlib.import_module("mutation_suite")
    whole, cut, folder = tmp_path / "part.1", tmp_path / "part.2", tmp_path / "suite"
    folder.mkdir()
    data = CoverageData(str(whole))
    data.set_context("tests/unit/stats/test_pooling.py::test_it")
    data.add_lines({f"/somewhere/checkout/{FILE}": [3, 4]})
    data.write()
    cut.write_bytes(whole.read_bytes()[:100])
    suite = suites.Suite(folder, seconds={"tests/unit/stats/test_pooling.py::test_it": 0.1})
    suite._gather([cut, whole])
    assert suite.executing(FILE)[3] == {"tests/unit/stats/test_pooling.py::test_it"}
