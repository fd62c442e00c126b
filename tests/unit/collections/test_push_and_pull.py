"""What is handed to a hub and what is taken from it; the hubs' own clients are in test_share*.py."""

import shutil
from typing import Any

import pytest

from pytest_evalscope.collections import publish
from pytest_evalscope.collections.inspect import contents_of
from pytest_evalscope.errors import DataError, DataNotFound


@pytest.fixture
def uploaded(monkeypatch):
    """What `upload` is called with; the files by their contents, for the card's is gone afterwards."""
    told: dict[str, Any] = {}

    def upload(repository, files, **options):
        contents = {name: path.read_bytes() for name, path in files.items()}
        told.update(options, repository=repository, files=contents)
        return "https://hub/me/set"

    monkeypatch.setattr(publish, "upload", upload)
    return told


def test_a_set_is_handed_over_with_its_card(packaged, uploaded):
    address = publish.push(
        contents_of(packaged), "me/set", card="# größe\n", licence="mit", hub="modelscope", private=True
    )
    assert address == "https://hub/me/set"
    assert uploaded == {
        "repository": "me/set",
        "files": {"test.jsonl": packaged.read_bytes(), "README.md": "# größe\n".encode()},
        "hub": "modelscope",
        "private": True,
        "licence": "mit",
        "message": "mine: 12 samples",
    }


def test_what_is_not_said_of_a_set_is_public_and_of_another_licence(packaged, uploaded):
    publish.push(contents_of(packaged), "me/set", card="")
    assert (uploaded["hub"], uploaded["private"], uploaded["licence"]) == ("huggingface", False, "other")


@pytest.fixture
def downloads(monkeypatch):
    """Makes `download` bring this file."""

    def from_(file, *names):
        asked: dict[str, Any] = {}

        def download(repository, choose, folder, **options):
            asked.update(options, repository=repository, chosen=choose(names or ("test.jsonl",)), folder=folder)
            return shutil.copy(file, folder / asked["chosen"]) and folder / asked["chosen"]

        monkeypatch.setattr(publish, "download", download)
        return asked

    return from_


def test_a_set_that_is_pulled_is_whole_and_where_it_was_wanted(packaged, downloads, tmp_path):
    asked = downloads(packaged, "README.md", "other.jsonl")
    output = tmp_path / "new" / "deep" / "set.jsonl"
    contents = publish.pull("me/set", output, hub="modelscope", revision="v1")
    assert (contents.path, contents.name, contents.count) == (output, "mine", 12)
    assert output.read_bytes() == packaged.read_bytes()
    assert list(output.parent.iterdir()) == [output]
    assert (asked["repository"], asked["hub"], asked["revision"]) == ("me/set", "modelscope", "v1")
    assert asked["folder"].parent == output.parent, "so that the file can be moved there at once"
    assert asked["folder"].name.startswith(".")
    publish.pull("me/set", output)
    assert (asked["hub"], asked["revision"]) == ("huggingface", "")


def test_what_is_no_mixed_set_leaves_what_was_there(downloads, tmp_path):
    (tmp_path / "wrong.jsonl").write_text("{}\n", encoding="utf-8")
    downloads(tmp_path / "wrong.jsonl")
    output = tmp_path / "set.jsonl"
    output.write_text("old", encoding="utf-8")
    with pytest.raises(DataError, match=r"^me/set, test\.jsonl, line 1: index does not fit"):
        publish.pull("me/set", output)
    assert output.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["test.jsonl", "a.jsonl"], "test.jsonl"),
        (["README.md", "my-set.v1.jsonl"], "my-set.v1.jsonl"),
        (["data/test.jsonl", "a.jsonl", "b.json", ".hidden.jsonl", "a.jsonl.gz"], "a.jsonl"),
    ],
)
def test_the_file_of_a_repository(packaged, downloads, tmp_path, names, chosen):
    asked = downloads(packaged, *names)
    publish.pull("me/set", tmp_path / "out.jsonl")
    assert asked["chosen"] == chosen


@pytest.mark.parametrize(
    ("names", "error", "told"),
    [
        (
            ["f", "e", "d", "c", "b", "a"],
            DataNotFound,
            "me/set: contains no mixed set (a, b, c, d, e); accepted: test.jsonl or another .jsonl file",
        ),
        (
            [f"{name}.jsonl" for name in "fedcba"],
            DataError,
            "me/set: several files may be the mixed set (a.jsonl, b.jsonl, c.jsonl, d.jsonl, e.jsonl)",
        ),
    ],
)
def test_a_repository_without_one_mixed_set_is_told_by_its_files(packaged, downloads, tmp_path, names, error, told):
    downloads(packaged, *names)
    with pytest.raises(error) as caught:
        publish.pull("me/set", tmp_path / "out.jsonl")
    assert caught.value.message == told


def test_an_empty_repository_is_told_as_one(packaged, monkeypatch, tmp_path):
    monkeypatch.setattr(publish, "download", lambda _, choose, *__, **___: choose(()))
    with pytest.raises(
        DataNotFound, match=r"^me/set: contains no mixed set \(nothing\); accepted: test\.jsonl or another"
    ):
        publish.pull("me/set", tmp_path / "out.jsonl")
