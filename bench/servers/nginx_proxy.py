"""nginx before the mock, with its limits: what it answers in the endpoint's place is HTML, and often a 503."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.servers.outcome import Expected, Line, Scenario
from bench.servers.place import Place
from bench.servers.process import CannotBeHad, free_port, listens, running, wait_until

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    log_format status "$status";
    access_log {folder}/access.log status;
    {temporary}
    limit_req_zone $server_name zone=rate:1m rate=10r/s;
    limit_conn_zone $server_name zone=connections:1m;
    upstream halved {{ server 127.0.0.1:{mock}; server 127.0.0.1:{dead}; }}
    server {{
        listen 127.0.0.1:{port};
        server_name limits;
        location /v1/ {{
            proxy_pass http://{upstream};
            proxy_next_upstream off;
            proxy_http_version 1.1;
            {limits}
        }}
    }}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
MODEL = "openai/mock-model"
ALL = 60
FEW = 4
TWICE = "--eval-attempts=2"


@dataclass(frozen=True, kw_only=True)
class Front:
    """A configuration, and what comes of a run against it."""

    name: str
    expected: Expected
    limits: str = ""
    samples: int = ALL
    mock: tuple[str, ...] = ("--latency-ms", "50")
    upstream: str = "127.0.0.1:{mock}"
    options: tuple[str, ...] = ()


def _final(status: int, *says: str) -> Expected:
    """The outcome of a status that every request gets and that no retry mends."""
    return Expected(scored=0, exit=10, requests=range(FEW, FEW + 1), says=(f"HTTP {status}", *says))


def _retried(status: int) -> Expected:
    """The outcome of a status that every request gets, with two attempts for each."""
    many = range(2 * FEW - 1, 2 * FEW + 1)  # after three requests without any response the rest get one attempt
    return Expected(scored=0, exit=10, requests=many, says=(f"HTTP {status}", "after 2 attempts"))


FRONTS = (
    Front(name="no limits", expected=Expected(scored=ALL, requests=range(ALL, ALL + 1))),
    Front(
        name="limit_req 10r/s burst 5, its default 503", limits="limit_req zone=rate burst=5 nodelay;",
        expected=Expected(scored=ALL),
    ),
    Front(
        name="limit_req 10r/s burst 5, 429", limits="limit_req zone=rate burst=5 nodelay; limit_req_status 429;",
        expected=Expected(scored=ALL),
    ),
    Front(
        name="limit_conn 4, its default 503", limits="limit_conn connections 4;",
        expected=Expected(scored=ALL),
    ),
    Front(
        name="limit_conn 4, 429", limits="limit_conn connections 4; limit_conn_status 429;",
        expected=Expected(scored=ALL),
    ),
    Front(
        name="every tenth stream breaks off", options=("--eval-generation-config=stream=true",),
        mock=("--ttft-ms", "20", "--reset-rate", "0.1", "--output-tokens", "8"),
        expected=Expected(scored=ALL),
    ),
    Front(
        name="client_max_body_size 64: 413", limits="client_max_body_size 64;", samples=FEW,
        expected=_final(413, "the request is too large for the server"),
    ),
    Front(
        name="every tenth request hangs, proxy_read_timeout 1s: 504", limits="proxy_read_timeout 1s;",
        mock=("--latency-ms", "50", "--hang-rate", "0.1"), expected=Expected(scored=ALL),
    ),
    Front(
        name="all requests hang, proxy_read_timeout 1s: 504", limits="proxy_read_timeout 1s;", samples=FEW,
        mock=("--hang-rate", "1"), options=(TWICE,), expected=_retried(504),
    ),
    Front(
        name="one of two upstreams is down: 502", upstream="halved", expected=Expected(scored=ALL),
    ),
    Front(
        name="the only upstream is down: 502", upstream="127.0.0.1:{dead}", samples=FEW, options=(TWICE,),
        expected=_retried(502),
    ),
)  # fmt: skip


def program(place: Place) -> Path:
    """Return nginx: Debian's package, unpacked into its environment, else what the system has. Raises CannotBeHad.

    Unpacked, it needs no rights, and no service of the system is started.
    """
    folder = place.environments / "nginx"
    unpacked = folder / "usr" / "sbin" / "nginx"
    if not unpacked.is_file() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "nginx"], cwd=folder, capture_output=True, check=False)
        for package in folder.glob("nginx_*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    found = unpacked if unpacked.is_file() else shutil.which("nginx", path=os.defpath + ":/usr/sbin")
    if not found:
        raise CannotBeHad("neither `apt-get download nginx` nor the system has it")
    return Path(found)


def lines(place: Place) -> Iterator[Line]:
    """Yield the lines of the table."""
    nginx = program(place)
    told = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False)
    if told.returncode:
        raise CannotBeHad(f"it does not start ({told.stderr.strip()[:300]})")
    name = told.stderr.strip().rpartition(" ")[2].replace("/", " ")
    for front in FRONTS:
        if place.wants(front.name):
            with place.mocked(*front.mock) as (mock, _):
                yield from _lines(place, nginx, name, front, int(mock.split(":")[2].partition("/")[0]))


def _lines(place: Place, nginx: Path, name: str, front: Front, mock: int) -> Iterator[Line]:
    folder, port, dead = place.folder("nginx"), free_port(), free_port()
    access, log, file = folder / "access.log", folder / "log.txt", folder / "nginx.conf"
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY)
    file.write_text(
        CONFIGURATION.format(
            folder=folder, temporary=temporary, port=port, mock=mock, dead=dead, limits=front.limits,
            upstream=front.upstream.format(mock=mock, dead=dead),
        ), "utf-8",
    )  # fmt: skip

    def statuses() -> Mapping[str, int]:
        return Counter(re.findall(r"\d{3}", access.read_text("utf-8"))) if access.exists() else {}

    command = [nginx, "-e", folder / "error.log", "-p", folder, "-c", file]
    scenario = Scenario(
        name=front.name, model=MODEL, samples=front.samples, options=front.options, expected=front.expected
    )
    with running(command, log) as child:
        wait_until(child, lambda: listens(port), log, 10)
        yield from place.lines(name, [scenario], f"http://127.0.0.1:{port}/v1", statuses)
