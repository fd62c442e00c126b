"""What is said to a hub's client when files are put on a hub."""

import pytest

from pytest_evalscope.collections import publish
from pytest_evalscope.collections.inspect import contents_of
from pytest_evalscope.data import repositories

HUBS = ("huggingface", "modelscope")


class Client:
    """In the place of a hub's client; it remembers what it was given."""

    title, variable, token = "Hub", "TOKEN", "secret"

    def __init__(self):
        self.given = {}

    def put(self, repository, files, **options):
        self.given = {"repository": repository, "files": sorted(files), **options}
        return "https://hub/me/mine"


@pytest.fixture
def clients(monkeypatch):
    made = {hub: Client() for hub in HUBS}
    for hub, client in made.items():
        monkeypatch.setitem(repositories._CLIENTS, hub, client)
    return made


@pytest.mark.parametrize(("asked", "private"), [({}, False), ({"private": False}, False), ({"private": True}, True)])
@pytest.mark.parametrize("hub", HUBS)
def test_a_repository_is_private_when_that_is_asked_for_and_only_then(clients, tmp_path, hub, asked, private):
    repositories.upload("me/mine", {"a.txt": tmp_path}, hub=hub, message="first", **asked)
    assert clients[hub].given == {
        "repository": "me/mine",
        "files": ["a.txt"],
        "private": private,
        "licence": "other",
        "message": "first",
    }


@pytest.mark.parametrize(("asked", "private"), [({}, False), ({"private": False}, False), ({"private": True}, True)])
@pytest.mark.parametrize("hub", HUBS)
def test_so_is_that_of_a_mixed_set(clients, packaged, hub, asked, private):
    assert (
        publish.push(contents_of(packaged), "me/mine", card="# mine", licence="mit", hub=hub, **asked)
        == "https://hub/me/mine"
    )
    assert clients[hub].given == {
        "repository": "me/mine",
        "files": ["README.md", "test.jsonl"],
        "private": private,
        "licence": "mit",
        "message": "mine: 12 samples",
    }
