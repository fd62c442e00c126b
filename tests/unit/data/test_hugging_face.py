"""The Hugging Face hub, read by its own packages: against a stand-in on loopback."""

import json

import pytest

from tests.unit.data.hub_stub import COMMIT

pytestmark = pytest.mark.slow  # hubs on loopback


def lines(*numbers, **fields):
    return b"".join(json.dumps({"n": number, **fields}).encode() + b"\n" for number in numbers)


@pytest.fixture
def put(hugging_face, request):
    """Put a data set on the hub, and return its name: one of its own for every test."""

    def made(files, name="set", converted=None):
        repository = f"owner/{name}-{abs(hash(request.node.name)) % 10**9}"
        hugging_face.hub.repositories[repository] = files
        if converted is not None:
            hugging_face.hub.converted[repository] = converted
        return repository

    yield made
    hugging_face.hub.empty()


def numbers(read):
    assert read.message == "", read.message
    return [int(row["n"]) for row in read.rows]


CARD = b"""---
configs:
- config_name: main
  data_files: [{split: test, path: 'data/*.jsonl'}]
- config_name: deep
  data_files: [{split: test, path: 'deep/**/*.jsonl'}]
- config_name: folder
  data_dir: folder
---
"""
LAYOUTS = {
    "formats side by side": ({"test.jsonl": lines(1, 2), "test.csv": b"n\n1\n2\n"}, "default", [1, 2]),
    "shards in data": (
        {"data/test-00000-of-00002.jsonl": lines(1), "data/test-00001-of-00002.jsonl": lines(2), "test.jsonl": b""},
        "default",
        [1, 2],
    ),
    "a folder per split": (
        {"test/b.jsonl": lines(2), "test/a.jsonl": lines(1), "train/a.jsonl": b""},
        "default",
        [1, 2],
    ),
    "a pattern of the card": ({"README.md": CARD, "data/a.jsonl": lines(1), "data/x/b.jsonl": lines(9)}, "main", [1]),
    "any depth": (
        {"README.md": CARD, "data/a.jsonl": lines(9), "deep/b.jsonl": lines(1), "deep/x/c.jsonl": lines(2)},
        "deep",
        [1, 2],
    ),
    "data_dir": ({"README.md": CARD, "data/a.jsonl": lines(9), "folder/test.jsonl": lines(1)}, "folder", [1]),
    "a split that only a file's name says": ({"extra.jsonl": lines(9), "main/test.jsonl": lines(1)}, "main", [1]),
}


@pytest.mark.parametrize(("files", "config", "rows"), LAYOUTS.values(), ids=LAYOUTS)
def test_the_rows_of_a_split_are_read_once_in_every_layout(hugging_face, put, files, config, rows):
    repository = put(files)
    assert numbers(hugging_face.read(repository, config=config)) == rows
    assert numbers(hugging_face.read(repository, config=config, offline=True)) == rows


def test_rows_are_those_that_the_package_reads(hugging_face, put):
    repository = put({"test.csv": b'n,text,gap\n1,"a, b",\n2,c,3\n', "train.csv": b"n,text,gap\n7,x,1\n"})
    read = hugging_face.read(repository, few_shot_split="train")
    assert read.rows == [{"n": 1, "text": "a, b", "gap": None}, {"n": 2, "text": "c", "gap": 3.0}]
    assert hugging_face.read(repository, few_shot_split="train", part="few_shot").rows == [
        {"n": 7, "text": "x", "gap": 1.0}
    ]


