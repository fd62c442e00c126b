"""A script that takes away from Python what Windows lacks, and then does what its argument says.

`imports` imports every module of the package; `run` evaluates twice, in two folders beside each other; `pytest` runs
pytest on the rest of the arguments. What other packages import on their own account is imported before anything is
taken away.
"""

import asyncio
import concurrent.futures
import http.server
import importlib
import multiprocessing
import os
import pkgutil
import selectors
import signal
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import _pytest.config
import aiohttp
import click
import junitparser
import orjson
import platformdirs
import pydantic
import pytest
import tabulate

LOADED = (
    *(asyncio, concurrent.futures, http.server, multiprocessing, selectors, sqlite3, subprocess, tempfile),
    *(_pytest.config, aiohttp, click, junitparser, orjson, platformdirs, pydantic, tabulate),
)
MODULES = ("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty")
SYSTEM_CALLS = (
    *(
        "fork",
        "forkpty",
        "killpg",
        "setsid",
        "getpgid",
        "setpgid",
        "getpgrp",
        "waitid",
        "wait3",
        "wait4",
        "posix_spawn",
    ),
    *("getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "setgid", "chown", "chroot", "mkfifo", "nice"),
    *("getloadavg", "sched_getaffinity", "uname", "statvfs", "sync", "pread", "pwrite", "fchmod", "fchown"),
    *("WNOWAIT", "WEXITED", "P_PID", "O_CLOEXEC", "O_NONBLOCK", "O_DIRECTORY", "set_blocking"),
)
SIGNALS = (
    *("SIGKILL", "SIGXCPU", "SIGXFSZ", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGCHLD", "SIGQUIT"),
    *("SIGSTOP", "SIGCONT", "setitimer", "alarm", "pthread_sigmask", "sigwait"),
)


def become_windows() -> None:
    """Take it all away."""
    sysconfig.get_config_vars()  # is kept, and is asked of the system by its name
    if hasattr(os, "process_cpu_count"):  # Python made it of what is taken away; Windows has another
        os.process_cpu_count = os.cpu_count
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say that there is none
    for module, names in ((os, SYSTEM_CALLS), (signal, SIGNALS)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.platform = "win32"


def import_all() -> None:
    """Import every module of the package, and print how many there are."""
    import pytest_evalscope

    names = [module.name for module in pkgutil.walk_packages(pytest_evalscope.__path__, "pytest_evalscope.")]
    for name in names:
        importlib.import_module(name)
    print(len(names))


def evaluate_twice() -> None:
    """Evaluate two samples, twice; print the accuracies and whether `latest` is the second run."""
    from pytest_evalscope import Benchmark, Rows, Sample, exact
    from pytest_evalscope.api import evaluate
    from pytest_evalscope.run import Settings

    echoed = Benchmark(
        name="con", data=Rows([{"q": "a"}, {"q": "b"}]), sample=lambda row: Sample(input=row["q"], target=row["q"]),
        score=exact(),
    )  # fmt: skip
    for _ in range(2):
        summary = evaluate([echoed], models=["fake/echo"], settings=Settings(cache_dir=Path("cache")), progress=False)
        print(summary.results[0].metrics["accuracy"].value)
    print(Path("outputs/latest").samefile(summary.folder))


if __name__ == "__main__":
    become_windows()
    what, *rest = sys.argv[1:]
    if what == "pytest":
        # pytest asks Windows' own console for its standard output, unless it captures no file descriptors.
        sys.exit(pytest.main(["--capture=sys", "-p", "no:cacheprovider", *rest]))
    {"imports": import_all, "run": evaluate_twice}[what]()
