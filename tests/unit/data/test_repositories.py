"""What the hubs' clients are told to put and to take, and what is said of each way in which they fail."""

import logging
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from pytest_evalscope.data.repositories import download, upload
from pytest_evalscope.errors import DataError, DataNotFound, MissingExtra, UsageError

TOKENS = {"huggingface": "HF_TOKEN", "modelscope": "MODELSCOPE_API_TOKEN"}
TITLES = {"huggingface": "Hugging Face", "modelscope": "ModelScope"}
TOKEN = "token_SENTINEL"


class Api:
    """Both hubs' clients in one: keeps what it is told, and answers from its attributes."""

    endpoint = "https://hub"
    legacy = SimpleNamespace(endpoint="https://hub")

    def __init__(self):
        self.told, self.token = [], None
        self.there, self.private, self.visibility = True, False, "public"
        self.siblings, self.failure = ["README.md", "a.jsonl"], None

    def __call__(self, token):
        self.token = token
        if self.failure:
            raise self.failure
        return self

    def tell(self, what, *arguments, **options):
        self.told.append((what, arguments, options))

    def create_repo(self, *arguments, **options):
        self.tell("create", *arguments, **options)

    def dataset_info(self, *arguments, **options):
        self.tell("info", *arguments, **options)
        siblings = [SimpleNamespace(rfilename=name) for name in self.siblings] if self.siblings is not None else None
        return SimpleNamespace(private=self.private, siblings=siblings, sha="5ha")

    def create_commit(self, *arguments, **options):
        self.tell("commit", *arguments, **options)

    def hf_hub_download(self, *arguments, **options):
        self.tell("download", *arguments, **options)
        return "/folder/a.jsonl"

    def repo_exists(self, *arguments, **options):
        self.tell("exists", *arguments, **options)
        return self.there

    def get_repo(self, *arguments, **options):
        self.tell("get", *arguments, **options)
        return SimpleNamespace(visibility=self.visibility)

    def upload_folder(self, repository, kind, folder, **options):
        files = {path.name: path.read_text() for path in sorted(Path(folder).iterdir())}
        self.tell("upload", repository, kind, files, **options)
        print("a report of its own")

    def list_repo_files(self, *arguments, **options):
        self.tell("list", *arguments, **options)
        return [SimpleNamespace(path=name) for name in self.siblings]

    def download_file(self, *arguments, **options):
        self.tell("download", *arguments, **options)
        return "/folder/a.jsonl"


@pytest.fixture
def api(monkeypatch):
    """The client that is asked in the place of both."""
    made = Api()
    hugging_face, modelscope = ModuleType("huggingface_hub"), ModuleType("modelscope_hub")
    vars(hugging_face).update(HfApi=made, CommitOperationAdd=lambda **options: options)
    vars(modelscope)["HubApi"] = made
    monkeypatch.setitem(sys.modules, "huggingface_hub", hugging_face)
    monkeypatch.setitem(sys.modules, "modelscope_hub", modelscope)
    monkeypatch.setattr(logging.getLogger("modelscope_hub"), "level", logging.NOTSET)
    for variable in TOKENS.values():
        monkeypatch.setenv(variable, f" {TOKEN}\n")
    return made


@pytest.fixture
def files(tmp_path):
    paths = {"test.jsonl": tmp_path / "one", "README.md": tmp_path / "two"}
    for path in paths.values():
        path.write_text(path.name)
    return paths


def first(names):
    assert names == ["README.md", "a.jsonl"]
    return names[1]


@pytest.mark.parametrize("private", [False, True])
def test_hugging_face_is_told_to_make_a_repository_and_to_commit_all_files_at_once(api, files, private):
    api.private = private
    address = upload("me/mine", files, private=private, message="a message")
    assert (address, api.token) == ("https://hub/datasets/me/mine", TOKEN)
    added = [{"path_in_repo": name, "path_or_fileobj": path} for name, path in files.items()]
    assert api.told == [
        ("create", ("me/mine",), {"repo_type": "dataset", "private": private or None, "exist_ok": True}),
        *([("info", ("me/mine",), {})] if private else []),
        ("commit", ("me/mine", added), {"commit_message": "a message", "repo_type": "dataset"}),
    ]


