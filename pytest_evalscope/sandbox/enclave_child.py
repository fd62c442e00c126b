"""Runner of a program within an enclave: its text, with the job above it, is the code that the server executes.

It imports the standard library only. The job is in `JOB`, as base64 of JSON; one line that begins with `MARK` reports
the result.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any

JOB = ""
MARK = ""
TICK = 0.01
PR_SET_DUMPABLE = 4


def main() -> None:
    """Do the job."""
    hide()
    job = json.loads(base64.b64decode(JOB))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        result = run(job)
        os.chdir("/")
    sys.stdout.write(f"\n{MARK}{json.dumps(result)}\n")


def hide() -> None:
    """Remove this text, which has the program's input, and close this process to the program (Linux)."""
    try:
        os.remove(__file__)  # noqa: PTH107 - as below
    except (NameError, OSError):  # it is no file, or not ours
        pass
    try:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Write the files, run the command, and end it at a limit."""
    for path, text in job["files"].items():
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)  # noqa: PTH103, PTH120 - as in launcher.py
        with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:  # noqa: PTH123 - the same
            file.write(text)

    import resource  # here: Windows has none, and this module is imported there too

    def limit() -> None:
        for name, value in job["limits"].items():
            resource.setrlimit(getattr(resource, "RLIMIT_" + name), (value, value))

    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(base64.b64decode(job["stdin"]))
        given.seek(0)
        began = time.monotonic()
        try:
            process = subprocess.Popen(  # noqa: S603 - this is what a sandbox is for
                job["command"],
                stdin=given,
                stdout=out,
                stderr=err,
                preexec_fn=limit,  # noqa: PLW1509 - there is one thread
                start_new_session=True,
            )
        except OSError as error:
            said = f"{job['command'][0]}: {error.strerror}"
            return {"code": 1, "cause": "", "stdout": "", "stderr": said, "seconds": 0}
        cause = ""
        while process.poll() is None and not cause:
            if time.monotonic() > began + job["seconds"]:
                cause = "timeout"
            elif max(os.fstat(out.fileno()).st_size, os.fstat(err.fileno()).st_size) > job["output"]:
                cause = "output"
            else:
                time.sleep(TICK)
        seconds = time.monotonic() - began
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        code = process.wait()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read(job["output"] + 1).decode("utf-8", "replace"))
    return {"code": code, "cause": cause, "stdout": texts[0], "stderr": texts[1], "seconds": seconds}


if __name__ == "__main__":
    main()
