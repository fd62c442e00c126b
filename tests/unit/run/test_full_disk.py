"""A full disk ends the run with one error; what was stored before stays whole, and the next run goes on from it."""

from pathlib import Path

import pytest

from pytest_evalscope.errors import StorageError
from pytest_evalscope.run import cache, read_records


@pytest.fixture
def full_cache(monkeypatch):
    """Let the reply cache's file hold no more than a few replies, as SQLite has it when the disk is full."""
    prepare = cache.prepare

    def limited(db, *tables):
        prepare(db, *tables)
        db.execute("pragma max_page_count = 4")

    with monkeypatch.context() as patch:
        patch.setattr(cache, "prepare", limited)
        yield patch


def test_a_reply_that_cannot_be_stored_ends_the_run(open_run, make_job, adder, full_cache):
    model = adder()
    run = open_run()
    with pytest.raises(
        StorageError, match=r"^completion cache: cannot be written \(.*sqlite: database or disk is full\)"
    ):
        run.result(make_job(run.resources.behind_cache(model), 500))
    first = len(model.asked)
    assert first < 100, "it ended at once, and did not pay for replies that are lost"
    run.close()
    full_cache.undo()
    again = open_run()
    assert again.result(make_job(again.resources.behind_cache(model), 500)).accuracy == 1.0
    assert 500 <= len(model.asked) < 500 + 20, "what was stored before was not asked again"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no file that is always full")
@pytest.mark.parametrize("kind", ["predictions", "reviews"])
def test_a_record_that_cannot_be_written_ends_the_run(open_run, make_job, adder, kind):
    model = adder()
    run = open_run()
    job = make_job(run.resources.behind_cache(model), 500)
    path = run.folder.file(kind, *job.key)
    path.parent.mkdir(parents=True)
    path.symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"^run folder: cannot be written \(.*run-0: No space left on device\)"):
        run.result(job)
    run.close()
    again = open_run()
    assert again.result(make_job(again.resources.behind_cache(model), 500)).accuracy == 1.0
    assert len(model.asked) <= 500 + 4, "only what was in flight is asked again"
    assert len(list(read_records(again.folder, *job.key))) == 500


def test_a_broken_cache_ends_the_run(open_run, make_job, adder):
    run = open_run()
    run.result(make_job(run.resources.behind_cache(adder()), 200))
    run.close()
    [path] = run.settings.cache_dir.glob("*.sqlite")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    again = open_run()
    with pytest.raises(StorageError, match=r"^completion cache: cannot be read \(.*malformed\)"):
        again.result(make_job(again.resources.behind_cache(adder()), 200))


def test_a_file_of_the_run_folder_is_there_whole_or_not_at_all(open_run):
    folder = open_run().folder
    folder.write_json("configs/run.json", {"a": 1})
    (folder.path / "configs").chmod(0o500)
    (folder.path / "logs").rmdir()
    with pytest.raises(StorageError, match="No such file or directory"):
        folder.write_json("logs/one.json", {"a": 2})
    (folder.path / "configs").chmod(0o700)
    assert (folder.path / "configs" / "run.json").read_text("utf-8") == '{\n  "a": 1\n}\n'
    assert list(folder.path.rglob("*.partial")) == []
