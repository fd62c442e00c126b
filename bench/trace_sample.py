"""How far one sample travels: the files of this package that a run of one sample visits, and how often it changes file.

    python bench/trace_sample.py [--checkout DIR]

One gsm8k row, one worker, a rule in the place of a model. Every call of a function of the package is followed, in every
thread; a change is a call in another file than the call before. What an import executes, classes' bodies among it, is
counted apart: it happens once a process, whatever the number of samples. Prints a table and exits with 0.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve()
ROW = {"question": "Tom has 2 apples and buys 2 more. How many has he?", "answer": "2 + 2 = 4\n#### 4"}
EVAL = """
from pytest_evalscope import benchmark

@benchmark("gsm8k", few_shot=0)
def test_gsm8k(scores):
    assert scores.accuracy == 1
"""


def main() -> None:
    """Run one sample in a process of its own and print what it visited."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkout", type=Path, default=HERE.parents[1], help="another checkout of this project")
    checkout = parser.parse_args().checkout.resolve()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        rows = place / "mirror" / "openai" / "gsm8k" / "main" / "test.jsonl"
        rows.parent.mkdir(parents=True)
        rows.write_text(json.dumps(ROW) + "\n", "utf-8")
        (place / "test_it.py").write_text(EVAL, "utf-8")
        environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        command = [sys.executable, str(HERE), "--child"]
        subprocess.run(command, cwd=place, env=environment, check=True)


def traced() -> None:
    """Run pytest in this process, followed."""
    import threading

    import pytest

    files: dict[str, int] = {}
    last = {"calls": "", "calls and bodies of classes": ""}
    changes = dict.fromkeys(last, 0)

    def follow(frame: object, event: str, _: object) -> None:
        code = frame.f_code  # type: ignore[attr-defined]  # a frame; its type is not public
        path = code.co_filename
        if event == "call" and "/pytest_evalscope/" in path and code.co_name != "<module>":
            files[path] = files.get(path, 0) + 1
            for counted in last if code.co_flags & inspect.CO_OPTIMIZED else ("calls and bodies of classes",):
                if path != last[counted]:
                    changes[counted] += 1
                    last[counted] = path

    threading.setprofile(follow)
    sys.setprofile(follow)
    options = ["--model=fake/fixed:4", "--eval-data-dir=mirror", "--eval-cache=off", "--eval-work-dir=out"]
    status = pytest.main(["-q", "-p", "pytest_evalscope.plugin", "-p", "no:cacheprovider", *options])
    sys.setprofile(None)
    threading.setprofile(None)
    assert status == 0, "the eval did not pass"
    print(f"{'files visited':<46}{len(files):>8}")
    for counted, number in changes.items():
        print(f"{f'changes of file, {counted}':<46}{number:>8}")


if __name__ == "__main__":
    traced() if "--child" in sys.argv else main()
