"""Which files of a repository are a split: those that `datasets` takes."""

import json
import os
import random
import subprocess
import sys

import pytest

from pytest_evalscope.data.layout import data_files, front_matter
from pytest_evalscope.errors import DataNotFound


def card(text):
    return {"configs": [{"config_name": "main", "data_files": text}]}


@pytest.mark.parametrize(
    ("there", "those"),
    [
        (["test.jsonl", "test.csv"], ["test.jsonl"]),
        (["test.csv", "test.jsonl", "test.parquet"], ["test.parquet"]),
        (["test.jsonl", "train.jsonl", "test.py", "sub/x.jsonl"], ["test.jsonl"]),
        (["a/test/b.csv", "a/test/a.csv"], ["a/test/a.csv", "a/test/b.csv"]),
        (["data/test-00001-of-00002.jsonl", "data/test-00000-of-00002.jsonl", "test.jsonl"],
         ["data/test-00000-of-00002.jsonl", "data/test-00001-of-00002.jsonl"]),
        (["test-test.jsonl", "my_test.jsonl"], ["test-test.jsonl", "my_test.jsonl"]),
        (["evaluation.csv", "latest.csv"], ["evaluation.csv"]),
        ([".hidden/test.jsonl", "__pycache__/test.jsonl", "test.jsonl"], ["test.jsonl"]),
        (["test.json", "README.md", "dataset_infos.json", "config.json"], ["test.json"]),
        (["all.jsonl"], []),
        ([], []),
    ],
)  # fmt: skip
def test_files_of_a_split_without_a_card(there, those):
    assert data_files(there, None, "default", "test") == those


def test_everything_is_the_training_split_where_no_name_says_otherwise():
    assert data_files(["b.jsonl", "a/a.jsonl"], None, "default", "train") == ["a/a.jsonl", "b.jsonl"]


@pytest.mark.parametrize(
    ("files", "split", "those"),
    [
        ([{"split": "test", "path": "data/*.jsonl"}], "test", ["data/a.jsonl", "data/b.jsonl"]),
        ([{"split": "test", "path": "data/**/*.jsonl"}], "test", ["data/a.jsonl", "data/b.jsonl", "data/x/d.jsonl"]),
        ([{"split": "test", "path": "**/*.csv"}], "test", ["data/a.csv"]),
        ([{"split": "test", "path": ["data/b.jsonl", "data/*"]}], "test", ["data/b.jsonl", "data/a.jsonl"]),
        ([{"split": "test", "path": "./data/[!a].jsonl"}], "test", ["data/b.jsonl"]),
        ([{"split": "test", "path": "data/?.jsonl"}], "train", []),
        ("c.jsonl", "train", ["c.jsonl"]),
        (["c.jsonl", {"path": "data/a.jsonl"}], "train", ["c.jsonl", "data/a.jsonl"]),
        ({"test": "c.jsonl", "dev": ["data/a.jsonl"]}, "dev", ["data/a.jsonl"]),
    ],
)  # fmt: skip
def test_files_of_a_split_that_the_card_names(files, split, those):
    there = ["data/a.jsonl", "data/b.jsonl", "data/a.csv", "data/x/d.jsonl", "c.jsonl"]
    assert data_files(there, card(files), "main", split) == those


def test_a_folder_that_the_card_names():
    said = {
        "configs": [
            {"config_name": "main", "data_dir": "./x/"},
            {"config_name": "b", "data_dir": "y", "data_files": "*.csv"},
        ]
    }
    there = ["x/test.jsonl", "x/train.jsonl", "test.jsonl", "y/a.csv", "y/z/a.csv"]
    assert data_files(there, said, "main", "test") == ["x/test.jsonl"]
    assert data_files(there, said, "b", "train") == ["y/a.csv"]


