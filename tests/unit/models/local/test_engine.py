"""What the engines on this machine share."""

import asyncio
import os
import threading

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.models.local import engine
from pytest_evalscope.models.local.engine import cores, digest, existing_file, in_thread, read_args

KINDS = {"threads": int, "context": int, "dtype": str}


def test_arguments_are_read_as_their_kind():
    assert read_args("hf", {"threads": "4", "context": 9, "dtype": "auto"}, KINDS) == {
        "threads": 4,
        "context": 9,
        "dtype": "auto",
    }
    assert read_args("hf", {}, KINDS) == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"thread": 1}, "hf model argument: unknown name ('thread'); did you mean threads?"),
        ({"threads": -1}, "hf model argument threads: does not fit (-1); accepted: an integer from 1 on"),
        ({"threads": 1.5}, "hf model argument threads: does not fit (1.5); accepted: an integer from 1 on"),
        ({"threads": True}, "hf model argument threads: does not fit (True); accepted: an integer from 1 on"),
        ({"threads": "٣"}, "hf model argument threads: does not fit ('٣'); accepted: an integer from 1 on"),
        ({"dtype": ""}, "hf model argument dtype: does not fit (''); accepted: a name"),
    ],
)
def test_arguments_that_do_not_fit_are_told(given, message):
    with pytest.raises(UsageError) as caught:
        read_args("hf", given, KINDS)
    assert caught.value.message == message


@pytest.fixture
def eight_cores(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(engine, "_CGROUP_LIMIT", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.7, 9.0, 9.0), raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    return tmp_path / "cpu.max"


def test_all_cores_are_used(eight_cores):
    assert cores() == 8


def test_no_more_than_the_container_grants(eight_cores):
    for limit, count in {"200000 100000": 2, "50000 100000": 1, "max 100000": 8, "3200000 100000": 8, "?": 8}.items():
        eight_cores.write_text(limit)
        assert cores() == count


@pytest.mark.parametrize(("workers", "count"), [("2", 4), ("16", 1), ("", 8), ("auto", 8), ("0", 8)])
def test_workers_share_the_cores(eight_cores, monkeypatch, workers, count):
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", workers)
    assert cores() == count


@pytest.mark.parametrize(("load", "count"), [(0.0, 8), (1.4, 8), (1.5, 7), (5.0, 4), (40.0, 1)])
def test_cores_that_others_keep_busy_are_left_to_them(eight_cores, monkeypatch, load, count):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert cores() == count


def test_a_busy_machine_may_still_have_room_for_a_small_container(eight_cores, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "getloadavg", lambda: (40.0, 0.0, 0.0))
    assert cores() == 8


def test_where_nothing_tells_it_is_one_core(eight_cores, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.delattr(os, "getloadavg")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_a_file_that_is_there(tmp_path, monkeypatch):
    (tmp_path / "m.gguf").touch()
    assert existing_file("gguf/m", str(tmp_path / "m.gguf")) == tmp_path / "m.gguf"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert existing_file("gguf/m", "~/m.gguf") == tmp_path / "m.gguf"


def test_a_file_that_is_not_names_the_nearest(tmp_path):
    for name in ("qwen-0.5b.gguf", "smol-135m.gguf", "smol.txt"):
        (tmp_path / name).touch()
    for given, problem, hint in (
        (tmp_path / "smol-136m.gguf", "no such file", f"did you mean {tmp_path / 'smol-135m.gguf'}?"),
        (tmp_path / "zzz", "no such file", f"did you mean {tmp_path / 'qwen-0.5b.gguf'}?"),
        (tmp_path, "is a folder, not a file", f"did you mean {tmp_path / 'qwen-0.5b.gguf'}?"),
        (tmp_path / "no" / "x.gguf", "no such folder", ""),
    ):
        with pytest.raises(UsageError) as caught:
            existing_file("gguf/x", str(given))
        assert caught.value.message == f"gguf/x: {problem} ({given}); accepted: the path of a GGUF file"
        assert caught.value.hint == hint


@pytest.mark.slow
def test_contents_are_told_apart_wherever_they_differ_much(tmp_path):
    path = tmp_path / "m"

    def of(content):
        path.write_bytes(content)
        return digest(path)

    small, large = b"x" * 1000, bytes(6 * 2**20)
    assert of(small) == of(small)
    assert of(small) != of(b"x" * 999 + b"y")
    assert of(large) == of(large)
    assert of(large) != of(large + b"\0")
    for place in range(0, len(large), 2**18):  # a tensor that was trained differs in longer runs
        assert of(large[:place] + b"\1" * 2**18 + large[place + 2**18 :]) != of(large)
    assert len(of(small)) == 32


def test_the_order_of_files_counts(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    assert digest(one, other) != digest(other, one)


def test_a_function_in_a_thread():
    async def run():
        return await in_thread(lambda: (threading.current_thread().daemon, threading.current_thread()))

    daemon, thread = asyncio.run(run())
    assert daemon
    assert thread is not threading.main_thread()


def test_what_it_raises_is_raised_where_it_is_awaited():
    def fail():
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        asyncio.run(in_thread(fail))
