"""What the hubs' clients are asked for, which of their files are a split, and what is said when none is."""

import sys
from types import ModuleType

import pytest

from pytest_evalscope.data import Hub, Source
from pytest_evalscope.data.remote import CONVERTED, conventional, declared, fetch, fetch_file
from pytest_evalscope.errors import DataNotFound

ENDINGS = (".jsonl", ".jsonl.gz", ".csv", ".tsv", ".parquet", ".json")


class Client:
    """Stands for a hub's client: keeps what it was asked, and gives a folder or raises."""

    def __init__(self, folder):
        self.folder, self.asked, self.failure = folder, [], None

    def __call__(self, repository, **options):
        self.asked.append((repository, options))
        if self.failure:
            raise self.failure
        return str(self.folder)

    def put(self, *names, content=""):
        for name in names:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Both hubs' clients in one."""
    made = Client(tmp_path / "snapshot")
    made.folder.mkdir()
    hugging_face, modelscope = ModuleType("huggingface_hub"), ModuleType("modelscope.hub.snapshot_download")
    vars(hugging_face)["snapshot_download"] = vars(modelscope)["dataset_snapshot_download"] = made
    monkeypatch.setitem(sys.modules, "huggingface_hub", hugging_face)
    for name in ("modelscope", "modelscope.hub"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "modelscope.hub.snapshot_download", modelscope)
    return made


def found(client, config="main", split="test", *, revision="", hub="huggingface", offline=False):
    paths = fetch("owner/set", config, split, revision=revision, hub=hub, offline=offline)
    return [path.relative_to(client.folder).as_posix() for path in paths]


def refused(call, *arguments, **options):
    with pytest.raises(DataNotFound) as caught:
        call(*arguments, **options)
    return str(caught.value)


def options_of(patterns, *, revision, offline):
    return {
        "repo_type": "dataset",
        "revision": revision,
        "allow_patterns": patterns,
        "local_files_only": offline,
    }


def test_hugging_face_is_asked_for_the_card_then_for_the_split_then_for_the_converted_branch(client):
    client.put("main/test/0000.parquet", "main/test/0001.parquet")
    client.put(
        "README.md", content="---\nconfigs:\n- config_name: main\n  data_files: [{split: test, path: x.csv}]\n---"
    )
    assert found(client) == ["main/test/0000.parquet", "main/test/0001.parquet"]
    assert client.asked == [
        ("owner/set", options_of(["README.md"], revision=None, offline=False)),
        ("owner/set", options_of(["x.csv"], revision=None, offline=False)),
        ("owner/set", options_of(["main/test/*.parquet"], revision=CONVERTED, offline=False)),
    ]
    assert CONVERTED == "refs/convert/parquet"


def test_offline_and_revision_are_passed_on(client):
    client.put("main/test.csv")
    assert found(client, revision="abc", offline=True) == ["main/test.csv"]
    assert client.asked == [
        ("owner/set", options_of(["README.md"], revision="abc", offline=True)),
        ("owner/set", options_of(conventional("main", "test"), revision="abc", offline=True)),
    ]
    client.asked.clear()
    client.put("main/validation/0000.parquet")
    client.put("README.md", content="---\nconfigs: [{config_name: main, data_files: [{split: validation, path: x}]}]")
    assert found(client, split="validation", offline=True) == ["main/validation/0000.parquet"]
    assert client.asked[-1][1] == options_of(["main/validation/*.parquet"], revision=CONVERTED, offline=True)


def test_modelscope_is_asked_for_patterns_alone_and_has_no_converted_branch(client):
    client.put("main/test/0000.parquet")
    client.put("README.md", content="---\nconfigs: [{config_name: main, data_files: [{split: test, path: x.csv}]}]")
    message = refused(found, client, hub="modelscope")
    assert message == "ModelScope (owner/set): no data file matches x.csv"
    assert client.asked == [
        ("owner/set", {"allow_file_pattern": ["README.md"]}),
        ("owner/set", {"allow_file_pattern": ["x.csv"]}),
    ]