def test_the_config_by_default_is_the_only_one_or_the_marked_one():
    entries: list[dict[str, object]] = [{"config_name": "a", "data_files": [{"split": "test", "path": "a.csv"}]}]
    assert data_files(["a.csv", "test.csv"], {"configs": entries}, "default", "test") == ["a.csv"]
    entries.append({"config_name": "b", "default": True, "data_files": [{"split": "test", "path": "b.csv"}]})
    assert data_files(["a.csv", "b.csv"], {"configs": entries}, "default", "test") == ["b.csv"]


def test_a_card_of_several_parts_is_not_read_as_one():
    entries = [{"config_name": name, "data_files": [{"split": "test", "path": f"{name}/test.csv"}]} for name in "ab"]
    assert data_files(["a/test.csv", "b/test.csv"], {"configs": entries}, "default", "test") == []


@pytest.mark.parametrize(
    ("there", "those"),
    [
        (["main/test.jsonl", "main/test.csv", "main/test-a.csv"], ["main/test.jsonl"]),
        (["main/test-b.csv", "main/test-a.csv"], ["main/test-a.csv", "main/test-b.csv"]),
        (["main/test/x.tsv", "test.csv"], ["main/test/x.tsv"]),
        (["test.csv"], []),
    ],
)
def test_a_part_that_only_names_of_files_say(there, those):
    assert data_files(there, None, "main", "test") == those


def test_a_split_that_only_the_name_of_a_file_says():
    there = ["longmemeval_s.json", "longmemeval_m.json"]
    assert data_files(there, None, "default", "longmemeval_s") == ["longmemeval_s.json"]


def test_a_split_of_which_files_are_missing_is_none():
    with pytest.raises(DataNotFound, match=r"^only 1 of 2 files are there$"):
        data_files(["data/test-00001-of-00002.csv"], None, "default", "test")


@pytest.mark.parametrize("said", [None, 3, [], {}, {"configs": 3}, {"configs": ["main"]}, card([3]), card(3)])
def test_a_card_in_another_form_counts_as_none(said):
    assert data_files(["main/test.csv"], said, "main", "test") == ["main/test.csv"]


def test_front_matter_is_read_whatever_the_bytes_and_not_without_a_reader(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    assert front_matter(readme) is None
    readme.write_bytes(b"---\nconfigs: gr\xc3\xb6\xc3\x9fe\n---\n\xff")
    assert front_matter(readme) == {"configs": "größe"}
    for broken in ("", "no front matter", "---\n: [\n---\n"):
        readme.write_text(broken)
        assert front_matter(readme) is None
    readme.write_text("---\na: 1\n---\n")
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert front_matter(readme) is None


THEIRS = """
import json, os, sys
from datasets import load_dataset_builder
for line in sys.stdin:
    folder, found = line.strip(), None
    try:
        files = load_dataset_builder(folder).config.data_files
        found = {str(split): [os.path.relpath(path, folder) for path in paths] for split, paths in files.items()}
    except Exception:
        pass
    print(json.dumps(found), flush=True)
"""


@pytest.mark.slow  # imports `datasets`
def test_the_files_are_those_that_datasets_takes(tmp_path):
    chance = random.Random(7)
    words = ["test", "train", "dev", "eval", "a", "data", "val_1", "my-test", "testing", "test-00000-of-00001"]
    repositories = []
    for number in range(60):
        folder = tmp_path / str(number) / "set"
        for _ in range(chance.randint(1, 5)):
            name = "/".join(chance.choice(words) for _ in range(chance.randint(1, 3)))
            path = folder / (name + chance.choice([".jsonl", ".jsonl", ".csv", ".json"]))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
        repositories.append(folder)
    done = subprocess.run(
        [sys.executable, "-c", THEIRS],
        input="".join(f"{folder}\n" for folder in repositories),
        env={**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    compared = 0
    for folder, line in zip(repositories, done.stdout.splitlines(), strict=True):
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        for split, files in (json.loads(line) or {}).items():
            assert data_files(names, None, "default", split) == list(dict.fromkeys(files)), names
            compared += 1
    assert compared > 40
