"""Distribution of items by xdist when evals are among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScheduling, LoadScopeScheduling


class EvalScheduling:
    """xdist's own load scheduling, until the collection turns out to contain evals: then a bucket goes to one worker.

    That is known only when the workers have collected, and a suite without evals must not notice.
    """

    def __init__(self, config: pytest.Config, log: Any, buckets: Callable[[], Mapping[str, str]]) -> None:
        self._config = config
        self._log = log
        self._buckets = buckets
        self._chosen: Any = LoadScheduling(config, log)
        self._decided = False

    def schedule(self) -> None:
        """Begin handing out, or go on for a worker that came later."""
        if not self._decided:
            self._decided = True
            buckets = self._buckets()
            if buckets:
                self._chosen = _taken_over(self._chosen, _BucketScheduling(self._config, self._log, buckets))
        self._chosen.schedule()

    def __getattr__(self, name: str) -> Any:
        # Everything else is the chosen scheduler's: the session uses `nodes`, `has_pending`, `mark_test_complete` …
        return getattr(self._chosen, name)


class _BucketScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types for it
    """Scopes are buckets; an ordinary test is a scope of its own."""

    def __init__(self, config: pytest.Config, log: Any, buckets: Mapping[str, str]) -> None:
        super().__init__(config, log)
        self._by_item = buckets

    def _split_scope(self, nodeid: str) -> str:
        return self._by_item.get(nodeid, nodeid)

    def remove_node(self, node: Any) -> str | None:
        """Take a worker out and return the item that it died in; the rest of its work goes to the others.

        xdist's own version hands that item out again as well, and so loses worker after worker to it.
        """
        workload = self.assigned_work.pop(node)
        died = next((nodeid for unit in workload.values() for nodeid, done in unit.items() if not done), None)
        for unit in workload.values():
            if died in unit:
                unit[died] = True
        self.workqueue.update((scope, unit) for scope, unit in workload.items() if not all(unit.values()))
        for other in self.assigned_work:
            self._reschedule(other)
        return died


def _taken_over(old: Any, new: Any) -> Any:
    """Return `new` with the workers and collections that `old` knows of."""
    for node in old.nodes:
        new.add_node(node)
        collection: Sequence[str] | None = old.node2collection.get(node)
        if collection is not None:
            new.add_node_collection(node, collection)
    return new
