"""The child that llama.cpp runs in, with a stand-in for the extension module."""

import json
import subprocess
import sys

import pytest

from pytest_evalscope.models.gguf import process

MODULE = """
from types import SimpleNamespace as Space

class CommonParams(Space):
    def __init__(self):
        super().__init__(model=Space(path=""), cpuparams=Space(n_threads=-1), cpuparams_batch=Space(n_threads=-1))
        self.hostnames = []

class Server:
    def __init__(self, params):
        if params.model.path == "broken":
            raise RuntimeError("Failed to init server")
        threads = params.cpuparams.n_threads, params.cpuparams_batch.n_threads
        given = params.n_parallel, params.n_ctx, *threads, params.api_keys, params.hostnames, params.model_alias
        self.listening_address = repr(given)

    def __del__(self):
        print("the destructor ran" if hasattr(self, "listening_address") else "")
"""
MODEL = {"file": "m.gguf", "name": "m", "parallel": 4, "context": 100, "threads": 3, "key": "k"}


@pytest.fixture
def serve(tmp_path):
    """Runs the script with this order; its input ends at once. Returns its answer."""
    (tmp_path / "xllamacpp.py").write_text(MODULE)

    def run(path=tmp_path, **model):
        order = {"path": [str(path), *sys.path], "model": {**MODEL, **model}}
        return subprocess.run(
            [sys.executable, "-I", process._SCRIPT],
            input=json.dumps(order) + "\n", capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


def test_it_opens_what_it_was_told_and_ends_with_its_input(serve):
    done = serve()
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout) == {"url": "(4, 400, 3, 3, ['k'], ['127.0.0.1'], {'m'})"}  # and no destructor


def test_older_engines_have_one_host(serve, tmp_path):
    older = MODULE.replace("self.hostnames = []", "self.hostname = ''").replace("params.hostnames", "params.hostname")
    (tmp_path / "xllamacpp.py").write_text(older)
    assert json.loads(serve().stdout) == {"url": "(4, 400, 3, 3, ['k'], '127.0.0.1', {'m'})"}


def test_it_says_why_it_cannot(serve):
    done = serve(file="broken")
    assert json.loads(done.stdout) == {"error": "RuntimeError: Failed to init server"}
    assert done.returncode == 0


def test_a_broken_engine_is_told_too(serve, tmp_path):
    (tmp_path / "xllamacpp.py").write_text("import no_such_module")
    assert json.loads(serve().stdout) == {"error": "ModuleNotFoundError: No module named 'no_such_module'"}
