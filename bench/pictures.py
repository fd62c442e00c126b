"""What pictures cost a run: the size of its folder, and memory that does not grow with their number.

    python bench/pictures.py [--samples 500] [--repeats 3] [--kilobytes 200] [--form file|bytes]

Every sample has a picture of its own. The endpoint is on loopback and reads each request to its end. Peak memory is
that of the process that runs the evals, as the operating system counts it; a second run with a quarter of the samples
shows how much of it depends on their number.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

from tabulate import tabulate

COMPLETION = json.dumps({"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": {}}).encode()


class Endpoint(BaseHTTPRequestHandler):
    """Answers yes to every request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the name that the server looks for
        """Read the request and answer."""
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, 65536)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(COMPLETION)))
        self.end_headers()
        self.wfile.write(COMPLETION)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def picture(number: int, size: int) -> bytes:
    """Return a PNG of noise, of about `size` bytes, unlike that of any other number."""
    side = int((size / 3) ** 0.5)
    noise = Random(number)
    rows = b"".join(b"\0" + noise.randbytes(3 * side) for _ in range(side))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 0)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def child(folder: Path, url: str, samples: int, repeats: int, form: str) -> None:
    """Run the evals in this process, and print what they took."""
    from pytest_evalscope.api import evaluate
    from pytest_evalscope.benchmarks import Benchmark
    from pytest_evalscope.data import Rows
    from pytest_evalscope.models import ModelOptions
    from pytest_evalscope.run import Settings
    from pytest_evalscope.scorers import includes
    from pytest_evalscope.types import Sample

    def sample(row: object) -> Sample:
        path = folder / "pictures" / f"{row['number']}.png"  # type: ignore[index]  # a row is a dict
        return Sample(input="Is this noise?", target="yes", media=(path if form == "file" else path.read_bytes(),))

    benchmark = Benchmark(
        name="noise", data=Rows([{"number": number} for number in range(samples)]), sample=sample, score=includes()
    )
    settings = Settings(
        models=("openai/m",),
        model=ModelOptions(api_url=url),
        repeats=repeats,
        cache_dir=folder / f"cache-{samples}-{form}",
    )
    begun = time.perf_counter()
    summary = evaluate([benchmark], settings=settings, folder=folder / f"run-{samples}-{form}", progress=False)
    value = summary.results[0].metrics["accuracy"].value
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "accuracy": value}))


def size_of(folder: Path) -> float:
    """Return the megabytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Print a table of two runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--kilobytes", type=int, default=200)
    parser.add_argument("--form", choices=("file", "bytes"), default="file")
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "URL", "SAMPLES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        folder, url, samples = options.child
        child(Path(folder), url, int(samples), options.repeats, options.form)
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pictures").mkdir()
        for number in range(options.samples):
            (folder / "pictures" / f"{number}.png").write_bytes(picture(number, 1000 * options.kilobytes))
        for samples in (options.samples // 4, options.samples):
            command = [sys.executable, __file__, f"--repeats={options.repeats}", f"--form={options.form}"]
            done = subprocess.run(
                [*command, "--child", name, url, str(samples)],
                env={**os.environ, "OPENAI_API_KEY": "x"},
                stdout=subprocess.PIPE,
                check=True,
            )
            told = json.loads(done.stdout.splitlines()[-1])
            run = folder / f"run-{samples}-{options.form}"
            pictures = size_of(run / "media")
            rows.append(
                [samples, samples * options.repeats, told["accuracy"], pictures, size_of(run) - pictures, size_of(run),
                 told["peak"], told["seconds"]]
            )  # fmt: skip
    server.shutdown()
    headers = ["samples", "requests", "accuracy", "media MB", "other MB", "folder MB", "peak RSS MB", "seconds"]
    print(tabulate(rows, headers=headers, floatfmt=".1f"))


if __name__ == "__main__":
    main()