def test_hugging_face_is_told_to_give_one_file_of_one_commit(api, tmp_path):
    assert str(download("me/mine", first, tmp_path, revision="old")).replace("\\", "/") == "/folder/a.jsonl"
    taken = {"repo_type": "dataset", "revision": "5ha", "local_dir": str(tmp_path)}
    assert api.told == [
        ("info", ("me/mine",), {"revision": "old"}),
        ("download", ("me/mine", "a.jsonl"), taken),
    ]
    api.siblings = None
    download("me/mine", lambda names: repr(names), tmp_path)
    assert api.told[2:] == [
        ("info", ("me/mine",), {"revision": None}),
        ("download", ("me/mine", "[]"), taken),
    ]


@pytest.mark.parametrize("private", [False, True])
def test_modelscope_is_told_to_make_a_repository_that_is_not_there(api, files, private, capsys):
    api.there = False
    address = upload("me/mine", files, hub="modelscope", private=private, licence="mit", message="a message")
    assert (address, api.token) == ("https://hub/datasets/me/mine", TOKEN)
    made = {"visibility": "private" if private else "public", "license": "mit"}
    options = {"commit_message": "a message", "use_cache": False, "disable_tqdm": True}
    assert api.told == [
        ("exists", ("me/mine", "dataset"), {}),
        ("create", ("me/mine", "dataset"), made),
        ("upload", ("me/mine", "dataset", {"README.md": "two", "test.jsonl": "one"}), options),
    ]
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("modelscope_hub").level == logging.WARNING


def test_the_licence_is_other_unless_it_is_named(api, files):
    api.there = False
    upload("me/mine", files, hub="modelscope", message="")
    assert api.told[1][2] == {"visibility": "public", "license": "other"}


@pytest.mark.parametrize("visibility", [1, "private"])
def test_a_private_repository_of_modelscope_is_written_again(api, files, visibility):
    api.visibility = visibility
    upload("me/mine", files, hub="modelscope", private=True, message="")
    assert [what for what, *_ in api.told] == ["exists", "get", "upload"]
    assert api.told[1][1] == ("me/mine", "dataset")
    upload("me/mine", files, hub="modelscope", message="")
    assert [what for what, *_ in api.told[3:]] == ["exists", "upload"]


def test_modelscope_is_told_to_give_one_file(api, tmp_path):
    assert str(download("me/mine", first, tmp_path, hub="modelscope")).replace("\\", "/") == "/folder/a.jsonl"
    download("me/mine", first, tmp_path, hub="modelscope", revision="old")
    assert api.told == [
        (what, ("me/mine", "dataset", *name), {"revision": revision, **place})
        for revision in (None, "old")
        for what, name, place in (("list", (), {}), ("download", ("a.jsonl",), {"local_dir": tmp_path}))
    ]


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_what_is_private_is_not_put_into_a_public_repository(api, files, hub):
    with pytest.raises(UsageError) as caught:
        upload("me/mine", files, hub=hub, private=True, message="")
    said = "me/mine: this repository is public already; --private accepts a private or a new one"
    assert str(caught.value) == said
    assert {"commit", "upload"}.isdisjoint(what for what, *_ in api.told)


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_nothing_is_put_without_a_token_and_a_public_file_taken(api, files, hub, monkeypatch, tmp_path):
    monkeypatch.setenv(TOKENS[hub], " ")
    with pytest.raises(UsageError) as caught:
        upload("me/mine", files, hub=hub, message="")
    assert str(caught.value) == (
        f"{TITLES[hub]}: an upload needs a token; one with write access is taken from the environment\n"
        f"hint: set {TOKENS[hub]}"
    )
    assert api.told == []
    download("me/mine", first, tmp_path, hub=hub)
    assert api.token == {"huggingface": False, "modelscope": ""}[hub]


@pytest.mark.parametrize(
    ("hub", "package", "extra"),
    [("huggingface", "huggingface_hub", "hub"), ("modelscope", "modelscope_hub", "modelscope")],
)
def test_a_client_that_is_not_installed_is_named_with_its_remedy(api, tmp_path, monkeypatch, hub, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra) as caught:
        download("me/mine", first, tmp_path, hub=hub)
    named = {"huggingface": "huggingface_hub", "modelscope": "modelscope"}[hub]
    missing = f"{TITLES[hub]}: needs the package '{named}', which is not installed"
    assert str(caught.value) == f"{missing}\nhint: pip install 'pytest-evalscope[{extra}]'"


