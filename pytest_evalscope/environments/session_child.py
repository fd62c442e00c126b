"""Run one command of a session within the sandbox: this text is given to `python -c`, the job to its input.

It writes the session's files, runs the command among them, and says what changed: its last line is the job's token and
one line of JSON behind it. The token is a secret of this process, so that what the command prints is not taken for it.
It imports the standard library only.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from typing import Any

NOT_FOUND = 127
"""The exit code of a command that is not found, as shells give it."""
TICK = 0.01


def main() -> None:
    """Do the job."""
    job = json.loads(sys.stdin.buffer.read())
    root = os.path.abspath("session")  # noqa: PTH100 - pathlib would cost every command 10 ms
    unpack(root, job)
    done = run(root, job)
    done.update(pack(root, job))
    sys.stdout.write("\n" + job["token"] + json.dumps(done) + "\n")


def unpack(root: str, job: dict[str, Any]) -> None:
    """Write the session's files. Links come last: nothing is written through one."""
    for folder in ["", *job["folders"]]:
        os.makedirs(os.path.join(root, folder), exist_ok=True)  # noqa: PTH103, PTH118 - as above
    for path, (text, executable) in job["files"].items():
        place = os.path.join(root, path)  # noqa: PTH118 - as above
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - as above
        with open(place, "wb") as file:  # noqa: PTH123 - as above
            file.write(base64.b64decode(text))
        os.chmod(place, 0o755 if executable else 0o644)  # noqa: PTH101 - as above
    for path, target in job["links"].items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)  # noqa: PTH103, PTH118, PTH120 - as above
        os.symlink(target, os.path.join(root, path))  # noqa: PTH118, PTH211 - as above


def run(root: str, job: dict[str, Any]) -> dict[str, Any]:
    """Run the command, and end it with all of its group at the limit of time or when it is done."""
    command = job["command"]
    if isinstance(command, str):
        command = [shutil.which("bash") or "sh", "-c", command]
    elif command[0] == "python":
        command = [sys.executable, *command[1:]]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(base64.b64decode(job["stdin"]))
        given.seek(0)
        began = time.monotonic()
        try:
            process = subprocess.Popen(  # noqa: S603 - this is what a sandbox is for
                command, cwd=root, stdin=given, stdout=out, stderr=err, start_new_session=True
            )
        except OSError as error:
            said = f"{command[0]}: {error.strerror}\n"
            return {"ended": "exit", "code": NOT_FOUND, "stdout": "", "stderr": encoded(said.encode()), "seconds": 0}
        ended = ""
        while not ended:
            if process.poll() is not None:
                ended = "exit" if process.returncode >= 0 else "signal"
            elif time.monotonic() > began + job["seconds"]:
                ended = "timeout"
            elif max(os.fstat(out.fileno()).st_size, os.fstat(err.fileno()).st_size) > job["output"]:
                ended = "output"
            else:
                time.sleep(TICK)
        seconds = time.monotonic() - began
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        returned = process.wait()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(encoded(stream.read(job["output"])))
    code = returned if ended == "exit" else None
    return {"ended": ended, "code": code, "stdout": texts[0], "stderr": texts[1], "seconds": seconds}


def pack(root: str, job: dict[str, Any]) -> dict[str, Any]:
    """Return what is in the folder now: of files those that changed; or why it cannot be kept."""
    try:
        return packed(root, job)
    except OSError as error:  # what cannot be read must not look as if it were gone
        return {"problem": f"{os.path.relpath(error.filename or root, root)}: {error.strerror}"}


def packed(root: str, job: dict[str, Any]) -> dict[str, Any]:
    """Return what `pack` does. Raises OSError for what cannot be read although it belongs to this user."""
    files, folders, links, size = {}, [], {}, 0
    seen = set()
    open_to_us(root, os.lstat(root).st_mode)
    for folder, below, names in os.walk(root, onerror=fail):
        for name in below + names:
            place = os.path.join(folder, name)  # noqa: PTH118 - as above
            path = os.path.relpath(place, root)
            if not named(path):
                continue
            kind = os.lstat(place)
            if stat.S_ISLNK(kind.st_mode):
                links[path] = os.readlink(place)  # noqa: PTH115 - as above
            elif stat.S_ISDIR(kind.st_mode):
                open_to_us(place, kind.st_mode)  # it is listed after this
                folders.append(path)
            elif stat.S_ISREG(kind.st_mode):
                seen.add(path)
                size += kind.st_size
                if size > job["bytes"] or len(seen) > job["count"]:
                    return {"problem": f"more than {job['count']} files, or more than {job['bytes']} bytes in them"}
                open_to_us(place, kind.st_mode)
                made = [content(place), bool(kind.st_mode & stat.S_IXUSR)]
                if made != job["files"].get(path):
                    files[path] = made
    gone = [path for path in job["files"] if path not in seen]
    return {"files": files, "gone": gone, "folders": folders, "links": links}


def named(path: str) -> bool:
    """Return whether a path can be written as text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def open_to_us(place: str, mode: int) -> None:
    """Permit this user to read a file or a folder; permissions are not kept, but what is in it is."""
    needed = 0o700 if stat.S_ISDIR(mode) else 0o400
    if mode & needed != needed:
        os.chmod(place, stat.S_IMODE(mode) | needed)  # noqa: PTH101 - as above


def fail(error: OSError) -> None:
    """Raise the error that `os.walk` would pass over."""
    raise error


def content(place: str) -> str:
    """Return a file as base64."""
    with open(place, "rb") as file:  # noqa: PTH123 - as above
        return encoded(file.read())


def encoded(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    main()
