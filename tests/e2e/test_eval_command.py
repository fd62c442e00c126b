"""`pytest-evalscope eval` as a process: a Ctrl-C, and the same command again."""

import os
import re
import signal
import subprocess
import sys
import time

MAIN = "from pytest_evalscope.cli import main; main()"


def start(folder, *words):
    environment = {**os.environ, "CI": "true", "COLUMNS": "120", "EVALSCOPE_CACHE_DIR": str(folder / "cache")}
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "eval", *words],
        cwd=folder,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def apart_from_progress(said):
    """What was said besides the lines of a run that takes longer than two seconds, as on a busy machine."""
    return [line for line in said.splitlines() if not re.match(r"smoke_\w+  openai/m  \d+/\d+  ", line)]


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(tmp_path, endpoint, ctrl_c):
    words = ("--datasets", "smoke_knowledge", "smoke_facts", "--model", "m", "--eval-batch-size", "2")
    with endpoint({"": ""}, latency=0.02) as server:
        with start(tmp_path, *words, "--api-url", server.url) as child:
            while server.stats()["answered"] < 20 and child.poll() is None:
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)
            out, said = child.communicate(timeout=60)
        assert child.returncode == 1, said
        assert out.startswith("results (INCOMPLETE) of openai/m\n")
        assert "smoke_knowledge/en  incomplete" in out
        assert apart_from_progress(said) == ["error: the run was cut off: these numbers are not a result"]
        asked = server.stats()["requests"]
        with start(tmp_path, *words, "--api-url", server.url) as child:
            out, said = child.communicate(timeout=60)
        assert (child.returncode, apart_from_progress(said)) == (0, [])
        assert out.startswith("results of openai/m\n")
        stats = server.stats()
        assert stats["distinct"] == 90
        assert asked < 90
        assert stats["requests"] <= 90 + 2, "only what was on its way at the Ctrl-C is asked again"
