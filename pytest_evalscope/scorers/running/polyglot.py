"""A solution in another language than Python with its tests, and the proof that these came to their end.

Read from stdin, as JSON. `shell` runs the tests in a shell that never reads the solution, which is a program of its own
to it; `node` runs them in one node and the solution in another. A compiled program has both: behind its tests it reads
a number from stdin and writes it changed by a key of its source, which is gone by then; with another number its last
test must fail, as it does not in a program that has changed what a failing test does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Any

from pytest_evalscope.scorers.running.wire import UNSOUND, conceal, loads, whole

FAILING = "its tests cannot fail"
LEFT_EARLY = "it left before its tests"
CHUNK = 1 << 16


def written(name: str, text: str) -> None:
    """Write a file."""
    with open(name, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:  # noqa: PTH123 - as launcher.py
        file.write(text)


def failed(code: int, problem: str = "") -> None:
    """Leave as the program has: by its exit code, or with the number of the signal that ended it; never as unsound."""
    if problem:
        os.write(2, f"\n{problem}\n".encode())
    os._exit(128 - code if code < 0 else 1 if code in (0, UNSOUND) else code)


def shell(job: dict[str, Any]) -> int:
    """Run the tests in a shell. Its program file cannot be read, so that Linux closes its memory to the solution."""
    written("solution.sh", job["solution"])
    bash, own = shutil.which("bash") or "/bin/bash", os.path.abspath("tests-shell")  # noqa: PTH100 - as launcher.py
    shutil.copyfile(bash, own)
    os.chmod(own, 0o100)  # noqa: PTH101 - as launcher.py
    name = job["name"]
    call = f'{name}() {{ {bash} -c \'. ./solution.sh >/dev/null; {name} "$@"\' {name} "$@" </dev/null; }}\n'
    text = f"{call}{job['tests']}\nexit 0\n"
    return subprocess.run([own, "-s"], input=text.encode("utf-8", "replace"), check=False).returncode  # noqa: S603 - these are the tests


NODE = """
const {GET, PUT} = {GET: %d, PUT: %d};
const fs = require('node:fs'), v8 = require('node:v8');
const left = () => { fs.writeSync(2, '\\nit left before its tests\\n'); process.exit(1); };
function exactly(size) {
  const all = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const read = fs.readSync(GET, all, at, size - at);
    if (!read) left();
    at += read;
  }
  return all;
}
const receive = () => v8.deserialize(exactly(Number(exactly(8).readBigUInt64BE())));
function send(value) {
  const body = v8.serialize(value), head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(body.length));
  const all = Buffer.concat([head, body]);
  try {
    for (let at = 0; at < all.length;) at += fs.writeSync(PUT, all, at);
  } catch { left(); }
}
"""
NODE_SOLUTION = """
const called = (0, eval)(fs.readFileSync('solution.js', 'utf8') + '\\n;' + process.argv[1]);
for (;;) {
  const given = receive();
  try { send({value: called(...given)}); } catch (error) { send({error: String(error)}); }
}
"""
NODE_TESTS = """
  // Node opens a debugger to whoever sends this signal.
  process.on('SIGUSR1', () => {});
  fs.writeSync(1, '.');
  return (...given) => {
    send(given);
    const answer = receive();
    if ('error' in answer) throw new Error(answer.error);
    return answer.value;
  };
})();
"""


def node(job: dict[str, Any]) -> int:
    """Run the tests in one node and the solution in another; plain values pass between them.

    Nothing of the solution runs before the tests have been read from a pipe, from where it could take them.
    """
    written("solution.js", job["solution"])
    (get, theirs), (given, put) = os.pipe(), os.pipe()
    # Their last line: an exit code alone is also that of a node whose input was taken away.
    proof = os.urandom(16).hex()
    text = f"const {job['name']} = (() => {{{NODE % (get, put)}{NODE_TESTS}{job['tests']}\n"
    text += f";process.stdout.write('\\n{proof}');\n"
    with given_to([*job["run"], "-"], text.encode(), (get, put)) as tests:
        assert tests.stdout is not None
        if not tests.stdout.read(1):
            return tests.wait() or 1
        command = [*job["run"], "-e", f"globalThis.require = require;{NODE % (given, theirs)}{NODE_SOLUTION}"]
        with subprocess.Popen(  # noqa: S603 - as above
            [*command, job["name"]], stdin=subprocess.DEVNULL, pass_fds=(given, theirs)
        ) as solution:
            os.close(given)
            os.close(theirs)
            said, _, last = tests.stdout.read().rpartition(b"\n")
            code = tests.wait()
            solution.kill()
    sys.stdout.buffer.write(said)
    sys.stdout.flush()
    if not code and last != proof.encode():
        failed(1, LEFT_EARLY)
    return code


def compiled(job: dict[str, Any]) -> int:
    """Build the program and run it twice: to the end of its tests, and to the one that must fail."""
    written(job["file"], job["program"])
    if job["build"]:
        built = subprocess.run(job["build"], stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - what a sandbox is for
        if built.returncode:
            return built.returncode
        os.remove(job["file"])  # noqa: PTH107 - as launcher.py
    key = int(job["key"])
    number = int.from_bytes(os.urandom(7), "big") & ~1 | key & 1
    code, right = answered(job["run"], number, number ^ key)
    if code or not right:
        failed(code, "" if code else LEFT_EARLY)
    other = number ^ 1
    code, right = answered(job["run"], other, other ^ key)
    if right or not code:
        failed(1, FAILING)
    return 0


def given_to(command: list[str], text: bytes, pipes: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """Start a program and write all of its stdin; its stdout is a pipe."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=pipes)  # noqa: S603 - what a sandbox is for
    assert process.stdin is not None
    try:
        process.stdin.write(text)
        process.stdin.close()
    except BrokenPipeError:
        pass
    return process


def answered(command: list[str], number: int, wanted: int) -> tuple[int, bool]:
    """Run a program on a number; return its exit code, and whether its last line is what is wanted."""
    with given_to(command, b"%d\n" % number) as process:
        assert process.stdout is not None
        last = b""
        while data := os.read(process.stdout.fileno(), CHUNK):
            os.write(1, data)
            last = (last + data)[-CHUNK:]
        code = process.wait()
    return code, last.rstrip().rpartition(b"\n")[2] == b"%d" % wanted


def main() -> None:
    """Do the job and write the proof."""
    conceal()
    job = loads(whole(0).decode())
    code = {"shell": shell, "node": node, "compiled": compiled}[job["form"]](job)
    sys.stdout.flush()
    if code:
        failed(code)
    os.write(1, f"\n{job['proof']} 1\n".encode())
    os._exit(0)


if __name__ == "__main__":
    main()
