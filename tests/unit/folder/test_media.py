"""Pictures in a run folder: kept once, whole, found again; and never in a record."""

import base64
import logging
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from pytest_evalscope.errors import StorageError
from pytest_evalscope.folder.media import find, keep, loaded, reference, references, stored
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.types import Media, Message, media_part, text_part
from pytest_evalscope.types.encode import to_json

WEB = "https://me:secret@pets.example/cat.png?token=1"


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "run")


def names(folder):
    return sorted(path.name for path in (folder.path / "media").glob("*"))


def test_a_picture_is_kept_under_its_hash(folder, png):
    media = Media.from_bytes(png())
    keep(folder, media)
    assert names(folder) == [f"{media.sha256}.png"]
    assert folder.media_file(media.file_name).read_bytes() == png()


def test_it_is_written_once(folder, png, monkeypatch):
    media = Media.from_bytes(png())
    keep(folder, media)
    before = folder.media_file(media.file_name).stat().st_mtime_ns
    monkeypatch.setattr(Media, "read", lambda self: pytest.fail("nothing is to be read again"))
    keep(folder, Media.from_bytes(png()))
    assert folder.media_file(media.file_name).stat().st_mtime_ns == before


def test_many_may_write_the_same(folder, png):
    many = [Media.from_bytes(png(2 + number % 3, 2)) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda media: keep(folder, media), many))
    assert names(folder) == sorted({media.file_name for media in many})
    assert all(folder.media_file(media.file_name).read_bytes() == media.read() for media in many)


def test_what_is_behind_a_url_is_not_kept(folder):
    keep(folder, Media.from_url(WEB))
    assert names(folder) == []


def test_a_file_that_is_gone_is_left_out_and_told(folder, tmp_path, png, caplog):
    (tmp_path / "x.png").write_bytes(png())
    media = Media.from_file(tmp_path / "x.png")
    (tmp_path / "x.png").unlink()
    with caplog.at_level(logging.WARNING):
        keep(folder, media)
    assert names(folder) == []
    assert "not kept in the run folder: media: cannot be read" in caplog.text


def test_a_disk_that_is_full_ends_the_run_and_leaves_nothing_half(folder, png, monkeypatch):
    def full(self, data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(folder.path), "write_bytes", full)
    with pytest.raises(StorageError, match=r"run folder: cannot be written .*No space left on device"):
        keep(folder, Media.from_bytes(png()))
    assert names(folder) == []


def test_a_record_has_a_reference_in_the_place_of_a_picture(folder, png):
    media = Media.from_bytes(png())
    messages = (
        {"role": "system", "content": "Look."},
        {"role": "user", "content": ({**media_part(media), "detail": "low"}, text_part("What?"))},
    )
    told = {"type": "media", "kind": "image", "mime": "image/png", "sha256": media.sha256}
    assert stored(folder, messages) == [
        {"role": "system", "content": "Look."},
        {"role": "user", "content": [{**told, "detail": "low"}, text_part("What?")]},
    ]
    assert names(folder) == [media.file_name]


def test_what_a_solver_wrote_as_a_data_url_is_kept_as_well(folder, png):
    import base64

    url = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    said = ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},)
    (made,) = stored(folder, said)
    assert made["content"] == [reference(Media.from_bytes(png()))]
    assert names(folder) == [Media.from_bytes(png()).file_name]
    broken = ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,x"}}]},)
    assert stored(folder, broken) == list(broken)


def test_a_picture_in_the_result_of_a_tool_is_kept_and_found_again(folder, png):
    coded = base64.b64encode(png()).decode()
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": coded}}
    result = {"type": "tool_result", "tool_use_id": "c", "content": [text_part("Here."), picture]}
    message: Message = {"role": "user", "content": [result, text_part("What is it?")]}
    written = to_json(stored(folder, [message]))
    media = Media.from_bytes(png())
    assert coded.encode() not in written
    assert names(folder) == [media.file_name]
    (read,) = loaded(folder, orjson.loads(written))
    assert read["content"][0] == {**result, "content": [text_part("Here."), media_part(media)]}
    assert read["content"][1] == text_part("What is it?")


def test_a_url_is_told_without_its_secrets():
    told = reference(Media.from_url(WEB))
    assert told == {
        "type": "media", "kind": "image", "mime": "", "sha256": Media.from_url(WEB).sha256,
        "url": "https://pets.example/cat.png",
    }  # fmt: skip


def test_what_a_record_refers_to_is_found_again(folder, png):
    media = Media.from_bytes(png())
    messages = ({"role": "user", "content": ({**media_part(media), "detail": "low"}, text_part("What?"))},)
    written = orjson.loads(to_json(stored(folder, messages)))
    assert [part["sha256"] for part in references(written)] == [media.sha256]
    (message,) = loaded(folder, written)
    assert message["content"] == [{**media_part(media), "detail": "low"}, text_part("What?")]
    assert (message["content"][0]["media"].read(), message["content"][0]["media"].in_memory) == (png(), 0)
    assert stored(folder, [message]) == written


def test_what_the_folder_has_not_stays_a_reference(folder, png):
    told = reference(Media.from_bytes(png()))
    messages: list[Message] = [{"role": "user", "content": [told, text_part("?")]}, {"role": "user", "content": "x"}]
    assert loaded(folder, messages) == messages
    assert stored(folder, messages) == messages


@pytest.mark.parametrize(
    "changed",
    [{"sha256": "../../secret"}, {"sha256": "x" * 64}, {"sha256": 5}, {"kind": "text"}, {"mime": None}, {"kind": []}],
    ids=str,
)
def test_a_reference_that_nobody_wrote_leads_nowhere(changed, folder, png):
    media = Media.from_bytes(png())
    keep(folder, media)
    assert find(folder, reference(media)) == media
    assert find(folder, {**reference(media), **changed}) is None


@pytest.mark.parametrize(
    "messages", [True, "x", ["x"], [None], [{}], [{"content": 5}], [{"content": ["x", {"type": "text"}]}]], ids=str
)
def test_messages_that_nobody_wrote_refer_to_nothing(messages):
    assert list(references(messages)) == []


def test_a_picture_that_was_changed_in_the_folder_is_not_passed_on(folder, png, tmp_path, caplog):
    media = Media.from_bytes(png())
    keep(folder, media)
    folder.media_file(media.file_name).write_bytes(b"another")
    found = find(folder, reference(media))
    assert found is not None
    other = RunFolder(tmp_path / "other")
    keep(other, found)
    assert names(other) == []
    assert "the file has changed" in caplog.text


def test_what_a_killed_run_left_half_is_removed(folder, png):
    keep(folder, Media.from_bytes(png()))
    (folder.path / "media" / "x.png.1.partial").write_bytes(b"half")
    (folder.path / "logs").mkdir()
    folder.begin_anew()
    assert names(folder) == [Media.from_bytes(png()).file_name]
