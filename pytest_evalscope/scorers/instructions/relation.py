"""The two relations that an instruction may name."""

from __future__ import annotations


def holds(count: int, relation: str, bound: float) -> bool:
    """Return whether `count` is `relation` `bound`. Raises ValueError for a relation that is neither of the two."""
    if relation == "at least":
        return count >= bound
    if relation == "less than":
        return count < bound
    raise ValueError(f"unknown relation {relation!r}; known: 'at least', 'less than'")
