"""ModelScope, read by its own client: against a stand-in on loopback."""

import json

import pytest

pytestmark = pytest.mark.slow  # hubs on loopback


def lines(*numbers):
    return b"".join(json.dumps({"n": number}).encode() + b"\n" for number in numbers)


@pytest.fixture
def put(modelscope, request):
    """Put a data set on the hub, and return its name: one of its own for every test."""

    def made(files):
        repository = f"owner/set-{abs(hash(request.node.name)) % 10**9}"
        modelscope.hub.repositories[repository] = files
        return repository

    return made


CARD = b"---\nconfigs:\n- config_name: main\n  data_files: [{split: test, path: 'data/**/*.jsonl'}]\n---\n"


@pytest.mark.parametrize(
    ("files", "config"),
    [
        ({"test.jsonl": lines(1, 2), "test.csv": b"n\n1\n2\n", "other.txt": b""}, "default"),
        ({"README.md": CARD, "data/x/a.jsonl": lines(1), "data/y/b.jsonl": lines(2), "c.jsonl": lines(3)}, "main"),
        ({"main/test.csv": b"n\n1\n2\n"}, "main"),
    ],
)
def test_rows_are_read_and_read_again_offline(modelscope, put, files, config):
    repository = put(files)
    assert modelscope.read(repository, config=config, hub="modelscope").rows == [{"n": 1}, {"n": 2}]
    modelscope.hub.requested.clear()
    assert modelscope.read(repository, config=config, hub="modelscope", offline=True).rows == [{"n": 1}, {"n": 2}]
    assert modelscope.hub.requested == []


def test_no_name_leads_out_of_the_folder(modelscope, put):
    repository = put({"../test.jsonl": lines(9), "main/test.jsonl": lines(1)})
    assert modelscope.read(repository, config="main", hub="modelscope").rows == [{"n": 1}]
    assert modelscope.read(repository, hub="modelscope").rows == [{"n": 1}]


def test_offline_without_a_download_says_so(modelscope):
    read = modelscope.read("owner/never", hub="modelscope", offline=True)
    assert read.message.endswith("ModelScope (owner/never): offline, and not downloaded before")
    assert "prefetch" in read.hint


def test_an_overload_is_retried(modelscope, put):
    repository = put({"test.jsonl": lines(1)})
    modelscope.hub.failures = [(429, {"Retry-After": "0"}), (503, {})]
    assert modelscope.read(repository, hub="modelscope").rows == [{"n": 1}]


def test_what_is_not_visible_names_the_token(modelscope, put):
    repository = put({"test.jsonl": lines(1)})
    modelscope.hub.private.add(repository)
    read = modelscope.read(repository, hub="modelscope")
    assert "not found, or private" in read.message
    assert "MODELSCOPE_API_TOKEN" in read.hint
