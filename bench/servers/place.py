"""Where a run of the script happens: its folders, the mock, and pytest as a child."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench.servers.outcome import Line, Scenario, Seen, line
from bench.servers.process import CannotBeHad, end, free_port, responds, running, wait_until

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EVALS_SECONDS = 400.0
"""Seconds after which a run of evals is ended: longer than a request is patient with an endpoint that refuses it."""

Counted = Callable[[], Mapping[str, int]]
"""Returns how many requests a place has had so far, by their HTTP status or their path, as the place tells them."""
_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True)
class Place:
    """The options of the script."""

    work: Path
    """A folder for all that is written during the run."""
    environments: Path
    """The folder of the servers' environments."""
    mock: Path
    """The mock of an OpenAI-compatible endpoint, which is behind the gateways and proxies."""
    only: str = ""
    """A regular expression for the names of the scenarios that are run."""

    def wants(self, scenario: str) -> bool:
        """Return whether a scenario is to be run."""
        return bool(re.search(self.only, scenario))

    def folder(self, name: str) -> Path:
        """Return a new folder."""
        made = self.work / f"{next(_NUMBERS):02}-{name}"
        made.mkdir(parents=True)
        return made

    @contextmanager
    def mocked(self, *options: str) -> Iterator[tuple[str, Counted]]:
        """Run the mock; yield its base URL, and the number of its requests. Raises CannotBeHad without the mock."""
        if not self.mock.is_file():
            raise CannotBeHad(f"there is no mock at {self.mock}; --mock names it")
        port, log = free_port(), self.folder("mock") / "log.txt"
        url = f"http://127.0.0.1:{port}"

        def requests() -> Mapping[str, int]:
            with urllib.request.urlopen(f"{url}/stats", timeout=10) as response:
                told: dict[str, int] = json.load(response)["by_path"]
                return {path: number for path, number in told.items() if path.endswith("/completions")}

        with running([sys.executable, self.mock, "--port", str(port), *options], log) as child:
            wait_until(child, lambda: responds(f"{url}/health"), log, 20)
            yield f"{url}/v1", requests

    def lines(
        self, server: str, scenarios: Iterable[Scenario], url: str, counted: Counted | None = None
    ) -> Iterator[Line]:
        """Run scenarios against a server at `url`, and yield their lines of the table."""
        for scenario in scenarios:
            if self.wants(scenario.name):
                yield self._line(server, scenario, url, counted)

    def _line(self, server: str, scenario: Scenario, url: str, counted: Counted | None) -> Line:
        print(f"{server}: {scenario.name} …", flush=True)
        before = counted() if counted else {}
        folder = self.folder("evals")
        shutil.copy(HERE / "asked.py", folder)
        begun = time.monotonic()
        exit_status, output = self._evals(scenario, url, folder)
        seconds = time.monotonic() - begun
        after = counted() if counted else {}
        sent = {name: number - before.get(name, 0) for name, number in after.items() if number != before.get(name, 0)}
        (folder / "output.txt").write_text(output, "utf-8")
        report = _report(folder)
        outcomes, unscored = report.get("outcomes", {}), report.get("unscored", 0)
        seen = Seen(
            outcomes=outcomes, unscored=unscored, exit=exit_status, seconds=seconds, requests=sent, output=output
        )
        return line(server, scenario, seen)

    def _evals(self, scenario: Scenario, url: str, folder: Path) -> tuple[int | None, str]:
        """Run pytest in a process group of its own; return its exit status (None if it was ended) and its output."""
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir=.",
            scenario.test, f"--model={scenario.model}", f"--eval-limit={scenario.samples}", "--eval-cache=off",
            *(() if scenario.model.startswith("anthropic/") else (f"--eval-api-url={url}",)), *scenario.options,
        ]  # fmt: skip
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "CI": "true", "COLUMNS": "160", "NO_PROXY": "127.0.0.1",
            "OPENAI_API_KEY": "sk-bench", "ANTHROPIC_API_KEY": "sk-bench",
            "ANTHROPIC_BASE_URL": url.removesuffix("/v1"), **scenario.environment,
        }  # fmt: skip
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = child.communicate(timeout=EVALS_SECONDS)
            return child.returncode, output.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            end(child)
            if child.stdout is not None:
                child.stdout.close()


def _report(folder: Path) -> Mapping[str, Any]:
    """The whole of the only benchmark's report; empty if there is none."""
    for path in sorted(folder.glob("outputs/2*/reports/*/smoke_*.json")):
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))["overall"]
        return told
    return {}
