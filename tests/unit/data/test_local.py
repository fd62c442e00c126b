"""Literal rows, the user's files, and files of the package."""

import pytest

from pytest_evalscope.data import File, Packaged, Rows, Source
from pytest_evalscope.errors import DataNotFound, UnknownName, UsageError

SOURCE = Source()


def test_literal_rows_are_one_subset():
    data = Rows([{"n": 1}, {"n": 2}], few_shot=[{"n": 0}])
    assert data.subsets == ("default",)
    assert data.size("default") == 2
    assert list(data.read("default", source=SOURCE)) == [{"n": 1}, {"n": 2}]
    assert list(data.read("default", part="few_shot", source=SOURCE)) == [{"n": 0}]


def test_literal_rows_by_subset():
    data = Rows({"easy": [{"n": 1}], "hard": []})
    assert data.subsets == ("easy", "hard")
    assert (data.size("easy"), data.size("hard")) == (1, 0)
    with pytest.raises(UnknownName, match="did you mean hard"):
        data.read("hart", source=SOURCE)


def test_a_file_per_subset(tmp_path):
    for name in ("easy", "hard"):
        (tmp_path / f"{name}_val.jsonl").write_text(f'{{"name": "{name}"}}\n')
    (tmp_path / "easy_dev.csv").write_text("name\nexample\n")
    data = File(tmp_path / "{subset}_val.jsonl", tmp_path / "{subset}_dev.csv", subsets=("easy", "hard"))
    assert data.size("easy") is None
    assert list(data.read("hard", source=SOURCE)) == [{"name": "hard"}]
    assert list(data.read("easy", part="few_shot", source=SOURCE)) == [{"name": "example"}]
    with pytest.raises(DataNotFound, match=r"there is none .*hard_dev\.csv\); looked for in "):
        data.read("hard", part="few_shot", source=SOURCE)
    with pytest.raises(UnknownName):
        data.read("../easy", source=SOURCE)


def test_a_file_without_worked_examples_has_none(tmp_path):
    assert list(File(tmp_path / "a.jsonl").read("default", part="few_shot", source=SOURCE)) == []


def test_a_packaged_file_that_is_missing_is_named():
    with pytest.raises(DataNotFound, match=r"packaged data: there is no such file \(smoke/none\.jsonl\)"):
        list(Packaged("smoke/none.jsonl").read("default", source=SOURCE))


@pytest.mark.parametrize("path", ["../secrets.jsonl", "/etc/passwd", "smoke/../../a.jsonl", "smoke/data.csv"])
def test_a_packaged_path_stays_within_the_package(path):
    with pytest.raises(UsageError, match="not a path within the package"):
        Packaged(path)
