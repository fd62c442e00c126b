"""Keys and values of a batch whose rows come and go."""

from __future__ import annotations

import functools
from typing import Any

_ROOM = 128
"""Tokens of spare room at the least when the tensors of a layer are laid out anew."""
_SEPARABLE = frozenset({"DynamicLayer", "DynamicSlidingWindowLayer", "DummyLayer"})
"""Kinds of cache layers whose rows know nothing of each other's padding."""


class KeyValues:
    """Keys and values of one layer: `[rows, heads, tokens, size]`, the newest token of every row at the right edge.

    They are a window of larger tensors. A step writes its tokens behind the window and widens it, so nothing is copied
    as long as there is room; a row that leaves gives its place to the last one. What lies left of a row's first token
    is finite (old values or zeros) and must be masked.
    """

    __slots__ = ("_end", "_start", "_stores", "rows")

    def __init__(self) -> None:
        self.rows = 0
        self._stores: tuple[Any, ...] = ()
        self._start = 0
        self._end = 0

    @property
    def length(self) -> int:
        """Tokens of the longest row, or more: the width of the window."""
        return self._end - self._start

    @property
    def window(self) -> tuple[Any, ...]:
        """The keys and the values, as views."""
        return tuple(store[: self.rows, :, self._start : self._end] for store in self._stores)

    def append(self, keys: Any, values: Any) -> tuple[Any, ...]:
        """Add the same number of tokens to every row; return the widened window. The first call brings the rows."""
        count = keys.shape[2]
        if not self._stores:
            self._stores = (keys, values)
            self.rows, self._end = keys.shape[0], count
            return self._stores
        self._reserve(self.rows, self.length, count)
        for store, new in zip(self._stores, (keys, values), strict=True):
            store[: self.rows, :, self._end : self._end + count] = new
        self._end += count
        return self.window

    def merge(self, other: KeyValues) -> None:
        """Add the rows of `other` behind these; `other` may share memory afterwards and must be dropped."""
        rows = self.rows + other.rows
        self._reserve(rows, other.length, 1)
        start = self._end - other.length
        self._start = min(self._start, start)
        for store, new in zip(self._stores, other.window, strict=True):
            store[self.rows : rows, :, start : self._end] = new
        self.rows = rows

    def drop(self, row: int) -> None:
        """Take `row` out; the last row takes its number."""
        self.rows -= 1
        if row != self.rows:
            for store in self._stores:
                store[row, :, self._start : self._end] = store[self.rows, :, self._start : self._end]

    def trim(self, length: int) -> None:
        """Narrow the window to the newest `length` tokens, which hold every row that is left."""
        self._start = self._end - length

    def _reserve(self, rows: int, length: int, room: int) -> None:
        """See to it that `rows` rows fit, a window of `length` tokens, and `room` tokens behind it."""
        have, _, capacity, _ = self._stores[0].shape
        if rows <= have and length <= self._end and self._end + room <= capacity:
            return
        length = max(length, self.length)
        capacity = length + max(room, _ROOM, length // 2)
        rows = have if rows <= have else max(rows, 2 * have)
        laid_out = []
        for store, window in zip(self._stores, self.window, strict=True):
            new = store.new_zeros((rows, store.shape[1], capacity, store.shape[3]))
            new[: self.rows, :, length - self.length : length] = window
            laid_out.append(new)
        self._stores, self._start, self._end = tuple(laid_out), length - self.length, length


def separable(model: Any) -> bool:
    """Return whether rows of different requests can share one cache of this model.

    Not those of a recurrent state: padding would flow into it.
    """
    from transformers.cache_utils import DynamicCache

    config = model.config.get_text_config()
    kinds = getattr(config, "layer_types", None) or ()
    return (
        not getattr(model, "_is_stateful", False)
        and all(kind.endswith("attention") and not kind.startswith("linear") for kind in kinds)
        and all(type(layer).__name__ in _SEPARABLE for layer in DynamicCache(config=config).layers)
    )


def new_cache(model: Any) -> tuple[Any, list[KeyValues]]:
    """Return an empty cache for a model whose rows are separable, and the rows behind its layers.

    Layers with a sliding window keep all tokens; the mask that the model makes sees to the window.
    """
    from transformers.cache_utils import DynamicCache

    layer_class = _rows_layer()
    cache = DynamicCache(config=model.config)
    cache.layers = [layer if type(layer).__name__ == "DummyLayer" else layer_class() for layer in cache.layers]
    return cache, [layer.rows for layer in cache.layers if isinstance(layer, layer_class)]


@functools.cache
def _rows_layer() -> type[Any]:
    from transformers.cache_utils import DynamicLayer

    class RowsLayer(DynamicLayer):  # type: ignore[misc]  # transformers is an extra, so its classes are Any
        """A layer of a transformers cache that keeps its keys and values in rows."""

        def __init__(self) -> None:
            super().__init__()
            self.rows = KeyValues()

        def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> Any:
            return self.rows.append(key_states, value_states)

        def get_seq_length(self, *args: Any) -> int:
            return self.rows.length

    return RowsLayer
