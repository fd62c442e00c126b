"""The run folder where links are rare and upper case is lower case."""

import sys

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.paths import refuse_one_file
from pytest_evalscope.run import RunFolder

KEYS = [("m", "b", "cn"), ("m", "b", "CN")]


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_two_jobs_whose_files_are_one_where_case_is_nothing_are_refused(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(UsageError) as caught:
        refuse_one_file(KEYS)
    assert caught.value.message == (
        "run folder: m/b/CN and m/b/cn would be one file here, where upper and lower case are the same; each needs a "
        "name of its own"
    )


@pytest.mark.parametrize(
    ("system", "keys"),
    [("linux", KEYS), ("win32", [KEYS[0], KEYS[0]]), ("win32", [KEYS[0], ("m", "b2", "CN"), ("M2", "b", "cn")])],
)
def test_others_are_not(monkeypatch, system, keys):
    monkeypatch.setattr(sys, "platform", system)
    refuse_one_file(keys)


def test_the_link_to_the_latest_run_moves_on_where_a_link_is_not_replaced(monkeypatch, tmp_path):
    first, second = RunFolder(tmp_path / "first"), RunFolder(tmp_path / "second")
    for run in (first, second):
        run.create()
    replace = type(tmp_path).replace

    def windows_replace(self, target):
        if target.is_symlink():
            raise PermissionError(5, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", windows_replace)
    monkeypatch.setattr(sys, "platform", "win32")
    first.point_latest()
    second.point_latest()
    assert (tmp_path / "latest").samefile(second.path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "latest", "second"]


def test_without_links_there_is_none_and_nothing_is_said(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise OSError(22, "A required privilege is not held by the client")

    monkeypatch.setattr(type(tmp_path), "symlink_to", refuse)
    run = RunFolder(tmp_path / "run")
    run.create()
    run.point_latest()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_of_the_users_that_is_called_latest_stays(tmp_path):
    (tmp_path / "latest" / "own").mkdir(parents=True)
    run = RunFolder(tmp_path / "run")
    run.create()
    run.point_latest()
    assert (tmp_path / "latest" / "own").is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "run"]