def test_the_places_of_a_split_without_a_card():
    stems = ["main/test", "main/test-*", "main/test/*"]
    assert conventional("main", "test") == [stem + ending for stem in stems for ending in ENDINGS]
    stems = ["default/dev", "default/dev-*", "default/dev/*", "dev", "dev-*", "data/dev", "data/dev-*"]
    assert conventional("default", "dev") == [stem + ending for stem in stems for ending in ENDINGS]


@pytest.mark.parametrize(
    ("there", "those"),
    [
        (["test.jsonl", "train.jsonl", "test.py", "sub/test.jsonl"], ["test.jsonl"]),
        (["data/test-b.csv", "data/test-a.csv"], ["data/test-a.csv", "data/test-b.csv"]),
        ([f"test-0000{n}-of-00002.json" for n in (1, 0)], [f"test-0000{n}-of-00002.json" for n in (0, 1)]),
        (["default/test/x-00000-of-00001.tsv"], ["default/test/x-00000-of-00001.tsv"]),
        (["test-00000-of-00001.csv", "test-a.csv"], ["test-00000-of-00001.csv", "test-a.csv"]),
    ],
)  # fmt: skip
def test_the_files_of_a_split_are_those_that_fit_in_the_order_of_their_names(client, there, those):
    client.put(*there)
    assert found(client, "default", "test") == those


@pytest.mark.parametrize(
    ("there", "message"),
    [
        (["test-00000-of-00002.csv"], "only 1 of 2 files are on disk"),
        (["test-00000-of-00001.csv", "data/test-00000-of-00002.csv"], "only 2 of 3 files are on disk"),
        (["train.csv"], "no data file matches default/test.jsonl, default/test.jsonl.gz …"),
    ],
)
def test_a_split_that_is_not_whole_is_none(client, there, message):
    client.put(*there)
    assert refused(found, client, "default", "test") == f"Hugging Face (owner/set): {message}"


def test_two_patterns_of_a_card_are_both_named(client):
    client.put("README.md", content="---\nconfigs: [{config_name: main, data_files: [{split: test, path: [x, y]}]}]")
    assert refused(found, client) == "Hugging Face (owner/set): no data file matches x, y"


@pytest.mark.parametrize(
    ("entries", "config", "patterns"),
    [
        ("[{data_files: [{split: test, path: a.csv}]}]", "default", ["a.csv"]),
        ("[{data_files: [{split: test, path: a.csv}]}]", "main", []),
        ("[{data_files: b}, {config_name: main, data_files: [{split: test, path: c}]}]", "main", ["c"]),
        ("[{config_name: main, data_files: {split: test, path: ./d/e.csv}}]", "main", ["d/e.csv"]),
        ("[{config_name: main, data_dir: /x/y/, data_files: {split: test, path: ./d.csv}}]", "main", ["x/y/d.csv"]),
        ("[{data_files: [{split: test, path: a}, {split: test, path: [b, c]}]}]", "default", ["a", "b", "c"]),
        ("[{config_name: main, data_files: [a.csv]}]", "main", []),
        ("[{config_name: main, data_files: [{path: a.csv}]}]", "main", []),
        ("[{config_name: main, data_files: [{split: test}]}]", "main", []),
        ("null", "main", []),
    ],
)  # fmt: skip
def test_what_a_card_says_of_a_split(tmp_path, entries, config, patterns):
    (tmp_path / "README.md").write_text(f"---\nlicense: mit\nconfigs: {entries}\n---\nconfigs: 3\n")
    assert declared(tmp_path / "README.md", config, "test") == patterns


def test_files_of_a_card_that_name_no_split_are_for_training(tmp_path):
    (tmp_path / "README.md").write_text("---\nconfigs: [{data_files: [a.csv, {path: b.csv}]}]\n---\n")
    assert declared(tmp_path / "README.md", "default", "train") == ["a.csv", "b.csv"]


