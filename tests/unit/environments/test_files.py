"""No path of a session leads out of its folder, whoever names it."""

import base64

import pytest

from pytest_evalscope.environments.files import BYTES, COUNT, File, Files


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def told(**fields):
    return {"files": {}, "gone": [], "folders": [], "links": {}, **fields}


OUTSIDE = ("../x", "/etc/passwd", "a/../../x", "a/..", "", ".", "a\0b", "..", "//x")


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_out_is_refused(path):
    files = Files({"a": File(b"1")})
    for act in (lambda: files.read(path), lambda: files.write(path, b"")):
        with pytest.raises(ValueError, match=r"^path: not below the session's folder"):
            act()
    assert files.files == {"a": File(b"1")}


@pytest.mark.parametrize("path", ["link", "link/passwd", "./link"])
def test_a_path_over_a_link_is_refused(path):
    files = Files(links={"link": "/etc"})
    for act in (lambda: files.read(path), lambda: files.write(path, b"")):
        with pytest.raises(ValueError, match=r"'link' is a symbolic link"):
            act()


def test_files_are_written_and_read():
    files = Files()
    files.write("a/./b", b"1")
    files.write("a//b", b"2")
    assert (files.read("a/b"), list(files.files)) == (b"2", ["a/b"])
    for path, said in (("a", "a folder"), ("b", "no such file")):
        with pytest.raises(FileNotFoundError, match=f"^path: {said} \\('{path}'\\); accepted: a file of the session$"):
            files.read(path)
    for path in ("a", "a/b/c"):
        with pytest.raises(ValueError, match="a folder and a file cannot have one name"):
            files.write(path, b"")


def test_there_is_a_limit_of_size_and_number():
    files = Files()
    files.write("a", b"x" * BYTES)
    files.write("a", b"y" * BYTES)
    with pytest.raises(
        ValueError, match=rf"^file: too much \({BYTES + 1} bytes\); accepted: {BYTES} bytes and {COUNT}"
    ):
        files.write("b", b"x")
    many = Files({str(number): File(b"") for number in range(COUNT)})
    many.write("1", b"")
    with pytest.raises(ValueError, match="too much"):
        many.write("x", b"")


def test_what_a_command_changed_is_taken_over():
    files = Files({"old": File(b"1"), "kept": File(b"2", executable=True)})
    files.take(told(files={"d/new": [encoded(b"3"), False]}, gone=["old"], folders=["d"], links={"l": "/etc"}))
    assert files == Files(
        {"kept": File(b"2", executable=True), "d/new": File(b"3")}, folders={"d"}, links={"l": "/etc"}
    )
    assert files.packed() == {
        "files": {"kept": [encoded(b"2"), True], "d/new": [encoded(b"3"), False]},
        "folders": ["d"],
        "links": {"l": "/etc"},
    }


@pytest.mark.parametrize(
    "forged",
    [
        told(files={"../x": [encoded(b""), False]}),
        told(folders=["/etc"]),
        told(links={"../l": "x"}),
        told(files={"big": [encoded(b"x" * (BYTES + 1)), False]}),
        told(folders=[f"d{number}" for number in range(3 * COUNT + 1)]),
        told(files={"x": ["é", False]}),
        told(files={"x": [encoded(b"")]}),
        {},
    ],
)
def test_what_a_command_forged_changes_nothing(forged):
    files = Files({"a": File(b"1")}, folders={"d"}, links={"l": "x"})
    before = files.copy()
    with pytest.raises((ValueError, KeyError, TypeError)):
        files.take(forged)
    assert files == before


def test_a_copy_changes_on_its_own():
    files = Files()
    copy = files.copy()
    copy.write("a", b"")
    assert files == Files()
