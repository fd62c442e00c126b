"""A hub's data set read from a mirror; what is said when it is nowhere."""

import gzip
import sys

import pytest

from pytest_evalscope.data import Hub, Source
from pytest_evalscope.errors import DataError, DataNotFound, MissingExtra, UnknownName, UsageError


@pytest.fixture
def mirror(tmp_path):
    def put(place: str, content: str) -> None:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content.encode()) if place.endswith(".gz") else content.encode())

    put("owner/set/one/test.jsonl", '{"n": 1}\n{"n": 2}\n')
    put("owner/set/one/train.jsonl.gz", '{"n": 0}\n')
    put("owner/set/two/test.csv", "n\n3\n")
    put("owner/set/all/test.jsonl", '{"n": 1, "kind": "a"}\n{"n": 2, "kind": "b"}\n{"n": 3, "kind": "a"}\n')
    return Source(data_dir=tmp_path, offline=True)


def test_a_config_is_the_only_subset(mirror):
    hub = Hub("owner/set", config="one", few_shot_split="train", rows=2)
    assert hub.subsets == ("one",)
    assert hub.size("one") == 2
    assert list(hub.read("one", source=mirror)) == [{"n": 1}, {"n": 2}]
    assert list(hub.read("one", part="few_shot", source=mirror)) == [{"n": 0}]


def test_a_config_per_subset(mirror):
    hub = Hub("owner/set", config="{subset}", subsets=("one", "two"), rows={"one": 2})
    assert list(hub.read("two", source=mirror)) == [{"n": "3"}]
    assert (hub.size("one"), hub.size("two")) == (2, None)
    assert list(hub.read("two", part="few_shot", source=mirror)) == []


def test_subsets_by_a_field_of_the_rows(mirror):
    hub = Hub("owner/set", config="all", subsets=("a", "b"), subset_field="kind")
    assert [row["n"] for row in hub.read("a", source=mirror)] == [1, 3]
    assert [row["n"] for row in hub.read("b", source=mirror)] == [2]


def test_subsets_by_a_field_within_a_field(mirror):
    rows = '{"n": 1, "about": {"kind": "a"}}\n{"n": 2, "about": {"kind": "b"}}\n{"n": 3, "about": null}\n'
    (mirror.data_dir / "owner/set/one/deep.jsonl").write_text(rows)
    hub = Hub("owner/set", config="one", split="deep", subsets=("a", "b"), subset_field="about.kind")
    assert [[row["n"] for row in hub.read(subset, source=mirror)] for subset in hub.subsets] == [[1], [2]]


def test_subsets_by_a_number_with_words_before_it(mirror):
    hub = Hub("owner/set", config="all", subsets=("No 1", "No 3"), subset_field="n", subset_prefix="No ")
    assert [row["kind"] for subset in hub.subsets for row in hub.read(subset, source=mirror)] == ["a", "a"]


def test_worked_examples_may_have_a_split_per_subset(mirror):
    (mirror.data_dir / "owner/set/one/test_a.jsonl").write_text('{"n": 4}\n')
    (mirror.data_dir / "owner/set/one/train_a.jsonl").write_text('{"n": 5}\n')
    hub = Hub("owner/set", config="one", split="test_{subset}", few_shot_split="train_{subset}", subsets=("a", "b"))
    assert list(hub.read("a", source=mirror)) == [{"n": 4}]
    assert list(hub.read("a", part="few_shot", source=mirror)) == [{"n": 5}]
    with pytest.raises(UsageError, match="subset_field is given, but no subsets"):
        Hub("owner/set", config="one", split="test_{subset}")


def test_a_mirror_with_fewer_rows_is_no_error(mirror):
    assert len(list(Hub("owner/set", config="one", rows=1000).read("one", source=mirror))) == 2