def test_a_card_is_read_whatever_its_bytes_and_not_without_a_reader(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_bytes(b"---\nconfigs: [{data_files: [{split: test, path: gr\xc3\xb6\xc3\x9fe.csv}]}]\n---\n\xff")
    assert declared(readme, "default", "test") == ["größe.csv"]
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert declared(readme, "default", "test") == []


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (RuntimeError("  404 Client Error\n\nfor url"), "RuntimeError (404 Client Error)"),
        (RuntimeError("x" * 201), f"RuntimeError ({'x' * 200})"),
        (OSError(), "OSError (no message)"),
        (ImportError("no module", name="filelock"), "needs filelock (pip install 'pytest-evalscope[datasets]')"),
    ],
)
def test_what_a_client_raises_is_one_line(client, failure, said):
    client.failure = failure
    assert refused(found, client) == f"Hugging Face (owner/set): {said}"
    message = refused(fetch_file, "owner/set", "a.txt", revision="", hub="huggingface", offline=False)
    assert message == f"Hugging Face (owner/set): {said}"


def test_modelscope_needs_its_client_and_asks_nobody_offline(client):
    message = refused(found, client, hub="modelscope", offline=True)
    assert message == "ModelScope (owner/set): ConnectionError (not requested: offline)"
    assert client.asked == []
    client.failure = ImportError("no module", name="modelscope")
    assert (
        refused(found, client, hub="modelscope") == "ModelScope (owner/set): needs modelscope (pip install modelscope)"
    )


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_a_file_is_asked_for_by_its_name(client, hub):
    client.put("texts/a.txt", content="a")
    source = Source(hub=hub)
    data = Hub("owner/set", revision="abc", modelscope="other/set")
    assert data.file("texts/a.txt", source).read_text() == "a"
    asked = {
        "huggingface": ("owner/set", options_of(["texts/a.txt"], revision="abc", offline=False)),
        "modelscope": ("other/set", {"allow_file_pattern": ["texts/a.txt"]}),
    }
    assert client.asked == [asked[hub]]
    assert Hub("owner/set").file("texts/a.txt", source).read_text() == "a"
    assert client.asked[-1][0] == "owner/set"


def test_a_file_that_is_nowhere_names_every_place(client, tmp_path):
    said = refused(Hub("owner/set").file, "b.txt", Source(data_dir=tmp_path, offline=True))
    assert said == (
        f"data set owner/set: b.txt not found; tried {tmp_path / 'owner/set/b.txt'}; "
        "Hugging Face (owner/set): file b.txt not found\n"
        "hint: fetch it once with `pytest-evalscope prefetch`, or name a mirror with --eval-data-dir"
    )
    assert client.asked == [("owner/set", options_of(["b.txt"], revision=None, offline=True))]
    said = refused(Hub("owner/set").file, "b.txt", Source(hub="modelscope"))
    assert said.startswith("data set owner/set: b.txt not found; tried ModelScope (owner/set): file b.txt not found\n")


def test_rows_come_from_the_place_that_the_hub_has_for_them(client):
    client.put("main/test.jsonl", content='{"n": 1}\n')
    data = Hub("owner/set", config="main", modelscope="other/set", revision="abc")
    assert list(data.read("main", source=Source(hub="modelscope"))) == [{"n": 1}]
    assert {repository for repository, _ in client.asked} == {"other/set"}
    client.asked.clear()
    assert list(data.read("main", source=Source(offline=True))) == [{"n": 1}]
    assert {(name, o["revision"], o["local_files_only"]) for name, o in client.asked} == {("owner/set", "abc", True)}
    assert list(Hub("owner/set", config="main").read("main", source=Source(hub="modelscope"))) == [{"n": 1}]
    assert client.asked[-1][0] == "owner/set"
