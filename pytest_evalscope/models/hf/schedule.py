"""Schedule of decoding: the order in which requests enter the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_evalscope.models.hf.batch import Batch
from pytest_evalscope.models.hf.sequence import Row
from pytest_evalscope.models.http.errors import one_line

_CHOICE = 8
"""Prompts of like length are looked for among this many times the free places."""
_REFILL = 8
"""New prompts are read once one in so many places is free: reading them costs about as much as a step of all."""


class Schedule:
    """A queue of rows before a batch. Every round moves the whole batch one token on."""

    def __init__(self, model: Any, *, pad: int, places: int) -> None:
        self._batch = Batch(model, pad=pad)
        self._pending: list[Row] = []
        self._places = places

    @property
    def rows(self) -> list[Row]:
        """All rows that are not finished."""
        return [*self._batch.rows, *self._pending]

    def add(self, row: Row) -> None:
        """Put a row at the end of the queue."""
        self._pending.append(row)

    def advance(self) -> list[Row]:
        """Fill free places, choose a token for every row of the batch; return the rows that ended by it.

        Rows whose request was cancelled leave without being returned. When the device has no memory for so many rows,
        all go back to the queue, and fewer are decoded together from then on.
        """
        import torch

        with torch.inference_mode():
            self._pending = [row for row in self._pending if not row.cancelled]
            self._batch.keep([row for row in self._batch.rows if not row.cancelled])
            chosen = self._next()
            going = [*self._batch.rows, *chosen]
            try:
                if chosen:
                    self._batch.admit(chosen)
                if self._batch.rows:
                    self._batch.step()
            except torch.cuda.OutOfMemoryError as error:
                self._batch.clear()
                torch.cuda.empty_cache()
                self._start_again(going, error)
            except Exception as error:  # noqa: BLE001 - a model may raise anything, and the next requests may do well
                self._batch.clear()
                _fail(going, error)
        return [row for row in going if row.done]

    def _next(self) -> list[Row]:
        """Take the rows that are to be read now: the oldest, and those nearest to it in length, so little is padded."""
        free = self._places - len(self._batch.rows)
        if not self._pending or free < min(len(self._pending), max(1, self._places // _REFILL)):
            return []
        length = len(self._pending[0].prompt)
        window = self._pending[: free * _CHOICE]
        chosen = sorted(window, key=lambda row: abs(len(row.prompt) - length))[:free]
        self._pending = [row for row in self._pending if row not in chosen]
        return chosen

    def _start_again(self, rows: Sequence[Row], error: Exception) -> None:
        unfinished = [row for row in rows if not row.done]
        if len(unfinished) < 2:
            _fail(unfinished, error)
            return
        self._places = len(unfinished) // 2
        for row in unfinished:
            row.restart()
        self._pending = [*unfinished, *self._pending]


def _fail(rows: Sequence[Row], error: Exception) -> None:
    for row in rows:
        if not row.done:
            row.error = f"generation failed ({type(error).__name__}: {one_line(str(error))})"