def test_an_unknown_subset_is_told_from_its_neighbours(mirror):
    with pytest.raises(UnknownName) as caught:
        list(Hub("owner/set", config="one").read("on", source=mirror))
    assert str(caught.value) == "subset of owner/set: unknown name ('on'); did you mean one?"


def test_a_bad_line_names_file_and_line(mirror):
    (mirror.data_dir / "owner/set/one/test.jsonl").write_text('{"n": 1}\nno\n')
    with pytest.raises(DataError, match=r"one.test\.jsonl, line 2: not JSON"):
        list(Hub("owner/set", config="one").read("one", source=mirror))


def test_a_mirror_that_is_named_is_all_that_is_read(tmp_path, monkeypatch):
    for name in ("huggingface_hub", "datasets", "modelscope_hub"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DataNotFound) as caught:
        list(Hub("owner/set", config="main").read("main", source=Source(data_dir=tmp_path)))
    place = tmp_path / "owner/set/main/test"
    assert str(caught.value) == (
        f"data set owner/set: 'test' of 'main' not found; tried {place}{{.jsonl,.jsonl.gz,.csv,.parquet,.json}}\n"
        "hint: where a mirror is named (--eval-data-dir, EVALSCOPE_DATA_DIR), no hub is requested: add what is missing"
    )
    (tmp_path / "owner/set").mkdir(parents=True)
    with pytest.raises(DataNotFound, match=r"\.json\}, and .*set as a download of the hub's repository\nhint: "):
        list(Hub("owner/set", few_shot_split="dev").read("default", part="few_shot", source=Source(data_dir=tmp_path)))


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
@pytest.mark.parametrize(
    "call",
    [lambda data, source: list(data.read("default", source=source)), lambda data, source: data.file("a.txt", source)],
)
def test_offline_is_said_before_a_package_that_is_missing(monkeypatch, hub, call):
    for name in ("huggingface_hub", "datasets", "modelscope_hub"):
        monkeypatch.setitem(sys.modules, name, None)
    data = Hub("owner/set")
    with pytest.raises(
        DataNotFound, match=r"\(owner/set\): offline, and not downloaded before\nhint: fetch it once with"
    ):
        call(data, Source(hub=hub, offline=True))
    with pytest.raises(
        MissingExtra, match=r"data set owner/set: needs the package '(datasets|huggingface_hub|modelscope_hub)'"
    ) as caught:
        call(data, Source(hub=hub))
    assert caught.value.install == f"pip install 'pytest-evalscope[{'datasets' if hub == 'huggingface' else hub}]'"


CARD = """---
configs:
- config_name: main
  data_files: [{split: test, path: 'rows/**/*.jsonl'}]
---
"""


def test_a_mirror_may_be_a_download_of_the_hubs_repository(tmp_path):
    def put(place, content):
        path = tmp_path / "owner" / "set" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def read(config):
        return [row["n"] for row in Hub("owner/set", config=config).read(config, source=Source(data_dir=tmp_path))]

    put("data/test-00000-of-00002.jsonl", '{"n": 1}\n')
    put("data/test-00001-of-00002.jsonl", '{"n": 2}\n')
    put("data/test-00000-of-00001.csv", "n\n1\n")
    put(".cache/huggingface/test.jsonl", '{"n": 9}\n')
    assert read("default") == [1, 2]
    put("README.md", CARD)
    put("rows/a/b.jsonl", '{"n": 3}\n')
    assert read("main") == [3]
    (tmp_path / "owner/set/data/test-00001-of-00002.jsonl").unlink()
    (tmp_path / "owner/set/README.md").unlink()
    with pytest.raises(DataNotFound, match="only 1 of 2 files are there"):
        read("default")