def test_a_second_reading_downloads_nothing(hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    assert numbers(hugging_face.read(repository)) == [1]
    hugging_face.hub.sent.clear()
    assert numbers(hugging_face.read(repository)) == [1]
    assert hugging_face.hub.sent["test.jsonl"] == 0


def test_offline_requests_nothing_and_says_what_is_missing(hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    hugging_face.hub.requested.clear()
    read = hugging_face.read(repository, offline=True)
    assert read.message == (
        f"data set {repository}: 'test' of 'default' not found; tried Hugging Face ({repository}): "
        "offline, and not downloaded before"
    )
    assert "prefetch" in read.hint
    assert hugging_face.hub.requested == []


def test_a_pinned_commit_is_read_and_never_exchanged_for_another(hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    assert numbers(hugging_face.read(repository, revision=COMMIT)) == [1]
    assert numbers(hugging_face.read(repository, revision=COMMIT, offline=True)) == [1]
    read = hugging_face.read(repository, revision="e" * 40, offline=True)
    assert "offline, and not downloaded before" in read.message


@pytest.mark.parametrize("failure", [(503, {}), (429, {"Retry-After": "1"}), (500, {})])
def test_an_overload_of_the_hub_is_retried(hugging_face, put, failure):
    repository = put({"test.jsonl": lines(1)})
    hugging_face.hub.failures = [(200, {}), failure]  # the first is the probe
    assert numbers(hugging_face.read(repository)) == [1]
    hugging_face.hub.failures = [failure]
    assert hugging_face.read(repository, file="test.jsonl").rows == lines(1).decode()


def test_a_gated_set_names_its_terms_and_the_token(hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    hugging_face.hub.gated.add(repository)
    for read in (hugging_face.read(repository), hugging_face.read(repository, file="test.jsonl")):
        assert read.message.endswith(f"Hugging Face ({repository}): gated: only for accounts that accepted its terms")
        assert read.hint == (
            f"accept the terms on {hugging_face.url}/datasets/{repository}, "
            "then set HF_TOKEN to a token of that account"
        )


def test_a_set_that_is_not_there_is_not_taken_for_a_network_failure(hugging_face, put):
    read = hugging_face.read("owner/none")
    assert "not found, or private" in read.message
    assert "HF_TOKEN" in read.hint


def test_a_set_with_a_script_is_read_from_the_converted_branch(hugging_face, put):
    pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    import io

    from pyarrow import Table, parquet

    packed = io.BytesIO()
    parquet.write_table(Table.from_pylist([{"n": 7}]), packed)
    repository = put({}, converted={"main/test/0000.parquet": packed.getvalue()})
    hugging_face.hub.repositories[repository] = {f"{repository.partition('/')[2]}.py": b"raise SystemExit"}
    assert numbers(hugging_face.read(repository, config="main")) == [7]
    read = hugging_face.read(repository, config="main", revision=COMMIT)
    assert "Dataset scripts are no longer supported" in read.message


def test_a_set_that_was_renamed_is_followed(hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    hugging_face.hub.moved["owner/earlier"] = repository
    assert numbers(hugging_face.read("owner/earlier")) == [1]


def test_a_commit_that_is_not_there_is_named(hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    read = hugging_face.read(repository, revision="e" * 40)
    assert f"Revision '{'e' * 40}' doesn't exist" in read.message


def test_several_parts_are_not_taken_for_one(hugging_face, put):
    card = b"""---
configs:
- config_name: a
  data_files: [{split: test, path: a/test.jsonl}]
- config_name: b
  data_files: [{split: test, path: b/test.jsonl}]
---
"""
    repository = put({"README.md": card, "a/test.jsonl": lines(1), "b/test.jsonl": lines(2)})
    assert numbers(hugging_face.read(repository, config="b")) == [2]
    read = hugging_face.read(repository)
    assert "no data file of it (Config name is missing." in read.message
    assert "['a', 'b']" in read.message
    read = hugging_face.read(repository, offline=True)
    assert "offline, and not downloaded before" in read.message, "nor is the one that is on disk"


def test_the_only_part_is_read_by_default_offline_too(hugging_face, put):
    card = b"---\nconfigs:\n- config_name: only\n  data_files: [{split: test, path: x.jsonl}]\n---\n"
    repository = put({"README.md": card, "x.jsonl": lines(1)})
    assert numbers(hugging_face.read(repository)) == [1]
    assert numbers(hugging_face.read(repository, offline=True)) == [1]


def test_a_folder_of_the_same_name_is_not_read(hugging_face, put, tmp_path):
    repository = put({"test.jsonl": lines(1)})
    (hugging_face.folder / repository).mkdir(parents=True)
    (hugging_face.folder / repository / "test.jsonl").write_bytes(lines(9))
    assert numbers(hugging_face.read(repository)) == [1]


def test_pictures_stay_bytes(hugging_face, put):
    pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    import io

    from pyarrow import Table, parquet

    packed = io.BytesIO()
    parquet.write_table(Table.from_pylist([{"n": 1, "image": {"bytes": b"no picture", "path": None}}]), packed)
    card = b"---\ndataset_info:\n  features:\n  - {name: n, dtype: int64}\n  - {name: image, dtype: image}\n---\n"
    repository = put({"README.md": card, "data/test-00000-of-00001.parquet": packed.getvalue()})
    expected = [{"n": 1, "image": {"bytes": repr(b"no picture"), "path": None}}]
    assert hugging_face.read(repository).rows == expected


def test_few_rows_of_a_large_set_are_streamed(hugging_face, put):
    row = json.dumps({"n": 1, "text": "x" * 9000}).encode() + b"\n"
    repository = put({"test.jsonl": row * 9_000})
    hugging_face.hub.sent.clear()
    assert numbers(hugging_face.read(repository, most=20, count=20)) == [1] * 20
    assert 0 < hugging_face.hub.sent["test.jsonl"] < 45_000_000


def test_rows_of_several_forms_are_read_one_by_one(hugging_face, put):
    repository = put({"test.jsonl": b'{"n": 1, "a": {"b": 1}}\n{"n": 2, "a": [1]}\n'})
    assert numbers(hugging_face.read(repository)) == [1, 2]


def test_a_hub_that_cannot_be_reached_is_tried_once(unreachable, hugging_face, put):
    repository = put({"test.jsonl": lines(1)})
    assert numbers(hugging_face.read(repository)) == [1]
    assert numbers(unreachable.read(repository)) == [1], "from what was downloaded"
    read = unreachable.read("owner/never")
    assert f"Hugging Face (owner/never): {unreachable.url} cannot be reached (" in read.message
    assert read.message.endswith("), and not downloaded before")