@pytest.mark.parametrize(
    "name", ["mine", "me/", "/mine", "../mine", "me/mine/x", "me/.m", "_me/mine", "me/a..b", "mé/x"]
)
def test_a_name_that_is_none_is_refused_before_anything_is_asked(api, files, tmp_path, name):
    for call in (lambda: upload(name, files, message=""), lambda: download(name, first, tmp_path)):
        with pytest.raises(UsageError) as caught:
            call()
        assert str(caught.value) == f"repository: not a name on a hub ({name!r}); accepted: owner/name"
    assert api.told == []


class Refused(Exception):
    """What a client raises, with the status where that client has it."""

    def __init__(self, text="", *, status=None, response=None):
        super().__init__(text)
        if status:
            self.status_code = status
        if response:
            self.response = SimpleNamespace(status_code=response)


def failure(api, error, tmp_path, **options):
    api.failure = error
    with pytest.raises((DataError, UsageError)) as caught:
        download("me/mine", first, tmp_path, **options)
    return type(caught.value), str(caught.value)


UNSEEN = "Hugging Face: me/mine could not be read; not found, or not visible to"
MINE = f"{UNSEEN} the token in HF_TOKEN\nhint: is the name right?"
ANYONES = f"{UNSEEN} the public\nhint: is the name right? For a private one set HF_TOKEN"
INVALID = "me/mine could not be read; the token in HF_TOKEN is not accepted (401)\nhint: set HF_TOKEN to a valid one"
NO_RIGHT = "me/mine could not be read; the token in HF_TOKEN has no permission (403)"


@pytest.mark.parametrize(
    ("status", "token", "kind", "said"),
    [
        (404, TOKEN, DataNotFound, MINE),
        (404, "", DataNotFound, ANYONES),
        (401, "", DataNotFound, ANYONES),
        (403, "", DataNotFound, ANYONES),
        (401, TOKEN, UsageError, f"Hugging Face: {INVALID}"),
        (403, TOKEN, UsageError, f"Hugging Face: {NO_RIGHT}"),
        (500, TOKEN, DataError, "Hugging Face: me/mine could not be read; Refused (no message)"),
        (402, "", DataError, "Hugging Face: me/mine could not be read; Refused (no message)"),
    ],
)
def test_each_status_has_its_sentence(api, tmp_path, monkeypatch, status, token, kind, said):
    monkeypatch.setenv("HF_TOKEN", token)
    assert failure(api, Refused(status=status), tmp_path) == (kind, said)
    assert failure(api, Refused(response=status), tmp_path) == (kind, said)


def test_a_revision_is_named_and_so_is_what_could_not_be_written(api, files, tmp_path):
    kind, said = failure(api, Refused(status=500), tmp_path, revision="old", hub="modelscope")
    assert (kind, said) == (DataError, "ModelScope: me/mine@old could not be read; Refused (no message)")
    with pytest.raises(DataError) as caught:
        upload("me/mine", files, message="")
    assert str(caught.value) == "Hugging Face: me/mine could not be written; Refused (no message)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no message"),
        (" first\nsecond", "first"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("x" * 201, "x" * 200),
        (f"with {TOKEN} in it", "with *** in it"),
    ],
)
def test_a_failure_without_a_status_is_one_line_without_the_token(api, tmp_path, text, told):
    said = f"Hugging Face: me/mine could not be read; Refused ({told})\nhint: can the hub be reached from here?"
    assert failure(api, Refused(text), tmp_path) == (DataError, said)


@pytest.mark.parametrize(("token", "told"), [("tokenis7", "a ***"), ("token_7", "a token_7")])
def test_a_token_too_short_to_be_one_hides_no_words(api, tmp_path, monkeypatch, token, told):
    monkeypatch.setenv("HF_TOKEN", token)
    assert f"Refused ({told})" in failure(api, Refused(f"a {token}"), tmp_path)[1]