def test_a_mirror_is_looked_through_in_the_order_of_the_suffixes(tmp_path):
    place = tmp_path / "owner" / "set" / "default"
    place.mkdir(parents=True)
    source, hub = Source(data_dir=tmp_path, offline=True), Hub("owner/set")
    contents = {"json": '[{"n": "json"}]', "csv": "n\ncsv\n", "jsonl.gz": "", "jsonl": '{"n": "jsonl"}\n'}
    for suffix, content in contents.items():
        packed = gzip.compress(b'{"n": "jsonl.gz"}\n')
        (place / f"test.{suffix}").write_bytes(content.encode() or packed)
        assert list(hub.read("default", source=source)) == [{"n": suffix}]


@pytest.mark.parametrize(
    "names",
    [
        {"id": "../set"},
        {"id": "/etc"},
        {"id": "owner//set"},
        {"id": "owner/set", "config": "../../other"},
        {"id": "owner/set", "config": "a/b"},
        {"id": "owner/set", "split": ".."},
        {"id": "owner/set", "split": "a\\b"},
        {"id": "owner/set", "few_shot_split": "/etc/passwd"},
        {"id": "owner/set", "config": "{subset}", "subsets": ("good", "../bad")},
        {"id": "owner/set", "split": "C:"},
        {"id": "owner/set", "split": "test\n"},
    ],
)
def test_no_name_can_lead_out_of_the_data_folder(names):
    with pytest.raises(
        UsageError, match=r"^data set .+: not a name of a part \('.*'\); accepted: letters, digits and _ - \.$"
    ):
        Hub(**names)


def test_names_of_parts_may_have_the_signs_that_data_sets_use():
    names = ("a.b-c_d+e (f)", "高中、语文", "x, y")
    assert Hub("o.w-n/s_e.t", config="{subset}", split="{subset}_v1.0", subsets=names).subsets == names


@pytest.mark.parametrize("names", [{"config": "{subset}"}, {"split": "{subset}"}, {"subset_field": "kind"}])
def test_subsets_must_be_named_where_rows_are_told_apart(names):
    with pytest.raises(UsageError) as caught:
        Hub("owner/set", **names)
    assert str(caught.value) == "data set owner/set: subset_field is given, but no subsets; name them in subsets="


def test_how_many_rows_a_subset_has_is_known_or_not():
    assert Hub("owner/set").size("default") is None
    assert Hub("owner/set", rows=3).size("default") == 3
    assert Hub("owner/set", rows={"default": 4}).size("default") == 4
    assert (hash(Hub("owner/set", rows={"default": 4})), Hub("owner/set").split) == (hash(Hub("owner/set")), "test")


def test_a_function_may_tell_the_subset_of_a_row(tmp_path):
    place = tmp_path / "owner" / "set" / "default"
    place.mkdir(parents=True)
    (place / "test.jsonl").write_text('{"n": 1}\n{"n": 2}\n{"n": 3}\n', encoding="utf-8")
    hub = Hub("owner/set", subsets=("odd", "even"), subset_field=lambda row: "odd" if row["n"] % 2 else "even")
    assert [row["n"] for row in hub.read("odd", source=Source(data_dir=tmp_path))] == [1, 3]
    prefixed = Hub(
        "owner/set", subsets=("no 0", "no 1"), subset_field=lambda row: str(row["n"] % 2), subset_prefix="no "
    )
    assert [row["n"] for row in prefixed.read("no 0", source=Source(data_dir=tmp_path))] == [2]


def test_a_file_beside_the_rows_is_found_in_a_mirror_packed_or_not(tmp_path):
    place = tmp_path / "owner" / "set" / "texts"
    place.mkdir(parents=True)
    (place / "a.txt").write_text("a", encoding="utf-8")
    (place / "b.txt.gz").write_bytes(b"")
    hub, source = Hub("owner/set"), Source(data_dir=tmp_path, offline=True)
    assert hub.file("texts/a.txt", source) == place / "a.txt"
    assert hub.file("texts/b.txt", source) == place / "b.txt.gz"
    with pytest.raises(
        DataNotFound, match=r"data set owner/set: texts/c.txt not found; tried .*c.txt\nhint: where a mirror"
    ):
        hub.file("texts/c.txt", source)
