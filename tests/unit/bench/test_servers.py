"""How the script of real servers compares an outcome with what the documentation promises, and ends what it started."""

import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def outcome(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("bench.servers.outcome")


@pytest.fixture
def process(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("bench.servers.process")


@pytest.fixture
def seen(outcome):
    return outcome.Seen(
        outcomes={"scored": 17, "truncated": 2, "model_error": 1}, unscored=1, exit=10, seconds=3.0,
        requests={"200": 19, "429": 5}, output="one error\nafter 6 attempts",
    )  # fmt: skip


@pytest.fixture
def expected(outcome):
    return outcome.Expected(
        scored=19, exit=10, requests=range(20, 30), truncated=2, says=(r"error after \d attempts",), seconds=10
    )


def test_what_is_as_promised(outcome, expected, seen):
    assert outcome.differences(expected, seen) == ()
    assert str(seen) == "19 scored, 1 model_error, 2 truncated, exit 10, 24 requests (19 x 200, 5 x 429), 3 s"
    assert str(expected) == (
        r"19 scored, 2 truncated, exit 10, 20 to 29 requests, under 10 s, says 'error after \\d attempts'"
    )


@pytest.mark.parametrize(
    ("promise", "difference"),
    [
        ({"scored": 20}, "the number of samples with a score differs"),
        ({"exit": 0}, "the exit status differs"),
        ({"requests": range(25, 30)}, "the number of requests differs"),
        ({"truncated": 0}, "the number of truncated samples differs"),
        ({"seconds": 2}, "it took too long"),
        ({"says": ("three errors",)}, "does not say 'three errors'"),
    ],
)
def test_a_promise_that_is_not_kept(outcome, expected, seen, promise, difference):
    assert outcome.differences(replace(expected, **promise), seen) == (difference,)


def test_what_is_not_promised_is_not_compared(outcome, expected, seen):
    promise = replace(expected, requests=None, truncated=None, says=())
    assert outcome.differences(promise, replace(seen, requests={}, outcomes={"scored": 19, "model_error": 1})) == ()


def test_the_status_of_the_script(outcome):
    good = outcome.Line("server", "scenario", "expected", "seen")
    assert [outcome.status(lines) for lines in ([good], [good, replace(good, wrong=("x",))], [])] == [0, 1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to end")
def test_a_process_is_ended_with_all_that_it_started(process, tmp_path, monkeypatch):
    """The child ignores the polite request, and what it has started would live for ever."""
    monkeypatch.setattr(process, "ENDING_SECONDS", 0.1)
    held = tmp_path / "held"
    os.mkfifo(held)
    inner = f"file = open({str(held)!r}, 'w'); file.write('1'); file.flush(); import signal; signal.pause()"
    code = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"subprocess.run([sys.executable, '-c', {inner!r}])"
    )
    with process.running([sys.executable, "-c", code], tmp_path / "log.txt") as child:
        reader = held.open()
        assert reader.read(1) == "1"
    with reader:
        assert reader.read() == ""  # waits until nobody holds it any more
    assert child.returncode == -9


def test_a_server_that_ends_by_itself_is_told_with_its_last_words(process, tmp_path):
    log = tmp_path / "log.txt"
    with (
        pytest.raises(process.CannotBeHad, match=r"it ended by itself \(exit 3\): no such option"),
        process.running([sys.executable, "-c", "print('no such option'); raise SystemExit(3)"], log) as child,
    ):
        process.wait_until(child, lambda: False, log, 30)


def test_a_folder_of_somebody_else_is_left_alone(monkeypatch, process, tmp_path):
    environment = importlib.import_module("bench.servers.environment").Environment(tmp_path)
    (tmp_path / "precious").write_text("1", "utf-8")
    with pytest.raises(process.CannotBeHad, match=r"is there already, and was not made by this script$"):
        environment.install(("litellm",))
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_what_was_installed_whole_is_not_installed_again(monkeypatch, process, tmp_path):
    module = importlib.import_module("bench.servers.environment")
    commands: list[list[str]] = []
    monkeypatch.setattr(module.venv, "create", lambda folder, with_pip: None)
    monkeypatch.setattr(module.Environment, "_do", lambda self, command: commands.append(command))
    made = module.Environment(tmp_path / "made")
    for packages in (("a", "b"), ("a", "b"), ("c",)):
        made.install(packages)
    assert [command[6:] for command in commands] == [["a", "b"], ["c"]]
