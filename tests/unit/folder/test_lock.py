"""One run in a folder at a time; whoever is killed holds nothing."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from pytest_evalscope.errors import StorageError, UsageError
from pytest_evalscope.folder.lock import FILE, claim
from pytest_evalscope.run import RunFolder

HOLD = """
import sys
from pathlib import Path
from pytest_evalscope.run import RunFolder
from pytest_evalscope.folder.lock import claim
held = claim(RunFolder(Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def run_folder(tmp_path):
    made = RunFolder(tmp_path / "here")
    made.create()
    return made


def test_a_second_run_in_a_folder_is_refused_until_the_first_is_closed(run_folder):
    with closing(claim(run_folder)):
        for _ in range(2):
            with pytest.raises(UsageError, match=r"^run folder: another run writes there \(.*here: process ") as caught:
                claim(run_folder)
            assert f"process {os.getpid()} on " in str(caught.value)
    with closing(claim(run_folder)):
        pass


def test_another_process_is_named_and_a_killed_one_holds_nothing(run_folder):
    command = [sys.executable, "-c", HOLD, str(run_folder.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "held\n"
            with pytest.raises(UsageError, match=rf"process {child.pid} on "):
                claim(run_folder)
        finally:
            child.kill()
    with closing(claim(run_folder)):
        pass


def test_a_folder_in_which_no_lock_can_be_made_is_told(run_folder):
    for spoilt in (b"no database at all, but a text of some length", None):
        path = run_folder.path / FILE
        path.unlink(missing_ok=True)
        path.mkdir() if spoilt is None else path.write_bytes(spoilt * 100)
        with pytest.raises(StorageError, match=r"^run folder: cannot be written \(.*here: "):
            claim(run_folder)
