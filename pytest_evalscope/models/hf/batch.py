"""Decoding many requests at once: rows leave when they are finished, and new prompts take their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_evalscope.models.hf.cache import KeyValues, new_cache, separable
from pytest_evalscope.models.hf.forward import Forward
from pytest_evalscope.models.hf.sampler import choose
from pytest_evalscope.models.hf.sequence import Row


class Batch:
    """The rows that are decoded together, and their keys and values."""

    def __init__(self, model: Any, *, pad: int) -> None:
        self.rows: list[Row] = []
        self._model = model
        self._forward = Forward(model)
        self._pad = pad
        self._separable = separable(model)
        self._cache: Any = None
        self._layers: list[KeyValues] = []

    def admit(self, rows: Sequence[Row]) -> None:
        """Read the prompts of `rows` and choose the first token of each; those not finished by it join the batch."""
        # A model whose rows are not separable is given no cache, makes its own, and decodes one row at a time.
        cache, layers = new_cache(self._model) if self._separable else (None, [])
        width = max(len(row.prompt) for row in rows)
        tokens = [[self._pad] * (width - len(row.prompt)) + list(row.prompt) for row in rows]
        places = [[0] * (width - len(row.prompt)) + list(range(len(row.prompt))) for row in rows]
        cache = self._choose(rows, cache, tokens, places, width)
        rows = _keep(rows, layers, [row for row in rows if not row.done])
        if not self.rows:
            self.rows, self._cache, self._layers = rows, cache, layers
        elif rows:
            for mine, new in zip(self._layers, layers, strict=True):
                mine.merge(new)
            self.rows += rows

    def step(self) -> None:
        """Choose one more token for every row; finished rows leave."""
        tokens = [[row.choices[-1].token] for row in self.rows]
        places = [[row.length] for row in self.rows]
        self._cache = self._choose(self.rows, self._cache, tokens, places, _width(self.rows) + 1)
        self.keep([row for row in self.rows if not row.done])

    def keep(self, rows: Sequence[Row]) -> None:
        """Take out the rows that are not among `rows`, and free all memory when none is left."""
        self.rows = _keep(self.rows, self._layers, rows)
        if not self.rows:
            self.clear()

    def clear(self) -> None:
        """Take all rows out."""
        self.rows, self._cache, self._layers = [], None, []

    def _choose(
        self, rows: Sequence[Row], cache: Any, tokens: list[list[int]], places: list[list[int]], width: int
    ) -> Any:
        """Run the model over new tokens of `rows`, whose keys are `width` tokens wide then, and give each its choice.

        Returns the cache. Raises NotImplementedError when the model keeps none: it would forget the prompt.
        """
        lengths = [place[-1] + 1 for place in places]
        logits, cache = self._forward(tokens, places, lengths, width=width, cache=cache)
        if cache is None:
            raise NotImplementedError("it keeps its state in a form of its own")
        chosen = choose(logits[:, -1], [row.sampling for row in rows], [row.draw() for row in rows])
        for row, choice in zip(rows, chosen, strict=True):
            row.take(choice)
        return cache


def _width(rows: Sequence[Row]) -> int:
    return max(row.length for row in rows)


def _keep(rows: Sequence[Row], layers: Sequence[KeyValues], kept: Sequence[Row]) -> list[Row]:
    """Drop the rows that are not in `kept` from the cache; return the others in the order that they then have there."""
    left = list(rows)
    for place in reversed(range(len(left))):
        if left[place] not in kept:
            last = left.pop()
            if place < len(left):
                left[place] = last
            for layer in layers:
                layer.drop(place)
    if left and len(left) < len(rows):
        width = _width(left)
        for layer in layers:
            layer.trim(width)
    return left
