"""The controller under xdist.

Imports nothing of the package but the light modules, because every `-n` run loads it.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.plugin.buckets import BUCKETS, FROM_CONTROLLER
from pytest_evalscope.plugin.keys import REFUSED
from pytest_evalscope.plugin.options import names_given, value_of

if TYPE_CHECKING:
    from pytest_evalscope.plugin.collector import Collector


class Controller:
    """The controlling process: gives workers the run folder, keeps a benchmark's items together, gathers results.

    It has no properties: before 8.3.3 pytest reads every attribute of a plugin that is registered.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._folder: Path | None = None
        self.gathered: Collector | None = None
        """The collector of the results; None while none has arrived."""
        self._watch: _Watch | None = None
        self._nodes: list[Any] = []

    def folder(self) -> Path:
        """Return the path of the run folder; workers make it if they have an eval to run."""
        if self._folder is None:
            from pytest_evalscope.types.names import new_run_name

            base = Path(self._config.invocation_params.dir)
            self._folder = base / value_of(self._config, "work-dir") / new_run_name()
        return self._folder

    def keeps_together(self) -> bool:
        """Return whether this plugin decides the distribution, and so keeps a benchmark's items in one worker."""
        words = [*map(str, self._config.invocation_params.args), *self._config.getini("addopts")]
        chosen = any(word == "-d" or word.startswith("--dist") for word in words)
        return getattr(self._config.option, "dist", "no") == "load" and not chosen

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker the run folder and the number of workers that share it."""
        self._nodes.append(node)
        node.workerinput[FROM_CONTROLLER] = {
            "folder": str(self.folder()),
            "workers": len(self._config.option.tx),
            "look_ahead": "benchmark" if self.keeps_together() else "nothing",
        }

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Keep a benchmark's items in one worker, so that each sample is requested once."""
        if not self.keeps_together():
            return None
        from pytest_evalscope.plugin.scheduling import EvalScheduling

        return EvalScheduling(config, log, self._buckets)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Raise a worker's usage error in the process that the user has started."""
        refused = getattr(node, "workeroutput", {}).get(REFUSED)
        if refused:
            raise pytest.UsageError(refused)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Pass a SIGTERM on: unlike a Ctrl-C it reaches this process alone, and a worker has records to flush."""
        if excinfo.typename != "Terminated":
            return
        for node in self._nodes:
            # execnet has no public name for the process; without it a worker is interrupted some seconds later.
            process = getattr(getattr(node.gateway, "_io", None), "popen", None)
            if process is not None:
                process.send_signal(signal.SIGTERM)

    def _buckets(self) -> Mapping[str, str]:
        """Return item → bucket as the workers wrote it; empty when they collected no eval."""
        given = self._collected()
        if given is None:
            return {}
        made: dict[str, str] = given["buckets"]
        if not made:
            return {}
        from pytest_evalscope.api.conduct import end_on_sigterm

        self.gather().expect(made, given["deselected"], given["remarks"])
        self._config.add_cleanup(end_on_sigterm())
        self._watch = _Watch(self._config, self.folder())
        return made

    def _collected(self) -> dict[str, Any] | None:
        """Return what the workers wrote about the evals that they collected; None where they collected none."""
        try:
            given: dict[str, Any] = json.loads((self.folder() / BUCKETS).read_text(encoding="utf-8"))
        except OSError:  # no worker collected an eval, or none could make the folder, which each reports
            return None
        return given

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """End the session where an option or a file names benchmarks that no test has: a worker can only report it."""
        session = self._config.pluginmanager.get_plugin("session")
        if not ids or (session is not None and session.testsfailed):
            return  # what could not be collected was reported; a worker without an item may have refused all of them
        given = self._collected()
        problem = "" if given is None else given["problem"]
        if given is None and names_given(self._config):
            from pytest_evalscope.plugin.unused import unused

            problem, _ = unused(self._config, ())
        if problem:
            raise pytest.UsageError(problem)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in a result."""
        if self.gathered is not None or hasattr(report, "evalscope") or hasattr(report, "evalscope_recorded"):
            self.gather().take(report)

    def gather(self) -> Collector:
        """Return the collector of the results; made when the first arrives."""
        if self.gathered is None:
            from pytest_evalscope.folder.paths import RunFolder
            from pytest_evalscope.plugin.collector import Collector

            self.gathered = Collector(self._config, RunFolder(self.folder()))
            self.gathered.begin()
        return self.gathered

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, if there was an eval."""
        if self._watch is not None:
            self._watch.stop()
        if self.gathered is not None:
            self.gathered.finish(session)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the tables, if there was an eval."""
        if self.gathered is not None:
            self.gathered.pytest_terminal_summary(terminalreporter)


class _Watch:
    """Prints the workers' progress from a thread: the controller's own loop only waits for them."""

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evalscope-progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        from pytest_evalscope.plugin.progress import print_lines
        from pytest_evalscope.run.progress import BEAT_EVERY, FIRST, Line

        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or reporter.verbosity < -1:
            return
        wait = 2 * FIRST
        while not self._done.wait(wait):
            wait = BEAT_EVERY
            lines = []
            for path in sorted((self._folder / "logs").glob("progress-*.json")):
                # What cannot be read is left out: a progress that is not shown is no loss.
                with suppress(OSError, ValueError, KeyError, TypeError):
                    lines += [str(Line(**fields)) for fields in json.loads(path.read_text(encoding="utf-8"))["lines"]]
            print_lines(self._config, lines)
