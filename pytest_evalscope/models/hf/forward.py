"""One pass of a causal language model over rows that are padded on the left."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any


class Forward:
    """A model's forward pass, called by the argument names that the installed transformers uses.

    Rows are padded on the left, so that the newest token of all is in one column. Positions count from a row's own
    first token, and the padding is masked: a row's logits do not depend on the rows beside it, but for rounding.
    """

    def __init__(self, model: Any) -> None:
        import torch

        accepted = inspect.signature(model.forward).parameters
        self._model = model
        # transformers 5.24 renamed `past_key_values`, of the argument and of the output, and warns about the old name.
        self._cache_name = "cache" if "cache" in accepted else "past_key_values"
        self._takes_positions = "position_ids" in accepted
        self._keeps = "logits_to_keep" in accepted
        # For torch before 2.5, transformers writes into the mask that it makes. Where it is given none, its own has one
        # row for all, and torch refuses that.
        self._always_masks = torch.__version__ < (2, 5)

    def __call__(
        self,
        tokens: Sequence[Sequence[int]],
        positions: Sequence[Sequence[int]],
        lengths: Sequence[int],
        *,
        width: int,
        cache: Any,
        keep: int = 1,
    ) -> tuple[Any, Any]:
        """Read new tokens of all rows behind those of `cache`.

        The cache is `width` tokens wide then, of which the last `lengths` of each row are seen. Returns the logits of
        the last `keep` tokens `[rows, keep, vocabulary]` and the cache, which is None when the model keeps none.
        """
        import torch

        mask = None
        if min(lengths) < width or (self._always_masks and len(lengths) > 1):
            columns = torch.arange(width, device=self._model.device)
            mask = (columns >= width - self.tensor(lengths).unsqueeze(-1)).long()
        inputs = {"input_ids": self.tensor(tokens), "attention_mask": mask, self._cache_name: cache, **self._keep(keep)}
        if self._takes_positions:
            inputs["position_ids"] = self.tensor(positions)
        output = self._model(**inputs, use_cache=True)
        return output.logits[:, -keep:], getattr(output, self._cache_name, None)

    def alone(self, tokens: Sequence[int], *, keep: int) -> Any:
        """Read one row from its beginning; return the logits of its last `keep` tokens `[1, keep, vocabulary]`."""
        output = self._model(input_ids=self.tensor([tokens]), use_cache=False, **self._keep(keep))
        return output.logits[:, -keep:]

    def tensor(self, numbers: Sequence[Any]) -> Any:
        """Return integers, or rows of integers, as a tensor on the model's device."""
        import torch

        return torch.tensor(
            [list(row) if isinstance(row, range) else row for row in numbers], device=self._model.device
        )

    def _keep(self, count: int) -> dict[str, int]:
        return {"logits_to_keep": count} if self._keeps else {}
