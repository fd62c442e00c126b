"""All of GSM8K over a real protocol: exact accuracy, nothing asked twice, nothing lost to a kill."""

import os
import signal
import time
from pathlib import Path

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.solvers import chat

GSM8K = """
from pytest_evalscope import benchmark


@benchmark("gsm8k", few_shot=4)
def test_gsm8k(scores):
    assert scores.accuracy >= 0.7
"""


@pytest.fixture(scope="module")
def answers(hub_dir):
    """Prompt → reply, right for three of four; and how many are right."""
    benchmark = load("gsm8k")
    assert isinstance(benchmark.solve, chat)
    source = Source(data_dir=hub_dir)
    shots = benchmark.shots("main", source)
    table, right = {}, 0
    for number, sample in enumerate(benchmark.samples("main", source)):
        prompt = benchmark.solve.render(sample, shots)[-1]["content"]
        good = number % 4 != 0
        right += good
        table[prompt] = f"So it is {sample.target}." if good else "I make it 123456789."
    assert len(table) == 1319
    return table, right


def arguments(url, hub_dir, *more):
    return ("--model=openai/m", f"--eval-api-url={url}", f"--eval-data-dir={hub_dir}", "--eval-cache-dir=cache", *more)


def test_every_row_is_asked_once_and_marked_exactly(evals, endpoint, answers, hub_dir):
    table, right = answers
    (evals.path / "test_gsm8k.py").write_text(GSM8K, encoding="utf-8")
    with endpoint(table) as server:
        for again in (False, True):
            status, output = evals.run(*arguments(server.url, hub_dir))
            assert status == 0, output
            metric = evals.report("gsm8k")["overall"]["metrics"]["accuracy"]
            assert (metric["value"], metric["n"]) == (right / 1319, 1319), f"again: {again}"
            assert server.stats()["requests"] == 1319
        status, output = evals.run(*arguments(server.url, hub_dir, "-n", "2", "--eval-cache-dir=other"))
        assert status == 0, output
        assert evals.report("gsm8k")["overall"]["metrics"]["accuracy"] == metric
        assert server.stats()["requests"] == 2 * 1319


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_killed_run_goes_on_where_it_was(evals, endpoint, answers, hub_dir, workers):
    table, right = answers
    (evals.path / "test_gsm8k.py").write_text(GSM8K, encoding="utf-8")
    with endpoint(table, latency=0.02) as server:
        with evals.start(*arguments(server.url, hub_dir, "--eval-concurrency=16", *workers)) as child:
            while server.stats()["answered"] < 500 and child.poll() is None:
                time.sleep(0.01)
            assert child.poll() is None, child.communicate()[0]
            kill_tree(child.pid)
        answered = wait_until_quiet(server)
        status, output = evals.run(*arguments(server.url, hub_dir, *workers))
        assert status == 0, output
        stats = server.stats()
        # Only a reply that was on its way when the process died may have to be asked for again.
        assert stats["repeated"] <= 16
        assert stats["requests"] <= 1319 + 2 * 16
        assert stats["distinct"] == 1319 > answered
    assert evals.report("gsm8k")["overall"]["metrics"]["accuracy"]["value"] == right / 1319
    ids = [review["sample_id"] for review in evals.reviews("gsm8k")]
    assert len(ids) == len(set(ids)) == 1319


def test_ctrl_c_keeps_what_is_done_and_is_never_a_pass(evals, endpoint, answers, hub_dir, ctrl_c):
    table, _ = answers
    (evals.path / "test_gsm8k.py").write_text(GSM8K, encoding="utf-8")
    with endpoint(table, latency=0.02) as server:
        with evals.start(*arguments(server.url, hub_dir, "--eval-concurrency=16")) as child:
            while server.stats()["answered"] < 300 and child.poll() is None:
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)
            output, _ = child.communicate(timeout=60)
        assert child.returncode == 2, output
        assert "INCOMPLETE" in output
        assert 280 <= len(evals.reviews("gsm8k")) < 1319
        before = server.stats()["answered"]
        status, output = evals.run(*arguments(server.url, hub_dir))
        assert status == 0, output
        assert server.stats()["answered"] - before <= 1319 - 280


def test_an_endpoint_that_is_down_is_an_error_that_says_so(evals, hub_dir):
    (evals.path / "test_gsm8k.py").write_text(GSM8K, encoding="utf-8")
    status, output = evals.run(*arguments("http://127.0.0.1:9/v1", hub_dir, "--eval-limit=2", "--eval-attempts=1"))
    assert status == 10
    assert "1 error" in output
    assert "2 of 2 samples have no score" in output
    assert "127.0.0.1:9" in output


def kill_tree(pid: int) -> None:
    """Kill a process and its children (the workers), as a power cut would."""
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if int(fields[1]) == pid:
            children.append(int(status.parent.name))
    for each in (pid, *children):
        os.kill(each, signal.SIGKILL)


def wait_until_quiet(server):
    """Return how many replies the server has sent once it sends no more."""
    while True:
        before = server.stats()["answered"]
        time.sleep(0.1)
        if server.stats()["answered"] == before:
            return before
