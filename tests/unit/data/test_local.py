"""Literal rows, the user's files, and files of the package."""

from pathlib import Path

import pytest

from pytest_evalscope.data import File, Packaged, Rows, Source, default_source
from pytest_evalscope.errors import DataNotFound, UnknownName, UsageError

SOURCE = Source()


def test_rows_come_from_hugging_face_unless_the_user_says_otherwise():
    assert Source() == Source(data_dir=None, hub="huggingface", offline=False)


def test_rows_come_from_the_mirror_that_the_environment_names(monkeypatch):
    monkeypatch.setenv("EVALSCOPE_DATA_DIR", "/mirror")
    assert default_source() == Source(data_dir=Path("/mirror"))
    monkeypatch.delenv("EVALSCOPE_DATA_DIR")
    assert default_source() == Source(data_dir=None)


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
    assert list(data.read("hard", part="few_shot", source=SOURCE)) == []
    with pytest.raises(UnknownName) as caught:
        data.read("hart", source=SOURCE)
    assert str(caught.value) == "subset of literal rows: unknown name ('hart'); did you mean hard?"
    with pytest.raises(UnknownName):
        data.size("default")


def test_a_file_per_subset(tmp_path):
    for name in ("easy", "hard"):
        (tmp_path / f"{name}_val.jsonl").write_text(f'{{"name": "{name}"}}\n')
    (tmp_path / "easy_dev.csv").write_text("name\nexample\n")
    data = File(tmp_path / "{subset}_val.jsonl", tmp_path / "{subset}_dev.csv", subsets=("easy", "hard"))
    assert data.size("easy") is None
    assert list(data.read("hard", source=SOURCE)) == [{"name": "hard"}]
    assert list(data.read("easy", part="few_shot", source=SOURCE)) == [{"name": "example"}]
    with pytest.raises(DataNotFound) as caught:
        data.read("hard", part="few_shot", source=SOURCE)
    assert str(caught.value) == f"data file not found: {tmp_path / 'hard_dev.csv'} (looked for in {Path.cwd()})"
    with pytest.raises(UnknownName) as unknown:
        data.read("../easy", source=SOURCE)
    named = f"subset of {tmp_path / '{subset}_val.jsonl'}: unknown name ('../easy'); did you mean easy?"
    assert str(unknown.value) == named


def test_a_file_without_worked_examples_has_none(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"n": 1}\n')
    assert list(File(tmp_path / "a.jsonl").read("default", part="few_shot", source=SOURCE)) == []
    assert list(File(str(tmp_path / "a.jsonl")).read("default", source=SOURCE)) == [{"n": 1}]


def test_a_packaged_file_is_read_by_subset_and_has_no_worked_examples():
    data = Packaged("smoke/smoke_knowledge_{subset}.jsonl", subsets=("en", "zh"))
    rows = {subset: list(data.read(subset, source=SOURCE)) for subset in data.subsets}
    assert [data.size(subset) for subset in data.subsets] == [len(rows["en"]), len(rows["zh"])]
    assert (rows["en"][0]["question"].isascii(), rows["zh"][0]["question"].isascii()) == (True, False)
    assert list(data.read("en", part="few_shot", source=SOURCE)) == []
    with pytest.raises(UnknownName) as caught:
        list(data.read("fr", source=SOURCE))
    named = "subset of smoke/smoke_knowledge_{subset}.jsonl: unknown name ('fr'); known: en, zh"
    assert str(caught.value) == named


def test_a_packaged_file_that_is_missing_is_named():
    with pytest.raises(DataNotFound) as caught:
        list(Packaged("smoke/none.jsonl").read("default", source=SOURCE))
    assert str(caught.value) == "packaged data file not found: smoke/none.jsonl (the installation is incomplete)"


@pytest.mark.parametrize(
    "path", ["../secrets.jsonl", "/etc/passwd", "smoke/../../a.jsonl", "smoke/data.csv", "smoke/jsonl"]
)
def test_a_packaged_path_stays_within_the_package(path):
    with pytest.raises(UsageError) as caught:
        Packaged(path)
    assert (
        str(caught.value)
        == f"packaged data: not a path within the package ({path!r}); accepted: such as smoke/words.jsonl"
    )
